//===- JsonLexer.cpp - Reading a JSON string byte by byte -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "JsonLexer.h"

#include "weir/Support/Utf8.h"

namespace weir::oracle {

static int hexValue(uint8_t B, bool UpperToo) {
  if (B >= '0' && B <= '9')
    return B - '0';
  if (B >= 'a' && B <= 'f')
    return B - 'a' + 10;
  if (UpperToo && B >= 'A' && B <= 'F')
    return B - 'A' + 10;
  return -1;
}

static bool hasShortEscape(uint32_t Control) {
  return Control == 8 || Control == 9 || Control == 10 || Control == 12 || Control == 13;
}

static uint32_t scalarOfPair(uint32_t High, uint32_t Low) {
  return 0x10000 + ((High - 0xD800) << 10) + (Low - 0xDC00);
}

JsonLexer::Outcome JsonLexer::feed(uint8_t B, std::string &Decoded) {
  const bool Any = isAnySpelling(Style);
  switch (At) {
  case Phase::Open:
    if (B != '"')
      return Outcome::Dead;
    At = Phase::Body;
    return Outcome::More;
  case Phase::Body:
    if (B == '"')
      return Outcome::Closed;
    if (B < 0x20 || B > lastRaw(Style))
      return Outcome::Dead;
    if (B == '\\')
      At = Phase::Escape;
    else
      Decoded.push_back(char(B));
    return Outcome::More;
  case Phase::Escape: {
    if (B == 'u') {
      At = Phase::Hex;
      Digits = 0;
      Value = 0;
      return Outcome::More;
    }
    static constexpr std::string_view Letters = "\"\\bfnrt/", Values = "\"\\\b\f\n\r\t/";
    size_t I = Letters.find(char(B));
    if (I == Letters.npos || (B == '/' && !Any))
      return Outcome::Dead;
    Decoded.push_back(Values[I]);
    At = Phase::Body;
    return Outcome::More;
  }
  case Phase::LowBackslash:
    At = Phase::LowU;
    return B == '\\' ? Outcome::More : Outcome::Dead;
  case Phase::LowU:
    At = Phase::LowHex;
    Digits = 0;
    Value = 0;
    return B == 'u' ? Outcome::More : Outcome::Dead;
  case Phase::Hex:
  case Phase::LowHex:
    break;
  }

  int Digit = hexValue(B, Any);
  if (Digit < 0)
    return Outcome::Dead;
  Value = uint16_t(Value << 4 | Digit);
  if (++Digits < 4)
    return Outcome::More;
  uint32_t Scalar = Value;
  if (At == Phase::LowHex) {
    if (Value < 0xDC00 || Value > 0xDFFF)
      return Outcome::Dead;
    Scalar = scalarOfPair(High, Value);
  } else if (!Any && ((Value >= 0x20 && Value <= lastRaw(Style)) || hasShortEscape(Value))) {
    return Outcome::Dead;
  } else if (Value >= 0xDC00 && Value <= 0xDFFF) {
    return Outcome::Dead;
  } else if (Value >= 0xD800 && Value <= 0xDBFF) {
    High = Value;
    Value = 0;
    Digits = 0;
    At = Phase::LowBackslash;
    return Outcome::More;
  }
  appendUtf8(Decoded, Scalar);
  *this = {Style, Phase::Body, 0, 0, 0};
  return Outcome::More;
}

CodePointSet JsonLexer::candidates() const {
  CodePointSet Set;
  const bool Any = isAnySpelling(Style);
  uint32_t Open = 4U * (4U - Digits); // bits still to come
  uint32_t First = uint32_t(Value) << Open, Last = First + ((1U << Open) - 1);
  switch (At) {
  case Phase::Open:
  case Phase::Body:
    break;
  case Phase::Escape:
    if (Any)
      return CodePointSet::all();
    Set = CodePointSet::range(0, 0x1F);
    Set.add('"');
    Set.add('\\');
    if (isAscii(Style))
      Set.add(lastRaw(Style) + 1, MaxCodePoint);
    break;
  case Phase::Hex:
    if (!Any) {
      for (uint32_t C = First; C <= Last && C < 0x20; ++C)
        if (!hasShortEscape(C))
          Set.add(C);
      if (!isAscii(Style))
        break;
      First = std::max(First, lastRaw(Style) + 1);
      if (First > Last)
        break;
    }
    Set.add(First, Last); // leaves the surrogates out
    if (First <= 0xDBFF && Last >= 0xD800)
      Set.add(scalarOfPair(std::max(First, 0xD800U), 0xDC00),
              scalarOfPair(std::min(Last, 0xDBFFU), 0xDFFF));
    break;
  case Phase::LowBackslash:
  case Phase::LowU:
    Set.add(scalarOfPair(High, 0xDC00), scalarOfPair(High, 0xDFFF));
    break;
  case Phase::LowHex:
    First = std::max(First, 0xDC00U);
    Last = std::min(Last, 0xDFFFU);
    if (First <= Last)
      Set.add(scalarOfPair(High, First), scalarOfPair(High, Last));
    break;
  }
  return Set;
}

} // namespace weir::oracle
