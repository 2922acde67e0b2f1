//===- Formats.h - The languages behind `format` ----------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// JSON Schema names formats of strings ("date-time", "ipv6", …). Those whose
// specification is a regular language are patterns in Formats.def, which says for
// each where it comes from; the others are known by name, so that a caller can say
// why they do not constrain. An unknown name is no format.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_FRONTEND_FORMATS_FORMATS_H
#define WEIR_FRONTEND_FORMATS_FORMATS_H

#include "weir/IR/Module.h"

#include <optional>
#include <span>
#include <string_view>

namespace weir {

enum class FormatKind : uint8_t {
  Text,    ///< a regular language of strings
  Number,  ///< says something of numbers ("int32"), nothing of strings
  Pattern, ///< the syntax of regular expressions, which is context-free
};

struct FormatInfo {
  std::string_view Name;
  FormatKind Kind;
  std::string_view Pattern;          ///< Text: matches as a whole, but for leap seconds; or
  std::string_view LeapBefore;       ///< what a time of a leap second may follow, "" for nothing
  bool LeapSeconds;                  ///< the language also has times of leap seconds
  ir::ExprId (*Build)(ir::Module &); ///< Text: makes the language where there is no pattern
  std::string_view Source; ///< the specification; for other kinds, why there is no pattern
};

/// The format of that name, or null. O(log formats).
const FormatInfo *lookupFormat(std::string_view Name);

/// Every format, by name.
std::span<const FormatInfo> allFormats();

/// What of the format's specification its language does not enforce; empty: nothing.
std::string_view notEnforced(const FormatInfo &F);

/// The language of a format of kind Text, over decoded text: a regular expression that may stand
/// under `and`, `not` and `json_string`.
ir::ExprId formatLanguage(ir::Module &M, const FormatInfo &F);

/// Gives the rule its body: what stands in the JSON strings, between the quotes, whose value
/// is a pattern of ECMA-262 with the u flag and is not empty. The empty text is a pattern too.
void writePatternRule(ir::Module &M, ir::RuleId Rule, ir::Escapes Style);

/// The patterns without group and backslash, over decoded text: a regular expression.
ir::ExprId patternsWithoutGroups(ir::Module &M);

/// Whether the text is such a pattern; none when it is beyond a budget.
std::optional<bool> isPattern(std::string_view Text);

} // namespace weir

#endif // WEIR_FRONTEND_FORMATS_FORMATS_H
