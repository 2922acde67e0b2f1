//===- TokenFacts.h - What tokens are made of -------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows of bits by what tokens consist of, so that a set of them needs no walk:
//
//   column a    the tokens with a byte of atom a in them
//   lacks b     the ids that are no tokens with the printable ASCII character b in them
//   open        the tokens that are no sequence of whole characters
//   length n    the tokens of at most n characters
//
//   [A-Za-z]{1,20}  =  text - open - columns of all other atoms, and of length 20
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_TOKENFACTS_H
#define WEIR_LIB_RUNTIME_TOKENFACTS_H

#include "TrieDigrams.h"
#include "weir/Vocab/ByteAtoms.h"
#include "weir/Vocab/Vocabulary.h"

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace weir {

/// The atoms of the image with one more cut: the commonest classes that are almost all of
/// Unicode leave out single characters (`.` line ends, `\\S` spaces), whose leads these are.
namespace fine {

inline constexpr uint8_t Leads[] = {0xE1, 0xE2, 0xE3, 0xEF};
inline constexpr unsigned NumAtoms = NumByteAtoms + 4;
static_assert(NumAtoms < 64, "the last bit of a sum says whether a node is closed");
inline constexpr uint64_t LeadThree = uint64_t(1) << unsigned(ByteAtom::LeadThree);
inline constexpr uint64_t LeadBits = LeadThree | uint64_t(15) << NumByteAtoms;

inline constexpr std::array<uint8_t, 256> AtomOf = [] {
  std::array<uint8_t, 256> Of = ByteAtomOf;
  for (unsigned I = 0; I < 4; ++I)
    Of[Leads[I]] = uint8_t(NumByteAtoms + I);
  return Of;
}();
inline constexpr uint64_t atomBit(uint8_t B) { return uint64_t(1) << AtomOf[B]; }

inline constexpr std::array<ByteSet, NumAtoms> Members = [] {
  std::array<ByteSet, NumAtoms> Out{};
  for (unsigned B = 0; B < 256; ++B)
    Out[AtomOf[B]].insert(uint8_t(B));
  return Out;
}();
/// The fine atoms of the image's.
inline constexpr uint64_t ofAtoms(uint64_t Atoms) {
  return Atoms & LeadThree ? Atoms | LeadBits : Atoms;
}
/// The atoms that lie wholly inside `Set`.
inline constexpr uint64_t inside(const ByteSet &Set) {
  uint64_t Mask = 0;
  for (unsigned A = 0; A < NumAtoms; ++A)
    if (Set.contains(Members[A]))
      Mask |= uint64_t(1) << A;
  return Mask;
}
/// The atoms with a member in `Set`.
inline constexpr uint64_t touched(const ByteSet &Set) {
  uint64_t Mask = 0;
  for (unsigned B = Set.next(0); B < 256; B = Set.next(B + 1))
    Mask |= atomBit(uint8_t(B));
  return Mask;
}

} // namespace fine

class TokenFacts {
public:
  /// Tokens with more characters than this, or than any number above it, are listed.
  static constexpr uint32_t FirstListed = 23;

  /// Linear in the vocabulary's text.
  explicit TokenFacts(const Vocabulary &V);
  /// Those that the image of `V` has; null when it has none, or of another form.
  static std::unique_ptr<const TokenFacts> lentBy(const Vocabulary &V);

  /// Writes the text tokens of whole characters whose bytes are all of `Atoms` (fine). As in the
  /// trie (TrieNode::Utf8Closed), a last character may be cut short.
  void only(uint64_t Atoms, std::span<uint32_t> Row) const;
  /// Clears the tokens with more than `Chars` bytes that begin a character.
  void atMost(uint32_t Chars, std::span<uint32_t> Row) const;

  /// Has `keepWithout` a row for it?
  static constexpr bool hasRow(uint8_t Byte) { return Byte >= FirstPrinted && Byte <= LastPrinted; }
  /// Clears the tokens with such a byte in them.
  void keepWithout(uint8_t Byte, std::span<uint32_t> Row) const;

  /// Are the tokens with more than `Chars` listed?
  static bool lists(uint32_t Chars) { return Chars >= FirstListed; }
  /// Calls Each(token, bytes, how many it has in common with the one before) for these.
  template <typename Fn>
  void forEachLonger(uint32_t Chars, Fn Each) const {
    size_t Common = 0;
    for (const LongToken &L : LongOnes) {
      Common = std::min<size_t>(Common, L.Common);
      if (L.Chars <= Chars)
        continue;
      const std::span<const uint8_t> Bytes = V.bytes(L.Id);
      Each(L.Id, Bytes, Common);
      Common = Bytes.size();
    }
  }

  const TrieDigrams &digrams() const { return Digrams; }
  /// The bytes that lead to a node of the trie, its own at the end.
  std::span<const uint8_t> path(uint32_t Node) const {
    const TokenTrie &Trie = V.trie();
    return V.bytes(Trie.tokensBelow(Node)[0]).first(Trie[Node].Depth);
  }

  /// Without what is lent.
  size_t memoryBytes() const {
    return sizeof(*this) + OwnRows.capacity() * sizeof(uint32_t) +
           OwnLong.capacity() * sizeof(LongToken) + Digrams.memoryBytes();
  }
  /// Into the tables of the image.
  void save(TerminalRecords &To) const;

private:
  static constexpr uint32_t Lengths = FirstListed + 1; ///< longer ones are few, and listed
  static constexpr uint8_t FirstPrinted = ' ', LastPrinted = '~';
  TokenFacts(const Vocabulary &V, const TerminalView &Lent);
  std::span<const uint32_t> row(size_t N) const { return Rows.subspan(N * Words, Words); }

  const Vocabulary &V;
  size_t Words;
  std::vector<uint32_t> OwnRows;
  std::vector<LongToken> OwnLong;
  std::span<const uint32_t> Rows; ///< a column an atom, then open, text, length 0, 1, 2 …, lacks
  TrieDigrams Digrams;
  std::span<const LongToken> LongOnes; ///< Lengths characters or more, in the order of their bytes
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_TOKENFACTS_H
