//===- LanguageTest.cpp - The texts that grammars accept ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tables of grammars with texts they accept and refuse, decided by the oracle, and
// the example grammars with texts of theirs.
//
//===----------------------------------------------------------------------===//
#include "GrammarTestSupport.h"

#include "weir/Oracle/Equivalence.h"
#include "weir/Oracle/Recognizer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace weir;
using namespace weir::grammar;
using namespace weir::grammar::test;
using oracle::Answer;

namespace {
struct Case {
  const char *Grammar;
  std::vector<std::string> Accepted, Rejected;
};
} // namespace

static void check(const Parsed &P, const std::vector<std::string> &Accepted,
                  const std::vector<std::string> &Rejected) {
  ASSERT_TRUE(P.Module) << printText(P.Diags);
  oracle::Recognizer R(*P.Module);
  for (const std::string &T : Accepted)
    EXPECT_EQ(R.accepts(T), Answer::Yes) << P.Sources.text(P.File) << "\ntext: " << T;
  for (const std::string &T : Rejected)
    EXPECT_EQ(R.accepts(T), Answer::No) << P.Sources.text(P.File) << "\ntext: " << T;
}

TEST(GrammarLanguage, FeaturesOfBothDialects) {
  const Case Cases[] = {
      {R"(root ::= "ab" | "a" "c")", {"ab", "ac"}, {"", "a", "abc", "b"}},
      {R"(root ::= "a" ("b" | "c") "d")", {"abd", "acd"}, {"ad", "abcd"}},
      {R"(root ::= [a-c]+)", {"a", "abccba"}, {"", "d", "abd"}},
      {R"(root ::= [^a-c])",
       {"d", "A", "\n", "\xC3\xA9", "\xF0\x9F\x98\x80"},
       {"", "a", "b", "dd", "\xC3", "\xE9", "\xED\xA0\x80", "\xC0\x80"}},
      {R"(root ::= [\u00e0-\u00ff]?)", {"", "\xC3\xA0", "\xC3\xA9"}, {"a", "\xE9", "\xC3"}},
      {R"(root ::= "x"*)", {"", "x", "xxx"}, {"y", "xy"}},
      {R"(root ::= "xy"?)", {"", "xy"}, {"x", "y", "xyxy"}},
      {R"(root ::= "x"{2})", {"xx"}, {"", "x", "xxx"}},
      {R"(root ::= "x"{2,})", {"xx", "xxxxx"}, {"", "x"}},
      {R"(root ::= "x"{1,3} "x")", {"xx", "xxx", "xxxx"}, {"", "x", "xxxxx"}},
      {R"(root ::= ("x"{2}){2} )", {"xxxx"}, {"xx", "xxx", "xxxxx"}},
      {R"(root ::= "x"{0})", {""}, {"x"}},
      {R"x(root ::= "(" root ")" | "")x", {"", "()", "((()))"}, {"(", ")(", "(()"}},
      {R"(root ::= root "+" [0-9] | [0-9])", {"1", "1+2", "1+2+3"}, {"", "+", "1+", "12"}},
      {R"(root ::= root root | "a")", {"a", "aa", "aaaaa"}, {"", "b"}},
      {"root ::= (\"list\" | \"listen\") \"ed\"", {"listed", "listened"}, {"list", "listen"}},
      {"root ::= a b\na ::= \"1\"\nb ::= a \"2\"", {"112"}, {"12", "1122"}},
      {R"(root ::= "\x41\u00e9\U0001F600\n")", {"A\xC3\xA9\xF0\x9F\x98\x80\n"}, {"A"}},
  };
  for (const Case &C : Cases) {
    check(Parsed(C.Grammar), C.Accepted, C.Rejected);
    check(ParsedEbnf(C.Grammar), C.Accepted, C.Rejected);
  }
}

TEST(GrammarLanguage, FeaturesOfGbnf) {
  const Case Cases[] = {
      {"root ::= .", {"a", "\n", "\xE2\x82\xAC"}, {"", "ab", "\xE2\x82", "\x80", "\xFF"}},
      {"root ::= [a-c-e]", {"a", "b", "c", "-", "e"}, {"d"}},
      {"root ::= (\n \"a\"\n |\n \"b\"\n)", {"a", "b"}, {"ab"}},
      {"root ::= \"a\" |\n \"b\"", {"a", "b"}, {"ab"}},
      {"root ::= \"a\n\"", {"a\n"}, {"a"}},
      {"root ::= | \"a\"", {"", "a"}, {"aa"}},
      {"root ::= \"a\"*?+", {"", "a", "aa"}, {"b"}},
      {"root ::= \"a\"{2}+", {"aa", "aaaa"}, {"", "a", "aaa"}},
  };
  for (const Case &C : Cases)
    check(Parsed(C.Grammar), C.Accepted, C.Rejected);
}

TEST(GrammarLanguage, FeaturesOfEbnf) {
  const Case Cases[] = {
      {"root ::= [^]*", {"", "a\n\xE2\x82\xAC"}, {"\x80"}},
      {"root ::= \"a\"\n | \"b\"\n \"c\"", {"a", "bc"}, {"b", "ac"}},
      {"root ::= x.y\nx.y ::= \"\\e\\x2764\"", {"\x1B\xE2\x9D\xA4"}, {"\x1B"}},
  };
  for (const Case &C : Cases)
    check(ParsedEbnf(C.Grammar), C.Accepted, C.Rejected);
}

TEST(GrammarLanguage, Tokens) {
  Parsed P("root ::= <[1000]> !<[1001]>* <[1001]> \"ok\"");
  ASSERT_TRUE(P.Module) << printText(P.Diags);
  oracle::Recognizer R(*P.Module);
  auto Token = [](uint32_t Id) { return oracle::Symbol::token(Id); };
  std::vector<oracle::Symbol> Text = {Token(1000), Token(7), Token(1000), Token(1001)};
  EXPECT_EQ(R.accepts(Text), Answer::No);
  for (oracle::Symbol S : oracle::symbols("ok"))
    Text.push_back(S);
  EXPECT_EQ(R.accepts(Text), Answer::Yes);
  Text.erase(Text.begin());
  EXPECT_EQ(R.viablePrefix(Text), Answer::No);
}

//===- The examples -------------------------------------------------------===//

static std::string readFile(const std::filesystem::path &Path) {
  std::ifstream In(Path, std::ios::binary);
  EXPECT_TRUE(In) << Path;
  std::stringstream Out;
  Out << In.rdbuf();
  return Out.str();
}

static void checkExample(const char *Name, const std::vector<std::string> &Accepted,
                         const std::vector<std::string> &Rejected) {
  const char *Root = std::getenv("WEIR_TEST_SOURCE_DIR");
  std::filesystem::path Path =
      std::filesystem::path(Root ? Root : ".") / "examples/grammars" / Name;
  bool Ebnf = Path.extension() == ".ebnf";
  check(Parsed(readFile(Path), Ebnf ? GrammarDialect::Ebnf : GrammarDialect::Gbnf), Accepted,
        Rejected);
}

TEST(GrammarExamples, Arithmetic) {
  checkExample("arithmetic.gbnf", {"1", "-2.5*(3+4)/x", "1 + 2 - 3", "((1))", "2^3^4", "f(1, 2)"},
               {"", "1+", "(1", "1 2", "01", "1..2"});
}
TEST(GrammarExamples, Json) {
  checkExample("json.gbnf",
               {"{}", "[]", R"({"a": [1, -2.5e+10, true, null], "\u00e9\n": "x"})", "\"x\"", "0",
                "[[[]]]", "{\n  \"a\": 1\n}"},
               {"", "{", "{a: 1}", "[1,]", "01", "\"\t\"", "\"\\x\"", "nul", "[1 2]"});
}
TEST(GrammarExamples, CLike) {
  checkExample("c-like.gbnf",
               {"int main() { return 0; }",
                "int f(int a, char b) { a = b + 1; if (a < b) { g(); } }",
                "int f() { int x = 1; while (x != 10) { x = x * 2; } return x; }"},
               {"", "main() { }", "int main() { return 0 }", "int main() {", "int 1f() { }"});
}
TEST(GrammarExamples, Chess) {
  checkExample(
      "chess.gbnf",
      {"1. e4 e5\n", "1. e4 e5\n2. Nf3 Nc6\n3. Bb5 a6\n4. O-O exd5+\n", "1. e8=Q# O-O-O\n"},
      {"", "1. e4\n", "1. e9 e5\n", "2. e4 e5\n", "1. e4 e5"});
}
TEST(GrammarExamples, ListOfItems) {
  checkExample("list.gbnf", {"- milk\n", "- a\n- b\n"}, {"", "-milk\n", "- \n", "- a"});
}
TEST(GrammarExamples, Thinking) {
  const char *Root = std::getenv("WEIR_TEST_SOURCE_DIR");
  Parsed P(readFile(std::filesystem::path(Root ? Root : ".") / "examples/grammars/thinking.gbnf"));
  ASSERT_TRUE(P.Module) << printText(P.Diags);
}
TEST(GrammarExamples, SqlSelect) {
  checkExample("sql-select.ebnf",
               {"SELECT * FROM t", "SELECT a, t.b AS c FROM t WHERE a = 1 AND NOT (b < 'x''y')",
                "SELECT COUNT(*) FROM t JOIN u ON t.id = u.id GROUP BY a ORDER BY a DESC LIMIT 10"},
               {"", "SELECT", "SELECT FROM t", "select * from t", "SELECT * FROM t WHERE",
                "SELECT * FROM t LIMIT x"});
}
TEST(GrammarExamples, Dates) {
  checkExample("date-time.ebnf", {"2024-02-29T12:30:00Z", "1999-12-31T23:59:60.5+02:00"},
               {"2024-13-01T00:00:00Z", "2024-02-29", "2024-02-29T24:00:00Z"});
}
