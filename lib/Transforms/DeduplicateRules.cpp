//===- DeduplicateRules.cpp - One rule for equal rules
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rules with equal bodies, flags and attributes are one rule: the first takes the
// origins of the others, and every call goes to it. Merging rules makes callers
// equal, so it is repeated until nothing merges; rules that are equal only through
// a cycle of their own are not found.
//
// The duplicates stay, without callers, for dead-rules; the start rule is never
// merged away.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include <map>
#include <tuple>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class DeduplicateRules final : public Pass {
public:
  std::string_view name() const override { return "deduplicate-rules"; }
  bool run(Module &M, PassContext &Ctx) override;
};
} // namespace

bool DeduplicateRules::run(Module &M, PassContext &Ctx) {
  bool Changed = false;
  std::vector<bool> Merged(M.ruleCount());
  while (true) {
    using Key = std::tuple<ExprId, bool, bool, std::map<std::string, std::string>>;
    std::map<Key, RuleId> First;
    std::vector<RuleId> Into(M.ruleCount());
    bool Any = false;
    for (uint32_t I = 0; I < M.ruleCount(); ++I) {
      RuleInfo &Info = M.rule(RuleId(I));
      if (!Ctx.spend())
        return Changed;
      if (!Info.Body || Merged[I])
        continue;
      auto [It, New] =
          First.try_emplace({Info.Body, Info.Nest, Info.Shared, Info.Attributes}, RuleId(I));
      if (New || RuleId(I) == M.start())
        continue;
      Into[I] = It->second;
      Any = Merged[I] = true;
    }
    if (!Any)
      return Changed;
    bool Redirected = rewriteBodies(M, Ctx, [&](ExprId E, ExprId) {
      if (M.op(E) != Op::Call)
        return E;
      RuleId To = Into[M.callee(E).index()];
      return To ? M.call(To) : E;
    });
    if (Ctx.isOverBudget())
      return Changed;
    std::vector<std::tuple<RuleId, ExprId, OriginSet>> Sites;
    for (const auto &[Site, Set] : M.allCallOrigins())
      if (RuleId To = Into[M.callee(Site.second).index()])
        Sites.emplace_back(Site.first, M.call(To), Set);
    for (auto &[In, Call, Set] : Sites)
      M.addCallOrigin(In, Call, Set);
    for (uint32_t I = 0; I < Into.size(); ++I)
      if (Into[I] && Redirected) {
        M.rule(Into[I]).Origins.add(M.rule(RuleId(I)).Origins);
        copyCallOrigins(M, RuleId(I), Into[I], M.rule(RuleId(I)).Body);
        Ctx.count("rules merged");
      }
    Changed |= Redirected;
    if (!Redirected)
      return Changed;
  }
}

std::unique_ptr<Pass> createDeduplicateRulesPass() { return std::make_unique<DeduplicateRules>(); }

} // namespace weir
