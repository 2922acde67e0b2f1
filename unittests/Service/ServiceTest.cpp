//===- ServiceTest.cpp - Limits, cache, flights and jobs ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Service/CompileService.h"

#include "weir/Artifact/Artifact.h"
#include "weir/Lower/LexicalCache.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using namespace weir;
using namespace std::chrono_literals;

namespace {

CompileRequest request(SpecLanguage Language, std::string Text) {
  CompileRequest R;
  R.Text = std::move(Text);
  R.Options.Language = Language;
  return R;
}
CompileRequest schema(std::string Text) {
  return request(SpecLanguage::JsonSchema, std::move(Text));
}
CompileRequest regex(std::string Text) { return request(SpecLanguage::Regex, std::move(Text)); }

/// Determinising it takes some 2^N states.
CompileRequest heavy(unsigned N) {
  return regex("(?:[ab]*a(?:[ab]){" + std::to_string(N) + "}c)+");
}

/// Work for every stage of the compiler.
std::vector<CompileRequest> various() {
  std::string Properties, Enum;
  for (int I = 0; I < 60; ++I) {
    Properties += (I ? "," : "") + ("\"k" + std::to_string(I)) + R"(":{"type":"integer"})";
    Enum += (I ? ",\"" : "\"") + std::to_string(I * 7919) + "\"";
  }
  return {
      schema("true"),
      schema(R"({"type":"object","properties":{)" + Properties + R"(},"maxProperties":9})"),
      schema(R"({"enum":[)" + Enum + "]}"),
      schema(R"({"type":"string","pattern":"^(a|bc)*d$","minLength":3,"maxLength":9,
                 "not":{"const":"ad"}})"),
      schema(R"({"oneOf":[{"properties":{"a":{"type":"number","multipleOf":0.5}}},
                 {"required":["b"]}],"patternProperties":{"^x":{"type":"null"}}})"),
      schema(
          R"({"type":"array","items":{"enum":[1,2,3]},"uniqueItems":true,"contains":{"const":2}})"),
      schema(R"({"$defs":{"t":{"type":"object","properties":{"c":{"type":"array",
                 "items":{"$ref":"#/$defs/t"}}}}},"$ref":"#/$defs/t"})"),
      regex(R"((?:[a-z]{1,20}\.){1,5}(?:com|org)(?=$)|\p{Lu}+(?!x)[a-z])"),
      heavy(6),
      request(SpecLanguage::Wir, "start @r\nrule @r = alt(seq(call @r, lit \"x\"), lit \"y\")\n"),
  };
}

TEST(LimitsTest, EveryBudgetIsAVerdictAndTheSameEachTime) {
  const FrontendRegistry Frontends;
  for (CompileRequest R : various()) {
    processLexicalCache().clear();
    const OutcomeRef Whole = compileWithin(Frontends, R);
    ASSERT_EQ(Whole->Code, Status::Ok) << R.Text << Whole->Text;
    EXPECT_GT(Whole->Steps, 5U);
    EXPECT_GT(Whole->Bytes, 100U);
    const OutcomeRef Again = compileWithin(Frontends, R);
    EXPECT_EQ(Again->Steps, Whole->Steps) << "caches do not count: " << R.Text;
    EXPECT_EQ(Again->Bytes, Whole->Bytes);
    for (uint64_t Steps = 1; Steps < Whole->Steps; Steps += 1 + Steps / 3) {
      R.Limits.MaxSteps = Steps;
      const OutcomeRef Less = compileWithin(Frontends, R);
      ASSERT_EQ(Less->Code, Status::BudgetExceeded) << Steps << " of " << R.Text;
      EXPECT_EQ(Less->TheGrammar, nullptr);
      EXPECT_NE(Less->Text.find("[compile-limit]"), std::string::npos) << Less->Text;
      EXPECT_EQ(Less->Errors, 1U) << Less->Text;
    }
    R.Limits.MaxSteps = Whole->Steps;
    EXPECT_EQ(compileWithin(Frontends, R)->Code, Status::Ok);
    for (uint64_t Bytes = 1; Bytes < Whole->Bytes; Bytes += 100 + Bytes / 2) {
      R.Limits.MaxBytes = Bytes;
      ASSERT_EQ(compileWithin(Frontends, R)->Code, Status::BudgetExceeded) << Bytes;
    }
  }
}

/// Long lists of every kind, in which most loops look at the meter.
std::vector<CompileRequest> longOnes() {
  std::string Properties, Texts, Objects, Numbers, Rows, Words;
  for (int I = 0; I < 5000; ++I) {
    const std::string N = std::to_string(I * 7919 % 100'003), Comma = I ? "," : "";
    Properties += Comma + "\"k" + N + R"(":{"type":"string"})";
    Texts += Comma + "\"text " + N + "\"";
    Words += (I ? "|w" : "w") + N + "x*";
    if (I % 5)
      continue;
    Objects += Comma + R"({"const":{"a":)" + N + R"(,"b":"t"}})";
    Numbers += Comma + N;
    Rows += Comma + R"({"type":"integer","minimum":)" + N + "}";
  }
  return {schema(R"({"type":"object","properties":{)" + Properties + R"(},"required":[)" + Texts +
                 "]}"),
          schema(R"({"enum":[)" + Texts + "]}"),
          schema(R"({"anyOf":[)" + Objects + "]}"),
          schema(R"({"enum":[)" + Numbers + "]}"),
          schema(R"({"type":"array","prefixItems":[)" + Rows + "]}"),
          schema(R"({"type":"string","pattern":"^()" + Words + ")$\"}"),
          schema(R"({)" + Properties + "}")};
}

TEST(LimitsTest, LongListsEndAnywhere) {
  const FrontendRegistry Frontends;
  for (CompileRequest R : longOnes()) {
    processLexicalCache().clear();
    const OutcomeRef Whole = compileWithin(Frontends, R);
    ASSERT_TRUE(Whole->Code == Status::Ok || Whole->Text.find("-budget]") != std::string::npos)
        << R.Text.substr(0, 80) << Whole->Text.substr(0, 500);
    for (uint64_t I = 1; I < 24; ++I) {
      processLexicalCache().clear();
      R.Limits.MaxSteps = Whole->Steps * I / 24;
      ASSERT_EQ(compileWithin(Frontends, R)->Code, Status::BudgetExceeded);
    }
    R.Limits.MaxSteps = Whole->Steps;
    const OutcomeRef Again = compileWithin(Frontends, R);
    ASSERT_EQ(Again->Code, Whole->Code);
    if (Whole->TheGrammar) {
      EXPECT_EQ(writeArtifact(*Again->TheGrammar), writeArtifact(*Whole->TheGrammar));
    }
  }
}

TEST(LimitsTest, AFlagThatIsSetAndATimeThatIsOver) {
  const FrontendRegistry Frontends;
  CancelFlag Flag;
  Flag.set();
  for (CompileRequest R : various()) {
    R.Limits.Cancel = &Flag;
    EXPECT_EQ(compileWithin(Frontends, R)->Code, Status::Cancelled);
    R.Limits.Cancel = nullptr;
    R.Limits.Time = 0ns;
    EXPECT_EQ(compileWithin(Frontends, R)->Code, Status::Cancelled);
  }
  EXPECT_EQ(compileWithin(Frontends, schema("true"))->Code, Status::Ok) << "nothing stays set";
}

TEST(LimitsTest, WhatWasCancelledLeavesNothingForTheNext) {
  const FrontendRegistry Frontends;
  for (CompileRequest R : various()) {
    processLexicalCache().clear();
    const std::vector<uint8_t> Want = writeArtifact(*compileWithin(Frontends, R)->TheGrammar);
    for (auto Time = 8us; Time < 20ms; Time += Time / 3) {
      // Ends wherever it is then, also while rules are made that are kept for the process.
      processLexicalCache().clear();
      R.Limits.Time = Time;
      const bool Ended = compileWithin(Frontends, R)->Code == Status::Cancelled;
      R.Limits.Time = CompileLimits().Time;
      const OutcomeRef Whole = compileWithin(Frontends, R);
      ASSERT_EQ(Whole->Code, Status::Ok) << R.Text;
      ASSERT_EQ(writeArtifact(*Whole->TheGrammar), Want) << Time.count() << " " << R.Text;
      if (!Ended)
        break;
    }
  }
}

TEST(LimitsTest, TheFlagEndsWhatRuns) {
  const FrontendRegistry Frontends;
  for (CompileRequest R : {heavy(17), schema(R"({"type":"string","pattern":"^([ab]*a[ab]{16}c)+$",
                                                 "maxLength":900})")}) {
    CancelFlag Flag;
    R.Limits.Cancel = &Flag;
    std::chrono::steady_clock::time_point Set;
    std::thread Other([&] {
      std::this_thread::sleep_for(15ms);
      Set = std::chrono::steady_clock::now();
      Flag.set();
    });
    const OutcomeRef O = compileWithin(Frontends, R);
    const auto Ended = std::chrono::steady_clock::now();
    Other.join();
    EXPECT_EQ(O->Code, Status::Cancelled);
    // Some milliseconds; a loaded machine may take longer to let a thread run.
    EXPECT_LT(Ended - Set, 500ms);
  }
}

TEST(ServiceTest, KeepsGrammarsAndFailures) {
  CompileService S{FrontendRegistry()};
  // Schemas that name no draft get a note about that, with a place.
  const std::string Draft = R"({"$schema":"https://json-schema.org/draft/2020-12/schema",)";
  const OutcomeRef A = S.compile(schema(Draft + R"("type":"integer"})"));
  ASSERT_EQ(A->Code, Status::Ok);
  ASSERT_EQ(A->Text, "");
  EXPECT_EQ(S.compile(schema(Draft + R"("type":"integer"})")), A);
  EXPECT_EQ(S.compile(schema("\n" + Draft + "\"type\" :\t\"integer\" }\n")), A)
      << "blanks do not count";
  EXPECT_NE(S.compile(schema(R"({"type":"inte ger"})"))->Code, Status::Ok) << "those in strings do";
  CompileRequest Other = schema(Draft + R"("type":"integer"})");
  Other.Options.OptLevel = 0;
  EXPECT_NE(S.compile(Other), A);

  const OutcomeRef Bad = S.compile(schema(R"({"type":1})"));
  EXPECT_EQ(Bad->Code, Status::Rejected);
  EXPECT_EQ(Bad->Errors, 1U);
  EXPECT_NE(Bad->Json.find("/type"), std::string::npos);
  EXPECT_EQ(S.compile(schema(R"({"type":1})")), Bad);
  const OutcomeRef Moved = S.compile(schema("\n"
                                            R"({"type":1})"));
  EXPECT_NE(Moved, Bad) << "its places are others";
  EXPECT_NE(Moved->Text.find("input:2:"), std::string::npos) << Moved->Text;
  const auto Counts = S.statistics();
  EXPECT_EQ(Counts.Hits, 3U);
  EXPECT_EQ(Counts.Compiled, 5U);
  S.clear();
  EXPECT_EQ(S.statistics().Entries, 0U);
  EXPECT_EQ(S.memoryBytes(), 0U);
  EXPECT_EQ(A->Code, Status::Ok) << "what was handed out lives on";
}

TEST(ServiceTest, SpellingsOfASchemaAreOne) {
  CompileService Service{FrontendRegistry()};
  auto compiles = [&](std::string Text) {
    const uint64_t Before = Service.statistics().Compiled;
    EXPECT_EQ(Service.compile(schema(Text))->Code, Status::Ok) << Text;
    return Service.statistics().Compiled != Before;
  };
  EXPECT_TRUE(compiles(R"({"enum":["\u00e9/\ud83d\ude00\n\u0001\"A"],"minLength":1})"));
  // As other writers of JSON spell it.
  EXPECT_FALSE(compiles("{\"enum\" : [\"\u00e9/\U0001F600\\n\\u0001\\\"A\"], \n\"minLength\": 1}"));
  EXPECT_FALSE(
      compiles(R"({"\u0065num":["\u00E9\/\uD83D\uDE00\u000A\u0001\u0022\u0041"],"minLength":1})"));
  // Others.
  EXPECT_TRUE(compiles(R"({"enum":["\u00e8/\ud83d\ude00\n\u0001\"A"],"minLength":1})"));
  EXPECT_TRUE(compiles(R"({"enum":["\u00e9/\ud83d\ude00\\n\u0001\"A"],"minLength":1})"));
  EXPECT_TRUE(compiles(R"({"enum":["\u00e9/\ud83d\ude00\n\\u0001\"A"],"minLength":1})"));
  EXPECT_TRUE(compiles(R"({"minLength":1,"enum":["\u00e9/\ud83d\ude00\n\u0001\"A"]})"))
      << "the order of keys can mean something";
  // Notes keep their pointers, and lose the lines and columns of the spelling they were made for.
  const OutcomeRef First = Service.compile(schema("{ \"const\": 5 }")),
                   Other = Service.compile(schema("\n{\"const\":5}"));
  EXPECT_EQ(First->TheGrammar, Other->TheGrammar);
  EXPECT_EQ(First->Text.rfind("input:1:1: note: there is no '$schema'", 0), 0U) << First->Text;
  EXPECT_EQ(Other->Text.rfind("note: there is no '$schema'", 0), 0U) << Other->Text;
  EXPECT_NE(Other->Text.find("  at the root\n"), std::string::npos) << Other->Text;
  EXPECT_NE(Other->Json.find("\"line\": null"), std::string::npos) << Other->Json;
  EXPECT_NE(Other->Json.find("\"pointer\": \"\""), std::string::npos) << Other->Json;
  EXPECT_EQ(Service.compile(schema("{ \"const\": 5 }")), First) << "the spelling itself";
  // What is no JSON does not hide behind what is.
  EXPECT_TRUE(compiles(R"({"const":"a\nb"})"));
  for (const char *Wrong : {"{\"const\":\"a\nb\"}", R"({"const":"a\u00b"})", R"({"const":"a\qb"})",
                            R"({"con st":"a\nb)", R"({"const":"a\)", R"({"const":"a\u)"})
    EXPECT_EQ(Service.compile(schema(Wrong))->Code, Status::Rejected) << Wrong;
  // The bytes of an artifact are no JSON, whatever the language is said to be.
  const std::vector<uint8_t> Image = writeArtifact(*Service.compile(schema("true"))->TheGrammar);
  const std::string Bytes(Image.begin(), Image.end());
  EXPECT_TRUE(compiles(Bytes));
  EXPECT_FALSE(compiles(Bytes));
  EXPECT_EQ(Service.compile(schema(Bytes + " "))->Code, Status::Rejected);
}

TEST(ServiceTest, BudgetsAreVerdictsAndTimeIsNone) {
  CompileService S{FrontendRegistry()};
  CompileRequest R = heavy(8);
  R.Limits.MaxSteps = 50;
  const OutcomeRef Budget = S.compile(R);
  EXPECT_EQ(Budget->Code, Status::BudgetExceeded);
  EXPECT_EQ(S.compile(R), Budget);
  R = heavy(8);
  R.Limits.Time = 0ns;
  EXPECT_EQ(S.compile(R)->Code, Status::Cancelled);
  EXPECT_EQ(S.compile(heavy(8))->Code, Status::Ok);
  EXPECT_EQ(S.compile(R)->Code, Status::Ok) << "what is there takes no time";
}

TEST(ServiceTest, WhatIsKeptIsBounded) {
  ServiceOptions Options;
  Options.MaxBytes = 40'000;
  CompileService S(FrontendRegistry(), Options);
  for (int I = 0; I < 200; ++I) {
    ASSERT_EQ(S.compile(regex("[a-z]{3}" + std::to_string(I)))->Code, Status::Ok);
    ASSERT_LE(S.memoryBytes(), Options.MaxBytes);
  }
  const auto Counts = S.statistics();
  EXPECT_GT(Counts.Entries, 5U);
  EXPECT_EQ(Counts.Entries + Counts.Evicted, 200U);
  EXPECT_EQ(S.compile(regex("[a-z]{3}199"))->Code, Status::Ok);
  EXPECT_EQ(S.statistics().Hits, 1U) << "the last used is there";
}

TEST(ServiceTest, EqualRequestsAtOnceAreOneCompilation) {
  CompileService S{FrontendRegistry()};
  std::vector<std::thread> Threads;
  std::vector<OutcomeRef> Got(8);
  for (size_t I = 0; I < Got.size(); ++I)
    Threads.emplace_back([&, I] { Got[I] = S.compile(heavy(11)); });
  for (std::thread &T : Threads)
    T.join();
  for (const OutcomeRef &O : Got) {
    EXPECT_EQ(O->Code, Status::Ok);
    EXPECT_EQ(O, Got[0]);
  }
  const auto Counts = S.statistics();
  EXPECT_EQ(Counts.Compiled, 1U);
  EXPECT_EQ(Counts.Hits + Counts.Shared, 7U);
}

TEST(ServiceTest, WhoeverWaitedForACancelledCompilationCompiles) {
  CompileService S{FrontendRegistry()};
  CancelFlag Flag;
  std::thread First([&] {
    CompileRequest R = heavy(13);
    R.Limits.Cancel = &Flag;
    S.compile(R);
  });
  std::thread Second([&] { EXPECT_EQ(S.compile(heavy(13))->Code, Status::Ok); });
  std::this_thread::sleep_for(10ms);
  Flag.set();
  First.join();
  Second.join();
}

TEST(ServiceTest, JobsEndOrAreEnded) {
  ServiceOptions Options;
  Options.Threads = 2;
  auto S = std::make_unique<CompileService>(FrontendRegistry(), Options);
  CompileService::Job Quick = S->submit(schema("true"));
  ASSERT_TRUE(Quick);
  EXPECT_EQ(Quick.wait()->Code, Status::Ok);
  Quick.cancel();
  EXPECT_EQ(Quick.wait()->Code, Status::Ok) << "it was there before";

  CompileService::Job Slow = S->submit(heavy(19));
  EXPECT_EQ(Slow.wait(1ms), nullptr);
  Slow.cancel();
  ASSERT_NE(Slow.wait(2s), nullptr);
  EXPECT_EQ(Slow.wait()->Code, Status::Cancelled);

  CompileRequest Late = heavy(19);
  Late.Limits.Time = 20ms;
  EXPECT_EQ(S->submit(Late).wait()->Code, Status::Cancelled);

  std::vector<CompileService::Job> Many;
  for (int I = 0; I < 6; ++I)
    Many.push_back(S->submit(heavy(18 + unsigned(I) % 2)));
  S.reset();
  for (CompileService::Job &J : Many)
    EXPECT_EQ(J.wait()->Code, Status::Cancelled) << "the service has ended";
  EXPECT_EQ(CompileService::Job().wait()->Code, Status::InvalidArgument);
}

TEST(ServiceTest, AForkedChildIsToldNo) {
  auto S = std::make_unique<CompileService>(FrontendRegistry());
  ASSERT_EQ(S->submit(schema("true")).wait()->Code, Status::Ok);
  const pid_t Child = fork();
  ASSERT_NE(Child, -1);
  if (Child == 0) {
    const bool Good = S->compile(schema("true"))->Code == Status::InvalidArgument &&
                      !S->submit(schema("true")) && S->statistics().Hits == 0;
    S.reset();
    _exit(Good ? 0 : 1);
  }
  int Answer = -1;
  ASSERT_EQ(waitpid(Child, &Answer, 0), Child);
  EXPECT_TRUE(WIFEXITED(Answer) && WEXITSTATUS(Answer) == 0);
  EXPECT_EQ(S->compile(schema("true"))->Code, Status::Ok);
}

} // namespace
