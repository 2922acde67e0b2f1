//===- ListedItems.cpp - Items of which all values are listed ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the values of an array's items are few, the grammar lists them. An item under way can then
// only become one of those that begin like it and are not taken, which is known without trying:
//
//   listed   {"a": 1, "b": 2}   {"a": 1, "b": 3}   {"a": 4}
//   taken    {"a": 1, "b": 3}
//   text     {"b" : 3     none is left: dead        {"b" : 2     the first one is left
//
// Whether the automata lead there is tried all the same: of several ways to read an item
// some may lead to taken values only. But nothing else is tried.
//
//===----------------------------------------------------------------------===//
#include "Stepper.h"
#include "ValueSets.h"
#include "weir/Runtime/JsonValues.h"

#include <algorithm>

namespace weir {

uint32_t Stepper::listedValues(uint32_t Elements) {
  const uint32_t List = ItemFollowers::given(Elements);
  if (Followers.isGiven(List))
    return List;
  const ValueSets Values(T, T.Elements[Elements], nullptr);
  std::vector<std::string> Texts;
  for (uint32_t I = 0; I < Values.listed(); ++I)
    Texts.push_back(textOfForm(Values.formAt(I)));
  Followers.give(List, std::move(Texts));
  return List;
}

bool Stepper::mayBecomeBlocked(const Waiting &W) {
  const ValueSets Values(T, T.Elements[W.Elements], nullptr);
  return Followers.anyGiven(View, W.Begin, listedValues(W.Elements),
                            [&](uint32_t Place, const auto &, const auto &) {
                              return W.Blocked >> Values.setAt(Place) & 1;
                            });
}

/// The outermost item on the way down from `F`, which has no branches, of those that may repeat;
/// if its values are listed.
std::optional<Stepper::Waiting> Stepper::listedBelow(const Frame &F) {
  std::optional<Waiting> Out;
  if (const Waiting W = waiting(F, true); W.IsAny && mayBecome(W))
    Out = W;
  for (uint32_t P = F.Parent; P != Bottom && P != Unknown && mayLead(P);) {
    const Frame X = View.frame(P);
    if (X.isChoice())
      break;
    if (const Waiting W = waiting(X, false); W.IsAny && mayBecome(W))
      Out = W;
    P = X.Parent;
  }
  if (!Out || Out->IsKey)
    return std::nullopt;
  const ElementsRec &E = T.Elements[Out->Elements];
  if (!T.Choices[E.ChoicesBegin + Out->Choice].Finite)
    return std::nullopt;
  return Out;
}

/// The values that the item may become, and that are neither taken nor blocked.
std::vector<ListedValue> Stepper::valuesLeft(const Waiting &W) {
  const ElementsRec &E = T.Elements[W.Elements];
  const ValueSets Values(T, E, nullptr);
  const uint32_t Sets = T.Choices[E.ChoicesBegin + W.Choice].Sets & ~W.Blocked;
  auto placeOf = [&](const uint32_t *Node) {
    return Values.placeOf(JsonTree(View.text(Node[1], Node[1] + Node[2])).form());
  };
  // Those of this call's bytes, and before them those that are kept.
  std::vector<uint32_t> Tried;
  uint32_t At = W.List;
  for (; At != 0 && ((At - 1) & ScratchBit); At = View.words(At - 1)[0])
    Tried.push_back(placeOf(View.words(At - 1)));
  TakenValues None;
  const TakenValues *Kept = &None;
  if (At != 0) {
    std::vector<const uint32_t *> New;
    TakenValues *Found = nullptr;
    for (uint32_t From = At; From != 0 && !Found;) {
      for (TakenValues &X : Taken)
        if (X.Elements == W.Elements && X.List == From && X.Epoch == View.Store->Epoch)
          Found = &X;
      const uint32_t *Node = View.words(From - 1);
      if (!Found)
        New.push_back(Node);
      From = Node[0];
    }
    if (!Found) {
      Found = &Taken[OldestTaken++ % Taken.size()];
      Found->IsTaken.assign(Values.listed(), false);
    }
    Found->List = 0; // until all of it is there
    for (const uint32_t *Node : New)
      if (const uint32_t Place = placeOf(Node); Place != NoIndex)
        Found->IsTaken[Place] = true;
    Found->Elements = W.Elements;
    Found->Epoch = View.Store->Epoch;
    Found->List = At;
    Kept = Found;
  }
  std::vector<ListedValue> Out;
  Followers.anyGiven(View, W.Begin, listedValues(W.Elements),
                     [&](uint32_t Place, const JsonFollower &Follower, const JsonTree &) {
                       if ((Sets >> Values.setAt(Place) & 1) &&
                           !(Place < Kept->IsTaken.size() && Kept->IsTaken[Place]) &&
                           std::find(Tried.begin(), Tried.end(), Place) == Tried.end())
                         Out.push_back({Place, Follower});
                       return false;
                     });
  return Out;
}

/// Where the automata stand, and how much of a value was read: configurations with equal ones
/// have equal futures, of those towards the values that are left.
std::vector<uint32_t> Stepper::listedPosition(Frame At, const ListedValue &Left) const {
  std::vector<uint32_t> Key;
  while (true) {
    Key.push_back(At.State);
    const RuleRec &R = G.rule(G.ruleOf(At.State));
    const uint32_t *Regs = At.Regs == ZeroRegs ? nullptr : View.words(At.Regs);
    const uint32_t Block = blockOf(R);
    // (What was listed meanwhile, and where it began, stands in the part of the value that was
    // read.)
    for (uint32_t I = 0; I < At.words(); ++I)
      if (Block == NoIndex || (I != Block + 1 && I != Block + 2))
        Key.push_back(Regs ? Regs[I] : 0);
    Key.push_back(At.Parent & ScratchBit ? 0 : At.Parent);
    if (At.Parent == Bottom || At.Parent == Unknown || !(At.Parent & ScratchBit))
      break;
    const Frame &P = View.frame(At.Parent);
    if (P.isChoice()) {
      Key.push_back(At.Parent);
      break;
    }
    At = P;
  }
  Key.push_back(Left.Place);
  Left.Follower.appendState(Key);
  return Key;
}

} // namespace weir
