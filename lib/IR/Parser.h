//===- Parser.h - The state of reading IR text ------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Statements are read by Parser.cpp, expressions by ParseExpr.cpp, strings and sets
// by ParseLeaf.cpp. A function that returns false or nothing has reported why; the
// statement is then given up and reading goes on at the next word `rule`, `let` or
// `start`, which stand nowhere else.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_IR_PARSER_H
#define WEIR_LIB_IR_PARSER_H

#include "Lexer.h"

#include "weir/IR/Text.h"

#include <map>

namespace weir::ir {

class Parser {
public:
  Parser(FileId File, DiagnosticEngine &Diags, const ParseOptions &Options)
      : File(File), Diags(Diags), Options(Options), Text(Diags.sources().text(File)) {}
  std::optional<Module> run();

private:
  // Tokens.
  const WirToken &peek() const { return Tokens[Next]; }
  WirToken take() { return Tokens[Next].What == WirToken::End ? Tokens[Next] : Tokens[Next++]; }
  std::string_view textOf(const WirToken &T) const {
    return Text.substr(T.Begin, T.Finish - T.Begin);
  }
  SourceRange rangeOf(const WirToken &T) const { return {File, T.Begin, T.Finish}; }
  bool atSign(char C) const { return peek().What == WirToken::Sign && Text[peek().Begin] == C; }
  bool atWord(std::string_view W) const {
    return peek().What == WirToken::Word && textOf(peek()) == W;
  }
  bool takeSign(char C);
  bool takeWord(std::string_view W);
  bool expectSign(char C);
  bool expectWord(std::string_view W);
  bool isStatementWord() const { return atWord("rule") || atWord("let") || atWord("start"); }
  /// Reports that something else than `Expected` stands next; returns false.
  bool unexpected(std::string_view Expected);

  // Statements.
  void declareRules();
  void parseStatement();
  bool parseStart();
  bool parseLet();
  bool parseRule();
  bool parseAttributes(RuleInfo &Info);
  bool parseLoc(RuleId R);
  void addPlace(OriginSet &Set, const WirToken &T);
  FileId fileNamed(std::string_view Name);

  // Expressions.
  struct Frame;
  std::optional<ExprId> parseExpr();
  bool parseOperation(std::vector<Frame> &Stack, ExprId &Value);
  bool parseOptions(Frame &F);
  bool parseNamedOption(Frame &F);
  bool parseEscapes(Escapes &Out);
  bool parseMemberLabel(Frame &F);
  bool parseItemLabel(Frame &F);
  bool nextOperand(Frame &F, bool &Done);
  std::optional<ExprId> finishFrame(Frame &F);
  std::optional<ExprId> parseTokens();
  std::optional<ExprId> parseDfa();
  std::optional<ExprId> parseIndent(Frame &F);
  ExprId parseCall(const WirToken &Name);
  bool isTooLarge();

  // Leaves.
  std::optional<std::string> takeString();
  std::string decodeName(const WirToken &T);
  std::string decodeString(uint32_t Begin, uint32_t Finish);
  std::optional<uint32_t> takeNumber(bool AllowStar);
  std::optional<TokenRef> takeTokenRef();
  CodePointSet decodeClass(const WirToken &T);
  ByteSet decodeBytes(const WirToken &T);
  struct SetItem {
    uint32_t First, Last;
    uint32_t Begin, Finish;
    bool FirstIsByte, LastIsByte;
  };
  struct SetText {
    bool Negated = false;
    std::vector<SetItem> Items;
  };
  SetText readSet(const WirToken &T);
  bool readSetChar(uint32_t &Pos, uint32_t Finish, uint32_t &Value, bool &IsByte);

  FileId File;
  DiagnosticEngine &Diags;
  const ParseOptions &Options;
  std::string_view Text;
  std::vector<WirToken> Tokens;
  size_t Next = 0;
  Module M;
  RuleId Current; ///< the rule whose body is read
  std::vector<bool> Defined;
  std::vector<WirToken> DeclaredAt;
  std::map<uint64_t, ExprId> Lets;
  std::map<std::string, FileId, std::less<>> Files;
};

} // namespace weir::ir

#endif // WEIR_LIB_IR_PARSER_H
