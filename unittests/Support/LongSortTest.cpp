//===- LongSortTest.cpp - Sorting that can be stopped ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Support/LongSort.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

using namespace weir;

namespace {

using Item = std::pair<uint32_t, std::string>;

std::vector<Item> items(size_t Count) {
  std::mt19937 Random(uint32_t(Count) + 1);
  std::vector<Item> Out;
  for (size_t I = 0; I < Count; ++I)
    Out.emplace_back(Random() % uint32_t(Count + 1), std::to_string(I));
  return Out;
}

bool byNumber(const Item &A, const Item &B) { return A.first < B.first; }

TEST(LongSort, IsAStableSort) {
  for (size_t Count : {0, 1, 2, 4095, 4096, 4097, 8192, 8193, 12288, 30000, 50001}) {
    std::vector<Item> Want = items(Count), Got = Want;
    std::stable_sort(Want.begin(), Want.end(), byNumber);
    EXPECT_TRUE(longSort(Got, byNumber));
    EXPECT_EQ(Got, Want) << Count;
  }
}

TEST(LongSort, StopsWithEveryElement) {
  const std::vector<Item> All = items(30000);
  std::vector<Item> Sorted = All;
  std::sort(Sorted.begin(), Sorted.end());
  unsigned Stopped = 0;
  for (uint64_t Most = 1;; Most += 20'011) {
    std::atomic<bool> Flag{false};
    WorkMeter::Limits L;
    L.Cancel = &Flag;
    WorkMeter Meter(L);
    WorkMeter::Scope Scope(Meter);
    std::vector<Item> Got = All;
    uint64_t Compared = 0;
    const bool Done = longSort(Got, [&](const Item &A, const Item &B) {
      if (++Compared == Most)
        Flag = true;
      return byNumber(A, B);
    });
    if (Done)
      break;
    ++Stopped;
    // Not long after it was told to.
    EXPECT_LT(Compared, Most + 60'000);
    std::sort(Got.begin(), Got.end());
    ASSERT_EQ(Got, Sorted) << Most;
  }
  EXPECT_GT(Stopped, 10U);
}

TEST(Late, IsFreedWhereTheScopeSays) {
  static int Alive;
  struct Value {
    explicit Value(int) { ++Alive; }
    ~Value() { --Alive; }
  };
  Alive = 0;
  {
    Late<Value> Alone(1);
  }
  EXPECT_EQ(Alive, 0) << "without a meter";
  Leftovers Rest;
  {
    WorkMeter::Limits L;
    L.Aside = &Rest;
    L.AsideFrom = 100;
    WorkMeter Meter(L);
    WorkMeter::Scope Scope(Meter);
    {
      Late<Value> Small(1);
    }
    EXPECT_EQ(Alive, 0) << "little was done until then";
    spendWork(1, 200);
    for (int I = 0; I < 3; ++I)
      Late<Value> Large(1);
    EXPECT_EQ(Alive, 3);
  }
  EXPECT_EQ(Alive, 3);
  EXPECT_TRUE(Rest.freeOne());
  EXPECT_EQ(Alive, 2);
  {
    Leftovers Other;
    Other.take(Rest);
    EXPECT_TRUE(Rest.empty());
    EXPECT_EQ(Alive, 2);
  }
  EXPECT_EQ(Alive, 0);
  EXPECT_FALSE(Rest.freeOne());
}

} // namespace
