//===- ByteSetText.cpp - Sets of bytes as text ----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Support/ByteSetText.h"

#include "weir/Support/Escape.h"

namespace weir {

static void appendClassByte(std::string &Out, uint8_t B) {
  static constexpr char Digits[] = "0123456789abcdef";
  if (B == '\\' || B == ']' || B == '[' || B == '-' || B == '^') {
    Out += '\\';
    Out += char(B);
  } else if (B >= 0x80) {
    Out += "\\x";
    Out += Digits[B >> 4];
    Out += Digits[B & 15];
  } else {
    appendEscaped(Out, std::string_view(reinterpret_cast<const char *>(&B), 1), 0);
  }
}

std::string printByteSet(const ByteSet &Set) {
  if (Set.size() == 1) {
    char B = char(Set.next(0));
    return quoted(std::string_view(&B, 1));
  }
  std::string Out = "[";
  for (unsigned First = Set.next(0); First < 256;) {
    unsigned Last = First;
    while (Last < 255 && Set.contains(uint8_t(Last + 1)))
      ++Last;
    appendClassByte(Out, uint8_t(First));
    if (Last > First + 1)
      Out += '-';
    if (Last > First)
      appendClassByte(Out, uint8_t(Last));
    First = Last == 255 ? 256 : Set.next(Last + 1);
  }
  return Out + "]";
}

} // namespace weir
