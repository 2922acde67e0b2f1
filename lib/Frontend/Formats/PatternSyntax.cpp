//===- PatternSyntax.cpp - The format `regex` -----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The patterns of ECMA-262, section 22.2.1, with the u flag. Groups nest, so the
// language is not regular; everything else in it is. One rule is enough:
//
//   @regex = (term | "|")+      term = assertion | atom quantifier?
//   atom   = character | escape | class | "(" kind @regex? ")"
//
// In the rule a character is what may stand for it in a JSON string. Of the early errors
// these are no matter of a context-free grammar, and are not looked for: that bounds of more
// than two digits, and the ends of ranges in classes, run backwards; that a group is named
// twice, or a back-reference names none.
//
//===----------------------------------------------------------------------===//
#include "weir/Frontend/Formats/Formats.h"

#include "weir/Frontend/Regex/Regex.h"
#include "weir/Frontend/Regex/UnicodeProperties.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

namespace weir {
namespace {

using ir::ExprId;

class PatternSyntax {
public:
  /// Patterns as they are spelled in a JSON string.
  PatternSyntax(ir::Module &M, ir::Escapes As) : M(M), As(As), Escapes(true) {
    Escaped = CodePointSet::range(0, 0x1F).unionWith(setOf("\"\\"));
    if (lastRaw(As) < MaxCodePoint)
      Escaped.add(lastRaw(As) + 1, MaxCodePoint);
  }
  /// Patterns as they are, those that have no backslash.
  explicit PatternSyntax(ir::Module &M) : M(M), Escapes(false) {}

  /// Patterns of at least one term; groups call `Group`, or there are none.
  ExprId terms(ExprId Group);

private:
  ExprId one(const CodePointSet &Set);
  ExprId one(char C) { return one(CodePointSet::of(uint8_t(C))); }
  ExprId oneOf(std::string_view Chars) { return one(setOf(Chars)); }
  ExprId word(std::string_view Text);
  static CodePointSet setOf(std::string_view Chars);
  void spellUnits(uint32_t First, uint32_t Last, std::vector<ExprId> &Out);
  ExprId hexDigits(uint32_t First, uint32_t Last, unsigned Digits);

  /// A part that stands at several places: a rule where there are rules.
  ExprId part(const char *Name, ExprId Body);

  ExprId digit() { return one(CodePointSet::range('0', '9')); }
  ExprId hex(uint32_t Min, uint32_t Max);
  ExprId unicodeEscape();
  ExprId name();
  ExprId property();
  ExprId modifiers();
  ExprId characterEscape();
  ExprId classEscape();
  ExprId characterClass();
  ExprId quantifier();
  ExprId group(ExprId Body);

  ir::Module &M;
  std::optional<ir::Escapes> As; ///< none: as they are
  CodePointSet Escaped;          ///< what does not stand for itself in a string
  bool Escapes;
  std::map<ExprId, ir::RuleId> Parts;
};

CodePointSet PatternSyntax::setOf(std::string_view Chars) {
  CodePointSet Set;
  for (char C : Chars)
    Set.add(uint8_t(C));
  return Set;
}

constexpr std::string_view SyntaxCharacters = "^$\\.*+?()[]{}|";

/// The numbers First..Last written with that many hexadecimal digits.
ExprId PatternSyntax::hexDigits(uint32_t First, uint32_t Last, unsigned Digits) {
  auto Digit = [&](uint32_t From, uint32_t To) {
    CodePointSet Set;
    for (uint32_t D = From; D <= To; ++D) {
      Set.add(uint8_t("0123456789abcdef"[D]));
      if (isAnySpelling(*As))
        Set.add(uint8_t("0123456789ABCDEF"[D]));
    }
    return M.cls(Set);
  };
  if (Digits == 1)
    return Digit(First, Last);
  const unsigned Shift = 4 * (Digits - 1);
  const uint32_t All = (1U << Shift) - 1;
  uint32_t From = First >> Shift, To = Last >> Shift;
  if (From == To)
    return M.seq({Digit(From, From), hexDigits(First & All, Last & All, Digits - 1)});
  std::vector<ExprId> Parts;
  if (First & All) {
    Parts.push_back(M.seq({Digit(From, From), hexDigits(First & All, All, Digits - 1)}));
    ++From;
  }
  const bool Whole = (Last & All) == All;
  if (From < To || Whole)
    Parts.push_back(M.seq({Digit(From, Whole ? To : To - 1), hexDigits(0, All, Digits - 1)}));
  if (!Whole)
    Parts.push_back(M.seq({Digit(To, To), hexDigits(0, Last & All, Digits - 1)}));
  return M.alt(Parts);
}

/// The characters First..Last as escapes \uXXXX, in pairs above U+FFFF.
void PatternSyntax::spellUnits(uint32_t First, uint32_t Last, std::vector<ExprId> &Out) {
  const ExprId Mark = M.lit("\\u");
  if (First <= 0xFFFF) {
    Out.push_back(M.seq({Mark, hexDigits(First, std::min<uint32_t>(Last, 0xFFFF), 4)}));
    First = 0x10000;
  }
  if (First > Last)
    return;
  auto Pairs = [&](uint32_t HighFirst, uint32_t HighLast, uint32_t LowFirst, uint32_t LowLast) {
    Out.push_back(M.seq({Mark, hexDigits(0xD800 + HighFirst, 0xD800 + HighLast, 4), Mark,
                         hexDigits(0xDC00 + LowFirst, 0xDC00 + LowLast, 4)}));
  };
  constexpr uint32_t Low = 0x3FF;
  uint32_t From = (First - 0x10000) >> 10, To = (Last - 0x10000) >> 10;
  const uint32_t LowFirst = First & Low, LowLast = Last & Low;
  if (From == To)
    return Pairs(From, To, LowFirst, LowLast);
  if (LowFirst != 0) {
    Pairs(From, From, LowFirst, Low);
    ++From;
  }
  if (LowLast != Low)
    Pairs(To, To, 0, LowLast);
  else
    ++To;
  if (From < To)
    Pairs(From, To - 1, 0, Low);
}

/// One character of the set.
ExprId PatternSyntax::one(const CodePointSet &Set) {
  if (!As)
    return M.cls(Set);
  constexpr std::string_view Short = "\"\\\b\f\n\r\t", Letter = "\"\\bfnrt";
  std::vector<ExprId> Parts{M.cls(Set.minus(Escaped))};
  for (size_t I = 0; I < Short.size(); ++I)
    if (Set.contains(uint8_t(Short[I])))
      Parts.push_back(M.lit(std::string{'\\', Letter[I]}));
  CodePointSet ByCode = Set;
  if (!isAnySpelling(*As))
    ByCode = Set.intersectWith(Escaped).minus(setOf(Short));
  else if (Set.contains('/'))
    Parts.push_back(M.lit("\\/"));
  for (CodePointRange R : ByCode.ranges())
    spellUnits(R.First, R.Last, Parts);
  return M.alt(Parts);
}

ExprId PatternSyntax::part(const char *Name, ExprId Body) {
  if (!As)
    return Body;
  auto [It, New] = Parts.try_emplace(Body, ir::RuleId());
  if (New) {
    It->second = M.addRule(M.freshName(Name));
    M.rule(It->second).Body = Body;
    M.rule(It->second).Shared = true;
  }
  return M.call(It->second);
}

ExprId PatternSyntax::word(std::string_view Text) {
  const bool OneSpelling = !As || !isAnySpelling(*As);
  if (OneSpelling &&
      std::none_of(Text.begin(), Text.end(), [&](char C) { return Escaped.contains(uint8_t(C)); }))
    return M.lit(Text);
  std::vector<ExprId> Parts;
  for (char C : Text)
    Parts.push_back(one(C));
  return M.seq(Parts);
}

ExprId PatternSyntax::hex(uint32_t Min, uint32_t Max) {
  // Written out, since where characters are long to spell a register would count each of many.
  const ExprId Digit = oneOf("0123456789abcdefABCDEF");
  ExprId Out = M.empty();
  for (uint32_t I = Max; I-- > 0;)
    Out = I < Min ? M.seq({Digit, Out}) : M.optional(M.seq({Digit, Out}));
  return Out;
}

/// u and what follows it.
ExprId PatternSyntax::unicodeEscape() {
  ExprId Code = M.alt({hex(1, 5), M.seq({word("10"), hex(4, 4)})});
  ExprId Braces = M.seq({one('{'), M.star(one('0')), Code, one('}')});
  return M.seq({one('u'), M.alt({hex(4, 4), Braces})});
}

/// <name> of a group.
ExprId PatternSyntax::name() {
  CodePointSet First = regex::unicodeProperty("ID_Start").value_or(CodePointSet());
  CodePointSet Next = regex::unicodeProperty("ID_Continue").value_or(CodePointSet());
  First = First.unionWith(setOf("$_"));
  Next = Next.unionWith(setOf("$"));
  Next.add(0x200C, 0x200D);
  ExprId Escape = M.seq({one('\\'), unicodeEscape()});
  return part("regex.name", M.seq({one('<'), M.alt({one(First), Escape}),
                                   M.star(M.alt({one(Next), Escape})), one('>')}));
}

/// What follows \p, in braces.
ExprId PatternSyntax::property() {
  auto AnyOf = [&](std::optional<std::string_view> Of) {
    std::vector<ExprId> Words;
    for (std::string_view Name : regex::unicodePropertyNames(Of))
      Words.push_back(word(Name));
    return M.alt(Words);
  };
  ExprId Categories = M.alt({word("General_Category"), word("gc")});
  ExprId Scripts = M.alt({word("Script"), word("sc"), word("Script_Extensions"), word("scx")});
  return part("regex.property",
              M.seq({one('{'),
                     M.alt({AnyOf(std::nullopt), M.seq({Categories, one('='), AnyOf("gc")}),
                            M.seq({Scripts, one('='), AnyOf("sc")})}),
                     one('}')}));
}

/// i, m and s, each once, before and behind a hyphen.
ExprId PatternSyntax::modifiers() {
  constexpr std::string_view All = "ims";
  std::vector<std::string> Made{""};
  for (size_t I = 0; I < Made.size(); ++I)
    for (char C : All)
      if (Made[I].find(C) == std::string::npos)
        Made.push_back(Made[I] + C);
  std::vector<ExprId> Out;
  for (const std::string &Order : Made) {
    if (!Order.empty())
      Out.push_back(word(Order));
    for (size_t Cut = 0; Cut <= Order.size() && !Order.empty(); ++Cut)
      Out.push_back(word(Order.substr(0, Cut) + "-" + Order.substr(Cut)));
  }
  return M.alt(Out);
}

/// An escape of one character, less its backslash; \0 is apart.
ExprId PatternSyntax::characterEscape() {
  CodePointSet Letters = CodePointSet::range('a', 'z').unionWith(CodePointSet::range('A', 'Z'));
  return M.alt({oneOf("fnrtv"), M.seq({one('c'), one(Letters)}), M.seq({one('x'), hex(2, 2)}),
                unicodeEscape(), oneOf(SyntaxCharacters), one('/')});
}

/// \d and its like, less the backslash.
ExprId PatternSyntax::classEscape() {
  return M.alt({oneOf("dDsSwW"), M.seq({oneOf("pP"), property()})});
}

/// What stands in the brackets: atoms and ranges. A hyphen is an atom at either end and
/// behind a range; a class escape ends no range; \0 stands before no digit.
ExprId PatternSyntax::characterClass() {
  CodePointSet Plain = setOf("\\]-").unionWith(CodePointSet::range('0', '9')).complement();
  ExprId Backslash = one('\\');
  // (A '^' that comes first is none of the characters.)
  ExprId Other = one(Plain), NoCaret = one(Plain.minus(setOf("^")));
  ExprId Zero = M.never(), Escape = M.never(), Dash = one('-');
  if (Escapes) {
    const ExprId Escaped = M.seq({Backslash, M.alt({characterEscape(), oneOf("b-")})});
    Other = M.alt({Other, Escaped});
    NoCaret = M.alt({NoCaret, Escaped});
    Zero = word("\\0");
    Escape = M.seq({Backslash, classEscape()});
  }
  // What has been read: nothing | '^', or all before is a range | a character | a class escape |
  // the hyphen of a range | a hyphen behind a class escape; ...Zero: behind \0.
  enum State : uint8_t { First, Start, StartZero, Char, CharZero, Class, Range, Hyphen, Count };
  std::array<std::array<ExprId, Count>, Count> Step;
  for (auto &Row : Step)
    Row.fill(M.never());
  auto Add = [&](State From, ExprId By, State To) { Step[From][To] = M.alt({Step[From][To], By}); };
  for (State S : {First, Start, StartZero, Char, CharZero, Class}) {
    Add(S, S == First ? NoCaret : Other, Char);
    Add(S, Zero, CharZero);
    Add(S, Escape, Class);
    if (S != StartZero && S != CharZero)
      Add(S, digit(), Char);
    Add(S, Dash, S <= StartZero ? Char : S == Class ? Hyphen : Range);
  }
  Add(Range, M.alt({Other, digit(), Dash}), Start);
  Add(Range, Zero, StartZero);
  // All states accept. States are taken out from the last on.
  std::array<ExprId, Count> Accept;
  Accept.fill(M.empty());
  for (size_t Out = Count; Out-- > 0;) {
    ExprId Loop = M.star(Step[Out][Out]);
    Accept[Out] = M.seq({Loop, Accept[Out]});
    for (size_t To = 0; To < Out; ++To)
      Step[Out][To] = M.seq({Loop, Step[Out][To]});
    for (size_t From = 0; From < Out; ++From) {
      Accept[From] = M.alt({Accept[From], M.seq({Step[From][Out], Accept[Out]})});
      for (size_t To = 0; To < Out; ++To)
        Step[From][To] = M.alt({Step[From][To], M.seq({Step[From][Out], Step[Out][To]})});
    }
  }
  return part(
      "regex.class",
      M.seq({one('['), M.alt({M.seq({one('^'), Accept[Start]}), Accept[First]}), one(']')}));
}

/// The second of two bounds is not below the first where neither has more than two digits, nor
/// zeros before others.
ExprId PatternSyntax::quantifier() {
  auto Digits = [&](unsigned First, unsigned Last) {
    return one(CodePointSet::range('0' + First, '0' + Last));
  };
  const ExprId Nonzero = Digits(1, 9), Number = M.plus(digit());
  const ExprId Padded = M.seq({one('0'), Number});
  const ExprId Long = M.seq({Nonzero, digit(), Number});
  std::vector<ExprId> Bounds{M.seq({Number, M.optional(one(','))})};
  auto Add = [&](ExprId First, std::initializer_list<ExprId> Second) {
    Bounds.push_back(M.seq({First, one(','), M.alt(Second)}));
  };
  Add(M.alt({one('0'), Padded}), {Number});
  Add(Long, {Long, Padded});
  for (unsigned A = 1; A <= 9; ++A) {
    Add(Digits(A, A), {Digits(A, 9), M.seq({Nonzero, Number}), Padded});
    const ExprId Above = A < 9 ? M.seq({Digits(A + 1, 9), digit()}) : M.never();
    for (unsigned B = 0; B <= 9; ++B)
      Add(M.seq({Digits(A, A), Digits(B, B)}),
          {M.seq({Digits(A, A), Digits(B, 9)}), Above, Long, Padded});
  }
  const ExprId Braces = M.seq({one('{'), M.alt(Bounds), one('}')});
  return part("regex.quantifier", M.seq({M.alt({oneOf("*+?"), Braces}), M.optional(one('?'))}));
}

/// A group that a quantifier may follow.
ExprId PatternSyntax::group(ExprId Body) {
  ExprId Kind = M.alt(
      {M.empty(), word("?:"), M.seq({one('?'), name()}), M.seq({one('?'), modifiers(), one(':')})});
  return M.seq({one('('), Kind, M.optional(Body), one(')')});
}

ExprId PatternSyntax::terms(ExprId Group) {
  ExprId Backslash = one('\\');
  CodePointSet Characters = setOf(SyntaxCharacters).complement();
  const CodePointSet Digits = CodePointSet::range('0', '9');
  ExprId Number = M.seq({one(CodePointSet::range('1', '9')), M.star(digit())});
  std::vector<ExprId> Atoms{one(Characters.minus(Digits)), one('.'), characterClass()};
  std::vector<ExprId> Others{one('|'), oneOf("^$")};
  if (Escapes) {
    Atoms.push_back(M.seq(
        {Backslash, M.alt({characterEscape(), classEscape(), Number, M.seq({one('k'), name()})})}));
    Others.push_back(M.seq({Backslash, oneOf("bB")}));
  }
  if (Group) {
    Atoms.push_back(group(Group));
    Others.push_back(M.seq({word("(?"), M.alt({oneOf("=!"), M.seq({one('<'), oneOf("=!")})}),
                            M.optional(Group), one(')')}));
  }
  ExprId Quantifier = quantifier(), Zero = Escapes ? word("\\0") : M.never();
  Others.push_back(M.seq({M.alt(Atoms), M.optional(Quantifier)}));
  Others.push_back(M.seq({Zero, Quantifier}));
  // Behind \0 stands no digit.
  ExprId NoDigit = M.alt(Others);
  ExprId Any = M.alt({NoDigit, M.seq({digit(), M.optional(Quantifier)})});
  ExprId Run = M.alt({Any, M.seq({M.plus(Zero), NoDigit})});
  return Escapes ? M.alt({M.seq({M.plus(Run), M.star(Zero)}), M.plus(Zero)}) : M.plus(Any);
}

} // namespace

void writePatternRule(ir::Module &M, ir::RuleId Rule, ir::Escapes Style) {
  ExprId Body = PatternSyntax(M, Style).terms(M.call(Rule));
  M.rule(Rule).Body = Body;
  M.rule(Rule).Shared = true;
}

ExprId patternsWithoutGroups(ir::Module &M) { return M.optional(PatternSyntax(M).terms(ExprId())); }

std::optional<bool> isPattern(std::string_view Text) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  ir::Module M;
  regex::RegexOptions Options;
  Options.AnnexB = false;
  auto Nowhere = [](uint32_t, uint32_t) { return SourceRange(); };
  regex::parseRegex(M, Text, Nowhere, Options, Diags);
  bool Unknown = false;
  for (const Diagnostic &D : Diags.diagnostics()) {
    if (D.Level != Severity::Error)
      continue;
    switch (D.Id) {
    case DiagId::RegexBackReference:
    case DiagId::RegexLookaheadInLookbehind:
    case DiagId::RegexAssertionBudget: // valid, but not regular
      break;
    case DiagId::RegexTooLarge:
    case DiagId::RegexRepeatTooLarge:
    case DiagId::NestingTooDeep:
    case DiagId::InputTooLarge:
      Unknown = true;
      break;
    default:
      return false;
    }
  }
  return Unknown ? std::nullopt : std::optional<bool>(true);
}

} // namespace weir
