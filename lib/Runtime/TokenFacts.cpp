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

static constexpr size_t rowCount(uint8_t FirstPrinted, uint8_t LastPrinted) {
  return LacksRow + LastPrinted - FirstPrinted + 1;
}

TokenFacts::TokenFacts(const Vocabulary &V)
    : V(V), Words((size_t(V.size()) + 31) / 32),
      OwnRows(rowCount(FirstPrinted, LastPrinted) * Words), Digrams(V.trie()) {
  auto set = [&](size_t Row, TokenId T) { OwnRows[Row * Words + T / 32] |= 1U << (T % 32); };
  for (size_t Row = LacksRow; Row < rowCount(FirstPrinted, LastPrinted); ++Row) {
    const auto Begin = OwnRows.begin() + ptrdiff_t(Row * Words), End = Begin + ptrdiff_t(Words);
    std::fill(Begin, End, ~uint32_t(0));
    if (V.size() % 32 != 0)
      End[-1] = (1U << (V.size() % 32)) - 1;
  }
  std::vector<uint8_t> Whole;
  for (TokenId T : V.trie().tokens()) {
    const std::span<const uint8_t> Bytes = V.bytes(T);
    uint64_t Atoms = 0;
    uint32_t Chars = 0;
    for (uint8_t B : Bytes) {
      Atoms |= fine::atomBit(B);
      Chars += (B & 0xC0) != 0x80;
      if (hasRow(B))
        OwnRows[(LacksRow + B - FirstPrinted) * Words + T / 32] &= ~(1U << (T % 32));
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
      OwnLong.push_back({Chars, T, 0});
  }
  for (size_t I = (LengthRow + 1) * Words; I < LacksRow * Words; ++I)
    OwnRows[I] |= OwnRows[I - Words];
  for (size_t I = 1; I < OwnLong.size(); ++I) {
    const std::span<const uint8_t> X = V.bytes(OwnLong[I - 1].Id), Y = V.bytes(OwnLong[I].Id);
    OwnLong[I].Common =
        uint32_t(std::mismatch(X.begin(), X.end(), Y.begin(), Y.end()).first - X.begin());
  }
  Rows = OwnRows;
  LongOnes = OwnLong;
}

TokenFacts::TokenFacts(const Vocabulary &V, const TerminalView &Lent)
    : V(V), Words((size_t(V.size()) + 31) / 32), Rows(Lent.TokenRows), Digrams(Lent),
      LongOnes(Lent.LongTokens) {}

std::unique_ptr<const TokenFacts> TokenFacts::lentBy(const Vocabulary &V) {
  const TerminalView &Lent = V.terminals();
  const size_t Words = (size_t(V.size()) + 31) / 32;
  if (Lent.TokenRows.size() != rowCount(FirstPrinted, LastPrinted) * Words)
    return nullptr;
  return std::unique_ptr<const TokenFacts>(new TokenFacts(V, Lent));
}

void TokenFacts::save(TerminalRecords &To) const {
  To.TokenRows.assign(Rows.begin(), Rows.end());
  To.LongTokens.assign(LongOnes.begin(), LongOnes.end());
  Digrams.save(To);
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
  for (const LongToken &L : LongOnes) {
    if (L.Chars <= Chars)
      continue;
    Row[L.Id / 32] &= ~(1U << (L.Id % 32));
  }
}

} // namespace weir
