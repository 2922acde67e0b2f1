//===- JsonSpelling.h - How scalar values are spelled in JSON ---*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_TRANSFORMS_JSONSPELLING_H
#define WEIR_LIB_TRANSFORMS_JSONSPELLING_H

#include "weir/IR/Module.h"

namespace weir::transforms {

/// The spellings, between the quotes, of the one-scalar values in `Set`.
ir::ExprId spellings(ir::Module &M, const CodePointSet &Set, ir::Escapes Style);

/// The spellings of one well-formed text.
ir::ExprId spellings(ir::Module &M, std::string_view Text, ir::Escapes Style);

} // namespace weir::transforms

#endif // WEIR_LIB_TRANSFORMS_JSONSPELLING_H
