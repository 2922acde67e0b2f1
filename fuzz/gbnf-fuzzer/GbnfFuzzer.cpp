//===- GbnfFuzzer.cpp - No grammar crashes the frontend -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first byte selects the dialect and budgets, the rest is the grammar. Checked:
// no module exactly when there was an error, every rule of a module has a body, the
// same answer a second time, every place inside of the text, every diagnostic
// printable, and work that is linear by count.
//
//===----------------------------------------------------------------------===//
#include "weir/Frontend/Grammar/Grammar.h"
#include "weir/IR/Text.h"

#include <algorithm>
#include <cstdlib>

using namespace weir;
using namespace weir::grammar;

static void require(bool Condition) {
  if (!Condition)
    std::abort();
}

static void checkModule(const ir::Module &M) {
  require(bool(M.start()));
  for (uint32_t I = 0; I != M.ruleCount(); ++I) {
    require(bool(M.rule(ir::RuleId(I)).Body));
    require(!M.rule(ir::RuleId(I)).Origins.empty());
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  if (Size == 0)
    return 0;
  GrammarDialect Dialect = Data[0] & 1 ? GrammarDialect::Ebnf : GrammarDialect::Gbnf;
  GrammarStatistics Cost;
  GrammarOptions Options;
  Options.MaxNesting = Data[0] & 2 ? 8 : 256;
  Options.MaxTokens = Data[0] & 4 ? 20 : 1'000'000;
  Options.Statistics = &Cost;
  std::string Text(reinterpret_cast<const char *>(Data) + 1, Size - 1);

  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  FileId F = Sources.add("fuzz", Text);
  std::optional<ir::Module> M = parseGrammar(Sources, F, Dialect, Options, Diags);
  require(M.has_value() != Diags.hasErrors());
  for (const Diagnostic &D : Diags.diagnostics()) {
    require(D.Range.Begin <= D.Range.End && D.Range.End <= Text.size());
    require(D.Id != DiagId::GrammarOutOfResources);
  }
  printText(Diags);

  uint64_t Breaks = uint64_t(
      std::count_if(Text.begin(), Text.end(), [](char C) { return C == '\n' || C == '\r'; }));
  require(Cost.CharactersRead <= 2 * Text.size() + 8 * Breaks);
  require(Cost.ParserCacheStates == 0);

  DiagnosticEngine Again(Sources);
  std::optional<ir::Module> Second = parseGrammar(Sources, F, Dialect, Options, Again);
  require(Second.has_value() == M.has_value());
  require(Again.diagnostics().size() == Diags.diagnostics().size());
  if (M) {
    checkModule(*M);
    require(ir::printModule(*M) == ir::printModule(*Second));
  }
  return 0;
}
