//===- BenchSession.cpp - What the commands of weir-bench share -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "BenchSession.h"

#include <fstream>
#include <set>
#include <thread>

namespace weir {

namespace cl = llvm::cl;

static constexpr CommandInfo Table[] = {
    {"maskbench", "FILE --vocab=V [--ids=F] [--json=OUT] [--jobs=N] [--cache=schema|process]", 1,
     1},
    {"compile", "SPEC [--repeat=N]", 1, 1},
    {"mask", "SPEC [--vocab=V] [--after=TEXT] [--repeat=N]", 1, 1},
    {"batch", "FILE --vocab=V [--ids=F] [--repeat=STEPS]", 1, 1},
    {"soak", "FILE --vocab=V [--ids=F] [--operations=N] [--seed=S] [--check=N]", 1, 1},
};

BenchSession::BenchSession()
    : Tool("weir-bench",
           "Measures compilation, masks and matchers\n\n"
           "  weir-bench maskbench FILE   schemas with instances, token by token\n"
           "  weir-bench compile SPEC     compilation alone\n"
           "  weir-bench mask SPEC        masks cold and warm, and a matcher's other calls\n"
           "  weir-bench batch FILE       steps of many sequences, on one thread and two; memory\n"
           "  weir-bench soak FILE        sequences that come and go; memory and masks checked\n"),
      Spec(Tool), Vocab(Tool), TheCommands(Tool, Table),
      Ids("ids",
          cl::desc("maskbench, batch, soak: only the cases whose ids this file lists, one a line"),
          cl::value_desc("file"), Tool.category()),
      Json("json", cl::desc("maskbench: write a line a case there"), cl::value_desc("file"),
           Tool.category()),
      Jobs("jobs", cl::desc("maskbench: so many processes at once (1)"), cl::init(1),
           cl::value_desc("N"), Tool.category()),
      Cache("cache", cl::desc("maskbench: what shares mask tables"), cl::init(CacheScope::Schema),
            cl::values(clEnumValN(CacheScope::Schema, "schema",
                                  "nothing: every cache is emptied between schemas (default)"),
                       clEnumValN(CacheScope::Process, "process", "all schemas of a process")),
            Tool.category()),
      LimitSeconds("limit-s", cl::desc("maskbench: seconds a case may take (60)"), cl::init(60),
                   cl::value_desc("S"), Tool.category()),
      LimitMegabytes("limit-mb", cl::desc("maskbench: memory a process may take, 0 for any (4096)"),
                     cl::init(4096), cl::value_desc("MB"), Tool.category()),
      Check("check",
            cl::desc("maskbench, soak: compare each Nth mask, bit by bit, with what is said of "
                     "every token alone (0: none; soak: each 1000th)"),
            cl::init(0), cl::value_desc("N"), Tool.category()),
      Runs("runs", cl::desc("maskbench: read each case N times, and keep the medians (1)"),
           cl::init(1), cl::value_desc("N"), Tool.category()),
      Parts("parts", cl::desc("maskbench: what the masks took, apart"), Tool.category()),
      View("view", cl::desc("maskbench: ask for masks where they lie, without a copy"),
           Tool.category()),
      Ahead("ahead",
            cl::desc("maskbench: make the tables of each grammar before its masks, as while a "
                     "prompt is read"),
            Tool.category()),
      Cold("cold",
           cl::desc("maskbench: write 96 MiB before each reading of a case, so that the "
                    "processor's caches hold little of use to it"),
           Tool.category()),
      CompileOnly("compile-only",
                  cl::desc("maskbench: compile each schema and read no instance of it"),
                  Tool.category()),
      Terminals("terminals",
                cl::desc("maskbench, mask: prepare the tables of JSON's own terminals first, which "
                         "clearing a cache keeps (true)"),
                cl::init(true), Tool.category()),
      After("after", cl::desc("mask: the text so far"), cl::value_desc("text"), Tool.category()),
      Repeat("repeat", cl::desc("compile, mask, batch: how often each thing is measured (1000)"),
             cl::init(1000), cl::value_desc("N"), Tool.category()),
      Operations("operations", cl::desc("soak: how many operations (100000)"), cl::init(100'000),
                 cl::value_desc("N"), Tool.category()),
      Seed("seed", cl::desc("soak: another order of operations (1)"), cl::init(1),
           cl::value_desc("S"), Tool.category()) {
  for (const cl::Option *O : std::initializer_list<const cl::Option *>{
           &Json, &Jobs, &Cache, &LimitSeconds, &LimitMegabytes, &CompileOnly, &Runs, &Parts, &View,
           &Ahead, &Cold})
    TheCommands.restrict(*O, {"maskbench"});
  TheCommands.restrict(Ids, {"maskbench", "batch", "soak"});
  TheCommands.restrict(Check, {"maskbench", "soak"});
  TheCommands.restrict(Operations, {"soak"});
  TheCommands.restrict(Seed, {"soak"});
  TheCommands.restrict(Terminals, {"maskbench", "mask"});
  TheCommands.restrict(After, {"mask"});
  TheCommands.restrict(Repeat, {"compile", "mask", "batch"});
  TheCommands.restrict(Vocab.option(), {"maskbench", "mask", "batch", "soak"});
  TheCommands.restrict(Vocab.stopOption(), {"maskbench", "mask", "batch", "soak"});
}

const CommandInfo *BenchSession::start(int Argc, char **Argv) {
  for (int I = 0; I < Argc; ++I)
    CommandLine += (I ? " " : "") + std::string(I ? Argv[I] : "weir-bench");
  if (!Tool.parse(Argc, Argv) || !Spec.resolve(Tool))
    return nullptr;
  const CommandInfo *C = TheCommands.choose(Tool);
  if (!C)
    return nullptr;
  if ((C->Name == "maskbench" || C->Name == "batch" || C->Name == "soak") && !Vocab.wasGiven())
    Tool.Diags.report({}, DiagId::Usage) << "'" + std::string(C->Name) + "' needs --vocab=V";
  if (Jobs == 0 || Jobs > 256)
    Tool.Diags.report({}, DiagId::Usage) << "--jobs takes a number from 1 to 256";
  if (!(LimitSeconds > 0 && LimitSeconds <= 1e6))
    Tool.Diags.report({}, DiagId::Usage) << "--limit-s takes a number of seconds above 0";
  if (Runs == 0 || Runs > 1000)
    Tool.Diags.report({}, DiagId::Usage) << "--runs takes a number from 1 to 1000";
  if (Repeat == 0)
    Tool.Diags.report({}, DiagId::Usage) << "--repeat takes a number above 0";
  return Tool.Diags.hasErrors() ? nullptr : C;
}

/// The ids of a file, one a line. None when it cannot be read, reported.
static std::optional<std::set<std::string, std::less<>>> readIds(ToolSession &Tool,
                                                                 const std::string &Path) {
  std::optional<FileId> File = Tool.readFile(Path);
  if (!File)
    return std::nullopt;
  std::set<std::string, std::less<>> Ids;
  std::string_view Text = Tool.Sources.text(*File);
  while (!Text.empty()) {
    std::string_view Line = Text.substr(0, Text.find('\n'));
    Text.remove_prefix(std::min(Text.size(), Line.size() + 1));
    size_t First = Line.find_first_not_of(" \t\r");
    if (First != std::string_view::npos)
      Ids.emplace(Line.substr(First, Line.find_last_not_of(" \t\r") + 1 - First));
  }
  return Ids;
}

std::optional<std::vector<bench::CaseText>> readCases(BenchSession &S) {
  std::optional<std::set<std::string, std::less<>>> Ids;
  if (S.Ids.getNumOccurrences() != 0 && !(Ids = readIds(S.Tool, S.Ids)))
    return std::nullopt;
  const std::optional<FileId> File = SpecOptions::read(S.Tool, S.operand());
  return File ? bench::readCorpus(*File, S.Tool.Diags, Ids) : std::nullopt;
}

CompileOptions corpusOptions(BenchSession &S) {
  CompileOptions Options = S.Spec.options();
  if (Options.Language == SpecLanguage::Auto)
    Options.Language = SpecLanguage::JsonSchema;
  return Options;
}

std::string BenchSession::heading() const {
  std::string Machine = "unknown processor";
  std::ifstream Info("/proc/cpuinfo");
  for (std::string Line; std::getline(Info, Line);)
    if (Line.rfind("model name", 0) == 0 && Line.find(": ") != std::string::npos) {
      Machine = Line.substr(Line.find(": ") + 2);
      break;
    }
#ifdef NDEBUG
  const char *Build = "optimised";
#else
  const char *Build = "with assertions: not for comparison";
#endif
  return "$ " + CommandLine + "\n" + Machine + ", " +
         std::to_string(std::thread::hardware_concurrency()) + " processors; compiler " +
         __VERSION__ + ", " + Build + "\n\n";
}

} // namespace weir
