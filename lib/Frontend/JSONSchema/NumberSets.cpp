//===- NumberSets.cpp - The algebra of sets of numbers --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An interval, multiples of some steps, and no multiples of others. Two steps become
// their least common multiple where its coefficient has at most 18 digits, else both
// stand. "An integer" is a step of 1 and kept as the kind; an excluded step is taken to
// its common multiple with the step that holds anyway, so that equal sets are mostly
// equal structures.
//
// Emptiness: without a step an interval of more than one point has points of every
// residue; with one, the candidates between the bounds are looked at in turn, and
// infinitely many are never all excluded (1 more than a multiple of all is not).
//
//===----------------------------------------------------------------------===//
#include "Numbers.h"

#include "weir/Support/LongSort.h"

#include <algorithm>

namespace weir::jsonschema {

static const Decimal &one() {
  static const Decimal One{false, "1", 1};
  return One;
}

/// No number at all, in its one form.
static NumberRange none() {
  NumberRange R;
  R.Lo = one();
  R.Hi = Decimal();
  return R;
}

static bool smaller(const Decimal &A, const Decimal &B) { return compare(A, B) < 0; }

/// Replaces pairs by their common multiple as long as that is a step.
static void mergeSteps(std::vector<Decimal> &Steps) {
  for (size_t I = 0; I < Steps.size(); ++I)
    for (size_t J = I + 1; J < Steps.size(); ++J)
      if (std::optional<Decimal> Both = leastCommonMultiple(Steps[I], Steps[J])) {
        Steps[I] = *Both;
        Steps.erase(Steps.begin() + ptrdiff_t(J));
        J = I;
      }
  std::sort(Steps.begin(), Steps.end(), smaller);
}

NumberRange normalised(NumberRange R) {
  if (R.NotLexical && R.Kind == Integers::Lexical)
    return none();
  if (R.Kind != Integers::Any)
    R.Multiples.push_back(one());
  mergeSteps(R.Multiples);
  for (const Decimal &Step : R.Multiples)
    if (Step.isIntegral())
      R.Kind = std::max(R.Kind, Integers::Integral);
  for (Decimal &X : R.Excluded)
    for (const Decimal &Step : R.Multiples) {
      if (isMultiple(Step, X))
        return none();
      if (std::optional<Decimal> Both = leastCommonMultiple(X, Step))
        X = *Both;
    }
  std::sort(R.Excluded.begin(), R.Excluded.end(), smaller);
  std::vector<Decimal> Kept;
  for (const Decimal &X : R.Excluded)
    if (std::none_of(Kept.begin(), Kept.end(), [&](const Decimal &K) { return isMultiple(X, K); }))
      Kept.push_back(X);
  R.Excluded = std::move(Kept);
  if (std::any_of(R.Excluded.begin(), R.Excluded.end(),
                  [](const Decimal &X) { return isMultiple(one(), X); }))
    R.NotLexical = false;
  std::erase(R.Multiples, one());
  return R;
}

NumberRange intersect(const NumberRange &A, const NumberRange &B) {
  NumberRange R = A;
  if (B.Lo) {
    int C = R.Lo ? compare(*R.Lo, *B.Lo) : -1;
    if (C < 0) {
      R.Lo = B.Lo;
      R.LoExclusive = B.LoExclusive;
    } else if (C == 0) {
      R.LoExclusive |= B.LoExclusive;
    }
  }
  if (B.Hi) {
    int C = R.Hi ? compare(*R.Hi, *B.Hi) : 1;
    if (C > 0) {
      R.Hi = B.Hi;
      R.HiExclusive = B.HiExclusive;
    } else if (C == 0) {
      R.HiExclusive |= B.HiExclusive;
    }
  }
  R.Kind = std::max(A.Kind, B.Kind);
  R.NotLexical |= B.NotLexical;
  if (!B.Multiples.empty() || !B.Excluded.empty() || !R.Multiples.empty() || !R.Excluded.empty() ||
      R.NotLexical) {
    R.Multiples.insert(R.Multiples.end(), B.Multiples.begin(), B.Multiples.end());
    R.Excluded.insert(R.Excluded.end(), B.Excluded.begin(), B.Excluded.end());
    return normalised(std::move(R));
  }
  return R;
}

std::vector<NumberRange> complement(const NumberRange &R) {
  std::vector<NumberRange> Out;
  if (R.Lo) {
    NumberRange &Below = Out.emplace_back();
    Below.Hi = R.Lo;
    Below.HiExclusive = !R.LoExclusive;
  }
  if (R.Hi) {
    NumberRange &Above = Out.emplace_back();
    Above.Lo = R.Hi;
    Above.LoExclusive = !R.HiExclusive;
  }
  auto Excluding = [&](const Decimal &Step) { Out.emplace_back().Excluded = {Step}; };
  if (R.Kind == Integers::Lexical)
    Out.emplace_back().NotLexical = true; // 1.5 is among them
  else if (R.Kind == Integers::Integral)
    Excluding(one());
  for (const Decimal &Step : R.Multiples)
    Excluding(Step);
  if (R.NotLexical)
    Out.emplace_back().Kind = Integers::Lexical;
  for (const Decimal &X : R.Excluded) {
    NumberRange Of;
    Of.Multiples = {X};
    Out.push_back(normalised(std::move(Of)));
  }
  return Out;
}

bool isBelow(const NumberRange &A, const NumberRange &B) {
  if (!A.Hi || !B.Lo)
    return false;
  const int C = compare(*A.Hi, *B.Lo);
  return C < 0 || (C == 0 && (A.HiExclusive || B.LoExclusive));
}

bool beginsBefore(const NumberRange &A, const NumberRange &B) {
  if (!A.Lo || !B.Lo)
    return !A.Lo && B.Lo;
  const int C = compare(*A.Lo, *B.Lo);
  return C < 0 || (C == 0 && !A.LoExclusive && B.LoExclusive);
}

bool endsBefore(const NumberRange &A, const NumberRange &B) {
  if (!A.Hi || !B.Hi)
    return A.Hi && !B.Hi;
  const int C = compare(*A.Hi, *B.Hi);
  return C < 0 || (C == 0 && A.HiExclusive && !B.HiExclusive);
}

std::vector<NumberRange> gapsBetween(std::vector<NumberRange> Intervals) {
  std::vector<NumberRange> Out;
  if (!longSort(Intervals, beginsBefore))
    return Out;
  NumberRange Gap; // what lies above all so far
  for (const NumberRange &X : Intervals) {
    if (!pollWork(4))
      break;
    if (X.Lo) {
      NumberRange Below = Gap;
      Below.Hi = X.Lo;
      Below.HiExclusive = !X.LoExclusive;
      if (!Below.isEmpty())
        Out.push_back(std::move(Below));
    }
    if (!X.Hi)
      return Out;
    NumberRange Above;
    Above.Lo = X.Hi;
    Above.LoExclusive = !X.HiExclusive;
    if (!Gap.Lo || beginsBefore(Gap, Above))
      Gap = std::move(Above);
  }
  Out.push_back(std::move(Gap));
  return Out;
}

namespace {
enum class Walk : uint8_t { Finished, Stopped, TooMany };
} // namespace

/// Calls `Take` with each value, ascending, until it returns false; looks at up to
/// `MaxCandidates` multiples. `R` has a step and a lower bound.
template <typename Fn>
static Walk walk(const NumberRange &R, size_t MaxCandidates, Fn Take) {
  Decimal Step = R.Multiples.empty() ? one() : R.Multiples.back();
  Decimal At = ceilMultiple(*R.Lo, Step);
  if (R.LoExclusive && At == *R.Lo)
    At = sum(At, Step);
  auto DividedBy = [&](const Decimal &D) { return isMultiple(At, D); };
  for (size_t I = 0; I < MaxCandidates; ++I, At = sum(At, Step)) {
    int C = R.Hi ? compare(At, *R.Hi) : -1;
    if (C > 0 || (C == 0 && R.HiExclusive))
      return Walk::Finished;
    if (std::all_of(R.Multiples.begin(), R.Multiples.end(), DividedBy) &&
        std::none_of(R.Excluded.begin(), R.Excluded.end(), DividedBy) && !Take(At))
      return Walk::Stopped;
  }
  return Walk::TooMany;
}

bool NumberRange::isEmpty() const {
  if (!Lo || !Hi)
    return false;
  int C = compare(*Lo, *Hi);
  if (C > 0 || (C == 0 && (LoExclusive || HiExclusive)))
    return true;
  if (C == 0) {
    auto DividedBy = [&](const Decimal &D) { return isMultiple(*Lo, D); };
    return (Kind != Integers::Any && !Lo->isIntegral()) ||
           !std::all_of(Multiples.begin(), Multiples.end(), DividedBy) ||
           std::any_of(Excluded.begin(), Excluded.end(), DividedBy);
  }
  if (Kind == Integers::Any && Multiples.empty())
    return false;
  constexpr size_t MaxCandidates = 4'096;
  return walk(*this, MaxCandidates, [](const Decimal &) { return false; }) == Walk::Finished;
}

std::optional<uint64_t> countOf(const NumberRange &R) {
  if (!R.Lo || !R.Hi || !R.Excluded.empty() || R.NotLexical || R.Multiples.size() > 1 ||
      (R.Kind == Integers::Any && R.Multiples.empty()))
    return std::nullopt;
  const Decimal Step = R.Multiples.empty() ? one() : R.Multiples.back();
  Decimal First = ceilMultiple(*R.Lo, Step);
  if (R.LoExclusive && First == *R.Lo)
    First = sum(First, Step);
  const Decimal Length = sum(*R.Hi, First.negated());
  if (Length.Negative)
    return 0;
  if (Length.isZero())
    return R.HiExclusive ? 0 : 1;
  // Both in units of the smaller power of ten.
  std::optional<uint64_t> Whole = Length.coefficient(), Unit = Step.coefficient();
  const int64_t Lowest = std::min(Length.exponent(), Step.exponent());
  auto scale = [&](std::optional<uint64_t> &Value, int64_t Exponent) {
    constexpr uint64_t MaxBefore = UINT64_MAX / 10;
    for (; Value && Exponent > Lowest; --Exponent)
      Value = *Value <= MaxBefore ? std::optional(*Value * 10) : std::nullopt;
  };
  scale(Whole, Length.exponent());
  scale(Unit, Step.exponent());
  if (!Whole || !Unit)
    return std::nullopt;
  return *Whole / *Unit + (*Whole % *Unit == 0 && R.HiExclusive ? 0 : 1);
}

std::optional<std::vector<Decimal>> enumerate(const NumberRange &R, size_t Limit) {
  std::vector<Decimal> Out;
  if (R.isEmpty())
    return Out;
  if (!R.Lo || !R.Hi)
    return std::nullopt;
  if (*R.Lo == *R.Hi)
    return Limit == 0 ? std::nullopt : std::optional(std::vector<Decimal>{*R.Lo});
  if (R.Kind == Integers::Any && R.Multiples.empty())
    return std::nullopt;
  size_t MaxCandidates = 4 * Limit + 4'096;
  Walk W = walk(R, MaxCandidates, [&](const Decimal &D) {
    Out.push_back(D);
    return Out.size() <= Limit;
  });
  return W == Walk::Finished ? std::optional(std::move(Out)) : std::nullopt;
}

} // namespace weir::jsonschema
