//===- OriginsTest.cpp - Places survive every pass ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every state belongs to a rule. A rule names a JSON pointer itself, or, when it is a
// lexical rule that many places share, each rule that calls it does.
//
//===----------------------------------------------------------------------===//
#include "weir/Driver/Compiler.h"

#include <gtest/gtest.h>

#include <set>

using namespace weir;

namespace {

constexpr const char *Schemas[] = {
    R"({"type":"object","properties":{"name":{"type":"string"},"tags":{"type":"array",
        "items":{"type":"string","minLength":3}},"n":{"type":"integer","minimum":2}},
        "required":["name"],"additionalProperties":{"type":"number"}})",
    R"({"anyOf":[{"const":1},{"enum":["a","b"]},{"type":"array","prefixItems":[{"type":"null"}]},
        {"type":"object","properties":{"k":{"const":"x"}},"required":["k"]}]})",
    R"({"$defs":{"t":{"type":"object","properties":{"c":{"type":"array",
        "items":{"$ref":"#/$defs/t"}}},"additionalProperties":false}},"$ref":"#/$defs/t"})",
    R"({"allOf":[{"type":"string","pattern":"^[a-z]+$"},{"maxLength":20}]})",
    "true",
};

void collectCalls(const ir::Module &M, ir::ExprId Body, std::set<uint32_t> &Out) {
  std::vector<ir::ExprId> Open{Body};
  std::set<uint32_t> Seen;
  while (!Open.empty()) {
    ir::ExprId E = Open.back();
    Open.pop_back();
    if (!Seen.insert(E.index()).second)
      continue;
    if (M.op(E) == ir::Op::Call)
      Out.insert(M.callee(E).index());
    for (ir::ExprId Operand : M.operands(E))
      Open.push_back(Operand);
  }
}

bool namesPointer(const ir::OriginSet &O) {
  return std::any_of(O.items().begin(), O.items().end(),
                     [](const ir::Origin &X) { return X.Pointer.empty() || X.Pointer[0] == '/'; });
}

class Origins : public testing::TestWithParam<unsigned> {};

TEST_P(Origins, EveryReachableRuleNamesAPlace) {
  for (const char *Text : Schemas) {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    CompileOptions Options;
    Options.Language = SpecLanguage::JsonSchema;
    Options.OptLevel = GetParam();
    FrontendRegistry Frontends;
    auto M = parseSpec(Frontends, Sources, Sources.add("schema", Text), Options, Diags);
    ASSERT_TRUE(M && optimise(*M, Options, Diags)) << printText(Diags);

    std::vector<std::set<uint32_t>> Calls(M->ruleCount());
    for (uint32_t R = 0; R < M->ruleCount(); ++R)
      collectCalls(*M, M->rule(ir::RuleId(R)).Body, Calls[R]);
    std::set<uint32_t> Reached{M->start().index()};
    std::vector<uint32_t> Open{M->start().index()};
    while (!Open.empty()) {
      uint32_t R = Open.back();
      Open.pop_back();
      for (uint32_t C : Calls[R])
        if (Reached.insert(C).second)
          Open.push_back(C);
    }
    for (uint32_t R : Reached) {
      const ir::RuleInfo &Info = M->rule(ir::RuleId(R));
      if (namesPointer(Info.Origins))
        continue;
      EXPECT_NE(R, M->start().index());
      EXPECT_TRUE(Info.Shared) << Text << "\n@" << Info.Name << " names no place";
      for (uint32_t Caller : Reached)
        if (Calls[Caller].count(R)) {
          const ir::RuleInfo &By = M->rule(ir::RuleId(Caller));
          EXPECT_TRUE(namesPointer(By.Origins) || By.Shared)
              << Text << "\n@" << Info.Name << " is called by @" << By.Name
              << ", which names no place";
        }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, Origins, testing::Values(0U, 1U, 2U, 3U));

} // namespace
