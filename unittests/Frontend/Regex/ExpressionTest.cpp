//===- ExpressionTest.cpp - The shape of what patterns become -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What patterns mean is tested in VerdictTest.cpp; here, that common ones stay small
// and symbolic.
//
//===----------------------------------------------------------------------===//
#include "TextMatcher.h"
#include "weir/Frontend/Regex/Regex.h"

#include <gtest/gtest.h>

using namespace weir;
using namespace weir::regex;

namespace {

class RegexExpression : public testing::Test {
protected:
  ir::ExprId read(std::string_view Pattern, RegexOptions::Match Mode) {
    RegexOptions O;
    O.Mode = Mode;
    FileId F = Sources.add("p", std::string(Pattern));
    ir::ExprId E = parseRegex(M, Pattern, F, 0, O, Diags);
    EXPECT_TRUE(E) << printText(Diags);
    return E;
  }
  ir::ExprId whole(std::string_view P) { return read(P, RegexOptions::Match::Whole); }
  ir::ExprId search(std::string_view P) { return read(P, RegexOptions::Match::Search); }
  ir::ExprId set(uint32_t First, uint32_t Last) { return M.cls(CodePointSet::range(First, Last)); }
  bool accepts(ir::ExprId E, std::string_view Text) {
    return test::TextMatcher(M, Text).accepts(E);
  }
  /// Whether an operation occurs in `E`.
  bool uses(ir::ExprId E, ir::Op O) {
    if (M.op(E) == O)
      return true;
    for (ir::ExprId Operand : M.operands(E))
      if (uses(Operand, O))
        return true;
    return false;
  }

  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  ir::Module M;
};

TEST_F(RegexExpression, Plain) {
  EXPECT_EQ(whole("abc"), M.lit("abc"));
  EXPECT_EQ(whole("a(?:bc)(d)"), M.lit("abcd"));
  EXPECT_EQ(whole(""), M.empty());
  EXPECT_EQ(whole("[0-9]{10,200}"), M.repeat(set('0', '9'), 10, 200));
  EXPECT_EQ(whole("a|b"), M.alt({M.lit("a"), M.lit("b")}));
  EXPECT_EQ(whole("(?:x{1000000}){1000000}"),
            M.repeat(M.repeat(M.lit("x"), 1'000'000, 1'000'000), 1'000'000, 1'000'000));
  EXPECT_EQ(whole("\\ud83d\\ude00|[\\ud83d\\ude00]|\\u{1f600}|😀"), M.lit("\xF0\x9F\x98\x80"));
}

TEST_F(RegexExpression, Search) {
  EXPECT_EQ(search("abc"), M.seq({M.anyText(), M.lit("abc"), M.anyText()}));
  EXPECT_EQ(search("a*"), M.anyText());
  EXPECT_EQ(search(""), M.anyText());
  EXPECT_EQ(search("^abc"), M.seq({M.lit("abc"), M.anyText()}));
  EXPECT_EQ(search("abc$"), M.seq({M.anyText(), M.lit("abc")}));
}

// An anchored pattern is the same in both modes, with nothing around it.
TEST_F(RegexExpression, Anchored) {
  for (const char *P :
       {"^(a|b)$", "^abc$", "^[a-z]{2,40}$", "^(?:a$|b$)", "(?:^a|^b)$", "^(?=.*x).{1,9}$"})
    EXPECT_EQ(search(P), whole(P)) << P;
  EXPECT_EQ(search("^(a|b)$"), M.alt({M.lit("a"), M.lit("b")}));
  EXPECT_EQ(search("^$"), M.empty());
  EXPECT_EQ(search("^[a-z]{2,40}$"), M.repeat(set('a', 'z'), 2, 40));
}

// Assertions about one character leave no `and` behind where structure can say it.
TEST_F(RegexExpression, NeighboursWithoutAnd) {
  for (const char *P : {"\\bfoo\\b", "^(?!-)[a-z-]{1,63}$", "^[a-z-]{1,63}(?<!-)$", "(^|,)a(,|$)",
                        "\\b[a-z]+\\b", "^(?!\\d)\\w+$", "(?<!\\w)a*b"})
    EXPECT_FALSE(uses(search(P), ir::Op::And)) << P;
  EXPECT_EQ(whole("(?!-)[+-]a"), M.lit("+a"));
}

// A longer look-ahead becomes `and` with what follows it.
TEST_F(RegexExpression, LookAhead) {
  ir::ExprId Any = M.anyText();
  ir::ExprId Body = whole("[a-z]+");
  EXPECT_EQ(search("^(?=.{5})[a-z]+$"), M.conj({M.seq({M.repeat(whole("."), 5, 5), Any}), Body}));
  // A bound of the length, whatever class it was written with.
  EXPECT_EQ(search("^(?=.{5,9}$)[a-z]+$"), M.conj({M.repeat(whole("[^]"), 5, 9), Body}));
  EXPECT_EQ(search("^(?=\\w*$)[a-z]+$"), Body);
  EXPECT_EQ(search("^(?=\\d{5,9}$)[^]+$"), M.conj({M.repeat(whole("\\d"), 5, 9), whole("[^]+")}));
  EXPECT_EQ(search("^(?!xy)[a-z]+$"), M.conj({M.neg(M.seq({M.lit("xy"), Any})), Body}));
  EXPECT_TRUE(accepts(search("^(?!xy)[a-z]+$"), "xz"));
  EXPECT_FALSE(accepts(search("^(?!xy)[a-z]+$"), "xyz"));
}

// Loops with assertions go through the automaton and come out as plain expressions.
TEST_F(RegexExpression, AssertionsInLoops) {
  ir::ExprId E = search("^(?:\\b\\w+\\b ?)+$");
  EXPECT_FALSE(uses(E, ir::Op::And) || uses(E, ir::Op::Not));
  EXPECT_TRUE(accepts(E, "ab cd"));
  EXPECT_TRUE(accepts(E, "ab "));
  EXPECT_FALSE(accepts(E, "ab  cd"));
  ir::ExprId NoEnd = whole("/\\*(?:(?!\\*/)[^])*\\*/");
  EXPECT_TRUE(accepts(NoEnd, "/* a * b */"));
  EXPECT_FALSE(accepts(NoEnd, "/* a */ b */"));
}

TEST_F(RegexExpression, Modifiers) {
  ir::ExprId E = whole("a(?i:b[c-d](?-i:e)\\w)f");
  for (const char *Text : {"abcexf", "aBDexf", "abceKf", "abce\u212Af", "abce\u017Ff"})
    EXPECT_TRUE(accepts(E, Text)) << Text;
  for (const char *Text : {"Abcexf", "abcExf", "abcexF", "abce\u00E9f"})
    EXPECT_FALSE(accepts(E, Text)) << Text;
  EXPECT_FALSE(accepts(whole("(?i:[^k])"), "\u212A"));
  EXPECT_TRUE(accepts(whole("(?i:\\P{Lu})"), "A")) << "the complement is closed under folding";
  EXPECT_FALSE(accepts(whole("(?i:\\W)"), "\u017F"));
  EXPECT_TRUE(accepts(whole("(?s:a.b)"), "a\nb"));
  ir::ExprId Lines = search("(?m:^b$)");
  EXPECT_TRUE(accepts(Lines, "a\nb\nc"));
  EXPECT_TRUE(accepts(Lines, "b"));
  EXPECT_FALSE(accepts(Lines, "a\nbc"));
}

} // namespace
