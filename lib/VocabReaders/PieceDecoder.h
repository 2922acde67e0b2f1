//===- PieceDecoder.h - From a model's spelling to bytes --------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// tokenizer.json spells tokens as JSON strings, so bytes that are no text are written
// in disguise, in one of two ways that the file's decoder undoes:
//
//   byte-level     each byte is one character of a table that GPT-2 introduced:
//                  " the" is written "Ġthe"
//   sentencepiece  a space is written "▁" and single bytes "<0xE2>"; which replacements
//                  there are is listed in the decoder
//
// Only what a decoder does to a token in the middle of a text counts: stripping a blank
// at the very beginning of a text is no property of a token.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_VOCABREADERS_PIECEDECODER_H
#define WEIR_LIB_VOCABREADERS_PIECEDECODER_H

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

class PieceDecoder {
public:
  void setByteLevel() { ByteLevel = true; }
  void setByteFallback() { ByteFallback = true; }
  /// `From` is not empty.
  void addReplacement(std::string From, std::string To) {
    Replacements.push_back({std::move(From), std::move(To)});
  }
  bool isByteLevel() const { return ByteLevel; }
  bool hasReplacements() const { return !Replacements.empty(); }

  /// The bytes of a token of the model.
  std::string decode(std::string_view Piece) const;
  /// The bytes of an added token: its text is literal, never bytes in disguise, but a
  /// decoder's replacements reach it.
  std::string decodeAdded(std::string_view Text) const;

private:
  bool ByteLevel = false;
  bool ByteFallback = false;
  std::vector<std::pair<std::string, std::string>> Replacements;
};

} // namespace weir

#endif // WEIR_LIB_VOCABREADERS_PIECEDECODER_H
