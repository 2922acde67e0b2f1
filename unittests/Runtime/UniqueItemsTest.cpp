//===- UniqueItemsTest.cpp - Items that must differ, in long arrays ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RuntimeTesting.h"

#include "weir/Runtime/JsonValues.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <random>
#include <set>

namespace weir::test {
namespace {

struct Kind {
  const char *Schema;
  std::vector<std::string> Items; ///< spellings of values, some of one value
};

std::vector<Kind> kinds() {
  return {
      {R"({"type":"array","uniqueItems":true,"items":{"type":"number"}})",
       {"0",   "-0",    "0.0",  "0e7", "1",    "1.0",  "1e0",   "10e-1", "0.1e1", "-1",  "-1.00",
        "10",  "1e1",   "1E+1", "100", "1e2",  "12",   "1.2e1", "120",   "12e1",  "1.2", "0.12",
        "1e9", "12e-2", "19",   "199", "1999", "99e1", "990",   "5e-1",  "0.5",   "1.5", "15e-01",
        "-12", "-1.2",  "2",    "20",  "21",   "3",    "30.5",  "305e-1"}},
      {R"({"type":"array","uniqueItems":true,"items":{"type":["number","string","null","array"]}})",
       {"1",           "\"1\"",  "1.0",  "[1]",    "[1.0]", "[1e0]",    "\"a\"",
        "\"\\u0061\"", "\"ab\"", "null", "[]",     "[[]]",  "[null,1]", "[ null , 10e-1 ]",
        "12",          "12.0",   "[12]", "[[12]]", "\"\"",  "0",        "[-0]",
        "[0]",         "-0"}},
      {R"({"type":"array","uniqueItems":true,"items":{"type":"object","additionalProperties":false,
           "properties":{"a":{"type":["number","string","array"],"items":{"type":"number"}},
                         "b":{"type":"number"}}}})",
       {R"({})", R"({"a":1})", R"({"a":1.0})", R"({"a":1,"b":2})", R"({"b":2,"a":1})",
        R"({"b":20e-1,"\u0061":1})", R"({"a":[]})", R"({"a":"1"})", R"({"a":"\u0031"})",
        R"({"b":2})", R"({ "b":2.0})", R"({"a":12})", R"({"a":[1,2]})", R"({"a":[1, 2.0]})"}},
  };
}

std::shared_ptr<const Grammar> anyEscapes(const char *Schema) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  CompileOptions Options;
  Options.Language = SpecLanguage::JsonSchema;
  Options.Frontend.JsonSchema.KeyOrder = ir::KeyOrder::Any;
  Options.Frontend.JsonSchema.Escapes = ir::Escapes::Any;
  std::shared_ptr<const Grammar> G =
      compile(FrontendRegistry(), Sources, Sources.add("spec", Schema), Options, Diags);
  EXPECT_TRUE(G) << printText(Diags);
  return G;
}

// An item is refused exactly when an earlier one has its value, however both are spelled, whether
// the array came byte by byte or item by item, after bytes taken back and in forks.
TEST(UniqueItems, AreRefusedWhenTheirValueCame) {
  const VocabularyRef V = demoVocabulary();
  for (const Kind &K : kinds()) {
    const std::shared_ptr<const Grammar> G = anyEscapes(K.Schema);
    for (unsigned Seed = 1; Seed <= 12; ++Seed) {
      std::mt19937 Random(Seed);
      Matcher M = matcher(G, V);
      struct State {
        std::set<std::string> Forms;
        std::string Text;
      };
      // What stood before each call that can be taken back.
      std::vector<State> Before{{{}, "["}};
      ASSERT_TRUE(M.acceptBytes("["));
      for (unsigned Step = 0; Step < 60; ++Step) {
        State Now = Before.back();
        if (Random() % 8 == 0) {
          const size_t Back = Random() % Before.size();
          ASSERT_TRUE(M.rollback(Back));
          Before.resize(Before.size() - Back);
          continue;
        }
        if (Random() % 8 == 0)
          M = M.fork();
        const std::string &Item = K.Items[Random() % K.Items.size()];
        // The comma that follows tells that a number is whole.
        const std::string Piece = Item + ",";
        const bool IsNew = Now.Forms.insert(JsonTree(Item).form()).second;
        if (Random() % 2) {
          ASSERT_EQ(M.acceptBytes(Piece), IsNew) << Now.Text << Piece;
        } else {
          size_t Read = 0;
          while (Read < Piece.size() && M.acceptBytes(Piece.substr(Read, 1)))
            ++Read;
          ASSERT_EQ(Read == Piece.size(), IsNew) << Now.Text << Piece;
          // As one step of this test.
          ASSERT_TRUE(M.rollback(Read));
          ASSERT_EQ(M.acceptBytes(Piece), IsNew);
        }
        if (!IsNew)
          continue;
        Now.Text += Piece;
        Before.push_back(std::move(Now));
      }
    }
  }
}

// What a matcher has kept of earlier steps and tries changes no mask.
TEST(UniqueItems, HaveTheMasksOfAMatcherThatReadsAnew) {
  const VocabularyRef V = demoVocabulary();
  for (const Kind &K : kinds()) {
    const std::shared_ptr<const Grammar> G = anyEscapes(K.Schema);
    std::mt19937 Random(5);
    Matcher M = matcher(G, V);
    std::string Text = "[";
    ASSERT_TRUE(M.acceptBytes(Text));
    for (unsigned Step = 0; Step < 25; ++Step) {
      const std::string &Item = K.Items[Random() % K.Items.size()];
      size_t Read = 0;
      while (Read < Item.size() && M.acceptBytes(Item.substr(Read, 1))) {
        ++Read;
        Matcher Anew = matcher(G, V);
        ASSERT_TRUE(Anew.acceptBytes(Text + Item.substr(0, Read)));
        ASSERT_EQ(mask(M), mask(Anew)) << Text << Item.substr(0, Read);
      }
      if (Read == Item.size() && M.acceptBytes(","))
        Text += Item + ",";
      else
        ASSERT_TRUE(M.rollback(Read));
    }
    EXPECT_GT(Text.size(), 40U);
  }
}

// An item that has repeated another so far has its own keys all the same.
TEST(UniqueItems, TakeNoKeyTwiceWhileTheyRepeat) {
  const VocabularyRef V = demoVocabulary();
  const std::string First = R"([{"c": "x", "a": "y", "a.b": "z"}, )";
  const std::string Second = R"({"c": "x", "a": "y", "a)";
  for (const char *Order : {"declared", "any"})
    for (const char *Others : {"true", "false", R"({"type":"string"})"}) {
      const auto G = compileText(
          SpecLanguage::JsonSchema,
          R"({"x-weir":{"keyOrder":")" + std::string(Order) +
              R"("},"type":"array","uniqueItems":true,"items":{"type":"object","properties":{
                 "c":{"type":"string"},"a":{"type":"string"},"a.b":{"type":"string"}},
                 "additionalProperties":)" +
              Others + "}}");
      for (size_t Size = Second.size() - 6; Size <= Second.size(); ++Size) {
        Matcher M = matcher(G, V);
        ASSERT_TRUE(M.acceptBytes(First + Second.substr(0, Size)));
        const Row R = mask(M);
        for (TokenId T = 0; T < V->size(); ++T)
          ASSERT_EQ(has(R, T), M.tokenAllowed(T))
              << textOf(*V, T) << " after " << Second.substr(0, Size) << ", order " << Order
              << ", others " << Others;
      }
    }
}

// Where several frames read a token, one that is allowed by the first is not asked about again, but
// what goes on from it is.
TEST(UniqueItems, LeadNowhereWhenAllValuesCame) {
  const VocabularyRef V = demoVocabulary();
  for (const char *Item :
       {R"({"type":"object","additionalProperties":false,"properties":{"a":{"const":1}}})",
        R"({"anyOf":[{"type":"object","additionalProperties":false,"required":["a"],"properties":
            {"a":{"enum":[1,true]}}},{"type":"object","additionalProperties":false,"properties":
            {"a":{"const":1},"b":{"const":1}}}]})"}) {
    const auto G = compileText(
        SpecLanguage::JsonSchema,
        R"({"x-weir":{"keyOrder":"any"},"type":"object","properties":{"l":{"type":"array",
            "uniqueItems":true,"items":)" +
            std::string(Item) + R"(},"n":{"enum":[1,2,"a"]}}})");
    for (std::string_view Text :
         {R"({"l": [{}, {"a": 1}, )", R"({"l": [{"a": 1}, {}, )", R"({"l": [{}, {}, )"}) {
      Matcher M = matcher(G, V);
      for (size_t Size = 0; Size < Text.size() && M.acceptBytes(Text.substr(Size, 1)); ++Size) {
        const Row R = mask(M);
        for (TokenId T = 0; T < V->size(); ++T)
          ASSERT_EQ(has(R, T), M.tokenAllowed(T)) << "token " << textOf(*V, T) << " after "
                                                  << Text.substr(0, Size + 1) << " of " << Item;
      }
    }
  }
}

// Arrays of all values of an enumeration, in any order and however they are written, whether the
// values are read by one rule or by one for each; a mask allows what is accepted, also behind bytes
// that were taken back and in forks.
TEST(UniqueItems, TakeEveryValueOfAnEnumeration) {
  const VocabularyRef V = demoVocabulary();
  const std::vector<std::string> Items = {
      R"({"a":1,"b":{"a":2,"c":[]},"c":"x"})",
      R"({"b":{"c":[],"a":2},"c":"y","a":1})",
      R"({"a":1,"b":{"a":2,"c":[1]}})",
      R"({"c":"x","b":3,"a":10})",
      R"([{"a":1},[]])",
      R"([{"a":1}])",
      R"([[]])",
      R"([])",
      "1",
      R"("a")",
  };
  std::string List, Consts;
  for (const std::string &I : Items) {
    List += (List.empty() ? "" : ",") + I;
    Consts += (Consts.empty() ? "" : ",") + (R"({"const":)" + I + "}");
  }
  for (const std::string &Of : {R"({"enum":[)" + List + "]}", R"({"anyOf":[)" + Consts + "]}"}) {
    const auto G = compileText(SpecLanguage::JsonSchema,
                               R"({"x-weir":{"keyOrder":"any"},"type":"array","minItems":10,
                                   "uniqueItems":true,"items":)" +
                                   Of + "}");
    for (unsigned Seed = 1; Seed <= 3; ++Seed) {
      std::mt19937 Random(Seed);
      std::vector<std::string> Order = Items;
      std::shuffle(Order.begin(), Order.end(), Random);
      Matcher M = matcher(G, V);
      std::string Text = "[";
      ASSERT_TRUE(M.acceptBytes(Text));
      for (size_t N = 0; N < Order.size(); ++N) {
        // One that came before is refused before its last byte at the latest.
        if (N > 0) {
          const std::string &Again = Order[Random() % N];
          size_t Read = 0;
          while (Read < Again.size() && M.acceptBytes(Again.substr(Read, 1)))
            ++Read;
          EXPECT_TRUE(Read < Again.size() || !M.acceptBytes(",")) << Text << Again;
          ASSERT_TRUE(M.rollback(Read));
        }
        if (Random() % 2)
          M = M.fork();
        const std::string Piece = Order[N] + (N + 1 < Order.size() ? ", " : "]");
        for (char C : Piece) {
          const Row R = mask(M);
          for (TokenId T = 0; T < V->size(); ++T)
            ASSERT_EQ(has(R, T), M.tokenAllowed(T)) << textOf(*V, T) << " after " << Text;
          ASSERT_TRUE(M.acceptBytes(std::string(1, C))) << Text << C;
          Text += C;
        }
      }
      EXPECT_TRUE(M.isAccepting());
    }
  }
}

// An item that counts or not is read in two ways, which are one again behind it where the count no
// longer matters: the ways do not multiply with the items.
TEST(UniqueItems, AreReadInFewWaysHoweverManyCame) {
  const VocabularyRef V = demoVocabulary();
  const auto G = compileText(SpecLanguage::JsonSchema, R"({"type":"array","uniqueItems":true,
      "contains":{"propertyNames":{"pattern":"^x"},"uniqueItems":true}})");
  Matcher M = matcher(G, V);
  std::string Text = "[";
  ASSERT_TRUE(M.acceptBytes(Text));
  for (unsigned N = 0; N < 200; ++N) {
    const std::string Item = "[" + std::to_string(N) + ", [\"a\", " + std::to_string(N) + "]], ";
    ASSERT_TRUE(M.acceptBytes(Item)) << Text << Item;
    Text += Item;
  }
  const std::string Again = "[7, [\"a\", 7";
  ASSERT_TRUE(M.acceptBytes(Again));
  const Row R = mask(M);
  for (TokenId T = 0; T < V->size(); ++T)
    ASSERT_EQ(has(R, T), M.tokenAllowed(T)) << textOf(*V, T);
  EXPECT_FALSE(M.acceptBytes("]],"));
  EXPECT_TRUE(M.acceptBytes("0]]]"));
  EXPECT_TRUE(M.isAccepting());
}

// Lists that move to new stores when nobody can go back to the old ones are other lists: whatever
// was kept of those by their numbers is forgotten.
TEST(UniqueItems, AreKnownWhereHistoryIsDropped) {
  const VocabularyRef V = demoVocabulary();
  for (const char *Items : {R"({"type":"integer"})", R"({"type":"string"})",
                            R"({"type":"array","items":{"type":"integer"}})"})
    for (size_t Rollback : {0, 5}) {
      MatcherOptions Options;
      Options.MaxRollback = Rollback;
      const std::shared_ptr<const Grammar> G =
          compileText(SpecLanguage::JsonSchema,
                      R"({"type":"array","uniqueItems":true,"items":)" + std::string(Items) + "}");
      for (unsigned Seed = 1; Seed <= 3; ++Seed) {
        std::mt19937 Random(Seed);
        Matcher M = matcher(G, V, Options);
        ASSERT_TRUE(M.acceptBytes("["));
        std::vector<std::string> Pieces;
        for (int I = 0; I < 120; ++I) {
          std::string Item = std::to_string(I * 7);
          if (Items[9] == 's')
            Item = '"' + Item + '"';
          if (Items[9] == 'a')
            Item = '[' + Item + ']';
          Pieces.push_back(Item + ",");
          if (Random() % 2) {
            ASSERT_TRUE(M.acceptBytes(Pieces.back()));
          } else {
            for (char C : Pieces.back())
              ASSERT_TRUE(M.acceptBytes(std::string(1, C))) << I;
          }
          for (const std::string &Piece : Pieces)
            ASSERT_FALSE(M.acceptBytes(Piece)) << Piece << " after " << I;
        }
      }
    }
}

// A search that finds a new item soon costs few steps however many came: with a limit of the steps
// of all looking ahead in one call, long arrays are read and answered, and memory grows with them
// as the text does.
TEST(UniqueItems, OfLongArraysAreReadSoon) {
  const VocabularyRef V = demoVocabulary();
  for (const char *Schema :
       {R"({"type":"array","uniqueItems":true,"items":{"type":"integer"}})",
        R"({"type":"array","uniqueItems":true,"items":{"type":"number","multipleOf":0.5}})"}) {
    const std::shared_ptr<const Grammar> G = compileText(SpecLanguage::JsonSchema, Schema);
    Matcher M = matcher(G, V);
    ASSERT_TRUE(M.acceptBytes("["));
    size_t Half = 0;
    for (int I = 0; I < 4000; ++I) {
      ASSERT_TRUE(M.acceptBytes(std::to_string(I) + ", ")) << I;
      if (I == 2000)
        Half = M.memoryBytes();
    }
    EXPECT_LT(M.memoryBytes(), 3 * Half);
    EXPECT_FALSE(M.acceptBytes("17,"));
    EXPECT_FALSE(M.acceptBytes("170e-1,"));
    const Row R = mask(M);
    for (TokenId T = 0; T < V->size(); ++T) {
      if (textOf(*V, T) == "1") {
        EXPECT_TRUE(has(R, T));
      }
    }
  }
}

} // namespace
} // namespace weir::test
