//===- CompletionTest.cpp - Short ways to the end of a text -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Driver/Compiler.h"
#include "weir/Runtime/Matcher.h"
#include "weir/VocabReaders/Readers.h"

#include <gtest/gtest.h>

using namespace weir;

namespace {

/// What completes `Text` in a schema whose keys stand in any order.
std::optional<std::string> complete(std::string_view Schema, std::string_view Text,
                                    size_t MaxBytes = 4096) {
  FrontendRegistry Frontends;
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  CompileOptions Options;
  Options.Language = SpecLanguage::JsonSchema;
  Options.Frontend.JsonSchema.KeyOrder = ir::KeyOrder::Any;
  auto G = compile(Frontends, Sources, Sources.add("schema", std::string(Schema)), Options, Diags);
  EXPECT_TRUE(G) << printText(Diags);
  VocabularyRef V = demoVocabulary();
  auto M = Matcher::create(G, V, TableCache::create(V));
  EXPECT_TRUE(M.ok() && M->acceptBytes(Text));
  return M->completion(MaxBytes);
}

TEST(Completion, OfACompleteTextIsEmpty) { EXPECT_EQ(complete("true", "12"), ""); }

TEST(Completion, ClosesWhatIsOpen) { EXPECT_EQ(complete("true", "[[{\"a\":[\"x"), "\"]}]]"); }

TEST(Completion, WritesRequiredKeysAndNoOthers) {
  EXPECT_EQ(complete(R"({"required": ["description", "id"]})", R"({"x":1)"),
            R"(,"description":0,"id":0})");
  EXPECT_EQ(complete(R"({"required": ["description", "id"]})", R"({"id":1,"descript)"),
            R"(ion":0})");
}

TEST(Completion, LeavesALoopThroughAWord) {
  EXPECT_EQ(complete(R"({"type": "string", "pattern": "^(.*?)\\.alfred3?workflow$"})", "\"a."),
            "alfredworkflow\"");
}

TEST(Completion, FillsCounts) {
  std::optional<std::string> End =
      complete(R"({"type": "array", "items": {"type": "null"}, "minItems": 3})", "[null");
  EXPECT_EQ(End, ",null,null]");
}

TEST(Completion, CountsMembersBesidesTheRequired) {
  constexpr char Schema[] = R"({"type":"object","required":["c"],"minProperties":2,
      "properties":{"a":{"const":0},"c":{"const":0}},"maxProperties":2})";
  EXPECT_EQ(complete(Schema, R"({")"), R"(":0,"c":0})");
}

TEST(Completion, GivesUpAtItsLimit) {
  std::optional<std::string> End = complete(R"({"type": "string", "minLength": 60})", "\"", 61);
  EXPECT_EQ(End.value_or("").size(), 61U);
  EXPECT_EQ(complete(R"({"type": "string", "minLength": 60})", "\"", 60), std::nullopt);
}

} // namespace
