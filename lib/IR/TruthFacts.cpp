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

std::span<const ExprId> Coverage::claim(ExprId E) {
  Parts.clear();
  if (!E || has(E))
    return Parts;
  if (Known.size() < M.exprCount())
    Known.resize(M.exprCount());
  Known[E.index()] = true;
  Path.push_back({E, 0});
  while (!Path.empty()) {
    Visit &V = Path.back();
    const std::span<const ExprId> Ops = M.operands(V.E);
    while (V.Next < Ops.size() && Known[Ops[V.Next].index()])
      ++V.Next;
    if (V.Next == Ops.size()) {
      Parts.push_back(V.E);
      Path.pop_back();
      continue;
    }
    const ExprId O = Ops[V.Next++];
    Known[O.index()] = true;
    Path.push_back({O, 0});
  }
  return Parts;
}

TruthFacts::TruthFacts(const Module &M, const CallGraph &Graph, Question Q)
    : M(M), Q(Q), Seen(M), RuleAnswers(M.ruleCount(), Answer::No), RuleTextOnly(M.ruleCount()) {
  const std::span<const RuleId> Rules = Graph.BottomUp;
  for (size_t I = 0, Last; I < Rules.size(); I = Last) {
    for (Last = I + 1; Last < Rules.size() &&
                       Graph.Component[Rules[Last].index()] == Graph.Component[Rules[I].index()];)
      ++Last;
    if (Graph.Recursive[Rules[I].index()])
      addComponent(Rules.subspan(I, Last - I));
    else
      addRules(Rules.subspan(I, Last - I));
  }
}

/// Rules whose callees are settled.
void TruthFacts::addRules(std::span<const RuleId> Rules) {
  for (RuleId R : Rules)
    if (ExprId Body = M.rule(R).Body) {
      ensure(Body);
      RuleAnswers[R.index()] = Answers[Body.index()];
      RuleTextOnly[R.index()] = TextOnly[Body.index()];
    }
}

/// Rules that recur through each other. Answers grow from No, so a few rounds over the open
/// expressions settle most; what takes longer is gates, which take linear time.
void TruthFacts::addComponent(std::span<const RuleId> Component) {
  OpenRules.resize(M.ruleCount());
  for (RuleId R : Component)
    OpenRules[R.index()] = true;
  for (RuleId R : Component)
    if (ExprId Body = M.rule(R).Body) {
      ensure(Body);
      RuleTextOnly[R.index()] = TextOnly[Body.index()];
    }
  if (!settleByRounds(Component))
    settleByGates(Component);
  for (ExprId E : OpenExprs)
    Open[E.index()] = false;
  OpenExprs.clear();
  for (RuleId R : Component)
    OpenRules[R.index()] = false;
}

bool TruthFacts::settleByRounds(std::span<const RuleId> Component) {
  constexpr unsigned MaxRounds = 6;
  for (ExprId E : OpenExprs)
    Answers[E.index()] = Answer::No;
  for (unsigned Round = 0; Round < MaxRounds; ++Round) {
    bool Grown = false;
    for (ExprId E : OpenExprs) {
      if (Answers[E.index()] == Answer::Yes)
        continue;
      // What is denied is not settled yet.
      const Answer A = M.op(E) == Op::Not ? Answer::Unknown
                       : Q == IsNullable  ? nullable(E)
                                          : productive(E);
      Grown = Grown || A != Answers[E.index()];
      Answers[E.index()] = A;
    }
    for (RuleId R : Component)
      if (ExprId Body = M.rule(R).Body)
        RuleAnswers[R.index()] = Answers[Body.index()];
    if (!Grown)
      return true;
  }
  return false;
}

void TruthFacts::settleByGates(std::span<const RuleId> Component) {
  for (GateSystem *G : {&Sure, &May}) {
    G->clear();
    G->reserve(OpenExprs.size());
  }
  RuleGates.resize(M.ruleCount());
  ExprGates.resize(M.exprCount());
  for (RuleId R : Component)
    RuleGates[R.index()] = add(1, 1);
  for (ExprId E : OpenExprs)
    ExprGates[E.index()] = Q == IsNullable ? nullableGate(E) : productiveGate(E);
  for (RuleId R : Component)
    if (ExprId Body = M.rule(R).Body)
      wire(gateOf(Body), RuleGates[R.index()]);
  Sure.settle();
  May.settle();
  for (ExprId E : OpenExprs)
    Answers[E.index()] = answer(ExprGates[E.index()]);
  for (RuleId R : Component)
    RuleAnswers[R.index()] = answer(RuleGates[R.index()]);
}

void TruthFacts::ensure(ExprId E) {
  std::span<const ExprId> Parts = Seen.claim(E);
  if (Parts.empty())
    return;
  if (Answers.size() < M.exprCount()) {
    Answers.resize(M.exprCount());
    Open.resize(M.exprCount());
    TextOnly.resize(M.exprCount());
  }
  for (ExprId P : Parts)
    addExpr(P);
}

void TruthFacts::addExpr(ExprId E) {
  bool IsOpen = false, IsText = true;
  for (ExprId O : M.operands(E)) {
    IsOpen = IsOpen || Open[O.index()];
    IsText = IsText && TextOnly[O.index()];
  }
  switch (M.op(E)) {
  case Op::Lit:
    IsText = Q == IsProductive && findInvalidUtf8(M.literal(E)) == std::string_view::npos;
    break;
  case Op::Bytes:
    IsText = ByteSet::range(0, 0x7f).contains(M.byteSet(E));
    break;
  case Op::Dfa:
    IsText = Q == IsProductive && M.automaton(E).isAscii();
    break;
  case Op::Token:
  case Op::AnyTokenExcept:
    IsText = false;
    break;
  case Op::Call: {
    const uint32_t R = M.callee(E).index();
    IsOpen = R < OpenRules.size() && OpenRules[R];
    IsText = R < RuleTextOnly.size() && RuleTextOnly[R];
    break;
  }
  case Op::Not:
    IsText = true;
    break;
  default:
    break;
  }
  TextOnly[E.index()] = IsText;
  if (!IsOpen) {
    Answers[E.index()] = Q == IsNullable ? nullable(E) : productive(E);
    return;
  }
  Open[E.index()] = true;
  OpenExprs.push_back(E);
}

//===- From the operands' answers -----------------------------------------===//

static Answer both(Answer A, Answer B) {
  return A == Answer::No || B == Answer::No ? Answer::No : A == Answer::Yes ? B : A;
}

static Answer either(Answer A, Answer B) {
  return A == Answer::Yes || B == Answer::Yes ? Answer::Yes : A == Answer::No ? B : A;
}

static Answer atMostUnknown(Answer A) { return A == Answer::Yes ? Answer::Unknown : A; }

static Answer yesIf(bool Is) { return Is ? Answer::Yes : Answer::No; }

Answer TruthFacts::all(std::span<const ExprId> Ops) const {
  Answer A = Answer::Yes;
  for (ExprId O : Ops)
    A = both(A, answerOf(O));
  return A;
}

Answer TruthFacts::any(std::span<const ExprId> Ops) const {
  Answer A = Answer::No;
  for (ExprId O : Ops)
    A = either(A, answerOf(O));
  return A;
}

Answer TruthFacts::nullable(ExprId E) const {
  std::span<const ExprId> Ops = M.operands(E);
  switch (M.op(E)) {
  case Op::Empty:
    return Answer::Yes;
  case Op::Seq:
  case Op::And:
    return all(Ops);
  case Op::Alt:
    return any(Ops);
  case Op::Repeat:
    return M.bounds(E).Min == 0 ? Answer::Yes : all(Ops);
  case Op::Call:
    return of(M.callee(E));
  case Op::Not:
    return answerOf(Ops[0]) == Answer::Unknown ? Answer::Unknown
                                               : yesIf(answerOf(Ops[0]) == Answer::No);
  case Op::Members:
    return yesIf(M.membersSpec(E).nullable());
  case Op::Elements:
    return yesIf(M.elementsSpec(E).nullable());
  case Op::Dfa:
    return yesIf(M.automaton(E).Accepts[0]);
  case Op::Indent:
    return M.indentSpec(E).Min == 0 ? Answer::Yes : Answer::Unknown;
  default:
    return Answer::No;
  }
}

/// Enough named members have texts for the count, all the required ones among them,
/// and the separator has one where it is needed. Free members may make up for named
/// ones, but how many there are depends on their keys.
Answer TruthFacts::productiveMembers(const MembersSpec &S) const {
  uint64_t Required = 0, Surely = 0, Perhaps = 0, Obliged = 0; // the last: of free members
  Answer AllRequired = Answer::Yes, SomeFree = Answer::No;
  for (const NamedMember &N : S.Named) {
    const Answer A = answerOf(N.Tail);
    Surely += A == Answer::Yes;
    Perhaps += A != Answer::No;
    if (N.Required) {
      ++Required;
      AllRequired = both(AllRequired, A);
    }
  }
  for (const FreeMember &F : S.Free) {
    const Answer Pair = atMostUnknown(both(answerOf(F.Key), answerOf(F.Tail)));
    SomeFree = either(SomeFree, Pair);
    Obliged += F.Min;
    if (F.Min > 0)
      AllRequired = both(AllRequired, Pair);
  }
  if (Required + Obliged > S.Max || S.Min > S.Max)
    return Answer::No;
  const uint64_t Needed = std::max<uint64_t>(S.Min > Obliged ? S.Min - Obliged : 0, Required);
  const Answer Enough = Surely >= Needed    ? Answer::Yes
                        : Perhaps >= Needed ? Answer::Unknown
                                            : Answer::No;
  Answer A = both(AllRequired, either(Enough, SomeFree));
  if (Needed + Obliged > 1)
    A = both(A, answerOf(S.Separator));
  return A;
}

/// The items up to Min have texts, and the separator where it is needed. What counters
/// and uniqueness do to that is not known here.
Answer TruthFacts::productiveElements(const ElementsSpec &S) const {
  if (S.nullable())
    return Answer::Yes;
  if (S.Min > S.Max)
    return Answer::No;
  Answer A = S.Unique || !S.Counters.empty() ? Answer::Unknown : Answer::Yes;
  const size_t Positions = std::min<size_t>(S.Min, S.Prefix.size() + 1);
  for (size_t I = 0; I < Positions; ++I) {
    Answer Some = Answer::No;
    for (const ElementChoice &C : S.at(I))
      Some = either(Some, answerOf(C.Value));
    A = both(A, Some);
  }
  return S.Min > 1 ? both(A, answerOf(S.Separator)) : A;
}

Answer TruthFacts::productive(ExprId E) const {
  std::span<const ExprId> Ops = M.operands(E);
  switch (M.op(E)) {
  case Op::Never:
    return Answer::No;
  case Op::Seq:
    return all(Ops);
  case Op::And:
    return atMostUnknown(all(Ops));
  case Op::Alt:
    return any(Ops);
  case Op::Repeat:
    return M.bounds(E).Min == 0 ? Answer::Yes : all(Ops);
  case Op::Call:
    return of(M.callee(E));
  case Op::Not:
    return answerOf(Ops[0]) == Answer::No ? Answer::Yes : Answer::Unknown;
  case Op::JsonString:
    return TextOnly[Ops[0].index()] ? answerOf(Ops[0]) : atMostUnknown(answerOf(Ops[0]));
  case Op::Members:
    return productiveMembers(M.membersSpec(E));
  case Op::Elements:
    return productiveElements(M.elementsSpec(E));
  default:
    return Answer::Yes;
  }
}

//===- Gates of what recurs -----------------------------------------------===//

TruthFacts::Gate TruthFacts::gateOf(ExprId E) {
  if (Open[E.index()])
    return ExprGates[E.index()];
  switch (Answers[E.index()]) {
  case Answer::Yes:
    return add(0, 0);
  case Answer::Unknown:
    return add(Never, 0);
  case Answer::No:
    break;
  }
  return add(Never, Never);
}

TruthFacts::Gate TruthFacts::allGate(std::span<const ExprId> Ops) {
  Gate G = add(Ops.size(), Ops.size());
  for (ExprId O : Ops)
    wire(gateOf(O), G);
  return G;
}

TruthFacts::Gate TruthFacts::anyGate(std::span<const ExprId> Ops) {
  Gate G = add(1, 1);
  for (ExprId O : Ops)
    wire(gateOf(O), G);
  return G;
}

TruthFacts::Gate TruthFacts::callGate(ExprId Call) {
  Gate G = add(1, 1);
  wire(RuleGates[M.callee(Call).index()], G);
  return G;
}

/// Of an open expression: a call of an open rule, or one with an open operand.
TruthFacts::Gate TruthFacts::nullableGate(ExprId E) {
  std::span<const ExprId> Ops = M.operands(E);
  switch (M.op(E)) {
  case Op::Call:
    return callGate(E);
  case Op::Alt:
    return anyGate(Ops);
  case Op::Repeat:
    return M.bounds(E).Min == 0 ? add(0, 0) : allGate(Ops);
  case Op::Not:
    return add(Never, 0);
  case Op::Members:
    return M.membersSpec(E).nullable() ? add(0, 0) : add(Never, Never);
  case Op::Elements:
    return M.elementsSpec(E).nullable() ? add(0, 0) : add(Never, Never);
  case Op::JsonString:
    return add(Never, Never);
  default:
    return allGate(Ops);
  }
}

/// As `productiveMembers`.
TruthFacts::Gate TruthFacts::membersGate(const MembersSpec &S) {
  size_t Required = 0;
  for (const NamedMember &N : S.Named)
    Required += N.Required;
  uint64_t Obliged = 0;
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
    const Gate Tail = gateOf(N.Tail);
    wire(Tail, Enough);
    if (N.Required)
      wire(Tail, AllRequired);
  }
  Gate EnoughOrFree = add(1, 1);
  wire(Enough, EnoughOrFree);
  for (const FreeMember &F : S.Free) {
    Gate Pair = add(Never, 2);
    wire(gateOf(F.Key), Pair);
    wire(gateOf(F.Tail), Pair);
    wire(Pair, EnoughOrFree);
    if (F.Min > 0)
      wire(Pair, G);
  }
  wire(AllRequired, G);
  wire(EnoughOrFree, G);
  if (Needed + Obliged > 1)
    wire(gateOf(S.Separator), G);
  return G;
}

/// As `productiveElements`.
TruthFacts::Gate TruthFacts::elementsGate(const ElementsSpec &S) {
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
      wire(gateOf(C.Value), Some);
    wire(Some, G);
  }
  if (S.Min > 1)
    wire(gateOf(S.Separator), G);
  return G;
}

TruthFacts::Gate TruthFacts::productiveGate(ExprId E) {
  std::span<const ExprId> Ops = M.operands(E);
  switch (M.op(E)) {
  case Op::Call:
    return callGate(E);
  case Op::And: {
    Gate G = add(Never, Ops.size());
    for (ExprId O : Ops)
      wire(gateOf(O), G);
    return G;
  }
  case Op::Alt:
    return anyGate(Ops);
  case Op::Repeat:
    return M.bounds(E).Min == 0 ? add(0, 0) : allGate(Ops);
  case Op::Not:
    return add(Never, 0);
  case Op::JsonString: {
    Gate G = add(TextOnly[Ops[0].index()] ? 1 : Never, 1);
    wire(gateOf(Ops[0]), G);
    return G;
  }
  case Op::Members:
    return membersGate(M.membersSpec(E));
  case Op::Elements:
    return elementsGate(M.elementsSpec(E));
  default:
    return allGate(Ops);
  }
}

} // namespace weir::ir
