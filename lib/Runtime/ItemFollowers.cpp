//===- ItemFollowers.cpp - Which earlier items may be repeated --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ItemFollowers.h"

#include <algorithm>
#include <utility>

namespace weir {

namespace {

std::string textOf(const FrameView &V, uint32_t Begin, uint32_t End) {
  std::string Out;
  Out.reserve(End - Begin);
  for (uint32_t I = Begin; I < End; ++I)
    Out += char(V.textAt(I));
  return Out;
}

/// Equal for the first bytes of values that may be equal.
uint8_t kindOf(uint8_t First) {
  return First == '-' || (First >= '0' && First <= '9') ? '0' : First;
}

} // namespace

/// Answer(follower, value) of the text from `Begin` to `End` and an item.
const ItemFollowers::Item &ItemFollowers::item(const FrameView &V, uint32_t At, uint32_t Size) {
  std::unique_ptr<Item> &I = Items[uint64_t(At) << 32 | Size];
  if (!I) {
    I = std::make_unique<Item>(textOf(V, At, At + Size));
    Bytes += Size;
  }
  return *I;
}

const ItemFollowers::Item &ItemFollowers::tried(const FrameView &V, uint32_t At, uint32_t Size,
                                                uint32_t Kept) {
  const uint32_t From = std::max(At, Kept);
  const std::string Suffix = textOf(V, From, At + Size);
  const uint32_t Now = V.Store ? V.Store->TextEpoch : 0;
  for (const Tried &T : LastTried)
    if (T.Whole && T.At == At && T.Kept == Kept && T.Epoch == Now && T.Suffix == Suffix)
      return *T.Whole;
  Tried &T = LastTried[OldestTried++ % LastTried.size()];
  T.Whole = nullptr; // until all of it is there
  auto Whole = std::make_unique<Item>(textOf(V, At, At + Size));
  T.At = At;
  T.Kept = Kept;
  T.Epoch = Now;
  T.Suffix = Suffix;
  T.Whole = std::move(Whole);
  return *T.Whole;
}

template <typename Fn>
bool ItemFollowers::ask(const FrameView &V, uint32_t Begin, uint32_t End, uint32_t At,
                        uint32_t Size, Fn Answer) {
  const uint32_t Kept = std::min(V.Store ? V.Store->Text.size() : 0, End);
  auto finish = [&](JsonFollower &F, uint32_t From) {
    for (uint32_t I = From; I < End && !F.isDead(); ++I)
      F.feed(char(V.textAt(I)));
  };
  // Of items that are only tried, few are remembered, as long as the text stays,
  auto askNew = [&](const Item &Earlier) {
    if (Begin < End && kindOf(V.textAt(Begin)) != kindOf(uint8_t(Earlier.Text[0])))
      return false;
    JsonFollower F(Earlier.Tree);
    finish(F, Begin);
    return bool(Answer(F, Earlier.Tree));
  };
  if (At + Size > Kept)
    return askNew(tried(V, At, Size, Kept));
  if (Epoch != V.Store->TextEpoch || Bytes > MaxBytes) {
    Entries.clear();
    Items.clear();
    Bytes = 0;
    Epoch = V.Store->TextEpoch;
  }
  const Item &Earlier = item(V, At, Size);
  // … nor of how far they go.
  if (Begin > Kept)
    return askNew(Earlier);
  std::unique_ptr<Entry> &E = Entries[uint64_t(Begin) << 32 | At];
  if (!E || &E->Earlier != &Earlier || E->FedTo > Kept) {
    E = std::make_unique<Entry>(Earlier);
    E->FedTo = Begin;
  }
  // Meanwhile the entry counts as none, so that memory that runs out leaves none half fed.
  uint32_t Fed = std::exchange(E->FedTo, NotFed);
  for (; Fed < Kept && !E->Follower.isDead(); ++Fed)
    E->Follower.feed(char(V.textAt(Fed)));
  E->FedTo = Fed;
  if (E->Follower.isDead())
    return false;
  if (End == Kept)
    return Answer(E->Follower, Earlier.Tree);
  JsonFollower F = E->Follower;
  finish(F, Kept);
  return Answer(F, Earlier.Tree);
}

bool ItemFollowers::mayBecome(const FrameView &V, uint32_t Begin, uint32_t Item, uint32_t Size) {
  const uint32_t End = V.textSize();
  return ask(V, Begin, End, Item, Size, [&](const JsonFollower &F, const JsonTree &Value) {
    return F.isUnsure() ? JsonTree(textOf(V, Begin, End)).mayBecome(Value) : F.mayBecome();
  });
}

bool ItemFollowers::isEqual(const FrameView &V, uint32_t Begin, uint32_t End, uint32_t Item,
                            uint32_t Size) {
  return ask(V, Begin, End, Item, Size, [&](const JsonFollower &F, const JsonTree &Value) {
    return F.isUnsure() ? JsonTree(textOf(V, Begin, End)).form() == Value.form() : F.isEqual();
  });
}

size_t ItemFollowers::memoryBytes() const {
  // A tree takes some dozens of bytes a value; values take two bytes of text at least.
  size_t Tries = 0;
  for (const Tried &T : LastTried)
    Tries += T.Suffix.capacity() + (T.Whole ? sizeof(Item) + 17 * T.Whole->Text.size() : 0);
  return Tries + Entries.size() * (sizeof(Entry) + 64) + Items.size() * (sizeof(Item) + 64) +
         16 * Bytes;
}

} // namespace weir
