//===- BuiltinTest.cpp - The vocabularies bytes and demo ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReaderFixture.h"

using namespace weir;
using namespace weir::test;

namespace {

class Builtin : public ReaderTest {};

TEST_F(Builtin, BytesHasEveryByteAndAStopToken) {
  const VocabularyRef V = readVocabulary("bytes", Diags);
  ASSERT_TRUE(V);
  EXPECT_EQ(V->size(), 257u);
  for (unsigned B = 0; B < 256; ++B)
    EXPECT_EQ(idsOf(V, std::string(1, char(B))), std::vector<TokenId>{B});
  EXPECT_EQ(stops(V), std::vector<TokenId>{256});
  EXPECT_EQ(V->maxTokenBytes(), 1u);
}

TEST_F(Builtin, DemoHasEverythingThatLargeVocabulariesHave) {
  const VocabularyRef V = readVocabulary("demo", Diags);
  ASSERT_TRUE(V);
  EXPECT_TRUE(Diags.diagnostics().empty());
  EXPECT_GT(V->size(), 2500u);
  EXPECT_LT(V->size(), 6000u);
  for (unsigned B = 0; B < 256; ++B)
    EXPECT_FALSE(idsOf(V, std::string(1, char(B))).empty()) << "any text can be written";
  for (std::string_view Spanning :
       {"\":", "\",", "\"}", " {\"", "\": \"", "\"}, {\"", "\\u00", "}}"})
    EXPECT_FALSE(idsOf(V, Spanning).empty()) << Spanning;
  for (std::string_view Other : {"é", "😀", "\xE2\x80", "\xF0\x9F", " the", "    ", "\n  ", "\t\t"})
    EXPECT_FALSE(idsOf(V, Other).empty()) << Other;
  EXPECT_GE(V->maxBlankRun(), 32u);
  EXPECT_EQ(V->stopTokens().size(), 2u);
  EXPECT_TRUE(V->specialByName("<think>"));
  EXPECT_FALSE(V->isSpecial(*V->specialByName("<think>")));
  EXPECT_TRUE(V->isSpecial(*V->specialByName("<s>")));
  unsigned Special = 0, Gaps = 0, Shared = 0;
  for (TokenId Id = 0; Id < V->size(); ++Id) {
    Special += V->isSpecial(Id);
    Gaps += V->kind(Id) == TokenKind::Gap;
  }
  for (uint32_t N = 0; N < V->trie().size(); ++N)
    Shared += V->trie().tokensAt(N).size() > 1;
  EXPECT_GT(Special, 4u);
  EXPECT_GT(Gaps, 1u);
  EXPECT_GT(Shared, 9u);
  EXPECT_FALSE(V->trie()[TokenTrie::Root].isUtf8Closed());
}

TEST_F(Builtin, TheSameEveryTimeAndWithMoreStops) {
  EXPECT_EQ(demoVocabulary()->hash(), demoVocabulary()->hash());
  VocabularyOptions Options;
  Options.Stops = {65};
  const VocabularyRef V = readVocabulary("bytes", Diags, Options);
  ASSERT_TRUE(V);
  EXPECT_EQ(stops(V), (std::vector<TokenId>{65, 256}));
  EXPECT_TRUE(idsOf(V, "A").empty());
  Options.Stops = {257};
  EXPECT_FALSE(readVocabulary("bytes", Diags, Options));
  EXPECT_TRUE(has(DiagId::VocabStopToken));
}

} // namespace
