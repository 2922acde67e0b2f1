//===- JsonSource.h - Typed reading of a vocabulary in JSON -----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the readers of JSON vocabularies share: members that must be there and be of a
// type, token ids, and tokens collected by id with the places they came from, so that
// a clash names both. Every mistake is reported; the reader goes on and the
// vocabulary is built only when there was none.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_VOCABREADERS_JSONSOURCE_H
#define WEIR_LIB_VOCABREADERS_JSONSOURCE_H

#include "weir/JSON/Value.h"
#include "weir/Vocab/VocabularyBuilder.h"
#include "weir/VocabReaders/Readers.h"

#include <optional>

namespace weir {

class JsonSource {
public:
  JsonSource(const json::Document &Doc, DiagnosticEngine &Diags) : Doc(Doc), Diags(Diags) {}

  const json::Document &document() const { return Doc; }

  DiagBuilder report(json::ValueId At, DiagId Id) {
    Failed |= diagSeverity(Id) == Severity::Error;
    return std::move(Diags.report(Doc.range(At), Id).pointer(Doc.pointer(At)));
  }
  bool failed() const { return Failed; }

  /// The member `Key` of the object `Object`, called `What` in messages. None, reported, when it
  /// is missing or of another kind.
  json::ValueId require(json::ValueId Object, std::string_view Key, json::Kind Kind,
                        std::string_view What);
  /// The same, but not reported when it is missing or null.
  json::ValueId optional(json::ValueId Object, std::string_view Key, json::Kind Kind,
                         std::string_view What);
  /// Whether the member is true; false when it is missing or null; reported when no Boolean.
  bool flag(json::ValueId Object, std::string_view Key, std::string_view What);
  /// Whether `V` is of a kind; reported when not.
  bool check(json::ValueId V, json::Kind Kind, std::string_view What);

  /// A token id; reported when `V` is none.
  std::optional<TokenId> tokenId(json::ValueId V);
  /// The ids of a member that is an array of them; empty when it is missing.
  std::vector<std::pair<TokenId, json::ValueId>> tokenIds(json::ValueId Object,
                                                          std::string_view Key);

  /// Collects a token that was read at `At`. Given twice with the same kind and text, it counts
  /// once; otherwise a clash is reported.
  void addToken(TokenId Id, TokenKind Kind, std::string_view Text, json::ValueId At);
  /// Takes the place of what was collected for the id, if anything.
  void replaceToken(TokenId Id, TokenKind Kind, std::string_view Text, json::ValueId At);
  /// Makes the ids below `Size` exist; reported at `At` over the limit.
  void reserveIds(uint64_t Size, json::ValueId At);
  void addStop(TokenId Id, json::ValueId At) { Stops.push_back({Id, At}); }

  struct Token {
    TokenKind Kind = TokenKind::Gap;
    std::string Text;
    json::ValueId At;
  };
  const std::vector<Token> &tokens() const { return Tokens; }

  /// Builds the vocabulary with the collected and the extra stop tokens. Null after any error.
  VocabularyRef finish(const VocabularyOptions &Options);

private:
  struct Stop {
    TokenId Id;
    json::ValueId At;
  };

  const json::Document &Doc;
  DiagnosticEngine &Diags;
  std::vector<Token> Tokens;
  std::vector<Stop> Stops;
  bool Failed = false;
};

/// Reads a HuggingFace tokenizer.json.
VocabularyRef readTokenizerJson(const json::Document &Doc, DiagnosticEngine &Diags,
                                const VocabularyOptions &Options);
/// Reads a vocabulary with "tokens_b64".
VocabularyRef readVocabularyJson(const json::Document &Doc, DiagnosticEngine &Diags,
                                 const VocabularyOptions &Options);
/// Reads a list of tokens.
VocabularyRef readTokenList(const json::Document &Doc, DiagnosticEngine &Diags,
                            const VocabularyOptions &Options);

} // namespace weir

#endif // WEIR_LIB_VOCABREADERS_JSONSOURCE_H
