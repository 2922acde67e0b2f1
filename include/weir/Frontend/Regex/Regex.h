//===- Regex.h - ECMA-262 regular expressions as IR -------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pattern in the syntax of ECMA-262 with the `u` flag becomes one expression,
// built of lit, class, seq, alt, repeat, and, not only: a language of sequences
// of scalar values that may stand under `and`, `not` and `json_string`.
//
//   pattern ──parse──▶ tree ──translate──▶ expression      without assertions
//                        │
//                        ├──lay out as paths──▶ expression  ^ $ \b, look-around
//                        │    a·(?=b)c·d  ↦  seq(a, and(seq(c, d), seq(b, any*)))
//                        │
//                        └──automaton──▶ expression         assertions in loops or
//                                                           that overlap
//
// docs/Regex.md says what is supported and what is refused, by name.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_FRONTEND_REGEX_REGEX_H
#define WEIR_FRONTEND_REGEX_REGEX_H

#include "weir/Diag/Diagnostics.h"
#include "weir/IR/Module.h"
#include "weir/Support/FunctionRef.h"

#include <optional>
#include <string>
#include <string_view>

namespace weir::regex {

struct RegexOptions {
  /// Whole:  a text is matched from its first character to its last.
  /// Search: a text that has a match somewhere, as JSON Schema reads `pattern`.
  enum class Match : uint8_t { Whole, Search };
  Match Mode = Match::Search;

  /// Accepts, with a warning, the patterns without the `u` flag that Annex B of ECMA-262 gives
  /// a meaning that nobody could mistake: `\-`, `\_`, `\@`, a lone `{`, `}` or `]`,
  /// `[\w-.]`, and a repeated look-ahead. Otherwise they are errors.
  bool AnnexB = true;

  /// The JSON pointer of the string that holds the pattern, for its diagnostics.
  std::optional<std::string> Pointer;

  // Budgets. They count the same on every machine.
  uint32_t MaxBytes = 1 << 20;        ///< length of the pattern
  uint32_t MaxDepth = 200;            ///< nesting of groups
  uint32_t MaxNodes = 200'000;        ///< parts of the pattern
  uint32_t MaxPaths = 128;            ///< alternatives made while assertions are laid out
  uint32_t MaxAssertionStates = 2000; ///< states of the automaton for assertions
  uint32_t MaxAssertionSteps = 500'000;
};

/// The place in the source of the bytes Begin..End of the pattern.
using PlaceOf = FunctionRef<SourceRange(uint32_t Begin, uint32_t End)>;

/// Returns the language of `Pattern`, or none after at least one error in `Diags`.
///
/// All errors of a pattern are reported. Warnings alone do not fail. Linear in the pattern where it
/// has no assertions; otherwise within the budgets. The stack is bounded by `MaxDepth`.
ir::ExprId parseRegex(ir::Module &M, std::string_view Pattern, PlaceOf Place,
                      const RegexOptions &Options, DiagnosticEngine &Diags);

/// As above, for a pattern that lies in `File` from byte `Begin` on, as it is.
ir::ExprId parseRegex(ir::Module &M, std::string_view Pattern, FileId File, uint32_t Begin,
                      const RegexOptions &Options, DiagnosticEngine &Diags);

} // namespace weir::regex

#endif // WEIR_FRONTEND_REGEX_REGEX_H
