//===- MaskMemo.cpp - Whole masks, by what was read for them ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "MaskMemo.h"

#include "weir/Support/Hash.h"

#include <algorithm>

namespace weir {

void MaskValue::write(std::span<MaskWord> To) const {
  if (!Row.empty()) {
    copyRow(To, Row);
    return;
  }
  if (Base)
    copyRow(To, Base->row());
  else
    zeroRow(To);
  for (TokenId T : Ids)
    setBit(To, T);
}

void MaskSink::base(std::shared_ptr<const TableEntry> E) {
  if (Written)
    mergeRow(Row, E->row());
  else
    copyRow(Row, E->row());
  Written = true;
  ++Bases;
  Base = std::move(E);
}

std::shared_ptr<const MaskValue>
MaskSink::finish(bool Complete, std::span<const uint32_t> KeyHashes, bool AnyKey) {
  if (!Written)
    zero();
  if (Bases == 0 && Ids.empty()) {
    // The end of a text, mostly, which no table has.
    auto none = [](bool Complete) {
      auto Value = std::make_shared<MaskValue>();
      Value->Complete = Complete;
      return std::shared_ptr<const MaskValue>(std::move(Value));
    };
    static const std::shared_ptr<const MaskValue> None[] = {none(false), none(true)};
    return None[Complete];
  }
  auto Value = std::make_shared<MaskValue>();
  Value->Complete = Complete;
  Value->KeyHashes.assign(KeyHashes.begin(), KeyHashes.end());
  std::sort(Value->KeyHashes.begin(), Value->KeyHashes.end());
  Value->KeyHashes.erase(std::unique(Value->KeyHashes.begin(), Value->KeyHashes.end()),
                         Value->KeyHashes.end());
  Value->KeyHashes.shrink_to_fit();
  Value->AnyKey = AnyKey;
  if (Bases > 1 || Ids.size() > MaxIds) {
    Value->Row.assign(Row.begin(), Row.end());
  } else {
    Value->Base = std::move(Base);
    Value->Ids.assign(Ids.begin(), Ids.end());
  }
  Base = nullptr;
  return Value;
}

uint32_t MaskMemo::hash(uint32_t Node, const Key &K) {
  uint64_t H = (uint64_t(Node) + 1) * 0x632be59bd9b4e019U;
  size_t I = 0;
  for (; I + 2 <= K.size(); I += 2)
    H = (H ^ (H >> 32) ^ (uint64_t(K[I]) | uint64_t(K[I + 1]) << 32)) * 0x9e3779b97f4a7c15U;
  if (I < K.size())
    H = (H ^ (H >> 32) ^ K[I]) * 0x9e3779b97f4a7c15U;
  return uint32_t(mixBits(H));
}

bool MaskMemo::same(const Slot &S, uint32_t Hash, uint32_t Node, const Key &K) const {
  if (S.Hash != Hash || S.Above != Node || S.Size != K.size())
    return false;
  const size_t Here = std::min<size_t>(K.size(), Slot::MaxWords);
  for (size_t I = 0; I < Here; ++I)
    if (S.Words[I] != K[I])
      return false;
  return std::equal(K.begin() + ptrdiff_t(Here), K.end(), Keys.begin() + S.Rest);
}

const MaskMemo::Slot *MaskMemo::lookup(uint32_t Node, const Key &K) const {
  const uint32_t Hash = hash(Node, K);
  for (size_t I = Hash & (Slots.size() - 1); Slots[I].Down.Node; I = (I + 1) & (Slots.size() - 1))
    if (same(Slots[I], Hash, Node, K))
      return &Slots[I];
  return nullptr;
}

MaskMemo::Slot &MaskMemo::slot(uint32_t Node, const Key &K) {
  if (size_t(Used) * 2 >= Slots.size()) {
    std::vector<Slot> More(Slots.size() * 2);
    for (Slot &S : Slots) {
      if (!S.Down.Node)
        continue;
      size_t I = S.Hash & (More.size() - 1);
      while (More[I].Down.Node)
        I = (I + 1) & (More.size() - 1);
      More[I] = std::move(S);
    }
    Bytes += Slots.size() * sizeof(Slot);
    Slots = std::move(More);
  }
  const uint32_t Hash = hash(Node, K);
  size_t I = Hash & (Slots.size() - 1);
  for (; Slots[I].Down.Node; I = (I + 1) & (Slots.size() - 1))
    if (same(Slots[I], Hash, Node, K))
      return Slots[I];
  // What does not fit is there before the slot is taken, for which memory may not suffice.
  const size_t Here = std::min<size_t>(K.size(), Slot::MaxWords);
  const uint32_t Rest = uint32_t(Keys.size());
  Keys.insert(Keys.end(), K.begin() + ptrdiff_t(Here), K.end());
  Slot &S = Slots[I];
  S.Hash = Hash;
  S.Above = Node;
  S.Size = uint32_t(K.size());
  std::copy_n(K.begin(), Here, S.Words);
  S.Rest = Rest;
  S.Tree = 0;
  S.Down.Node = ++Nodes;
  ++Used;
  Bytes += (K.size() - Here) * sizeof(uint32_t);
  return S;
}

/// Where the answers lead; null when something else was asked after the same answers (what
/// was asked of other frames came in between).
MaskMemo::Next *MaskMemo::decide(Slot &S, std::span<const GuardAnswer> Asked) {
  // Room is made before anything leads there.
  auto makeRoom = [](auto &V, size_t More) {
    if (V.capacity() - V.size() < More)
      V.reserve(std::max(V.size() + More, V.capacity() * 2));
  };
  makeRoom(Tree, Asked.size());
  makeRoom(Ends, 1);
  uint32_t *At = &S.Tree;
  for (const GuardAnswer &A : Asked) {
    if (*At == 0) {
      const uint32_t New = uint32_t(Tree.size()) | IsQuestion;
      *At = New;
      Tree.push_back({A.Question});
      Bytes += sizeof(Decision);
      At = &Tree.back().To[A.Answer];
      continue;
    }
    if (!(*At & IsQuestion) || Tree[*At & ~IsQuestion].Question != A.Question)
      return nullptr;
    At = &Tree[*At & ~IsQuestion].To[A.Answer];
  }
  if (*At & IsQuestion)
    return nullptr;
  if (*At == 0) {
    *At = uint32_t(Ends.size());
    Ends.push_back({++Nodes, nullptr});
    Bytes += sizeof(Next);
    return &Ends.back();
  }
  return &Ends[*At];
}

void MaskMemo::reset() {
  // Gives back what it has, and needs no memory but at first.
  Slots.resize(64);
  std::fill(Slots.begin(), Slots.end(), Slot());
  Slots.shrink_to_fit();
  Keys = std::vector<uint32_t>();
  Tree = std::vector<Decision>();
  Ends.resize(1);
  Ends.shrink_to_fit();
  Nodes = Used = 0;
  Bytes = Slots.size() * sizeof(Slot);
}

void MaskMemo::clear() {
  std::unique_lock Guard(Lock);
  reset();
}

size_t MaskMemo::memoryBytes() const {
  std::shared_lock Guard(Lock);
  auto room = [](const auto &V) { return (V.capacity() - V.size()) * sizeof(V[0]); };
  return Bytes + room(Keys) + room(Tree) + room(Ends);
}

} // namespace weir
