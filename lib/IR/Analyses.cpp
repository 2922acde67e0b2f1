//===- Analyses.cpp - Facts about a module, cached ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/IR/Analyses.h"

#include "CallGraph.h"
#include "Facts.h"

#include <algorithm>
#include <set>

namespace weir::ir {

struct AnalysisManager::State {
  std::optional<CallGraph> Graph;
  /// The graph as other analyses hold it: it stays while they do.
  std::unique_ptr<TruthFacts> Nullable, Productive;
  std::unique_ptr<RegularFacts> Regular;
  std::unique_ptr<FirstFacts> First;
  std::unique_ptr<FollowFacts> Follow;
  std::optional<std::vector<bool>> LeftRecursive;
};

AnalysisManager::AnalysisManager(const Module &M) : M(M), S(std::make_unique<State>()) {}
AnalysisManager::~AnalysisManager() = default;

const CallGraph &AnalysisManager::callGraph() {
  if (!S->Graph)
    S->Graph = computeCallGraph(M);
  return *S->Graph;
}

static void visitParts(const Module &M, ExprId From, std::vector<ExprId> &Parts) {
  std::vector<bool> Seen(From ? From.index() + 1 : 0);
  if (From) {
    Parts.push_back(From);
    Seen[From.index()] = true;
  }
  for (size_t I = 0; I < Parts.size(); ++I) {
    for (ExprId O : M.operands(Parts[I])) {
      if (!Seen[O.index()]) {
        Seen[O.index()] = true;
        Parts.push_back(O);
      }
    }
  }
}

std::vector<RuleId> AnalysisManager::callees(RuleId R) const {
  std::vector<ExprId> Parts;
  visitParts(M, M.rule(R).Body, Parts);
  std::set<RuleId> Found;
  for (ExprId E : Parts)
    if (M.op(E) == Op::Call && M.callee(E).index() < M.ruleCount())
      Found.insert(M.callee(E));
  return {Found.begin(), Found.end()};
}

Answer AnalysisManager::nullable(ExprId E) {
  if (!S->Nullable)
    S->Nullable = std::make_unique<TruthFacts>(M, callGraph(), TruthFacts::IsNullable);
  return S->Nullable->of(E);
}

Answer AnalysisManager::nullable(RuleId R) {
  nullable(M.empty());
  return S->Nullable->of(R);
}

Answer AnalysisManager::productive(ExprId E) {
  if (!S->Productive)
    S->Productive = std::make_unique<TruthFacts>(M, callGraph(), TruthFacts::IsProductive);
  return S->Productive->of(E);
}

Answer AnalysisManager::productive(RuleId R) {
  productive(M.empty());
  return S->Productive->of(R);
}

bool AnalysisManager::regular(ExprId E) {
  if (!S->Regular)
    S->Regular = std::make_unique<RegularFacts>(M, callGraph());
  return S->Regular->of(E);
}

bool AnalysisManager::regular(RuleId R) {
  regular(M.empty());
  return S->Regular->of(R);
}

FirstSet AnalysisManager::first(ExprId E) {
  if (!S->First)
    S->First = std::make_unique<FirstFacts>(M, callGraph(), *this);
  return S->First->of(E);
}

FirstSet AnalysisManager::first(RuleId R) {
  first(M.empty());
  return S->First->of(R);
}

FollowSet AnalysisManager::follow(RuleId R) {
  if (!S->Follow)
    S->Follow = std::make_unique<FollowFacts>(M, *this);
  return S->Follow->of(R);
}

/// The K-th operand of `E` that may stand at the very left of its texts, or none.
static ExprId leftOperand(const Module &M, AnalysisManager &A, ExprId E, uint32_t K) {
  std::span<const ExprId> Ops = M.operands(E);
  switch (M.op(E)) {
  case Op::JsonString:
  case Op::Members:
    return ExprId();
  case Op::Elements: {
    const ElementsSpec &S = M.elementsSpec(E);
    return S.Max > 0 && K < S.at(0).size() ? Ops[1 + K] : ExprId();
  }
  case Op::Seq:
    return K < Ops.size() && (K == 0 || A.maybeNullable(Ops[K - 1])) ? Ops[K] : ExprId();
  default:
    return K < Ops.size() ? Ops[K] : ExprId();
  }
}

std::vector<RuleId> AnalysisManager::leftCallees(RuleId R) {
  std::set<RuleId> Found;
  std::set<ExprId> Seen;
  std::vector<ExprId> Work;
  if (ExprId Body = M.rule(R).Body) {
    Work.push_back(Body);
    Seen.insert(Body);
  }
  while (!Work.empty()) {
    ExprId E = Work.back();
    Work.pop_back();
    if (M.op(E) == Op::Call && M.callee(E).index() < M.ruleCount())
      Found.insert(M.callee(E));
    for (uint32_t K = 0;; ++K) {
      ExprId O = leftOperand(M, *this, E, K);
      if (!O)
        break;
      if (Seen.insert(O).second)
        Work.push_back(O);
    }
  }
  return {Found.begin(), Found.end()};
}

/// Whether a text of `E` may be empty as far as a look at it tells.
static bool looksNullable(const Module &M, ExprId E) {
  switch (M.op(E)) {
  case Op::Never:
  case Op::Lit:
  case Op::Class:
  case Op::Bytes:
  case Op::JsonString:
  case Op::Token:
  case Op::AnyTokenExcept:
    return false;
  case Op::Dfa:
    return M.automaton(E).Accepts[0];
  default:
    return true;
  }
}

/// Whether rules call themselves at the left, or perhaps do.
static bool looksLeftRecursive(const Module &M) {
  enum : uint8_t { New, Open, Done };
  std::vector<uint8_t> Exprs(M.exprCount(), New), Rules(M.ruleCount(), New);
  struct Visit {
    ExprId E;
    uint32_t Next;
    RuleId Rule; ///< whose body it is, when it was called
  };
  std::vector<Visit> Path;
  for (uint32_t I = 0; I < M.ruleCount(); ++I) {
    if (Rules[I] != New || !M.rule(RuleId(I)).Body)
      continue;
    Rules[I] = Open;
    Path.push_back({M.rule(RuleId(I)).Body, 0, RuleId(I)});
    while (!Path.empty()) {
      Visit &V = Path.back();
      const ExprId E = V.E;
      const std::span<const ExprId> Ops = M.operands(E);
      ExprId Left;
      if (Exprs[E.index()] == Done) {
        // Nothing more to be found below.
      } else if (M.op(E) == Op::Call) {
        const RuleId R = M.callee(E);
        if (V.Next++ == 0 && R.index() < M.ruleCount()) {
          if (Rules[R.index()] == Open)
            return true;
          if (Rules[R.index()] == New && M.rule(R).Body) {
            Rules[R.index()] = Open;
            Path.push_back({M.rule(R).Body, 0, R});
            continue;
          }
        }
      } else if (M.op(E) != Op::JsonString && M.op(E) != Op::Members && V.Next < Ops.size() &&
                 (M.op(E) != Op::Seq || V.Next == 0 || looksNullable(M, Ops[V.Next - 1]))) {
        Left = Ops[V.Next++];
      }
      if (Left) {
        Path.push_back({Left, 0, RuleId()});
        continue;
      }
      Exprs[E.index()] = Done;
      if (V.Rule)
        Rules[V.Rule.index()] = Done;
      Path.pop_back();
    }
  }
  return false;
}

bool AnalysisManager::leftRecursive(RuleId R) {
  // Most modules have none that could be.
  if (!S->LeftRecursive && !looksLeftRecursive(M))
    S->LeftRecursive.emplace(M.ruleCount());
  if (!S->LeftRecursive) {
    GraphOfRules Graph(M);
    Components C = findComponents(
        Graph.size(),
        [&](uint32_t Node, uint32_t K) {
          if (Node >= Graph.FirstRule || M.op(ExprId(Node)) == Op::Call)
            return Graph.successor(Node, K);
          ExprId O = leftOperand(M, *this, ExprId(Node), K);
          return O ? O.index() : NoNode;
        },
        [&](uint32_t Node) { return Graph.isCallFree(Node); });
    S->LeftRecursive.emplace(M.ruleCount());
    for (uint32_t I = 0; I < M.ruleCount(); ++I)
      (*S->LeftRecursive)[I] = C.Sizes[C.Of[Graph.nodeOf(RuleId(I))]] > 1;
  }
  return (*S->LeftRecursive)[R.index()];
}

void AnalysisManager::invalidate(AnalysisSet Preserved) {
  // Facts keep references to the graph and to each other: what loses its ground goes.
  bool Graph = Preserved.contains(AnalysisKind::CallGraph);
  if (!Graph)
    S->Graph.reset();
  if (!Graph || !Preserved.contains(AnalysisKind::Nullable))
    S->Nullable.reset();
  if (!Graph || !Preserved.contains(AnalysisKind::Productive))
    S->Productive.reset();
  if (!Graph || !Preserved.contains(AnalysisKind::Regular))
    S->Regular.reset();
  if (!S->Nullable || !S->Regular || !Preserved.contains(AnalysisKind::First))
    S->First.reset();
  // Its facts are its own.
  if (!Preserved.contains(AnalysisKind::Follow))
    S->Follow.reset();
  if (!S->Nullable || !Preserved.contains(AnalysisKind::LeftCalls))
    S->LeftRecursive.reset();
}

bool AnalysisManager::isCached(AnalysisKind K) const {
  switch (K) {
  case AnalysisKind::CallGraph:
    return S->Graph.has_value();
  case AnalysisKind::Nullable:
    return S->Nullable != nullptr;
  case AnalysisKind::Productive:
    return S->Productive != nullptr;
  case AnalysisKind::Regular:
    return S->Regular != nullptr;
  case AnalysisKind::First:
    return S->First != nullptr;
  case AnalysisKind::Follow:
    return S->Follow != nullptr;
  case AnalysisKind::LeftCalls:
    return S->LeftRecursive.has_value();
  }
  return false;
}

} // namespace weir::ir
