//===- Within.h - Ranges of tables ------------------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_VOCAB_WITHIN_H
#define WEIR_LIB_VOCAB_WITHIN_H

#include <cstdint>

namespace weir {

/// Are there `Count` records from `Begin` on in a table of `Size`?
inline bool isWithin(uint64_t Begin, uint64_t Count, uint64_t Size) {
  return Begin <= Size && Count <= Size - Begin;
}

} // namespace weir

#endif // WEIR_LIB_VOCAB_WITHIN_H
