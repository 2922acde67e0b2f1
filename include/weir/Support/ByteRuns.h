//===- ByteRuns.h - Runs of equal bytes in a table by byte ------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_BYTERUNS_H
#define WEIR_SUPPORT_BYTERUNS_H

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace weir {

/// Calls F(first, last) for the longest runs of equal entries, ascending; they cover all 256.
/// Eight entries are compared with their neighbours at once.
template <typename Fn>
void forEachRun(const std::array<uint8_t, 256> &Table, Fn F) {
  unsigned First = 0;
  for (unsigned At = 0; At < 256; At += 8) {
    // The byte of entry I is not zero where a run ends with it.
    uint64_t Ends = 0;
    if constexpr (std::endian::native == std::endian::little) {
      uint64_t Here = 0, Next = 0;
      std::memcpy(&Here, Table.data() + At, 8);
      if (At != 248)
        std::memcpy(&Next, Table.data() + At + 1, 8);
      else
        Next = Here >> 8 | (~Here & uint64_t(0xff) << 56);
      Ends = Here ^ Next;
    } else {
      for (unsigned I = 0; I < 8; ++I)
        if (At + I == 255 || Table[At + I] != Table[At + I + 1])
          Ends |= uint64_t(1) << (8 * I);
    }
    while (Ends) {
      const unsigned I = unsigned(std::countr_zero(Ends)) / 8;
      F(First, At + I);
      First = At + I + 1;
      Ends &= ~(uint64_t(0xff) << (8 * I));
    }
  }
}

} // namespace weir

#endif // WEIR_SUPPORT_BYTERUNS_H
