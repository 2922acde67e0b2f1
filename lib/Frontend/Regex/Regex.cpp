//===- Regex.cpp - ECMA-262 regular expressions as IR ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Frontend/Regex/Regex.h"

#include "AssertionAutomaton.h"
#include "AssertionPaths.h"
#include "Builder.h"
#include "Parser.h"

#include <algorithm>

namespace weir::regex {

/// Expressions that the automaton for assertions may turn into.
static constexpr uint32_t MaxAssertionExpressions = 50'000;

static std::optional<ExprId> translateWithAssertions(Builder &B, Tree &T, NodeId Root,
                                                     const RegexOptions &Options, Reporter &R) {
  if (auto E = AssertionPaths(B, T, Options).language(Root, Options.Mode))
    return E;
  std::optional<Dfa> D = buildAssertionDfa(T, Root, Options, R);
  if (!D)
    return std::nullopt;
  std::optional<ExprId> E = eliminateStates(B, minimise(*D), MaxAssertionExpressions);
  if (!E)
    R.report(T[Root].Begin, T[Root].End, DiagId::RegexAssertionBudget)
        << uint64_t(MaxAssertionExpressions) << "expressions";
  return E;
}

ir::ExprId parseRegex(ir::Module &M, std::string_view Pattern, PlaceOf Place,
                      const RegexOptions &Options, DiagnosticEngine &Diags) {
  Reporter R(Place, Options, Diags);
  if (Pattern.size() > Options.MaxBytes) {
    R.report(0, uint32_t(std::min<size_t>(Pattern.size(), UINT32_MAX)), DiagId::InputTooLarge)
        << uint64_t(Pattern.size()) << uint64_t(Options.MaxBytes);
    return ExprId();
  }
  if (size_t Bad = findInvalidUtf8(Pattern); Bad != std::string_view::npos) {
    R.report(uint32_t(Bad), uint32_t(Bad) + 1, DiagId::InvalidUtf8);
    return ExprId();
  }
  Tree T;
  NodeId Root = Parser(Pattern, Options, T, R).parse();
  if (R.failed())
    return ExprId();

  Builder B(M, T);
  ExprId Result;
  if (!T[Root].HasAssertion) {
    Result = B.translate(Root);
    if (Options.Mode == RegexOptions::Match::Search && Result != B.never())
      Result = B.nullable(Result) ? B.anyText() : B.seq({B.anyText(), Result, B.anyText()});
  } else {
    std::optional<ExprId> E = translateWithAssertions(B, T, Root, Options, R);
    if (!E)
      return ExprId();
    Result = *E;
  }
  if (Result == B.never())
    R.report(0, uint32_t(Pattern.size()), DiagId::RegexMatchesNothing);
  return Result;
}

ir::ExprId parseRegex(ir::Module &M, std::string_view Pattern, FileId File, uint32_t Begin,
                      const RegexOptions &Options, DiagnosticEngine &Diags) {
  auto Place = [&](uint32_t B, uint32_t E) { return SourceRange{File, Begin + B, Begin + E}; };
  return parseRegex(M, Pattern, Place, Options, Diags);
}

} // namespace weir::regex
