//===- RuleReader.cpp - From a rule's lexemes to its expression -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The generated parser mends what is wrong and goes on, so its trees may lack
// nodes. Whatever lacks one has been reported by the listener: the builder skips
// it, and still looks at everything else.
//
// Recursion goes as deep as the parentheses do, which the layout bounds.
//
//===----------------------------------------------------------------------===//
#include "RuleReader.h"

#include "Terminals.h"

#include "GbnfParser.h"

namespace weir::grammar {

using generated::GbnfParser;
using ir::ExprId;

namespace {

/// Feeds one rule's lexemes to the parser. Of a token only its kind and index
/// count: places are looked up in the lexemes.
class LexemeSource final : public antlr4::TokenSource {
public:
  void start(std::span<const Lexeme> L) {
    Lexemes = L;
    Next = 0;
  }
  std::unique_ptr<antlr4::Token> nextToken() override {
    size_t Kind = Next < Lexemes.size() ? Lexemes[Next++].Kind : antlr4::Token::EOF;
    return std::make_unique<antlr4::CommonToken>(
        std::pair(static_cast<TokenSource *>(this), static_cast<antlr4::CharStream *>(nullptr)),
        Kind, antlr4::Token::DEFAULT_CHANNEL, 0, 0);
  }
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() override { return 0; }
  antlr4::CharStream *getInputStream() override { return nullptr; }
  std::string getSourceName() override { return "rule"; }
  antlr4::TokenFactory<antlr4::CommonToken> *getTokenFactory() override {
    return antlr4::CommonTokenFactory::DEFAULT.get();
  }

private:
  std::span<const Lexeme> Lexemes;
  size_t Next = 0;
};

/// Says in our words what the parser missed.
class Listener final : public antlr4::BaseErrorListener {
public:
  explicit Listener(const Context &C) : C(C) {}
  void start(std::span<const Lexeme> L, bool WithHeader) {
    Lexemes = L;
    Header = WithHeader;
  }
  void syntaxError(antlr4::Recognizer *Recognizer, antlr4::Token *At, size_t, size_t,
                   const std::string &, std::exception_ptr) override;

private:
  std::string expectation(const antlr4::ParserRuleContext *In, size_t Index) const;
  uint16_t kind(size_t I) const { return I < Lexemes.size() ? Lexemes[I].Kind : 0; }

  const Context &C;
  std::span<const Lexeme> Lexemes;
  bool Header = true;
};

/// Builds expressions from trees.
class Builder {
public:
  Builder(const Context &C, ir::Module &M) : C(C), M(M) {
    for (uint32_t I = 0; I != M.ruleCount(); ++I)
      RuleNames.push_back(M.rule(ir::RuleId(I)).Name);
  }
  void start(std::span<const Lexeme> L, ir::RuleId R) {
    Lexemes = L;
    Rule = R;
  }
  ExprId alternatives(GbnfParser::AlternativesContext *Tree);

private:
  ExprId sequence(GbnfParser::SequenceContext *Tree);
  ExprId repetition(GbnfParser::RepetitionContext *Tree);
  ExprId quantified(ExprId E, GbnfParser::QuantifierContext *Tree);
  ExprId bounded(ExprId E, GbnfParser::QuantifierContext *Tree);
  ExprId item(GbnfParser::ItemContext *Tree);
  ExprId terminal(const Lexeme &L);
  ExprId reference(const Lexeme &L);
  ExprId macro(GbnfParser::MacroContext *Tree);
  std::optional<uint32_t> bound(GbnfParser::BoundContext *Tree, bool Upper);

  /// The lexeme of a token, or none of one that the parser made up.
  const Lexeme *lexeme(const antlr4::Token *T) const {
    return T && T->getTokenIndex() < Lexemes.size() ? &Lexemes[T->getTokenIndex()] : nullptr;
  }
  const Lexeme *first(const antlr4::ParserRuleContext *Tree) const {
    return Tree && !Tree->exception ? lexeme(Tree->start) : nullptr;
  }

  const Context &C;
  ir::Module &M;
  std::vector<std::string_view> RuleNames;
  std::span<const Lexeme> Lexemes;
  ir::RuleId Rule;
};

} // namespace

//===- What was expected --------------------------------------------------===//

std::string Listener::expectation(const antlr4::ParserRuleContext *In, size_t Index) const {
  uint16_t Before = Index ? kind(Index - 1) : 0;
  switch (In ? In->getRuleIndex() : size_t(GbnfParser::RuleDefinition)) {
  case GbnfParser::RuleRuleName:
    return "a rule, written 'name ::= …'";
  case GbnfParser::RuleDefinition:
    return Header ? "an item or the end of the rule" : "'::=' after the rule's name";
  case GbnfParser::RuleQuantifier:
  case GbnfParser::RuleBound:
    if (Before == GbnfParser::OPEN_BOUNDS)
      return "a number";
    return Before == GbnfParser::COMMA ? "a number or '}'" : "',' or '}'";
  case GbnfParser::RuleMacro:
  case GbnfParser::RuleArgument:
  case GbnfParser::RuleValue:
    return Before == GbnfParser::OPEN || Before == GbnfParser::COMMA ? "an argument or ')'"
                                                                     : "',' or ')'";
  default:
    return "an item";
  }
}

void Listener::syntaxError(antlr4::Recognizer *Recognizer, antlr4::Token *At, size_t, size_t,
                           const std::string &, std::exception_ptr) {
  // The parser only reports with itself as recognizer.
  auto *Parser = static_cast<antlr4::Parser *>(Recognizer);
  size_t Index = At ? At->getTokenIndex() : Lexemes.size();
  bool AtEnd = Index >= Lexemes.size();
  uint32_t End = Lexemes.empty() ? 0 : Lexemes.back().End;
  SourceRange Place = AtEnd ? C.range(End, End) : C.range(Lexemes[Index]);
  std::string Found =
      AtEnd ? "the end of the rule" : "'" + std::string(C.text(Lexemes[Index])) + "'";
  DiagBuilder D = C.Diags.report(Place, DiagId::GrammarExpected);
  D << expectation(Parser->getContext(), Index) << Found;
  if (!Header && !C.isEbnf())
    D.note("a rule ends with its line, unless the line ends with '|' or within parentheses");
}

//===- Building -----------------------------------------------------------===//

ExprId Builder::alternatives(GbnfParser::AlternativesContext *Tree) {
  if (!Tree)
    return M.never();
  std::vector<ExprId> Choices;
  for (GbnfParser::SequenceContext *S : Tree->sequence())
    Choices.push_back(sequence(S));
  return M.alt(Choices);
}

ExprId Builder::sequence(GbnfParser::SequenceContext *Tree) {
  for (GbnfParser::QuantifierContext *Q : Tree->quantifier())
    if (const Lexeme *L = lexeme(Q->start))
      C.Diags.report(C.range(*L), DiagId::GrammarNothingToRepeat) << C.text(*L);
  std::vector<ExprId> Items;
  for (GbnfParser::RepetitionContext *R : Tree->repetition())
    Items.push_back(repetition(R));
  return M.seq(Items);
}

ExprId Builder::repetition(GbnfParser::RepetitionContext *Tree) {
  ExprId E = item(Tree->item());
  for (GbnfParser::QuantifierContext *Q : Tree->quantifier())
    E = quantified(E, Q);
  return E;
}

ExprId Builder::quantified(ExprId E, GbnfParser::QuantifierContext *Tree) {
  if (Tree->OPTIONAL())
    return M.optional(E);
  if (Tree->STAR())
    return M.star(E);
  if (Tree->PLUS())
    return M.plus(E);
  return bounded(E, Tree);
}

std::optional<uint32_t> Builder::bound(GbnfParser::BoundContext *Tree, bool Upper) {
  antlr4::tree::TerminalNode *Node = Tree->NUMBER() ? Tree->NUMBER() : Tree->NAME();
  const Lexeme *L = Node ? lexeme(Node->getSymbol()) : nullptr;
  if (!L)
    return std::nullopt;
  std::string_view Text = C.text(*L);
  // XGrammar prints an absent upper bound like this.
  if (Upper && C.isEbnf() && Text == "-1")
    return ir::Unbounded;
  if (L->Kind != GbnfParser::NUMBER) {
    C.Diags.report(C.range(*L), DiagId::GrammarExpected)
        << (Upper ? "a number or '}'" : "a number") << "'" + std::string(Text) + "'";
    return std::nullopt;
  }
  std::optional<uint32_t> Value = readDecimal(Text, ir::Unbounded - 1);
  if (!Value)
    C.Diags.report(C.range(*L), DiagId::GrammarBoundTooLarge) << Text << ir::Unbounded - 1;
  return Value;
}

ExprId Builder::bounded(ExprId E, GbnfParser::QuantifierContext *Tree) {
  std::vector<GbnfParser::BoundContext *> Bounds = Tree->bound();
  if (Tree->exception || Bounds.empty())
    return E;
  std::optional<uint32_t> Min = bound(Bounds[0], false);
  std::optional<uint32_t> Max = Min;
  if (Tree->COMMA())
    Max = Bounds.size() > 1 ? bound(Bounds[1], true) : ir::Unbounded;
  if (!Min || !Max)
    return E;
  if (*Min > *Max) {
    const Lexeme *From = lexeme(Tree->start), *To = lexeme(Tree->stop);
    SourceRange Place = From && To ? C.range(From->Begin, To->End) : C.range(0, 0);
    C.Diags.report(Place, DiagId::GrammarBoundsReversed) << *Min << *Max;
    return E;
  }
  return M.repeat(E, *Min, *Max);
}

ExprId Builder::item(GbnfParser::ItemContext *Tree) {
  if (!Tree)
    return M.empty();
  if (Tree->group())
    return alternatives(Tree->group()->alternatives());
  if (Tree->macro())
    return macro(Tree->macro());
  const Lexeme *L = first(Tree);
  if (!L || L->Broken)
    return M.empty();
  if (Tree->lookahead()) {
    C.Diags.report(C.range(*L), DiagId::GrammarLookahead);
    alternatives(Tree->lookahead()->alternatives());
    return M.empty();
  }
  if (Tree->misplaced()) {
    C.Diags.report(C.range(*L), DiagId::GrammarExpected)
        << "an item or the end of the rule" << "'" + std::string(C.text(*L)) + "'";
    return M.empty();
  }
  return Tree->reference() ? reference(*L) : terminal(*L);
}

ExprId Builder::terminal(const Lexeme &L) {
  SourceRange Place = C.range(L);
  switch (L.Kind) {
  case GbnfParser::LITERAL: {
    std::optional<std::string> Bytes = readLiteral(C, Place);
    return Bytes ? M.lit(*Bytes) : M.empty();
  }
  case GbnfParser::CLASS: {
    std::optional<CodePointSet> Set = readClass(C, Place);
    return Set ? M.cls(*Set) : M.empty();
  }
  case GbnfParser::ANY:
    if (C.isEbnf())
      C.Diags.report(Place, DiagId::GrammarEbnfAny);
    return M.cls(CodePointSet::all());
  case GbnfParser::TOKEN: {
    std::optional<ir::TokenRef> T = readTokenReference(C, Place);
    return T ? M.token(*T) : M.empty();
  }
  case GbnfParser::NOT_TOKEN: {
    std::optional<ir::TokenRef> T = readTokenReference(C, Place);
    return T ? M.anyTokenExcept({*T}) : M.empty();
  }
  default:
    return M.empty();
  }
}

ExprId Builder::reference(const Lexeme &L) {
  std::string_view Name = C.text(L);
  ir::RuleId Callee = M.lookup(Name);
  if (!Callee) {
    C.Diags.report(C.range(L), DiagId::GrammarUndefinedRule).didYouMean(Name, RuleNames) << Name;
    return M.empty();
  }
  ExprId Call = M.call(Callee);
  if (Rule) {
    ir::OriginSet Place;
    Place.add({C.range(L), {}});
    M.addCallOrigin(Rule, Call, Place);
  }
  return Call;
}

/// Token(1, 2) and ExcludeToken(1, 2); the other macros are refused by name.
ExprId Builder::macro(GbnfParser::MacroContext *Tree) {
  const Lexeme *L = lexeme(Tree->start);
  if (!L)
    return M.empty();
  std::string_view Name = C.text(*L);
  if (Name != "Token" && Name != "ExcludeToken") {
    C.Diags.report(C.range(*L), DiagId::GrammarMacro) << Name;
    return M.empty();
  }
  if (Tree->exception)
    return M.empty();
  std::vector<ir::TokenRef> Tokens;
  bool Right = !Tree->argument().empty();
  for (GbnfParser::ArgumentContext *A : Tree->argument()) {
    const Lexeme *Number = first(A);
    std::optional<uint32_t> Id;
    if (Number && A->start == A->stop && Number->Kind == GbnfParser::NUMBER)
      Id = readDecimal(C.text(*Number), UINT32_MAX - 1);
    Right &= Id.has_value();
    if (Id)
      Tokens.push_back({Id, {}});
  }
  if (!Right) {
    C.Diags.report(C.range(*L), DiagId::GrammarMacroArguments) << Name;
    return M.empty();
  }
  if (Name == "ExcludeToken")
    return M.anyTokenExcept(std::move(Tokens));
  std::vector<ExprId> Choices;
  for (ir::TokenRef &T : Tokens)
    Choices.push_back(M.token(std::move(T)));
  return M.alt(Choices);
}

//===- The rules ----------------------------------------------------------===//

void readRules(const Context &C, const Layout &L, std::span<const ir::RuleId> Ids, ir::Module &M) {
  LexemeSource Source;
  antlr4::CommonTokenStream Stream(&Source);
  GbnfParser Parser(&Stream);
  Listener Errors(C);
  Parser.removeErrorListeners();
  Parser.addErrorListener(&Errors);
  Builder Build(C, M);

  for (size_t I = 0; I != L.Rules.size(); ++I) {
    std::span<const Lexeme> Lexemes = L.lexemes(L.Rules[I]);
    Source.start(Lexemes);
    Stream.setTokenSource(&Source);
    Parser.setTokenStream(&Stream);
    Errors.start(Lexemes, L.hasHeader(L.Rules[I]));
    GbnfParser::DefinitionContext *Tree = Parser.definition();

    Build.start(Lexemes, Ids[I]);
    ExprId Body = Build.alternatives(Tree->alternatives());
    if (Ids[I])
      M.rule(Ids[I]).Body = Body;
  }
  if (!C.Options.Statistics)
    return;
  C.Options.Statistics->Rules = L.Rules.size();
  C.Options.Statistics->ParserCacheStates = 0;
  for (antlr4::dfa::DFA &D :
       Parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->decisionToDFA)
    C.Options.Statistics->ParserCacheStates += D.states.size();
}

} // namespace weir::grammar
