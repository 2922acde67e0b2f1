//===- TokenFacts.cpp - What tokens are made of ---------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TokenFacts.h"

#include "weir/Support/RowOps.h"
#include "weir/Support/Utf8Suffixes.h"

#include <algorithm>

namespace weir {

namespace {
constexpr size_t OpenRow = fine::NumAtoms, TextRow = OpenRow + 1, LengthRow = OpenRow + 2,
                 LacksRow = LengthRow + TokenFacts::FirstListed + 1;
}

TokenFacts::TokenFacts(const Vocabulary &V)
    : V(V), Words((size_t(V.size()) + 31) / 32),
      Rows((LacksRow + LastPrinted - FirstPrinted + 1) * Words), Digrams(V.trie()) {
  auto set = [&](size_t Row, TokenId T) { Rows[Row * Words + T / 32] |= 1U << (T % 32); };
  std::fill(Rows.begin() + ptrdiff_t(LacksRow * Words), Rows.end(), ~uint32_t(0));
  std::vector<uint8_t> Whole;
  for (TokenId T : V.trie().tokens()) {
    const std::span<const uint8_t> Bytes = V.bytes(T);
    uint64_t Atoms = 0;
    uint32_t Chars = 0;
    for (uint8_t B : Bytes) {
      Atoms |= fine::atomBit(B);
      Chars += (B & 0xC0) != 0x80;
      if (hasRow(B))
        Rows[(LacksRow + B - FirstPrinted) * Words + T / 32] &= ~(1U << (T % 32));
    }
    for (; Atoms; Atoms &= Atoms - 1)
      set(size_t(std::countr_zero(Atoms)), T);
    if (markWholeSuffixes({reinterpret_cast<const char *>(Bytes.data()), Bytes.size()}, Whole) &&
        !Whole[0])
      set(OpenRow, T);
    set(TextRow, T);
    if (Chars < Lengths)
      set(LengthRow + Chars, T);
    else
      LongOnes.push_back({Chars, T, 0});
  }
  for (size_t I = (LengthRow + 1) * Words; I < LacksRow * Words; ++I)
    Rows[I] |= Rows[I - Words];
  for (size_t I = 1; I < LongOnes.size(); ++I) {
    const std::span<const uint8_t> X = V.bytes(LongOnes[I - 1].Id), Y = V.bytes(LongOnes[I].Id);
    LongOnes[I].Common =
        uint32_t(std::mismatch(X.begin(), X.end(), Y.begin(), Y.end()).first - X.begin());
  }
}

void TokenFacts::only(uint64_t Atoms, std::span<uint32_t> Row) const {
  const RowOps &Ops = RowOps::best();
  // A piece of the row at a time, which stays near while all columns go by.
  constexpr size_t Piece = 1024;
  for (size_t At = 0; At < Words; At += Piece) {
    const size_t N = std::min(Piece, Words - At);
    auto from = [&](size_t R) { return Rows.data() + R * Words + At; };
    uint32_t *To = Row.data() + At;
    Ops.Copy(To, from(OpenRow), N);
    for (size_t A = 0; A < fine::NumAtoms; ++A)
      if (!(Atoms >> A & 1))
        Ops.Or(To, from(A), N);
    Ops.Without(To, from(TextRow), N);
  }
}

void TokenFacts::keepWithout(uint8_t Byte, std::span<uint32_t> Row) const {
  RowOps::best().And(Row.data(), row(LacksRow + Byte - FirstPrinted).data(), Words);
}

void TokenFacts::atMost(uint32_t Chars, std::span<uint32_t> Row) const {
  if (Chars < Lengths) {
    RowOps::best().And(Row.data(), row(LengthRow + Chars).data(), Words);
    return;
  }
  for (const Long &L : LongOnes) {
    if (L.Chars <= Chars)
      continue;
    Row[L.Id / 32] &= ~(1U << (L.Id % 32));
  }
}

} // namespace weir
