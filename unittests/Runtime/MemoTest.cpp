//===- MemoTest.cpp - Masks kept by what was asked for them ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RuntimeTesting.h"

#include "weir/Vocab/VocabularyBuilder.h"

using namespace weir;
using namespace weir::test;

namespace {

/// Schemas in which the same place is reached with registers that answer alike, and with
/// others that do not.
std::vector<std::shared_ptr<const Grammar>> counting() {
  std::vector<std::shared_ptr<const Grammar>> Out = someGrammars();
  for (const char *Text : {
           R"({"type":"object","properties":{"a":{"type":"boolean"},"b":{"type":"boolean"},
               "c":{"type":"boolean"},"ab":{"type":"null"}},"required":["b"],"maxProperties":3,
               "additionalProperties":false})",
           R"({"type":"object","properties":{"a":{"type":"boolean"}},"minProperties":2,
               "maxProperties":3,"additionalProperties":{"type":"integer"}})",
           R"({"type":"object","patternProperties":{"^a":{"type":"null"},"^b":{"type":"null"}},
               "additionalProperties":false,"minProperties":1})",
           R"({"type":"array","items":{"type":"object","properties":{"a":{"enum":["a","b"]},
               "b":{"enum":[1,2]}},"additionalProperties":false},"minItems":1,"maxItems":4})",
           R"({"type":"array","items":{"enum":["a","ab","b",[true]]},"uniqueItems":true,
               "contains":{"const":"b"},"minItems":2})",
           R"({"type":"object","propertyNames":{"maxLength":1,"pattern":"^[ab]*$"},
               "additionalProperties":{"type":"string","minLength":1,"maxLength":3}})",
       })
    Out.push_back(compileText(SpecLanguage::JsonSchema, Text));
  return Out;
}

// Every mask is what is said of each token alone, which uses no memo, however many walks
// have filled it.
TEST(MemoTest, AnswersAsTheTokensDo) {
  std::mt19937 Random(5);
  const VocabularyRef V = demoVocabulary();
  for (size_t I = 0; const auto &G : counting()) {
    SCOPED_TRACE(I++);
    std::shared_ptr<TableCache> Tables = TableCache::create(V);
    uint64_t Hits = 0;
    for (unsigned Walk = 0; Walk < 12; ++Walk) {
      Matcher M = matcher(G, V, {}, Tables);
      for (unsigned Step = 0; Step < 24 && !M.isTerminated(); ++Step) {
        const Row R = mask(M);
        for (TokenId T = 0; T < V->size(); ++T)
          ASSERT_EQ(has(R, T), M.tokenAllowed(T))
              << "token " << textOf(*V, T) << " after " << Step << " tokens of walk " << Walk;
        const TokenId T = pick(R, Random);
        ASSERT_NE(T, NoToken);
        ASSERT_TRUE(M.accept(T));
      }
      Hits += M.statistics().MemoMasks;
    }
    EXPECT_GT(Hits, 10U);
  }
}

// Free keys that were used change masks only by the tokens that end one of them.
TEST(MemoTest, SharesWhatUsedKeysDoNotChange) {
  VocabularyBuilder B;
  TokenId Next = 0;
  for (unsigned Byte = 0; Byte < 256; ++Byte)
    ASSERT_TRUE(B.add(Next++, TokenKind::Ordinary, std::string(1, char(Byte))).ok());
  for (const char *Text :
       {"\"a\"", "\"b\":", "\"\"", "ab", "b\"", "b\":", "bc", "\":1,\"", "{\"a\":1"})
    ASSERT_TRUE(B.add(Next++, TokenKind::Ordinary, Text).ok());
  const VocabularyRef V = *B.finish();
  auto G = compileText(SpecLanguage::JsonSchema,
                       R"({"x-weir":{"whitespace":"compact"},"type":"object",
                           "properties":{"n":{"type":"integer"}}})");
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  auto isKnown = [&](std::string_view Text) {
    Matcher M = matcher(G, V, {}, Tables);
    EXPECT_TRUE(M.acceptBytes(Text)) << Text;
    const Row R = mask(M);
    for (TokenId T = 0; T < V->size(); ++T)
      EXPECT_EQ(has(R, T), M.tokenAllowed(T)) << "token " << textOf(*V, T) << " after " << Text;
    return M.statistics().MemoMasks != 0;
  };
  // In a key, with none before it and with others.
  EXPECT_FALSE(isKnown(R"({"a)"));
  EXPECT_TRUE(isKnown(R"({"x":1,"a)"));
  EXPECT_TRUE(isKnown(R"({"abc":1,"x":1,"a)")) << "no token goes on with bc and a quote";
  EXPECT_FALSE(isKnown(R"({"a":1,"a)")) << "the quote would end a key that is there";
  EXPECT_FALSE(isKnown(R"({"ab":1,"x":1,"a)"));
  EXPECT_TRUE(isKnown(R"({"ab":1,"x":1,"b)"));
  // Before one, where two tokens are whole keys, and one is the empty one.
  EXPECT_FALSE(isKnown(R"({"x":1,)"));
  EXPECT_TRUE(isKnown(R"({"x":1,"ab":1,)"));
  EXPECT_FALSE(isKnown(R"({"x":1,"a":1,)"));
  EXPECT_FALSE(isKnown(R"({"":1,)"));
  EXPECT_TRUE(isKnown(R"({"y":1,)"));

  // The mask before, too, is looked at again where the text has gone on.
  Matcher M = matcher(G, V, {}, Tables);
  ASSERT_TRUE(M.acceptBytes(R"({"aab":1,")"));
  for (const char *Byte : {"a", "a", "b", "b", "b"}) {
    ASSERT_TRUE(M.acceptBytes(Byte));
    const Row R = mask(M);
    for (TokenId T = 0; T < V->size(); ++T)
      ASSERT_EQ(has(R, T), M.tokenAllowed(T)) << "token " << textOf(*V, T) << " after " << Byte;
  }
  EXPECT_NE(M.statistics().RepeatedMasks, 0U);
}

// A token that ends the key under way and spells another one whole compares the two.
TEST(MemoTest, AsksAgainForTwoKeysInAToken) {
  VocabularyBuilder B;
  TokenId Next = 0;
  for (unsigned Byte = 0; Byte < 256; ++Byte)
    ASSERT_TRUE(B.add(Next++, TokenKind::Ordinary, std::string(1, char(Byte))).ok());
  ASSERT_TRUE(B.add(Next++, TokenKind::Ordinary, "\":1,\"ab\":1").ok());
  const VocabularyRef V = *B.finish();
  auto G = compileText(SpecLanguage::JsonSchema, R"({"type":"object"})");
  Matcher M = matcher(G, V);
  ASSERT_TRUE(M.acceptBytes("{\""));
  for (const char *Byte : {"a", "b", "c"}) {
    ASSERT_TRUE(M.acceptBytes(Byte));
    EXPECT_EQ(has(mask(M), 256), Byte[0] != 'b') << Byte;
  }
}

// Which keys were written does not matter where only asked is whether there may be more.
TEST(MemoTest, SharesWhatAnswersAlike) {
  const VocabularyRef V = bytesVocabulary();
  auto G = compileText(SpecLanguage::JsonSchema,
                       R"({"type":"object","properties":{"a":{"type":"boolean"},
                           "b":{"type":"boolean"},"c":{"type":"boolean"},"d":{"type":"boolean"}},
                           "additionalProperties":false})");
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  auto partsAfter = [&](std::string_view Text) {
    Matcher M = matcher(G, V, {}, Tables);
    EXPECT_TRUE(M.acceptBytes(Text));
    mask(M);
    return M.statistics().MemoMasks;
  };
  EXPECT_EQ(partsAfter(R"({"a":true)"), 0U);
  EXPECT_EQ(partsAfter(R"({"b":true)"), 1U);
  EXPECT_EQ(partsAfter(R"({"a":true,"b":false,"c":true)"), 1U);
  EXPECT_EQ(partsAfter(R"({"d":true)"), 0U) << "no key may follow";
  EXPECT_EQ(partsAfter(R"({"a":true,"d":true)"), 1U);
}

} // namespace
