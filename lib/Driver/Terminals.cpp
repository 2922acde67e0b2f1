//===- Terminals.cpp - Tables that nearly every schema needs --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Driver/Terminals.h"

#include "weir/Driver/Compiler.h"
#include "weir/Vocab/VocabularyBuilder.h"

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

/// False when memory does not suffice for all of them.
static bool makeTerminals(TableCache &Tables) {
  static constexpr struct {
    const char *Name, *Schema;
  } List[] = {
#define TERMINALS(Name, Schema) {#Name, Schema},
#include "weir/Driver/Terminals.def"
  };
  bool All = true;
  for (const auto &T : List) {
    const std::shared_ptr<const Grammar> G = compileTerminal(T.Name, T.Schema, nullptr);
    if (G)
      Tables.prepare(G);
    All &= G != nullptr;
  }
  return All;
}

void prepareTerminals(TableCache &Tables) {
  if (Tables.vocabulary().terminals().empty())
    makeTerminals(Tables);
}

Result<std::vector<uint8_t>> imageWithTerminals(const VocabularyRef &V) {
  const std::shared_ptr<TableCache> Tables = TableCache::create(V);
  if (V->terminals().empty() && !makeTerminals(*Tables))
    return Error{Status::OutOfMemory, "memory does not suffice for the tables of the terminals"};
  return imageWith(*V, Tables->save());
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
