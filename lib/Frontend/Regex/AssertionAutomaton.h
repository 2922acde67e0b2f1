//===- AssertionAutomaton.h - Assertions anywhere ---------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A deterministic automaton for a pattern with assertions in any place, made by
// reading texts symbolically, one character class at a time. A state is
//
//   a boolean formula   over *continuations* ("what must the rest of the text be"):
//                       x|y is or, (?=x)y is x·any* and y, (?!x)y is not x·any* and y;
//   the previous character, as far as assertions ask for it;
//   for each look-behind, the continuations of its body that are under way.
//
// A continuation is a place in the pattern with a list of what comes after it, and
// is hash-consed; formulas are binary decision diagrams over them, so equal formulas
// are equal numbers and the automaton is finite. A step on character c replaces
// each continuation by the formula of what it leaves after c; `$`, `\b` and the
// look-behinds are decided then, when both neighbours are known.
//
// Exact for everything but a look-ahead inside a look-behind. Counted repetition is
// unrolled as it is read. Each kind of work has a budget.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_REGEX_ASSERTIONAUTOMATON_H
#define WEIR_LIB_FRONTEND_REGEX_ASSERTIONAUTOMATON_H

#include "Builder.h"
#include "Parser.h"

#include <optional>

namespace weir::regex {

/// State 0 is the start. Every state has one successor for each class of characters;
/// the classes are disjoint and together all scalar values.
struct Dfa {
  std::vector<CodePointSet> Classes;
  std::vector<std::vector<uint32_t>> Next; ///< [state][class]
  std::vector<bool> Accepting;
};

/// Returns none after reporting which budget was exceeded or what is not supported.
std::optional<Dfa> buildAssertionDfa(Tree &T, NodeId Root, const RegexOptions &Options,
                                     Reporter &R);

/// The least automaton of the same language. O(states² · classes) at most.
Dfa minimise(const Dfa &D);

/// The language of `D` as an expression, by elimination of states, or none when that takes more
/// than `MaxExpressions` new expressions.
std::optional<ExprId> eliminateStates(Builder &B, const Dfa &D, uint32_t MaxExpressions);

} // namespace weir::regex

#endif // WEIR_LIB_FRONTEND_REGEX_ASSERTIONAUTOMATON_H
