//===- PassManagerTest.cpp - Pipelines of passes --------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What cannot be seen from weir-opt, whose tests are in test/Tools/weir-opt.
//
//===----------------------------------------------------------------------===//
#include "weir/Transforms/PassManager.h"

#include <gtest/gtest.h>

using namespace weir;

namespace {

/// Makes the start rule's literal one byte shorter, down to `size` bytes.
class Shorten final : public Pass {
public:
  std::string_view name() const override { return "shorten"; }
  std::vector<PassOption> options() override {
    return {{"size", Size, 1, 9, "bytes that stay"}, {"keep", Keep, 0, 1, "preserve analyses"}};
  }
  bool run(ir::Module &M, PassContext &Ctx) override {
    ir::ExprId &Body = M.rule(M.start()).Body;
    WasRegular = Ctx.analyses().isCached(ir::AnalysisKind::Regular);
    (void)Ctx.analyses().regular(M.start());
    std::string Text(M.literal(Body));
    if (Text.size() <= Size)
      return false;
    Text.pop_back();
    Body = M.lit(Text);
    if (Keep) {
      Ctx.preserve(ir::AnalysisKind::CallGraph);
      Ctx.preserve(ir::AnalysisKind::Regular);
    }
    return true;
  }
  static bool WasRegular;

private:
  uint64_t Size = 1, Keep = 0;
};
bool Shorten::WasRegular = false;

/// Makes the start rule's text optional, which keeps what it calls, and says what it keeps.
class Lies final : public Pass {
public:
  std::string_view name() const override { return "lies"; }
  std::vector<PassOption> options() override {
    return {{"kinds", Kinds, 0, 0xff, "the analyses it says it preserves, as bits"}};
  }
  bool run(ir::Module &M, PassContext &Ctx) override {
    ir::ExprId &Body = M.rule(M.start()).Body;
    Body = M.alt({M.empty(), Body});
    for (unsigned K = 0; K < 8; ++K)
      if (Kinds >> K & 1)
        Ctx.preserve(ir::AnalysisKind(K));
    return true;
  }

private:
  uint64_t Kinds = 0;
};

class ReportsAnError final : public Pass {
public:
  std::string_view name() const override { return "fails"; }
  bool run(ir::Module &, PassContext &Ctx) override {
    Ctx.diags().report({}, DiagId::PassBudget) << "x";
    return false;
  }
};

const PassInfo Table[] = {
    {"shorten", "", [] { return std::unique_ptr<Pass>(new Shorten); }},
    {"lies", "", [] { return std::unique_ptr<Pass>(new Lies); }},
    {"fails", "", [] { return std::unique_ptr<Pass>(new ReportsAnError); }},
};

struct PassManagerTest : testing::Test {
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  ir::Module M;

  PassManagerTest() {
    M.setStart(M.addRule("s"));
    M.rule(M.start()).Body = M.lit("abcde");
  }
  Pipeline parse(std::string Text) {
    std::optional<Pipeline> P = parsePipeline(Sources.add("<passes>", Text), Diags, Table);
    EXPECT_TRUE(P) << printText(Diags);
    return P ? std::move(*P) : Pipeline();
  }
  std::string_view literal() { return M.literal(M.rule(M.start()).Body); }
};

TEST_F(PassManagerTest, SaysWhetherAnythingChanged) {
  Pipeline P = parse("shorten<size=4>");
  EXPECT_TRUE(runPipeline(P, M, Diags).Changed);
  EXPECT_EQ(literal(), "abcd");
  EXPECT_FALSE(runPipeline(P, M, Diags).Changed);
}

TEST_F(PassManagerTest, AFixpointEndsWhenNothingChanges) {
  Pipeline P = parse("fixpoint(shorten<size=2>)");
  PassManagerResult R = runPipeline(P, M, Diags);
  EXPECT_TRUE(R.Ok && R.Changed);
  EXPECT_EQ(literal(), "ab");
}

TEST_F(PassManagerTest, AnErrorEndsThePipeline) {
  Pipeline P = parse("shorten,fixpoint(shorten,fails),shorten");
  PassManagerOptions Options;
  Options.Reproducer = true;
  PassManagerResult R = runPipeline(P, M, Diags, Options);
  EXPECT_FALSE(R.Ok);
  EXPECT_EQ(R.FailedPass, "fails");
  EXPECT_EQ(literal(), "abc");
  EXPECT_NE(R.Reproducer.find("weir-opt -passes='fails' %s\nstart @s\nrule @s = lit \"abc\"\n"),
            std::string::npos)
      << R.Reproducer;
}

TEST_F(PassManagerTest, TheComparerSeesBothModulesAndMayStop) {
  Pipeline P = parse("shorten<size=5>,shorten,shorten");
  std::vector<std::string> Seen;
  PassManagerOptions Options;
  Options.Compare = [&](const ir::Module &Before, const ir::Module &After, const Pass &ThePass) {
    Seen.push_back(std::string(ThePass.name()) + " " +
                   std::string(Before.literal(Before.rule(Before.start()).Body)) + " " +
                   std::string(After.literal(After.rule(After.start()).Body)));
    return Seen.size() < 2;
  };
  PassManagerResult R = runPipeline(P, M, Diags, Options);
  EXPECT_FALSE(R.Ok);
  EXPECT_EQ(Seen, (std::vector<std::string>{"shorten abcde abcd", "shorten abcd abc"}));
}

TEST_F(PassManagerTest, AnalysesLiveAsLongAsPassesPreserveThem) {
  Pipeline Lost = parse("shorten<size=4>,shorten<size=4>");
  EXPECT_TRUE(runPipeline(Lost, M, Diags).Ok);
  EXPECT_FALSE(Shorten::WasRegular);
  Pipeline Kept = parse("shorten<size=3,keep>,shorten<size=3>");
  EXPECT_TRUE(runPipeline(Kept, M, Diags).Ok);
  EXPECT_TRUE(Shorten::WasRegular);
  Pipeline Unchanged = parse("shorten<size=3>,shorten<size=3>");
  EXPECT_TRUE(runPipeline(Unchanged, M, Diags).Ok);
  EXPECT_TRUE(Shorten::WasRegular);
}

TEST_F(PassManagerTest, VerifyingFindsAnalysesThatAreNotPreserved) {
  const uint64_t Nullable = UINT64_C(1) << unsigned(ir::AnalysisKind::Nullable);
  const uint64_t First = UINT64_C(1) << unsigned(ir::AnalysisKind::First);
  PassManagerOptions Verifying;
  Verifying.VerifyEach = true;
  // The first bytes stay, and of the others nothing is said.
  Pipeline Honest = parse("lies<kinds=" + std::to_string(First) + ">");
  ir::Module Copy = M;
  EXPECT_TRUE(runPipeline(Honest, Copy, Diags, Verifying).Ok) << printText(Diags);
  Pipeline P = parse("lies<kinds=" + std::to_string(Nullable | First) + ">");
  Copy = M;
  EXPECT_TRUE(runPipeline(P, Copy, Diags).Ok) << "nothing looks";
  Copy = M;
  PassManagerResult R = runPipeline(P, Copy, Diags, Verifying);
  EXPECT_FALSE(R.Ok);
  EXPECT_EQ(R.FailedPass, "lies");
  EXPECT_EQ(printText(Diags), "error: the pass 'lies' says that it preserves the analysis "
                              "'nullable', which is not so [pass-false-report]\n");
}

TEST_F(PassManagerTest, AHookSeesTheModuleAfterEachPass) {
  std::vector<std::string> Seen;
  PassManagerOptions Options;
  Options.AfterPass = [&](const ir::Module &After, const Pass &ThePass) {
    Seen.push_back(std::string(ThePass.name()) + " " +
                   std::string(After.literal(After.rule(After.start()).Body)));
    return Seen.size() < 3;
  };
  Pipeline P = parse("shorten<size=4>,shorten<size=4>,shorten,shorten");
  EXPECT_FALSE(runPipeline(P, M, Diags, Options).Ok);
  EXPECT_EQ(Seen, (std::vector<std::string>{"shorten abcd", "shorten abcd", "shorten abc"}));
}

TEST_F(PassManagerTest, PipelinesPrintAsTheyParse) {
  for (const char *Text : {"", "dead-rules", "dead-rules,fixpoint(dead-rules,inline)",
                           "fixpoint<max=3>(fixpoint())"}) {
    std::optional<Pipeline> P = parsePipeline(Sources.add("<passes>", Text), Diags);
    ASSERT_TRUE(P) << printText(Diags);
    EXPECT_EQ(P->text(), Text);
  }
}

TEST_F(PassManagerTest, EveryPassHasItsNameAndASummary) {
  EXPECT_FALSE(allPasses().empty());
  for (const PassInfo &I : allPasses()) {
    EXPECT_EQ(I.Create()->name(), I.Argument);
    EXPECT_FALSE(I.Summary.empty()) << I.Argument;
    std::unique_ptr<Pass> P = I.Create();
    for (const PassOption &O : P->options()) {
      EXPECT_TRUE(O.Min <= O.Value && O.Value <= O.Max) << I.Argument << " " << O.Name;
      EXPECT_FALSE(O.Summary.empty()) << I.Argument << " " << O.Name;
    }
  }
}

TEST_F(PassManagerTest, EveryLevelHasAPipelineThatRuns) {
  for (unsigned Level = 0; Level <= 3; ++Level) {
    ir::Module Copy = M;
    Pipeline P = pipelineForLevel(Level);
    PassManagerOptions Options;
    Options.VerifyEach = true;
    EXPECT_TRUE(runPipeline(P, Copy, Diags, Options).Ok) << printText(Diags);
    // The text of a pipeline is a pipeline.
    std::optional<Pipeline> Again = parsePipeline(Sources.add("<passes>", P.text()), Diags);
    ASSERT_TRUE(Again) << P.text();
    EXPECT_EQ(Again->text(), P.text());
  }
}

} // namespace
