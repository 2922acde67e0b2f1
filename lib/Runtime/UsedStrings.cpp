//===- UsedStrings.cpp - Which used keys and items begin like this one ------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "UsedStrings.h"

#include "KeySets.h"

#include <algorithm>

namespace weir {

namespace {

/// The text of a node between its quotes, if it is a string.
struct Spelled {
  enum Kind : uint8_t { String, Other, Odd } K;
  uint32_t Begin, End;
};

Spelled spelled(const FrameView &V, const uint32_t *Node, bool AreItems) {
  const uint32_t Begin = Node[1], End = Node[1] + Node[2];
  if (!AreItems)
    return {Spelled::String, Begin, End};
  if (Node[2] >= 2 && V.textAt(Begin) == '"' && V.textAt(End - 1) == '"')
    return {Spelled::String, Begin + 1, End - 1};
  static constexpr std::string_view Others = "{[tfn-0123456789";
  const bool IsOther = Node[2] > 0 && Others.find(char(V.textAt(Begin))) != std::string_view::npos;
  return {IsOther ? Spelled::Other : Spelled::Odd, Begin, End};
}

} // namespace

UsedStrings::Sorted &UsedStrings::sorted(const FrameView &V, uint32_t List, bool AreItems) {
  if (Epoch != V.Store->TextEpoch) {
    for (Sorted &S : Lists)
      S.List = 0;
    Epoch = V.Store->TextEpoch;
  }
  // A list that this one goes on from.
  std::vector<uint32_t> New;
  Sorted *Found = nullptr;
  for (uint32_t At = List; At != 0 && !Found; At = V.words(At - 1)[0]) {
    for (Sorted &S : Lists)
      if (S.List == At && S.AreItems == AreItems)
        Found = &S;
    if (!Found)
      New.push_back(At);
  }
  if (!Found) {
    Found = &Lists[Oldest++ % Lists.size()];
    Found->Texts.clear();
    Found->Odd = false;
  }
  const bool FromNothing = Found->Texts.empty();
  Found->List = 0; // until all of it is there
  for (uint32_t At : New) {
    const Spelled S = spelled(V, V.words(At - 1), AreItems);
    Found->Odd |= S.K == Spelled::Odd;
    if (S.K != Spelled::String)
      continue;
    std::u32string Text = decodeKey(V, S.Begin, S.End);
    const auto Place = FromNothing
                           ? Found->Texts.end()
                           : std::lower_bound(Found->Texts.begin(), Found->Texts.end(), Text);
    Found->Texts.insert(Place, std::move(Text));
  }
  if (FromNothing)
    std::sort(Found->Texts.begin(), Found->Texts.end());
  Found->List = List;
  Found->AreItems = AreItems;
  return *Found;
}

/// Is there a string on the list for which `IsIt(begin, end of its spelling)`, which is said of
/// sorted ones by `IsIn(texts)`?
template <typename Near, typename Far>
std::optional<bool> UsedStrings::ask(const FrameView &V, uint32_t List, bool AreItems, Near IsIt,
                                     Far IsIn) {
  static constexpr uint32_t Few = 4;
  uint32_t At = List, Kept = 0;
  for (uint32_t Seen = 0; At != 0 && (Seen < Few || ((At - 1) & ScratchBit)); ++Seen) {
    // The first that is kept, so that the list is the same one until another item is.
    if (Kept == 0 && !((At - 1) & ScratchBit))
      Kept = At;
    const Spelled S = spelled(V, V.words(At - 1), AreItems);
    if (S.K == Spelled::Odd)
      return std::nullopt;
    if (S.K == Spelled::String && IsIt(S.Begin, S.End))
      return true;
    At = V.words(At - 1)[0];
  }
  if (At == 0)
    return false;
  const Sorted &S = sorted(V, Kept == 0 ? At : Kept, AreItems);
  if (S.Odd)
    return std::nullopt;
  return IsIn(S.Texts);
}

std::optional<bool> UsedStrings::mayBecome(const FrameView &V, uint32_t Begin, uint32_t List,
                                           bool AreItems) {
  const uint32_t Now = V.textSize();
  return ask(
      V, List, AreItems,
      [&](uint32_t First, uint32_t Last) { return keyMayBecome(V, Begin, Now, First, Last); },
      [&](const std::vector<std::u32string> &Texts) {
        CutScalar Cut;
        std::u32string Read = decodeKey(V, Begin, Now, &Cut);
        const size_t Size = Read.size();
        // The first text at or behind `Read` and, if it was cut, behind the least it may become.
        auto begins = [&](uint32_t Last) {
          const auto Place = std::lower_bound(Texts.begin(), Texts.end(), Read);
          return Place != Texts.end() && Place->compare(0, Size, Read, 0, Size) == 0 &&
                 (Place->size() == Size || (*Place)[Size] <= Last);
        };
        if (Cut.Count == 0)
          return begins(0x10FFFF);
        for (uint32_t I = 0; I < Cut.Count; ++I) {
          Read.resize(Size);
          Read += char32_t(Cut.Ranges[I].First);
          if (begins(Cut.Ranges[I].Last))
            return true;
        }
        return false;
      });
}

std::optional<bool> UsedStrings::contains(const FrameView &V, uint32_t Begin, uint32_t End,
                                          uint32_t List) {
  return ask(
      V, List, true,
      [&](uint32_t First, uint32_t Last) { return equalKeys(V, Begin, End, First, Last); },
      [&](const std::vector<std::u32string> &Texts) {
        return std::binary_search(Texts.begin(), Texts.end(), decodeKey(V, Begin, End));
      });
}

size_t UsedStrings::memoryBytes() const {
  size_t Bytes = 0;
  for (const Sorted &S : Lists) {
    Bytes += S.Texts.capacity() * sizeof(std::u32string);
    for (const std::u32string &Text : S.Texts)
      Bytes += Text.capacity() * sizeof(char32_t);
  }
  return Bytes;
}

} // namespace weir
