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
//   e       once the mantissa is read, all conditions are one interval of exponents.
//
// The digits of an exponent need no count: a prefix v is as good as another when for
// each number m of digits to come [v * 10^m, (v + 1) * 10^m) lies alike to the interval.
//
//===----------------------------------------------------------------------===//
#include "Numbers.h"

#include "weir/Support/Hash.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <numeric>
#include <span>
#include <unordered_map>

namespace weir::jsonschema {

namespace {

/// With a step, scientific notation has this many digits behind the point, or as many as
/// the step has, whichever is more; none where there are many residues.
constexpr uint32_t MantissaDigits = 3;
constexpr uint64_t MaxMantissaResidues = 500;

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

struct StateHash {
  size_t operator()(const State &S) const {
    uint64_t Flags = uint64_t(S.At) | uint64_t(S.Of) << 8 | uint64_t(S.NoSign) << 16 |
                     uint64_t(S.AllZero) << 17 | uint64_t(S.One) << 18 | uint64_t(S.Fine) << 19 |
                     uint64_t(S.Negative) << 20 | uint64_t(S.Like) << 21 |
                     uint64_t(S.Lo + 1) << 24 | uint64_t(S.Hi + 1) << 26 | uint64_t(S.Range) << 32;
    uint64_t H = hashCombine(Flags, uint64_t(S.Count) << 32 | S.Read);
    H = hashCombine(H, uint64_t(S.Tens) << 40 | uint64_t(S.Last) << 20 | S.Zeros);
    return size_t(hashCombine(H, S.Residue));
  }
};

class Reader {
public:
  explicit Reader(const NumberRange &R) : R(R) {}
  std::optional<ir::ByteDfa> build();

private:
  bool prepare();
  void addStep(const Decimal &D, bool Excluded);
  uint32_t number(const State &S);
  void expand(const State &S);
  bool accepts(const State &S) const;

  // Successors; false where nothing can follow.
  bool firstDigit(State &S, int D) const;
  bool integerDigit(State &S, int D) const;
  bool toFraction(State &S) const;
  bool fractionDigit(State &S, int D) const;
  bool toExponent(const State &S, State &Out);
  bool exponentDigit(State &S, int D) const;

  void compareDigit(State &S, const Bound &Lo, const Bound &Hi, uint32_t J, int D) const;
  /// -1, 0 or 1: a plain number of the digits read, ended, against the bound.
  int plainOrder(const State &S, const Bound &B, int SoFar) const;
  int ended(const Bound &B, int SoFar, uint32_t Read) const {
    return SoFar != 0 ? SoFar : Read < B.Digits.size() ? -1 : 0;
  }
  /// The least y for which D * 10^y is a multiple; none when there is no such y.
  std::optional<int64_t> leastExponent(const Step &P, uint64_t Residue) const;
  bool stepsAllow(const State &S) const;

  const NumberRange &R;
  std::array<Side, 2> Sides; ///< without and with a minus
  bool SameSides = false;
  std::vector<Step> Steps;
  uint64_t L = 1;
  uint32_t MaxCount = 2, MaxZeros = 0, MaxTens = 0, MaxFine = 0, MaxMantissa = 0;

  ir::ByteDfa Out;
  std::unordered_map<State, uint32_t, StateHash> Index;
  std::vector<State> Order;
  std::map<Interval, uint32_t> RangeIndex;
  std::vector<Interval> Ranges;
};

void Reader::addStep(const Decimal &D, bool Excluded) {
  Step P{Excluded, D.exponent(), *D.coefficient(), *D.coefficient()};
  for (; P.Rest % 2 == 0; P.Rest /= 2)
    ++P.Twos;
  for (; P.Rest % 5 == 0; P.Rest /= 5)
    ++P.Fives;
  Steps.push_back(P);
}

static Bound boundOf(const std::optional<Decimal> &D, bool Exclusive) {
  Bound B;
  if (D) {
    B.Exists = true;
    B.Exclusive = Exclusive;
    B.Point = D->Point;
    B.Digits = D->Digits;
  }
  return B;
}

/// False when the steps are beyond what is counted.
bool Reader::prepare() {
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

std::optional<int64_t> Reader::leastExponent(const Step &P, uint64_t Residue) const {
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

/// Whether the plain number that ends here is a multiple of what it must be, only.
bool Reader::stepsAllow(const State &S) const {
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

int Reader::plainOrder(const State &S, const Bound &B, int SoFar) const {
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

bool Reader::accepts(const State &S) const {
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

/// Compares the J-th significant digit, counted from 0.
void Reader::compareDigit(State &S, const Bound &Lo, const Bound &Hi, uint32_t J, int D) const {
  auto One = [&](const Bound &B, int8_t &C) {
    if (B.Exists && C == 0 && D != B.at(J))
      C = D < B.at(J) ? -1 : 1;
  };
  One(Lo, S.Lo);
  One(Hi, S.Hi);
}

bool Reader::firstDigit(State &S, int D) const {
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

bool Reader::integerDigit(State &S, int D) const {
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
  return true;
}

bool Reader::toFraction(State &S) const {
  if (R.Kind == Integers::Lexical)
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

bool Reader::fractionDigit(State &S, int D) const {
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
bool Reader::toExponent(const State &S, State &Next) {
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

bool Reader::exponentDigit(State &S, int D) const {
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

uint32_t Reader::number(const State &S) {
  auto [It, New] = Index.try_emplace(S, uint32_t(Order.size()));
  if (New)
    Order.push_back(S);
  return It->second;
}

void Reader::expand(const State &S) {
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

std::optional<ir::ByteDfa> Reader::build() {
  if (!prepare())
    return std::nullopt;
  number(State());
  for (size_t I = 0; I < Order.size(); ++I) {
    if (Order.size() > MaxNumberStates)
      return std::nullopt;
    State S = Order[I];
    expand(S);
  }
  return std::move(Out);
}

} // namespace

std::optional<ir::ByteDfa> readNumbers(const NumberRange &R) { return Reader(R).build(); }

} // namespace weir::jsonschema
