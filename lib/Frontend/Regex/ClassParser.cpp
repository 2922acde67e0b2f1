//===- ClassParser.cpp - Escapes and character classes --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything that stands for one character. With the `i` modifier a set becomes its
// closure under simple case folding before it is complemented, except for \P and
// \W, whose complement comes first: that is the order of ECMA-262.
//
// A `\uD83D\uDE00` is one character; a surrogate alone is read, and matches nothing.
//
//===----------------------------------------------------------------------===//
#include "Parser.h"

#include "weir/Frontend/Regex/UnicodeProperties.h"
#include "weir/Support/Escape.h"

#include <algorithm>

namespace weir::regex {

CodePointSet digitSet() { return CodePointSet::range('0', '9'); }

CodePointSet spaceSet() {
  // WhiteSpace and LineTerminator of ECMA-262: TAB VT FF ZWNBSP, category Zs, LF CR LS PS.
  CodePointSet S;
  S.add(0x9, 0xD);
  S.add(0x20);
  S.add(0xA0);
  S.add(0x1680);
  S.add(0x2000, 0x200A);
  S.add(0x2028, 0x2029);
  S.add(0x202F);
  S.add(0x205F);
  S.add(0x3000);
  S.add(0xFEFF);
  return S;
}

CodePointSet plainWordSet() {
  CodePointSet S;
  S.add('0', '9');
  S.add('A', 'Z');
  S.add('_');
  S.add('a', 'z');
  return S;
}

CodePointSet lineTerminatorSet() {
  CodePointSet S;
  S.add('\n');
  S.add('\r');
  S.add(0x2028, 0x2029);
  return S;
}

static bool isAsciiLetter(uint32_t C) { return (C >= 'a' && C <= 'z') || (C >= 'A' && C <= 'Z'); }
static bool isDigit(uint32_t C) { return C >= '0' && C <= '9'; }

bool Parser::readHex(unsigned Digits, uint32_t &Value) {
  Value = 0;
  for (unsigned I = 0; I < Digits; ++I) {
    char C = peek(I);
    char Lower = char(C | 0x20);
    if (isDigit(uint8_t(C)))
      Value = Value * 16 + uint32_t(C - '0');
    else if (Lower >= 'a' && Lower <= 'f')
      Value = Value * 16 + uint32_t(Lower - 'a' + 10);
    else
      return false;
  }
  Pos += Digits;
  return true;
}

Parser::Atom Parser::badEscape(uint32_t Begin, std::string_view Advice) {
  R.report(Begin, here(), DiagId::RegexBadEscape) << text(Begin, here()) << Advice;
  return {};
}

NodeId Parser::atom(const Atom &A, uint32_t Begin) {
  if (A.IsSet)
    return set(A.Set, Begin);
  if (isSurrogate(A.Char)) {
    R.report(Begin, here(), DiagId::RegexLoneSurrogate) << text(Begin, here());
    return set(CodePointSet(), Begin);
  }
  return character(A.Char, Begin);
}

NodeId Parser::parseAtomEscape() {
  uint32_t Begin = here();
  Atom A = parseEscape(false);
  return atom(A, Begin);
}

/// At the backslash. `\b` and `\B` outside of classes are the caller's.
Parser::Atom Parser::parseEscape(bool InClass) {
  uint32_t Begin = here();
  ++Pos;
  if (atEnd()) {
    R.report(Begin, here(), DiagId::RegexTrailingBackslash);
    return {};
  }
  uint32_t C = next();
  auto Char = [](uint32_t V) { return Atom{.Char = V}; };
  auto Set = [](CodePointSet S) { return Atom{.IsSet = true, .Set = std::move(S)}; };
  switch (C) {
  case 'd':
    return Set(digitSet());
  case 'D':
    return Set(digitSet().complement());
  case 's':
    return Set(spaceSet());
  case 'S':
    return Set(spaceSet().complement());
  case 'w':
    return Set(wordSet());
  case 'W': {
    CodePointSet S = wordSet().complement();
    return Set(Current.IgnoreCase ? caseClosure(S) : S);
  }
  case 't':
    return Char('\t');
  case 'n':
    return Char('\n');
  case 'v':
    return Char('\v');
  case 'f':
    return Char('\f');
  case 'r':
    return Char('\r');
  case 'b':
    return Char('\b'); // in a class only
  case 'c': {
    char Letter = peek();
    if (!isAsciiLetter(uint8_t(Letter)))
      return badEscape(Begin, "a control character is \\cA to \\cZ");
    ++Pos;
    return Char(uint32_t(Letter) & 31);
  }
  case '0':
    if (!isDigit(uint8_t(peek())))
      return Char(0);
    while (isDigit(uint8_t(peek())))
      ++Pos;
    R.report(Begin, here(), DiagId::RegexOctalEscape) << text(Begin, here()) << "\\xHH";
    return {};
  case 'x':
    return parseHexEscape(Begin);
  case 'u':
    return parseUnicodeEscape(Begin);
  case 'p':
  case 'P':
    return parsePropertyEscape(Begin);
  default:
    break;
  }
  if (C >= '1' && C <= '9') {
    while (isDigit(uint8_t(peek())))
      ++Pos;
    if (InClass)
      R.report(Begin, here(), DiagId::RegexOctalEscape) << text(Begin, here()) << "\\xHH";
    else
      R.report(Begin, here(), DiagId::RegexBackReference) << text(Begin, here());
    return {};
  }
  return parseIdentityEscape(Begin, C, InClass);
}

Parser::Atom Parser::parseHexEscape(uint32_t Begin) {
  uint32_t Value;
  if (!readHex(2, Value))
    return badEscape(Begin, "write \\xHH with two hexadecimal digits, or \\u{…}");
  return {.Char = Value};
}

Parser::Atom Parser::parseUnicodeEscape(uint32_t Begin) {
  uint32_t Value = 0;
  if (eat("{")) {
    size_t First = Pos;
    uint32_t Digit;
    while (readHex(1, Digit))
      Value = std::min<uint32_t>(Value * 16 + Digit, MaxCodePoint + 1);
    bool Any = Pos != First;
    if (!eat("}") || !Any || Value > MaxCodePoint)
      return badEscape(Begin, "write \\u{…} with a code point up to 10ffff");
    return {.Char = Value};
  }
  if (!readHex(4, Value))
    return badEscape(Begin, "write \\uHHHH with four hexadecimal digits, or \\u{…}");
  uint32_t Low;
  size_t Saved = Pos;
  if (Value >= 0xD800 && Value <= 0xDBFF && eat("\\u")) {
    if (readHex(4, Low) && Low >= 0xDC00 && Low <= 0xDFFF)
      return {.Char = 0x10000 + ((Value - 0xD800) << 10) + (Low - 0xDC00)};
    Pos = Saved;
  }
  return {.Char = Value};
}

Parser::Atom Parser::parsePropertyEscape(uint32_t Begin) {
  bool Negated = Pattern[Pos - 1] == 'P';
  if (peek() != '{') {
    if (isAsciiLetter(uint8_t(peek()))) {
      std::string Fixed = text(Begin, here()) + "{" + peek() + "}";
      ++Pos;
      R.report(Begin, here(), DiagId::RegexForeignEscape)
          << text(Begin, here()) << "write " + Fixed;
      return {.IsSet = true};
    }
    return badEscape(Begin, "write \\p{…} with the name of a property");
  }
  ++Pos;
  size_t Close = Pattern.find('}', Pos);
  if (Close == std::string_view::npos)
    return badEscape(Begin, "write \\p{…} with the name of a property");
  uint32_t NameBegin = here();
  std::string_view Inside = Pattern.substr(Pos, Close - Pos);
  Pos = Close + 1;
  if (Inside.starts_with("^")) {
    R.report(Begin, here(), DiagId::RegexForeignEscape)
        << text(Begin, here()) << "write \\P{" + std::string(Inside.substr(1)) + "}";
    return {.IsSet = true};
  }
  std::string_view Name = Inside;
  std::optional<std::string_view> Value;
  if (size_t Equals = Inside.find('='); Equals != std::string_view::npos) {
    Name = Inside.substr(0, Equals);
    Value = Inside.substr(Equals + 1);
  }
  std::optional<CodePointSet> S = unicodeProperty(Name, Value);
  if (!S) {
    DiagBuilder D = R.report(NameBegin, here() - 1, DiagId::RegexUnknownProperty);
    D << printable(Inside);
    if (!Value && unicodeProperty("sc", Name)) {
      D.note("scripts are written \\p{Script=" + std::string(Name) + "}");
    } else {
      std::vector<std::string_view> Candidates =
          Value ? unicodePropertyNames(Name) : unicodePropertyNames();
      bool ValueIsWrong = Value && unicodePropertyNames(Name).size() > 6;
      D.didYouMean(ValueIsWrong ? *Value : Name, Candidates);
    }
    return {.IsSet = true};
  }
  if (Negated)
    S = S->complement();
  return {.IsSet = true, .Set = Current.IgnoreCase ? caseClosure(*S) : *S};
}

/// Escapes that other dialects know and ECMA-262 does not.
static std::string_view foreignEscapeAdvice(uint32_t C) {
  switch (C) {
  case 'A':
    return "write ^ for the start of the text";
  case 'Z':
  case 'z':
    return "write $ for the end of the text";
  case 'G':
    return "there is no last match here";
  case 'h':
    return "write [ \\t] for horizontal space";
  case 'H':
    return "write [^ \\t] for anything but horizontal space";
  case 'V':
    return "write [^\\n\\v\\f\\r] for anything but vertical space";
  case 'R':
    return "write (?:\\r\\n|\\n|\\r) for a line break";
  case 'N':
    return "write . for anything but a line break";
  case 'X':
    return "there is no escape for a grapheme cluster";
  case 'K':
    return "a look-behind (?<=…) may say the same";
  case 'Q':
  case 'E':
    return "quote each character with a backslash";
  case 'a':
    return "write \\x07 for the bell character";
  case 'e':
    return "write \\x1b for the escape character";
  case 'g':
    return "back-references are not regular";
  default:
    return {};
  }
}

Parser::Atom Parser::parseIdentityEscape(uint32_t Begin, uint32_t C, bool InClass) {
  static constexpr std::string_view Syntax = "^$\\.*+?()[]{}|/";
  if (C < 0x80 && Syntax.find(char(C)) != std::string_view::npos)
    return {.Char = C};
  if (InClass && C == '-')
    return {.Char = C};
  if (C == 'k' && !InClass) {
    if (peek() == '<') {
      size_t Close = Pattern.find('>', Pos);
      Pos = Close == std::string_view::npos ? Pos : Close + 1;
    }
    R.report(Begin, here(), DiagId::RegexBackReference) << text(Begin, here());
    return {};
  }
  if (std::string_view Advice = foreignEscapeAdvice(C); !Advice.empty()) {
    R.report(Begin, here(), DiagId::RegexForeignEscape) << text(Begin, here()) << Advice;
    return {};
  }
  std::string Plain = text(Begin + 1, here());
  // Annex B lets a backslash stand before anything. Before punctuation and blanks nobody can
  // mean anything else; a letter is more likely an escape of another dialect.
  if (C < 0x80 && !isAsciiLetter(C)) {
    annexB(Begin, here(), Plain);
    return {.Char = C};
  }
  return badEscape(Begin, "write " + Plain + " for the character");
}

/// At `[:`. Refuses `[:name:]` of a known name.
bool Parser::parsePosixClass() {
  static constexpr std::pair<std::string_view, std::string_view> Names[] = {
      {"alnum", "write a-zA-Z0-9"},
      {"alpha", "write a-zA-Z"},
      {"ascii", "write \\x00-\\x7f"},
      {"blank", "write \\x20\\t"},
      {"cntrl", "write \\x00-\\x1f\\x7f"},
      {"digit", "write \\d"},
      {"graph", "write !-~"},
      {"lower", "write a-z"},
      {"print", "write \\x20-~"},
      {"punct", "write !-\\/:-@\\[-`{-~"},
      {"space", "write \\s"},
      {"upper", "write A-Z"},
      {"word", "write \\w"},
      {"xdigit", "write \\da-fA-F"}};
  for (auto [Name, Advice] : Names) {
    for (std::string_view Not : {"", "^"}) {
      uint32_t Begin = here();
      if (!eat("[:" + std::string(Not) + std::string(Name) + ":]"))
        continue;
      R.report(Begin, here(), DiagId::RegexPosixClass) << text(Begin, here()) << Advice;
      return true;
    }
  }
  return false;
}

Parser::Atom Parser::parseClassAtom() {
  if (peek() == '\\') {
    if (peek(1) == 'B') {
      uint32_t Begin = here();
      Pos += 2;
      return badEscape(Begin, "a class holds characters; \\B is an assertion");
    }
    return parseEscape(true);
  }
  return {.Char = next()};
}

NodeId Parser::parseClass() {
  uint32_t Begin = here();
  ++Pos;
  bool Negated = eat("^");
  CodePointSet S;
  bool LoneSurrogate = false;
  uint32_t SurrogateBegin = 0, SurrogateEnd = 0;
  auto Add = [&](const Atom &A) {
    if (A.IsSet)
      S = S.unionWith(A.Set);
    else
      S.add(A.Char);
  };
  while (!atEnd() && peek() != ']') {
    if (at("[:") && parsePosixClass())
      continue;
    if (at("&&[") || at("--[")) {
      R.report(here(), here() + 2, DiagId::RegexClassSetOperation) << text(here(), here() + 2);
      Pos += 3;
      continue;
    }
    uint32_t First = here();
    Atom A = parseClassAtom();
    if (peek() == '-' && Pos + 1 < Pattern.size() && peek(1) != ']') {
      ++Pos;
      Atom B = parseClassAtom();
      if (A.IsSet || B.IsSet) {
        // With the u flag an error; Annex B takes the hyphen for itself.
        annexB(First, here(), "the hyphen as \\-");
        Add(A);
        S.add('-');
        Add(B);
        continue;
      }
      if (A.Char > B.Char) {
        R.report(First, here(), DiagId::RegexRangeOrder) << text(First, here());
        continue;
      }
      S.add(A.Char, B.Char);
      if (isSurrogate(A.Char) && isSurrogate(B.Char) && !LoneSurrogate) {
        LoneSurrogate = true;
        SurrogateBegin = First;
        SurrogateEnd = here();
      }
      continue;
    }
    if (!A.IsSet && isSurrogate(A.Char) && !LoneSurrogate) {
      LoneSurrogate = true;
      SurrogateBegin = First;
      SurrogateEnd = here();
    }
    Add(A);
  }
  if (!eat("]")) {
    R.report(Begin, Begin + 1, DiagId::RegexUnclosedClass);
    return empty();
  }
  // Where a class excludes surrogates, leaving them out is what it means.
  if (LoneSurrogate && !Negated)
    R.report(SurrogateBegin, SurrogateEnd, DiagId::RegexLoneSurrogate)
        << text(SurrogateBegin, SurrogateEnd);
  if (Current.IgnoreCase)
    S = caseClosure(S);
  return set(Negated ? S.complement() : S, Begin);
}

} // namespace weir::regex
