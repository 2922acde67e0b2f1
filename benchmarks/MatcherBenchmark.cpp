//===- MatcherBenchmark.cpp - What each call of a matcher costs -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One call a benchmark, warm, in the middle of an object of a schema with nesting, an
// array and a free member. `weir-bench maskbench` measures whole corpora; this is for
// comparing two builds at one call. WEIR_BENCHMARK_VOCABULARY names a vocabulary other
// than `demo`.
//
//===----------------------------------------------------------------------===//
#include "weir/Driver/Compiler.h"
#include "weir/Runtime/Matcher.h"
#include "weir/VocabReaders/Readers.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

using namespace weir;

namespace {

constexpr std::string_view Schema = R"({"type": "object", "properties": {
  "name": {"type": "string", "maxLength": 40},
  "tags": {"type": "array", "items": {"enum": ["red", "green", "blue"]}, "uniqueItems": true},
  "place": {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": "number"}},
            "required": ["x", "y"], "additionalProperties": false}},
  "required": ["name"]})";
constexpr std::string_view InString = R"({"name": "a na)";
constexpr std::string_view AtKey = R"({"name": "a name", ")";

[[noreturn]] void fail(const std::string &Why) {
  std::fprintf(stderr, "matcher-benchmark: %s\n", Why.c_str());
  std::exit(1);
}

struct World {
  VocabularyRef V = demoVocabulary();
  std::shared_ptr<const Grammar> G;
  std::shared_ptr<TableCache> Tables;

  World() {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    if (const char *Path = std::getenv("WEIR_BENCHMARK_VOCABULARY"))
      V = readVocabulary(Path, Diags);
    CompileOptions Options;
    Options.Language = SpecLanguage::JsonSchema;
    G = compile(FrontendRegistry(), Sources, Sources.add("schema", std::string(Schema)), Options,
                Diags);
    if (!V || !G)
      fail(printText(Diags));
    Tables = TableCache::create(V);
  }
  Matcher matcher(std::string_view Text = {}) const {
    Result<Matcher> M = Matcher::create(G, V, Tables);
    if (!M || !M->acceptBytes(Text))
      fail("the text is refused");
    return std::move(*M);
  }
};

const World &world() {
  static const World W;
  return W;
}

void create(benchmark::State &State) {
  for (auto _ : State)
    benchmark::DoNotOptimize(world().matcher());
}
BENCHMARK(create);

void fillMask(benchmark::State &State, std::string_view Text) {
  Matcher M = world().matcher(Text);
  const uint32_t Size = world().V->size();
  std::vector<uint32_t> Row(Matcher::rowWords(Size));
  for (auto _ : State)
    benchmark::DoNotOptimize(M.fillMask(Row, Size));
}
BENCHMARK_CAPTURE(fillMask, in_string, InString);
BENCHMARK_CAPTURE(fillMask, at_key, AtKey);

/// The first token of the mask, which `fork` takes and `rollback` takes back.
TokenId someToken(Matcher &M) {
  for (TokenId T = 0; T < world().V->size(); ++T)
    if (M.tokenAllowed(T))
      return T;
  fail("no token may come");
}

void acceptAndRollback(benchmark::State &State, std::string_view Text) {
  Matcher M = world().matcher(Text);
  const TokenId T = someToken(M);
  for (auto _ : State) {
    benchmark::DoNotOptimize(M.accept(T));
    benchmark::DoNotOptimize(M.rollback(1));
  }
}
BENCHMARK_CAPTURE(acceptAndRollback, in_string, InString);
BENCHMARK_CAPTURE(acceptAndRollback, at_key, AtKey);

void tokenAllowed(benchmark::State &State) {
  Matcher M = world().matcher(InString);
  const TokenId T = someToken(M);
  for (auto _ : State)
    benchmark::DoNotOptimize(M.tokenAllowed(T));
}
BENCHMARK(tokenAllowed);

void fork(benchmark::State &State) {
  Matcher M = world().matcher(InString);
  for (auto _ : State)
    benchmark::DoNotOptimize(M.fork());
}
BENCHMARK(fork);

void reset(benchmark::State &State) {
  Matcher M = world().matcher();
  for (auto _ : State)
    M.reset();
}
BENCHMARK(reset);

} // namespace
