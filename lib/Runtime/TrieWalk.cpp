//===- TrieWalk.cpp - Which tokens a frame can read ------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TrieWalk.h"

namespace weir {

bool TrieWalk::isWide(const Frame &Atom) const {
  size_t Reached = 0;
  for (unsigned B = 0; B < 256; ++B) {
    uint32_t Child = V.rootChild(uint8_t(B));
    if (Child != TokenTrie::None && G.action(Atom.State, uint8_t(B)) != ActionDead)
      Reached += Trie.tokensBelow(Child).size();
  }
  return Reached > Trie.tokens().size() / 2;
}

void TrieWalk::settle(std::span<const TokenId> Ids, bool Accepted) {
  if (Accepted == Negative)
    return;
  if (Accepted)
    for (TokenId T : Ids)
      setBit(Row, T);
  else
    for (TokenId T : Ids)
      clearBit(Row, T);
}

bool TrieWalk::mayExit(ConfigList L) {
  bool Any = false;
  for (const Frame &F : S.list(L))
    Any |= !Stepper::isDone(F) && (G.state(F.State).Flags & StateAccepts);
  if (!Any)
    return false;
  Scratch::Mark M = Temp.mark();
  S.ExitedBefore = false;
  // No byte is FF in UTF-8, so hardly a callee is entered for nothing; a frame
  // leaves whatever the byte is.
  S.expand(L, 0xff);
  Temp.release(M);
  return S.ExitedBefore;
}

/// Is every token below `Child` accepted, by the loop of the one state there is?
bool TrieWalk::taken(const Level &L, uint32_t Child) {
  if (L.Configs.size() != 1)
    return false;
  const Frame &F = Temp.Pool[L.Configs.Begin];
  const DetailRec *D = Stepper::isDone(F) ? nullptr : G.detail(F.State);
  const TrieNode &N = Trie[Child];
  if (!D || (N.Kinds & ~D->LoopAtoms) || !N.isUtf8Closed())
    return false;
  if (D->LoopOps == NoIndex)
    return true;
  const OpRec &O = G.tables().Ops[D->LoopOps];
  uint32_t Count = F.Regs == ZeroRegs ? 0 : S.view().words(F.Regs)[O.Register];
  if (uint64_t(Count) + N.CharsBelow > O.A)
    return false;
  if (F.Parent == Unknown && S.Box)
    S.Box->compared(O.Register, Count, uint64_t(O.A) - N.CharsBelow + 1);
  return true;
}

/// Records what was found at `Node` and opens its level, when there is one.
bool TrieWalk::walkChild(uint32_t Node, ConfigList Next, const Scratch::Mark &Before) {
  if (S.OverBudget || (S.Box && S.Box->Uncacheable))
    return false;
  if (Exits && S.ExitedAfter && !Exits->addExit(Node, true))
    return false;
  if (Next.empty()) {
    settle(Trie.tokensBelow(Node), false);
    Temp.release(Before);
    return true;
  }
  settle(Trie.tokensAt(Node), true);
  bool Leaves = Exits && mayExit(Next);
  if (Leaves && !Exits->addExit(Node, false))
    return false;
  Levels.push_back({Next, Trie.end(Node), Before, Leaves});
  return !S.OverBudget;
}

bool TrieWalk::run(const Frame &Atom, std::span<MaskWord> TheRow, bool IsNegative,
                   ExitTrieBuilder *TheExits) {
  Row = TheRow;
  Negative = IsNegative;
  Exits = TheExits;
  S.OverBudget = false;
  Scratch::Mark Start = Temp.mark();
  for (unsigned B = 0; B < 256; ++B) {
    uint32_t Node = V.rootChild(uint8_t(B));
    if (Node == TokenTrie::None)
      continue;
    if (G.action(Atom.State, uint8_t(B)) == ActionDead) {
      settle(Trie.tokensBelow(Node), false);
      continue;
    }
    Levels.clear();
    // The frame as a list of one, so that its own loop settles whole subtrees too.
    Temp.Pool.push_back(Atom);
    Level Top{{Start.Pool, Start.Pool + 1}, Trie.end(Node), Start, false};
    if (taken(Top, Node)) {
      settle(Trie.tokensBelow(Node), true);
      Temp.release(Start);
      continue;
    }
    uint32_t Begin = uint32_t(Temp.Pool.size());
    S.ExitedAfter = false;
    Temp.Pending.push_back(uint8_t(B));
    S.moveFirst(Atom, uint8_t(B), Begin);
    if (!walkChild(Node, {Begin, uint32_t(Temp.Pool.size())}, Start)) {
      Temp.release(Start);
      return false;
    }
    uint32_t N = Node + 1;
    while (!Levels.empty()) {
      const Level &L = Levels.back();
      if (N >= L.End) {
        Temp.release(L.Before);
        Levels.pop_back();
        continue;
      }
      uint32_t Child = N;
      if (taken(L, Child)) {
        settle(Trie.tokensBelow(Child), true);
        N = Trie.end(Child);
        continue;
      }
      uint8_t Byte = Trie[Child].Byte;
      // The commonest case, without a list: one plain state that refuses the byte.
      if (L.Configs.size() == 1) {
        const Frame &F = Temp.Pool[L.Configs.Begin];
        if (!Stepper::isDone(F) &&
            !(G.state(F.State).Flags & (StateAccepts | StateHasCalls)) &&
            G.action(F.State, Byte) == ActionDead) {
          settle(Trie.tokensBelow(Child), false);
          N = Trie.end(Child);
          continue;
        }
      }
      Scratch::Mark Before = Temp.mark();
      Temp.Pending.push_back(Byte);
      S.ExitedAfter = false;
      ConfigList Next = S.step(L.Configs, Byte);
      size_t Depth = Levels.size();
      if (!walkChild(Child, Next, Before)) {
        Temp.release(Start);
        return false;
      }
      N = Levels.size() > Depth ? Child + 1 : Trie.end(Child);
    }
  }
  Temp.release(Start);
  return true;
}

} // namespace weir
