//===- Spelling.h - Texts of values without regard to spelling ------ -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads JSON text so that spellings of one value mostly read alike: blanks are left
// out, and zeros in a long row, and what an escape stands for takes its place once the
// escape is complete; before, it stands as it is written, in lower case. An exponent of zero
// is left out too, since it is zero whatever follows.
//
//   text   "a" : "\u0041B"      reading   "a":"AB"
//   text   "a":"\u004           reading   "a":"\u004
//
// Otherwise a search for a value that is new would try all spellings of a word that is
// forced, two or three a character.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_SPELLING_H
#define WEIR_LIB_RUNTIME_SPELLING_H

#include "Frames.h"
#include "weir/Runtime/JsonValues.h"
#include "weir/Support/Escape.h"

#include <cstdint>
#include <vector>

namespace weir {

/// Reads a text in pieces.
class Spelling {
public:
  /// Zeros in a row beyond `MaxZeros` are left out.
  Spelling(uint32_t MaxZeros, bool InString) : MaxZeros(MaxZeros), InString(InString) {}

  /// Appends to `Key` what tells the texts of [Begin, End) apart, and to `Sizes`, for each byte,
  /// how much was there before it.
  void read(const FrameView &V, uint32_t Begin, uint32_t End, std::vector<uint32_t> *Key,
            std::vector<uint32_t> *Sizes) {
    for (uint32_t I = Begin; I < End; ++I) {
      if (Sizes)
        Sizes->push_back(uint32_t(Key->size()));
      readByte(V.textAt(I), Key);
    }
  }

private:
  /// Beside these, decoded quotes and backslashes are not what ends strings or escapes them.
  static constexpr uint32_t Decoded = 0x100;

  void readByte(uint8_t B, std::vector<uint32_t> *Key) {
    auto push = [&](uint32_t C) {
      if (Key)
        Key->push_back(C);
    };
    if (!InString) {
      if (isExponentOfZero(B) || isJsonBlank(char(B)))
        return;
      Zeros = B == '0' ? Zeros + 1 : 0;
      if (Zeros > MaxZeros)
        return;
      InString = B == '"';
      push(B);
      return;
    }
    Zeros = 0;
    switch (In) {
    case Part::Text:
      if (B == '\\') {
        In = Part::Backslash;
        Unit = 0;
        pushPart(B, Key);
        return;
      }
      High = Pushed = 0;
      InString = B != '"';
      push(B);
      return;
    case Part::Backslash:
      if (B == 'u') {
        In = Part::Digits;
        Left = 4;
        pushPart(B, Key);
        return;
      }
      High = 0;
      finish(escapedByName(B), Key);
      return;
    case Part::Digits:
      B |= B >= 'A' && B <= 'F' ? 0x20 : 0;
      Unit = Unit << 4 | uint32_t(B <= '9' ? B - '0' : B - 'a' + 10);
      pushPart(B, Key);
      if (--Left != 0)
        return;
      if (High == 0 && Unit >= 0xd800 && Unit < 0xdc00) {
        High = Unit; // waits for its other half
        In = Part::Text;
        return;
      }
      if (High != 0)
        Unit = 0x10000 + ((High - 0xd800) << 10) + (Unit - 0xdc00);
      High = 0;
      finish(Unit, Key);
      return;
    }
  }

  /// Outside of strings; follows where numbers begin and end. The `e` is none of it.
  bool isExponentOfZero(uint8_t B) {
    const bool Digit = B >= '0' && B <= '9';
    if (Of == Number::None) {
      Of = Digit || B == '-' ? Number::Zero : Number::None;
    } else if (B == 'e' || B == 'E') {
      Of = Of == Number::Zero ? Number::ZeroExponent : Number::Other;
      return false;
    } else if (!Digit && B != '-' && B != '+' && B != '.') {
      Of = Number::None;
    }
    if (Of == Number::Zero && Digit && B != '0')
      Of = Number::Other;
    return Of == Number::ZeroExponent;
  }

  void pushPart(uint8_t B, std::vector<uint32_t> *Key) {
    if (!Key)
      return;
    Key->push_back(B);
    ++Pushed;
  }

  /// Puts the character in place of its escape.
  void finish(uint32_t C, std::vector<uint32_t> *Key) {
    In = Part::Text;
    if (!Key)
      return;
    Key->resize(Key->size() - Pushed);
    Pushed = 0;
    if (C < 0x80) {
      Key->push_back(C == '"' || C == '\\' ? Decoded + C : C);
      return;
    }
    // As its UTF-8, which is what it looks like when it is not escaped.
    const unsigned More = C < 0x800 ? 1 : C < 0x10000 ? 2 : 3;
    static constexpr uint8_t Lead[] = {0, 0xc0, 0xe0, 0xf0};
    Key->push_back(Lead[More] | C >> (6 * More));
    for (unsigned I = More; I-- > 0;)
      Key->push_back(0x80 | (C >> (6 * I) & 0x3f));
  }

  uint32_t MaxZeros;
  uint32_t Zeros = 0;
  /// What is read of a number: zeros so far, their exponent, or more than that.
  enum class Number : uint8_t { None, Zero, ZeroExponent, Other } Of = Number::None;
  bool InString;
  enum class Part : uint8_t { Text, Backslash, Digits } In = Part::Text;
  uint8_t Left = 0;    ///< digits of an escape
  uint32_t Unit = 0;   ///< what its digits say
  uint32_t High = 0;   ///< the first half of a pair of surrogates
  uint32_t Pushed = 0; ///< of the key, for the escape that is not complete
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_SPELLING_H
