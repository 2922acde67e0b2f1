//===- SpecOptions.h - The options of every tool that reads SPEC *- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A specification, its language and how it is compiled are said in the same words
// on every tool:
//
//   ToolSession Tool("weirc", "…");
//   SpecOptions Spec(Tool);
//   if (!Tool.parse(Argc, Argv)) …
//   std::optional<CompiledSpec> Compiled = Spec.compile(Tool, Path);
//
// `--format` has two meanings, told apart by its values: what the JSON Schema keyword
// does (assert, annotate), and on some tools the form of the output.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SPECSUPPORT_SPECOPTIONS_H
#define WEIR_SPECSUPPORT_SPECOPTIONS_H

#include "weir/Driver/Compiler.h"
#include "weir/ToolSupport/ToolSupport.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// A specification after all stages: the places of its rules are in the module, what
/// runs is the grammar. The module of an artifact that was opened is empty.
struct CompiledSpec {
  ir::Module Module;
  std::shared_ptr<const Grammar> TheGrammar;
};

class SpecOptions {
public:
  /// `OutputFormats` are further values of `--format`, the first of them the default.
  explicit SpecOptions(ToolSession &Tool, std::vector<std::string_view> OutputFormats = {});
  ~SpecOptions();

  /// The libraries' own languages, and the grammar languages where they are built in.
  static const FrontendRegistry &frontends();

  /// Reads the command line once it is parsed. False after a mistake, reported.
  bool resolve(ToolSession &Tool);

  // All below need `resolve` first.

  /// What the pass manager prints goes to standard error.
  const CompileOptions &options() const;
  std::string_view outputFormat() const;

  /// Adds the file's text to the sources, unpacked when it is .xz. None when it cannot
  /// be read, reported.
  static std::optional<FileId> read(ToolSession &Tool, const std::string &Path);

  /// Reads a file, which must be no artifact, and runs its frontend and the pipeline. None
  /// after errors, reported.
  std::optional<ir::Module> parse(ToolSession &Tool, const std::string &Path) const;
  /// All stages; or opens the file, when it is an artifact. What was said of the specification is
  /// then an error, and the level a warning unless it `FillsTables`.
  std::optional<CompiledSpec> compile(ToolSession &Tool, const std::string &Path,
                                      bool FillsTables = false) const;

private:
  std::optional<ir::Module> parse(ToolSession &Tool, FileId File) const;

  struct Impl;
  std::unique_ptr<Impl> P;
};

} // namespace weir

#endif // WEIR_SPECSUPPORT_SPECOPTIONS_H
