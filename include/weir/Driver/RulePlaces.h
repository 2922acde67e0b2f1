//===- RulePlaces.h - Where in the specification a rule is from -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A grammar knows the names of its rules only; the module it was lowered from knows
// where each comes from. Whoever wants to explain refusals later keeps this much of
// the module: a text for each rule.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_DRIVER_RULEPLACES_H
#define WEIR_DRIVER_RULEPLACES_H

#include "weir/Diag/Diagnostics.h"
#include "weir/IR/Module.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace weir {

/// "schema.json:3:17 /properties/a, …", four places at most; empty for none.
std::string placesText(const ir::OriginSet &Origins, const SourceManager &Sources);

class RulePlaces {
public:
  RulePlaces(const ir::Module &M, const SourceManager &Sources);

  /// Empty when it is not known.
  std::string_view of(std::string_view Rule) const;
  size_t memoryBytes() const;

private:
  std::unordered_map<std::string, std::string> Places;
};

} // namespace weir

#endif // WEIR_DRIVER_RULEPLACES_H
