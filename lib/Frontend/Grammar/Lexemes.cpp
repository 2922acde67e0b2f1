//===- Lexemes.cpp - A grammar's tokens, small ----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ANTLR counts in code points. A table with the byte offset of every code point
// turns its positions into ours; a text of ASCII alone needs none.
//
// A literal or class of GBNF may hold line breaks, so one that is not closed
// reaches to the end of the text. So that the rest of the text is still looked at,
// the lexer then goes back, once: that terminal ends with its first line, and from
// there on none goes over the end of its line. Two scans at most.
//
//===----------------------------------------------------------------------===//
#include "Lexemes.h"

#include "GbnfLexer.h"

#include <algorithm>
#include <utility>

namespace weir::grammar {

using generated::GbnfLexer;

/// No token type is 0.
static constexpr uint16_t EndOfText = 0;

namespace {

/// Byte offsets of code points.
class OffsetTable {
public:
  explicit OffsetTable(std::string_view Text) {
    if (std::all_of(Text.begin(), Text.end(), [](char C) { return uint8_t(C) < 0x80; }))
      return;
    for (size_t Pos = 0; Pos < Text.size(); ++Pos)
      if ((uint8_t(Text[Pos]) & 0xc0) != 0x80)
        Starts.push_back(uint32_t(Pos));
    Starts.push_back(uint32_t(Text.size()));
  }
  uint32_t operator[](size_t CodePoint) const {
    return Starts.empty() ? uint32_t(CodePoint) : Starts[CodePoint];
  }

private:
  std::vector<uint32_t> Starts;
};

/// Counts the characters that the lexer takes.
class Input final : public antlr4::ANTLRInputStream {
public:
  explicit Input(std::string_view Text) : ANTLRInputStream(std::string(Text)) {}
  void consume() override {
    ++Taken;
    ANTLRInputStream::consume();
  }
  uint64_t Taken = 0;
};

/// One lexeme after another.
class Reader {
public:
  explicit Reader(const Context &C)
      : C(C), Base(C.Text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0), Offsets(C.Text.substr(Base)),
        In(C.Text.substr(Base)), Lex(&In), LinesInTerminals(!C.isEbnf()) {
    Lex.removeErrorListeners();
  }

  /// The next lexeme; its kind is EOF at the end. Line breaks and characters
  /// without meaning are lexemes here.
  Lexeme next();
  void count(size_t Lexemes) const;

private:
  Lexeme terminal(Lexeme Begin, uint16_t Kind);
  /// Reports a terminal that ends without its mark.
  Lexeme unclosed(Lexeme L, std::string_view Open, std::string_view Close);

  const Context &C;
  /// A byte order mark is no part of the grammar. (ANTLR would drop it too, and
  /// shift every position.)
  uint32_t Base;
  OffsetTable Offsets;
  Input In;
  GbnfLexer Lex;
  bool LinesInTerminals;
  std::unique_ptr<antlr4::Token> Token;
};

} // namespace

Lexeme Reader::next() {
  Token = Lex.nextToken();
  if (Token->getType() == antlr4::Token::EOF)
    return {0, 0, EndOfText, false, false};
  Lexeme L{Base + Offsets[Token->getStartIndex()], Base + Offsets[Token->getStopIndex() + 1],
           uint16_t(Token->getType()), false, false};
  switch (L.Kind) {
  case GbnfLexer::LITERAL_BEGIN:
    return terminal(L, GbnfLexer::LITERAL);
  case GbnfLexer::CLASS_BEGIN:
    return terminal(L, GbnfLexer::CLASS);
  case GbnfLexer::UNCLOSED_TOKEN:
    L.Kind = GbnfLexer::TOKEN;
    return unclosed(L, "<", ">");
  default:
    return L;
  }
}

Lexeme Reader::unclosed(Lexeme L, std::string_view Open, std::string_view Close) {
  C.Diags.report(C.range(L), DiagId::GrammarUnclosed) << Open << Close;
  L.Broken = true;
  return L;
}

/// Puts a literal or class together from its pieces.
Lexeme Reader::terminal(Lexeme L, uint16_t Kind) {
  bool IsLiteral = Kind == GbnfLexer::LITERAL;
  L.Kind = Kind;
  size_t FirstBreak = SIZE_MAX;
  for (;;) {
    Token = Lex.nextToken();
    size_t Type = Token->getType();
    if (Type == GbnfLexer::LITERAL_END || Type == GbnfLexer::CLASS_END) {
      L.End = Base + Offsets[Token->getStopIndex() + 1];
      return L;
    }
    bool AtEnd = Type == antlr4::Token::EOF;
    bool AtBreak = Type == GbnfLexer::LITERAL_BREAK || Type == GbnfLexer::CLASS_BREAK;
    if (AtBreak)
      FirstBreak = std::min(FirstBreak, Token->getStartIndex());
    if (!AtEnd && (!AtBreak || LinesInTerminals))
      continue;
    // Not closed: go on at the end of its first line.
    LinesInTerminals = false;
    Lex.hitEOF = false;
    Lex.popMode();
    In.seek(std::min(FirstBreak, In.size()));
    L.End = FirstBreak == SIZE_MAX ? uint32_t(C.Text.size()) : Base + Offsets[FirstBreak];
    return unclosed(L, IsLiteral ? "\"" : "[", IsLiteral ? "\"" : "]");
  }
}

void Reader::count(size_t Lexemes) const {
  GrammarStatistics *S = C.Options.Statistics;
  if (!S)
    return;
  S->CharactersRead = In.Taken;
  S->Lexemes = Lexemes;
  S->LexerCacheStates = 0;
  for (const antlr4::dfa::DFA &D :
       Lex.getInterpreter<antlr4::atn::LexerATNSimulator>()->_decisionToDFA)
    S->LexerCacheStates += D.states.size();
}

/// Reports characters no token begins with.
static void reportStray(const Context &C, SourceRange Stray) {
  if (!Stray.isValid())
    return;
  std::string_view Text = C.Text.substr(Stray.Begin, Stray.End - Stray.Begin);
  DiagBuilder D = C.Diags.report(Stray, DiagId::GrammarStray);
  D << Text;
  if (Text.substr(0, 2) == "//" || Text.substr(0, 1) == ";")
    D.note("a comment begins with '#'");
  else if (Text.substr(0, 1) == "'")
    D.note("a literal stands in double quotes");
}

/// In EBNF a dot is a letter of names: 'a.b' and '.c' are names, and only a dot by
/// itself stays one.
static bool joinsName(const Context &C, const Lexeme &Before, const Lexeme &L) {
  auto IsPart = [](const Lexeme &X) {
    return X.Kind == GbnfLexer::NAME || X.Kind == GbnfLexer::NUMBER || X.Kind == GbnfLexer::ANY;
  };
  return C.isEbnf() && Before.End == L.Begin && IsPart(Before) && IsPart(L);
}

bool readLexemes(const Context &C, std::vector<Lexeme> &Out) {
  Reader R(C);
  bool FirstOnLine = true;
  SourceRange Stray; // a run of characters without meaning is one mistake
  for (;;) {
    Lexeme L = R.next();
    if (L.Kind == GbnfLexer::STRAY && Stray.isValid() && Stray.End == L.Begin) {
      Stray.End = L.End;
      continue;
    }
    reportStray(C, Stray);
    Stray = L.Kind == GbnfLexer::STRAY ? C.range(L) : SourceRange();
    if (L.Kind == EndOfText)
      break;
    if (L.Kind == GbnfLexer::STRAY)
      continue;
    if (L.Kind == GbnfLexer::NEWLINE) {
      FirstOnLine = true;
      continue;
    }
    L.FirstOnLine = std::exchange(FirstOnLine, false);
    if (!Out.empty() && joinsName(C, Out.back(), L)) {
      Out.back().End = L.End;
      Out.back().Kind = GbnfLexer::NAME;
      continue;
    }
    if (Out.size() >= C.Options.MaxTokens) {
      C.Diags.report(C.range(L), DiagId::GrammarTooLarge) << C.Options.MaxTokens;
      R.count(Out.size());
      return false;
    }
    Out.push_back(L);
  }
  R.count(Out.size());
  return true;
}

} // namespace weir::grammar
