//===- ByteDfa.cpp - Minimal deterministic automata -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Minimisation refines two partitions by one another: of states into blocks, and of
// transitions into cords, those that read one class of bytes and enter one block. A
// block is split by the tails of a cord, a cord by the block its transitions enter;
// each split gives the smaller half the new number, which is what bounds the work
// (A. Valmari, Fast brief practical DFA minimization, 2012). Transitions that are
// missing need no sink: states that reach no acceptance are removed first.
//
//===----------------------------------------------------------------------===//
#include "weir/IR/ByteDfa.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace weir::ir {

static constexpr uint32_t NoState = 0xffffffffU;

uint32_t ByteDfa::next(uint32_t S, uint8_t B) const {
  for (const Edge &E : row(S))
    if (B >= E.First && B <= E.Last)
      return E.Target;
  return NoState;
}

bool ByteDfa::isAscii() const {
  return std::all_of(Edges.begin(), Edges.end(), [](const Edge &E) { return E.Last < 0x80; });
}

namespace {

/// Sets of 0..n-1, split by marking some elements.
class Partition {
public:
  explicit Partition(uint32_t N) : Elements(N), Location(N), SetOf(N, 0) {
    std::iota(Elements.begin(), Elements.end(), 0U);
    std::iota(Location.begin(), Location.end(), 0U);
    if (N > 0)
      addSet(0, N);
  }

  uint32_t sets() const { return uint32_t(First.size()); }
  uint32_t setOf(uint32_t E) const { return SetOf[E]; }
  std::span<const uint32_t> members(uint32_t S) const {
    return std::span(Elements).subspan(First[S], Past[S] - First[S]);
  }

  /// Marked elements stand at the front of their set.
  void mark(uint32_t E) {
    uint32_t S = SetOf[E], I = Location[E], J = First[S] + Marked[S];
    if (I < J)
      return;
    std::swap(Elements[I], Elements[J]);
    Location[Elements[I]] = I;
    Location[Elements[J]] = J;
    if (Marked[S]++ == 0)
      Touched.push_back(S);
  }

  void split() {
    for (uint32_t S : Touched) {
      uint32_t Middle = First[S] + Marked[S], Begin, End;
      bool Front = Marked[S] <= Past[S] - Middle;
      Marked[S] = 0;
      if (Middle == Past[S])
        continue;
      if (Front) {
        Begin = First[S];
        End = First[S] = Middle;
      } else {
        Begin = Middle;
        End = Past[S];
        Past[S] = Middle;
      }
      uint32_t New = sets();
      addSet(Begin, End);
      for (uint32_t I = Begin; I < End; ++I)
        SetOf[Elements[I]] = New;
    }
    Touched.clear();
  }

private:
  void addSet(uint32_t Begin, uint32_t End) {
    First.push_back(Begin);
    Past.push_back(End);
    Marked.push_back(0);
  }

  std::vector<uint32_t> Elements, Location, SetOf;
  std::vector<uint32_t> First, Past, Marked; ///< by set
  std::vector<uint32_t> Touched;
};

struct Transition {
  uint32_t Tail, Label, Head;
};

/// For each item, the indices of the transitions that `Of` maps to it.
template <typename Fn>
struct ByItem {
  ByItem(const std::vector<Transition> &All, uint32_t Items, Fn Of) : Begin(Items + 1, 0) {
    for (const Transition &T : All)
      ++Begin[Of(T) + 1];
    std::partial_sum(Begin.begin(), Begin.end(), Begin.begin());
    Index.resize(All.size());
    std::vector<uint32_t> At(Begin.begin(), Begin.end() - 1);
    for (uint32_t I = 0; I < All.size(); ++I)
      Index[At[Of(All[I])]++] = I;
  }
  std::span<const uint32_t> of(uint32_t Item) const {
    return std::span(Index).subspan(Begin[Item], Begin[Item + 1] - Begin[Item]);
  }
  std::vector<uint32_t> Begin, Index;
};

/// States on a way from the start to acceptance.
std::vector<bool> usefulStates(const ByteDfa &D) {
  uint32_t N = D.size();
  std::vector<bool> Reached(N, false), Useful(N, false);
  std::vector<uint32_t> Order{0};
  Reached[0] = true;
  std::vector<Transition> All;
  for (size_t I = 0; I < Order.size(); ++I)
    for (const ByteDfa::Edge &E : D.row(Order[I])) {
      All.push_back({Order[I], 0, E.Target});
      if (!Reached[E.Target]) {
        Reached[E.Target] = true;
        Order.push_back(E.Target);
      }
    }
  ByItem Into(All, N, [](const Transition &T) { return T.Head; });
  std::vector<uint32_t> Work;
  for (uint32_t S : Order)
    if (D.Accepts[S]) {
      Useful[S] = true;
      Work.push_back(S);
    }
  while (!Work.empty()) {
    uint32_t S = Work.back();
    Work.pop_back();
    for (uint32_t I : Into.of(S))
      if (!Useful[All[I].Tail]) {
        Useful[All[I].Tail] = true;
        Work.push_back(All[I].Tail);
      }
  }
  return Useful;
}

/// Classes of bytes that no edge tells apart: intervals, by their first bytes.
std::vector<uint8_t> classStarts(const ByteDfa &D) {
  std::array<bool, 257> Starts{};
  Starts[0] = true;
  for (const ByteDfa::Edge &E : D.Edges)
    Starts[E.First] = Starts[E.Last + 1] = true;
  std::vector<uint8_t> Out;
  for (unsigned B = 0; B < 256; ++B)
    if (Starts[B])
      Out.push_back(uint8_t(B));
  return Out;
}

} // namespace

ByteDfa minimised(const ByteDfa &D) {
  ByteDfa Out;
  if (D.size() == 0)
    return Out;
  std::vector<bool> Useful = usefulStates(D);
  if (!Useful[0])
    return Out;
  std::vector<uint8_t> Classes = classStarts(D);
  std::array<uint32_t, 256> ClassOf{};
  for (uint32_t C = 0; C < Classes.size(); ++C)
    for (unsigned B = Classes[C]; B < (C + 1 < Classes.size() ? Classes[C + 1] : 256U); ++B)
      ClassOf[B] = C;

  std::vector<Transition> All;
  for (uint32_t S = 0; S < D.size(); ++S)
    if (Useful[S])
      for (const ByteDfa::Edge &E : D.row(S))
        if (Useful[E.Target])
          for (uint32_t C = ClassOf[E.First]; C <= ClassOf[E.Last]; ++C)
            All.push_back({S, C, E.Target});

  Partition Blocks(D.size());
  for (uint32_t S = 0; S < D.size(); ++S)
    if (D.Accepts[S])
      Blocks.mark(S);
  Blocks.split();
  // Useless states have no transitions; that they share blocks does not matter.
  ByItem Into(All, D.size(), [](const Transition &T) { return T.Head; });
  Partition Cords(uint32_t(All.size()));
  ByItem WithLabel(All, uint32_t(Classes.size()), [](const Transition &T) { return T.Label; });
  for (uint32_t C = 1; C < Classes.size(); ++C) {
    for (uint32_t I : WithLabel.of(C))
      Cords.mark(I);
    Cords.split();
  }
  for (uint32_t B = 1, C = 0; C < Cords.sets(); ++C) {
    for (uint32_t I : Cords.members(C))
      Blocks.mark(All[I].Tail);
    Blocks.split();
    for (; B < Blocks.sets(); ++B) {
      for (uint32_t S : Blocks.members(B))
        for (uint32_t I : Into.of(S))
          Cords.mark(I);
      Cords.split();
    }
  }

  std::vector<uint32_t> Number(Blocks.sets(), NoState), Order{0};
  Number[Blocks.setOf(0)] = 0;
  for (size_t I = 0; I < Order.size(); ++I) {
    Out.addState(D.Accepts[Order[I]]);
    for (const ByteDfa::Edge &E : D.row(Order[I])) {
      if (!Useful[E.Target])
        continue;
      uint32_t &To = Number[Blocks.setOf(E.Target)];
      if (To == NoState) {
        To = uint32_t(Order.size());
        Order.push_back(E.Target);
      }
      std::span<const ByteDfa::Edge> Row = Out.row(Out.size() - 1);
      if (!Row.empty() && Row.back().Target == To && Row.back().Last + 1 == E.First)
        Out.Edges.back().Last = E.Last;
      else
        Out.addEdge(E.First, E.Last, To);
    }
  }
  return Out;
}

} // namespace weir::ir
