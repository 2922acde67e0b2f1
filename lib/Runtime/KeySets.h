//===- KeySets.h - Which keys an object may still get --------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The key-set operations of RegisterOps.def over one object's register block:
//
//   +0 members so far   +1 free keys seen   +2 where the key being read begins
//   +3 declared order: the next ordinal; any order: bits of the leaves seen
//   +… members read through each free entry that must occur
//
// A key is allowed when it may stand here *and* the object can be finished after
// it: enough room below `maxProperties` for the required keys still missing, and
// enough keys left to reach `minProperties`. So whatever is entered can be left.
//
// Free keys are a linked list in Words: [previous + 1, offset, size, hash], of the
// spelled bytes in the text; keys compare by their decoded value.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_KEYSETS_H
#define WEIR_LIB_RUNTIME_KEYSETS_H

#include "Frames.h"
#include "weir/Runtime/Grammar.h"

#include <algorithm>
#include <array>
#include <string>

namespace weir {

class KeySets {
public:
  /// `Regs` are the frame's registers; null means all zero.
  KeySets(const GrammarView &G, const ObjectRec &O, const uint32_t *Regs)
      : G(G), O(O), Regs(Regs) {}

  bool leafAllowed(uint32_t Leaf) const;
  bool anyLeafAllowed(uint32_t First, uint32_t End) const;
  /// `Entry` counts from the object's first free entry.
  bool freeAllowed(uint32_t Entry) const;
  /// Some free entry of a list in Words: how many, then which.
  bool anyFreeAllowed(uint32_t List) const;
  bool moreKeys() const;
  bool complete() const;
  /// Changes `Words`, the registers of a frame, into ones for which every question has
  /// the same answer, as long as no free key is compared with those seen; where free keys
  /// were seen stays told apart.
  void canonicalise(uint32_t *Words) const;
  /// Marks a leaf in `Out`, the registers to change.
  void take(uint32_t Leaf, uint32_t *Out) const;
  /// Counts a member read through `Entry`.
  void takeFree(uint32_t Entry, uint32_t *Out) const;

private:
  uint32_t reg(uint32_t I) const { return Regs ? Regs[O.Base + I] : 0; }
  const uint32_t *words(uint32_t At) const { return G.Words.data() + At; }
  bool seen(uint32_t Leaf) const { return reg(3 + Leaf / 32) >> (Leaf % 32) & 1; }
  bool required(uint32_t Leaf) const { return words(O.RequiredBits)[Leaf / 32] >> (Leaf % 32) & 1; }
  uint32_t missing() const;
  const FreeRec &entry(uint32_t I) const { return G.FreeEntries[O.FreeBegin + I]; }
  /// Members that `Entry` still must read.
  uint32_t owed(const FreeRec &E) const {
    return E.Min == 0 ? 0 : E.Min - (Regs ? Regs[E.Register] : 0);
  }
  uint64_t owedByAll() const;
  /// One more member than now, `StillRequired` of which are to come after it, fits.
  bool roomFor(uint64_t StillRequired) const {
    return O.Max == NoIndex || uint64_t(reg(0)) + 1 + StillRequired <= O.Max;
  }
  bool ordinalAllowed(uint32_t Ordinal) const;

  /// Free keys left to use, where there are finitely many.
  uint64_t freeLeft() const;

  const GrammarView &G;
  const ObjectRec &O;
  const uint32_t *Regs;
};

/// The hash of the decoded value of the spelled key text[Begin, End).
uint32_t hashKey(const FrameView &V, uint32_t Begin, uint32_t End);
/// What a scalar that is cut short may become; none when nothing was cut.
struct CutScalar {
  struct Range {
    uint32_t First, Last;
  };
  std::array<Range, 2> Ranges{};
  uint32_t Count = 0;

  bool holds(uint32_t C) const {
    return std::any_of(Ranges.begin(), Ranges.begin() + Count,
                       [&](const Range &R) { return R.First <= C && C <= R.Last; });
  }
  void add(uint32_t First, uint32_t Last) { Ranges[Count++] = {First, Last}; }
};
/// Its scalars, up to one that is cut short, which is told in `Cut`.
std::u32string decodeKey(const FrameView &V, uint32_t Begin, uint32_t End,
                         CutScalar *Cut = nullptr);
/// Do two spelled keys have one value?
bool equalKeys(const FrameView &V, uint32_t BeginA, uint32_t EndA, uint32_t BeginB, uint32_t EndB);
/// Is the spelled text[BeginA, EndA), perhaps cut short, a prefix of the other's value?
bool keyMayBecome(const FrameView &V, uint32_t BeginA, uint32_t EndA, uint32_t BeginB,
                  uint32_t EndB);

} // namespace weir

#endif // WEIR_LIB_RUNTIME_KEYSETS_H
