//===- Handles.h - What is behind the handles of the C interface *- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A shared handle is one object with a count of its own around a C++ shared pointer:
// C callers release exactly what they were given, and what a handle refers to may
// live on in others.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_CAPIRUNTIME_HANDLES_H
#define WEIR_CAPIRUNTIME_HANDLES_H

#include "weir-c/Runtime.h"

#include "weir/Runtime/Matcher.h"
#include "weir/Runtime/TableCache.h"
#include "weir/Runtime/WorkerPool.h"
#include "weir/Support/Status.h"
#include "weir/Vocab/Vocabulary.h"

#include <atomic>
#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>

namespace weir::capi {

template <typename T>
struct Shared {
  explicit Shared(std::shared_ptr<T> Value) : Value(std::move(Value)) {}
  std::atomic<uint32_t> Count{1};
  std::shared_ptr<T> Value;
};

template <typename Handle>
Handle *retain(Handle *H) {
  if (H)
    H->Count.fetch_add(1, std::memory_order_relaxed);
  return H;
}

template <typename Handle>
void release(Handle *H) {
  if (H && H->Count.fetch_sub(1, std::memory_order_acq_rel) == 1)
    delete H;
}

inline constexpr weir_status status(Status S) { return static_cast<weir_status>(S); }

/// Writes `Text` into the caller's buffer, cut where it ends.
void writeMessage(weir_message Message, std::string_view Text);

/// Hands a failure to the caller.
weir_status fail(const Error &E, weir_message Message);

/// Runs the body of an entry point. Weir throws nothing itself; the standard library
/// throws when memory runs out or a length cannot be.
template <typename Fn>
weir_status guard(Fn F) noexcept {
  try {
    return F();
  } catch (const std::bad_alloc &) {
    return WEIR_OUT_OF_MEMORY;
  } catch (const std::length_error &) {
    return WEIR_OUT_OF_MEMORY;
  }
}

/// Hands a text to the caller: as much as fits, and the whole length.
inline void writeText(std::string_view Text, void *Out, size_t Capacity, size_t *Size) {
  *Size = Text.size();
  if (size_t N = Text.size() < Capacity ? Text.size() : Capacity)
    __builtin_memcpy(Out, Text.data(), N);
}

/// Fills a structure of the caller's, as far as the caller knows it.
template <typename T>
bool writeStruct(T From, T *To) {
  const size_t Known = To->struct_size;
  if (Known < sizeof(size_t))
    return false;
  From.struct_size = Known;
  __builtin_memcpy(To, &From, Known < sizeof(T) ? Known : sizeof(T));
  return true;
}

inline std::string_view text(const void *Bytes, size_t Size) {
  return Size == 0 ? std::string_view() : std::string_view(static_cast<const char *>(Bytes), Size);
}

/// The caller's options, as far as the caller knows them; the rest is zero.
template <typename Options>
bool readOptions(const Options *Given, Options &Out) {
  Out = Options{};
  Out.struct_size = sizeof(Options);
  if (!Given)
    return true;
  if (Given->struct_size < sizeof(size_t))
    return false;
  size_t Known = Given->struct_size < sizeof(Options) ? Given->struct_size : sizeof(Options);
  __builtin_memcpy(&Out, Given, Known);
  // A newer caller's fields that this library does not know must not be lost silently.
  const char *Rest = reinterpret_cast<const char *>(Given);
  for (size_t I = sizeof(Options); I < Given->struct_size; ++I)
    if (Rest[I] != 0)
      return false;
  return true;
}

} // namespace weir::capi

struct weir_vocabulary : weir::capi::Shared<const weir::Vocabulary> {
  using Shared::Shared;
};
struct weir_tables : weir::capi::Shared<weir::TableCache> {
  using Shared::Shared;
};
/// Where rules are in the specification, for explanations; made by the compiler's half.
struct weir_places {
  virtual ~weir_places() = default;
  virtual std::string of(std::string_view Rule) const = 0;
  virtual size_t memoryBytes() const = 0;
};
struct weir_grammar : weir::capi::Shared<const weir::Grammar> {
  using Shared::Shared;
  std::shared_ptr<const weir_places> Places; ///< may be null
};
struct weir_matcher {
  explicit weir_matcher(weir::Matcher M, std::shared_ptr<const weir_places> Places)
      : M(std::move(M)), Places(std::move(Places)) {}
  weir::Matcher M;
  std::shared_ptr<const weir_places> Places;
  std::atomic<bool> InBatch{false};
};
struct weir_pool {
  explicit weir_pool(unsigned Threads) : Pool(Threads) {}
  weir::WorkerPool Pool;
};

#endif // WEIR_CAPIRUNTIME_HANDLES_H
