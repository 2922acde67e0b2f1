//===- Xz.h - Unpacking of .xz data -----------------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Test data and corpora come compressed. Only tools and tests read them so: the
// libraries stay free of liblzma, and take an unpacker from their caller where
// they meet compressed input.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_COMPRESSION_XZ_H
#define WEIR_COMPRESSION_XZ_H

#include "weir/Support/File.h"

namespace weir {

/// True when `Bytes` begin like an .xz file.
bool isXz(std::span<const uint8_t> Bytes);

/// Unpacks all streams of an .xz file. Fails with BadFormat on damage, and with BudgetExceeded
/// when there would be more than `MaxBytes`.
Result<FileBytes> unpackXz(std::span<const uint8_t> Packed, uint64_t MaxBytes);

/// `Bytes` themselves, or unpacked when they are .xz.
Result<FileBytes> unpackIfXz(FileBytes Bytes, uint64_t MaxBytes = UINT64_C(1) << 32);

} // namespace weir

#endif // WEIR_COMPRESSION_XZ_H
