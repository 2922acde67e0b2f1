//===- LowerJsonString.cpp - JSON strings without the operation -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the operand is built from whole scalar values without `and` and `not`, each
// one is replaced by its spellings (a homomorphism), between quotes:
//
//   json_string<canonical>(plus(class [a "]))
//       seq(lit "\"", plus(alt(class [a], lit "\\\"")), lit "\"")
//
// Rules that the operand calls get a spelled copy, `@r.json`. Operands with `and`,
// `not`, or bytes that are only parts of characters keep the operation.
//
//===----------------------------------------------------------------------===//
#include "JsonSpelling.h"

#include "Build.h"

#include <map>
#include <tuple>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class LowerJsonString final : public Pass {
public:
  std::string_view name() const override { return "lower-json-string"; }
  bool run(Module &M, PassContext &Ctx) override;

private:
  bool canSpell(const Module &M, ExprId E);
  ExprId spell(Module &M, PassContext &Ctx, ExprId E, Escapes Style);

  std::vector<bool> RuleCan;
  std::map<std::pair<RuleId, Escapes>, RuleId> Copies;
  std::vector<std::tuple<RuleId, RuleId, Escapes>> Unfinished;
};
} // namespace

bool LowerJsonString::canSpell(const Module &M, ExprId Root) {
  for (ExprId E : reachable(M, Root)) {
    switch (M.op(E)) {
    case Op::Seq:
    case Op::Alt:
    case Op::Repeat:
      continue;
    case Op::Call:
      if (!RuleCan[M.callee(E).index()])
        return false;
      continue;
    case Op::Not:
    case Op::JsonString:
      return false;
    default:
      if (!isTextLeaf(M, E))
        return false;
    }
  }
  return true;
}

ExprId LowerJsonString::spell(Module &M, PassContext &Ctx, ExprId Root, Escapes Style) {
  std::map<ExprId, ExprId> Spelled;
  for (ExprId E : reachable(M, Root)) {
    if (!Ctx.spend())
      return Root;
    std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
    for (ExprId &O : Ops)
      O = Spelled[O];
    ExprId &Out = Spelled[E];
    switch (M.op(E)) {
    case Op::Lit:
      Out = spellings(M, std::string(M.literal(E)), Style);
      break;
    case Op::Class:
      Out = spellings(M, CodePointSet(M.classSet(E)), Style);
      break;
    case Op::Bytes: {
      CodePointSet Set;
      M.byteSet(E).forEach([&](uint8_t B) { Set.add(B); });
      Out = spellings(M, Set, Style);
      break;
    }
    case Op::Call: {
      auto [It, New] = Copies.try_emplace({M.callee(E), Style}, RuleId());
      if (New) {
        It->second = addPartRule(M, M.callee(E), "json", M.never());
        M.rule(It->second).Shared = M.rule(M.callee(E)).Shared;
        Unfinished.emplace_back(M.callee(E), It->second, Style);
      }
      Out = M.call(It->second);
      break;
    }
    default:
      Out = Ops.empty() ? E : M.withOperands(E, Ops);
    }
  }
  return Spelled[Root];
}

bool LowerJsonString::run(Module &M, PassContext &Ctx) {
  Copies.clear();
  Unfinished.clear();
  RuleCan.assign(M.ruleCount(), true);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (uint32_t I = 0; I < M.ruleCount(); ++I) {
      const RuleInfo &Info = M.rule(RuleId(I));
      if (RuleCan[I] && (!Info.Body || !Info.Attributes.empty() || !canSpell(M, Info.Body))) {
        RuleCan[I] = false;
        Changed = true;
      }
    }
    if (!Ctx.spend(M.exprCount()))
      return false;
  }
  std::vector<bool> InOperands = regularContextRules(M);
  Rewriter Rewrite(M, Ctx);
  bool Changed = false;
  uint32_t Before = M.ruleCount();
  for (uint32_t I = 0; I < Before; ++I) {
    RuleId R(I);
    if (!M.rule(R).Body || InOperands[I])
      continue;
    ExprId New = Rewrite.rewrite(M.rule(R).Body, [&](ExprId E, ExprId Original) {
      switch (M.op(Original)) {
      case Op::And:
      case Op::Not:
        return Original;
      case Op::Members:
        return withOriginalKeys(M, E, Original);
      case Op::JsonString: {
        ExprId Operand = M.operands(Original)[0];
        if (!canSpell(M, Operand))
          return Original;
        Ctx.count("strings lowered");
        return makeSeq(M, {M.lit("\""), spell(M, Ctx, Operand, M.escapes(Original)), M.lit("\"")});
      }
      default:
        return E;
      }
    });
    if (Ctx.isOverBudget())
      return Changed;
    Changed |= New != M.rule(R).Body;
    M.rule(R).Body = New;
  }
  for (size_t I = 0; I < Unfinished.size(); ++I) { // grows
    auto [From, Made, Style] = Unfinished[I];
    ExprId Body = spell(M, Ctx, M.rule(From).Body, Style);
    M.rule(Made).Body = Body;
  }
  return Changed;
}

std::unique_ptr<Pass> createLowerJsonStringPass() { return std::make_unique<LowerJsonString>(); }

} // namespace weir
