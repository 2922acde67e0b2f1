//===- VocabularyBuilder.h - Tokens to a vocabulary image -------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Collects tokens by id, in any order, and lays the image out: texts by id, the text
// tokens sorted by bytes and folded into the trie in one pass (consecutive tokens
// share what is on the stack up to their common prefix), then sizes and summaries from
// the last node back to the root. The same content gives the same bytes.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_VOCAB_VOCABULARYBUILDER_H
#define WEIR_VOCAB_VOCABULARYBUILDER_H

#include "weir/Support/Status.h"
#include "weir/Vocab/Token.h"
#include "weir/Vocab/Vocabulary.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

class VocabularyBuilder {
public:
  /// Makes ids 0 … Size - 1 exist, as gaps where nothing is added. Never shrinks.
  Result<Success> reserveIds(uint32_t Size);

  /// Gives `Id` its text: the bytes of an ordinary or added token, the literal text of a special
  /// one. Fails when the id is taken, the id or text is over the limits of Layout.h, or the
  /// kind is Gap (leave the id out instead).
  Result<Success> add(TokenId Id, TokenKind Kind, std::string_view Text);

  /// Marks a stop token. Its text is then a name and no longer matched as text: `build` turns
  /// it into a special token.
  void addStop(TokenId Id) { Stops.push_back(Id); }

  uint32_t size() const { return uint32_t(Tokens.size()); }

  /// The image. Fails when a stop token is a gap or no id at all, or there are no tokens.
  Result<std::vector<uint8_t>> build() const;

  /// Builds and opens.
  Result<std::shared_ptr<const Vocabulary>> finish() const;

private:
  struct Token {
    uint32_t Begin = 0, Size = 0; ///< in Text
    TokenKind Kind = TokenKind::Gap;
  };
  std::vector<Token> Tokens;
  std::string Text; ///< in the order of adding
  std::vector<TokenId> Stops;
};

/// The image of `V` with these tables in place of those it has.
std::vector<uint8_t> imageWith(const Vocabulary &V, const TerminalRecords &Terminals);

/// Computes the checksum of an image and stores it in its header, which must be whole. For the
/// builder, and for tests that damage an image on purpose.
void sealImage(std::span<uint8_t> Image);

} // namespace weir

#endif // WEIR_VOCAB_VOCABULARYBUILDER_H
