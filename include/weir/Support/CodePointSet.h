//===- CodePointSet.h - A set of Unicode scalar values ----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sorted, disjoint, non-adjacent ranges, so that equal sets compare equal member
// by member. Surrogates are never members: `add` cuts them out of a range, and
// the complement is relative to the scalar values.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_CODEPOINTSET_H
#define WEIR_SUPPORT_CODEPOINTSET_H

#include "weir/Support/Utf8.h"

#include <compare>
#include <span>
#include <vector>

namespace weir {

struct CodePointRange {
  uint32_t First; ///< included
  uint32_t Last;  ///< included
  friend constexpr auto operator<=>(const CodePointRange &, const CodePointRange &) = default;
};

class CodePointSet {
public:
  CodePointSet() = default;
  /// Every scalar value.
  static CodePointSet all();
  static CodePointSet of(uint32_t C);
  static CodePointSet range(uint32_t First, uint32_t Last);

  /// Adds First..Last less the surrogates. O(ranges).
  void add(uint32_t First, uint32_t Last);
  void add(uint32_t C) { add(C, C); }

  bool contains(uint32_t C) const;
  bool empty() const { return Ranges.empty(); }
  bool isAll() const;
  std::span<const CodePointRange> ranges() const { return Ranges; }

  CodePointSet complement() const;
  CodePointSet unionWith(const CodePointSet &O) const;
  CodePointSet intersectWith(const CodePointSet &O) const;
  CodePointSet minus(const CodePointSet &O) const { return intersectWith(O.complement()); }

  friend auto operator<=>(const CodePointSet &, const CodePointSet &) = default;
  friend bool operator==(const CodePointSet &, const CodePointSet &) = default;

private:
  void append(uint32_t First, uint32_t Last);
  std::vector<CodePointRange> Ranges;
};

/// One row of UTF-8: the scalars whose encodings have byte I in Bytes[I].First..Last.
struct Utf8Sequence {
  struct ByteRange {
    uint8_t First, Last;
  } Bytes[4];
  uint8_t Size;
};

/// Splits First..Last into byte-range sequences that together encode exactly its
/// scalars, in ascending order (the method of Cox's utf8-ranges). At most a few
/// dozen rows.
std::vector<Utf8Sequence> utf8Sequences(uint32_t First, uint32_t Last);

} // namespace weir

#endif // WEIR_SUPPORT_CODEPOINTSET_H
