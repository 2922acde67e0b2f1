//===- UnicodeProperties.h - Sets of code points by property ----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The sets that `\p{…}` names, from tables made at build time out of the Unicode
// Character Database, and simple case folding. The tables are constant data; a set
// is decoded when it is asked for. Surrogates are no members of any set.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_FRONTEND_REGEX_UNICODEPROPERTIES_H
#define WEIR_FRONTEND_REGEX_UNICODEPROPERTIES_H

#include "weir/Support/CodePointSet.h"

#include <optional>
#include <string_view>
#include <vector>

namespace weir::regex {

/// The version of the Unicode Character Database, such as "15.0.0".
std::string_view unicodeVersion();

/// The set of `\p{Name=Value}`, or of `\p{Name}` when `Value` is absent: a value of
/// General_Category or a binary property. Names are matched exactly, as ECMA-262 asks.
std::optional<CodePointSet> unicodeProperty(std::string_view Name,
                                            std::optional<std::string_view> Value = {});

/// The set of a property that no pattern may name: Bidi_Class=…, Joining_Type=…, or Virama for
/// the combining class of that name.
CodePointSet internalProperty(std::string_view Name);

/// Names to suggest for a misspelt one, in the same role.
std::vector<std::string_view>
unicodePropertyNames(std::optional<std::string_view> NameOfValue = {});

/// Every code point whose simple case folding (CaseFolding.txt, C and S) is that of a member.
CodePointSet caseClosure(const CodePointSet &Set);

} // namespace weir::regex

#endif // WEIR_FRONTEND_REGEX_UNICODEPROPERTIES_H
