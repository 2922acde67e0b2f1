//===- LeafWalk.cpp - Which tokens a leaf rule can read -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The walk itself: over the places where tokens leave the run that begins at the start
// (LeafRuns.cpp), or over the whole trie, a level for each node whose children are looked at.
//
//===----------------------------------------------------------------------===//
#include "LeafWalk.h"

#include <algorithm>

namespace weir {

static const uint64_t BeyondAscii = fine::touched(ByteSet::range(0x80, 0xFF));

LeafWalk::Config LeafWalk::first(StateId S) const {
  Config C{};
  C.State = S;
  if (Counting)
    C.Regs[2] = CountCondition::Never;
  else
    std::copy(Box->Initial.begin(), Box->Initial.end(), C.Regs);
  return C;
}

/// The tokens that leave the closure, from the places where they do. False when these are not
/// listed.
bool LeafWalk::walkPlaces(StateId S) {
  // Past the end of the run the class is followed for the few tokens that are so long. Whatever the
  // rule reads may then be met.
  const bool GoesOn = EndLive & RunAtoms;
  uint64_t Live = RunLive | EndLive;
  if (GoesOn)
    Live |= fine::touched(readByRule(S));
  if (!IsClosed || (Live & ~RunAtoms & ~Index.listed()) || (GoesOn && !Facts.lists(MaxRun)))
    return false;
  size_t Places = 0;
  for (uint64_t A = Live & ~RunAtoms; A; A &= A - 1)
    Places += Index.placesOf(unsigned(std::countr_zero(A))).size();
  if (Places > 4 * TrieIndex::MaxPlaces)
    return false;
  const Config Start = first(S);
  if (GoesOn) {
    // After each byte of the token before, as far as it was read.
    std::vector<Config> After{Start};
    Facts.forEachLonger(MaxRun, [&](TokenId T, std::span<const uint8_t> Bytes, size_t Common) {
      if (Failed || After.size() <= Common)
        return;
      After.resize(Common + 1);
      for (uint8_t B : Bytes.subspan(Common)) {
        Config Next = After.back();
        if (!(fine::atomBit(B) & RunAtoms) || !move(Next, B))
          return;
        After.push_back(Next);
      }
      accept({&T, 1}, After.back());
    });
  }
  for (uint64_t A = Live & ~RunAtoms; A && !Failed; A &= A - 1)
    for (const TrieIndex::Place &P : Index.placesOf(unsigned(std::countr_zero(A)))) {
      Config At = Start;
      bool Ok = true;
      for (uint8_t B : Index.path(P)) {
        // Past another atom it is below another place.
        Ok = (fine::atomBit(B) & RunAtoms) && move(At, B);
        if (!Ok)
          break;
      }
      if (!Ok)
        continue;
      // (Where the start itself may end, other frames go on.)
      const TrieChild &C = Fans.atPlace(P.Child);
      if (P.Size != 0 && (G.state(At.State).Flags & StateAccepts))
        addExit(C.Node, Exit::Before, At);
      child(At, {}, C);
      if (!loop())
        return true;
    }
  return true;
}

/// Runs the one way there is for a byte of the class. Where there are others it gives up.
bool LeafWalk::move(Config &L, uint8_t B) {
  const uint32_t Action = G.action(L.State, B);
  if (Action == ActionDead)
    return false;
  Failed |=
      G.state(L.State).Flags & StateAccepts && MaxRun <= L.Chars && Exits->follow().contains(B);
  L.Chars += (B & 0xC0) != 0x80;
  if (!(Action & ActionAlternatives)) {
    L.State = Action - 1;
  } else {
    const GrammarView &T = G.tables();
    const uint32_t List = Action & ~ActionAlternatives;
    const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + 1]];
    Failed |= T.AltLists[List] != 1 || Alt.Push != NoIndex;
    L.State = Alt.Target;
    if (Failed || !run(L, Alt.Ops))
      return false;
  }
  Failed |= G.state(L.State).Flags & StateFinal;
  return !Failed;
}

bool LeafWalk::run(Config &L, uint32_t Program) {
  const GrammarView &T = G.tables();
  for (uint32_t P = Program; P != NoIndex; ++P) {
    const OpRec &O = T.Ops[P];
    if (Counting) {
      uint32_t &Count = L.Regs[0], &Room = L.Regs[1], &Seen = L.Regs[2];
      switch (O.Code) {
      case OpCode::CounterSet:
        // What sets the count to one has read one unit, for which there is room at 0.
        FromZero = true;
        Count = O.A;
        Room = std::max(Room, O.A);
        Failed |= O.A > 1;
        break;
      case OpCode::CounterBelow:
        Room = std::max(Room, ++Count);
        Failed |= Count >= CountCondition::Never;
        break;
      case OpCode::CounterAtLeast:
        Seen = std::min(Seen, Count);
        break;
      default:
        Failed = true;
      }
    } else {
      uint32_t &Value = L.Regs[O.Register];
      bool Holds = true;
      auto below = [&](uint64_t Limit) {
        Box->compared(O.Register, Value, Limit);
        return Value < Limit;
      };
      switch (O.Code) {
      case OpCode::CounterSet:
        Value = O.A;
        break;
      case OpCode::CounterBelow:
        Holds = below(O.A);
        ++Value;
        break;
      case OpCode::CounterAtLeast:
        Holds = !below(O.A);
        break;
      case OpCode::CounterAtMost:
        Holds = below(uint64_t(O.A) + 1);
        break;
      case OpCode::LengthLive:
        Holds = Lengths.live(T, O.A, O.Register, Value, Box);
        break;
      default:
        Failed = true;
      }
      if (!Holds)
        return false;
    }
    if (Failed)
      return false;
    if (O.Last)
      break;
  }
  return true;
}

/// Is every token at and below `C` read by the loop?
bool LeafWalk::takenBelow(const Config &L, const Loop &By, const TrieChild &C) {
  const TrieNode &Node = Trie[C.Node];
  const uint64_t Sum = Index.sum(C);
  if ((Sum & ~(By.Atoms | TrieIndex::ClosedBit)) || !(Sum & TrieIndex::ClosedBit) ||
      Node.CharsBelow > By.Most || uint64_t(L.Chars) + Node.CharsBelow > By.Within)
    return false;
  if (By.Ops == NoIndex || Counting)
    return true;
  const OpRec &O = G.tables().Ops[By.Ops];
  const uint32_t Count = L.Regs[O.Register];
  if (uint64_t(Count) + Node.CharsBelow > O.A)
    return false;
  Box->compared(O.Register, Count, uint64_t(O.A) - Node.CharsBelow + 1);
  return true;
}

void LeafWalk::accept(std::span<const TokenId> New, const Config &L) {
  const bool IsUsual = !Counting || (L.Regs[1] == L.Chars && L.Regs[2] == CountCondition::Never);
  if (HasRow && IsUsual) {
    for (TokenId T : New)
      Row[T / 32] |= 1U << (T % 32);
  } else if (!Counting) {
    Ids.insert(Ids.end(), New.begin(), New.end());
  } else {
    for (TokenId T : New)
      Counted.push_back({T, {uint16_t(L.Regs[1]), uint16_t(L.Regs[2])}});
    Failed |= Counted.size() > MaxCounted;
  }
}

/// What a loop with a counter takes.
void LeafWalk::countBelow(uint32_t N, const Config &L) {
  const TrieNode &Top = Trie[N];
  CharsAt.resize(size_t(Top.BytesBelow) + 1);
  CharsAt[0] = 0;
  Config At = L;
  for (uint32_t V = N; V < Trie.end(N) && !Failed; ++V) {
    const uint32_t Depth = uint32_t(Trie[V].Depth - Top.Depth) + 1;
    CharsAt[Depth] = CharsAt[Depth - 1] + ((Trie[V].Byte & 0xC0) != 0x80);
    At.Regs[1] = std::max(L.Regs[1], L.Regs[0] + CharsAt[Depth]);
    At.Chars = L.Chars + CharsAt[Depth];
    Failed |= At.Regs[1] >= CountCondition::Never;
    accept(Trie.tokensAt(V), At);
  }
}

void LeafWalk::acceptBelow(uint32_t N, const Config &L, const Loop &By) {
  if (!Counting || By.Ops == NoIndex) {
    // What does not count leaves more room than the row reckons with.
    Config At = L;
    At.Chars = NoIndex;
    accept(Trie.tokensBelow(N), Counting ? At : L);
  } else if (HasRow && L.Regs[0] == L.Chars && L.Regs[1] == L.Chars &&
             L.Regs[2] == CountCondition::Never) {
    accept(Trie.tokensBelow(N), L);
  } else {
    countBelow(N, L);
  }
}

/// The rule may end here: at node `N`, after it, or before its byte.
void LeafWalk::addExit(uint32_t N, Exit Where, const Config &L) {
  const DetailRec *D = G.detail(L.State);
  Config End = L;
  if (D && D->AcceptOps != NoIndex && !run(End, D->AcceptOps))
    return;
  CountCondition If;
  if (Counting)
    If = {uint16_t(End.Regs[1]), uint16_t(End.Regs[2])};
  Failed |= Where == Exit::Before ? !Exits->addExitBefore(N, If)
                                  : !Exits->addExit(N, Where == Exit::At, If);
}

void LeafWalk::push(const Config &C, const TrieChild &Node) {
  if (Depth == Levels.size())
    Levels.resize(2 * Depth + 16);
  Level &L = Levels[Depth++];
  L.At = C;
  L.By = {};
  const StateRec &State = G.state(C.State);
  if (State.Detail != NoIndex) {
    const DetailRec &D = G.tables().Details[State.Detail];
    L.By = {fine::ofAtoms(D.LoopAtoms), D.LoopOps};
    // (What a count has no room for may still be read by leaving the rule on the way.)
    if (Counting && (State.Flags & StateAccepts))
      L.By.Atoms &= ~fine::touched(Exits->follow());
  }
  // (A loop takes all characters beyond ASCII or none.)
  if (ByMargins) {
    if (const Loop Near = marginOf(C.State); Near.Atoms & ~L.By.Atoms)
      L.By = Near;
  } else if (!Counting && !(L.By.Atoms & BeyondAscii))
    if (const Loop Inner = innerRun(C, Trie.tokensBelow(Node.Node).size());
        Inner.Atoms & ~L.By.Atoms)
      L.By = Inner;
  if (State.Kind == RowKind::Chain) {
    L.Below.only(Node, Fans.find(Node, State.Byte));
    return;
  }
  L.Below.all(Fans, Node);
  if (Node.Count >= 8 && State.Kind == RowKind::Sparse) {
    // Where few bytes are read and there are many children, go by the bytes.
    const unsigned Most = Node.Count / 4U;
    unsigned Bytes = 0;
    G.forEachRange(C.State, [&](unsigned From, unsigned To, uint32_t) { Bytes += To - From + 1; });
    if (Bytes <= Most) {
      L.Below.byBytes(readBy(C.State));
    }
  }
}

/// Takes up `C`, a child of a node that was reached in `L`, whose state has the loop `By`. Either
/// may be lost when a level is added.
void LeafWalk::child(const Config &L, const Loop &By, const TrieChild &C) {
  const uint32_t N = C.Node;
  const uint8_t Byte = C.Byte;
  const bool Runs = L.InRun && (fine::atomBit(Byte) & RunAtoms);
  if (Runs) {
    // The row has what is of the class alone, and short enough. Does anything else live?
    const uint64_t Sum = Index.sum(C), Kinds = Sum & ~TrieIndex::ClosedBit;
    if (Sum & TrieIndex::ClosedBit) {
      const bool Fits = MaxRun == NoIndex || L.Chars + Trie[N].CharsBelow <= MaxRun;
      if (Fits ? !(Kinds & ~RunAtoms) || !(Kinds & RunLive) : !(Kinds & (RunLive | EndLive)))
        return;
    }
  }
  if ((!L.InRun || ByMargins) && By.Atoms && takenBelow(L, By, C)) {
    acceptBelow(N, L, By);
    return;
  }
  const uint32_t Action = G.action(L.State, Byte);
  if (Action == ActionDead)
    return;
  Config Next = L;
  Next.Chars += (Byte & 0xC0) != 0x80;
  if (!(Action & ActionAlternatives)) {
    Next.State = Action - 1;
    if (G.state(Next.State).Flags & StateFinal) {
      addExit(N, Exit::At, Next);
      return;
    }
  } else {
    const GrammarView &T = G.tables();
    const uint32_t List = Action & ~ActionAlternatives;
    bool Alive = false;
    for (uint32_t I = 1; I <= T.AltLists[List]; ++I) {
      const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + I]];
      Config To = L;
      To.Chars = Next.Chars;
      To.State = Alt.Target;
      if (!run(To, Alt.Ops))
        continue;
      if (G.state(To.State).Flags & StateFinal) {
        addExit(N, Exit::At, To);
        continue;
      }
      // Two ways at once, or a call after all, are for the general walk.
      Failed |= Alive || Alt.Push != NoIndex;
      Next = To;
      Alive = true;
    }
    if (Failed || !Alive)
      return;
  }
  accept(C, Next);
  if (C.Count == 0)
    return;
  if (G.state(Next.State).Flags & StateAccepts)
    addExit(N, Exit::Below, Next);
  Next.InRun = Runs && Next.Chars <= MaxRun;
  push(Next, C);
}

/// Walks all below the levels there are.
bool LeafWalk::loop() {
  while (Depth != 0 && !Failed) {
    Level &L = Levels[Depth - 1];
    if (const TrieChild *C = L.Below.next(Fans))
      child(L.At, L.By, *C);
    else
      --Depth;
  }
  Depth = 0;
  return !Failed;
}

bool LeafWalk::start(StateId S, ExitTrieBuilder &TheExits, size_t RowWords) {
  Exits = &TheExits;
  Failed = FromZero = false;
  Ids.clear();
  Counted.clear();
  InnerRuns.clear();
  KnownEnds.clear();
  Depth = 0;
  ByMargins = false;
  findRun(S, RowWords);
  InnerLeft = MaxInner;
  if (walkPlaces(S) || (startMargins(S, RowWords) && walkPlaces(S)))
    return !Failed;
  Config Start = first(S);
  Start.InRun = HasRow;
  push(Start, Fans.root());
  return loop();
}

bool LeafWalk::walk(StateId S, RegisterBox &TheBox, ExitTrieBuilder &TheExits, size_t RowWords) {
  if (TheBox.Initial.size() > MaxRegisters)
    return false;
  Box = &TheBox;
  Counting = false;
  return start(S, TheExits, RowWords);
}

bool LeafWalk::count(StateId S, ExitTrieBuilder &TheExits, size_t RowWords) {
  Box = nullptr;
  Counting = true;
  return start(S, TheExits, RowWords);
}

} // namespace weir
