//===- ParseLeaf.cpp - IR text: strings, numbers, sets --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In a set, blanks separate, '-' makes a range, '^' at the beginning negates:
//
//   class [a-z \u{e9} \]]     bytes [\x00-\x7f]     class [^"\\]     class [^]
//
//===----------------------------------------------------------------------===//
#include "Parser.h"

#include "weir/Support/Escape.h"
#include "weir/Support/Utf8.h"

#include <algorithm>

namespace weir::ir {

/// The bytes of the string whose contents are Text[Begin, Finish).
std::string Parser::decodeString(uint32_t Begin, uint32_t Finish) {
  std::string Out;
  std::string_view Inner = Text.substr(0, Finish);
  for (uint32_t Pos = Begin; Pos < Finish;) {
    if (Text[Pos] != '\\') {
      Out += Text[Pos++];
      continue;
    }
    Escape E = readEscape(Inner, Pos, "\"");
    uint32_t After = Pos + 1 + uint32_t(E.Size);
    if (E.What == Escape::Invalid)
      Diags.report({File, Pos, After}, DiagId::WirBadEscape) << E.Problem;
    else if (E.What == Escape::Byte)
      Out += char(E.Value);
    else
      appendUtf8(Out, E.Value);
    Pos = After;
  }
  return Out;
}

/// The string that stands next.
std::optional<std::string> Parser::takeString() {
  if (peek().What != WirToken::String) {
    unexpected("a string in quotes");
    return std::nullopt;
  }
  WirToken T = take();
  return decodeString(T.Begin + 1, T.Finish - 1);
}

/// The name of a `RuleName` token.
std::string Parser::decodeName(const WirToken &T) {
  if (Text[T.Begin + 1] == '"')
    return decodeString(T.Begin + 2, T.Finish - 1);
  return std::string(textOf(T).substr(1));
}

std::optional<uint32_t> Parser::takeNumber(bool AllowStar) {
  if (AllowStar && takeSign('*'))
    return Unbounded;
  if (peek().What != WirToken::Number) {
    unexpected(AllowStar ? "a number or '*'" : "a number");
    return std::nullopt;
  }
  WirToken T = take();
  uint64_t Value = 0;
  for (char C : textOf(T)) {
    Value = Value * 10 + uint64_t(C - '0');
    if (Value >= Unbounded) {
      Diags.report(rangeOf(T), DiagId::WirBadNumber) << textOf(T) << uint64_t(Unbounded - 1);
      return std::nullopt;
    }
  }
  return uint32_t(Value);
}

std::optional<TokenRef> Parser::takeTokenRef() {
  TokenRef T;
  if (peek().What == WirToken::String) {
    T.Name = *takeString();
    return T;
  }
  if (peek().What != WirToken::Number) {
    unexpected("a token's number, or its name in quotes");
    return std::nullopt;
  }
  T.Id = takeNumber(false);
  if (!T.Id)
    return std::nullopt;
  return T;
}

//===- Sets ---------------------------------------------------------------===//

bool Parser::readSetChar(uint32_t &Pos, uint32_t Finish, uint32_t &Value, bool &IsByte) {
  IsByte = false;
  if (Text[Pos] != '\\') {
    DecodedScalar D = decodeUtf8(Text, Pos);
    Value = D.Value;
    Pos += std::max(1U, D.Size);
    return true;
  }
  Escape E = readEscape(Text.substr(0, Finish), Pos, "[]^-");
  uint32_t Begin = Pos;
  Pos += 1 + uint32_t(E.Size);
  if (E.What == Escape::Invalid) {
    Diags.report({File, Begin, Pos}, DiagId::WirBadEscape) << E.Problem;
    return false;
  }
  Value = E.Value;
  IsByte = E.What == Escape::Byte;
  return true;
}

/// The items between the brackets; wrong ones are reported and left out.
Parser::SetText Parser::readSet(const WirToken &T) {
  SetText Result;
  uint32_t Pos = T.Begin + 1, Finish = T.Finish - 1;
  if (Pos < Finish && Text[Pos] == '^') {
    Result.Negated = true;
    ++Pos;
  }
  while (Pos < Finish) {
    if (Text[Pos] == ' ' || Text[Pos] == '\t') {
      ++Pos;
      continue;
    }
    SetItem I{};
    I.Begin = Pos;
    char Raw = Text[Pos];
    bool Ok = readSetChar(Pos, Finish, I.First, I.FirstIsByte);
    if (Raw == '-' || Raw == '[' || Raw == '^') {
      Diags.report({File, I.Begin, Pos}, DiagId::WirBadSet)
          << std::string("'") + Raw + "' itself is written '\\" + Raw + "' in a set";
      continue;
    }
    I.Last = I.First;
    I.LastIsByte = I.FirstIsByte;
    if (Pos < Finish && Text[Pos] == '-') {
      ++Pos;
      if (Pos >= Finish || Text[Pos] == ' ' || Text[Pos] == '\t') {
        Diags.report({File, I.Begin, Pos}, DiagId::WirBadSet) << "this range has no end";
        continue;
      }
      Ok &= readSetChar(Pos, Finish, I.Last, I.LastIsByte);
    }
    I.Finish = Pos;
    if (Ok && I.Last < I.First)
      Diags.report({File, I.Begin, I.Finish}, DiagId::WirBadSet)
          << "this range ends before it begins";
    else if (Ok)
      Result.Items.push_back(I);
  }
  return Result;
}

CodePointSet Parser::decodeClass(const WirToken &T) {
  SetText S = readSet(T);
  CodePointSet Set;
  for (const SetItem &I : S.Items) {
    if ((I.FirstIsByte && I.First >= 0x80) || (I.LastIsByte && I.Last >= 0x80))
      Diags.report({File, I.Begin, I.Finish}, DiagId::WirBadSet)
          << "a code point from 80 on is written '\\u{…}'; '\\x' names bytes";
    else
      Set.add(I.First, I.Last);
  }
  return S.Negated ? Set.complement() : Set;
}

ByteSet Parser::decodeBytes(const WirToken &T) {
  SetText S = readSet(T);
  ByteSet Set;
  for (const SetItem &I : S.Items) {
    if ((!I.FirstIsByte && I.First >= 0x80) || (!I.LastIsByte && I.Last >= 0x80))
      Diags.report({File, I.Begin, I.Finish}, DiagId::WirBadSet)
          << "a byte from 80 on is written '\\xNN'; the character has several bytes";
    else
      Set |= ByteSet::range(I.First, I.Last);
  }
  return S.Negated ? ~Set : Set;
}

} // namespace weir::ir
