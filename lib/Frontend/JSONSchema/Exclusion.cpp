//===- Exclusion.cpp - Exclusion and inclusion at a glance ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Most branches of `oneOf` are told apart at a glance: by type, by disjoint literals,
// intervals or patterns, or by a member or element that both must have. What is shown
// here needs no negation; where nothing is shown, the negation is exact all the same.
// Inclusion is read off the constraints, and only spares work.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include <algorithm>

namespace weir::jsonschema {

namespace {

/// Finds properties by name, each once. Objects that are compared mostly name the same in the
/// same order, and few: an index is made of many only.
class PropertyLookup {
public:
  explicit PropertyLookup(const std::vector<Property> &Of) : Of(Of) {
    if (Of.size() <= Few)
      return;
    Taken.resize(Of.size());
    for (size_t I = 0; I < Of.size(); ++I)
      Index.emplace(Of[I].Name, I);
  }
  /// The property, which is taken, or null.
  const Property *take(std::string_view Name) {
    size_t I = Of.size();
    if (Of.size() > Few) {
      if (auto It = Index.find(Name); It != Index.end())
        I = It->second;
    } else {
      for (size_t N = 0; N < Of.size() && I == Of.size(); ++N) {
        const size_t At = Next + N < Of.size() ? Next + N : Next + N - Of.size();
        if (Of[At].Name == Name)
          I = At;
      }
    }
    if (I == Of.size() || isTaken(I))
      return nullptr;
    if (Of.size() > Few)
      Taken[I] = true;
    else
      TakenBits |= uint32_t(1) << I;
    Next = I + 1 < Of.size() ? I + 1 : 0;
    return &Of[I];
  }
  bool isTaken(size_t I) const { return Of.size() > Few ? Taken[I] : TakenBits >> I & 1; }

private:
  static constexpr size_t Few = 32;
  const std::vector<Property> &Of;
  std::unordered_map<std::string_view, size_t> Index;
  std::vector<bool> Taken;
  uint32_t TakenBits = 0;
  size_t Next = 0; ///< where to look first
};

} // namespace

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
  if (Min > Max || (A.Unique && B.Repeats) || (A.Repeats && B.Unique))
    return true;
  size_t Fixed = std::max(A.Prefix.size(), B.Prefix.size());
  for (size_t I = 0; I < Fixed && I < Min && charge(1); ++I)
    if (isShownEmpty(conjoin(A.at(I), B.at(I))))
      return true;
  if (Min > Fixed && isShownEmpty(conjoin(A.Rest, B.Rest)))
    return true;
  return !(A.Counts.empty() && B.Counts.empty()) && !meet(A, B);
}

/// Whether a member that one side requires cannot be on the other, or there are too
/// many of them.
bool Compiler::exclude(const ObjectSet &A, const ObjectSet &B) {
  if (!charge(1 + A.Properties.size() + B.Properties.size()))
    return false;
  PropertyLookup InB(B.Properties);
  uint64_t Required = 0;
  // What both name first: there are the tags by which unions are told apart.
  std::vector<std::pair<NodeId, NodeId>> Named, Others;
  for (const Property &P : A.Properties) {
    const Property *Q = InB.take(P.Name);
    if (P.Required || (Q && Q->Required)) {
      ++Required;
      (Q ? Named : Others).emplace_back(P.Value, Q ? Q->Value : valueOf(B, P.Name));
    }
  }
  for (size_t I = 0; I < B.Properties.size(); ++I)
    if (const Property &P = B.Properties[I]; P.Required && !InB.isTaken(I)) {
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

bool Compiler::exclude(const NumberRange &A, const NumberRange &B) {
  return intersect(A, B).isEmpty();
}

bool Compiler::includes(NodeId Outer, NodeId Inner) const {
  if (Outer == Inner || Outer == AnyNode || isNone(Inner))
    return true;
  const std::vector<AtomId> &X = node(Outer).Atoms, &Y = node(Inner).Atoms;
  return Outer != NoNode && std::includes(Y.begin(), Y.end(), X.begin(), X.end());
}

bool Compiler::includes(const NumberRange &Outer, const NumberRange &Inner) const {
  if (Outer == Inner)
    return true;
  if (Outer.Lo) {
    const int C = Inner.Lo ? compare(*Outer.Lo, *Inner.Lo) : 1;
    if (C > 0 || (C == 0 && Outer.LoExclusive && !Inner.LoExclusive))
      return false;
  }
  if (Outer.Hi) {
    const int C = Inner.Hi ? compare(*Outer.Hi, *Inner.Hi) : -1;
    if (C < 0 || (C == 0 && Outer.HiExclusive && !Inner.HiExclusive))
      return false;
  }
  return intersect(Outer, Inner) == Inner;
}

bool Compiler::includes(const StringSet &Outer, const StringSet &Inner) const {
  auto Subset = [](const auto &X, const auto &Y) {
    return std::includes(Y.begin(), Y.end(), X.begin(), X.end());
  };
  if (Outer.IsLiterals || Inner.IsLiterals)
    return Outer == Inner;
  if (Outer.IsPattern && !Inner.IsPattern)
    return false;
  return Outer.Min <= Inner.Min && Outer.Max >= Inner.Max &&
         Subset(Outer.Patterns, Inner.Patterns) && Subset(Outer.Excluded, Inner.Excluded);
}

bool Compiler::includes(const ArraySet &Outer, const ArraySet &Inner) const {
  if (Outer.Min > Inner.Min || Outer.Max < Inner.Max || (Outer.Unique && !Inner.Unique) ||
      (Outer.Repeats && !Inner.Repeats))
    return false;
  if (!std::includes(Inner.Counts.begin(), Inner.Counts.end(), Outer.Counts.begin(),
                     Outer.Counts.end()))
    return false;
  const size_t Fixed = std::max(Outer.Prefix.size(), Inner.Prefix.size());
  for (size_t I = 0; I < Fixed && I < Inner.Max; ++I)
    if (!includes(Outer.at(I), Inner.at(I)))
      return false;
  return Inner.Max <= Fixed || includes(Outer.Rest, Inner.Rest);
}

bool Compiler::includesOthers(const ObjectSet &Outer, const ObjectSet &Inner) {
  // Cells are compared one by one where they are for the same keys.
  if (Outer.Cells.size() != Inner.Cells.size())
    return false;
  for (size_t I = 0; I < Outer.Cells.size(); ++I)
    if (Outer.Cells[I].Keys != Inner.Cells[I].Keys ||
        !includes(Outer.Cells[I].Value, Inner.Cells[I].Value))
      return false;
  for (const MemberExists &E : Outer.Exists) {
    auto Implies = [&](const MemberExists &X) {
      return includes(E.Value, X.Value) && Keys.minus(X.Keys, E.Keys) == NoKey;
    };
    auto Is = [&](const Property &P) {
      return P.Required && includes(E.Value, P.Value) && Keys.contains(E.Keys, P.Name);
    };
    if (std::none_of(Inner.Exists.begin(), Inner.Exists.end(), Implies) &&
        std::none_of(Inner.Properties.begin(), Inner.Properties.end(), Is))
      return false;
  }
  return Outer.Min <= Inner.Min && Outer.Max >= Inner.Max && includes(Outer.Rest, Inner.Rest);
}

bool Compiler::includes(const ObjectSet &Outer, const ObjectSet &Inner) {
  if (Outer == Inner)
    return true;
  if (!includesOthers(Outer, Inner))
    return false;
  charge(Outer.Properties.size() + Inner.Properties.size());
  PropertyLookup InInner(Inner.Properties);
  for (const Property &P : Outer.Properties) {
    const Property *Q = InInner.take(P.Name);
    if ((P.Required && !(Q && Q->Required)) ||
        !includes(P.Value, Q ? Q->Value : valueOf(Inner, P.Name)))
      return false;
  }
  for (size_t I = 0; I < Inner.Properties.size(); ++I)
    if (const Property &P = Inner.Properties[I];
        !InInner.isTaken(I) && !includes(valueOf(Outer, P.Name), P.Value))
      return false;
  return true;
}

/// True when it is shown that no value is in both.
bool Compiler::exclude(const Shape &A, const Shape &B) {
  if ((A.Null && B.Null) || (A.True && B.True) || (A.False && B.False))
    return false;
  constexpr size_t MaxPairs = 4'096;
  auto Apart = [&](const auto &X, const auto &Y) {
    if (X.size() * Y.size() > MaxPairs)
      return false;
    for (const auto &P : X)
      for (const auto &Q : Y)
        if (!charge(1) || !exclude(P, Q))
          return false;
    return true;
  };
  return Apart(A.Numbers, B.Numbers) && Apart(A.Strings, B.Strings) && Apart(A.Arrays, B.Arrays) &&
         Apart(A.Objects, B.Objects);
}

bool Compiler::apartByTag(const std::vector<Shape> &Parts) {
  constexpr size_t FewParts = 4, MaxTags = 8;
  if (Parts.size() < FewParts)
    return false;
  for (const Shape &P : Parts)
    if (P.Null || P.True || P.False || !P.Numbers.empty() || !P.Strings.empty() ||
        !P.Arrays.empty() || P.Objects.empty())
      return false;
  // Whether each part says of the member's string which part it is.
  auto tells = [&](std::string_view Name) {
    std::unordered_map<std::string_view, size_t> PartOf;
    for (size_t I = 0; I < Parts.size(); ++I)
      for (const ObjectSet &O : Parts[I].Objects) {
        if (!charge(1 + O.Properties.size()))
          return false;
        auto It = std::find_if(O.Properties.begin(), O.Properties.end(),
                               [&](const Property &P) { return P.Name == Name; });
        const Shape *S = It != O.Properties.end() && It->Required ? tryShape(It->Value) : nullptr;
        if (!S || S->Null || S->True || S->False || !S->Numbers.empty() || !S->Arrays.empty() ||
            !S->Objects.empty())
          return false;
        for (const StringSet &Texts : S->Strings) {
          if (!Texts.IsLiterals || !charge(Texts.Literals.size()))
            return false;
          for (std::string_view T : Texts.Literals)
            if (PartOf.try_emplace(T, I).first->second != I)
              return false;
        }
      }
    return true;
  };
  size_t Tags = 0;
  for (const Property &P : Parts[0].Objects[0].Properties)
    if (P.Required && ++Tags <= MaxTags && tells(P.Name))
      return true;
  return false;
}

} // namespace weir::jsonschema
