//===- EquivalenceTest.cpp - Every pass keeps the language ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "PassTest.h"
#include "RandomModule.h"

#include <cstdlib>

namespace weir {
namespace {

class EquivalenceTest : public PassTest {
protected:
  /// Runs Passes on random modules; most must be told equal, the rest not different.
  void check(const std::string &Passes, unsigned Count, const RandomShape &Shape,
             uint64_t FirstSeed = 0, ir::VerifyMode After = ir::VerifyMode::AfterFrontend) {
    if (const char *Times = std::getenv("WEIR_TEST_TIMES")) // for long runs
      Count *= unsigned(std::atoi(Times));
    unsigned Equal = 0, Refused = 0, Changed = 0;
    for (uint64_t Seed = FirstSeed; Seed < FirstSeed + Count; ++Seed) {
      ir::Module Before = randomModule(Seed, Shape);
      Diags.clear();
      ASSERT_TRUE(verify(Before, ir::VerifyMode::AfterFrontend, Diags))
          << "seed " << Seed << '\n'
          << printText(Diags) << printModule(Before);
      ir::Module M = Before;
      PassManagerResult R = run(M, Passes);
      std::string What = Passes + ", seed " + std::to_string(Seed);
      if (!R.Ok) {
        ASSERT_EQ(Diags.diagnostics().back().Id, DiagId::LeftRecursionKept)
            << What << '\n'
            << printText(Diags) << printModule(Before) << "after:\n"
            << printModule(M);
        ++Refused;
        continue;
      }
      ASSERT_TRUE(verify(M, After, Diags)) << What << '\n'
                                           << printText(Diags) << printModule(Before) << "after:\n"
                                           << printModule(M);
      Changed += R.Changed;
      Equal += expectEqual(Before, M, 5, What);
      if (HasFailure())
        return;
    }
    EXPECT_GE(Equal, Count * 6 / 10) << Passes;
    EXPECT_LE(Refused, Count / 5) << Passes;
    EXPECT_GE(Changed, 1U) << Passes << " finds next to nothing to do";
  }
};

TEST_F(EquivalenceTest, EachPassOnRandomModules) {
  for (const PassInfo &P : allPasses())
    check(std::string(P.Argument), 150, {});
}

TEST_F(EquivalenceTest, EachPassWithoutRegisters) {
  RandomShape Shape;
  Shape.Registers = Shape.Attributes = false;
  for (const PassInfo &P : allPasses())
    if (P.Argument != "outline-registers" && P.Argument != "unique-strings")
      check(std::string(P.Argument), 150, Shape, 10000);
}

TEST_F(EquivalenceTest, EachPassOnRegularModules) {
  RandomShape Shape;
  Shape.Registers = Shape.Tokens = Shape.Calls = false;
  Shape.Depth = 4;
  for (const PassInfo &P : allPasses())
    if (P.Argument != "eliminate-left-recursion" && P.Argument != "right-recursion-to-loops" &&
        P.Argument != "outline-registers" && P.Argument != "outline-regular" &&
        P.Argument != "unique-strings")
      check(std::string(P.Argument), 100, Shape, 20000);
}

TEST_F(EquivalenceTest, UniqueStringsAreKeys) {
  for (const char *Escapes : {"", "<any>", "<ascii>"})
    for (const char *Bounds : {"", "min=2, ", "max=1, ", "min=1, max=2, "}) {
      ir::Module Before = parse(std::string("start @s\nrule @s = elements<") + Bounds +
                                "unique>(separator: alt(lit \",\", lit \";\"), rest: call @i)\n" +
                                "rule @i = call @j\nrule @j = json_string" + Escapes +
                                "(alt(empty, lit \"a\", lit \"\\u{e9}\", lit \"a\\\"\"))\n");
      ir::Module M = Before;
      ASSERT_TRUE(run(M, "unique-strings").Changed);
      EXPECT_TRUE(expectEqual(Before, M, 11, std::string(Escapes) + Bounds, 6000));
    }
}

TEST_F(EquivalenceTest, LongBeginningsAreNotWrittenForEachUniqueString) {
  std::string Names = "lit \"0\"";
  for (unsigned I = 1; I < 1000; ++I)
    Names += ", lit \"" + std::to_string(I) + "\"";
  for (size_t Size : {size_t(10), size_t(100'000)}) {
    ir::Module M =
        parse("start @s\nrule @s = elements<unique>(separator: lit \",\", rest: call @i)\n"
              "rule @i = json_string(seq(lit \"" +
              std::string(Size, 'x') + "\", alt(" + Names + ")))\n");
    EXPECT_EQ(run(M, "unique-strings").Changed, Size == 10);
  }
}

TEST_F(EquivalenceTest, LevelsLeaveModulesReadyToLower) {
  for (const char *Level : {"O0", "O1", "O2", "O3"})
    check(Level, 150, {}, 30000, ir::VerifyMode::ReadyToLower);
}

TEST_F(EquivalenceTest, PassesAreIdempotentInAFixpoint) {
  // Whatever a pass makes, it settles: the manager's round limit is not reached.
  for (const PassInfo &P : allPasses())
    for (uint64_t Seed = 0; Seed < 60; ++Seed) {
      ir::Module M = randomModule(Seed + 40000, {});
      SCOPED_TRACE(std::string(P.Argument));
      Diags.clear();
      if (!run(M, "fixpoint<max=12>(" + std::string(P.Argument) + ")").Ok)
        continue;
      std::string Once = printModule(M);
      ASSERT_TRUE(run(M, std::string(P.Argument)).Ok);
      EXPECT_EQ(printModule(M), Once) << P.Argument << ", seed " << Seed;
    }
}

} // namespace
} // namespace weir
