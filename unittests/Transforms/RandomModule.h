//===- RandomModule.h - Small modules at random -----------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Modules of a few rules over a tiny alphabet, in which everything that passes are
// afraid of is common: recursion of every kind, parts that may be empty, parts
// without a text, repetition of both, equal parts side by side. The same seed gives
// the same module on every machine.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_TRANSFORMS_RANDOMMODULE_H
#define WEIR_UNITTESTS_TRANSFORMS_RANDOMMODULE_H

#include "weir/IR/Module.h"

namespace weir {

struct RandomShape {
  unsigned Rules = 4;        ///< context-free rules, the first is the start
  unsigned RegularRules = 2; ///< rules that regular operands may call
  unsigned Depth = 3;        ///< of expressions
  bool Calls = true;
  bool Booleans = true;  ///< and, not, json_string
  bool Registers = true; ///< members, elements, indent
  bool Tokens = true;
  bool Attributes = true; ///< shared and nest rules
};

ir::Module randomModule(uint64_t Seed, const RandomShape &Shape = {});

} // namespace weir

#endif // WEIR_UNITTESTS_TRANSFORMS_RANDOMMODULE_H
