//===- Text.h - The grammar IR as text, and back ----------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `.wir` is a list of statements; docs/LangRef.md defines it.
//
//   // A list of digits.
//   start @list
//   rule @list [nest] = seq(lit "[", repeat<0,*>(call @item), lit "]")
//   rule @item = class [0-9]
//
// Printing and parsing are inverse: what is printed parses to a module that prints
// the same. Both work with an explicit stack, so nesting is bounded by memory only.
// An expression is a DAG whose tree may be exponentially larger; when the trees are
// much bigger than the tables, parts used more than once are named by `let %n = …`
// before their first use, and the text stays linear in the module.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_IR_TEXT_H
#define WEIR_IR_TEXT_H

#include "weir/IR/Module.h"

#include <optional>
#include <string>

namespace weir::ir {

struct PrintOptions {
  /// Prints origins, as `loc`. Needs `Sources` for the files' names.
  const SourceManager *Sources = nullptr;
  /// Modules whose trees are bigger than this (in words, about) and than 16 times
  /// their tables get `let`s.
  uint32_t MaxTreeNodes = 65536;
};

std::string printModule(const Module &M, const PrintOptions &Options = {});

/// One expression on one line, cut with "…" after about `MaxBytes`; for messages.
std::string printExpr(const Module &M, ExprId E, size_t MaxBytes = 200);

/// `@name`, quoted where the name needs it.
std::string printRuleName(std::string_view Name);

struct ParseOptions {
  /// Gives rules and calls that have no `loc` their place in the text as origin.
  bool RecordPositions = true;
  /// Expressions of the module, at most.
  uint32_t MaxExprs = 16'000'000;
};

/// Parses the text of `File`. None when there was an error; all of them are
/// reported: parsing goes on at the next statement.
std::optional<Module> parseModule(FileId File, DiagnosticEngine &Diags,
                                  const ParseOptions &Options = {});

} // namespace weir::ir

#endif // WEIR_IR_TEXT_H
