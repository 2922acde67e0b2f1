//===- ReadyTables.h - Mask tables made ahead of time -----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Mask tables are made when a mask first needs them. For a grammar that is served for
// months they can be made once, all of them, and written into its artifact:
//
//   state ─▶ entries, each for a depth and a box of register values ─▶ base mask, exit trie
//
// The entries of a state cover every value that its registers may have: one is made for
// the lowest corner, what its box leaves is split, and so on. Entries that read how deep
// the text is nested are made for every depth that the grammar can reach, up to a limit
// where it calls itself. Rows, lists and tries that several entries share are kept once.
//
// What is read is records and no code: `open` checks each, and then nothing that a matcher
// does leaves them. An entry that is missing is made when it is needed, as without tables.
// Positions at keys of objects read sets that differ from text to text; they have no tables
// anywhere, and are walked.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_RUNTIME_READYTABLES_H
#define WEIR_RUNTIME_READYTABLES_H

#include "weir/Runtime/Grammar.h"
#include "weir/Support/Status.h"
#include "weir/Vocab/ExitRecords.h"
#include "weir/Vocab/Vocabulary.h"

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace weir {

struct TableEntry;
class ExitTrie;
class TableCache;

struct ReadyFactsRec {
  uint64_t VocabularyHash;
  uint32_t Tokens;   ///< ids of the vocabulary
  uint32_t MaxDepth; ///< nesting up to which there is an entry for everything; NoIndex: any
};
static_assert(sizeof(ReadyFactsRec) == 16);

enum class ReadyKind : uint32_t {
  Ids,    ///< Data, Count: a range of ReadyIds
  Row,    ///< Data: which row; Count 0
  Direct, ///< the real stack is walked; nothing else is set
};

struct ReadyEntryRec {
  uint32_t Kind; ///< ReadyKind
  uint32_t Data, Count;
  uint32_t Exits;      ///< into ReadyExits, or NoIndex
  uint32_t Room, Need; ///< what conditions of exits are asked with
  uint32_t Depth;      ///< NoIndex: any
  uint32_t Box;        ///< into ReadyBoxes
};
static_assert(sizeof(ReadyEntryRec) == 32);

/// The records as they are made, and as they are read.
struct ReadyRecords {
#define READY_TABLE(Kind, Element, Name, Summary) std::vector<Element> Name;
#include "weir/Runtime/ReadyTables.def"
};
struct ReadyView {
#define READY_TABLE(Kind, Element, Name, Summary) std::span<const Element> Name;
#include "weir/Runtime/ReadyTables.def"
};

class ReadyTables {
public:
  /// Checks every record against the grammar that they are for; `KeepAlive` holds what they
  /// see. An error is BadFormat and says what is wrong. Linear.
  static Result<std::shared_ptr<const ReadyTables>> open(const GrammarView &G, const ReadyView &T,
                                                         std::shared_ptr<const void> KeepAlive);
  ~ReadyTables();
  ReadyTables(const ReadyTables &) = delete;
  ReadyTables &operator=(const ReadyTables &) = delete;

  const ReadyView &view() const { return T; }
  const ReadyFactsRec &facts() const { return T.ReadyFacts[0]; }
  bool isFor(const Vocabulary &V) const {
    return facts().VocabularyHash == V.hash() && facts().Tokens == V.size();
  }
  /// The entry for these registers at this depth, or null. Any number of threads.
  std::shared_ptr<const TableEntry> find(StateId S, const uint32_t *Regs, uint32_t Words,
                                         uint32_t Depth) const;
  /// Bytes of the records, and of what was made of them so far.
  size_t memoryBytes() const;

private:
  ReadyTables(const ReadyView &T, std::shared_ptr<const void> KeepAlive);
  std::shared_ptr<const TableEntry> entry(uint32_t I) const;
  std::shared_ptr<const ExitTrie> exits(uint32_t I) const;

  template <typename E>
  using Slots = std::unique_ptr<std::atomic<std::shared_ptr<const E> *>[]>;

  ReadyView T;
  std::shared_ptr<const void> KeepAlive;
  Slots<TableEntry> Entries; ///< made when first asked for
  Slots<ExitTrie> Tries;     ///< …
  mutable std::atomic<size_t> Made{0};
};

struct FillOptions {
  /// Bytes that the records may take; more is BudgetExceeded.
  size_t MaxBytes = size_t(256) << 20;
  /// Entries that may be made; more is BudgetExceeded.
  uint32_t MaxEntries = 2'000'000;
  /// Nesting up to which tables are made that read it, where a grammar calls itself.
  uint32_t MaxDepth = 32;
};

/// The grammar with the tables of all its states. `Tables` is used for making them; the result
/// does not need it. Fails with BudgetExceeded, with NotFound as a matcher's creation does, and
/// with Cancelled when the compilation under way is (WorkMeter.h).
Result<std::shared_ptr<const Grammar>> fillTables(const std::shared_ptr<const Grammar> &G,
                                                  const std::shared_ptr<TableCache> &Tables,
                                                  const FillOptions &Options = {});

} // namespace weir

#endif // WEIR_RUNTIME_READYTABLES_H
