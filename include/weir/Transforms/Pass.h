//===- Pass.h - What a pass is and what it is given -------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pass rewrites a module and keeps its language. One file holds one pass:
//
//   namespace {
//   class DeadRules final : public Pass {
//   public:
//     static constexpr std::string_view Name = "dead-rules";
//     std::string_view name() const override { return Name; }
//     std::vector<PassOption> options() override {
//       return {{"max", MaxSize, 0, 1000, "largest body that is inlined"}};
//     }
//     bool run(ir::Module &M, PassContext &Ctx) override;
//   private:
//     uint64_t MaxSize = 8;
//   };
//   } // namespace
//   std::unique_ptr<Pass> createDeadRulesPass() { return std::make_unique<DeadRules>(); }
//
// and one line in Passes.def. `name()` is the argument given there (asserted).
// Options are written `inline<max=8>`; an option whose value may be 0 or 1 may be
// written without a value, for 1.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_TRANSFORMS_PASS_H
#define WEIR_TRANSFORMS_PASS_H

#include "weir/Diag/Diagnostics.h"
#include "weir/IR/Analyses.h"
#include "weir/IR/Module.h"
#include "weir/Support/WorkMeter.h"

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// A number a pass reads, by name, with its bounds (both included).
struct PassOption {
  std::string_view Name;
  uint64_t &Value; ///< holds the default before parsing
  uint64_t Min, Max;
  std::string_view Summary;
};

/// What a pass works with. Made by the pass manager for one run of one pass.
class PassContext {
public:
  PassContext(DiagnosticEngine &Diags, ir::AnalysisManager &Analyses, uint64_t &StepsLeft)
      : Diags(Diags), Analyses(Analyses), StepsLeft(StepsLeft) {}

  /// An error reported here ends the pipeline after this pass.
  DiagnosticEngine &diags() { return Diags; }
  /// Right for the module as the pass got it. A pass that asks again after changing
  /// a body calls `analyses().invalidate()` first.
  ir::AnalysisManager &analyses() { return Analyses; }

  /// Adds to the statistic `Counter` of this pass, e.g. "rules inlined". The text
  /// must outlive the pass manager: a literal.
  void count(std::string_view Counter, uint64_t By = 1) { Counters[Counter] += By; }

  /// Says that an analysis stays right though the pass changes the module. When
  /// `run` returns false all of them do.
  void preserve(ir::AnalysisKind K) { Preserved.add(K); }

  /// Takes steps from the pipeline's budget, which counts the same on every machine:
  /// about one a visited expression. Returns false when they are used up; the pass
  /// then leaves the module whole and returns, and the manager reports `pass-budget`.
  bool spend(uint64_t Steps = 1) {
    if (Steps > StepsLeft || !spendWork(Steps)) {
      OverBudget = true;
      StepsLeft = 0;
      return false;
    }
    StepsLeft -= Steps;
    return true;
  }
  bool isOverBudget() const { return OverBudget; }

  ir::AnalysisSet preserved() const { return Preserved; }
  const std::map<std::string_view, uint64_t> &counters() const { return Counters; }

private:
  DiagnosticEngine &Diags;
  ir::AnalysisManager &Analyses;
  uint64_t &StepsLeft;
  bool OverBudget = false;
  ir::AnalysisSet Preserved;
  std::map<std::string_view, uint64_t> Counters;
};

class Pass {
public:
  virtual ~Pass() = default;
  /// The argument in Passes.def.
  virtual std::string_view name() const = 0;
  virtual std::vector<PassOption> options() { return {}; }
  /// Rewrites `M`. Returns whether anything changed: the printed module differs.
  /// Keeps the language of every rule that stays, or reports an error.
  virtual bool run(ir::Module &M, PassContext &Ctx) = 0;
  /// Whether it changes nothing when it runs again on what it left, so that the pass
  /// manager need not run it.
  virtual bool isIdempotent() const { return false; }
};

/// One entry of a table of passes.
struct PassInfo {
  std::string_view Argument, Summary;
  std::unique_ptr<Pass> (*Create)();
};

/// The passes of Passes.def.
std::span<const PassInfo> allPasses();

#define PASS(Class, Argument, Summary) std::unique_ptr<Pass> create##Class##Pass();
#include "weir/Transforms/Passes.def"

} // namespace weir

#endif // WEIR_TRANSFORMS_PASS_H
