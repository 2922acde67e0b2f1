//===- Lexer.cpp - The words of IR text -----------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Lexer.h"

#include "weir/Support/Utf8.h"

namespace weir::ir {

static bool isDigit(char C) { return C >= '0' && C <= '9'; }
static bool isLetter(char C) { return (C >= 'a' && C <= 'z') || (C >= 'A' && C <= 'Z'); }
static bool isNameChar(char C) {
  return isLetter(C) || isDigit(C) || C == '_' || C == '.' || C == '$' || C == '-';
}

namespace {

class Lexer {
public:
  Lexer(FileId File, DiagnosticEngine &Diags)
      : File(File), Diags(Diags), Text(Diags.sources().text(File)) {}
  std::vector<WirToken> run();

private:
  void lexOne();
  void add(WirToken::Kind K, uint32_t Begin) { Tokens.push_back({K, Begin, Pos}); }
  bool skipQuoted(char Close);
  bool opensSet() const;
  SourceRange from(uint32_t Begin) const { return {File, Begin, Pos}; }

  FileId File;
  DiagnosticEngine &Diags;
  std::string_view Text;
  uint32_t Pos = 0;
  std::vector<WirToken> Tokens;
};

/// Moves past the closing character; stays before the end of the line without one.
bool Lexer::skipQuoted(char Close) {
  for (; Pos < Text.size() && Text[Pos] != '\n'; ++Pos) {
    if (Text[Pos] == Close) {
      ++Pos;
      return true;
    }
    if (Text[Pos] == '\\' && Pos + 1 < Text.size() && Text[Pos + 1] != '\n')
      ++Pos;
  }
  return false;
}

bool Lexer::opensSet() const {
  if (Tokens.empty() || Tokens.back().What != WirToken::Word)
    return false;
  std::string_view Before =
      Text.substr(Tokens.back().Begin, Tokens.back().Finish - Tokens.back().Begin);
  return Before == "class" || Before == "bytes";
}

void Lexer::lexOne() {
  uint32_t Begin = Pos;
  char C = Text[Pos++];
  if (C == '/' && Pos < Text.size() && Text[Pos] == '/') {
    while (Pos < Text.size() && Text[Pos] != '\n')
      ++Pos;
    return;
  }
  if (C == '"') {
    if (skipQuoted('"'))
      add(WirToken::String, Begin);
    else
      Diags.report(from(Begin), DiagId::WirUnterminated) << "string" << "\"";
    return;
  }
  if (C == '[' && opensSet()) {
    if (skipQuoted(']'))
      add(WirToken::Set, Begin);
    else
      Diags.report(from(Begin), DiagId::WirUnterminated) << "set" << "]";
    return;
  }
  if (C == '@') {
    if (Pos < Text.size() && Text[Pos] == '"') {
      ++Pos;
      if (skipQuoted('"'))
        add(WirToken::RuleName, Begin);
      else
        Diags.report(from(Begin), DiagId::WirUnterminated) << "name" << "\"";
      return;
    }
    while (Pos < Text.size() && isNameChar(Text[Pos]))
      ++Pos;
    if (Pos == Begin + 1)
      Diags.report(from(Begin), DiagId::WirBadCharacter) << "@" << "a rule's name follows '@'";
    else
      add(WirToken::RuleName, Begin);
    return;
  }
  if (C == '%' || isDigit(C)) {
    while (Pos < Text.size() && isDigit(Text[Pos]))
      ++Pos;
    if (C == '%' && Pos == Begin + 1)
      Diags.report(from(Begin), DiagId::WirBadCharacter) << "%" << "a number follows '%'";
    else
      add(C == '%' ? WirToken::LetName : WirToken::Number, Begin);
    return;
  }
  if (isLetter(C)) {
    while (Pos < Text.size() && isNameChar(Text[Pos]))
      ++Pos;
    add(WirToken::Word, Begin);
    return;
  }
  if (C == '.' && Pos < Text.size() && Text[Pos] == '.') {
    ++Pos;
    add(WirToken::Dots, Begin);
    return;
  }
  if (std::string_view("()<>[],=:*-").find(C) != std::string_view::npos) {
    add(WirToken::Sign, Begin);
    return;
  }
  DecodedScalar D = decodeUtf8(Text, Begin);
  Pos = Begin + D.Size;
  Diags.report(from(Begin), DiagId::WirBadCharacter)
      << Text.substr(Begin, D.Size) << "text stands in double quotes, a comment after '//'";
}

std::vector<WirToken> Lexer::run() {
  while (Pos < Text.size()) {
    char C = Text[Pos];
    if (C == ' ' || C == '\t' || C == '\n' || C == '\r')
      ++Pos;
    else
      lexOne();
  }
  add(WirToken::End, Pos);
  return std::move(Tokens);
}

} // namespace

std::vector<WirToken> lexWir(FileId File, DiagnosticEngine &Diags) {
  return Lexer(File, Diags).run();
}

} // namespace weir::ir
