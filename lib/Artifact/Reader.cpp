//===- Reader.cpp - The validating open of an artifact ----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Header, checksum, directory; then the grammar's tables become views, and every record
// is checked (GrammarChecker.h).
//
//===----------------------------------------------------------------------===//
#include "weir/Artifact/Artifact.h"

#include "GrammarChecker.h"
#include "weir/Support/StableHash.h"

#include <algorithm>
#include <cstring>

namespace weir {

using namespace artifact;

namespace {

enum class ArtifactError : uint8_t {
#define ARTIFACT_ERROR(Name, Text, Status, Summary) Name,
#include "weir/Artifact/Errors.def"
};

Error failure(ArtifactError E, const std::string &What) {
  switch (E) {
#define ARTIFACT_ERROR(Name, Text, Code, Summary)                                                  \
  case ArtifactError::Name:                                                                        \
    return Error{Status::Code, Text ": " + What};
#include "weir/Artifact/Errors.def"
  }
  return Error{Status::BadFormat, What};
}

std::string number(uint64_t N) { return std::to_string(N); }

template <typename T>
std::span<const T> viewAs(std::span<const uint8_t> Bytes) {
  return {reinterpret_cast<const T *>(Bytes.data()), Bytes.size() / sizeof(T)};
}

/// The record size of a section that this version knows; 0 for others.
uint32_t elementBytes(uint32_t Kind) {
  switch (SectionKind(Kind)) {
#define GRAMMAR_TABLE(Kind, Element, Name, Summary)                                                \
  case SectionKind::Name:                                                                          \
    return sizeof(Element);
#include "weir/Runtime/GrammarTables.def"
#define READY_TABLE(Kind, Element, Name, Summary)                                                  \
  case SectionKind::Name:                                                                          \
    return sizeof(Element);
#include "weir/Runtime/ReadyTables.def"
  case SectionKind::PlaceEnds:
    return sizeof(uint32_t);
  case SectionKind::Text:
  case SectionKind::PlaceText:
    return 1;
  default:
    return 0;
  }
}

} // namespace

bool isArtifact(std::span<const uint8_t> Bytes) {
  return Bytes.size() >= sizeof Magic && std::memcmp(Bytes.data(), Magic, sizeof Magic) == 0;
}

uint64_t artifactChecksum(std::span<const uint8_t> Image) {
  constexpr size_t At = offsetof(Header, Checksum);
  return stableHash(Image.subspan(At + 8), stableHash(Image.first(At)));
}

const Section *ArtifactDirectory::find(SectionKind Kind) const {
  for (const Section &S : Sections)
    if (S.Kind == uint32_t(Kind))
      return &S;
  return nullptr;
}

Result<ArtifactDirectory> ArtifactDirectory::read(std::span<const uint8_t> Image) {
  ArtifactDirectory D;
  artifact::Header &H = D.Header;
  if (!isArtifact(Image))
    return failure(ArtifactError::NotAnArtifact, "the bytes do not begin like an artifact");
  if (Image.size() < sizeof H)
    return failure(ArtifactError::Truncated, "the header is cut short");
  std::memcpy(&H, Image.data(), sizeof H);
  if (H.MajorVersion != MajorVersion || H.MinorVersion < OldestMinor)
    return failure(ArtifactError::Version,
                   "version " + number(H.MajorVersion) + "." + number(H.MinorVersion) +
                       ", this library reads versions from " + number(MajorVersion) + "." +
                       number(OldestMinor) + " on, before " + number(MajorVersion + 1) + ".0");
  if (H.FileBytes != Image.size())
    return failure(ArtifactError::Truncated,
                   number(Image.size()) + " bytes, and the header says " + number(H.FileBytes));
  if (H.Checksum != artifactChecksum(Image))
    return failure(ArtifactError::Checksum, "the file is damaged");
  auto malformed = [](const std::string &What) { return failure(ArtifactError::Malformed, What); };
  if (H.Reserved || (H.Flags & ~uint32_t(GrammarNeedsFresh)))
    return malformed("reserved fields of the header are not zero");
  if (H.SectionCount < NumGrammarSections || H.SectionCount > MaxSections ||
      Image.size() - sizeof H < H.SectionCount * sizeof(Section))
    return malformed("there are " + number(H.SectionCount) + " sections");

  uint64_t End = sizeof H + H.SectionCount * sizeof(Section);
  uint32_t LastKind = 0;
  for (uint32_t I = 0; I < H.SectionCount; ++I) {
    Section S;
    std::memcpy(&S, Image.data() + sizeof H + I * sizeof S, sizeof S);
    const uint32_t Expected = elementBytes(S.Kind);
    const bool Known =
        I < NumGrammarSections
            ? S.Kind == I + 1 && S.ElementBytes == Expected
            : S.Kind > LastKind && S.Kind >= uint32_t(SectionKind::FirstOptional) &&
                  H.MinorVersion > 0 &&
                  (Expected ? S.ElementBytes == Expected : H.MinorVersion > MinorVersion);
    if (!Known)
      return malformed("section " + number(I) + " is of kind " + number(S.Kind) +
                       " with records of " + number(S.ElementBytes) + " bytes");
    LastKind = S.Kind;
    if (S.Offset != End || S.Bytes > Image.size() - End || S.ElementBytes == 0 ||
        S.Bytes % S.ElementBytes != 0)
      return malformed("section " + number(I) +
                       " lies outside of the file, overlaps or is no row of records");
    const uint64_t DataEnd = S.Offset + S.Bytes;
    End = alignUp(DataEnd);
    if (End > Image.size() ||
        std::any_of(Image.begin() + ptrdiff_t(DataEnd), Image.begin() + ptrdiff_t(End),
                    [](uint8_t B) { return B != 0; }))
      return malformed("section " + number(I) + " is not padded with zeros");
    D.Sections.push_back(S);
  }
  if (End != Image.size())
    return malformed("there are bytes after the last section");
  const bool Tables = D.find(SectionKind::FirstOptional) != nullptr;
#define READY_TABLE(Kind, Element, Name, Summary)                                                  \
  if ((D.find(SectionKind::Name) != nullptr) != Tables)                                            \
    return malformed("mask tables are there in part");
#include "weir/Runtime/ReadyTables.def"
  if ((D.find(SectionKind::PlaceEnds) != nullptr) != (D.find(SectionKind::PlaceText) != nullptr))
    return malformed("places are there in part");
  if (H.VocabularyHash && !Tables && H.MinorVersion <= MinorVersion)
    return malformed("a vocabulary is named, and no section depends on one");
  return D;
}

Result<std::shared_ptr<const Grammar>> openArtifact(FileBytes Image) {
  if (reinterpret_cast<uintptr_t>(Image.bytes().data()) % Alignment != 0)
    Image = FileBytes::own({Image.bytes().begin(), Image.bytes().end()});
  const std::span<const uint8_t> Bytes = Image.bytes();
  Result<ArtifactDirectory> D = ArtifactDirectory::read(Bytes);
  if (!D)
    return D.error();
  GrammarView T;
  auto section = [&](uint32_t Kind) {
    const Section &S = D->Sections[Kind - 1];
    return Bytes.subspan(S.Offset, S.Bytes);
  };
  for (uint32_t I = 0; I < NumGrammarSections; ++I)
    if (D->Sections[I].Bytes / D->Sections[I].ElementBytes >= NoIndex)
      return failure(ArtifactError::Malformed, "a table has more records than indices");
#define GRAMMAR_TABLE(Kind, Element, Name, Summary) T.Name = viewAs<Element>(section(Kind));
#include "weir/Runtime/GrammarTables.def"
  const std::span<const char> Text = viewAs<char>(section(uint32_t(SectionKind::Text)));
  T.Text = {Text.data(), Text.size()};
  T.StartRule = D->Header.StartRule;
  T.NeedsFresh = D->Header.Flags & GrammarNeedsFresh;

  GrammarChecker Checker(T);
  if (!Checker.run())
    return failure(ArtifactError::Malformed, Checker.failure());
  auto Keep = std::make_shared<const FileBytes>(std::move(Image));
  auto bytesIn = [&](SectionKind Kind) {
    const Section *S = D->find(Kind);
    return S ? Bytes.subspan(S->Offset, S->Bytes) : std::span<const uint8_t>();
  };
  std::shared_ptr<const ReadyTables> Ready;
  if (D->find(SectionKind::FirstOptional)) {
    ReadyView R;
#define READY_TABLE(Kind, Element, Name, Summary)                                                  \
  R.Name = viewAs<Element>(bytesIn(SectionKind::Name));
#include "weir/Runtime/ReadyTables.def"
    auto Opened = ReadyTables::open(T, R, Keep);
    if (!Opened)
      return failure(ArtifactError::Malformed, Opened.error().Message);
    Ready = std::move(*Opened);
    if (Ready->facts().VocabularyHash != D->Header.VocabularyHash)
      return failure(ArtifactError::Malformed, "the header names another vocabulary");
  }
  GrammarPlaces Places;
  if (D->find(SectionKind::PlaceEnds)) {
    Places.Ends = viewAs<uint32_t>(bytesIn(SectionKind::PlaceEnds));
    const std::span<const char> PlaceText = viewAs<char>(bytesIn(SectionKind::PlaceText));
    Places.Text = {PlaceText.data(), PlaceText.size()};
    if (Places.Ends.size() != T.Rules.size() ||
        !std::is_sorted(Places.Ends.begin(), Places.Ends.end()) ||
        (Places.Ends.empty() ? 0 : Places.Ends.back()) != Places.Text.size())
      return failure(ArtifactError::Malformed, "places are not those of the rules");
  }
  return std::make_shared<const Grammar>(T, std::move(Keep), std::move(Ready), Places);
}

Result<std::shared_ptr<const Grammar>> openArtifactFile(const std::string &Path) {
  Result<FileBytes> Image = FileBytes::map(Path);
  if (!Image)
    return Image.error();
  return openArtifact(std::move(*Image));
}

} // namespace weir
