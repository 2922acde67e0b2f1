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
// Both are flat: states, edges and lists of alternatives stand in one array each, and
// whoever builds one after another lends the same Workspace, so that building a rule
// costs a handful of allocations whatever its size.
//
// An `enter` edge reads a byte and goes into the middle of another rule's
// automaton: how an object's key, once it has left every known name, becomes a
// generic string.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_AUTOMATA_RULEAUTOMATON_H
#define WEIR_AUTOMATA_RULEAUTOMATON_H

#include "weir/Automata/Copies.h"
#include "weir/Runtime/GrammarLayout.h"
#include "weir/Support/ByteSet.h"
#include "weir/Support/LongVector.h"
#include "weir/Support/WordIndex.h"

#include <algorithm>
#include <cassert>
#include <compare>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
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
  uint32_t intern(std::span<const RegOp> P);
  uint32_t intern(std::initializer_list<RegOp> P) { return intern(std::span(P.begin(), P.size())); }
  uint32_t concat(uint32_t A, uint32_t B) { return !A ? B : !B ? A : concatBoth(A, B); }
  /// A program that does the same with fewer operations on counters, where one follows from the
  /// one before or is one with it.
  uint32_t folded(uint32_t P);
  /// Valid until the next `intern`, `concat` or `folded`.
  std::span<const RegOp> operator[](uint32_t P) const {
    const uint32_t Begin = P > 1 ? Ends[P - 2] : 0;
    return P ? std::span(Ops).subspan(Begin, Ends[P - 1] - Begin) : std::span<const RegOp>();
  }

private:
  uint32_t concatBoth(uint32_t A, uint32_t B);
  std::vector<RegOp> Ops, Joined;
  std::vector<uint32_t> Ends; ///< in Ops, by number less one
  WordIndex Index, Pairs;
  std::vector<uint32_t> Concats; ///< by number of the pair
  std::vector<uint32_t> Folded;  ///< by number: 0, or what `folded` returns
  std::vector<uint32_t> Scratch;
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
    uint32_t Next = None;                           ///< edge of the same state
  };
  struct State {
    uint32_t First = None, Last = None; ///< of its edges
    uint32_t ReturnOps = 0;             ///< run when a callee returns here
    uint32_t Row = None;                ///< into Rows: what bytes do that no edge of it reads
  };

  /// What many states do alike with bytes that they have no edges for, made once. A state
  /// with a row has edges of single bytes only, no two of one byte, and stands alone: no
  /// empty edge leads to it, and what leads to it leads nowhere else with the same program.
  struct SharedRow {
    std::vector<Edge> Edges; ///< that read, from no state
  };

  /// The edges of one state, in the order they were added. Valid while edges are added.
  template <typename TheNfa, typename TheEdge>
  class EdgeRange {
  public:
    struct Iterator {
      TheNfa *N;
      uint32_t At;
      TheEdge &operator*() const { return N->Edges[At]; }
      Iterator &operator++() {
        At = N->Edges[At].Next;
        return *this;
      }
      bool operator!=(const Iterator &O) const { return At != O.At; }
    };
    EdgeRange(TheNfa &N, uint32_t First) : N(N), First(First) {}
    Iterator begin() const { return {&N, First}; }
    Iterator end() const { return {&N, None}; }

  private:
    TheNfa &N;
    uint32_t First;
  };

  /// (When the compilation has ended, some state, and none is added: nobody asks for the network.)
  uint32_t addState() {
    if (growLong(States))
      States.emplace_back();
    return uint32_t(States.size() - 1);
  }
  auto edges(uint32_t S) const { return EdgeRange<const Nfa, const Edge>(*this, States[S].First); }
  auto edges(uint32_t S) { return EdgeRange<Nfa, Edge>(*this, States[S].First); }
  /// (When the compilation has ended, perhaps some edge, and none is added.)
  Edge &addEdge(uint32_t From, const Edge &E) {
    if (!growLong(Edges))
      return Edges.back();
    const uint32_t Id = uint32_t(Edges.size());
    State &S = States[From];
    (S.First == None ? S.First : Edges[S.Last].Next) = Id;
    S.Last = Id;
    Edges.push_back(E);
    return Edges.back();
  }
  void eps(uint32_t From, uint32_t To, uint32_t Ops = 0) {
    if (From != To || Ops)
      addEdge(From, {EdgeKind::Eps, Ops, To});
  }
  void bytes(uint32_t From, const ByteSet &Set, uint32_t To, uint32_t Ops = 0) {
    if (!Set.empty())
      addEdge(From, {EdgeKind::Bytes, Ops, To, addSet(Set)});
  }
  /// The same for one byte.
  void byte(uint32_t From, uint8_t B, uint32_t To, uint32_t Ops = 0) {
    addEdge(From, {EdgeKind::Bytes, Ops, To, addByte(B)});
  }
  void call(uint32_t From, uint32_t Rule, uint32_t To, uint32_t Ops = 0) {
    addEdge(From, {EdgeKind::Call, Ops, To, Rule});
  }
  void symbol(uint32_t From, const SymbolLabel &L, uint32_t To);
  void enter(uint32_t From, const ByteSet &Set, uint32_t Rule, uint32_t CalleeState,
             uint32_t ReturnTo, uint32_t Ops);
  /// The byte leads nowhere, whatever the row of the state says.
  void block(uint32_t From, uint8_t B) { byte(From, B, None); }
  /// As `enter`, for the last row.
  void enterFromRow(const ByteSet &Set, uint32_t Rule, uint32_t CalleeState, uint32_t ReturnTo,
                    uint32_t Ops);
  /// The number of a set; equal ones have one.
  uint32_t addSet(const ByteSet &Set);
  /// The same for the set of one byte.
  uint32_t addByte(uint8_t B) {
    return !ByteSets.empty() && ByteSets[B] != None ? ByteSets[B] : addNewByte(B);
  }
  /// Forgets everything and keeps the memory.
  void clear();

  std::vector<State> States;
  std::vector<Edge> Edges;
  std::vector<ByteSet> Sets;
  static constexpr uint16_t SeveralBytes = 256;
  std::vector<uint16_t> OnlyByte; ///< by set: its one byte, or SeveralBytes
  std::vector<SymbolLabel> Symbols;
  std::vector<SharedRow> Rows;
  automata::Copies Copies;
  uint32_t Start = 0, End = 0;

private:
  uint32_t addNewByte(uint8_t B);
  /// The set of each single byte, or None.
  std::vector<uint32_t> ByteSets;
  WordIndex SetIndex;               ///< of the others
  std::vector<uint32_t> SetNumbers; ///< by number there
};

struct Dfa {
  struct Alternative {
    uint32_t Ops = 0;
    uint32_t Target = 0; ///< of this rule, or when Push is set of the callee
    uint32_t Push = None;
    uint32_t CalleeRule = None;
    friend auto operator<=>(const Alternative &, const Alternative &) = default;
    /// The state of this rule that is gone on in, now or when the callee returns.
    uint32_t own() const { return Push == None ? Target : Push; }
  };
  /// Bytes treated alike: a plain move, or a list of alternatives.
  struct Range {
    uint8_t First, Last;
    bool Plain;
    uint32_t To; ///< the target of a plain move; else into Lists
    friend bool operator==(const Range &, const Range &) = default;
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
    uint32_t RowBegin = 0, RowEnd = 0; ///< into Ranges: by byte, adjacent equal ones joined
    uint32_t CallsBegin = 0, CallsEnd = 0;
    uint32_t SymbolsBegin = 0, SymbolsEnd = 0;
    uint32_t Base = None; ///< by number: the row of the bytes that no range of its own has
    uint32_t AcceptOps = 0;
    uint32_t ReturnOps = 0;
    bool Accepts = false;
    bool isFinal() const {
      return Accepts && RowBegin == RowEnd && Base == None && CallsBegin == CallsEnd &&
             SymbolsBegin == SymbolsEnd;
    }
  };
  /// What a range may do. Never empty.
  class AlternativeList {
  public:
    explicit AlternativeList(uint32_t PlainTarget) : One{0, PlainTarget, None, None} {}
    AlternativeList(const Alternative *First, uint32_t Count) : First(First), Count(Count) {}
    const Alternative *begin() const { return First ? First : &One; }
    const Alternative *end() const { return begin() + Count; }
    size_t size() const { return Count; }
    const Alternative &operator[](size_t I) const { return begin()[I]; }

  private:
    Alternative One;
    const Alternative *First = nullptr;
    uint32_t Count = 1;
  };

  /// The whole row of a state without a base.
  std::span<const Range> row(uint32_t S) const {
    assert(States[S].Base == None && "the row is more than its own ranges");
    return ownRow(S);
  }
  /// The ranges that the state does not have from its base. A plain one to None is dead.
  std::span<const Range> ownRow(uint32_t S) const {
    return std::span(Ranges).subspan(States[S].RowBegin, States[S].RowEnd - States[S].RowBegin);
  }
  std::span<const Range> base(uint32_t B) const {
    const uint32_t Begin = B ? BaseEnds[B - 1] : 0;
    return std::span(BaseRanges).subspan(Begin, BaseEnds[B] - Begin);
  }
  /// Calls F with the ranges of `S` by byte, those of its base around its own.
  template <typename Fn>
  void forEachRange(uint32_t S, Fn F) const {
    if (States[S].Base == None) {
      for (const Range &R : ownRow(S))
        F(R);
      return;
    }
    std::span<const Range> Own = ownRow(S);
    size_t Next = 0;
    unsigned Settled = 0; // the first byte that is not
    auto own = [&] {
      if (!Own[Next].Plain || Own[Next].To != None)
        F(Own[Next]);
      Settled = Own[Next++].Last + 1U;
    };
    for (Range R : base(States[S].Base)) {
      while (Next < Own.size() && Own[Next].First < R.First)
        own();
      unsigned B = std::max<unsigned>(R.First, Settled);
      while (Next < Own.size() && Own[Next].First <= R.Last) {
        if (B < Own[Next].First)
          F(Range{uint8_t(B), uint8_t(Own[Next].First - 1), R.Plain, R.To});
        own();
        B = Settled;
      }
      if (B <= R.Last)
        F(Range{uint8_t(B), R.Last, R.Plain, R.To});
    }
    while (Next < Own.size())
      own();
  }
  /// Gives every state a whole row of its own.
  void dropBases();
  std::span<const Call> calls(uint32_t S) const {
    return std::span(Calls).subspan(States[S].CallsBegin,
                                    States[S].CallsEnd - States[S].CallsBegin);
  }
  std::span<const Symbol> symbols(uint32_t S) const {
    return std::span(Symbols).subspan(States[S].SymbolsBegin,
                                      States[S].SymbolsEnd - States[S].SymbolsBegin);
  }
  AlternativeList alternatives(const Range &R) const {
    return R.Plain
               ? AlternativeList(R.To)
               : AlternativeList(Alternatives.data() + Lists[R.To], Lists[R.To + 1] - Lists[R.To]);
  }
  /// The range of `S` that has `B`, or null.
  const Range *range(uint32_t S, uint8_t B) const;
  /// The target of the one plain move of `S` on `B`, or None.
  uint32_t plainMove(uint32_t S, uint8_t B) const {
    const Range *R = range(S, B);
    return R && R->Plain ? R->To : None;
  }
  uint32_t listCount() const { return uint32_t(Lists.size() - 1); }

  /// What a range does: a plain move to `To`, or the list `To`.
  struct Action {
    bool Plain;
    uint32_t To;
  };
  /// `L` is sorted and without repeats, `Index` is of the lists so far.
  Action addAction(std::span<const Alternative> L, WordIndex &Index);
  /// Gives state `S`, whose row is the last begun, a further range above the others.
  void addRange(uint32_t S, uint8_t First, uint8_t Last, Action Does) {
    State &St = States[S];
    assert(St.RowEnd == Ranges.size() && "rows are made one after another");
    if (St.RowBegin != St.RowEnd) {
      Range &Back = Ranges.back();
      if (Back.Plain == Does.Plain && Back.To == Does.To && Back.Last + 1 == First) {
        Back.Last = Last;
        return;
      }
    }
    // (When the compilation has ended, rows are cut short: nobody asks for the automaton.)
    if (!growLong(Ranges))
      return;
    Ranges.push_back({First, Last, Does.Plain, Does.To});
    St.RowEnd = uint32_t(Ranges.size());
  }
  void addRange(uint32_t S, uint8_t First, uint8_t Last, std::span<const Alternative> L,
                WordIndex &Index) {
    addRange(S, First, Last, addAction(L, Index));
  }
  /// Forgets everything and keeps the memory.
  void clear();
  /// About the memory that it takes, used or not.
  size_t bytes() const;

  std::vector<State> States;
  std::vector<Range> Ranges;
  std::vector<Call> Calls;
  std::vector<Symbol> Symbols;
  std::vector<Alternative> Alternatives;
  std::vector<uint32_t> Lists{0}; ///< where each list begins, and where the last one ends
  std::vector<Range> BaseRanges;  ///< of rows that many states share but for a few bytes
  std::vector<uint32_t> BaseEnds; ///< where each ends in BaseRanges
  std::vector<SymbolLabel> Labels;
  uint32_t Start = 0;
};

/// Memory for the constructions below, to be used by one after another. What it holds
/// in between means nothing. Each thread keeps that of the last workspace for the next one,
/// unless it has grown large.
class Workspace {
public:
  Workspace();
  ~Workspace();
  Workspace(const Workspace &) = delete;
  Workspace &operator=(const Workspace &) = delete;

  struct Parts;
  Parts &parts() { return *P; }
  /// Automata for whoever has the workspace: empty at first.
  struct Lent {
    Nfa Rule, Key;
    Dfa Rough;
  };
  Lent &lent();
  /// An empty automaton with room, if one was given back.
  Dfa spare();
  /// Takes the memory of an automaton, if there is not much yet.
  void giveBack(Dfa &&D) noexcept;
  /// States, edges and words that the constructions have looked at.
  uint64_t steps() const;
  /// Beyond so many of them the subset construction is over budget.
  void allow(uint64_t Steps);
  bool isSpent() const;

private:
  std::unique_ptr<Parts> P;
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

/// The subset construction described above. `Out` is overwritten.
DeterminiseStatus determinise(const Nfa &N, ProgramTable &Programs, uint32_t MaxStates, Dfa &Out,
                              Workspace &W);

/// Merges states of `N` that are told apart by nothing, so that fewer sets of them are met.
/// False when there were none, or there are shared rows: then it is as it was.
/// O(size · log size) expected.
bool reduce(Nfa &N, Workspace &W);

/// Removes unreachable states and merges equivalent ones. States are numbered in
/// breadth-first order from the start, which is 0. O(size · log size) expected.
void minimise(Dfa &D, Workspace &W);

/// What the automata of other rules do for one: may rule `R` have a text?
using RuleLiveness = std::span<const uint8_t>;

/// Marks the states from which acceptance may be reached, given what is known of the
/// rules called. `Live` is by state, 0 or 1, and may hold marks already.
void markLive(const Dfa &D, RuleLiveness Rules, std::span<uint8_t> Live);

/// Removes edges into states that are not live and calls of rules that are not.
/// Returns whether there were any; the automaton may then be no longer minimal.
bool cutDead(Dfa &D, RuleLiveness Rules, std::span<const uint8_t> Live, Workspace &W);

} // namespace weir::automata

#endif // WEIR_AUTOMATA_RULEAUTOMATON_H
