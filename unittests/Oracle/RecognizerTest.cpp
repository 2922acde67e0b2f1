//===- RecognizerTest.cpp - Each operation against hand-written answers ---===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "OracleTest.h"

#include <chrono>

namespace weir::oracle {
namespace {

using namespace ir;

using RecognizerTest = OracleTest;

TEST_F(RecognizerTest, Never) {
  start(M.never());
  dies("");
}

TEST_F(RecognizerTest, Empty) {
  start(M.empty());
  accepts("");
  dies("a");
}

TEST_F(RecognizerTest, Literal) {
  start(M.lit("true"));
  accepts("true");
  viable("tru");
  dies("truf");
  dies("truee");
}

TEST_F(RecognizerTest, ClassReadsWholeScalars) {
  start(range(0xE9, 0x20AC)); // é to €
  accepts("\xC3\xA9");
  accepts("\xE2\x82\xAC");
  viable("\xC3");
  viable("\xE2\x82");
  dies("\xE2\x82\xAD");
  dies("\xC3\xA8");
  dies("\xF0");
  dies("a");
}

TEST_F(RecognizerTest, BytesNeedNoText) {
  start(M.seq({M.bytes(ByteSet::range(0x80, 0x8F)), M.bytes(ByteSet::of(0xFF))}));
  accepts("\x81\xFF");
  dies("\x90");
}

TEST_F(RecognizerTest, AutomataReadByteByByte) {
  ByteDfa D; // a*b, or any number of \xff
  D.addState(true);
  D.addEdge('a', 'a', 1);
  D.addEdge('b', 'b', 2);
  D.addEdge(0xFF, 0xFF, 3);
  D.addState(false);
  D.addEdge('a', 'a', 1);
  D.addEdge('b', 'b', 2);
  D.addState(true);
  D.addState(true);
  D.addEdge(0xFF, 0xFF, 3);
  start(M.seq({M.dfa(D), M.lit("c")}));
  accepts("c");
  accepts("aabc");
  accepts("\xFF\xFF"
          "c");
  viable("aa");
  dies("ac");
  dies("bb");
  dies("\xFF"
       "b");
}

TEST_F(RecognizerTest, NeverInASequenceIsSeenAtOnce) {
  start(M.alt({M.seq({M.lit("ab"), M.never()}), M.lit("ac")}));
  viable("a");
  dies("ab");
}

TEST_F(RecognizerTest, RepeatCounts) {
  start(M.repeat(M.lit("ab"), 2, 3));
  viable("ab");
  accepts("abab");
  accepts("ababab");
  dies("abababa");
}

TEST_F(RecognizerTest, RepeatOfNullable) {
  start(M.repeat(M.alt({M.empty(), M.lit("a")}), 3, 5));
  accepts("");
  accepts("a");
  accepts("aaaaa");
  dies("aaaaaa");
}

TEST_F(RecognizerTest, AdjacentRepeatsShareBytes) {
  start(M.seq({M.repeat(M.lit("a"), 0, 2), M.repeat(M.lit("a"), 1, 2), M.lit("b")}));
  dies("b");
  accepts("ab");
  accepts("aaaab");
  dies("aaaaa");
}

TEST_F(RecognizerTest, HugeRepeat) {
  start(M.repeat(range('a', 'z'), 10, 1000000));
  viable("abc");
  accepts("abcdefghij");
  accepts(std::string(3000, 'x'));
}

TEST_F(RecognizerTest, NoLongestMatch) {
  start(M.seq({M.alt({M.lit("list"), M.lit("listen")}), M.lit("ed")}));
  accepts("listed");
  accepts("listened");
  dies("listena");
}

TEST_F(RecognizerTest, RightRecursion) {
  RuleId S = rule("s");
  M.rule(S).Body = M.alt({M.seq({M.lit("a"), M.call(S)}), M.lit("b")});
  start(M.call(S));
  accepts("b");
  accepts("aaab");
  dies("aba");
  std::string Long(500, 'a');
  Long += 'b';
  accepts(Long);
}

TEST_F(RecognizerTest, LeftRecursion) {
  RuleId S = rule("s");
  M.rule(S).Body = M.alt({M.seq({M.call(S), M.lit("+"), range('0', '9')}), range('0', '9')});
  start(M.call(S));
  accepts("1");
  accepts("1+2+3");
  viable("1+");
  dies("1+2+3+4++");
  std::string Long = "1";
  for (int I = 0; I < 60; ++I)
    Long += "+2";
  accepts(Long);
}

TEST_F(RecognizerTest, IndirectLeftRecursion) {
  RuleId A = rule("a"), B = rule("b");
  M.rule(A).Body = M.alt({M.seq({M.call(B), M.lit("x")}), M.lit("1")});
  M.rule(B).Body = M.alt({M.seq({M.call(A), M.lit("y")}), M.lit("2")});
  start(M.call(A));
  accepts("1");
  accepts("2x");
  accepts("1yxyx");
  viable("2");
  dies("1x");
}

TEST_F(RecognizerTest, HiddenLeftRecursion) {
  RuleId A = rule("a"), B = rule("b");
  M.rule(B).Body = M.optional(M.lit("b"));
  M.rule(A).Body = M.alt({M.seq({M.call(B), M.call(A), M.lit("x")}), M.lit("y")});
  start(M.call(A));
  accepts("y");
  accepts("yxx");
  accepts("bbyxxx");
  accepts("byx");
  viable("by");
  viable("bbyx"); // each b brings an x of its own
}

TEST_F(RecognizerTest, NullableLeftRecursion) {
  RuleId S = rule("s");
  M.rule(S).Body = M.alt({M.seq({M.call(S), M.call(S)}), M.lit("a"), M.empty()});
  start(M.seq({M.call(S), M.lit("!")}));
  accepts("!");
  accepts("aaaa!");
  dies("aaaab");
}

TEST_F(RecognizerTest, RuleWithoutEnd) {
  RuleId S = rule("s"), T = rule("t");
  M.rule(S).Body = M.seq({M.lit("a"), M.call(S)});
  M.rule(T).Body = M.call(T);
  start(M.alt({M.lit("b"), M.call(S), M.call(T), M.seq({M.lit("bb"), M.call(T)})}));
  accepts("b");
  dies("a");
  dies("bb");
}

TEST_F(RecognizerTest, BalancedBrackets) {
  RuleId S = rule("s");
  M.rule(S).Body = M.star(M.alt(
      {M.seq({M.lit("("), M.call(S), M.lit(")")}), M.seq({M.lit("["), M.call(S), M.lit("]")})}));
  start(M.call(S));
  accepts("");
  accepts("([])[()]");
  viable("([");
  dies("([)");
}

TEST_F(RecognizerTest, AmbiguousPalindromes) {
  RuleId S = rule("s");
  M.rule(S).Body =
      M.alt({M.empty(), M.lit("a"), M.lit("b"), M.seq({M.lit("a"), M.call(S), M.lit("a")}),
             M.seq({M.lit("b"), M.call(S), M.lit("b")})});
  start(M.seq({M.call(S), M.lit(";")}));
  accepts("abbaabba;");
  accepts("ababa;");
  viable("abb"); // until the end every prefix can be completed
  dies("abb;");
}

TEST_F(RecognizerTest, And) {
  ExprId A3 = M.star(M.lit("aaa")), A2 = M.star(M.lit("aa"));
  start(M.seq({M.conj({A3, A2, M.repeat(M.lit("a"), 1, 20)}), M.lit("b")}));
  viable("aaa");
  accepts("aaaaaab");
  dies("aaaaaaaab");
  viable("aaaaaaaaaaaa");
  viable("aaaaaaaaaaaaaaaaaa");
  EXPECT_EQ(R->viablePrefix(std::string(19, 'a')), Answer::No); // the next would be 24
}

TEST_F(RecognizerTest, ContradictionIsDead) {
  ExprId A = M.star(M.lit("a"));
  start(M.alt({M.conj({A, M.neg(A)}), M.lit("b")}));
  accepts("b");
  dies("a");
}

TEST_F(RecognizerTest, DeadAfterTheIntersectionRunsOut) {
  // (aaa)* with 4 or 5 letters.
  start(M.conj({M.star(M.lit("aaa")), M.repeat(range('a', 'a'), 4, 5)}));
  dies("");
}

TEST_F(RecognizerTest, NotIsText) {
  start(M.neg(M.lit("a")));
  accepts("");
  accepts("b");
  accepts("aa");
  accepts("\xC3\xA9");
  viable("a");
  viable("\xC3");
  dies("\xC3(");
  dies("\xFF");
  dies("\xC0");
  dies("\xED\xA0"); // would be a surrogate
  dies("\xF4\x90"); // above U+10FFFF
}

TEST_F(RecognizerTest, NotNotAddsNothingInvalid) {
  start(M.neg(M.neg(M.alt({M.lit("a"), M.bytes(ByteSet::of(0xFF))}))));
  accepts("a");
  dies("\xFF");
  dies("b");
}

TEST_F(RecognizerTest, NotOfAnyText) {
  start(M.neg(M.anyText()));
  dies("");
}

TEST_F(RecognizerTest, NotOverRulesAndCounts) {
  RuleId Digits = rule("digits", M.repeat(range('0', '9'), 2, 3));
  start(M.conj({M.plus(range('0', '9')), M.neg(M.call(Digits))}));
  accepts("1");
  viable("12");
  viable("123");
  accepts("1234");
}

TEST_F(RecognizerTest, Tokens) {
  M.rule(rule("unused")).Body = M.empty();
  TokenRef Seven{7, ""}, Named{std::nullopt, "<end>"};
  start(M.seq({M.lit("a"), M.alt({M.token(Seven), M.lit("b")}), M.anyTokenExcept({Seven, Named})}));
  uint32_t End = R->tokenId(Named);
  auto word = [](std::initializer_list<Symbol> L) { return std::vector<Symbol>(L); };
  Symbol A = Symbol::byte('a'), B = Symbol::byte('b'), T7 = Symbol::token(7);
  EXPECT_EQ(R->accepts(word({A, T7, Symbol::token(9)})), Answer::Yes);
  EXPECT_EQ(R->accepts(word({A, B, Symbol::token(9)})), Answer::Yes);
  EXPECT_EQ(R->viablePrefix(word({A, T7})), Answer::Yes);
  EXPECT_EQ(R->viablePrefix(word({A, Symbol::token(8)})), Answer::No);
  EXPECT_EQ(R->viablePrefix(word({A, T7, T7})), Answer::No);
  EXPECT_EQ(R->viablePrefix(word({A, T7, Symbol::token(End)})), Answer::No);
  EXPECT_EQ(R->viablePrefix(word({A, T7, B})), Answer::No);
  EXPECT_EQ(R->viablePrefix(word({A, Symbol::byte(7)})), Answer::No);
}

TEST_F(RecognizerTest, NamedTokensCanBeGivenIds) {
  start(M.token({std::nullopt, "<end>"}));
  Recognizer Q(M, {}, {{"<end>", 42}});
  std::vector<Symbol> Word{Symbol::token(42)};
  EXPECT_EQ(Q.accepts(Word), Answer::Yes);
  EXPECT_EQ(Q.namedTokens(), std::vector<uint32_t>{42});
}

TEST_F(RecognizerTest, IndentFollowsNesting) {
  // value = "0" | "[" newline indent value newline outdent "]"
  RuleId Value = rule("value"), List = rule("list");
  ExprId In = M.indent({2, 2, 0, false}), Out = M.indent({2, 2, -1, false});
  M.rule(List).Nest = true;
  M.rule(List).Body = M.seq({M.lit("[\n"), In, M.call(Value), M.lit("\n"), Out, M.lit("]")});
  M.rule(Value).Body = M.alt({M.lit("0"), M.call(List)});
  start(M.call(Value));
  accepts("0");
  accepts("[\n  0\n]");
  accepts("[\n  [\n    0\n  ]\n]");
  dies("[\n   ");
  dies("[\n0");
  dies("[\n  [\n    0\n]");
  dies("[\n  0\n ");
}

TEST_F(RecognizerTest, IndentRange) {
  RuleId List = rule("list");
  M.rule(List).Nest = true;
  M.rule(List).Body =
      M.seq({M.lit("["), M.indent({0, 3, 1, true}), M.optional(M.call(List)), M.lit("]")});
  start(M.call(List));
  accepts("[]");
  accepts("[\t\t\t\t\t\t]"); // depth 1 + 1, three each
  dies("[\t\t\t\t\t\t\t");
  accepts("[ \t]"); // with tabs, spaces still count
  accepts("[[\t\t\t\t\t\t\t\t\t]]");
  EXPECT_EQ(R->viablePrefix("[[\t\t\t\t\t\t\t\t\t\t"), Answer::No);
}

TEST_F(RecognizerTest, DepthOutsideNestIsZero) {
  start(M.seq({M.lit("a"), M.indent({1, 4, 0, false}), M.indent({1, 1, 2, false})}));
  accepts("a  ");
  dies("a   ");
}

TEST_F(RecognizerTest, StatesPersist) {
  start(M.star(M.alt({M.lit("ab"), M.lit("cd")})));
  State S = R->stepAll(R->start(), "abc");
  State Dead = R->stepAll(S, "x");
  EXPECT_EQ(R->isViable(Dead), Answer::No);
  EXPECT_EQ(R->isViable(R->stepAll(Dead, "d")), Answer::No);
  EXPECT_EQ(R->isAccepting(R->stepAll(S, "dab")), Answer::Yes);
  EXPECT_EQ(R->stepAll(R->start(), "ababc"), S); // equal futures found equal here
}

TEST_F(RecognizerTest, GivesUpInsteadOfRunningOn) {
  // Every subset of 24 places is a state of its own, and the intersection with
  // its own complement is empty.
  ExprId AB = range('a', 'b');
  ExprId E = M.seq({M.star(AB), M.lit("a"), M.repeat(AB, 24, 24)});
  ExprId F = M.seq({M.star(AB), M.lit("a"), M.repeat(AB, 23, 23), AB});
  M.setStart(rule("start", M.conj({E, M.neg(F)})));
  Limits L;
  L.MaxSearch = 500;
  Recognizer Small(M, L);
  EXPECT_EQ(Small.viablePrefix("a"), Answer::GaveUp);
  EXPECT_EQ(Small.accepts("a"), Answer::No); // this does not need the search
}

TEST_F(RecognizerTest, DeepNestingGivesUp) {
  ExprId E = M.lit("a");
  for (int I = 0; I < 100000; ++I)
    E = M.seq({M.optional(E), M.lit("b")});
  start(E);
  EXPECT_EQ(R->accepts("a"), Answer::GaveUp);
}

TEST_F(RecognizerTest, FiftyRulesTakeMilliseconds) {
  // Expressions with forty levels of precedence, left-recursive.
  std::vector<RuleId> Level;
  for (int I = 0; I < 50; ++I)
    Level.push_back(rule("level" + std::to_string(I)));
  for (int I = 0; I + 1 < 50; ++I)
    M.rule(Level[I]).Body =
        M.alt({M.seq({M.call(Level[I]), M.lit(std::string(1, char('A' + I % 26))), M.lit("="),
                      M.call(Level[I + 1])}),
               M.call(Level[I + 1])});
  M.rule(Level[49]).Body =
      M.alt({range('0', '9'), M.seq({M.lit("("), M.call(Level[0]), M.lit(")")})});
  start(M.call(Level[0]));
  auto Begin = std::chrono::steady_clock::now();
  accepts("1A=2B=(3C=4)D=((5))");
  dies("1A=2B=(3C=4)D=((5)))");
  auto Took = std::chrono::steady_clock::now() - Begin;
  EXPECT_LT(std::chrono::duration_cast<std::chrono::milliseconds>(Took).count(), 2000);
}

} // namespace
} // namespace weir::oracle
