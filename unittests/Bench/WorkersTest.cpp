//===- WorkersTest.cpp - Crashes and hangs cost one piece of work ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Bench/Workers.h"

#include <gtest/gtest.h>

#include <csignal>
#include <map>

#include <unistd.h>

using namespace weir::bench;

namespace {

struct Answer {
  Outcome What;
  std::string Text;
};

std::map<size_t, Answer> run(size_t Count, const WorkerOptions &Options,
                             const std::function<std::string(size_t)> &Work) {
  std::map<size_t, Answer> Answers;
  EXPECT_TRUE(runWorkers(Count, Options, Work, [&](size_t N, Outcome O, std::string Text) {
    EXPECT_TRUE(Answers.emplace(N, Answer{O, std::move(Text)}).second) << N << " came twice";
  }));
  EXPECT_EQ(Answers.size(), Count);
  return Answers;
}

TEST(WorkersTest, NothingToDo) {
  run(0, {}, [](size_t) { return std::string("x"); });
}

TEST(WorkersTest, EveryNumberIsAnsweredOnce) {
  for (unsigned Jobs : {1U, 3U, 7U}) {
    WorkerOptions Options;
    Options.Jobs = Jobs;
    auto Answers = run(40, Options, [](size_t N) { return std::to_string(N * N); });
    for (auto &[N, A] : Answers) {
      EXPECT_EQ(A.What, Outcome::Done);
      EXPECT_EQ(A.Text, std::to_string(N * N));
    }
  }
}

TEST(WorkersTest, LongAndEmptyAnswersArrive) {
  auto Answers = run(3, {}, [](size_t N) { return std::string(N * 3'000'000, 'x'); });
  EXPECT_EQ(Answers[0].Text, "");
  EXPECT_EQ(Answers[2].Text.size(), 6'000'000U);
}

TEST(WorkersTest, ACrashCostsOneNumber) {
  WorkerOptions Options;
  Options.Jobs = 2;
  auto Answers = run(10, Options, [](size_t N) {
    if (N % 4 == 1)
      std::raise(SIGKILL);
    if (N == 2)
      ::_exit(3);
    return std::string("fine");
  });
  for (auto &[N, A] : Answers)
    if (N % 4 == 1) {
      EXPECT_EQ(A.What, Outcome::Crashed);
      EXPECT_EQ(A.Text, "signal 9");
    } else if (N == 2) {
      EXPECT_EQ(A.What, Outcome::Crashed);
      EXPECT_EQ(A.Text, "exit code 3");
    } else {
      EXPECT_EQ(A.What, Outcome::Done);
      EXPECT_EQ(A.Text, "fine");
    }
}

TEST(WorkersTest, AHangIsEnded) {
  WorkerOptions Options;
  Options.LimitSeconds = 0.3;
  auto Answers = run(3, Options, [](size_t N) {
    if (N == 1)
      for (;;)
        ::pause();
    return std::string("fine");
  });
  EXPECT_EQ(Answers[0].What, Outcome::Done);
  EXPECT_EQ(Answers[1].What, Outcome::TimedOut);
  EXPECT_EQ(Answers[2].What, Outcome::Done);
}

} // namespace
