//===- Equivalence.cpp - Do two modules denote the same texts? ------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Oracle/Equivalence.h"

#include <algorithm>
#include <set>

namespace weir::oracle {

namespace {
struct Pair {
  State A, B;
  size_t From; ///< the pair it was reached from
  Symbol By;
  uint32_t Length;
};
} // namespace

static std::vector<Symbol> wordTo(const std::vector<Pair> &Pairs, size_t I) {
  std::vector<Symbol> Word;
  for (; Pairs[I].Length != 0; I = Pairs[I].From)
    Word.push_back(Pairs[I].By);
  std::reverse(Word.begin(), Word.end());
  return Word;
}

Comparison compare(const ir::Module &A, const ir::Module &B, const CompareOptions &O) {
  // Names get the same ids on both sides.
  TokenNames Names;
  for (const ir::Module *M : {&A, &B})
    for (uint32_t I = 0; I < M->exprCount(); ++I) {
      ir::ExprId E(I);
      auto name = [&](const ir::TokenRef &T) {
        if (!T.Id)
          Names.try_emplace(T.Name, FirstUnknownToken + uint32_t(Names.size()));
      };
      if (M->op(E) == ir::Op::Token)
        name(M->tokenRef(E));
      else if (M->op(E) == ir::Op::AnyTokenExcept)
        for (const ir::TokenRef &T : M->excludedTokens(E))
          name(T);
    }
  Recognizer RA(A, O.Recognizers, Names), RB(B, O.Recognizers, Names);
  std::vector<uint32_t> Tokens = RA.namedTokens();
  for (uint32_t T : RB.namedTokens())
    Tokens.push_back(T);
  std::sort(Tokens.begin(), Tokens.end());
  Tokens.erase(std::unique(Tokens.begin(), Tokens.end()), Tokens.end());
  // One that neither names stands for all others.
  uint32_t Fresh = 0;
  while (std::binary_search(Tokens.begin(), Tokens.end(), Fresh))
    ++Fresh;
  Tokens.push_back(Fresh);

  Comparison R;
  bool Unknown = false;
  std::vector<Pair> Pairs{{RA.start(), RB.start(), 0, {}, 0}};
  std::set<std::pair<State, State>> Known{{Pairs[0].A, Pairs[0].B}};
  bool Cut = false;
  for (size_t I = 0; I < Pairs.size(); ++I) {
    const Pair P = Pairs[I];
    R.Length = P.Length;
    auto differs = [&](Answer X, Answer Y, bool OnlyViable) {
      Unknown |= X == Answer::GaveUp || Y == Answer::GaveUp;
      if (X == Y || X == Answer::GaveUp || Y == Answer::GaveUp)
        return false;
      R.Equal = Answer::No;
      R.Witness = wordTo(Pairs, I);
      R.OnlyViable = OnlyViable;
      R.InFirst = X == Answer::Yes;
      return true;
    };
    if (differs(RA.isAccepting(P.A), RB.isAccepting(P.B), false))
      return R;
    Answer Viable = RA.isViable(P.A);
    if (differs(Viable, RB.isViable(P.B), true))
      return R;
    if (Viable == Answer::No)
      continue;
    if (P.Length == O.MaxLength) {
      Cut = true;
      continue;
    }
    auto visit = [&](Symbol C) {
      State NA = RA.step(P.A, C), NB = RB.step(P.B, C);
      if (Known.emplace(NA, NB).second)
        Pairs.push_back({NA, NB, I, C, P.Length + 1});
    };
    ByteSet Bytes = RA.representatives(P.A) | RB.representatives(P.B);
    Bytes.forEach([&](uint8_t C) { visit(Symbol::byte(C)); });
    for (uint32_t T : Tokens)
      visit(Symbol::token(T));
    if (Pairs.size() > O.MaxPairs) {
      R.Equal = Answer::GaveUp;
      return R;
    }
  }
  R.Complete = !Cut && !Unknown;
  if (Cut)
    R.Length = O.MaxLength;
  if (Unknown)
    R.Equal = Answer::GaveUp;
  return R;
}

std::vector<std::string> shortestTexts(const ir::Module &M, uint32_t Count, uint32_t MaxLength,
                                       const Limits &L) {
  Recognizer R(M, L);
  std::vector<std::string> Out;
  std::vector<std::pair<std::string, State>> Now{{std::string(), R.start()}}, Next;
  for (uint32_t Length = 0; Length <= MaxLength && !Now.empty(); ++Length) {
    Next.clear();
    for (auto &[Text, S] : Now) {
      if (R.isAccepting(S) == Answer::Yes) {
        Out.push_back(Text);
        if (Out.size() >= Count)
          return Out;
      }
      for (unsigned B = 0; B < 256 && Length < MaxLength; ++B) {
        State D = R.step(S, Symbol::byte(uint8_t(B)));
        if (R.isViable(D) == Answer::Yes && Next.size() < 16 * size_t(Count) + 4096)
          Next.emplace_back(Text + char(B), D);
      }
    }
    std::swap(Now, Next);
  }
  return Out;
}

std::string toString(std::span<const Symbol> Text) {
  static constexpr char Hex[] = "0123456789abcdef";
  std::string Out = "\"";
  for (Symbol C : Text) {
    if (C.IsToken) {
      Out += "<[" + std::to_string(C.Value) + "]>";
    } else if (C.Value < 0x20 || C.Value >= 0x7F) {
      Out += "\\x";
      Out += Hex[C.Value >> 4];
      Out += Hex[C.Value & 15];
    } else {
      if (C.Value == '"' || C.Value == '\\')
        Out += '\\';
      Out += char(C.Value);
    }
  }
  return Out + "\"";
}

} // namespace weir::oracle
