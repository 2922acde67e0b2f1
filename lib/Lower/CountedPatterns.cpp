//===- CountedPatterns.cpp - Counted repetitions beside a length --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pattern whose length is bounded as well, `^(\S+\s+){0,99}\S+$` of at most 5,000
// characters, need not be written out iteration by iteration. It is made as a rule's automaton is,
// by the subset construction with counters, but over classes of scalars:
//
//   word   \S -> word      \s [r < 99; r+1] -> blank          (r counts blanks between words)
//   blank  \s -> blank     \S -> word
//
// The guard of the length asks which lengths complete a state, and these may depend on the
// counts: after {3,} comes more than after {0,}. So two sets are compared, for every state:
//
//   Free   lengths of the texts that read on without asking a counter that was not set on the way
//   All    lengths of the texts that read on as if every counter allowed it
//
// Whatever the counts are, the lengths that complete the state have all of Free and nothing beyond
// All. Where both are the same set the guard asks for it, and is exact; where the length has only
// an upper bound, the same least length is enough. Otherwise the pattern is written out.
//
//===----------------------------------------------------------------------===//
#include "RuleBuilder.h"

#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::lowering {

using automata::CharAutomaton;
using automata::RegOp;
using ir::ExprId;
using ir::Op;

namespace {
/// What a subset construction over classes may take, and finding lengths. Little: what is worth
/// counting has few states, and the steps count for the whole module, also those in vain.
constexpr uint64_t MaxClassSteps = 50'000;
constexpr uint32_t MaxLengthSteps = 500'000;

/// Does the program run whatever the registers are before it?
bool runsAlways(std::span<const RegOp> P) {
  for (size_t I = 0; I < P.size(); ++I) {
    if (P[I].Code == OpCode::CounterSet)
      continue;
    // A counter that was set here is known.
    uint64_t Value = 0;
    bool Known = false;
    for (size_t K = 0; K < I; ++K) {
      if (P[K].Register != P[I].Register)
        continue;
      if (P[K].Code == OpCode::CounterSet) {
        Value = P[K].A;
        Known = true;
      } else if (P[K].Code == OpCode::CounterBelow) {
        ++Value;
      }
    }
    const bool Runs = (P[I].Code == OpCode::CounterBelow && Value < P[I].A) ||
                      (P[I].Code == OpCode::CounterAtMost && Value <= P[I].A) ||
                      (P[I].Code == OpCode::CounterAtLeast && Value >= P[I].A);
    if (!Known || !Runs)
      return false;
  }
  return true;
}

} // namespace

/// Is the expression built of characters, sequences, alternatives and repetitions alone, with a
/// repetition that is counted?
bool ModuleBuilder::isPlainPattern(ExprId E) const {
  bool Counted = false;
  std::vector<ExprId> Work{E};
  std::vector<bool> Seen(M.exprCount());
  while (!Work.empty()) {
    const ExprId X = Work.back();
    Work.pop_back();
    if (Seen[X.index()])
      continue;
    Seen[X.index()] = true;
    switch (M.op(X)) {
    case Op::Repeat: {
      const ir::RepeatBounds Bounds = M.bounds(X);
      Counted = Counted || (Bounds.Max != ir::Unbounded && Bounds.Max > 1);
      break;
    }
    case Op::Never:
    case Op::Empty:
    case Op::Lit:
    case Op::Class:
    case Op::Bytes:
    case Op::Seq:
    case Op::Alt:
      break;
    case Op::Call:
      Work.push_back(M.rule(M.callee(X)).Body);
      break;
    default:
      return false;
    }
    Work.insert(Work.end(), M.operands(X).begin(), M.operands(X).end());
  }
  return Counted;
}

const Regular *ModuleBuilder::countedRegular(const BooleanParts &P, ir::RuleId For) {
  if (!P.bounded() || P.Min > P.Max || P.Conjuncts.size() != 1)
    return nullptr;
  auto [It, New] = CountedRegulars.try_emplace({P.Conjuncts, {P.Min, P.Max}});
  std::unique_ptr<Regular> &Slot = It->second;
  if (New && isPlainPattern(P.Conjuncts[0])) {
    Slot = std::make_unique<Regular>();
    makeCounted(P, For, *Slot);
  }
  if (!Slot)
    return nullptr;
  CharSteps += Slot->Steps;
  return Slot->Counters ? Slot.get() : nullptr;
}

/// Fills `Out`, of which only `Steps` has a meaning when `Counters` stays 0.
void ModuleBuilder::makeCounted(const BooleanParts &P, ir::RuleId For, Regular &Out) {
  const uint64_t Most = std::min(MaxCharSteps - std::min(MaxCharSteps, CharSteps), MaxClassSteps);
  automata::CharAutomatonBuilder Alphabet(M, P.Conjuncts, Options.MaxProduct, Most);
  const automata::CharPartition &Classes = Alphabet.partition();
  if (Alphabet.status() != automata::CharStatus::Ok || Classes.classes() > 256)
    return;
  // Programs are numbered apart from those of the module.
  automata::Nfa N;
  automata::Dfa D;
  RuleBuilder Builder(*this, For, Counting::Registers);
  Builder.ExpandCalls = true;
  std::swap(Shared.Programs, Out.Programs);
  const bool Built = Builder.runClasses(P.Conjuncts[0], Classes, N) && Builder.Registers;
  auto S = automata::DeterminiseStatus::OverBudget;
  if (Built) {
    const uint64_t Before = Space.steps();
    Space.allow(Before + Most);
    S = automata::determinise(N, Shared.Programs, Options.MaxProduct, D, Space);
    Out.Steps = Space.steps() - Before;
    Space.allow(UINT64_MAX); // whoever comes next has a budget of their own
  }
  std::swap(Shared.Programs, Out.Programs);
  if (S != automata::DeterminiseStatus::Ok)
    return;
  std::vector<uint8_t> Live(D.States.size());
  automata::markLive(D, {}, Live);
  if (!Live[D.Start])
    return;
  automata::cutDead(D, {}, Live, Space);
  automata::minimise(D, Space);

  // All and, behind it, Free.
  const uint32_t Count = uint32_t(D.States.size()), Width = Classes.classes();
  CharAutomaton Both;
  Both.Classes = Width;
  Both.Next.assign(size_t(2) * Count * Width, CharAutomaton::Dead);
  Both.Accepts.assign(size_t(2) * Count, false);
  std::vector<uint32_t> MoveOps(size_t(Count) * Width, 0);
  for (uint32_t State = 0; State < Count; ++State) {
    const Dfa::State &St = D.States[State];
    Both.Accepts[State] = St.Accepts;
    Both.Accepts[Count + State] = St.Accepts;
    if (St.Accepts && St.AcceptOps)
      return;
    for (const Dfa::Range &R : D.row(State)) {
      const Dfa::AlternativeList L = D.alternatives(R);
      assert(L.size() == 1 && "counters agree about every class");
      const bool Runs = runsAlways(Out.Programs[L[0].Ops]);
      for (uint32_t C = R.First; C <= R.Last; ++C) {
        Both.Next[size_t(State) * Width + C] = L[0].Target;
        MoveOps[size_t(State) * Width + C] = L[0].Ops;
        if (Runs)
          Both.Next[size_t(Count + State) * Width + C] = Count + L[0].Target;
      }
    }
  }
  std::optional<std::vector<automata::LengthSet>> Lengths =
      automata::completableLengths(Both, P.Max, MaxLengthSteps);
  if (!Lengths || !spendWork(0))
    return;
  Out.Lengths.assign(Lengths->begin(), Lengths->begin() + Count);
  for (uint32_t State = 0; State < Count; ++State) {
    automata::LengthSet &All = Out.Lengths[State];
    const automata::LengthSet &Free = (*Lengths)[Count + State];
    if (P.Min == 0 ? All.first() != Free.first() : All.Bits != Free.Bits)
      return;
    if (P.Min > 0)
      continue;
    // Nothing but the least one is asked for.
    const uint32_t Least = All.first();
    if (Least == automata::None)
      return;
    All.Bits.assign(size_t(Least) + 1, false);
    All.Bits[Least] = true;
    All.Threshold = Least;
    All.Period = 1;
  }
  if (!Out.Lengths[D.Start].meets(P.Min, P.Max))
    return;
  Both.Next.resize(size_t(Count) * Width);
  Both.Accepts.resize(Count);
  Both.Start = D.Start;
  Out.Partition = Classes;
  Out.Automaton = std::move(Both);
  Out.MoveOps = std::move(MoveOps);
  Out.Counters = Builder.Registers;
}

} // namespace weir::lowering
