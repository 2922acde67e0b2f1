//===- AnalysesTest.cpp - Facts about a module ----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The oracle answers the same questions by derivatives; on random modules both must
// agree wherever the analysis claims to know.
//
//===----------------------------------------------------------------------===//
#include "weir/IR/Analyses.h"

#include "../Transforms/RandomModule.h"
#include "weir/IR/Text.h"
#include "weir/Oracle/Recognizer.h"

#include <gtest/gtest.h>

using namespace weir;
using namespace weir::ir;

namespace {

Module parse(std::string Text) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  std::optional<Module> M = parseModule(Sources.add("m", std::move(Text)), Diags);
  EXPECT_TRUE(M) << printText(Diags);
  return M ? std::move(*M) : Module();
}

Answer nullableOf(std::string Expr) {
  Module M = parse("start @s rule @s = " + Expr + " rule @e = empty rule @n = never");
  return AnalysisManager(M).nullable(M.start());
}

Answer productiveOf(std::string Expr) {
  Module M = parse("start @s rule @s = " + Expr + " rule @e = empty rule @n = never");
  return AnalysisManager(M).productive(M.start());
}

TEST(Analyses, NullableByOperation) {
  EXPECT_EQ(nullableOf("never"), Answer::No);
  EXPECT_EQ(nullableOf("empty"), Answer::Yes);
  EXPECT_EQ(nullableOf("lit \"a\""), Answer::No);
  EXPECT_EQ(nullableOf("seq(empty, call @e, repeat<0,3>(lit \"a\"))"), Answer::Yes);
  EXPECT_EQ(nullableOf("seq(empty, lit \"a\")"), Answer::No);
  EXPECT_EQ(nullableOf("alt(lit \"a\", call @e)"), Answer::Yes);
  EXPECT_EQ(nullableOf("repeat<2,3>(call @e)"), Answer::Yes);
  EXPECT_EQ(nullableOf("repeat<2,3>(lit \"a\")"), Answer::No);
  EXPECT_EQ(nullableOf("and(empty, call @e)"), Answer::Yes);
  EXPECT_EQ(nullableOf("not(lit \"a\")"), Answer::Yes);
  EXPECT_EQ(nullableOf("not(repeat<0,*>(lit \"a\"))"), Answer::No);
  EXPECT_EQ(nullableOf("not(not(empty))"), Answer::Yes);
  EXPECT_EQ(nullableOf("json_string(empty)"), Answer::No);
  EXPECT_EQ(nullableOf("token 1"), Answer::No);
  EXPECT_EQ(nullableOf("members(separator: lit \",\", optional \"a\": empty)"), Answer::Yes);
  EXPECT_EQ(nullableOf("members(separator: lit \",\", required \"a\": empty)"), Answer::No);
  EXPECT_EQ(nullableOf("members<min=1>(separator: lit \",\", optional \"a\": empty)"), Answer::No);
  EXPECT_EQ(nullableOf("indent<min=0, max=2>"), Answer::Yes);
  EXPECT_EQ(nullableOf("indent<min=1, max=2>"), Answer::Unknown);
}

TEST(Analyses, ProductiveByOperation) {
  EXPECT_EQ(productiveOf("never"), Answer::No);
  EXPECT_EQ(productiveOf("seq(lit \"a\", call @n)"), Answer::No);
  EXPECT_EQ(productiveOf("seq(lit \"a\", call @s)"), Answer::No);
  EXPECT_EQ(productiveOf("alt(call @s, call @e)"), Answer::Yes);
  EXPECT_EQ(productiveOf("repeat<0,3>(never)"), Answer::Yes);
  EXPECT_EQ(productiveOf("repeat<1,3>(never)"), Answer::No);
  EXPECT_EQ(productiveOf("and(lit \"a\", lit \"b\")"), Answer::Unknown);
  EXPECT_EQ(productiveOf("and(lit \"a\", never)"), Answer::No);
  EXPECT_EQ(productiveOf("not(never)"), Answer::Yes);
  EXPECT_EQ(productiveOf("not(lit \"a\")"), Answer::Unknown);
  EXPECT_EQ(productiveOf("json_string(lit \"a\")"), Answer::Yes);
  EXPECT_EQ(productiveOf("json_string(lit \"\\xff\")"), Answer::Unknown);
  EXPECT_EQ(productiveOf("json_string(never)"), Answer::No);
  EXPECT_EQ(productiveOf("members(separator: never, required \"a\": empty)"), Answer::Yes);
  EXPECT_EQ(productiveOf("members<min=2>(separator: never, required \"a\": empty, "
                         "optional \"b\": empty)"),
            Answer::No);
  EXPECT_EQ(productiveOf("members<min=2>(separator: lit \",\", optional \"a\": empty, "
                         "optional \"b\": never)"),
            Answer::No);
  EXPECT_EQ(productiveOf("members<min=2>(separator: lit \",\", optional \"a\": empty, "
                         "free class [x]: empty)"),
            Answer::Unknown);
  EXPECT_EQ(productiveOf("members<max=1>(separator: lit \",\", required \"a\": empty, "
                         "required \"b\": empty)"),
            Answer::No);
}

/// Rules in a ring, of which each gets its answer from the next, so that rounds over all of
/// them settle one rule each.
TEST(Analyses, AnswersThatComeALongWay) {
  for (unsigned Count : {3U, 40U}) {
    auto ring = [&](const char *Last) {
      std::string Text = "start @r0";
      for (unsigned I = 0; I < Count; ++I)
        Text +=
            " rule @r" + std::to_string(I) + " = alt(never, call @r" + std::to_string(I + 1) + ")";
      return Text + " rule @r" + std::to_string(Count) + " = " + Last;
    };
    for (auto [Last, Nullable, Productive] :
         {std::tuple("alt(call @r0, never)", Answer::No, Answer::No),
          std::tuple("alt(call @r0, lit \"b\")", Answer::No, Answer::Yes),
          std::tuple("alt(call @r0, empty)", Answer::Yes, Answer::Yes),
          std::tuple("alt(call @r0, indent<min=1, max=2, delta=0>)", Answer::Unknown, Answer::Yes),
          std::tuple("alt(call @r0, and(repeat<0,*>(lit \"a\"), lit \"a\"))", Answer::No,
                     Answer::Unknown)}) {
      Module M = parse(ring(Last));
      AnalysisManager A(M);
      for (unsigned I = 0; I <= Count; ++I) {
        EXPECT_EQ(A.nullable(RuleId(I)), Nullable) << Last << " " << I;
        EXPECT_EQ(A.productive(RuleId(I)), Productive) << Last << " " << I;
      }
    }
  }
}

TEST(Analyses, CallGraphOfMutualRecursion) {
  Module M = parse("start @a\n"
                   "rule @a = seq(call @b, call @d)\n"
                   "rule @b = alt(lit \"x\", seq(lit \"y\", call @c))\n"
                   "rule @c = call @b\n"
                   "rule @d = lit \"d\"\n"
                   "rule @lost = call @a\n"
                   "rule @self = alt(empty, seq(lit \"(\", call @self))\n");
  AnalysisManager A(M);
  auto R = [&](std::string_view Name) { return M.lookup(Name); };
  EXPECT_TRUE(A.recursive(R("b")) && A.recursive(R("c")) && A.recursive(R("self")));
  EXPECT_FALSE(A.recursive(R("a")) || A.recursive(R("d")) || A.recursive(R("lost")));
  EXPECT_TRUE(A.reachable(R("a")) && A.reachable(R("c")) && A.reachable(R("d")));
  EXPECT_FALSE(A.reachable(R("lost")) || A.reachable(R("self")));
  const CallGraph &G = A.callGraph();
  EXPECT_EQ(G.Component[R("b").index()], G.Component[R("c").index()]);
  EXPECT_LT(G.Component[R("b").index()], G.Component[R("a").index()]);
  EXPECT_LT(G.Component[R("a").index()], G.Component[R("lost").index()]);
  EXPECT_EQ(A.callees(R("a")), (std::vector{R("b"), R("d")}));
  EXPECT_EQ(G.BottomUp.size(), 6U);
}

TEST(Analyses, LeftCallsGoThroughWhatMayBeEmpty) {
  Module M = parse("start @a\n"
                   "rule @a = seq(repeat<0,1>(lit \"x\"), call @b)\n"
                   "rule @b = alt(call @c, seq(lit \"y\", call @b))\n"
                   "rule @c = seq(call @e, call @a)\n"
                   "rule @e = empty\n");
  AnalysisManager A(M);
  auto R = [&](std::string_view Name) { return M.lookup(Name); };
  EXPECT_EQ(A.leftCallees(R("a")), std::vector{R("b")});
  EXPECT_EQ(A.leftCallees(R("c")), (std::vector{R("a"), R("e")}));
  EXPECT_TRUE(A.leftRecursive(R("a")) && A.leftRecursive(R("b")) && A.leftRecursive(R("c")));
  EXPECT_FALSE(A.leftRecursive(R("e")));
}

TEST(Analyses, RegularNeedsPlainOperationsAndNoRecursion) {
  Module M = parse("start @a\n"
                   "rule @a = and(call @b, not(lit \"x\"))\n"
                   "rule @b = json_string(class [a-z])\n"
                   "rule @rec = repeat<0,1>(seq(lit \"(\", call @rec))\n"
                   "rule @above = seq(call @rec, lit \"x\")\n"
                   "rule @tok = token 3\n"
                   "rule @ind = indent<min=0, max=2>\n");
  AnalysisManager A(M);
  EXPECT_TRUE(A.regular(M.lookup("a")) && A.regular(M.lookup("b")));
  for (const char *Name : {"rec", "above", "tok", "ind"})
    EXPECT_FALSE(A.regular(M.lookup(Name))) << Name;
}

TEST(Analyses, ExpressionsMadeLaterAreAnswered) {
  Module M = parse("start @a rule @a = alt(empty, seq(lit \"x\", call @a))");
  AnalysisManager A(M);
  EXPECT_EQ(A.nullable(M.start()), Answer::Yes);
  ExprId E = M.seq({M.call(M.start()), M.optional(M.lit("q"))});
  EXPECT_EQ(A.nullable(E), Answer::Yes);
  EXPECT_EQ(A.productive(M.seq({E, M.never()})), Answer::No);
  EXPECT_EQ(A.first(E).Bytes, ByteSet::of('x') | ByteSet::of('q'));
  EXPECT_FALSE(A.regular(E));
  // A rule made later is unknown until the analyses are told.
  RuleId New = M.addRule("new");
  M.rule(New).Body = M.lit("n");
  ExprId Call = M.call(New);
  EXPECT_EQ(A.nullable(Call), Answer::Unknown);
  EXPECT_FALSE(A.regular(Call));
  EXPECT_TRUE(A.first(Call).Bytes.contains('z'));
  A.invalidate();
  EXPECT_EQ(A.nullable(Call), Answer::No);
  EXPECT_TRUE(A.regular(Call));
  EXPECT_EQ(A.first(Call).Bytes, ByteSet::of('n'));
}

TEST(Analyses, InvalidationKeepsWhatIsPreserved) {
  Module M = parse("start @a rule @a = lit \"x\"");
  AnalysisManager A(M);
  (void)A.first(M.start());
  (void)A.nullable(M.start());
  (void)A.regular(M.start());
  EXPECT_TRUE(A.isCached(AnalysisKind::First));
  A.invalidate(AnalysisSet::all());
  EXPECT_TRUE(A.isCached(AnalysisKind::First));
  A.invalidate(AnalysisSet().add(AnalysisKind::CallGraph).add(AnalysisKind::Nullable));
  EXPECT_TRUE(A.isCached(AnalysisKind::Nullable));
  EXPECT_FALSE(A.isCached(AnalysisKind::First) || A.isCached(AnalysisKind::Regular));
  A.invalidate(AnalysisSet().add(AnalysisKind::Nullable));
  EXPECT_FALSE(A.isCached(AnalysisKind::Nullable)) << "it stands on the call graph";
}

/// What may come after @r, as printed by `printAnalysis`.
std::string followOf(std::string Start, std::string Rest = "") {
  Module M = parse("start @s rule @s = " + Start + " rule @r = lit \"r\" " + Rest);
  AnalysisManager A(M);
  std::string Text = printAnalysis(M, A, AnalysisKind::Follow);
  size_t Begin = Text.find("@r: ");
  return Text.substr(Begin + 4, Text.find('\n', Begin) - Begin - 4);
}

TEST(Analyses, Follow) {
  EXPECT_EQ(followOf("call @r"), "[], the end");
  EXPECT_EQ(followOf("lit \"x\""), "[]") << "not reached";
  EXPECT_EQ(followOf("seq(call @r, lit \"xy\")"), "\"x\"");
  EXPECT_EQ(followOf("seq(call @r, repeat<0,1>(lit \"x\"), class [yz])"), "[x-z]");
  EXPECT_EQ(followOf("seq(call @r, repeat<0,1>(lit \"x\"))"), "\"x\", the end");
  EXPECT_EQ(followOf("seq(alt(call @r, lit \"b\"), token 3)"), "[], symbols");
  EXPECT_EQ(followOf("seq(repeat<1,1>(call @r), lit \"x\")"), "\"x\"");
  EXPECT_EQ(followOf("seq(repeat<1,2>(call @r), lit \"x\")"), "[rx]");
  EXPECT_EQ(followOf("and(seq(call @r, lit \"x\"), class [a-z])"), "\"x\"");
  EXPECT_EQ(followOf("seq(lit \"[\", elements(separator: lit \",\", rest: call @r), lit \"]\")"),
            "[,\\]]");
  EXPECT_EQ(
      followOf("seq(elements(separator: call @r, item 0: lit \"a\", rest: lit \"b\"), lit \"x\")"),
      "[ab]");
  EXPECT_EQ(followOf("seq(members(separator: lit \",\", optional \"a\": call @r), lit \"}\")"),
            "[,}]");
  EXPECT_EQ(followOf("seq(members(separator: call @r, optional \"a\": lit \":1\"), lit \"}\")"),
            "\"\\\"\"");
}

TEST(Analyses, FollowThroughCalls) {
  // After @r what comes after @a, and after @a what comes after either call of it.
  EXPECT_EQ(
      followOf("seq(call @a, lit \"x\", call @a, lit \"y\")", "rule @a = seq(lit \"a\", call @r)"),
      "[xy]");
  EXPECT_EQ(followOf("call @a", "rule @a = alt(call @r, seq(lit \"(\", call @a, lit \")\"))"),
            "\")\", the end");
  // A rule that nothing reaches says nothing.
  EXPECT_EQ(followOf("call @r", "rule @u = seq(call @r, lit \"u\")"), "[], the end");
  // What json_string spells is not what stands in it.
  FollowSet Set;
  Module M = parse("start @s rule @s = json_string(call @r) rule @r = lit \"r\"");
  AnalysisManager A(M);
  Set = A.follow(M.lookup("r"));
  EXPECT_TRUE(Set.Bytes == ByteSet::all() && Set.Symbols && Set.End);
  // A rule that came later is unknown.
  M.addRule("late");
  EXPECT_TRUE(A.follow(M.lookup("late")).End);
  EXPECT_TRUE(A.isCached(AnalysisKind::Follow));
  A.invalidate();
  EXPECT_FALSE(A.isCached(AnalysisKind::Follow));
}

/// Marks the ends of texts of `R` with the byte 0xff and walks all texts up to a length:
/// a byte after a mark must be in the set.
void expectFollowed(const Module &Plain, RuleId R, const FollowSet &Set, const std::string &Context,
                    unsigned &Met) {
  const uint8_t Mark = 0xff;
  Module M = Plain;
  M.rule(R).Body = M.seq({M.rule(R).Body, M.bytes(ByteSet::of(Mark))});
  struct Place {
    oracle::State State;
    bool Marked; ///< the last bytes are marks
    unsigned Length;
  };
  oracle::Recognizer Oracle(M);
  std::vector<Place> Work{{Oracle.startAt(M.start()), false, 0}};
  for (unsigned Looked = 0; Looked < 100 && !Work.empty(); ++Looked) {
    Place P = Work.back();
    Work.pop_back();
    if (P.Marked && Oracle.isAccepting(P.State) == oracle::Answer::Yes) {
      ASSERT_TRUE(Set.End) << Context << "the end\n" << printModule(Plain);
    }
    for (unsigned B = 0; B < 256 && P.Length < 6; ++B) {
      oracle::State Next = Oracle.step(P.State, oracle::Symbol::byte(uint8_t(B)));
      if (Oracle.isViable(Next) != oracle::Answer::Yes)
        continue;
      if (P.Marked && B != Mark) {
        ASSERT_TRUE(Set.Bytes.contains(uint8_t(B))) << Context << "byte " << B << "\n"
                                                    << printModule(Plain);
        ++Met;
      }
      Work.push_back({Next, B == Mark, P.Length + 1});
    }
  }
}

TEST(Analyses, DepthAndSharingCostLinearTime) {
  Module M;
  RuleId R = M.addRule("deep");
  ExprId E = M.lit("x");
  for (unsigned I = 0; I < 200000; ++I)
    E = M.alt({M.seq({E, E}), M.lit("y")});
  M.rule(R).Body = E;
  M.setStart(R);
  AnalysisManager A(M);
  EXPECT_EQ(A.nullable(R), Answer::No);
  EXPECT_EQ(A.productive(R), Answer::Yes);
  EXPECT_TRUE(A.regular(R));
  EXPECT_EQ(A.first(R).Bytes, ByteSet::of('x') | ByteSet::of('y'));
  EXPECT_FALSE(A.leftRecursive(R));
}

TEST(Analyses, AgreeWithTheOracle) {
  unsigned Known = 0, Asked = 0;
  for (uint64_t Seed = 1; Seed <= 400; ++Seed) {
    Module M = randomModule(Seed);
    AnalysisManager A(M);
    oracle::Recognizer Oracle(M);
    for (uint32_t I = 0; I < M.ruleCount(); ++I) {
      RuleId R(I);
      oracle::State S = Oracle.startAt(R);
      std::string Context = "seed " + std::to_string(Seed) + " rule " + M.rule(R).Name + "\n";
      oracle::Answer Accepts = Oracle.isAccepting(S), Viable = Oracle.isViable(S);
      Answer Null = A.nullable(R), Productive = A.productive(R);
      if (Null != Answer::Unknown && Accepts != oracle::Answer::GaveUp) {
        ASSERT_EQ(Null == Answer::Yes, Accepts == oracle::Answer::Yes) << Context << printModule(M);
      }
      if (Viable == oracle::Answer::GaveUp)
        continue;
      Asked += 1;
      Known += Productive != Answer::Unknown;
      if (Productive != Answer::Unknown) {
        ASSERT_EQ(Productive == Answer::Yes, Viable == oracle::Answer::Yes)
            << Context << printModule(M);
      }
      FirstSet First = A.first(R);
      for (unsigned B = 0; B < 256; ++B) {
        if (First.Bytes.contains(uint8_t(B)))
          continue;
        ASSERT_NE(Oracle.isViable(Oracle.step(S, oracle::Symbol::byte(uint8_t(B)))),
                  oracle::Answer::Yes)
            << Context << "byte " << B << "\n"
            << printModule(M);
      }
    }
  }
  EXPECT_GT(Known * 2, Asked) << "the analysis should know more often than not";
}

TEST(Analyses, NothingFollowsThatIsNotInTheSet) {
  unsigned Met = 0;
  for (uint64_t Seed = 1; Seed <= 150; ++Seed) {
    Module M = randomModule(Seed);
    // A mark changes what `not` complements.
    bool Not = false;
    for (uint32_t I = 0; I < M.exprCount(); ++I)
      Not |= M.op(ExprId(I)) == Op::Not;
    if (Not)
      continue;
    AnalysisManager A(M);
    for (uint32_t I = 0; I < M.ruleCount(); ++I)
      expectFollowed(M, RuleId(I), A.follow(RuleId(I)),
                     "seed " + std::to_string(Seed) + " rule " + M.rule(RuleId(I)).Name + "\n",
                     Met);
  }
  EXPECT_GT(Met, 50U) << "too few texts were looked at";
}

} // namespace
