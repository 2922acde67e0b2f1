//===- PatternFormatTest.cpp - The format `regex` -------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The grammar of patterns beside the reader of patterns, over random texts: they may
// differ by the early errors only that no context-free grammar can have.
//
//===----------------------------------------------------------------------===//
#include "TestSupport.h"

#include "weir/Frontend/Formats/Formats.h"
#include "weir/Frontend/Regex/Regex.h"
#include "weir/Oracle/Recognizer.h"

#include <gtest/gtest.h>

#include <random>

using namespace weir;
using namespace weir::jsonschema;
using test::Compiled;

namespace {

constexpr auto Yes = oracle::Answer::Yes;

Compiled compile(const char *Schema, ir::Escapes Escapes = ir::Escapes::Canonical) {
  Options O;
  O.Escapes = Escapes;
  return Compiled(Schema, O);
}

/// Whether the reader of patterns finds nothing but what the grammar need not find.
bool hasEarlyErrorsOnly(const std::string &Text) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  ir::Module M;
  regex::RegexOptions Options;
  Options.AnnexB = false;
  regex::parseRegex(M, Text, [](uint32_t, uint32_t) { return SourceRange(); }, Options, Diags);
  for (const Diagnostic &D : Diags.diagnostics())
    if (D.Level == Severity::Error && D.Id != DiagId::RegexRangeOrder &&
        D.Id != DiagId::RegexRepeatOrder && D.Id != DiagId::RegexDuplicateGroupName &&
        D.Id != DiagId::RegexBackReference && D.Id != DiagId::RegexLookaheadInLookbehind)
      return false;
  return true;
}

TEST(PatternFormat, AgreesWithTheReaderOfPatterns) {
  Compiled C = compile(R"({"type": "string", "format": "regex"})");
  ASSERT_TRUE(C.M) << printText(C.Diags);
  oracle::Recognizer R(*C.M);
  static constexpr const char *Pieces[] = {
      "a",     "b",      "0",           "7",      "(",    ")",      "(?:", "(?=", "(?<!",
      "(?<n>", "[",      "]",           "[^",     "-",    "^",      "$",   "|",   "*",
      "+?",    "{1}",    "{2,}",        "{",      "}",    "\\d",    "\\",  ".",   "\\0",
      "\\1",   "\\k<n>", "\\u0041",     "\\xg",   "\\cJ", "\\p{L}", "\\b", "\\a", "(?P",
      "(?i)",  "(?s-i:", "\\u{10FFFF}", "\\p{x}", "\"",   "\n",     "é",   "/"};
  std::mt19937 Rng(7);
  unsigned Valid = 0;
  for (unsigned I = 0; I < 30'000; ++I) {
    std::string Text;
    for (unsigned N = 1 + Rng() % 6; N > 0; --N)
      Text += Pieces[Rng() % std::size(Pieces)];
    const bool In = R.accepts(test::quote(Text)) == Yes;
    EXPECT_EQ(In, hasEarlyErrorsOnly(Text)) << Text;
    Valid += In;
    if (HasFailure())
      return;
  }
  EXPECT_GT(Valid, 3'000U);
}

TEST(PatternFormat, BoundsOfTwoDigitsAreInOrderAndClassesAreReadAsTheyBegin) {
  Compiled C = compile(R"({"type": "string", "format": "regex"})");
  ASSERT_TRUE(C.M);
  oracle::Recognizer R(*C.M);
  auto isIn = [&](const std::string &Bounds) { return R.accepts("\"a{" + Bounds + "}\"") == Yes; };
  static constexpr unsigned Numbers[] = {0,  1,  5,  9,  10, 11, 19,  20,  45,
                                         49, 50, 89, 90, 98, 99, 100, 101, 2000};
  for (unsigned First : Numbers)
    for (unsigned Second : Numbers)
      EXPECT_EQ(isIn(std::to_string(First) + "," + std::to_string(Second)),
                First <= Second || (First >= 100 && Second >= 100))
          << First << "," << Second;
  // The first '^' begins no range.
  EXPECT_NE(R.accepts(R"("[^--\\d]")"), Yes);
  EXPECT_EQ(R.accepts(R"("[^^-a\\d]")"), Yes);
  EXPECT_EQ(R.accepts(R"("[\\^--a]")"), Yes);
  for (const char *In : {"7", "7,", "07,8", "7,07", "007,7", "12,012", "100,0100"})
    EXPECT_TRUE(isIn(In)) << In;
}

TEST(PatternFormat, BesideOtherKeywords) {
  Compiled NotEmpty = compile(R"({"type": "string", "format": "regex", "minLength": 1})");
  ASSERT_TRUE(NotEmpty.M);
  EXPECT_NE(oracle::Recognizer(*NotEmpty.M).accepts("\"\""), Yes);
  EXPECT_EQ(oracle::Recognizer(*NotEmpty.M).accepts("\"(a)\""), Yes);

  // No text of the pattern has a group.
  Compiled Flat = compile(R"({"type": "string", "format": "regex", "maxLength": 3,
                              "pattern": "^[a*+]*$"})");
  ASSERT_TRUE(Flat.M) << printText(Flat.Diags);
  oracle::Recognizer F(*Flat.M);
  EXPECT_EQ(F.accepts("\"a*a\""), Yes);
  EXPECT_NE(F.accepts("\"*a\""), Yes);
  EXPECT_NE(F.accepts("\"aaaa\""), Yes);

  Compiled Values = compile(R"({"format": "regex", "enum": ["a(", "(a)\\1", "[z-a]", 3]})");
  ASSERT_TRUE(Values.M);
  oracle::Recognizer V(*Values.M);
  EXPECT_EQ(V.accepts(R"("(a)\\1")"), Yes);
  EXPECT_EQ(V.accepts("3"), Yes);
  EXPECT_NE(V.accepts("\"a(\""), Yes);
  EXPECT_NE(V.accepts("\"[z-a]\""), Yes);

  auto Problem = [](const char *Schema) {
    std::vector<std::string> All = compile(Schema).problems();
    return All.empty() ? "" : All[0];
  };
  EXPECT_EQ(Problem(R"({"type": "string", "format": "regex", "pattern": "^/.*/$"})"),
            "unsupported-format ");
  EXPECT_EQ(Problem(R"({"type": "string", "format": "regex", "maxLength": 9})"),
            "unsupported-format ");
  EXPECT_EQ(Problem(R"({"not": {"format": "regex"}})"), "schema-negation /not");
  EXPECT_EQ(Problem(R"({"propertyNames": {"format": "regex"}})"),
            "schema-key-budget /propertyNames");
}

TEST(PatternFormat, EveryEscape) {
  Compiled C = compile(R"({"type": "string", "format": "regex"})", ir::Escapes::Any);
  ASSERT_TRUE(C.M);
  oracle::Recognizer R(*C.M);
  for (const char *In :
       {R"x("\u0028\u003F:a\u0029")x", R"("\/\"\u005C\u0064")", R"("\ud83d\ude00")",
        R"("\uFFFF\u0000")", R"x("(?<\u00e9\u0061>\\\u002f)")x"})
    EXPECT_EQ(R.accepts(In), Yes) << In;
  for (const char *Out : {R"("\u0028")", R"("\ud83d")", R"("\ude00")", R"("\u005c")", "\"\n\""})
    EXPECT_NE(R.accepts(Out), Yes) << Out;
}

} // namespace
