//===- Base64.h - Strict decoding of base64 ---------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_VOCABREADERS_BASE64_H
#define WEIR_LIB_VOCABREADERS_BASE64_H

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

/// Replaces `Out` by what `Text` encodes (RFC 4648, section 4). False when it is not exactly
/// such a text: other characters, missing or misplaced padding, stray bits in the last digit.
inline bool decodeBase64(std::string_view Text, std::string &Out) {
  static constexpr std::array<int8_t, 256> Digits = [] {
    std::array<int8_t, 256> D{};
    D.fill(-1);
    constexpr std::string_view Alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t I = 0; I < Alphabet.size(); ++I)
      D[uint8_t(Alphabet[I])] = int8_t(I);
    return D;
  }();
  Out.clear();
  if (Text.size() % 4 != 0)
    return false;
  for (size_t I = 0; I < Text.size(); I += 4) {
    const bool Last = I + 4 == Text.size();
    const unsigned Padding = !Last || Text[I + 3] != '=' ? 0 : Text[I + 2] != '=' ? 1 : 2;
    uint32_t Bits = 0;
    for (unsigned K = 0; K < 4 - Padding; ++K) {
      const int8_t Digit = Digits[uint8_t(Text[I + K])];
      if (Digit < 0)
        return false;
      Bits |= uint32_t(Digit) << (18 - 6 * K);
    }
    for (unsigned K = 0; K < 3 - Padding; ++K)
      Out.push_back(char(Bits >> (16 - 8 * K)));
    if (Padding && (Bits & (Padding == 1 ? 0xFFu : 0xFFFFu)) != 0)
      return false;
  }
  return true;
}

} // namespace weir

#endif // WEIR_LIB_VOCABREADERS_BASE64_H
