//===- Numbers.h - The JSON numbers of an interval --------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A set of numbers is an interval, multiples of some steps and of none of some others;
// such sets are closed under intersection, and their complement is a union of them.
//
// Which texts stand for them: plain decimals carry any number of trailing zeros;
// scientific notation is normalised (one leading digit other than zero), because an
// exponent that may cancel any number of digits cannot be compared by a finite automaton:
//
//   plain        -?(0|[1-9][0-9]*)(\.[0-9]+)?
//   scientific   -?[1-9](\.[0-9]+)?[eE][+-]?[0-9]+      value = m * 10^e, 1 <= m < 10
//
// For the latter, m·10^e >= a = ma·10^ea holds exactly when e > ea, or e = ea and m >= ma.
// Whether it is a multiple depends on where the mantissa ends, so that with a step the
// mantissa has few digits. Every value has a plain spelling, so no value is lost.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_NUMBERS_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_NUMBERS_H

#include "Decimal.h"

#include "weir/IR/ByteDfa.h"
#include "weir/IR/Module.h"

#include <optional>
#include <vector>

namespace weir::jsonschema {

/// Which numbers are integers.
///  Any:      no restriction.
///  Integral: numbers whose fraction is zero (draft 6 and later).
///  Lexical:  numbers written without a fraction (draft 4).
enum class Integers : uint8_t { Any, Integral, Lexical };

/// An automaton of numbers may have this many states while it is made.
inline constexpr uint32_t MaxNumberStates = 50'000;
/// All automata of a schema that have more than the second number may together have the first.
inline constexpr uint32_t MaxAllNumberStates = 200'000, FewNumberStates = 1'000;

/// Bounds may have this many digits when written without an exponent.
inline constexpr int64_t MaxBoundDigits = 1'200;

struct NumberRange {
  std::optional<Decimal> Lo, Hi;
  bool LoExclusive = false, HiExclusive = false;
  Integers Kind = Integers::Any;
  /// Only spellings with a fraction or an exponent: the complement of Integers::Lexical.
  bool NotLexical = false;
  /// The value is a multiple of each of `Multiples`, and of none of `Excluded`. All are
  /// positive, sorted, without repeats or members that others imply; 1 stands in
  /// `Multiples` as `Kind`, in `Excluded` for numbers that are no integers.
  std::vector<Decimal> Multiples, Excluded;

  /// Whether neither end is bounded.
  bool isUnbounded() const { return !Lo && !Hi; }
  /// Whether nothing is asked of a number but `Kind`.
  bool isPlain() const {
    return isUnbounded() && !NotLexical && Multiples.empty() && Excluded.empty();
  }
  /// Whether it has one value.
  bool isPoint() const { return Lo && Lo == Hi && !isEmpty(); }
  /// Whether nothing is asked of a number but that it lies between the bounds.
  bool isInterval() const {
    return Kind == Integers::Any && !NotLexical && Multiples.empty() && Excluded.empty();
  }
  /// True only when no number lies within. Exact but for steps of more than 18 digits,
  /// and for more than some thousand candidates that are all excluded.
  /// The bounds have at most MaxBoundDigits digits.
  bool isEmpty() const;
  friend bool operator==(const NumberRange &, const NumberRange &) = default;
};

/// The same numbers with the least steps that say so. Steps have a coefficient.
NumberRange normalised(NumberRange R);

NumberRange intersect(const NumberRange &A, const NumberRange &B);

/// Ranges, not necessarily disjoint, whose union is the numbers outside of `R`.
std::vector<NumberRange> complement(const NumberRange &R);

/// Whether all that lies between the bounds of A is below what lies between those of B.
bool isBelow(const NumberRange &A, const NumberRange &B);
inline bool areApart(const NumberRange &A, const NumberRange &B) {
  return isBelow(A, B) || isBelow(B, A);
}
/// The order of the lower bounds, and that of the upper ones.
bool beginsBefore(const NumberRange &A, const NumberRange &B);
bool endsBefore(const NumberRange &A, const NumberRange &B);

/// What lies in none of some intervals: intervals, ascending and apart. O(n log n).
std::vector<NumberRange> gapsBetween(std::vector<NumberRange> Intervals);

/// How many values there are in `R`, when that is seen at once: one step, two bounds.
std::optional<uint64_t> countOf(const NumberRange &R);

/// All values in `R`, ascending, when there are at most `Limit`; otherwise none.
std::optional<std::vector<Decimal>> enumerate(const NumberRange &R, size_t Limit);

/// The texts of the numbers in range. Without steps and bounds, and with Integers::Any:
/// every JSON number. Otherwise plain decimals with any zeros at their end, and, but for
/// Integers::Lexical, normalised scientific notation. `never` when empty. None when a
/// bound has more than MaxBoundDigits digits, or steps need more states than there may be
/// and the values are not few. States of large automata are taken from `StatesLeft`.
std::optional<ir::ExprId> numberInRange(ir::Module &M, const NumberRange &R, uint32_t &StatesLeft);

/// Whether it is seen at once that steps of endlessly many numbers need more states than there may
/// be.
bool areStepsTooFine(const NumberRange &R);

/// The same as an automaton, not minimal, for a range that is not empty.
std::optional<ir::ByteDfa> readNumbers(const NumberRange &R, uint32_t &StatesLeft);

/// The texts of the numbers of a list, which is not empty, as a minimal automaton, each spelled as
/// a range of that number alone is, with Integers::Lexical where `Lexical`. O(digits written
/// without an exponent); none when there are some millions of these that no two numbers begin with.
std::optional<ir::ByteDfa> readValues(const std::vector<Decimal> &Values, bool Lexical);

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_NUMBERS_H
