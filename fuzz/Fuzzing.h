//===- Fuzzing.h - What the fuzzers share -----------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A fuzzer of a language goes the whole way: the frontend's module is verified,
// optimised and lowered under small budgets, and a matcher walks some tokens:
//
//   text -> module -> passes -> grammar -> mask, accept, mask, accept, …
//              |                             |
//              +----------> oracle ----------+   some bits of each mask
//
// Which tokens are taken is drawn from the input's own hash, so an input means one
// run. Budgets are so small that an input that takes a second is a finding.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_FUZZ_FUZZING_H
#define WEIR_FUZZ_FUZZING_H

#include "weir/Driver/Compiler.h"
#include "weir/Oracle/Recognizer.h"
#include "weir/Runtime/Matcher.h"

#include <cstdio>
#include <cstdlib>
#include <random>

namespace weir::fuzz {

/// Ends the program, which is how a fuzzer finds something.
inline void require(bool Condition, const char *What) {
  if (Condition)
    return;
  std::fprintf(stderr, "does not hold: %s\n", What);
  std::abort();
}

/// The 256 bytes, tokens of several bytes that overlap and cross what grammars take for
/// lexemes, texts with two ids, characters cut in half, special and added tokens, a gap
/// and two stop tokens; 320 ids.
VocabularyRef smallVocabulary();

/// The tokens that have names, for the oracle.
oracle::TokenNames tokenNames(const Vocabulary &V);

/// Pseudo-random numbers that follow from the input and from nothing else.
std::mt19937 randomOf(const uint8_t *Data, size_t Size);

/// Takes `M` through the pipeline of a level, with verification after every pass, and
/// through lowering, and walks what comes out. `Random` draws the level.
void compileAndWalk(const ir::Module &M, SourceManager &Sources, std::mt19937 Random);

/// Every way to ask for the tokens that may come next must give what the row says, at
/// every step of a walk, and no row may be empty.
void walk(Matcher &M, unsigned Steps, std::mt19937 &Random);

/// Prints the diagnostics both ways and checks that their places are in their texts.
void checkDiagnostics(const DiagnosticEngine &Diags);

} // namespace weir::fuzz

#endif // WEIR_FUZZ_FUZZING_H
