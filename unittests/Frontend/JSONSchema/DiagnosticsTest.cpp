//===- DiagnosticsTest.cpp - What is refused, by name and pointer ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TestSupport.h"

#include <gtest/gtest.h>

using namespace weir;
using namespace weir::jsonschema;
using test::Compiled;
using Names = std::vector<std::string>;

namespace {

void expect(const std::string &Schema, const Names &Problems, const Options &Opts = {}) {
  Compiled C(Schema, Opts);
  EXPECT_EQ(C.problems(), Problems) << Schema << "\n" << printText(C.Diags);
  EXPECT_EQ(bool(C.M), !C.Diags.hasErrors()) << Schema;
}

TEST(SchemaDiagnostics, AllProblemsAreReported) {
  expect(R"({"type": "object", "properties": {
               "a": {"type": "strin"}, "b": {"not": {}}, "c": {"uniqueItems": 1},
               "d": {"minLength": -1}, "e": {"required": "x"}, "f": {"enum": 1}}})",
         {"schema-wrong-type /properties/f/enum", "schema-wrong-type /properties/e/required",
          "schema-wrong-type /properties/d/minLength",
          "schema-wrong-type /properties/c/uniqueItems", "schema-unknown-type /properties/a/type"});
}

TEST(SchemaDiagnostics, PatternsThatCannotBeReadAreUnenforcedWhenLenient) {
  const char *Schema = R"({"pattern": "(a)\\1"})";
  EXPECT_FALSE(Compiled(Schema).M);
  Options Lenient;
  Lenient.Lenient = true;
  Compiled L(Schema, Lenient);
  EXPECT_TRUE(L.M);
  EXPECT_EQ(L.problems(), std::vector<std::string>{"unsupported-keyword /pattern"});
  ASSERT_EQ(L.Unenforced.size(), 1U);
  EXPECT_EQ(L.Unenforced[0].Pointer, "/pattern");
}

TEST(SchemaDiagnostics, KeysThatAreTooManyTogetherAreUnenforcedWhenLenient) {
  // Of each letter one thing matters to a pattern and another to the other.
  const std::string Names = R"("propertyNames": {"allOf": [{"pattern": "^[a-d]*[ab][a-d]{6}$"},
                                                           {"pattern": "^[a-d]*[ac][a-d]{11}$"}]})";
  expect("{" + Names + R"(, "properties": {"aaa": {"type": "strin"}}})",
         {"schema-key-budget /propertyNames", "schema-unknown-type /properties/aaa/type"});
  Options Lenient;
  Lenient.Lenient = true;
  const std::string Fine = "{" + Names + "}";
  expect(Fine, {"schema-key-budget /propertyNames"}, Lenient);
  Compiled L(Fine, Lenient);
  ASSERT_EQ(L.Unenforced.size(), 1U);
  EXPECT_EQ(L.Unenforced[0].Pointer, "/propertyNames");
}

TEST(SchemaDiagnostics, StrictProfile) {
  Options Strict;
  Strict.TheProfile = Profile::OpenAIStrict;
  auto Problems = [&](const std::string &Schema) { return Compiled(Schema, Strict).problems(); };
  using Strings = std::vector<std::string>;
  EXPECT_EQ(Problems(R"({"type": "object", "properties": {"a": {"type": "string"}},
                         "required": ["a"], "additionalProperties": false})"),
            Strings{});
  EXPECT_EQ(Problems(R"({"type": "string"})"), Strings{"strict-root "});
  EXPECT_EQ(Problems(R"({"type": "object", "additionalProperties": false,
                         "anyOf": [{"type": "object", "additionalProperties": true}]})"),
            (Strings{"strict-root ", "strict-open-object /anyOf/0/additionalProperties"}));
  EXPECT_EQ(
      Problems(R"({"type": "object", "additionalProperties": false, "minProperties": 0,
                         "properties": {"a": {"type": "string", "format": "uri"},
                                        "b": {"items": {"type": ["object", "null"]}}},
                         "required": ["b"]})"),
      (Strings{"strict-keyword /minProperties", "strict-optional /properties/a",
               "strict-open-object /properties/b/items", "strict-format /properties/a/format"}));
  std::string Deep = R"({"type": "string"})", Many;
  for (unsigned I = 0; I < 11; ++I)
    Deep = R"({"items": )" + Deep + "}";
  EXPECT_EQ(Problems(R"({"type": "object", "additionalProperties": false, "required": ["a"],
                         "properties": {"a": )" +
                     Deep + "}}"),
            Strings{"strict-limit "});
  for (unsigned I = 0; I < 1001; ++I)
    Many += (I ? ", " : "") + std::to_string(I);
  EXPECT_EQ(Problems(R"({"type": "object", "additionalProperties": false, "required": ["a"],
                         "properties": {"a": {"enum": [)" +
                     Many + "]}}}"),
            Strings{"strict-limit "});
}

TEST(SchemaDiagnostics, OptionsOfTheRoot) {
  using Strings = std::vector<std::string>;
  EXPECT_EQ(Compiled(R"({"x-weir": {"keyOrder": "any", "whitespace": "indent=4", "escapes": "any",
                          "format": "annotate", "profile": "none", "itemSeparator": ",  ",
                          "keySeparator": ": "}, "format": "regex"})")
                .problems(),
            Strings{});
  EXPECT_EQ(Compiled(R"({"x-weir": []})").problems(), Strings{"schema-wrong-type /x-weir"});
  EXPECT_EQ(Compiled(R"({"x-weir": {"lenient": "true"}})").problems(),
            Strings{"schema-unknown-option /x-weir/lenient"});
  EXPECT_EQ(Compiled(R"({"x-weir": {"keyOrder": 1}, "type": "strin"})").problems(),
            (Strings{"schema-option /x-weir/keyOrder", "schema-unknown-type /type"}));
  for (const char *Bad :
       {R"("keyOrder": "some")", R"("whitespace": "indent=65")", R"("itemSeparator": ", ,")",
        R"("keySeparator": "=")", R"("profile": "strict")", R"("format": true)"})
    EXPECT_EQ(Compiled(std::string(R"({"x-weir": {)") + Bad + "}}").problems().at(0).substr(0, 14),
              "schema-option ")
        << Bad;
  Options Caller;
  Caller.ItemSeparator = ";";
  EXPECT_EQ(Compiled("{}", Caller).problems(), Strings{"schema-option "});
}

TEST(SchemaDiagnostics, MisspeltKeywords) {
  auto Hint = [](const std::string &Name, const std::string &Draft = "2020-12") {
    const std::string Uri = Draft == "7" ? "http://json-schema.org/draft-07/schema"
                                         : "https://json-schema.org/draft/2020-12/schema";
    Compiled C(R"({"$schema": ")" + Uri + R"(", "items": {")" + Name + R"(": 1}})");
    EXPECT_TRUE(C.M) << Name;
    const std::vector<Diagnostic> &All = C.Diags.diagnostics();
    if (All.empty())
      return std::string();
    EXPECT_EQ(All.size(), 1U) << Name;
    EXPECT_EQ(diagName(All[0].Id), "unknown-keyword");
    EXPECT_EQ(All[0].Level, Severity::Note);
    EXPECT_EQ(All[0].Pointer, "/items/" + Name);
    return All[0].Notes.at(0).Message;
  };
  const std::pair<const char *, const char *> Misspelt[] = {
      {"minLenght", "minLength"},
      {"maxlength", "maxLength"},
      {"additionalproperties", "additionalProperties"},
      {"aditionalPropertes", "additionalProperties"},
      {"OneOf", "oneOf"},
      {"emum", "enum"},
      {"requires", "required"},
      {"ref", "$ref"},
      {"properites", "properties"},
      {"inclusiveMinimum", "minimum"},
      {"type:", "type"},
      {"Not", "not"}};
  for (auto [Name, Keyword] : Misspelt)
    EXPECT_EQ(Hint(Name), "did you mean '" + std::string(Keyword) + "'?");
  // Names that are so on purpose, or that are too far from any keyword.
  for (const char *Name : {"_format",
                           "$type",
                           "@type",
                           "//pattern",
                           "x-deprecated",
                           "example",
                           "comment",
                           "schema",
                           "note",
                           "form",
                           "titleOf",
                           "markdownDescription",
                           "enumDescriptions",
                           "nullable",
                           "propertyOrder",
                           "dependantRequirements",
                           "discriminator",
                           "xml",
                           "e",
                           "",
                           "aVeryLongNameThatIsNoKeywordAtAll"})
    EXPECT_EQ(Hint(Name), "") << Name;
  EXPECT_EQ(Hint("unevaluatedItem"), "did you mean 'unevaluatedItems'?");
  EXPECT_EQ(Hint("unevaluatedItem", "7"), "") << "no keyword of the draft";
}

TEST(SchemaDiagnostics, AMisspeltKeywordIsToldOnce) {
  Compiled C(R"({"allOf": [{"properties": {"a": {"minLenght": 1}, "minLenght": {}}},
                           {"minLenght": 2, "maxLenght": 3}], "const": {"minLenght": 1}})");
  EXPECT_EQ(C.problems(), (Names{"unknown-keyword /allOf/0/properties/a/minLenght",
                                 "unknown-keyword /allOf/1/maxLenght"}));
  // In order of the text, whatever the order in which schemas are looked at; names beyond a
  // budget are not looked at.
  std::string Many = R"({"$defs": {"a": {)";
  for (unsigned I = 0; I < 20'000; ++I)
    Many += "\"name" + std::to_string(I) + "\": 1, ";
  EXPECT_EQ(Compiled(Many + R"("minLenght": 1}}})").problems(), Names{});
}

TEST(SchemaDiagnostics, KeywordsOfOtherDrafts) {
  auto Problems = [](const std::string &Uri, const std::string &Rest) {
    Compiled C(R"({"$schema": ")" + Uri + "\", " + Rest + "}");
    EXPECT_TRUE(C.M);
    Names Out;
    for (const Diagnostic &D : C.Diags.diagnostics()) {
      EXPECT_EQ(D.Level, Severity::Note);
      Out.push_back(std::string(diagName(D.Id)) + " " + D.Pointer + ": " + D.Message);
    }
    return Out;
  };
  EXPECT_EQ(Problems("http://json-schema.org/draft-07/schema#",
                     R"("dependentRequired": {"a": ["b"]}, "$defs": {}, "deprecated": true)"),
            Names{"keyword-draft /dependentRequired: 'dependentRequired' is a keyword from draft "
                  "2019-09 on, not of this schema's draft, and constrains nothing"});
  EXPECT_EQ(Problems("https://json-schema.org/draft/2020-12/schema",
                     R"("items": {"$recursiveRef": "#", "id": "a"})"),
            Names{"keyword-draft /items/$recursiveRef: '$recursiveRef' is a keyword up to draft "
                  "2019-09, not of this schema's draft, and constrains nothing"});
  EXPECT_EQ(Problems("http://json-schema.org/draft-04/schema", R"("const": 1, "examples": [2])"),
            Names{"keyword-draft /const: 'const' is a keyword from draft 6 on, not of this "
                  "schema's draft, and constrains nothing"});
}

TEST(SchemaDiagnostics, OptionsBelowTheRoot) {
  Compiled C(R"({"x-weir": {"keyOrder": "any"},
                 "properties": {"x-weir": {"x-weir": {"whitespace": "compact"}}}})");
  EXPECT_TRUE(C.M);
  EXPECT_EQ(C.problems(), Names{"schema-option-place /properties/x-weir/x-weir"});
  EXPECT_EQ(C.Diags.diagnostics().back().Level, Severity::Warning);
  SourceManager Sources;
  EXPECT_TRUE(capabilities(Sources, Sources.add("s", R"({"not": {"x-weir": {}, "minLenght": 1,
                                                          "type": "null"}})"),
                           {})
                  .empty());
}

TEST(SchemaDiagnostics, Capabilities) {
  SourceManager Sources;
  FileId File = Sources.add(
      "s",
      R"({"properties": {"a": {"type": "string", "pattern": "(a)\\1"}, "b": {"format": "x"}}})");
  auto List = [&](const Options &Opts) {
    std::vector<std::string> Out;
    for (const Limitation &L : capabilities(Sources, File, Opts))
      Out.push_back(std::string(diagName(L.Id)) + (L.Refused ? "!" : "") + " " + L.Place.Pointer);
    std::sort(Out.begin(), Out.end());
    return Out;
  };
  using Strings = std::vector<std::string>;
  EXPECT_EQ(List({}), (Strings{"regex-back-reference! /properties/a/pattern",
                               "unknown-format /properties/b/format"}));
  Options Lenient;
  Lenient.Lenient = true;
  EXPECT_EQ(List(Lenient), (Strings{"unknown-format /properties/b/format",
                                    "unsupported-keyword /properties/a/pattern"}));
  Options Annotate;
  Annotate.AssertFormats = false;
  EXPECT_EQ(List(Annotate), Strings{"regex-back-reference! /properties/a/pattern"});
}

TEST(SchemaDiagnostics, WhatFormatsLeaveOut) {
  SourceManager Sources;
  const std::string Schema =
      R"({"properties": {"a": {"format": "regex"}, "b": {"format": "hostname"},
                         "c": {"format": "idn-email"}, "d": {"format": "date"},
                         "e": {"format": "idn-hostname"}}})";
  FileId File = Sources.add("s", Schema);
  std::vector<std::string> Out;
  Options Opts;
  for (const Limitation &L : capabilities(Sources, File, Opts)) {
    EXPECT_FALSE(L.Refused);
    EXPECT_NE(L.Message.find("this is not enforced: that "), std::string::npos) << L.Message;
    Out.push_back(std::string(diagName(L.Id)) + " " + L.Place.Pointer);
  }
  EXPECT_EQ(Out, (std::vector<std::string>{"unsupported-format /properties/a/format",
                                           "unsupported-format /properties/b/format",
                                           "unsupported-format /properties/c/format",
                                           "unsupported-format /properties/e/format"}));
  EXPECT_EQ(Compiled(Schema).problems(), std::vector<std::string>{});
  Opts.Lenient = true;
  EXPECT_EQ(Compiled(Schema, Opts).Unenforced.size(), 4U);
  Opts.AssertFormats = false;
  EXPECT_TRUE(capabilities(Sources, File, Opts).empty());
}

TEST(SchemaDiagnostics, StepsBeyondTheBudget) {
  for (const char *K : {R"("multipleOf": 0.123456789)", R"("multipleOf": 12345678901234567891)"}) {
    Compiled C(std::string("{") + K + "}");
    ASSERT_EQ(C.problems().size(), 1U) << K;
    EXPECT_EQ(C.problems()[0].substr(0, 13), "schema-budget") << K;
  }
  Compiled C(R"({"multipleOf": 3, "minimum": 1, "maximum": 2, "type": "integer"})");
  EXPECT_EQ(C.problems(), std::vector<std::string>{"schema-unsatisfiable /multipleOf"});
}

TEST(SchemaDiagnostics, KeywordsThatConstrainNothingAreNoProblem) {
  for (const char *K :
       {R"("if": {"type": "null"})", R"("then": false)", R"("not": false)",
        R"("patternProperties": {})", R"("propertyNames": true)", R"("uniqueItems": false)",
        R"("contains": {}, "minContains": 0)", R"("unevaluatedProperties": true)",
        R"("type": "string", "uniqueItems": true)", R"("type": "array", "multipleOf": 3)",
        R"("type": "integer", "multipleOf": 0.01)", R"("dependentRequired": {"a": []})",
        R"("x-unknown": {"not": {}}, "title": "t", "default": 1, "examples": [{}])",
        R"("$comment": "c", "readOnly": true, "deprecated": true, "contentEncoding": "base64")"})
    expect(std::string("{") + K + "}", {});
}

TEST(SchemaDiagnostics, Negations) {
  expect(R"({"not": {"not": false}})", {"schema-unsatisfiable /not"});
  expect(R"({"type": "string", "not": {"type": "string"}})", {"schema-unsatisfiable /not"});
  expect(R"({"$ref": "#/$defs/a", "$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}})",
         {"schema-ref-cycle /$defs/a/not"});
}

TEST(SchemaDiagnostics, ContradictionsAreNamedWhereTheyAre) {
  expect(R"({"allOf": [{"type": "object", "required": ["a"], "properties": {"a": {"const": 1}}},
                       {"properties": {"a": {"const": 2}}}]})",
         {"schema-unsatisfiable /allOf/0/properties/a/const"});
  expect(R"({"type": "string", "pattern": "^a+$", "allOf": [{"pattern": "^b"}]})",
         {"schema-unsatisfiable /pattern"});
  expect(R"({"type": "object", "required": ["b"], "properties": {"a": {}},
             "allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": false})",
         {"schema-unsatisfiable /required/0"});
}

TEST(SchemaDiagnostics, ElementCounts) {
  expect(R"({"type": "array", "contains": {"const": 1}, "minContains": 2, "maxItems": 1})",
         {"schema-unsatisfiable /contains"});
  expect(R"({"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": true})",
         {"schema-unsatisfiable /minItems"});
  expect(R"({"type": "array", "contains": {"type": "null"}, "items": {"type": "string"}})",
         {"schema-unsatisfiable /contains/type"});
}

TEST(SchemaDiagnostics, WhatCannotBeNegated) {
  expect(R"({"not": {"uniqueItems": true}})", {"schema-negation "});
  // Of arrays that are unique anyway nothing is left of it.
  expect(R"({"type": "array", "uniqueItems": true, "not": {"items": {"type": "null"},
                                                           "uniqueItems": true}})",
         {});
  expect(R"({"not": {"additionalProperties": {"type": "null"}}})", {});
}

TEST(SchemaDiagnostics, References) {
  expect(R"({"$ref": "#/nowhere"})", {"schema-unresolved-ref /$ref"});
  expect(R"({"$ref": "#anchor"})", {"schema-unresolved-ref /$ref"});
  expect(R"({"$dynamicRef": "#x"})", {"schema-unresolved-ref /$dynamicRef"});
  expect(R"({"$dynamicRef": 1})", {"schema-wrong-type /$dynamicRef"});
  expect(R"({"$ref": "http://example.com/x.json#/a"})", {"schema-remote-ref /$ref"});
  expect(R"({"$ref": "#/%zz"})", {"schema-invalid-uri /$ref"});
  expect(R"({"$ref": 1})", {"schema-wrong-type /$ref"});
  expect(R"({"$ref": "#"})", {"schema-ref-cycle "});
  expect(R"({"anyOf": [{"$ref": "#"}, {"type": "null"}]})", {"schema-ref-cycle /anyOf/0"});
  expect(R"({"$defs": {"a": {"$id": "x"}, "b": {"$id": "x"}}, "$ref": "x"})",
         {"schema-duplicate-id /$ref"});
  expect(R"({"$defs": {"a": {"$id": "x"}, "b": {"$id": "x"}}})", {});
  expect(R"({"$ref": "#/$defs/a", "$defs": {"a": 1}})", {"schema-wrong-type /$defs/a"});
}

TEST(SchemaDiagnostics, Contradictions) {
  expect("false", {"schema-unsatisfiable "});
  expect(R"({"type": "integer", "minimum": 0.2, "maximum": 0.8})",
         {"schema-unsatisfiable /minimum"});
  expect(R"({"type": "string", "minLength": 3, "maxLength": 2})",
         {"schema-unsatisfiable /minLength"});
  expect(R"({"type": "array", "minItems": 3, "maxItems": 2})", {"schema-unsatisfiable /minItems"});
  expect(R"({"enum": [1, "a"], "type": "boolean"})", {"schema-unsatisfiable /enum"});
  expect(R"({"type": "string", "allOf": [{"type": "object"}]})", {"schema-unsatisfiable /type"});
  expect(R"({"type": "object", "required": ["a"], "properties": {"a": false}})",
         {"schema-unsatisfiable /required/0"});
  expect(R"({"type": "object", "required": ["a"], "properties":
              {"a": {"type": "object", "required": ["b"], "properties": {"b": {"enum": []}}}}})",
         {"schema-unsatisfiable /properties/a/properties/b/enum"});
  expect(R"({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}})",
         {"schema-unsatisfiable /required/0"});
  expect(
      R"({"type": "array", "minItems": 2, "prefixItems": [true, {"type": "string", "minLength": 2,
             "maxLength": 1}]})",
      {"schema-unsatisfiable /prefixItems/1/minLength"});
  expect(R"({"type": "object", "minProperties": 2, "properties": {"a": {}},
             "additionalProperties": false})",
         {"schema-unsatisfiable /minProperties"});
}

TEST(SchemaDiagnostics, OneOf) {
  expect(R"({"type": "string", "oneOf": [{"minLength": 1}, {"minLength": 1}]})",
         {"schema-unsatisfiable /oneOf"});
  expect(R"({"oneOf": []})", {"schema-wrong-type /oneOf"});
}

TEST(SchemaDiagnostics, Formats) {
  expect(R"({"type": "string", "format": "regex", "minLength": 2})", {"unsupported-format "});
  expect(R"({"type": "string", "format": "my-own"})", {"unknown-format /format"});
  // OpenAPI's, not JSON Schema's.
  expect(R"({"type": "string", "format": "byte"})", {"unknown-format /format"});
  expect(R"({"type": "integer", "format": "int32"})", {});
  Options Annotate;
  Annotate.AssertFormats = false;
  expect(R"({"type": "string", "format": "regex", "minLength": 2})", {}, Annotate);
}

TEST(SchemaDiagnostics, Drafts) {
  Compiled None("{}"), Old(R"({"$schema": "http://json-schema.org/draft-03/schema"})"),
      New(R"({"$schema": "https://json-schema.org/draft/2020-12/schema"})");
  ASSERT_EQ(None.Diags.diagnostics().size(), 1U);
  EXPECT_EQ(diagName(None.Diags.diagnostics()[0].Id), "schema-draft-assumed");
  ASSERT_EQ(Old.Diags.diagnostics().size(), 1U);
  EXPECT_EQ(Old.Diags.diagnostics()[0].Pointer, "/$schema");
  EXPECT_TRUE(New.Diags.diagnostics().empty());
  Options O;
  O.Remotes["http://example.com/meta"] =
      R"({"$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/applicator": true}})";
  expect(R"({"$schema": "http://example.com/meta"})", {"schema-vocabulary /$schema"}, O);
}

TEST(SchemaDiagnostics, BudgetsAreErrors) {
  expect(R"({"minimum": 1e5000})", {"schema-budget /minimum"});
  expect(R"({"const": 1e999999999999999999})", {"schema-budget /const"});
  Options O;
  O.MaxNodes = 10;
  std::string Many;
  for (int I = 0; I < 20; ++I)
    Many += (I ? ",\"" : "\"") + std::to_string(I) + "\":{\"type\":\"null\"}";
  Compiled C("{\"properties\":{" + Many + "}}", O);
  ASSERT_EQ(C.problems().size(), 1U);
  EXPECT_EQ(C.problems()[0].substr(0, 14), "schema-budget ");
  // 2^20 alternatives.
  std::string Product;
  for (int I = 0; I < 20; ++I) {
    std::string K = std::to_string(I);
    Product += std::string(I ? "," : "") + "{\"anyOf\":[{\"properties\":{\"a" + K +
               "\":{\"type\":\"null\"}}},{\"properties\":{\"b" + K + "\":{\"type\":\"null\"}}}]}";
  }
  Compiled P("{\"allOf\":[" + Product + "]}");
  ASSERT_EQ(P.problems().size(), 1U);
  EXPECT_EQ(P.problems()[0].substr(0, 14), "schema-budget ");
}

TEST(SchemaDiagnostics, DepthIsRefusedOrCompiled) {
  auto Nested = [](const std::string &Open, const std::string &Close, int N) {
    std::string S;
    for (int I = 0; I < N; ++I)
      S += Open;
    S += "{}";
    for (int I = 0; I < N; ++I)
      S += Close;
    return S;
  };
  EXPECT_TRUE(Compiled(Nested(R"({"items":)", "}", 1000)).M);
  EXPECT_TRUE(Compiled(Nested(R"({"properties":{"a":)", "}}", 500)).M);
  for (auto [Open, Close] :
       {std::pair(R"({"items":)", "}"), std::pair(R"({"allOf":[{"minimum":1},)", "]}"),
        std::pair(R"({"anyOf":[{"minimum":1},)", "]}")}) {
    Compiled C(Nested(Open, Close, 10'000));
    ASSERT_FALSE(C.M);
    EXPECT_EQ(C.problems()[0].substr(0, 17), "nesting-too-deep ") << C.problems()[0];
    Options Deep;
    Deep.MaxDepth = 100'000;
    Compiled D(Nested(Open, Close, 1'000), Deep);
    EXPECT_EQ(bool(D.M), !D.Diags.hasErrors());
  }
}

TEST(SchemaDiagnostics, LargeEnumsAreLinear) {
  std::string S = "{\"enum\":[";
  for (int I = 0; I < 100'000; ++I)
    S += (I ? ",\"value " : "\"value ") + std::to_string(I) + "\"";
  Compiled C(S + "],\"type\":\"string\"}");
  EXPECT_TRUE(C.M);
  EXPECT_LT(C.M->ruleCount(), 10U);
}

} // namespace
