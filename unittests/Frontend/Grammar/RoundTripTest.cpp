//===- RoundTripTest.cpp - Random grammars, written and read --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A generator makes a module and, with every freedom the language leaves (escapes,
// blanks, comments, line breaks, useless parentheses), its text. Reading the text
// must give the module back.
//
//===----------------------------------------------------------------------===//
#include "GrammarTestSupport.h"

#include "weir/Support/Utf8.h"

#include <gtest/gtest.h>

#include <random>

using namespace weir;
using namespace weir::grammar;
using namespace weir::grammar::test;
using ir::ExprId;

namespace {

/// An expression and a text for it.
struct Written {
  ExprId Expr;
  std::string Text;
};

class Generator {
public:
  Generator(uint32_t Seed, GrammarDialect Dialect) : Random(Seed), Dialect(Dialect) {}

  std::string run() {
    uint32_t Count = 1 + below(5);
    for (uint32_t I = 0; I != Count; ++I)
      Rules.push_back(M.addRule(I == 0 ? "root" : ruleName(I)));
    M.setStart(Rules[0]);
    std::string Text = chance(3) ? "# a comment\n\n" : "";
    for (ir::RuleId R : Rules) {
      Depth = 0;
      Written W = expression(4);
      M.rule(R).Body = W.Expr;
      Text += std::string(below(3), ' ') + M.rule(R).Name + blank() + "::=" + blank() + W.Text +
              blank() + (chance(5) ? "# end \" [ (" : "") + (chance(2) ? "\n" : "\r\n\n");
    }
    return Text;
  }

  ir::Module M;

private:
  uint32_t below(uint32_t N) { return uint32_t(Random() % N); }
  bool chance(uint32_t N) { return below(N) == 0; }
  bool isEbnf() const { return Dialect == GrammarDialect::Ebnf; }

  std::string ruleName(uint32_t I) {
    static const char *Gbnf[] = {"item", "a-b", "X_1", "7", "-"};
    static const char *Ebnf[] = {"item", "a.b", "X_1", "_7", "-"};
    return isEbnf() ? Ebnf[I] : Gbnf[I];
  }
  /// Blanks where a line break is allowed inside parentheses (or anywhere in EBNF).
  std::string blank() {
    if ((Depth > 0 || isEbnf()) && chance(8))
      return chance(2) ? "\n " : " # note )\n ";
    return std::string(below(3), chance(4) ? '\t' : ' ');
  }
  std::string space() { return " " + blank(); }

  uint32_t scalar() {
    switch (below(6)) {
    case 0:
      return below(0x20);
    case 1:
      return 0xA0 + below(0x700);
    case 2:
      return 0x1F600 + below(64);
    default:
      return 0x20 + below(0x5F);
    }
  }
  std::string hex(uint32_t V, int Digits) {
    char Buffer[16];
    std::snprintf(Buffer, sizeof Buffer, chance(2) ? "%0*x" : "%0*X", Digits, V);
    return Buffer;
  }
  /// A character as it may stand in a literal or class.
  std::string spell(uint32_t C, bool InClass) {
    if (chance(4))
      return "\\U" + hex(C, 8);
    if (C <= 0xFFFF && chance(4))
      return "\\u" + hex(C, 4);
    if (C == '\n')
      return "\\n";
    if (C == '\t')
      return chance(2) ? "\\t" : "\t";
    if (C == '\r')
      return "\\r";
    if (C < 0x20)
      return "\\u" + hex(C, 4);
    if (C == '\\')
      return "\\\\";
    if (C == '"')
      return InClass && chance(2) ? "\"" : "\\\"";
    if (InClass && (C == ']' || C == '[' || C == '-' || C == '^'))
      return isEbnf() && chance(2) ? std::string("\\") + char(C) : "\\u" + hex(C, 4);
    std::string Out;
    appendUtf8(Out, C);
    return Out;
  }

  Written literal() {
    std::string Bytes, Text = "\"";
    for (uint32_t N = below(5); N; --N) {
      uint32_t C = scalar();
      appendUtf8(Bytes, C);
      Text += spell(C, false);
    }
    return {M.lit(Bytes), Text + "\""};
  }
  Written charClass() {
    CodePointSet Set;
    bool Negated = chance(3);
    std::string Text = Negated ? "[^" : "[";
    for (uint32_t N = 1 + below(4); N; --N) {
      uint32_t First = scalar(), Last = chance(2) ? First + below(30) : First;
      if (!isScalar(Last))
        Last = First;
      Set.add(First, Last);
      Text += spell(First, true);
      if (First != Last)
        Text += "-" + spell(Last, true);
    }
    if (chance(8)) {
      Set.add('-');
      Text += "-";
    }
    return {M.cls(Negated ? Set.complement() : Set), Text + "]"};
  }
  Written item() {
    switch (below(8)) {
    case 0:
    case 1:
      return charClass();
    case 2:
    case 3: {
      ir::RuleId R = Rules[below(uint32_t(Rules.size()))];
      return {M.call(R), M.rule(R).Name};
    }
    case 4:
      return {M.cls(CodePointSet::all()), isEbnf() ? "[^]" : "."};
    case 5: {
      uint32_t Id = below(200'000);
      ir::TokenRef ById{Id, {}}, ByName{std::nullopt, "<|end|>"};
      switch (below(4)) {
      case 0:
        return {M.token(ById), "<[" + std::to_string(Id) + "]>"};
      case 1:
        return {M.token(ByName), "<|end|>"};
      case 2:
        return {M.anyTokenExcept({ById}), "!<[" + std::to_string(Id) + "]>"};
      default:
        return {M.anyTokenExcept({ByName}), "!<|end|>"};
      }
    }
    default:
      return literal();
    }
  }
  Written itemOrGroup(int Budget) {
    if (Budget == 0 || !chance(3))
      return item();
    ++Depth;
    Written W = expression(Budget - 1);
    W.Text = "(" + blank() + W.Text + blank() + ")";
    --Depth;
    return W;
  }
  Written quantified(int Budget) {
    Written W = itemOrGroup(Budget);
    for (uint32_t N = chance(3) ? 1 + below(2) : 0; N; --N) {
      uint32_t Min = below(4), Max = Min + below(4);
      std::string A = std::to_string(Min), B = std::to_string(Max);
      switch (below(6)) {
      case 0:
        W = {M.optional(W.Expr), W.Text + blank() + "?"};
        break;
      case 1:
        W = {M.star(W.Expr), W.Text + blank() + "*"};
        break;
      case 2:
        W = {M.plus(W.Expr), W.Text + blank() + "+"};
        break;
      case 3:
        W = {M.repeat(W.Expr, Min, Min), W.Text + blank() + "{" + A + "}"};
        break;
      case 4:
        W = {M.repeat(W.Expr, Min, ir::Unbounded), W.Text + "{ " + A + " , }"};
        break;
      default:
        W = {M.repeat(W.Expr, Min, Max), W.Text + "{" + A + "," + blank() + B + "}"};
      }
    }
    return W;
  }
  Written sequence(int Budget) {
    std::vector<ExprId> Items;
    std::string Text;
    for (uint32_t N = 1 + below(3); N; --N) {
      Written W = quantified(Budget);
      Items.push_back(W.Expr);
      Text += (Text.empty() ? "" : space()) + W.Text;
    }
    return {M.seq(Items), Text};
  }
  Written expression(int Budget) {
    std::vector<ExprId> Choices;
    std::string Text;
    uint32_t Count = chance(2) ? 1 : 1 + below(3);
    for (uint32_t I = 0; I != Count; ++I) {
      bool Empty = I > 0 && chance(8);
      Written W = Empty ? Written{M.empty(), ""} : sequence(Budget);
      // Outside parentheses the next rule would be taken for the alternative.
      Empty &= Depth > 0;
      if (W.Text.empty() && !Empty)
        W.Text = "\"\"";
      Choices.push_back(W.Expr);
      Text += (I ? blank() + "|" + blank() : "") + W.Text;
    }
    return {M.alt(Choices), Text};
  }

  std::mt19937 Random;
  GrammarDialect Dialect;
  std::vector<ir::RuleId> Rules;
  int Depth = 0;
};

} // namespace

static void roundTrip(GrammarDialect Dialect) {
  for (uint32_t Seed = 0; Seed != 1500; ++Seed) {
    Generator G(Seed, Dialect);
    std::string Text = G.run();
    Parsed P(Text, Dialect);
    ASSERT_TRUE(P.Module) << "seed " << Seed << "\n" << Text << printText(P.Diags);
    ASSERT_EQ(ir::printModule(G.M), ir::printModule(*P.Module)) << "seed " << Seed << "\n" << Text;
  }
}

TEST(GrammarRoundTrip, Gbnf) { roundTrip(GrammarDialect::Gbnf); }
TEST(GrammarRoundTrip, Ebnf) { roundTrip(GrammarDialect::Ebnf); }
