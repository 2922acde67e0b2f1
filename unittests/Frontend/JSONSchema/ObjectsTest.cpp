//===- ObjectsTest.cpp - Patterns of names, and what members there must be -===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "SemanticsSupport.h"

using namespace weir;
using namespace weir::jsonschema;
using test::anyOrder;
using test::check;
using test::Compiled;

namespace {

std::string problemsOf(const std::string &Schema) {
  Compiled C(Schema, anyOrder());
  std::string Out;
  for (const std::string &P : C.problems())
    Out += (Out.empty() ? "" : ", ") + P;
  return Out;
}

TEST(Objects, KeysAreOfThousandsOfWords) {
  // Words of no regularity: more states than the automaton of a pattern may have.
  std::string Words;
  uint32_t Random = 1;
  for (unsigned I = 0; I < 3000; ++I) {
    Words += I ? ", \"w" : "\"w";
    for (unsigned K = 0; K < 8; ++K) {
      Random = Random * 1664525 + 1013904223;
      Words += char('a' + (Random >> 24) % 26);
    }
    Words += '"';
  }
  const std::string First = Words.substr(1, 9), Last = Words.substr(Words.size() - 10, 9);
  const std::string Other = First.substr(0, 8) + (First[8] == 'a' ? "b" : "a");
  check(R"({"type": "object", "minProperties": 2, "propertyNames": {"enum": [)" + Words + "]}}",
        {"{\"" + First + "\": 1, \"" + Last + "\": {}}"},
        {"{\"" + First + "\": 1}", "{\"" + First + "\": 1, \"" + First + "\": 2}",
         "{\"" + First + "\": 1, \"" + Other + "\": 2}"});
}

TEST(Objects, PatternsDivideTheNames) {
  check(R"({"type": "object", "patternProperties": {"^a": {"type": "integer"},
            "b$": {"minimum": 5}}, "additionalProperties": {"type": "null"}})",
        {"{}", R"({"a": 1})", R"({"b": 5, "cb": "x"})", R"({"ab": 5, "a": 4, "c": null})"},
        {R"({"a": "x"})", R"({"b": 4})", R"({"ab": 4})", R"({"ab": "x"})", R"({"c": 1})",
         R"({"a": 1, "a": 1})"});
}

TEST(Objects, PatternsConcernListedAndRequiredNames) {
  check(R"({"type": "object", "properties": {"ax": {"minimum": 1}},
            "patternProperties": {"^a": {"type": "integer"}}, "required": ["ay", "z"],
            "additionalProperties": {"type": "boolean"}})",
        {R"({"ay": 0, "z": true})", R"({"ax": 1, "ay": 0, "z": true, "y": false, "a": 2})"},
        {R"({"ay": 0, "z": 1})", R"({"ay": true, "z": true})", R"({"ay": 0, "z": true, "ax": 0})",
         R"({"ay": 0, "z": true, "ax": true})", R"({"z": true})"});
}

TEST(Objects, PatternsMeetAcrossAllOf) {
  check(R"({"type": "object", "allOf": [
             {"patternProperties": {"^[a-m]": {"type": "integer"}}, "additionalProperties": false},
             {"patternProperties": {"[0-9]$": {"minimum": 5}}, "properties": {"q": {}, "b": {}}}]})",
        {R"({"a": 1, "a1": 5, "b": 2})"},
        {R"({"a1": 4})", R"({"n": 1})", R"({"q": 1})", R"({"b": "x"})", R"({"a1": "x"})"});
}

TEST(Objects, ForbiddenNamesStayForbidden) {
  check(R"({"type": "object", "patternProperties": {"^x": false}, "properties": {"xa": {}}})",
        {R"({"a": 1})", "{}"}, {R"({"x": 1})", R"({"xa": 1})"});
}

TEST(Objects, NamesAreLookedAtByTheirValue) {
  Options O = anyOrder();
  O.Escapes = ir::Escapes::Any;
  check(R"({"type": "object", "patternProperties": {"^\u00e9\\u{1F600}": {"type": "null"}},
            "additionalProperties": false})",
        {"{\"\\u00E9\\ud83d\\ude00x\": null}", "{\"\u00e9\U0001F600\": null}"},
        {"{\"\u00e9\": null}", "{\"\\u00e9\\ud83d\\ude01\": null}"}, O);
}

TEST(Objects, FewNamesRunOut) {
  check(R"({"type": "object", "patternProperties": {"^[ab]$": {"type": "integer"}},
            "additionalProperties": false, "minProperties": 2})",
        {R"({"a": 1, "b": 1})", R"({"b": 1, "a": 1})"}, {R"({"a": 1})", R"({"a": 1, "c": 1})"});
  EXPECT_EQ(problemsOf(R"({"type": "object", "patternProperties": {"^[ab]$": {}},
                           "additionalProperties": false, "minProperties": 3})"),
            "schema-unsatisfiable /additionalProperties");
  // What is left beside a pattern of nearly all names.
  EXPECT_EQ(problemsOf(R"({"type": "object", "patternProperties": {"[^q]|qq": false},
                           "minProperties": 3})"),
            "schema-unsatisfiable /patternProperties/[^q]|qq");
  check(R"({"type": "object", "patternProperties": {"[^q]|qq": false}, "minProperties": 2})",
        {R"({"": 1, "q": 2})"}, {R"({"q": 2})", R"({"qq": 1, "q": 2})"});
}

TEST(Objects, PropertyNamesAreAnySchemaOfStrings) {
  check(R"({"type": "object", "propertyNames": {"pattern": "^[a-z]+$", "maxLength": 3}})",
        {"{}", R"({"abc": 1})"}, {R"({"abcd": 1})", R"({"A": 1})", R"({"": 1})"});
  check(R"({"type": "object", "propertyNames": {"enum": ["a", 1, "b"]}, "required": ["a"],
            "properties": {"c": {}, "b": {"type": "null"}}})",
        {R"({"a": 1, "b": null})", R"({"a": []})"}, {R"({"a": 1, "c": 1})", R"({"b": null})"});
  check(R"({"type": "object", "propertyNames": {"anyOf": [{"const": "x-y"}, {"minLength": 5}]}})",
        {R"({"x-y": 1, "abcde": 1})"}, {R"({"x": 1})"});
  check(R"({"type": "object", "propertyNames": {"not": {"enum": ["a", "b"]}},
            "properties": {"a": {}, "c": {}}})",
        {R"({"c": 1, "d": 1})"}, {R"({"a": 1})", R"({"b": 1})"});
  check(R"({"type": "object", "propertyNames": false})", {"{}"}, {R"({"a": 1})"});
  check(R"({"type": "object", "propertyNames": {"type": "integer"}})", {"{}"}, {R"({"a": 1})"});
  // A schema for its own keys: no object is a key.
  check(R"({"type": ["object", "array"], "items": {"$ref": "#"},
            "properties": {"a": {"propertyNames": {"$ref": "#"}}}})",
        {R"({"a": {}})"}, {R"({"a": {"b": 1}})"});
}

TEST(Objects, NegationAsksForAMember) {
  // In closed objects only names can be what must exist.
  check(R"({"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": false,
            "not": {"properties": {"a": {}}, "additionalProperties": false}})",
        {R"({"b": 1})", R"({"a": 1, "b": 1})"}, {"{}", R"({"a": 1})"});
  check(
      R"({"oneOf": [{"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": false},
                      {"type": "object", "properties": {"a": {}, "c": {}}, "additionalProperties": false}]})",
      {R"({"a": 1, "b": 1})", R"({"c": 1})"}, {"{}", R"({"a": 1})", R"({"b": 1, "c": 1})"});
  check(R"({"type": "object", "patternProperties": {"^x[12]$": {"type": "integer"}},
            "additionalProperties": false, "not": {"patternProperties": {"^x": {"minimum": 5}}}})",
        {R"({"x1": 4})", R"({"x1": 5, "x2": 4})"}, {"{}", R"({"x1": 5})", R"({"x1": 5, "x2": 6})"});
  EXPECT_EQ(problemsOf(R"({"type": "object", "properties": {"a": {"const": 1}},
                           "not": {"propertyNames": {"maxLength": 3}},
                           "additionalProperties": false})"),
            "schema-unsatisfiable /not");
}

TEST(Objects, ManyClosedBranchesDoNotMultiply) {
  std::string Schema = R"({"type": "object", "oneOf": [)";
  for (int I = 0; I < 20; ++I)
    Schema += (I ? ", " : "") + std::string(R"({"properties": {"n)") + std::to_string(I) +
              R"(": {"minimum": 3}}, "additionalProperties": false})";
  check(Schema + "]}", {R"({"n3": 3})", R"({"n19": 4})"},
        {"{}", R"({"n3": 2})", R"({"n3": 3, "n4": 3})", R"({"m": 1})"});
}

TEST(Objects, UnevaluatedFollowsWhatHolds) {
  check(R"({"type": "object", "properties": {"a": {}}, "allOf": [{"properties": {"b": {}}}],
            "anyOf": [{"properties": {"c": {"type": "integer"}}, "required": ["c"]},
                      {"patternProperties": {"^x": {"type": "null"}}, "required": ["d"],
                       "properties": {"d": {}}}],
            "unevaluatedProperties": false})",
        {R"({"a": 1, "b": 1, "c": 1})", R"({"d": 1, "xx": null, "a": 1})",
         R"({"c": 1, "d": 1, "xx": null})"},
        {R"({"c": 1, "xx": null})", R"({"c": 1, "d": 2, "xx": 1})", R"({"d": 1, "e": 1})",
         R"({"c": 1, "d": 1, "f": 1})", R"({"a": 1})"});
  check(R"({"type": "object", "if": {"properties": {"k": {"const": 1}}, "required": ["k"]},
            "then": {"properties": {"t": {}}}, "else": {"properties": {"e": {}}},
            "unevaluatedProperties": {"type": "null"}})",
        {R"({"k": 1, "t": 1})", R"({"e": 1})", R"({"k": null, "e": 1})",
         R"({"k": 1, "t": 2, "e": null})"},
        {R"({"k": 2, "e": 1})", R"({"k": 1, "e": 1})", R"({"t": 1})"});
  check(R"({"type": "object", "properties": {"a": {}}, "dependentSchemas":
            {"a": {"properties": {"b": {}}}}, "unevaluatedProperties": false})",
        {R"({"a": 1, "b": 1})", "{}"}, {R"({"b": 1})", R"({"a": 1, "c": 1})"});
  check(
      R"({"allOf": [{"unevaluatedProperties": {"type": "integer"}}], "unevaluatedProperties": false})",
      {R"({"a": 1})", "1"}, {R"({"a": "x"})"});
}

TEST(Objects, CountsAreOfAllMembers) {
  check(R"({"type": "object", "properties": {"a": {}}, "patternProperties": {"^b": {}},
            "additionalProperties": false, "minProperties": 2, "maxProperties": 3})",
        {R"({"a": 1, "b": 1})", R"({"b": 1, "b1": 1, "b2": 1})"},
        {R"({"a": 1})", R"({"a": 1, "b": 1, "b1": 1, "b2": 1})"});
}

TEST(Objects, DeclaredOrderPutsPatternsLast) {
  Options O = anyOrder();
  O.KeyOrder = ir::KeyOrder::Declared;
  check(R"({"type": "object", "patternProperties": {"^x": {}}, "properties": {"b": {}, "a": {}},
            "additionalProperties": false})",
        {R"({"b": 1, "a": 1, "x2": 1, "x1": 1})"}, {R"({"x1": 1, "b": 1})", R"({"a": 1, "b": 1})"},
        O);
}

TEST(Objects, ManyPatternsAndNamesAreLinear) {
  std::string Schema = R"({"type": "object", "additionalProperties": false, "properties": {)";
  for (int I = 0; I < 5'000; ++I)
    Schema += (I ? ", \"n" : "\"n") + std::to_string(I) + R"(": {"type": "integer"})";
  Schema += R"(}, "patternProperties": {)";
  for (int I = 0; I < 300; ++I)
    Schema += (I ? ", \"^n" : "\"^n") + std::to_string(I) + R"(_[a-z]+$": {"minimum": )" +
              std::to_string(I) + "}";
  Schema += "}}";
  check(Schema, {R"({"n17": 1, "n17_a": 17, "n3_zz": 4})"},
        {R"({"n17_a": 16})", R"({"n17_": 17})", R"({"n5000": 1})"});
}

TEST(Objects, NamesOfAFormatMayHaveALength) {
  check(R"({"type": "object", "propertyNames": {"format": "email", "maxLength": 9}})",
        {R"({"a@b.cd": 1})", R"({"ab@cd.efg": 1})"}, {R"({"abc@cd.efg": 1})", R"({"a": 1})"});
  const std::string Long(5'000, 'k');
  check(R"({"type": "object", "propertyNames": {"maxLength": 5000}})", {"{\"" + Long + "\": 1}"},
        {"{\"" + Long + "k\": 1}"});
}

TEST(Objects, HostilePatternsAreRefused) {
  // Any subset of them is in some name.
  std::string Schema = R"({"type": "object", "patternProperties": {)";
  for (char C = 'a'; C <= 'z'; ++C)
    Schema += (C == 'a' ? "\"" : ", \"") + std::string(1, C) + R"(": {"minimum": )" +
              std::to_string(C) + "}";
  EXPECT_EQ(problemsOf(Schema + "}}").substr(0, 13), "schema-budget");
  EXPECT_EQ(problemsOf(
                R"({"type": "object", "patternProperties": {"(a|b)*a(a|b){20}": {"minimum": 1}}})"),
            "schema-key-budget /patternProperties");
}

} // namespace
