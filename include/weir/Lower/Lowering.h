//===- Lowering.h - From grammar IR to the runtime's tables -----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every rule becomes a minimal automaton over bytes, calls and token symbols;
// the automata of a module are a recursive transition network, which is laid out
// flat for the runtime (weir/Runtime/GrammarLayout.h). Nothing here knows a vocabulary.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LOWER_LOWERING_H
#define WEIR_LOWER_LOWERING_H

#include "weir/Diag/Diagnostics.h"
#include "weir/IR/Module.h"
#include "weir/Runtime/Grammar.h"

#include <memory>

namespace weir {

class LexicalCache;

/// Budgets count the same on every machine.
struct LowerOptions {
  /// Automaton states before minimisation, over the whole module.
  uint32_t MaxStates = 2'000'000;
  /// States that unrolling one counted repetition may cost, when counters cannot
  /// count it.
  uint32_t MaxUnrolled = 50'000;
  /// States of one product or complement of regular operands.
  uint32_t MaxProduct = 100'000;
  /// What cannot be kept is left out with a warning, so that there are more texts: that elements
  /// are different, and then their counts, where they cannot be proved to be completed; bounds of
  /// repetitions, regular operands and the names of free members that take too many states.
  bool Lenient = false;
  /// Where automata of lexical rules are kept from one compilation to the next; none
  /// when null. The grammar does not depend on it. Not owned.
  LexicalCache *Lexical = nullptr;
  /// Gets the work that automata took, counted in states, edges and words looked at:
  /// the same on every machine. For tests of how it grows. Not owned.
  uint64_t *Steps = nullptr;
};

/// Null after errors (all reported). The module must be left-recursion free.
std::shared_ptr<const Grammar> lower(const ir::Module &M, const LowerOptions &Options,
                                     DiagnosticEngine &Diags);

} // namespace weir

#endif // WEIR_LOWER_LOWERING_H
