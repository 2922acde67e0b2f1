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
// Where it takes long to see whether what may repeat something can still become new, that is
// looked for last: mostly a longer token tells it.
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
    bool Alive;       ///< something new may follow; else it is looked for when the level is left
    size_t EndsBegin; ///< tokens that end here: of Ends, behind those of the levels above
  };
  std::vector<Level> Path;
  std::vector<TokenId> Ends;
  auto leaveTo = [&](size_t Size) {
    while (Path.size() > Size) {
      Level L = Path.back();
      L.Alive = L.Alive || !S.keepFresh(L.After).empty();
      if (S.OverBudget)
        return false;
      if (L.Alive)
        Sink.set(std::span(Ends).subspan(L.EndsBegin));
      Ends.resize(L.EndsBegin);
      Temp.release(L.Before);
      Path.pop_back();
      if (!Path.empty())
        Path.back().Alive |= L.Alive;
    }
    return true;
  };
  std::span<const uint8_t> Last;
  const ConfigList Start = load();
  for (const Asked &A : Tokens) {
    const std::span<const uint8_t> Bytes = V.bytes(A.Token);
    // `Path` may be shorter than `Last`: its next byte was refused.
    const size_t Shared = size_t(
        std::mismatch(Last.begin(), Last.end(), Bytes.begin(), Bytes.end()).first - Last.begin());
    if (Shared > Path.size())
      continue;
    S.SearchSteps = 0;
    if (!leaveTo(Shared))
      return false;
    Last = Bytes;
    while (Path.size() < Bytes.size()) {
      const Scratch::Mark Before = Temp.mark();
      const uint8_t Byte = Bytes[Path.size()];
      Temp.Pending.push_back(Byte);
      S.PutOff = false;
      S.FreshLimit = SoonFresh;
      const ConfigList After = S.step(Path.empty() ? Start : Path.back().After, Byte);
      S.FreshLimit = NoIndex;
      if (S.OverBudget)
        return false;
      if (After.empty()) {
        Temp.release(Before);
        break;
      }
      Path.push_back({After, Before, !S.PutOff, Ends.size()});
    }
    if (Path.size() == Bytes.size())
      Ends.push_back(A.Token);
  }
  S.SearchSteps = 0;
  if (!leaveTo(0))
    return false;
  return true;
}

} // namespace weir
