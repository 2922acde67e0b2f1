//===- NonEmpty.h - The texts of an expression less the empty one -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   e'                       for e that may be empty
//   seq(a, b)'               alt(seq(a', b), b')     (both may be empty)
//   alt(a, b)'               alt(a', b')
//   repeat<m,n>(a)'          seq(a', repeat<m-1,n-1>(a)), m = 0 if a may be empty
//   (call @r)'               call @r.nonempty, a new rule with the body's e'
//   not(a)'                  and(not(a), any text of one scalar or more)
//
// Suffixes of a sequence are shared, so the result is linear in the expression.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_TRANSFORMS_NONEMPTY_H
#define WEIR_LIB_TRANSFORMS_NONEMPTY_H

#include "Build.h"

#include <map>
#include <unordered_map>

namespace weir::transforms {

class NonEmpty {
public:
  NonEmpty(ir::Module &M, PassContext &Ctx);

  /// Whether the empty text can be taken out of E: not where only the nesting depth
  /// decides (`indent`), out of `and` over byte sets, or out of rules with attributes.
  bool possible(ir::ExprId E);
  bool possible(ir::RuleId R) { return !Impossible[R.index()]; }
  /// E', for an E that is `possible`.
  ir::ExprId of(ir::ExprId E);
  /// The rule of R'; R itself when it is never empty.
  ir::RuleId ruleOf(ir::RuleId R);
  /// Gives the rules made by `ruleOf` their bodies, from the bodies that the rules
  /// they are made from have now.
  void finish();

private:
  bool isNullable(ir::ExprId E) { return Ctx.analyses().nullable(E) != ir::Answer::No; }
  std::vector<ir::ExprId> parts(ir::ExprId E);
  ir::ExprId build(ir::ExprId E);
  bool obstructs(ir::ExprId E);

  ir::Module &M;
  PassContext &Ctx;
  std::vector<bool> Impossible; ///< by rule
  std::map<ir::RuleId, ir::RuleId> Rules;
  std::vector<std::pair<ir::RuleId, ir::RuleId>> Unfinished; ///< from, made
  std::unordered_map<ir::ExprId, ir::ExprId> Memo;
};

} // namespace weir::transforms

#endif // WEIR_LIB_TRANSFORMS_NONEMPTY_H
