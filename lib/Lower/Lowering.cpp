//===- Lowering.cpp - From grammar IR to the runtime's tables ----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last step: the automata of a module laid out flat (Layout.cpp), and what is known
// of a rule only when all are there: its rank, its first and its follow bytes.
//
//===----------------------------------------------------------------------===//
#include "weir/Lower/Lowering.h"

#include "Layout.h"
#include "RuleBuilder.h"
#include "weir/Support/LongSort.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir {

namespace lowering {

/// First bytes, callees before callers; ranks, callers before callees; then follow
/// bytes, handed on along the calls at whose return the caller may end.
void Layout::placeFirstAndFollow() {
  uint32_t N = uint32_t(RuleOrder.size());
  // Calls made before a byte is read have no cycle: depth-first postorder.
  std::vector<uint32_t> Post;
  Post.reserve(N);
  std::vector<uint8_t> Mark(N, 0);
  std::vector<std::pair<uint32_t, size_t>> Path;
  Path.reserve(16);
  for (uint32_t Root = 0; Root < N; ++Root) {
    if (Mark[Root])
      continue;
    Path.push_back({Root, 0});
    Mark[Root] = 1;
    while (!Path.empty()) {
      auto &[R, Next] = Path.back();
      const Dfa &D = dfa(RuleOrder[R]);
      if (D.States.empty() || Next == D.calls(D.Start).size()) {
        Post.push_back(R);
        Path.pop_back();
        continue;
      }
      uint32_t Callee = NewRule[D.calls(D.Start)[Next++].Rule];
      if (!Mark[Callee]) {
        Mark[Callee] = 1;
        Path.push_back({Callee, 0});
      }
    }
  }
  auto toWords = [](const ByteSet &S, uint64_t *Out) {
    for (unsigned I = 0; I < 4; ++I)
      Out[I] = S.words()[I];
  };
  std::vector<ByteSet> First(N), Follow(N);
  auto firstOf = [&](const Dfa &D, uint32_t S) {
    ByteSet Set;
    D.forEachRange(
        S, [&](const Dfa::Range &Range) { Set |= ByteSet::range(Range.First, Range.Last); });
    for (const Dfa::Call &C : D.calls(S))
      if (NewRule[C.Rule] != NoIndex)
        Set |= First[NewRule[C.Rule]];
    return Set;
  };
  for (uint32_t I = 0; I < N; ++I) {
    if (!pollWork())
      return;
    uint32_t R = Post[I];
    const Dfa &D = dfa(RuleOrder[R]);
    if (!D.States.empty())
      First[R] = firstOf(D, D.Start);
    T.Rules[R].Rank = N - I;
    toWords(First[R], T.Rules[R].FirstBytes);
  }
  std::vector<std::pair<uint32_t, uint32_t>> HandsOn; // (caller, callee), callee may end it
  HandsOn.reserve(64);
  for (uint32_t R = 0; R < N; ++R) {
    const Dfa &D = dfa(RuleOrder[R]);
    // Not of states or lists that nothing leads to any more, whose callees may be gone. Many that
    // follow each other say the same, as those of a free key do.
    uint32_t LastCallee = NoIndex, LastState = NoIndex;
    ByteSet AtState;
    auto returns = [&](uint32_t Callee, uint32_t S) {
      if (Callee == NoIndex || (Callee == LastCallee && S == LastState))
        return;
      if (S != LastState)
        AtState = firstOf(D, S);
      LastCallee = Callee;
      LastState = S;
      Follow[Callee] |= AtState;
      if (D.States[S].Accepts)
        HandsOn.push_back({R, Callee});
    };
    for (const Dfa::Call &C : D.Calls) {
      if (!pollWork())
        return;
      returns(NewRule[C.Rule], C.Target);
    }
    for (const Dfa::Alternative &A : D.Alternatives) {
      if (!pollWork())
        return;
      if (A.Push != automata::None)
        returns(NewRule[A.CalleeRule], A.Push);
    }
  }
  if (!longSort(HandsOn))
    return;
  HandsOn.erase(std::unique(HandsOn.begin(), HandsOn.end()), HandsOn.end());
  std::vector<uint32_t> Queue;
  Queue.reserve(N);
  for (uint32_t R = N; R-- > 0;)
    Queue.push_back(R);
  std::vector<uint8_t> Queued(N, 1);
  while (!Queue.empty() && pollWork()) {
    uint32_t R = Queue.back();
    Queue.pop_back();
    Queued[R] = 0;
    for (auto It = std::lower_bound(HandsOn.begin(), HandsOn.end(), std::pair(R, 0U));
         It != HandsOn.end() && It->first == R; ++It)
      if (!Follow[It->second].contains(Follow[R])) {
        Follow[It->second] |= Follow[R];
        if (!Queued[It->second]) {
          Queued[It->second] = 1;
          Queue.push_back(It->second);
        }
      }
  }
  for (uint32_t R = 0; R < N; ++R)
    toWords(Follow[R], T.Rules[R].FollowBytes);
}

std::shared_ptr<const Grammar> Layout::finish(SharedTables &Tables, uint32_t Start) && {
  Shared = &Tables;
  placeFirstAndFollow();
  // (When the compilation has ended, not all of it is done.)
  if (!pollWork(256))
    return nullptr;
  T.Objects = std::move(Tables.Objects);
  // Forms of values stand behind the names.
  for (const ElementsRec &E : Tables.Elements)
    for (uint32_t V = E.ValuesBegin; V < E.ValuesEnd; V += 3)
      Tables.Words[V] += uint32_t(T.Text.size());
  T.Text += Tables.Text;
  for (const ObjectRec &O : T.Objects)
    T.NeedsFresh |= O.Counted;
  for (const ElementsRec &E : Tables.Elements)
    T.NeedsFresh |= E.Unique;
  T.Elements = std::move(Tables.Elements);
  T.Choices = std::move(Tables.Choices);
  T.ItemCounters = std::move(Tables.ItemCounters);
  T.FreeEntries = std::move(Tables.FreeEntries);
  T.KeyIntervals = std::move(Tables.KeyIntervals);
  T.LengthSets = std::move(Tables.LengthSets);
  T.Words = std::move(Tables.Words);
  T.StartRule = NewRule[Start];
  // A grammar lives long, and may be small beside the room that was made for it.
  auto giveBack = [](auto &V) {
    if (V.capacity() - V.size() > V.size() / 4 && pollWork(256))
      V.shrink_to_fit();
  };
  giveBack(T.States);
  giveBack(T.Details);
  giveBack(T.Rows);
  giveBack(T.ClassMaps);
  giveBack(T.AltLists);
  giveBack(T.Alternatives);
  giveBack(T.Ops);
  giveBack(T.Calls);
  giveBack(T.Rules);
  return std::make_shared<const Grammar>(std::move(T));
}

} // namespace lowering

std::shared_ptr<const Grammar> lower(const ir::Module &M, const LowerOptions &Options,
                                     DiagnosticEngine &Diags) {
  Late<lowering::ModuleBuilder> Made(M, Options, Diags);
  lowering::ModuleBuilder &Builder = *Made;
  const bool Ok = Builder.run();
  if (Options.Steps)
    *Options.Steps = Builder.steps();
  if (!Ok)
    return nullptr;
  const uint32_t Start = Builder.slot(M.start());
  if (!Builder.Laid.place(Builder.Shared, {&Start, 1}))
    return nullptr;
  return std::move(Builder.Laid).finish(Builder.Shared, Start);
}

} // namespace weir
