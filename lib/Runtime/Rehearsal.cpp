//===- Rehearsal.cpp - Masks of texts that may come -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The masks at keys of objects are walked when they are first asked for and then kept in the
// memo (MaskMemo.h). A rehearsal visits places of texts so that they are there: byte by byte it
// goes wherever a state comes on top that was not there over the same state below yet, or where
// other keys are left, and back.
//
//   {  ─▶ {"  ─▶ {"n ─▶ {"na … {"name" ─▶ {"name": ─▶ … {"name":"" ─▶ {"name":"", ─▶ …
//                 └▶ {"a  ─▶ …
//
// Names come behind those that were written on the way, as in a text, and in the order of the
// specification. Only printable
// characters are tried, one for each thing that a state does, and no escapes.
//
//===----------------------------------------------------------------------===//
#include "KeySets.h"
#include "MatcherImpl.h"
#include "weir/Support/Hash.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace weir {

namespace {

bool isTried(unsigned B) { return (B >= ' ' && B <= '~' && B != '\\') || B == '\n'; }

} // namespace

/// Where the first of the keys stands that an action may lead to, in the order of the
/// specification; 0 when it reads no name.
uint32_t Matcher::Impl::rankOf(const Frame &F, uint32_t Action) const {
  const GrammarView &T = G.tables();
  const RuleRec &Rule = G.rule(G.ruleOf(F.State));
  if (Rule.Object == NoIndex || !(Action & ActionAlternatives))
    return 0;
  const AlternativeRec &Alt = T.Alternatives[T.AltLists[(Action & ~ActionAlternatives) + 1]];
  if (Alt.Push != NoIndex || Alt.Ops == NoIndex || T.Ops[Alt.Ops].Code != OpCode::KeyLive)
    return 0;
  const ObjectRec &O = T.Objects[Rule.Object];
  const KeySets Keys(T, O, F.Regs == ZeroRegs ? nullptr : S.view().words(F.Regs));
  const auto &[First, End, Free] = T.KeyIntervals[T.Ops[Alt.Ops].B];
  uint32_t Rank = O.Keys;
  for (uint32_t Leaf = First; Leaf < End; ++Leaf)
    if (Keys.leafAllowed(Leaf))
      Rank = std::min(Rank, T.Words[O.OrdinalOfLeaf + Leaf]);
  return Rank + 1;
}

/// One byte for each thing that the head's states do; names in the order of the specification. The
/// last is to be tried first.
std::vector<uint8_t> Matcher::Impl::bytesToTry() {
  struct Choice {
    uint32_t Rank;
    uint8_t Byte;
    auto operator<=>(const Choice &) const = default;
  };
  std::vector<Choice> Choices;
  std::vector<uint32_t> Actions;
  const ConfigList Ready = S.expand(load());
  for (uint32_t I = Ready.Begin; I < Ready.End; ++I) {
    const Frame F = Temp.Pool[I];
    if (Stepper::isDone(F))
      continue;
    Actions.clear();
    G.forEachRange(F.State, [&](unsigned First, unsigned Last, uint32_t Action) {
      if (std::find(Actions.begin(), Actions.end(), Action) != Actions.end())
        return;
      while (First <= Last && !isTried(First))
        ++First;
      if (First > Last)
        return;
      Actions.push_back(Action);
      Choices.push_back({rankOf(F, Action), uint8_t(First)});
    });
  }
  std::sort(Choices.rbegin(), Choices.rend());
  std::vector<uint8_t> Out;
  for (const Choice &C : Choices)
    if (std::find(Out.begin(), Out.end(), C.Byte) == Out.end())
      Out.push_back(C.Byte);
  return Out;
}

/// Which keys may come, of a frame of an object; nothing in a key that can be but one.
uint64_t Matcher::Impl::keysOf(const Frame &F) const {
  const RuleRec &Rule = G.rule(G.ruleOf(F.State));
  if (Rule.Object == NoIndex || F.Regs == ZeroRegs)
    return 0;
  unsigned Ways = 0;
  if (G.state(F.State).Flags & StateInKey)
    G.forEachRange(F.State, [&](unsigned, unsigned, uint32_t) { ++Ways; });
  if (Ways == 1)
    return 0;
  std::vector<uint32_t> Regs(Store.Words.block(F.Regs), Store.Words.block(F.Regs) + F.words());
  KeySets(G.tables(), G.tables().Objects[Rule.Object], nullptr).canonicalise(Regs.data());
  uint64_t Keys = 1;
  for (uint32_t W : Regs)
    Keys = hashCombine(Keys, W);
  return Keys;
}

/// The states on top of the head and below, and which keys may come there.
Matcher::Impl::Place Matcher::Impl::placeOfHead() const {
  const Head &H = head();
  Place Out{H.ConfigsCount, 0};
  auto add = [&](const Frame &F) {
    Out.States = hashCombine(Out.States, F.State);
    if (!F.isChoice() && !Stepper::isDone(F))
      Out.Keys = hashCombine(Out.Keys, keysOf(F));
  };
  for (uint32_t I = 0; I < H.ConfigsCount; ++I) {
    const Frame &F = Configs.block(H.ConfigsBegin)[I];
    add(F);
    if (!Stepper::isDone(F) && F.Parent != Bottom)
      add(Store.Frames[F.Parent]);
  }
  return Out;
}

uint64_t Matcher::Impl::rehearse(const RehearsalLimits &Limits) {
  if (!UseMemo || head().Terminated || !owed().empty())
    return 0;
  const size_t Start = Heads.size();
  const MaskMemo &Memo = *Tables->impl().Memo;
  const size_t MemoBytes = Memo.memoryBytes();
  RowVector Row(rowWords(Tables->vocabulary().size()));
  // An object with many keys is met with many sets of them.
  constexpr uint32_t MostSets = 32;
  std::unordered_set<uint64_t> Seen;
  std::unordered_map<uint64_t, uint32_t> SetsSeen; ///< by states
  std::vector<std::vector<uint8_t>> Path; // what is left to be tried at each place of the text
  uint64_t Masks = 0, Places = 0;
  auto visit = [&] {
    ++Places;
    // Of several configurations no mask is kept.
    if (head().ConfigsCount == 1 && fillHead(Row, false))
      ++Masks;
    Path.push_back(bytesToTry());
  };
  visit();
  while (!Path.empty()) {
    if (Path.back().empty()) {
      Path.pop_back();
      if (!Path.empty())
        rollback(1);
      continue;
    }
    if (Limits.Stop && (*Limits.Stop)())
      break;
    const char Text = char(Path.back().back());
    Path.back().pop_back();
    if (!acceptBytes({&Text, 1}))
      continue;
    const Head &H = head();
    const bool IsNear = H.ConfigsCount && H.ConfigsCount <= Limits.MaxConfigurations &&
                        (Stepper::isDone(Configs[H.ConfigsBegin]) ||
                         Configs[H.ConfigsBegin].depth() <= Limits.MaxDepth);
    const Place At = placeOfHead();
    if (!IsNear || !Seen.insert(hashCombine(At.States, At.Keys)).second ||
        ++SetsSeen[At.States] > MostSets) {
      rollback(1);
      continue;
    }
    if (Places >= Limits.MaxPlaces || Memo.memoryBytes() > MemoBytes + Limits.MaxBytes)
      break;
    visit();
  }
  rollback(Heads.size() - Start);
  return Masks;
}

uint64_t Matcher::rehearse(const RehearsalLimits &Limits) {
  Matcher Twin = fork();
  return Twin.P->rehearse(Limits);
}

} // namespace weir
