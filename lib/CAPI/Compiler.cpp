//===- Compiler.cpp - The C interface of the compiler ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/CAPI/CompilerHandle.h"

#include "weir/CAPIRuntime/Handles.h"
#include "weir/Driver/Compiler.h"
#include "weir/VocabReaders/Readers.h"

#include <algorithm>

using namespace weir;
using namespace weir::capi;

/// A source manager with what was reported about its texts. The printed forms are made
/// when first asked for.
struct weir_diagnostics {
  SourceManager Sources;
  DiagnosticEngine Engine{Sources};
  std::string Text, Json;
};

// The C enumeration repeats Languages.def, in its order.
static_assert(size_t(SpecLanguage::JsonSchema) == WEIR_JSON_SCHEMA + 1 &&
              size_t(SpecLanguage::Gbnf) == WEIR_GBNF + 1 &&
              size_t(SpecLanguage::Ebnf) == WEIR_EBNF + 1 &&
              size_t(SpecLanguage::Regex) == WEIR_REGEX + 1 &&
              size_t(SpecLanguage::Lark) == WEIR_LARK + 1 &&
              size_t(SpecLanguage::StructuralTag) == WEIR_STRUCTURAL_TAG + 1 &&
              size_t(SpecLanguage::Wir) == WEIR_WIR + 1);
static_assert(size_t(jsonschema::Draft::Draft4) == WEIR_DRAFT_4 &&
              size_t(jsonschema::Draft::Draft202012) == WEIR_DRAFT_2020_12);

/// False when an option has no such value.
static bool readSchemaOptions(const weir_compile_options &Given, jsonschema::Options &Out) {
  if (unsigned(Given.key_order) > WEIR_KEYS_ANY || unsigned(Given.escapes) > WEIR_ESCAPES_ANY ||
      unsigned(Given.draft) > WEIR_DRAFT_2020_12 || Given.indent_width > 64 ||
      (!Given.remotes && Given.remote_count != 0))
    return false;
  switch (Given.whitespace) {
  case WEIR_WHITESPACE_FLEXIBLE:
    Out.Space = jsonschema::Whitespace::Flexible;
    break;
  case WEIR_WHITESPACE_COMPACT:
    Out.Space = jsonschema::Whitespace::Compact;
    break;
  case WEIR_WHITESPACE_SINGLE:
    Out.Space = jsonschema::Whitespace::Single;
    break;
  case WEIR_WHITESPACE_INDENT:
    Out.Space = jsonschema::Whitespace::Indent;
    break;
  default:
    return false;
  }
  Out.IndentWidth = Given.indent_width;
  Out.KeyOrder = Given.key_order == WEIR_KEYS_ANY ? ir::KeyOrder::Any : ir::KeyOrder::Declared;
  Out.Escapes = Given.escapes == WEIR_ESCAPES_ANY ? ir::Escapes::Any : ir::Escapes::Canonical;
  Out.DefaultDraft = jsonschema::Draft(Given.draft);
  Out.AssertFormats = Given.annotate_formats == 0;
  Out.Lenient = Given.lenient != 0;
  for (size_t I = 0; I < Given.remote_count; ++I) {
    const weir_remote &R = Given.remotes[I];
    if ((!R.uri && R.uri_size != 0) || (!R.text && R.text_size != 0))
      return false;
    Out.Remotes.insert_or_assign(std::string(text(R.uri, R.uri_size)),
                                 std::string(text(R.text, R.text_size)));
  }
  return true;
}

/// Was there no memory to list an error? Then what was reported is not all there was.
static bool lostErrors(const DiagnosticEngine &Diags) {
  size_t Listed = 0;
  for (const Diagnostic &D : Diags.diagnostics())
    Listed += D.Level == Severity::Error;
  return Listed < std::min(Diags.errorCount(), Diags.MaxErrors);
}

extern "C" {

weir_status weir_compiler_create(weir_compiler **compiler) {
  if (!compiler)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    *compiler = new weir_compiler();
    return WEIR_OK;
  });
}

void weir_compiler_destroy(weir_compiler *compiler) { delete compiler; }

weir_status weir_compile(const weir_compiler *compiler, weir_language language, const char *spec,
                         size_t size, const weir_compile_options *options, weir_grammar **grammar,
                         weir_diagnostics **diagnostics) {
  if (diagnostics)
    *diagnostics = nullptr;
  weir_compile_options Given;
  if (!compiler || !grammar || (!spec && size != 0) || !readOptions(options, Given) ||
      unsigned(language) > WEIR_WIR || Given.optimisation > 4 || (!Given.name && Given.name_size))
    return WEIR_INVALID_ARGUMENT;
  return guard([&]() -> weir_status {
    CompileOptions Options;
    Options.Language = SpecLanguage(unsigned(language) + 1);
    if (Given.optimisation != 0)
      Options.OptLevel = Given.optimisation - 1;
    if (!readSchemaOptions(Given, Options.Frontend.JsonSchema))
      return WEIR_INVALID_ARGUMENT;
    if (size > UINT32_MAX - 1)
      return WEIR_BUDGET_EXCEEDED;
    auto Diags = std::make_unique<weir_diagnostics>();
    FileId File = Diags->Sources.add(Given.name ? std::string(Given.name, Given.name_size)
                                                : std::string("input"),
                                     std::string(text(spec, size)));
    std::shared_ptr<const Grammar> G =
        compile(compiler->Frontends, Diags->Sources, File, Options, Diags->Engine);
    if (lostErrors(Diags->Engine))
      return WEIR_OUT_OF_MEMORY;
    std::unique_ptr<weir_grammar> Made;
    if (G)
      Made = std::make_unique<weir_grammar>(std::move(G));
    if (diagnostics)
      *diagnostics = Diags.release();
    if (!Made)
      return WEIR_REJECTED;
    *grammar = Made.release();
    return WEIR_OK;
  });
}

weir_status weir_vocabulary_read(const void *bytes, size_t size, const uint32_t *stop_tokens,
                                 size_t stop_token_count, weir_vocabulary **vocabulary,
                                 weir_diagnostics **diagnostics) {
  if (diagnostics)
    *diagnostics = nullptr;
  if (!vocabulary || (!bytes && size != 0) || (!stop_tokens && stop_token_count != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&]() -> weir_status {
    auto Diags = std::make_unique<weir_diagnostics>();
    VocabularyOptions Options;
    Options.Stops.assign(stop_tokens, stop_tokens + stop_token_count);
    std::string_view Text = text(bytes, size);
    VocabularyRef V = readVocabulary(FileBytes::own(std::vector<uint8_t>(Text.begin(), Text.end())),
                                     "vocabulary", Diags->Engine, Options);
    if (lostErrors(Diags->Engine))
      return WEIR_OUT_OF_MEMORY;
    std::unique_ptr<weir_vocabulary> Made;
    if (V)
      Made = std::make_unique<weir_vocabulary>(std::move(V));
    if (diagnostics)
      *diagnostics = Diags.release();
    if (!Made)
      return WEIR_REJECTED;
    *vocabulary = Made.release();
    return WEIR_OK;
  });
}

weir_status weir_vocabulary_bytes(weir_vocabulary **vocabulary) {
  if (!vocabulary)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    *vocabulary = new weir_vocabulary(bytesVocabulary());
    return WEIR_OK;
  });
}

weir_status weir_vocabulary_demo(weir_vocabulary **vocabulary) {
  if (!vocabulary)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    *vocabulary = new weir_vocabulary(demoVocabulary());
    return WEIR_OK;
  });
}

size_t weir_diagnostics_errors(const weir_diagnostics *diagnostics) {
  return diagnostics ? diagnostics->Engine.errorCount() : 0;
}

weir_status weir_diagnostics_text(weir_diagnostics *diagnostics, const char **text, size_t *size) {
  if (!diagnostics || !text || !size)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    if (diagnostics->Text.empty())
      diagnostics->Text = printText(diagnostics->Engine);
    *text = diagnostics->Text.c_str();
    *size = diagnostics->Text.size();
    return WEIR_OK;
  });
}

weir_status weir_diagnostics_json(weir_diagnostics *diagnostics, const char **text, size_t *size) {
  if (!diagnostics || !text || !size)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    if (diagnostics->Json.empty())
      diagnostics->Json = printJson(diagnostics->Engine);
    *text = diagnostics->Json.c_str();
    *size = diagnostics->Json.size();
    return WEIR_OK;
  });
}

void weir_diagnostics_destroy(weir_diagnostics *diagnostics) { delete diagnostics; }

} // extern "C"
