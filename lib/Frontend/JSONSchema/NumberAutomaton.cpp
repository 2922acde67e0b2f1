//===- NumberAutomaton.cpp - Reading the numbers of a range ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The automaton is found by reading: a state is all that must be remembered of the text
// so far, its successors are computed, and equal memories are one state.
//
//   bounds  signs have ranges of magnitudes of their own. A bound is compared by the
//           place of the point, then digit by digit: less, equal so far, or greater.
//   steps   a step is s * 10^x, s not ending in 0. Of a number's significant digits D
//           (no zeros at their end), its value being D * 10^y, only D modulo the
//           common multiple L of all s is kept, and y. With s = 2^a * 5^b * s', s' prime
//           to 10: the number is a multiple exactly when s' divides D and
//           y >= x + max(0, a - twos of D, b - fives of D).
//           Of one large step of integers all digits are kept modulo the step, and residues that
//           the same digits complete are one: of 65,536 some thousands (see `representative`).
//   e       once the mantissa is read, all conditions are one interval of exponents.
//
// The digits of an exponent need no count: a prefix v is as good as another when for
// each number m of digits to come [v * 10^m, (v + 1) * 10^m) lies alike to the interval.
//
//===----------------------------------------------------------------------===//
#include "NumberReader.h"

#include <algorithm>
#include <numeric>
#include <span>

namespace weir::jsonschema {

/// With a step, scientific notation has this many digits behind the point, or as many as
/// the step has, whichever is more; none where there are many residues.
static constexpr uint32_t MantissaDigits = 3;
static constexpr uint64_t MaxMantissaResidues = 500;
/// Fewer residues are not looked at for some that are one.
static constexpr uint64_t FewResidues = 32;

void NumberReader::addStep(const Decimal &D, bool Excluded) {
  Step P{Excluded, D.exponent(), *D.coefficient(), *D.coefficient()};
  for (; P.Rest % 2 == 0; P.Rest /= 2)
    ++P.Twos;
  for (; P.Rest % 5 == 0; P.Rest /= 5)
    ++P.Fives;
  Steps.push_back(P);
}

NumberReader::Bound NumberReader::boundOf(const std::optional<Decimal> &D, bool Exclusive) {
  Bound B;
  if (D) {
    B.Exists = true;
    B.Exclusive = Exclusive;
    B.Point = D->Point;
    B.Digits = D->Digits;
  }
  return B;
}

/// Whether the only step is of integers, has many residues, and not more that no digits complete
/// alike than there may be states. The step is then as a whole what digits are counted modulo.
bool NumberReader::mergeResidues() {
  if (Steps.size() != 1 || Steps[0].Excluded || Steps[0].Exponent < 0 ||
      Steps[0].Coefficient <= FewResidues || Steps[0].Rest > MaxNumberStates)
    return false;
  constexpr uint64_t MaxWhole = UINT64_MAX / 100;
  Step Whole = Steps[0];
  for (; Whole.Exponent > 0; --Whole.Exponent) {
    if (Whole.Coefficient > MaxWhole)
      return false;
    Whole.Coefficient *= 10;
    ++Whole.Twos;
    ++Whole.Fives;
  }
  if (Whole.Coefficient > MaxWhole)
    return false;
  MaxMantissa = Steps[0].Coefficient <= MaxMantissaResidues ? MantissaDigits : 0;
  Steps[0] = Whole;
  L = Whole.Coefficient;
  return IsMerged = true;
}

/// A residue that every row of digits completes to a multiple which completes this one. For each
/// number k of digits there is at most one number below 10^k that does, until 10^k is L or more;
/// from there on there is always one.
uint64_t NumberReader::representative(uint64_t Residue) {
  Completions.clear();
  uint64_t Shifted = Residue;
  for (uint64_t Power = 1;; Power *= 10, Shifted = Shifted * 10 % L) {
    const uint64_t By = Shifted == 0 ? 0 : L - Shifted, Some = By < Power ? By : L;
    Completions.push_back(uint32_t(Some));
    Completions.push_back(uint32_t(Some >> 32));
    if (Power >= L)
      break;
  }
  const uint32_t Class = Alike.intern(Completions);
  if (Class == Representatives.size())
    Representatives.push_back(Residue);
  return Representatives[Class];
}

/// False when the steps are beyond what is counted.
bool NumberReader::prepare() {
  auto PositiveSide = [](const std::optional<Decimal> &Lo, bool LoEx,
                         const std::optional<Decimal> &Hi, bool HiEx) {
    Side S;
    S.Exists = !Hi || !(Hi->Negative || (Hi->isZero() && HiEx));
    S.Hi = boundOf(Hi, HiEx);
    if (Lo && !Lo->Negative && (!Lo->isZero() || LoEx))
      S.Lo = boundOf(Lo, LoEx);
    return S;
  };
  auto Negated = [](const std::optional<Decimal> &D) {
    return D ? std::optional(D->negated()) : std::nullopt;
  };
  Sides[0] = PositiveSide(R.Lo, R.LoExclusive, R.Hi, R.HiExclusive);
  Sides[1] = PositiveSide(Negated(R.Hi), R.HiExclusive, Negated(R.Lo), R.LoExclusive);
  SameSides = !R.Lo && !R.Hi;
  for (const Side &S : Sides)
    for (const Bound *B : {&S.Lo, &S.Hi})
      if (B->Exists && !B->isZero()) {
        MaxCount = std::max(MaxCount, uint32_t(std::max<int64_t>(B->Point, 0)) + 1);
        MaxZeros = std::max(MaxZeros, uint32_t(std::max<int64_t>(-B->Point, 0)) + 1);
      }

  bool Integer = R.Kind != Integers::Any;
  for (const Decimal &D : R.Multiples) {
    addStep(D, false);
    Integer = Integer && !D.isIntegral();
  }
  if (Integer)
    addStep(Decimal{false, "1", 1}, false);
  for (const Decimal &D : R.Excluded)
    addStep(D, true);
  if (mergeResidues())
    return true;
  for (const Step &P : Steps) {
    if (P.Coefficient > MaxNumberStates)
      return false;
    L = std::lcm(L, P.Coefficient);
    if (L > MaxNumberStates)
      return false;
    MaxFine = std::max(MaxFine, uint32_t(std::max<int64_t>(-P.Exponent, 0)));
    MaxTens =
        std::max(MaxTens, uint32_t(std::max<int64_t>(P.Exponent + std::max(P.Twos, P.Fives), 0)));
  }
  if (!Steps.empty())
    MaxMantissa = std::max(MaxFine, L <= MaxMantissaResidues ? MantissaDigits : 0);
  return true;
}

/// Whether the plain number that ends here is a multiple of what it must be, only.
bool NumberReader::stepsAllow(const State &S) const {
  if (Steps.empty())
    return true;
  bool IsZero = S.At == Phase::Zero || S.AllZero;
  for (const Step &P : Steps) {
    bool Multiple = IsZero;
    if (!IsZero && !S.Fine)
      if (std::optional<int64_t> Least = leastExponent(P, S.Residue))
        Multiple = (S.Last > 0 ? -int64_t(S.Last) : int64_t(S.Tens)) >= *Least;
    if (Multiple == P.Excluded)
      return false;
  }
  return true;
}

int NumberReader::plainOrder(const State &S, const Bound &B, int SoFar) const {
  bool IsZero = S.At == Phase::Zero || S.AllZero;
  if (IsZero || B.isZero())
    return int(B.isZero()) - int(IsZero);
  if (S.At == Phase::Integer || S.One) {
    int64_t Point = S.At == Phase::Integer ? S.Count : 1;
    if (Point != B.Point)
      return Point < B.Point ? -1 : 1;
  }
  return ended(B, SoFar, S.At == Phase::Integer ? S.Count : S.Read);
}

bool NumberReader::accepts(const State &S) const {
  if (S.At == Phase::Digits) {
    const Interval &I = Ranges[S.Range];
    if (S.Like)
      return S.Residue & 1;
    int64_t V = S.Negative ? -int64_t(S.Residue) : int64_t(S.Residue);
    return V >= I.Least && V <= I.Most;
  }
  if (S.At != Phase::Zero && S.At != Phase::Integer && S.At != Phase::Fraction)
    return false;
  if (R.NotLexical && S.At != Phase::Fraction)
    return false;
  const Side &X = Sides[S.Of];
  if (X.Lo.Exists)
    if (int C = plainOrder(S, X.Lo, S.Lo); C < 0 || (C == 0 && X.Lo.Exclusive))
      return false;
  if (X.Hi.Exists)
    if (int C = plainOrder(S, X.Hi, S.Hi); C > 0 || (C == 0 && X.Hi.Exclusive))
      return false;
  return stepsAllow(S);
}

uint32_t NumberReader::number(const State &S) {
  if (Order.size() * 2 >= Slots.size()) {
    Slots.assign(std::max<size_t>(64, Slots.size() * 2), 0);
    const uint32_t Mask = uint32_t(Slots.size()) - 1;
    for (uint32_t I = 0; I < Order.size(); ++I) {
      uint32_t At = Hashes[I] & Mask;
      while (Slots[At])
        At = (At + 1) & Mask;
      Slots[At] = I + 1;
    }
  }
  const uint32_t Hash = hashOf(S), Mask = uint32_t(Slots.size()) - 1;
  uint32_t At = Hash & Mask;
  for (; Slots[At]; At = (At + 1) & Mask)
    if (const uint32_t I = Slots[At] - 1; Hashes[I] == Hash && Order[I] == S)
      return I;
  Order.push_back(S);
  Hashes.push_back(Hash);
  return (Slots[At] = uint32_t(Order.size())) - 1;
}

void NumberReader::expand(const State &S) {
  Out.addState(accepts(S));
  auto Add = [&](char C, const State &Next) {
    uint32_t To = number(Next);
    std::span<const ir::ByteDfa::Edge> Row = Out.row(Out.size() - 1);
    if (!Row.empty() && Row.back().Last + 1 == C && Row.back().Target == To)
      Out.Edges.back().Last = uint8_t(C);
    else
      Out.addEdge(uint8_t(C), uint8_t(C), To);
  };
  // Bytes in ascending order: + - . digits E e
  if (S.At == Phase::Exponent)
    for (bool Negative : {false, true}) {
      State Next = S;
      Next.At = Phase::Sign;
      Next.Negative = Negative;
      Add(Negative ? '-' : '+', Next);
    }
  if (S.At == Phase::Start && !S.NoSign) {
    State Next = S;
    Next.Of = SameSides ? 0 : 1;
    Next.NoSign = true;
    Add('-', Next);
  }
  if (S.At == Phase::Zero || S.At == Phase::Integer)
    if (State Next = S; toFraction(Next))
      Add('.', Next);
  for (int D = 0; D <= 9; ++D) {
    State Next = S;
    bool Live = false;
    switch (S.At) {
    case Phase::Start:
      Live = firstDigit(Next, D);
      break;
    case Phase::Zero:
      break;
    case Phase::Integer:
      Live = integerDigit(Next, D);
      break;
    case Phase::Dot:
    case Phase::Fraction:
      Live = fractionDigit(Next, D);
      break;
    case Phase::Exponent:
    case Phase::Sign:
    case Phase::Digits:
      Live = exponentDigit(Next, D);
      break;
    }
    if (Live)
      Add(char('0' + D), Next);
  }
  if (State Next; toExponent(S, Next)) {
    Add('E', Next);
    Add('e', Next);
  }
}

std::optional<ir::ByteDfa> NumberReader::build(uint32_t MaxStates) {
  if (!prepare())
    return std::nullopt;
  number(State());
  for (size_t I = 0; I < Order.size(); ++I) {
    if (Order.size() > MaxStates)
      return std::nullopt;
    State S = Order[I];
    expand(S);
  }
  return std::move(Out);
}

bool areStepsTooFine(const NumberRange &R) {
  if (R.Multiples.size() + R.Excluded.size() == 0 || (R.Lo && R.Hi) || R.isEmpty())
    return false;
  return NumberReader(R).areStepsTooFine();
}

std::optional<ir::ByteDfa> readNumbers(const NumberRange &R, uint32_t &StatesLeft) {
  NumberReader Made(R);
  std::optional<ir::ByteDfa> Out =
      Made.build(std::clamp(StatesLeft, FewNumberStates, MaxNumberStates));
  if (Made.states() > FewNumberStates)
    StatesLeft -= std::min(StatesLeft, uint32_t(Made.states()));
  return Out;
}

} // namespace weir::jsonschema
