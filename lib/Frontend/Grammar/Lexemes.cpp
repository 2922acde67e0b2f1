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
// An unclosed literal of GBNF reaches to the end of the text, since it may hold
// line breaks. So that the rest of the text is still looked at, the lexer then
// goes back once, ends that literal with its line, and allows no line breaks in
// terminals from there on: two scans at most.
//
//===----------------------------------------------------------------------===//
#include "Lexemes.h"

#include "GbnfLexer.h"

#include <algorithm>

namespace weir::grammar {

using generated::GbnfLexer;

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

/// Two scans at most; see above.
class Lexer final : public GbnfLexer {
public:
  using GbnfLexer::GbnfLexer;

  std::unique_ptr<antlr4::Token> nextToken() override {
    std::unique_ptr<antlr4::Token> T = GbnfLexer::nextToken();
    bool Unclosed = T->getType() == UNCLOSED_LITERAL || T->getType() == UNCLOSED_CLASS;
    if (!Unclosed || !LinesInTerminals)
      return T;
    LinesInTerminals = false;
    hitEOF = false;
    _input->seek(T->getStartIndex());
    return GbnfLexer::nextToken();
  }
};

} // namespace

/// Reports an unclosed terminal and makes it one of the closed kind.
static void closeTerminal(const Context &C, Lexeme &L) {
  auto Report = [&](uint16_t Kind, std::string_view Open, std::string_view Close) {
    C.Diags.report(C.range(L), DiagId::GrammarUnclosed) << Open << Close;
    L.Kind = Kind;
    L.Broken = true;
  };
  switch (L.Kind) {
  case GbnfLexer::UNCLOSED_LITERAL:
    return Report(GbnfLexer::LITERAL, "\"", "\"");
  case GbnfLexer::UNCLOSED_CLASS:
    return Report(GbnfLexer::CLASS, "[", "]");
  case GbnfLexer::UNCLOSED_TOKEN:
    return Report(GbnfLexer::TOKEN, "<", ">");
  default:
    return;
  }
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

static void count(const Context &C, const Input &In, const Lexer &Lex, size_t Lexemes) {
  if (!C.Options.Statistics)
    return;
  C.Options.Statistics->CharactersRead = In.Taken;
  C.Options.Statistics->Lexemes = Lexemes;
  C.Options.Statistics->LexerCacheStates = 0;
  for (const antlr4::dfa::DFA &D :
       Lex.getInterpreter<antlr4::atn::LexerATNSimulator>()->_decisionToDFA)
    C.Options.Statistics->LexerCacheStates += D.states.size();
}

bool readLexemes(const Context &C, std::vector<Lexeme> &Out) {
  // A byte order mark is no part of the grammar. (ANTLR would drop it too, and
  // shift every position.)
  std::string_view Text = C.Text;
  uint32_t Base = Text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  Text.remove_prefix(Base);

  OffsetTable Offsets(Text);
  Input In(Text);
  Lexer Lex(&In);
  Lex.removeErrorListeners();
  Lex.LinesInTerminals = !C.isEbnf();
  Lex.DotsInNames = C.isEbnf();

  bool FirstOnLine = true;
  SourceRange Stray; // a run of characters without meaning is one mistake
  for (;;) {
    std::unique_ptr<antlr4::Token> T = Lex.nextToken();
    if (T->getType() == antlr4::Token::EOF) {
      reportStray(C, Stray);
      count(C, In, Lex, Out.size());
      return true;
    }
    Lexeme L{Base + Offsets[T->getStartIndex()], Base + Offsets[T->getStopIndex() + 1],
             uint16_t(T->getType()), FirstOnLine, false};
    if (L.Kind == GbnfLexer::STRAY && Stray.isValid() && Stray.End == L.Begin) {
      Stray.End = L.End;
      continue;
    }
    reportStray(C, Stray);
    Stray = L.Kind == GbnfLexer::STRAY ? C.range(L) : SourceRange();
    if (L.Kind == GbnfLexer::STRAY)
      continue;
    FirstOnLine = L.Kind == GbnfLexer::NEWLINE;
    if (L.Kind == GbnfLexer::NEWLINE)
      continue;
    closeTerminal(C, L);
    if (Out.size() >= C.Options.MaxTokens) {
      C.Diags.report(C.range(L), DiagId::GrammarTooLarge) << C.Options.MaxTokens;
      count(C, In, Lex, Out.size());
      return false;
    }
    Out.push_back(L);
  }
}

} // namespace weir::grammar
