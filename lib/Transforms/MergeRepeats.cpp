//===- MergeRepeats.cpp - Add up and multiply out counts ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Repetition stays symbolic; bounds are combined where that is exact:
//
//   seq(e<a,b>, e<c,d>)   e<a+c, b+d>      e alone counts as e<1,1>
//   e<a,b> <c,d>          e<ac, bd>        when the counts leave no gap
//
// The counts k·a … k·b for k = c … d leave no gap if a - 1 <= k(b - a) for the
// smallest k that has a successor (and a <= 1 if that is 0). A repetition of what
// may be empty begins at 0. Two equal neighbours that are no repetitions stay:
// joining those is of no use to anyone.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class MergeRepeats final : public Pass {
public:
  std::string_view name() const override { return "merge-repeats"; }
  bool run(Module &M, PassContext &Ctx) override;
};

/// What is repeated, and how often.
struct Counted {
  ExprId E;
  RepeatBounds B;
};
} // namespace

static Counted counted(const Module &M, ExprId E) {
  if (M.op(E) == Op::Repeat)
    return {M.operands(E)[0], M.bounds(E)};
  return {E, {1, 1}};
}

/// Adds two bounds; Unbounded when either is, 0 in `Ok` when the sum has no form.
static uint32_t add(uint32_t A, uint32_t B, bool &Ok) {
  if (A == Unbounded || B == Unbounded)
    return Unbounded;
  uint64_t Sum = uint64_t(A) + B;
  Ok = Ok && Sum < Unbounded;
  return uint32_t(Sum);
}

static uint32_t multiply(uint32_t A, uint32_t B, bool &Ok) {
  if (A == 0 || B == 0)
    return 0;
  if (A == Unbounded || B == Unbounded)
    return Unbounded;
  uint64_t Product = uint64_t(A) * B;
  Ok = Ok && Product < Unbounded;
  return uint32_t(Product);
}

static ExprId mergeSeq(Module &M, PassContext &Ctx, ExprId E) {
  std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end()), Out;
  for (size_t I = 0; I < Ops.size();) {
    Counted Run = counted(M, Ops[I]);
    size_t Last = I + 1;
    bool Repeats = M.op(Ops[I]) == Op::Repeat;
    for (; Last < Ops.size(); ++Last) {
      Counted Next = counted(M, Ops[Last]);
      bool Ok = Next.E == Run.E;
      RepeatBounds Sum{add(Run.B.Min, Next.B.Min, Ok), add(Run.B.Max, Next.B.Max, Ok)};
      if (!Ok)
        break;
      Run.B = Sum;
      Repeats |= M.op(Ops[Last]) == Op::Repeat;
    }
    if (Last > I + 1 && Repeats) {
      Ctx.count("neighbours added up", Last - I - 1);
      Out.push_back(M.repeat(Run.E, Run.B.Min, Run.B.Max));
    } else {
      Out.insert(Out.end(), Ops.begin() + ptrdiff_t(I), Ops.begin() + ptrdiff_t(Last));
    }
    I = Last;
  }
  return M.seq(Out);
}

static ExprId mergeNested(Module &M, PassContext &Ctx, ExprId E) {
  RepeatBounds Outer = M.bounds(E);
  ExprId Operand = M.operands(E)[0];
  if (Ctx.analyses().nullable(Operand) == Answer::Yes)
    Outer.Min = 0;
  if (M.op(Operand) == Op::Repeat) {
    RepeatBounds Inner = M.bounds(Operand);
    bool Ok = true;
    // The smallest number of rounds that may be one more.
    if (Outer.Min < Outer.Max) {
      uint64_t Slack = uint64_t(Inner.Max) - Inner.Min;
      if (Outer.Min == 0)
        Ok = Inner.Min <= 1;
      uint64_t First = std::max<uint64_t>(Outer.Min, 1);
      if (First < Outer.Max && Inner.Min > 0 && Inner.Max != Unbounded)
        Ok = Ok && Inner.Min - 1 <= First * Slack;
    }
    RepeatBounds Product{multiply(Inner.Min, Outer.Min, Ok), multiply(Inner.Max, Outer.Max, Ok)};
    if (Ok) {
      Ctx.count("nested repetitions merged");
      return M.repeat(M.operands(Operand)[0], Product.Min, Product.Max);
    }
  }
  return M.repeat(Operand, Outer.Min, Outer.Max);
}

bool MergeRepeats::run(Module &M, PassContext &Ctx) {
  Ctx.preserve(AnalysisKind::CallGraph);
  return rewriteBodies(M, Ctx, [&](ExprId E, ExprId) {
    if (M.op(E) == Op::Seq)
      return mergeSeq(M, Ctx, E);
    return M.op(E) == Op::Repeat ? mergeNested(M, Ctx, E) : E;
  });
}

std::unique_ptr<Pass> createMergeRepeatsPass() { return std::make_unique<MergeRepeats>(); }

} // namespace weir
