//===- TrieIndex.h - Children of wide trie nodes, side by side ------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The vocabulary's trie is laid out depth-first: the next sibling is a whole subtree
// away, so looking through sixty children is sixty cache misses. For nodes with
// many children their bytes lie here in one run, and the nodes in another:
//
//   node 17:  bytes  a d e i o u     nodes  18 40 77 102 130 155
//
// A few thousand of some 270,000 nodes have an entry; a bit for every node and
// counts of bits before each word say which, and where.
//
// Where a state reads a class of characters back into itself, what is left to walk are the tokens
// with a byte of another sort, a quote mostly. There are few places in the trie where a path
// first meets a quote (196 of 274,521 nodes, for a vocabulary of 128,256), so they are listed.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_TRIEINDEX_H
#define WEIR_LIB_RUNTIME_TRIEINDEX_H

#include "TokenFacts.h"
#include "weir/Vocab/Vocabulary.h"

#include <array>
#include <span>
#include <vector>

namespace weir {

class TrieIndex {
public:
  /// Nodes with fewer children are looked through in the trie itself.
  static constexpr uint32_t MinChildren = 4;

  /// Linear in the trie.
  explicit TrieIndex(const TokenTrie &Trie);

  struct Run {
    uint32_t Begin = 0, End = 0; ///< places of `byte` and `node`
    bool empty() const { return Begin == End; }
  };
  /// The children of `N`, by byte ascending; empty for a node without an entry.
  Run children(uint32_t N) const {
    const Word &W = Words[N >> 6];
    if (!(W.Bits >> (N & 63) & 1))
      return {};
    uint32_t Entry = W.Before + count(W.Bits & ((uint64_t(1) << (N & 63)) - 1));
    return {Begins[Entry], Begins[Entry + 1]};
  }
  uint8_t byte(uint32_t Place) const { return Bytes[Place]; }
  uint32_t node(uint32_t Place) const { return Nodes[Place]; }

  /// The fine atoms at or below a node, and whether it is closed; for the children of a node
  /// with an entry side by side.
  static constexpr uint64_t ClosedBit = uint64_t(1) << 63;
  uint64_t sumOf(const TokenTrie &Trie, uint32_t N) const {
    const TrieNode &Node = Trie[N];
    return (Node.Kinds & ~fine::LeadThree) | (Node.isUtf8Closed() ? ClosedBit : 0) |
           (Node.Kinds & fine::LeadThree ? leadBits(LeadsBelow[N]) : 0);
  }
  uint64_t sum(uint32_t Place) const { return Sums[Place]; }

  /// The child of `N` by `Byte`, or TokenTrie::None.
  uint32_t child(const TokenTrie &Trie, uint32_t N, uint8_t Byte) const {
    Run R = children(N);
    if (R.empty())
      return Trie.child(N, Byte);
    while (R.End - R.Begin > 8) {
      uint32_t Mid = (R.Begin + R.End) / 2;
      (Bytes[Mid] <= Byte ? R.Begin : R.End) = Mid;
    }
    for (; R.Begin < R.End; ++R.Begin)
      if (Bytes[R.Begin] == Byte)
        return Nodes[R.Begin];
    return TokenTrie::None;
  }

  /// The nodes of the bytes of one fine atom that are the first of it on their path, with the
  /// path; for atoms that have few (see listed).
  struct Place {
    uint32_t Node;
    uint32_t Path; ///< where its bytes begin, the node's own not among them
    uint32_t Size; ///< how many they are
  };
  static constexpr size_t MaxPlaces = 1024;
  /// The atoms with a list.
  uint64_t listed() const { return Listed; }
  const std::vector<Place> &placesOf(unsigned Atom) const { return Places[Atom]; }
  std::span<const uint8_t> path(const Place &P) const {
    return std::span(PathBytes).subspan(P.Path, P.Size);
  }

  /// How many text tokens begin with a byte from First to Last.
  uint32_t tokensFrom(unsigned First, unsigned Last) const {
    return TokensBefore[Last + 1] - TokensBefore[First];
  }

private:
  /// std::popcount is a call where no instruction for it may be assumed.
  static uint32_t count(uint64_t V) {
    V -= V >> 1 & 0x5555555555555555U;
    V = (V & 0x3333333333333333U) + (V >> 2 & 0x3333333333333333U);
    V = (V + (V >> 4)) & 0x0f0f0f0f0f0f0f0fU;
    return uint32_t(V * 0x0101010101010101U >> 56);
  }
  void listPlaces(const TokenTrie &Trie);
  /// Bits 0 to 3 are fine::Leads, bit 4 the other bytes of LeadThree.
  static constexpr uint64_t leadBits(uint8_t Leads) {
    return uint64_t(Leads & 15) << NumByteAtoms | (Leads & 16 ? fine::LeadThree : 0);
  }
  struct Word {
    uint64_t Bits = 0;
    uint32_t Before = 0; ///< entries of earlier words
  };
  std::vector<Word> Words;
  std::vector<uint32_t> Begins;
  std::vector<uint8_t> Bytes;
  std::vector<uint32_t> Nodes;
  std::vector<uint64_t> Sums;
  std::vector<uint8_t> LeadsBelow;
  uint64_t Listed = 0;
  std::array<std::vector<Place>, fine::NumAtoms> Places;
  std::vector<uint8_t> PathBytes;
  uint32_t TokensBefore[257] = {};
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_TRIEINDEX_H
