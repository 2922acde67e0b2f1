//===- LeafWalk.h - Which tokens a leaf rule can read -----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The automaton of a rule without calls needs no stack: a state and a few registers
// are all there is, and nearly always one of each. So its walk through the
// vocabulary's trie keeps them in place, and touches neither the scratch stacks nor
// the stepper (TrieWalk is the general way, and takes what is refused here).
//
// Where a class of characters leads to states which all read it and stay among themselves
// (a loop, a pattern that may begin anywhere, a least length), or do so for a number of
// characters ([a-z]{8}), the tokens of that class are not walked: TokenFacts has
// their row. What is left is where a token has a byte of another sort that some of the
// states read too:
//
//   [a-z0-9]{8}-…    row of [a-z0-9] of length 8   + walk to nodes with a '-' below
//
// The places where a path first meets such a byte are listed in TrieIndex when they are few, as
// quotes are; the class's bytes before are run through the automaton, and the walk begins there.
// Where many tokens begin below such a byte, as behind the dot of a host name, a run is looked for
// again, and what lies within it is taken whole.
//
// *Counting* leaves the bounds of the one counter open. Of each token it is noted how
// many more units must be allowed for it (Room), and how many were counted where the
// least count is asked for (Seen), so that one walk serves every count and all bounds:
//
//   `ab`     Room 2              `ab"`   leaves the frame with Room 2, Seen 2
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_LEAFWALK_H
#define WEIR_LIB_RUNTIME_LEAFWALK_H

#include "ExitTrie.h"
#include "Stepper.h"
#include "TokenFacts.h"
#include "TrieIndex.h"
#include "weir/Support/CodePointSet.h"
#include "weir/Support/RowVector.h"
#include "weir/Vocab/TerminalTables.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace weir {

class LeafWalk {
public:
  LeafWalk(const Grammar &G, const TokenTrie &Trie, const TrieFans &Fans, const TrieIndex &Index,
           const TokenFacts &Facts)
      : G(G), Trie(Trie), Fans(Fans), Index(Index), Facts(Facts) {}

  /// Rules with more registers are walked in the general way.
  static constexpr uint32_t MaxRegisters = 4;

  /// The tokens of state `S` of a leaf rule. They are in Row when HasRow, otherwise in Ids, each
  /// once. False when there are two ways to read one text, or too many exits; what was found is
  /// then to be thrown away. `Box` has the registers.
  bool walk(StateId S, RegisterBox &TheBox, ExitTrieBuilder &Exits, size_t RowWords);

  /// The same with an open count, for a rule that has one register and operations of
  /// CountedRule only. Row has the tokens that need as much Room as they have characters and
  /// ask for nothing else, Counted the others.
  bool count(StateId S, ExitTrieBuilder &Exits, size_t RowWords);

  bool HasRow = false;
  RowVector Row;
  std::vector<TokenId> Ids;
  std::vector<CountedToken> Counted;
  bool FromZero = false; ///< a counter was set: what was counted holds for a count of 0 only

private:
  static constexpr size_t MaxCounted = 30'000;

  /// All that the automaton remembers of a path.
  struct Config {
    StateId State;
    uint32_t Regs[MaxRegisters]; ///< while counting: counted, and the condition's two halves
    uint32_t Chars;              ///< that the path has
    bool InRun;                  ///< all bytes so far are of RunAtoms, and not too many
  };
  /// A class of whole characters that leads from a state to itself, by one program that only
  /// counts; or, for at most so many characters, to states that read it all, while the token has
  /// at most `Within`.
  struct Loop {
    uint64_t Atoms = 0; ///< fine ones
    uint32_t Ops = NoIndex;
    uint32_t Most = NoIndex;
    uint32_t Within = NoIndex;
  };
  /// A node whose children are being looked at.
  struct Level {
    Config At;
    Loop By;          ///< of At's state
    TrieCursor Below; ///< its children
  };

  /// Of all characters of several bytes.
  static const std::vector<Utf8Sequence> &longSequences();
  /// The first bytes of each of these.
  static const std::vector<ByteSet> &leadsOfSequences();
  bool start(StateId S, ExitTrieBuilder &TheExits, size_t RowWords);
  void findRun(StateId S, size_t RowWords);
  ByteSet findClass(StateId S, size_t Least);
  bool findClosure(StateId S, size_t RowWords);
  Loop innerRun(const Config &L, size_t Tokens);
  /// Of all tokens so many must begin with a byte of a class, as a part, for a row of it.
  static constexpr size_t MinShare = 16;
  static ByteSet wholeAtoms(const ByteSet &Set);
  ByteSet withoutFollow(const ByteSet &Class) const;
  // LeafMargins.cpp
  /// What a state does with a class: LeafMargins looks at it for one class after another.
  struct ClassReads {
    uint32_t Begin, End;  ///< in Reads: what is reached, by which bytes
    ByteSet Read;         ///< all that the state reads, of any class
    ByteSet Left, Partly; ///< of the class: what is not read, and of what only parts are
  };
  const ClassReads &readsOf(StateId S, const ByteSet &Class);
  std::optional<ByteSet> spreadMargins(StateId S, const ByteSet &Class);
  bool findMargins(StateId S);
  void noteTroubles(const ByteSet &Class);
  bool clearTroubles(StateId S);
  Loop marginOf(StateId S) const;
  bool startMargins(StateId S, size_t RowWords);
  StateId harmless(StateId From, uint8_t B);
  Config first(StateId S) const;
  bool walkPlaces(StateId S);
  bool move(Config &L, uint8_t B);
  /// The largest of `S`.
  Loop loopOf(StateId S);
  bool staysWithin(uint32_t Chars);
  StateId insideCharacter(uint32_t Action);
  /// Where characters end that begin with some leads.
  struct CharEnds {
    bool Ok = false;
    bool AsksBounds = false;
    uint32_t Within = NoIndex; ///< for so many characters bounds hold for certain
    std::vector<StateId> Ends;
  };
  const CharEnds &endsOf(StateId To, size_t Q);
  /// A class that leads from each of some states to these alone, whatever the registers.
  struct ClosedRun {
    ByteSet Class, Live; ///< Live: what the states read, or what may follow where they end
  };
  const ClosedRun *knownRun(StateId S);
  ByteSet closeUnder(StateId S, const ByteSet &Class);
  uint32_t tokensFrom(const ByteSet &Set) const;
  ByteSet readClass(StateId At, const ByteSet &Class, ByteSet &Bad);
  uint32_t roomFor(uint32_t Ops);
  uint32_t charsWithinBounds(uint32_t Ops);
  bool loop();
  void child(const Config &L, const Loop &By, const TrieChild &C);
  bool run(Config &L, uint32_t Program);
  bool takenBelow(const Config &L, const Loop &By, const TrieChild &C);
  void accept(std::span<const TokenId> New, const Config &L);
  void accept(const TrieChild &C, const Config &L) {
    if (C.Token == TrieChild::ManyTokens)
      accept(Trie.tokensAt(C.Node), L);
    else if (C.Token != TrieChild::NoToken)
      accept({&C.Token, 1}, L);
  }
  void acceptBelow(uint32_t N, const Config &L, const Loop &By);
  void countBelow(uint32_t N, const Config &L);
  enum class Exit { At, Below, Before };
  void addExit(uint32_t N, Exit Where, const Config &L);
  void push(const Config &C, const TrieChild &Node);
  ByteSet readBy(StateId S);
  ByteSet readByRule(StateId S);
  const std::vector<ByteSet> &classesOf(uint32_t Map);
  /// Calls F(bytes, action) for sets of bytes that cover all live actions of `S`, in no order.
  template <typename Fn>
  void forEachSet(StateId S, Fn F) {
    const StateRec &R = G.state(S);
    if (R.Kind != RowKind::Dense) {
      G.forEachRange(S, [&](unsigned From, unsigned Last, uint32_t Action) {
        F(ByteSet::range(From, Last), Action);
      });
      return;
    }
    const uint32_t *Row = G.tables().Rows.data() + R.Row;
    const std::vector<ByteSet> &Classes = classesOf(Row[0]);
    for (size_t C = 0; C < Classes.size(); ++C)
      if (Row[1 + C] != ActionDead)
        F(Classes[C], Row[1 + C]);
  }
  /// The same once for each action; not again within F.
  template <typename Fn>
  void forEachAction(StateId S, Fn F) {
    Actions.clear();
    forEachSet(S, [&](const ByteSet &Set, uint32_t Action) {
      auto At = std::find_if(Actions.begin(), Actions.end(),
                             [&](const auto &A) { return A.first == Action; });
      if (At == Actions.end())
        Actions.emplace_back(Action, Set);
      else
        At->second |= Set;
    });
    for (const auto &[Action, Set] : Actions)
      F(Set, Action);
  }

  const Grammar &G;
  const TokenTrie &Trie;
  const TrieFans &Fans;
  const TrieIndex &Index;
  const TokenFacts &Facts;
  ExitTrieBuilder *Exits = nullptr;
  RegisterBox *Box = nullptr;
  bool Counting = false, Failed = false;
  LengthRuns Lengths;
  std::vector<StateId> Ends, NextEnds;              ///< endsOf
  uint32_t EndsWithin = NoIndex;                    ///< …
  std::unordered_map<uint64_t, CharEnds> KnownEnds; ///< by state and row of Sequences
  bool AsksBounds = false;                          ///< what is found depends on counters
  std::vector<ClosedRun> ClosedRuns;
  std::unordered_map<StateId, uint32_t> RunOf;       ///< into ClosedRuns
  std::vector<std::pair<StateId, ByteSet>> Reached;  ///< readClass
  std::vector<std::pair<uint32_t, ByteSet>> Actions; ///< forEachAction
  std::vector<std::vector<ByteSet>> ClassesOf;       ///< by the number of the map
  uint32_t RuleRead = NoIndex;                       ///< the rule of …
  ByteSet ReadByRule;                                ///< … readByRule
  bool RuleReadsPastEnds = false;
  std::vector<Level> Levels; ///< the first Depth of them are in use
  size_t Depth = 0;
  std::vector<uint32_t> CharsAt;
  const std::vector<Utf8Sequence> &Sequences = longSequences();

  /// The run that begins at the start: all states that the characters of RunAtoms lead to, up to
  /// MaxRun of them (NoIndex: any number), read these.
  uint64_t RunAtoms = 0;
  uint32_t MaxRun = NoIndex;
  uint64_t RunLive = 0; ///< the other atoms that its states read, or that may follow
  uint64_t EndLive = 0; ///< what is read after MaxRun characters
  /// It was found as a closure: of these states, each after so many characters at least …
  bool IsClosed = false;
  std::vector<StateId> Closed;
  std::vector<uint32_t> Depths;
  std::vector<ByteSet> LedBy;                        ///< by these bytes
  std::vector<std::pair<size_t, ByteSet>> Conflicts; ///< of these, what one does not read
  bool IsLayered = false;                            ///< … and at most
  bool SetsCount = false;                            ///< the first character sets the count to one
  uint32_t BoundRun = NoIndex;                       ///< as MaxRun, for which guards hold
  std::unordered_map<StateId, Loop> InnerRuns;       ///< of states that were met below the start
  /// So many characters of MarginClass are read by these states whatever they are: of MarginsOf
  /// and all that it leads to.
  std::unordered_map<StateId, uint32_t> Margins;
  ByteSet MarginClass;
  StateId MarginsOf = NoIndex;
  /// Of a state that does not read all of the class: which bytes lead there, and which may stand
  /// before these, the nearest first.
  struct Trouble {
    std::array<ByteSet, TrieDigrams::Known> Before;
    ByteSet LedBy, Missing;
  };
  std::vector<Trouble> Troubles;
  bool AllTroubles = false; ///< nothing else is not read
  ByteSet ReadNowhere;      ///< of the class, by none of the states
  ByteSet MarginLive;       ///< what these states read, of any class
  bool ByMargins = false;
  std::vector<std::pair<StateId, ByteSet>> Reads;     ///< readsOf
  std::unordered_map<StateId, ClassReads> KnownReads; ///< …
  std::vector<std::pair<uint32_t, uint32_t>> Leads;   ///< spreadMargins: to, from; into Closed
  std::vector<uint32_t> Troubled;                     ///< … which do not read all of the class
  static constexpr unsigned MaxInner = 8;
  unsigned InnerLeft = 0; ///< how often one may be looked for
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_LEAFWALK_H
