//===- XzTest.cpp - Unpacking good and bad .xz data -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "weir/Compression/Xz.h"

#include <gtest/gtest.h>

using namespace weir;

namespace {

// "abcabcabc\n", packed by xz 5.4 with CRC-64.
const std::vector<uint8_t> Packed = {
    0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 0x00, 0x04, 0xE6, 0xD6, 0xB4, 0x46, 0x02, 0x00,
    0x21, 0x01, 0x0C, 0x00, 0x00, 0x00, 0x8F, 0x98, 0x41, 0x9C, 0x01, 0x00, 0x09, 0x61,
    0x62, 0x63, 0x61, 0x62, 0x63, 0x61, 0x62, 0x63, 0x0A, 0x00, 0x00, 0x00, 0x91, 0x7F,
    0x13, 0xA5, 0x31, 0x7F, 0xDA, 0xED, 0x00, 0x01, 0x22, 0x0A, 0x15, 0x1A, 0xE1, 0x67,
    0x1F, 0xB6, 0xF3, 0x7D, 0x01, 0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5A};

TEST(Xz, UnpacksAllStreamsOfAFile) {
  ASSERT_TRUE(isXz(Packed));
  Result<FileBytes> Once = unpackXz(Packed, 100);
  ASSERT_TRUE(Once.ok()) << Once.error().Message;
  EXPECT_EQ(Once->text(), "abcabcabc\n");
  std::vector<uint8_t> Two = Packed;
  Two.insert(Two.end(), Packed.begin(), Packed.end());
  EXPECT_EQ(unpackXz(Two, 100)->text(), "abcabcabc\nabcabcabc\n");
}

TEST(Xz, LeavesOtherBytesAsTheyAre) {
  EXPECT_EQ(unpackIfXz(FileBytes::own({'x', 'y'}))->text(), "xy");
  EXPECT_EQ(unpackIfXz(FileBytes::own(Packed))->text(), "abcabcabc\n");
  EXPECT_FALSE(isXz(std::span(Packed).first(5)));
}

TEST(Xz, HoldsTheLimitExactly) {
  EXPECT_TRUE(unpackXz(Packed, 10).ok());
  EXPECT_EQ(unpackXz(Packed, 9).status(), Status::BudgetExceeded);
}

TEST(Xz, EveryTruncationAndFlipIsAnError) {
  for (size_t Size = 0; Size < Packed.size(); ++Size)
    EXPECT_EQ(unpackXz(std::span(Packed).first(Size), 100).status(), Status::BadFormat) << Size;
  for (size_t I = 0; I < Packed.size(); ++I) {
    std::vector<uint8_t> Flipped = Packed;
    Flipped[I] ^= 0x10;
    EXPECT_FALSE(unpackXz(Flipped, 100).ok()) << I;
  }
}

} // namespace
