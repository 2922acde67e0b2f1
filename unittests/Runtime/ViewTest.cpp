//===- ViewTest.cpp - A view shows the row that fillMask writes -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RuntimeTesting.h"

#include "weir/Vocab/VocabularyBuilder.h"

#include <functional>
#include <map>

using namespace weir;
using namespace weir::test;

namespace {

/// The row of `Bits` tokens that a view shows.
Row shown(const MaskView &View, uint32_t Bits) {
  Row R(View.Base.begin(), View.Base.end());
  R.resize(Matcher::rowWords(Bits));
  if (Bits % 32)
    R.back() &= (1U << Bits % 32) - 1;
  for (std::span<const TokenId> Ids : {View.Clear, View.Set})
    EXPECT_EQ(std::adjacent_find(Ids.begin(), Ids.end(), std::greater_equal<>()), Ids.end())
        << "ascending";
  for (TokenId T : View.Clear) {
    EXPECT_TRUE(T < Bits && has(R, T)) << "cleared, and not in the base: " << T;
    R[T / 32] &= ~(1U << T % 32);
  }
  for (TokenId T : View.Set) {
    EXPECT_TRUE(T < Bits && !has(R, T)) << "set, and in the base: " << T;
    R[T / 32] |= 1U << T % 32;
  }
  return R;
}

/// Both ways to ask, in either order; the rows by their ids are kept in `Rows`.
void compare(Matcher &M, uint32_t Bits, bool ViewFirst, std::map<uint64_t, Row> &Rows) {
  Row R(Matcher::rowWords(Bits), 0xa5a5a5a5U);
  MaskInfo Info;
  if (!ViewFirst)
    Info = *M.fillMask(R, Bits);
  Result<MaskView> View = M.viewMask(Bits);
  ASSERT_TRUE(View.ok());
  if (ViewFirst)
    Info = *M.fillMask(R, Bits);
  ASSERT_EQ(shown(*View, Bits), R) << "width " << Bits;
  // Also into a longer row, and one of fewer tokens.
  for (const uint32_t Width : {Bits, Bits - Bits / 3, 0U}) {
    Row Want(R), Written(R.size() + 2, 0xa5a5a5a5U);
    for (uint32_t T = Width; T < R.size() * 32; ++T)
      Want[T / 32] &= ~(1U << T % 32);
    Want.resize(Written.size());
    View->write(Written, Width);
    EXPECT_EQ(Written, Want) << "width " << Width << " of " << Bits;
  }
  EXPECT_EQ(View->AllAllowed, Info.AllAllowed);
  if (View->BaseId) {
    const Row Base(View->Base.begin(), View->Base.end());
    EXPECT_EQ(Rows.emplace(View->BaseId, Base).first->second, Base) << "an id is one row";
  }
}

TEST(ViewTest, ShowsTheRow) {
  std::mt19937 Random(11);
  std::map<uint64_t, Row> Rows;
  for (VocabularyRef V : {demoVocabulary(), bytesVocabulary()}) {
    std::shared_ptr<TableCache> Tables = TableCache::create(V);
    for (const auto &G : someGrammars())
      for (unsigned Walk = 0; Walk < 12; ++Walk) {
        MatcherOptions Options;
        if (Walk % 3 == 1) // stop tokens that are text too
          Options.StopTokens = {V->stopTokens()[0], 'a', '"', '}'};
        if (Walk % 4 == 2)
          Options.BannedTokens = {'a', 'b', '1', ' ', V->stopTokens()[0]};
        if (Walk % 5 == 3)
          Options.Prefix = "of";
        Options.AfterTermination = Walk % 2 ? TerminatedRow::AllOnes : TerminatedRow::StopTokens;
        Matcher M = matcher(G, V, Options, Walk % 2 ? Tables : TableCache::create(V));
        for (int Step = 0; Step < 40; ++Step) {
          compare(M, V->size(), Random() % 2, Rows);
          if (Random() % 8 == 0)
            compare(M, 1 + Random() % (2 * V->size()), Random() % 2, Rows);
          if (Random() % 8 == 0) {
            ASSERT_TRUE(M.rollback(Random() % (M.historySize() + 1)));
          }
          if (Random() % 8 == 0)
            M = M.fork();
          if (M.isTerminated()) {
            compare(M, V->size() + 50, true, Rows);
            break;
          }
          if (TokenId T = pick(mask(M), Random); T != NoToken) {
            ASSERT_TRUE(M.accept(T));
          }
        }
      }
  }
  EXPECT_GT(Rows.size(), 3U);
}

TEST(ViewTest, TokensByName) {
  VocabularyRef V = demoVocabulary();
  std::string Name;
  for (TokenId T = 0; T < V->size() && Name.empty(); ++T)
    if (V->isSpecial(T) && !V->isStop(T))
      Name = V->name(T);
  auto G =
      compileText(SpecLanguage::Wir, "start @r\nrule @r = seq(repeat<0,*>(alt(token \"" + Name +
                                         "\", lit \"ab\")), any_token_except(\"" + Name + "\"))\n");
  Matcher M = matcher(G, V);
  std::map<uint64_t, Row> Rows;
  std::mt19937 Random(5);
  for (int Step = 0; Step < 20 && !M.isTerminated(); ++Step) {
    compare(M, V->size(), Step % 2, Rows);
    ASSERT_TRUE(M.accept(pick(mask(M), Random)));
  }
}

TEST(ViewTest, EveryTokenMayCome) {
  VocabularyBuilder B;
  for (TokenId T = 0; T < 70; ++T)
    ASSERT_TRUE(B.add(T, TokenKind::Ordinary, std::string(1, char('0' + T))).ok());
  ASSERT_TRUE(B.add(70, TokenKind::Special, "<end>").ok());
  B.addStop(70);
  VocabularyRef V = *B.finish();
  Matcher M = matcher(compileText(SpecLanguage::Regex, "[^]*"), V);
  EXPECT_TRUE(M.viewMask(71)->AllAllowed);
  EXPECT_TRUE(M.viewMask(64)->AllAllowed);
  EXPECT_TRUE(M.viewMask(33)->AllAllowed);
  EXPECT_FALSE(M.viewMask(72)->AllAllowed);
  ASSERT_TRUE(M.setBanned(std::vector<TokenId>{40}).ok());
  EXPECT_FALSE(M.viewMask(71)->AllAllowed);
  EXPECT_TRUE(M.viewMask(40)->AllAllowed) << "the ban lies beyond";
}

TEST(ViewTest, ABudgetIsAnError) {
  auto G = compileText(SpecLanguage::Wir, "start @r\n"
                                          "rule @r = alt(seq(call @a, lit \"x\"), "
                                          "seq(call @b, lit \"y\"))\n"
                                          "rule @a = seq(lit \"a\", repeat<0,1>(call @a))\n"
                                          "rule @b = seq(lit \"a\", repeat<0,1>(call @b))\n");
  MatcherOptions Few;
  Few.MaxConfigurations = 1;
  VocabularyRef V = bytesVocabulary();
  Matcher M = matcher(G, V, Few);
  Result<MaskView> View = M.viewMask(257);
  ASSERT_FALSE(View.ok());
  EXPECT_EQ(View.error().Code, Status::BudgetExceeded);
  EXPECT_EQ(M.lastError(), Status::BudgetExceeded);
}

} // namespace
