//===- Terminals.cpp - Tables that nearly every schema needs --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Driver/Terminals.h"

#include "weir/Driver/Compiler.h"

namespace weir {

/// Null only when memory does not suffice.
static std::shared_ptr<const Grammar> compileTerminal(const char *Name, std::string Schema,
                                                      LexicalCache *Automata) {
  const FrontendRegistry Frontends;
  CompileOptions Options;
  Options.Language = SpecLanguage::JsonSchema;
  Options.Lower.Lexical = Automata;
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  FileId File = Sources.add(Name, std::move(Schema));
  return compile(Frontends, Sources, File, Options, Diags);
}

void prepareTerminals(TableCache &Tables) {
  static constexpr struct {
    const char *Name, *Schema;
  } List[] = {
#define TERMINALS(Name, Schema) {#Name, Schema},
#include "weir/Driver/Terminals.def"
  };
  for (const auto &T : List)
    if (std::shared_ptr<const Grammar> G = compileTerminal(T.Name, T.Schema, nullptr))
      Tables.prepare(G);
}

void prepareAutomata(LexicalCache &Automata) {
  static constexpr const char *List[] = {
#define FORMATS(Format) "{\"type\": \"string\", \"format\": \"" Format "\"}",
#define AUTOMATA(Schema) Schema,
#include "weir/Driver/Terminals.def"
  };
  for (const char *Schema : List)
    (void)compileTerminal("automaton", Schema, &Automata);
  Automata.keep();
}

} // namespace weir
