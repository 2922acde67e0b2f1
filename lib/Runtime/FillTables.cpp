//===- FillTables.cpp - Making all mask tables of a grammar ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For each state and depth, a list of regions of register values that have no entry yet, at
// first all values that a frame can have there (RegisterRanges.h):
//
//   [0..90] x [0..5]    an entry for (0, 0) turns out to hold for [0..7] x [0..5];
//   [8..90] x [0..5]    one for (8, 0) …                           until the list is empty
//
//===----------------------------------------------------------------------===//
#include "MaskTable.h"
#include "RecordLists.h"
#include "RegisterRanges.h"
#include "RuleReach.h"
#include "weir/Runtime/ReadyTables.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <map>

namespace weir {

namespace {

/// Values of registers, bounds included.
struct Region {
  std::vector<uint32_t> Low, High;
};

class Filler {
public:
  Filler(const Grammar &G, TableCache &Tables, const BoundGrammar &Bound, const FillOptions &O)
      : G(G), Cache(Tables.impl()), Bound(Bound), Options(O), Maker(G, Cache) {}

  Result<Success> run();
  ReadyRecords Out;

private:
  bool findDepths();
  Result<Success> fillState(StateId S, uint32_t R);
  Result<Success> fillDepth(StateId S, const std::vector<RegisterRange> &Ranges, uint32_t Depth,
                            bool &ReadsDepth);
  const RegisterRanges &rangesOf(uint32_t R, uint32_t Depth);
  void put(const TableEntry &E, uint32_t Depth, Region Box);
  uint32_t putExits(const std::shared_ptr<const ExitTrie> &X);
  size_t bytes() const;

  const Grammar &G;
  TableCache::Impl &Cache;
  const BoundGrammar &Bound;
  const FillOptions &Options;
  TableMaker Maker;
  const FrameStore None;
  Scratch Temp;
  /// By rule: the depths at which its frames can stand, ascending, up to the limit.
  std::vector<std::vector<uint32_t>> Depths;
  bool DepthsCut = false, CutMatters = false;
  std::vector<ReadyEntryRec> OfState;
  std::map<uint32_t, RegisterRanges> Ranges; ///< of the rule under way, by depth

  WordLists RowLists{Out.ReadyRows}, IdLists{Out.ReadyIds}, BoxLists{Out.ReadyBoxes};
  ExitLists Tries{Out.ReadyExits, Out.ReadyNodes, Out.ReadyExitIds, Out.ReadyConditions};
  /// Tries are shared between entries; those here stay alive, so that an address is one trie's.
  std::map<std::shared_ptr<const ExitTrie>, uint32_t> TriesSeen;
};

size_t Filler::bytes() const {
  size_t Bytes = 0;
#define READY_TABLE(Kind, Element, Name, Summary) Bytes += Out.Name.size() * sizeof(Element);
#include "weir/Runtime/ReadyTables.def"
  return Bytes;
}

/// False when cancelled.
bool Filler::findDepths() {
  const std::optional<RuleReach> Reach = reachRules(G, Options.MaxDepth);
  if (!Reach)
    return false;
  DepthsCut = Reach->Cut;
  Depths.resize(G.tables().Rules.size());
  for (const ReachedRule &R : Reach->Rules)
    Depths[R.Rule].push_back(R.Depth);
  for (std::vector<uint32_t> &D : Depths)
    std::sort(D.begin(), D.end());
  return true;
}

uint32_t Filler::putExits(const std::shared_ptr<const ExitTrie> &X) {
  if (!X)
    return NoIndex;
  const auto [It, New] = TriesSeen.try_emplace(X, 0);
  if (New)
    It->second = Tries.add(*X);
  return It->second;
}

void Filler::put(const TableEntry &E, uint32_t Depth, Region Box) {
  ReadyEntryRec Rec{};
  Rec.Exits = NoIndex;
  Rec.Depth = Depth;
  if (E.Direct) {
    Rec.Kind = uint32_t(ReadyKind::Direct);
  } else {
    if (E.IsDense) {
      Rec.Kind = uint32_t(ReadyKind::Row);
      Rec.Data = RowLists.add(E.row()) / uint32_t(E.row().size());
    } else {
      std::vector<TokenId> Ids = E.Sparse;
      std::sort(Ids.begin(), Ids.end());
      Rec.Kind = uint32_t(ReadyKind::Ids);
      Rec.Data = IdLists.add(Ids);
      Rec.Count = uint32_t(Ids.size());
    }
    Rec.Exits = putExits(E.Exits);
    Rec.Room = E.Room;
    Rec.Need = E.Need;
  }
  Box.Low.insert(Box.Low.end(), Box.High.begin(), Box.High.end());
  Rec.Box = BoxLists.add(Box.Low);
  OfState.push_back(Rec);
}

Result<Success> Filler::fillDepth(StateId S, const std::vector<RegisterRange> &Ranges,
                                  uint32_t Depth, bool &ReadsDepth) {
  const uint32_t Words = uint32_t(Ranges.size());
  const FrameView View{&None, &Temp};
  std::vector<Region> Open(1);
  for (const RegisterRange &R : Ranges) {
    Open[0].Low.push_back(R.Low);
    Open[0].High.push_back(R.High);
  }
  const ResidualKey Key = Bound.key(S, Cache);
  while (!Open.empty()) {
    Region R = std::move(Open.back());
    Open.pop_back();
    if (!spendWork(256))
      return Error{Status::Cancelled, "the compilation was stopped"};
    if (Out.ReadyEntries.size() + OfState.size() >= Options.MaxEntries ||
        bytes() > Options.MaxBytes)
      return Error{Status::BudgetExceeded, "the tables of the grammar take more than " +
                                               std::to_string(Options.MaxBytes) + " bytes or " +
                                               std::to_string(Options.MaxEntries) + " entries"};
    Frame Atom{S, Unknown, Frame::meta(Depth, Words), ZeroRegs};
    Temp.Words = R.Low;
    if (Words)
      Atom.Regs = 0 | ScratchBit;
    std::shared_ptr<const TableEntry> E = Cache.find(Key, R.Low.data(), Words, Depth);
    if (!E)
      E = Maker.make(Atom, View, Bound);
    ReadsDepth |= !E->AnyDepth;
    Region Box{R.Low, R.Low};
    if (E->covers(R.Low.data(), Words, Depth)) {
      Box.Low.assign(E->Low.begin(), E->Low.begin() + Words);
      Box.High.assign(E->High.begin(), E->High.begin() + Words);
    }
    for (uint32_t D = 0; D < Words; ++D)
      if (Box.High[D] < R.High[D]) {
        Region Rest = R;
        Rest.Low[D] = Box.High[D] + 1;
        Open.push_back(std::move(Rest));
        R.High[D] = Box.High[D];
      }
    put(*E, E->AnyDepth ? NoIndex : Depth, std::move(Box));
  }
  return Success();
}

const RegisterRanges &Filler::rangesOf(uint32_t R, uint32_t Depth) {
  return Ranges.try_emplace(Depth, G, R, Depth).first->second;
}

Result<Success> Filler::fillState(StateId S, uint32_t R) {
  const RuleRec &Rule = G.rule(R);
  OfState.clear();
  for (uint32_t Depth : Depths[R]) {
    const RegisterRanges &Values = rangesOf(R, Depth);
    if (!Values.isReached(S))
      continue;
    bool ReadsDepth = false;
    Result<Success> Ok = fillDepth(S, Values.at(S), Depth, ReadsDepth);
    if (!Ok)
      return Ok;
    if (!ReadsDepth)
      break;
    CutMatters |= DepthsCut;
  }
  // As find() looks for them; what holds at any depth may have been found at several.
  std::sort(OfState.begin(), OfState.end(), [&](const ReadyEntryRec &A, const ReadyEntryRec &B) {
    if (A.Depth != B.Depth)
      return A.Depth < B.Depth;
    for (uint32_t R = 0; R < 2U * Rule.Registers; ++R)
      if (Out.ReadyBoxes[A.Box + R] != Out.ReadyBoxes[B.Box + R])
        return Out.ReadyBoxes[A.Box + R] < Out.ReadyBoxes[B.Box + R];
    return false;
  });
  auto same = [](const ReadyEntryRec &A, const ReadyEntryRec &B) {
    return A.Depth == B.Depth && A.Box == B.Box;
  };
  OfState.erase(std::unique(OfState.begin(), OfState.end(), same), OfState.end());
  Out.ReadyEntries.insert(Out.ReadyEntries.end(), OfState.begin(), OfState.end());
  return Success();
}

Result<Success> Filler::run() {
  const GrammarView &T = G.tables();
  if (!findDepths())
    return Error{Status::Cancelled, "the compilation was stopped"};
  std::vector<uint32_t> RuleOf(T.States.size(), NoIndex);
  for (uint32_t R = 0; R < T.Rules.size(); ++R)
    for (StateId S = T.Rules[R].StatesBegin; S < T.Rules[R].StatesEnd; ++S)
      RuleOf[S] = R;
  uint32_t LastRule = NoIndex;
  for (StateId S = 0; S < T.States.size(); ++S) {
    Out.ReadyStates.push_back(uint32_t(Out.ReadyEntries.size()));
    if (RuleOf[S] != LastRule)
      Ranges.clear();
    LastRule = RuleOf[S];
    if (RuleOf[S] == NoIndex || T.States[S].Kind == RowKind::None ||
        (T.States[S].Flags & StateKeySets))
      continue;
    if (Result<Success> Ok = fillState(S, RuleOf[S]); !Ok)
      return Ok;
  }
  Out.ReadyStates.push_back(uint32_t(Out.ReadyEntries.size()));
  const Vocabulary &V = *Cache.Vocab;
  Out.ReadyFacts.push_back({V.hash(), V.size(), CutMatters ? Options.MaxDepth : NoIndex});
  return Success();
}

} // namespace

Result<std::shared_ptr<const Grammar>> fillTables(const std::shared_ptr<const Grammar> &G,
                                                  const std::shared_ptr<TableCache> &Tables,
                                                  const FillOptions &Options) {
  // What tables there are belongs to some vocabulary, perhaps not to this one.
  const std::shared_ptr<const Grammar> Plain = G->ready() ? Grammar::withTables(G, nullptr) : G;
  auto Bound = BoundGrammar::bind(Plain, Tables->impl());
  if (!Bound)
    return Bound.error();
  auto Records = std::make_shared<ReadyRecords>();
  {
    Filler F(*Plain, *Tables, **Bound, Options);
    if (Result<Success> Ok = F.run(); !Ok)
      return Ok.error();
    *Records = std::move(F.Out);
  }
  ReadyView View;
#define READY_TABLE(Kind, Element, Name, Summary) View.Name = Records->Name;
#include "weir/Runtime/ReadyTables.def"
  auto Ready = ReadyTables::open(Plain->tables(), View, std::move(Records));
  if (!Ready)
    return Ready.error();
  return Grammar::withTables(Plain, std::move(*Ready));
}

} // namespace weir
