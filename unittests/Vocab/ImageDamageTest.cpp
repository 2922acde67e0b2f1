//===- ImageDamageTest.cpp - Opening what is not a good image -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// An image that opens must be the image of its content, whoever made it. So each
// damaged image is opened as it is, with a fresh checksum, and with a fresh content hash
// too; what opens is rebuilt from what it says and must come out byte for byte.

#include "TestVocabularies.h"
#include "weir/Support/StableHash.h"

#include <cstring>

using namespace weir;
using namespace weir::test;
using namespace weir::vocab_image;

namespace {

Result<VocabularyRef> openCopy(std::span<const uint8_t> Image) {
  // A buffer of exactly that size, so that reading past it shows under AddressSanitizer.
  return Vocabulary::open(FileBytes::own({Image.begin(), Image.end()}));
}

/// Computes the content hash anew, where the section table is still good for it.
void rehash(std::vector<uint8_t> &Image) {
  uint64_t Hash = 0;
  for (uint32_t I = 0; I < NumContentSections; ++I) {
    ImageSection S;
    std::memcpy(&S, Image.data() + sizeof(ImageHeader) + I * sizeof S, sizeof S);
    if (S.Offset > Image.size() || S.Bytes > Image.size() - S.Offset)
      return;
    Hash = stableHash(std::span(Image).subspan(S.Offset, S.Bytes), Hash);
  }
  std::memcpy(Image.data() + offsetof(ImageHeader, ContentHash), &Hash, sizeof Hash);
}

/// Returns whether the image opened; a good image is held against its rebuilding.
bool opensSoundly(const std::vector<uint8_t> &Image) {
  Result<VocabularyRef> V = openCopy(Image);
  if (!V) {
    EXPECT_TRUE(V.status() == Status::BadFormat || V.status() == Status::UnsupportedVersion ||
                V.status() == Status::BudgetExceeded);
    EXPECT_FALSE(V.error().Message.empty());
    return false;
  }
  std::vector<uint8_t> Again = imageOf(specOf(**V));
  // The minor version is the one thing that may differ.
  Again.resize(std::max(Again.size(), Image.size()));
  std::memcpy(Again.data() + 10, Image.data() + 10, 2);
  sealImage(Again);
  EXPECT_EQ(Again, Image);
  return true;
}

Spec smallSpec() {
  Spec S;
  S.Tokens = {
      {TokenKind::Ordinary, "a"},    {TokenKind::Ordinary, "ab"},  {TokenKind::Ordinary, "a"},
      {TokenKind::Special, "<s>"},   {TokenKind::Gap, ""},         {TokenKind::Added, "\xC3\xA9"},
      {TokenKind::Ordinary, "\xC3"}, {TokenKind::Ordinary, " \t"}, {TokenKind::Special, "</s>"},
      {TokenKind::Ordinary, ""},     {TokenKind::Special, ""}};
  S.Stops = {3, 8};
  return S;
}

TEST(ImageDamage, EveryTruncationAndExtensionIsRefused) {
  const std::vector<uint8_t> Image = imageOf(smallSpec());
  ASSERT_TRUE(opensSoundly(Image));
  for (size_t Size = 0; Size < Image.size(); ++Size) {
    std::vector<uint8_t> Short(Image.begin(), Image.begin() + long(Size));
    EXPECT_FALSE(openCopy(Short).ok()) << Size;
    if (Size < sizeof(ImageHeader))
      continue;
    const uint64_t FileBytes = Size; // as a forger would
    std::memcpy(Short.data() + offsetof(ImageHeader, FileBytes), &FileBytes, 8);
    sealImage(Short);
    EXPECT_FALSE(openCopy(Short).ok()) << Size;
  }
  std::vector<uint8_t> Long = Image;
  for (unsigned More = 1; More < 40; ++More) {
    Long.push_back(0);
    EXPECT_FALSE(openCopy(Long).ok());
    std::vector<uint8_t> Forged = Long;
    const uint64_t FileBytes = Long.size();
    std::memcpy(Forged.data() + offsetof(ImageHeader, FileBytes), &FileBytes, 8);
    sealImage(Forged);
    EXPECT_FALSE(openCopy(Forged).ok());
  }
}

TEST(ImageDamage, EveryBitFlipIsNoticed) {
  const std::vector<uint8_t> Image = imageOf(smallSpec());
  for (size_t Bit = 0; Bit < Image.size() * 8; ++Bit) {
    std::vector<uint8_t> Flipped = Image;
    Flipped[Bit / 8] ^= uint8_t(1 << Bit % 8);
    EXPECT_FALSE(openCopy(Flipped).ok()) << "bit " << Bit;
  }
}

TEST(ImageDamage, AFlippedBitUnderAFreshChecksumIsRefusedOrSound) {
  const std::vector<uint8_t> Image = imageOf(smallSpec());
  unsigned Opened = 0;
  for (size_t Bit = 0; Bit < Image.size() * 8; ++Bit) {
    std::vector<uint8_t> Flipped = Image;
    Flipped[Bit / 8] ^= uint8_t(1 << Bit % 8);
    sealImage(Flipped);
    Opened += opensSoundly(Flipped);
    rehash(Flipped);
    sealImage(Flipped);
    Opened += opensSoundly(Flipped);
    ASSERT_FALSE(testing::Test::HasFailure()) << "bit " << Bit;
  }
  // Another special text or stop set is another good vocabulary: the check was reached.
  EXPECT_GT(Opened, 0u);
}

TEST(ImageDamage, RandomDamageUnderFreshChecksumsIsRefusedOrSound) {
  std::mt19937 Random(42);
  unsigned Opened = 0;
  for (unsigned Round = 0; Round < 6000; ++Round) {
    std::vector<uint8_t> Image = imageOf(Round % 2 ? smallSpec() : randomSpec(Round % 16, 25));
    // Whole words, small numbers and neighbours' values reach further than bit noise does.
    for (unsigned N = 1 + Random() % 3; N > 0; --N) {
      const size_t At = Random() % (Image.size() / 4) * 4;
      uint32_t Word = 0;
      switch (Random() % 4) {
      case 0:
        Word = Random();
        break;
      case 1:
        Word = Random() % 16;
        break;
      case 2:
        std::memcpy(&Word, Image.data() + Random() % (Image.size() / 4) * 4, 4);
        break;
      default:
        std::memcpy(&Word, Image.data() + At, 4);
        Word += Random() % 2 ? 1u : ~0u;
      }
      std::memcpy(Image.data() + At, &Word, 4);
    }
    std::memcpy(Image.data(), Magic, sizeof Magic);
    rehash(Image);
    sealImage(Image);
    Opened += opensSoundly(Image);
    ASSERT_FALSE(testing::Test::HasFailure()) << "round " << Round;
  }
  EXPECT_GT(Opened, 0u);
}

TEST(ImageDamage, OtherVersionsAreToldFromDamage) {
  std::vector<uint8_t> Image = imageOf(smallSpec());
  const uint16_t Major = MajorVersion + 1;
  std::memcpy(Image.data() + offsetof(ImageHeader, MajorVersion), &Major, 2);
  EXPECT_EQ(openCopy(Image).status(), Status::UnsupportedVersion) << "before the checksum is read";
  EXPECT_TRUE(Vocabulary::isImage(Image));
  EXPECT_FALSE(Vocabulary::isImage(std::span(Image).subspan(1)));
  EXPECT_FALSE(Vocabulary::isImage(std::span(Image).first(7)));
}

/// `Image` with one more section of `Kind` at its end, as a newer writer would make it.
std::vector<uint8_t> withSection(const std::vector<uint8_t> &Image, uint32_t Kind, uint16_t Minor) {
  ImageHeader H;
  std::memcpy(&H, Image.data(), sizeof H);
  const size_t TableEnd = sizeof H + H.SectionCount * sizeof(ImageSection);
  std::vector<uint8_t> New(Image.begin(), Image.begin() + long(TableEnd));
  for (uint32_t I = 0; I < H.SectionCount; ++I) {
    ImageSection S;
    std::memcpy(&S, New.data() + sizeof H + I * sizeof S, sizeof S);
    S.Offset += sizeof S;
    std::memcpy(New.data() + sizeof H + I * sizeof S, &S, sizeof S);
  }
  ImageSection Extra{Kind, 0, Image.size() + sizeof(ImageSection), 5};
  const auto *E = reinterpret_cast<const uint8_t *>(&Extra);
  New.insert(New.end(), E, E + sizeof Extra);
  New.insert(New.end(), Image.begin() + long(TableEnd), Image.end());
  for (uint8_t B : {1, 2, 3, 4, 5, 0, 0, 0})
    New.push_back(B);
  H.MinorVersion = Minor;
  H.SectionCount += 1;
  H.FileBytes = New.size();
  std::memcpy(New.data(), &H, sizeof H);
  sealImage(New);
  return New;
}

TEST(ImageDamage, SectionsOfANewerMinorVersionAreSkipped) {
  const std::vector<uint8_t> Image = imageOf(smallSpec());
  constexpr auto First = uint32_t(SectionKind::FirstOptionalSection) + 0x80;
  Result<VocabularyRef> Newer = openCopy(withSection(Image, First, MinorVersion + 1));
  ASSERT_TRUE(Newer.ok()) << Newer.error().Message;
  EXPECT_EQ(specOf(**Newer), smallSpec());
  EXPECT_FALSE(openCopy(withSection(Image, First, MinorVersion)).ok()) << "unknown to this version";
  EXPECT_FALSE(openCopy(withSection(Image, First - 0x81, MinorVersion + 1)).ok()) << "not optional";
}

} // namespace
