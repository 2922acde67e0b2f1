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
/// leading into a state by the same byte again looks twice as long each time: the way around
/// may lead over keys that must be there. Nor does it see all that a part will ask for which is
/// not begun yet, so a part is measured by itself.
static constexpr unsigned Patience = 4;
static constexpr uint64_t MaxRepetitionShift = 40;
/// What is not found by then is taken to be far: an estimate all the same.
static constexpr unsigned MaxSweeps = 1000;
/// Where parents are a choice, each makes a path of its own, as far as these go.
static constexpr size_t MaxPaths = 256;

CompletionEstimate::CompletionEstimate(const Grammar &G) : G(G) {
  const GrammarView &T = G.tables();
  const uint32_t Count = uint32_t(T.States.size());
  FirstEdge.reserve(Count + 1);
  for (StateId S = 0; S < Count; ++S) {
    FirstEdge.push_back(uint32_t(Edges.size()));
    addEdges(S);
  }
  FirstEdge.push_back(uint32_t(Edges.size()));
  findOpenEnds();

  Needs.assign(T.Rules.size(), 0);
  std::vector<std::pair<uint32_t, Lack>> OfItems;
  for (uint32_t R = 0; R < T.Rules.size(); ++R) {
    const RuleRec &Rule = T.Rules[R];
    if (Rule.Start != NoIndex && ToOpenEnd[Rule.Start] < Far)
      continue; // nothing that it must have
    if (Rule.Object != NoIndex) {
      Needs[R] = missing(T.Objects[Rule.Object], nullptr).Count * MissingKeyCost;
    } else if (Rule.Elements != NoIndex) {
      if (Lack Of = missing(T.Elements[Rule.Elements], nullptr); Of.Count != 0) {
        OfItems.push_back({R, Of});
        Needs[R] = Far;
      }
    }
  }

  // What an item lacks in its turn counts for the array that needs it, from the inside out.
  ToEnd.assign(Count, Far);
  bool Known = false;
  for (unsigned Round = 0; Round < MaxSweeps; ++Round) {
    sweep();
    bool Changed = false;
    for (const auto &[R, Of] : OfItems) {
      const uint64_t Way = Known && Needs[R] == Far ? 0 : needsOfItem(R, Of.First);
      const uint64_t Cost = std::min(Far, Of.Count * MissingKeyCost + Way);
      Changed |= Cost < Needs[R];
      Needs[R] = std::min(Needs[R], Cost);
    }
    if (!Changed && Known)
      break;
    // What is left leads to no such item.
    Known = !Changed;
  }
}

/// Does a program test whether an object or array has all that it needs?
bool CompletionEstimate::asksForAll(uint32_t Program) const {
  if (Program == NoIndex)
    return false;
  for (const OpRec *Op = &G.tables().Ops[Program];; ++Op) {
    if (Op->Code == OpCode::ObjectEnd || Op->Code == OpCode::ItemsEnd)
      return true;
    if (Op->Last)
      return false;
  }
}

/// Fills ToOpenEnd; a callee counts as one byte.
void CompletionEstimate::findOpenEnds() {
  const GrammarView &T = G.tables();
  ToOpenEnd.assign(T.States.size(), Far);
  for (const RuleRec &R : T.Rules) {
    if (R.Object == NoIndex && R.Elements == NoIndex)
      continue;
    bool Changed = true;
    for (unsigned Sweep = 0; Changed && Sweep < MaxSweeps; ++Sweep) {
      Changed = false;
      for (StateId S = R.StatesEnd; S-- > R.StatesBegin;)
        for (uint32_t I = FirstEdge[S]; I < FirstEdge[S + 1]; ++I) {
          const Edge &E = Edges[I];
          const DetailRec *D = G.detail(S);
          const bool Ends = E.Target == NoIndex && E.Callee == NoIndex;
          if (asksForAll(Ends ? (D ? D->AcceptOps : NoIndex) : E.Program))
            continue;
          const uint64_t Cost = std::min(Far, E.Bytes + uint64_t(E.Callee != NoIndex) +
                                                  (E.Target != NoIndex ? ToOpenEnd[E.Target] : 0));
          if (Cost < ToOpenEnd[S]) {
            ToOpenEnd[S] = Cost;
            Changed = true;
          }
        }
    }
  }
}

/// Finds the ways to the end for what rules need.
void CompletionEstimate::sweep() {
  // States are numbered depth-first: backwards, most paths are found in one sweep.
  bool Changed = true;
  for (unsigned Sweep = 0; Changed && Sweep < MaxSweeps; ++Sweep) {
    Changed = false;
    for (StateId S = StateId(ToEnd.size()); S-- > 0;)
      for (uint32_t E = FirstEdge[S]; E < FirstEdge[S + 1]; ++E)
        if (uint64_t C = cost(Edges[E], ToEnd, 0); C < ToEnd[S]) {
          ToEnd[S] = C;
          Changed = true;
        }
  }
}

/// The least that an item of the rule needs which is one step to the goal.
uint64_t CompletionEstimate::needsOfItem(uint32_t Rule, Goal For) const {
  const RuleRec &R = G.rule(Rule);
  uint64_t Least = Far;
  for (uint32_t I = FirstEdge[R.StatesBegin]; I < FirstEdge[R.StatesEnd]; ++I) {
    const Edge &E = Edges[I];
    if (takes(E.Program, R, For))
      return 0;
    if (E.Callee != NoIndex && E.Target != NoIndex && ToEnd[E.Callee] < Far &&
        takesOnReturn(E.Target, R, For))
      Least = std::min(Least, Needs[G.ruleOf(E.Callee)] +
                                  ToEnd[E.Callee] / MissingKeyCost * MissingKeyCost);
  }
  return Least;
}

void CompletionEstimate::addEdges(StateId S) {
  const GrammarView &T = G.tables();
  const StateRec &R = G.state(S);
  const bool InObject = G.rule(G.ruleOf(S)).Object != NoIndex;
  uint32_t Last = ActionDead;
  for (unsigned B = 0; B < 256; ++B) {
    uint32_t A = G.action(S, uint8_t(B));
    if (A == Last || A == ActionDead)
      continue;
    Last = A;
    if (!(A & ActionAlternatives)) {
      Edges.push_back({A - 1, NoIndex, 1, NoIndex, InObject});
      continue;
    }
    uint32_t List = A & ~ActionAlternatives;
    for (uint32_t I = 1; I <= T.AltLists[List]; ++I) {
      const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + I]];
      if (Alt.Push == NoIndex)
        Edges.push_back({Alt.Target, NoIndex, 1, Alt.Ops, InObject});
      else
        Edges.push_back({Alt.Push, Alt.Target, 1, Alt.Ops, InObject});
    }
  }
  if (R.Flags & StateAccepts)
    Edges.push_back({NoIndex, NoIndex, 0, NoIndex, InObject});
  if (const DetailRec *D = G.detail(S)) {
    for (uint32_t C = D->CallsBegin; C < D->CallsEnd; ++C) {
      const CallRec &Call = T.Calls[C];
      Edges.push_back(
          {Call.Jump ? NoIndex : Call.Return, T.Rules[Call.Rule].Start, 0, Call.Ops, InObject});
    }
    for (uint32_t Y = D->SymbolsBegin; Y < D->SymbolsEnd; ++Y)
      Edges.push_back({T.Symbols[Y].Target, NoIndex, 1, T.Symbols[Y].Ops, InObject});
  }
}

/// By way of the edge to what `Distance` measures, which begins at state `Base`.
uint64_t CompletionEstimate::cost(const Edge &E, const std::vector<uint64_t> &Distance,
                                  uint32_t Base) const {
  uint64_t Cost = E.Bytes;
  if (E.Callee != NoIndex) {
    const uint32_t Rule = G.ruleOf(E.Callee);
    uint64_t Callee = ToEnd[E.Callee];
    Callee = std::min(Far, Callee + Needs[Rule]);
    // A member's needs are seen when it is begun: of what is required in any order each would have
    // to be looked at, each time.
    Cost += E.InObject && Callee != Far ? Callee % MissingKeyCost : Callee;
  }
  if (E.Target != NoIndex)
    Cost += Distance[E.Target - Base];
  else if (&Distance != &ToEnd)
    return Far;
  return std::min(Cost, Far);
}

bool CompletionEstimate::takes(uint32_t Program, const RuleRec &R, Goal For) const {
  if (Program == NoIndex)
    return false;
  const GrammarView &T = G.tables();
  for (const OpRec *Op = &T.Ops[Program];; ++Op) {
    const bool Any = For.Kind == Goal::AnyMember;
    if (Op->Code == OpCode::KeyTake && (Any || (For.Kind == Goal::Leaf && Op->B == For.Which)))
      return true;
    if (Op->Code == OpCode::FreeTake &&
        (Any || (For.Kind == Goal::FreeEntry && Op->B == For.Which)))
      return true;
    if (Op->Code == OpCode::ItemTake && For.Kind == Goal::AnyItem)
      return true;
    if (Op->Code == OpCode::ItemTake && For.Kind == Goal::Counter &&
        T.Choices[T.Elements[R.Elements].ChoicesBegin + Op->B].Adds >> For.Which & 1)
      return true;
    if (Op->Last)
      return false;
  }
}

bool CompletionEstimate::takesOnReturn(StateId S, const RuleRec &R, Goal For) const {
  const DetailRec *D = G.detail(S);
  return D && takes(D->ReturnOps, R, For);
}

const std::vector<uint64_t> &CompletionEstimate::toGoal(uint32_t Rule, Goal For) {
  auto [It, New] = ToGoal.try_emplace({Rule, For});
  std::vector<uint64_t> &D = It->second;
  if (!New)
    return D;
  const RuleRec &R = G.rule(Rule);
  D.assign(R.StatesEnd - R.StatesBegin, Far);
  bool Changed = true;
  for (unsigned Sweep = 0; Changed && Sweep < MaxSweeps; ++Sweep) {
    Changed = false;
    for (StateId S = R.StatesEnd; S-- > R.StatesBegin;) {
      uint64_t &Here = D[S - R.StatesBegin];
      for (uint32_t I = FirstEdge[S]; I < FirstEdge[S + 1]; ++I) {
        const Edge &E = Edges[I];
        uint64_t C = cost(E, D, R.StatesBegin);
        if (takes(E.Program, R, For))
          C = 1;
        else if (E.Callee != NoIndex && E.Target != NoIndex && takesOnReturn(E.Target, R, For))
          C = std::min(Far, E.Bytes + ToEnd[E.Callee] + Needs[G.ruleOf(E.Callee)]);
        if (C < Here) {
          Here = C;
          Changed = true;
        }
      }
    }
  }
  return D;
}

CompletionEstimate::Lack CompletionEstimate::missing(const ObjectRec &O,
                                                     const uint32_t *Regs) const {
  const GrammarView &T = G.tables();
  const uint32_t *Words = T.Words.data();
  const uint32_t *Own = Regs ? Regs + O.Base : nullptr;
  Lack Out;
  auto Add = [&](uint64_t Count, Goal For) {
    if (Out.Count == 0)
      Out.First = For;
    Out.Count += Count;
  };
  if (!O.AnyOrder) {
    uint32_t Next = Own ? Own[3] : 0;
    if (uint32_t Count = Words[O.RequiredFrom + Next])
      Add(Count, {Goal::Leaf, Words[O.LeafOfOrdinal + Words[O.NextRequired + Next]]});
  } else {
    for (uint32_t W = 0; W < (O.Keys + 31) / 32; ++W)
      if (uint32_t Bits = Words[O.RequiredBits + W] & ~(Own ? Own[3 + W] : 0))
        Add(uint32_t(std::popcount(Bits)), {Goal::Leaf, W * 32 + uint32_t(std::countr_zero(Bits))});
  }
  for (uint32_t E = O.FreeBegin; E < O.FreeEnd; ++E) {
    const FreeRec &F = T.FreeEntries[E];
    if (uint32_t Owed = F.Min == 0 ? 0 : F.Min - (Regs ? Regs[F.Register] : 0))
      Add(Owed, {Goal::FreeEntry, E - O.FreeBegin});
  }
  if (uint64_t Members = (Own ? Own[0] : 0) + Out.Count; Members < O.Min)
    Add(O.Min - Members, {Goal::AnyMember, NoIndex});
  return Out;
}

CompletionEstimate::Lack CompletionEstimate::missing(const ElementsRec &E,
                                                     const uint32_t *Regs) const {
  const uint32_t *Own = Regs ? Regs + E.Base : nullptr;
  Lack Out;
  for (uint32_t K = E.CountersBegin; K < E.CountersEnd; ++K) {
    const uint32_t Number = K - E.CountersBegin, Least = G.tables().ItemCounters[K].Min;
    const uint32_t Now = Own ? Own[3 + Number] : 0;
    if (Now >= Least)
      continue;
    if (Out.Count == 0)
      Out.First = {Goal::Counter, Number};
    Out.Count += Least - Now;
  }
  if (uint64_t Items = (Own ? Own[0] : 0) + Out.Count; Items < E.Min) {
    if (Out.Count == 0)
      Out.First = {Goal::AnyItem, NoIndex};
    Out.Count += E.Min - Items;
  }
  return Out;
}

/// Puts into Taken what the registers of `F` count once its callee has returned. False when that
/// takes nothing.
bool CompletionEstimate::takeOnReturn(const Frame &F, const uint32_t *Regs) {
  const GrammarView &T = G.tables();
  const DetailRec *D = G.detail(F.State);
  if (!D || D->ReturnOps == NoIndex)
    return false;
  for (const OpRec *Op = &T.Ops[D->ReturnOps];; ++Op) {
    if (Op->Code == OpCode::ItemTake || Op->Code == OpCode::FreeTake) {
      Taken.assign(F.words(), 0);
      if (Regs)
        Taken.assign(Regs, Regs + F.words());
      if (Op->Code == OpCode::FreeTake) {
        const ObjectRec &O = T.Objects[Op->A];
        const FreeRec &Free = T.FreeEntries[O.FreeBegin + Op->B];
        ++Taken[O.Base];
        if (Free.Min != 0)
          Taken[Free.Register] = std::min(Taken[Free.Register] + 1, Free.Min);
        return true;
      }
      const ElementsRec &E = T.Elements[Op->A];
      ++Taken[E.Base];
      const auto Adds = T.Choices[E.ChoicesBegin + Op->B].Adds;
      for (uint32_t K = E.CountersBegin; K < E.CountersEnd; ++K)
        Taken[E.Base + 3 + (K - E.CountersBegin)] += uint32_t(Adds >> (K - E.CountersBegin) & 1);
      return true;
    }
    if (Op->Last)
      return false;
  }
}

uint64_t CompletionEstimate::ofFrame(const FrameView &V, const Frame &F, bool Waits) {
  if (F.State == NoIndex) // done
    return 0;
  const uint32_t Rule = G.ruleOf(F.State);
  const RuleRec &R = G.rule(Rule);
  if (R.Object == NoIndex && R.Elements == NoIndex)
    return ToEnd[F.State];
  const GrammarView &T = G.tables();
  const uint32_t *Regs = F.Regs == ZeroRegs ? nullptr : V.words(F.Regs);
  // A frame that waits takes what it waits for when the callee returns: what is lacking then
  // counts.
  if (Waits && takeOnReturn(F, Regs))
    Regs = Taken.data();
  const Lack Of = R.Object != NoIndex ? missing(T.Objects[R.Object], Regs)
                                      : missing(T.Elements[R.Elements], Regs);
  if (Of.Count == 0)
    return ToEnd[F.State];
  const uint64_t Way = toGoal(Rule, Of.First)[F.State - R.StatesBegin];
  return std::min(Way + Of.Count * MissingKeyCost, ToOpenEnd[F.State]);
}

CompletionEstimate::Answer CompletionEstimate::of(const FrameView &V, const Frame &Top) {
  struct Path {
    uint32_t Parent;
    Answer Above; ///< of the frames above the parent
  };
  std::vector<Path> Paths;
  size_t Begun = 1;
  Answer Best{UINT64_MAX, 0};
  Answer Sum{ofFrame(V, Top, false), 1};
  for (uint32_t P = Top.Parent;;) {
    while (P != Bottom && P != Unknown && Sum.Cost < Best.Cost) {
      const Frame F = V.frame(P);
      if (!F.isChoice()) {
        Sum.Cost += ofFrame(V, F, true);
        ++Sum.Depth;
        P = F.Parent;
        continue;
      }
      const uint32_t *Parents = V.words(F.Regs);
      P = Parents[0];
      for (uint32_t I = 1; I < F.State && Begun < MaxPaths; ++I, ++Begun)
        Paths.push_back({Parents[I], Sum});
    }
    if (Sum.Cost < Best.Cost)
      Best = Sum;
    if (Paths.empty())
      return Best;
    P = Paths.back().Parent;
    Sum = Paths.back().Above;
    Paths.pop_back();
  }
}

std::optional<std::string> Matcher::Impl::completion(size_t MaxBytes) {
  std::string Text;
  ConfigList L = load();
  if (head().Terminated)
    return Text;
  CompletionEstimate Estimate(G);
  /// What was seen since it came nearer; one for each part that is begun.
  struct Search {
    uint32_t Rule = NoIndex;
    uint64_t Nearest = UINT64_MAX;
    unsigned Stalled = 0;
    std::map<std::pair<StateId, uint8_t>, uint64_t> Uses;
  };
  std::vector<Search> Parts;
  const Search None;
  auto RuleOf = [&](StateId Top) { return Top == NoIndex ? NoIndex : G.ruleOf(Top); };
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
    CompletionEstimate::Answer BestEstimate;
    uint64_t Least = UINT64_MAX;
    Candidates.forEach([&](uint8_t B) {
      Scratch::Mark M = Temp.mark();
      Temp.Pending.push_back(B);
      ConfigList After = S.step(L, B);
      for (uint32_t I = After.Begin; I < After.End; ++I) {
        const StateId Top = Temp.Pool[I].State;
        const CompletionEstimate::Answer E = Estimate.of(S.view(), Temp.Pool[I]);
        const bool Begun = E.Depth < Parts.size() && Parts[E.Depth].Rule == RuleOf(Top);
        const Search &Of = Begun ? Parts[E.Depth] : None;
        auto Used = Of.Uses.find({Top, B});
        const bool Nearer = E.Cost < Of.Nearest;
        const bool Again = !Nearer && Of.Stalled > Patience && Used != Of.Uses.end();
        const uint64_t Cost =
            E.Cost + (Again ? uint64_t(1) << std::min(Used->second, MaxRepetitionShift) : 0);
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
    Parts.resize(BestEstimate.Depth + 1);
    if (const uint32_t Rule = RuleOf(BestState); Parts.back().Rule != Rule) {
      Parts.back() = {};
      Parts.back().Rule = Rule;
    }
    Search &Of = Parts.back();
    if (BestEstimate.Cost < Of.Nearest) {
      Of.Nearest = BestEstimate.Cost;
      Of.Uses.clear();
      Of.Stalled = 0;
    } else {
      ++Of.Stalled;
    }
    ++Of.Uses[{BestState, uint8_t(Best)}];
    Text += char(Best);
    Temp.Pending.push_back(uint8_t(Best));
    L = S.step(L, uint8_t(Best));
  }
}

} // namespace weir
