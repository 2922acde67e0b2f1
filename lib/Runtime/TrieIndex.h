//===- TrieIndex.h - What is below the nodes of the trie ------------ -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a state reads a class of characters back into itself, what is left to walk are the tokens
// with a byte of another sort, a quote mostly. There are few places in the trie where a path
// first meets a quote (196 of 274,521 nodes, for a vocabulary of 128,256), so they are listed.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_TRIEINDEX_H
#define WEIR_LIB_RUNTIME_TRIEINDEX_H

#include "TokenFacts.h"
#include "TrieFans.h"
#include "weir/Vocab/Vocabulary.h"

#include <array>
#include <span>
#include <vector>

namespace weir {

class TrieIndex {
public:
  /// Linear in the trie. `Fans` must outlive it.
  TrieIndex(const TokenTrie &Trie, const TrieFans &Fans);

  /// The fine atoms at or below a node, and whether it is closed.
  static constexpr uint64_t ClosedBit = TrieFans::ClosedBit;
  uint64_t sum(const TrieChild &C) const { return Fans.sum(C); }

  /// The nodes of the bytes of one fine atom that are the first of it on their path, with the
  /// path; for atoms that have few (see listed).
  struct Place {
    uint32_t Child; ///< place of TrieFans
    uint32_t Path;  ///< where its bytes begin, the node's own not among them
    uint32_t Size;  ///< how many they are
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
  void listPlaces();

  const TrieFans &Fans;
  uint64_t Listed = 0;
  std::array<std::vector<Place>, fine::NumAtoms> Places;
  std::vector<uint8_t> PathBytes;
  uint32_t TokensBefore[257] = {};
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_TRIEINDEX_H
