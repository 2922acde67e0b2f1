//===- UsedStrings.h - Which used keys and items begin like this one  -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The strings of a list of used keys, or of items of a unique array, sorted by their
// decoded text, so that whether some begin with what was read is a binary search:
//
//   list     "red" -> "blue" -> "green"       newest first, as KeySets and takeItem keep it
//   sorted   blue green red                   re… : lower_bound gives "red"
//
// A list that grew by an item is the list before and one insertion. Lists that are
// made while tokens are tried lead to a kept one within a few nodes.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_USEDSTRINGS_H
#define WEIR_LIB_RUNTIME_USEDSTRINGS_H

#include "Frames.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace weir {

class UsedStrings {
public:
  /// May the string spelled from `Begin`, behind its quote, to the end of `V` become one on
  /// `List` (a register: the number of its first node, plus one)? Items have their quotes in
  /// the text, keys (`AreItems` false) do not. Nothing when some item is neither a string
  /// nor any other value from its first byte on.
  std::optional<bool> mayBecome(const FrameView &V, uint32_t Begin, uint32_t List, bool AreItems);
  /// Is the string spelled from `Begin` to `End`, between its quotes, on the list of items?
  std::optional<bool> contains(const FrameView &V, uint32_t Begin, uint32_t End, uint32_t List);
  size_t memoryBytes() const;

private:
  template <typename Near, typename Far>
  std::optional<bool> ask(const FrameView &V, uint32_t List, bool AreItems, Near IsIt, Far IsIn);
  struct Sorted {
    uint32_t List = 0; ///< 0: none
    bool AreItems = false;
    bool Odd = false; ///< an item may or may not be a string
    std::vector<std::u32string> Texts;
  };
  Sorted &sorted(const FrameView &V, uint32_t List, bool AreItems);

  std::array<Sorted, 4> Lists;
  uint32_t Oldest = 0; ///< the next to be replaced
  uint32_t Epoch = 0;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_USEDSTRINGS_H
