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

#include <algorithm>

namespace weir::lowering {

namespace {

/// A fixed-length path: one set of bytes a step.
using Path = std::vector<ByteSet>;

/// Paths from one state to another, which share what they end with: from the end, a state is
/// known by the set it reads and the state that follows.
class PathAdder {
public:
  explicit PathAdder(ScalarPaths &Out) : Out(Out) {}

  void add(std::span<const ByteSet> P) {
    uint32_t At = ScalarPaths::End;
    for (size_t I = P.size(); I-- > 1;) {
      uint32_t Words[9] = {At};
      for (unsigned K = 0; K < 4; ++K) {
        Words[2 * K + 1] = uint32_t(P[I].words()[K]);
        Words[2 * K + 2] = uint32_t(P[I].words()[K] >> 32);
      }
      const uint32_t Suffix = Suffixes.intern(Words);
      if (Suffix == Out.Inner.size())
        Out.Inner.push_back({P[I], At});
      At = Suffix;
    }
    Out.First.push_back({P[0], At});
  }
  void add(std::initializer_list<ByteSet> P) { add(std::span(P.begin(), P.size())); }

private:
  ScalarPaths &Out;
  WordIndex Suffixes;
};

/// The letter after the backslash of a short escape, or 0.
char shortEscape(uint32_t C) {
  switch (C) {
  case '"':
  case '\\':
    return char(C);
  case '\b':
    return 'b';
  case '\f':
    return 'f';
  case '\n':
    return 'n';
  case '\r':
    return 'r';
  case '\t':
    return 't';
  default:
    return 0;
  }
}

ByteSet hexDigits(unsigned First, unsigned Last, bool UpperToo) {
  ByteSet S;
  for (unsigned D = First; D <= Last; ++D) {
    if (D < 10) {
      S.insert(uint8_t('0' + D));
      continue;
    }
    S.insert(uint8_t('a' + D - 10));
    if (UpperToo)
      S.insert(uint8_t('A' + D - 10));
  }
  return S;
}

/// Splits First..Last, numbers of `Digits` hexadecimal digits, into rows of digit
/// ranges.
void splitHex(uint32_t First, uint32_t Last, unsigned Digits, bool UpperToo, const Path &Prefix,
              std::vector<Path> &Out) {
  uint32_t Full = (uint32_t(1) << (4 * Digits)) - 1;
  if (First == 0 && Last == Full) {
    Path P = Prefix;
    for (unsigned I = 0; I < Digits; ++I)
      P.push_back(hexDigits(0, 15, UpperToo));
    Out.push_back(P);
    return;
  }
  unsigned Shift = 4 * (Digits - 1);
  unsigned High = First >> Shift, HighLast = Last >> Shift;
  uint32_t Mask = (uint32_t(1) << Shift) - 1;
  auto one = [&](unsigned A, unsigned B, uint32_t Lo, uint32_t Hi) {
    Path P = Prefix;
    P.push_back(hexDigits(A, B, UpperToo));
    if (Digits == 1)
      Out.push_back(P);
    else
      splitHex(Lo, Hi, Digits - 1, UpperToo, P, Out);
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

void addUnicodeEscapes(PathAdder &Paths, uint32_t First, uint32_t Last, bool UpperToo) {
  const Path Lead{ByteSet::of('\\'), ByteSet::of('u')};
  std::vector<Path> Rows;
  if (First <= 0xFFFF)
    splitHex(First, std::min(Last, 0xFFFFU), 4, UpperToo, Lead, Rows);
  if (Last > 0xFFFF) {
    uint32_t A = std::max(First, 0x10000U) - 0x10000, Z = Last - 0x10000;
    auto pairs = [&](uint32_t HighFirst, uint32_t HighLast, uint32_t Low, uint32_t LowLast) {
      std::vector<Path> Highs;
      splitHex(0xD800 + HighFirst, 0xD800 + HighLast, 4, UpperToo, Lead, Highs);
      for (Path P : Highs) {
        P.insert(P.end(), Lead.begin(), Lead.end());
        splitHex(0xDC00 + Low, 0xDC00 + LowLast, 4, UpperToo, P, Rows);
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

bool isPlainText(std::string_view Text) {
  return std::all_of(Text.begin(), Text.end(),
                     [](char C) { return C >= 0x20 && C < 0x7F && C != '"' && C != '\\'; });
}

bool appendOnlySpelling(std::string &Out, uint32_t C, TextMode Mode) {
  if (Mode == TextMode::Plain) {
    appendUtf8(Out, C);
    return true;
  }
  const ir::Escapes Style = escapesOf(Mode);
  if (isAnySpelling(Style))
    return false;
  if (char Letter = shortEscape(C)) {
    Out += {'\\', Letter};
  } else if (C >= 0x20 && C <= lastRaw(Style)) {
    appendUtf8(Out, C);
  } else {
    auto AppendUnit = [&](uint32_t Unit) {
      Out += "\\u";
      for (unsigned Shift = 16; Shift > 0; Shift -= 4)
        Out += "0123456789abcdef"[Unit >> (Shift - 4) & 15];
    };
    if (C > 0xFFFF)
      AppendUnit(0xD800 + ((C - 0x10000) >> 10));
    AppendUnit(C > 0xFFFF ? 0xDC00 + (C & 0x3FF) : C);
  }
  return true;
}

/// The paths of a set's encodings; empty for the empty set.
static ScalarPaths pathsOf(const CodePointSet &Set, TextMode Mode) {
  ScalarPaths Out;
  PathAdder Paths(Out);
  CodePointSet Raw = Set;
  if (Mode != TextMode::Plain) {
    const ir::Escapes Style = escapesOf(Mode);
    const bool Any = isAnySpelling(Style);
    CodePointSet Escaped = CodePointSet::range(0, 0x1F);
    Escaped.add('"');
    Escaped.add('\\');
    if (lastRaw(Style) < MaxCodePoint)
      Escaped.add(lastRaw(Style) + 1, MaxCodePoint);
    Raw = Set.minus(Escaped);

    ByteSet Letters;
    for (uint8_t Value : {'"', '\\', '\b', '\f', '\n', '\r', '\t'})
      if (Set.contains(Value))
        Letters.insert(uint8_t(shortEscape(Value)));
    if (Any && Set.contains('/'))
      Letters.insert('/');
    if (!Letters.empty())
      Paths.add({ByteSet::of('\\'), Letters});

    if (Any) {
      for (const CodePointRange &R : Set.ranges())
        addUnicodeEscapes(Paths, R.First, R.Last, true);
    } else {
      // Controls without a short escape: \u00xx in lower case.
      for (uint32_t High = 0; High < 2; ++High) {
        ByteSet Low;
        for (uint32_t D = 0; D < 16; ++D) {
          uint32_t C = High * 16 + D;
          if (Set.contains(C) && !shortEscape(C))
            Low.insert(uint8_t(D < 10 ? '0' + D : 'a' + D - 10));
        }
        if (!Low.empty())
          Paths.add({ByteSet::of('\\'), ByteSet::of('u'), ByteSet::of('0'), ByteSet::of('0'),
                     ByteSet::of(uint8_t('0' + High)), Low});
      }
      for (const CodePointRange &R : Set.ranges())
        if (R.Last > lastRaw(Style))
          addUnicodeEscapes(Paths, std::max(R.First, lastRaw(Style) + 1), R.Last, false);
    }
  }
  for (const CodePointRange &R : Raw.ranges())
    for (const Utf8Sequence &Q : utf8Sequences(R.First, R.Last)) {
      std::array<ByteSet, 4> P;
      for (unsigned I = 0; I < Q.Size; ++I)
        P[I] = ByteSet::range(Q.Bytes[I].First, Q.Bytes[I].Last);
      Paths.add(std::span<const ByteSet>(P).first(Q.Size));
    }
  return Out;
}

const ScalarPaths &ScalarEncoder::paths(const CodePointSet &Set, TextMode Mode) {
  Key.assign(1, uint32_t(Mode));
  for (const CodePointRange &R : Set.ranges()) {
    Key.push_back(R.First);
    Key.push_back(R.Last);
  }
  const uint32_t Id = Sets.intern(Key);
  if (Id == Known.size())
    Known.push_back(pathsOf(Set, Mode));
  return Known[Id];
}

void ScalarEncoder::add(Nfa &N, const CodePointSet &Set, uint32_t From, uint32_t To, TextMode Mode,
                        PathEnds *Ends) {
  std::span<const CodePointRange> Ranges = Set.ranges();
  std::string Spelling;
  if (Ranges.size() == 1 && Ranges[0].First == Ranges[0].Last &&
      appendOnlySpelling(Spelling, Ranges[0].First, Mode)) {
    for (size_t I = 0; I < Spelling.size(); ++I) {
      uint32_t Next = I + 1 == Spelling.size() ? To : N.addState();
      N.byte(From, uint8_t(Spelling[I]), Next);
      From = Next;
    }
    return;
  }
  // One byte each, as most classes of patterns are.
  if (!Ranges.empty() && Ranges.back().Last < 0x80 &&
      (Mode == TextMode::Plain || !isAnySpelling(escapesOf(Mode)))) {
    ByteSet Bytes;
    for (const CodePointRange &R : Ranges)
      Bytes |= ByteSet::range(uint8_t(R.First), uint8_t(R.Last));
    ByteSet Escaped = ByteSet::range(0, 0x1F);
    Escaped.insert('"');
    Escaped.insert('\\');
    if (Mode != TextMode::Plain && isAscii(escapesOf(Mode)))
      Escaped.insert(0x7F);
    if (Mode == TextMode::Plain || !Bytes.intersects(Escaped)) {
      N.bytes(From, Bytes, To);
      return;
    }
  }
  const ScalarPaths &Paths = paths(Set, Mode);
  // By path that others end with, the state it begins in.
  Inner.clear();
  auto stateOf = [&](uint32_t I) { return I == ScalarPaths::End ? To : Inner[I]; };
  for (const ScalarPaths::Step &X : Paths.Inner) {
    const uint32_t Next = stateOf(X.Next);
    if (!Ends) {
      Inner.push_back(N.addState());
      N.bytes(Inner.back(), X.Set, Next);
      continue;
    }
    const uint32_t Label = N.addSet(X.Set), Suffix = Ends->Index.intern({Label, Next});
    if (Suffix == Ends->States.size()) {
      Ends->States.push_back(N.addState());
      N.bytes(Ends->States.back(), X.Set, Next);
    }
    Inner.push_back(Ends->States[Suffix]);
  }
  for (const ScalarPaths::Step &X : Paths.First)
    N.bytes(From, X.Set, stateOf(X.Next));
}

} // namespace weir::lowering
