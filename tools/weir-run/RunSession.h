//===- RunSession.h - What the commands of weir-run share -------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_TOOLS_WEIR_RUN_RUNSESSION_H
#define WEIR_TOOLS_WEIR_RUN_RUNSESSION_H

#include "weir/Runtime/Matcher.h"
#include "weir/SpecSupport/Commands.h"
#include "weir/SpecSupport/SpecOptions.h"
#include "weir/SpecSupport/VocabOptions.h"

#include <optional>
#include <string>
#include <vector>

namespace weir {

class RunSession {
public:
  RunSession();

  ToolSession Tool;
  SpecOptions Spec;
  VocabOptions Vocab;
  Commands TheCommands;

  // Where the text stands, for mask and explain.
  llvm::cl::opt<std::string> After, AfterFile;
  llvm::cl::list<unsigned> AfterTokens;
  llvm::cl::opt<unsigned> MaxShown;
  llvm::cl::opt<unsigned> Token;
  llvm::cl::opt<unsigned long long> Seed;
  llvm::cl::opt<unsigned> Count, Random, Steer, MaxTokens;

  /// Reads the command line, the specification (the first operand) and the vocabulary.
  /// Null after errors, reported.
  const CommandInfo *start(int Argc, char **Argv);

  // After `start`.
  const std::vector<std::string> &operands() const { return TheCommands.operands(); }
  std::optional<CompiledSpec> Compiled;
  VocabularyRef V;
  std::shared_ptr<TableCache> Tables;

  /// A matcher at the beginning. None when the grammar does not fit the vocabulary,
  /// reported.
  std::optional<Matcher> matcher();

  /// Moves the matcher to where --after… says. Returns an exit code other than ExitYes
  /// when that text or token is refused (printed) or unreadable (reported).
  int moveAfter(Matcher &M);
  /// Says on stdout, as --format asks, that the text so far is refused: at a byte or, of
  /// --after-tokens, a token, counted from 0.
  void reportRefusal(std::string_view Unit, size_t At, std::string_view Why,
                     const std::string &Sentence);

  /// "rule @name (SPEC:line:column, /pointer)", innermost rule first, a line each.
  std::string openRules(const Matcher &M) const;

  /// Where a rule comes from; empty when that is not known.
  std::string placesOf(std::string_view Rule) const;

  void reportLimit(Status Code);
  /// Reports why a call failed for another reason than the language. Returns whether one did.
  bool reportFailure(const Matcher &M);
};

/// Where and why a text is refused, as check prints it after the colon.
struct Refusal {
  size_t Byte = 0;
  std::string Why;
};

/// The refusal of `Text` by a matcher at the beginning or none; `WholeText` asks that the text be
/// complete. Where a limit was met, lastError() of the matcher says so, and `Why` is empty.
std::optional<Refusal> findRefusal(Matcher &M, std::string_view Text, bool WholeText);

int runCheck(RunSession &S);
int runMask(RunSession &S);
int runExplain(RunSession &S);
int runSample(RunSession &S);

} // namespace weir

#endif // WEIR_TOOLS_WEIR_RUN_RUNSESSION_H
