//===- Vocabulary.cpp - A tokenizer's tokens, ready for masks -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Look-ups over a validated image: binary search among names and stop tokens, one
// walk down the trie for texts.
//
//===----------------------------------------------------------------------===//

#include "weir/Vocab/Vocabulary.h"

#include "ImageChecker.h"

#include <algorithm>
#include <cstring>

namespace weir {

using namespace vocab_image;

bool Vocabulary::isImage(std::span<const uint8_t> Bytes) {
  return Bytes.size() >= sizeof Magic && std::memcmp(Bytes.data(), Magic, sizeof Magic) == 0;
}

Result<VocabularyRef> Vocabulary::open(FileBytes Image) {
  if (reinterpret_cast<uintptr_t>(Image.bytes().data()) % alignof(TrieNode) != 0)
    Image = FileBytes::own({Image.bytes().begin(), Image.bytes().end()});
  auto V = std::make_shared<Vocabulary>(Private());
  Result<Success> Checked = ImageChecker(*V, Image.bytes()).run();
  if (!Checked)
    return Checked.error();
  V->Image = std::move(Image);
  return VocabularyRef(std::move(V));
}

Result<VocabularyRef> Vocabulary::openFile(const std::string &Path) {
  Result<FileBytes> Image = FileBytes::map(Path);
  if (!Image)
    return Image.error();
  return open(std::move(*Image));
}

bool Vocabulary::isStop(TokenId T) const {
  return std::binary_search(Stops.begin(), Stops.end(), T);
}

std::string_view Vocabulary::name(TokenId T) const {
  const TokenKind K = kind(T);
  return K == TokenKind::Special || K == TokenKind::Added ? textView(T) : std::string_view();
}

std::optional<TokenId> Vocabulary::specialByName(std::string_view Name) const {
  auto At = std::lower_bound(NameOrder.begin(), NameOrder.end(), Name,
                             [&](TokenId T, std::string_view N) { return textView(T) < N; });
  if (At == NameOrder.end() || textView(*At) != Name)
    return std::nullopt;
  return *At;
}

uint32_t Vocabulary::maxBlankRun() const {
  std::vector<uint32_t> Runs(maxTokenBytes() + size_t(1)); // that end at the path's byte, by depth
  uint32_t Most = 0;
  for (uint32_t N = 1; N < Trie.size(); ++N) {
    const TrieNode &Node = Trie[N];
    const bool IsBlank = Node.Byte == ' ' || Node.Byte == '\t';
    Runs[Node.Depth] = IsBlank ? Runs[Node.Depth - 1] + 1 : 0;
    Most = std::max(Most, Runs[Node.Depth]);
  }
  return Most;
}

uint32_t Vocabulary::find(std::span<const uint8_t> Bytes) const {
  uint32_t N = TokenTrie::Root;
  for (size_t I = 0; I < Bytes.size() && N != TokenTrie::None; ++I)
    N = I == 0 ? RootChildren[Bytes[0]] : Trie.child(N, Bytes[I]);
  return N;
}

std::span<const TokenId> Vocabulary::idsOf(std::span<const uint8_t> Bytes) const {
  const uint32_t N = find(Bytes);
  return N == TokenTrie::None ? std::span<const TokenId>() : Trie.tokensAt(N);
}

Vocabulary::Match Vocabulary::longestMatch(std::span<const uint8_t> Bytes) const {
  Match Best;
  uint32_t N = TokenTrie::Root;
  for (size_t I = 0; I < Bytes.size(); ++I) {
    N = I == 0 ? RootChildren[Bytes[0]] : Trie.child(N, Bytes[I]);
    if (N == TokenTrie::None)
      break;
    if (std::span<const TokenId> Ids = Trie.tokensAt(N); !Ids.empty())
      Best = {uint32_t(I + 1), Ids};
  }
  return Best;
}

} // namespace weir
