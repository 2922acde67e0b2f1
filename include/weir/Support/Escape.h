//===- Escape.h - Bytes as quoted, escaped text, and back -------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One spelling of byte strings for IR text, dumps and messages:
//
//   "key\": caf\xe9 café\n\u{202e}"
//
// Well-formed UTF-8 that shows on a terminal stands for itself. Everything else
// is escaped: \" \\ \n \r \t, \u{…} for scalars that are invisible or reorder
// the line (bidirectional controls, separators, C1 controls), and \xNN for other
// controls and for bytes that are no UTF-8. Reading accepts exactly these escapes,
// so every byte string is printed and read back.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_ESCAPE_H
#define WEIR_SUPPORT_ESCAPE_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

/// Whether `C` shows on a line of text without changing how the rest is shown.
bool isPrintableScalar(uint32_t C);

/// Appends `Bytes` escaped, without quotes; `Quote`, when not 0, is escaped too.
void appendEscaped(std::string &Out, std::string_view Bytes, char Quote = '"');

/// `"…"`, as above.
std::string quoted(std::string_view Bytes);

/// `Text` for a message: escaped but for quotes and backslashes, and cut with "…"
/// when it has more than `MaxBytes`.
std::string printable(std::string_view Text, size_t MaxBytes = 240);

/// A scalar as it stands in a class: itself, or \n \r \t \\ or \u{…}; `Special`
/// lists ASCII characters that get a backslash.
void appendScalar(std::string &Out, uint32_t C, std::string_view Special);

/// Appends a JSON string, quotes included; malformed UTF-8 becomes U+FFFD.
void appendJsonString(std::string &Out, std::string_view Text);

/// The character that a backslash and this letter stand for in a JSON string (RFC 8259, section 7);
/// not for `u`. What has no other meaning is itself.
constexpr uint8_t escapedByName(uint8_t Letter) {
  switch (Letter) {
  case 'b':
    return '\b';
  case 'f':
    return '\f';
  case 'n':
    return '\n';
  case 'r':
    return '\r';
  case 't':
    return '\t';
  default:
    return Letter;
  }
}

/// One escape, after its backslash.
struct Escape {
  enum Kind : uint8_t { Invalid, Byte, Scalar } What = Invalid;
  uint32_t Value = 0;
  size_t Size = 0; ///< characters read, the backslash not counted
  /// For `Invalid`: what is wrong, in lower case.
  std::string_view Problem;
};

/// Reads the escape whose backslash is at `Text[Pos]`. `Special` lists the ASCII
/// characters that may follow a backslash and then stand for themselves.
Escape readEscape(std::string_view Text, size_t Pos, std::string_view Special);

} // namespace weir

#endif // WEIR_SUPPORT_ESCAPE_H
