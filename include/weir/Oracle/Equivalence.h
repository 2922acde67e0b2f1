//===- Equivalence.h - Do two modules denote the same texts? ----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the same symbols into the oracle's states of both modules, breadth first,
// one byte of each class that either state tells apart. Pairs seen before are not
// expanded again, so two small regular grammars are compared for every length.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_ORACLE_EQUIVALENCE_H
#define WEIR_ORACLE_EQUIVALENCE_H

#include "weir/Oracle/Recognizer.h"

namespace weir::oracle {

struct CompareOptions {
  uint32_t MaxLength = 8;       ///< symbols
  uint32_t MaxPairs = 1U << 16; ///< pairs of states looked at
  Limits Recognizers;
};

struct Comparison {
  /// Yes: no text up to `Length` symbols tells them apart. GaveUp: neither was
  /// a difference found, but an answer was not known or a limit was reached.
  Answer Equal = Answer::Yes;
  /// With No: a shortest text that one accepts and the other refuses, or that
  /// only one of them can complete.
  std::vector<Symbol> Witness;
  bool OnlyViable = false; ///< the witness is a prefix, not a whole text
  bool InFirst = false;    ///< the first module has it
  uint32_t Length = 0;     ///< texts up to this length were compared
  bool Complete = false;   ///< all texts of any length were
};

Comparison compare(const ir::Module &A, const ir::Module &B, const CompareOptions &O = {});

/// Up to Count texts of the module, shortest first, bytes only.
std::vector<std::string> shortestTexts(const ir::Module &M, uint32_t Count, uint32_t MaxLength,
                                       const Limits &L = {});

/// A witness for a person: bytes quoted and escaped, tokens as <[id]>.
std::string toString(std::span<const Symbol> Text);

} // namespace weir::oracle

#endif // WEIR_ORACLE_EQUIVALENCE_H
