//===- ScalarDfa.h - An automaton over scalar values as a value -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A deterministic automaton over scalar values, without classes: it means the same beside any
// other one.
//
//   state   steps, by first scalar; one goes up to the next one's first
//     0     0: dead   'a': 1   'b': dead
//     1     0: 1                                  accepts          ^a
//
// In its minimal form every state is reached and reaches acceptance, no two have the same
// language, neighbouring steps differ, and numbers follow a breadth-first walk by scalar.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_IR_SCALARDFA_H
#define WEIR_IR_SCALARDFA_H

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

namespace weir::ir {

struct ScalarDfa {
  static constexpr uint32_t Dead = 0xffffffffU;
  struct Step {
    uint32_t First, Target;
    friend bool operator==(const Step &, const Step &) = default;
  };
  struct State {
    uint32_t Begin, End; ///< of Steps; the first one's First is 0
    bool Accepts;
    friend bool operator==(const State &, const State &) = default;
  };
  std::vector<State> States; ///< the first is the start; none: the empty language
  std::vector<Step> Steps;

  uint32_t size() const { return uint32_t(States.size()); }
  std::span<const Step> row(uint32_t S) const {
    return std::span(Steps).subspan(States[S].Begin, States[S].End - States[S].Begin);
  }
  /// O(log steps of the row).
  uint32_t next(uint32_t S, uint32_t Scalar) const {
    const std::span<const Step> R = row(S);
    const auto It = std::upper_bound(R.begin(), R.end(), Scalar,
                                     [](uint32_t C, const Step &X) { return C < X.First; });
    return std::prev(It)->Target;
  }
  friend bool operator==(const ScalarDfa &, const ScalarDfa &) = default;
};

} // namespace weir::ir

#endif // WEIR_IR_SCALARDFA_H
