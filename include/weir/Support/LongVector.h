//===- LongVector.h - Filling and growing that can be stopped ----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A vector of tens of megabytes takes tens of milliseconds to fill, and as long whenever it
// grows: the system clears each page that is touched first. Here that is done piece by piece,
// and between two of them the meter of the compilation is asked (WorkMeter.h).
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_LONGVECTOR_H
#define WEIR_SUPPORT_LONGVECTOR_H

#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <type_traits>
#include <vector>

namespace weir {

/// The bytes of a piece. Vectors below a few of them are left to themselves.
inline constexpr size_t LongVectorPiece = size_t(256) << 10;

/// V.assign(Size, Value). False when the compilation must end; `V` is shorter then.
template <typename T>
bool assignLong(std::vector<T> &V, size_t Size, const T &Value) {
  constexpr size_t Piece = LongVectorPiece / sizeof(T);
  if constexpr (std::is_same_v<T, uint32_t>)
    if (Size <= Piece && (Value == 0 || Value == ~UINT32_C(0))) {
      V.resize(Size);
      if (Size != 0)
        std::memset(V.data(), Value != 0 ? 0xff : 0, Size * sizeof(T));
      return true;
    }
  V.clear();
  V.reserve(Size);
  while (V.size() < Size) {
    V.resize(V.size() + std::min(Piece, Size - V.size()), Value);
    if (V.size() < Size && !pollWork(256))
      return false;
  }
  return true;
}

/// What `growLong` does where there is no room.
template <typename T>
bool growPieceByPiece(std::vector<T> &V) {
  constexpr size_t Piece = LongVectorPiece / sizeof(T);
  std::vector<T> Grown;
  Grown.reserve(2 * V.size());
  for (size_t I = 0; I < V.size(); I += Piece) {
    if (!pollWork(256))
      return false;
    auto Begin = V.begin() + std::ptrdiff_t(I);
    Grown.insert(Grown.end(), Begin, Begin + std::ptrdiff_t(std::min(Piece, V.size() - I)));
  }
  V.swap(Grown);
  return true;
}

/// Makes room for another element, if there is none and it would take long. False when the
/// compilation must end; `V` is as it was then.
template <typename T>
inline bool growLong(std::vector<T> &V) {
  constexpr size_t Piece = LongVectorPiece / sizeof(T);
  return V.size() < V.capacity() || V.size() < 4 * Piece || growPieceByPiece(V);
}

} // namespace weir

#endif // WEIR_SUPPORT_LONGVECTOR_H
