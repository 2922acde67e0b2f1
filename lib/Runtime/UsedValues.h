//===- UsedValues.h - Which used keys and items begin like this one - -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The strings of a list of used keys, or the strings and numbers of items of a unique
// array, sorted by their decoded text and their normal form (JsonValues.h), so that
// whether some begin with what was read is a binary search:
//
//   list     "red" -> 120 -> "blue" -> -0.5   newest first, as KeySets and takeItem keep it
//   strings  blue red                         re… : lower_bound gives "red"
//   numbers  n-5e-1 n12e1                     1.2… : begins n12e1, which 1.2e2 spells
//
// A list that grew by an item is the list before and one insertion. Lists that are
// made while tokens are tried lead to a kept one within a few nodes.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_USEDVALUES_H
#define WEIR_LIB_RUNTIME_USEDVALUES_H

#include "Frames.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace weir {

class UsedValues {
public:
  /// May the string spelled from `Begin`, behind its quote, to the end of `V` become one on
  /// `List` (a register: the number of its first node, plus one)? Items have their quotes in
  /// the text, keys (`AreItems` false) do not. Nothing when an item is not told to be a string
  /// or none by its first and last byte.
  std::optional<bool> mayBecome(const FrameView &V, uint32_t Begin, uint32_t List, bool AreItems);
  /// Is the string spelled from `Begin` to `End`, between its quotes, on the list of items?
  std::optional<bool> contains(const FrameView &V, uint32_t Begin, uint32_t End, uint32_t List);
  /// The same of the number spelled from `Begin` on. Yes too where only what may follow in an
  /// exponent is in the way. Nothing when what was read or an item that begins like a number
  /// cannot be one.
  std::optional<bool> mayBecomeNumber(const FrameView &V, uint32_t Begin, uint32_t List);
  std::optional<bool> containsNumber(const FrameView &V, uint32_t Begin, uint32_t End,
                                     uint32_t List);
  size_t memoryBytes() const;

private:
  struct Sorted {
    uint32_t List = 0; ///< 0: none
    bool AreItems = false;
    bool OddString = false; ///< an item may or may not be a string
    bool OddNumber = false; ///< … a number
    std::vector<std::u32string> Strings;
    std::vector<std::string> Numbers; ///< by form
  };
  enum class Want : uint8_t { String, Number };
  template <typename Near, typename Far>
  std::optional<bool> ask(const FrameView &V, uint32_t List, bool AreItems, Want Wanted, Near IsIt,
                          Far IsIn);
  Sorted &sorted(const FrameView &V, uint32_t List, bool AreItems);

  std::array<Sorted, 4> Lists;
  uint32_t Oldest = 0; ///< the next to be replaced
  uint32_t Epoch = 0;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_USEDVALUES_H
