//===- Terminals.cpp - Tables that nearly every schema needs --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Driver/Terminals.h"

#include "weir/Driver/Compiler.h"

namespace weir {

void prepareTerminals(TableCache &Tables) {
  static constexpr struct {
    const char *Name, *Schema;
  } List[] = {
#define TERMINALS(Name, Schema) {#Name, Schema},
#include "weir/Driver/Terminals.def"
  };
  const FrontendRegistry Frontends;
  CompileOptions Options;
  Options.Language = SpecLanguage::JsonSchema;
  for (const auto &T : List) {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    FileId File = Sources.add(T.Name, T.Schema);
    std::shared_ptr<const Grammar> G = compile(Frontends, Sources, File, Options, Diags);
    assert(G && "the terminals' schemas compile");
    if (G)
      Tables.prepare(G);
  }
}

} // namespace weir
