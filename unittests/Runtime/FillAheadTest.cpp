//===- FillAheadTest.cpp - Tables made before they are needed -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RuntimeTesting.h"

#include "weir/Runtime/FillAhead.h"
#include "weir/Runtime/ReadyTables.h"
#include "weir/Vocab/VocabularyBuilder.h"

#include <thread>

using namespace weir;
using namespace weir::test;

namespace {

AheadReport filled(const std::shared_ptr<const Grammar> &G,
                   const std::shared_ptr<TableCache> &Tables, const AheadOptions &Options = {}) {
  Result<AheadReport> R = fillAhead(G, Tables, Options);
  EXPECT_TRUE(R.ok()) << R.error().Message;
  return R.ok() ? *R : AheadReport();
}

/// The masks along random walks, and how many tables were made for them.
std::vector<Row> walk(const std::shared_ptr<const Grammar> &G, const VocabularyRef &V,
                      const std::shared_ptr<TableCache> &Tables, uint64_t &TablesMade) {
  std::vector<Row> Masks;
  TablesMade = 0;
  for (unsigned Walk = 0; Walk < 6; ++Walk) {
    std::mt19937 Random(Walk);
    Matcher M = matcher(G, V, {}, Tables);
    uint64_t Composed = 0;
    for (unsigned Step = 0; Step < 40 && !M.isTerminated(); ++Step) {
      Masks.push_back(mask(M));
      // (What is put together from a table for all counts is a new one.)
      Composed += (M.statistics().LastMask & maskPartBit(MaskPart::Composed)) != 0;
      const TokenId T = pick(Masks.back(), Random);
      EXPECT_TRUE(M.accept(T));
    }
    TablesMade += M.statistics().TablesMade - Composed;
  }
  return Masks;
}

TEST(FillAheadTest, MatchersMakeFewTablesAndMasksAreTheSame) {
  const VocabularyRef V = demoVocabulary();
  for (size_t I = 0; const auto &G : someGrammars()) {
    SCOPED_TRACE(I++);
    const std::shared_ptr<TableCache> Empty = TableCache::create(V), Full = TableCache::create(V);
    AheadOptions Deep;
    Deep.MaxDepth = 64;
    const AheadReport Report = filled(G, Full, Deep);
    EXPECT_TRUE(Report.Complete);
    EXPECT_NE(Report.Tables, 0U);
    EXPECT_NE(Report.Bytes, 0U);
    uint64_t Cold = 0, Warm = 0;
    const std::vector<Row> Masks = walk(G, V, Empty, Cold);
    EXPECT_EQ(walk(G, V, Full, Warm), Masks);
    // (What is left are tables for other values of registers, such as spaces that were counted.)
    EXPECT_LT(Warm, Cold);
    EXPECT_TRUE(I > 1 || Warm == 0) << Warm;
    EXPECT_EQ(filled(G, Full, Deep).Tables, 0U) << "all are there";
  }
}

TEST(FillAheadTest, MasksOfTextsThatMayComeAreInTheMemo) {
  const VocabularyRef V = demoVocabulary();
  const auto G = compileText(SpecLanguage::JsonSchema,
                             R"({"type":"object","properties":{"name":{"type":"string"},
                                 "size":{"type":"integer"},"kind":{"enum":["small","large"]}},
                                 "required":["name"],"additionalProperties":false})");
  const std::string_view Text = R"({"name": "abc", "size": 12, "kind": "small"})";
  // How many masks of a text, byte by byte, were found.
  auto found = [&](const std::shared_ptr<TableCache> &Tables, std::vector<Row> &Masks) {
    Matcher M = matcher(G, V, {}, Tables);
    for (char C : Text) {
      Masks.push_back(mask(M));
      EXPECT_TRUE(M.acceptBytes({&C, 1}));
    }
    return M.statistics().MemoMasks + M.statistics().RepeatedMasks;
  };
  const std::shared_ptr<TableCache> Empty = TableCache::create(V), Full = TableCache::create(V);
  const AheadReport Report = filled(G, Full);
  EXPECT_GT(Report.Masks, Text.size());
  std::vector<Row> Cold, Warm;
  const uint64_t Before = found(Empty, Cold);
  EXPECT_GE(found(Full, Warm), Text.size() - 3);
  EXPECT_LT(Before, Text.size() / 2);
  EXPECT_EQ(Warm, Cold);
}

TEST(FillAheadTest, ARehearsalChangesNoMatcherAndKnowsItsLimits) {
  const VocabularyRef V = demoVocabulary();
  for (const auto &G : someGrammars()) {
    const std::shared_ptr<TableCache> Tables = TableCache::create(V);
    Matcher M = matcher(G, V, {}, Tables);
    const Row Before = mask(M);
    const TokenId T = [&] {
      std::mt19937 Random(1);
      return pick(Before, Random);
    }();
    ASSERT_TRUE(M.accept(T));
    const Row After = mask(M);
    RehearsalLimits Limits;
    EXPECT_GT(M.rehearse(Limits), 4U);
    EXPECT_EQ(M.historySize(), 1U);
    EXPECT_EQ(mask(M), After);
    ASSERT_TRUE(M.rollback(1));
    EXPECT_EQ(mask(M), Before);
    Limits.MaxPlaces = 3;
    EXPECT_LE(M.rehearse(Limits), 3U);
    Limits = {};
    auto Ask = [] { return true; };
    const FunctionRef<bool()> Stop = Ask;
    Limits.Stop = &Stop;
    EXPECT_LE(M.rehearse(Limits), 1U);
  }
  // With a budget of its own a matcher shares no masks.
  MatcherOptions Own;
  Own.MaxConfigurations = 77;
  EXPECT_EQ(matcher(someGrammars()[1], V, Own).rehearse({}), 0U);
}

TEST(FillAheadTest, ThreadsMakeWhatOneMakes) {
  const VocabularyRef V = demoVocabulary();
  WorkerPool Pool(4);
  auto OnPool = [&](size_t Count, BatchTask Task) { Pool.run(Count, Task); };
  auto LastFirst = [](size_t Count, BatchTask Task) {
    while (Count-- > 0)
      Task(Count);
  };
  const Executor Executors[] = {OnPool, LastFirst};
  for (const auto &G : someGrammars()) {
    const std::shared_ptr<TableCache> Alone = TableCache::create(V);
    uint64_t Made = 0;
    filled(G, Alone);
    const std::vector<Row> Masks = walk(G, V, Alone, Made);
    for (const Executor &Run : Executors) {
      const std::shared_ptr<TableCache> Tables = TableCache::create(V);
      AheadOptions Options;
      Options.Run = &Run;
      EXPECT_TRUE(filled(G, Tables, Options).Complete);
      EXPECT_EQ(filled(G, Tables).Tables, 0U);
      EXPECT_EQ(walk(G, V, Tables, Made), Masks);
    }
  }
}

TEST(FillAheadTest, MatchersGoOnMeanwhile) {
  const VocabularyRef V = demoVocabulary();
  for (const auto &G : someGrammars()) {
    uint64_t Made = 0;
    const std::vector<Row> Masks = walk(G, V, TableCache::create(V), Made);
    const std::shared_ptr<TableCache> Tables = TableCache::create(V);
    std::vector<std::thread> Threads;
    for (unsigned I = 0; I < 2; ++I) {
      Threads.emplace_back([&] { filled(G, Tables); });
      Threads.emplace_back([&] {
        uint64_t Own = 0;
        EXPECT_EQ(walk(G, V, Tables, Own), Masks);
      });
    }
    for (std::thread &T : Threads)
      T.join();
  }
}

TEST(FillAheadTest, EndsWhenAskedAndGoesOnLater) {
  const VocabularyRef V = demoVocabulary();
  const auto G = someGrammars()[2];
  const uint64_t All = filled(G, TableCache::create(V)).Tables;
  const std::shared_ptr<TableCache> Tables = TableCache::create(V);
  unsigned Left = 1; // the rules that are reached are asked about first
  auto Ask = [&] { return Left-- == 0; };
  const FunctionRef<bool()> Stop = Ask;
  AheadOptions Options;
  Options.Stop = &Stop;
  AheadReport Report = filled(G, Tables, Options);
  EXPECT_FALSE(Report.Complete);
  EXPECT_EQ(Report.Tables, 0U);
  Left = 6;
  Report = filled(G, Tables, Options);
  EXPECT_FALSE(Report.Complete);
  EXPECT_GT(Report.Tables, 0U);
  EXPECT_LT(Report.Tables, All);
  Options.Stop = nullptr;
  Options.MaxBytes = 1;
  EXPECT_EQ(filled(G, Tables, Options).Tables, 1U) << "one is more than that already";
  const AheadReport Rest = filled(G, Tables);
  EXPECT_TRUE(Rest.Complete);
  EXPECT_EQ(Report.Tables + 1 + Rest.Tables, All);
}

TEST(FillAheadTest, AnExecutorThatRunsNothingCompletesNothing) {
  const VocabularyRef V = demoVocabulary();
  auto Idle = [](size_t, BatchTask) {};
  const Executor Run = Idle;
  AheadOptions Options;
  Options.Run = &Run;
  const AheadReport Report = filled(someGrammars()[1], TableCache::create(V), Options);
  EXPECT_FALSE(Report.Complete);
  EXPECT_EQ(Report.Tables + Report.Masks, 0U);
}

TEST(FillAheadTest, DeepGrammarsAreLookedThroughNoLongerThanTheTime) {
  std::string Schema = R"({"$ref":"#/$defs/d0","$defs":{)";
  constexpr unsigned Count = 60;
  for (unsigned I = 0; I < Count; ++I) {
    const std::string N = std::to_string(I);
    Schema += (I ? ",\"d" : "\"d") + N + R"(":{"type":"object","properties":{)";
    for (unsigned K = 0; K < Count; ++K)
      Schema += (K ? ",\"" : "\"") + std::to_string(K) + R"(":{"$ref":"#/$defs/d)" +
                std::to_string(K) + "\"}";
    Schema += "}}";
  }
  const auto G = compileText(SpecLanguage::JsonSchema, Schema + "}}");
  ASSERT_TRUE(G);
  unsigned Asked = 0;
  auto Ask = [&] { return ++Asked == 10; };
  const FunctionRef<bool()> Stop = Ask;
  AheadOptions Options;
  Options.MaxDepth = 4096;
  Options.Stop = &Stop;
  EXPECT_EQ(filled(G, TableCache::create(demoVocabulary()), Options).Tables, 0U);
  EXPECT_EQ(Asked, 10U);
}

TEST(FillAheadTest, FailsAsAMatcherDoes) {
  const VocabularyRef V = demoVocabulary();
  const std::shared_ptr<TableCache> Tables = TableCache::create(V);
  const auto G = someGrammars()[0];
  const auto Ready = fillTables(G, Tables);
  ASSERT_TRUE(Ready.ok());
  EXPECT_EQ(filled(*Ready, Tables).Tables, 0U) << "the grammar brings its own";
  const std::shared_ptr<TableCache> Other = TableCache::create(bytesVocabulary());
  EXPECT_EQ(fillAhead(*Ready, Other).status(), Status::VocabularyMismatch);
}

} // namespace
