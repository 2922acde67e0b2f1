//===- BatchTest.cpp - Batches and drafts through the C interface ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CApiTesting.h"

namespace {

class CBatchTest : public weir::test::Fixture {
protected:
  void SetUp() override {
    Fixture::SetUp();
    match("a[bc]d*");
    for (const char *Text : {"", "a", "ab", "abd", "acddd"}) {
      Matchers.push_back(nullptr);
      ASSERT_EQ(weir_matcher_fork(Matcher, &Matchers.back()), WEIR_OK);
      ASSERT_EQ(weir_matcher_accept_bytes(Matchers.back(), Text, strlen(Text)), WEIR_OK);
    }
  }
  void TearDown() override {
    for (weir_matcher *M : Matchers)
      weir_matcher_destroy(M);
    Fixture::TearDown();
  }
  std::vector<uint32_t> row(weir_matcher *M) {
    std::vector<uint32_t> Row(9);
    EXPECT_EQ(weir_matcher_fill_mask(M, Row.data(), 9, 257, nullptr), WEIR_OK);
    return Row;
  }
  std::vector<weir_matcher *> Matchers;
};

TEST_F(CBatchTest, RowsWhereTheIndexSays) {
  weir_pool *Pool = nullptr;
  ASSERT_EQ(weir_pool_create(3, &Pool), WEIR_OK);
  const weir_executor Threads = weir_pool_executor(Pool), Here = weir_pool_executor(nullptr);
  weir_executor Backwards = {};
  Backwards.run = [](void *, size_t Count, weir_task Task, void *Context) {
    while (Count-- > 0)
      Task(Context, Count);
  };
  const size_t Index[] = {4, 2, 0, 6, 5};
  for (const weir_executor *E : {static_cast<const weir_executor *>(nullptr), &Threads, &Here,
                                 static_cast<const weir_executor *>(&Backwards)}) {
    std::vector<uint32_t> Rows(7 * 12, 0x5a5a5a5aU);
    weir_status Answers[5];
    uint8_t All[5];
    ASSERT_EQ(weir_fill_batch(Matchers.data(), 5, Rows.data(), 12, Index, 257, E, Answers, All),
              WEIR_OK);
    for (size_t I = 0; I < 5; ++I) {
      auto At = Rows.begin() + ptrdiff_t(Index[I] * 12);
      EXPECT_EQ(std::vector<uint32_t>(At, At + 9), row(Matchers[I]));
      EXPECT_EQ(At[9], 0x5a5a5a5aU);
      EXPECT_EQ(Answers[I], WEIR_OK);
      EXPECT_EQ(All[I], 0);
    }
    EXPECT_EQ(Rows[12], 0x5a5a5a5aU) << "row 1 is nobody's";
  }
  weir_pool_destroy(Pool);
  weir_pool_destroy(nullptr);
  EXPECT_EQ(weir_pool_create(0, nullptr), WEIR_INVALID_ARGUMENT);
}

TEST_F(CBatchTest, AMatcherStandsThereOnce) {
  std::vector<uint32_t> Rows(3 * 9, 7);
  weir_matcher *Twice[] = {Matchers[0], Matchers[1], Matchers[0]};
  EXPECT_EQ(weir_fill_batch(Twice, 3, Rows.data(), 9, nullptr, 257, nullptr, nullptr, nullptr),
            WEIR_INVALID_ARGUMENT);
  weir_matcher *Null[] = {Matchers[0], nullptr};
  EXPECT_EQ(weir_fill_batch(Null, 2, Rows.data(), 9, nullptr, 257, nullptr, nullptr, nullptr),
            WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_fill_batch(Twice, 2, Rows.data(), 8, nullptr, 257, nullptr, nullptr, nullptr),
            WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(Rows, std::vector<uint32_t>(27, 7));
  EXPECT_EQ(weir_fill_batch(Twice, 2, Rows.data(), 9, nullptr, 257, nullptr, nullptr, nullptr),
            WEIR_OK)
      << "nothing stayed taken";
  EXPECT_EQ(weir_fill_batch(nullptr, 0, nullptr, 9, nullptr, 257, nullptr, nullptr, nullptr),
            WEIR_OK);
}

TEST_F(CBatchTest, TokensForAll) {
  const uint32_t Tokens[] = {'a', 'c', 'x', 256, 'd'};
  weir_status Answers[5];
  EXPECT_EQ(weir_accept_batch(Matchers.data(), Tokens, 5, nullptr, Answers), WEIR_REJECTED);
  EXPECT_EQ(Answers[0], WEIR_OK);
  EXPECT_EQ(Answers[2], WEIR_REJECTED);
  EXPECT_EQ(mask(Matchers[0]), "bc");
  EXPECT_EQ(mask(Matchers[2]), "d$");
  EXPECT_EQ(weir_matcher_is_terminated(Matchers[3]), 1);
  const uint32_t More[] = {'b', 'd', 'd', 'd', 'd'};
  EXPECT_EQ(weir_accept_batch(Matchers.data(), More, 5, nullptr, nullptr), WEIR_TERMINATED);
}

TEST_F(CBatchTest, ATreeOfDrafts) {
  //  (state) ─ a ─ b ─ d
  //              └ x ─ d
  const uint32_t Tokens[] = {WEIR_NO_TOKEN, 'a', 'b', 'x', 'd', 'd'};
  const int32_t Parents[] = {-1, 0, 1, 1, 2, 3};
  std::vector<uint32_t> Rows(6 * 9, 7);
  weir_status Answers[6];
  ASSERT_EQ(weir_matcher_fill_draft_tree(Matcher, Tokens, Parents, 6, Rows.data(), 9, 257, Answers),
            WEIR_OK);
  auto At = [&](size_t I) {
    return std::vector<uint32_t>(Rows.begin() + ptrdiff_t(I * 9),
                                 Rows.begin() + ptrdiff_t(I * 9 + 9));
  };
  for (size_t I = 0; I < 3; ++I)
    EXPECT_EQ(At(I), row(Matchers[I]));
  EXPECT_EQ(At(4), row(Matchers[3]));
  EXPECT_EQ(At(3), std::vector<uint32_t>(9));
  EXPECT_EQ(Answers[2], WEIR_OK);
  EXPECT_EQ(Answers[3], WEIR_REJECTED);
  EXPECT_EQ(Answers[5], WEIR_REJECTED) << "below a refused token";
  EXPECT_EQ(weir_matcher_history(Matcher), 0U);
  const int32_t Loop[] = {-1, 2, 1, 0, 0, 0};
  EXPECT_EQ(weir_matcher_fill_draft_tree(Matcher, Tokens, Loop, 6, Rows.data(), 9, 257, Answers),
            WEIR_INVALID_ARGUMENT);
}

TEST_F(CBatchTest, TablesAheadOfTheirMasks) {
  weir_ahead_report Report = {};
  Report.struct_size = sizeof(Report);
  weir_ahead_options Options = {};
  Options.struct_size = sizeof(Options);
  int Asked = 0;
  Options.stop_context = &Asked;
  Options.stop = [](void *Context) { return ++*static_cast<int *>(Context); };
  weir_tables_clear(Tables);
  ASSERT_EQ(weir_tables_fill_ahead(Tables, Grammar, &Options, &Report, {nullptr, 0}), WEIR_OK);
  EXPECT_EQ(Report.made, 0U);
  EXPECT_EQ(Report.complete, 0);
  EXPECT_EQ(Asked, 1);

  weir_pool *Pool = nullptr;
  ASSERT_EQ(weir_pool_create(2, &Pool), WEIR_OK);
  const weir_executor Threads = weir_pool_executor(Pool);
  Options.executor = &Threads;
  Options.stop = nullptr;
  ASSERT_EQ(weir_tables_fill_ahead(Tables, Grammar, &Options, &Report, {nullptr, 0}), WEIR_OK);
  EXPECT_GT(Report.made, 0U);
  EXPECT_GT(Report.bytes, 0U);
  EXPECT_GT(Report.masks, 0U);
  EXPECT_EQ(Report.complete, 1);
  weir_pool_destroy(Pool);
  for (weir_matcher *M : Matchers) {
    row(M);
    weir_matcher_statistics Counts = {};
    Counts.struct_size = sizeof(Counts);
    ASSERT_EQ(weir_matcher_get_statistics(M, &Counts), WEIR_OK);
    EXPECT_EQ(Counts.tables_made, 0U);
  }
  EXPECT_EQ(weir_tables_fill_ahead(Tables, Grammar, nullptr, nullptr, {nullptr, 0}), WEIR_OK);
}

} // namespace
