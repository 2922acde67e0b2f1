//===- MatcherTest.cpp - Bans, healing, bounded history, traces -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RuntimeTesting.h"

#include "weir/Runtime/Explain.h"
#include "weir/Vocab/VocabularyBuilder.h"

using namespace weir;
using namespace weir::test;

namespace {

TEST(MatcherTest, BannedTokensAreRefusedEverywhere) {
  auto G = compileText(SpecLanguage::Regex, "[ab]c?");
  VocabularyRef V = bytesVocabulary();
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  MatcherOptions Options;
  Options.BannedTokens = {'b', 256, 'b'};
  Matcher M = matcher(G, V, Options, Tables), Free = matcher(G, V, {}, Tables);
  EXPECT_FALSE(has(mask(M), 'b'));
  EXPECT_FALSE(M.tokenAllowed('b'));
  EXPECT_EQ(M.tryAccept('b'), Status::Rejected);
  EXPECT_FALSE(M.accept('b'));
  const TokenId Banned[] = {'b'};
  EXPECT_EQ(M.validate(Banned), 0U);
  EXPECT_TRUE(has(mask(Free), 'b')) << "the shared memo knows nothing of bans";
  ASSERT_TRUE(M.accept('a'));
  EXPECT_FALSE(has(mask(M), 256)) << "stop tokens too: a minimum of tokens is a ban";
  ASSERT_TRUE(M.setBanned({}).ok());
  EXPECT_TRUE(has(mask(M), 256));
  const TokenId Far[] = {257};
  EXPECT_EQ(M.setBanned(Far).status(), Status::InvalidArgument);
  EXPECT_TRUE(M.accept(256));
}

TEST(MatcherTest, TheRowAfterTheEnd) {
  auto G = compileText(SpecLanguage::Regex, "a");
  VocabularyRef V = bytesVocabulary();
  MatcherOptions Ones;
  Ones.AfterTermination = TerminatedRow::AllOnes;
  Matcher Stops = matcher(G, V), All = matcher(G, V, Ones);
  for (Matcher *M : {&Stops, &All}) {
    ASSERT_TRUE(M->accept('a') && M->accept(256));
    EXPECT_EQ(M->tryAccept(256), Status::Terminated);
    EXPECT_TRUE(M->tokenAllowed(256));
    EXPECT_EQ(M->tokenAllowed('a'), M == &All);
  }
  Row R(Matcher::rowWords(300), 5);
  Result<MaskInfo> Info = Stops.fillMask(R, 300);
  EXPECT_TRUE(Info.ok() && !Info->AllAllowed);
  EXPECT_EQ(R[8], 1U);
  Info = All.fillMask(R, 300);
  EXPECT_TRUE(Info.ok() && Info->AllAllowed);
  EXPECT_EQ(R[0], 0xffffffffU);
  EXPECT_EQ(R[9], 0xfffU);
  EXPECT_TRUE(All.rollback(1));
  EXPECT_FALSE(All.tokenAllowed('a'));
}

/// A matcher with a prefix has the masks of the grammar in front of which the
/// prefix stands.
TEST(MatcherTest, HealingIsTheGrammarAfterThePrefix) {
  VocabularyRef V = demoVocabulary();
  std::mt19937 Random(3);
  size_t Covering = 0;
  for (const char *Prefix : {"", " ", "th", "{\"na", "x:  "})
    for (const char *Pattern : {"[a-z ]{1,12}", "me\": [0-9]+}", "(a|is|e)( [a-z]+)*"}) {
      std::string Quoted;
      for (const char *P = Prefix; *P; ++P)
        Quoted += std::string("[") + *P + "]";
      Matcher Plain = matcher(compileText(SpecLanguage::Regex, Quoted + "(?:" + Pattern + ")"), V);
      MatcherOptions Options;
      Options.Prefix = Prefix;
      Matcher Healed = matcher(compileText(SpecLanguage::Regex, Pattern), V, Options);
      EXPECT_EQ(Healed.prefixLeft(), std::string_view(Prefix).size());
      for (int Walk = 0; Walk < 20; ++Walk) {
        Plain.reset();
        Healed.reset();
        for (int Step = 0; Step < 12 && !Plain.isTerminated(); ++Step) {
          const Row Expected = mask(Plain);
          ASSERT_EQ(mask(Healed), Expected) << Prefix << " · " << Pattern;
          EXPECT_EQ(Healed.isAccepting(), Plain.isAccepting());
          EXPECT_EQ(Healed.nextBytes(), Plain.nextBytes());
          EXPECT_EQ(Healed.forcedBytes(), Plain.forcedBytes());
          for (TokenId T = 0; T < V->size(); T += 1 + Random() % 7)
            EXPECT_EQ(Healed.tokenAllowed(T), has(Expected, T)) << T;
          const TokenId T = pick(Expected, Random);
          const size_t Left = Healed.prefixLeft();
          ASSERT_TRUE(Plain.accept(T));
          ASSERT_TRUE(Healed.accept(T));
          Covering += Left != 0 && V->bytes(T).size() > Left;
        }
        if (size_t Back = Random() % (Plain.historySize() + 1)) {
          ASSERT_TRUE(Plain.rollback(Back) && Healed.rollback(Back));
          EXPECT_EQ(mask(Healed), mask(Plain));
        }
      }
      Plain.reset();
      Healed.reset();
      const std::string Some = std::string(Prefix) + "me";
      EXPECT_EQ(Healed.validateBytes(Some), Plain.validateBytes(Some));
      EXPECT_EQ(Healed.acceptBytes(Some), Plain.acceptBytes(Some));
      EXPECT_EQ(mask(Healed), mask(Plain));
    }
  EXPECT_GT(Covering, 20U) << "tokens that reach over the border";
}

TEST(MatcherTest, ABoundedHistoryForgetsWithoutChangingAnything) {
  VocabularyRef V = demoVocabulary();
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  std::mt19937 Random(5);
  MatcherOptions Bounded;
  Bounded.MaxRollback = 3;
  for (const auto &G : someGrammars()) {
    Matcher All = matcher(G, V, {}, Tables), Few = matcher(G, V, Bounded, Tables);
    for (int Step = 0; Step < 600; ++Step) {
      const Row Expected = mask(All);
      ASSERT_EQ(mask(Few), Expected) << Step;
      TokenId T = pick(Expected, Random);
      // Rather not the end.
      for (int Try = 0; Try < 8 && V->isStop(T); ++Try)
        T = pick(Expected, Random);
      ASSERT_TRUE(All.accept(T) && Few.accept(T));
      EXPECT_EQ(Few.historySize(), std::min<size_t>(All.historySize(), 3));
      if (All.isTerminated()) {
        All.reset();
        Few.reset();
      }
      const size_t Back = Random() % 5;
      const bool Enough = Back <= Few.historySize();
      EXPECT_EQ(Few.rollback(Back), Enough);
      if (Back <= 3)
        All.rollback(Back);
    }
  }
}

TEST(MatcherTest, ABoundOnRollbackBoundsMemory) {
  auto G = compileText(SpecLanguage::JsonSchema, R"({"type":"array","items":{"type":"array"}})");
  VocabularyRef V = bytesVocabulary();
  MatcherOptions Bounded;
  Bounded.MaxRollback = 8;
  Matcher All = matcher(G, V), Few = matcher(G, V, Bounded);
  auto Accept = [&](std::string_view Text) {
    for (char C : Text) {
      ASSERT_TRUE(All.accept(uint8_t(C)));
      ASSERT_TRUE(Few.accept(uint8_t(C)));
    }
  };
  Accept("[");
  for (int I = 0; I < 2000; ++I)
    Accept("[[1,{\"a\":[]}]],");
  EXPECT_LT(Few.memoryBytes() * 20, All.memoryBytes());
  EXPECT_TRUE(Few.rollback(8));
  EXPECT_FALSE(Few.rollback(9));
  EXPECT_TRUE(All.rollback(8));
  EXPECT_EQ(mask(Few), mask(All));
}

TEST(MatcherTest, TheTraceKeepsTheLastCalls) {
  auto G = compileText(SpecLanguage::Regex, "ab+");
  MatcherOptions Options;
  Options.TraceEvents = 4;
  Matcher M = matcher(G, bytesVocabulary(), Options);
  EXPECT_EQ(M.trace(), "");
  M.accept('a');
  M.accept('x');
  EXPECT_EQ(M.trace(), "0 accept 97 \"a\": ok\n1 accept 120 \"x\": rejected\n");
  M.acceptBytes("bbbbbbbbbbbbbbbbbbbb");
  M.rollback(9);
  M.rollback(1);
  mask(M);
  EXPECT_EQ(M.trace(), "2 accept_bytes \"bbbbbbbbbbbbbbbb\"... (20 bytes): ok\n"
                       "3 rollback 9: invalid-argument\n4 rollback 1: ok\n5 fill_mask 257: ok\n");
  EXPECT_EQ(matcher(G, bytesVocabulary()).trace(), "");
}

TEST(MatcherTest, StatisticsTellWhereMasksCameFrom) {
  auto G = compileText(SpecLanguage::Regex, "[a-z]+0");
  VocabularyRef V = demoVocabulary();
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  Matcher M = matcher(G, V, {}, Tables);
  mask(M);
  mask(M);
  Matcher Second = matcher(G, V, {}, Tables);
  mask(Second);
  M.accept('a');
  M.accept('+');
  const MatcherStatistics First = M.statistics(), Other = Second.statistics();
  EXPECT_EQ(First.Masks, 2U);
  EXPECT_EQ(First.ColdMasks, 1U);
  EXPECT_EQ(First.TablesMade, 1U);
  EXPECT_GT(First.ColdNanoseconds, 0U);
  EXPECT_EQ(First.RepeatedMasks, 1U);
  EXPECT_EQ(First.Accepted, 1U);
  EXPECT_EQ(First.Refused, 1U);
  EXPECT_EQ(Other.MemoMasks, 1U);
  EXPECT_EQ(Other.ColdMasks, 0U);
}

TEST(MatcherTest, ExplanationsNameTheReason) {
  using Reason = Explanation::Reason;
  auto G = compileText(SpecLanguage::Regex, "ab(c|d)");
  VocabularyRef V = demoVocabulary();
  MatcherOptions Options;
  Options.BannedTokens = {'a'};
  Matcher M = matcher(G, V, Options);
  EXPECT_EQ(explain(M, 'a').Why, Reason::Banned);
  ASSERT_TRUE(M.acceptBytes("a"));
  EXPECT_EQ(explain(M, 'b').Why, Reason::Allowed);
  EXPECT_EQ(explain(M, V->stopTokens()[0]).Why, Reason::Incomplete);
  EXPECT_EQ(explain(M, V->size()).Why, Reason::NoBytes);
  const Explanation E = explain(M, 'x');
  EXPECT_EQ(E.Why, Reason::AtByte);
  EXPECT_EQ(E.Expected, ByteSet::of('b'));
  EXPECT_FALSE(E.MayEnd);
  ASSERT_EQ(E.Rules.size(), 1U);
  EXPECT_EQ(M.historySize(), 1U);
  ASSERT_TRUE(M.acceptBytes("bc"));
  EXPECT_TRUE(explain(M, 'c').MayEnd);
  ASSERT_TRUE(M.accept(V->stopTokens()[0]));
  EXPECT_EQ(explain(M, 'c').Why, Reason::Terminated);
}

// Where most tokens begin with a space, white space before a colon reads few of them nevertheless.
TEST(MatcherTest, ASpaceThatLittleFollowsIsNoWideMask) {
  VocabularyBuilder B;
  TokenId Next = 0;
  for (unsigned Byte = 0; Byte < 256; ++Byte)
    ASSERT_TRUE(B.add(Next++, TokenKind::Ordinary, std::string(1, char(Byte))).ok());
  for (unsigned N = 0; N < 1'000; ++N)
    ASSERT_TRUE(B.add(Next++, TokenKind::Ordinary, " word" + std::to_string(N)).ok());
  ASSERT_TRUE(B.add(Next++, TokenKind::Ordinary, " :").ok());
  const VocabularyRef V = *B.finish();
  const auto G = compileText(SpecLanguage::JsonSchema,
                             R"({"type":"object","properties":{"a":{"type":"string"}},
                                 "required":["a"],"additionalProperties":false})");
  Matcher M = matcher(G, V, {}, TableCache::create(V));
  const struct {
    const char *Text;
    bool Many;
  } Steps[] = {{R"({"a")", false}, {" :", false}, {" \"", true}};
  for (const auto &[Text, Many] : Steps) {
    ASSERT_TRUE(M.acceptBytes(Text)) << Text;
    const Row R = mask(M);
    EXPECT_FALSE(M.statistics().LastMask & maskPartBit(MaskPart::Wide)) << Text;
    unsigned Allowed = 0;
    for (TokenId T = 0; T < V->size(); ++T) {
      ASSERT_EQ(has(R, T), M.tokenAllowed(T)) << textOf(*V, T) << " after " << Text;
      Allowed += has(R, T);
    }
    EXPECT_EQ(Allowed > 1'000, Many) << Text;
  }
}

} // namespace
