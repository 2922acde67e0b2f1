//===- BpeEncoder.h - Text to the tokens a tokenizer.json gives -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Forced tokens must be those the tokenizer itself would write. Engines bring their
// tokenizer; for those that do not, this reads the merges of a byte-pair model. It
// encodes text in the middle of a text: nothing is put in front of it, and what looks
// like a special token is text.
//
//   text ──added tokens──▶ pieces ──pre-tokenizer──▶ words ──merges──▶ tokens
//
// What a tokenizer.json asks for and is not done here is an error by name, and a text
// about which there is doubt (characters that a normalizer may change) is not encoded.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_VOCABREADERS_BPEENCODER_H
#define WEIR_VOCABREADERS_BPEENCODER_H

#include "weir/Diag/Diagnostics.h"
#include "weir/Support/File.h"
#include "weir/Vocab/Token.h"

#include <memory>
#include <string_view>
#include <vector>

namespace weir {

class BpeEncoder {
public:
  virtual ~BpeEncoder() = default;

  /// Null after errors, reported: no JSON, no byte-pair model, or a part that is not understood.
  static std::shared_ptr<const BpeEncoder> read(std::string_view Text, std::string_view Name,
                                                DiagnosticEngine &Diags);

  /// Appends the tokens of `Text`; false when it cannot be encoded. Any number of threads. Takes
  /// time in proportion to the text, and to the square of its longest word up to a limit.
  virtual bool encode(std::string_view Text, std::vector<TokenId> &Out) const = 0;
  virtual size_t memoryBytes() const = 0;
};

} // namespace weir

#endif // WEIR_VOCABREADERS_BPEENCODER_H
