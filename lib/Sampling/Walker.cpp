//===- Walker.cpp - Choosing tokens from masks, repeatably ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Sampling/Walker.h"

#include <algorithm>
#include <bit>

namespace weir {

static constexpr uint32_t CostPerByte = 4;
static constexpr uint32_t CostOfBlank = 16;
/// A symbol of the grammar has no bytes; it counts as a token of four.
static constexpr uint32_t CostOfSymbol = 4 * CostPerByte;
static constexpr size_t RecentSize = 16;
static constexpr uint32_t MaxClosersInARow = 64;
static constexpr uint64_t MaxOnlyWayTokens = 64;

static bool hasBit(std::span<const uint32_t> Row, TokenId T) {
  return T / 32 < Row.size() && (Row[T / 32] >> (T % 32) & 1);
}

template <typename Fn> static void forEachBit(std::span<const uint32_t> Row, Fn F) {
  for (size_t W = 0; W < Row.size(); ++W)
    for (uint32_t Bits = Row[W]; Bits != 0; Bits &= Bits - 1)
      F(TokenId(W * 32 + size_t(std::countr_zero(Bits))));
}

WalkerTables::WalkerTables(const Vocabulary &V) : V(V), Cost(V.size()) {
  for (TokenId T : V.trie().tokens()) // in byte order
    ByCost.push_back(T);
  for (TokenId T = 0; T < V.size(); ++T)
    if (V.isSpecial(T))
      ByCost.push_back(T);
  for (TokenId T : ByCost) {
    std::span<const uint8_t> Bytes = V.bytes(T);
    if (Bytes.empty()) {
      Cost[T] = CostOfSymbol;
      continue;
    }
    auto IsBlank = [](uint8_t B) { return B <= 0x20 || B == 0x7f; };
    auto IsCloser = [](uint8_t B) {
      return B == '"' || B == '\'' || B == ')' || B == ']' || B == '}';
    };
    Cost[T] = CostPerByte * uint32_t(Bytes.size());
    if (std::all_of(Bytes.begin(), Bytes.end(), IsBlank))
      Cost[T] += CostOfBlank;
    if (std::all_of(Bytes.begin(), Bytes.end(), IsCloser))
      Closers.push_back(T);
  }
  std::stable_sort(ByCost.begin(), ByCost.end(),
                   [&](TokenId A, TokenId B) { return Cost[A] < Cost[B]; });
  std::stable_sort(Closers.begin(), Closers.end(),
                   [&](TokenId A, TokenId B) { return Cost[A] > Cost[B]; });
}

Walker::Walker(const WalkerTables &Tables, uint64_t Seed, uint32_t RandomSteps)
    : T(Tables), Random(Seed), RandomLeft(RandomSteps) {}

std::optional<TokenId> Walker::choose(std::span<const uint32_t> Row) {
  uint64_t Count = 0;
  for (uint32_t Word : Row)
    Count += uint64_t(std::popcount(Word));
  if (Count == 0)
    return std::nullopt;
  if (RandomLeft == 0)
    return chooseByRule(Row, Count);
  --RandomLeft;
  uint64_t Skip = Random.below(Count);
  for (size_t W = 0;; ++W) {
    uint64_t InWord = uint64_t(std::popcount(Row[W]));
    if (Skip >= InWord) {
      Skip -= InWord;
      continue;
    }
    uint32_t Bits = Row[W];
    for (; Skip != 0; --Skip)
      Bits &= Bits - 1;
    return TokenId(W * 32 + size_t(std::countr_zero(Bits)));
  }
}

std::optional<TokenId> Walker::onlyWay(std::span<const uint32_t> Row) const {
  std::optional<TokenId> Longest;
  forEachBit(Row, [&](TokenId Id) {
    if (!Longest || T.V.bytes(Id).size() > T.V.bytes(*Longest).size())
      Longest = Id;
  });
  std::span<const uint8_t> Way = T.V.bytes(*Longest);
  bool Only = true;
  forEachBit(Row, [&](TokenId Id) {
    std::span<const uint8_t> Bytes = T.V.bytes(Id);
    Only = Only && !Bytes.empty() && std::equal(Bytes.begin(), Bytes.end(), Way.begin());
  });
  return Only ? Longest : std::nullopt;
}

TokenId Walker::chooseByRule(std::span<const uint32_t> Row, uint64_t Count) {
  for (TokenId Stop : T.V.stopTokens())
    if (hasBit(Row, Stop))
      return Stop;

  auto Note = [&](TokenId Id) {
    if (Recent.size() < RecentSize)
      Recent.push_back(Id);
    else
      Recent[RecentNext] = Id;
    RecentNext = (RecentNext + 1) % RecentSize;
    return Id;
  };

  if (Count <= MaxOnlyWayTokens)
    if (std::optional<TokenId> Way = onlyWay(Row))
      return Note(*Way);

  if (ClosersInARow < MaxClosersInARow)
    for (TokenId Id : T.Closers)
      if (hasBit(Row, Id)) {
        ++ClosersInARow;
        return Note(Id);
      }
  ClosersInARow = 0;

  TokenId Best = 0;
  uint32_t BestCost = UINT32_MAX;
  for (TokenId Id : T.ByCost) {
    if (T.Cost[Id] >= BestCost)
      break; // repetitions only add
    if (!hasBit(Row, Id))
      continue;
    uint32_t Cost = T.Cost[Id] + uint32_t(std::count(Recent.begin(), Recent.end(), Id));
    if (Cost < BestCost) {
      Best = Id;
      BestCost = Cost;
    }
  }
  assert(BestCost != UINT32_MAX && "a mask has bits of text tokens and symbols only");
  return Note(Best);
}

} // namespace weir
