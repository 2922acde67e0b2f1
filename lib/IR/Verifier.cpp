//===- Verifier.cpp - What must hold of a module --------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pass over the table of expressions, operands first, marks those that break a
// rule and all above them. Bodies without a mark need no look; a marked body is
// walked to name what is wrong in which rule.
//
//===----------------------------------------------------------------------===//
#include "weir/IR/Verifier.h"

#include "weir/IR/Text.h"
#include "weir/Support/Escape.h"
#include "weir/Support/Utf8.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <set>

namespace weir::ir {

DiagBuilder reportAt(DiagnosticEngine &Diags, const OriginSet &Origins, DiagId Id) {
  if (Origins.empty())
    return Diags.report({}, Id);
  const Origin &O = Origins.items().front();
  DiagBuilder D = Diags.report(O.Range, Id);
  if (!O.Pointer.empty() || !O.Range.isValid())
    D.pointer(O.Pointer);
  return D;
}

namespace {

class Verifier {
public:
  Verifier(const Module &M, VerifyMode Mode, DiagnosticEngine &Diags, AnalysisManager &Analyses)
      : M(M), Mode(Mode), Diags(Diags), Analyses(Analyses) {}

  void checkRules();
  void markExprs();
  void checkMarked();
  void checkLeftRecursion();
  void checkNormalised();

private:
  std::string nameOf(RuleId R) const { return printRuleName(M.rule(R).Name); }
  DiagBuilder report(RuleId R, DiagId Id) { return reportAt(Diags, M.rule(R).Origins, Id); }
  bool breaksRule(ExprId E);
  void explain(RuleId R, ExprId E);
  void explainMembers(RuleId R, const MembersSpec &S);
  bool breaksRule(const ElementsSpec &S);
  void explainElements(RuleId R, const ElementsSpec &S);
  std::string whyIrregular(ExprId E);
  std::string leftCycle(RuleId R, std::set<RuleId> &InCycle);

  const Module &M;
  VerifyMode Mode;
  DiagnosticEngine &Diags;
  AnalysisManager &Analyses;
  std::vector<bool> Marked;
  /// `members` and `elements` in the tree of an expression: 0, 1, 2 or more
  std::vector<uint8_t> MembersIn;
};

void Verifier::checkRules() {
  if (!M.start())
    Diags.report({}, DiagId::NoStartRule);
  for (uint32_t I = 0; I < M.ruleCount(); ++I) {
    const RuleInfo &Info = M.rule(RuleId(I));
    if (!Info.Body)
      report(RuleId(I), DiagId::RuleWithoutBody) << nameOf(RuleId(I));
    if (Mode != VerifyMode::ReadyToLower)
      continue;
    for (const auto &[Key, Value] : Info.Attributes)
      report(RuleId(I), DiagId::AttributeUnenforced) << Key << nameOf(RuleId(I));
  }
}

static bool hasRepeatedName(const MembersSpec &S) {
  std::set<std::string_view> Names;
  return !std::all_of(S.Named.begin(), S.Named.end(), [&](const NamedMember &N) {
    return !pollWork() || Names.insert(N.Name).second;
  });
}

/// Whether the operation itself is wrong; its operands are looked at on their own.
bool Verifier::breaksRule(ExprId E) {
  auto Irregular = [&](ExprId O) { return !Analyses.regular(O); };
  std::span<const ExprId> Ops = M.operands(E);
  switch (M.op(E)) {
  case Op::Call:
    return M.callee(E).index() >= M.ruleCount();
  case Op::And:
  case Op::Not:
  case Op::JsonString:
    return std::any_of(Ops.begin(), Ops.end(), Irregular);
  case Op::Repeat:
    return M.bounds(E).Max < M.bounds(E).Min ||
           (Mode == VerifyMode::ReadyToLower && MembersIn[E.index()]);
  case Op::Indent:
    return M.indentSpec(E).Max < M.indentSpec(E).Min;
  case Op::Members: {
    const MembersSpec &S = M.membersSpec(E);
    return S.Max < S.Min || hasRepeatedName(S) || Analyses.maybeNullable(S.Separator) ||
           std::any_of(
               S.Free.begin(), S.Free.end(),
               [&](const FreeMember &F) { return Irregular(F.Key); }) ||
           std::any_of(
               S.Named.begin(), S.Named.end(),
               [](const NamedMember &N) {
                 return findInvalidUtf8(N.Name) != std::string_view::npos;
               });
  }
  case Op::Elements:
    return breaksRule(M.elementsSpec(E));
  default:
    return false;
  }
}

bool Verifier::breaksRule(const ElementsSpec &S) {
  bool Wrong = S.Max < S.Min || Analyses.maybeNullable(S.Separator);
  for (const RepeatBounds &C : S.Counters)
    Wrong = Wrong || C.Max < C.Min;
  for (size_t I = 0; I <= S.Prefix.size(); ++I)
    for (const ElementChoice &C : S.at(I)) {
      Wrong = Wrong || Analyses.maybeNullable(C.Value) ||
              (Mode == VerifyMode::ReadyToLower && M.op(C.Value) != Op::Call);
      for (uint32_t K : C.Counters)
        Wrong = Wrong || K >= S.Counters.size();
    }
  return Wrong;
}

void Verifier::markExprs() {
  Marked.resize(M.exprCount());
  MembersIn.resize(M.exprCount());
  for (uint32_t I = 0; I < M.exprCount(); ++I) {
    ExprId E(I);
    unsigned Members = M.op(E) == Op::Members || M.op(E) == Op::Elements;
    bool Wrong = false;
    for (ExprId O : M.operands(E)) {
      Members = std::min(2U, Members + MembersIn[O.index()]);
      Wrong = Wrong || Marked[O.index()];
    }
    MembersIn[I] = uint8_t(Members);
    Marked[I] = breaksRule(E) || Wrong;
  }
}

void Verifier::checkMarked() {
  for (uint32_t I = 0; I < M.ruleCount(); ++I) {
    ExprId Body = M.rule(RuleId(I)).Body;
    if (!Body || Diags.errorCount() >= Diags.MaxErrors)
      continue;
    if (Mode == VerifyMode::ReadyToLower && MembersIn[Body.index()] > 1)
      report(RuleId(I), DiagId::MembersTwice) << nameOf(RuleId(I));
    if (!Marked[Body.index()])
      continue;
    std::set<ExprId> Seen{Body};
    std::vector<ExprId> Work{Body};
    while (!Work.empty()) {
      ExprId E = Work.back();
      Work.pop_back();
      if (breaksRule(E))
        explain(RuleId(I), E);
      std::span<const ExprId> Ops = M.operands(E);
      for (size_t K = Ops.size(); K-- > 0;)
        if (Marked[Ops[K].index()] && Seen.insert(Ops[K]).second)
          Work.push_back(Ops[K]);
    }
  }
}

/// What makes `E` irregular, to follow "an operand".
std::string Verifier::whyIrregular(ExprId E) {
  while (true) {
    switch (M.op(E)) {
    case Op::Token:
    case Op::AnyTokenExcept:
    case Op::Members:
    case Op::Elements:
    case Op::Indent:
      return "contains '" + std::string(mnemonic(M.op(E))) + "'";
    case Op::Call:
      if (M.callee(E).index() >= M.ruleCount())
        return "calls a rule that does not exist";
      return "calls the rule " + nameOf(M.callee(E)) +
             (Analyses.recursive(M.callee(E)) ? ", which is recursive" : ", which is not regular");
    default:
      break;
    }
    ExprId Next;
    for (ExprId O : M.operands(E))
      if (!Next && !Analyses.regular(O))
        Next = O;
    if (!Next)
      return "is not regular";
    E = Next;
  }
}

void Verifier::explainMembers(RuleId R, const MembersSpec &S) {
  if (S.Max < S.Min)
    report(R, DiagId::BadBounds) << mnemonic(Op::Members) << nameOf(R) << uint64_t(S.Min)
                                 << uint64_t(S.Max);
  std::set<std::string_view> Names;
  for (const NamedMember &N : S.Named) {
    if (!Names.insert(N.Name).second)
      report(R, DiagId::MembersDuplicateName) << nameOf(R) << quoted(N.Name);
    if (findInvalidUtf8(N.Name) != std::string_view::npos)
      report(R, DiagId::MembersBadName) << nameOf(R) << quoted(N.Name);
  }
  if (Analyses.maybeNullable(S.Separator))
    report(R, DiagId::MembersNullableSeparator) << nameOf(R);
  for (const FreeMember &F : S.Free)
    if (!Analyses.regular(F.Key))
      report(R, DiagId::OperandNotRegular)
          << mnemonic(Op::Members) << nameOf(R) << whyIrregular(F.Key);
}

void Verifier::explainElements(RuleId R, const ElementsSpec &S) {
  auto bounds = [&](uint32_t Min, uint32_t Max) {
    if (Max < Min)
      report(R, DiagId::BadBounds)
          << mnemonic(Op::Elements) << nameOf(R) << uint64_t(Min) << uint64_t(Max);
  };
  bounds(S.Min, S.Max);
  for (const RepeatBounds &C : S.Counters)
    bounds(C.Min, C.Max);
  if (Analyses.maybeNullable(S.Separator))
    report(R, DiagId::ElementsNullable) << nameOf(R) << "separator";
  for (size_t I = 0; I <= S.Prefix.size(); ++I)
    for (const ElementChoice &C : S.at(I)) {
      if (Analyses.maybeNullable(C.Value))
        report(R, DiagId::ElementsNullable) << nameOf(R) << "item";
      else if (Mode == VerifyMode::ReadyToLower && M.op(C.Value) != Op::Call)
        report(R, DiagId::ElementsItemFrame) << nameOf(R);
      for (uint32_t K : C.Counters)
        if (K >= S.Counters.size())
          report(R, DiagId::ElementsBadCounter)
              << nameOf(R) << uint64_t(K) << uint64_t(S.Counters.size());
    }
}

void Verifier::explain(RuleId R, ExprId E) {
  switch (M.op(E)) {
  case Op::Call:
    report(R, DiagId::CallOfMissingRule) << nameOf(R) << uint64_t(M.callee(E).index());
    return;
  case Op::Repeat:
    if (M.bounds(E).Max < M.bounds(E).Min)
      report(R, DiagId::BadBounds) << mnemonic(Op::Repeat) << nameOf(R) << uint64_t(M.bounds(E).Min)
                                   << uint64_t(M.bounds(E).Max);
    else
      report(R, DiagId::MembersUnderRepeat) << nameOf(R);
    return;
  case Op::Indent:
    report(R, DiagId::BadBounds) << mnemonic(Op::Indent) << nameOf(R)
                                 << uint64_t(M.indentSpec(E).Min) << uint64_t(M.indentSpec(E).Max);
    return;
  case Op::Members:
    explainMembers(R, M.membersSpec(E));
    return;
  case Op::Elements:
    explainElements(R, M.elementsSpec(E));
    return;
  default:
    for (ExprId O : M.operands(E))
      if (!Analyses.regular(O)) {
        report(R, DiagId::OperandNotRegular) << mnemonic(M.op(E)) << nameOf(R) << whyIrregular(O);
        return;
      }
  }
}

/// A shortest way from `R` back to itself through left calls, as text.
std::string Verifier::leftCycle(RuleId R, std::set<RuleId> &InCycle) {
  static constexpr size_t MaxShown = 8;
  std::map<RuleId, RuleId> From;
  std::vector<RuleId> Queue{R};
  for (size_t I = 0; I < Queue.size() && !From.count(R); ++I)
    for (RuleId Callee : Analyses.leftCallees(Queue[I]))
      if (From.emplace(Callee, Queue[I]).second)
        Queue.push_back(Callee);
  std::vector<RuleId> Way{R};
  for (RuleId At = From.at(R); At != R; At = From.at(At))
    Way.push_back(At);
  Way.push_back(R);
  std::reverse(Way.begin(), Way.end());
  InCycle.insert(Way.begin(), Way.end());
  std::string Out = nameOf(R);
  for (size_t I = 1; I + 1 < Way.size() && I < MaxShown; ++I)
    Out += " -> " + nameOf(Way[I]);
  return Out + (Way.size() > MaxShown + 1 ? " -> … -> " : " -> ") + nameOf(R);
}

void Verifier::checkLeftRecursion() {
  static constexpr unsigned MaxCycles = 100;
  std::set<RuleId> InCycle;
  unsigned Cycles = 0;
  for (uint32_t I = 0; I < M.ruleCount() && Cycles < MaxCycles; ++I) {
    RuleId R(I);
    if (!Analyses.leftRecursive(R) || InCycle.count(R))
      continue;
    ++Cycles;
    std::string Way = leftCycle(R, InCycle);
    report(R, DiagId::LeftRecursion) << nameOf(R) << Way;
  }
}

void Verifier::checkNormalised() {
  for (uint32_t I = 0; I < M.ruleCount(); ++I) {
    RuleId R(I);
    if (!Analyses.reachable(R))
      report(R, DiagId::RuleUnreachable) << nameOf(R);
    else if (R != M.start() && Analyses.productive(R) == Answer::No)
      report(R, DiagId::RuleUnproductive) << nameOf(R);
  }
}

} // namespace

bool verify(const Module &M, VerifyMode Mode, DiagnosticEngine &Diags, AnalysisManager *Analyses,
            const VerifyLimits &Limits) {
  unsigned Before = Diags.errorCount();
  if (M.ruleCount() > Limits.MaxRules)
    Diags.report({}, DiagId::ModuleTooLarge) << "rules" << uint64_t(Limits.MaxRules);
  if (M.exprCount() > Limits.MaxExprs)
    Diags.report({}, DiagId::ModuleTooLarge) << "expressions" << uint64_t(Limits.MaxExprs);
  if (Diags.errorCount() != Before)
    return false;
  AnalysisManager Own(M);
  Verifier V(M, Mode, Diags, Analyses ? *Analyses : Own);
  V.checkRules();
  V.markExprs();
  V.checkMarked();
  if (Diags.errorCount() != Before)
    return false;
  if (Mode != VerifyMode::AfterFrontend)
    V.checkLeftRecursion();
  if (Mode == VerifyMode::Normalised)
    V.checkNormalised();
  return Diags.errorCount() == Before;
}

} // namespace weir::ir
