//===- ByteSet.h - A set of byte values -------------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// 256 bits in four words: the label of an automaton edge.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_BYTESET_H
#define WEIR_SUPPORT_BYTESET_H

#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace weir {

class ByteSet {
public:
  constexpr ByteSet() = default;

  static constexpr ByteSet all() {
    ByteSet S;
    for (uint64_t &W : S.Words)
      W = ~uint64_t(0);
    return S;
  }
  static constexpr ByteSet of(uint8_t B) {
    ByteSet S;
    S.insert(B);
    return S;
  }
  /// Both ends are included.
  static constexpr ByteSet range(unsigned First, unsigned Last) {
    ByteSet S;
    for (unsigned I = 0; I < 4; ++I) {
      const unsigned From = std::max(First, I * 64), To = std::min(Last, I * 64 + 63);
      if (From <= To)
        S.Words[I] = ~uint64_t(0) >> (63 - (To - From)) << (From & 63);
    }
    return S;
  }

  /// The members are the bits, byte 0 the lowest bit of the first word.
  static constexpr ByteSet ofWords(const uint64_t (&W)[4]) {
    ByteSet S;
    for (size_t I = 0; I < 4; ++I)
      S.Words[I] = W[I];
    return S;
  }

  constexpr void insert(uint8_t B) { Words[B >> 6] |= uint64_t(1) << (B & 63); }
  constexpr void erase(uint8_t B) { Words[B >> 6] &= ~(uint64_t(1) << (B & 63)); }
  constexpr bool contains(uint8_t B) const { return (Words[B >> 6] >> (B & 63)) & 1; }

  constexpr bool empty() const { return (Words[0] | Words[1] | Words[2] | Words[3]) == 0; }
  constexpr unsigned size() const {
    unsigned N = 0;
    for (uint64_t W : Words)
      N += unsigned(std::popcount(W));
    return N;
  }

  /// The smallest member that is at least `From`, or 256.
  constexpr unsigned next(unsigned From) const {
    while (From < 256) {
      uint64_t W = Words[From >> 6] >> (From & 63);
      if (W)
        return From + unsigned(std::countr_zero(W));
      From = (From | 63) + 1;
    }
    return 256;
  }

  /// Calls F(uint8_t) for each member, ascending.
  template <typename Fn>
  constexpr void forEach(Fn F) const {
    for (unsigned B = next(0); B < 256; B = next(B + 1))
      F(uint8_t(B));
  }

  constexpr bool contains(const ByteSet &O) const { return (O & ~*this).empty(); }
  constexpr bool intersects(const ByteSet &O) const { return !(*this & O).empty(); }

  constexpr ByteSet &operator|=(const ByteSet &O) {
    for (size_t I = 0; I < 4; ++I)
      Words[I] |= O.Words[I];
    return *this;
  }
  constexpr ByteSet &operator&=(const ByteSet &O) {
    for (size_t I = 0; I < 4; ++I)
      Words[I] &= O.Words[I];
    return *this;
  }
  friend constexpr ByteSet operator|(ByteSet A, const ByteSet &B) { return A |= B; }
  friend constexpr ByteSet operator&(ByteSet A, const ByteSet &B) { return A &= B; }
  constexpr ByteSet operator~() const {
    ByteSet S;
    for (size_t I = 0; I < 4; ++I)
      S.Words[I] = ~Words[I];
    return S;
  }
  friend constexpr auto operator<=>(const ByteSet &, const ByteSet &) = default;

  constexpr const std::array<uint64_t, 4> &words() const { return Words; }

private:
  std::array<uint64_t, 4> Words{};
};

} // namespace weir

#endif // WEIR_SUPPORT_BYTESET_H
