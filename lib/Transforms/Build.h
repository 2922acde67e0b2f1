//===- Build.h - Making and rewriting expressions in passes -----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What most passes share. An expression is a DAG whose operands have smaller ids,
// so a rewrite visits what a body reaches in ascending order and meets operands
// first: no recursion, each distinct expression once for the whole module.
//
// The makers simplify what they are given: units, zeros, nesting. They look one
// level down only.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_TRANSFORMS_BUILD_H
#define WEIR_LIB_TRANSFORMS_BUILD_H

#include "weir/IR/Module.h"
#include "weir/Support/FunctionRef.h"
#include "weir/Transforms/Pass.h"

#include <vector>

namespace weir::transforms {

/// What `Root` reaches, itself last, operands before their users.
std::vector<ir::ExprId> reachable(const ir::Module &M, ir::ExprId Root);

/// A sequence without units; `never` when a part is; parts that are sequences are
/// spliced in while the result stays below MaxFlat operands.
ir::ExprId makeSeq(ir::Module &M, std::span<const ir::ExprId> Parts);
/// An alternative without `never` and without repeats, the first of equal ones kept
/// in place; parts that are alternatives are spliced in, as for makeSeq.
ir::ExprId makeAlt(ir::Module &M, std::span<const ir::ExprId> Parts);
inline ir::ExprId makeSeq(ir::Module &M, std::initializer_list<ir::ExprId> L) {
  return makeSeq(M, std::span(L.begin(), L.size()));
}
inline ir::ExprId makeAlt(ir::Module &M, std::initializer_list<ir::ExprId> L) {
  return makeAlt(M, std::span(L.begin(), L.size()));
}
/// Without `never` and `empty` below it.
ir::ExprId makeRepeat(ir::Module &M, ir::ExprId E, uint32_t Min, uint32_t Max);
inline constexpr size_t MaxFlat = 1024;

/// Whether nothing below E but whole scalar values is ever written: classes,
/// well-formed literals, ASCII bytes, `not`, `json_string`. Calls count as not.
bool isTextLeaf(const ir::Module &M, ir::ExprId E);

/// Whether E contains the empty text by its own structure, whatever the rules that it
/// calls contain. Removing `empty` beside a call would be circular where the call is
/// empty only because of it.
class PlainlyNullable {
public:
  explicit PlainlyNullable(const ir::Module &M) : M(M) {}
  bool of(ir::ExprId E);

private:
  const ir::Module &M;
  std::vector<bool> Memo; ///< of the first expressions
};

/// A repetition's bounds less one round.
inline uint32_t lessOne(uint32_t N) { return N == ir::Unbounded || N == 0 ? N : N - 1; }

/// Rewrites expressions bottom up and remembers the results.
class Rewriter {
public:
  /// Gets an expression with its operands rewritten, and the one it was.
  using Fn = FunctionRef<ir::ExprId(ir::ExprId Rebuilt, ir::ExprId Original)>;

  Rewriter(ir::Module &M, PassContext &Ctx) : M(M), Ctx(Ctx) {}
  /// The rewritten form of `Root`. Over budget: some expression, not to be used.
  ir::ExprId rewrite(ir::ExprId Root, Fn F);
  /// Forgets the results of the last `rewrite`, where each rule has its own. O(what it visited).
  void forget();

private:
  ir::Module &M;
  PassContext &Ctx;
  std::vector<ir::ExprId> Memo;
  std::vector<bool> Seen; ///< have a memo, or are about to
  std::vector<ir::ExprId> Todo, Operands;
};

/// By expression, whether a rule's body reaches it. O(expressions).
std::vector<uint8_t> liveExprs(const ir::Module &M);

/// Whether some expression that a rule's body reaches has the property: how a pass that
/// would find nothing to do ends early. Costs a look at each expression, no memory but
/// a bit for it.
bool anyLive(const ir::Module &M, FunctionRef<bool(ir::ExprId)> Is);

/// Rewrites every rule's body, or none when the budget ends first. Returns whether
/// a body changed.
bool rewriteBodies(ir::Module &M, PassContext &Ctx, Rewriter::Fn F);

/// Rules called, directly or not, by regular operands: of `and`, `not` and
/// `json_string`, and the keys of free members. They must stay regular.
std::vector<bool> regularContextRules(const ir::Module &M);
/// `members` E with the keys of free members that Original has.
ir::ExprId withOriginalKeys(ir::Module &M, ir::ExprId E, ir::ExprId Original);

/// `To` gets the origins that `From` has for the calls in `E`.
void copyCallOrigins(ir::Module &M, ir::RuleId From, ir::RuleId To, ir::ExprId E);

/// A new rule that takes over a part of `From`: its origins and its name's stem.
ir::RuleId addPartRule(ir::Module &M, ir::RuleId From, std::string_view Suffix, ir::ExprId Body);

} // namespace weir::transforms

#endif // WEIR_LIB_TRANSFORMS_BUILD_H
