//===- RuleAutomaton.cpp - The automaton of one rule -----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Automata/RuleAutomaton.h"

#include "Workspace.h"
#include "weir/Automata/ThreadMemory.h"

#include <algorithm>
#include <cstring>

namespace weir::automata {

namespace {
/// What a thread keeps for its next workspace.
thread_local std::unique_ptr<Workspace::Parts> Spare;
/// More than this is given back.
constexpr size_t MaxSpareBytes = size_t(1) << 18;
/// Automata that are given back may take so much of it.
constexpr size_t MaxSpareDfas = size_t(1) << 16, MostSpareDfas = 32;

template <typename T>
size_t bytesOf(const std::vector<T> &V) {
  return V.capacity() * sizeof(T);
}
size_t bytesOf(const Nfa &N) {
  return bytesOf(N.States) + bytesOf(N.Edges) + bytesOf(N.Sets) + bytesOf(N.OnlyByte) +
         bytesOf(N.Rows);
}
size_t bytesOf(const Dfa &D) { return D.bytes(); }
} // namespace

size_t Workspace::Parts::bytes() const {
  size_t N = bytesOf(Borrowed.Rule) + bytesOf(Borrowed.Key) + bytesOf(Borrowed.Rough) +
             bytesOf(Made) + bytesOf(List) + bytesOf(Items) + bytesOf(Grouped) + bytesOf(Bytes) +
             bytesOf(Active);
  for (const WordIndex *I :
       {&ListIndex, &PutOff, &Kernels, &Met, &Readers, &Signatures, &ListClasses})
    N += I->bytes();
  for (const std::vector<uint32_t> *V :
       {&KernelState, &SingleState, &Mark, &GroupOf, &Order, &Number, &Class, &Signature, &Words,
        &Before, &BeforeBegin, &Left, &Queue, &Counts, &Representative, &SecondOrder,
        &SecondNumber})
    N += bytesOf(*V);
  return N + bytesOf(Source) + SpareBytes;
}

Workspace::Workspace() : P(std::move(Spare)) {
  if (!P) {
    P = std::make_unique<Parts>();
    P->Spares.reserve(MostSpareDfas);
    return;
  }
  P->Steps = 0;
  P->MaxSteps = ~UINT64_C(0);
  P->Borrowed.Rule.clear();
  P->Borrowed.Key.clear();
  P->Borrowed.Rough.clear();
}
Workspace::~Workspace() {
  if (!Spare && !P->Determinising && P->bytes() <= MaxSpareBytes)
    Spare = std::move(P);
}
void trimThread() { Spare = nullptr; }
Workspace::Lent &Workspace::lent() { return P->Borrowed; }
Dfa Workspace::spare() {
  if (P->Spares.empty())
    return {};
  Dfa D = std::move(P->Spares.back());
  P->Spares.pop_back();
  P->SpareBytes -= bytesOf(D);
  D.clear();
  return D;
}
void Workspace::giveBack(Dfa &&D) noexcept {
  const size_t Bytes = bytesOf(D);
  // (No memory is asked for: a destructor may be what gives.)
  if (Bytes == 0 || P->SpareBytes + Bytes > MaxSpareDfas ||
      P->Spares.size() == P->Spares.capacity())
    return;
  P->Spares.push_back(std::move(D));
  P->SpareBytes += Bytes;
}
uint64_t Workspace::steps() const { return P->Steps; }
void Workspace::allow(uint64_t Steps) { P->MaxSteps = Steps; }
bool Workspace::isSpent() const { return P->Steps > P->MaxSteps; }

uint32_t ProgramTable::intern(std::span<const RegOp> P) {
  if (P.empty())
    return 0;
  Scratch.clear();
  for (const RegOp &O : P) {
    Scratch.push_back(uint32_t(O.Code) << 16 | O.Register);
    Scratch.push_back(O.A);
    Scratch.push_back(O.B);
  }
  const uint32_t Id = Index.intern(Scratch);
  if (Id == Ends.size()) {
    Ops.insert(Ops.end(), P.begin(), P.end());
    Ends.push_back(uint32_t(Ops.size()));
  }
  return Id + 1;
}

uint32_t ProgramTable::concatBoth(uint32_t A, uint32_t B) {
  uint32_t Pair = Pairs.intern({A, B});
  if (Pair == Concats.size()) {
    Joined.assign((*this)[A].begin(), (*this)[A].end());
    Joined.insert(Joined.end(), (*this)[B].begin(), (*this)[B].end());
    Concats.push_back(intern(Joined));
  }
  return Concats[Pair];
}

/// Whether `First`, changed accordingly, does what it and then `Then` do.
static bool foldInto(RegOp &First, const RegOp &Then) {
  if (First.Register != Then.Register)
    return false;
  const bool Sets = First.Code == OpCode::CounterSet;
  switch (Then.Code) {
  case OpCode::CounterBelow:
    if (!Sets || First.A >= Then.A)
      return false;
    ++First.A;
    return true;
  case OpCode::CounterAtLeast:
    return Sets && First.A >= Then.A;
  case OpCode::CounterAtMost:
    if (First.Code == OpCode::CounterBelow) {
      First.A = std::min(First.A, Then.A);
      return true;
    }
    return Sets && First.A <= Then.A;
  default:
    return false;
  }
}

uint32_t ProgramTable::folded(uint32_t P) {
  if ((*this)[P].size() < 2)
    return P;
  if (Folded.size() <= P)
    Folded.resize(P + 1, 0);
  if (!Folded[P]) {
    Joined.clear();
    for (const RegOp &Op : (*this)[P])
      if (Joined.empty() || !foldInto(Joined.back(), Op))
        Joined.push_back(Op);
    Folded[P] = intern(Joined);
  }
  return Folded[P];
}

uint32_t Nfa::addSet(const ByteSet &Set) {
  bool Any = false, Many = false;
  for (const uint64_t W : Set.words()) {
    Many = Many || (W && Any) || (W & (W - 1)) != 0;
    Any = Any || W;
  }
  if (Any && !Many)
    return addByte(uint8_t(Set.next(0)));
  uint32_t Words[8];
  for (unsigned I = 0; I < 4; ++I) {
    Words[2 * I] = uint32_t(Set.words()[I]);
    Words[2 * I + 1] = uint32_t(Set.words()[I] >> 32);
  }
  const uint32_t Id = SetIndex.intern(Words);
  if (Id == SetNumbers.size()) {
    SetNumbers.push_back(uint32_t(Sets.size()));
    Sets.push_back(Set);
    OnlyByte.push_back(SeveralBytes);
  }
  return SetNumbers[Id];
}

uint32_t Nfa::addNewByte(uint8_t B) {
  if (ByteSets.empty())
    ByteSets.assign(256, None);
  ByteSets[B] = uint32_t(Sets.size());
  Sets.push_back(ByteSet::of(B));
  OnlyByte.push_back(B);
  return ByteSets[B];
}

void Nfa::symbol(uint32_t From, const SymbolLabel &L, uint32_t To) {
  auto It = std::find(Symbols.begin(), Symbols.end(), L);
  uint32_t Label = uint32_t(It - Symbols.begin());
  if (It == Symbols.end())
    Symbols.push_back(L);
  addEdge(From, {EdgeKind::Symbol, 0, To, Label});
}

void Nfa::enter(uint32_t From, const ByteSet &Set, uint32_t Rule, uint32_t CalleeState,
                uint32_t ReturnTo, uint32_t Ops) {
  if (!Set.empty())
    addEdge(From, {EdgeKind::Enter, Ops, ReturnTo, addSet(Set), Rule, CalleeState});
}

void Nfa::enterFromRow(const ByteSet &Set, uint32_t Rule, uint32_t CalleeState, uint32_t ReturnTo,
                       uint32_t Ops) {
  if (!Set.empty())
    Rows.back().Edges.push_back({EdgeKind::Enter, Ops, ReturnTo, addSet(Set), Rule, CalleeState});
}

void Nfa::clear() {
  Rows.clear();
  Copies.clear();
  States.clear();
  Edges.clear();
  Sets.clear();
  OnlyByte.clear();
  Symbols.clear();
  ByteSets.clear();
  SetIndex.clear();
  SetNumbers.clear();
  Start = End = 0;
}

size_t Dfa::bytes() const {
  return bytesOf(States) + bytesOf(Ranges) + bytesOf(Calls) + bytesOf(Alternatives) +
         bytesOf(Lists) + bytesOf(BaseRanges);
}

void Dfa::dropBases() {
  if (BaseEnds.empty())
    return;
  std::vector<Range> Whole;
  for (uint32_t S = 0; S < States.size(); ++S) {
    const uint32_t Begin = uint32_t(Whole.size());
    forEachRange(S, [&](const Range &R) {
      if (Whole.size() > Begin && Whole.back().Plain == R.Plain && Whole.back().To == R.To &&
          Whole.back().Last + 1 == R.First)
        Whole.back().Last = R.Last;
      else
        Whole.push_back(R);
    });
    States[S].RowBegin = Begin;
    States[S].RowEnd = uint32_t(Whole.size());
    States[S].Base = None;
  }
  Ranges = std::move(Whole);
  BaseRanges.clear();
  BaseEnds.clear();
}

const Dfa::Range *Dfa::range(uint32_t S, uint8_t B) const {
  std::span<const Range> Row = row(S);
  auto It = std::upper_bound(Row.begin(), Row.end(), B,
                             [](uint8_t V, const Range &R) { return V < R.First; });
  return It == Row.begin() || B > (--It)->Last ? nullptr : &*It;
}

/// The number of a list of several alternatives.
static uint32_t internLong(std::span<const Dfa::Alternative> L, WordIndex &Index) {
  uint32_t Words[64];
  std::vector<uint32_t> Many;
  std::span<uint32_t> W(Words);
  if (L.size() * 4 > W.size()) {
    Many.resize(L.size() * 4);
    W = Many;
  }
  std::memcpy(W.data(), L.data(), L.size_bytes());
  return Index.intern(std::span<const uint32_t>(W).first(L.size() * 4));
}

Dfa::Action Dfa::addAction(std::span<const Alternative> L, WordIndex &Index) {
  if (L.size() == 1 && !L[0].Ops && L[0].Push == None)
    return {true, L[0].Target};
  static_assert(sizeof(Alternative) == 4 * sizeof(uint32_t));
  uint32_t List;
  if (L.size() == 1) {
    uint32_t One[4];
    std::memcpy(One, L.data(), sizeof(One));
    List = Index.intern(One);
  } else {
    List = internLong(L, Index);
  }
  if (List == listCount()) {
    Alternatives.insert(Alternatives.end(), L.begin(), L.end());
    Lists.push_back(uint32_t(Alternatives.size()));
  }
  return {false, List};
}

void Dfa::clear() {
  States.clear();
  Ranges.clear();
  Calls.clear();
  Symbols.clear();
  Alternatives.clear();
  Lists.assign(1, 0);
  BaseRanges.clear();
  BaseEnds.clear();
  Labels.clear();
  Start = 0;
}

void markLive(const Dfa &D, RuleLiveness Rules, std::span<uint8_t> Live) {
  constexpr uint8_t Tried = 2;
  auto leadsBy = [&](std::span<const Dfa::Range> Row) {
    for (const Dfa::Range &R : Row) {
      if (R.Plain) {
        if (R.To != None && Live[R.To] == 1)
          return true;
        continue;
      }
      for (const Dfa::Alternative &A : D.alternatives(R))
        if (Live[A.own()] == 1 && (A.Push == None || Rules[A.CalleeRule]))
          return true;
    }
    return false;
  };
  // Whether some byte of a base leads on: found once a round, since what changes in a round
  // makes another one follow.
  std::vector<uint8_t> BaseLive(D.BaseEnds.size());
  // Most edges lead to states with higher numbers, so descending passes soon end.
  auto leads = [&](uint32_t S) {
    if (leadsBy(D.ownRow(S)))
      return true;
    const Dfa::State &St = D.States[S];
    if (St.Base != None && BaseLive[St.Base]) {
      bool Any = false;
      D.forEachRange(S, [&](const Dfa::Range &R) { Any = Any || leadsBy({&R, 1}); });
      if (Any)
        return true;
    }
    for (const Dfa::Call &C : D.calls(S))
      if (Rules[C.Rule] && Live[C.Target] == 1)
        return true;
    for (const Dfa::Symbol &Y : D.symbols(S))
      if (Live[Y.Target] == 1)
        return true;
    return false;
  };
  const uint32_t N = uint32_t(D.States.size());
  // What accepts comes first: most that leads back leads to it.
  for (uint32_t S = 0; S < N; ++S)
    Live[S] = Live[S] || D.States[S].Accepts;
  // From the start on to some other state until one is live: then all on the way are, and what
  // leads back mostly leads to one of these.
  auto anotherState = [&](uint32_t S) {
    // One that is live is the last; behind a member another one may begin, or the object ends.
    uint32_t Next = None;
    auto isLast = [&](uint32_t To) {
      if (Next == None && Live[To] == 0)
        Next = To;
      return Live[To] == 1;
    };
    for (const Dfa::Range &R : D.ownRow(S)) {
      if (R.Plain && R.To != None && isLast(R.To))
        return R.To;
      if (!R.Plain)
        for (const Dfa::Alternative &A : D.alternatives(R))
          if ((A.Push == None || Rules[A.CalleeRule]) && isLast(A.own()))
            return A.own();
    }
    for (const Dfa::Call &C : D.calls(S))
      if (Rules[C.Rule] && isLast(C.Target))
        return C.Target;
    return Next;
  };
  uint32_t At = N ? D.Start : None;
  while (At != None && Live[At] == 0 && pollWork()) {
    Live[At] = Tried;
    At = anotherState(At);
  }
  const bool Met = At != None && Live[At] == 1;
  for (uint32_t S = 0; S < N; ++S)
    if (Live[S] == Tried)
      Live[S] = Met;
  for (unsigned Round = 0; Round < 4; ++Round) {
    bool Changed = false, Missing = false;
    for (uint32_t B = 0; B < BaseLive.size(); ++B)
      BaseLive[B] = leadsBy(D.base(B));
    // (When the compilation has ended, nobody asks what is live.)
    for (uint32_t S = N; S-- > 0 && pollWork();)
      if (!Live[S]) {
        if (leads(S))
          Live[S] = Changed = true;
        else
          Missing = true;
      }
    if (!Changed || !Missing || !pollWork(0))
      return;
  }
  // The rest by a search backwards.
  std::vector<uint32_t> Begin, Before, Fill, Stack;
  if (!assignLong(Begin, N + 1, 0U))
    return;
  auto forEachLiveEdge = [&](uint32_t S, auto &&F) {
    D.forEachRange(S, [&](const Dfa::Range &R) {
      for (const Dfa::Alternative &A : D.alternatives(R))
        if (A.Push == None || Rules[A.CalleeRule])
          F(A.own());
    });
    for (const Dfa::Call &C : D.calls(S))
      if (Rules[C.Rule])
        F(C.Target);
    for (const Dfa::Symbol &Y : D.symbols(S))
      F(Y.Target);
  };
  for (uint32_t S = 0; S < N; ++S) {
    if (!pollWork())
      return;
    forEachLiveEdge(S, [&](uint32_t T) { ++Begin[T + 1]; });
  }
  for (uint32_t S = 0; S < N; ++S)
    Begin[S + 1] += Begin[S];
  if (!assignLong(Before, Begin[N], 0U) || !assignLong(Fill, N, 0U))
    return;
  std::copy(Begin.begin(), Begin.end() - 1, Fill.begin());
  for (uint32_t S = 0; S < N; ++S) {
    if (!pollWork())
      return;
    forEachLiveEdge(S, [&](uint32_t T) { Before[Fill[T]++] = S; });
    if (Live[S])
      Stack.push_back(S);
  }
  while (!Stack.empty() && pollWork()) {
    uint32_t S = Stack.back();
    Stack.pop_back();
    for (uint32_t I = Begin[S]; I < Begin[S + 1]; ++I)
      if (!Live[Before[I]]) {
        Live[Before[I]] = true;
        Stack.push_back(Before[I]);
      }
  }
}

bool cutDead(Dfa &D, RuleLiveness Rules, std::span<const uint8_t> Live, Workspace &Space) {
  auto altLive = [&](const Dfa::Alternative &A) {
    return Live[A.own()] && (A.Push == None || Rules[A.CalleeRule]);
  };
  auto callLive = [&](const Dfa::Call &C) { return Rules[C.Rule] && Live[C.Target]; };
  auto symbolLive = [&](const Dfa::Symbol &Y) { return bool(Live[Y.Target]); };
  auto plainWhole = [&](const Dfa::Range &R) { return !R.Plain || R.To == None || Live[R.To]; };
  if (std::all_of(D.Ranges.begin(), D.Ranges.end(), plainWhole) &&
      std::all_of(D.BaseRanges.begin(), D.BaseRanges.end(), plainWhole) &&
      std::all_of(D.Alternatives.begin(), D.Alternatives.end(), altLive) &&
      std::all_of(D.Calls.begin(), D.Calls.end(), callLive) &&
      std::all_of(D.Symbols.begin(), D.Symbols.end(), symbolLive))
    return false;
  D.dropBases();
  Workspace::Parts &W = Space.parts();
  Dfa &Out = W.Made;
  Out.clear();
  W.ListIndex.clear();
  for (uint32_t S = 0; S < D.States.size(); ++S) {
    // (When the compilation has ended, the automaton stays as it is.)
    if (!pollWork() || !growLong(Out.States))
      return false;
    Dfa::State St = D.States[S];
    St.RowBegin = St.RowEnd = uint32_t(Out.Ranges.size());
    St.CallsBegin = uint32_t(Out.Calls.size());
    St.SymbolsBegin = uint32_t(Out.Symbols.size());
    std::copy_if(D.calls(S).begin(), D.calls(S).end(), std::back_inserter(Out.Calls), callLive);
    std::copy_if(D.symbols(S).begin(), D.symbols(S).end(), std::back_inserter(Out.Symbols),
                 symbolLive);
    St.CallsEnd = uint32_t(Out.Calls.size());
    St.SymbolsEnd = uint32_t(Out.Symbols.size());
    Out.States.push_back(St);
    for (const Dfa::Range &R : D.row(S)) {
      Dfa::AlternativeList L = D.alternatives(R);
      W.List.clear();
      std::copy_if(L.begin(), L.end(), std::back_inserter(W.List), altLive);
      if (!W.List.empty())
        Out.addRange(S, R.First, R.Last, W.List, W.ListIndex);
    }
  }
  if (!pollWork(0)) // rows may be cut short
    return false;
  Out.Labels = std::move(D.Labels);
  Out.Start = D.Start;
  std::swap(D, Out);
  return true;
}

} // namespace weir::automata
