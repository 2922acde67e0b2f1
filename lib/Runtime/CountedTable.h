//===- CountedTable.h - One table for all bounds of a counter ---*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A leaf rule with one counter that is only compared with one most and one least count
// ("string of 3 to 36 characters") has the same automaton whatever the bounds are. So its
// states are walked once, for no bounds at all (LeafWalk::count), and a table entry for a
// count and bounds is put together from rows:
//
//   base(room) = Row & tokens of at most `room` characters,  and single tokens as they ask
//
// Its content is interned with the bounds left out: strings with bounds are one terminal
// of the library.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_COUNTEDTABLE_H
#define WEIR_LIB_RUNTIME_COUNTEDTABLE_H

#include "LeafWalk.h"

#include <memory>

namespace weir {

struct TableEntry;

/// The bounds of a rule's counter.
struct CountedRule {
  uint32_t Most = NoIndex; ///< NoIndex: any
  uint32_t Least = 0;

  /// False when rule `R` is no rule with one such counter.
  static bool find(const Grammar &G, uint32_t R, CountedRule &Out);
};

struct CountedTable {
  bool Usable = false;   ///< otherwise each count is walked on its own
  bool FromZero = false; ///< holds for a count of 0 only
  bool HasRow = false;
  RowVector Row;
  std::vector<CountedToken> Tokens;
  std::shared_ptr<const ExitTrie> Exits;
  uint32_t MaxRoom = 0; ///< more room than this is alike
  uint32_t MaxSeen = 0; ///< so is a need above this, or none

  CountedTable() = default;
  /// Takes over what the walk found.
  CountedTable(LeafWalk &Walk, bool Ok, ExitTrie &&TheExits, uint32_t MaxTokenChars);

  bool covers(uint32_t Count) const { return Usable && (!FromZero || Count == 0); }
  std::shared_ptr<const TableEntry> entry(uint32_t Count, const CountedRule &Rule,
                                          const TokenFacts &Facts, size_t RowWords) const;
  size_t memoryBytes() const;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_COUNTEDTABLE_H
