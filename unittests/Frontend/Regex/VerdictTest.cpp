//===- VerdictTest.cpp - Patterns mean what another engine says -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Inputs/verdicts.txt holds patterns and texts with the verdicts of Node's RegExp;
// utils/generate-regex-verdicts.mjs, which made it, describes its lines.
//
//===----------------------------------------------------------------------===//
#include "TextMatcher.h"
#include "weir/Frontend/Regex/Regex.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

using namespace weir;
using namespace weir::regex;

namespace {

std::string inputPath(const char *Name) {
  const char *Root = std::getenv("WEIR_TEST_SOURCE_DIR");
  return std::string(Root ? Root : ".") + "/unittests/Frontend/Regex/Inputs/" + Name;
}

std::string decode(std::string_view Shown) {
  std::string Text;
  for (size_t I = 0; I < Shown.size(); ++I) {
    if (Shown[I] != '%') {
      Text += Shown[I];
      continue;
    }
    Text += char(std::stoi(std::string(Shown.substr(I + 1, 2)), nullptr, 16));
    I += 2;
  }
  return Text;
}

/// A pattern in both modes.
struct Compiled {
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  ir::Module M;
  ir::ExprId Whole, Search;

  Compiled(const std::string &Pattern, RegexOptions O) {
    FileId F = Sources.add("pattern", Pattern);
    O.Mode = RegexOptions::Match::Whole;
    Whole = parseRegex(M, Pattern, F, 0, O, Diags);
    O.Mode = RegexOptions::Match::Search;
    Search = parseRegex(M, Pattern, F, 0, O, Diags);
  }
};

void expectAgreement(const RegexOptions &Options) {
  std::ifstream In(inputPath("verdicts.txt"));
  ASSERT_TRUE(In.is_open());
  std::unique_ptr<Compiled> C;
  std::string Line, Pattern;
  unsigned Rows = 0, Patterns = 0;
  while (std::getline(In, Line)) {
    if (Line[0] == '/') {
      Pattern = Line.substr(1);
      C = std::make_unique<Compiled>(Pattern, Options);
      EXPECT_FALSE(C->Diags.hasErrors()) << printText(C->Diags);
      EXPECT_TRUE(C->Whole && C->Search) << Pattern;
      ++Patterns;
      continue;
    }
    ASSERT_TRUE(C);
    if (!C->Whole || !C->Search)
      continue;
    std::string Text = decode(std::string_view(Line).substr(3));
    test::TextMatcher T(C->M, Text);
    EXPECT_EQ(T.accepts(C->Whole), Line[0] == '1') << "whole /" << Pattern << "/ on " << Line;
    EXPECT_EQ(T.accepts(C->Search), Line[1] == '1') << "search /" << Pattern << "/ on " << Line;
    ++Rows;
  }
  EXPECT_GT(Patterns, 1000U);
  EXPECT_GT(Rows, 9000U);
}

TEST(RegexVerdict, AgreesWithNode) { expectAgreement({}); }

// Every pattern with an assertion beside something else goes through the automaton.
TEST(RegexVerdict, AutomatonAgreesWithNode) {
  RegexOptions O;
  O.MaxPaths = 0;
  expectAgreement(O);
}

} // namespace
