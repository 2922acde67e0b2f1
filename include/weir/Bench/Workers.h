//===- Workers.h - Work in processes that may crash or hang -----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Numbered pieces of work are handed, one at a time, to child processes made by fork,
// so that what was prepared before (a vocabulary, a corpus) is shared and needs no
// copying. A child that dies or takes too long costs its piece of work and nothing
// else: a new child goes on after it.
//
//   parent   ──number──▶ pipe ──▶ child     computes
//            ◀─size, bytes── pipe ◀──       its answer
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_BENCH_WORKERS_H
#define WEIR_BENCH_WORKERS_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace weir::bench {

struct WorkerOptions {
  unsigned Jobs = 1;
  double LimitSeconds = 60;
  /// Bytes of memory a child may take for data; 0: no limit of ours.
  uint64_t LimitBytes = 0;
};

enum class Outcome : uint8_t { Done, Crashed, TimedOut };

/// Computes `Work(n)` for each n below `Count` in children, and calls `Done` here, in the
/// order of completion, with the answer or the reason why there is none ("signal 11").
/// Work that runs over the time limit is killed. False when processes cannot be made.
bool runWorkers(size_t Count, const WorkerOptions &Options,
                const std::function<std::string(size_t)> &Work,
                const std::function<void(size_t, Outcome, std::string)> &Done);

} // namespace weir::bench

#endif // WEIR_BENCH_WORKERS_H
