//===- Parser.h - Reads a pattern into a tree -------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Recursive descent, one function a production of ECMA-262's Pattern grammar with
// the `u` flag. The recursion goes through groups only and is counted. After an
// error the parser leaves something harmless in the tree and goes on, so that all
// errors of a pattern are reported; the caller drops the tree then.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_REGEX_PARSER_H
#define WEIR_LIB_FRONTEND_REGEX_PARSER_H

#include "Tree.h"
#include "weir/Diag/Diagnostics.h"
#include "weir/Frontend/Regex/Regex.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::regex {

/// Where a diagnostic of this pattern goes.
class Reporter {
public:
  Reporter(PlaceOf Place, const RegexOptions &Options, DiagnosticEngine &Diags)
      : Place(Place), Options(Options), Diags(Diags) {}

  DiagBuilder report(uint32_t Begin, uint32_t End, DiagId Id) {
    Failed |= diagSeverity(Id) == Severity::Error;
    DiagBuilder B = Diags.report(Place(Begin, End), Id);
    if (Options.Pointer)
      B.pointer(*Options.Pointer);
    return B;
  }
  bool failed() const { return Failed; }

private:
  PlaceOf Place;
  const RegexOptions &Options;
  DiagnosticEngine &Diags;
  bool Failed = false;
};

class Parser {
public:
  Parser(std::string_view Pattern, const RegexOptions &Options, Tree &T, Reporter &R)
      : Pattern(Pattern), Options(Options), T(T), R(R) {}

  /// The whole pattern, which must be well-formed UTF-8.
  NodeId parse();

private:
  struct Flags {
    bool IgnoreCase = false, Multiline = false, DotAll = false;
  };

  /// An atom of a class, or an escape: one code point (a lone surrogate too) or a set.
  struct Atom {
    bool IsSet = false;
    uint32_t Char = 0;
    CodePointSet Set = {};
  };

  // Parser.cpp: structure.
  NodeId parseDisjunction(uint32_t Depth);
  NodeId parseAlternative(uint32_t Depth);
  NodeId parseTerm(uint32_t Depth);
  NodeId parseGroup(uint32_t Depth);
  NodeId parseGroupBody(uint32_t Begin, uint32_t Depth);
  NodeId parseQuestionGroup(uint32_t Begin, uint32_t Depth);
  bool parseModifiers(uint32_t Begin);
  void parseGroupName(uint32_t Begin);
  NodeId parseQuantifier(NodeId Operand, uint32_t Begin);
  enum class Braces { Quantifier, Literal };
  Braces readBraces(uint32_t &Min, uint32_t &Max);
  uint32_t readBound(size_t &P, uint32_t Limit);
  bool atQuantifier() const;
  void refuseForeignGroup(uint32_t Begin, std::string_view Advice);
  void skipToGroupEnd();

  // ClassParser.cpp: escapes and classes.
  NodeId parseAtomEscape();
  NodeId parseClass();
  Atom parseClassAtom();
  Atom parseEscape(bool InClass);
  Atom parseHexEscape(uint32_t Begin);
  Atom parseUnicodeEscape(uint32_t Begin);
  Atom parsePropertyEscape(uint32_t Begin);
  Atom parseIdentityEscape(uint32_t Begin, uint32_t C, bool InClass);
  bool parsePosixClass();
  bool readHex(unsigned Digits, uint32_t &Value);
  Atom badEscape(uint32_t Begin, std::string_view Advice);

  // Making nodes.
  NodeId empty() { return T.add({.Kind = NodeKind::Empty}); }
  NodeId character(uint32_t C, uint32_t Begin);
  NodeId set(const CodePointSet &S, uint32_t Begin);
  NodeId atom(const Atom &A, uint32_t Begin);
  CodePointSet wordSet() const;
  /// Reports syntax of Annex B: a warning, or an error when that is not wanted.
  void annexB(uint32_t Begin, uint32_t End, std::string_view Instead);

  // Reading.
  bool atEnd() const { return Pos >= Pattern.size(); }
  char peek(size_t Ahead = 0) const {
    return Pos + Ahead < Pattern.size() ? Pattern[Pos + Ahead] : '\0';
  }
  bool at(std::string_view S) const { return Pattern.substr(Pos).starts_with(S); }
  bool eat(std::string_view S) {
    if (!at(S))
      return false;
    Pos += S.size();
    return true;
  }
  uint32_t next();
  std::string text(uint32_t Begin, uint32_t End) const {
    return std::string(Pattern.substr(Begin, End - Begin));
  }
  uint32_t here() const { return uint32_t(Pos); }

  std::string_view Pattern;
  const RegexOptions &Options;
  Tree &T;
  Reporter &R;
  size_t Pos = 0;
  Flags Current;
  bool Stopped = false; ///< a budget is exceeded: unwind

  // Names of groups with the alternatives they stand in: (disjunction, which one).
  using AlternativePath = std::vector<std::pair<uint32_t, uint32_t>>;
  AlternativePath Path;
  uint32_t DisjunctionCount = 0;
  std::vector<std::pair<std::string, AlternativePath>> GroupNames;
};

/// `\d`, `\s` and `\w` of ECMA-262, and its line terminators.
CodePointSet digitSet();
CodePointSet spaceSet();
CodePointSet plainWordSet();
CodePointSet lineTerminatorSet();

} // namespace weir::regex

#endif // WEIR_LIB_FRONTEND_REGEX_PARSER_H
