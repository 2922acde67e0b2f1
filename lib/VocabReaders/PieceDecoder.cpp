//===- PieceDecoder.cpp - From a model's spelling to bytes ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PieceDecoder.h"

#include "weir/Support/Utf8.h"

#include <array>
#include <optional>

namespace weir {
namespace {

/// The byte each character of the byte-level table stands for, or -1. A byte that shows
/// (! … ~, ¡ … ¬, ® … ÿ) is its own code point; the others are, in order, U+0100 and up.
constexpr std::array<int16_t, 324> ByteOfChar = [] {
  std::array<int16_t, 324> Table{};
  for (int16_t &Entry : Table)
    Entry = -1;
  unsigned Next = 256;
  for (unsigned B = 0; B < 256; ++B) {
    const bool Shows = (B >= 0x21 && B <= 0x7E) || (B >= 0xA1 && B <= 0xAC) || B >= 0xAE;
    Table[Shows ? B : Next++] = int16_t(B);
  }
  return Table;
}();

/// The bytes, or none when a character is not in the table.
std::optional<std::string> fromByteLevel(std::string_view Piece) {
  std::string Bytes;
  for (size_t I = 0; I < Piece.size();) {
    const DecodedScalar C = decodeUtf8(Piece, I);
    if (C.Size == 0 || C.Value >= ByteOfChar.size() || ByteOfChar[C.Value] < 0)
      return std::nullopt;
    Bytes.push_back(char(ByteOfChar[C.Value]));
    I += C.Size;
  }
  return Bytes;
}

/// The byte of "<0xNN>".
std::optional<uint8_t> fromByteFallback(std::string_view Piece) {
  if (Piece.size() != 6 || Piece.substr(0, 3) != "<0x" || Piece[5] != '>')
    return std::nullopt;
  unsigned Byte = 0;
  for (char C : Piece.substr(3, 2)) {
    const unsigned Digit = C >= '0' && C <= '9'   ? unsigned(C - '0')
                           : C >= 'a' && C <= 'f' ? unsigned(C - 'a' + 10)
                           : C >= 'A' && C <= 'F' ? unsigned(C - 'A' + 10)
                                                  : 16;
    if (Digit == 16)
      return std::nullopt;
    Byte = Byte * 16 + Digit;
  }
  return uint8_t(Byte);
}

std::string replaceAll(std::string_view Text, std::string_view From, std::string_view To) {
  std::string Out;
  for (size_t I = 0; I < Text.size();) {
    if (Text.substr(I, From.size()) == From) {
      Out += To;
      I += From.size();
    } else {
      Out.push_back(Text[I++]);
    }
  }
  return Out;
}

} // namespace

std::string PieceDecoder::decode(std::string_view Piece) const {
  // A piece with a character outside of the table stands for itself, as it does for the
  // tokenizers library: some files list literal texts among the pieces.
  if (ByteLevel)
    return fromByteLevel(Piece).value_or(std::string(Piece));
  if (ByteFallback)
    if (std::optional<uint8_t> Byte = fromByteFallback(Piece))
      return std::string(1, char(*Byte));
  return decodeAdded(Piece);
}

std::string PieceDecoder::decodeAdded(std::string_view Text) const {
  std::string Out(Text);
  for (const auto &[From, To] : Replacements)
    Out = replaceAll(Out, From, To);
  return Out;
}

} // namespace weir
