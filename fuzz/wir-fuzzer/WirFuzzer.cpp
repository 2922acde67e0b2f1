//===- WirFuzzer.cpp - No grammar IR crashes what reads it ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The input is a `.wir` text. Checked: no module exactly when there was an error; what
// is printed parses to a module that prints the same, places included; what the
// verifier says has places in the text; then the passes and the way to masks.
//
//===----------------------------------------------------------------------===//
#include "../Fuzzing.h"

#include "weir/IR/Text.h"
#include "weir/IR/Verifier.h"

using namespace weir;
using namespace weir::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  std::string Text(reinterpret_cast<const char *>(Data), Size);
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  FileId F = Sources.add("fuzz.wir", Text);
  ir::ParseOptions Limits;
  Limits.MaxExprs = 10'000;
  std::optional<ir::Module> M = ir::parseModule(F, Diags, Limits);
  require(M.has_value() != Diags.hasErrors(), "no module exactly after errors");
  checkDiagnostics(Diags);
  if (!M)
    return 0;

  ir::PrintOptions Located;
  Located.Sources = &Sources;
  for (const ir::PrintOptions &Options : {ir::PrintOptions(), Located}) {
    std::string Printed = ir::printModule(*M, Options);
    DiagnosticEngine Again(Sources);
    ir::ParseOptions Exactly;
    Exactly.RecordPositions = false;
    std::optional<ir::Module> Back =
        ir::parseModule(Sources.add("printed", Printed), Again, Exactly);
    require(Back.has_value(), "what is printed parses");
    require(ir::printModule(*Back, Options) == Printed, "and prints the same");
  }

  DiagnosticEngine Verifier(Sources);
  bool Good = ir::verify(*M, ir::VerifyMode::AfterFrontend, Verifier);
  require(Good == !Verifier.hasErrors(), "the verifier says why");
  checkDiagnostics(Verifier);
  if (Good)
    compileAndWalk(*M, Sources, randomOf(Data, Size));
  return 0;
}
