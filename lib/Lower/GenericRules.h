//===- GenericRules.h - Rules that no specification changes --------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Any JSON value, any array and any object call each other and stand in nearly every
// schema. They are the first rules of a network, so nothing in them depends on what else
// the module has: once made and laid out, the tables are begun with a copy.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_LOWER_GENERICRULES_H
#define WEIR_LIB_LOWER_GENERICRULES_H

#include "Layout.h"

#include <span>
#include <vector>

namespace weir::lowering {

/// A group as it was made. The rules of `Shared` are fixed.
struct GenericRules {
  SharedTables Shared;
  Layout Laid;
  /// Rules of free keys, by the number that the key has in the group's words.
  struct FreeKey {
    uint32_t Number;
    ir::Escapes Esc;
    uint32_t Rule;
  };
  std::vector<FreeKey> FreeKeys;
  uint32_t StatesUsed = 0;           ///< of the budget
  uint64_t CharSteps = 0, Steps = 0; ///< as they count

  size_t bytes() const;
};

/// Of the rules `Reached`: those marked as shared that call each other in circles, with
/// what they call, in the order of their names; none when they call rules that are not
/// shared or have something of a specification's.
std::vector<ir::RuleId> findGenericRules(const ir::Module &M, std::span<const ir::RuleId> Reached);

} // namespace weir::lowering

#endif // WEIR_LIB_LOWER_GENERICRULES_H
