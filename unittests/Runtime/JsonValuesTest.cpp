//===- JsonValuesTest.cpp - Texts that are one value, and beginnings ------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A list of values, each in several spellings. Spellings of one value have one form,
// those of two values have two. Every beginning of a spelling may become its value: a
// no there would let a value be written twice.
//
//===----------------------------------------------------------------------===//
#include "weir/Runtime/JsonValues.h"
#include "weir/Runtime/JsonFollower.h"

#include <gtest/gtest.h>

#include <random>

using namespace weir;

namespace {

const std::vector<std::vector<std::string>> Values = {
    {"0", "-0", "0.0", "0e5", "-0.00E-3"},
    {"1", "1.0", "1e0", "10e-1", "0.1E+1", "100E-0002"},
    {"-1", "-1.0", "-1e0", "-0.1e1"},
    {"10", "1e1", "1E+01", "10.00", "0.01e3"},
    {"1.5", "15e-1", "1.50"},
    {"1e99999999999999999999", "10e99999999999999999998", "0.1e100000000000000000000"},
    {"1e-99999999999999999999", "0.1e-99999999999999999998"},
    {"12345678901234567890123", "1.2345678901234567890123e22"},
    {"true"},
    {"false"},
    {"null"},
    {R"("")"},
    {R"("a")", R"("\u0061")"},
    {R"("ab")", R"("a\u0062")", R"("\u0061b")"},
    {R"("true")"},
    {R"("/")", R"("\/")", R"("\u002F")", R"("\u002f")"},
    {R"("\n")", R"("\u000a")"},
    {"\"\xF0\x9F\x98\x80\"", R"("\ud83d\ude00")", R"("\uD83D\uDE00")"},
    {"\"\xC3\xA9\"", R"("\u00e9")"},
    {"[]", "[ ]"},
    {"[1]", "[1.0]", "[ 1e0 ]"},
    {"[1,2]", "[ 1.0 , 2 ]", "[1,20e-1]"},
    {"[2,1]"},
    {"[12]"},
    {"[[1],2]", "[[1.0], 2]"},
    {"[[1,2]]"},
    {R"(["s1:a"])"},
    {R"(["a"])", R"(["\u0061"])"},
    {"{}", "{ }"},
    {R"({"a":1,"b":2})", R"({"b":2,"a":1})", R"({"\u0062": 2.0, "a":1e0})"},
    {R"({"a":2,"b":1})"},
    {R"({"a":1})", R"({ "a" : 1.0 })"},
    {R"({"a":1,"b":2,"c":[{"x":null}]})", R"({"c":[{"x":null}],"b":2,"a":1})"},
    {R"({"a":"1"})"},
    {R"({"ab":1})"},
    // The size of a key behind a number, which ends in digits.
    {R"({"a":10,"bcds10:uvwxyz":1})"},
    {R"({"a":1e11,"bcd":"uvwxyzn1e0"})"},
};

TEST(JsonValuesTest, OneFormForEachValue) {
  for (size_t A = 0; A < Values.size(); ++A)
    for (size_t B = 0; B < Values.size(); ++B)
      for (const std::string &X : Values[A])
        for (const std::string &Y : Values[B])
          EXPECT_EQ(JsonTree(X).form() == JsonTree(Y).form(), A == B) << X << " and " << Y;
}

TEST(JsonValuesTest, FormsHaveTexts) {
  for (const std::vector<std::string> &Spellings : Values)
    for (const std::string &X : Spellings)
      EXPECT_EQ(JsonTree(textOfForm(JsonTree(X).form())).form(), JsonTree(X).form()) << X;
  EXPECT_EQ(textOfForm(JsonTree("[1 2]").form()), "[1 2]");
}

TEST(JsonValuesTest, EveryBeginningMayBecomeItsValue) {
  for (const std::vector<std::string> &Spellings : Values)
    for (const std::string &X : Spellings)
      for (const std::string &Y : Spellings) {
        const JsonTree Value(Y);
        for (size_t Size = 0; Size <= X.size(); ++Size)
          EXPECT_TRUE(JsonTree(std::string_view(X).substr(0, Size)).mayBecome(Value))
              << X.substr(0, Size) << " becomes " << Y;
      }
}

TEST(JsonValuesTest, WhatDiffersCannotBecomeEqual) {
  const std::pair<const char *, const char *> Pairs[] = {
      {"2", "1"},
      {"-", "1"},
      {"12", "13"},
      {"\"b", "\"a\""},
      {"\"aa", "\"a\""},
      {"\"\\u0062", "\"a\""},
      {"tr", "null"},
      {"[", "{}"},
      {"[1,", "[1]"},
      {"[2", "[1]"},
      {"[1,2", "[1,3]"},
      {"[[", "[1]"},
      {"{\"b", "{\"a\":1}"},
      {"{\"a\":2", "{\"a\":1}"},
      {"{\"a\":1,", "{\"a\":1}"},
      {"{\"a\":1,\"c", "{\"a\":1,\"b\":2}"},
      {"{\"a\":[1,", "{\"a\":[1]}"},
      {"1", "\"1\""},
  };
  for (const auto &[Begun, Value] : Pairs)
    EXPECT_FALSE(JsonTree(Begun).mayBecome(JsonTree(Value))) << Begun << " and " << Value;
}

TEST(JsonValuesTest, TextsThatAreNoValuesAreThemselves) {
  for (const char *Text :
       {"", "a", "[1 2]", "{\"a\"}", "{1:2}", "\"\\x\"", "tru ", "1-2", "[1],"}) {
    EXPECT_EQ(JsonTree(Text).form(), "!" + std::string(Text));
    EXPECT_TRUE(JsonTree("").mayBecome(JsonTree(Text)));
    EXPECT_TRUE(JsonTree(Text).mayBecome(JsonTree(Text))) << Text;
  }
  EXPECT_NE(JsonTree("[1 2]").form(), JsonTree("[1  2]").form());
}

TEST(JsonValuesTest, EscapesThatAreCutShort) {
  const JsonTree Value("{\"o\xC3\xA9\":\"a\xC3\xA9\xF0\x9D\x84\x9E\\\\\"}");
  for (const char *Begun :
       {"{\"\\", "{\"\\u", "{\"\\u006", "{\"o\\u00", "{\"o\\u00E", "{\"o\\u00e9\":\"\\u00",
        "{\"o\\u00e9\":\"a\\u00E9\\uD8", "{\"o\\u00e9\":\"a\\u00E9\\ud834\\uDd1",
        "{\"o\\u00e9\":\"a\\u00E9\\ud834\\uDd1e\\", "{\"o\\u00e9\":\"a\\u00E9\\ud834\\uDd1e\\u005"})
    EXPECT_TRUE(JsonTree(Begun).mayBecome(Value)) << Begun;
  for (const char *Begun :
       {"{\"\\u1", "{\"\\u007", "{\"o\\u00d", "{\"o\\u00e9\":\"\\ud",
        "{\"o\\u00e9\":\"a\\u00E9\\uD9", "{\"o\\u00e9\":\"a\\u00E9\\ud834\\uDd2",
        "{\"o\\u00e9\":\"a\\u00E9\\ud834\\uDd1e\\\\\\", "{\"o\\u00e9\\"})
    EXPECT_FALSE(JsonTree(Begun).mayBecome(Value)) << Begun;
}

/// A follower's answers after each byte of `Begun`, against two trees that are read anew.
void expectFollows(const std::string &Begun, const std::string &Whole) {
  const JsonTree Value(Whole);
  JsonFollower F(Value);
  bool WasDead = false;
  for (size_t Size = 0; Size <= Begun.size(); ++Size) {
    if (Size > 0)
      F.feed(Begun[Size - 1]);
    const std::string_view Part = std::string_view(Begun).substr(0, Size);
    if (!F.isUnsure()) {
      EXPECT_EQ(F.mayBecome(), JsonTree(Part).mayBecome(Value)) << Part << " and " << Whole;
      EXPECT_EQ(F.isEqual(), JsonTree(Part).form() == Value.form()) << Part << " and " << Whole;
    }
    const ByteSet Next = F.next();
    for (char C : std::string_view("{}[],:\"ab\\u0 12.e-tn/x\xC3"))
      if (!Next.contains(uint8_t(C))) {
        JsonFollower Further = F;
        Further.feed(C);
        EXPECT_FALSE(Further.mayBecome() || Further.isUnsure()) << Part << C << " and " << Whole;
      }
    EXPECT_FALSE(WasDead && !F.isDead()) << Part;
    EXPECT_FALSE(F.isDead() && F.mayBecome()) << Part;
    WasDead = F.isDead();
  }
}

TEST(JsonFollowerTest, SaysWhatTreesSay) {
  std::vector<std::string> Texts = {"",     "a",          "[1 2]",        "{\"a\"}", "{1:2}",
                                    "1-2",  "\"\\x\"",    "\"\\ud83dx\"", "[1],",    " [ ] ",
                                    "[1,]", "{\"a\":1,}", "[,1]",         "tru ",    "truefalse"};
  for (const std::vector<std::string> &Spellings : Values)
    Texts.insert(Texts.end(), Spellings.begin(), Spellings.end());
  for (const std::string &X : Texts)
    for (const std::string &Y : Texts)
      expectFollows(X, Y);
}

TEST(JsonFollowerTest, SaysWhatTreesSayOfDamagedTexts) {
  std::mt19937 Random(7);
  const std::string_view Bytes = "{}[],:\"ab\\u0061 12.e-tn";
  for (const std::vector<std::string> &Spellings : Values)
    for (const std::string &X : Spellings)
      for (int N = 0; N < 200; ++N) {
        std::string Y = X;
        for (unsigned K = Random() % 3 + 1; K-- > 0 && !Y.empty();)
          switch (size_t At = Random() % Y.size(); Random() % 3) {
          case 0:
            Y[At] = Bytes[Random() % Bytes.size()];
            break;
          case 1:
            Y.erase(At, 1);
            break;
          default:
            Y.insert(At, 1, Bytes[Random() % Bytes.size()]);
          }
        expectFollows(Y, X);
        expectFollows(X, Y);
      }
}

TEST(JsonFollowerTest, KnowsWhatGoesOnWithinStrings) {
  const JsonTree Value(R"({"ab":"xy","ac":[1]})");
  JsonFollower F(Value);
  auto feed = [&](std::string_view Text) {
    for (char C : Text)
      F.feed(C);
    return F.next();
  };
  ByteSet Wanted = ByteSet::of('b');
  Wanted.insert('c');
  Wanted.insert('\\');
  EXPECT_EQ(feed(R"({ "a)"), Wanted);
  EXPECT_EQ(feed(R"(b": )"), ByteSet::all());
  Wanted = ByteSet::of('y');
  Wanted.insert('\\');
  EXPECT_EQ(feed(R"("x)"), Wanted);
  EXPECT_EQ(feed("x"), ByteSet());
}

// A key that comes twice has no place in the value: whoever asks must compare whole texts.
TEST(JsonFollowerTest, KeysThatComeTwiceAreNotFollowed) {
  const JsonTree Value(R"({"a":1,"b":2})");
  JsonFollower F(Value);
  for (char C : std::string_view(R"({"a":1, "a")"))
    F.feed(C);
  EXPECT_TRUE(F.isUnsure());
}

} // namespace
