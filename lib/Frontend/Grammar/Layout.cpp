//===- Layout.cpp - Where the rules of a grammar begin --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pass with a stack of open parentheses. Nesting is the height of the tree
// that the rule will become: a pair of parentheses adds one, and so does each
// quantifier on an item, since 'a?*+' nests three repetitions.
//
//===----------------------------------------------------------------------===//
#include "Layout.h"

#include "GbnfLexer.h"

#include <algorithm>

namespace weir::grammar {

using generated::GbnfLexer;

static bool isName(uint16_t Kind) { return Kind == GbnfLexer::NAME || Kind == GbnfLexer::NUMBER; }

/// The functions of XGrammar's EBNF.
static bool isMacroName(std::string_view Name) {
  static constexpr std::string_view Names[] = {
#define MACRO(Name) Name,
#include "Macros.def"
  };
  return std::find(std::begin(Names), std::end(Names), Name) != std::end(Names);
}

bool Layout::hasHeader(RuleText R) const {
  return R.Count >= 2 && isName(Lexemes[R.First].Kind) &&
         Lexemes[R.First + 1].Kind == GbnfLexer::ASSIGN;
}

namespace {

class Worker {
public:
  Worker(const Context &C, std::span<const Lexeme> In, Layout &Out) : C(C), In(In), Out(Out) {}

  bool run();

private:
  /// An open parenthesis, or the rule itself below the first.
  struct Group {
    uint32_t Open;       ///< index into Out.Lexemes
    uint32_t Height = 0; ///< of the highest item
    uint32_t Last = 0;   ///< of the item just read
  };

  uint16_t kind(size_t I) const { return I < In.size() ? In[I].Kind : 0; }
  bool inParentheses() const { return Groups.size() > 1; }
  bool continues() const;
  /// What comes next belongs to the quantifier '{…}' of the item before.
  bool isBound() const;
  /// The number of lexemes before the '::=' of a rule that begins at I (a name,
  /// perhaps options), or 0.
  size_t headerAt(size_t I) const;
  bool beginsRule(size_t I, size_t Header);
  void beginRule();
  void endRule();
  bool add(size_t I);

  const Context &C;
  std::span<const Lexeme> In;
  Layout &Out;
  std::vector<Group> Groups;
};

} // namespace

/// The rule goes on whatever the line does.
bool Worker::continues() const {
  // None yet where a text begins with what belongs to no rule, such as ')'.
  uint16_t Last = Out.Lexemes.empty() ? 0 : Out.Lexemes.back().Kind;
  return Last == GbnfLexer::ASSIGN || Last == GbnfLexer::OR;
}

bool Worker::isBound() const {
  uint16_t Last = Out.Lexemes.empty() ? 0 : Out.Lexemes.back().Kind;
  return Last == GbnfLexer::OPEN_BOUNDS || Last == GbnfLexer::COMMA;
}

size_t Worker::headerAt(size_t I) const {
  if (!isName(kind(I)))
    return 0;
  if (kind(I + 1) == GbnfLexer::ASSIGN)
    return 1;
  bool Options = kind(I + 1) == GbnfLexer::CLASS && kind(I + 2) == GbnfLexer::ASSIGN &&
                 In[I + 1].Begin == In[I].End;
  return Options ? 2 : 0;
}

bool Worker::beginsRule(size_t I, size_t Header) {
  const Lexeme &L = In[I];
  if (Out.Rules.empty())
    return true;
  if (Header == 0) {
    if (C.isEbnf() || !L.FirstOnLine || inParentheses() || continues())
      return false;
    if (L.Kind != GbnfLexer::OR)
      return true;
    C.Diags.report(C.range(L), DiagId::GrammarAlternativeOnNewLine);
    return false;
  }
  if (inParentheses())
    return true; // ending the rule reports the parenthesis
  if (!L.FirstOnLine)
    C.Diags.report(C.range(L), DiagId::GrammarRuleNotOnNewLine) << C.text(L);
  else if (continues())
    C.Diags.report(C.range(L), DiagId::GrammarRuleContinued)
        << C.text(L) << C.text(Out.Lexemes.back());
  return true;
}

void Worker::beginRule() {
  endRule();
  Out.Rules.push_back({uint32_t(Out.Lexemes.size()), 0});
  Groups.push_back({});
}

/// Closes what is open.
void Worker::endRule() {
  if (Out.Rules.empty())
    return;
  for (; inParentheses(); Groups.pop_back()) {
    const Lexeme Open = Out.Lexemes[Groups.back().Open];
    C.Diags.report(C.range(Open), DiagId::GrammarUnclosed) << C.text(Open) << ")";
    uint32_t End = Out.Lexemes.back().End;
    Out.Lexemes.push_back({End, End, GbnfLexer::CLOSE, false, true});
  }
  Groups.clear();
  Out.Rules.back().Count = uint32_t(Out.Lexemes.size()) - Out.Rules.back().First;
}

/// Adds lexeme I to the rule. False when nesting passes the budget.
bool Worker::add(size_t I) {
  Lexeme L = In[I];
  switch (L.Kind) {
  case GbnfLexer::OPEN:
  case GbnfLexer::LOOKAHEAD:
    Groups.push_back({uint32_t(Out.Lexemes.size())});
    break;
  case GbnfLexer::CLOSE: {
    if (!inParentheses()) {
      C.Diags.report(C.range(L), DiagId::GrammarUnopened) << ")";
      return true;
    }
    uint32_t Inside = Groups.back().Height;
    Groups.pop_back();
    Groups.back().Last = Inside + 1;
    break;
  }
  case GbnfLexer::OPTIONAL:
  case GbnfLexer::STAR:
  case GbnfLexer::PLUS:
  case GbnfLexer::OPEN_BOUNDS:
    Groups.back().Last += 1;
    break;
  case GbnfLexer::COMMA:
  case GbnfLexer::CLOSE_BOUNDS:
    break;
  case GbnfLexer::NAME:
    if (C.isEbnf() && kind(I + 1) == GbnfLexer::OPEN && isMacroName(C.text(L)))
      L.Kind = GbnfLexer::MACRO;
    [[fallthrough]];
  case GbnfLexer::NUMBER:
    if (!isBound())
      Groups.back().Last = 1;
    break;
  default:
    Groups.back().Last = 1;
  }
  Group &G = Groups.back();
  G.Height = std::max(G.Height, G.Last);
  if (Groups.size() - 1 + G.Last > C.Options.MaxNesting) {
    C.Diags.report(C.range(L), DiagId::NestingTooDeep) << C.Options.MaxNesting;
    return false;
  }
  Out.Lexemes.push_back(L);
  return true;
}

bool Worker::run() {
  for (size_t I = 0; I < In.size(); ++I) {
    size_t Header = headerAt(I);
    if (beginsRule(I, Header))
      beginRule();
    if (!add(I))
      return false;
    if (Header == 2) {
      ++I;
      C.Diags.report(C.range(In[I]), DiagId::GrammarRuleOptions) << C.text(In[I]);
    }
  }
  endRule();
  return true;
}

bool layOut(const Context &C, std::span<const Lexeme> In, Layout &Out) {
  return Worker(C, In, Out).run();
}

} // namespace weir::grammar
