//===- ExitTrie.h - The tokens that leave a frame midway ------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A token that finishes a frame and goes on (`",` inside a string) depends on what
// lies below. Its bytes up to the end of the frame are decided once; the rest, the
// remainder, is put into a trie shared by all such tokens of an entry:
//
//   ""   {"}                 allowed when the frame below can be returned into
//    ,   {",}                … and then reads a comma
//     "  {","}
//
// laid out like the vocabulary's trie: depth-first, with skips.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_EXITTRIE_H
#define WEIR_LIB_RUNTIME_EXITTRIE_H

#include "weir/Support/ByteSet.h"
#include "weir/Vocab/TokenTrie.h"

#include <array>
#include <vector>

namespace weir {

/// What a token asks of a counter whose bounds are left open (LeafWalk.h).
struct CountCondition {
  static constexpr uint16_t Never = 0xffff;
  uint16_t Room = 0;     ///< so many more units must be allowed
  uint16_t Seen = Never; ///< the least count must be reached after so many

  bool holds(uint32_t RoomThere, uint32_t Needed) const {
    return Room <= RoomThere && (Seen == Never || Needed <= Seen);
  }
  friend bool operator==(const CountCondition &, const CountCondition &) = default;
};

struct ExitTrie {
  struct Node {
    uint32_t Byte;
    uint32_t Skip;     ///< to the next sibling
    uint32_t IdsBegin; ///< ids of node n: [IdsBegin(n), IdsBegin(n + 1))
  };
  std::vector<Node> Nodes; ///< the root first, a sentinel last; empty when nothing exits
  std::vector<TokenId> Ids;
  std::vector<CountCondition> If; ///< of each id, or empty

  bool empty() const { return Nodes.empty(); }
  size_t memoryBytes() const {
    return Nodes.size() * sizeof(Node) + Ids.size() * sizeof(TokenId) +
           If.size() * sizeof(CountCondition);
  }
};

/// Overlays subtrees of the vocabulary's trie.
class ExitTrieBuilder {
public:
  /// Nodes and ids together may be at most this many.
  static constexpr size_t MaxSize = 30'000;

  ExitTrieBuilder(const TokenTrie &Trie, const ByteSet &Follow);

  /// The frame ends at node `N`: its tokens have the empty remainder (when `Self`),
  /// those below it what comes after `N`. False when the budget is spent.
  bool addExit(uint32_t N, bool Self, CountCondition If = {});
  /// The frame ends before the byte of node `C`: what its tokens, and those below, are from there
  /// on is left.
  bool addExitBefore(uint32_t C, CountCondition If = {});
  const ByteSet &follow() const { return Follow; }
  bool empty() const { return Temp.size() == 1 && Temp[0].FirstId == None; }
  ExitTrie finish() const;

private:
  static constexpr uint32_t None = 0xffffffffU;
  struct TempNode {
    uint8_t Byte = 0;
    uint32_t FirstChild = None, Next = None; ///< children by byte ascending
    uint32_t FirstId = None;
  };
  struct TempId {
    TokenId Id;
    CountCondition If;
    uint32_t Next;
  };
  uint32_t child(uint32_t Parent, uint8_t Byte);
  void addIds(uint32_t Node, std::span<const TokenId> New, CountCondition If);

  const TokenTrie &Trie;
  ByteSet Follow;
  std::vector<TempNode> Temp;
  std::array<uint32_t, 256> FirstBytes; ///< the root's children, which are asked for most
  std::vector<TempId> TempIds;
  std::vector<uint32_t> Path;
  bool AnyIf = false;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_EXITTRIE_H
