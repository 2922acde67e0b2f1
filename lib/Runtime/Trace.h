//===- Trace.h - What was asked of a matcher last --------------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A ring of events of 32 bytes, so that after something went wrong in an engine, the
// calls that led there can be read. Of bytes accepted, the first ones are kept.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_TRACE_H
#define WEIR_LIB_RUNTIME_TRACE_H

#include "weir/Support/Status.h"
#include "weir/Vocab/Vocabulary.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

class TraceRing {
public:
  enum class Kind : uint8_t { Accept, Bytes, Mask, View, Allowed, Rollback, Reset, Bans, Fork };

  void resize(uint32_t Events) { Ring.resize(Events); }
  bool on() const { return !Ring.empty(); }
  size_t memoryBytes() const { return Ring.capacity() * sizeof(Event); }

  /// `Value`: the token, or how many bytes, bits or steps.
  void add(Kind K, uint64_t Value, Status Answer, std::string_view Bytes = {}) {
    if (on())
      put(K, Value, Answer, Bytes);
  }
  /// A line an event, oldest first: number, call, answer.
  std::string text(const Vocabulary &V) const;

private:
  void put(Kind K, uint64_t Value, Status Answer, std::string_view Bytes);

  struct Event {
    uint64_t Value = 0;
    Kind What = Kind::Reset;
    Status Answer = Status::Ok;
    std::array<char, 16> Bytes{};
  };
  std::vector<Event> Ring;
  uint64_t Count = 0; ///< of all events so far
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_TRACE_H
