//===- FrontendRegistry.cpp - Which languages this program reads ----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The languages of the compiler library itself, each as a function from a file to
// a module.
//
//===----------------------------------------------------------------------===//
#include "weir/Driver/FrontendRegistry.h"

#include "weir/Frontend/Regex/Regex.h"
#include "weir/IR/Text.h"

namespace weir {

std::string_view languageName(SpecLanguage L) {
  switch (L) {
  case SpecLanguage::Auto:
    return "auto";
#define LANGUAGE(Name, Option, Extension)                                                          \
  case SpecLanguage::Name:                                                                         \
    return Option;
#include "weir/Driver/Languages.def"
  }
  return "auto";
}

static std::optional<ir::Module> readJsonSchema(SourceManager &Sources, FileId File,
                                                const FrontendOptions &Options,
                                                DiagnosticEngine &Diags, FrontendResult &Result) {
  return jsonschema::compileSchema(Sources, File, Options.JsonSchema, Diags, Result.Unenforced,
                                   Result.Partly);
}

/// One pattern, matched from the first character of a text to its last. Editors end
/// a file with a line break, which is therefore not part of the pattern; a pattern
/// that ends with one spells it `\n`.
static std::optional<ir::Module> readRegex(SourceManager &Sources, FileId File,
                                           const FrontendOptions &, DiagnosticEngine &Diags,
                                           FrontendResult &) {
  std::string_view Pattern = Sources.text(File);
  if (!Pattern.empty() && Pattern.back() == '\n') {
    Pattern.remove_suffix(1);
    if (!Pattern.empty() && Pattern.back() == '\r')
      Pattern.remove_suffix(1);
  }
  ir::Module M;
  M.Source = File;
  regex::RegexOptions Options;
  Options.Mode = regex::RegexOptions::Match::Whole;
  ir::ExprId Body = regex::parseRegex(M, Pattern, File, 0, Options, Diags);
  if (!Body)
    return std::nullopt;
  ir::RuleId Rule = M.addRule("pattern");
  M.rule(Rule).Body = Body;
  M.rule(Rule).Origins.add({{File, 0, uint32_t(Pattern.size())}, ""});
  M.setStart(Rule);
  return M;
}

static std::optional<ir::Module> readWir(SourceManager &, FileId File, const FrontendOptions &,
                                         DiagnosticEngine &Diags, FrontendResult &) {
  return ir::parseModule(File, Diags);
}

FrontendRegistry::FrontendRegistry() {
  add(SpecLanguage::JsonSchema, readJsonSchema);
  add(SpecLanguage::Regex, readRegex);
  add(SpecLanguage::Wir, readWir);
}

} // namespace weir
