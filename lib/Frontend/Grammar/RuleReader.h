//===- RuleReader.h - From a rule's lexemes to its expression -----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the generated parser over one rule after another and builds IR from its
// trees, which live only as long as their rule.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_GRAMMAR_RULEREADER_H
#define WEIR_LIB_FRONTEND_GRAMMAR_RULEREADER_H

#include "Layout.h"

#include "weir/IR/Module.h"

namespace weir::grammar {

/// Sets the body of every rule. `Ids` has, for each rule of the layout, its id in
/// the module; none for those that are only checked (no header, or a second
/// definition). Errors are reported, and leave their rule without a true body.
///
/// May throw what the ANTLR runtime throws.
void readRules(const Context &C, const Layout &L, std::span<const ir::RuleId> Ids, ir::Module &M);

} // namespace weir::grammar

#endif // WEIR_LIB_FRONTEND_GRAMMAR_RULEREADER_H
