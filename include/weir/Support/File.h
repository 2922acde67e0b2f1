//===- File.h - Files as bytes, mapped or read ------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `FileBytes` owns the bytes of an image, wherever they come from: a read-only
// mapping of a file, a vector, or memory somebody else keeps alive (an object
// file's section). Whoever validates an image and hands out views into it keeps
// one of these.
//
// A mapped file must not be changed in place while it is mapped: replace it by
// renaming a new one over it, as `writeFileAtomically` does.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_FILE_H
#define WEIR_SUPPORT_FILE_H

#include "weir/Support/Status.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

class FileBytes {
public:
  FileBytes() = default;

  /// Maps the file read-only; where the system cannot map, reads it, and of a pipe 1 GiB at most.
  /// Fails with NotFound, IoError, or BudgetExceeded above `MaxBytes`.
  static Result<FileBytes> map(const std::string &Path, uint64_t MaxBytes = UINT64_C(1) << 34);
  /// Reads the file (or pipe) to its end into memory; "-" is standard input. Same failures.
  static Result<FileBytes> read(const std::string &Path, uint64_t MaxBytes = UINT64_C(1) << 32);
  static FileBytes own(std::vector<uint8_t> Bytes);
  /// `KeepAlive`, which may be null for static storage, lives as long as this does.
  static FileBytes borrow(std::span<const uint8_t> Bytes, std::shared_ptr<const void> KeepAlive);

  std::span<const uint8_t> bytes() const { return View; }
  std::string_view text() const {
    return {reinterpret_cast<const char *>(View.data()), View.size()};
  }

private:
  std::span<const uint8_t> View;
  std::shared_ptr<const void> Owner;
};

/// Writes a new file beside `Path` and renames it over, so that readers see the
/// old bytes or the new ones, and mappings of the old file stay whole. A `Path`
/// that exists and is no regular file (a pipe, /dev/null) is written in place.
Result<Success> writeFileAtomically(const std::string &Path, std::span<const uint8_t> Bytes);

} // namespace weir

#endif // WEIR_SUPPORT_FILE_H
