//===- Decimal.cpp - Exact decimal numbers --------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Decimal.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace weir::jsonschema {
namespace {

/// Removes zeros at both ends, moving the point.
void normalise(Decimal &D) {
  size_t First = D.Digits.find_first_not_of('0');
  if (First == std::string::npos) {
    D = Decimal();
    return;
  }
  D.Digits.erase(D.Digits.find_last_not_of('0') + 1);
  D.Digits.erase(0, First);
  D.Point -= int64_t(First);
}

int compareMagnitude(const Decimal &A, const Decimal &B) {
  if (A.isZero() || B.isZero())
    return int(B.isZero()) - int(A.isZero());
  if (A.Point != B.Point)
    return A.Point < B.Point ? -1 : 1;
  int C = A.Digits.compare(B.Digits);
  return C < 0 ? -1 : C > 0;
}

/// The integer part; with `Up`, one more in magnitude.
Decimal truncated(const Decimal &D, bool Up) {
  Decimal R;
  R.Negative = D.Negative;
  R.Point = D.Point > 0 ? D.Point : 0;
  R.Digits = D.Digits.substr(0, size_t(R.Point));
  if (Up) {
    size_t I = R.Digits.size();
    while (I > 0 && R.Digits[I - 1] == '9')
      R.Digits[--I] = '0';
    if (I > 0) {
      ++R.Digits[I - 1];
    } else {
      R.Digits.insert(R.Digits.begin(), '1');
      ++R.Point;
    }
  }
  normalise(R);
  return R;
}

} // namespace

Decimal Decimal::ceil() const { return isIntegral() ? *this : truncated(*this, !Negative); }

Decimal Decimal::negated() const {
  Decimal R = *this;
  R.Negative = !isZero() && !Negative;
  return R;
}

int64_t Decimal::plainDigits() const {
  return std::max(Point, int64_t(Digits.size())) - std::min<int64_t>(Point, 0);
}

Decimal Decimal::shifted(int64_t By) const {
  Decimal R = *this;
  if (!isZero())
    R.Point += By;
  return R;
}

std::optional<uint64_t> Decimal::coefficient() const {
  if (Digits.size() > MaxStepDigits)
    return std::nullopt;
  uint64_t V = 0;
  for (char C : Digits)
    V = V * 10 + uint64_t(C - '0');
  return V;
}

std::optional<uint32_t> Decimal::asCount(uint32_t Max) const {
  if (Negative || !isIntegral())
    return std::nullopt;
  uint64_t Value = 0;
  for (int64_t I = 0; I < Point; ++I) {
    Value = Value * 10 + (size_t(I) < Digits.size() ? uint64_t(Digits[size_t(I)] - '0') : 0);
    if (Value >= Max)
      return Max;
  }
  return uint32_t(Value);
}

int compare(const Decimal &A, const Decimal &B) {
  if (A.Negative != B.Negative)
    return A.Negative ? -1 : 1;
  return A.Negative ? compareMagnitude(B, A) : compareMagnitude(A, B);
}

Decimal sum(const Decimal &A, const Decimal &B) {
  if (A.isZero() || B.isZero())
    return A.isZero() ? B : A;
  // The larger magnitude decides the sign, and nothing is borrowed past it.
  const Decimal &Large = compareMagnitude(A, B) >= 0 ? A : B;
  const Decimal &Small = &Large == &A ? B : A;
  int64_t End = std::min(A.exponent(), B.exponent());
  Decimal R;
  R.Negative = Large.Negative;
  R.Point = Large.Point + 1;
  R.Digits.assign(size_t(R.Point - End), '0');
  auto DigitAt = [](const Decimal &D, int64_t Power) { // the digit of 10^Power
    int64_t I = D.Point - 1 - Power;
    return I < 0 || I >= int64_t(D.Digits.size()) ? 0 : D.Digits[size_t(I)] - '0';
  };
  int Carry = 0, Sign = A.Negative == B.Negative ? 1 : -1;
  for (int64_t Power = End; Power < R.Point; ++Power) {
    int V = DigitAt(Large, Power) + Sign * DigitAt(Small, Power) + Carry;
    Carry = V < 0 ? -1 : V > 9;
    R.Digits[size_t(R.Point - 1 - Power)] = char('0' + V - 10 * Carry);
  }
  normalise(R);
  return R;
}

Decimal decimalOf(uint64_t Value, int64_t Exponent) {
  Decimal R;
  R.Digits = std::to_string(Value);
  R.Point = int64_t(R.Digits.size()) + Exponent;
  normalise(R);
  return R;
}

__extension__ typedef unsigned __int128 Wide;

/// |Value| * 10^Shift mod M, for integral products.
static uint64_t residue(const Decimal &Value, int64_t Shift, uint64_t M) {
  Wide R = 0;
  for (char C : Value.Digits)
    R = (R * 10 + unsigned(C - '0')) % M;
  Wide Power = 10 % M;
  for (int64_t N = Value.exponent() + Shift; N > 0; N >>= 1) {
    if (N & 1)
      R = R * Power % M;
    Power = Power * Power % M;
  }
  return uint64_t(R);
}

bool isMultiple(const Decimal &Value, const Decimal &Step) {
  if (Value.isZero())
    return true;
  // Neither coefficient ends in a zero, so a finer value is no multiple.
  if (Value.exponent() < Step.exponent())
    return false;
  return residue(Value, -Step.exponent(), *Step.coefficient()) == 0;
}

Decimal ceilMultiple(const Decimal &Value, const Decimal &Step) {
  uint64_t M = *Step.coefficient();
  Decimal Units = Value.shifted(-Step.exponent()).ceil();
  uint64_t R = residue(Units, 0, M);
  uint64_t Add = Units.Negative ? R : (M - R) % M;
  return sum(Units, decimalOf(Add)).shifted(Step.exponent());
}

namespace {
/// Rest * 2^Twos * 5^Fives, Rest divisible by neither.
struct Factors {
  uint64_t Rest;
  int64_t Twos, Fives;

  explicit Factors(const Decimal &D)
      : Rest(*D.coefficient()), Twos(D.exponent()), Fives(D.exponent()) {
    for (; Rest % 2 == 0; Rest /= 2)
      ++Twos;
    for (; Rest % 5 == 0; Rest /= 5)
      ++Fives;
  }
};
} // namespace

std::optional<Decimal> leastCommonMultiple(const Decimal &A, const Decimal &B) {
  constexpr Wide Limit = UINT64_C(1'000'000'000'000'000'000);
  Factors X(A), Y(B);
  Wide V = Wide(X.Rest / std::gcd(X.Rest, Y.Rest)) * Y.Rest;
  int64_t Twos = std::max(X.Twos, Y.Twos), Fives = std::max(X.Fives, Y.Fives);
  int64_t Tens = std::min(Twos, Fives);
  for (; V < Limit && Twos > Tens; --Twos)
    V *= 2;
  for (; V < Limit && Fives > Tens; --Fives)
    V *= 5;
  if (V >= Limit)
    return std::nullopt;
  return decimalOf(uint64_t(V), Tens);
}

std::optional<Decimal> parseDecimal(std::string_view Text) {
  constexpr int64_t Limit = 1'000'000'000'000'000;
  Decimal D;
  size_t I = 0;
  if (!Text.empty() && Text[0] == '-') {
    D.Negative = true;
    ++I;
  }
  bool Fraction = false;
  for (; I < Text.size() && Text[I] != 'e' && Text[I] != 'E'; ++I) {
    if (Text[I] == '.') {
      Fraction = true;
      continue;
    }
    D.Digits += Text[I];
    D.Point += Fraction ? 0 : 1;
  }
  int64_t Exponent = 0;
  bool ExponentNegative = false;
  if (I < Text.size()) {
    ++I;
    if (I < Text.size() && (Text[I] == '+' || Text[I] == '-'))
      ExponentNegative = Text[I++] == '-';
    for (; I < Text.size(); ++I)
      Exponent = Exponent > Limit ? Exponent : Exponent * 10 + (Text[I] - '0');
  }
  D.Point += ExponentNegative ? -Exponent : Exponent;
  normalise(D); // zero loses sign and exponent
  if (Exponent > Limit && !D.isZero())
    return std::nullopt;
  return D;
}

} // namespace weir::jsonschema
