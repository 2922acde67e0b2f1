//===- Compiler.cpp - The C interface of the compiler ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/CAPI/CompilerHandle.h"

#include "weir/Automata/ThreadMemory.h"
#include "weir/Driver/Terminals.h"
#include "weir/Support/Escape.h"
#include "weir/VocabReaders/Readers.h"

using namespace weir;
using namespace weir::capi;

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

/// The name of the first option that has no such value, or null.
static const char *readSchemaOptions(const weir_compile_options &Given, jsonschema::Options &Out) {
  const struct {
    bool Wrong;
    const char *Name;
  } Checks[] = {{Given.key_order > WEIR_KEYS_ANY, "key_order"},
                {Given.escapes > WEIR_ESCAPES_ANY, "escapes"},
                {Given.draft > WEIR_DRAFT_2020_12, "draft"},
                {Given.indent_width > 64, "indent_width"},
                {!Given.remotes && Given.remote_count != 0, "remotes"},
                {Given.non_ascii > WEIR_NON_ASCII_ESCAPED, "non_ascii"},
                {Given.profile > WEIR_PROFILE_OPENAI_STRICT, "profile"}};
  for (const auto &[Wrong, Name] : Checks)
    if (Wrong)
      return Name;
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
    return "whitespace";
  }
  Out.IndentWidth = Given.indent_width;
  Out.KeyOrder = Given.key_order == WEIR_KEYS_ANY ? ir::KeyOrder::Any : ir::KeyOrder::Declared;
  Out.Escapes = Given.escapes == WEIR_ESCAPES_ANY ? ir::Escapes::Any : ir::Escapes::Canonical;
  Out.EscapeNonAscii = Given.non_ascii == WEIR_NON_ASCII_ESCAPED;
  Out.TheProfile = Given.profile == WEIR_PROFILE_OPENAI_STRICT ? jsonschema::Profile::OpenAIStrict
                                                               : jsonschema::Profile::None;
  auto SetSeparator = [&](std::string_view Name, const char *Text, size_t Size) {
    return Text ? setOption(Out, Name, text(Text, Size)) == jsonschema::OptionResult::Ok
                : Size == 0;
  };
  if (!SetSeparator("itemSeparator", Given.item_separator, Given.item_separator_size))
    return "item_separator";
  if (!SetSeparator("keySeparator", Given.key_separator, Given.key_separator_size))
    return "key_separator";
  Out.DefaultDraft = jsonschema::Draft(Given.draft);
  Out.AssertFormats = Given.annotate_formats == 0;
  Out.Lenient = Given.lenient != 0;
  for (size_t I = 0; I < Given.remote_count; ++I) {
    const weir_remote &R = Given.remotes[I];
    if ((!R.uri && R.uri_size != 0) || (!R.text && R.text_size != 0))
      return "remotes";
    Out.Remotes.insert_or_assign(std::string(text(R.uri, R.uri_size)),
                                 std::string(text(R.text, R.text_size)));
  }
  return nullptr;
}

static std::unique_ptr<weir_diagnostics> printed(const DiagnosticEngine &Engine) {
  auto Out = std::make_unique<weir_diagnostics>();
  Out->Errors = Engine.errorCount();
  Out->Text = printText(Engine);
  Out->Json = printJson(Engine);
  return Out;
}

weir_status weir::capi::readRequest(weir_language Language, const char *Text, size_t Size,
                                    const weir_compile_options *Options, CompileRequest &Out,
                                    weir_diagnostics **Why) {
  weir_compile_options Given;
  auto wrong = [&](const char *What) {
    if (Why) {
      SourceManager Sources;
      DiagnosticEngine Engine(Sources);
      Engine.report({}, DiagId::Usage) << What + std::string(" has no such value");
      *Why = printed(Engine).release();
    }
    return WEIR_INVALID_ARGUMENT;
  };
  if (!Text && Size != 0)
    return wrong("the text");
  if (!readOptions(Options, Given))
    return wrong("weir_compile_options::struct_size, or a field that this library does not know,");
  if (unsigned(Language) > WEIR_WIR)
    return wrong("the language");
  if (Given.optimisation > 4)
    return wrong("weir_compile_options::optimisation");
  if (Given.reserved != 0)
    return wrong("weir_compile_options::reserved");
  if (!Given.name && Given.name_size)
    return wrong("weir_compile_options::name");
  Out.Options.Language = SpecLanguage(unsigned(Language) + 1);
  if (Given.optimisation != 0)
    Out.Options.OptLevel = Given.optimisation - 1;
  if (const char *Name = readSchemaOptions(Given, Out.Options.Frontend.JsonSchema))
    return wrong((std::string("weir_compile_options::") + Name).c_str());
  if (Size > UINT32_MAX - 1)
    return WEIR_BUDGET_EXCEEDED;
  if (Given.name)
    Out.Name.assign(Given.name, Given.name_size);
  Out.Text = text(Text, Size);
  Out.KeepPlaces = Given.keep_places != 0;
  Out.Options.TakeArtifacts = Given.refuse_artifacts == 0;
  if (Given.max_steps)
    Out.Limits.MaxSteps = Given.max_steps;
  if (Given.max_bytes)
    Out.Limits.MaxBytes = Given.max_bytes;
  if (Given.time_limit_us && Given.time_limit_us < uint64_t(INT64_MAX) / 1000)
    Out.Limits.Time = std::chrono::microseconds(int64_t(Given.time_limit_us));
  if (Given.cancel)
    Out.Limits.Cancel = &Given.cancel->Flag;
  return WEIR_OK;
}

namespace {
struct PlacesOfGrammar final : weir_places {
  explicit PlacesOfGrammar(std::shared_ptr<const RulePlaces> P) : P(std::move(P)) {}
  std::string of(std::string_view Rule) const override { return std::string(P->of(Rule)); }
  size_t memoryBytes() const override { return P->memoryBytes(); }
  std::shared_ptr<const RulePlaces> P;
};
} // namespace

weir_status weir::capi::giveOutcome(const OutcomeRef &O, weir_grammar **Grammar,
                                    weir_diagnostics **Diagnostics) {
  std::unique_ptr<weir_grammar> Made;
  if (O->TheGrammar) {
    Made = std::make_unique<weir_grammar>(O->TheGrammar);
    if (O->Places)
      Made->Places = std::make_shared<const PlacesOfGrammar>(O->Places);
  }
  if (Diagnostics) {
    if (O->Code == Status::Cancelled && O->Text.empty()) {
      // It ended where a request waits for a thread or for another compilation.
      SourceManager Sources;
      DiagnosticEngine Engine(Sources);
      Engine.report({}, DiagId::CompileEnded)
          << "it was cancelled or its time was over before it began";
      *Diagnostics = printed(Engine).release();
    } else {
      auto Diags = std::make_unique<weir_diagnostics>();
      Diags->Errors = O->Errors;
      Diags->Text = O->Text;
      Diags->Json = O->Json.empty() ? "[]\n" : O->Json;
      *Diagnostics = Diags.release();
    }
  }
  if (Made)
    *Grammar = Made.release();
  return status(O->Code);
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
  if (!compiler || !grammar)
    return WEIR_INVALID_ARGUMENT;
  return guard([&]() -> weir_status {
    CompileRequest Request;
    if (weir_status Read = readRequest(language, spec, size, options, Request, diagnostics);
        Read != WEIR_OK)
      return Read;
    if (!Request.Limits.Cancel)
      Request.Limits.Cancel = &compiler->Aside;
    return giveOutcome(compileWithin(compiler->Frontends, Request), grammar, diagnostics);
  });
}

weir_status weir_cancel_create(weir_cancel **cancel) {
  if (!cancel)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    *cancel = new weir_cancel();
    return WEIR_OK;
  });
}
void weir_cancel_set(weir_cancel *cancel) {
  if (cancel)
    cancel->Flag.set();
}
void weir_cancel_destroy(weir_cancel *cancel) { delete cancel; }

weir_status weir_schema_capabilities(const char *spec, size_t size,
                                     const weir_compile_options *options, char *out,
                                     size_t capacity, size_t *length) {
  if (!length || (!out && capacity != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&]() -> weir_status {
    CompileRequest Request;
    if (weir_status Read = readRequest(WEIR_JSON_SCHEMA, spec, size, options, Request);
        Read != WEIR_OK)
      return Read;
    SourceManager Sources;
    const FileId File = Sources.add(Request.Name, Request.Text);
    // As schemaCapabilities, but for memory that runs out: a list that lacks something would call
    // it supported.
    DiagnosticEngine Diags(Sources);
    FrontendResult Found;
    Request.Options.Language = SpecLanguage::JsonSchema;
    compile(FrontendRegistry(), Sources, File, Request.Options, Diags, &Found);
    if (lostErrors(Diags))
      return WEIR_OUT_OF_MEMORY;
    std::string Json = "[";
    for (const jsonschema::Limitation &L :
         jsonschema::limitations(Diags, std::move(Found.Partly))) {
      Json += Json.size() > 1 ? ", {\"name\": " : "{\"name\": ";
      appendJsonString(Json, diagName(L.Id));
      Json += std::string(", \"refused\": ") + (L.Refused ? "true" : "false") + ", \"pointer\": ";
      appendJsonString(Json, L.Place.Pointer);
      Json += ", \"message\": ";
      appendJsonString(Json, L.Message);
      Json += "}";
    }
    writeText(Json + "]", out, capacity, length);
    return WEIR_OK;
  });
}

void weir_thread_trim(void) { automata::trimThread(); }

weir_status weir_tables_prepare(weir_tables *tables) {
  if (!tables)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    prepareTerminals(*tables->Value);
    return WEIR_OK;
  });
}

weir_status weir_vocabulary_prepare(const weir_vocabulary *vocabulary, weir_vocabulary **prepared) {
  if (!vocabulary || !prepared)
    return WEIR_INVALID_ARGUMENT;
  return guard([&]() -> weir_status {
    Result<std::vector<uint8_t>> Image = imageWithTerminals(vocabulary->Value);
    if (!Image)
      return status(Image.status());
    Result<VocabularyRef> V = Vocabulary::open(FileBytes::own(std::move(*Image)));
    if (!V)
      return status(V.status());
    *prepared = new weir_vocabulary(std::move(*V));
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
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    VocabularyOptions Options;
    Options.Stops.assign(stop_tokens, stop_tokens + stop_token_count);
    std::string_view Text = text(bytes, size);
    VocabularyRef V = readVocabulary(FileBytes::own(std::vector<uint8_t>(Text.begin(), Text.end())),
                                     "vocabulary", Diags, Options);
    if (lostErrors(Diags))
      return WEIR_OUT_OF_MEMORY;
    std::unique_ptr<weir_vocabulary> Made;
    if (V)
      Made = std::make_unique<weir_vocabulary>(std::move(V));
    if (diagnostics)
      *diagnostics = printed(Diags).release();
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
  return diagnostics ? diagnostics->Errors : 0;
}

weir_status weir_diagnostics_text(weir_diagnostics *diagnostics, const char **text, size_t *size) {
  if (!diagnostics || !text || !size)
    return WEIR_INVALID_ARGUMENT;
  *text = diagnostics->Text.c_str();
  *size = diagnostics->Text.size();
  return WEIR_OK;
}

weir_status weir_diagnostics_json(weir_diagnostics *diagnostics, const char **text, size_t *size) {
  if (!diagnostics || !text || !size)
    return WEIR_INVALID_ARGUMENT;
  *text = diagnostics->Json.c_str();
  *size = diagnostics->Json.size();
  return WEIR_OK;
}

void weir_diagnostics_destroy(weir_diagnostics *diagnostics) { delete diagnostics; }

} // extern "C"
