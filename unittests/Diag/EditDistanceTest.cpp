//===- EditDistanceTest.cpp - The nearest of a list of names --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Diag/EditDistance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

using namespace weir;

namespace {

/// The definition, by recursion on the last characters.
unsigned slowDistance(std::string_view A, std::string_view B) {
  if (A.empty() || B.empty())
    return unsigned(A.size() + B.size());
  std::string_view A1 = A.substr(0, A.size() - 1), B1 = B.substr(0, B.size() - 1);
  unsigned Best = std::min({slowDistance(A1, B) + 1, slowDistance(A, B1) + 1,
                            slowDistance(A1, B1) + (A.back() != B.back())});
  if (A.size() > 1 && B.size() > 1 && A.back() == B1.back() && A1.back() == B.back())
    Best = std::min(Best, slowDistance(A.substr(0, A.size() - 2), B.substr(0, B.size() - 2)) + 1);
  return Best;
}

TEST(EditDistance, AgreesWithItsDefinition) {
  std::vector<std::string> Words{""};
  for (size_t I = 0; Words[I].size() < 4; ++I)
    for (char C : {'a', 'b'})
      Words.push_back(Words[I] + C);
  for (const std::string &A : Words)
    for (const std::string &B : Words)
      for (unsigned Limit : {0U, 1U, 2U, 9U})
        ASSERT_EQ(editDistance(A, B, Limit), std::min(slowDistance(A, B), Limit + 1))
            << A << " " << B << " " << Limit;
}

TEST(EditDistance, SuggestsOnlyNearNames) {
  std::vector<std::string_view> Names{"additionalProperties", "properties", "pattern", "lit"};
  ASSERT_NE(nearestName("propertys", Names), nullptr);
  EXPECT_EQ(*nearestName("propertys", Names), "properties");
  EXPECT_EQ(*nearestName("patern", Names), "pattern");
  EXPECT_EQ(*nearestName("ilt", Names), "lit");
  EXPECT_EQ(nearestName("minimum", Names), nullptr);
  EXPECT_EQ(nearestName("x", Names), nullptr);
  EXPECT_EQ(nearestName("", Names), nullptr);
  EXPECT_EQ(nearestName(std::string(65, 'l'), Names), nullptr);
}

TEST(EditDistance, TheFirstOfEqualsWins) {
  EXPECT_EQ(*nearestName("seqx", {"seqb", "seqa"}), "seqb");
}

} // namespace
