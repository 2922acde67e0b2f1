//===- ArtifactTest.cpp - Writing and opening artifacts -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ArtifactTesting.h"

#include <random>

using namespace weir;
using namespace weir::test;
using artifact::Header;
using artifact::Section;

namespace {

class EachSpec : public testing::TestWithParam<SpecText> {};

template <typename T>
bool sameTable(std::span<const T> A, std::span<const T> B) {
  return A.size() == B.size() &&
         (A.empty() || std::memcmp(A.data(), B.data(), A.size_bytes()) == 0);
}

TEST_P(EachSpec, OpensAsWritten) {
  std::shared_ptr<const Grammar> G = compileSpec(GetParam());
  ASSERT_TRUE(G);
  const std::vector<uint8_t> Image = writeArtifact(*G);
  EXPECT_TRUE(isArtifact(Image));
  EXPECT_EQ(Image, writeArtifact(*G));
  auto Opened = openCopy(Image);
  ASSERT_TRUE(Opened.ok()) << Opened.error().Message;
  const GrammarView &A = G->tables(), &B = (*Opened)->tables();
#define GRAMMAR_TABLE(Kind, Element, Name, Summary) EXPECT_TRUE(sameTable(A.Name, B.Name)) << #Name;
#include "weir/Runtime/GrammarTables.def"
  EXPECT_EQ(A.Text, B.Text);
  EXPECT_EQ(A.StartRule, B.StartRule);
  EXPECT_EQ(A.NeedsFresh, B.NeedsFresh);
  EXPECT_EQ(writeArtifact(**Opened), Image);
  EXPECT_EQ(grammarHash(**Opened), grammarHash(*G));
}

TEST_P(EachSpec, MasksLikeTheOriginal) {
  std::shared_ptr<const Grammar> G = compileSpec(GetParam());
  ASSERT_TRUE(G);
  auto Opened = openCopy(writeArtifact(*G));
  ASSERT_TRUE(Opened.ok()) << Opened.error().Message;
  VocabularyRef V = demoVocabulary();
  auto A = Matcher::create(G, V, TableCache::create(V));
  auto B = Matcher::create(*Opened, V, TableCache::create(V));
  ASSERT_TRUE(A.ok() && B.ok());
  std::vector<uint32_t> RowA(Matcher::rowWords(V->size())), RowB(RowA.size());
  std::mt19937 Random(1);
  for (unsigned Walk = 0; Walk < 4; ++Walk) {
    A->reset();
    B->reset();
    for (unsigned Step = 0; Step < 20 && !A->isTerminated(); ++Step) {
      auto InfoA = A->fillMask(RowA, V->size()), InfoB = B->fillMask(RowB, V->size());
      ASSERT_EQ(InfoA.ok(), InfoB.ok());
      if (!InfoA)
        break;
      ASSERT_EQ(RowA, RowB);
      std::vector<TokenId> Allowed;
      for (TokenId T = 0; T < V->size(); ++T)
        if (RowA[T / 32] >> (T % 32) & 1)
          Allowed.push_back(T);
      ASSERT_FALSE(Allowed.empty());
      const TokenId T = Allowed[Random() % Allowed.size()];
      ASSERT_TRUE(A->accept(T) && B->accept(T));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Artifacts, EachSpec, testing::ValuesIn(Specs), nameOfSpec);

TEST(ArtifactTest, EveryTableHasRecords) {
  GrammarTables Any;
  std::vector<std::string> Missing;
#define GRAMMAR_TABLE(Kind, Element, Name, Summary) bool Has##Name = false;
#include "weir/Runtime/GrammarTables.def"
  for (const SpecText &S : Specs) {
    std::shared_ptr<const Grammar> G = compileSpec(S);
    ASSERT_TRUE(G);
#define GRAMMAR_TABLE(Kind, Element, Name, Summary) Has##Name |= !G->tables().Name.empty();
#include "weir/Runtime/GrammarTables.def"
  }
#define GRAMMAR_TABLE(Kind, Element, Name, Summary) EXPECT_TRUE(Has##Name) << #Name;
#include "weir/Runtime/GrammarTables.def"
}

TEST(ArtifactTest, ReadsBorrowedBytesInPlace) {
  std::vector<uint8_t> Image = writeArtifact(*compileSpec(Specs[0]));
  auto Storage = std::make_shared<std::vector<uint64_t>>(Image.size() / 8 + 2);
  uint8_t *First = reinterpret_cast<uint8_t *>(Storage->data());
  std::memcpy(First, Image.data(), Image.size());
  std::weak_ptr<const void> Alive = Storage;
  {
    std::span<const uint8_t> Bytes(First, Image.size());
    auto G = openArtifact(FileBytes::borrow(Bytes, std::move(Storage)));
    ASSERT_TRUE(G.ok()) << G.error().Message;
    auto *States = reinterpret_cast<const uint8_t *>((*G)->tables().States.data());
    EXPECT_TRUE(States >= First && States < First + Image.size());
    EXPECT_FALSE(Alive.expired());
  }
  EXPECT_TRUE(Alive.expired());
}

TEST(ArtifactTest, CopiesBytesThatAreNotAligned) {
  std::vector<uint8_t> Image = writeArtifact(*compileSpec(Specs[0]));
  std::vector<uint64_t> Storage(Image.size() / 8 + 2);
  uint8_t *First = reinterpret_cast<uint8_t *>(Storage.data()) + 1;
  std::memcpy(First, Image.data(), Image.size());
  std::span<const uint8_t> Bytes(First, Image.size());
  auto G = openArtifact(FileBytes::borrow(Bytes, nullptr));
  ASSERT_TRUE(G.ok()) << G.error().Message;
  auto *States = reinterpret_cast<const uint8_t *>((*G)->tables().States.data());
  EXPECT_FALSE(States >= First && States < First + Image.size());
}

TEST(ArtifactTest, NewerMinorVersionsMayAddSections) {
  std::vector<uint8_t> Image = writeArtifact(*compileSpec(Specs[0]));
  // One more entry of the directory moves everything by 24 bytes.
  Header H;
  std::memcpy(&H, Image.data(), sizeof H);
  const size_t DirectoryEnd = sizeof H + H.SectionCount * sizeof(Section);
  std::vector<uint8_t> More(Image.begin(), Image.begin() + ptrdiff_t(DirectoryEnd));
  Section Last{};
  for (uint32_t I = 0; I < H.SectionCount; ++I) {
    uint8_t *At = More.data() + sizeof H + I * sizeof(Section);
    std::memcpy(&Last, At, sizeof Last);
    Last.Offset += sizeof(Section);
    std::memcpy(At, &Last, sizeof Last);
  }
  Section New{0x7777, 8, Image.size() + sizeof(Section), 16};
  More.insert(More.end(), reinterpret_cast<uint8_t *>(&New),
              reinterpret_cast<uint8_t *>(&New) + sizeof New);
  More.insert(More.end(), Image.begin() + ptrdiff_t(DirectoryEnd), Image.end());
  More.insert(More.end(), 16, 0xab);
  ++H.SectionCount;
  H.FileBytes = More.size();
  std::memcpy(More.data(), &H, sizeof H);
  sealArtifact(More);
  auto G = openCopy(More);
  ASSERT_FALSE(G.ok()) << "this version knows its sections";
  EXPECT_EQ(errorName(G.error()), "artifact-malformed");

  ++H.MinorVersion;
  std::memcpy(More.data(), &H, sizeof H);
  sealArtifact(More);
  G = openCopy(More);
  EXPECT_TRUE(G.ok()) << G.error().Message;

  ++H.MajorVersion;
  std::memcpy(More.data(), &H, sizeof H);
  sealArtifact(More);
  G = openCopy(More);
  ASSERT_FALSE(G.ok());
  EXPECT_EQ(errorName(G.error()), "artifact-version");
  EXPECT_EQ(G.status(), Status::UnsupportedVersion);
}

TEST(ArtifactTest, ErrorsHaveNames) {
  const std::vector<uint8_t> Image = writeArtifact(*compileSpec(Specs[0]));
  auto nameOf = [](const std::vector<uint8_t> &Bytes) {
    auto G = openCopy(Bytes);
    return G.ok() ? "opened" : errorName(G.error());
  };
  EXPECT_EQ(nameOf({}), "not-an-artifact");
  EXPECT_EQ(nameOf({'{', '}'}), "not-an-artifact");
  EXPECT_EQ(nameOf({Image.begin(), Image.begin() + 40}), "artifact-truncated");
  EXPECT_EQ(nameOf({Image.begin(), Image.end() - 8}), "artifact-truncated");
  std::vector<uint8_t> Bad = Image;
  Bad.push_back(0);
  EXPECT_EQ(nameOf(Bad), "artifact-truncated");
  Bad = Image;
  Bad[200] ^= 1;
  EXPECT_EQ(nameOf(Bad), "artifact-checksum");
  sealArtifact(Bad);
  EXPECT_EQ(nameOf(Bad), "artifact-malformed");
  Bad = Image;
  Bad[8] = 9;
  EXPECT_EQ(nameOf(Bad), "artifact-version");
}

TEST(ArtifactTest, FilesAreMapped) {
  const std::vector<uint8_t> Image = writeArtifact(*compileSpec(Specs[0]));
  const std::string Path = testing::TempDir() + "artifact-test.wtab";
  ASSERT_TRUE(writeFileAtomically(Path, Image).ok());
  auto G = openArtifactFile(Path);
  ASSERT_TRUE(G.ok()) << G.error().Message;
  EXPECT_EQ(writeArtifact(**G), Image);
  EXPECT_EQ(openArtifactFile(Path + "-not").status(), Status::NotFound);
}

} // namespace
