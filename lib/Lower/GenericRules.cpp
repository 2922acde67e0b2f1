//===- GenericRules.cpp - Rules that no specification changes --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Lexical.h"

#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <numeric>

namespace weir::lowering {

using ir::ExprId;
using ir::Op;
using ir::RuleId;

namespace {

/// Groups are small: with more shared rules that call others, there is none.
constexpr size_t MaxCallers = 64;

/// May the expression, apart from its operands, stand in a generic rule?
bool isGeneric(const ir::Module &M, ExprId E) {
  switch (M.op(E)) {
  case Op::Members:
    return M.membersSpec(E).Named.empty();
  case Op::Elements:
  case Op::Token:
    return false;
  default:
    return true;
  }
}

/// Appends the callees of a rule, ascending; false when it has what a generic rule has not.
bool collectCallees(const ir::Module &M, RuleId R, ExprNumbers &Seen, std::vector<RuleId> &Out) {
  const ptrdiff_t Begin = ptrdiff_t(Out.size());
  Seen.clear();
  Seen.add(M.rule(R).Body);
  for (size_t I = 0; I < Seen.order().size(); ++I) {
    const ExprId E = Seen.order()[I];
    if (!isGeneric(M, E))
      return false;
    if (M.op(E) == Op::Call)
      Out.push_back(M.callee(E));
    for (ExprId O : M.operands(E))
      if (!Seen.find(O))
        Seen.add(O);
  }
  std::sort(Out.begin() + Begin, Out.end());
  return true;
}

} // namespace

std::vector<RuleId> findGenericRules(const ir::Module &M, std::span<const RuleId> Reached) {
  struct Caller {
    RuleId Rule;
    size_t Begin, End; ///< of its callees
  };
  std::vector<Caller> Callers;
  std::vector<RuleId> Leaves, Callees;
  auto calleesOf = [&](const Caller &C) {
    return std::span(Callees).subspan(C.Begin, C.End - C.Begin);
  };
  ExprNumbers Seen;
  for (RuleId R : Reached) {
    const ir::RuleInfo &Rule = M.rule(R);
    if (!Rule.Shared || !Rule.Body || !Rule.Attributes.empty())
      continue;
    const size_t Begin = Callees.size();
    if (!collectCallees(M, R, Seen, Callees))
      Callees.resize(Begin);
    else if (Callees.size() == Begin)
      Leaves.push_back(R);
    else
      Callers.push_back({R, Begin, Callees.size()});
    if (Callers.size() > MaxCallers)
      return {};
  }
  auto isCaller = [&](RuleId R) {
    return std::any_of(Callers.begin(), Callers.end(),
                       [&](const Caller &C) { return C.Rule == R; });
  };
  auto isLeaf = [&](RuleId R) {
    return std::find(Leaves.begin(), Leaves.end(), R) != Leaves.end();
  };
  auto eraseWhile = [&](auto Is) {
    while (std::erase_if(Callers, Is))
      ;
  };
  // Not what calls a rule that is not generic.
  eraseWhile([&](const Caller &C) {
    const std::span<const RuleId> Of = calleesOf(C);
    return !std::all_of(Of.begin(), Of.end(), [&](RuleId R) { return isCaller(R) || isLeaf(R); });
  });
  // Not what only calls downwards, and not what nobody below calls.
  eraseWhile([&](const Caller &C) {
    const std::span<const RuleId> Of = calleesOf(C);
    return std::none_of(Of.begin(), Of.end(), isCaller);
  });
  eraseWhile([&](const Caller &C) {
    return std::none_of(Callers.begin(), Callers.end(), [&](const Caller &O) {
      const std::span<const RuleId> Of = calleesOf(O);
      return std::binary_search(Of.begin(), Of.end(), C.Rule);
    });
  });
  std::vector<RuleId> Group;
  for (const Caller &C : Callers) {
    Group.push_back(C.Rule);
    const std::span<const RuleId> Of = calleesOf(C);
    Group.insert(Group.end(), Of.begin(), Of.end());
  }
  std::sort(Group.begin(), Group.end(),
            [&](RuleId A, RuleId B) { return M.rule(A).Name < M.rule(B).Name; });
  Group.erase(std::unique(Group.begin(), Group.end()), Group.end());
  return Group;
}

size_t GenericRules::bytes() const {
  size_t N = sizeof(*this) + Laid.bytes() + Shared.Words.size() * 4 +
             Shared.Objects.size() * sizeof(ObjectRec) + FreeKeys.size() * sizeof(FreeKey);
  for (size_t R = 0; R < Shared.Rules.size(); ++R) {
    const RuleAutomatonInfo &Info = Shared.Rules[R];
    const Dfa &D = Info.Automaton;
    N += sizeof(Info) + D.States.size() * sizeof(D.States[0]) +
         D.Ranges.size() * sizeof(D.Ranges[0]) + D.BaseRanges.size() * sizeof(D.BaseRanges[0]) +
         D.Alternatives.size() * sizeof(D.Alternatives[0]) + D.Calls.size() * sizeof(D.Calls[0]) +
         D.Lists.size() * 4 + Info.KeyCounts.size() * 4;
    for (const auto &Moves : Info.KeyMoves)
      N += sizeof(Moves) + Moves.size() * sizeof(Moves[0]);
  }
  return N;
}

std::unique_ptr<GenericRules> ModuleBuilder::makeGeneric(std::span<const RuleId> Group,
                                                         bool &Dead) {
  WorkMeter::UncountedScope Uncounted;
  const uint32_t StatesBefore = StatesUsed;
  const uint64_t CharBefore = CharSteps, StepsBefore = steps();
  Shared.Rules.add(Group.size());
  KeepsRules = true;
  for (RuleId R : Group)
    if (!buildRule(R))
      return nullptr;
  KeepsRules = false;
  if (!trim())
    return nullptr;
  // A form of a value or a list of items would be patched when the grammar is finished.
  Dead = std::find(RuleLive.begin(), RuleLive.end(), 0) != RuleLive.end() ||
         !Shared.Elements.empty() || !Shared.Text.empty();
  if (Dead)
    return nullptr;
  auto Out = std::make_unique<GenericRules>();
  for (const auto &[Key, Rule] : FreeKeyRules)
    for (uint32_t S = 0; S < Shared.Rules[Rule].Automaton.States.size(); ++S)
      freeMoves(Rule, S);
  Shared.Rules.fix();
  std::vector<uint32_t> All(Shared.Rules.size());
  std::iota(All.begin(), All.end(), 0U);
  // What a cancelled compilation leaves half done is not to be kept for the next.
  if (!Laid.place(Shared, All) || !spendWork(0))
    return nullptr;
  Laid.forgetBases();
  Out->Shared = Shared;
  Out->Laid = Laid;
  Out->StatesUsed = StatesUsed - StatesBefore;
  Out->CharSteps = CharSteps - CharBefore;
  Out->Steps = steps() - StepsBefore;
  // The same whether they are made or found.
  PlainCharged = UnrolledCharged = 0;
  return Out;
}

bool ModuleBuilder::placeGeneric(std::span<const RuleId> Reached) {
  Slots.assign(M.ruleCount(), automata::None);
  const std::vector<RuleId> Group = findGenericRules(M, Reached);
  if (Group.empty() || !std::all_of(Group.begin(), Group.end(),
                                    [&](RuleId R) { return productive(M.rule(R).Body); }))
    return true;
  for (uint32_t I = 0; I < Group.size(); ++I)
    Slots[Group[I].index()] = I;
  LexicalCache::Key Key;
  Key.reserve(512);
  appendGroupKey(M, Group, Options, Numbers, Key);
  const std::vector<ExprId> Numbered(Numbers.order().begin(), Numbers.order().end());
  std::shared_ptr<const LexicalCache::Entry> Found =
      Options.Lexical ? Options.Lexical->find(Key) : nullptr;
  if (Found) {
    const GenericRules &G = *Found->Group;
    Shared = G.Shared;
    Laid.begin(G.Laid);
    StatesUsed += G.StatesUsed;
    CharSteps += G.CharSteps;
    KeptSteps += G.Steps;
    for (const GenericRules::FreeKey &F : G.FreeKeys)
      FreeKeyRules.try_emplace({Numbered[F.Number], F.Esc}, F.Rule);
  } else {
    bool Dead = false;
    std::unique_ptr<GenericRules> Made = makeGeneric(Group, Dead);
    if (Dead) {
      Shared = SharedTables();
      Laid = Layout();
      FreeKeyRules.clear();
      StatesUsed = 0;
      Slots.assign(M.ruleCount(), automata::None);
      return true;
    }
    if (!Made)
      return false;
    for (const auto &[K, Rule] : FreeKeyRules) {
      const auto It = std::find(Numbered.begin(), Numbered.end(), K.first);
      assert(It != Numbered.end() && "keys of the group are among its expressions");
      Made->FreeKeys.push_back({uint32_t(It - Numbered.begin()), K.second, Rule});
    }
    auto New = std::make_shared<LexicalCache::Entry>();
    New->Group = std::move(Made);
    if (Options.Lexical && !Widened)
      Options.Lexical->insert(Key, New);
    Found = std::move(New);
  }
  // As much whether they were found or made.
  return spendWork(1 + Found->Group->StatesUsed, Found->Group->bytes());
}

} // namespace weir::lowering
