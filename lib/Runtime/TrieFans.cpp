//===- TrieFans.cpp - The children of a trie node, side by side ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TrieFans.h"

#include <algorithm>

namespace weir {

TrieFans::TrieFans(const TokenTrie &Trie) {
  auto entry = [&](uint32_t N) {
    const std::span<const TokenId> Ids = Trie.tokensAt(N);
    const TokenId Token = Ids.empty()       ? TrieChild::NoToken
                          : Ids.size() == 1 ? Ids[0]
                                            : TrieChild::ManyTokens;
    return TrieChild{N, 0, Token, 0, uint8_t(Trie[N].Byte), 0};
  };
  std::vector<uint32_t> Place(Trie.size());
  Children.reserve(size_t(Trie.size()) + Trie.size() / 8);
  Children.push_back(entry(TokenTrie::Root));
  std::vector<TrieChild> Run;
  for (uint32_t N = 0; N < Trie.size(); ++N) {
    Run.clear();
    Trie.forEachChild(N, [&](uint32_t C) { Run.push_back(entry(C)); });
    if (Run.empty())
      continue;
    if (Run.size() > MostListed) {
      Bytes B{};
      for (const TrieChild &C : Run)
        B.Words[C.Byte >> 6] |= uint64_t(1) << (C.Byte & 63);
      for (unsigned I = 1; I < 4; ++I)
        B.Before[I] = uint16_t(B.Before[I - 1] + count(B.Words[I - 1]));
      Children.resize(Children.size() + BytesSlots);
      std::memcpy(Children.data() + Children.size() - BytesSlots, &B, sizeof(B));
    }
    Children[Place[N]].Begin = uint32_t(Children.size());
    Children[Place[N]].Count = uint16_t(Run.size());
    for (const TrieChild &C : Run) {
      Place[C.Node] = uint32_t(Children.size());
      Children.push_back(C);
    }
  }
  Children.shrink_to_fit();
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
