//===- MaskOracleTest.cpp - Masks of small grammars, bit by bit --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "OracleCheck.h"

#include "weir/IR/Text.h"

using namespace weir;
using ir::ExprId;
using ir::Module;
using ir::RuleId;

namespace {

class MaskOracle : public testing::Test {
protected:
  Module M;

  RuleId rule(std::string Name) { return M.addRule(std::move(Name)); }
  void start(ExprId Body) {
    RuleId R = rule("start");
    M.rule(R).Body = Body;
    M.setStart(R);
  }
  ExprId range(char A, char B) {
    return M.cls(CodePointSet::range(uint32_t(uint8_t(A)), uint32_t(uint8_t(B))));
  }
  ExprId anyChar() { return M.cls(CodePointSet::all()); }
  void check(std::string_view Letters, std::vector<std::string> Extra = {}, CheckOptions O = {}) {
    for (unsigned Seed = 1; Seed <= 2; ++Seed) {
      O.Seed = Seed;
      if (!checkMasks(M, toyVocabulary(Letters, Seed, Extra), O))
        return;
    }
  }
};

TEST_F(MaskOracle, Literals) {
  // No longest match between the parts.
  start(M.seq({M.alt({M.lit("list"), M.lit("listen")}), M.lit("ed")}));
  check("listend");
}

TEST_F(MaskOracle, Loops) {
  start(M.seq({M.star(M.alt({M.lit("ab"), M.lit("a"), M.lit("abc")})), M.lit("!")}));
  check("abc!");
}

TEST_F(MaskOracle, Recursion) {
  RuleId E = rule("expr");
  M.rule(E).Body = M.alt(
      {M.lit("1"), M.seq({M.lit("("), M.call(E), M.lit(")")}), M.seq({M.lit("1+"), M.call(E)})});
  start(M.call(E));
  check("1+()");
}

/// Rules marked as shared that call each other are made before the others.
TEST_F(MaskOracle, SharedRecursion) {
  for (const char *Text : {
           // Objects of any keys within each other; the start has one of its own.
           R"(start @s
rule @v [shared] = alt(lit "1", call @o)
rule @o [nest, shared] = seq(lit "{", members<order=declared, escapes=canonical, min=0, max=2>(
  separator: lit ",", free repeat<1,2>(class [a b]): seq(lit ":", call @v)), lit "}")
rule @s = seq(lit "{", members<order=any, escapes=canonical, min=0, max=3>(
  separator: lit ",", required "a": seq(lit ":", call @v),
  free repeat<1,2>(class [a b]): lit "1"), lit "}"))",
           // The start is one of them.
           R"(start @a
rule @a [shared] = seq(lit "a", alt(call @b, lit "1"))
rule @b [shared] = seq(lit "b", alt(call @a, empty)))",
           // One of them has no text.
           R"(start @s
rule @a [shared] = alt(lit "1", seq(lit "a", call @b), seq(lit "b", call @a))
rule @b [shared] = seq(lit "b", call @b)
rule @s = seq(lit "{", call @a, lit "}"))",
           // Counters, and a rule below that is not shared.
           R"(start @s
rule @a [shared] = seq(repeat<2,5>(lit "a"), alt(lit "1", seq(lit "{", call @a, lit "}")))
rule @c [shared] = alt(lit "b", seq(lit "{", call @c, call @d, lit "}"))
rule @d = lit ":"
rule @s = alt(call @a, call @c))",
       }) {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    std::optional<ir::Module> Parsed = ir::parseModule(Sources.add("m.wir", Text), Diags);
    ASSERT_TRUE(Parsed) << printText(Diags);
    M = std::move(*Parsed);
    check("ab1{}:,\"");
  }
}

TEST_F(MaskOracle, AmbiguousRecursion) {
  // Many derivations of one text.
  RuleId E = rule("expr");
  M.rule(E).Body = M.alt(
      {M.lit("a"), M.seq({M.lit("a"), M.call(E)}), M.seq({M.lit("a"), M.call(E), M.call(E)})});
  start(M.seq({M.call(E), M.optional(M.lit("b"))}));
  CheckOptions O;
  O.Steps = 8;
  check("ab", {}, O);
}

TEST_F(MaskOracle, NullableRules) {
  RuleId A = rule("a"), B = rule("b");
  M.rule(A).Body = M.optional(M.lit("x"));
  M.rule(B).Body = M.seq({M.call(A), M.star(M.lit("y")), M.call(A)});
  start(M.seq({M.call(B), M.lit("-"), M.call(B), M.call(A)}));
  check("xy-");
}

TEST_F(MaskOracle, CountedLoops) {
  start(M.seq({M.repeat(range('a', 'c'), 10, 40), M.repeat(M.lit("d"), 0, 30), M.lit(".")}));
  check("abcd.");
}

TEST_F(MaskOracle, CountedLoopsWithoutUpperBound) {
  start(M.seq({M.repeat(range('a', 'c'), 30, ir::Unbounded), M.lit(".")}));
  check("abc.");
}

TEST_F(MaskOracle, CountersThatDisagreeAreUnrolled) {
  start(M.seq({M.repeat(range('a', 'b'), 3, 12), M.repeat(range('b', 'c'), 5, 14)}));
  check("abc");
}

/// Of iterations that are written out, those that others cover are left out of sets.
TEST_F(MaskOracle, CopiesThatCoverOthers) {
  auto upTo = [&](uint32_t Min, uint32_t Max, ExprId E) { return M.repeat(E, Min, Max); };
  const ExprId A = M.lit("a"), B = M.lit("b");
  const ExprId Bodies[] = {
      upTo(0, 5, M.seq({upTo(0, 4, A), upTo(0, 3, B)})),
      upTo(4, 9, M.seq({upTo(2, 4, A), upTo(0, 3, B)})),
      upTo(3, 12, M.alt({upTo(3, 5, A), upTo(7, 8, A), B})),
      upTo(0, 3, M.seq({upTo(1, 3, M.seq({upTo(0, 5, A), B})), upTo(0, 2, M.alt({A, B}))})),
      M.seq({upTo(2, 6, M.alt({A, M.lit("aa")})), upTo(3, 9, M.alt({A, B}))}),
      M.conj({upTo(2, 7, M.seq({upTo(0, 3, A), upTo(0, 3, B)})), M.neg(M.lit("ab"))}),
  };
  start(M.empty());
  for (ExprId E : Bodies) {
    M.rule(M.start()).Body = M.seq({E, M.lit("c")});
    CheckOptions O;
    O.Walks = 6;
    check("abc", {"aaa", "bb", "abab"}, O);
  }
}

TEST_F(MaskOracle, NestedCounters) {
  start(M.repeat(M.seq({M.repeat(range('a', 'c'), 2, 20), M.lit(",")}), 2, 15));
  check("abc,");
}

TEST_F(MaskOracle, NullableBodies) {
  start(M.seq(
      {M.repeat(M.seq({M.optional(M.lit("a")), M.optional(M.lit("b"))}), 2, 40), M.lit(".")}));
  check("ab.");
}

TEST_F(MaskOracle, Utf8) {
  CodePointSet S;
  S.add('a');
  S.add(0xE9);
  S.add(0x20AC);
  S.add(0x1F600);
  start(M.repeat(M.cls(S), 1, 50));
  check("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"});
}

TEST_F(MaskOracle, Booleans) {
  // Words over a-c that do not contain "ab" and end in c.
  ExprId Any = M.star(range('a', 'c'));
  start(M.conj({M.neg(M.seq({M.anyText(), M.lit("ab"), M.anyText()})), M.seq({Any, M.lit("c")})}));
  check("abcd");
}

TEST_F(MaskOracle, BooleansThatComeBackToTheirStart) {
  // In the body of a counted loop, through a character of two bytes.
  CodePointSet Letters = CodePointSet::of('a'), More = CodePointSet::range('a', 'b');
  Letters.add(0xE9);
  More.add(0xE9);
  start(M.seq(
      {M.repeat(M.conj({M.star(M.cls(Letters)), M.star(M.cls(More))}), 0, 5'000), M.lit(";")}));
  check("ab;\xC3\xA9", {"\xC3\xA9", "a\xC3"});
}

TEST_F(MaskOracle, JsonStrings) {
  start(M.jsonString(M.anyText(), ir::Escapes::Canonical));
  check("ab\"\\u0n1f\xC3\xA9\n", {"\\u00", "\xC3\xA9"});
}

TEST_F(MaskOracle, JsonStringsAnyEscapes) {
  CodePointSet S = CodePointSet::range('a', 'c');
  S.add(0x1F600);
  S.add('"');
  start(M.seq({M.jsonString(M.star(M.cls(S)), ir::Escapes::Any), M.lit(",")}));
  check("ab\"\\ud83DeE061,", {"\\u006", "\\ud83d", "\\ude00", "\xF0\x9F\x98\x80"});
}

TEST_F(MaskOracle, JsonStringsInAscii) {
  start(M.jsonString(M.anyText(), ir::Escapes::Ascii));
  check("ab\"\\u0n1fdDe8\x7F\xC3\xA9\n", {"\\u00", "\\ud83d", "\\ude", "\xC3\xA9"});
}

/// Two or three characters, of which a tilde and a tabulator are raw or escaped by a letter.
static ExprId fewCharacters(Module &M, ir::Escapes Style) {
  CodePointSet S = CodePointSet::range(0x7E, 0x80);
  S.add(0xE9);
  S.add(0x1F600, 0x1F6FF);
  S.add('\t');
  return M.seq({M.jsonString(M.repeat(M.cls(S), 2, 3), Style), M.lit(",")});
}

TEST_F(MaskOracle, FewCharactersInAscii) {
  start(fewCharacters(M, ir::Escapes::Ascii));
  check("~\"\\tud83DeE069f7,\x7F", {"\\u00", "\\ud83d", "\\ude", "\xF0\x9F\x98\x80", "\xC3\xA9"});
}

TEST_F(MaskOracle, FewCharactersInAsciiOfEitherCase) {
  start(fewCharacters(M, ir::Escapes::AnyAscii));
  check("~\"\\tud83DeE069f7,\x7F", {"\\u00", "\\ud83d", "\\ude", "\xF0\x9F\x98\x80", "\xC3\xA9"});
}

TEST_F(MaskOracle, StringLengths) {
  start(M.seq({M.jsonString(M.repeat(anyChar(), 3, 9), ir::Escapes::Any), M.lit("x")}));
  check("ab\"\\n\xC3\xA9x", {"\\n", "\xC3\xA9", "\\ud83d\\ude00"});
}

TEST_F(MaskOracle, LongStringLengths) {
  start(M.jsonString(M.repeat(anyChar(), 3, 1'000'000), ir::Escapes::Canonical));
  check("ab\"\\n", {"\\n"});
}

TEST_F(MaskOracle, PatternAndLength) {
  // The texts' lengths are multiples of three: with 4 to 7 only 6 is left.
  ExprId Pattern = M.star(M.seq({range('a', 'b'), range('a', 'b'), range('a', 'b')}));
  start(M.jsonString(M.conj({Pattern, M.repeat(anyChar(), 4, 7)}), ir::Escapes::Canonical));
  check("ab\"");
}

TEST_F(MaskOracle, PatternAndLengthWithLatePeriod) {
  // After a "b" and two "a" the lengths left are 1, 4, 7 …: a period without its start.
  ExprId Pattern = M.seq({M.star(M.lit("b")), M.star(M.lit("aaa"))});
  start(M.jsonString(M.conj({Pattern, M.repeat(anyChar(), 6, 6)}), ir::Escapes::Canonical));
  check("ab\"");
}

TEST_F(MaskOracle, PatternAndLengthWithTail) {
  ExprId Pattern = M.seq({M.star(M.lit("ab")), M.optional(M.lit("xyz"))});
  start(M.seq({M.jsonString(M.conj({Pattern, M.repeat(anyChar(), 5, 12)}), ir::Escapes::Canonical),
               M.lit("]")}));
  check("abxyz\"]");
}

/// (a(bb)*c|\xc3\xa9)* when it accepts at once; without `Wide` ASCII only.
ir::ByteDfa loops(bool Nullable, bool Wide) {
  ir::ByteDfa D;
  D.addState(Nullable);
  D.addEdge('a', 'a', 1);
  if (Wide)
    D.addEdge(0xc3, 0xc3, 3);
  D.addState(false);
  D.addEdge('b', 'b', 2);
  D.addEdge('c', 'c', 4);
  D.addState(false);
  D.addEdge('b', 'b', 1);
  D.addState(false);
  D.addEdge(0xa9, 0xa9, 4);
  D.addState(true);
  D.addEdge('a', 'a', 1);
  if (Wide)
    D.addEdge(0xc3, 0xc3, 3);
  return D;
}

TEST_F(MaskOracle, Automata) {
  start(M.dfa(loops(false, true)));
  check("abc\xc3\xa9");
}

TEST_F(MaskOracle, AutomataAmongOthers) {
  RuleId R = rule("dfa");
  M.rule(R).Body = M.dfa(loops(true, true));
  ExprId D = M.dfa(loops(true, true));
  start(M.seq({M.star(M.seq({D, M.lit(",")})), M.call(R), M.lit("a"), M.repeat(D, 0, 2)}));
  check("abc,\xc3\xa9");
}

TEST_F(MaskOracle, AutomataInText) {
  ExprId D = M.dfa(loops(true, false));
  start(M.seq({M.jsonString(M.conj({D, M.repeat(anyChar(), 3, 9)}), ir::Escapes::Any),
               M.jsonString(M.seq({D, M.lit("\"")}), ir::Escapes::Canonical),
               M.conj({D, M.neg(M.lit("ac"))})}));
  check("abc\"\\u01236");
}

TEST_F(MaskOracle, IndentByDepth) {
  RuleId Ws = rule("ws"), Array = rule("array");
  M.rule(Ws).Body = M.alt({M.lit(" "), M.seq({M.lit("\n"), M.indent({0, 2, 0, true})})});
  M.rule(Array).Nest = true;
  ExprId OptWs = M.optional(M.call(Ws));
  M.rule(Array).Body =
      M.seq({M.lit("["), OptWs, M.optional(M.seq({M.call(Array), OptWs})), M.lit("]")});
  start(M.call(Array));
  check("[] \n\t", {"\n  ", "    "});
}

TEST_F(MaskOracle, ExactIndent) {
  RuleId Array = rule("array");
  M.rule(Array).Nest = true;
  M.rule(Array).Body =
      M.alt({M.lit("[]"), M.seq({M.lit("[\n"), M.indent({2, 2, 0, false}), M.call(Array),
                                 M.lit("\n"), M.indent({2, 2, -1, false}), M.lit("]")})});
  start(M.call(Array));
  check("[] \n", {"\n  ", "    ", "[\n"});
}

TEST_F(MaskOracle, TokensByIdAndName) {
  start(M.seq({M.lit("a"), M.alt({M.token({std::nullopt, "<stop>"}), M.token({1, ""})}),
               M.star(M.anyTokenExcept({{std::nullopt, "<stop>"}, {0, ""}}))}));
  CheckOptions O;
  O.Tokens = true;
  O.Steps = 5;
  // A wildcard does not read a stop token; the oracle has no notion of one, so the
  // stop token is among the excluded here.
  check("ab", {}, O);
}

class MembersOracle : public MaskOracle {
protected:
  ir::MembersSpec Spec;

  void SetUp() override { Spec.Separator = M.lit(","); }
  ExprId tail(std::string_view Value) { return M.seq({M.lit(":"), M.lit(Value)}); }
  void named(std::string Name, bool Required, std::string_view Value = "1") {
    Spec.Named.push_back({std::move(Name), Required, tail(Value)});
  }
  void object() {
    RuleId R = rule("object");
    M.rule(R).Nest = true;
    M.rule(R).Body = M.seq({M.lit("{"), M.members(Spec), M.lit("}")});
    start(M.call(R));
  }
  void both(std::string_view Letters, std::vector<std::string> Extra = {}) {
    object();
    check(Letters, Extra);
    Spec.Order = ir::KeyOrder::Any;
    M = reset(M);
    object();
    check(Letters, Extra);
  }
  /// The same expressions without rules.
  static Module reset(const Module &Old) {
    Module New = Old;
    std::vector<bool> None(Old.ruleCount(), false);
    RuleId Dummy = New.addRule("unused");
    New.rule(Dummy).Body = New.empty();
    New.setStart(Dummy);
    None.push_back(true);
    New.keepRules(None);
    return New;
  }
};

TEST_F(MembersOracle, ClosedObject) {
  named("na", false);
  named("name", true);
  named("nation", false);
  named("x", true);
  both("{}\":,1nameotix", {"\"na", "\":1", ",\"", "\"name\":1"});
}

TEST_F(MembersOracle, OpenObject) {
  named("a", true);
  named("ab", false);
  Spec.Free.push_back({M.anyText(), tail("2")});
  both("{}\":,12abc\\n", {"\"a", "\":1", "\":2", ",\"", "\"ab\":1", "\"c\":2,"});
}

TEST_F(MembersOracle, OnlyFreeKeys) {
  Spec.Free.push_back({M.anyText(), tail("2")});
  both("{}\":,2ab", {"\":2,\"", "\"a", "a\":2,\"", "\"a\":2,\"b\":2,\"a", "\":2,\"a\":2,"});
}

TEST_F(MembersOracle, FreeKeysAnyEscapes) {
  Spec.Esc = ir::Escapes::Any;
  named("a", false);
  Spec.Free.push_back({M.anyText(), tail("2")});
  both("{}\":,12ab\\u06", {"\":2,\"", "\\u0061", "\\u0062", "\":1"});
}

TEST_F(MembersOracle, TwoKindsOfFreeKeys) {
  ExprId Rest = M.star(M.cls(CodePointSet::range('a', 'z')));
  named("ax", false);
  named("x", true);
  named("xb", false);
  Spec.Free.push_back({M.seq({M.lit("x"), Rest}), tail("2")});
  Spec.Free.push_back({M.seq({M.lit("a"), Rest}), tail("3")});
  both("{}\":,123abx", {"\"x", "\":1", "\":2,", "xb\":1", "bx\":2", "\"ab\":3,\"x", "x\"", "b\":"});
}

TEST_F(MembersOracle, CountBounds) {
  named("a", false);
  named("b", true);
  named("c", false);
  named("d", true);
  named("e", false);
  Spec.Min = 3;
  Spec.Max = 4;
  both("{}\":,1abcde", {"\":1", ",\"", "\"a\":1,"});
}

TEST_F(MembersOracle, CountBoundsWithFreeKeys) {
  named("a", false);
  named("b", true);
  Spec.Free.push_back({M.anyText(), tail("2")});
  Spec.Min = 2;
  Spec.Max = 3;
  both("{}\":,12abx", {"\":1", "\":2", ",\"", "\"a\":1,"});
}

TEST_F(MembersOracle, KeysWithEscapesAndLongCharacters) {
  Spec.Esc = ir::Escapes::Any;
  named("\xC3\xA9\"", false);
  named("\xF0\x9F\x98\x80", true);
  named("\xEE\x80\x80", false);
  named("a/b", false);
  both("{}\":,1a/budDefF83401269\\\xC3\xA9\xF0\x9F\x98\x80\xEE",
       {"\\ud83d", "\\ude00", "\\u00e9", "\":1"});
}

TEST_F(MembersOracle, KeysWhoseEscapesDoNotNeighbour) {
  // Below a backslash stand the first and the last, of which "A" is none.
  named("\"", false);
  named("A", false);
  named("\\", false);
  both("{}\":,1A\\", {"\"\\", "\":1", ",\""});
}

TEST_F(MembersOracle, KeysInAscii) {
  for (ir::Escapes E : {ir::Escapes::Ascii, ir::Escapes::AnyAscii})
    for (bool Free : {false, true}) {
      M = Module();
      Spec = {};
      Spec.Esc = E;
      Spec.Separator = M.lit(",");
      named("\xC3\xA9\"", false);
      named("\xF0\x9F\x98\x80", true);
      named("\xF0\x9F\x98\x81\x7F", false);
      named("a\x01", false);
      named("\x01", false);
      named("\xEE\x80\x80", false);
      if (Free)
        Spec.Free.push_back({M.anyText(), tail("2")});
      both("{}\":,12audEef830975b\\\xC3\xA9",
           {"\\ud83d", "\\ude00", "\\u00", "e9", "\":1", "\":2,\""});
    }
}

TEST_F(MembersOracle, ImpossibleMembers) {
  named("a", true);
  Spec.Named.push_back({"ab", false, M.seq({M.lit(":"), M.never()})});
  named("abc", false);
  Spec.Free.push_back({M.anyText(), tail("2")});
  both("{}\":,12abcx", {"\"ab", "\":1"});
}

TEST_F(MembersOracle, NestedObjects) {
  RuleId Inner = rule("inner");
  ir::MembersSpec S;
  S.Separator = M.lit(",");
  S.Named.push_back({"k", true, tail("1")});
  S.Free.push_back({M.anyText(), M.seq({M.lit(":"), M.call(Inner)})});
  S.Order = ir::KeyOrder::Any;
  M.rule(Inner).Nest = true;
  M.rule(Inner).Body = M.seq({M.lit("{"), M.members(S), M.lit("}")});
  start(M.call(Inner));
  check("{}\":,1kab", {"\":{\"", "\"k\":1", "}}"});
}

TEST_F(MembersOracle, UnionOfObjects) {
  ir::MembersSpec A, B;
  A.Separator = B.Separator = M.lit(",");
  A.Named = {{"t", true, tail("1")}, {"x", false, tail("1")}};
  B.Named = {{"t", true, tail("2")}, {"x", true, tail("2")}};
  B.Free.push_back({M.anyText(), tail("3")});
  RuleId RA = rule("a"), RB = rule("b");
  M.rule(RA).Body = M.seq({M.lit("{"), M.members(A), M.lit("}")});
  M.rule(RB).Body = M.seq({M.lit("{"), M.members(B), M.lit("}")});
  start(M.alt({M.call(RA), M.call(RB)}));
  check("{}\":,123tx", {"\"t\":", ",\"x\":"});
}

} // namespace
