//===- DataVocabulariesTest.cpp - Known facts of five real vocabularies ---===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The facts were counted from the files with another program. Skipped, and saying so,
// where WEIR_DATA_DIR does not name the folder with vocab/*.json.xz.

#include "ReaderFixture.h"

#include "weir/Compression/Xz.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

using namespace weir;
using namespace weir::test;

namespace {

struct Facts {
  const char *Name;
  uint32_t Size, Special, Added, Stop;
  const char *StopName;
  uint32_t SharedTexts;
  uint32_t MaxBytes; ///< of the text tokens
  const char *Text;  ///< a text
  TokenId TextId;    ///< and the id that stands for it
};

class DataVocabularies : public ReaderTest, public testing::WithParamInterface<Facts> {};

TEST_P(DataVocabularies, HaveTheFactsCountedElsewhere) {
  const Facts &F = GetParam();
  const char *Folder = std::getenv("WEIR_DATA_DIR");
  const std::string Path = std::string(Folder ? Folder : "") + "/vocab/" + F.Name + ".json.xz";
  if (!Folder || !*Folder || !std::filesystem::exists(Path))
    GTEST_SKIP() << "skipped: WEIR_DATA_DIR names no folder with vocab/" << F.Name << ".json.xz";
  VocabularyOptions Options;
  Options.UnpackXz = unpackXz;
  const VocabularyRef V = readVocabulary(Path, Diags, Options);
  ASSERT_TRUE(V) << messages();
  EXPECT_EQ(V->size(), F.Size);
  EXPECT_EQ(stops(V), std::vector<TokenId>{F.Stop});
  EXPECT_EQ(V->name(F.Stop), F.StopName);
  EXPECT_EQ(V->specialByName(F.StopName), F.Stop);
  EXPECT_EQ(V->maxTokenBytes(), F.MaxBytes);
  uint32_t Special = 0, Added = 0, Shared = 0;
  for (TokenId Id = 0; Id < V->size(); ++Id) {
    Special += V->kind(Id) == TokenKind::Special;
    Added += V->kind(Id) == TokenKind::Added;
    if (V->isText(Id)) {
      const std::span<const TokenId> Same = V->idsOf(V->bytes(Id));
      EXPECT_TRUE(std::find(Same.begin(), Same.end(), Id) != Same.end()) << Id;
      Shared += Same.size() > 1 && Same.front() == Id;
    }
  }
  EXPECT_EQ(Special, F.Special);
  EXPECT_EQ(Added, F.Added);
  EXPECT_EQ(Shared, F.SharedTexts);
  const std::vector<TokenId> Of = idsOf(V, F.Text);
  EXPECT_TRUE(std::find(Of.begin(), Of.end(), F.TextId) != Of.end()) << F.Text;

  // Through an image and back.
  Result<VocabularyRef> Again =
      Vocabulary::open(FileBytes::own({V->image().begin(), V->image().end()}));
  ASSERT_TRUE(Again.ok()) << Again.error().Message;
  EXPECT_EQ((*Again)->hash(), V->hash());
}

INSTANTIATE_TEST_SUITE_P(
    All, DataVocabularies,
    testing::Values(Facts{"llama2", 32000, 3, 0, 2, "</s>", 96, 27, " the", 278},
                    Facts{"llama3", 128256, 256, 0, 128009, "<|eot_id|>", 0, 128, " the", 279},
                    Facts{"gptoss", 200019, 21, 0, 200002, "<|return|>", 0, 128, " the", 290},
                    Facts{"qwen3", 151669, 14, 12, 151645, "<|im_end|>", 0, 128, " the", 279},
                    Facts{"gemma3", 262145, 9, 6406, 106, "<end_of_turn>", 110, 48, " the", 506}),
    [](const testing::TestParamInfo<Facts> &Info) { return std::string(Info.param.Name); });

} // namespace
