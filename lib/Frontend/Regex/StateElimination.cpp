//===- StateElimination.cpp - Automata as expressions ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// States are taken out one by one, the one with the fewest paths through it first;
// each path i -> s -> j becomes an edge i -> j labelled  is · ss* · sj.
//
//===----------------------------------------------------------------------===//
#include "AssertionAutomaton.h"

#include <algorithm>
#include <map>

namespace weir::regex {

Dfa minimise(const Dfa &D) {
  // Moore's refinement: states stay together while their successors do.
  size_t Count = D.Next.size();
  std::vector<uint32_t> Block(D.Accepting.begin(), D.Accepting.end());
  for (size_t Blocks = 0;;) {
    std::map<std::vector<uint32_t>, uint32_t> Index;
    std::vector<uint32_t> Refined(Count);
    for (size_t S = 0; S < Count; ++S) {
      std::vector<uint32_t> Key{Block[S]};
      for (uint32_t To : D.Next[S])
        Key.push_back(Block[To]);
      Refined[S] = Index.try_emplace(std::move(Key), uint32_t(Index.size())).first->second;
    }
    Block = std::move(Refined);
    if (Index.size() == Blocks)
      break;
    Blocks = Index.size();
  }
  Dfa Min;
  Min.Classes = D.Classes;
  for (size_t S = 0; S < Count; ++S) {
    if (Block[S] != Min.Next.size())
      continue; // blocks are numbered by their first state
    std::vector<uint32_t> Row;
    for (uint32_t To : D.Next[S])
      Row.push_back(Block[To]);
    Min.Next.push_back(std::move(Row));
    Min.Accepting.push_back(D.Accepting[S]);
  }
  return Min;
}

std::optional<ExprId> eliminateStates(Builder &B, const Dfa &D, uint32_t MaxExpressions) {
  uint32_t Count = uint32_t(D.Next.size());
  uint32_t Limit = B.exprCount() + MaxExpressions;

  // Only states from which the text can be completed take part.
  std::vector<bool> Live = D.Accepting;
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (uint32_t S = 0; S < Count; ++S)
      if (!Live[S])
        for (uint32_t To : D.Next[S])
          if (Live[To])
            Live[S] = Changed = true;
  }
  if (!Live[0])
    return B.never();

  // Nodes: the states, then a start and an end of their own.
  uint32_t Start = Count, End = Count + 1;
  std::vector<std::map<uint32_t, ExprId>> Out(Count + 2), In(Count + 2);
  auto Add = [&](uint32_t From, uint32_t To, ExprId E) {
    auto [It, New] = Out[From].try_emplace(To, E);
    if (!New)
      It->second = B.alt({It->second, E});
    In[To][From] = It->second;
  };
  for (uint32_t S = 0; S < Count; ++S) {
    if (!Live[S])
      continue;
    std::map<uint32_t, CodePointSet> Labels;
    for (size_t C = 0; C < D.Classes.size(); ++C)
      if (Live[D.Next[S][C]])
        Labels[D.Next[S][C]] = Labels[D.Next[S][C]].unionWith(D.Classes[C]);
    for (auto &[To, Set] : Labels)
      Add(S, To, B.cls(Set));
    if (D.Accepting[S])
      Add(S, End, B.empty());
  }
  Add(Start, 0, B.empty());

  std::vector<bool> Gone(Count);
  for (uint32_t Round = 0; Round < Count; ++Round) {
    uint32_t Best = Count;
    size_t BestCost = 0;
    for (uint32_t S = 0; S < Count; ++S) {
      if (Gone[S])
        continue;
      size_t Cost = In[S].size() * Out[S].size();
      if (Best == Count || Cost < BestCost) {
        Best = S;
        BestCost = Cost;
      }
    }
    Gone[Best] = true;
    ExprId Loop = B.empty();
    if (auto It = Out[Best].find(Best); It != Out[Best].end())
      Loop = B.repeat(It->second, 0, ir::Unbounded);
    std::map<uint32_t, ExprId> Into = std::move(In[Best]), From = std::move(Out[Best]);
    for (auto &[I, A] : Into)
      if (I != Best)
        Out[I].erase(Best);
    for (auto &[J, Z] : From)
      if (J != Best)
        In[J].erase(Best);
    for (auto &[I, A] : Into) {
      if (I == Best)
        continue;
      for (auto &[J, Z] : From) {
        if (J == Best)
          continue;
        Add(I, J, B.seq({A, Loop, Z}));
        if (B.exprCount() > Limit)
          return std::nullopt;
      }
    }
    In[Best].clear();
    Out[Best].clear();
  }
  auto It = Out[Start].find(End);
  return It == Out[Start].end() ? B.never() : It->second;
}

} // namespace weir::regex
