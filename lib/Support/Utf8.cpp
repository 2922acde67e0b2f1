//===- Utf8.cpp - UTF-8 encoding and strict decoding ----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Support/Utf8.h"

#include <cassert>
#include <cstring>

namespace weir {

Utf8Bytes encodeUtf8(uint32_t C) {
  assert(isScalar(C) && "only scalar values have a UTF-8 form");
  if (C < 0x80)
    return {{uint8_t(C), 0, 0, 0}, 1};
  if (C < 0x800)
    return {{uint8_t(0xC0 | C >> 6), uint8_t(0x80 | (C & 0x3F)), 0, 0}, 2};
  if (C < 0x10000)
    return {
        {uint8_t(0xE0 | C >> 12), uint8_t(0x80 | (C >> 6 & 0x3F)), uint8_t(0x80 | (C & 0x3F)), 0},
        3};
  return {{uint8_t(0xF0 | C >> 18), uint8_t(0x80 | (C >> 12 & 0x3F)),
           uint8_t(0x80 | (C >> 6 & 0x3F)), uint8_t(0x80 | (C & 0x3F))},
          4};
}

void appendUtf8(std::string &Out, uint32_t C) {
  Utf8Bytes U = encodeUtf8(C);
  for (unsigned I = 0; I < U.Size; ++I)
    Out.push_back(char(U.Bytes[I]));
}

DecodedScalar decodeLongUtf8(std::string_view Text, size_t Pos) {
  auto byteAt = [&](size_t I) { return uint8_t(Text[I]); };
  uint8_t Lead = byteAt(Pos);
  unsigned Size = Lead >= 0xF0 ? 4 : Lead >= 0xE0 ? 3 : 2;
  if (Lead < 0xC2 || Lead > 0xF4 || Text.size() - Pos < Size)
    return {0, 0};
  uint32_t Value = Lead & (0xFFU >> (Size + 1));
  for (unsigned I = 1; I < Size; ++I) {
    uint8_t B = byteAt(Pos + I);
    if ((B & 0xC0) != 0x80)
      return {0, 0};
    Value = Value << 6 | (B & 0x3F);
  }
  bool Overlong = (Size == 3 && Value < 0x800) || (Size == 4 && Value < 0x10000);
  if (Overlong || !isScalar(Value))
    return {0, 0};
  return {Value, Size};
}

size_t findInvalidUtf8(std::string_view Text) {
  for (size_t Pos = 0; Pos < Text.size();) {
    // Eight ASCII bytes at a time.
    if (uint64_t W; Text.size() - Pos >= 8) {
      std::memcpy(&W, Text.data() + Pos, 8);
      if (!(W & 0x8080808080808080U)) {
        Pos += 8;
        continue;
      }
    }
    DecodedScalar D = decodeUtf8(Text, Pos);
    if (!D.Size)
      return Pos;
    Pos += D.Size;
  }
  return std::string_view::npos;
}

} // namespace weir
