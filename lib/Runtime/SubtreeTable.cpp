//===- SubtreeTable.cpp - What a leaf rule reads below one node ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "SubtreeTable.h"

#include "MaskTable.h"

namespace weir {

const SubtreeTable *SubtreeTables::find(const Frame &F, uint32_t Node, Stepper &S) const {
  if (F.Regs != ZeroRegs)
    return nullptr;
  const RuleRec &Rule = G.rule(G.ruleOf(F.State));
  if (!Rule.Leaf || Rule.Start != F.State || S.mayRepeat(F))
    return nullptr;
  bool IsKey = false;
  S.forEachParent(F, [&](uint32_t P) {
    if (P == Bottom)
      return;
    const DetailRec *D = G.detail(S.view().frame(P).State);
    if (!D || D->ReturnOps == NoIndex)
      return;
    for (uint32_t I = D->ReturnOps;; ++I) {
      const OpRec &O = G.tables().Ops[I];
      IsKey |= O.Code == OpCode::FreeTake;
      if (O.Last)
        break;
    }
  });
  return IsKey ? nullptr : Cache.findSubtree({Bound.key(F.State, Cache), Node});
}

const SubtreeTable *SubtreeTables::findKey(StateId State, uint32_t Node) const {
  if (!G.rule(G.ruleOf(State)).Leaf)
    return nullptr;
  return Cache.findSubtree({Bound.key(State, Cache), Node});
}

std::vector<uint32_t> SubtreeTables::likelyNodes(const TokenTrie &Trie) {
  constexpr unsigned MostBytes = 4;
  constexpr std::string_view Between = " :,[{\"";
  std::vector<uint32_t> Out;
  for (uint32_t N = TokenTrie::Root + 1; N < Trie.end(TokenTrie::Root);) {
    const bool Likely = Trie[N].Depth <= MostBytes && Trie[N].Skip > 1 &&
                        Between.find(char(Trie[N].Byte)) != std::string_view::npos;
    if (Likely)
      Out.push_back(N);
    N = Likely ? N + 1 : Trie.end(N);
  }
  return Out;
}

} // namespace weir
