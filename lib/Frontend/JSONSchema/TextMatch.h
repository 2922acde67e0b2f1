//===- TextMatch.h - Whether one text is in a regular expression -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_TEXTMATCH_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_TEXTMATCH_H

#include "weir/IR/Module.h"

#include <optional>
#include <string_view>

namespace weir::jsonschema {

/// Whether the UTF-8 text is in the language of a regular expression without calls.
/// None when the text or the expression is beyond the budget. O(|E| · |text|^2). Adds to `Work`
/// the expressions tried times the places of the text.
std::optional<bool> matchesText(const ir::Module &M, ir::ExprId E, std::string_view Text,
                                uint64_t &Work);

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_TEXTMATCH_H
