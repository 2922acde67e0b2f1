//===- StableHashTest.cpp - The hash of artifacts never changes -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "weir/Support/StableHash.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

using namespace weir;

namespace {

uint64_t hashOf(std::string_view S, uint64_t Seed = 0) {
  return stableHash({reinterpret_cast<const uint8_t *>(S.data()), S.size()}, Seed);
}

TEST(StableHash, AnswersThePublishedTestVectors) {
  EXPECT_EQ(hashOf(""), 0xEF46DB3751D8E999u);
  EXPECT_EQ(hashOf("a"), 0xD24EC4F1A98C6E5Bu);
  EXPECT_EQ(hashOf("abc"), 0x44BC2CF5AD770999u);
  EXPECT_EQ(hashOf("Nobody inspects the spammish repetition"), 0xFBCEA83C8A378BF1u);
}

TEST(StableHash, EveryByteLengthAndSeedMatter) {
  std::vector<uint8_t> Bytes(80);
  for (size_t I = 0; I < Bytes.size(); ++I)
    Bytes[I] = uint8_t(I * 37);
  const uint64_t Whole = stableHash(Bytes);
  EXPECT_NE(Whole, stableHash(Bytes, 1));
  for (size_t I = 0; I < Bytes.size(); ++I) {
    EXPECT_NE(Whole, stableHash(std::span(Bytes).first(I))) << I;
    Bytes[I] ^= 1;
    EXPECT_NE(Whole, stableHash(Bytes)) << I;
    Bytes[I] ^= 1;
  }
}

} // namespace
