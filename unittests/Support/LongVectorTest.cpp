//===- LongVectorTest.cpp - Filling and growing that can be stopped -------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Support/LongVector.h"

#include <gtest/gtest.h>

using namespace weir;

namespace {

constexpr size_t Piece = LongVectorPiece / sizeof(uint32_t);

TEST(LongVectorTest, IsFilledAsAnyVector) {
  for (size_t Size : {size_t(0), size_t(1), Piece, Piece + 1, 7 * Piece + 3}) {
    std::vector<uint32_t> V{1, 2, 3};
    EXPECT_TRUE(assignLong(V, Size, 9U));
    EXPECT_EQ(V, std::vector<uint32_t>(Size, 9));
  }
}

TEST(LongVectorTest, GrowsAsAnyVector) {
  std::vector<uint32_t> V;
  for (uint32_t I = 0; I < 9 * Piece; ++I) {
    ASSERT_TRUE(growLong(V));
    V.push_back(I);
  }
  for (uint32_t I = 0; I < V.size(); ++I)
    ASSERT_EQ(V[I], I);
  EXPECT_LE(V.capacity(), 18 * Piece);
}

TEST(LongVectorTest, StopsWhenTheCompilationHasEnded) {
  std::atomic<bool> Flag{true};
  WorkMeter::Limits Limits;
  Limits.Cancel = &Flag;
  WorkMeter Meter(Limits);
  WorkMeter::Scope Scope(Meter);
  std::vector<uint32_t> V;
  EXPECT_FALSE(assignLong(V, 5 * Piece, 9U));
  EXPECT_EQ(V.size(), Piece);
  V.assign(8 * Piece, 7);
  V.shrink_to_fit();
  EXPECT_FALSE(growLong(V));
  EXPECT_EQ(V, std::vector<uint32_t>(8 * Piece, 7));
  V.assign(Piece, 7);
  V.shrink_to_fit();
  EXPECT_TRUE(growLong(V)) << "what is short takes no time";
}

} // namespace
