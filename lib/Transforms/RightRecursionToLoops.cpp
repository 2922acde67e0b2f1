//===- RightRecursionToLoops.cpp - Rules that call themselves last --------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A rule whose only calls of itself stand last is a loop:
//
//   @r = alt(seq(a, call @r), b)    becomes    seq(repeat<0,*>(a), b)
//
// A loop can be counted, merged with its neighbours and inlined. Rules with
// attributes and `nest` rules keep their frames; a rule that also calls itself
// elsewhere keeps its recursion.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include <algorithm>
#include <unordered_map>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class RightRecursionToLoops final : public Pass {
public:
  std::string_view name() const override { return "right-recursion-to-loops"; }
  bool run(Module &M, PassContext &Ctx) override;
};

/// The texts before a last call of the rule, and the texts without one.
struct Ends {
  ExprId BeforeCall, Other;
};
} // namespace

/// The operands of E whose end is E's end.
static std::vector<ExprId> lastOperands(const Module &M, ExprId E) {
  std::span<const ExprId> Ops = M.operands(E);
  if (M.op(E) == Op::Alt || (M.op(E) == Op::Repeat && M.bounds(E).Max == 1))
    return {Ops.begin(), Ops.end()};
  if (M.op(E) == Op::Seq)
    return {Ops.back()};
  return {};
}

static Ends endsOf(Module &M, ExprId Body, ExprId Self) {
  std::vector<ExprId> Parts{Body};
  for (size_t I = 0; I < Parts.size(); ++I)
    for (ExprId O : lastOperands(M, Parts[I]))
      if (std::find(Parts.begin(), Parts.end(), O) == Parts.end())
        Parts.push_back(O);
  std::sort(Parts.begin(), Parts.end());
  std::unordered_map<ExprId, Ends> Known;
  for (ExprId E : Parts) {
    std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
    Ends R{M.never(), E};
    if (E == Self) {
      R = {M.empty(), M.never()};
    } else if (M.op(E) == Op::Alt) {
      std::vector<ExprId> Before, Other;
      for (ExprId O : Ops) {
        Before.push_back(Known[O].BeforeCall);
        Other.push_back(Known[O].Other);
      }
      R = {makeAlt(M, Before), makeAlt(M, Other)};
    } else if (M.op(E) == Op::Repeat && M.bounds(E).Max == 1) {
      R = {Known[Ops[0]].BeforeCall, makeRepeat(M, Known[Ops[0]].Other, 0, 1)};
    } else if (M.op(E) == Op::Seq) {
      Ends Last = Known[Ops.back()];
      Ops.back() = Last.BeforeCall;
      R.BeforeCall = makeSeq(M, Ops);
      Ops.back() = Last.Other;
      R.Other = makeSeq(M, Ops);
    }
    Known[E] = R;
  }
  return Known[Body];
}

bool RightRecursionToLoops::run(Module &M, PassContext &Ctx) {
  bool Changed = false;
  const std::vector<bool> Recursive = Ctx.analyses().callGraph().Recursive;
  for (uint32_t I = 0; I < Recursive.size(); ++I) {
    RuleInfo &Info = M.rule(RuleId(I));
    if (!Recursive[I] || Info.Nest || !Info.Attributes.empty())
      continue;
    std::vector<ExprId> Parts = reachable(M, Info.Body);
    if (!Ctx.spend(Parts.size()))
      return Changed;
    ExprId Self = M.call(RuleId(I));
    if (Parts.size() > 4096 || !std::binary_search(Parts.begin(), Parts.end(), Self))
      continue;
    Ends E = endsOf(M, Info.Body, Self);
    if (E.BeforeCall == M.never())
      continue;
    auto recurs = [&](ExprId Part) {
      std::vector<ExprId> Below = reachable(M, Part);
      return std::binary_search(Below.begin(), Below.end(), Self);
    };
    if (recurs(E.BeforeCall) || recurs(E.Other))
      continue;
    Info.Body = makeSeq(M, {makeRepeat(M, E.BeforeCall, 0, Unbounded), E.Other});
    Ctx.count("rules made loops");
    Changed = true;
  }
  return Changed;
}

std::unique_ptr<Pass> createRightRecursionToLoopsPass() {
  return std::make_unique<RightRecursionToLoops>();
}

} // namespace weir
