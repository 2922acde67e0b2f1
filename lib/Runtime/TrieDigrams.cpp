//===- TrieDigrams.cpp - Where two bytes stand side by side ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TrieDigrams.h"

namespace weir {

TrieDigrams::TrieDigrams(const TokenTrie &Trie) : Parents(Trie.size()), Begins((1U << 16) + 1) {
  // A node's descendants come right behind it.
  std::vector<uint32_t> Path{TokenTrie::Root};
  for (uint32_t N = TokenTrie::Root + 1; N < Trie.size(); ++N) {
    while (N >= Trie.end(Path.back()))
      Path.pop_back();
    Parents[N] = Path.back();
    Path.push_back(N);
  }
  auto pairOf = [&](uint32_t N) { return size_t(Trie[Parents[N]].Byte) << 8 | Trie[N].Byte; };
  auto forEachInner = [&](auto F) {
    for (uint32_t N = TokenTrie::Root + 1; N < Trie.size(); ++N)
      if (Parents[N] != TokenTrie::Root)
        F(N);
  };
  // Counts, then where each list ends, then the lists from behind.
  size_t Count = 0;
  forEachInner([&](uint32_t N) {
    ++Begins[pairOf(N)];
    ++Count;
  });
  for (size_t P = 1; P < Begins.size(); ++P)
    Begins[P] += Begins[P - 1];
  Nodes.resize(Count);
  for (uint32_t N = Trie.size(); N-- > TokenTrie::Root + 1;)
    if (Parents[N] != TokenTrie::Root)
      Nodes[--Begins[pairOf(N)]] = N;
}

} // namespace weir
