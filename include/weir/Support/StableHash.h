//===- StableHash.h - The 64-bit hash that artifacts carry ------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// XXH64 (Yann Collet's published specification, XXH64 revision 0.1.1): several
// gigabytes a second without special instructions, and the same number on
// every machine for ever, which Hash.h does not promise. It finds damage and tells
// contents apart; it is no defence against someone who wants a collision.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_STABLEHASH_H
#define WEIR_SUPPORT_STABLEHASH_H

#include <cstddef>
#include <cstdint>
#include <span>

namespace weir {

/// XXH64 of `Bytes`. Hashes of several pieces are chained through `Seed`.
uint64_t stableHash(std::span<const uint8_t> Bytes, uint64_t Seed = 0);

} // namespace weir

#endif // WEIR_SUPPORT_STABLEHASH_H
