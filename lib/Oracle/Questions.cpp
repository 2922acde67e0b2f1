//===- Questions.cpp - Is the empty text in a term, is any? ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both questions are least fixpoints over the rules a term refers to. One solver
// does both: terms whose answer is unknown are assumed to answer no, and all are
// evaluated again and again until nothing changes. Parts are looked at only when
// the answer depends on them, so a term that nests for ever to its right is never
// followed.
//
// Emptiness of `and` and `not` is not structural: there all derivatives are
// searched for one that contains the empty text.
//
//===----------------------------------------------------------------------===//
#include "Engine.h"

#include <algorithm>
#include <unordered_set>

namespace weir::oracle {

/// The assumption about T, which is put on the list if it is not there yet.
bool Engine::Fixpoint::look(TermId T) {
  auto [It, New] = Value.try_emplace(T, false);
  if (New)
    Order.push_back(T);
  return It->second;
}

template <typename EvalFn>
bool Engine::solve(TermId T, std::vector<int8_t> &Memo, EvalFn Eval) {
  if (Memo[T.index()] >= 0)
    return Memo[T.index()];
  Fixpoint F;
  F.look(T);
  bool WasUnsure = Unsure;
  Unsure = false;
  for (bool Changed = true; Changed && !Spent;) {
    Changed = false;
    auto visit = [&](size_t I) {
      TermId X = F.Order[I];
      if (!F.Value[X] && Eval(X, F))
        F.Value[X] = Changed = true;
    };
    size_t Before = F.Order.size();
    for (size_t I = 0; I < F.Order.size(); ++I) // grows
      visit(I);
    for (size_t I = F.Order.size(); I-- > 0;)
      visit(I);
    Changed |= F.Order.size() != Before;
    if ((Work += uint32_t(F.Order.size())) > L.MaxWork)
      spend(true);
  }
  // A yes never rests on something unknown; a no may.
  for (TermId X : F.Order)
    if (F.Value[X] || !isUnsure())
      if (!Spent)
        Memo[X.index()] = F.Value[X];
  bool Value = F.Value[T];
  Unsure = WasUnsure || (Unsure && !Value);
  return Value;
}

bool Engine::isNullable(TermId T) {
  return solve(T, Nullable, [this](TermId X, Fixpoint &F) { return evalNullable(X, F); });
}

bool Engine::isNonEmpty(TermId T) {
  return solve(T, NonEmpty, [this](TermId X, Fixpoint &F) { return evalNonEmpty(X, F); });
}

bool Engine::lookNullable(TermId T, Fixpoint &F) {
  return Nullable[T.index()] >= 0 ? Nullable[T.index()] : F.look(T);
}

bool Engine::lookNonEmpty(TermId T, Fixpoint &F) {
  return NonEmpty[T.index()] >= 0 ? NonEmpty[T.index()] : F.look(T);
}

bool Engine::evalNullable(TermId T, Fixpoint &F) {
  const Term X = term(T);
  switch (X.K) {
  case Kind::Never:
  case Kind::Bytes:
  case Kind::Token:
  case Kind::TokenExcept:
  case Kind::Json:
    return false;
  case Kind::Empty:
    return true;
  case Kind::Dfa:
    return M.automaton(ir::ExprId(X.A)).Accepts[X.B];
  case Kind::Seq:
    return lookNullable(TermId(X.A), F) && lookNullable(TermId(X.B), F);
  case Kind::Repeat:
    return X.B == 0 || lookNullable(TermId(X.A), F);
  case Kind::Alt:
    for (TermId P : list(T))
      if (lookNullable(P, F))
        return true;
    return false;
  case Kind::Both:
    for (TermId P : list(T))
      if (!lookNullable(P, F))
        return false;
    return true;
  case Kind::Other: {
    // The operand must be settled first: it is regular and refers to nothing here.
    if (Recursion >= L.MaxRecursion)
      spend(true);
    if (Spent)
      return false;
    ++Recursion;
    bool Inside = isNullable(TermId(X.A));
    --Recursion;
    return !Inside;
  }
  case Kind::Rule:
    return lookNullable(ruleBody(T), F);
  case Kind::Members: {
    const MembersState S = membersState(T);
    return membersNullable(S, S.Rest && lookNullable(S.Rest, F));
  }
  case Kind::Elements: {
    const ElementsState S = elementsState(T);
    return elementsNullable(S, S.Rest && lookNullable(S.Rest, F));
  }
  }
  return false;
}

bool Engine::evalNonEmpty(TermId T, Fixpoint &F) {
  const Term X = term(T);
  switch (X.K) {
  case Kind::Never:
    return false;
  case Kind::Empty:
  case Kind::Bytes:
  case Kind::Dfa: // each of its states reaches an accepting one
  case Kind::Token:
  case Kind::TokenExcept:
    return true;
  case Kind::Seq:
    return lookNonEmpty(TermId(X.A), F) && lookNonEmpty(TermId(X.B), F);
  case Kind::Repeat:
    return X.B == 0 || lookNonEmpty(TermId(X.A), F);
  case Kind::Alt:
    for (TermId P : list(T))
      if (lookNonEmpty(P, F))
        return true;
    return false;
  case Kind::Both:
  case Kind::Other:
    return searchNonEmpty(T);
  case Kind::Rule: {
    // Depth decides how many blanks an `indent` has, never whether it has a text:
    // so any depth answers for all.
    const RuleTerm R = RuleTerms[X.A];
    if (R.Rule && R.Depth != 0)
      return lookNonEmpty(ruleTerm(R.Rule, 0), F);
    return lookNonEmpty(ruleBody(T), F);
  }
  case Kind::Json:
    return jsonNonEmpty(T);
  case Kind::Members:
    return membersNonEmpty(membersState(T), F);
  case Kind::Elements: {
    // Settled by search, on its own.
    if (Recursion >= L.MaxRecursion)
      spend(true);
    if (Spent)
      return false;
    ++Recursion;
    bool Some = elementsNonEmpty(ElementsState(elementsState(T)));
    --Recursion;
    return Some;
  }
  }
  return false;
}

/// Every value has a spelling, so only the value counts.
bool Engine::jsonNonEmpty(TermId T) {
  TermId Value(term(T).A);
  const JsonLexer Lexer = Lexers[term(T).B];
  if (!Lexer.isPending())
    return isNonEmpty(Value);
  for (TermId D : deriveClass(Value, Lexer.candidates()))
    if (isNonEmpty(D))
      return true;
  return false;
}

bool Engine::searchNonEmpty(TermId T) {
  if (NonEmpty[T.index()] >= 0)
    return NonEmpty[T.index()];
  std::vector<std::pair<TermId, size_t>> Queue{{T, 0}}; // a term and who led to it
  std::unordered_set<TermId> Known{T};
  for (size_t I = 0; I < Queue.size(); ++I) {
    TermId X = Queue[I].first;
    if (Queue.size() > L.MaxSearch) {
      Unsure = true;
      return false;
    }
    if (isNullable(X) || NonEmpty[X.index()] == 1) {
      for (; !Spent && NonEmpty[Queue[I].first.index()] != 1; I = Queue[I].second)
        NonEmpty[Queue[I].first.index()] = 1;
      return !Spent;
    }
    const ByteSet Cuts = cuts(X);
    for (unsigned B = Cuts.next(0); B < 256; B = Cuts.next(B + 1)) {
      TermId D = derive(X, B);
      if (Spent)
        return false;
      if (D != NeverT && NonEmpty[D.index()] != 0 && Known.insert(D).second)
        Queue.emplace_back(D, I);
    }
  }
  // None of them leads anywhere.
  for (auto [X, From] : Queue)
    NonEmpty[X.index()] = 0;
  return false;
}

const ByteSet &Engine::cuts(TermId T) {
  if (auto It = CutsMemo.find(T); It != CutsMemo.end())
    return It->second;
  ByteSet Out = ByteSet::of(0);
  std::vector<TermId> Todo{T};
  std::unordered_set<TermId> Known;
  while (!Todo.empty()) {
    TermId X = Todo.back();
    Todo.pop_back();
    if (!Known.insert(X).second)
      continue;
    if (auto It = CutsMemo.find(X); It != CutsMemo.end())
      Out |= It->second;
    else
      addCuts(X, Out, Todo);
  }
  return CutsMemo[T] = Out;
}

void Engine::addCuts(TermId T, ByteSet &Out, std::vector<TermId> &Todo) {
  const Term X = term(T);
  switch (X.K) {
  case Kind::Never:
  case Kind::Empty:
  case Kind::Token:
  case Kind::TokenExcept:
    return;
  case Kind::Bytes: {
    const ByteSet &S = ByteSets[X.A];
    for (unsigned B = 1; B < 256; ++B)
      if (S.contains(uint8_t(B)) != S.contains(uint8_t(B - 1)))
        Out.insert(uint8_t(B));
    return;
  }
  case Kind::Dfa:
    for (const ir::ByteDfa::Edge &E : M.automaton(ir::ExprId(X.A)).row(X.B)) {
      Out.insert(E.First);
      if (E.Last < 255)
        Out.insert(uint8_t(E.Last + 1));
    }
    return;
  case Kind::Seq:
    Todo.push_back(TermId(X.A));
    if (isNullable(TermId(X.A)))
      Todo.push_back(TermId(X.B));
    return;
  case Kind::Repeat:
  case Kind::Other:
    Todo.push_back(TermId(X.A));
    return;
  case Kind::Alt:
  case Kind::Both:
    Todo.insert(Todo.end(), list(T).begin(), list(T).end());
    return;
  case Kind::Rule:
    Todo.push_back(ruleBody(T));
    return;
  case Kind::Json:
    // In an escape every byte may matter; in the body the value's do.
    if (Lexers[X.B].isPending()) {
      Out |= ByteSet::range(0, 0x80);
      return;
    }
    for (char C : std::string_view("\x20\x21\"#\\]\x7F\x80"))
      Out.insert(uint8_t(C));
    Todo.push_back(TermId(X.A));
    return;
  case Kind::Elements:
    // The text of an item is part of the state.
    Out = ByteSet::all();
    return;
  case Kind::Members: {
    const MembersState S = membersState(T);
    if (S.Rest)
      Todo.push_back(S.Rest);
    if (S.At == MembersState::Phase::Tail)
      Todo.push_back(termOf(M.membersSpec(S.Spec).Separator, S.Depth));
    else
      keyCuts(S, Out, Todo);
    return;
  }
  }
}

} // namespace weir::oracle
