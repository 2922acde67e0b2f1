//===- Terminals.h - The inside of literals, classes, token references -----===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each function takes the place of one token with its marks ("a\n", [^a-z], <[7]>)
// and returns what it denotes, or none after reporting every mistake inside it.
//
// A class is read from left to right as llama.cpp and XGrammar do: a character
// followed by '-' and something other than the closing ']' begins a range, so
// that [a-] and [-a] hold a dash, and [a-c-e] is a-c, a dash and e.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_GRAMMAR_TERMINALS_H
#define WEIR_LIB_FRONTEND_GRAMMAR_TERMINALS_H

#include "Lexemes.h"

#include "weir/IR/Module.h"
#include "weir/Support/CodePointSet.h"

#include <optional>
#include <string>

namespace weir::grammar {

/// The bytes of a literal: UTF-8.
std::optional<std::string> readLiteral(const Context &C, SourceRange Place);

/// The members of a class. O(n log n).
std::optional<CodePointSet> readClass(const Context &C, SourceRange Place);

/// The token of '<[7]>' or '<name>'. A name is the token's whole text, with its
/// angle brackets, as llama.cpp has it.
std::optional<ir::TokenRef> readTokenReference(const Context &C, SourceRange Place);

/// The value of decimal digits, or none above `Max`.
std::optional<uint32_t> readDecimal(std::string_view Digits, uint32_t Max);

} // namespace weir::grammar

#endif // WEIR_LIB_FRONTEND_GRAMMAR_TERMINALS_H
