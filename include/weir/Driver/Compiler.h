//===- Compiler.h - From a specification to a grammar -----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The compiler's front door: a specification's text goes through its language's
// frontend, a pass pipeline and lowering. Every stage may be had alone, since the
// tools print what lies between.
//
//   text --parseSpec--> ir::Module --optimise--> ir::Module --lower--> Grammar
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_DRIVER_COMPILER_H
#define WEIR_DRIVER_COMPILER_H

#include "weir/Diag/Diagnostics.h"
#include "weir/Driver/FrontendRegistry.h"
#include "weir/IR/Module.h"
#include "weir/Lower/Lowering.h"
#include "weir/Runtime/Grammar.h"
#include "weir/Transforms/PassManager.h"

#include <memory>
#include <optional>
#include <string>

namespace weir {

struct CompileOptions {
  /// By the file's name when `Auto`.
  SpecLanguage Language = SpecLanguage::Auto;
  FrontendOptions Frontend;
  /// The pipeline -O0 … -O3, unless `Passes` says another.
  unsigned OptLevel = 1;
  std::optional<std::string> Passes;
  /// Printing, timing and verification while the pipeline runs.
  PassManagerOptions PassManager;
  LowerOptions Lower;
  /// Otherwise an artifact in place of a text is an error.
  bool TakeArtifacts = true;
};

/// The language a file's name tells (`.json`, `.gbnf`, `.ebnf`, `.regex`, `.lark`,
/// `.wir`; a final `.xz` is skipped), or Auto.
SpecLanguage languageOfFileName(std::string_view Name);
/// The language of a file whose name tells none: a text that begins like a JSON object
/// is a JSON Schema. Otherwise Auto.
SpecLanguage languageOfContent(std::string_view Text);

/// Runs the frontend of the language the options, the file's name or its content tell, in
/// this order. None after errors; all of them are in `Diags`.
std::optional<ir::Module> parseSpec(const FrontendRegistry &Frontends, SourceManager &Sources,
                                    FileId File, const CompileOptions &Options,
                                    DiagnosticEngine &Diags, FrontendResult *Result = nullptr);

/// Runs the pipeline that the options name, and verifies that what it left can be
/// lowered. False after errors.
bool optimise(ir::Module &M, const CompileOptions &Options, DiagnosticEngine &Diags);

/// All stages; an artifact, told by its content whatever the language is said to be, is opened:
/// options that would make other automata of a text are errors then, and those that would make
/// the same ones otherwise, warnings. Null after errors. Safe from several threads on different
/// engines.
std::shared_ptr<const Grammar> compile(const FrontendRegistry &Frontends, SourceManager &Sources,
                                       FileId File, const CompileOptions &Options,
                                       DiagnosticEngine &Diags, FrontendResult *Result = nullptr);

/// The stages behind the frontend, for what parseSpec made of `File`: the pipeline, which changes
/// the module, and lowering. Null after errors, and when the compilation must end (WorkMeter.h).
std::shared_ptr<const Grammar> compileModule(ir::Module &M, const SourceManager &Sources,
                                             FileId File, const CompileOptions &Options,
                                             DiagnosticEngine &Diags);

/// What of a JSON Schema compile() refuses or does not enforce under the options, in the
/// order of the text: its errors, warnings and notes, but for notes about drafts, and what
/// formats leave out. Nothing is refused exactly when compile() returns a grammar. Costs
/// what compiling costs, since whether an object's liveness can be proved, for one, is
/// known when its automata are made.
std::vector<jsonschema::Limitation> schemaCapabilities(const FrontendRegistry &Frontends,
                                                       SourceManager &Sources, FileId File,
                                                       CompileOptions Options);

} // namespace weir

#endif // WEIR_DRIVER_COMPILER_H
