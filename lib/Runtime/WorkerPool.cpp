//===- WorkerPool.cpp - Threads that wait for batches -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Runtime/WorkerPool.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#if !defined(_WIN32)
#include <unistd.h>
#endif

namespace weir {

static long processId() {
#if defined(_WIN32)
  return 0; // no fork
#else
  return long(getpid());
#endif
}

/// All that threads share. It belongs to one process: a forked child makes its own and
/// leaves this one alone, since a lock may have been held when it was copied.
struct WorkerPool::State {
  const long Process = processId();
  std::atomic<bool> Running{false};
  std::atomic<unsigned> Started{0};

  std::mutex Lock;
  std::condition_variable Wake, Done;
  // Under Lock.
  const BatchTask *Task = nullptr; ///< null: nothing to do
  uint64_t Generation = 0;
  size_t Count = 0, Chunk = 1;
  unsigned Inside = 0; ///< workers that hold Task
  bool Ending = false;

  std::atomic<size_t> Next{0};
  std::vector<std::thread> Threads; ///< touched by the running caller only

  void take(const BatchTask &T, size_t Total, size_t Step) {
    for (;;) {
      const size_t Begin = Next.fetch_add(Step, std::memory_order_relaxed);
      if (Begin >= Total)
        return;
      for (size_t I = Begin, End = std::min(Total, Begin + Step); I < End; ++I)
        T(I);
    }
  }

  void work() {
    uint64_t Seen = 0;
    std::unique_lock Guard(Lock);
    for (;;) {
      Wake.wait(Guard, [&] { return Ending || (Task && Generation != Seen); });
      if (Ending)
        return;
      Seen = Generation;
      const BatchTask &T = *Task;
      const size_t Total = Count, Step = Chunk;
      ++Inside;
      Guard.unlock();
      take(T, Total, Step);
      Guard.lock();
      if (--Inside == 0)
        Done.notify_one();
    }
  }

  void start(unsigned Wanted) {
    try {
      while (Threads.size() < Wanted) {
        Threads.emplace_back([this] { work(); });
        Started.store(unsigned(Threads.size()), std::memory_order_relaxed);
      }
    } catch (const std::system_error &) { // no more threads to be had
    } catch (const std::bad_alloc &) {
    }
  }
};

WorkerPool::WorkerPool(unsigned Threads)
    : Limit(Threads ? Threads : std::max(1U, std::thread::hardware_concurrency())) {}

WorkerPool::~WorkerPool() {
  State *S = P.load(std::memory_order_acquire);
  if (!S || S->Process != processId())
    return; // of the parent: not ours to free
  {
    std::lock_guard Guard(S->Lock);
    S->Ending = true;
  }
  S->Wake.notify_all();
  for (std::thread &T : S->Threads)
    T.join();
  delete S;
}

WorkerPool::State *WorkerPool::current() {
  State *S = P.load(std::memory_order_acquire);
  if (S && S->Process == processId())
    return S;
  auto New = std::make_unique<State>();
  if (P.compare_exchange_strong(S, New.get(), std::memory_order_acq_rel))
    return New.release();
  return S; // another thread was first
}

unsigned WorkerPool::started() const {
  const State *S = P.load(std::memory_order_acquire);
  return S && S->Process == processId() ? S->Started.load(std::memory_order_relaxed) : 0;
}

void WorkerPool::run(size_t Count, BatchTask Task) {
  State *S = nullptr;
  if (Count > 1 && Limit > 1) {
    try {
      S = current();
    } catch (const std::bad_alloc &) { // alone, then
    }
    if (S && S->Running.exchange(true, std::memory_order_acquire))
      S = nullptr;
  }
  if (!S) {
    for (size_t I = 0; I < Count; ++I)
      Task(I);
    return;
  }
  S->start(unsigned(std::min<size_t>(Limit, Count)) - 1);
  const size_t Sharers = S->Threads.size() + 1;
  const size_t Chunk = std::max<size_t>(1, Count / (Sharers * 8));
  {
    std::lock_guard Guard(S->Lock);
    S->Task = &Task;
    S->Count = Count;
    S->Chunk = Chunk;
    S->Next.store(0, std::memory_order_relaxed);
    ++S->Generation;
  }
  S->Wake.notify_all();
  S->take(Task, Count, Chunk);
  {
    std::unique_lock Guard(S->Lock);
    S->Done.wait(Guard, [&] { return S->Inside == 0; });
    S->Task = nullptr; // whoever wakes now finds nothing
  }
  S->Running.store(false, std::memory_order_release);
}

} // namespace weir
