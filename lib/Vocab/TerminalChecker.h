//===- TerminalChecker.h - Are an image's tables of terminals sound? -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_VOCAB_TERMINALCHECKER_H
#define WEIR_LIB_VOCAB_TERMINALCHECKER_H

#include "weir/Vocab/Vocabulary.h"

namespace weir {

/// Checks that nothing in `T`, of this library's version, leads out of its tables or out of `V`,
/// whose own sections were checked before. Returns what is wrong, or null. Linear.
const char *checkTerminals(const Vocabulary &V, const TerminalView &T);

} // namespace weir

#endif // WEIR_LIB_VOCAB_TERMINALCHECKER_H
