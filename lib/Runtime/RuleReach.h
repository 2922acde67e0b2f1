//===- RuleReach.h - Which rules stand how deep ---------------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_RULEREACH_H
#define WEIR_LIB_RUNTIME_RULEREACH_H

#include "weir/Runtime/Grammar.h"
#include "weir/Support/FunctionRef.h"

#include <optional>
#include <vector>

namespace weir {

/// A rule, and a depth of nesting at which its frames may stand.
struct ReachedRule {
  uint32_t Rule, Depth;
};

struct RuleReach {
  std::vector<ReachedRule> Rules; ///< each once, the fewest calls from the start first
  bool Cut = false;               ///< there are deeper ones
};

/// What the start rule calls, and what that calls, with nesting up to `MaxDepth`. Nothing when the
/// compilation under way is cancelled (WorkMeter.h), or when `Stop`, which may be null, says so.
std::optional<RuleReach> reachRules(const Grammar &G, uint32_t MaxDepth,
                                    const FunctionRef<bool()> *Stop = nullptr);

} // namespace weir

#endif // WEIR_LIB_RUNTIME_RULEREACH_H
