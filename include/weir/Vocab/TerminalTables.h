//===- TerminalTables.h - The terminal library of an image ------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What nearly every grammar needs of a vocabulary does not depend on the grammar: the mask
// tables of JSON's terminals (strings, numbers, white space, free keys …), and facts of the tokens
// from which other tables are made. An image may hold them, so that a process maps what it
// would work out for some tens of milliseconds:
//
//   rule (by its whole content) ─▶ state ─▶ base mask, exit trie
//                                        ─▶ tables for all bounds of its counter
//                                        ─▶ what it does below a node of the trie
//   tokens ─▶ rows by byte and length, nodes by their last two bytes
//
// Opening the image checks that no record leads out of the tables or the vocabulary.
// Whether a mask is the right one is not checked, as little as in an artifact: whoever may
// write the image may write this. Another version of the records is left alone, and what it
// holds is made anew.
//
// Written and taken over by lib/Runtime/TerminalLibrary.cpp.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_VOCAB_TERMINALTABLES_H
#define WEIR_VOCAB_TERMINALTABLES_H

#include "weir/Vocab/ExitRecords.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace weir {

/// Raised when the records, or what rules' contents, states or rows mean, changes.
inline constexpr uint32_t TerminalTablesVersion = 1;

struct TerminalFactsRec {
  uint32_t Version;
  uint32_t Reserved; ///< zero
};
static_assert(sizeof(TerminalFactsRec) == 8);

/// Which of several forms a base mask has.
enum class TerminalMask : uint32_t {
  Ids, ///< Data, Count: a range of Ids
  Row, ///< Data: which row; Count 0
};

struct TerminalEntryRec {
  static constexpr uint32_t None = 0xFFFFFFFFU;
  uint32_t Content, State; ///< of the rule; its state, counted from the rule's first
  uint32_t Kind;           ///< TerminalMask
  uint32_t Data, Count;
  uint32_t Exits;      ///< into Exits, or None
  uint32_t Room, Need; ///< what conditions of exits are asked with
  uint32_t Depth;      ///< None: any
  uint32_t Box, Registers;
};
static_assert(sizeof(TerminalEntryRec) == 44);

struct TerminalCountedRec {
  uint32_t Content, State;
  uint32_t FromZero;      ///< 1: holds for a count of 0 only
  uint32_t Row;           ///< None: it has none
  uint32_t Tokens, Count; ///< a range of CountedTokens
  uint32_t Exits;         ///< into Exits, or None
  uint32_t MaxRoom, MaxSeen;
};
static_assert(sizeof(TerminalCountedRec) == 36);

struct TerminalSubtreeRec {
  uint32_t Content, State;
  uint32_t Node;       ///< of the trie
  uint32_t Ids, Count; ///< the tokens that stay in the rule
  uint32_t Exits;      ///< into Exits, or None
  uint32_t Doubles;    ///< 1: some token does both
  uint32_t Hashes, HashCount;
};
static_assert(sizeof(TerminalSubtreeRec) == 36);

struct CountedToken {
  TokenId Id;
  CountCondition If;
};
static_assert(sizeof(CountedToken) == 8);

struct LongToken {
  uint32_t Chars;
  TokenId Id;
  uint32_t Common; ///< bytes that the one before begins with too
};
static_assert(sizeof(LongToken) == 12);

/// The bytes before a pair, the nearest first.
using BytesBefore = std::array<uint8_t, 3>;

inline constexpr unsigned NumTerminalTables = 0
#define TERMINAL_TABLE(Kind, Element, Name, Summary) +1
#include "weir/Vocab/TerminalTables.def"
    ;

/// The records as they are made, and as they are read.
struct TerminalRecords {
#define TERMINAL_TABLE(Kind, Element, Name, Summary) std::vector<Element> Name;
#include "weir/Vocab/TerminalTables.def"
};
struct TerminalView {
#define TERMINAL_TABLE(Kind, Element, Name, Summary) std::span<const Element> Name;
#include "weir/Vocab/TerminalTables.def"

  bool empty() const { return Facts.empty(); }
};

} // namespace weir

#endif // WEIR_VOCAB_TERMINALTABLES_H
