//===- NumberReader.h - What is remembered of a number ----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What NumberAutomaton.cpp, where the idea is, and NumberDigits.cpp share.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_NUMBERREADER_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_NUMBERREADER_H

#include "Numbers.h"

#include "weir/Support/Hash.h"
#include "weir/Support/WordIndex.h"

#include <array>
#include <limits>
#include <map>
#include <vector>

namespace weir::jsonschema {

class NumberReader {
public:
  explicit NumberReader(const NumberRange &R) : R(R) {}
  /// The automaton; none when it needs more than `MaxStates`, or what is counted for the steps more
  /// than MaxNumberStates. To be called once.
  std::optional<ir::ByteDfa> build(uint32_t MaxStates);
  /// Whether `build` would give up at once. To be called once, instead of it.
  bool areStepsTooFine() { return !prepare(); }
  /// That were made by then.
  size_t states() const { return Order.size(); }

private:
  /// Exponents that a mantissa may have; Least > Most when none.
  struct Interval {
    static constexpr int64_t Infinity = std::numeric_limits<int64_t>::max();
    int64_t Least = -Infinity, Most = Infinity;
    friend auto operator<=>(const Interval &, const Interval &) = default;
  };

  /// One end of a range of magnitudes.
  struct Bound {
    bool Exists = false, Exclusive = false;
    int64_t Point = 0; ///< of 0.Digits * 10^Point
    std::string Digits;

    bool isZero() const { return Digits.empty(); }
    int at(uint32_t J) const { return J < Digits.size() ? Digits[J] - '0' : 0; }
  };

  /// The magnitudes behind one sign.
  struct Side {
    bool Exists = false;
    Bound Lo, Hi;
  };

  /// s * 10^x with s = 2^Twos * 5^Fives * Rest.
  struct Step {
    bool Excluded;
    int64_t Exponent;
    uint64_t Coefficient, Rest;
    int64_t Twos = 0, Fives = 0;
  };

  enum class Phase : uint8_t {
    Start,    ///< before the first digit
    Zero,     ///< after 0
    Integer,  ///< digits, the first one not 0
    Dot,      ///< after the point that follows `Integer` or `Zero`
    Fraction, ///< digits behind the point
    Exponent, ///< after e
    Sign,     ///< after its sign
    Digits,   ///< of the exponent
  };

  struct State {
    Phase At = Phase::Start;
    uint8_t Of = 0;       ///< the side
    bool NoSign = false;  ///< Start: a minus has been read
    bool AllZero = false; ///< Dot, Fraction: every digit so far is 0
    bool One = false;     ///< Dot, Fraction: one digit, not 0, before the point
    bool Fine = false;    ///< finer than all steps: a multiple of none
    bool Negative = false;
    int8_t Lo = 0, Hi = 0; ///< the digits against those of the bound: -1, 0 (equal so far), 1
    uint32_t Count = 0;    ///< Integer: digits; Fraction with AllZero: zeros
    uint32_t Read = 0;     ///< Dot, Fraction: significant digits, while any comparison goes on
    uint32_t Tens = 0;     ///< zeros at the end of the digits before the point
    uint32_t Last = 0;     ///< place behind the point of the last digit that is not 0
    uint32_t Zeros = 0;    ///< zeros after it
    uint64_t Residue = 0;  ///< of D modulo L; Digits: the prefix, or what it is like
    uint32_t Range = 0;    ///< Exponent and on: the interval
    bool Like = false;     ///< Digits: Residue describes the prefix instead of being it

    friend bool operator==(const State &, const State &) = default;
  };

  static uint32_t hashOf(const State &S) {
    const uint64_t Flags = uint64_t(S.At) | uint64_t(S.Of) << 8 | uint64_t(S.NoSign) << 16 |
                           uint64_t(S.AllZero) << 17 | uint64_t(S.One) << 18 |
                           uint64_t(S.Fine) << 19 | uint64_t(S.Negative) << 20 |
                           uint64_t(S.Like) << 21 | uint64_t(S.Lo + 1) << 24 |
                           uint64_t(S.Hi + 1) << 26 | uint64_t(S.Range) << 32;
    uint64_t H = hashCombine(Flags, uint64_t(S.Count) << 32 | S.Read);
    H = hashCombine(H, uint64_t(S.Tens) << 40 | uint64_t(S.Last) << 20 | S.Zeros);
    H = hashCombine(H, S.Residue);
    return uint32_t(H ^ H >> 32);
  }

  // NumberAutomaton.cpp
  static Bound boundOf(const std::optional<Decimal> &D, bool Exclusive);
  bool prepare();
  bool mergeResidues();
  uint64_t representative(uint64_t Residue);
  void addStep(const Decimal &D, bool Excluded);
  uint32_t number(const State &S);
  void expand(const State &S);
  /// -1, 0 or 1: a plain number of the digits read, ended, against the bound.
  int plainOrder(const State &S, const Bound &B, int SoFar) const;
  bool stepsAllow(const State &S) const;
  bool accepts(const State &S) const;

  // NumberDigits.cpp. Successors; false where nothing can follow.
  bool firstDigit(State &S, int D) const;
  bool integerDigit(State &S, int D);
  bool toFraction(State &S) const;
  bool fractionDigit(State &S, int D) const;
  bool toExponent(const State &S, State &Out);
  bool exponentDigit(State &S, int D) const;

  void compareDigit(State &S, const Bound &Lo, const Bound &Hi, uint32_t J, int D) const;
  /// -1, 0 or 1: a number that ends after `Read` significant digits against the bound, when
  /// digit by digit it was `SoFar`.
  int ended(const Bound &B, int SoFar, uint32_t Read) const {
    return SoFar != 0 ? SoFar : Read < B.Digits.size() ? -1 : 0;
  }
  /// The least y for which D * 10^y is a multiple; none when there is no such y.
  std::optional<int64_t> leastExponent(const Step &P, uint64_t Residue) const;

  const NumberRange &R;
  std::array<Side, 2> Sides; ///< without and with a minus
  bool SameSides = false;
  std::vector<Step> Steps;
  uint64_t L = 1;
  bool IsMerged = false; ///< residues are representatives, but of the first digit
  WordIndex Alike;       ///< classes of residues, by what completes them
  std::vector<uint64_t> Representatives;
  std::vector<uint32_t> Completions;
  uint32_t MaxCount = 2, MaxZeros = 0, MaxTens = 0, MaxFine = 0, MaxMantissa = 0;

  ir::ByteDfa Out;
  std::vector<State> Order;
  std::vector<uint32_t> Hashes; ///< of each
  std::vector<uint32_t> Slots;  ///< open addressing: number + 1, or 0; at most half are taken
  std::map<Interval, uint32_t> RangeIndex;
  std::vector<Interval> Ranges;
};

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_NUMBERREADER_H
