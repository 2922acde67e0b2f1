//===- CompilerHandle.h - What is behind weir_compiler ----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_CAPI_COMPILERHANDLE_H
#define WEIR_CAPI_COMPILERHANDLE_H

#include "weir-c/Compiler.h"

#include "weir/Driver/FrontendRegistry.h"

struct weir_compiler {
  weir::FrontendRegistry Frontends;
};

#endif // WEIR_CAPI_COMPILERHANDLE_H
