//===- MaskBench.cpp - weir-bench maskbench -------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "BenchSession.h"

#include "weir/Bench/MaskBench.h"
#include "weir/Bench/Workers.h"
#include "weir/Driver/Terminals.h"
#include "weir/Lower/LexicalCache.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>

#include <unistd.h>

namespace weir {

namespace {

/// One line on a terminal, redrawn at most ten times a second.
class ProgressBar {
public:
  explicit ProgressBar(size_t Total) : Total(Total), Shown(isatty(STDERR_FILENO) == 1) {}
  ~ProgressBar() {
    if (Shown)
      std::fprintf(stderr, "\r\x1b[K");
  }

  void update(size_t Done, const bench::MaskBenchSummary &S) {
    auto Now = std::chrono::steady_clock::now();
    if (!Shown || (Done != Total && Now - Last < std::chrono::milliseconds(100)))
      return;
    Last = Now;
    constexpr size_t Width = 40;
    size_t Full = Total == 0 ? Width : Done * Width / Total;
    std::fprintf(stderr, "\r[%s%s] %zu/%zu, %llu refused, %llu crashed or too slow\x1b[K",
                 std::string(Full, '#').c_str(), std::string(Width - Full, ' ').c_str(), Done,
                 Total, static_cast<unsigned long long>(S.refused()),
                 static_cast<unsigned long long>(S.crashed()));
  }

private:
  size_t Total;
  bool Shown;
  std::chrono::steady_clock::time_point Last{};
};

/// The file of --json. A line is flushed as soon as it is written.
class LineFile {
public:
  ~LineFile() {
    if (File && File != stdout)
      std::fclose(File);
  }
  bool open(const std::string &Path) {
    File = Path == "-" ? stdout : std::fopen(Path.c_str(), "wb");
    return File != nullptr;
  }
  bool write(const std::string &Line) {
    if (!File)
      return true;
    return std::fwrite(Line.data(), 1, Line.size(), File) == Line.size() &&
           std::fputc('\n', File) != EOF && std::fflush(File) == 0;
  }

private:
  std::FILE *File = nullptr;
};

} // namespace

int runMaskBench(BenchSession &S) {
  ToolSession &Tool = S.Tool;
  VocabularyRef V = S.Vocab.load(Tool);
  std::optional<std::vector<bench::CaseText>> Cases = readCases(S);
  if (!V || !Cases)
    return ExitUsage;
  LineFile Json;
  if (S.Json.getNumOccurrences() != 0 && !Json.open(S.Json)) {
    Tool.Diags.report({}, DiagId::FileUnwritable) << S.Json.getValue() << std::strerror(errno);
    return ExitUsage;
  }

  const CompileOptions Options = corpusOptions(S);
  const FrontendRegistry &Frontends = SpecOptions::frontends();
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  if (S.Terminals && !S.CompileOnly)
    prepareTerminals(*Tables);
  if (S.Terminals)
    prepareAutomata(processLexicalCache());
  bench::MaskBenchSummary Summary;
  ProgressBar Bar(Cases->size());
  size_t Done = 0;
  bool Written = true;

  bench::ReadOptions How;
  How.CheckEvery = S.Check;
  How.View = S.View;
  How.Ahead = S.Ahead;
  bench::WorkerOptions Workers;
  Workers.Jobs = S.Jobs;
  Workers.LimitSeconds = S.LimitSeconds;
  Workers.LimitBytes = uint64_t(S.LimitMegabytes) << 20;
  if (S.Cold && Workers.LimitBytes != 0) // no case is charged with it
    Workers.LimitBytes += bench::CoolingBytes;
  bool Ok = bench::runWorkers(
      Cases->size(), Workers,
      [&](size_t N) {
        std::optional<bench::Case> C = bench::readCase((*Cases)[N].Text, *V, !S.CompileOnly);
        if (!C) {
          bench::CaseResult Bad;
          Bad.What = bench::CaseResult::State::Refused;
          Bad.Reason = "bench-case: 'tests' is no list of {valid, text}";
          return Bad.pack();
        }
        std::vector<bench::CaseResult> Runs;
        for (unsigned I = 0; I < S.Runs; ++I) {
          if (S.Cache == CacheScope::Schema) {
            Tables->clear();
            processLexicalCache().clear();
          }
          if (S.Cold)
            bench::coolProcessor();
          Runs.push_back(S.CompileOnly ? bench::compileCase(*C, Frontends, Options)
                                       : bench::runCase(*C, Frontends, Options, V, Tables, How));
        }
        return bench::CaseResult::median(std::move(Runs)).pack();
      },
      [&](size_t N, bench::Outcome O, std::string Answer) {
        bench::CaseResult R;
        if (O == bench::Outcome::Done) {
          R = bench::CaseResult::unpack(Answer);
        } else {
          R.What = O == bench::Outcome::Crashed ? bench::CaseResult::State::Crashed
                                                : bench::CaseResult::State::TimedOut;
          R.Reason = std::move(Answer);
        }
        Summary.add(R);
        Written &= Json.write(R.json((*Cases)[N].Id, S.Parts));
        Bar.update(++Done, Summary);
      });
  if (!Ok) {
    Tool.Diags.report({}, DiagId::BenchWorkers) << std::strerror(errno);
    return ExitUsage;
  }
  if (!Written) {
    Tool.Diags.report({}, DiagId::FileUnwritable) << S.Json.getValue() << std::strerror(errno);
    return ExitUsage;
  }
  // With the lines on standard output there is no room for a table.
  if (S.Json.getValue() != "-")
    Tool.writeOutput("",
                     S.heading() + Summary.table() + (S.Parts ? "\n" + Summary.partsTable() : ""));
  return ExitYes;
}

} // namespace weir
