//===- FuseClasses.cpp - Unite sets that stand side by side ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In an alternative, classes become one class and byte sets one byte set; literals
// of one scalar (or of one byte) join them. In `and`, classes are intersected.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include <optional>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class FuseClasses final : public Pass {
public:
  std::string_view name() const override { return "fuse-classes"; }
  bool run(Module &M, PassContext &Ctx) override;
};
} // namespace

/// The scalars of a class, or of a literal that is one scalar.
static std::optional<CodePointSet> scalars(const Module &M, ExprId E) {
  if (M.op(E) == Op::Class)
    return M.classSet(E);
  if (M.op(E) != Op::Lit)
    return std::nullopt;
  DecodedScalar D = decodeUtf8(M.literal(E), 0);
  if (!D.Size || D.Size != M.literal(E).size())
    return std::nullopt;
  return CodePointSet::of(D.Value);
}

static ExprId fuseAlt(Module &M, PassContext &Ctx, ExprId E) {
  std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end()), Out;
  CodePointSet Scalars;
  ByteSet Bytes;
  size_t ScalarAt = SIZE_MAX, BytesAt = SIZE_MAX, Fused = 0;
  for (ExprId O : Ops) {
    if (std::optional<CodePointSet> S = scalars(M, O)) {
      Scalars = Scalars.unionWith(*S);
      if (ScalarAt == SIZE_MAX)
        Out.push_back(M.never());
      ScalarAt = std::min(ScalarAt, Out.size() - 1);
      ++Fused;
    } else if (M.op(O) == Op::Bytes || (M.op(O) == Op::Lit && M.literal(O).size() == 1)) {
      Bytes |= M.op(O) == Op::Bytes ? M.byteSet(O) : ByteSet::of(uint8_t(M.literal(O)[0]));
      if (BytesAt == SIZE_MAX)
        Out.push_back(M.never());
      BytesAt = std::min(BytesAt, Out.size() - 1);
      ++Fused;
    } else {
      Out.push_back(O);
    }
  }
  if (Fused == size_t(ScalarAt != SIZE_MAX) + size_t(BytesAt != SIZE_MAX))
    return E;
  Ctx.count("sets united", Fused);
  if (ScalarAt != SIZE_MAX)
    Out[ScalarAt] = M.cls(Scalars);
  if (BytesAt != SIZE_MAX)
    Out[BytesAt] = M.bytes(Bytes);
  return M.alt(Out);
}

static ExprId fuseAnd(Module &M, PassContext &Ctx, ExprId E) {
  std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end()), Out;
  std::optional<CodePointSet> Set;
  size_t Fused = 0;
  for (ExprId O : Ops) {
    if (std::optional<CodePointSet> S = scalars(M, O)) {
      Set = Set ? Set->intersectWith(*S) : *S;
      ++Fused;
    } else {
      Out.push_back(O);
    }
  }
  if (Fused < 2)
    return E;
  Ctx.count("sets intersected", Fused);
  Out.insert(Out.begin(), M.cls(*Set));
  return M.conj(Out);
}

bool FuseClasses::run(Module &M, PassContext &Ctx) {
  // An intersection without a scalar drops what stands beside it; a union drops nothing.
  if (!anyLive(M, [&](ExprId E) { return M.op(E) == Op::And; }))
    for (AnalysisKind K : {AnalysisKind::CallGraph, AnalysisKind::Nullable,
                           AnalysisKind::Productive, AnalysisKind::Regular, AnalysisKind::First,
                           AnalysisKind::Follow, AnalysisKind::LeftCalls})
      Ctx.preserve(K);
  return rewriteBodies(M, Ctx, [&](ExprId E, ExprId) {
    if (M.op(E) == Op::Alt)
      return fuseAlt(M, Ctx, E);
    return M.op(E) == Op::And ? fuseAnd(M, Ctx, E) : E;
  });
}

std::unique_ptr<Pass> createFuseClassesPass() { return std::make_unique<FuseClasses>(); }

} // namespace weir
