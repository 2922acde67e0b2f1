//===- Encoding.cpp - Scalars as bytes, and inside JSON strings --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// UTF-8 by ranges of bytes (utf8Sequences), `\uXXXX` by ranges of hexadecimal
// digits, surrogate pairs by ranges of both halves. Paths that end alike share
// their ends.
//
//===----------------------------------------------------------------------===//
#include "RuleBuilder.h"

namespace weir::lowering {

namespace {

/// A fixed-length path: one set of bytes a step.
using Path = std::vector<ByteSet>;

class PathAdder {
public:
  PathAdder(Nfa &N, uint32_t From, uint32_t To) : N(N), From(From) { Ends[{}] = To; }

  void add(const Path &P) {
    // Suffixes already there are used again.
    uint32_t At = endFor(P, 1);
    N.bytes(From, P[0], At);
  }

private:
  /// The state from which the path's steps from `First` on lead to the end.
  uint32_t endFor(const Path &P, size_t First) {
    Path Suffix(P.begin() + ptrdiff_t(First), P.end());
    if (auto It = Ends.find(Suffix); It != Ends.end())
      return It->second;
    uint32_t Next = endFor(P, First + 1);
    uint32_t S = N.addState();
    N.bytes(S, P[First], Next);
    Ends[Suffix] = S;
    return S;
  }

  Nfa &N;
  uint32_t From;
  std::map<Path, uint32_t> Ends;
};

ByteSet hexDigits(unsigned First, unsigned Last) {
  ByteSet S;
  for (unsigned D = First; D <= Last; ++D) {
    if (D < 10) {
      S.insert(uint8_t('0' + D));
      continue;
    }
    S.insert(uint8_t('a' + D - 10));
    S.insert(uint8_t('A' + D - 10));
  }
  return S;
}

/// Splits First..Last, numbers of `Digits` hexadecimal digits, into rows of digit
/// ranges.
void splitHex(uint32_t First, uint32_t Last, unsigned Digits, const Path &Prefix,
              std::vector<Path> &Out) {
  uint32_t Full = (uint32_t(1) << (4 * Digits)) - 1;
  if (First == 0 && Last == Full) {
    Path P = Prefix;
    for (unsigned I = 0; I < Digits; ++I)
      P.push_back(hexDigits(0, 15));
    Out.push_back(P);
    return;
  }
  unsigned Shift = 4 * (Digits - 1);
  unsigned High = First >> Shift, HighLast = Last >> Shift;
  uint32_t Mask = (uint32_t(1) << Shift) - 1;
  auto one = [&](unsigned A, unsigned B, uint32_t Lo, uint32_t Hi) {
    Path P = Prefix;
    P.push_back(hexDigits(A, B));
    if (Digits == 1)
      Out.push_back(P);
    else
      splitHex(Lo, Hi, Digits - 1, P, Out);
  };
  if (High == HighLast)
    return one(High, High, First & Mask, Last & Mask);
  if (First & Mask)
    one(High++, unsigned(First >> Shift), First & Mask, Mask);
  bool Tail = (Last & Mask) != Mask;
  if (High + (Tail ? 1 : 0) <= HighLast)
    one(High, HighLast - (Tail ? 1 : 0), 0, Mask);
  if (Tail)
    one(HighLast, HighLast, 0, Last & Mask);
}

void addUnicodeEscapes(PathAdder &Paths, uint32_t First, uint32_t Last) {
  const Path Lead{ByteSet::of('\\'), ByteSet::of('u')};
  std::vector<Path> Rows;
  if (First <= 0xFFFF)
    splitHex(First, std::min(Last, 0xFFFFU), 4, Lead, Rows);
  if (Last > 0xFFFF) {
    uint32_t A = std::max(First, 0x10000U) - 0x10000, Z = Last - 0x10000;
    auto pairs = [&](uint32_t HighFirst, uint32_t HighLast, uint32_t Low, uint32_t LowLast) {
      std::vector<Path> Highs;
      splitHex(0xD800 + HighFirst, 0xD800 + HighLast, 4, Lead, Highs);
      for (Path P : Highs) {
        P.insert(P.end(), Lead.begin(), Lead.end());
        splitHex(0xDC00 + Low, 0xDC00 + LowLast, 4, P, Rows);
      }
    };
    uint32_t HighA = A >> 10, HighZ = Z >> 10;
    if (HighA == HighZ) {
      pairs(HighA, HighA, A & 0x3FF, Z & 0x3FF);
    } else {
      if (A & 0x3FF)
        pairs(HighA, HighA, A & 0x3FF, 0x3FF), ++HighA;
      bool Tail = (Z & 0x3FF) != 0x3FF;
      if (HighA + (Tail ? 1 : 0) <= HighZ)
        pairs(HighA, HighZ - (Tail ? 1 : 0), 0, 0x3FF);
      if (Tail)
        pairs(HighZ, HighZ, 0, Z & 0x3FF);
    }
  }
  for (const Path &P : Rows)
    Paths.add(P);
}

} // namespace

void addScalar(Nfa &N, const CodePointSet &Set, uint32_t From, uint32_t To, TextMode Mode) {
  PathAdder Paths(N, From, To);
  CodePointSet Raw = Set;
  if (Mode != TextMode::Plain) {
    CodePointSet Escaped = CodePointSet::range(0, 0x1F);
    Escaped.add('"');
    Escaped.add('\\');
    Raw = Set.minus(Escaped);

    static constexpr struct {
      uint8_t Value, Letter;
    } Short[] = {{'"', '"'},  {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'},
                 {'\n', 'n'}, {'\r', 'r'},  {'\t', 't'}};
    ByteSet Letters;
    for (auto [Value, Letter] : Short)
      if (Set.contains(Value))
        Letters.insert(Letter);
    if (Mode == TextMode::JsonAny && Set.contains('/'))
      Letters.insert('/');
    if (!Letters.empty())
      Paths.add({ByteSet::of('\\'), Letters});

    if (Mode == TextMode::JsonAny) {
      for (const CodePointRange &R : Set.ranges())
        addUnicodeEscapes(Paths, R.First, R.Last);
    } else {
      // Controls without a short escape: \u00xx in lower case.
      for (uint32_t High = 0; High < 2; ++High) {
        ByteSet Low;
        for (uint32_t D = 0; D < 16; ++D) {
          uint32_t C = High * 16 + D;
          bool HasShort = C == '\b' || C == '\f' || C == '\n' || C == '\r' || C == '\t';
          if (Set.contains(C) && !HasShort)
            Low.insert(uint8_t(D < 10 ? '0' + D : 'a' + D - 10));
        }
        if (!Low.empty())
          Paths.add({ByteSet::of('\\'), ByteSet::of('u'), ByteSet::of('0'), ByteSet::of('0'),
                     ByteSet::of(uint8_t('0' + High)), Low});
      }
    }
  }
  for (const CodePointRange &R : Raw.ranges())
    for (const Utf8Sequence &Q : utf8Sequences(R.First, R.Last)) {
      Path P;
      for (unsigned I = 0; I < Q.Size; ++I)
        P.push_back(ByteSet::range(Q.Bytes[I].First, Q.Bytes[I].Last));
      Paths.add(P);
    }
}

} // namespace weir::lowering
