//===- WorkMeter.h - What a compilation may cost ----------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every part of the compiler has limits of its own, so that none runs away. Who serves
// strangers wants less: so many steps for a whole compilation, and an end when the
// request is gone. The loops that input controls call spendWork:
//
//   service ── WorkMeter::Scope ──▶ thread ◀── spendWork(1) ── determinise, passes, …
//                                     │
//                                     └─ false: the loop fails as over its own limit
//
// The verdict is the meter's, read by whoever opened the scope; what the loops report on
// their way out is thrown away with the result.
//
// Steps and bytes are counted the same on every machine. The flag and the time are looked
// at every few hundred steps, and are no verdict about the specification.
//
// Rejected: a parameter through every constructor (forty of them, for one pointer).
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_WORKMETER_H
#define WEIR_SUPPORT_WORKMETER_H

#include <atomic>
#include <chrono>
#include <cstdint>

namespace weir {

class WorkMeter {
public:
  struct Limits {
    uint64_t MaxSteps = UINT64_MAX;
    /// Bytes asked for by expressions and automata, never given back in the count.
    uint64_t MaxBytes = UINT64_MAX;
    const std::atomic<bool> *Cancel = nullptr; ///< not owned
    std::chrono::steady_clock::time_point Deadline = std::chrono::steady_clock::time_point::max();
  };
  enum class Verdict : uint8_t { Fine, Steps, Bytes, Cancelled, Time };

  explicit WorkMeter(const Limits &L) : Limit(L) {}

  /// Counts; false when the work must end.
  bool spend(uint64_t NewSteps, uint64_t NewBytes) {
    if (!Uncounted) {
      Steps += NewSteps;
      Bytes += NewBytes;
    }
    // Some step is worth a look, however many are counted at once.
    SinceLook += NewSteps;
    if (SinceLook >= LookEvery)
      look();
    if (Answer == Verdict::Fine && (Steps > Limit.MaxSteps || Bytes > Limit.MaxBytes))
      Answer = Steps > Limit.MaxSteps ? Verdict::Steps : Verdict::Bytes;
    return Answer == Verdict::Fine;
  }
  /// Looks at the flag and the clock.
  void look() {
    SinceLook = 0;
    if (Answer != Verdict::Fine)
      return;
    if (Limit.Cancel && Limit.Cancel->load(std::memory_order_relaxed))
      Answer = Verdict::Cancelled;
    else if (Limit.Deadline != std::chrono::steady_clock::time_point::max() &&
             std::chrono::steady_clock::now() >= Limit.Deadline)
      Answer = Verdict::Time;
  }

  Verdict verdict() const { return Answer; }
  uint64_t steps() const { return Steps; }
  uint64_t bytes() const { return Bytes; }

  /// The meter of this thread; null: nothing is counted.
  static WorkMeter *current() { return Current; }

  /// Makes a meter that of this thread.
  class Scope {
  public:
    explicit Scope(WorkMeter &M) : Before(Current) { Current = &M; }
    ~Scope() { Current = Before; }
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;

  private:
    WorkMeter *Before;
  };

  /// While it lives, flag and time count but steps and bytes do not: for work whose
  /// result may be found in a cache, and which is then counted at a fixed rate, found or not.
  class UncountedScope {
  public:
    UncountedScope() : M(Current), Before(M && M->Uncounted) {
      if (M)
        M->Uncounted = true;
    }
    ~UncountedScope() {
      if (M)
        M->Uncounted = Before;
    }
    UncountedScope(const UncountedScope &) = delete;
    UncountedScope &operator=(const UncountedScope &) = delete;

  private:
    WorkMeter *M;
    bool Before;
  };

private:
  static constexpr uint64_t LookEvery = 256;

  Limits Limit;
  uint64_t Steps = 0, Bytes = 0, SinceLook = 0;
  bool Uncounted = false;
  Verdict Answer = Verdict::Fine;
  inline static constinit thread_local WorkMeter *Current = nullptr;
};

/// Counts work of this thread's compilation; false when it must end.
inline bool spendWork(uint64_t Steps = 1, uint64_t Bytes = 0) {
  WorkMeter *M = WorkMeter::current();
  return !M || M->spend(Steps, Bytes);
}

} // namespace weir

#endif // WEIR_SUPPORT_WORKMETER_H
