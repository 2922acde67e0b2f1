//===- EditDistance.cpp - The nearest of a list of names ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Diag/EditDistance.h"

#include <algorithm>
#include <cstddef>

namespace weir {

unsigned editDistance(std::string_view A, std::string_view B, unsigned Limit) {
  size_t Difference = A.size() > B.size() ? A.size() - B.size() : B.size() - A.size();
  if (Difference > Limit)
    return Limit + 1;
  // Three rows of the usual table: a swap reads the row before the last.
  constexpr size_t Short = 64;
  unsigned OfShort[3 * Short];
  std::vector<unsigned> OfLong(B.size() < Short ? 0 : 3 * (B.size() + 1));
  unsigned *Before = B.size() < Short ? OfShort : OfLong.data();
  unsigned *Last = Before + B.size() + 1, *Row = Last + B.size() + 1;
  for (size_t J = 0; J <= B.size(); ++J)
    Last[J] = unsigned(J);
  for (size_t I = 1; I <= A.size(); ++I) {
    Row[0] = unsigned(I);
    unsigned Best = Row[0];
    for (size_t J = 1; J <= B.size(); ++J) {
      unsigned Change = Last[J - 1] + (A[I - 1] != B[J - 1]);
      Row[J] = std::min({Change, Last[J] + 1, Row[J - 1] + 1});
      if (I > 1 && J > 1 && A[I - 1] == B[J - 2] && A[I - 2] == B[J - 1])
        Row[J] = std::min(Row[J], Before[J - 2] + 1);
      Best = std::min(Best, Row[J]);
    }
    // A later swap may still come from the row before, one less at most.
    if (Best > Limit + 1)
      return Limit + 1;
    std::swap(Before, Last);
    std::swap(Last, Row);
  }
  return std::min(Last[B.size()], Limit + 1);
}

const std::string_view *nearestName(std::string_view Got,
                                    const std::vector<std::string_view> &Candidates) {
  static constexpr size_t MaxLength = 64;
  if (Got.empty() || Got.size() > MaxLength)
    return nullptr;
  const std::string_view *Best = nullptr;
  unsigned BestDistance = 0;
  for (const std::string_view &C : Candidates) {
    size_t Shorter = std::min(Got.size(), C.size());
    if (Shorter == 0 || C.size() > MaxLength)
      continue;
    unsigned Limit = unsigned((std::max(Got.size(), C.size()) + 2) / 3);
    Limit = std::min(Limit, unsigned(Shorter - 1));
    if (Best && BestDistance <= Limit) {
      if (BestDistance == 0)
        break;
      Limit = BestDistance - 1;
    }
    unsigned D = editDistance(Got, C, Limit);
    if (D <= Limit) {
      Best = &C;
      BestDistance = D;
    }
  }
  return Best;
}

} // namespace weir
