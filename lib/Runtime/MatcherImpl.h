//===- MatcherImpl.h - The parts of a matcher --------------------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_MATCHERIMPL_H
#define WEIR_LIB_RUNTIME_MATCHERIMPL_H

#include "MaskMemo.h"
#include "Trace.h"
#include "weir/Runtime/Matcher.h"
#include "weir/Vocab/ByteAtoms.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

namespace weir {

/// One entry of the history: the configurations after a token, and how full the
/// stores were then, so that going back is truncation.
struct Head {
  uint32_t ConfigsBegin, ConfigsCount;
  uint32_t Frames, Words, Text, Configs;
  uint32_t Terminated;
  uint32_t Token;  ///< the one accepted, or NoIndex: bytes, or the beginning
  uint32_t Healed; ///< bytes of the prefix that are covered
};

class Matcher::Impl {
public:
  Impl(std::shared_ptr<const Grammar> G, std::shared_ptr<const BoundGrammar> Bound,
       std::shared_ptr<TableCache> Tables, std::vector<TokenId> Stops,
       const MatcherOptions &Options);
  /// A fork: shares chunks, starts with its own scratch stacks.
  Impl(const Impl &O);

  Result<MaskInfo> fillMask(std::span<MaskWord> Row, uint32_t MaskBits);
  Result<MaskView> viewMask(uint32_t MaskBits); ///< ViewMask.cpp

  // Accept.cpp
  bool tokenAllowed(TokenId T);
  bool accept(TokenId T);
  bool acceptBytes(std::string_view Bytes);
  size_t validateBytes(std::string_view Bytes);
  /// Drops the last `N` heads; false when there are not so many.
  bool rollback(size_t N);

  void reset(); ///< History.cpp
  bool isAccepting();
  ByteSet nextBytes();
  std::optional<std::string> completion(size_t MaxBytes); ///< Completion.cpp
  std::vector<std::string> openRules() const;
  std::string forcedBytes(size_t MaxBytes, ByteSet &After); ///< Forced.cpp
  std::vector<TokenId> forcedTokens(TokenizeFn Tokenize, size_t Max, size_t LookBack); ///< …
  uint64_t rehearse(const RehearsalLimits &Limits); ///< Rehearsal.cpp
  /// Gives back what only entries beyond MaxRollback need, from time to time. History.cpp
  void trim();
  size_t memoryBytes() const; ///< …

  const Head &head() const { return Heads[Heads.size() - 1]; }
  bool isStop(TokenId T) const { return std::binary_search(Stops.begin(), Stops.end(), T); }
  bool isBanned(TokenId T) const { return std::binary_search(Bans.begin(), Bans.end(), T); }
  /// What of the prefix is still to be covered.
  std::string_view owed() const { return std::string_view(Prefix).substr(head().Healed); }

  std::shared_ptr<const Grammar> Owner;
  const Grammar &G;
  std::shared_ptr<const BoundGrammar> Bound;
  std::shared_ptr<TableCache> Tables;
  std::vector<TokenId> Stops; ///< ascending
  std::vector<TokenId> Bans;  ///< ascending
  std::string Prefix;
  size_t MaxRollback;
  TerminatedRow AfterTermination;
  Arena<Head, 6> Heads;
  Status LastError = Status::Ok;
  std::string limitText() const { return S.exceededText(); }
  MatcherStatistics Stats;
  TraceRing Trace;

private:
  void useTables();

  // Accept.cpp
  /// Empties the scratch stacks and loads the head's configurations.
  ConfigList load();
  /// The configurations after the token; empty when refused. `Stop`: the text is
  /// complete and the token ends it.
  ConfigList simulate(TokenId T, bool &Stop);
  ConfigList stepAll(ConfigList From, std::span<const uint8_t> Bytes, size_t *Read = nullptr);
  /// Copies what the configurations refer to into the store and appends a head. What it
  /// began is undone when memory runs out.
  void promote(ConfigList L, bool Terminated, uint32_t Token, uint32_t Healed);
  void append(ConfigList L, Head H);
  void truncateToHead();
  uint32_t promoteRegs(const Frame &F);

  bool fillHealing(std::span<MaskWord> Row); ///< Forced.cpp

  // Rehearsal.cpp
  uint32_t rankOf(const Frame &F, uint32_t Action) const;
  std::vector<uint8_t> bytesToTry();
  struct Place {
    uint64_t States, Keys; ///< hashes
  };
  uint64_t keysOf(const Frame &F) const;
  Place placeOfHead() const;

  // FillMask.cpp
  void note(MaskPart P) { Stats.LastMask |= maskPartBit(P); }
  std::shared_ptr<const MaskValue> fillHead(std::span<MaskWord> Row, bool Write);
  bool sameAsLast() const;
  void remember(std::shared_ptr<const MaskValue> Value);
  class MemoFrames;
  bool fillAtom(const Frame &Atom);
  bool fillDirect(const Frame &Atom);
  bool fillNarrow(const Frame &Atom);
  bool fillExits(const Frame &Atom, const TableEntry &E);
  bool fillAsked(); ///< AskTokens.cpp
  void fillSymbols(const Frame &Atom);

  // FillKeys.cpp
  static constexpr size_t MaxFamilies = 16;
  /// Free keys of one kind, as a key state's row enters them.
  struct KeyFamily {
    uint32_t Rule;
    StateId Return;
    uint32_t Ops;
    StateId State; ///< of the rule, after the same bytes; NoIndex where it may not be entered
    std::array<uint32_t, 256> Enters;
  };
  struct KeyEdge {
    uint8_t Byte;
    uint32_t Action;
  };
  /// A state of an object's key trie, by its row.
  struct KeyState {
    std::vector<KeyFamily> Families; ///< FamilyCount are in use
    size_t FamilyCount = 0;
    std::vector<KeyEdge> Edges;
    const FreeKeys *Free = nullptr;
    std::vector<TokenId> NameIds; ///< found by walkNames

    size_t memoryBytes() const {
      return Families.capacity() * sizeof(KeyFamily) + Edges.capacity() * sizeof(KeyEdge) +
             NameIds.capacity() * sizeof(TokenId);
    }
  };
  bool fillKeys(const Frame &Atom);
  bool readKeyState(const Frame &Atom, const TrieChild &Under, KeyState &Key);
  bool findFreeState(const Frame &Atom, const KeyState &Key, KeyFamily &F);
  bool isBlockedName(StateId Node) const;
  bool hasForeign(const KeyState &Key, uint32_t Action) const;
  bool runFree(const Frame &Atom, KeyState &Key, std::span<Frame> Callers);
  bool walkNames(const Frame &Atom, KeyState &Key, const TrieChild &Under, TrieWalk &By);
  bool fillEdges(const Frame &Atom, const KeyState &Key);
  TrieWalk::Taken takeKeys(const Frame &Atom, const TrieChild &Under, std::vector<TokenId> &Ids);
  void exclude(uint32_t Node);
  void excludeToken(TokenId T);
  void dropExcluded(size_t Kept = 0);
  // UsedKeys.cpp
  /// Free keys that were used, of an object on the stack: its registers, and where its block is.
  struct UsedKeys {
    uint32_t Regs, Base;
  };
  bool excludeUsedKeys(const Frame &Atom);
  bool beginsWith(uint32_t At, uint32_t Size, uint32_t From, uint32_t Part) const;
  void excludeUsedBelow(const TrieChild &Under, const SubtreeTable &Table, uint32_t Regs,
                        const ObjectRec &Object);
  void noteUsed(const Frame &F, std::vector<UsedKeys> &To) const;
  bool isWithinKey(uint32_t Begin) const;
  bool holdsFor(const MaskValue &Mask, std::span<const UsedKeys> Used);
  const TrieChild *findRest(const TrieChild &From, uint32_t Begin, uint32_t End) const;
  void excludeRest(const TrieChild &From, uint32_t Begin, uint32_t End);

  FrameStore Store;
  Arena<Frame, 6> Configs;
  Scratch Temp;
  Stepper S;
  SubtreeTables Subtrees;
  TrieWalk Walk, PlainWalk; ///< the second does not ask takeKeys
  std::unique_ptr<TableMaker> Maker;
  MaskSink Sink;
  bool UseMemo;                          ///< the answers are those of any matcher of the grammar
  std::shared_ptr<const MaskValue> Last; ///< the mask of LastHead, or null
  std::vector<Frame> LastHead;
  std::vector<UsedKeys> LastUsed, FoundUsed; ///< of LastHead, of what the memo was asked for
  bool SharesMasks = false;                  ///< what is filled may be kept
  MaskMemo::Key MemoBuffer;
  std::vector<GuardAnswer> AskedQuestions;
  KeyState Keys, TakenKeys; ///< of fillKeys, of takeKeys
  /// A token that ends one key and begins another may use up what the other needs.
  bool DoubtSecondKeys = false;
  RowVector FullRow, Excluded;
  std::shared_ptr<const MaskValue> Viewed; ///< what the last view shows: it, or ViewedRow,
  RowVector ViewedRow;
  std::vector<TokenId> ViewedSet, ViewedClear; ///< … and these
  std::vector<TokenId> ExcludedIds, EdgeIds, WalkIds;
  std::vector<uint32_t> Promoted, Reach, NewRegs;
  std::vector<Frame> NewTops;
  std::vector<TokenId> Doubtful, SymbolTokens;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_MATCHERIMPL_H
