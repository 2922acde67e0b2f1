//===- KeySets.cpp - Which keys an object may still get ---------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "KeySets.h"

#include "weir/Support/Escape.h"
#include "weir/Support/Hash.h"

#include <algorithm>
#include <bit>

namespace weir {

uint32_t KeySets::missing() const {
  if (!O.AnyOrder)
    return words(O.RequiredFrom)[reg(3)];
  uint32_t N = 0;
  for (uint32_t W = 0; W < (O.Keys + 31) / 32; ++W)
    N += uint32_t(std::popcount(words(O.RequiredBits)[W] & ~reg(3 + W)));
  return N;
}

uint64_t KeySets::owedByAll() const {
  uint64_t N = 0;
  for (uint32_t E = O.FreeBegin; E < O.FreeEnd; ++E)
    N += owed(G.FreeEntries[E]);
  return N;
}

uint64_t KeySets::freeLeft() const {
  if (O.FreeTotal == NoIndex)
    return UINT32_MAX;
  return O.FreeTotal - (Regs ? Regs[O.FreeCount] : 0);
}

/// Declared order, for an ordinal between the next one and the next required one.
bool KeySets::ordinalAllowed(uint32_t Ordinal) const {
  uint32_t Next = reg(3);
  if (Ordinal < Next || Ordinal >= O.Live || Ordinal > words(O.NextRequired)[Next])
    return false;
  if (!roomFor(words(O.RequiredFrom)[Ordinal + 1] + owedByAll()))
    return false;
  return uint64_t(reg(0)) + 1 + (O.Live - Ordinal - 1) + freeLeft() >= O.Min;
}

bool KeySets::leafAllowed(uint32_t Leaf) const {
  if (!O.AnyOrder)
    return ordinalAllowed(words(O.OrdinalOfLeaf)[Leaf]);
  return !seen(Leaf) && roomFor(missing() - (required(Leaf) ? 1 : 0) + owedByAll());
}

bool KeySets::anyLeafAllowed(uint32_t First, uint32_t End) const {
  if (First >= End)
    return false;
  if (!O.AnyOrder) {
    uint32_t Next = reg(3);
    uint32_t Window = std::min(words(O.NextRequired)[Next] + 1, O.Live);
    // Whichever is shorter: the ordinals that may come, or the leaves asked about.
    if (Window - Next < End - First) {
      for (uint32_t Ordinal = Next; Ordinal < Window; ++Ordinal) {
        uint32_t Leaf = words(O.LeafOfOrdinal)[Ordinal];
        if (Leaf >= First && Leaf < End && ordinalAllowed(Ordinal))
          return true;
      }
      return false;
    }
    for (uint32_t Leaf = First; Leaf < End; ++Leaf)
      if (ordinalAllowed(words(O.OrdinalOfLeaf)[Leaf]))
        return true;
    return false;
  }
  uint32_t Missing = missing();
  uint64_t Owed = owedByAll();
  bool Optional = roomFor(Missing + Owed);
  if (!Optional && (Missing == 0 || !roomFor(Missing - 1 + Owed)))
    return false;
  for (uint32_t W = First / 32; W <= (End - 1) / 32; ++W) {
    uint32_t Bits = ~reg(3 + W) & words(O.LiveBits)[W];
    if (!Optional)
      Bits &= words(O.RequiredBits)[W];
    if (W == First / 32)
      Bits &= ~uint32_t(0) << (First % 32);
    if (W == (End - 1) / 32)
      Bits &= ~uint32_t(0) >> (31 - (End - 1) % 32);
    if (Bits)
      return true;
  }
  return false;
}

bool KeySets::freeAllowed(uint32_t Entry) const {
  // Free keys stand last in declared order.
  uint32_t Missing = missing();
  if (!O.AnyOrder && Missing > 0)
    return false;
  uint64_t Owed = owedByAll() - (owed(entry(Entry)) > 0 ? 1 : 0);
  if (!roomFor(Missing + Owed))
    return false;
  if (O.FreeTotal == NoIndex)
    return true;
  // Those left out in declared order cannot come any more.
  return freeLeft() > 0 && (O.AnyOrder || uint64_t(reg(0)) + freeLeft() >= O.Min);
}

bool KeySets::anyFreeAllowed(uint32_t List) const {
  if (List == NoIndex)
    return false;
  const uint32_t *L = words(List);
  for (uint32_t I = 1; I <= L[0]; ++I)
    if (freeAllowed(L[I]))
      return true;
  return false;
}

bool KeySets::moreKeys() const {
  // When some entry's keys are used up, those of another one that is as free are not,
  // or there are none left at all.
  for (uint32_t E = 0; E < O.FreeEnd - O.FreeBegin; ++E)
    if (freeAllowed(E))
      return true;
  return anyLeafAllowed(0, O.Keys);
}

bool KeySets::complete() const { return missing() == 0 && reg(0) >= O.Min && owedByAll() == 0; }

void KeySets::takeFree(uint32_t Entry, uint32_t *Out) const {
  ++Out[O.Base];
  // In declared order no named key comes after a free one.
  if (!O.AnyOrder)
    Out[O.Base + 3] = O.Live;
  if (O.FreeTotal != NoIndex)
    ++Out[O.FreeCount];
  const FreeRec &E = entry(Entry);
  if (E.Min > 0 && Out[E.Register] < E.Min)
    ++Out[E.Register];
}

void KeySets::canonicalise(uint32_t *Words) const {
  if (O.Max == NoIndex)
    Words[O.Base] = std::min(Words[O.Base], O.Min);
  Words[O.Base + 1] = Words[O.Base + 1] != 0;
  Words[O.Base + 2] = 0;
}

void KeySets::take(uint32_t Leaf, uint32_t *Out) const {
  ++Out[O.Base];
  if (O.AnyOrder)
    Out[O.Base + 3 + Leaf / 32] |= uint32_t(1) << (Leaf % 32);
  else
    Out[O.Base + 3] = words(O.OrdinalOfLeaf)[Leaf] + 1;
}

namespace {

/// Reads a spelled JSON string one UTF-16 unit or raw UTF-8 byte group at a time;
/// every scalar comes out as its code point, whichever way it was spelled.
class KeyReader {
public:
  /// Where no key was begun, which only a forged artifact brings about, there is nothing to
  /// read.
  KeyReader(const FrameView &V, uint32_t Begin, uint32_t End)
      : V(V), Pos(Begin < End && End <= V.textSize() ? Begin : End), End(End) {}

  static constexpr uint32_t AtEnd = 0xffffffffU;
  static constexpr uint32_t CutShort = 0xfffffffeU;

  uint32_t next() {
    if (Pos == End)
      return AtEnd;
    uint8_t B = V.textAt(Pos);
    if (B == '\\')
      return escape();
    unsigned Size = B < 0x80 ? 1 : B >= 0xF0 ? 4 : B >= 0xE0 ? 3 : 2;
    if (End - Pos < Size)
      return CutShort;
    uint32_t C = Size == 1 ? B : B & (0xFFU >> (Size + 1));
    for (unsigned I = 1; I < Size; ++I)
      C = C << 6 | (V.textAt(Pos + I) & 0x3F);
    Pos += Size;
    return C;
  }

  /// Behind CutShort: what the scalar may become. An escape that is no more than its first
  /// letters may be any.
  CutScalar cut() const {
    CutScalar Out;
    const uint32_t Size = End - Pos;
    const uint8_t B = V.textAt(Pos);
    if (B != '\\') {
      const uint32_t Whole = B >= 0xF0 ? 4 : B >= 0xE0 ? 3 : 2;
      uint32_t C = B & (0xFFU >> (Whole + 1));
      for (uint32_t I = 1; I < Size; ++I)
        C = C << 6 | (V.textAt(Pos + I) & 0x3F);
      const uint32_t Open = 6 * (Whole - Size), Least = Whole == 4   ? 0x10000
                                                        : Whole == 3 ? 0x800
                                                                     : 0x80;
      Out.add(std::max(C << Open, Least), ((C + 1) << Open) - 1);
      return Out;
    }
    if (Size <= 2) {
      Out.add(0, 0x10FFFF);
      return Out;
    }
    const uint32_t Digits = std::min(Size - 2, 4U), Open = 4 * (4 - Digits);
    const uint32_t First = unit(Pos + 2, Digits) << Open, Last = First + (1U << Open) - 1;
    if (Digits < 4)
      Out.add(First, Last);
    // A first half of a pair stands for all that begin with it.
    const uint32_t High = std::max(First, 0xD800U), Highest = std::min(Last, 0xDBFFU);
    if (High <= Highest)
      Out.add(0x10000 + ((High - 0xD800) << 10), 0x10000 + ((Highest - 0xD800 + 1) << 10) - 1);
    return Out;
  }

private:
  uint32_t unit(uint32_t At, uint32_t Digits = 4) const {
    uint32_t U = 0;
    for (uint32_t I = 0; I < Digits; ++I) {
      uint8_t H = V.textAt(At + I);
      U = U << 4 | uint32_t(H <= '9' ? H - '0' : (H | 0x20) - 'a' + 10);
    }
    return U;
  }

  uint32_t escape() {
    if (End - Pos < 2)
      return CutShort;
    uint8_t E = V.textAt(Pos + 1);
    if (E != 'u') {
      Pos += 2;
      return escapedByName(E);
    }
    if (End - Pos < 6)
      return CutShort;
    uint32_t U = unit(Pos + 2);
    if (U < 0xD800 || U > 0xDBFF) {
      Pos += 6;
      return U;
    }
    if (End - Pos < 12)
      return CutShort;
    uint32_t Low = unit(Pos + 8);
    Pos += 12;
    return 0x10000 + ((U - 0xD800) << 10) + (Low - 0xDC00);
  }

  const FrameView &V;
  uint32_t Pos, End;
};

} // namespace

uint32_t hashKey(const FrameView &V, uint32_t Begin, uint32_t End) {
  KeyReader R(V, Begin, End);
  uint64_t H = 0;
  for (uint32_t C = R.next(); C < KeyReader::CutShort; C = R.next())
    H = hashCombine(H, C);
  return uint32_t(H);
}

std::u32string decodeKey(const FrameView &V, uint32_t Begin, uint32_t End, CutScalar *Cut) {
  std::u32string Out;
  KeyReader R(V, Begin, End);
  uint32_t C = R.next();
  for (; C < KeyReader::CutShort; C = R.next())
    Out += char32_t(C);
  if (Cut && C == KeyReader::CutShort)
    *Cut = R.cut();
  return Out;
}

bool equalKeys(const FrameView &V, uint32_t BeginA, uint32_t EndA, uint32_t BeginB, uint32_t EndB) {
  KeyReader A(V, BeginA, EndA), B(V, BeginB, EndB);
  while (true) {
    uint32_t C = A.next();
    if (C != B.next())
      return false;
    if (C >= KeyReader::CutShort)
      return true;
  }
}

bool keyMayBecome(const FrameView &V, uint32_t BeginA, uint32_t EndA, uint32_t BeginB,
                  uint32_t EndB) {
  KeyReader A(V, BeginA, EndA), B(V, BeginB, EndB);
  while (true) {
    const uint32_t C = A.next();
    if (C == KeyReader::AtEnd)
      return true;
    const uint32_t Wanted = B.next();
    if (C == KeyReader::CutShort)
      return Wanted == KeyReader::CutShort || A.cut().holds(Wanted);
    if (C != Wanted)
      return false;
  }
}

} // namespace weir
