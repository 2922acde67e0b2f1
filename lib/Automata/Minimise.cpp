//===- Minimise.cpp - Partition refinement over rule automata -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Moore's refinement with hashed signatures: states start in classes by what they
// accept, and a round splits classes whose members' rows, read in classes, differ.
// Rows are compared after joining adjacent ranges that lead to one class. A round
// costs the size of the automaton; rounds are at most its longest literal.
//
//===----------------------------------------------------------------------===//
#include "weir/Automata/RuleAutomaton.h"
#include "weir/Support/Hash.h"

#include <algorithm>
#include <unordered_map>

namespace weir::automata {

namespace {

using Words = std::vector<uint32_t>;

struct WordsHash {
  size_t operator()(const Words &V) const {
    uint64_t H = V.size();
    for (uint32_t X : V)
      H = hashCombine(H, X);
    return size_t(H);
  }
};

/// Numbers the reachable states in breadth-first order and drops the others.
void dropUnreachable(Dfa &D) {
  Words New(D.States.size(), None), Order{D.Start};
  New[D.Start] = 0;
  auto reach = [&](uint32_t S) {
    if (New[S] == None) {
      New[S] = uint32_t(Order.size());
      Order.push_back(S);
    }
  };
  auto visit = [&](auto &&F) {
    for (size_t I = 0; I < Order.size(); ++I)
      F(D.States[Order[I]]);
  };
  visit([&](const Dfa::State &S) {
    for (const Dfa::Range &R : S.Row)
      for (const Dfa::Alternative &A : D.AltLists[R.Alternatives])
        reach(A.Push == None ? A.Target : A.Push);
    for (const Dfa::Call &C : S.Calls)
      reach(C.Target);
    for (const Dfa::Symbol &Y : S.Symbols)
      reach(Y.Target);
  });
  std::vector<Dfa::State> States;
  for (uint32_t S : Order)
    States.push_back(std::move(D.States[S]));
  D.States = std::move(States);
  D.Start = 0;
  // Alternatives name states: make them anew.
  std::vector<std::vector<Dfa::Alternative>> Old = D.AltLists;
  Dfa Fresh;
  for (Dfa::State &S : D.States) {
    for (Dfa::Range &R : S.Row) {
      std::vector<Dfa::Alternative> L = Old[R.Alternatives];
      for (Dfa::Alternative &A : L)
        (A.Push == None ? A.Target : A.Push) = New[A.Push == None ? A.Target : A.Push];
      R.Alternatives = Fresh.internAlternatives(std::move(L));
    }
    for (Dfa::Call &C : S.Calls)
      C.Target = New[C.Target];
    for (Dfa::Symbol &Y : S.Symbols)
      Y.Target = New[Y.Target];
  }
  Fresh.States = std::move(D.States);
  Fresh.Labels = std::move(D.Labels);
  Fresh.Start = 0;
  D = std::move(Fresh);
}

} // namespace

void minimise(Dfa &D) {
  dropUnreachable(D);
  uint32_t N = uint32_t(D.States.size());
  Words Class(N), Next(N), Signature;
  std::unordered_map<Words, uint32_t, WordsHash> Classes;
  auto round = [&](auto &&Sign) {
    Classes.clear();
    for (uint32_t S = 0; S < N; ++S) {
      Signature.clear();
      Sign(S);
      Next[S] = Classes.try_emplace(Signature, uint32_t(Classes.size())).first->second;
    }
    std::swap(Class, Next);
    return uint32_t(Classes.size());
  };
  uint32_t Count = round([&](uint32_t S) {
    const Dfa::State &St = D.States[S];
    Signature = {St.Accepts,
                 St.AcceptOps,
                 St.ReturnOps,
                 uint32_t(St.Calls.size()),
                 uint32_t(St.Symbols.size()),
                 St.Row.empty()};
  });
  while (true) {
    // The class of an alternative list under the present classes, by list.
    std::unordered_map<Words, uint32_t, WordsHash> Lists;
    Words ListClass(D.AltLists.size(), None);
    auto listClass = [&](uint32_t L) {
      if (ListClass[L] != None)
        return ListClass[L];
      std::vector<Dfa::Alternative> A = D.AltLists[L];
      for (Dfa::Alternative &X : A)
        (X.Push == None ? X.Target : X.Push) = Class[X.Push == None ? X.Target : X.Push];
      std::sort(A.begin(), A.end());
      Words Key;
      for (const Dfa::Alternative &X : A)
        Key.insert(Key.end(), {X.Ops, X.Target, X.Push, X.CalleeRule});
      return ListClass[L] = Lists.try_emplace(Key, uint32_t(Lists.size())).first->second;
    };
    uint32_t NewCount = round([&](uint32_t S) {
      const Dfa::State &St = D.States[S];
      Signature.push_back(Class[S]);
      size_t LastRange = 0;
      for (const Dfa::Range &R : St.Row) {
        uint32_t L = listClass(R.Alternatives);
        if (LastRange && Signature[LastRange + 1] == L &&
            (Signature[LastRange] & 0xff) + 1 == R.First) {
          Signature[LastRange] = (Signature[LastRange] & 0xff00) | R.Last;
          continue;
        }
        LastRange = Signature.size();
        Signature.push_back(uint32_t(R.First) << 8 | R.Last);
        Signature.push_back(L);
      }
      for (const Dfa::Call &C : St.Calls)
        Signature.insert(Signature.end(), {0x10000, C.Rule, Class[C.Target], C.Ops});
      for (const Dfa::Symbol &Y : St.Symbols)
        Signature.insert(Signature.end(), {0x10001, Y.Label, Class[Y.Target], Y.Ops});
    });
    if (NewCount == Count)
      break;
    Count = NewCount;
  }
  if (Count == N)
    return;

  // One member stands for each class; dropping the others renumbers.
  Words Representative(Count, None);
  for (uint32_t S = 0; S < N; ++S)
    if (Representative[Class[S]] == None)
      Representative[Class[S]] = S;
  auto moved = [&](uint32_t S) { return Representative[Class[S]]; };
  std::vector<std::vector<Dfa::Alternative>> Old = D.AltLists;
  for (Dfa::State &St : D.States) {
    std::vector<Dfa::Range> Row;
    for (Dfa::Range R : St.Row) {
      std::vector<Dfa::Alternative> L = Old[R.Alternatives];
      for (Dfa::Alternative &A : L)
        (A.Push == None ? A.Target : A.Push) = moved(A.Push == None ? A.Target : A.Push);
      std::sort(L.begin(), L.end());
      L.erase(std::unique(L.begin(), L.end()), L.end());
      R.Alternatives = D.internAlternatives(std::move(L));
      if (!Row.empty() && Row.back().Alternatives == R.Alternatives &&
          Row.back().Last + 1 == R.First)
        Row.back().Last = R.Last;
      else
        Row.push_back(R);
    }
    St.Row = std::move(Row);
    for (Dfa::Call &C : St.Calls)
      C.Target = moved(C.Target);
    for (Dfa::Symbol &Y : St.Symbols)
      Y.Target = moved(Y.Target);
  }
  D.Start = moved(D.Start);
  dropUnreachable(D);
}

} // namespace weir::automata
