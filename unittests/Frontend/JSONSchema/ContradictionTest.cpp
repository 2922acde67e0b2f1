//===- ContradictionTest.cpp - Which keywords exclude every value ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each row is a schema that no value satisfies, and the places that are named: first
// that of the diagnostic, then those of its notes in the order of the text. Without any
// one of them the schema has a value, which is tried.
//
//===----------------------------------------------------------------------===//
#include "TestSupport.h"

#include <gtest/gtest.h>

using namespace weir;
using namespace weir::jsonschema;
using test::Compiled;
using Strings = std::vector<std::string>;

namespace {

/// The places of each contradiction: "first other other".
Strings contradictions(const std::string &Schema, const Options &Opts = {}) {
  Compiled C(Schema, Opts);
  Strings Out;
  for (const Diagnostic &D : C.Diags.diagnostics()) {
    if (D.Level != Severity::Error)
      continue;
    EXPECT_EQ(diagName(D.Id), "schema-unsatisfiable") << Schema;
    EXPECT_TRUE(D.Range.isValid() && D.Range.End > D.Range.Begin) << Schema;
    std::string Line = D.Pointer;
    for (const DiagNote &N : D.Notes) {
      EXPECT_TRUE(N.HasPointer && N.Range.isValid()) << Schema;
      Line += " " + N.Pointer;
    }
    Out.push_back(Line);
  }
  return Out;
}

struct Case {
  const char *Schema;
  const char *Places; ///< "first other other"; '/' alone is the root
};

const Case Cases[] = {
    // Numbers.
    {R"({"type": "number", "minimum": 5, "maximum": 3})", "/minimum /type /maximum"},
    {R"({"type": "number", "minimum": 5, "exclusiveMaximum": 5, "title": "t", "multipleOf": 0.5})",
     "/minimum /type /exclusiveMaximum"},
    {R"({"type": "integer", "minimum": 0.2, "maximum": 0.8})", "/minimum /type /maximum"},
    {R"({"type": "integer", "multipleOf": 3, "minimum": 1, "maximum": 2})",
     "/multipleOf /type /minimum /maximum"},
    {R"({"type": "integer", "format": "int32", "minimum": 3000000000})", "/format /type /minimum"},
    // Strings.
    {R"({"type": "string", "minLength": 3, "maxLength": 2, "pattern": "a"})",
     "/minLength /type /maxLength"},
    {R"({"type": "string", "pattern": "^ab$", "minLength": 3})", "/pattern /type /minLength"},
    {R"({"type": "string", "pattern": "^.{5}", "maxLength": 4})", "/pattern /type /maxLength"},
    {R"({"type": "string", "format": "date", "pattern": "^[a-z]"})", "/format /type /pattern"},
    {R"({"type": "string", "format": "uuid", "maxLength": 30})", "/format /type /maxLength"},
    {R"({"type": "string", "pattern": "^a\\b\\B"})", "/pattern /type"},
    {R"({"type": "string", "pattern": "^a", "allOf": [{"pattern": "^b"}, {"pattern": "c"}]})",
     "/pattern /type /allOf/0/pattern"},
    // Constants.
    {R"({"const": 1, "type": "string"})", "/const /type"},
    {R"({"enum": [1, 2, 3], "minimum": 4})", "/enum /minimum"},
    {R"({"enum": ["a", "b"], "pattern": "c"})", "/enum /pattern"},
    {R"({"enum": [1, "a"], "type": "boolean", "minimum": 9})", "/enum /type"},
    {R"({"enum": [[1], [2]], "items": {"type": "string"}})", "/enum /items/type"},
    {R"({"const": {"a": 1}, "required": ["b", "a"]})", "/const /required/0"},
    {R"({"const": "ab", "enum": ["a", "b"]})", "/const /enum"},
    {R"({"const": "abc", "maxLength": 2, "minLength": 1})", "/const /maxLength"},
    {R"({"enum": []})", "/enum"},
    // Objects.
    {R"({"type": "object", "required": ["a", "b", "c"], "maxProperties": 2})",
     "/required /type /maxProperties"},
    {R"({"type": "object", "required": ["a", "b"], "properties": {"a": {}},
         "additionalProperties": false})",
     "/required/1 /type /additionalProperties"},
    {R"({"type": "object", "required": ["ab"], "propertyNames": {"pattern": "^b"}})",
     "/required/0 /type /propertyNames/pattern"},
    {R"({"type": "object", "required": ["abc", "x"], "propertyNames": {"maxLength": 2}})",
     "/required/0 /type /propertyNames/maxLength"},
    {R"({"type": "object", "required": ["xa"], "patternProperties": {"^x": false, "^y": false}})",
     "/required/0 /type /patternProperties/^x"},
    {R"({"type": "object", "minProperties": 3, "maxProperties": 2})",
     "/minProperties /type /maxProperties"},
    {R"({"type": "object", "minProperties": 2, "properties": {"a": {}},
         "additionalProperties": false})",
     "/minProperties /type /additionalProperties"},
    {R"({"type": "object", "minProperties": 3, "propertyNames": {"enum": ["a", "b"]}})",
     "/minProperties /type /propertyNames/enum"},
    {R"({"type": "object", "required": ["a"], "properties": {"a": false, "b": false}})",
     "/required/0 /type /properties/a"},
    {R"({"type": "object", "required": ["a"], "properties":
          {"a": {"type": "object", "required": ["b"],
                 "properties": {"b": {"type": "string", "minLength": 2, "maxLength": 1}}}}})",
     "/properties/a/properties/b/minLength /properties/a/properties/b/type "
     "/properties/a/properties/b/maxLength"},
    {R"({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}},
         "patternProperties": {"^a": {"type": "integer"}, "b": {}}})",
     "/properties/a/type /patternProperties/^a/type"},
    {R"({"type": "object", "required": ["a"], "dependentRequired": {"a": ["b"], "x": ["y"]},
         "properties": {"b": false}})",
     "/required/0 /type /dependentRequired/a /properties/b"},
    {R"({"type": "object", "required": ["a"],
         "dependentSchemas": {"a": {"required": ["b"], "maxProperties": 1}}})",
     "/required/0 /type /dependentSchemas/a/required/0 /dependentSchemas/a/maxProperties"},
    // Arrays.
    {R"({"type": "array", "minItems": 3, "maxItems": 2})", "/minItems /type /maxItems"},
    {R"({"type": "array", "minItems": 3, "prefixItems": [{}, {}], "items": false})",
     "/minItems /type /items"},
    {R"({"type": "array", "minItems": 2, "prefixItems": [{}, false, {}]})",
     "/minItems /type /prefixItems/1"},
    {R"({"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": true})",
     "/minItems /type /items/type /uniqueItems"},
    {R"({"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 3, "uniqueItems": true})",
     "/items/enum /type /minItems /uniqueItems"},
    {R"({"type": "array", "items": {"type": "string", "pattern": "^(a|b)$"}, "minItems": 3,
         "uniqueItems": true})",
     "/items/pattern /type /items/type /minItems /uniqueItems"},
    {R"({"type": "array", "items": [{"type": "string"}], "additionalItems": {"enum": ["a"]},
         "minItems": 3, "uniqueItems": true})",
     "/additionalItems/enum /type /minItems /uniqueItems"},
    {R"({"type": "array", "contains": {"const": 1}, "minContains": 2, "maxItems": 1})",
     "/contains /type /minContains /maxItems"},
    {R"({"type": "array", "contains": {}, "minContains": 3, "maxContains": 2})",
     "/contains /type /minContains /maxContains"},
    {R"({"type": "array", "contains": {"type": "null"}, "items": {"type": "string"}})",
     "/contains/type /items/type"},
    {R"({"type": "array", "contains": {"const": 1}, "minContains": 2, "uniqueItems": true})",
     "/contains/const /type /minContains /uniqueItems"},
    // Schemas in place.
    {R"({"allOf": [{"type": "string"}, {"minLength": 2}, {"type": "number"}]})",
     "/allOf/0/type /allOf/2/type"},
    {R"({"allOf": [{"type": "object", "required": ["a"], "properties": {"a": {"const": 1}}},
                   {"properties": {"a": {"const": 2}, "b": {"const": 3}}}]})",
     "/allOf/0/properties/a/const /allOf/1/properties/a/const"},
    {R"({"$ref": "#/$defs/p", "maximum": 3, "$defs": {"p": {"type": "number", "minimum": 5}}})",
     "/maximum /$defs/p/type /$defs/p/minimum"},
    {R"({"type": "integer", "anyOf": [{"type": "string"}, {"const": "a"}, {"maximum": 1}],
         "minimum": 2})",
     "/anyOf/1/const /type /anyOf/0/type /anyOf/2/maximum /minimum"},
    {R"({"type": "integer", "oneOf": [{"type": "string"}, {"type": "null", "title": "n"}]})",
     "/type /oneOf/0/type /oneOf/1/type"},
    {R"({"type": "string", "oneOf": [{"minLength": 1}, {"minLength": 1}], "maxLength": 9})",
     "/oneOf"},
    {R"({"type": "string", "not": {"type": ["string", "null"]}, "minLength": 1})", "/not /type"},
    {R"({"not": {}, "type": "string"})", "/not"},
    {R"({"const": 1, "if": {"type": "number"}, "then": {"minimum": 2}, "else": {"type": "null"}})",
     "/const /if /then/minimum"},
    {R"({"type": "null", "if": {"type": "string"}, "then": {"minLength": 2},
         "else": {"type": "number"}})",
     "/if /type /else/type"},
    {R"({"type": "object", "required": ["b"], "properties": {"a": {}},
         "allOf": [{"properties": {"c": {}}, "minProperties": 1}], "unevaluatedProperties": false})",
     "/required/0 /type /unevaluatedProperties"},
    {R"({"type": "array", "minItems": 2, "allOf": [{"prefixItems": [{}]}],
         "unevaluatedItems": false})",
     "/minItems /type /unevaluatedItems"},
    {R"({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}})",
     "/required/0 /type /properties/a/$ref"},
    {R"({"$schema": "http://json-schema.org/draft-07/schema#", "type": "array",
         "items": [{}, {}], "additionalItems": false, "minItems": 3})",
     "/additionalItems /type /minItems"},
    {R"({"$schema": "http://json-schema.org/draft-04/schema#", "type": "integer",
         "minimum": 5, "maximum": 5, "exclusiveMaximum": true})",
     "/minimum /type /maximum /exclusiveMaximum"},
};

/// The schema without what is at a place: subschemas are 'true', keywords and required
/// names are not there. Recursive: for tests' data.
std::string without(const json::Document &D, json::ValueId V, json::ValueId Less) {
  auto IsSchemaMap = [](std::string_view Key) {
    return Key == "properties" || Key == "patternProperties";
  };
  std::string Out;
  switch (D.kind(V)) {
  case json::Kind::Array:
    for (json::ValueId E : D.elements(V)) {
      if (E == Less && D.isString(E))
        continue;
      Out += (Out.empty() ? "" : ", ") + (E == Less ? "true" : without(D, E, Less));
    }
    return "[" + Out + "]";
  case json::Kind::Object: {
    std::string Step;
    D.appendPointerStep(Step, V);
    for (const json::Member &M : D.members(V)) {
      const bool Gone = M.Value == Less;
      if (Gone && !IsSchemaMap(std::string_view(Step).substr(Step.empty() ? 0 : 1)))
        continue;
      Out += (Out.empty() ? "" : ", ") + test::quote(M.Key) + ": " +
             (Gone ? "true" : without(D, M.Value, Less));
    }
    return "{" + Out + "}";
  }
  default:
    return test::serialise(D, V);
  }
}

TEST(Contradictions, GoWithEachPlaceThatIsNamed) {
  for (const Case &C : Cases) {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    std::optional<json::Document> D = json::parse(Sources.add("s", C.Schema), Diags);
    ASSERT_TRUE(D) << C.Schema;
    std::string_view Places = C.Places;
    while (!Places.empty()) {
      const size_t End = std::min(Places.find(' '), Places.size());
      const json::ValueId Less = D->resolve(D->root(), Places.substr(0, End));
      ASSERT_TRUE(Less) << C.Schema << " " << Places;
      const std::string Rest = without(*D, D->root(), Less);
      EXPECT_FALSE(Compiled(Rest).Diags.hasErrors()) << Rest;
      Places.remove_prefix(std::min(End + 1, Places.size()));
    }
  }
}

TEST(Contradictions, AreAllNamed) {
  EXPECT_EQ(contradictions(R"({"type": "object", "required": ["a", "b", "c"], "properties": {
                "a": {"type": "string", "minLength": 5, "maxLength": 3},
                "b": {"type": "number", "minimum": 5, "maximum": 3},
                "c": {"enum": [1], "type": "string"},
                "d": {"enum": [1], "type": "string"}}})"),
            (Strings{"/properties/a/minLength /properties/a/type /properties/a/maxLength",
                     "/properties/b/minimum /properties/b/type /properties/b/maximum",
                     "/properties/c/enum /properties/c/type"}));
  // Both reasons for one keyword.
  EXPECT_EQ(contradictions(R"({"type": "string", "minLength": 9, "maxLength": 3, "const": 5})"),
            (Strings{"/minLength /type /maxLength", "/const /type"}));
}

TEST(Contradictions, StandBesideErrorsThatAreNotTheirReason) {
  auto Problems = [](const std::string &Schema) {
    Strings Out;
    Compiled C(Schema);
    for (const Diagnostic &D : C.Diags.diagnostics())
      if (D.Level == Severity::Error)
        Out.push_back(std::string(diagName(D.Id)) + " " + D.Pointer);
    return Out;
  };
  EXPECT_EQ(Problems(R"({"type": "object", "required": ["a"], "properties": {
                           "a": {"type": "string", "minLength": 5, "maxLength": 3},
                           "b": {"type": "strin"}, "c": {"$ref": "#/nowhere"},
                           "e": {"pattern": "(a)\\1"}}})"),
            (Strings{"schema-unresolved-ref /properties/c/$ref",
                     "regex-back-reference /properties/e/pattern",
                     "schema-unknown-type /properties/b/type",
                     "schema-unsatisfiable /properties/a/minLength"}));
  // What is wrong is not said to exclude everything.
  EXPECT_EQ(Problems(R"({"type": "strin"})"), Strings{"schema-unknown-type /type"});
  EXPECT_EQ(Problems(R"({"not": {"$ref": "#/nowhere"}})"),
            Strings{"schema-unresolved-ref /not/$ref"});
  EXPECT_EQ(Problems(R"({"type": "object", "required": ["a"], "additionalProperties": false,
                         "properties": ["a"]})"),
            Strings{"schema-wrong-type /properties"});
  EXPECT_EQ(Problems(R"({"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"type": 1}}})"),
            Strings{"schema-wrong-type /$defs/a/type"});
}

TEST(Contradictions, OfLargeSchemasAreFoundWithinTheBudget) {
  // Deep in one of many properties: the keywords are named.
  std::string Many, Required;
  for (int I = 0; I < 400; ++I) {
    const std::string Name = "\"p" + std::to_string(I) + "\"";
    Many += (I ? ", " : "") + Name + R"(: {"type": "string", "minLength": 4, "maxLength": )" +
            (I == 321 ? "3}" : "5}");
    Required += (I ? ", " : "") + Name;
  }
  const std::string Large =
      R"({"type": "object", "properties": {)" + Many + R"(}, "required": [)" + Required + "]}";
  EXPECT_EQ(contradictions(Large),
            Strings{"/properties/p321/minLength /properties/p321/type /properties/p321/maxLength"});
}

TEST(Contradictions, AreNamedByWhatCannotBeLeftOut) {
  for (const Case &C : Cases)
    EXPECT_EQ(contradictions(C.Schema), Strings{C.Places}) << C.Schema;
}

} // namespace
