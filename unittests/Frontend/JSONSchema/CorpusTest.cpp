//===- CorpusTest.cpp - Thousands of real schemas -------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every schema of the corpus compiles, or is refused by a diagnostic. Prints how many
// are refused under each name.
//
//===----------------------------------------------------------------------===//
#include "TestSupport.h"

#include "weir/Compression/Xz.h"
#include "weir/IR/Verifier.h"

#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <map>

using namespace weir;
using namespace weir::jsonschema;

namespace {

TEST(Corpus, EverySchemaCompilesOrIsRefusedByName) {
  const char *Data = std::getenv("WEIR_DATA_DIR");
  if (!Data || !*Data)
    GTEST_SKIP() << "WEIR_DATA_DIR is not set";
  auto File = FileBytes::map(std::string(Data) + "/maskbench/dev.jsonl.xz");
  if (!File)
    GTEST_SKIP() << "WEIR_DATA_DIR has no maskbench";
  auto Text = unpackIfXz(std::move(File.value()));
  ASSERT_TRUE(Text.ok());

  unsigned All = 0, Compiled = 0;
  std::map<std::string, unsigned> Only, Any;
  std::vector<double> Micros;
  std::string_view Rest = Text.value().text();
  while (!Rest.empty()) {
    size_t End = std::min(Rest.find('\n'), Rest.size());
    std::string_view Line = Rest.substr(0, End);
    Rest.remove_prefix(std::min(End + 1, Rest.size()));
    if (Line.empty())
      continue;
    SourceManager Sources;
    DiagnosticEngine LineDiags(Sources);
    json::ParseOptions Json;
    Json.RefuseDuplicateKeys = false;
    auto Doc = json::parse(Sources.add("line", std::string(Line)), LineDiags, Json);
    ASSERT_TRUE(Doc) << printText(LineDiags);
    ++All;
    SourceManager Own;
    FileId Schema =
        Own.add("schema.json", std::string(Doc->sourceText(Doc->get(Doc->root(), "schema"))));
    DiagnosticEngine Diags(Own);
    std::vector<ir::Origin> Unenforced;
    auto Before = std::chrono::steady_clock::now();
    auto M = compileSchema(Own, Schema, Options(), Diags, Unenforced);
    Micros.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - Before)
            .count());
    EXPECT_EQ(bool(M), !Diags.hasErrors());
    if (M) {
      ++Compiled;
      EXPECT_TRUE(ir::verify(*M, ir::VerifyMode::AfterFrontend, Diags))
          << Doc->string(Doc->get(Doc->root(), "id")) << printText(Diags);
      continue;
    }
    std::set<std::string> Names;
    for (const Diagnostic &D : Diags.diagnostics()) {
      if (D.Level != Severity::Error)
        continue;
      std::string Name(diagName(D.Id));
      if (D.Id == DiagId::SchemaUnsupportedKeyword || D.Id == DiagId::SchemaUnsupportedFormat) {
        size_t Quote = D.Message.find('\'');
        Name += " " + D.Message.substr(Quote, D.Message.find('\'', Quote + 1) + 1 - Quote);
      }
      Names.insert(Name);
    }
    for (const std::string &N : Names)
      ++Any[N];
    if (Names.size() == 1)
      ++Only[*Names.begin()];
    if (std::getenv("WEIR_CORPUS_VERBOSE"))
      for (const std::string &N : Names)
        std::cout << "REFUSED " << Doc->string(Doc->get(Doc->root(), "id")) << " " << N << "\n";
  }
  std::sort(Micros.begin(), Micros.end());
  auto Percentile = [&](double P) { return Micros[size_t(P * double(Micros.size() - 1))]; };
  std::cout << All << " schemas, " << Compiled << " compiled; frontend p50 " << Percentile(0.5)
            << " p99 " << Percentile(0.99) << " max " << Micros.back() << " us\n"
            << "refused under this name / under no other:\n";
  for (auto &[Name, N] : Any)
    std::cout << "  " << N << " / " << Only[Name] << "  " << Name << "\n";
  EXPECT_GE(Compiled * 100, All * 63);
}

} // namespace
