//===- Minimise.cpp - Partition refinement over rule automata -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// States from which no cycle can be reached, which literals and enumerations consist
// of, are taken backwards from the ends: when all targets of a state have their final
// classes, so has the state, and one hash table of signatures (acceptance, and the row
// read in classes) names it (Revuz, "Minimisation of acyclic deterministic automata in
// linear time", 1992). A state that reaches a cycle is equivalent to none of them.
//
// The others are refined from a partition by acceptance. A class is split by the
// signatures of its *dirty* members, those with a target whose class changed its name;
// the largest part keeps the name, so a state is renamed O(log n) times (Hopcroft
// 1971; in this form Valmari and Franceschinis 2010), and a long literal in a loop
// costs no round over the whole automaton for each byte.
//
// Rows are compared after joining adjacent ranges that lead to one class.
//
//===----------------------------------------------------------------------===//
#include "weir/Automata/RuleAutomaton.h"

#include "Workspace.h"

#include <algorithm>

namespace weir::automata {

namespace {

/// Works on the states reachable from the start, by breadth-first number.
class Minimiser {
public:
  Minimiser(Dfa &D, Workspace::Parts &W) : D(D), W(W) {}
  void run();

private:
  void numberReachable();
  void takeAcyclic();
  void refine();
  void split(uint32_t C);
  void sign(uint32_t I);
  void rebuild(std::span<const uint32_t> Order, std::span<const uint32_t> Number, bool Merged);
  uint32_t classOf(uint32_t State) const { return W.Class[W.Number[State]]; }
  uint32_t listClass(const Dfa::Range &R);

  Dfa &D;
  Workspace::Parts &W;
  uint32_t N = 0;       ///< states reached
  uint32_t Classes = 0; ///< so far
  uint32_t Acyclic = 0; ///< classes of states that reach no cycle, which come first
};

/// Breadth-first: `Order` by number, `Number` by state.
void numberFrom(const Dfa &D, uint32_t Start, std::vector<uint32_t> &Order,
                std::vector<uint32_t> &Number, std::span<const uint32_t> Stands) {
  Order.assign(1, Start);
  Number.assign(D.States.size(), None);
  Number[Start] = 0;
  for (size_t I = 0; I < Order.size(); ++I)
    forEachTarget(D, Order[I], [&](uint32_t T) {
      if (!Stands.empty())
        T = Stands[T];
      if (Number[T] == None) {
        Number[T] = uint32_t(Order.size());
        Order.push_back(T);
      }
    });
}

void Minimiser::numberReachable() {
  numberFrom(D, D.Start, W.Order, W.Number, {});
  N = uint32_t(W.Order.size());
}

uint32_t Minimiser::listClass(const Dfa::Range &R) {
  if (R.Plain)
    return classOf(R.To) * 2;
  W.List.clear();
  for (Dfa::Alternative A : D.alternatives(R)) {
    (A.Push == None ? A.Target : A.Push) = classOf(A.own());
    W.List.push_back(A);
  }
  if (W.List.size() > 1)
    std::sort(W.List.begin(), W.List.end());
  W.Words.clear();
  for (const Dfa::Alternative &A : W.List)
    W.Words.insert(W.Words.end(), {A.Ops, A.Target, A.Push, A.CalleeRule});
  return W.ListClasses.intern(W.Words) * 2 + 1;
}

/// Leaves the signature of the state numbered `I` in `W.Signature`.
void Minimiser::sign(uint32_t I) {
  const uint32_t S = W.Order[I];
  const Dfa::State &St = D.States[S];
  std::vector<uint32_t> &Out = W.Signature;
  Out.clear();
  Out.push_back(St.Accepts);
  Out.push_back(St.AcceptOps);
  Out.push_back(St.ReturnOps);
  uint32_t Last = 256, LastClass = 0;
  for (const Dfa::Range &R : D.row(S)) {
    uint32_t L = listClass(R);
    if (Last + 1 == R.First && LastClass == L) {
      Out[Out.size() - 2] = (Out[Out.size() - 2] & 0xff00) | R.Last;
    } else {
      Out.push_back(uint32_t(R.First) << 8 | R.Last);
      Out.push_back(L);
    }
    Last = R.Last;
    LastClass = L;
  }
  for (const Dfa::Call &C : D.calls(S))
    Out.insert(Out.end(), {0x10000, C.Rule, classOf(C.Target), C.Ops});
  for (const Dfa::Symbol &Y : D.symbols(S))
    Out.insert(Out.end(), {0x10001, Y.Label, classOf(Y.Target), Y.Ops});
  W.Steps += Out.size();
}

void Minimiser::takeAcyclic() {
  // Edges backwards, and how many targets of a state are not classed yet.
  W.BeforeBegin.assign(N + 1, 0);
  W.Left.assign(N, 0);
  for (uint32_t I = 0; I < N; ++I)
    forEachTarget(D, W.Order[I], [&](uint32_t T) {
      ++W.BeforeBegin[W.Number[T] + 1];
      ++W.Left[I];
    });
  for (uint32_t I = 0; I < N; ++I)
    W.BeforeBegin[I + 1] += W.BeforeBegin[I];
  W.Before.resize(W.BeforeBegin[N]);
  W.Counts.assign(W.BeforeBegin.begin(), W.BeforeBegin.end() - 1);
  W.Queue.clear();
  for (uint32_t I = 0; I < N; ++I) {
    forEachTarget(D, W.Order[I], [&](uint32_t T) { W.Before[W.Counts[W.Number[T]]++] = I; });
    if (W.Left[I] == 0)
      W.Queue.push_back(I);
  }
  W.Class.assign(N, None);
  W.Signatures.clear();
  W.ListClasses.clear();
  for (size_t Q = 0; Q < W.Queue.size(); ++Q) {
    uint32_t I = W.Queue[Q];
    sign(I);
    W.Class[I] = W.Signatures.intern(W.Signature);
    for (uint32_t B = W.BeforeBegin[I]; B < W.BeforeBegin[I + 1]; ++B)
      if (--W.Left[W.Before[B]] == 0)
        W.Queue.push_back(W.Before[B]);
  }
  Acyclic = Classes = W.Signatures.size();
}

void Minimiser::refine() {
  // The first partition: what the states accept, and how many edges of a kind they have.
  W.Signatures.clear();
  W.Counts.clear();
  for (uint32_t I = 0; I < N; ++I) {
    if (W.Class[I] != None)
      continue;
    const Dfa::State &St = D.States[W.Order[I]];
    uint32_t C =
        W.Signatures.intern({St.Accepts, St.AcceptOps, St.ReturnOps, St.CallsEnd - St.CallsBegin,
                             St.SymbolsEnd - St.SymbolsBegin, St.RowBegin == St.RowEnd});
    if (C == W.Counts.size())
      W.Counts.push_back(0);
    ++W.Counts[C];
    W.Class[I] = Acyclic + C;
  }
  uint32_t First = uint32_t(W.Counts.size());
  W.ClassBegin.assign(First, 0);
  W.ClassEnd.assign(First, 0);
  for (uint32_t C = 1; C < First; ++C)
    W.ClassBegin[C] = W.ClassEnd[C] = W.ClassBegin[C - 1] + W.Counts[C - 1];
  W.Elements.resize(N);
  W.Position.resize(N);
  W.Sorted.resize(N);
  W.Group.resize(N);
  for (uint32_t I = 0; I < N; ++I)
    if (W.Class[I] >= Acyclic) {
      uint32_t &End = W.ClassEnd[W.Class[I] - Acyclic];
      W.Position[I] = End;
      W.Elements[End++] = I;
    }
  // Dirty members stand in front; to begin with all are.
  W.DirtyEnd = W.ClassEnd;
  W.Queue.clear();
  for (uint32_t C = 0; C < First; ++C)
    W.Queue.push_back(C);
  while (!W.Queue.empty()) {
    uint32_t C = W.Queue.back();
    W.Queue.pop_back();
    split(C);
  }
  Classes = Acyclic + uint32_t(W.ClassBegin.size());
}

/// Splits one class by the signatures of its dirty members.
void Minimiser::split(uint32_t C) {
  const uint32_t Begin = W.ClassBegin[C], End = W.ClassEnd[C], Dirty = W.DirtyEnd[C];
  W.DirtyEnd[C] = Begin;
  if (End - Begin < 2)
    return;
  // Group 0 is that of the members that are not dirty, which agree, or of the first.
  W.Signatures.clear();
  W.Counts.clear();
  if (Dirty < End) {
    sign(W.Elements[Dirty]);
    W.Signatures.intern(W.Signature);
    W.Counts.push_back(End - Dirty);
  }
  for (uint32_t P = Begin; P < Dirty; ++P) {
    sign(W.Elements[P]);
    uint32_t G = W.Signatures.intern(W.Signature);
    if (G == W.Counts.size())
      W.Counts.push_back(0);
    ++W.Counts[G];
    W.Group[P] = G;
  }
  const uint32_t Groups = uint32_t(W.Counts.size());
  if (Groups == 1)
    return;
  // The dirty members in order of groups, the last group first, so that those of
  // group 0 come to stand beside the ones that were not dirty.
  std::vector<uint32_t> &Place = W.Words;
  Place.assign(Groups, 0);
  uint32_t At = Begin;
  for (uint32_t G = Groups; G-- > 0;) {
    Place[G] = At;
    At += W.Counts[G];
  }
  for (uint32_t P = Begin; P < Dirty; ++P)
    W.Sorted[Place[W.Group[P]]++] = W.Elements[P];
  for (uint32_t P = Begin; P < Dirty; ++P) {
    W.Elements[P] = W.Sorted[P];
    W.Position[W.Elements[P]] = P;
  }
  const uint32_t Largest =
      uint32_t(std::max_element(W.Counts.begin(), W.Counts.end()) - W.Counts.begin());
  W.Targets.clear(); // the new classes
  At = Begin;
  for (uint32_t G = Groups; G-- > 0; At += W.Counts[G]) {
    uint32_t Name = C;
    if (G != Largest) {
      Name = uint32_t(W.ClassBegin.size());
      W.ClassBegin.push_back(0);
      W.ClassEnd.push_back(0);
      W.DirtyEnd.push_back(0);
      W.Targets.push_back(Name);
      for (uint32_t P = At; P < At + W.Counts[G]; ++P)
        W.Class[W.Elements[P]] = Acyclic + Name;
    }
    W.ClassBegin[Name] = W.DirtyEnd[Name] = At;
    W.ClassEnd[Name] = At + W.Counts[G];
  }
  for (uint32_t Name : W.Targets)
    for (uint32_t P = W.ClassBegin[Name]; P < W.ClassEnd[Name]; ++P) {
      const uint32_t Renamed = W.Elements[P];
      for (uint32_t B = W.BeforeBegin[Renamed]; B < W.BeforeBegin[Renamed + 1]; ++B) {
        // A class being enumerated here only swaps members among places not yet read or
        // read already: mark later, when the places are settled.
        W.Group.push_back(W.Before[B]);
      }
    }
  for (size_t I = N; I < W.Group.size(); ++I) {
    const uint32_t S = W.Group[I], Of = W.Class[S] - Acyclic, P = W.Position[S];
    uint32_t &Front = W.DirtyEnd[Of];
    if (P < Front)
      continue;
    if (Front == W.ClassBegin[Of])
      W.Queue.push_back(Of);
    const uint32_t Other = W.Elements[Front];
    std::swap(W.Elements[P], W.Elements[Front]);
    W.Position[Other] = P;
    W.Position[S] = Front++;
  }
  W.Group.resize(N);
}

/// Makes the automaton anew from the states of `Order`; `Number` is by state, and all
/// that are led to have one when `Representative` is applied first.
void Minimiser::rebuild(std::span<const uint32_t> Order, std::span<const uint32_t> Number,
                        bool Merged) {
  auto moved = [&](uint32_t S) { return Merged ? W.Representative[S] : S; };
  auto numbered = [&](uint32_t S) { return Number[moved(S)]; };
  Dfa &Out = W.Made;
  Out.clear();
  W.ListIndex.clear();
  for (uint32_t I = 0; I < Order.size(); ++I) {
    Dfa::State St = D.States[Order[I]];
    St.RowBegin = St.RowEnd = uint32_t(Out.Ranges.size());
    St.CallsBegin = uint32_t(Out.Calls.size());
    St.SymbolsBegin = uint32_t(Out.Symbols.size());
    for (const Dfa::Call &C : D.calls(Order[I]))
      Out.Calls.push_back({C.Rule, numbered(C.Target), C.Ops});
    for (const Dfa::Symbol &Y : D.symbols(Order[I]))
      Out.Symbols.push_back({Y.Label, numbered(Y.Target), Y.Ops});
    St.CallsEnd = uint32_t(Out.Calls.size());
    St.SymbolsEnd = uint32_t(Out.Symbols.size());
    Out.States.push_back(St);
    for (const Dfa::Range &R : D.row(Order[I])) {
      W.List.clear();
      for (Dfa::Alternative A : D.alternatives(R)) {
        // In the order of breadth-first numbers before merging.
        (A.Push == None ? A.Target : A.Push) = W.Number[moved(A.own())];
        W.List.push_back(A);
      }
      if (Merged && W.List.size() > 1) {
        std::sort(W.List.begin(), W.List.end());
        W.List.erase(std::unique(W.List.begin(), W.List.end()), W.List.end());
      }
      if (Merged)
        for (Dfa::Alternative &A : W.List)
          (A.Push == None ? A.Target : A.Push) = Number[W.Order[A.own()]];
      Out.addRange(I, R.First, R.Last, W.List, W.ListIndex);
    }
  }
  Out.Labels = std::move(D.Labels);
  Out.Start = 0;
  std::swap(D, Out);
}

void Minimiser::run() {
  numberReachable();
  takeAcyclic();
  if (W.Queue.size() < N)
    refine();
  if (Classes == N) {
    bool Same = N == D.States.size() && D.Start == 0;
    for (uint32_t I = 0; I < N && Same; ++I)
      Same = W.Order[I] == I;
    if (!Same)
      rebuild(W.Order, W.Number, false);
    return;
  }
  // The first member stands for each class.
  W.Words.assign(Classes, None);
  W.Representative.assign(D.States.size(), None);
  for (uint32_t I = 0; I < N; ++I) {
    uint32_t &First = W.Words[W.Class[I]];
    if (First == None)
      First = W.Order[I];
    W.Representative[W.Order[I]] = First;
  }
  numberFrom(D, D.Start, W.SecondOrder, W.SecondNumber, W.Representative);
  rebuild(W.SecondOrder, W.SecondNumber, true);
}

} // namespace

void minimise(Dfa &D, Workspace &W) { Minimiser(D, W.parts()).run(); }

} // namespace weir::automata
