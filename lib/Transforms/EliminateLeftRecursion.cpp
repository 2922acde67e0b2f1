//===- EliminateLeftRecursion.cpp - Rules that call themselves first ------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of one component of the left-call graph are written as a left-linear
// system over their non-empty texts, exposing every call that may stand first, also
// behind parts that may be empty (hidden left recursion):
//
//   R_i = R_j X_ij | … | Y_i      (Y_i begins with no rule of the component)
//
// One rule is a loop, R = Y X*. Several are the left-corner transform (Rosenkrantz
// and Lewis 1970): a text of R_i is some Y_k, then the X that lead from k to i:
//
//   R_i = Y_k T_ki | …            T_ki = X_jk T_ji | …
//
// with one right-recursive rule T_ki a pair, so the size is polynomial where
// substituting rules into each other may be exponential. X that may be empty are
// followed in the graph of rules, so no T is left-recursive in turn.
//
// Refused, by name: a rule with attributes, or one whose frames `indent` counts
// (both would change frames); emptiness that depends on the depth; more than `max`
// rules in one component.
//
//===----------------------------------------------------------------------===//
#include "NonEmpty.h"

#include "weir/IR/Text.h"

#include <algorithm>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class EliminateLeftRecursion final : public Pass {
public:
  std::string_view name() const override { return "eliminate-left-recursion"; }
  std::vector<PassOption> options() override {
    return {{"max", MaxRules, 1, 256, "rules of one component"}};
  }
  bool run(Module &M, PassContext &Ctx) override;

private:
  uint64_t MaxRules = 32;
};

/// An expression by what its texts begin with.
struct Split {
  std::map<RuleId, ExprId> Heads; ///< a rule of the component, and what follows it
  ExprId Rest;                    ///< non-empty texts that begin otherwise
  bool Empty = false;             ///< the empty text is one of them
};

/// Rewrites one component.
class Component {
public:
  Component(Module &M, PassContext &Ctx, NonEmpty &Parts, std::vector<RuleId> Rules)
      : M(M), Ctx(Ctx), Parts(Parts), Rules(std::move(Rules)) {}
  /// Returns whether it was rewritten; otherwise an error was reported.
  bool rewrite();

private:
  bool refuse(RuleId R, std::string_view Why);
  bool contains(RuleId R) const { return std::binary_search(Rules.begin(), Rules.end(), R); }
  bool split(RuleId R, ExprId Body, Split &Out);
  bool exposes(ExprId E);
  void add(Split &To, const Split &By, ExprId Tail);
  void solveOne(const Split &S);
  void solveMany(std::vector<Split> &Splits);

  Module &M;
  PassContext &Ctx;
  NonEmpty &Parts;
  std::vector<RuleId> Rules; // sorted
  std::unordered_map<ExprId, bool> Exposes;
  std::unordered_map<ExprId, Split> Splits;
};
} // namespace

bool Component::refuse(RuleId R, std::string_view Why) {
  const OriginSet &O = M.rule(R).Origins;
  DiagBuilder D =
      Ctx.diags().report(O.empty() ? SourceRange() : O.items()[0].Range, DiagId::LeftRecursionKept);
  D << printRuleName(M.rule(R).Name) << Why;
  if (!O.empty() && !O.items()[0].Pointer.empty())
    D.pointer(O.items()[0].Pointer);
  return false;
}

/// What may stand first in E and below, operands before users.
static std::vector<ExprId> leftParts(const Module &M, AnalysisManager &A, ExprId Root) {
  std::vector<ExprId> Out{Root};
  std::map<ExprId, bool> Seen{{Root, true}};
  auto add = [&](ExprId E) {
    if (Seen.try_emplace(E, true).second)
      Out.push_back(E);
  };
  for (size_t I = 0; I < Out.size(); ++I) {
    ExprId E = Out[I];
    if (M.op(E) == Op::Alt || M.op(E) == Op::Repeat) {
      for (ExprId O : M.operands(E))
        add(O);
    } else if (M.op(E) == Op::Seq) {
      std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
      for (ExprId O : Ops) {
        add(O);
        if (!A.maybeNullable(O))
          break;
      }
    }
  }
  std::sort(Out.begin(), Out.end());
  return Out;
}

/// Whether a rule of the component may stand first in E, whose operands are known.
bool Component::exposes(ExprId E) {
  bool Result = M.op(E) == Op::Call && contains(M.callee(E));
  if (M.op(E) == Op::Alt || M.op(E) == Op::Repeat) {
    for (ExprId O : M.operands(E))
      Result = Result || Exposes.at(O);
  } else if (M.op(E) == Op::Seq) {
    for (ExprId O : M.operands(E)) {
      Result = Result || Exposes.at(O);
      if (Result || !Ctx.analyses().maybeNullable(O))
        break;
    }
  }
  return Result;
}

/// Adds By, followed by Tail, to `To`, but for the empty text.
void Component::add(Split &To, const Split &By, ExprId Tail) {
  for (auto [Head, After] : By.Heads) {
    ExprId &Place = To.Heads.try_emplace(Head, M.never()).first->second;
    Place = makeAlt(M, {Place, makeSeq(M, {After, Tail})});
  }
  To.Rest = makeAlt(M, {To.Rest, makeSeq(M, {By.Rest, Tail})});
}

bool Component::split(RuleId R, ExprId Body, Split &Out) {
  AnalysisManager &A = Ctx.analyses();
  for (ExprId E : leftParts(M, A, Body)) {
    if (!Ctx.spend())
      return false;
    if (Splits.count(E))
      continue;
    bool Exposed = Exposes[E] = exposes(E);
    Split S;
    S.Rest = M.never();
    if (!Exposed) {
      if (!Parts.possible(E))
        return refuse(R, "whether a part before the call is empty depends on the nesting depth "
                         "or on bytes that are no text");
      S.Empty = A.nullable(E) == Answer::Yes;
      S.Rest = Parts.of(E);
      Splits.emplace(E, std::move(S));
      continue;
    }
    std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
    switch (M.op(E)) {
    case Op::Call:
      S.Heads[M.callee(E)] = M.empty();
      S.Empty = A.nullable(M.callee(E)) == Answer::Yes;
      break;
    case Op::Alt:
      for (ExprId O : Ops) {
        add(S, Splits.at(O), M.empty());
        S.Empty = S.Empty || Splits.at(O).Empty;
      }
      break;
    case Op::Seq: {
      size_t I = 0;
      for (; I < Ops.size(); ++I) {
        add(S, Splits.at(Ops[I]), makeSeq(M, std::span(Ops).subspan(I + 1)));
        if (!Splits.at(Ops[I]).Empty)
          break;
      }
      S.Empty = I == Ops.size();
      break;
    }
    default: { // repeat
      const Split &One = Splits.at(Ops[0]);
      RepeatBounds B = M.bounds(E);
      add(S, One, makeRepeat(M, Ops[0], One.Empty ? 0 : lessOne(B.Min), lessOne(B.Max)));
      S.Empty = B.Min == 0 || One.Empty;
      break;
    }
    }
    Splits.emplace(E, std::move(S));
  }
  Out = Splits.at(Body);
  return true;
}

bool Component::rewrite() {
  for (RuleId R : Rules) {
    if (!M.rule(R).Attributes.empty())
      return refuse(R, "the attribute '" + M.rule(R).Attributes.begin()->first +
                           "' belongs to its frames");
    bool Indents = false;
    for (uint32_t I = 0; M.rule(R).Nest && I < M.exprCount(); ++I)
      Indents = Indents || M.op(ExprId(I)) == Op::Indent;
    if (Indents)
      return refuse(R, "'indent' counts its frames");
    if (Ctx.analyses().nullable(R) == Answer::Unknown || !Parts.possible(R))
      return refuse(R, "whether it is empty depends on the nesting depth or on bytes that are no "
                       "text");
  }
  std::vector<Split> All(Rules.size());
  for (size_t I = 0; I < Rules.size(); ++I) {
    if (!split(Rules[I], M.rule(Rules[I]).Body, All[I]))
      return false;
    for (auto &[Head, After] : All[I].Heads)
      if (!Parts.possible(After))
        return refuse(Rules[I], "whether what follows the call is empty depends on the nesting "
                                "depth or on bytes that are no text");
  }
  if (Rules.size() == 1)
    solveOne(All[0]);
  else
    solveMany(All);
  return true;
}

void Component::solveOne(const Split &S) {
  RuleId R = Rules[0];
  ExprId Body = S.Rest;
  if (auto It = S.Heads.find(R); It != S.Heads.end())
    Body = makeSeq(M, {Body, makeRepeat(M, Parts.of(It->second), 0, Unbounded)});
  M.rule(R).Body = S.Empty ? makeRepeat(M, Body, 0, 1) : Body;
}

void Component::solveMany(std::vector<Split> &All) {
  size_t N = Rules.size();
  auto indexOf = [&](RuleId R) {
    return size_t(std::lower_bound(Rules.begin(), Rules.end(), R) - Rules.begin());
  };
  // Step[K][J]: what makes an R_K into an R_J. Unit[K][J]: an R_K is an R_J.
  std::vector<std::vector<ExprId>> Step(N, std::vector<ExprId>(N, M.never()));
  std::vector<std::vector<bool>> Unit(N, std::vector<bool>(N)), Reach = Unit;
  OriginSet Origins;
  for (size_t J = 0; J < N; ++J) {
    Unit[J][J] = true;
    Origins.add(M.rule(Rules[J]).Origins);
    for (auto [Head, After] : All[J].Heads) {
      size_t K = indexOf(Head);
      if (Ctx.analyses().nullable(After) == Answer::Yes)
        Unit[K][J] = true;
      ExprId X = Parts.of(After);
      if (M.operands(X).size() > 1) { // it will stand in up to N rules
        RuleId Outlined = addPartRule(M, Rules[J], "after", X);
        X = M.call(Outlined);
      }
      Step[K][J] = X;
    }
  }
  auto close = [&](std::vector<std::vector<bool>> &G) {
    for (size_t V = 0; V < N; ++V)
      for (size_t A = 0; A < N; ++A)
        for (size_t B = 0; B < N; ++B)
          if (G[A][V] && G[V][B])
            G[A][B] = true;
  };
  close(Unit);
  // Reach[K][I]: some step and units lead from K to I, at least one step.
  std::vector<std::vector<bool>> StepOver(N, std::vector<bool>(N));
  for (size_t K = 0; K < N; ++K)
    for (size_t U = 0; U < N; ++U)
      for (size_t J = 0; J < N; ++J)
        if (Unit[K][U] && Step[U][J] != M.never())
          StepOver[K][J] = true;
  Reach = StepOver;
  close(Reach);
  for (size_t K = 0; K < N; ++K)
    for (size_t J = 0; J < N; ++J)
      for (size_t I = 0; I < N; ++I)
        if (Reach[K][J] && Unit[J][I])
          Reach[K][I] = true;

  std::map<std::pair<size_t, size_t>, RuleId> Tails;
  std::vector<std::pair<size_t, size_t>> Todo;
  auto tail = [&](size_t K, size_t I) { // what makes an R_K into an R_I
    std::vector<ExprId> Ways;
    if (Reach[K][I]) {
      auto [It, New] = Tails.try_emplace({K, I}, RuleId());
      if (New) {
        It->second = addPartRule(M, Rules[I], "tail", M.never());
        M.rule(It->second).Origins.add(Origins);
        Todo.emplace_back(K, I);
      }
      Ways.push_back(M.call(It->second));
    }
    ExprId Way = M.alt(Ways);
    return Unit[K][I] ? makeRepeat(M, Way, 0, 1) : Way;
  };
  std::vector<ExprId> Bodies;
  for (size_t I = 0; I < N; ++I) {
    std::vector<ExprId> Ways;
    for (size_t K = 0; K < N; ++K)
      Ways.push_back(makeSeq(M, {All[K].Rest, tail(K, I)}));
    ExprId Body = makeAlt(M, Ways);
    Bodies.push_back(All[I].Empty ? makeRepeat(M, Body, 0, 1) : Body);
  }
  for (size_t T = 0; T < Todo.size(); ++T) { // grows
    auto [K, I] = Todo[T];
    std::vector<ExprId> Ways;
    for (size_t J = 0; J < N; ++J) {
      std::vector<ExprId> Steps;
      for (size_t U = 0; U < N; ++U)
        if (Unit[K][U])
          Steps.push_back(Step[U][J]);
      ExprId Any = makeAlt(M, Steps);
      if (Any != M.never())
        Ways.push_back(makeSeq(M, {Any, tail(J, I)}));
    }
    M.rule(Tails[{K, I}]).Body = makeAlt(M, Ways);
  }
  // Whatever a rule of the component calls may now stand in any of them.
  for (size_t A = 0; A < N; ++A) {
    ExprId Old = M.rule(Rules[A]).Body;
    for (size_t B = 0; B < N; ++B)
      copyCallOrigins(M, Rules[A], Rules[B], Old);
    for (auto [Pair, Rule] : Tails)
      copyCallOrigins(M, Rules[A], Rule, Old);
  }
  for (size_t I = 0; I < N; ++I)
    M.rule(Rules[I]).Body = Bodies[I];
}

/// The components of the left-recursive rules, callees first (Tarjan 1972, with a
/// stack of our own).
static std::vector<std::vector<RuleId>> leftComponents(Module &M, AnalysisManager &A) {
  struct Node {
    std::vector<RuleId> Next;
    uint32_t Number = 0, Low = 0;
    bool OnStack = false;
  };
  std::map<RuleId, Node> Nodes;
  for (uint32_t I = 0; I < M.ruleCount(); ++I)
    if (A.leftRecursive(RuleId(I)))
      Nodes[RuleId(I)];
  for (auto &[R, N] : Nodes)
    for (RuleId C : A.leftCallees(R))
      if (Nodes.count(C))
        N.Next.push_back(C);

  std::vector<std::vector<RuleId>> Out;
  std::vector<RuleId> Stack;
  uint32_t Count = 0;
  for (auto &[Root, RootNode] : Nodes) {
    if (RootNode.Number)
      continue;
    std::vector<std::pair<RuleId, size_t>> Path{{Root, 0}};
    while (!Path.empty()) {
      RuleId R = Path.back().first;
      Node &N = Nodes[R];
      if (Path.back().second == 0) {
        N.Number = N.Low = ++Count;
        N.OnStack = true;
        Stack.push_back(R);
      }
      if (Path.back().second < N.Next.size()) {
        RuleId C = N.Next[Path.back().second++];
        if (!Nodes[C].Number)
          Path.emplace_back(C, 0);
        else if (Nodes[C].OnStack)
          N.Low = std::min(N.Low, Nodes[C].Number);
        continue;
      }
      if (N.Low == N.Number) {
        std::vector<RuleId> Rules;
        RuleId Top;
        do {
          Top = Stack.back();
          Stack.pop_back();
          Nodes[Top].OnStack = false;
          Rules.push_back(Top);
        } while (Top != R);
        std::sort(Rules.begin(), Rules.end());
        Out.push_back(std::move(Rules));
      }
      Path.pop_back();
      if (!Path.empty()) {
        Node &Parent = Nodes[Path.back().first];
        Parent.Low = std::min(Parent.Low, N.Low);
      }
    }
  }
  return Out;
}

bool EliminateLeftRecursion::run(Module &M, PassContext &Ctx) {
  std::vector<std::vector<RuleId>> Components = leftComponents(M, Ctx.analyses());
  if (Components.empty())
    return false;
  NonEmpty Parts(M, Ctx);
  bool Changed = false;
  for (const std::vector<RuleId> &Rules : Components) {
    if (Rules.size() > MaxRules) {
      Ctx.diags().report({}, DiagId::LeftRecursionKept)
          << printRuleName(M.rule(Rules[0]).Name)
          << "more than " + std::to_string(MaxRules) + " rules recur through each other";
      continue;
    }
    if (!Ctx.spend(Rules.size() * Rules.size() * Rules.size()))
      return Changed;
    if (!Component(M, Ctx, Parts, Rules).rewrite()) {
      if (Ctx.isOverBudget())
        return Changed;
      continue;
    }
    Parts.finish();
    Ctx.count("rules rewritten", Rules.size());
    Changed = true;
  }
  return Changed;
}

std::unique_ptr<Pass> createEliminateLeftRecursionPass() {
  return std::make_unique<EliminateLeftRecursion>();
}

} // namespace weir
