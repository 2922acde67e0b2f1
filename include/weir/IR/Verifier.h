//===- Verifier.h - What must hold of a module ------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// docs/LangRef.md lists the rules of each operation. What is checked when:
//
//   always          the start rule and all bodies are set, calls lead to rules,
//                   operands of and/not/json_string and free keys are regular,
//                   members have distinct names, bounds are in order, budgets
//   Normalised      also: no left recursion, every rule is reached and has texts
//   ReadyToLower    also: no left recursion, `members` alone in its rule and not
//                   under `repeat`, no attribute that nothing enforces
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_IR_VERIFIER_H
#define WEIR_IR_VERIFIER_H

#include "weir/IR/Analyses.h"
#include "weir/IR/Module.h"

namespace weir::ir {

enum class VerifyMode : uint8_t { AfterFrontend, Normalised, ReadyToLower };

struct VerifyLimits {
  uint32_t MaxRules = 1'000'000;
  uint32_t MaxExprs = 16'000'000;
};

/// Reports what is wrong, at the places of the rules concerned. Returns whether
/// nothing is. `Analyses`, when given, is right for `M`; its answers are reused.
/// O(module) when nothing is wrong.
bool verify(const Module &M, VerifyMode Mode, DiagnosticEngine &Diags,
            AnalysisManager *Analyses = nullptr, const VerifyLimits &Limits = {});

/// A report at the first place of a set of origins, or nowhere.
DiagBuilder reportAt(DiagnosticEngine &Diags, const OriginSet &Origins, DiagId Id);

} // namespace weir::ir

#endif // WEIR_IR_VERIFIER_H
