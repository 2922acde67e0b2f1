//===- TrieIndex.cpp - Children of wide trie nodes, side by side -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TrieIndex.h"

namespace weir {

TrieIndex::TrieIndex(const TokenTrie &Trie)
    : Words((size_t(Trie.size()) + 63) / 64), LeadsBelow(Trie.size()) {
  for (uint32_t N = Trie.size(); N-- > 0;) {
    uint8_t Leads = 0;
    if (Trie[N].Kinds & fine::LeadThree) {
      if (const uint64_t Own = fine::atomBit(Trie[N].Byte) & fine::LeadBits)
        Leads = Own == fine::LeadThree ? 16 : uint8_t(Own >> NumByteAtoms);
      for (uint32_t C = N + 1, End = Trie.end(N); C < End; C += Trie[C].Skip)
        Leads |= LeadsBelow[C];
    }
    LeadsBelow[N] = Leads;
  }
  for (uint32_t N = 0; N < Trie.size(); ++N) {
    if ((N & 63) == 0)
      Words[N >> 6].Before = uint32_t(Begins.size());
    // Too small for so many children?
    if (Trie[N].Skip <= MinChildren)
      continue;
    uint32_t Count = 0;
    for (uint32_t C = N + 1, End = Trie.end(N); C < End && Count < MinChildren; C += Trie[C].Skip)
      ++Count;
    if (Count < MinChildren)
      continue;
    Words[N >> 6].Bits |= uint64_t(1) << (N & 63);
    Begins.push_back(uint32_t(Nodes.size()));
    Trie.forEachChild(N, [&](uint32_t C) {
      Bytes.push_back(Trie[C].Byte);
      Nodes.push_back(C);
      Sums.push_back(sumOf(Trie, C));
    });
  }
  Begins.push_back(uint32_t(Nodes.size()));
  listPlaces(Trie);
  uint32_t Count[256] = {};
  Trie.forEachChild(TokenTrie::Root, [&](uint32_t C) {
    Count[Trie[C].Byte] = uint32_t(Trie.tokensBelow(C).size());
  });
  for (unsigned B = 0; B < 256; ++B)
    TokensBefore[B + 1] = TokensBefore[B] + Count[B];
}

void TrieIndex::listPlaces(const TokenTrie &Trie) {
  // Twice: to count, and to write the lists of those that are few.
  std::array<size_t, fine::NumAtoms> Counts{};
  std::vector<uint8_t> Path;
  std::vector<uint64_t> Above{0}; // atoms of the path, by depth
  for (bool Write : {false, true}) {
    for (uint32_t N = 1; N < Trie.size(); ++N) {
      const TrieNode &Node = Trie[N];
      Path.resize(Node.Depth);
      Path[Node.Depth - 1u] = Node.Byte;
      Above.resize(Node.Depth);
      const uint64_t Bit = fine::atomBit(Node.Byte), Before = Above[Node.Depth - 1u];
      Above.push_back(Before | Bit);
      const unsigned Atom = fine::AtomOf[Node.Byte];
      if (Before & Bit)
        continue;
      if (!Write) {
        ++Counts[Atom];
      } else if (Counts[Atom] <= MaxPlaces) {
        Places[Atom].push_back({N, uint32_t(PathBytes.size()), Node.Depth - 1u});
        PathBytes.insert(PathBytes.end(), Path.begin(), Path.end() - 1);
      }
    }
    Above.resize(1);
  }
  for (unsigned A = 0; A < fine::NumAtoms; ++A)
    if (Counts[A] <= MaxPlaces)
      Listed |= uint64_t(1) << A;
}

} // namespace weir
