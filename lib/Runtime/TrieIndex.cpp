//===- TrieIndex.cpp - What is below the nodes of the trie -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TrieIndex.h"

namespace weir {

TrieIndex::TrieIndex(const TokenTrie &Trie, const TrieFans &Fans) : Fans(Fans) {
  listPlaces();
  uint32_t Count[256] = {};
  for (const TrieChild &C : Fans.of(Fans.root()))
    Count[C.Byte] = uint32_t(Trie.tokensBelow(C.Node).size());
  for (unsigned B = 0; B < 256; ++B)
    TokensBefore[B + 1] = TokensBefore[B] + Count[B];
}

/// Subtrees are left out that have nothing but what is on their path already, or what is too much.
void TrieIndex::listPlaces() {
  struct Open {
    const TrieChild *Next, *Last;
    uint64_t Before; ///< atoms of the path
  };
  std::vector<Open> Levels;
  std::vector<uint8_t> Path; // a byte for each level but the last
  auto push = [&](const TrieChild &C, uint64_t Before) {
    const std::span<const TrieChild> Below = Fans.of(C);
    Levels.push_back({Below.data(), Below.data() + Below.size(), Before});
  };
  Listed = (uint64_t(1) << fine::NumAtoms) - 1;
  push(Fans.root(), 0);
  while (!Levels.empty()) {
    Open &Top = Levels.back();
    if (Top.Next == Top.Last) {
      Levels.pop_back();
      if (!Levels.empty())
        Path.pop_back();
      continue;
    }
    const TrieChild &C = *Top.Next++;
    const uint64_t Bit = fine::atomBit(C.Byte), Before = Top.Before;
    if ((sum(C) & Listed & ~Before) == 0)
      continue;
    if (Bit & Listed & ~Before) {
      std::vector<Place> &Of = Places[fine::AtomOf[C.Byte]];
      Of.push_back({Fans.placeOf(C), uint32_t(PathBytes.size()), uint32_t(Path.size())});
      if (Of.size() > MaxPlaces) {
        Listed &= ~Bit;
        Of = {};
      } else {
        PathBytes.insert(PathBytes.end(), Path.begin(), Path.end());
      }
    }
    Path.push_back(C.Byte);
    push(C, Before | Bit);
  }
  // Without the paths of lists that were given up.
  std::vector<uint8_t> Kept;
  for (std::vector<Place> &Of : Places)
    for (Place &P : Of) {
      const std::span<const uint8_t> Bytes = path(P);
      P.Path = uint32_t(Kept.size());
      Kept.insert(Kept.end(), Bytes.begin(), Bytes.end());
    }
  Kept.shrink_to_fit();
  PathBytes = std::move(Kept);
}

} // namespace weir
