//===- LeafWalk.cpp - Which tokens a leaf rule can read -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "LeafWalk.h"

#include <algorithm>

namespace weir {

ByteSet LeafWalk::readBy(StateId S) const {
  ByteSet Out;
  G.forEachRange(S, [&](unsigned From, unsigned Last, uint32_t) {
    for (unsigned B = From; B <= Last; ++B)
      Out.insert(uint8_t(B));
  });
  return Out;
}

/// Do all characters of the row `Q`, whose leads lead to `FirstTarget`, end in `S`?
bool LeafWalk::loopsBy(StateId S, const Utf8Sequence &Q, StateId FirstTarget) const {
  std::vector<StateId> At{FirstTarget}, Next;
  for (unsigned I = 1; I < Q.Size; ++I) {
    Next.clear();
    for (StateId From : At)
      for (unsigned B = Q.Bytes[I].First; B <= Q.Bytes[I].Last; ++B) {
        const uint32_t Action = G.action(From, uint8_t(B));
        if (Action == ActionDead || (Action & ActionAlternatives) ||
            (G.state(From).Flags & StateAccepts))
          return false;
        if (std::find(Next.begin(), Next.end(), Action - 1) == Next.end())
          Next.push_back(Action - 1);
      }
    std::swap(At, Next);
  }
  return At.size() == 1 && At[0] == S;
}

LeafWalk::Loop LeafWalk::loopOf(StateId S) const {
  const GrammarView &T = G.tables();
  /// What leads back by one program, and leads of longer characters.
  struct Found {
    uint32_t Ops;
    ByteSet Ascii;
    std::vector<std::pair<uint8_t, StateId>> Leads;
  };
  std::vector<Found> All;
  G.forEachRange(S, [&](unsigned From, unsigned Last, uint32_t Action) {
    uint32_t Ops = NoIndex;
    StateId To = Action - 1;
    if (Action & ActionAlternatives) {
      const uint32_t List = Action & ~ActionAlternatives;
      const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + 1]];
      if (T.AltLists[List] != 1 || Alt.Push != NoIndex)
        return;
      Ops = Alt.Ops;
      To = Alt.Target;
      for (uint32_t P = Ops; P != NoIndex; ++P) {
        if (T.Ops[P].Code != OpCode::CounterBelow)
          return;
        for (uint32_t Q = Ops; Q < P; ++Q)
          if (T.Ops[Q].Register == T.Ops[P].Register)
            return;
        if (T.Ops[P].Last)
          break;
      }
    }
    if (From < 0x80 && To != S)
      return;
    auto At = std::find_if(All.begin(), All.end(), [&](const Found &F) { return F.Ops == Ops; });
    if (At == All.end())
      At = All.insert(At, {Ops, {}, {}});
    for (unsigned B = From; B <= Last; ++B)
      if (B < 0x80)
        At->Ascii.insert(uint8_t(B));
      else
        At->Leads.push_back({uint8_t(B), To});
  });
  Loop Best;
  size_t Size = 0;
  for (const Found &F : All) {
    if (F.Ascii.size() <= Size)
      continue;
    Size = F.Ascii.size();
    ByteSet Set = F.Ascii;
    bool Any = false;
    for (const Utf8Sequence &Q : Sequences) {
      StateId Asked = NoIndex;
      bool Loops = false;
      for (const auto &[Lead, To] : F.Leads) {
        if (Lead < Q.Bytes[0].First || Lead > Q.Bytes[0].Last)
          continue;
        if (To != Asked)
          Loops = loopsBy(S, Q, To);
        Asked = To;
        if (Loops)
          Set.insert(Lead);
        Any |= Loops;
      }
    }
    if (Any)
      Set |= ByteSet::range(0x80, 0xBF);
    Best = {fine::inside(Set), F.Ops};
  }
  return Best;
}

/// How often a loop with this program can be taken, and that the answer depends on it.
uint32_t LeafWalk::roomFor(uint32_t Ops) {
  const uint32_t Enough = Trie[TokenTrie::Root].CharsBelow;
  uint32_t Room = Enough;
  for (uint32_t P = Ops; P != NoIndex; ++P) {
    const OpRec &O = G.tables().Ops[P];
    const uint32_t Value = Box->Initial[O.Register];
    const uint32_t Mine = O.A - std::min(O.A, Value);
    if (Mine >= Enough)
      Box->confined(O.Register, Value, 0, O.A - Enough);
    else
      Box->confined(O.Register, Value, Value, Value);
    Room = std::min(Room, Mine);
    if (O.Last)
      break;
  }
  return Room;
}

/// Do guards on counters hold however many characters a token has? If so, the answer depends
/// on it.
bool LeafWalk::farFromBounds(uint32_t Ops) {
  const uint32_t Enough = Trie[TokenTrie::Root].CharsBelow;
  for (uint32_t P = Ops; P != NoIndex; ++P) {
    const OpRec &O = G.tables().Ops[P];
    if (O.Code != OpCode::CounterBelow && O.Code != OpCode::CounterAtMost)
      return false;
    const uint32_t Value = Box->Initial[O.Register];
    if (uint64_t(Value) + Enough >= O.A)
      return false;
    Box->confined(O.Register, Value, 0, O.A - Enough - 1);
    if (O.Last)
      break;
  }
  return true;
}

/// Finds the run that begins at `S`, where one settles enough tokens to be worth the row.
void LeafWalk::findRun(StateId S, size_t RowWords) {
  HasRow = RunEndless = false;
  RunStates.clear();
  const Loop Own = loopOf(S);
  RunAtoms = Counting && Own.Ops == NoIndex ? 0 : Own.Atoms;
  uint8_t First = 0; // of the class
  auto loops = [&](StateId At) {
    if (At == S)
      return RunAtoms == Own.Atoms;
    if (G.action(At, First) != makeMove(At))
      return false;
    const Loop There = loopOf(At);
    return There.Ops == NoIndex && !(RunAtoms & ~There.Atoms);
  };
  if (!RunAtoms && !Counting) {
    // The class that leads to one other state from here: the largest there is.
    ByteSet Best;
    std::vector<std::pair<uint32_t, ByteSet>> Moves;
    G.forEachRange(S, [&](unsigned From, unsigned Last, uint32_t Action) {
      if (From >= 0x80)
        return;
      auto At = std::find_if(Moves.begin(), Moves.end(),
                             [&](const auto &M) { return M.first == Action; });
      if (At == Moves.end())
        At = Moves.insert(At, {Action, ByteSet()});
      At->second |= ByteSet::range(From, std::min(Last, 0x7fU));
    });
    for (const auto &[Action, Set] : Moves)
      if (Set.size() > Best.size())
        Best = Set;
    RunAtoms = fine::inside(Best);
  }
  if (!RunAtoms)
    return;
  First = uint8_t(fine::Members[size_t(std::countr_zero(RunAtoms))].next(0));
  ByteSet Class;
  uint32_t Reached = 0;
  for (unsigned A = 0; A < fine::NumAtoms; ++A)
    if (RunAtoms >> A & 1)
      Class |= fine::Members[A];
  Class.forEach([&](uint8_t B) { Reached += Index.tokensFrom(B, B); });
  if (Reached < Trie.tokens().size() / 16)
    return;

  // The state that all of the class leads to from `At`, whatever the registers are as long as
  // no bound of theirs is near; or NoIndex.
  auto next = [&](StateId At) {
    const uint32_t Action = G.action(At, uint8_t(Class.next(0)));
    bool Same = Action != ActionDead;
    Class.forEach([&](uint8_t B) { Same = Same && B < 0x80 && G.action(At, B) == Action; });
    if (!Same)
      return StateId(NoIndex);
    StateId To = Action - 1;
    if (Action & ActionAlternatives) {
      const GrammarView &T = G.tables();
      const uint32_t List = Action & ~ActionAlternatives;
      const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + 1]];
      if (Counting || T.AltLists[List] != 1 || Alt.Push != NoIndex || !farFromBounds(Alt.Ops))
        return StateId(NoIndex);
      To = Alt.Target;
    }
    return G.state(To).Flags & StateFinal ? StateId(NoIndex) : To;
  };
  RunLive = EndLive = 0;
  auto live = [&](StateId At) {
    ByteSet Live = readBy(At) & ~Class;
    if (G.state(At).Flags & StateAccepts)
      Live |= Exits->follow();
    return fine::touched(Live);
  };
  RunStates.push_back(S);
  while (RunStates.size() <= MaxRun) {
    const StateId At = RunStates.back();
    RunLive |= live(At);
    if (loops(At)) {
      RunEndless = true;
      break;
    }
    const StateId To = next(At);
    if (To == NoIndex || To == At)
      break;
    RunStates.push_back(To);
  }
  if (!RunEndless) {
    if (RunStates.size() < 3) {
      RunStates.clear();
      return;
    }
    EndLive = live(RunStates.back()) | fine::touched(readBy(RunStates.back()));
  }
  HasRow = true;
  Row.resize(RowWords);
  Facts.only(RunAtoms, Row);
  if (!RunEndless)
    Facts.atMost(uint32_t(RunStates.size() - 1), Row);
  else if (!Counting && Own.Ops != NoIndex)
    Facts.atMost(roomFor(Own.Ops), Row);
}

bool LeafWalk::run(Level &L, uint32_t Program) {
  const GrammarView &T = G.tables();
  for (uint32_t P = Program; P != NoIndex; ++P) {
    const OpRec &O = T.Ops[P];
    if (Counting) {
      uint32_t &Count = L.Regs[0], &Room = L.Regs[1], &Seen = L.Regs[2];
      switch (O.Code) {
      case OpCode::CounterSet:
        FromZero = true;
        Count = O.A;
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
        Holds = lengthLive(T, T.LengthSets[O.A], O.Register, Value, Box);
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

/// Is every token at and below `N` read by the loop?
bool LeafWalk::takenBelow(const Level &L, uint32_t N) {
  const TrieNode &Node = Trie[N];
  if ((Node.Kinds & ~L.LoopAtoms) || !Node.isUtf8Closed())
    return false;
  if (L.LoopOps == NoIndex || Counting)
    return true;
  const OpRec &O = G.tables().Ops[L.LoopOps];
  const uint32_t Count = L.Regs[O.Register];
  if (uint64_t(Count) + Node.CharsBelow > O.A)
    return false;
  Box->compared(O.Register, Count, uint64_t(O.A) - Node.CharsBelow + 1);
  return true;
}

void LeafWalk::accept(std::span<const TokenId> New, const Level &L) {
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
void LeafWalk::countBelow(uint32_t N, const Level &L) {
  const TrieNode &Top = Trie[N];
  CharsAt.resize(size_t(Top.BytesBelow) + 1);
  CharsAt[0] = 0;
  Level At = L;
  for (uint32_t V = N; V < Trie.end(N) && !Failed; ++V) {
    const uint32_t Depth = uint32_t(Trie[V].Depth - Top.Depth) + 1;
    CharsAt[Depth] = CharsAt[Depth - 1] + ((Trie[V].Byte & 0xC0) != 0x80);
    At.Regs[1] = std::max(L.Regs[1], L.Regs[0] + CharsAt[Depth]);
    At.Chars = L.Chars + CharsAt[Depth];
    Failed |= At.Regs[1] >= CountCondition::Never;
    accept(Trie.tokensAt(V), At);
  }
}

void LeafWalk::acceptBelow(uint32_t N, const Level &L) {
  if (!Counting || L.LoopOps == NoIndex) {
    // What does not count leaves more room than the row reckons with.
    Level At = L;
    At.Chars = NoIndex;
    accept(Trie.tokensBelow(N), Counting ? At : L);
  } else if (HasRow && L.Regs[0] == L.Chars && L.Regs[1] == L.Chars &&
             L.Regs[2] == CountCondition::Never) {
    accept(Trie.tokensBelow(N), L);
  } else {
    countBelow(N, L);
  }
}

/// The rule may end at node `N`.
void LeafWalk::addExit(uint32_t N, bool Self, const Level &L) {
  const DetailRec *D = G.detail(L.State);
  Level End = L;
  if (D && D->AcceptOps != NoIndex && !run(End, D->AcceptOps))
    return;
  CountCondition If;
  if (Counting)
    If = {uint16_t(End.Regs[1]), uint16_t(End.Regs[2])};
  Failed |= !Exits->addExit(N, Self, If);
}

void LeafWalk::push(Level &L, uint32_t N) {
  const StateRec &State = G.state(L.State);
  L.Node = N;
  L.LoopAtoms = 0;
  L.LoopOps = NoIndex;
  if (State.Detail != NoIndex) {
    const DetailRec &D = G.tables().Details[State.Detail];
    L.LoopAtoms = D.LoopAtoms;
    L.LoopOps = D.LoopOps;
  }
  L.ByByte = L.Indexed = false;
  if (State.Kind == RowKind::Chain) {
    const uint32_t C = Index.child(Trie, N, State.Byte);
    L.Cursor = C;
    L.Last = C == TokenTrie::None ? C : C + 1;
  } else {
    const TrieIndex::Run Run = Index.children(N);
    L.Indexed = !Run.empty();
    L.Cursor = L.Indexed ? Run.Begin : N + 1;
    L.Last = L.Indexed ? Run.End : Trie.end(N);
    if (L.Last - L.Cursor >= 8 && L.Indexed && State.Kind == RowKind::Sparse) {
      // Where few bytes are read and there are many children, go by the bytes.
      const unsigned Most = (L.Last - L.Cursor) / 4;
      unsigned Bytes = 0;
      G.forEachRange(L.State,
                     [&](unsigned From, unsigned To, uint32_t) { Bytes += To - From + 1; });
      if (Bytes <= Most) {
        L.Live = readBy(L.State);
        L.ByByte = true;
        L.Cursor = L.Live.next(0);
        L.Last = 256;
      }
    }
  }
  Levels.push_back(L);
}

/// Takes up `N`, a child of the last level's node; `Sum` as TrieIndex has it.
void LeafWalk::child(uint32_t N, uint8_t Byte, uint64_t Sum) {
  const Level &L = Levels.back();
  const bool Runs = L.InRun && (fine::atomBit(Byte) & RunAtoms);
  if (Runs && (Sum & TrieIndex::ClosedBit)) {
    // The row has what is of the class alone, and short enough. Does anything else live?
    const uint64_t Kinds = Sum & ~TrieIndex::ClosedBit;
    const bool Fits = RunEndless || Trie[N].CharsBelow <= uint32_t(RunStates.size()) - 1 - L.RunAt;
    if (Fits ? !(Kinds & ~RunAtoms) || !(Kinds & RunLive) : !(Kinds & (RunLive | EndLive)))
      return;
  }
  if (!L.InRun && L.LoopAtoms && takenBelow(L, N)) {
    acceptBelow(N, L);
    return;
  }
  const uint32_t Action = G.action(L.State, Byte);
  if (Action == ActionDead)
    return;
  Level Next = L;
  Next.Chars += (Byte & 0xC0) != 0x80;
  bool Alive = false;
  if (!(Action & ActionAlternatives)) {
    Next.State = Action - 1;
    Alive = !(G.state(Next.State).Flags & StateFinal);
    if (!Alive)
      addExit(N, true, Next);
  } else {
    const GrammarView &T = G.tables();
    const uint32_t List = Action & ~ActionAlternatives;
    for (uint32_t I = 1; I <= T.AltLists[List]; ++I) {
      const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + I]];
      Level To = L;
      To.Chars = Next.Chars;
      To.State = Alt.Target;
      if (!run(To, Alt.Ops))
        continue;
      if (G.state(To.State).Flags & StateFinal) {
        addExit(N, true, To);
        continue;
      }
      // Two ways at once, or a call after all, are for the general walk.
      Failed |= Alive || Alt.Push != NoIndex;
      Next = To;
      Alive = true;
    }
  }
  if (Failed || !Alive)
    return;
  accept(Trie.tokensAt(N), Next);
  if (Trie[N].Skip == 1)
    return;
  if (G.state(Next.State).Flags & StateAccepts)
    addExit(N, false, Next);
  if (L.InRun) {
    const uint32_t To = uint32_t(std::min<size_t>(L.RunAt + 1, RunStates.size() - 1));
    Next.RunAt = To;
    Next.InRun = Runs && RunStates[To] == Next.State && (RunEndless || To + 1 < RunStates.size());
  }
  push(Next, N);
}

bool LeafWalk::loop() {
  while (!Levels.empty() && !Failed) {
    Level &L = Levels.back();
    if (L.Cursor >= L.Last) {
      Levels.pop_back();
    } else if (L.ByByte) {
      const uint8_t Byte = uint8_t(L.Cursor);
      L.Cursor = L.Live.next(L.Cursor + 1);
      if (const uint32_t N = Index.child(Trie, L.Node, Byte); N != TokenTrie::None)
        child(N, Byte, Index.sumOf(Trie, N));
    } else if (L.Indexed) {
      const uint32_t Place = L.Cursor++;
      child(Index.node(Place), Index.byte(Place), Index.sum(Place));
    } else {
      const uint32_t N = L.Cursor;
      L.Cursor += Trie[N].Skip;
      child(N, Trie[N].Byte, Index.sumOf(Trie, N));
    }
  }
  Levels.clear();
  return !Failed;
}

bool LeafWalk::start(StateId S, ExitTrieBuilder &TheExits, size_t RowWords) {
  Exits = &TheExits;
  Failed = FromZero = false;
  Ids.clear();
  Counted.clear();
  Levels.clear();
  findRun(S, RowWords);
  Level L{};
  L.State = S;
  L.InRun = HasRow;
  if (Counting)
    L.Regs[2] = CountCondition::Never;
  else
    std::copy(Box->Initial.begin(), Box->Initial.end(), L.Regs);
  push(L, TokenTrie::Root);
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
