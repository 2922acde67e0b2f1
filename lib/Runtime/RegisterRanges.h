//===- RegisterRanges.h - Which values registers can have -------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By state of a rule, bounds on the registers of a frame that stands there: registers
// begin at zero, and programs on the edges set, count and compare them. Interval analysis;
// what grows without a guard is widened to the next constant of the rule, then to any value.
// Registers of objects and arrays may have any value.
//
//   s0 --"\n"--> s1 --" " {set 0; count-below 16}--> s2 --" " {count-below 16}--> s2
//   [0, 0]       [0, 0]                              [1, 16]
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_REGISTERRANGES_H
#define WEIR_LIB_RUNTIME_REGISTERRANGES_H

#include "weir/Runtime/Grammar.h"

#include <vector>

namespace weir {

struct RegisterRange {
  uint32_t Low, High; ///< inclusive
  friend bool operator==(const RegisterRange &, const RegisterRange &) = default;
};

class RegisterRanges {
public:
  /// Of rule `R` at depth `Depth`.
  RegisterRanges(const Grammar &G, uint32_t R, uint32_t Depth);

  /// False: no frame stands in `S`, which is a state of the rule.
  bool isReached(StateId S) const { return Tops[S - Rule.StatesBegin].Reached; }
  /// One for each register of the rule.
  const std::vector<RegisterRange> &at(StateId S) const {
    return Tops[S - Rule.StatesBegin].Ranges;
  }

private:
  struct Node {
    bool Reached = false;
    unsigned Grown = 0;
    std::vector<RegisterRange> Ranges;
  };
  bool run(std::vector<RegisterRange> &Ranges, uint32_t Program) const;
  void join(Node &To, const std::vector<RegisterRange> &From, StateId S);
  void flow(StateId S);
  /// What a callee that returns into `S` makes of it.
  void enter(StateId S, std::vector<RegisterRange> Ranges);
  template <typename Fn>
  void forEachProgram(Fn Each) const;
  uint64_t indentOf(const OpRec &O) const;

  const Grammar &G;
  const RuleRec &Rule;
  uint32_t Depth;
  std::vector<bool> IsCounter;
  std::vector<uint32_t> Constants; ///< ascending
  std::vector<Node> Tops, Callers;
  std::vector<StateId> Work;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_REGISTERRANGES_H
