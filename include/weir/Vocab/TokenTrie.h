//===- TokenTrie.h - A vocabulary as a byte trie ----------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The vocabulary's text, in byte order, folded into a trie stored depth-first. Filling
// a mask is one forward walk:
//
//   node      byte  skip  depth  tokens    "skip" is the distance to the next sibling:
//   0 (root)    -     4     0              refusing a byte is one addition, and drops
//   1           a     2     1    {7}       every token below it. "depth" says how many
//   2           b     1     2    {9, 31}   states to keep when the walk comes back up.
//   3           c     1     1    {4}       <- several ids may have the same bytes
//
// The ids lie in the same depth-first order, so those of one node and those of its
// whole subtree are both contiguous:
//
//   own      [tokensBegin(n), tokensBegin(n + 1))
//   subtree  [tokensBegin(n), tokensBegin(n + skip(n)))
//
// A sentinel after the last node makes both formulas hold everywhere.
//
// Rejected: a pointer trie (three times the memory, a cache miss a byte); a double
// array (fast to look one string up, but a subtree is not a range).
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_VOCAB_TOKENTRIE_H
#define WEIR_VOCAB_TOKENTRIE_H

#include "weir/Vocab/Layout.h"
#include "weir/Vocab/Token.h"

#include <cassert>
#include <span>

namespace weir {

/// A view of the trie of a `Vocabulary`, which must outlive it.
class TokenTrie {
public:
  static constexpr uint32_t Root = 0;
  static constexpr uint32_t None = 0xFFFFFFFFU;

  TokenTrie() = default;
  /// `NodesAndSentinel` has one more element than the trie has nodes.
  TokenTrie(std::span<const TrieNode> NodesAndSentinel, std::span<const TokenId> Tokens)
      : Nodes(NodesAndSentinel.data()), NodeCount(uint32_t(NodesAndSentinel.size() - 1)),
        Tokens(Tokens) {}

  /// Number of nodes with the root, without the sentinel; at least 1.
  uint32_t size() const { return NodeCount; }
  const TrieNode &operator[](uint32_t N) const {
    assert(N <= NodeCount && "a node or the sentinel");
    return Nodes[N];
  }
  const TrieNode *data() const { return Nodes; }

  /// The node after the subtree of `N`.
  uint32_t end(uint32_t N) const { return N + Nodes[N].Skip; }

  /// All ids, in depth-first order.
  std::span<const TokenId> tokens() const { return Tokens; }
  /// The ids whose text ends at `N`, ascending.
  std::span<const TokenId> tokensAt(uint32_t N) const {
    return Tokens.subspan(Nodes[N].TokensBegin, Nodes[N + 1].TokensBegin - Nodes[N].TokensBegin);
  }
  /// The ids whose text ends at `N` or below it.
  std::span<const TokenId> tokensBelow(uint32_t N) const {
    return Tokens.subspan(Nodes[N].TokensBegin, Nodes[end(N)].TokensBegin - Nodes[N].TokensBegin);
  }

  /// The child of `N` with `Byte`, or None. O(children of N).
  uint32_t child(uint32_t N, uint8_t Byte) const {
    const uint32_t End = end(N);
    for (uint32_t C = N + 1; C < End && Nodes[C].Byte <= Byte; C += Nodes[C].Skip)
      if (Nodes[C].Byte == Byte)
        return C;
    return None;
  }

  /// Calls F(node index) for each child of `N`, by byte ascending.
  template <typename Fn>
  void forEachChild(uint32_t N, Fn F) const {
    for (uint32_t C = N + 1, End = end(N); C < End; C += Nodes[C].Skip)
      F(C);
  }

private:
  const TrieNode *Nodes = nullptr;
  uint32_t NodeCount = 0;
  std::span<const TokenId> Tokens;
};

} // namespace weir

#endif // WEIR_VOCAB_TOKENTRIE_H
