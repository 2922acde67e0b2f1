//===- ViewMask.cpp - The next-token set where it lies --------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kept mask is a row that many masks share and some ids, or a row of its own. A view shows
// these, and adds to the ids what fillMask does to the row it wrote: stop tokens, symbols, bans.
//
//===----------------------------------------------------------------------===//
#include "MatcherImpl.h"

#include <algorithm>
#include <bit>

namespace weir {

/// The last number given. Counted for the process, since an engine may keep the rows of several
/// vocabularies in one place.
static std::atomic<uint64_t> RowNumbers{1};

uint64_t RowNumber::next() const {
  uint64_t Now = 0;
  if (N.compare_exchange_strong(Now, 1))
    return 0;
  if (Now != 1)
    return Now;
  const uint64_t New = RowNumbers.fetch_add(1) + 1;
  return N.compare_exchange_strong(Now, New) ? New : Now;
}

static void sortOnce(std::vector<TokenId> &Ids) {
  std::sort(Ids.begin(), Ids.end());
  Ids.erase(std::unique(Ids.begin(), Ids.end()), Ids.end());
}

/// Every bit below `Bits` is set.
static bool isFull(std::span<const MaskWord> Base, std::span<const TokenId> Set, uint32_t Bits) {
  if (Base.size() < Matcher::rowWords(Bits))
    return false;
  size_t Missing = 0;
  for (size_t I = 0; I < Matcher::rowWords(Bits) && Missing <= Set.size(); ++I) {
    MaskWord Open = ~Base[I];
    if (I == Bits / 32)
      Open &= (MaskWord(1) << (Bits % 32)) - 1;
    Missing += size_t(std::popcount(Open));
  }
  return Missing == Set.size();
}

void MaskView::write(std::span<uint32_t> Row, uint32_t MaskBits) const {
  const size_t Words = Matcher::rowWords(MaskBits), Copied = std::min(Base.size(), Words);
  std::copy_n(Base.begin(), Copied, Row.begin());
  std::fill(Row.begin() + ptrdiff_t(Copied), Row.end(), 0);
  if (MaskBits % 32 && Copied == Words)
    Row[Words - 1] &= (MaskWord(1) << (MaskBits % 32)) - 1;
  for (TokenId T : Clear)
    if (T < MaskBits)
      clearBit(Row, T);
  for (TokenId T : Set)
    if (T < MaskBits)
      setBit(Row, T);
}

Result<MaskView> Matcher::Impl::viewMask(uint32_t MaskBits) {
  ++Stats.Masks;
  Stats.LastMask = 0;
  const Vocabulary &V = Tables->vocabulary();
  const bool Ended = head().Terminated;
  if (Ended || !owed().empty())
    note(MaskPart::Ended);
  Viewed = nullptr;
  ViewedSet.clear();
  ViewedClear.clear();
  MaskView View;
  if (Ended && AfterTermination == TerminatedRow::AllOnes) {
    ViewedRow.assign(rowWords(MaskBits), ~MaskWord(0));
    if (MaskBits % 32)
      ViewedRow.back() = (MaskWord(1) << (MaskBits % 32)) - 1;
    View.Base = ViewedRow;
    View.AllAllowed = true;
    return View;
  }

  SymbolTokens.clear();
  bool Complete = true, Ok = true;
  if (Ended) {
  } else if (!owed().empty()) {
    ViewedRow.resize(rowWords(V.size()));
    Ok = fillHealing(ViewedRow);
    Complete = false;
    View.Base = ViewedRow;
  } else {
    FullRow.resize(rowWords(V.size()));
    Viewed = fillHead(FullRow, false);
    if ((Ok = Viewed != nullptr)) {
      Complete = Viewed->Complete;
      if (!Viewed->Row.empty()) {
        View.Base = Viewed->Row;
        View.BaseId = Viewed->Number.next();
      } else if (Viewed->Base) {
        View.Base = Viewed->Base->row();
        View.BaseId = Viewed->Base->Number.next();
      }
    }
  }
  if (!Ok) {
    LastError = Status::BudgetExceeded;
    return Error{Status::BudgetExceeded, limitText()};
  }

  // As on the row: the stop tokens are set or cleared, then symbols are set, then bans cleared.
  auto inBase = [&](TokenId T) { return !View.Base.empty() && testBit(View.Base, T); };
  auto isSymbol = [&](TokenId T) {
    return std::find(SymbolTokens.begin(), SymbolTokens.end(), T) != SymbolTokens.end();
  };
  auto wanted = [&](TokenId T) {
    if (T >= MaskBits || (!Ended && isBanned(T)))
      return false;
    return !isStop(T) || Complete || isSymbol(T);
  };
  auto add = [&](std::span<const TokenId> Ids) {
    for (TokenId T : Ids)
      if (!inBase(T) && wanted(T))
        ViewedSet.push_back(T);
  };
  if (Viewed)
    add(Viewed->Ids);
  if (Complete)
    add(Stops);
  add(SymbolTokens);
  sortOnce(ViewedSet);
  auto drop = [&](std::span<const TokenId> Ids) {
    for (TokenId T : Ids)
      if (T < MaskBits && inBase(T) && !wanted(T))
        ViewedClear.push_back(T);
  };
  drop(Stops);
  if (!Ended)
    drop(Bans);
  sortOnce(ViewedClear);
  View.Set = ViewedSet;
  View.Clear = ViewedClear;
  View.AllAllowed = ViewedClear.empty() && isFull(View.Base, ViewedSet, MaskBits);
  return View;
}

} // namespace weir
