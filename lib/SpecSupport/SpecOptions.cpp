//===- SpecOptions.cpp - The options of every tool that reads SPEC --------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/SpecSupport/SpecOptions.h"

#include "Remotes.h"
#include "weir/Artifact/Artifact.h"
#include "weir/Compression/Xz.h"
#include "weir/Support/Escape.h"
#include "weir/Support/File.h"

#if WEIR_ENABLE_ANTLR
#include "weir/Frontend/Grammar/Languages.h"
#endif

#include <algorithm>
#include <cstdio>
#include <memory>

namespace weir {

namespace cl = llvm::cl;

struct SpecOptions::Impl {
  Impl(cl::cat Cat, std::vector<std::string_view> OutputFormats);

  bool readPresentation(DiagnosticEngine &Diags);
  bool refuseForArtifact(DiagnosticEngine &Diags) const;
  bool readFormat(DiagnosticEngine &Diags);

  cl::opt<SpecLanguage> Lang;
  cl::opt<ir::KeyOrder> KeyOrder;
  cl::opt<std::string> Whitespace, ItemSeparator, KeySeparator, Profile;
  cl::opt<ir::Escapes> Escapes;
  cl::opt<std::string> NonAscii;
  std::string FormatHelp;
  cl::list<std::string> Format;
  cl::opt<jsonschema::Draft> Draft;
  cl::opt<std::string> Remotes;
  cl::opt<bool> Lenient;
  cl::opt<unsigned> OptLevel;
  cl::opt<std::string> Passes;
  cl::list<std::string> PrintBefore, PrintAfter;
  cl::opt<bool> PrintChanged, VerifyEach, Time, Statistics;

  std::vector<std::string_view> OutputFormats;
  std::string_view OutputFormat;
  CompileOptions Compile;
};

static std::string formatHelp(const std::vector<std::string_view> &OutputFormats) {
  std::string Help = "What the JSON Schema keyword means: assert (default) or annotate";
  for (size_t I = 0; I < OutputFormats.size(); ++I)
    Help += (I == 0 ? "; or the form of the output: " : " or ") + std::string(OutputFormats[I]) +
            (I == 0 ? " (default)" : "");
  return Help;
}

SpecOptions::Impl::Impl(cl::cat Cat, std::vector<std::string_view> Formats)
    : Lang("lang", cl::desc("The language of SPEC (default: by its name, then its content)"),
           cl::init(SpecLanguage::Auto),
           cl::values(
#define LANGUAGE(Name, Option, Extension) clEnumValN(SpecLanguage::Name, Option, Extension),
#include "weir/Driver/Languages.def"
               clEnumValN(SpecLanguage::Auto, "auto", "")),
           Cat),
      KeyOrder("key-order", cl::desc("The order in which an object's keys may stand"),
               cl::init(ir::KeyOrder::Declared),
               cl::values(clEnumValN(ir::KeyOrder::Declared, "declared",
                                     "as the schema first names them (default)"),
                          clEnumValN(ir::KeyOrder::Any, "any", "any order")),
               Cat),
      Whitespace("whitespace",
                 cl::desc("White space in JSON: compact, single, indent=N or flexible (default)"),
                 cl::init("flexible"), cl::value_desc("style"), Cat),
      ItemSeparator("item-separator",
                    cl::desc("What stands between members and elements: a ',' and blanks"),
                    cl::value_desc("text"), Cat),
      KeySeparator("key-separator",
                   cl::desc("What stands between a key and its value: a ':' and blanks"),
                   cl::value_desc("text"), Cat),
      Profile("profile", cl::desc("Check that a schema keeps to none (default) or openai-strict"),
              cl::init("none"), cl::value_desc("name"), Cat),
      Escapes(
          "escapes", cl::desc("How the characters of JSON strings may be spelled"),
          cl::init(ir::Escapes::Canonical),
          cl::values(clEnumValN(ir::Escapes::Canonical, "canonical", "one spelling each (default)"),
                     clEnumValN(ir::Escapes::Any, "any", "every spelling of RFC 8259")),
          Cat),
      NonAscii(
          "non-ascii",
          cl::desc("How characters beyond printable ASCII stand in JSON strings: raw (default), "
                   "as --escapes says, or escaped, as \\uxxxx only"),
          cl::init("raw"), cl::value_desc("style"), Cat),
      FormatHelp(formatHelp(Formats)),
      Format("format", cl::desc(FormatHelp), cl::CommaSeparated, cl::value_desc("word,..."), Cat),
      Draft("draft", cl::desc("The draft of schemas that name none"),
            cl::init(jsonschema::Draft::Auto),
            cl::values(clEnumValN(jsonschema::Draft::Draft202012, "2020-12", ""),
                       clEnumValN(jsonschema::Draft::Draft201909, "2019-09", ""),
                       clEnumValN(jsonschema::Draft::Draft7, "7", ""),
                       clEnumValN(jsonschema::Draft::Draft6, "6", ""),
                       clEnumValN(jsonschema::Draft::Draft4, "4", "")),
            Cat),
      Remotes("remotes",
              cl::desc("A folder of documents for remote references: a file below it answers the "
                       "URI whose path it has, or that it names as its $id"),
              cl::value_desc("dir"), Cat),
      Lenient("lenient",
              cl::desc("Warn about what cannot be enforced, and go on without enforcing it"), Cat),
      OptLevel("O", cl::desc("Optimisation level, 0 to 3 (default 1)"), cl::Prefix, cl::init(1),
               cl::value_desc("level"), Cat),
      Passes("passes", cl::desc("Run this pipeline instead of a level's"),
             cl::value_desc("pipeline"), Cat),
      PrintBefore("print-before", cl::desc("Print the IR before these passes"),
                  cl::value_desc("pass,...|all"), cl::CommaSeparated, Cat),
      PrintAfter("print-after", cl::desc("Print the IR after these passes"),
                 cl::value_desc("pass,...|all"), cl::CommaSeparated, Cat),
      PrintChanged("print-changed", cl::desc("Print the IR after passes that changed it"), Cat),
      VerifyEach("verify-each", cl::desc("Verify the IR after every pass"), Cat),
      Time("time-passes", cl::desc("Print how long each pass took"), Cat),
      Statistics("statistics", cl::desc("Print what the passes counted"), Cat),
      OutputFormats(std::move(Formats)) {
  if (!OutputFormats.empty())
    OutputFormat = OutputFormats.front();
}

SpecOptions::SpecOptions(ToolSession &Tool, std::vector<std::string_view> OutputFormats)
    : P(std::make_unique<Impl>(Tool.category(), std::move(OutputFormats))) {}
SpecOptions::~SpecOptions() = default;

const FrontendRegistry &SpecOptions::frontends() {
  static const FrontendRegistry Registry = [] {
    FrontendRegistry R;
#if WEIR_ENABLE_ANTLR
    grammar::registerGrammarLanguages(R);
#endif
    return R;
  }();
  return Registry;
}

bool SpecOptions::Impl::readPresentation(DiagnosticEngine &Diags) {
  struct {
    std::string_view Option, Name;
    const cl::opt<std::string> &Given;
  } const All[] = {{"whitespace", "whitespace", Whitespace},
                   {"non-ascii", "nonAscii", NonAscii},
                   {"item-separator", "itemSeparator", ItemSeparator},
                   {"key-separator", "keySeparator", KeySeparator},
                   {"profile", "profile", Profile}};
  bool Ok = true;
  for (const auto &[Option, Name, Given] : All) {
    const std::string &Value = Given.getValue();
    if (Given.getNumOccurrences() == 0 ||
        setOption(Compile.Frontend.JsonSchema, Name, Value) == jsonschema::OptionResult::Ok)
      continue;
    Diags.report({}, DiagId::Usage) << "--" + std::string(Option) + "=" + printable(Value, 40) +
                                           " is not " + std::string(jsonschema::optionValues(Name));
    Ok = false;
  }
  return Ok;
}

bool SpecOptions::Impl::readFormat(DiagnosticEngine &Diags) {
  std::string_view Meaning, Output; // what was said of each
  for (const std::string &Word : Format) {
    auto Found = std::find(OutputFormats.begin(), OutputFormats.end(), Word);
    const bool IsMeaning = Word == "assert" || Word == "annotate";
    std::string_view &Said = IsMeaning ? Meaning : Output;
    if (!Said.empty() && Said != Word && (IsMeaning || Found != OutputFormats.end())) {
      Diags.report({}, DiagId::Usage)
          << "--format=" + Word + " contradicts --format=" + std::string(Said);
      return false;
    }
    if (IsMeaning) {
      Said = Word;
      Compile.Frontend.JsonSchema.AssertFormats = Word == "assert";
    } else if (Found != OutputFormats.end()) {
      Said = Word;
      OutputFormat = *Found;
    } else {
      std::string Known = "assert, annotate";
      for (std::string_view F : OutputFormats)
        Known += ", " + std::string(F);
      Diags.report({}, DiagId::Usage) << "--format=" + printable(Word, 40) + " is none of " + Known;
      return false;
    }
  }
  return true;
}

/// What was said of a specification cannot be said of an artifact. True after an error.
bool SpecOptions::Impl::refuseForArtifact(DiagnosticEngine &Diags) const {
  const cl::Option *const All[] = {&Lang,
                                   &KeyOrder,
                                   &Whitespace,
                                   &ItemSeparator,
                                   &KeySeparator,
                                   &Profile,
                                   &Escapes,
                                   &NonAscii,
                                   &Draft,
                                   &Remotes,
                                   &Lenient,
                                   &Passes,
                                   std::addressof(PrintBefore),
                                   std::addressof(PrintAfter),
                                   &PrintChanged,
                                   &VerifyEach,
                                   &Time,
                                   &Statistics};
  bool Any = false;
  auto refuse = [&](std::string_view Name) {
    Diags.report({}, DiagId::ArtifactOption) << "--" + std::string(Name);
    Any = true;
  };
  for (const cl::Option *O : All)
    if (O->getNumOccurrences() != 0)
      refuse({O->ArgStr.data(), O->ArgStr.size()});
  // The word may be about the output.
  for (const std::string &Word : Format)
    if (Word == "assert" || Word == "annotate")
      refuse("format=" + Word);
  return Any;
}

bool SpecOptions::resolve(ToolSession &Tool) {
  CompileOptions &C = P->Compile;
  C.Language = P->Lang;
  jsonschema::Options &Schema = C.Frontend.JsonSchema;
  Schema.KeyOrder = P->KeyOrder;
  Schema.Escapes = P->Escapes;
  Schema.DefaultDraft = P->Draft;
  Schema.Lenient = P->Lenient;
  C.OptLevel = P->OptLevel;
  if (P->Passes.getNumOccurrences() != 0)
    C.Passes = P->Passes.getValue();
  // Both are read, so that all mistakes are told at once.
  bool Ok = P->readPresentation(Tool.Diags);
  Ok = P->readFormat(Tool.Diags) && Ok;
  if (P->OptLevel > 3) {
    Tool.Diags.report({}, DiagId::Usage) << "the optimisation levels are -O0, -O1, -O2 and -O3";
    Ok = false;
  }
  if (C.Passes && P->OptLevel.getNumOccurrences() != 0) {
    Tool.Diags.report({}, DiagId::Usage)
        << "--passes and -O exclude each other; a pipeline may contain 'O1'";
    Ok = false;
  }
  if (P->Remotes.getNumOccurrences() != 0)
    Ok &= readRemotes(P->Remotes, Schema.Remotes, Tool.Diags);

  PassManagerOptions &M = C.PassManager;
  std::vector<std::string_view> Known{"all"};
  for (const PassInfo &I : allPasses())
    Known.push_back(I.Argument);
  auto Select = [&](PassSelection &S, const cl::list<std::string> &Names) {
    for (const std::string &Name : Names) {
      S.All = S.All || Name == "all";
      S.Names.insert(Name);
      if (std::find(Known.begin(), Known.end(), Name) != Known.end())
        continue;
      DiagBuilder D = Tool.Diags.report({}, DiagId::Usage);
      D << "there is no pass '" + printable(Name, 40) + "'";
      D.didYouMean(Name, Known);
      Ok = false;
    }
  };
  Select(M.PrintBefore, P->PrintBefore);
  Select(M.PrintAfter, P->PrintAfter);
  M.PrintChanged = P->PrintChanged;
  M.VerifyEach = P->VerifyEach;
  M.Time = P->Time;
  M.Statistics = P->Statistics;
  // Standard error is one JSON array when diagnostics are JSON.
  std::FILE *Stream = Tool.wantsJson() ? stdout : stderr;
  M.Print = [Stream](std::string_view Text) { std::fwrite(Text.data(), 1, Text.size(), Stream); };
  return Ok;
}

static std::span<const uint8_t> bytesOf(std::string_view Text) {
  return {reinterpret_cast<const uint8_t *>(Text.data()), Text.size()};
}

const CompileOptions &SpecOptions::options() const { return P->Compile; }
std::string_view SpecOptions::outputFormat() const { return P->OutputFormat; }

std::optional<FileId> SpecOptions::read(ToolSession &Tool, const std::string &Path) {
  std::optional<FileId> File = Tool.readFile(Path);
  if (!File)
    return std::nullopt;
  std::string_view Text = Tool.Sources.text(*File);
  std::span<const uint8_t> Bytes = bytesOf(Text);
  if (!isXz(Bytes))
    return File;
  // A few kilobytes may claim to be any number of bytes.
  Result<FileBytes> Unpacked = unpackXz(Bytes, UINT64_C(1) << 29);
  if (!Unpacked) {
    Tool.Diags.report({}, DiagId::FileUnreadable) << Path << Unpacked.error().Message;
    return std::nullopt;
  }
  return Tool.Sources.add(Path, std::string(Unpacked->text()));
}

std::optional<ir::Module> SpecOptions::parse(ToolSession &Tool, const std::string &Path) const {
  std::optional<FileId> File = read(Tool, Path);
  if (!File)
    return std::nullopt;
  return parse(Tool, *File);
}

std::optional<ir::Module> SpecOptions::parse(ToolSession &Tool, FileId File) const {
  // What a lenient compilation leaves out, it has warned of.
  std::optional<ir::Module> M = parseSpec(frontends(), Tool.Sources, File, P->Compile, Tool.Diags);
  if (!M || !optimise(*M, P->Compile, Tool.Diags))
    return std::nullopt;
  return M;
}

std::optional<CompiledSpec> SpecOptions::compile(ToolSession &Tool, const std::string &Path,
                                                 bool FillsTables) const {
  std::optional<FileId> File = read(Tool, Path);
  if (!File)
    return std::nullopt;
  if (std::span<const uint8_t> Bytes = bytesOf(Tool.Sources.text(*File)); isArtifact(Bytes)) {
    if (P->refuseForArtifact(Tool.Diags))
      return std::nullopt;
    if (P->OptLevel.getNumOccurrences() != 0 && !FillsTables)
      Tool.Diags.report({}, DiagId::ArtifactOptionUnused) << "-O";
    // The session's sources outlive whatever it runs.
    auto G = openArtifact(FileBytes::borrow(Bytes, nullptr));
    if (!G) {
      Tool.Diags.report({}, DiagId::FileUnreadable) << Path << G.error().Message;
      return std::nullopt;
    }
    return CompiledSpec{ir::Module(), std::move(*G)};
  }
  std::optional<ir::Module> M = parse(Tool, *File);
  if (!M)
    return std::nullopt;
  LowerOptions Lower = P->Compile.Lower;
  Lower.Lenient |= P->Compile.Frontend.JsonSchema.Lenient;
  std::shared_ptr<const Grammar> G = lower(*M, Lower, Tool.Diags);
  if (!G)
    return std::nullopt;
  return CompiledSpec{std::move(*M), std::move(G)};
}

} // namespace weir
