//===- TestPasses.h - Passes that misbehave on purpose ----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What watches over passes must be seen to catch something. These stand in no
// library and are not listed by -list-passes:
//
//   test-noop             changes nothing
//   test-add-rule         adds a rule, `n` times (option, 1)
//   test-break-language   takes the last operand off the start rule's body
//   test-false-report     adds a rule and says that it changed nothing
//   test-break-module     takes the start rule's body away
//   test-lose             gives a second rule the start rule's name
//   test-spend            spends `steps` of the budget
//   test-crash            aborts
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_TOOLS_WEIR_OPT_TESTPASSES_H
#define WEIR_TOOLS_WEIR_OPT_TESTPASSES_H

#include "weir/Transforms/Pass.h"

namespace weir {

/// The passes of Passes.def and those above.
std::vector<PassInfo> passesAndTestPasses();

} // namespace weir

#endif // WEIR_TOOLS_WEIR_OPT_TESTPASSES_H
