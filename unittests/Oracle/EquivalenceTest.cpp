//===- EquivalenceTest.cpp - Comparing two modules ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Oracle/Equivalence.h"

#include "OracleTest.h"

namespace weir::oracle {
namespace {

using namespace ir;

class EquivalenceTest : public ::testing::Test {
protected:
  Module A, B;
  static void start(Module &M, ExprId E) {
    RuleId R = M.addRule("start");
    M.rule(R).Body = E;
    M.setStart(R);
  }
};

TEST_F(EquivalenceTest, RegularLanguagesForAllLengths) {
  start(A, A.star(A.alt({A.lit("ab"), A.lit("a")})));
  start(B, B.seq({B.star(B.seq({B.plus(B.lit("a")), B.lit("b")})), B.star(B.lit("a"))}));
  Comparison C = compare(A, B);
  EXPECT_EQ(C.Equal, Answer::Yes);
  EXPECT_TRUE(C.Complete);
}

TEST_F(EquivalenceTest, ShortestWitness) {
  start(A, A.repeat(A.lit("ab"), 0, 3));
  start(B, B.repeat(B.lit("ab"), 0, 2));
  Comparison C = compare(A, B);
  EXPECT_EQ(C.Equal, Answer::No);
  EXPECT_TRUE(C.InFirst);
  EXPECT_TRUE(C.OnlyViable);
  EXPECT_EQ(toString(C.Witness), "\"ababa\"");
}

TEST_F(EquivalenceTest, BytesOfAClassAreToldApart) {
  start(A, A.cls(CodePointSet::range('a', 'y')));
  start(B, B.cls(CodePointSet::range('a', 'z')));
  Comparison C = compare(A, B);
  EXPECT_EQ(C.Equal, Answer::No);
  EXPECT_FALSE(C.InFirst);
  EXPECT_EQ(toString(C.Witness), "\"z\"");
}

TEST_F(EquivalenceTest, LeftAndRightRecursion) {
  RuleId RA = A.addRule("start"), RB = B.addRule("start");
  A.setStart(RA);
  B.setStart(RB);
  A.rule(RA).Body = A.alt({A.seq({A.call(RA), A.lit("+1")}), A.lit("1")});
  B.rule(RB).Body = B.alt({B.seq({B.lit("1+"), B.call(RB)}), B.lit("1")});
  Comparison C = compare(A, B, {.MaxLength = 12, .MaxPairs = 1U << 16, .Recognizers = {}});
  EXPECT_EQ(C.Equal, Answer::Yes);
  EXPECT_FALSE(C.Complete); // only up to the length
  EXPECT_EQ(C.Length, 12U);
}

TEST_F(EquivalenceTest, TokensByNameAreMatchedAcrossModules) {
  start(A, A.alt({A.token({std::nullopt, "<x>"}), A.token({std::nullopt, "<y>"})}));
  start(B, B.alt({B.token({std::nullopt, "<y>"}), B.token({std::nullopt, "<x>"})}));
  EXPECT_EQ(compare(A, B).Equal, Answer::Yes);
  Module D;
  start(D, D.token({std::nullopt, "<x>"}));
  EXPECT_EQ(compare(A, D).Equal, Answer::No);
}

TEST_F(EquivalenceTest, ExceptTokensNeedAFreshOne) {
  start(A, A.anyTokenExcept({{1, ""}, {2, ""}}));
  start(B, B.anyTokenExcept({{1, ""}}));
  Comparison C = compare(A, B);
  EXPECT_EQ(C.Equal, Answer::No);
  EXPECT_EQ(toString(C.Witness), "\"<[2]>\"");
}

TEST_F(EquivalenceTest, KeysAreToldApart) {
  // Two free members of one module against their union: equal. With a key less: not.
  auto object = [](Module &M, bool Split, uint32_t Last) {
    MembersSpec S;
    S.Separator = M.lit(",");
    if (Split) {
      S.Free.push_back({M.cls(CodePointSet::range('a', 'b')), M.lit(":1")});
      S.Free.push_back({M.cls(CodePointSet::range('c', Last)), M.lit(":1")});
    } else {
      S.Free.push_back({M.cls(CodePointSet::range('a', Last)), M.lit(":1")});
    }
    start(M, M.members(S));
  };
  object(A, true, 'd');
  object(B, false, 'd');
  EXPECT_EQ(compare(A, B, {.MaxLength = 14, .MaxPairs = 1U << 18, .Recognizers = {}}).Equal,
            Answer::Yes);
  Module D;
  object(D, false, 'c');
  Comparison C = compare(A, D);
  EXPECT_EQ(C.Equal, Answer::No);
  EXPECT_EQ(toString(C.Witness), "\"\\\"d\"");
}

TEST_F(EquivalenceTest, ShortestTexts) {
  start(A, A.seq({A.lit("a"), A.star(A.cls(CodePointSet::range('b', 'c')))}));
  EXPECT_EQ(shortestTexts(A, 5, 3), (std::vector<std::string>{"a", "ab", "ac", "abb", "abc"}));
}

} // namespace
} // namespace weir::oracle
