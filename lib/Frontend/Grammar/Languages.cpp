//===- Languages.cpp - GBNF and EBNF for a compiler -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A frontend is a plain function; each dialect is one.
//
//===----------------------------------------------------------------------===//
#include "weir/Frontend/Grammar/Languages.h"

#include "weir/Driver/FrontendRegistry.h"
#include "weir/Frontend/Grammar/Grammar.h"

namespace weir::grammar {

template <GrammarDialect Dialect>
static std::optional<ir::Module> read(SourceManager &Sources, FileId File, const FrontendOptions &,
                                      DiagnosticEngine &Diags, FrontendResult &) {
  return parseGrammar(Sources, File, Dialect, {}, Diags);
}

void registerGrammarLanguages(FrontendRegistry &Registry) {
  Registry.add(SpecLanguage::Gbnf, read<GrammarDialect::Gbnf>);
  Registry.add(SpecLanguage::Ebnf, read<GrammarDialect::Ebnf>);
}

} // namespace weir::grammar
