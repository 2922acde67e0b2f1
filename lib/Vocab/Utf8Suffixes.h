//===- Utf8Suffixes.h - Which suffixes are whole UTF-8 ----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_VOCAB_UTF8SUFFIXES_H
#define WEIR_LIB_VOCAB_UTF8SUFFIXES_H

#include "weir/Support/Utf8.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace weir {

/// Sets Whole[i], for 0 ≤ i < |Text|, to whether Text from i on is a sequence of complete scalar
/// values. Returns false, and leaves Whole as it was, when that is so for every i (ASCII).
inline bool markWholeSuffixes(std::string_view Text, std::vector<uint8_t> &Whole) {
  if (std::all_of(Text.begin(), Text.end(), [](char C) { return uint8_t(C) < 0x80; }))
    return false;
  Whole.assign(Text.size() + 1, 0);
  Whole[Text.size()] = 1;
  for (size_t I = Text.size(); I-- > 0;) {
    const uint32_t Size = decodeUtf8(Text, I).Size;
    Whole[I] = Size != 0 && Whole[I + Size];
  }
  return true;
}

} // namespace weir

#endif // WEIR_LIB_VOCAB_UTF8SUFFIXES_H
