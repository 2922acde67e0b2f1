//===- PrintingTest.cpp - Diagnostics as text and as JSON -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Diag/Diagnostics.h"

#include <gtest/gtest.h>

using namespace weir;

namespace {

struct Printing : testing::Test {
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};

  /// The text of one report at [Begin, End) of a file "f" with this text.
  std::string at(std::string Text, uint32_t Begin, uint32_t End) {
    FileId F = Sources.add("f", std::move(Text));
    Diags.clear();
    Diags.report({F, Begin, End}, DiagId::InvalidUtf8);
    return printText(Diags);
  }
  static std::string head(std::string Place) {
    return Place + ": error: the text is not well-formed UTF-8 here [invalid-utf8]\n";
  }
};

TEST_F(Printing, UnderlinesTheRange) {
  EXPECT_EQ(at("one two three\nfour", 4, 7), head("f:1:5") + "one two three\n    ^~~\n");
}

TEST_F(Printing, AnEmptyRangeIsACaret) { EXPECT_EQ(at("ab", 1, 1), head("f:1:2") + "ab\n ^\n"); }

TEST_F(Printing, TheEndOfTheTextHasACaretBehindIt) {
  EXPECT_EQ(at("ab", 2, 2), head("f:1:3") + "ab\n  ^\n");
  EXPECT_EQ(at("", 0, 0), head("f:1:1") + "\n^\n");
  EXPECT_EQ(at("ab\n", 3, 3), head("f:2:1") + "\n^\n");
}

TEST_F(Printing, TabsAreKeptSoThatTheCaretStandsRight) {
  EXPECT_EQ(at("\ta\tbc", 3, 5), head("f:1:4") + "\ta\tbc\n\t \t^~\n");
}

TEST_F(Printing, ColumnsAndCaretsCountCodePoints) {
  EXPECT_EQ(at("\xc3\xa9\xe2\x82\xac = x", 8, 9),
            head("f:1:6") + "\xc3\xa9\xe2\x82\xac = x\n     ^\n");
}

TEST_F(Printing, ARangeOverLinesIsMarkedToTheEndOfItsFirst) {
  EXPECT_EQ(at("ab(\ncd)", 2, 6), head("f:1:3") + "ab(\n  ^\n");
  EXPECT_EQ(at("a(bc\r\nd)", 1, 7), head("f:1:2") + "a(bc\n ^~~\n");
}

TEST_F(Printing, WhatMovesTheCursorIsReplaced) {
  EXPECT_EQ(at("a\x1b[1m\xffz", 6, 7), head("f:1:7") + "a\xef\xbf\xbd[1m\xef\xbf\xbdz\n      ^\n");
}

TEST_F(Printing, LongLinesAreCutAroundTheCaret) {
  std::string Long = std::string(1000000, 'a') + "<here>" + std::string(1000000, 'b');
  std::string Out = at(Long, 1000000, 1000006);
  EXPECT_LT(Out.size(), 500U);
  EXPECT_EQ(Out.find("f:1:1000001: error:"), 0U);
  EXPECT_NE(Out.find("…" + std::string(40, 'a') + "<here>" + std::string(64, 'b') + "…\n" +
                     std::string(41, ' ') + "^~~~~~\n"),
            std::string::npos)
      << Out;
}

TEST_F(Printing, ALongLineWithTheCaretNearItsBeginIsCutBehind) {
  std::string Out = at("<" + std::string(1000, 'b'), 0, 1);
  EXPECT_NE(Out.find("\n<" + std::string(109, 'b') + "…\n^\n"), std::string::npos) << Out;
}

TEST_F(Printing, PointersAndNotesFollow) {
  FileId F = Sources.add("s.json", "{\"a\": 1}");
  Diags.report({F, 6, 7}, DiagId::InvalidUtf8)
      .pointer("/a")
      .note("see here", {F, 1, 4})
      .note("and think");
  Diags.report({}, DiagId::InvalidUtf8).pointer("");
  EXPECT_EQ(printText(Diags), head("s.json:1:7") + "{\"a\": 1}\n      ^\n  at /a\n" +
                                  "s.json:1:2: note: see here\n{\"a\": 1}\n ^~~\n" +
                                  "note: and think\n" +
                                  "error: the text is not well-formed UTF-8 here [invalid-utf8]\n" +
                                  "  at the root\n");
}

TEST_F(Printing, AFileThatIsKnownByNameOnlyHasNoLines) {
  FileId F = Sources.add("gone.json", "");
  Diags.report({F, 17, 20}, DiagId::InvalidUtf8);
  EXPECT_EQ(printText(Diags), head("gone.json"));
  EXPECT_NE(printJson(Diags).find("\"file\": \"gone.json\", \"line\": null, \"column\": null"),
            std::string::npos);
}

TEST_F(Printing, JsonHasEveryMember) {
  FileId F = Sources.add("a\"b\\\n", "x\ny");
  Diags.report({F, 2, 3}, DiagId::InvalidUtf8).pointer("/~1").note("n\xff", {F, 0, 1});
  Diags.report({}, DiagId::InvalidUtf8).demote();
  EXPECT_EQ(
      printJson(Diags),
      "[\n  {\"severity\": \"error\", \"name\": \"invalid-utf8\", \"message\": "
      "\"the text is not well-formed UTF-8 here\", \"file\": \"a\\\"b\\\\\\n\", \"line\": 2, "
      "\"column\": 1, \"pointer\": \"/~1\", \"notes\": [{\"message\": \"n\\\\xff\", \"file\": "
      "\"a\\\"b\\\\\\n\", \"line\": 1, \"column\": 1}]},\n"
      "  {\"severity\": \"warning\", \"name\": \"invalid-utf8\", \"message\": "
      "\"the text is not well-formed UTF-8 here\", \"file\": null, \"line\": null, "
      "\"column\": null, \"pointer\": null, \"notes\": []}\n]\n");
}

TEST_F(Printing, NoDiagnosticsAreAnEmptyArray) { EXPECT_EQ(printJson(Diags), "[]\n"); }

} // namespace
