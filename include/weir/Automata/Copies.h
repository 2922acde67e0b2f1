//===- Copies.h - Iterations of which one covers another ----------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A repetition that is written out has its body many times, and a subset construction
// would carry along all iterations that may have been begun:
//
//   (a{0,50}b{0,50}){0,50}     sets of some thousand states, of which one will do
//
// Where an iteration may be the last, whoever has begun fewer of them can do what another
// can at the same place of the body: it covers the other, which need not be in the set. In
// nested repetitions it must have begun no more of each.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_AUTOMATA_COPIES_H
#define WEIR_AUTOMATA_COPIES_H

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace weir::automata {

/// Where a state stands in repetitions that are written out.
struct Copy {
  static constexpr uint32_t Nowhere = 0xffffffffU;
  static constexpr unsigned Levels = 4;
  static constexpr uint64_t MostBegun = 0x7fff;

  uint32_t Place = Nowhere; ///< the same for all states that stand at one place of a body
  uint64_t Begun = 0;       ///< iterations begun before, 16 bits for each level of nesting

  /// Has every text from `O` on from this one too?
  bool covers(const Copy &O) const {
    constexpr uint64_t Tops = 0x8000'8000'8000'8000U;
    return Place != Nowhere && Place == O.Place && (((O.Begun | Tops) - Begun) & Tops) == Tops;
  }
};

/// The copies of one nondeterministic automaton, by state; states beyond stand in none.
class Copies {
public:
  bool empty() const { return Of.empty(); }
  Copy operator[](uint32_t S) const { return S < Of.size() ? Of[S] : Copy(); }
  void add(const Copy &C) { Of.push_back(C); }
  void clear() { Of.clear(); }

  /// Says that the states up to `End` are so many iterations, one from one of `Begins` to the
  /// next, after each of which the repetition may end. They are built alike and do nothing but
  /// read. `Level` is above those of repetitions in the body. O(states).
  void mark(std::span<const uint32_t> Begins, uint32_t End, uint32_t Level) {
    if (Begins.size() < 2 || Begins.size() > Copy::MostBegun || Level >= Copy::Levels)
      return;
    const uint32_t Size = Begins[1] - Begins[0];
    if (End != Begins[0] + uint64_t(Size) * Begins.size())
      return;
    Of.resize(End);
    for (uint32_t S = Begins[0]; S < Begins[1]; ++S)
      if (Of[S].Place == Copy::Nowhere)
        Of[S].Place = S;
    for (uint32_t I = 1; I < Begins.size(); ++I)
      for (uint32_t S = 0; S < Size; ++S) {
        Of[Begins[I] + S] = Of[Begins[0] + S];
        Of[Begins[I] + S].Begun |= uint64_t(I) << (16 * Level);
      }
  }

private:
  std::vector<Copy> Of;
};

/// Leaves states out of sets. May be used again and again; keeps its memory.
class CoverFilter {
public:
  /// Leaves out of `Set`, which is sorted, the states that others of it cover, as far as those
  /// have lower numbers. Returns the pairs compared.
  uint64_t run(const Copies &C, std::vector<uint32_t> &Set) {
    uint64_t Steps = Set.size();
    Before.clear();
    for (uint32_t S : Set) {
      const Copy Here = C[S];
      uint32_t Last = Copy::Nowhere;
      if (Here.Place != Copy::Nowhere) {
        if (Here.Place >= LastOf.size())
          LastOf.resize(Here.Place + 1, Copy::Nowhere);
        Last = LastOf[Here.Place];
        uint32_t Other = Last;
        for (; Other != Copy::Nowhere && !C[Set[Other]].covers(Here); Other = Before[Other])
          ++Steps;
        if (Other != Copy::Nowhere)
          continue;
        LastOf[Here.Place] = uint32_t(Before.size());
      }
      Set[Before.size()] = S;
      Before.push_back(Last);
    }
    Set.resize(Before.size());
    for (uint32_t S : Set)
      if (const uint32_t Place = C[S].Place; Place != Copy::Nowhere)
        LastOf[Place] = Copy::Nowhere;
    return Steps;
  }

private:
  std::vector<uint32_t> LastOf; ///< by place: the last kept of it, or Nowhere between runs
  std::vector<uint32_t> Before; ///< by index of what is kept: the one of its place before
};

} // namespace weir::automata

#endif // WEIR_AUTOMATA_COPIES_H
