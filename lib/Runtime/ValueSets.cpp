//===- ValueSets.cpp - Which items an array may still get -------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ValueSets.h"

#include <algorithm>
#include <bit>

namespace weir {

/// Is the array live after one more item that adds one to the counters `Adds`?
bool ValueSets::liveAfter(uint32_t Adds) const {
  uint64_t Items = uint64_t(reg(0)) + 1;
  if (E.Max != NoIndex && Items > E.Max)
    return false;
  uint64_t Row = std::min<uint64_t>(Items, E.Saturation);
  if (E.Max != NoIndex && E.Max - Items <= E.Room)
    Row = E.Saturation + 1 + (E.Room - (E.Max - Items));
  uint64_t Bit = Row;
  for (uint32_t K = 0; K < counters(); ++K) {
    const ItemCounterRec &C = G.ItemCounters[E.CountersBegin + K];
    uint64_t Count = uint64_t(reg(3 + K)) + (Adds >> K & 1);
    if (C.Max != NoIndex && Count > C.Max)
      return false;
    Bit += C.Stride * std::min<uint64_t>(Count, C.Cap);
  }
  return G.Words[E.Live + Bit / 32] >> (Bit % 32) & 1;
}

bool ValueSets::standsAt(uint32_t Choice, uint32_t Position) const {
  const uint32_t *Lists = G.Words.data() + E.Positions + std::min(Position, E.Prefix);
  return std::find(G.Words.begin() + Lists[0], G.Words.begin() + Lists[1], Choice) !=
         G.Words.begin() + Lists[1];
}

bool ValueSets::choiceLive(uint32_t Choice) const {
  if (!standsAt(Choice, reg(0)))
    return false;
  const ChoiceRec &C = G.Choices[E.ChoicesBegin + Choice];
  if (!C.Finite)
    return liveAfter(C.Adds);
  for (uint32_t Sets = C.Sets; Sets; Sets &= Sets - 1)
    if (liveAfter(C.Adds | (Sets & (0 - Sets))))
      return true;
  return false;
}

bool ValueSets::moreItems() const {
  const uint32_t *Lists = G.Words.data() + E.Positions + std::min(reg(0), E.Prefix);
  return std::any_of(G.Words.begin() + Lists[0], G.Words.begin() + Lists[1],
                     [&](uint32_t Choice) { return choiceLive(Choice); });
}

bool ValueSets::complete() const {
  for (uint32_t K = 0; K < counters(); ++K)
    if (reg(3 + K) < G.ItemCounters[E.CountersBegin + K].Min)
      return false;
  return reg(0) >= E.Min;
}

bool ValueSets::take(uint32_t Choice, uint32_t Set, uint32_t *Out) const {
  uint32_t Adds = G.Choices[E.ChoicesBegin + Choice].Adds;
  if (Set != NoIndex)
    Adds |= uint32_t(1) << Set;
  if (!standsAt(Choice, reg(0)) || !liveAfter(Adds))
    return false;
  if (E.Max != NoIndex || Out[E.Base] < E.Saturation)
    ++Out[E.Base];
  for (uint32_t K = 0; K < counters(); ++K)
    if (Adds >> K & 1)
      Out[E.Base + 3 + K] =
          std::min(Out[E.Base + 3 + K] + 1, G.ItemCounters[E.CountersBegin + K].Cap);
  return true;
}

uint32_t ValueSets::placeOf(std::string_view Form) const {
  // By form; see ElementsRec.
  uint32_t Lo = 0, Hi = listed();
  while (Lo < Hi) {
    const uint32_t Mid = (Lo + Hi) / 2;
    const std::string_view Other = formAt(Mid);
    if (Other == Form)
      return Mid;
    if (Other < Form)
      Lo = Mid + 1;
    else
      Hi = Mid;
  }
  return NoIndex;
}

uint32_t ValueSets::blockedSets(uint32_t Choice) const {
  uint32_t Out = 0;
  if (hasSets())
    for (uint32_t K = E.FirstSet; K < counters(); ++K)
      if (!liveAfter(G.Choices[E.ChoicesBegin + Choice].Adds | uint32_t(1) << K))
        Out |= uint32_t(1) << K;
  return Out;
}

} // namespace weir
