//===- Facts.h - The computations behind the analyses -----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each class computes the facts of all rules when made and answers for expressions,
// those made later included, by `ensure`: parts not yet known are added operands
// first. Rules are taken component by component,
// callees first, so that `not`, which turns a least solution upside down, only ever
// looks at finished ones. Where an unverified module recurs through `not`, the
// answer is unknown.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_IR_FACTS_H
#define WEIR_LIB_IR_FACTS_H

#include "Gates.h"

#include "weir/IR/Analyses.h"

namespace weir::ir {

/// Which expressions have been added, and the order of adding.
class Coverage {
public:
  explicit Coverage(const Module &M) : M(M) {}
  bool has(ExprId E) const { return E.index() < Known.size() && Known[E.index()]; }
  /// The parts of `E` not added yet, `E` included, operands first; marks them added. Valid
  /// until the next call.
  std::span<const ExprId> claim(ExprId E);

private:
  struct Visit {
    ExprId E;
    uint32_t Next; ///< operand
  };
  const Module &M;
  std::vector<uint8_t> Known;
  std::vector<ExprId> Parts;
  std::vector<Visit> Path;
};

/// Nullable or productive. What calls no rule that recurs with the one at hand has its
/// answer from its operands; only the rest are gates.
class TruthFacts {
public:
  enum Question { IsNullable, IsProductive };
  TruthFacts(const Module &M, const CallGraph &Graph, Question Q);
  Answer of(ExprId E) {
    ensure(E);
    return Answers[E.index()];
  }
  Answer of(RuleId R) const {
    return R.index() < RuleAnswers.size() ? RuleAnswers[R.index()] : Answer::Unknown;
  }

private:
  using Gate = GateSystem::Gate;
  void addRules(std::span<const RuleId> Component);
  void addComponent(std::span<const RuleId> Component);
  /// False when that took too many rounds.
  bool settleByRounds(std::span<const RuleId> Component);
  void settleByGates(std::span<const RuleId> Component);
  void ensure(ExprId E);
  /// Finds the answer, or that it has to wait for open rules.
  void addExpr(ExprId E);
  Answer answerOf(ExprId E) const { return Answers[E.index()]; }
  Answer all(std::span<const ExprId> Ops) const;
  Answer any(std::span<const ExprId> Ops) const;
  Answer nullable(ExprId E) const;
  Answer productive(ExprId E) const;
  Answer productiveMembers(const MembersSpec &S) const;
  Answer productiveElements(const ElementsSpec &S) const;

  // Gates stand in both systems under one number.
  Gate add(uint64_t SureNeed, uint64_t MayNeed) {
    Sure.add(SureNeed);
    return May.add(MayNeed);
  }
  void wire(Gate From, Gate To) {
    Sure.wire(From, To);
    May.wire(From, To);
  }
  Answer answer(Gate G) const {
    return Sure.isOn(G) ? Answer::Yes : May.isOn(G) ? Answer::Unknown : Answer::No;
  }
  /// The gate of an open expression, or one that has the answer.
  Gate gateOf(ExprId E);
  Gate allGate(std::span<const ExprId> Ops);
  Gate anyGate(std::span<const ExprId> Ops);
  Gate callGate(ExprId Call);
  Gate nullableGate(ExprId E);
  Gate productiveGate(ExprId E);
  Gate membersGate(const MembersSpec &S);
  Gate elementsGate(const ElementsSpec &S);

  static constexpr uint64_t Never = ~UINT64_C(0);
  const Module &M;
  Question Q;
  Coverage Seen;
  std::vector<Answer> Answers, RuleAnswers;
  /// Depends on a rule whose facts are not settled; texts are surely scalar sequences.
  std::vector<uint8_t> Open, TextOnly, RuleTextOnly;
  // Of the component at hand, where it recurs.
  GateSystem Sure, May;
  std::vector<uint8_t> OpenRules;
  std::vector<Gate> RuleGates, ExprGates;
  std::vector<ExprId> OpenExprs;
};

class RegularFacts {
public:
  RegularFacts(const Module &M, const CallGraph &Graph);
  bool of(ExprId E);
  bool of(RuleId R) const { return R.index() < Rules.size() && Rules[R.index()]; }

private:
  const Module &M;
  const CallGraph &Graph;
  Coverage Seen;
  std::vector<uint8_t> Rules, Exprs;
};

class FirstFacts {
public:
  FirstFacts(const Module &M, const CallGraph &Graph, AnalysisManager &Analyses);
  FirstSet of(ExprId E);
  FirstSet of(RuleId R) const {
    return R.index() < RuleCount ? Nodes[R.index()].Set : FirstSet{ByteSet::all(), true};
  }

private:
  struct Node {
    FirstSet Set;
    std::vector<uint32_t> Targets; ///< nodes whose set contains this one's
    bool Queued = false;
  };
  uint32_t nodeOf(ExprId E) const { return ExprNodes[E.index()]; }
  void ensure(ExprId E);
  void addExpr(ExprId E);
  void flow(uint32_t From, uint32_t To);
  void grow(uint32_t Node, const FirstSet &By);
  void settle();

  const Module &M;
  AnalysisManager &Analyses;
  uint32_t RuleCount; ///< when the facts were computed
  Coverage Seen;
  std::vector<Node> Nodes; ///< the rules, then expressions as they are added
  std::vector<uint32_t> ExprNodes, Queue;
};

/// Of rules only. An expression that stands in several places has one set for all of them; sets
/// flow from it into its operands. As every place of the whole is a place of its parts, nothing is
/// lost by that.
class FollowFacts {
public:
  FollowFacts(const Module &M, AnalysisManager &Analyses);
  FollowSet of(RuleId R) const {
    return R.index() < Rules.size() ? Rules[R.index()] : FollowSet{ByteSet::all(), true, true};
  }

private:
  struct Node {
    FollowSet Set;
    std::vector<uint32_t> Targets; ///< nodes whose set contains this one's
    bool Queued = false;
  };
  uint32_t nodeOf(ExprId E);
  void flow(uint32_t From, uint32_t To);
  void grow(uint32_t Node, const FollowSet &By);
  void addExpr(ExprId E);

  const Module &M;
  AnalysisManager &Analyses;
  std::vector<Node> Nodes; ///< the rules, then the expressions that are reached
  std::vector<uint32_t> ExprNodes, Queue;
  std::vector<ExprId> Work; ///< reached, their operands not yet looked at
  std::vector<FollowSet> Rules;
};

} // namespace weir::ir

#endif // WEIR_LIB_IR_FACTS_H
