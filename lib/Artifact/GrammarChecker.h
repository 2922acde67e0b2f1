//===- GrammarChecker.h - What the runtime takes for granted ------ -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matchers follow the tables without looking: this is the one place that looks. After
// it, and whatever the bytes were:
//
//   in bounds   every index and range, of every record that a state of a rule reaches
//   frames      an automaton stays within its rule, so a frame's registers are those of
//               its rule; a program touches registers that its rule has, and counters lie
//               outside of the blocks of objects and arrays
//   ends        a program has a last operation; no rule accepts where it starts, and
//               calls made before a byte is read go to rules of higher rank, so that
//               whatever happens between two bytes comes to an end
//   shared      a rule that says it is a leaf is one: tables of leaves are shared between
//               grammars by content, and must not depend on anything else
//
// Which language the tables have is not looked at. Linear: records that are shared are
// looked at once for each rule, and forgeries that share without end run out of work.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_ARTIFACT_GRAMMARCHECKER_H
#define WEIR_LIB_ARTIFACT_GRAMMARCHECKER_H

#include "weir/Runtime/Grammar.h"

#include <string>
#include <string_view>
#include <vector>

namespace weir {

class GrammarChecker {
public:
  explicit GrammarChecker(const GrammarView &T);

  /// False when something is wrong; `failure` then says what.
  bool run();
  const std::string &failure() const { return Failure; }

private:
  bool checkRules();
  bool checkRule(uint32_t R);
  bool checkRegisterBlocks(const RuleRec &Rule);
  bool checkClassMaps();
  bool checkTokens();
  bool checkObjects();
  bool checkObject(const ObjectRec &O);
  bool checkElements();
  bool checkArray(const ElementsRec &E);
  bool checkLengthSets();

  // Of the rule under way.
  bool checkState(StateId S);
  bool checkRow(const StateRec &State);
  bool checkAction(uint32_t Action);
  bool checkAlternatives(uint32_t List);
  bool checkDetail(StateId S, const StateRec &State, const DetailRec &D);
  bool checkCall(StateId S, const CallRec &C);
  bool checkSymbol(const SymbolRec &Y);
  bool checkProgram(uint32_t P);
  bool checkOperation(const OpRec &O);
  bool isOwn(StateId S) const { return S >= Rule->StatesBegin && S < Rule->StatesEnd; }
  bool isCounter(uint32_t Register) const;

  /// Are [At, At + Count) indices of Words?
  bool words(uint32_t At, uint64_t Count) const {
    return At <= T.Words.size() && Count <= T.Words.size() - At;
  }
  bool text(uint32_t At, uint64_t Count) const {
    return At <= T.Text.size() && Count <= T.Text.size() - At;
  }
  template <typename Table>
  static bool range(uint32_t Begin, uint32_t End, const Table &In) {
    return Begin <= End && End <= In.size();
  }
  /// Pays for looking at `N` records; false when there is too much of it.
  bool spend(uint64_t N) {
    if (N > Work)
      return fail("records are shared without end");
    Work -= N;
    return true;
  }
  bool fail(std::string_view What);

  const GrammarView &T;
  uint64_t Work;
  std::string Failure;

  const RuleRec *Rule = nullptr; ///< under way
  uint32_t RuleIndex = 0;
  std::vector<uint32_t> ProgramSeen; ///< by operation: the last rule that ran it
  std::vector<uint32_t> ListSeen;    ///< by word of AltLists
  std::vector<uint8_t> LastClass;    ///< by class map: the highest class
};

} // namespace weir

#endif // WEIR_LIB_ARTIFACT_GRAMMARCHECKER_H
