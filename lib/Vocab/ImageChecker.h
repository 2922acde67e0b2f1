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
#include <vector>

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

  /// A node whose subtree is being read, and what its closed children say together.
  struct OpenNode {
    uint64_t Kinds = 0;
    uint32_t Index = 0;
    uint32_t BlankRun = 0; ///< spaces and tabs that end here
    uint16_t CharsBelow = 0;
    uint16_t BytesBelow = 0;
    int16_t LastChild = -1; ///< byte of the child read last
    bool Utf8Closed = true;
    bool IsAscii = true; ///< so are the bytes to here
  };
  bool checkNodeOpening(uint32_t Index);
  bool checkNodeTokens(uint32_t Index);
  bool isPathText(std::span<const uint8_t> Text) const;
  bool checkNodeClosing(uint32_t End);

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

  std::vector<OpenNode> Path; ///< by depth, the first Depth of them, with room for all that come
  std::string PathText;       ///< the bytes of Path without the root, likewise
  size_t Depth = 0;           ///< how many nodes are open
  std::vector<uint8_t> Whole;
  Error Failure{Status::Ok, {}};
};

} // namespace weir

#endif // WEIR_LIB_VOCAB_IMAGECHECKER_H
