//===- GrammarLayout.h - The records a compiled grammar is made of *- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A grammar is a handful of flat tables of these records; every reference is an
// index into another table, so the whole can be written out, mapped and shared.
//
//   Rules     start state, registers, first bytes
//   States    row of byte transitions, and an index to Details for the rest
//   Details   acceptance, calls, token symbols, what happens on return
//   Rows      by kind:  chain   the byte stands in the state, the target is the next state
//                       sparse  count, then (first | last << 8, action) by byte
//                       dense   class map index, then one action per byte class
//   Actions   a word: dead, a target state, or an index into Alternatives
//   Ops       programs over the frame's registers; a guard that fails undoes all
//   Objects   what the key-set operations of one `members` read
//
// Most states of a JSON Schema are links of key literals: a chain costs one state
// record a byte.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_RUNTIME_GRAMMARLAYOUT_H
#define WEIR_RUNTIME_GRAMMARLAYOUT_H

#include <cstdint>

namespace weir {

using StateId = uint32_t;
inline constexpr uint32_t NoIndex = 0xffffffffU;

enum class RowKind : uint8_t { None, Chain, Sparse, Dense };

enum StateFlags : uint8_t {
  StateAccepts = 1, ///< the rule may end here (Detail::AcceptOps may guard it)
  StateFinal = 2,   ///< accepts, and nothing else goes out: leave at once
  StateHasCalls = 4,
  StateHasSymbols = 8,
  StateKeySets = 16, ///< operations below this state in its frame read key or value sets
  StateInKey = 32,   ///< a key is being read in the trie of named keys
};

struct StateRec {
  RowKind Kind;
  uint8_t Flags; ///< StateFlags
  uint8_t Byte;  ///< of a chain
  uint8_t Padding;
  uint32_t Row;    ///< into Rows, for sparse and dense
  uint32_t Detail; ///< into Details, or NoIndex
};
static_assert(sizeof(StateRec) == 12);

struct DetailRec {
  uint32_t AcceptOps;  ///< program, or NoIndex
  uint32_t ReturnOps;  ///< program run when a callee returns into this state, or NoIndex
  uint32_t CallsBegin; ///< into Calls
  uint32_t CallsEnd;
  uint32_t SymbolsBegin; ///< into Symbols
  uint32_t SymbolsEnd;
  uint64_t LoopAtoms; ///< byte atoms whose UTF-8 closed strings lead from this state to itself
  /// Program of the loop's edges at the first byte of a character: NoIndex when they
  /// have none, else one that is exactly a CounterBelow.
  uint32_t LoopOps;
  uint32_t Padding;
};
static_assert(sizeof(DetailRec) == 40);

struct CallRec {
  uint32_t Rule;
  StateId Return; ///< where the caller goes on
  uint32_t Ops;   ///< run on the caller's frame before the call, or NoIndex
  uint32_t Jump;  ///< 1: the continuation only accepts, nothing is pushed
};

/// A transition by one token symbol. Named tokens are resolved when a grammar meets
/// a vocabulary.
struct SymbolRec {
  uint32_t Token;         ///< into TokenRefs; for an exclusion the first of ExcludedCount
  uint32_t ExcludedCount; ///< NoIndex: exactly Token; else any token but those listed
  StateId Target;
  uint32_t Ops; ///< program, or NoIndex
};

struct TokenRefRec {
  uint32_t Id;         ///< or NoIndex: by name
  uint32_t NameOffset; ///< into Text
  uint32_t NameSize;
};

/// One of several things a byte may do, or one that is more than a plain move.
struct AlternativeRec {
  uint32_t Ops;        ///< program on the frame's registers, or NoIndex
  StateId Target;      ///< of the frame itself, or when Push is set of the callee
  StateId Push;        ///< NoIndex, or the caller's state while the callee runs
  uint32_t CalleeRule; ///< with Push
};

inline constexpr uint32_t ActionDead = 0;
inline constexpr uint32_t ActionAlternatives = 0x80000000U; ///< | index of a count word in AltLists
inline constexpr uint32_t makeMove(StateId Target) { return Target + 1; }

enum class OpCode : uint8_t {
#define REGISTER_OP(Name, Text, Summary) Name,
#include "weir/Runtime/RegisterOps.def"
};

struct OpRec {
  OpCode Code;
  uint8_t Last; ///< 1 on the last operation of a program
  uint16_t Register;
  uint32_t A;
  uint32_t B;
};
static_assert(sizeof(OpRec) == 12);

struct RuleRec {
  StateId Start;
  StateId StatesBegin, StatesEnd;
  uint16_t Registers; ///< 32-bit words
  uint8_t Nest;       ///< 1: its frames deepen the nesting
  uint8_t Nullable;   ///< 1: the empty text too (the automaton itself never accepts it)
  uint32_t NameOffset, NameSize;
  uint32_t Leaf;     ///< 1: makes no calls and names no tokens, so equal content is equal residuals
  uint32_t Rank;     ///< a rule that another may call before it reads a byte has a higher rank
  uint32_t Object;   ///< into Objects, or NoIndex
  uint32_t Elements; ///< into Elements, or NoIndex
  uint64_t FirstBytes[4];
  uint64_t FollowBytes[4]; ///< every byte that may come after a text of the rule, and perhaps more
};

/// The key-set register block of one `members`. Registers, from Base on:
///   +0 members so far   +1 list of free keys seen   +2 text offset of the key being read
///   +3 declared order: next ordinal; any order: bit set of the leaves seen
///   then, by free entry with a least count: members read through it, up to that count;
///   then, when there are finitely many free keys: how many were seen
/// Leaves are the named keys in UTF-16 order of their names; ordinals are their
/// declared positions. A leaf without a possible value is in the trie, since its name
/// is not free, but not live: live ordinals come first.
struct ObjectRec {
  uint32_t Base;
  uint32_t Keys;          ///< number of leaves
  uint32_t Live;          ///< … of live ones
  uint32_t LiveBits;      ///< into Words: ceil(Keys / 32) words, by leaf
  uint32_t OrdinalOfLeaf; ///< into Words: Keys words
  uint32_t LeafOfOrdinal; ///< into Words: Keys words
  uint32_t NextRequired;  ///< into Words: Live + 1 words, by ordinal: the next required ordinal at
                          ///< or after, or Live
  uint32_t RequiredFrom;  ///< into Words: Live + 1 words, by ordinal: required keys at or after
  uint32_t RequiredBits;  ///< into Words: ceil(Keys / 32) words, by leaf
  uint32_t Min, Max;      ///< members; Max may be NoIndex
  uint32_t FreeBegin, FreeEnd; ///< into FreeEntries
  uint32_t FreeTotal;          ///< different free keys there are; NoIndex: never used up
  uint32_t FreeCount;          ///< register: free keys seen; NoIndex when they are never used up
  uint8_t AnyOrder;
  uint8_t Free; ///< free keys exist
  uint8_t AnyEscapes;
  uint8_t Counted; ///< below some prefixes free keys may be used up: see Fresh.cpp

  /// Do masks depend on which free keys were used only by the tokens that end one of them?
  bool sharesMasks() const { return !AnyEscapes && !Counted; }
};

/// One way in which a free key may be read.
struct FreeRec {
  uint32_t Min;      ///< members read through it at least
  uint32_t Register; ///< how many were, up to Min; NoIndex when Min is 0
};

/// The register block of one `elements`. Registers, from Base on:
///   +0 items so far, from Saturation on no more   +1 list of the items seen (unique)
///   +2 text offset of the item being read         +3 counters, each up to its Cap
/// Whether an array can be finished is one bit by position and counters: see
/// ValueSets.h. Counters past the declared ones count the values of which there are
/// finitely many, by set: no more than there are can be read.
struct ElementsRec {
  uint32_t Base;
  uint32_t Min, Max;     ///< items; Max may be NoIndex
  uint32_t Prefix;       ///< positions with choices of their own
  uint32_t Positions;    ///< into Words: Prefix + 2 offsets of lists of choices in Words
  uint32_t ChoicesBegin; ///< into Choices
  uint32_t CountersBegin, CountersEnd; ///< into ItemCounters
  uint32_t FirstSet;                   ///< into ItemCounters: the first that counts values of a set
  uint32_t Live;                       ///< into Words: the bits
  uint32_t Saturation;                 ///< positions from here on are alike while there is room
  uint32_t Room;                       ///< so many more items are as good as any number
  uint32_t ValuesBegin, ValuesEnd;     ///< into Words: (offset, size) of forms in Text, and set
  uint32_t Unique;
};

/// One way in which an item may be read.
struct ChoiceRec {
  uint32_t Adds;   ///< bit set of counters that it adds one to
  uint32_t Sets;   ///< bit set of counters of value sets that it has values of
  uint32_t Finite; ///< 1: it has no other values
};

struct ItemCounterRec {
  uint32_t Min, Max; ///< Max may be NoIndex
  uint32_t Cap;      ///< counts from here on are alike
  uint32_t Stride;   ///< in the bits of Live
};

/// A set of string lengths, ultimately periodic: bit n for n < Threshold + Period,
/// and from there on with the period.
struct LengthSetRec {
  uint32_t Bits;              ///< into Words
  uint32_t Threshold, Period; ///< Period may be 0: nothing past the threshold
  uint32_t Min, Max;          ///< of the whole string; Max may be NoIndex
};

} // namespace weir

#endif // WEIR_RUNTIME_GRAMMARLAYOUT_H
