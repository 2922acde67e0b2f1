//===- OutlineRegisters.cpp - Frames of their own for what has registers --===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A register belongs to a frame, and a frame has one of each kind. A `members` or
// `elements` that stands under a repetition, or whose rule holds another one (or
// itself twice), moves to a rule that holds nothing else; equal ones share the rule.
// The items of `elements` become calls: where an item ends is where its frame does.
//
// Nothing between the two frames counts: the new rule is not `nest`.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include <map>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class OutlineRegisters final : public Pass {
public:
  std::string_view name() const override { return "outline-registers"; }
  bool run(Module &M, PassContext &Ctx) override;

private:
  bool callItems(Module &M, PassContext &Ctx);
};
} // namespace

static bool hasRegisters(const Module &M, ExprId E) {
  return M.op(E) == Op::Members || M.op(E) == Op::Elements;
}

/// By expression: whether what has registers occurs more than once in its tree, or under
/// a repetition.
static std::vector<bool> needOutlining(const Module &M) {
  std::vector<uint8_t> Count(M.exprCount()); // occurrences in the tree, up to 2
  std::vector<bool> Repeated(M.exprCount());
  for (uint32_t I = 0; I < M.exprCount(); ++I) {
    ExprId E(I);
    unsigned N = hasRegisters(M, E);
    for (ExprId O : M.operands(E)) {
      N += Count[O.index()];
      Repeated[I] = Repeated[I] || Repeated[O.index()];
    }
    Count[I] = uint8_t(std::min(N, 2U));
    Repeated[I] = Repeated[I] || N > 1 || (M.op(E) == Op::Repeat && N > 0);
  }
  return Repeated;
}

bool OutlineRegisters::callItems(Module &M, PassContext &Ctx) {
  bool Changed = false;
  std::map<ExprId, RuleId> Made; // by value
  uint32_t Before = M.ruleCount();
  Rewriter Rewrite(M, Ctx);
  for (uint32_t I = 0; I < Before; ++I) {
    RuleId R(I);
    if (!M.rule(R).Body)
      continue;
    Rewrite.forget(); // what is moved gets the origins of this rule
    ExprId New = Rewrite.rewrite(M.rule(R).Body, [&](ExprId E, ExprId Original) {
      if (M.op(E) != Op::Elements)
        return E;
      std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
      for (size_t K = 1; K < Ops.size(); ++K) {
        if (M.op(Ops[K]) == Op::Call)
          continue;
        auto [It, Fresh] = Made.try_emplace(Ops[K], RuleId());
        if (Fresh)
          It->second = addPartRule(M, R, "item", Ops[K]);
        else
          M.rule(It->second).Origins.add(OriginSet(M.rule(R).Origins));
        copyCallOrigins(M, R, It->second, M.operands(Original)[K]);
        Ops[K] = M.call(It->second);
      }
      return M.withOperands(E, Ops);
    });
    if (Ctx.isOverBudget())
      return Changed;
    Changed |= New != M.rule(R).Body;
    M.rule(R).Body = New;
  }
  return Changed;
}

bool OutlineRegisters::run(Module &M, PassContext &Ctx) {
  bool Any = false, AnyItems = false;
  for (uint32_t I = 0; I < M.exprCount(); ++I) {
    Any = Any || hasRegisters(M, ExprId(I));
    AnyItems = AnyItems || M.op(ExprId(I)) == Op::Elements;
  }
  if (!Any || !Ctx.spend(M.exprCount()))
    return false;
  bool Changed = AnyItems && callItems(M, Ctx);
  const std::vector<bool> Needed = needOutlining(M);
  std::map<ExprId, RuleId> Outlined; // by the expression with outlined operands
  uint32_t Before = M.ruleCount();
  Rewriter Rewrite(M, Ctx);
  for (uint32_t I = 0; I < Before; ++I) {
    RuleId R(I);
    if (!M.rule(R).Body || !Needed[M.rule(R).Body.index()])
      continue;
    Rewrite.forget(); // what is moved gets the origins of this rule
    ExprId New = Rewrite.rewrite(M.rule(R).Body, [&](ExprId E, ExprId Original) {
      if (!hasRegisters(M, E))
        return E;
      auto [It, Fresh] = Outlined.try_emplace(E, RuleId());
      if (Fresh) {
        It->second = addPartRule(M, R, mnemonic(M.op(E)), E);
        Ctx.count("registers moved");
      } else {
        M.rule(It->second).Origins.add(M.rule(R).Origins);
      }
      copyCallOrigins(M, R, It->second, Original);
      return M.call(It->second);
    });
    if (Ctx.isOverBudget())
      return Changed;
    M.rule(R).Body = New;
    Changed = true;
  }
  return Changed;
}

std::unique_ptr<Pass> createOutlineRegistersPass() { return std::make_unique<OutlineRegisters>(); }

} // namespace weir
