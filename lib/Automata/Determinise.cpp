//===- Determinise.cpp - Subset construction with programs -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Automata/RuleAutomaton.h"

#include "weir/Support/Hash.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace weir::automata {

namespace {

struct SetHash {
  size_t operator()(const std::vector<uint32_t> &V) const {
    uint64_t H = V.size();
    for (uint32_t X : V)
      H = hashCombine(H, X);
    return size_t(H);
  }
};

bool countsSomething(const std::vector<RegOp> &P) {
  return std::any_of(P.begin(), P.end(),
                     [](const RegOp &O) { return O.Code <= OpCode::LengthLive; });
}

class Determiniser {
public:
  Determiniser(const Nfa &N, ProgramTable &Programs, uint32_t MaxStates, Dfa &Out)
      : N(N), Programs(Programs), MaxStates(MaxStates), Out(Out) {}

  DeterminiseStatus run() {
    Out.Labels = N.Symbols;
    Out.Start = stateOf({N.Start});
    for (uint32_t S = 0; S < Kernels.size(); ++S) {
      if (Kernels.size() > MaxStates)
        return DeterminiseStatus::OverBudget;
      if (!expand(S))
        return DeterminiseStatus::OverBudget;
      if (GuardConflict)
        return DeterminiseStatus::GuardConflict;
    }
    return Ambiguous ? DeterminiseStatus::Ambiguous : DeterminiseStatus::Ok;
  }

private:
  /// A state of the closure, and the program of the epsilon path to it.
  struct Item {
    uint32_t State, Ops;
    friend auto operator<=>(const Item &, const Item &) = default;
  };
  /// An edge that reads, with its whole program.
  struct Reading {
    const Nfa::Edge *E;
    uint32_t Ops;
  };

  uint32_t stateOf(std::vector<uint32_t> Kernel) {
    std::sort(Kernel.begin(), Kernel.end());
    Kernel.erase(std::unique(Kernel.begin(), Kernel.end()), Kernel.end());
    auto [It, New] = Index.try_emplace(Kernel, uint32_t(Kernels.size()));
    if (New) {
      Out.States.emplace_back().ReturnOps = N.States[Kernel[0]].ReturnOps;
      Kernels.push_back(std::move(Kernel));
    }
    return It->second;
  }

  bool close(uint32_t S) {
    Items.clear();
    for (uint32_t K : Kernels[S])
      Items.push_back({K, 0});
    for (size_t I = 0; I < Items.size(); ++I) {
      Item Here = Items[I];
      for (const Nfa::Edge &E : N.States[Here.State].Edges) {
        if (E.Kind != Nfa::EdgeKind::Eps)
          continue;
        Item Next{E.Target, Programs.concat(Here.Ops, E.Ops)};
        if (seen(Next))
          continue;
        Items.push_back(Next);
        // Bodies of counted loops read something, so paths are short.
        if (Items.size() > 200'000)
          return false;
      }
    }
    return true;
  }

  bool seen(const Item &I) {
    if (Items.size() < 16)
      return std::find(Items.begin(), Items.end(), I) != Items.end();
    for (; SeenCount < Items.size(); ++SeenCount)
      SeenSet.emplace(uint64_t(Items[SeenCount].State) << 32 | Items[SeenCount].Ops);
    return SeenSet.contains(uint64_t(I.State) << 32 | I.Ops);
  }

  bool expand(uint32_t S) {
    SeenCount = 0;
    SeenSet.clear();
    if (!close(S))
      return false;
    std::vector<Reading> Bytes, Calls, Symbols;
    bool Accepts = false;
    uint32_t AcceptOps = 0;
    for (const Item &I : Items) {
      if (I.State == N.End) {
        if (Accepts && AcceptOps != I.Ops && AcceptOps != 0 && I.Ops != 0)
          GuardConflict = true;
        AcceptOps = !Accepts ? I.Ops : I.Ops == 0 ? 0 : AcceptOps;
        Accepts = true;
      }
      for (const Nfa::Edge &E : N.States[I.State].Edges) {
        Reading R{&E, Programs.concat(I.Ops, E.Ops)};
        switch (E.Kind) {
        case Nfa::EdgeKind::Eps:
          break;
        case Nfa::EdgeKind::Bytes:
        case Nfa::EdgeKind::Enter:
          Bytes.push_back(R);
          break;
        case Nfa::EdgeKind::Call:
          Calls.push_back(R);
          break;
        case Nfa::EdgeKind::Symbol:
          Symbols.push_back(R);
          break;
        }
      }
    }
    Out.States[S].Accepts = Accepts;
    Out.States[S].AcceptOps = AcceptOps;

    // Calls and symbols with the same label and program go to one state.
    std::map<std::pair<uint32_t, uint32_t>, std::vector<uint32_t>> Groups;
    auto group = [&](const std::vector<Reading> &Edges) {
      Groups.clear();
      for (const Reading &R : Edges)
        Groups[{R.E->Label, R.Ops}].push_back(R.E->Target);
    };
    group(Calls);
    for (auto &[Key, Targets] : Groups) {
      uint32_t Target = stateOf(Targets);
      Out.States[S].Calls.push_back({Key.first, Target, Key.second});
    }
    group(Symbols);
    for (auto &[Key, Targets] : Groups) {
      uint32_t Target = stateOf(Targets);
      Out.States[S].Symbols.push_back({Key.first, Target, Key.second});
    }

    // Bytes that all edges treat alike share their alternatives.
    unsigned B = 0;
    while (B < 256 && !Bytes.empty()) {
      unsigned End = 256;
      Active.clear();
      for (const Reading &R : Bytes) {
        const ByteSet &Set = N.Sets[R.E->Label];
        if (Set.contains(uint8_t(B)))
          Active.push_back(R);
        End = std::min(End, boundary(Set, B));
      }
      if (!Active.empty())
        addRange(S, uint8_t(B), uint8_t(End - 1));
      B = End;
    }
    return true;
  }

  /// The first byte after `B` whose membership differs from that of `B`.
  static unsigned boundary(const ByteSet &Set, unsigned B) {
    return Set.contains(uint8_t(B)) ? (~Set).next(B) : Set.next(B);
  }

  void addRange(uint32_t S, uint8_t First, uint8_t Last) {
    std::vector<Dfa::Alternative> L;
    // Plain moves by program.
    std::map<uint32_t, std::vector<uint32_t>> ByOps;
    for (const Reading &R : Active) {
      if (R.E->Kind == Nfa::EdgeKind::Bytes)
        ByOps[R.Ops].push_back(R.E->Target);
      else
        L.push_back({R.Ops, R.E->CalleeState, stateOf({R.E->Target}), R.E->CalleeRule});
    }
    bool Counts = false;
    for (auto &[Ops, Targets] : ByOps) {
      Counts |= countsSomething(Programs[Ops]);
      L.push_back({Ops, stateOf(Targets), None, None});
    }
    Ambiguous |= ByOps.size() > 1 && Counts;
    std::sort(L.begin(), L.end());
    L.erase(std::unique(L.begin(), L.end()), L.end());
    uint32_t Id = Out.internAlternatives(std::move(L));
    std::vector<Dfa::Range> &Row = Out.States[S].Row;
    if (!Row.empty() && Row.back().Alternatives == Id && Row.back().Last + 1 == First)
      Row.back().Last = Last;
    else
      Row.push_back({First, Last, Id});
  }

  const Nfa &N;
  ProgramTable &Programs;
  uint32_t MaxStates;
  Dfa &Out;
  std::vector<std::vector<uint32_t>> Kernels;
  std::unordered_map<std::vector<uint32_t>, uint32_t, SetHash> Index;
  std::vector<Item> Items;
  std::unordered_set<uint64_t> SeenSet;
  size_t SeenCount = 0;
  std::vector<Reading> Active;
  bool Ambiguous = false, GuardConflict = false;
};

} // namespace

DeterminiseStatus determinise(const Nfa &N, ProgramTable &Programs, uint32_t MaxStates, Dfa &Out) {
  return Determiniser(N, Programs, MaxStates, Out).run();
}

} // namespace weir::automata
