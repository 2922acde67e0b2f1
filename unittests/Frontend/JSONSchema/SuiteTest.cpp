//===- SuiteTest.cpp - JSON-Schema-Test-Suite against the oracle ----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every group of the suite whose schema compiles: each instance, written on one line
// with ", " and ": ", must be in the grammar exactly when it is valid, according to
// the oracle. Groups that are refused are counted by the reason.
//
//===----------------------------------------------------------------------===//
#include "TestSupport.h"

#include "weir/IR/Verifier.h"
#include "weir/Oracle/Recognizer.h"

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

std::string readAll(const fs::path &P) {
  std::ifstream In(P, std::ios::binary);
  std::stringstream S;
  S << In.rdbuf();
  return S.str();
}

std::vector<fs::path> filesBelow(const fs::path &Dir, bool Recursive) {
  std::vector<fs::path> Out;
  auto Add = [&](const fs::directory_entry &E) {
    if (E.path().extension() == ".json")
      Out.push_back(E.path());
  };
  if (Recursive)
    for (const auto &E : fs::recursive_directory_iterator(Dir))
      Add(E);
  else
    for (const auto &E : fs::directory_iterator(Dir))
      Add(E);
  std::sort(Out.begin(), Out.end());
  return Out;
}

struct Count {
  unsigned Groups = 0, Compiled = 0, Instances = 0;
  std::map<std::string, unsigned> Refusals;
};

/// Groups that must not compile, since no value is valid, with that reason.
bool allInvalid(const json::Document &D, json::ValueId Tests) {
  for (json::ValueId T : D.elements(Tests))
    if (D.isTrue(D.get(T, "valid")))
      return false;
  return true;
}

void runFile(const fs::path &File, const std::string &Name, Options Opts, Count &Total) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  auto Doc = json::parse(Sources.add(Name, readAll(File)), Diags);
  ASSERT_TRUE(Doc) << Name;
  for (json::ValueId Group : Doc->elements(Doc->root())) {
    ++Total.Groups;
    std::string Title(Doc->string(Doc->get(Group, "description")));
    SCOPED_TRACE(Name + ": " + Title);
    json::ValueId Tests = Doc->get(Group, "tests");
    SourceManager Own;
    DiagnosticEngine Problems(Own);
    FileId Schema = Own.add("schema.json", std::string(Doc->sourceText(Doc->get(Group, "schema"))));
    std::vector<ir::Origin> Unenforced;
    auto M = compileSchema(Own, Schema, Opts, Problems, Unenforced);
    if (!M) {
      ASSERT_TRUE(Problems.hasErrors());
      std::set<std::string> Names;
      for (const Diagnostic &D : Problems.diagnostics())
        if (D.Level == Severity::Error)
          Names.insert(std::string(diagName(D.Id)));
      for (const std::string &N : Names)
        ++Total.Refusals[N];
      EXPECT_TRUE(!Names.count("schema-unsatisfiable") || allInvalid(*Doc, Tests))
          << printText(Problems);
      EXPECT_FALSE(Names.count("schema-wrong-type")) << printText(Problems);
      continue;
    }
    EXPECT_FALSE(Problems.hasErrors());
    EXPECT_TRUE(ir::verify(*M, ir::VerifyMode::AfterFrontend, Problems)) << printText(Problems);
    ++Total.Compiled;
    oracle::Recognizer R(*M);
    for (json::ValueId T : Doc->elements(Tests)) {
      std::string Text = test::serialise(*Doc, Doc->get(T, "data"));
      bool Valid = Doc->isTrue(Doc->get(T, "valid"));
      oracle::Answer A = R.accepts(Text);
      EXPECT_NE(A, oracle::Answer::GaveUp) << Text;
      EXPECT_EQ(A == oracle::Answer::Yes, Valid) << Text << "\n"
                                                 << Doc->string(Doc->get(T, "description")) << "\n"
                                                 << Own.text(Schema);
      ++Total.Instances;
    }
  }
}

class Suite : public testing::TestWithParam<const char *> {};

TEST_P(Suite, CompiledGroupsAgreeOnEveryInstance) {
  const char *Data = std::getenv("WEIR_DATA_DIR");
  if (!Data || !*Data || !fs::exists(fs::path(Data) / "json-schema-test-suite"))
    GTEST_SKIP() << "WEIR_DATA_DIR has no json-schema-test-suite";
  fs::path Root = fs::path(Data) / "json-schema-test-suite";
  std::string Name = GetParam();
  Options Opts;
  Opts.KeyOrder = ir::KeyOrder::Any;
  Opts.Space = Whitespace::Single;
  Opts.AssertFormats = false;
  Opts.DefaultDraft = Name == "draft4"         ? Draft::Draft4
                      : Name == "draft6"       ? Draft::Draft6
                      : Name == "draft7"       ? Draft::Draft7
                      : Name == "draft2019-09" ? Draft::Draft201909
                                               : Draft::Draft202012;
  for (const fs::path &F : filesBelow(Root / "remotes", true))
    Opts.Remotes["http://localhost:1234/" + fs::relative(F, Root / "remotes").generic_string()] =
        readAll(F);
  Count Total;
  for (const fs::path &F : filesBelow(Root / "tests" / Name, false))
    runFile(F, Name + "/" + F.filename().string(), Opts, Total);
  std::cout << Name << ": " << Total.Groups << " groups, " << Total.Compiled << " compiled, "
            << Total.Instances << " instances\n";
  for (auto &[Refusal, N] : Total.Refusals)
    std::cout << "  " << N << " " << Refusal << "\n";
  EXPECT_GE(Total.Compiled * 10, Total.Groups * 4);
}

INSTANTIATE_TEST_SUITE_P(Drafts, Suite,
                         testing::Values("draft4", "draft6", "draft7", "draft2019-09",
                                         "draft2020-12"),
                         [](const auto &I) {
                           std::string S = I.param;
                           std::replace(S.begin(), S.end(), '-', '_');
                           return S;
                         });

} // namespace
