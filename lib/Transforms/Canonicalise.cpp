//===- Canonicalise.cpp - One form for equal expressions ------------------===//
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
// that later passes and the tables see them as equal. A repetition followed by what
// its body begins with is turned, so that going on and ending differ in what comes next:
//
//   (a b)<m,n> a      a (b a)<m,n>
//
// No rule is added, removed or renamed.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include "weir/Support/WordIndex.h"

#include <algorithm>
#include <optional>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class Canonicalise final : public Pass {
public:
  std::string_view name() const override { return "canonicalise"; }
  bool run(Module &M, PassContext &Ctx) override;
  bool isIdempotent() const override { return true; }

private:
  /// Whether every expression of a body is in its form already.
  bool isCanonical(Module &M, PassContext &Ctx);
  ExprId simplify(Module &M, PassContext &Ctx, ExprId E);
  ExprId canonicalAlt(Module &M, ExprId E);
  /// The first expression that was met with the operands in `Sorted`.
  ExprId firstOf(Op Kind, ExprId E);
  WordIndex Sets; ///< operation and sorted operands
  std::vector<ExprId> BySet;
  std::vector<uint32_t> Sorted;
  std::optional<PlainlyNullable> Plain;
};
} // namespace

bool Canonicalise::isCanonical(Module &M, PassContext &Ctx) {
  Sets.clear();
  BySet.clear();
  const uint32_t Count = M.exprCount();
  const std::vector<uint8_t> Live = liveExprs(M);
  for (uint32_t I = 0; I < Count; ++I)
    if (Live[I] &&
        (!Ctx.spend(1 + M.operands(ExprId(I)).size()) || simplify(M, Ctx, ExprId(I)) != ExprId(I)))
      return false;
  return true;
}

bool Canonicalise::run(Module &M, PassContext &Ctx) {
  Plain.emplace(M);
  if (isCanonical(M, Ctx) || Ctx.isOverBudget())
    return false;
  Sets.clear();
  BySet.clear();
  bool Never = anyLive(M, [&](ExprId E) { return E == M.never(); });
  const bool Changed = rewriteBodies(M, Ctx, [&](ExprId E, ExprId Original) {
    ExprId New = simplify(M, Ctx, E);
    M.rememberRewritten(Original, New);
    if (New != E)
      Ctx.count("expressions simplified");
    return New;
  });
  // Only beside `never` is a call dropped whose twin does not stay.
  if (!Never)
    Ctx.preserve(AnalysisKind::CallGraph);
  return Changed;
}

ExprId Canonicalise::firstOf(Op Kind, ExprId E) {
  Sorted.push_back(uint32_t(Kind));
  const uint32_t Id = Sets.intern(Sorted);
  if (Id == BySet.size())
    BySet.push_back(E);
  return BySet[Id];
}

ExprId Canonicalise::canonicalAlt(Module &M, ExprId E) {
  Sorted.clear();
  bool Simple = true;
  for (ExprId O : M.operands(E)) {
    Simple = Simple && O != M.never() && O != M.empty() && M.op(O) != Op::Alt;
    Sorted.push_back(O.index());
  }
  std::sort(Sorted.begin(), Sorted.end());
  if (Simple && std::adjacent_find(Sorted.begin(), Sorted.end()) == Sorted.end())
    return firstOf(Op::Alt, E);
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
  Sorted.clear();
  for (ExprId O : Ops)
    Sorted.push_back(O.index());
  std::sort(Sorted.begin(), Sorted.end());
  return firstOf(Op::Alt, A);
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

static bool isRepeatedSeq(const Module &M, ExprId E) {
  return M.op(E) == Op::Repeat && M.op(M.operands(E)[0]) == Op::Seq;
}

/// How many operands of the repetition `R` stand behind it again, in `Ops` from `From` on: some,
/// but not all. None where the body holds what could be turned itself: of such, one turn would
/// lead to another.
static size_t turnedBy(const Module &M, ExprId R, std::span<const ExprId> Ops, size_t From) {
  if (!isRepeatedSeq(M, R))
    return 0;
  std::span<const ExprId> Body = M.operands(M.operands(R)[0]);
  size_t N = 0;
  while (N < Body.size() && From + N < Ops.size() && Body[N] == Ops[From + N])
    ++N;
  const bool Plain =
      std::none_of(Body.begin(), Body.end(), [&](ExprId O) { return isRepeatedSeq(M, O); });
  return Plain && N < Body.size() ? N : 0;
}

/// `E`, with all repetitions turned that can be.
static ExprId turnRepeats(Module &M, ExprId E) {
  const std::span<const ExprId> Given = M.operands(E);
  if (M.op(E) != Op::Seq ||
      std::none_of(Given.begin(), Given.end(), [&](ExprId O) { return isRepeatedSeq(M, O); }))
    return E;
  std::vector<ExprId> Ops(Given.begin(), Given.end());
  bool Any = false;
  // From the right, since what is turned changes what the one before it is followed by. It is not
  // turned twice: its body begins with the operand that did not stand behind it.
  for (size_t I = Ops.size(); I-- > 0;)
    if (const size_t N = turnedBy(M, Ops[I], Ops, I + 1)) {
      const RepeatBounds B = M.bounds(Ops[I]);
      std::span<const ExprId> Old = M.operands(M.operands(Ops[I])[0]);
      std::vector<ExprId> Body(Old.begin(), Old.end());
      std::rotate(Body.begin(), Body.begin() + ptrdiff_t(N), Body.end());
      const auto At = Ops.begin() + ptrdiff_t(I);
      std::rotate(At, At + 1, At + 1 + ptrdiff_t(N));
      Ops[I + N] = M.repeat(M.seq(Body), B.Min, B.Max);
      Any = true;
    }
  return Any ? M.seq(Ops) : E;
}

ExprId Canonicalise::simplify(Module &M, PassContext &Ctx, ExprId E) {
  std::span<const ExprId> Ops = M.operands(E);
  switch (M.op(E)) {
  case Op::Seq:
    if (std::none_of(Ops.begin(), Ops.end(), [&](ExprId O) {
          return O == M.never() || O == M.empty() || M.op(O) == Op::Seq;
        }))
      return turnRepeats(M, E);
    return turnRepeats(M, makeSeq(M, std::vector<ExprId>(Ops.begin(), Ops.end())));
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
    std::vector<ExprId> Parts(Ops.begin(), Ops.end()), Out;
    for (size_t I = 0; I < Parts.size(); ++I) {
      if (Parts[I] == M.never())
        return M.never();
      if (M.op(Parts[I]) == Op::And && Parts.size() < MaxFlat) {
        std::vector<ExprId> Below(M.operands(Parts[I]).begin(), M.operands(Parts[I]).end());
        Parts.insert(Parts.end(), Below.begin(), Below.end());
      } else {
        Out.push_back(Parts[I]);
      }
    }
    std::sort(Out.begin(), Out.end());
    Out.erase(std::unique(Out.begin(), Out.end()), Out.end());
    ExprId A = M.conj(Out);
    if (M.op(A) != Op::And)
      return A;
    Sorted.clear();
    for (ExprId O : Out)
      Sorted.push_back(O.index());
    return firstOf(Op::And, A);
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
