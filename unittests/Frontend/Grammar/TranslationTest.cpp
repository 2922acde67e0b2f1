//===- TranslationTest.cpp - What each construct becomes ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each construct of both dialects, as the IR it becomes, and the places kept.
//
//===----------------------------------------------------------------------===//
#include "GrammarTestSupport.h"

#include <gtest/gtest.h>

using namespace weir;
using namespace weir::grammar;
using namespace weir::grammar::test;

static std::string gbnf(std::string_view Body) {
  return Parsed("root ::= " + std::string(Body) + "\na ::= \"A\"\nb ::= \"B\"\n").body();
}
static std::string ebnf(std::string_view Body) {
  return ParsedEbnf("root ::= " + std::string(Body) + "\na ::= \"A\"\nb ::= \"B\"\n").body();
}

//===- Literals -----------------------------------------------------------===//

TEST(GrammarTranslation, Literals) {
  EXPECT_EQ(gbnf(R"("abc")"), R"(lit "abc")");
  EXPECT_EQ(gbnf(R"("")"), "empty");
  EXPECT_EQ(gbnf(R"("|(){}*+?.=#:;,!<[a]>'")"), R"(lit "|(){}*+?.=#:;,!<[a]>'")");
  EXPECT_EQ(gbnf("\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""), gbnf(R"("\u00E9\u20ac\U0001F600")"));
}

TEST(GrammarTranslation, LiteralEscapesOfGbnf) {
  ir::Module M;
  std::string Expected = ir::printExpr(M, M.lit(std::string_view("\r\n\t\\\"[]-A\0z", 11)));
  EXPECT_EQ(gbnf(R"("\r\n\t\\\"\[\]\-\x41\x00z")"), Expected);
  // Exactly two digits: the third is a character of its own.
  EXPECT_EQ(gbnf(R"("\x4142")"), R"(lit "A42")");
  EXPECT_EQ(gbnf(R"("\u00410")"), R"(lit "A0")");
  // An escape names a code point, never a byte.
  EXPECT_EQ(gbnf(R"("\xE9")"), gbnf("\"\xC3\xA9\""));
}

TEST(GrammarTranslation, LiteralEscapesOfEbnf) {
  ir::Module M;
  std::string Expected =
      ir::printExpr(M, M.lit(std::string_view("\r\n\t\b\f\a\v\0\x1B\\\"'?/", 14)));
  EXPECT_EQ(ebnf(R"("\r\n\t\b\f\a\v\0\e\\\"\'\?\/")"), Expected);
  EXPECT_EQ(ebnf(R"("\x1F600")"), gbnf("\"\xF0\x9F\x98\x80\""));
  EXPECT_EQ(ebnf(R"("\x9")"), ebnf(R"("\t")"));
  EXPECT_EQ(ebnf(R"("\x000000000000000041")"), R"(lit "A")");
}

TEST(GrammarTranslation, GbnfTerminalsHoldLineBreaks) {
  EXPECT_EQ(gbnf("\"a\nb\" b"), gbnf(R"("a\nb" b)"));
  EXPECT_EQ(gbnf("[\n ]"), gbnf(R"([ \n])"));
}

//===- Classes ------------------------------------------------------------===//

TEST(GrammarTranslation, Classes) {
  EXPECT_EQ(gbnf("[a-z]"), "class [a-z]");
  EXPECT_EQ(gbnf("[a-cx-zb-d]"), gbnf("[a-dx-z]"));
  EXPECT_EQ(gbnf("[zyx]"), gbnf("[x-z]"));
  EXPECT_EQ(gbnf(R"([\x41-\u0043])"), "class [A-C]");
  EXPECT_EQ(gbnf("."), gbnf(R"([\x00-\U0010FFFF])"));
  EXPECT_EQ(gbnf("[^a]"), gbnf(R"([\x00-`b-\U0010FFFF])"));
  EXPECT_EQ(gbnf("[a^]"), gbnf("[\\x5Ea]"));
  EXPECT_EQ(gbnf(R"([\]\[\\\"])"), gbnf(R"([\x5D\x5B\x5C\x22])"));
  EXPECT_EQ(gbnf("[\xE3\x81\x81-\xE3\x82\x9F]"), gbnf(R"([\u3041-\u309F])"));
}

TEST(GrammarTranslation, ClassesLeaveSurrogatesOut) {
  EXPECT_EQ(gbnf(R"([\uD7FF-\uE000])"), gbnf(R"([\uD7FF\uE000])"));
  EXPECT_EQ(gbnf(R"([^\x00-\uD7FF])"), gbnf(R"([\uE000-\U0010FFFF])"));
}

TEST(GrammarTranslation, DashesInClasses) {
  EXPECT_EQ(gbnf("[a-]"), gbnf(R"([\x2Da])"));
  EXPECT_EQ(gbnf("[-a]"), gbnf(R"([\x2Da])"));
  EXPECT_EQ(gbnf("[^-a]"), gbnf(R"([^\x2Da])"));
  EXPECT_EQ(gbnf("[-]"), gbnf(R"([\x2D])"));
  EXPECT_EQ(gbnf("[a-c-e]"), gbnf(R"([abc\x2De])"));
  EXPECT_EQ(gbnf("[+--]"), gbnf(R"([\x2B\x2C\x2D])"));
  EXPECT_EQ(gbnf(R"([a\-z])"), gbnf(R"([\x2Daz])"));
  EXPECT_EQ(ebnf(R"([a\-z])"), gbnf(R"([\x2Daz])"));
  EXPECT_EQ(gbnf(R"([Z-\]])"), gbnf(R"([\x5A\x5B\x5C\x5D])"));
}

TEST(GrammarTranslation, ClassesOfEbnf) {
  EXPECT_EQ(ebnf("[^]"), gbnf("."));
  EXPECT_EQ(ebnf(R"([\^\$\.\*\+\?\(\)\[\]\{\}\|\/\-])"), gbnf(R"([$^.*+?()\[\]{}|/\x2D])"));
}

//===- Items and their order ----------------------------------------------===//

TEST(GrammarTranslation, SequencesAndAlternatives) {
  EXPECT_EQ(gbnf("a b"), "seq(call @a, call @b)");
  EXPECT_EQ(gbnf("a | b"), "alt(call @a, call @b)");
  EXPECT_EQ(gbnf("a b | b | \"x\""), R"(alt(seq(call @a, call @b), call @b, lit "x"))");
  EXPECT_EQ(gbnf("a (b | \"x\") a"), R"(seq(call @a, alt(call @b, lit "x"), call @a))");
  EXPECT_EQ(gbnf("((a))"), "call @a");
}

TEST(GrammarTranslation, EmptyAlternatives) {
  EXPECT_EQ(gbnf("a | \"\""), "alt(call @a, empty)");
  EXPECT_EQ(gbnf("(a | )"), "alt(call @a, empty)");
  EXPECT_EQ(gbnf("| a"), "alt(empty, call @a)");
  EXPECT_EQ(gbnf("()"), "empty");
  EXPECT_EQ(Parsed("root ::=").body(), "empty");
  EXPECT_EQ(Parsed("root ::= a |").names(), "grammar-undefined-rule");
}

TEST(GrammarTranslation, Quantifiers) {
  EXPECT_EQ(gbnf("a?"), "repeat<0,1>(call @a)");
  EXPECT_EQ(gbnf("a *"), "repeat<0,*>(call @a)");
  EXPECT_EQ(gbnf("a+"), "repeat<1,*>(call @a)");
  EXPECT_EQ(gbnf("a{3}"), "repeat<3,3>(call @a)");
  EXPECT_EQ(gbnf("a{3,}"), "repeat<3,*>(call @a)");
  EXPECT_EQ(gbnf("a{ 3 , 5 }"), "repeat<3,5>(call @a)");
  EXPECT_EQ(gbnf("a{1}"), "call @a");
  EXPECT_EQ(gbnf("a{0}"), "empty");
  EXPECT_EQ(gbnf("a{0,4294967294}"), "repeat<0,4294967294>(call @a)");
  // A quantifier binds to one item, a literal as a whole being one.
  EXPECT_EQ(gbnf("a b*"), "seq(call @a, repeat<0,*>(call @b))");
  EXPECT_EQ(gbnf("\"xy\"*"), R"(repeat<0,*>(lit "xy"))");
  EXPECT_EQ(gbnf("(a b)*"), "repeat<0,*>(seq(call @a, call @b))");
  // They stack.
  EXPECT_EQ(gbnf("a{2}{3}?"), "repeat<0,1>(repeat<3,3>(repeat<2,2>(call @a)))");
}

TEST(GrammarTranslation, BoundsAsXGrammarPrintsThem) {
  EXPECT_EQ(ebnf("a{2, -1}"), "repeat<2,*>(call @a)");
}

TEST(GrammarTranslation, Tokens) {
  ir::Module M;
  ir::TokenRef Id{1000, {}}, Name{std::nullopt, "<think>"};
  EXPECT_EQ(gbnf("<[1000]>"), ir::printExpr(M, M.token(Id)));
  EXPECT_EQ(gbnf("<think>"), ir::printExpr(M, M.token(Name)));
  EXPECT_EQ(gbnf("!<[1000]>"), ir::printExpr(M, M.anyTokenExcept({Id})));
  EXPECT_EQ(gbnf("!<think>*"), ir::printExpr(M, M.star(M.anyTokenExcept({Name}))));
  EXPECT_EQ(gbnf("<|im_start|>"), ir::printExpr(M, M.token({std::nullopt, "<|im_start|>"})));
}

TEST(GrammarTranslation, TokenFunctionsOfEbnf) {
  ir::Module M;
  ir::TokenRef One{1, {}}, Two{2, {}};
  EXPECT_EQ(ebnf("Token(1)"), ir::printExpr(M, M.token(One)));
  EXPECT_EQ(ebnf("Token(1, 2)"), ir::printExpr(M, M.alt({M.token(One), M.token(Two)})));
  EXPECT_EQ(ebnf("ExcludeToken(1, 2)*"), ir::printExpr(M, M.star(M.anyTokenExcept({One, Two}))));
  // In GBNF these are names like any other.
  EXPECT_EQ(Parsed("root ::= Token (\"a\")\nToken ::= \"b\"").body(),
            R"(seq(call @Token, lit "a"))");
}

//===- Names, lines, comments ---------------------------------------------===//

TEST(GrammarTranslation, Names) {
  EXPECT_EQ(Parsed("root ::= a-b A_1 123 -x\na-b ::= \"1\"\nA_1 ::= \"2\"\n123 ::= \"3\"\n"
                   "-x ::= \"4\"")
                .names(),
            "");
  EXPECT_EQ(ParsedEbnf("root ::= a.b .c\na.b ::= \"1\"\n.c ::= \"2\"").names(), "");
  // In GBNF a dot is an item.
  EXPECT_EQ(gbnf("a.b"), gbnf("a . b"));
}

TEST(GrammarTranslation, LinesOfGbnf) {
  std::string_view Text = "\n  # first\n"
                          "root ::= # the start\n"
                          "   a |\n"
                          "\n"
                          "   # or\n"
                          "   ( b # one\n"
                          "     b\n"
                          "     | a\n"
                          "   ) a\r\n"
                          "  a ::= \"A\" # no line break inside: # \"\n"
                          "b::=\"B\"";
  EXPECT_EQ(Parsed(Text).body(), "alt(call @a, seq(alt(seq(call @b, call @b), call @a), call @a))");
}

TEST(GrammarTranslation, LinesOfEbnf) {
  std::string_view Text = "root ::=\n a\n | b\n b\n\n*\na ::= \"A\"\nb ::=\n\"B\"";
  EXPECT_EQ(ParsedEbnf(Text).body(), "alt(call @a, seq(call @b, repeat<0,*>(call @b)))");
}

TEST(GrammarTranslation, EveryLineEndEndsARule) {
  for (const char *End : {"\n", "\r\n", "\r"}) {
    std::string Text = std::string("root ::= a") + End + "a ::= \"A\"" + End;
    EXPECT_EQ(Parsed(Text).body(), "call @a") << Text;
  }
}

TEST(GrammarTranslation, ByteOrderMarkIsSkippedAndPlacesStayRight) {
  Parsed P("\xEF\xBB\xBFroot ::= nope");
  ASSERT_EQ(P.names(), "grammar-undefined-rule");
  EXPECT_EQ(P.place(0), "nope");
}

TEST(GrammarTranslation, LeftRecursionAndEndlessRulesAreRead) {
  EXPECT_EQ(gbnf("root \"+\" a | a"), R"(alt(seq(call @root, lit "+", call @a), call @a))");
  EXPECT_EQ(gbnf("root"), "call @root");
}

//===- The module ---------------------------------------------------------===//

TEST(GrammarTranslation, RulesStandInTheOrderOfTheText) {
  Parsed P("b ::= root\nroot ::= c\nunused ::= b\nc ::= \"c\"");
  ASSERT_TRUE(P.Module);
  ASSERT_EQ(P.Module->ruleCount(), 4U);
  const char *Names[] = {"b", "root", "unused", "c"};
  for (uint32_t I = 0; I != 4; ++I)
    EXPECT_EQ(P.Module->rule(ir::RuleId(I)).Name, Names[I]);
  EXPECT_EQ(P.Module->start(), P.Module->lookup("root"));
  EXPECT_EQ(P.Module->Source, P.File);
}

TEST(GrammarTranslation, AnotherStartRule) {
  GrammarOptions O;
  O.StartRule = "main";
  Parsed P("root ::= \"a\"\nmain ::= root", GrammarDialect::Gbnf, O);
  ASSERT_TRUE(P.Module) << P.body();
  EXPECT_EQ(P.Module->start(), P.Module->lookup("main"));
  EXPECT_EQ(Parsed("root ::= \"a\"", GrammarDialect::Gbnf, O).names(), "grammar-missing-start");
}

TEST(GrammarTranslation, RulesAndReferencesKeepTheirPlaces) {
  Parsed P("root ::= \"\xC3\xA9\" item (item | other)*\nitem ::= \"i\"\n  other ::= item");
  ASSERT_TRUE(P.Module) << P.body();
  const ir::Module &M = *P.Module;
  auto Text = [&](const ir::OriginSet *O) {
    std::string Out;
    for (const ir::Origin &I : O->items())
      Out +=
          std::to_string(I.Range.Begin) + ":" +
          std::string(P.Sources.text(P.File).substr(I.Range.Begin, I.Range.End - I.Range.Begin)) +
          " ";
    return Out;
  };
  EXPECT_EQ(Text(&M.rule(M.lookup("other")).Origins), "50:other ");
  auto Calls = [&](const char *In, const char *To) {
    for (const auto &[Key, Set] : M.allCallOrigins())
      if (Key.first == M.lookup(In) && M.callee(Key.second) == M.lookup(To))
        return Text(&Set);
    return std::string("none");
  };
  EXPECT_EQ(Calls("root", "item"), "14:item 20:item ");
  EXPECT_EQ(Calls("root", "other"), "27:other ");
  EXPECT_EQ(Calls("other", "item"), "60:item ");
  EXPECT_EQ(M.allCallOrigins().size(), 3U);
}
