//===- Escape.cpp - Bytes as quoted, escaped text, and back ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Support/Escape.h"

#include "weir/Support/Utf8.h"

#include <algorithm>

namespace weir {

static constexpr char HexDigits[] = "0123456789abcdef";

static void appendHexByte(std::string &Out, uint8_t B) {
  Out += "\\x";
  Out += HexDigits[B >> 4];
  Out += HexDigits[B & 15];
}

static void appendHexScalar(std::string &Out, uint32_t C) {
  Out += "\\u{";
  bool Started = false;
  for (int Shift = 20; Shift >= 0; Shift -= 4) {
    unsigned Digit = C >> Shift & 15;
    Started |= Digit != 0 || Shift == 0;
    if (Started)
      Out += HexDigits[Digit];
  }
  Out += '}';
}

bool isPrintableScalar(uint32_t C) {
  if (C < 0x20 || (C >= 0x7f && C <= 0xa0) || C == 0xad)
    return false;
  // Zero-width and bidirectional controls, separators, tags, the byte-order mark,
  // private use and the noncharacters at the ends of planes.
  if ((C >= 0x200b && C <= 0x200f) || (C >= 0x2028 && C <= 0x202e) || (C >= 0x2060 && C <= 0x206f))
    return false;
  if (C == 0x61c || C == 0x180e || C == 0xfeff || (C >= 0xfff0 && C <= 0xfffb))
    return false;
  if ((C >= 0xe000 && C <= 0xf8ff) || C >= 0xe0000 || (C & 0xfffe) == 0xfffe)
    return false;
  return isScalar(C);
}

/// Appends \n, \r or \t for these three controls.
static bool appendShortControl(std::string &Out, uint32_t C) {
  switch (C) {
  case '\n':
    Out += "\\n";
    return true;
  case '\r':
    Out += "\\r";
    return true;
  case '\t':
    Out += "\\t";
    return true;
  default:
    return false;
  }
}

static void appendText(std::string &Out, std::string_view Bytes, char Quote, bool Backslash) {
  for (size_t Pos = 0; Pos < Bytes.size();) {
    DecodedScalar D = decodeUtf8(Bytes, Pos);
    if (!D.Size) {
      appendHexByte(Out, uint8_t(Bytes[Pos++]));
      continue;
    }
    if ((Backslash && D.Value == '\\') || (Quote && D.Value == uint8_t(Quote))) {
      Out += '\\';
      Out += char(D.Value);
    } else if (isPrintableScalar(D.Value)) {
      Out += Bytes.substr(Pos, D.Size);
    } else if (!appendShortControl(Out, D.Value)) {
      if (D.Value < 0x80)
        appendHexByte(Out, uint8_t(D.Value));
      else
        appendHexScalar(Out, D.Value);
    }
    Pos += D.Size;
  }
}

void appendEscaped(std::string &Out, std::string_view Bytes, char Quote) {
  appendText(Out, Bytes, Quote, true);
}

std::string quoted(std::string_view Bytes) {
  std::string Out = "\"";
  appendText(Out, Bytes, '"', true);
  Out += '"';
  return Out;
}

std::string printable(std::string_view Text, size_t MaxBytes) {
  std::string Out;
  if (Text.size() <= MaxBytes) {
    appendText(Out, Text, 0, false);
    return Out;
  }
  size_t Cut = MaxBytes;
  while (Cut > 0 && (uint8_t(Text[Cut]) & 0xc0) == 0x80 && MaxBytes - Cut < 4)
    --Cut;
  appendText(Out, Text.substr(0, Cut), 0, false);
  Out += "…";
  return Out;
}

void appendScalar(std::string &Out, uint32_t C, std::string_view Special) {
  if (C == '\\' || (C < 0x80 && Special.find(char(C)) != std::string_view::npos)) {
    Out += '\\';
    Out += char(C);
  } else if (isPrintableScalar(C)) {
    appendUtf8(Out, C);
  } else if (!appendShortControl(Out, C)) {
    appendHexScalar(Out, C);
  }
}

void appendJsonString(std::string &Out, std::string_view Text) {
  Out += '"';
  for (size_t Pos = 0; Pos < Text.size();) {
    DecodedScalar D = decodeUtf8(Text, Pos);
    if (!D.Size) {
      Out += "\xef\xbf\xbd";
      ++Pos;
      continue;
    }
    if (D.Value == '"' || D.Value == '\\') {
      Out += '\\';
      Out += char(D.Value);
    } else if (D.Value < 0x20 || D.Value == 0x7f) {
      if (!appendShortControl(Out, D.Value)) {
        Out += "\\u00";
        Out += HexDigits[D.Value >> 4];
        Out += HexDigits[D.Value & 15];
      }
    } else {
      Out += Text.substr(Pos, D.Size);
    }
    Pos += D.Size;
  }
  Out += '"';
}

static int hexValue(char C) {
  if (C >= '0' && C <= '9')
    return C - '0';
  if (C >= 'a' && C <= 'f')
    return C - 'a' + 10;
  if (C >= 'A' && C <= 'F')
    return C - 'A' + 10;
  return -1;
}

static Escape invalidEscape(size_t Size, std::string_view Problem) {
  return {Escape::Invalid, 0, Size, Problem};
}

static Escape readBraced(std::string_view Text, size_t Pos) {
  // Pos is the 'u'.
  if (Pos + 1 >= Text.size() || Text[Pos + 1] != '{')
    return invalidEscape(1, "'\\u' is followed by hexadecimal digits in braces");
  uint32_t Value = 0;
  size_t I = Pos + 2;
  for (; I < Text.size() && hexValue(Text[I]) >= 0; ++I) {
    if (I - Pos > 8)
      return invalidEscape(I - Pos, "a scalar value has at most six hexadecimal digits");
    Value = Value << 4 | uint32_t(hexValue(Text[I]));
  }
  if (I == Pos + 2 || I >= Text.size() || Text[I] != '}')
    return invalidEscape(I - Pos, "'\\u{' is followed by hexadecimal digits and '}'");
  if (!isScalar(Value))
    return invalidEscape(I + 1 - Pos, "this is no Unicode scalar value");
  return {Escape::Scalar, Value, I + 1 - Pos, {}};
}

Escape readEscape(std::string_view Text, size_t Pos, std::string_view Special) {
  ++Pos;
  if (Pos >= Text.size())
    return invalidEscape(0, "a backslash at the end");
  char C = Text[Pos];
  switch (C) {
  case 'n':
    return {Escape::Scalar, '\n', 1, {}};
  case 'r':
    return {Escape::Scalar, '\r', 1, {}};
  case 't':
    return {Escape::Scalar, '\t', 1, {}};
  case 'x': {
    int High = Pos + 1 < Text.size() ? hexValue(Text[Pos + 1]) : -1;
    int Low = High >= 0 && Pos + 2 < Text.size() ? hexValue(Text[Pos + 2]) : -1;
    if (Low < 0)
      return invalidEscape(1, "'\\x' is followed by two hexadecimal digits");
    return {Escape::Byte, uint32_t(High << 4 | Low), 3, {}};
  }
  case 'u':
    return readBraced(Text, Pos);
  default:
    if (C == '\\' || Special.find(C) != std::string_view::npos)
      return {Escape::Scalar, uint32_t(uint8_t(C)), 1, {}};
    return invalidEscape(std::max(1U, decodeUtf8(Text, Pos).Size),
                         "this is no escape; a backslash is written '\\\\'");
  }
}

} // namespace weir
