//===- ByteRunsTest.cpp - Runs of bytes, and sets of them -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Support/ByteRuns.h"

#include "weir/Support/ByteSet.h"

#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

namespace weir {
namespace {

using Runs = std::vector<std::pair<unsigned, unsigned>>;

TEST(ByteRunsTest, RunsAreThoseOfAPlainLoop) {
  std::mt19937 Random(3);
  for (unsigned Round = 0; Round < 400; ++Round) {
    // Few values make long runs; every fourth table is one run but for a place.
    std::array<uint8_t, 256> Table{};
    const unsigned Values = 1 + Round % 5;
    for (unsigned B = 0, V = 0; B < 256; ++B) {
      if (Random() % (1 + Round % 40) == 0)
        V = unsigned(Random()) % Values;
      Table[B] = uint8_t(Values == 1 ? B == Round % 256 : V * 85);
    }
    Runs Expected, Got;
    for (unsigned B = 0; B < 256; ++B) {
      if (B == 0 || Table[B] != Table[B - 1])
        Expected.emplace_back(B, B);
      Expected.back().second = B;
    }
    forEachRun(Table, [&](unsigned First, unsigned Last) { Got.emplace_back(First, Last); });
    ASSERT_EQ(Got, Expected) << "round " << Round;
  }
}

TEST(ByteRunsTest, RangesOfSetsHoldWhatLiesBetween) {
  for (unsigned First = 0; First < 260; ++First)
    for (unsigned Last = 0; Last < 256; ++Last) {
      ByteSet Expected;
      for (unsigned B = First; B <= Last; ++B)
        Expected.insert(uint8_t(B));
      ASSERT_EQ(ByteSet::range(First, Last), Expected) << First << " to " << Last;
    }
}

} // namespace
} // namespace weir
