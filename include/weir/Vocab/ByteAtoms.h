//===- ByteAtoms.h - Sets of bytes in one word ------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ByteAtoms.def cuts the 256 bytes into fewer than 64 atoms. A trie node stores which
// atoms occur at or below it; an automaton state that loops on a byte set stores
// which atoms lie wholly inside. One AND then answers for a whole subtree:
//
//   (node.Kinds & ~atomMask(Loop)) == 0   no token here leaves the loop.
//
// It is conservative only where a set cuts through an atom.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_VOCAB_BYTEATOMS_H
#define WEIR_VOCAB_BYTEATOMS_H

#include "weir/Support/ByteSet.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace weir {

enum class ByteAtom : uint8_t {
#define BYTE_ATOM(Name) Name,
#include "weir/Vocab/ByteAtoms.def"
};

inline constexpr unsigned NumByteAtoms = 0
#define BYTE_ATOM(Name) +1
#include "weir/Vocab/ByteAtoms.def"
    ;
static_assert(NumByteAtoms <= 64, "the atoms of a node are one word");

/// The atoms' names in ByteAtoms.def, by number.
inline constexpr std::array<std::string_view, NumByteAtoms> ByteAtomNames = {
#define BYTE_ATOM(Name) #Name,
#include "weir/Vocab/ByteAtoms.def"
};

/// The members of each atom, by number.
inline constexpr std::array<ByteSet, NumByteAtoms> ByteAtomMembers = [] {
  std::array<ByteSet, NumByteAtoms> Members{};
#define BYTE_RANGE(Atom, First, Last)                                                              \
  Members[size_t(ByteAtom::Atom)] |= ByteSet::range(First, Last);
#include "weir/Vocab/ByteAtoms.def"
  return Members;
}();

/// The atom of each byte.
inline constexpr std::array<uint8_t, 256> ByteAtomOf = [] {
  std::array<uint8_t, 256> Of{};
  for (unsigned A = 0; A < NumByteAtoms; ++A)
    for (unsigned B = ByteAtomMembers[A].next(0); B < 256; B = ByteAtomMembers[A].next(B + 1))
      Of[B] = uint8_t(A);
  return Of;
}();

static_assert(
    [] {
      unsigned Sum = 0;
      ByteSet Union;
      for (const ByteSet &Members : ByteAtomMembers) {
        Sum += Members.size();
        Union |= Members;
      }
      return Sum == 256 && Union == ByteSet::all();
    }(),
    "every byte is in exactly one atom");

/// The mask bit of the atom that `B` is in.
inline constexpr uint64_t atomBit(uint8_t B) { return uint64_t(1) << ByteAtomOf[B]; }

/// The atoms that lie wholly inside `Set`.
inline constexpr uint64_t atomMask(const ByteSet &Set) {
  uint64_t Mask = 0;
  for (unsigned A = 0; A < NumByteAtoms; ++A)
    if (Set.contains(ByteAtomMembers[A]))
      Mask |= uint64_t(1) << A;
  return Mask;
}

} // namespace weir

#endif // WEIR_VOCAB_BYTEATOMS_H
