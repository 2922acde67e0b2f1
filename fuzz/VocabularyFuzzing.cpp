//===- VocabularyFuzzing.cpp - What must hold of a vocabulary -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//===----------------------------------------------------------------------===//
#include "VocabularyFuzzing.h"

#include "weir/Frontend/Regex/Regex.h"
#include "weir/Vocab/Layout.h"
#include "weir/Vocab/VocabularyBuilder.h"

#include <cstring>

using namespace weir;
using namespace weir::fuzz;

/// Every text of scalar values: each token that is text is allowed unless it can be in no
/// such text.
static std::shared_ptr<const Grammar> allTexts() {
  static const std::shared_ptr<const Grammar> Made = [] {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    FileId File = Sources.add("all.regex", "[^]*");
    CompileOptions Options;
    Options.Language = SpecLanguage::Regex;
    return compile(FrontendRegistry(), Sources, File, Options, Diags);
  }();
  return Made;
}

void weir::fuzz::checkVocabulary(const VocabularyRef &V, std::mt19937 Random) {
  if (V->size() > 100'000)
    return; // one id far out is soon found and slow to check
  VocabularyBuilder B;
  require(B.reserveIds(V->size()).ok(), "there is room for the ids");
  for (TokenId T = 0; T < V->size(); ++T) {
    if (V->kind(T) == TokenKind::Gap)
      continue;
    std::span<const uint8_t> Bytes = V->bytes(T);
    std::string_view Text =
        V->isSpecial(T)
            ? V->name(T)
            : std::string_view(reinterpret_cast<const char *>(Bytes.data()), Bytes.size());
    require(B.add(T, V->kind(T), Text).ok(), "a token may be added again");
    if (!V->isText(T))
      continue;
    require(!V->idsOf(Bytes).empty(), "a token is found by its bytes");
    require(V->longestMatch(Bytes).Length == Bytes.size(), "a token matches itself");
  }
  for (TokenId T : V->stopTokens())
    B.addStop(T);
  Result<std::vector<uint8_t>> Image = B.build();
  require(Image.ok(), "the vocabulary can be built again");
  std::vector<uint8_t> Own(V->image().begin(), V->image().end());
  // A newer minor version's header and sections are the ones that may differ.
  uint16_t Minor = 0;
  std::memcpy(&Minor, Own.data() + offsetof(vocab_image::ImageHeader, MinorVersion), 2);
  if (Minor == vocab_image::MinorVersion)
    require(*Image == Own, "and is the same image");

  if (V->size() > 2000)
    return;
  Result<Matcher> M = Matcher::create(allTexts(), V, TableCache::create(V));
  require(M.ok(), "a grammar that names no tokens fits every vocabulary");
  std::vector<uint32_t> Row(Matcher::rowWords(V->size()));
  for (unsigned Step = 0; Step < 4; ++Step) {
    require(M->fillMask(Row, V->size()).ok(), "a mask is made");
    std::vector<TokenId> Allowed;
    for (TokenId T = 0; T < V->size(); ++T) {
      bool Bit = Row[T / 32] >> (T % 32) & 1;
      require(M->tokenAllowed(T) == Bit, "token_allowed answers as the mask does");
      require(!Bit || V->isText(T) || V->isStop(T), "only texts and stop tokens are allowed");
      if (Bit)
        Allowed.push_back(T);
    }
    if (Allowed.empty())
      return; // a vocabulary need not be able to write anything
    require(M->accept(Allowed[Random() % Allowed.size()]), "what the mask allows is accepted");
    if (M->isTerminated())
      return;
  }
}

void weir::fuzz::readAndCheckVocabulary(const uint8_t *Data, size_t Size) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  VocabularyRef V = readVocabulary(FileBytes::own({Data, Data + Size}), "fuzz.json", Diags);
  require(bool(V) == !Diags.hasErrors(), "no vocabulary exactly after errors");
  checkDiagnostics(Diags);
  if (V)
    checkVocabulary(V, randomOf(Data, Size));
}
