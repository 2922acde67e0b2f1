//===- RemoveUnproductive.cpp - Cut branches that no text can finish ------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What surely denotes no text becomes `never`, and `never` is carried up: out of
// alternatives, through sequences. Rules without a text get the body `never`, and
// calls of them are replaced; the rules themselves stay for dead-rules.
//
// In `members`, free members without a key or a tail go. Named members stay even
// when their tail has no text: their names are still no free keys.
//
// Choices of `elements` without a text go too.
//
// What may or may not be empty (`and`, `not`, counts of free members) is left as it
// is: whoever lowers it decides, and unknown emptiness is never taken for either.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include <algorithm>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class RemoveUnproductive final : public Pass {
public:
  std::string_view name() const override { return "remove-unproductive"; }
  bool run(Module &M, PassContext &Ctx) override;
};
} // namespace

bool RemoveUnproductive::run(Module &M, PassContext &Ctx) {
  AnalysisManager &A = Ctx.analyses();
  if (!Ctx.spend(M.exprCount()))
    return false;
  auto maySimplify = [&](ExprId E) {
    if (E == M.never())
      return false;
    std::span<const ExprId> Ops = M.operands(E);
    return A.productive(E) == Answer::No ||
           std::find(Ops.begin(), Ops.end(), M.never()) != Ops.end();
  };
  if (!anyLive(M, maySimplify))
    return false;
  return rewriteBodies(M, Ctx, [&](ExprId E, ExprId Original) {
    if (E != M.never() && A.productive(Original) == Answer::No) {
      Ctx.count("expressions without a text");
      return M.never();
    }
    std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
    bool Any = std::find(Ops.begin(), Ops.end(), M.never()) != Ops.end();
    switch (M.op(E)) {
    case Op::Alt:
      return Any ? makeAlt(M, Ops) : E;
    case Op::Repeat:
      return Any ? makeRepeat(M, Ops[0], M.bounds(E).Min, M.bounds(E).Max) : E;
    case Op::Members: {
      MembersSpec Spec = M.membersSpec(E);
      bool Impossible = false;
      size_t Gone = std::erase_if(Spec.Free, [&](const FreeMember &F) {
        bool Never = F.Key == M.never() || F.Tail == M.never();
        Impossible = Impossible || (Never && F.Min > 0);
        return Never;
      });
      if (Impossible)
        return M.never();
      Ctx.count("free members without a text", Gone);
      return Gone ? M.members(Spec) : E;
    }
    case Op::Elements: {
      ElementsSpec Spec = M.elementsSpec(E);
      auto prune = [&](std::vector<ElementChoice> &Choices) {
        return std::erase_if(Choices, [&](const ElementChoice &C) { return C.Value == M.never(); });
      };
      size_t Gone = prune(Spec.Rest);
      for (std::vector<ElementChoice> &Position : Spec.Prefix)
        Gone += prune(Position);
      Ctx.count("items without a text", Gone);
      return Gone ? M.elements(std::move(Spec)) : E;
    }
    default:
      return E;
    }
  });
}

std::unique_ptr<Pass> createRemoveUnproductivePass() {
  return std::make_unique<RemoveUnproductive>();
}

} // namespace weir
