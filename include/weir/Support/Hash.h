//===- Hash.h - Mixing of words into a hash ---------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In-memory hash tables only: nothing here reaches an artifact. Two equal inputs
// hash alike on every machine, so that the order of work never differs.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_HASH_H
#define WEIR_SUPPORT_HASH_H

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir {

/// The finaliser of splitmix64 (Steele, Lea, Flood 2014).
inline constexpr uint64_t mixBits(uint64_t X) {
  X ^= X >> 30;
  X *= 0xbf58476d1ce4e5b9U;
  X ^= X >> 27;
  X *= 0x94d049bb133111ebU;
  X ^= X >> 31;
  return X;
}

inline constexpr uint64_t hashCombine(uint64_t Seed, uint64_t V) {
  return mixBits(Seed * 0x9e3779b97f4a7c15U + V + 0x632be59bd9b4e019U);
}

inline uint64_t hashBytes(std::string_view S, uint64_t Seed = 0) {
  uint64_t H = hashCombine(Seed, S.size());
  size_t I = 0;
  for (; I + 8 <= S.size(); I += 8) {
    uint64_t W = 0;
    for (unsigned K = 0; K < 8; ++K)
      W |= uint64_t(uint8_t(S[I + K])) << (8 * K);
    H = hashCombine(H, W);
  }
  uint64_t W = 0;
  for (unsigned K = 0; I + K < S.size(); ++K)
    W |= uint64_t(uint8_t(S[I + K])) << (8 * K);
  return hashCombine(H, W);
}

} // namespace weir

#endif // WEIR_SUPPORT_HASH_H
