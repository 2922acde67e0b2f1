//===- TestPasses.cpp - Passes that misbehave on purpose ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TestPasses.h"

#include <cstdlib>

namespace weir {

namespace {

void addRule(ir::Module &M) {
  std::string Name = M.freshName("added");
  M.rule(M.addRule(Name)).Body = M.lit(Name);
}

class Noop final : public Pass {
public:
  std::string_view name() const override { return "test-noop"; }
  bool run(ir::Module &, PassContext &Ctx) override {
    Ctx.count("runs");
    return false;
  }
};

class AddRule final : public Pass {
public:
  std::string_view name() const override { return "test-add-rule"; }
  std::vector<PassOption> options() override {
    return {{"n", Number, 0, 100, "how many"}, {"once", Once, 0, 1, "only to a single rule"}};
  }
  bool run(ir::Module &M, PassContext &Ctx) override {
    if (Once && M.ruleCount() > 1)
      return false;
    for (uint64_t I = 0; I < Number; ++I)
      addRule(M);
    Ctx.count("rules added", Number);
    return Number != 0;
  }

private:
  uint64_t Number = 1, Once = 0;
};

class BreakLanguage final : public Pass {
public:
  std::string_view name() const override { return "test-break-language"; }
  bool run(ir::Module &M, PassContext &) override {
    ir::ExprId &Body = M.rule(M.start()).Body;
    std::vector<ir::ExprId> Ops(M.operands(Body).begin(), M.operands(Body).end());
    if (M.op(Body) != ir::Op::Alt)
      return false;
    Ops.pop_back();
    Body = M.alt(Ops);
    return true;
  }
};

class FalseReport final : public Pass {
public:
  std::string_view name() const override { return "test-false-report"; }
  bool run(ir::Module &M, PassContext &) override {
    addRule(M);
    return false;
  }
};

class BreakModule final : public Pass {
public:
  std::string_view name() const override { return "test-break-module"; }
  bool run(ir::Module &M, PassContext &) override {
    M.rule(M.start()).Body = ir::ExprId();
    return true;
  }
};

class Lose final : public Pass {
public:
  std::string_view name() const override { return "test-lose"; }
  bool run(ir::Module &M, PassContext &) override {
    M.rule(M.addRule(M.freshName("lost"))).Body = M.empty();
    M.rule(ir::RuleId(M.ruleCount() - 1)).Name = M.rule(M.start()).Name;
    return true;
  }
};

class Spend final : public Pass {
public:
  std::string_view name() const override { return "test-spend"; }
  std::vector<PassOption> options() override {
    return {{"steps", Steps, 0, 1'000'000'000, "how many"}};
  }
  bool run(ir::Module &, PassContext &Ctx) override {
    (void)Ctx.spend(Steps);
    return false;
  }

private:
  uint64_t Steps = 1000;
};

class Crash final : public Pass {
public:
  std::string_view name() const override { return "test-crash"; }
  bool run(ir::Module &, PassContext &) override { std::abort(); }
};

template <typename T>
std::unique_ptr<Pass> create() {
  return std::make_unique<T>();
}

} // namespace

std::vector<PassInfo> passesAndTestPasses() {
  std::vector<PassInfo> All(allPasses().begin(), allPasses().end());
  All.push_back({"test-noop", "", create<Noop>});
  All.push_back({"test-add-rule", "", create<AddRule>});
  All.push_back({"test-break-language", "", create<BreakLanguage>});
  All.push_back({"test-false-report", "", create<FalseReport>});
  All.push_back({"test-break-module", "", create<BreakModule>});
  All.push_back({"test-lose", "", create<Lose>});
  All.push_back({"test-spend", "", create<Spend>});
  All.push_back({"test-crash", "", create<Crash>});
  return All;
}

} // namespace weir
