//===- Parser.cpp - IR text: statements -----------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Parser.h"

#include "weir/Support/Escape.h"
#include "weir/Support/Utf8.h"

namespace weir::ir {

//===- Tokens -------------------------------------------------------------===//

bool Parser::unexpected(std::string_view Expected) {
  const WirToken &T = peek();
  std::string Found =
      T.What == WirToken::End ? "the end of the text" : "'" + printable(textOf(T), 40) + "'";
  Diags.report(rangeOf(T), DiagId::WirSyntax) << Expected << Found;
  return false;
}

bool Parser::takeSign(char C) {
  if (!atSign(C))
    return false;
  take();
  return true;
}

bool Parser::takeWord(std::string_view W) {
  if (!atWord(W))
    return false;
  take();
  return true;
}

bool Parser::expectSign(char C) { return takeSign(C) || unexpected(std::string("'") + C + "'"); }

bool Parser::expectWord(std::string_view W) {
  return takeWord(W) || unexpected("'" + std::string(W) + "'");
}

//===- Statements ---------------------------------------------------------===//

/// Gives every `rule @name` its id, in order, so that bodies may call rules that stand
/// later.
void Parser::declareRules() {
  for (size_t I = 0; I + 1 < Tokens.size(); ++I) {
    if (Tokens[I].What != WirToken::Word || textOf(Tokens[I]) != "rule" ||
        Tokens[I + 1].What != WirToken::RuleName)
      continue;
    std::string Name = decodeName(Tokens[I + 1]);
    if (RuleId Old = M.lookup(Name)) {
      Diags.report(rangeOf(Tokens[I + 1]), DiagId::WirDuplicate)
              .note("the first one", rangeOf(DeclaredAt[Old.index()]))
          << "the rule " + printRuleName(Name);
      continue;
    }
    M.addRule(Name);
    DeclaredAt.push_back(Tokens[I + 1]);
  }
  Defined.resize(M.ruleCount());
}

bool Parser::parseStart() {
  take();
  if (peek().What != WirToken::RuleName)
    return unexpected("a rule's name");
  WirToken Name = take();
  if (M.start()) {
    Diags.report(rangeOf(Name), DiagId::WirDuplicate) << "'start'";
    return true;
  }
  ExprId Call = parseCall(Name);
  if (M.op(Call) == Op::Call)
    M.setStart(M.callee(Call));
  return true;
}

bool Parser::parseLet() {
  take();
  if (peek().What != WirToken::LetName)
    return unexpected("'%' and a number");
  WirToken Name = take();
  if (!expectSign('='))
    return false;
  std::optional<ExprId> Value = parseExpr();
  if (!Value)
    return false;
  std::string Digits(textOf(Name).substr(1));
  uint64_t Number = Digits.size() > 18 ? ~UINT64_C(0) : std::stoull(Digits);
  if (!Lets.emplace(Number, *Value).second)
    Diags.report(rangeOf(Name), DiagId::WirDuplicate) << "'" + std::string(textOf(Name)) + "'";
  return true;
}

bool Parser::parseAttributes(RuleInfo &Info) {
  do {
    WirToken T = peek();
    std::string Key;
    if (T.What == WirToken::Word) {
      Key = textOf(take());
    } else if (T.What == WirToken::String) {
      Key = *takeString();
    } else {
      return unexpected("an attribute's name");
    }
    bool Again = false;
    if (takeSign('=')) {
      if (peek().What != WirToken::String)
        return unexpected("the attribute's value in quotes");
      Again = !Info.Attributes.emplace(Key, *takeString()).second;
    } else if (T.What == WirToken::Word && (Key == "nest" || Key == "shared")) {
      bool &Flag = Key == "nest" ? Info.Nest : Info.Shared;
      Again = Flag;
      Flag = true;
    } else {
      return unexpected("'=' and the attribute's value");
    }
    if (Again)
      Diags.report(rangeOf(T), DiagId::WirDuplicate) << "the attribute '" + Key + "'";
  } while (takeSign(','));
  return expectSign(']');
}

void Parser::addPlace(OriginSet &Set, const WirToken &T) {
  if (Options.RecordPositions)
    Set.add(Origin{rangeOf(T), {}});
}

FileId Parser::fileNamed(std::string_view Name) {
  if (Files.empty())
    for (uint32_t I = 0; I < Diags.sources().size(); ++I)
      Files.emplace(Diags.sources().name(FileId(I)), FileId(I));
  auto It = Files.find(Name);
  if (It == Files.end())
    It = Files.emplace(Name, Diags.sources().add(std::string(Name), {})).first;
  return It->second;
}

bool Parser::parseLoc(RuleId R) {
  take();
  ExprId Call;
  if (peek().What == WirToken::RuleName) {
    WirToken Name = take();
    RuleId Callee = M.lookup(decodeName(Name));
    Call = Callee ? M.call(Callee) : parseCall(Name); // which reports that there is none
  }
  Origin O;
  bool HasRange = peek().What == WirToken::String;
  if (HasRange) {
    std::string Name = *takeString();
    if (!expectSign(':'))
      return false;
    WirToken At = peek();
    std::optional<uint32_t> Begin = takeNumber(false);
    if (!Begin)
      return false;
    if (peek().What != WirToken::Dots)
      return unexpected("'..'");
    take();
    std::optional<uint32_t> Finish = takeNumber(false);
    if (!Finish)
      return false;
    if (*Finish < *Begin) {
      Diags.report(rangeOf(At), DiagId::WirBadBounds) << uint64_t(*Begin) << uint64_t(*Finish);
      return true;
    }
    O.Range = {fileNamed(Name), *Begin, *Finish};
  }
  if (!HasRange || atWord("at")) {
    if (!expectWord("at"))
      return false;
    if (peek().What != WirToken::String)
      return unexpected("a JSON pointer in quotes");
    O.Pointer = *takeString();
  }
  OriginSet Set;
  Set.add(std::move(O));
  if (Call && M.op(Call) == Op::Call)
    M.addCallOrigin(R, Call, Set);
  else if (!Call)
    M.rule(R).Origins.add(Set);
  return true;
}

bool Parser::parseRule() {
  take();
  if (peek().What != WirToken::RuleName)
    return unexpected("a rule's name");
  WirToken Name = take();
  RuleId R = M.lookup(decodeName(Name));
  RuleInfo Scratch; // for a rule that stands twice, which was reported
  bool Twice = !R || Defined[R.index()];
  if (!Twice)
    Defined[R.index()] = true;
  Current = Twice ? RuleId() : R;
  if (takeSign('[') && !parseAttributes(Twice ? Scratch : M.rule(R)))
    return false;
  if (takeSign('=')) {
    std::optional<ExprId> Body = parseExpr();
    if (!Body)
      return false;
    if (!Twice)
      M.rule(R).Body = *Body;
  }
  while (atWord("loc") && !Twice)
    if (!parseLoc(R))
      return false;
  if (!Twice && M.rule(R).Origins.empty())
    addPlace(M.rule(R).Origins, Name);
  return true;
}

void Parser::parseStatement() {
  Current = RuleId();
  bool Ok = atWord("rule")    ? parseRule()
            : atWord("let")   ? parseLet()
            : atWord("start") ? parseStart()
                              : unexpected("'rule', 'let' or 'start'");
  if (Ok && (isStatementWord() || peek().What == WirToken::End))
    return;
  if (Ok)
    unexpected("'rule', 'let', 'start' or the end of the text");
  while (!isStatementWord() && peek().What != WirToken::End)
    take();
}

std::optional<Module> Parser::run() {
  unsigned Before = Diags.errorCount();
  if (size_t Bad = findInvalidUtf8(Text); Bad != std::string_view::npos) {
    Diags.report({File, uint32_t(Bad), uint32_t(Bad + 1)}, DiagId::InvalidUtf8);
    return std::nullopt;
  }
  Tokens = lexWir(File, Diags);
  M.Source = File;
  declareRules();
  while (peek().What != WirToken::End && !isTooLarge())
    parseStatement();
  if (Diags.errorCount() != Before)
    return std::nullopt;
  return std::move(M);
}

std::optional<Module> parseModule(FileId File, DiagnosticEngine &Diags,
                                  const ParseOptions &Options) {
  return Parser(File, Diags, Options).run();
}

} // namespace weir::ir
