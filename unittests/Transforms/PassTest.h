//===- PassTest.h - Running a pass and comparing with the oracle -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_TRANSFORMS_PASSTEST_H
#define WEIR_UNITTESTS_TRANSFORMS_PASSTEST_H

#include "weir/IR/Text.h"
#include "weir/IR/Verifier.h"
#include "weir/Oracle/Equivalence.h"
#include "weir/Transforms/PassManager.h"

#include <gtest/gtest.h>

namespace weir {

class PassTest : public ::testing::Test {
protected:
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};

  ir::Module parse(std::string Text) {
    std::optional<ir::Module> M = ir::parseModule(Sources.add("test.wir", std::move(Text)), Diags);
    EXPECT_TRUE(M.has_value()) << printText(Diags);
    return M ? std::move(*M) : ir::Module();
  }

  /// Runs a pipeline with every check on.
  PassManagerResult run(ir::Module &M, std::string Passes) {
    std::optional<Pipeline> P = parsePipeline(Sources.add("<passes>", std::move(Passes)), Diags);
    EXPECT_TRUE(P.has_value()) << printText(Diags);
    if (!P)
      return {};
    PassManagerOptions Options;
    Options.VerifyEach = true;
    return runPipeline(*P, M, Diags, Options);
  }

  /// Both languages agree up to a length. Returns whether the oracle could tell.
  static bool expectEqual(const ir::Module &Before, const ir::Module &After, uint32_t Length,
                          const std::string &What, uint32_t MaxPairs = 1500) {
    oracle::CompareOptions O;
    O.MaxLength = Length;
    O.MaxPairs = MaxPairs;
    O.Recognizers.MaxSearch = 2000;
    O.Recognizers.MaxWork = 1U << 20;
    oracle::Comparison C = oracle::compare(Before, After, O);
    EXPECT_NE(C.Equal, oracle::Answer::No)
        << What << ": " << oracle::toString(C.Witness) << (C.OnlyViable ? " (a prefix)" : "")
        << (C.InFirst ? " is lost\n" : " is new\n") << "before:\n"
        << printModule(Before) << "after:\n"
        << printModule(After);
    return C.Equal == oracle::Answer::Yes;
  }
};

} // namespace weir

#endif // WEIR_UNITTESTS_TRANSFORMS_PASSTEST_H
