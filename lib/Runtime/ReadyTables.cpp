//===- ReadyTables.cpp - Mask tables made ahead of time -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checking and reading the records. A matcher works with TableEntry and ExitTrie, so one of
// each is made of a record when it is first asked for; rows, which are most of the bytes,
// stay where they are.
//
//===----------------------------------------------------------------------===//
#include "weir/Runtime/ReadyTables.h"

#include "MaskTable.h"

#include <algorithm>

namespace weir {

namespace {

/// What matchers take for granted about the records.
class ReadyChecker {
public:
  ReadyChecker(const GrammarView &G, const ReadyView &T) : G(G), T(T) {}

  bool run() {
    if (T.ReadyFacts.size() != 1)
      return fail("there is not one record of facts");
    const uint64_t Tokens = T.ReadyFacts[0].Tokens;
    RowWords = (Tokens + 31) / 32;
    if (RowWords == 0 || T.ReadyRows.size() % RowWords != 0)
      return fail("rows are no rows of the vocabulary's");
    if (const uint32_t Tail = Tokens % 32)
      for (size_t End = RowWords; End <= T.ReadyRows.size(); End += RowWords)
        if (T.ReadyRows[End - 1] >> Tail)
          return fail("a row has bits beyond the vocabulary");
    auto isToken = [&](uint32_t Id) { return Id < Tokens; };
    if (!std::all_of(T.ReadyIds.begin(), T.ReadyIds.end(), isToken) ||
        !std::all_of(T.ReadyExitIds.begin(), T.ReadyExitIds.end(), isToken))
      return fail("a token is beyond the vocabulary");
    return checkExits() && checkStates();
  }
  const std::string &failure() const { return Failure; }

private:
  bool checkExits() {
    for (const ExitTrieRec &X : T.ReadyExits)
      if (!isExitTrie(X, T.ReadyNodes, T.ReadyExitIds.size(), T.ReadyConditions.size()))
        return fail("an exit trie leads out of its tables");
    return true;
  }

  bool checkStates() {
    if (T.ReadyStates.size() != G.States.size() + 1 || T.ReadyStates.front() != 0 ||
        T.ReadyStates.back() != T.ReadyEntries.size())
      return fail("the entries are not those of the grammar's states");
    for (const RuleRec &R : G.Rules)
      for (StateId S = R.StatesBegin; S < R.StatesEnd; ++S) {
        if (T.ReadyStates[S] > T.ReadyStates[S + 1] || T.ReadyStates[S + 1] > T.ReadyEntries.size())
          return fail("the entries of states are not in order");
        for (uint32_t I = T.ReadyStates[S]; I < T.ReadyStates[S + 1]; ++I)
          if (!checkEntry(T.ReadyEntries[I], R.Registers))
            return false;
      }
    // States of no rule are never reached.
    return true;
  }

  bool checkEntry(const ReadyEntryRec &E, uint32_t Registers) {
    bool Ok = within(E.Box, uint64_t(2) * Registers, T.ReadyBoxes.size()) &&
              (E.Exits == NoIndex || E.Exits < T.ReadyExits.size());
    switch (ReadyKind(E.Kind)) {
    case ReadyKind::Ids:
      Ok &= within(E.Data, E.Count, T.ReadyIds.size());
      break;
    case ReadyKind::Row:
      Ok &= E.Data < T.ReadyRows.size() / RowWords && E.Count == 0;
      break;
    case ReadyKind::Direct:
      Ok &= E.Data == 0 && E.Count == 0 && E.Exits == NoIndex;
      break;
    default:
      Ok = false;
    }
    return Ok || fail("an entry points out of its tables");
  }

  static bool within(uint64_t Begin, uint64_t Count, uint64_t Size) {
    return Begin <= Size && Count <= Size - Begin;
  }
  bool fail(const char *What) {
    Failure = What;
    return false;
  }

  const GrammarView &G;
  const ReadyView &T;
  uint64_t RowWords = 0;
  std::string Failure;
};

/// What `Slot` holds, made by `Make` when it is empty.
template <typename E, typename Fn>
std::shared_ptr<const E> once(std::atomic<std::shared_ptr<const E> *> &Slot, Fn Make) {
  if (const auto *There = Slot.load(std::memory_order_acquire))
    return *There;
  auto New = std::make_unique<std::shared_ptr<const E>>(Make());
  std::shared_ptr<const E> *Expected = nullptr;
  if (Slot.compare_exchange_strong(Expected, New.get(), std::memory_order_acq_rel))
    return *New.release();
  return *Expected;
}

} // namespace

ReadyTables::ReadyTables(const ReadyView &T, std::shared_ptr<const void> KeepAlive)
    : T(T), KeepAlive(std::move(KeepAlive)),
      Entries(new std::atomic<std::shared_ptr<const TableEntry> *>[T.ReadyEntries.size()]()),
      Tries(new std::atomic<std::shared_ptr<const ExitTrie> *>[T.ReadyExits.size()]()) {}

ReadyTables::~ReadyTables() {
  for (size_t I = 0; I < T.ReadyEntries.size(); ++I)
    delete Entries[I].load(std::memory_order_acquire);
  for (size_t I = 0; I < T.ReadyExits.size(); ++I)
    delete Tries[I].load(std::memory_order_acquire);
}

Result<std::shared_ptr<const ReadyTables>>
ReadyTables::open(const GrammarView &G, const ReadyView &T, std::shared_ptr<const void> KeepAlive) {
#define READY_TABLE(Kind, Element, Name, Summary)                                                  \
  if (T.Name.size() >= NoIndex)                                                                    \
    return Error{Status::BadFormat, "a table has more records than indices"};
#include "weir/Runtime/ReadyTables.def"
  ReadyChecker Checker(G, T);
  if (!Checker.run())
    return Error{Status::BadFormat, Checker.failure()};
  return std::shared_ptr<const ReadyTables>(new ReadyTables(T, std::move(KeepAlive)));
}

std::shared_ptr<const ExitTrie> ReadyTables::exits(uint32_t I) const {
  return once(Tries[I], [&] {
    auto Out = std::make_shared<const ExitTrie>(
        ExitTrie::lent(T.ReadyExits[I], T.ReadyNodes, T.ReadyExitIds, T.ReadyConditions));
    Made.fetch_add(sizeof *Out, std::memory_order_relaxed);
    return Out;
  });
}

std::shared_ptr<const TableEntry> ReadyTables::entry(uint32_t I) const {
  return once(Entries[I], [&] {
    const ReadyEntryRec &E = T.ReadyEntries[I];
    auto Out = std::make_shared<TableEntry>();
    Out->Direct = E.Kind == uint32_t(ReadyKind::Direct);
    Out->IsDense = E.Kind == uint32_t(ReadyKind::Row);
    Out->Room = E.Room;
    Out->Need = E.Need;
    if (Out->IsDense) {
      const size_t Words = (size_t(facts().Tokens) + 31) / 32;
      Out->Lent = T.ReadyRows.subspan(E.Data * Words, Words);
      Out->Lender = KeepAlive;
    } else if (!Out->Direct) {
      const auto Ids = T.ReadyIds.subspan(E.Data, E.Count);
      Out->Sparse.assign(Ids.begin(), Ids.end());
    }
    if (E.Exits != NoIndex)
      Out->Exits = exits(E.Exits);
    Made.fetch_add(sizeof *Out + Out->Sparse.size() * sizeof(TokenId), std::memory_order_relaxed);
    return std::shared_ptr<const TableEntry>(std::move(Out));
  });
}

/// Entries of a state stand by depth, then by the first register's lowest value.
std::shared_ptr<const TableEntry> ReadyTables::find(StateId S, const uint32_t *Regs, uint32_t Words,
                                                    uint32_t Depth) const {
  const uint32_t *Boxes = T.ReadyBoxes.data();
  const ReadyEntryRec *All = T.ReadyEntries.data();
  const uint32_t Value = Regs && Words ? Regs[0] : 0;
  for (const uint32_t AtDepth : {NoIndex, Depth}) {
    const ReadyEntryRec *Begin = All + T.ReadyStates[S], *End = All + T.ReadyStates[S + 1];
    if (Begin != End && (Begin->Depth != AtDepth || End[-1].Depth != AtDepth)) {
      Begin = std::lower_bound(Begin, End, AtDepth,
                               [](const ReadyEntryRec &E, uint32_t D) { return E.Depth < D; });
      End = std::upper_bound(Begin, End, AtDepth,
                             [](uint32_t D, const ReadyEntryRec &E) { return D < E.Depth; });
    }
    if (Words)
      End = std::upper_bound(Begin, End, Value,
                             [&](uint32_t V, const ReadyEntryRec &E) { return V < Boxes[E.Box]; });
    for (const ReadyEntryRec *E = End; E != Begin;) {
      --E;
      bool Inside = true;
      for (uint32_t R = 0; R < Words && Inside; ++R) {
        const uint32_t V = Regs ? Regs[R] : 0;
        Inside = V >= Boxes[E->Box + R] && V <= Boxes[E->Box + Words + R];
      }
      if (Inside)
        return entry(uint32_t(E - All));
    }
  }
  return nullptr;
}

size_t ReadyTables::memoryBytes() const {
  size_t Bytes = sizeof *this + Made.load(std::memory_order_relaxed) +
                 (T.ReadyEntries.size() + T.ReadyExits.size()) * sizeof(void *);
#define READY_TABLE(Kind, Element, Name, Summary) Bytes += T.Name.size_bytes();
#include "weir/Runtime/ReadyTables.def"
  return Bytes;
}

} // namespace weir
