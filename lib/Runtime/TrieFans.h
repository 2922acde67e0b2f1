//===- TrieFans.h - The children of a trie node, side by side -------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A walk that allows few tokens looks for one child after the other, far apart in the
// depth-first trie, and waits for memory more than it computes. Here all children of a node
// are one run of 16 bytes each, with what the walk asks of them:
//
//   node 17, three children     │ byte a  ids 1  …│ byte d  …│ byte e  …│
//   node 18, forty children     │ which bytes there are (48 bytes)│ byte \t …│ byte ! …│ …
//
// so that a step down reads one cache line, or two. Runs follow each other depth-first: of a chain
// of only children, four are in a line.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_TRIEFANS_H
#define WEIR_LIB_RUNTIME_TRIEFANS_H

#include "weir/Support/ByteSet.h"
#include "weir/Vocab/TokenTrie.h"

#include <cstring>
#include <span>
#include <vector>

namespace weir {

/// A node of the vocabulary's trie among its siblings.
struct TrieChild {
  static constexpr TokenId NoToken = 0xffffffffU, ManyTokens = 0xfffffffeU;

  uint32_t Node;  ///< of the trie
  uint32_t Begin; ///< place of the first child
  TokenId Token;  ///< the only one that ends here, or one of the above
  uint16_t Count; ///< of children
  uint8_t Byte;
  uint8_t Unused;
};
static_assert(sizeof(TrieChild) == 16);

class TrieFans {
public:
  /// Linear in the trie, which must outlive it.
  explicit TrieFans(const TokenTrie &Trie);

  const TrieChild &root() const { return Children.front(); }
  /// Places of children, some of which are none.
  uint32_t size() const { return uint32_t(Children.size()); }
  uint32_t placeOf(const TrieChild &C) const { return uint32_t(&C - Children.data()); }
  /// The fine atoms (TokenFacts.h) at or below a node, and whether it is closed.
  static constexpr uint64_t ClosedBit = uint64_t(1) << 63;
  uint64_t sum(const TrieChild &C) const { return Sums[placeOf(C)]; }
  const TrieChild &atPlace(uint32_t Place) const { return Children[Place]; }
  std::span<const TrieChild> of(const TrieChild &C) const {
    return {Children.data() + C.Begin, C.Count};
  }
  /// The child of `C` by `Byte`, or null.
  const TrieChild *find(const TrieChild &C, uint8_t Byte) const {
    const TrieChild *First = Children.data() + C.Begin;
    if (C.Count <= MostListed) {
      for (unsigned I = 0; I < C.Count; ++I)
        if (First[I].Byte == Byte)
          return First + I;
      return nullptr;
    }
    Bytes B;
    std::memcpy(&B, First - BytesSlots, sizeof(B));
    const uint64_t Word = B.Words[Byte >> 6], Bit = uint64_t(1) << (Byte & 63);
    return Word & Bit ? First + B.Before[Byte >> 6] + count(Word & (Bit - 1)) : nullptr;
  }
  /// What stands at node `N` of the trie. Logarithmic in its siblings at each level.
  const TrieChild &at(uint32_t N) const;

private:
  /// A run with more children has a table of its bytes before it.
  static constexpr unsigned MostListed = 6;
  struct Bytes {
    uint64_t Words[4];
    uint16_t Before[8]; ///< children of earlier words
  };
  static constexpr unsigned BytesSlots = sizeof(Bytes) / sizeof(TrieChild);
  static_assert(sizeof(Bytes) % sizeof(TrieChild) == 0);

  /// std::popcount is a call where no instruction for it may be assumed.
  static uint32_t count(uint64_t V) {
    V -= V >> 1 & 0x5555555555555555U;
    V = (V & 0x3333333333333333U) + (V >> 2 & 0x3333333333333333U);
    V = (V + (V >> 4)) & 0x0f0f0f0f0f0f0f0fU;
    return uint32_t(V * 0x0101010101010101U >> 56);
  }

  std::vector<TrieChild> Children; ///< the root first
  std::vector<uint64_t> Sums;      ///< of each
};

/// Gives children of a node, one after the other. Left as it is until one of the first three is
/// called, which may be done again.
class TrieCursor {
public:
  void all(const TrieFans &Fans, const TrieChild &Of) {
    Node = &Of;
    Next = Fans.of(Of).data();
    Last = Next + Of.Count;
    IsByByte = false;
  }
  /// `C` alone, a child of `Of`, or none when it is null.
  void only(const TrieChild &Of, const TrieChild *C) {
    Node = &Of;
    Next = C;
    Last = C ? C + 1 : nullptr;
    IsByByte = false;
  }
  /// Of the node that was given before, from the first on: those by some bytes.
  void byBytes(const ByteSet &Bytes) {
    Live = Bytes;
    NextByte = Live.next(0);
    IsByByte = true;
  }
  const TrieChild &node() const { return *Node; }
  bool isByByte() const { return IsByByte; }
  /// Null when there are no more.
  const TrieChild *next(const TrieFans &Fans) {
    if (!IsByByte)
      return Next != Last ? Next++ : nullptr;
    const TrieChild *C = nullptr;
    while (!C && NextByte < 256) {
      C = Fans.find(*Node, uint8_t(NextByte));
      NextByte = Live.next(NextByte + 1);
    }
    return C;
  }

private:
  const TrieChild *Node, *Next, *Last;
  uint32_t NextByte; ///< of Live, at most 256
  bool IsByByte;
  ByteSet Live;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_TRIEFANS_H
