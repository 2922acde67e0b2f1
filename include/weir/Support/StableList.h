//===- StableList.h - Values that stay where they are -----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A growing list whose values keep their places, and such a list without repeats.
// Values stand in chunks, each twice as large as the one before:
//
//   chunk 0   8 values      number n is in chunk  k = log2(n / 8 + 1)
//   chunk 1  16 values                at place    n - 8 · (2^k - 1)
//   …
//
// An empty list owns nothing and moving one moves a pointer, unlike std::deque, of
// which a module had eight.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_STABLELIST_H
#define WEIR_SUPPORT_STABLELIST_H

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace weir {

template <typename T>
class StableList {
public:
  StableList() = default;
  StableList(StableList &&O) noexcept
      : Chunks(std::move(O.Chunks)), Count(std::exchange(O.Count, 0)) {}
  StableList &operator=(StableList &&O) noexcept {
    Chunks = std::move(O.Chunks);
    Count = std::exchange(O.Count, 0);
    return *this;
  }
  StableList(const StableList &O) { append(O); }
  StableList &operator=(const StableList &O) {
    if (&O != this) {
      Chunks.clear();
      Count = 0;
      append(O);
    }
    return *this;
  }

  size_t size() const { return Count; }
  const T &operator[](size_t I) const {
    const unsigned K = chunkOf(I);
    return Chunks[K][I - before(K)];
  }
  void push_back(T V) {
    const unsigned K = chunkOf(Count);
    if (K == Chunks.size())
      Chunks.emplace_back().reserve(FirstChunk << K);
    Chunks[K].push_back(std::move(V));
    ++Count;
  }

private:
  static constexpr size_t FirstChunk = 8;
  static unsigned chunkOf(size_t I) { return unsigned(std::bit_width(I / FirstChunk + 1)) - 1; }
  static size_t before(unsigned K) { return FirstChunk * ((size_t(1) << K) - 1); }
  void append(const StableList &O) {
    for (const std::vector<T> &C : O.Chunks)
      for (const T &V : C)
        push_back(V);
  }

  std::vector<std::vector<T>> Chunks; ///< none grows beyond what it reserved
  size_t Count = 0;
};

/// Values by number, equal ones once.
template <typename T>
class InternedList {
public:
  const T &operator[](size_t I) const { return Values[I]; }
  size_t size() const { return Values.size(); }

  /// The number of `V`, whose hash is `Hash`; `T` is made from it when it is new.
  template <typename Like>
  uint32_t intern(uint64_t Hash, const Like &V) {
    if ((Hashes.size() + 1) * 2 > Slots.size())
      grow();
    const size_t Mask = Slots.size() - 1;
    size_t At = Hash & Mask;
    for (; Slots[At]; At = (At + 1) & Mask)
      if (const uint32_t Id = Slots[At] - 1; Hashes[Id] == Hash && Values[Id] == V)
        return Id;
    Slots[At] = uint32_t(Hashes.size()) + 1;
    Hashes.push_back(Hash);
    Values.push_back(T(V));
    return uint32_t(Hashes.size()) - 1;
  }

private:
  void grow() {
    Slots.assign(Slots.empty() ? 16 : Slots.size() * 2, 0);
    Hashes.reserve(Slots.size() / 2);
    for (uint32_t Id = 0; Id < Hashes.size(); ++Id) {
      size_t At = Hashes[Id] & (Slots.size() - 1);
      while (Slots[At])
        At = (At + 1) & (Slots.size() - 1);
      Slots[At] = Id + 1;
    }
  }

  StableList<T> Values;
  std::vector<uint64_t> Hashes;
  std::vector<uint32_t> Slots; ///< open addressing: number + 1, or 0
};

} // namespace weir

#endif // WEIR_SUPPORT_STABLELIST_H
