//===- TerminalLibrary.cpp - Tables of terminals in the vocabulary's image -------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a cache keeps for good, written as records of the image (TerminalTables.h), and taken over
// from there. A rule is named by its content, which each cache numbers on its own. Exit tries, most
// of the bytes, stay in the image; rows are copied once, to where lines of memory begin.
//
//===----------------------------------------------------------------------===//
#include "MaskTable.h"
#include "RecordLists.h"

#include <algorithm>
#include <map>

namespace weir {

namespace {

constexpr uint32_t None = TerminalEntryRec::None;

/// Writes the library of a cache. The same tables give the same records.
class LibraryWriter {
public:
  LibraryWriter() { Out.Facts.push_back({TerminalTablesVersion, 0}); }

  /// Returns its index.
  uint32_t addContent(const std::vector<uint64_t> &Words) {
    Out.Contents.push_back(uint32_t(Out.ContentWords.size()));
    Out.ContentWords.insert(Out.ContentWords.end(), Words.begin(), Words.end());
    return uint32_t(Out.Contents.size() - 1);
  }
  void add(uint32_t Content, uint32_t State, const TableEntry &E) {
    TerminalEntryRec R{};
    R.Content = Content;
    R.State = State;
    if (E.IsDense) {
      R.Kind = uint32_t(TerminalMask::Row);
      R.Data = addRow(E.row());
    } else {
      R.Kind = uint32_t(TerminalMask::Ids);
      std::tie(R.Data, R.Count) = addIds(E.Sparse);
    }
    R.Exits = E.Exits ? Tries.add(*E.Exits) : None;
    R.Room = E.Room;
    R.Need = E.Need;
    R.Depth = E.AnyDepth ? None : E.Depth;
    std::vector<uint32_t> Box = E.Low;
    Box.insert(Box.end(), E.High.begin(), E.High.end());
    R.Registers = uint32_t(E.Low.size());
    R.Box = Boxes.add(Box);
    Out.Entries.push_back(R);
  }
  void add(uint32_t Content, uint32_t State, const CountedTable &T) {
    TerminalCountedRec R{};
    R.Content = Content;
    R.State = State;
    R.FromZero = T.FromZero;
    R.Row = T.HasRow ? addRow(T.Row) : None;
    R.Tokens = uint32_t(Out.CountedTokens.size());
    R.Count = uint32_t(T.Tokens.size());
    Out.CountedTokens.insert(Out.CountedTokens.end(), T.Tokens.begin(), T.Tokens.end());
    R.Exits = T.Exits ? Tries.add(*T.Exits) : None;
    R.MaxRoom = T.MaxRoom;
    R.MaxSeen = T.MaxSeen;
    Out.Counted.push_back(R);
  }
  void add(uint32_t Content, uint32_t State, uint32_t Node, const SubtreeTable &T) {
    TerminalSubtreeRec R{};
    R.Content = Content;
    R.State = State;
    R.Node = Node;
    std::tie(R.Ids, R.Count) = addIds(T.Ids);
    R.Exits = Tries.add(T.Exits);
    R.Doubles = T.HasDoubles;
    R.Hashes = Hashes.add(T.KeyHashes);
    R.HashCount = uint32_t(T.KeyHashes.size());
    Out.Subtrees.push_back(R);
  }
  TerminalRecords finish(const TokenFacts &Facts) {
    Out.Contents.push_back(uint32_t(Out.ContentWords.size()));
    Facts.save(Out);
    return std::move(Out);
  }

private:
  uint32_t addRow(std::span<const uint32_t> Row) { return Rows.add(Row) / uint32_t(Row.size()); }
  std::pair<uint32_t, uint32_t> addIds(std::span<const TokenId> List) {
    return {Ids.add(List), uint32_t(List.size())};
  }

  TerminalRecords Out;
  WordLists Rows{Out.Rows}, Ids{Out.Ids}, Boxes{Out.Boxes}, Hashes{Out.KeyHashes};
  ExitLists Tries{Out.Exits, Out.ExitNodes, Out.ExitIds, Out.Conditions};
};

} // namespace

TerminalRecords TableCache::Impl::saveLibrary() {
  const TokenFacts &TheFacts = facts();
  LibraryWriter W;
  std::shared_lock Guard(Lock);
  std::map<uint64_t, const std::vector<uint64_t> *> Kept; // by number, as they were met
  for (const ContentMap *Map : {&Contents, &OldContents})
    for (const auto &[Words, Number] : *Map)
      if (KeptNumbers.contains(Number))
        Kept.emplace(Number, &Words);
  std::map<uint64_t, uint32_t> IndexOf;
  for (const auto &[Number, Words] : Kept)
    IndexOf.emplace(Number, W.addContent(*Words));
  // Calls F(content, table, its key) by key.
  auto inOrder = [&](const auto &Map, auto keyOf, auto F) {
    using Table = std::remove_cvref_t<decltype(Map.begin()->second)>;
    std::map<std::array<uint64_t, 3>, const Table *> Ordered;
    for (const auto &[Key, T] : Map)
      Ordered.emplace(keyOf(Key), &T);
    for (const auto &[Key, T] : Ordered)
      if (auto It = IndexOf.find(Key[0]); It != IndexOf.end())
        F(It->second, Key, *T);
  };
  auto byState = [](const ResidualKey &K) { return std::array<uint64_t, 3>{K.Rule, K.State, 0}; };
  inOrder(Library, byState, [&](uint32_t Content, const auto &Key, const auto &Entries) {
    for (const std::shared_ptr<const TableEntry> &E : Entries)
      if (!E->Direct)
        W.add(Content, uint32_t(Key[1]), *E);
  });
  inOrder(LibraryCounted, byState, [&](uint32_t Content, const auto &Key, const auto &T) {
    if (T->Usable)
      W.add(Content, uint32_t(Key[1]), *T);
  });
  inOrder(
      Subtrees,
      [](const SubtreeKey &K) {
        return std::array<uint64_t, 3>{K.Residual.Rule, K.Residual.State, K.Node};
      },
      [&](uint32_t Content, const auto &Key, const auto &T) {
        W.add(Content, uint32_t(Key[1]), uint32_t(Key[2]), *T);
      });
  return W.finish(TheFacts);
}

void TableCache::Impl::takeLibrary(const TerminalView &T) {
  auto exits = [&](uint32_t I) {
    return I == None ? ExitTrie()
                     : ExitTrie::lent(T.Exits[I], T.ExitNodes, T.ExitIds, T.Conditions);
  };
  // Those of many tables are the same.
  std::vector<std::shared_ptr<const ExitTrie>> Tries(T.Exits.size());
  auto sharedExits = [&](uint32_t I) {
    if (I != None && !Tries[I])
      Tries[I] = std::make_shared<const ExitTrie>(exits(I));
    return I == None ? nullptr : Tries[I];
  };
  const size_t Words = AllText.size();
  std::vector<std::shared_ptr<const RowVector>> Rows;
  for (size_t At = 0; At < T.Rows.size(); At += Words)
    Rows.push_back(std::make_shared<const RowVector>(T.Rows.begin() + ptrdiff_t(At),
                                                     T.Rows.begin() + ptrdiff_t(At + Words)));
  auto assign = [](auto &To, auto From, size_t Begin, size_t Count) {
    const auto Part = From.subspan(Begin, Count);
    To.assign(Part.begin(), Part.end());
  };
  std::vector<uint64_t> Numbers;
  for (size_t I = 0; I + 1 < T.Contents.size(); ++I) {
    std::vector<uint64_t> Content;
    assign(Content, T.ContentWords, T.Contents[I], T.Contents[I + 1] - T.Contents[I]);
    Numbers.push_back(intern(std::move(Content)));
  }
  for (const TerminalEntryRec &R : T.Entries) {
    auto E = std::make_shared<TableEntry>();
    E->IsDense = R.Kind == uint32_t(TerminalMask::Row);
    if (E->IsDense) {
      E->Lent = *Rows[R.Data];
      E->Lender = Rows[R.Data];
    } else {
      assign(E->Sparse, T.Ids, R.Data, R.Count);
    }
    E->Exits = sharedExits(R.Exits);
    E->Room = R.Room;
    E->Need = R.Need;
    E->AnyDepth = R.Depth == None;
    E->Depth = E->AnyDepth ? 0 : R.Depth;
    assign(E->Low, T.Boxes, R.Box, R.Registers);
    assign(E->High, T.Boxes, R.Box + R.Registers, R.Registers);
    keep(ResidualKey{Numbers[R.Content], R.State}, std::move(E));
  }
  for (const TerminalCountedRec &R : T.Counted) {
    auto C = std::make_shared<CountedTable>();
    C->Usable = true;
    C->FromZero = R.FromZero != 0;
    C->HasRow = R.Row != None;
    if (C->HasRow)
      C->Row = *Rows[R.Row];
    assign(C->Tokens, T.CountedTokens, R.Tokens, R.Count);
    C->Exits = sharedExits(R.Exits);
    C->MaxRoom = R.MaxRoom;
    C->MaxSeen = R.MaxSeen;
    insert(ResidualKey{Numbers[R.Content], R.State}, std::move(C), /*ForGood=*/true);
  }
  for (const TerminalSubtreeRec &R : T.Subtrees) {
    auto S = std::make_unique<SubtreeTable>();
    assign(S->Ids, T.Ids, R.Ids, R.Count);
    S->Exits = exits(R.Exits);
    S->HasDoubles = R.Doubles != 0;
    assign(S->KeyHashes, T.KeyHashes, R.Hashes, R.HashCount);
    keep(SubtreeKey{{Numbers[R.Content], R.State}, R.Node}, std::move(S));
  }
}

} // namespace weir
