//===- Arena.h - Append-only storage shared by forks --------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Elements by index, in chunks that two matchers may share after a fork:
//
//   A: [c0][c1][c2 ..]      fork copies the list of chunks, not the chunks
//   B: [c0][c1][c2 ..]      whoever writes to a shared chunk first takes a copy
//
// Truncation is a smaller count: a rollback of any length is O(1). A block never
// straddles chunks; one longer than a chunk gets consecutive chunk slots over one
// allocation.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_ARENA_H
#define WEIR_LIB_RUNTIME_ARENA_H

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace weir {

template <typename T, unsigned ChunkBits>
class Arena {
public:
  static constexpr uint32_t ChunkSize = uint32_t(1) << ChunkBits;

  uint32_t size() const { return Count; }
  const T &operator[](uint32_t I) const {
    assert(I < Count && "an index of the arena");
    return Chunks[I >> ChunkBits].get()[I & (ChunkSize - 1)];
  }
  /// `N` consecutive elements from `I`, which came from one `append`.
  const T *block(uint32_t I) const { return &(*this)[I]; }

  void truncate(uint32_t NewCount) {
    assert(NewCount <= Count && "truncation shrinks");
    Count = NewCount;
  }

  uint32_t push(const T &V) {
    T *Slot = reserve(1);
    *Slot = V;
    return Count++;
  }

  /// Appends elements that need not lie together.
  void pushAll(std::span<const T> Values) {
    while (!Values.empty()) {
      T *Slot = reserve(1);
      const uint32_t Room = ChunkSize - (Count & (ChunkSize - 1));
      const uint32_t N = uint32_t(std::min<size_t>(Room, Values.size()));
      std::copy_n(Values.begin(), N, Slot);
      Count += N;
      Values = Values.subspan(N);
    }
  }

  /// Appends a block; returns the index of its first element. May skip indices.
  uint32_t append(std::span<const T> Block) {
    T *Slot = reserve(uint32_t(Block.size()));
    std::copy(Block.begin(), Block.end(), Slot);
    uint32_t First = Count;
    Count += uint32_t(Block.size());
    return First;
  }

  size_t memoryBytes() const { return Chunks.size() * (ChunkSize * sizeof(T) + sizeof(Chunks[0])); }

private:
  /// Room for `N` elements at `Count`, in chunks that nobody else holds.
  T *reserve(uint32_t N) {
    const uint32_t Offset = Count & (ChunkSize - 1);
    const size_t First = Count >> ChunkBits;
    if (Offset + N > ChunkSize || First >= Chunks.size() || Chunks[First].use_count() > 1)
      return makeRoom(N);
    std::atomic_thread_fence(std::memory_order_acquire);
    return Chunks[First].get() + Offset;
  }
  [[gnu::noinline]] T *makeRoom(uint32_t N) {
    uint32_t Offset = Count & (ChunkSize - 1);
    if (Offset + N > ChunkSize && Offset != 0) {
      Count += ChunkSize - Offset;
      Offset = 0;
    }
    size_t First = Count >> ChunkBits;
    size_t Needed = (size_t(Offset) + std::max<uint32_t>(N, 1) + ChunkSize - 1) >> ChunkBits;
    if (Needed > 1) {
      // Slots over one allocation; old chunks at these slots hold nothing alive.
      std::shared_ptr<T[]> Large(new T[Needed << ChunkBits]());
      if (Chunks.size() < First + Needed)
        Chunks.resize(First + Needed);
      for (size_t I = 0; I < Needed; ++I)
        Chunks[First + I] = std::shared_ptr<T>(Large, Large.get() + (I << ChunkBits));
      return Chunks[First].get();
    }
    if (First == Chunks.size()) {
      Chunks.push_back(makeChunk());
    } else if (Chunks[First].use_count() > 1) {
      // Not needed to be exact: a chunk seen as shared is copied once too often at worst.
      std::shared_ptr<T> Copy = makeChunk();
      std::copy(Chunks[First].get(), Chunks[First].get() + Offset, Copy.get());
      Chunks[First] = std::move(Copy);
    } else {
      std::atomic_thread_fence(std::memory_order_acquire);
    }
    return Chunks[First].get() + Offset;
  }

  static std::shared_ptr<T> makeChunk() {
    std::shared_ptr<T[]> Chunk(new T[ChunkSize]());
    return std::shared_ptr<T>(Chunk, Chunk.get());
  }

  std::vector<std::shared_ptr<T>> Chunks;
  uint32_t Count = 0;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_ARENA_H
