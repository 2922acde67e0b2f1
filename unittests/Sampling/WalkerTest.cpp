//===- WalkerTest.cpp - The walker's rule, choice by choice ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Sampling/Walker.h"

#include "weir/Vocab/VocabularyBuilder.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

using namespace weir;

namespace {

class WalkerTest : public ::testing::Test {
protected:
  /// Ids in the order given; "<...>" is special, and "<stop>" a stop token.
  void make(std::vector<std::string> Texts) {
    VocabularyBuilder B;
    for (TokenId Id = 0; Id < Texts.size(); ++Id) {
      bool Special = Texts[Id].size() > 1 && Texts[Id][0] == '<';
      ASSERT_TRUE(B.add(Id, Special ? TokenKind::Special : TokenKind::Ordinary, Texts[Id]).ok());
      if (Texts[Id] == "<stop>")
        B.addStop(Id);
    }
    Result<VocabularyRef> Built = B.finish();
    ASSERT_TRUE(Built.ok());
    V = *Built;
    Tables.emplace(*V);
  }

  static std::vector<uint32_t> row(std::initializer_list<TokenId> Ids) {
    std::vector<uint32_t> Row(4);
    for (TokenId Id : Ids)
      Row[Id / 32] |= 1U << (Id % 32);
    return Row;
  }

  VocabularyRef V;
  std::optional<WalkerTables> Tables;
};

TEST(SplitMix64Test, GivesThePublishedNumbers) {
  SplitMix64 R(1234567);
  EXPECT_EQ(R.next(), UINT64_C(6457827717110365317));
  EXPECT_EQ(R.next(), UINT64_C(3203168211198807973));
  EXPECT_EQ(R.next(), UINT64_C(9817491932198370423));
}

TEST(SplitMix64Test, BelowReachesEveryNumberAndNoOther) {
  SplitMix64 R(7);
  std::map<uint64_t, int> Seen;
  for (int I = 0; I < 3000; ++I)
    ++Seen[R.below(3)];
  ASSERT_EQ(Seen.size(), 3U);
  for (auto [Number, Times] : Seen) {
    EXPECT_LT(Number, 3U);
    EXPECT_GT(Times, 900);
  }
  EXPECT_EQ(R.below(1), 0U);
}

TEST_F(WalkerTest, AnEmptyMaskHasNoChoice) {
  make({"a", "b"});
  Walker W(*Tables, 1, 4);
  EXPECT_EQ(W.choose(row({})), std::nullopt);
}

TEST_F(WalkerTest, RandomChoicesAreBitsOfTheMaskAndReachAll) {
  std::vector<std::string> Texts;
  for (int I = 0; I < 100; ++I)
    Texts.push_back("t" + std::to_string(I));
  make(Texts);
  Walker W(*Tables, 42, 1000);
  std::map<TokenId, int> Seen;
  for (int I = 0; I < 1000; ++I)
    ++Seen[*W.choose(row({0, 31, 32, 63, 99}))];
  ASSERT_EQ(Seen.size(), 5U);
  for (auto [Id, Times] : Seen)
    EXPECT_GT(Times, 130) << Id;
}

TEST_F(WalkerTest, SteeringGivesRareBeginningsTheirTurn) {
  std::vector<std::string> Texts{"}"};
  for (int I = 1; I < 100; ++I)
    Texts.push_back("t" + std::to_string(I));
  make(Texts);
  std::vector<uint32_t> All(4, UINT32_MAX);
  All[3] = 0xF;
  auto Count = [&](uint32_t Percent) {
    Walker W(*Tables, 42, 1000, Percent);
    int Times = 0;
    for (int I = 0; I < 1000; ++I)
      Times += *W.choose(All) == 0;
    return Times;
  };
  EXPECT_LT(Count(0), 40);
  EXPECT_GT(Count(100), 400);
  EXPECT_LT(Count(100), 600);
}

TEST_F(WalkerTest, ASeedRepeats) {
  make({"a", "b", "c", "d", "e", "f", "g"});
  Walker A(*Tables, 5, 50), B(*Tables, 5, 50), C(*Tables, 6, 50);
  std::vector<TokenId> FromA, FromB, FromC;
  for (int I = 0; I < 50; ++I) {
    FromA.push_back(*A.choose(row({0, 1, 2, 3, 4, 5, 6})));
    FromB.push_back(*B.choose(row({0, 1, 2, 3, 4, 5, 6})));
    FromC.push_back(*C.choose(row({0, 1, 2, 3, 4, 5, 6})));
  }
  EXPECT_EQ(FromA, FromB);
  EXPECT_NE(FromA, FromC);
}

TEST_F(WalkerTest, StopsFirst) {
  make({"}", "<stop>", "a"});
  EXPECT_EQ(Walker(*Tables, 1, 0).choose(row({0, 1, 2})), 1U);
}

TEST_F(WalkerTest, ASymbolIsNoStop) {
  make({"aa", "<tool>", "a"});
  Walker W(*Tables, 1, 0);
  EXPECT_EQ(W.choose(row({0, 1, 2})), 2U);
  EXPECT_EQ(W.choose(row({0, 1, 2})), 1U) << "it counts as a byte";
}

TEST_F(WalkerTest, PrefersLongClosersToShortOnesAndToOtherTokens) {
  make({"}", "}]", "a", "\"a"});
  EXPECT_EQ(Walker(*Tables, 1, 0).choose(row({0, 1, 2, 3})), 1U);
  EXPECT_EQ(Walker(*Tables, 1, 0).choose(row({0, 2, 3})), 0U);
}

TEST_F(WalkerTest, PrefersShortTokensThenByteOrder) {
  make({"abc", "bb", "b", "a", "ab"});
  EXPECT_EQ(Walker(*Tables, 1, 0).choose(row({0, 1, 2, 3})), 3U);
  EXPECT_EQ(Walker(*Tables, 1, 0).choose(row({0, 3, 4})), 3U) << "the others begin with it";
  EXPECT_EQ(Walker(*Tables, 1, 0).choose(row({0, 1})), 1U);
}

TEST_F(WalkerTest, TakesOneBlankButNoRunOfThem) {
  make({"abc", " ", "\n"});
  Walker W(*Tables, 1, 0);
  EXPECT_EQ(W.choose(row({0, 1, 2})), 2U);
  EXPECT_EQ(W.choose(row({0, 1, 2})), 0U);
  EXPECT_EQ(W.choose(row({0, 1, 2})), 1U);
}

TEST_F(WalkerTest, LeavesALoopByTheWayLeastTaken) {
  // (a | b | abc)* x
  make({"a", "b", "abc", "x"});
  Walker W(*Tables, 1, 0);
  std::string Text;
  for (int I = 0; I < 10 && Text.find('x') == std::string::npos; ++I) {
    std::span<const uint8_t> Bytes = V->bytes(*W.choose(row({0, 1, 2, 3})));
    Text.append(Bytes.begin(), Bytes.end());
  }
  EXPECT_EQ(Text, "abx");
}

TEST_F(WalkerTest, LeavesALoopOfClosers) {
  // ")"* x
  make({")", "x"});
  Walker W(*Tables, 1, 0);
  int Steps = 0;
  while (*W.choose(row({0, 1})) != 1U)
    ASSERT_LT(++Steps, 1000);
  EXPECT_EQ(Steps, 12);
}

TEST_F(WalkerTest, WhatIsForcedIsNoChoice) {
  // "a" (", a" | " b")
  make({"a", ",", " ", "b"});
  Walker W(*Tables, 1, 0);
  EXPECT_EQ(W.choose(row({2})), 2U);
  EXPECT_EQ(W.choose(row({0})), 0U);
  EXPECT_EQ(W.choose(row({1, 2})), 2U) << "not chosen before, only taken";
}

TEST_F(WalkerTest, ALineBreakAndANameAreCheap) {
  make({"!", "\n", "<tool>", "aaa"});
  Walker W(*Tables, 1, 0);
  EXPECT_EQ(W.choose(row({0, 1, 2, 3})), 1U);
  EXPECT_EQ(W.choose(row({0, 1, 2, 3})), 0U);
  EXPECT_EQ(W.choose(row({0, 2, 3})), 2U);
}

TEST_F(WalkerTest, AQuoteDoesNotFollowItself) {
  // "'" ([^'] | "''")* "'" ";"
  make({"'", "a", ";"});
  Walker W(*Tables, 1, 0);
  EXPECT_EQ(W.choose(row({0})), 0U) << "the only way";
  EXPECT_EQ(W.choose(row({0, 1})), 1U);
  EXPECT_EQ(W.choose(row({0, 1})), 0U);
  EXPECT_EQ(W.choose(row({0, 2})), 2U);
}

TEST_F(WalkerTest, TheRuleKnowsWhatWasChosenAtRandom) {
  make({"\"", "aa"});
  Walker W(*Tables, 1, 1);
  EXPECT_EQ(W.choose(row({0})), 0U);
  EXPECT_EQ(W.choose(row({0, 1})), 1U) << "the quote would repeat";
}

TEST_F(WalkerTest, LeavesAnyTextBeforeAnyByte) {
  // [^~]* "~", by all bytes
  std::vector<std::string> Texts;
  for (unsigned B = 0; B < 127; ++B)
    Texts.emplace_back(1, char(B));
  Texts[unsigned('<')] = "<";
  make(Texts);
  std::vector<uint32_t> All(4, 0xffffffffU);
  All[3] &= 0x7fffffffU;
  Walker W(*Tables, 1, 0);
  int Steps = 0;
  while (*W.choose(All) != TokenId('~'))
    ASSERT_LT(++Steps, 1000);
  EXPECT_GT(Steps, 100);
}

} // namespace
