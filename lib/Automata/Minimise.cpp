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
// The others are refined from a partition by acceptance (Refine.h).
//
// Rows are compared after joining adjacent ranges that lead to one class.
//
//===----------------------------------------------------------------------===//
#include "weir/Automata/RuleAutomaton.h"

#include "Workspace.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::automata {

namespace {

/// Works on the states reachable from the start, by breadth-first number.
class Minimiser {
public:
  Minimiser(Dfa &D, Workspace::Parts &W) : D(D), W(W) {}
  void run();

private:
  void takeAcyclic();
  void refine();
  void sign(uint32_t I);
  void rebuild(std::span<const uint32_t> Order, std::span<const uint32_t> Number, bool Merged);
  uint32_t classOf(uint32_t State) const { return W.Class[W.Number[State]]; }
  uint32_t listClass(const Dfa::Range &R);

  Dfa &D;
  Workspace::Parts &W;
  uint32_t N = 0;       ///< states reached
  uint32_t Classes = 0; ///< so far
  uint32_t Acyclic = 0; ///< classes of states that reach no cycle, which come first
  /// The compilation has ended: the automaton stays as it is.
  bool Ended = false;
};

/// Breadth-first: `Order` by number, `Number` by state. False when the compilation has ended.
bool numberFrom(const Dfa &D, uint32_t Start, std::vector<uint32_t> &Order,
                std::vector<uint32_t> &Number, std::span<const uint32_t> Stands) {
  Order.assign(1, Start);
  if (!assignLong(Number, D.States.size(), None))
    return false;
  Number[Start] = 0;
  for (size_t I = 0; I < Order.size(); ++I) {
    if (!pollWork())
      return false;
    forEachTarget(D, Order[I], [&](uint32_t T) {
      if (!Stands.empty())
        T = Stands[T];
      if (Number[T] == None) {
        Number[T] = uint32_t(Order.size());
        Order.push_back(T);
      }
    });
  }
  return true;
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
  if ((Ended = !assignLong(W.BeforeBegin, N + 1, 0U) || !assignLong(W.Left, N, 0U)))
    return;
  for (uint32_t I = 0; I < N; ++I) {
    if (Ended || (Ended = !pollWork()))
      return;
    forEachTarget(D, W.Order[I], [&](uint32_t T) {
      ++W.BeforeBegin[W.Number[T] + 1];
      ++W.Left[I];
    });
  }
  for (uint32_t I = 0; I < N; ++I)
    W.BeforeBegin[I + 1] += W.BeforeBegin[I];
  if ((Ended = !assignLong(W.Before, W.BeforeBegin[N], 0U) || !assignLong(W.Counts, N, 0U)))
    return;
  std::copy(W.BeforeBegin.begin(), W.BeforeBegin.end() - 1, W.Counts.begin());
  W.Queue.clear();
  for (uint32_t I = 0; I < N; ++I) {
    if ((Ended = !pollWork()))
      return;
    forEachTarget(D, W.Order[I], [&](uint32_t T) { W.Before[W.Counts[W.Number[T]]++] = I; });
    if (W.Left[I] == 0)
      W.Queue.push_back(I);
  }
  if ((Ended = !assignLong(W.Class, N, None)))
    return;
  W.Signatures.clear();
  W.ListClasses.clear();
  for (size_t Q = 0; Q < W.Queue.size(); ++Q) {
    if ((Ended = !pollWork(2)))
      return;
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
  for (uint32_t I = 0; I < N; ++I) {
    if ((Ended = !pollWork()))
      return;
    if (W.Class[I] != None)
      continue;
    const Dfa::State &St = D.States[W.Order[I]];
    W.Class[I] = Acyclic + W.Signatures.intern(
                               {St.Accepts, St.AcceptOps, St.ReturnOps, St.CallsEnd - St.CallsBegin,
                                St.SymbolsEnd - St.SymbolsBegin, St.RowBegin == St.RowEnd});
  }
  Classes = W.Refine.run(
      W.Class, Acyclic, W.Signatures.size(),
      [&](uint32_t I) {
        // Without signatures nothing is told apart any more, so it ends soon.
        W.Signature.clear();
        if (!Ended && !(Ended = !pollWork(2)))
          sign(I);
        return std::span<const uint32_t>(W.Signature);
      },
      [&](uint32_t I, auto &&F) {
        for (uint32_t B = W.BeforeBegin[I]; B < W.BeforeBegin[I + 1]; ++B)
          F(W.Before[B]);
      });
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
    if ((Ended = !pollWork(2)))
      return;
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
    if ((Ended = !growLong(Out.States)))
      return;
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
  if ((Ended = !pollWork(0))) // rows may be cut short
    return;
  Out.Labels = std::move(D.Labels);
  Out.Start = 0;
  std::swap(D, Out);
}

void Minimiser::run() {
  if (!numberFrom(D, D.Start, W.Order, W.Number, {}))
    return;
  N = uint32_t(W.Order.size());
  takeAcyclic();
  if (!Ended && W.Queue.size() < N)
    refine();
  if (Ended || !pollWork(0))
    return;
  if (Classes == N) {
    bool Same = N == D.States.size() && D.Start == 0;
    for (uint32_t I = 0; I < N && Same; ++I)
      Same = W.Order[I] == I;
    if (!Same)
      rebuild(W.Order, W.Number, false);
    return;
  }
  // The first member stands for each class.
  if (!assignLong(W.Words, Classes, None) || !assignLong(W.Representative, D.States.size(), None))
    return;
  for (uint32_t I = 0; I < N; ++I) {
    if (!pollWork())
      return;
    uint32_t &First = W.Words[W.Class[I]];
    if (First == None)
      First = W.Order[I];
    W.Representative[W.Order[I]] = First;
  }
  if (!numberFrom(D, D.Start, W.SecondOrder, W.SecondNumber, W.Representative))
    return;
  rebuild(W.SecondOrder, W.SecondNumber, true);
}

} // namespace

void minimise(Dfa &D, Workspace &W) { Minimiser(D, W.parts()).run(); }

} // namespace weir::automata
