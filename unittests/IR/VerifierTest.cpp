//===- VerifierTest.cpp - What must hold of a module ----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What text cannot say; the rest is in test/IR.
//
//===----------------------------------------------------------------------===//
#include "weir/IR/Verifier.h"

#include <gtest/gtest.h>

using namespace weir;
using namespace weir::ir;

namespace {

struct VerifierTest : testing::Test {
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  Module M;

  std::string firstName() {
    return Diags.diagnostics().empty() ? "" : std::string(diagName(Diags.diagnostics()[0].Id));
  }
  void start(ExprId Body) {
    M.setStart(M.addRule("s"));
    M.rule(M.start()).Body = Body;
  }
};

TEST_F(VerifierTest, ACallOfARuleThatIsNotThere) {
  start(M.alt({M.lit("a"), M.call(RuleId(7))}));
  EXPECT_FALSE(verify(M, VerifyMode::AfterFrontend, Diags));
  EXPECT_EQ(firstName(), "call-of-missing-rule");
}

TEST_F(VerifierTest, BoundsOutOfOrder) {
  start(M.indent({3, 2, 0, false}));
  EXPECT_FALSE(verify(M, VerifyMode::AfterFrontend, Diags));
  EXPECT_EQ(firstName(), "bad-bounds");
  Diags.clear();
  MembersSpec S;
  S.Separator = M.lit(",");
  S.Min = 3;
  S.Max = 2;
  M.rule(M.start()).Body = M.members(S);
  EXPECT_FALSE(verify(M, VerifyMode::AfterFrontend, Diags));
  EXPECT_EQ(firstName(), "bad-bounds");
}

TEST_F(VerifierTest, Budgets) {
  start(M.lit("a"));
  M.rule(M.addRule("t")).Body = M.lit("b");
  VerifyLimits Limits;
  Limits.MaxRules = 1;
  EXPECT_FALSE(verify(M, VerifyMode::AfterFrontend, Diags, nullptr, Limits));
  EXPECT_EQ(firstName(), "module-too-large");
  Limits = {};
  Limits.MaxExprs = 2;
  EXPECT_FALSE(verify(M, VerifyMode::AfterFrontend, Diags, nullptr, Limits));
  EXPECT_TRUE(verify(M, VerifyMode::AfterFrontend, Diags));
}

TEST_F(VerifierTest, ReportsStandAtTheRulesPlaceAndPointer) {
  FileId File = Sources.add("s.json", "{\"a\": 1}");
  start(M.lit("a"));
  RuleId R = M.addRule("r");
  M.rule(R).Origins.add({{File, 6, 7}, "/a"});
  EXPECT_FALSE(verify(M, VerifyMode::AfterFrontend, Diags));
  ASSERT_EQ(firstName(), "rule-without-body");
  EXPECT_EQ(Diags.diagnostics()[0].Range, (SourceRange{File, 6, 7}));
  EXPECT_EQ(Diags.diagnostics()[0].Pointer, "/a");
}

TEST_F(VerifierTest, ExpressionsOfNoRuleDoNotCount) {
  start(M.lit("a"));
  (void)M.neg(M.token({1, ""}));
  EXPECT_TRUE(verify(M, VerifyMode::ReadyToLower, Diags)) << printText(Diags);
}

TEST_F(VerifierTest, SharedFaultsAreNamedOnceARule) {
  ExprId Bad = M.neg(M.token({1, ""}));
  start(M.seq({Bad, M.alt({Bad, M.lit("x")}), M.star(Bad)}));
  M.rule(M.addRule("t")).Body = Bad;
  EXPECT_FALSE(verify(M, VerifyMode::AfterFrontend, Diags));
  EXPECT_EQ(Diags.errorCount(), 2U);
}

TEST_F(VerifierTest, ALongCycleIsCutInItsMessage) {
  std::vector<RuleId> Rules;
  for (unsigned I = 0; I < 50; ++I)
    Rules.push_back(M.addRule("r" + std::to_string(I)));
  for (unsigned I = 0; I < 50; ++I)
    M.rule(Rules[I]).Body = M.alt({M.call(Rules[(I + 1) % 50]), M.lit("x")});
  M.setStart(Rules[0]);
  EXPECT_FALSE(verify(M, VerifyMode::Normalised, Diags));
  EXPECT_EQ(Diags.errorCount(), 1U);
  EXPECT_NE(Diags.diagnostics()[0].Message.find("@r0 -> @r1 -> @r2"), std::string::npos);
  EXPECT_NE(Diags.diagnostics()[0].Message.find("-> … -> @r0"), std::string::npos);
}

} // namespace
