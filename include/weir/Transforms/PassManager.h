//===- PassManager.h - Pipelines of passes ----------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pipeline is written as text, whether it comes from a command line or from
// Pipelines.def, and parsed into a tree:
//
//   pipeline ::= [element ("," element)*]
//   element  ::= pass | "fixpoint" ["<max=" number ">"] "(" pipeline ")" | "O0" … "O3"
//   pass     ::= argument ["<" option ("," option)* ">"]
//   option   ::= name ["=" number]
//
// `fixpoint` repeats its passes until a round changes nothing, at most `max` rounds
// (16); when the last round still changed something that is no error, the passes
// are all optional there.
//
// The manager runs a pipeline and watches it: it verifies, prints, times, counts,
// and hands each pass's input and output to whoever wants to compare them. It
// prints through a callback: a library writes to no stream.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_TRANSFORMS_PASSMANAGER_H
#define WEIR_TRANSFORMS_PASSMANAGER_H

#include "weir/Transforms/Pass.h"

#include <functional>
#include <optional>
#include <set>

namespace weir {

/// A parsed pipeline. Movable; runs any number of times.
class Pipeline {
public:
  /// Either a pass or a repeated pipeline.
  struct Element {
    std::unique_ptr<Pass> ThePass; ///< null for a fixpoint
    uint64_t MaxRounds = 0;
    std::vector<Element> Body;
  };
  std::vector<Element> Elements;

  /// The text that gives this pipeline, with options that differ from their defaults.
  std::string text() const;
};

/// One pass as text, e.g. "inline<max=4>". An option is left out when it has the value
/// that a new pass made from `allPasses` has.
std::string passText(Pass &P);

/// Parses pipeline text. `File` is its text in the diagnostics' source manager (added
/// by the caller as e.g. "<passes>"); all mistakes are reported, with carets and
/// suggestions.
std::optional<Pipeline> parsePipeline(FileId File, DiagnosticEngine &Diags,
                                      std::span<const PassInfo> Table = allPasses());

/// The pipeline of an optimisation level, 0 to 3.
Pipeline pipelineForLevel(unsigned Level);

/// Which passes to print before or after.
struct PassSelection {
  bool All = false;
  std::set<std::string, std::less<>> Names;
  bool contains(std::string_view Name) const { return All || Names.count(Name); }
};

struct PassManagerOptions {
  PassSelection PrintBefore, PrintAfter;
  bool PrintChanged = false; ///< after each pass that changed the module
  /// Verifies after every pass, and checks that a pass that says it changed nothing
  /// did not, and that the analyses it says it preserves are what computing them anew gives.
  bool VerifyEach = false;
  bool Time = false;
  bool Statistics = false;
  bool PrintLocations = false; ///< with `loc` in whatever is printed
  /// The sum of what passes may spend (see PassContext::spend).
  uint64_t StepBudget = UINT64_C(200'000'000);

  /// Receives everything printed, as `.wir` text with headings in comments. Needed when
  /// any of the above prints.
  std::function<void(std::string_view)> Print;
  /// Called after each pass that changed the module; false ends the pipeline (the
  /// callee has reported why).
  std::function<bool(const ir::Module &Before, const ir::Module &After, const Pass &P)> Compare;
  /// Called after each pass that reported no error, whether it changed the module or not; false
  /// ends the pipeline (the callee has reported why).
  std::function<bool(const ir::Module &After, const Pass &P)> AfterPass;
  /// Keeps what is needed for `PassManagerResult::Reproducer`: one printing of the
  /// module a pass.
  bool Reproducer = false;
  /// Options of weir-opt that `Compare` and `AfterPass` stand for, each with a blank before it:
  /// they are part of a reproducer's command.
  std::string ReproducerOptions;
  /// Called before each pass with the text a reproducer would have, should the pass
  /// crash. Needs `Reproducer`.
  std::function<void(const std::string &ReproducerText)> BeforePass;
};

struct PassManagerResult {
  bool Ok = true;
  bool Changed = false;
  /// The pass that failed; empty when none did.
  std::string FailedPass;
  /// On failure, with the option of this name: a `.wir` text that holds the module
  /// before the failing pass, and in its first line the command that fails again
  /// (`// RUN: weir-opt -passes='…' … %s`): what was checked and the steps that were left included.
  std::string Reproducer;
};

/// The text of a reproducer: `M` before the passes of the pipeline `Passes`, of which `StepsLeft`
/// steps may still be spent.
std::string reproducerText(const ir::Module &M, std::string_view Passes, uint64_t StepsLeft,
                           const PassManagerOptions &Options);

/// Runs `P` on `M`. Fails when a pass reports an error or goes over budget, when the
/// verifier finds an error after a pass, or when `Compare` says no; `M` is then as
/// the failing pass left it. `Analyses`, when given, are those of `M`, and right again
/// afterwards for whoever goes on with it.
PassManagerResult runPipeline(Pipeline &P, ir::Module &M, DiagnosticEngine &Diags,
                              const PassManagerOptions &Options = {},
                              ir::AnalysisManager *Analyses = nullptr);

} // namespace weir

#endif // WEIR_TRANSFORMS_PASSMANAGER_H
