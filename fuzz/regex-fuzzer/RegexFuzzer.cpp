//===- RegexFuzzer.cpp - No pattern crashes the reader --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first byte selects options, the rest is the pattern. Checked: none exactly
// when there was an error, the same answer a second time, every place inside of the
// pattern, and every diagnostic printable; then the way to masks.
//
//===----------------------------------------------------------------------===//
#include "../Fuzzing.h"

#include "weir/Frontend/Regex/Regex.h"

using namespace weir;
using namespace weir::fuzz;
using namespace weir::regex;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  if (Size == 0)
    return 0;
  RegexOptions Options;
  Options.Mode = Data[0] & 1 ? RegexOptions::Match::Search : RegexOptions::Match::Whole;
  Options.AnnexB = Data[0] & 2;
  Options.MaxPaths = Data[0] & 4 ? 0 : 64;
  Options.MaxAssertionStates = 100;
  Options.MaxAssertionSteps = 20'000;
  std::string Pattern(reinterpret_cast<const char *>(Data) + 1, Size - 1);

  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  FileId F = Sources.add("fuzz", Pattern);
  ir::Module M;
  ir::ExprId E = parseRegex(M, Pattern, F, 0, Options, Diags);
  require(E.isNone() == Diags.hasErrors(), "no expression exactly after errors");
  checkDiagnostics(Diags);

  uint32_t Count = M.exprCount();
  DiagnosticEngine Again(Sources);
  require(parseRegex(M, Pattern, F, 0, Options, Again) == E, "the same answer again");
  require(!E || M.exprCount() == Count, "and nothing new");
  if (!E)
    return 0;
  ir::RuleId Root = M.addRule("root");
  M.rule(Root).Body = E;
  M.setStart(Root);
  compileAndWalk(M, Sources, randomOf(Data, Size));
  return 0;
}
