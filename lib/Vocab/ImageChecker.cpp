//===- ImageChecker.cpp - The validating open of an image -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An image may come from anyone. Bounds come first (header, section table), then
// the content (offsets ascending, kinds known, stop tokens special), then what is
// derived from it. Each text token must lie at the trie's node that spells it, in ascending
// order, and as many lie there as the content has: so each lies there exactly once.
//
// Linear in the image. Memory: the deepest path (at most 64 KiB of text).
//
//===----------------------------------------------------------------------===//

#include "ImageChecker.h"

#include "TerminalChecker.h"
#include "TrieChecker.h"
#include "weir/Support/StableHash.h"

#include <algorithm>
#include <cstring>

namespace weir {

using namespace vocab_image;

namespace {

std::string number(uint64_t N) { return std::to_string(N); }

template <typename T>
std::span<const T> viewAs(std::span<const uint8_t> Bytes) {
  return {reinterpret_cast<const T *>(Bytes.data()), Bytes.size() / sizeof(T)};
}

} // namespace

Result<Success> ImageChecker::run() {
  if (checkHeader() && checkSections() && checkTexts() && checkStops() && checkNames() &&
      checkTrie() && checkLibrary())
    return Success();
  return Failure;
}

bool ImageChecker::checkHeader() {
  if (Image.size() < sizeof Header || !Vocabulary::isImage(Image))
    return bad("the header is missing");
  std::memcpy(&Header, Image.data(), sizeof Header);
  if (Header.MajorVersion != MajorVersion)
    return fail(Status::UnsupportedVersion,
                "version " + number(Header.MajorVersion) + "." + number(Header.MinorVersion) +
                    ", this library reads version " + number(MajorVersion));
  if (Header.FileBytes != Image.size())
    return bad("has " + number(Image.size()) + " bytes, its header says " +
               number(Header.FileBytes));
  constexpr size_t At = offsetof(ImageHeader, Checksum);
  if (Header.Checksum != stableHash(Image.subspan(At + 8), stableHash(Image.first(At))))
    return bad("the checksum does not match: the file is damaged");
  if (Header.Reserved[0] || Header.Reserved[1])
    return bad("reserved fields of the header are not zero");
  if (Header.TokenCount == 0)
    return bad("there are no tokens");
  if (Header.TokenCount > MaxTokens)
    return fail(Status::BudgetExceeded, number(Header.TokenCount) +
                                            " token ids, more than the limit of " +
                                            number(MaxTokens));
  if (Header.SectionCount < NumRequiredSections || Header.SectionCount > MaxSections)
    return bad(number(Header.SectionCount) + " sections");
  if (Image.size() < sizeof Header + Header.SectionCount * sizeof(ImageSection))
    return bad("the section table is cut short");
  return true;
}

bool ImageChecker::checkSections() {
  std::span<const uint8_t> Required[NumRequiredSections];
  uint64_t End = sizeof Header + Header.SectionCount * sizeof(ImageSection);
  uint32_t LastKind = 0;
  for (uint32_t I = 0; I < Header.SectionCount; ++I) {
    ImageSection S;
    std::memcpy(&S, Image.data() + sizeof Header + I * sizeof S, sizeof S);
    if (S.Reserved != 0)
      return bad("a reserved field of section " + number(I) + " is not zero");
    if (I < NumRequiredSections) {
      if (S.Kind != I + 1)
        return bad("section " + number(I) + " is of kind " + number(S.Kind));
    } else if (S.Kind < uint32_t(SectionKind::FirstOptionalSection) || S.Kind <= LastKind) {
      return bad("an unknown section of kind " + number(S.Kind));
    }
    LastKind = S.Kind;
    if (S.Offset != End || S.Bytes > Image.size() - End)
      return bad("section " + number(I) + " lies outside of the file or not after its predecessor");
    if (I < NumRequiredSections)
      Required[I] = Image.subspan(S.Offset, S.Bytes);
    else if (!takeOptional(S.Kind, Image.subspan(S.Offset, S.Bytes)))
      return false;
    const uint64_t DataEnd = S.Offset + S.Bytes;
    End = alignSection(DataEnd);
    if (End > Image.size() ||
        std::any_of(Image.begin() + DataEnd, Image.begin() + End, [](uint8_t B) { return B; }))
      return bad("section " + number(I) + " is not padded with zeros");
  }
  if (End != Image.size())
    return bad("there are bytes after the last section");

  auto Section = [&](SectionKind Kind) { return Required[uint32_t(Kind) - 1]; };
  const uint64_t Tokens = Header.TokenCount, NodeCount = Header.NodeCount;
  if (Section(SectionKind::TextOffsets).size() != (Tokens + 1) * 4 ||
      Section(SectionKind::Kinds).size() != Tokens ||
      Section(SectionKind::StopTokens).size() % 4 != 0 ||
      Section(SectionKind::NameOrder).size() % 4 != 0 ||
      Section(SectionKind::TrieTokens).size() % 4 != 0 || NodeCount == 0 ||
      Section(SectionKind::TrieNodes).size() != (NodeCount + 1) * sizeof(TrieNode))
    return bad("the size of a section does not fit the header");
  if (Section(SectionKind::Text).size() > MaxTextBytes ||
      Section(SectionKind::StopTokens).size() > MaxStopTokens * 4)
    return fail(Status::BudgetExceeded, "a section is over its limit");

  uint64_t Hash = 0;
  for (uint32_t I = 0; I < NumContentSections; ++I)
    Hash = stableHash(Required[I], Hash);
  if (Hash != Header.ContentHash)
    return bad("the content hash does not match");

  V.TokenCount = Header.TokenCount;
  V.ContentHash = Hash;
  V.TextOffsets = viewAs<uint32_t>(Section(SectionKind::TextOffsets));
  V.Kinds = Section(SectionKind::Kinds);
  V.Text = Section(SectionKind::Text);
  V.Stops = viewAs<TokenId>(Section(SectionKind::StopTokens));
  V.NameOrder = viewAs<TokenId>(Section(SectionKind::NameOrder));
  Nodes = viewAs<TrieNode>(Section(SectionKind::TrieNodes));
  TrieTokens = viewAs<TokenId>(Section(SectionKind::TrieTokens));
  return true;
}

/// Sections may be added by later minor versions, and tables of terminals be of any version.
bool ImageChecker::takeOptional(uint32_t Kind, std::span<const uint8_t> Bytes) {
  if (Kind == uint32_t(SectionKind::FirstOptionalSection)) {
    Library.Facts = viewAs<TerminalFactsRec>(Bytes);
    if (Bytes.size() != sizeof(TerminalFactsRec) || Library.Facts[0].Reserved != 0)
      return bad("there is not one record of facts of the terminal library");
    return true;
  }
  switch (Kind) {
#define TERMINAL_TABLE(TableKind, Element, Name, Summary)                                          \
  case TableKind:                                                                                  \
    if (Library.empty())                                                                           \
      return bad("the terminal library has no facts");                                             \
    ++LibrarySections;                                                                             \
    Library.Name = viewAs<Element>(Bytes);                                                         \
    return Library.Facts[0].Version != TerminalTablesVersion ||                                    \
           Bytes.size() % sizeof(Element) == 0 ||                                                  \
           bad("section " + number(Kind) + " is no table of its records");
#include "weir/Vocab/TerminalTables.def"
  default:
    return Header.MinorVersion > MinorVersion || bad("an unknown section of kind " + number(Kind));
  }
}

bool ImageChecker::checkLibrary() {
  if (Library.empty() || Library.Facts[0].Version != TerminalTablesVersion)
    return true;
  if (LibrarySections + 1 != NumTerminalTables) // (the facts are one)
    return bad("a table of the terminal library is missing");
  if (const char *What = checkTerminals(V, Library))
    return bad(std::string("the terminal library: ") + What);
  V.Terminals = Library;
  return true;
}

bool ImageChecker::checkTexts() {
  if (V.TextOffsets.front() != 0 || V.TextOffsets.back() != V.Text.size())
    return bad("the token texts do not fill their section");
  for (TokenId Id = 0; Id < V.TokenCount; ++Id) {
    const uint32_t Begin = V.TextOffsets[Id], End = V.TextOffsets[Id + 1];
    if (Begin > End)
      return bad("the text of token " + number(Id) + " ends before it begins");
    if (End - Begin > MaxTokenBytes)
      return fail(Status::BudgetExceeded, "token " + number(Id) + " is over the limit of " +
                                              number(MaxTokenBytes) + " bytes");
    if (V.Kinds[Id] >= NumTokenKinds)
      return bad("token " + number(Id) + " is of an unknown kind");
    const auto Kind = TokenKind(V.Kinds[Id]);
    if (Begin == End)
      continue;
    if (Kind == TokenKind::Gap)
      return bad("token " + number(Id) + " is a gap with a text");
    NamedCount += Kind != TokenKind::Ordinary;
    TextCount += Kind != TokenKind::Special;
  }
  return true;
}

bool ImageChecker::checkStops() {
  for (size_t I = 0; I < V.Stops.size(); ++I) {
    const TokenId Id = V.Stops[I];
    if (!V.contains(Id) || !V.isSpecial(Id) || (I && Id <= V.Stops[I - 1]))
      return bad("stop token " + number(Id) + " is not a special token or out of order");
  }
  return true;
}

bool ImageChecker::checkNames() {
  if (V.NameOrder.size() != NamedCount)
    return bad("a name is missing or there is one too many");
  for (size_t I = 0; I < NamedCount; ++I) {
    const TokenId Id = V.NameOrder[I];
    if (!V.contains(Id) || V.kind(Id) == TokenKind::Ordinary || V.text(Id).empty())
      return bad("token " + number(Id) + " among the names has none");
    if (I == 0)
      continue;
    const int Order = V.textView(V.NameOrder[I - 1]).compare(V.textView(Id));
    if (Order > 0 || (Order == 0 && V.NameOrder[I - 1] >= Id))
      return bad("the names are out of order");
  }
  return true;
}

bool ImageChecker::checkTrie() {
  if (TrieTokens.size() != TextCount)
    return bad("a token is missing in the trie or there is one too many");
  // Behind the texts come the trie's nodes, two or more: checkTrie may read past a text.
  static_assert(SectionKind::TrieNodes > SectionKind::Text && sizeof(TrieNode) >= 16);
  if (std::string What = weir::checkTrie({V.TextOffsets, V.Kinds, V.Text}, Nodes, TrieTokens);
      !What.empty())
    return bad(std::move(What));
  V.Trie = TokenTrie(Nodes, TrieTokens);
  V.RootChildren.fill(TokenTrie::None);
  V.Trie.forEachChild(TokenTrie::Root,
                      [&](uint32_t Child) { V.RootChildren[V.Trie[Child].Byte] = Child; });
  return true;
}

} // namespace weir
