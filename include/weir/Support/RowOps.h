//===- RowOps.h - Whole rows of bits at once --------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Copying a row of 128,256 bits is the floor of a mask's cost, so rows are copied, cleared and
// merged by vector instructions where the machine has them. Which ones is decided when first
// asked for; every way gives the same bits.
//
//   copy of 16 KB:   memcpy 0.4 µs, and 5 where the rows lie alike within a page
//                    (string instructions); 256 bits at a time 0.18 between rows that
//                    begin on a line of the cache (RowVector.h), 0.28 to any place
//
// Rejected: streaming stores (the engine reads the row next); 512 bits (the memory is the
// bound already, and older machines slow down).
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_ROWOPS_H
#define WEIR_SUPPORT_ROWOPS_H

#include <cstddef>
#include <cstdint>
#include <span>

namespace weir {

struct RowOps {
  const char *Name;
  void (*Copy)(uint32_t *To, const uint32_t *From, size_t Words);
  void (*Zero)(uint32_t *To, size_t Words);
  void (*Or)(uint32_t *To, const uint32_t *From, size_t Words);
  void (*And)(uint32_t *To, const uint32_t *From, size_t Words);
  /// To = From & ~To
  void (*Without)(uint32_t *To, const uint32_t *From, size_t Words);
  /// How many bits are set.
  size_t (*Count)(const uint32_t *Row, size_t Words);

  /// The best ones of this machine.
  static const RowOps &best();
  /// All that this machine can run, the portable ones first.
  static std::span<const RowOps> all();
};

inline void copyRow(std::span<uint32_t> To, std::span<const uint32_t> From) {
  RowOps::best().Copy(To.data(), From.data(), To.size());
}
inline void zeroRow(std::span<uint32_t> Row) { RowOps::best().Zero(Row.data(), Row.size()); }
inline void mergeRow(std::span<uint32_t> To, std::span<const uint32_t> From) {
  RowOps::best().Or(To.data(), From.data(), To.size());
}

} // namespace weir

#endif // WEIR_SUPPORT_ROWOPS_H
