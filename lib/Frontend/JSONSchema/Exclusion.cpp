//===- Exclusion.cpp - Whether the branches of oneOf exclude each other -===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two branches exclude each other when no value satisfies both and the siblings of
// `oneOf`. Most are told apart at a glance: by type, by disjoint literals or intervals,
// or by a member that both require and that is told apart. For the rest the
// conjunction is made as a node like any other and followed through members that must
// be there until a contradiction is found. Where none is found the `oneOf` is refused.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include <algorithm>

namespace weir::jsonschema {

static bool literalsMeet(const StringSet &A, const StringSet &B) {
  auto X = A.Literals.begin(), Y = B.Literals.begin();
  while (X != A.Literals.end() && Y != B.Literals.end()) {
    if (*X == *Y)
      return true;
    if (*X < *Y)
      ++X;
    else
      ++Y;
  }
  return false;
}

static bool stringsExclude(const StringSet &A, const StringSet &B) {
  if (A.IsLiterals && B.IsLiterals)
    return !literalsMeet(A, B);
  return std::max(A.Min, B.Min) > std::min(A.Max, B.Max);
}

/// Whether a member that one side requires cannot be on the other.
bool Compiler::objectsExclude(const ObjectSet &A, const ObjectSet &B, bool Deeper) const {
  std::unordered_map<std::string_view, NodeId> InB;
  for (const Property &P : B.Properties)
    InB.emplace(P.Name, P.Value);
  std::unordered_map<std::string_view, NodeId> InA;
  for (const Property &P : A.Properties) {
    auto It = InB.find(P.Name);
    NodeId Other = It == InB.end() ? B.Rest : It->second;
    if (P.Required && Other == NoNode)
      return true;
    if (P.Required && It != InB.end() && Deeper && node(P.Value).Progress == Node::State::Done &&
        node(Other).Progress == Node::State::Done &&
        shapesExclude(node(P.Value).TheShape, node(Other).TheShape))
      return true;
    InA.emplace(P.Name, P.Value);
  }
  for (const Property &P : B.Properties) {
    auto It = InA.find(P.Name);
    NodeId Other = It == InA.end() ? A.Rest : It->second;
    if (P.Required && Other == NoNode)
      return true;
    if (P.Required && It != InA.end() && Deeper && node(P.Value).Progress == Node::State::Done &&
        node(Other).Progress == Node::State::Done &&
        shapesExclude(node(P.Value).TheShape, node(Other).TheShape))
      return true;
  }
  return false;
}

/// At a glance: false does not mean that they meet. Looks into members that have only
/// literals and intervals, no deeper.
bool Compiler::shapesExclude(const Shape &A, const Shape &B) const {
  if ((A.Null && B.Null) || (A.True && B.True) || (A.False && B.False))
    return false;
  if (!A.Arrays.empty() && !B.Arrays.empty())
    return false;
  constexpr size_t Few = 64;
  auto Apart = [](const auto &X, const auto &Y, auto Exclude) {
    if (X.size() * Y.size() > Few * Few)
      return false;
    for (const auto &P : X)
      for (const auto &Q : Y)
        if (!Exclude(P, Q))
          return false;
    return true;
  };
  if (!Apart(A.Numbers, B.Numbers,
             [](const NumberRange &X, const NumberRange &Y) { return intersect(X, Y).isEmpty(); }))
    return false;
  if (!Apart(A.Strings, B.Strings, stringsExclude))
    return false;
  return A.Objects.empty() || B.Objects.empty();
}

/// Whether it can be shown, looking at few nodes, that the node has no value: only
/// members and elements that must be there are followed, some levels deep.
bool Compiler::isEmpty(NodeId N, uint32_t Levels) {
  if (N == NoNode)
    return true;
  if (N.index() < KnownNodes)
    return !productive(N);
  const Shape &S = shape(N, Atoms[node(N).Atoms[0].index()].Place);
  if (S.Null || S.True || S.False || !S.Numbers.empty() || !S.Strings.empty())
    return false;
  if (Stopped || (Levels == 0 && !(S.Arrays.empty() && S.Objects.empty())))
    return false;
  for (const ArraySet &A : S.Arrays) {
    bool Empty = A.Min > A.Prefix.size() && isEmpty(A.Rest, Levels - 1);
    for (size_t I = 0; I < A.Prefix.size() && I < A.Min && !Empty && charge(1); ++I)
      Empty = isEmpty(A.Prefix[I], Levels - 1);
    if (!Empty)
      return false;
  }
  for (const ObjectSet &O : S.Objects) {
    uint64_t Required = 0, Possible = O.Rest == NoNode ? 0 : ir::Unbounded;
    bool Empty = false;
    charge(O.Properties.size());
    for (const Property &P : O.Properties) {
      Required += P.Required;
      Possible += P.Value != NoNode;
    }
    Empty = Required > O.Max || Possible < O.Min;
    for (size_t I = 0; I < O.Properties.size() && !Empty && !Stopped; ++I)
      Empty = O.Properties[I].Required && isEmpty(O.Properties[I].Value, Levels - 1);
    if (!Empty)
      return false;
  }
  return true;
}

/// Whether the branches exclude each other; when in doubt, no.
bool Compiler::branchesExclude(NodeId A, NodeId B, NodeId Siblings) {
  if (!productive(A) || !productive(B))
    return true;
  const Shape &X = node(A).TheShape, &Y = node(B).TheShape;
  if (shapesExclude(X, Y))
    return true;
  constexpr size_t Few = 256;
  constexpr uint32_t Levels = 6;
  if (X.Objects.size() * Y.Objects.size() <= Few) {
    // Without the objects, and the objects pair by pair.
    Shape RestX = X, RestY = Y;
    RestX.Objects.clear();
    bool Apart = shapesExclude(RestX, RestY);
    for (const ObjectSet &P : X.Objects)
      for (const ObjectSet &Q : Y.Objects)
        Apart = Apart && charge(P.Properties.size() + Q.Properties.size()) &&
                objectsExclude(P, Q, true);
    if (Apart)
      return true;
  }
  NodeId Both = conjoin(A, B);
  return isEmpty(Both, Levels) || (Siblings != AnyNode && isEmpty(conjoin(Both, Siblings), Levels));
}

void Compiler::reportOverlaps() {
  // Nodes made from here on only answer questions.
  KnownNodes = uint32_t(Nodes.size());
  const size_t Count = Exclusions.size();
  for (size_t K = 0; K < Count && !Stopped; ++K) {
    const Exclusion X = Exclusions[K];
    bool Found = false;
    for (size_t I = 0; I < X.Branches.size() && !Found; ++I)
      for (size_t J = I + 1; J < X.Branches.size() && !Found && charge(4); ++J) {
        Found = !branchesExclude(X.Branches[I], X.Branches[J], X.Siblings);
        if (!Found || Stopped)
          continue;
        reportKey(X.Schema, *X.Member, DiagId::SchemaOneOfOverlap).demote(Opts.Lenient)
            << uint64_t(I) << uint64_t(J);
        if (Opts.Lenient)
          Unenforced.push_back(
              {doc(X.Schema).keyRange(*X.Member), Docs.pointer({X.Schema.Doc, X.Member->Value})});
      }
  }
}

} // namespace weir::jsonschema
