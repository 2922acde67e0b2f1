//===- SharedTables.h - What the rules of a module are made into --------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_LOWER_SHAREDTABLES_H
#define WEIR_LIB_LOWER_SHAREDTABLES_H

#include "weir/Automata/RuleAutomaton.h"
#include "weir/IR/Module.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weir::lowering {

using automata::Dfa;

/// What a rule of the network is made from, and what came out.
struct RuleAutomatonInfo {
  std::string Name;
  Dfa Automaton;
  uint32_t Registers = 0;
  uint32_t Object = automata::None;   ///< into Shared::Objects
  uint32_t Elements = automata::None; ///< into Shared::Elements
  bool Nullable = false;
  bool Nest = false;
  bool Frozen = false;             ///< other automata name its states
  bool AllLive = false;            ///< every state reaches acceptance, and none calls a rule
  std::vector<uint32_t> KeyCounts; ///< of a free key: by state, the keys that complete it
  bool Counted = false;            ///< of a free key: some prefix begins few keys only
  /// Of a free key: by state, where its moves go; see `freeMoves`.
  std::vector<std::vector<std::pair<uint32_t, ByteSet>>> KeyMoves;
};

/// The rules of the network: first those of a group made before, which no longer change.
class RuleList {
public:
  using Fixed = std::shared_ptr<const std::vector<RuleAutomatonInfo>>;

  size_t size() const { return fixed() + Own.size(); }
  const RuleAutomatonInfo &operator[](size_t I) const {
    return I < fixed() ? (*First)[I] : Own[I - fixed()];
  }
  /// One that is not fixed.
  RuleAutomatonInfo &own(size_t I) {
    assert(I >= fixed());
    return Own[I - fixed()];
  }
  std::span<RuleAutomatonInfo> owned() { return Own; }
  /// How many are fixed.
  size_t fixed() const { return First ? First->size() : 0; }
  void add(size_t Count) { Own.resize(Own.size() + Count); }
  void push_back(RuleAutomatonInfo &&Info) { Own.push_back(std::move(Info)); }
  /// Frees some of those that are not fixed. False when there are none.
  bool freeSome() {
    for (unsigned I = 0; I < 64 && !Own.empty(); ++I)
      Own.pop_back();
    return !Own.empty();
  }
  /// Makes all of them fixed. None was before.
  void fix() {
    assert(!First);
    First = std::make_shared<const std::vector<RuleAutomatonInfo>>(std::move(Own));
    Own.clear();
  }

private:
  Fixed First;
  std::vector<RuleAutomatonInfo> Own;
};

/// As many keys as this are never used up: each takes bytes of a text whose offsets
/// are words.
inline constexpr uint32_t ManyKeys = uint32_t(1) << 30;

/// One spelling of a key, without quotes: the canonical one, or that of Escapes::Ascii.
std::string spelledKey(std::string_view Name, bool Ascii = false);
void appendSpelledKey(std::string_view Name, bool Ascii, std::string &Out);
/// Does the automaton end in acceptance?
bool readsKey(const automata::Dfa &D, uint32_t From, std::string_view Spelled);

/// Tables that all rules of a module add to.
struct SharedTables {
  automata::ProgramTable Programs;
  std::vector<ObjectRec> Objects;
  std::vector<FreeRec> FreeEntries;
  std::vector<ElementsRec> Elements;
  std::vector<ChoiceRec> Choices;
  std::vector<ItemCounterRec> ItemCounters;
  std::string Text; ///< forms of values
  std::vector<std::array<uint32_t, 3>> KeyIntervals;
  std::vector<LengthSetRec> LengthSets;
  std::vector<uint32_t> Words;
  std::vector<ir::TokenRef> Tokens;
  RuleList Rules; ///< the generic ones, the module's other rules in order, then keys

  uint32_t addWords(std::span<const uint32_t> W);
  /// A list of free families as key intervals name it.
  uint32_t addFreeList(std::span<const uint32_t> Free);
  uint32_t addKeyInterval(uint32_t First, uint32_t End, uint32_t FreeList);
  uint32_t addToken(const ir::TokenRef &T);

private:
  WordIndex IntervalIndex;
  std::map<std::vector<uint32_t>, uint32_t> FreeListIndex;
  std::map<ir::TokenRef, uint32_t> TokenIndex;
};

} // namespace weir::lowering

#endif // WEIR_LIB_LOWER_SHAREDTABLES_H
