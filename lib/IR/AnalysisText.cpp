//===- AnalysisText.cpp - Analyses as text --------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For people, and for comparing what a pass says it preserves with what is so. The
// numbers of components are not printed: they are one of several right numberings.
//
//===----------------------------------------------------------------------===//
#include "weir/IR/Analyses.h"

#include "weir/IR/Text.h"
#include "weir/Support/ByteSetText.h"

namespace weir::ir {

std::string_view analysisName(AnalysisKind K) {
  switch (K) {
#define ANALYSIS(Name, Text, Summary)                                                              \
  case AnalysisKind::Name:                                                                         \
    return Text;
#include "weir/IR/Analyses.def"
  }
  return {};
}

static std::string text(Answer A) {
  return A == Answer::Yes ? "yes" : A == Answer::No ? "no" : "unknown";
}

static void listRules(std::string &Out, const Module &M, const std::vector<RuleId> &Rules) {
  for (RuleId R : Rules)
    Out += " " + printRuleName(M.rule(R).Name);
}

static std::string factOf(const Module &M, AnalysisManager &A, AnalysisKind K, RuleId R) {
  std::string Out;
  switch (K) {
  case AnalysisKind::CallGraph:
    Out = A.reachable(R) ? "reachable" : "not reachable";
    Out += A.recursive(R) ? ", recursive" : "";
    Out += ", calls";
    listRules(Out, M, A.callees(R));
    break;
  case AnalysisKind::Nullable:
    Out = text(A.nullable(R));
    break;
  case AnalysisKind::Productive:
    Out = text(A.productive(R));
    break;
  case AnalysisKind::Regular:
    Out = A.regular(R) ? "yes" : "no";
    break;
  case AnalysisKind::First: {
    FirstSet Set = A.first(R);
    Out = printByteSet(Set.Bytes) + (Set.Symbols ? ", symbols" : "");
    break;
  }
  case AnalysisKind::Follow: {
    FollowSet Set = A.follow(R);
    Out = printByteSet(Set.Bytes) + (Set.Symbols ? ", symbols" : "") + (Set.End ? ", the end" : "");
    break;
  }
  case AnalysisKind::LeftCalls:
    Out = A.leftRecursive(R) ? "left-recursive, calls" : "calls";
    listRules(Out, M, A.leftCallees(R));
    break;
  }
  return Out;
}

std::string printAnalysis(const Module &M, AnalysisManager &Analyses, AnalysisKind K) {
  std::string Out;
  for (uint32_t I = 0; I < M.ruleCount(); ++I)
    Out += printRuleName(M.rule(RuleId(I)).Name) + ": " + factOf(M, Analyses, K, RuleId(I)) + "\n";
  return Out;
}

} // namespace weir::ir
