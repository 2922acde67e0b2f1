//===- UnicodeTest.cpp - The sets behind \p{…} ----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Inputs/unicode-digests.txt holds counts and digests by Node's RegExp; the script that made it,
// utils/generate-unicode-digests.mjs, describes them. Node's Unicode is newer than the tables',
// so only code points assigned in the tables' version count, and Inputs/unicode-changes.txt
// lists the properties whose members among those have changed since.
//
//===----------------------------------------------------------------------===//
#include "weir/Frontend/Regex/UnicodeProperties.h"

#include <gtest/gtest.h>

#include <cinttypes>
#include <cstdlib>
#include <fstream>
#include <set>

using namespace weir;
using namespace weir::regex;

namespace {

std::optional<CodePointSet> lookup(std::string_view Name) {
  size_t Equals = Name.find('=');
  if (Equals == std::string_view::npos)
    return unicodeProperty(Name);
  return unicodeProperty(Name.substr(0, Equals), Name.substr(Equals + 1));
}

std::pair<uint64_t, std::string> digest(const CodePointSet &Set) {
  uint64_t Count = 0, Hash = 0xcbf29ce484222325ULL;
  // The script does not break a range at the surrogates, which it leaves out: they
  // are a gap there as here.
  for (CodePointRange R : Set.ranges()) {
    Count += R.Last - R.First + 1;
    for (char C : std::to_string(R.First) + "-" + std::to_string(R.Last) + ",")
      Hash = (Hash ^ uint8_t(C)) * 0x100000001b3ULL;
  }
  char Text[17];
  std::snprintf(Text, sizeof Text, "%016" PRIx64, Hash);
  return {Count, Text};
}

std::vector<std::string> inputLines(const char *Name) {
  const char *Root = std::getenv("WEIR_TEST_SOURCE_DIR");
  std::ifstream In(std::string(Root ? Root : ".") + "/unittests/Frontend/Regex/Inputs/" + Name);
  EXPECT_TRUE(In.is_open()) << Name;
  std::vector<std::string> Lines;
  for (std::string Line; std::getline(In, Line);)
    if (!Line.starts_with("#"))
      Lines.push_back(Line);
  return Lines;
}

TEST(RegexUnicode, SetsAgreeWithNode) {
  std::vector<std::string> ChangedLines = inputLines("unicode-changes.txt");
  const std::set<std::string> Changed(ChangedLines.begin(), ChangedLines.end());
  ASSERT_EQ(unicodeVersion(), "15.0.0") << "make the table of digests again";
  CodePointSet Assigned = *unicodeProperty("Assigned");
  unsigned Agreeing = 0;
  for (const std::string &Line : inputLines("unicode-digests.txt")) {
    size_t First = Line.find(' '), Second = Line.find(' ', First + 1);
    std::string Name = Line.substr(0, First);
    std::optional<CodePointSet> Set = lookup(Name);
    if (!Set) {
      EXPECT_TRUE(Changed.count(Name)) << "unknown: " << Name;
      continue;
    }
    auto [Count, Hash] = digest(Set->intersectWith(Assigned));
    bool Same = std::to_string(Count) == Line.substr(First + 1, Second - First - 1) &&
                Hash == Line.substr(Second + 1);
    EXPECT_EQ(Same, !Changed.count(Name)) << Line << ", but here " << Count << " " << Hash;
    Agreeing += Same;
  }
  EXPECT_GT(Agreeing, 700U);
}

CodePointSet property(const char *Name) {
  std::optional<CodePointSet> S = lookup(Name);
  EXPECT_TRUE(S) << Name;
  return S.value_or(CodePointSet());
}

TEST(RegexUnicode, ScriptExtensions) {
  // U+3001 IDEOGRAPHIC COMMA: Common, used by ten scripts.
  EXPECT_TRUE(property("sc=Common").contains(0x3001));
  EXPECT_FALSE(property("scx=Common").contains(0x3001));
  EXPECT_TRUE(property("scx=Hira").contains(0x3001));
  EXPECT_TRUE(property("Script_Extensions=Yi").contains(0x3001));
  EXPECT_FALSE(property("scx=Latin").contains(0x3001));
  // U+1CD0 VEDIC TONE KARSHANA: Inherited, used by Bengali, Devanagari, Grantha, Kannada.
  EXPECT_TRUE(property("sc=Zinh").contains(0x1CD0));
  EXPECT_FALSE(property("scx=Zinh").contains(0x1CD0));
  EXPECT_TRUE(property("scx=Gran").contains(0x1CD0));
  // No extensions listed: the script itself.
  EXPECT_TRUE(property("scx=Grek").contains(0x3B1));
  // U+1CF7: Bengali, listed as Bengali.
  EXPECT_TRUE(property("scx=Beng").contains(0x1CF7));
}

TEST(RegexUnicode, NamesAreExact) {
  for (const char *Name : {"lu", "Script=latin", "Script", "Latin", "sc=Lu", "gc=Latin",
                           "Block=ASCII", "L=Lu", "", "=", "sc=", "Hrkt", "sc=Hrkt", "Age=15.0"})
    EXPECT_FALSE(lookup(Name)) << Name;
  EXPECT_EQ(property("Any"), CodePointSet::all());
  EXPECT_EQ(property("ASCII"), CodePointSet::range(0, 0x7F));
  EXPECT_TRUE(property("Cs").empty()) << "surrogates are no scalar values";
  EXPECT_EQ(property("Assigned"), property("Cn").complement());
}

TEST(RegexUnicode, CaseClosure) {
  CodePointSet K;
  K.add('K');
  K.add('k');
  K.add(0x212A); // KELVIN SIGN
  for (uint32_t C : {uint32_t('K'), uint32_t('k'), 0x212AU})
    EXPECT_EQ(caseClosure(CodePointSet::of(C)), K);
  CodePointSet Sigma;
  for (uint32_t C : {0x3A3U, 0x3C2U, 0x3C3U})
    Sigma.add(C);
  EXPECT_EQ(caseClosure(CodePointSet::of(0x3C2)), Sigma);
  EXPECT_EQ(caseClosure(CodePointSet::of('1')), CodePointSet::of('1'));
  // Full and Turkic foldings do not count.
  EXPECT_FALSE(caseClosure(CodePointSet::of(0xDF)).contains('s'));
  EXPECT_FALSE(caseClosure(CodePointSet::of('i')).contains(0x130));
  EXPECT_EQ(caseClosure(CodePointSet::all()), CodePointSet::all());
}

} // namespace
