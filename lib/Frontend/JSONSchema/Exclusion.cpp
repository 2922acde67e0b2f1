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
// conjunction is made as a node like any other, and whether it is productive decides.
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
  if (!Apart(A.Numbers, B.Numbers, [](const NumberRange &X, const NumberRange &Y) {
        return intersect(X, Y).isEmpty();
      }))
    return false;
  if (!Apart(A.Strings, B.Strings, stringsExclude))
    return false;
  return A.Objects.empty() || B.Objects.empty();
}

void Compiler::findOverlaps() {
  while (ExclusionsDone < Exclusions.size() && !Stopped && !Diags.hasErrors()) {
    size_t Index = ExclusionsDone++;
    const Exclusion X = Exclusions[Index];
    for (size_t I = 0; I < X.Branches.size() && !Stopped; ++I) {
      for (size_t J = I + 1; J < X.Branches.size() && charge(4); ++J) {
        const Shape &A = node(X.Branches[I]).TheShape, &B = node(X.Branches[J]).TheShape;
        if (shapesExclude(A, B))
          continue;
        // Without the objects, and the objects pair by pair.
        Shape RestA = A, RestB = B;
        RestA.Objects.clear();
        bool Apart = shapesExclude(RestA, RestB) && A.Objects.size() * B.Objects.size() <= 256;
        if (Apart)
          for (const ObjectSet &P : A.Objects)
            for (const ObjectSet &Q : B.Objects)
              Apart = Apart && charge(P.Properties.size() + Q.Properties.size()) &&
                      objectsExclude(P, Q, true);
        if (Apart)
          continue;
        NodeId Both = conjoin(conjoin(X.Branches[I], X.Branches[J]), X.Siblings);
        if (Both != NoNode)
          Overlaps.push_back({Both, Index, I, J});
      }
    }
    expandReachable();
  }
}

void Compiler::reportOverlaps() {
  std::set<size_t> Reported;
  for (const Overlap &O : Overlaps) {
    if (!productive(O.Both) || !Reported.insert(O.Exclusion).second)
      continue;
    const Exclusion &X = Exclusions[O.Exclusion];
    reportKey(X.Schema, *X.Member, DiagId::SchemaOneOfOverlap).demote(Opts.Lenient)
        << uint64_t(O.First) << uint64_t(O.Second);
    if (Opts.Lenient)
      Unenforced.push_back({doc(X.Schema).keyRange(*X.Member),
                            Docs.pointer({X.Schema.Doc, X.Member->Value})});
  }
}

} // namespace weir::jsonschema
