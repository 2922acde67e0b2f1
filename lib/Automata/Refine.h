//===- Refine.h - Partition refinement by signatures ---------------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The coarsest partition that refines a given one and in which members of a class have
// equal signatures, where a signature names the classes of targets:
//
//   Elements   c d | a b e          a class is an interval, its dirty members in front:
//              ^^^   ^              those with a target whose class changed its name
//
// A class is split by the signatures of its dirty members, the others agree. The
// largest part keeps the name, so an element is renamed O(log n) times (Hopcroft 1971;
// in this form Valmari and Franceschinis 2010), and a long literal in a loop costs no
// round over the whole automaton for each of its bytes, as Moore's refinement would.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_AUTOMATA_REFINE_H
#define WEIR_LIB_AUTOMATA_REFINE_H

#include "weir/Support/LongVector.h"
#include "weir/Support/WordIndex.h"
#include "weir/Support/WorkMeter.h"

#include <utility>

namespace weir::automata {

/// May be used again and again; keeps its memory.
class Refiner {
public:
  /// Refines `Class`, by element: names below `FirstName` stand, the others are
  /// FirstName … FirstName + Names - 1, all in use. Returns the number of names then; when the
  /// compilation has ended (WorkMeter.h), before it is done.
  ///
  /// `Sign(I)` returns the signature of an element as a span, valid until the next call;
  /// `forEachBefore(I, F)` calls F with each element that `I` is a target of.
  template <typename SignFn, typename BeforeFn>
  uint32_t run(std::vector<uint32_t> &Class, uint32_t FirstName, uint32_t Names, SignFn Sign,
               BeforeFn forEachBefore) {
    const uint32_t N = uint32_t(Class.size());
    Counts.assign(Names, 0);
    for (uint32_t I = 0; I < N; ++I) {
      if (I % 4096 == 0 && !pollWork(256))
        return FirstName + Names;
      if (Class[I] >= FirstName)
        ++Counts[Class[I] - FirstName];
    }
    Begin.assign(Names, 0);
    for (uint32_t C = 1; C < Names; ++C)
      Begin[C] = Begin[C - 1] + Counts[C - 1];
    End = Begin;
    for (std::vector<uint32_t> *V : {&Elements, &Position, &Sorted, &Group})
      if (!assignLong(*V, N, 0U))
        return FirstName + Names;
    for (uint32_t I = 0; I < N; ++I) {
      if (I % 4096 == 0 && !pollWork(256))
        return FirstName + Names;
      if (Class[I] >= FirstName) {
        uint32_t &At = End[Class[I] - FirstName];
        Position[I] = At;
        Elements[At++] = I;
      }
    }
    // To begin with all are dirty.
    DirtyEnd = End;
    Queue.clear();
    for (uint32_t C = 0; C < Names; ++C)
      Queue.push_back(C);
    while (!Queue.empty() && pollWork(0)) {
      uint32_t C = Queue.back();
      Queue.pop_back();
      if (!split(C, Sign))
        continue;
      for (uint32_t Name : New)
        for (uint32_t P = Begin[Name]; P < End[Name] && pollWork(); ++P)
          Class[Elements[P]] = FirstName + Name;
      // Marking swaps members within their classes, so whom to mark is listed first.
      Touched.clear();
      for (uint32_t Name : New)
        for (uint32_t P = Begin[Name]; P < End[Name] && pollWork(); ++P)
          forEachBefore(Elements[P], [&](uint32_t B) { Touched.push_back(B); });
      for (uint32_t B : Touched)
        mark(B, Class[B] - FirstName);
    }
    return FirstName + uint32_t(Begin.size());
  }

private:
  void mark(uint32_t I, uint32_t C) {
    const uint32_t P = Position[I];
    uint32_t &Front = DirtyEnd[C];
    if (P < Front)
      return;
    if (Front == Begin[C])
      Queue.push_back(C);
    const uint32_t Other = Elements[Front];
    std::swap(Elements[P], Elements[Front]);
    Position[Other] = P;
    Position[I] = Front++;
  }

  /// Splits one class and lists the new names in `New`. False when it stays whole.
  template <typename SignFn>
  bool split(uint32_t C, SignFn Sign) {
    const uint32_t First = Begin[C], Last = End[C], Dirty = DirtyEnd[C];
    DirtyEnd[C] = First;
    if (Last - First < 2)
      return false;
    // Group 0 is that of the members that are not dirty, or of the first.
    Signatures.clear();
    Counts.clear();
    if (Dirty < Last) {
      Signatures.intern(Sign(Elements[Dirty]));
      Counts.push_back(Last - Dirty);
    }
    for (uint32_t P = First; P < Dirty; ++P) {
      if (P % 1024 == 0 && !pollWork(0))
        return false;
      uint32_t G = Signatures.intern(Sign(Elements[P]));
      if (G == Counts.size())
        Counts.push_back(0);
      ++Counts[G];
      Group[P] = G;
    }
    const uint32_t Groups = uint32_t(Counts.size());
    if (Groups == 1)
      return false;
    // The dirty members in order of groups, the last group first, so that those of
    // group 0 come to stand beside the ones that were not dirty.
    Place.assign(Groups, 0);
    uint32_t At = First;
    for (uint32_t G = Groups; G-- > 0;) {
      Place[G] = At;
      At += Counts[G];
    }
    for (uint32_t P = First; P < Dirty; ++P) {
      if (!pollWork())
        return false;
      Sorted[Place[Group[P]]++] = Elements[P];
    }
    for (uint32_t P = First; P < Dirty; ++P) {
      if (!pollWork())
        return false;
      Elements[P] = Sorted[P];
      Position[Elements[P]] = P;
    }
    const uint32_t Largest =
        uint32_t(std::max_element(Counts.begin(), Counts.end()) - Counts.begin());
    New.clear();
    At = First;
    for (uint32_t G = Groups; G-- > 0; At += Counts[G]) {
      uint32_t Name = C;
      if (G != Largest) {
        Name = uint32_t(Begin.size());
        Begin.push_back(0);
        End.push_back(0);
        DirtyEnd.push_back(0);
        New.push_back(Name);
      }
      Begin[Name] = DirtyEnd[Name] = At;
      End[Name] = At + Counts[G];
    }
    return true;
  }

  WordIndex Signatures;
  std::vector<uint32_t> Elements, Position, Begin, End, DirtyEnd; ///< the last three by class
  std::vector<uint32_t> Group, Sorted, Counts, Place, New, Queue, Touched;
};

} // namespace weir::automata

#endif // WEIR_LIB_AUTOMATA_REFINE_H
