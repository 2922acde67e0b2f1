//===- FirstFacts.cpp - First bytes, and regularity -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Facts.h"

namespace weir::ir {

//===- Regular ------------------------------------------------------------===//

RegularFacts::RegularFacts(const Module &M, const CallGraph &Graph)
    : M(M), Graph(Graph), Seen(M), Rules(M.ruleCount()) {
  for (RuleId R : Graph.BottomUp)
    if (ExprId Body = M.rule(R).Body)
      Rules[R.index()] = of(Body) && !Graph.Recursive[R.index()];
}

bool RegularFacts::of(ExprId E) {
  std::span<const ExprId> Parts = Seen.claim(E);
  if (Exprs.size() < M.exprCount())
    Exprs.resize(M.exprCount());
  for (ExprId P : Parts) {
    bool Regular = true;
    switch (M.op(P)) {
    case Op::Token:
    case Op::AnyTokenExcept:
    case Op::Members:
    case Op::Elements:
    case Op::Indent:
      Regular = false;
      break;
    case Op::Call: {
      RuleId R = M.callee(P);
      Regular = R.index() < Rules.size() && !Graph.Recursive[R.index()] && Rules[R.index()];
      break;
    }
    default:
      for (ExprId O : M.operands(P))
        Regular = Regular && Exprs[O.index()];
    }
    Exprs[P.index()] = Regular;
  }
  return Exprs[E.index()];
}

//===- First --------------------------------------------------------------===//

FirstFacts::FirstFacts(const Module &M, const CallGraph &Graph, AnalysisManager &Analyses)
    : M(M), Analyses(Analyses), RuleCount(M.ruleCount()), Seen(M), Nodes(RuleCount) {
  // Callees first, so that most sets are final when they are first read.
  for (RuleId R : Graph.BottomUp) {
    if (ExprId Body = M.rule(R).Body) {
      ensure(Body);
      flow(nodeOf(Body), R.index());
      settle();
    }
  }
}

FirstSet FirstFacts::of(ExprId E) {
  ensure(E);
  settle();
  return Nodes[nodeOf(E)].Set;
}

void FirstFacts::grow(uint32_t N, const FirstSet &By) {
  Node &To = Nodes[N];
  FirstSet Old = To.Set;
  To.Set.Bytes |= By.Bytes;
  To.Set.Symbols |= By.Symbols;
  bool Grew = To.Set.Bytes != Old.Bytes || To.Set.Symbols != Old.Symbols;
  if (Grew && !To.Queued) {
    To.Queued = true;
    Queue.push_back(N);
  }
}

void FirstFacts::flow(uint32_t From, uint32_t To) {
  Nodes[From].Targets.push_back(To);
  grow(To, FirstSet(Nodes[From].Set));
}

void FirstFacts::settle() {
  while (!Queue.empty()) {
    uint32_t N = Queue.back();
    Queue.pop_back();
    Nodes[N].Queued = false;
    FirstSet Set = Nodes[N].Set;
    for (size_t I = 0; I < Nodes[N].Targets.size(); ++I)
      grow(Nodes[N].Targets[I], Set);
  }
}

void FirstFacts::ensure(ExprId E) {
  std::span<const ExprId> Parts = Seen.claim(E);
  if (ExprNodes.size() < M.exprCount())
    ExprNodes.resize(M.exprCount());
  for (ExprId P : Parts)
    addExpr(P);
}

/// The bytes that begin the encoding of a scalar value.
static ByteSet leadBytes() { return ByteSet::range(0, 0x7f) | ByteSet::range(0xc2, 0xf4); }

static ByteSet firstBytes(const CodePointSet &Set) {
  ByteSet Result;
  for (const CodePointRange &R : Set.ranges())
    Result |= ByteSet::range(encodeUtf8(R.First).Bytes[0], encodeUtf8(R.Last).Bytes[0]);
  return Result & leadBytes();
}

void FirstFacts::addExpr(ExprId E) {
  uint32_t N = uint32_t(Nodes.size());
  Nodes.emplace_back();
  ExprNodes[E.index()] = N;
  std::span<const ExprId> Ops = M.operands(E);
  FirstSet Own;
  switch (M.op(E)) {
  case Op::Never:
  case Op::Empty:
    break;
  case Op::Lit:
    Own.Bytes.insert(uint8_t(M.literal(E)[0]));
    break;
  case Op::Class:
    Own.Bytes = firstBytes(M.classSet(E));
    break;
  case Op::Bytes:
    Own.Bytes = M.byteSet(E);
    break;
  case Op::Dfa:
    for (const ByteDfa::Edge &X : M.automaton(E).row(0))
      Own.Bytes |= ByteSet::range(X.First, X.Last);
    break;
  case Op::Not:
    Own.Bytes = leadBytes();
    break;
  case Op::JsonString:
  case Op::Members:
    Own.Bytes.insert('"');
    break;
  case Op::Token:
  case Op::AnyTokenExcept:
    Own.Symbols = true;
    break;
  case Op::Indent:
    if (M.indentSpec(E).Max > 0) {
      Own.Bytes.insert(' ');
      if (M.indentSpec(E).Tabs)
        Own.Bytes.insert('\t');
    }
    break;
  case Op::Call:
    if (M.callee(E).index() < RuleCount)
      flow(M.callee(E).index(), N);
    else
      Own = of(M.callee(E));
    break;
  case Op::And: {
    // The operands are regular, so their sets are final; the smallest bound is their
    // intersection. In a module that was not verified they may still grow.
    settle();
    bool Regular = true;
    for (ExprId O : Ops)
      Regular = Regular && Analyses.regular(O);
    if (!Regular) {
      for (ExprId O : Ops)
        flow(nodeOf(O), N);
      break;
    }
    Own.Bytes = ByteSet::all();
    for (ExprId O : Ops)
      Own.Bytes &= Nodes[nodeOf(O)].Set.Bytes;
    break;
  }
  case Op::Seq:
    for (ExprId O : Ops) {
      flow(nodeOf(O), N);
      if (!Analyses.maybeNullable(O))
        break;
    }
    break;
  case Op::Elements: {
    const ElementsSpec &S = M.elementsSpec(E);
    if (S.Max > 0)
      for (ExprId O : Ops.subspan(1, S.at(0).size()))
        flow(nodeOf(O), N);
    break;
  }
  case Op::Alt:
  case Op::Repeat:
    for (ExprId O : Ops)
      flow(nodeOf(O), N);
    break;
  }
  grow(N, Own);
}

} // namespace weir::ir
