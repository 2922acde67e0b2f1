//===- BudgetTest.cpp - Hostile grammars -----------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Budgets are kept, work is linear (by count, not by the clock), the caches of the
// ANTLR runtime do not grow with use, and threads may parse at once.
//
//===----------------------------------------------------------------------===//
#include "GrammarTestSupport.h"

#include <gtest/gtest.h>

#include <malloc.h>

#include <algorithm>
#include <random>
#include <thread>

using namespace weir;
using namespace weir::grammar;
using namespace weir::grammar::test;

static std::string times(std::string_view Text, size_t N) {
  std::string Out;
  for (size_t I = 0; I != N; ++I)
    Out += Text;
  return Out;
}

//===- Budgets ------------------------------------------------------------===//

TEST(GrammarBudget, Nesting) {
  auto Nested = [](size_t N) { return "root ::= " + times("(", N) + "\"a\"" + times(")", N); };
  EXPECT_EQ(Parsed(Nested(255)).names(), "");
  Parsed P(Nested(256));
  EXPECT_EQ(P.names(), "nesting-too-deep");
  EXPECT_EQ(P.place(0), "\"a\"");
}

TEST(GrammarBudget, NestingOfEveryKind) {
  const size_t Many = 50'000;
  std::string Deep[] = {
      times("(", Many),
      times("(\"a\"|", Many),
      times("(= ", Many),
      "\"a\"" + times("?", Many),
      "\"a\"" + times("{2}", Many),
      "\"a\"" + times("{1,-1}", Many),
      "\"a\"" + times("{1,2}*", Many),
      times("(", Many) + "\"a\"" + times(")*", Many),
      "TagDispatch(" + times("(", Many),
  };
  for (const std::string &Text : Deep) {
    EXPECT_EQ(ParsedEbnf("root ::= " + Text).names(), "nesting-too-deep") << Text.substr(0, 20);
    EXPECT_EQ(Parsed("root ::= " + Text).names(), "nesting-too-deep") << Text.substr(0, 20);
  }
}

TEST(GrammarBudget, NestingIsCountedAnewForEachItem) {
  std::string Wide = "root ::= " + times("(((\"a\")?)*)+ | ", 5000) + "\"b\"";
  EXPECT_EQ(Parsed(Wide).names(), "");
}

TEST(GrammarBudget, Tokens) {
  GrammarOptions O;
  O.MaxTokens = 5;
  EXPECT_EQ(Parsed("root ::= \"a\" \"b\" # and\n\n", GrammarDialect::Gbnf, O).names(), "");
  O.MaxTokens = 3;
  EXPECT_EQ(Parsed("root ::= \"a\" \"b\"", GrammarDialect::Gbnf, O).names(), "grammar-too-large");
}

TEST(GrammarBudget, Bytes) {
  GrammarOptions O;
  O.MaxBytes = 12;
  EXPECT_EQ(Parsed("root ::= \"a\"", GrammarDialect::Gbnf, O).names(), "");
  O.MaxBytes = 11;
  EXPECT_EQ(Parsed("root ::= \"a\"", GrammarDialect::Gbnf, O).names(), "input-too-large");
}

TEST(GrammarBudget, ErrorsAreCapped) {
  Parsed P("root ::= " + times("nope ", 50'000));
  EXPECT_EQ(P.Diags.diagnostics().size(), P.Diags.MaxErrors + 1U);
  EXPECT_FALSE(P.Module);
}

//===- Work ---------------------------------------------------------------===//

TEST(GrammarWork, CharactersAreReadAtMostTwice) {
  const char *Pieces[] = {"<",     "[",     "\"",     "'",       "!",      "!<",       "(",
                          "\"a\n", "[a\n",  "<a\n",   "|",       "a{",     "{",        ",",
                          "}",     "::=",   "a ::= ", "\na ::=", "\\",     "\"\\",     "[\\",
                          "#",     "# \n",  ".",      "a.b-",    "1",      "\xC3\xA9", "@",
                          "\r",    "\"\" ", "[x]\"y", "?*+",     "Token(", "=",        "(=",
                          "a(b",   ")",     "\"[<'(", "[\"<'(",  "]>\"'",  "'\n",      ": :"};
  for (GrammarDialect Dialect : {GrammarDialect::Gbnf, GrammarDialect::Ebnf})
    for (const char *Piece : Pieces)
      for (const char *Before : {"", "root ::= "}) {
        std::string Text = Before + times(Piece, 2'000);
        GrammarStatistics Cost;
        GrammarOptions O;
        O.Statistics = &Cost;
        Parsed P(Text, Dialect, O);
        // Once, a second time from an unclosed literal on, and a few times more at
        // a line break, where the lexer asks whether terminals may hold one.
        uint64_t Breaks = uint64_t(
            std::count_if(Text.begin(), Text.end(), [](char C) { return C == '\n' || C == '\r'; }));
        EXPECT_LE(Cost.CharactersRead, 2 * Text.size() + 8 * Breaks) << Before << Piece;
        EXPECT_EQ(Cost.ParserCacheStates, 0U) << Before << Piece;
      }
}

TEST(GrammarWork, AClassOfManyMembersIsSorted) {
  // Descending, and no two adjacent: a set kept in order member by member would
  // take the square of their number.
  std::string Text = "root ::= [";
  for (uint32_t C = 0x10FFF0; C > 0x20000; C -= 4) {
    char Buffer[16];
    std::snprintf(Buffer, sizeof Buffer, "\\U%08X", C);
    Text += Buffer;
  }
  Parsed P(Text + "]");
  ASSERT_TRUE(P.Module) << printText(P.Diags);
  const ir::Module &M = *P.Module;
  EXPECT_EQ(M.classSet(M.rule(M.start()).Body).ranges().size(), (0x10FFF0U - 0x20000U) / 4);
}

TEST(GrammarWork, ManyRules) {
  std::string Text = "root ::= r0\n";
  for (int I = 0; I != 20'000; ++I)
    Text += "r" + std::to_string(I) + " ::= \"x\" | r" + std::to_string((I + 1) % 20'000) + "\n";
  GrammarStatistics Cost;
  GrammarOptions O;
  O.Statistics = &Cost;
  Parsed P(Text, GrammarDialect::Gbnf, O);
  ASSERT_TRUE(P.Module) << printText(P.Diags);
  EXPECT_EQ(P.Module->ruleCount(), 20'001U);
  EXPECT_EQ(Cost.Rules, 20'001U);
  EXPECT_EQ(Cost.Lexemes, 3U + 20'000 * 5);
}

//===- Caches -------------------------------------------------------------===//

/// Pieces of grammars and of nonsense in random order.
static std::string randomText(std::mt19937 &Random) {
  static const char *Pieces[] = {
      "root",  " ::= ", "\n", "|",   "(", ")",  "\"a\"", "\"",       "[a-z]",
      "[",     "]",     "^",  "{2,", "}", "*",  "+",     "?",        ".",
      "<[1]>", "<",     ">",  "!",   "#", "\\", "\\x41", "\xC3\xA9", "\xF0\x9F\x98\x80",
      ",",     "=",     "'",  " ",   "\r"};
  std::string Out = "root ::= ";
  for (uint32_t N = uint32_t(Random() % 40); N; --N)
    Out += Random() % 8 ? std::string(Pieces[Random() % std::size(Pieces)])
                        : std::string(1, char(Random() % 128));
  return Out;
}

TEST(GrammarCaches, DoNotGrowWithUse) {
  std::mt19937 Random(1);
  GrammarStatistics Cost;
  GrammarOptions O;
  O.Statistics = &Cost;
  auto Run = [&](int Count) {
    for (int I = 0; I != Count; ++I)
      Parsed P(randomText(Random), I % 2 ? GrammarDialect::Gbnf : GrammarDialect::Ebnf, O);
    malloc_trim(0);
    return mallinfo2().uordblks;
  };
  Run(5000);
  uint64_t States = Cost.LexerCacheStates;
  EXPECT_GT(States, 10U);
  EXPECT_LT(States, 150U);
  size_t Before = Run(100);
  size_t After = Run(10'000);
  EXPECT_LE(Cost.LexerCacheStates, States + 10);
  EXPECT_EQ(Cost.ParserCacheStates, 0U);
  EXPECT_LT(After, Before + 64 * 1024);
}

//===- Threads ------------------------------------------------------------===//

TEST(GrammarThreads, ParseAtOnce) {
  std::vector<std::thread> Threads;
  std::vector<std::string> Results(8);
  for (size_t T = 0; T != Results.size(); ++T)
    Threads.emplace_back([&, T] {
      std::mt19937 Random(7);
      for (int I = 0; I != 300; ++I) {
        Parsed P(randomText(Random));
        Results[T] += P.names() + "/" + P.body() + "\n";
      }
    });
  for (std::thread &T : Threads)
    T.join();
  for (const std::string &R : Results)
    EXPECT_EQ(R, Results[0]);
}
