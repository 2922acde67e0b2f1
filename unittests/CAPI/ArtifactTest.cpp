//===- ArtifactTest.cpp - Artifacts through the C interface ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir-c/weir.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace {

weirpp::Grammar digits() { return weirpp::Compiler().compile(WEIR_REGEX, "[0-9]{2,5}"); }

bool reads(const weirpp::Grammar &G, std::string_view Text) {
  weirpp::Vocabulary V = weirpp::Vocabulary::bytes();
  weirpp::Matcher M(G, V);
  return M && M.acceptBytes(Text) == WEIR_OK && M.isAccepting();
}

TEST(ArtifactApi, OpensWhatItWrote) {
  weirpp::Grammar G = digits();
  ASSERT_TRUE(G);
  const std::string Image = G.artifact();
  ASSERT_FALSE(Image.empty());
  std::string Message = "old";
  weirpp::Grammar Copy = weirpp::Grammar::open(Image, &Message);
  ASSERT_TRUE(Copy) << Message;
  EXPECT_EQ(Message, "");
  EXPECT_EQ(Copy.artifact(), Image);
  EXPECT_EQ(weir_grammar_hash(Copy.get()), weir_grammar_hash(G.get()));
  EXPECT_TRUE(reads(Copy, "123"));
  EXPECT_FALSE(reads(Copy, "1"));
  weirpp::Grammar Borrowed = weirpp::Grammar::openBorrowed(Image);
  EXPECT_TRUE(reads(Borrowed, "123"));
}

TEST(ArtifactApi, OpensFiles) {
  const std::string Image = digits().artifact(), Path = testing::TempDir() + "capi-artifact.wtab";
  std::FILE *File = std::fopen(Path.c_str(), "wb");
  ASSERT_TRUE(File);
  ASSERT_EQ(std::fwrite(Image.data(), 1, Image.size(), File), Image.size());
  std::fclose(File);
  EXPECT_TRUE(reads(weirpp::Grammar::openFile(Path), "12345"));
  weir_grammar *None = nullptr;
  EXPECT_EQ(weir_grammar_open_file("/no/such.wtab", 13, &None, {nullptr, 0}), WEIR_NOT_FOUND);
}

TEST(ArtifactApi, IsTakenForASpecification) {
  const std::string Image = digits().artifact();
  EXPECT_TRUE(reads(weirpp::Compiler().compile(WEIR_JSON_SCHEMA, Image), "12"));
}

TEST(ArtifactApi, OptionsThatItCannotFollowAreSaid) {
  const std::string Image = digits().artifact();
  const weirpp::Compiler Compiler;
  auto Said = [&](auto Change) {
    weir_compile_options O = weirpp::compileOptions();
    Change(O);
    std::string Text;
    weir_grammar *G = nullptr;
    weir_diagnostics *Diags = nullptr;
    const weir_status S =
        weir_compile(Compiler.get(), WEIR_JSON_SCHEMA, Image.data(), Image.size(), &O, &G, &Diags);
    const char *Words = nullptr;
    size_t Size = 0;
    EXPECT_EQ(weir_diagnostics_text(Diags, &Words, &Size), WEIR_OK);
    Text = std::string(weir_status_name(S)) + ": " + std::string(Words, Size);
    EXPECT_EQ(G != nullptr, S == WEIR_OK);
    weir_diagnostics_destroy(Diags);
    weir_grammar_release(G);
    return Text;
  };
  using Options = weir_compile_options;
  EXPECT_EQ(Said([](Options &) {}), "ok: ");
  const weir_remote Remote = {"/a", 2, "{}", 2};
  const struct {
    const char *Name;
    void (*Set)(Options &);
  } Errors[] = {{"key-order", [](Options &O) { O.key_order = WEIR_KEYS_ANY; }},
                {"whitespace", [](Options &O) { O.whitespace = WEIR_WHITESPACE_COMPACT; }},
                {"escapes", [](Options &O) { O.escapes = WEIR_ESCAPES_ANY; }},
                {"non-ascii", [](Options &O) { O.non_ascii = WEIR_NON_ASCII_ESCAPED; }},
                {"draft", [](Options &O) { O.draft = WEIR_DRAFT_7; }},
                {"format", [](Options &O) { O.annotate_formats = 1; }},
                {"lenient", [](Options &O) { O.lenient = 1; }},
                {"profile", [](Options &O) { O.profile = WEIR_PROFILE_OPENAI_STRICT; }},
                {"item-separator",
                 [](Options &O) {
                   O.item_separator = ",";
                   O.item_separator_size = 1;
                 }},
                {"key-separator", [](Options &O) {
                   O.key_separator = ":";
                   O.key_separator_size = 1;
                 }}};
  auto Refuses = [](const std::string &Text, const std::string &Name) {
    return Text.rfind("rejected: error: '" + Name + "' cannot change an artifact", 0) == 0 &&
           Text.find("[artifact-option]") != Text.npos;
  };
  for (const auto &E : Errors) {
    const std::string Text = Said(E.Set);
    EXPECT_TRUE(Refuses(Text, E.Name)) << Text;
  }
  const std::string Text = Said([&](Options &O) {
    O.remotes = &Remote;
    O.remote_count = 1;
  });
  EXPECT_TRUE(Refuses(Text, "remotes")) << Text;
  // What makes the same language of a text is a warning.
  for (auto Set :
       {+[](Options &O) { O.optimisation = 4; }, +[](Options &O) { O.keep_places = 1; }}) {
    const std::string Warning = Said(Set);
    EXPECT_EQ(Warning.rfind("ok: warning: ", 0), 0U) << Warning;
    EXPECT_NE(Warning.find("[artifact-option-unused]"), Warning.npos) << Warning;
  }
  const std::string Never = Said([](Options &O) { O.refuse_artifacts = 1; });
  EXPECT_EQ(Never.rfind("rejected: error: ", 0), 0U) << Never;
  EXPECT_NE(Never.find("[artifact-refused]"), Never.npos) << Never;
  // Limits, and which language a text would have, are none of these.
  EXPECT_EQ(Said([](Options &O) {
              O.max_steps = 1000;
              O.time_limit_us = 10000000;
            }),
            "ok: ");
}

TEST(ArtifactApi, WritesIntoTheCallersBuffer) {
  weirpp::Grammar G = digits();
  size_t Size = 0;
  ASSERT_EQ(weir_grammar_write(G.get(), nullptr, 0, &Size), WEIR_OK);
  std::string Buffer(Size, 'x');
  size_t Again = 0;
  EXPECT_EQ(weir_grammar_write(G.get(), &Buffer[0], Size - 1, &Again), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(Again, Size);
  EXPECT_EQ(Buffer, std::string(Size, 'x'));
  EXPECT_EQ(weir_grammar_write(G.get(), &Buffer[0], Size, &Again), WEIR_OK);
  EXPECT_EQ(Buffer, G.artifact());
  EXPECT_EQ(weir_grammar_write(nullptr, nullptr, 0, &Size), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_grammar_hash(nullptr), 0U);
}

TEST(ArtifactApi, FilledGrammarsMakeNoTables) {
  weirpp::Vocabulary V = weirpp::Vocabulary::demo();
  weirpp::Grammar G = weirpp::Compiler().compile(
      WEIR_JSON_SCHEMA, R"({"type":"object","properties":{"a":{"type":"string","maxLength":5}},
                           "required":["a"],"additionalProperties":false})");
  std::string Message = "old";
  weirpp::Grammar F = G.fill(weirpp::Tables(V), nullptr, &Message);
  ASSERT_TRUE(F) << Message;
  EXPECT_EQ(weir_grammar_vocabulary_hash(F.get()), weir_vocabulary_hash(V.get()));
  EXPECT_EQ(weir_grammar_vocabulary_hash(G.get()), 0U);
  EXPECT_EQ(weir_grammar_hash(F.get()), weir_grammar_hash(G.get()));
  EXPECT_GT(F.memory(), G.memory());
  const std::string Image = F.artifact();
  EXPECT_GT(Image.size(), G.artifact().size());
  weirpp::Grammar Opened = weirpp::Grammar::open(Image);
  ASSERT_TRUE(Opened);
  for (const weirpp::Grammar &Ready : {F, Opened}) {
    weirpp::Matcher M(Ready, V), Plain(G, V);
    ASSERT_TRUE(M && Plain);
    std::vector<uint32_t> Row(weir_row_words(V.size())), Expected(Row.size());
    for (char C : std::string_view("{\"a\": \"xyz\"}")) {
      ASSERT_EQ(M.fillMask(Row.data(), Row.size(), V.size()), WEIR_OK);
      ASSERT_EQ(Plain.fillMask(Expected.data(), Expected.size(), V.size()), WEIR_OK);
      EXPECT_EQ(Row, Expected);
      ASSERT_EQ(M.acceptBytes(std::string_view(&C, 1)), WEIR_OK);
      ASSERT_EQ(Plain.acceptBytes(std::string_view(&C, 1)), WEIR_OK);
    }
    weir_matcher_statistics S = {};
    S.struct_size = sizeof S;
    ASSERT_EQ(weir_matcher_get_statistics(M.get(), &S), WEIR_OK);
    EXPECT_GT(S.masks, 0U);
    EXPECT_EQ(S.cold_masks, 0U);
    EXPECT_EQ(S.tables_made, 0U);
  }
  // Another vocabulary is refused by name.
  weirpp::Vocabulary Bytes = weirpp::Vocabulary::bytes();
  weir_matcher *None = nullptr;
  char Text[100];
  EXPECT_EQ(
      weir_matcher_create(Opened.get(), Bytes.get(), nullptr, nullptr, &None, {Text, sizeof Text}),
      WEIR_VOCABULARY_MISMATCH);
  EXPECT_EQ(std::string(Text).substr(0, 20), "artifact-vocabulary:");
  // Limits and wrong arguments.
  weir_fill_options Options = {};
  Options.struct_size = sizeof Options;
  Options.max_bytes = 100;
  weir_grammar *Out = nullptr;
  weirpp::Tables Tables(V);
  EXPECT_EQ(weir_grammar_fill(G.get(), Tables.get(), &Options, &Out, {nullptr, 0}),
            WEIR_BUDGET_EXCEEDED);
  EXPECT_EQ(weir_grammar_fill(nullptr, Tables.get(), nullptr, &Out, {nullptr, 0}),
            WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(Out, nullptr);
}

TEST(ArtifactApi, ExplainsFromArtifactsThatKeepPlaces) {
  weir_compile_options Options = weirpp::compileOptions();
  Options.keep_places = 1;
  weirpp::Grammar G = weirpp::Compiler().compile(
      WEIR_JSON_SCHEMA, R"({"type":"object","properties":{"n":{"type":"string","pattern":"^xy$"}},
                           "required":["n"],"additionalProperties":false})",
      Options);
  ASSERT_TRUE(G);
  weirpp::Vocabulary V = weirpp::Vocabulary::bytes();
  auto why = [&](const weirpp::Grammar &From) {
    weirpp::Matcher M(From, V);
    EXPECT_EQ(M.acceptBytes("{\"n\": \"x"), WEIR_OK);
    char Text[2000];
    size_t Size = 0;
    int Allowed = 1;
    EXPECT_EQ(weir_matcher_explain(M.get(), 'z', Text, sizeof Text, &Size, &Allowed), WEIR_OK);
    EXPECT_EQ(Allowed, 0);
    return std::string(Text, Size);
  };
  const std::string Why = why(G);
  EXPECT_NE(Why.find("/properties/n"), Why.npos) << Why;
  EXPECT_EQ(why(weirpp::Grammar::open(G.artifact())), Why);
  EXPECT_EQ(why(weirpp::Grammar::open(G.fill(weirpp::Tables(V)).artifact())), Why);
}

TEST(ArtifactApi, ErrorsAreNamed) {
  std::string Message;
  EXPECT_FALSE(weirpp::Grammar::open("{}", &Message));
  EXPECT_EQ(Message.substr(0, 16), "not-an-artifact:");
  std::string Image = digits().artifact();
  Image[Image.size() / 2] ^= 4;
  weir_grammar *G = nullptr;
  char Text[100];
  EXPECT_EQ(weir_grammar_open_image(Image.data(), Image.size(), &G, {Text, sizeof Text}),
            WEIR_BAD_FORMAT);
  EXPECT_EQ(std::string(Text).substr(0, 18), "artifact-checksum:");
  EXPECT_EQ(G, nullptr);
}

} // namespace
