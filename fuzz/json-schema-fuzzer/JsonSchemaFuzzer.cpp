//===- JsonSchemaFuzzer.cpp - No schema crashes the frontend --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first byte selects options, the rest is the schema. Checked: a module exactly
// when there was no error; the module verifies; places lie inside of the text; the
// same bytes give the same module; then the way to masks.
//
//===----------------------------------------------------------------------===//
#include "../Fuzzing.h"

#include "weir/Frontend/JSONSchema/JSONSchema.h"
#include "weir/IR/Text.h"
#include "weir/IR/Verifier.h"

using namespace weir;
using namespace weir::fuzz;
using namespace weir::jsonschema;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  if (Size == 0)
    return 0;
  Options Opts;
  Opts.Space = Whitespace(Data[0] & 3);
  Opts.KeyOrder = Data[0] & 4 ? ir::KeyOrder::Any : ir::KeyOrder::Declared;
  Opts.Escapes = Data[0] & 8 ? ir::Escapes::Any : ir::Escapes::Canonical;
  Opts.Lenient = Data[0] & 16;
  Opts.DefaultDraft = Draft((Data[0] >> 5) % 6);
  Opts.EscapeNonAscii = Data[0] >> 5 >= 6;
  Opts.MaxNodes = 2'000;
  Opts.MaxWork = 200'000;
  std::string Text(reinterpret_cast<const char *>(Data) + 1, Size - 1);

  SourceManager Sources;
  FileId File = Sources.add("schema.json", Text);
  auto Compile = [&](DiagnosticEngine &Diags) {
    std::vector<ir::Origin> Unenforced;
    return compileSchema(Sources, File, Opts, Diags, Unenforced);
  };
  DiagnosticEngine Diags(Sources), Again(Sources);
  std::optional<ir::Module> M = Compile(Diags);
  require(bool(M) == !Diags.hasErrors(), "no module exactly after errors");
  checkDiagnostics(Diags);
  if (!M)
    return 0;
  DiagnosticEngine Verifier(Sources);
  require(ir::verify(*M, ir::VerifyMode::AfterFrontend, Verifier), "the module verifies");
  require(ir::printModule(*M) == ir::printModule(*Compile(Again)), "the same module again");
  compileAndWalk(*M, Sources, randomOf(Data, Size));
  return 0;
}
