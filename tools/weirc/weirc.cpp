//===- weirc.cpp - Compiles a specification -------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   weirc SPEC                       a summary of the compiled grammar
//   weirc SPEC -emit=ir              the IR after the pipeline
//   weirc SPEC -emit=automata|dot    the network as text or as a graph
//
// With --vocab=V the grammar must fit the vocabulary: the tokens it names exist.
//
//===----------------------------------------------------------------------===//
#include "weir/Dump/GrammarText.h"
#include "weir/IR/Text.h"
#include "weir/Runtime/Matcher.h"
#include "weir/SpecSupport/SpecOptions.h"
#include "weir/SpecSupport/VocabOptions.h"

using namespace weir;

namespace {
enum class Emit { Summary, Ir, Automata, Dot, Tables };
} // namespace

/// The tokens that the grammar names exist in the vocabulary; otherwise reported.
static bool fits(ToolSession &Tool, std::shared_ptr<const Grammar> G, const VocabularyRef &V) {
  if (!V)
    return false;
  Result<Matcher> M = Matcher::create(std::move(G), V, TableCache::create(V));
  if (!M)
    Tool.Diags.report({}, DiagId::MatcherFailed)
        << M.error().Message << statusName(M.error().Code);
  return M.ok();
}

static std::string textOf(Emit What, const CompiledSpec &Compiled) {
  switch (What) {
  case Emit::Ir:
    return ir::printModule(Compiled.Module);
  case Emit::Automata:
    return printAutomata(*Compiled.TheGrammar);
  case Emit::Dot:
    return printDot(*Compiled.TheGrammar);
  case Emit::Summary:
  case Emit::Tables:
    return printSummary(*Compiled.TheGrammar);
  }
  return {};
}

int main(int Argc, char **Argv) {
  ToolSession Tool("weirc", "Compiles a specification\n");
  namespace cl = llvm::cl;
  cl::opt<std::string> Input(cl::Positional, cl::desc("SPEC"), cl::Required, Tool.category());
  cl::opt<Emit> What("emit", cl::desc("What to write (default: a summary)"),
                     cl::init(Emit::Summary),
                     cl::values(clEnumValN(Emit::Ir, "ir", "the IR after the pipeline"),
                                clEnumValN(Emit::Automata, "automata", "the network as text"),
                                clEnumValN(Emit::Dot, "dot", "the network for Graphviz"),
                                clEnumValN(Emit::Tables, "tables",
                                           "mask tables; needs --vocab")),
                     Tool.category());
  cl::opt<std::string> Output("o", cl::desc("Where to write (default: standard output)"),
                              cl::value_desc("file"), Tool.category());
  SpecOptions Spec(Tool);
  VocabOptions Vocab(Tool);
  if (!Tool.parse(Argc, Argv) || !Spec.resolve(Tool))
    return Tool.finish(ExitUsage);
  if (What == Emit::Tables && !Vocab.wasGiven())
    Tool.Diags.report({}, DiagId::Usage) << "-emit=tables needs --vocab=V";
  if (Tool.Diags.hasErrors())
    return Tool.finish(ExitUsage);

  std::optional<CompiledSpec> Compiled;
  std::string Text;
  if (What == Emit::Ir && !Vocab.wasGiven()) {
    std::optional<ir::Module> M = Spec.parse(Tool, Input);
    if (!M)
      return Tool.finish(ExitUsage);
    Text = ir::printModule(*M);
  } else {
    Compiled = Spec.compile(Tool, Input);
    if (!Compiled || (Vocab.wasGiven() && !fits(Tool, Compiled->TheGrammar, Vocab.load(Tool))))
      return Tool.finish(ExitUsage);
    Text = textOf(What, *Compiled);
  }
  Tool.writeOutput(Output, Text);
  return Tool.finish(ExitYes);
}
