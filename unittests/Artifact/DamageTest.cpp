//===- DamageTest.cpp - Opening what is no good artifact ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every bit of several artifacts is turned over, and every length is cut off. With the
// old checksum none of them opens. With a fresh one some do, being other grammars; then
// matchers run over them, and whatever they answer they must come back. All share one
// cache, in which the good grammar must find what it found before.
//
//===----------------------------------------------------------------------===//
#include "ArtifactTesting.h"

#include <random>

using namespace weir;
using namespace weir::test;

namespace {

class Damage : public testing::TestWithParam<SpecText> {};

/// Masks, steps, look-ahead and a way back, on whatever `G` is.
void exercise(const std::shared_ptr<const Grammar> &G, const VocabularyRef &V,
              const std::shared_ptr<TableCache> &Tables, unsigned Seed) {
  MatcherOptions Options;
  Options.MaxConfigurations = 32;
  auto M = Matcher::create(G, V, Tables, Options);
  if (!M) {
    EXPECT_EQ(M.status(), Status::NotFound) << M.error().Message;
    return;
  }
  std::vector<uint32_t> Row(Matcher::rowWords(V->size()));
  std::mt19937 Random(Seed);
  for (unsigned Step = 0; Step < 5 && !M->isTerminated(); ++Step) {
    auto Info = M->fillMask(Row, V->size());
    if (!Info)
      break;
    std::vector<TokenId> Allowed;
    for (TokenId T = 0; T < V->size(); ++T)
      if (Row[T / 32] >> (T % 32) & 1)
        Allowed.push_back(T);
    if (Allowed.empty())
      break;
    M->accept(Allowed[Random() % Allowed.size()]);
  }
  M->openRules();
  if (Seed % 8 == 0)
    M->completion(12);
  M->rollback(M->historySize() / 2);
  (void)M->fillMask(Row, V->size());
}

std::vector<std::vector<uint32_t>> masksOf(const std::shared_ptr<const Grammar> &G,
                                           const VocabularyRef &V,
                                           const std::shared_ptr<TableCache> &Tables) {
  std::vector<std::vector<uint32_t>> Out;
  auto M = Matcher::create(G, V, Tables);
  std::mt19937 Random(7);
  for (unsigned Step = 0; Step < 12 && !M->isTerminated(); ++Step) {
    std::vector<uint32_t> Row(Matcher::rowWords(V->size()));
    if (!M->fillMask(Row, V->size()))
      break;
    std::vector<TokenId> Allowed;
    for (TokenId T = 0; T < V->size(); ++T)
      if (Row[T / 32] >> (T % 32) & 1)
        Allowed.push_back(T);
    Out.push_back(std::move(Row));
    if (Allowed.empty())
      break;
    M->accept(Allowed[Random() % Allowed.size()]);
  }
  return Out;
}

TEST_P(Damage, NoLengthOpens) {
  const std::vector<uint8_t> Image = writeArtifact(*compileSpec(GetParam()));
  for (size_t Size = 0; Size < Image.size(); ++Size) {
    std::vector<uint8_t> Part(Image.begin(), Image.begin() + ptrdiff_t(Size));
    auto G = openCopy(Part);
    ASSERT_FALSE(G.ok()) << Size;
    ASSERT_EQ(errorName(G.error()), Size < 8 ? "not-an-artifact" : "artifact-truncated") << Size;
    if (Size < sizeof(artifact::Header))
      continue;
    // The header agrees with the size, and the seal is fresh.
    const uint64_t Bytes = Size;
    std::memcpy(Part.data() + offsetof(artifact::Header, FileBytes), &Bytes, sizeof Bytes);
    sealArtifact(Part);
    G = openCopy(Part);
    ASSERT_FALSE(G.ok()) << Size;
    ASSERT_EQ(errorName(G.error()), "artifact-malformed") << Size;
  }
}

TEST_P(Damage, EveryBitIsHarmless) {
  std::shared_ptr<const Grammar> Good = compileSpec(GetParam());
  ASSERT_TRUE(Good);
  VocabularyRef V = bytesVocabulary();
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  const auto Before = masksOf(Good, V, TableCache::create(V));
  std::vector<uint8_t> Image = writeArtifact(*Good);
  const std::vector<uint8_t> Original = Image;
  size_t Opened = 0;
  for (size_t Byte = 0; Byte < Image.size(); ++Byte)
    for (unsigned Bit = 0; Bit < 8; ++Bit) {
      Image[Byte] ^= uint8_t(1U << Bit);
      ASSERT_FALSE(openCopy(Image).ok()) << "byte " << Byte << " bit " << Bit;
      sealArtifact(Image);
      if (auto G = openCopy(Image)) {
        // Looking for something new takes long.
        if (++Opened % (Good->tables().NeedsFresh ? 8 : 1) == 0)
          exercise(*G, V, Tables, unsigned(Byte * 8 + Bit));
      } else {
        ASSERT_NE(errorName(G.error()), "artifact-checksum");
      }
      Image[Byte] ^= uint8_t(1U << Bit);
      std::memcpy(Image.data(), Original.data(), sizeof(artifact::Header));
    }
  ASSERT_EQ(Image, Original);
  EXPECT_GT(Opened, 0U);
  EXPECT_EQ(masksOf(Good, V, Tables), Before) << "a forgery changed another grammar's tables";
}

/// Several words at once, of values that records like to have.
TEST_P(Damage, ForgeriesAreHarmless) {
  std::shared_ptr<const Grammar> Good = compileSpec(GetParam());
  ASSERT_TRUE(Good);
  VocabularyRef V = bytesVocabulary();
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  const auto Before = masksOf(Good, V, TableCache::create(V));
  const std::vector<uint8_t> Original = writeArtifact(*Good);
  const size_t Words = Original.size() / 4, First = sizeof(artifact::Header) / 4;
  std::mt19937 Random(3);
  for (unsigned Round = 0; Round < 3'000; ++Round) {
    std::vector<uint8_t> Image = Original;
    for (unsigned Count = 1 + Random() % 3; Count > 0; --Count) {
      const size_t At = First + Random() % (Words - First);
      uint32_t Value = uint32_t(Random() % 12);
      if (Random() % 4 == 0)
        Value = Random() % 2 ? NoIndex : uint32_t(Random());
      else if (Random() % 2)
        std::memcpy(&Value, Original.data() + 4 * (First + Random() % (Words - First)), 4);
      std::memcpy(Image.data() + 4 * At, &Value, 4);
    }
    sealArtifact(Image);
    if (auto G = openCopy(Image))
      exercise(*G, V, Tables, Round);
  }
  EXPECT_EQ(masksOf(Good, V, Tables), Before) << "a forgery changed another grammar's tables";
}

INSTANTIATE_TEST_SUITE_P(Artifacts, Damage, testing::ValuesIn(Specs), nameOfSpec);

} // namespace
