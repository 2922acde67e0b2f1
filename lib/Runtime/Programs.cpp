//===- Programs.cpp - What transitions ask of registers and do to them -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A transition, a call, a return or the end of a rule may have a program: operations
// (RegisterOps.def) on the registers of one frame, of which the first guard that fails
// ends the way. Registers are shared by configurations and kept by the history, so they
// are never changed in place: the first operation that writes copies them, and what
// stands at the end is appended as a block of its own.
//
// Where the answer goes into a table, the box tells for which other registers each guard
// would have answered alike: an interval for each one that was compared with a number. What
// no interval can tell, the keys and items of the frame itself, makes it uncacheable.
//
//===----------------------------------------------------------------------===//
#include "KeySets.h"
#include "Stepper.h"
#include "ValueSets.h"

#include <algorithm>
#include <array>

namespace weir {

void RegisterBox::reset(std::span<const uint32_t> Registers) {
  Initial.assign(Registers.begin(), Registers.end());
  Low.assign(Initial.size(), 0);
  High.assign(Initial.size(), 0xffffffffU);
  DepthRead = Uncacheable = false;
}

void RegisterBox::compared(uint32_t R, uint32_t Value, uint64_t Limit) {
  // A jump puts another rule's frame, with registers of its own, in this one's place.
  if (R >= Initial.size())
    return;
  // The register moved by Value - Initial since the frame was entered; a register
  // that was set to a constant meanwhile only makes the box narrower than it could be.
  int64_t Bound = int64_t(Limit) - (int64_t(Value) - int64_t(Initial[R]));
  if (Value < Limit)
    High[R] = uint32_t(std::clamp<int64_t>(Bound - 1, Initial[R], High[R]));
  else
    Low[R] = uint32_t(std::clamp<int64_t>(Bound, Low[R], Initial[R]));
}

void RegisterBox::confined(uint32_t R, uint32_t Value, uint32_t First, uint32_t Last) {
  if (R >= Initial.size())
    return;
  int64_t Shift = int64_t(Value) - int64_t(Initial[R]);
  Low[R] = uint32_t(std::clamp<int64_t>(int64_t(First) - Shift, Low[R], Initial[R]));
  High[R] = uint32_t(std::clamp<int64_t>(int64_t(Last) - Shift, Initial[R], High[R]));
}

namespace {

/// Is Count + n in [Min, Max] for some n of the set?
bool lengthLive(const GrammarView &T, const LengthSetRec &L, uint32_t Count) {
  if (L.Max != NoIndex && Count > L.Max)
    return false;
  uint64_t First = Count >= L.Min ? 0 : L.Min - Count;
  uint64_t Last = L.Max == NoIndex ? UINT64_MAX : uint64_t(L.Max) - Count;
  const uint32_t *Bits = T.Words.data() + L.Bits;
  auto member = [&](uint64_t N) {
    if (N >= L.Threshold) {
      if (!L.Period)
        return false;
      N = L.Threshold + (N - L.Threshold) % L.Period;
    }
    return bool(Bits[N / 32] >> (N % 32) & 1);
  };
  // Past the threshold one period tells everything.
  uint64_t Stop = std::max<uint64_t>(First, L.Threshold) + L.Period;
  for (uint64_t N = First; N < Stop && N <= Last; ++N)
    if (member(N))
      return true;
  return false;
}

} // namespace

const LengthRuns::Run &LengthRuns::around(const GrammarView &T, uint32_t Set, uint32_t V) {
  const LengthSetRec &L = T.LengthSets[Set];
  if (Last.size() <= Set)
    Last.resize(T.LengthSets.size(), {1, 0, false});
  Run &Around = Last[Set];
  if (V < Around.First || V > Around.Last) {
    Around = {V, V, lengthLive(T, L, V)};
    constexpr unsigned MaxSteps = 256;
    for (unsigned I = 0; I < MaxSteps && Around.First > 0; ++I, --Around.First)
      if (lengthLive(T, L, Around.First - 1) != Around.Live)
        break;
    for (unsigned I = 0; I < MaxSteps; ++I, ++Around.Last)
      if (lengthLive(T, L, Around.Last + 1) != Around.Live)
        break;
  }
  return Around;
}

bool LengthRuns::live(const GrammarView &T, uint32_t Set, uint32_t R, uint32_t V,
                      RegisterBox *Track) {
  if (!Track)
    return lengthLive(T, T.LengthSets[Set], V);
  const Run &Alike = around(T, Set, V);
  Track->confined(R, V, Alike.First, Alike.Last);
  return Alike.Live;
}

/// FreeTake: compares the key that ends here with those seen.
bool Stepper::takeFree(const ObjectRec &O, uint32_t Entry, std::vector<uint32_t> &Regs) {
  KeySets Keys(T, O, Regs.data());
  if (!Keys.freeAllowed(Entry))
    return false;
  uint32_t Begin = Regs[O.Base + 2];
  uint32_t Kept = View.Store ? View.Store->Text.size() : 0;
  if (AssumeNewKeys) {
    // Begun before this token: the callers leave out those that finish a used key.
    if (Begin <= std::max(Kept, AssumeTo)) {
      AssumedKey = true;
      Keys.takeFree(Entry, Regs.data());
      return true;
    }
    // This one is known from its first byte, but maybe not all before it.
    Uncertain |= AssumedKey;
  }
  if (Regs[O.Base + 1] != 0 && (Begin <= Kept || !O.sharesMasks())) {
    ReadKeys = true;
    ReadPart |= Begin <= Kept;
  }
  // The closing quote is the last byte read.
  if (Begin >= View.textSize())
    return false;
  uint32_t End = View.textSize() - 1;
  uint32_t Hash = hashKey(View, Begin, End);
  noteKey(Hash);
  for (uint32_t At = Regs[O.Base + 1]; At != 0;) {
    const uint32_t *Node = View.words(At - 1);
    // One that this token ended, but did not begin, is another one each time.
    if (((At - 1) & ScratchBit) && Node[1] <= Kept)
      ReadKeys = ReadPart = true;
    if (Node[3] == Hash && equalKeys(View, Node[1], Node[1] + Node[2], Begin, End)) {
      Dropped = ReadKeys = true;
      return false;
    }
    At = Node[0];
  }
  const ListNode Node = {Regs[O.Base + 1], Begin, End - Begin, Hash};
  Regs[O.Base + 1] = pushNode(Node) + 1;
  Keys.takeFree(Entry, Regs.data());
  return true;
}

bool Stepper::run(Frame &F, uint32_t Program) {
  if (!Log.isOn() || F.words() == 0)
    return runProgram(F, Program);
  const uint32_t Before = F.Regs;
  const bool Ok = runProgram(F, Program);
  const uint32_t Number = Before == ZeroRegs ? NoIndex : Log.ran(Before, Program, Ok);
  if (F.Regs != Before)
    Log.made(F.Regs, Number);
  return Ok;
}

bool Stepper::runProgram(Frame &F, uint32_t Program) {
  const uint32_t Words = F.words();
  RegisterBox *Track = F.Parent == Unknown ? Box : nullptr;
  // Registers are read in place until the first one changes.
  const uint32_t *Read = F.Regs == ZeroRegs ? nullptr : View.words(F.Regs);
  bool Changed = false;
  auto value = [&](uint32_t R) { return Changed ? RegCopy[R] : Read ? Read[R] : 0; };
  auto change = [&]() -> std::vector<uint32_t> & {
    if (!Changed) {
      RegCopy.assign(Words, 0);
      if (Read)
        std::copy(Read, Read + Words, RegCopy.begin());
      Changed = true;
    }
    return RegCopy;
  };
  auto keySets = [&](uint32_t Object) {
    if (Track)
      Track->Uncacheable = true;
    return KeySets(T, T.Objects[Object], Changed ? RegCopy.data() : Read);
  };
  auto below = [&](uint32_t R, uint64_t Limit) {
    uint32_t V = value(R);
    if (Track)
      Track->compared(R, V, Limit);
    return V < Limit;
  };
  auto indent = [&](const OpRec &O) {
    // Frames entered during the walk stand as deep as the first one makes them.
    if (Box)
      Box->DepthRead = true;
    int64_t Depth = int64_t(F.depth()) + int32_t(O.B);
    return uint64_t(O.A) * uint64_t(std::max<int64_t>(Depth, 0));
  };

  for (uint32_t P = Program;; ++P) {
    const OpRec &O = T.Ops[P];
    switch (O.Code) {
    case OpCode::CounterSet:
      change()[O.Register] = O.A;
      break;
    case OpCode::CounterBelow:
      if (!below(O.Register, O.A))
        return false;
      ++change()[O.Register];
      break;
    case OpCode::CounterAtLeast:
      if (below(O.Register, O.A))
        return false;
      break;
    case OpCode::CounterAtMost:
      if (!below(O.Register, uint64_t(O.A) + 1))
        return false;
      break;
    case OpCode::LengthLive:
      if (!Lengths.live(T, O.A, O.Register, value(O.Register), Track))
        return false;
      break;
    case OpCode::IndentBelow:
      if (!below(O.Register, indent(O)))
        return false;
      ++change()[O.Register];
      break;
    case OpCode::IndentAtLeast:
      if (below(O.Register, indent(O)))
        return false;
      break;
    case OpCode::KeyBegin:
      change()[T.Objects[O.A].Base + 2] = View.textSize();
      break;
    case OpCode::KeyLive: {
      const std::array<uint32_t, 3> &I = T.KeyIntervals[O.B];
      KeySets K = keySets(O.A);
      if (!K.anyFreeAllowed(I[2]) && !K.anyLeafAllowed(I[0], I[1]))
        return false;
      break;
    }
    case OpCode::KeyTake: {
      if (!keySets(O.A).leafAllowed(O.B))
        return false;
      std::vector<uint32_t> &Regs = change();
      KeySets(T, T.Objects[O.A], Regs.data()).take(O.B, Regs.data());
      break;
    }
    case OpCode::FreeLive:
      if (!keySets(O.A).freeAllowed(O.B))
        return false;
      break;
    case OpCode::FreeTake: {
      if (Track)
        Track->Uncacheable = true;
      // Without keys before it there is nothing to compare.
      if (!T.Objects[O.A].sharesMasks() && value(T.Objects[O.A].Base + 1) != 0)
        Log.readWhole(F.Regs);
      if (!takeFree(T.Objects[O.A], O.B, change()))
        return false;
      // The list node may have moved the words.
      Read = nullptr;
      break;
    }
    case OpCode::MoreKeys:
      if (!keySets(O.A).moreKeys())
        return false;
      break;
    case OpCode::ObjectEnd:
      if (!keySets(O.A).complete())
        return false;
      break;
    case OpCode::ItemLive: {
      const ElementsRec &E = T.Elements[O.A];
      if (Track)
        Track->Uncacheable = true;
      std::vector<uint32_t> &Regs = change();
      if (!ValueSets(T, E, Regs.data()).choiceLive(O.B))
        return false;
      if (E.Unique) {
        Regs[E.Base + 2] = View.textSize() - Ahead;
        Log.readWhole(F.Regs);
      }
      break;
    }
    case OpCode::ItemTake:
      if (Track)
        Track->Uncacheable = true;
      if (T.Elements[O.A].Unique)
        Log.readWhole(F.Regs);
      if (!takeItem(T.Elements[O.A], O.B, change()))
        return false;
      Read = nullptr;
      break;
    case OpCode::MoreItems:
    case OpCode::ItemsEnd: {
      if (Track)
        Track->Uncacheable = true;
      ValueSets Values(T, T.Elements[O.A], Changed ? RegCopy.data() : Read);
      if (!(O.Code == OpCode::MoreItems ? Values.moreItems() : Values.complete()))
        return false;
      break;
    }
    }
    if (O.Last)
      break;
  }
  if (Changed)
    F.Regs = View.pushWords(RegCopy);
  return true;
}

} // namespace weir
