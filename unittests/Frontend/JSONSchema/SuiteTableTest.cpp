//===- SuiteTableTest.cpp - JSON-Schema-Test-Suite against matchers -------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The required tests of every draft, and of the optional ones those about formats,
// patterns and numbers: each schema goes all the way to a matcher, which must accept
// exactly the valid instances; key order `any`, formats asserted in their folder only.
// How many schemas are answered, by draft and file, stands in docs/JSONSchema.md and may
// only grow. WEIR_UPDATE_TABLES=1 writes it anew:
//
//   WEIR_DATA_DIR=… WEIR_TEST_SOURCE_DIR=. WEIR_UPDATE_TABLES=1
//   build/debug/bin/JSONSchemaSuiteTests
//
//===----------------------------------------------------------------------===//
#include "TestSupport.h"

#include "weir/Driver/Compiler.h"
#include "weir/Runtime/Matcher.h"
#include "weir/VocabReaders/Readers.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

using namespace weir;
using namespace weir::jsonschema;
namespace fs = std::filesystem;

namespace {

constexpr struct {
  const char *Name;
  Draft Default;
} Drafts[] = {{"draft4", Draft::Draft4},
              {"draft6", Draft::Draft6},
              {"draft7", Draft::Draft7},
              {"draft2019-09", Draft::Draft201909},
              {"draft2020-12", Draft::Draft202012}};
constexpr size_t DraftCount = std::size(Drafts);

constexpr std::string_view Begin = "<!-- suite: written by JSONSchemaSuiteTests -->\n",
                           End = "<!-- end of suite -->\n";

std::string readAll(const fs::path &P) {
  std::ifstream In(P, std::ios::binary);
  std::stringstream S;
  S << In.rdbuf();
  return S.str();
}

std::vector<fs::path> jsonFiles(const fs::path &Dir, bool Recursive) {
  std::vector<fs::path> Out;
  if (!fs::exists(Dir))
    return Out;
  for (fs::recursive_directory_iterator It(Dir), Last; It != Last; ++It) {
    if (It->is_directory() && !Recursive)
      It.disable_recursion_pending();
    else if (It->path().extension() == ".json")
      Out.push_back(It->path());
  }
  std::sort(Out.begin(), Out.end());
  return Out;
}

struct Cell {
  unsigned Schemas = 0, Answered = 0;
};

struct Table {
  std::map<std::string, std::array<Cell, DraftCount>> Files;
  std::array<std::map<std::string, std::vector<std::string>>, DraftCount> Refused; ///< by reason
  unsigned Instances = 0; ///< judged rightly
  unsigned TooMuch = 0;   ///< accepted though invalid, see below
};

/// Invalid instances that may be accepted, which docs/Formats.md says of the format: labels in
/// Punycode are not decoded, and others not coded to see how long they become.
bool acceptsTooMuch(const std::string &Row, const std::string &Title, const std::string &Text) {
  if (Row == "optional/format/idn-hostname.json")
    return Text.starts_with("\"xn--") || Text.starts_with("\"XN--") || Text.size() > 66;
  return Row == "optional/format/hostname.json" &&
         Title == "validation of A-label (punycode) host names";
}

class Runner {
public:
  Runner(const fs::path &Root, Table &Out) : Out(Out) {
    for (const fs::path &F : jsonFiles(Root / "remotes", true))
      Remotes["http://localhost:1234/" + fs::relative(F, Root / "remotes").generic_string()] =
          readAll(F);
  }

  void runFile(const fs::path &File, size_t D, const std::string &Row, bool AssertFormats);

private:
  void runGroup(const json::Document &Doc, json::ValueId Group, size_t D, const std::string &Row,
                CompileOptions Options);

  Table &Out;
  std::map<std::string, std::string> Remotes;
  FrontendRegistry Frontends;
  VocabularyRef Vocabulary = bytesVocabulary();
};

void Runner::runFile(const fs::path &File, size_t D, const std::string &Row, bool AssertFormats) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  auto Doc = json::parse(Sources.add(Row, readAll(File)), Diags);
  ASSERT_TRUE(Doc) << File;
  CompileOptions Options;
  Options.Language = SpecLanguage::JsonSchema;
  jsonschema::Options &O = Options.Frontend.JsonSchema;
  O.KeyOrder = ir::KeyOrder::Any;
  O.Space = Whitespace::Single;
  O.AssertFormats = AssertFormats;
  O.DefaultDraft = Drafts[D].Default;
  O.Remotes = Remotes;
  for (json::ValueId Group : Doc->elements(Doc->root()))
    runGroup(*Doc, Group, D, Row, Options);
}

void Runner::runGroup(const json::Document &Doc, json::ValueId Group, size_t D,
                      const std::string &Row, CompileOptions Options) {
  std::string Title(Doc.string(Doc.get(Group, "description")));
  SCOPED_TRACE(std::string(Drafts[D].Name) + "/" + Row + ": " + Title);
  json::ValueId Tests = Doc.get(Group, "tests");
  bool SomeValid = false;
  for (json::ValueId T : Doc.elements(Tests))
    SomeValid = SomeValid || Doc.isTrue(Doc.get(T, "valid"));
  Cell &C = Out.Files[Row][D];
  ++C.Schemas;
  SourceManager Own;
  DiagnosticEngine Problems(Own);
  FileId Schema = Own.add("schema.json", std::string(Doc.sourceText(Doc.get(Group, "schema"))));
  std::shared_ptr<const Grammar> G = compile(Frontends, Own, Schema, Options, Problems);
  if (!G) {
    std::set<std::string> Names;
    for (const Diagnostic &X : Problems.diagnostics())
      if (X.Level == Severity::Error)
        Names.insert(std::string(diagName(X.Id)));
    ASSERT_FALSE(Names.empty());
    if (Names == std::set<std::string>{"schema-unsatisfiable"}) {
      EXPECT_FALSE(SomeValid) << printText(Problems);
      ++C.Answered;
      return;
    }
    std::string Reason;
    for (const std::string &N : Names)
      Reason += (Reason.empty() ? "`" : ", `") + N + "`";
    Out.Refused[D][Reason].push_back(Row + ": " + Title);
    return;
  }
  ++C.Answered;
  auto M = Matcher::create(G, Vocabulary, TableCache::create(Vocabulary));
  ASSERT_TRUE(M.ok());
  for (json::ValueId T : Doc.elements(Tests)) {
    std::string Text = test::serialise(Doc, Doc.get(T, "data"));
    M->reset();
    bool Accepted = M->acceptBytes(Text) && M->isAccepting();
    EXPECT_EQ(M->lastError(), Status::Ok) << Text;
    if (Accepted && !Doc.isTrue(Doc.get(T, "valid")) && acceptsTooMuch(Row, Title, Text)) {
      ++Out.TooMuch;
      continue;
    }
    EXPECT_EQ(Accepted, Doc.isTrue(Doc.get(T, "valid")))
        << Text << "\n"
        << Doc.string(Doc.get(T, "description")) << "\n"
        << Own.text(Schema);
    ++Out.Instances;
  }
}

std::string print(const Table &T) {
  std::string S(Begin);
  S += "\n| file | 4 | 6 | 7 | 2019-09 | 2020-12 |\n|---|---|---|---|---|---|\n";
  std::array<Cell, DraftCount> Sum{};
  auto Row = [&](const std::string &Name, const std::array<Cell, DraftCount> &Cells) {
    S += "| " + Name + " |";
    for (const Cell &C : Cells)
      S += C.Schemas == 0
               ? " |"
               : " " + std::to_string(C.Answered) + "/" + std::to_string(C.Schemas) + " |";
    S += "\n";
  };
  for (const auto &[Name, Cells] : T.Files) {
    for (size_t D = 0; D < DraftCount; ++D) {
      Sum[D].Schemas += Cells[D].Schemas;
      Sum[D].Answered += Cells[D].Answered;
    }
    Row(Name, Cells);
  }
  Row("all", Sum);
  S += "\n" + std::to_string(T.Instances) + " instances were judged rightly; " +
       std::to_string(T.TooMuch) +
       " host names are accepted whose labels in Punycode decode to none or would be too long.\n";
  // The same schema is refused in several drafts: a line each, with the drafts.
  std::map<std::string, std::map<std::string, std::string>> ByReason;
  constexpr const char *Short[] = {"4", "6", "7", "2019-09", "2020-12"};
  for (size_t D = 0; D < DraftCount; ++D)
    for (const auto &[Reason, Schemas] : T.Refused[D])
      for (const std::string &Name : Schemas) {
        std::string &In = ByReason[Reason][Name];
        In += (In.empty() ? "" : ", ") + std::string(Short[D]);
      }
  for (const auto &[Reason, Schemas] : ByReason) {
    S += "\nRefused by " + Reason + ":\n";
    for (const auto &[Name, In] : Schemas)
      S += "- " + Name + " (" + In + ")\n";
  }
  return S + "\n" + std::string(End);
}

/// The answered counts of a printed table, by file and column.
std::map<std::pair<std::string, size_t>, unsigned> read(std::string_view Text) {
  std::map<std::pair<std::string, size_t>, unsigned> Out;
  std::istringstream In{std::string(Text)};
  for (std::string Line; std::getline(In, Line);) {
    if (Line.substr(0, 2) != "| ")
      continue;
    std::istringstream Cells(Line);
    std::string Cell, Name;
    std::getline(Cells, Cell, '|');
    std::getline(Cells, Name, '|');
    for (size_t D = 0; std::getline(Cells, Cell, '|'); ++D)
      if (Cell.find('/') != std::string::npos)
        Out[{Name.substr(1, Name.size() - 2), D}] = unsigned(std::stoul(Cell));
  }
  return Out;
}

TEST(SuiteTable, AnswersAreRightAndNoFewerThanRecorded) {
  const char *Data = std::getenv("WEIR_DATA_DIR"), *Source = std::getenv("WEIR_TEST_SOURCE_DIR");
  if (!Data || !*Data || !fs::exists(fs::path(Data) / "json-schema-test-suite"))
    GTEST_SKIP() << "WEIR_DATA_DIR has no json-schema-test-suite";
  fs::path Root = fs::path(Data) / "json-schema-test-suite";
  Table T;
  Runner R(Root, T);
  for (size_t D = 0; D < DraftCount; ++D) {
    fs::path Dir = Root / "tests" / Drafts[D].Name;
    for (const fs::path &F : jsonFiles(Dir, false))
      R.runFile(F, D, F.filename().string(), false);
    for (const char *Name : {"bignum.json", "ecmascript-regex.json", "float-overflow.json"})
      if (fs::exists(Dir / "optional" / Name))
        R.runFile(Dir / "optional" / Name, D, std::string("optional/") + Name, false);
    for (const fs::path &F : jsonFiles(Dir / "optional" / "format", false))
      R.runFile(F, D, "optional/format/" + F.filename().string(), true);
  }
  std::string New = print(T);
  ASSERT_TRUE(Source && *Source) << "WEIR_TEST_SOURCE_DIR is not set";
  fs::path Page = fs::path(Source) / "docs" / "JSONSchema.md";
  std::string Text = readAll(Page);
  size_t From = Text.find(Begin), To = Text.find(End);
  ASSERT_TRUE(From != std::string::npos && To != std::string::npos) << Page;
  To += End.size();
  std::string Old = Text.substr(From, To - From);
  auto Now = read(New);
  for (const auto &[Key, Answered] : read(Old))
    EXPECT_GE(Now[Key], Answered) << Key.first << ", " << Drafts[Key.second].Name;
  if (Old == New)
    return;
  if (std::getenv("WEIR_UPDATE_TABLES") && !HasFailure())
    std::ofstream(Page, std::ios::binary) << Text.substr(0, From) << New << Text.substr(To);
  else
    std::cout << "the table of docs/JSONSchema.md is older than these results:\n" << New;
}

} // namespace
