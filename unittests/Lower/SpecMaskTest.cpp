//===- SpecMaskTest.cpp - Masks of schemas and grammars over the demo vocabulary -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The whole way from a specification's text, at every optimisation level, against
// the oracle's reading of the frontend's module: all tokens of the demo vocabulary
// at every step of random walks.
//
//===----------------------------------------------------------------------===//
#include "OracleCheck.h"

#include "weir/Driver/Compiler.h"
#include "weir/Driver/Terminals.h"
#include "weir/Frontend/Grammar/Languages.h"
#include "weir/VocabReaders/Readers.h"

using namespace weir;

namespace {

struct SpecCase {
  const char *Name;
  SpecLanguage Language;
  const char *Text;
};

const SpecCase Cases[] = {
    {"ClosedObject", SpecLanguage::JsonSchema,
     R"({"type":"object","properties":{"name":{"type":"string","minLength":1,"maxLength":12},
        "age":{"type":"integer","minimum":0,"maximum":150},"ok":{"type":"boolean"}},
        "required":["name"],"additionalProperties":false})"},
    {"OpenObject", SpecLanguage::JsonSchema,
     R"({"type":"object","properties":{"a":{"const":1},"ab":{"enum":["x","y",null]}},
        "required":["ab"],"additionalProperties":{"type":"integer"}})"},
    {"Arrays", SpecLanguage::JsonSchema,
     R"({"type":"array","prefixItems":[{"type":"null"},{"enum":[1,2.5]}],
        "items":{"type":"array","items":{"type":"string","pattern":"^[a-c]+$"},"maxItems":3},
        "minItems":1,"maxItems":40})"},
    {"Recursive", SpecLanguage::JsonSchema,
     R"({"$defs":{"t":{"type":"object","properties":{"v":{"type":"number","exclusiveMinimum":-1.5},
        "c":{"type":"array","items":{"$ref":"#/$defs/t"}}},"additionalProperties":false}},
        "$ref":"#/$defs/t"})"},
    {"AnyOf", SpecLanguage::JsonSchema,
     R"({"anyOf":[{"type":"string","minLength":2,"maxLength":5,"pattern":"^(ab)*c?$"},
        {"type":"object","properties":{"k":{"const":"a"},"z":{"type":"null"}},"required":["k"]},
        {"type":"object","properties":{"k":{"const":"b"}},"required":["k"]}]})"},
    {"Anything", SpecLanguage::JsonSchema, "true"},
    {"Counts", SpecLanguage::JsonSchema,
     R"({"type":"object","properties":{"a":{"const":0},"b":{"const":0},"c":{"const":0}},
        "required":["c"],"minProperties":2,"maxProperties":2})"},
    {"SomeMember", SpecLanguage::JsonSchema,
     R"({"type":"object","properties":{"a":{"const":1}},"maxProperties":3,
        "not":{"properties":{"a":true},"additionalProperties":{"type":"null"}}})"},
    {"BoundedStrings", SpecLanguage::JsonSchema,
     R"({"type":"array","prefixItems":[{"type":"string","maxLength":3},
        {"type":"string","minLength":4,"maxLength":7},{"type":"string","minLength":3}]})"},
    {"Classes", SpecLanguage::JsonSchema,
     R"({"anyOf":[{"type":"string","pattern":"^[0-9A-Za-z]{8}-[a-z]{4}$"},
        {"type":"string","pattern":"^[a-z0-9]{3}[a-z]$"},
        {"type":"string","pattern":"^.*\\.e3?x$"},{"type":"array","items":{"type":"string",
          "pattern":"^\\S{2,6}$"}}]})"},
    {"Unanchored", SpecLanguage::JsonSchema,
     R"({"type":"array","items":{"type":"string","pattern":"[\\w ]+:.","maxLength":9}})"},
    {"Words", SpecLanguage::JsonSchema,
     R"~({"type":"string","pattern":"^$|(^(?:\\S+\\s+){0,3}\\S+$)","minLength":1,"maxLength":9})~"},
    {"UniqueBesideOther", SpecLanguage::JsonSchema,
     R"({"anyOf":[{"type":"array","uniqueItems":true,"items":{"type":"string","maxLength":3}},
        {"type":"array","items":{"enum":["","a","ab","\u00e9","\u00e8"]}},
        {"type":"array","uniqueItems":true,"items":{"type":"object","properties":{
           "a":{"enum":["x",1]}},"additionalProperties":false}}]})"},
    {"Hostnames", SpecLanguage::JsonSchema,
     R"({"type":"array","items":{"type":"string","format":"hostname","maxLength":6}})"},
    {"PatternKeys", SpecLanguage::JsonSchema,
     R"({"type":"object","patternProperties":{"^([a-z]{2}(-[a-z]+)?|no-bo|no-ny)$":{"type":"null"}},
        "additionalProperties":false})"},
    {"FewKeys", SpecLanguage::JsonSchema,
     R"({"type":"object","patternProperties":{"^(ab|a-c|x[yz])$":{"type":"integer"}},
        "properties":{"xyz":{"const":1}},"additionalProperties":false})"},
    {"SomeMemberOfFewKeys", SpecLanguage::JsonSchema,
     R"({"type":"object","patternProperties":{"^[abc]{4}$":{"const":1},"^x":{"type":"null"}},
        "additionalProperties":false,"not":{"patternProperties":{"^[^x]":false}}})"},
    {"Pattern", SpecLanguage::Regex, R"((?:[a-z]{1,20}\.){1,5}(?:com|org)|\p{Lu}+(?=!)!)"},
    {"Arithmetic", SpecLanguage::Gbnf,
     "root ::= expr \"\\n\"\nexpr ::= term ([-+*/] term)*\n"
     "term ::= [0-9]{1,30} | \"(\" expr \")\" | [a-z]+\n"},
    {"LeftRecursive", SpecLanguage::Gbnf,
     "root ::= list\nlist ::= list \",\" item | item\nitem ::= \"the\" | \"th\" \"is\"? | [^,]\n"},
    {"Free", SpecLanguage::Gbnf, "root ::= \"<\" [^<>]* \">\" (\" \" root)? | . \"!\"\n"},
};

class SpecMasks : public testing::TestWithParam<SpecCase> {};

TEST_P(SpecMasks, AgreeWithTheOracle) {
  const SpecCase &C = GetParam();
  FrontendRegistry Frontends;
  grammar::registerGrammarLanguages(Frontends);
  for (unsigned Variant = 0; Variant < 4; ++Variant) {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    CompileOptions Options;
    Options.Language = C.Language;
    Options.OptLevel = Variant;
    Options.Frontend.JsonSchema.KeyOrder = Variant % 2 ? ir::KeyOrder::Any : ir::KeyOrder::Declared;
    Options.Frontend.JsonSchema.Escapes = Variant >= 2 ? ir::Escapes::Any : ir::Escapes::Canonical;
    Options.Frontend.JsonSchema.EscapeNonAscii = Variant % 3 == 1;
    FileId File = Sources.add(C.Name, C.Text);
    auto M = parseSpec(Frontends, Sources, File, Options, Diags);
    ASSERT_TRUE(M) << printText(Diags);
    ir::Module Plain = *M;
    ASSERT_TRUE(optimise(*M, Options, Diags)) << printText(Diags);
    CheckOptions O;
    O.Walks = 2;
    O.Steps = 9;
    O.Seed = Variant + 1;
    O.Artifact = Variant % 2 == 0;
    if (Variant < 2)
      O.Prepare = prepareTerminals;
    // The oracle reads the module as the frontend made it, the matcher what became of it.
    if (!checkMasks(*M, demoVocabulary(), O, &Plain))
      return;
  }
}

TEST(Terminals, AreKeptAndFound) {
  auto Tables = TableCache::create(demoVocabulary());
  prepareTerminals(*Tables);
  Tables->clear();
  const uint64_t Entries = Tables->statistics().Entries;
  EXPECT_GT(Entries, 20U);
  prepareTerminals(*Tables);
  EXPECT_EQ(Tables->statistics().Entries, Entries) << "made twice";

  // Another schema: its strings are those of the library.
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  CompileOptions Options;
  Options.Language = SpecLanguage::JsonSchema;
  FileId File = Sources.add("s", R"({"type": "object", "properties": {"name": {"type": "string"}},
                                    "required": ["name"], "additionalProperties": false})");
  FrontendRegistry Frontends;
  auto G = compile(Frontends, Sources, File, Options, Diags);
  ASSERT_TRUE(G) << printText(Diags);
  auto M = Matcher::create(G, demoVocabulary(), Tables);
  ASSERT_TRUE(M.ok());
  ASSERT_TRUE(M->acceptBytes("{\"name\": \"ab"));
  const uint64_t Misses = Tables->statistics().Misses;
  std::vector<uint32_t> Row(Matcher::rowWords(demoVocabulary()->size()));
  ASSERT_TRUE(M->fillMask(Row, demoVocabulary()->size()).ok());
  EXPECT_EQ(Tables->statistics().Misses, Misses);
}

/// Values behind a blank are read from tables where the terminals are prepared, and walked
/// otherwise.
TEST(Terminals, SayWhatAWalkFinds) {
  static constexpr const char *Schemas[] = {
      R"({"type":"object","properties":{"s":{"type":"string"},"n":{"type":"number"},
          "i":{"type":"integer","minimum":0},"v":true},"additionalProperties":{"type":"string"}})",
      R"({"type":"array","items":{"type":"array","items":{"type":["string","number","null"]}}})",
      R"({"type":"object","additionalProperties":{"type":"array","uniqueItems":true,
          "items":{"type":["string","integer"]}}})",
      R"({"type":"object","propertyNames":{"pattern":"^[ab]{1,2}$"},
          "additionalProperties":{"type":"string"},"minProperties":2})",
      R"({"type":"array","uniqueItems":true,"items":{"type":"object",
          "properties":{"a":{"type":"string","minLength":1},"b":{"type":"boolean"}}}})",
  };
  VocabularyRef V = demoVocabulary();
  const FrontendRegistry Frontends;
  auto Prepared = TableCache::create(V), Plain = TableCache::create(V);
  prepareTerminals(*Prepared);
  for (const char *Schema : Schemas) {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    CompileOptions Options;
    Options.Language = SpecLanguage::JsonSchema;
    auto G = compile(Frontends, Sources, Sources.add("s", Schema), Options, Diags);
    ASSERT_TRUE(G) << printText(Diags);
    for (unsigned Seed = 1; Seed <= 12; ++Seed) {
      auto A = Matcher::create(G, V, Prepared), B = Matcher::create(G, V, Plain);
      ASSERT_TRUE(A.ok() && B.ok());
      std::mt19937 Rng(Seed);
      std::vector<uint32_t> Row(Matcher::rowWords(V->size())), Other(Row.size());
      std::string Text;
      for (unsigned Step = 0; Step < 30 && !A->isTerminated(); ++Step) {
        ASSERT_TRUE(A->fillMask(Row, V->size()).ok());
        ASSERT_TRUE(B->fillMask(Other, V->size()).ok());
        ASSERT_EQ(Row, Other) << Schema << "\nafter " << Text;
        std::vector<TokenId> Allowed;
        for (TokenId T = 0; T < V->size(); ++T)
          if (Row[T / 32] >> (T % 32) & 1)
            Allowed.push_back(T);
        // Structure is rare among so many words.
        std::vector<TokenId> Marks;
        for (TokenId T : Allowed)
          if (V->isText(T) &&
              std::string_view("\"{}[],: 1").find(char(V->bytes(T)[0])) != std::string_view::npos)
            Marks.push_back(T);
        const std::vector<TokenId> &From = Marks.empty() || Rng() % 4 == 0 ? Allowed : Marks;
        const TokenId T = From[Rng() % From.size()];
        Text.append(V->bytes(T).begin(), V->bytes(T).end());
        ASSERT_TRUE(A->accept(T) && B->accept(T)) << Text;
      }
    }
  }
}

/// Tokens longer than runs are followed for: of one character, of words, and past the end of each.
VocabularyRef longVocabulary() {
  std::vector<std::string> Texts = {"\xc3\xa9", "\xe2\x80\x83", "ab", " b"};
  for (const char *Unit : {"a", " ", "a ", " ab", "aab-", "\xc3\xa9", "a\xe2\x80\x83", "ab  "})
    for (size_t Chars : {5, 22, 23, 24, 25, 40, 41, 64}) {
      std::string Text;
      while (Text.size() < Chars)
        Text += Unit;
      Texts.insert(Texts.end(), {Text, Text + "b\"", Text + "-\\n"});
    }
  return toyVocabulary("ab- \"\\n", /*Seed=*/1, Texts, /*Random=*/0);
}

TEST(LongTokens, AgreeWithTheOracle) {
  const FrontendRegistry Frontends;
  VocabularyRef V = longVocabulary();
  for (const char *Pattern :
       {R"(^(\\S+\\s+){0,30}\\S+$)", R"([ab]{28})", R"(^[ab ]{10,45}-)", R"(^(a{30}|b{40}) )",
        R"(^(\\S+\\s){20}\\S*$)", R"(^.{0,25}(b|-.*)$)"})
    for (const char *Length : {"", R"(,"maxLength":50)", R"(,"minLength":30,"maxLength":1000)"}) {
      SourceManager Sources;
      DiagnosticEngine Diags(Sources);
      CompileOptions Options;
      Options.Language = SpecLanguage::JsonSchema;
      const std::string Schema =
          std::string(R"({"type":"string","pattern":")") + Pattern + "\"" + Length + "}";
      auto M = parseSpec(Frontends, Sources, Sources.add("s", Schema), Options, Diags);
      ASSERT_TRUE(M) << printText(Diags);
      ir::Module Plain = *M;
      ASSERT_TRUE(optimise(*M, Options, Diags)) << printText(Diags);
      CheckOptions O;
      O.Walks = 2;
      O.Steps = 9;
      if (!checkMasks(*M, V, O, &Plain))
        FAIL() << Schema;
    }
}

INSTANTIATE_TEST_SUITE_P(All, SpecMasks, testing::ValuesIn(Cases),
                         [](const auto &I) { return std::string(I.param.Name); });

} // namespace
