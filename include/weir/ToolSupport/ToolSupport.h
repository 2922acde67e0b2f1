//===- ToolSupport.h - What every command-line tool does alike --*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reading files, printing diagnostics in the form asked for, exit codes. Options are
// LLVM's: `-x` and `--x` are equal, and options may stand before or after operands.
// A tool makes its options inside main, so that nothing runs before it:
//
//   int main(int Argc, char **Argv) {
//     ToolSession Tool("weir-opt", "Runs passes over a grammar in IR text");
//     llvm::cl::opt<std::string> Input(llvm::cl::Positional, Tool.category(), …);
//     if (!Tool.parse(Argc, Argv))
//       return Tool.finish(ExitUsage);
//     std::optional<FileId> File = Tool.readFile(Input);
//     …
//     return Tool.finish(ExitYes);
//   }
//
// `--help` and `--version` print to standard output and end the process with 0.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_TOOLSUPPORT_TOOLSUPPORT_H
#define WEIR_TOOLSUPPORT_TOOLSUPPORT_H

#include "weir/Diag/Diagnostics.h"

#include "llvm/Support/CommandLine.h"

#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// The exit codes of every tool.
enum ExitCode : int {
  ExitYes = 0,   ///< done, accepted, complete
  ExitNo = 1,    ///< rejected, incomplete
  ExitUsage = 2, ///< a bad specification, vocabulary or command line
};

/// One run of one tool. Options in `category()` are listed by `--help`; others that
/// LLVM's libraries define are hidden.
class ToolSession {
public:
  ToolSession(const char *Name, const char *Overview);
  ToolSession(const ToolSession &) = delete;
  ToolSession &operator=(const ToolSession &) = delete;

  /// For the constructors of `llvm::cl::opt`.
  llvm::cl::cat category() { return llvm::cl::cat(Category); }

  /// Parses the command line. False after a mistake, reported as `usage`.
  bool parse(int Argc, char **Argv);

  /// Adds the file's text to the sources; "-" is standard input. None when it cannot be
  /// read or has more than `MaxBytes`, reported.
  std::optional<FileId> readFile(const std::string &Path, uint64_t MaxBytes = 1 << 30);

  /// Writes all of `Bytes` to a file or, for "-" and "", standard output, though no binary ones to
  /// a terminal. False when that fails, reported.
  bool writeOutput(const std::string &Path, std::string_view Bytes);

  /// Prints the diagnostics to standard error and returns the exit code: `ExitUsage`
  /// when there were errors, or standard output could not be written, which is reported;
  /// otherwise `Code`. Called once, last.
  int finish(int Code);

  /// True under `--diagnostics=json`.
  bool wantsJson() const { return Json; }

  SourceManager Sources;
  DiagnosticEngine Diags;

private:
  const char *Name, *Overview;
  llvm::cl::OptionCategory Category;
  bool Json = false;
};

} // namespace weir

#endif // WEIR_TOOLSUPPORT_TOOLSUPPORT_H
