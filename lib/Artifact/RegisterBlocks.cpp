//===- RegisterBlocks.cpp - Objects, arrays and lengths ---------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the operations of RegisterOps.def read besides registers. The records are looked
// at once, whichever rules they belong to; then each rule must have room for its own.
//
//===----------------------------------------------------------------------===//
#include "GrammarChecker.h"

#include <algorithm>

namespace weir {

namespace {
/// Sets of lengths are searched from end to end.
constexpr uint64_t MaxLengthBits = uint64_t(1) << 25;
/// Choices name counters by the bits of a word.
constexpr uint32_t MaxItemCounters = 32;
constexpr uint64_t MaxLiveBits = uint64_t(1) << 40;
} // namespace

bool GrammarChecker::checkObjects() {
  return std::all_of(T.Objects.begin(), T.Objects.end(),
                     [&](const ObjectRec &O) { return checkObject(O); });
}

bool GrammarChecker::checkObject(const ObjectRec &O) {
  if (O.AnyOrder > 1 || O.Free > 1 || O.AnyEscapes > 1 || O.Counted > 1 || O.Live > O.Keys)
    return fail("a field of an object is out of its range");
  const uint64_t Bits = (uint64_t(O.Keys) + 31) / 32, PerOrdinal = uint64_t(O.Live) + 1;
  if (!words(O.LiveBits, Bits) || !words(O.RequiredBits, Bits) || !words(O.OrdinalOfLeaf, O.Keys) ||
      !words(O.LeafOfOrdinal, O.Keys) || !words(O.NextRequired, PerOrdinal) ||
      !words(O.RequiredFrom, PerOrdinal) || !range(O.FreeBegin, O.FreeEnd, T.FreeEntries))
    return fail("a list of an object is cut short");
  if (!spend(Bits + O.Keys + PerOrdinal + (O.FreeEnd - O.FreeBegin)))
    return false;
  if (O.Keys % 32 != 0) {
    const uint32_t Past = ~uint32_t(0) << (O.Keys % 32);
    if ((T.Words[O.LiveBits + Bits - 1] & Past) || (T.Words[O.RequiredBits + Bits - 1] & Past))
      return fail("an object has bits of keys that it does not have");
  }
  for (uint32_t I = 0; I < O.Keys; ++I)
    if (T.Words[O.OrdinalOfLeaf + I] >= O.Keys || T.Words[O.LeafOfOrdinal + I] >= O.Keys)
      return fail("an ordinal or a leaf of an object does not exist");
  for (uint32_t I = 0; I <= O.Live; ++I)
    if (T.Words[O.NextRequired + I] < I || T.Words[O.NextRequired + I] > O.Live ||
        T.Words[O.RequiredFrom + I] > O.Live - I ||
        (T.Words[O.RequiredFrom + I] != 0 && T.Words[O.NextRequired + I] == O.Live))
      return fail("the required keys of an object are more than there are");
  if ((O.FreeBegin != O.FreeEnd) != (O.Free != 0))
    return fail("an object contradicts its free entries");
  return true;
}

bool GrammarChecker::checkElements() {
  return std::all_of(T.Elements.begin(), T.Elements.end(),
                     [&](const ElementsRec &E) { return checkArray(E); });
}

bool GrammarChecker::checkArray(const ElementsRec &E) {
  const uint32_t Counters = E.CountersEnd - E.CountersBegin;
  if (E.Unique > 1 || !range(E.CountersBegin, E.CountersEnd, T.ItemCounters) ||
      Counters > MaxItemCounters || E.ChoicesBegin > T.Choices.size())
    return fail("counters or choices of an array do not exist");
  if (!words(E.Positions, uint64_t(E.Prefix) + 2))
    return fail("the positions of an array are cut short");
  if (!spend(uint64_t(E.Prefix) + 2 + Counters))
    return false;
  for (uint64_t P = 0; P <= E.Prefix; ++P) {
    const uint32_t Begin = T.Words[E.Positions + P], End = T.Words[E.Positions + P + 1];
    if (!range(Begin, End, T.Words))
      return fail("a list of an array's choices is cut short");
    if (!spend(End - Begin))
      return false;
    for (uint32_t I = Begin; I < End; ++I)
      if (T.Words[I] >= T.Choices.size() - E.ChoicesBegin)
        return fail("a choice of items does not exist");
  }
  // The last bit that any counts lead to.
  uint64_t Last = uint64_t(E.Saturation) + (E.Max == NoIndex ? 0 : uint64_t(E.Room) + 1);
  for (uint32_t K = E.CountersBegin; K < E.CountersEnd; ++K)
    Last += std::min(uint64_t(T.ItemCounters[K].Stride) * T.ItemCounters[K].Cap, MaxLiveBits);
  if (!words(E.Live, Last / 32 + 1))
    return fail("the table of an array is cut short");
  if (E.ValuesBegin > E.ValuesEnd || E.ValuesEnd > T.Words.size() ||
      (E.ValuesEnd - E.ValuesBegin) % 3 != 0)
    return fail("the values of an array are cut short");
  if (!spend(E.ValuesEnd - E.ValuesBegin))
    return false;
  for (uint32_t V = E.ValuesBegin; V < E.ValuesEnd; V += 3)
    if (!text(T.Words[V], T.Words[V + 1]) || T.Words[V + 2] >= Counters)
      return fail("a value of an array lies outside of the texts, or is in no set");
  return true;
}

bool GrammarChecker::checkLengthSets() {
  for (const LengthSetRec &L : T.LengthSets) {
    const uint64_t Bits = uint64_t(L.Threshold) + L.Period;
    if (Bits > MaxLengthBits || !words(L.Bits, (Bits + 31) / 32))
      return fail("a set of lengths is cut short");
  }
  return true;
}

/// Has the rule's frame room for the blocks of its object or array?
bool GrammarChecker::checkRegisterBlocks(const RuleRec &R) {
  if (R.Object != NoIndex && R.Elements != NoIndex)
    return fail("a rule has an object and an array");
  if (R.Object != NoIndex) {
    if (R.Object >= T.Objects.size())
      return fail("the object does not exist");
    const ObjectRec &O = T.Objects[R.Object];
    const uint64_t Own = 3 + (O.AnyOrder ? (uint64_t(O.Keys) + 31) / 32 : 1);
    const uint64_t End = O.Base + Own;
    if (End > R.Registers)
      return fail("the object has no room in the registers");
    auto further = [&](uint32_t Register) {
      return Register < R.Registers && (Register < O.Base || Register >= End);
    };
    if (!spend(O.FreeEnd - O.FreeBegin))
      return false;
    for (uint32_t E = O.FreeBegin; E < O.FreeEnd; ++E)
      if (T.FreeEntries[E].Min > 0 && !further(T.FreeEntries[E].Register))
        return fail("a free entry has no register");
    if (O.FreeTotal != NoIndex && !further(O.FreeCount))
      return fail("free keys are counted in no register");
  }
  if (R.Elements != NoIndex) {
    if (R.Elements >= T.Elements.size())
      return fail("the array does not exist");
    const ElementsRec &E = T.Elements[R.Elements];
    if (uint64_t(E.Base) + 3 + (E.CountersEnd - E.CountersBegin) > R.Registers)
      return fail("the array has no room in the registers");
  }
  return true;
}

} // namespace weir
