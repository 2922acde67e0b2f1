//===- AssertionPaths.h - Assertions outside of loops -----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where assertions stand in no loop, a pattern is a union of *paths*: expressions
// (pieces) with assertions between them.
//
//   ^(-|)(?!0\d)\d+$   ↦   ^ - (?!0\d) \d+ $   |   ^ (?!0\d) \d+ $
//
// An assertion about one character, ^ $ \b included, narrows the piece beside it,
// or passes over it when the piece is empty. What is left are look-aheads, which
// narrow everything to their right, and look-behinds, everything to their left:
//
//   a (?=b) c d   ↦   seq(a, and(seq(c, d), seq(b, any*)))
//
// These nest unless a look-behind stands to the right of a look-ahead; then, and
// when an assertion stands in a loop, the answer is none, and the automaton of
// AssertionAutomaton.h does it.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_REGEX_ASSERTIONPATHS_H
#define WEIR_LIB_FRONTEND_REGEX_ASSERTIONPATHS_H

#include "Builder.h"
#include "weir/Frontend/Regex/Regex.h"

#include <optional>

namespace weir::regex {

class AssertionPaths {
public:
  AssertionPaths(Builder &B, const Tree &T, const RegexOptions &Options)
      : B(B), T(T), Options(Options) {}

  /// The texts that match as a whole or have a match, or none (see above).
  std::optional<ExprId> language(NodeId Root, RegexOptions::Match Mode);

private:
  struct Element {
    enum Kind : uint8_t { Piece, PrevIn, NextIn, Word, Ahead, Behind } What;
    ExprId E = {}; ///< Piece; Ahead, Behind: the whole suffix or prefix
    bool Edge = false, Not = false;
    CodePointSet Set = {};
  };
  using Path = std::vector<Element>;
  /// What stands beyond an end of a path: the end of the text, or something unknown.
  struct Ends {
    bool LeftKnown, RightKnown;
  };

  std::optional<std::vector<Path>> expand(NodeId N);
  std::optional<std::vector<Path>> product(const std::vector<std::vector<Path>> &Parts);
  std::optional<std::vector<Path>> expandLook(NodeId N);
  std::optional<std::pair<CodePointSet, bool>> asOneCharacter(NodeId N, bool AheadOf) const;
  std::optional<ExprId> resolve(std::vector<Path> Paths, Ends E);
  std::optional<ExprId> nest(const Path &P, Ends E);

  Builder &B;
  const Tree &T;
  const RegexOptions &Options;
};

} // namespace weir::regex

#endif // WEIR_LIB_FRONTEND_REGEX_ASSERTIONPATHS_H
