//===- OutlineRegular.cpp - Give repeated regular parts a frame to share --===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A regular expression of at least `min` expressions (as a tree) that stands in two
// places or more becomes a shared rule: tables are kept by frame, so the text of a
// string value is one entry however many properties have it. Where a rule is
// nothing but such an expression it is marked `shared` and used for the others.
//
// The largest such expressions are taken; nothing below one is looked at, so no
// operand of `and`, `not` or `json_string` is cut up.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class OutlineRegular final : public Pass {
public:
  std::string_view name() const override { return "outline-regular"; }
  std::vector<PassOption> options() override {
    return {{"min", MinSize, 2, 100000, "smallest expression that gets a rule"}};
  }
  bool run(Module &M, PassContext &Ctx) override;

private:
  bool isWorthwhile(PassContext &Ctx, ExprId E) {
    return Sizes[E.index()] >= MinSize && Ctx.analyses().regular(E);
  }
  uint64_t MinSize = 6;
  std::vector<uint32_t> Uses; ///< by expression: operand slots and bodies that hold it
  std::vector<uint64_t> Sizes;
};
} // namespace

bool OutlineRegular::run(Module &M, PassContext &Ctx) {
  uint32_t Count = M.exprCount();
  if (!Ctx.spend(Count))
    return false;
  Sizes.assign(Count, 1);
  for (uint32_t I = 0; I < Count; ++I)
    for (ExprId O : M.operands(ExprId(I)))
      Sizes[I] = std::min<uint64_t>(Sizes[I] + Sizes[O.index()], 1U << 30);

  // From the bodies down, to the first worthwhile expression on each path.
  std::vector<bool> InOperands = regularContextRules(M);
  Uses.assign(Count, 0);
  std::map<ExprId, RuleId> Candidates; // and the rule that first holds it
  std::map<ExprId, RuleId> Whole;      // bodies
  std::vector<bool> Seen(Count);
  uint32_t Before = M.ruleCount();
  for (uint32_t I = 0; I < Before; ++I) {
    RuleId R(I);
    const RuleInfo &Info = M.rule(R);
    if (!Info.Body || InOperands[I])
      continue;
    std::vector<ExprId> Todo{Info.Body};
    if (isWorthwhile(Ctx, Info.Body) && !Info.Nest && Info.Attributes.empty())
      Whole.try_emplace(Info.Body, R);
    while (!Todo.empty()) {
      ExprId E = Todo.back();
      Todo.pop_back();
      bool First = ++Uses[E.index()] == 1;
      if (isWorthwhile(Ctx, E)) {
        Candidates.try_emplace(E, R);
        continue;
      }
      if (!First)
        continue;
      const MembersSpec *Spec = M.op(E) == Op::Members ? &M.membersSpec(E) : nullptr;
      for (ExprId O : M.operands(E))
        Todo.push_back(O);
      if (Spec) // keys are told from named ones, not called
        for (const FreeMember &F : Spec->Free)
          Todo.erase(std::find(Todo.begin(), Todo.end(), F.Key));
    }
  }
  std::map<ExprId, RuleId> Rules;
  bool Changed = false;
  for (auto [E, In] : Candidates) {
    if (Uses[E.index()] < 2)
      continue;
    auto It = Whole.find(E);
    RuleId R = It != Whole.end() ? It->second : addPartRule(M, In, "regular", E);
    Changed |= !M.rule(R).Shared;
    M.rule(R).Shared = true;
    Rules.emplace(E, R);
    Ctx.count("regular parts shared");
  }
  if (Rules.empty())
    return false;
  Rewriter Rewrite(M, Ctx);
  for (uint32_t I = 0; I < Before; ++I) {
    RuleId R(I);
    if (!M.rule(R).Body || InOperands[I] ||
        (Rules.count(M.rule(R).Body) && Rules[M.rule(R).Body] == R))
      continue;
    ExprId Old = M.rule(R).Body;
    ExprId New = Rewrite.rewrite(Old, [&](ExprId E, ExprId Original) {
      if (auto It = Rules.find(Original); It != Rules.end())
        return M.call(It->second);
      if (M.op(E) == Op::And || M.op(E) == Op::Not || M.op(E) == Op::JsonString)
        return Original;
      return M.op(E) == Op::Members ? withOriginalKeys(M, E, Original) : E;
    });
    if (Ctx.isOverBudget())
      return Changed;
    Changed |= New != Old;
    M.rule(R).Body = New;
    if (New != Old)
      for (ExprId P : reachable(M, Old))
        if (auto It = Rules.find(P); It != Rules.end()) {
          M.rule(It->second).Origins.add(M.rule(R).Origins);
          copyCallOrigins(M, R, It->second, P);
        }
  }
  return Changed;
}

std::unique_ptr<Pass> createOutlineRegularPass() { return std::make_unique<OutlineRegular>(); }

} // namespace weir
