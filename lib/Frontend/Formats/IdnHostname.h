//===- IdnHostname.h - The format `idn-hostname` ----------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_FORMATS_IDNHOSTNAME_H
#define WEIR_LIB_FRONTEND_FORMATS_IDNHOSTNAME_H

#include "weir/IR/Module.h"

namespace weir {

/// Internationalized host names, over decoded text: a regular expression.
ir::ExprId idnHostnames(ir::Module &M);

} // namespace weir

#endif // WEIR_LIB_FRONTEND_FORMATS_IDNHOSTNAME_H
