//===- CApiTesting.h - What the tests of the C interface share --*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_CAPI_CAPITESTING_H
#define WEIR_UNITTESTS_CAPI_CAPITESTING_H

#include "weir-c/Compiler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace weir::test {

/// A regular expression over the bytes vocabulary, and everything to free.
class Fixture : public ::testing::Test {
protected:
  void SetUp() override {
    ASSERT_EQ(weir_compiler_create(&Compiler), WEIR_OK);
    ASSERT_EQ(weir_vocabulary_bytes(&Vocabulary), WEIR_OK);
    ASSERT_EQ(weir_tables_create(Vocabulary, 0, &Tables), WEIR_OK);
  }
  void TearDown() override {
    weir_matcher_destroy(Matcher);
    weir_grammar_release(Grammar);
    weir_tables_release(Tables);
    weir_vocabulary_release(Vocabulary);
    weir_compiler_destroy(Compiler);
  }
  void compileRegex(std::string_view Pattern) {
    ASSERT_EQ(weir_compile(Compiler, WEIR_REGEX, Pattern.data(), Pattern.size(), nullptr, &Grammar,
                           nullptr),
              WEIR_OK);
  }
  void match(std::string_view Pattern) {
    compileRegex(Pattern);
    ASSERT_EQ(weir_matcher_create(Grammar, Vocabulary, Tables, nullptr, &Matcher, {nullptr, 0}),
              WEIR_OK);
  }
  static bool shows(const weir_mask_view &V, uint32_t T) {
    const bool InBase = V.base && T / 32 < V.base_words && (V.base[T / 32] >> (T % 32) & 1);
    return (InBase && !std::binary_search(V.clear, V.clear + V.clear_count, T)) ||
           std::binary_search(V.set, V.set + V.set_count, T);
  }
  /// The tokens of a mask below the 256 bytes, as text, and "$" for the stop token.
  std::string mask(weir_matcher *M) {
    std::vector<uint32_t> Row(weir_row_words(257), 0xffffffffU);
    EXPECT_EQ(weir_matcher_fill_mask(M, Row.data(), Row.size(), 257, nullptr), WEIR_OK);
    weir_mask_view View = {};
    View.struct_size = sizeof(View);
    EXPECT_EQ(weir_matcher_view_mask(M, 257, &View), WEIR_OK);
    std::string Out;
    for (unsigned T = 0; T < 257; ++T) {
      bool Set = Row[T / 32] >> (T % 32) & 1;
      EXPECT_EQ(weir_matcher_token_allowed(M, T), int(Set)) << T;
      EXPECT_EQ(shows(View, T), Set) << T;
      if (Set)
        Out += T == 256 ? '$' : char(T);
    }
    return Out;
  }

  weir_compiler *Compiler = nullptr;
  weir_vocabulary *Vocabulary = nullptr;
  weir_tables *Tables = nullptr;
  weir_grammar *Grammar = nullptr;
  weir_matcher *Matcher = nullptr;
};

} // namespace weir::test

#endif // WEIR_UNITTESTS_CAPI_CAPITESTING_H
