//===- VocabularyTest.cpp - The C interface of vocabularies ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CApiTesting.h"

namespace {

TEST(CVocabularyTest, AnImageIsReadBack) {
  weir_vocabulary *Demo = nullptr, *Again = nullptr;
  ASSERT_EQ(weir_vocabulary_demo(&Demo), WEIR_OK);
  const uint8_t *Bytes = nullptr;
  size_t Size = 0;
  ASSERT_EQ(weir_vocabulary_image(Demo, &Bytes, &Size), WEIR_OK);
  ASSERT_EQ(weir_vocabulary_open_image(Bytes, Size, &Again, {nullptr, 0}), WEIR_OK);
  EXPECT_EQ(weir_vocabulary_hash(Again), weir_vocabulary_hash(Demo));
  EXPECT_EQ(weir_vocabulary_size(Again), weir_vocabulary_size(Demo));
  uint32_t Stops[8] = {};
  size_t Count = weir_vocabulary_stop_tokens(Again, Stops, 8);
  EXPECT_EQ(Count, 2U);
  EXPECT_LT(Stops[0], Stops[1]);
  uint32_t One[1] = {};
  EXPECT_EQ(weir_vocabulary_stop_tokens(Again, One, 1), 2U);
  EXPECT_EQ(One[0], Stops[0]);

  weir_vocabulary_release(Demo);
  weir_vocabulary *Second = weir_vocabulary_retain(Again);
  weir_vocabulary_release(Again);
  const uint8_t *Token = nullptr;
  size_t TokenSize = 0;
  EXPECT_EQ(weir_vocabulary_token_bytes(Second, 97, &Token, &TokenSize), WEIR_OK);
  EXPECT_EQ(std::string(Token, Token + TokenSize), "a");
  EXPECT_EQ(weir_vocabulary_token_bytes(Second, 1'000'000, &Token, &TokenSize),
            WEIR_INVALID_ARGUMENT);
  weir_vocabulary_release(Second);
}

TEST(CVocabularyTest, APreparedOneIsTheSameVocabulary) {
  weir_vocabulary *Demo = nullptr, *Prepared = nullptr, *Opened = nullptr;
  ASSERT_EQ(weir_vocabulary_demo(&Demo), WEIR_OK);
  ASSERT_EQ(weir_vocabulary_prepare(Demo, &Prepared), WEIR_OK);
  EXPECT_EQ(weir_vocabulary_hash(Prepared), weir_vocabulary_hash(Demo));
  const uint8_t *Bytes = nullptr;
  size_t Size = 0;
  ASSERT_EQ(weir_vocabulary_image(Prepared, &Bytes, &Size), WEIR_OK);
  ASSERT_EQ(weir_vocabulary_open_image(Bytes, Size, &Opened, {nullptr, 0}), WEIR_OK);
  weir_tables *Tables = nullptr, *Plain = nullptr;
  ASSERT_EQ(weir_tables_create(Opened, 0, &Tables), WEIR_OK);
  ASSERT_EQ(weir_tables_create(Demo, 0, &Plain), WEIR_OK);
  weir_tables_statistics Now = {}, Before = {};
  Now.struct_size = Before.struct_size = sizeof(Now);
  ASSERT_EQ(weir_tables_get_statistics(Plain, &Before), WEIR_OK);
  EXPECT_EQ(Before.entries, 0U);
  ASSERT_EQ(weir_tables_get_statistics(Tables, &Now), WEIR_OK);
  EXPECT_GT(Now.entries, 100U);
  weir_tables_release(Tables);
  weir_tables_release(Plain);
  weir_vocabulary_release(Opened);
  weir_vocabulary_release(Prepared);
  weir_vocabulary_release(Demo);
}

TEST(CVocabularyTest, DamageIsRefusedWithAReason) {
  weir_vocabulary *V = nullptr;
  char Why[100] = "";
  EXPECT_EQ(weir_vocabulary_open_image("nonsense", 8, &V, {Why, sizeof(Why)}), WEIR_BAD_FORMAT);
  EXPECT_EQ(V, nullptr);
  EXPECT_NE(std::string(Why), "");
  std::string Path = "/nowhere/at/all.wvoc";
  EXPECT_EQ(weir_vocabulary_open_file(Path.data(), Path.size(), &V, {Why, sizeof(Why)}),
            WEIR_NOT_FOUND);
  EXPECT_EQ(weir_vocabulary_open_image(nullptr, 0, &V, {nullptr, 0}), WEIR_BAD_FORMAT);
}

TEST(CVocabularyTest, FromText) {
  std::string Text = R"(["a", "b", "<end>"])";
  const uint32_t Stop = 2;
  weir_vocabulary *V = nullptr;
  weir_diagnostics *Diags = nullptr;
  ASSERT_EQ(weir_vocabulary_read(Text.data(), Text.size(), &Stop, 1, &V, &Diags), WEIR_OK);
  EXPECT_EQ(weir_diagnostics_errors(Diags), 0U);
  weir_diagnostics_destroy(Diags);
  EXPECT_EQ(weir_vocabulary_size(V), 3U);
  uint32_t Got = 0;
  EXPECT_EQ(weir_vocabulary_stop_tokens(V, &Got, 1), 1U);
  EXPECT_EQ(Got, 2U);
  weir_vocabulary_release(V);

  V = nullptr;
  Text = "[1]";
  ASSERT_EQ(weir_vocabulary_read(Text.data(), Text.size(), nullptr, 0, &V, &Diags), WEIR_REJECTED);
  EXPECT_EQ(V, nullptr);
  EXPECT_GE(weir_diagnostics_errors(Diags), 1U);
  weir_diagnostics_destroy(Diags);
}

TEST(CVocabularyTest, StatusNames) {
  EXPECT_STREQ(weir_status_name(WEIR_OK), "ok");
  EXPECT_STREQ(weir_status_name(WEIR_TERMINATED), "terminated");
  EXPECT_STREQ(weir_status_name(weir_status(12)), "unknown");
  EXPECT_NE(std::string(weir_version()), "");
}

TEST(CVocabularyTest, OfATokenArray) {
  const weir_token Tokens[] = {{"ab", 2, 3, WEIR_TOKEN_ORDINARY},
                               {"\0\xff", 2, 0, WEIR_TOKEN_ORDINARY},
                               {"<end>", 5, 1, WEIR_TOKEN_SPECIAL},
                               {"<x>", 3, 5, WEIR_TOKEN_ADDED}};
  const uint32_t Stops[] = {1};
  weir_vocabulary *V = nullptr;
  char Why[100] = "";
  const weir_message Message = {Why, sizeof(Why)};
  ASSERT_EQ(weir_vocabulary_create(Tokens, 4, 8, Stops, 1, &V, Message), WEIR_OK) << Why;
  EXPECT_EQ(weir_vocabulary_size(V), 8U);
  EXPECT_EQ(weir_vocabulary_token_kind(V, 3), WEIR_TOKEN_ORDINARY);
  EXPECT_EQ(weir_vocabulary_token_kind(V, 1), WEIR_TOKEN_SPECIAL);
  EXPECT_EQ(weir_vocabulary_token_kind(V, 5), WEIR_TOKEN_ADDED);
  EXPECT_EQ(weir_vocabulary_token_kind(V, 2), WEIR_TOKEN_GAP);
  EXPECT_EQ(weir_vocabulary_token_kind(V, 8), WEIR_TOKEN_GAP);
  const uint8_t *Bytes = nullptr;
  size_t Size = 0;
  ASSERT_EQ(weir_vocabulary_token_bytes(V, 0, &Bytes, &Size), WEIR_OK);
  EXPECT_EQ(std::string_view(reinterpret_cast<const char *>(Bytes), Size),
            std::string_view("\0\xff", 2));
  uint32_t Token = 0;
  EXPECT_EQ(weir_vocabulary_find_special(V, "<end>", 5, &Token), WEIR_OK);
  EXPECT_EQ(Token, 1U);
  EXPECT_EQ(weir_vocabulary_find_special(V, "ab", 2, &Token), WEIR_NOT_FOUND);
  weir_vocabulary_release(V);

  V = nullptr;
  const weir_token Same[] = {{"a", 1, 0, WEIR_TOKEN_ORDINARY}, {"b", 1, 0, WEIR_TOKEN_ORDINARY}};
  EXPECT_NE(weir_vocabulary_create(Same, 2, 0, nullptr, 0, &V, Message), WEIR_OK);
  EXPECT_NE(Why[0], 0);
  EXPECT_EQ(weir_vocabulary_create(Tokens, 4, 4, nullptr, 0, &V, Message), WEIR_INVALID_ARGUMENT)
      << "an id that is not below the number of ids";
  EXPECT_EQ(weir_vocabulary_create(nullptr, 0, 0, nullptr, 0, &V, Message), WEIR_INVALID_ARGUMENT);
  const weir_token Gap[] = {{"a", 1, 0, WEIR_TOKEN_GAP}};
  EXPECT_EQ(weir_vocabulary_create(Gap, 1, 0, nullptr, 0, &V, Message), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(V, nullptr);
}

} // namespace
