//===- TrieChecker.cpp - Is a trie the trie of its tokens? ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two passes, neither of which has a branch a node on the shape of the trie: half of all nodes have
// a token and half are the last child of theirs, so that a branch on either is mispredicted for
// every second node.
//
//   forwards    A token's text, but for what it shares with the text before it, is a run of
//               new nodes. Some hundred tokens write bytes, depths and owners of theirs, eight
//               at a time whatever their number; then all are compared with the nodes.
//   backwards   A node comes after its children, whose sums lie in one record per depth: what it
//               says of its subtree is compared with them, and it joins its siblings' record.
//
//===----------------------------------------------------------------------===//

#include "TrieChecker.h"

#include "weir/Vocab/ByteAtoms.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

namespace weir {

namespace {

#if defined(__GNUC__)
#define WEIR_PREFETCH(Address) __builtin_prefetch(Address)
#else
#define WEIR_PREFETCH(Address) (void)(Address)
#endif

/// The pass forwards: bytes, depths and tokens of the nodes, and the order of the tokens.
class ShapeChecker {
public:
  ShapeChecker(const TokenTexts &Texts, std::span<const TrieNode> Nodes,
               std::span<const TokenId> Tokens)
      : T(Texts), Nodes(Nodes), Tokens(Tokens) {}

  const char *run() {
    Text Last;
    for (uint32_t I = 0; I < Tokens.size(); ++I) {
      // Texts lie by id and are met in byte order, so that nearly each is a cache miss: begin to
      // load those some places further on. (Not a function of its own: GCC takes one that only
      // prefetches for one that does nothing.)
      const size_t Far = I + size_t(48), Near = I + size_t(24);
      if (Far < Tokens.size() && Tokens[Far] < T.Kinds.size() && Tokens[Near] < T.Kinds.size()) {
        WEIR_PREFETCH(T.Offsets.data() + Tokens[Far]);
        WEIR_PREFETCH(T.Kinds.data() + Tokens[Far]);
        WEIR_PREFETCH(T.Bytes.data() + T.Offsets[Tokens[Near]]);
      }
      Text New;
      New.Id = Tokens[I];
      if (New.Id >= T.Kinds.size() || T.Kinds[New.Id] == uint8_t(TokenKind::Special))
        return "the trie has a token that is no text";
      New.Begin = T.Bytes.data() + T.Offsets[New.Id];
      New.Size = T.Offsets[New.Id + size_t(1)] - T.Offsets[New.Id];
      if (New.Size == 0)
        return "the trie has a token that is no text";
      std::memcpy(New.Words, New.Begin, sizeof New.Words);
      const uint32_t Common = commonPrefix(Last, New);
      // A text comes behind those that are its beginning, and equal ones by their ids.
      const bool Follows = Common == New.Size
                               ? Common == Last.Size && New.Id > Last.Id
                               : Common == Last.Size || New.Begin[Common] > Last.Begin[Common];
      if (!Follows)
        return "the tokens of the trie are out of order";
      MaxBytes = std::max(MaxBytes, New.Size);
      if (!addNodes(New, Common, I))
        return "the nodes of the trie are not those of its tokens";
      Last = New;
    }
    if (!compareBlock() || At + 1 != Nodes.size())
      return "the nodes of the trie are not those of its tokens";
    return nullptr;
  }
  uint32_t maxBytes() const { return MaxBytes; }

private:
  struct Text {
    const uint8_t *Begin = nullptr;
    uint32_t Size = 0;
    TokenId Id = 0;
    uint64_t Words[2] = {}; ///< the first bytes, with what comes behind a shorter text
  };

  static uint32_t commonPrefix(const Text &A, const Text &B) {
    const uint64_t First = A.Words[0] ^ B.Words[0], Second = A.Words[1] ^ B.Words[1];
    const uint32_t Equal =
        uint32_t(First ? std::countr_zero(First) : 64 + std::countr_zero(Second)) / 8;
    const uint32_t Shorter = std::min(A.Size, B.Size);
    if (Equal < 16 || Shorter <= 16)
      return std::min(Equal, Shorter);
    return uint32_t(std::mismatch(A.Begin, A.Begin + Shorter, B.Begin).first - A.Begin);
  }

  /// Those of the bytes of `New` from `From` on, of which token number `Owner` is the first.
  bool addNodes(const Text &New, uint32_t From, uint32_t Owner) {
    for (; New.Size - From > Step; From += Step)
      if (!addStep(New.Begin + From, From, Owner, Step))
        return false;
    return addStep(New.Begin + From, From, Owner, New.Size - From);
  }
  bool addStep(const uint8_t *Bytes, uint64_t Depth, uint64_t Owner, uint32_t Number) {
    if (Count > BlockNodes && !compareBlock())
      return false;
    std::memcpy(BlockBytes + Count, Bytes, Step);
    // (Written as words: such short loops stay loops.)
    const uint64_t Depths[2] = {0x4'0003'0002'0001 + Depth * 0x1'0001'0001'0001,
                                0x8'0007'0006'0005 + Depth * 0x1'0001'0001'0001};
    std::memcpy(BlockDepths + Count, Depths, sizeof Depths);
    const uint64_t Pair = Owner * 0x1'0000'0001;
    const uint64_t Owners[4] = {Pair, Pair, Pair, Pair};
    std::memcpy(BlockOwners + Count, Owners, sizeof Owners);
    Count += Number;
    return true;
  }
  bool compareBlock() {
    if (Count > Nodes.size() - At)
      return false;
    uint32_t Differences = 0;
    for (uint32_t I = 0; I < Count; ++I) {
      const TrieNode &N = Nodes[At + I];
      Differences |= uint32_t(N.Byte ^ BlockBytes[I]) | uint32_t(N.Depth ^ BlockDepths[I]) |
                     (N.TokensBegin ^ BlockOwners[I]);
    }
    At += Count;
    Count = 0;
    return Differences == 0;
  }

  static constexpr uint32_t Step = 8;
  static constexpr uint32_t BlockNodes = 1024; ///< all arrays fit the first-level cache

  const TokenTexts &T;
  std::span<const TrieNode> Nodes; ///< with the sentinel
  std::span<const TokenId> Tokens;
  uint32_t MaxBytes = 0;
  uint32_t At = 1;    ///< the node of the block's first
  uint32_t Count = 0; ///< nodes in the block
  uint8_t BlockBytes[BlockNodes + 2 * Step];
  uint16_t BlockDepths[BlockNodes + 2 * Step];
  uint32_t BlockOwners[BlockNodes + 2 * Step];
};

// Whether all texts below a node are whole UTF-8 from its byte on (table 3-7 of the Unicode
// Standard) is known from below by what may precede; Utf8Suffixes.h, by which tries are built,
// asks the same of one text. One bit each:
enum Rest : uint8_t {
  Whole = 1,       ///< complete scalar values come, and perhaps the beginning of one
  WholeAfter1 = 2, ///< so it is behind one continuation byte
  WholeAfter2 = 4,
  WholeAfter3 = 8,
  // … of which the first is one that this lead may have behind it:
  WholeAfterE0 = 0x10,
  WholeAfterED = 0x20,
  WholeAfterF0 = 0x40,
  WholeAfterF4 = 0x80,
  AllRests = 0xFF, ///< no text goes on
};

/// What a byte contributes to what the nodes above it say.
struct ByteFacts {
  uint64_t Kind = 0;
  uint8_t BeginsChar = 0;
  uint8_t RestBit = 8;  ///< the number of the bit that makes what begins here whole; 8: none
  uint8_t RestMask = 0; ///< of a continuation byte: what it may be part of
};

constexpr std::array<ByteFacts, 256> FactsOf = [] {
  std::array<ByteFacts, 256> Facts{};
  for (unsigned B = 0; B < 256; ++B) {
    ByteFacts &F = Facts[B];
    F.Kind = atomBit(uint8_t(B));
    F.BeginsChar = (B & 0xC0) != 0x80;
    auto BitOf = [](Rest R) { return uint8_t(std::countr_zero(unsigned(R))); };
    if (!F.BeginsChar)
      F.RestMask = uint8_t(WholeAfter1 | WholeAfter2 | WholeAfter3 |
                           (B >= 0xA0 ? WholeAfterE0 : WholeAfterED) |
                           (B >= 0x90 ? WholeAfterF0 : WholeAfterF4));
    else if (B < 0x80)
      F.RestBit = BitOf(Whole);
    else if (B >= 0xC2 && B < 0xF5)
      F.RestBit = BitOf(B < 0xE0    ? WholeAfter1
                        : B == 0xE0 ? WholeAfterE0
                        : B == 0xED ? WholeAfterED
                        : B < 0xF0  ? WholeAfter2
                        : B == 0xF0 ? WholeAfterF0
                        : B == 0xF4 ? WholeAfterF4
                                    : WholeAfter3);
  }
  return Facts;
}();

/// By the three lowest bits of the rest behind a continuation byte: its own, of which its
/// `RestMask` holds.
constexpr std::array<uint8_t, 8> RestBefore = [] {
  std::array<uint8_t, 8> Before{};
  for (unsigned R = 0; R < Before.size(); ++R)
    Before[R] = uint8_t((R & Whole ? WholeAfter1 : 0) |
                        (R & WholeAfter1 ? WholeAfter2 | WholeAfterE0 | WholeAfterED : 0) |
                        (R & WholeAfter2 ? WholeAfter3 | WholeAfterF0 | WholeAfterF4 : 0));
  return Before;
}();

static_assert(unsigned(TrieNode::Utf8Closed) == unsigned(Whole), "flags are compared with rests");

/// The pass backwards, over nodes of the right shape: what they say of their subtrees.
class SumChecker {
public:
  SumChecker(const TrieNode *Nodes, uint32_t Count, uint32_t MaxBytes)
      : Nodes(Nodes), Count(Count), Levels(MaxBytes + size_t(2)) {}

  bool run() {
    for (At = Count - 1; At > 0; --At)
      if (!check(Nodes[At]))
        return false;
    ++Levels[1].Nodes;
    return isSaid(Nodes[0], Levels[1]);
  }
  /// The node that says something wrong.
  uint32_t place() const { return At; }

private:
  struct Sums {
    uint64_t Kinds = 0;
    uint32_t Nodes = 0;
    uint32_t Rest = AllRests;
    uint32_t Chars = 0;
    uint32_t Bytes = 0;
  };

  bool check(const TrieNode &N) {
    Sums &Children = Levels[N.Depth + size_t(1)], &Siblings = Levels[N.Depth];
    const ByteFacts &F = FactsOf[N.Byte];
    Sums S; // of the children and this node
    S.Kinds = Children.Kinds | F.Kind;
    S.Nodes = Children.Nodes + 1;
    S.Rest = (RestBefore[Children.Rest & 7] & F.RestMask) | (Children.Rest >> F.RestBit & 1);
    S.Chars = Children.Chars + F.BeginsChar;
    S.Bytes = Children.Bytes + 1;
    Children = Sums();
    Siblings.Kinds |= S.Kinds;
    Siblings.Nodes += S.Nodes;
    Siblings.Rest &= S.Rest;
    Siblings.Chars = std::max(Siblings.Chars, S.Chars);
    Siblings.Bytes = std::max(Siblings.Bytes, S.Bytes);
    return isSaid(N, S);
  }
  static bool isSaid(const TrieNode &N, const Sums &S) {
    return N.Kinds == S.Kinds && N.Skip == S.Nodes && N.Flags == (S.Rest & Whole) &&
           N.CharsBelow == S.Chars && N.BytesBelow == S.Bytes;
  }

  const TrieNode *Nodes;
  uint32_t Count;
  uint32_t At = 0;
  std::vector<Sums> Levels; ///< of the children met so far of the open nodes, by their depth
};

} // namespace

std::string checkTrie(const TokenTexts &Texts, std::span<const TrieNode> Nodes,
                      std::span<const TokenId> Tokens) {
  TrieNode Sentinel{};
  Sentinel.TokensBegin = uint32_t(Tokens.size());
  if (std::memcmp(&Nodes.back(), &Sentinel, sizeof Sentinel) != 0)
    return "the trie has no end";
  if (Nodes[0].Byte != 0 || Nodes[0].Depth != 0 || Nodes[0].TokensBegin != 0)
    return "the trie has no root";
  ShapeChecker Shape(Texts, Nodes, Tokens);
  if (const char *What = Shape.run())
    return What;
  SumChecker Sums(Nodes.data(), uint32_t(Nodes.size() - 1), Shape.maxBytes());
  if (!Sums.run())
    return "trie node " + std::to_string(Sums.place()) + " describes its subtree wrongly";
  return {};
}

} // namespace weir
