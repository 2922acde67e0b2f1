//===- FillAhead.h - Tables and masks before they are needed ----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first mask of a kind of state makes its table, which takes microseconds to
// milliseconds. While a prompt is read the processors have time for that:
//
//   compile ─▶ grammar ─┬─▶ fillAhead, on threads of the engine's ──▶ cache
//                       └─▶ matcher, masks … ◀──────────────────────────┘
//
// Tables are made for the states of the start rule, then for those of the rules it calls, and
// so on, for the lowest values of their registers and as far down in nesting as was asked for.
// Matchers need not wait for it and need not know of it: what is there is found, what is not is
// made as ever. Positions at keys of objects have no tables (ReadyTables.h); masks there are worked
// out for texts that may come, and kept in the memo (Matcher::rehearse), behind all tables and on
// the caller's thread.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_RUNTIME_FILLAHEAD_H
#define WEIR_RUNTIME_FILLAHEAD_H

#include "weir/Runtime/Grammar.h"
#include "weir/Runtime/TableCache.h"
#include "weir/Runtime/WorkerPool.h"
#include "weir/Support/Status.h"

#include <chrono>
#include <memory>

namespace weir {

struct AheadOptions {
  /// Bytes that new tables may take; no more are made then. The cache drops what is older when it
  /// is full, so this should be a part of what it may hold.
  size_t MaxBytes = size_t(32) << 20;
  /// Nesting up to which tables are made that read it.
  uint32_t MaxDepth = 8;
  /// Places of texts whose masks are worked out once the tables are there (Matcher::rehearse).
  uint64_t MaxPlaces = 4096;
  /// No table and no mask is begun after that.
  std::chrono::nanoseconds Time = std::chrono::nanoseconds::max();
  /// Where tables are made; null: on the caller's thread.
  const Executor *Run = nullptr;
  /// Asked before each table and mask, from any of the threads: true ends it. Null: never.
  const FunctionRef<bool()> *Stop = nullptr;
};

struct AheadReport {
  uint64_t Tables = 0, Bytes = 0; ///< that were made
  uint64_t Masks = 0;             ///< that were worked out behind them, all but what was there
  bool Complete = false;          ///< there are all tables that were to be made
};

/// Returns when all are made, or no more may be. Any number of threads, while others use both.
/// Fails as a matcher's creation does, with Cancelled as `fillTables`, and with OutOfMemory, when
/// some tables may have been made.
Result<AheadReport> fillAhead(const std::shared_ptr<const Grammar> &G,
                              const std::shared_ptr<TableCache> &Tables,
                              const AheadOptions &Options = {});

} // namespace weir

#endif // WEIR_RUNTIME_FILLAHEAD_H
