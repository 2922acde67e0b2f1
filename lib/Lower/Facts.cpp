//===- Facts.cpp - What holds for all expressions of a module --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operands have smaller ids, so for given facts about rules one ascending pass over the
// expressions is exact. Where that changes the facts about rules, only what calls them,
// and what contains it, is looked at again: the work is linear in the module, however
// long the chains of rules are.
//
//===----------------------------------------------------------------------===//
#include "Elements.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <queue>
#include <utility>

namespace weir::lowering {

using ir::ExprId;
using ir::Op;

namespace {

/// Makes `Exprs` and `Rules`, which begin as given, agree with `Value(E)`, read from
/// them, and with the rules' bodies. Stops in between when the compilation is to end.
template <typename Fn>
void settle(const ir::Module &M, std::vector<uint8_t> &Exprs, std::vector<uint8_t> &Rules,
            Fn Value) {
  std::vector<uint32_t> Changed;
  auto bodies = [&](uint32_t R) {
    ExprId Body = M.rule(ir::RuleId(R)).Body;
    uint8_t V = Body && Exprs[Body.index()];
    if (V != Rules[R]) {
      Rules[R] = V;
      Changed.push_back(R);
    }
  };
  // By expression, a rule whose body it is, and by rule the next one with that body: 1 + number.
  std::vector<uint32_t> BodyOfRule(M.exprCount()), NextOfBody(M.ruleCount());
  for (uint32_t R = M.ruleCount(); R-- > 0;)
    if (ExprId Body = M.rule(ir::RuleId(R)).Body)
      NextOfBody[R] = std::exchange(BodyOfRule[Body.index()], R + 1);
  // By rule, the last round in which a call of it was looked at.
  std::vector<uint8_t> Called(M.ruleCount(), 0);
  // Most modules are settled after a few rounds over all of it. What was read before it changed
  // asks for another one: rules mostly stand behind what they call.
  constexpr unsigned MaxRounds = 4;
  for (uint8_t Round = 1; Round <= MaxRounds; ++Round) {
    Changed.clear();
    bool Stale = false, Any = false, LooksFar = false;
    for (uint32_t I = 0; I < M.exprCount(); ++I) {
      const Op Kind = M.op(ExprId(I));
      if (Kind == Op::Call && M.callee(ExprId(I)).index() < M.ruleCount())
        Called[M.callee(ExprId(I)).index()] = Round;
      // The values of items are looked at through calls.
      LooksFar = LooksFar || Kind == Op::Elements;
      const uint8_t V = Value(ExprId(I));
      Any = Any || V != Exprs[I];
      Exprs[I] = V;
      for (uint32_t R = BodyOfRule[I]; R != 0; R = NextOfBody[R - 1]) {
        const size_t Before = Changed.size();
        bodies(R - 1);
        Stale = Stale || (Changed.size() != Before && Called[R - 1] == Round);
      }
      if (I % 64 == 63 && !spendWork(16))
        return;
    }
    if (!Stale && !(LooksFar && Any))
      return;
  }

  // Who contains an expression, has it as body, or calls a rule.
  const uint32_t N = M.exprCount();
  std::vector<uint32_t> Begin(N + 1), Users, CallOf(M.ruleCount(), automata::None), Fill;
  for (uint32_t I = 0; I < N; ++I) {
    for (ExprId O : M.operands(ExprId(I)))
      ++Begin[O.index() + 1];
    // One expression a rule. Those left over from a pass may call what is no more.
    if (M.op(ExprId(I)) == Op::Call && M.callee(ExprId(I)).index() < M.ruleCount())
      CallOf[M.callee(ExprId(I)).index()] = I;
  }
  for (uint32_t I = 0; I < N; ++I)
    Begin[I + 1] += Begin[I];
  Users.resize(Begin[N]);
  Fill.assign(Begin.begin(), Begin.end() - 1);
  for (uint32_t I = 0; I < N; ++I)
    for (ExprId O : M.operands(ExprId(I)))
      Users[Fill[O.index()]++] = I;
  std::vector<std::pair<uint32_t, uint32_t>> BodyOf; // (expression, rule)
  for (uint32_t R = 0; R < M.ruleCount(); ++R)
    if (M.rule(ir::RuleId(R)).Body)
      BodyOf.push_back({M.rule(ir::RuleId(R)).Body.index(), R});
  std::sort(BodyOf.begin(), BodyOf.end());

  // Round by round, ascending within one.
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> Queue;
  std::vector<uint8_t> Queued(N, false);
  auto push = [&](uint32_t E) {
    if (!Queued[E]) {
      Queued[E] = true;
      Queue.push(E);
    }
  };
  // Facts only grow but where `not` is below, which no recursion passes through.
  for (uint64_t Budget = UINT64_C(64) * (N + Users.size()); !Changed.empty() && Budget;) {
    for (uint32_t R : Changed)
      if (CallOf[R] != automata::None)
        push(CallOf[R]);
    Changed.clear();
    std::vector<uint32_t> Touched;
    for (; !Queue.empty() && Budget; --Budget) {
      uint32_t E = Queue.top();
      Queue.pop();
      Queued[E] = false;
      if (Budget % 64 == 0 && !spendWork(16))
        return;
      const uint8_t V = Value(ExprId(E));
      if (V == Exprs[E])
        continue;
      Exprs[E] = V;
      Touched.push_back(E);
      for (uint32_t U = Begin[E]; U < Begin[E + 1]; ++U)
        push(Users[U]);
    }
    for (uint32_t E : Touched)
      for (auto It = std::lower_bound(BodyOf.begin(), BodyOf.end(), std::pair(E, 0U));
           It != BodyOf.end() && It->first == E; ++It)
        bodies(It->second);
  }
}

} // namespace

Nullability::Nullability(const ir::Module &M)
    : Exprs(M.exprCount(), false), Rules(M.ruleCount(), false) {
  settle(M, Exprs, Rules, [&](ExprId E) {
    auto Ops = M.operands(E);
    auto null = [&](ExprId O) { return bool(Exprs[O.index()]); };
    bool V = false;
    switch (M.op(E)) {
    case Op::Empty:
      V = true;
      break;
    case Op::Seq:
    case Op::And:
      V = std::all_of(Ops.begin(), Ops.end(), null);
      break;
    case Op::Alt:
      V = std::any_of(Ops.begin(), Ops.end(), null);
      break;
    case Op::Not:
      V = !null(Ops[0]);
      break;
    case Op::Repeat:
      V = M.bounds(E).Min == 0 || null(Ops[0]);
      break;
    case Op::Call:
      V = M.callee(E).index() < M.ruleCount() && Rules[M.callee(E).index()];
      break;
    case Op::Members:
      V = M.membersSpec(E).nullable();
      break;
    case Op::Elements:
      V = M.elementsSpec(E).nullable();
      break;
    case Op::Dfa:
      V = M.automaton(E).Accepts[0];
      break;
    case Op::Indent:
      V = M.indentSpec(E).Min == 0;
      break;
    default:
      break;
    }
    return V;
  });
}

void ModuleBuilder::computeDepths() {
  Depths.assign(M.exprCount(), 1);
  for (uint32_t I = 0; I < M.exprCount(); ++I)
    for (ExprId O : M.operands(ExprId(I)))
      Depths[I] = std::max(Depths[I], Depths[O.index()] + 1);
}

bool ModuleBuilder::computeProductive() {
  Productive.assign(M.exprCount(), false);
  std::vector<uint8_t> RuleProductive(M.ruleCount(), false);
  // What `and` and `not` denote does not depend on the fixpoint: ask their automata,
  // for the expressions that some rule refers to.
  std::vector<uint8_t> Used(M.exprCount(), false);
  std::vector<std::pair<ExprId, ir::RuleId>> Work;
  Work.reserve(M.ruleCount() + 32);
  for (uint32_t R = 0; R < M.ruleCount(); ++R)
    if (M.rule(ir::RuleId(R)).Body)
      Work.push_back({M.rule(ir::RuleId(R)).Body, ir::RuleId(R)});
  bool Ok = true;
  while (!Work.empty()) {
    auto [E, R] = Work.back();
    Work.pop_back();
    if (Used[E.index()])
      continue;
    Used[E.index()] = true;
    if (M.op(E) == Op::And || M.op(E) == Op::Not) {
      const BooleanParts Parts = booleanParts(E);
      const Regular *A = countedRegular(Parts, R);
      if (!A)
        A = regular(Parts, R);
      Ok &= A != nullptr;
      Productive[E.index()] = A && !A->Automaton.isEmpty();
      continue;
    }
    for (ExprId O : M.operands(E))
      if (!Used[O.index()])
        Work.push_back({O, R});
  }
  if (!Ok)
    return false;

  // What items may be is asked while this is worked out.
  bool HasGrown = false;
  auto tellItems = [&] {
    if (std::exchange(HasGrown, false) && Values)
      Values->moreIsLive();
  };
  settle(M, Productive, RuleProductive, [&](ExprId E) -> bool {
    if (!Used[E.index()] || Productive[E.index()])
      return Productive[E.index()];
    auto Ops = M.operands(E);
    auto live = [&](ExprId O) { return bool(Productive[O.index()]); };
    bool V = true;
    switch (M.op(E)) {
    case Op::Never:
    case Op::And:
    case Op::Not:
      V = false;
      break;
    case Op::Seq:
    case Op::JsonString:
      V = std::all_of(Ops.begin(), Ops.end(), live);
      break;
    case Op::Alt:
      V = std::any_of(Ops.begin(), Ops.end(), live);
      break;
    case Op::Repeat:
      V = M.bounds(E).Min == 0 || live(Ops[0]);
      break;
    case Op::Call:
      V = RuleProductive[M.callee(E).index()];
      break;
    case Op::Members: {
      const ir::MembersSpec &S = M.membersSpec(E);
      uint64_t Possible = 0, Required = 0;
      for (const ir::NamedMember &N : S.Named) {
        Possible += live(N.Tail);
        Required += N.Required;
        V &= !N.Required || live(N.Tail);
      }
      bool Free = std::any_of(S.Free.begin(), S.Free.end(),
                              [&](const ir::FreeMember &F) { return live(F.Key) && live(F.Tail); });
      for (const ir::FreeMember &F : S.Free) {
        Required += F.Min;
        V &= F.Min == 0 || (live(F.Key) && live(F.Tail));
      }
      V &= Required <= S.Max && S.Min <= S.Max && (Free || Possible >= S.Min);
      // More than one member needs a separator.
      V &= (Required <= 1 && S.Min <= 1) || live(S.Separator);
      break;
    }
    case Op::Elements: {
      // What is not known is refused where it is built.
      tellItems();
      ElementsPlan Plan;
      V = !Plan.make(*this, M.elementsSpec(E), itemValues(), M.start()) || Plan.StartLive;
      break;
    }
    default:
      break;
    }
    HasGrown |= V;
    return V;
  });
  tellItems();
  return spendWork(0);
}

} // namespace weir::lowering
