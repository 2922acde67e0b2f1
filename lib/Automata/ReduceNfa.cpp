//===- ReduceNfa.cpp - Fewer states before a subset construction -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Branches of a union often end alike, and a subset construction that tells their ends
// apart makes a state of each set of them:
//
//   a.b   a..b   a...b       "one more, then b" stands in all three; merged, the sets are
//                            what is left of the last a, not one bit for each a
//
// States are merged that do the same and lead to the same: the coarsest partition in which
// members of a class have equal sets of edges (Refine.h). A state that only goes on to
// another without reading is that one.
//
//===----------------------------------------------------------------------===//
#include "weir/Automata/RuleAutomaton.h"

#include "Workspace.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <array>

namespace weir::automata {

namespace {

class Reducer {
public:
  Reducer(Nfa &N, Workspace::Parts &W) : N(N), W(W) {}
  bool run();

private:
  void skipPlain();
  std::span<const uint32_t> sign(uint32_t S);

  Nfa &N;
  Workspace::Parts &W;
  bool Ended = false; ///< by the limits of the compilation, or its own
  std::vector<uint32_t> Stands, Class;
  std::vector<std::array<uint32_t, 6>> Words;
  uint64_t Steps = 0;
  const uint64_t MaxSteps = 100'000 + 20 * (N.States.size() + N.Edges.size());
};

/// Finds, by state, the one that it goes on to without doing anything else.
void Reducer::skipPlain() {
  const uint32_t Count = uint32_t(N.States.size());
  auto plain = [&](uint32_t S) {
    const Nfa::State &St = N.States[S];
    return S != N.End && !St.ReturnOps && St.First != None && St.First == St.Last &&
           N.Edges[St.First].Kind == Nfa::EdgeKind::Eps && !N.Edges[St.First].Ops &&
           !N.States[N.Edges[St.First].Target].ReturnOps;
  };
  if ((Ended = !assignLong(Stands, Count, None)))
    return;
  std::vector<uint32_t> Path;
  for (uint32_t S = 0; S < Count; ++S) {
    if ((Ended = !pollWork()))
      return;
    uint32_t At = S;
    Path.clear();
    // A circle of such states has no text; it stands for itself.
    while (Stands[At] == None && plain(At)) {
      Stands[At] = At;
      Path.push_back(At);
      At = N.Edges[N.States[At].First].Target;
    }
    if (Stands[At] == None)
      Stands[At] = At;
    for (uint32_t P : Path)
      Stands[P] = Stands[At];
  }
}

std::span<const uint32_t> Reducer::sign(uint32_t S) {
  Words.clear();
  W.Signature.clear();
  // Without signatures nothing is told apart any more, so it ends soon.
  // A state of many edges is looked at whenever one of their targets changes its class, which
  // may be too often.
  if (Ended || (Ended = Steps > MaxSteps || !spendWork()))
    return W.Signature;
  for (const Nfa::Edge &E : N.edges(S)) {
    const uint32_t To = Class[Stands[E.Target]];
    Words.push_back({uint32_t(E.Kind), E.Ops, To, E.Label, E.CalleeRule, E.CalleeState});
    ++Steps;
  }
  std::sort(Words.begin(), Words.end());
  Words.erase(std::unique(Words.begin(), Words.end()), Words.end());
  for (const auto &X : Words)
    W.Signature.insert(W.Signature.end(), X.begin(), X.end());
  return W.Signature;
}

bool Reducer::run() {
  const uint32_t Count = uint32_t(N.States.size());
  skipPlain();
  W.Signatures.clear();
  if (Ended || (Ended = !assignLong(Class, Count, 0U)))
    return false;
  for (uint32_t S = 0; S < Count; ++S) {
    if (Ended || (Ended = !pollWork()))
      return false;
    Class[S] = W.Signatures.intern({S == N.End, N.States[S].ReturnOps});
  }
  // Edges backwards.
  std::vector<uint32_t> Begin, Before, Fill;
  if (!assignLong(Begin, Count + 1, 0U) || !assignLong(Before, N.Edges.size(), 0U) ||
      !assignLong(Fill, Count, 0U))
    return false;
  for (const Nfa::Edge &E : N.Edges) {
    if ((Ended = !pollWork()))
      return false;
    ++Begin[Stands[E.Target] + 1];
  }
  for (uint32_t S = 0; S < Count; ++S)
    Begin[S + 1] += Begin[S];
  std::copy(Begin.begin(), Begin.end() - 1, Fill.begin());
  for (uint32_t S = 0; S < Count; ++S) {
    if ((Ended = !pollWork()))
      return false;
    for (const Nfa::Edge &E : N.edges(S))
      Before[Fill[Stands[E.Target]]++] = S;
  }
  const uint32_t Classes = W.Refine.run(
      Class, 0, W.Signatures.size(), [&](uint32_t S) { return sign(S); },
      [&](uint32_t S, auto &&F) {
        for (uint32_t B = Begin[S]; B < Begin[S + 1]; ++B)
          F(Before[B]);
      });
  W.Steps += Steps;
  if (Ended || !pollWork(0))
    return false;

  // The first member stands for each class, and keeps its place in the order of states.
  std::vector<uint32_t> Number, Members;
  if (!assignLong(Number, Classes, None))
    return false;
  bool Merged = false;
  for (uint32_t S = 0; S < Count && pollWork(); ++S)
    if (uint32_t &First = Number[Class[S]]; First == None) {
      First = uint32_t(Members.size());
      Members.push_back(S);
    } else {
      Merged = Merged || Stands[S] == S;
    }
  if (!Merged)
    return false;
  if (!pollWork(256)) // before it is looked at what was merged, when not all was
    return false;
  const std::vector<Nfa::State> States = std::move(N.States);
  const std::vector<Nfa::Edge> Edges = std::move(N.Edges);
  const Copies OldCopies = std::move(N.Copies);
  N.States.clear();
  N.Edges.clear();
  N.Copies.clear();
  assignLong(N.States, Members.size(), {});
  // (Where the compilation has ended, the rest is left out: nobody asks for the network.)
  for (uint32_t I = 0; I < N.States.size() && pollWork(); ++I) {
    N.States[I].ReturnOps = States[Members[I]].ReturnOps;
    if (!OldCopies.empty())
      N.Copies.add(OldCopies[Members[I]]);
    for (uint32_t E = States[Members[I]].First; E != None; E = Edges[E].Next) {
      Nfa::Edge Moved = Edges[E];
      Moved.Target = Number[Class[Stands[Moved.Target]]];
      Moved.Next = None;
      if (Moved.Kind != Nfa::EdgeKind::Eps || Moved.Ops || Moved.Target != I)
        N.addEdge(I, Moved);
    }
  }
  N.Start = Number[Class[Stands[N.Start]]];
  N.End = Number[Class[N.End]];
  return true;
}

} // namespace

bool reduce(Nfa &N, Workspace &W) { return N.Rows.empty() && Reducer(N, W.parts()).run(); }

} // namespace weir::automata
