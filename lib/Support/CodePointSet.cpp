//===- CodePointSet.cpp - A set of Unicode scalar values ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Support/CodePointSet.h"

#include <algorithm>
#include <cassert>

namespace weir {

CodePointSet CodePointSet::all() { return range(0, MaxCodePoint); }

CodePointSet CodePointSet::of(uint32_t C) { return range(C, C); }

CodePointSet CodePointSet::range(uint32_t First, uint32_t Last) {
  CodePointSet S;
  S.add(First, Last);
  return S;
}

/// Adds a range that starts at or after the start of the last one.
void CodePointSet::append(uint32_t First, uint32_t Last) {
  if (!Ranges.empty() && First <= Ranges.back().Last + 1) {
    Ranges.back().Last = std::max(Ranges.back().Last, Last);
    return;
  }
  Ranges.push_back({First, Last});
}

void CodePointSet::add(uint32_t First, uint32_t Last) {
  Last = std::min(Last, MaxCodePoint);
  if (First > Last)
    return;
  if (First <= 0xDFFF && Last >= 0xD800) {
    if (Ranges.empty())
      Ranges.reserve(2);
    if (First < 0xD800)
      add(First, 0xD7FF);
    if (Last > 0xDFFF)
      add(0xE000, Last);
    return;
  }
  if (Ranges.empty() || First >= Ranges.back().First) {
    append(First, Last);
    return;
  }
  CodePointSet One;
  One.Ranges.push_back({First, Last});
  *this = unionWith(One);
}

bool CodePointSet::contains(uint32_t C) const {
  auto It = std::upper_bound(Ranges.begin(), Ranges.end(), C,
                             [](uint32_t V, const CodePointRange &R) { return V < R.First; });
  return It != Ranges.begin() && C <= std::prev(It)->Last;
}

bool CodePointSet::isAll() const {
  constexpr CodePointRange All[] = {{0, 0xD7FF}, {0xE000, MaxCodePoint}};
  return std::equal(Ranges.begin(), Ranges.end(), std::begin(All), std::end(All));
}

CodePointSet CodePointSet::complement() const {
  CodePointSet S;
  uint32_t Next = 0;
  for (const CodePointRange &R : Ranges) {
    if (R.First > Next)
      S.add(Next, R.First - 1);
    Next = R.Last + 1;
  }
  if (Next <= MaxCodePoint)
    S.add(Next, MaxCodePoint);
  return S;
}

CodePointSet CodePointSet::unionWith(const CodePointSet &O) const {
  CodePointSet S;
  S.Ranges.reserve(Ranges.size() + O.Ranges.size());
  auto A = Ranges.begin(), B = O.Ranges.begin();
  while (A != Ranges.end() || B != O.Ranges.end()) {
    bool TakeA = B == O.Ranges.end() || (A != Ranges.end() && A->First <= B->First);
    const CodePointRange &R = TakeA ? *A++ : *B++;
    // 0xD7FF and 0xE000 are not adjacent numbers, so no range grows over the gap.
    S.append(R.First, R.Last);
  }
  return S;
}

CodePointSet CodePointSet::intersectWith(const CodePointSet &O) const {
  CodePointSet S;
  for (size_t I = 0, K = 0; I < Ranges.size() && K < O.Ranges.size();) {
    uint32_t First = std::max(Ranges[I].First, O.Ranges[K].First);
    uint32_t Last = std::min(Ranges[I].Last, O.Ranges[K].Last);
    if (First <= Last)
      S.append(First, Last);
    Ranges[I].Last < O.Ranges[K].Last ? ++I : ++K;
  }
  return S;
}

namespace {
/// Appends the rows of First..Last, both of one encoded length.
void splitSameLength(uint32_t First, uint32_t Last, std::vector<Utf8Sequence> &Out) {
  Utf8Bytes A = encodeUtf8(First), B = encodeUtf8(Last);
  assert(A.Size == B.Size && "split by length first");
  // A row needs the low continuation bytes to run over everything 80..BF below
  // the first place where the two ends differ.
  for (unsigned Low = 1; Low < A.Size; ++Low) {
    uint32_t Mask = (uint32_t(1) << (6 * Low)) - 1;
    if ((First & ~Mask) == (Last & ~Mask))
      continue;
    if ((First & Mask) != 0) {
      splitSameLength(First, First | Mask, Out);
      splitSameLength((First | Mask) + 1, Last, Out);
      return;
    }
    if ((Last & Mask) != Mask) {
      splitSameLength(First, (Last & ~Mask) - 1, Out);
      splitSameLength(Last & ~Mask, Last, Out);
      return;
    }
  }
  Utf8Sequence Row;
  Row.Size = A.Size;
  for (unsigned I = 0; I < A.Size; ++I)
    Row.Bytes[I] = {A.Bytes[I], B.Bytes[I]};
  Out.push_back(Row);
}
} // namespace

std::vector<Utf8Sequence> utf8Sequences(uint32_t First, uint32_t Last) {
  std::vector<Utf8Sequence> Out;
  static constexpr CodePointRange Blocks[] = {
      {0, 0x7F}, {0x80, 0x7FF}, {0x800, 0xD7FF}, {0xE000, 0xFFFF}, {0x10000, MaxCodePoint}};
  for (const CodePointRange &B : Blocks) {
    uint32_t Lo = std::max(First, B.First), Hi = std::min(Last, B.Last);
    if (Lo <= Hi)
      splitSameLength(Lo, Hi, Out);
  }
  return Out;
}

} // namespace weir
