//===- SemanticsTest.cpp - Schemas, and texts in and out of them ----------===//
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

TEST(Semantics, KeywordsConcernTheirTypeOnly) {
  check(R"({"minimum": 3, "minLength": 2, "minItems": 1, "required": ["a"]})",
        {"3", "null", "true", R"("ab")", "[0]", R"({"a": 1})"}, {"2", R"("a")", "[]", "{}"});
}

TEST(Semantics, UnionsOfPatternsMeet) {
  // Six ways on each side: the sides become one language each.
  const std::string Ends = R"({"anyOf": [{"pattern": "a$"}, {"pattern": "b$"}, {"pattern": "c$"},
      {"pattern": "d$"}, {"pattern": "e$"}, {"pattern": "f$"}]})";
  const std::string Begins = R"({"anyOf": [{"pattern": "^1"}, {"pattern": "^2"}, {"pattern": "^3"},
      {"pattern": "^4"}, {"pattern": "^5"}, {"enum": ["xa", "xz"]}, {"pattern": "^6", "maxLength": 2}]})";
  check(R"({"type": "string", "minLength": 2, "allOf": [)" + Ends + ", " + Begins + "]}",
        {R"("1a")", R"("5--f")", R"("6b")", R"("xa")"},
        {R"("1")", R"("a")", R"("1g")", R"("7a")", R"("6-b")", R"("xz")", "1"});
}

TEST(Semantics, ListsOfWhichOneHoldsMeetInValues) {
  check(
      R"({"oneOf": [{"enum": [1, "a", null, 40]}, {"enum": [1.0, "b"]}, {"const": "a"}, {"const": 2},
            {"type": "boolean"}, {"const": true}, {"type": "integer", "minimum": 30}]})",
      {R"("b")", "2", "2.0", "null", "false", "30", "41"},
      {"1", "1.0", R"("a")", "true", "40", "3"});
}

TEST(Semantics, NumbersOfAListMeetAndLackOthers) {
  check(R"({"enum": [0, 1, 1.5, 15, 150, -2, 1e3, 1e20], "not": {"enum": [15.0, -0]},
            "anyOf": [{"maximum": 1}, {"minimum": 100}, {"type": "integer"}]})",
        {"1", "1.0", "150", "1.5e2", "1.5e+02", "-2", "1000", "1000.00", "1e3", "1e20",
         "100000000000000000000"},
        {"0", "-0", "1.5", "15", "1.5e1", "2", "15e1", "1e4", "1e2", "-1", "1.", "1e"});
  check(R"({"type": "number", "not": {"anyOf": [{"enum": [3, 5]}, {"minimum": 7, "maximum": 9},
            {"exclusiveMinimum": 9}]}})",
        {"2", "3.5", "4", "6.9", "-1e9"}, {"3", "3.0", "5", "7", "8.5", "9", "9.5", "1e9"});
}

TEST(Semantics, ManyTextsMeetPatterns) {
  std::string Texts = "\"ä1\", \"ää\"";
  for (unsigned I = 0; I < 400; ++I)
    Texts += ", \"v" + std::to_string(I) + "\"";
  check(R"({"enum": [)" + Texts + R"(], "pattern": "^\\D.?[17]$", "not": {"pattern": "3"}})",
        {R"("v1")", R"("v27")", R"("ä1")"},
        {R"("v2")", R"("v37")", R"("v31")", R"("v127")", R"("v401")", R"("ää")"});
}

TEST(Semantics, PatternsThatMeetFarFromTheBeginning) {
  // The only text has more characters than a search by length alone looks through soon.
  const std::string Far =
      "abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabc";
  const std::string All = R"({"type": "string", "pattern": "^[a-c]*$", "allOf": [
      {"pattern": "^(abc)*$"}, {"pattern": "(a.c){24}"}, {"pattern": "^.{72}$"})";
  check(All + "]}", {"\"" + Far + "\""}, {"\"" + Far + "abc\"", R"("abc")", R"("")"});
  // What is taken away is one of the languages, or several of them at once.
  Compiled One(All + R"(, {"not": {"pattern": "^(abc)*$"}}]})", anyOrder());
  EXPECT_FALSE(One.M);
  Compiled Two(All + R"(, {"not": {"allOf": [{"pattern": "^(abc)*$"}, {"pattern": "^.{72}$"}]}}]})",
               anyOrder());
  EXPECT_FALSE(Two.M);
}

TEST(Semantics, AnEmptySchemaIsAnyValue) {
  check("{}", {"null", "-1.5E+7", R"("\u0000é")", R"([1, {"a": [], "b": {}}])", "[]"},
        {"", "nul", "01", "1.", "[1,]", R"({"a": 1, "a": 2})", "\"\x01\"", " 1", "1 "});
  check("true", {"[[], {}]"}, {"[,]"});
}

TEST(Semantics, ObjectsKnowTheirMembers) {
  check(
      R"({"type": "object", "properties": {"a": {"type": "integer"}, "b": {}},
            "required": ["b"], "additionalProperties": false})",
      {R"({"a": 1, "b": 2})", R"({"b": 2, "a": 1})", R"({"b": null})"},
      {R"({"a": 1})", "{}", R"({"b": 1, "c": 1})", R"({"b": 1, "b": 1})", R"({"a": "x", "b": 1})"});
  check(R"({"type": "object", "properties": {"a": {"type": "integer"}},
            "additionalProperties": {"type": "string"}})",
        {"{}", R"({"x": "y", "a": 1})"}, {R"({"a": "y"})", R"({"x": 1})", R"({"\u0061": "y"})"});
}

TEST(Semantics, ARequiredNameFallsUnderAdditionalProperties) {
  check(R"({"type": "object", "required": ["a"], "additionalProperties": {"type": "null"}})",
        {R"({"a": null})", R"({"b": null, "a": null})"}, {R"({"a": 1})", R"({"b": null})"});
}

TEST(Semantics, AMemberThatCannotBeKeepsItsNameFromOthers) {
  check(R"({"type": "object", "properties": {"a": false, "b": {"type": "string", "enum": [1]}}})",
        {"{}", R"({"c": 1})"}, {R"({"a": 1})", R"({"b": 1})", R"({"b": "1"})"});
}

TEST(Semantics, MembersAreCounted) {
  check(R"({"type": "object", "minProperties": 2, "maxProperties": 3})",
        {R"({"a": 1, "b": 1})", R"({"a": 1, "b": 1, "c": 1})"},
        {"{}", R"({"a": 1})", R"({"a": 1, "b": 1, "c": 1, "d": 1})"});
  check(R"({"type": "object", "maxProperties": 0})", {"{}"}, {R"({"a": 1})"});
  check(R"({"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "minProperties": 2,
            "additionalProperties": false})",
        {R"({"a": 1, "c": 1})"}, {R"({"a": 1})", "{}"});
}

TEST(Semantics, DeclaredOrderIsThatOfFirstMention) {
  Options O = anyOrder();
  O.KeyOrder = ir::KeyOrder::Declared;
  check(R"({"type": "object", "properties": {"b": {}, "a": {}}, "required": ["z", "a"]})",
        {R"({"b": 1, "a": 1, "z": 1})", R"({"a": 1, "z": 1, "k": 1})"},
        {R"({"a": 1, "b": 1, "z": 1})", R"({"z": 1, "a": 1})", R"({"k": 1, "a": 1, "z": 1})"}, O);
  // In-place schemas before and behind `properties`.
  check(R"({"allOf": [{"properties": {"x": {}}}], "properties": {"b": {}, "a": {}},
            "anyOf": [{"required": ["c"], "properties": {"c": {}, "b": {}}}],
            "type": "object", "additionalProperties": true})",
        {R"({"x": 1, "b": 1, "a": 1, "c": 1})"},
        {R"({"b": 1, "x": 1, "c": 1})", R"({"c": 1, "b": 1})"}, O);
  // Branches that disagree keep their own orders.
  check(R"({"type": "object", "anyOf": [
              {"properties": {"a": {}, "b": {}}, "required": ["a"], "additionalProperties": false},
              {"properties": {"b": {}, "a": {}}, "required": ["b"], "additionalProperties": false}]})",
        {R"({"a": 1, "b": 1})", R"({"b": 1})", R"({"b": 1, "a": 1})"}, {}, O);
  check(R"({"type": "object", "oneOf": [
              {"properties": {"kind": {"const": 1}, "a": {}, "z": {}}},
              {"properties": {"kind": {"const": 2}, "z": {}, "b": {}, "a": {}}}],
            "properties": {"id": {}}, "required": ["kind", "z", "a"]})",
        {R"({"kind": 1, "a": 1, "z": 1})", R"({"kind": 2, "z": 1, "b": 1, "a": 1})",
         R"({"kind": 2, "z": 1, "a": 1, "id": 1})"},
        {R"({"kind": 1, "z": 1, "a": 1})", R"({"kind": 2, "a": 1, "z": 1})",
         R"({"id": 1, "kind": 1, "a": 1, "z": 1})"},
        O);
}

TEST(Semantics, ArraysHavePrefixesAndCounts) {
  check(R"({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "items": false})",
        {"[]", "[1]", R"([1, "a"])"}, {R"(["a"])", R"([1, "a", 1])", "[,]"});
  check(R"({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "items": {"type": "null"}, "minItems": 3, "maxItems": 4})",
        {R"([1, "a", null])", R"([1, "a", null, null])"},
        {"[]", R"([1, "a"])", R"([1, "a", null, null, null])"});
  check(R"({"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 1000000})",
        {"[1]", "[1, 2, 3]"}, {"[]", "[null]"});
  check(R"({"type": "array", "maxItems": 0})", {"[]"}, {"[1]"});
  check(R"({"type": "array", "prefixItems": [true, false, true]})", {"[]", "[1]"}, {"[1, 2]"});
  check(R"({"$schema": "http://json-schema.org/draft-07/schema#", "type": "array",
            "items": [{"type": "integer"}], "additionalItems": {"type": "string"}})",
        {"[]", "[1]", R"([1, "a", "b"])"}, {R"(["a"])", "[1, 2]"});
  // `additionalItems` means nothing beside a schema.
  check(R"({"$schema": "http://json-schema.org/draft-07/schema#", "type": "array",
            "items": {"type": "integer"}, "additionalItems": false})",
        {"[1, 2]"}, {"[null]"});
}

TEST(Semantics, LongOptionalPrefixes) {
  std::string Items, Full;
  for (int I = 0; I < 200; ++I) {
    Items += std::string(I ? "," : "") + "{\"const\":" + std::to_string(I) + "}";
    Full += (I ? ", " : "") + std::to_string(I);
  }
  check("{\"type\":\"array\",\"prefixItems\":[" + Items + "],\"items\":false}",
        {"[]", "[0]", "[0, 1]", "[" + Full + "]"}, {"[1]", "[" + Full + ", 200]", "[0, 2]"});
}

TEST(Semantics, StringsAreMeasuredInCodePoints) {
  check(R"({"type": "string", "minLength": 2, "maxLength": 3})",
        {R"("ab")", R"("éé")", "\"\xf0\x9f\x98\x80z\"", R"("\n\n\n")"},
        {R"("a")", R"("abcd")", "\"\xf0\x9f\x98\x80\"", R"("\n")"});
  check(R"({"type": "string", "pattern": "^a+$", "maxLength": 2})", {R"("a")", R"("aa")"},
        {R"("aaa")", R"("")", R"("b")"});
  check(R"({"type": "string", "pattern": "b"})", {R"("abc")", R"("b")"}, {R"("ac")"});
  check(R"({"type": "string", "format": "date"})", {R"("2024-02-29")"},
        {R"("2023-02-29")", R"("x")"});
}

TEST(Semantics, EscapesFollowTheOption) {
  Options O = anyOrder();
  check(R"({"enum": ["a/b"], "type": "string"})", {R"("a/b")"}, {R"("a\/b")", R"("\u0061/b")"}, O);
  O.Escapes = ir::Escapes::Any;
  check(R"({"enum": ["a/b"], "type": "string"})", {R"("a/b")", R"("a\/b")", R"("\u0061/b")"},
        {R"("a\\b")"}, O);
}

TEST(Semantics, NonAsciiIsEscapedWhereAsked) {
  Options O = anyOrder();
  O.EscapeNonAscii = true;
  // Lengths count code points, patterns and names are about the decoded text.
  const char *Strings = R"({"type": "string", "maxLength": 2, "pattern": "^[^x]"})";
  const std::vector<std::string> In{R"("a~")", R"("\u00e9\u007f")", R"("\ud83d\ude00\"")",
                                    R"("\u0080\uffff")", R"("\t\u001f")"};
  const std::vector<std::string> Raw{"\"\xC3\xA9\"", "\"\x7F\"", "\"\xF0\x9F\x98\x80\""};
  const std::vector<std::string> Never{R"("\u00e9\u00e9\u00e9")", R"("\ud83d")", R"("\ude00a")",
                                       R"("x\u00e9")"};
  const std::vector<std::string> OtherSpellings{R"("\u00E9")", R"("\uD83D\ude00")", R"("\u0061")",
                                                R"("\u0009")", R"("\/")"};
  check(Strings, In, Raw, O);
  check(Strings, {}, Never, O);
  check(Strings, {}, OtherSpellings, O);
  const char *Object = R"({"type": "object", "properties": {"\u00e9": {"const": "\u20ac"}},
      "patternProperties": {"^\u00e8$": {"enum": ["\u00df", 1]}}, "additionalProperties": false})";
  check(Object, {R"({"\u00e9": "\u20ac", "\u00e8": "\u00df"})", "{}"},
        {R"({"\u00e9": "\u20ac", "\u00e9": "\u20ac"})", R"({"\u00e8": 1, "\u00e8": 1})",
         "{\"\xC3\xA9\": \"\\u20ac\"}", R"({"\u00e9": "\u20AC"})", R"({"\u00E8": 1})"},
        O);
  check(R"({"type": "string", "format": "regex"})", {R"("[\u00e9]\\p{L}\ud83d\ude00")"},
        {"\"\xC3\xA9\"", R"("\u00E9")", R"("(\u00e9")"}, O);
  check(R"({"type": "string", "format": "idn-email"})", {R"("\u00e9@a\u00e9.x")"},
        {"\"\xC3\xA9@a.x\"", R"("\u00E9@a.x")"}, O);
  O.Escapes = ir::Escapes::Any;
  check(Strings, In, Raw, O);
  check(Strings, OtherSpellings, Never, O);
  check(Object, {R"({"\u00e9": "\u20AC", "\u00E8": 1})"},
        {R"({"\u00e9": "\u20ac", "\u00E9": "\u20ac"})", "{\"\\u00e9\": \"\xE2\x82\xAC\"}"}, O);
  check(R"({"type": "string", "format": "regex"})", {R"("\u00e9")", R"("\u00E9\u002b")"},
        {"\"\xC3\xA9\"", R"("\u00E9(")"}, O);
}

TEST(Semantics, EnumMeetsItsSiblings) {
  check(R"({"enum": [1, 2.5, "a", "abc", null, true, [1], [1, 2], {"a": 1}, {"b": 2}],
            "type": ["integer", "string", "array", "object"], "minLength": 2, "maxItems": 1,
            "required": ["a"]})",
        {"1", "1.0", R"("abc")", "[1]", "[1.0]", R"({"a": 1})", R"({"a": 1.00})"},
        {"2.5", R"("a")", "null", "true", "[1, 2]", R"({"b": 2})", R"({"a": 2})", "10"});
  check(R"({"enum": ["ab", "cd", "ae"], "pattern": "^a"})", {R"("ab")", R"("ae")"}, {R"("cd")"});
  check(R"({"const": {"x": [1, {"y": "z"}], "w": null}})",
        {R"({"x": [1, {"y": "z"}], "w": null})", R"({"w": null, "x": [1e0, {"y": "z"}]})"},
        {R"({"x": [1, {"y": "z"}]})", R"({"x": [1, {"y": "z"}], "w": null, "v": 1})"});
}

TEST(Semantics, IntegersDependOnTheDraft) {
  check(R"({"type": "integer"})", {"1", "1.0", "-0", "-12.000", "1e2", "1.25e+02", "3.0E1"},
        {"1.5", "01", "1.", "1e-1", "1.25e1", "10e1"});
  Options Four = anyOrder();
  Four.DefaultDraft = Draft::Draft4;
  check(R"({"type": "integer"})", {"1", "-0"}, {"1.0", "1.5", "1e2"}, Four);
  check(R"({"type": "integer", "minimum": 1, "exclusiveMinimum": true, "maximum": 3})", {"2", "3"},
        {"1", "4", "2.0"}, Four);
  check(R"({"type": ["integer", "number"], "exclusiveMinimum": 1})", {"1.5", "2"}, {"1", "0"});
  check(R"({"type": "number", "multipleOf": 1})", {"2.0", "3"}, {"1.5"});
  check(R"({"multipleOf": 0.01})", {"0", "-0.00", "19.99", "1.5e-1", "4E+3", "null"},
        {"0.001", "19.999", "1e-3"});
  check(R"({"type": "number", "multipleOf": 2.5, "minimum": -5, "exclusiveMaximum": 10})",
        {"-5.0", "-2.5", "0", "7.50", "5e0"}, {"-7.5", "10", "3", "2.55"});
  // More than one automaton for all of them.
  check(R"({"type": "number", "anyOf": [{"multipleOf": 7}, {"multipleOf": 11}, {"multipleOf": 1.3},
            {"multipleOf": 17}, {"multipleOf": 19, "minimum": 20}]})",
        {"0", "77", "-1.3", "2.60", "34", "38", "3.4e99"}, {"1", "19", "-19", "1.4", "20"});
  check(R"({"type": "integer", "multipleOf": 0.5})", {"1e308", "7"}, {"0.5"});
  check(R"({"type": "number", "multipleOf": 1e-8})", {"12391239123", "0.00000001", "1e-08"},
        {"0.000000001", "1e-9"});
  // Residues that the same digits complete are one, but what an exponent follows is kept.
  check(R"({"multipleOf": 256})",
        {"0", "256", "-512.0", "2.56e2", "1e8", "2.5E9", "100000000", "7680", "12800"},
        {"1", "128", "2.56e1", "1e7", "2.5e8", "10000000", "768.5", "76.80"});
  check(R"({"type": "number", "multipleOf": 4400, "minimum": 5000})",
        {"8800", "4.4e4", "1.1e6", "110000"}, {"0", "4400", "4.4e3", "44000.5", "1.1e4", "11000"});
  check(R"({"type": "integer", "not": {"multipleOf": 3}})", {"1", "-2.0", "1e1"}, {"0", "-3", "9"});
  check(R"({"type": "number", "not": {"type": "integer"}})", {"0.5", "-1.25"}, {"0", "1.0", "1e2"});
}

TEST(Semantics, FormatsAndPatternsAreTakenFromOneAnother) {
  // A host name is a conjunction, which is taken away without being made; an address is none.
  check(R"({"type": "string", "oneOf": [{"format": "hostname"}, {"format": "ipv4"},
            {"format": "ipv6"}]})",
        {R"("example.com")", R"("a")", R"("::1")", R"("1.2.3")", R"("999.1.1.1")"},
        {R"("127.0.0.1")", R"("")", R"("a..b")", R"("-a")"});
  check(R"({"type": "string", "not": {"format": "hostname"}, "maxLength": 3})",
        {R"("")", R"("a_b")", R"("-a")", R"("\u0001")"}, {R"("a-b")", R"("a")", R"("a.b")"});
  check(R"({"anyOf": [{"format": "uri"}, {"format": "email"}], "not": {"pattern": "^https?:"},
            "type": "string", "maxLength": 20})",
        {R"("ftp://a.example/")", R"("a@b.example")"},
        {R"("http://a.example/")", R"("https:")", R"("plain")", R"("ftp://a.example/bcdef")"});
  check(R"({"type": "string", "oneOf": [{"format": "date", "maxLength": 10},
            {"pattern": "^[0-9]+-0", "not": {"format": "date"}}]})",
        {R"("2024-02-29")", R"("2023-02-29")", R"("1-0x")"}, {R"("2024-1-29")", R"("1-1")"});
}

TEST(Semantics, AnyOfMeetsItsSiblings) {
  check(R"({"type": "object", "properties": {"k": {"type": "string"}}, "required": ["k"],
            "anyOf": [{"properties": {"k": {"const": "a"}, "v": {"type": "integer"}},
                       "required": ["v"]},
                      {"properties": {"k": {"minLength": 3}}, "additionalProperties": false}]})",
        {R"({"k": "a", "v": 1})", R"({"k": "a", "v": 1, "w": 2})", R"({"k": "abc"})"},
        {R"({"k": "a"})", R"({"k": "abc", "v": "x"})", R"({"k": 1, "v": 1})", R"({"v": 1})"});
  check(R"({"anyOf": [{"type": "string"}, {"type": "integer"}], "minLength": 2, "minimum": 5})",
        {R"("ab")", "5"}, {R"("a")", "4", "null"});
  check(R"({"anyOf": [{"type": "string", "minLength": 5, "maxLength": 2}, {"type": "null"}]})",
        {"null"}, {R"("abc")"});
}

TEST(Semantics, AllOfIsConjunction) {
  check(R"({"allOf": [{"type": ["integer", "string"]}, {"type": ["string", "null"], "maxLength": 3},
                      {"minLength": 2}]})",
        {R"("ab")", R"("abc")"}, {R"("a")", R"("abcd")", "1", "null"});
  check(
      R"({"allOf": [{"properties": {"a": {"minimum": 1}}, "additionalProperties": {"type": "string"}},
                      {"properties": {"a": {"maximum": 2}, "b": {"maxLength": 1}}}],
            "type": "object"})",
      {R"({"a": 1})", R"({"b": "x", "c": "yy"})"},
      {R"({"a": 3})", R"({"b": "xx"})", R"({"c": 1})", R"({"b": 1})"});
  check(
      R"({"allOf": [{"prefixItems": [{"type": "integer"}]}, {"items": {"minimum": 2}}, {"maxItems": 2}],
            "type": "array"})",
      {"[2]", "[2, 2]", R"([3, "x"])"}, {"[1]", R"(["x"])", "[2, 1]", "[2, 2, 2]"});
}

TEST(Semantics, OneOfOfBranchesThatExcludeEachOther) {
  check(R"({"oneOf": [{"type": "string"}, {"type": "integer", "minimum": 5},
                      {"type": "number", "maximum": 2}]})",
        {R"("a")", "5", "2", "1.5"}, {"3", "null"});
  check(R"({"oneOf": [{"properties": {"t": {"const": "a"}, "x": {"type": "integer"}},
                       "required": ["t", "x"], "type": "object"},
                      {"properties": {"t": {"enum": ["b", "c"]}}, "required": ["t"], "type": "object"}]})",
        {R"({"t": "a", "x": 1})", R"({"t": "b"})"}, {R"({"t": "a"})", R"({"t": "d"})"});
  // Closed against required.
  check(R"({"type": "object", "oneOf": [
              {"properties": {"a": {}}, "required": ["a"], "additionalProperties": false},
              {"properties": {"b": {}}, "required": ["b"], "additionalProperties": false}]})",
        {R"({"a": 1})", R"({"b": 1})"}, {R"({"a": 1, "b": 1})", "{}"});
  // Only the siblings exclude.
  check(R"({"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": false,
            "maxProperties": 1, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]})",
        {R"({"a": 1})", R"({"b": 1})"}, {R"({"a": 1, "b": 1})", "{}"});
  // Deep inside.
  check(R"({"oneOf": [{"type": "object", "required": ["h"], "properties": {"h":
                        {"type": "object", "required": ["k"], "properties": {"k": {"const": 1}}}}},
                      {"type": "object", "required": ["h"], "properties": {"h":
                        {"type": "object", "required": ["k"], "properties": {"k": {"const": 2}}}}}]})",
        {R"({"h": {"k": 1}})", R"({"h": {"k": 2.0}})"}, {R"({"h": {"k": 3}})", R"({"h": {}})"});
}

TEST(Semantics, OneOfOfBranchesThatMeet) {
  check(R"({"oneOf": [{"type": "number", "maximum": 4}, {"type": "number", "minimum": 2}]})",
        {"1.5", "4.5", "-7"}, {"2", "3", "4", "null"});
  check(R"({"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]})",
        {R"({"a": 1})", R"({"b": 1, "c": 1})"}, {"{}", R"({"a": 1, "b": 1})"});
  check(R"({"type": "string", "oneOf": [{"pattern": "^a"}, {"pattern": "b$"}, {"maxLength": 1}]})",
        {R"("ac")", R"("cb")", R"("")", R"("c")"}, {R"("ab")", R"("a")", R"("b")", R"("cc")"});
  // A union where each branch lacks its type.
  check(R"({"oneOf": [{"properties": {"t": {"const": 1}}, "required": ["t"]},
                      {"properties": {"t": {"const": 2}}, "required": ["t"]}]})",
        {R"({"t": 1})", R"({"t": 2, "u": 1})"}, {"{}", R"({"t": 3})", "1", "[]"});
}

TEST(Semantics, NotIsEverythingElse) {
  check(R"({"not": {"type": "string"}})", {"1", "{}", "null"}, {R"("")"});
  check(R"({"not": {"enum": [1, "a", [1, 2]]}})", {"2", R"("b")", "[1]", "[2, 1]", "{}", "true"},
        {"1", "1.0", R"("a")", "[1, 2]"});
  check(R"({"type": "string", "not": {"minLength": 2, "maxLength": 3, "pattern": "^a"}})",
        {R"("")", R"("a")", R"("bcd")", R"("aaaa")"}, {R"("ab")", R"("abc")"});
  check(R"({"type": "array", "not": {"prefixItems": [{"type": "string"}], "minItems": 1,
            "maxItems": 2}})",
        {"[]", "[1]", R"(["a", 1, 2])"}, {R"(["a"])", R"(["a", 1])"});
  check(
      R"({"type": "object", "not": {"properties": {"a": {"type": "string"}}, "required": ["b"]}})",
      {"{}", R"({"a": "x"})", R"({"a": 1, "b": 1})"}, {R"({"b": 1})", R"({"a": "", "b": 1})"});
  // Down a recursive schema: not a list of strings.
  check(R"({"not": {"$ref": "#/$defs/l"}, "$defs": {"l": {"oneOf": [{"type": "null"},
            {"type": "object", "required": ["h", "t"], "properties": {"h": {"type": "string"},
             "t": {"$ref": "#/$defs/l"}}}]}}})",
        {"1", "{}", R"({"h": "", "t": 1})", R"({"h": "", "t": {"h": 1, "t": null}})"},
        {"null", R"({"h": "", "t": null})", R"({"h": "", "t": {"h": "", "t": null}})"});
}

TEST(Semantics, IfChoosesBetweenThenAndElse) {
  check(R"({"if": {"type": "integer"}, "then": {"minimum": 3}, "else": {"type": "string"}})",
        {"3", R"("x")"}, {"2", "2.5", "null"});
  check(R"({"type": "object", "if": {"properties": {"k": {"const": "a"}}, "required": ["k"]},
            "then": {"required": ["x"]}, "else": {"required": ["y"]}})",
        {R"({"k": "a", "x": 1})", R"({"y": 1})", R"({"k": "b", "y": 1})"},
        {R"({"k": "a", "y": 1})", R"({"x": 1})", R"({"k": 1})"});
}

TEST(Semantics, SomeElementIsOfAKind) {
  check(R"({"type": "array", "contains": {"type": "string"}})",
        {R"(["a"])", R"([1, "a", 2])", R"(["a", "b"])"}, {"[]", "[1]", R"([1, {"a": "a"}])"});
  check(R"({"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 5}})",
        {"[5]", "[1, 7, 2]"}, {"[]", "[1, 2]", R"(["a", 7])"});
  check(R"({"not": {"items": {"type": "string"}}})", {"[1]", R"(["a", 1])"},
        {"[]", R"(["a", "b"])", "1"});
  check(R"({"not": {"prefixItems": [true, {"type": "null"}], "items": {"type": "string"}}})",
        {"[1, 1]", R"([1, null, "a", 2])"}, {"[]", "[1]", R"([1, null, "a"])"});
  check(R"({"type": "array", "contains": {"type": "string"}, "minContains": 0})", {"[]", "[1]"},
        {"1"});
  check(R"({"type": "array", "contains": {"type": "string"}, "minContains": 0, "maxContains": 0})",
        {"[]", "[1]"}, {R"([1, "a"])"});
}

TEST(Semantics, ElementsAreCounted) {
  check(R"({"type": "array", "contains": {"type": "string"}, "minContains": 2, "maxContains": 3})",
        {R"(["a", "b"])", R"([1, "a", "a", 2, "a"])"},
        {"[]", R"(["a"])", R"(["a", "b", "c", 1, "d"])"});
  check(R"({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"},
            "allOf": [{"contains": {"enum": [5, 6, 7]}}, {"contains": {"enum": [1, 2]}}]})",
        {R"(["a", 1, 7])", R"(["b", 6, 3, 2])"}, {"[]", R"(["a", 3])", R"(["a", 7])", "[1, 7]"});
}

TEST(Semantics, ElementsAreDifferent) {
  check(R"({"type": "array", "uniqueItems": true})",
        {"[]", "[1, 2, 10]", R"(["a", "b", {"a": 1}, {"a": 2}])", "[null, false, 0, [], {}]"},
        {"[1, 1]", "[1, 2, 1.0]", R"(["a", "a"])", R"([{"a": 1, "b": 2}, {"b": 2, "a": 1}])"});
  check(R"({"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": true,
            "minItems": 2})",
        {R"(["a", "b"])", R"(["c", "a", "b"])"}, {R"(["a"])", R"(["a", "a"])"});
}

TEST(Semantics, NamesThatBringConditions) {
  const std::vector<std::string> In{"{}", "1", R"({"b": 1})", R"({"a": 1, "b": 1})"},
      Out{R"({"a": 1})"};
  check(R"({"dependentRequired": {"a": ["b"]}})", In, Out);
  check(R"({"dependencies": {"a": ["b"]}})", In, Out);
  check(R"({"dependentSchemas": {"a": {"required": ["b"]}}})", In, Out);
  check(R"({"dependencies": {"a": {"required": ["b"]}, "b": {}}})", In, Out);
}

TEST(Semantics, WhatWasNotEvaluated) {
  check(R"({"type": "object", "properties": {"a": {}},
            "anyOf": [{"properties": {"b": {"type": "string"}}, "required": ["b"]},
                      {"properties": {"c": {"type": "string"}}, "required": ["c"]}],
            "unevaluatedProperties": false})",
        {R"({"b": ""})", R"({"c": "", "a": 1})", R"({"b": "", "c": ""})"},
        {R"({"b": "", "c": 1})", R"({"b": "", "d": 1})", "{}"});
  check(R"({"if": {"properties": {"k": {"const": 1}}, "required": ["k"]},
            "then": {"properties": {"x": {}}}, "unevaluatedProperties": {"type": "string"}})",
        {R"({"k": 1, "x": 1})", R"({"k": "s", "x": "s"})", R"({"k": 1, "y": ""})", "1"},
        {R"({"k": 2})", R"({"x": 1})", R"({"k": 1, "y": 1})"});
  check(R"({"type": "array", "prefixItems": [true], "oneOf": [{"prefixItems": [{"const": 1}, true]},
            {"maxItems": 1, "prefixItems": [{"const": 2}]}], "unevaluatedItems": false})",
        {"[1, 2]", "[2]", "[1]"}, {"[1, 2, 3]", "[3]", "[2, 2]", "[]"});
}

TEST(Semantics, DynamicReferencesDependOnTheWay) {
  // The strict tree closes the nodes of the tree it extends.
  check(R"({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "http://x/strict",
            "$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": false,
            "$defs": {"t": {"$id": "tree", "$dynamicAnchor": "node", "type": "object",
             "properties": {"children": {"type": "array", "items": {"$dynamicRef": "#node"}}}}}})",
        {"{}", R"({"children": [{}, {"children": []}]})"},
        {R"({"child": 1})", R"({"children": [{"child": 1}]})", "1"});
  check(R"({"$schema": "https://json-schema.org/draft/2019-09/schema", "$id": "http://x/strict",
            "$recursiveAnchor": true, "$ref": "tree", "unevaluatedProperties": false,
            "$defs": {"t": {"$id": "tree", "$recursiveAnchor": true, "type": "object",
             "properties": {"children": {"type": "array", "items": {"$recursiveRef": "#"}}}}}})",
        {"{}", R"({"children": [{}, {"children": []}]})"},
        {R"({"child": 1})", R"({"children": [{"child": 1}]})", "1"});
}

TEST(Semantics, ReferencesLeadAnywhereInTheDocument) {
  check(
      R"({"$ref": "#/$defs/a~1b~1c%20d", "$defs": {"a/b/c d": {"$ref": "#/x/0"}}, "x": [{"type": "null"}]})",
      {"null"}, {"1"});
  check(R"({"$defs": {"n": {"$anchor": "here", "type": "integer"}}, "items": {"$ref": "#here"},
            "type": "array"})",
        {"[1]"}, {R"(["a"])"});
  check(R"({"$id": "http://example.com/root.json", "$defs": {"x": {"$id": "sub/x.json",
              "$defs": {"y": {"type": "null"}}, "$ref": "#/$defs/y"}}, "$ref": "sub/x.json"})",
        {"null"}, {"1"});
  check(R"({"$ref": "#/$defs/s", "maxLength": 2, "$defs": {"s": {"type": "string"}}})", {R"("ab")"},
        {R"("abc")"});
  check(R"({"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/s",
            "maxLength": 2, "definitions": {"s": {"type": "string"}}})",
        {R"("ab")", R"("abc")"}, {"1"});
}

TEST(Semantics, RecursionIsFinite) {
  check(R"({"type": "object", "properties": {"next": {"$ref": "#"}, "v": {"type": "integer"}},
            "required": ["v"], "additionalProperties": false})",
        {R"({"v": 1})", R"({"v": 1, "next": {"next": {"v": 3}, "v": 2}})"},
        {R"({"v": 1, "next": {}})", R"({"next": {"v": 1}})"});
  // Two recursive schemas met with one another.
  check(R"({"allOf": [{"$ref": "#/$defs/t"}, {"$ref": "#/$defs/u"}],
            "$defs": {"t": {"type": "array", "items": {"$ref": "#/$defs/t"}},
                      "u": {"type": "array", "maxItems": 2, "items": {"$ref": "#/$defs/u"}}}})",
        {"[]", "[[], [[]]]"}, {"[[], [], []]", "[1]"});
}

TEST(Semantics, RemoteDocumentsAreThoseSupplied) {
  Options O = anyOrder();
  O.Remotes["http://example.com/a.json"] =
      R"({"$defs": {"n": {"type": "integer"}}, "items": {"$ref": "b.json#n"}, "type": "array"})";
  O.Remotes["http://example.com/b.json"] = R"({"$defs": {"q": {"$anchor": "n", "type": "null"}}})";
  check(R"({"$ref": "http://example.com/a.json"})", {"[null]"}, {"[1]"}, O);
  check(R"({"$ref": "http://example.com/a.json#/$defs/n"})", {"1"}, {"null"}, O);
}

TEST(Semantics, LenientEnforcesTheRest) {
  Options O = anyOrder();
  O.Lenient = true;
  check(R"({"type": "string", "format": "regex", "maxLength": 2})", {R"("((")"}, {R"("(((")"}, O);
  // What a pattern that is not known leaves over is not known either.
  check(R"({"type": "object", "patternProperties": {"^(x)\\1": {"type": "integer"}},
            "properties": {"a": {"type": "null"}}, "additionalProperties": false})",
        {R"({"x": "s"})", R"({"a": null, "y": 1})"}, {R"({"a": 1})"}, O);
}

TEST(Presentation, WhiteSpaceFollowsTheOption) {
  const std::string Schema = R"({"type": "object", "properties": {"a": {"type": "array",
                                 "items": {"type": "integer"}}}, "additionalProperties": {}})";
  Options O = anyOrder();
  O.Space = Whitespace::Compact;
  check(Schema, {R"({"a":[1,2],"b":{}})"}, {R"({"a": [1,2]})", R"({"a":[1, 2]})", "{ }"}, O);
  O.Space = Whitespace::Single;
  check(Schema, {R"({"a": [1, 2], "b": {}})"}, {R"({"a":[1]})", "{ }"}, O);
  O.Space = Whitespace::Indent;
  O.IndentWidth = 2;
  check(Schema, {"{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}", "{}", "{\n  \"a\": []\n}"},
        {"{\n \"a\": []\n}", "{\n  \"a\": [1]\n}", "{\n}", R"({"a": []})",
         "{\n  \"a\": [\n    1\n    ]\n}"},
        O);
  O.Space = Whitespace::Flexible;
  check(Schema,
        {R"({"a":[1,2],"b":{}})", R"({"a": [1, 2], "b": {}})",
         "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}", "{ \"a\" : [ 1 , 2 ] }",
         "{\r\n\t\"a\": [\r\n                1]}", "{\n        }", "{ }"},
        {"{  }", "{\n         }", "{\"a\":  []}", "{\"a\":\n[]}", "{\n\n}", " {}", "{} "}, O);
}

TEST(Presentation, LargeBoundsAreNotUnrolled) {
  Compiled Small(R"({"type":"array","items":{"type":"string","maxLength":10},"maxItems":10})");
  Compiled Large(
      R"({"type":"array","items":{"type":"string","maxLength":1000000},"maxItems":1000000})");
  ASSERT_TRUE(Small.M && Large.M);
  EXPECT_EQ(Small.M->exprCount(), Large.M->exprCount());
}

TEST(Presentation, EqualSchemasShareRules) {
  Compiled One(
      R"({"properties":{"a":{"type":"object","properties":{"x":{"type":"string","maxLength":3}}}}})");
  Compiled Two(
      R"({"properties":{"a":{"type":"object","properties":{"x":{"type":"string","maxLength":3}}},
                                 "b":{"type":"object","properties":{"x":{"type":"string","maxLength":3}}}}})");
  ASSERT_TRUE(One.M && Two.M);
  EXPECT_EQ(One.M->ruleCount(), Two.M->ruleCount());
}

TEST(Presentation, RulesNameTheirPlaces) {
  Compiled C(
      R"({"properties":{"a":{"type":"string","maxLength":3},"b":{"type":"string","maxLength":3}}})");
  ASSERT_TRUE(C.M);
  std::set<std::string> Pointers;
  for (uint32_t I = 0; I < C.M->ruleCount(); ++I)
    for (const ir::Origin &O : C.M->rule(ir::RuleId(I)).Origins.items())
      Pointers.insert(O.Pointer);
  EXPECT_TRUE(Pointers.count("/properties/a"));
  EXPECT_TRUE(Pointers.count("/properties/b"));
}

TEST(Semantics, ComplementsOfManyClosedObjectsDoNotMultiply) {
  // Each branch holds for {}; none is told apart by a required name.
  std::string Branches;
  for (char C = 'a'; C <= 'p'; ++C)
    Branches += std::string(C == 'a' ? "" : ", ") + R"({"type": "object", "properties": {")" + C +
                R"(": {"type": "null"}}, "additionalProperties": false})";
  check(R"({"oneOf": [)" + Branches + "]}", {R"({"a": null})", R"({"p": null})"},
        {"{}", R"({"a": null, "b": null})", R"({"a": 1})", R"({"q": null})", "1"});
  check(R"({"not": {"oneOf": [)" + Branches + "]}}",
        {"{}", R"({"a": null, "b": null})", R"({"a": 1})", R"({"q": null})", "1"},
        {R"({"a": null})", R"({"p": null})"});
}

TEST(Semantics, DemandsForOneOfFewKeys) {
  check(R"({"type": "object", "propertyNames": {"pattern": "^..$"}, "maxProperties": 1,
            "allOf": [{"not": {"propertyNames": {"not": {"pattern": "a"}}}},
                      {"not": {"propertyNames": {"not": {"pattern": "b"}}}}]})",
        {R"({"ab": 1})", R"({"ba": 1})"},
        {"{}", R"({"aa": 1})", R"({"a": 1})", R"({"ab": 1, "ba": 1})"});
}

TEST(Semantics, MetaSchemasAreBuiltIn) {
  Options O = anyOrder();
  O.AssertFormats = false;
  for (const char *Draft :
       {"http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-06/schema#",
        "https://json-schema.org/draft-07/schema", "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema"})
    check(R"({"$ref": ")" + std::string(Draft) + "\"}",
          {R"({"type": "object", "properties": {"a": {"minimum": 0}}})",
           R"({"anyOf": [{"required": ["a"]}], "enum": [1, {}]})"},
          {R"({"type": "x"})", R"({"properties": {"a": {"minLength": -1}}})", "[]"}, O);
}

TEST(Semantics, IntegersOfSoManyBits) {
  check(R"({"type": "integer", "format": "int32"})", {"2147483647", "-2147483648", "1.0"},
        {"2147483648", "-2147483649", "0.5"});
  check(R"({"format": "int64"})", {"9223372036854775807", "-9223372036854775808", "\"a\""},
        {"9223372036854775808", "0.5"});
}

} // namespace
