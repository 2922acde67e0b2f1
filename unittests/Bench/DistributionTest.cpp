//===- DistributionTest.cpp - Percentiles of nearest rank -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Bench/Distribution.h"

#include <gtest/gtest.h>

using namespace weir::bench;

namespace {

TEST(DistributionTest, NearestRank) {
  Distribution D;
  for (uint64_t V : {50U, 15U, 40U, 20U, 35U})
    D.add(V);
  EXPECT_EQ(D.at(0.05), 15U);
  EXPECT_EQ(D.at(0.30), 20U);
  EXPECT_EQ(D.at(0.40), 20U);
  EXPECT_EQ(D.at(0.50), 35U);
  EXPECT_EQ(D.at(1.0), 50U);
  EXPECT_DOUBLE_EQ(D.average(), 32.0);
}

TEST(DistributionTest, GrowsAfterQuestions) {
  Distribution D;
  D.add(7);
  EXPECT_EQ(D.at(0.5), 7U);
  D.add(1);
  EXPECT_EQ(D.at(0.5), 1U);
  EXPECT_EQ(D.at(1.0), 7U);
}

TEST(DistributionTest, EmptyIsZero) {
  Distribution D;
  EXPECT_EQ(D.at(0.99), 0U);
  EXPECT_EQ(D.average(), 0.0);
}

TEST(DistributionTest, PrintsMicrosecondsWithThreeDecimals) {
  EXPECT_EQ(microseconds(0), "0.000");
  EXPECT_EQ(microseconds(1234), "1.234");
  EXPECT_EQ(microseconds(5000000), "5000.000");
}

TEST(DistributionTest, RowsAlignWithTheHeading) {
  Distribution D;
  D.add(1500);
  EXPECT_EQ(distributionHeading().size(), distributionRow("mask", D).size());
}

} // namespace
