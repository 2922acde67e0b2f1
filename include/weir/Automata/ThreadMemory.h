//===- ThreadMemory.h - What a thread keeps between compilations ----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constructions on automata need some dozens of arrays. A thread keeps those of its last
// workspace for the next one, empty, as long as they take no more than 256 KiB.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_AUTOMATA_THREADMEMORY_H
#define WEIR_AUTOMATA_THREADMEMORY_H

namespace weir::automata {

/// Gives back what the calling thread keeps. Otherwise that is freed when the thread ends.
void trimThread();

} // namespace weir::automata

#endif // WEIR_AUTOMATA_THREADMEMORY_H
