//===- TrieWalk.cpp - Which tokens a frame can read ------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TrieWalk.h"

#include <algorithm>

namespace weir {

bool TrieWalk::isWide(const Frame &Atom) const {
  size_t Reached = 0;
  G.forEachRange(Atom.State, [&](unsigned First, unsigned Last, uint32_t) {
    Reached += Index.tokensFrom(First, Last);
  });
  return Reached > Trie.tokens().size() / 2;
}

/// Is every token at and below `N` accepted, by the loop of the one state there is?
bool TrieWalk::taken(const Level &L, const TrieNode &N) {
  if ((N.Kinds & ~L.LoopAtoms) || !N.isUtf8Closed())
    return false;
  if (L.LoopOps == NoIndex)
    return true;
  const Frame &F = L.One;
  const OpRec &O = G.tables().Ops[L.LoopOps];
  S.Log.readWhole(F.Regs);
  uint32_t Count = F.Regs == ZeroRegs ? 0 : S.view().words(F.Regs)[O.Register];
  if (uint64_t(Count) + N.CharsBelow > O.A)
    return false;
  if (F.Parent == Unknown && S.Box)
    S.Box->compared(O.Register, Count, uint64_t(O.A) - N.CharsBelow + 1);
  return true;
}

void TrieWalk::children(Level &L, uint32_t Node) {
  TrieIndex::Run R = Index.children(Node);
  L.Indexed = !R.empty();
  L.Cursor = L.Indexed ? R.Begin : Node + 1;
  L.Last = L.Indexed ? R.End : Trie.end(Node);
  L.Node = Node;
}

void TrieWalk::narrow(Level &L, ConfigList Readers) {
  if (!Ids || !L.Indexed || L.Last - L.Cursor < 8)
    return;
  const unsigned Most = (L.Last - L.Cursor) / 2;
  unsigned Bytes = 0;
  auto add = [&](StateId State) {
    if (G.state(State).Kind == RowKind::Dense)
      Bytes = Most + 1;
    else
      G.forEachRange(State, [&](unsigned First, unsigned Last, uint32_t) {
        Bytes += Last - First + 1;
        for (unsigned B = First; B <= Last && Bytes <= Most; ++B)
          L.Live.insert(uint8_t(B));
      });
  };
  if (L.Plain)
    add(L.One.State);
  else
    for (uint32_t I = Readers.Begin; I < Readers.End && Bytes <= Most; ++I)
      add(Temp.Pool[I].State);
  if (Bytes > Most)
    return;
  L.ByByte = true;
  L.Cursor = L.Live.next(0);
  L.Last = 256;
}

void TrieWalk::pushPlain(const Frame &F, uint32_t Node, bool Owns, const Scratch::Mark &Before,
                         bool Watched) {
  const StateRec &State = G.state(F.State);
  Level L{};
  L.One = F;
  L.Plain = true;
  L.Watched = Watched;
  L.Owns = Owns;
  L.Byte = Trie[Node].Byte;
  L.Refused = ActionDead;
  L.LoopOps = NoIndex;
  L.Before = Before;
  if (State.Kind == RowKind::Chain && Ids) {
    // One byte: only that child is looked for.
    uint32_t C = Index.child(Trie, Node, State.Byte);
    L.Cursor = C;
    L.Last = C == TokenTrie::None ? C : C + 1;
  } else {
    children(L, Node);
    narrow(L, {});
  }
  if (State.Detail != NoIndex && !Watched) {
    const DetailRec &D = G.tables().Details[State.Detail];
    L.LoopAtoms = D.LoopAtoms;
    L.LoopOps = D.LoopOps;
  }
  Levels.push_back(L);
}

bool TrieWalk::found(uint32_t Node, ConfigList Next, const Scratch::Mark &Before) {
  if (S.OverBudget || (S.Box && S.Box->Uncacheable))
    return false;
  if (Exits && S.ExitedAfter && !Exits->addExit(Node, true))
    return false;
  if (Next.empty()) {
    refuse(Node);
    Temp.release(Before);
    return true;
  }
  accept(Trie.tokensAt(Node));
  if (Trie[Node].Skip == 1) {
    Temp.release(Before);
    return true;
  }
  const Frame First = Temp.Pool[Next.Begin];
  if (Next.size() == 1 && !Stepper::isDone(First) &&
      !(G.state(First.State).Flags & (StateAccepts | StateHasCalls))) {
    pushPlain(First, Node, true, Before, S.mayRepeat(First));
    return true;
  }
  Level L{};
  L.Configs = Next;
  L.Owns = true;
  L.Byte = Trie[Node].Byte;
  L.LoopOps = NoIndex;
  L.Before = Before;
  children(L, Node);
  if (Next.size() == 1 && !Stepper::isDone(First) && !S.mayRepeat(First)) {
    if (const DetailRec *D = G.detail(First.State)) {
      L.One = First;
      L.LoopAtoms = D->LoopAtoms;
      L.LoopOps = D->LoopOps;
    }
  }
  if (Exits) {
    // Where the frame may end before the next byte, what is below goes on elsewhere too.
    S.ExitedBefore = false;
    L.Ready = S.expand(Next);
    L.Expanded = true;
    if (S.OverBudget || (S.ExitedBefore && !Exits->addExit(Node, false)))
      return false;
    narrow(L, L.Ready);
  }
  Levels.push_back(L);
  return true;
}

/// Plain moves did not write the token's bytes down; a key set may want them now.
void TrieWalk::syncPending(uint8_t Byte) {
  Temp.Pending.resize(PendingBase);
  for (size_t I = 1; I < Levels.size(); ++I)
    Temp.Pending.push_back(Levels[I].Byte);
  Temp.Pending.push_back(Byte);
}

/// The tokens of a table, and of those that leave its rule what the stack below allows.
bool TrieWalk::takeTable(const Frame &F, const SubtreeTable &T) {
  accept(T.Ids);
  MayDouble |= T.HasDoubles;
  if (T.Exits.empty())
    return true;
  const Scratch::Mark Before = Temp.mark();
  const bool Ok = walkExits(T.Exits, S.leave(F), [&](uint32_t First, uint32_t Last, bool) {
    accept(std::span(T.Exits.Ids).subspan(First, Last - First));
  });
  Temp.release(Before);
  return Ok && !S.OverBudget;
}

/// Takes those of which there are tables out of the frames that read what is below the level's
/// node. False when over budget.
bool TrieWalk::lookUp(Level &L) {
  const ConfigList Ready = L.Ready;
  L.Ready.End = Ready.Begin;
  for (uint32_t I = Ready.Begin; I < Ready.End; ++I) {
    const Frame F = Temp.Pool[I];
    if (const SubtreeTable *T = Known->find(F, L.Node, S)) {
      MayDouble |= Ready.size() > 1;
      if (!takeTable(F, *T))
        return false;
    } else {
      Temp.Pool[L.Ready.End++] = F;
    }
  }
  return true;
}

/// Takes up `N`, a child of the last level's node.
bool TrieWalk::child(uint32_t N, uint8_t Byte) {
  Level &L = Levels.back();
  if (L.LoopAtoms && taken(L, Trie[N])) {
    accept(Trie.tokensBelow(N));
    return true;
  }
  if (L.Plain) {
    const uint32_t Action = G.action(L.One.State, Byte);
    if (Action == ActionDead || Action == L.Refused) {
      refuse(N);
      return true;
    }
    if (!(Action & ActionAlternatives) && !L.Watched &&
        !(G.state(Action - 1).Flags & (StateAccepts | StateHasCalls))) {
      accept(Trie.tokensAt(N));
      if (Trie[N].Skip > 1) {
        Frame Next = L.One;
        Next.State = Action - 1;
        pushPlain(Next, N, false, {}, false);
      }
      return true;
    }
    const Scratch::Mark Before = Temp.mark();
    syncPending(Byte);
    S.ExitedAfter = false;
    const uint32_t Begin = uint32_t(Temp.Pool.size());
    const Frame From = L.One;
    S.moveFirst(From, Byte, Begin);
    if (Temp.Pool.size() == Begin && !S.ExitedAfter)
      L.Refused = Action;
    return found(N, S.keepFresh({Begin, uint32_t(Temp.Pool.size())}), Before);
  }
  if (!L.Expanded) {
    // The key sets that returns and calls read want the bytes before this one only.
    syncPending(Byte);
    Temp.Pending.pop_back();
    L.Ready = S.expand(L.Configs);
    L.Expanded = true;
    if (S.OverBudget)
      return false;
    if (Known && Ids && !Exits) {
      if (!lookUp(L))
        return false;
      if (L.Ready.empty()) {
        L.Cursor = L.Last;
        return true;
      }
    }
    if (!L.LoopAtoms) {
      // This is the first child: begin again, by byte.
      narrow(L, L.Ready);
      if (L.ByByte)
        return true;
    }
  }
  if (!S.reads(L.Ready, Byte)) {
    refuse(N);
    return true;
  }
  const Scratch::Mark Before = Temp.mark();
  syncPending(Byte);
  S.ExitedAfter = false;
  return found(N, S.stepReady(L.Ready, Byte), Before);
}

bool TrieWalk::loop() {
  while (!Levels.empty()) {
    Level &L = Levels.back();
    if (L.Cursor >= L.Last) {
      if (L.Owns)
        Temp.release(L.Before);
      Levels.pop_back();
      continue;
    }
    bool Ok;
    if (L.ByByte) {
      const uint8_t Byte = uint8_t(L.Cursor);
      L.Cursor = L.Live.next(L.Cursor + 1);
      const uint32_t N = Index.child(Trie, L.Node, Byte);
      Ok = N == TokenTrie::None || child(N, Byte);
    } else if (L.Indexed) {
      const uint32_t Place = L.Cursor++;
      Ok = child(Index.node(Place), Index.byte(Place));
    } else {
      const uint32_t N = L.Cursor;
      L.Cursor += Trie[N].Skip;
      Ok = child(N, Trie[N].Byte);
    }
    if (!Ok) {
      Levels.clear();
      return false;
    }
  }
  return true;
}

void TrieWalk::begin(ExitTrieBuilder *TheExits) {
  Exits = TheExits;
  S.OverBudget = false;
  Levels.clear();
  MayDouble = false;
  PendingBase = uint32_t(Temp.Pending.size());
}

bool TrieWalk::run(const Frame &Atom) {
  const Scratch::Mark Start = Temp.mark();
  // Only the frame's own row is asked: what it calls or returns to are other frames.
  pushPlain(Atom, TokenTrie::Root, false, Start, S.mayRepeat(Atom));
  bool Ok = loop();
  Temp.release(Start);
  return Ok;
}

/// Sees to it that ids from `First` on are there once.
static void dropDoubles(std::vector<TokenId> &Ids, size_t First) {
  const auto Begin = Ids.begin() + ptrdiff_t(First);
  std::sort(Begin, Ids.end());
  Ids.erase(std::unique(Begin, Ids.end()), Ids.end());
}

bool TrieWalk::collect(const Frame &Atom, std::vector<TokenId> &Out, ExitTrieBuilder *TheExits) {
  begin(TheExits);
  Ids = &Out;
  const size_t Before = Out.size();
  const bool Ok = run(Atom);
  if (MayDouble)
    dropDoubles(Out, Before);
  return Ok;
}

bool TrieWalk::collectUnder(const Frame &Atom, uint32_t Node, std::vector<TokenId> &Out,
                            ExitTrieBuilder &TheExits) {
  begin(&TheExits);
  Ids = &Out;
  const Scratch::Mark Start = Temp.mark();
  pushPlain(Atom, Node, false, Start, S.mayRepeat(Atom));
  const bool Ok = loop();
  Temp.release(Start);
  return Ok;
}

bool TrieWalk::clear(const Frame &Atom, std::span<MaskWord> Out, ExitTrieBuilder *TheExits) {
  begin(TheExits);
  Ids = nullptr;
  Row = Out;
  return run(Atom);
}

bool TrieWalk::collectBelow(const Frame &Atom, uint32_t Node, std::vector<TokenId> &Out) {
  begin(nullptr);
  Ids = &Out;
  const size_t First = Out.size();
  const Scratch::Mark Start = Temp.mark();
  pushPlain(Atom, TokenTrie::Root, false, Start, S.mayRepeat(Atom));
  // Of the node's parent only this child.
  Levels.back().Indexed = Levels.back().ByByte = false;
  Levels.back().Cursor = Node;
  Levels.back().Last = Node + 1;
  bool Ok = loop();
  Temp.release(Start);
  if (MayDouble)
    dropDoubles(Out, First);
  return Ok;
}

bool TrieWalk::clearRepeats(const Frame &Atom, std::span<MaskWord> Out,
                            std::vector<TokenId> &Followed, std::vector<TokenId> &Dead,
                            std::vector<uint32_t> &Refused) {
  begin(nullptr);
  Ids = nullptr;
  Row = Out;
  const Scratch::Mark Start = Temp.mark();
  struct Step {
    ConfigList Configs;
    uint32_t Node;
    Scratch::Mark Before;
    bool Mixed; ///< some ways to here were dropped
    bool Alive; ///< something new may follow; else it is looked for when the node is left
  };
  std::vector<Step> Path;
  auto leave = [&] {
    Step Top = Path.back();
    Top.Alive = Top.Alive || !S.keepFresh(Top.Configs).empty();
    if (Top.Alive)
      Followed.insert(Followed.end(), Trie.tokensAt(Top.Node).begin(),
                      Trie.tokensAt(Top.Node).end());
    else
      for (TokenId T : Trie.tokensAt(Top.Node)) {
        clearBit(Row, T);
        Dead.push_back(T);
      }
    Temp.release(Top.Before);
    Path.pop_back();
    if (!Path.empty())
      Path.back().Alive |= Top.Alive;
  };
  for (uint32_t N = TokenTrie::Root + 1; N < Trie.end(TokenTrie::Root) && !S.OverBudget;) {
    while (!Path.empty() && N >= Trie.end(Path.back().Node))
      leave();
    const uint8_t Byte = Trie[N].Byte;
    if (Path.empty() && G.action(Atom.State, Byte) == ActionDead) {
      N = Trie.end(N);
      continue;
    }
    const Scratch::Mark Before = Temp.mark();
    Temp.Pending.push_back(Byte);
    S.Dropped = false;
    S.PutOff = false;
    S.FreshLimit = SoonFresh;
    ConfigList Next;
    if (Path.empty()) {
      Next.Begin = Before.Pool;
      S.moveFirst(Atom, Byte, Next.Begin);
      Next.End = uint32_t(Temp.Pool.size());
      Next = S.keepFresh(Next);
    } else {
      Next = S.step(Path.back().Configs, Byte);
    }
    S.FreshLimit = NoIndex;
    const bool Mixed = S.Dropped || (!Path.empty() && Path.back().Mixed);
    const bool Repeats = S.mayRepeat(Next);
    if (Next.empty()) {
      refuse(N);
      Refused.push_back(N);
    } else if (Repeats || Mixed) {
      Path.push_back({Next, N, Before, Mixed, !S.PutOff});
      ++N;
      continue;
    } else if (!Path.empty()) {
      Path.back().Alive = true;
    }
    Temp.release(Before);
    N = Trie.end(N);
  }
  while (!Path.empty() && !S.OverBudget)
    leave();
  Temp.release(Start);
  return !S.OverBudget;
}

} // namespace weir
