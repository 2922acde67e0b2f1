//===- ProgramChecker.cpp - Programs, in the frames they run on -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an operation may touch depends on the frame it runs in, so a program is looked at
// once for each rule that has it.
//
//===----------------------------------------------------------------------===//
#include "GrammarChecker.h"

namespace weir {

/// Looks at the program at `P` (or NoIndex, none) as one of the rule under way.
bool GrammarChecker::checkProgram(uint32_t P) {
  if (P == NoIndex)
    return true;
  if (P >= T.Ops.size())
    return fail("a program does not exist");
  if (ProgramSeen[P] == RuleIndex)
    return true;
  ProgramSeen[P] = RuleIndex;
  // The last operation of the table is the last of a program.
  for (;; ++P) {
    if (!spend(1) || !checkOperation(T.Ops[P]))
      return false;
    if (T.Ops[P].Last)
      return true;
  }
}

/// Is this a register of the rule that no object and no array keeps anything in?
bool GrammarChecker::isCounter(uint32_t Register) const {
  if (Register >= Rule->Registers)
    return false;
  auto outside = [&](uint32_t Base, uint32_t Size) {
    return Register < Base || Register - Base >= Size;
  };
  if (Rule->Object != NoIndex) {
    const ObjectRec &O = T.Objects[Rule->Object];
    if (!outside(O.Base, 3 + (O.AnyOrder ? (O.Keys + 31) / 32 : 1)) || Register == O.FreeCount)
      return false;
    for (uint32_t E = O.FreeBegin; E < O.FreeEnd; ++E)
      if (Register == T.FreeEntries[E].Register)
        return false;
  }
  if (Rule->Elements != NoIndex) {
    const ElementsRec &E = T.Elements[Rule->Elements];
    if (!outside(E.Base, 3 + (E.CountersEnd - E.CountersBegin)))
      return false;
  }
  return true;
}

bool GrammarChecker::checkOperation(const OpRec &O) {
  if (O.Last > 1)
    return fail("an operation is neither the last nor not");
  auto object = [&]() -> const ObjectRec * {
    if (O.A != Rule->Object || O.A == NoIndex) {
      fail("an operation on the object of another rule");
      return nullptr;
    }
    return &T.Objects[O.A];
  };
  // Counters are told from the registers of free entries one by one.
  if (Rule->Object != NoIndex &&
      !spend(T.Objects[Rule->Object].FreeEnd - T.Objects[Rule->Object].FreeBegin))
    return false;
  auto freeEntry = [&](const ObjectRec &X) {
    return (X.Free && O.B < X.FreeEnd - X.FreeBegin) || fail("a free entry does not exist");
  };
  switch (O.Code) {
  case OpCode::LengthLive:
    if (O.A >= T.LengthSets.size())
      return fail("a set of lengths does not exist");
    [[fallthrough]];
  case OpCode::CounterSet:
  case OpCode::CounterBelow:
  case OpCode::CounterAtLeast:
  case OpCode::CounterAtMost:
  case OpCode::IndentBelow:
  case OpCode::IndentAtLeast:
    return isCounter(O.Register) || fail("a counter is no register of the rule's own");
  case OpCode::KeyBegin:
  case OpCode::MoreKeys:
  case OpCode::ObjectEnd:
    return object() != nullptr;
  case OpCode::KeyLive: {
    const ObjectRec *X = object();
    if (!X)
      return false;
    if (O.B >= T.KeyIntervals.size())
      return fail("an interval of keys does not exist");
    const KeyInterval &I = T.KeyIntervals[O.B];
    if (I[0] > I[1] || I[1] > X->Keys)
      return fail("an interval of keys reaches past the object's");
    if (I[2] == NoIndex)
      return true;
    if (!words(I[2], 1) || !words(I[2], 1 + uint64_t(T.Words[I[2]])))
      return fail("a list of free entries is cut short");
    const uint32_t Count = T.Words[I[2]];
    if (!spend(Count))
      return false;
    for (uint32_t K = 1; K <= Count; ++K)
      if (T.Words[I[2] + K] >= X->FreeEnd - X->FreeBegin)
        return fail("a free entry does not exist");
    return true;
  }
  case OpCode::KeyTake: {
    const ObjectRec *X = object();
    return X && (O.B < X->Keys || fail("a key does not exist"));
  }
  case OpCode::FreeLive:
  case OpCode::FreeTake: {
    const ObjectRec *X = object();
    return X && freeEntry(*X);
  }
  case OpCode::ItemLive:
  case OpCode::ItemTake:
  case OpCode::MoreItems:
  case OpCode::ItemsEnd: {
    if (O.A != Rule->Elements || O.A == NoIndex)
      return fail("an operation on the array of another rule");
    const bool NamesChoice = O.Code == OpCode::ItemLive || O.Code == OpCode::ItemTake;
    return !NamesChoice || O.B < T.Choices.size() - T.Elements[O.A].ChoicesBegin ||
           fail("a choice of items does not exist");
  }
  }
  return fail("an unknown operation");
}

} // namespace weir
