//===- TrieIndex.cpp - What is below the nodes of the trie -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TrieIndex.h"

namespace weir {

TrieIndex::TrieIndex(const TokenTrie &Trie, const TrieFans &Fans) : Fans(Fans), Sums(Fans.size()) {
  sumUp(Trie);
  listPlaces();
  uint32_t Count[256] = {};
  for (const TrieChild &C : Fans.of(Fans.root()))
    Count[C.Byte] = uint32_t(Trie.tokensBelow(C.Node).size());
  for (unsigned B = 0; B < 256; ++B)
    TokensBefore[B + 1] = TokensBefore[B] + Count[B];
}

void TrieIndex::sumUp(const TokenTrie &Trie) {
  // Bits 0 to 3 are fine::Leads, bit 4 the other bytes of LeadThree; children come after parents.
  std::vector<uint8_t> LeadsBelow(Trie.size());
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
  std::vector<const TrieChild *> Work{&Fans.root()};
  while (!Work.empty()) {
    const TrieChild &At = *Work.back();
    Work.pop_back();
    const TrieNode &Node = Trie[At.Node];
    uint64_t Sum = Node.Kinds & ~fine::LeadThree;
    if (Node.isUtf8Closed())
      Sum |= ClosedBit;
    if (Node.Kinds & fine::LeadThree) {
      const uint8_t Leads = LeadsBelow[At.Node];
      Sum |= uint64_t(Leads & 15) << NumByteAtoms | (Leads & 16 ? fine::LeadThree : 0);
    }
    Sums[Fans.placeOf(At)] = Sum;
    for (const TrieChild &C : Fans.of(At))
      Work.push_back(&C);
  }
}

void TrieIndex::listPlaces() {
  // Twice: to count, and to write the lists of those that are few.
  std::array<size_t, fine::NumAtoms> Counts{};
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
  for (bool Write : {false, true}) {
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
      const unsigned Atom = fine::AtomOf[C.Byte];
      if (!(Before & Bit)) {
        if (!Write) {
          ++Counts[Atom];
        } else if (Counts[Atom] <= MaxPlaces) {
          Places[Atom].push_back(
              {Fans.placeOf(C), uint32_t(PathBytes.size()), uint32_t(Path.size())});
          PathBytes.insert(PathBytes.end(), Path.begin(), Path.end());
        }
      }
      Path.push_back(C.Byte);
      push(C, Before | Bit);
    }
  }
  for (unsigned A = 0; A < fine::NumAtoms; ++A)
    if (Counts[A] <= MaxPlaces)
      Listed |= uint64_t(1) << A;
}

} // namespace weir
