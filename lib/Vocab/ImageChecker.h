//===- ImageChecker.h - The validating open of an image ---------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_VOCAB_IMAGECHECKER_H
#define WEIR_LIB_VOCAB_IMAGECHECKER_H

#include "weir/Vocab/Vocabulary.h"

#include <string>

namespace weir {

/// Fills in a `Vocabulary` from an image, checking on the way. Used once.
class ImageChecker {
public:
  ImageChecker(Vocabulary &V, std::span<const uint8_t> Image) : V(V), Image(Image) {}

  /// On failure `V` is not to be used.
  Result<Success> run();

private:
  // Each step relies on the earlier ones. They return false after setting `Failure`.
  bool checkHeader();
  bool checkSections();
  bool takeOptional(uint32_t Kind, std::span<const uint8_t> Bytes);
  bool checkTexts();
  bool checkStops();
  bool checkNames();
  bool checkTrie();
  bool checkLibrary();

  bool fail(Status Code, std::string Message) {
    Failure = {Code, "vocabulary image: " + std::move(Message)};
    return false;
  }
  bool bad(std::string Message) { return fail(Status::BadFormat, std::move(Message)); }

  Vocabulary &V;
  std::span<const uint8_t> Image;
  vocab_image::ImageHeader Header{};
  std::span<const TrieNode> Nodes; ///< with the sentinel
  std::span<const TokenId> TrieTokens;
  TerminalView Library;         ///< whatever its version
  unsigned LibrarySections = 0; ///< without the facts
  uint32_t NamedCount = 0;      ///< special and added tokens that have a text
  uint32_t TextCount = 0;       ///< ordinary and added tokens that have a text
  Error Failure{Status::Ok, {}};
};

} // namespace weir

#endif // WEIR_LIB_VOCAB_IMAGECHECKER_H
