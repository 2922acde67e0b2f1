//===- EditDistance.h - The nearest of a list of names ----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For "did you mean": optimal string alignment distance (insertions, deletions,
// substitutions, swaps of neighbours), over bytes, with early exits by length and
// by the best distance so far.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_DIAG_EDITDISTANCE_H
#define WEIR_DIAG_EDITDISTANCE_H

#include <string_view>
#include <vector>

namespace weir {

/// The distance of A and B, or Limit + 1 when it is more than Limit.
/// O(|A| · |B|).
unsigned editDistance(std::string_view A, std::string_view B, unsigned Limit);

/// The candidate nearest to `Got`, at a distance of at most a third of the longer
/// of the two (rounded up) and less than either's length; the first of equals;
/// null when none is near or `Got` is longer than 64 bytes.
const std::string_view *nearestName(std::string_view Got,
                                    const std::vector<std::string_view> &Candidates);

} // namespace weir

#endif // WEIR_DIAG_EDITDISTANCE_H
