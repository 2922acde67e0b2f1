//===- ByteAtomsTest.cpp - The partition of the bytes ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "weir/Vocab/ByteAtoms.h"

#include <gtest/gtest.h>

using namespace weir;

namespace {

ByteSet of(std::string_view Members) {
  ByteSet S;
  for (char C : Members)
    S.insert(uint8_t(C));
  return S;
}

/// The atoms with at least one member in `Set`.
uint64_t touchedAtoms(const ByteSet &Set) {
  uint64_t Mask = 0;
  Set.forEach([&](uint8_t B) { Mask |= atomBit(B); });
  return Mask;
}

/// A set is a union of atoms when the atoms inside it touch everything in it.
bool isUnion(const ByteSet &S) { return atomMask(S) == touchedAtoms(S); }

TEST(ByteAtoms, TheSetsOfTheGrammarsThatMatterAreUnions) {
  const ByteSet Digits = ByteSet::range('0', '9');
  const ByteSet Letters = ByteSet::range('a', 'z') | ByteSet::range('A', 'Z');
  EXPECT_TRUE(isUnion(Digits));
  EXPECT_TRUE(isUnion(ByteSet::range('1', '9')));
  EXPECT_TRUE(isUnion(Letters | Digits | of("_")));                                   // \w
  EXPECT_TRUE(isUnion(Digits | ByteSet::range('a', 'f') | ByteSet::range('A', 'F'))); // hexadecimal
  EXPECT_TRUE(isUnion(Digits | of("+-.eE")));                                         // numbers
  EXPECT_TRUE(isUnion(of("eE")));
  EXPECT_TRUE(isUnion(of(" \t")));
  EXPECT_TRUE(isUnion(of(" \t\n\r")));              // JSON blanks
  EXPECT_TRUE(isUnion(of(" \t\n\r\v\f")));          // \s, its ASCII part
  EXPECT_TRUE(isUnion(ByteSet::range(0x00, 0x1F))); // what JSON strings forbid
  EXPECT_TRUE(isUnion(ByteSet::range(0x20, 0x7F) & ~of("\"\\")));
  EXPECT_TRUE(isUnion(~of("\n\r")));
  for (unsigned C = 0x21; C < 0x7F; ++C) {
    const ByteSet One = ByteSet::of(uint8_t(C));
    if (Digits.contains(One) || Letters.contains(One))
      continue;
    EXPECT_EQ(atomMask(One), atomBit(uint8_t(C))) << char(C);
  }
}

TEST(ByteAtoms, EveryStepOfUtf8IsAUnion) {
  // Table 3-7 of the Unicode Standard: the leads of each length, those whose next byte is
  // restricted, and the ranges that may follow.
  const ByteSet Three = ByteSet::range(0xE1, 0xEF) & ~ByteSet::of(0xED);
  const ByteSet Never = ByteSet::range(0xF5, 0xFF) | ByteSet::range(0xC0, 0xC1);
  const ByteSet Sets[] = {ByteSet::range(0x00, 0x7F), ByteSet::range(0x80, 0xBF),
                          ByteSet::range(0xC2, 0xDF), ByteSet::of(0xE0),
                          ByteSet::range(0xA0, 0xBF), Three,
                          ByteSet::of(0xED),          ByteSet::range(0x80, 0x9F),
                          ByteSet::of(0xF0),          ByteSet::range(0x90, 0xBF),
                          ByteSet::range(0xF1, 0xF3), ByteSet::of(0xF4),
                          ByteSet::range(0x80, 0x8F), Never};
  for (const ByteSet &S : Sets)
    EXPECT_TRUE(isUnion(S)) << std::hex << S.next(0);
}

TEST(ByteAtoms, MaskHoldsOnlyAtomsThatAreWhollyInside) {
  EXPECT_EQ(atomMask(ByteSet()), 0u);
  EXPECT_EQ(std::popcount(atomMask(ByteSet::all())), int(NumByteAtoms));
  const ByteSet Some = of("1234567"); // 8 and 9 are missing from the atom of the digits
  EXPECT_EQ(atomMask(Some), 0u);
  EXPECT_EQ(touchedAtoms(Some), atomBit('1'));
  EXPECT_EQ(atomBit('1'), atomBit('9'));
  EXPECT_NE(atomBit('0'), atomBit('1'));
}

} // namespace
