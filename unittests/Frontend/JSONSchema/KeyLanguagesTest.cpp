//===- KeyLanguagesTest.cpp - Equal languages of keys have one id ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../../../lib/Frontend/JSONSchema/KeyLanguages.h"

#include <gtest/gtest.h>

#include <string>

using namespace weir;
using namespace weir::jsonschema;
using ir::ExprId;

namespace {

KeyId names(KeyLanguages &Keys, std::vector<std::string_view> Texts) {
  return Keys.ofLiterals(Texts);
}

TEST(KeyLanguages, AutomataAreMinimalWhateverTheyAreMadeOf) {
  ir::Module M;
  KeyLanguages Keys(M);
  const KeyId AB = names(Keys, {"name", "names", "nation", "id", "ie"});
  EXPECT_EQ(Keys.either(names(Keys, {"name", "id"}), names(Keys, {"ie", "nation", "names"})), AB);
  // All other keys: one state that is not left, beside those of the names.
  const KeyId Rest = Keys.minus(AnyKey, AB);
  EXPECT_EQ(Keys.minus(AnyKey, Rest), AB);
  EXPECT_EQ(Keys.minus(Keys.minus(AnyKey, names(Keys, {"name", "id", "ie"})),
                       names(Keys, {"nation", "names"})),
            Rest);
  EXPECT_EQ(Keys.either(Rest, AB), AnyKey);
  EXPECT_EQ(Keys.both(Rest, AB), NoKey);
  // A state that leads to itself and another one: the long way.
  const ExprId A = M.lit("a"), X = M.star(M.alt({A, M.lit("b")}));
  const KeyId Ends = *Keys.of(M.seq({X, A})), Words = *Keys.of(X);
  const KeyId Others = Keys.minus(Words, Ends);
  EXPECT_EQ(Keys.either(Others, Ends), Words);
  EXPECT_EQ(Keys.minus(Words, Others), Ends);
  // Two states, one before the other, that lead to one which is not left.
  EXPECT_EQ(Keys.either(*Keys.of(M.seq({A, X})), names(Keys, {""})),
            *Keys.of(M.optional(M.seq({A, X}))));
}

TEST(KeyLanguages, ContainTheTextsOfTheirAutomata) {
  ir::Module M;
  KeyLanguages Keys(M);
  const KeyId Rest = Keys.minus(AnyKey, names(Keys, {"name", "id"}));
  for (std::string_view T : {"", "nam", "names", "ida", "x", "\xc3\xa9", "n\xc3\xa9"})
    EXPECT_TRUE(Keys.contains(Rest, T)) << T;
  for (std::string_view T : {"name", "id"})
    EXPECT_FALSE(Keys.contains(Rest, T)) << T;
  // What is no text is no key, also behind all that the language knows.
  for (std::string_view T : {"\xc3", "x\xc3", "idx\xed\xa0\x80"}) {
    EXPECT_FALSE(Keys.contains(Rest, T));
    EXPECT_FALSE(Keys.contains(AnyKey, T));
  }
}

} // namespace
