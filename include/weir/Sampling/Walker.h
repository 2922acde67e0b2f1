//===- Walker.h - Choosing tokens from masks, repeatably --------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A walker stands in for a language model: it is shown one mask after another and
// chooses one of its bits each time, first at random, then so that the text ends
// soon. It knows the vocabulary and nothing of grammars: where other members may be put in
// between without end, as in an open object with required keys in any order, it may never
// come to those that are waited for.
//
// The first `RandomSteps` choices are uniform over the mask's bits, or, `SteerPercent` times
// in 100, steered to rare branches: first among the bytes with which allowed tokens begin,
// then among the tokens that begin so. After them one fixed rule holds:
//
//   1. a stop token, the lowest id;
//   2. a token that consists of " ' ) ] } only, unless it begins with the quote that the
//      text ends with (it might open what was just closed) or 12 of the last 16 choices
//      were such tokens (a grammar may loop on them): the one that stands least often
//      among these 16, of these the longest;
//   3. the token with the least cost: 4 a byte, and 4 for a token with a name; 1 less
//      when it begins with a line break; 16 more when it is all blanks and the text ends
//      with one, or begins with the quote that the text ends with; and 1 for each time
//      it stands among the last 16 choices. Equal costs: one that was never chosen, or
//      else the one not chosen for longest after the same last byte, so that every short
//      way on has its turn and none lasts forever; then the first in byte order, the
//      lowest id.
//
// Where a mask has one bit there is nothing to choose, and what is taken does not count in
// rules 2 and 3.
//
// Random numbers are those of splitmix64 (Steele, Lea, Flood 2014) started from the
// seed, so a seed gives the same text on every machine.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SAMPLING_WALKER_H
#define WEIR_SAMPLING_WALKER_H

#include "weir/Vocab/Vocabulary.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weir {

/// splitmix64.
class SplitMix64 {
public:
  explicit SplitMix64(uint64_t Seed) : State(Seed) {}

  uint64_t next() {
    State += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t Z = State;
    Z = (Z ^ (Z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    Z = (Z ^ (Z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return Z ^ (Z >> 31);
  }

  /// Uniform in [0, Bound), which must not be empty: a number modulo the bound, drawn
  /// again while it lies past the last whole multiple of the bound.
  uint64_t below(uint64_t Bound) {
    uint64_t Partial = (UINT64_MAX % Bound + 1) % Bound; // 2^64 mod Bound
    for (;;) {
      uint64_t X = next();
      if (X <= UINT64_MAX - Partial)
        return X % Bound;
    }
  }

private:
  uint64_t State;
};

/// What the walkers of one vocabulary share: its tokens in the order of the fixed rule.
/// Immutable; the vocabulary must outlive it.
class WalkerTables {
public:
  explicit WalkerTables(const Vocabulary &V);

private:
  friend class Walker;
  const Vocabulary &V;
  std::vector<uint32_t> Cost;   ///< by id, of the bytes alone
  std::vector<TokenId> ByCost;  ///< all ids that may be in a mask, by cost, bytes and id
  std::vector<bool> Blank;      ///< by id: all bytes are blanks or controls
  std::vector<TokenId> Closers; ///< longest first
};

class Walker {
public:
  Walker(const WalkerTables &Tables, uint64_t Seed, uint32_t RandomSteps,
         uint32_t SteerPercent = 0);

  /// One of the bits of `Row` (bit t % 32 of word t / 32), or none when it has none.
  std::optional<TokenId> choose(std::span<const uint32_t> Row);

  /// The longest bit of `Row` that is a beginning of `Text`, of equals the lowest; none
  /// when there is none.
  std::optional<TokenId> follow(std::span<const uint32_t> Row, std::string_view Text);

private:
  TokenId chooseAtRandom(std::span<const uint32_t> Row, uint64_t Count);
  TokenId chooseRare(std::span<const uint32_t> Row);
  TokenId chooseByRule(std::span<const uint32_t> Row, uint64_t Count);

  uint32_t cost(TokenId Id) const;
  bool repeatsQuote(TokenId Id) const;
  uint64_t lastChoice(TokenId Id) const;
  uint64_t context(TokenId Id) const { return uint64_t(LastByte + 2) << 32 | Id; }

  const WalkerTables &T;
  SplitMix64 Random;
  uint32_t RandomLeft, SteerPercent;

  int LastByte = -1; ///< of the text so far

  // Of the choices by the rule.
  std::deque<TokenId> Recent; ///< the last 16
  /// When a token was last chosen, by `context`; 1 by the token alone. Looked up only.
  std::unordered_map<uint64_t, uint64_t> LastChoice;
  uint64_t Choices = 0;
};

} // namespace weir

#endif // WEIR_SAMPLING_WALKER_H
