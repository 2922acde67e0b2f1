//===- ModuleTest.cpp - Rules over shared expressions ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/IR/Module.h"

#include "weir/IR/Text.h"

#include <gtest/gtest.h>

using namespace weir;
using namespace weir::ir;

namespace {

TEST(Module, EqualStructureHasEqualIds) {
  Module M;
  ExprId A = M.lit("a"), B = M.lit("b");
  EXPECT_EQ(A, M.lit("a"));
  EXPECT_NE(A, B);
  EXPECT_EQ(M.seq({A, B}), M.seq({A, B}));
  EXPECT_NE(M.seq({A, B}), M.alt({A, B}));
  EXPECT_NE(M.seq({A, B}), M.seq({B, A}));
  EXPECT_EQ(M.repeat(A, 2, 3), M.repeat(A, 2, 3));
  EXPECT_NE(M.repeat(A, 2, 3), M.repeat(A, 2, 4));
  EXPECT_EQ(M.cls(CodePointSet::range('a', 'b')), M.cls(CodePointSet::range('a', 'b')));
  EXPECT_NE(M.cls(CodePointSet::of('a')), M.bytes(ByteSet::of('a')));
  EXPECT_EQ(M.anyTokenExcept({{1, ""}, {2, ""}}), M.anyTokenExcept({{2, ""}, {1, ""}, {2, ""}}));
  EXPECT_NE(M.jsonString(A, Escapes::Any), M.jsonString(A, Escapes::Canonical));
  EXPECT_NE(M.jsonString(A, Escapes::Any), M.jsonString(A, Escapes::AnyAscii));
}

TEST(Module, EqualAutomataHaveEqualIds) {
  Module M;
  auto Edge = [](ByteDfa &D, char C, uint32_t Target) {
    D.addEdge(uint8_t(C), uint8_t(C), Target);
  };
  // a*b, and the same with the loop written out and a dead end.
  ByteDfa Small, Large;
  Small.addState(false);
  Edge(Small, 'a', 0);
  Edge(Small, 'b', 1);
  Small.addState(true);
  Large.addState(false);
  Edge(Large, 'a', 2);
  Edge(Large, 'b', 3);
  Edge(Large, 'c', 4);
  Large.addState(true);
  Large.addState(false);
  Edge(Large, 'a', 0);
  Edge(Large, 'b', 1);
  Large.addState(true);
  Large.addState(false);
  Edge(Large, 'a', 4);
  EXPECT_EQ(M.dfa(Small), M.dfa(Large));
  EXPECT_EQ(M.automaton(M.dfa(Large)), Small);
  Edge(Large, 'b', 4);
  EXPECT_EQ(M.dfa(Small), M.dfa(Large)) << "an edge more between dead states";
  ByteDfa Other = Small;
  Other.Accepts[0] = true;
  EXPECT_NE(M.dfa(Small), M.dfa(Other));
  EXPECT_EQ(M.dfa(ByteDfa()), M.never());
}

TEST(Module, MinimalAutomataOfRandomOnesAcceptTheSameTexts) {
  uint64_t Seed = 1;
  auto Random = [&](uint32_t Below) {
    Seed = Seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return uint32_t(Seed >> 33) % Below;
  };
  unsigned Smaller = 0;
  for (unsigned Round = 0; Round < 300; ++Round) {
    ByteDfa D;
    uint32_t States = 1 + Random(12);
    for (uint32_t S = 0; S < States; ++S) {
      D.addState(Random(4) == 0);
      for (uint8_t C = 'a'; C <= 'c'; ++C)
        if (Random(3))
          D.addEdge(C, C, Random(States));
    }
    ByteDfa Min = minimised(D);
    Smaller += Min.size() < D.size();
    EXPECT_EQ(minimised(Min), Min);
    for (unsigned N = 0; N < 3 * 3 * 3 * 3 * 3 * 3 * 3; ++N) {
      uint32_t A = 0, B = Min.size() ? 0 : 0xffffffffU;
      unsigned Rest = N;
      for (unsigned Length = 0; Length <= 7; ++Length, Rest /= 3) {
        bool InA = A != 0xffffffffU && D.Accepts[A], InB = B != 0xffffffffU && Min.Accepts[B];
        ASSERT_EQ(InA, InB) << "round " << Round << " text " << N << " length " << Length;
        uint8_t C = uint8_t('a' + Rest % 3);
        A = A == 0xffffffffU ? A : D.next(A, C);
        B = B == 0xffffffffU ? B : Min.next(B, C);
      }
    }
  }
  EXPECT_GT(Smaller, 50U);
}

TEST(Module, FormsWithoutMeaningOfTheirOwnDoNotExist) {
  Module M;
  ExprId A = M.lit("a");
  EXPECT_EQ(M.seq({}), M.empty());
  EXPECT_EQ(M.alt({}), M.never());
  EXPECT_EQ(M.seq({A}), A);
  EXPECT_EQ(M.alt({A}), A);
  EXPECT_EQ(M.conj({A}), A);
  EXPECT_EQ(M.conj({}), M.anyText());
  EXPECT_EQ(M.repeat(A, 1, 1), A);
  EXPECT_EQ(M.repeat(A, 0, 0), M.empty());
  EXPECT_EQ(M.lit(""), M.empty());
  EXPECT_EQ(M.cls({}), M.never());
  EXPECT_EQ(M.bytes({}), M.never());
}

TEST(Module, OperandsHaveSmallerIds) {
  Module M;
  ExprId A = M.lit("a");
  MembersSpec S;
  S.Separator = M.lit(",");
  S.Named = {{"k", true, A}, {"l", false, M.empty()}};
  S.Free = {{M.anyText(), A}};
  ExprId E = M.members(S);
  std::span<const ExprId> Ops = M.operands(E);
  ASSERT_EQ(Ops.size(), 5U);
  EXPECT_EQ(Ops[0], S.Separator);
  EXPECT_EQ(Ops[1], A);
  EXPECT_EQ(Ops[3], M.anyText());
  for (ExprId O : Ops)
    EXPECT_LT(O, E);
  EXPECT_EQ(M.membersSpec(E), S);
}

TEST(Module, RewritingOperandsRewritesPayloads) {
  Module M;
  MembersSpec S;
  S.Separator = M.lit(",");
  S.Named = {{"k", true, M.lit("a")}};
  S.Free = {{M.lit("f"), M.lit("g")}};
  std::vector<ExprId> New{M.lit(";"), M.lit("A"), M.lit("F"), M.lit("G")};
  const MembersSpec &T = M.membersSpec(M.withOperands(M.members(S), New));
  EXPECT_EQ(T.Separator, New[0]);
  EXPECT_EQ(T.Named[0].Tail, New[1]);
  EXPECT_EQ(T.Named[0].Name, "k");
  EXPECT_EQ(T.Free[0].Key, New[2]);
  EXPECT_EQ(T.Free[0].Tail, New[3]);
  ExprId R = M.repeat(M.lit("a"), 2, 5);
  EXPECT_EQ(M.withOperands(R, std::vector{M.lit("b")}), M.repeat(M.lit("b"), 2, 5));
  // An operand that is a slice of the table itself.
  ExprId Seq = M.seq({M.lit("a"), M.lit("b")});
  EXPECT_EQ(M.alt(M.operands(Seq)), M.alt({M.lit("a"), M.lit("b")}));
}

TEST(Module, FreshNamesAreFree) {
  Module M;
  EXPECT_EQ(M.freshName("r"), "r");
  M.addRule("r");
  EXPECT_EQ(M.freshName("r"), "r.1");
  M.addRule("r.1");
  EXPECT_EQ(M.freshName("r"), "r.2");
  EXPECT_TRUE(M.lookup("r.1"));
  EXPECT_FALSE(M.lookup("s"));
}

TEST(Module, KeepingRulesRenumbersCallsAndPlaces) {
  Module M;
  RuleId A = M.addRule("a"), Lost = M.addRule("lost"), B = M.addRule("b");
  M.rule(B).Body = M.lit("x");
  M.rule(Lost).Body = M.call(A);
  M.rule(A).Body = M.seq({M.call(B), M.repeat(M.call(B), 0, 3)});
  M.setStart(A);
  OriginSet O;
  O.add({{}, "/p"});
  M.addCallOrigin(A, M.call(B), O);
  M.addCallOrigin(Lost, M.call(A), O);
  M.keepRules({true, false, true});
  EXPECT_EQ(M.ruleCount(), 2U);
  EXPECT_EQ(printModule(M), "start @a\n"
                            "rule @a = seq(call @b, repeat<0,3>(call @b))\n"
                            "rule @b = lit \"x\"\n");
  EXPECT_FALSE(M.lookup("lost"));
  EXPECT_EQ(M.lookup("b"), RuleId(1));
  ASSERT_NE(M.callOrigins(M.start(), M.call(RuleId(1))), nullptr);
  EXPECT_EQ(M.allCallOrigins().size(), 1U);
}

TEST(Module, OriginSetsAreSortedAndWithoutRepeats) {
  OriginSet A, B;
  A.add({{}, "/b"});
  A.add({{}, "/a"});
  A.add({{}, "/b"});
  B.add({{}, "/c"});
  B.add(A);
  B.add(B);
  ASSERT_EQ(B.items().size(), 3U);
  EXPECT_EQ(B.items()[0].Pointer, "/a");
  EXPECT_EQ(B.items()[2].Pointer, "/c");
}

TEST(Module, OriginSetsThatWereOneChangeApart) {
  OriginSet A, B, C;
  A.add({{}, "/b"});
  A.add({{}, "/d"});
  B = A;
  C.add({{}, "/a"});
  C.add({{}, "/b"});
  C.add({{}, "/c"});
  B.add(C);
  EXPECT_EQ(A.items().size(), 2U);
  ASSERT_EQ(B.items().size(), 4U);
  for (size_t I = 0; I < 4; ++I)
    EXPECT_EQ(B.items()[I].Pointer, "/" + std::string(1, char('a' + I)));
  A.add({{}, "/e"});
  EXPECT_EQ(A.items().back().Pointer, "/e");
  EXPECT_EQ(B.items().back().Pointer, "/d");
}

TEST(Module, OriginSetsKeepTheFirstSixteen) {
  // Whatever the order in which sets are put together.
  OriginSet Up, Down, Even, Odd;
  for (char C = 'a'; C <= 'z'; ++C) {
    Up.add({{}, std::string(1, C)});
    Down.add({{}, std::string(1, char('a' + 'z' - C))});
    (C % 2 ? Odd : Even).add({{}, std::string(1, C)});
  }
  Odd.add(Even);
  for (const OriginSet *O : {&Up, &Down, &Odd}) {
    ASSERT_EQ(O->items().size(), 16U);
    EXPECT_EQ(O->items().front().Pointer, "a");
    EXPECT_EQ(O->items().back().Pointer, "p");
  }
}

} // namespace
