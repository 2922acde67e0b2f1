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
//   weirc SPEC -emit=tables --vocab=V
//                                    what mask tables some texts of the grammar need
//   weirc SPEC -o F.wtab             an artifact: the compiled grammar as a file
//   weirc SPEC -O3 --vocab=V -o F.wtab
//                                    … with all mask tables for V, so that serving makes none
//   weirc SPEC --keep-places -o F.wtab
//                                    … with the places of its rules, for explanations
//   weirc SPEC -emit=obj|asm|llvm [--target=TRIPLE] [--symbol=NAME] -o F.o
//                                    the artifact as a symbol to link, and F.h beside it
//   weirc SPEC --capabilities        as JSON, what of a JSON Schema is refused or not
//                                    enforced under these options
//
// With --vocab=V the grammar must fit the vocabulary: the tokens it names exist.
//
//===----------------------------------------------------------------------===//
#include "weir/Artifact/Artifact.h"
#include "weir/CodeGen/ArtifactObject.h"
#include "weir/Driver/RulePlaces.h"
#include "weir/Dump/GrammarText.h"
#include "weir/Frontend/JSONSchema/JSONSchema.h"
#include "weir/IR/Text.h"
#include "weir/Runtime/Matcher.h"
#include "weir/Runtime/ReadyTables.h"
#include "weir/Sampling/Walker.h"
#include "weir/SpecSupport/SpecOptions.h"
#include "weir/SpecSupport/VocabOptions.h"
#include "weir/Support/Escape.h"

#include <algorithm>

using namespace weir;

namespace {
enum class Emit { Auto, Summary, Ir, Automata, Dot, Tables, Artifact, Object, Assembly, Llvm };

/// What goes into an artifact beside the grammar.
struct TableOptions {
  bool Fill = false; ///< the mask tables
  unsigned MaxMiB = 256, MaxDepth = 32;
  bool KeepPlaces = false;
};
} // namespace

/// The tokens that the grammar names exist in the vocabulary; otherwise reported.
static bool fits(ToolSession &Tool, std::shared_ptr<const Grammar> G, const VocabularyRef &V) {
  if (!V)
    return false;
  Result<Matcher> M = Matcher::create(std::move(G), V, TableCache::create(V));
  if (!M)
    Tool.Diags.report({}, DiagId::MatcherFailed) << M.error().Message << statusName(M.error().Code);
  return M.ok();
}

/// Tables are made when a mask first needs them: writes `Walks` texts (see Walker.h), and says
/// what there was to make. False after an error, reported.
static bool printTables(ToolSession &Tool, std::shared_ptr<const Grammar> G, const VocabularyRef &V,
                        std::string &Out) {
  constexpr unsigned Walks = 16, RandomTokens = 64, MaxTokens = 1024;
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  Result<Matcher> M = Matcher::create(std::move(G), V, Tables);
  assert(M.ok() && "the grammar fits the vocabulary");
  WalkerTables Shared(*V);
  std::vector<uint32_t> Row(Matcher::rowWords(V->size()));
  uint64_t Masks = 0;
  for (unsigned Seed = 1; Seed <= Walks; ++Seed) {
    M->reset();
    Walker W(Shared, Seed, RandomTokens);
    for (unsigned I = 0; I < MaxTokens && !M->isTerminated(); ++I) {
      Result<MaskInfo> Info = M->fillMask(Row, V->size());
      if (!Info) {
        Tool.Diags.report({}, DiagId::MatcherFailed)
            << Info.error().Message << statusName(Info.error().Code);
        return false;
      }
      ++Masks;
      std::optional<TokenId> T = W.choose(Row);
      if (!T || !M->accept(*T))
        break;
    }
  }
  TableCache::Statistics S = Tables->statistics();
  Out += "texts: " + std::to_string(Walks) + "\nmasks: " + std::to_string(Masks) +
         "\ntables: " + std::to_string(S.Entries) + "\ntable bytes: " + std::to_string(S.Bytes) +
         "\ntable hits: " + std::to_string(S.Hits) + "\ntable misses: " + std::to_string(S.Misses) +
         "\n";
  return true;
}

/// The artifact; null after an error, reported.
static std::optional<std::vector<uint8_t>> makeArtifact(ToolSession &Tool,
                                                        const CompiledSpec &Compiled,
                                                        const TableOptions &Options,
                                                        const VocabularyRef &V) {
  std::shared_ptr<const Grammar> G = Compiled.TheGrammar;
  if (Options.Fill) {
    FillOptions Fill;
    Fill.MaxBytes = size_t(Options.MaxMiB) << 20;
    Fill.MaxDepth = Options.MaxDepth;
    auto Filled = fillTables(G, TableCache::create(V), Fill);
    if (!Filled) {
      Tool.Diags.report({}, DiagId::MatcherFailed)
          << Filled.error().Message << statusName(Filled.error().Code);
      return std::nullopt;
    }
    G = std::move(*Filled);
  }
  if (!Options.KeepPlaces || !G->places().Ends.empty())
    return writeArtifact(*G);
  if (Compiled.Module.ruleCount() == 0) {
    Tool.Diags.report({}, DiagId::ArtifactOptionUnused) << "--keep-places";
    return writeArtifact(*G);
  }
  const RulePlaces Places(Compiled.Module, Tool.Sources);
  return writeArtifact(*G, [&](std::string_view Rule) { return std::string(Places.of(Rule)); });
}

/// {"accepted", "limitations": [{name, status, message, line, column, pointer}]}
static std::string printCapabilities(const std::vector<jsonschema::Limitation> &All,
                                     const SourceManager &Sources) {
  bool Accepted = true;
  std::string List;
  for (const jsonschema::Limitation &L : All) {
    Accepted = Accepted && !L.Refused;
    List += List.empty() ? "\n  " : ",\n  ";
    List += "{\"name\": ";
    appendJsonString(List, diagName(L.Id));
    List += L.Refused ? ", \"status\": \"refused\", \"message\": "
                      : ", \"status\": \"unenforced\", \"message\": ";
    appendJsonString(List, L.Message);
    if (L.Place.Range.isValid()) {
      SourceManager::LineColumn At = Sources.lineColumn(L.Place.Range.File, L.Place.Range.Begin);
      List +=
          ", \"line\": " + std::to_string(At.Line) + ", \"column\": " + std::to_string(At.Column);
    }
    List += ", \"pointer\": ";
    appendJsonString(List, L.Place.Pointer);
    List += "}";
  }
  return std::string("{\"accepted\": ") + (Accepted ? "true" : "false") + ", \"limitations\": [" +
         List + "]}\n";
}

/// `--capabilities`: exit code 1 when something is refused.
static int runCapabilities(ToolSession &Tool, const SpecOptions &Spec, const std::string &Path,
                           const std::string &Output) {
  std::optional<FileId> File = SpecOptions::read(Tool, Path);
  if (!File)
    return ExitUsage;
  SpecLanguage Language = Spec.options().Language;
  if (Language == SpecLanguage::Auto)
    Language = languageOfFileName(Path);
  if (Language == SpecLanguage::Auto)
    Language = languageOfContent(Tool.Sources.text(*File));
  if (Language != SpecLanguage::JsonSchema) {
    Tool.Diags.report({}, DiagId::Usage) << "--capabilities is about JSON Schema";
    return ExitUsage;
  }
  std::vector<jsonschema::Limitation> All =
      schemaCapabilities(SpecOptions::frontends(), Tool.Sources, *File, Spec.options());
  Tool.writeOutput(Output, printCapabilities(All, Tool.Sources));
  bool Refused = std::any_of(All.begin(), All.end(), [](const auto &L) { return L.Refused; });
  return Refused ? ExitNo : ExitYes;
}

static std::string textOf(Emit What, const CompiledSpec &Compiled) {
  switch (What) {
  case Emit::Ir:
    return ir::printModule(Compiled.Module);
  case Emit::Automata:
    return printAutomata(*Compiled.TheGrammar);
  case Emit::Dot:
    return printDot(*Compiled.TheGrammar);
  default:
    return printSummary(*Compiled.TheGrammar);
  }
}

static bool endsWith(std::string_view Text, std::string_view End) {
  return Text.size() >= End.size() && Text.substr(Text.size() - End.size()) == End;
}

static std::string_view asText(std::span<const uint8_t> Bytes) {
  return {reinterpret_cast<const char *>(Bytes.data()), Bytes.size()};
}

/// `-emit=obj|asm|llvm`: the artifact as a symbol, and its header beside the output.
static void writeObject(ToolSession &Tool, std::span<const uint8_t> Image, Emit What,
                        codegen::ObjectOptions Options, const std::string &Input,
                        const std::string &Output) {
  Options.Form = What == Emit::Object     ? codegen::ObjectForm::Object
                 : What == Emit::Assembly ? codegen::ObjectForm::Assembly
                                          : codegen::ObjectForm::Ir;
  if (Options.Symbol.empty())
    Options.Symbol = codegen::symbolFor(Input);
  Result<std::string> Object = codegen::emitArtifact(Image, Options);
  if (!Object) {
    Tool.Diags.report({}, DiagId::Usage) << Object.error().Message;
    return;
  }
  if (!Tool.writeOutput(Output, *Object) || Output.empty() || Output == "-")
    return;
  const size_t Dot = Output.find_last_of('.'), Slash = Output.find_last_of("/\\");
  const bool HasExtension = Dot != Output.npos && (Slash == Output.npos || Slash < Dot);
  Tool.writeOutput(Output.substr(0, HasExtension ? Dot : Output.size()) + ".h",
                   codegen::emitHeader(Image, Options.Symbol, Input));
}

int main(int Argc, char **Argv) {
  ToolSession Tool("weirc", "Compiles a specification\n");
  namespace cl = llvm::cl;
  cl::opt<std::string> Input(cl::Positional, cl::desc("SPEC"), cl::Required, Tool.category());
  cl::opt<Emit> What("emit", cl::desc("What to write (default: a summary)"), cl::init(Emit::Auto),
                     cl::values(clEnumValN(Emit::Artifact, "artifact",
                                           "the compiled grammar; so too when -o ends in .wtab"),
                                clEnumValN(Emit::Object, "obj", "an object file with it"),
                                clEnumValN(Emit::Assembly, "asm", "assembly with it"),
                                clEnumValN(Emit::Llvm, "llvm", "LLVM IR with it"),
                                clEnumValN(Emit::Ir, "ir", "the IR after the pipeline"),
                                clEnumValN(Emit::Automata, "automata", "the network as text"),
                                clEnumValN(Emit::Dot, "dot", "the network for Graphviz"),
                                clEnumValN(Emit::Tables, "tables", "mask tables; needs --vocab")),
                     Tool.category());
  cl::opt<std::string> Output("o", cl::desc("Where to write (default: standard output)"),
                              cl::value_desc("file"), Tool.category());
  cl::opt<bool> Capabilities(
      "capabilities",
      cl::desc("Write as JSON what of a JSON Schema is refused or unenforced under these options"),
      Tool.category());
  codegen::ObjectOptions Object;
  cl::opt<std::string, true> Target(
      "target", cl::desc("obj, asm, llvm: the target's triple (default: this machine's)"),
      cl::value_desc("triple"), cl::location(Object.Triple), Tool.category());
  cl::opt<std::string, true> Symbol(
      "symbol", cl::desc("obj, asm, llvm: the symbol's name (default: weir_ and the name of SPEC)"),
      cl::value_desc("name"), cl::location(Object.Symbol), Tool.category());
  TableOptions Extras;
  cl::opt<unsigned, true> TableMiB(
      "table-mib", cl::desc("-O3 --vocab: mebibytes that the mask tables may take (default: 256)"),
      cl::value_desc("n"), cl::location(Extras.MaxMiB), Tool.category());
  cl::opt<unsigned, true> TableDepth(
      "table-depth",
      cl::desc("-O3 --vocab: nesting up to which a recursive grammar has tables (default: 32)"),
      cl::value_desc("n"), cl::location(Extras.MaxDepth), Tool.category());
  cl::opt<bool, true> KeepPlaces(
      "keep-places", cl::desc("Keep in the artifact where rules are in SPEC, for explanations"),
      cl::location(Extras.KeepPlaces), Tool.category());
  SpecOptions Spec(Tool);
  VocabOptions Vocab(Tool);
  if (!Tool.parse(Argc, Argv) || !Spec.resolve(Tool))
    return Tool.finish(ExitUsage);
  if (Capabilities && (What.getNumOccurrences() != 0 || Vocab.wasGiven()))
    Tool.Diags.report({}, DiagId::Usage) << "-emit and --vocab do not go with --capabilities";
  if (What == Emit::Auto)
    What = endsWith(Output, ".wtab") ? Emit::Artifact : Emit::Summary;
  const bool IsObject = What == Emit::Object || What == Emit::Assembly || What == Emit::Llvm;
  if (!IsObject && (Target.getNumOccurrences() != 0 || Symbol.getNumOccurrences() != 0))
    Tool.Diags.report({}, DiagId::Usage) << "--target and --symbol go with -emit=obj, asm or llvm";
  Extras.Fill = Spec.options().OptLevel == 3 && Vocab.wasGiven();
  if (!Extras.Fill && (TableMiB.getNumOccurrences() != 0 || TableDepth.getNumOccurrences() != 0))
    Tool.Diags.report({}, DiagId::Usage) << "--table-mib and --table-depth go with -O3 --vocab=V";
  if (Extras.MaxDepth > 4096)
    Tool.Diags.report({}, DiagId::Usage) << "--table-depth is at most 4096";
  if (Extras.KeepPlaces && What != Emit::Artifact && !IsObject)
    Tool.Diags.report({}, DiagId::Usage) << "--keep-places goes with an artifact";
  if (What == Emit::Tables && !Vocab.wasGiven())
    Tool.Diags.report({}, DiagId::Usage) << "-emit=tables needs --vocab=V";
  if (Tool.Diags.hasErrors())
    return Tool.finish(ExitUsage);

  if (Capabilities)
    return Tool.finish(runCapabilities(Tool, Spec, Input, Output));

  std::optional<CompiledSpec> Compiled;
  std::string Text;
  if (What == Emit::Ir && !Vocab.wasGiven()) {
    std::optional<ir::Module> M = Spec.parse(Tool, Input);
    if (!M)
      return Tool.finish(ExitUsage);
    Text = ir::printModule(*M);
  } else {
    Compiled = Spec.compile(Tool, Input, Extras.Fill);
    if (!Compiled)
      return Tool.finish(ExitUsage);
    VocabularyRef V = Vocab.wasGiven() ? Vocab.load(Tool) : nullptr;
    if (Vocab.wasGiven() && !fits(Tool, Compiled->TheGrammar, V))
      return Tool.finish(ExitUsage);
    if (What == Emit::Artifact || IsObject) {
      const auto Image = makeArtifact(Tool, *Compiled, Extras, V);
      if (!Image)
        return Tool.finish(ExitUsage);
      if (IsObject)
        writeObject(Tool, *Image, What, Object, Input, Output);
      else
        Tool.writeOutput(Output, asText(*Image));
      return Tool.finish(ExitYes);
    }
    Text = textOf(What, *Compiled);
    if (What == Emit::Tables && !printTables(Tool, Compiled->TheGrammar, V, Text))
      return Tool.finish(ExitUsage);
  }
  Tool.writeOutput(Output, Text);
  return Tool.finish(ExitYes);
}
