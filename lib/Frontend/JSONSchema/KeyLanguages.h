//===- KeyLanguages.h - Regular languages of keys ----------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `patternProperties` and `propertyNames` say is about regular languages of keys.
// Each is a deterministic automaton over scalar values, with the expression it came
// from; equal automata have one id, and automata are minimal up to a size.
//
// Several languages divide the keys into classes: those that are in the same of them.
// There may be exponentially many, so they are not multiplied out but reached: one walk
// through all automata at once, in which most are dead after a character or two.
//
// Names are classified by the walk as well, so that n names and m patterns cost n + m.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_KEYLANGUAGES_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_KEYLANGUAGES_H

#include "NormalForm.h"
#include "weir/IR/ScalarDfa.h"
#include "weir/Support/WordIndex.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

namespace weir::jsonschema {

using KeyAutomaton = ir::ScalarDfa;

/// The minimal automaton of the texts of an expression; none when it is not regular over
/// text, has more than `MaxStates` states, or takes more than `Steps` steps, which are
/// reduced by those taken.
std::optional<KeyAutomaton> keyAutomatonOf(const ir::Module &M, ir::ExprId E, uint32_t MaxStates,
                                           uint64_t &Steps);

class KeyPartition;

/// The languages of one compilation. When a budget is exceeded `overBudget` holds from
/// then on, unless it is forgiven, and answers are arbitrary.
class KeyLanguages {
public:
  explicit KeyLanguages(ir::Module &M);

  /// The texts of an expression; none when it is not regular over text, or its automaton
  /// is beyond the budget of states.
  std::optional<KeyId> of(ir::ExprId E);
  KeyId ofLiterals(std::span<const std::string_view> Texts);
  KeyId both(KeyId A, KeyId B);
  KeyId minus(KeyId A, KeyId B);
  KeyId either(KeyId A, KeyId B);

  bool contains(KeyId K, std::string_view Text) const;
  /// The number of texts, at most `Many`.
  /// So many keys are written one by one, as names are.
  static constexpr uint32_t Few = 64;
  uint32_t count(KeyId K) const;
  /// The texts of a language of at most `Limit`, by their scalars.
  std::optional<std::vector<std::string>> enumerate(KeyId K, uint32_t Limit) const;
  static constexpr uint32_t Many = 0xffffffffU;
  /// An expression of the language.
  ir::ExprId expr(KeyId K) const { return Languages[K.index()].Expr; }
  bool overBudget() const { return Failed; }
  /// Whether it was one combination that had too many states.
  bool hadTooManyStates() const { return TooManyStates; }
  /// Goes on after such a one, whose result is not to be used. False when there was none.
  bool forgive() {
    Failed = Failed && !TooManyStates;
    return std::exchange(TooManyStates, false);
  }
  /// States of the automaton of a pattern, and so many more than two have that of a combination.
  static constexpr uint32_t MaxStates = 8'192;
  /// Steps looked at in one compilation.
  static constexpr uint64_t MaxWork = 16'000'000;

private:
  friend class KeyPartition;
  struct Language {
    KeyAutomaton Automaton;
    ir::ExprId Expr;
    mutable uint32_t Count = 0; ///< when known; then one more, at most Many
  };
  enum class Combine : uint8_t { Both, Minus, Either };

  const KeyAutomaton &automaton(KeyId K) const { return Languages[K.index()].Automaton; }
  bool charge(uint64_t Amount);
  KeyId intern(KeyAutomaton A, ir::ExprId E);
  KeyId combine(KeyId A, KeyId B, Combine How);
  void normalise(KeyAutomaton &A);
  bool joinBackwards(const KeyAutomaton &A, std::span<const uint8_t> Live,
                     std::span<const uint32_t> Begin, std::span<const uint32_t> Before,
                     std::vector<uint32_t> &Block);

  ir::Module &M;
  std::vector<Language> Languages;
  std::unordered_multimap<uint64_t, KeyId> Index;
  WordIndex Blocks; ///< of `normalise`, whose memory is used again
  std::unordered_map<ir::ExprId, std::optional<KeyId>> ByExpr;
  std::unordered_map<ir::ExprId, KeyId> ByTexts; ///< by what has the texts as alternatives
  std::map<std::pair<Combine, std::pair<uint32_t, uint32_t>>, KeyId> Known;
  uint64_t Work = 0;
  bool Failed = false;
  bool TooManyStates = false;
};

/// The classes into which some languages divide the keys.
class KeyPartition {
public:
  KeyPartition(KeyLanguages &Keys, std::span<const KeyId> Of);

  /// By class, the languages (as numbered in `Of`, ascending) its keys are in. Distinct,
  /// and no class is empty: keys in none are there only when such exist.
  const std::vector<std::vector<uint32_t>> &classes() const { return Classes; }
  /// The class of a name.
  const std::vector<uint32_t> &classOf(std::string_view Name) const;

private:
  KeyAutomaton Walk; ///< Accepts is not used
  std::vector<uint32_t> ClassOfState;
  std::vector<std::vector<uint32_t>> Classes;
  std::vector<uint32_t> None;
};

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_KEYLANGUAGES_H
