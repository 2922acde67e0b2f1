//===- Conjunction.cpp - The conjunction of shapes ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Types are apart, so a conjunction of shapes is one of the alternatives of each type.
// Each kind of constraint is closed under conjunction:
//
//   intervals meet, lengths and counts meet, patterns are collected;
//   the element at a place, or the property of a name, satisfies what both sides ask
//   of it: what one side does not name falls under that side's `Rest`.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"
#include "TextMatch.h"

#include <algorithm>

namespace weir::jsonschema {

/// Literals that a set of strings lets through. Those a pattern cannot be decided for
/// stay, with the pattern.
static void filterLiterals(const ir::Module &M, StringSet &S, const StringSet &By) {
  bool Undecided = false;
  auto Lengthy = [&](std::string_view T) {
    uint64_t Length = 0;
    for (char C : T)
      Length += (uint8_t(C) & 0xC0) != 0x80;
    return Length < By.Min || Length > By.Max;
  };
  std::erase_if(S.Literals, [&](std::string_view T) {
    if (Lengthy(T))
      return true;
    for (ir::ExprId P : By.Patterns) {
      std::optional<bool> Matches = matchesText(M, P, T);
      if (!Matches)
        Undecided = true;
      else if (!*Matches)
        return true;
    }
    return false;
  });
  if (Undecided)
    for (ir::ExprId P : By.Patterns)
      if (!std::binary_search(S.Patterns.begin(), S.Patterns.end(), P))
        S.Patterns.insert(std::lower_bound(S.Patterns.begin(), S.Patterns.end(), P), P);
}

std::optional<StringSet> Compiler::conjoin(const StringSet &A, const StringSet &B) {
  if (A.IsLiterals || B.IsLiterals) {
    StringSet R = A.IsLiterals ? A : B;
    const StringSet &Other = A.IsLiterals ? B : A;
    charge(R.Literals.size() * (1 + 16 * Other.Patterns.size()));
    if (Other.IsLiterals) {
      charge(Other.Literals.size());
      std::vector<std::string_view> Both;
      std::set_intersection(A.Literals.begin(), A.Literals.end(), B.Literals.begin(),
                            B.Literals.end(), std::back_inserter(Both));
      R.Literals = std::move(Both);
    }
    filterLiterals(M, R, Other);
    if (R.Literals.empty())
      return std::nullopt;
    return R;
  }
  StringSet R;
  R.Min = std::max(A.Min, B.Min);
  R.Max = std::min(A.Max, B.Max);
  if (R.Min > R.Max)
    return std::nullopt;
  std::set_union(A.Patterns.begin(), A.Patterns.end(), B.Patterns.begin(), B.Patterns.end(),
                 std::back_inserter(R.Patterns));
  return R;
}

ArraySet Compiler::conjoin(const ArraySet &A, const ArraySet &B) {
  ArraySet R;
  R.Min = std::max(A.Min, B.Min);
  R.Max = std::min(A.Max, B.Max);
  size_t Prefix = std::max(A.Prefix.size(), B.Prefix.size());
  charge(Prefix);
  for (size_t I = 0; I < Prefix; ++I)
    R.Prefix.push_back(conjoin(A.at(I), B.at(I)));
  R.Rest = conjoin(A.Rest, B.Rest);
  return R;
}

/// Seen without looking at children.
static bool clearlyEmpty(const ObjectSet &O) {
  return O.Min > O.Max ||
         std::any_of(O.Properties.begin(), O.Properties.end(),
                     [](const Property &P) { return P.Required && P.Value == NoNode; });
}

static bool clearlyEmpty(const ArraySet &A) {
  if (A.Min > A.Max)
    return true;
  for (size_t I = 0; I < A.Prefix.size() && I < A.Min; ++I)
    if (A.Prefix[I] == NoNode)
      return true;
  return A.Min > A.Prefix.size() && A.Rest == NoNode;
}

static bool isAny(const Shape &S) {
  return S.Null && S.True && S.False && S.Numbers.size() == 1 && S.Strings.size() == 1 &&
         S.Arrays.size() == 1 && S.Objects.size() == 1 && S.Numbers[0] == NumberRange() &&
         S.Strings[0].isUnconstrained() && S.Arrays[0] == ArraySet() &&
         S.Objects[0].isUnconstrained();
}

Shape Compiler::conjoin(const Shape &A, const Shape &B, Location For) {
  if (isAny(A))
    return B;
  if (isAny(B))
    return A;
  Shape R;
  R.Null = A.Null && B.Null;
  R.True = A.True && B.True;
  R.False = A.False && B.False;

  // Every alternative of one side with every one of the other.
  auto Product = [&](const auto &X, const auto &Y, auto &Out, auto Combine) {
    uint64_t Pairs = uint64_t(X.size()) * Y.size();
    if (X.size() > 1 && Y.size() > 1 && Pairs > uint64_t(Opts.MaxAlternatives) * 64) {
      budgetExceeded(For, uint64_t(Opts.MaxAlternatives) * 64, "pairs of alternatives");
      return;
    }
    if (!charge(Pairs))
      return;
    for (const auto &P : X) {
      for (const auto &Q : Y) {
        Combine(P, Q);
        if (Stopped)
          return;
      }
    }
    if (X.size() > 1 && Y.size() > 1 && Out.size() > Opts.MaxAlternatives)
      budgetExceeded(For, Opts.MaxAlternatives, "alternatives where unions meet");
  };
  Product(A.Numbers, B.Numbers, R.Numbers, [&](const NumberRange &X, const NumberRange &Y) {
    NumberRange Both = intersect(X, Y);
    if (!Both.isEmpty())
      R.Numbers.push_back(std::move(Both));
  });
  Product(A.Strings, B.Strings, R.Strings, [&](const StringSet &X, const StringSet &Y) {
    if (std::optional<StringSet> Both = conjoin(X, Y))
      R.Strings.push_back(std::move(*Both));
  });
  Product(A.Arrays, B.Arrays, R.Arrays, [&](const ArraySet &X, const ArraySet &Y) {
    ArraySet Both = conjoin(X, Y);
    if (!clearlyEmpty(Both))
      R.Arrays.push_back(std::move(Both));
  });
  Product(A.Objects, B.Objects, R.Objects, [&](const ObjectSet &X, const ObjectSet &Y) {
    ObjectSet Both = conjoin(X, Y);
    if (!clearlyEmpty(Both))
      R.Objects.push_back(std::move(Both));
  });
  simplify(R);
  return R;
}

} // namespace weir::jsonschema
