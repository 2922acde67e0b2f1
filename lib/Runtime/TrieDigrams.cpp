//===- TrieDigrams.cpp - Where two bytes stand side by side ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TrieDigrams.h"

#include <utility>

namespace weir {

TrieDigrams::TrieDigrams(const TokenTrie &Trie) : Parents(Trie.size()) {
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
  // How many of each pair, then where its list goes on.
  std::vector<uint32_t> At(size_t(1) << 16);
  forEachInner([&](uint32_t N) { ++At[pairOf(N)]; });
  uint32_t Count = 0;
  for (size_t P = 0; P < At.size(); ++P) {
    if (At[P] == 0)
      continue;
    Pairs.push_back(uint16_t(P));
    Begins.push_back(Count);
    Count += std::exchange(At[P], Count);
  }
  Begins.push_back(Count);
  Nodes.resize(Count);
  forEachInner([&](uint32_t N) { Nodes[At[pairOf(N)]++] = N; });
  Pairs.shrink_to_fit();
  Begins.shrink_to_fit();
}

} // namespace weir
