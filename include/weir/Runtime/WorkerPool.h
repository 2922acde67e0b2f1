//===- WorkerPool.h - Threads that wait for batches -------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An executor runs the tasks 0 … Count - 1 and returns when all have run. Where they
// run is its own affair: an engine brings its thread pool, a test runs them
// backwards. This is one for programs that have none.
//
//   run(8, task)    caller   0 1     4     7       takes part itself
//                   worker 1     2     5           woken, goes back to sleep
//                   worker 2       3     6
//
// No thread is started before the first run of more than one task. After fork() the
// child has no workers; its first run starts new ones, and the parent's state
// is neither locked nor joined there.
//
// Rejected: a task queue (a batch is a range: one counter is enough); spinning
// between batches (the machine belongs to the engine).
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_RUNTIME_WORKERPOOL_H
#define WEIR_RUNTIME_WORKERPOOL_H

#include "weir/Support/FunctionRef.h"

#include <atomic>
#include <cstddef>

namespace weir {

/// One task of a batch, by number. Called from any thread; throws nothing.
using BatchTask = FunctionRef<void(size_t)>;
/// Runs all tasks below the count, each once, and returns after the last.
using Executor = FunctionRef<void(size_t, BatchTask)>;

class WorkerPool {
public:
  /// At most `Threads` work on a batch, the caller's among them; 0: as many as the machine
  /// has processors.
  explicit WorkerPool(unsigned Threads);
  /// Waits for the workers to end. Nothing may be running.
  ~WorkerPool();
  WorkerPool(const WorkerPool &) = delete;
  WorkerPool &operator=(const WorkerPool &) = delete;

  /// Any number of threads may call it, tasks too: whoever finds the workers busy runs its
  /// tasks alone. When threads cannot be had, those there are do the work.
  void run(size_t Count, BatchTask Task);

  /// Threads started so far in this process.
  unsigned started() const;

private:
  struct State;
  State *current();

  unsigned Limit;
  std::atomic<State *> P{nullptr};
};

} // namespace weir

#endif // WEIR_RUNTIME_WORKERPOOL_H
