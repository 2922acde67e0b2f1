//===- NonEmpty.cpp - The texts of an expression less the empty one -------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NonEmpty.h"

#include <algorithm>
#include <unordered_set>

namespace weir::transforms {

using namespace ir;

NonEmpty::NonEmpty(Module &M, PassContext &Ctx) : M(M), Ctx(Ctx), Impossible(M.ruleCount()) {
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (uint32_t I = 0; I < Impossible.size(); ++I) {
      const RuleInfo &Info = M.rule(RuleId(I));
      if (Impossible[I] || !Info.Body || Ctx.analyses().nullable(RuleId(I)) == Answer::No)
        continue;
      if (!Info.Attributes.empty() || !possible(Info.Body))
        Impossible[I] = Changed = true;
    }
  }
}

/// The operands whose non-empty part E' needs.
static bool followsOperands(Op O) { return O == Op::Seq || O == Op::Alt || O == Op::Repeat; }

/// E and what E' is made from below it, all nullable, operands first.
std::vector<ExprId> NonEmpty::parts(ExprId E) {
  std::vector<ExprId> Out{E};
  std::unordered_set<ExprId> Seen{E};
  for (size_t I = 0; I < Out.size(); ++I)
    if (followsOperands(M.op(Out[I])))
      for (ExprId O : M.operands(Out[I]))
        if (isNullable(O) && Seen.insert(O).second)
          Out.push_back(O);
  std::sort(Out.begin(), Out.end());
  return Out;
}

bool NonEmpty::obstructs(ExprId E) {
  if (Ctx.analyses().nullable(E) == Answer::Unknown || M.op(E) == Op::Indent)
    return true;
  if (M.op(E) == Op::Call)
    return M.callee(E).index() < Impossible.size() && Impossible[M.callee(E).index()];
  if (M.op(E) != Op::And)
    return false;
  // One operand must keep what is not text out: the scalars counted below do.
  for (ExprId O : M.operands(E)) {
    bool Text = true;
    for (ExprId P : reachable(M, O))
      Text = Text && (isTextLeaf(M, P) || followsOperands(M.op(P)));
    if (Text)
      return false;
  }
  return true;
}

bool NonEmpty::possible(ExprId E) {
  if (!isNullable(E))
    return true;
  std::vector<ExprId> Parts = parts(E);
  return std::none_of(Parts.begin(), Parts.end(), [&](ExprId P) { return obstructs(P); });
}

ExprId NonEmpty::of(ExprId E) {
  if (!isNullable(E))
    return E;
  for (ExprId P : parts(E))
    if (!Memo.count(P))
      Memo[P] = build(P);
  return Memo[E];
}

ExprId NonEmpty::build(ExprId E) {
  std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
  auto part = [&](ExprId O) { return isNullable(O) ? Memo.at(O) : O; };
  switch (M.op(E)) {
  case Op::Empty:
    return M.never();
  case Op::Seq: {
    ExprId Suffix = M.empty(), Part = M.never();
    for (size_t I = Ops.size(); I-- > 0;) {
      Part = makeAlt(M, {makeSeq(M, {part(Ops[I]), Suffix}), Part});
      Suffix = Suffix == M.empty() ? Ops[I] : M.seq({Ops[I], Suffix});
    }
    return Part;
  }
  case Op::Alt:
    for (ExprId &O : Ops)
      O = part(O);
    return makeAlt(M, Ops);
  case Op::Repeat: {
    RepeatBounds B = M.bounds(E);
    uint32_t Min = isNullable(Ops[0]) ? 0 : lessOne(B.Min), Max = lessOne(B.Max);
    ExprId First = part(Ops[0]);
    if (First == Ops[0])
      return M.repeat(Ops[0], 1, B.Max);
    return makeSeq(M, {First, makeRepeat(M, First, Min, Max)});
  }
  case Op::Call:
    return M.call(ruleOf(M.callee(E)));
  case Op::Members: {
    MembersSpec Spec = M.membersSpec(E);
    Spec.Min = 1;
    return Spec.Max == 0 ? M.never() : M.members(Spec);
  }
  case Op::Elements: {
    ElementsSpec Spec = M.elementsSpec(E);
    Spec.Min = 1;
    return Spec.Max == 0 ? M.never() : M.elements(std::move(Spec));
  }
  case Op::Dfa: {
    // A start of its own, which does not accept, before the states as they were.
    ByteDfa D;
    const ByteDfa &Old = M.automaton(E);
    D.addState(false);
    for (const ByteDfa::Edge &X : Old.row(0))
      D.addEdge(X.First, X.Last, X.Target + 1);
    for (uint32_t S = 0; S < Old.size(); ++S) {
      D.addState(Old.Accepts[S]);
      for (const ByteDfa::Edge &X : Old.row(S))
        D.addEdge(X.First, X.Last, X.Target + 1);
    }
    return M.dfa(D);
  }
  case Op::And:
    Ops.push_back(M.plus(M.cls(CodePointSet::all())));
    return M.conj(Ops);
  case Op::Not:
    return M.conj({E, M.plus(M.cls(CodePointSet::all()))});
  default:
    return E; // never nullable
  }
}

RuleId NonEmpty::ruleOf(RuleId R) {
  if (R.index() >= Impossible.size() || Ctx.analyses().nullable(R) == Answer::No)
    return R;
  // A rule that is an option of another already is split.
  ExprId Body = M.rule(R).Body;
  if (M.op(Body) == Op::Repeat && M.bounds(Body) == RepeatBounds{0, 1}) {
    ExprId Inner = M.operands(Body)[0];
    if (M.op(Inner) == Op::Call && !isNullable(Inner) && !M.rule(R).Nest)
      return M.callee(Inner);
  }
  auto [It, New] = Rules.try_emplace(R, RuleId());
  if (New) {
    It->second = addPartRule(M, R, "nonempty", M.never());
    M.rule(It->second).Nest = M.rule(R).Nest;
    M.rule(It->second).Shared = M.rule(R).Shared;
    Unfinished.emplace_back(R, It->second);
  }
  return It->second;
}

void NonEmpty::finish() {
  if (Unfinished.empty())
    return;
  // What was known of the module ends before the rules made since, which are never empty; their
  // bodies, `never` until here, say so.
  Ctx.analyses().invalidate();
  for (size_t I = 0; I < Unfinished.size(); ++I) { // `of` may add more
    auto [From, Made] = Unfinished[I];
    ExprId Body = of(M.rule(From).Body);
    M.rule(Made).Body = Body;
    copyCallOrigins(M, From, Made, M.rule(From).Body);
  }
  Unfinished.clear();
}

} // namespace weir::transforms
