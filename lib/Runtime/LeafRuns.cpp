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
#include <utility>

namespace weir {

const std::vector<Utf8Sequence> &LeafWalk::longSequences() {
  static const std::vector<Utf8Sequence> All = utf8Sequences(0x80, MaxCodePoint);
  return All;
}

/// The bytes of each class of a map.
const std::vector<ByteSet> &LeafWalk::classesOf(uint32_t Map) {
  if (ClassesOf.size() <= Map)
    ClassesOf.resize(G.tables().ClassMaps.size());
  std::vector<ByteSet> &Known = ClassesOf[Map];
  if (Known.empty()) {
    // (All or nothing: memory may run out in between.)
    std::vector<ByteSet> Out;
    for (unsigned B = 0; B < 256; ++B) {
      const uint8_t Class = G.tables().ClassMaps[Map][B];
      if (Out.size() <= Class)
        Out.resize(Class + 1U);
      Out[Class].insert(uint8_t(B));
    }
    Known = std::move(Out);
  }
  return Known;
}

const std::vector<ByteSet> &LeafWalk::leadsOfSequences() {
  static const std::vector<ByteSet> All = [] {
    std::vector<ByteSet> Out;
    for (const Utf8Sequence &Row : longSequences())
      Out.push_back(ByteSet::range(Row.Bytes[0].First, Row.Bytes[0].Last));
    return Out;
  }();
  return All;
}

ByteSet LeafWalk::readBy(StateId S) {
  ByteSet Out;
  forEachSet(S, [&](const ByteSet &Set, uint32_t) { Out |= Set; });
  return Out;
}

/// What the states of the rule of `S` read, or what may follow where one of them may end the rule
/// and read on.
ByteSet LeafWalk::readByRule(StateId S) {
  if (const uint32_t R = G.ruleOf(S); R != RuleRead) {
    ByteSet Read;
    bool PastEnds = false;
    for (StateId At = G.rule(R).StatesBegin; At < G.rule(R).StatesEnd; ++At) {
      Read |= readBy(At);
      const uint32_t Flags = G.state(At).Flags;
      PastEnds |= (Flags & StateAccepts) && !(Flags & StateFinal);
    }
    RuleRead = R;
    ReadByRule = Read;
    RuleReadsPastEnds = PastEnds;
  }
  return RuleReadsPastEnds ? ReadByRule | Exits->follow() : ReadByRule;
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
    for (size_t Q = 0; Q < Sequences.size(); ++Q) {
      const Utf8Sequence::ByteRange &Leads = Sequences[Q].Bytes[0];
      StateId Asked = NoIndex;
      bool Loops = false;
      for (const auto &[Lead, To] : F.Leads) {
        if (Lead < Leads.First || Lead > Leads.Last)
          continue;
        if (To != Asked) {
          const CharEnds &E = endsOf(To, Q);
          Loops = E.Ok && E.Within == NoIndex && E.Ends.size() == 1 && E.Ends[0] == S;
        }
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

/// For so many characters of a token guards on counters hold for certain; NoIndex: however many it
/// has. The answer then depends on the counters.
uint32_t LeafWalk::charsWithinBounds(uint32_t Ops) {
  const uint32_t Enough = Trie[TokenTrie::Root].CharsBelow;
  uint32_t Chars = NoIndex;
  AsksBounds |= Ops != NoIndex;
  for (uint32_t P = Ops; P != NoIndex; ++P) {
    const OpRec &O = G.tables().Ops[P];
    if (O.Code == OpCode::CounterSet) {
      if (O.A > 1)
        return 0;
    } else {
      // The values for which the guard holds. (Set on the way, a counter is one at least.)
      const uint32_t Initial = Box->Initial[O.Register], Value = std::max(Initial, 1U);
      uint32_t Least = 0, Most = O.A;
      if (O.Code == OpCode::LengthLive) {
        const LengthRuns::Run &Alike = Lengths.around(G.tables(), O.A, Value);
        if (!Alike.Live)
          return 0;
        Least = Alike.First;
        Most = Alike.Last;
      } else if (O.Code != OpCode::CounterBelow && O.Code != OpCode::CounterAtMost) {
        return 0;
      }
      constexpr uint32_t Listed = TokenFacts::FirstListed;
      if (uint64_t(Value) + Enough < Most) {
        Box->confined(O.Register, Value, Least, Most - Enough - 1);
      } else if (uint64_t(Value) + Listed <= Most) {
        // For all values that leave as much room: longer tokens are read one by one.
        Box->confined(O.Register, Value, Least, Most - Listed);
        Chars = std::min(Chars, Listed);
      } else {
        // Too near for a run, so nothing will follow from it.
        return Most - std::min(Most, Value);
      }
    }
    if (O.Last)
      break;
  }
  return Chars;
}

/// For so many characters of a token, guards of these programs hold for certain. False where they
/// are too few for tokens that are longer to be listed.
bool LeafWalk::staysWithin(uint32_t Chars) {
  BoundRun = std::min(BoundRun, Chars);
  return Chars == NoIndex || TokenFacts::lists(Chars);
}

/// Where an action on a later byte of a character leads, if it does no more than look at bounds;
/// NoIndex otherwise. EndsWithin is the number of characters for which these hold.
StateId LeafWalk::insideCharacter(uint32_t Action) {
  if (!(Action & ActionAlternatives))
    return Action - 1;
  const GrammarView &T = G.tables();
  const uint32_t List = Action & ~ActionAlternatives;
  const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + 1]];
  if (Counting || T.AltLists[List] != 1 || Alt.Push != NoIndex)
    return NoIndex;
  for (uint32_t P = Alt.Ops;; ++P) {
    const OpCode Code = T.Ops[P].Code;
    if (Code != OpCode::CounterAtMost && Code != OpCode::LengthLive)
      return NoIndex;
    if (T.Ops[P].Last)
      break;
  }
  EndsWithin = std::min(EndsWithin, charsWithinBounds(Alt.Ops));
  return Alt.Target;
}

/// Where the characters of row `Q` of Sequences end whose lead leads to `To`. Not Ok when one of
/// them is not read, or does more than move, or the rule may end on the way. Kept for the walk.
const LeafWalk::CharEnds &LeafWalk::endsOf(StateId To, size_t Q) {
  auto [It, New] = KnownEnds.try_emplace(uint64_t(To) << 8 | Q);
  CharEnds &Out = It->second;
  if (!New) {
    AsksBounds |= Out.AsksBounds;
    return Out;
  }
  const bool AskedBefore = std::exchange(AsksBounds, false);
  const Utf8Sequence &Row = Sequences[Q];
  Ends.assign(1, To);
  EndsWithin = NoIndex;
  bool Ok = !(G.state(To).Flags & StateAccepts);
  for (unsigned K = 1; K < Row.Size && Ok; ++K) {
    NextEnds.clear();
    for (StateId Mid : Ends) {
      unsigned Covered = 0;
      G.forEachRange(Mid, [&](unsigned B, unsigned E, uint32_t Action) {
        B = std::max<unsigned>(B, Row.Bytes[K].First);
        E = std::min<unsigned>(E, Row.Bytes[K].Last);
        if (B > E)
          return;
        Covered += E - B + 1;
        const StateId End = insideCharacter(Action);
        Ok &= End != NoIndex;
        if (!Ok)
          return;
        const uint32_t Flags = G.state(End).Flags;
        Ok = !(Flags & StateFinal) && (K + 1 == Row.Size || !(Flags & StateAccepts));
        if (std::find(NextEnds.begin(), NextEnds.end(), End) == NextEnds.end())
          NextEnds.push_back(End);
      });
      Ok &= Covered == unsigned(Row.Bytes[K].Last - Row.Bytes[K].First + 1);
    }
    std::swap(Ends, NextEnds);
  }
  Out = {Ok, AsksBounds, EndsWithin, Ends};
  AsksBounds |= AskedBefore;
  return Out;
}

/// Where `From` goes by `B`, the first byte of a character, whatever the registers are as long as
/// no bound is near, which MaxRun is made to say; the answer then depends on it. While counting,
/// one character must count one. NoIndex where it ends, or may not go.
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
    } else {
      if (!staysWithin(charsWithinBounds(Alt.Ops)))
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
  constexpr ByteSet AllAscii = ByteSet::range(0, 0x7f);
  const std::vector<ByteSet> &SequenceLeads = leadsOfSequences();
  Reached.clear();
  // One byte of those of an action speaks for them.
  ByteSet Left = Class;
  forEachAction(At, [&](const ByteSet &Set, uint32_t) {
    const ByteSet Here = Left & Set;
    if (Here.empty())
      return;
    const StateId To = harmless(At, uint8_t(Here.next(0)));
    if (To == NoIndex)
      return;
    Left &= ~Here;
    // (They may be of both sorts.)
    if (const ByteSet Ascii = Here & AllAscii; !Ascii.empty())
      Reached.emplace_back(To, Ascii);
    if (Here.next(0x80) == 256)
      return;
    for (size_t Q = 0; Q < Sequences.size(); ++Q) {
      const ByteSet Leads = Here & SequenceLeads[Q];
      if (Leads.empty())
        continue;
      const CharEnds &E = endsOf(To, Q);
      if (!E.Ok || !staysWithin(E.Within))
        Bad |= Leads;
      else
        for (StateId End : E.Ends)
          Reached.emplace_back(End, Leads);
    }
  });
  return Left;
}

/// Finds the states that `Class` leads to from `S`, in Closed, as far as most tokens are long.
/// Returns what of the class is not read by all of them; the closure is found when there is
/// nothing.
ByteSet LeafWalk::closeUnder(StateId S, const ByteSet &Class) {
  constexpr size_t MaxStates = 256, MaxPlain = 1024, Enough = 64, Soon = 16;
  Closed.assign(1, S);
  Depths.assign(1, 0);
  LedBy.assign(1, {});
  MaxRun = NoIndex;
  IsLayered = true;
  BoundRun = NoIndex;
  SetsCount = AsksBounds = false;
  Conflicts.clear();
  ByteSet Bad;
  for (size_t I = 0; I < Closed.size(); ++I) {
    // What is to go is mostly met soon.
    if (I >= Soon && (!Bad.empty() || !Conflicts.empty()))
      break;
    // States that lead back may close whatever their number, and what is found then holds for all
    // of them.
    const bool MayClose = !IsLayered && !AsksBounds && !Counting;
    if (I == (MayClose ? MaxPlain : MaxStates) ||
        (I >= Enough && !MayClose && TokenFacts::lists(Depths[I]))) {
      MaxRun = Depths[I];
      break;
    }
    ByteSet Partly;
    const ByteSet Left = readClass(Closed[I], Class, Partly);
    // A state that reads little of the class (an escape's) is not to be reached.
    // One that most of the class leads to ends a chain. Tokens that are so long that they are
    // listed are followed one by one.
    const bool ReadsLittle = Left.size() * 2 > Class.size();
    if (I != 0 && (TokenFacts::lists(Depths[I])
                       ? !(Left | Partly).empty()
                       : ReadsLittle && Depths[I] > 1 && LedBy[I].size() * 2 > Class.size())) {
      MaxRun = Depths[I];
      break;
    }
    Bad |= Partly;
    if (!Left.empty()) {
      if (I == 0)
        Bad |= Left;
      else if (ReadsLittle)
        Bad |= LedBy[I];
      else
        Conflicts.push_back({I, Left});
      continue;
    }
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
  // Either a state is not to be reached, or the class is to have only what it reads: first where
  // one takes away less than the other in any case, then whichever leaves more tokens.
  for (const auto &[I, Left] : Conflicts) {
    if ((LedBy[I] & ~Left).empty())
      Bad |= LedBy[I];
    else if ((Left & ~LedBy[I]).empty())
      Bad |= Left;
  }
  for (const auto &[I, Left] : Conflicts) {
    const ByteSet By = LedBy[I] & ~Bad, More = Left & ~Bad;
    if (!By.empty() && !More.empty())
      Bad |= tokensFrom(By) < tokensFrom(More) ? By : More;
  }
  return Bad;
}

/// The atoms that lie wholly inside `Set`, as bytes.
ByteSet LeafWalk::wholeAtoms(const ByteSet &Set) {
  ByteSet Out;
  const uint64_t Atoms = fine::inside(Set);
  for (unsigned A = 0; A < fine::NumAtoms; ++A)
    if (Atoms >> A & 1)
      Out |= fine::Members[A];
  return Out;
}

/// What of a class cannot follow the rule. Where it may end and reads on, a byte that may follow
/// is read in other frames, too, so that no run goes over it.
ByteSet LeafWalk::withoutFollow(const ByteSet &Class) const {
  ByteSet Rest = wholeAtoms(Class & ~Exits->follow());
  if (Exits->follow().next(0x80) != 256) // parts of characters are no class
    Rest = Rest & ByteSet::range(0, 0x7f);
  return Rest;
}

/// How many tokens begin with one of these bytes.
uint32_t LeafWalk::tokensFrom(const ByteSet &Set) const {
  uint32_t Tokens = 0;
  Set.forEach([&](uint8_t B) { Tokens += Index.tokensFrom(B, B); });
  return Tokens;
}

/// Finds the largest class that leads from `S` to states which all read it and stay among
/// themselves, as Closed and MaxRun say. Empty when fewer tokens begin with it than `Least`.
ByteSet LeafWalk::findClass(StateId S, size_t Least) {
  constexpr size_t MaxTurns = 12;
  ByteSet Class; // bytes below 0x80, and leads
  G.forEachRange(S, [&](unsigned From, unsigned Last, uint32_t) {
    for (unsigned B = From; B <= Last; ++B)
      if (B < 0x80 || B >= 0xC2)
        Class.insert(uint8_t(B));
  });
  Class = wholeAtoms(Class);
  for (size_t Turn = 0; Turn < MaxTurns && tokensFrom(Class) >= Least; ++Turn) {
    const ByteSet Bad = closeUnder(S, Class);
    if (Bad.empty()) {
      const bool Returns = !LedBy[0].empty(); // to S
      if ((SetsCount && Returns) || std::min(MaxRun, BoundRun) < 2)
        return {};
      if (Class.next(0x80) < 256)
        Class |= ByteSet::range(0x80, 0xBF);
      return Class;
    }
    Class = wholeAtoms(Class & ~Bad);
  }
  return {};
}

/// Was a run found that `S` is in, of nearly all that it reads? It holds for each of its states.
const LeafWalk::ClosedRun *LeafWalk::knownRun(StateId S) {
  const auto It = RunOf.find(S);
  if (It == RunOf.end() || Counting)
    return nullptr;
  const ClosedRun &Known = ClosedRuns[It->second];
  const ByteSet Read = readBy(S);
  return tokensFrom(Read & ~Known.Class) * 8 < tokensFrom(Read) ? &Known : nullptr;
}

/// Finds the class whose tokens are a row, of those read from `S`. False when there is none.
bool LeafWalk::findClosure(StateId S, size_t RowWords) {
  ByteSet Class, Live, End;
  if (const ClosedRun *Known = knownRun(S)) {
    IsClosed = true;
    MaxRun = NoIndex;
    Class = Known->Class;
    Live = Known->Live;
  } else {
    Class = findClass(S, Trie.tokens().size() / MinShare);
    if (std::any_of(Closed.begin(), Closed.end(),
                    [&](StateId At) { return G.state(At).Flags & StateAccepts; }))
      Class = withoutFollow(Class);
    IsClosed = !Class.empty() && tokensFrom(Class) >= Trie.tokens().size() / MinShare;
    if (!IsClosed)
      return false;
    MaxRun = std::min(MaxRun, BoundRun);
    for (size_t I = 0; I < Closed.size(); ++I) {
      ByteSet &Set = Depths[I] < MaxRun ? Live : End;
      Set |= readBy(Closed[I]);
      if (G.state(Closed[I]).Flags & StateAccepts)
        Set |= Exits->follow();
    }
    if (MaxRun == NoIndex && !AsksBounds && !Counting && Closed.size() > 1) {
      for (StateId Member : Closed)
        RunOf.try_emplace(Member, uint32_t(ClosedRuns.size()));
      ClosedRuns.push_back({Class, Live});
    }
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

/// As a loop: the class that leads from `L`'s state only to states which all read it, for as many
/// characters as they do. What is found is kept for all of these states. Nothing where there are
/// too few tokens for it.
LeafWalk::Loop LeafWalk::innerRun(const Config &L, size_t Tokens) {
  constexpr size_t Few = 8, Many = 256;
  if (Tokens < (InnerRuns.empty() ? Many : Few))
    return {};
  if (auto It = InnerRuns.find(L.State); It != InnerRuns.end())
    return It->second;
  if (Tokens < Many)
    return {};
  Loop &Own = InnerRuns[L.State];
  if (readBy(L.State).next(0) >= 0x80) // inside a character
    return {};
  constexpr size_t Least = 64;
  // Guards are looked at as if a token were read from the start.
  bool IsAhead = false;
  for (size_t R = 0; R < Box->Initial.size(); ++R)
    IsAhead |= L.Regs[R] > std::max(Box->Initial[R], 1U) + L.Chars;
  if (IsAhead || InnerLeft == 0)
    return {};
  --InnerLeft;
  const uint32_t OuterRun = MaxRun;
  const ByteSet Class = findClass(L.State, Least);
  const uint32_t Most = MaxRun;
  MaxRun = OuterRun;
  const bool MayEnd = std::any_of(Closed.begin(), Closed.end(),
                                  [&](StateId S) { return G.state(S).Flags & StateAccepts; });
  if (Class.empty() || MayEnd)
    return {};
  const Loop Found{fine::inside(Class), NoIndex, Most, BoundRun};
  Own = Found;
  for (size_t I = 1; I < Closed.size() && Depths[I] + 1 < Most; ++I) {
    Loop Deeper = Found;
    Deeper.Most = Most == NoIndex ? Most : Most - Depths[I];
    InnerRuns.try_emplace(Closed[I], Deeper);
  }
  return Found;
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
  if (G.state(S).Flags & StateAccepts) {
    Class = withoutFollow(Class);
    RunAtoms = fine::inside(Class);
  }
  if (tokensFrom(Class) < Trie.tokens().size() / MinShare)
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
