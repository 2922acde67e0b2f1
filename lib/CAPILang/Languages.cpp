//===- Languages.cpp - The C interface of the grammar languages -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir-c/Languages.h"

#include "weir/CAPI/CompilerHandle.h"
#include "weir/Frontend/Grammar/Languages.h"

extern "C" weir_status weir_compiler_add_grammar_languages(weir_compiler *compiler) {
  if (!compiler)
    return WEIR_INVALID_ARGUMENT;
  weir::grammar::registerGrammarLanguages(compiler->Frontends);
  return WEIR_OK;
}
