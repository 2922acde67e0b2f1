//===- WorkerPoolTest.cpp - Threads that wait for batches -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Runtime/WorkerPool.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__)
#define WEIR_TSAN 1
#elif defined(__has_feature)
#define WEIR_TSAN __has_feature(thread_sanitizer)
#else
#define WEIR_TSAN 0
#endif

using namespace weir;

namespace {

/// Runs a batch and tells whether each task ran once.
bool eachOnce(WorkerPool &Pool, size_t Count) {
  std::vector<std::atomic<int>> Ran(Count);
  Pool.run(Count, [&](size_t I) { Ran[I].fetch_add(1); });
  for (std::atomic<int> &R : Ran)
    if (R.load() != 1)
      return false;
  return true;
}

TEST(WorkerPoolTest, EachTaskOnceWhateverTheSizes) {
  for (unsigned Threads : {1U, 2U, 5U}) {
    WorkerPool Pool(Threads);
    for (size_t Count : {0U, 1U, 2U, 3U, 17U, 1000U})
      for (int Round = 0; Round < 20; ++Round)
        ASSERT_TRUE(eachOnce(Pool, Count)) << Threads << " threads, " << Count << " tasks";
  }
}

TEST(WorkerPoolTest, NoThreadsUntilThereIsWorkToShare) {
  WorkerPool Pool(3);
  EXPECT_EQ(Pool.started(), 0U);
  EXPECT_TRUE(eachOnce(Pool, 1));
  EXPECT_EQ(Pool.started(), 0U);
  EXPECT_TRUE(eachOnce(Pool, 100));
  EXPECT_EQ(Pool.started(), 2U);
  WorkerPool One(1);
  EXPECT_TRUE(eachOnce(One, 100));
  EXPECT_EQ(One.started(), 0U);
}

TEST(WorkerPoolTest, TasksMayRunBatchesAndThreadsMayMeet) {
  WorkerPool Pool(3);
  std::atomic<int> Ran{0};
  Pool.run(10, [&](size_t) { Pool.run(10, [&](size_t) { ++Ran; }); });
  EXPECT_EQ(Ran.load(), 100);
  std::vector<std::thread> Callers;
  std::atomic<bool> Good{true};
  for (int I = 0; I < 4; ++I)
    Callers.emplace_back([&] {
      for (int Round = 0; Round < 50; ++Round)
        if (!eachOnce(Pool, 50))
          Good = false;
    });
  for (std::thread &T : Callers)
    T.join();
  EXPECT_TRUE(Good.load());
}

TEST(WorkerPoolTest, AForkedChildHasWorkersOfItsOwn) {
#if WEIR_TSAN
  GTEST_SKIP() << "ThreadSanitizer ends a forked child that starts threads";
#endif
  WorkerPool Pool(3);
  ASSERT_TRUE(eachOnce(Pool, 100));
  const pid_t Child = fork();
  ASSERT_NE(Child, -1);
  if (Child == 0) {
    const bool Good = Pool.started() == 0 && eachOnce(Pool, 100) && Pool.started() == 2;
    Pool.~WorkerPool();
    _exit(Good ? 0 : 1);
  }
  EXPECT_TRUE(eachOnce(Pool, 100));
  int Answer = -1;
  ASSERT_EQ(waitpid(Child, &Answer, 0), Child);
  EXPECT_TRUE(WIFEXITED(Answer) && WEXITSTATUS(Answer) == 0) << Answer;
}

} // namespace
