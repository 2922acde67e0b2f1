//===- StableHash.cpp - XXH64 ---------------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Four lanes over blocks of 32 bytes, merged, then the tail by words and bytes.
// Words are read little-endian whatever the machine.
//
//===----------------------------------------------------------------------===//

#include "weir/Support/StableHash.h"

#include <bit>
#include <cstring>

namespace weir {
namespace {

constexpr uint64_t P1 = 0x9E3779B185EBCA87U;
constexpr uint64_t P2 = 0xC2B2AE3D27D4EB4FU;
constexpr uint64_t P3 = 0x165667B19E3779F9U;
constexpr uint64_t P4 = 0x85EBCA77C2B2AE63U;
constexpr uint64_t P5 = 0x27D4EB2F165667C5U;

template <typename Word>
Word load(const uint8_t *P) {
  Word W = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&W, P, sizeof W);
  } else {
    for (size_t I = 0; I < sizeof W; ++I)
      W |= Word(P[I]) << (8 * I);
  }
  return W;
}

uint64_t laneRound(uint64_t Acc, uint64_t Input) { return std::rotl(Acc + Input * P2, 31) * P1; }

uint64_t mergeLane(uint64_t H, uint64_t Lane) { return (H ^ laneRound(0, Lane)) * P1 + P4; }

} // namespace

uint64_t stableHash(std::span<const uint8_t> Bytes, uint64_t Seed) {
  const uint8_t *P = Bytes.data();
  size_t Left = Bytes.size();
  uint64_t H;
  if (Left >= 32) {
    uint64_t A = Seed + P1 + P2, B = Seed + P2, C = Seed, D = Seed - P1;
    for (; Left >= 32; Left -= 32, P += 32) {
      A = laneRound(A, load<uint64_t>(P));
      B = laneRound(B, load<uint64_t>(P + 8));
      C = laneRound(C, load<uint64_t>(P + 16));
      D = laneRound(D, load<uint64_t>(P + 24));
    }
    H = std::rotl(A, 1) + std::rotl(B, 7) + std::rotl(C, 12) + std::rotl(D, 18);
    H = mergeLane(mergeLane(mergeLane(mergeLane(H, A), B), C), D);
  } else {
    H = Seed + P5;
  }
  H += Bytes.size();
  for (; Left >= 8; Left -= 8, P += 8)
    H = std::rotl(H ^ laneRound(0, load<uint64_t>(P)), 27) * P1 + P4;
  if (Left >= 4) {
    H = std::rotl(H ^ (load<uint32_t>(P) * P1), 23) * P2 + P3;
    Left -= 4;
    P += 4;
  }
  for (; Left; --Left, ++P)
    H = std::rotl(H ^ (*P * P5), 11) * P1;
  H = (H ^ (H >> 33)) * P2;
  H = (H ^ (H >> 29)) * P3;
  return H ^ (H >> 32);
}

} // namespace weir
