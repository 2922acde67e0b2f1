//===- Vocabulary.h - A tokenizer's tokens, ready for masks -----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An immutable view over one validated image (Layout.h): opening checks every
// offset and every node once, afterwards nothing can fail and nothing is copied. Opening
// costs a few milliseconds for 128k tokens; share the handle.
//
// An id is text (it stands for its bytes and is in the trie), a symbol (special: matched
// by id or by name, never by its text), or a gap. Several ids may have the same
// bytes; bytes need not be valid UTF-8. A stop token is always a symbol.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_VOCAB_VOCABULARY_H
#define WEIR_VOCAB_VOCABULARY_H

#include "weir/Support/File.h"
#include "weir/Support/Status.h"
#include "weir/Vocab/TerminalTables.h"
#include "weir/Vocab/TokenTrie.h"

#include <array>
#include <memory>
#include <optional>
#include <string_view>

namespace weir {

class Vocabulary {
  struct Private {
    explicit Private() = default;
  };

public:
  /// Validates `Image` and keeps it. Fails with BadFormat, UnsupportedVersion or
  /// BudgetExceeded and says what is wrong. Bytes that do not start at a multiple of 8 are copied.
  static Result<std::shared_ptr<const Vocabulary>> open(FileBytes Image);
  /// Maps and opens a `.wvoc` file.
  static Result<std::shared_ptr<const Vocabulary>> openFile(const std::string &Path);
  /// True when `Bytes` begin like an image of any version.
  static bool isImage(std::span<const uint8_t> Bytes);

  explicit Vocabulary(Private) {}
  Vocabulary(const Vocabulary &) = delete;
  Vocabulary &operator=(const Vocabulary &) = delete;

  /// Ids are 0 … size() - 1, gaps included.
  uint32_t size() const { return TokenCount; }
  bool contains(TokenId T) const { return T < TokenCount; }

  // The calls below that take an id need one that is below size().

  TokenKind kind(TokenId T) const {
    assert(contains(T) && "an id of this vocabulary");
    return TokenKind(Kinds[T]);
  }
  bool isSpecial(TokenId T) const { return kind(T) == TokenKind::Special; }
  /// True for text tokens with at least one byte: those in the trie.
  bool isText(TokenId T) const { return !bytes(T).empty(); }
  bool isStop(TokenId T) const;

  /// What the token adds to the text; nothing for special tokens and gaps.
  std::span<const uint8_t> bytes(TokenId T) const {
    return isSpecial(T) ? std::span<const uint8_t>() : text(T);
  }
  /// The literal text of a special or added token, such as "<|eot_id|>"; empty for the others.
  std::string_view name(TokenId T) const;
  /// The special or added token with that literal text; the lowest id where there are several.
  /// O(log).
  std::optional<TokenId> specialByName(std::string_view Name) const;

  /// Ascending, without repetition; may be empty.
  std::span<const TokenId> stopTokens() const { return Stops; }

  /// Identifies the content (ids, texts, kinds, stop tokens) across processes and machines.
  uint64_t hash() const { return ContentHash; }

  const TokenTrie &trie() const { return Trie; }
  /// The longest text token in bytes.
  uint32_t maxTokenBytes() const { return Trie[TokenTrie::Root].BytesBelow; }
  /// The most bytes that begin a code point (all but 80 … BF) in one text token.
  uint32_t maxTokenChars() const { return Trie[TokenTrie::Root].CharsBelow; }
  /// The longest run of spaces and tabs in one text token. Walks the trie.
  uint32_t maxBlankRun() const;

  /// The child of the root with `Byte`, or TokenTrie::None. O(1).
  uint32_t rootChild(uint8_t Byte) const { return RootChildren[Byte]; }
  /// The node that `Bytes` lead to, or None; the root for no bytes. O(bytes · fan-out).
  uint32_t find(std::span<const uint8_t> Bytes) const;
  /// The text tokens with exactly these bytes, ascending.
  std::span<const TokenId> idsOf(std::span<const uint8_t> Bytes) const;

  struct Match {
    uint32_t Length = 0; ///< in bytes; 0 when no token is a prefix
    std::span<const TokenId> Ids;
  };
  /// The longest text token that is a prefix of `Bytes`.
  Match longestMatch(std::span<const uint8_t> Bytes) const;

  /// The tables of terminals in the image; empty when it has none of this library's version.
  const TerminalView &terminals() const { return Terminals; }

  /// The whole image.
  std::span<const uint8_t> image() const { return Image.bytes(); }

private:
  friend class ImageChecker;

  std::span<const uint8_t> text(TokenId T) const {
    assert(contains(T) && "an id of this vocabulary");
    return Text.subspan(TextOffsets[T], TextOffsets[T + 1] - TextOffsets[T]);
  }
  std::string_view textView(TokenId T) const {
    std::span<const uint8_t> S = text(T);
    return {reinterpret_cast<const char *>(S.data()), S.size()};
  }

  FileBytes Image;
  uint32_t TokenCount = 0;
  uint64_t ContentHash = 0;
  std::span<const uint32_t> TextOffsets;
  std::span<const uint8_t> Kinds;
  std::span<const uint8_t> Text;
  std::span<const TokenId> NameOrder;
  std::span<const TokenId> Stops;
  TokenTrie Trie;
  TerminalView Terminals;
  std::array<uint32_t, 256> RootChildren{};
};

using VocabularyRef = std::shared_ptr<const Vocabulary>;

} // namespace weir

#endif // WEIR_VOCAB_VOCABULARY_H
