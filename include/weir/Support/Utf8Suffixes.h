//===- Utf8Suffixes.h - Which suffixes are whole UTF-8 ----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_UTF8SUFFIXES_H
#define WEIR_SUPPORT_UTF8SUFFIXES_H

#include "weir/Support/Utf8.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace weir {

/// Is `Rest` the beginning of one scalar's encoding (table 3-7 of the Unicode Standard)
/// and no more?
inline bool beginsScalar(std::string_view Rest) {
  if (Rest.empty() || Rest.size() > 3)
    return false;
  const uint8_t Lead = uint8_t(Rest[0]);
  const size_t Size = Lead >= 0xF0 ? 4 : Lead >= 0xE0 ? 3 : 2;
  if (Lead < 0xC2 || Lead > 0xF4 || Rest.size() >= Size)
    return false;
  if (Rest.size() > 1) {
    const uint8_t Second = uint8_t(Rest[1]);
    const uint8_t First = Lead == 0xE0 ? 0xA0 : Lead == 0xF0 ? 0x90 : 0x80;
    const uint8_t Last = Lead == 0xED ? 0x9F : Lead == 0xF4 ? 0x8F : 0xBF;
    if (Second < First || Second > Last)
      return false;
  }
  return Rest.size() < 3 || (uint8_t(Rest[2]) & 0xC0) == 0x80;
}

/// Sets Whole[i], for 0 ≤ i < |Text|, to whether Text from i on is a sequence of complete scalar
/// values, after which one more may begin. Returns false, and leaves Whole as it was, when that is
/// so for every i (ASCII).
inline bool markWholeSuffixes(std::string_view Text, std::vector<uint8_t> &Whole) {
  if (std::all_of(Text.begin(), Text.end(), [](char C) { return uint8_t(C) < 0x80; }))
    return false;
  Whole.assign(Text.size() + 1, 0);
  Whole[Text.size()] = 1;
  for (size_t I = Text.size(); I-- > 0;) {
    const uint32_t Size = decodeUtf8(Text, I).Size;
    Whole[I] = Size != 0 ? Whole[I + Size] : beginsScalar(Text.substr(I));
  }
  return true;
}

} // namespace weir

#endif // WEIR_SUPPORT_UTF8SUFFIXES_H
