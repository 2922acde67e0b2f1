//===- TextTest.cpp - The grammar IR as text, and back --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/IR/Text.h"

#include <gtest/gtest.h>

#include <random>

using namespace weir;
using namespace weir::ir;

namespace {

/// Modules in which names, literals and sets hold anything.
class RandomText {
public:
  explicit RandomText(uint64_t Seed) : Random(Seed) {}

  Module run() {
    Module M;
    unsigned Rules = 1 + pick(4);
    for (unsigned I = 0; I < Rules; ++I)
      M.addRule(M.freshName(pick(3) ? "r" : bytes(3)));
    for (unsigned I = 0; I < Rules; ++I) {
      RuleInfo &Info = M.rule(RuleId(I));
      if (pick(10))
        M.rule(RuleId(I)).Body = expr(M, 5);
      Info.Nest = pick(4) == 0;
      Info.Shared = pick(4) == 0;
      if (pick(3) == 0)
        Info.Attributes[pick(2) ? "capture" : bytes(3)] = bytes(4);
      if (pick(2))
        Info.Origins.add(origin());
    }
    for (uint32_t I = 0; I < M.exprCount(); ++I)
      if (M.op(ExprId(I)) == Op::Call && pick(2)) {
        OriginSet Set;
        Set.add(origin());
        Set.add(origin());
        M.addCallOrigin(RuleId(pick(Rules)), ExprId(I), Set);
      }
    if (pick(5))
      M.setStart(RuleId(pick(Rules)));
    return M;
  }
  SourceManager Sources;

private:
  unsigned pick(unsigned N) { return unsigned(Random() % N); }
  std::string bytes(unsigned MaxSize) {
    std::string S;
    for (unsigned N = 1 + pick(MaxSize); N > 0; --N) {
      if (pick(2))
        S += char(pick(256));
      else
        appendUtf8(S, scalar());
    }
    return S;
  }
  uint32_t scalar() {
    uint32_t C = pick(3) == 0 ? pick(MaxCodePoint + 1) : pick(300);
    return isScalar(C) ? C : 'x';
  }
  uint32_t bound(uint32_t From) { return pick(4) == 0 ? Unbounded : From + pick(3); }
  TokenRef tokenRef() {
    TokenRef T;
    if (pick(2))
      T.Id = pick(1000);
    else
      T.Name = bytes(3);
    return T;
  }
  Origin origin() {
    Origin O;
    if (pick(3)) {
      std::string Name = "file " + std::to_string(pick(3)) + "\"";
      FileId File;
      for (uint32_t I = 0; I < Sources.size(); ++I)
        if (Sources.name(FileId(I)) == Name)
          File = FileId(I);
      uint32_t Begin = pick(1000);
      O.Range = {File ? File : Sources.add(Name, ""), Begin, Begin + pick(9)};
    }
    if (pick(2))
      O.Pointer = "/" + bytes(4);
    return O;
  }
  ExprId expr(Module &M, unsigned Depth) {
    unsigned Kind = Depth == 0 ? pick(9) : pick(18);
    auto Sub = [&] { return expr(M, Depth - 1); };
    switch (Kind) {
    case 0:
      return M.never();
    case 1:
      return M.empty();
    case 2:
      return M.lit(bytes(5));
    case 3: {
      CodePointSet Set;
      for (unsigned N = 1 + pick(4); N > 0; --N) {
        uint32_t C = scalar();
        Set.add(C, std::min(C + pick(40), MaxCodePoint));
      }
      return M.cls(pick(2) ? Set : Set.complement());
    }
    case 4: {
      ByteSet Set;
      for (unsigned N = 1 + pick(4); N > 0; --N) {
        unsigned B = pick(256);
        Set |= ByteSet::range(B, std::min(255U, B + pick(40)));
      }
      return M.bytes(pick(2) ? Set : ~Set);
    }
    case 5:
      return M.call(RuleId(pick(M.ruleCount())));
    case 6:
      return M.token(tokenRef());
    case 7: {
      std::vector<TokenRef> Excluded;
      for (unsigned N = pick(3); N > 0; --N)
        Excluded.push_back(tokenRef());
      return M.anyTokenExcept(Excluded);
    }
    case 8: {
      IndentSpec S{pick(3), 0, int32_t(pick(5)) - 2, pick(2) == 0};
      S.Max = bound(S.Min);
      return M.indent(S);
    }
    case 9:
      return M.neg(Sub());
    case 10:
      return M.jsonString(Sub(), Escapes(pick(4)));
    case 11: {
      uint32_t Min = pick(3);
      return M.repeat(Sub(), Min, bound(Min));
    }
    case 12: {
      MembersSpec S;
      S.Order = pick(2) ? KeyOrder::Any : KeyOrder::Declared;
      S.Esc = Escapes(pick(4));
      S.Min = pick(3);
      S.Max = bound(S.Min);
      S.Separator = Sub();
      for (unsigned N = pick(3); N > 0; --N)
        S.Named.push_back({bytes(4), pick(2) == 0, Sub()});
      for (unsigned N = pick(3); N > 0; --N) {
        ExprId Key = Sub();
        S.Free.push_back({Key, Sub(), pick(3)});
      }
      return M.members(S);
    }
    case 17: {
      ElementsSpec S;
      S.Min = pick(3);
      S.Max = bound(S.Min);
      S.Unique = pick(2) == 0;
      S.Separator = Sub();
      for (unsigned N = pick(3); N > 0; --N) {
        uint32_t Min = pick(3);
        S.Counters.push_back({Min, bound(Min)});
      }
      auto choices = [&](std::vector<ElementChoice> &Out) {
        for (unsigned N = pick(3); N > 0; --N) {
          ElementChoice C{Sub(), {}};
          for (uint32_t K = 0; K < S.Counters.size(); ++K)
            if (pick(2))
              C.Counters.push_back(K);
          Out.push_back(C);
        }
      };
      for (unsigned N = pick(3); N > 0; --N)
        choices(S.Prefix.emplace_back());
      choices(S.Rest);
      return M.elements(S);
    }
    default: {
      std::vector<ExprId> Ops;
      for (unsigned N = 2 + pick(3); N > 0; --N)
        Ops.push_back(Sub());
      return Kind == 13 ? M.conj(Ops) : Kind < 16 ? M.seq(Ops) : M.alt(Ops);
    }
    }
  }
  std::mt19937_64 Random;
};

std::string reprint(const std::string &Text, SourceManager *Names, uint32_t MaxTreeNodes) {
  SourceManager Own;
  SourceManager &Sources = Names ? *Names : Own;
  DiagnosticEngine Diags(Sources);
  ParseOptions Parse;
  Parse.RecordPositions = false;
  std::optional<Module> M = parseModule(Sources.add("<text>", Text), Diags, Parse);
  EXPECT_TRUE(M) << printText(Diags) << Text;
  if (!M)
    return {};
  PrintOptions Print;
  Print.Sources = Names ? &Sources : nullptr;
  Print.MaxTreeNodes = MaxTreeNodes;
  return printModule(*M, Print);
}

TEST(Text, RandomModulesComeBack) {
  for (uint64_t Seed = 1; Seed <= 3000; ++Seed) {
    RandomText Maker(Seed);
    Module M = Maker.run();
    std::string Plain = printModule(M);
    ASSERT_EQ(Plain, reprint(Plain, nullptr, 65536)) << Seed;
    PrintOptions WithPlaces;
    WithPlaces.Sources = &Maker.Sources;
    std::string Full = printModule(M, WithPlaces);
    ASSERT_EQ(Full, reprint(Full, &Maker.Sources, 65536)) << Seed;
  }
}

TEST(Text, SharedPartsAreNamedWhenTreesAreBig) {
  Module M;
  ExprId E = M.seq({M.lit("ab"), M.lit("cd"), M.lit("ef")});
  for (unsigned I = 0; I < 400; ++I)
    E = M.seq({E, M.lit("-"), E});
  RuleId A = M.addRule("a"), B = M.addRule("b");
  M.rule(A).Body = E;
  M.rule(B).Body = M.alt({E, M.call(A)});
  M.setStart(A);
  std::string Text = printModule(M);
  EXPECT_LT(Text.size(), 40000U);
  EXPECT_NE(Text.find("let %0 = seq(lit \"ab\", lit \"cd\", lit \"ef\")\n"), std::string::npos);
  EXPECT_NE(Text.find("let %1 = seq(%0, lit \"-\", %0)\n"), std::string::npos);
  EXPECT_NE(Text.find("rule @b = alt(%400, call @a)"), std::string::npos) << Text;
  EXPECT_EQ(Text, reprint(Text, nullptr, 65536));
}

TEST(Text, NestingHasNoLimit) {
  static constexpr unsigned Depth = 300000;
  std::string Text = "start @r\nrule @r = ";
  for (unsigned I = 0; I < Depth; ++I)
    Text += "not(";
  Text += "lit \"x\"" + std::string(Depth, ')');
  std::string Once = reprint(Text, nullptr, 1U << 31);
  EXPECT_EQ(Once, reprint(Once, nullptr, 1U << 31));
}

TEST(Text, ExpressionsForMessagesAreCut) {
  Module M;
  ExprId E = M.lit("x");
  for (unsigned I = 0; I < 1000; ++I)
    E = M.seq({E, M.lit("é"), E});
  std::string Text = printExpr(M, E, 50);
  EXPECT_LE(Text.size(), 53U);
  EXPECT_EQ(Text.substr(0, 8), "seq(seq(");
  EXPECT_EQ(printExpr(M, M.alt({M.lit("a"), M.empty()})), "alt(lit \"a\", empty)");
  EXPECT_EQ(printExpr(M, ExprId()), "none");
}

TEST(Text, BrokenModulesPrint) {
  Module M;
  M.rule(M.addRule("a")).Body = M.call(RuleId(7));
  M.addRule("b");
  EXPECT_EQ(printModule(M), "rule @a = call @\"missing 7\"\nrule @b\n");
}

TEST(Text, ParsedRulesAndCallsHavePlaces) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  FileId File = Sources.add("m.wir", "start @a\nrule @a = seq(call @b, call @b)\nrule @b = empty\n"
                                     "  loc \"other.json\":5..9 at \"/x\"\n");
  std::optional<Module> M = parseModule(File, Diags);
  ASSERT_TRUE(M) << printText(Diags);
  ASSERT_EQ(M->rule(RuleId(0)).Origins.items().size(), 1U);
  EXPECT_EQ(M->rule(RuleId(0)).Origins.items()[0].Range, (SourceRange{File, 14, 16}));
  const OriginSet *Calls = M->callOrigins(RuleId(0), M->call(RuleId(1)));
  ASSERT_NE(Calls, nullptr);
  EXPECT_EQ(Calls->items().size(), 2U);
  ASSERT_EQ(M->rule(RuleId(1)).Origins.items().size(), 1U);
  EXPECT_EQ(M->rule(RuleId(1)).Origins.items()[0].Pointer, "/x");
  EXPECT_EQ(Sources.name(M->rule(RuleId(1)).Origins.items()[0].Range.File), "other.json");
}

TEST(Text, TheBudgetOfExpressionsIsKept) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  std::string Text = "rule @a = seq(lit \"0\"";
  for (unsigned I = 1; I < 100; ++I)
    Text += ", lit \"" + std::to_string(I) + "\"";
  ParseOptions Options;
  Options.MaxExprs = 50;
  EXPECT_FALSE(parseModule(Sources.add("m", Text + ")"), Diags, Options));
  EXPECT_EQ(diagName(Diags.diagnostics()[0].Id), "module-too-large");
}

/// Cuts and changes of a text that holds everything never crash the parser, and what
/// parses prints and parses again.
TEST(Text, DamagedTextsAreReportedOrParse) {
  std::string Text;
  for (uint64_t Seed = 1; Text.size() < 6000; ++Seed) {
    RandomText Maker(Seed);
    Module M = Maker.run();
    PrintOptions WithPlaces;
    WithPlaces.Sources = &Maker.Sources;
    Text = printModule(M, WithPlaces);
  }
  std::mt19937_64 Random(1);
  static constexpr std::string_view Pieces = "()<>[],=:*-@%\"\\/ .0x^";
  for (unsigned I = 0; I < 3000; ++I) {
    std::string Damaged = Text;
    for (unsigned N = 1 + Random() % 3; N > 0; --N) {
      size_t At = Random() % Damaged.size();
      switch (Random() % 3) {
      case 0:
        Damaged.erase(At, 1 + Random() % 20);
        break;
      case 1:
        Damaged.insert(At, 1, Pieces[Random() % Pieces.size()]);
        break;
      default:
        Damaged[At] = Pieces[Random() % Pieces.size()];
      }
    }
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    std::optional<Module> M = parseModule(Sources.add("m", Damaged), Diags);
    ASSERT_EQ(!M, Diags.hasErrors());
    if (M) {
      std::string Once = printModule(*M);
      ASSERT_EQ(Once, reprint(Once, nullptr, 65536));
    } else {
      ASSERT_FALSE(printText(Diags).empty());
    }
  }
}

} // namespace
