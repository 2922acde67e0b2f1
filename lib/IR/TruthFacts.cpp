//===- TruthFacts.cpp - Nullable and productive ---------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Facts.h"

#include "weir/Support/Utf8.h"

#include <algorithm>

namespace weir::ir {

std::vector<ExprId> Coverage::claim(ExprId E) {
  std::vector<ExprId> Parts;
  if (!E || has(E))
    return Parts;
  if (Known.size() < M.exprCount())
    Known.resize(M.exprCount());
  std::vector<ExprId> Work{E};
  Known[E.index()] = true;
  while (!Work.empty()) {
    ExprId Part = Work.back();
    Work.pop_back();
    Parts.push_back(Part);
    for (ExprId O : M.operands(Part)) {
      if (!Known[O.index()]) {
        Known[O.index()] = true;
        Work.push_back(O);
      }
    }
  }
  std::sort(Parts.begin(), Parts.end());
  return Parts;
}

TruthFacts::TruthFacts(const Module &M, const CallGraph &Graph, Question Q)
    : M(M), Q(Q), Seen(M), RuleTextOnly(M.ruleCount()), RuleSettled(M.ruleCount()) {
  for (uint32_t R = 0; R < M.ruleCount(); ++R)
    RuleGates.push_back(add(1, 1));
  const std::vector<RuleId> &Rules = Graph.BottomUp;
  for (size_t I = 0; I < Rules.size();) {
    size_t Last = I;
    for (; Last < Rules.size() &&
           Graph.Component[Rules[Last].index()] == Graph.Component[Rules[I].index()];
         ++Last) {
      if (ExprId Body = M.rule(Rules[Last]).Body) {
        ensure(Body);
        wire(ExprGates[Body.index()], RuleGates[Rules[Last].index()]);
        RuleTextOnly[Rules[Last].index()] = TextOnly[Body.index()];
      }
    }
    settle();
    for (; I < Last; ++I)
      RuleSettled[Rules[I].index()] = true;
  }
  std::fill(Open.begin(), Open.end(), false);
}

Answer TruthFacts::of(ExprId E) {
  ensure(E);
  settle();
  return answer(ExprGates[E.index()]);
}

void TruthFacts::ensure(ExprId E) {
  std::vector<ExprId> Parts = Seen.claim(E);
  if (Parts.empty())
    return;
  ExprGates.resize(M.exprCount());
  Open.resize(M.exprCount());
  TextOnly.resize(M.exprCount());
  for (ExprId P : Parts)
    addExpr(P);
}

bool TruthFacts::isOpenRule(RuleId R) const {
  return R.index() < RuleSettled.size() && !RuleSettled[R.index()];
}

void TruthFacts::addExpr(ExprId E) {
  bool IsOpen = false, IsText = true;
  for (ExprId O : M.operands(E)) {
    IsOpen = IsOpen || Open[O.index()];
    IsText = IsText && TextOnly[O.index()];
  }
  switch (M.op(E)) {
  case Op::Lit:
    IsText = findInvalidUtf8(M.literal(E)) == std::string_view::npos;
    break;
  case Op::Bytes:
    IsText = ByteSet::range(0, 0x7f).contains(M.byteSet(E));
    break;
  case Op::Dfa:
    IsText = M.automaton(E).isAscii();
    break;
  case Op::Token:
  case Op::AnyTokenExcept:
    IsText = false;
    break;
  case Op::Call:
    IsOpen = isOpenRule(M.callee(E));
    IsText = M.callee(E).index() < RuleTextOnly.size() && RuleTextOnly[M.callee(E).index()];
    break;
  case Op::Not:
    IsText = true;
    break;
  default:
    break;
  }
  Open[E.index()] = IsOpen;
  TextOnly[E.index()] = IsText;
  ExprGates[E.index()] = Q == IsNullable ? nullableGate(E) : productiveGate(E);
}

TruthFacts::Gate TruthFacts::all(std::span<const ExprId> Ops) {
  Gate G = add(Ops.size(), Ops.size());
  for (ExprId O : Ops)
    wire(ExprGates[O.index()], G);
  return G;
}

/// A rule made after the facts is unknown to them.
TruthFacts::Gate TruthFacts::callGate(RuleId R) {
  if (R.index() >= RuleGates.size())
    return add(Never, 0);
  Gate G = add(1, 1);
  wire(RuleGates[R.index()], G);
  return G;
}

TruthFacts::Gate TruthFacts::nullableGate(ExprId E) {
  std::span<const ExprId> Ops = M.operands(E);
  switch (M.op(E)) {
  case Op::Empty:
    return add(0, 0);
  case Op::Seq:
  case Op::And:
    return all(Ops);
  case Op::Alt: {
    Gate G = add(1, 1);
    for (ExprId O : Ops)
      wire(ExprGates[O.index()], G);
    return G;
  }
  case Op::Repeat:
    return M.bounds(E).Min == 0 ? add(0, 0) : all(Ops);
  case Op::Call:
    return callGate(M.callee(E));
  case Op::Not: {
    settle();
    Gate Operand = ExprGates[Ops[0].index()];
    if (Open[Ops[0].index()])
      return add(Never, 0);
    return add(May.isOn(Operand) ? Never : 0, Sure.isOn(Operand) ? Never : 0);
  }
  case Op::Members:
    return M.membersSpec(E).nullable() ? add(0, 0) : add(Never, Never);
  case Op::Elements:
    return M.elementsSpec(E).nullable() ? add(0, 0) : add(Never, Never);
  case Op::Dfa:
    return M.automaton(E).Accepts[0] ? add(0, 0) : add(Never, Never);
  case Op::Indent:
    return add(M.indentSpec(E).Min == 0 ? 0 : Never, 0);
  default:
    return add(Never, Never);
  }
}

/// Enough named members have texts for the count, all the required ones among them,
/// and the separator has one where it is needed. Free members may make up for named
/// ones, but how many there are depends on their keys.
TruthFacts::Gate TruthFacts::productiveMembers(const MembersSpec &S) {
  size_t Required = 0;
  for (const NamedMember &N : S.Named)
    Required += N.Required;
  uint64_t Obliged = 0; // members that free ones demand
  for (const FreeMember &F : S.Free)
    Obliged += F.Min;
  if (Required + Obliged > S.Max || S.Min > S.Max)
    return add(Never, Never);
  size_t Needed = std::max<size_t>(S.Min > Obliged ? S.Min - Obliged : 0, Required);
  uint64_t Parts = Needed + Obliged > 1 ? 3 : 2;
  for (const FreeMember &F : S.Free)
    Parts += F.Min > 0;
  Gate G = add(Obliged ? Never : Parts, Parts);
  Gate AllRequired = add(Required, Required), Enough = add(Needed, Needed);
  for (const NamedMember &N : S.Named) {
    wire(ExprGates[N.Tail.index()], Enough);
    if (N.Required)
      wire(ExprGates[N.Tail.index()], AllRequired);
  }
  Gate EnoughOrFree = add(1, 1);
  wire(Enough, EnoughOrFree);
  for (const FreeMember &F : S.Free) {
    Gate Pair = add(Never, 2);
    wire(ExprGates[F.Key.index()], Pair);
    wire(ExprGates[F.Tail.index()], Pair);
    wire(Pair, EnoughOrFree);
    if (F.Min > 0)
      wire(Pair, G);
  }
  wire(AllRequired, G);
  wire(EnoughOrFree, G);
  if (Needed + Obliged > 1)
    wire(ExprGates[S.Separator.index()], G);
  return G;
}

/// The items up to Min have texts, and the separator where it is needed. What counters
/// and uniqueness do to that is not known here.
TruthFacts::Gate TruthFacts::productiveElements(const ElementsSpec &S) {
  if (S.nullable())
    return add(0, 0);
  if (S.Min > S.Max)
    return add(Never, Never);
  size_t Positions = std::min<size_t>(S.Min, S.Prefix.size() + 1);
  size_t Needed = Positions + (S.Min > 1 ? 1 : 0);
  Gate G = add(S.Unique || !S.Counters.empty() ? Never : Needed, Needed);
  for (size_t I = 0; I < Positions; ++I) {
    Gate Some = add(1, 1);
    for (const ElementChoice &C : S.at(I))
      wire(ExprGates[C.Value.index()], Some);
    wire(Some, G);
  }
  if (S.Min > 1)
    wire(ExprGates[S.Separator.index()], G);
  return G;
}

TruthFacts::Gate TruthFacts::productiveGate(ExprId E) {
  std::span<const ExprId> Ops = M.operands(E);
  switch (M.op(E)) {
  case Op::Never:
    return add(Never, Never);
  case Op::Seq:
    return all(Ops);
  case Op::And: {
    Gate G = add(Never, Ops.size());
    for (ExprId O : Ops)
      wire(ExprGates[O.index()], G);
    return G;
  }
  case Op::Alt: {
    Gate G = add(1, 1);
    for (ExprId O : Ops)
      wire(ExprGates[O.index()], G);
    return G;
  }
  case Op::Repeat:
    return M.bounds(E).Min == 0 ? add(0, 0) : all(Ops);
  case Op::Call:
    return callGate(M.callee(E));
  case Op::Not: {
    settle();
    bool NothingExcluded = !Open[Ops[0].index()] && !May.isOn(ExprGates[Ops[0].index()]);
    return add(NothingExcluded ? 0 : Never, 0);
  }
  case Op::JsonString: {
    Gate G = add(TextOnly[Ops[0].index()] ? 1 : Never, 1);
    wire(ExprGates[Ops[0].index()], G);
    return G;
  }
  case Op::Members:
    return productiveMembers(M.membersSpec(E));
  case Op::Elements:
    return productiveElements(M.elementsSpec(E));
  default:
    return add(0, 0);
  }
}

} // namespace weir::ir
