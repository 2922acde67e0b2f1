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

/// Which rules the start reaches. As the analysis of calls says it, without finding out who recurs.
static std::vector<bool> reachedRules(const Module &M) {
  std::vector<bool> Rules(M.ruleCount());
  std::vector<uint8_t> Exprs(M.exprCount());
  std::vector<ExprId> Work;
  auto enter = [&](RuleId R) {
    if (R.index() >= M.ruleCount() || Rules[R.index()])
      return;
    Rules[R.index()] = true;
    if (ExprId Body = M.rule(R).Body; Body && !Exprs[Body.index()]) {
      Exprs[Body.index()] = true;
      Work.push_back(Body);
    }
  };
  enter(M.start());
  while (!Work.empty()) {
    const ExprId E = Work.back();
    Work.pop_back();
    if (M.op(E) == Op::Call)
      enter(M.callee(E));
    for (ExprId O : M.operands(E))
      if (!Exprs[O.index()]) {
        Exprs[O.index()] = true;
        Work.push_back(O);
      }
  }
  return Rules;
}

bool DeadRules::run(Module &M, PassContext &Ctx) {
  if (!M.start() || !Ctx.spend(M.ruleCount()))
    return false;
  const std::vector<bool> Keep = reachedRules(M);
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
