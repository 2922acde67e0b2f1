//===- ByteDfa.h - A deterministic automaton as a value ---------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A small deterministic automaton over bytes, the payload of the operation `dfa`. It
// says directly what an expression would say with much repetition: the decimals that
// are multiples of 7, say.
//
//   state  accepts  row (ranges of bytes, ascending, not overlapping)
//   0      no       '0' -> 1   '1'..'9' -> 2
//   1      yes      -
//   2      yes      '0'..'9' -> 2
//
// State 0 is the start. In its minimal form every state is reached and reaches an
// accepting one, no two states have the same language, numbers follow a breadth-first
// walk by byte, and adjacent ranges with one target are one range: equal languages are
// equal values.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_IR_BYTEDFA_H
#define WEIR_IR_BYTEDFA_H

#include <cstdint>
#include <span>
#include <vector>

namespace weir::ir {

struct ByteDfa {
  struct Edge {
    uint8_t First, Last;
    uint32_t Target;
    friend auto operator<=>(const Edge &, const Edge &) = default;
  };

  std::vector<bool> Accepts;    ///< by state
  std::vector<uint32_t> RowEnd; ///< by state: its row is Edges[RowEnd[s-1] .. RowEnd[s])
  std::vector<Edge> Edges;

  uint32_t size() const { return uint32_t(Accepts.size()); }
  std::span<const Edge> row(uint32_t S) const {
    uint32_t Begin = S == 0 ? 0 : RowEnd[S - 1];
    return std::span(Edges).subspan(Begin, RowEnd[S] - Begin);
  }
  /// The target of `S` on `B`, or 0xffffffff.
  uint32_t next(uint32_t S, uint8_t B) const;
  /// Whether every edge reads ASCII.
  bool isAscii() const;

  /// Adds a state; its row is what `addEdge` appends until the next state is added.
  uint32_t addState(bool IsAccepting) {
    Accepts.push_back(IsAccepting);
    RowEnd.push_back(uint32_t(Edges.size()));
    return size() - 1;
  }
  void addEdge(uint8_t First, uint8_t Last, uint32_t Target) {
    Edges.push_back({First, Last, Target});
    RowEnd.back() = uint32_t(Edges.size());
  }

  friend auto operator<=>(const ByteDfa &, const ByteDfa &) = default;
  friend bool operator==(const ByteDfa &, const ByteDfa &) = default;
};

/// The minimal form; without states for the empty language. Targets are states, and
/// rows ascend without overlap. O(e log e) for e edges, times the classes of bytes that
/// the edges tell apart.
ByteDfa minimised(const ByteDfa &D);

} // namespace weir::ir

#endif // WEIR_IR_BYTEDFA_H
