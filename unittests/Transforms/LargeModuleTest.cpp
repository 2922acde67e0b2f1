//===- LargeModuleTest.cpp - Passes over modules of many rules -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What passes may spend, and what they keep, does not grow with the square of a module.
//
//===----------------------------------------------------------------------===//
#include "PassTest.h"

namespace weir {
namespace {

class LargeModuleTest : public PassTest {
protected:
  PassManagerResult runWithin(ir::Module &M, std::string Passes, uint64_t Steps) {
    std::optional<Pipeline> P = parsePipeline(Sources.add("<passes>", std::move(Passes)), Diags);
    PassManagerOptions Options;
    Options.StepBudget = Steps;
    return runPipeline(*P, M, Diags, Options);
  }
};

TEST_F(LargeModuleTest, AChainOfRulesIsPutIntoOneWithFewPlaces) {
  constexpr uint32_t Rules = 2000;
  std::string Text = "start @r0\n";
  for (uint32_t I = 0; I < Rules; ++I)
    Text +=
        "rule @r" + std::to_string(I) + " = seq(lit \"a\", call @r" + std::to_string(I + 1) + ")\n";
  ir::Module M = parse(Text + "rule @r" + std::to_string(Rules) + " = lit \"b\"\n");
  for (uint32_t I = 0; I < M.ruleCount(); ++I)
    M.rule(ir::RuleId(I)).Origins.add({{}, "/" + std::to_string(I)});
  ASSERT_TRUE(runWithin(M, "fixpoint(inline,canonicalise,fold-literals),dead-rules", 2'000'000).Ok)
      << printText(Diags);
  ASSERT_EQ(M.ruleCount(), 1U);
  std::string All(Rules, 'a');
  All.push_back('b');
  EXPECT_EQ(M.literal(M.rule(M.start()).Body), All);
  EXPECT_EQ(M.rule(M.start()).Origins.items().size(), 16U);
}

TEST_F(LargeModuleTest, LiteralsJoinedAtEveryDepthAreCharged) {
  // Each level of nesting makes a literal longer by one byte.
  std::string Text = "start @s\nrule @s = ";
  constexpr unsigned Depth = 20'000;
  for (unsigned I = 0; I < Depth; ++I)
    Text += "seq(lit \"a\", ";
  Text += "lit \"b\"" + std::string(Depth, ')') + "\n";
  ir::Module M = parse(Text);
  EXPECT_FALSE(runWithin(M, "fold-literals", 10'000'000).Ok);
  ASSERT_TRUE(Diags.hasErrors());
  EXPECT_EQ(Diags.diagnostics()[0].Id, DiagId::PassBudget);
  // Sequences within sequences first made one need no more than they are long.
  EXPECT_TRUE(runWithin(M, "canonicalise,fold-literals", 10'000'000).Ok);
}

} // namespace
} // namespace weir
