//===- Fresh.cpp - What must be new, and what may repeat --------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Items of an array with unique items, and the keys of an object, differ from all
// before. Nearly always there is another way to go on than to repeat one; where there
// is none, the way must not be entered:
//
//   items "red" or "green", "red" seen:      [ "red" , " r          dead: only "red"
//   {"a": string}, closed, {"a":"x"} seen:   [ {"a":"x"} , {"a":"x" dead: only "}"
//
// Where the values of items are listed, some may be such that the array could not be finished
// after them, though they were not used: these are treated as if they were.
//
//   first of 10 or 20, then 10, two:         [ 1    dead: 10 is needed behind it
//
// An item *may repeat* when what was read of it begins an earlier one, as values. That
// is rare, and ends with the first byte that differs. Only then the configuration is
// looked into (FreshSearch.cpp).
//
// Where free keys never run out below any prefix none of this runs: a new key is
// always possible there.
//
//===----------------------------------------------------------------------===//
#include "Stepper.h"
#include "ValueSets.h"
#include "weir/Runtime/JsonValues.h"

#include <algorithm>
#include <optional>

namespace weir {

static bool beginsNumber(uint8_t B) { return B == '-' || (B >= '0' && B <= '9'); }

/// Does the text begin with a quote and go on without one?
static bool isOneString(const FrameView &V, uint32_t Begin, uint32_t End) {
  if (Begin >= End || V.textAt(Begin) != '"')
    return false;
  for (uint32_t I = Begin + 1; I < End; ++I)
    if (V.textAt(I) == '"')
      return false;
  return true;
}

Stepper::Waiting Stepper::waiting(const Frame &F, bool IsTop) const {
  Waiting W;
  if (isDone(F) || F.isChoice())
    return W;
  auto block = [&](uint32_t Base, bool IsKey) {
    Log.readWhole(F.Regs);
    const uint32_t *Regs = F.Regs == ZeroRegs ? nullptr : View.words(F.Regs);
    W = {Regs ? Regs[Base + 2] : 0, Regs ? Regs[Base + 1] : 0, IsKey, true};
  };
  if (IsTop) {
    if (G.state(F.State).Flags & StateInKey) {
      const ObjectRec &O = T.Objects[G.rule(G.ruleOf(F.State)).Object];
      if (O.Counted)
        block(O.Base, true);
    }
    return W;
  }
  const DetailRec *D = G.detail(F.State);
  if (!D || D->ReturnOps == NoIndex)
    return W;
  for (uint32_t I = D->ReturnOps;; ++I) {
    const OpRec &O = T.Ops[I];
    if (O.Code == OpCode::FreeTake && T.Objects[O.A].Counted)
      block(T.Objects[O.A].Base, true);
    if (O.Code == OpCode::ItemTake && T.Elements[O.A].Unique) {
      block(T.Elements[O.A].Base, false);
      W.Elements = O.A;
      W.Choice = O.B;
      const uint32_t *Regs = F.Regs == ZeroRegs ? nullptr : View.words(F.Regs);
      W.Blocked = ValueSets(T, T.Elements[O.A], Regs).blockedSets(O.B);
    }
    if (O.Last)
      return W;
  }
}

bool Stepper::mayBecome(const Waiting &W) {
  if (!W.List && !W.Blocked)
    return false;
  ReadItems = true;
  const uint32_t Now = View.textSize();
  if (W.IsKey)
    return *Used.mayBecome(View, W.Begin, W.List, false);
  if (W.Begin >= Now || (W.Blocked && mayBecomeBlocked(W)))
    return true;
  if (!W.List)
    return false;
  // The commonest items by far, told apart without a tree.
  if (isOneString(View, W.Begin, Now))
    if (std::optional<bool> May = Used.mayBecome(View, W.Begin + 1, W.List, true))
      return *May;
  if (beginsNumber(View.textAt(W.Begin)))
    if (std::optional<bool> May = Used.mayBecomeNumber(View, W.Begin, W.List))
      return *May;
  return Followers.mayBecome(View, W.Begin, W.List);
}

/// Is `F` or a frame below it reading something that must be new, and was begun since
/// the text that is kept?
bool Stepper::isInside(const Frame &F) const {
  const uint32_t Kept = View.Store ? View.Store->Text.size() : 0;
  // (Nothing that was begun up to AssumeTo may repeat.)
  const uint32_t First = AssumeTo ? std::max(Kept, AssumeTo + 1) : Kept;
  auto begun = [&](const Waiting &W) { return W.IsAny && W.Begin >= First; };
  if (begun(waiting(F, true)))
    return true;
  std::vector<uint32_t> Todo, Seen;
  forEachParent(F, [&](uint32_t P) { Todo.push_back(P); });
  while (!Todo.empty()) {
    uint32_t P = Todo.back();
    Todo.pop_back();
    if (P == Bottom || P == Unknown || (Settled && !KeptIsInside && !(P & ScratchBit)) ||
        std::find(Seen.begin(), Seen.end(), P) != Seen.end())
      continue;
    Seen.push_back(P);
    if (begun(waiting(View.frame(P), false)))
      return true;
    forEachParent(View.frame(P), [&](uint32_t Q) { Todo.push_back(Q); });
  }
  return false;
}

bool Stepper::isInItem(const Frame &F) const {
  if (!T.NeedsFresh)
    return false;
  auto readsItem = [&](const Frame &P) {
    const DetailRec *D = G.detail(P.State);
    if (!D || D->ReturnOps == NoIndex)
      return false;
    for (uint32_t I = D->ReturnOps;; ++I) {
      const OpRec &O = T.Ops[I];
      if (O.Code == OpCode::ItemTake && T.Elements[O.A].Unique)
        return true;
      if (O.Last)
        return false;
    }
  };
  std::vector<uint32_t> Todo;
  IndexSet Seen;
  auto below = [&](const Frame &X) {
    forEachParent(X, [&](uint32_t P) {
      if (P != Bottom && P != Unknown && Seen.insert(P))
        Todo.push_back(P);
    });
  };
  for (below(F); !Todo.empty();) {
    const Frame X = View.frame(Todo.back());
    Todo.pop_back();
    if (readsItem(X))
      return true;
    below(X);
  }
  return false;
}

void Stepper::settleRepeats(ConfigList Now) {
  Settled = KeptIsInside = false;
  Repeating.clear();
  if (!T.NeedsFresh)
    return;
  std::vector<uint32_t> Below;
  FreshSeen.clear();
  auto addParents = [&](const Frame &F) {
    if (isDone(F))
      return;
    forEachParent(F, [&](uint32_t P) {
      if (P != Bottom && P != Unknown && FreshSeen.insert(P))
        Below.push_back(P);
    });
  };
  for (uint32_t I = Now.Begin; I < Now.End; ++I)
    addParents(Frame(Temp.Pool[I]));
  for (size_t I = 0; I < Below.size(); ++I)
    addParents(View.frame(Below[I]));
  FreshSeen.clear();
  // A frame stands behind those below it.
  std::sort(Below.begin(), Below.end());
  for (uint32_t P : Below) {
    const Frame F = View.frame(P);
    const Waiting W = waiting(F, false);
    bool May = W.IsAny && mayBecome(W);
    KeptIsInside |= W.IsAny && W.Begin >= View.textSize();
    forEachParent(
        F, [&](uint32_t Q) { May |= std::binary_search(Repeating.begin(), Repeating.end(), Q); });
    if (May)
      Repeating.push_back(P);
  }
  Settled = true;
}

bool Stepper::mayRepeat(const Frame &F) { return T.NeedsFresh && anyRepeats(F, false); }

bool Stepper::mayRepeat(ConfigList L) {
  bool Any = false;
  for (uint32_t I = L.Begin; I < L.End && T.NeedsFresh && !Any; ++I)
    Any = anyRepeats(Frame(Temp.Pool[I]), I > L.Begin);
  return Any;
}

/// May something repeat on some way down from `F`? With `Again`, asked of the same text as before:
/// frames below which nothing may repeat are not looked at again, however many configurations
/// stand on them.
bool Stepper::anyRepeats(const Frame &F, bool Again) {
  if (!Again)
    FreshSeen.clear();
  if (isDone(F))
    return false;
  FreshTodo.clear();
  auto repeats = [&](const Frame &X, bool IsTop) {
    const Waiting W = waiting(X, IsTop);
    if (W.IsAny && mayBecome(W)) {
      FreshSeen.clear();
      return true;
    }
    forEachParent(X, [&](uint32_t P) {
      if (P != Bottom && P != Unknown && mayLead(P) && FreshSeen.insert(P))
        FreshTodo.push_back(P);
    });
    return false;
  };
  if (repeats(F, true))
    return true;
  while (!FreshTodo.empty()) {
    const Frame X = View.frame(FreshTodo.back());
    FreshTodo.pop_back();
    if (repeats(X, false))
      return true;
  }
  return false;
}

ByteSet Stepper::repeatBytes(const Frame &F) {
  ByteSet Out;
  auto add = [&](const Frame &X, bool IsTop) {
    const Waiting W = waiting(X, IsTop);
    if (!W.IsAny || (!W.List && !W.Blocked))
      return;
    ReadItems = true;
    Out |= W.IsKey || W.Begin >= View.textSize() ? ByteSet::all()
                                                 : Followers.next(View, W.Begin, W.List);
    if (W.Blocked)
      Out |= Followers.next(View, W.Begin, listedValues(W.Elements));
  };
  if (isDone(F))
    return Out;
  FreshSeen.clear();
  FreshTodo.clear();
  auto below = [&](const Frame &X) {
    forEachParent(X, [&](uint32_t P) {
      if (P != Bottom && P != Unknown && mayLead(P) && FreshSeen.insert(P))
        FreshTodo.push_back(P);
    });
  };
  add(F, true);
  below(F);
  while (!FreshTodo.empty() && Out != ByteSet::all()) {
    const Frame X = View.frame(FreshTodo.back());
    FreshTodo.pop_back();
    add(X, false);
    below(X);
  }
  FreshSeen.clear();
  return Out;
}

uint32_t Stepper::pushNode(const ListNode &Node) {
  for (uint32_t At : LastNodes)
    if (At + Node.size() <= Temp.Words.size() &&
        std::equal(Node.begin(), Node.end(), Temp.Words.begin() + At))
      return At | ScratchBit;
  const uint32_t At = View.pushWords(Node);
  LastNodes[OldestNode++ % LastNodes.size()] = At & ~ScratchBit;
  return At;
}

bool Stepper::takeItem(const ElementsRec &E, uint32_t Choice, std::vector<uint32_t> &Regs) {
  ValueSets Values(T, E, Regs.data());
  if (!E.Unique)
    return Values.take(Choice, NoIndex, Regs.data());
  const uint32_t Begin = Regs[E.Base + 2], End = View.textSize() - Ahead;
  if (Begin > End)
    return false;
  const bool HasSets = Values.hasSets();
  ReadItems |= Regs[E.Base + 1] != 0 || HasSets;
  if (AssumeNewKeys) {
    const uint32_t Kept = View.Store ? View.Store->Text.size() : 0;
    const uint32_t Known = std::max(Kept, AssumeTo);
    // An item that was begun before the walk is not known: taken as new, and as
    // none of the values that are counted.
    if (Begin > Known || (Begin == Kept && !AssumeTo) || HasSets)
      Uncertain = true;
    if (Begin <= Known)
      return Values.take(Choice, NoIndex, Regs.data());
  }
  auto isUsed = [&] {
    const uint32_t List = Regs[E.Base + 1];
    if (End - Begin >= 2 && View.textAt(End - 1) == '"' && isOneString(View, Begin, End - 1))
      if (std::optional<bool> Known = Used.contains(View, Begin + 1, End - 1, List))
        return *Known;
    if (Begin < End && beginsNumber(View.textAt(Begin)))
      if (std::optional<bool> Known = Used.containsNumber(View, Begin, End, List))
        return *Known;
    return Followers.contains(View, Begin, End, List);
  };
  if (isUsed()) {
    Dropped = true;
    return false;
  }
  uint32_t Set = NoIndex;
  if (HasSets) {
    const uint32_t Place = Values.placeOf(JsonTree(View.text(Begin, End)).form());
    Set = Place == NoIndex ? NoIndex : Values.setAt(Place);
  }
  if (!Values.take(Choice, Set, Regs.data())) {
    Dropped = true;
    return false;
  }
  const ListNode Node = {Regs[E.Base + 1], Begin, End - Begin, 0};
  Regs[E.Base + 1] = pushNode(Node) + 1;
  return true;
}

} // namespace weir
