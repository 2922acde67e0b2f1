//===- TrieDigrams.cpp - Where two bytes stand side by side ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TrieDigrams.h"

#include <utility>

namespace weir {

TrieDigrams::TrieDigrams(const TokenTrie &Trie) {
  // Calls F(node, pair) for the nodes below another. A node's descendants come right behind.
  std::vector<uint32_t> Path;
  auto forEachInner = [&](auto F) {
    Path.assign(1, TokenTrie::Root);
    for (uint32_t N = TokenTrie::Root + 1; N < Trie.size(); ++N) {
      while (N >= Trie.end(Path.back()))
        Path.pop_back();
      if (Path.back() != TokenTrie::Root)
        F(N, size_t(Trie[Path.back()].Byte) << 8 | Trie[N].Byte);
      Path.push_back(N);
    }
  };
  // How many of each pair, then where its list goes on.
  std::vector<uint32_t> At(size_t(1) << 16);
  forEachInner([&](uint32_t, size_t Pair) { ++At[Pair]; });
  uint32_t Count = 0;
  for (size_t P = 0; P < At.size(); ++P) {
    if (At[P] == 0)
      continue;
    OwnPairs.push_back(uint16_t(P));
    OwnBegins.push_back(Count);
    Count += std::exchange(At[P], Count);
  }
  OwnBegins.push_back(Count);
  OwnNodes.resize(Count);
  OwnBefore.resize(Count);
  forEachInner([&](uint32_t N, size_t Pair) {
    // (The root and the byte of the pair itself are on the path.)
    for (size_t I = 0; I < Known; ++I)
      OwnBefore[At[Pair]][I] =
          Path.size() > I + 2 ? Trie[Path[Path.size() - 2 - I]].Byte : NoneBefore;
    OwnNodes[At[Pair]++] = N;
  });
  OwnPairs.shrink_to_fit();
  OwnBegins.shrink_to_fit();
  Nodes = OwnNodes;
  Before = OwnBefore;
  Pairs = OwnPairs;
  Begins = OwnBegins;
}

void TrieDigrams::save(TerminalRecords &To) const {
  To.DigramNodes.assign(Nodes.begin(), Nodes.end());
  To.DigramBefores.assign(Before.begin(), Before.end());
  To.Digrams.assign(Pairs.begin(), Pairs.end());
  To.DigramBegins.assign(Begins.begin(), Begins.end());
}

} // namespace weir
