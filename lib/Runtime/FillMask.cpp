//===- FillMask.cpp - The next-token set of a matcher ---------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   row = union over the frames that may read next (Stepper::expand) of
//           base mask of its residual          | a table entry
//         + tokens of the exit trie            | walked down the real stack
//   then the symbols, then the stop tokens
//
// Frames whose next bytes test a key set have no table: their part of the trie is
// walked on the real stack, which is narrow but for open objects.
//
//===----------------------------------------------------------------------===//
#include "KeySets.h"
#include "MatcherImpl.h"

#include <algorithm>

namespace weir {

bool Matcher::Impl::fillDirect(const Frame &Atom, std::span<MaskWord> Row) {
  if (!Walk.isWide(Atom))
    return Walk.run(Atom, Row, false, nullptr);
  WideRow = Tables->impl().AllText;
  if (!Walk.run(Atom, WideRow, true, nullptr))
    return false;
  for (size_t I = 0; I < Row.size(); ++I)
    Row[I] |= WideRow[I];
  return true;
}

/// Is a free key being read whose value so far begins one already seen? Then the
/// closing quote is allowed for some tokens only.
bool Matcher::Impl::keyMayRepeat(const Frame &Atom) const {
  bool May = false;
  S.forEachParent(Atom, [&](uint32_t P) {
    if (P == Bottom)
      return;
    const Frame &F = S.view().frame(P);
    const DetailRec *D = G.detail(F.State);
    if (!D || D->ReturnOps == NoIndex || F.Regs == ZeroRegs)
      return;
    for (uint32_t I = D->ReturnOps;; ++I) {
      const OpRec &O = G.tables().Ops[I];
      if (O.Code == OpCode::FreeTake) {
        const uint32_t *Regs = S.view().words(F.Regs);
        uint32_t Base = G.tables().Objects[O.A].Base;
        for (uint32_t At = Regs[Base + 1]; At != 0 && !May;) {
          const uint32_t *Node = S.view().words(At - 1);
          May =
              keyMayBecome(S.view(), Regs[Base + 2], Store.Text.size(), Node[1], Node[1] + Node[2]);
          At = Node[0];
        }
      }
      if (O.Last)
        break;
    }
  });
  return May;
}

bool Matcher::Impl::fillExits(const Frame &Atom, const ExitTrie &Exits, std::span<MaskWord> Row) {
  Scratch::Mark Before = Temp.mark();
  S.AssumeNewKeys = true;
  S.Uncertain = false;
  bool DoubtAll = keyMayRepeat(Atom);
  ConfigList Below = S.leave(Atom);
  bool Ok = Walk.walkExits(Exits, Below, [&](std::span<const TokenId> Ids, bool Doubt) {
    if (Doubt || DoubtAll) {
      Doubtful.insert(Doubtful.end(), Ids.begin(), Ids.end());
      return;
    }
    for (TokenId T : Ids)
      setBit(Row, T);
  });
  S.AssumeNewKeys = false;
  Temp.release(Before);
  return Ok && !S.OverBudget;
}

bool Matcher::Impl::fillAtom(const Frame &Atom, std::span<MaskWord> Row) {
  const StateRec &St = G.state(Atom.State);
  if (St.Kind == RowKind::None)
    return true;
  if (St.Flags & StateKeySets)
    return fillDirect(Atom, Row);
  TableCache::Impl &Cache = Tables->impl();
  ResidualKey Key = Bound->key(Atom.State, Cache);
  const uint32_t *Regs = Atom.Regs == ZeroRegs ? nullptr : S.view().words(Atom.Regs);
  std::shared_ptr<const TableEntry> E = Cache.find(Key, Regs, Atom.words(), Atom.depth());
  if (!E) {
    E = makeTableEntry(G, Atom, S.view(), Cache);
    Cache.insert(Key, E);
  }
  if (E->Direct)
    return fillDirect(Atom, Row);
  if (E->IsDense && RowIsEmpty)
    std::copy(E->Dense.begin(), E->Dense.end(), Row.begin());
  else if (E->IsDense)
    for (size_t I = 0; I < Row.size(); ++I)
      Row[I] |= E->Dense[I];
  else
    for (TokenId T : E->Sparse)
      setBit(Row, T);
  return E->Exits.empty() || fillExits(Atom, E->Exits, Row);
}

void Matcher::Impl::fillSymbols(const Frame &Atom, std::span<MaskWord> Row) {
  if (!(G.state(Atom.State).Flags & StateHasSymbols))
    return;
  const Vocabulary &V = Tables->vocabulary();
  const DetailRec *D = G.detail(Atom.State);
  for (uint32_t K = D->SymbolsBegin; K < D->SymbolsEnd; ++K) {
    const SymbolRec &Y = G.tables().Symbols[K];
    Scratch::Mark Before = Temp.mark();
    // The operations do not depend on which token it is.
    S.moveTo(Atom, Y.Target, Y.Ops, Before.Pool);
    bool Alive = Temp.Pool.size() > Before.Pool;
    Temp.release(Before);
    if (!Alive)
      continue;
    if (Y.ExcludedCount == NoIndex) {
      SymbolTokens.push_back(Bound->token(Y.Token));
      continue;
    }
    for (TokenId T = 0; T < V.size(); ++T) {
      if (!(V.isSpecial(T) || V.isText(T)) || isStop(T))
        continue;
      bool Excluded = false;
      for (uint32_t X = 0; X < Y.ExcludedCount; ++X)
        Excluded |= Bound->token(Y.Token + X) == T;
      if (!Excluded)
        setBit(Row, T);
    }
  }
}

Result<MaskInfo> Matcher::Impl::fillMask(std::span<MaskWord> Out, uint32_t MaskBits) {
  if (Out.size() < rowWords(MaskBits))
    return Error{Status::InvalidArgument, "the row is too short for the mask's bits"};
  std::fill(Out.begin(), Out.end(), 0);
  const Vocabulary &V = Tables->vocabulary();
  size_t Words = rowWords(V.size());
  std::span<MaskWord> Row = Out;
  if (MaskBits < V.size()) {
    FullRow.assign(Words, 0);
    Row = FullRow;
  }
  Row = Row.first(Words);

  bool Ok = true, Complete = head().Terminated;
  SymbolTokens.clear();
  Doubtful.clear();
  if (!head().Terminated) {
    ConfigList Ready = S.expand(load());
    Complete = S.Complete;
    Ok = !S.OverBudget;
    RowIsEmpty = true;
    for (uint32_t I = Ready.Begin; I < Ready.End && Ok; ++I) {
      const Frame Atom = Temp.Pool[I];
      Ok = fillAtom(Atom, Row);
      fillSymbols(Atom, Row);
      RowIsEmpty = false;
    }
  }
  if (Ok)
    for (TokenId T : Doubtful)
      if (!testBit(Row, T) && tokenAllowed(T))
        setBit(Row, T);
  if (!Ok || S.OverBudget) {
    std::fill(Out.begin(), Out.end(), 0);
    LastError = Status::BudgetExceeded;
    return Error{Status::BudgetExceeded, "more configurations than the limit are alive"};
  }
  for (TokenId T : Stops)
    Complete ? setBit(Row, T) : clearBit(Row, T);
  for (TokenId T : SymbolTokens)
    setBit(Row, T);

  if (MaskBits < V.size()) {
    std::copy_n(Row.begin(), rowWords(MaskBits), Out.begin());
    if (MaskBits % 32)
      Out[MaskBits / 32] &= (MaskWord(1) << (MaskBits % 32)) - 1;
  }
  MaskInfo Info;
  size_t Full = MaskBits / 32;
  Info.AllAllowed = std::all_of(Out.begin(), Out.begin() + ptrdiff_t(Full),
                                [](MaskWord W) { return W == ~MaskWord(0); });
  if (Info.AllAllowed && MaskBits % 32)
    Info.AllAllowed = Out[Full] == (MaskWord(1) << (MaskBits % 32)) - 1;
  return Info;
}

} // namespace weir
