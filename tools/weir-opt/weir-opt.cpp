//===- weir-opt.cpp - Passes over a grammar in IR text --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   weir-opt [-passes=… | -O0…3] [options] F.wir
//
// Reads IR text, verifies it, runs passes, verifies again and prints IR text. A
// file may be split at lines `// -----` into parts that are run one by one. What is
// printed on the way (IR before and after passes, times, statistics) goes to standard
// error (to standard output under --diagnostics=json); so do diagnostics, unless
// -verify-diagnostics compares them with the file.
//
// WEIR_OPT_ROUND_TRIP=1 in the environment makes every run print, parse and print
// again the module read, the module after each pass and the module written, with and
// without locations, and fail when the texts differ.
//
//===----------------------------------------------------------------------===//
#include "TestPasses.h"

#include "weir/IR/Text.h"
#include "weir/IR/Verifier.h"
#include "weir/Oracle/Equivalence.h"
#include "weir/ToolSupport/ExpectedDiagnostics.h"
#include "weir/ToolSupport/ToolSupport.h"
#include "weir/Transforms/PassManager.h"

#include "llvm/Support/Signals.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace weir;
namespace cl = llvm::cl;

namespace {

struct Options {
  explicit Options(cl::cat Cat)
      : Input(cl::Positional, cl::desc("<file.wir, or - for standard input>"), cl::init("-"), Cat),
        Output("o", cl::desc("Write the IR to this file"), cl::value_desc("file"), cl::init("-"),
               Cat),
        Passes("passes", cl::desc("The pipeline, e.g. 'inline<max=8>,fixpoint(…)'"),
               cl::value_desc("pipeline"), Cat),
        Level("O", cl::desc("The pipeline of an optimisation level, 0 to 3"), cl::Prefix,
              cl::value_desc("level"), Cat),
        ListPasses("list-passes", cl::desc("List the passes with their options and end"), Cat),
        Mode("verify-mode", cl::desc("What the module written must satisfy"),
             cl::values(clEnumValN(ir::VerifyMode::AfterFrontend, "after-frontend",
                                   "well formed (default)"),
                        clEnumValN(ir::VerifyMode::Normalised, "normalised",
                                   "no left recursion, no useless rule"),
                        clEnumValN(ir::VerifyMode::ReadyToLower, "ready-to-lower",
                                   "whatever automata are made from")),
             cl::init(ir::VerifyMode::AfterFrontend), Cat),
        Split("split-input-file", cl::desc("Run each part between lines '// -----' alone"), Cat),
        VerifyDiagnostics("verify-diagnostics",
                          cl::desc("Compare diagnostics with the file's 'expected-…' comments"),
                          Cat),
        CheckEquivalence("check-equivalence",
                         cl::desc("Compare the language before and after passes, up to N symbols"),
                         cl::value_desc("N"), cl::init(0), Cat),
        EquivalencePairs("check-equivalence-pairs", cl::value_desc("N"), cl::Hidden,
                         cl::desc("States -check-equivalence looks at, at most"),
                         cl::init(oracle::CompareOptions().MaxPairs), Cat),
        PrintBefore("print-before", cl::CommaSeparated, cl::value_desc("pass,…|all"),
                    cl::desc("Print the IR before these passes"), Cat),
        PrintAfter("print-after", cl::CommaSeparated, cl::value_desc("pass,…|all"),
                   cl::desc("Print the IR after these passes"), Cat),
        PrintAnalyses("print-analyses", cl::CommaSeparated, cl::value_desc("analysis,…|all"),
                      cl::desc("Print what is known about each rule of the module written"), Cat),
        PrintChanged("print-changed", cl::desc("Print the IR after passes that changed it"), Cat),
        VerifyEach("verify-each", cl::desc("Verify after every pass"), Cat),
        TimePasses("time-passes", cl::desc("Print the time each pass took"), Cat),
        Statistics("statistics", cl::desc("Print what the passes counted"), Cat),
        Locations("print-locations", cl::desc("Print places in sources, as 'loc'"), Cat),
        ShareAbove("print-shared-above", cl::value_desc("words"), cl::init(65536), cl::Hidden,
                   cl::desc("Name shared parts of modules with bigger trees"), Cat),
        Reproducer("reproducer", cl::value_desc("file"),
                   cl::desc("On failure write the failing pass and its input to this file"), Cat),
        StepBudget("step-budget", cl::desc("Steps the passes may take together"),
                   cl::init(PassManagerOptions().StepBudget), Cat) {}

  cl::opt<std::string> Input, Output, Passes;
  cl::opt<unsigned> Level;
  cl::opt<bool> ListPasses;
  cl::opt<ir::VerifyMode> Mode;
  cl::opt<bool> Split, VerifyDiagnostics;
  cl::opt<unsigned> CheckEquivalence, EquivalencePairs;
  cl::list<std::string> PrintBefore, PrintAfter, PrintAnalyses;
  cl::opt<bool> PrintChanged, VerifyEach, TimePasses, Statistics, Locations;
  cl::opt<unsigned> ShareAbove;
  cl::opt<std::string> Reproducer;
  cl::opt<uint64_t> StepBudget;
};

/// What a crash handler writes: prepared before each pass.
struct CrashState {
  std::string Path, Text;
};

class Driver {
public:
  Driver(ToolSession &Tool, Options &Opt) : Tool(Tool), Opt(Opt), Table(passesAndTestPasses()) {
    const char *Env = std::getenv("WEIR_OPT_ROUND_TRIP");
    RoundTrip = Env && *Env && std::strcmp(Env, "0") != 0;
  }

  bool setUp();
  bool runFile(FileId File);
  /// True when a check of this tool's own failed, not the input.
  bool FailedCheck = false;

private:
  bool runPart(FileId File);
  bool runModule(FileId File, DiagnosticEngine &Diags);
  bool runPasses(ir::Module &M, DiagnosticEngine &Diags);
  bool verifyWritten(const ir::Module &Written, const ir::Module *Read, DiagnosticEngine &Diags);
  bool compare(const ir::Module &Before, const ir::Module &After, const Pass &P,
               DiagnosticEngine &Diags);
  bool checkRoundTrip(const ir::Module &M, std::string_view Which, DiagnosticEngine &Diags);
  void printAnalyses(const ir::Module &M);
  PassSelection selection(const cl::list<std::string> &Names, std::string_view Option);
  ir::PrintOptions printOptions(bool Locations) {
    ir::PrintOptions P;
    P.Sources = Locations ? &Tool.Sources : nullptr;
    P.MaxTreeNodes = Opt.ShareAbove;
    return P;
  }

  ToolSession &Tool;
  Options &Opt;
  bool RoundTrip;
  std::vector<PassInfo> Table;
  FileId PipelineFile;
  PassManagerOptions Manager;
  std::vector<ir::AnalysisKind> ShownAnalyses;
  CrashState Crash;
  std::string Out;
};

void writeCrash(void *Cookie) {
  const CrashState &Crash = *static_cast<const CrashState *>(Cookie);
  if (std::FILE *F = std::fopen(Crash.Path.c_str(), "w")) {
    std::fwrite(Crash.Text.data(), 1, Crash.Text.size(), F);
    std::fclose(F);
  }
}

/// `all`, or names of passes, which must exist.
PassSelection Driver::selection(const cl::list<std::string> &Names, std::string_view Option) {
  PassSelection Result;
  std::vector<std::string_view> Known{"all"};
  for (const PassInfo &P : Table)
    Known.push_back(P.Argument);
  for (const std::string &Name : Names) {
    if (Name == "all")
      Result.All = true;
    else if (std::find(Known.begin(), Known.end(), Name) == Known.end())
      Tool.Diags.report({}, DiagId::Usage).didYouMean(Name, Known)
          << "-" + std::string(Option) + " names no pass '" + Name + "'";
    Result.Names.insert(Name);
  }
  return Result;
}

constexpr ir::AnalysisKind AnalysisKinds[] = {
#define ANALYSIS(Name, Text, Summary) ir::AnalysisKind::Name,
#include "weir/IR/Analyses.def"
};

/// Before the module, as comments.
void Driver::printAnalyses(const ir::Module &M) {
  ir::AnalysisManager Analyses(M);
  for (ir::AnalysisKind K : ShownAnalyses) {
    std::string Lines = printAnalysis(M, Analyses, K);
    Out += "// *** " + std::string(analysisName(K)) + " ***\n";
    for (size_t Begin = 0, End; Begin < Lines.size(); Begin = End) {
      End = Lines.find('\n', Begin) + 1;
      Out += "// " + Lines.substr(Begin, End - Begin);
    }
  }
}

bool Driver::setUp() {
  if (Opt.Level.getNumOccurrences() && Opt.Passes.getNumOccurrences())
    Tool.Diags.report({}, DiagId::Usage) << "-passes and -O exclude each other";
  if (Opt.Level > 3)
    Tool.Diags.report({}, DiagId::Usage) << "-O is followed by a number from 0 to 3";
  std::string Text = Opt.Passes;
  if (Opt.Level.getNumOccurrences())
    Text = "O" + std::to_string(Opt.Level);
  PipelineFile = Tool.Sources.add("<passes>", Text);
  // Parsed here for its mistakes; each part of the input gets passes of its own.
  parsePipeline(PipelineFile, Tool.Diags, Table);
  Manager.PrintBefore = selection(Opt.PrintBefore, "print-before");
  Manager.PrintAfter = selection(Opt.PrintAfter, "print-after");
  std::vector<std::string_view> Known{"all"};
  for (ir::AnalysisKind K : AnalysisKinds)
    Known.push_back(analysisName(K));
  for (const std::string &Name : Opt.PrintAnalyses)
    if (std::find(Known.begin(), Known.end(), Name) == Known.end())
      Tool.Diags.report({}, DiagId::Usage).didYouMean(Name, Known)
          << "-print-analyses names no analysis '" + Name + "'";
  for (ir::AnalysisKind K : AnalysisKinds)
    for (const std::string &Name : Opt.PrintAnalyses)
      if ((Name == "all" || Name == analysisName(K)) &&
          (ShownAnalyses.empty() || ShownAnalyses.back() != K))
        ShownAnalyses.push_back(K);
  Manager.PrintChanged = Opt.PrintChanged;
  Manager.VerifyEach = Opt.VerifyEach;
  Manager.Time = Opt.TimePasses;
  Manager.Statistics = Opt.Statistics;
  Manager.PrintLocations = Opt.Locations;
  Manager.StepBudget = Opt.StepBudget;
  // Standard error is one JSON array when diagnostics are JSON.
  std::FILE *Stream = Tool.wantsJson() ? stdout : stderr;
  Manager.Print = [Stream](std::string_view S) { std::fwrite(S.data(), 1, S.size(), Stream); };
  if (!Opt.Reproducer.empty()) {
    Manager.Reproducer = true;
    if (Opt.CheckEquivalence)
      Manager.ReproducerOptions += " -check-equivalence=" + std::to_string(Opt.CheckEquivalence);
    if (Opt.CheckEquivalence && Opt.EquivalencePairs.getNumOccurrences())
      Manager.ReproducerOptions +=
          " -check-equivalence-pairs=" + std::to_string(Opt.EquivalencePairs);
    Crash.Path = Opt.Reproducer;
    Manager.BeforePass = [this](const std::string &S) { Crash.Text = S; };
    llvm::sys::AddSignalHandler(writeCrash, &Crash);
  }
  return !Tool.Diags.hasErrors();
}

bool Driver::compare(const ir::Module &Before, const ir::Module &After, const Pass &P,
                     DiagnosticEngine &Diags) {
  if (!Before.start() || !After.start())
    return true;
  oracle::CompareOptions O;
  O.MaxLength = Opt.CheckEquivalence;
  O.MaxPairs = Opt.EquivalencePairs;
  oracle::Comparison C = oracle::compare(Before, After, O);
  if (C.Equal == oracle::Answer::GaveUp)
    Diags.report({}, DiagId::EquivalenceUnknown) << P.name() << uint64_t(C.Length);
  if (C.Equal != oracle::Answer::No)
    return true;
  Diags.report({}, DiagId::PassChangedLanguage)
      << P.name() << oracle::toString(C.Witness)
      << (C.OnlyViable ? "a beginning only" : "accepted only") << (C.InFirst ? "before" : "after");
  FailedCheck = true;
  return false;
}

bool Driver::checkRoundTrip(const ir::Module &M, std::string_view Which, DiagnosticEngine &Diags) {
  for (bool Locations : {false, true}) {
    // Parsed against sources of its own: it adds the files that the text names.
    std::string First = ir::printModule(M, printOptions(Locations));
    SourceManager Sources;
    DiagnosticEngine Own(Sources);
    FileId File = Sources.add("<printed>", First);
    ir::ParseOptions P;
    P.RecordPositions = false;
    std::optional<ir::Module> Again = ir::parseModule(File, Own, P);
    std::string Second;
    if (Again) {
      ir::PrintOptions Print = printOptions(false);
      Print.Sources = Locations ? &Sources : nullptr;
      Second = ir::printModule(*Again, Print);
    } else {
      Second = printText(Own);
    }
    if (First == Second)
      continue;
    auto [A, B] = std::mismatch(First.begin(), First.end(), Second.begin(), Second.end());
    uint64_t Line = 1 + uint64_t(std::count(First.begin(), A, '\n'));
    auto lineAt = [](const std::string &S, std::string::const_iterator At) {
      size_t Begin = S.rfind('\n', size_t(At - S.begin()) ? size_t(At - S.begin()) - 1 : 0);
      Begin = Begin == std::string::npos ? 0 : Begin + 1;
      return S.substr(Begin, S.find('\n', Begin) - Begin);
    };
    Diags.report({}, DiagId::RoundTrip) << Which << Line << lineAt(First, A) << lineAt(Second, B);
    FailedCheck = true;
    return false;
  }
  return true;
}

bool Driver::runPasses(ir::Module &M, DiagnosticEngine &Diags) {
  std::optional<Pipeline> P = parsePipeline(PipelineFile, Diags, Table);
  if (!P)
    return false;
  PassManagerOptions Run = Manager;
  if (Opt.CheckEquivalence)
    Run.Compare = [&](const ir::Module &Before, const ir::Module &After, const Pass &ThePass) {
      return compare(Before, After, ThePass, Diags);
    };
  if (RoundTrip)
    Run.AfterPass = [&](const ir::Module &After, const Pass &ThePass) {
      return checkRoundTrip(After, "after the pass '" + std::string(ThePass.name()) + "'", Diags);
    };
  PassManagerResult Result = runPipeline(*P, M, Diags, Run);
  if (!Result.Ok && !Opt.Reproducer.empty())
    Tool.writeOutput(Opt.Reproducer, Result.Reproducer);
  return Result.Ok;
}

/// The last verification. `Read`, when given, is the module before all passes, for the reproducer.
bool Driver::verifyWritten(const ir::Module &Written, const ir::Module *Read,
                           DiagnosticEngine &Diags) {
  if (ir::verify(Written, Opt.Mode, Diags))
    return true;
  if (Read) {
    PassManagerOptions Run = Manager;
    Run.ReproducerOptions += Opt.Mode == ir::VerifyMode::AfterFrontend ? ""
                             : Opt.Mode == ir::VerifyMode::Normalised
                                 ? " -verify-mode=normalised"
                                 : " -verify-mode=ready-to-lower";
    Tool.writeOutput(Opt.Reproducer,
                     reproducerText(*Read, Tool.Sources.text(PipelineFile), Opt.StepBudget, Run));
  }
  return false;
}

bool Driver::runModule(FileId File, DiagnosticEngine &Diags) {
  std::optional<ir::Module> M = ir::parseModule(File, Diags);
  if (!M || (RoundTrip && !checkRoundTrip(*M, "read", Diags)) ||
      !ir::verify(*M, ir::VerifyMode::AfterFrontend, Diags))
    return false;
  std::optional<ir::Module> Read;
  if (!Opt.Reproducer.empty())
    Read = *M;
  if (!runPasses(*M, Diags) || !verifyWritten(*M, Read ? &*Read : nullptr, Diags) ||
      (RoundTrip && !checkRoundTrip(*M, "written", Diags)))
    return false;
  printAnalyses(*M);
  Out += ir::printModule(*M, printOptions(Opt.Locations));
  return true;
}

bool Driver::runPart(FileId File) {
  if (!Opt.VerifyDiagnostics)
    return runModule(File, Tool.Diags);
  DiagnosticEngine Own(Tool.Sources);
  runModule(File, Own);
  if (checkExpectedDiagnostics(File, Own, Tool.Diags))
    return true;
  FailedCheck = true;
  return false;
}

bool Driver::runFile(FileId File) {
  bool Ok = true;
  if (!Opt.Split) {
    Ok = runPart(File);
  } else {
    static constexpr std::string_view Mark = "// -----";
    std::string_view Text = Tool.Sources.text(File);
    std::string Name(Tool.Sources.name(File));
    uint32_t Line = 1, FirstLine = 1;
    size_t Begin = 0;
    for (size_t Pos = 0; Pos <= Text.size(); ++Line) {
      size_t End = std::min(Text.find('\n', Pos), Text.size());
      bool IsMark = Text.substr(Pos, Mark.size()) == Mark;
      if (IsMark || End == Text.size()) {
        std::string Part(Text.substr(Begin, (IsMark ? Pos : End) - Begin));
        Ok = runPart(Tool.Sources.add(Name, std::move(Part), FirstLine)) && Ok;
        if (IsMark && End != Text.size())
          Out += "// -----\n";
        Begin = End + 1;
        FirstLine = Line + 1;
      }
      Pos = End + 1;
    }
  }
  return Tool.writeOutput(Opt.Output, Out) && Ok;
}

void listPasses() {
  for (const PassInfo &I : allPasses()) {
    std::printf("%-24s %s\n", std::string(I.Argument).c_str(), std::string(I.Summary).c_str());
    std::unique_ptr<Pass> P = I.Create();
    for (const PassOption &O : P->options())
      std::printf("  %-22s %s (%llu)\n", std::string(O.Name).c_str(),
                  std::string(O.Summary).c_str(), static_cast<unsigned long long>(O.Value));
  }
}

} // namespace

int main(int Argc, char **Argv) {
  ToolSession Tool("weir-opt", "Runs passes over a grammar in IR text (.wir)");
  Options Opt(Tool.category());
  if (!Tool.parse(Argc, Argv))
    return Tool.finish(ExitUsage);
  if (Opt.ListPasses) {
    listPasses();
    return Tool.finish(ExitYes);
  }
  Driver D(Tool, Opt);
  std::optional<FileId> File;
  bool Ok = D.setUp() && (File = Tool.readFile(Opt.Input)) && D.runFile(*File);
  int Code = Tool.finish(Ok ? ExitYes : ExitNo);
  return D.FailedCheck ? ExitNo : Code;
}
