//===- ServiceTest.cpp - The C interface of the compile service -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CApiTesting.h"

#include "weir-c/Service.h"

namespace {

class CServiceTest : public weir::test::Fixture {
protected:
  void SetUp() override {
    Fixture::SetUp();
    ASSERT_EQ(weir_service_create(Compiler, nullptr, &Service), WEIR_OK);
    Options.struct_size = sizeof(Options);
  }
  void TearDown() override {
    weir_service_destroy(Service);
    Fixture::TearDown();
  }
  weir_status compile(std::string_view Schema, weir_diagnostics **Diags = nullptr) {
    weir_grammar_release(Grammar);
    Grammar = nullptr;
    return weir_service_compile(Service, WEIR_JSON_SCHEMA, Schema.data(), Schema.size(), &Options,
                                &Grammar, Diags);
  }
  weir_service *Service = nullptr;
  weir_compile_options Options = {};
};

TEST_F(CServiceTest, CompilesOnce) {
  weir_diagnostics *Diags = nullptr;
  ASSERT_EQ(compile("{\"type\": \"null\"}", &Diags), WEIR_OK);
  EXPECT_EQ(weir_diagnostics_errors(Diags), 0U);
  const char *Text = nullptr;
  size_t Size = 0;
  ASSERT_EQ(weir_diagnostics_json(Diags, &Text, &Size), WEIR_OK);
  EXPECT_EQ(Text[0], '[');
  weir_diagnostics_destroy(Diags);
  EXPECT_EQ(compile("{\"type\": \"null\"}"), WEIR_OK);
  EXPECT_EQ(compile("{\"type\": 0}", &Diags), WEIR_REJECTED);
  EXPECT_EQ(weir_diagnostics_errors(Diags), 1U);
  weir_diagnostics_destroy(Diags);
  EXPECT_EQ(compile("{\"type\": 0}"), WEIR_REJECTED);
  weir_service_statistics Counts = {};
  EXPECT_EQ(weir_service_get_statistics(Service, &Counts), WEIR_INVALID_ARGUMENT);
  Counts.struct_size = sizeof(Counts);
  ASSERT_EQ(weir_service_get_statistics(Service, &Counts), WEIR_OK);
  EXPECT_EQ(Counts.hits, 2U);
  EXPECT_EQ(Counts.compiled, 2U);
  EXPECT_EQ(Counts.entries, 2U);
  EXPECT_GT(Counts.bytes, 100U);
  weir_service_clear(Service);
  ASSERT_EQ(weir_service_get_statistics(Service, &Counts), WEIR_OK);
  EXPECT_EQ(Counts.bytes, 0U);
}

TEST_F(CServiceTest, LimitsOfTheOptions) {
  // The diagnostics name the limit, for both functions and from what is kept.
  auto Says = [&](weir_status Want, std::string_view Text) {
    for (unsigned Time = 0; Time < 2; ++Time) {
      weir_diagnostics *Diags = nullptr;
      EXPECT_EQ(compile("{\"type\": \"null\"}", &Diags), Want);
      EXPECT_EQ(Grammar, nullptr);
      EXPECT_EQ(weir_diagnostics_errors(Diags), 1U);
      const char *Said = nullptr;
      size_t Size = 0;
      EXPECT_EQ(weir_diagnostics_text(Diags, &Said, &Size), WEIR_OK);
      EXPECT_NE(std::string_view(Said, Size).find(Text), std::string_view::npos) << Said;
      weir_diagnostics_destroy(Diags);
    }
  };
  Options.max_steps = 3;
  Says(WEIR_BUDGET_EXCEEDED, "takes more than 3 steps, the limit of this request (max_steps) "
                             "[compile-limit]");
  Options.max_steps = 0;
  Options.max_bytes = 100;
  Says(WEIR_BUDGET_EXCEEDED, "takes more than 100 bytes, the limit of this request (max_bytes) "
                             "[compile-limit]");
  Options.max_bytes = 0;
  weir_cancel *Cancel = nullptr;
  ASSERT_EQ(weir_cancel_create(&Cancel), WEIR_OK);
  Options.cancel = Cancel;
  EXPECT_EQ(compile("{\"type\": \"null\"}"), WEIR_OK);
  weir_cancel_set(Cancel);
  weir_diagnostics *Diags = nullptr;
  EXPECT_EQ(compile("{\"type\": \"integer\"}", &Diags), WEIR_CANCELLED);
  const char *Text = nullptr;
  size_t Size = 0;
  EXPECT_EQ(weir_diagnostics_text(Diags, &Text, &Size), WEIR_OK);
  EXPECT_NE(std::string(Text).find("[compile-ended]"), std::string::npos) << Text;
  weir_diagnostics_destroy(Diags);
  const char *Slow = "[ab]*a[ab]{19}c";
  auto Ends = [&](std::string_view Why) {
    EXPECT_EQ(weir_compile(Compiler, WEIR_REGEX, Slow, strlen(Slow), &Options, &Grammar, &Diags),
              WEIR_CANCELLED);
    EXPECT_EQ(weir_diagnostics_json(Diags, &Text, &Size), WEIR_OK);
    EXPECT_NE(std::string(Text).find(Why), std::string::npos) << Text;
    weir_diagnostics_destroy(Diags);
  };
  Ends("the compilation was ended: its flag was set");
  Options.cancel = nullptr;
  Options.time_limit_us = 2000;
  Ends("the compilation was ended: its time is over (time_limit_us)");
  weir_cancel_destroy(Cancel);
  weir_cancel_set(nullptr);
  weir_cancel_destroy(nullptr);
}

TEST_F(CServiceTest, Jobs) {
  weir_job *Job = nullptr;
  ASSERT_EQ(weir_service_submit(Service, WEIR_REGEX, "ab", 2, nullptr, &Job), WEIR_OK);
  EXPECT_EQ(weir_job_result(Job, &Grammar, nullptr), WEIR_OK);
  ASSERT_NE(Grammar, nullptr);
  weir_grammar *Second = nullptr;
  EXPECT_EQ(weir_job_result(Job, &Second, nullptr), WEIR_OK);
  weir_grammar_release(Second);
  EXPECT_EQ(weir_job_wait(Job, 0), 1);
  weir_job_destroy(Job);
  const char *Slow = "[ab]*a[ab]{19}c";
  ASSERT_EQ(weir_service_submit(Service, WEIR_REGEX, Slow, strlen(Slow), nullptr, &Job), WEIR_OK);
  EXPECT_EQ(weir_job_wait(Job, 500), 0);
  weir_job_cancel(Job);
  weir_grammar *None = nullptr;
  EXPECT_EQ(weir_job_result(Job, &None, nullptr), WEIR_CANCELLED);
  EXPECT_EQ(None, nullptr);
  weir_job_destroy(Job);
  weir_job_destroy(nullptr);
  EXPECT_EQ(weir_job_wait(nullptr, 0), 0);
  EXPECT_EQ(weir_service_submit(Service, weir_language(9), "", 0, nullptr, &Job),
            WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_service_create(nullptr, nullptr, &Service), WEIR_INVALID_ARGUMENT);
}

TEST_F(CServiceTest, PlacesAreKeptWhereAskedFor) {
  Options.keep_places = 1;
  Options.name = "s.json";
  Options.name_size = 6;
  ASSERT_EQ(compile(R"({"type":"object","properties":{"a":{"type":"string","pattern":"^x+$"}},
                        "required":["a"]})"),
            WEIR_OK);
  ASSERT_EQ(weir_matcher_create(Grammar, Vocabulary, Tables, nullptr, &Matcher, {nullptr, 0}),
            WEIR_OK);
  ASSERT_EQ(weir_matcher_accept_bytes(Matcher, "{\"a\":\"x", 7), WEIR_OK);
  char Why[500];
  size_t Size = 0;
  ASSERT_EQ(weir_matcher_explain(Matcher, 'y', Why, sizeof(Why), &Size, nullptr), WEIR_OK);
  EXPECT_NE(std::string_view(Why, Size).find("/properties/a"), std::string::npos)
      << std::string_view(Why, Size);
  const size_t With = weir_grammar_memory(Grammar);
  Options.keep_places = 0;
  ASSERT_EQ(compile(R"({"type":"object","properties":{"a":{"type":"string","pattern":"^x+$"}},
                        "required":["a"]})"),
            WEIR_OK);
  EXPECT_LT(weir_grammar_memory(Grammar), With);
}

TEST_F(CServiceTest, CapabilitiesAreJson) {
  auto Of = [&](std::string_view Schema) {
    char Out[1000];
    size_t Size = 0;
    EXPECT_EQ(
        weir_schema_capabilities(Schema.data(), Schema.size(), nullptr, Out, sizeof(Out), &Size),
        WEIR_OK);
    return std::string(Out, std::min(Size, sizeof(Out)));
  };
  EXPECT_EQ(Of("{\"type\": \"null\"}"), "[]");
  const std::string Got = Of("{\"properties\": {\"a\": {\"format\": \"no-such\"}}}");
  EXPECT_NE(Got.find("\"refused\": false"), std::string::npos) << Got;
  EXPECT_NE(Got.find("/properties/a"), std::string::npos) << Got;
  EXPECT_EQ(weir_schema_capabilities("{}", 2, nullptr, nullptr, 0, nullptr), WEIR_INVALID_ARGUMENT);
}

TEST_F(CServiceTest, PreparedTablesAreHits) {
  ASSERT_EQ(weir_tables_prepare(Tables), WEIR_OK);
  weir_tables_statistics Counts = {};
  Counts.struct_size = sizeof(Counts);
  ASSERT_EQ(weir_tables_get_statistics(Tables, &Counts), WEIR_OK);
  EXPECT_GT(Counts.bytes, 0U);
  EXPECT_EQ(weir_tables_prepare(nullptr), WEIR_INVALID_ARGUMENT);
}

/// Merges: l+o, lo+w, e+r, Ġ+low; the pre-tokenizer is the byte-level one.
constexpr const char *Tokenizer = R"({
  "added_tokens": [{"id": 20, "content": "<x>", "special": false},
                   {"id": 21, "content": "<end>", "special": true}],
  "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
  "decoder": {"type": "ByteLevel"},
  "model": {"type": "BPE", "vocab": {"l": 0, "o": 1, "w": 2, "e": 3, "r": 4, "Ġ": 5, "lo": 6,
            "low": 7, "er": 8, "Ġlow": 9, "<": 10, ">": 11, "n": 12, "d": 13, "1": 14, "x": 15},
            "merges": ["l o", ["lo", "w"], "e r", "Ġ low"]}})";

TEST_F(CServiceTest, TheEncoderOfATokenizer) {
  weir_encoder *E = nullptr;
  weir_diagnostics *Diags = nullptr;
  const weir_status Read = weir_encoder_read(Tokenizer, strlen(Tokenizer), &E, &Diags);
  const char *Text = nullptr;
  size_t Size = 0;
  weir_diagnostics_text(Diags, &Text, &Size);
  ASSERT_EQ(Read, WEIR_OK) << Text;
  weir_diagnostics_destroy(Diags);
  using Tokens = std::vector<uint32_t>;
  auto Encode = [&](std::string_view T) {
    uint32_t Out[32];
    size_t Count = 0;
    return weir_encoder_encode(E, T.data(), T.size(), Out, 32, &Count) == WEIR_OK
               ? Tokens(Out, Out + Count)
               : Tokens{99};
  };
  EXPECT_EQ(Encode("low lower"), (Tokens{7, 9, 8}));
  EXPECT_EQ(Encode("  low"), (Tokens{5, 9})) << "the last blank goes with the word";
  EXPECT_EQ(Encode("lo1w"), (Tokens{6, 14, 2})) << "no merge over the border of words";
  EXPECT_EQ(Encode("<x>x"), (Tokens{20, 15})) << "an added token";
  EXPECT_EQ(Encode("<end>"), (Tokens{10, 3, 12, 13, 11})) << "a special one is text";
  EXPECT_EQ(Encode("?"), (Tokens{99})) << "no token for it";
  EXPECT_EQ(Encode("\xff"), (Tokens{99}));
  EXPECT_EQ(Encode(""), Tokens());

  weir_vocabulary *V = nullptr;
  const uint32_t Stop[] = {21};
  ASSERT_EQ(weir_vocabulary_read(Tokenizer, strlen(Tokenizer), Stop, 1, &V, nullptr), WEIR_OK);
  compileRegex("low lower( low)?");
  ASSERT_EQ(weir_matcher_create(Grammar, V, nullptr, nullptr, &Matcher, {nullptr, 0}), WEIR_OK);
  const weir_tokenizer T = weir_encoder_tokenizer(E);
  uint32_t Out[8];
  size_t Count = 0;
  ASSERT_EQ(weir_matcher_forced_tokens(Matcher, &T, 0, Out, 8, &Count), WEIR_OK);
  EXPECT_EQ(Tokens(Out, Out + Count), (Tokens{7, 9, 8}));
  weir_vocabulary_release(V);
  weir_encoder_destroy(E);

  for (const char *Wrong :
       {"[]", "{}", R"({"model": {"type": "Unigram", "vocab": []}})",
        R"({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}})",
        R"({"pre_tokenizer": {"type": "BertPreTokenizer"},
            "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}})",
        R"({"normalizer": {"type": "Lowercase"},
            "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}})",
        R"({"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "a+?"}, "behavior": "Isolated"},
            "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}})"}) {
    weir_encoder *None = nullptr;
    EXPECT_EQ(weir_encoder_read(Wrong, strlen(Wrong), &None, &Diags), WEIR_REJECTED) << Wrong;
    EXPECT_GT(weir_diagnostics_errors(Diags), 0U) << Wrong;
    EXPECT_EQ(None, nullptr);
    weir_diagnostics_destroy(Diags);
  }
  weir_encoder_destroy(nullptr);
}

} // namespace
