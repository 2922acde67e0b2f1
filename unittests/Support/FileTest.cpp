//===- FileTest.cpp - Files as bytes --------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "weir/Support/File.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

using namespace weir;

namespace {

class FileTest : public testing::Test {
protected:
  void SetUp() override {
    const auto *Info = testing::UnitTest::GetInstance()->current_test_info();
    Folder = testing::TempDir() + "weir-file-test-" + Info->name();
    std::filesystem::remove_all(Folder);
    std::filesystem::create_directories(Folder);
  }
  void TearDown() override { std::filesystem::remove_all(Folder); }
  std::string path(const char *Name) const { return Folder + "/" + Name; }
  static std::vector<uint8_t> bytes(std::string_view S) { return {S.begin(), S.end()}; }

  std::string Folder;
};

TEST_F(FileTest, WhatWasWrittenIsReadAndMapped) {
  // More than one read block, with zeros in it.
  std::vector<uint8_t> Data(200000);
  for (size_t I = 0; I < Data.size(); ++I)
    Data[I] = uint8_t(I % 251);
  ASSERT_TRUE(writeFileAtomically(path("a"), Data).ok());
  for (auto Open : {&FileBytes::map, &FileBytes::read}) {
    Result<FileBytes> F = Open(path("a"), 1 << 20);
    ASSERT_TRUE(F.ok()) << F.error().Message;
    EXPECT_TRUE(std::equal(Data.begin(), Data.end(), F->bytes().begin(), F->bytes().end()));
  }
}

TEST_F(FileTest, APathEndsAtNoZeroByte) {
  ASSERT_TRUE(writeFileAtomically(path("a"), bytes("text")).ok());
  const std::string Longer = path("a") + std::string("\0.wvoc", 6);
  for (auto Open : {&FileBytes::map, &FileBytes::read}) {
    Result<FileBytes> F = Open(Longer, 1 << 20);
    ASSERT_FALSE(F.ok());
    EXPECT_EQ(F.error().Code, Status::InvalidArgument);
  }
  EXPECT_FALSE(writeFileAtomically(Longer, bytes("other")).ok());
  EXPECT_EQ(FileBytes::read(path("a"), 1 << 20)->text(), "text");
}

TEST_F(FileTest, AMappingKeepsTheOldBytesWhenTheFileIsReplaced) {
  ASSERT_TRUE(writeFileAtomically(path("a"), bytes("old")).ok());
  Result<FileBytes> Old = FileBytes::map(path("a"));
  ASSERT_TRUE(Old.ok());
  ASSERT_TRUE(writeFileAtomically(path("a"), bytes("new and longer")).ok());
  EXPECT_EQ(Old->text(), "old");
  EXPECT_EQ(FileBytes::map(path("a"))->text(), "new and longer");
  // Nothing is left beside it.
  size_t Files = 0;
  for ([[maybe_unused]] const auto &Entry : std::filesystem::directory_iterator(Folder))
    ++Files;
  EXPECT_EQ(Files, 1u);
}

TEST_F(FileTest, FailuresSayWhy) {
  for (auto Open : {&FileBytes::map, &FileBytes::read}) {
    Result<FileBytes> Missing = Open(path("missing"), 10);
    ASSERT_FALSE(Missing.ok());
    EXPECT_EQ(Missing.status(), Status::NotFound);
    EXPECT_NE(Missing.error().Message.find("missing"), std::string::npos);

    ASSERT_TRUE(writeFileAtomically(path("eleven"), bytes("12345678901")).ok());
    EXPECT_EQ(Open(path("eleven"), 10).status(), Status::BudgetExceeded);
    EXPECT_TRUE(Open(path("eleven"), 11).ok());
    EXPECT_EQ(Open(Folder, 10).status(), Status::IoError);
  }
  EXPECT_EQ(writeFileAtomically(path("no/such/folder"), bytes("x")).status(), Status::NotFound);
}

TEST_F(FileTest, AnEmptyFileIsNoBytes) {
  ASSERT_TRUE(writeFileAtomically(path("empty"), {}).ok());
  Result<FileBytes> F = FileBytes::map(path("empty"));
  ASSERT_TRUE(F.ok());
  EXPECT_TRUE(F->bytes().empty());
}

TEST(FileBytes, BorrowedBytesKeepTheirOwnerAlive) {
  auto Owner = std::make_shared<std::vector<uint8_t>>(3, uint8_t(7));
  std::weak_ptr<std::vector<uint8_t>> Watch = Owner;
  {
    FileBytes F = FileBytes::borrow(*Owner, Owner);
    Owner.reset();
    EXPECT_FALSE(Watch.expired());
    EXPECT_EQ(F.bytes()[2], 7);
  }
  EXPECT_TRUE(Watch.expired());
}

} // namespace
