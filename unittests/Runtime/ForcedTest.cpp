//===- ForcedTest.cpp - Forced tokens are the tokenizer's own -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A small byte-pair tokenizer over the demo vocabulary (merge the neighbours whose
// text is the lowest id) says what a whole text's tokens are. Along that road, what
// is forced must be what comes next on it.
//
//===----------------------------------------------------------------------===//
#include "RuntimeTesting.h"

using namespace weir;
using namespace weir::test;

namespace {

class Pairs {
public:
  explicit Pairs(const Vocabulary &V) : V(V) {}

  bool operator()(std::string_view Text, std::vector<TokenId> &Out) const {
    std::vector<std::string> Parts;
    for (char C : Text)
      Parts.emplace_back(1, C);
    for (;;) {
      size_t Best = Parts.size();
      TokenId Rank = NoToken;
      for (size_t I = 0; I + 1 < Parts.size(); ++I)
        if (TokenId T = id(Parts[I] + Parts[I + 1]); T < Rank) {
          Rank = T;
          Best = I;
        }
      if (Best == Parts.size())
        break;
      Parts[Best] += Parts[Best + 1];
      Parts.erase(Parts.begin() + ptrdiff_t(Best) + 1);
    }
    for (const std::string &P : Parts)
      Out.push_back(id(P));
    return std::find(Out.begin(), Out.end(), NoToken) == Out.end();
  }

private:
  TokenId id(const std::string &Text) const {
    auto Ids = V.idsOf({reinterpret_cast<const uint8_t *>(Text.data()), Text.size()});
    return Ids.empty() ? NoToken : Ids[0];
  }
  const Vocabulary &V;
};

TEST(ForcedTest, BytesUntilThereIsAChoice) {
  VocabularyRef V = bytesVocabulary();
  Matcher M = matcher(compileText(SpecLanguage::Regex, "begin(ning)?|beg!"), V);
  EXPECT_EQ(M.forcedBytes(), "beg");
  EXPECT_EQ(M.forcedBytes(2), "be");
  ASSERT_TRUE(M.acceptBytes("begi"));
  EXPECT_EQ(M.forcedBytes(), "n") << "then the text may end";
  ASSERT_TRUE(M.acceptBytes("nn"));
  EXPECT_EQ(M.forcedBytes(), "ing");
  ASSERT_TRUE(M.acceptBytes("ing"));
  EXPECT_EQ(M.forcedBytes(), "");
  EXPECT_EQ(M.historySize(), 3U) << "nothing changed";
}

TEST(ForcedTest, GuardsCount) {
  Matcher M = matcher(compileText(SpecLanguage::JsonSchema,
                                  R"({"type":"array","items":{"const":7},"minItems":3,
                                      "maxItems":3})"),
                      bytesVocabulary());
  ASSERT_TRUE(M.acceptBytes("[7,7,7"));
  EXPECT_TRUE(M.nextBytes().contains(']') && !M.nextBytes().contains(','));
  M.reset();
  ASSERT_TRUE(M.acceptBytes("[7,7,"));
  M.acceptBytes(" ");
  EXPECT_EQ(M.forcedBytes(), "7");
}

TEST(ForcedTest, TokensAreThoseOfTheWholeText) {
  VocabularyRef V = demoVocabulary();
  const Pairs Tokenize(*V);
  std::mt19937 Random(2);
  size_t Forced = 0, Asked = 0;
  for (const char *Schema :
       {R"({"type":"object","properties":{"name":{"enum":["the one","these","name","naming"]},
            "other name":{"type":"string"},"nested":{"type":"object","properties":
            {"value":{"type":"boolean"}},"required":["value"],"additionalProperties":false}},
            "required":["name","other name","nested"],"additionalProperties":false})",
        R"({"type":"array","items":{"enum":["and the","and then"," and","true","null",null]},
            "minItems":2,"maxItems":5})"}) {
    Matcher M = matcher(compileText(SpecLanguage::JsonSchema, Schema), V);
    for (int Walk = 0; Walk < 60; ++Walk) {
      // A random text of the language, then the tokens the tokenizer makes of it.
      M.reset();
      std::string Text;
      for (int Step = 0; Step < 60 && !M.isTerminated(); ++Step) {
        TokenId T = pick(mask(M), Random);
        ASSERT_TRUE(M.accept(T));
        Text += textOf(*V, T);
      }
      if (!M.isTerminated()) {
        auto End = M.completion(10000);
        ASSERT_TRUE(End);
        Text += *End;
      }
      std::vector<TokenId> Road;
      ASSERT_TRUE(Tokenize(Text, Road)) << Text;
      M.reset();
      for (size_t At = 0; At < Road.size(); ++At) {
        for (size_t LookBack : {0U, 1U, 16U}) {
          std::vector<TokenId> Next = M.forcedTokens(Tokenize, 256, LookBack);
          ASSERT_LE(Next.size(), Road.size() - At);
          for (size_t I = 0; LookBack != 0 && I < Next.size(); ++I) {
            ASSERT_EQ(textOf(*V, Next[I]), textOf(*V, Road[At + I]))
                << Text << " after " << At << " tokens";
          }
          if (LookBack == 16)
            Forced += Next.size();
        }
        ++Asked;
        ASSERT_TRUE(M.accept(Road[At])) << "the tokenizer's way is allowed";
      }
    }
  }
  EXPECT_GT(Forced * 10, Asked) << "something is forced often";
}

TEST(ForcedTest, NothingAfterTokensTheTokenizerWouldNotWrite) {
  VocabularyRef V = demoVocabulary();
  const Pairs Tokenize(*V);
  Matcher M = matcher(compileText(SpecLanguage::Regex, "the(re)?!"), V);
  std::vector<TokenId> Whole;
  ASSERT_TRUE(Tokenize("the", Whole));
  ASSERT_EQ(Whole.size(), 1U) << "one token of the demo vocabulary";
  ASSERT_TRUE(M.accept('t'));
  EXPECT_EQ(M.forcedBytes(), "he");
  EXPECT_TRUE(M.forcedTokens(Tokenize).empty()) << "t|he is not how it splits";
}

TEST(ForcedTest, ACallbackIsNotTrusted) {
  VocabularyRef V = bytesVocabulary();
  Matcher M = matcher(compileText(SpecLanguage::Regex, "abc"), V);
  using Out = std::vector<TokenId>;
  EXPECT_EQ(M.forcedTokens([](std::string_view, Out &O) { return O.push_back('x'), true; }), Out());
  EXPECT_EQ(M.forcedTokens([](std::string_view, Out &) { return false; }), Out());
  EXPECT_EQ(M.forcedTokens([](std::string_view, Out &O) { return O.push_back(9999), true; }),
            Out());
  EXPECT_EQ(
      M.forcedTokens([](std::string_view, Out &O) { return O.assign({'a', 'b', 256}), true; }),
      (Out{'a', 'b'}));
  const auto Bytes = [](std::string_view T, Out &O) { return O.assign(T.begin(), T.end()), true; };
  EXPECT_EQ(M.forcedTokens(Bytes), (Out{'a', 'b', 'c'}));
  EXPECT_EQ(M.forcedTokens(Bytes, 2), (Out{'a', 'b'}));
}

} // namespace
