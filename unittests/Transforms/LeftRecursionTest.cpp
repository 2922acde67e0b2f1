//===- LeftRecursionTest.cpp - Left recursion of every kind ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "PassTest.h"

namespace weir {
namespace {

class LeftRecursionTest : public PassTest {
protected:
  void eliminates(std::string Text, uint32_t Length) {
    ir::Module M = parse(std::move(Text)), Before = M;
    ASSERT_TRUE(run(M, "eliminate-left-recursion").Ok) << printText(Diags);
    ir::AnalysisManager A(M);
    for (uint32_t I = 0; I < M.ruleCount(); ++I)
      EXPECT_FALSE(A.leftRecursive(ir::RuleId(I))) << printModule(M);
    EXPECT_TRUE(expectEqual(Before, M, Length, "left recursion", 100000));
  }
  void refuses(std::string Text, std::string_view Why) {
    ir::Module M = parse(std::move(Text));
    EXPECT_FALSE(run(M, "eliminate-left-recursion").Ok);
    ASSERT_TRUE(Diags.hasErrors());
    EXPECT_EQ(Diags.diagnostics()[0].Id, DiagId::LeftRecursionKept);
    EXPECT_NE(Diags.diagnostics()[0].Message.find(Why), std::string::npos)
        << Diags.diagnostics()[0].Message;
  }
};

TEST_F(LeftRecursionTest, Direct) {
  eliminates(R"wir(start @e
rule @e = alt(seq(call @e, lit "+", call @t), call @t)
rule @t = alt(seq(call @t, lit "*", call @f), call @f)
rule @f = alt(lit "x", seq(lit "(", call @e, lit ")")))wir",
             9);
}

TEST_F(LeftRecursionTest, SeveralTailsAndUnits) {
  eliminates(R"wir(start @e
rule @e = alt(call @e, seq(call @e, lit "!"), seq(call @e, lit "[", call @e, lit "]"), lit "x"))wir",
             9);
}

TEST_F(LeftRecursionTest, Indirect) {
  eliminates(R"wir(start @a
rule @a = alt(seq(call @b, lit "x"), lit "1")
rule @b = alt(seq(call @c, lit "y"), seq(call @a, lit "z"), lit "2")
rule @c = alt(seq(call @a, lit "w"), call @b, lit "3"))wir",
             9);
}

TEST_F(LeftRecursionTest, IndirectUnitCycle) {
  eliminates(R"wir(start @a
rule @a = alt(call @b, lit "1")
rule @b = alt(call @c, seq(call @b, lit "z"))
rule @c = alt(call @a, seq(lit "(", call @b, lit ")")))wir",
             8);
}

TEST_F(LeftRecursionTest, NullableSelf) {
  eliminates(R"wir(start @s
rule @s = alt(seq(call @s, call @s), lit "a", empty))wir",
             8);
}

TEST_F(LeftRecursionTest, NullableBehindNullable) {
  eliminates(R"wir(start @s
rule @s = alt(seq(call @t, call @s, lit "x"), empty, lit "q")
rule @t = alt(seq(call @s, call @t), repeat<0,1>(lit "t")))wir",
             7);
}

TEST_F(LeftRecursionTest, HiddenBehindARule) {
  eliminates(R"wir(start @a
rule @a = alt(seq(call @b, call @a, lit "x"), lit "y")
rule @b = repeat<0,2>(lit "b"))wir",
             9);
}

TEST_F(LeftRecursionTest, HiddenBehindRecursion) {
  eliminates(R"wir(start @a
rule @a = alt(seq(call @b, call @a, lit "x"), lit "y")
rule @b = alt(empty, seq(lit "(", call @b, lit ")"), seq(call @b, lit "b")))wir",
             8);
}

TEST_F(LeftRecursionTest, UnderRepetition) {
  eliminates(R"wir(start @a
rule @a = alt(seq(repeat<2,3>(alt(call @a, lit "k")), lit "x"), lit "y"))wir",
             9);
}

TEST_F(LeftRecursionTest, UnderRepetitionOfNullable) {
  eliminates(R"wir(start @a
rule @a = alt(seq(repeat<1,*>(alt(call @a, empty, lit "k")), lit "x"), lit "y"))wir",
             7);
}

TEST_F(LeftRecursionTest, WithoutEnd) {
  eliminates(R"wir(start @s
rule @s = alt(lit "a", call @a)
rule @a = seq(call @a, lit "x"))wir",
             5);
}

TEST_F(LeftRecursionTest, ManyRules) {
  std::string Text = "start @r0\n";
  for (int I = 0; I < 12; ++I)
    Text += "rule @r" + std::to_string(I) + " = alt(seq(call @r" + std::to_string((I + 1) % 12) +
            ", lit \"" + char('a' + I) + "\"), seq(call @r" + std::to_string((I + 5) % 12) +
            ", lit \"" + char('A' + I) + "\"), lit \"" + char('0' + I % 10) + "\")\n";
  eliminates(Text, 5);
}

TEST_F(LeftRecursionTest, KeepsOtherRulesOfTheModule) {
  ir::Module M = parse("start @a\nrule @a = alt(lit \"1\", seq(lit \"(\", call @a, lit \")\"))");
  std::string Before = printModule(M);
  PassManagerResult R = run(M, "eliminate-left-recursion");
  EXPECT_TRUE(R.Ok);
  EXPECT_FALSE(R.Changed);
  EXPECT_EQ(printModule(M), Before);
}

TEST_F(LeftRecursionTest, RefusesAttributes) {
  refuses("start @a\nrule @a [capture=\"x\"] = alt(seq(call @a, lit \"b\"), lit \"c\")",
          "the attribute 'capture'");
}

TEST_F(LeftRecursionTest, RefusesFramesThatIndentCounts) {
  refuses("start @a\nrule @a [nest] = alt(seq(call @a, indent<min=2,max=2>, lit \"b\"), lit \"c\")",
          "'indent' counts");
}

TEST_F(LeftRecursionTest, RefusesEmptinessByDepth) {
  refuses("start @a\nrule @a = alt(seq(indent<min=0,max=2>, call @a, lit \"b\"), lit \"c\")",
          "depends on the nesting depth");
}

TEST_F(LeftRecursionTest, RefusesTooManyRules) {
  ir::Module M = parse("start @a\nrule @a = alt(seq(call @b, lit \"x\"), lit \"1\")\n"
                       "rule @b = alt(call @a, lit \"2\")");
  EXPECT_FALSE(run(M, "eliminate-left-recursion<max=1>").Ok);
  EXPECT_EQ(Diags.diagnostics()[0].Id, DiagId::LeftRecursionKept);
}

} // namespace
} // namespace weir
