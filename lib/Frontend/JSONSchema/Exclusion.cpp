//===- Exclusion.cpp - Whether shapes exclude each other at a glance ------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Most branches of `oneOf` are told apart at a glance: by type, by disjoint literals,
// intervals or patterns, or by a member or element that both must have. What is shown
// here needs no negation; where nothing is shown, the negation is exact all the same.
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

bool Compiler::exclude(const StringSet &A, const StringSet &B) {
  if (A.IsLiterals && B.IsLiterals)
    return !literalsMeet(A, B);
  return !meet(A, B);
}

bool Compiler::exclude(const ArraySet &A, const ArraySet &B) {
  uint32_t Min = std::max(A.Min, B.Min), Max = std::min(A.Max, B.Max);
  if (Min > Max)
    return true;
  size_t Fixed = std::max(A.Prefix.size(), B.Prefix.size());
  for (size_t I = 0; I < Fixed && I < Min && charge(1); ++I)
    if (isShownEmpty(conjoin(A.at(I), B.at(I))))
      return true;
  return Min > Fixed && isShownEmpty(conjoin(A.Rest, B.Rest));
}

/// Whether a member that one side requires cannot be on the other, or there are too
/// many of them.
bool Compiler::exclude(const ObjectSet &A, const ObjectSet &B) {
  if (!charge(1 + A.Properties.size() + B.Properties.size()))
    return false;
  std::unordered_map<std::string_view, const Property *> InB;
  for (const Property &P : B.Properties)
    InB.emplace(P.Name, &P);
  uint64_t Required = 0;
  // What both name first: there are the tags by which unions are told apart.
  std::vector<std::pair<NodeId, NodeId>> Named, Others;
  for (const Property &P : A.Properties) {
    auto It = InB.find(P.Name);
    bool Both = It != InB.end();
    if (P.Required || (Both && It->second->Required)) {
      ++Required;
      (Both ? Named : Others).emplace_back(P.Value, Both ? It->second->Value : valueOf(B, P.Name));
    }
    if (Both)
      InB.erase(It);
  }
  for (const Property &P : B.Properties)
    if (P.Required && InB.count(P.Name)) {
      ++Required;
      Others.emplace_back(P.Value, valueOf(A, P.Name));
    }
  if (Required > std::min(A.Max, B.Max) || A.Min > B.Max || B.Min > A.Max)
    return true;
  for (const auto &Pairs : {Named, Others})
    for (auto [X, Y] : Pairs)
      if (charge(1) && isShownEmpty(conjoin(X, Y)))
        return true;
  return false;
}

/// True when it is shown that no value is in both.
bool Compiler::exclude(const Shape &A, const Shape &B) {
  if ((A.Null && B.Null) || (A.True && B.True) || (A.False && B.False))
    return false;
  constexpr size_t MaxPairs = 4'096;
  auto Apart = [](const auto &X, const auto &Y, auto Exclude) {
    if (X.size() * Y.size() > MaxPairs)
      return false;
    for (const auto &P : X)
      for (const auto &Q : Y)
        if (!Exclude(P, Q))
          return false;
    return true;
  };
  return Apart(A.Numbers, B.Numbers,
               [](const auto &X, const auto &Y) { return intersect(X, Y).isEmpty(); }) &&
         Apart(A.Strings, B.Strings, [&](const auto &X, const auto &Y) { return exclude(X, Y); }) &&
         Apart(A.Arrays, B.Arrays, [&](const auto &X, const auto &Y) { return exclude(X, Y); }) &&
         Apart(A.Objects, B.Objects, [&](const auto &X, const auto &Y) { return exclude(X, Y); });
}

} // namespace weir::jsonschema
