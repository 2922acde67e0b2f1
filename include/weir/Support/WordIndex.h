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
// Adding allocates nothing but the growth of two arrays, and `clear` keeps their
// memory, so a subset construction or a partition refinement that owns one touches
// the heap a handful of times. Rejected: std::unordered_map of vectors, two
// allocations an entry, which was a third of the time of a compilation.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_WORDINDEX_H
#define WEIR_SUPPORT_WORDINDEX_H

#include <algorithm>
#include <cassert>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace weir {

class WordIndex {
public:
  WordIndex() = default;
  WordIndex(const WordIndex &) = default;
  WordIndex(WordIndex &&O) noexcept { swap(O); }
  WordIndex &operator=(WordIndex O) noexcept {
    swap(O);
    return *this;
  }

  /// The number of `W`, which is `size() - 1` when it was new. `W` must not point into
  /// this object. O(words) expected.
  uint32_t intern(std::span<const uint32_t> W) { return internOf(W); }
  /// The same where the number of words is known beforehand.
  template <size_t N>
  uint32_t intern(const uint32_t (&W)[N]) {
    return internOf(std::span<const uint32_t, N>(W));
  }

  /// Valid until the next `intern`.
  std::span<const uint32_t> operator[](uint32_t Id) const {
    const uint32_t Begin = beginOf(Id);
    return {Words.data() + Begin, entry(Id)[1] - Begin};
  }
  uint32_t size() const { return Count; }
  /// About the memory that it takes.
  size_t bytes() const { return (Table.capacity() + Words.capacity()) * 4; }

  /// Forgets everything and keeps the memory. O(size).
  void clear() {
    if (Count * 4 > SlotCount) {
      std::fill_n(Table.begin(), SlotCount, 0);
    } else {
      // Few of many slots are taken: empty those alone. A probe sequence ends at a free
      // slot, so every slot from the first of a sequence on is emptied up to there.
      const uint32_t Mask = SlotCount - 1;
      for (uint32_t Id = 0; Id < Count; ++Id)
        for (uint32_t At = entry(Id)[0] & Mask; Table[At]; At = (At + 1) & Mask)
          Table[At] = 0;
    }
    Count = 0;
  }

  /// The hash by which words are found, where something else is to be found by it.
  // Two words at a time. (The upper half of a product depends on all of what was multiplied.)
  template <size_t N>
  static uint32_t hashOf(std::span<const uint32_t, N> W) {
    uint64_t H = W.size() * 0x632be59bd9b4e019U;
    size_t I = 0;
    for (; I + 2 <= W.size(); I += 2)
      H = (H ^ (H >> 32) ^ (uint64_t(W[I]) | uint64_t(W[I + 1]) << 32)) * 0x9e3779b97f4a7c15U;
    if (I < W.size())
      H = (H ^ (H >> 32) ^ W[I]) * 0x9e3779b97f4a7c15U;
    H = (H ^ (H >> 32)) * 0xbf58476d1ce4e5b9U;
    return uint32_t(H >> 32);
  }

private:
  void swap(WordIndex &O) noexcept {
    Table.swap(O.Table);
    Words.swap(O.Words);
    std::swap(SlotCount, O.SlotCount);
    std::swap(Count, O.Count);
  }
  /// The hash of an entry, and where its words end, which begin where those before end.
  uint32_t *entry(uint32_t Id) { return Table.data() + SlotCount + size_t(2) * Id; }
  const uint32_t *entry(uint32_t Id) const { return Table.data() + SlotCount + size_t(2) * Id; }
  uint32_t beginOf(uint32_t Id) const { return Id ? entry(Id - 1)[1] : 0; }
  uint32_t used() const { return beginOf(Count); }
  template <size_t N>
  bool isAt(uint32_t Id, std::span<const uint32_t, N> W) const {
    const uint32_t Begin = beginOf(Id);
    if (entry(Id)[1] - Begin != W.size())
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
  template <size_t N>
  uint32_t internOf(std::span<const uint32_t, N> W) {
    const uint32_t Hash = hashOf(W);
    if ((Count + 1) * 2 > SlotCount)
      grow();
    const uint32_t Mask = SlotCount - 1;
    uint32_t *Slots = Table.data();
    uint32_t At = Hash & Mask;
    for (; Slots[At]; At = (At + 1) & Mask) {
      const uint32_t Id = Slots[At] - 1;
      if (entry(Id)[0] == Hash && isAt(Id, W))
        return Id;
    }
    // The slot comes last: where memory runs out the index is as it was. (Entries have room.)
    const uint32_t Id = Count, Begin = used();
    if (Words.size() - Begin < W.size())
      Words.resize(std::max<size_t>(2 * Words.size(), Begin + W.size()));
    std::copy(W.begin(), W.end(), Words.data() + Begin);
    uint32_t *E = entry(Id);
    E[0] = Hash;
    E[1] = Begin + uint32_t(W.size());
    ++Count;
    Slots[At] = Id + 1;
    return Id;
  }
  void grow() {
    const uint32_t Size = std::max(UINT32_C(32), SlotCount * 2);
    // Slots, then entries for half as many.
    std::vector<uint32_t> Grown(size_t(Size) * 2, 0);
    const uint32_t Mask = Size - 1;
    for (uint32_t Id = 0; Id < Count; ++Id) {
      uint32_t At = entry(Id)[0] & Mask;
      while (Grown[At])
        At = (At + 1) & Mask;
      Grown[At] = Id + 1;
    }
    std::copy_n(Table.data() + SlotCount, size_t(2) * Count, Grown.data() + Size);
    Table = std::move(Grown);
    SlotCount = Size;
    if (Words.size() < Size)
      Words.resize(Size);
  }

  std::vector<uint32_t> Table; ///< slots, then entries of two words
  std::vector<uint32_t> Words; ///< of which those behind the last entry mean nothing
  uint32_t SlotCount = 0, Count = 0;
};

} // namespace weir

#endif // WEIR_SUPPORT_WORDINDEX_H
