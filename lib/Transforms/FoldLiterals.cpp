//===- FoldLiterals.cpp - Join literals that follow one another -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In a sequence, runs of literals become one literal; so does a literal repeated a
// fixed number of times, up to `max` bytes. Sets of one member count as literals. What
// is joined has at most MaxJoined bytes: parts that are shared may be doubled many times.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include <optional>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
constexpr size_t MaxJoined = 65536;

class FoldLiterals final : public Pass {
public:
  std::string_view name() const override { return "fold-literals"; }
  std::vector<PassOption> options() override {
    return {{"max", MaxBytes, 1, 65536, "largest literal made from a repetition, in bytes"}};
  }
  bool run(Module &M, PassContext &Ctx) override;

private:
  ExprId fold(Module &M, PassContext &Ctx, ExprId E);
  uint64_t MaxBytes = 64;
};
} // namespace

static bool hasSingleText(const Module &M, ExprId E) {
  if (M.op(E) == Op::Class) {
    std::span<const CodePointRange> R = M.classSet(E).ranges();
    return R.size() == 1 && R[0].First == R[0].Last;
  }
  return M.op(E) == Op::Lit || (M.op(E) == Op::Bytes && M.byteSet(E).size() == 1);
}

/// How long that text is; a scalar counts as the longest.
static size_t singleTextSize(const Module &M, ExprId E) {
  return M.op(E) == Op::Lit ? M.literal(E).size() : M.op(E) == Op::Bytes ? 1 : 4;
}

/// Whether `E` itself may be folded.
static bool mayFold(const Module &M, ExprId E) {
  std::span<const ExprId> Ops = M.operands(E);
  if (M.op(E) == Op::Repeat)
    return M.bounds(E).Min == M.bounds(E).Max && hasSingleText(M, Ops[0]);
  if (M.op(E) != Op::Seq)
    return false;
  size_t Before = MaxJoined; // the size of the text before, or more than can be joined
  for (ExprId O : Ops) {
    const size_t Here = hasSingleText(M, O) ? singleTextSize(M, O) : MaxJoined;
    if (Before + Here <= MaxJoined)
      return true;
    Before = Here;
  }
  return false;
}

/// The one text of a literal or of a set of one member.
static std::optional<std::string> singleText(const Module &M, ExprId E) {
  if (M.op(E) == Op::Lit)
    return std::string(M.literal(E));
  if (M.op(E) == Op::Bytes && M.byteSet(E).size() == 1)
    return std::string(1, char(M.byteSet(E).next(0)));
  if (M.op(E) == Op::Class) {
    std::span<const CodePointRange> R = M.classSet(E).ranges();
    if (R.size() == 1 && R[0].First == R[0].Last) {
      std::string Text;
      appendUtf8(Text, R[0].First);
      return Text;
    }
  }
  return std::nullopt;
}

ExprId FoldLiterals::fold(Module &M, PassContext &Ctx, ExprId E) {
  if (!mayFold(M, E))
    return E;
  if (M.op(E) == Op::Repeat) {
    RepeatBounds B = M.bounds(E);
    std::optional<std::string> Text = singleText(M, M.operands(E)[0]);
    if (B.Min != B.Max || !Text || B.Max * uint64_t(Text->size()) > MaxBytes)
      return E;
    std::string All;
    for (uint32_t I = 0; I < B.Max; ++I)
      All += *Text;
    Ctx.count("repetitions written out");
    return M.lit(All);
  }
  if (M.op(E) != Op::Seq)
    return E;
  std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end()), Out;
  for (size_t I = 0; I < Ops.size();) {
    // As many as fit; a literal that stays alone stays as it is, since to find its number again
    // takes as long as it is.
    size_t End = I, Size = 0;
    while (End < Ops.size() && hasSingleText(M, Ops[End]) &&
           Size + singleTextSize(M, Ops[End]) <= MaxJoined)
      Size += singleTextSize(M, Ops[End++]);
    if (End < I + 2) {
      Out.push_back(Ops[I++]);
      continue;
    }
    std::string Text = *singleText(M, Ops[I]);
    while (++I < End) {
      Text += *singleText(M, Ops[I]);
      Ctx.count("literals joined");
    }
    if (!Ctx.spend(Text.size() / 2)) // nested sequences make one of each length
      return E;
    Out.push_back(M.lit(Text));
  }
  return M.seq(Out);
}

bool FoldLiterals::run(Module &M, PassContext &Ctx) {
  // Calls stay as they are, and languages do.
  for (AnalysisKind K :
       {AnalysisKind::CallGraph, AnalysisKind::Nullable, AnalysisKind::Productive,
        AnalysisKind::Regular, AnalysisKind::First, AnalysisKind::Follow, AnalysisKind::LeftCalls})
    Ctx.preserve(K);
  if (!Ctx.spend(M.exprCount()) || !anyLive(M, [&](ExprId E) { return mayFold(M, E); }))
    return false;
  return rewriteBodies(M, Ctx, [&](ExprId E, ExprId Original) {
    const ExprId New = fold(M, Ctx, E);
    M.rememberRewritten(Original, New);
    return New;
  });
}

std::unique_ptr<Pass> createFoldLiteralsPass() { return std::make_unique<FoldLiterals>(); }

} // namespace weir
