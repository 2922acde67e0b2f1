//===- DiagnosticsTest.cpp - Collecting diagnostics -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Diag/Diagnostics.h"

#include <gtest/gtest.h>

#include <set>

using namespace weir;

namespace {

TEST(Diagnostics, LinesAndColumnsCountCodePoints) {
  SourceManager Sources;
  FileId F = Sources.add("f", "ab\n\xc3\xa9\xe2\x82\xacx\n\nlast");
  auto At = [&](uint32_t Offset) {
    SourceManager::LineColumn P = Sources.lineColumn(F, Offset);
    return std::pair(P.Line, P.Column);
  };
  EXPECT_EQ(At(0), std::pair(1U, 1U));
  EXPECT_EQ(At(2), std::pair(1U, 3U)); // the line feed belongs to its line
  EXPECT_EQ(At(3), std::pair(2U, 1U));
  EXPECT_EQ(At(5), std::pair(2U, 2U));
  EXPECT_EQ(At(8), std::pair(2U, 3U));
  EXPECT_EQ(At(10), std::pair(3U, 1U));
  EXPECT_EQ(At(15), std::pair(4U, 5U));
  EXPECT_EQ(At(9999), std::pair(4U, 5U));
}

TEST(Diagnostics, ColumnsOfLongLines) {
  // A line of the size of a file, between others, with scalars of every size.
  std::string Text = "first\n";
  for (unsigned I = 0; I < 3000; ++I)
    Text += I % 7 == 0 ? "\xf0\x9f\x98\x80" : I % 3 == 0 ? "\xc3\xa9" : std::to_string(I);
  Text += "\nlast";
  const size_t LineEnd = Text.size() - 5;
  SourceManager Sources;
  const FileId F = Sources.add("f", Text);
  uint32_t Column = 0;
  for (uint32_t At = 6; At <= LineEnd; ++At) {
    Column += At == 6 || (uint8_t(Text[At - 1]) & 0xc0) != 0x80;
    const SourceManager::LineColumn P = Sources.lineColumn(F, At);
    ASSERT_EQ(std::pair(P.Line, P.Column), std::pair(2U, Column)) << At;
    ASSERT_EQ(std::pair(P.LineBegin, P.LineEnd), std::pair(6U, uint32_t(LineEnd)));
  }
  EXPECT_EQ(Sources.lineColumn(F, uint32_t(Text.size())).Column, 5U);
}

TEST(Diagnostics, PartsOfFilesKeepTheFilesLines) {
  SourceManager Sources;
  FileId F = Sources.add("f", "a\nb", 40);
  EXPECT_EQ(Sources.lineColumn(F, 2).Line, 41U);
}

TEST(Diagnostics, ArgumentsAreSetIntoTheMessage) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  Diags.report({}, DiagId::InputTooLarge) << uint64_t(12) << uint64_t(10);
  Diags.report({}, DiagId::FileUnreadable) << "a\nb" << "gone";
  ASSERT_EQ(Diags.diagnostics().size(), 2U);
  EXPECT_EQ(Diags.diagnostics()[0].Message, "the input has 12 bytes; the limit is 10");
  EXPECT_EQ(Diags.diagnostics()[1].Message, "cannot read a\\nb: gone");
  EXPECT_EQ(diagName(Diags.diagnostics()[0].Id), "input-too-large");
}

TEST(Diagnostics, DoubledBracesAreBraces) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  Diags.report({}, DiagId::BadExpectation);
  EXPECT_NE(Diags.diagnostics()[0].Message.find("{{text}}"), std::string::npos);
}

TEST(Diagnostics, StableNamesAreDistinctAndPlain) {
  std::set<std::string_view> Names;
  for (unsigned I = 0; I < unsigned(DiagId::Count); ++I) {
    std::string_view Name = diagName(DiagId(I));
    EXPECT_TRUE(Names.insert(Name).second) << Name;
    EXPECT_EQ(Name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string_view::npos)
        << Name;
  }
}

TEST(Diagnostics, OneReportSaysThatTheRestIsLeftOut) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  Diags.MaxErrors = 3;
  for (int I = 0; I < 10; ++I)
    Diags.report({}, DiagId::InvalidUtf8);
  EXPECT_EQ(Diags.errorCount(), 10U);
  ASSERT_EQ(Diags.diagnostics().size(), 4U);
  EXPECT_EQ(diagName(Diags.diagnostics()[3].Id), "too-many-errors");
  EXPECT_EQ(Diags.diagnostics()[3].Message, "more than 3 errors; the rest are not shown");
  // Warnings are no errors, and are still kept.
  Diags.report({}, DiagId::InvalidUtf8).demote();
  EXPECT_EQ(Diags.diagnostics().back().Level, Severity::Warning);
  Diags.clear();
  EXPECT_FALSE(Diags.hasErrors());
  EXPECT_TRUE(Diags.diagnostics().empty());
}

TEST(Diagnostics, DemotedErrorsDoNotCount) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  Diags.report({}, DiagId::InvalidUtf8).demote(true);
  EXPECT_FALSE(Diags.hasErrors());
  Diags.report({}, DiagId::InvalidUtf8).demote(false);
  EXPECT_TRUE(Diags.hasErrors());
}

TEST(Diagnostics, AMovedBuilderReportsOnce) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  {
    DiagBuilder A = Diags.report({}, DiagId::InvalidUtf8);
    DiagBuilder B = std::move(A);
    B.note("moved");
  }
  ASSERT_EQ(Diags.diagnostics().size(), 1U);
  EXPECT_EQ(Diags.diagnostics()[0].Notes.size(), 1U);
}

TEST(Diagnostics, SuggestionsAreNotes) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  Diags.report({}, DiagId::WirUnknownOperation).didYouMean("sqe", {"lit", "seq"}) << "sqe";
  Diags.report({}, DiagId::WirUnknownOperation).didYouMean("zzz", {"lit", "seq"}) << "zzz";
  ASSERT_EQ(Diags.diagnostics()[0].Notes.size(), 1U);
  EXPECT_EQ(Diags.diagnostics()[0].Notes[0].Message, "did you mean 'seq'?");
  EXPECT_TRUE(Diags.diagnostics()[1].Notes.empty());
}

} // namespace
