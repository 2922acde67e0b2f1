//===- MaskBenchTest.cpp - What a case's result says ----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Bench/MaskBench.h"

#include "weir/VocabReaders/Readers.h"

#include <gtest/gtest.h>

using namespace weir;
using namespace weir::bench;

namespace {

CaseResult runOn(std::string_view Schema, std::vector<Instance> Instances) {
  CompileOptions Options;
  Options.Language = SpecLanguage::JsonSchema;
  VocabularyRef V = bytesVocabulary();
  return runCase({Schema, std::move(Instances)}, FrontendRegistry(), Options, V,
                 TableCache::create(V));
}

Instance instance(bool Valid, std::string_view Text) {
  Instance I = tokenize(Text, *bytesVocabulary());
  I.Valid = Valid;
  return I;
}

TEST(MaskBenchTest, ReadsInstancesToTheirEndOrFirstRefusal) {
  CaseResult R = runOn(R"({"type": "boolean"})", {instance(true, "true"), instance(false, "fax"),
                                                  instance(false, "fal"), instance(false, "")});
  ASSERT_EQ(R.What, CaseResult::State::Measured) << R.Reason;
  EXPECT_EQ(R.Masks.size(), 4U + 3U + 3U);
  EXPECT_EQ(R.Fill.size(), R.Masks.size());
  EXPECT_EQ(R.Accept.size(), R.Masks.size());
  for (size_t I = 0; I < R.Masks.size(); ++I)
    EXPECT_EQ(R.Masks[I], R.Fill[I] + R.Accept[I]);
  EXPECT_GT(R.First, R.Compile);
  ASSERT_EQ(R.Instances.size(), 4U);
  EXPECT_TRUE(R.Instances[0].Accepted && R.Instances[0].Terminated && R.Instances[0].right());
  EXPECT_FALSE(R.Instances[1].Accepted);
  EXPECT_TRUE(R.Instances[1].right());
  EXPECT_TRUE(R.Instances[2].Accepted);
  EXPECT_FALSE(R.Instances[2].Terminated);
  EXPECT_TRUE(R.Instances[2].right());
  EXPECT_TRUE(R.Instances[3].Accepted);
  EXPECT_FALSE(R.Instances[3].Terminated);
  EXPECT_EQ(R.Contradictions, 0U);
}

TEST(MaskBenchTest, ARefusalHasItsNameAndText) {
  CaseResult R = runOn(R"({"type": "wrong"})", {instance(true, "1")});
  ASSERT_EQ(R.What, CaseResult::State::Refused);
  EXPECT_NE(R.Reason.find(": "), std::string::npos);
  EXPECT_NE(R.Reason.find("/type"), std::string::npos) << R.Reason;
  EXPECT_TRUE(R.Instances.empty());
  std::string Json = R.json("x\"y");
  EXPECT_EQ(Json.substr(0, 25), "{\"id\": \"x\\\"y\", \"compile_u") << Json;
  EXPECT_NE(Json.find("\"first_us\": null"), std::string::npos) << Json;
}

TEST(MaskBenchTest, ASchemaWithoutInstancesIsAskedForOneMask) {
  CaseResult R = runOn("true", {});
  ASSERT_EQ(R.What, CaseResult::State::Measured) << R.Reason;
  EXPECT_GT(R.First, R.Compile);
  EXPECT_TRUE(R.Masks.empty());
}

TEST(MaskBenchTest, PackingKeepsEverything) {
  CaseResult R = runOn(R"({"type": "boolean"})", {instance(true, "true"), instance(false, "1")});
  R.Reason = "why";
  R.Contradictions = 3;
  R.MaskErrors = 4;
  CaseResult Back = CaseResult::unpack(R.pack());
  EXPECT_EQ(Back.json("a"), R.json("a"));
  EXPECT_EQ(Back.pack(), R.pack());
  EXPECT_EQ(Back.Reason, "why");
}

TEST(MaskBenchTest, TheTableCountsSchemasByTheirWorstInstance) {
  auto With = [](std::vector<InstanceResult> Instances) {
    CaseResult R;
    R.Instances = std::move(Instances);
    return R;
  };
  MaskBenchSummary S;
  S.add(With({{true, true, true, false}, {false, true, false, false}}));
  S.add(With({{true, true, false, false}, {true, true, true, false}}));
  S.add(With({{false, true, true, false}}));
  CaseResult Refused;
  Refused.What = CaseResult::State::Refused;
  Refused.Reason = "some-name: text: more";
  S.add(Refused);
  CaseResult Slow;
  Slow.What = CaseResult::State::TimedOut;
  S.add(Slow);
  std::string Table = S.table();
  auto Count = [&](const std::string &Name) {
    size_t At = Table.find("\n" + Name);
    EXPECT_NE(At, std::string::npos) << Name << "\n" << Table;
    return std::stoi(Table.substr(Table.find_first_of("0123456789", At)));
  };
  EXPECT_EQ(Count("schemas"), 5);
  EXPECT_EQ(Count("  passing"), 1);
  EXPECT_EQ(Count("  refused"), 1);
  EXPECT_EQ(Count("  with a valid instance rejected"), 1);
  EXPECT_EQ(Count("  with an invalid instance accepted"), 1);
  EXPECT_EQ(Count("  over the time limit"), 1);
  EXPECT_EQ(Count("  some-name"), 1);
}

} // namespace
