//===- ReadyTest.cpp - Artifacts with mask tables and places --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A grammar whose tables were all made ahead of time answers like one that makes them when
// they are needed, and makes none: the counters say so.
//
//===----------------------------------------------------------------------===//
#include "ArtifactTesting.h"

#include "weir/Runtime/ReadyTables.h"
#include "weir/Vocab/VocabularyBuilder.h"

#include <random>

using namespace weir;
using namespace weir::test;

namespace {

/// What asks most of tables: counters of several kinds, depths, white space, recursion.
constexpr SpecText MoreSpecs[] = {
    {"strings.json", SpecLanguage::JsonSchema, ir::KeyOrder::Declared,
     R"({"type":"object","required":["a","b","c"],"properties":{
        "a":{"type":"string","minLength":2,"maxLength":9},"b":{"type":"string","maxLength":1000},
        "c":{"type":"string","pattern":"^[a-f]{3,40}$"},"d":{"type":"number"}}})"},
    {"nested.json", SpecLanguage::JsonSchema, ir::KeyOrder::Declared,
     R"({"type":"object","required":["a"],"properties":{"a":{"type":"object","required":["b"],
        "properties":{"b":{"type":"array","minItems":1,"maxItems":3,"items":{"type":"object",
        "properties":{"c":{"type":"integer"}},"required":["c"],"additionalProperties":false}}},
        "additionalProperties":false}},"additionalProperties":false})"},
    {"recursive.json", SpecLanguage::JsonSchema, ir::KeyOrder::Any,
     R"({"type":"object","properties":{"v":{"type":"boolean"},"next":{"$ref":"#"}},
        "required":["v"],"additionalProperties":false})"},
    {"dates.json", SpecLanguage::JsonSchema, ir::KeyOrder::Declared,
     R"({"type":"array","items":{"type":"string","format":"date"},"maxItems":40})"},
};

std::vector<SpecText> allSpecs() {
  std::vector<SpecText> All(std::begin(Specs), std::end(Specs));
  All.insert(All.end(), std::begin(MoreSpecs), std::end(MoreSpecs));
  return All;
}

std::shared_ptr<const Grammar> filled(const std::shared_ptr<const Grammar> &G,
                                      const VocabularyRef &V, FillOptions Options = {}) {
  auto Filled = fillTables(G, TableCache::create(V), Options);
  EXPECT_TRUE(Filled.ok()) << Filled.error().Message;
  return Filled ? *Filled : nullptr;
}

class EachFilled : public testing::TestWithParam<SpecText> {};

/// Walks `G` and the plain grammar side by side.
void expectSame(const std::shared_ptr<const Grammar> &Plain,
                const std::shared_ptr<const Grammar> &G, const VocabularyRef &V, unsigned Walks,
                unsigned Steps) {
  auto A = Matcher::create(Plain, V, TableCache::create(V));
  auto Tables = TableCache::create(V);
  auto B = Matcher::create(G, V, Tables);
  ASSERT_TRUE(A.ok() && B.ok());
  std::vector<uint32_t> RowA(Matcher::rowWords(V->size())), RowB(RowA.size());
  std::mt19937 Random(5);
  for (unsigned Walk = 0; Walk < Walks; ++Walk) {
    A->reset();
    B->reset();
    for (unsigned Step = 0; Step < Steps && !A->isTerminated(); ++Step) {
      auto InfoA = A->fillMask(RowA, V->size()), InfoB = B->fillMask(RowB, V->size());
      ASSERT_EQ(InfoA.ok(), InfoB.ok());
      if (!InfoA)
        break;
      ASSERT_EQ(RowA, RowB) << "walk " << Walk << " step " << Step;
      std::vector<TokenId> Allowed;
      for (TokenId T = 0; T < V->size(); ++T)
        if (RowA[T / 32] >> (T % 32) & 1)
          Allowed.push_back(T);
      ASSERT_FALSE(Allowed.empty());
      const TokenId T = Allowed[Random() % Allowed.size()];
      ASSERT_TRUE(A->accept(T) && B->accept(T));
    }
  }
  const MatcherStatistics S = B->statistics();
  EXPECT_GT(S.Masks, 0U);
  EXPECT_EQ(S.ColdMasks, 0U);
  EXPECT_EQ(S.TablesMade, 0U);
  EXPECT_EQ(Tables->statistics().Misses, 0U);
  EXPECT_EQ(Tables->statistics().Entries, 0U);
}

TEST_P(EachFilled, MakesNoTable) {
  std::shared_ptr<const Grammar> G = compileSpec(GetParam());
  ASSERT_TRUE(G);
  for (const VocabularyRef &V : {demoVocabulary(), bytesVocabulary()}) {
    std::shared_ptr<const Grammar> F = filled(G, V);
    ASSERT_TRUE(F);
    EXPECT_EQ(grammarHash(*F), grammarHash(*G));
    expectSame(G, F, V, 8, 40);
    // … and so does what is read back.
    const std::vector<uint8_t> Image = writeArtifact(*F);
    EXPECT_EQ(Image, writeArtifact(*filled(G, V))) << "the same bytes each time";
    auto Opened = openCopy(Image);
    ASSERT_TRUE(Opened.ok()) << Opened.error().Message;
    ASSERT_TRUE((*Opened)->ready());
    EXPECT_EQ(writeArtifact(**Opened), Image);
    expectSame(G, *Opened, V, 8, 40);
    EXPECT_GT((*Opened)->memoryBytes(), G->memoryBytes());
  }
}

INSTANTIATE_TEST_SUITE_P(Artifacts, EachFilled, testing::ValuesIn(allSpecs()), nameOfSpec);

TEST(ReadyTest, OtherVocabulariesAreRefusedByName) {
  std::shared_ptr<const Grammar> G = compileSpec(MoreSpecs[0]);
  auto Opened = openCopy(writeArtifact(*filled(G, demoVocabulary())));
  ASSERT_TRUE(Opened.ok());
  VocabularyRef Other = bytesVocabulary();
  auto M = Matcher::create(*Opened, Other, TableCache::create(Other));
  ASSERT_FALSE(M.ok());
  EXPECT_EQ(M.status(), Status::VocabularyMismatch);
  EXPECT_EQ(errorName(M.error()), "artifact-vocabulary");
  // They can be filled again, for another one.
  std::shared_ptr<const Grammar> Again = filled(*Opened, Other);
  EXPECT_TRUE(Matcher::create(Again, Other, TableCache::create(Other)).ok());
}

TEST(ReadyTest, LimitsAreErrors) {
  std::shared_ptr<const Grammar> G = compileSpec(MoreSpecs[0]);
  VocabularyRef V = demoVocabulary();
  FillOptions Few;
  Few.MaxEntries = 3;
  EXPECT_EQ(fillTables(G, TableCache::create(V), Few).status(), Status::BudgetExceeded);
  FillOptions Small;
  Small.MaxBytes = 64;
  EXPECT_EQ(fillTables(G, TableCache::create(V), Small).status(), Status::BudgetExceeded);
}

/// Nesting without end cannot be filled for; the facts say how far it goes, and beyond it the
/// answers are right all the same.
TEST(ReadyTest, DepthIsBoundedWhereAGrammarCallsItself) {
  VocabularyRef V = bytesVocabulary();
  std::shared_ptr<const Grammar> G = compileSpec(MoreSpecs[2]);
  FillOptions Flat;
  Flat.MaxDepth = 2;
  std::shared_ptr<const Grammar> F = filled(G, V, Flat);
  ASSERT_TRUE(F);
  EXPECT_EQ(F->ready()->facts().MaxDepth, 2U);
  EXPECT_EQ(filled(compileSpec(MoreSpecs[1]), V)->ready()->facts().MaxDepth, NoIndex);
  auto A = Matcher::create(G, V, TableCache::create(V));
  auto B = Matcher::create(F, V, TableCache::create(V));
  std::string Text;
  for (unsigned I = 0; I < 6; ++I)
    Text += "{\n\"v\": true,\n    \"next\": ";
  std::vector<uint32_t> RowA(Matcher::rowWords(V->size())), RowB(RowA.size());
  for (char C : Text) {
    ASSERT_TRUE(A->fillMask(RowA, V->size()).ok() && B->fillMask(RowB, V->size()).ok());
    ASSERT_EQ(RowA, RowB);
    ASSERT_TRUE(A->accept(TokenId(uint8_t(C))) && B->accept(TokenId(uint8_t(C)))) << Text;
  }
  EXPECT_GT(B->statistics().TablesMade, 0U);
  EXPECT_LT(B->statistics().TablesMade, A->statistics().TablesMade);
}

/// Bits of the optional sections are turned over and sealed; what opens must not fall over.
TEST(ReadyTest, DamagedTablesAreHarmless) {
  VocabularyRef V = bytesVocabulary();
  std::shared_ptr<const Grammar> G = compileSpec(MoreSpecs[0]);
  const std::vector<uint8_t> Original =
      writeArtifact(*filled(G, V), [](std::string_view Rule) { return "at " + std::string(Rule); });
  const size_t First = writeArtifact(*G).size();
  std::mt19937 Random(11);
  size_t Opened = 0, Refused = 0;
  std::vector<uint32_t> Row(Matcher::rowWords(V->size()));
  for (unsigned Round = 0; Round < 6'000; ++Round) {
    std::vector<uint8_t> Image = Original;
    if (Round % 2) {
      Image[First + Random() % (Image.size() - First)] ^= uint8_t(1U << Random() % 8);
    } else {
      const uint32_t Value = Random() % 3 ? uint32_t(Random() % 300) : uint32_t(Random());
      std::memcpy(Image.data() + (First + Random() % (Image.size() - First - 4)) / 4 * 4, &Value,
                  4);
    }
    sealArtifact(Image);
    auto Forged = openCopy(Image);
    if (!Forged) {
      ASSERT_EQ(errorName(Forged.error()), "artifact-malformed");
      ++Refused;
      continue;
    }
    ++Opened;
    auto M = Matcher::create(*Forged, V, TableCache::create(V));
    if (!M) {
      ASSERT_EQ(M.status(), Status::VocabularyMismatch);
      continue;
    }
    for (char C : std::string("{\"a\": \"xyz\", \"b\": \"\", \"c\": \"abc")) {
      (void)M->fillMask(Row, V->size());
      if (!M->accept(TokenId(uint8_t(C))))
        break;
    }
    (*Forged)->placesOf("start");
  }
  EXPECT_GT(Opened, 100U);
  EXPECT_GT(Refused, 100U);
}

TEST(ReadyTest, OptionalSectionsNeedTheirVersion) {
  std::shared_ptr<const Grammar> G = compileSpec(MoreSpecs[0]);
  std::vector<uint8_t> Image = writeArtifact(*filled(G, bytesVocabulary()));
  artifact::Header H;
  std::memcpy(&H, Image.data(), sizeof H);
  H.MinorVersion = 0;
  std::memcpy(Image.data(), &H, sizeof H);
  sealArtifact(Image);
  auto Old = openCopy(Image);
  ASSERT_FALSE(Old.ok()) << "version 2.0 had no such sections";
  EXPECT_EQ(errorName(Old.error()), "artifact-malformed");
  // Without sections it is version 2.0 but for the number.
  Image = writeArtifact(*G);
  std::memcpy(&H, Image.data(), sizeof H);
  H.MinorVersion = 0;
  std::memcpy(Image.data(), &H, sizeof H);
  sealArtifact(Image);
  EXPECT_TRUE(openCopy(Image).ok());
}

TEST(ReadyTest, PlacesAreKept) {
  std::shared_ptr<const Grammar> G = compileSpec(Specs[0]);
  auto place = [](std::string_view Rule) {
    return Rule.size() % 2 ? "/" + std::string(Rule) : std::string();
  };
  const std::vector<uint8_t> Image = writeArtifact(*G, place);
  auto Opened = openCopy(Image);
  ASSERT_TRUE(Opened.ok()) << Opened.error().Message;
  for (uint32_t R = 0; R < G->tables().Rules.size(); ++R)
    EXPECT_EQ((*Opened)->placesOf(G->ruleName(R)), place(G->ruleName(R)));
  EXPECT_EQ((*Opened)->placesOf("no such rule"), "");
  EXPECT_EQ(writeArtifact(**Opened), Image);
  // … by a grammar that is filled, too.
  auto F = openCopy(writeArtifact(*filled(*Opened, demoVocabulary())));
  ASSERT_TRUE(F.ok());
  EXPECT_EQ((*F)->placesOf(G->ruleName(0)), place(G->ruleName(0)));
}

} // namespace
