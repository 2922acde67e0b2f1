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
//   some    between, which are counted: in all, or at least
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
#include "weir/Support/WorkMeter.h"

#include <set>

namespace weir::lowering {

struct ValueCount {
  bool Known = false; ///< Forms has all of them
  std::set<std::string> Forms;
  uint64_t AtLeast = 0; ///< different values; ManyKeys: never used up
  bool Exact = false;   ///< there are no more than AtLeast
};

/// Which expressions lead to one of a kind. Each is looked at once, however often it is a part of
/// others, and what leads to none is remembered until that is forgotten.
class LeadsTo {
public:
  /// `Visit(E, F)` says whether `E` is of the kind, and else calls F with what it leads to.
  template <typename Fn>
  bool from(const ir::Module &M, ir::ExprId Root, Fn Visit) {
    Known.resize(M.exprCount());
    if (Known[Root.index()] != NotKnown)
      return Known[Root.index()] == Yes;
    Work.assign(1, Root);
    Known[Root.index()] = No;
    bool Found = false;
    auto add = [&](ir::ExprId E) {
      Found = Found || Known[E.index()] == Yes;
      if (Known[E.index()] != NotKnown)
        return;
      Known[E.index()] = No;
      Work.push_back(E);
    };
    for (size_t I = 0; I < Work.size() && !Found && pollWork(); ++I)
      Found = Visit(Work[I], add) || Found;
    if (!Found) {
      Dead.insert(Dead.end(), Work.begin(), Work.end());
      return false;
    }
    for (ir::ExprId E : Work)
      Known[E.index()] = NotKnown;
    Known[Root.index()] = Yes;
    return true;
  }
  /// What led to none may do so now.
  void forgetDead() {
    for (ir::ExprId E : Dead)
      Known[E.index()] = NotKnown;
    Dead.clear();
  }

private:
  enum : uint8_t { NotKnown, No, Yes };
  std::vector<uint8_t> Known; ///< by expression
  std::vector<ir::ExprId> Work, Dead;
};

class ItemValues {
public:
  explicit ItemValues(ModuleBuilder &B) : B(B), M(B.M), Analyses(B.M) {}

  ValueCount of(ir::ExprId E, ir::RuleId For);
  /// Called when more expressions are known to be productive than were.
  void moreIsLive() { Many.forgetDead(); }

private:
  using Texts = std::optional<std::vector<std::string>>;
  struct Strings {
    uint64_t Count = 0;
    bool Exact = false;               ///< there are no more than Count
    bool Listed = false;              ///< Spelled has all of them
    std::vector<std::string> Spelled; ///< in one way each, with quotes
  };

  static constexpr size_t MaxTexts = 4096;
  static constexpr unsigned MaxDepth = 200;
  /// Bytes written for all lists of texts of a module, and parts looked at, which cost as much as
  /// some bytes.
  static constexpr uint64_t MaxTextSteps = 100'000'000;

  bool spend(uint64_t Steps) { return (TextSteps += Steps) <= MaxTextSteps && pollWork(Steps); }
  bool append(std::vector<std::string> &Heads, const std::vector<std::string> &Tails);
  Texts texts(ir::ExprId E, unsigned Depth);
  /// Are the members keys and nothing else (unique-strings)? Then they are items, whose order
  /// counts.
  bool isList(const ir::MembersSpec &S) const;
  Texts listTexts(const ir::MembersSpec &S);
  uint64_t lists(ir::ExprId Root);
  Texts memberTexts(const ir::MembersSpec &S, unsigned Depth);
  Texts itemTexts(const ir::ElementsSpec &S, unsigned Depth);
  bool isBlank(ir::ExprId E);
  bool hasMany(ir::ExprId E);
  const Strings &strings(ir::ExprId Operand);
  bool list(const Regular &A, const BooleanParts &Bounds, std::vector<std::string> &Out);
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
  LeadsTo Ink, Many; ///< what is no blank; what has many values
  uint64_t TextSteps = 0;
};

} // namespace weir::lowering

#endif // WEIR_LIB_LOWER_ITEMVALUES_H
