//===- AskTokens.cpp - Tokens that no table can decide ----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Some tokens leave a frame and begin something that must be new. Exit tries merge tokens by
// what is left of them and do not know what came before, so these are read from the head's
// configurations, whole. In the order of their bytes each goes on where it parts from the one
// before:
//
//   a" ,"     steps  a " ␣ , "
//   a" ,"b    steps            b
//   a"]       steps      ]
//
//===----------------------------------------------------------------------===//
#include "MatcherImpl.h"

#include <algorithm>

namespace weir {

bool Matcher::Impl::fillAsked() {
  const Vocabulary &V = Tables->vocabulary();
  note(MaskPart::Asked);
  // The first bytes as a number tell nearly all tokens apart.
  struct Asked {
    uint64_t First;
    TokenId Token;
  };
  std::vector<Asked> Tokens;
  for (TokenId T : Doubtful) {
    if (Sink.contains(T))
      continue;
    uint64_t First = 0;
    const std::span<const uint8_t> Bytes = V.bytes(T);
    for (size_t I = 0; I < 8; ++I)
      First = First << 8 | (I < Bytes.size() ? Bytes[I] : 0);
    Tokens.push_back({First, T});
  }
  std::sort(Tokens.begin(), Tokens.end(), [&](const Asked &A, const Asked &B) {
    if (A.First != B.First)
      return A.First < B.First;
    const std::span<const uint8_t> X = V.bytes(A.Token), Y = V.bytes(B.Token);
    return std::lexicographical_compare(X.begin(), X.end(), Y.begin(), Y.end());
  });

  struct Level {
    ConfigList After;
    Scratch::Mark Before; ///< of the byte
  };
  std::vector<Level> Path;
  std::span<const uint8_t> Last;
  ConfigList Start = load();
  for (const Asked &A : Tokens) {
    const std::span<const uint8_t> Bytes = V.bytes(A.Token);
    // `Path` may be shorter than `Last`: its next byte was refused.
    const size_t Shared = size_t(
        std::mismatch(Last.begin(), Last.end(), Bytes.begin(), Bytes.end()).first - Last.begin());
    if (Shared > Path.size())
      continue;
    while (Path.size() > Shared) {
      Temp.release(Path.back().Before);
      Path.pop_back();
    }
    Last = Bytes;
    S.SearchSteps = 0;
    while (Path.size() < Bytes.size()) {
      const Scratch::Mark Before = Temp.mark();
      const uint8_t Byte = Bytes[Path.size()];
      Temp.Pending.push_back(Byte);
      const ConfigList After = S.step(Path.empty() ? Start : Path.back().After, Byte);
      if (S.OverBudget)
        return false;
      if (After.empty()) {
        Temp.release(Before);
        break;
      }
      Path.push_back({After, Before});
    }
    if (Path.size() == Bytes.size())
      Sink.set(A.Token);
  }
  return true;
}

} // namespace weir
