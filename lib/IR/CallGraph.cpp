//===- CallGraph.cpp - Who calls whom -------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One graph holds expressions (by id) and rules (after them): an expression leads to
// its operands, a call to its rule, a rule to its body. A rule recurs exactly when
// its component has more than one node.
//
//===----------------------------------------------------------------------===//
#include "CallGraph.h"

namespace weir::ir {

GraphOfRules::GraphOfRules(const Module &M)
    : M(M), FirstRule(M.exprCount()), Calls(M.exprCount()), Begin(size() + 1) {
  Targets.reserve(2 * size());
  for (uint32_t I = 0; I < FirstRule; ++I) {
    const ExprId E(I);
    Begin[I] = uint32_t(Targets.size());
    if (M.op(E) == Op::Call) {
      Calls[I] = true;
      if (const uint32_t R = ruleOfCall(E); R != NoNode)
        Targets.push_back(R);
      continue;
    }
    for (ExprId O : M.operands(E))
      if (Calls[O.index()])
        Targets.push_back(O.index());
    Calls[I] = Begin[I] != Targets.size();
  }
  for (uint32_t R = 0; R < M.ruleCount(); ++R) {
    Begin[FirstRule + R] = uint32_t(Targets.size());
    if (ExprId Body = M.rule(RuleId(R)).Body; Body && Calls[Body.index()])
      Targets.push_back(Body.index());
  }
  Begin[size()] = uint32_t(Targets.size());
}

uint32_t GraphOfRules::ruleOfCall(ExprId Call) const {
  RuleId R = M.callee(Call);
  return R.index() < M.ruleCount() ? nodeOf(R) : NoNode;
}

CallGraph computeCallGraph(const Module &M) {
  GraphOfRules Graph(M);
  Components C = findComponents(
      Graph.size(), [&](uint32_t Node, uint32_t K) { return Graph.successor(Node, K); },
      [&](uint32_t Node) { return Graph.isCallFree(Node); });
  CallGraph Result;
  uint32_t Rules = M.ruleCount();
  Result.Component.resize(Rules);
  Result.Recursive.resize(Rules);
  Result.Reachable.resize(Rules);
  // Components that hold rules are numbered anew, without gaps. Within one, rules
  // stand in order of their ids.
  uint32_t Next = 0, Last = NoNode;
  for (uint32_t Node : C.Order) {
    if (Node < Graph.FirstRule)
      continue;
    if (Last != NoNode && C.Of[Node] != C.Of[Last])
      ++Next;
    Last = Node;
    RuleId R(Node - Graph.FirstRule);
    Result.Component[R.index()] = Next;
    Result.Recursive[R.index()] = C.Sizes[C.Of[Node]] > 1;
    Result.BottomUp.push_back(R);
  }
  std::sort(Result.BottomUp.begin(), Result.BottomUp.end(), [&](RuleId A, RuleId B) {
    uint32_t CA = Result.Component[A.index()], CB = Result.Component[B.index()];
    return CA != CB ? CA < CB : A < B;
  });

  if (!M.start())
    return Result;
  std::vector<uint8_t> Seen(Graph.size());
  std::vector<uint32_t> Work{Graph.nodeOf(M.start())};
  Seen[Work[0]] = true;
  while (!Work.empty()) {
    uint32_t Node = Work.back();
    Work.pop_back();
    if (Node >= Graph.FirstRule)
      Result.Reachable[Node - Graph.FirstRule] = true;
    for (uint32_t K = 0, S; (S = Graph.successor(Node, K)) != NoNode; ++K) {
      if (!Seen[S]) {
        Seen[S] = true;
        Work.push_back(S);
      }
    }
  }
  return Result;
}

} // namespace weir::ir
