//===- SpeedTest.cpp - What compilation costs, in steps --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Steps are counted, not time, so that the answer is the same on every machine: inputs
// of twice the size may take little more than twice the steps. And what is kept from
// one compilation to the next changes no grammar.
//
//===----------------------------------------------------------------------===//
#include "weir/Driver/Compiler.h"
#include "weir/Driver/Terminals.h"
#include "weir/Lower/LexicalCache.h"
#include "weir/Support/WorkMeter.h"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>

using namespace weir;

namespace {

std::shared_ptr<const Grammar> compileText(const std::string &Text, CompileOptions Options) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  return compile(FrontendRegistry(), Sources, Sources.add("s.json", Text), Options, Diags);
}

/// Steps of lowering a schema for which nothing is kept.
uint64_t stepsOf(const std::string &Text) {
  LexicalCache Cache;
  uint64_t Steps = 0;
  CompileOptions Options;
  Options.Lower.Lexical = &Cache;
  Options.Lower.Steps = &Steps;
  EXPECT_TRUE(compileText(Text, Options)) << Text.substr(0, 200);
  return Steps;
}

/// Doubling from `First`, five times; the last doubling may cost the factor 2.4.
template <typename Fn, typename StepsFn = decltype(&stepsOf)>
void expectLinear(const char *What, unsigned First, Fn Schema, StepsFn StepsOf = &stepsOf) {
  uint64_t Before = 0;
  for (unsigned I = 0, N = First; I < 5; ++I, N *= 2) {
    uint64_t Steps = StepsOf(Schema(N));
    ASSERT_GT(Steps, N) << What;
    if (I > 1) {
      EXPECT_LT(double(Steps), 2.4 * double(Before)) << What << ", " << N;
    }
    Before = Steps;
  }
}

/// Steps of all of a compilation for which nothing is kept, as the meter counts them.
uint64_t workOf(const std::string &Text, std::optional<bool> Compiles = true,
                uint64_t *Lowering = nullptr) {
  LexicalCache Cache;
  CompileOptions Options;
  Options.Lower.Steps = Lowering;
  Options.Lower.Lexical = &Cache;
  WorkMeter Meter(WorkMeter::Limits{});
  WorkMeter::Scope Measured(Meter);
  const bool Made = compileText(Text, Options) != nullptr;
  EXPECT_EQ(Made, Compiles.value_or(Made)) << Text.substr(0, 200);
  return Meter.steps();
}

/// The same for all of the compilation.
template <typename Fn>
void expectLinearWork(const char *What, unsigned First, Fn Schema) {
  expectLinear(What, First, Schema, [](const std::string &Text) { return workOf(Text); });
}

std::string name(unsigned I) { return "\"key" + std::to_string(I * 7919) + "\""; }

std::string listed(unsigned N, std::string (*Item)(unsigned)) {
  std::string Out;
  for (unsigned I = 0; I < N; ++I)
    Out += (I ? "," : "") + Item(I);
  return Out;
}

std::string property(unsigned I) { return name(I) + ": {\"type\": \"integer\"}"; }

std::string branch(unsigned I) {
  return "{\"type\": \"object\", \"properties\": {\"kind\": {\"const\": " + name(I) + "}, " +
         name(I + 1) +
         ": {\"type\": \"string\"}}, \"required\": [\"kind\"], "
         "\"additionalProperties\": false}";
}

std::string patternProperty(unsigned I) {
  return "\"^key" + std::to_string(I * 7919) + "-[a-z]+$\": {\"type\": \"integer\"}";
}

TEST(SpeedTest, PropertiesOfAClosedObject) {
  expectLinear("closed properties", 50, [](unsigned N) {
    return R"({"type": "object", "additionalProperties": false, "properties": {)" +
           listed(N, property) + "}}";
  });
}

TEST(SpeedTest, PropertiesOfAnOpenObject) {
  expectLinear("open properties", 50, [](unsigned N) {
    return R"({"type": "object", "properties": {)" + listed(N, property) + "}}";
  });
}

TEST(SpeedTest, ValuesOfAnEnumeration) {
  expectLinear("enum", 250, [](unsigned N) { return R"({"enum": [)" + listed(N, name) + "]}"; });
}

TEST(SpeedTest, NumbersOfAnEnumeration) {
  auto Number = [](unsigned I) {
    return std::to_string(I * 7919) + (I % 3 ? "" : "." + std::to_string(1 + I % 97));
  };
  expectLinearWork("numbers of enum", 500, [&](unsigned N) {
    std::string Text;
    for (unsigned I = 0; I < N; ++I)
      Text += (I ? "," : "") + Number(I);
    return R"({"enum": [)" + Text + R"(], "not": {"enum": [)" +
           Text.substr(0, Text.find(',', 900)) + R"(]}})";
  });
}

TEST(SpeedTest, ListsOfWhichOneHolds) {
  expectLinearWork("oneOf of constants", 500, [](unsigned N) {
    std::string Text;
    for (unsigned I = 0; I < N; ++I)
      Text += (I ? "," : "") + std::string(R"({"const": )") + name(I) + "}";
    return R"({"oneOf": [)" + Text + "]}";
  });
}

TEST(SpeedTest, BranchesOfAUnion) {
  expectLinear("branches", 8,
               [](unsigned N) { return R"({"anyOf": [)" + listed(N, branch) + "]}"; });
}

TEST(SpeedTest, DepthOfNesting) {
  expectLinear("depth", 8, [](unsigned N) {
    std::string Text = R"({"type": "null"})";
    for (unsigned I = 0; I < N; ++I)
      Text = R"({"type": "array", "minItems": 1, "items": )" + Text + "}";
    return Text;
  });
}

TEST(SpeedTest, TaggedBranchesOfWhichOneHolds) {
  expectLinearWork("tagged oneOf", 8,
                   [](unsigned N) { return R"({"oneOf": [)" + listed(N, branch) + "]}"; });
}

TEST(SpeedTest, PatternsOfKeys) {
  expectLinearWork("patternProperties", 4, [](unsigned N) {
    return R"({"type": "object", "additionalProperties": false, "patternProperties": {)" +
           listed(N, patternProperty) + "}}";
  });
}

TEST(SpeedTest, DepthOfObjects) {
  expectLinearWork("depth of objects", 16, [](unsigned N) {
    std::string Text = R"({"type": "null"})";
    for (unsigned I = 0; I < N; ++I)
      Text = R"({"type": "object", "required": ["a"], "properties": {"a": )" + Text + "}}";
    return Text;
  });
}

/// Schemas that blow up when they are multiplied out compile, or are refused, in so many
/// steps: at some ten nanoseconds each, well below a second.
TEST(SpeedTest, TowersEndInTime) {
  constexpr uint64_t Most = 40'000'000;
  auto patterns = [](const char *Op, unsigned N) {
    std::string Out;
    for (unsigned I = 0; I < N; ++I)
      Out += (I ? "," : "") + std::string(R"({"type": "string", "pattern": "a.{)") +
             std::to_string(I) + "}b\"}";
    return std::string("{\"") + Op + "\": [" + Out + "]}";
  };
  for (const char *Op : {"oneOf", "allOf"})
    EXPECT_LT(workOf(patterns(Op, 24), /*Compiles=*/false), Most) << Op;
  EXPECT_LT(workOf(patterns("anyOf", 24)), Most);
  std::string Letters = "(a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u|v|w|x|y|z){0,1000}";
  EXPECT_LT(workOf("{\"pattern\": \"^" + Letters + "$\"}"), Most);
  EXPECT_LT(workOf("{\"type\": \"string\", \"allOf\": [{\"pattern\": \"^" + Letters +
                       "$\"}, {\"pattern\": \"(ab|cd|ef){0,1000}x\"}]}",
                   /*Compiles=*/std::nullopt),
            Most);
  std::string Keys;
  for (unsigned I = 0; I < 100; ++I)
    Keys += (I ? ",\"a" : "\"a") + std::to_string(I) + R"(.*b": {"type": "string"})";
  EXPECT_LT(workOf("{\"patternProperties\": {" + Keys + "}}", /*Compiles=*/false), Most);
}

/// Unions of patterns are not multiplied out, and of numbers that are too fine no others are made.
TEST(SpeedTest, StringsAndNumbersOfManyWays) {
  constexpr uint64_t Few = 1'000'000;
  std::string Unions;
  for (unsigned I = 0; I < 5; ++I) {
    std::string Ways;
    for (unsigned K = 0; K < 9; ++K)
      Ways += (K ? ",{\"pattern\": \"" : "{\"pattern\": \"") + std::string(1, char('a' + K)) +
              std::to_string(I) + "\"}";
    Unions += (I ? ",{\"anyOf\": [" : "{\"anyOf\": [") + Ways + "]}";
  }
  EXPECT_LT(workOf(R"({"type": "string", "maxLength": 20, "allOf": [)" + Unions + "]}",
                   /*Compiles=*/std::nullopt),
            20 * Few);
  EXPECT_LT(workOf(R"({"type": "object", "properties": {"a": {"multipleOf": 8721},
                       "b": {"multipleOf": 8723}, "c": {"multipleOf": 8731},
                       "d": {"not": {"anyOf": [{"multipleOf": 1009}, {"multipleOf": 1013}]}}}})",
                   /*Compiles=*/false),
            Few / 10);
}

TEST(SpeedTest, LengthOfALiteral) {
  expectLinear("literal", 500, [](unsigned N) {
    return R"({"type": "array", "items": {"const": ")" + std::string(N, 'x') + R"("}})";
  });
}

TEST(SpeedTest, BoundsAreNotUnrolled) {
  for (std::string Schema : {
           R"({"type": "string", "maxLength": N})",
           R"({"type": "string", "minLength": N})",
           R"({"type": "string", "pattern": "^(a|bc)*$", "maxLength": N})",
           R"({"type": "string", "pattern": "^[a-z]{1,N}$"})",
           R"({"type": "array", "items": {"type": "null"}, "maxItems": N})",
           R"({"type": "array", "items": {"type": "null"}, "minItems": N})",
           R"({"type": "object", "maxProperties": N})",
           R"({"type": "object", "minProperties": N})",
       }) {
    auto with = [&Schema](const char *N) {
      std::string Text = Schema;
      return stepsOf(Text.replace(Text.find('N'), 1, N));
    };
    EXPECT_LE(with("1000000"), with("100")) << Schema;
  }
}

/// The tables but for what names the grammar within the process.
bool sameTables(const Grammar &A, const Grammar &B) {
  auto same = [](const auto &X, const auto &Y) {
    return X.size() == Y.size() &&
           (X.empty() || std::memcmp(X.data(), Y.data(), X.size() * sizeof(X[0])) == 0);
  };
  const GrammarView &X = A.tables(), &Y = B.tables();
  return same(X.States, Y.States) && same(X.Rows, Y.Rows) && same(X.AltLists, Y.AltLists) &&
         same(X.Alternatives, Y.Alternatives) && same(X.Calls, Y.Calls) && same(X.Ops, Y.Ops) &&
         same(X.Words, Y.Words) && same(X.LengthSets, Y.LengthSets) &&
         same(X.KeyIntervals, Y.KeyIntervals) && X.Text == Y.Text &&
         X.Rules.size() == Y.Rules.size();
}

constexpr const char *Schemas[] = {
    R"({"type": "object"})",
    R"({"type": "array", "items": {"type": "integer"}})",
    R"({"type": "string", "minLength": 30, "maxLength": 90})",
    R"({"type": "string", "pattern": "^(ab|cde)*$", "minLength": 30, "maxLength": 90})",
    R"({"type": "object", "properties": {"a": {"type": "string", "format": "date"}},
        "patternProperties": {"^x-": {"type": "number"}}, "additionalProperties": false})",
};

TEST(LexicalCacheTest, ChangesNoGrammar) {
  LexicalCache Cache;
  CompileOptions Cold, Warm;
  Warm.Lower.Lexical = &Cache;
  for (unsigned Round = 0; Round < 2; ++Round)
    for (const char *Text : Schemas) {
      LexicalCache Empty;
      Cold.Lower.Lexical = &Empty;
      auto A = compileText(Text, Cold), B = compileText(Text, Warm);
      ASSERT_TRUE(A && B) << Text;
      EXPECT_TRUE(sameTables(*A, *B)) << Text;
    }
  EXPECT_GT(Cache.counts().Hits, 4U);
}

TEST(LexicalCacheTest, KeepsOnlyGenericTerminalsWhenEmptied) {
  for (unsigned I = 0; I < 4; ++I) {
    LexicalCache Cache;
    CompileOptions Options;
    Options.Lower.Lexical = &Cache;
    Options.Frontend.JsonSchema.Escapes = I & 1 ? ir::Escapes::Any : ir::Escapes::Canonical;
    Options.Frontend.JsonSchema.KeyOrder = I & 2 ? ir::KeyOrder::Any : ir::KeyOrder::Declared;
    auto misses = [&](const char *Text) {
      uint64_t Before = Cache.counts().Misses;
      EXPECT_TRUE(compileText(Text, Options)) << Text;
      return Cache.counts().Misses - Before;
    };
    // The rules of any value, and of them white space, strings and free keys; numbers are
    // automata from the start.
    EXPECT_EQ(misses(Schemas[0]), 4U);
    EXPECT_EQ(misses(Schemas[1]), 0U);
    EXPECT_EQ(Cache.counts().Others, 0U);
    EXPECT_EQ(misses(Schemas[3]), 1U);
    EXPECT_EQ(Cache.counts().Others, 1U);
    Cache.clear();
    EXPECT_EQ(misses(Schemas[0]), 0U);
    EXPECT_EQ(misses(Schemas[1]), 0U);
    EXPECT_EQ(misses(Schemas[3]), 1U);
  }
}

TEST(LexicalCacheTest, KeepsFormatsOnceTheyArePrepared) {
  LexicalCache Cache;
  prepareAutomata(Cache);
  EXPECT_EQ(Cache.counts().Others, 0U);
  Cache.clear();
  CompileOptions Options;
  Options.Lower.Lexical = &Cache;
  const uint64_t Before = Cache.counts().Misses;
  EXPECT_TRUE(compileText(R"({"type": "string", "format": "date-time"})", Options));
  EXPECT_TRUE(compileText(R"({"type": "string", "format": "uri"})", Options));
  EXPECT_EQ(Cache.counts().Misses, Before);
  // Nothing else is kept with them.
  EXPECT_TRUE(compileText(R"({"type": "string", "pattern": "^a+b$"})", Options));
  EXPECT_EQ(Cache.counts().Others, 1U);
}

TEST(LexicalCacheTest, StaysWithinItsBound) {
  LexicalCache Cache(/*MaxBytes=*/50'000);
  CompileOptions Options;
  Options.Lower.Lexical = &Cache;
  for (unsigned I = 0; I < 200; ++I)
    ASSERT_TRUE(compileText(
        R"({"type": "string", "pattern": "^[a-z]{2}x)" + std::to_string(I) + "+$\"}", Options));
  EXPECT_LE(Cache.counts().OtherBytes, 50'000U);
  EXPECT_GT(Cache.counts().Others, 2U);
  EXPECT_LT(Cache.counts().Others, 200U);
}

/// Towers of each combinator compile or are refused within so many steps, which take less
/// than a second.
TEST(SpeedTest, TowersEndSoon) {
  constexpr uint64_t MaxSteps = 40'000'000;
  auto List = [](unsigned N, const std::string &Item) {
    std::string Out;
    for (unsigned I = 0; I < N; ++I) {
      std::string One = Item;
      for (size_t At; (At = One.find('%')) != std::string::npos;)
        One.replace(At, 1, std::to_string(I));
      Out += (I ? "," : "") + One;
    }
    return Out;
  };
  // Definitions that name the next one where '@' stands.
  auto Chain = [](unsigned N, const std::string &Level, const std::string &Last) {
    std::string Defs;
    for (unsigned I = 0; I < N; ++I) {
      std::string One = Level;
      for (size_t At; (At = One.find('@')) != std::string::npos;)
        One.replace(At, 1, R"("$ref": "#/$defs/d)" + std::to_string(I + 1) + '"');
      for (size_t At; (At = One.find('%')) != std::string::npos;)
        One.replace(At, 1, std::to_string(I));
      Defs += "\"d" + std::to_string(I) + "\": " + One + ",";
    }
    return R"({"$ref": "#/$defs/d0", "$defs": {)" + Defs + "\"d" + std::to_string(N) +
           R"(": {"type": ")" + Last + "\"}}}";
  };
  // Unions of what ends alike, and of texts of every length.
  std::string Joined, Lengths;
  for (unsigned I = 0; I < 24; ++I)
    Joined += (I ? "|a.{" : "a.{") + std::to_string(I) + "}b";
  for (unsigned I = 1; I < 2000; ++I)
    Lengths += (I > 1 ? ",\"" : "\"") + std::string(I, 'a') + "\"";
  const std::string Towers[] = {
      R"({"oneOf": [)" + List(24, R"({"type": "string", "pattern": "a.{%}b"})") + "]}",
      R"({"anyOf": [)" + List(24, R"({"type": "string", "pattern": "a.{%}b"})") + "]}",
      R"({"allOf": [)" + List(24, R"({"type": "string", "pattern": "a.{%}b"})") + "]}",
      R"({"type": "string", "allOf": [)" +
          List(24, R"({"if": {"pattern": "a.{%}b"}, "then": {"pattern": "c.{%}d"}})") + "]}",
      R"({"patternProperties": {)" + List(16, R"("k%": {"minimum": %})") + "}}",
      R"({"allOf": [)" + List(24, R"({"propertyNames": {"pattern": "a.{%}b"}})") + "]}",
      R"({"allOf": [)" + List(24, R"({"if": {"required": ["a%"]}, "then": {"required": ["b%"]},
                       "else": {"required": ["c%"]}})") +
          "]}",
      R"({"dependentSchemas": {)" +
          List(24, R"("a%": {"required": ["b%"], "properties": {"c": {"minimum": %}}})") + "}}",
      R"({"allOf": [)" + List(12, R"({"contains": {"required": ["a%"]}, "minContains": 2%})") +
          "]}",
      R"({"unevaluatedProperties": false, "allOf": [)" +
          List(12, R"({"anyOf": [{"properties": {"a%": {}}}, {"properties": {"b%": {}}}]})") + "]}",
      R"({"type": "integer", "allOf": [)" + List(12, R"({"not": {"multipleOf": 1%}})") + "]}",
      R"({"type": "string", "pattern": "(a{0,50}b{0,50}){0,50}c"})",
      R"({"type": "string", "pattern": "^(a{0,50}b{0,50}){0,50}c$"})",
      R"({"type": "string", "pattern": "^((a{0,20}b{0,20}){0,20}c{0,20}){0,20}d$"})",
      R"({"type": "string", "pattern": "^(a|aa){1000,5000}$"})",
      R"({"type": "string", "pattern": "^(x{3,7}|x{11,13}){100,500}$"})",
      R"({"type": "string", "pattern": "^(a{0,100}){0,100}$"})",
      R"({"type": "string", "allOf": [{"pattern": "^(a{0,50}b{0,50}){0,50}c$"}, {"pattern": "ab"}]})",
      R"({"type": "string", "pattern": ")" + Joined + "\"}",
      R"({"type": "string", "not": {"allOf": [)" + List(24, R"({"pattern": "a.{%}b"})") + "]}}",
      R"({"type": "string", "not": {"anyOf": [{"format": "email"}, {"format": "ipv4"},
          {"format": "ipv6"}, {"format": "uri"}, {"format": "date-time"}, {"format": "hostname"},
          {"format": "uuid"}]}})",
      R"({"type": "string", "oneOf": [{"format": "email"}, {"format": "ipv4"}, {"format": "ipv6"},
          {"format": "uri"}, {"format": "date-time"}, {"format": "hostname"}, {"format": "iri"},
          {"format": "idn-email"}, {"format": "idn-hostname"}, {"format": "uri-template"}]})",
      R"({"type": "number", "anyOf": [{"multipleOf": 7}, {"multipleOf": 11}, {"multipleOf": 13},
          {"multipleOf": 17}, {"multipleOf": 19}]})",
      R"({"type": "number", "multipleOf": 123456789012345678})",
      R"({"type": "number", "multipleOf": 1e-300})",
      R"({"oneOf": [)" + List(40, R"({"enum": [)" + List(500, "%") + "]}") + "]}",
      R"({"enum": [)" + Lengths + R"(], "pattern": "^(a|aa|aaa)*b?$"})",
      R"({"dependentSchemas": {)" + List(30, R"("a%": {"properties": {)" + List(30, R"("a%":
          {"minimum": %})") + "}}") +
          "}}",
      R"({"$id": "http://x/r", "$ref": "d0", "$defs": {)" +
          List(14, R"("d%": {"$id": "http://x/d%",
          "$dynamicAnchor": "n%", "properties": {)" +
                       List(14, R"("p%": {"$ref": "http://x/d%"})") +
                       R"(}, "items": {"$dynamicRef": "#n%"}})") +
          "}}",
      R"({"type": "string", "pattern": "(a|b)*a(a|b){18}$", "minLength": 30, "maxLength": 40})",
      R"({"type": "string", "minLength": 1000000, "maxLength": 2000000, "pattern": "^[a-z]+$"})",
      R"({"$ref": "#/x/0", "x": [)" +
          List(12, R"({"properties": {"x": {"not": {"$ref": "#/x/%"}}}})") + "]}",
      R"({"type": "array", "allOf": [)" +
          List(64, R"({"oneOf": [{"contains": {"const": %}}, {"minItems": %}]})") + "]}",
      R"({"allOf": [)" + List(64, R"({"not": {"const": {"a": %, "b": 1}}})") + "]}",
      R"({"type": "object", "allOf": [)" +
          List(200, R"({"if": {"properties": {"a": {"const": %}}, "required": ["a"]},
                       "then": {"required": ["b%"]}})") +
          "]}",
      R"({"oneOf": [)" + List(200, R"({"type": "number", "multipleOf": 1%})") + "]}",
      // Each level names the next one twice: 2^24 alternatives.
      Chain(24, R"({"anyOf": [{@, "required": ["a%"]}, {@, "properties": {"b%": {}}}]})", "object"),
      Chain(24, R"({"anyOf": [{"if": {"required": ["a%"]}, "then": {@},
                   "else": {@, "required": ["b%"]}}, {@, "minProperties": %}]})",
            "object"),
      Chain(24, R"({"anyOf": [{@, "contains": {"const": %}}, {@, "maxItems": 2%}]})", "array"),
      Chain(24, R"({"anyOf": [{@, "minLength": %}, {@, "pattern": "a%"}]})", "string"),
      Chain(24, R"({"anyOf": [{@, "multipleOf": 1%}, {@, "minimum": %}]})", "number"),
      Chain(24, R"({"oneOf": [{@, "propertyNames": {"pattern": "a.{%}b"}},
                   {@, "propertyNames": {"maxLength": %}}]})",
            "object"),
  };
  for (const std::string &Text : Towers) {
    // What is kept of automata is not on the meter.
    uint64_t Lowering = 0;
    const uint64_t Metered = workOf(Text, std::nullopt, &Lowering);
    EXPECT_LT(Metered + Lowering, MaxSteps) << Text.substr(0, 100);
  }
}

} // namespace
