//===- RobustTest.cpp - Schemas that are large, deep, or blow up -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is large compiles; what is deep, goes in a circle, or would have to be multiplied
// out is refused by the name of the bound it exceeds. How long that takes is measured by
// benchmarks/compile-scaling.py.
//
//===----------------------------------------------------------------------===//
#include "weir/Driver/Compiler.h"

#include <gtest/gtest.h>

using namespace weir;

namespace {

/// "compiled", or the name of the first error.
std::string answer(const std::string &Text) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  if (compile(FrontendRegistry(), Sources, Sources.add("s.json", Text), CompileOptions(), Diags))
    return "compiled";
  for (const Diagnostic &D : Diags.diagnostics())
    if (D.Level == Severity::Error)
      return std::string(diagName(D.Id));
  return "nothing said";
}

std::string times(unsigned N, const std::string &What) {
  std::string Out;
  for (unsigned I = 0; I < N; ++I)
    Out += What;
  return Out;
}

template <typename Fn>
std::string listed(unsigned N, Fn Item) {
  std::string Out;
  for (unsigned I = 0; I < N; ++I)
    Out += (I ? "," : "") + Item(std::to_string(I));
  return Out;
}

TEST(RobustTest, LargeSchemasCompile) {
  EXPECT_EQ(
      answer(R"({"type": "object", "properties": {)" +
             listed(5'000, [](std::string I) { return "\"p" + I + R"(": {"type": "null"})"; }) +
             "}}"),
      "compiled");
  EXPECT_EQ(answer(R"({"enum": [)" +
                   listed(100'000, [](std::string I) { return "\"v" + I + "\""; }) + "]}"),
            "compiled");
  // A megabyte, most of it annotations.
  EXPECT_EQ(answer(R"({"type": "object", "properties": {)" +
                   listed(5'000,
                          [](std::string I) {
                            return "\"p" + I + R"(": {"type": "string", "description": ")" +
                                   std::string(200, 'x') + "\"}";
                          }) +
                   "}}"),
            "compiled");
}

TEST(RobustTest, DeepSchemasAreRefused) {
  constexpr unsigned Deep = 10'000;
  for (auto [Head, Tail] :
       {std::pair(R"({"not":)", "}"), std::pair(R"({"allOf":[)", "]}"),
        std::pair(R"({"type":"array","items":)", "}"), std::pair(R"({"properties":{"a":)", "}}")})
    EXPECT_EQ(answer(times(Deep, Head) + "true" + times(Deep, Tail)), "nesting-too-deep") << Head;
  EXPECT_EQ(answer(R"({"type":"string","pattern":")" + times(Deep, "(") + times(Deep, ")") + "\"}"),
            "nesting-too-deep");
}

TEST(RobustTest, CirclesAreRefused) {
  EXPECT_EQ(answer(R"({"$ref": "#/$defs/a",
                       "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}})"),
            "schema-ref-cycle");
  EXPECT_EQ(answer(R"({"$ref": "#/$defs/a", "$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}})"),
            "schema-ref-cycle");
  EXPECT_EQ(answer(R"({"$ref": "#/$defs/a", "unevaluatedItems": false,
                       "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a", "minItems": 1}]}}})"),
            "schema-ref-cycle");
}

TEST(RobustTest, LongChainsOfReferencesCompile) {
  constexpr unsigned Long = 3'000;
  const std::string Chain = listed(Long, [](const std::string &I) {
    return "\"" + I + R"(": {"$ref": "#/$defs/)" + std::to_string(std::stoi(I) + 1) + "\"}";
  });
  const std::string Root = R"({"$ref": "#/$defs/0", "$defs": {)" + Chain + ", \"3000\": ";
  EXPECT_EQ(answer(Root + R"({"type": "string"}}})"), "compiled");
  EXPECT_EQ(answer(Root + R"({"$ref": "#/$defs/1234"}}})"), "schema-ref-cycle");
}

/// Each schema of the chain applies the next one twice.
TEST(RobustTest, WhatIsAppliedTwiceIsTakenApartOnce) {
  constexpr unsigned Long = 60;
  for (const char *Of : {"allOf", "anyOf"})
    EXPECT_EQ(answer(R"({"$ref": "#/$defs/0", "unevaluatedProperties": false, "$defs": {)" +
                     listed(Long,
                            [&](const std::string &I) {
                              const std::string Next = std::to_string(std::stoi(I) + 1);
                              return "\"" + I + "\": {\"" + Of + R"(": [{"$ref": "#/$defs/)" +
                                     Next + R"(", "minProperties": 1}, {"$ref": "#/$defs/)" + Next +
                                     R"(", "maxProperties": 9}]})";
                            }) +
                     R"(, ")" + std::to_string(Long) + R"(": {"properties": {"a": true}}}})"),
              "compiled")
        << Of;
}

TEST(RobustTest, TowersAreRefused) {
  auto Choice = [](std::string I) {
    return R"([{"required": ["a)" + I + R"("]}, {"required": ["b)" + I + R"("]}])";
  };
  for (const char *Of : {"anyOf", "oneOf"}) {
    const std::string All =
        R"("allOf": [)" +
        listed(32,
               [&](std::string I) { return std::string("{\"") + Of + "\": " + Choice(I) + "}"; }) +
        "]";
    EXPECT_EQ(answer(R"({"type": "object", )" + All + "}"), "schema-budget") << Of;
    EXPECT_EQ(answer(R"({"type": "object", "not": {)" + All + "}}"), "schema-budget") << Of;
  }
  EXPECT_EQ(answer(R"({"type": "object", "patternProperties": {)" +
                   listed(16,
                          [](std::string I) {
                            return "\"[ab].{" + I + R"(}c": {"minimum": )" + I + "}";
                          }) +
                   "}}"),
            "schema-key-budget");
}

/// Overlapping objects whose keys are shared leave lists of alternatives that nothing leads to.
TEST(RobustTest, OverlappingOpenObjectsCompile) {
  EXPECT_EQ(answer(R"({"oneOf": [{"patternProperties": {"^[a-z]+$": {"$ref": "#/$defs/b"}}}],
                       "$defs": {"b": {"oneOf": [{"additionalProperties": false},
                                                 {"not": {"required": ["ios"]}}]}}})"),
            "compiled");
}

} // namespace
