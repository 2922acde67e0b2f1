//===- CorpusTest.cpp - Reading cases in their several forms --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Bench/Corpus.h"

#include "weir/Vocab/VocabularyBuilder.h"
#include "weir/VocabReaders/Readers.h"

#include <gtest/gtest.h>

using namespace weir;
using namespace weir::bench;

namespace {

class CorpusTest : public ::testing::Test {
protected:
  std::optional<std::vector<CaseText>> read(std::string Text) {
    return readCorpus(Sources.add("corpus", std::move(Text)), Diags, Ids);
  }
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  std::optional<std::set<std::string, std::less<>>> Ids;
};

TEST_F(CorpusTest, LinesArraysAndSingleCases) {
  const std::string A = R"({"id": "a", "schema": {"x": [1]}, "tests": []})";
  const std::string B = R"({"id": "b", "schema": true})";
  for (const std::string &Text : {A + "\n" + B, A + "\r\n\n" + B + "\n", "[" + A + ", " + B + "]",
                                  " [\n" + A + ",\n" + B + "\n]\n"}) {
    auto Cases = read(Text);
    ASSERT_TRUE(Cases) << Text << printText(Diags);
    ASSERT_EQ(Cases->size(), 2U) << Text;
    EXPECT_EQ((*Cases)[0].Id, "a");
    EXPECT_EQ((*Cases)[1].Id, "b");
    auto First = readCase((*Cases)[0].Text, *bytesVocabulary());
    ASSERT_TRUE(First);
    EXPECT_EQ(First->Schema, R"({"x": [1]})");
  }
  auto One = read("{\n  \"id\": \"a\",\n  \"schema\": true\n}\n");
  ASSERT_TRUE(One);
  EXPECT_EQ(One->size(), 1U);
  EXPECT_EQ(read("")->size(), 0U);
}

TEST_F(CorpusTest, TheSchemaIsItsExactBytes) {
  auto Cases = read(R"({"id":"x","schema":  { "a" :1.50e1, "a":"\u0041" } ,"tests":[]})");
  ASSERT_TRUE(Cases);
  auto C = readCase((*Cases)[0].Text, *bytesVocabulary());
  ASSERT_TRUE(C);
  EXPECT_EQ(C->Schema, R"({ "a" :1.50e1, "a":"\u0041" })");
}

TEST_F(CorpusTest, OnlyTheNamedIdsInTheOrderOfTheCorpus) {
  Ids = std::set<std::string, std::less<>>{"c", "a"};
  auto Cases = read("{\"id\":\"a\",\"schema\":1}\n{\"id\":\"b\",\"schema\":1}\n"
                    "{\"id\":\"c\",\"schema\":1}\n");
  ASSERT_TRUE(Cases);
  ASSERT_EQ(Cases->size(), 2U);
  EXPECT_EQ((*Cases)[0].Id, "a");
  EXPECT_EQ((*Cases)[1].Id, "c");
}

TEST_F(CorpusTest, WrongCasesAreNamed) {
  EXPECT_FALSE(read("{\"id\":\"a\",\"schema\":1}\n{\"id\":\"a\",\"schema\":1}"));
  EXPECT_FALSE(read("{\"id\":\"a\"}"));
  EXPECT_FALSE(read("17"));
  EXPECT_FALSE(read("{\"id\":\"b\",\"schema\":1,\"tests\":{}}"));
  EXPECT_FALSE(read("{\"id\":\"b\",\"schema\":1,}"));
  EXPECT_FALSE(read("[{\"id\":\"b\",\"schema\":1}"));
  for (const Diagnostic &D : Diags.diagnostics())
    EXPECT_TRUE(diagName(D.Id) == "bench-case" || diagName(D.Id).substr(0, 5) == "json-")
        << diagName(D.Id);
  EXPECT_EQ(Diags.errorCount(), 6U);
  EXPECT_FALSE(
      readCase(R"({"id":"a","schema":1,"tests":[{"valid":1,"text":""}]})", *bytesVocabulary()));
  EXPECT_FALSE(readCase(R"({"id":"a","schema":1,"tests":[17]})", *bytesVocabulary()));
}

TEST_F(CorpusTest, GivenTokensCountWhenTheySpellTheText) {
  VocabularyBuilder B;
  for (TokenId Id = 0; Id < 4; ++Id)
    ASSERT_TRUE(
        B.add(Id, TokenKind::Ordinary, std::vector<std::string>{"a", "b", "ab", "c"}[Id]).ok());
  VocabularyRef V = *B.finish();
  auto Tokens = [&](const std::string &Test) {
    auto C = readCase(R"({"id":"a","schema":1,"tests":[{"valid":true,)" + Test + "}]}", *V);
    EXPECT_TRUE(C);
    return C->Instances.at(0);
  };
  EXPECT_EQ(Tokens(R"("text":"ab","tokens":[0,1])").Tokens, (std::vector<TokenId>{0, 1}));
  EXPECT_EQ(Tokens(R"("text":"ab","tokens":[0])").Tokens, (std::vector<TokenId>{2}));
  EXPECT_EQ(Tokens(R"("text":"ab","tokens":[0,1,3])").Tokens, (std::vector<TokenId>{2}));
  EXPECT_EQ(Tokens(R"("text":"ab","tokens":[99])").Tokens, (std::vector<TokenId>{2}));
  EXPECT_EQ(Tokens(R"("text":"abc")").Tokens, (std::vector<TokenId>{2, 3}));
  EXPECT_FALSE(Tokens(R"("text":"abc")").Untokenizable);
  EXPECT_TRUE(Tokens(R"("text":"abx")").Untokenizable);
  EXPECT_EQ(Tokens(R"("text":"abx")").Tokens, (std::vector<TokenId>{2}));
}

} // namespace
