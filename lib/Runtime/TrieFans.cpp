//===- TrieFans.cpp - The children of a trie node, side by side ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TrieFans.h"

#include "TokenFacts.h"

#include <algorithm>

namespace weir {

namespace {

/// The fine atoms at or below each node of LeadThree: bits 0 to 3 are fine::Leads, bit 4 the
/// other bytes.
std::vector<uint8_t> leadsBelow(const TokenTrie &Trie) {
  std::vector<uint8_t> Below(Trie.size());
  for (uint32_t N = Trie.size(); N-- > 0;) { // children come after parents
    if (!(Trie[N].Kinds & fine::LeadThree))
      continue;
    uint8_t Leads = 0;
    if (const uint64_t Own = fine::atomBit(Trie[N].Byte) & fine::LeadBits)
      Leads = Own == fine::LeadThree ? 16 : uint8_t(Own >> NumByteAtoms);
    for (uint32_t C = N + 1, End = Trie.end(N); C < End; C += Trie[C].Skip)
      Leads |= Below[C];
    Below[N] = Leads;
  }
  return Below;
}

uint64_t sumOf(const TrieNode &Node, uint8_t Leads) {
  return (Node.Kinds & ~fine::LeadThree) | (Node.isUtf8Closed() ? TrieFans::ClosedBit : 0) |
         uint64_t(Leads & 15) << NumByteAtoms | (Leads & 16 ? fine::LeadThree : 0);
}

} // namespace

TrieFans::TrieFans(const TokenTrie &Trie) {
  const std::vector<uint8_t> Leads = leadsBelow(Trie);
  std::vector<uint32_t> Place(Trie.size());
  // (What is not written of them takes no memory.)
  Children.reserve(size_t(Trie.size()) + Trie.size() / 4);
  Sums.reserve(Children.capacity());
  auto push = [&](uint32_t N) {
    const std::span<const TokenId> Ids = Trie.tokensAt(N);
    const TokenId Token = Ids.empty()       ? TrieChild::NoToken
                          : Ids.size() == 1 ? Ids[0]
                                            : TrieChild::ManyTokens;
    Place[N] = uint32_t(Children.size());
    Children.push_back({N, 0, Token, 0, uint8_t(Trie[N].Byte), 0});
    Sums.push_back(sumOf(Trie[N], Leads[N]));
  };
  push(TokenTrie::Root);
  std::vector<uint32_t> Run;
  for (uint32_t N = 0; N < Trie.size(); ++N) {
    Run.clear();
    Trie.forEachChild(N, [&](uint32_t C) { Run.push_back(C); });
    if (Run.empty())
      continue;
    if (Run.size() > MostListed) {
      Bytes B{};
      for (uint32_t C : Run)
        B.Words[Trie[C].Byte >> 6] |= uint64_t(1) << (Trie[C].Byte & 63);
      for (unsigned I = 1; I < 4; ++I)
        B.Before[I] = uint16_t(B.Before[I - 1] + count(B.Words[I - 1]));
      Children.resize(Children.size() + BytesSlots);
      Sums.resize(Children.size());
      std::memcpy(Children.data() + Children.size() - BytesSlots, &B, sizeof(B));
    }
    Children[Place[N]].Begin = uint32_t(Children.size());
    Children[Place[N]].Count = uint16_t(Run.size());
    for (uint32_t C : Run)
      push(C);
  }
}

const TrieChild &TrieFans::at(uint32_t N) const {
  const TrieChild *Now = &root();
  while (Now->Node != N) {
    const std::span<const TrieChild> Below = of(*Now);
    // The last child that does not come after it.
    Now =
        &*std::prev(std::upper_bound(Below.begin(), Below.end(), N,
                                     [](uint32_t At, const TrieChild &C) { return At < C.Node; }));
  }
  return *Now;
}

} // namespace weir
