//===- CompilerHandle.h - What is behind weir_compiler ----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_CAPI_COMPILERHANDLE_H
#define WEIR_CAPI_COMPILERHANDLE_H

#include "weir-c/Compiler.h"

#include "weir/CAPIRuntime/Handles.h"
#include "weir/Driver/FrontendRegistry.h"
#include "weir/Service/CompileService.h"

#include <memory>
#include <string>

struct weir_compiler {
  weir::FrontendRegistry Frontends;
  weir::CancelFlag Aside; ///< never set: keeps what a compilation without a flag leaves
};
struct weir_cancel {
  weir::CancelFlag Flag;
};
/// What was reported, as it is printed.
struct weir_diagnostics {
  size_t Errors = 0;
  std::string Text, Json;
};

namespace weir::capi {

/// Reads a specification and its options. WEIR_INVALID_ARGUMENT when an option has no such value;
/// `Why`, if not null, then says which.
weir_status readRequest(weir_language Language, const char *Text, size_t Size,
                        const weir_compile_options *Options, CompileRequest &Out,
                        weir_diagnostics **Why = nullptr);

/// Hands an outcome to the caller: a grammar of its own, and diagnostics where asked for.
weir_status giveOutcome(const OutcomeRef &O, weir_grammar **Grammar,
                        weir_diagnostics **Diagnostics);

} // namespace weir::capi

#endif // WEIR_CAPI_COMPILERHANDLE_H
