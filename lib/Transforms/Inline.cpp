//===- Inline.cpp - Put the bodies of small rules in place of their calls -===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A rule is inlined when its body, as a tree, has at most `max` expressions. Callees
// come first, so what is inlined has been inlined into.
//
// Never inlined: shared rules (their frames are what tables share), `nest` rules
// (their frames are counted), rules with attributes (nothing could carry them),
// recursive rules, and rules that hold `members` or `elements` (a register belongs
// to a frame).
//
// The caller takes over the callee's origins and those of the call site.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include <unordered_map>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class Inline final : public Pass {
public:
  std::string_view name() const override { return "inline"; }
  std::vector<PassOption> options() override {
    return {{"max", MaxSize, 1, 10000, "largest body that is inlined, in expressions"}};
  }
  bool run(Module &M, PassContext &Ctx) override;

private:
  uint64_t treeSize(const Module &M, ExprId E);
  uint64_t MaxSize = 8;
  std::unordered_map<ExprId, uint64_t> Sizes;
};
} // namespace

/// Expressions of the tree, or MaxSize + 1 for more; `members` and `elements` count as too many.
uint64_t Inline::treeSize(const Module &M, ExprId Root) {
  for (ExprId E : reachable(M, Root)) {
    if (Sizes.count(E))
      continue;
    uint64_t Size = M.op(E) == Op::Members || M.op(E) == Op::Elements ? MaxSize + 1 : 1;
    for (ExprId O : M.operands(E))
      Size += Sizes[O];
    Sizes[E] = std::min(Size, MaxSize + 1);
  }
  return Sizes[Root];
}

bool Inline::run(Module &M, PassContext &Ctx) {
  Sizes.clear();
  const CallGraph Graph = Ctx.analyses().callGraph();
  std::vector<ExprId> Replacement(M.ruleCount()); // of a call; none: stays
  bool Changed = false;
  Rewriter Rewrite(M, Ctx);
  for (RuleId R : Graph.BottomUp) {
    if (!M.rule(R).Body)
      continue;
    Rewrite.forget(); // the replacements grow from rule to rule
    std::vector<RuleId> Taken;
    ExprId New = Rewrite.rewrite(M.rule(R).Body, [&](ExprId E, ExprId) {
      if (M.op(E) != Op::Call || !Replacement[M.callee(E).index()])
        return E;
      Taken.push_back(M.callee(E));
      return Replacement[M.callee(E).index()];
    });
    if (Ctx.isOverBudget())
      return Changed;
    if (New != M.rule(R).Body) {
      Changed = true;
      M.rule(R).Body = New;
      for (RuleId Callee : Taken) {
        Ctx.count("calls replaced");
        M.rule(R).Origins.add(M.rule(Callee).Origins);
        if (const OriginSet *O = M.callOrigins(R, M.call(Callee)))
          M.rule(R).Origins.add(OriginSet(*O));
        copyCallOrigins(M, Callee, R, Replacement[Callee.index()]);
      }
    }
    const RuleInfo &Info = M.rule(R);
    bool May = !Info.Shared && !Info.Nest && Info.Attributes.empty() &&
               !Graph.Recursive[R.index()] && R != M.start();
    if (May && treeSize(M, New) <= MaxSize)
      Replacement[R.index()] = New;
  }
  return Changed;
}

std::unique_ptr<Pass> createInlinePass() { return std::make_unique<Inline>(); }

} // namespace weir
