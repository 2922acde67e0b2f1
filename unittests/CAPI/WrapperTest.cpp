//===- WrapperTest.cpp - The C++ wrapper of the C interface ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir-c/weir.hpp"

#include <gtest/gtest.h>

#include <algorithm>

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
  weir_status Answer = WEIR_IO_ERROR;
  const weir_mask_view View = M.viewMask(V.size(), &Answer);
  EXPECT_EQ(Answer, WEIR_OK);
  EXPECT_NE(std::find(View.set, View.set + View.set_count, uint32_t('c')),
            View.set + View.set_count);
  EXPECT_EQ(M.rollback(1), WEIR_OK);
  EXPECT_EQ(M.rollback(1), WEIR_INVALID_ARGUMENT);
}

TEST(WrapperTest, EverythingOfAMatcher) {
  weirpp::Vocabulary V = weirpp::Vocabulary::create({{"a", 1, 0, WEIR_TOKEN_ORDINARY},
                                                     {"ab", 2, 1, WEIR_TOKEN_ORDINARY},
                                                     {"b", 1, 2, WEIR_TOKEN_ORDINARY},
                                                     {"<end>", 5, 3, WEIR_TOKEN_SPECIAL}},
                                                    {3});
  ASSERT_TRUE(V);
  EXPECT_EQ(V.findSpecial("<end>"), 3U);
  EXPECT_FALSE(V.findSpecial("ab"));
  EXPECT_EQ(V.kind(3), WEIR_TOKEN_SPECIAL);
  EXPECT_EQ(weirpp::Vocabulary::openImage(V.image().data(), V.image().size()).hash(), V.hash());
  weirpp::Tables T(V);
  EXPECT_EQ(T.prepare(), WEIR_OK);
  weirpp::Compiler C;
  weir_matcher_options Options = weirpp::matcherOptions();
  Options.prefix = "a";
  Options.prefix_size = 1;
  Options.trace_events = 2;
  weirpp::Matcher M(C.compile(WEIR_REGEX, "ba+"), V, T, Options);
  ASSERT_TRUE(M);
  EXPECT_EQ(M.prefixLeft(), 1U);
  EXPECT_EQ(M.forcedBytes(), "aba");
  EXPECT_EQ(M.completion(), "aba");
  EXPECT_FALSE(M.completion(2));
  EXPECT_EQ(M.validateBytes("abb"), 2U);
  std::vector<uint32_t> Some = {2, 1, 0};
  EXPECT_EQ(M.filter(Some), WEIR_OK);
  EXPECT_EQ(Some, (std::vector<uint32_t>{1, 0}));
  EXPECT_EQ(M.setBanned({1}), WEIR_OK);
  EXPECT_FALSE(M.tokenAllowed(1));
  EXPECT_NE(M.explain(1).find("banned"), std::string::npos);
  EXPECT_EQ(M.setBanned({}), WEIR_OK);
  std::vector<uint32_t> Rows(2);
  std::vector<weir_status> Answers;
  EXPECT_EQ(M.fillDraftTree({1, 2}, {-1, 0}, Rows.data(), 1, 4, Answers), WEIR_OK);
  EXPECT_EQ(Answers, (std::vector<weir_status>{WEIR_OK, WEIR_REJECTED}));
  EXPECT_EQ(Rows[0], 1U);
  size_t Accepted = 0;
  EXPECT_EQ(M.accept({1, 0, 2}, &Accepted), WEIR_REJECTED);
  EXPECT_EQ(Accepted, 2U);
  EXPECT_EQ(M.history(), 2U);
  EXPECT_EQ(M.statistics().accepted, 2U);
  EXPECT_NE(M.trace().find("accept 2 \"b\": rejected"), std::string::npos) << M.trace();
  EXPECT_GT(M.memory(), 0U);
  EXPECT_GE(T.statistics().bytes, 0U);
  weir_tokenizer Bytes = {};
  Bytes.tokenize = [](void *, const char *, size_t, uint32_t *, size_t, size_t *) { return 0; };
  EXPECT_TRUE(M.forcedTokens(Bytes).empty());
}

TEST(WrapperTest, AServiceAndItsJobs) {
  weirpp::Service S{weirpp::Compiler()};
  ASSERT_TRUE(S);
  weir_status Answer = WEIR_IO_ERROR;
  EXPECT_TRUE(S.compile(WEIR_REGEX, "a", weirpp::compileOptions(), nullptr, &Answer));
  EXPECT_EQ(Answer, WEIR_OK);
  weirpp::Job J = S.submit(WEIR_REGEX, "a");
  EXPECT_TRUE(J.result());
  EXPECT_TRUE(J.wait(0));
  EXPECT_EQ(S.statistics().hits, 1U);
  weirpp::Cancel Flag;
  Flag.set();
  weir_compile_options Options = weirpp::compileOptions();
  Options.cancel = Flag.get();
  EXPECT_FALSE(S.compile(WEIR_REGEX, "b", Options, nullptr, &Answer));
  EXPECT_EQ(Answer, WEIR_CANCELLED);
  S.clear();
  EXPECT_EQ(S.statistics().entries, 0U);
  EXPECT_EQ(weirpp::capabilities("true"), "[]");
  const weir_executor E = weirpp::Pool(1).executor();
  EXPECT_NE(E.run, nullptr);
  weirpp::Tables Tables(weirpp::Vocabulary::bytes());
  weir_ahead_report Report = {};
  Report.struct_size = sizeof(Report);
  EXPECT_EQ(Tables.fillAhead(S.compile(WEIR_REGEX, "ab*"), nullptr, &Report), WEIR_OK);
  EXPECT_EQ(Report.complete, 1);
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
