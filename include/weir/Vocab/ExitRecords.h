//===- ExitRecords.h - Exit tries as they are stored ------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Images and artifacts hold tries of tokens, a node's subtree right behind it:
//
//   trie    nodes [Nodes, Nodes + NodeCount), the last a sentinel
//   node    ids [IdsBegin, IdsBegin of the next) of the trie's, children behind it
//   id      a token, and perhaps what it asks of a counter
//
// What they are for: lib/Runtime/ExitTrie.h.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_VOCAB_EXITRECORDS_H
#define WEIR_VOCAB_EXITRECORDS_H

#include "weir/Vocab/Token.h"

#include <cstdint>
#include <span>

namespace weir {

struct ExitTrieRec {
  static constexpr uint32_t None = 0xFFFFFFFFU;
  uint32_t Nodes, NodeCount;
  uint32_t Ids, IdCount;
  uint32_t Conditions; ///< one for each id; None: there are none
};
static_assert(sizeof(ExitTrieRec) == 20);

struct ExitNodeRec {
  uint32_t Byte;
  uint32_t Skip;     ///< to the next sibling
  uint32_t IdsBegin; ///< of the trie's ids
};
static_assert(sizeof(ExitNodeRec) == 12);

/// What a token asks of a counter whose bounds are left open.
struct CountCondition {
  static constexpr uint16_t Never = 0xffff;
  uint16_t Room = 0;     ///< so many more units must be allowed
  uint16_t Seen = Never; ///< the least count must be reached after so many

  bool holds(uint32_t RoomThere, uint32_t Needed) const {
    return Room <= RoomThere && (Seen == Never || Needed <= Seen);
  }
  friend bool operator==(const CountCondition &, const CountCondition &) = default;
};
static_assert(sizeof(CountCondition) == 4);

/// Does `Trie` lie within its tables, and does every node lead on within it? The ids themselves are
/// not looked at. Linear in the trie.
bool isExitTrie(const ExitTrieRec &Trie, std::span<const ExitNodeRec> Nodes, size_t Ids,
                size_t Conditions);

} // namespace weir

#endif // WEIR_VOCAB_EXITRECORDS_H
