//===- GbnfFuzzer.cpp - No grammar crashes the frontend -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first byte selects budgets, the rest is the grammar; the EBNF fuzzer is this
// file with the other dialect. Checked: no module exactly when there was an error,
// every rule of a module has a body, the same answer a second time, every place
// inside of the text, every diagnostic printable, work that is linear by count; then
// the way to masks.
//
//===----------------------------------------------------------------------===//
#include "../Fuzzing.h"

#include "weir/Frontend/Grammar/Grammar.h"
#include "weir/IR/Text.h"

#include <algorithm>

using namespace weir;
using namespace weir::fuzz;
using namespace weir::grammar;

#ifndef WEIR_FUZZ_DIALECT
#define WEIR_FUZZ_DIALECT Gbnf
#endif

static void checkModule(const ir::Module &M) {
  require(bool(M.start()), "there is a start rule");
  for (uint32_t I = 0; I != M.ruleCount(); ++I) {
    require(bool(M.rule(ir::RuleId(I)).Body), "a rule has a body");
    require(!M.rule(ir::RuleId(I)).Origins.empty(), "a rule has a place");
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  if (Size == 0)
    return 0;
  constexpr GrammarDialect Dialect = GrammarDialect::WEIR_FUZZ_DIALECT;
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
  require(M.has_value() != Diags.hasErrors(), "no module exactly after errors");
  for (const Diagnostic &D : Diags.diagnostics())
    require(D.Id != DiagId::GrammarOutOfResources, "the budgets stop first");
  checkDiagnostics(Diags);

  uint64_t Breaks = uint64_t(
      std::count_if(Text.begin(), Text.end(), [](char C) { return C == '\n' || C == '\r'; }));
  // A character is read in the one terminal that goes over the end of a line and is not closed,
  // then after a quote that is not, then in its token and as the one behind the token before.
  require(Cost.CharactersRead <= 4 * Text.size() + 8 * Breaks, "reading is linear");
  require(Cost.ParserCacheStates == 0, "the parser keeps nothing");

  DiagnosticEngine Again(Sources);
  std::optional<ir::Module> Second = parseGrammar(Sources, F, Dialect, Options, Again);
  require(Second.has_value() == M.has_value(), "the same answer again");
  require(Again.diagnostics().size() == Diags.diagnostics().size(), "the same errors again");
  if (M) {
    checkModule(*M);
    require(ir::printModule(*M) == ir::printModule(*Second), "the same module again");
    compileAndWalk(*M, Sources, randomOf(Data, Size));
  }
  return 0;
}
