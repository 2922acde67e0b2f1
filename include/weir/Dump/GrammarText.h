//===- GrammarText.h - Compiled grammars for people to read -----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The network as text, rule by rule. States are numbered within their rule; a state
// of another rule is written @rule.sN.
//
//   rule @list nest registers=1
//     s0 start:
//       "[" -> s1
//     s1:
//       [0-9] -> call @number.s2, return s2
//       "]" -> s3
//     s2:
//       on return {r0 count-below 4}
//       "," -> s4 {r0 at-least 1}
//     s3: accepts
//
// Programs of register operations stand in braces; an entry with alternatives has one
// line each.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_DUMP_GRAMMARTEXT_H
#define WEIR_DUMP_GRAMMARTEXT_H

#include "weir/Runtime/Grammar.h"
#include "weir/Support/ByteSetText.h"

#include <string>

namespace weir {

/// The whole network. Stable: the same grammar gives the same text.
std::string printAutomata(const Grammar &G);

/// The whole network as a Graphviz digraph, a cluster a rule.
std::string printDot(const Grammar &G);

/// Rules, states, rows and bytes, one a line.
std::string printSummary(const Grammar &G);

} // namespace weir

#endif // WEIR_DUMP_GRAMMARTEXT_H
