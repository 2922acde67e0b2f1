//===- AllocationTest.cpp - Running out of memory -------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The frontend promises that no exception leaves it. Here one allocation after
// another is refused, and each time an error must be reported and nothing lost.
//
//===----------------------------------------------------------------------===//
#include "GrammarTestSupport.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define WEIR_IGNORE_LEAKS __lsan::ScopedDisabler IgnoreLeaks
#endif
#endif
#ifndef WEIR_IGNORE_LEAKS
#define WEIR_IGNORE_LEAKS
#endif

using namespace weir;
using namespace weir::grammar;
using namespace weir::grammar::test;

/// Allocations of this thread until the one that fails; negative: none does.
static thread_local long Countdown = -1;

// The whole program's, since the runtime's allocations are meant. (Inlined, gcc takes
// the pairs for mismatched.)
#define WEIR_NOINLINE __attribute__((noinline))
WEIR_NOINLINE void *operator new(size_t Size) {
  if (Countdown >= 0 && Countdown-- == 0)
    throw std::bad_alloc();
  if (void *P = std::malloc(Size ? Size : 1))
    return P;
  throw std::bad_alloc();
}
WEIR_NOINLINE void *operator new(size_t Size, const std::nothrow_t &) noexcept {
  return Countdown >= 0 && Countdown-- == 0 ? nullptr : std::malloc(Size ? Size : 1);
}
WEIR_NOINLINE void operator delete(void *P) noexcept { std::free(P); }
WEIR_NOINLINE void operator delete(void *P, size_t) noexcept { std::free(P); }

TEST(GrammarMemory, RunsOutAnywhere) {
  const std::string Text = "root ::= (\"a\" | [b-y]{2,3} item)* <[7]>\nitem ::= !<x>+ .\n";
  Parsed Warm(Text); // fills the lexer's cache, which is shared
  ASSERT_TRUE(Warm.Module);
  const std::string Expected = ir::printModule(*Warm.Module);

  // ANTLR loses the node it was making when memory runs out in its list of nodes.
  WEIR_IGNORE_LEAKS;
  unsigned Failures = 0;
  for (long N = 0;; ++N) {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    FileId File = Sources.add("t.gbnf", Text);
    GrammarOptions Options;
    Countdown = N;
    std::optional<ir::Module> M = parseGrammar(Sources, File, GrammarDialect::Gbnf, Options, Diags);
    bool Failed = Countdown < 0;
    Countdown = -1;
    if (!Failed) {
      // Nothing failed any more, and what failed before left no trace.
      ASSERT_TRUE(M) << printText(Diags);
      EXPECT_EQ(ir::printModule(*M), Expected);
      break;
    }
    ++Failures;
    ASSERT_FALSE(M) << "allocation " << N;
    ASSERT_EQ(Diags.diagnostics().size(), 1U) << printText(Diags);
    EXPECT_EQ(diagName(Diags.diagnostics()[0].Id), "grammar-out-of-resources");
    EXPECT_EQ(Diags.diagnostics()[0].Message, "the grammar could not be read: memory ran out");
  }
  EXPECT_GT(Failures, 100U);
}
