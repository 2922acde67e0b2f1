//===- VocabularyJsonTest.cpp - Vocabularies spelled out, and recognition -===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReaderFixture.h"

#include "weir/Vocab/VocabularyBuilder.h"

using namespace weir;
using namespace weir::test;

namespace {

class VocabularyJson : public ReaderTest {};
using Ids = std::vector<TokenId>;

TEST_F(VocabularyJson, TextsKindsGapsAndStops) {
  const VocabularyRef V = read(R"({"name": "toy", "size": 7, "eos": 6, "eos_text": "</s>",
    "special": [5, 6], "added_nonspecial": [3], "gaps": [1], "kind": "byte_level",
    "tokens_b64": ["YQ==", "eA==", "/w==", "PHRoaW5rPg==", null, "PHM+", "PC9zPg=="]})");
  ASSERT_TRUE(V) << messages();
  EXPECT_EQ(V->size(), 7u);
  EXPECT_EQ(bytes(V, 0), "a");
  EXPECT_EQ(V->kind(1), TokenKind::Gap) << "listed, whatever its text";
  EXPECT_EQ(bytes(V, 2), "\xFF");
  EXPECT_EQ(V->specialByName("<think>"), 3u);
  EXPECT_EQ(bytes(V, 3), "<think>");
  EXPECT_EQ(V->kind(4), TokenKind::Gap);
  EXPECT_EQ(V->specialByName("<s>"), 5u);
  EXPECT_EQ(stops(V), Ids{6});
  EXPECT_TRUE(Diags.diagnostics().empty());
}

TEST_F(VocabularyJson, EosMayBeAListOrMissing) {
  const VocabularyRef V =
      read(R"({"size": 2, "eos": [0, 1], "special": [0, 1], "tokens_b64": ["YQ==", "Yg=="]})");
  ASSERT_TRUE(V) << messages();
  EXPECT_EQ(stops(V), (Ids{0, 1}));
  EXPECT_TRUE(read(R"({"size": 1, "eos": null, "tokens_b64": ["YQ=="]})"));
  EXPECT_TRUE(has(DiagId::VocabNoStopToken));
}

TEST_F(VocabularyJson, MistakesAreReported) {
  auto Refused = [&](std::string_view Text, std::string_view Message) {
    EXPECT_NE(refusal(Text).find(Message), std::string::npos) << Text << messages();
  };
  Refused(R"({"tokens_b64": []})", "vocab-missing: the vocabulary has no 'size'");
  Refused(R"({"size": 0, "tokens_b64": []})", "vocab-inconsistent: the vocabulary has no tokens");
  Refused(R"({"size": 0, "tokens_b64": [], "special": [0], "eos": [0]})",
          "vocab-inconsistent: the vocabulary has no tokens");
  Refused(R"({"size": 3, "tokens_b64": ["YQ=="]})",
          "vocab-inconsistent: 'size' is 3, but 'tokens_b64' has 1 tokens");
  Refused(R"({"size": 1, "tokens_b64": "YQ=="})",
          "vocab-wrong-type: 'tokens_b64' must be an array");
  Refused(R"({"size": 1, "tokens_b64": [7]})", "vocab-wrong-type: a token must be a string");
  for (std::string_view Bad :
       {"YQ", "YQ=", "YQ===", "Y===", "====", "YR==", "YWJ=", "Y Q=", "YQ==YQ==", "-_==",
        "YQ=="
        "=A=="})
    Refused("{\"size\": 1, \"tokens_b64\": [\"" + std::string(Bad) + "\"]}",
            "vocab-base64: the bytes of token 0");
  Refused(R"({"size": 1, "special": [1], "tokens_b64": ["YQ=="]})",
          "vocab-token-id: 1 is no token id: expected an integer from 0 to 0");
  Refused(R"({"size": 1, "special": [0], "gaps": [0], "tokens_b64": ["YQ=="]})",
          "vocab-inconsistent: the token 0 is listed both as gap and as special");
  Refused(R"({"size": 1, "eos": 1, "tokens_b64": ["YQ=="]})",
          "vocab-stop-token: the stop token 1 is not in the vocabulary, which has the ids 0 to 0");
  Refused(R"({"size": 2, "eos": 1, "gaps": [1], "tokens_b64": ["YQ==", ""]})",
          "vocab-stop-token: the stop token 1");
  Refused(R"({"size": 1, "eos": 0, "eos_text": "b", "tokens_b64": ["YQ=="]})",
          "vocab-inconsistent: 'eos_text' is not the text of the token 0, 'a'");
}

TEST_F(VocabularyJson, AListOfTokens) {
  const VocabularyRef V = read(
      R"(["a", "ab", [195, 0, 255], null, {"added": "<t>"}, {"special": "</s>", "stop": true}, "", []])");
  ASSERT_TRUE(V) << messages();
  EXPECT_EQ(V->size(), 8u);
  EXPECT_EQ(bytes(V, 1), "ab");
  EXPECT_EQ(bytes(V, 2), std::string("\xC3\0\xFF", 3));
  EXPECT_EQ(V->kind(3), TokenKind::Gap);
  EXPECT_EQ(V->kind(4), TokenKind::Added);
  EXPECT_EQ(stops(V), Ids{5});
  EXPECT_FALSE(V->isText(6));
  EXPECT_FALSE(V->isText(7));

  EXPECT_NE(refusal("[1]").find("vocab-wrong-type: a listed token must be"), std::string::npos);
  EXPECT_NE(refusal("[[256]]").find("vocab-wrong-type: a byte must be"), std::string::npos);
  EXPECT_NE(refusal("[[-1]]").find("vocab-wrong-type"), std::string::npos);
  EXPECT_NE(refusal("[[\"a\"]]").find("vocab-wrong-type"), std::string::npos);
  EXPECT_NE(refusal("[{}]").find("vocab-missing: the token has no 'special'"), std::string::npos);
  EXPECT_NE(refusal(R"([{"special": "x", "added": "x"}])").find("not both"), std::string::npos);
  EXPECT_NE(refusal(R"([{"special": "x", "id": 3}])").find("vocab-unsupported: the member 'id'"),
            std::string::npos);
  EXPECT_NE(refusal("[]").find("vocab-inconsistent"), std::string::npos);
}

TEST_F(VocabularyJson, OtherFilesAreRefusedByTheirNames) {
  EXPECT_NE(refusal("").find("vocab-unknown-format: 'input' is no vocabulary"), std::string::npos);
  EXPECT_NE(refusal("hello").find("vocab-unknown-format"), std::string::npos);
  EXPECT_NE(refusal("{\"a\": 1}").find("vocab-unknown-format"), std::string::npos);
  EXPECT_NE(refusal("{\"a\": ").find("json-"), std::string::npos);
  EXPECT_NE(refusal("GGUF\x03").find("vocab-unsupported: a GGUF file"), std::string::npos);
  EXPECT_NE(refusal(std::string_view("\xFD"
                                     "7zXZ\0...",
                                     9))
                .find("vocab-unsupported: xz-compressed input"),
            std::string::npos);
  EXPECT_NE(refusal("\x1F\x8B\x08").find("vocab-unsupported: gzip"), std::string::npos);
  EXPECT_NE(refusal("PK\x03\x04").find("vocab-unsupported: a zip archive"), std::string::npos);
  EXPECT_FALSE(readVocabulary("no/such/file", Diags));
  EXPECT_TRUE(has(DiagId::FileUnreadable));
}

TEST_F(VocabularyJson, ImagesAreOpenedAndTakeMoreStops) {
  const VocabularyRef V = read(R"(["a", "b", null, {"special": "</s>", "stop": true}])");
  ASSERT_TRUE(V);
  const std::string Image(V->image().begin(), V->image().end());
  const VocabularyRef Same = read(Image);
  ASSERT_TRUE(Same) << messages();
  EXPECT_EQ(Same->hash(), V->hash());
  VocabularyOptions Options;
  Options.Stops = {1};
  const VocabularyRef More = read(Image, Options);
  ASSERT_TRUE(More) << messages();
  EXPECT_EQ(stops(More), (Ids{1, 3}));
  EXPECT_EQ(bytes(More, 0), "a");
  EXPECT_EQ(More->kind(2), TokenKind::Gap);
  Options.Stops = {2, 9};
  EXPECT_FALSE(read(Image, Options));
  EXPECT_EQ(Diags.errorCount(), 2u) << messages();
  EXPECT_NE(
      refusal(Image.substr(0, Image.size() - 1)).find("vocab-image: 'input' cannot be opened"),
      std::string::npos);
}

TEST_F(VocabularyJson, AnUnpackerIsUsedWhenThereIsOne) {
  VocabularyOptions Options;
  Options.UnpackXz = [](std::span<const uint8_t> Packed, uint64_t) -> Result<FileBytes> {
    if (Packed.size() < 7)
      return {Status::BadFormat, "too short"};
    return FileBytes::own({'[', '"', 'x', '"', ']'});
  };
  const std::string_view Magic("\xFD"
                               "7zXZ\0?",
                               7);
  const VocabularyRef V = read(Magic, Options);
  ASSERT_TRUE(V) << messages();
  EXPECT_EQ(bytes(V, 0), "x");
  EXPECT_NE(
      refusal(Magic.substr(0, 6), Options).find("file-unreadable: cannot read input: too short"),
      std::string::npos)
      << messages();
}

} // namespace
