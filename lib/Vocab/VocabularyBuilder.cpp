//===- VocabularyBuilder.cpp - Tokens to a vocabulary image ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sorting compares the first eight bytes as one big-endian word and looks at the
// rest only on a tie; with that the whole build of 128k tokens is some 50 ms.
//
//===----------------------------------------------------------------------===//

#include "weir/Vocab/VocabularyBuilder.h"

#include "weir/Support/StableHash.h"
#include "weir/Support/Utf8Suffixes.h"
#include "weir/Vocab/ByteAtoms.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace weir {

using namespace vocab_image;

namespace {

/// Sorts ids by (text, id).
template <typename TextOf>
void sortByText(std::vector<TokenId> &Ids, TextOf Text) {
  struct Key {
    uint64_t Head;
    TokenId Id;
  };
  std::vector<Key> Keys;
  Keys.reserve(Ids.size());
  for (TokenId Id : Ids) {
    const std::string_view S = Text(Id);
    uint64_t Head = 0;
    for (size_t I = 0; I < 8; ++I)
      Head = Head << 8 | (I < S.size() ? uint8_t(S[I]) : 0);
    Keys.push_back({Head, Id});
  }
  std::sort(Keys.begin(), Keys.end(), [&](const Key &A, const Key &B) {
    if (A.Head != B.Head)
      return A.Head < B.Head;
    const int Order = Text(A.Id).compare(Text(B.Id));
    return Order != 0 ? Order < 0 : A.Id < B.Id;
  });
  for (size_t I = 0; I < Ids.size(); ++I)
    Ids[I] = Keys[I].Id;
}

/// Folds texts, which come in byte order, into depth-first nodes.
class TrieFolder {
public:
  TrieFolder() { open(0, 0); }

  void add(std::string_view Text) {
    const size_t Limit = std::min(Text.size(), Previous.size());
    size_t Common = 0;
    while (Common < Limit && Text[Common] == Previous[Common])
      ++Common;
    closeDownTo(Common);
    for (size_t I = Common; I < Text.size(); ++I)
      open(uint8_t(Text[I]), uint16_t(I + 1));
    ++TokensSeen;
    Previous = Text;

    if (!markWholeSuffixes(Text, Whole))
      return;
    for (size_t D = 0; D < Path.size(); ++D)
      if (!Whole[D ? D - 1 : 0])
        Nodes[Path[D].Node].Flags &= uint8_t(~TrieNode::Utf8Closed);
  }

  /// The nodes and the sentinel.
  std::vector<TrieNode> finish() {
    closeDownTo(0);
    close();
    TrieNode Sentinel{};
    Sentinel.TokensBegin = TokensSeen;
    Nodes.push_back(Sentinel);
    return std::move(Nodes);
  }

private:
  /// A node whose subtree is still growing; Path[d] has depth d.
  struct OpenNode {
    uint32_t Node;
    uint16_t CharsBelow = 0, BytesBelow = 0; ///< the most among its closed children
  };

  void open(uint8_t Byte, uint16_t Depth) {
    TrieNode N{};
    N.Byte = Byte;
    N.Flags = TrieNode::Utf8Closed;
    N.TokensBegin = TokensSeen;
    N.Depth = Depth;
    N.Kinds = Depth ? atomBit(Byte) : 0;
    Path.push_back({uint32_t(Nodes.size())});
    Nodes.push_back(N);
  }

  void close() {
    const OpenNode Top = Path.back();
    Path.pop_back();
    TrieNode &N = Nodes[Top.Node];
    const bool BeginsChar = N.Depth != 0 && (N.Byte & 0xC0) != 0x80;
    N.Skip = uint32_t(Nodes.size()) - Top.Node;
    N.CharsBelow = uint16_t(Top.CharsBelow + BeginsChar);
    N.BytesBelow = uint16_t(Top.BytesBelow + (N.Depth != 0));
    if (Path.empty())
      return;
    OpenNode &Parent = Path.back();
    Parent.CharsBelow = std::max(Parent.CharsBelow, N.CharsBelow);
    Parent.BytesBelow = std::max(Parent.BytesBelow, N.BytesBelow);
    Nodes[Parent.Node].Kinds |= N.Kinds;
  }

  void closeDownTo(size_t Depth) {
    while (Path.size() > Depth + 1)
      close();
  }

  std::vector<TrieNode> Nodes;
  std::vector<OpenNode> Path;
  std::vector<uint8_t> Whole;
  std::string_view Previous;
  uint32_t TokensSeen = 0;
};

/// Lays sections one after the other behind a header.
class ImageWriter {
public:
  explicit ImageWriter(unsigned Sections = NumRequiredSections)
      : Image(sizeof(ImageHeader) + Sections * sizeof(ImageSection)) {}

  template <typename T>
  void section(SectionKind Kind, std::span<const T> Data) {
    section(uint32_t(Kind), Data);
  }
  template <typename T>
  void section(uint32_t Kind, std::span<const T> Data) {
    ImageSection S{};
    S.Kind = Kind;
    S.Offset = Image.size();
    S.Bytes = Data.size_bytes();
    std::memcpy(Image.data() + sizeof(ImageHeader) + Count * sizeof S, &S, sizeof S);
    const auto *First = reinterpret_cast<const uint8_t *>(Data.data());
    if (++Count <= NumContentSections)
      ContentHash = stableHash({First, Data.size_bytes()}, ContentHash);
    Image.insert(Image.end(), First, First + Data.size_bytes());
    Image.resize(alignSection(Image.size()));
  }

  std::vector<uint8_t> finish(uint32_t TokenCount, uint32_t NodeCount) {
    ImageHeader H{};
    std::memcpy(H.Magic, Magic, sizeof Magic);
    H.MajorVersion = MajorVersion;
    H.MinorVersion = MinorVersion;
    H.SectionCount = Count;
    H.FileBytes = Image.size();
    H.ContentHash = ContentHash;
    H.TokenCount = TokenCount;
    H.NodeCount = NodeCount;
    std::memcpy(Image.data(), &H, sizeof H);
    sealImage(Image);
    return std::move(Image);
  }

private:
  std::vector<uint8_t> Image;
  uint64_t ContentHash = 0;
  uint32_t Count = 0;
};

std::string idText(TokenId Id) { return "token " + std::to_string(Id); }

} // namespace

void sealImage(std::span<uint8_t> Image) {
  assert(Image.size() >= sizeof(ImageHeader) && "an image has a header");
  constexpr size_t At = offsetof(ImageHeader, Checksum);
  const uint64_t Sum = stableHash(Image.subspan(At + 8), stableHash(Image.first(At)));
  std::memcpy(Image.data() + At, &Sum, sizeof Sum);
}

Result<Success> VocabularyBuilder::reserveIds(uint32_t Size) {
  if (Size > MaxTokens)
    return {Status::BudgetExceeded, std::to_string(Size) + " token ids, more than the limit of " +
                                        std::to_string(MaxTokens)};
  if (Size > Tokens.size())
    Tokens.resize(Size);
  return Success();
}

Result<Success> VocabularyBuilder::add(TokenId Id, TokenKind Kind, std::string_view TokenText) {
  if (Kind == TokenKind::Gap)
    return {Status::InvalidArgument, idText(Id) + " is a gap, which is not added"};
  if (Id >= MaxTokens)
    return {Status::BudgetExceeded,
            idText(Id) + " is over the limit of " + std::to_string(MaxTokens) + " ids"};
  if (TokenText.size() > MaxTokenBytes)
    return {Status::BudgetExceeded, idText(Id) + " has " + std::to_string(TokenText.size()) +
                                        " bytes, more than the limit of " +
                                        std::to_string(MaxTokenBytes)};
  if (Text.size() + TokenText.size() > MaxTextBytes)
    return {Status::BudgetExceeded,
            "the tokens have more than " + std::to_string(MaxTextBytes) + " bytes together"};
  if (Id >= Tokens.size())
    Tokens.resize(Id + 1);
  Token &T = Tokens[Id];
  if (T.Kind != TokenKind::Gap)
    return {Status::InvalidArgument, idText(Id) + " is there twice"};
  T = {uint32_t(Text.size()), uint32_t(TokenText.size()), Kind};
  Text += TokenText;
  return Success();
}

Result<std::vector<uint8_t>> VocabularyBuilder::build() const {
  if (Tokens.empty())
    return {Status::InvalidArgument, "the vocabulary has no tokens"};

  std::vector<TokenId> Stop = Stops;
  std::sort(Stop.begin(), Stop.end());
  Stop.erase(std::unique(Stop.begin(), Stop.end()), Stop.end());
  if (Stop.size() > MaxStopTokens)
    return {Status::BudgetExceeded, std::to_string(Stop.size()) +
                                        " stop tokens, more than the limit of " +
                                        std::to_string(MaxStopTokens)};
  std::vector<uint8_t> Kinds(Tokens.size());
  for (size_t I = 0; I < Tokens.size(); ++I)
    Kinds[I] = uint8_t(Tokens[I].Kind);
  for (TokenId Id : Stop) {
    if (Id >= Tokens.size() || Tokens[Id].Kind == TokenKind::Gap)
      return {Status::InvalidArgument, "the stop token " + std::to_string(Id) +
                                           " is not in the vocabulary of " +
                                           std::to_string(Tokens.size()) + " ids"};
    Kinds[Id] = uint8_t(TokenKind::Special);
  }

  std::vector<uint32_t> Offsets{0};
  Offsets.reserve(Tokens.size() + 1);
  std::string TextById;
  TextById.reserve(Text.size());
  std::vector<TokenId> Names, TrieTokens;
  for (TokenId Id = 0; Id < Tokens.size(); ++Id) {
    TextById.append(Text, Tokens[Id].Begin, Tokens[Id].Size);
    Offsets.push_back(uint32_t(TextById.size()));
    if (Tokens[Id].Size == 0)
      continue;
    const auto Kind = TokenKind(Kinds[Id]);
    if (Kind == TokenKind::Special || Kind == TokenKind::Added)
      Names.push_back(Id);
    if (Kind != TokenKind::Special)
      TrieTokens.push_back(Id);
  }
  auto TextOf = [&](TokenId Id) {
    return std::string_view(Text).substr(Tokens[Id].Begin, Tokens[Id].Size);
  };
  sortByText(Names, TextOf);
  sortByText(TrieTokens, TextOf);
  TrieFolder Folder;
  for (TokenId Id : TrieTokens)
    Folder.add(TextOf(Id));
  const std::vector<TrieNode> Nodes = Folder.finish();

  ImageWriter Writer;
  Writer.section<uint32_t>(SectionKind::TextOffsets, Offsets);
  Writer.section<uint8_t>(SectionKind::Kinds, Kinds);
  Writer.section<char>(SectionKind::Text, TextById);
  Writer.section<TokenId>(SectionKind::StopTokens, Stop);
  Writer.section<TokenId>(SectionKind::NameOrder, Names);
  Writer.section<TrieNode>(SectionKind::TrieNodes, Nodes);
  Writer.section<TokenId>(SectionKind::TrieTokens, TrieTokens);
  return Writer.finish(uint32_t(Tokens.size()), uint32_t(Nodes.size() - 1));
}

std::vector<uint8_t> imageWith(const Vocabulary &V, const TerminalRecords &Terminals) {
  const std::span<const uint8_t> Old = V.image();
  ImageHeader Header;
  std::memcpy(&Header, Old.data(), sizeof Header);
  ImageWriter Writer(NumRequiredSections + NumTerminalTables);
  for (uint32_t I = 0; I < NumRequiredSections; ++I) {
    ImageSection S;
    std::memcpy(&S, Old.data() + sizeof Header + I * sizeof S, sizeof S);
    Writer.section(S.Kind, Old.subspan(S.Offset, S.Bytes));
  }
#define TERMINAL_TABLE(Kind, Element, Name, Summary)                                               \
  Writer.section(Kind, std::span<const Element>(Terminals.Name));
#include "weir/Vocab/TerminalTables.def"
  return Writer.finish(Header.TokenCount, Header.NodeCount);
}

Result<VocabularyRef> VocabularyBuilder::finish() const {
  Result<std::vector<uint8_t>> Image = build();
  if (!Image)
    return Image.error();
  return Vocabulary::open(FileBytes::own(std::move(*Image)));
}

} // namespace weir
