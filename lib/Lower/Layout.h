//===- Layout.h - The automata of rules as the runtime's tables -------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rules are laid out in groups: first those that depend on no part of a specification
// (GenericRules.h), then what else the start reaches. What has been laid out does not
// change any more, so another module may go on with a copy.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_LOWER_LAYOUT_H
#define WEIR_LIB_LOWER_LAYOUT_H

#include "SharedTables.h"
#include "weir/Runtime/Grammar.h"

#include <memory>

namespace weir::lowering {

class Layout {
public:
  /// Lays out `Roots`, indices into `Tables.Rules`, and what they reach, as far as it is
  /// not laid out. The automata are final. False when the work allowed is spent.
  bool place(const SharedTables &Tables, std::span<const uint32_t> Roots);
  /// The grammar whose start is the rule `Start`, which is laid out. Takes what it needs
  /// out of `Tables`.
  std::shared_ptr<const Grammar> finish(SharedTables &Tables, uint32_t Start) &&;
  /// Becomes a copy of `From`, which holds what many networks begin with, with room for more.
  void begin(const Layout &From);
  /// Forgets how rows were made from the bases of rules that are laid out.
  void forgetBases();
  /// What a copy takes, about.
  size_t bytes() const;

private:
  bool numberStates(std::span<const uint32_t> Roots);
  bool isNumbered(uint32_t R, uint32_t S) const { return idOf(R, S) != NoIndex; }
  uint32_t onlyTarget(const Dfa &D, uint32_t S) const;
  void pushTargets(uint32_t R, uint32_t S);
  void keep(uint32_t R) {
    if (NewRule[R] == NoIndex) {
      NewRule[R] = uint32_t(RuleOrder.size());
      RuleOrder.push_back(R);
    }
  }
  void placeDenseRow(uint32_t R, std::span<const Dfa::Range> Row);
  uint32_t addClassMap(const ClassMap &Map);
  /// The row of a state that has a base.
  void placeBasedRow(uint32_t R, uint32_t S, StateRec &Rec);
  void placeRow(uint32_t R, uint32_t S, StateRec &Rec);
  void placeWholeRow(uint32_t R, uint32_t S, StateRec &Rec);
  void placeDetail(uint32_t R, uint32_t S, StateRec &Rec);
  void placeWholeDetail(uint32_t R, uint32_t S, StateRec &Rec);
  void placeLoop(uint32_t S, DetailRec &D);
  void placeFirstAndFollow();
  uint32_t program(uint32_t P) { return P ? newProgram(P) : NoIndex; }
  uint32_t newProgram(uint32_t P);
  uint32_t action(uint32_t R, const Dfa::Range &Range);
  bool isPlainEnd(uint32_t R, uint32_t S) const;
  StateId idOf(uint32_t R, uint32_t S) const { return Ids[IdsBegin[R] + S]; }
  const Dfa &dfa(uint32_t R) const { return Shared->Rules[R].Automaton; }

  /// Rows of more ranges are dense.
  static constexpr size_t MaxSparse = 12;

  const SharedTables *Shared = nullptr;    ///< while a member function runs
  const RuleAutomatonInfo *Here = nullptr; ///< the rule at hand, while rows are placed
  GrammarTables T;
  std::vector<Dfa::Range> Merged;                    ///< a state's ranges and those of its base
  std::vector<uint32_t> RuleOrder;                   ///< rules that are kept
  std::vector<uint32_t> NewRule;                     ///< by old number
  std::vector<uint32_t> IdsBegin;                    ///< by old rule, into Ids
  std::vector<StateId> Ids;                          ///< by old rule and state
  std::vector<std::pair<uint32_t, uint32_t>> States; ///< (rule, state) by new id
  std::vector<uint32_t> Programs;                    ///< where each stands, or NoIndex
  std::vector<uint32_t> ActionsBegin;                ///< by old rule, into Actions
  std::vector<uint32_t> Actions; ///< by old rule and list of alternatives, or ActionDead
  WordIndex ClassMapHashes;      ///< see `numberOf`
  /// The dense form of a base: bytes by class, and the classes' actions.
  struct BaseRow {
    ClassMap Map;
    uint32_t MapId = 0;            ///< into BaseOfMap
    std::vector<uint32_t> Actions; ///< empty: not made
    /// By byte: the class map of a row in which it alone does something else, and what the base
    /// does not; NoIndex where there is none yet, empty where no such row is.
    std::vector<uint32_t> MapOfByte;
  };
  std::vector<BaseRow> BaseRows;
  std::vector<uint32_t> BaseOfMap; ///< by number of the map: the first base that has it
  WordIndex BaseMapHashes;
  std::vector<uint32_t> BasesBegin; ///< by old rule, into BaseRows
  WordIndex BasedMaps;              ///< (map of the base, byte and class of what differs …)
  std::vector<uint32_t> BasedMapIds, BasedKey;
  std::vector<uint32_t> Stack, Targets, LoopAt, LoopNext;
  std::vector<bool> BaseMet; ///< of the rule at hand
};

} // namespace weir::lowering

#endif // WEIR_LIB_LOWER_LAYOUT_H
