//===- Decimal.cpp - Exact decimal numbers --------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Decimal.h"

#include <algorithm>
#include <cassert>

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

Decimal Decimal::floor() const { return isIntegral() ? *this : truncated(*this, Negative); }
Decimal Decimal::ceil() const { return isIntegral() ? *this : truncated(*this, !Negative); }

Decimal Decimal::negated() const {
  Decimal R = *this;
  R.Negative = !isZero() && !Negative;
  return R;
}

Decimal Decimal::successor() const {
  assert(isIntegral() && "only integers have a successor");
  if (isZero())
    return {false, "1", 1};
  Decimal R = *this;
  R.Digits.resize(size_t(R.Point), '0');
  if (!Negative)
    return truncated(R, true);
  size_t I = R.Digits.size();
  while (R.Digits[I - 1] == '0')
    R.Digits[--I] = '9';
  --R.Digits[I - 1];
  normalise(R);
  return R;
}

int64_t Decimal::plainDigits() const {
  return std::max(Point, int64_t(Digits.size())) - std::min<int64_t>(Point, 0);
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
