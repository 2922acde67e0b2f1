//===- EscapeTest.cpp - Bytes as quoted, escaped text, and back -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Support/Escape.h"

#include "weir/Support/Utf8.h"

#include <gtest/gtest.h>

using namespace weir;

namespace {

std::string unquote(std::string_view Quoted) {
  std::string Out;
  std::string_view Inner = Quoted.substr(0, Quoted.size() - 1);
  for (size_t Pos = 1; Pos < Inner.size();) {
    if (Inner[Pos] != '\\') {
      Out += Inner[Pos++];
      continue;
    }
    Escape E = readEscape(Inner, Pos, "\"");
    EXPECT_NE(E.What, Escape::Invalid) << Quoted;
    if (E.What == Escape::Byte)
      Out += char(E.Value);
    else
      appendUtf8(Out, E.Value);
    Pos += 1 + E.Size;
  }
  return Out;
}

TEST(Escape, SpellsWhatShowsAsItself) {
  EXPECT_EQ(quoted("a\"b\\c'd"), R"("a\"b\\c'd")");
  EXPECT_EQ(quoted("caf\xc3\xa9"), "\"caf\xc3\xa9\"");
  EXPECT_EQ(quoted(std::string_view("\0\x1f\n\r\t\x7f", 6)), R"("\x00\x1f\n\r\t\x7f")");
}

TEST(Escape, BytesThatAreNoUtf8AndInvisibleScalarsAreEscaped) {
  EXPECT_EQ(quoted("\xc3"), R"("\xc3")");
  EXPECT_EQ(quoted("\xed\xa0\x80"), R"("\xed\xa0\x80")");
  EXPECT_EQ(quoted("\xe2\x80\xae"), R"("\u{202e}")");
  EXPECT_EQ(quoted("\xef\xbb\xbf"), R"("\u{feff}")");
  EXPECT_EQ(quoted("\xc2\x85"), R"("\u{85}")");
}

TEST(Escape, EveryPairOfBytesComesBack) {
  for (unsigned A = 0; A < 256; ++A)
    for (unsigned B = 0; B < 256; ++B) {
      std::string S{char(A), char(B)};
      ASSERT_EQ(unquote(weir::quoted(S)), S);
    }
}

TEST(Escape, EveryScalarComesBack) {
  for (uint32_t C = 0; C <= MaxCodePoint; ++C) {
    if (!isScalar(C))
      continue;
    std::string S;
    appendUtf8(S, C);
    ASSERT_EQ(unquote(weir::quoted(S)), S) << C;
  }
}

TEST(Escape, NamesWhatIsWrong) {
  EXPECT_EQ(readEscape("\\q", 0, "\"").What, Escape::Invalid);
  EXPECT_EQ(readEscape("\\", 0, "\"").What, Escape::Invalid);
  EXPECT_EQ(readEscape("\\x4", 0, "\"").What, Escape::Invalid);
  EXPECT_EQ(readEscape("\\u{}", 0, "\"").What, Escape::Invalid);
  EXPECT_EQ(readEscape("\\u{d800}", 0, "\"").Problem, "this is no Unicode scalar value");
  EXPECT_EQ(readEscape("\\u{110000}", 0, "\"").What, Escape::Invalid);
  EXPECT_EQ(readEscape("\\u{fffffffff}", 0, "\"").What, Escape::Invalid);
  EXPECT_EQ(readEscape("\\u{10ffff}", 0, "\"").Value, 0x10ffffU);
}

TEST(Escape, PrintableCutsLongTextBetweenScalars) {
  EXPECT_EQ(printable("a\nb"), "a\\nb");
  EXPECT_EQ(printable("\"\\"), "\"\\");
  EXPECT_EQ(printable("\xc3\xa9\xc3\xa9", 3), "\xc3\xa9…");
  EXPECT_EQ(printable(std::string(500, 'x')).size(), 240 + std::string("…").size());
}

TEST(Escape, JsonStringsAreAlwaysJson) {
  std::string Out;
  appendJsonString(Out, std::string_view("a\"\\\n\x01\x7f\xff\xc3\xa9\0", 10));
  EXPECT_EQ(Out, "\"a\\\"\\\\\\n\\u0001\\u007f\xef\xbf\xbd\xc3\xa9\\u0000\"");
}

} // namespace
