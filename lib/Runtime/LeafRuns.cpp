//===- LeafRuns.cpp - Runs of characters that need no walk ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What LeafWalk does before it walks: the class of characters that leads from a state only to
// states which all read it, and the number of characters for which that is so.
//
//===----------------------------------------------------------------------===//
#include "LeafWalk.h"

#include <algorithm>

namespace weir {

const std::vector<Utf8Sequence> &LeafWalk::longSequences() {
  static const std::vector<Utf8Sequence> All = utf8Sequences(0x80, MaxCodePoint);
  return All;
}

ByteSet LeafWalk::readBy(StateId S) const {
  ByteSet Out;
  G.forEachRange(S, [&](unsigned From, unsigned Last, uint32_t) {
    for (unsigned B = From; B <= Last; ++B)
      Out.insert(uint8_t(B));
  });
  return Out;
}

/// What the states of the rule of `S` read, or what may follow where one of them may end the rule
/// and read on.
ByteSet LeafWalk::readByRule(StateId S) {
  if (const uint32_t R = G.ruleOf(S); R != RuleRead) {
    RuleRead = R;
    ReadByRule = {};
    RuleReadsPastEnds = false;
    for (StateId At = G.rule(R).StatesBegin; At < G.rule(R).StatesEnd; ++At) {
      ReadByRule |= readBy(At);
      const uint32_t Flags = G.state(At).Flags;
      RuleReadsPastEnds |= (Flags & StateAccepts) && !(Flags & StateFinal);
    }
  }
  return RuleReadsPastEnds ? ReadByRule | Exits->follow() : ReadByRule;
}

/// Where the characters of the row `Q` end whose lead leads to `To`, in Ends. False when one of
/// them is not read, or does more than move, or the rule may end on the way.
bool LeafWalk::endsOf(StateId To, const Utf8Sequence &Q) {
  Ends.assign(1, To);
  bool Ok = !(G.state(To).Flags & StateAccepts);
  for (unsigned K = 1; K < Q.Size && Ok; ++K) {
    NextEnds.clear();
    for (StateId Mid : Ends) {
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
        if (std::find(NextEnds.begin(), NextEnds.end(), Action - 1) == NextEnds.end())
          NextEnds.push_back(Action - 1);
      });
      Ok &= Covered == unsigned(Q.Bytes[K].Last - Q.Bytes[K].First + 1);
    }
    std::swap(Ends, NextEnds);
  }
  return Ok;
}

LeafWalk::Loop LeafWalk::loopOf(StateId S) {
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
          Loops = endsOf(To, Q) && Ends.size() == 1 && Ends[0] == S;
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

/// Finds where the whole characters of `Class` lead from `At`, in Reached. Returns the bytes of it
/// that are not read; leads of characters that do not all lead on are added to `Bad`.
ByteSet LeafWalk::readClass(StateId At, const ByteSet &Class, ByteSet &Bad) {
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
      if (!endsOf(To, Q))
        Bad |= Leads;
      else
        for (StateId End : Ends)
          Reached.emplace_back(End, Leads);
    }
  });
  return Left;
}

/// Finds the states that `Class` leads to from `S`, in Closed, as far as most tokens are long.
/// Returns what of the class is not read by all of them; the closure is found when there is
/// nothing.
ByteSet LeafWalk::closeUnder(StateId S, const ByteSet &Class) {
  constexpr size_t MaxStates = 256;
  Closed.assign(1, S);
  Depths.assign(1, 0);
  LedBy.assign(1, {});
  MaxRun = NoIndex;
  IsLayered = true;
  SetsCount = false;
  ByteSet Bad;
  for (size_t I = 0; I < Closed.size(); ++I) {
    // Tokens that are longer are few, and followed one by one.
    if (I == MaxStates || TokenFacts::lists(Depths[I])) {
      MaxRun = Depths[I];
      break;
    }
    const ByteSet Left = readClass(Closed[I], Class, Bad);
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
    for (const auto &[To, By] : Reached) {
      const size_t At = size_t(std::find(Closed.begin(), Closed.end(), To) - Closed.begin());
      if (At == Closed.size()) {
        Closed.push_back(To);
        Depths.push_back(Depths[I] + 1);
        LedBy.emplace_back();
      }
      IsLayered &= Depths[At] == Depths[I] + 1;
      LedBy[At] |= By;
    }
  }
  return Bad;
}

/// The atoms that lie wholly inside `Set`, as bytes.
static ByteSet wholeAtoms(const ByteSet &Set) {
  ByteSet Out;
  const uint64_t Atoms = fine::inside(Set);
  for (unsigned A = 0; A < fine::NumAtoms; ++A)
    if (Atoms >> A & 1)
      Out |= fine::Members[A];
  return Out;
}

/// Do enough tokens begin with these bytes for a row of them?
bool LeafWalk::isWorthARow(const ByteSet &Class) const {
  uint32_t Tokens = 0;
  Class.forEach([&](uint8_t B) { Tokens += Index.tokensFrom(B, B); });
  return Tokens >= Trie.tokens().size() / 16;
}

/// Finds the largest class that leads from `S` to states which all read it and stay among
/// themselves. False when it is not worth its row.
bool LeafWalk::findClosure(StateId S, size_t RowWords) {
  constexpr size_t MaxTurns = 12;
  ByteSet Class; // bytes below 0x80, and leads
  G.forEachRange(S, [&](unsigned From, unsigned Last, uint32_t) {
    for (unsigned B = From; B <= Last; ++B)
      if (B < 0x80 || B >= 0xC2)
        Class.insert(uint8_t(B));
  });
  Class = wholeAtoms(Class);
  for (size_t Turn = 0; Turn < MaxTurns && !IsClosed; ++Turn) {
    if (!isWorthARow(Class))
      return false;
    const ByteSet Bad = closeUnder(S, Class);
    IsClosed = Bad.empty();
    const bool Returns = !LedBy[0].empty(); // to S
    if (IsClosed && ((SetsCount && Returns) || MaxRun < 2)) {
      IsClosed = false;
      return false;
    }
    if (!IsClosed)
      Class = wholeAtoms(Class & ~Bad);
  }
  if (!IsClosed)
    return false;
  if (Class.next(0x80) < 256)
    Class |= ByteSet::range(0x80, 0xBF);
  ByteSet Live, End;
  for (size_t I = 0; I < Closed.size(); ++I) {
    ByteSet &Set = Depths[I] < MaxRun ? Live : End;
    Set |= readBy(Closed[I]);
    if (G.state(Closed[I]).Flags & StateAccepts)
      Set |= Exits->follow();
  }
  RunAtoms = fine::inside(Class);
  RunLive = fine::touched(Live & ~Class);
  EndLive = MaxRun == NoIndex ? 0 : fine::touched(End) | (IsLayered ? 0 : RunAtoms);
  HasRow = true;
  Row.resize(RowWords);
  Facts.only(RunAtoms, Row);
  if (MaxRun != NoIndex)
    Facts.atMost(MaxRun, Row);
  return true;
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
  for (unsigned A = 0; A < fine::NumAtoms; ++A)
    if (RunAtoms >> A & 1)
      Class |= fine::Members[A];
  if (!isWorthARow(Class))
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

} // namespace weir
