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
// Loops that cost too little to be counted, but may be long, call pollWork.
//
// A request that has ended waits for nothing, nor for memory to be freed: what took much of
// it is a `Late`, which whoever opened the scope may free behind the answer.
//
// Rejected: a parameter through every constructor (forty of them, for one pointer).
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_WORKMETER_H
#define WEIR_SUPPORT_WORKMETER_H

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

namespace weir {

/// What a compilation has done with. Freed with this, or piece by piece before.
class Leftovers {
public:
  struct Piece {
    Piece() = default;
    Piece(const Piece &) = delete;
    Piece &operator=(const Piece &) = delete;
    virtual ~Piece() = default;
    /// Frees a part. False when only the destructor is left to do.
    virtual bool freeSome() { return false; }
    std::unique_ptr<Piece> Next;
  };

  Leftovers() = default;
  Leftovers(Leftovers &&O) noexcept = default;
  Leftovers &operator=(Leftovers &&) = delete;
  ~Leftovers() {
    while (freeOne()) {
    }
  }

  void add(std::unique_ptr<Piece> P) noexcept {
    P->Next = std::move(First);
    First = std::move(P);
  }
  /// Frees some of the piece that was added last. False when there was none.
  bool freeOne() {
    if (!First)
      return false;
    if (First->freeSome())
      return true;
    std::unique_ptr<Piece> P = std::move(First);
    First = std::move(P->Next);
    return true;
  }
  bool empty() const { return !First; }
  void take(Leftovers &O) noexcept {
    while (O.First) {
      std::unique_ptr<Piece> P = std::move(O.First);
      O.First = std::move(P->Next);
      add(std::move(P));
    }
  }

private:
  std::unique_ptr<Piece> First;
};

class WorkMeter {
public:
  struct Limits {
    uint64_t MaxSteps = UINT64_MAX;
    /// Bytes asked for by expressions and automata, never given back in the count.
    uint64_t MaxBytes = UINT64_MAX;
    const std::atomic<bool> *Cancel = nullptr; ///< not owned
    std::chrono::steady_clock::time_point Deadline = std::chrono::steady_clock::time_point::max();
    /// Takes what is left over, once `AsideFrom` bytes were counted. Null: it is freed at once.
    Leftovers *Aside = nullptr; ///< not owned
    uint64_t AsideFrom = 0;
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
  /// Counts nothing; false when the work must end.
  bool poll(uint64_t Units) {
    SinceLook += Units;
    if (SinceLook >= LookEvery)
      look();
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
  /// Where to put what would take long to free; null: free it.
  Leftovers *aside() const { return Bytes >= Limit.AsideFrom ? Limit.Aside : nullptr; }

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

/// For work that is not counted: false when this thread's compilation must end.
inline bool pollWork(uint64_t Units = 1) {
  WorkMeter *M = WorkMeter::current();
  return !M || M->poll(Units);
}

/// Ends a value of a compilation, now or behind the answer: its destructor may run later, on
/// another thread, when what it refers to is gone.
inline void freeLater(std::unique_ptr<Leftovers::Piece> P) noexcept {
  WorkMeter *M = WorkMeter::current();
  if (Leftovers *Aside = M && P ? M->aside() : nullptr)
    Aside->add(std::move(P));
}

/// A value that may have grown large; ended by freeLater. Where it has a freeSome() as a piece has,
/// it is freed in parts.
template <typename T>
class Late {
public:
  template <typename... Args>
  explicit Late(Args &&...A) : P(std::make_unique<Holder>(std::forward<Args>(A)...)) {}
  Late(const Late &) = delete;
  Late &operator=(const Late &) = delete;
  ~Late() { freeLater(std::move(P)); }

  T &operator*() { return P->Value; }
  T *operator->() { return &P->Value; }

private:
  struct Holder final : Leftovers::Piece {
    template <typename... Args>
    explicit Holder(Args &&...A) : Value(std::forward<Args>(A)...) {}
    bool freeSome() override {
      if constexpr (requires { Value.freeSome(); })
        return Value.freeSome();
      return false;
    }
    T Value;
  };
  std::unique_ptr<Holder> P;
};

} // namespace weir

#endif // WEIR_SUPPORT_WORKMETER_H
