//===- ArtifactFuzzer.cpp - No .wtab file crashes the runtime -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The input is opened as it is, and then as someone leaves it who wants damage to be
// believed: with sizes, section places, hashes and the checksum made right again, for the byte
// vocabulary and for the demo one. What opens must be written back to the same bytes, and
// a matcher walks over it: whatever the masks say, every call must come back.
//
//===----------------------------------------------------------------------===//
#include "weir/Artifact/Artifact.h"
#include "weir/Runtime/Explain.h"
#include "weir/Runtime/ReadyTables.h"
#include "weir/Support/StableHash.h"
#include "weir/VocabReaders/Readers.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

using namespace weir;
using namespace weir::artifact;

static void require(bool Condition, const char *What) {
  if (Condition)
    return;
  std::fprintf(stderr, "does not hold: %s\n", What);
  std::abort();
}

static const VocabularyRef &vocabulary(bool Demo) {
  static const VocabularyRef All[] = {bytesVocabulary(), demoVocabulary()};
  return All[Demo];
}

/// Lays the sections out as the reader wants them, and seals. Bytes are neither added nor moved,
/// so only inputs of nearly the right shape get far.
static void forge(std::vector<uint8_t> &Image, const Vocabulary &V) {
  Header H;
  std::memcpy(&H, Image.data(), sizeof H);
  std::memcpy(H.Magic, Magic, sizeof Magic);
  H.MajorVersion = MajorVersion;
  H.FileBytes = Image.size();
  for (uint32_t I = 0; I < H.SectionCount && I < MaxSections; ++I) {
    const size_t At = sizeof H + I * sizeof(Section);
    if (At + sizeof(Section) > Image.size())
      break;
    Section S;
    std::memcpy(&S, Image.data() + At, sizeof S);
    if (S.Kind == uint32_t(SectionKind::ReadyFacts) && S.Offset <= Image.size() &&
        Image.size() - S.Offset >= sizeof(ReadyFactsRec)) {
      ReadyFactsRec F;
      std::memcpy(&F, Image.data() + S.Offset, sizeof F);
      F.VocabularyHash = H.VocabularyHash = V.hash();
      F.Tokens = V.size();
      std::memcpy(Image.data() + S.Offset, &F, sizeof F);
    }
  }
  std::memcpy(Image.data(), &H, sizeof H);
  sealArtifact(Image);
}

static void walk(const std::shared_ptr<const Grammar> &G, const VocabularyRef &V,
                 std::mt19937 Random) {
  MatcherOptions Options;
  Options.MaxConfigurations = 32;
  Options.TraceEvents = 4;
  Result<Matcher> M = Matcher::create(G, V, TableCache::create(V, 1 << 20), Options);
  if (!M) {
    require(M.status() == Status::NotFound || M.status() == Status::VocabularyMismatch,
            "a matcher is refused for the tokens or the vocabulary");
    return;
  }
  std::vector<uint32_t> Row(Matcher::rowWords(V->size()));
  for (unsigned Step = 0; Step < 6 && !M->isTerminated(); ++Step) {
    if (!M->fillMask(Row, V->size()))
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
  M->nextBytes();
  M->forcedBytes(16);
  (void)M->completion(12);
  (void)explain(*M, TokenId(Random() % V->size()));
  M->trace();
  Matcher Fork = M->fork();
  Fork.rollback(Fork.historySize() / 2);
  (void)Fork.fillMask(Row, V->size());
}

static void openAndWalk(const std::vector<uint8_t> &Image, const VocabularyRef &V,
                        const std::mt19937 &Random) {
  auto G = openArtifact(FileBytes::own(std::vector<uint8_t>(Image)));
  if (!G) {
    require(G.status() == Status::BadFormat || G.status() == Status::UnsupportedVersion,
            "an artifact is refused for what it is");
    require(G.error().Message.find(':') != std::string::npos, "and by name");
    return;
  }
  const std::vector<uint8_t> Again = writeArtifact(**G);
  auto Same = openArtifact(FileBytes::own(std::vector<uint8_t>(Again)));
  require(Same.ok() && writeArtifact(**Same) == Again, "what opens is written back and opens");
  for (uint32_t R = 0; R < (*G)->tables().Rules.size() && R < 4; ++R)
    (void)(*G)->placesOf((*G)->ruleName(R));
  walk(*G, V, Random);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  const uint64_t Seed = stableHash(std::span(Data, Size));
  std::mt19937 Random{uint32_t(Seed ^ (Seed >> 32))};
  std::vector<uint8_t> Image(Data, Data + Size);
  openAndWalk(Image, vocabulary(false), Random);
  if (Size < sizeof(Header))
    return 0;
  for (bool Demo : {false, true}) {
    forge(Image, *vocabulary(Demo));
    openAndWalk(Image, vocabulary(Demo), Random);
  }
  return 0;
}
