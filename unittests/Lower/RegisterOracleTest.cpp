//===- RegisterOracleTest.cpp - Masks of objects and arrays with registers --------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "OracleCheck.h"

using namespace weir;

namespace {

class RegisterOracle : public testing::Test {
protected:
  /// Compares masks over two vocabularies of the letters and longer pieces.
  static bool check(const std::string &Text, std::string_view Letters,
                    std::vector<std::string> Extra = {}, CheckOptions O = {}) {
    std::optional<ir::Module> M = parseText(Text);
    // Completions are found greedily, which counters lead astray.
    O.Completions = false;
    for (unsigned Seed = 1; M && Seed <= 2; ++Seed) {
      O.Seed = Seed;
      if (!checkMasks(*M, toyVocabulary(Letters, Seed, Extra, 60), O)) {
        ADD_FAILURE() << Text;
        return false;
      }
    }
    return M.has_value();
  }
  /// The names of what lowering reports.
  static std::string names(const std::string &Text) {
    std::optional<ir::Module> M = parseText(Text);
    if (!M)
      return "";
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    auto G = lower(*M, {}, Diags);
    std::string Out;
    for (const Diagnostic &D : Diags.diagnostics())
      Out += (Out.empty() ? "" : " ") + std::string(diagName(D.Id));
    return Out;
  }
  static std::string object(const std::string &Members) {
    return "start @s\nrule @s = seq(lit \"{\", members<escapes=" +
           std::string(Members.find("escapes=any") == Members.npos ? "canonical" : "any") +
           (Members[0] == '>' ? "" : ", ") + Members + "), lit \"}\")\n";
  }
  static std::string array(const std::string &Elements, const std::string &Rules) {
    return "start @s\nrule @s = seq(lit \"[\", elements<" +
           std::string(Elements[0] == '>' ? "min=0" : "") + Elements + "), lit \"]\")\n" + Rules;
  }
};

//===- What a lenient compilation leaves out ------------------------------===//

// The masks are those of the same grammar without what is left out.
TEST_F(RegisterOracle, WhatIsLeftOutLeavesExactMasks) {
  CheckOptions O;
  O.Lower.MaxUnrolled = 60;
  O.Lower.MaxProduct = 30;
  O.Lower.Lenient = true;
  auto compare = [&](const std::string &Name, const std::string &Text, const std::string &Wider,
                     std::string_view Letters, const std::vector<std::string> &Extra) {
    std::optional<ir::Module> M = parseText(Text), W = parseText(Wider);
    ASSERT_TRUE(M && W);
    SourceManager Sources;
    DiagnosticEngine Diags(Sources), Strictly(Sources);
    ASSERT_NE(lower(*M, O.Lower, Diags), nullptr) << printText(Diags);
    ASSERT_FALSE(Diags.diagnostics().empty()) << Text;
    for (const Diagnostic &D : Diags.diagnostics()) {
      EXPECT_EQ(diagName(D.Id), Name);
      EXPECT_EQ(D.Level, Severity::Warning);
    }
    LowerOptions Strict = O.Lower;
    Strict.Lenient = false;
    EXPECT_EQ(lower(*M, Strict, Strictly), nullptr) << Text;
    for (O.Seed = 1; O.Seed <= 3; ++O.Seed)
      EXPECT_TRUE(checkMasks(*M, toyVocabulary(Letters, O.Seed, Extra, 60), O, &*W)) << Text;
  };
  const std::string Start = "start @s\nrule @s = ", Any = "class [\\u{0}-\\u{10ffff}]";
  // Bounds of a repetition that may both go on and end.
  compare("repeat-ambiguous",
          Start + "seq(repeat<0,*>(lit \"a\"), repeat<2,5000>(lit \"a\"), lit \"b\")\n",
          Start + "seq(repeat<1,*>(lit \"a\"), lit \"b\")\n", "abc", {"aab"});
  compare("repeat-ambiguous",
          Start + "alt(seq(repeat<0,*>(lit \"a\"), repeat<2,5000>(seq(lit \"a\", repeat<0,90>(lit "
                  "\"b\"))), lit \"c\"), repeat<2,100>(lit \"d\"))\n",
          Start + "alt(seq(repeat<1,*>(seq(lit \"a\", repeat<0,*>(lit \"b\"))), lit \"c\"), "
                  "repeat<1,*>(lit \"d\"))\n",
          "abcd", {"aab", "ddd"});
  // A string's pattern; its length stays.
  const std::string Long = "seq(repeat<0,*>(class [a b]), lit \"a\", repeat<6,6>(class [a b]))";
  compare("product-budget",
          Start + "json_string(and(" + Long + ", not(lit \"b\"), repeat<2,9>(" + Any + ")))\n",
          Start + "json_string(repeat<2,9>(" + Any + "))\n", "ab\"\\u0", {"ab\"", "\\u00"});
  compare("product-budget",
          Start + "seq(lit \"<\", and(" + Long + ", not(lit \"b\")), lit \">\")\n",
          Start + "seq(lit \"<\", repeat<1,*>(" + Any + "), lit \">\")\n", "ab<>", {"b>"});
  // What keys are; named ones stay apart, and so do those that are there already.
  for (const std::string Escapes : {"canonical", "any"}) {
    const std::string Head = "escapes=" + Escapes +
                             ", min=2>(separator: lit \",\", optional \"a\": lit \":1\", free<1> ";
    std::string Keys = "alt(lit \"x\"";
    for (char C = 'a'; C <= 'h'; ++C)
      Keys += std::string(", lit \"") + C + "abcdefgh" + C + "\"";
    compare("liveness-unproved", object(Head + Keys + "): lit \":2\""),
            object(Head + "repeat<0,*>(" + Any + "): lit \":2\""), "{}\":,12ab\\u06",
            {"\"a", "\":2", ",\"", "\"b"});
  }
}

//===- Members ------------------------------------------------------------===//

TEST_F(RegisterOracle, FreeMembersThatMustOccur) {
  for (std::string Order : {"declared", "any"}) {
    check(object("order=" + Order +
                 ">(separator: lit \",\", optional \"a\": lit \":1\", "
                 "free<2> repeat<1,*>(class [a b]): lit \":2\""),
          "{}\":,12ab", {"\"a", "\":2", ",\"", "\"b\":2,"});
    check(object("order=" + Order +
                 ", min=2, max=3>(separator: lit \",\", required \"a\": lit \":1\", "
                 "optional \"c\": lit \":1\", "
                 "free<1> repeat<1,*>(class [a b]): lit \":2\", "
                 "free<1> repeat<1,*>(class [b c]): lit \":3\""),
          "{}\":,123abc", {"\"a", "\":2", ",\"", "\"b\":2,"});
  }
}

TEST_F(RegisterOracle, FreeMembersThatOverlap) {
  check(object(">(separator: lit \",\", free seq(lit \"a\", repeat<0,*>(class [a b])): lit \":1\", "
               "free<1> seq(repeat<0,*>(class [a b]), lit \"b\"): alt(lit \":1\", lit \":2\")"),
        "{}\":,12ab", {"\"a", "\":1", ",\"", "b\":1,"});
}

TEST_F(RegisterOracle, FinitelyManyKeys) {
  for (std::string Order : {"declared", "any"})
    for (std::string Escapes : {"canonical", "any", "ascii", "any-ascii"}) {
      std::string Head = "order=" + Order + ", escapes=" + Escapes;
      check(object(Head + ", min=2>(separator: lit \",\", optional \"ab\": lit \":1\", "
                          "free seq(class [a b], class [a b]): lit \":2\""),
            "{}\":,12ab\\u06", {"\"a", "\":2", ",\"", "\\u0061", "\"b"});
    }
  // Few keys beyond ASCII, one of them named.
  for (std::string Escapes : {"canonical", "ascii", "any-ascii"})
    check(object("order=any, escapes=" + Escapes +
                 ", min=3>(separator: lit \",\", optional \"\\u{e9}\": lit \":1\", "
                 "free class [\\u{e8}-\\u{ea} a]: lit \":2\""),
          "{}\":,126aA\\u0eE89\xA8\xA9\xAA", {"\\u00e", "\":2,\"", "\xC3\xA9", "\xC3"});
  // Two of them share keys; together there are four.
  check(object("order=any, min=3>(separator: lit \",\", free class [a b c]: lit \":1\", "
               "free class [c d]: lit \":2\""),
        "{}\":,12abcd", {"\":1", ",\"", "\"c\":1,"});
}

// Against unions of objects in which the members that are read as those are named.
TEST_F(RegisterOracle, MembersThatMustOccurAmongFewKeysThatOthersTake) {
  using Keys = std::vector<std::string>;
  auto compare = [&](const std::string &Head, const std::string &Members, const Keys &All,
                     const std::vector<Keys> &Sets, const std::string &Optional = "") {
    std::string Reference = "start @s\nrule @s = alt(never";
    for (size_t I = 0; I < Sets.size(); ++I)
      Reference += ", call @o" + std::to_string(I);
    Reference += ")\n";
    for (size_t I = 0; I < Sets.size(); ++I) {
      Reference += "rule @o" + std::to_string(I) + " = seq(lit \"{\", members<order=any" + Head +
                   ">(separator: lit \",\"" + Optional;
      for (const std::string &K : All)
        Reference +=
            std::string(", ") +
            (std::count(Sets[I].begin(), Sets[I].end(), K) ? "required \"" : "optional \"") + K +
            "\": lit \":2\"";
      Reference += "), lit \"}\")\n";
    }
    const std::string Text =
        object("order=any" + Head + ">(separator: lit \",\"" + Optional + Members);
    std::optional<ir::Module> M = parseText(Text), R = parseText(Reference);
    ASSERT_TRUE(M && R);
    CheckOptions O;
    O.Completions = false;
    for (O.Seed = 1; O.Seed <= 2; ++O.Seed)
      EXPECT_TRUE(
          checkMasks(*M,
                     toyVocabulary("{}\":,2abcd", O.Seed,
                                   {"\"a", "\":2", ",\"", "\"b\":2,", "\"c\":2", "b\":2}"}, 60),
                     O, &*R))
          << Text;
  };
  for (const std::string Head : {"", ", escapes=any", ", max=3"}) {
    compare(Head, ", free<1> class [a b]: lit \":2\", free class [a b c]: lit \":2\"",
            {"a", "b", "c"}, {{"a"}, {"b"}});
    // One key may serve either.
    compare(Head,
            ", free<1> class [a b]: lit \":2\", free<1> class [b c]: lit \":2\", "
            "free class [a b c]: lit \":2\"",
            {"a", "b", "c"}, {{"a", "b"}, {"a", "c"}, {"b", "c"}}, ", optional \"d\": lit \":2\"");
    compare(Head,
            ", free<2> seq(class [a b], class [a b]): lit \":2\", "
            "free<1> seq(class [a b c d], lit \"b\"): lit \":2\"",
            {"aa", "ba", "bb", "cb", "db"},
            {{"aa", "ba", "bb"},
             {"aa", "ba", "cb"},
             {"aa", "ba", "db"},
             {"aa", "bb", "cb"},
             {"aa", "bb", "db"},
             {"ba", "bb", "cb"},
             {"ba", "bb", "db"}},
            ", optional \"ab\": lit \":2\"");
  }
}

TEST_F(RegisterOracle, KeysOfAPatternAndALength) {
  const std::string Any = "class [\\u{0}-\\u{10ffff}]";
  for (std::string Escapes : {"canonical", "any"}) {
    const std::string Head = "order=any, escapes=" + Escapes + ", min=2>(separator: lit \",\", ";
    check(object(Head +
                 "optional \"a\": lit \":1\", free and(repeat<0,*>(class [a b]), repeat<1,2>(" +
                 Any + ")): lit \":2\""),
          "{}\":,12ab\\u06", {"\"a", "\":2", ",\"", "\"ab"});
    // Beside keys that are as long as one likes.
    check(object(Head + "free alt(and(repeat<0,2>(" + Any +
                 "), not(alt(lit \"a\", empty))), repeat<1,*>(class [a])): lit \":2\""),
          "{}\":,12ab\\u06", {"\"a", "\":2", ",\"", "\"ab"});
  }
}

TEST_F(RegisterOracle, KeysThatRunOutBelowAPrefix) {
  // Endlessly many keys begin with x; two others do not.
  check(object(">(separator: lit \",\", optional \"fa\": lit \":1\", "
               "free alt(lit \"fab\", lit \"fb\", seq(lit \"x\", repeat<0,*>(class [a x]))): lit "
               "\":2\""),
        "{}\":,12abfx", {"\"f", "\":2", ",\"", "fab", "\"x\":2,\"f"});
  // At most three characters.
  check(object("order=any, escapes=any>(separator: lit \",\", optional \"a\": lit \":1\", "
               "free repeat<1,3>(class [a b]): lit \":2\""),
        "{}\":,12ab\\u06", {"\"a", "\":2", ",\"", "\"aa", "\\u0061"});
}

TEST_F(RegisterOracle, ImpossibleNumbersOfKeys) {
  EXPECT_EQ(
      names(object("min=5>(separator: lit \",\", free seq(class [a b], class [a b]): lit \":2\"")),
      "no-text");
  EXPECT_EQ(
      names(object("max=1>(separator: lit \",\", free<2> repeat<1,*>(class [a]): lit \":2\"")),
      "no-text");
  EXPECT_EQ(names(object(">(separator: lit \",\", free<1> class [a b]: lit \":2\", "
                         "free repeat<1,*>(class [a]): lit \":1\"")),
            "liveness-unproved");
  // Fewer keys than members that must occur.
  EXPECT_EQ(names(object(">(separator: lit \",\", free<1> class [a]: lit \":2\", "
                         "free<1> repeat<1,*>(class [a]): lit \":2\"")),
            "liveness-unproved");
}

//===- Elements -----------------------------------------------------------===//

TEST_F(RegisterOracle, CountedItems) {
  std::string Rules = "rule @a = lit \"a\"\nrule @b = lit \"b\"\nrule @ab = class [a b]\n";
  check(
      array(
          "min=2, max=4, counter=2..3>(separator: lit \",\", rest counts 0: call @a, rest: call @b",
          Rules),
      "[],ab", {"a,", ",b", "a,a"});
  // An item of either kind is both: parallel configurations.
  check(array("counter=1..2, counter=1..1>(separator: lit \",\", rest counts 0: call @a, "
              "rest counts 1: call @ab, rest: call @b",
              Rules),
        "[],ab", {"a,", ",b", "a,a"});
  check(array("min=1, counter=2..*>(separator: lit \",\", item 0: call @b, item 1: call @ab, "
              "item 1 counts 0: call @a, rest counts 0: call @a, rest: call @b",
              Rules),
        "[],ab", {"a,", ",b", "a,a"});
  check(array("max=3>(separator: lit \",\", item 0: call @a, item 1: call @b", Rules), "[],ab",
        {"a,", ",b"});
}

TEST_F(RegisterOracle, FewValues) {
  std::string Rules =
      "rule @v = alt(lit \"\\\"na\\\"\", lit \"\\\"name\\\"\", lit \"true\", lit \"1\")\n";
  check(array("min=2, unique>(separator: lit \",\", rest: call @v", Rules), "[]\",nametru1",
        {"\"na", "\",\"", "true,", "\"na\",\"na"});
  EXPECT_EQ(names(array("min=4, unique>(separator: lit \",\", rest: call @v", Rules)), "");
  EXPECT_EQ(names(array("min=5, unique>(separator: lit \",\", rest: call @v", Rules)), "no-text");
}

TEST_F(RegisterOracle, FewValuesOfSomeItems) {
  std::string Rules = "rule @c = lit \"1\"\nrule @n = repeat<1,2>(class [1 2])\n"
                      "rule @s = json_string(repeat<0,*>(class [a b]))\n";
  std::string More =
      "rule @x = alt(call @n, call @t)\nrule @t = json_string(repeat<0,*>(class [a b]))\n"
      "rule @c = lit \"1\"\nrule @n = repeat<1,2>(class [1 2])\n";
  check(array("min=2, counter=1..*, unique>(separator: lit \",\", rest counts 0: call @c, "
              "rest: call @x",
              More),
        "[]\",12ab", {"\",\"", "1,", "\"a"});
  // The first two need values that are few, and share one.
  std::string Pairs =
      "rule @ab = alt(lit \"1\", lit \"2\")\nrule @bc = alt(lit \"2\", lit \"3\")\n";
  check(array("min=3, unique>(separator: lit \",\", item 0: call @ab, item 1: call @bc, "
              "rest: call @ab, rest: call @bc",
              Pairs),
        "[],123", {"1,", "2,", ",3"});
}

// A value that was not used must not come where a later item has no other.
TEST_F(RegisterOracle, ValuesThatLaterItemsNeed) {
  const std::string Numbers = "rule @x = alt(lit \"10\", lit \"20\")\nrule @y = lit \"10\"\n";
  check(array("min=2, unique>(separator: lit \",\", item 0: call @x, item 1: call @y", Numbers),
        "[],012", {"10", "20,", "[1", "[2"});
  const std::string Arrays =
      "rule @x = seq(lit \"[\", alt(lit \"1\", lit \"2\", lit \"12\"), lit \"]\")\n"
      "rule @y = lit \"[1]\"\n";
  check(array("min=2, unique>(separator: lit \",\", item 0: call @x, item 1: call @y", Arrays),
        "[],12", {"[1", "[[1", "[2],[", "2],"});
  // Also where the one before may be of endlessly many values.
  const std::string Strings =
      "rule @x = json_string(alt(lit \"a\", seq(lit \"b\", repeat<0,*>(lit \"b\"))))\n"
      "rule @y = lit \"\\\"a\\\"\"\n";
  check(array("min=2, unique>(separator: lit \",\", item 0: call @x, item 1: call @y", Strings),
        "[],\"ab", {"[\"", "\"a", "\"b", "b\","});
}

TEST_F(RegisterOracle, UniqueStrings) {
  std::string Any = "rule @v = json_string<any>(repeat<0,*>(class [a b]))\n";
  check(array("unique>(separator: lit \",\", rest: call @v", Any), "[]\",ab\\u061",
        {"\",\"", "\\u0061", "\"a\"", "a\",\"a", "\"]"});
  std::string Short = "rule @v = json_string(repeat<0,2>(class [a b]))\n";
  check(array("unique>(separator: lit \",\", rest: call @v", Short), "[]\",ab",
        {"\",\"", "\"a\"", "a\",\"a", "\"]", "\"a\",\"b\",\"\",\"aa\",\"ab"});
}

TEST_F(RegisterOracle, UniqueStringsBehindManyBeginnings) {
  // One string, and half a million beginnings of such as are too short.
  std::string One = "rule @v = json_string(and(alt(repeat<4,4>(class [a-z]), "
                    "repeat<7,7>(lit \"b\")), repeat<7,*>(class [^])))\n";
  check(array("unique>(separator: lit \",\", rest: call @v", One), "[]\",b",
        {"\"bb", "b\"", "\"]"});
  EXPECT_EQ(names(array("min=1, unique>(separator: lit \",\", rest: call @v", One)), "");
  EXPECT_EQ(names(array("min=2, unique>(separator: lit \",\", rest: call @v", One)), "no-text");
  // 676 strings, of which all beginnings are many more than are listed.
  std::string Long = "rule @v = json_string(seq(repeat<2,2>(class [a-z]), "
                     "repeat<500,500>(lit \"x\")))\n";
  EXPECT_EQ(names(array("min=676, unique>(separator: lit \",\", rest: call @v", Long)), "");
  EXPECT_EQ(names(array("min=677, unique>(separator: lit \",\", rest: call @v", Long)), "no-text");
  // More than are listed, which are counted.
  std::string Many = "rule @v = json_string(repeat<3,3>(class [a-z]))\n";
  EXPECT_EQ(names(array("min=17576, unique>(separator: lit \",\", rest: call @v", Many)), "");
  EXPECT_EQ(names(array("min=17577, unique>(separator: lit \",\", rest: call @v", Many)),
            "no-text");
}

TEST_F(RegisterOracle, UniqueCutCharacters) {
  // Characters that begin with the same bytes, in UTF-8 and as escapes.
  std::string Raw = "rule @v = json_string(repeat<0,2>(class [\\u{e8} \\u{e9} \\u{20ac} "
                    "\\u{20ad}]))\n";
  check(array("unique>(separator: lit \",\", rest: call @v", Raw),
        "[]\",\xc3\xa8\xa9\xe2\x82\xac\xad",
        {"\",\"", "\"\xc3", "\xa9\"", "\xa9\",\"\xc3\xa9", "\xe2\x82", "\xac\",\"\xe2\x82"});
  std::string Any = "rule @v = json_string<any>(repeat<0,2>(class [\\u{e8} \\u{e9} "
                    "\\u{1f600} \\u{1f601}]))\n";
  check(array("unique>(separator: lit \",\", rest: call @v", Any), "[]\",\\u0e89d31\xc3\xa8\xa9",
        {"\",\"", "\\u00e", "\xc3\xa9\"", "\\ud83d", "\\ude0", "0\"", "\",\"\\ud83d\\ude0"});
  // More than are looked at one by one.
  std::string Few = "rule @v = json_string(class [\\u{e8}-\\u{ef}])\n";
  check(array("unique>(separator: lit \",\", rest: call @v", Few),
        "[]\",\xc3\xa8\xa9\xaa\xab\xac\xad\xae\xaf",
        {"\",\"", "\"\xc3", "\xa9\",\"\xc3",
         "\"\xc3\xa8\",\"\xc3\xa9\",\"\xc3\xaa\",\"\xc3\xab\",\"\xc3\xac\","
         "\"\xc3\xad\""});
}

TEST_F(RegisterOracle, UniqueNumbers) {
  std::string Any =
      "rule @v = seq(repeat<0,1>(lit \"-\"), alt(lit \"0\", seq(class [1 2], "
      "repeat<0,*>(class [0-2]))), repeat<0,1>(seq(lit \".\", repeat<1,*>(class [0-2]))), "
      "repeat<0,1>(seq(lit \"e\", repeat<1,2>(class [0-2]))))\n";
  check(array("unique>(separator: lit \",\", rest: call @v", Any), "[],012-.e",
        {"1,", ",1", "1.0", "0,", "-0", "1e0", "10e0"});
  // Whole numbers with zeros behind the point: 0 and 1 in several spellings.
  std::string Whole =
      "rule @v = seq(class [0 1], repeat<0,1>(seq(lit \".\", repeat<1,3>(lit \"0\"))))\n";
  check(array("min=1, unique>(separator: lit \",\", rest: call @v", Whole), "[],01.",
        {"1,", ",1", "1.0", "0,"});
  // … and in endlessly many.
  Whole = "rule @v = seq(class [0 1], repeat<0,1>(seq(lit \".\", repeat<1,*>(lit \"0\"))))\n";
  EXPECT_EQ(names(array("min=2, unique>(separator: lit \",\", rest: call @v", Whole)), "");
  EXPECT_EQ(names(array("min=3, unique>(separator: lit \",\", rest: call @v", Whole)), "no-text");
}

TEST_F(RegisterOracle, UniqueObjects) {
  std::string Closed =
      "rule @v = seq(lit \"{\", members<order=any>(separator: lit \",\", "
      "required \"a\": lit \":1\", required \"b\": alt(lit \":1\", lit \":2\")), lit \"}\")\n";
  check(array("unique>(separator: lit \",\", rest: call @v", Closed), "[]{}\",:12ab",
        {"{\"a\":1,", "\"b\":", "},{\"", "1}", "{\"b\":1,\"a\""});
  std::string Open = "rule @v = seq(lit \"{\", members<order=any>(separator: lit \",\", "
                     "free class [a b]: call @w), lit \"}\")\n"
                     "rule @w = seq(lit \":\", json_string(repeat<0,1>(lit \"x\")))\n";
  check(array("unique>(separator: lit \",\", rest: call @v", Open), "[]{}\",:abx",
        {"{\"a\":\"", "\"b\":", "},{\"", "\"}", "{},{"});
}

TEST_F(RegisterOracle, UniqueArraysInside) {
  std::string Rules =
      "rule @v = seq(lit \"[\", elements<max=2, unique>(separator: lit \",\", rest: call @w), "
      "lit \"]\")\nrule @w = alt(lit \"1\", lit \"2\")\n";
  check(array("unique>(separator: lit \",\", rest: call @v", Rules), "[],12",
        {"[1", "],[", "[],", "1,2", "]]", "[[1,2],[2,1"});
  // Keys and nothing else are items: their order counts, as it does not for members.
  auto list = [](const char *Bounds, const char *Names) {
    return "rule @v = seq(lit \"[\", members<order=any, " + std::string(Bounds) +
           ">(separator: lit \",\", " + Names + "), lit \"]\")\n";
  };
  const std::string Two = list("min=1", R"(optional "a": empty, optional "b": empty)");
  check(array("unique>(separator: lit \",\", rest: call @v", Two), "[]\",ab",
        {"[\"", "],[", "\"a", "\",\"", "]]", "[[\"a\",\"b\"],[\"b\",\"a"});
  EXPECT_EQ(names(array("min=4, unique>(separator: lit \",\", rest: call @v", Two)), "");
  EXPECT_EQ(names(array("min=5, unique>(separator: lit \",\", rest: call @v", Two)), "no-text");
  // Too many to be listed, but enough.
  const std::string Nine =
      list("min=3", R"(optional "a": empty, optional "b": empty, optional "c": empty,
                       optional "d": empty, optional "e": empty, optional "f": empty,
                       optional "g": empty, optional "h": empty, optional "i": empty)");
  EXPECT_EQ(names(array("max=300000, unique>(separator: lit \",\", rest: call @v", Nine)), "");
  EXPECT_EQ(names(array("unique>(separator: lit \",\", rest: call @v", Nine)), "liveness-unproved");
}

TEST_F(RegisterOracle, UniqueBesideOther) {
  // Two readings of one text; only one of them forbids repeats.
  std::string Text =
      "start @s\nrule @s = alt(call @x, call @y)\n"
      "rule @x = seq(lit \"[\", elements<unique>(separator: lit \",\", rest: call @v), lit "
      "\"]x\")\n"
      "rule @y = seq(lit \"[\", elements<max=2>(separator: lit \",\", rest: call @v), lit \"]y\")\n"
      "rule @v = alt(lit \"\\\"a\\\"\", lit \"\\\"ab\\\"\", lit \"\\\"b\\\"\")\n";
  check(Text, "[]\",abxy", {"\"a\"", "\",\"a", "\"]x", "]y"});
}

TEST_F(RegisterOracle, Blanks) {
  std::string Rules =
      "rule @w = repeat<0,2>(class [\\u{20} \\n])\n"
      "rule @v = alt(lit \"1\", seq(lit \"[\", call @w, lit \"]\"), lit \"\\\" \\\"\")\n";
  check(array("min=1, unique>(separator: seq(call @w, lit \",\", call @w), rest: call @v", Rules),
        "[]\",1 \n", {" ,", "[ ]", ", ", "[ "});
}

TEST_F(RegisterOracle, RefusedElements) {
  // A string is not known to have enough values, and tokens leave no text.
  EXPECT_EQ(names(array("unique>(separator: lit \",\", rest: call @v",
                        "rule @v = seq(lit \"x\", repeat<0,*>(lit \"x\"))\n")),
            "liveness-unproved");
  EXPECT_EQ(names(array("unique, max=3>(separator: lit \",\", rest: call @v",
                        "rule @v = alt(token 5, json_string(repeat<0,*>(class [a b])))\n")),
            "liveness-unproved");
  EXPECT_EQ(
      names(array(
          "counter=0..100000, counter=0..100000>(separator: lit \",\", rest counts 0 1: call @v",
          "rule @v = lit \"1\"\n")),
      "liveness-unproved");
  EXPECT_EQ(names(array(">(separator: lit \",\", rest: lit \"1\"", "")), "liveness-unproved");
  EXPECT_EQ(
      names(array("counter=1..1>(separator: lit \",\", rest: call @v", "rule @v = lit \"1\"\n")),
      "no-text");
}

} // namespace
