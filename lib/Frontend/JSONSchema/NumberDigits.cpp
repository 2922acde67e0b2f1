//===- NumberDigits.cpp - What the next character of a number changes -----===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The successors of a state of NumberAutomaton.cpp, one function for each part of a number
// that a character may belong to. Each keeps as little as what follows can still ask for:
// digits against a bound until one differs, zeros until a digit comes behind them, places
// behind the point as far as the finest step goes.
//
//===----------------------------------------------------------------------===//
#include "NumberReader.h"

#include <algorithm>

namespace weir::jsonschema {

std::optional<int64_t> NumberReader::leastExponent(const Step &P, uint64_t Residue) const {
  if (Residue % P.Rest != 0)
    return std::nullopt;
  int64_t Twos = 0, Fives = 0;
  uint64_t D = Residue % P.Coefficient;
  if (D == 0)
    return P.Exponent;
  for (uint64_t Rest = D; Twos < P.Twos && Rest % 2 == 0; Rest /= 2)
    ++Twos;
  for (uint64_t Rest = D; Fives < P.Fives && Rest % 5 == 0; Rest /= 5)
    ++Fives;
  return P.Exponent + std::max(P.Twos - Twos, P.Fives - Fives);
}

/// Compares the J-th significant digit, counted from 0.
void NumberReader::compareDigit(State &S, const Bound &Lo, const Bound &Hi, uint32_t J,
                                int D) const {
  auto One = [&](const Bound &B, int8_t &C) {
    if (B.Exists && C == 0 && D != B.at(J))
      C = D < B.at(J) ? -1 : 1;
  };
  One(Lo, S.Lo);
  One(Hi, S.Hi);
}

bool NumberReader::firstDigit(State &S, int D) const {
  const Side &X = Sides[S.Of];
  if (!X.Exists)
    return false;
  S.NoSign = false;
  if (D == 0) {
    S.At = Phase::Zero;
    return true;
  }
  S.At = Phase::Integer;
  S.Count = 1;
  // A bound that is not there, or 0, is never met.
  S.Lo = int8_t(!X.Lo.Exists || X.Lo.isZero());
  S.Hi = int8_t(!X.Hi.Exists ? -1 : X.Hi.isZero());
  if (X.Hi.Exists && X.Hi.isZero())
    return false;
  compareDigit(S, X.Lo, X.Hi, 0, D);
  S.Residue = uint64_t(D) % L;
  return true;
}

bool NumberReader::integerDigit(State &S, int D) {
  const Side &X = Sides[S.Of];
  compareDigit(S, X.Lo, X.Hi, S.Count, D);
  if (S.Count < MaxCount)
    ++S.Count;
  if (X.Hi.Exists &&
      (int64_t(S.Count) > X.Hi.Point || (int64_t(S.Count) == X.Hi.Point && S.Hi > 0)))
    return false;
  if (X.Lo.Exists && int64_t(S.Count) > X.Lo.Point)
    S.Lo = 1;
  if (S.Count == MaxCount) { // longer than both bounds
    S.Lo = 1;
    S.Hi = -1;
  }
  if (D != 0) {
    // Residue is of the digits less `Tens` zeros, or of all when there are more.
    for (uint32_t I = 0; I < S.Tens; ++I)
      S.Residue = S.Residue * 10 % L;
    S.Residue = (S.Residue * 10 + uint64_t(D)) % L;
    S.Tens = 0;
  } else if (S.Tens < MaxTens) {
    ++S.Tens;
  } else {
    S.Residue = S.Residue * 10 % L;
  }
  // (A single digit may be a mantissa, of which the exponent asks more.)
  if (IsMerged)
    S.Residue = representative(S.Residue);
  return true;
}

bool NumberReader::toFraction(State &S) const {
  if (R.Kind == Integers::Lexical)
    return false;
  // Only zeros follow, and an exponent behind a single digit.
  if (IsMerged && S.At == Phase::Integer && S.Count > 1 && S.Residue != 0)
    return false;
  const Side &X = Sides[S.Of];
  if (S.At == Phase::Zero) {
    S.AllZero = true;
    S.Lo = S.Hi = 0;
  } else if (S.Count == 1) {
    S.One = true;
    S.Read = 1;
  } else {
    // From here on only the digits count.
    auto Settle = [&](const Bound &B, int8_t &C) {
      if (B.Exists && !B.isZero() && int64_t(S.Count) != B.Point)
        C = int64_t(S.Count) < B.Point ? -1 : 1;
    };
    Settle(X.Lo, S.Lo);
    Settle(X.Hi, S.Hi);
    S.Read = S.Count;
  }
  S.Count = 0;
  if (S.Lo != 0 && S.Hi != 0)
    S.Read = 0;
  S.At = Phase::Dot;
  return true;
}

bool NumberReader::fractionDigit(State &S, int D) const {
  const Side &X = Sides[S.Of];
  S.At = Phase::Fraction;
  uint32_t Limit = S.One ? MaxMantissa : MaxFine;
  if (S.AllZero) {
    if (D == 0) {
      S.Count = std::min(S.Count + 1, std::max(MaxZeros, Limit));
      return true;
    }
    // The first digit that is not 0: its place decides, then it.
    int64_t Point = -int64_t(S.Count);
    auto Settle = [&](const Bound &B, int8_t &C, int8_t Absent) {
      C = !B.Exists ? Absent : B.isZero() ? 1 : Point != B.Point ? (Point < B.Point ? -1 : 1) : 0;
    };
    Settle(X.Lo, S.Lo, 1);
    Settle(X.Hi, S.Hi, -1);
    compareDigit(S, X.Lo, X.Hi, 0, D);
    S.Read = 1;
    S.AllZero = false;
    if (!Steps.empty()) {
      S.Last = S.Count + 1;
      S.Residue = uint64_t(D) % L;
    }
    S.Count = 0;
  } else {
    if (S.Lo == 0 || S.Hi == 0) {
      compareDigit(S, X.Lo, X.Hi, S.Read, D);
      S.Read = std::min(S.Read + 1, uint32_t(std::max(X.Lo.Digits.size(), X.Hi.Digits.size())));
    }
    if (!Steps.empty() && !S.Fine) {
      if (D == 0) {
        S.Zeros += S.Last + S.Zeros < Limit;
      } else {
        for (uint32_t I = S.Last == 0 ? S.Tens : 0; I > 0; --I)
          S.Residue = S.Residue * 10 % L;
        for (uint32_t I = 0; I < S.Zeros; ++I)
          S.Residue = S.Residue * 10 % L;
        S.Residue = (S.Residue * 10 + uint64_t(D)) % L;
        S.Last += S.Zeros + 1;
        S.Zeros = S.Tens = 0;
      }
    }
  }
  if (S.Last > Limit) {
    for (const Step &P : Steps)
      if (!P.Excluded)
        return false;
    S.Fine = true;
    S.Last = S.Zeros = S.Tens = 0;
    S.Residue = 0;
  }
  if (!S.One && (S.Hi > 0 && X.Hi.Exists))
    return false;
  if (!S.One && (S.Lo < 0 && X.Lo.Exists))
    return false;
  if (S.Lo != 0 && S.Hi != 0)
    S.Read = 0;
  return true;
}

/// The exponents with which a number of this mantissa is in the range.
bool NumberReader::toExponent(const State &S, State &Next) {
  bool Whole = S.At == Phase::Integer && S.Count == 1;
  if (R.Kind == Integers::Lexical || !(Whole || (S.At == Phase::Fraction && S.One)) || S.Fine)
    return false;
  const Side &X = Sides[S.Of];
  uint32_t Read = Whole ? 1 : S.Read;
  Interval I;
  if (X.Lo.Exists && !X.Lo.isZero()) {
    int C = ended(X.Lo, S.Lo, Read);
    I.Least = X.Lo.Point - 1 + (C < 0 || (C == 0 && X.Lo.Exclusive));
  }
  if (X.Hi.Exists) {
    int C = ended(X.Hi, S.Hi, Read);
    I.Most = X.Hi.Point - 1 - (C > 0 || (C == 0 && X.Hi.Exclusive));
  }
  for (const Step &P : Steps) {
    std::optional<int64_t> Least = leastExponent(P, S.Residue);
    if (!Least && !P.Excluded)
      return false;
    if (!Least)
      continue;
    *Least += S.Last;
    if (P.Excluded)
      I.Most = std::min(I.Most, *Least - 1);
    else
      I.Least = std::max(I.Least, *Least);
  }
  if (I.Least > I.Most)
    return false;
  auto [It, New] = RangeIndex.try_emplace(I, uint32_t(Ranges.size()));
  if (New)
    Ranges.push_back(I);
  Next = State();
  Next.At = Phase::Exponent;
  Next.Range = It->second;
  return true;
}

bool NumberReader::exponentDigit(State &S, int D) const {
  S.At = Phase::Digits;
  if (S.Like) { // one digit less to come, whichever it is; the last bit stands for all above
    S.Residue = uint64_t(int64_t(S.Residue) >> 1);
    return S.Residue != 0;
  }
  const Interval &I = Ranges[S.Range];
  // The interval of magnitudes behind this sign.
  int64_t Least =
      S.Negative ? (I.Most == Interval::Infinity ? -Interval::Infinity : -I.Most) : I.Least;
  int64_t Most =
      S.Negative ? (I.Least == -Interval::Infinity ? Interval::Infinity : -I.Least) : I.Most;
  Least = std::max<int64_t>(Least, 0);
  if (Least > Most)
    return false;
  S.Residue = S.Residue * 10 + uint64_t(D);
  if (S.Residue == 0)
    return true;
  // Bit m: numbers with m digits more are in. Beyond both ends all are alike.
  int64_t First = int64_t(S.Residue), Past = First + 1, End = std::max(Least, Most);
  if (Most == Interval::Infinity)
    End = Least;
  uint64_t In = 0;
  for (unsigned M = 0; M < 20; ++M, First *= 10, Past *= 10) {
    bool Beyond = First > End;
    bool Inside = First >= Least && (Most == Interval::Infinity || Past - 1 <= Most);
    bool Outside = Past - 1 < Least || First > Most;
    if (!Inside && !Outside)
      return true; // S.Residue is needed as it is
    if (Inside)
      In |= uint64_t(1) << M;
    if (Beyond) {
      if (Inside)
        In |= ~uint64_t(0) << M;
      break;
    }
  }
  S.Like = true;
  S.Residue = In;
  S.Range = 0;
  S.Negative = false;
  return In != 0;
}

} // namespace weir::jsonschema
