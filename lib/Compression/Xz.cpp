//===- Xz.cpp - Unpacking of .xz data -------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The output grows with what is unpacked, never with what a header claims, and
// liblzma is held to a fixed amount of memory: a small hostile file stays cheap.
//
//===----------------------------------------------------------------------===//

#include "weir/Compression/Xz.h"

#include <lzma.h>

#include <algorithm>
#include <cstring>

namespace weir {
namespace {

constexpr uint8_t XzMagic[6] = {0xFD, '7', 'z', 'X', 'Z', 0x00};
constexpr uint64_t DecoderMemory = UINT64_C(256) << 20;

struct Decoder {
  lzma_stream Stream = LZMA_STREAM_INIT;
  Decoder() = default;
  Decoder(const Decoder &) = delete;
  Decoder &operator=(const Decoder &) = delete;
  ~Decoder() { lzma_end(&Stream); }
};

Error xzError(lzma_ret Code) {
  switch (Code) {
  case LZMA_MEM_ERROR:
    return {Status::OutOfMemory, "no memory to unpack the xz data"};
  case LZMA_MEMLIMIT_ERROR:
    return {Status::BudgetExceeded, "the xz data needs too much memory to be unpacked"};
  case LZMA_BUF_ERROR:
    return {Status::BadFormat, "the xz data is cut short"};
  default:
    return {Status::BadFormat, "the xz data is damaged"};
  }
}

} // namespace

bool isXz(std::span<const uint8_t> Bytes) {
  return Bytes.size() >= sizeof XzMagic && std::memcmp(Bytes.data(), XzMagic, sizeof XzMagic) == 0;
}

Result<FileBytes> unpackXz(std::span<const uint8_t> Packed, uint64_t MaxBytes) {
  Decoder D;
  lzma_ret Code = lzma_stream_decoder(&D.Stream, DecoderMemory, LZMA_CONCATENATED);
  if (Code != LZMA_OK)
    return xzError(Code);
  D.Stream.next_in = Packed.data();
  D.Stream.avail_in = Packed.size();
  std::vector<uint8_t> Out;
  do {
    const size_t Old = Out.size();
    // Doubled, but never far past what is allowed.
    const uint64_t Room = MaxBytes - Old + 1;
    Out.resize(Old + size_t(std::min<uint64_t>(std::max<size_t>(Old, 65536), Room)));
    D.Stream.next_out = Out.data() + Old;
    D.Stream.avail_out = Out.size() - Old;
    Code = lzma_code(&D.Stream, LZMA_FINISH);
    Out.resize(Out.size() - D.Stream.avail_out);
    if (Out.size() > MaxBytes)
      return {Status::BudgetExceeded,
              "the unpacked data has more than " + std::to_string(MaxBytes) + " bytes"};
  } while (Code == LZMA_OK);
  if (Code != LZMA_STREAM_END)
    return xzError(Code);
  return FileBytes::own(std::move(Out));
}

Result<FileBytes> unpackIfXz(FileBytes Bytes, uint64_t MaxBytes) {
  if (isXz(Bytes.bytes()))
    return unpackXz(Bytes.bytes(), MaxBytes);
  return Bytes;
}

} // namespace weir
