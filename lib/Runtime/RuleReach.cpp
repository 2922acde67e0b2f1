//===- RuleReach.cpp - Which rules stand how deep -------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RuleReach.h"

#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir {

/// The rules that states of `R` call, ascending.
static std::vector<uint32_t> calleesOf(const Grammar &G, uint32_t R) {
  const GrammarView &T = G.tables();
  std::vector<uint32_t> To;
  for (StateId S = T.Rules[R].StatesBegin; S < T.Rules[R].StatesEnd; ++S) {
    if (const DetailRec *D = G.detail(S))
      for (uint32_t C = D->CallsBegin; C < D->CallsEnd; ++C)
        To.push_back(T.Calls[C].Rule);
    G.forEachRange(S, [&](unsigned, unsigned, uint32_t Action) {
      if (!(Action & ActionAlternatives))
        return;
      const uint32_t List = Action & ~ActionAlternatives;
      for (uint32_t I = 1; I <= T.AltLists[List]; ++I)
        if (const AlternativeRec &A = T.Alternatives[T.AltLists[List + I]]; A.Push != NoIndex)
          To.push_back(A.CalleeRule);
    });
  }
  std::sort(To.begin(), To.end());
  To.erase(std::unique(To.begin(), To.end()), To.end());
  return To;
}

std::optional<RuleReach> reachRules(const Grammar &G, uint32_t MaxDepth,
                                    const FunctionRef<bool()> *Stop) {
  const GrammarView &T = G.tables();
  RuleReach Out;
  std::vector<std::optional<std::vector<uint32_t>>> Callees(T.Rules.size());
  std::vector<std::vector<bool>> Seen(T.Rules.size());
  auto reach = [&](uint32_t R, uint32_t Depth) {
    if (Depth > MaxDepth) {
      Out.Cut = true;
      return;
    }
    if (Seen[R].size() <= Depth)
      Seen[R].resize(Depth + 1);
    if (!Seen[R][Depth])
      Out.Rules.push_back({R, Depth});
    Seen[R][Depth] = true;
  };
  reach(T.StartRule, T.Rules[T.StartRule].Nest);
  for (size_t I = 0; I < Out.Rules.size(); ++I) {
    const auto [R, Depth] = Out.Rules[I];
    if (!Callees[R])
      Callees[R] = calleesOf(G, R);
    constexpr size_t Often = 64;
    if (!spendWork(Callees[R]->size() + 1) || (Stop && I % Often == 0 && (*Stop)()))
      return std::nullopt;
    for (uint32_t To : *Callees[R])
      reach(To, Depth + T.Rules[To].Nest);
  }
  return Out;
}

} // namespace weir
