//===- JsonSpelling.cpp - How scalar values are spelled in JSON -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "JsonSpelling.h"

#include "Build.h"

#include <algorithm>

namespace weir::transforms {

using namespace ir;

static constexpr std::string_view ShortValues = "\"\\\b\f\n\r\t/", ShortLetters = "\"\\bfnrt/";

/// The digits First..Last as they may be written.
static ExprId hexDigits(Module &M, unsigned First, unsigned Last, bool UpperToo) {
  ByteSet Set;
  for (unsigned D = First; D <= Last; ++D) {
    Set.insert(uint8_t(D < 10 ? '0' + D : 'a' + D - 10));
    if (UpperToo && D >= 10)
      Set.insert(uint8_t('A' + D - 10));
  }
  return M.bytes(Set);
}

/// Appends rows of four digit sets for First..Last; `Low` digits are free already.
static void hexRows(Module &M, uint32_t First, uint32_t Last, bool UpperToo,
                    std::vector<ExprId> &Out) {
  // Split where a block of all low digits begins or ends, as utf8Sequences does.
  std::vector<std::pair<uint32_t, uint32_t>> Todo{{First, Last}};
  while (!Todo.empty()) {
    auto [A, B] = Todo.back();
    Todo.pop_back();
    bool Split = false;
    for (unsigned Bits = 4; Bits < 16 && !Split; Bits += 4) {
      uint32_t Mask = (1U << Bits) - 1;
      if ((A & ~Mask) == (B & ~Mask))
        continue;
      if ((A & Mask) != 0) {
        Todo.emplace_back((A | Mask) + 1, B);
        Todo.emplace_back(A, A | Mask);
        Split = true;
      } else if ((B & Mask) != Mask) {
        Todo.emplace_back(B & ~Mask, B);
        Todo.emplace_back(A, (B & ~Mask) - 1);
        Split = true;
      }
    }
    if (Split)
      continue;
    std::vector<ExprId> Row{M.lit("\\u")};
    for (unsigned Shift = 16; Shift > 0; Shift -= 4)
      Row.push_back(hexDigits(M, A >> (Shift - 4) & 15, B >> (Shift - 4) & 15, UpperToo));
    Out.push_back(M.seq(Row));
  }
}

static ExprId hexEscape(Module &M, uint32_t First, uint32_t Last, bool UpperToo) {
  std::vector<ExprId> Rows;
  hexRows(M, First, Last, UpperToo, Rows);
  return M.alt(Rows);
}

/// The surrogate pairs of supplementary scalars First..Last.
static void pairRows(Module &M, uint32_t First, uint32_t Last, bool UpperToo,
                     std::vector<ExprId> &Out) {
  First -= 0x10000;
  Last -= 0x10000;
  auto row = [&](uint32_t HighFirst, uint32_t HighLast, uint32_t LowFirst, uint32_t LowLast) {
    Out.push_back(M.seq({hexEscape(M, 0xD800 + HighFirst, 0xD800 + HighLast, UpperToo),
                         hexEscape(M, 0xDC00 + LowFirst, 0xDC00 + LowLast, UpperToo)}));
  };
  uint32_t HighA = First >> 10, HighB = Last >> 10, LowA = First & 0x3FF, LowB = Last & 0x3FF;
  if (HighA == HighB)
    return row(HighA, HighB, LowA, LowB);
  if (LowA != 0)
    row(HighA, HighA, LowA, 0x3FF), ++HighA;
  if (LowB != 0x3FF)
    row(HighB, HighB, 0, LowB), --HighB;
  if (HighA <= HighB && HighB != UINT32_MAX)
    row(HighA, HighB, 0, 0x3FF);
}

ExprId spellings(Module &M, const CodePointSet &Set, Escapes Style) {
  const bool Any = isAnySpelling(Style);
  CodePointSet Raw = CodePointSet::range(0x20, lastRaw(Style));
  Raw = Raw.minus(CodePointSet::of('"')).minus(CodePointSet::of('\\'));
  std::vector<ExprId> Ways{M.cls(Set.intersectWith(Raw))};
  ByteSet Letters;
  CodePointSet Short;
  for (size_t I = 0; I < ShortValues.size(); ++I) {
    Short.add(uint8_t(ShortValues[I]));
    if (Set.contains(uint8_t(ShortValues[I])) && (Any || ShortValues[I] != '/'))
      Letters.insert(uint8_t(ShortLetters[I]));
  }
  Ways.push_back(makeSeq(M, {M.lit("\\"), M.bytes(Letters)}));
  CodePointSet Escaped = Set;
  if (!Any)
    Escaped = Set.minus(CodePointSet::range(0x20, lastRaw(Style))).minus(Short);
  for (const CodePointRange &R : Escaped.ranges()) {
    if (R.First <= 0xFFFF)
      hexRows(M, R.First, std::min(R.Last, 0xFFFFU), Any, Ways);
    if (R.Last > 0xFFFF)
      pairRows(M, std::max(R.First, 0x10000U), R.Last, Any, Ways);
  }
  return makeAlt(M, Ways);
}

ExprId spellings(Module &M, std::string_view Text, Escapes Style) {
  std::vector<ExprId> Parts;
  std::string Raw; // characters with one spelling, their own
  auto flush = [&] {
    if (!Raw.empty())
      Parts.push_back(M.lit(Raw));
    Raw.clear();
  };
  for (size_t I = 0; I < Text.size();) {
    DecodedScalar D = decodeUtf8(Text, I);
    assert(D.Size && "the text is well-formed");
    const bool IsRaw =
        D.Value >= 0x20 && D.Value <= lastRaw(Style) && D.Value != '"' && D.Value != '\\';
    if (!isAnySpelling(Style) && IsRaw) {
      Raw += Text.substr(I, D.Size);
    } else {
      flush();
      Parts.push_back(spellings(M, CodePointSet::of(D.Value), Style));
    }
    I += D.Size;
  }
  flush();
  return M.seq(Parts);
}

} // namespace weir::transforms
