//===- Compiler.cpp - From a specification to a grammar -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Driver/Compiler.h"

#include "weir/Artifact/Artifact.h"
#include "weir/IR/Verifier.h"
#include "weir/Lower/LexicalCache.h"
#include "weir/Support/WorkMeter.h"

namespace weir {

static bool endsWith(std::string_view Text, std::string_view End) {
  return Text.size() >= End.size() && Text.substr(Text.size() - End.size()) == End;
}

static std::span<const uint8_t> bytesOf(std::string_view Text) {
  return {reinterpret_cast<const uint8_t *>(Text.data()), Text.size()};
}

SpecLanguage languageOfFileName(std::string_view Name) {
  if (endsWith(Name, ".xz"))
    Name.remove_suffix(3);
  static constexpr struct {
    SpecLanguage Language;
    std::string_view Extension;
  } Table[] = {
#define LANGUAGE(Name, Option, Extension) {SpecLanguage::Name, Extension},
#include "weir/Driver/Languages.def"
  };
  for (const auto &Entry : Table)
    if (!Entry.Extension.empty() && endsWith(Name, Entry.Extension))
      return Entry.Language;
  return SpecLanguage::Auto;
}

SpecLanguage languageOfContent(std::string_view Text) {
  if (Text.substr(0, 3) == "\xef\xbb\xbf")
    Text.remove_prefix(3);
  size_t Begin = Text.find_first_not_of(" \t\r\n");
  if (Begin == std::string_view::npos || Text[Begin] != '{')
    return SpecLanguage::Auto;
  // A JSON object goes on with a key or ends.
  size_t Next = Text.find_first_not_of(" \t\r\n", Begin + 1);
  bool IsObject = Next != std::string_view::npos && (Text[Next] == '"' || Text[Next] == '}');
  return IsObject ? SpecLanguage::JsonSchema : SpecLanguage::Auto;
}

/// The language that the options, the name or the content say; Auto when none does.
static SpecLanguage languageOf(const SourceManager &Sources, FileId File,
                               const CompileOptions &Options) {
  SpecLanguage Language = Options.Language;
  if (Language == SpecLanguage::Auto)
    Language = languageOfFileName(Sources.name(File));
  if (Language == SpecLanguage::Auto)
    Language = languageOfContent(Sources.text(File));
  return Language;
}

std::optional<ir::Module> parseSpec(const FrontendRegistry &Frontends, SourceManager &Sources,
                                    FileId File, const CompileOptions &Options,
                                    DiagnosticEngine &Diags, FrontendResult *Result) {
  if (isArtifact(bytesOf(Sources.text(File)))) {
    Diags.report({}, DiagId::FileUnreadable) << Sources.name(File) << "an artifact keeps no IR";
    return std::nullopt;
  }
  const SpecLanguage Language = languageOf(Sources, File, Options);
  if (Language == SpecLanguage::Auto) {
    Diags.report({}, DiagId::UnknownLanguage) << Sources.name(File);
    return std::nullopt;
  }
  FrontendFn Frontend = Frontends.lookup(Language);
  if (!Frontend) {
    Diags.report({}, DiagId::LanguageUnavailable) << languageName(Language);
    return std::nullopt;
  }

  unsigned ErrorsBefore = Diags.errorCount();
  FrontendResult Unasked;
  std::optional<ir::Module> M =
      Frontend(Sources, File, Options.Frontend, Diags, Result ? *Result : Unasked);
  assert((M || Diags.hasErrors() || !spendWork(0)) && "a frontend that fails says why");
  if (!M || Diags.errorCount() != ErrorsBefore)
    return std::nullopt;
  if (!M->Source)
    M->Source = File;
  // What people write is verified; what our own frontends make, only where defects are
  // looked for.
#ifdef NDEBUG
  bool Verified = Language == SpecLanguage::Wir;
#else
  bool Verified = true;
#endif
  if (Verified && !ir::verify(*M, ir::VerifyMode::AfterFrontend, Diags))
    return std::nullopt;
  return M;
}

/// `Verified`: nothing in the module can be unready to be lowered but by a defect.
static bool optimise(ir::Module &M, const CompileOptions &Options, DiagnosticEngine &Diags,
                     bool Verified) {
  std::optional<Pipeline> P;
  if (Options.Passes)
    P = parsePipeline(Diags.sources().add("<passes>", *Options.Passes), Diags);
  else
    P = pipelineForLevel(Options.OptLevel);
  ir::AnalysisManager Analyses(M);
  if (!P || !runPipeline(*P, M, Diags, Options.PassManager, &Analyses).Ok)
    return false;
  const ir::VerifyLimits Limits;
  if (Verified && M.ruleCount() <= Limits.MaxRules && M.exprCount() <= Limits.MaxExprs)
    return true;
  return ir::verify(M, ir::VerifyMode::ReadyToLower, Diags, &Analyses);
}

bool optimise(ir::Module &M, const CompileOptions &Options, DiagnosticEngine &Diags) {
  return optimise(M, Options, Diags, false);
}

/// Says what of the options an artifact cannot follow, so that none is passed over.
static void reportArtifactOptions(const CompileOptions &O, DiagnosticEngine &Diags) {
  const CompileOptions Default;
  const jsonschema::Options &J = O.Frontend.JsonSchema, &D = Default.Frontend.JsonSchema;
  const struct {
    bool Changed;
    const char *Name;
  } All[] = {
      {J.KeyOrder != D.KeyOrder, "key-order"},
      {J.Escapes != D.Escapes, "escapes"},
      {J.EscapeNonAscii != D.EscapeNonAscii, "non-ascii"},
      {J.Space != D.Space, "whitespace"},
      {J.ItemSeparator != D.ItemSeparator, "item-separator"},
      {J.KeySeparator != D.KeySeparator, "key-separator"},
      {J.AssertFormats != D.AssertFormats, "format"},
      {J.DefaultDraft != D.DefaultDraft, "draft"},
      {J.Lenient != D.Lenient, "lenient"},
      {!J.Remotes.empty(), "remotes"},
      {J.TheProfile != D.TheProfile, "profile"},
  };
  for (const auto &[Changed, Name] : All)
    if (Changed)
      Diags.report({}, DiagId::ArtifactOption) << Name;
  if (O.OptLevel != Default.OptLevel || O.Passes)
    Diags.report({}, DiagId::ArtifactOptionUnused) << (O.Passes ? "passes" : "optimisation");
}

std::shared_ptr<const Grammar> compile(const FrontendRegistry &Frontends, SourceManager &Sources,
                                       FileId File, const CompileOptions &Options,
                                       DiagnosticEngine &Diags, FrontendResult *Result) {
  if (const std::span<const uint8_t> Bytes = bytesOf(Sources.text(File)); isArtifact(Bytes)) {
    if (!Options.TakeArtifacts)
      Diags.report({}, DiagId::ArtifactRefused);
    else
      reportArtifactOptions(Options, Diags);
    if (Diags.hasErrors())
      return nullptr;
    auto G = openArtifact(FileBytes::own({Bytes.begin(), Bytes.end()}));
    if (G)
      return std::move(*G);
    Diags.report({}, DiagId::FileUnreadable) << Sources.name(File) << G.error().Message;
    return nullptr;
  }
  std::optional<ir::Module> M = parseSpec(Frontends, Sources, File, Options, Diags, Result);
  return M ? compileModule(*M, Sources, File, Options, Diags) : nullptr;
}

std::shared_ptr<const Grammar> compileModule(ir::Module &M, const SourceManager &Sources,
                                             FileId File, const CompileOptions &Options,
                                             DiagnosticEngine &Diags) {
  // A schema's rules carry no attributes, call nothing at their left that calls them, and hold one
  // list of members or items each; passes of a level keep that.
#ifdef NDEBUG
  constexpr bool Trusts = true;
#else
  constexpr bool Trusts = false;
#endif
  const bool Verified =
      Trusts && !Options.Passes && languageOf(Sources, File, Options) == SpecLanguage::JsonSchema;
  if (!spendWork(0) || !optimise(M, Options, Diags, Verified) || !spendWork(0))
    return nullptr;
  LowerOptions Lower = Options.Lower;
  Lower.Lenient |= Options.Frontend.JsonSchema.Lenient;
  if (!Lower.Lexical)
    Lower.Lexical = &processLexicalCache();
  return lower(M, Lower, Diags);
}

std::vector<jsonschema::Limitation> schemaCapabilities(const FrontendRegistry &Frontends,
                                                       SourceManager &Sources, FileId File,
                                                       CompileOptions Options) {
  DiagnosticEngine Diags(Sources);
  FrontendResult Result;
  Options.Language = SpecLanguage::JsonSchema;
  compile(Frontends, Sources, File, Options, Diags, &Result);
  return jsonschema::limitations(Diags, std::move(Result.Partly));
}

} // namespace weir
