//===- LowerBooleans.cpp - `and` and `not` as right-linear rules ----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The largest expressions with `and` or `not` become minimal automata over scalar
// values, and an automaton becomes one rule a state:
//
//   and(repeat<2,*>(class [a-c]), not(lit "ab"))
//       @r.state0 = seq(class [a-c], call @r.state1) …
//
// with a loop where a state leads to itself. A `json_string` whose operand holds a
// boolean is lowered as a whole, each edge spelled. An empty intersection becomes
// `never`, which decides what remove-unproductive had to leave open.
//
// Left alone: more than `max` states, operands that are not over whole scalar
// values, keys of members, and rules that regular operands call (recursion would
// make them irregular).
//
//===----------------------------------------------------------------------===//
#include "Build.h"
#include "JsonSpelling.h"

#include "weir/Automata/CharAutomaton.h"

#include <map>
#include <optional>

namespace weir {
using namespace ir;
using namespace transforms;
using automata::CharAutomaton;
using automata::CharAutomatonBuilder;

namespace {
class LowerBooleans final : public Pass {
public:
  std::string_view name() const override { return "lower-booleans"; }
  std::vector<PassOption> options() override {
    return {{"max", MaxStates, 1, 100000, "largest automaton that is written out"}};
  }
  bool run(Module &M, PassContext &Ctx) override;

private:
  bool holdsBoolean(const Module &M, ExprId E);
  ExprId lower(Module &M, PassContext &Ctx, RuleId In, ExprId Operand,
               std::optional<Escapes> Style);

  uint64_t MaxStates = 64;
  std::map<std::pair<ExprId, std::optional<Escapes>>, ExprId> Lowered;
};

/// Writes one automaton as rules.
class StateRules {
public:
  StateRules(Module &M, RuleId In, const CharAutomaton &A, const automata::CharPartition &Classes,
             std::optional<Escapes> Style)
      : M(M), In(In), A(A), Classes(Classes), Style(Style), Rules(A.size()) {}
  ExprId write();

private:
  ExprId edge(const CodePointSet &Set) { return Style ? spellings(M, Set, *Style) : M.cls(Set); }
  ExprId to(uint32_t S);
  ExprId body(uint32_t S);

  Module &M;
  RuleId In;
  const CharAutomaton &A;
  const automata::CharPartition &Classes;
  std::optional<Escapes> Style;
  std::vector<RuleId> Rules;
  std::vector<uint32_t> Todo;
};
} // namespace

/// A call of the state's rule; a state that only accepts needs none.
ExprId StateRules::to(uint32_t S) {
  bool Leaf = A.Accepts[S];
  for (uint32_t C = 0; C < A.Classes; ++C)
    Leaf = Leaf && A.next(S, C) == CharAutomaton::Dead;
  if (Leaf)
    return M.empty();
  if (!Rules[S]) {
    Rules[S] = addPartRule(M, In, "state", M.never());
    Todo.push_back(S);
  }
  return M.call(Rules[S]);
}

ExprId StateRules::body(uint32_t S) {
  std::map<uint32_t, CodePointSet> Edges;
  for (uint32_t C = 0; C < A.Classes; ++C)
    if (uint32_t Next = A.next(S, C); Next != CharAutomaton::Dead) {
      CodePointSet &Set = Edges[Next];
      Set = Set.unionWith(Classes.members(C));
    }
  std::vector<ExprId> Ways;
  ExprId Loop = M.empty();
  for (const auto &[Next, Set] : Edges) {
    if (Next == S)
      Loop = M.star(edge(Set));
    else
      Ways.push_back(makeSeq(M, {edge(Set), to(Next)}));
  }
  ExprId On = makeAlt(M, Ways);
  return makeSeq(M, {Loop, A.Accepts[S] ? makeRepeat(M, On, 0, 1) : On});
}

ExprId StateRules::write() {
  if (A.isEmpty())
    return M.never();
  ExprId Start = to(A.Start);
  for (size_t I = 0; I < Todo.size(); ++I) { // grows
    ExprId Body = body(Todo[I]);
    M.rule(Rules[Todo[I]]).Body = Body;
  }
  return Start;
}

/// Whether `and` or `not` stands in E or in a rule that it calls.
bool LowerBooleans::holdsBoolean(const Module &M, ExprId E) {
  std::vector<ExprId> Todo{E};
  std::vector<bool> Seen(M.exprCount());
  while (!Todo.empty()) {
    ExprId P = Todo.back();
    Todo.pop_back();
    if (Seen[P.index()])
      continue;
    Seen[P.index()] = true;
    if (M.op(P) == Op::And || M.op(P) == Op::Not)
      return true;
    if (M.op(P) == Op::Call && M.rule(M.callee(P)).Body)
      Todo.push_back(M.rule(M.callee(P)).Body);
    for (ExprId O : M.operands(P))
      Todo.push_back(O);
  }
  return false;
}

/// The expression that stands for `Operand` (spelled and in quotes with a style), or
/// none where it stays.
ExprId LowerBooleans::lower(Module &M, PassContext &Ctx, RuleId In, ExprId Operand,
                            std::optional<Escapes> Style) {
  auto [It, New] = Lowered.try_emplace({Operand, Style}, ExprId());
  if (!New)
    return It->second;
  // The subset construction may see more states than are left in the end.
  CharAutomatonBuilder Builder(M, std::span(&Operand, 1), uint32_t(MaxStates * 16),
                               uint64_t(MaxStates) * 1'024);
  CharAutomaton A = Builder.build(Operand);
  Ctx.spend(1 + A.size());
  if (Builder.status() != automata::CharStatus::Ok || A.size() > MaxStates) {
    Ctx.count("left to lowering");
    return ExprId();
  }
  ExprId E = StateRules(M, In, A, Builder.partition(), Style).write();
  if (Style)
    E = makeSeq(M, {M.lit("\""), E, M.lit("\"")});
  Ctx.count("automata written out");
  return Lowered[{Operand, Style}] = E;
}

bool LowerBooleans::run(Module &M, PassContext &Ctx) {
  Lowered.clear();
  std::vector<bool> InOperands = regularContextRules(M);
  uint32_t Before = M.ruleCount();
  bool Changed = false;
  Rewriter Rewrite(M, Ctx);
  for (uint32_t I = 0; I < Before; ++I) {
    RuleId R(I);
    if (!M.rule(R).Body || InOperands[I])
      continue;
    Rewrite.forget(); // the rules made belong to this one
    // Parts below a boolean are rewritten too, for nothing: they are put back. So
    // which are the largest is settled first.
    std::map<ExprId, bool> Largest;
    std::vector<ExprId> Todo{M.rule(R).Body};
    for (size_t T = 0; T < Todo.size(); ++T) {
      ExprId E = Todo[T];
      bool Is = M.op(E) == Op::And || M.op(E) == Op::Not ||
                (M.op(E) == Op::JsonString && holdsBoolean(M, M.operands(E)[0]));
      if (!Largest.try_emplace(E, Is).second || Is || M.op(E) == Op::JsonString)
        continue;
      std::vector<ExprId> Keys;
      if (M.op(E) == Op::Members)
        for (const FreeMember &F : M.membersSpec(E).Free)
          Keys.push_back(F.Key);
      size_t NextKey = 0;
      for (ExprId O : M.operands(E)) {
        if (NextKey < Keys.size() && O == Keys[NextKey])
          ++NextKey;
        else
          Todo.push_back(O);
      }
    }
    ExprId New = Rewrite.rewrite(M.rule(R).Body, [&](ExprId E, ExprId Original) {
      Op O = M.op(Original);
      auto It = Largest.find(Original);
      if (It != Largest.end() && It->second) {
        ExprId Text = O == Op::JsonString ? M.operands(Original)[0] : Original;
        ExprId Out = lower(M, Ctx, R, Text,
                           O == Op::JsonString ? std::optional(M.escapes(Original)) : std::nullopt);
        return Out ? Out : Original;
      }
      if (O == Op::And || O == Op::Not || O == Op::JsonString)
        return Original;
      return O == Op::Members ? withOriginalKeys(M, E, Original) : E;
    });
    if (Ctx.isOverBudget())
      return Changed;
    Changed |= New != M.rule(R).Body;
    M.rule(R).Body = New;
  }
  return Changed;
}

std::unique_ptr<Pass> createLowerBooleansPass() { return std::make_unique<LowerBooleans>(); }

} // namespace weir
