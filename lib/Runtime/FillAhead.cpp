//===- FillAhead.cpp - Mask tables before they are needed -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Runtime/FillAhead.h"

#include "MaskTable.h"
#include "RegisterRanges.h"
#include "RuleReach.h"
#include "weir/Runtime/ReadyTables.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <new>
#include <vector>

namespace weir {

namespace {

std::chrono::steady_clock::time_point deadlineIn(std::chrono::nanoseconds Time) {
  const auto Now = std::chrono::steady_clock::now();
  const auto Last = std::chrono::steady_clock::time_point::max();
  return Time < Last - Now ? Now + Time : Last;
}

/// What several threads make together.
class AheadWork {
public:
  AheadWork(const Grammar &G, TableCache &Tables, const BoundGrammar &Bound, const AheadOptions &O)
      : G(G), Cache(Tables.impl()), Bound(Bound), Options(O), Deadline(deadlineIn(O.Time)) {}

  void plan(const RuleReach &Reach);
  size_t pieces() const { return Pieces.size(); }
  /// Was every piece taken up, and finished?
  bool isComplete() const { return !Ended && Next >= Pieces.size(); }
  /// Was it to end, or is the time over?
  bool isOver() const {
    return std::chrono::steady_clock::now() >= Deadline || (Options.Stop && (*Options.Stop)());
  }
  /// Makes tables until none are left to begin with. Throws nothing.
  void work() noexcept;

  std::atomic<uint64_t> Made{0}, Bytes{0};
  std::atomic<bool> Ended{false}, OutOfMemory{false};

private:
  bool mayGoOn();
  /// States of one rule, which one thread takes.
  struct Piece {
    uint32_t Rule;
    StateId Begin, End;
  };
  void fillPiece(const Piece &P, TableMaker &Maker);
  /// False when the table holds for this depth only.
  bool fillState(StateId S, const std::vector<RegisterRange> &At, uint32_t Depth,
                 TableMaker &Maker);
  void note(size_t TableBytes) {
    Made.fetch_add(1, std::memory_order_relaxed);
    Bytes.fetch_add(TableBytes, std::memory_order_relaxed);
  }

  const Grammar &G;
  TableCache::Impl &Cache;
  const BoundGrammar &Bound;
  const AheadOptions &Options;
  const std::chrono::steady_clock::time_point Deadline;
  std::vector<Piece> Pieces;
  std::vector<std::vector<uint32_t>> Depths; ///< by rule, ascending
  std::atomic<size_t> Next{0};
};

} // namespace

void AheadWork::plan(const RuleReach &Reach) {
  Depths.resize(G.tables().Rules.size());
  for (const ReachedRule &R : Reach.Rules) {
    const RuleRec &Rule = G.rule(R.Rule);
    if (Depths[R.Rule].empty()) {
      // What registers may hold is found for a rule as a whole.
      constexpr StateId Few = 64;
      const StateId Size = Rule.Registers ? Rule.StatesEnd - Rule.StatesBegin : Few;
      for (StateId S = Rule.StatesBegin; S < Rule.StatesEnd; S += Size)
        Pieces.push_back({R.Rule, S, std::min(S + Size, Rule.StatesEnd)});
    }
    Depths[R.Rule].push_back(R.Depth);
  }
  for (std::vector<uint32_t> &D : Depths)
    std::sort(D.begin(), D.end());
}

bool AheadWork::mayGoOn() {
  if (Ended.load(std::memory_order_relaxed))
    return false;
  if (Bytes.load(std::memory_order_relaxed) < Options.MaxBytes && !isOver())
    return true;
  Ended.store(true, std::memory_order_relaxed);
  return false;
}

void AheadWork::work() noexcept {
  try {
    TableMaker Maker(G, Cache);
    for (size_t I = Next++; I < Pieces.size() && mayGoOn(); I = Next++)
      fillPiece(Pieces[I], Maker);
  } catch (const std::bad_alloc &) {
    Ended.store(true, std::memory_order_relaxed);
    OutOfMemory.store(true, std::memory_order_relaxed);
  }
}

void AheadWork::fillPiece(const Piece &P, TableMaker &Maker) {
  auto hasTable = [&](StateId S) {
    const StateRec &State = G.state(S);
    return State.Kind != RowKind::None && !(State.Flags & StateKeySets);
  };
  std::vector<StateId> Left; // whose tables read the depth, or are not made yet
  for (StateId S = P.Begin; S < P.End; ++S)
    if (hasTable(S))
      Left.push_back(S);
  for (const uint32_t Depth : Depths[P.Rule]) {
    if (Left.empty() || !mayGoOn())
      return;
    std::optional<RegisterRanges> Ranges;
    if (G.rule(P.Rule).Registers)
      Ranges.emplace(G, P.Rule, Depth);
    size_t Kept = 0;
    for (StateId S : Left) {
      if (Ranges && !Ranges->isReached(S)) {
        Left[Kept++] = S;
        continue;
      }
      if (!mayGoOn())
        return;
      if (!fillState(S, Ranges ? Ranges->at(S) : std::vector<RegisterRange>(), Depth, Maker))
        Left[Kept++] = S;
    }
    Left.resize(Kept);
  }
}

bool AheadWork::fillState(StateId S, const std::vector<RegisterRange> &At, uint32_t Depth,
                          TableMaker &Maker) {
  ResidualKey Key;
  CountedRule Counter;
  if (Bound.countedKey(S, Cache, Key, Counter)) {
    std::shared_ptr<const CountedTable> T = Cache.findCounted(Key);
    if (!T && Maker.runsPrograms(S)) {
      T = Maker.count(S, Key, /*ForGood=*/false);
      note(T->memoryBytes());
    }
    if (T && T->Usable)
      return true;
  }
  const uint32_t Words = uint32_t(At.size());
  Scratch Temp;
  for (const RegisterRange &R : At)
    Temp.Words.push_back(R.Low);
  const Frame Atom{S, Unknown, Frame::meta(Depth, Words), Words ? 0 | ScratchBit : ZeroRegs};
  std::shared_ptr<const TableEntry> E =
      Cache.find(Bound.key(S, Cache), Temp.Words.data(), Words, Depth);
  if (!E) {
    const FrameStore None;
    E = Maker.make(Atom, FrameView{&None, &Temp}, Bound);
    note(E->memoryBytes());
  }
  return E->AnyDepth;
}

Result<AheadReport> fillAhead(const std::shared_ptr<const Grammar> &G,
                              const std::shared_ptr<TableCache> &Tables,
                              const AheadOptions &Options) {
  auto Bound = BoundGrammar::bind(G, Tables->impl());
  if (!Bound)
    return Bound.error();
  // What an artifact holds is found there.
  if (G->ready())
    return AheadReport{0, 0, 0, true};
  AheadWork Work(*G, *Tables, **Bound, Options);
  bool Stopped = false;
  auto Ends = [&] { return Stopped = Stopped || Work.isOver(); };
  const FunctionRef<bool()> Stop = Ends;
  const std::optional<RuleReach> Reach = reachRules(*G, Options.MaxDepth, &Stop);
  if (Stopped)
    return AheadReport();
  if (!Reach)
    return Error{Status::Cancelled, "the compilation was stopped"};
  Work.plan(*Reach);
  // Tasks take what is left; more of them than threads cost a glance each.
  constexpr size_t MostTasks = 64;
  auto Task = [&](size_t) { Work.work(); };
  if (Options.Run)
    (*Options.Run)(std::min(Work.pieces(), MostTasks), Task);
  else
    Task(0);
  if (Work.OutOfMemory)
    return Error{Status::OutOfMemory, "memory does not suffice for more tables"};
  AheadReport Report{Work.Made, Work.Bytes, 0, Work.isComplete()};
  if (Report.Complete && Options.MaxPlaces != 0) {
    Result<Matcher> M = Matcher::create(G, Tables->impl().Vocab, Tables, {});
    if (!M)
      return M.error();
    RehearsalLimits Limits;
    Limits.MaxPlaces = Options.MaxPlaces;
    Limits.MaxBytes = Options.MaxBytes - std::min<size_t>(Report.Bytes, Options.MaxBytes);
    Limits.MaxDepth = Options.MaxDepth;
    Limits.Stop = &Stop;
    Report.Masks = M->rehearse(Limits);
  }
  return Report;
}

} // namespace weir
