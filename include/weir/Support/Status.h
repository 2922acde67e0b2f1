//===- Status.h - Errors of the runtime layer as values ---------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The runtime has no diagnostics engine (that belongs to the compiler, with its
// sources and carets): a call that can fail returns a `Result`, which holds either
// the value or an `Error` with a status and one sentence. The statuses are
// one closed set, Status.def, shared with the C interface.
//
// Rejected: std::expected (C++23), error codes with out-parameters (the value
// can be read unchecked), exceptions.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_STATUS_H
#define WEIR_SUPPORT_STATUS_H

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace weir {

enum class Status : uint8_t {
#define STATUS(Name, Text, Summary) Name,
#include "weir/Support/Status.def"
};

/// The stable name of `S`, such as "bad-format".
inline constexpr std::string_view statusName(Status S) {
  switch (S) {
#define STATUS(Name, Text, Summary)                                                                \
  case Status::Name:                                                                               \
    return Text;
#include "weir/Support/Status.def"
  }
  return "unknown";
}

/// A failure: a status other than `Ok`, and a sentence in lower case without a
/// full stop, for a person.
struct Error {
  Status Code;
  std::string Message;
};

/// A value or an error. Reading the absent side asserts.
template <typename T>
class [[nodiscard]] Result {
public:
  Result(T Value) : Holder(std::in_place_index<0>, std::move(Value)) {}
  Result(Error E) : Holder(std::in_place_index<1>, std::move(E)) {
    assert(error().Code != Status::Ok && "an error has a status other than ok");
  }
  /// A failure; shorthand for returning an Error.
  Result(Status Code, std::string Message) : Result(Error{Code, std::move(Message)}) {}

  bool ok() const { return Holder.index() == 0; }
  explicit operator bool() const { return ok(); }
  Status status() const { return ok() ? Status::Ok : error().Code; }

  T &value() & {
    assert(ok() && "the value of a failed result was read");
    return *std::get_if<0>(&Holder);
  }
  const T &value() const & {
    assert(ok() && "the value of a failed result was read");
    return *std::get_if<0>(&Holder);
  }
  T &&value() && {
    assert(ok() && "the value of a failed result was read");
    return std::move(*std::get_if<0>(&Holder));
  }
  T &operator*() & { return value(); }
  const T &operator*() const & { return value(); }
  T &&operator*() && { return std::move(*this).value(); }
  T *operator->() { return &value(); }
  const T *operator->() const { return &value(); }

  const Error &error() const {
    assert(!ok() && "the error of a successful result was read");
    return *std::get_if<1>(&Holder);
  }

private:
  std::variant<T, Error> Holder;
};

/// Success without a value.
struct Success {};

} // namespace weir

#endif // WEIR_SUPPORT_STATUS_H
