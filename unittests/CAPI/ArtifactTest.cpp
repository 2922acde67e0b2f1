//===- ArtifactTest.cpp - Artifacts through the C interface ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir-c/weir.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace {

weirpp::Grammar digits() { return weirpp::Compiler().compile(WEIR_REGEX, "[0-9]{2,5}"); }

bool reads(const weirpp::Grammar &G, std::string_view Text) {
  weirpp::Vocabulary V = weirpp::Vocabulary::bytes();
  weirpp::Matcher M(G, V);
  return M && M.acceptBytes(Text) == WEIR_OK && M.isAccepting();
}

TEST(ArtifactApi, OpensWhatItWrote) {
  weirpp::Grammar G = digits();
  ASSERT_TRUE(G);
  const std::string Image = G.artifact();
  ASSERT_FALSE(Image.empty());
  std::string Message = "old";
  weirpp::Grammar Copy = weirpp::Grammar::open(Image, &Message);
  ASSERT_TRUE(Copy) << Message;
  EXPECT_EQ(Message, "");
  EXPECT_EQ(Copy.artifact(), Image);
  EXPECT_EQ(weir_grammar_hash(Copy.get()), weir_grammar_hash(G.get()));
  EXPECT_TRUE(reads(Copy, "123"));
  EXPECT_FALSE(reads(Copy, "1"));
  weirpp::Grammar Borrowed = weirpp::Grammar::openBorrowed(Image);
  EXPECT_TRUE(reads(Borrowed, "123"));
}

TEST(ArtifactApi, OpensFiles) {
  const std::string Image = digits().artifact(), Path = testing::TempDir() + "capi-artifact.wtab";
  std::FILE *File = std::fopen(Path.c_str(), "wb");
  ASSERT_TRUE(File);
  ASSERT_EQ(std::fwrite(Image.data(), 1, Image.size(), File), Image.size());
  std::fclose(File);
  EXPECT_TRUE(reads(weirpp::Grammar::openFile(Path), "12345"));
  weir_grammar *None = nullptr;
  EXPECT_EQ(weir_grammar_open_file("/no/such.wtab", 13, &None, {nullptr, 0}), WEIR_NOT_FOUND);
}

TEST(ArtifactApi, IsTakenForASpecification) {
  const std::string Image = digits().artifact();
  EXPECT_TRUE(reads(weirpp::Compiler().compile(WEIR_JSON_SCHEMA, Image), "12"));
}

TEST(ArtifactApi, WritesIntoTheCallersBuffer) {
  weirpp::Grammar G = digits();
  size_t Size = 0;
  ASSERT_EQ(weir_grammar_write(G.get(), nullptr, 0, &Size), WEIR_OK);
  std::string Buffer(Size, 'x');
  size_t Again = 0;
  EXPECT_EQ(weir_grammar_write(G.get(), &Buffer[0], Size - 1, &Again), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(Again, Size);
  EXPECT_EQ(Buffer, std::string(Size, 'x'));
  EXPECT_EQ(weir_grammar_write(G.get(), &Buffer[0], Size, &Again), WEIR_OK);
  EXPECT_EQ(Buffer, G.artifact());
  EXPECT_EQ(weir_grammar_write(nullptr, nullptr, 0, &Size), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_grammar_hash(nullptr), 0U);
}

TEST(ArtifactApi, ErrorsAreNamed) {
  std::string Message;
  EXPECT_FALSE(weirpp::Grammar::open("{}", &Message));
  EXPECT_EQ(Message.substr(0, 16), "not-an-artifact:");
  std::string Image = digits().artifact();
  Image[Image.size() / 2] ^= 4;
  weir_grammar *G = nullptr;
  char Text[100];
  EXPECT_EQ(weir_grammar_open_image(Image.data(), Image.size(), &G, {Text, sizeof Text}),
            WEIR_BAD_FORMAT);
  EXPECT_EQ(std::string(Text).substr(0, 18), "artifact-checksum:");
  EXPECT_EQ(G, nullptr);
}

} // namespace
