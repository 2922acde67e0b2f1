//===- Complement.cpp - What a shape lets out -----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Types are apart, so one shape is taken from another type by type, and the complement
// of a shape is what is left of everything. One alternative after the other is taken
// away from what is left so far: from a set it cannot meet, nothing; any other becomes a
// union, a part for each thing the alternative asks:
//
//   strings  shorter; longer; outside of a pattern; none of the literals
//   arrays   shorter; longer; an element at a place that is not what it should be;
//            too few or too many elements of a kind; two that are equal
//   objects  fewer or more members; a member missing, or with another value (Objects.cpp)
//
// Parts that lie within others are dropped at once, so that a long list of alternatives
// that have most in common does not multiply. Children are negated as nodes, when
// somebody asks for their shapes.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include <algorithm>
#include <type_traits>
#include <unordered_map>

namespace weir::jsonschema {

/// A part of a complement: everything, less what `Set` takes away.
template <typename T, typename Setter>
static void addPart(std::vector<T> &Parts, Setter Set) {
  T Part;
  Set(Part);
  Parts.push_back(std::move(Part));
}

std::vector<StringSet> Compiler::negate(const StringSet &S, Location For) {
  std::vector<StringSet> Out;
  if (S.IsPattern)
    report(For, DiagId::SchemaNegation) << "that a string is no regular expression";
  if (S.IsLiterals)
    addPart(Out, [&](StringSet &X) { X.Excluded = S.Literals; });
  if (!S.Excluded.empty())
    addPart(Out, [&](StringSet &X) {
      X.IsLiterals = true;
      X.Literals = S.Excluded;
    });
  if (S.Min > 0)
    addPart(Out, [&](StringSet &X) { X.Max = S.Min - 1; });
  if (S.Max != ir::Unbounded)
    addPart(Out, [&](StringSet &X) { X.Min = S.Max + 1; });
  for (ir::ExprId P : S.Patterns)
    addPart(Out, [&](StringSet &X) {
      X.Patterns.push_back(M.op(P) == ir::Op::Not ? M.operands(P)[0] : M.neg(P));
    });
  return Out;
}

std::vector<ArraySet> Compiler::negate(const ArraySet &A) {
  std::vector<ArraySet> Out;
  if (A.Min > 0)
    addPart(Out, [&](ArraySet &X) { X.Max = A.Min - 1; });
  if (A.Max != ir::Unbounded)
    addPart(Out, [&](ArraySet &X) { X.Min = A.Max + 1; });
  charge(A.Prefix.size() * A.Prefix.size());
  for (uint32_t I = 0; I < A.Prefix.size() && I < A.Max && !Stopped; ++I)
    if (A.Prefix[I] != AnyNode)
      addPart(Out, [&](ArraySet &X) {
        X.Prefix.assign(I + 1, AnyNode);
        X.Prefix[I] = negate(A.Prefix[I]);
        X.Min = I + 1;
      });
  const uint32_t Fixed = uint32_t(A.Prefix.size());
  if (A.Rest != AnyNode && A.Max > Fixed)
    addPart(Out, [&](ArraySet &X) {
      if (isNone(A.Rest))
        X.Min = Fixed + 1;
      else
        X.Counts.push_back({Fixed, negate(A.Rest), 1, ir::Unbounded});
    });
  for (const ElementCount &C : A.Counts) {
    if (C.Min > 0)
      addPart(Out, [&](ArraySet &X) { X.Counts.push_back({C.From, C.Of, 0, C.Min - 1}); });
    if (C.Max != ir::Unbounded)
      addPart(Out, [&](ArraySet &X) { X.Counts.push_back({C.From, C.Of, C.Max + 1}); });
  }
  if (A.Unique && A.Max > 1)
    addPart(Out, [&](ArraySet &X) { X.Repeats = true; });
  if (A.Repeats)
    addPart(Out, [&](ArraySet &X) { X.Unique = true; });
  for (ArraySet &X : Out)
    normalise(X);
  return Out;
}

/// What sets of objects say of all names that any of them names, side by side: sets are compared in
/// pairs, and mostly differ in a name or two.
struct Compiler::NameTable {
  size_t Names = 0, RequiredWords = 0;
  std::vector<NodeId> Values;     ///< by set, then by name
  std::vector<uint64_t> Required; ///< by set, bits by name
  std::vector<uint32_t>
      Telling; ///< by set, the name by which another was last seen not to be in it

  NodeId value(size_t Set, size_t Name) const { return Values[Set * Names + Name]; }
};

Compiler::NameTable Compiler::nameTable(const std::vector<ObjectSet> &Sets) {
  NameTable T;
  std::unordered_map<std::string_view, size_t> Index;
  std::vector<std::string_view> Names;
  for (const ObjectSet &O : Sets)
    for (const Property &P : O.Properties)
      if (Index.try_emplace(P.Name, Names.size()).second)
        Names.push_back(P.Name);
  T.Names = Names.size();
  T.RequiredWords = (T.Names + 63) / 64;
  T.Required.resize(Sets.size() * T.RequiredWords);
  T.Telling.resize(Sets.size());
  T.Values.resize(Sets.size() * T.Names);
  for (size_t I = 0; I < Sets.size() && charge(1 + T.Names / 8); ++I) {
    const ObjectSet &O = Sets[I];
    NodeId *const Row = T.Values.data() + I * T.Names;
    for (const Property &P : O.Properties) {
      const size_t Name = Index.at(P.Name);
      Row[Name] = P.Value;
      if (P.Required)
        T.Required[I * T.RequiredWords + Name / 64] |= uint64_t(1) << (Name % 64);
    }
    for (size_t Name = 0; Name < T.Names; ++Name)
      if (Row[Name].isNone())
        Row[Name] = valueOf(O, Names[Name]);
  }
  return T;
}

/// Whether members of these names that are in the set `Inner` may be in the set `Outer`.
bool Compiler::includesNames(NameTable &T, size_t Outer, size_t Inner) const {
  for (size_t W = 0; W < T.RequiredWords; ++W)
    if (T.Required[Outer * T.RequiredWords + W] & ~T.Required[Inner * T.RequiredWords + W])
      return false;
  auto differs = [&](size_t Name) {
    const NodeId X = T.value(Outer, Name), Y = T.value(Inner, Name);
    return X != Y && !includes(X, Y);
  };
  uint32_t &Telling = T.Telling[Outer];
  if (T.Names > 0 && differs(Telling))
    return false;
  for (size_t Name = 0; Name < T.Names; ++Name)
    if (differs(Name)) {
      Telling = uint32_t(Name);
      return false;
    }
  return true;
}

/// Drops what lies within another.
template <typename T>
void Compiler::absorb(std::vector<T> &Sets) {
  constexpr size_t Many = 512;
  if (Sets.size() < 2 || Sets.size() > Many)
    return;
  auto absorbBy = [&](auto isWithin) {
    std::vector<bool> Gone(Sets.size(), false);
    for (size_t I = 0; I < Sets.size(); ++I)
      for (size_t J = 0; J < Sets.size() && !Gone[I]; ++J)
        if (I != J && !Gone[J] && charge(1) && isWithin(I, J))
          Gone[I] = true;
    size_t Kept = 0;
    for (size_t I = 0; I < Sets.size(); ++I) {
      if (Gone[I])
        continue;
      if (Kept != I)
        Sets[Kept] = std::move(Sets[I]);
      ++Kept;
    }
    Sets.resize(Kept);
  };
  if constexpr (std::is_same_v<T, ObjectSet>) {
    constexpr size_t Few = 4;
    if (Sets.size() > Few) {
      NameTable Names = nameTable(Sets);
      return absorbBy([&](size_t I, size_t J) {
        return includesNames(Names, J, I) && charge(1) && includesOthers(Sets[J], Sets[I]);
      });
    }
  }
  absorbBy([&](size_t I, size_t J) { return includes(Sets[J], Sets[I]); });
}

Shape Compiler::subtract(Shape From, const Shape &What, Location For) {
  if (What.Inexact) {
    From.Inexact = true;
    return From;
  }
  From.Null &= !What.Null;
  From.True &= !What.True;
  From.False &= !What.False;
  auto Less = [&](auto &Left, const auto &Sets, auto Negate) {
    for (const auto &Set : Sets) {
      decltype(Negate(Set)) Parts;
      bool Made = false;
      auto Before = std::move(Left);
      Left.clear();
      for (auto &X : Before) {
        if (!charge(1))
          return;
        if (exclude(X, Set)) {
          Left.push_back(std::move(X));
          continue;
        }
        if (!Made)
          Parts = Negate(Set);
        Made = true;
        for (const auto &Part : Parts)
          if (auto Both = charge(1) ? meet(X, Part) : std::nullopt)
            Left.push_back(std::move(*Both));
      }
      absorb(Left);
      if (Left.empty() || !alternativesFit(Left.size(), For))
        return;
    }
  };
  // Intervals are taken away at once, and many.
  std::vector<NumberRange> Intervals, Stepped;
  for (const NumberRange &X : What.Numbers)
    (X.isInterval() ? Intervals : Stepped).push_back(X);
  if (!Intervals.empty())
    From.Numbers = meet(From.Numbers, gapsBetween(std::move(Intervals)));
  Less(From.Numbers, Stepped, [&](const NumberRange &X) { return jsonschema::complement(X); });
  Less(From.Strings, What.Strings, [&](const StringSet &X) { return negate(X, For); });
  Less(From.Arrays, What.Arrays, [&](const ArraySet &X) { return negate(X); });
  Less(From.Objects, What.Objects, [&](const ObjectSet &X) { return negate(X); });
  simplify(From);
  return From;
}

template void Compiler::absorb(std::vector<ArraySet> &);
template void Compiler::absorb(std::vector<ObjectSet> &);

Shape Compiler::complement(const Shape &S, Location For) { return subtract(Shape::any(), S, For); }

} // namespace weir::jsonschema
