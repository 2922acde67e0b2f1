//===- DiagnosticTest.cpp - What is refused, by which name, and where -----===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TextMatcher.h"
#include "weir/Frontend/Regex/Regex.h"

#include <gtest/gtest.h>

using namespace weir;
using namespace weir::regex;

namespace {

struct Reading {
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  ir::Module M;
  ir::ExprId Result;

  explicit Reading(const std::string &Pattern, RegexOptions O = {}) {
    FileId F = Sources.add("p", Pattern);
    Result = parseRegex(M, Pattern, F, 0, O, Diags);
    EXPECT_EQ(Result.isNone(), Diags.hasErrors()) << Pattern;
  }

  /// Every diagnostic as `name@begin-end`.
  std::string summary() const {
    std::string All;
    for (const Diagnostic &D : Diags.diagnostics())
      All += (All.empty() ? "" : " ") + std::string(diagName(D.Id)) + "@" +
             std::to_string(D.Range.Begin) + "-" + std::to_string(D.Range.End);
    return All;
  }
};

struct Case {
  const char *Pattern, *Expected;
};

void expectAll(std::initializer_list<Case> Cases) {
  for (const Case &C : Cases)
    EXPECT_EQ(Reading(C.Pattern).summary(), C.Expected) << C.Pattern;
}

TEST(RegexDiagnostic, Malformed) {
  expectAll({
      {"*a", "regex-nothing-to-repeat@0-1"},
      {"a|?", "regex-nothing-to-repeat@2-3"},
      {"a**", "regex-nothing-to-repeat@2-3"},
      {"{2}", "regex-nothing-to-repeat@0-3"},
      {"^*", "regex-nothing-to-repeat@1-2"},
      {"\\b+", "regex-nothing-to-repeat@2-3"},
      {"(?<=a)*", "regex-nothing-to-repeat@6-7"},
      {"a(b", "regex-unclosed-group@1-2"},
      {"a(?:b", "regex-unclosed-group@1-4"},
      {"a)b", "regex-unmatched-parenthesis@1-2"},
      {"a[bc", "regex-unclosed-class@1-2"},
      {"[b-a]", "regex-range-order@1-4"},
      {"a{2,1}", "regex-repeat-order@1-6"},
      {"a{4294967296}", "regex-repeat-too-large@2-12"},
      {"a{1,99999999999999999999}", "regex-repeat-too-large@4-24"},
      {"a\\", "regex-trailing-backslash@1-2"},
      {"\\x4", "regex-bad-escape@0-2"},
      {"\\u12", "regex-bad-escape@0-2"},
      {"\\u{110000}", "regex-bad-escape@0-10"},
      {"\\u{}", "regex-bad-escape@0-4"},
      {"\\c1", "regex-bad-escape@0-2"},
      {"\\p", "regex-bad-escape@0-2"},
      {"\\p{Lu", "regex-bad-escape@0-3"},
      {"\\q", "regex-bad-escape@0-2"},
      {"\\\xC3\xA9", "regex-bad-escape@0-3"},
      {"[\\B]", "regex-bad-escape@1-3"},
      {"(?<1a>b)", "regex-bad-group-name@0-6"},
      {"(?<a>b)(?<a>c)", "regex-duplicate-group-name@7-12"},
      {"(?<a>(?<a>c))", "regex-duplicate-group-name@5-10"},
      {"(?<a>b)|(?<a>c)", ""},
      {"((?<a>b)|x)(?:(?<a>c)|y)", "regex-duplicate-group-name@14-19"},
      {"(?~a)", "regex-unknown-group@0-3"},
      {"(?ii:a)", "regex-bad-modifiers@0-4"},
      {"(?x:a)", "regex-bad-modifiers@0-3"},
      {"(?-:a)", "regex-bad-modifiers@0-3"},
      {"\\p{Foo}", "regex-unknown-property@3-6"},
      {"\\p{Script=Foo}", "regex-unknown-property@3-13"},
      {"a\xFF", "invalid-utf8@1-2"},
  });
}

TEST(RegexDiagnostic, OtherDialects) {
  expectAll({
      {"\\Aa\\Z", "regex-foreign-escape@0-2 regex-foreign-escape@3-5"},
      {"\\h", "regex-foreign-escape@0-2"},
      {"\\pL", "regex-foreign-escape@0-3"},
      {"\\p{^L}", "regex-foreign-escape@0-6"},
      {"(?i)a", "regex-foreign-group@0-3"},
      {"(?P<n>a)b", "regex-foreign-group@0-7"},
      {"(?>a)", "regex-foreign-group@0-4"},
      {"(?#c)a", "regex-foreign-group@0-4"},
      {"(?R)", "regex-foreign-group@0-3"},
      {"(?(1)a|b)", "regex-foreign-group@0-4"},
      {"a++", "regex-foreign-quantifier@1-3"},
      {"a{,3}", "regex-foreign-quantifier@1-5"},
      {"[[:alpha:]]", "regex-posix-class@1-10"},
      {"[^[:^digit:]x]", "regex-posix-class@2-12"},
      {"[a-z&&[^b]]", "regex-class-set-operation@4-6 regex-annex-b@10-11"},
      {"\\012", "regex-octal-escape@0-4"},
      {"[\\1]", "regex-octal-escape@1-3"},
  });
}

TEST(RegexDiagnostic, NotRegular) {
  expectAll({
      {"(a)\\1", "regex-back-reference@3-5"},
      {"(?<n>a)\\k<n>b", "regex-back-reference@7-12"},
      {"(?<=a(?=.*b))c", "regex-lookahead-in-lookbehind@5-12"},
  });
}

TEST(RegexDiagnostic, Warnings) {
  expectAll({
      {"\\@", "regex-annex-b@0-2"},
      {"a\\-b", "regex-annex-b@1-3"},
      {"[\\_]", "regex-annex-b@1-3"},
      {"a{b}", "regex-annex-b@1-2 regex-annex-b@3-4"},
      {"]", "regex-annex-b@0-1"},
      {"[\\w-.]", "regex-annex-b@1-5"},
      {"(?=a)*b", "regex-annex-b@0-6"},
      {"\\ud83d", "regex-lone-surrogate@0-6 regex-matches-nothing@0-6"},
      {"[\\ud800-\\udfff]?", "regex-lone-surrogate@1-14"},
      {"[^\\ud800-\\udfff]", ""},
      {"a^b", "regex-matches-nothing@0-3"},
      {"[]", "regex-matches-nothing@0-2"},
  });
}

TEST(RegexDiagnostic, AnnexBCanBeRefused) {
  RegexOptions O;
  O.AnnexB = false;
  EXPECT_EQ(Reading("\\@{", O).summary(), "regex-annex-b-refused@0-2 regex-annex-b-refused@2-3");
  EXPECT_EQ(Reading("\\/\\.[\\-a]", O).summary(), "");
}

TEST(RegexDiagnostic, AllErrorsOfAPattern) {
  EXPECT_EQ(Reading("(a\\1[z-a]\\A{2,1}").summary(),
            "regex-back-reference@2-4 regex-range-order@5-8 regex-foreign-escape@9-11 "
            "regex-repeat-order@11-16 regex-unclosed-group@0-1");
  EXPECT_EQ(Reading("(?i)a)\\p{Nope}").summary(),
            "regex-foreign-group@0-3 regex-unmatched-parenthesis@5-6 regex-unknown-property@9-13");
}

TEST(RegexDiagnostic, Budgets) {
  RegexOptions O;
  EXPECT_EQ(Reading(std::string(200, '(') + std::string(200, ')'), O).summary(), "");
  EXPECT_EQ(Reading(std::string(201, '(') + std::string(201, ')'), O).summary(),
            "nesting-too-deep@201-201");
  // However deep, the stack is not.
  EXPECT_TRUE(Reading(std::string(500'000, '('), O).Result.isNone());
  O.MaxNodes = 10;
  EXPECT_EQ(Reading("aaaaaaaaaaa", O).summary(), "regex-too-large@0-11");
  O = {};
  O.MaxBytes = 3;
  EXPECT_EQ(Reading("aaaa", O).summary(), "input-too-large@0-4");
  // The states of this automaton are the subsets of the last 20 characters.
  O = {};
  EXPECT_EQ(Reading("(?:(?<=a[ab]{20})b|[ab])*$(?<=b.*)(?!c)", O).summary().substr(0, 22),
            "regex-assertion-budget");
}

TEST(RegexDiagnostic, MessagesSayWhatWouldBeRight) {
  Reading R("\\p{Lowercase_Leter}");
  ASSERT_EQ(R.Diags.diagnostics().size(), 1U);
  ASSERT_EQ(R.Diags.diagnostics()[0].Notes.size(), 1U);
  EXPECT_NE(R.Diags.diagnostics()[0].Notes[0].Message.find("Lowercase_Letter"), std::string::npos);
  Reading S("\\p{Latin}");
  ASSERT_EQ(S.Diags.diagnostics()[0].Notes.size(), 1U);
  EXPECT_EQ(S.Diags.diagnostics()[0].Notes[0].Message, "scripts are written \\p{Script=Latin}");
  Reading T("(?i)a");
  EXPECT_NE(T.Diags.diagnostics()[0].Message.find("(?i:…)"), std::string::npos);
}

// A pattern in a JSON string: places come from the callback, the pointer from the options.
TEST(RegexDiagnostic, PlacesAreMapped) {
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  ir::Module M;
  FileId F = Sources.add("s.json", R"({"pattern": "\\d[b-a]"})");
  // Every backslash of the pattern is two characters of the file.
  auto Place = [&](uint32_t Begin, uint32_t End) {
    auto At = [](uint32_t P) { return 13 + P + (P > 0); };
    return SourceRange{F, At(Begin), At(End)};
  };
  RegexOptions O;
  O.Pointer = "/pattern";
  EXPECT_TRUE(parseRegex(M, "\\d[b-a]", Place, O, Diags).isNone());
  ASSERT_EQ(Diags.diagnostics().size(), 1U);
  EXPECT_EQ(printText(Diags),
            R"(s.json:1:18: error: the range b-a runs backwards [regex-range-order]
{"pattern": "\\d[b-a]"}
                 ^~~
  at /pattern
)");
}

} // namespace
