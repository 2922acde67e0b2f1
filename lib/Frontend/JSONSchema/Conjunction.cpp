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

#include "weir/Frontend/Formats/Formats.h"
#include "weir/Support/LongSort.h"

#include <algorithm>

namespace weir::jsonschema {

/// Literals that a set of strings lets through. Those that `Reads` cannot decide a pattern for
/// stay, with the pattern.
static void filterLiterals(StringSet &S, const StringSet &By,
                           FunctionRef<std::optional<bool>(ir::ExprId, std::string_view)> Reads) {
  bool Undecided = false;
  auto Lengthy = [&](std::string_view T) {
    uint64_t Length = 0;
    for (char C : T)
      Length += (uint8_t(C) & 0xC0) != 0x80;
    return Length < By.Min || Length > By.Max;
  };
  S.IsPattern = false;
  std::erase_if(S.Literals, [&](std::string_view T) {
    if (Lengthy(T))
      return true;
    if (By.IsPattern) {
      std::optional<bool> Is = isPattern(T);
      if (Is == false)
        return true;
      S.IsPattern |= !Is;
    }
    for (ir::ExprId P : By.Patterns) {
      const std::optional<bool> Matches = Reads(P, T);
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

std::optional<NumberRange> Compiler::meet(const NumberRange &A, const NumberRange &B) {
  if (areApart(A, B))
    return std::nullopt;
  const size_t Excluded = A.Excluded.size() + B.Excluded.size();
  const size_t Steps = Excluded + A.Multiples.size() + B.Multiples.size();
  charge(8 + 2 * Excluded * Steps);
  NumberRange Both = intersect(A, B);
  if (Both.isEmpty())
    return std::nullopt;
  return Both;
}

/// Each range of one side with those of the other that it may meet: many are mostly in order,
/// and apart.
std::vector<NumberRange> Compiler::meet(const std::vector<NumberRange> &A,
                                        const std::vector<NumberRange> &B) {
  std::vector<NumberRange> Out;
  auto add = [&](const NumberRange &X, const NumberRange &Y) {
    if (std::optional<NumberRange> Both = meet(X, Y))
      Out.push_back(std::move(*Both));
  };
  constexpr size_t Few = 8;
  if (std::min(A.size(), B.size()) <= Few) {
    for (size_t I = 0; I < A.size() && charge(B.size()); ++I)
      for (const NumberRange &Y : B)
        add(A[I], Y);
    return Out;
  }
  std::vector<const NumberRange *> Sorted;
  for (const NumberRange &Y : B)
    Sorted.push_back(&Y);
  if (!charge(4 * (A.size() + B.size())) ||
      !longSort(Sorted, [](auto *X, auto *Y) { return beginsBefore(*X, *Y); }))
    return Out;
  // The range that ends last, of those up to each.
  std::vector<const NumberRange *> Last;
  for (const NumberRange *Y : Sorted)
    Last.push_back(Last.empty() || endsBefore(*Last.back(), *Y) ? Y : Last.back());
  for (const NumberRange &X : A) {
    auto From = std::partition_point(Last.begin(), Last.end(),
                                     [&](const NumberRange *Y) { return isBelow(*Y, X); });
    for (size_t I = size_t(From - Last.begin()); I < Sorted.size() && charge(1); ++I) {
      if (isBelow(X, *Sorted[I]))
        break;
      add(X, *Sorted[I]);
    }
    if (Stopped)
      break;
  }
  return Out;
}

std::optional<StringSet> Compiler::meet(const StringSet &A, const StringSet &B) {
  if (A.IsLiterals || B.IsLiterals) {
    StringSet R = A.IsLiterals ? A : B;
    const StringSet &Other = A.IsLiterals ? B : A;
    const bool Unknown = R.IsPattern;
    const bool Many = R.Literals.size() > 256;
    charge(R.Literals.size() * (1 + (Many ? 4 : 16) * Other.Patterns.size()));
    if (Other.IsLiterals) {
      charge(Other.Literals.size());
      std::vector<std::string_view> Both;
      std::set_intersection(A.Literals.begin(), A.Literals.end(), B.Literals.begin(),
                            B.Literals.end(), std::back_inserter(Both));
      R.Literals = std::move(Both);
    }
    std::erase_if(R.Literals, [&](std::string_view T) {
      return std::binary_search(Other.Excluded.begin(), Other.Excluded.end(), T);
    });
    // An automaton pays for many texts. What others were compared with is counted, and ends.
    constexpr uint64_t MaxTextWork = 10'000'000;
    filterLiterals(R, Other, [&](ir::ExprId P, std::string_view T) {
      std::optional<bool> Matches;
      if (Many && pollWork(2))
        Matches = Texts.reads(P, T);
      if (!Matches && TextWork < MaxTextWork)
        Matches = matchesText(M, P, T, TextWork);
      return Matches;
    });
    R.IsPattern |= Unknown;
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
  charge(A.Excluded.size() + B.Excluded.size() + 4 * R.Patterns.size());
  std::set_union(A.Excluded.begin(), A.Excluded.end(), B.Excluded.begin(), B.Excluded.end(),
                 std::back_inserter(R.Excluded));
  R.IsPattern = A.IsPattern || B.IsPattern;
  settlePatterns(R);
  if (isEmpty(R))
    return std::nullopt;
  return R;
}

/// Leaves out bounds that the texts of a pattern keep anyway. Where no text has a parenthesis or
/// a backslash, those that are regular expressions are regular.
void Compiler::settlePatterns(StringSet &S) {
  for (ir::ExprId P : S.Patterns)
    if (const auto L = Texts.lengthsOf(P)) {
      if (S.Min <= L->Min)
        S.Min = 0;
      if (L->Max <= S.Max)
        S.Max = ir::Unbounded;
    }
  if (!S.IsPattern || S.Patterns.empty())
    return;
  std::vector<ir::ExprId> All = S.Patterns;
  All.push_back(M.seq({M.anyText(), M.alt({M.lit("("), M.lit("\\")}), M.anyText()}));
  if (Texts.isEmpty(std::move(All), S.Min, S.Max) != true)
    return;
  S.IsPattern = false;
  const ir::ExprId Flat = patternsWithoutGroups(M);
  auto At = std::lower_bound(S.Patterns.begin(), S.Patterns.end(), Flat);
  if (At == S.Patterns.end() || *At != Flat)
    S.Patterns.insert(At, Flat);
}

/// Makes one language of the alternatives of equal lengths that patterns alone tell apart, where
/// its automaton is small.
void Compiler::joinPatterns(std::vector<StringSet> &Sets) {
  constexpr uint32_t SmallAutomaton = 128;
  for (size_t I = 0; I < Sets.size(); ++I) {
    auto isAlike = [&](const StringSet &S) {
      return !S.IsLiterals && S.Excluded.empty() && !S.IsPattern && !S.Patterns.empty() &&
             S.Min == Sets[I].Min && S.Max == Sets[I].Max;
    };
    std::vector<ir::ExprId> Ways;
    for (size_t K = I; K < Sets.size() && isAlike(Sets[I]); ++K)
      if (isAlike(Sets[K]))
        Ways.push_back(M.conj(Sets[K].Patterns));
    if (Ways.size() < 2)
      continue;
    const ir::ExprId All = M.alt(Ways);
    if (!Texts.hasAutomaton(All, SmallAutomaton))
      continue;
    StringSet Joint;
    Joint.Min = Sets[I].Min;
    Joint.Max = Sets[I].Max;
    Joint.Patterns = {All};
    Sets.erase(std::remove_if(Sets.begin() + ptrdiff_t(I), Sets.end(), isAlike), Sets.end());
    Sets.insert(Sets.begin() + ptrdiff_t(I), std::move(Joint));
  }
}

/// Whether a set without literals is known to be empty.
bool Compiler::isEmpty(const StringSet &S) {
  if (S.IsLiterals)
    return S.Literals.empty();
  if (S.Min > S.Max)
    return true;
  std::vector<ir::ExprId> All = S.Patterns;
  // Few texts can be excluded one by one.
  constexpr uint32_t Few = 64;
  if (!S.Excluded.empty() && (S.Max == 0 || (!All.empty() && S.Excluded.size() <= Few))) {
    std::vector<ir::ExprId> Texts;
    for (std::string_view T : S.Excluded)
      Texts.push_back(M.lit(T));
    All.push_back(M.neg(M.alt(Texts)));
  }
  return !All.empty() && Texts.isEmpty(std::move(All), S.Min, S.Max) == true;
}

void Compiler::normalise(ArraySet &A) {
  std::vector<ElementCount> Counts;
  for (ElementCount C : A.Counts) {
    if (C.Of == AnyNode) {
      // All elements from there on: a bound on the length.
      if (C.Min > 0)
        A.Min = std::max(A.Min,
                         uint32_t(std::min<uint64_t>(uint64_t(C.From) + C.Min, ir::Unbounded - 1)));
      if (C.Max != ir::Unbounded)
        A.Max = uint32_t(std::min<uint64_t>(A.Max, uint64_t(C.From) + C.Max));
      continue;
    }
    if (C.Max == 0 && C.Min == 0) {
      // None of them.
      if (C.From > A.Prefix.size())
        A.Prefix.resize(C.From, A.Rest);
      NodeId Other = negate(C.Of);
      for (size_t I = C.From; I < A.Prefix.size(); ++I)
        A.Prefix[I] = conjoin(A.Prefix[I], Other);
      A.Rest = conjoin(A.Rest, Other);
      continue;
    }
    if (isNone(C.Of)) {
      if (C.Min > 0)
        A.Max = 0, A.Min = std::max(A.Min, 1U);
      continue;
    }
    if (C.Min > 0)
      A.Min = std::max(A.Min,
                       uint32_t(std::min<uint64_t>(uint64_t(C.From) + C.Min, ir::Unbounded - 1)));
    if (C.Min > 0 || C.Max != ir::Unbounded)
      Counts.push_back(C);
  }
  // Two of the same elements meet.
  std::sort(Counts.begin(), Counts.end());
  A.Counts.clear();
  for (const ElementCount &C : Counts)
    if (!A.Counts.empty() && A.Counts.back().From == C.From && A.Counts.back().Of == C.Of) {
      A.Counts.back().Min = std::max(A.Counts.back().Min, C.Min);
      A.Counts.back().Max = std::min(A.Counts.back().Max, C.Max);
    } else {
      A.Counts.push_back(C);
    }
  // A count that no element can add to.
  for (const ElementCount &C : A.Counts) {
    bool Possible = C.Min == 0;
    for (size_t I = std::min<size_t>(C.From, A.Prefix.size()); I <= A.Prefix.size() && !Possible;
         ++I)
      Possible = I >= A.Max || !charge(1) || !isShownEmpty(conjoin(A.at(I), C.Of));
    if (!Possible)
      A.Min = 1, A.Max = 0;
  }
  // What cannot be ends the array, and says nothing about what is not there.
  for (uint32_t I = 0; I < A.Prefix.size() && I < A.Max; ++I)
    if (I >= A.Min && isNone(A.Prefix[I]))
      A.Max = I;
  if (isNone(A.Rest) && A.Min <= A.Prefix.size())
    A.Max = std::min(A.Max, uint32_t(A.Prefix.size()));
  if (A.Prefix.size() > A.Max)
    A.Prefix.resize(A.Max);
  A.Unique &= A.Max > 1;
  if (A.Repeats)
    A.Min = std::max(A.Min, 2U);
}

/// With a lower bound alone an element may be counted or not, as it suits; with an upper
/// bound the elements are divided into those that count and those that do not.
void Compiler::divide(ArraySet &A, Location For) {
  constexpr size_t MaxWays = 64, MaxPlaces = 4'096;
  A.Ways.clear();
  if (A.Counts.empty() && !A.Unique)
    return;
  size_t Places = A.Prefix.size();
  for (const ElementCount &C : A.Counts)
    Places = std::max<size_t>(Places, C.From);
  if (Places > MaxPlaces) {
    budgetExceeded(For, MaxPlaces, "places of elements that are counted");
    return;
  }
  for (size_t I = 0; I <= Places && !Stopped; ++I) {
    std::vector<ElementWay> Ways{{A.at(I), {}}};
    for (uint32_t K = 0; K < A.Counts.size(); ++K) {
      const ElementCount &C = A.Counts[K];
      if (I < C.From)
        continue;
      std::vector<ElementWay> Next;
      for (ElementWay &W : Ways) {
        ElementWay Counted{conjoin(W.Of, C.Of), W.Counts};
        Counted.Counts.push_back(K);
        const bool Always = includes(C.Of, W.Of);
        if (!Always && C.Max != ir::Unbounded)
          W.Of = conjoin(W.Of, negate(C.Of));
        if (!isNone(Counted.Of))
          Next.push_back(std::move(Counted));
        if (!Always && !isNone(W.Of))
          Next.push_back(std::move(W));
      }
      Ways = std::move(Next);
      if (Ways.size() > MaxWays || !charge(Ways.size())) {
        budgetExceeded(For, MaxWays, "ways in which an element is counted");
        return;
      }
    }
    A.Ways.push_back(std::move(Ways));
  }
}

std::optional<ArraySet> Compiler::meet(const ArraySet &A, const ArraySet &B) {
  ArraySet R;
  R.Min = std::max(A.Min, B.Min);
  R.Max = std::min(A.Max, B.Max);
  if (R.Min > R.Max)
    return std::nullopt;
  R.Unique = A.Unique || B.Unique;
  R.Repeats = A.Repeats || B.Repeats;
  if (R.Unique && R.Repeats)
    return std::nullopt;
  R.Counts = A.Counts;
  R.Counts.insert(R.Counts.end(), B.Counts.begin(), B.Counts.end());
  size_t Prefix = std::min<size_t>(std::max(A.Prefix.size(), B.Prefix.size()), R.Max);
  charge(Prefix);
  for (size_t I = 0; I < Prefix; ++I)
    R.Prefix.push_back(conjoin(A.at(I), B.at(I)));
  R.Rest = R.Max > Prefix ? conjoin(A.Rest, B.Rest) : NoNode;
  normalise(R);
  if (isEmpty(R))
    return std::nullopt;
  return R;
}

/// Notes the child that made an alternative empty. Always true.
bool Compiler::blame(NodeId Child) {
  Culprit = Child;
  return true;
}

bool Compiler::isEmpty(const ObjectSet &O) {
  uint64_t Required = 0;
  for (const Property &P : O.Properties) {
    Required += P.Required;
    if (P.Required && isNone(P.Value))
      return blame(P.Value);
  }
  return O.Min > O.Max || Required > O.Max;
}

bool Compiler::isEmpty(const ArraySet &A) {
  if (A.Min > A.Max)
    return true;
  for (size_t I = 0; I < A.Prefix.size() && I < A.Min; ++I)
    if (isNone(A.Prefix[I]))
      return blame(A.Prefix[I]);
  for (const ElementCount &C : A.Counts)
    if (C.Min > C.Max)
      return true;
  return A.Min > A.Prefix.size() && isNone(A.Rest) && blame(A.Rest);
}

std::optional<ObjectSet> Compiler::meet(const ObjectSet &A, const ObjectSet &B) {
  ObjectSet Both = conjoin(A, B);
  if (isEmpty(Both))
    return std::nullopt;
  return Both;
}

static bool isAny(const Shape &S) {
  return S.Null && S.True && S.False && S.Numbers.size() == 1 && S.Strings.size() == 1 &&
         S.Arrays.size() == 1 && S.Objects.size() == 1 && S.Numbers[0] == NumberRange() &&
         S.Strings[0].isUnconstrained() && S.Arrays[0] == ArraySet() &&
         S.Objects[0].isUnconstrained();
}

Shape Compiler::conjoin(const Shape &A, const Shape &B, Location For) {
  Culprit = NodeId();
  if (isAny(A) && !A.Inexact)
    return B;
  if (isAny(B) && !B.Inexact)
    return A;
  Shape R;
  R.Inexact = A.Inexact || B.Inexact;
  R.Null = A.Null && B.Null;
  R.True = A.True && B.True;
  R.False = A.False && B.False;

  // Every alternative of one side with every one of the other.
  auto Meet = [&](const auto &X, const auto &Y, auto &Out) {
    for (const auto &P : X) {
      for (const auto &Q : Y) {
        if (!charge(8))
          return;
        if (auto Both = meet(P, Q))
          Out.push_back(std::move(*Both));
      }
      if (!alternativesFit(Out.size(), For))
        return;
    }
  };
  R.Numbers = meet(A.Numbers, B.Numbers);
  alternativesFit(R.Numbers.size(), For);
  constexpr size_t ManyPairs = 32;
  if (A.Strings.size() > 1 && B.Strings.size() > 1 &&
      A.Strings.size() * B.Strings.size() > ManyPairs) {
    std::vector<StringSet> X = A.Strings, Y = B.Strings;
    joinPatterns(X);
    joinPatterns(Y);
    Meet(X, Y, R.Strings);
  } else {
    Meet(A.Strings, B.Strings, R.Strings);
  }
  Meet(A.Arrays, B.Arrays, R.Arrays);
  Meet(A.Objects, B.Objects, R.Objects);
  simplify(R);
  return R;
}

} // namespace weir::jsonschema
