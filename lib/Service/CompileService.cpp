//===- CompileService.cpp - Compiling for many requests -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Service/CompileService.h"

#include "RequestKey.h"

#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <vector>

#if !defined(_WIN32)
#include <unistd.h>
#endif

namespace weir {

using Clock = std::chrono::steady_clock;

static long processId() {
#if defined(_WIN32)
  return 0;
#else
  return long(getpid());
#endif
}

/// Made once for the process and owned by nobody: to say so needs no memory.
template <Status Code>
static OutcomeRef failure() {
  static const CompileOutcome Out = [] {
    CompileOutcome O;
    O.Code = Code;
    return O;
  }();
  return OutcomeRef(OutcomeRef(), &Out);
}

/// How often a waiting thread looks at its flag.
static constexpr std::chrono::milliseconds LookEvery{2};

struct CompileService::Job::State {
  std::mutex Lock;
  std::condition_variable Done;
  OutcomeRef Outcome;
  CancelFlag Cancel;
  CompileRequest Request;
  Clock::time_point Submitted = Clock::now();

  void finish(OutcomeRef O) {
    {
      std::lock_guard Guard(Lock);
      if (!Outcome)
        Outcome = std::move(O);
    }
    Done.notify_all();
  }
};

class CompileService::Impl {
public:
  Impl(const FrontendRegistry &Frontends, const ServiceOptions &Options)
      : Frontends(Frontends), Options(Options) {}

  OutcomeRef compile(const CompileRequest &R);
  Job submit(CompileRequest R);
  void clear();
  void end();
  Statistics statistics() const;
  bool isHere() const { return Process == processId(); }

private:
  struct Entry {
    std::string Key, Exact; ///< Exact: the name and text, where the outcome names places in it
    OutcomeRef Outcome;
    size_t Bytes;
  };
  struct Flight {
    std::condition_variable Landed;
    OutcomeRef Outcome; ///< under the service's lock; null while under way
    bool Over = false;
  };
  using List = std::list<Entry>;
  /// Ends a flight when the compilation that began it is left, by an exception too.
  class Landing {
  public:
    Landing(Impl &Service, const std::string &Key) : Service(Service), Key(Key) {}
    ~Landing() {
      if (!F)
        return;
      {
        std::lock_guard Guard(Service.Lock);
        F->Over = true;
        Service.Flights.erase(Key);
      }
      F->Landed.notify_all();
    }
    Landing(const Landing &) = delete;
    Landing &operator=(const Landing &) = delete;
    std::shared_ptr<Flight> F;

  private:
    Impl &Service;
    const std::string &Key;
  };

  OutcomeRef find(const std::string &Key, const CompileRequest &R);
  void keep(std::string Key, const CompileRequest &R, const OutcomeRef &O);
  void drop(List::iterator I);
  void work();

  const FrontendRegistry Frontends;
  const ServiceOptions Options;
  const long Process = processId();

  mutable std::mutex Lock;
  List Entries;                                               ///< last used first
  std::unordered_map<std::string_view, List::iterator> Index; ///< views of the entries' keys
  std::unordered_map<std::string, std::shared_ptr<Flight>> Flights;
  Statistics Counts;

  std::mutex QueueLock;
  std::condition_variable Wake;
  std::deque<std::shared_ptr<Job::State>> Queue;
  std::vector<std::shared_ptr<Job::State>> Running;
  std::vector<std::thread> Threads;
  bool Ending = false;
};

/// What of an outcome is about one spelling of the text.
static std::string exactly(const CompileRequest &R) { return R.Name + '\0' + R.Text; }

static bool isSpellingFree(const CompileOutcome &O) { return O.Text.empty() && !O.Places; }

OutcomeRef CompileService::Impl::find(const std::string &Key, const CompileRequest &R) {
  auto It = Index.find(Key);
  if (It == Index.end())
    return nullptr;
  const Entry &E = *It->second;
  const bool Fits = isSpellingFree(*E.Outcome) || E.Exact == exactly(R);
  const OutcomeRef &Found = Fits ? E.Outcome : E.Outcome->OtherSpellings;
  if (Found)
    Entries.splice(Entries.begin(), Entries, It->second);
  return Found;
}

void CompileService::Impl::drop(List::iterator I) {
  Counts.Bytes -= I->Bytes;
  --Counts.Entries;
  Index.erase(I->Key);
  Entries.erase(I);
}

void CompileService::Impl::keep(std::string Key, const CompileRequest &R, const OutcomeRef &O) {
  if (auto It = Index.find(Key); It != Index.end())
    drop(It->second);
  Entry E;
  E.Key = std::move(Key);
  if (!isSpellingFree(*O))
    E.Exact = exactly(R);
  E.Outcome = O;
  // The nodes of list and index, and what allocators add.
  E.Bytes = O->memoryBytes() + E.Key.capacity() + E.Exact.capacity() + sizeof(Entry) + 128;
  if (E.Bytes > Options.MaxBytes)
    return;
  const size_t Bytes = E.Bytes;
  Entries.push_front(std::move(E));
  // Not without its place in the index, for which memory may not suffice.
  struct TakeBack {
    List &Of;
    bool Indexed = false;
    ~TakeBack() {
      if (!Indexed)
        Of.pop_front();
    }
  } Guard{Entries};
  Index.emplace(Entries.front().Key, Entries.begin());
  Guard.Indexed = true;
  Counts.Bytes += Bytes;
  ++Counts.Entries;
  while (Counts.Bytes > Options.MaxBytes) {
    drop(std::prev(Entries.end()));
    ++Counts.Evicted;
  }
}

OutcomeRef CompileService::Impl::compile(const CompileRequest &R) {
  if (!isHere())
    return failure<Status::InvalidArgument>();
  const Clock::time_point Begin = Clock::now();
  const bool Limited = R.Limits.Time < Clock::time_point::max() - Begin;
  auto isOver = [&] {
    return (R.Limits.Cancel && R.Limits.Cancel->isSet()) ||
           (Limited && Clock::now() - Begin >= R.Limits.Time);
  };
  std::optional<std::string> Key = requestKey(R);
  if (!Key)
    return compileWithin(Frontends, R);

  CompileRequest Rest = R;
  // Equal requests share a flight when the answer will do for all of them: when texts are
  // spelled alike.
  const std::string FlightKey = *Key + '\0' + exactly(R);
  Landing Mine(*this, FlightKey);
  {
    std::unique_lock Guard(Lock);
    for (;;) {
      if (OutcomeRef Found = find(*Key, R)) {
        ++Counts.Hits;
        return Found;
      }
      if (isOver())
        return failure<Status::Cancelled>();
      auto Fresh = std::make_shared<Flight>();
      auto [It, New] = Flights.try_emplace(FlightKey, Fresh);
      if (New) {
        Mine.F = std::move(Fresh);
        break;
      }
      std::shared_ptr<Flight> Theirs = It->second;
      while (!Theirs->Over && !isOver())
        Theirs->Landed.wait_for(Guard, LookEvery);
      if (!Theirs->Over)
        return failure<Status::Cancelled>();
      if (Theirs->Outcome) {
        ++Counts.Shared;
        return Theirs->Outcome;
      }
    }
  }

  if (Limited)
    Rest.Limits.Time =
        std::max(std::chrono::nanoseconds(0), R.Limits.Time - (Clock::now() - Begin));
  const Clock::time_point Start = Clock::now();
  OutcomeRef Made = compileWithin(Frontends, Rest);
  const bool IsVerdict = Made->Code != Status::Cancelled && Made->Code != Status::OutOfMemory;
  {
    std::lock_guard Guard(Lock);
    Counts.Nanoseconds += uint64_t(std::chrono::nanoseconds(Clock::now() - Start).count());
    ++(IsVerdict ? Counts.Compiled : Counts.Abandoned);
    if (IsVerdict) {
      Mine.F->Outcome = Made;
      keep(std::move(*Key), R, Made);
    }
  }
  return Made;
}

void CompileService::Impl::work() {
  std::unique_lock Guard(QueueLock);
  for (;;) {
    Wake.wait(Guard, [&] { return Ending || !Queue.empty(); });
    if (Ending)
      return;
    std::shared_ptr<Job::State> J = std::move(Queue.front());
    Queue.pop_front();
    Running.push_back(J);
    Guard.unlock();
    CompileRequest &R = J->Request;
    R.Limits.Cancel = &J->Cancel;
    const std::chrono::nanoseconds Waited = Clock::now() - J->Submitted;
    if (R.Limits.Time != std::chrono::nanoseconds::max())
      R.Limits.Time = std::max(std::chrono::nanoseconds(0), R.Limits.Time - Waited);
    OutcomeRef Made;
    try {
      Made = compile(R);
    } catch (const std::bad_alloc &) {
      Made = failure<Status::OutOfMemory>();
    }
    J->finish(std::move(Made));
    J->Cancel.free(); // nobody waits for that
    Guard.lock();
    std::erase(Running, J);
  }
}

CompileService::Job CompileService::Impl::submit(CompileRequest R) {
  Job Out;
  if (!isHere())
    return Out;
  auto J = std::make_shared<Job::State>();
  J->Request = std::move(R);
  std::lock_guard Guard(QueueLock);
  const size_t Wanted = std::max(1U, Options.Threads);
  Running.reserve(Wanted); // so that the threads need no memory for it
  if (Threads.size() < Wanted && Threads.size() < Running.size() + Queue.size() + 1) {
    try {
      Threads.emplace_back([this] { work(); });
    } catch (const std::system_error &) {
      if (Threads.empty())
        return Out;
    }
  }
  Queue.push_back(J);
  Wake.notify_one();
  Out.P = std::move(J);
  return Out;
}

void CompileService::Impl::clear() {
  std::lock_guard Guard(Lock);
  while (!Entries.empty())
    drop(Entries.begin());
}

void CompileService::Impl::end() {
  {
    std::lock_guard Guard(QueueLock);
    Ending = true;
    for (const auto &J : Running)
      J->Cancel.set();
    for (const auto &J : Queue)
      J->finish(failure<Status::Cancelled>());
    Queue.clear();
  }
  Wake.notify_all();
  for (std::thread &T : Threads)
    T.join();
}

CompileService::Statistics CompileService::Impl::statistics() const {
  if (!isHere())
    return {};
  std::lock_guard Guard(Lock);
  return Counts;
}

CompileService::CompileService(const FrontendRegistry &Frontends, const ServiceOptions &Options)
    : P(std::make_unique<Impl>(Frontends, Options)) {}

CompileService::~CompileService() {
  if (P->isHere())
    P->end();
  else
    (void)P.release(); // of the parent, with threads and locks that are not here
}

OutcomeRef CompileService::compile(const CompileRequest &R) { return P->compile(R); }
CompileService::Job CompileService::submit(CompileRequest R) { return P->submit(std::move(R)); }
void CompileService::clear() {
  if (P->isHere())
    P->clear();
}
CompileService::Statistics CompileService::statistics() const { return P->statistics(); }

void CompileService::Job::cancel() {
  if (!P)
    return;
  P->Cancel.set();
  // Whoever waits need not wait for the thread.
  P->finish(failure<Status::Cancelled>());
}

OutcomeRef CompileService::Job::wait(std::chrono::nanoseconds AtMost) const {
  if (!P)
    return failure<Status::InvalidArgument>();
  std::unique_lock Guard(P->Lock);
  auto isDone = [&] { return P->Outcome != nullptr; };
  if (AtMost >= std::chrono::hours(24 * 365))
    P->Done.wait(Guard, isDone);
  else
    P->Done.wait_for(Guard, AtMost, isDone);
  return P->Outcome;
}

} // namespace weir
