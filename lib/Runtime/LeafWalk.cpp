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

/// What the states of the rule of `S` read.
const ByteSet &LeafWalk::readByRule(StateId S) {
  const uint32_t R = G.ruleOf(S);
  if (R == RuleRead)
    return ReadByRule;
  RuleRead = R;
  ReadByRule = {};
  for (StateId At = G.rule(R).StatesBegin; At < G.rule(R).StatesEnd; ++At)
    ReadByRule |= readBy(At);
  return ReadByRule;
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
    const bool Sets = O.Code == OpCode::CounterSet && O.A <= 1;
    if (!Sets && O.Code != OpCode::CounterBelow && O.Code != OpCode::CounterAtMost)
      return false;
    const uint32_t Value = std::max(Box->Initial[O.Register], 1U);
    if (Sets) {
      if (O.Last)
        break;
      continue;
    }
    if (uint64_t(Value) + Enough >= O.A)
      return false;
    Box->confined(O.Register, Value, 0, O.A - Enough - 1);
    if (O.Last)
      break;
  }
  return true;
}

/// Where `From` goes by `B`, the first byte of a character, whatever the registers are as long as
/// no bound is near; the answer then depends on it. While counting, one character must count one.
/// NoIndex where it ends, or may not go.
StateId LeafWalk::harmless(StateId From, uint8_t B) {
  const uint32_t Action = G.action(From, B);
  if (Action == ActionDead)
    return NoIndex;
  StateId To = Action - 1;
  if (Action & ActionAlternatives) {
    const GrammarView &T = G.tables();
    const uint32_t List = Action & ~ActionAlternatives;
    const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + 1]];
    if (T.AltLists[List] != 1 || Alt.Push != NoIndex)
      return NoIndex;
    if (Counting) {
      if (Alt.Ops == NoIndex || !T.Ops[Alt.Ops].Last)
        return NoIndex;
      const OpRec &O = T.Ops[Alt.Ops];
      // (The first of all may set the count to one.)
      if (O.Code == OpCode::CounterSet ? O.A != 1 || From != Closed[0]
                                       : O.Code != OpCode::CounterBelow)
        return NoIndex;
      SetsCount |= O.Code == OpCode::CounterSet;
    } else if (!farFromBounds(Alt.Ops)) {
      return NoIndex;
    }
    To = Alt.Target;
  } else if (Counting) {
    return NoIndex;
  }
  return G.state(To).Flags & StateFinal ? StateId(NoIndex) : To;
}

/// Finds the largest class that leads from `S` to states which all read it and stay among
/// themselves. False when it is not worth its row.
bool LeafWalk::findClosure(StateId S, size_t RowWords) {
  constexpr size_t MaxStates = 256, MaxTurns = 12;
  std::vector<StateId> Inside, Next;
  std::vector<std::pair<StateId, ByteSet>> Reached;
  ByteSet Class; // bytes below 0x80, and leads
  G.forEachRange(S, [&](unsigned From, unsigned Last, uint32_t) {
    for (unsigned B = From; B <= Last; ++B)
      if (B < 0x80 || B >= 0xC2)
        Class.insert(uint8_t(B));
  });
  auto whole = [](const ByteSet &Set) {
    ByteSet Out;
    const uint64_t Atoms = fine::inside(Set);
    for (unsigned A = 0; A < fine::NumAtoms; ++A)
      if (Atoms >> A & 1)
        Out |= fine::Members[A];
    return Out;
  };
  auto worthIt = [&] {
    uint32_t Reached = 0;
    Class.forEach([&](uint8_t B) { Reached += Index.tokensFrom(B, B); });
    return Reached >= Trie.tokens().size() / 16;
  };
  Class = whole(Class);
  for (size_t Turn = 0; Turn < MaxTurns; ++Turn) {
    if (!worthIt())
      return false;
    Closed.assign(1, S);
    SetsCount = false;
    bool Returns = false;          // to S
    std::vector<ByteSet> LedBy(1); // the bytes by which each was reached,
    Depths.assign(1, 0);           // … and after how many characters at least
    MaxRun = NoIndex;
    IsLayered = true;
    ByteSet Bad;
    auto reach = [&](StateId To, const ByteSet &By, uint32_t Depth) {
      const size_t I = size_t(std::find(Closed.begin(), Closed.end(), To) - Closed.begin());
      if (I == Closed.size()) {
        Closed.push_back(To);
        LedBy.emplace_back();
        Depths.push_back(Depth);
      }
      IsLayered &= Depths[I] == Depth;
      LedBy[I] |= By;
      Returns |= I == 0;
    };
    for (size_t I = 0; I < Closed.size(); ++I) {
      // Tokens that are longer are few, and followed one by one.
      if (I == MaxStates || TokenFacts::lists(Depths[I])) {
        MaxRun = Depths[I];
        break;
      }
      const StateId At = Closed[I];
      Reached.clear();
      // One byte of each run of the row speaks for it.
      ByteSet Left = Class;
      G.forEachRange(At, [&](unsigned From, unsigned Last, uint32_t) {
        const ByteSet Here = Left & ByteSet::range(From, Last);
        if (Here.empty())
          return;
        const StateId To = harmless(At, uint8_t(Here.next(0)));
        if (To == NoIndex)
          return;
        Left &= ~Here;
        // (A run may hold bytes of both sorts.)
        if (Here.next(0) < 0x80)
          Reached.emplace_back(To, Here & ByteSet::range(0, 0x7f));
        if (Last < 0x80)
          return;
        for (const Utf8Sequence &Q : Sequences) {
          const ByteSet Leads = Here & ByteSet::range(Q.Bytes[0].First, Q.Bytes[0].Last);
          if (Leads.empty())
            continue;
          Inside.assign(1, To);
          bool Ok = !(G.state(To).Flags & StateAccepts);
          for (unsigned K = 1; K < Q.Size && Ok; ++K) {
            Next.clear();
            for (StateId Mid : Inside) {
              unsigned Covered = 0;
              G.forEachRange(Mid, [&](unsigned B, unsigned E, uint32_t Action) {
                B = std::max<unsigned>(B, Q.Bytes[K].First);
                E = std::min<unsigned>(E, Q.Bytes[K].Last);
                if (B > E)
                  return;
                Covered += E - B + 1;
                Ok &= !(Action & ActionAlternatives);
                if (!Ok)
                  return;
                const uint32_t Flags = G.state(Action - 1).Flags;
                Ok = !(Flags & StateFinal) && (K + 1 == Q.Size || !(Flags & StateAccepts));
                if (std::find(Next.begin(), Next.end(), Action - 1) == Next.end())
                  Next.push_back(Action - 1);
              });
              Ok &= Covered == unsigned(Q.Bytes[K].Last - Q.Bytes[K].First + 1);
            }
            std::swap(Inside, Next);
          }
          if (Ok)
            for (StateId End : Inside)
              Reached.emplace_back(End, Leads);
          else
            Bad |= Leads;
        }
      });
      // A state that reads little of the class (an escape's) is not to be reached.
      // One that most of the class leads to ends a chain.
      if (I != 0 && Left.size() * 2 > Class.size()) {
        if (Depths[I] > 1 && LedBy[I].size() * 2 > Class.size()) {
          MaxRun = Depths[I];
          break;
        }
        Bad |= LedBy[I];
        continue;
      }
      Bad |= Left;
      for (const auto &[To, By] : Reached)
        reach(To, By, Depths[I] + 1);
    }
    if (Bad.empty() && ((SetsCount && Returns) || MaxRun < 2))
      return false;
    if (Bad.empty()) {
      IsClosed = true;
      break;
    }
    Class = whole(Class & ~Bad);
  }
  if (!IsClosed)
    return false;
  if (Class.next(0x80) < 256)
    Class |= ByteSet::range(0x80, 0xBF);
  RunAtoms = fine::inside(Class);
  ByteSet Live, End;
  for (size_t I = 0; I < Closed.size(); ++I) {
    ByteSet &Set = Depths[I] < MaxRun ? Live : End;
    Set |= readBy(Closed[I]);
    if (G.state(Closed[I]).Flags & StateAccepts)
      Set |= Exits->follow();
  }
  RunLive = fine::touched(Live & ~Class);
  EndLive = MaxRun == NoIndex ? 0 : fine::touched(End) | (IsLayered ? 0 : RunAtoms);
  HasRow = true;
  Row.resize(RowWords);
  Facts.only(RunAtoms, Row);
  if (MaxRun != NoIndex)
    Facts.atMost(MaxRun, Row);
  return true;
}

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
    Live |= fine::touched(readByRule(S) | Exits->follow());
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
      if (P.Size != 0 && (G.state(At.State).Flags & StateAccepts))
        addExit(P.Node, Exit::Before, At);
      child(At, {}, P.Node, Trie[P.Node].Byte, Index.sumOf(Trie, P.Node));
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

/// Finds the run that begins at `S`, where one settles enough tokens to be worth the row.
void LeafWalk::findRun(StateId S, size_t RowWords) {
  HasRow = IsClosed = false;
  if (findClosure(S, RowWords))
    return;
  MaxRun = NoIndex;
  EndLive = 0;
  // A loop whose counter is near its bound.
  const Loop Own = loopOf(S);
  RunAtoms = Counting && Own.Ops == NoIndex ? 0 : Own.Atoms;
  if (!RunAtoms)
    return;
  ByteSet Class;
  uint32_t Reached = 0;
  for (unsigned A = 0; A < fine::NumAtoms; ++A)
    if (RunAtoms >> A & 1)
      Class |= fine::Members[A];
  Class.forEach([&](uint8_t B) { Reached += Index.tokensFrom(B, B); });
  if (Reached < Trie.tokens().size() / 16)
    return;
  ByteSet Live = readBy(S) & ~Class;
  if (G.state(S).Flags & StateAccepts)
    Live |= Exits->follow();
  RunLive = fine::touched(Live);
  HasRow = true;
  Row.resize(RowWords);
  Facts.only(RunAtoms, Row);
  if (!Counting && Own.Ops != NoIndex)
    Facts.atMost(roomFor(Own.Ops), Row);
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

/// Is every token at and below `N` read by the loop?
bool LeafWalk::takenBelow(const Config &L, const Loop &By, uint32_t N) {
  const TrieNode &Node = Trie[N];
  if ((Node.Kinds & ~By.Atoms) || !Node.isUtf8Closed())
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

void LeafWalk::push(const Config &C, uint32_t N) {
  if (Depth == Levels.size())
    Levels.resize(2 * Depth + 16);
  Level &L = Levels[Depth++];
  L.At = C;
  L.Node = N;
  L.By = {};
  const StateRec &State = G.state(C.State);
  if (State.Detail != NoIndex) {
    const DetailRec &D = G.tables().Details[State.Detail];
    L.By = {D.LoopAtoms, D.LoopOps};
  }
  L.ByByte = L.Indexed = false;
  if (State.Kind == RowKind::Chain) {
    const uint32_t Only = Index.child(Trie, N, State.Byte);
    L.Cursor = Only;
    L.Last = Only == TokenTrie::None ? Only : Only + 1;
    return;
  }
  const TrieIndex::Run Run = Index.children(N);
  L.Indexed = !Run.empty();
  L.Cursor = L.Indexed ? Run.Begin : N + 1;
  L.Last = L.Indexed ? Run.End : Trie.end(N);
  if (L.Last - L.Cursor >= 8 && L.Indexed && State.Kind == RowKind::Sparse) {
    // Where few bytes are read and there are many children, go by the bytes.
    const unsigned Most = (L.Last - L.Cursor) / 4;
    unsigned Bytes = 0;
    G.forEachRange(C.State, [&](unsigned From, unsigned To, uint32_t) { Bytes += To - From + 1; });
    if (Bytes <= Most) {
      L.Live = readBy(C.State);
      L.ByByte = true;
      L.Cursor = L.Live.next(0);
      L.Last = 256;
    }
  }
}

/// Takes up `N`, a child of a node that was reached in `L`, whose state has the loop `By`; `Sum` as
/// TrieIndex has it. Either may be lost when a level is added.
void LeafWalk::child(const Config &L, const Loop &By, uint32_t N, uint8_t Byte, uint64_t Sum) {
  const bool Runs = L.InRun && (fine::atomBit(Byte) & RunAtoms);
  if (Runs && (Sum & TrieIndex::ClosedBit)) {
    // The row has what is of the class alone, and short enough. Does anything else live?
    const uint64_t Kinds = Sum & ~TrieIndex::ClosedBit;
    const bool Fits = MaxRun == NoIndex || L.Chars + Trie[N].CharsBelow <= MaxRun;
    if (Fits ? !(Kinds & ~RunAtoms) || !(Kinds & RunLive) : !(Kinds & (RunLive | EndLive)))
      return;
  }
  if (!L.InRun && By.Atoms && takenBelow(L, By, N)) {
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
  accept(Trie.tokensAt(N), Next);
  if (Trie[N].Skip == 1)
    return;
  if (G.state(Next.State).Flags & StateAccepts)
    addExit(N, Exit::Below, Next);
  Next.InRun = Runs && Next.Chars <= MaxRun;
  push(Next, N);
}

/// Walks all below the levels there are.
bool LeafWalk::loop() {
  while (Depth != 0 && !Failed) {
    Level &L = Levels[Depth - 1];
    if (L.Cursor >= L.Last) {
      --Depth;
    } else if (L.ByByte) {
      const uint8_t Byte = uint8_t(L.Cursor);
      L.Cursor = L.Live.next(L.Cursor + 1);
      if (const uint32_t N = Index.child(Trie, L.Node, Byte); N != TokenTrie::None)
        child(L.At, L.By, N, Byte, Index.sumOf(Trie, N));
    } else if (L.Indexed) {
      const uint32_t Place = L.Cursor++;
      child(L.At, L.By, Index.node(Place), Index.byte(Place), Index.sum(Place));
    } else {
      const uint32_t N = L.Cursor;
      L.Cursor += Trie[N].Skip;
      child(L.At, L.By, N, Trie[N].Byte, Index.sumOf(Trie, N));
    }
  }
  Depth = 0;
  return !Failed;
}

bool LeafWalk::start(StateId S, ExitTrieBuilder &TheExits, size_t RowWords) {
  Exits = &TheExits;
  Failed = FromZero = false;
  Ids.clear();
  Counted.clear();
  Depth = 0;
  findRun(S, RowWords);
  if (walkPlaces(S))
    return !Failed;
  Config Start = first(S);
  Start.InRun = HasRow;
  push(Start, TokenTrie::Root);
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
