//===- Terminals.h - Tables that nearly every schema needs ------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first visit of a wide state walks the vocabulary. The states of JSON's own
// terminals (Terminals.def) are visited by nearly every schema, so their tables are
// made ahead, once for a cache.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_DRIVER_TERMINALS_H
#define WEIR_DRIVER_TERMINALS_H

#include "weir/Lower/LexicalCache.h"
#include "weir/Runtime/TableCache.h"

#include <cstdint>
#include <vector>

namespace weir {

/// Prepares the tables of the terminals; nothing is left to do where the vocabulary's image has
/// them. Some tens of milliseconds for 128,000 tokens; a second call costs compilation only. Safe
/// while matchers use the cache.
void prepareTerminals(TableCache &Tables);

/// The image of `V` with the tables of the terminals in it, which every cache for it then has
/// without preparing them. Takes as long as that. Fails with OutOfMemory rather than leave some
/// out.
Result<std::vector<uint8_t>> imageWithTerminals(const VocabularyRef &V);

/// Makes the automata of the formats and keeps them as generic. A fifth of a second, nearly all
/// of it for `idn-hostname`.
void prepareAutomata(LexicalCache &Automata);

} // namespace weir

#endif // WEIR_DRIVER_TERMINALS_H
