//===- EliminateEpsilon.cpp - No rule but the start has the empty text ----===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A rule that may be empty is split: `@r.nonempty` holds the rest of its texts, and
// every call of @r becomes an option of that. @r itself stays an option of it, for
// the start and for dead-rules.
//
// Rules whose emptiness depends on the nesting depth, and rules with attributes,
// stay as they are; so do rules called by the operands of `and`, `not` and
// `json_string`, where nothing is gained.
//
//===----------------------------------------------------------------------===//
#include "NonEmpty.h"

#include <tuple>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class EliminateEpsilon final : public Pass {
public:
  std::string_view name() const override { return "eliminate-epsilon"; }
  bool run(Module &M, PassContext &Ctx) override;
};
} // namespace

bool EliminateEpsilon::run(Module &M, PassContext &Ctx) {
  NonEmpty Split(M, Ctx);
  uint32_t Before = M.ruleCount();
  std::vector<bool> InOperands = regularContextRules(M);
  std::vector<RuleId> Part(Before); // none: not split
  std::vector<RuleId> Made;
  for (uint32_t I = 0; I < Before; ++I) {
    RuleId R(I);
    if (!M.rule(R).Body || Ctx.analyses().nullable(R) != Answer::Yes || !Split.possible(R) ||
        InOperands[I] || M.rule(R).Body == M.empty() || !Ctx.spend())
      continue;
    Part[I] = Split.ruleOf(R);
    if (Part[I].index() >= Before)
      Made.push_back(R);
  }
  if (Ctx.isOverBudget())
    return false;
  Split.finish();
  Ctx.count("rules split", Made.size());
  // The bodies of `nonempty` rules are made; calls in them are options as well.
  bool Changed = rewriteBodies(M, Ctx, [&](ExprId E, ExprId Original) {
    if (M.op(E) == Op::And || M.op(E) == Op::Not || M.op(E) == Op::JsonString)
      return Original;
    if (M.op(E) == Op::Members)
      return withOriginalKeys(M, E, Original);
    if (M.op(E) == Op::Call && M.callee(E).index() < Before && Part[M.callee(E).index()])
      return M.optional(M.call(Part[M.callee(E).index()]));
    return E;
  });
  std::vector<std::tuple<RuleId, ExprId, OriginSet>> Sites;
  for (const auto &[Site, Set] : M.allCallOrigins()) {
    RuleId Callee = M.callee(Site.second);
    if (Callee.index() < Before && Part[Callee.index()])
      Sites.emplace_back(Site.first, M.call(Part[Callee.index()]), Set);
  }
  for (auto &[In, Call, Set] : Sites)
    M.addCallOrigin(In, Call, Set);
  for (RuleId R : Made) {
    M.rule(R).Body = M.optional(M.call(Part[R.index()]));
    M.rule(R).Nest = false; // the part has the frame that counts
  }
  return Changed || !Made.empty();
}

std::unique_ptr<Pass> createEliminateEpsilonPass() { return std::make_unique<EliminateEpsilon>(); }

} // namespace weir
