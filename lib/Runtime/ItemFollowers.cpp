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

/// Equal for the first bytes of values that may be equal.
uint8_t kindOf(uint8_t First) {
  return First == '-' || (First >= '0' && First <= '9') ? '0' : First;
}

bool mayBegin(uint8_t First, std::string_view Item) {
  return !Item.empty() && kindOf(First) == kindOf(uint8_t(Item[0]));
}

} // namespace

void ItemFollowers::clear() {
  for (UnderWay &U : Texts)
    U = UnderWay();
  for (Known &K : Lists)
    K = Known();
  Items.clear();
  Bytes = TriedCount = 0;
  Limit = MaxBytes;
}

/// Bytes that were taken back make everything else.
void ItemFollowers::forgetStale(const FrameView &V) {
  if (V.Store && (Epoch != V.Store->Epoch || Bytes > Limit)) {
    clear();
    Epoch = V.Store->Epoch;
  }
}

const ItemFollowers::Item &ItemFollowers::item(const FrameView &V, uint32_t At, uint32_t Size) {
  std::unique_ptr<Item> &I = Items[uint64_t(At) << 32 | Size];
  if (!I) {
    I = std::make_unique<Item>(V.text(At, At + Size));
    Bytes += Size;
  }
  return *I;
}

const ItemFollowers::Item &ItemFollowers::tried(const FrameView &V, uint32_t At, uint32_t Size,
                                                uint32_t Kept) {
  const uint32_t From = std::max(At, Kept);
  const std::string Suffix = V.text(From, At + Size);
  const uint32_t Now = V.Store ? V.Store->Epoch : 0;
  for (const Tried &T : LastTried)
    if (T.Whole && T.At == At && T.Kept == Kept && T.Epoch == Now && T.Suffix == Suffix)
      return *T.Whole;
  Tried &T = LastTried[OldestTried++ % LastTried.size()];
  T.Whole = nullptr; // until all of it is there
  auto Whole = std::make_unique<Item>(V.text(At, At + Size));
  T.At = At;
  T.Kept = Kept;
  T.Epoch = Now;
  T.Suffix = Suffix;
  T.Whole = std::move(Whole);
  return *T.Whole;
}

void ItemFollowers::give(uint32_t List, std::vector<std::string> Texts) {
  std::vector<std::unique_ptr<Item>> Items;
  Known All;
  for (std::string &Text : Texts) {
    GivenBytes += Text.size();
    Items.push_back(std::make_unique<Item>(std::move(Text), uint32_t(Items.size())));
    All.Items.push_back(Items.back().get());
  }
  All.List = List;
  GivenLists[List] = std::move(All);
  Given[List] = std::move(Items);
}

/// The items of a list that is kept.
const ItemFollowers::Known &ItemFollowers::known(const FrameView &V, uint32_t List) {
  if (auto It = GivenLists.find(List); It != GivenLists.end())
    return It->second;
  // A list that this one goes on from.
  std::vector<const uint32_t *> New;
  Known *Found = nullptr;
  for (uint32_t At = List; At != 0 && !Found;) {
    for (Known &K : Lists)
      if (K.List == At)
        Found = &K;
    const uint32_t *Node = V.words(At - 1);
    if (!Found)
      New.push_back(Node);
    At = Node[0];
  }
  if (!Found) {
    Found = &Lists[OldestList++ % Lists.size()];
    Found->Items.clear();
  }
  Found->List = 0; // until all of it is there
  for (size_t I = New.size(); I-- > 0;)
    Found->Items.push_back(&item(V, New[I][1], New[I][2]));
  Found->List = List;
  // What a list needs at once is never too much.
  Limit = std::max(MaxBytes, 2 * Bytes);
  return *Found;
}

/// Takes back what was tried, and that the rest is whole, until the caller says so: memory that
/// runs out leaves none half fed.
void ItemFollowers::forget(UnderWay &U) {
  U.List = 0;
  for (const auto &[Text, Of] : U.Tried)
    TriedCount -= Of.size();
  U.Tried.clear();
}

/// The text from `Begin` on beside the items of a list that is kept, fed to the end of the text
/// that is kept.
ItemFollowers::UnderWay &ItemFollowers::underWay(const FrameView &V, uint32_t Begin, uint32_t List,
                                                 uint32_t Kept) {
  // What begins in the text that is tried is told by what was tried, wherever it begins.
  const uint32_t Place = Begin < Kept ? Begin : None;
  UnderWay *U = nullptr;
  for (UnderWay &X : Texts)
    if (X.List == List && X.Begin == Place && X.FedTo <= Kept)
      U = &X;
  if (U && U->FedTo == Kept)
    return *U;
  const bool IsNew = !U;
  if (IsNew)
    U = &Texts[OldestText++ % Texts.size()];
  forget(*U);
  if (IsNew) {
    U->Kept.clear();
    U->Begin = Place;
    U->FedTo = Kept;
    if (Place != None) {
      for (const Item *I : known(V, List).Items)
        if (mayBegin(V.textAt(Begin), I->Text))
          U->Kept.emplace_back(*I);
      U->FedTo = Begin;
    }
  }
  if (Place != None)
    std::erase_if(U->Kept, [&](Following &F) {
      for (uint32_t I = U->FedTo; I < Kept && !F.Follower.isDead(); ++I)
        F.Follower.feed(char(V.textAt(I)));
      return F.Follower.isDead();
    });
  U->FedTo = Kept;
  U->List = List;
  return *U;
}

/// The items of a list that is kept which the text from `Begin` to `End` has followed. Valid until
/// the next call.
const ItemFollowers::Set &ItemFollowers::following(const FrameView &V, uint32_t Begin, uint32_t End,
                                                   uint32_t List) {
  const uint32_t Kept = std::min(V.Store->Text.size(), End);
  UnderWay &U = underWay(V, Begin, List, Kept);
  const uint32_t From = std::max(Begin, Kept);
  if (Begin < Kept && End == Kept)
    return U.Kept;
  const std::string Text = V.text(From, End);
  // Mostly the text without its last byte was asked about.
  size_t Size = Text.size();
  auto At = U.Tried.find(Text);
  if (At != U.Tried.end())
    return At->second;
  while (Size > 0 && At == U.Tried.end())
    At = U.Tried.find(Text.substr(0, --Size));
  Set Next;
  auto feed = [&](Following F, size_t Fed) {
    for (; Fed < Text.size() && !F.Follower.isDead(); ++Fed)
      F.Follower.feed(Text[Fed]);
    if (!F.Follower.isDead())
      Next.push_back(std::move(F));
  };
  if (At != U.Tried.end() || Begin < Kept) {
    for (const Following &F : At != U.Tried.end() ? At->second : U.Kept)
      feed(F, Size);
  } else {
    for (const Item *I : known(V, List).Items)
      if (Text.empty() || mayBegin(uint8_t(Text[0]), I->Text))
        feed(*I, 0);
  }
  if (TriedCount + Next.size() > MaxTried) {
    for (UnderWay &X : Texts)
      X.Tried.clear();
    TriedCount = 0;
  }
  Set &Place = U.Tried[Text];
  Place = std::move(Next);
  TriedCount += Place.size();
  return Place;
}

/// Answer(follower, value) of the text from `Begin` to `End` and some item.
template <typename Fn>
bool ItemFollowers::ask(const FrameView &V, uint32_t Begin, uint32_t End, uint32_t List,
                        Fn Answer) {
  auto askAnew = [&](const Item &Earlier) {
    if (Begin < End && !mayBegin(V.textAt(Begin), Earlier.Text))
      return false;
    JsonFollower F(Earlier.Tree);
    for (uint32_t I = Begin; I < End && !F.isDead(); ++I)
      F.feed(char(V.textAt(I)));
    return bool(Answer(F, Earlier.Tree));
  };
  forgetStale(V);
  // Of items that are only tried few are remembered, as long as the text stays.
  const uint32_t Kept = V.Store ? V.Store->Text.size() : 0;
  while (List != 0 && ((List - 1) & ScratchBit)) {
    const uint32_t *Node = V.words(List - 1);
    List = Node[0];
    const uint32_t At = Node[1], Size = Node[2];
    if (Begin < End && Size > 0 && kindOf(V.textAt(Begin)) != kindOf(V.textAt(At)))
      continue;
    if (askAnew(At + Size > Kept ? tried(V, At, Size, Kept) : item(V, At, Size)))
      return true;
  }
  if (List == 0)
    return false;
  for (const Following &F : following(V, Begin, End, List))
    if (Answer(F.Follower, F.Earlier->Tree))
      return true;
  return false;
}

bool ItemFollowers::mayBecome(const FrameView &V, uint32_t Begin, uint32_t List) {
  const uint32_t End = V.textSize();
  const uint32_t Kept = V.Store ? V.Store->Text.size() : 0;
  const uint32_t Now = V.Store ? V.Store->Epoch : 0, From = std::max(Begin, Kept);
  // (A list that is only tried is not told by its number.)
  const bool MayKeep =
      V.Store && List != 0 && !((List - 1) & ScratchBit) && From <= End && End - From <= MostKnown;
  auto isSuffix = [&](std::string_view S) {
    bool Same = S.size() == End - From;
    for (uint32_t I = 0; I < S.size() && Same; ++I)
      Same = uint8_t(S[I]) == V.textAt(From + I);
    return Same;
  };
  if (MayKeep)
    for (const Answer &A : Answers)
      if (A.Begin == Begin && A.List == List && A.Kept == Kept && A.Epoch == Now &&
          isSuffix(A.Suffix))
        return A.May;
  const bool May = ask(V, Begin, End, List, [&](const JsonFollower &F, const JsonTree &Value) {
    return F.isUnsure() ? JsonTree(V.text(Begin, End)).mayBecome(Value) : F.mayBecome();
  });
  if (MayKeep) {
    Answer &A = Answers[OldestAnswer++ % Answers.size()];
    A.Begin = None;
    A.Suffix.clear();
    for (uint32_t I = From; I < End; ++I)
      A.Suffix += char(V.textAt(I));
    A = {Begin, List, Kept, Now, std::move(A.Suffix), May};
  }
  return May;
}

ByteSet ItemFollowers::next(const FrameView &V, uint32_t Begin, uint32_t List) {
  ByteSet Out;
  if (List == 0)
    return Out;
  if (!V.Store || (((List - 1) & ScratchBit) && !isGiven(List)) || Begin >= V.textSize())
    return ByteSet::all();
  forgetStale(V);
  for (const Following &F : following(V, Begin, V.textSize(), List))
    Out |= F.Follower.next();
  return Out;
}

bool ItemFollowers::contains(const FrameView &V, uint32_t Begin, uint32_t End, uint32_t List) {
  return ask(V, Begin, End, List, [&](const JsonFollower &F, const JsonTree &Value) {
    return F.isUnsure() ? JsonTree(V.text(Begin, End)).form() == Value.form() : F.isEqual();
  });
}

size_t ItemFollowers::memoryBytes() const {
  // A tree takes some dozens of bytes a value; values take two bytes of text at least.
  size_t Tries = 0;
  for (const Tried &T : LastTried)
    Tries += T.Suffix.capacity() + (T.Whole ? sizeof(Item) + 17 * T.Whole->Text.size() : 0);
  size_t Count = TriedCount;
  for (const UnderWay &U : Texts)
    Count += U.Kept.capacity();
  for (const Known &K : Lists)
    Tries += K.Items.capacity() * sizeof(const Item *);
  return Tries + Count * (sizeof(Following) + 64) + Items.size() * (sizeof(Item) + 64) +
         16 * (Bytes + GivenBytes);
}

} // namespace weir
