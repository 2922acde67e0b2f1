//===- Layout.h - The vocabulary image (.wvoc), byte by byte ----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A vocabulary is prepared once per tokenizer and then mapped by every process that
// serves it. So the file is the data structure: little-endian, offsets and no
// pointers, everything in the alignment it is read in.
//
//   ImageHeader         64 bytes
//   ImageSection[n]     24 bytes each, by kind, ascending
//   section 0 … n-1     each from a multiple of 8, zeros between
//
//   section       element   count        meaning
//   TextOffsets   u32       size + 1     text of id i is Text[Offsets[i] .. Offsets[i + 1])
//   Kinds         u8        size         TokenKind of each id
//   Text          u8                     all texts, by id
//   StopTokens    u32                    ascending
//   NameOrder     u32                    ids of special and added tokens, by (text, id)
//   TrieNodes     TrieNode  nodes + 1    depth-first; the last is a sentinel
//   TrieTokens    u32                    ids of ordinary and added tokens, by (text, id)
//   0x100 …       TerminalTables.def     the terminal library, or nothing
//
// The first four are the content; the next three are functions of them and are verified
// against them, node by node, by the validating open. An image that opens is
// therefore the only one of its content without the library, and a reader needs no check of
// its own ever after.
//
// `Checksum` finds accidents. It is not what safety rests on: a hostile image with
// a fresh checksum is refused by the structural checks, or is a good image.
//
// Versions: a reader refuses another major version. A minor version adds sections with kinds
// from `FirstOptionalSection` on, which an older reader checks for bounds and skips. Minor version
// 1 added the terminal library.
//
// Rejected: a schema compiler such as FlatBuffers (its verifier knows bounds, and
// nothing of tries; reading goes through accessors); storing derived
// facts such as the longest token (one more thing to verify; they fall out of the
// verification for nothing).
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_VOCAB_LAYOUT_H
#define WEIR_VOCAB_LAYOUT_H

#include <bit>
#include <cstddef>
#include <cstdint>

namespace weir::vocab_image {

static_assert(std::endian::native == std::endian::little,
              "images are mapped, not decoded: this library needs a little-endian machine");

/// First byte not ASCII and a line end of each sort, so that text-mode transfers show.
inline constexpr uint8_t Magic[8] = {0x89, 'W', 'V', 'O', 'C', '\r', '\n', 0x1A};
inline constexpr uint16_t MajorVersion = 1;
inline constexpr uint16_t MinorVersion = 1;

/// The bounds of what is built and opened.
inline constexpr uint32_t MaxTokens = 1U << 24;
inline constexpr uint32_t MaxTokenBytes = 0xFFFF;
inline constexpr uint32_t MaxTextBytes = 1U << 28;
inline constexpr uint32_t MaxStopTokens = 4096;
inline constexpr uint32_t MaxSections = 64;

enum class SectionKind : uint32_t {
  TextOffsets = 1,
  Kinds,
  Text,
  StopTokens,
  NameOrder,
  TrieNodes,
  TrieTokens,
  FirstOptionalSection = 0x100,
};
inline constexpr uint32_t NumContentSections = 4;
inline constexpr uint32_t NumRequiredSections = 7;

struct ImageHeader {
  uint8_t Magic[8];
  uint16_t MajorVersion;
  uint16_t MinorVersion;
  uint32_t SectionCount;
  uint64_t FileBytes;
  uint64_t ContentHash; ///< chained over the content sections, in order
  uint64_t Checksum;    ///< of the whole file, this field left out
  uint32_t TokenCount;  ///< ids are 0 … TokenCount - 1
  uint32_t NodeCount;   ///< trie nodes with the root, without the sentinel
  uint64_t Reserved[2]; ///< zero
};
static_assert(sizeof(ImageHeader) == 64);
static_assert(offsetof(ImageHeader, FileBytes) == 16);
static_assert(offsetof(ImageHeader, ContentHash) == 24);
static_assert(offsetof(ImageHeader, Checksum) == 32);
static_assert(offsetof(ImageHeader, TokenCount) == 40);

struct ImageSection {
  uint32_t Kind;
  uint32_t Reserved; ///< zero
  uint64_t Offset;   ///< from the start of the file
  uint64_t Bytes;    ///< without the zeros after it
};
static_assert(sizeof(ImageSection) == 24);

inline constexpr uint64_t SectionAlignment = 8;
inline constexpr uint64_t alignSection(uint64_t Offset) {
  return (Offset + SectionAlignment - 1) & ~(SectionAlignment - 1);
}

} // namespace weir::vocab_image

namespace weir {

/// One byte of some tokens; see TokenTrie.h for how they lie.
struct TrieNode {
  enum : uint8_t {
    /// Every token at or below this node, read from before this node's byte on, is a
    /// sequence of complete UTF-8 scalar values, after which one more may begin: a state
    /// that loops on whole characters takes them all.
    Utf8Closed = 1,
  };

  uint8_t Byte; ///< 0 for the root
  uint8_t Flags;
  uint16_t
      CharsBelow; ///< most bytes that begin a code point, on any path from here down, with this
  uint32_t Skip;  ///< nodes in this subtree, itself included; the sibling is that far away
  uint32_t TokensBegin; ///< where its ids begin in TrieTokens
  uint16_t Depth;       ///< bytes from the root, this one included; 0 for the root
  uint16_t BytesBelow;  ///< length of the longest path from here down, with this byte
  uint64_t Kinds;       ///< byte atoms at or below, this byte's included

  bool isUtf8Closed() const { return Flags & Utf8Closed; }
};
static_assert(sizeof(TrieNode) == 24 && alignof(TrieNode) == 8);
static_assert(offsetof(TrieNode, Skip) == 4);
static_assert(offsetof(TrieNode, TokensBegin) == 8);
static_assert(offsetof(TrieNode, Depth) == 12);
static_assert(offsetof(TrieNode, Kinds) == 16);

} // namespace weir

#endif // WEIR_VOCAB_LAYOUT_H
