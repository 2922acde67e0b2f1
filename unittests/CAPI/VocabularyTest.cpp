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

} // namespace
