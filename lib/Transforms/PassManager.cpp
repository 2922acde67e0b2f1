//===- PassManager.cpp - Running pipelines --------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Transforms/PassManager.h"

#include "weir/IR/Text.h"
#include "weir/IR/Verifier.h"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

namespace weir {

namespace {

/// What is known about all runs of the passes of one name.
struct PassRecord {
  std::string_view Name;
  unsigned Runs = 0, Changes = 0;
  std::chrono::steady_clock::duration Time{};
  std::map<std::string_view, uint64_t> Counters;
  uint64_t Left = ~UINT64_C(0); ///< the version of the module that the last run left
};

class Runner {
public:
  Runner(ir::Module &M, DiagnosticEngine &Diags, const PassManagerOptions &Options,
         ir::AnalysisManager &Analyses)
      : M(M), Diags(Diags), Options(Options), Analyses(Analyses), StepsLeft(Options.StepBudget) {}

  bool runElements(std::vector<Pipeline::Element> &Elements, bool &Changed);
  void printReports();
  PassManagerResult Result;

private:
  bool runPass(Pass &P, bool &Changed);
  bool checkAfter(Pass &P, bool Changed, const ir::Module *Before, const std::string &TextBefore);
  bool checkPreserved(Pass &P, const ir::Module &Before, ir::AnalysisSet Preserved);
  bool fail(Pass &P);
  std::string moduleText() const;
  void print(std::string_view Heading, std::string_view Name);
  PassRecord &recordOf(std::string_view Name);

  ir::Module &M;
  DiagnosticEngine &Diags;
  const PassManagerOptions &Options;
  ir::AnalysisManager &Analyses;
  uint64_t StepsLeft;
  uint64_t Version = 0;            ///< of the module: how often a pass has changed it
  std::vector<PassRecord> Records; ///< in the order of the first runs
  std::string Reproducer;
};

std::string Runner::moduleText() const {
  ir::PrintOptions P;
  P.Sources = Options.PrintLocations ? &Diags.sources() : nullptr;
  return ir::printModule(M, P);
}

void Runner::print(std::string_view Heading, std::string_view Name) {
  Options.Print(fmt::format("// *** {} {} ***\n{}\n", Heading, Name, moduleText()));
}

PassRecord &Runner::recordOf(std::string_view Name) {
  for (PassRecord &R : Records)
    if (R.Name == Name)
      return R;
  Records.emplace_back().Name = Name;
  return Records.back();
}

bool Runner::fail(Pass &P) {
  Result.Ok = false;
  Result.FailedPass = P.name();
  Result.Reproducer = std::move(Reproducer);
  return false;
}

constexpr ir::AnalysisKind AnalysisKinds[] = {
#define ANALYSIS(Name, Text, Summary) ir::AnalysisKind::Name,
#include "weir/IR/Analyses.def"
};

/// Whether what the pass says it preserves is what computing it anew gives.
bool Runner::checkPreserved(Pass &P, const ir::Module &Before, ir::AnalysisSet Preserved) {
  ir::AnalysisManager Old(Before), New(M);
  bool Ok = true;
  for (ir::AnalysisKind K : AnalysisKinds) {
    if (!Preserved.contains(K) || printAnalysis(Before, Old, K) == printAnalysis(M, New, K))
      continue;
    Diags.report({}, DiagId::PassFalseReport)
        << P.name() << "preserves the analysis '" + std::string(analysisName(K)) + "'";
    Ok = false;
  }
  return Ok;
}

/// What is checked after a pass that reported no error. False ends the pipeline.
bool Runner::checkAfter(Pass &P, bool Changed, const ir::Module *Before,
                        const std::string &TextBefore) {
  if (Options.VerifyEach) {
    if (!Changed && moduleText() != TextBefore) {
      Diags.report({}, DiagId::PassFalseReport) << P.name() << "changed nothing";
      return false;
    }
    if (!ir::verify(M, ir::VerifyMode::AfterFrontend, Diags, &Analyses)) {
      Diags.report({}, DiagId::PassBroke) << P.name();
      return false;
    }
  }
  if (Changed && Options.Compare && !Options.Compare(*Before, M, P))
    return false;
  return !Options.AfterPass || Options.AfterPass(M, P);
}

bool Runner::runPass(Pass &P, bool &Changed) {
  // Nothing to do, and nobody looks.
  const bool Again = P.isIdempotent() && recordOf(P.name()).Left == Version;
  if (Again && !Options.VerifyEach && !Options.AfterPass && !Options.BeforePass &&
      !Options.PrintBefore.contains(P.name()) && !Options.PrintAfter.contains(P.name()))
    return true;
  if (Options.PrintBefore.contains(P.name()))
    print("IR before", P.name());
  std::optional<ir::Module> Before;
  std::string TextBefore;
  if (Options.Compare || Options.VerifyEach)
    Before = M;
  if (Options.VerifyEach)
    TextBefore = moduleText();
  if (Options.Reproducer) {
    Reproducer = reproducerText(M, passText(P), StepsLeft, Options);
    if (Options.BeforePass)
      Options.BeforePass(Reproducer);
  }

  unsigned Errors = Diags.errorCount();
  PassContext Ctx(Diags, Analyses, StepsLeft);
  auto Begin = std::chrono::steady_clock::now();
  bool PassChanged = P.run(M, Ctx);
  PassRecord &Record = recordOf(P.name());
  Record.Time += std::chrono::steady_clock::now() - Begin;
  ++Record.Runs;
  Record.Changes += PassChanged;
  for (const auto &[Name, Count] : Ctx.counters())
    Record.Counters[Name] += Count;
  Changed = Changed || PassChanged;
  Version += PassChanged;
  Record.Left = Version;
  Analyses.invalidate(PassChanged ? Ctx.preserved() : ir::AnalysisSet::all());

  if (Ctx.isOverBudget())
    Diags.report({}, DiagId::PassBudget) << P.name();
  if (Diags.errorCount() != Errors)
    return fail(P);
  if (Options.PrintAfter.contains(P.name()) || (Options.PrintChanged && PassChanged))
    print("IR after", P.name());
  if (Options.VerifyEach && PassChanged && Again) {
    Diags.report({}, DiagId::PassFalseReport) << P.name() << "is idempotent";
    return fail(P);
  }
  if (Options.VerifyEach && PassChanged && !checkPreserved(P, *Before, Ctx.preserved()))
    return fail(P);
  return checkAfter(P, PassChanged, Before ? &*Before : nullptr, TextBefore) || fail(P);
}

/// Recurs as deep as fixpoints are nested, which the parser of pipelines bounds.
bool Runner::runElements(std::vector<Pipeline::Element> &Elements, bool &Changed) {
  for (Pipeline::Element &E : Elements) {
    if (E.ThePass) {
      if (!runPass(*E.ThePass, Changed))
        return false;
      continue;
    }
    for (uint64_t Round = 0; Round < E.MaxRounds; ++Round) {
      bool RoundChanged = false;
      if (!runElements(E.Body, RoundChanged))
        return false;
      Changed = Changed || RoundChanged;
      if (!RoundChanged)
        break;
    }
  }
  return true;
}

void Runner::printReports() {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  if (Options.Time) {
    std::string Out = "// *** time by pass ***\n//         ms   runs  changed  pass\n";
    for (const PassRecord &R : Records)
      fmt::format_to(std::back_inserter(Out), "// {:10.3f} {:6} {:8}  {}\n",
                     Milliseconds(R.Time).count(), R.Runs, R.Changes, R.Name);
    Options.Print(Out);
  }
  if (Options.Statistics) {
    std::string Out = "// *** statistics ***\n";
    for (const PassRecord &R : Records)
      for (const auto &[Name, Count] : R.Counters)
        fmt::format_to(std::back_inserter(Out), "// {:10}  {}: {}\n", Count, R.Name, Name);
    Options.Print(Out);
  }
}

} // namespace

std::string reproducerText(const ir::Module &M, std::string_view Passes, uint64_t StepsLeft,
                           const PassManagerOptions &Options) {
  std::string Command = fmt::format("weir-opt -passes='{}'", Passes);
  if (Options.VerifyEach)
    Command += " -verify-each";
  if (StepsLeft != PassManagerOptions().StepBudget)
    Command += fmt::format(" -step-budget={}", StepsLeft);
  return fmt::format("// RUN: {}{} %s\n{}", Command, Options.ReproducerOptions, ir::printModule(M));
}

PassManagerResult runPipeline(Pipeline &P, ir::Module &M, DiagnosticEngine &Diags,
                              const PassManagerOptions &Options, ir::AnalysisManager *Analyses) {
  ir::AnalysisManager Own(M);
  Runner R(M, Diags, Options, Analyses ? *Analyses : Own);
  R.runElements(P.Elements, R.Result.Changed);
  R.printReports();
  return std::move(R.Result);
}

} // namespace weir
