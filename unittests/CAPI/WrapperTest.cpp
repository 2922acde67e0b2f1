//===- WrapperTest.cpp - The C++ wrapper of the C interface ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir-c/weir.hpp"

#include <gtest/gtest.h>

namespace {

TEST(WrapperTest, FromSpecificationToText) {
  weirpp::Compiler Compiler;
  ASSERT_TRUE(Compiler);
  std::string Message = "old";
  weirpp::Grammar G = Compiler.compile(WEIR_REGEX, "(ab|cd)+", weirpp::compileOptions(), &Message);
  ASSERT_TRUE(G) << Message;
  EXPECT_EQ(Message, "");
  weirpp::Vocabulary V = weirpp::Vocabulary::demo();
  ASSERT_TRUE(V);
  weirpp::Matcher M(G, V, weirpp::Tables(V), &Message);
  ASSERT_TRUE(M) << Message;
  EXPECT_EQ(M.acceptBytes("ab"), WEIR_OK);
  EXPECT_TRUE(M.isAccepting());
  weirpp::Matcher Fork = M.fork();
  EXPECT_EQ(Fork.acceptBytes("cd"), WEIR_OK);
  EXPECT_EQ(Fork.accept(V.stopTokens().at(0)), WEIR_OK);
  EXPECT_TRUE(Fork.isTerminated());
  EXPECT_FALSE(M.isTerminated());
  EXPECT_EQ(M.validate({'a', 'x'}), 1U);
  EXPECT_TRUE(M.tokenAllowed('c'));
  std::vector<uint32_t> Row(weir_row_words(V.size()));
  EXPECT_EQ(M.fillMask(Row.data(), Row.size(), V.size()), WEIR_OK);
  EXPECT_EQ(Row['c' / 32] >> ('c' % 32) & 1, 1U);
  EXPECT_EQ(M.rollback(1), WEIR_OK);
  EXPECT_EQ(M.rollback(1), WEIR_INVALID_ARGUMENT);
}

TEST(WrapperTest, HandlesAreCopiedAndMoved) {
  weirpp::Vocabulary A = weirpp::Vocabulary::bytes();
  weirpp::Vocabulary B = A, C;
  C = B;
  A = weirpp::Vocabulary();
  EXPECT_FALSE(A);
  EXPECT_EQ(C.tokenBytes('x'), "x");
  weirpp::Vocabulary D = std::move(C);
  EXPECT_FALSE(C);
  EXPECT_EQ(D.size(), 257U);
}

TEST(WrapperTest, ReasonsArrive) {
  std::string Message;
  EXPECT_FALSE(weirpp::Compiler().compile(WEIR_REGEX, "(", weirpp::compileOptions(), &Message));
  EXPECT_NE(Message.find("error:"), std::string::npos) << Message;
  EXPECT_FALSE(weirpp::Vocabulary::openFile("/nowhere", &Message));
  EXPECT_NE(Message, "");
  EXPECT_FALSE(weirpp::Vocabulary::read("[1]", {}, &Message));
  EXPECT_NE(Message, "");
}

} // namespace
