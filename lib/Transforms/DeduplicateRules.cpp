//===- DeduplicateRules.cpp - One rule for equal rules --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rules with equal flags and attributes are one rule when their bodies are equal, or
// are once other rules are one:
//
//   @a = seq("(", call @b, ")")     @c = seq("(", call @d, ")")     equal when b = d is,
//   @b = alt("x", call @a)          @d = alt("x", call @c)          which is when a = c is
//
// Two searches take turns until neither finds any:
//
//   equal bodies   Equal bodies are equal ids. Merging callees makes callers equal.
//   equal cycles   Partition refinement (Moore 1956) of the recursive rules. Those whose
//                  bodies differ at most in the recursive rules they call begin as one
//                  class. A class is divided while its calls lead to different classes.
//                  What stays together are the same equations, and languages are their
//                  least solution, so it has the same texts.
//
// Refining all rules at once would find both, but divides chains of calls one link a
// round. For the same reason it gives up after MaxRounds: equal rules then stay apart,
// which is no error.
//
// Of equal rules the start rule stays, else the first. It takes over the origins of the
// others and all their calls. They stay, without callers, for dead-rules.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include "weir/Support/WordIndex.h"

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

/// One run of the pass. Each search says whether it merged anything; over budget it did not,
/// and the module is whole.
class Merger {
public:
  Merger(Module &M, PassContext &Ctx);
  bool mergeEqualBodies();
  bool mergeEqualCycles();

private:
  /// A number for each rule; rules of one number are equal. NoClass: not looked at.
  using Partition = std::vector<uint32_t>;
  static constexpr uint32_t NoClass = 0xffffffffU;
  static constexpr unsigned MaxRounds = 32;

  ExprId bodyOf(uint32_t Rule) const { return M.rule(RuleId(Rule)).Body; }
  bool merge(const Partition &ClassOf);
  void mergeOrigins(const std::vector<RuleId> &Into);

  Module &M;
  PassContext &Ctx;
  Partition KindOf;         ///< by flags and attributes
  std::vector<bool> Merged; ///< have no callers any more
};
} // namespace

Merger::Merger(Module &M, PassContext &Ctx)
    : M(M), Ctx(Ctx), KindOf(M.ruleCount()), Merged(M.ruleCount()) {
  std::map<std::tuple<bool, bool, std::map<std::string, std::string>>, uint32_t> Kinds;
  for (uint32_t I = 0; I < KindOf.size(); ++I) {
    const RuleInfo &Info = M.rule(RuleId(I));
    KindOf[I] = Kinds.try_emplace({Info.Nest, Info.Shared, Info.Attributes}, uint32_t(Kinds.size()))
                    .first->second;
  }
}

bool Merger::mergeEqualBodies() {
  if (!Ctx.spend(M.ruleCount()))
    return false;
  WordIndex Classes;
  Partition ClassOf(M.ruleCount(), NoClass);
  for (uint32_t I = 0; I < ClassOf.size(); ++I)
    if (bodyOf(I) && !Merged[I])
      ClassOf[I] = Classes.intern({KindOf[I], bodyOf(I).index()});
  return merge(ClassOf);
}

bool Merger::mergeEqualCycles() {
  std::vector<bool> InCycle = Ctx.analyses().callGraph().Recursive;
  std::vector<uint32_t> Rules;
  for (uint32_t I = 0; I < InCycle.size(); ++I) {
    InCycle[I] = InCycle[I] && bodyOf(I) && !Merged[I];
    if (InCycle[I])
      Rules.push_back(I);
  }
  if (Rules.size() < 2)
    return false;
  auto callsCycle = [&](ExprId E) { return M.op(E) == Op::Call && InCycle[M.callee(E).index()]; };

  // The skeleton of an expression calls one rule wherever it calls a cycle, so expressions
  // that are alike but for such calls have one. Live has operands before their users.
  std::vector<ExprId> Live, Skeleton(M.exprCount());
  Rewriter Skeletons(M, Ctx);
  for (uint32_t I : Rules)
    Skeletons.rewrite(bodyOf(I), [&](ExprId Rebuilt, ExprId E) {
      Live.push_back(E);
      return Skeleton[E.index()] = callsCycle(E) ? M.call(RuleId(Rules[0])) : Rebuilt;
    });
  if (Ctx.isOverBudget())
    return false;

  WordIndex Exprs, Classes;
  Partition ClassOf(M.ruleCount(), NoClass);
  for (uint32_t I : Rules)
    ClassOf[I] = Classes.intern({KindOf[I], Skeleton[bodyOf(I).index()].index()});
  std::vector<uint32_t> ClassOfExpr(Skeleton.size()), Words;
  for (unsigned Round = 0; Round < MaxRounds; ++Round) {
    const uint32_t Count = Classes.size();
    if (Count == Rules.size() || !Ctx.spend(Live.size()))
      return false;
    Exprs.clear();
    for (ExprId E : Live) {
      Words.assign(1, Skeleton[E.index()].index());
      if (callsCycle(E))
        Words.push_back(ClassOf[M.callee(E).index()]);
      for (ExprId O : M.operands(E))
        Words.push_back(ClassOfExpr[O.index()]);
      ClassOfExpr[E.index()] = Exprs.intern(Words);
    }
    Classes.clear();
    for (uint32_t I : Rules)
      ClassOf[I] = Classes.intern({ClassOf[I], ClassOfExpr[bodyOf(I).index()]});
    if (Classes.size() == Count)
      return merge(ClassOf);
  }
  return false;
}

/// Leads all calls of the rules of a class to one of them. Returns whether there were any.
bool Merger::merge(const Partition &ClassOf) {
  std::vector<RuleId> Kept(M.ruleCount()); // by class
  std::vector<RuleId> Into(M.ruleCount());
  bool Any = false;
  auto enter = [&](RuleId R) {
    const uint32_t Class = ClassOf[R.index()];
    if (Class == NoClass || Kept[Class] == R)
      return;
    if (!Kept[Class]) {
      Kept[Class] = R;
      return;
    }
    Into[R.index()] = Kept[Class];
    Any = Merged[R.index()] = true;
  };
  if (M.start())
    enter(M.start());
  for (uint32_t I = 0; I < Into.size(); ++I)
    enter(RuleId(I));
  bool Redirected = Any && rewriteBodies(M, Ctx, [&](ExprId E, ExprId) {
                      if (M.op(E) != Op::Call)
                        return E;
                      RuleId To = Into[M.callee(E).index()];
                      return To ? M.call(To) : E;
                    });
  if (!Redirected)
    return false;
  Ctx.analyses().invalidate();
  mergeOrigins(Into);
  return true;
}

/// After the calls were redirected.
void Merger::mergeOrigins(const std::vector<RuleId> &Into) {
  std::vector<std::tuple<RuleId, ExprId, OriginSet>> Sites;
  for (const auto &[Site, Set] : M.allCallOrigins())
    if (RuleId To = Into[M.callee(Site.second).index()])
      Sites.emplace_back(Site.first, M.call(To), Set);
  for (auto &[In, Call, Set] : Sites)
    M.addCallOrigin(In, Call, Set);
  for (uint32_t I = 0; I < Into.size(); ++I) {
    if (!Into[I])
      continue;
    assert(bodyOf(I) == M.rule(Into[I]).Body && "equal rules call the same rules by now");
    M.rule(Into[I]).Origins.add(M.rule(RuleId(I)).Origins);
    copyCallOrigins(M, RuleId(I), Into[I], bodyOf(I));
    Ctx.count("rules merged");
  }
}

bool DeduplicateRules::run(Module &M, PassContext &Ctx) {
  Merger Rules(M, Ctx);
  bool Changed = false;
  while (Rules.mergeEqualBodies() || Rules.mergeEqualCycles())
    Changed = true;
  return Changed;
}

std::unique_ptr<Pass> createDeduplicateRulesPass() { return std::make_unique<DeduplicateRules>(); }

} // namespace weir
