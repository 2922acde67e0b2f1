//===- TokenizerJsonTest.cpp - Small tokenizer.json files and their traps -===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReaderFixture.h"

using namespace weir;
using namespace weir::test;

namespace {

class TokenizerJson : public ReaderTest {};
using Ids = std::vector<TokenId>;

constexpr std::string_view ByteLevel = R"json({
  "version": "1.0", "truncation": null, "padding": null, "normalizer": null,
  "added_tokens": [
    {"id": 6, "content": "<|endoftext|>", "special": true, "lstrip": false},
    {"id": 7, "content": "<think>", "special": false},
    {"id": 9, "content": "Ġraw", "special": false}
  ],
  "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
    {"type": "Split", "pattern": {"Regex": "\\s"}, "behavior": "Isolated"},
    {"type": "ByteLevel", "add_prefix_space": false}]},
  "post_processor": null,
  "decoder": {"type": "ByteLevel"},
  "model": {"type": "BPE", "byte_fallback": false, "ignore_merges": true,
    "vocab": {"a": 0, "Ġthe": 1, "Ã©": 2, "Ã": 3, "Ċ": 4, "Āÿł": 5, "日本": 8},
    "merges": ["Ã ©", "Ġ the"]}
})json";

TEST_F(TokenizerJson, ByteLevelPiecesAreBytesInDisguise) {
  const VocabularyRef V = read(ByteLevel);
  ASSERT_TRUE(V) << messages();
  EXPECT_EQ(V->size(), 10u);
  EXPECT_EQ(bytes(V, 0), "a");
  EXPECT_EQ(bytes(V, 1), " the");
  EXPECT_EQ(bytes(V, 2), "\xC3\xA9") << "two characters of the table, one of the text";
  EXPECT_EQ(bytes(V, 3), "\xC3") << "no UTF-8 alone";
  EXPECT_EQ(bytes(V, 4), "\n");
  EXPECT_EQ(bytes(V, 5), std::string("\0\xFF\xA0", 3));
  EXPECT_EQ(bytes(V, 8), "日本") << "outside of the table: literal";
}

TEST_F(TokenizerJson, TheWholeByteTableIsABijection) {
  // The 256 characters, by byte.
  std::string Vocab;
  unsigned Next = 256;
  for (unsigned B = 0; B < 256; ++B) {
    const bool Shows = (B >= 33 && B <= 126) || (B >= 161 && B <= 172) || B >= 174;
    char Escape[8];
    std::snprintf(Escape, sizeof Escape, "\\u%04x", Shows ? B : Next++);
    Vocab += (B ? ", \"" : "\"") + std::string(Escape) + "\": " + std::to_string(B);
  }
  const VocabularyRef V = read(R"({"decoder": {"type": "ByteLevel"}, "model": {"type": "BPE", )"
                               R"("vocab": {)" +
                               Vocab + R"(}, "merges": []}})");
  ASSERT_TRUE(V) << messages();
  for (unsigned B = 0; B < 256; ++B)
    EXPECT_EQ(bytes(V, B), std::string(1, char(B)));
}

TEST_F(TokenizerJson, AddedTokensAreLiteralText) {
  const VocabularyRef V = read(ByteLevel);
  ASSERT_TRUE(V);
  EXPECT_TRUE(V->isSpecial(6));
  EXPECT_EQ(V->name(6), "<|endoftext|>");
  EXPECT_EQ(bytes(V, 6), "");
  EXPECT_EQ(V->kind(7), TokenKind::Added);
  EXPECT_EQ(idsOf(V, "<think>"), Ids{7});
  EXPECT_EQ(V->specialByName("<think>"), 7u);
  EXPECT_EQ(bytes(V, 9), "Ġraw") << "never byte-mapped";
}

TEST_F(TokenizerJson, UsualStopNamesAreTakenWithANote) {
  const VocabularyRef V = read(ByteLevel);
  ASSERT_TRUE(V);
  EXPECT_EQ(stops(V), Ids{6});
  ASSERT_TRUE(has(DiagId::VocabUsualStopTokens)); // vocab-usual-stop-tokens
  EXPECT_NE(messages().find("<|endoftext|> (6)"), std::string::npos);

  VocabularyOptions More;
  More.Stops = {7, 6};
  const VocabularyRef W = read(ByteLevel, More);
  ASSERT_TRUE(W);
  EXPECT_EQ(stops(W), (Ids{6, 7}));
  EXPECT_TRUE(W->isSpecial(7)) << "a stop token is a symbol";
  EXPECT_NE(V->hash(), W->hash());

  More.Stops = {10};
  EXPECT_NE(refusal(ByteLevel, More).find("vocab-stop-token: the stop token 10"),
            std::string::npos);
}

TEST_F(TokenizerJson, OldFilesWithoutATypeOrDecoderAreToldByMergesAndPreTokenizer) {
  const VocabularyRef V = read(R"({"added_tokens": [], "decoder": null,
    "pre_tokenizer": {"type": "ByteLevel"},
    "model": {"vocab": {"Ġa": 0}, "merges": [["Ġ", "a"]]}})");
  ASSERT_TRUE(V) << messages();
  EXPECT_EQ(bytes(V, 0), " a");
  EXPECT_TRUE(has(DiagId::VocabNoStopToken)); // vocab-no-stop-token
}

constexpr std::string_view Sentencepiece = R"json({
  "added_tokens": [
    {"id": 0, "content": "<unk>", "special": true},
    {"id": 1, "content": "</s>", "special": true},
    {"id": 9, "content": "▁▁", "special": false},
    {"id": 10, "content": "<0x42>", "special": false}
  ],
  "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
    {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
  "pre_tokenizer": null,
  "decoder": {"type": "Sequence", "decoders": [
    {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
    {"type": "ByteFallback"}, {"type": "Fuse"},
    {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
  "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
    "vocab": {"<unk>": 0, "</s>": 1, "<0x41>": 2, "A": 3, "▁the": 4, "<0xe2>": 5, "é": 6,
              "<0xZZ>": 7, "▁": 8, "▁▁": 9},
    "merges": ["▁ the", "▁ ▁"]}
})json";

TEST_F(TokenizerJson, SentencepiecePiecesHaveMarkedSpacesAndFallbackBytes) {
  const VocabularyRef V = read(Sentencepiece);
  ASSERT_TRUE(V) << messages();
  EXPECT_EQ(idsOf(V, "A"), (Ids{2, 3})) << "two ids with the same bytes";
  EXPECT_EQ(bytes(V, 4), " the");
  EXPECT_EQ(bytes(V, 5), "\xE2");
  EXPECT_EQ(bytes(V, 6), "é");
  EXPECT_EQ(bytes(V, 7), "<0xZZ>");
  EXPECT_EQ(bytes(V, 8), " ");
  EXPECT_EQ(bytes(V, 9), "  ") << "replacements reach added tokens";
  EXPECT_EQ(V->kind(9), TokenKind::Added);
  EXPECT_EQ(bytes(V, 10), "<0x42>") << "but bytes in disguise are for pieces only";
  EXPECT_EQ(stops(V), Ids{1});
}

TEST_F(TokenizerJson, UnigramVocabulariesAreArrays) {
  const VocabularyRef V = read(R"json({
    "added_tokens": [{"id": 1, "content": "</s>", "special": true}],
    "decoder": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": true},
    "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": true,
      "vocab": [["<unk>", 0.0], ["</s>", 0], ["▁a", -3.5], ["<0x0A>", -4], ["x▁y", -5e0]]}
  })json");
  ASSERT_TRUE(V) << messages();
  EXPECT_TRUE(V->isSpecial(0)) << "the unknown token, though not among the added";
  EXPECT_EQ(V->name(0), "<unk>");
  EXPECT_EQ(bytes(V, 2), " a");
  EXPECT_EQ(bytes(V, 3), "\n");
  EXPECT_EQ(bytes(V, 4), "x y");
  EXPECT_EQ(stops(V), Ids{1});
}

TEST_F(TokenizerJson, IdsWithoutATokenAreGaps) {
  const VocabularyRef V = read(R"({"decoder": {"type": "ByteLevel"},
    "model": {"type": "BPE", "vocab": {"a": 0, "b": 5}, "merges": []}})");
  ASSERT_TRUE(V);
  EXPECT_EQ(V->size(), 6u);
  EXPECT_EQ(V->kind(3), TokenKind::Gap);
}

/// A byte-level file with parts of it replaced.
std::string with(std::string_view Decoder, std::string_view Model, std::string_view Added = "[]") {
  return "{\"added_tokens\": " + std::string(Added) + ", \"decoder\": " + std::string(Decoder) +
         ", \"model\": " + std::string(Model) + "}";
}
constexpr std::string_view Bpe = R"({"type": "BPE", "vocab": {"a": 0}, "merges": []})";
constexpr std::string_view Plain = R"({"type": "ByteLevel"})";

TEST_F(TokenizerJson, WhatIsNotUnderstoodIsRefusedByName) {
  auto Unsupported = [&](const std::string &Text, std::string_view Name) {
    EXPECT_NE(refusal(Text).find("vocab-unsupported: " + std::string(Name)), std::string::npos)
        << Text << messages();
  };
  Unsupported(with(Plain, R"({"type": "WordPiece", "vocab": {}})"),
              "the tokenizer model 'WordPiece'");
  Unsupported(with(R"({"type": "WordPiece"})", Bpe), "the decoder 'WordPiece'");
  Unsupported(with(R"({"type": "BPEDecoder", "suffix": "</w>"})", Bpe), "the decoder 'BPEDecoder'");
  Unsupported(with(Plain, R"({"type": "BPE", "vocab": {"a": 0}, "end_of_word_suffix": "</w>"})"),
              "a model with 'end_of_word_suffix'");
  Unsupported(with(R"({"type": "Strip", "content": " ", "start": 1, "stop": 0})", Bpe),
              "the decoder 'Strip' before 'Fuse'");
  Unsupported(with(R"({"type": "Replace", "pattern": {"Regex": "x"}, "content": ""})", Bpe),
              "a decoder that replaces a regular expression");
  Unsupported(with(R"({"type": "Replace", "pattern": {"String": ""}, "content": ""})", Bpe),
              "an empty pattern");
  Unsupported(with(R"({"type": "Sequence", "decoders": [{"type": "Fuse"},
                      {"type": "Replace", "pattern": {"String": "ab"}, "content": ""}]})",
                   Bpe),
              "a pattern of several characters after 'Fuse'");
  Unsupported(with(R"({"type": "Sequence", "decoders": [{"type": "ByteLevel"},
                      {"type": "Metaspace", "replacement": "_"}]})",
                   Bpe),
              "a byte-level decoder with replacements");
  Unsupported(with("null", Bpe), "a tokenizer with no decoder");
}

TEST_F(TokenizerJson, MistakesAreReportedWithTheirPlaces) {
  auto Refused = [&](const std::string &Text, std::string_view Message) {
    EXPECT_NE(refusal(Text).find(Message), std::string::npos) << Text << messages();
    for (const Diagnostic &D : Diags.diagnostics())
      EXPECT_TRUE(D.HasPointer && D.Range.isValid()) << D.Message;
  };
  Refused(R"({"model": []})", "vocab-wrong-type: 'model' must be an object");
  Refused(with(Plain, R"({"type": "BPE", "merges": []})"),
          "vocab-missing: the model has no 'vocab'");
  Refused(with(Plain, R"({"vocab": {}})"), "vocab-missing: the model has no 'type'");
  for (std::string_view Id : {"-1", "1.5", "1e3", "16777216", "99999999999999999999", "\"0\""})
    Refused(with(Plain, R"({"type": "BPE", "vocab": {"a": )" + std::string(Id) + "}}"),
            "vocab-token-id: ");
  Refused(with(Plain, R"({"type": "BPE", "vocab": {"a": 0, "b": 0}})"),
          "vocab-duplicate-id: the id 0 is given to 'a' and to 'b'");
  Refused(
      with(Plain, Bpe,
           R"([{"id": 1, "content": "x"}, {"id": 2, "content": "z"}, {"id": 1, "content": "y"}])"),
      "vocab-duplicate-id: the id 1 is given to 'x' and to 'y'");
  Refused(with(Plain, Bpe, R"([{"id": 1}])"), "vocab-missing: an added token has no 'content'");
  Refused(with(Plain, Bpe, R"([{"id": 1, "content": "x", "special": "yes"}])"),
          "vocab-wrong-type: 'special' must be true or false");
  Refused(with(Plain, R"({"type": "BPE", "vocab": {"a": 0}, "merges": ["ab"]})"),
          "vocab-wrong-type: a merge must be two pieces");
  Refused(with(Plain, R"({"type": "BPE", "vocab": {"a": 0}, "merges": [["a"]]})"),
          "vocab-wrong-type: a merge must be two pieces");
  Refused(with(Plain, R"({"type": "Unigram", "vocab": [["a", 0], ["b"]]})"),
          "vocab-wrong-type: a piece must be a string and a score");
  Refused(with(R"({"decoders": []})", Bpe), "vocab-missing: a component has no 'type'");
  Refused(with(R"({"type": "Sequence"})", Bpe), "vocab-missing: a sequence has no 'decoders'");
  Refused(with(Plain, R"({"type": "BPE", "vocab": {}})"),
          "vocab-inconsistent: the vocabulary has no tokens");
  Refused(with(Plain, R"({"type": "BPE", "vocab": {")" + std::string(70000, 'a') + "\": 0}}"),
          "vocab-limit: token 0 has 70000 bytes");
}

TEST_F(TokenizerJson, AllMistakesAreReportedNotTheFirst) {
  refusal(with(R"({"type": "CTC"})", R"({"type": "BPE", "vocab": {"a": -1, "b": "x"}})",
               R"([{"content": "x"}])"));
  EXPECT_EQ(Diags.errorCount(), 4u) << messages();
}

TEST_F(TokenizerJson, NestedSequencesAreReadInOrderAtAnyDepth) {
  std::string Decoder, Ends;
  for (unsigned I = 0; I < 20000; ++I) {
    Decoder += R"({"type": "Sequence", "decoders": [)";
    Ends += "]}";
  }
  Decoder += R"({"type": "Metaspace", "replacement": "▁"})" + Ends;
  const VocabularyRef V =
      read(with(Decoder, R"({"type": "BPE", "vocab": {"▁a": 0}, "merges": []})"));
  ASSERT_TRUE(V) << messages();
  EXPECT_EQ(bytes(V, 0), " a");
  // "▁" to "_" before "_" to " ": both act.
  const VocabularyRef W = read(with(R"({"type": "Sequence", "decoders": [
      {"type": "Replace", "pattern": {"String": "▁"}, "content": "_"},
      {"type": "Replace", "pattern": {"String": "_"}, "content": " "}]})",
                                    R"({"type": "BPE", "vocab": {"▁a_": 0}, "merges": []})"));
  ASSERT_TRUE(W) << messages();
  EXPECT_EQ(bytes(W, 0), " a ");
}

} // namespace
