//===- TerminalChecker.cpp - Are an image's tables of terminals sound? ----===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whether masks are the right ones would take making them; what is checked is what readers
// rely on to stay inside of the image and of the vocabulary.
//
//===----------------------------------------------------------------------===//
#include "TerminalChecker.h"

#include "Within.h"

#include <algorithm>

namespace weir {

namespace {

constexpr uint32_t None = TerminalEntryRec::None;

class Checker {
public:
  Checker(const Vocabulary &V, const TerminalView &T)
      : V(V), T(T), RowWords((size_t(V.size()) + 31) / 32) {}

  const char *run() {
    checkContents();
    checkRows(T.Rows);
    checkRows(T.TokenRows);
    checkTokens(T.Ids);
    checkTokens(T.ExitIds);
    for (const ExitTrieRec &X : T.Exits)
      need(isExitTrie(X, T.ExitNodes, T.ExitIds.size(), T.Conditions.size()),
           "an exit trie leads out of its tables");
    for (const TerminalEntryRec &E : T.Entries)
      checkEntry(E);
    for (const CountedToken &C : T.CountedTokens)
      need(C.Id < V.size(), "a token is beyond the vocabulary");
    for (const TerminalCountedRec &C : T.Counted)
      checkCounted(C);
    for (const TerminalSubtreeRec &S : T.Subtrees)
      checkSubtree(S);
    checkLongTokens();
    checkDigrams();
    checkCopies();
    return Failure;
  }

private:
  void need(bool Ok, const char *What) {
    if (!Ok && !Failure)
      Failure = What;
  }

  void checkContents() {
    bool Ok = !T.Contents.empty() && T.Contents.front() == 0 &&
              T.Contents.back() == T.ContentWords.size();
    for (size_t I = 1; I < T.Contents.size(); ++I)
      Ok &= T.Contents[I - 1] <= T.Contents[I];
    need(Ok, "the contents of rules do not fill their table");
    Contents = Ok ? T.Contents.size() - 1 : 0;
  }
  void checkRows(std::span<const uint32_t> Rows) {
    need(Rows.size() % RowWords == 0, "rows are no rows of the vocabulary's");
    const uint32_t Tail = V.size() % 32;
    for (size_t End = RowWords; Tail && End <= Rows.size(); End += RowWords)
      need(Rows[End - 1] >> Tail == 0, "a row has bits beyond the vocabulary");
  }
  void checkTokens(std::span<const uint32_t> Ids) {
    uint32_t Most = 0;
    for (uint32_t Id : Ids)
      Most = std::max(Most, Id);
    need(Most < V.size(), "a token is beyond the vocabulary");
  }
  void checkExits(uint32_t Exits) {
    need(Exits == None || Exits < T.Exits.size(), "a table's exit trie is not there");
  }
  void checkRule(uint32_t Content) { need(Content < Contents, "a table's rule is not there"); }
  bool isRow(uint32_t Row) const { return Row < T.Rows.size() / RowWords; }

  void checkEntry(const TerminalEntryRec &E) {
    checkRule(E.Content);
    checkExits(E.Exits);
    need(isWithin(E.Box, uint64_t(2) * E.Registers, T.Boxes.size()),
         "an entry's registers are not there");
    need(E.Kind == uint32_t(TerminalMask::Row)
             ? isRow(E.Data) && E.Count == 0
             : E.Kind == uint32_t(TerminalMask::Ids) && isWithin(E.Data, E.Count, T.Ids.size()),
         "an entry's mask is not there");
  }
  void checkCounted(const TerminalCountedRec &C) {
    checkRule(C.Content);
    checkExits(C.Exits);
    need(C.FromZero <= 1 && (C.Row == None || isRow(C.Row)) &&
             isWithin(C.Tokens, C.Count, T.CountedTokens.size()),
         "a counted table's tokens are not there");
  }
  void checkSubtree(const TerminalSubtreeRec &S) {
    checkRule(S.Content);
    checkExits(S.Exits);
    need(S.Node < V.trie().size() && S.Doubles <= 1 && isWithin(S.Ids, S.Count, T.Ids.size()) &&
             isWithin(S.Hashes, S.HashCount, T.KeyHashes.size()),
         "what a table has below a node is not there");
  }
  /// Lists that several tables share are copied for each, so an image could ask for far more memory
  /// than it has bytes. (Of 128,256 tokens 0.13 million words are copied.)
  void checkCopies() {
    uint64_t Words = 0;
    for (const TerminalEntryRec &E : T.Entries)
      Words += E.Count + uint64_t(2) * E.Registers;
    for (const TerminalCountedRec &C : T.Counted)
      Words += uint64_t(2) * C.Count + (C.Row == None ? 0 : RowWords);
    for (const TerminalSubtreeRec &S : T.Subtrees)
      Words += uint64_t(S.Count) + S.HashCount;
    const uint64_t Stored = T.Ids.size() + T.Boxes.size() + 2 * T.CountedTokens.size() +
                            T.KeyHashes.size() + T.Rows.size();
    need(Words <= 8 * Stored + 100'000, "the tables share their lists too often");
  }
  void checkLongTokens() {
    size_t Before = 0; // bytes of the one before
    for (const LongToken &L : T.LongTokens) {
      if (L.Id >= V.size() || !V.isText(L.Id))
        return need(false, "a long token is none of the vocabulary's texts");
      const size_t Size = V.bytes(L.Id).size();
      need(L.Common <= std::min(Before, Size), "a long token is shorter than what it shares");
      Before = Size;
    }
  }
  void checkDigrams() {
    bool Ok = T.DigramBegins.size() == T.Digrams.size() + 1 &&
              T.DigramNodes.size() == T.DigramBefores.size() && T.DigramBegins.front() == 0 &&
              T.DigramBegins.back() == T.DigramNodes.size();
    for (size_t I = 1; Ok && I < T.DigramBegins.size(); ++I)
      Ok &= T.DigramBegins[I - 1] <= T.DigramBegins[I];
    need(Ok, "the nodes of pairs of bytes do not fill their table");
    // (A node is not the root.)
    uint32_t Most = 0, Least = None;
    for (uint32_t N : T.DigramNodes) {
      Most = std::max(Most, N);
      Least = std::min(Least, N);
    }
    need(T.DigramNodes.empty() || (Most < V.trie().size() && Least != TokenTrie::Root),
         "a node of a pair of bytes is not in the trie");
  }

  const Vocabulary &V;
  const TerminalView &T;
  const size_t RowWords;
  size_t Contents = 0;
  const char *Failure = nullptr;
};

} // namespace

const char *checkTerminals(const Vocabulary &V, const TerminalView &T) {
  return Checker(V, T).run();
}

} // namespace weir
