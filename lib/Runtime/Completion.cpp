//===- Completion.cpp - A short way to the end of the text ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Completion.h"

#include "MatcherImpl.h"

#include <algorithm>
#include <bit>

namespace weir {

/// More than any path between two keys is long.
static constexpr uint64_t MissingKeyCost = 1U << 20;
/// The estimate does not see guards: what looks near may be closed, and a loop in front
/// of it look as good as the way around. When so many bytes have brought nothing nearer,
/// leading into a state by the same byte again looks longer each time.
static constexpr unsigned Patience = 4;
static constexpr uint64_t RepetitionCost = 2;
/// What is not found by then is taken to be far: an estimate all the same.
static constexpr unsigned MaxSweeps = 1000;

CompletionEstimate::CompletionEstimate(const Grammar &G) : G(G) {
  const GrammarView &T = G.tables();
  const uint32_t Count = uint32_t(T.States.size());
  FirstEdge.reserve(Count + 1);
  for (StateId S = 0; S < Count; ++S) {
    FirstEdge.push_back(uint32_t(Edges.size()));
    addEdges(S);
  }
  FirstEdge.push_back(uint32_t(Edges.size()));

  // States are numbered depth-first: backwards, most paths are found in one sweep.
  ToEnd.assign(Count, Far);
  bool Changed = true;
  for (unsigned Sweep = 0; Changed && Sweep < MaxSweeps; ++Sweep) {
    Changed = false;
    for (StateId S = Count; S-- > 0;)
      for (uint32_t E = FirstEdge[S]; E < FirstEdge[S + 1]; ++E)
        if (uint32_t C = cost(Edges[E], ToEnd, 0); C < ToEnd[S]) {
          ToEnd[S] = C;
          Changed = true;
        }
  }
}

void CompletionEstimate::addEdges(StateId S) {
  const GrammarView &T = G.tables();
  const StateRec &R = G.state(S);
  uint32_t Last = ActionDead;
  for (unsigned B = 0; B < 256; ++B) {
    uint32_t A = G.action(S, uint8_t(B));
    if (A == Last || A == ActionDead)
      continue;
    Last = A;
    if (!(A & ActionAlternatives)) {
      Edges.push_back({A - 1, NoIndex, 1, NoIndex});
      continue;
    }
    uint32_t List = A & ~ActionAlternatives;
    for (uint32_t I = 1; I <= T.AltLists[List]; ++I) {
      const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + I]];
      if (Alt.Push == NoIndex)
        Edges.push_back({Alt.Target, NoIndex, 1, Alt.Ops});
      else
        Edges.push_back({Alt.Push, Alt.Target, 1, Alt.Ops});
    }
  }
  if (R.Flags & StateAccepts)
    Edges.push_back({NoIndex, NoIndex, 0, NoIndex});
  if (const DetailRec *D = G.detail(S)) {
    for (uint32_t C = D->CallsBegin; C < D->CallsEnd; ++C) {
      const CallRec &Call = T.Calls[C];
      Edges.push_back({Call.Jump ? NoIndex : Call.Return, T.Rules[Call.Rule].Start, 0, Call.Ops});
    }
    for (uint32_t Y = D->SymbolsBegin; Y < D->SymbolsEnd; ++Y)
      Edges.push_back({T.Symbols[Y].Target, NoIndex, 1, T.Symbols[Y].Ops});
  }
}

/// By way of the edge to what `Distance` measures, which begins at state `Base`.
uint32_t CompletionEstimate::cost(const Edge &E, const std::vector<uint32_t> &Distance,
                                  uint32_t Base) const {
  uint32_t Cost = E.Bytes;
  if (E.Callee != NoIndex)
    Cost += ToEnd[E.Callee];
  if (E.Target != NoIndex)
    Cost += Distance[E.Target - Base];
  else if (&Distance != &ToEnd)
    return Far;
  return std::min(Cost, Far);
}

bool CompletionEstimate::takes(uint32_t Program, uint32_t Leaf) const {
  if (Program == NoIndex)
    return false;
  for (const OpRec *Op = &G.tables().Ops[Program];; ++Op) {
    if (Op->Code == OpCode::KeyTake && Op->B == Leaf)
      return true;
    if (Op->Last)
      return false;
  }
}

const std::vector<uint32_t> &CompletionEstimate::toKey(uint32_t Rule, uint32_t Leaf) {
  auto [It, New] = ToKey.try_emplace({Rule, Leaf});
  std::vector<uint32_t> &D = It->second;
  if (!New)
    return D;
  const RuleRec &R = G.rule(Rule);
  D.assign(R.StatesEnd - R.StatesBegin, Far);
  bool Changed = true;
  for (unsigned Sweep = 0; Changed && Sweep < MaxSweeps; ++Sweep) {
    Changed = false;
    for (StateId S = R.StatesEnd; S-- > R.StatesBegin;) {
      uint32_t &Here = D[S - R.StatesBegin];
      for (uint32_t E = FirstEdge[S]; E < FirstEdge[S + 1]; ++E) {
        uint32_t C = takes(Edges[E].Program, Leaf) ? 1 : cost(Edges[E], D, R.StatesBegin);
        if (C < Here) {
          Here = C;
          Changed = true;
        }
      }
    }
  }
  return D;
}

/// How many required keys are missing, and the leaf of one.
std::pair<uint32_t, uint32_t> CompletionEstimate::missing(const ObjectRec &O,
                                                          const uint32_t *Regs) const {
  const uint32_t *Words = G.tables().Words.data();
  const uint32_t *Own = Regs ? Regs + O.Base : nullptr;
  if (!O.AnyOrder) {
    uint32_t Next = Own ? Own[3] : 0;
    uint32_t Count = Words[O.RequiredFrom + Next];
    return {Count, Count ? Words[O.LeafOfOrdinal + Words[O.NextRequired + Next]] : NoIndex};
  }
  uint32_t Count = 0, First = NoIndex;
  for (uint32_t W = 0; W < (O.Keys + 31) / 32; ++W) {
    uint32_t Bits = Words[O.RequiredBits + W] & ~(Own ? Own[3 + W] : 0);
    if (Bits && First == NoIndex)
      First = W * 32 + uint32_t(std::countr_zero(Bits));
    Count += uint32_t(std::popcount(Bits));
  }
  return {Count, First};
}

uint64_t CompletionEstimate::of(const FrameView &V, const Frame &Top) {
  uint64_t Sum = 0;
  Frame F = Top;
  while (F.State != NoIndex) {
    uint32_t Rule = G.ruleOf(F.State);
    const RuleRec &R = G.rule(Rule);
    uint32_t Here = ToEnd[F.State];
    if (R.Object != NoIndex) {
      const ObjectRec &O = G.tables().Objects[R.Object];
      auto [Count, Leaf] = missing(O, F.Regs == ZeroRegs ? nullptr : V.words(F.Regs));
      if (Count) {
        Here = toKey(Rule, Leaf)[F.State - R.StatesBegin];
        Sum += Count * MissingKeyCost;
      }
    }
    Sum += Here;
    uint32_t P = F.Parent;
    if (P == Bottom || P == Unknown)
      break;
    F = V.frame(P);
    if (F.isChoice()) {
      P = V.words(F.Regs)[0];
      if (P == Bottom || P == Unknown)
        break;
      F = V.frame(P);
    }
  }
  return Sum;
}

std::optional<std::string> Matcher::Impl::completion(size_t MaxBytes) {
  std::string Text;
  ConfigList L = load();
  if (head().Terminated)
    return Text;
  CompletionEstimate Estimate(G);
  std::map<std::pair<StateId, uint8_t>, uint64_t> Uses; // since it came nearer
  uint64_t Nearest = UINT64_MAX;
  unsigned Stalled = 0;
  for (;;) {
    Scratch::Mark Before = Temp.mark();
    S.Complete = false;
    ConfigList Ready = S.expand(L);
    if (S.Complete)
      return Text;
    if (S.OverBudget || Text.size() >= MaxBytes)
      return std::nullopt;
    ByteSet Candidates;
    for (const Frame &F : S.list(Ready))
      if (!Stepper::isDone(F))
        for (unsigned B = 0; B < 256; ++B)
          if (G.action(F.State, uint8_t(B)) != ActionDead)
            Candidates.insert(uint8_t(B));
    Temp.release(Before);

    int Best = -1;
    StateId BestState = NoIndex;
    uint64_t BestEstimate = 0;
    uint64_t Least = UINT64_MAX;
    Candidates.forEach([&](uint8_t B) {
      Scratch::Mark M = Temp.mark();
      Temp.Pending.push_back(B);
      ConfigList After = S.step(L, B);
      for (uint32_t I = After.Begin; I < After.End; ++I) {
        const StateId Top = Temp.Pool[I].State;
        auto Used = Uses.find({Top, B});
        const uint64_t E = Estimate.of(S.view(), Temp.Pool[I]);
        const bool Again = Stalled > Patience && Used != Uses.end();
        const uint64_t Cost = E + (Again ? Used->second * RepetitionCost : 0);
        if (Cost < Least) {
          Least = Cost;
          BestEstimate = E;
          Best = B;
          BestState = Top;
        }
      }
      Temp.release(M);
    });
    if (Best < 0 || S.OverBudget)
      return std::nullopt;
    if (BestEstimate < Nearest) {
      Nearest = BestEstimate;
      Uses.clear();
      Stalled = 0;
    } else {
      ++Stalled;
    }
    ++Uses[{BestState, uint8_t(Best)}];
    Text += char(Best);
    Temp.Pending.push_back(uint8_t(Best));
    L = S.step(L, uint8_t(Best));
  }
}

} // namespace weir
