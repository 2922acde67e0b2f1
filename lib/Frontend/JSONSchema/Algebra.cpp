//===- Algebra.cpp - Conjunction, union and negation of nodes -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The three operations name nodes; shapes follow when somebody asks. A conjunction is
// looked at once when it is made, because much of what the distribution of negations
// produces is a contradiction at a member: "a" and not "a", 1 and "x". Such a look is
// *tentative*: where the shape depends on one that is just being computed, nothing is
// known, and the node is left for later.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include <algorithm>

namespace weir::jsonschema {

/// How many tentative looks may be nested.
static constexpr uint32_t MaxTentative = 6;
/// How many looks that lead nowhere a node gets.
static constexpr uint8_t MaxTries = 2;

const Shape *Compiler::tryShape(NodeId N) {
  Node &X = Nodes[N.index()];
  if (X.Progress == Node::State::Done)
    return &X.TheShape;
  if (X.Progress == Node::State::Expanding || Tentative >= MaxTentative || X.Tries >= MaxTries ||
      Stopped)
    return nullptr;
  const bool Outer = Blocked;
  const NodeId OuterCulprit = Culprit;
  Blocked = false;
  ++Tentative;
  shape(N, Atoms[X.Atoms[0].index()].Place);
  --Tentative;
  bool Known = !Blocked && !Stopped;
  Blocked = Outer;
  Culprit = OuterCulprit;
  if (!Known)
    ++X.Tries;
  return Known ? &X.TheShape : nullptr;
}

bool Compiler::isNone(NodeId N) const {
  return N == NoNode || (node(N).Progress == Node::State::Done && node(N).TheShape.isEmpty());
}

bool Compiler::isShownEmpty(NodeId N) {
  if (N == NoNode)
    return true;
  const Shape *S = tryShape(N);
  return S && S->isEmpty();
}

NodeId Compiler::conjoin(NodeId A, NodeId B) {
  if (A == B || B == AnyNode || isNone(A))
    return A;
  if (A == AnyNode || isNone(B))
    return B;
  const std::vector<AtomId> &X = node(A).Atoms, &Y = node(B).Atoms;
  std::vector<AtomId> Both;
  std::set_union(X.begin(), X.end(), Y.begin(), Y.end(), std::back_inserter(Both));
  charge(Both.size());
  auto Holds = [&](NodeId Of) {
    const std::vector<AtomId> &Z = node(Of).Atoms;
    return !Z.empty() && std::includes(Both.begin(), Both.end(), Z.begin(), Z.end());
  };
  for (AtomId I : Both) {
    const Atom &T = Atoms[I.index()];
    if (T.Kind == AtomKind::Not && Holds(T.Of[0]))
      return NoNode;
  }
  std::erase_if(Both, [&](AtomId I) {
    const Atom &T = Atoms[I.index()];
    return T.Kind == AtomKind::AnyOf && std::any_of(T.Of.begin(), T.Of.end(), Holds);
  });
  NodeId N = nodeOfAtoms(std::move(Both));
  if (N != A && N != B)
    tryShape(N);
  return N;
}

/// The node of one atom that is made of nodes.
NodeId Compiler::nodeOver(AtomKind Kind, std::vector<NodeId> Of) {
  auto [It, New] = AtomOfNodes.try_emplace({Kind, Of}, AtomId(uint32_t(Atoms.size())));
  if (New)
    Atoms.push_back({Kind, Atoms[node(Of[0]).Atoms[0].index()].Place, std::move(Of)});
  return nodeOfAtoms({It->second});
}

NodeId Compiler::negate(NodeId A) {
  if (A == AnyNode)
    return NoNode;
  if (A == NoNode)
    return AnyNode;
  const std::vector<AtomId> &Of = node(A).Atoms;
  if (Of.size() == 1 && Atoms[Of[0].index()].Kind == AtomKind::Not)
    return Atoms[Of[0].index()].Of[0];
  if (isNone(A))
    return AnyNode;
  return nodeOver(AtomKind::Not, {A});
}

NodeId Compiler::unionOf(std::vector<NodeId> Of) {
  std::vector<NodeId> Flat;
  for (NodeId N : Of) {
    if (N == AnyNode)
      return AnyNode;
    if (isNone(N))
      continue;
    const std::vector<AtomId> &Parts = node(N).Atoms;
    const Atom &First = Atoms[Parts[0].index()];
    if (Parts.size() == 1 && First.Kind == AtomKind::AnyOf)
      Flat.insert(Flat.end(), First.Of.begin(), First.Of.end());
    else
      Flat.push_back(N);
  }
  std::sort(Flat.begin(), Flat.end());
  Flat.erase(std::unique(Flat.begin(), Flat.end()), Flat.end());
  charge(Flat.size());
  if (Flat.empty())
    return NoNode;
  // A value is in N or is not.
  for (NodeId N : Flat)
    if (std::binary_search(Flat.begin(), Flat.end(), negate(N)))
      return AnyNode;
  return Flat.size() == 1 ? Flat[0] : nodeOver(AtomKind::AnyOf, std::move(Flat));
}

} // namespace weir::jsonschema
