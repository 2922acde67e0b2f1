//===- MatcherTest.cpp - The C interface of matchers ----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CApiTesting.h"

extern "C" size_t weir_test_row_words_in_c(uint32_t mask_bits);

namespace {

class CMatcherTest : public weir::test::Fixture {};

TEST_F(CMatcherTest, WalksToTheEnd) {
  match("a[bc]");
  EXPECT_EQ(mask(Matcher), "a");
  EXPECT_EQ(weir_matcher_accept(Matcher, 'b'), WEIR_REJECTED);
  EXPECT_EQ(weir_matcher_history(Matcher), 0U);
  EXPECT_EQ(weir_matcher_accept(Matcher, 'a'), WEIR_OK);
  EXPECT_EQ(mask(Matcher), "bc");
  EXPECT_EQ(weir_matcher_is_accepting(Matcher), 0);
  EXPECT_EQ(weir_matcher_accept_bytes(Matcher, "c", 1), WEIR_OK);
  EXPECT_EQ(weir_matcher_is_accepting(Matcher), 1);
  EXPECT_EQ(mask(Matcher), "$");
  EXPECT_EQ(weir_matcher_accept(Matcher, 256), WEIR_OK);
  EXPECT_EQ(weir_matcher_is_terminated(Matcher), 1);
  EXPECT_EQ(weir_matcher_accept(Matcher, 'a'), WEIR_TERMINATED);
  EXPECT_EQ(weir_matcher_accept_bytes(Matcher, "a", 1), WEIR_TERMINATED);
  EXPECT_EQ(weir_matcher_history(Matcher), 3U);
  EXPECT_EQ(weir_matcher_rollback(Matcher, 4), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_rollback(Matcher, 2), WEIR_OK);
  EXPECT_EQ(weir_matcher_is_terminated(Matcher), 0);
  EXPECT_EQ(mask(Matcher), "bc");
  EXPECT_EQ(weir_matcher_reset(Matcher), WEIR_OK);
  EXPECT_EQ(mask(Matcher), "a");
}

TEST_F(CMatcherTest, SeveralTokensAtOnce) {
  match("abc");
  const uint32_t Tokens[] = {'a', 'b', 'x', 'c'};
  size_t Count = 99;
  EXPECT_EQ(weir_matcher_validate(Matcher, Tokens, 4, &Count), WEIR_OK);
  EXPECT_EQ(Count, 2U);
  EXPECT_EQ(weir_matcher_history(Matcher), 0U);
  EXPECT_EQ(weir_matcher_accept_tokens(Matcher, Tokens, 4, &Count), WEIR_REJECTED);
  EXPECT_EQ(Count, 2U);
  EXPECT_EQ(weir_matcher_accept_tokens(Matcher, Tokens + 3, 1, nullptr), WEIR_OK);
  EXPECT_EQ(weir_matcher_accept_tokens(Matcher, nullptr, 0, &Count), WEIR_OK);
  EXPECT_EQ(Count, 0U);
  EXPECT_EQ(mask(Matcher), "$");
}

TEST_F(CMatcherTest, FilterKeepsTheOrder) {
  match("[a-c]");
  uint32_t Tokens[] = {'x', 'c', 'a', 256, 'b', 4'000'000'000U};
  size_t Count = 6;
  EXPECT_EQ(weir_matcher_filter(Matcher, Tokens, &Count), WEIR_OK);
  ASSERT_EQ(Count, 3U);
  EXPECT_EQ(Tokens[0], uint32_t('c'));
  EXPECT_EQ(Tokens[1], uint32_t('a'));
  EXPECT_EQ(Tokens[2], uint32_t('b'));
}

TEST_F(CMatcherTest, ForksAreIndependent) {
  match("a*b");
  ASSERT_EQ(weir_matcher_accept(Matcher, 'a'), WEIR_OK);
  weir_matcher *Fork = nullptr;
  ASSERT_EQ(weir_matcher_fork(Matcher, &Fork), WEIR_OK);
  EXPECT_EQ(weir_matcher_accept(Fork, 'b'), WEIR_OK);
  EXPECT_EQ(mask(Fork), "$");
  EXPECT_EQ(mask(Matcher), "ab");
  weir_matcher_destroy(Matcher);
  Matcher = nullptr;
  EXPECT_EQ(weir_matcher_rollback(Fork, 2), WEIR_OK);
  EXPECT_EQ(mask(Fork), "ab");
  weir_matcher_destroy(Fork);
}

TEST_F(CMatcherTest, AViewStaysUntilTheNext) {
  match("[^]*");
  weir_mask_view View = {}, Again = {};
  EXPECT_EQ(weir_matcher_view_mask(Matcher, 256, &View), WEIR_INVALID_ARGUMENT) << "no size";
  View.struct_size = Again.struct_size = sizeof(View);
  weir_matcher *Other = nullptr;
  ASSERT_EQ(weir_matcher_fork(Matcher, &Other), WEIR_OK);
  ASSERT_EQ(weir_matcher_view_mask(Other, 257, &Again), WEIR_OK);
  ASSERT_EQ(weir_matcher_view_mask(Matcher, 257, &View), WEIR_OK);
  ASSERT_NE(View.base, nullptr);
  EXPECT_NE(View.base_id, 0U) << "shown for the second time";
  EXPECT_EQ(weir_matcher_view_mask(Other, 257, &Again), WEIR_OK);
  EXPECT_EQ(Again.base_id, View.base_id);
  EXPECT_EQ(Again.base, View.base);
  // The continuation bytes may not come here, and may after what follows; the view is of before.
  weir_tables_clear(Tables);
  EXPECT_EQ(weir_matcher_accept(Matcher, 0xc3), WEIR_OK);
  uint32_t Row[9];
  EXPECT_EQ(weir_matcher_fill_mask(Matcher, Row, 9, 257, nullptr), WEIR_OK);
  weir_matcher_destroy(Other);
  EXPECT_TRUE(shows(View, 'a'));
  EXPECT_FALSE(shows(View, 0x80));
  EXPECT_EQ(mask(Matcher).size(), 64U);

  // A view shows a row all the same.
  uint32_t Shown[9];
  EXPECT_EQ(weir_matcher_view_mask(Matcher, 257, &View), WEIR_OK);
  EXPECT_EQ(weir_mask_view_write(&View, Shown, 9, 257), WEIR_OK);
  EXPECT_TRUE(std::equal(Row, Row + 9, Shown));
  EXPECT_EQ(weir_mask_view_write(&View, Shown, 9, 0x81), WEIR_OK) << "a narrower one";
  EXPECT_EQ(Shown[4], Row[4] & 1);
  EXPECT_EQ(Shown[5], Row[5]) << "words beyond are left as they are";
  EXPECT_EQ(weir_mask_view_write(&View, Shown, 8, 257), WEIR_INVALID_ARGUMENT) << "too short";
  View.struct_size = offsetof(weir_mask_view, clear_count);
  EXPECT_EQ(weir_mask_view_write(&View, Shown, 9, 257), WEIR_INVALID_ARGUMENT);

  View.struct_size = offsetof(weir_mask_view, set);
  View.set_count = 99;
  EXPECT_EQ(weir_matcher_view_mask(Matcher, 257, &View), WEIR_OK);
  EXPECT_EQ(View.set_count, 99U) << "an older caller's structure is shorter";
  View.struct_size = sizeof(View);
  EXPECT_EQ(weir_matcher_view_mask(nullptr, 257, &View), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(View.base, nullptr);
  EXPECT_EQ(View.set_count, 0U);
  EXPECT_EQ(weir_matcher_view_mask(Matcher, 257, nullptr), WEIR_INVALID_ARGUMENT);
}

TEST_F(CMatcherTest, AWiderRowHasZerosInExcess) {
  match("[^]");
  std::vector<uint32_t> Row(weir_row_words(320), 0xffffffffU);
  int All = 7;
  ASSERT_EQ(weir_matcher_fill_mask(Matcher, Row.data(), Row.size(), 320, &All), WEIR_OK);
  EXPECT_EQ(All, 0);
  EXPECT_EQ(Row[8], 0U) << "256 needs a complete text, and there are no ids above it";
  EXPECT_EQ(Row[9], 0U);
  EXPECT_EQ(weir_test_row_words_in_c(320), 10U);
  EXPECT_EQ(weir_test_row_words_in_c(0), 0U);
  EXPECT_EQ(weir_matcher_fill_mask(Matcher, Row.data(), 9, 320, nullptr), WEIR_INVALID_ARGUMENT);
}

TEST_F(CMatcherTest, StopTokensOfTheSequence) {
  compileRegex("a");
  const uint32_t Stops[] = {0, 256};
  weir_matcher_options Options = {};
  Options.struct_size = sizeof(Options);
  Options.stop_tokens = Stops;
  Options.stop_token_count = 1;
  ASSERT_EQ(weir_matcher_create(Grammar, Vocabulary, nullptr, &Options, &Matcher, {nullptr, 0}),
            WEIR_OK);
  ASSERT_EQ(weir_matcher_accept(Matcher, 'a'), WEIR_OK);
  EXPECT_EQ(weir_matcher_token_allowed(Matcher, 0), 1);
  EXPECT_EQ(weir_matcher_token_allowed(Matcher, 256), 0);

  const uint32_t Far[] = {257};
  Options.stop_tokens = Far;
  weir_matcher *Other = nullptr;
  char Why[64] = "";
  EXPECT_EQ(weir_matcher_create(Grammar, Vocabulary, nullptr, &Options, &Other, {Why, sizeof(Why)}),
            WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(Other, nullptr);
  EXPECT_NE(Why[0], 0);
}

TEST_F(CMatcherTest, WhatIsMissingIsSaid) {
  std::string_view Text = "start @root\nrule @root = token \"<nowhere>\"\n";
  ASSERT_EQ(weir_compile(Compiler, WEIR_WIR, Text.data(), Text.size(), nullptr, &Grammar, nullptr),
            WEIR_OK);
  char Why[8] = "";
  EXPECT_EQ(weir_matcher_create(Grammar, Vocabulary, Tables, nullptr, &Matcher, {Why, sizeof(Why)}),
            WEIR_NOT_FOUND);
  EXPECT_EQ(std::string(Why).size(), 7U) << "cut where the buffer ends";
}

TEST_F(CMatcherTest, TablesOfAnotherVocabularyAreRefused) {
  compileRegex("a");
  weir_vocabulary *Demo = nullptr;
  ASSERT_EQ(weir_vocabulary_demo(&Demo), WEIR_OK);
  EXPECT_EQ(weir_matcher_create(Grammar, Demo, Tables, nullptr, &Matcher, {nullptr, 0}),
            WEIR_VOCABULARY_MISMATCH);
  weir_vocabulary_release(Demo);
}

TEST_F(CMatcherTest, AMatcherKeepsWhatItNeeds) {
  match("ab");
  weir_grammar_release(Grammar);
  weir_tables_release(Tables);
  weir_vocabulary_release(Vocabulary);
  Grammar = nullptr;
  Tables = nullptr;
  Vocabulary = nullptr;
  EXPECT_EQ(mask(Matcher), "a");
}

/// The text that F(buffer, capacity, &size) gives.
template <typename Fn>
std::string textFrom(Fn F) {
  char Buffer[2000];
  size_t Size = 0, Whole = 0;
  EXPECT_EQ(F(Buffer, sizeof(Buffer), &Size), WEIR_OK);
  EXPECT_LE(Size, sizeof(Buffer));
  EXPECT_EQ(F(Buffer + sizeof(Buffer), 0, &Whole), WEIR_OK);
  return std::string(Buffer, Size);
}

TEST_F(CMatcherTest, EveryOption) {
  compileRegex("[a-c]b?");
  const uint32_t Bans[] = {'c'};
  weir_matcher_options O = {};
  O.struct_size = sizeof(O);
  O.banned_tokens = Bans;
  O.banned_token_count = 1;
  O.terminated_row = WEIR_TERMINATED_ALL_ONES;
  O.max_rollback = 1;
  O.prefix = "<<";
  O.prefix_size = 2;
  O.trace_events = 3;
  ASSERT_EQ(weir_matcher_create(Grammar, Vocabulary, Tables, &O, &Matcher, {nullptr, 0}), WEIR_OK);
  EXPECT_EQ(mask(Matcher), "<");
  EXPECT_EQ(weir_matcher_prefix_left(Matcher), 2U);
  size_t Read = 0;
  EXPECT_EQ(weir_matcher_validate_bytes(Matcher, "<<a<", 4, &Read), WEIR_OK);
  EXPECT_EQ(Read, 3U);
  EXPECT_EQ(weir_matcher_accept_bytes(Matcher, "<<", 2), WEIR_OK);
  EXPECT_EQ(mask(Matcher), "ab");
  EXPECT_EQ(weir_matcher_set_banned(Matcher, nullptr, 0), WEIR_OK);
  EXPECT_EQ(mask(Matcher), "abc");
  const uint32_t Far[] = {257};
  EXPECT_EQ(weir_matcher_set_banned(Matcher, Far, 1), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_accept(Matcher, 'c'), WEIR_OK);
  EXPECT_EQ(weir_matcher_rollback(Matcher, 2), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_accept(Matcher, 256), WEIR_OK);
  std::vector<uint32_t> Row(10);
  int All = 0;
  EXPECT_EQ(weir_matcher_fill_mask(Matcher, Row.data(), 10, 300, &All), WEIR_OK);
  EXPECT_EQ(All, 1);
  EXPECT_EQ(
      textFrom([&](char *T, size_t C, size_t *S) { return weir_matcher_trace(Matcher, T, C, S); }),
      "781 rollback 2: invalid-argument\n782 accept 256 <eos>: ok\n783 fill_mask 300: ok\n")
      << "the last three";
  for (auto Change : {+[](weir_matcher_options &X) { X.terminated_row = 2; },
                      +[](weir_matcher_options &X) { X.trace_events = 2'000'000; },
                      +[](weir_matcher_options &X) { X.banned_tokens = nullptr; },
                      +[](weir_matcher_options &X) { X.prefix = nullptr; }}) {
    weir_matcher_options Wrong = O;
    Change(Wrong);
    weir_matcher *M = nullptr;
    EXPECT_EQ(weir_matcher_create(Grammar, Vocabulary, Tables, &Wrong, &M, {nullptr, 0}),
              WEIR_INVALID_ARGUMENT);
  }
}

TEST_F(CMatcherTest, ALimitIsSaid) {
  // After "a" the configurations of both rules are alive.
  const char *Ambiguous = "start @r\n"
                          "rule @r = alt(seq(call @a, lit \"x\"), seq(call @b, lit \"y\"))\n"
                          "rule @a = seq(lit \"a\", repeat<0,1>(call @a))\n"
                          "rule @b = seq(lit \"a\", repeat<0,1>(call @b))\n";
  ASSERT_EQ(
      weir_compile(Compiler, WEIR_WIR, Ambiguous, strlen(Ambiguous), nullptr, &Grammar, nullptr),
      WEIR_OK);
  weir_matcher_options O = {};
  O.struct_size = sizeof(O);
  O.max_configurations = 1;
  ASSERT_EQ(weir_matcher_create(Grammar, Vocabulary, Tables, &O, &Matcher, {nullptr, 0}), WEIR_OK);
  char Why[200] = "before";
  EXPECT_EQ(weir_matcher_last_error(Matcher, {Why, sizeof(Why)}), WEIR_OK);
  EXPECT_STREQ(Why, "");
  const char *Limit = "more than 1 configurations would be alive at once: the matcher's option "
                      "max_configurations";
  uint32_t Row[9];
  EXPECT_EQ(weir_matcher_fill_mask(Matcher, Row, 9, 257, nullptr), WEIR_BUDGET_EXCEEDED);
  EXPECT_EQ(weir_matcher_last_error(Matcher, {Why, sizeof(Why)}), WEIR_BUDGET_EXCEEDED);
  EXPECT_STREQ(Why, Limit);
  weir_matcher *Fork = nullptr;
  ASSERT_EQ(weir_matcher_fork(Matcher, &Fork), WEIR_OK);
  EXPECT_EQ(weir_matcher_last_error(Fork, {Why, sizeof(Why)}), WEIR_BUDGET_EXCEEDED);
  EXPECT_STREQ(Why, Limit) << "as its origin";
  weir_matcher_destroy(Fork);
  EXPECT_EQ(weir_matcher_token_allowed(Matcher, 'a'), 0);
  EXPECT_EQ(weir_matcher_last_error(Matcher, {nullptr, 0}), WEIR_BUDGET_EXCEEDED);
  char Told[500] = "";
  size_t Size = 0;
  int Allowed = 7;
  EXPECT_EQ(weir_matcher_explain(Matcher, 'a', Told, sizeof(Told), &Size, &Allowed),
            WEIR_BUDGET_EXCEEDED);
  EXPECT_EQ(std::string(Told, Size),
            "token 97 \"a\": not known: " + std::string(Limit) + "\n  in rule @r\n")
      << "what could come takes as many";
  EXPECT_EQ(Allowed, 7) << "nobody knows";
  EXPECT_EQ(weir_matcher_reset(Matcher), WEIR_OK);
  EXPECT_EQ(weir_matcher_last_error(Matcher, {Why, sizeof(Why)}), WEIR_OK);
  EXPECT_STREQ(Why, "");
}

TEST_F(CMatcherTest, WhatMustCome) {
  match("begin(s|ning)");
  EXPECT_EQ(textFrom([&](char *T, size_t C, size_t *S) {
              return weir_matcher_forced_bytes(Matcher, T, C, S);
            }),
            "begin");
  EXPECT_EQ(textFrom([&](char *T, size_t C, size_t *S) {
              return C ? weir_matcher_completion(Matcher, T, C, S) : WEIR_OK;
            }),
            "begins");
  char Short[2];
  size_t Size = 0;
  EXPECT_EQ(weir_matcher_completion(Matcher, Short, 2, &Size), WEIR_NOT_FOUND);

  weir_tokenizer Bytes = {};
  int Calls = 0;
  Bytes.context = &Calls;
  Bytes.tokenize = [](void *Context, const char *Text, size_t Size, uint32_t *Tokens,
                      size_t Capacity, size_t *Count) {
    ++*static_cast<int *>(Context);
    for (size_t I = 0; I < Size && I < Capacity; ++I)
      Tokens[I] = uint8_t(Text[I]);
    *Count = Size;
    return 1;
  };
  uint32_t Tokens[8];
  size_t Count = 0;
  EXPECT_EQ(weir_matcher_forced_tokens(Matcher, &Bytes, 0, Tokens, 8, &Count), WEIR_OK);
  EXPECT_EQ(std::vector<uint32_t>(Tokens, Tokens + Count),
            (std::vector<uint32_t>{'b', 'e', 'g', 'i', 'n'}));
  EXPECT_GT(Calls, 0);
  EXPECT_EQ(weir_matcher_forced_tokens(Matcher, &Bytes, 0, Tokens, 2, &Count), WEIR_OK);
  EXPECT_EQ(Count, 2U);
  Bytes.tokenize = [](void *, const char *, size_t, uint32_t *, size_t, size_t *Count) {
    *Count = SIZE_MAX;
    return 1;
  };
  EXPECT_EQ(weir_matcher_forced_tokens(Matcher, &Bytes, 0, Tokens, 8, &Count), WEIR_OK);
  EXPECT_EQ(Count, 0U);
  Bytes.tokenize = nullptr;
  EXPECT_EQ(weir_matcher_forced_tokens(Matcher, &Bytes, 0, Tokens, 8, &Count),
            WEIR_INVALID_ARGUMENT);
}

TEST_F(CMatcherTest, WhyAndHowOften) {
  match("ab");
  int Allowed = 7;
  auto Why = [&](uint32_t Token) {
    return textFrom([&](char *T, size_t C, size_t *S) {
      return weir_matcher_explain(Matcher, Token, T, C, S, &Allowed);
    });
  };
  EXPECT_EQ(Why('a').substr(0, 20), "token 97 \"a\": allowe");
  EXPECT_EQ(Allowed, 1);
  EXPECT_EQ(Why('x'), "token 120 \"x\": refused at its byte 0, \"x\"\n  in rule @pattern\n"
                      "expected: \"a\"\n");
  EXPECT_EQ(Allowed, 0);
  mask(Matcher);
  weir_matcher_accept(Matcher, 'x');
  weir_matcher_statistics Counts = {};
  EXPECT_EQ(weir_matcher_get_statistics(Matcher, &Counts), WEIR_INVALID_ARGUMENT);
  Counts.struct_size = sizeof(Counts);
  ASSERT_EQ(weir_matcher_get_statistics(Matcher, &Counts), WEIR_OK);
  EXPECT_EQ(Counts.masks, 2U) << "a row and a view";
  EXPECT_EQ(Counts.refused, 1U);
  Counts.struct_size = offsetof(weir_matcher_statistics, repeated_masks);
  Counts.repeated_masks = 99;
  ASSERT_EQ(weir_matcher_get_statistics(Matcher, &Counts), WEIR_OK);
  EXPECT_EQ(Counts.repeated_masks, 99U) << "an older caller's structure is shorter";
  EXPECT_GT(weir_matcher_memory(Matcher), 100U);
  EXPECT_EQ(weir_matcher_memory(nullptr), 0U);

  weir_tables_statistics Of = {};
  Of.struct_size = sizeof(Of);
  ASSERT_EQ(weir_tables_get_statistics(Tables, &Of), WEIR_OK);
  EXPECT_EQ(Of.misses, 1U);
  EXPECT_EQ(Of.entries, 1U);
  EXPECT_GT(Of.bytes, 0U);
}

TEST_F(CMatcherTest, NullIsAnArgumentError) {
  match("a");
  size_t Count = 0;
  uint32_t Row[9];
  EXPECT_EQ(weir_matcher_create(nullptr, Vocabulary, Tables, nullptr, &Matcher, {nullptr, 0}),
            WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_fork(nullptr, &Matcher), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_fork(Matcher, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_reset(nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_fill_mask(nullptr, Row, 9, 257, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_fill_mask(Matcher, nullptr, 9, 257, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_accept(nullptr, 1), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_accept_tokens(Matcher, nullptr, 1, &Count), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_accept_bytes(Matcher, nullptr, 1), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_validate(Matcher, nullptr, 0, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_filter(Matcher, nullptr, (Count = 1, &Count)), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_rollback(nullptr, 0), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_matcher_token_allowed(nullptr, 0), 0);
  EXPECT_EQ(weir_matcher_is_accepting(nullptr), 0);
  EXPECT_EQ(weir_matcher_is_terminated(nullptr), 0);
  EXPECT_EQ(weir_matcher_history(nullptr), 0U);
  weir_matcher_destroy(nullptr);
  weir_grammar_release(nullptr);
  weir_tables_release(nullptr);
  weir_vocabulary_release(nullptr);
  EXPECT_EQ(weir_grammar_retain(nullptr), nullptr);
}

} // namespace
