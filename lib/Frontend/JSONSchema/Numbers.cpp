//===- Numbers.cpp - The JSON numbers of an interval ----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Signs come first: [lo, hi] is a range of magnitudes behind '-' and one without,
// and -0 is 0. A range of magnitudes is cut by the number n of digits before the
// point; numbers with as many digits as a bound are compared with it digit by
// digit, the point standing at the same place:
//
//   tight on both bounds ──▶ above the lower only, below the upper only ──▶ free
//
// Positions 0..n-1 are integer digits, n and on the fraction.
//
//===----------------------------------------------------------------------===//
#include "Numbers.h"

#include <algorithm>
#include <cassert>
#include <vector>

namespace weir::jsonschema {

using ir::ExprId;

/// The same integers, between inclusive integers.
static NumberRange integerBounds(NumberRange R) {
  if (R.Lo)
    R.Lo = R.LoExclusive && R.Lo->isIntegral() ? R.Lo->successor() : R.Lo->ceil();
  if (R.Hi)
    R.Hi = R.HiExclusive && R.Hi->isIntegral() ? R.Hi->predecessor() : R.Hi->floor();
  R.LoExclusive = R.HiExclusive = false;
  return R;
}

namespace {

/// What may stand behind the integer digits.
enum class Fractions : uint8_t { Any, Zero, None };

/// One end of a range of magnitudes, its digits laid out from the first integer
/// digit; `Size` of them before the point. Behind the end there are zeros.
struct Bound {
  std::string Digits;
  size_t Size;
  bool Exclusive;

  Bound(const Decimal &D, bool Exclusive) : Exclusive(Exclusive) {
    Size = size_t(std::max<int64_t>(D.Point, 1));
    if (D.isZero()) {
      Digits = "0";
      Size = 1;
    } else if (D.Point <= 0) {
      Digits = std::string(size_t(1 - D.Point), '0') + D.Digits;
    } else {
      Digits = D.Digits;
      Digits.resize(std::max(Digits.size(), Size), '0');
    }
  }
  unsigned at(size_t K) const { return K < Digits.size() ? unsigned(Digits[K] - '0') : 0; }
  bool endsBefore(size_t K) const { return K >= Digits.size(); }
};

class RangeWriter {
public:
  explicit RangeWriter(ir::Module &M) : M(M) {}

  ExprId range(const std::optional<Bound> &Lo, const std::optional<Bound> &Hi, Fractions F) {
    Frac = F;
    std::vector<ExprId> Parts;
    size_t MinSize = Lo ? Lo->Size : 0; // sizes above this one are free
    if (Lo && Hi && Lo->Size == Hi->Size) {
      N = Lo->Size;
      return both(*Lo, *Hi, 0);
    }
    if (Lo) {
      N = Lo->Size;
      Parts.push_back(above(*Lo, 0));
    }
    size_t EndSize = Hi ? Hi->Size : 0; // 0: no end
    if (MinSize == 0 && (EndSize == 0 || EndSize > 1))
      Parts.push_back(M.seq({digit(0, 0), anyFraction()}));
    size_t First = std::max<size_t>(MinSize + 1, MinSize == 0 ? 1 : 2);
    if (EndSize == 0)
      Parts.push_back(M.seq({digit(1, 9), digits(First - 1, ir::Unbounded), anyFraction()}));
    else if (First < EndSize)
      Parts.push_back(
          M.seq({digit(1, 9), digits(First - 1, uint32_t(EndSize - 2)), anyFraction()}));
    if (Hi) {
      N = Hi->Size;
      Parts.push_back(below(*Hi, 0));
    }
    return join(Parts);
  }

  /// [eE][+-]?0*digits with a value in range.
  ExprId exponent(std::optional<int64_t> Lo, std::optional<int64_t> Hi) {
    std::vector<ExprId> Parts;
    auto Bounded = [](std::optional<int64_t> V) {
      return V ? std::optional(Bound(*parseDecimal(std::to_string(*V)), false)) : std::nullopt;
    };
    auto Side = [&](ExprId Sign, std::optional<int64_t> A, std::optional<int64_t> B) {
      ExprId Value = range(A && *A > 0 ? Bounded(A) : std::nullopt, Bounded(B), Fractions::None);
      Parts.push_back(M.seq({Sign, M.star(M.lit("0")), Value}));
    };
    if (!Hi || *Hi >= 0)
      Side(M.optional(M.lit("+")), Lo, Hi);
    if (!Lo || *Lo <= 0)
      Side(M.lit("-"), Hi ? std::optional(-*Hi) : std::nullopt,
           Lo ? std::optional(-*Lo) : std::nullopt);
    if (Parts.empty())
      return M.never();
    return M.seq({M.bytes(either('e', 'E')), join(Parts)});
  }

  ExprId join(const std::vector<ExprId> &Parts) {
    std::vector<ExprId> Kept;
    for (ExprId P : Parts)
      if (P != M.never())
        Kept.push_back(P);
    return M.alt(Kept);
  }
  ExprId seq(ExprId A, ExprId B) {
    return A == M.never() || B == M.never() ? M.never() : M.seq({A, B});
  }
  static ByteSet either(char A, char B) {
    ByteSet S = ByteSet::of(uint8_t(A));
    S.insert(uint8_t(B));
    return S;
  }

private:
  ExprId digit(unsigned First, unsigned Last) {
    return First > Last || Last > 9 ? M.never() : M.bytes(ByteSet::range('0' + First, '0' + Last));
  }
  ExprId digits(size_t Min, size_t Max) {
    return M.repeat(digit(0, 9), uint32_t(Min), uint32_t(Max));
  }
  ExprId lit(unsigned Digit) { return M.lit(std::string(1, char('0' + Digit))); }
  ExprId point() { return M.lit("."); }

  ExprId anyFraction() {
    switch (Frac) {
    case Fractions::Any:
      return M.optional(M.seq({point(), M.plus(digit(0, 9))}));
    case Fractions::Zero:
      return zeroFraction();
    case Fractions::None:
      break;
    }
    return M.empty();
  }
  ExprId zeroFraction() {
    return Frac == Fractions::None ? M.empty() : M.optional(M.seq({point(), M.plus(M.lit("0"))}));
  }
  /// Digits of the fraction, one of them not zero.
  ExprId positive() { return M.seq({M.star(M.lit("0")), digit(1, 9), M.star(digit(0, 9))}); }
  /// What may follow once nothing is to be compared: position K.
  ExprId free(size_t K) {
    if (K > N)
      return M.star(digit(0, 9));
    return M.seq({digits(N - K, N - K), anyFraction()});
  }
  unsigned leastDigit(size_t K) const { return K == 0 && N > 1 ? 1 : 0; }

  // Position K after comparing equal so far. At K == N the point comes first.

  ExprId above(const Bound &B, size_t K) {
    if (K == N) {
      if (!B.endsBefore(K))
        return seq(point(), aboveFraction(B, K));
      return B.Exclusive ? M.seq({point(), positive()}) : anyFraction();
    }
    return join({seq(digit(B.at(K) + 1, 9), free(K + 1)), seq(lit(B.at(K)), above(B, K + 1))});
  }
  ExprId aboveFraction(const Bound &B, size_t K) {
    if (B.endsBefore(K))
      return B.Exclusive ? positive() : M.star(digit(0, 9));
    return join({seq(digit(B.at(K) + 1, 9), M.star(digit(0, 9))),
                 seq(lit(B.at(K)), aboveFraction(B, K + 1))});
  }

  ExprId below(const Bound &B, size_t K) {
    if (K == N) {
      if (!B.endsBefore(K))
        return M.optional(M.seq({point(), belowFraction(B, K)}));
      return B.Exclusive ? M.never() : zeroFraction();
    }
    ExprId Less = B.at(K) == 0 ? M.never() : digit(leastDigit(K), B.at(K) - 1);
    return join({seq(Less, free(K + 1)), seq(lit(B.at(K)), below(B, K + 1))});
  }
  ExprId belowFraction(const Bound &B, size_t K) {
    if (B.endsBefore(K))
      return B.Exclusive ? M.never() : M.star(M.lit("0"));
    ExprId Less = B.at(K) == 0 ? M.never() : digit(0, B.at(K) - 1);
    ExprId More =
        join({seq(Less, M.star(digit(0, 9))), seq(lit(B.at(K)), belowFraction(B, K + 1))});
    return K > N ? M.optional(More) : More; // a shorter fraction is smaller
  }

  ExprId both(const Bound &Lo, const Bound &Hi, size_t K) {
    if (K == N) {
      bool End = Lo.endsBefore(K) && !Lo.Exclusive && (!Hi.endsBefore(K) || !Hi.Exclusive);
      ExprId More = Frac == Fractions::None ? M.never() : seq(point(), bothFraction(Lo, Hi, K));
      return End ? join({M.empty(), More}) : More;
    }
    if (Lo.at(K) > Hi.at(K))
      return M.never();
    if (Lo.at(K) == Hi.at(K))
      return seq(lit(Lo.at(K)), both(Lo, Hi, K + 1));
    ExprId Between = Hi.at(K) == 0 ? M.never() : digit(Lo.at(K) + 1, Hi.at(K) - 1);
    return join({seq(lit(Lo.at(K)), above(Lo, K + 1)), seq(Between, free(K + 1)),
                 seq(lit(Hi.at(K)), below(Hi, K + 1))});
  }
  ExprId bothFraction(const Bound &Lo, const Bound &Hi, size_t K) {
    if (Lo.endsBefore(K) && Hi.endsBefore(K)) {
      if (Lo.Exclusive || Hi.Exclusive)
        return M.never();
      return K > N ? M.star(M.lit("0")) : M.plus(M.lit("0"));
    }
    if (Lo.at(K) > Hi.at(K))
      return M.never();
    ExprId More;
    if (Lo.at(K) == Hi.at(K)) {
      More = seq(lit(Lo.at(K)), bothFraction(Lo, Hi, K + 1));
    } else {
      ExprId Between = digit(Lo.at(K) + 1, Hi.at(K) - 1);
      More = join({seq(lit(Lo.at(K)), aboveFraction(Lo, K + 1)), seq(Between, M.star(digit(0, 9))),
                   seq(lit(Hi.at(K)), belowFraction(Hi, K + 1))});
    }
    bool End = K > N && Lo.endsBefore(K) && !Lo.Exclusive;
    return End ? join({M.empty(), More}) : More;
  }

  ir::Module &M;
  Fractions Frac = Fractions::Any;
  size_t N = 0; ///< digits before the point
};

/// A range of magnitudes; without bounds, of all.
struct Magnitudes {
  std::optional<Decimal> Lo, Hi;
  bool LoExclusive = false, HiExclusive = false;
};

/// The magnitudes m for which m is in R, or none when there is none.
std::optional<Magnitudes> positiveSide(const NumberRange &R) {
  Magnitudes P;
  if (R.Hi) {
    if (R.Hi->Negative || (R.Hi->isZero() && R.HiExclusive))
      return std::nullopt;
    P.Hi = R.Hi;
    P.HiExclusive = R.HiExclusive;
  }
  if (R.Lo && !R.Lo->Negative && (!R.Lo->isZero() || R.LoExclusive)) {
    P.Lo = R.Lo;
    P.LoExclusive = R.LoExclusive;
  }
  return P;
}

NumberRange mirrored(const NumberRange &R) {
  NumberRange N;
  if (R.Hi)
    N.Lo = R.Hi->negated();
  if (R.Lo)
    N.Hi = R.Lo->negated();
  N.LoExclusive = R.HiExclusive;
  N.HiExclusive = R.LoExclusive;
  N.Kind = R.Kind;
  return N;
}

ExprId plain(RangeWriter &W, const Magnitudes &P, Fractions F) {
  std::optional<Bound> Lo, Hi;
  if (P.Lo)
    Lo.emplace(*P.Lo, P.LoExclusive);
  if (P.Hi)
    Hi.emplace(*P.Hi, P.HiExclusive);
  return W.range(Lo, Hi, F);
}

ExprId scientific(ir::Module &M, RangeWriter &W, const Magnitudes &P) {
  // The mantissa of 0.d1d2… * 10^p is d1.d2…, its exponent p - 1.
  auto Mantissa = [](const Decimal &D, bool Exclusive) {
    Decimal One = D;
    One.Negative = false;
    One.Point = 1;
    return Bound(One, Exclusive);
  };
  auto One = [] { return Bound(Decimal{false, "1", 1}, false); };
  auto Ten = [] { return Bound(Decimal{false, "1", 2}, true); };
  bool HasLo = P.Lo && !P.Lo->isZero(); // scientific texts are never zero
  if (P.Hi && P.Hi->isZero())
    return M.never();
  std::optional<int64_t> LoExp, HiExp;
  if (HasLo)
    LoExp = P.Lo->Point - 1;
  if (P.Hi)
    HiExp = P.Hi->Point - 1;
  if (LoExp && HiExp && *LoExp > *HiExp)
    return M.never();

  if (LoExp && HiExp && *LoExp == *HiExp)
    return W.seq(
        W.range(Mantissa(*P.Lo, P.LoExclusive), Mantissa(*P.Hi, P.HiExclusive), Fractions::Any),
        W.exponent(LoExp, HiExp));
  std::vector<ExprId> Parts;
  if (LoExp)
    Parts.push_back(W.seq(W.range(Mantissa(*P.Lo, P.LoExclusive), Ten(), Fractions::Any),
                          W.exponent(LoExp, LoExp)));
  if (!LoExp || !HiExp || *LoExp + 1 < *HiExp)
    Parts.push_back(W.seq(W.range(One(), Ten(), Fractions::Any),
                          W.exponent(LoExp ? std::optional(*LoExp + 1) : std::nullopt,
                                     HiExp ? std::optional(*HiExp - 1) : std::nullopt)));
  if (HiExp)
    Parts.push_back(W.seq(W.range(One(), Mantissa(*P.Hi, P.HiExclusive), Fractions::Any),
                          W.exponent(HiExp, HiExp)));
  return W.join(Parts);
}

} // namespace

std::optional<ExprId> numberInRange(ir::Module &M, const NumberRange &Range) {
  if ((Range.Lo && Range.Lo->plainDigits() > MaxBoundDigits) ||
      (Range.Hi && Range.Hi->plainDigits() > MaxBoundDigits))
    return std::nullopt;
  if (Range.isEmpty())
    return M.never();
  if (Range.NotLexical || !Range.Multiples.empty() || !Range.Excluded.empty())
    return std::nullopt;
  RangeWriter W(M);
  ExprId Minus = M.optional(M.lit("-"));
  ExprId Digit = M.bytes(ByteSet::range('0', '9'));
  if (Range.isUnbounded() && Range.Kind == Integers::Any) {
    ExprId Exponent = M.seq({M.bytes(RangeWriter::either('e', 'E')),
                             M.optional(M.bytes(RangeWriter::either('+', '-'))), M.plus(Digit)});
    return M.seq(
        {Minus, W.range(std::nullopt, std::nullopt, Fractions::Any), M.optional(Exponent)});
  }
  NumberRange R = Range.Kind == Integers::Any ? Range : integerBounds(Range);

  Fractions F = R.Kind == Integers::Any        ? Fractions::Any
                : R.Kind == Integers::Integral ? Fractions::Zero
                                               : Fractions::None;
  auto Side = [&](const NumberRange &S) {
    std::optional<Magnitudes> P = positiveSide(S);
    if (!P)
      return M.never();
    ExprId Plain = plain(W, *P, F);
    return R.Kind == Integers::Any ? W.join({Plain, scientific(M, W, *P)}) : Plain;
  };
  ExprId Positive = Side(R), Negative = Side(mirrored(R));
  if (Positive == Negative)
    return W.seq(Minus, Positive);
  return W.join({W.seq(M.lit("-"), Negative), Positive});
}

} // namespace weir::jsonschema
