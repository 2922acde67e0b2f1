//===- Lexemes.h - A grammar's tokens, small ---------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An ANTLR token takes some 200 bytes. The generated lexer's are turned into
// lexemes one by one, 12 bytes each, and only those of the rule being parsed are
// turned back:
//
//   text --GbnfLexer--> lexemes --Layout--> rules --GbnfParser, rule by rule--> IR
//
// Kinds are the token types of GbnfLexer.g4. Line breaks are no lexemes but marks
// on the lexeme after them.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_GRAMMAR_LEXEMES_H
#define WEIR_LIB_FRONTEND_GRAMMAR_LEXEMES_H

#include "weir/Diag/Diagnostics.h"
#include "weir/Frontend/Grammar/Grammar.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::grammar {

struct Lexeme {
  uint32_t Begin, End; ///< bytes of the source
  uint16_t Kind;
  bool FirstOnLine;
  bool Broken; ///< already reported: an unclosed literal or class, or made up
};

/// What every stage works on.
struct Context {
  SourceManager &Sources;
  FileId File;
  GrammarDialect Dialect;
  const GrammarOptions &Options;
  DiagnosticEngine &Diags;
  std::string_view Text;

  SourceRange range(uint32_t Begin, uint32_t End) const { return {File, Begin, End}; }
  SourceRange range(const Lexeme &L) const { return {File, L.Begin, L.End}; }
  std::string_view text(const Lexeme &L) const { return Text.substr(L.Begin, L.End - L.Begin); }
  bool isEbnf() const { return Dialect == GrammarDialect::Ebnf; }
};

/// Cuts the text, which is well-formed UTF-8, into lexemes and reports characters
/// without meaning and terminals without end. False past the budget of tokens.
///
/// May throw what the ANTLR runtime throws.
bool readLexemes(const Context &C, std::vector<Lexeme> &Out);

} // namespace weir::grammar

#endif // WEIR_LIB_FRONTEND_GRAMMAR_LEXEMES_H
