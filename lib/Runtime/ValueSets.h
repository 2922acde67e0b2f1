//===- ValueSets.h - Which items an array may still get -------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The item operations of RegisterOps.def over one array's register block. Whether the
// array can be finished depends on how many items there are and on the counters
// alone, and is one bit of a table made when the grammar was:
//
//   bit = row of the position + sum of stride * min(count, cap)
//
//   rows   0 … Saturation       positions with more room below Max than is ever needed
//          … + 1 + Room         by what is left to Max: Room, …, 1, 0
//
// Where a choice has finitely many values, these are sets with counters of their own,
// whose upper bound is the set's size: with unique items, no value comes twice.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_VALUESETS_H
#define WEIR_LIB_RUNTIME_VALUESETS_H

#include "weir/Runtime/Grammar.h"

#include <string_view>

namespace weir {

class ValueSets {
public:
  /// `Regs` are the frame's registers; null means all zero.
  ValueSets(const GrammarView &G, const ElementsRec &E, const uint32_t *Regs)
      : G(G), E(E), Regs(Regs) {}

  /// An item of this choice may come now, and the array be finished after it.
  bool choiceLive(uint32_t Choice) const;
  bool moreItems() const;
  bool complete() const;
  /// Counts an item of `Choice` in `Out`, of the value set `Set` or NoIndex. False when
  /// the array cannot be finished after it.
  bool take(uint32_t Choice, uint32_t Set, uint32_t *Out) const;
  /// The value's place among those that are listed, or NoIndex.
  uint32_t placeOf(std::string_view Form) const;
  uint32_t listed() const { return (E.ValuesEnd - E.ValuesBegin) / 3; }
  std::string_view formAt(uint32_t Place) const {
    const uint32_t *V = G.Words.data() + E.ValuesBegin + 3 * Place;
    return G.Text.substr(V[0], V[1]);
  }
  /// The counter of the set that has it.
  uint32_t setAt(uint32_t Place) const { return G.Words[E.ValuesBegin + 3 * Place + 2]; }
  /// Does it matter of which set a value is? Not where all items are of one.
  bool hasSets() const {
    return listed() != 0 && G.ItemCounters[E.CountersBegin + setAt(0)].Cap > 0;
  }
  /// The sets, as bits, of whose values the next item must be none if it is of `Choice`, since the
  /// array could not be finished after it.
  uint32_t blockedSets(uint32_t Choice) const;

private:
  uint32_t reg(uint32_t I) const { return Regs ? Regs[E.Base + I] : 0; }
  uint32_t counters() const { return E.CountersEnd - E.CountersBegin; }
  bool liveAfter(uint32_t Adds) const;
  bool standsAt(uint32_t Choice, uint32_t Position) const;

  const GrammarView &G;
  const ElementsRec &E;
  const uint32_t *Regs;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_VALUESETS_H
