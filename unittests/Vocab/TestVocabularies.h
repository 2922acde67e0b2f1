//===- TestVocabularies.h - Vocabularies for the tests --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef WEIR_UNITTESTS_VOCAB_TESTVOCABULARIES_H
#define WEIR_UNITTESTS_VOCAB_TESTVOCABULARIES_H

#include "weir/Vocab/VocabularyBuilder.h"

#include <gtest/gtest.h>

#include <random>

namespace weir::test {

/// What a vocabulary is made from, by id.
struct Spec {
  struct Token {
    TokenKind Kind = TokenKind::Gap;
    std::string Text;
    friend bool operator==(const Token &, const Token &) = default;
  };
  std::vector<Token> Tokens;
  std::vector<TokenId> Stops;
  friend bool operator==(const Spec &, const Spec &) = default;
};

inline std::span<const uint8_t> asBytes(std::string_view S) {
  return {reinterpret_cast<const uint8_t *>(S.data()), S.size()};
}
inline std::string asText(std::span<const uint8_t> S) { return {S.begin(), S.end()}; }

inline VocabularyBuilder builderFor(const Spec &S) {
  VocabularyBuilder B;
  EXPECT_TRUE(B.reserveIds(uint32_t(S.Tokens.size())).ok());
  for (TokenId Id = 0; Id < S.Tokens.size(); ++Id)
    if (S.Tokens[Id].Kind != TokenKind::Gap) {
      auto Added = B.add(Id, S.Tokens[Id].Kind, S.Tokens[Id].Text);
      EXPECT_TRUE(Added.ok()) << Added.error().Message;
    }
  for (TokenId Id : S.Stops)
    B.addStop(Id);
  return B;
}

inline std::vector<uint8_t> imageOf(const Spec &S) {
  Result<std::vector<uint8_t>> Image = builderFor(S).build();
  EXPECT_TRUE(Image.ok()) << Image.error().Message;
  return Image.ok() ? std::move(*Image) : std::vector<uint8_t>();
}

inline VocabularyRef make(const Spec &S) {
  Result<VocabularyRef> V = builderFor(S).finish();
  EXPECT_TRUE(V.ok()) << V.error().Message;
  return V.ok() ? *V : nullptr;
}

inline VocabularyRef makeOrdinary(std::initializer_list<std::string> Texts) {
  Spec S;
  for (const std::string &T : Texts)
    S.Tokens.push_back({TokenKind::Ordinary, T});
  return make(S);
}

/// Everything a vocabulary says of its content, read back.
inline Spec specOf(const Vocabulary &V) {
  Spec S;
  for (TokenId Id = 0; Id < V.size(); ++Id) {
    const bool Named = V.isSpecial(Id);
    S.Tokens.push_back({V.kind(Id), Named ? std::string(V.name(Id)) : asText(V.bytes(Id))});
  }
  S.Stops.assign(V.stopTokens().begin(), V.stopTokens().end());
  return S;
}

/// Texts that share prefixes, repeat, are empty, split characters in the middle and are no UTF-8
/// at all; all kinds.
inline Spec randomSpec(uint32_t Seed, unsigned MaxTokens) {
  std::mt19937 Random(Seed);
  auto Below = [&](unsigned N) { return unsigned(Random() % N); };
  static const std::string Pieces[] = {"a",
                                       "b",
                                       "ab",
                                       " ",
                                       "  ",
                                       "\t",
                                       "\n",
                                       "\"",
                                       "\":",
                                       "0",
                                       "9",
                                       "\xC3",
                                       "\xA9",
                                       "\xC3\xA9",
                                       "\xE2\x82\xAC",
                                       "\xE2\x82",
                                       "\xED\xA0\x80",
                                       "\xF0\x9F\x98\x80",
                                       "\xFF",
                                       std::string(1, '\0'),
                                       "\x80"};
  Spec S;
  S.Tokens.resize(1 + Below(MaxTokens));
  for (Spec::Token &T : S.Tokens) {
    const unsigned Dice = Below(20);
    T.Kind = Dice == 0   ? TokenKind::Gap
             : Dice == 1 ? TokenKind::Special
             : Dice == 2 ? TokenKind::Added
                         : TokenKind::Ordinary;
    if (T.Kind == TokenKind::Gap)
      continue;
    for (unsigned N = Below(5); N > 0; --N)
      T.Text += Pieces[Below(std::size(Pieces))];
  }
  for (unsigned N = Below(3); N > 0; --N) {
    const TokenId Id = Below(unsigned(S.Tokens.size()));
    if (S.Tokens[Id].Kind == TokenKind::Special)
      S.Stops.push_back(Id);
  }
  std::sort(S.Stops.begin(), S.Stops.end());
  S.Stops.erase(std::unique(S.Stops.begin(), S.Stops.end()), S.Stops.end());
  return S;
}

} // namespace weir::test

#endif // WEIR_UNITTESTS_VOCAB_TESTVOCABULARIES_H
