//===- CompletionTest.cpp - A short way out is found --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an object or an array still asks for is not always in its automaton: it stands in
// registers. A completion goes for it, and not for what there may always be more of.
//
//===----------------------------------------------------------------------===//
#include "RuntimeTesting.h"

using namespace weir;
using namespace weir::test;

namespace {

/// The text with its completion, which must be of the language and no longer than `Most`.
std::string completed(const std::string &Schema, const std::string &Begin, size_t Most) {
  Matcher M = matcher(compileText(SpecLanguage::JsonSchema, Schema), demoVocabulary());
  EXPECT_TRUE(M.acceptBytes(Begin)) << Begin;
  std::optional<std::string> End = M.completion(10'000);
  if (!End)
    return "";
  EXPECT_LE(End->size(), Most) << *End;
  EXPECT_TRUE(M.acceptBytes(*End)) << *End;
  EXPECT_TRUE(M.isAccepting()) << *End;
  return Begin + *End;
}

TEST(CompletionTest, GoesForItemsThatMustCount) {
  EXPECT_EQ(completed(R"({"type":"array","contains":{"const":"x"},"minContains":3})", "[1", 20),
            R"([1,"x","x","x"])");
}

TEST(CompletionTest, SeesWhatAnItemAsksForBeforeItIsBegun) {
  // An item that counts has an item of its own that must be there; "[]" would not count.
  const std::string Text = completed(
      R"({"x-weir":{"whitespace":"compact"},"type":"array",
          "items":{"type":"array","items":{"type":"integer"}},"contains":{"contains":{"const":132}}})",
      "[[]", 20);
  EXPECT_EQ(Text, "[[],[132]]");
}

TEST(CompletionTest, SeesWhatAnItemOfAnItemAsksFor) {
  // Each array needs an item that needs one: what is not begun looks as far away as it is.
  constexpr char Schema[] = R"({"contains":{"contains":{"contains":{"type":"string"},
      "type":"array"},"type":"array"},"allOf":[{"contains":{"contains":{"contains":
      {"type":"string"},"type":"array"},"type":"array"}}],"type":"array"})";
  for (const char *Begun : {"[", "[1,", "[[\"a\"],", "[{\"a\":0,\"b\"", "[[[", "[[],\"[[", "[[[]"})
    EXPECT_NE(completed(Schema, Begun, 40), "") << Begun;
}

TEST(CompletionTest, TellsItemsThatCountFromThoseThatDoNot) {
  // An object that may be empty lacks nothing; one that is begun and will count brings the end
  // nearer.
  for (const char *Schema :
       {R"({"type":"array","contains":{"type":"object","properties":{"a":{"type":"integer"}},
           "additionalProperties":false}})",
        R"({"type":"array","contains":{"anyOf":[{"required":["a"]},{"required":["b"]}]},
           "items":{"type":"object","minProperties":1}})",
        R"({"type":"array","contains":{"type":"object","required":["a"]},
           "items":{"if":{"properties":{"k":{"const":1}}},"then":{"required":["v"]},
           "else":{"required":["w"]}}})"})
    for (const char *Begun : {"[", "[{", "[{\""})
      EXPECT_NE(completed(Schema, Begun, 60), "") << Schema << Begun;
}

TEST(CompletionTest, GoesForTheLeastCount) {
  EXPECT_EQ(completed(R"({"type":"array","items":{"type":"integer"},"minItems":4})", "[7,", 10),
            "[7,0,0,0]");
}

TEST(CompletionTest, GoesForMembersThatMustExist) {
  // Some key does not begin with "a".
  EXPECT_EQ(
      completed(R"({"type":"object","not":{"propertyNames":{"pattern":"^a"}}})", R"({"a":1)", 12),
      R"({"a":1,"":0})");
}

TEST(CompletionTest, GoesForTheLeastNumberOfMembers) {
  Matcher M =
      matcher(compileText(SpecLanguage::JsonSchema, R"({"type":"object","minProperties":4})"),
              demoVocabulary());
  ASSERT_TRUE(M.acceptBytes("{"));
  auto End = M.completion(100);
  ASSERT_TRUE(End);
  EXPECT_EQ(std::count(End->begin(), End->end(), ':'), 4);
}

TEST(CompletionTest, APartWithNeedsOfItsOwnIsNoStepBack) {
  // The inner object asks for more than the outer one does when it is begun.
  std::string Names;
  for (int I = 0; I < 40; ++I)
    Names += std::string(I ? "," : "") + "\"name " + std::to_string(I) + "\"";
  const std::string Inner = R"({"type":"object","required":[)" + Names + "]}";
  const std::string Schema = R"({"x-weir":{"keyOrder":"any"},"type":"object","properties":{"in":)" +
                             Inner + R"(},"required":["in","out"]})";
  EXPECT_NE(completed(Schema, "{", 40 * 12 + 40), "");
}

TEST(CompletionTest, LeavesWhereOnlyALongerWayIsOpen) {
  // [0] is there, and zeros make no other number: the way out is a second item with a key.
  EXPECT_NE(completed(R"({"type":"array","uniqueItems":true,"minItems":2,"items":{"type":"array",
      "prefixItems":[{"type":"integer"}],"items":{"type":"object","required":["a"]}}})",
                      "[[0],[0", 100),
            "");
}

} // namespace
