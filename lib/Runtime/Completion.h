//===- Completion.h - How many bytes a text still needs ------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An estimate by which a short completion is found greedily. It is the sum, over the
// frames of a configuration, of the fewest bytes on any path to the end of the frame's
// rule, guards left aside. A frame of an object that lacks required keys goes to
// the first of them instead, and each further one weighs more than any path: a free
// key, which there is always one more of, never looks like progress.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_COMPLETION_H
#define WEIR_LIB_RUNTIME_COMPLETION_H

#include "Frames.h"
#include "weir/Runtime/Grammar.h"

#include <map>
#include <utility>
#include <vector>

namespace weir {

class CompletionEstimate {
public:
  /// O(edges) a sweep over the states, and few sweeps.
  explicit CompletionEstimate(const Grammar &G);

  /// For one configuration; where parents are a choice, for the first of them.
  uint64_t of(const FrameView &V, const Frame &F);

private:
  struct Edge {
    StateId Target;   ///< within the rule, or NoIndex: the rule ends
    StateId Callee;   ///< the state of a callee that is passed on the way, or NoIndex
    uint32_t Bytes;   ///< 0 or 1, besides the callee's
    uint32_t Program; ///< or NoIndex
  };
  static constexpr uint32_t Far = 0x3fffffffU;

  void addEdges(StateId S);
  uint32_t cost(const Edge &E, const std::vector<uint32_t> &Distance, uint32_t Base) const;
  bool takes(uint32_t Program, uint32_t Leaf) const;
  const std::vector<uint32_t> &toKey(uint32_t Rule, uint32_t Leaf);
  std::pair<uint32_t, uint32_t> missing(const ObjectRec &O, const uint32_t *Regs) const;

  const Grammar &G;
  std::vector<uint32_t> FirstEdge; ///< by state, and one more
  std::vector<Edge> Edges;
  std::vector<uint32_t> ToEnd; ///< by state
  /// By rule and leaf: by state of the rule, to where the leaf's key is taken.
  std::map<std::pair<uint32_t, uint32_t>, std::vector<uint32_t>> ToKey;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_COMPLETION_H
