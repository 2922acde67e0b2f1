//===- Layout.cpp - The automata of rules as the runtime's tables ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// States are numbered rule by rule, depth-first, so that the links of a literal follow
// each other and become chains; a row becomes a chain, a sparse list of ranges, or one
// word a byte class, whichever is smallest.
//
//===----------------------------------------------------------------------===//
#include "Layout.h"

#include "weir/Support/CodePointSet.h"
#include "weir/Support/WorkMeter.h"
#include "weir/Vocab/ByteAtoms.h"

#include <algorithm>
#include <cstring>

namespace weir::lowering {

/// The rule ends here whatever its registers hold: a call that continues here
/// needs no frame to come back to.
bool Layout::isPlainEnd(uint32_t R, uint32_t S) const {
  const Dfa::State &St = dfa(R).States[S];
  return St.isFinal() && !St.AcceptOps && !St.ReturnOps;
}

/// Where all that `S` does leads, less what is known of its base; None where that is several
/// states, or none.
uint32_t Layout::onlyTarget(const Dfa &D, uint32_t S) const {
  const Dfa::State &St = D.States[S];
  if (St.RowEnd - St.RowBegin != 1 || St.CallsBegin != St.CallsEnd ||
      St.SymbolsBegin != St.SymbolsEnd || (St.Base != automata::None && !BaseMet[St.Base]))
    return automata::None;
  const Dfa::Range &Range = D.Ranges[St.RowBegin];
  if (Range.Plain)
    return Range.To;
  const Dfa::AlternativeList L = D.alternatives(Range);
  return L.size() == 1 && L[0].Push == automata::None ? L[0].Target : automata::None;
}

/// False when the compilation is to end.
bool Layout::numberStates(std::span<const uint32_t> Roots) {
  NewRule.resize(Shared->Rules.size(), NoIndex);
  IdsBegin.resize(Shared->Rules.size(), 0);
  ActionsBegin.resize(Shared->Rules.size(), 0);
  BasesBegin.resize(Shared->Rules.size(), 0);
  size_t I = RuleOrder.size();
  for (uint32_t R : Roots)
    keep(R);
  for (; I < RuleOrder.size(); ++I) {
    uint32_t R = RuleOrder[I];
    const Dfa &D = dfa(R);
    IdsBegin[R] = uint32_t(Ids.size());
    Ids.resize(Ids.size() + D.States.size(), NoIndex);
    ActionsBegin[R] = uint32_t(Actions.size());
    Actions.resize(Actions.size() + D.listCount(), ActionDead);
    BasesBegin[R] = uint32_t(BaseRows.size());
    BaseRows.resize(BaseRows.size() + D.BaseEnds.size());
    Stack.clear();
    BaseMet.assign(D.BaseEnds.size(), false);
    // Depth-first; the target of a lone byte comes directly after its state.
    if (!D.States.empty())
      Stack.push_back(D.Start);
    while (!Stack.empty()) {
      uint32_t S = Stack.back();
      Stack.pop_back();
      // Along the links of a literal or a key nothing waits.
      for (uint32_t Next = S; Next != automata::None && !isNumbered(R, Next);) {
        S = Next;
        Ids[IdsBegin[R] + S] = StateId(States.size());
        States.push_back({R, S});
        if (!spendWork())
          return false;
        Next = onlyTarget(D, S);
        if (Next == automata::None)
          pushTargets(R, S);
      }
    }
  }
  return true;
}

/// Keeps what `S` calls, and puts on the stack where it leads, the first way on top.
void Layout::pushTargets(uint32_t R, uint32_t S) {
  const Dfa &D = dfa(R);
  std::span<const Dfa::Call> Calls = D.calls(S);
  for (auto C = Calls.rbegin(); C != Calls.rend(); ++C)
    Stack.push_back(C->Target);
  for (const Dfa::Call &C : Calls)
    keep(C.Rule);
  for (const Dfa::Symbol &Y : D.symbols(S))
    Stack.push_back(Y.Target);
  auto push = [&](uint32_t Target) {
    if (!isNumbered(R, Target))
      Stack.push_back(Target);
  };
  auto pushRow = [&](std::span<const Dfa::Range> Row) {
    for (auto Range = Row.rbegin(); Range != Row.rend(); ++Range) {
      if (Range->Plain) {
        if (Range->To != automata::None)
          push(Range->To);
        continue;
      }
      for (const Dfa::Alternative &A : D.alternatives(*Range)) {
        if (A.Push != automata::None)
          keep(A.CalleeRule);
        push(A.own());
      }
    }
  };
  if (uint32_t B = D.States[S].Base; B != automata::None && !BaseMet[B]) {
    BaseMet[B] = true;
    pushRow(D.base(B));
  }
  pushRow(D.ownRow(S));
}

uint32_t Layout::newProgram(uint32_t P) {
  if (P >= Programs.size())
    Programs.resize(P + 1, NoIndex);
  if (Programs[P] == NoIndex) {
    Programs[P] = uint32_t(T.Ops.size());
    std::span<const automata::RegOp> Ops = Shared->Programs[P];
    for (size_t I = 0; I < Ops.size(); ++I)
      T.Ops.push_back(
          {Ops[I].Code, uint8_t(I + 1 == Ops.size()), Ops[I].Register, Ops[I].A, Ops[I].B});
  }
  return Programs[P];
}

uint32_t Layout::action(uint32_t R, const Dfa::Range &Range) {
  if (Range.Plain)
    return makeMove(idOf(R, Range.To));
  uint32_t &Known = Actions[ActionsBegin[R] + Range.To];
  if (Known != ActionDead)
    return Known;
  Dfa::AlternativeList L = Here->Automaton.alternatives(Range);
  uint32_t At = uint32_t(T.AltLists.size());
  T.AltLists.push_back(uint32_t(L.size()));
  for (const Dfa::Alternative &A : L) {
    T.AltLists.push_back(uint32_t(T.Alternatives.size()));
    if (A.Push == automata::None)
      T.Alternatives.push_back({program(A.Ops), idOf(R, A.Target), NoIndex, NoIndex});
    else
      T.Alternatives.push_back(
          {program(A.Ops), idOf(A.CalleeRule, A.Target), idOf(R, A.Push), NewRule[A.CalleeRule]});
  }
  return Known = At | ActionAlternatives;
}

inline void Layout::placeRow(uint32_t R, uint32_t S, StateRec &Rec) {
  const Dfa &D = Here->Automaton;
  const Dfa::State &St = D.States[S];
  if (St.RowEnd - St.RowBegin == 1 && St.Base == automata::None) {
    const Dfa::Range &Only = D.Ranges[St.RowBegin];
    if (Only.First == Only.Last && Only.Plain && idOf(R, Only.To) == idOf(R, S) + 1) {
      Rec.Kind = RowKind::Chain;
      Rec.Byte = Only.First;
      return;
    }
  }
  placeWholeRow(R, S, Rec);
}

/// The row of a state that is not seen at once to be a link of a chain.
void Layout::placeWholeRow(uint32_t R, uint32_t S, StateRec &Rec) {
  const Dfa &D = Here->Automaton;
  std::span<const Dfa::Range> Row = D.ownRow(S);
  if (const uint32_t Base = D.States[S].Base; Base != automata::None) {
    if (D.base(Base).size() > MaxSparse) {
      placeBasedRow(R, S, Rec);
      return;
    }
    Merged.clear();
    D.forEachRange(S, [&](const Dfa::Range &Range) { Merged.push_back(Range); });
    Row = Merged;
  }
  if (Row.empty()) {
    Rec.Kind = RowKind::None;
    return;
  }
  if (Row.size() == 1 && Row[0].First == Row[0].Last &&
      action(R, Row[0]) == makeMove(idOf(R, S) + 1)) {
    Rec.Kind = RowKind::Chain;
    Rec.Byte = Row[0].First;
    return;
  }
  Rec.Row = uint32_t(T.Rows.size());
  if (Row.size() <= MaxSparse) {
    Rec.Kind = RowKind::Sparse;
    T.Rows.push_back(uint32_t(Row.size()));
    for (const Dfa::Range &Range : Row) {
      T.Rows.push_back(uint32_t(Range.First) | uint32_t(Range.Last) << 8);
      T.Rows.push_back(action(R, Range));
    }
    return;
  }
  Rec.Kind = RowKind::Dense;
  placeDenseRow(R, Row);
}

void Layout::placeDenseRow(uint32_t R, std::span<const Dfa::Range> Row) {
  std::array<uint8_t, 256> Map{};
  Targets.assign(1, ActionDead);
  for (const Dfa::Range &Range : Row) {
    uint32_t A = action(R, Range);
    auto It = std::find(Targets.begin(), Targets.end(), A);
    uint8_t Class = uint8_t(It - Targets.begin());
    if (It == Targets.end())
      Targets.push_back(A);
    std::memset(Map.data() + Range.First, Class, size_t(Range.Last - Range.First) + 1);
  }
  // At most 255 ranges besides the dead class would overflow a byte only when every
  // byte had an action of its own and one were dead too, which cannot be.
  T.Rows.push_back(addClassMap(Map));
  T.Rows.insert(T.Rows.end(), Targets.begin(), Targets.end());
}

/// The number of `Map` among the first `Known` that `mapOf` returns by number; `Known`, which is
/// then the next one's, where it is not among them. `Hashes` has a pair for each number: the hash
/// of its map, and how many maps before it have that hash.
template <typename Fn>
static uint32_t numberOf(const ClassMap &Map, WordIndex &Hashes, size_t Known, Fn mapOf) {
  std::array<uint32_t, 64> Words;
  std::memcpy(Words.data(), Map.data(), sizeof(Map));
  const uint32_t Hash = WordIndex::hashOf(std::span<const uint32_t, 64>(Words));
  for (uint32_t Before = 0;; ++Before) {
    const uint32_t Id = Hashes.intern({Hash, Before});
    if (Id == Known || mapOf(Id) == Map)
      return Id;
  }
}

uint32_t Layout::addClassMap(const ClassMap &Map) {
  const uint32_t Id = numberOf(Map, ClassMapHashes, T.ClassMaps.size(),
                               [&](uint32_t I) -> const ClassMap & { return T.ClassMaps[I]; });
  if (Id == T.ClassMaps.size())
    T.ClassMaps.push_back(Map);
  return Id;
}

void Layout::placeBasedRow(uint32_t R, uint32_t S, StateRec &Rec) {
  const Dfa &D = Here->Automaton;
  const uint32_t B = BasesBegin[R] + D.States[S].Base;
  BaseRow &Base = BaseRows[B];
  if (Base.Actions.empty()) {
    Base.Map.fill(0);
    Base.Actions.reserve(D.base(D.States[S].Base).size() + 1);
    Base.Actions.assign(1, ActionDead);
    for (const Dfa::Range &Range : D.base(D.States[S].Base)) {
      const uint32_t A = action(R, Range);
      auto It = std::find(Base.Actions.begin(), Base.Actions.end(), A);
      const uint8_t Class = uint8_t(It - Base.Actions.begin());
      if (It == Base.Actions.end())
        Base.Actions.push_back(A);
      std::memset(Base.Map.data() + Range.First, Class, size_t(Range.Last - Range.First) + 1);
    }
    Base.MapId =
        numberOf(Base.Map, BaseMapHashes, BaseOfMap.size(),
                 [&](uint32_t I) -> const ClassMap & { return BaseRows[BaseOfMap[I]].Map; });
    if (Base.MapId == BaseOfMap.size())
      BaseOfMap.push_back(B);
  }
  Rec.Kind = RowKind::Dense;
  Rec.Row = uint32_t(T.Rows.size());
  T.Rows.push_back(0);
  T.Rows.insert(T.Rows.end(), Base.Actions.begin(), Base.Actions.end());
  const std::span<const Dfa::Range> Own = D.ownRow(S);
  // Nearly always one byte does what the base does not: what it does, the map does not say.
  uint32_t *OfByte = nullptr;
  if (Own.size() == 1 && Own[0].First == Own[0].Last && Own[0].To != automata::None) {
    const uint32_t A = action(R, Own[0]);
    if (std::find(Base.Actions.begin(), Base.Actions.end(), A) == Base.Actions.end()) {
      if (Base.MapOfByte.empty())
        Base.MapOfByte.assign(256, NoIndex);
      OfByte = &Base.MapOfByte[Own[0].First];
      if (*OfByte != NoIndex) {
        T.Rows.push_back(A);
        T.Rows[Rec.Row] = *OfByte;
        return;
      }
    }
  }
  BasedKey.assign(1, Base.MapId); // rules have bases of their own, which say mostly the same
  for (const Dfa::Range &Range : Own) {
    const uint32_t A = Range.Plain && Range.To == automata::None ? ActionDead : action(R, Range);
    const auto First = T.Rows.begin() + Rec.Row + 1;
    const uint32_t Class = uint32_t(std::find(First, T.Rows.end(), A) - First);
    if (Rec.Row + 1 + Class == T.Rows.size())
      T.Rows.push_back(A);
    BasedKey.push_back(Class << 16 | uint32_t(Range.Last) << 8 | Range.First);
  }
  const uint32_t Known = BasedMaps.intern(BasedKey);
  if (Known == BasedMapIds.size()) {
    ClassMap Map = Base.Map;
    for (size_t I = 1; I < BasedKey.size(); ++I)
      for (uint32_t Byte = BasedKey[I] & 0xff; Byte <= (BasedKey[I] >> 8 & 0xff); ++Byte)
        Map[Byte] = uint8_t(BasedKey[I] >> 16);
    BasedMapIds.push_back(addClassMap(Map));
  }
  T.Rows[Rec.Row] = BasedMapIds[Known];
  if (OfByte)
    *OfByte = BasedMapIds[Known];
}

/// Finds the bytes on which the state loops: ASCII directly, the rest when every
/// well-formed sequence leads back.
void Layout::placeLoop(uint32_t S, DetailRec &Detail) {
  const Dfa &D = Here->Automaton;
  auto lone = [&](const Dfa::Range &Range) -> Dfa::Alternative {
    Dfa::AlternativeList L = D.alternatives(Range);
    return L.size() == 1 && L[0].Push == automata::None
               ? L[0]
               : Dfa::Alternative{0, automata::None, 0, automata::None};
  };
  // A key that leaves the trie does not come back to it.
  if (D.States[S].Base != automata::None)
    return;
  // One program for the whole loop: none, or one counter.
  ByteSet Loop;
  uint32_t Ops = 0;
  bool Any = false;
  auto usable = [&](uint32_t P) {
    const std::span<const automata::RegOp> O = Shared->Programs[P];
    return O.empty() || (O.size() == 1 && O[0].Code == OpCode::CounterBelow);
  };
  for (const Dfa::Range &Range : D.row(S)) {
    if (Range.First >= 0x80)
      break;
    if (Range.Plain && Range.To != S)
      continue;
    Dfa::Alternative A = lone(Range);
    if (A.Target != S || !usable(A.Ops) || (Any && A.Ops != Ops))
      continue;
    Ops = A.Ops;
    Any = true;
    Loop |= ByteSet::range(Range.First, std::min<unsigned>(Range.Last, 0x7f));
  }
  if (!Any)
    return;
  bool AllSequences = true;
  std::vector<uint32_t> &At = LoopAt, &Next = LoopNext;
  static const std::vector<Utf8Sequence> Sequences = utf8Sequences(0x80, MaxCodePoint);
  for (const Utf8Sequence &Q : Sequences) {
    At.assign(1, S);
    for (unsigned I = 0; I < Q.Size && AllSequences; ++I) {
      Next.clear();
      for (uint32_t From : At) {
        unsigned B = Q.Bytes[I].First;
        for (const Dfa::Range &Range : D.ownRow(From)) {
          if (Range.Last < B || B > Q.Bytes[I].Last)
            continue;
          Dfa::Alternative A = lone(Range);
          if (Range.First > B || A.Target == automata::None || A.Ops != (I == 0 ? Ops : 0))
            break;
          B = Range.Last + 1U;
          if (std::find(Next.begin(), Next.end(), A.Target) == Next.end())
            Next.push_back(A.Target);
        }
        AllSequences = AllSequences && B > Q.Bytes[I].Last;
      }
      std::swap(At, Next);
    }
    AllSequences = AllSequences && At.size() == 1 && At[0] == S;
    if (!AllSequences)
      break;
  }
  if (AllSequences)
    Loop |= ByteSet::range(0x80, 0xff);
  Detail.LoopAtoms = atomMask(Loop);
  Detail.LoopOps = Ops ? program(Ops) : NoIndex;
}

/// What a state has to say beside its row, which stands in `Rec`.
inline void Layout::placeDetail(uint32_t R, uint32_t S, StateRec &Rec) {
  const RuleAutomatonInfo &Info = *Here;
  const Dfa::State &St = Info.Automaton.States[S];
  const bool HasSets = Info.Object != automata::None || Info.Elements != automata::None;
  // A link of a literal has no more to say, nor has a state that only leaves the trie of keys:
  // what a base has are free keys.
  const bool ReadsOnly = !St.Accepts && !St.ReturnOps && St.CallsBegin == St.CallsEnd &&
                         St.SymbolsBegin == St.SymbolsEnd;
  if (ReadsOnly && Rec.Kind == RowKind::Chain) {
    if (HasSets)
      Rec.Flags |= StateKeySets;
    return;
  }
  if (ReadsOnly && HasSets && St.Base != automata::None && !Info.Automaton.base(St.Base).empty()) {
    Rec.Flags |= StateKeySets | StateInKey;
    return;
  }
  placeWholeDetail(R, S, Rec);
}

void Layout::placeWholeDetail(uint32_t R, uint32_t S, StateRec &Rec) {
  const RuleAutomatonInfo &Info = *Here;
  const Dfa &From = Info.Automaton;
  const Dfa::State &St = From.States[S];
  const bool HasSets = Info.Object != automata::None || Info.Elements != automata::None;
  DetailRec D{};
  D.AcceptOps = program(St.AcceptOps);
  D.ReturnOps = program(St.ReturnOps);
  D.CallsBegin = uint32_t(T.Calls.size());
  for (const Dfa::Call &C : From.calls(S))
    T.Calls.push_back(
        {NewRule[C.Rule], idOf(R, C.Target), program(C.Ops), isPlainEnd(R, C.Target)});
  D.CallsEnd = uint32_t(T.Calls.size());
  D.SymbolsBegin = uint32_t(T.Symbols.size());
  for (const Dfa::Symbol &Y : From.symbols(S)) {
    const automata::SymbolLabel &L = From.Labels[Y.Label];
    // Token references of one label stand together.
    uint32_t First = uint32_t(T.TokenRefs.size());
    for (uint32_t Token : L.Tokens) {
      const ir::TokenRef &Ref = Shared->Tokens[Token];
      T.TokenRefs.push_back(
          {Ref.Id ? *Ref.Id : NoIndex, uint32_t(T.Text.size()), uint32_t(Ref.Name.size())});
      T.Text += Ref.Name;
    }
    T.Symbols.push_back(
        {First, L.Except ? uint32_t(L.Tokens.size()) : NoIndex, idOf(R, Y.Target), program(Y.Ops)});
  }
  D.SymbolsEnd = uint32_t(T.Symbols.size());
  D.LoopOps = NoIndex;
  placeLoop(S, D);

  if (St.Accepts)
    Rec.Flags |= StateAccepts;
  if (St.isFinal())
    Rec.Flags |= StateFinal;
  if (D.CallsBegin != D.CallsEnd)
    Rec.Flags |= StateHasCalls;
  if (D.SymbolsBegin != D.SymbolsEnd)
    Rec.Flags |= StateHasSymbols;
  if (HasSets)
    Rec.Flags |= StateKeySets;
  // The states of the trie of keys: what goes out tests keys.
  auto testsKeys = [&](const Dfa::Alternative &A) {
    const auto &P = Shared->Programs[A.Ops];
    return std::any_of(P.begin(), P.end(), [](const automata::RegOp &O) {
      return O.Code == OpCode::KeyLive || O.Code == OpCode::KeyTake || O.Code == OpCode::FreeLive;
    });
  };
  if (Rec.Flags & StateKeySets) {
    // What a base has are free keys.
    bool InKey = St.Base != automata::None && !From.base(St.Base).empty();
    for (const Dfa::Range &Range : From.ownRow(S)) {
      if (InKey)
        break;
      if (!Range.Plain)
        for (const Dfa::Alternative &A : From.alternatives(Range))
          InKey = InKey || testsKeys(A);
    }
    if (InKey)
      Rec.Flags |= StateInKey;
  }
  if (D.AcceptOps != NoIndex || D.ReturnOps != NoIndex || D.CallsBegin != D.CallsEnd ||
      D.SymbolsBegin != D.SymbolsEnd || D.LoopAtoms) {
    Rec.Detail = uint32_t(T.Details.size());
    T.Details.push_back(D);
  }
}

bool Layout::place(const SharedTables &Tables, std::span<const uint32_t> Roots) {
  Shared = &Tables;
  const uint32_t FirstRule = uint32_t(RuleOrder.size());
  const StateId FirstState = StateId(States.size());
  if (!numberStates(Roots))
    return false;
  for (uint32_t I = FirstRule; I < RuleOrder.size(); ++I) {
    const RuleAutomatonInfo &Info = Shared->Rules[RuleOrder[I]];
    RuleRec R{};
    R.Start = Info.Automaton.States.empty() ? NoIndex : idOf(RuleOrder[I], Info.Automaton.Start);
    R.Registers = uint16_t(Info.Registers);
    R.Nest = Info.Nest;
    R.Nullable = Info.Nullable;
    R.NameOffset = uint32_t(T.Text.size());
    R.NameSize = uint32_t(Info.Name.size());
    T.Text += Info.Name;
    R.Object = Info.Object;
    R.Elements = Info.Elements;
    R.Leaf = Info.Object == automata::None && Info.Elements == automata::None &&
             Info.Automaton.Calls.empty() && Info.Automaton.Symbols.empty();
    T.Rules.push_back(R);
  }
  if (T.States.capacity() < States.size())
    T.States.reserve(States.size());
  for (StateId S = FirstState; S < States.size();) {
    const uint32_t R = States[S].first;
    Here = &Shared->Rules[R];
    T.Rules[NewRule[R]].StatesBegin = S;
    for (; S < States.size() && States[S].first == R; ++S) {
      StateRec Rec{RowKind::None, 0, 0, 0, 0, NoIndex};
      placeRow(R, States[S].second, Rec);
      placeDetail(R, States[S].second, Rec);
      T.States.push_back(Rec);
      if (!spendWork(1, sizeof(StateRec)))
        return false;
    }
    T.Rules[NewRule[R]].StatesEnd = S;
  }
  return true;
}

void Layout::begin(const Layout &From) {
  // What is added is mostly less than what is there: a copy without room would move at once.
  auto room = [](auto &To, const auto &Of, size_t More) { To.reserve(Of.size() + More); };
  room(T.States, From.T.States, 128);
  room(T.Details, From.T.Details, 64);
  room(T.Rows, From.T.Rows, 512);
  room(T.ClassMaps, From.T.ClassMaps, 16);
  room(T.AltLists, From.T.AltLists, 256);
  room(T.Alternatives, From.T.Alternatives, 128);
  room(T.Ops, From.T.Ops, 128);
  room(T.Calls, From.T.Calls, 64);
  room(T.Rules, From.T.Rules, 16);
  room(T.Text, From.T.Text, 256);
  room(Ids, From.Ids, 256);
  room(States, From.States, 256);
  room(Actions, From.Actions, 256);
  room(Programs, From.Programs, 128);
  for (std::vector<uint32_t> Layout::*ByRule :
       {&Layout::RuleOrder, &Layout::NewRule, &Layout::IdsBegin, &Layout::ActionsBegin,
        &Layout::BasesBegin})
    room(this->*ByRule, From.*ByRule, 32);
  *this = From;
}

void Layout::forgetBases() {
  for (BaseRow &B : BaseRows) {
    B.Actions = {};
    B.MapOfByte = {};
  }
}

size_t Layout::bytes() const {
  size_t Words = T.Rows.size() + T.AltLists.size() + RuleOrder.size() + NewRule.size() +
                 IdsBegin.size() + Ids.size() + 2 * States.size() + Programs.size() +
                 ActionsBegin.size() + Actions.size() + BasesBegin.size();
  return sizeof(*this) + 4 * Words + T.States.size() * sizeof(StateRec) +
         T.Details.size() * sizeof(DetailRec) + T.Calls.size() * sizeof(T.Calls[0]) +
         T.Alternatives.size() * sizeof(T.Alternatives[0]) + T.Ops.size() * sizeof(T.Ops[0]) +
         T.ClassMaps.size() * (sizeof(ClassMap) + 16) + BaseRows.size() * sizeof(BaseRow) +
         T.Rules.size() * sizeof(RuleRec) + T.Text.size();
}

} // namespace weir::lowering
