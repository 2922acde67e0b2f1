//===- Grammar.h - A compiled grammar ---------------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Immutable once made, independent of any vocabulary, and safe to share between
// threads. The tables are described in GrammarLayout.h. Lowering makes them in vectors
// (GrammarTables) and hands them over; whoever runs a grammar sees them through a
// GrammarView, which costs one load an access like a vector.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_RUNTIME_GRAMMAR_H
#define WEIR_RUNTIME_GRAMMAR_H

#include "weir/Runtime/GrammarLayout.h"
#include "weir/Support/ByteRuns.h"
#include "weir/Support/ByteSet.h"

#include <array>
#include <cassert>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

using ClassMap = std::array<uint8_t, 256>;
using KeyInterval = std::array<uint32_t, 3>;

/// The tables, as lowering builds them.
struct GrammarTables {
#define GRAMMAR_TABLE(Kind, Element, Name, Summary) std::vector<Element> Name;
#include "weir/Runtime/GrammarTables.def"
  std::string Text; ///< names
  uint32_t StartRule = 0;
  /// Some text must differ from earlier ones in a way that may leave none: see Fresh.cpp.
  bool NeedsFresh = false;
};

/// The tables, as everything else reads them: wherever they lie, in vectors or in an
/// artifact that was opened.
struct GrammarView {
#define GRAMMAR_TABLE(Kind, Element, Name, Summary) std::span<const Element> Name;
#include "weir/Runtime/GrammarTables.def"
  std::string_view Text;
  uint32_t StartRule = 0;
  bool NeedsFresh = false;

  GrammarView() = default;
  explicit GrammarView(const GrammarTables &T);
};

class ReadyTables;

/// Where rules are in the specification, for explanations: a text for each rule.
struct GrammarPlaces {
  std::span<const uint32_t> Ends; ///< of each rule's text in Text; empty: nothing is known
  std::string_view Text;
};

class Grammar {
public:
  explicit Grammar(GrammarTables Tables);
  /// `Tables` must have been checked (GrammarChecker.h), and so must `Places`; `KeepAlive` holds
  /// what they see.
  Grammar(const GrammarView &Tables, std::shared_ptr<const void> KeepAlive,
          std::shared_ptr<const ReadyTables> Ready = nullptr, const GrammarPlaces &Places = {});
  Grammar(const Grammar &) = delete;
  Grammar &operator=(const Grammar &) = delete;

  const GrammarView &tables() const { return T; }
  const RuleRec &rule(uint32_t R) const { return T.Rules[R]; }
  const StateRec &state(StateId S) const { return T.States[S]; }
  /// The rule whose automaton has `S`.
  uint32_t ruleOf(StateId S) const { return RuleOf[S]; }
  std::string_view ruleName(uint32_t R) const {
    return T.Text.substr(T.Rules[R].NameOffset, T.Rules[R].NameSize);
  }
  uint32_t startRule() const { return T.StartRule; }

  /// The action of `S` on `B`: dead, a move, or alternatives. O(1), sparse rows O(log).
  uint32_t action(StateId S, uint8_t B) const {
    const StateRec &R = T.States[S];
    switch (R.Kind) {
    case RowKind::None:
      return ActionDead;
    case RowKind::Chain:
      return R.Byte == B ? makeMove(S + 1) : ActionDead;
    case RowKind::Sparse:
      return sparseAction(R.Row, B);
    case RowKind::Dense:
      return T.Rows[R.Row + 1 + T.ClassMaps[T.Rows[R.Row]][B]];
    }
    return ActionDead;
  }

  /// Calls F(first byte, last byte, action) for runs of bytes that cover all live actions
  /// of `S`, ascending; neighbouring runs may have one action.
  template <typename Fn>
  void forEachRange(StateId S, Fn F) const {
    const StateRec &R = T.States[S];
    if (R.Kind == RowKind::Chain) {
      F(unsigned(R.Byte), unsigned(R.Byte), makeMove(S + 1));
    } else if (R.Kind == RowKind::Sparse) {
      const uint32_t *Row = T.Rows.data() + R.Row;
      for (uint32_t I = 0; I < Row[0]; ++I)
        F(unsigned(Row[1 + 2 * I] & 0xff), unsigned(Row[1 + 2 * I] >> 8), Row[2 + 2 * I]);
    } else if (R.Kind == RowKind::Dense) {
      const uint32_t *Actions = T.Rows.data() + R.Row + 1;
      const ClassMap &Map = T.ClassMaps[T.Rows[R.Row]];
      forEachRun(Map, [&](unsigned First, unsigned Last) {
        if (Actions[Map[First]] != ActionDead)
          F(First, Last, Actions[Map[First]]);
      });
    }
  }

  const DetailRec *detail(StateId S) const {
    uint32_t D = T.States[S].Detail;
    return D == NoIndex ? nullptr : &T.Details[D];
  }

  /// Mask tables that were made ahead of time, for one vocabulary (ReadyTables.h), or null.
  const std::shared_ptr<const ReadyTables> &ready() const { return Ready; }
  /// The same grammar with other tables, or none.
  static std::shared_ptr<const Grammar> withTables(const std::shared_ptr<const Grammar> &G,
                                                   std::shared_ptr<const ReadyTables> Ready);
  const GrammarPlaces &places() const { return Places; }
  /// Where the rule of this name is in the specification; empty when it is not known. Linear.
  std::string_view placesOf(std::string_view Rule) const;

  /// Unequal for different grammars of one process.
  uint64_t uid() const { return Uid; }
  /// Bytes the tables hold.
  size_t memoryBytes() const;
  /// The bytes to reckon with after a text of rule `R`: every one that may follow. What only
  /// structure of JSON may follow, or only tokens of JSON, is taken to be followed by all of it, so
  /// that a terminal is the same in every schema.
  ByteSet follow(uint32_t R) const;
  /// The canonical words of a leaf rule's automaton: equal words, equal residuals
  /// state by state. Without `Bounds` counters may be compared with anything.
  std::vector<uint64_t> leafContent(uint32_t R, bool Bounds = true) const;

private:
  uint32_t sparseAction(uint32_t Row, uint8_t B) const;
  void listRules();
  const GrammarTables Made; ///< empty when the tables lie elsewhere
  std::shared_ptr<const void> KeepAlive;
  GrammarView T;
  std::vector<uint32_t> RuleOf; ///< by state
  uint64_t Uid;
  std::shared_ptr<const ReadyTables> Ready;
  GrammarPlaces Places;
};

} // namespace weir

#endif // WEIR_RUNTIME_GRAMMAR_H
