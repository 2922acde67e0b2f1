//===- Tree.h - A pattern as a tree -----------------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the parser leaves of a pattern. Groups, laziness and names are gone, since
// they do not change the language; flags are worked into the sets. Five kinds
// consume nothing and look around instead:
//
//   PrevIn set edge     the previous character is in the set, or (edge) there is none
//   NextIn set edge     the next one, likewise      ^ = PrevIn ∅ edge, $ = NextIn ∅ edge
//   WordBoundary set    exactly one of previous and next is in the set
//   Ahead x, Behind x   look-ahead and look-behind
//
// Nodes are a table in the order of completion: children come before parents.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_REGEX_TREE_H
#define WEIR_LIB_FRONTEND_REGEX_TREE_H

#include "weir/Support/CodePointSet.h"
#include "weir/Support/Id.h"

#include <map>
#include <span>
#include <vector>

namespace weir::regex {

using NodeId = Id<struct NodeTag>;
using SetId = Id<struct SetTag>;

enum class NodeKind : uint8_t {
  Empty,
  Char, ///< one scalar value
  Set,  ///< one scalar value of a set
  Seq,
  Alt,
  Repeat, ///< one child, Min to Max times; Max may be ir::Unbounded
  PrevIn,
  NextIn,
  WordBoundary,
  Ahead,  ///< one child
  Behind, ///< one child
};

struct Node {
  NodeKind Kind = NodeKind::Empty;
  bool Negated = false;      ///< WordBoundary, Ahead, Behind
  bool Edge = false;         ///< PrevIn, NextIn
  bool HasAssertion = false; ///< a look-around kind is here or below
  uint32_t Char = 0;
  SetId Set = {};
  uint32_t Min = 0, Max = 0;
  uint32_t ChildBegin = 0, ChildCount = 0;
  uint32_t Begin = 0, End = 0; ///< bytes of the pattern
};

class Tree {
public:
  NodeId add(Node N, std::span<const NodeId> Children = {}) {
    N.ChildBegin = uint32_t(ChildTable.size());
    N.ChildCount = uint32_t(Children.size());
    N.HasAssertion |= N.Kind >= NodeKind::PrevIn;
    for (NodeId C : Children)
      N.HasAssertion |= Nodes[C.index()].HasAssertion;
    ChildTable.insert(ChildTable.end(), Children.begin(), Children.end());
    Nodes.push_back(N);
    return NodeId(uint32_t(Nodes.size()) - 1);
  }
  SetId addSet(const CodePointSet &S) {
    auto [It, New] = SetIndex.try_emplace(S, SetId(uint32_t(Sets.size())));
    if (New)
      Sets.push_back(S);
    return It->second;
  }

  const Node &operator[](NodeId N) const { return Nodes[N.index()]; }
  std::span<const NodeId> children(NodeId N) const {
    const Node &X = Nodes[N.index()];
    return std::span(ChildTable).subspan(X.ChildBegin, X.ChildCount);
  }
  const CodePointSet &set(SetId S) const { return Sets[S.index()]; }
  uint32_t nodeCount() const { return uint32_t(Nodes.size()); }

private:
  std::vector<Node> Nodes;
  std::vector<NodeId> ChildTable;
  std::vector<CodePointSet> Sets;
  std::map<CodePointSet, SetId> SetIndex;
};

} // namespace weir::regex

#endif // WEIR_LIB_FRONTEND_REGEX_TREE_H
