//===- Readers.cpp - Vocabularies from the files they come in -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Recognition by content. Formats that are known but not read are refused by their
// names rather than as "no JSON".
//
//===----------------------------------------------------------------------===//

#include "weir/VocabReaders/Readers.h"

#include "JsonSource.h"

#include <algorithm>

namespace weir {

/// What vocabularies of the largest tokenizers come near, with room.
static constexpr uint64_t MaxFileBytes = UINT64_C(1) << 30;

/// Signatures of files that people try: what they are called, and what begins them.
static constexpr struct {
  std::string_view Magic, What;
} KnownFormats[] = {
    {"GGUF", "a GGUF file"},
    {std::string_view("\xFD"
                      "7zXZ\0",
                      6),
     "xz-compressed input in this program"},
    {"\x1F\x8B", "gzip-compressed input"},
    {"\x28\xB5\x2F\xFD", "zstd-compressed input"},
    {"PK\x03\x04", "a zip archive"},
    {"\x0A\x0E\x0A\x05<unk>", "a sentencepiece model"},
};

static VocabularyRef readJson(const FileBytes &Bytes, std::string_view Name,
                              DiagnosticEngine &Diags, const VocabularyOptions &Options) {
  const FileId File = Diags.sources().add(std::string(Name), std::string(Bytes.text()));
  json::ParseOptions Limits;
  Limits.MaxBytes = uint32_t(MaxFileBytes);
  std::optional<json::Document> Doc = json::parse(File, Diags, Limits);
  if (!Doc)
    return nullptr;
  const json::ValueId Root = Doc->root();
  if (Doc->isArray(Root))
    return readTokenList(*Doc, Diags, Options);
  if (Doc->isObject(Root) && Doc->get(Root, "tokens_b64"))
    return readVocabularyJson(*Doc, Diags, Options);
  if (Doc->isObject(Root) && Doc->get(Root, "model"))
    return readTokenizerJson(*Doc, Diags, Options);
  Diags.report(Doc->range(Root), DiagId::VocabUnknownFormat) << Name;
  return nullptr;
}

VocabularyRef readVocabulary(FileBytes Bytes, std::string_view Name, DiagnosticEngine &Diags,
                             const VocabularyOptions &Options) {
  constexpr std::string_view XzMagic = KnownFormats[1].Magic;
  if (Options.UnpackXz && Bytes.text().substr(0, XzMagic.size()) == XzMagic) {
    Result<FileBytes> Unpacked = Options.UnpackXz(Bytes.bytes(), MaxFileBytes);
    if (!Unpacked) {
      Diags.report({}, DiagId::FileUnreadable) << Name << Unpacked.error().Message;
      return nullptr;
    }
    Bytes = std::move(*Unpacked);
  }
  if (Vocabulary::isImage(Bytes.bytes())) {
    Result<VocabularyRef> V = Vocabulary::open(std::move(Bytes));
    if (V)
      return withStopTokens(std::move(*V), Options.Stops, Diags);
    Diags.report({}, DiagId::VocabImage) << Name << V.error().Message;
    return nullptr;
  }
  for (const auto &[Magic, What] : KnownFormats)
    if (Bytes.text().substr(0, Magic.size()) == Magic) {
      Diags.report({}, DiagId::VocabUnsupported) << What;
      return nullptr;
    }
  if (Bytes.bytes().size() > MaxFileBytes) {
    Diags.report({}, DiagId::InputTooLarge) << uint64_t(Bytes.bytes().size()) << MaxFileBytes;
    return nullptr;
  }
  // Something of JSON must be at the beginning: a text file gets one message, not a parse error.
  const size_t First = Bytes.text().find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (First == std::string_view::npos ||
      (Bytes.text()[First] != '{' && Bytes.text()[First] != '[')) {
    Diags.report({}, DiagId::VocabUnknownFormat) << Name;
    return nullptr;
  }
  return readJson(Bytes, Name, Diags, Options);
}

VocabularyRef readVocabulary(std::string_view NameOrPath, DiagnosticEngine &Diags,
                             const VocabularyOptions &Options) {
  if (NameOrPath == "bytes")
    return withStopTokens(bytesVocabulary(), Options.Stops, Diags);
  if (NameOrPath == "demo")
    return withStopTokens(demoVocabulary(), Options.Stops, Diags);
  Result<FileBytes> Bytes = FileBytes::map(std::string(NameOrPath));
  if (!Bytes) {
    const std::string_view Message = Bytes.error().Message;
    const size_t Reason = Message.rfind("': ");
    Diags.report({}, DiagId::FileUnreadable)
        << NameOrPath << (Reason == std::string_view::npos ? Message : Message.substr(Reason + 3));
    return nullptr;
  }
  return readVocabulary(std::move(*Bytes), NameOrPath, Diags, Options);
}

VocabularyRef withStopTokens(VocabularyRef V, std::span<const TokenId> Stops,
                             DiagnosticEngine &Diags) {
  if (std::all_of(Stops.begin(), Stops.end(),
                  [&](TokenId Id) { return V->contains(Id) && V->isStop(Id); }))
    return V;
  VocabularyBuilder Builder;
  (void)Builder.reserveIds(V->size()); // an open image is within all limits
  for (TokenId Id = 0; Id < V->size(); ++Id) {
    const std::span<const uint8_t> Bytes = V->bytes(Id);
    const std::string_view Text =
        V->isSpecial(Id)
            ? V->name(Id)
            : std::string_view(reinterpret_cast<const char *>(Bytes.data()), Bytes.size());
    if (V->kind(Id) != TokenKind::Gap)
      (void)Builder.add(Id, V->kind(Id), Text);
  }
  for (TokenId Id : V->stopTokens())
    Builder.addStop(Id);
  bool Failed = false;
  for (TokenId Id : Stops) {
    if (V->contains(Id) && V->kind(Id) != TokenKind::Gap) {
      Builder.addStop(Id);
      continue;
    }
    Diags.report({}, DiagId::VocabStopToken) << uint64_t(Id) << uint64_t(V->size() - 1);
    Failed = true;
  }
  if (Failed)
    return nullptr;
  Result<VocabularyRef> More = Builder.finish();
  if (More)
    return *More;
  Diags.report({}, DiagId::VocabLimit) << More.error().Message;
  return nullptr;
}

} // namespace weir
