//===- TerminalLibraryTest.cpp - Tables of terminals in a vocabulary's image -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "OracleCheck.h"

#include "weir/Driver/Compiler.h"
#include "weir/Driver/Terminals.h"
#include "weir/Support/StableHash.h"
#include "weir/Vocab/Layout.h"
#include "weir/Vocab/VocabularyBuilder.h"
#include "weir/VocabReaders/Readers.h"

#include <cstring>
#include <thread>

using namespace weir;

namespace {

Result<VocabularyRef> openCopy(const std::vector<uint8_t> &Image) {
  return Vocabulary::open(FileBytes::own(Image));
}

std::vector<uint8_t> imageOf(const VocabularyRef &V) {
  Result<std::vector<uint8_t>> Image = imageWithTerminals(V);
  EXPECT_TRUE(Image.ok());
  return Image.ok() ? std::move(*Image) : std::vector<uint8_t>();
}

VocabularyRef withLibrary(const VocabularyRef &V) {
  Result<VocabularyRef> Out = openCopy(imageOf(V));
  EXPECT_TRUE(Out.ok());
  return Out.ok() ? *Out : nullptr;
}

template <typename T>
std::span<const uint8_t> bytesOf(std::span<const T> Records) {
  return {reinterpret_cast<const uint8_t *>(Records.data()), Records.size_bytes()};
}

std::shared_ptr<const Grammar> compiled(const char *Schema) {
  const FrontendRegistry Frontends;
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  CompileOptions Options;
  Options.Language = SpecLanguage::JsonSchema;
  auto G = compile(Frontends, Sources, Sources.add("s", Schema), Options, Diags);
  EXPECT_TRUE(G) << printText(Diags);
  return G;
}

struct Side {
  VocabularyRef V;
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
};

/// A random walk; `Other`, where it is given, must allow the same.
void walk(const std::shared_ptr<const Grammar> &G, const Side &One, unsigned Seed,
          const Side *Other = nullptr) {
  const Vocabulary &V = *One.V;
  const Side &Second = Other ? *Other : One;
  auto A = Matcher::create(G, One.V, One.Tables);
  auto B = Matcher::create(G, Second.V, Second.Tables);
  ASSERT_TRUE(A.ok() && B.ok());
  std::mt19937 Rng(Seed);
  std::vector<uint32_t> Row(Matcher::rowWords(V.size())), Same(Row.size());
  for (unsigned Step = 0; Step < 25 && !A->isTerminated(); ++Step) {
    if (!A->fillMask(Row, V.size()).ok())
      return;
    if (Other) {
      ASSERT_TRUE(B->fillMask(Same, V.size()).ok());
      ASSERT_EQ(Row, Same);
    }
    std::vector<TokenId> Allowed, Marks; // structure is rare among so many words
    for (TokenId T = 0; T < V.size(); ++T)
      if (Row[T / 32] >> (T % 32) & 1) {
        Allowed.push_back(T);
        if (V.isText(T) && std::strchr("\"{}[],: 1", char(V.bytes(T)[0])))
          Marks.push_back(T);
      }
    const std::vector<TokenId> &From = Marks.empty() || Rng() % 4 == 0 ? Allowed : Marks;
    if (From.empty())
      return;
    const TokenId T = From[Rng() % From.size()];
    if (!A->accept(T) || (Other && !B->accept(T)))
      return;
  }
}

constexpr const char *Schemas[] = {
    R"({"type":"object","properties":{"s":{"type":"string","maxLength":9},"n":{"type":"number"},
        "i":{"type":"integer","minimum":0},"v":true},"additionalProperties":{"type":"string"}})",
    R"({"type":"array","items":{"type":"array","items":{"type":["string","number","null"]}}})",
    R"({"type":"array","items":{"type":"string","minLength":2,"maxLength":40}})",
    R"({"type":"string","pattern":"^[a-z ]{2,30}-x?$"})",
};

TEST(TerminalLibrary, IsWhatPreparingMakes) {
  const VocabularyRef Plain = demoVocabulary(), V = withLibrary(Plain);
  ASSERT_TRUE(V);
  EXPECT_EQ(V->hash(), Plain->hash()) << "the same vocabulary";
  EXPECT_EQ(imageOf(V), imageOf(Plain));
  ASSERT_FALSE(V->terminals().empty());
  EXPECT_TRUE(Plain->terminals().empty());

  auto Made = TableCache::create(Plain);
  prepareTerminals(*Made);
  auto Stored = TableCache::create(V);
  const uint64_t Entries = Stored->statistics().Entries;
  EXPECT_EQ(Entries, Made->statistics().Entries);
  const TerminalRecords Records = Made->save();
#define TERMINAL_TABLE(Kind, Element, Name, Summary)                                               \
  EXPECT_TRUE(std::ranges::equal(bytesOf(std::span<const Element>(Records.Name)),                  \
                                 bytesOf(V->terminals().Name)))                                    \
      << #Name;
#include "weir/Vocab/TerminalTables.def"

  // Preparing finds all of them.
  Stored->prepare(compiled("true"));
  EXPECT_EQ(Stored->statistics().Entries, Entries);
}

/// What is stored is not looked at again by those who read it, so another meaning needs another
/// version. When this fails, raise TerminalTablesVersion and put down what the tables are now.
TEST(TerminalLibrary, ChangesWithItsVersion) {
  const VocabularyRef V = withLibrary(demoVocabulary());
  ASSERT_TRUE(V);
  uint64_t Hash = 0;
#define TERMINAL_TABLE(Kind, Element, Name, Summary)                                               \
  Hash = stableHash(bytesOf(V->terminals().Name), Hash);
#include "weir/Vocab/TerminalTables.def"
  EXPECT_EQ(TerminalTablesVersion, 1U);
  EXPECT_EQ(Hash, 0x714b71769c9b2a93U) << std::hex << Hash;
}

TEST(TerminalLibrary, SaysWhatAWalkFinds) {
  const Side Stored{withLibrary(demoVocabulary())}, Plain{demoVocabulary()};
  for (const char *Schema : Schemas)
    for (unsigned Seed = 1; Seed <= 10 && !HasFatalFailure(); ++Seed)
      walk(compiled(Schema), Stored, Seed, &Plain);
}

/// One image under two caches that all threads use, of which one drops tables all the time.
TEST(TerminalLibrary, ServesSeveralThreads) {
  const VocabularyRef V = withLibrary(demoVocabulary());
  ASSERT_TRUE(V);
  std::vector<std::shared_ptr<const Grammar>> Grammars;
  for (const char *Schema : Schemas)
    Grammars.push_back(compiled(Schema));
  const Side Ample{V}, Small{V, TableCache::create(V, /*MaxBytes=*/1'000)}, Plain{demoVocabulary()};
  std::vector<std::thread> Threads;
  for (unsigned Thread = 1; Thread <= 4; ++Thread)
    Threads.emplace_back([&, Thread] {
      for (const auto &G : Grammars) {
        walk(G, Small, Thread, &Plain);
        walk(G, Ample, Thread, &Small);
      }
    });
  for (std::thread &T : Threads)
    T.join();
  EXPECT_LT(Small.Tables->statistics().Entries, Ample.Tables->statistics().Entries);
}

TEST(TerminalLibrary, OfAnotherVersionIsLeftAlone) {
  std::vector<uint8_t> Image = imageOf(bytesVocabulary());
  const auto At = [&](uint32_t I) {
    vocab_image::ImageSection S;
    std::memcpy(&S, Image.data() + sizeof(vocab_image::ImageHeader) + I * sizeof S, sizeof S);
    return S;
  };
  const vocab_image::ImageSection Facts = At(vocab_image::NumRequiredSections);
  ASSERT_EQ(Facts.Kind, uint32_t(vocab_image::SectionKind::FirstOptionalSection));
  const uint32_t Version = TerminalTablesVersion + 1;
  std::memcpy(Image.data() + Facts.Offset, &Version, sizeof Version);
  // Its tables are other ones, too.
  const vocab_image::ImageSection Next = At(vocab_image::NumRequiredSections + 2);
  std::memset(Image.data() + Next.Offset, 0xFF, Next.Bytes);
  sealImage(Image);
  Result<VocabularyRef> V = openCopy(Image);
  ASSERT_TRUE(V.ok()) << V.error().Message;
  EXPECT_TRUE((*V)->terminals().empty());
  EXPECT_EQ((*V)->hash(), bytesVocabulary()->hash());
  EXPECT_EQ(imageOf(*V), imageOf(bytesVocabulary()));
}

/// A small image must not take gigabytes once it is in use.
TEST(TerminalLibrary, IsNoLargerThanItsImage) {
  auto Tables = TableCache::create(demoVocabulary());
  prepareTerminals(*Tables);
  TerminalRecords Records = Tables->save();
  EXPECT_TRUE(openCopy(imageWith(*demoVocabulary(), Records)).ok());
  Records.Ids.assign(100'000, 1);
  TerminalEntryRec All{};
  All.Kind = uint32_t(TerminalMask::Ids);
  All.Count = uint32_t(Records.Ids.size());
  All.Exits = All.Depth = TerminalEntryRec::None;
  Records.Entries.assign(10'000, All);
  Result<VocabularyRef> V = openCopy(imageWith(*demoVocabulary(), Records));
  ASSERT_FALSE(V.ok());
  EXPECT_NE(V.error().Message.find("share their lists too often"), std::string::npos)
      << V.error().Message;
}

/// Whatever the tables say, nothing that a matcher does may leave them.
TEST(TerminalLibrary, DamageUnderFreshChecksumsIsRefusedOrHarmless) {
  const VocabularyRef Plain = toyVocabulary("ab\"{}[],: 1-", /*Seed=*/1,
                                            {"ab\"", "\":", " \"", "12", "aaaaaaaaaaaaaaaaaaaa",
                                             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\","},
                                            /*Random=*/40);
  const std::vector<uint8_t> Image = imageOf(Plain);
  std::vector<vocab_image::ImageSection> Sections(NumTerminalTables);
  std::memcpy(Sections.data(),
              Image.data() + sizeof(vocab_image::ImageHeader) +
                  vocab_image::NumRequiredSections * sizeof(vocab_image::ImageSection),
              Sections.size() * sizeof(vocab_image::ImageSection));
  std::vector<std::shared_ptr<const Grammar>> Grammars;
  for (const char *Schema : Schemas)
    Grammars.push_back(compiled(Schema));
  std::mt19937 Random(7);
  unsigned Opened = 0, Refused = 0;
  for (unsigned Round = 0; Round < 1500; ++Round) {
    std::vector<uint8_t> Bad = Image;
    const vocab_image::ImageSection &S = Sections[Round % Sections.size()];
    if (S.Bytes < 4)
      continue;
    for (unsigned N = 1 + Random() % 3; N > 0; --N) {
      const size_t At = S.Offset + Random() % (S.Bytes / 4) * 4;
      uint32_t Word;
      std::memcpy(&Word, Bad.data() + At, 4);
      switch (Random() % 4) {
      case 0:
        Word = Random();
        break;
      case 1:
        Word = Random() % 64;
        break;
      case 2:
        Word += Random() % 2 ? 1U : ~0U;
        break;
      default:
        Word ^= 1U << Random() % 32;
      }
      std::memcpy(Bad.data() + At, &Word, 4);
    }
    sealImage(Bad);
    Result<VocabularyRef> V = openCopy(Bad);
    Refused += !V.ok();
    if (!V.ok()) {
      EXPECT_EQ(V.status(), Status::BadFormat);
      continue;
    }
    ++Opened;
    const Side Damaged{*V};
    for (const auto &G : Grammars)
      walk(G, Damaged, Round);
    ASSERT_FALSE(HasFatalFailure()) << "round " << Round;
  }
  EXPECT_GT(Opened, 100U);
  EXPECT_GT(Refused, 100U);
}

} // namespace
