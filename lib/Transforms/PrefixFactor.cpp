//===- PrefixFactor.cpp - Write what alternatives begin with once ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   alt(seq(a, b), seq(a, c))          seq(a, alt(b, c))
//   alt(lit "true", lit "tree")        seq(lit "tr", alt(lit "ue", lit "ee"))
//
// Alternatives are grouped by their first part (literals by their first character),
// in order of first occurrence, and each group is factored again. Literals are cut
// between characters only, so that every literal stays well-formed.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include <algorithm>
#include <map>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class PrefixFactor final : public Pass {
public:
  std::string_view name() const override { return "prefix-factor"; }
  bool run(Module &M, PassContext &Ctx) override;

private:
  using Items = std::vector<ExprId>;
  /// What tells groups apart: an expression, or a literal's first character.
  using Key = std::pair<ExprId, std::string>;
  Key keyOf(const Items &Way) const;
  ExprId factor(std::vector<Items> Ways, unsigned Depth);
  void cutLiterals(std::vector<Items> &Group);

  Module *M = nullptr;
  PassContext *Ctx = nullptr;
  /// Alternatives nested deeper than this stay as they are.
  static constexpr unsigned MaxDepth = 100;
};
} // namespace

static size_t firstCharacter(std::string_view Text) {
  size_t Size = decodeUtf8(Text, 0).Size;
  return Size ? Size : 1;
}

PrefixFactor::Key PrefixFactor::keyOf(const Items &Way) const {
  ExprId First = Way.empty() ? M->empty() : Way[0];
  if (M->op(First) != Op::Lit)
    return {First, ""};
  std::string_view Text = M->literal(First);
  return {ExprId(), std::string(Text.substr(0, firstCharacter(Text)))};
}

/// Gives all members of a group, which begin with literals of the same first
/// character, the same first literal.
void PrefixFactor::cutLiterals(std::vector<Items> &Group) {
  std::string_view First = M->literal(Group[0][0]);
  size_t Common = First.size();
  for (const Items &Way : Group) {
    std::string_view Text = M->literal(Way[0]);
    size_t N = 0; // whole characters that both have
    while (N < std::min(Common, Text.size())) {
      size_t Step = firstCharacter(First.substr(N));
      if (N + Step > Common || Text.substr(N, Step) != First.substr(N, Step))
        break;
      N += Step;
    }
    Common = N;
  }
  std::string Prefix(First.substr(0, Common));
  for (Items &Way : Group) {
    std::string Rest(M->literal(Way[0]).substr(Common));
    Way[0] = M->lit(Prefix);
    if (!Rest.empty())
      Way.insert(Way.begin() + 1, M->lit(Rest));
  }
}

ExprId PrefixFactor::factor(std::vector<Items> Ways, unsigned Depth) {
  std::vector<std::vector<Items>> Groups;
  std::map<Key, size_t> GroupOf;
  for (Items &Way : Ways) {
    auto [It, New] = GroupOf.try_emplace(keyOf(Way), Groups.size());
    if (New)
      Groups.emplace_back();
    Groups[It->second].push_back(std::move(Way));
  }
  std::vector<ExprId> Out;
  for (std::vector<Items> &Group : Groups) {
    Ctx->spend(Group.size());
    if (Group.size() == 1 || Depth > MaxDepth || Ctx->isOverBudget()) {
      for (const Items &Way : Group)
        Out.push_back(makeSeq(*M, Way));
      continue;
    }
    if (Group[0].empty()) { // `empty`, more than once
      Out.push_back(M->empty());
      continue;
    }
    if (M->op(Group[0][0]) == Op::Lit)
      cutLiterals(Group);
    ExprId Prefix = Group[0][0];
    for (Items &Way : Group)
      Way.erase(Way.begin());
    Ctx->count("prefixes shared");
    Out.push_back(makeSeq(*M, {Prefix, factor(std::move(Group), Depth + 1)}));
  }
  if (auto It = std::find(Out.begin(), Out.end(), M->empty()); It != Out.end() && Depth > 0) {
    Out.erase(It);
    return makeRepeat(*M, makeAlt(*M, Out), 0, 1);
  }
  return makeAlt(*M, Out);
}

bool PrefixFactor::run(Module &Mod, PassContext &Context) {
  M = &Mod;
  Ctx = &Context;
  // Only beside `never` is a call dropped.
  if (!anyLive(Mod, [&](ExprId E) { return E == Mod.never(); }))
    Context.preserve(AnalysisKind::CallGraph);
  return rewriteBodies(Mod, Context, [&](ExprId E, ExprId) {
    if (M->op(E) != Op::Alt)
      return E;
    std::vector<ExprId> Ops(M->operands(E).begin(), M->operands(E).end());
    std::vector<Items> Ways;
    std::map<Key, int> Firsts;
    bool Shared = false;
    for (ExprId O : Ops) {
      if (M->op(O) == Op::Seq)
        Ways.emplace_back(M->operands(O).begin(), M->operands(O).end());
      else if (O == M->empty())
        Ways.emplace_back();
      else
        Ways.push_back({O});
      std::erase(Ways.back(), M->empty());
      Shared |= ++Firsts[keyOf(Ways.back())] > 1;
    }
    return Shared ? factor(std::move(Ways), 0) : E;
  });
}

std::unique_ptr<Pass> createPrefixFactorPass() { return std::make_unique<PrefixFactor>(); }

} // namespace weir
