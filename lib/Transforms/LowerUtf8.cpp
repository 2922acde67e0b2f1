//===- LowerUtf8.cpp - Classes as sequences of byte sets ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A class of scalar values becomes the alternative of its UTF-8 rows (utf8Sequences),
// rows with the same bytes before the last joined:
//
//   class [é-ÿ]      seq(bytes [\xC3], bytes [\xA9-\xBF])
//
// Operands of `and`, `not`, `json_string` and keys of members speak of scalar values
// and are left alone, as are the rules they call.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include <map>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class LowerUtf8 final : public Pass {
public:
  std::string_view name() const override { return "lower-utf8"; }
  bool run(Module &M, PassContext &Ctx) override;
};
} // namespace

static ExprId lowerClass(Module &M, const CodePointSet &Set) {
  // The leading byte sets of a row, and the last bytes of all rows that have them.
  std::map<std::vector<ByteSet>, ByteSet> Rows;
  for (const CodePointRange &R : Set.ranges())
    for (const Utf8Sequence &Row : utf8Sequences(R.First, R.Last)) {
      std::vector<ByteSet> Lead;
      for (unsigned I = 0; I + 1 < Row.Size; ++I)
        Lead.push_back(ByteSet::range(Row.Bytes[I].First, Row.Bytes[I].Last));
      const auto &Last = Row.Bytes[Row.Size - 1];
      Rows[Lead] |= ByteSet::range(Last.First, Last.Last);
    }
  std::vector<ExprId> Ways;
  for (const auto &[Lead, Last] : Rows) {
    std::vector<ExprId> Parts;
    for (const ByteSet &B : Lead)
      Parts.push_back(M.bytes(B));
    Parts.push_back(M.bytes(Last));
    Ways.push_back(M.seq(Parts));
  }
  return M.alt(Ways);
}

bool LowerUtf8::run(Module &M, PassContext &Ctx) {
  std::vector<bool> InOperands = regularContextRules(M);
  Rewriter Rewrite(M, Ctx);
  bool Changed = false;
  for (uint32_t I = 0; I < M.ruleCount(); ++I) {
    RuleId R(I);
    if (!M.rule(R).Body || InOperands[I])
      continue;
    ExprId New = Rewrite.rewrite(M.rule(R).Body, [&](ExprId E, ExprId Original) {
      switch (M.op(Original)) {
      case Op::And:
      case Op::Not:
      case Op::JsonString:
        return Original;
      case Op::Members:
        return withOriginalKeys(M, E, Original);
      case Op::Class:
        Ctx.count("classes lowered");
        return lowerClass(M, CodePointSet(M.classSet(E)));
      default:
        return E;
      }
    });
    if (Ctx.isOverBudget())
      return Changed;
    Changed |= New != M.rule(R).Body;
    M.rule(R).Body = New;
  }
  return Changed;
}

std::unique_ptr<Pass> createLowerUtf8Pass() { return std::make_unique<LowerUtf8>(); }

} // namespace weir
