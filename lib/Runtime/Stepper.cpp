//===- Stepper.cpp - One byte further, in every configuration --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Stepper.h"

#include "weir/Support/Hash.h"

#include <algorithm>

namespace weir {

bool Stepper::sameRegs(uint32_t A, uint32_t B, uint32_t Words) const {
  if (A == B)
    return true;
  const uint32_t *X = A == ZeroRegs ? nullptr : View.words(A);
  const uint32_t *Y = B == ZeroRegs ? nullptr : View.words(B);
  for (uint32_t I = 0; I < Words; ++I)
    if ((X ? X[I] : 0) != (Y ? Y[I] : 0))
      return false;
  return true;
}

uint32_t Stepper::makeChoice(std::span<const uint32_t> Parents) {
  if (Parents.size() == 1)
    return Parents[0];
  uint32_t Block = View.pushWords(Parents);
  return View.push({uint32_t(Parents.size()), 0, Frame::ChoiceFlag, Block});
}

uint32_t Stepper::mergeParents(uint32_t A, uint32_t B) {
  if (A == B)
    return A;
  auto isChoice = [&](uint32_t P) {
    return P != Bottom && P != Unknown && View.frame(P).isChoice();
  };
  if (!isChoice(A))
    std::swap(A, B);
  ParentList.clear();
  auto append = [&](uint32_t P) {
    if (isChoice(P)) {
      const Frame &C = View.frame(P);
      ParentList.insert(ParentList.end(), View.words(C.Regs), View.words(C.Regs) + C.State);
    } else {
      ParentList.push_back(P);
    }
  };
  append(A);
  const size_t Known = ParentList.size();
  append(B);
  // Frames of one content are one parent: where a text may be split in many ways each byte
  // would double them. The parents of a choice differ already.
  auto same = [&](uint32_t X, uint32_t Y) {
    if (X == Y)
      return true;
    if (X == Bottom || X == Unknown || Y == Bottom || Y == Unknown)
      return false;
    const Frame &F = View.frame(X), &G = View.frame(Y);
    return F.State == G.State && F.Parent == G.Parent && F.Meta == G.Meta && !F.isChoice() &&
           sameRegs(F.Regs, G.Regs, F.words());
  };
  const auto First = ParentList.begin();
  static constexpr size_t Few = 32;
  Choice *Long = Known < Few ? nullptr : &contentsOf(A, std::span(ParentList).first(Known));
  size_t Kept = Known;
  for (size_t I = Known; I < ParentList.size(); ++I) {
    const uint32_t P = ParentList[I];
    if (Long && Long->Contents.insert(parentHash(P)).second) {
      ParentList[Kept++] = P;
      continue;
    }
    if (std::none_of(First, First + ptrdiff_t(Known), [&](uint32_t Q) { return same(P, Q); }))
      ParentList[Kept++] = P;
  }
  if (Kept == Known)
    return A;
  ParentList.resize(Kept);
  std::inplace_merge(First, First + ptrdiff_t(Known), First + ptrdiff_t(Kept));
  const uint32_t Out = makeChoice(ParentList);
  if (Long) {
    Long->Frame = Out;
    Long->Parents = ParentList;
  }
  return Out;
}

uint64_t Stepper::parentHash(uint32_t P) const {
  if (P == Bottom || P == Unknown)
    return P;
  const Frame &F = View.frame(P);
  return hashCombine(contentHash(F), F.Parent);
}

/// The hashes of the parents of a choice that grows. What is said of frames that are no more is
/// found out by the list, or makes a parent stand there twice at worst.
Stepper::Choice &Stepper::contentsOf(uint32_t Frame, std::span<const uint32_t> Parents) {
  for (Choice &C : Choices)
    if (C.Frame == Frame &&
        std::equal(Parents.begin(), Parents.end(), C.Parents.begin(), C.Parents.end()))
      return C;
  Choice &C = Choices[OldestChoice++ % Choices.size()];
  C.Frame = Frame;
  C.Parents.assign(Parents.begin(), Parents.end());
  C.Contents.clear();
  for (uint32_t P : Parents)
    C.Contents.insert(parentHash(P));
  return C;
}

uint64_t Stepper::contentHash(const Frame &F) const {
  uint64_t H = hashCombine(F.State, F.Meta);
  const uint32_t *Regs = F.Regs == ZeroRegs ? nullptr : View.words(F.Regs);
  for (uint32_t I = 0; I < F.words(); ++I)
    H = hashCombine(H, Regs ? Regs[I] : 0);
  return H;
}

/// The configuration of the list that `F` is merged with, or the size of the pool.
uint32_t Stepper::findLike(const Frame &F, uint32_t OutBegin) {
  const uint32_t End = uint32_t(Temp.Pool.size());
  auto like = [&](uint32_t I) {
    const Frame &Old = Temp.Pool[I];
    return Old.State == F.State && Old.Meta == F.Meta && sameRegs(Old.Regs, F.Regs, F.words());
  };
  static constexpr uint32_t Few = 32;
  if (End - OutBegin < Few) {
    if (End == OutBegin)
      AddBegin = NoIndex;
    for (uint32_t I = OutBegin; I < End; ++I)
      if (like(I))
        return I;
    return End;
  }
  if (AddBegin != OutBegin) {
    AddIndex.clear();
    AddBegin = AddEnd = OutBegin;
  }
  for (; AddEnd < End; ++AddEnd)
    AddIndex.emplace(contentHash(Temp.Pool[AddEnd]), AddEnd);
  for (auto [It, Last] = AddIndex.equal_range(contentHash(F)); It != Last; ++It)
    if (like(It->second))
      return It->second;
  return End;
}

void Stepper::add(const Frame &F, uint32_t OutBegin) {
  const uint32_t I = findLike(F, OutBegin);
  if (I < Temp.Pool.size()) {
    const uint32_t Parent = Temp.Pool[I].Parent;
    if (Parent != F.Parent)
      Temp.Pool[I].Parent = mergeParents(Parent, F.Parent);
    return;
  }
  if (Temp.Pool.size() - OutBegin >= MaxConfigurations) {
    exceed(Limit::Configurations);
    return;
  }
  Temp.Pool.push_back(F);
}

/// Adds `F`, first leaving every rule that is finished for good.
void Stepper::emit(Frame F, uint32_t OutBegin) {
  if (!(G.state(F.State).Flags & StateFinal)) {
    add(F, OutBegin);
    return;
  }
  EmitWork.push_back(F);
  while (!EmitWork.empty()) {
    Frame Top = EmitWork.back();
    EmitWork.pop_back();
    if (!(G.state(Top.State).Flags & StateFinal)) {
      add(Top, OutBegin);
      continue;
    }
    const DetailRec *D = G.detail(Top.State);
    if (D && D->AcceptOps != NoIndex && !run(Top, D->AcceptOps))
      continue;
    if (Top.Parent == Bottom) {
      add(done(), OutBegin);
    } else if (Top.Parent == Unknown) {
      ExitedAfter = true;
    } else {
      forEachParent(Top, [&](uint32_t P) {
        if (P == Bottom) {
          add(done(), OutBegin);
          return;
        }
        if (P == Unknown) {
          ExitedAfter = true;
          return;
        }
        if (!SeenAfter.insert(P))
          return;
        Frame R = View.frame(P);
        const DetailRec *RD = G.detail(R.State);
        if (!RD || RD->ReturnOps == NoIndex || run(R, RD->ReturnOps))
          EmitWork.push_back(R);
      });
    }
  }
}

/// One frame of an expansion: what it calls, and what it returns into.
void Stepper::enter(const Frame &F, int Byte) {
  if (isDone(F)) {
    Complete = true;
    return;
  }
  const StateRec &S = G.state(F.State);
  if (S.Kind != RowKind::None || (S.Flags & StateHasSymbols))
    Temp.Pool.push_back(F);
  if (!(S.Flags & (StateAccepts | StateHasCalls)))
    return;
  const DetailRec *D = G.detail(F.State);
  if (S.Flags & StateAccepts) {
    Frame End = F;
    if (!D || D->AcceptOps == NoIndex || run(End, D->AcceptOps)) {
      if (F.Parent == Bottom)
        Complete = true;
      else if (F.Parent == Unknown)
        ExitedBefore = true;
      forEachParent(F, [&](uint32_t P) {
        if (P == Bottom) {
          Complete = true;
          return;
        }
        if (P == Unknown) {
          ExitedBefore = true;
          return;
        }
        if (!SeenBefore.insert(P))
          return;
        Frame R = View.frame(P);
        const DetailRec *RD = G.detail(R.State);
        if (!RD || RD->ReturnOps == NoIndex || run(R, RD->ReturnOps))
          Work.push_back(R);
      });
    }
  }
  if (!(S.Flags & StateHasCalls))
    return;
  for (uint32_t C = D->CallsBegin; C < D->CallsEnd; ++C) {
    const CallRec &Call = T.Calls[C];
    const RuleRec &Callee = T.Rules[Call.Rule];
    if (Byte >= 0 && !(Callee.FirstBytes[Byte >> 6] >> (Byte & 63) & 1))
      continue;
    Frame Caller = F;
    if (Call.Ops != NoIndex && !run(Caller, Call.Ops))
      continue;
    uint32_t Parent = F.Parent;
    if (!Call.Jump) {
      Caller.State = Call.Return;
      Parent = View.push(Caller);
    }
    uint32_t Depth = F.depth() + Callee.Nest;
    PendingCall *Slot = nullptr;
    for (size_t I = 0; I < CallCount && !Slot; ++I)
      if (Calls[I].Rule == Call.Rule && Calls[I].Depth == Depth)
        Slot = &Calls[I];
    if (!Slot) {
      if (CallCount == Calls.size())
        Calls.emplace_back();
      Slot = &Calls[CallCount++];
      Slot->Rule = Call.Rule;
      Slot->Depth = Depth;
      Slot->Parents.clear();
    }
    Slot->Parents.push_back(Parent);
  }
}

/// Enters the callee that no other pending callee can still add parents to.
void Stepper::flushCall() {
  size_t Best = 0;
  for (size_t I = 1; I < CallCount; ++I)
    if (T.Rules[Calls[I].Rule].Rank < T.Rules[Calls[Best].Rule].Rank)
      Best = I;
  PendingCall &C = Calls[Best];
  // A parent may itself be a choice (of a jumping caller): keep choices flat.
  uint32_t Parent = C.Parents[0];
  for (size_t I = 1; I < C.Parents.size(); ++I)
    Parent = mergeParents(Parent, C.Parents[I]);
  const RuleRec &R = T.Rules[C.Rule];
  Work.push_back({R.Start, Parent, Frame::meta(C.Depth, R.Registers), ZeroRegs});
  std::swap(Calls[Best], Calls[CallCount - 1]);
  --CallCount;
}

ConfigList Stepper::expand(ConfigList From, int Byte) {
  uint32_t Begin = uint32_t(Temp.Pool.size());
  Work.clear();
  CallCount = 0;
  SeenBefore.clear();
  uint32_t Flushed = 0;
  const uint32_t MaxPending = 4 * MaxConfigurations;
  // In order, so that the result does not depend on how the list came about.
  for (uint32_t I = From.End; I > From.Begin; --I)
    Work.push_back(Temp.Pool[I - 1]);
  while (true) {
    while (!Work.empty()) {
      Frame F = Work.back();
      Work.pop_back();
      enter(F, Byte);
      if (Temp.Pool.size() - Begin > MaxConfigurations) {
        exceed(Limit::Configurations);
        Temp.Pool.resize(Begin);
        return {Begin, Begin};
      }
    }
    if (!CallCount)
      break;
    // A callee is entered once at each depth; that many rules call each other only in
    // grammars that nobody wrote.
    if (CallCount > MaxPending || ++Flushed > MaxPending) {
      exceed(Limit::Calls);
      Temp.Pool.resize(Begin);
      return {Begin, Begin};
    }
    flushCall();
  }
  return {Begin, uint32_t(Temp.Pool.size())};
}

void Stepper::moveTo(Frame F, StateId Target, uint32_t Ops, uint32_t OutBegin) {
  if (Ops != NoIndex && !run(F, Ops))
    return;
  F.State = Target;
  emit(F, OutBegin);
}

void Stepper::move(const Frame &F, uint8_t B, uint32_t OutBegin) {
  uint32_t Action = G.action(F.State, B);
  if (Action == ActionDead)
    return;
  if (!(Action & ActionAlternatives)) {
    Frame Next = F;
    Next.State = Action - 1;
    emit(Next, OutBegin);
    return;
  }
  uint32_t List = Action & ~ActionAlternatives;
  for (uint32_t I = 1; I <= T.AltLists[List]; ++I) {
    const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + I]];
    // A symbol is no byte of the text, so the byte before is ahead here alone.
    Frame Caller = F;
    Ahead = 1;
    bool Runs = Alt.Ops == NoIndex || run(Caller, Alt.Ops);
    Ahead = 0;
    if (!Runs)
      continue;
    if (Alt.Push == NoIndex) {
      Caller.State = Alt.Target;
      emit(Caller, OutBegin);
      continue;
    }
    Caller.State = Alt.Push;
    const RuleRec &Callee = T.Rules[Alt.CalleeRule];
    emit({Alt.Target, View.push(Caller), Frame::meta(F.depth() + Callee.Nest, Callee.Registers),
          ZeroRegs},
         OutBegin);
  }
}

ConfigList Stepper::stepReady(ConfigList Ready, uint8_t B) {
  SeenAfter.clear();
  const uint32_t Begin = uint32_t(Temp.Pool.size());
  for (uint32_t I = Ready.Begin; I < Ready.End; ++I) {
    const Frame F = Temp.Pool[I];
    move(F, B, Begin);
  }
  if (OverBudget)
    Temp.Pool.resize(Begin);
  return keepFresh({Begin, uint32_t(Temp.Pool.size())});
}

ConfigList Stepper::step(ConfigList From, uint8_t B) {
  if (From.size() == 1) {
    const Frame F = Temp.Pool[From.Begin];
    if (isDone(F))
      return {From.End, From.End};
    if (!(G.state(F.State).Flags & (StateAccepts | StateHasCalls))) {
      SeenAfter.clear();
      uint32_t Begin = uint32_t(Temp.Pool.size());
      move(F, B, Begin);
      return keepFresh({Begin, uint32_t(Temp.Pool.size())});
    }
  }
  Ahead = 1;
  ConfigList Ready = expand(From, B);
  Ahead = 0;
  return stepReady(Ready, B);
}

ConfigList Stepper::leave(const Frame &F) {
  SeenAfter.clear();
  uint32_t Begin = uint32_t(Temp.Pool.size());
  if (F.Parent == Bottom) {
    add(done(), Begin);
    return {Begin, uint32_t(Temp.Pool.size())};
  }
  forEachParent(F, [&](uint32_t P) {
    if (P == Bottom) {
      add(done(), Begin);
      return;
    }
    if (!SeenAfter.insert(P))
      return;
    Frame R = View.frame(P);
    const DetailRec *RD = G.detail(R.State);
    if (!RD || RD->ReturnOps == NoIndex || run(R, RD->ReturnOps))
      emit(R, Begin);
  });
  return {Begin, uint32_t(Temp.Pool.size())};
}

ConfigList Stepper::start() {
  const RuleRec &R = G.rule(G.startRule());
  uint32_t Begin = uint32_t(Temp.Pool.size());
  if (R.Start != NoIndex)
    Temp.Pool.push_back({R.Start, Bottom, Frame::meta(R.Nest, R.Registers), ZeroRegs});
  if (R.Nullable)
    Temp.Pool.push_back(done());
  return {Begin, uint32_t(Temp.Pool.size())};
}

} // namespace weir
