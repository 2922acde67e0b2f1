//===- ExitTrie.cpp - The tokens that leave a frame midway -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ExitTrie.h"

#include <algorithm>

namespace weir {

ExitTrieBuilder::ExitTrieBuilder(const TokenTrie &Trie, const ByteSet &Follow)
    : Trie(Trie), Follow(Follow), Temp(1) {
  FirstBytes.fill(None);
}

uint32_t ExitTrieBuilder::child(uint32_t Parent, uint8_t Byte) {
  if (Parent == 0 && FirstBytes[Byte] != None)
    return FirstBytes[Byte];
  uint32_t Before = None, C = Temp[Parent].FirstChild;
  while (C != None && Temp[C].Byte < Byte) {
    Before = C;
    C = Temp[C].Next;
  }
  if (C != None && Temp[C].Byte == Byte)
    return C;
  uint32_t New = uint32_t(Temp.size());
  Temp.push_back({Byte, None, C, None});
  (Before == None ? Temp[Parent].FirstChild : Temp[Before].Next) = New;
  if (Parent == 0)
    FirstBytes[Byte] = New;
  return New;
}

void ExitTrieBuilder::addIds(uint32_t Node, std::span<const TokenId> New, CountCondition If) {
  for (TokenId Id : New) {
    TempIds.push_back({Id, If, Temp[Node].FirstId});
    Temp[Node].FirstId = uint32_t(TempIds.size() - 1);
  }
}

bool ExitTrieBuilder::addExit(uint32_t N, bool Self, CountCondition If) {
  AnyIf |= !(If == CountCondition());
  if (Self)
    addIds(0, Trie.tokensAt(N), If);
  for (uint32_t C = N + 1, End = Trie.end(N); C < End; C += Trie[C].Skip)
    if (!addExitBefore(C, If))
      return false;
  return Temp.size() + TempIds.size() <= MaxSize;
}

bool ExitTrieBuilder::addExitBefore(uint32_t C, CountCondition If) {
  if (!Follow.contains(Trie[C].Byte))
    return true;
  AnyIf |= !(If == CountCondition());
  // Depth-first through the vocabulary's subtree; Path holds the places in ours
  // and the ends of the subtrees they mirror.
  Path.clear();
  uint32_t At = child(0, Trie[C].Byte);
  addIds(At, Trie.tokensAt(C), If);
  Path.insert(Path.end(), {At, Trie.end(C)});
  for (uint32_t V = C + 1; V < Trie.end(C); ++V) {
    while (V >= Path.back())
      Path.resize(Path.size() - 2);
    uint32_t Mine = child(Path[Path.size() - 2], Trie[V].Byte);
    addIds(Mine, Trie.tokensAt(V), If);
    Path.insert(Path.end(), {Mine, Trie.end(V)});
    if (Temp.size() + TempIds.size() > MaxSize)
      return false;
  }
  return true;
}

ExitTrie ExitTrieBuilder::finish() const {
  if (empty() && Temp[0].FirstChild == None)
    return {};
  std::vector<ExitNodeRec> Nodes;
  std::vector<TokenId> Ids;
  std::vector<CountCondition> If;
  Nodes.reserve(Temp.size() + 1);
  Ids.reserve(TempIds.size());
  // Depth-first with an explicit stack of (node, place in the result).
  struct Open {
    uint32_t NextChild, Place;
  };
  auto place = [&](uint32_t N) {
    uint32_t At = uint32_t(Nodes.size());
    size_t First = Ids.size();
    Nodes.push_back({Temp[N].Byte, 0, uint32_t(First)});
    if (AnyIf) {
      // One token may come here in several ways, under different conditions.
      for (uint32_t I = Temp[N].FirstId; I != None; I = TempIds[I].Next) {
        Ids.push_back(TempIds[I].Id);
        If.push_back(TempIds[I].If);
      }
      return At;
    }
    for (uint32_t I = Temp[N].FirstId; I != None; I = TempIds[I].Next)
      Ids.push_back(TempIds[I].Id);
    if (Ids.size() - First < 2)
      return At;
    std::sort(Ids.begin() + ptrdiff_t(First), Ids.end());
    Ids.erase(std::unique(Ids.begin() + ptrdiff_t(First), Ids.end()), Ids.end());
    return At;
  };
  std::vector<Open> Stack{{Temp[0].FirstChild, place(0)}};
  while (!Stack.empty()) {
    Open &Top = Stack.back();
    if (Top.NextChild == None) {
      Nodes[Top.Place].Skip = uint32_t(Nodes.size()) - Top.Place;
      Stack.pop_back();
      continue;
    }
    uint32_t C = Top.NextChild;
    Top.NextChild = Temp[C].Next;
    uint32_t Place = place(C);
    Stack.push_back({Temp[C].FirstChild, Place});
  }
  Nodes.push_back({0, 1, uint32_t(Ids.size())});
  return {std::move(Nodes), std::move(Ids), std::move(If)};
}

} // namespace weir
