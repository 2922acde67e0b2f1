//===- Determinise.cpp - Subset construction with programs -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Most states of a schema are links of literals: a kernel of one state with one edge.
// They are neither hashed nor closed. Where the edges of a state read different bytes,
// their sets' runs are put in order; only where some byte has several edges are the
// bytes swept for groups that all edges treat alike.
//
// Two readings of one byte whose programs differ in a last upper bound alone, as those of
// a character's first byte do where the characters lead to states that need different room,
//
//   \\ [r < 50, r <= 50] -> before a quote      become   \\ [r < 50, r <= 50] -> {before a quote,
//   \\ [r < 50, r <= 49] -> before an n                                [r <= 49] before an n}
//
// a bound that is put off to the next byte; registers do not change between the two. So is a step
// of a counter that one of two readings takes and the other does not, such as the words counted in
// (\\s+\\S+){0,99}, where the first byte of a character does not say yet whether it is a space:
//
//   \\xe2           -> inside \\S         become   \\xe2 -> {inside \\S, [r < 99; r+1] inside \\s}
//   \\xe2 [r < 99; r+1] -> inside \\s
//
//===----------------------------------------------------------------------===//
#include "weir/Automata/RuleAutomaton.h"

#include "weir/Support/LongSort.h"
#include "weir/Support/WorkMeter.h"

#include "Workspace.h"

#include <algorithm>

namespace weir::automata {

namespace {

bool countsSomething(std::span<const RegOp> P) {
  return std::any_of(P.begin(), P.end(),
                     [](const RegOp &O) { return O.Code <= OpCode::LengthLive; });
}

/// Calls F(first, last) for each maximal run of members.
template <typename Fn>
void forEachRun(const ByteSet &Set, Fn F) {
  const ByteSet Not = ~Set;
  for (unsigned B = Set.next(0); B < 256;) {
    unsigned End = Not.next(B);
    F(uint8_t(B), uint8_t(End - 1));
    B = Set.next(End);
  }
}

class Determiniser {
public:
  Determiniser(const Nfa &N, ProgramTable &Programs, uint32_t MaxStates, Dfa &Out,
               Workspace::Parts &W)
      : N(N), Programs(Programs), MaxStates(MaxStates), Out(Out), W(W) {
    Out.clear();
    W.ListIndex.clear();
    W.Kernels.clear();
    W.KernelState.clear();
    W.Source.clear();
    W.RowBase.assign(N.Rows.size(), None);
    W.PutOff.clear();
  }

  DeterminiseStatus run() {
    Out.Labels = N.Symbols;
    if (!assignLong(W.SingleState, N.States.size(), None) ||
        !assignLong(W.Mark, N.States.size(), 0U))
      return DeterminiseStatus::OverBudget;
    Out.Start = stateOf(N.Start);
    for (uint32_t S = 0; S < Out.States.size(); ++S) {
      if (Out.States.size() > MaxStates || W.Steps > W.MaxSteps ||
          !spendWork(1, sizeof(Dfa::State)) || !expand(S) || Ended)
        return DeterminiseStatus::OverBudget;
      if (GuardConflict)
        return DeterminiseStatus::GuardConflict;
    }
    return Ambiguous ? DeterminiseStatus::Ambiguous : DeterminiseStatus::Ok;
  }

private:
  uint32_t newState(uint32_t Source, bool One, uint32_t FirstState) {
    if (!growLong(Out.States) || !growLong(W.Source)) {
      Ended = true;
      return 0;
    }
    Out.States.emplace_back().ReturnOps = N.States[FirstState].ReturnOps;
    W.Source.push_back({Source, One});
    return uint32_t(Out.States.size() - 1);
  }

  uint32_t stateOf(uint32_t One) {
    uint32_t &Known = W.SingleState[One];
    if (Known == None)
      Known = newState(One, true, One);
    return Known;
  }

  /// (Words that are equal are the same, so a sort of no order among them will do.)
  static bool sortKernel(std::vector<uint32_t> &Kernel) {
    constexpr size_t Long = 16'384;
    if (Kernel.size() > Long)
      return longSort(Kernel);
    std::sort(Kernel.begin(), Kernel.end());
    return true;
  }

  /// Sorts `Kernel`.
  uint32_t stateOf(std::vector<uint32_t> &Kernel) {
    if (Kernel.size() > 1) {
      if (Ended || (!std::is_sorted(Kernel.begin(), Kernel.end()) && !sortKernel(Kernel))) {
        Ended = true;
        return 0;
      }
      Kernel.erase(std::unique(Kernel.begin(), Kernel.end()), Kernel.end());
    }
    if (Kernel.size() > 1 && !N.Copies.empty())
      W.Steps += W.Covers.run(N.Copies, Kernel);
    if (Kernel.size() == 1 && Kernel[0] < N.States.size())
      return stateOf(Kernel[0]);
    assert(std::all_of(Kernel.begin(), Kernel.end(),
                       [&](uint32_t K) { return N.States[member(K).State].Row == None; }) &&
           "a state with a row stands alone");
    uint32_t Id = W.Kernels.intern(Kernel);
    if (Id == W.KernelState.size()) {
      W.Steps += 16;
      W.KernelState.push_back(newState(Id, false, member(Kernel[0]).State));
    }
    return W.KernelState[Id];
  }

  /// A member of a kernel: a state, or one to be entered by a program that was put off.
  Workspace::Parts::Item member(uint32_t K) const {
    if (K < N.States.size())
      return {K, 0};
    const std::span<const uint32_t> Words = W.PutOff[K - uint32_t(N.States.size())];
    return {Words[0], Words[1]};
  }
  uint32_t putOff(uint32_t State, uint32_t Ops) {
    return uint32_t(N.States.size()) + W.PutOff.intern({State, Ops});
  }

  /// Does the state only read bytes, so that a guard before it may wait for the next one?
  bool onlyReads(uint32_t State) const {
    if (State == N.End || N.States[State].Row != None)
      return false;
    for (const Nfa::Edge &E : N.edges(State))
      if (E.Kind != Nfa::EdgeKind::Bytes)
        return false;
    return true;
  }

  bool close(uint32_t S) {
    ++Round;
    W.Items.clear();
    W.Met.clear();
    auto add = [&](uint32_t State, uint32_t Ops) {
      if (Ops) {
        uint32_t Known = W.Met.size();
        if (W.Met.intern({State, Ops}) != Known)
          return;
      } else if (W.Mark[State] == Round) {
        return;
      } else {
        W.Mark[State] = Round;
      }
      W.Items.push_back({State, Ops});
    };
    auto [Source, One] = W.Source[S];
    if (One)
      add(Source, 0);
    else
      for (uint32_t K : W.Kernels[Source]) {
        const Workspace::Parts::Item M = member(K);
        add(M.State, M.Ops);
      }
    for (size_t I = 0; I < W.Items.size(); ++I) {
      Workspace::Parts::Item Here = W.Items[I];
      assert(N.States[Here.State].Row == None && "no empty edge leads to a state with a row");
      for (const Nfa::Edge &E : N.edges(Here.State))
        if (E.Kind == Nfa::EdgeKind::Eps)
          add(E.Target, Programs.concat(Here.Ops, E.Ops));
      // Bodies of counted loops read something, so paths are short.
      if (W.Items.size() > 200'000 || !spendWork())
        return false;
    }
    return true;
  }

  bool expand(uint32_t S) {
    ++W.Steps;
    Dfa::State &St = Out.States[S];
    St.RowBegin = St.RowEnd = uint32_t(Out.Ranges.size());
    St.CallsBegin = St.CallsEnd = uint32_t(Out.Calls.size());
    St.SymbolsBegin = St.SymbolsEnd = uint32_t(Out.Symbols.size());
    if (auto [Source, One] = W.Source[S]; One) {
      const Nfa::State &From = N.States[Source];
      if (From.Row != None) {
        assert(Source != N.End && "a state with a row is not the end");
        expandRow(S, From);
        return true;
      }
      if (From.First != None && From.First == From.Last &&
          N.Edges[From.First].Kind == Nfa::EdgeKind::Bytes) {
        St.Accepts = Source == N.End;
        const Nfa::Edge &E = N.Edges[From.First];
        const Dfa::Action Does = actionOfOne(E, E.Ops);
        addRuns(S, E.Label, Does);
        return true;
      }
    }
    return expandClosure(S);
  }

  /// The bytes of set `Label` do that in state `S`, and no others do anything.
  void addRuns(uint32_t S, uint32_t Label, Dfa::Action Does) {
    if (const uint16_t Byte = N.OnlyByte[Label]; Byte != Nfa::SeveralBytes)
      return Out.addRange(S, uint8_t(Byte), uint8_t(Byte), Does);
    forEachRun(N.Sets[Label],
               [&](uint8_t First, uint8_t Last) { Out.addRange(S, First, Last, Does); });
  }

  /// The row of a state that has a shared one: its edges are in the place of what they
  /// read there.
  void expandRow(uint32_t S, const Nfa::State &From) {
    if (W.RowBase[From.Row] == None)
      makeBase(From.Row);
    Out.States[S].Base = W.RowBase[From.Row];
    if (From.First != None && From.First == From.Last) {
      W.Steps += 2;
      return addSingle(S, N.Edges[From.First]);
    }
    W.Singles.clear();
    for (uint32_t E = From.First; E != None; E = N.Edges[E].Next) {
      W.Singles.push_back({uint8_t(N.OnlyByte[N.Edges[E].Label]), &N.Edges[E]});
    }
    if (W.Singles.size() > 1)
      std::sort(W.Singles.begin(), W.Singles.end(),
                [](const auto &X, const auto &Y) { return X.Byte < Y.Byte; });
    W.Steps += 1 + W.Singles.size();
    for (const Workspace::Parts::ByteEdge &X : W.Singles)
      addSingle(S, *X.E);
  }

  /// An edge of a state with a row: of one byte, which perhaps it blocks.
  void addSingle(uint32_t S, const Nfa::Edge &E) {
    const uint8_t Byte = uint8_t(N.OnlyByte[E.Label]);
    Out.addRange(S, Byte, Byte, E.Target != None ? actionOfOne(E, E.Ops) : Dfa::Action{true, None});
  }

  /// Finds what the bytes of a shared row do.
  void makeBase(uint32_t Row) {
    W.Bytes.clear();
    for (const Nfa::Edge &E : N.Rows[Row].Edges)
      W.Bytes.push_back({&E, E.Ops});
    W.RowBase[Row] = uint32_t(Out.BaseEnds.size());
    const size_t Begin = Out.BaseRanges.size();
    forEachAction([&](uint8_t First, uint8_t Last, Dfa::Action Does) {
      Out.BaseRanges.push_back({First, Last, Does.Plain, Does.To});
    });
    Out.BaseEnds.push_back(uint32_t(Out.BaseRanges.size()));
    W.Steps += Out.BaseRanges.size() - Begin;
  }

  bool expandClosure(uint32_t S) {
    if (!close(S))
      return false;
    W.Bytes.clear();
    W.Calls.clear();
    W.Symbols.clear();
    bool Accepts = false;
    uint32_t AcceptOps = 0;
    for (const Workspace::Parts::Item &I : W.Items) {
      if (!pollWork())
        return false;
      ++W.Steps;
      if (I.State == N.End) {
        if (Accepts && AcceptOps != I.Ops && AcceptOps != 0 && I.Ops != 0)
          GuardConflict = true;
        AcceptOps = !Accepts ? I.Ops : I.Ops == 0 ? 0 : AcceptOps;
        Accepts = true;
      }
      for (const Nfa::Edge &E : N.edges(I.State)) {
        if (E.Kind == Nfa::EdgeKind::Eps)
          continue;
        ++W.Steps;
        Reading R{&E, Programs.concat(I.Ops, E.Ops)};
        (E.Kind == Nfa::EdgeKind::Call     ? W.Calls
         : E.Kind == Nfa::EdgeKind::Symbol ? W.Symbols
                                           : W.Bytes)
            .push_back(R);
      }
    }
    Out.States[S].Accepts = Accepts;
    Out.States[S].AcceptOps = AcceptOps;

    // Calls and symbols with the same label and program go to one state.
    forEachGroup(W.Calls, [&](uint32_t Label, uint32_t Ops, uint32_t Target) {
      Out.Calls.push_back({Label, Target, Ops});
    });
    forEachGroup(W.Symbols, [&](uint32_t Label, uint32_t Ops, uint32_t Target) {
      Out.Symbols.push_back({Label, Target, Ops});
    });
    Out.States[S].CallsEnd = uint32_t(Out.Calls.size());
    Out.States[S].SymbolsEnd = uint32_t(Out.Symbols.size());
    if (!pollWork(W.Bytes.size()))
      return false;
    forEachAction(
        [&](uint8_t First, uint8_t Last, Dfa::Action Does) { Out.addRange(S, First, Last, Does); });
    return true;
  }

  template <typename Fn>
  void forEachGroup(std::vector<Reading> &Edges, Fn F) {
    auto key = [](const Reading &R) { return std::pair(R.E->Label, R.Ops); };
    if (Edges.size() > 1)
      std::stable_sort(Edges.begin(), Edges.end(),
                       [&](const Reading &X, const Reading &Y) { return key(X) < key(Y); });
    for (size_t I = 0; I < Edges.size();) {
      size_t Begin = I;
      W.Targets.clear();
      for (; I < Edges.size() && key(Edges[I]) == key(Edges[Begin]); ++I)
        W.Targets.push_back(Edges[I].E->Target);
      F(Edges[Begin].E->Label, Edges[Begin].Ops, stateOf(W.Targets));
    }
  }

  /// Puts the readings of `W.Bytes` of one label, which has one set, together.
  void groupByLabel() {
    W.GroupOf.resize(N.Sets.size(), None);
    W.GroupLabels.clear();
    W.GroupBegin.assign(1, 0);
    for (const Reading &R : W.Bytes) {
      uint32_t &G = W.GroupOf[R.E->Label];
      if (G == None) {
        G = uint32_t(W.GroupLabels.size());
        W.GroupLabels.push_back(R.E->Label);
        W.GroupBegin.push_back(0);
      }
      ++W.GroupBegin[G + 1];
    }
    for (size_t G = 1; G < W.GroupBegin.size(); ++G)
      W.GroupBegin[G] += W.GroupBegin[G - 1];
    W.Grouped.resize(W.Bytes.size());
    W.GroupFill.assign(W.GroupBegin.begin(), W.GroupBegin.end() - 1);
    for (const Reading &R : W.Bytes)
      W.Grouped[W.GroupFill[W.GroupOf[R.E->Label]]++] = R;
    for (uint32_t L : W.GroupLabels)
      W.GroupOf[L] = None;
  }

  void activate(uint32_t Group) {
    if (Ended || (Ended = !pollWork(W.GroupBegin[Group + 1] - W.GroupBegin[Group])))
      return;
    W.Active.insert(W.Active.end(), W.Grouped.begin() + W.GroupBegin[Group],
                    W.Grouped.begin() + W.GroupBegin[Group + 1]);
  }

  /// Calls F(first, last, action) in the order of bytes for what the edges of `W.Bytes` read.
  template <typename Fn>
  void forEachAction(Fn F) {
    if (W.Bytes.size() <= 1) {
      if (W.Bytes.empty())
        return;
      const Dfa::Action Does = actionOfOne(*W.Bytes[0].E, W.Bytes[0].Ops);
      forEachRun(N.Sets[W.Bytes[0].E->Label],
                 [&](uint8_t First, uint8_t Last) { F(First, Last, Does); });
      return;
    }
    groupByLabel();
    const uint32_t Groups = uint32_t(W.GroupLabels.size());
    ByteSet Union;
    bool Overlap = false;
    W.Runs.clear();
    for (uint32_t G = 0; G < Groups; ++G) {
      const ByteSet &Set = N.Sets[W.GroupLabels[G]];
      Overlap = Overlap || Union.intersects(Set);
      Union |= Set;
      forEachRun(Set, [&](uint8_t First, uint8_t Last) { W.Runs.push_back({First, Last, G}); });
    }
    std::sort(W.Runs.begin(), W.Runs.end(), [](const auto &X, const auto &Y) {
      return X.First != Y.First ? X.First < Y.First : X.Group < Y.Group;
    });
    // In the order of bytes, which is that of new states.
    if (!Overlap) {
      W.Actions.assign(Groups, {true, None});
      for (const Workspace::Parts::Run &R : W.Runs) {
        Dfa::Action &Does = W.Actions[R.Group];
        if (Does.To == None) {
          W.Active.clear();
          activate(R.Group);
          Does = actionOfActive();
        }
        F(R.First, R.Last, Does);
      }
      return;
    }
    // From one byte at which what reads changes to the next. Bytes that the same groups
    // read do the same.
    W.OpenRuns.clear();
    W.Readers.clear();
    W.Actions.clear();
    for (unsigned B = 0, Next = 0; Next < W.Runs.size() || !W.OpenRuns.empty();) {
      if (W.OpenRuns.empty())
        B = W.Runs[Next].First;
      for (; Next < W.Runs.size() && W.Runs[Next].First == B; ++Next)
        W.OpenRuns.push_back(W.Runs[Next]);
      unsigned End = Next < W.Runs.size() ? W.Runs[Next].First : 256;
      W.Words.clear();
      for (const Workspace::Parts::Run &R : W.OpenRuns) {
        End = std::min(End, R.Last + 1U);
        W.Words.push_back(R.Group);
      }
      std::sort(W.Words.begin(), W.Words.end());
      const uint32_t Id = W.Readers.intern(W.Words);
      if (Id == W.Actions.size()) {
        W.Active.clear();
        for (uint32_t G : W.Words)
          activate(G);
        W.Actions.push_back(actionOfActive());
      }
      F(uint8_t(B), uint8_t(End - 1), W.Actions[Id]);
      std::erase_if(W.OpenRuns, [&](const auto &R) { return R.Last < End; });
      B = End;
    }
  }

  /// Lets moves wait for the next byte with the bound by which alone their program differs
  /// from another's.
  void putOffBounds() {
    // The program without a bound at its end, and the bound.
    struct Split {
      uint32_t Before, Guard;
      uint64_t Bound;
      uint16_t Register;
    };
    std::vector<Split> Splits;
    for (const Workspace::Parts::Move &M : W.Moves) {
      Split S{M.Ops, 0, UINT64_MAX, 0};
      if (const std::span<const RegOp> P = Programs[M.Ops];
          !P.empty() && P.back().Code == OpCode::CounterAtMost) {
        const RegOp Guard = P.back();
        const std::vector<RegOp> Before(P.begin(), P.end() - 1);
        S = {Programs.intern(Before), Programs.intern({Guard}), Guard.A, Guard.Register};
      }
      Splits.push_back(S);
    }
    for (size_t I = 0; I < Splits.size(); ++I) {
      size_t Widest = I;
      for (size_t K = 0; K < Splits.size(); ++K)
        if (Splits[K].Before == Splits[I].Before && Splits[K].Bound > Splits[Widest].Bound &&
            (Splits[K].Guard == 0 || Splits[K].Register == Splits[I].Register))
          Widest = K;
      Workspace::Parts::Move &M = W.Moves[I];
      bool Waits = Widest != I;
      for (uint32_t K = M.Begin; K < M.End && Waits; ++K)
        Waits = onlyReads(W.Active[K].E->Target);
      if (!Waits)
        continue;
      M.Leader = W.Moves[Widest].Begin;
      M.Wait = Splits[I].Guard;
    }
  }

  /// May these operations wait for the next byte? They must be of counters; and a register that
  /// is named twice may be one that is counted with every byte, of which ever more would wait.
  static bool mayWait(std::span<const RegOp> P) {
    for (size_t I = 0; I < P.size(); ++I) {
      if (P[I].Code >= OpCode::LengthLive)
        return false;
      for (size_t K = 0; K < I; ++K)
        if (P[K].Register == P[I].Register)
          return false;
    }
    return true;
  }

  /// Lets moves wait for the next byte with what they do beyond another move, which has no guard
  /// beyond its own: so the byte leads on, whatever becomes of what waits.
  void putOffSteps() {
    std::vector<Workspace::Parts::Move> &Moves = W.Moves;
    size_t Base = 0;
    for (size_t I = 1; I < Moves.size(); ++I)
      if (Moves[I].Leader == Moves[I].Begin &&
          (Moves[Base].Leader != Moves[Base].Begin ||
           Programs[Moves[I].Ops].size() < Programs[Moves[Base].Ops].size()))
        Base = I;
    const std::span<const RegOp> Shared = Programs[Moves[Base].Ops];
    const std::vector<RegOp> Common(Shared.begin(), Shared.end());
    for (size_t I = 0; I < Moves.size(); ++I) {
      Workspace::Parts::Move &M = Moves[I];
      const std::span<const RegOp> P = Programs[M.Ops];
      if (I == Base || M.Leader != M.Begin || P.size() <= Common.size() ||
          !std::equal(Common.begin(), Common.end(), P.begin()) ||
          !mayWait(P.subspan(Common.size())))
        continue;
      // (What already waits for this one is let be.)
      bool Waits = std::none_of(Moves.begin(), Moves.end(), [&](const auto &Other) {
        return &Other != &M && Other.Leader == M.Begin;
      });
      for (uint32_t K = M.Begin; K < M.End && Waits; ++K)
        Waits = onlyReads(W.Active[K].E->Target);
      if (!Waits)
        continue;
      const std::vector<RegOp> Rest(P.begin() + ptrdiff_t(Common.size()), P.end());
      M.Leader = Moves[Base].Begin;
      M.Wait = Programs.intern(Rest);
    }
  }

  /// What bytes do on which exactly the one edge reads.
  Dfa::Action actionOfOne(const Nfa::Edge &E, uint32_t Ops) {
    ++W.Steps;
    const uint32_t Target = stateOf(E.Target);
    if (!Ops && E.Kind != Nfa::EdgeKind::Enter)
      return {true, Target};
    const Dfa::Alternative A = E.Kind == Nfa::EdgeKind::Enter
                                   ? Dfa::Alternative{Ops, E.CalleeState, Target, E.CalleeRule}
                                   : Dfa::Alternative{Ops, Target, None, None};
    return Out.addAction({&A, 1}, W.ListIndex);
  }

  /// What bytes do on which exactly the edges of `W.Active` read.
  Dfa::Action actionOfActive() {
    std::vector<Dfa::Alternative> &L = W.List;
    L.clear();
    if (Ended)
      return {true, 0};
    W.Steps += W.Active.size();
    size_t Plain = 0;
    for (const Reading &R : W.Active)
      if (R.E->Kind == Nfa::EdgeKind::Enter)
        L.push_back({R.Ops, R.E->CalleeState, stateOf(R.E->Target), R.E->CalleeRule});
      else
        W.Active[Plain++] = R;
    W.Active.resize(Plain);
    // Plain moves by program.
    // (They mostly are, and sorting takes memory.)
    auto isBefore = [](const Reading &X, const Reading &Y) { return X.Ops < Y.Ops; };
    if (!std::is_sorted(W.Active.begin(), W.Active.end(), isBefore))
      std::stable_sort(W.Active.begin(), W.Active.end(), isBefore);
    // Nearly always there is one, or one program.
    if (Plain && W.Active[0].Ops == W.Active[Plain - 1].Ops) {
      W.Targets.clear();
      for (size_t I = 0; I < Plain; ++I)
        W.Targets.push_back(W.Active[I].E->Target);
      L.push_back({W.Active[0].Ops, stateOf(W.Targets), None, None});
    } else if (Plain) {
      addMoves(Plain);
    }
    if (L.size() > 1) {
      std::sort(L.begin(), L.end());
      L.erase(std::unique(L.begin(), L.end()), L.end());
    }
    return Out.addAction(L, W.ListIndex);
  }

  /// Adds an alternative for each program of the first `Plain` readings of `W.Active`, which are
  /// sorted by it.
  void addMoves(size_t Plain) {
    W.Moves.clear();
    for (size_t I = 0; I < Plain;) {
      const uint32_t Ops = W.Active[I].Ops, Begin = uint32_t(I);
      while (I < Plain && W.Active[I].Ops == Ops)
        ++I;
      W.Moves.push_back({Ops, Begin, uint32_t(I), Begin, 0});
    }
    putOffBounds();
    putOffSteps();
    bool Counts = false;
    unsigned Groups = 0;
    for (const Workspace::Parts::Move &Leader : W.Moves) {
      if (Leader.Leader != Leader.Begin)
        continue;
      W.Targets.clear();
      for (const Workspace::Parts::Move &M : W.Moves)
        if (M.Leader == Leader.Begin)
          for (uint32_t I = M.Begin; I < M.End; ++I) {
            const uint32_t Target = W.Active[I].E->Target;
            W.Targets.push_back(M.Wait ? putOff(Target, M.Wait) : Target);
          }
      Counts = Counts || (Leader.Ops && countsSomething(Programs[Leader.Ops]));
      W.List.push_back({Leader.Ops, stateOf(W.Targets), None, None});
      ++Groups;
    }
    Ambiguous |= Groups > 1 && Counts;
  }

  const Nfa &N;
  ProgramTable &Programs;
  uint32_t MaxStates;
  Dfa &Out;
  Workspace::Parts &W;
  uint32_t Round = 0;
  bool Ambiguous = false, GuardConflict = false;
  bool Ended = false; ///< the compilation has: states are not made or found any more
};

} // namespace

DeterminiseStatus determinise(const Nfa &N, ProgramTable &Programs, uint32_t MaxStates, Dfa &Out,
                              Workspace &W) {
  Workspace::Parts &P = W.parts();
  P.Determinising = true;
  const DeterminiseStatus S = Determiniser(N, Programs, MaxStates, Out, P).run();
  P.Determinising = false;
  return S;
}

} // namespace weir::automata
