//===- CompilerTest.cpp - The compiler's front door -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Driver/Compiler.h"

#include "weir/Runtime/Matcher.h"
#include "weir/VocabReaders/Readers.h"

#include <gtest/gtest.h>

#include <thread>

using namespace weir;

namespace {

class CompilerTest : public ::testing::Test {
protected:
  std::shared_ptr<const Grammar> run(std::string Name, std::string Text) {
    return compile(Frontends, Sources, Sources.add(std::move(Name), std::move(Text)), Options,
                   Diags, &Result);
  }
  /// Names of the errors so far.
  std::vector<std::string> errors() {
    std::vector<std::string> Names;
    for (const Diagnostic &D : Diags.diagnostics())
      if (D.Level == Severity::Error)
        Names.emplace_back(diagName(D.Id));
    return Names;
  }
  static bool accepts(const std::shared_ptr<const Grammar> &G, std::string_view Text) {
    VocabularyRef V = bytesVocabulary();
    auto M = Matcher::create(G, V, TableCache::create(V));
    return M.ok() && M->acceptBytes(Text) && M->isAccepting();
  }

  FrontendRegistry Frontends;
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  CompileOptions Options;
  FrontendResult Result;
};

TEST(LanguageTest, ByFileName) {
  EXPECT_EQ(languageOfFileName("a.json"), SpecLanguage::JsonSchema);
  EXPECT_EQ(languageOfFileName("a/b.gbnf"), SpecLanguage::Gbnf);
  EXPECT_EQ(languageOfFileName("b.ebnf"), SpecLanguage::Ebnf);
  EXPECT_EQ(languageOfFileName("b.regex"), SpecLanguage::Regex);
  EXPECT_EQ(languageOfFileName("b.lark"), SpecLanguage::Lark);
  EXPECT_EQ(languageOfFileName("b.wir"), SpecLanguage::Wir);
  EXPECT_EQ(languageOfFileName("b.json.xz"), SpecLanguage::JsonSchema);
  for (const char *Name : {"", "json", "a.json.txt", "a.", "<stdin>", "a.jsonl"})
    EXPECT_EQ(languageOfFileName(Name), SpecLanguage::Auto) << Name;
}

TEST(LanguageTest, ByContent) {
  for (const char *Text : {"{}", " \r\n\t{ \"a\": 1}", "\xef\xbb\xbf{\"a\"", "{ }"})
    EXPECT_EQ(languageOfContent(Text), SpecLanguage::JsonSchema) << Text;
  for (const char *Text : {"", "  ", "{", "{a", "[1]", "root ::= \"a\"", "{1,2}", "true"})
    EXPECT_EQ(languageOfContent(Text), SpecLanguage::Auto) << Text;
}

TEST(LanguageTest, NamesAreThoseOfTheList) {
#define LANGUAGE(Name, Option, Extension) EXPECT_EQ(languageName(SpecLanguage::Name), Option);
#include "weir/Driver/Languages.def"
}

TEST_F(CompilerTest, EachLanguageOfTheLibrary) {
  EXPECT_TRUE(accepts(run("a.regex", "a|bc\n"), "bc"));
  EXPECT_TRUE(accepts(run("a.json", "{\"const\": [1]}"), "[1]"));
  EXPECT_TRUE(accepts(run("a.wir", "start @a\nrule @a = lit \"x\"\n"), "x"));
  EXPECT_EQ(errors(), std::vector<std::string>());
}

TEST_F(CompilerTest, TheOptionOutranksTheName) {
  Options.Language = SpecLanguage::Regex;
  EXPECT_TRUE(accepts(run("a.json", "[{]"), "{"));
}

TEST_F(CompilerTest, WhatIsNotThereIsRefusedByName) {
  EXPECT_EQ(run("a.txt", "a"), nullptr);
  EXPECT_EQ(run("a.gbnf", "root ::= \"a\""), nullptr);
  EXPECT_EQ(run("a.lark", "start: \"a\""), nullptr);
  Options.Language = SpecLanguage::StructuralTag;
  EXPECT_EQ(run("a.json", "{}"), nullptr);
  EXPECT_EQ(errors(), (std::vector<std::string>{"unknown-language", "language-unavailable",
                                                "language-unavailable", "language-unavailable"}));
}

TEST_F(CompilerTest, ALanguageIsAdded) {
  Frontends.add(SpecLanguage::Gbnf,
                [](SourceManager &, FileId, const FrontendOptions &, DiagnosticEngine &,
                   FrontendResult &) -> std::optional<ir::Module> {
                  ir::Module M;
                  ir::RuleId R = M.addRule("root");
                  M.rule(R).Body = M.lit("added");
                  M.setStart(R);
                  return M;
                });
  EXPECT_TRUE(accepts(run("a.gbnf", "anything"), "added"));
}

TEST_F(CompilerTest, ErrorsOfAnEarlierTextDoNotCount) {
  EXPECT_EQ(run("a.regex", "("), nullptr);
  EXPECT_TRUE(accepts(run("b.regex", "b"), "b"));
}

TEST_F(CompilerTest, EveryLevelAndAPipelineCompile) {
  for (unsigned Level = 0; Level <= 3; ++Level) {
    Options.OptLevel = Level;
    EXPECT_TRUE(accepts(run("a.regex", "(ab|ac){2}"), "abac")) << Level;
  }
  Options.Passes = "O1,dead-rules";
  EXPECT_TRUE(accepts(run("a.regex", "(ab|ac){2}"), "abac"));
  Options.Passes = "no-such-pass";
  EXPECT_EQ(run("a.regex", "a"), nullptr);
}

TEST_F(CompilerTest, IrThatCannotBeLoweredIsRefused) {
  EXPECT_EQ(run("a.wir", "start @a\nrule @a = call @missing\n"), nullptr);
  unsigned Before = Diags.errorCount();
  EXPECT_GT(Before, 0U);
  // A pipeline that leaves left recursion is caught before lowering.
  Options.Passes = "";
  EXPECT_EQ(run("b.wir", "start @a\nrule @a = alt(seq(call @a, lit \"x\"), lit \"y\")\n"), nullptr);
  EXPECT_GT(Diags.errorCount(), Before);
}

TEST_F(CompilerTest, LenientCompilationListsWhatIsNotEnforced) {
  const char *Schema = R"({"type": "string", "pattern": "^(a|b)\\1$"})";
  EXPECT_EQ(run("a.json", Schema), nullptr);
  Diags.clear();
  Options.Frontend.JsonSchema.Lenient = true;
  EXPECT_NE(run("a.json", Schema), nullptr);
  ASSERT_EQ(Result.Unenforced.size(), 1U);
  EXPECT_EQ(Result.Unenforced[0].Pointer, "/pattern");
}

TEST_F(CompilerTest, ManyThreadsShareARegistry) {
  std::vector<std::thread> Threads;
  std::vector<int> Good(4);
  for (size_t I = 0; I < Good.size(); ++I)
    Threads.emplace_back([&, I] {
      for (int N = 0; N < 20; ++N) {
        SourceManager Mine;
        DiagnosticEngine MyDiags(Mine);
        FileId File = Mine.add("a.json", "{\"enum\": [" + std::to_string(N) + ", \"x\"]}");
        auto G = compile(Frontends, Mine, File, CompileOptions(), MyDiags);
        Good[I] += G && accepts(G, std::to_string(N)) && !accepts(G, "x");
      }
    });
  for (std::thread &T : Threads)
    T.join();
  for (int N : Good)
    EXPECT_EQ(N, 20);
}

} // namespace
