//===- CodePointSetTest.cpp - Sets of scalar values, and their bytes ------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where sets go wrong is at the ends of their ranges, so all ranges between two of a
// list of ends are tried: those of the lengths of UTF-8, the surrogates, and all.
//
//===----------------------------------------------------------------------===//
#include "weir/Support/CodePointSet.h"

#include <gtest/gtest.h>

#include <string>

using namespace weir;

namespace {

constexpr uint32_t Ends[] = {0,       1,        0x3f,     0x40,    0x7f,    0x80,
                             0xbf,    0xc0,     0x7ff,    0x800,   0xfff,   0x1000,
                             0xd7ff,  0xe000,   0xffff,   0x10000, 0x3ffff, 0x40000,
                             0xfffff, 0x100000, 0x10fffe, 0x10ffff};

/// The encoding of a scalar by table 3-6 of the Unicode Standard.
std::string encode(uint32_t C) {
  auto tail = [C](unsigned Shift) { return char(0x80 | (C >> Shift & 0x3f)); };
  if (C < 0x80)
    return {char(C)};
  if (C < 0x800)
    return {char(0xc0 | C >> 6), tail(0)};
  if (C < 0x10000)
    return {char(0xe0 | C >> 12), tail(6), tail(0)};
  return {char(0xf0 | C >> 18), tail(12), tail(6), tail(0)};
}

bool matches(const Utf8Sequence &S, const std::string &Text) {
  if (Text.size() != S.Size)
    return false;
  for (size_t I = 0; I < Text.size(); ++I)
    if (uint8_t(Text[I]) < S.Bytes[I].First || uint8_t(Text[I]) > S.Bytes[I].Last)
      return false;
  return true;
}

TEST(CodePointSetTest, BytesAreThoseOfTheRange) {
  for (uint32_t First : Ends)
    for (uint32_t Last : Ends) {
      if (First > Last || (First <= 0xd7ff && Last >= 0xe000))
        continue;
      const std::vector<Utf8Sequence> Rows = utf8Sequences(First, Last);
      uint64_t Texts = 0;
      for (const Utf8Sequence &S : Rows) {
        uint64_t Product = 1;
        for (size_t I = 0; I < S.Size; ++I)
          Product *= uint64_t(S.Bytes[I].Last - S.Bytes[I].First) + 1;
        Texts += Product;
      }
      EXPECT_EQ(Texts, uint64_t(Last - First) + 1) << First << ".." << Last;
      for (uint32_t C : Ends) {
        unsigned Found = 0;
        for (const Utf8Sequence &S : Rows)
          Found += matches(S, encode(C));
        EXPECT_EQ(Found, unsigned(First <= C && C <= Last)) << C << " of " << First << ".." << Last;
      }
    }
}

TEST(CodePointSetTest, AgreesWithMembership) {
  for (uint32_t A : Ends)
    for (uint32_t B : Ends) {
      if (A > B)
        continue;
      const CodePointSet S = CodePointSet::range(A, B), T = CodePointSet::range(0x60, 0x10001);
      const CodePointSet Not = S.complement(), Or = S.unionWith(T), And = S.intersectWith(T),
                         Less = S.minus(T);
      for (uint32_t C : Ends) {
        const bool InS = A <= C && C <= B, InT = 0x60 <= C && C <= 0x10001;
        EXPECT_EQ(S.contains(C), InS);
        EXPECT_EQ(Not.contains(C), !InS);
        EXPECT_EQ(Or.contains(C), InS || InT);
        EXPECT_EQ(And.contains(C), InS && InT);
        EXPECT_EQ(Less.contains(C), InS && !InT);
      }
      EXPECT_EQ(Not.complement(), S);
      EXPECT_TRUE(Or.unionWith(Or.complement()).isAll());
    }
}

TEST(CodePointSetTest, SurrogatesAreNoMembers) {
  const CodePointSet S = CodePointSet::range(0xd000, 0xf000);
  EXPECT_TRUE(S.contains(0xd7ff) && S.contains(0xe000));
  EXPECT_FALSE(S.contains(0xd800) || S.contains(0xdfff));
  EXPECT_TRUE(CodePointSet::range(0xd800, 0xdfff).empty());
  EXPECT_FALSE(CodePointSet::all().contains(0xd800));
  const CodePointSet All = CodePointSet::all();
  for (const CodePointRange &R : All.ranges())
    EXPECT_FALSE(isSurrogate(R.First) || isSurrogate(R.Last));
}

TEST(CodePointSetTest, EqualSetsAreEqual) {
  CodePointSet A, B;
  for (uint32_t C = 'a'; C <= 'z'; ++C)
    A.add(C);
  B.add('m', 'z');
  B.add('a', 'p');
  EXPECT_EQ(A, B);
  EXPECT_EQ(A, CodePointSet::range('a', 'z'));
  EXPECT_EQ(A.ranges().size(), 1U);
}

} // namespace
