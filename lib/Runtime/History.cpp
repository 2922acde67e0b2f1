//===- History.cpp - Giving back what nobody can go back to ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The stores only grow while a text does. With a bound on rollback, the heads beyond it
// are dropped once there are as many again, and what the others refer to is copied into
// new stores: head by head, so that going back stays truncation, and oldest first, so
// that a frame still stands before those that return to it. Per token that costs a
// constant number of copies of what is alive.
//
// The text that keys and items are compared with is kept whole: registers hold
// places in it.
//
//===----------------------------------------------------------------------===//
#include "MatcherImpl.h"

#include <unordered_map>

namespace weir {

namespace {

/// Copies frames and their words from one store to another, each once.
class StoreCopy {
public:
  StoreCopy(const Grammar &G, const FrameStore &From, FrameStore &To) : G(G), From(From), To(To) {}

  Frame copy(Frame F) {
    if (Stepper::isDone(F))
      return F;
    bring(F.Parent);
    return moved(F);
  }

private:
  /// Copies `Index` and all below it.
  void bring(uint32_t Index) {
    std::vector<uint32_t> Missing;
    auto want = [&](uint32_t I) {
      if (I < Bottom && Frames.try_emplace(I, NoIndex).second)
        Missing.push_back(I);
    };
    want(Index);
    for (size_t I = 0; I < Missing.size(); ++I) {
      const Frame &F = From.Frames[Missing[I]];
      if (!F.isChoice()) {
        want(F.Parent);
        continue;
      }
      for (uint32_t K = 0; K < F.State; ++K)
        want(From.Words.block(F.Regs)[K]);
    }
    std::sort(Missing.begin(), Missing.end());
    for (uint32_t I : Missing)
      Frames[I] = To.Frames.push(moved(From.Frames[I]));
  }

  uint32_t frame(uint32_t I) { return I < Bottom ? Frames.at(I) : I; }

  Frame moved(Frame F) {
    if (F.isChoice()) {
      const uint32_t *Parents = From.Words.block(F.Regs);
      std::vector<uint32_t> New(Parents, Parents + F.State);
      for (uint32_t &P : New)
        P = frame(P);
      F.Regs = To.Words.append(New);
      return F;
    }
    F.Parent = frame(F.Parent);
    F.Regs = registers(F);
    return F;
  }

  uint32_t registers(const Frame &F) {
    if (F.Regs == ZeroRegs || F.words() == 0)
      return F.Regs;
    const auto [It, New] = Blocks.try_emplace(F.Regs, NoIndex);
    if (!New)
      return It->second;
    const uint32_t *Old = From.Words.block(F.Regs);
    std::vector<uint32_t> Regs(Old, Old + F.words());
    const RuleRec &Rule = G.rule(G.ruleOf(F.State));
    if (Rule.Object != NoIndex || Rule.Elements != NoIndex) {
      uint32_t &Head = Regs[(Rule.Object != NoIndex ? G.tables().Objects[Rule.Object].Base
                                                    : G.tables().Elements[Rule.Elements].Base) +
                            1];
      Head = list(Head);
    }
    return It->second = To.Words.append(Regs);
  }

  /// A list of free keys or of items: its nodes hold the number of the next, plus one.
  uint32_t list(uint32_t At) {
    std::vector<uint32_t> New;
    uint32_t Copied = 0;
    for (; At != 0; At = From.Words[At - 1]) {
      if (auto It = Nodes.find(At); It != Nodes.end()) {
        Copied = It->second;
        break;
      }
      New.push_back(At);
    }
    for (size_t I = New.size(); I > 0; --I) {
      const uint32_t *N = From.Words.block(New[I - 1] - 1);
      const uint32_t Node[] = {Copied, N[1], N[2], N[3]};
      Copied = To.Words.append(Node) + 1;
      Nodes.emplace(New[I - 1], Copied);
    }
    return Copied;
  }

  const Grammar &G;
  const FrameStore &From;
  FrameStore &To;
  std::unordered_map<uint32_t, uint32_t> Frames, Blocks, Nodes; ///< from old to new
};

} // namespace

void Matcher::Impl::trim() {
  static constexpr size_t Slack = 64;
  const size_t Entries = Heads.size() - 1;
  if (Entries <= MaxRollback || Entries - MaxRollback < MaxRollback + Slack)
    return;
  FrameStore NewStore;
  NewStore.Text = Store.Text;
  NewStore.Epoch = Store.Epoch + 1;
  Arena<Frame, 6> NewConfigs;
  Arena<Head, 6> NewHeads;
  StoreCopy Copy(G, Store, NewStore);
  std::vector<Frame> Tops;
  for (uint32_t I = uint32_t(Entries - MaxRollback); I < Heads.size(); ++I) {
    Head H = Heads[I];
    Tops.clear();
    for (uint32_t K = 0; K < H.ConfigsCount; ++K)
      Tops.push_back(Copy.copy(Configs.block(H.ConfigsBegin)[K]));
    H.ConfigsBegin = NewConfigs.append(Tops);
    H.Configs = NewConfigs.size();
    H.Frames = NewStore.Frames.size();
    H.Words = NewStore.Words.size();
    NewHeads.push(H);
  }
  Store = std::move(NewStore);
  Configs = std::move(NewConfigs);
  Heads = std::move(NewHeads);
  Last = nullptr;
}

size_t Matcher::Impl::memoryBytes() const {
  auto bytes = [](const auto &V) { return V.capacity() * sizeof(V[0]); };
  return sizeof(*this) + Heads.memoryBytes() + Configs.memoryBytes() + Store.Frames.memoryBytes() +
         Store.Words.memoryBytes() + Store.Text.memoryBytes() + bytes(Temp.Frames) +
         bytes(Temp.Words) + bytes(Temp.Pool) + bytes(Temp.Pending) + bytes(FullRow) +
         bytes(Excluded) + bytes(ExcludedIds) + bytes(EdgeIds) + bytes(WalkIds) + bytes(Promoted) +
         bytes(Reach) + bytes(Doubtful) + bytes(SymbolTokens) + bytes(Stops) + bytes(Bans) +
         bytes(LastHead) + bytes(LastUsed) + bytes(FoundUsed) + bytes(MemoBuffer) +
         Keys.memoryBytes() + TakenKeys.memoryBytes() + bytes(ViewedRow) + bytes(ViewedSet) +
         bytes(ViewedClear) + Prefix.capacity() + Trace.memoryBytes() + S.memoryBytes();
}

void Matcher::Impl::reset() {
  Last = nullptr;
  Heads.truncate(0);
  Configs.truncate(0);
  Store.Frames.truncate(0);
  Store.Words.truncate(0);
  Store.truncateText(0);
  Temp.release({0, 0, 0, 0});
  S.begin();
  promote(S.start(), false, NoIndex, 0);
}

} // namespace weir
