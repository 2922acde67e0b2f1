//===- Workspace.h - Memory shared by the constructions ---------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each construction empties what it uses before it begins, but for what the subset construction
// always leaves as it was found (`GroupOf`, and what `CoverFilter` has).
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_AUTOMATA_WORKSPACE_H
#define WEIR_LIB_AUTOMATA_WORKSPACE_H

#include "Refine.h"
#include "weir/Automata/RuleAutomaton.h"

namespace weir::automata {

/// An edge that reads, with its whole program.
struct Reading {
  const Nfa::Edge *E;
  uint32_t Ops;
};

struct Workspace::Parts {
  Lent Borrowed;
  std::vector<Dfa> Spares; ///< given back
  size_t SpareBytes = 0;   ///< that they take
  // The automaton being made, and the index of its lists.
  WordIndex ListIndex;
  Dfa Made;
  uint64_t Steps = 0; ///< states, edges and words looked at since the workspace was made
  uint64_t MaxSteps = ~UINT64_C(0);
  std::vector<Dfa::Alternative> List;

  // Subset construction. What it leaves behind when memory runs out is not used again.
  bool Determinising = false;
  struct Item {
    uint32_t State, Ops;
  };
  struct Run {
    uint8_t First, Last;
    uint32_t Group; ///< of readings
  };
  /// Plain moves by one program; they are readings of `Active`.
  struct Move {
    uint32_t Ops, Begin, End;
    uint32_t Leader; ///< `Begin` of the move that they go with, mostly their own
    uint32_t Wait;   ///< … then with a program for the next byte
  };
  std::vector<Move> Moves;
  WordIndex PutOff;                  ///< (state, program); members of kernels behind the states
  WordIndex Kernels;                 ///< of states, and of what was put off
  std::vector<uint32_t> KernelState; ///< by number of the kernel
  std::vector<uint32_t> SingleState; ///< by state of a kernel of one, or None
  std::vector<std::pair<uint32_t, bool>> Source; ///< by state: (kernel or its one state, one)
  std::vector<Item> Items;
  std::vector<uint32_t> Mark; ///< by state: the round in which it was met with no program
  WordIndex Met;              ///< (state, program) met with a program
  std::vector<Reading> Bytes, Calls, Symbols, Active;
  std::vector<Run> Runs, OpenRuns;
  std::vector<uint32_t> GroupOf; ///< by label, or None
  std::vector<uint32_t> GroupLabels, GroupBegin, GroupFill;
  std::vector<Reading> Grouped;     ///< `Bytes` by group
  WordIndex Readers;                ///< groups that read some byte
  std::vector<Dfa::Action> Actions; ///< by group, or by number of Readers; To is None: not known
  struct ByteEdge {
    uint8_t Byte;
    const Nfa::Edge *E;
  };
  std::vector<ByteEdge> Singles;
  std::vector<uint32_t> RowBase; ///< by shared row, a base of the automaton, or None
  std::vector<uint32_t> Targets;
  CoverFilter Covers;

  // Minimisation.
  WordIndex Signatures, ListClasses;
  std::vector<uint32_t> Order, Number, Class, Signature, Words;
  std::vector<uint32_t> BeforeBegin, Before, Left, Queue;
  std::vector<uint32_t> Counts;
  Refiner Refine;
  std::vector<uint32_t> Representative, SecondOrder, SecondNumber;

  /// About the memory that they take.
  size_t bytes() const;
};

/// Calls F with each state of the rule itself that an edge of `S` leads to.
template <typename Fn>
void forEachTarget(const Dfa &D, uint32_t S, Fn F) {
  for (const Dfa::Range &R : D.row(S)) {
    if (R.Plain) {
      F(R.To);
      continue;
    }
    for (const Dfa::Alternative &A : D.alternatives(R))
      F(A.own());
  }
  for (const Dfa::Call &C : D.calls(S))
    F(C.Target);
  for (const Dfa::Symbol &Y : D.symbols(S))
    F(Y.Target);
}

} // namespace weir::automata

#endif // WEIR_LIB_AUTOMATA_WORKSPACE_H
