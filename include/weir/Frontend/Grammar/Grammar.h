//===- Grammar.h - The GBNF and EBNF frontend -------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads llama.cpp's GBNF and XGrammar's EBNF into grammar IR. The two share one
// grammar; docs/Grammars.md says what is read and where they part:
//
//                          GBNF                        EBNF
//   a rule ends            with its line, outside      where the next rule begins
//                          parentheses, not after |
//   any character          .                           [^]
//   names                  letters digits _ -          the same and ., no digit first
//   escapes                llama.cpp's                 C's, \xH… of any length
//   line breaks inside     read as they stand          refused
//   literals and classes
//   tokens                 <[7]> <name> !<[7]> !<name> these, and Token(7),
//                                                      ExcludeToken(7)
//
// Every rule of the text becomes one rule of the module, in order, with the place
// of its name as origin; every reference keeps its place at the call site.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_FRONTEND_GRAMMAR_GRAMMAR_H
#define WEIR_FRONTEND_GRAMMAR_GRAMMAR_H

#include "weir/Diag/Diagnostics.h"
#include "weir/IR/Module.h"

#include <cstdint>
#include <optional>
#include <string>

namespace weir::grammar {

enum class GrammarDialect : uint8_t { Gbnf, Ebnf };

/// What reading cost, in counts that are the same on every machine.
struct GrammarStatistics {
  uint64_t CharactersRead = 0; ///< by the lexer; those looked at twice count twice
  uint64_t Lexemes = 0;
  uint64_t Rules = 0;
  /// States in the ANTLR runtime's caches, which live as long as the process. The
  /// lexer's are finitely many whatever is read; the parser has none.
  uint64_t LexerCacheStates = 0;
  uint64_t ParserCacheStates = 0;
};

/// Budgets count what is in the text, so that every machine decides alike.
struct GrammarOptions {
  std::string StartRule = "root";
  uint32_t MaxBytes = 8U << 20;
  uint32_t MaxTokens = 1'000'000;
  /// Of parentheses and of quantifiers on quantifiers, together.
  uint32_t MaxNesting = 256;
  /// Filled in when not null, also on failure.
  GrammarStatistics *Statistics = nullptr;
};

/// The module of a grammar text, or none after reporting at least one error: all
/// that were found, each at its place.
///
/// Time and memory are linear in the text; the parser's trees live for one rule
/// at a time. Throws nothing: exceptions of the ANTLR runtime, and running out of
/// memory within it, are reported. Safe to call from several threads on different
/// managers and engines.
std::optional<ir::Module> parseGrammar(SourceManager &Sources, FileId File, GrammarDialect Dialect,
                                       const GrammarOptions &Options, DiagnosticEngine &Diags);

} // namespace weir::grammar

#endif // WEIR_FRONTEND_GRAMMAR_GRAMMAR_H
