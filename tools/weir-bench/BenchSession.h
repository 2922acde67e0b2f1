//===- BenchSession.h - What the commands of weir-bench share ---*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_TOOLS_WEIR_BENCH_BENCHSESSION_H
#define WEIR_TOOLS_WEIR_BENCH_BENCHSESSION_H

#include "weir/Bench/Corpus.h"
#include "weir/SpecSupport/Commands.h"
#include "weir/SpecSupport/SpecOptions.h"
#include "weir/SpecSupport/VocabOptions.h"

#include <optional>
#include <string>
#include <vector>

namespace weir {

enum class CacheScope { Schema, Process };

class BenchSession {
public:
  BenchSession();

  ToolSession Tool;
  SpecOptions Spec;
  VocabOptions Vocab;
  Commands TheCommands;

  llvm::cl::opt<std::string> Ids, Json;
  llvm::cl::opt<unsigned> Jobs;
  llvm::cl::opt<CacheScope> Cache;
  llvm::cl::opt<double> LimitSeconds;
  llvm::cl::opt<unsigned> LimitMegabytes;
  llvm::cl::opt<unsigned> Check;
  llvm::cl::opt<unsigned> Runs;
  llvm::cl::opt<bool> Parts;
  llvm::cl::opt<bool> View;
  llvm::cl::opt<bool> Ahead;
  llvm::cl::opt<bool> Cold;
  llvm::cl::opt<bool> CompileOnly;
  llvm::cl::opt<bool> Terminals;
  llvm::cl::opt<std::string> After;
  llvm::cl::opt<unsigned> Repeat;
  llvm::cl::opt<unsigned long long> Operations;
  llvm::cl::opt<unsigned> Seed;

  /// Null after errors, reported.
  const CommandInfo *start(int Argc, char **Argv);
  const std::string &operand() const { return TheCommands.operands()[0]; }

  /// The machine, the build and the command line, for the head of a table.
  std::string heading() const;

private:
  std::string CommandLine;
};

int runMaskBench(BenchSession &S);
int runCompileBench(BenchSession &S);
int runMaskMicroBench(BenchSession &S);
int runBatchBench(BenchSession &S);
int runSoak(BenchSession &S);

/// The cases of the corpus that the operand names, those of --ids where it is given. None after
/// errors, reported. They lie in the session's sources.
std::optional<std::vector<bench::CaseText>> readCases(BenchSession &S);
/// The options for a corpus, whose cases are schemas unless it is said otherwise.
CompileOptions corpusOptions(BenchSession &S);

} // namespace weir

#endif // WEIR_TOOLS_WEIR_BENCH_BENCHSESSION_H
