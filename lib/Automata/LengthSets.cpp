//===- LengthSets.cpp - Lengths that complete a state ---------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Let L(n) be the set of states from which some text of exactly n scalars is
// accepted: L(0) accepts, L(n + 1) are the predecessors of L(n). There are finitely
// many sets, so the sequence is ultimately periodic (the unary languages of Chrobak,
// "Finite automata and unary languages", 1986), and with it every state's lengths.
//
//===----------------------------------------------------------------------===//
#include "weir/Automata/CharAutomaton.h"

#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <map>

namespace weir::automata {

uint32_t LengthSet::first() const {
  for (uint32_t N = 0; N < Bits.size(); ++N)
    if (Bits[N])
      return N;
  return 0xffffffffU;
}

bool LengthSet::isUpperSet() const {
  if (!Period)
    return false;
  // The whole period must be there, also where it begins before the first member.
  for (uint32_t N = std::min(first(), Threshold); N < Bits.size(); ++N)
    if (!Bits[N])
      return false;
  return true;
}

bool LengthSet::meets(uint64_t Min, uint64_t Max) const {
  // Past the threshold one period tells everything.
  const uint64_t Stop = std::max<uint64_t>(Min, Threshold) + std::max(Period, 1U);
  for (uint64_t L = Min; L < Stop && L <= Max; ++L) {
    uint64_t At = L;
    if (L >= Bits.size()) {
      if (!Period)
        return false;
      At = Threshold + (L - Threshold) % Period;
    }
    if (Bits[At])
      return true;
  }
  return false;
}

std::optional<std::vector<LengthSet>> completableLengths(const CharAutomaton &A, uint32_t MaxLength,
                                                         uint32_t MaxSteps) {
  uint32_t N = A.size();
  std::vector<std::vector<uint32_t>> Before(N);
  for (uint32_t S = 0; S < N; ++S)
    for (uint32_t C = 0; C < A.Classes; ++C)
      if (uint32_t T = A.next(S, C);
          T != CharAutomaton::Dead && (Before[T].empty() || Before[T].back() != S))
        Before[T].push_back(S);

  std::vector<std::vector<bool>> Sequence{A.Accepts};
  std::map<std::vector<bool>, uint32_t> Seen{{A.Accepts, 0}};
  uint32_t Threshold = 0, Period = 0;
  size_t Steps = 0;
  while (true) {
    if (Sequence.size() > MaxLength) {
      // Longer completions than the whole string may have are never asked about.
      Threshold = uint32_t(Sequence.size());
      break;
    }
    std::vector<bool> Next(N, false);
    for (uint32_t S = 0; S < N; ++S)
      if (Sequence.back()[S])
        for (uint32_t P : Before[S]) {
          Next[P] = true;
          ++Steps;
        }
    auto [It, New] = Seen.try_emplace(Next, uint32_t(Sequence.size()));
    if (!New) {
      Threshold = It->second;
      Period = uint32_t(Sequence.size()) - It->second;
      break;
    }
    Sequence.push_back(std::move(Next));
    Steps += N;
    if (Steps > MaxSteps || !spendWork(1 + N / 16))
      return std::nullopt;
  }
  std::vector<LengthSet> Out(N);
  for (uint32_t S = 0; S < N; ++S) {
    Out[S].Threshold = Threshold;
    Out[S].Period = Period;
    for (const std::vector<bool> &L : Sequence)
      Out[S].Bits.push_back(L[S]);
  }
  return Out;
}

} // namespace weir::automata
