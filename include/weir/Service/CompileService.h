//===- CompileService.h - Compiling for many requests -----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A server gets the same few specifications again and again, from strangers. The
// service compiles each once:
//
//   request ──▶ cache ──hit──▶ outcome            grammars and failures alike
//                 │miss
//                 ▼
//              flight of equal requests ──▶ one compiles, the others wait
//
// The key is the specification (JSON in one spelling of its tokens, without blanks between them)
// and every option that can change an answer, compared in full. Diagnostics name lines and columns:
// a grammar with notes or warnings answers another spelling with these less their lines and
// columns, but for their JSON pointers; a failure answers a text that is equal byte for byte.
//
// Budgets of steps and bytes are verdicts, and kept. A compilation that was cancelled or
// ran out of time says nothing about its specification and is forgotten; whoever waited for
// it and is not out of time himself compiles.
//
// Threads are started by the first `submit`. What a service made before fork() is of no use
// to the child, which may only leave it alone: every call there fails.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SERVICE_COMPILESERVICE_H
#define WEIR_SERVICE_COMPILESERVICE_H

#include "weir/Driver/Compiler.h"
#include "weir/Driver/RulePlaces.h"
#include "weir/Support/Status.h"
#include "weir/Support/WorkMeter.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>

namespace weir {

/// Ends compilations, from any thread. To free what one has used may take longer than to end it,
/// so that is left here: until the next compilation that has the flag, or until the end.
class CancelFlag {
public:
  /// Released, and acquired before a compilation returns: whom it has ended may destroy the flag.
  void set() { Flag.store(true, std::memory_order_release); }
  bool isSet() const { return Flag.load(std::memory_order_acquire); }
  const std::atomic<bool> &flag() const { return Flag; }

  /// Frees, and keeps what is not freed when the flag is set or the time over.
  void freeOrKeep(Leftovers &Rest, std::chrono::steady_clock::time_point Deadline) const;
  /// Frees what was kept before, as far as that; a little in any case, so that it does not grow
  /// where time is always over.
  void freeUntil(std::chrono::steady_clock::time_point Deadline) const;
  /// Frees what is kept.
  void free() const;

private:
  std::atomic<bool> Flag{false};
  mutable std::mutex Lock;
  mutable Leftovers Kept;
};

/// What one compilation may cost; see WorkMeter.h.
struct CompileLimits {
  uint64_t MaxSteps = UINT64_MAX, MaxBytes = UINT64_MAX;
  std::chrono::nanoseconds Time = std::chrono::nanoseconds::max();
  const CancelFlag *Cancel = nullptr; ///< not owned; must live as long as the call
};

struct CompileRequest {
  std::string Name = "input"; ///< of the text, in diagnostics
  std::string Text;
  CompileOptions Options;
  CompileLimits Limits;
  /// Keeps where rules come from, for explanations.
  bool KeepPlaces = false;
};

/// How a compilation ended. Immutable.
struct CompileOutcome {
  /// Ok, Rejected (see the diagnostics), BudgetExceeded (steps or bytes), Cancelled (by flag
  /// or time), OutOfMemory.
  Status Code = Status::Rejected;
  std::shared_ptr<const Grammar> TheGrammar; ///< null unless Ok
  std::shared_ptr<const RulePlaces> Places;  ///< null unless asked for
  size_t Errors = 0;
  std::string Text, Json;        ///< the diagnostics; empty when there are none
  uint64_t Steps = 0, Bytes = 0; ///< what it cost
  /// The same for other spellings of the specification: the grammar, and the diagnostics with JSON
  /// pointers alone. Null when there are no diagnostics, no grammar, or places in it.
  std::shared_ptr<const CompileOutcome> OtherSpellings;

  size_t memoryBytes() const;
};
using OutcomeRef = std::shared_ptr<const CompileOutcome>;

/// Compiles once, with no cache but that of lexical rules. What a compilation that was cancelled
/// or whose time is over leaves is kept by the flag, if there is one.
OutcomeRef compileWithin(const FrontendRegistry &Frontends, const CompileRequest &R);

/// Was there no memory to list an error? Then what was reported is not all there was.
bool lostErrors(const DiagnosticEngine &Diags);

struct ServiceOptions {
  size_t MaxBytes = size_t(256) << 20; ///< of what is kept; the oldest use goes first
  unsigned Threads = 1;                ///< for `submit`
};

class CompileService {
public:
  explicit CompileService(const FrontendRegistry &Frontends, const ServiceOptions &Options = {});
  /// Cancels what was submitted and waits for it to end.
  ~CompileService();
  CompileService(const CompileService &) = delete;
  CompileService &operator=(const CompileService &) = delete;

  /// Answers on the caller's thread. Any number of threads. Its time limit and flag hold
  /// while it waits for another's compilation too.
  OutcomeRef compile(const CompileRequest &R);

  /// A compilation under way on the service's threads. The copies of a job are one; it
  /// outlives the service.
  class Job {
  public:
    Job() = default;
    /// The outcome is then Cancelled unless it was there before.
    void cancel();
    /// Null when it is not there within the time.
    OutcomeRef wait(std::chrono::nanoseconds AtMost = std::chrono::nanoseconds::max()) const;
    explicit operator bool() const { return P != nullptr; }

  private:
    friend class CompileService;
    struct State;
    std::shared_ptr<State> P;
  };
  /// Queues a request, whose flag is ignored: see Job::cancel. The time counts from now on.
  /// An empty job when no thread can be had.
  Job submit(CompileRequest R);

  /// Drops everything that is kept.
  void clear();

  struct Statistics {
    uint64_t Hits = 0;      ///< answered from the cache
    uint64_t Shared = 0;    ///< answered by a compilation that another began
    uint64_t Compiled = 0;  ///< compilations that ended with a verdict
    uint64_t Abandoned = 0; ///< ... that were cancelled or ran out of time
    uint64_t Evicted = 0;
    uint64_t Entries = 0, Bytes = 0; ///< kept now
    uint64_t Nanoseconds = 0;        ///< spent compiling
  };
  Statistics statistics() const;
  /// What the service keeps.
  size_t memoryBytes() const { return size_t(statistics().Bytes); }

private:
  class Impl;
  std::unique_ptr<Impl> P;
};

} // namespace weir

#endif // WEIR_SERVICE_COMPILESERVICE_H
