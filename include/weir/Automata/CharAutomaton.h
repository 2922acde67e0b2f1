//===- CharAutomaton.h - Regular languages of scalar values ----------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Deterministic automata over Unicode scalar values, for the operations that an
// automaton over bytes cannot do simply: complement (relative to sequences of
// scalars, so it never lets malformed UTF-8 in), intersection, and the lengths, in
// code points, of what completes a state.
//
// The alphabet of one automaton is a partition of the scalars into as few classes
// as its expressions tell apart; state s on class c goes to Next[s * classes + c].
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_AUTOMATA_CHARAUTOMATON_H
#define WEIR_AUTOMATA_CHARAUTOMATON_H

#include "weir/IR/Module.h"
#include "weir/Support/CodePointSet.h"
#include "weir/Support/WordIndex.h"

#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace weir::automata {

/// A partition of the scalar values. Class of a scalar: O(log ranges).
class CharPartition {
public:
  /// The coarsest partition in which every set is a union of classes.
  explicit CharPartition(std::span<const CodePointSet> Sets);

  uint32_t classes() const { return uint32_t(Members.size()); }
  const CodePointSet &members(uint32_t C) const { return Members[C]; }
  uint32_t classOf(uint32_t CodePoint) const;
  /// The classes inside `S`, ascending; `S` must be a union of classes.
  std::vector<uint32_t> classesOf(const CodePointSet &S) const;

private:
  struct Piece {
    uint32_t First, Class;
  };
  std::vector<Piece> Pieces; ///< by First; surrogates belong to whatever is before
  std::vector<CodePointSet> Members;
};

struct CharAutomaton {
  static constexpr uint32_t Dead = 0xffffffffU;

  uint32_t Classes = 0;
  uint32_t Start = 0;
  std::vector<uint32_t> Next;
  std::vector<bool> Accepts;

  uint32_t size() const { return uint32_t(Accepts.size()); }
  uint32_t next(uint32_t S, uint32_t C) const { return Next[size_t(S) * Classes + C]; }
  bool isEmpty() const { return size() == 0; }

  /// Removes states that are unreachable or reach no accepting state, and merges
  /// equivalent ones, unless `AllDiffer` says that there are none. The empty language has no
  /// states.
  void minimise(bool AllDiffer = false);
};

enum class CharStatus : uint8_t {
  Ok,
  NotRegular, ///< a token, register operation, byte, or recursion inside
  OverBudget,
};

/// Builds the minimal automaton of regular expressions of one module. `Roots` are
/// all expressions that will be asked for: their classes are told apart. An automaton has
/// at most `MaxStates` states, and all together take at most `MaxSteps` steps.
class CharAutomatonBuilder {
public:
  CharAutomatonBuilder(const ir::Module &M, std::span<const ir::ExprId> Roots, uint32_t MaxStates,
                       uint64_t MaxSteps);

  const CharPartition &partition() const { return *Partition; }
  CharStatus status() const { return Status; }
  /// States, edges and classes looked at so far.
  uint64_t steps() const { return Steps; }
  /// Check `status` after it.
  CharAutomaton build(ir::ExprId E);
  /// What all of at least one expression read.
  CharAutomaton build(std::span<const ir::ExprId> Conjuncts);

private:
  struct Nfa;
  void collect(std::span<const ir::ExprId> Roots, std::vector<CodePointSet> &Sets);
  void add(Nfa &N, ir::ExprId E, uint32_t From, uint32_t To, unsigned Depth);
  void embed(Nfa &N, const CharAutomaton &A, uint32_t From, uint32_t To);
  CharAutomaton determinise(const Nfa &N);
  CharAutomaton minimised(CharAutomaton A, bool AllDiffer = false);
  // Of minimal automata: what both read, or what A reads without B.
  CharAutomaton complement(const CharAutomaton &A);
  CharAutomaton product(const CharAutomaton &A, const CharAutomaton &B, bool WithoutB);
  /// What A reads without what all of `Parts` read; none when that has too many states to be
  /// found side by side.
  std::optional<CharAutomaton> withoutAll(const CharAutomaton &A,
                                          std::span<const CharAutomaton> Parts);
  CharAutomaton without(const CharAutomaton &A, ir::ExprId E);
  CharAutomaton overClasses(const ir::ScalarDfa &D);
  uint32_t listOf(const CodePointSet &Set);

  const ir::Module &M;
  bool charge(uint64_t Amount);

  uint32_t MaxStates;
  uint64_t MaxSteps, Steps = 0;
  std::optional<CharPartition> Partition;
  CharStatus Status = CharStatus::Ok;
  WordIndex ClassLists; ///< of edges; the first is empty
  std::unordered_map<ir::ExprId, uint32_t> ListOfClass;
  std::vector<bool> CallStack; ///< rules whose bodies are being added
};

/// The lengths of the texts that lead from one state to acceptance: bit n of Bits
/// for n < Threshold + Period, and from Threshold on with the period.
struct LengthSet {
  std::vector<bool> Bits;
  uint32_t Threshold = 0, Period = 0;
  /// Every length from `first` on is a member.
  bool isUpperSet() const;
  uint32_t first() const; ///< the smallest member, or 0xffffffff
  /// Is some length from `Min` to `Max` a member? O(Threshold + Period).
  bool meets(uint64_t Min, uint64_t Max) const;
};

/// By state. None when the period is not found within `MaxSteps`; lengths above
/// `MaxLength` need not be told apart.
std::optional<std::vector<LengthSet>> completableLengths(const CharAutomaton &A, uint32_t MaxLength,
                                                         uint32_t MaxSteps);

} // namespace weir::automata

#endif // WEIR_AUTOMATA_CHARAUTOMATON_H
