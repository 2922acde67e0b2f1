//===- FollowFacts.cpp - What may come after a rule -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   seq(a, b, c)     after b: the first bytes of c, and if c may be empty what
//                    comes after the whole
//   repeat<0,*>(a)   after a: its own first bytes, and what comes after the whole
//   call @r          after @r what comes after the call, after its body what comes
//                    after @r
//
// A worklist lets sets grow along these edges until none does: each set grows at most
// 258 times, so the time is linear in the module.
//
//===----------------------------------------------------------------------===//
#include "Facts.h"

namespace weir::ir {

static FollowSet everything() { return {ByteSet::all(), true, true}; }

static void add(FollowSet &To, const FirstSet &By) {
  To.Bytes |= By.Bytes;
  To.Symbols |= By.Symbols;
}

FollowFacts::FollowFacts(const Module &M, AnalysisManager &Analyses)
    : M(M), Analyses(Analyses), Nodes(M.ruleCount()), ExprNodes(M.exprCount()) {
  if (M.start()) {
    std::vector<bool> Entered(M.ruleCount());
    std::vector<RuleId> Pending{M.start()};
    Entered[M.start().index()] = true;
    grow(M.start().index(), {{}, false, true});
    while (!Pending.empty()) {
      RuleId R = Pending.back();
      Pending.pop_back();
      if (ExprId Body = M.rule(R).Body)
        flow(R.index(), nodeOf(Body));
      while (!Work.empty()) {
        ExprId E = Work.back();
        Work.pop_back();
        addExpr(E);
        if (M.op(E) != Op::Call || M.callee(E).index() >= M.ruleCount())
          continue;
        RuleId Callee = M.callee(E);
        flow(ExprNodes[E.index()], Callee.index());
        if (!Entered[Callee.index()])
          Pending.push_back(Callee);
        Entered[Callee.index()] = true;
      }
    }
  }
  while (!Queue.empty()) {
    uint32_t N = Queue.back();
    Queue.pop_back();
    Nodes[N].Queued = false;
    FollowSet Set = Nodes[N].Set;
    for (size_t I = 0; I < Nodes[N].Targets.size(); ++I)
      grow(Nodes[N].Targets[I], Set);
  }
  for (uint32_t I = 0; I < M.ruleCount(); ++I)
    Rules.push_back(Nodes[I].Set);
  Nodes = {};
  ExprNodes = {};
}

/// Its node, made when it is first reached. Node 0 is a rule's, so it says that there is none.
uint32_t FollowFacts::nodeOf(ExprId E) {
  uint32_t &N = ExprNodes[E.index()];
  if (N == 0) {
    N = uint32_t(Nodes.size());
    Nodes.emplace_back();
    Work.push_back(E);
  }
  return N;
}

void FollowFacts::grow(uint32_t N, const FollowSet &By) {
  Node &To = Nodes[N];
  FollowSet Old = To.Set;
  To.Set.Bytes |= By.Bytes;
  To.Set.Symbols |= By.Symbols;
  To.Set.End |= By.End;
  bool Grew = To.Set.Bytes != Old.Bytes || To.Set.Symbols != Old.Symbols || To.Set.End != Old.End;
  if (Grew && !To.Queued) {
    To.Queued = true;
    Queue.push_back(N);
  }
}

void FollowFacts::flow(uint32_t From, uint32_t To) {
  Nodes[From].Targets.push_back(To);
  grow(To, FollowSet(Nodes[From].Set));
}

void FollowFacts::addExpr(ExprId E) {
  uint32_t N = ExprNodes[E.index()];
  std::span<const ExprId> Ops = M.operands(E);
  switch (M.op(E)) {
  case Op::Seq: {
    // What may come after the operand at hand; with End also what comes after E.
    FollowSet Rest{{}, false, true};
    for (size_t I = Ops.size(); I-- > 0;) {
      uint32_t O = nodeOf(Ops[I]);
      grow(O, {Rest.Bytes, Rest.Symbols, false});
      if (Rest.End)
        flow(N, O);
      if (!Analyses.maybeNullable(Ops[I]))
        Rest = {};
      add(Rest, Analyses.first(Ops[I]));
    }
    break;
  }
  case Op::Alt:
  case Op::And:
    for (ExprId O : Ops)
      flow(N, nodeOf(O));
    break;
  case Op::Repeat: {
    RepeatBounds Bounds = M.bounds(E);
    if (Bounds.Max == 0)
      break;
    uint32_t O = nodeOf(Ops[0]);
    flow(N, O);
    if (Bounds.Max > 1) {
      FollowSet Again;
      add(Again, Analyses.first(Ops[0]));
      grow(O, Again);
    }
    break;
  }
  case Op::Not:
  case Op::JsonString:
    for (ExprId O : Ops)
      grow(nodeOf(O), everything());
    break;
  case Op::Members: {
    // A separator is followed by a key, a tail by a separator or the end. Keys are texts
    // that json_string spells.
    const MembersSpec &S = M.membersSpec(E);
    FollowSet Separator, Key;
    add(Separator, Analyses.first(Ops[0]));
    Key.Bytes.insert('"');
    grow(nodeOf(Ops[0]), Key);
    for (size_t I = 1; I < Ops.size(); ++I) {
      uint32_t O = nodeOf(Ops[I]);
      bool IsKey = I > S.Named.size() && (I - 1 - S.Named.size()) % 2 == 0;
      grow(O, IsKey ? everything() : Separator);
      if (!IsKey)
        flow(N, O);
    }
    break;
  }
  case Op::Elements: {
    FollowSet Separator, Item;
    add(Separator, Analyses.first(Ops[0]));
    for (ExprId O : Ops.subspan(1))
      add(Item, Analyses.first(O));
    grow(nodeOf(Ops[0]), Item);
    for (ExprId O : Ops.subspan(1)) {
      grow(nodeOf(O), Separator);
      flow(N, nodeOf(O));
    }
    break;
  }
  case Op::Never:
  case Op::Empty:
  case Op::Lit:
  case Op::Class:
  case Op::Bytes:
  case Op::Dfa:
  case Op::Token:
  case Op::AnyTokenExcept:
  case Op::Indent:
  case Op::Call:
    break;
  }
}

} // namespace weir::ir
