//===- DiagnosticsTest.cpp - Every mistake, at its place ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each file of Inputs/ is a grammar with mistakes. Below a line, comments say what
// must be reported in it and where, to the character:
//
//     root ::= "a" nme
//     #            ^~~ grammar-undefined-rule: no rule has the name 'nme'
//     #            | did you mean 'name'?
//
// The first comment names the diagnostic and, if it likes, the beginning of the
// message; '|' begins a note. What is said must be reported, in this order, and
// nothing else. A mark of one character also stands for an empty place.
//
//===----------------------------------------------------------------------===//
#include "GrammarTestSupport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <tuple>

using namespace weir;
using namespace weir::grammar;
using namespace weir::grammar::test;

namespace {

struct Expected {
  uint32_t Line, Column, Width;
  std::string Name, Message;
  std::vector<std::string> Notes;
};

std::filesystem::path inputs() {
  const char *Root = std::getenv("WEIR_TEST_SOURCE_DIR");
  return std::filesystem::path(Root ? Root : ".") / "unittests/Frontend/Grammar/Inputs";
}

std::string readFile(const std::filesystem::path &Path) {
  std::ifstream In(Path, std::ios::binary);
  std::stringstream Out;
  Out << In.rdbuf();
  return Out.str();
}

std::vector<Expected> readExpectations(const std::string &Text) {
  std::vector<Expected> Out;
  std::istringstream In(Text);
  std::string Line;
  uint32_t Number = 0, Target = 0;
  while (std::getline(In, Line)) {
    ++Number;
    size_t Mark = Line.find_first_not_of(" #");
    bool IsComment = Line.find('#') < Mark && Mark != std::string::npos;
    if (IsComment && Line[Mark] == '|') {
      Out.back().Notes.push_back(Line.substr(Mark + 2));
    } else if (IsComment && Line[Mark] == '^') {
      size_t End = Line.find_first_not_of("^~", Mark);
      std::string Rest = Line.substr(End + 1);
      size_t Colon = Rest.find(": ");
      Out.push_back({Target,
                     uint32_t(Mark + 1),
                     uint32_t(End - Mark),
                     Rest.substr(0, Colon),
                     Colon == std::string::npos ? "" : Rest.substr(Colon + 2),
                     {}});
    } else {
      Target = Number;
    }
  }
  return Out;
}

std::vector<std::string> inputNames() {
  std::vector<std::string> Out;
  for (const auto &Entry : std::filesystem::directory_iterator(inputs()))
    Out.push_back(Entry.path().filename().string());
  std::sort(Out.begin(), Out.end());
  return Out;
}

void checkInput(const std::string &Name) {
  std::string Text = readFile(inputs() / Name);
  std::vector<Expected> Want = readExpectations(Text);
  ASSERT_FALSE(Want.empty());
  bool Ebnf = Name.ends_with(".ebnf");
  Parsed P(Text, Ebnf ? GrammarDialect::Ebnf : GrammarDialect::Gbnf);
  EXPECT_FALSE(P.Module);

  // Stages report one after the other; a person reads by place.
  std::vector<const Diagnostic *> Got;
  for (const Diagnostic &D : P.Diags.diagnostics())
    Got.push_back(&D);
  std::stable_sort(Got.begin(), Got.end(), [](const Diagnostic *A, const Diagnostic *B) {
    return A->Range.Begin < B->Range.Begin;
  });

  for (size_t I = 0; I < std::max(Got.size(), Want.size()); ++I) {
    ASSERT_LT(I, Got.size()) << "line " << Want[I].Line << ": not reported: " << Want[I].Name;
    const Diagnostic &D = *Got[I];
    ASSERT_LT(I, Want.size()) << "not expected: " << printText(D, P.Sources);
    const Expected &W = Want[I];
    auto At = P.Sources.lineColumn(P.File, D.Range.Begin);
    auto Text = P.Sources.text(P.File).substr(D.Range.Begin, D.Range.End - D.Range.Begin);
    uint32_t Width = uint32_t(std::count_if(Text.begin(), Text.end(),
                                            [](char C) { return (uint8_t(C) & 0xc0) != 0x80; }));
    EXPECT_EQ(std::tuple(W.Line, W.Column, W.Width, W.Name),
              std::tuple(At.Line, At.Column, std::max(Width, 1U), std::string(diagName(D.Id))))
        << printText(D, P.Sources);
    EXPECT_EQ(W.Message, D.Message.substr(0, W.Message.size()));
    for (size_t N = 0; N < W.Notes.size(); ++N) {
      ASSERT_LT(N, D.Notes.size()) << printText(D, P.Sources);
      EXPECT_EQ(W.Notes[N], D.Notes[N].Message);
    }
  }
}

} // namespace

// One test over all files: which there are is known only when the tests run.
TEST(GrammarDiagnostics, AreAtTheirPlaces) {
  std::vector<std::string> Names = inputNames();
  ASSERT_FALSE(Names.empty());
  for (const std::string &Name : Names) {
    SCOPED_TRACE(Name);
    checkInput(Name);
  }
}

//===- Mistakes that no line shows ----------------------------------------===//

TEST(GrammarDiagnostic, TextThatIsNoUtf8) {
  Parsed P("root ::= \"a\xC0\xAF\"");
  EXPECT_EQ(P.names(), "invalid-utf8");
  EXPECT_EQ(P.Diags.diagnostics()[0].Range.Begin, 11U);
  EXPECT_EQ(Parsed("root ::= \"\xED\xA0\x80\"").names(), "invalid-utf8");
}

TEST(GrammarDiagnostic, MissingStart) {
  EXPECT_EQ(Parsed("").names(), "grammar-missing-start");
  EXPECT_EQ(Parsed("# nothing\n").names(), "grammar-missing-start");
  Parsed P("rooot ::= \"a\"");
  ASSERT_EQ(P.names(), "grammar-missing-start");
  EXPECT_EQ(P.Diags.diagnostics()[0].Notes[0].Message, "did you mean 'rooot'?");
}

TEST(GrammarDiagnostic, TokenIdsHave32Bits) {
  EXPECT_EQ(Parsed("root ::= <[4294967294]>").names(), "");
  EXPECT_EQ(Parsed("root ::= <[4294967295]>").names(), "grammar-token-reference");
  EXPECT_EQ(Parsed("root ::= <[99999999999999999999999]>").names(), "grammar-token-reference");
}

TEST(GrammarDiagnostic, NulBytesAreCharacters) {
  using namespace std::string_view_literals;
  EXPECT_EQ(Parsed("root ::= \"a\0b\""sv).names(), "");
  EXPECT_EQ(Parsed("root ::= \"a\"\0"sv).names(), "grammar-stray");
}
