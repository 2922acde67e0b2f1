//===- Mask.cpp - weir-run mask: which tokens may come next? --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RunSession.h"

#include "weir/Dump/GrammarText.h"
#include "weir/Support/Escape.h"

#include <cstdio>

namespace weir {

int runMask(RunSession &S) {
  std::optional<Matcher> M = S.matcher();
  if (!M)
    return ExitUsage;
  if (int Code = S.moveAfter(*M))
    return Code;
  const uint32_t Size = S.V->size();
  std::vector<uint32_t> Row(Matcher::rowWords(Size));
  Result<MaskInfo> Info = M->fillMask(Row, Size);
  if (!Info) {
    S.Tool.Diags.report({}, DiagId::MatcherFailed)
        << Info.error().Message << statusName(Info.error().Code);
    return ExitUsage;
  }
  std::vector<TokenId> Ids;
  bool Stop = false;
  for (TokenId T = 0; T < Size; ++T)
    if (Row[T / 32] >> (T % 32) & 1) {
      Ids.push_back(T);
      Stop |= S.V->isStop(T);
    }

  std::string Out;
  if (S.Spec.outputFormat() == "json") {
    Out = std::string("{\"all_allowed\": ") + (Info->AllAllowed ? "true" : "false") +
          ", \"count\": " + std::to_string(Ids.size()) +
          ", \"stop\": " + (Stop ? "true" : "false") + ", \"ids\": [";
    for (size_t I = 0; I < Ids.size(); ++I)
      Out += (I ? ", " : "") + std::to_string(Ids[I]);
    Out += "]}\n";
  } else {
    Out = std::to_string(Ids.size()) + " of " + std::to_string(Size) + " tokens may come" +
          (Stop ? ", a stop token among them\n" : "; the text is not complete\n");
    ByteSet Next = M->nextBytes();
    if (Next != ByteSet())
      Out += "next byte: " + printByteSet(Next) + "\n";
    else
      Out += Ids.empty() || Stop ? "next byte: none\n"
                                 : "next byte: none; only a token that the grammar names by id\n";
    Out += S.openRules(*M);
    size_t Shown = 0;
    for (TokenId T : Ids) {
      if (++Shown > S.MaxShown) {
        Out += "... and " + std::to_string(Ids.size() - S.MaxShown) + " more\n";
        break;
      }
      std::span<const uint8_t> Bytes = S.V->bytes(T);
      std::string_view Text(reinterpret_cast<const char *>(Bytes.data()), Bytes.size());
      Out += std::to_string(T) +
             (S.V->isSpecial(T) ? " special " + quoted(S.V->name(T)) : " " + quoted(Text)) + "\n";
    }
  }
  S.Tool.writeOutput("", Out);
  return ExitYes;
}

} // namespace weir
