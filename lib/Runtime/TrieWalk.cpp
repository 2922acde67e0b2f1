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

/// Is every token at and below `N` accepted, by the loop of the one state there is?
bool TrieWalk::taken(const Level &L, const TrieNode &N) {
  if (!L.Single || (N.Kinds & ~L.LoopAtoms) || !N.isUtf8Closed())
    return false;
  if (L.LoopOps == NoIndex)
    return true;
  const Frame &F = L.One;
  const OpRec &O = G.tables().Ops[L.LoopOps];
  uint32_t Count = F.Regs == ZeroRegs ? 0 : S.view().words(F.Regs)[O.Register];
  if (uint64_t(Count) + N.CharsBelow > O.A)
    return false;
  if (F.Parent == Unknown && S.Box)
    S.Box->compared(O.Register, Count, uint64_t(O.A) - N.CharsBelow + 1);
  return true;
}

void TrieWalk::pushSingle(const Frame &F, uint32_t Node, bool Owns, const Scratch::Mark &Before) {
  const DetailRec *D = Stepper::isDone(F) ? nullptr : G.detail(F.State);
  Levels.push_back({F,
                    {},
                    Trie.end(Node),
                    Trie[Node].Byte,
                    true,
                    Owns,
                    Before,
                    D ? D->LoopAtoms : 0,
                    D ? D->LoopOps : NoIndex});
}

bool TrieWalk::found(uint32_t Node, ConfigList Next, const Scratch::Mark &Before) {
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
  if (Exits && mayExit(Next) && !Exits->addExit(Node, false))
    return false;
  if (Next.size() == 1)
    pushSingle(Temp.Pool[Next.Begin], Node, true, Before);
  else
    Levels.push_back({{}, Next, Trie.end(Node), Trie[Node].Byte, false, true, Before, 0, NoIndex});
  return !S.OverBudget;
}

/// The general step from the last level to its child `Node`.
bool TrieWalk::stepInto(uint32_t Node) {
  const Scratch::Mark Before = Temp.mark();
  // Plain moves did not write the token's bytes down; a key set may want them now.
  Temp.Pending.resize(PendingBase);
  for (const Level &L : Levels)
    Temp.Pending.push_back(L.Byte);
  Temp.Pending.push_back(Trie[Node].Byte);
  ConfigList From = Levels.back().Configs;
  if (Levels.back().Single) {
    From.Begin = uint32_t(Temp.Pool.size());
    Temp.Pool.push_back(Levels.back().One);
    From.End = From.Begin + 1;
  }
  S.ExitedAfter = false;
  return found(Node, S.step(From, Trie[Node].Byte), Before);
}

bool TrieWalk::run(const Frame &Atom, std::span<MaskWord> TheRow, bool IsNegative,
                   ExitTrieBuilder *TheExits) {
  Row = TheRow;
  Negative = IsNegative;
  Exits = TheExits;
  S.OverBudget = false;
  const Scratch::Mark Start = Temp.mark();
  PendingBase = Start.Pending;
  for (unsigned B = 0; B < 256; ++B) {
    const uint32_t Root = V.rootChild(uint8_t(B));
    if (Root == TokenTrie::None)
      continue;
    if (G.action(Atom.State, uint8_t(B)) == ActionDead) {
      settle(Trie.tokensBelow(Root), false);
      continue;
    }
    Levels.clear();
    // The frame as a level, so that its own loop settles whole subtrees too; then
    // only its own row is asked: what it calls or returns to are other frames.
    pushSingle(Atom, Root, false, Start);
    bool Whole = taken(Levels.back(), Trie[Root]);
    Levels.clear();
    if (Whole) {
      settle(Trie.tokensBelow(Root), true);
      continue;
    }
    uint32_t Begin = uint32_t(Temp.Pool.size());
    S.ExitedAfter = false;
    Temp.Pending.resize(PendingBase);
    Temp.Pending.push_back(uint8_t(B));
    S.moveFirst(Atom, uint8_t(B), Begin);
    bool Ok = found(Root, {Begin, uint32_t(Temp.Pool.size())}, Start);

    for (uint32_t N = Root + 1; Ok && !Levels.empty();) {
      const Level &L = Levels.back();
      if (N >= L.End) {
        if (L.Owns)
          Temp.release(L.Before);
        Levels.pop_back();
        continue;
      }
      const TrieNode &Node = Trie[N];
      if (taken(L, Node)) {
        settle(Trie.tokensBelow(N), true);
        N += Node.Skip;
        continue;
      }
      if (L.Single && !Stepper::isDone(L.One) &&
          !(G.state(L.One.State).Flags & (StateAccepts | StateHasCalls))) {
        const uint32_t Action = G.action(L.One.State, Node.Byte);
        if (Action == ActionDead) {
          settle(Trie.tokensBelow(N), false);
          N += Node.Skip;
          continue;
        }
        if (!(Action & ActionAlternatives) && !(G.state(Action - 1).Flags & StateAccepts)) {
          settle(Trie.tokensAt(N), true);
          if (Node.Skip > 1) {
            Frame Next = L.One;
            Next.State = Action - 1;
            pushSingle(Next, N, false, Start);
          }
          ++N;
          continue;
        }
      }
      const size_t Depth = Levels.size();
      Ok = stepInto(N);
      N = Levels.size() > Depth ? N + 1 : Trie.end(N);
    }
    Temp.release(Start);
    if (!Ok)
      return false;
  }
  return true;
}

} // namespace weir
