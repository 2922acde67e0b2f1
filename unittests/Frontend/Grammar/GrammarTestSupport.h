//===- GrammarTestSupport.h - Parsing grammars in tests ----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A grammar text, what became of it, and short questions about that.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_FRONTEND_GRAMMAR_GRAMMARTESTSUPPORT_H
#define WEIR_UNITTESTS_FRONTEND_GRAMMAR_GRAMMARTESTSUPPORT_H

#include "weir/Diag/Diagnostics.h"
#include "weir/Frontend/Grammar/Grammar.h"
#include "weir/IR/Text.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace weir::grammar::test {

struct Parsed {
  explicit Parsed(std::string_view Text, GrammarDialect Dialect = GrammarDialect::Gbnf,
                  const GrammarOptions &Options = {})
      : File(Sources.add(Dialect == GrammarDialect::Gbnf ? "t.gbnf" : "t.ebnf", std::string(Text))),
        Module(parseGrammar(Sources, File, Dialect, Options, Diags)) {}

  /// The body of a rule as IR text, or the diagnostics.
  std::string body(std::string_view Rule = "root") const {
    if (!Module)
      return printText(Diags);
    ir::RuleId R = Module->lookup(Rule);
    return R ? ir::printExpr(*Module, Module->rule(R).Body, 100'000) : "no such rule";
  }
  /// The stable names of the diagnostics, separated by blanks.
  std::string names() const {
    std::string Out;
    for (const Diagnostic &D : Diags.diagnostics())
      Out += (Out.empty() ? "" : " ") + std::string(diagName(D.Id));
    return Out;
  }
  /// The text of a diagnostic's range.
  std::string_view place(size_t I) const {
    SourceRange R = Diags.diagnostics()[I].Range;
    return Sources.text(File).substr(R.Begin, R.End - R.Begin);
  }

  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  FileId File;
  std::optional<ir::Module> Module;
};

struct ParsedEbnf : Parsed {
  explicit ParsedEbnf(std::string_view Text, const GrammarOptions &Options = {})
      : Parsed(Text, GrammarDialect::Ebnf, Options) {}
};

} // namespace weir::grammar::test

#endif // WEIR_UNITTESTS_FRONTEND_GRAMMAR_GRAMMARTESTSUPPORT_H
