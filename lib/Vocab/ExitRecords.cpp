//===- ExitRecords.cpp - Exit tries as they are stored --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Vocab/ExitRecords.h"

#include "Within.h"

namespace weir {

bool isExitTrie(const ExitTrieRec &Trie, std::span<const ExitNodeRec> Nodes, size_t Ids,
                size_t Conditions) {
  if (Trie.NodeCount < 2 || !isWithin(Trie.Nodes, Trie.NodeCount, Nodes.size()) ||
      !isWithin(Trie.Ids, Trie.IdCount, Ids) ||
      (Trie.Conditions != ExitTrieRec::None &&
       !isWithin(Trie.Conditions, Trie.IdCount, Conditions)))
    return false;
  const uint32_t Last = Trie.NodeCount - 1; // the one behind the others
  uint32_t Before = 0;
  for (uint32_t I = 0; I <= Last; ++I) {
    const ExitNodeRec &N = Nodes[Trie.Nodes + I];
    if (N.Byte > 255 || N.IdsBegin < Before || N.IdsBegin > Trie.IdCount ||
        (I < Last && (N.Skip == 0 || N.Skip > Last - I)))
      return false;
    Before = N.IdsBegin;
  }
  return true;
}

} // namespace weir
