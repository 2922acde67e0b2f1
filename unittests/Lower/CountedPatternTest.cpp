//===- CountedPatternTest.cpp - Counted repetitions beside a length ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A prefix must be allowed exactly when the pattern, its counts and the length can still be
// satisfied together. Bounds are small, so that random texts come near them.
//
//===----------------------------------------------------------------------===//
#include "OracleCheck.h"

using namespace weir;

namespace {

/// The strings of `Pattern` with from `Min` to `Max` characters.
std::string bounded(const std::string &Pattern, unsigned Min, unsigned Max) {
  return "start @s\nrule @s = json_string(and(" + Pattern + ", repeat<" + std::to_string(Min) +
         "," + std::to_string(Max) + ">(class [^])))\n";
}

/// Registers of the start rule, or 99 when there is no text.
unsigned registersOf(const std::string &Text) {
  std::optional<ir::Module> M = parseText(Text);
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  auto G = M ? lower(*M, {}, Diags) : nullptr;
  return G ? G->rule(0).Registers : 99;
}

void check(const std::string &Text, std::string_view Letters,
           const std::vector<std::string> &Extra = {}) {
  std::optional<ir::Module> M = parseText(Text);
  CheckOptions O;
  O.Walks = 8;
  O.Steps = 40;
  for (O.Seed = 1; M && O.Seed <= 2; ++O.Seed)
    if (!checkMasks(*M, toyVocabulary(Letters, O.Seed, Extra, 60), O)) {
      ADD_FAILURE() << Text;
      return;
    }
}

TEST(CountedPatterns, WordsHaveACountAndALength) {
  // U+2003 is a space, U+2026 a letter, and both begin with the same bytes.
  const std::string Letter = "repeat<1,*>(class [a \\u{2026}])",
                    Space = "repeat<1,*>(class [\\u{20} \\u{2003}])";
  const std::string Words = "seq(" + Letter + ", repeat<0,9>(seq(" + Space + ", " + Letter + ")))";
  for (auto [Min, Max] : {std::pair(0U, 18U), {0U, 25U}, {0U, 40U}, {7U, 22U}, {19U, 19U}}) {
    EXPECT_EQ(registersOf(bounded(Words, Min, Max)), 2U) << Min << " " << Max;
    check(bounded(Words, Min, Max), "aa  \"", {"\xE2\x80", "\x83", "\xA6", "\xE2\x80\x83"});
  }
}

TEST(CountedPatterns, CountsWithinCounts) {
  const std::string Part = "repeat<1,9>(class [a b])";
  const std::string Parts = "seq(" + Part + ", repeat<1,9>(seq(lit \".\", " + Part + ")))";
  for (unsigned Max : {3U, 20U, 31U}) {
    EXPECT_EQ(registersOf(bounded(Parts, 0, Max)), 4U) << Max;
    check(bounded(Parts, 0, Max), "ab..\"");
  }
}

TEST(CountedPatterns, LeastCountsAreWrittenOut) {
  const std::string Words =
      "seq(repeat<3,12>(seq(repeat<1,*>(lit \"a\"), lit \" \")), repeat<0,*>(lit \"b\"))";
  EXPECT_EQ(registersOf(bounded(Words, 0, 30)), 2U);
  check(bounded(Words, 0, 30), "aa  b\"");
  check(bounded(Words, 9, 14), "aa  b\"");
}

TEST(CountedPatterns, WhereTheLengthDependsOnTheCountItIsWrittenOut) {
  // After two letters the length may still be 7 only if the count allows for more.
  const std::string Pairs = "repeat<0,15>(seq(class [a b], class [a b]))";
  EXPECT_EQ(registersOf(bounded(Pairs, 7, 25)), 1U);
  check(bounded(Pairs, 7, 25), "aabb\"");
  check(bounded(Pairs, 30, 31), "aabb\"");
  // With an upper bound alone it does not.
  EXPECT_EQ(registersOf(bounded(Pairs, 0, 25)), 2U);
  check(bounded(Pairs, 0, 25), "aabb\"");
  // Behind the count stands what is longer the fewer were read.
  const std::string Either = "alt(seq(repeat<1,11>(lit \"ab\"), lit \"c\"), "
                             "seq(repeat<12,15>(lit \"ab\"), lit \"ddd\"))";
  check(bounded(Either, 0, 27), "aabbcd\"");
}

/// Random patterns of the letters a and b with counted repetitions, half of them of what ends in c.
class RandomPattern {
public:
  explicit RandomPattern(unsigned Seed) : Rng(Seed) {}
  std::string make(unsigned Depth) {
    switch (Rng() % (Depth ? 7 : 3)) {
    case 0:
      return "lit \"a\"";
    case 1:
      return "lit \"b\"";
    case 2:
      return "class [a b]";
    case 3:
      return "alt(" + make(Depth - 1) + ", " + make(Depth - 1) + ")";
    case 4:
    case 5:
      return "seq(" + make(Depth - 1) + ", " + make(Depth - 1) + ")";
    default:
      return repeat(Depth);
    }
  }
  std::string repeat(unsigned Depth) {
    const unsigned Min = Rng() % 4;
    const std::string Max = Rng() % 4 == 0 ? "*" : std::to_string(Min + 6 + Rng() % 12);
    const std::string Body = make(Depth - 1);
    return "repeat<" + std::to_string(Min) + "," + Max + ">(" +
           (Rng() % 2 ? Body : "seq(" + Body + ", lit \"c\")") + ")";
  }
  std::mt19937 Rng;
};

TEST(CountedPatterns, RandomPatterns) {
  unsigned Counted = 0, Compiled = 0;
  for (unsigned Seed = 1; Seed <= 400; ++Seed) {
    RandomPattern P(Seed);
    const std::string Pattern = "seq(" + P.repeat(2) + ", " + P.make(2) + ")";
    // Few tokens end a text, so that walks come near the bounds.
    const unsigned Min = P.Rng() % 2 ? 0 : P.Rng() % 30, Max = Min + P.Rng() % 20;
    const std::string Text = bounded(Pattern, Min, Max);
    const unsigned Registers = registersOf(Text);
    if (Registers == 99)
      continue;
    ++Compiled;
    Counted += Registers > 1;
    check(Text, "aaaaaabbbbbbcccccc\"");
    if (HasFailure())
      return;
  }
  EXPECT_GE(Compiled, 200U);
  EXPECT_GE(Counted, 20U);
}

} // namespace
