//===- RegisterRanges.cpp - Which values registers can have ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RegisterRanges.h"

#include <algorithm>

namespace weir {

static constexpr uint32_t Most = 0xffffffffU;

uint64_t RegisterRanges::indentOf(const OpRec &O) const {
  const int64_t At = int64_t(Depth) + int32_t(O.B);
  return uint64_t(O.A) * uint64_t(std::max<int64_t>(At, 0));
}

template <typename Fn>
void RegisterRanges::forEachProgram(Fn Each) const {
  const GrammarView &T = G.tables();
  for (StateId S = Rule.StatesBegin; S < Rule.StatesEnd; ++S) {
    if (const DetailRec *D = G.detail(S)) {
      Each(D->AcceptOps);
      Each(D->ReturnOps);
      for (uint32_t C = D->CallsBegin; C < D->CallsEnd; ++C)
        Each(T.Calls[C].Ops);
      for (uint32_t Y = D->SymbolsBegin; Y < D->SymbolsEnd; ++Y)
        Each(T.Symbols[Y].Ops);
    }
    G.forEachRange(S, [&](unsigned, unsigned, uint32_t Action) {
      if (!(Action & ActionAlternatives))
        return;
      const uint32_t List = Action & ~ActionAlternatives;
      for (uint32_t I = 1; I <= T.AltLists[List]; ++I)
        Each(T.Alternatives[T.AltLists[List + I]].Ops);
    });
  }
}

RegisterRanges::RegisterRanges(const Grammar &G, uint32_t R, uint32_t Depth)
    : G(G), Rule(G.rule(R)), Depth(Depth), IsCounter(Rule.Registers) {
  const GrammarView &T = G.tables();
  forEachProgram([&](uint32_t P) {
    for (; P != NoIndex; ++P) {
      const OpRec &O = T.Ops[P];
      switch (O.Code) {
      case OpCode::CounterSet:
      case OpCode::CounterBelow:
      case OpCode::CounterAtLeast:
      case OpCode::CounterAtMost:
        IsCounter[O.Register] = true;
        Constants.push_back(O.A);
        break;
      case OpCode::IndentBelow:
      case OpCode::IndentAtLeast:
        IsCounter[O.Register] = true;
        Constants.push_back(uint32_t(std::min<uint64_t>(indentOf(O), Most)));
        break;
      case OpCode::LengthLive:
        IsCounter[O.Register] = true;
        break;
      default: // of objects and arrays
        break;
      }
      if (O.Last)
        break;
    }
  });
  std::sort(Constants.begin(), Constants.end());
  const size_t States = Rule.StatesEnd - Rule.StatesBegin;
  Tops.resize(States);
  Callers.resize(States);
  if (Rule.Start == NoIndex)
    return;
  std::vector<RegisterRange> First(Rule.Registers, {0, Most});
  for (size_t I = 0; I < First.size(); ++I)
    if (IsCounter[I])
      First[I] = {0, 0};
  join(Tops[Rule.Start - Rule.StatesBegin], First, Rule.Start);
  // Free keys are looked up in the middle of their rule, with registers that were never set.
  if (Rule.Leaf)
    for (StateId S = Rule.StatesBegin; S < Rule.StatesEnd; ++S)
      join(Tops[S - Rule.StatesBegin], First, S);
  while (!Work.empty()) {
    const StateId S = Work.back();
    Work.pop_back();
    flow(S);
  }
}

/// The ranges after a program; false when it always fails.
bool RegisterRanges::run(std::vector<RegisterRange> &Ranges, uint32_t P) const {
  for (; P != NoIndex; ++P) {
    const OpRec &O = G.tables().Ops[P];
    auto below = [&](uint64_t Limit) {
      RegisterRange &R = Ranges[O.Register];
      if (R.Low >= Limit)
        return false;
      R.High = uint32_t(std::min<uint64_t>(R.High, Limit - 1));
      return true;
    };
    auto atLeast = [&](uint64_t Limit) {
      RegisterRange &R = Ranges[O.Register];
      R.Low = uint32_t(std::min<uint64_t>(std::max<uint64_t>(R.Low, Limit), Most));
      return R.High >= Limit;
    };
    auto count = [&](uint64_t Limit) {
      if (!below(Limit))
        return false;
      ++Ranges[O.Register].Low;
      ++Ranges[O.Register].High;
      return true;
    };
    bool Holds = true;
    switch (O.Code) {
    case OpCode::CounterSet:
      Ranges[O.Register] = {O.A, O.A};
      break;
    case OpCode::CounterBelow:
      Holds = count(O.A);
      break;
    case OpCode::CounterAtLeast:
      Holds = atLeast(O.A);
      break;
    case OpCode::CounterAtMost:
      Holds = below(uint64_t(O.A) + 1);
      break;
    case OpCode::IndentBelow:
      Holds = count(std::min<uint64_t>(indentOf(O), Most));
      break;
    case OpCode::IndentAtLeast:
      Holds = atLeast(indentOf(O));
      break;
    default: // LengthLive may hold; the others have other registers
      break;
    }
    if (!Holds)
      return false;
    if (O.Last)
      break;
  }
  return true;
}

void RegisterRanges::join(Node &To, const std::vector<RegisterRange> &From, StateId S) {
  if (!To.Reached) {
    To.Reached = true;
    To.Ranges = From;
    Work.push_back(S);
    return;
  }
  bool Changed = false;
  const bool Widen = To.Grown > 3;
  for (size_t I = 0; I < From.size(); ++I) {
    RegisterRange &R = To.Ranges[I];
    if (From[I].Low < R.Low) {
      R.Low = Widen ? 0 : From[I].Low;
      Changed = true;
    }
    if (From[I].High > R.High) {
      R.High = From[I].High;
      if (Widen) {
        const auto Next = std::lower_bound(Constants.begin(), Constants.end(), R.High);
        R.High = Next == Constants.end() ? Most : *Next;
      }
      Changed = true;
    }
  }
  if (!Changed)
    return;
  ++To.Grown;
  Work.push_back(S);
}

void RegisterRanges::enter(StateId S, std::vector<RegisterRange> Ranges) {
  Node &Caller = Callers[S - Rule.StatesBegin];
  join(Caller, Ranges, S);
  Ranges = Caller.Ranges;
  const DetailRec *D = G.detail(S);
  if (!D || run(Ranges, D->ReturnOps))
    join(Tops[S - Rule.StatesBegin], Ranges, S);
}

void RegisterRanges::flow(StateId S) {
  const GrammarView &T = G.tables();
  const Node &Top = Tops[S - Rule.StatesBegin];
  if (!Top.Reached)
    return;
  const std::vector<RegisterRange> From = Top.Ranges;
  auto go = [&](StateId To, uint32_t Ops, bool Calls) {
    std::vector<RegisterRange> Ranges = From;
    if (!run(Ranges, Ops))
      return;
    if (Calls)
      enter(To, std::move(Ranges));
    else
      join(Tops[To - Rule.StatesBegin], Ranges, To);
  };
  if (const DetailRec *D = G.detail(S)) {
    for (uint32_t C = D->CallsBegin; C < D->CallsEnd; ++C)
      if (T.Calls[C].Return != NoIndex)
        go(T.Calls[C].Return, T.Calls[C].Ops, true);
    for (uint32_t Y = D->SymbolsBegin; Y < D->SymbolsEnd; ++Y)
      go(T.Symbols[Y].Target, T.Symbols[Y].Ops, false);
  }
  G.forEachRange(S, [&](unsigned, unsigned, uint32_t Action) {
    if (!(Action & ActionAlternatives)) {
      go(Action - 1, NoIndex, false);
      return;
    }
    const uint32_t List = Action & ~ActionAlternatives;
    for (uint32_t I = 1; I <= T.AltLists[List]; ++I) {
      const AlternativeRec &A = T.Alternatives[T.AltLists[List + I]];
      if (A.Push == NoIndex)
        go(A.Target, A.Ops, false);
      else
        go(A.Push, A.Ops, true);
    }
  });
}

} // namespace weir
