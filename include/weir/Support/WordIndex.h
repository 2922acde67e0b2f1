//===- WordIndex.h - Numbers for sequences of words -------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A set of sequences of 32-bit words, numbered in the order they were added. The
// words stand one after another in one array, the table is open addressing over it:
//
//   Words   7 9 | 7 | 1 2 3          End    2 3 6
//   Slots   - 2 - 0 - - 1 -          number + 1, or 0
//
// Adding allocates nothing but the growth of three arrays, and `clear` keeps their
// memory, so a subset construction or a partition refinement that owns one touches
// the heap a handful of times. Rejected: std::unordered_map of vectors, two
// allocations an entry, which was a third of the time of a compilation.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_WORDINDEX_H
#define WEIR_SUPPORT_WORDINDEX_H

#include "weir/Support/Hash.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <initializer_list>
#include <span>
#include <vector>

namespace weir {

class WordIndex {
public:
  /// The number of `W`, which is `size() - 1` when it was new. `W` must not point into
  /// this object. O(words) expected.
  uint32_t intern(std::span<const uint32_t> W) {
    const uint32_t Hash = hashOf(W);
    if ((Entries.size() + 1) * 2 > Slots.size())
      grow();
    const uint32_t Mask = uint32_t(Slots.size()) - 1;
    uint32_t At = Hash & Mask;
    for (; Slots[At]; At = (At + 1) & Mask) {
      const uint32_t Id = Slots[At] - 1;
      if (Entries[Id].Hash == Hash && isAt(Id, W))
        return Id;
    }
    // The slot comes last: where memory runs out the index is as it was. (Entries have room.)
    const uint32_t Id = uint32_t(Entries.size());
    Words.insert(Words.end(), W.begin(), W.end());
    Entries.push_back({Hash, uint32_t(Words.size())});
    Slots[At] = Id + 1;
    return Id;
  }
  uint32_t intern(std::initializer_list<uint32_t> W) {
    return intern(std::span(W.begin(), W.size()));
  }

  /// Valid until the next `intern`.
  std::span<const uint32_t> operator[](uint32_t Id) const {
    const uint32_t Begin = beginOf(Id);
    return std::span(Words).subspan(Begin, Entries[Id].End - Begin);
  }
  uint32_t size() const { return uint32_t(Entries.size()); }
  /// About the memory that it takes.
  size_t bytes() const {
    return Slots.capacity() * 4 + Words.capacity() * 4 + Entries.capacity() * sizeof(Entry);
  }

  /// Forgets everything and keeps the memory. O(size).
  void clear() {
    if (Entries.size() * 4 > Slots.size()) {
      std::fill(Slots.begin(), Slots.end(), 0);
    } else {
      // Few of many slots are taken: empty those alone. A probe sequence ends at a free
      // slot, so every slot from the first of a sequence on is emptied up to there.
      const uint32_t Mask = uint32_t(Slots.size()) - 1;
      for (const Entry &E : Entries)
        for (uint32_t At = E.Hash & Mask; Slots[At]; At = (At + 1) & Mask)
          Slots[At] = 0;
    }
    Entries.clear();
    Words.clear();
  }

private:
  struct Entry {
    uint32_t Hash, End; ///< of the words, which begin where those before end
  };
  uint32_t beginOf(uint32_t Id) const { return Id ? Entries[Id - 1].End : 0; }
  bool isAt(uint32_t Id, std::span<const uint32_t> W) const {
    const uint32_t Begin = beginOf(Id);
    if (Entries[Id].End - Begin != W.size())
      return false;
    // Nearly always there are few, and they are equal.
    constexpr size_t Few = 16;
    const uint32_t *Known = Words.data() + Begin;
    if (W.size() > Few)
      return std::memcmp(W.data(), Known, W.size_bytes()) == 0;
    for (size_t I = 0; I < W.size(); ++I)
      if (W[I] != Known[I])
        return false;
    return true;
  }
  /// Two words at a time.
  static uint32_t hashOf(std::span<const uint32_t> W) {
    uint64_t H = W.size() * 0x632be59bd9b4e019U;
    size_t I = 0;
    for (; I + 2 <= W.size(); I += 2)
      H = (H ^ (H >> 32) ^ (uint64_t(W[I]) | uint64_t(W[I + 1]) << 32)) * 0x9e3779b97f4a7c15U;
    if (I < W.size())
      H = (H ^ (H >> 32) ^ W[I]) * 0x9e3779b97f4a7c15U;
    return uint32_t(mixBits(H));
  }

  void grow() {
    const size_t Size = std::max<size_t>(32, Slots.size() * 2);
    Entries.reserve(Size / 2);
    Words.reserve(Size);
    Slots.assign(Size, 0);
    const uint32_t Mask = uint32_t(Slots.size()) - 1;
    for (uint32_t Id = 0; Id < Entries.size(); ++Id) {
      uint32_t At = Entries[Id].Hash & Mask;
      while (Slots[At])
        At = (At + 1) & Mask;
      Slots[At] = Id + 1;
    }
  }

  std::vector<uint32_t> Slots, Words;
  std::vector<Entry> Entries;
};

} // namespace weir

#endif // WEIR_SUPPORT_WORDINDEX_H
