//===- Build.cpp - Making and rewriting expressions in passes -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include "weir/Support/Utf8.h"

#include <algorithm>
#include <unordered_set>

namespace weir::transforms {

using namespace ir;

std::vector<ExprId> reachable(const Module &M, ExprId Root) {
  std::vector<ExprId> Out{Root};
  // By expression, once there are some: most are asked about a few in a large module.
  constexpr size_t Few = 32;
  std::vector<bool> Seen;
  auto isNew = [&](ExprId E) {
    if (Out.size() < Few)
      return std::find(Out.begin(), Out.end(), E) == Out.end();
    if (Seen.empty()) {
      Seen.resize(Root.index() + 1);
      for (ExprId O : Out)
        Seen[O.index()] = true;
    }
    if (Seen[E.index()])
      return false;
    Seen[E.index()] = true;
    return true;
  };
  for (size_t I = 0; I < Out.size(); ++I)
    for (ExprId O : M.operands(Out[I]))
      if (isNew(O))
        Out.push_back(O);
  std::sort(Out.begin(), Out.end());
  return Out;
}

/// Splices operands that are themselves `Kind`, one level deep.
static std::vector<ExprId> flatten(const Module &M, Op Kind, std::span<const ExprId> Parts) {
  std::vector<ExprId> Out;
  size_t Total = Parts.size();
  for (ExprId P : Parts) {
    std::span<const ExprId> Below = M.operands(P);
    if (M.op(P) == Kind && Total + Below.size() <= MaxFlat) {
      Total += Below.size();
      Out.insert(Out.end(), Below.begin(), Below.end());
    } else {
      Out.push_back(P);
    }
  }
  return Out;
}

ExprId makeSeq(Module &M, std::span<const ExprId> Parts) {
  std::vector<ExprId> Out = flatten(M, Op::Seq, Parts);
  for (ExprId P : Out)
    if (P == M.never())
      return P;
  std::erase(Out, M.empty());
  return M.seq(Out);
}

ExprId makeAlt(Module &M, std::span<const ExprId> Parts) {
  std::vector<ExprId> Out = flatten(M, Op::Alt, Parts);
  std::erase(Out, M.never());
  constexpr size_t Few = 16;
  if (Out.size() <= Few) {
    size_t Kept = 0;
    for (ExprId P : Out)
      if (std::find(Out.begin(), Out.begin() + ptrdiff_t(Kept), P) == Out.begin() + ptrdiff_t(Kept))
        Out[Kept++] = P;
    Out.resize(Kept);
  } else {
    std::unordered_set<ExprId> Seen;
    std::erase_if(Out, [&](ExprId P) { return !Seen.insert(P).second; });
  }
  return M.alt(Out);
}

ExprId makeRepeat(Module &M, ExprId E, uint32_t Min, uint32_t Max) {
  if (E == M.empty())
    return E;
  if (E == M.never())
    return Min == 0 ? M.empty() : E;
  return M.repeat(E, Min, Max);
}

bool isTextLeaf(const Module &M, ExprId E) {
  switch (M.op(E)) {
  case Op::Never:
  case Op::Empty:
  case Op::Class:
  case Op::Not:
  case Op::JsonString:
    return true;
  case Op::Lit:
    return findInvalidUtf8(M.literal(E)) == std::string_view::npos;
  case Op::Bytes:
    return ByteSet::range(0, 0x7F).contains(M.byteSet(E));
  default:
    return false;
  }
}

bool PlainlyNullable::of(ExprId Root) {
  // Operands have smaller ids, so all up to `Root` are known in one ascent.
  while (Memo.size() <= Root.index()) {
    const ExprId E(uint32_t(Memo.size()));
    bool All = true, Some = false;
    for (ExprId O : M.operands(E)) {
      All = All && Memo[O.index()];
      Some = Some || Memo[O.index()];
    }
    bool Value = false;
    switch (M.op(E)) {
    case Op::Empty:
      Value = true;
      break;
    case Op::Seq:
    case Op::And:
      Value = All;
      break;
    case Op::Alt:
      Value = Some;
      break;
    case Op::Repeat:
      Value = Some || M.bounds(E).Min == 0;
      break;
    case Op::Dfa:
      Value = M.automaton(E).Accepts[0];
      break;
    case Op::Indent:
      Value = M.indentSpec(E).Min == 0;
      break;
    case Op::Members:
      Value = M.membersSpec(E).nullable();
      break;
    case Op::Elements:
      Value = M.elementsSpec(E).nullable();
      break;
    default:
      break;
    }
    Memo.push_back(Value);
  }
  return Memo[Root.index()];
}

ExprId Rewriter::rewrite(ExprId Root, Fn F) {
  if (Root.index() < Memo.size() && Memo[Root.index()]) {
    Todo.clear();
    return Memo[Root.index()];
  }
  // The part below Root that is not done.
  if (Memo.size() < M.exprCount()) {
    Memo.resize(M.exprCount());
    Seen.resize(M.exprCount());
  }
  Todo.assign(1, Root);
  Seen[Root.index()] = true;
  for (size_t I = 0; I < Todo.size(); ++I)
    for (ExprId O : M.operands(Todo[I]))
      if (!Seen[O.index()]) {
        Seen[O.index()] = true;
        Todo.push_back(O);
      }
  std::sort(Todo.begin(), Todo.end());
  for (ExprId E : Todo) {
    Operands.assign(M.operands(E).begin(), M.operands(E).end());
    if (!Ctx.spend(1 + Operands.size()))
      return Root;
    bool Same = true;
    for (ExprId &O : Operands) {
      ExprId New = Memo[O.index()];
      Same = Same && New == O;
      O = New;
    }
    ExprId New = F(Same ? E : M.withOperands(E, Operands), E);
    Memo[E.index()] = New;
  }
  return Memo[Root.index()];
}

void Rewriter::forget() {
  for (ExprId E : Todo) {
    Memo[E.index()] = ExprId();
    Seen[E.index()] = false;
  }
  Todo.clear();
}

std::vector<uint8_t> liveExprs(const Module &M) {
  std::vector<uint8_t> Live(M.exprCount());
  for (uint32_t I = 0; I < M.ruleCount(); ++I)
    if (ExprId Body = M.rule(RuleId(I)).Body)
      Live[Body.index()] = true;
  // Operands have smaller ids.
  for (uint32_t I = M.exprCount(); I-- > 0;)
    if (Live[I])
      for (ExprId O : M.operands(ExprId(I)))
        Live[O.index()] = true;
  return Live;
}

bool anyLive(const Module &M, FunctionRef<bool(ExprId)> Is) {
  std::vector<bool> Seen(M.exprCount());
  for (uint32_t I = 0; I < M.ruleCount(); ++I)
    if (ExprId Body = M.rule(RuleId(I)).Body)
      Seen[Body.index()] = true;
  // Operands have smaller ids.
  for (uint32_t I = M.exprCount(); I-- > 0;) {
    if (!Seen[I])
      continue;
    if (Is(ExprId(I)))
      return true;
    for (ExprId O : M.operands(ExprId(I)))
      Seen[O.index()] = true;
  }
  return false;
}

bool rewriteBodies(Module &M, PassContext &Ctx, Rewriter::Fn F) {
  Rewriter R(M, Ctx);
  std::vector<ExprId> New(M.ruleCount());
  for (uint32_t I = 0; I < New.size(); ++I) {
    if (M.rule(RuleId(I)).Body)
      New[I] = R.rewrite(M.rule(RuleId(I)).Body, F);
    if (Ctx.isOverBudget())
      return false;
  }
  bool Changed = false;
  for (uint32_t I = 0; I < New.size(); ++I) {
    Changed |= M.rule(RuleId(I)).Body != New[I];
    M.rule(RuleId(I)).Body = New[I];
  }
  return Changed;
}

std::vector<bool> regularContextRules(const Module &M) {
  std::vector<bool> Inside(M.exprCount()), Rules(M.ruleCount());
  std::vector<ExprId> Todo;
  auto enter = [&](ExprId E) {
    if (!Inside[E.index()]) {
      Inside[E.index()] = true;
      Todo.push_back(E);
    }
  };
  auto enterBelow = [&](ExprId E) {
    if (M.op(E) == Op::Members)
      for (const FreeMember &F : M.membersSpec(E).Free)
        enter(F.Key);
    if (M.op(E) == Op::And || M.op(E) == Op::Not || M.op(E) == Op::JsonString)
      for (ExprId O : M.operands(E))
        enter(O);
  };
  std::vector<bool> Seen(M.exprCount());
  std::vector<ExprId> Live;
  for (uint32_t I = 0; I < M.ruleCount(); ++I)
    if (ExprId Body = M.rule(RuleId(I)).Body; Body && !Seen[Body.index()]) {
      Seen[Body.index()] = true;
      Live.push_back(Body);
    }
  for (size_t I = 0; I < Live.size(); ++I) {
    enterBelow(Live[I]);
    for (ExprId O : M.operands(Live[I]))
      if (!Seen[O.index()]) {
        Seen[O.index()] = true;
        Live.push_back(O);
      }
  }
  while (!Todo.empty()) {
    ExprId E = Todo.back();
    Todo.pop_back();
    for (ExprId O : M.operands(E))
      enter(O);
    if (M.op(E) == Op::Call && !Rules[M.callee(E).index()]) {
      Rules[M.callee(E).index()] = true;
      if (ExprId Body = M.rule(M.callee(E)).Body)
        enter(Body);
    }
  }
  return Rules;
}

ExprId withOriginalKeys(Module &M, ExprId E, ExprId Original) {
  MembersSpec Spec = M.membersSpec(E);
  for (size_t I = 0; I < Spec.Free.size(); ++I)
    Spec.Free[I].Key = M.membersSpec(Original).Free[I].Key;
  return M.members(Spec);
}

void copyCallOrigins(Module &M, RuleId From, RuleId To, ExprId E) {
  if (M.allCallOrigins().empty() || From == To)
    return;
  for (ExprId P : reachable(M, E))
    if (M.op(P) == Op::Call)
      if (const OriginSet *O = M.callOrigins(From, P))
        M.addCallOrigin(To, P, OriginSet(*O));
}

RuleId addPartRule(Module &M, RuleId From, std::string_view Suffix, ExprId Body) {
  std::string Stem = M.rule(From).Name + "." + std::string(Suffix);
  RuleId New = M.addRule(M.freshName(Stem));
  M.rule(New).Body = Body;
  M.rule(New).Origins = M.rule(From).Origins;
  copyCallOrigins(M, From, New, Body);
  return New;
}

} // namespace weir::transforms
