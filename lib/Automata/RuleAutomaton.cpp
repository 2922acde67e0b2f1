//===- RuleAutomaton.cpp - The automaton of one rule -----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Automata/RuleAutomaton.h"

#include <algorithm>

namespace weir::automata {

uint32_t ProgramTable::intern(std::vector<RegOp> P) {
  auto [It, New] = Index.try_emplace(P, uint32_t(Programs.size()));
  if (New)
    Programs.push_back(std::move(P));
  return It->second;
}

uint32_t ProgramTable::concat(uint32_t A, uint32_t B) {
  if (!A)
    return B;
  if (!B)
    return A;
  auto [It, New] = Concats.try_emplace({A, B}, 0);
  if (New) {
    std::vector<RegOp> P = Programs[A];
    P.insert(P.end(), Programs[B].begin(), Programs[B].end());
    It->second = intern(std::move(P));
  }
  return It->second;
}

void Nfa::bytes(uint32_t From, const ByteSet &Set, uint32_t To, uint32_t Ops) {
  if (Set.empty())
    return;
  auto [It, New] = SetIndex.try_emplace(Set, uint32_t(Sets.size()));
  if (New)
    Sets.push_back(Set);
  States[From].Edges.push_back({EdgeKind::Bytes, Ops, To, It->second});
}

void Nfa::symbol(uint32_t From, const SymbolLabel &L, uint32_t To) {
  auto It = std::find(Symbols.begin(), Symbols.end(), L);
  uint32_t Label = uint32_t(It - Symbols.begin());
  if (It == Symbols.end())
    Symbols.push_back(L);
  States[From].Edges.push_back({EdgeKind::Symbol, 0, To, Label});
}

void Nfa::enter(uint32_t From, const ByteSet &Set, uint32_t Rule, uint32_t CalleeState,
                uint32_t ReturnTo, uint32_t Ops) {
  bytes(From, Set, ReturnTo, Ops);
  Edge &E = States[From].Edges.back();
  E.Kind = EdgeKind::Enter;
  E.CalleeRule = Rule;
  E.CalleeState = CalleeState;
}

uint32_t Dfa::internAlternatives(std::vector<Alternative> L) {
  auto [It, New] = AltIndex.try_emplace(L, uint32_t(AltLists.size()));
  if (New)
    AltLists.push_back(std::move(L));
  return It->second;
}

const std::vector<Dfa::Alternative> *Dfa::alternatives(uint32_t S, uint8_t B) const {
  const std::vector<Range> &Row = States[S].Row;
  auto It = std::upper_bound(Row.begin(), Row.end(), B,
                             [](uint8_t V, const Range &R) { return V < R.First; });
  if (It == Row.begin() || B > (--It)->Last)
    return nullptr;
  return &AltLists[It->Alternatives];
}

uint32_t Dfa::plainMove(uint32_t S, uint8_t B) const {
  const std::vector<Alternative> *L = alternatives(S, B);
  if (!L || L->size() != 1 || (*L)[0].Ops || (*L)[0].Push != None)
    return None;
  return (*L)[0].Target;
}

} // namespace weir::automata
