//===- Parser.cpp - Reads a pattern into a tree ---------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The structure of patterns: alternatives, groups, assertions and quantifiers.
//
//===----------------------------------------------------------------------===//
#include "Parser.h"

#include "weir/Frontend/Regex/UnicodeProperties.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::regex {

/// The largest bound of a quantifier.
static constexpr uint32_t MaxBound = 0x7fffffff;

static bool isDigit(char C) { return C >= '0' && C <= '9'; }

uint32_t Parser::next() {
  DecodedScalar D = decodeUtf8(Pattern, Pos);
  assert(D.Size && "the caller has checked that the pattern is well-formed");
  Pos += D.Size;
  return D.Value;
}

NodeId Parser::character(uint32_t C, uint32_t Begin) {
  if (Current.IgnoreCase) {
    CodePointSet S = caseClosure(CodePointSet::of(C));
    if (S != CodePointSet::of(C))
      return T.add({.Kind = NodeKind::Set, .Set = T.addSet(S), .Begin = Begin, .End = here()});
  }
  return T.add({.Kind = NodeKind::Char, .Char = C, .Begin = Begin, .End = here()});
}

NodeId Parser::set(const CodePointSet &S, uint32_t Begin) {
  return T.add({.Kind = NodeKind::Set, .Set = T.addSet(S), .Begin = Begin, .End = here()});
}

CodePointSet Parser::wordSet() const {
  return Current.IgnoreCase ? caseClosure(plainWordSet()) : plainWordSet();
}

void Parser::annexB(uint32_t Begin, uint32_t End, std::string_view Instead) {
  R.report(Begin, End, Options.AnnexB ? DiagId::RegexAnnexB : DiagId::RegexAnnexBRefused)
      << text(Begin, End) << Instead;
}

NodeId Parser::parse() {
  NodeId Root = parseDisjunction(0);
  while (!Stopped && !atEnd()) {
    // Only a parenthesis ends a disjunction early.
    R.report(here(), here() + 1, DiagId::RegexUnmatchedParenthesis);
    ++Pos;
    Root = parseDisjunction(0);
  }
  return Root;
}

NodeId Parser::parseDisjunction(uint32_t Depth) {
  if (Depth > Options.MaxDepth) {
    R.report(here(), here(), DiagId::NestingTooDeep) << uint64_t(Options.MaxDepth);
    Stopped = true;
    return empty();
  }
  uint32_t Begin = here();
  Path.emplace_back(DisjunctionCount++, 0);
  std::vector<NodeId> Alternatives{parseAlternative(Depth)};
  while (!Stopped && eat("|")) {
    ++Path.back().second;
    Alternatives.push_back(parseAlternative(Depth));
  }
  Path.pop_back();
  if (Alternatives.size() == 1)
    return Alternatives[0];
  return T.add({.Kind = NodeKind::Alt, .Begin = Begin, .End = here()}, Alternatives);
}

NodeId Parser::parseAlternative(uint32_t Depth) {
  uint32_t Begin = here();
  std::vector<NodeId> Terms;
  while (!Stopped && !atEnd() && peek() != '|' && peek() != ')') {
    Terms.push_back(parseTerm(Depth));
    if (T.nodeCount() > Options.MaxNodes || !pollWork(4)) {
      R.report(Begin, here(), DiagId::RegexTooLarge) << uint64_t(Options.MaxNodes);
      Stopped = true;
    }
  }
  if (Terms.empty())
    return empty();
  if (Terms.size() == 1)
    return Terms[0];
  return T.add({.Kind = NodeKind::Seq, .Begin = Begin, .End = here()}, Terms);
}

bool Parser::atQuantifier() const {
  if (peek() == '*' || peek() == '+' || peek() == '?')
    return true;
  if (peek() != '{')
    return false;
  size_t P = Pos + 1;
  auto Digits = [&] {
    size_t First = P;
    while (P < Pattern.size() && isDigit(Pattern[P]))
      ++P;
    return P != First;
  };
  if (!Digits())
    return false;
  if (P < Pattern.size() && Pattern[P] == ',') {
    ++P;
    Digits();
  }
  return P < Pattern.size() && Pattern[P] == '}';
}

NodeId Parser::parseTerm(uint32_t Depth) {
  uint32_t Begin = here();
  NodeId Operand;
  bool Assertion = false;
  char C = peek();
  switch (C) {
  case '^':
  case '$':
    ++Pos;
    Operand = T.add({.Kind = C == '^' ? NodeKind::PrevIn : NodeKind::NextIn,
                     .Edge = true,
                     .Set = T.addSet(Current.Multiline ? lineTerminatorSet() : CodePointSet()),
                     .Begin = Begin,
                     .End = here()});
    Assertion = true;
    break;
  case '(': {
    Operand = parseGroup(Depth);
    if (!Operand) // an error: what follows belongs to it
      return empty();
    std::string_view Group = Pattern.substr(Begin);
    Assertion = Group.starts_with("(?=") || Group.starts_with("(?!") || Group.starts_with("(?<=") ||
                Group.starts_with("(?<!");
    break;
  }
  case '\\':
    if (peek(1) == 'b' || peek(1) == 'B') {
      bool Negated = peek(1) == 'B';
      Pos += 2;
      Operand = T.add({.Kind = NodeKind::WordBoundary,
                       .Negated = Negated,
                       .Set = T.addSet(wordSet()),
                       .Begin = Begin,
                       .End = here()});
      Assertion = true;
      break;
    }
    Operand = parseAtomEscape();
    break;
  case '[':
    Operand = parseClass();
    break;
  case '.':
    ++Pos;
    Operand = set(Current.DotAll ? CodePointSet::all() : lineTerminatorSet().complement(), Begin);
    break;
  case '*':
  case '+':
  case '?':
    ++Pos;
    R.report(Begin, here(), DiagId::RegexNothingToRepeat) << text(Begin, here());
    return empty();
  case '{':
    if (atQuantifier()) {
      while (next() != '}')
        continue;
      R.report(Begin, here(), DiagId::RegexNothingToRepeat) << text(Begin, here());
      return empty();
    }
    [[fallthrough]];
  case '}':
  case ']':
    ++Pos;
    annexB(Begin, here(), "\\" + text(Begin, here()));
    Operand = character(uint8_t(C), Begin);
    break;
  default:
    Operand = character(next(), Begin);
    break;
  }
  if (Stopped)
    return Operand;
  if (Assertion && atQuantifier()) {
    uint32_t Quantifier = here();
    bool IsAhead = T[Operand].Kind == NodeKind::Ahead;
    NodeId Repeated = parseQuantifier(Operand, Begin);
    if (!IsAhead)
      R.report(Quantifier, here(), DiagId::RegexNothingToRepeat) << text(Quantifier, here());
    else
      annexB(Begin, here(), text(Begin, Quantifier));
    return Repeated;
  }
  return parseQuantifier(Operand, Begin);
}

uint32_t Parser::readBound(size_t &P, uint32_t Limit) {
  uint64_t Value = 0;
  size_t First = P;
  for (; P < Pattern.size() && isDigit(Pattern[P]); ++P)
    Value = std::min<uint64_t>(Value * 10 + uint64_t(Pattern[P] - '0'), uint64_t(Limit) + 1);
  if (Value > Limit)
    R.report(uint32_t(First), uint32_t(P), DiagId::RegexRepeatTooLarge)
        << text(uint32_t(First), uint32_t(P)) << uint64_t(Limit);
  return uint32_t(std::min<uint64_t>(Value, Limit));
}

Parser::Braces Parser::readBraces(uint32_t &Min, uint32_t &Max) {
  if (!atQuantifier()) {
    // {,n} is what other dialects write for {0,n}; it would be plain text here.
    size_t P = Pos + 2;
    while (peek(1) == ',' && P < Pattern.size() && isDigit(Pattern[P]))
      ++P;
    if (P > Pos + 2 && P < Pattern.size() && Pattern[P] == '}') {
      std::string Bound = text(here() + 2, uint32_t(P));
      R.report(here(), uint32_t(P) + 1, DiagId::RegexForeignQuantifier)
          << text(here(), uint32_t(P) + 1) << "write {0," + Bound + "}";
      Pos = P + 1;
      Min = 0;
      Max = 1;
      return Braces::Quantifier;
    }
    return Braces::Literal;
  }
  ++Pos;
  Min = Max = readBound(Pos, MaxBound);
  if (eat(","))
    Max = peek() == '}' ? ir::Unbounded : readBound(Pos, MaxBound);
  ++Pos;
  return Braces::Quantifier;
}

NodeId Parser::parseQuantifier(NodeId Operand, uint32_t Begin) {
  uint32_t Quantifier = here();
  uint32_t Min = 0, Max = ir::Unbounded;
  if (eat("+"))
    Min = 1;
  else if (eat("?"))
    Max = 1;
  else if (peek() == '{') {
    if (readBraces(Min, Max) == Braces::Literal)
      return Operand;
  } else if (!eat("*"))
    return Operand;

  if (Max < Min) {
    R.report(Quantifier, here(), DiagId::RegexRepeatOrder) << text(Quantifier, here());
    Max = Min;
  }
  if (eat("+"))
    R.report(Quantifier, here(), DiagId::RegexForeignQuantifier)
        << text(Quantifier, here()) << "possessive quantifiers have no meaning as a language";
  else
    eat("?"); // lazy: the same texts
  return T.add({.Kind = NodeKind::Repeat, .Min = Min, .Max = Max, .Begin = Begin, .End = here()},
               std::span(&Operand, 1));
}

NodeId Parser::parseGroup(uint32_t Depth) {
  uint32_t Begin = here();
  ++Pos;
  if (eat("?"))
    return parseQuestionGroup(Begin, Depth);
  return parseGroupBody(Begin, Depth);
}

NodeId Parser::parseGroupBody(uint32_t Begin, uint32_t Depth) {
  uint32_t BodyBegin = here();
  NodeId Body = parseDisjunction(Depth + 1);
  if (!Stopped && !eat(")"))
    R.report(Begin, BodyBegin, DiagId::RegexUnclosedGroup) << text(Begin, BodyBegin);
  return Body;
}

NodeId Parser::parseQuestionGroup(uint32_t Begin, uint32_t Depth) {
  auto Look = [&](NodeKind Kind, bool Negated) {
    NodeId Body = parseGroupBody(Begin, Depth);
    return T.add({.Kind = Kind, .Negated = Negated, .Begin = Begin, .End = here()},
                 std::span(&Body, 1));
  };
  if (eat(":"))
    return parseGroupBody(Begin, Depth);
  if (eat("="))
    return Look(NodeKind::Ahead, false);
  if (eat("!"))
    return Look(NodeKind::Ahead, true);
  if (eat("<="))
    return Look(NodeKind::Behind, false);
  if (eat("<!"))
    return Look(NodeKind::Behind, true);
  if (peek() == '<') {
    parseGroupName(Begin);
    return parseGroupBody(Begin, Depth);
  }
  auto Foreign = [&](std::string_view Advice) {
    refuseForeignGroup(Begin, Advice);
    return NodeId();
  };
  switch (peek()) {
  case 'P':
    if (peek(1) == '=' || peek(1) == '>')
      return Foreign("back-references and recursion are not regular");
    return Foreign("write (?<name>…)");
  case '\'':
    return Foreign("write (?<name>…)");
  case '#':
    return Foreign("there are no comments in patterns");
  case '>':
    return Foreign("atomic groups have no meaning as a language; write (?:…)");
  case '|':
    return Foreign("write (?:…)");
  case '(':
    return Foreign("conditions on groups are not regular");
  case 'R':
  case '&':
    return Foreign("recursion is not regular");
  default:
    break;
  }
  if (isDigit(peek()))
    return Foreign("recursion is not regular");
  if ((peek() >= 'a' && peek() <= 'z') || (peek() >= 'A' && peek() <= 'Z') || peek() == '-') {
    Flags Saved = Current;
    if (!parseModifiers(Begin))
      return NodeId();
    NodeId Body = parseGroupBody(Begin, Depth);
    Current = Saved;
    return Body;
  }
  uint32_t End = atEnd() ? here() : uint32_t(Pos + decodeUtf8(Pattern, Pos).Size);
  R.report(Begin, End, DiagId::RegexUnknownGroup) << text(Begin, End);
  skipToGroupEnd();
  return NodeId();
}

/// Reads `i-ms:` and sets the flags; anything else is reported and skipped.
bool Parser::parseModifiers(uint32_t Begin) {
  std::string Seen;
  bool On = true, Valid = true;
  uint32_t First = here();
  for (; !atEnd() && peek() != ':' && peek() != ')'; ++Pos) {
    char C = peek();
    if (C == '-' && On) {
      On = false;
      continue;
    }
    if (Seen.find(C) != std::string::npos || (C != 'i' && C != 'm' && C != 's')) {
      Valid = false;
      if ((C < 'a' || C > 'z') && (C < 'A' || C > 'Z'))
        break;
      continue;
    }
    Seen += C;
    (C == 'i' ? Current.IgnoreCase : C == 'm' ? Current.Multiline : Current.DotAll) = On;
  }
  std::string All = text(First, here());
  if (peek() == ')' && Valid) {
    refuseForeignGroup(Begin, "put what it applies to into a group: (?" + All + ":…)");
    return false;
  }
  if (!Valid || !at(":") || Seen.empty()) {
    R.report(Begin, here(), DiagId::RegexBadModifiers) << All;
    skipToGroupEnd();
    return false;
  }
  ++Pos;
  return true;
}

void Parser::parseGroupName(uint32_t Begin) {
  ++Pos;
  std::string Name;
  bool Valid = true;
  const CodePointSet Start = *unicodeProperty("ID_Start");
  const CodePointSet Continue = *unicodeProperty("ID_Continue");
  while (!atEnd() && peek() != '>' && peek() != ')') {
    uint32_t At = here();
    uint32_t C = next();
    if (C == '\\') {
      Atom A;
      if (!eat("u")) {
        Valid = false;
        break;
      }
      A = parseUnicodeEscape(At);
      C = A.Char;
    }
    Valid &=
        isScalar(C) && (C == '$' || C == '_' || (Name.empty() ? Start : Continue).contains(C) ||
                        (!Name.empty() && (C == 0x200C || C == 0x200D)));
    if (isScalar(C))
      appendUtf8(Name, C);
  }
  if (!eat(">") || !Valid || Name.empty()) {
    R.report(Begin, here(), DiagId::RegexBadGroupName);
    return;
  }
  // Two groups may share a name when they stand in different alternatives.
  for (const auto &[Other, OtherPath] : GroupNames) {
    if (Other != Name)
      continue;
    auto [A, B] = std::mismatch(Path.begin(), Path.end(), OtherPath.begin(), OtherPath.end());
    bool Apart = A != Path.end() && B != OtherPath.end() && A->first == B->first;
    if (!Apart) {
      R.report(Begin, here(), DiagId::RegexDuplicateGroupName) << Name;
      break;
    }
  }
  GroupNames.emplace_back(std::move(Name), Path);
}

void Parser::refuseForeignGroup(uint32_t Begin, std::string_view Advice) {
  uint32_t End = here();
  while (End < Pattern.size() && End - Begin < 12 && Pattern[End] != ')' && Pattern[End] != ':' &&
         !(uint8_t(Pattern[End]) & 0x80))
    ++End;
  R.report(Begin, std::max(End, here()), DiagId::RegexForeignGroup)
      << text(Begin, std::max(End, here())) + "…)" << Advice;
  skipToGroupEnd();
}

/// Goes past the parenthesis that closes the group, over groups and escapes inside.
void Parser::skipToGroupEnd() {
  for (unsigned Open = 1; Open && !atEnd();) {
    uint32_t C = next();
    if (C == '\\' && !atEnd())
      next();
    else if (C == '(')
      ++Open;
    else if (C == ')')
      --Open;
  }
  if (atQuantifier())
    parseQuantifier(empty(), here());
}

} // namespace weir::regex
