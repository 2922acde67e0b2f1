//===- PatternRunsTest.cpp - Runs of a class inside patterns --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tokens of one class of characters are not walked where the states of a pattern read them all,
// and no bound on the length is near. Every mask along a text is compared with what is said of each
// token alone, which knows of no runs. The vocabulary has tokens of all lengths up to 45
// characters.
//
//===----------------------------------------------------------------------===//
#include "RuntimeTesting.h"

#include "weir/Vocab/VocabularyBuilder.h"

#include <array>

using namespace weir;
using namespace weir::test;

namespace {

VocabularyRef longTokens() {
  VocabularyBuilder B;
  TokenId Next = 0;
  std::mt19937 Random(11);
  auto add = [&](const std::string &Text) {
    EXPECT_TRUE(B.add(Next++, TokenKind::Ordinary, Text).ok());
  };
  for (unsigned Byte = 0; Byte < 256; ++Byte)
    add(std::string(1, char(Byte)));
  // Classes that the patterns tell apart, and what leaves them.
  for (std::string_view From :
       {"ab", "abcdef0123456789", "aaaaab -", "ab.@", "abm\"", "ab\\\"\n", "a, "})
    for (unsigned N = 0; N < 220; ++N) {
      std::string Text;
      for (size_t Chars = 2 + Random() % (N % 4 ? 10 : 44); Chars-- > 0;)
        Text += From[Random() % From.size()];
      add(Text);
    }
  for (unsigned N = 0; N < 400; ++N) {
    std::string Text;
    for (size_t Chars = 2 + Random() % 42; Chars-- > 0;)
      Text += std::array{"a", "b", "\xe2\x80\x83", "\xe2\x80\xa2"}[Random() % 4];
    add(Text);
  }
  // Many behind a separator, which are a run of their own.
  for (std::string_view Begins : {".", "a."})
    for (unsigned N = 0; N < 400; ++N) {
      std::string Text(Begins);
      for (size_t Chars = 2 + Random() % 42; Chars-- > 0;)
        Text += "ab"[Random() % 2];
      add(Text);
    }
  // As many words as there can be in tokens that are not listed.
  for (const char *Word : {"a ", " a"}) {
    std::string Text;
    for (unsigned N = 0; N < 11; ++N)
      add(Text += Word);
  }
  for (const char *Text : {"\xc3\xa9", "a\xc3\xa9", "\xe2\x80\x83", "a\xe2\x80\x83z", "make",
                           "maker", "ake", "\": 1", "\"}", ".com\"", "a.b.c", "--", "ab-", "-a"})
    add(Text);
  return *B.finish();
}

struct Case {
  const char *Keywords; ///< of a string
  const char *Text;
};

const Case Cases[] = {
    {R"("pattern":"^[a-z0-9_.]+$")", "ab.a_bab"},
    {R"("pattern":"^[a-z0-9_.]+$","maxLength":12)", "ab.a_babaab0"},
    {R"("pattern":"^[a-z0-9_.]+$","maxLength":60)", "abababababababababababababababababababab"},
    {R"("pattern":"^[a-z0-9_.]+$","minLength":30,"maxLength":40)",
     "ababababababababababababababab"},
    {R"("pattern":"^[a-z -]+[.][0-9a-z]+$","maxLength":50)", "ab ab-ab.a0"},
    {R"("pattern":"^[a-z0-9-]+(\\s[a-z0-9-]+)*$","maxLength":64)", "ab a\xe2\x80\x83"
                                                                   "b-a b"},
    {R"("pattern":"^[a-z0-9-]+(\\s[a-z0-9-]+)*$","maxLength":10)", "ab a b-a b"},
    {R"("pattern":"^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{12}$")", "ab01ab01-ab01-ab01ab01ab01"},
    {R"("pattern":"^[a-f0-9]{40}$")", "ab01ab01ab01ab01ab01ab01ab01ab01ab01ab01"},
    {R"("pattern":"^[^@.]+@[^@.]+([.][^@.]+)*$","maxLength":100)", "ab@aa.ab.b"},
    {R"("pattern":"^([a-f]{1,20}[.])*[a-f]{1,20}$")", "ababab.ab.abababababab"},
    {R"("pattern":"^.{3,}[.](jpg|ab|abb)$","maxLength":48)", "ab ab.ab.abb"},
    {R"("pattern":"^(?!.*maker)[a-z ]+$")", "ab make am"},
    {R"("pattern":"^\\S+$")", "ab"},
    {R"("pattern":"^\\S+$","maxLength":90)", "ab\xc3\xa9"},
    {R"("pattern":"^(?:\\S+\\s+){0,9}\\S+$","maxLength":200)", "ab a b aa aab"},
    {R"("pattern":"^(?:\\S+\\s+){0,30}\\S+$","maxLength":50)", "ab a b aa aab aa a"},
    // One table serves many counts, up to the last ones.
    {R"("pattern":"^(?:\\S+\\s+){0,49}\\S+$")", "a b a b a b a b a b a b a b a b a b a b a b a b a "
                                                "b a b a b a b a b a b a b a b a b a b a b a b a "
                                                "b"},
    {R"("pattern":"^(?:\\S+\\s+){0,40}\\S+$","maxLength":84)",
     "a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b aab"},
    {R"("pattern":"^[ab]{1,9}([.][ab]{1,30}){1,30}$","maxLength":70)",
     "ababab.abababababababababababababab.a.b.a.b.aababababab.abababababab.a"},
    {R"("pattern":"^([^\\u2003]+\\u2003){0,30}[^\\u2003]+$","maxLength":50)", "ab\xe2\x80\x83"
                                                                              "b aa aab aa a"},
    {R"("format":"email","maxLength":30)", "ab.a@ab.b"},
    {R"("format":"hostname")", "ab-a.ab--a.ba"},
    {R"("pattern":"^[a-f]([a-f-]{0,28}[a-f])?([.][a-f]([a-f-]{0,28}[a-f])?)*$")", "ab-a.ab--a.ba"},
    {R"("pattern":"^[a-f]([a-f-]{0,28}[a-f])?([.][a-f]([a-f-]{0,28}[a-f])?)*$","maxLength":60)",
     "ab-a.ab--a.ba"},
    {R"("format":"hostname","maxLength":50)", "ab-a.ab--a.ba"},
    // Words that are found once, or never: all states read nearly everything.
    {R"("oneOf":[{"pattern":"maker"},{"pattern":"abba"},{"pattern":"bab"}])", "ma maker ab ab"},
    {R"("not":{"pattern":"make|aab|b.a"})", "ma kemaba "},
    {R"("not":{"pattern":"a"})", "mbm b"},
    {R"("not":{"pattern":"aa"})", "a\xe2\x80\x83"
                                  "aba"},
    {R"("not":{"pattern":"\u2003a"})", "a\xe2\x80\x83"
                                       "b a"},
    {R"("not":{"pattern":"a\u2003"})", "a\xe2\x80\xa2"
                                       "b a"},
    {R"("not":{"pattern":"[a-f][^a-z][b-f]"})", "ab-a.ab"},
    {R"("not":{"pattern":"abab\u2003"})", "ab ababb"},
    {R"("not":{"pattern":"bab(a\u2003)?[\u2003-\u2004]"})", "ababa\xe2\x80\xa2"},
    {R"("pattern":"^(?!.*(abab|make)).*$","maxLength":30)", "ab maab"},
    {R"("pattern":"^[a-z0-9.,\\s-]*[a-z0-9,\\s-]$")", "ab. a.b"},
    {R"("oneOf":[{"pattern":"ab$"},{"pattern":"ba"}])", "aa ab ba"},
};

class PatternRuns : public testing::TestWithParam<Case> {};

TEST_P(PatternRuns, AnswerAsTheTokensDo) {
  static const VocabularyRef V = longTokens();
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  auto G = compileText(SpecLanguage::JsonSchema,
                       R"({"type":"string",)" + std::string(GetParam().Keywords) + "}");
  ASSERT_TRUE(G);
  Matcher M = matcher(G, V, {}, Tables);
  const std::string Text = '"' + std::string(GetParam().Text);
  for (size_t I = 0;; ++I) {
    const Row R = mask(M);
    for (TokenId T = 0; T < V->size(); ++T)
      ASSERT_EQ(has(R, T), M.tokenAllowed(T))
          << "token " << textOf(*V, T) << " after " << Text.substr(0, I);
    if (I == Text.size())
      break;
    ASSERT_TRUE(M.acceptBytes(Text.substr(I, 1))) << Text.substr(0, I + 1);
  }
}

INSTANTIATE_TEST_SUITE_P(All, PatternRuns, testing::ValuesIn(Cases));

// A byte that goes on with a rule may as well follow it: then a token may leave the rule between
// two characters of the run.
TEST(PatternRunsTest, AreNotOfWhatMayFollow) {
  const VocabularyRef V = longTokens();
  for (const char *Rules : {
           R"(rule @s = seq(call @r, class [a-z], lit ",") rule @r = repeat<1,*>(class [a-z]))",
           R"(rule @s = repeat<1,*>(call @r) rule @r = repeat<3,29>(class [^ ]))",
           R"(rule @s = seq(repeat<1,*>(call @r), lit " ") rule @r = repeat<1,40>(class [a-z\-]))",
           R"(rule @s = seq(call @r, repeat<3,*>(class [a-z]))
              rule @r = alt(repeat<2,2>(class [a-z]), seq(repeat<4,4>(class [a-z]), lit ".")))",
       }) {
    const auto G = compileText(SpecLanguage::Wir, "start @s\n" + std::string(Rules));
    for (const char *Begun : {"", "a", "abab", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
      Matcher M = matcher(G, V);
      ASSERT_TRUE(M.acceptBytes(Begun)) << Begun;
      const Row R = mask(M);
      for (TokenId T = 0; T < V->size(); ++T)
        ASSERT_EQ(has(R, T), M.tokenAllowed(T)) << textOf(*V, T) << " after " << Begun << Rules;
    }
  }
}

} // namespace
