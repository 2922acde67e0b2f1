//===- Writer.cpp - The artifact of a grammar -------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Artifact/Artifact.h"

#include "weir/Support/StableHash.h"

#include <cstring>

namespace weir {

using namespace artifact;

namespace {

struct Piece {
  uint32_t Kind;
  uint32_t ElementBytes;
  std::span<const uint8_t> Bytes;
};

template <typename T>
std::span<const uint8_t> bytesOf(std::span<const T> S) {
  return {reinterpret_cast<const uint8_t *>(S.data()), S.size_bytes()};
}

std::vector<Piece> grammarPieces(const GrammarView &T) {
  std::vector<Piece> Out;
#define GRAMMAR_TABLE(Kind, Element, Name, Summary)                                                \
  Out.push_back({Kind, sizeof(Element), bytesOf(T.Name)});
#include "weir/Runtime/GrammarTables.def"
  Out.push_back({uint32_t(SectionKind::Text), 1, bytesOf(std::span(T.Text))});
  return Out;
}

uint64_t hashOf(std::span<const Piece> Grammar, const GrammarView &T) {
  uint64_t Hash = T.StartRule;
  for (const Piece &P : Grammar)
    Hash = stableHash(P.Bytes, Hash);
  return Hash;
}

} // namespace

uint64_t grammarHash(const Grammar &G) { return hashOf(grammarPieces(G.tables()), G.tables()); }

static std::vector<uint8_t> write(const Grammar &G, const GrammarPlaces &Places) {
  const GrammarView &T = G.tables();
  std::vector<Piece> Pieces = grammarPieces(T);
  const uint64_t GrammarHash = hashOf(Pieces, T);
  if (const ReadyTables *Ready = G.ready().get()) {
#define READY_TABLE(Kind, Element, Name, Summary)                                                  \
  Pieces.push_back({Kind, sizeof(Element), bytesOf(Ready->view().Name)});
#include "weir/Runtime/ReadyTables.def"
  }
  if (!Places.Ends.empty()) {
    Pieces.push_back({uint32_t(SectionKind::PlaceEnds), 4, bytesOf(Places.Ends)});
    Pieces.push_back({uint32_t(SectionKind::PlaceText), 1, bytesOf(std::span(Places.Text))});
  }
  Header H{};
  std::memcpy(H.Magic, Magic, sizeof Magic);
  H.MajorVersion = MajorVersion;
  H.MinorVersion = MinorVersion;
  H.SectionCount = uint32_t(Pieces.size());
  H.VocabularyHash = G.ready() ? G.ready()->facts().VocabularyHash : 0;
  H.GrammarHash = GrammarHash;
  H.StartRule = T.StartRule;
  H.Flags = T.NeedsFresh ? uint32_t(GrammarNeedsFresh) : 0;
  uint64_t End = sizeof H + Pieces.size() * sizeof(Section);
  std::vector<Section> Directory;
  for (const Piece &P : Pieces) {
    Directory.push_back({P.Kind, P.ElementBytes, End, P.Bytes.size()});
    End = alignUp(End + P.Bytes.size());
  }
  H.FileBytes = End;

  std::vector<uint8_t> Out(End);
  auto put = [&](uint64_t At, const void *From, size_t Size) {
    if (Size)
      std::memcpy(Out.data() + At, From, Size);
  };
  put(0, &H, sizeof H);
  put(sizeof H, Directory.data(), Directory.size() * sizeof(Section));
  for (size_t I = 0; I < Pieces.size(); ++I)
    put(Directory[I].Offset, Pieces[I].Bytes.data(), Pieces[I].Bytes.size());
  sealArtifact(Out);
  return Out;
}

std::vector<uint8_t> writeArtifact(const Grammar &G) { return write(G, G.places()); }

std::vector<uint8_t> writeArtifact(const Grammar &G, RulePlacesFn Places) {
  std::vector<uint32_t> Ends;
  std::string Text;
  for (uint32_t R = 0; R < G.tables().Rules.size(); ++R) {
    Text += Places(G.ruleName(R));
    Ends.push_back(uint32_t(Text.size()));
  }
  return write(G, Text.size() < NoIndex ? GrammarPlaces{Ends, Text} : GrammarPlaces{});
}

void sealArtifact(std::span<uint8_t> Image) {
  if (Image.size() < sizeof(Header))
    return;
  const uint64_t Sum = artifactChecksum(Image);
  std::memcpy(Image.data() + offsetof(Header, Checksum), &Sum, sizeof Sum);
}

} // namespace weir
