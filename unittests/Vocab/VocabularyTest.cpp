//===- VocabularyTest.cpp - Building a vocabulary and asking it -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestVocabularies.h"

using namespace weir;
using namespace weir::test;

namespace {

TEST(Vocabulary, KindsDecideWhatATokenIs) {
  Spec S;
  S.Tokens = {
      {TokenKind::Ordinary, "a"},    {TokenKind::Special, "<s>"},  {TokenKind::Gap, ""},
      {TokenKind::Added, "<think>"}, {TokenKind::Ordinary, ""},    {TokenKind::Special, "</s>"},
      {TokenKind::Special, ""},      {TokenKind::Ordinary, "<s>"}, {TokenKind::Special, "<think>"},
      {TokenKind::Gap, ""}};
  S.Stops = {5, 1};
  const VocabularyRef V = make(S);
  ASSERT_TRUE(V);
  EXPECT_EQ(V->size(), 10u);
  EXPECT_EQ(asText(V->bytes(0)), "a");
  EXPECT_EQ(V->name(0), "");
  EXPECT_EQ(asText(V->bytes(1)), "") << "a special token adds nothing to the text";
  EXPECT_EQ(V->name(1), "<s>");
  EXPECT_EQ(V->kind(2), TokenKind::Gap);
  EXPECT_EQ(asText(V->bytes(3)), "<think>");
  EXPECT_EQ(V->name(3), "<think>");
  EXPECT_TRUE(V->isText(3));
  EXPECT_FALSE(V->isText(4));
  EXPECT_FALSE(V->isText(1));
  EXPECT_TRUE(V->isSpecial(6));
  EXPECT_EQ(V->name(6), "");

  EXPECT_EQ(V->specialByName("<s>"), 1u);
  EXPECT_EQ(V->specialByName("<think>"), 3u) << "the lowest of two";
  EXPECT_EQ(V->specialByName("a"), std::nullopt) << "an ordinary token has no name";
  EXPECT_EQ(V->specialByName(""), std::nullopt);
  EXPECT_EQ(V->specialByName("<"), std::nullopt);
  EXPECT_EQ(V->specialByName("zzz"), std::nullopt);

  EXPECT_EQ(std::vector<TokenId>(V->stopTokens().begin(), V->stopTokens().end()),
            (std::vector<TokenId>{1, 5}));
  EXPECT_TRUE(V->isStop(5));
  EXPECT_FALSE(V->isStop(6));

  ASSERT_EQ(V->idsOf(asBytes("<s>")).size(), 1u) << "matched by the ordinary token only";
  EXPECT_EQ(V->idsOf(asBytes("<s>"))[0], 7u);
  ASSERT_EQ(V->idsOf(asBytes("<think>")).size(), 1u);
  EXPECT_TRUE(V->idsOf(asBytes("<")).empty());
  EXPECT_TRUE(V->idsOf(asBytes("")).empty());
  EXPECT_EQ(V->find(asBytes("<x")), TokenTrie::None);
  EXPECT_EQ(V->trie().tokens().size(), 3u);
}

TEST(Vocabulary, AStopTokenIsASymbolWhateverItWas) {
  Spec S;
  S.Tokens = {{TokenKind::Ordinary, "end"}, {TokenKind::Ordinary, "end"}, {TokenKind::Added, "x"}};
  S.Stops = {0, 0, 2};
  const VocabularyRef V = make(S);
  ASSERT_TRUE(V);
  EXPECT_TRUE(V->isSpecial(0));
  EXPECT_EQ(V->name(0), "end");
  EXPECT_EQ(V->stopTokens().size(), 2u);
  ASSERT_EQ(V->idsOf(asBytes("end")).size(), 1u);
  EXPECT_EQ(V->idsOf(asBytes("end"))[0], 1u);
  EXPECT_TRUE(V->idsOf(asBytes("x")).empty());
}

TEST(Vocabulary, MayHoldNoTextAtAll) {
  Spec S;
  S.Tokens = {{TokenKind::Special, "</s>"}};
  const VocabularyRef V = make(S);
  ASSERT_TRUE(V);
  EXPECT_EQ(V->trie().size(), 1u);
  EXPECT_EQ(V->maxTokenBytes(), 0u);
  EXPECT_TRUE(V->trie()[TokenTrie::Root].isUtf8Closed());
  EXPECT_EQ(V->longestMatch(asBytes("abc")).Length, 0u);
}

TEST(VocabularyBuilder, RefusesWhatIsNoVocabulary) {
  VocabularyBuilder B;
  EXPECT_EQ(B.build().status(), Status::InvalidArgument) << "no tokens";
  EXPECT_EQ(B.add(0, TokenKind::Gap, "x").status(), Status::InvalidArgument);
  EXPECT_TRUE(B.add(3, TokenKind::Ordinary, "x").ok());
  EXPECT_EQ(B.size(), 4u);
  EXPECT_EQ(B.add(3, TokenKind::Ordinary, "y").status(), Status::InvalidArgument) << "taken";
  EXPECT_EQ(B.add(vocab_image::MaxTokens, TokenKind::Ordinary, "y").status(),
            Status::BudgetExceeded);
  EXPECT_EQ(B.reserveIds(vocab_image::MaxTokens + 1).status(), Status::BudgetExceeded);
  EXPECT_EQ(
      B.add(0, TokenKind::Ordinary, std::string(vocab_image::MaxTokenBytes + 1, 'x')).status(),
      Status::BudgetExceeded);
  EXPECT_TRUE(B.build().ok());
  VocabularyBuilder GapStop = B, FarStop = B;
  GapStop.addStop(1);
  EXPECT_EQ(GapStop.build().status(), Status::InvalidArgument);
  FarStop.addStop(4);
  EXPECT_EQ(FarStop.build().status(), Status::InvalidArgument);
}

TEST(VocabularyBuilder, TheSameContentGivesTheSameBytesInAnyOrder) {
  const Spec S = randomSpec(11, 100);
  VocabularyBuilder B;
  ASSERT_TRUE(B.reserveIds(uint32_t(S.Tokens.size())).ok());
  for (TokenId Id = uint32_t(S.Tokens.size()); Id-- > 0;)
    if (S.Tokens[Id].Kind != TokenKind::Gap) {
      ASSERT_TRUE(B.add(Id, S.Tokens[Id].Kind, S.Tokens[Id].Text).ok());
    }
  for (size_t I = S.Stops.size(); I-- > 0;)
    B.addStop(S.Stops[I]);
  EXPECT_EQ(*B.build(), imageOf(S));
}

TEST(Vocabulary, HashTellsContentsApart) {
  const Spec Base = randomSpec(3, 40);
  const uint64_t Hash = make(Base)->hash();
  EXPECT_EQ(make(Base)->hash(), Hash);
  Spec More = Base;
  More.Tokens.push_back({});
  EXPECT_NE(make(More)->hash(), Hash) << "one more gap";
  for (size_t I = 0; I < Base.Tokens.size(); ++I) {
    if (Base.Tokens[I].Kind == TokenKind::Gap)
      continue;
    Spec Changed = Base;
    Changed.Tokens[I].Text += "!";
    EXPECT_NE(make(Changed)->hash(), Hash);
    if (Base.Tokens[I].Kind == TokenKind::Ordinary) {
      Changed = Base;
      Changed.Tokens[I].Kind = TokenKind::Added;
      EXPECT_NE(make(Changed)->hash(), Hash);
    }
  }
}

TEST(Vocabulary, OpensFromAnyAddressAndOutlivesItsFile) {
  const Spec S = randomSpec(5, 60);
  const std::vector<uint8_t> Image = imageOf(S);
  std::vector<uint8_t> Shifted(Image.size() + 1);
  std::copy(Image.begin(), Image.end(), Shifted.begin() + 1);
  Result<VocabularyRef> Odd =
      Vocabulary::open(FileBytes::borrow(std::span(Shifted).subspan(1), nullptr));
  ASSERT_TRUE(Odd.ok()) << Odd.error().Message;
  EXPECT_EQ(specOf(**Odd), S);

  const std::string Path = testing::TempDir() + "weir-vocabulary-test.wvoc";
  ASSERT_TRUE(writeFileAtomically(Path, Image).ok());
  Result<VocabularyRef> Mapped = Vocabulary::openFile(Path);
  ASSERT_TRUE(Mapped.ok()) << Mapped.error().Message;
  std::remove(Path.c_str());
  EXPECT_EQ(specOf(**Mapped), S);
  EXPECT_EQ((*Mapped)->hash(), (*Odd)->hash());
  EXPECT_EQ(Vocabulary::openFile(Path).status(), Status::NotFound);
}

} // namespace
