//===- LongSort.h - Sorting that can be stopped ------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What input makes long takes long to sort, and std::sort cannot be asked to stop. Here runs of
// a few thousand elements are sorted and merged pairwise, and between two of them the meter
// of the compilation is asked (WorkMeter.h):
//
//   runs of 4096   merged: 8192   16384   …
//
// The order is that of std::stable_sort. Short ranges cost nothing more.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_LONGSORT_H
#define WEIR_SUPPORT_LONGSORT_H

#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <vector>

namespace weir {

/// False when the compilation must end; the elements are all there then, in no order.
template <typename T, typename Less = std::less<>>
bool longSort(std::vector<T> &V, Less Compare = {}) {
  constexpr size_t Run = 4096, Few = 12;
  if (V.size() <= Few) {
    // (Without memory, which a stable sort asks for.)
    for (auto It = V.begin(); It != V.end(); ++It)
      std::rotate(std::upper_bound(V.begin(), It, *It, Compare), It, It + 1);
    return true;
  }
  if (V.size() <= Run) {
    std::stable_sort(V.begin(), V.end(), Compare);
    return true;
  }
  auto at = [&](size_t I) { return V.begin() + std::ptrdiff_t(std::min(I, V.size())); };
  for (size_t I = 0; I < V.size(); I += Run) {
    if (!pollWork(256))
      return false;
    std::stable_sort(at(I), at(I + Run), Compare);
  }
  std::vector<T> Other;
  Other.reserve(V.size());
  for (size_t Width = Run; Width < V.size(); Width *= 2) {
    Other.clear();
    for (size_t I = 0; I < V.size(); I += 2 * Width) {
      // One by one, since the last of these merges are as long as the whole.
      auto A = at(I), AEnd = at(I + Width), B = AEnd, BEnd = at(I + 2 * Width);
      for (size_t N = 0; A != AEnd || B != BEnd; ++N) {
        if (N % Run == 0 && !pollWork(256)) {
          std::move(A, AEnd, std::back_inserter(Other));
          std::move(B, BEnd, std::back_inserter(Other));
          std::move(BEnd, V.end(), std::back_inserter(Other));
          V.swap(Other);
          return false;
        }
        const bool FromB = A == AEnd || (B != BEnd && Compare(*B, *A));
        Other.push_back(std::move(FromB ? *B++ : *A++));
      }
    }
    V.swap(Other);
  }
  return true;
}

} // namespace weir

#endif // WEIR_SUPPORT_LONGSORT_H
