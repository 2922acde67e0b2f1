//===- Languages.h - GBNF and EBNF for a compiler ---------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The compiler library does not know the languages that need ANTLR. Whoever links
// them asks them into a registry; nothing registers itself.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_FRONTEND_GRAMMAR_LANGUAGES_H
#define WEIR_FRONTEND_GRAMMAR_LANGUAGES_H

namespace weir {
class FrontendRegistry;
} // namespace weir

namespace weir::grammar {

/// Adds GBNF and EBNF, read with the options' defaults.
void registerGrammarLanguages(FrontendRegistry &Registry);

} // namespace weir::grammar

#endif // WEIR_FRONTEND_GRAMMAR_LANGUAGES_H
