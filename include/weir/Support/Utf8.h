//===- Utf8.h - UTF-8 encoding and strict decoding --------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Well-formed UTF-8 is table 3-7 of the Unicode Standard: no overlong forms, no
// surrogates, nothing above U+10FFFF. Decoding answers one scalar at a time and
// never reads past the end.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_UTF8_H
#define WEIR_SUPPORT_UTF8_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

inline constexpr uint32_t MaxCodePoint = 0x10FFFF;

inline constexpr bool isSurrogate(uint32_t C) { return C >= 0xD800 && C <= 0xDFFF; }
inline constexpr bool isScalar(uint32_t C) { return C <= MaxCodePoint && !isSurrogate(C); }

/// The bytes of one scalar value; `Size` of them are used.
struct Utf8Bytes {
  uint8_t Bytes[4];
  uint8_t Size;
};

/// `C` must be a scalar value.
Utf8Bytes encodeUtf8(uint32_t C);
void appendUtf8(std::string &Out, uint32_t C);

struct DecodedScalar {
  uint32_t Value;
  uint32_t Size; ///< bytes read; 0 when the text at that place is malformed or cut short
};

/// `decodeUtf8` where the byte at that place is not ASCII.
DecodedScalar decodeLongUtf8(std::string_view Text, size_t Pos);

/// The scalar that starts at `Text[Pos]`; `Pos` must be below the size.
inline DecodedScalar decodeUtf8(std::string_view Text, size_t Pos) {
  const uint8_t Lead = uint8_t(Text[Pos]);
  return Lead < 0x80 ? DecodedScalar{Lead, 1} : decodeLongUtf8(Text, Pos);
}

/// The offset of the first malformed byte, or npos.
size_t findInvalidUtf8(std::string_view Text);

} // namespace weir

#endif // WEIR_SUPPORT_UTF8_H
