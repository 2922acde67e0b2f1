//===- UsedKeys.cpp - Masks where free keys were used -----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A free key that was used may not come again, and that is all that earlier free keys change of a
// mask: tokens that end one of them are left out. There are two sorts of them:
//
//   {"ab": 1, "a      a key is begun: `b"` ends it, which is looked for in the vocabulary's trie
//   {"ab": 1,         tokens that begin and end a key, ` "ab":`; the keys are known by their hashes
//
// So masks are made as if no key were used, and kept so, where no such token is there.
//
//===----------------------------------------------------------------------===//
#include "KeySets.h"
#include "MatcherImpl.h"

#include <algorithm>

namespace weir {

/// Is a free key being read whose value so far begins one already seen? Then the
/// closing quote is allowed for some tokens only: those that finish a key already
/// seen are excluded. True when every token through the quote must be asked about.
bool Matcher::Impl::excludeUsedKeys(const Frame &Atom) {
  bool Doubt = false;
  unsigned Parents = 0;
  S.forEachParent(Atom, [&](uint32_t) { ++Parents; });
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
        const ObjectRec &Object = G.tables().Objects[O.A];
        const uint32_t *Regs = S.view().words(F.Regs);
        const size_t Before = ExcludedIds.size();
        bool IsRead =
            Regs[Object.Base + 1] != 0 && (Parents > 1 || !SharesMasks || !Object.sharesMasks());
        for (uint32_t At = Regs[Object.Base + 1]; At != 0 && !Doubt;) {
          const uint32_t *Node = S.view().words(At - 1);
          const uint32_t Begin = Regs[Object.Base + 2], Size = Store.Text.size();
          if (Object.AnyEscapes || Parents > 1)
            Doubt = keyMayBecome(S.view(), Begin, Size, Node[1], Node[1] + Node[2]);
          else if (beginsWith(Node[1], Node[2], Begin, Size - Begin)) // one spelling a value
            excludeRest(Tables->impl().Fans.root(), Node[1] + (Size - Begin), Node[1] + Node[2]);
          At = Node[0];
        }
        IsRead |= Doubt || ExcludedIds.size() != Before;
        if (IsRead)
          S.ReadKeys = S.ReadPart = true;
      }
      if (O.Last)
        break;
    }
  });
  return Doubt;
}

/// Does the text at `At`, `Size` bytes, begin with the `Part` bytes at `From`?
bool Matcher::Impl::beginsWith(uint32_t At, uint32_t Size, uint32_t From, uint32_t Part) const {
  if (Part > Size)
    return false;
  for (uint32_t I = 0; I < Part; ++I)
    if (S.view().textAt(At + I) != S.view().textAt(From + I))
      return false;
  return true;
}

/// The node of text[Begin, End) and a quote below `From`, or null.
const TrieChild *Matcher::Impl::findRest(const TrieChild &From, uint32_t Begin,
                                         uint32_t End) const {
  const TrieFans &Fans = Tables->impl().Fans;
  const TrieChild *N = &From;
  for (uint32_t I = Begin; I < End && N; ++I)
    N = Fans.find(*N, S.view().textAt(I));
  return N ? Fans.find(*N, '"') : nullptr;
}

void Matcher::Impl::excludeRest(const TrieChild &From, uint32_t Begin, uint32_t End) {
  if (const TrieChild *N = findRest(From, Begin, End))
    exclude(N->Node);
}

/// Excludes the tokens below `Under`, of which `Table` is, that finish a used free key of the
/// object, each of which has one spelling.
void Matcher::Impl::excludeUsedBelow(const TrieChild &Under, const SubtreeTable &Table,
                                     uint32_t Regs, const ObjectRec &Object) {
  for (uint32_t At = S.view().words(Regs)[Object.Base + 1]; At != 0;) {
    const uint32_t *Node = S.view().words(At - 1);
    if (std::binary_search(Table.KeyHashes.begin(), Table.KeyHashes.end(), Node[3])) {
      S.ReadKeys = true;
      excludeRest(Under, Node[1], Node[1] + Node[2]);
    }
    At = Node[0];
  }
}

/// Adds the free keys that were used of the object of a frame on the stack.
void Matcher::Impl::noteUsed(const Frame &F, std::vector<UsedKeys> &To) const {
  if (F.Regs == ZeroRegs || Stepper::isDone(F))
    return;
  const uint32_t O = G.rule(G.ruleOf(F.State)).Object;
  if (O == NoIndex)
    return;
  const ObjectRec &Object = G.tables().Objects[O];
  if (Object.sharesMasks() && Store.Words.block(F.Regs)[Object.Base + 1] != 0)
    To.push_back({F.Regs, Object.Base});
}

/// Has no quote been read since `Begin`, where a key of one spelling began?
bool Matcher::Impl::isWithinKey(uint32_t Begin) const {
  for (uint32_t I = Begin; I < Store.Text.size(); ++I) {
    if (Store.Text[I] == '"')
      return false;
    I += Store.Text[I] == '\\';
  }
  return true;
}

/// Is a mask that was kept that of this text, too, where these free keys were used?
bool Matcher::Impl::holdsFor(const MaskValue &Mask, std::span<const UsedKeys> Used) {
  const TrieChild &Root = Tables->impl().Fans.root();
  const uint32_t Size = Store.Text.size();
  for (const UsedKeys &U : Used) {
    if (Mask.AnyKey)
      return false;
    const uint32_t *Regs = Store.Words.block(U.Regs), Begin = Regs[U.Base + 2];
    // (Thousands of keys are not looked through for a mask within a value.)
    const bool InKey = isWithinKey(Begin);
    if (!InKey && Mask.KeyHashes.empty())
      continue;
    for (uint32_t At = Regs[U.Base + 1]; At != 0;) {
      const uint32_t *Node = Store.Words.block(At - 1);
      if (std::binary_search(Mask.KeyHashes.begin(), Mask.KeyHashes.end(), Node[3]))
        return false;
      if (InKey && beginsWith(Node[1], Node[2], Begin, Size - Begin) &&
          findRest(Root, Node[1] + (Size - Begin), Node[1] + Node[2]))
        return false;
      At = Node[0];
    }
  }
  return true;
}

} // namespace weir
