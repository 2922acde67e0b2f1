//===- Decimal.h - Exact decimal numbers ------------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The value of a JSON number, exactly: sign, significant digits, and where the
// point stands. 0.00120 and 1.2e-3 are both {+, "12", -2}:
//
//   value = 0.Digits * 10^Point     (no zeros at either end; zero has no digits)
//
// so that comparing two magnitudes is comparing the points, then the digits.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_DECIMAL_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_DECIMAL_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::jsonschema {

/// The digits of a step without zeros at its ends.
inline constexpr uint32_t MaxStepDigits = 18;

struct Decimal {
  bool Negative = false;
  std::string Digits;
  int64_t Point = 0;

  bool isZero() const { return Digits.empty(); }
  bool isIntegral() const { return isZero() || int64_t(Digits.size()) <= Point; }
  friend bool operator==(const Decimal &, const Decimal &) = default;

  /// The smallest integer not below. O(digits).
  Decimal ceil() const;
  Decimal negated() const;
  /// The digits the value has when written without an exponent.
  int64_t plainDigits() const;

  /// The value times 10^By.
  Decimal shifted(int64_t By) const;
  /// Without sign and point, when below 10^18: value = ±coefficient * 10^exponent.
  std::optional<uint64_t> coefficient() const;
  int64_t exponent() const { return Point - int64_t(Digits.size()); }

  /// The value clamped to 0..Max when integral and not negative; none otherwise.
  std::optional<uint32_t> asCount(uint32_t Max) const;
};

/// -1, 0 or 1.
int compare(const Decimal &A, const Decimal &B);

/// O(distance between the first and the last digit of either).
Decimal sum(const Decimal &A, const Decimal &B);
/// Value * 10^Exponent.
Decimal decimalOf(uint64_t Value, int64_t Exponent = 0);

/// Whether Value / Step is an integer. `Step` is positive and has a coefficient.
bool isMultiple(const Decimal &Value, const Decimal &Step);
/// The least multiple of `Step` that is not below `Value`. `Step` as above.
Decimal ceilMultiple(const Decimal &Value, const Decimal &Step);
/// The least positive number that is a multiple of both; none when it has no coefficient.
std::optional<Decimal> leastCommonMultiple(const Decimal &A, const Decimal &B);

/// Reads the text of a JSON number. None when the exponent is beyond 10^15.
std::optional<Decimal> parseDecimal(std::string_view Text);

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_DECIMAL_H
