//===- MaskTable.h - Mask tables of residuals, and their cache -------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An entry says what one frame state does with every token, whatever lies below
// it: a base mask, and an exit trie for the tokens that leave the frame. It holds
// for a box of register values, learned while the entry was made: the initial
// values for which every guard met would have answered alike. A string with room
// for 10^6 more characters and one with room for 100 share an entry, since no token
// is that long.
//
// Entries are found by residual: (rule key, state within the rule). Rules without
// calls are keyed by their interned content, compared in full, so that grammars
// share them; others by grammar.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_MASKTABLE_H
#define WEIR_LIB_RUNTIME_MASKTABLE_H

#include "CountedTable.h"
#include "Stepper.h"
#include "SubtreeTable.h"
#include "TrieIndex.h"
#include "TrieWalk.h"
#include "weir/Runtime/Matcher.h"
#include "weir/Runtime/TableCache.h"
#include "weir/Support/RowVector.h"

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <unordered_set>

namespace weir {

/// The number under which an engine may keep a row. A row that is asked for once may never come
/// again, so it has none before the second time.
class RowNumber {
public:
  /// 0 at first, then the same number always; no other row of the process has it. Any thread.
  uint64_t next() const;

private:
  mutable std::atomic<uint64_t> N{0}; ///< 1: asked for once
};

struct TableEntry {
  /// The residual tests more than a table can hold: walk the real stack instead.
  bool Direct = false;
  bool IsDense = false;
  RowVector Dense;                       ///< one bit a token, unless Lent has them
  std::span<const MaskWord> Lent;        ///< what others hold too, and what keeps it alive
  std::shared_ptr<const void> Lender;    ///< …
  std::vector<TokenId> Sparse;           ///< each once
  std::shared_ptr<const ExitTrie> Exits; ///< null when nothing exits
  uint32_t Room = NoIndex, Need = 0;     ///< what the exits' conditions are asked with
  std::vector<uint32_t> Low, High;       ///< of the registers
  bool AnyDepth = true;
  uint32_t Depth = 0; ///< unless AnyDepth
  RowNumber Number;   ///< of a dense row

  std::span<const MaskWord> row() const { return Lent.empty() ? std::span(Dense) : Lent; }
  bool covers(const uint32_t *Regs, uint32_t Words, uint32_t AtDepth) const;
  /// The base mask, in the form that is smaller; ids may come twice.
  void set(RowVector Row);
  /// … a row when there are more than `MostIds`.
  void set(std::vector<TokenId> Ids, size_t RowWords, size_t MostIds);
  size_t memoryBytes() const;
};

struct ResidualKey {
  uint64_t Rule;
  uint32_t State;
  friend bool operator==(const ResidualKey &, const ResidualKey &) = default;
};

struct SubtreeKey {
  ResidualKey Residual;
  uint32_t Node; ///< of the vocabulary's trie
  friend bool operator==(const SubtreeKey &, const SubtreeKey &) = default;
};

/// What is known of a state of an object's key trie, behind some bytes of tokens.
struct FreeKeys {
  explicit FreeKeys(std::vector<StateId> S) : States(std::move(S)) {}
  /// The states that the automata of free keys are in, by family; fewer: not all can be told.
  const std::vector<StateId> States;
  enum Answer : uint8_t { Unknown, No, Yes };
  mutable std::atomic<Answer> EndsEarly{Unknown}; ///< does a name go on where all families end?
};

/// A grammar met a vocabulary: named tokens resolved, rule keys made when needed. Shared
/// by all matchers of the grammar, which keep the grammar alive.
class BoundGrammar {
public:
  /// The one of this grammar that the cache has, or a new one.
  static Result<std::shared_ptr<BoundGrammar>> bind(const std::shared_ptr<const Grammar> &G,
                                                    TableCache::Impl &Cache);
  bool isAlive() const { return !Owner.expired(); }
  size_t memoryBytes() const;
  ResidualKey key(StateId S, TableCache::Impl &Cache) const;
  /// The key of what the rule of `S` has with its counter's bounds left out; false when it is
  /// no such rule.
  bool countedKey(StateId S, TableCache::Impl &Cache, ResidualKey &Key, CountedRule &Rule) const;
  TokenId token(uint32_t Ref) const { return Tokens[Ref]; }
  /// Of key state `S` behind a node of the vocabulary's trie; null when it was not asked for yet.
  const FreeKeys *freeKeys(StateId S, uint32_t Node) const;
  /// Keeps it for all matchers; returns what is kept, perhaps by another one.
  const FreeKeys *keepFreeKeys(StateId S, uint32_t Node, std::vector<StateId> States) const;
  /// Some object tells free keys apart, so the text must be kept.
  bool needsText() const { return NeedsText; }

private:
  const Grammar *G = nullptr;
  std::weak_ptr<const Grammar> Owner;
  std::vector<TokenId> Tokens;
  struct RuleKey {
    std::atomic<uint64_t> Own{0}, Counted{0}; ///< 0: not known yet
    std::atomic<uint32_t> Most{0}, Least{0};  ///< once Counted is
  };
  std::unique_ptr<RuleKey[]> RuleKeys;
  size_t RuleCount = 0;
  bool NeedsText = false;
  mutable std::shared_mutex KeysLock;
  mutable std::unordered_map<uint64_t, FreeKeys> Keys;
};

class MaskMemo;

class TableCache::Impl {
public:
  Impl(VocabularyRef V, size_t MaxBytes);
  ~Impl();

  std::shared_ptr<const TableEntry> find(ResidualKey K, const uint32_t *Regs, uint32_t Words,
                                         uint32_t Depth);
  void insert(ResidualKey K, std::shared_ptr<const TableEntry> E);
  /// As insert, for good.
  void keep(ResidualKey K, std::shared_ptr<const TableEntry> E);
  std::shared_ptr<const CountedTable> findCounted(ResidualKey K) const;
  void insert(ResidualKey K, std::shared_ptr<const CountedTable> T, bool ForGood);
  /// A table kept for good, or null.
  const SubtreeTable *findSubtree(const SubtreeKey &K) const;
  void keep(const SubtreeKey &K, std::unique_ptr<const SubtreeTable> T);
  /// The number of this content; equal numbers mean equal bytes. One that was not asked for in
  /// long is forgotten, and has another number then.
  uint64_t intern(std::vector<uint64_t> Content);
  void clear();
  Statistics statistics() const;
  /// What is kept for good, as records of the vocabulary's image; the other way round.
  TerminalRecords saveLibrary();
  void takeLibrary(const TerminalView &T);

  VocabularyRef Vocab;
  RowVector AllText; ///< a bit for every text token
  TrieFans Fans;
  TrieIndex Index;
  std::unique_ptr<MaskMemo> Memo;
  /// Made when first asked for.
  const TokenFacts &facts();

private:
  friend class BoundGrammar;
  struct KeyHash {
    size_t operator()(const ResidualKey &K) const;
    size_t operator()(const SubtreeKey &K) const;
  };
  mutable std::shared_mutex Lock;
  std::unordered_map<ResidualKey, std::vector<std::shared_ptr<const TableEntry>>, KeyHash> Library,
      Young, Old;
  std::unordered_map<ResidualKey, std::shared_ptr<const CountedTable>, KeyHash> LibraryCounted,
      YoungCounted, OldCounted;
  std::unordered_map<SubtreeKey, std::unique_ptr<const SubtreeTable>, KeyHash> Subtrees;
  std::once_flag FactsOnce;
  std::unique_ptr<const TokenFacts> Facts;
  std::atomic<size_t> FactBytes{0}; ///< what they hold, once they are there
  /// In two generations, like the tables; those of numbers in use for good stay.
  struct ContentHash {
    size_t operator()(const std::vector<uint64_t> &Words) const;
  };
  using ContentMap = std::unordered_map<std::vector<uint64_t>, uint64_t, ContentHash>;
  ContentMap Contents, OldContents;
  std::unordered_set<uint64_t> KeptNumbers;
  uint64_t LastNumber = 0;
  size_t ContentBytes = 0, OldContentBytes = 0;
  mutable std::mutex GrammarsLock;
  std::unordered_map<uint64_t, std::shared_ptr<BoundGrammar>> Grammars; ///< by uid
  size_t GrammarsSwept = 64; ///< dead ones are dropped at this size
  /// True when a generation went: its rows must not live on in kept masks.
  bool makeRoom(size_t Bytes);
  size_t MaxBytes, LibraryBytes = 0, YoungBytes = 0, OldBytes = 0;
  std::atomic<uint64_t> Hits{0}, Misses{0};
};

/// Makes table entries, with stacks of its own.
class TableMaker {
public:
  TableMaker(const Grammar &G, TableCache::Impl &Cache)
      : G(G), Cache(Cache), S(G, Temp, nullptr),
        Walk(G, *Cache.Vocab, Cache.Index, Cache.Fans, S, Temp),
        Leaf(G, Cache.Vocab->trie(), Cache.Fans, Cache.Index, Cache.facts()) {}

  /// The entry of `Atom` (whose parent is ignored), which the cache does not have: made, and
  /// put there, for good when asked.
  std::shared_ptr<const TableEntry> make(const Frame &Atom, const FrameView &From,
                                         const BoundGrammar &Bound, bool ForGood = false);
  /// Sees to it that the library has a table for all counts of `S`. False when it is of no rule
  /// with such a counter.
  bool keepCounted(StateId S, const BoundGrammar &Bound);
  /// The table for all counts of `S`, whose key that is: made, and put into the cache.
  std::shared_ptr<const CountedTable> count(StateId S, ResidualKey Key, bool ForGood);
  /// Does some byte that `S` reads change or test registers? Otherwise its table is hardly ever
  /// one that depends on bounds.
  bool runsPrograms(StateId S) const;
  /// Sees to it that the library has what `S`, of a leaf rule whose registers are zero there, does
  /// below `Nodes`, as far as that depends on neither registers nor depth.
  void keepSubtrees(StateId S, std::span<const uint32_t> Nodes, const BoundGrammar &Bound);

  MaskPart Took = MaskPart::LeafTable; ///< what `make` did last

private:
  std::shared_ptr<const TableEntry> walk(const Frame &Atom, const FrameView &From, bool ForGood);
  void noteKeys(SubtreeTable &To, uint32_t Depth);

  const Grammar &G;
  TableCache::Impl &Cache;
  Scratch Temp;
  Stepper S;
  TrieWalk Walk;
  LeafWalk Leaf;
  RegisterBox Box;
  std::vector<TokenId> Ids;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_MASKTABLE_H
