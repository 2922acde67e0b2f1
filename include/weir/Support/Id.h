//===- Id.h - Typed 32-bit ids into tables ----------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything Weir owns lives in a table (rules, expressions, states, tokens) and
// is named by its index there. The tag keeps an index into one table from being
// used in another; the id is as small and as trivially copyable as the integer.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_ID_H
#define WEIR_SUPPORT_ID_H

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace weir {

template <typename Tag>
class Id {
public:
  static constexpr uint32_t NoneIndex = 0xffffffffU;

  constexpr Id() = default;
  constexpr explicit Id(uint32_t Index) : Value(Index) {}

  constexpr uint32_t index() const { return Value; }
  constexpr bool isNone() const { return Value == NoneIndex; }
  constexpr explicit operator bool() const { return Value != NoneIndex; }
  friend constexpr auto operator<=>(Id, Id) = default;

private:
  uint32_t Value = NoneIndex;
};

} // namespace weir

template <typename Tag>
struct std::hash<weir::Id<Tag>> {
  size_t operator()(weir::Id<Tag> I) const noexcept { return std::hash<uint32_t>()(I.index()); }
};

#endif // WEIR_SUPPORT_ID_H
