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
#include <utility>

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

/// Whether `E` may have a text if the expressions and rules of which that is said may. False
/// where that takes a closer look.
static bool mayHaveText(const Module &M, ExprId E, std::span<const uint8_t> Exprs,
                        std::span<const uint8_t> Rules) {
  const std::span<const ExprId> Ops = M.operands(E);
  auto may = [&](ExprId O) { return Exprs[O.index()] != 0; };
  switch (M.op(E)) {
  case Op::Never:
    return false;
  case Op::Alt:
    return std::any_of(Ops.begin(), Ops.end(), may);
  case Op::Repeat:
    return M.bounds(E).Min == 0 || may(Ops[0]);
  case Op::Call:
    return M.callee(E).index() < Rules.size() && Rules[M.callee(E).index()];
  case Op::Not:
    return true;
  case Op::Members: {
    const MembersSpec &S = M.membersSpec(E);
    uint64_t Required = 0;
    for (const NamedMember &N : S.Named)
      Required += N.Required;
    for (const FreeMember &F : S.Free)
      Required += F.Min;
    return std::all_of(Ops.begin(), Ops.end(), may) && Required <= S.Max && S.Min <= S.Max &&
           (!S.Free.empty() || S.Named.size() >= S.Min);
  }
  case Op::Elements: {
    const ElementsSpec &S = M.elementsSpec(E);
    return S.nullable();
  }
  default:
    return std::all_of(Ops.begin(), Ops.end(), may);
  }
}

/// Whether each expression of a body may surely have a text, and none is `never`: as a few rounds
/// over all of them tell, which find nothing in most modules. Otherwise the answers are worked out.
static bool nothingToRemove(const Module &M) {
  const std::vector<uint8_t> Live = liveExprs(M);
  std::vector<uint8_t> Exprs(M.exprCount()), Rules(M.ruleCount());
  // By expression, a rule whose body it is, and by rule the next one with that body: 1 + number.
  std::vector<uint32_t> BodyOfRule(M.exprCount()), NextOfBody(M.ruleCount());
  for (uint32_t I = 0; I < M.ruleCount(); ++I)
    if (ExprId Body = M.rule(RuleId(I)).Body)
      NextOfBody[I] = std::exchange(BodyOfRule[Body.index()], I + 1);
  constexpr unsigned MaxRounds = 4;
  for (unsigned Round = 0; Round < MaxRounds; ++Round) {
    bool All = true, Grown = false;
    for (uint32_t I = 0; I < M.exprCount(); ++I)
      if (Live[I] && !Exprs[I]) {
        Exprs[I] = mayHaveText(M, ExprId(I), Exprs, Rules);
        Grown = Grown || Exprs[I];
        All = All && Exprs[I];
        for (uint32_t R = Exprs[I] ? BodyOfRule[I] : 0; R != 0; R = NextOfBody[R - 1])
          Rules[R - 1] = true;
      }
    if (All || !Grown)
      return All;
  }
  return false;
}

bool RemoveUnproductive::run(Module &M, PassContext &Ctx) {
  AnalysisManager &A = Ctx.analyses();
  if (!Ctx.spend(M.exprCount()))
    return false;
  if (nothingToRemove(M))
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
