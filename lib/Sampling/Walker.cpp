//===- Walker.cpp - Choosing tokens from masks, repeatably ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Sampling/Walker.h"

#include <algorithm>
#include <array>
#include <bit>

namespace weir {

static constexpr uint32_t CostPerByte = 4;
static constexpr uint32_t CostOfRepetition = 16;
/// A token with a name is more likely to be what a grammar waits for than its length
/// tells.
static constexpr uint32_t CostOfName = CostPerByte;
static constexpr size_t RecentSize = 16;
static constexpr int MaxRecentClosers = 12;

static bool hasBit(std::span<const uint32_t> Row, TokenId T) {
  return T / 32 < Row.size() && (Row[T / 32] >> (T % 32) & 1);
}

template <typename Fn>
static void forEachBit(std::span<const uint32_t> Row, Fn F) {
  for (size_t W = 0; W < Row.size(); ++W)
    for (uint32_t Bits = Row[W]; Bits != 0; Bits &= Bits - 1)
      F(TokenId(W * 32 + size_t(std::countr_zero(Bits))));
}

static bool isBlank(uint8_t B) { return B <= 0x20 || B == 0x7f; }

static bool isCloser(uint8_t B) {
  return B == '"' || B == '\'' || B == ')' || B == ']' || B == '}';
}

static bool isCloser(std::span<const uint8_t> Bytes) {
  return !Bytes.empty() &&
         std::all_of(Bytes.begin(), Bytes.end(), [](uint8_t B) { return isCloser(B); });
}

WalkerTables::WalkerTables(const Vocabulary &V) : V(V), Cost(V.size()), Blank(V.size()) {
  for (TokenId T : V.trie().tokens()) // in byte order
    ByCost.push_back(T);
  for (TokenId T = 0; T < V.size(); ++T)
    if (V.isSpecial(T))
      ByCost.push_back(T);
  for (TokenId T : ByCost) {
    std::span<const uint8_t> Bytes = V.bytes(T);
    if (V.kind(T) != TokenKind::Ordinary || Bytes.empty()) {
      Cost[T] = CostOfName;
      continue;
    }
    Cost[T] = CostPerByte * uint32_t(Bytes.size()) - (Bytes.front() == '\n');
    Blank[T] = std::all_of(Bytes.begin(), Bytes.end(), isBlank);
    if (isCloser(Bytes))
      Closers.push_back(T);
  }
  std::stable_sort(ByCost.begin(), ByCost.end(),
                   [&](TokenId A, TokenId B) { return Cost[A] < Cost[B]; });
  std::stable_sort(Closers.begin(), Closers.end(),
                   [&](TokenId A, TokenId B) { return Cost[A] > Cost[B]; });
}

Walker::Walker(const WalkerTables &Tables, uint64_t Seed, uint32_t RandomSteps,
               uint32_t SteerPercent)
    : T(Tables), Random(Seed), RandomLeft(RandomSteps), SteerPercent(SteerPercent) {}

std::optional<TokenId> Walker::choose(std::span<const uint32_t> Row) {
  uint64_t Count = 0;
  for (uint32_t Word : Row)
    Count += uint64_t(std::popcount(Word));
  if (Count == 0)
    return std::nullopt;
  TokenId Id;
  if (RandomLeft != 0) {
    --RandomLeft;
    const bool Steer = SteerPercent != 0 && Random.below(100) < SteerPercent;
    Id = Steer ? chooseRare(Row) : chooseAtRandom(Row, Count);
  } else {
    Id = chooseByRule(Row, Count);
  }
  std::span<const uint8_t> Bytes = T.V.bytes(Id);
  LastByte = Bytes.empty() ? -1 : Bytes.back();
  return Id;
}

std::optional<TokenId> Walker::follow(std::span<const uint32_t> Row, std::string_view Text) {
  std::optional<TokenId> Best;
  forEachBit(Row, [&](TokenId Id) {
    std::span<const uint8_t> Bytes = T.V.bytes(Id);
    if (T.V.kind(Id) != TokenKind::Ordinary || Bytes.empty() || Bytes.size() > Text.size() ||
        (Best && Bytes.size() <= T.V.bytes(*Best).size()) ||
        !std::equal(Bytes.begin(), Bytes.end(), Text.begin(),
                    [](uint8_t B, char C) { return B == uint8_t(C); }))
      return;
    Best = Id;
  });
  if (Best)
    LastByte = T.V.bytes(*Best).back();
  return Best;
}

TokenId Walker::chooseAtRandom(std::span<const uint32_t> Row, uint64_t Count) {
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

TokenId Walker::chooseRare(std::span<const uint32_t> Row) {
  std::array<uint64_t, 257> Beginning{}; // the last: tokens without bytes
  auto First = [&](TokenId Id) {
    std::span<const uint8_t> Bytes = T.V.bytes(Id);
    return Bytes.empty() ? size_t(256) : size_t(Bytes.front());
  };
  forEachBit(Row, [&](TokenId Id) { ++Beginning[First(Id)]; });
  uint64_t Kinds = 0;
  for (uint64_t N : Beginning)
    Kinds += N != 0;
  uint64_t Kind = Random.below(Kinds);
  size_t Byte = 0;
  while (Beginning[Byte] == 0 || Kind-- != 0)
    ++Byte;
  uint64_t Skip = Random.below(Beginning[Byte]);
  std::optional<TokenId> Found;
  forEachBit(Row, [&](TokenId Id) {
    if (First(Id) == Byte && Skip-- == 0)
      Found = Id;
  });
  return *Found;
}

bool Walker::repeatsQuote(TokenId Id) const {
  std::span<const uint8_t> Bytes = T.V.bytes(Id);
  return (LastByte == '"' || LastByte == '\'') && !Bytes.empty() && Bytes.front() == LastByte;
}

uint32_t Walker::cost(TokenId Id) const {
  bool RepeatsBlank = T.Blank[Id] && LastByte >= 0 && isBlank(uint8_t(LastByte));
  return T.Cost[Id] + (RepeatsBlank || repeatsQuote(Id) ? CostOfRepetition : 0) +
         uint32_t(std::count(Recent.begin(), Recent.end(), Id));
}

/// 0: never, 1: not after this byte, else a time.
uint64_t Walker::lastChoice(TokenId Id) const {
  auto Found = LastChoice.find(context(Id));
  return Found != LastChoice.end() ? Found->second : LastChoice.count(Id);
}

TokenId Walker::chooseByRule(std::span<const uint32_t> Row, uint64_t Count) {
  for (TokenId Stop : T.V.stopTokens())
    if (hasBit(Row, Stop))
      return Stop;
  if (Count == 1)
    return chooseAtRandom(Row, 1); // the only one

  auto Note = [&](TokenId Id) {
    Recent.push_back(Id);
    if (Recent.size() > RecentSize)
      Recent.pop_front();
    LastChoice[Id] = 1;
    LastChoice[context(Id)] = ++Choices + 1;
    return Id;
  };

  if (std::count_if(Recent.begin(), Recent.end(),
                    [&](TokenId Id) { return isCloser(T.V.bytes(Id)); }) < MaxRecentClosers) {
    std::optional<TokenId> Closer;
    ptrdiff_t Least = 0;
    for (TokenId Id : T.Closers) {
      if (!hasBit(Row, Id) || repeatsQuote(Id))
        continue;
      ptrdiff_t Times = std::count(Recent.begin(), Recent.end(), Id);
      if (!Closer || Times < Least) {
        Closer = Id;
        Least = Times;
      }
    }
    if (Closer)
      return Note(*Closer);
  }

  std::optional<TokenId> Best;
  uint32_t BestCost = UINT32_MAX;
  uint64_t BestLast = 0;
  for (TokenId Id : T.ByCost) {
    if (T.Cost[Id] > BestCost)
      break; // all further ones cost more
    if (!hasBit(Row, Id))
      continue;
    uint32_t Cost = cost(Id);
    uint64_t Last = lastChoice(Id);
    if (!Best || Cost < BestCost || (Cost == BestCost && Last < BestLast)) {
      Best = Id;
      BestCost = Cost;
      BestLast = Last;
    }
  }
  assert(Best && "a mask has bits of text tokens and symbols only");
  return Note(*Best);
}

} // namespace weir
