//===- MembersTest.cpp - members against hand-written answers -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "OracleTest.h"

namespace weir::oracle {
namespace {

using namespace ir;

class MembersTest : public OracleTest {
protected:
  MembersSpec Spec;

  void SetUp() override { Spec.Separator = M.lit(","); }
  void named(std::string Name, bool Required, ExprId Tail) {
    Spec.Named.push_back({std::move(Name), Required, Tail});
  }
  void free(ExprId Key, ExprId Tail) { Spec.Free.push_back({Key, Tail}); }
  ExprId tail(std::string_view Text) { return M.lit(":" + std::string(Text)); }
  void object() { start(M.seq({M.lit("{"), M.members(Spec), M.lit("}")})); }
};

TEST_F(MembersTest, NoMembers) {
  object();
  accepts("{}");
  dies("{\"");
}

TEST_F(MembersTest, DeclaredOrder) {
  named("a", false, tail("1"));
  named("b", true, tail("2"));
  named("c", false, tail("3"));
  object();
  accepts(R"({"a":1,"b":2,"c":3})");
  accepts(R"({"b":2})");
  accepts(R"({"b":2,"c":3})");
  dies("{}");
  dies(R"({"c)");       // b is required and may not come later
  dies(R"({"a":1})");   // b is missing
  dies(R"({"b":2,"a)"); // order
  dies(R"({"b":2,"b)"); // repeated
  dies(R"({"b":2,"c":3,)");
  dies(R"({"a":2)");
}

TEST_F(MembersTest, AnyOrder) {
  Spec.Order = KeyOrder::Any;
  named("a", false, tail("1"));
  named("b", true, tail("2"));
  object();
  accepts(R"({"b":2,"a":1})");
  accepts(R"({"a":1,"b":2})");
  dies(R"({"a":1})");
  dies(R"({"a":1,"a)");
  dies(R"({"a":1,"b":2,)");
}

TEST_F(MembersTest, FreeKeysAreDistinctByValue) {
  Spec.Esc = Escapes::Any;
  free(M.plus(range('a', 'b')), tail("1"));
  object();
  accepts(R"({})");
  accepts(R"({"a":1,"b":1,"ab":1})");
  viable(R"({"a":1,"a)");
  dies(R"({"a":1,"a")");
  dies(R"({"a":1,"\u0061")");
  accepts(R"({"a":1,"\u0061b":1})");
  dies(R"({"")");
  dies(R"({"c)");
}

TEST_F(MembersTest, NamedKeysAreExcludedFromFree) {
  named("a", false, tail("1"));
  free(M.plus(range('a', 'b')), tail("2"));
  Spec.Esc = Escapes::Any;
  object();
  accepts(R"({"a":1,"b":2})");
  accepts(R"({"\u0061":1})");
  dies(R"({"a":2)");
  dies(R"({"\u0061":2)");
  dies(R"({"b":2,"a")"); // the free ones come last
  viable(R"({"b":2,"a)");
}

TEST_F(MembersTest, PrefixOfOnlyAUsedKeyIsDead) {
  Spec.Order = KeyOrder::Any;
  named("name", false, tail("1"));
  named("nose", false, tail("2"));
  named("x", false, tail("3"));
  object();
  dies(R"({"name":1,"na)");
  viable(R"({"name":1,"n)");
  dies(R"({"name":1,"nose":2,"n)");
}

TEST_F(MembersTest, ExhaustedFreeKeysAreDead) {
  free(M.alt({M.lit("p"), M.lit("q")}), tail("1"));
  object();
  accepts(R"({"p":1,"q":1})");
  dies(R"({"p":1,"p)");
  dies(R"({"p":1,"q":1,)");
}

TEST_F(MembersTest, CountBounds) {
  Spec.Min = 2;
  Spec.Max = 3;
  free(M.plus(range('a', 'z')), tail("1"));
  object();
  dies("{}");
  dies(R"({"a":1})");
  accepts(R"({"a":1,"b":1})");
  accepts(R"({"a":1,"b":1,"c":1})");
  dies(R"({"a":1,"b":1,"c":1,)");
}

TEST_F(MembersTest, RequiredMustFitBelowMax) {
  Spec.Order = KeyOrder::Any;
  Spec.Max = 2;
  named("r", true, tail("1"));
  named("s", true, tail("2"));
  named("t", false, tail("3"));
  object();
  dies(R"({"t)");
  accepts(R"({"s":2,"r":1})");
}

TEST_F(MembersTest, TooManyRequired) {
  Spec.Max = 1;
  named("r", true, tail("1"));
  named("s", true, tail("2"));
  object();
  dies("");
}

TEST_F(MembersTest, MinNeedsEnoughKeys) {
  // Three keys in all, in declared order: skipping one leaves too few.
  Spec.Min = 3;
  named("a", false, tail("1"));
  named("b", false, tail("2"));
  free(M.lit("z"), tail("3"));
  object();
  accepts(R"({"a":1,"b":2,"z":3})");
  dies(R"({"b)");
  dies(R"({"a":1,"z)");
}

TEST_F(MembersTest, MinBeyondAllKeys) {
  Spec.Min = 4;
  named("a", false, tail("1"));
  free(M.alt({M.lit("a"), M.lit("y"), M.lit("z")}), tail("3")); // its a is the named one
  object();
  dies("");
}

TEST_F(MembersTest, FreeKeyBegunTakesTheLastPlace) {
  // p, q and r exist; two are needed after the one begun.
  Spec.Min = 3;
  Spec.Order = KeyOrder::Any;
  free(M.alt({M.lit("p"), M.lit("q"), M.lit("r")}), tail("1"));
  object();
  viable(R"({"p)");
  accepts(R"({"p":1,"r":1,"q":1})");
  Spec.Min = 4;
  object();
  dies("");
}

TEST_F(MembersTest, RequiredWithoutAValueKillsAll) {
  named("a", true, M.seq({M.lit(":"), M.never()}));
  object();
  dies("");
}

TEST_F(MembersTest, OptionalWithoutAValueIsSkipped) {
  named("a", false, M.seq({M.lit(":"), M.never()}));
  named("b", false, tail("1"));
  object();
  accepts("{}");
  dies(R"({"a)");
  accepts(R"({"b":1})");
}

TEST_F(MembersTest, PendingEscapesInKeys) {
  Spec.Esc = Escapes::Any;
  Spec.Order = KeyOrder::Any;
  named("\xC3\xA9", false, tail("1"));
  named("\xF0\x9F\x98\x80", false, tail("2"));
  object();
  viable(R"({"\u0)");
  viable(R"({"\ud83d\ud)");
  dies(R"({"\ud83c)");
  dies(R"({"\u00e8)");
  accepts(R"({"\ud83d\ude00":2,"\u00e9":1})");
  dies(R"({"\u00e9":1,"\u0)");
  dies("{\"\xC3\xA9\":1,\"\xC3");
  dies("{\"\xC3\\");
}

TEST_F(MembersTest, PendingEscapeOfAFreeKey) {
  // Keys of one letter a or b; a is used.
  Spec.Esc = Escapes::Any;
  free(range('a', 'b'), tail("1"));
  object();
  viable(R"({"a":1,"\u006)");
  dies(R"({"a":1,"\u0061)");
  accepts(R"({"a":1,"\u0062":1})");
  dies(R"({"a":1,"b":1,)");
}

TEST_F(MembersTest, LateEndOfTails) {
  // A tail that may go on: 1 or 1,"b" (looks like another member).
  named("a", false, M.seq({tail("1"), M.optional(M.lit(",\"b\""))}));
  named("b", false, tail("2"));
  object();
  accepts(R"({"a":1})");
  accepts(R"({"a":1,"b"})");
  accepts(R"({"a":1,"b":2})");
  accepts(R"({"a":1,"b","b":2})");
}

TEST_F(MembersTest, SeparatorWithBlanks) {
  Spec.Separator = M.seq({M.star(M.lit(" ")), M.lit(","), M.star(M.lit(" "))});
  named("a", false, tail("1"));
  named("b", false, tail("2"));
  object();
  accepts(R"({"a":1 ,  "b":2})");
  viable(R"({"a":1  )");
  dies(R"({"b":2 )"); // no member may follow
}

TEST_F(MembersTest, EmptySeparatorAllowsOneMember) {
  Spec.Separator = M.never();
  Spec.Order = KeyOrder::Any;
  named("a", false, tail("1"));
  named("b", false, tail("2"));
  object();
  accepts("{}");
  accepts(R"({"b":2})");
  Spec.Min = 2;
  object();
  dies("");
}

TEST_F(MembersTest, RecursiveObjects) {
  RuleId Object = rule("object");
  named("child", false, M.seq({M.lit(":"), M.call(Object)}));
  named("n", true, tail("0"));
  Spec.Order = KeyOrder::Any;
  M.rule(Object).Body = M.seq({M.lit("{"), M.members(Spec), M.lit("}")});
  start(M.call(Object));
  accepts(R"({"n":0})");
  accepts(R"({"child":{"child":{"n":0},"n":0},"n":0})");
  dies(R"({"child":{"n":0},"n":0,)");
}

TEST_F(MembersTest, EndlessRecursionIsDead) {
  RuleId Object = rule("object");
  named("child", true, M.seq({M.lit(":"), M.call(Object)}));
  M.rule(Object).Body = M.seq({M.lit("{"), M.members(Spec), M.lit("}")});
  start(M.call(Object));
  dies("");
}

TEST_F(MembersTest, KeysByPatternAndNot) {
  named("id", true, tail("0"));
  free(M.conj({M.repeat(range('a', 'z'), 1, 2), M.neg(M.lit("zz"))}), tail("1"));
  object();
  accepts(R"({"id":0,"zy":1})");
  viable(R"({"id":0,"z)");
  dies(R"({"id":0,"zz)");
}

} // namespace
} // namespace weir::oracle
