//===- Terminals.cpp - The inside of literals, classes, token references --===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A reader over the bytes between the marks, one character or escape at a time.
// Mistakes are reported where they stand and reading goes on behind them.
//
//===----------------------------------------------------------------------===//
#include "Terminals.h"

#include "weir/Support/Utf8.h"

#include <algorithm>

namespace weir::grammar {

namespace {

enum class Inside : uint8_t { Literal, Class };

/// Reads characters from Pos to End, the place of the closing mark.
class CharReader {
public:
  CharReader(const Context &C, SourceRange Place, Inside Kind, uint32_t OpenMark)
      : C(C), Kind(Kind), Pos(Place.Begin + OpenMark), End(Place.End - 1) {}

  bool atEnd() const { return Pos >= End; }
  /// A dash that makes the character before it begin a range: not the last one.
  bool atRange() const { return End - Pos >= 2 && C.Text[Pos] == '-'; }

  /// The next character; after a mistake some other one, and `Failed` is set.
  uint32_t next();

  const Context &C;
  Inside Kind;
  uint32_t Pos, End;
  bool Failed = false;

private:
  uint32_t escape();
  uint32_t hexEscape(uint32_t Begin, char Letter);
  std::optional<uint32_t> simpleEscape(char Letter) const;
  bool reportShorthand(std::string_view Escape, SourceRange Place);
  uint32_t fail() {
    Failed = true;
    return 0xFFFD;
  }
};

} // namespace

static int hexValue(char C) {
  if (C >= '0' && C <= '9')
    return C - '0';
  if (C >= 'a' && C <= 'f')
    return C - 'a' + 10;
  if (C >= 'A' && C <= 'F')
    return C - 'A' + 10;
  return -1;
}

uint32_t CharReader::next() {
  if (C.Text[Pos] == '\\')
    return escape();
  DecodedScalar D = decodeUtf8(C.Text, Pos);
  assert(D.Size != 0 && "the text was checked to be UTF-8");
  Pos += D.Size;
  return D.Value;
}

std::optional<uint32_t> CharReader::simpleEscape(char Letter) const {
  if (!C.isEbnf()) {
    switch (Letter) {
#define GBNF_ESCAPE(L, V)                                                                          \
  case L:                                                                                          \
    return V;
#include "Escapes.def"
    default:
      return std::nullopt;
    }
  }
  switch (Letter) {
#define EBNF_ESCAPE(L, V)                                                                          \
  case L:                                                                                          \
    return V;
#include "Escapes.def"
  default:
    break;
  }
  if (Kind == Inside::Class) {
    switch (Letter) {
#define EBNF_CLASS_ESCAPE(L)                                                                       \
  case L:                                                                                          \
    return L;
#include "Escapes.def"
    default:
      break;
    }
  }
  return std::nullopt;
}

bool CharReader::reportShorthand(std::string_view Escape, SourceRange Place) {
  static constexpr std::string_view Table[][2] = {
#define SHORTHAND(Text, Members) {Text, Members},
#include "Escapes.def"
  };
  if (Kind != Inside::Class)
    return false;
  for (const auto &[Text, Members] : Table) {
    if (Text != Escape)
      continue;
    C.Diags.report(Place, DiagId::GrammarClassShorthand)
        << Escape << "[" + std::string(Members) + "]";
    return true;
  }
  return false;
}

uint32_t CharReader::escape() {
  uint32_t Begin = Pos++;
  // The lexer pairs every backslash with the character after it.
  assert(Pos < End && "an escape is complete");
  char Letter = C.Text[Pos];
  if (Letter == 'x' || Letter == 'u' || Letter == 'U') {
    ++Pos;
    return hexEscape(Begin, Letter);
  }
  std::optional<uint32_t> Value = simpleEscape(Letter);
  Pos += decodeUtf8(C.Text, Pos).Size;
  if (Value)
    return *Value;
  SourceRange Place = C.range(Begin, Pos);
  std::string_view Text = C.Text.substr(Begin, Pos - Begin);
  if (!reportShorthand(Text, Place))
    C.Diags.report(Place, DiagId::GrammarUnknownEscape) << Text;
  return fail();
}

uint32_t CharReader::hexEscape(uint32_t Begin, char Letter) {
  bool AnyLength = C.isEbnf() && Letter == 'x';
  uint32_t Want = Letter == 'x' ? 2 : Letter == 'u' ? 4 : 8;
  uint32_t Value = 0, Digits = 0;
  for (; Pos < End && (AnyLength || Digits < Want); ++Pos, ++Digits) {
    int D = hexValue(C.Text[Pos]);
    if (D < 0)
      break;
    // Above U+10FFFF it only matters that it stays above.
    Value = std::min<uint32_t>(Value, 0xFFFFFF) * 16 + uint32_t(D);
  }
  SourceRange Place = C.range(Begin, Pos);
  std::string_view Text = C.Text.substr(Begin, Pos - Begin);
  if (Digits == 0 || (!AnyLength && Digits < Want)) {
    std::string Count = AnyLength ? "one or more" : std::to_string(Want);
    C.Diags.report(Place, DiagId::GrammarEscapeDigits) << C.Text.substr(Begin, 2) << Count;
    return fail();
  }
  if (!isScalar(Value)) {
    C.Diags.report(Place, DiagId::GrammarEscapeNotScalar) << Text;
    return fail();
  }
  return Value;
}

std::optional<std::string> readLiteral(const Context &C, SourceRange Place) {
  CharReader R(C, Place, Inside::Literal, 1);
  std::string Bytes;
  while (!R.atEnd())
    appendUtf8(Bytes, R.next());
  if (R.Failed)
    return std::nullopt;
  return Bytes;
}

std::optional<CodePointSet> readClass(const Context &C, SourceRange Place) {
  std::string_view Text = C.Text.substr(Place.Begin, Place.End - Place.Begin);
  bool Negated = Text[1] == '^';
  if (Text == "[^]" && C.isEbnf())
    return CodePointSet::all();
  if (Text == "[^]") {
    C.Diags.report(Place, DiagId::GrammarClassUnclear);
    return std::nullopt;
  }

  CharReader R(C, Place, Inside::Class, Negated ? 2 : 1);
  std::vector<CodePointRange> Ranges;
  while (!R.atEnd()) {
    uint32_t Begin = R.Pos;
    uint32_t First = R.next(), Last = First;
    if (R.atRange()) {
      ++R.Pos;
      Last = R.next();
    }
    if (First > Last && !R.Failed) {
      C.Diags.report(C.range(Begin, R.Pos), DiagId::GrammarClassReversed)
          << C.Text.substr(Begin, R.Pos - Begin);
      R.Failed = true;
    }
    Ranges.push_back({First, Last});
  }
  if (R.Failed)
    return std::nullopt;

  // In ascending order each addition is at the end of the set, and cheap.
  std::sort(Ranges.begin(), Ranges.end());
  CodePointSet Set;
  for (const CodePointRange &Range : Ranges)
    Set.add(Range.First, Range.Last);
  if (Negated)
    Set = Set.complement();
  if (Set.empty()) {
    C.Diags.report(Place, DiagId::GrammarClassEmpty) << Text;
    return std::nullopt;
  }
  return Set;
}

std::optional<uint32_t> readDecimal(std::string_view Digits, uint32_t Max) {
  uint64_t Value = 0;
  for (char D : Digits) {
    if (D < '0' || D > '9')
      return std::nullopt;
    Value = std::min<uint64_t>(Value, UINT32_MAX) * 10 + uint64_t(D - '0');
  }
  if (Digits.empty() || Value > Max)
    return std::nullopt;
  return uint32_t(Value);
}

std::optional<ir::TokenRef> readTokenReference(const Context &C, SourceRange Place) {
  std::string_view Text = C.Text.substr(Place.Begin, Place.End - Place.Begin);
  if (Text.substr(0, 1) == "!")
    Text.remove_prefix(1);
  if (Text.substr(0, 2) != "<[") {
    if (Text.size() > 2)
      return ir::TokenRef{std::nullopt, std::string(Text)};
  } else if (Text.size() > 4 && Text.substr(Text.size() - 2) == "]>") {
    // The greatest 32-bit number is no id: it means "none" everywhere.
    if (std::optional<uint32_t> Id = readDecimal(Text.substr(2, Text.size() - 4), UINT32_MAX - 1))
      return ir::TokenRef{Id, {}};
  }
  C.Diags.report(Place, DiagId::GrammarTokenReference) << Text;
  return std::nullopt;
}

} // namespace weir::grammar
