//===- ReaderTest.cpp - The JSON reader -----------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/JSON/Value.h"

#include <gtest/gtest.h>

using namespace weir;
using json::Kind;
using json::ValueId;
using namespace std::string_literals;

namespace {

struct Read {
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  std::optional<json::Document> Doc;

  explicit Read(std::string Text, const json::ParseOptions &Opts = {}) {
    Doc = json::parse(Sources.add("t.json", std::move(Text)), Diags, Opts);
  }
  /// "name begin..end" of the only diagnostic.
  std::string why() const {
    if (Doc || Diags.diagnostics().size() != 1)
      return "accepted, or not one diagnostic";
    const Diagnostic &D = Diags.diagnostics()[0];
    return std::string(diagName(D.Id)) + " " + std::to_string(D.Range.Begin) + ".." +
           std::to_string(D.Range.End);
  }
};

TEST(JsonReader, ValuesKnowTheirPlaces) {
  Read R(R"( {"a" : [1, -2.50e+3, true,false , null], "b\u0041":"x\ny"} )");
  ASSERT_TRUE(R.Doc);
  const json::Document &D = *R.Doc;
  EXPECT_EQ(D.sourceText(D.root()),
            R"({"a" : [1, -2.50e+3, true,false , null], "b\u0041":"x\ny"})");
  ValueId A = D.get(D.root(), "a");
  ASSERT_TRUE(A);
  EXPECT_EQ(D.sourceText(A), "[1, -2.50e+3, true,false , null]");
  std::vector<std::string> Texts;
  for (ValueId V : D.elements(A))
    Texts.emplace_back(D.sourceText(V));
  EXPECT_EQ(Texts, (std::vector<std::string>{"1", "-2.50e+3", "true", "false", "null"}));
  EXPECT_EQ(D.number(D.elements(A)[1]), "-2.50e+3");
  const json::Member *B = D.find(D.root(), "bA");
  ASSERT_TRUE(B);
  EXPECT_EQ(R.Sources.text(D.file()).substr(B->KeyBegin, B->KeyEnd - B->KeyBegin), R"("b\u0041")");
  EXPECT_EQ(D.string(B->Value), "x\ny");
  EXPECT_EQ(D.sourceText(B->Value), R"("x\ny")");
  EXPECT_EQ(D.pointer(D.elements(A)[2]), "/a/2");
  EXPECT_EQ(D.pointer(D.root()), "");
}

TEST(JsonReader, NumbersAreTheirTextHoweverLarge) {
  std::string Long(1'000'000, '7');
  for (std::string N :
       {"1e309"s, "-0"s, "0.0E-0"s, Long, "1."s + Long, "9e"s + Long, "-1E+99999999999"s}) {
    Read R("[" + N + "]");
    ASSERT_TRUE(R.Doc) << N.substr(0, 20);
    EXPECT_EQ(R.Doc->number(R.Doc->elements(R.Doc->root())[0]), N);
  }
  EXPECT_EQ(Read("[01]").why(), "json-number 1..3");
  EXPECT_EQ(Read("[1.]").why(), "json-number 1..4");
  EXPECT_EQ(Read("[-]").why(), "json-number 1..3");
  EXPECT_EQ(Read("1e+").why(), "json-number 0..3");
  EXPECT_EQ(Read("[1-2]").why(), "json-syntax 2..3");
  EXPECT_EQ(Read("[.5]").why(), "json-syntax 1..2");
  EXPECT_EQ(Read("[+1]").why(), "json-syntax 1..2");
}

TEST(JsonReader, StringsAreDecoded) {
  Read R(R"(["\"\\\/\b\f\n\r\t", "\u00e9\ud83d\ude00\u0000z", "é😀", "", "ab\""])");
  ASSERT_TRUE(R.Doc);
  auto E = R.Doc->elements(R.Doc->root());
  EXPECT_EQ(R.Doc->string(E[0]), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(R.Doc->string(E[1]), "é😀\0z"s);
  EXPECT_EQ(R.Doc->string(E[2]), "é😀");
  EXPECT_EQ(R.Doc->string(E[3]), "");
  EXPECT_EQ(R.Doc->string(E[4]), "ab\"");
  EXPECT_EQ(R.Doc->sourceText(E[4]), R"("ab\"")");
}

TEST(JsonReader, StringsOfEveryLengthAndWhatEndsTheirPlainPart) {
  // Eight bytes are looked at at once: what matters may stand at any place of them.
  const std::string Plain = "\x7f\xc3\xa9 abc!#[]^_`~\xe2\x82\xac" + std::string(20, 'x');
  for (size_t Size = 0; Size < Plain.size(); ++Size) {
    if ((uint8_t(Plain[Size]) & 0xC0) == 0x80)
      continue; // within a character
    const std::string Text = Plain.substr(0, Size);
    Read Whole("\"" + Text + "\"");
    ASSERT_TRUE(Whole.Doc) << Size;
    EXPECT_EQ(Whole.Doc->string(Whole.Doc->root()), Text);
    Read Escaped("[\"" + Text + "\\n" + Text + "\\\"\",\"" + Text + "\"]");
    ASSERT_TRUE(Escaped.Doc) << Size;
    const auto Items = Escaped.Doc->elements(Escaped.Doc->root());
    EXPECT_EQ(Escaped.Doc->string(Items[0]), Text + "\n" + Text + "\"");
    EXPECT_EQ(Escaped.Doc->string(Items[1]), Text);
    const std::string At = std::to_string(Size + 1), Behind = std::to_string(Size + 2);
    EXPECT_EQ(Read("\"" + Text + "\x1f\"").why(), "json-control-character " + At + ".." + Behind);
    EXPECT_EQ(Read("\"" + Text + "\0\""s).why(), "json-control-character " + At + ".." + Behind);
    EXPECT_EQ(Read("\"" + Text).why(), "json-syntax 0..1");
    EXPECT_EQ(Read("\"" + Text + "\\").why(), "json-syntax 0..1");
  }
}

TEST(JsonReader, LoneSurrogatesAreRefusedWhereTheyStand) {
  EXPECT_EQ(Read(R"(["a\ud800b"])").why(), "json-lone-surrogate 3..9");
  EXPECT_EQ(Read(R"(["\ud83d\ude00\udc00"])").why(), "json-lone-surrogate 14..20");
  EXPECT_EQ(Read(R"(["a\uDFFF"])").why(), "json-lone-surrogate 3..9");
  EXPECT_EQ(Read(R"({"\udc00":1})").why(), "json-lone-surrogate 2..8");
  EXPECT_EQ(Read(R"(["\ud800\ud800"])").why().substr(0, 19), "json-lone-surrogate");
}

TEST(JsonReader, SyntaxErrorsSayWhere) {
  EXPECT_EQ(Read("").why(), "json-empty 0..0");
  EXPECT_EQ(Read("  \n").why(), "json-empty 3..3");
  EXPECT_EQ(Read("[1,]").why(), "json-syntax 3..4");
  EXPECT_EQ(Read("{\"a\":1,}").why(), "json-syntax 7..8");
  EXPECT_EQ(Read("{\"a\" 1}").why(), "json-syntax 5..6");
  EXPECT_EQ(Read("{a:1}").why(), "json-syntax 1..2");
  EXPECT_EQ(Read("[1").why(), "json-syntax 2..2");
  EXPECT_EQ(Read("[\"ab]").why(), "json-syntax 1..2");
  EXPECT_EQ(Read("[\"a\nb\"]").why(), "json-control-character 3..4");
  EXPECT_EQ(Read("[\"a\0b\"]"s).why(), "json-control-character 3..4");
  EXPECT_EQ(Read("[1]\0"s).why(), "json-syntax 3..4");
  EXPECT_EQ(Read("\0"s).why(), "json-syntax 0..1");
  EXPECT_EQ(Read("[1] 2").why(), "json-trailing-text 4..5");
  EXPECT_EQ(Read("nul").why().substr(0, 11), "json-syntax");
  EXPECT_EQ(Read(R"(["\x"])").why().substr(0, 11), "json-syntax");
  EXPECT_EQ(Read("[\"\xff\"]").why(), "invalid-utf8 2..3");
  EXPECT_EQ(Read("[\"\xed\xa0\x80\"]").why(), "invalid-utf8 2..3");
  json::ParseOptions Small;
  Small.MaxBytes = 4;
  EXPECT_EQ(Read("[1,2]", Small).why(), "input-too-large 0..0");
}

TEST(JsonReader, AByteOrderMarkIsSkippedWithANote) {
  Read R("\xef\xbb\xbf[1]");
  ASSERT_TRUE(R.Doc);
  ASSERT_EQ(R.Diags.diagnostics().size(), 1U);
  EXPECT_EQ(diagName(R.Diags.diagnostics()[0].Id), "json-byte-order-mark");
  EXPECT_EQ(R.Doc->sourceText(R.Doc->root()), "[1]");
}

TEST(JsonReader, DuplicateKeysAreErrorsByDecodedValue) {
  EXPECT_EQ(Read(R"({"a":1,"b":2,"\u0061":3})").why(), "json-duplicate-key 13..21");
  std::string Large = "{";
  for (int I = 0; I < 100; ++I)
    Large += "\"k" + std::to_string(I) + "\":0,";
  size_t At = Large.size();
  EXPECT_EQ(Read(Large + "\"k50\":1}").why(),
            "json-duplicate-key " + std::to_string(At) + ".." + std::to_string(At + 5));
  Read Fine(Large + "\"k\":7}");
  ASSERT_TRUE(Fine.Doc);
  for (int I = 0; I < 100; ++I)
    EXPECT_TRUE(Fine.Doc->get(Fine.Doc->root(), "k" + std::to_string(I)));
  EXPECT_FALSE(Fine.Doc->get(Fine.Doc->root(), "k100"));
  json::ParseOptions Lax;
  Lax.RefuseDuplicateKeys = false;
  Read Twice(R"({"a":1,"a":2})", Lax);
  ASSERT_TRUE(Twice.Doc);
  EXPECT_EQ(Twice.Doc->number(Twice.Doc->get(Twice.Doc->root(), "a")), "1");
}

TEST(JsonReader, DepthIsBoundedByABudgetAndNotByTheStack) {
  const uint32_t Deep = 1'000'000;
  json::ParseOptions Opts;
  Opts.MaxDepth = Deep;
  std::string Text = std::string(Deep, '[') + std::string(Deep, ']');
  {
    Read R(Text, Opts);
    ASSERT_TRUE(R.Doc);
    EXPECT_EQ(R.Doc->size(), Deep);
    EXPECT_EQ(R.Doc->pointer(ValueId(0)).size(), 2 * (Deep - 1));
  }
  Opts.MaxDepth = 10;
  EXPECT_EQ(Read(Text, Opts).why(), "nesting-too-deep 10..11");
  EXPECT_EQ(Read(std::string(Deep, '[')).why(), "nesting-too-deep 100000..100001");
  std::string Objects;
  for (int I = 0; I < 50'000; ++I)
    Objects += "{\"a\":";
  EXPECT_EQ(Read(Objects).why().substr(0, 11), "json-syntax");
}

TEST(JsonPointer, ResolvesAsRfc6901Says) {
  Read R(R"({"foo":["bar","baz"],"":0,"a/b":1,"m~n":8,"01":2})");
  ASSERT_TRUE(R.Doc);
  const json::Document &D = *R.Doc;
  auto At = [&](std::string_view P) {
    ValueId V = D.resolve(D.root(), P);
    return V ? std::string(D.sourceText(V)) : "none"s;
  };
  EXPECT_EQ(At("/foo"), R"(["bar","baz"])");
  EXPECT_EQ(At("/foo/1"), R"("baz")");
  EXPECT_EQ(At("/foo/2"), "none");
  EXPECT_EQ(At("/foo/01"), "none");
  EXPECT_EQ(At("/foo/-"), "none");
  EXPECT_EQ(At("/foo/18446744073709551616"), "none");
  EXPECT_EQ(At("/"), "0");
  EXPECT_EQ(At("/a~1b"), "1");
  EXPECT_EQ(At("/m~0n"), "8");
  EXPECT_EQ(At("/m~n"), "none");
  EXPECT_EQ(At("/m~"), "none");
  EXPECT_EQ(At("/01"), "2");
  EXPECT_EQ(At("foo"), "none");
  EXPECT_EQ(At("/foo/0/x"), "none");
  for (const json::Member &M : D.members(D.root()))
    EXPECT_EQ(D.resolve(D.root(), D.pointer(M.Value)), M.Value) << M.Key;
}

TEST(JsonReader, PlacesInsideAStringMapToTheSource) {
  Read R(R"(["a\n\ud83d\ude00é\u00e9z"])");
  ASSERT_TRUE(R.Doc);
  ValueId V = R.Doc->elements(R.Doc->root())[0];
  ASSERT_EQ(R.Doc->string(V), "a\n😀éz"s.insert(8, "é"));
  auto Text = [&](uint32_t B, uint32_t E) {
    SourceRange S = R.Doc->rangeInString(V, B, E);
    return std::string(R.Sources.text(S.File).substr(S.Begin, S.End - S.Begin));
  };
  EXPECT_EQ(Text(0, 1), "a");
  EXPECT_EQ(Text(1, 2), R"(\n)");
  EXPECT_EQ(Text(2, 6), R"(\ud83d\ude00)");
  EXPECT_EQ(Text(6, 8), "é");
  EXPECT_EQ(Text(8, 10), R"(\u00e9)");
  EXPECT_EQ(Text(10, 11), "z");
  EXPECT_EQ(R.Doc->rangeInString(V, 11, 11).Begin, R.Doc->range(V).End - 1);
}

} // namespace
