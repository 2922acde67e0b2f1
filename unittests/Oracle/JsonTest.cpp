//===- JsonTest.cpp - json_string against hand-written answers ------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "OracleTest.h"

namespace weir::oracle {
namespace {

using namespace ir;

class JsonTest : public OracleTest {
protected:
  void canonical(ExprId E) { start(M.jsonString(E, Escapes::Canonical)); }
  void any(ExprId E) { start(M.jsonString(E, Escapes::Any)); }
};

TEST_F(JsonTest, CanonicalAnyText) {
  canonical(M.anyText());
  accepts(R"("")");
  accepts(R"("a b/c~")");
  accepts("\"\x7F\xC3\xA9\xF0\x9F\x98\x80\"");
  accepts(R"("\"\\\b\f\n\r\t")");
  accepts(R"("\u0000\u001f\u000b")");
  dies(R"("\/)");
  dies(R"("\u0008)"); // has a short escape
  dies(R"("\u001F)");
  dies(R"("\u002)"); // the blank is raw
  dies(R"("\u00e)");
  dies(R"("\ud)");
  dies("\"\n");
  dies("\"\x80");
  dies("\"\xED\xA0");
  dies("\"\xC3\"");
  dies(R"(""")");
  dies("a");
  viable(R"("\)");
  viable(R"("\u)");
  viable(R"("\u001)");
  viable("\"\xF0\x9F");
}

TEST_F(JsonTest, AnyAnyText) {
  any(M.anyText());
  accepts(R"("a\/b")");
  accepts(R"("\u0041\u00e9\u00E9\u0008")");
  accepts(R"("\ud83d\ude00\uD83D\uDE00")");
  dies(R"("\ude)");
  viable(R"("\ud8)");
  viable(R"("\ud83d)");
  dies(R"("\ud83d")");
  dies(R"("\ud83da)");
  dies(R"("\ud83d\n)");
  dies(R"("\ud83d\u0)");
  dies(R"("\ud83d\ud8)");
  viable(R"("\ud83d\ude)");
  dies(R"("\x)");
  dies(R"("\u00g)");
  dies("\"\xC3\\");
}

TEST_F(JsonTest, SpellingsOfOneValue) {
  any(M.lit("\xF0\x9F\x98\x80")); // U+1F600 = d83d de00
  accepts("\"\xF0\x9F\x98\x80\"");
  accepts(R"("\ud83d\ude00")");
  accepts(R"("\uD83D\uDe00")");
  viable(R"("\ud83d\ude0)");
  dies(R"("\ud83c)");
  dies(R"("\ud83d\ude01)");
  dies(R"("\ud83d\udf)");
  dies(R"("\u0)");
  dies(R"("\n)");
}

TEST_F(JsonTest, HighSurrogateNeedsAScalarOfTheOperand) {
  // U+10400..U+1040F: high surrogate d801, low dc00..dc0f.
  any(M.seq({range(0x10400, 0x1040F), M.lit("x")}));
  viable(R"("\ud8)");
  viable(R"("\ud801)");
  dies(R"("\ud800)");
  viable(R"("\ud801\udc0)");
  dies(R"("\ud801\udc1)");
  accepts(R"("\ud801\udc0f\u0078")");
}

TEST_F(JsonTest, EscapeAfterWhichNothingFollows) {
  // The only continuation after é is a contradiction.
  ExprId Dead = M.conj({M.plus(M.lit("a")), M.neg(M.plus(M.lit("a")))});
  any(M.alt({M.seq({M.lit("\xC3\xA9"), Dead}), M.lit("z")}));
  dies(R"("\u00e)");
  accepts(R"("\u007a")");
  dies("\"\xC3");
}

TEST_F(JsonTest, CanonicalEscapesOfTheOperand) {
  canonical(M.alt({M.lit("\n"), M.lit("\x01"), M.lit("\"\\")}));
  accepts(R"("\n")");
  accepts(R"("\u0001")");
  accepts(R"("\"\\")");
  dies(R"("\t)");
  dies(R"("\u001)");
  dies(R"("\\)");
}

TEST_F(JsonTest, PrintableAsciiOnly) {
  start(M.jsonString(M.anyText(), Escapes::Ascii));
  accepts(R"("a~\u007f\u0080\u00e9\uffff\ud83d\ude00\n\u0001")");
  for (const char *Dead :
       {"\"\x7F", "\"\x80", "\"\xC3", R"("\u006)", R"("\u002)", R"("\u007e)", R"("\u00E)",
        R"("\uD)", R"("\/)", R"("\ud83d\uD)", R"("\udc)", R"("\u0009)"})
    dies(Dead);
  viable(R"("\u007)");
  viable(R"("\ud83d\ud)");
  start(M.jsonString(M.alt({M.lit("\xC3\xA9"), M.lit("a"), M.lit("\xF0\x9F\x98\x80")}),
                     Escapes::AnyAscii));
  for (const char *In :
       {R"("\u00E9")", R"("\u00e9")", R"("\u0061")", R"("a")", R"("\uD83d\uDe00")"})
    accepts(In);
  dies("\"\xC3");
  dies(R"("\u00ea)");
  dies(R"("\ud83e)");
  start(M.jsonString(M.lit("a"), Escapes::Ascii));
  dies(R"("\)");
}

TEST_F(JsonTest, LengthAndPatternMeetOnTheValue) {
  // Two or three scalars, one of which is é: an escape counts once.
  ExprId E = M.lit("\xC3\xA9"), Any = M.anyText();
  any(M.conj({M.repeat(M.cls(CodePointSet::all()), 2, 3), M.seq({Any, E, Any})}));
  accepts(R"("\u00e9b")");
  accepts("\"ab\xC3\xA9\"");
  accepts(R"("\ud83d\ude00\ud83d\ude00\u00e9")");
  viable(R"("ab\u)");
  dies("\"abc");
  dies(R"("ab\n)");
  dies(R"("ab\ud)");
}

TEST_F(JsonTest, NotOnTheValue) {
  any(M.neg(M.lit("no")));
  accepts(R"("")");
  accepts(R"("nope")");
  viable(R"("no)");
  viable(R"("n\u006f)");
  dies(R"("no")");
  dies(R"("\u006e\u006f")");
}

TEST_F(JsonTest, BytesThatAreNoTextHaveNoSpelling) {
  any(M.alt({M.bytes(ByteSet::range(0x80, 0xFF)), M.lit("ok")}));
  accepts(R"("ok")");
  dies("\"\xC3");
}

TEST_F(JsonTest, StringsInsideRecursion) {
  RuleId List = rule("list");
  M.rule(List).Body =
      M.seq({M.lit("["),
             M.optional(M.alt(
                 {M.jsonString(M.repeat(range('a', 'z'), 1, 2), Escapes::Any), M.call(List)})),
             M.lit("]")});
  start(M.call(List));
  accepts("[[[\"a\\u0062\"]]]");
  dies("[[\"\"");
  viable("[[\"");
}

} // namespace
} // namespace weir::oracle
