//===- KeysBehindQuoteTest.cpp - Tokens that begin the key of an object ---===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the terminals are prepared, what a token does behind the quote of a key comes from a
// table. Every mask is compared with what is said of each token alone, which reads no table.
//
//===----------------------------------------------------------------------===//
#include "RuntimeTesting.h"

#include "weir/Driver/Terminals.h"
#include "weir/Vocab/VocabularyBuilder.h"

using namespace weir;
using namespace weir::test;

namespace {

/// The texts in order, behind all single bytes when asked.
VocabularyRef vocabularyOf(std::initializer_list<const char *> Texts, bool WithBytes) {
  VocabularyBuilder B;
  TokenId Next = 0;
  for (unsigned Byte = 0; WithBytes && Byte < 256; ++Byte)
    EXPECT_TRUE(B.add(Next++, TokenKind::Ordinary, std::string(1, char(Byte))).ok());
  for (const char *Text : Texts)
    EXPECT_TRUE(B.add(Next++, TokenKind::Ordinary, Text).ok());
  return *B.finish();
}

struct Case {
  const char *Schema;
  bool ByTable; ///< some mask before a quote is made by what is behind it
};

const Case Cases[] = {
    {R"({"type":"object"})", true},
    {R"({"type":"object","properties":{"name":{"type":"string"},"id":{"type":"integer"},
        "n":{"type":"null"}},"required":["id"]})",
     true},
    {R"({"type":"object","properties":{"name":{"type":"string"}},
        "additionalProperties":{"type":"integer"}})",
     true},
    {R"({"type":"object","patternProperties":{"^n":{"type":"integer"},"e$":{"type":"integer"}},
        "additionalProperties":{"type":"string"}})",
     false},
    {R"({"type":"object","properties":{"na":{"type":"object","properties":{"me":{"const":1}}}},
        "additionalProperties":{"type":"object"}})",
     true},
    {R"({"type":"object","properties":{"id":{"const":1}},"minProperties":1,"maxProperties":3})",
     true},
    {R"({"type":"object","properties":{"name":{"const":1}},
        "propertyNames":{"pattern":"^[a-z]*$"}})",
     true},
    // Keys that end where a name goes on: no byte beside the name's tells where they stand.
    {R"({"type":"object","properties":{"na":{"const":1}},"patternProperties":{"^(?!na).*$":
        {"type":"string"}},"additionalProperties":false})",
     false},
    {R"({"type":"object","properties":{"name":{"const":1}},"patternProperties":{"^(?!na).*$":
        {"type":"string"},"^nam.$":{"type":"null"}},"additionalProperties":false})",
     false},
    {R"({"type":"array","items":{"type":"object"},"uniqueItems":true})", true},
};

const char *const Beginnings[] = {
    "",
    R"({)",
    R"({ )",
    R"({"id": 1,)",
    R"({"id": 1, )",
    R"({"name": 1,)",
    R"({"n)",
    R"({"na)",
    R"({"na": {)",
    R"({"x": 1,)",
    R"({"x": {},)",
    R"([{)",
    R"([{"id":1)",
    R"([{"x":1},{)",
    R"({"id":1,"x":2,)",
};

class KeysBehindQuote : public testing::TestWithParam<Case> {};

TEST_P(KeysBehindQuote, AnswerAsTheTokensDo) {
  const VocabularyRef V = demoVocabulary();
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  prepareTerminals(*Tables);
  unsigned Taken = 0;
  bool ByTable = false;
  for (const char *Order : {"declared", "any"}) {
    std::string Text = GetParam().Schema;
    Text.insert(1, R"("x-weir":{"keyOrder":")" + std::string(Order) + R"("},)");
    auto G = compileText(SpecLanguage::JsonSchema, Text);
    for (const char *Begun : Beginnings) {
      Matcher M = matcher(G, V, {}, Tables);
      if (!M.acceptBytes(Begun))
        continue;
      ++Taken;
      const Row R = mask(M);
      if (Begun[0] != 0 &&
          std::string_view("{, ").find(std::string_view(Begun).back()) != std::string_view::npos)
        ByTable |= M.statistics().LastMask & maskPartBit(MaskPart::Keys);
      for (TokenId T = 0; T < V->size(); ++T)
        ASSERT_EQ(has(R, T), M.tokenAllowed(T))
            << "token " << textOf(*V, T) << " after " << Begun << ", order " << Order;
    }
  }
  EXPECT_GE(Taken, 4U);
  EXPECT_EQ(ByTable, GetParam().ByTable);
}

INSTANTIATE_TEST_SUITE_P(All, KeysBehindQuote, testing::ValuesIn(Cases));

// Names that no member may have are no free keys either, whichever token closes them.
TEST(KeysBehindQuoteTest, NamesThatNoMemberMayHave) {
  const VocabularyRef V = vocabularyOf(
      {"in",          "in\"",    "n\"",      "int",     "int\"", "t\"",      "i",
       "inn\"",       "in\":",   "int\": 1", "{\"in\"", "{\"in", ", \"in\"", "na",
       "na\"",        "name\"",  "me\"",     "names\"", "nam\"", "in\": \"", "\"in\": \"x\"",
       "inner\": \"", " \"in\"", "\"",       "x\"",     "xyz",   "ine\"",    "e\": "},
      /*WithBytes=*/true);
  for (const char *Order : {"declared", "any"})
    for (const char *Others : {R"({"type":"string"})", R"({"type":"integer"})", "true"}) {
      std::shared_ptr<TableCache> Tables = TableCache::create(V);
      prepareTerminals(*Tables);
      const std::string Schema =
          R"({"x-weir":{"keyOrder":")" + std::string(Order) +
          R"("},"type":"object","properties":{"in":false,"int":{"type":"integer"},"name":false,
             "names":{"type":"string"}},"additionalProperties":)" +
          Others + "}";
      const auto G = compileText(SpecLanguage::JsonSchema, Schema);
      for (const char *Begun : {"", "{", "{\"", "{\"i", "{\"in", "{\"n", "{\"nam", "{\"name",
                                "{\"int\": 1,", "{\"int\": 1, \""}) {
        Matcher M = matcher(G, V, {}, Tables);
        ASSERT_TRUE(M.acceptBytes(Begun));
        const Row R = mask(M);
        EXPECT_FALSE(M.statistics().LastMask & maskPartBit(MaskPart::Wide)) << Begun;
        for (TokenId T = 0; T < V->size(); ++T)
          ASSERT_EQ(has(R, T), M.tokenAllowed(T))
              << "token " << textOf(*V, T) << " after " << Begun << ", order " << Order;
      }
    }
}

// What finishes a free key that was used is left out, and nothing else.
TEST(KeysBehindQuoteTest, UsedKeys) {
  const VocabularyRef V = vocabularyOf(
      {"\"a",       "\"b",           "\"c",           "\"d",          "\"e",    "\"f",
       " \"a",      " \"b",          " \"c",          " \"d",         " \"e",   " \"f",
       " \"",       " \"x",          " \"x\"",        " \"x\":",      " \"xy",  " \"xy\"",
       " \"xyz\"",  " \"y\"",        " \"n\"",        " \"na\": ",    "\"x\"",  "\"x\": 1",
       "\"y\"",     "\"xy\":",       "\"\"",          " \"\"",        "{\"x\"", " {\"x\"",
       "\"q\\\"\"", "\"x\":1,\"x\"", "\"x\":1,\"y\"", "\"x\\u0079\"", "\n\"x\""},
      /*WithBytes=*/true);
  for (const char *Options :
       {R"("keyOrder":"declared")", R"("keyOrder":"any")", R"("keyOrder":"any","escapes":"any")"}) {
    const bool Compared = std::string_view(Options).find("escapes") != std::string_view::npos;
    std::shared_ptr<TableCache> Tables = TableCache::create(V);
    prepareTerminals(*Tables);
    const auto G = compileText(SpecLanguage::JsonSchema,
                               "{\"x-weir\":{" + std::string(Options) +
                                   R"(},"type":"object","properties":{"n":{"type":"integer"}}})");
    for (const char *Begun :
         {R"({"x":1,)", R"({"x":1, "xy":2,)", R"({"n":1,"x":1,)", R"({"x":{"y":1},)",
          R"({"x":{"y":1,)", R"({"":1,"q\"":1,)", R"({"x":1,"y":1,"xyz":1,"xy":1,)"}) {
      Matcher M = matcher(G, V, {}, Tables);
      ASSERT_TRUE(M.acceptBytes(Begun)) << Begun;
      const Row R = mask(M);
      EXPECT_EQ(!(M.statistics().LastMask & maskPartBit(MaskPart::Keys)), Compared) << Begun;
      for (TokenId T = 0; T < V->size(); ++T)
        ASSERT_EQ(has(R, T), M.tokenAllowed(T))
            << "token " << textOf(*V, T) << " after " << Begun << ", " << Options;
    }
  }
}

// Keys of a pattern that begin as a name does are met below the name's bytes only.
TEST(KeysBehindQuoteTest, KeysOfAnotherSortBelowNames) {
  const VocabularyRef V = vocabularyOf({"n\"",
                                        "na",
                                        "nam",
                                        "name",
                                        "name_",
                                        "name_e",
                                        "name_12",
                                        "name_1x",
                                        "_12",
                                        "_x",
                                        "name_en",
                                        "name_en\"",
                                        "name_en\": \"",
                                        "name\"",
                                        "name\":",
                                        "_en\":",
                                        "_en\": \"",
                                        "_en\": 1",
                                        "_e\": 1",
                                        "e_",
                                        "_",
                                        "en\"",
                                        "_enx",
                                        "_enx\": 1",
                                        "x\"",
                                        "xyz",
                                        "names\": 1",
                                        "me_en\": \"x\"",
                                        "{\"name_",
                                        "{\"name_en",
                                        ", \"name_e",
                                        "\\u005f",
                                        "\": \"",
                                        "\": 1"},
                                       /*WithBytes=*/true);
  unsigned Taken = 0;
  const std::string Endless = "^name_[a-z]{2}(_[a-z]+)*$";
  for (const char *Order : {"declared", "any"})
    for (const char *Others : {"false", R"({"type":"integer"})", "true"})
      for (const std::string &Pattern :
           {Endless, std::string("^name_[a-z]{2}$"), std::string("^name_"), std::string("_e"),
            std::string("^n..._(en|fr)?$"),
            std::string("^name_[0-9]+$\":{\"type\":\"null\"},\"^(?!name_).*$")}) {
        std::shared_ptr<TableCache> Tables = TableCache::create(V);
        prepareTerminals(*Tables);
        const std::string Schema =
            R"({"x-weir":{"keyOrder":")" + std::string(Order) +
            R"("},"type":"object","properties":{"n":{"type":"integer"},"name":{"type":"integer"}},
               "patternProperties":{")" +
            Pattern + R"(":{"type":"string"}},"additionalProperties":)" + Others + "}";
        const auto G = compileText(SpecLanguage::JsonSchema, Schema);
        for (const char *Begun : {"", "{", "{\"", "{\"n", "{\"na", "{\"name", "{\"name_",
                                  "{\"name_e", "{\"n\": 1, \""}) {
          Matcher M = matcher(G, V, {}, Tables);
          if (!M.acceptBytes(Begun))
            continue;
          ++Taken;
          // The second reads what the first has found.
          for (unsigned Time = 0; Time < 2; ++Time) {
            const Row R = mask(M);
            for (TokenId T = 0; T < V->size(); ++T)
              ASSERT_EQ(has(R, T), M.tokenAllowed(T))
                  << "token " << textOf(*V, T) << " after " << Begun << ", order " << Order
                  << ", others " << Others << ", pattern " << Pattern;
            // (Finitely many keys are counted, and then all is walked.)
            EXPECT_FALSE(Pattern == Endless &&
                         M.statistics().LastMask & maskPartBit(MaskPart::Wide))
                << Begun;
            M = matcher(G, V, {}, Tables);
            ASSERT_TRUE(M.acceptBytes(Begun));
          }
        }
      }
  EXPECT_GT(Taken, 200U);
}

// What was found for a state of keys serves others with it, below which no token may have a quote.
TEST(KeysBehindQuoteTest, KeysOfAnotherSortWithoutQuotes) {
  const VocabularyRef V =
      vocabularyOf({"{", "}", "\"", "n", "z", "zz", "zzz", "zzz_", "zzz_9", "zzy", "zz_", "_", "9",
                    ":", " ", "1", ",", "{\"zzz_", "\"zz"},
                   /*WithBytes=*/false);
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  const auto G = compileText(
      SpecLanguage::JsonSchema,
      R"({"x-weir":{"keyOrder":"any"},"type":"object","properties":{"n":{},"zzz":{"type":"integer"}},
          "patternProperties":{"^z[^_]*$":{"type":"integer"},"^zzz_[0-9]+$":{"type":"integer"}},
          "additionalProperties":false})");
  for (const char *Begun :
       {"{\"", "{\"z", "{\"n\":1,\"", "{\"n\":1,\"z", "{\"zzz\":1,\"", "{\"n\":1,\"zzz\":1,\"z"}) {
    // Without the memo of whole masks, twice.
    MatcherOptions Options;
    Options.MaxConfigurations = 100;
    for (unsigned Time = 0; Time < 2; ++Time) {
      Matcher M = matcher(G, V, Options, Tables);
      ASSERT_TRUE(M.acceptBytes(Begun));
      const Row R = mask(M);
      for (TokenId T = 0; T < V->size(); ++T)
        EXPECT_EQ(has(R, T), M.tokenAllowed(T)) << textOf(*V, T) << " after " << Begun;
    }
  }
}

// No quote closes a key that is still too short; its table is found all the same.
TEST(KeysBehindQuoteTest, KeysOfALeastLengthHaveATable) {
  const VocabularyRef V = demoVocabulary();
  const auto G = compileText(SpecLanguage::JsonSchema, R"({"type":"object","patternProperties":{
      "^[0-9a-z_-]{2,255}$":{"type":"integer"}},"additionalProperties":false})");
  for (const char *Begun : {"{\"", "{\"a", "{\"a1", "{\"a1\": 1, \"b"}) {
    Matcher M = matcher(G, V);
    ASSERT_TRUE(M.acceptBytes(Begun));
    const Row R = mask(M);
    for (TokenId T = 0; T < V->size(); ++T)
      ASSERT_EQ(has(R, T), M.tokenAllowed(T)) << textOf(*V, T) << " after " << Begun;
    EXPECT_FALSE(M.statistics().LastMask &
                 (maskPartBit(MaskPart::Narrow) | maskPartBit(MaskPart::Wide)))
        << Begun;
  }
}

// A token may hold a key and all of another, which the first one's table does not tell apart, and
// it may begin in a prefix that is to be covered.
TEST(KeysBehindQuoteTest, TwoKeysInATokenBehindAPrefix) {
  const VocabularyRef V =
      vocabularyOf({" ", "{", "}", " {\"a", " {\"b", " {\"c", " {\"d", " {\"e", " {\"f", " {\"g",
                    " {\"h", " {\"a\":0,\"b\":0", " {\"a\":0,\"a\":0", " {\"a\":0,\"b\":0}"},
                   /*WithBytes=*/false);
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  prepareTerminals(*Tables);
  MatcherOptions Options;
  Options.Prefix = " ";
  Matcher M =
      matcher(compileText(SpecLanguage::JsonSchema, R"({"type":"object"})"), V, Options, Tables);
  const Row R = mask(M);
  for (TokenId T = 0; T < V->size(); ++T)
    EXPECT_EQ(has(R, T), M.tokenAllowed(T)) << textOf(*V, T);
}

// Which keys of a pattern with finitely many may repeat is not asked of the others.
TEST(KeysBehindQuoteTest, KeysThatMayRunOutBesideOthers) {
  const VocabularyRef V = vocabularyOf({"{", "}", "\"", ":", ",", "0", "n", "k", "e", "y", "2",
                                        "k2\":{", "k2\"", "key\":0", "key\"", "key2\"", "n\""},
                                       /*WithBytes=*/false);
  const auto G = compileText(SpecLanguage::JsonSchema, R"({"type":"object","patternProperties":{
      "^..$":{"type":"object"}},"additionalProperties":{"type":"integer"}})");
  for (const char *Begun :
       {"{\"", "{\"key2\":0,\"", "{\"k2\":{},\"", "{\"key\":0,\"k2\":{},\"", "{\"key\":0,\"k"}) {
    Matcher M = matcher(G, V);
    ASSERT_TRUE(M.acceptBytes(Begun));
    const Row R = mask(M);
    for (TokenId T = 0; T < V->size(); ++T)
      EXPECT_EQ(has(R, T), M.tokenAllowed(T)) << textOf(*V, T) << " after " << Begun;
  }
}

// What a table reads of an item is not known when the same token ends another one.
TEST(KeysBehindQuoteTest, TwoItemsInATokenBehindATable) {
  const VocabularyRef V = vocabularyOf({"[\"b\", \"b\"",
                                        "[\"b\", \"\"",
                                        "[\"\", \"\"",
                                        "[\"b\", \"c\"]",
                                        "[[\"b\"],[\"b\"]",
                                        "[[\"b\"],[]",
                                        "[[],[]",
                                        "[[\"b\"],[\"c\"]]",
                                        "[1,1",
                                        "[1,2]",
                                        "[1,1]",
                                        "[1,2,3]",
                                        "[{\"a\":1},{\"a\":1}",
                                        "[{\"a\":1},{\"\":1}",
                                        "[{\"a\":1},{\"b\":1}",
                                        ", \"b\", \"b\"",
                                        ", \"b\", \"c\"",
                                        ",\"b\",\"a\"",
                                        ", \"a\"",
                                        ", \"b\"",
                                        "\"],[\"b\"]",
                                        "\"],[\"c\"]"},
                                       /*WithBytes=*/true);
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  prepareTerminals(*Tables);
  for (const char *Schema :
       {R"({"type":"array","uniqueItems":true})",
        R"({"type":"array","uniqueItems":true,"items":{"type":["string","integer","array"]}})",
        R"({"type":"array","uniqueItems":true,"items":{"type":"object"}})"}) {
    const auto G = compileText(SpecLanguage::JsonSchema, Schema);
    for (const char *Begun :
         {"", "[", "[\"a\"", "[\"a\",", "[[\"b", "[12", "[1, 12", "[{\"a\":1"}) {
      Matcher M = matcher(G, V, {}, Tables);
      if (!M.acceptBytes(Begun))
        continue;
      const Row R = mask(M);
      for (TokenId T = 0; T < V->size(); ++T)
        EXPECT_EQ(has(R, T), M.tokenAllowed(T)) << textOf(*V, T) << " after " << Begun;
    }
  }
}

} // namespace
