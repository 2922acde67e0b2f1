//===- TrieWalk.cpp - Which tokens a frame can read ------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TrieWalk.h"

#include <algorithm>
#include <optional>

namespace weir {

/// How many tokens go on with what may follow the byte `B`, by `Action`; all of them where a rule
/// may end.
size_t TrieWalk::tokensBehind(uint8_t B, uint32_t Action) const {
  const GrammarView &T = G.tables();
  ByteSet Live;
  bool MayEnd = false;
  auto add = [&](StateId S) {
    MayEnd |= (G.state(S).Flags & (StateAccepts | StateFinal)) != 0;
    G.forEachRange(
        S, [&](unsigned First, unsigned Last, uint32_t) { Live |= ByteSet::range(First, Last); });
  };
  if (!(Action & ActionAlternatives)) {
    add(Action - 1);
  } else {
    const uint32_t List = Action & ~ActionAlternatives;
    for (uint32_t I = 1; I <= T.AltLists[List]; ++I)
      add(T.Alternatives[T.AltLists[List + I]].Target);
  }
  const TrieChild *Node = Fans.find(Fans.root(), B);
  if (MayEnd || !Node)
    return Index.tokensFrom(B, B);
  size_t Tokens = 0;
  TrieCursor Below;
  Below.all(Fans, *Node);
  Below.byBytes(Live);
  while (const TrieChild *C = Below.next(Fans))
    Tokens += Trie.tokensBelow(C->Node).size();
  return Tokens;
}

bool TrieWalk::isWide(const Frame &Atom) const {
  const size_t All = Trie.tokens().size();
  size_t Reached = 0;
  G.forEachRange(Atom.State, [&](unsigned First, unsigned Last, uint32_t) {
    Reached += Index.tokensFrom(First, Last);
  });
  if (Reached <= All / 2)
    return false;
  // A space alone may begin half of them, wherever white space may stand.
  Reached = 0;
  G.forEachRange(Atom.State, [&](unsigned First, unsigned Last, uint32_t Action) {
    for (unsigned B = First; B <= Last; ++B) {
      const size_t Tokens = Index.tokensFrom(B, B);
      Reached += Tokens > All / 8 ? tokensBehind(uint8_t(B), Action) : Tokens;
    }
  });
  return Reached > All / 2;
}

/// Is every token at and below `Node` accepted, by the loop of the one state there is?
bool TrieWalk::taken(const Level &L, uint32_t Node) {
  const TrieNode &N = Trie[Node];
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

void TrieWalk::narrow(Level &L, ConfigList Readers) {
  const unsigned Children = L.Below.node().Count;
  if (!Ids || Children < 8)
    return;
  const unsigned Most = Children / 2;
  unsigned Bytes = 0;
  ByteSet Live;
  auto add = [&](StateId State) {
    if (G.state(State).Kind == RowKind::Dense)
      Bytes = Most + 1;
    else
      G.forEachRange(State, [&](unsigned First, unsigned Last, uint32_t) {
        Bytes += Last - First + 1;
        for (unsigned B = First; B <= Last && Bytes <= Most; ++B)
          Live.insert(uint8_t(B));
      });
  };
  if (L.Plain)
    add(L.One.State);
  else
    for (uint32_t I = Readers.Begin; I < Readers.End && Bytes <= Most; ++I)
      add(Temp.Pool[I].State);
  if (Bytes <= Most)
    L.Below.byBytes(Live);
}

/// Adds a level that reads the children of `Node`.
TrieWalk::Level &TrieWalk::push(const TrieChild &Node, bool Owns, const Scratch::Mark &Before) {
  Level &L = Levels.emplace_back();
  L.Below.all(Fans, Node);
  L.Pending = uint32_t(Temp.Pending.size());
  L.Plain = L.Expanded = L.Watched = false;
  L.Owns = Owns;
  L.Refused = ActionDead;
  L.LoopOps = NoIndex;
  L.LoopAtoms = 0;
  L.Before = Before;
  return L;
}

bool TrieWalk::pushPlain(Frame F, const TrieChild *Node, bool Owns, const Scratch::Mark &Before,
                         bool Watched) {
  const TrieChild *Only = nullptr;
  if (Ids && !Watched) {
    // Of states that read one byte, only that child is looked for.
    while (G.state(F.State).Kind == RowKind::Chain) {
      Only = Fans.find(*Node, G.state(F.State).Byte);
      if (!Only)
        break;
      if (G.state(F.State + 1).Flags & (StateAccepts | StateHasCalls))
        break;
      accept(*Only);
      if (Only->Count == 0) {
        Only = nullptr;
        break;
      }
      ++F.State;
      Node = Only;
      Temp.Pending.push_back(Node->Byte);
      Only = nullptr;
    }
    if (!Only && G.state(F.State).Kind == RowKind::Chain) {
      if (Owns)
        Temp.release(Before);
      return true;
    }
  }
  const StateRec &State = G.state(F.State);
  if (KnownKeys && Ids && !Exits && !Watched && !Only && (State.Flags & StateKeySets) &&
      Node->Byte == '"' && Node->Count >= 8) {
    const Taken Done = KnownKeys(F, *Node, *Ids);
    if (Done != Taken::No) {
      if (Owns)
        Temp.release(Before);
      return Done == Taken::Yes;
    }
  }
  Level &L = push(*Node, Owns, Before);
  L.One = F;
  L.Plain = true;
  L.Watched = Watched;
  if (Only) {
    L.Below.only(*Node, Only);
    return true;
  }
  narrow(L, {});
  if (State.Detail != NoIndex && !Watched) {
    const DetailRec &D = G.tables().Details[State.Detail];
    L.LoopAtoms = D.LoopAtoms;
    L.LoopOps = D.LoopOps;
  }
  return true;
}

bool TrieWalk::found(const TrieChild &Node, ConfigList Next, const Scratch::Mark &Before) {
  if (S.OverBudget || (S.Box && S.Box->Uncacheable))
    return false;
  if (Exits && S.ExitedAfter && !Exits->addExit(Node.Node, true))
    return false;
  if (Next.empty()) {
    refuse(Node.Node);
    Temp.release(Before);
    return true;
  }
  accept(Node);
  if (Node.Count == 0) {
    Temp.release(Before);
    return true;
  }
  const Frame First = Temp.Pool[Next.Begin];
  if (Next.size() == 1 && !Stepper::isDone(First) &&
      !(G.state(First.State).Flags & (StateAccepts | StateHasCalls))) {
    return pushPlain(First, &Node, true, Before, S.mayRepeat(First));
  }
  Level &L = push(Node, true, Before);
  L.Configs = Next;
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
    if (S.OverBudget || (S.ExitedBefore && !Exits->addExit(Node.Node, false)))
      return false;
    narrow(L, L.Ready);
  }
  return true;
}

/// Adds a node whose children, before `End`, are read by `Configs`.
void TrieWalk::openExit(ConfigList Configs, uint32_t End, const Scratch::Mark &Before) {
  Open &O = Opens.emplace_back();
  O.Configs = Configs;
  O.End = End;
  O.Pending = uint32_t(Temp.Pending.size());
  O.Before = Before;
  O.Owns = true;
  O.Doubt = S.Uncertain;
  O.Expanded = O.Plain = false;
  if (Configs.size() != 1)
    return;
  O.One = Temp.Pool[Configs.Begin];
  O.Plain = !Stepper::isDone(O.One) &&
            !(G.state(O.One.State).Flags & (StateAccepts | StateHasCalls)) && !S.mayRepeat(O.One);
}

/// Reads `Byte` of the last open node; what is below node `Node`, before `End`, is opened.
/// S.Uncertain says whether that is certain.
TrieWalk::Step TrieWalk::stepExit(uint8_t Byte, uint32_t Node, uint32_t End) {
  Open &Top = Opens.back();
  S.Uncertain = Top.Doubt;
  Temp.Pending.resize(Top.Pending);
  const bool IsLeaf = Node + 1 == End;
  ConfigList Next;
  if (Top.Plain) {
    const uint32_t Action = G.action(Top.One.State, Byte);
    if (Action == ActionDead)
      return Step::Dead;
    if (!(Action & ActionAlternatives) &&
        !(G.state(Action - 1).Flags & (StateAccepts | StateHasCalls))) {
      if (!IsLeaf) {
        Temp.Pending.push_back(Byte);
        Open Below = Top;
        Below.One.State = Action - 1;
        Below.End = End;
        Below.Pending = uint32_t(Temp.Pending.size());
        Below.Owns = false;
        Opens.push_back(Below);
      }
      return Step::Alive;
    }
  } else {
    if (!Top.Expanded) {
      Top.Ready = S.expand(Top.Configs);
      Top.Expanded = true;
      Top.Doubt = S.Uncertain;
      if (S.OverBudget)
        return Step::OverBudget;
    }
    if (!S.reads(Top.Ready, Byte))
      return Step::Dead;
  }
  const Scratch::Mark Before = Temp.mark();
  Temp.Pending.push_back(Byte);
  if (Top.Plain) {
    const Frame From = Top.One;
    S.moveFirst(From, Byte, Before.Pool);
    Next = S.keepFresh({Before.Pool, uint32_t(Temp.Pool.size())});
  } else {
    Next = S.stepReady(Top.Ready, Byte);
  }
  if (S.OverBudget)
    return Step::OverBudget;
  if (Next.empty() || IsLeaf)
    Temp.release(Before);
  else
    openExit(Next, End, Before);
  return Next.empty() ? Step::Dead : Step::Alive;
}

/// The tokens of a table, and of those that leave its rule what the stack below allows. What they
/// read in the rule is not in Pending, so that items which hold it are compared with no others.
bool TrieWalk::takeTable(const Frame &F, const SubtreeTable &T) {
  accept(T.Ids);
  MayDouble |= T.HasDoubles;
  if (T.Exits.empty())
    return true;
  const Scratch::Mark Before = Temp.mark();
  if (S.isInItem(F)) {
    S.assumeNew(S.view().textSize());
    Temp.Pending.push_back(0); // in place of these bytes
  }
  S.Uncertain = false;
  const bool Ok = walkExits(T.Exits, S.leave(F), [&](uint32_t First, uint32_t Last, bool Doubt) {
    const std::span<const TokenId> Found = T.Exits.ids().subspan(First, Last - First);
    if (Doubt)
      Doubts->insert(Doubts->end(), Found.begin(), Found.end());
    else
      accept(Found);
  });
  S.assumeNothing();
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
    if (const SubtreeTable *T = Known->find(F, L.Below.node().Node, S)) {
      MayDouble |= Ready.size() > 1;
      if (!takeTable(F, *T))
        return false;
    } else {
      Temp.Pool[L.Ready.End++] = F;
    }
  }
  return true;
}

/// Takes up `C`, a child of the last level's node.
bool TrieWalk::child(const TrieChild &C) {
  Level &L = Levels.back();
  if (!Allowed.empty() && Ids && !Exits && isAllowed(Trie.tokensBelow(C.Node)))
    return true;
  if (L.LoopAtoms && taken(L, C.Node)) {
    accept(Trie.tokensBelow(C.Node));
    return true;
  }
  const uint8_t Byte = C.Byte;
  if (L.Plain) {
    const uint32_t Action = G.action(L.One.State, Byte);
    if (Action == ActionDead || Action == L.Refused) {
      refuse(C.Node);
      return true;
    }
    if (!(Action & ActionAlternatives) && !L.Watched &&
        !(G.state(Action - 1).Flags & (StateAccepts | StateHasCalls))) {
      accept(C);
      if (C.Count != 0) {
        Frame Next = L.One;
        Next.State = Action - 1;
        Temp.Pending.push_back(Byte);
        return pushPlain(Next, &C, false, {}, false);
      }
      return true;
    }
    const Scratch::Mark Before = Temp.mark();
    Temp.Pending.push_back(Byte);
    S.ExitedAfter = false;
    const uint32_t Begin = uint32_t(Temp.Pool.size());
    const Frame From = L.One;
    S.moveFirst(From, Byte, Begin);
    if (Temp.Pool.size() == Begin && !S.ExitedAfter)
      L.Refused = Action;
    const ConfigList Next{Begin, uint32_t(Temp.Pool.size())};
    return found(C, mayAskLater(C) ? Next : S.keepFresh(Next), Before);
  }
  if (!L.Expanded) {
    // The key sets that returns and calls read want the bytes before this one only.
    L.Ready = S.expand(L.Configs);
    L.Expanded = true;
    if (S.OverBudget)
      return false;
    if (Known && Ids && !Exits) {
      if (!lookUp(L))
        return false;
      if (L.Ready.empty()) {
        L.Below.only(L.Below.node(), nullptr);
        return true;
      }
    }
    if (!L.LoopAtoms) {
      // This is the first child: begin again, by byte.
      narrow(L, L.Ready);
      if (L.Below.isByByte())
        return true;
    }
  }
  if (!S.reads(L.Ready, Byte)) {
    refuse(C.Node);
    return true;
  }
  const Scratch::Mark Before = Temp.mark();
  Temp.Pending.push_back(Byte);
  S.ExitedAfter = false;
  S.AskLater = mayAskLater(C);
  const ConfigList Next = S.stepReady(L.Ready, Byte);
  S.AskLater = false;
  return found(C, Next, Before);
}

bool TrieWalk::loop() {
  while (!Levels.empty()) {
    Level &L = Levels.back();
    const TrieChild *C = L.Below.next(Fans);
    if (!C) {
      if (L.Owns)
        Temp.release(L.Before);
      Levels.pop_back();
      continue;
    }
    // Levels above have left their bytes.
    Temp.Pending.resize(L.Pending);
    if (!child(*C)) {
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
}

/// Walks below `Under`, whose bytes were read before `Atom`.
bool TrieWalk::run(const Frame &Atom, const TrieChild &Under) {
  const Scratch::Mark Start = Temp.mark();
  // Only the frame's own row is asked: what it calls or returns to are other frames.
  const bool Ok = pushPlain(Atom, &Under, false, Start, S.mayRepeat(Atom)) && loop();
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
  const bool Ok = run(Atom, Fans.root());
  if (MayDouble)
    dropDoubles(Out, Before);
  return Ok;
}

bool TrieWalk::collectUnder(const Frame &Atom, const TrieChild &Node, std::vector<TokenId> &Out,
                            ExitTrieBuilder &TheExits) {
  begin(&TheExits);
  Ids = &Out;
  return run(Atom, Node);
}

bool TrieWalk::clear(const Frame &Atom, std::span<MaskWord> Out, ExitTrieBuilder *TheExits) {
  begin(TheExits);
  Ids = nullptr;
  Row = Out;
  return run(Atom, Fans.root());
}

bool TrieWalk::collectBelow(const Frame &Atom, const TrieChild &Node, std::vector<TokenId> &Out) {
  begin(nullptr);
  Ids = &Out;
  const size_t First = Out.size();
  const Scratch::Mark Start = Temp.mark();
  // Of the siblings only this one.
  Level &L = push(Node, false, Start);
  L.One = Atom;
  L.Plain = true;
  L.Watched = S.mayRepeat(Atom);
  L.Below.only(Node, &Node);
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
    std::optional<ByteSet> Repeating; ///< what may go on to repeat
  };
  std::vector<Step> Path;
  std::optional<ByteSet> RepeatingFirst;
  // Is what `Byte` leads to either nothing or new, and nothing else to be told of it?
  auto isPlain = [&](uint8_t Byte) {
    if (Path.empty()) {
      if (!S.plainAction(Atom, Byte))
        return false;
      if (!RepeatingFirst)
        RepeatingFirst = S.repeatBytes(Atom);
      return !RepeatingFirst->contains(Byte);
    }
    Step &Top = Path.back();
    if (Top.Mixed || !Top.Alive || Top.Configs.size() != 1 ||
        !S.plainAction(Temp.Pool[Top.Configs.Begin], Byte))
      return false;
    if (!Top.Repeating)
      Top.Repeating = S.repeatBytes(Temp.Pool[Top.Configs.Begin]);
    return !Top.Repeating->contains(Byte);
  };
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
    if (isPlain(Byte)) {
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
      Path.push_back({Next, N, Before, Mixed, !S.PutOff, std::nullopt});
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
