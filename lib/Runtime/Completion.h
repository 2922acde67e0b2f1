//===- Completion.h - How many bytes a text still needs ------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An estimate by which a short completion is found greedily. It is the sum, over the
// frames of a configuration, of the fewest bytes on any path to the end of the frame's
// rule, guards left aside. A frame of an object or array that lacks something (required
// keys, members read through an entry that must occur, members or items in all, items that
// count) goes to the first of these instead, and each further one weighs more than any path:
// one more of what there may always be one more of never looks like progress. Unless there is a way
// out that asks for nothing: an object that may be empty is another path than one with members.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_COMPLETION_H
#define WEIR_LIB_RUNTIME_COMPLETION_H

#include "Frames.h"
#include "weir/Runtime/Grammar.h"

#include <compare>
#include <map>
#include <utility>
#include <vector>

namespace weir {

class CompletionEstimate {
public:
  /// O(edges) a sweep over the states, and few sweeps.
  explicit CompletionEstimate(const Grammar &G);

  struct Answer {
    uint64_t Cost = 0;
    uint32_t Depth = 0; ///< frames: parts of the text that are begun
  };
  /// For one configuration; where parents are a choice, for the best of them.
  Answer of(const FrameView &V, const Frame &F);

private:
  struct Edge {
    StateId Target;   ///< within the rule, or NoIndex: the rule ends
    StateId Callee;   ///< the state of a callee that is passed on the way, or NoIndex
    uint32_t Bytes;   ///< 0 or 1, besides the callee's
    uint32_t Program; ///< or NoIndex
    bool InObject;
  };
  /// Sums of a few of these do not overflow.
  static constexpr uint64_t Far = uint64_t(1) << 48;

  void addEdges(StateId S);
  void findOpenEnds();
  bool asksForAll(uint32_t Program) const;
  void sweep();
  uint64_t cost(const Edge &E, const std::vector<uint64_t> &Distance, uint32_t Base) const;
  /// What a frame lacks first.
  struct Goal {
    enum : uint8_t { Leaf, FreeEntry, AnyMember, Counter, AnyItem } Kind = AnyMember;
    uint32_t Which = NoIndex; ///< the leaf, the free entry, or the counter
    friend auto operator<=>(const Goal &, const Goal &) = default;
  };
  struct Lack {
    uint64_t Count = 0; ///< 0: nothing
    Goal First;
  };
  uint64_t ofFrame(const FrameView &V, const Frame &F, bool Waits);
  bool takeOnReturn(const Frame &F, const uint32_t *Regs);
  bool takes(uint32_t Program, const RuleRec &R, Goal For) const;
  bool takesOnReturn(StateId S, const RuleRec &R, Goal For) const;
  uint64_t needsOfItem(uint32_t Rule, Goal For) const;
  const std::vector<uint64_t> &toGoal(uint32_t Rule, Goal For);
  Lack missing(const ObjectRec &O, const uint32_t *Regs) const;
  Lack missing(const ElementsRec &E, const uint32_t *Regs) const;

  const Grammar &G;
  std::vector<uint32_t> FirstEdge; ///< by state, and one more
  std::vector<Edge> Edges;
  std::vector<uint64_t> ToEnd; ///< by state
  /// By state of a rule with keys or items: to an end that does not ask what is there, about.
  std::vector<uint64_t> ToOpenEnd;
  /// By rule: what its frames lack at first, and the first item that they need, weighed.
  std::vector<uint64_t> Needs;
  /// By rule and goal: by state of the rule, to where it is reached.
  std::map<std::pair<uint32_t, Goal>, std::vector<uint64_t>> ToGoal;
  std::vector<uint32_t> Taken; ///< by takeOnReturn
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_COMPLETION_H
