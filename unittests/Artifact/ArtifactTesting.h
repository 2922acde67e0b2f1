//===- ArtifactTesting.h - Grammars for the artifact tests --------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_ARTIFACT_ARTIFACTTESTING_H
#define WEIR_UNITTESTS_ARTIFACT_ARTIFACTTESTING_H

#include "weir/Artifact/Artifact.h"
#include "weir/Diag/Diagnostics.h"
#include "weir/Driver/Compiler.h"
#include "weir/Frontend/Grammar/Languages.h"
#include "weir/Runtime/Matcher.h"
#include "weir/VocabReaders/Readers.h"

#include <gtest/gtest.h>

#include <cstring>

namespace weir::test {

struct SpecText {
  const char *Name;
  SpecLanguage Language;
  ir::KeyOrder Order;
  const char *Text;
};

/// Between them every table has records.
inline constexpr SpecText Specs[] = {
    {"object.json", SpecLanguage::JsonSchema, ir::KeyOrder::Declared,
     R"({"properties":{"ab":{"const":1},"ac":{"type":"null"}},"required":["ac"],"maxProperties":4,
        "additionalProperties":{"type":"boolean"}, "type":"object"})"},
    {"any-order.json", SpecLanguage::JsonSchema, ir::KeyOrder::Any,
     R"({"type":"object","properties":{"a":{"const":1},"b":{"const":2}},"required":["b"],
        "minProperties":2,"additionalProperties":false})"},
    {"unique.json", SpecLanguage::JsonSchema, ir::KeyOrder::Declared,
     R"({"type":"array","items":{"enum":[1,"x",[true]]},"uniqueItems":true,"minItems":2})"},
    {"contains.json", SpecLanguage::JsonSchema, ir::KeyOrder::Declared,
     R"({"type":"array","prefixItems":[{"type":"null"}],"contains":{"const":7},"minContains":2,
        "items":{"type":"integer","minimum":0,"maximum":9}})"},
    {"lengths.json", SpecLanguage::JsonSchema, ir::KeyOrder::Declared,
     R"({"type":"string","pattern":"^(abc)*$","minLength":30,"maxLength":90})"},
    {"symbols.wir", SpecLanguage::Wir, ir::KeyOrder::Declared,
     "start @r\nrule @r = seq(alt(token 65, any_token_except(66, 67)), repeat<0, 3>(call @s))\n"
     "rule @s = seq(class [a-z], repeat<10, 200>(class [A-Z]))\n"},
    {"expr.gbnf", SpecLanguage::Gbnf, ir::KeyOrder::Declared,
     "root ::= expr \"\\n\"\nexpr ::= term ([-+*/] term)*\n"
     "term ::= [0-9]{1,30} | \"(\" expr \")\" | [a-z]+\n"},
};

inline std::shared_ptr<const Grammar> compileSpec(const SpecText &S) {
  FrontendRegistry Frontends;
  grammar::registerGrammarLanguages(Frontends);
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  CompileOptions Options;
  Options.Language = S.Language;
  Options.Frontend.JsonSchema.KeyOrder = S.Order;
  std::shared_ptr<const Grammar> G =
      compile(Frontends, Sources, Sources.add(S.Name, S.Text), Options, Diags);
  EXPECT_TRUE(G) << S.Name << "\n" << printText(Diags);
  return G;
}

/// Opens a copy of exactly that size, so that reading past it shows under AddressSanitizer.
inline Result<std::shared_ptr<const Grammar>> openCopy(std::span<const uint8_t> Image) {
  return openArtifact(FileBytes::own({Image.begin(), Image.end()}));
}

/// The name that an error's message begins with.
inline std::string errorName(const Error &E) { return E.Message.substr(0, E.Message.find(':')); }

/// The name of a test that runs for each specification.
inline std::string nameOfSpec(const testing::TestParamInfo<SpecText> &I) {
  std::string Name = I.param.Name;
  for (char &C : Name)
    C = std::isalnum(uint8_t(C)) ? C : '_';
  return Name;
}

} // namespace weir::test

#endif // WEIR_UNITTESTS_ARTIFACT_ARTIFACTTESTING_H
