//===- ItemValues.h - How many values an expression's texts have ---- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Unique items can be used up where there are few values. So of each choice it must be
// known whether its texts have
//
//   few     values, which are listed as canonical forms (JsonValues.h)
//   many    more than any text has room for
//   unknown
//
// Texts are not values: blanks, escapes and zeros at the end of a number make many
// texts of one value. Few texts are found by writing them out, blanks and strings in
// one spelling; numbers by their automaton (what may be repeated that changes the
// value?); many by a part that has many values while the rest can be written.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_LOWER_ITEMVALUES_H
#define WEIR_LIB_LOWER_ITEMVALUES_H

#include "RuleBuilder.h"
#include "weir/IR/Analyses.h"

#include <set>

namespace weir::lowering {

struct ValueCount {
  bool Known = false; ///< Forms has all of them
  std::set<std::string> Forms;
  uint64_t AtLeast = 0; ///< different values; ManyKeys: never used up
};

class ItemValues {
public:
  explicit ItemValues(ModuleBuilder &B) : B(B), M(B.M), Analyses(B.M) {}

  ValueCount of(ir::ExprId E, ir::RuleId For);

private:
  using Texts = std::optional<std::vector<std::string>>;
  struct Strings {
    uint64_t Count = 0;
    std::vector<std::string> Spelled; ///< when Count is small
  };

  Texts texts(ir::ExprId E, unsigned Depth);
  Texts memberTexts(const ir::MembersSpec &S, unsigned Depth);
  Texts itemTexts(const ir::ElementsSpec &S, unsigned Depth);
  bool isBlank(ir::ExprId E, unsigned Depth);
  bool hasMany(ir::ExprId E, unsigned Depth);
  const Strings &strings(ir::ExprId Operand);
  bool isNumber(ir::ExprId E);
  const ValueCount &numbers(ir::ExprId E);
  bool live(ir::ExprId E) const { return B.productive(E); }

  ModuleBuilder &B;
  const ir::Module &M;
  ir::AnalysisManager Analyses;
  ir::RuleId For;
  std::map<ir::ExprId, Strings> StringMemo;
  std::map<ir::ExprId, ValueCount> NumberMemo;
  std::set<ir::RuleId> Calling;
};

} // namespace weir::lowering

#endif // WEIR_LIB_LOWER_ITEMVALUES_H
