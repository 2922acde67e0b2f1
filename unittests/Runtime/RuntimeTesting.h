//===- RuntimeTesting.h - What the tests of the runtime share ---*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_RUNTIME_RUNTIMETESTING_H
#define WEIR_UNITTESTS_RUNTIME_RUNTIMETESTING_H

#include "weir/Driver/Compiler.h"
#include "weir/Runtime/Matcher.h"
#include "weir/VocabReaders/Readers.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace weir::test {

using Row = std::vector<uint32_t>;

inline std::shared_ptr<const Grammar> compileText(SpecLanguage Language, std::string_view Text) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  CompileOptions Options;
  Options.Language = Language;
  std::shared_ptr<const Grammar> G =
      compile(FrontendRegistry(), Sources, Sources.add("spec", std::string(Text)), Options, Diags);
  EXPECT_TRUE(G) << printText(Diags);
  return G;
}

/// Schemas and patterns with everything a frame can be: key sets, counters, items that
/// must differ, ends that are open.
inline std::vector<std::shared_ptr<const Grammar>> someGrammars() {
  return {
      compileText(SpecLanguage::Regex, "(ab|cd)+[a-z]{2,9}!?"),
      compileText(SpecLanguage::JsonSchema, "true"),
      compileText(SpecLanguage::JsonSchema,
                  R"({"type":"object","properties":{"name":{"type":"string","maxLength":9},
                      "tags":{"type":"array","items":{"enum":["a","ab","b"]},"uniqueItems":true},
                      "age":{"type":"integer","minimum":0,"maximum":150}},"required":["name"]})"),
      compileText(SpecLanguage::JsonSchema,
                  R"({"$defs":{"t":{"type":"object","properties":{"c":{"type":"array",
                      "items":{"$ref":"#/$defs/t"}}},"additionalProperties":false}},
                      "$ref":"#/$defs/t"})"),
  };
}

inline Matcher matcher(const std::shared_ptr<const Grammar> &G, const VocabularyRef &V,
                       MatcherOptions Options = {}, std::shared_ptr<TableCache> Tables = nullptr) {
  Result<Matcher> M = Matcher::create(G, V, std::move(Tables), std::move(Options));
  EXPECT_TRUE(M.ok()) << M.error().Message;
  return std::move(*M);
}

inline Row mask(Matcher &M) {
  Row R(Matcher::rowWords(M.vocabulary().size()));
  EXPECT_TRUE(M.fillMask(R, M.vocabulary().size()).ok());
  return R;
}

inline bool has(const Row &R, TokenId T) { return R[T / 32] >> (T % 32) & 1; }

/// One of the tokens set, or NoToken.
inline constexpr TokenId NoToken = 0xFFFFFFFFU;
inline TokenId pick(const Row &R, std::mt19937 &Random) {
  std::vector<TokenId> Set;
  for (size_t W = 0; W < R.size(); ++W)
    for (unsigned B = 0; B < 32; ++B)
      if (R[W] >> B & 1)
        Set.push_back(TokenId(W * 32 + B));
  return Set.empty() ? NoToken : Set[Random() % Set.size()];
}

inline std::string textOf(const Vocabulary &V, TokenId T) {
  return {reinterpret_cast<const char *>(V.bytes(T).data()), V.bytes(T).size()};
}

} // namespace weir::test

#endif // WEIR_UNITTESTS_RUNTIME_RUNTIMETESTING_H
