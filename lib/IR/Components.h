//===- Components.h - Strongly connected components -------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tarjan's algorithm (1972) with an explicit stack.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_IR_COMPONENTS_H
#define WEIR_LIB_IR_COMPONENTS_H

#include <algorithm>
#include <cstdint>
#include <vector>

namespace weir::ir {

inline constexpr uint32_t NoNode = 0xffffffffU;

struct Components {
  /// Of each node; a node's successors have the same or a smaller number.
  std::vector<uint32_t> Of;
  std::vector<uint32_t> Sizes;
  /// All nodes by component, smallest first.
  std::vector<uint32_t> Order;
};

/// `Successor(Node, K)` is the K-th successor, or NoNode past the last. Nodes that are
/// `Skipped` are left out, as roots and as successors.
template <typename Fn, typename SkipFn>
Components findComponents(uint32_t Count, Fn Successor, SkipFn Skipped) {
  struct Visit {
    uint32_t Node, NextSuccessor;
  };
  Components Result;
  Result.Of.assign(Count, NoNode);
  std::vector<uint32_t> Number(Count, NoNode), Low(Count), Open;
  std::vector<Visit> Stack;
  Result.Order.reserve(Count);
  Open.reserve(Count);
  uint32_t NextNumber = 0;
  for (uint32_t Root = 0; Root < Count; ++Root) {
    if (Number[Root] != NoNode || Skipped(Root))
      continue;
    Stack.push_back({Root, 0});
    while (!Stack.empty()) {
      uint32_t Node = Stack.back().Node;
      if (Stack.back().NextSuccessor == 0) {
        Number[Node] = Low[Node] = NextNumber++;
        Open.push_back(Node);
      }
      uint32_t S;
      do
        S = Successor(Node, Stack.back().NextSuccessor++);
      while (S != NoNode && Skipped(S));
      if (S != NoNode) {
        if (Number[S] == NoNode)
          Stack.push_back({S, 0});
        else if (Result.Of[S] == NoNode)
          Low[Node] = std::min(Low[Node], Number[S]);
        continue;
      }
      Stack.pop_back();
      if (!Stack.empty())
        Low[Stack.back().Node] = std::min(Low[Stack.back().Node], Low[Node]);
      if (Low[Node] != Number[Node])
        continue;
      uint32_t Component = uint32_t(Result.Sizes.size()), Size = 0, Member;
      do {
        Member = Open.back();
        Open.pop_back();
        Result.Of[Member] = Component;
        Result.Order.push_back(Member);
        ++Size;
      } while (Member != Node);
      Result.Sizes.push_back(Size);
    }
  }
  return Result;
}

} // namespace weir::ir

#endif // WEIR_LIB_IR_COMPONENTS_H
