//===- DiagnosticsTest.cpp - What lowering refuses, and by which name -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Lower/LexicalCache.h"
#include "weir/Lower/Lowering.h"

#include "gtest/gtest.h"

using namespace weir;
using ir::ExprId;
using ir::Module;
using ir::RuleId;

namespace {

class LowerDiagnostics : public testing::Test {
protected:
  Module M;
  LowerOptions Options;

  ExprId letters() { return M.cls(CodePointSet::range('a', 'b')); }
  void start(ExprId Body) {
    RuleId R = M.addRule("start");
    M.rule(R).Body = Body;
    M.setStart(R);
  }
  /// The names of what was reported; empty when there is a grammar.
  std::string names() {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    auto G = lower(M, Options, Diags);
    EXPECT_EQ(G == nullptr, Diags.hasErrors());
    std::string Out;
    for (const Diagnostic &D : Diags.diagnostics())
      Out += (Out.empty() ? "" : " ") + std::string(diagName(D.Id));
    return Out;
  }
};

TEST_F(LowerDiagnostics, StateBudget) {
  start(M.lit(std::string(1000, 'x')));
  EXPECT_EQ(names(), "");
  Options.MaxStates = 500;
  EXPECT_EQ(names(), "state-budget");
}

TEST_F(LowerDiagnostics, StepsOfTheSubsetConstruction) {
  // The twenty-first letter from the end is an a: two million states, each of many.
  std::vector<ExprId> Parts{M.star(letters()), M.lit("a")};
  for (unsigned I = 0; I < 20; ++I)
    Parts.push_back(letters());
  start(M.seq(Parts));
  uint64_t Steps = 0;
  Options.Steps = &Steps;
  EXPECT_EQ(names(), "state-budget");
  EXPECT_LT(Steps, 30'000'000U);
}

/// Branches of a union that end alike, and iterations that others cover, are no reason for
/// many states. Four million steps are given to what is not reduced; of the bound, the rest is for
/// what is.
TEST_F(LowerDiagnostics, StepsOfWhatIsReduced) {
  uint64_t Steps = 0;
  Options.Steps = &Steps;
  std::vector<ExprId> Branches;
  for (uint32_t I = 0; I < 24; ++I)
    Branches.push_back(
        M.seq({M.lit("a"), M.repeat(letters(), I, I), M.lit("c"), M.star(letters())}));
  start(M.seq({M.star(letters()), M.alt(Branches)}));
  EXPECT_EQ(names(), "");
  EXPECT_LT(Steps, 5'000'000U);
  M.rule(M.start()).Body =
      M.seq({M.repeat(M.seq({M.repeat(M.lit("a"), 0, 50), M.repeat(M.lit("b"), 0, 50)}), 0, 50),
             M.lit("c")});
  EXPECT_EQ(names(), "");
  EXPECT_LT(Steps, 5'000'000U);
}

TEST_F(LowerDiagnostics, ProductBudget) {
  // The tenth letter from the end is an a: 1,024 states.
  ExprId E = M.seq({M.star(letters()), M.lit("a"), M.repeat(letters(), 9, 9)});
  start(M.conj({E, M.neg(M.lit("b"))}));
  EXPECT_EQ(names(), "");
  Options.MaxProduct = 500;
  EXPECT_EQ(names(), "product-budget");
}

TEST_F(LowerDiagnostics, NotRegular) {
  start(M.conj({M.token({7, ""}), M.lit("b")}));
  EXPECT_EQ(names(), "not-regular");
}

TEST_F(LowerDiagnostics, RecursionInARegularOperand) {
  RuleId R = M.addRule("r");
  M.rule(R).Body = M.optional(M.seq({M.lit("("), M.call(R), M.lit(")")}));
  start(M.neg(M.call(R)));
  EXPECT_EQ(names(), "not-regular");
}

TEST_F(LowerDiagnostics, LeftRecursion) {
  RuleId A = M.addRule("a"), B = M.addRule("b");
  M.rule(A).Body = M.alt({M.seq({M.call(B), M.lit("x")}), M.lit("y")});
  M.rule(B).Body = M.seq({M.optional(M.lit("z")), M.call(A)});
  start(M.call(A));
  EXPECT_EQ(names(), "left-recursion");
}

TEST_F(LowerDiagnostics, ExpressionDepth) {
  ExprId E = M.lit("x");
  for (int I = 0; I < 3000; ++I)
    E = I % 2 ? M.seq({M.lit("("), E}) : M.alt({M.lit("y"), E});
  start(E);
  EXPECT_EQ(names(), "expression-depth");
}

TEST_F(LowerDiagnostics, RegisterBudget) {
  std::vector<ExprId> Parts;
  for (char C = 'A'; C < 'A' + 50; ++C)
    Parts.push_back(M.repeat(M.lit(std::string(1, C)), 2, 1000));
  start(M.seq(Parts));
  EXPECT_EQ(names(), "register-budget");
}

TEST_F(LowerDiagnostics, RepeatAmbiguous) {
  start(M.seq({M.star(M.lit("a")), M.repeat(M.lit("a"), 2, 5000), M.lit("b")}));
  EXPECT_EQ(names(), "");
  Options.MaxUnrolled = 1000;
  EXPECT_EQ(names(), "repeat-ambiguous");
}

TEST_F(LowerDiagnostics, NoText) {
  RuleId R = M.addRule("endless");
  M.rule(R).Body = M.seq({M.lit("a"), M.call(R)});
  start(M.call(R));
  EXPECT_EQ(names(), "no-text");
}

TEST_F(LowerDiagnostics, NoTextOfAnAllowedLength) {
  start(M.conj({M.star(M.lit("aaa")), M.repeat(M.cls(CodePointSet::all()), 4, 5)}));
  EXPECT_EQ(names(), "no-text");
}

TEST_F(LowerDiagnostics, FinitelyManyNamesOfWhichSomeMustOccur) {
  ir::MembersSpec Spec;
  Spec.Separator = M.lit(",");
  Spec.Free.push_back({M.seq({letters(), letters()}), M.lit(":1"), 1});
  // Another entry may take them all.
  Spec.Free.push_back({M.plus(letters()), M.lit(":2")});
  start(M.members(Spec));
  EXPECT_EQ(names(), "liveness-unproved");
  // A warning, and a grammar without what must occur.
  Options.Lenient = true;
  EXPECT_EQ(names(), "liveness-unproved");
}

TEST_F(LowerDiagnostics, LengthsThatRepeatLate) {
  std::vector<ExprId> Parts;
  const uint32_t Primes[] = {97, 89, 83, 79};
  for (uint32_t I = 0; I < 4; ++I)
    Parts.push_back(M.star(M.repeat(M.lit(std::string(1, char('a' + I))), Primes[I], Primes[I])));
  start(M.seq({M.lit("<"),
               M.conj({M.alt(Parts), M.repeat(M.cls(CodePointSet::all()), 10, 1'000'000)}),
               M.lit(">")}));
  EXPECT_EQ(names(), "liveness-unproved");
  LexicalCache Cache;
  Options.Lexical = &Cache;
  // What is left out is said each time, and never found by who does not want it left out.
  Options.Lenient = true;
  EXPECT_EQ(names(), "liveness-unproved");
  EXPECT_EQ(names(), "liveness-unproved");
  Options.Lenient = false;
  EXPECT_EQ(names(), "liveness-unproved");
}

// An item's values are asked for before it is known that its rule, which comes later, has any.
TEST_F(LowerDiagnostics, UniqueItemsOfARuleThatComesLater) {
  const RuleId Item = M.addRule("item"), Value = M.addRule("value");
  ir::ElementsSpec Items;
  Items.Separator = M.lit(",");
  Items.Unique = true;
  Items.Rest.push_back({M.call(Item), {}});
  start(M.seq({M.lit("["), M.elements(Items), M.lit("]")}));
  ir::MembersSpec Spec;
  Spec.Separator = M.lit(",");
  Spec.Free.push_back({M.star(letters()), M.seq({M.lit(":"), M.call(Value)})});
  M.rule(Item).Body = M.seq({M.lit("{"), M.members(Spec), M.lit("}")});
  M.rule(Value).Body = M.lit("1");
  EXPECT_EQ(names(), "");
}

TEST_F(LowerDiagnostics, UniqueItemsOfPartsThatAreShared) {
  // Forty levels, each of which has the one below twice: 2^40 values, one of 2^40 bytes, or
  // strings behind 2^40 ways.
  constexpr unsigned Levels = 40;
  auto items = [&](auto &&Leaf, auto &&Level) {
    M = ir::Module();
    RuleId Below = M.addRule("leaf");
    M.rule(Below).Body = Leaf();
    for (unsigned I = 0; I < Levels; ++I) {
      const RuleId R = M.addRule("level." + std::to_string(I));
      M.rule(R).Body = Level(M.call(Below));
      Below = R;
    }
    ir::ElementsSpec Spec;
    Spec.Separator = M.lit(",");
    Spec.Unique = true;
    Spec.Max = 3;
    Spec.Rest.push_back({M.call(Below), {}});
    start(M.elements(std::move(Spec)));
  };
  auto either = [&](ExprId E) {
    return M.alt({M.seq({M.lit("["), E, M.lit("]")}), M.seq({M.lit("[["), E, M.lit("]]")})});
  };
  auto null = [&] { return M.lit("null"); };
  items(null, either);
  EXPECT_EQ(names(), "liveness-unproved");
  items(null, [&](ExprId E) { return M.seq({M.lit("["), E, M.lit(","), E, M.lit("]")}); });
  EXPECT_EQ(names(), "liveness-unproved");
  items([&] { return M.jsonString(M.anyText(), ir::Escapes::Canonical); }, either);
  EXPECT_EQ(names(), "");
}

TEST_F(LowerDiagnostics, EmptyAtSomeDepthsOnly) {
  RuleId R = M.addRule("indent");
  M.rule(R).Body = M.indent({2, 2, 0, false});
  start(M.seq({M.lit("x"), M.call(R)}));
  EXPECT_EQ(names(), "nullable-guard");
}

TEST_F(LowerDiagnostics, TwoEndsWithDifferentGuards) {
  RuleId R = M.addRule("nested");
  M.rule(R).Nest = true;
  M.rule(R).Body =
      M.seq({M.lit("x"), M.alt({M.indent({1, 2, 0, false}), M.indent({2, 3, 1, false})})});
  start(M.call(R));
  EXPECT_EQ(names(), "liveness-unproved");
}

TEST_F(LowerDiagnostics, TwoObjectsInOneRule) {
  ir::MembersSpec Spec;
  Spec.Separator = M.lit(",");
  Spec.Named = {{"a", true, M.lit(":1")}};
  ExprId E = M.members(Spec);
  start(M.seq({E, M.lit(";"), E}));
  EXPECT_EQ(names(), "members-place");
}

} // namespace
