//===- Elements.h - What the registers of an array need to know ------ -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_LOWER_ELEMENTS_H
#define WEIR_LIB_LOWER_ELEMENTS_H

#include "ItemValues.h"

namespace weir::lowering {

/// The choices of an `elements` that have texts, by position, and from which numbers of
/// items and counts it can be finished.
class ElementsPlan {
public:
  struct Choice {
    ir::ExprId Value;
    uint32_t Adds, Sets; ///< bit sets of counters
    bool Finite;
  };

  /// False: `Problem` says why it is not known.
  bool make(ModuleBuilder &B, const ir::ElementsSpec &Spec, ItemValues &Values, ir::RuleId For);

  std::vector<Choice> Choices;
  std::vector<std::vector<uint32_t>> Positions;        ///< the prefix, then the rest
  std::vector<ir::RepeatBounds> Counters;              ///< the declared ones, then the sets
  std::vector<uint32_t> Caps, Strides;                 ///< by counter
  std::vector<std::pair<std::string, uint32_t>> Forms; ///< ascending, with the set's counter
  std::vector<uint32_t> Live;
  uint32_t Min = 0, Max = 0, FirstSet = 0, Saturation = 0, Room = 0;
  bool StartLive = false; ///< some array can be written, perhaps the empty one
  std::string Problem;

private:
  bool findSets(const ir::ElementsSpec &Spec, ItemValues &Values, ir::RuleId For);
  bool fillTable(uint64_t &Steps);
  bool bit(uint64_t I) const { return Live[I / 32] >> (I % 32) & 1; }
};

} // namespace weir::lowering

#endif // WEIR_LIB_LOWER_ELEMENTS_H
