//===- Canonicalise.cpp - One form for equal expressions
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Local laws, bottom up: units and zeros of `seq`, `alt`, `and` and `repeat`,
// nesting spliced, repeats of an alternative dropped, `alt(empty, e)` written as
// an option, sets of one member written as literals. Alternatives with the same
// operands in another order become the same expression (the first one met), so
// that later passes and the tables see them as equal.
//
// No rule is added, removed or renamed.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include <algorithm>
#include <map>
#include <optional>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class Canonicalise final : public Pass {
public:
  std::string_view name() const override { return "canonicalise"; }
  bool run(Module &M, PassContext &Ctx) override;

private:
  ExprId simplify(Module &M, PassContext &Ctx, ExprId E);
  ExprId canonicalAlt(Module &M, ExprId E);
  std::map<std::pair<Op, std::vector<ExprId>>, ExprId> BySet;
  std::optional<PlainlyNullable> Plain;
};
} // namespace

bool Canonicalise::run(Module &M, PassContext &Ctx) {
  BySet.clear();
  Plain.emplace(M);
  return rewriteBodies(M, Ctx, [&](ExprId E, ExprId) {
    ExprId New = simplify(M, Ctx, E);
    if (New != E)
      Ctx.count("expressions simplified");
    return New;
  });
}

ExprId Canonicalise::canonicalAlt(Module &M, ExprId E) {
  ExprId A = makeAlt(M, std::vector<ExprId>(M.operands(E).begin(), M.operands(E).end()));
  if (M.op(A) != Op::Alt)
    return A;
  std::vector<ExprId> Ops(M.operands(A).begin(), M.operands(A).end());
  if (auto It = std::find(Ops.begin(), Ops.end(), M.empty()); It != Ops.end()) {
    Ops.erase(It);
    bool Already = std::any_of(Ops.begin(), Ops.end(), [&](ExprId O) { return Plain->of(O); });
    ExprId Rest = M.alt(Ops);
    if (M.op(Rest) == Op::Alt)
      Rest = canonicalAlt(M, Rest); // holds no `empty`: one level deep
    return Already ? Rest : makeRepeat(M, Rest, 0, 1);
  }
  std::sort(Ops.begin(), Ops.end());
  return BySet.try_emplace({Op::Alt, std::move(Ops)}, A).first->second;
}

/// Whether E reads something by its own structure, looking one level down.
static bool plainlyReads(const Module &M, ExprId E) {
  auto leaf = [&](ExprId P) {
    Op O = M.op(P);
    return O == Op::Lit || O == Op::Class || O == Op::Bytes || O == Op::JsonString;
  };
  std::span<const ExprId> Ops = M.operands(E);
  if (M.op(E) == Op::Seq)
    return std::any_of(Ops.begin(), Ops.end(), leaf);
  if (M.op(E) == Op::Alt)
    return std::all_of(Ops.begin(), Ops.end(), leaf);
  return leaf(E);
}

ExprId Canonicalise::simplify(Module &M, PassContext &Ctx, ExprId E) {
  std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
  switch (M.op(E)) {
  case Op::Seq:
    return makeSeq(M, Ops);
  case Op::Alt:
    return canonicalAlt(M, E);
  case Op::Repeat: {
    RepeatBounds B = M.bounds(E);
    if (B.Max == 1 && Plain->of(Ops[0]))
      return Ops[0];
    // Only asked where it matters, since the answer looks at the whole module.
    bool Nullable =
        B.Min > 0 && !plainlyReads(M, Ops[0]) && Ctx.analyses().nullable(Ops[0]) == Answer::Yes;
    return makeRepeat(M, Ops[0], Nullable ? 0 : B.Min, B.Max);
  }
  case Op::And: {
    std::vector<ExprId> Out;
    for (size_t I = 0; I < Ops.size(); ++I) {
      if (Ops[I] == M.never())
        return M.never();
      if (M.op(Ops[I]) == Op::And && Ops.size() < MaxFlat) {
        std::vector<ExprId> Below(M.operands(Ops[I]).begin(), M.operands(Ops[I]).end());
        Ops.insert(Ops.end(), Below.begin(), Below.end());
      } else {
        Out.push_back(Ops[I]);
      }
    }
    std::sort(Out.begin(), Out.end());
    Out.erase(std::unique(Out.begin(), Out.end()), Out.end());
    ExprId A = M.conj(Out);
    return M.op(A) == Op::And ? BySet.try_emplace({Op::And, std::move(Out)}, A).first->second : A;
  }
  case Op::Not:
    return Ops[0] == M.never() ? M.anyText() : E;
  case Op::JsonString:
    return Ops[0] == M.never() ? Ops[0] : E;
  case Op::Class: {
    std::span<const CodePointRange> R = M.classSet(E).ranges();
    if (R.size() != 1 || R[0].First != R[0].Last)
      return E;
    std::string Text;
    appendUtf8(Text, R[0].First);
    return M.lit(Text);
  }
  case Op::Bytes:
    if (M.byteSet(E).size() != 1)
      return E;
    return M.lit(std::string(1, char(M.byteSet(E).next(0))));
  default:
    return E;
  }
}

std::unique_ptr<Pass> createCanonicalisePass() { return std::make_unique<Canonicalise>(); }

} // namespace weir
