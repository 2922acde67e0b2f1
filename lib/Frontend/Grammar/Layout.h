//===- Layout.h - Where the rules of a grammar begin --------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What in these languages is a matter of lines and look-ahead rather than of
// grammar is settled here, on the lexemes:
//
//   root ::= "a" |        GBNF: a rule ends with its line, but not inside
//            ( "b"        parentheses, nor after '|' or '::='
//              "c" )
//   item ::= "d"          EBNF: a rule ends where a name and '::=' follow
//
// Either way, a name and '::=' begin a rule even where they may not (that is
// reported), so one mistake does not spoil the rest. Rules come out with balanced
// parentheses, and nesting within the budget: the generated parser recurses.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_GRAMMAR_LAYOUT_H
#define WEIR_LIB_FRONTEND_GRAMMAR_LAYOUT_H

#include "Lexemes.h"

#include <span>

namespace weir::grammar {

/// A rule's lexemes, as a slice of `Layout::Lexemes`. The first two are a name and
/// '::=' unless the text is wrong there.
struct RuleText {
  uint32_t First, Count;
};

struct Layout {
  std::vector<Lexeme> Lexemes;
  std::vector<RuleText> Rules;

  std::span<const Lexeme> lexemes(RuleText R) const {
    return std::span(Lexemes).subspan(R.First, R.Count);
  }
  /// The rule begins with a name and '::='.
  bool hasHeader(RuleText R) const;
};

/// Cuts lexemes into rules. False when nesting passes its budget; every other
/// mistake is reported and mended. O(lexemes).
bool layOut(const Context &C, std::span<const Lexeme> In, Layout &Out);

} // namespace weir::grammar

#endif // WEIR_LIB_FRONTEND_GRAMMAR_LAYOUT_H
