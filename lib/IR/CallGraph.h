//===- CallGraph.h - Rules and expressions as one graph ---------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_IR_CALLGRAPH_H
#define WEIR_LIB_IR_CALLGRAPH_H

#include "Components.h"

#include "weir/IR/Analyses.h"

namespace weir::ir {

/// Nodes: expressions by id, then rules. Edges lead only to nodes from which a way leads to a
/// rule.
struct GraphOfRules {
  explicit GraphOfRules(const Module &M);
  const Module &M;
  uint32_t FirstRule;
  std::vector<uint8_t> Calls;  ///< by expression: whether it has a call in it
  std::vector<uint32_t> Begin; ///< by node, and an end: into Targets
  std::vector<uint32_t> Targets;

  uint32_t size() const { return FirstRule + M.ruleCount(); }
  uint32_t nodeOf(RuleId R) const { return FirstRule + R.index(); }
  /// The node of a call's rule, or NoNode when the module has no such rule.
  uint32_t ruleOfCall(ExprId Call) const;
  /// No way leads from the node to a rule.
  bool isCallFree(uint32_t Node) const { return Node < FirstRule && !Calls[Node]; }
  /// The K-th successor, or NoNode.
  uint32_t successor(uint32_t Node, uint32_t K) const {
    const uint32_t At = Begin[Node] + K;
    return At < Begin[Node + 1] ? Targets[At] : NoNode;
  }
};

CallGraph computeCallGraph(const Module &M);

} // namespace weir::ir

#endif // WEIR_LIB_IR_CALLGRAPH_H
