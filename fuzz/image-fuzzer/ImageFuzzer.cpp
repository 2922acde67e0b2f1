//===- ImageFuzzer.cpp - No .wvoc file crashes the runtime ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The input is opened as it is, then with a fresh checksum, then with a fresh content
// hash too, as someone who wants damage to be believed would leave it. What opens must
// be the image of what it says.
//
//===----------------------------------------------------------------------===//
#include "../VocabularyFuzzing.h"

#include "weir/Support/StableHash.h"
#include "weir/Vocab/Layout.h"
#include "weir/Vocab/VocabularyBuilder.h"

#include <cstring>

using namespace weir;
using namespace weir::fuzz;
using namespace weir::vocab_image;

/// Writes what can be computed of the header, where the section table is good for it.
static void forgeHeader(std::vector<uint8_t> &Image) {
  std::memcpy(Image.data(), Magic, sizeof Magic);
  const uint64_t Whole = Image.size();
  std::memcpy(Image.data() + offsetof(ImageHeader, FileBytes), &Whole, sizeof Whole);
  uint64_t Hash = 0;
  for (uint32_t I = 0; I < NumContentSections; ++I) {
    ImageSection S;
    const size_t At = sizeof(ImageHeader) + I * sizeof S;
    if (Image.size() < At + sizeof S)
      return;
    std::memcpy(&S, Image.data() + At, sizeof S);
    if (S.Offset > Image.size() || S.Bytes > Image.size() - S.Offset)
      return;
    Hash = stableHash(std::span(Image).subspan(S.Offset, S.Bytes), Hash);
  }
  std::memcpy(Image.data() + offsetof(ImageHeader, ContentHash), &Hash, sizeof Hash);
}

static void openAndCheck(std::vector<uint8_t> Image, const std::mt19937 &Random) {
  Result<VocabularyRef> V = Vocabulary::open(FileBytes::own(std::move(Image)));
  if (V) {
    checkVocabulary(*V, Random);
    return;
  }
  require(V.status() == Status::BadFormat || V.status() == Status::UnsupportedVersion ||
              V.status() == Status::BudgetExceeded,
          "an image is refused for what it is");
  require(!V.error().Message.empty(), "and it is said why");
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  std::mt19937 Random = randomOf(Data, Size);
  std::vector<uint8_t> Image(Data, Data + Size);
  openAndCheck(Image, Random);
  if (Size < sizeof(ImageHeader))
    return 0;
  sealImage(Image);
  openAndCheck(Image, Random);
  forgeHeader(Image);
  sealImage(Image);
  openAndCheck(Image, Random);
  return 0;
}
