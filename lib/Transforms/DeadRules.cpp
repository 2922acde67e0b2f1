//===- DeadRules.cpp - Delete rules the start rule does not reach ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reachability over calls in bodies. A module without a start rule is left alone.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include <algorithm>

namespace weir {
using namespace ir;

namespace {
class DeadRules final : public Pass {
public:
  std::string_view name() const override { return "dead-rules"; }
  bool run(Module &M, PassContext &Ctx) override;
};
} // namespace

bool DeadRules::run(Module &M, PassContext &Ctx) {
  if (!M.start() || !Ctx.spend(M.ruleCount()))
    return false;
  const std::vector<bool> Keep = Ctx.analyses().callGraph().Reachable;
  size_t Dead = size_t(std::count(Keep.begin(), Keep.end(), false));
  if (Dead == 0 || !Ctx.spend(M.exprCount()))
    return false;
  Ctx.count("rules deleted", Dead);
  // No analysis is preserved: the rules that stay have other numbers.
  M.keepRules(Keep);
  return true;
}

std::unique_ptr<Pass> createDeadRulesPass() { return std::make_unique<DeadRules>(); }

} // namespace weir
