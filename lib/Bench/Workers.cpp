//===- Workers.cpp - Work in processes that may crash or hang -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Bench/Workers.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <vector>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// A sanitizer's shadow memory counts as data.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WEIR_BENCH_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WEIR_BENCH_SANITIZER 1
#endif
#endif

namespace weir::bench {

namespace {

using Clock = std::chrono::steady_clock;

bool writeAll(int Fd, const void *Data, size_t Size) {
  const char *P = static_cast<const char *>(Data);
  while (Size != 0) {
    ssize_t N = ::write(Fd, P, Size);
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      return false;
    P += N;
    Size -= size_t(N);
  }
  return true;
}

bool readAll(int Fd, void *Data, size_t Size) {
  char *P = static_cast<char *>(Data);
  while (Size != 0) {
    ssize_t N = ::read(Fd, P, Size);
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      return false;
    P += N;
    Size -= size_t(N);
  }
  return true;
}

struct Child {
  pid_t Pid = -1;
  int ToChild = -1, FromChild = -1;
  bool Busy = false;
  size_t Number = 0;
  Clock::time_point Deadline;
  std::string Received; ///< of the answer so far
};

class Pool {
public:
  Pool(size_t Count, const WorkerOptions &Options, const std::function<std::string(size_t)> &Work,
       const std::function<void(size_t, Outcome, std::string)> &Done)
      : Count(Count), Options(Options), Work(Work), Done(Done),
        Children(std::min<size_t>(std::max(1U, Options.Jobs), std::max<size_t>(Count, 1))) {}

  bool run();

private:
  bool start(Child &C);
  [[noreturn]] void childMain(int In, int Out);
  bool give(Child &C);
  void receive(Child &C);
  std::string reap(Child &C);

  size_t Count;
  const WorkerOptions &Options;
  const std::function<std::string(size_t)> &Work;
  const std::function<void(size_t, Outcome, std::string)> &Done;
  std::vector<Child> Children;
  size_t Next = 0, Finished = 0;
};

} // namespace

void Pool::childMain(int In, int Out) {
  // Neither a child left behind nor core files nor the parent's crash report.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int Signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGPIPE})
    std::signal(Signal, SIG_DFL);
  rlimit NoCore{0, 0};
  ::setrlimit(RLIMIT_CORE, &NoCore);
#ifndef WEIR_BENCH_SANITIZER
  if (Options.LimitBytes != 0) {
    rlimit Data{Options.LimitBytes, Options.LimitBytes};
    ::setrlimit(RLIMIT_DATA, &Data);
  }
#endif
  uint64_t Number;
  while (readAll(In, &Number, sizeof(Number))) {
    std::string Answer = Work(size_t(Number));
    uint64_t Size = Answer.size();
    if (!writeAll(Out, &Size, sizeof(Size)) || !writeAll(Out, Answer.data(), Answer.size()))
      break;
  }
  ::_exit(0);
}

bool Pool::start(Child &C) {
  int Down[2], Up[2];
  if (::pipe(Down) != 0)
    return false;
  if (::pipe(Up) != 0) {
    ::close(Down[0]);
    ::close(Down[1]);
    return false;
  }
  pid_t Pid = ::fork();
  if (Pid < 0) {
    for (int Fd : {Down[0], Down[1], Up[0], Up[1]})
      ::close(Fd);
    return false;
  }
  if (Pid == 0) {
    for (const Child &Other : Children)
      if (Other.Pid > 0) {
        ::close(Other.ToChild);
        ::close(Other.FromChild);
      }
    ::close(Down[1]);
    ::close(Up[0]);
    childMain(Down[0], Up[1]);
  }
  ::close(Down[0]);
  ::close(Up[1]);
  C.Pid = Pid;
  C.ToChild = Down[1];
  C.FromChild = Up[0];
  C.Busy = false;
  C.Received.clear();
  return true;
}

/// Waits for a child that ends, and says how it did.
std::string Pool::reap(Child &C) {
  ::close(C.ToChild);
  ::close(C.FromChild);
  int Status = 0;
  while (::waitpid(C.Pid, &Status, 0) < 0 && errno == EINTR)
    ;
  C.Pid = -1;
  C.Busy = false;
  if (WIFSIGNALED(Status))
    return "signal " + std::to_string(WTERMSIG(Status));
  return "exit code " + std::to_string(WEXITSTATUS(Status));
}

bool Pool::give(Child &C) {
  if (Next == Count)
    return true;
  if (C.Pid < 0 && !start(C))
    return false;
  C.Number = Next++;
  C.Busy = true;
  C.Deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                  std::chrono::duration<double>(Options.LimitSeconds));
  uint64_t Number = C.Number;
  // A child that died in between is seen when its pipe is read.
  (void)writeAll(C.ToChild, &Number, sizeof(Number));
  return true;
}

void Pool::receive(Child &C) {
  char Buffer[1 << 16];
  ssize_t N = ::read(C.FromChild, Buffer, sizeof(Buffer));
  if (N < 0 && errno == EINTR)
    return;
  if (N <= 0) {
    std::string Reason = reap(C);
    ++Finished;
    Done(C.Number, Outcome::Crashed, std::move(Reason));
    return;
  }
  C.Received.append(Buffer, size_t(N));
  uint64_t Size;
  if (C.Received.size() < sizeof(Size))
    return;
  std::memcpy(&Size, C.Received.data(), sizeof(Size));
  if (C.Received.size() < sizeof(Size) + Size)
    return;
  std::string Answer = C.Received.substr(sizeof(Size));
  C.Received.clear();
  C.Busy = false;
  ++Finished;
  Done(C.Number, Outcome::Done, std::move(Answer));
}

bool Pool::run() {
  auto OldPipe = std::signal(SIGPIPE, SIG_IGN);
  bool Ok = true;
  while (Ok && Finished != Count) {
    for (Child &C : Children)
      if (!C.Busy)
        Ok = Ok && give(C);
    if (!Ok)
      break;
    std::vector<pollfd> Waiting;
    std::vector<Child *> Of;
    Clock::time_point Soonest = Clock::time_point::max();
    for (Child &C : Children)
      if (C.Busy) {
        Waiting.push_back({C.FromChild, POLLIN, 0});
        Of.push_back(&C);
        Soonest = std::min(Soonest, C.Deadline);
      }
    auto Left = std::chrono::duration_cast<std::chrono::milliseconds>(Soonest - Clock::now());
    int Milliseconds = int(std::clamp<int64_t>(Left.count() + 1, 0, 60'000));
    int Ready = ::poll(Waiting.data(), nfds_t(Waiting.size()), Milliseconds);
    if (Ready < 0 && errno != EINTR)
      Ok = false;
    for (size_t I = 0; Ready > 0 && I < Waiting.size(); ++I)
      if (Waiting[I].revents != 0)
        receive(*Of[I]);
    for (Child &C : Children)
      if (C.Busy && Clock::now() >= C.Deadline) {
        ::kill(C.Pid, SIGKILL);
        reap(C);
        ++Finished;
        Done(C.Number, Outcome::TimedOut, "");
      }
  }
  for (Child &C : Children)
    if (C.Pid > 0) {
      if (C.Busy)
        ::kill(C.Pid, SIGKILL);
      reap(C);
    }
  std::signal(SIGPIPE, OldPipe);
  return Ok;
}

bool runWorkers(size_t Count, const WorkerOptions &Options,
                const std::function<std::string(size_t)> &Work,
                const std::function<void(size_t, Outcome, std::string)> &Done) {
  return Pool(Count, Options, Work, Done).run();
}

} // namespace weir::bench
