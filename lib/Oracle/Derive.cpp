//===- Derive.cpp - The derivative of a term by a symbol ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Engine.h"

#include <algorithm>

namespace weir::oracle {

TermId Engine::derive(TermId T, uint64_t C) {
  if (T == NeverT || T == EmptyT)
    return NeverT;
  uint64_t Key = uint64_t(T.index()) << 33 | C;
  if (auto It = Derivatives.find(Key); It != Derivatives.end()) {
    TermId D = It->second;
    if (term(D).K == Kind::Rule)
      RuleTerms[term(D).A].Used = true;
    return D;
  }
  if (++Work > L.MaxWork || Recursion >= L.MaxRecursion)
    spend(true);
  if (Spent)
    return NeverT;
  ++Recursion;
  TermId D = term(T).K == Kind::Rule ? deriveRule(T, C) : deriveOnce(T, C);
  --Recursion;
  Derivatives[Key] = D;
  return D;
}

/// The derivative of a rule is the derivative of its body. While that is being
/// made, whoever asks for it again gets a rule that stands for it.
TermId Engine::deriveRule(TermId T, uint64_t C) {
  TermId Body = ruleBody(T);
  TermId Placeholder = newRule({});
  uint64_t Key = uint64_t(T.index()) << 33 | C;
  Derivatives[Key] = Placeholder;
  TermId D = derive(Body, C);
  RuleTerm &R = RuleTerms[term(Placeholder).A];
  if (!R.Used)
    return D;
  R.Body = D == Placeholder ? NeverT : D; // s' = s' has no text
  return Placeholder;
}

TermId Engine::deriveOnce(TermId T, uint64_t C) {
  const Term X = term(T);
  switch (X.K) {
  case Kind::Never:
  case Kind::Empty:
  case Kind::Rule:
    return NeverT;
  case Kind::Bytes:
    return C < 256 && ByteSets[X.A].contains(uint8_t(C)) ? EmptyT : NeverT;
  case Kind::Dfa: {
    const ir::ByteDfa &D = M.automaton(ir::ExprId(X.A));
    uint32_t Next = C < 256 ? D.next(X.B, uint8_t(C)) : 0xffffffffU;
    return Next == 0xffffffffU ? NeverT : make(Kind::Dfa, X.A, Next);
  }
  case Kind::Token:
    return C == 256 + uint64_t(X.A) ? EmptyT : NeverT;
  case Kind::TokenExcept: {
    if (C < 256)
      return NeverT;
    for (uint32_t Excluded : TokenLists[X.A])
      if (C == 256 + uint64_t(Excluded))
        return NeverT;
    return EmptyT;
  }
  case Kind::Seq: {
    TermId D = seq(derive(TermId(X.A), C), TermId(X.B));
    return isNullable(TermId(X.A)) ? alt({D, derive(TermId(X.B), C)}) : D;
  }
  case Kind::Alt:
  case Kind::Both: {
    std::vector<TermId> Parts(list(T).begin(), list(T).end());
    for (TermId &P : Parts) {
      P = derive(P, C);
      if (X.K == Kind::Both && P == NeverT)
        return NeverT;
    }
    return X.K == Kind::Alt ? alt(std::move(Parts)) : both(std::move(Parts));
  }
  case Kind::Repeat: {
    // A round that reads nothing uses up one of Max but never helps: so if A may
    // be empty, Min does not bind, and the first round may be taken to read C.
    uint32_t Min = isNullable(TermId(X.A)) || X.B == 0 ? 0 : X.B - 1;
    uint32_t Max = X.C == ir::Unbounded ? X.C : X.C - 1;
    TermId First = derive(TermId(X.A), C);
    return First == NeverT ? NeverT : seq(First, repeat(TermId(X.A), Min, Max));
  }
  case Kind::Other:
    return other(derive(TermId(X.A), C));
  case Kind::Json:
    return deriveJson(T, C);
  case Kind::Members:
    return deriveMembers(T, C);
  case Kind::Elements:
    return deriveElements(T, C);
  }
  return NeverT;
}

TermId Engine::deriveJson(TermId T, uint64_t C) {
  if (C >= 256)
    return NeverT;
  TermId Value(term(T).A);
  JsonLexer Lexer = Lexers[term(T).B];
  std::string Decoded;
  switch (Lexer.feed(uint8_t(C), Decoded)) {
  case JsonLexer::Outcome::Dead:
    return NeverT;
  case JsonLexer::Outcome::Closed:
    return isNullable(Value) ? EmptyT : NeverT;
  case JsonLexer::Outcome::More:
    break;
  }
  return json(deriveAll(Value, Decoded), Lexer);
}

TermId Engine::deriveAll(TermId T, std::string_view Text) {
  for (char C : Text)
    T = derive(T, uint8_t(C));
  return T;
}

std::vector<TermId> Engine::deriveClass(TermId T, const CodePointSet &Set) {
  std::vector<TermId> Out;
  for (const CodePointRange &R : Set.ranges())
    for (const Utf8Sequence &Row : utf8Sequences(R.First, R.Last)) {
      std::vector<TermId> Now{T};
      for (unsigned I = 0; I < Row.Size; ++I) {
        std::vector<TermId> Next;
        for (TermId N : Now) {
          ByteSet Cuts = cuts(N);
          Cuts.insert(Row.Bytes[I].First);
          for (unsigned B = Cuts.next(Row.Bytes[I].First); B <= Row.Bytes[I].Last;
               B = Cuts.next(B + 1)) {
            TermId D = derive(N, B);
            if (D != NeverT && std::find(Next.begin(), Next.end(), D) == Next.end())
              Next.push_back(D);
          }
        }
        Now = std::move(Next);
      }
      for (TermId D : Now)
        if (std::find(Out.begin(), Out.end(), D) == Out.end())
          Out.push_back(D);
    }
  return Out;
}

} // namespace weir::oracle
