//===- TokenTrieTest.cpp - The trie against a map of strings --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Whatever the trie says is recomputed here from a std::map of the texts, in the
// slowest way that is obviously right.

#include "TestVocabularies.h"
#include "weir/Vocab/ByteAtoms.h"

#include <map>

using namespace weir;
using namespace weir::test;

namespace {

using TextMap = std::map<std::string, std::vector<TokenId>>;

TextMap textsOf(const Spec &S) {
  TextMap Map;
  for (TokenId Id = 0; Id < S.Tokens.size(); ++Id) {
    const Spec::Token &T = S.Tokens[Id];
    if ((T.Kind == TokenKind::Ordinary || T.Kind == TokenKind::Added) && !T.Text.empty())
      Map[T.Text].push_back(Id);
  }
  return Map;
}

/// Well-formed UTF-8 by the letter of table 3-7 of the Unicode Standard.
bool isWholeUtf8(std::string_view S) {
  auto At = [&](size_t I) { return I < S.size() ? unsigned(uint8_t(S[I])) : 0u; };
  auto In = [](unsigned B, unsigned First, unsigned Last) { return B >= First && B <= Last; };
  for (size_t I = 0; I < S.size();) {
    const unsigned A = At(I), B = At(I + 1), C = At(I + 2), D = At(I + 3);
    const bool Tail3 = In(C, 0x80, 0xBF), Tail4 = Tail3 && In(D, 0x80, 0xBF);
    if (A <= 0x7F)
      I += 1;
    else if (In(A, 0xC2, 0xDF) && In(B, 0x80, 0xBF))
      I += 2;
    else if ((A == 0xE0 && In(B, 0xA0, 0xBF) && Tail3) ||
             ((In(A, 0xE1, 0xEC) || In(A, 0xEE, 0xEF)) && In(B, 0x80, 0xBF) && Tail3) ||
             (A == 0xED && In(B, 0x80, 0x9F) && Tail3))
      I += 3;
    else if ((A == 0xF0 && In(B, 0x90, 0xBF) && Tail4) ||
             (In(A, 0xF1, 0xF3) && In(B, 0x80, 0xBF) && Tail4) ||
             (A == 0xF4 && In(B, 0x80, 0x8F) && Tail4))
      I += 4;
    else
      return false;
  }
  return true;
}

/// Do some bytes make it well-formed? The ends of all ranges of table 3-7 are tried.
bool isUtf8SoFar(const std::string &S, int Missing = 3) {
  if (isWholeUtf8(S))
    return true;
  for (char C : {'\x80', '\x8F', '\x90', '\x9F', '\xA0', '\xBF'})
    if (Missing > 0 && isUtf8SoFar(S + C, Missing - 1))
      return true;
  return false;
}

unsigned charsIn(std::string_view S) {
  unsigned N = 0;
  for (char C : S)
    N += (uint8_t(C) & 0xC0) != 0x80;
  return N;
}

void checkNode(const Vocabulary &V, uint32_t N, const std::string &Prefix, const TextMap &Map) {
  const TokenTrie &T = V.trie();
  const TrieNode &Node = T[N];
  ASSERT_EQ(Node.Depth, Prefix.size());
  const size_t Before = Prefix.empty() ? 0 : Prefix.size() - 1; // where this node's byte stands
  std::vector<TokenId> Below;
  unsigned Chars = 0, Bytes = 0;
  uint64_t Kinds = 0;
  bool Closed = true;
  std::map<uint8_t, bool> Children;
  for (auto It = Map.lower_bound(Prefix); It != Map.end() && It->first.starts_with(Prefix); ++It) {
    const std::string_view Rest = std::string_view(It->first).substr(Before);
    Below.insert(Below.end(), It->second.begin(), It->second.end());
    Chars = std::max(Chars, charsIn(Rest));
    Bytes = std::max(Bytes, unsigned(Rest.size()));
    for (char C : Rest)
      Kinds |= atomBit(uint8_t(C));
    Closed &= isUtf8SoFar(std::string(Rest));
    if (It->first.size() > Prefix.size())
      Children[uint8_t(It->first[Prefix.size()])] = true;
  }
  auto Own = Map.find(Prefix);
  EXPECT_EQ(std::vector<TokenId>(T.tokensAt(N).begin(), T.tokensAt(N).end()),
            Own == Map.end() ? std::vector<TokenId>() : Own->second);
  EXPECT_EQ(std::vector<TokenId>(T.tokensBelow(N).begin(), T.tokensBelow(N).end()), Below);
  EXPECT_EQ(Node.CharsBelow, Chars);
  EXPECT_EQ(Node.BytesBelow, Bytes);
  EXPECT_EQ(Node.Kinds, Kinds);
  EXPECT_EQ(Node.isUtf8Closed(), Closed) << testing::PrintToString(Prefix);
  EXPECT_TRUE(Prefix.empty() || !Below.empty());

  std::vector<uint8_t> Seen;
  uint32_t Next = N + 1;
  T.forEachChild(N, [&](uint32_t C) {
    EXPECT_EQ(C, Next);
    Next = T.end(C);
    Seen.push_back(T[C].Byte);
    EXPECT_EQ(T.child(N, T[C].Byte), C);
  });
  EXPECT_EQ(Next, T.end(N));
  std::vector<uint8_t> Expected;
  for (auto [Byte, Unused] : Children)
    Expected.push_back(Byte);
  EXPECT_EQ(Seen, Expected);
  for (unsigned B = 0; B < 256; ++B) {
    const uint32_t C = T.child(N, uint8_t(B));
    EXPECT_EQ(C != TokenTrie::None, Children.count(uint8_t(B)) != 0);
    if (N == TokenTrie::Root) {
      EXPECT_EQ(V.rootChild(uint8_t(B)), C);
    }
    if (C != TokenTrie::None)
      checkNode(V, C, Prefix + char(B), Map);
  }
}

TEST(TokenTrie, AgreesWithAMapOnRandomVocabularies) {
  for (uint32_t Seed = 0; Seed < 150; ++Seed) {
    SCOPED_TRACE(Seed);
    const Spec S = randomSpec(Seed, Seed % 10 == 0 ? 300 : 30);
    const TextMap Map = textsOf(S);
    const VocabularyRef V = make(S);
    ASSERT_TRUE(V);
    EXPECT_EQ(specOf(*V), S);
    checkNode(*V, TokenTrie::Root, "", Map);
    ASSERT_EQ(V->trie()[V->trie().size()].TokensBegin, V->trie().tokens().size());

    unsigned Longest = 0, MostChars = 0, Blanks = 0;
    for (const auto &[Text, Ids] : Map) {
      EXPECT_EQ(V->idsOf(asBytes(Text)).size(), Ids.size());
      Longest = std::max(Longest, unsigned(Text.size()));
      MostChars = std::max(MostChars, charsIn(Text));
      for (size_t I = 0, Run = 0; I < Text.size(); ++I) {
        Run = Text[I] == ' ' || Text[I] == '\t' ? Run + 1 : 0;
        Blanks = std::max(Blanks, unsigned(Run));
      }
    }
    EXPECT_EQ(V->maxTokenBytes(), Longest);
    EXPECT_EQ(V->maxTokenChars(), MostChars);
    EXPECT_EQ(V->maxBlankRun(), Blanks);
    if (testing::Test::HasFailure())
      return;
  }
}

// Opening derives what nodes say from below, and compares texts by words of eight bytes.
TEST(TokenTrie, AgreesWithAMapAtTheEdgesOfUtf8AndOfWords) {
  static const uint8_t Edges[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
                                  0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
                                  0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
  for (uint32_t Seed = 0; Seed < 25; ++Seed) {
    SCOPED_TRACE(Seed);
    std::mt19937 Random(Seed);
    auto AnyByte = [&] { return char(Edges[Random() % std::size(Edges)]); };
    std::string Shared(40, 'x');
    for (char &C : Shared)
      C = Random() % 4 ? C : AnyByte();
    Spec S;
    S.Tokens.resize(300);
    for (Spec::Token &T : S.Tokens) {
      T.Kind = TokenKind::Ordinary;
      if (Random() % 3 == 0)
        T.Text = Shared.substr(0, Random() % (Shared.size() + 1));
      for (size_t More = 1 + Random() % (T.Text.empty() ? 5 : 20); More > 0; --More)
        T.Text += AnyByte();
    }
    const VocabularyRef V = make(S);
    ASSERT_TRUE(V);
    EXPECT_EQ(specOf(*V), S);
    checkNode(*V, TokenTrie::Root, "", textsOf(S));
    if (testing::Test::HasFailure())
      return;
  }
}

TEST(TokenTrie, LongestMatchIsTheLongestPrefixInTheMap) {
  const Spec S = randomSpec(7, 200);
  const TextMap Map = textsOf(S);
  const VocabularyRef V = make(S);
  std::mt19937 Random(1);
  for (unsigned Round = 0; Round < 500; ++Round) {
    std::string Text;
    for (unsigned N = Random() % 4; N > 0; --N)
      Text += std::next(Map.begin(), long(Random() % Map.size()))->first;
    const Vocabulary::Match M = V->longestMatch(asBytes(Text));
    size_t Expected = 0;
    for (size_t L = 1; L <= Text.size(); ++L)
      if (Map.count(Text.substr(0, L)))
        Expected = L;
    ASSERT_EQ(M.Length, Expected);
    EXPECT_EQ(M.Ids.empty(), Expected == 0);
    if (Expected) {
      EXPECT_EQ(M.Ids.front(), Map.at(Text.substr(0, Expected)).front());
    }
  }
}

TEST(TokenTrie, ClosedMeansFromBeforeTheByteOn) {
  // é and € share no byte; é is also there cut in half.
  const VocabularyRef V = makeOrdinary({"a\xC3\xA9", "\xE2\x82\xAC", "\xC3"});
  const TokenTrie &T = V->trie();
  EXPECT_TRUE(T[TokenTrie::Root].isUtf8Closed());
  EXPECT_TRUE(T[V->find(asBytes("a"))].isUtf8Closed());
  EXPECT_TRUE(T[V->find(asBytes("a\xC3"))].isUtf8Closed());
  EXPECT_FALSE(T[V->find(asBytes("a\xC3\xA9"))].isUtf8Closed()) << "begins in the middle";
  EXPECT_TRUE(T[V->find(asBytes("\xE2"))].isUtf8Closed());
  EXPECT_TRUE(T[V->find(asBytes("\xC3"))].isUtf8Closed()) << "may end in the middle";
  const VocabularyRef Wrong = makeOrdinary({"\xE0\x80"});
  EXPECT_FALSE(Wrong->trie()[TokenTrie::Root].isUtf8Closed()) << "no scalar begins so";
}

TEST(TokenTrie, TheDeepestTokenAllowedIsNoSpecialCase) {
  const std::string Long(vocab_image::MaxTokenBytes, 'x');
  const VocabularyRef V = makeOrdinary({"x", Long});
  EXPECT_EQ(V->maxTokenBytes(), Long.size());
  EXPECT_EQ(V->maxTokenChars(), Long.size());
  EXPECT_EQ(V->trie().size(), Long.size() + 1);
  EXPECT_EQ(V->longestMatch(asBytes(Long + "y")).Length, Long.size());
}

} // namespace
