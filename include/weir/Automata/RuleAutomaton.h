//===- RuleAutomaton.h - The automaton of one rule ------------------ -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A rule's body is first a nondeterministic automaton whose edges carry programs
// over the frame's registers, then a deterministic one as far as the programs let
// it be:
//
//   Nfa   eps [ops]   bytes [ops]   call rule [ops]   symbol [ops]   enter
//   Dfa   per byte range a list of alternatives (ops, target); usually one
//
// Determinisation carries the programs of epsilon paths along to the edge that
// reads. Edges that read the same byte and carry the same program become one; those
// with different programs stay alternatives, and the runtime follows each.
//
// An `enter` edge reads a byte and goes into the middle of another rule's
// automaton: how an object's key, once it has left every known name, becomes a
// generic string.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_AUTOMATA_RULEAUTOMATON_H
#define WEIR_AUTOMATA_RULEAUTOMATON_H

#include "weir/Runtime/GrammarLayout.h"
#include "weir/Support/ByteSet.h"

#include <map>
#include <span>
#include <vector>

namespace weir::automata {

inline constexpr uint32_t None = 0xffffffffU;

/// One operation of a program; see RegisterOps.def.
struct RegOp {
  OpCode Code;
  uint16_t Register = 0;
  uint32_t A = 0, B = 0;
  friend auto operator<=>(const RegOp &, const RegOp &) = default;
};

/// Programs by number; 0 is the empty one.
class ProgramTable {
public:
  ProgramTable() { intern({}); }
  uint32_t intern(std::vector<RegOp> P);
  uint32_t concat(uint32_t A, uint32_t B);
  const std::vector<RegOp> &operator[](uint32_t P) const { return Programs[P]; }

private:
  std::vector<std::vector<RegOp>> Programs;
  std::map<std::vector<RegOp>, uint32_t> Index;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> Concats;
};

/// A symbol edge's label: tokens by index into the lowering's token list.
struct SymbolLabel {
  std::vector<uint32_t> Tokens;
  bool Except = false;
  friend auto operator<=>(const SymbolLabel &, const SymbolLabel &) = default;
  friend bool operator==(const SymbolLabel &, const SymbolLabel &) = default;
};

struct Nfa {
  enum class EdgeKind : uint8_t { Eps, Bytes, Call, Symbol, Enter };
  struct Edge {
    EdgeKind Kind;
    uint32_t Ops = 0;
    uint32_t Target = 0;
    uint32_t Label = 0; ///< into Sets (bytes, enter), the rule (call), into Symbols (symbol)
    uint32_t CalleeRule = None, CalleeState = None; ///< of an enter edge
  };
  struct State {
    std::vector<Edge> Edges;
    uint32_t ReturnOps = 0; ///< run when a callee returns here
  };

  uint32_t addState() {
    States.emplace_back();
    return uint32_t(States.size() - 1);
  }
  void eps(uint32_t From, uint32_t To, uint32_t Ops = 0) {
    if (From != To || Ops)
      States[From].Edges.push_back({EdgeKind::Eps, Ops, To});
  }
  void bytes(uint32_t From, const ByteSet &Set, uint32_t To, uint32_t Ops = 0);
  void call(uint32_t From, uint32_t Rule, uint32_t To, uint32_t Ops = 0) {
    States[From].Edges.push_back({EdgeKind::Call, Ops, To, Rule});
  }
  void symbol(uint32_t From, const SymbolLabel &L, uint32_t To);
  void enter(uint32_t From, const ByteSet &Set, uint32_t Rule, uint32_t CalleeState,
             uint32_t ReturnTo, uint32_t Ops);

  std::vector<State> States;
  std::vector<ByteSet> Sets;
  std::vector<SymbolLabel> Symbols;
  uint32_t Start = 0, End = 0;

private:
  std::map<ByteSet, uint32_t> SetIndex;
};

struct Dfa {
  struct Alternative {
    uint32_t Ops = 0;
    uint32_t Target = 0; ///< of this rule, or when Push is set of the callee
    uint32_t Push = None;
    uint32_t CalleeRule = None;
    friend auto operator<=>(const Alternative &, const Alternative &) = default;
  };
  struct Range {
    uint8_t First, Last;
    uint32_t Alternatives; ///< into AltLists
    friend auto operator<=>(const Range &, const Range &) = default;
  };
  struct Call {
    uint32_t Rule, Target, Ops;
    friend auto operator<=>(const Call &, const Call &) = default;
  };
  struct Symbol {
    uint32_t Label, Target, Ops;
    friend auto operator<=>(const Symbol &, const Symbol &) = default;
  };
  struct State {
    std::vector<Range> Row; ///< by byte, adjacent equal ranges joined
    std::vector<Call> Calls;
    std::vector<Symbol> Symbols;
    bool Accepts = false;
    uint32_t AcceptOps = 0;
    uint32_t ReturnOps = 0;
  };

  uint32_t internAlternatives(std::vector<Alternative> L);
  /// The target of the one plain move of `S` on `B`, or None.
  uint32_t plainMove(uint32_t S, uint8_t B) const;
  const std::vector<Alternative> *alternatives(uint32_t S, uint8_t B) const;

  std::vector<State> States;
  std::vector<std::vector<Alternative>> AltLists;
  std::vector<SymbolLabel> Labels;
  uint32_t Start = 0;

private:
  std::map<std::vector<Alternative>, uint32_t> AltIndex;
};

enum class DeterminiseStatus : uint8_t {
  Ok,
  /// Counters of one byte disagree: the result is right, but several configurations
  /// may be alive where one would do.
  Ambiguous,
  /// Two accepting paths are guarded differently; the result must not be used.
  GuardConflict,
  OverBudget,
};

/// The subset construction described above.
DeterminiseStatus determinise(const Nfa &N, ProgramTable &Programs, uint32_t MaxStates, Dfa &Out);

/// Removes unreachable states and merges equivalent ones.
/// The start stays the start.
void minimise(Dfa &D);

} // namespace weir::automata

#endif // WEIR_AUTOMATA_RULEAUTOMATON_H
