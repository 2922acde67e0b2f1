//===- Grammar.cpp - The GBNF and EBNF frontend ---------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The order of the stages, and the boundary that no exception passes. Rules get
// their ids before bodies are read, so that references may look ahead and the
// module's rules stand in the order of the text.
//
//===----------------------------------------------------------------------===//
#include "weir/Frontend/Grammar/Grammar.h"

#include "Layout.h"
#include "Lexemes.h"
#include "RuleReader.h"

#include "weir/Support/Utf8.h"

#include <new>

namespace weir::grammar {

/// Adds a rule for every header. A second definition is reported and gets no id.
static std::vector<ir::RuleId> declareRules(const Context &C, const Layout &L, ir::Module &M) {
  std::vector<ir::RuleId> Ids(L.Rules.size());
  for (size_t I = 0; I != L.Rules.size(); ++I) {
    if (!L.hasHeader(L.Rules[I]))
      continue;
    SourceRange Place = C.range(L.lexemes(L.Rules[I])[0]);
    std::string_view Name = C.Text.substr(Place.Begin, Place.End - Place.Begin);
    if (C.isEbnf() && Name[0] >= '0' && Name[0] <= '9')
      C.Diags.report(Place, DiagId::GrammarNameDigit) << Name;
    if (ir::RuleId First = M.lookup(Name)) {
      (C.Diags.report(Place, DiagId::GrammarDuplicateRule) << Name)
          .note("the first definition is here", M.rule(First).Origins.items()[0].Range);
      continue;
    }
    Ids[I] = M.addRule(std::string(Name));
    M.rule(Ids[I]).Origins.add({Place, {}});
  }
  return Ids;
}

static void setStart(const Context &C, ir::Module &M) {
  const std::string &Name = C.Options.StartRule;
  if (ir::RuleId Start = M.lookup(Name))
    return M.setStart(Start);
  std::vector<std::string_view> Names;
  for (uint32_t I = 0; I != M.ruleCount(); ++I)
    Names.push_back(M.rule(ir::RuleId(I)).Name);
  C.Diags.report(C.range(0, 0), DiagId::GrammarMissingStart).didYouMean(Name, Names) << Name;
}

/// True when no stage gave up; mistakes are in the engine.
static bool read(const Context &C, ir::Module &M) {
  Layout L;
  {
    std::vector<Lexeme> Lexemes;
    if (!readLexemes(C, Lexemes) || !layOut(C, Lexemes, L))
      return false;
  }
  std::vector<ir::RuleId> Ids = declareRules(C, L, M);
  setStart(C, M);
  readRules(C, L, Ids, M);
  return true;
}

std::optional<ir::Module> parseGrammar(SourceManager &Sources, FileId File, GrammarDialect Dialect,
                                       const GrammarOptions &Options, DiagnosticEngine &Diags) {
  Context C{Sources, File, Dialect, Options, Diags, Sources.text(File)};
  if (C.Text.size() > Options.MaxBytes) {
    Diags.report(SourceRange{File, 0, 0}, DiagId::InputTooLarge)
        << C.Text.size() << Options.MaxBytes;
    return std::nullopt;
  }
  if (size_t Bad = findInvalidUtf8(C.Text); Bad != std::string_view::npos) {
    Diags.report(C.range(uint32_t(Bad), uint32_t(Bad + 1)), DiagId::InvalidUtf8);
    return std::nullopt;
  }

  unsigned Before = Diags.errorCount();
  std::string_view Reason;
  try {
    ir::Module M;
    M.Source = File;
    if (!read(C, M) || Diags.errorCount() != Before)
      return std::nullopt;
    return M;
  } catch (const std::bad_alloc &) {
    Reason = "memory ran out";
  } catch (...) {
    Reason = "the parser's runtime failed";
  }
  Diags.report(SourceRange{File, 0, 0}, DiagId::GrammarOutOfResources) << Reason;
  return std::nullopt;
}

} // namespace weir::grammar
