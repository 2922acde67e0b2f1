//===- BatchTest.cpp - Many rows are the rows one by one ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RuntimeTesting.h"

#include "weir/Runtime/Batch.h"

using namespace weir;
using namespace weir::test;

namespace {

TEST(BatchTest, RowsAreThoseOfEachMatcher) {
  VocabularyRef V = demoVocabulary();
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  const auto Grammars = someGrammars();
  std::mt19937 Random(7);
  std::vector<Matcher> Matchers;
  for (size_t I = 0; I < 41; ++I)
    Matchers.push_back(matcher(Grammars[I % Grammars.size()], V, {}, Tables));
  WorkerPool Pool(3);
  auto OnPool = [&](size_t Count, BatchTask Task) { Pool.run(Count, Task); };
  auto Backwards = [&](size_t Count, BatchTask Task) {
    while (Count-- > 0)
      Task(Count);
  };
  const Executor Executors[] = {OnPool, Backwards};
  const uint32_t Bits = V->size() + 40;
  for (int Step = 0; Step < 25; ++Step) {
    std::vector<Row> Expected, Got(Matchers.size());
    for (Matcher &M : Matchers) {
      Expected.emplace_back(Matcher::rowWords(Bits));
      Matcher Alone = M.fork();
      ASSERT_TRUE(Alone.fillMask(Expected.back(), Bits).ok());
    }
    for (unsigned Way = 0; Way < 3; ++Way) {
      std::vector<BatchRow> Rows;
      for (size_t I = 0; I < Matchers.size(); ++I) {
        Got[I].assign(Matcher::rowWords(Bits), 0xa5a5a5a5U);
        Rows.push_back({&Matchers[I], Got[I]});
      }
      fillBatch(Rows, Bits, Way == 0 ? nullptr : &Executors[Way - 1]);
      for (size_t I = 0; I < Matchers.size(); ++I) {
        EXPECT_EQ(Rows[I].Answer, Status::Ok);
        ASSERT_EQ(Got[I], Expected[I]) << "matcher " << I << ", step " << Step << ", way " << Way;
      }
    }
    for (size_t I = 0; I < Matchers.size(); ++I)
      if (TokenId T = pick(Expected[I], Random); T != NoToken)
        Matchers[I].accept(T);
  }
}

TEST(BatchTest, AFailureStaysInItsRow) {
  // Each letter may be any of many places of the pattern: more than one configuration.
  auto G = compileText(SpecLanguage::Wir, "start @r\n"
                                          "rule @r = alt(seq(call @a, lit \"x\"), "
                                          "seq(call @b, lit \"y\"))\n"
                                          "rule @a = seq(lit \"a\", repeat<0,1>(call @a))\n"
                                          "rule @b = seq(lit \"a\", repeat<0,1>(call @b))\n");
  ASSERT_TRUE(G);
  VocabularyRef V = bytesVocabulary();
  MatcherOptions Tight;
  Tight.MaxConfigurations = 1;
  Matcher Good = matcher(G, V), Bad = matcher(G, V, Tight);
  Row A(9), B(9, 0xffffffffU);
  BatchRow Rows[] = {{&Good, A}, {&Bad, B}};
  fillBatch(Rows, 257);
  EXPECT_EQ(Rows[0].Answer, Status::Ok);
  EXPECT_TRUE(has(A, 'a'));
  EXPECT_EQ(Rows[1].Answer, Status::BudgetExceeded);
  EXPECT_EQ(B, Row(9, 0)) << "never part of a mask";
  EXPECT_EQ(Bad.validateBytes("a"), 0U);
  EXPECT_EQ(Bad.lastError(), Status::BudgetExceeded) << "undecided is not refused";
  EXPECT_FALSE(Bad.acceptBytes("a"));
  EXPECT_EQ(Bad.lastError(), Status::BudgetExceeded);
  EXPECT_EQ(Good.validateBytes("aab"), 2U);
  EXPECT_EQ(Good.lastError(), Status::Ok) << "refused is not undecided";
}

TEST(BatchTest, DraftTreesAreForksOneByOne) {
  VocabularyRef V = demoVocabulary();
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  std::mt19937 Random(11);
  const size_t Words = Matcher::rowWords(V->size());
  size_t Refused = 0, Taken = 0, Ended = 0;
  for (const auto &G : someGrammars()) {
    Matcher M = matcher(G, V, {}, Tables);
    for (int Round = 0; Round < 30; ++Round) {
      if (TokenId T = pick(mask(M), Random); T != NoToken && !M.accept(T))
        FAIL();
      if (M.isTerminated())
        M.reset();
      // A random tree, half of whose tokens come from the mask that holds there.
      const size_t Count = 1 + Random() % 24;
      std::vector<TokenId> Tokens(Count);
      std::vector<int32_t> Parents(Count);
      std::vector<std::optional<Matcher>> After(Count);
      std::vector<Status> Expected(Count), Nodes(Count, Status::IoError);
      std::vector<Row> ExpectedRows(Count, Row(Words));
      for (size_t I = 0; I < Count; ++I) {
        Parents[I] = int32_t(Random() % (I + 1)) - 1;
        const bool AtRoot = Parents[I] == NoParent;
        const Status Above = AtRoot ? Status::Ok : Expected[size_t(Parents[I])];
        Expected[I] = Above;
        Tokens[I] = TokenId(Random() % V->size());
        if (Above != Status::Ok)
          continue;
        Matcher Here = AtRoot ? M.fork() : After[size_t(Parents[I])]->fork();
        if (Random() % 2)
          if (TokenId T = pick(mask(Here), Random); T != NoToken)
            Tokens[I] = T;
        if (I == 0 && Random() % 2)
          Tokens[I] = NoDraftToken;
        else
          Expected[I] = Here.tryAccept(Tokens[I]);
        if (Expected[I] == Status::Ok)
          ExpectedRows[I] = mask(Here);
        Ended += Here.isTerminated();
        After[I].emplace(std::move(Here));
      }
      const size_t History = M.historySize(), Stride = Words + 3;
      Row Rows(Stride * Count, 0x77777777U);
      ASSERT_TRUE(fillDraftTree(M, Tokens, Parents, Rows, Stride, V->size(), Nodes).ok());
      EXPECT_EQ(M.historySize(), History);
      EXPECT_EQ(Nodes, Expected);
      for (size_t I = 0; I < Count; ++I) {
        const auto At = Rows.begin() + ptrdiff_t(I * Stride);
        ASSERT_EQ(Row(At, At + ptrdiff_t(Words)), ExpectedRows[I]) << "node " << I;
        EXPECT_EQ(Rows[I * Stride + Words], 0x77777777U) << "between rows nothing is written";
        ++(Expected[I] == Status::Ok ? Taken : Refused);
      }
    }
  }
  EXPECT_GT(Taken, 100U);
  EXPECT_GT(Refused, 100U);
  EXPECT_GT(Ended, 5U);
}

TEST(BatchTest, TreesThatAreNoneAreRefused) {
  auto G = compileText(SpecLanguage::Regex, "ab");
  VocabularyRef V = bytesVocabulary();
  Matcher M = matcher(G, V);
  Row Rows(18, 3);
  std::vector<Status> Nodes(2, Status::Ok);
  const TokenId Tokens[] = {'a', 'b'};
  auto Fill = [&](std::vector<int32_t> Parents, size_t Stride, std::span<uint32_t> Out) {
    return fillDraftTree(M, Tokens, Parents, Out, Stride, 257, Nodes).status();
  };
  EXPECT_EQ(Fill({-1, 1}, 9, Rows), Status::InvalidArgument) << "its own parent";
  EXPECT_EQ(Fill({1, -1}, 9, Rows), Status::InvalidArgument) << "a parent that comes later";
  EXPECT_EQ(Fill({-2, 0}, 9, Rows), Status::InvalidArgument);
  EXPECT_EQ(Fill({-1, 0}, 8, Rows), Status::InvalidArgument) << "a short row";
  EXPECT_EQ(Fill({-1}, 9, Rows), Status::InvalidArgument);
  EXPECT_EQ(Fill({-1, 0}, 9, std::span(Rows).first(17)), Status::InvalidArgument);
  EXPECT_EQ(Rows, Row(18, 3)) << "nothing was written";
  EXPECT_EQ(Fill({-1, 0}, 9, Rows), Status::Ok);
  EXPECT_TRUE(has(Row(Rows.begin() + 9, Rows.end()), 256));
}

} // namespace
