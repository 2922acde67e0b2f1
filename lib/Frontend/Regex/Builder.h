//===- Builder.h - Expressions of patterns, kept small ----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constructors over the module's that apply the laws of never, empty and any*, and
// what assertions need: whether the empty text belongs to an expression, the first
// and last characters of its texts, and the part of it that begins or ends with a
// character of a set. That part is found by structure where it can be, so that
// `\bfoo\b` needs no `and`.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_REGEX_BUILDER_H
#define WEIR_LIB_FRONTEND_REGEX_BUILDER_H

#include "Tree.h"
#include "weir/IR/Module.h"

#include <unordered_map>
#include <vector>

namespace weir::regex {

using ir::ExprId;

class Builder {
public:
  Builder(ir::Module &M, const Tree &T) : M(M), T(T) {}

  ExprId never() const { return M.never(); }
  ExprId empty() const { return M.empty(); }
  ExprId anyText() { return M.anyText(); }
  ExprId cls(const CodePointSet &S);
  ExprId seq(std::span<const ExprId> Parts);
  ExprId seq(std::initializer_list<ExprId> L) { return seq(std::span(L.begin(), L.size())); }
  ExprId alt(std::span<const ExprId> Parts);
  ExprId alt(std::initializer_list<ExprId> L) { return alt(std::span(L.begin(), L.size())); }
  ExprId conj(ExprId A, ExprId B);
  ExprId neg(ExprId E);
  ExprId repeat(ExprId E, uint32_t Min, uint32_t Max);

  /// The language of a node without assertions.
  ExprId translate(NodeId N);

  // For expressions made here.
  bool nullable(ExprId E);
  /// A superset of the first (last) characters; exact where there is no `and` or `not`.
  const CodePointSet &edge(ExprId E, bool First);
  /// The texts of `E` whose first (last) character is in `S`; never the empty one.
  ExprId restrictEdge(ExprId E, const CodePointSet &S, bool First);

  uint32_t exprCount() const { return M.exprCount(); }

private:
  /// Whether every text of `E` is made of characters of `S`; may say no when that is hard to see.
  bool within(ExprId E, const CodePointSet &S) const;
  /// `Of`, a counted class, as a bound of the length alone when `E` has no other characters.
  ExprId asLength(ExprId Of, ExprId E);

  ir::Module &M;
  const Tree &T;
  std::unordered_map<ExprId, bool> NullableMemo;
  std::unordered_map<ExprId, CodePointSet> EdgeMemo[2];
};

} // namespace weir::regex

#endif // WEIR_LIB_FRONTEND_REGEX_BUILDER_H
