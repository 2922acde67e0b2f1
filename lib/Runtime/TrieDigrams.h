//===- TrieDigrams.h - Where two bytes stand side by side -------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The nodes of the vocabulary's trie by their byte and the one before it: where tokens are looked
// for that have some word in them, wherever it stands, its last two bytes leave few of all nodes.
// Of 274,521 nodes 4,635 end in "er", 79 in "lm". The three bytes before these two are beside each,
// since reading them from the trie would wait for memory.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_TRIEDIGRAMS_H
#define WEIR_LIB_RUNTIME_TRIEDIGRAMS_H

#include "weir/Vocab/TerminalTables.h"
#include "weir/Vocab/TokenTrie.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace weir {

class TrieDigrams {
public:
  /// Linear in the trie.
  explicit TrieDigrams(const TokenTrie &Trie);
  /// Those of an image, which must outlive it.
  explicit TrieDigrams(const TerminalView &Lent)
      : Nodes(Lent.DigramNodes), Before(Lent.DigramBefores), Pairs(Lent.Digrams),
        Begins(Lent.DigramBegins) {}
  TrieDigrams(const TrieDigrams &) = delete;
  TrieDigrams &operator=(const TrieDigrams &) = delete;

  /// The bytes before a pair, the nearest first. NoneBefore stands where the path has begun, and
  /// may be a byte too.
  using Befores = BytesBefore;
  static constexpr size_t Known = std::tuple_size_v<Befores>;
  static constexpr uint8_t NoneBefore = 0xFF;

  struct Places {
    std::span<const uint32_t> Nodes; ///< ascending
    std::span<const Befores> Before; ///< of each
  };
  /// The nodes of `Second` below one of `First`.
  Places places(uint8_t First, uint8_t Second) const {
    const uint16_t Pair = uint16_t(First << 8 | Second);
    const auto It = std::lower_bound(Pairs.begin(), Pairs.end(), Pair);
    if (It == Pairs.end() || *It != Pair)
      return {};
    const size_t I = size_t(It - Pairs.begin()), Begin = Begins[I], Count = Begins[I + 1] - Begin;
    return {Nodes.subspan(Begin, Count), Before.subspan(Begin, Count)};
  }
  /// Without what is lent.
  size_t memoryBytes() const {
    return sizeof(*this) + (OwnNodes.size() + OwnBegins.size()) * sizeof(uint32_t) +
           OwnPairs.size() * sizeof(uint16_t) + OwnBefore.size() * sizeof(Befores);
  }
  /// Into the tables of the image.
  void save(TerminalRecords &To) const;

private:
  std::vector<uint32_t> OwnNodes, OwnBegins;
  std::vector<Befores> OwnBefore;
  std::vector<uint16_t> OwnPairs;
  std::span<const uint32_t> Nodes;
  std::span<const Befores> Before;  ///< of Nodes
  std::span<const uint16_t> Pairs;  ///< those that there are, ascending
  std::span<const uint32_t> Begins; ///< into Nodes, of each of them, and the end
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_TRIEDIGRAMS_H
