//===- TrieWalk.h - Which tokens a frame can read -------------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Walks the vocabulary's trie and the network together, from one frame that is
// ready to read a byte. Two kinds of stack share the walk:
//
//   a real stack   the tokens found are final
//   Unknown        they are the base mask, and the places where the frame ends go
//                  to an exit trie
//
// and two ways to write down what is found: a narrow frame lists its tokens, a wide
// one starts from a row of all ones and clears.
//
// Whole subtrees are settled at once: refused when their first byte is, taken when
// the state loops on every kind of byte below and all of it is complete UTF-8.
// A node's configurations are expanded once, whatever the number of its children.
// Over a real stack, what a leaf rule reads below a node may be in a table
// (SubtreeTable.h): then only what comes after the rule is stepped through.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_TRIEWALK_H
#define WEIR_LIB_RUNTIME_TRIEWALK_H

#include "ExitTrie.h"
#include "Stepper.h"
#include "SubtreeTable.h"
#include "TrieFans.h"
#include "TrieIndex.h"

#include <algorithm>
#include <functional>

namespace weir {

using MaskWord = uint32_t;

inline void setBit(std::span<MaskWord> Row, TokenId T) { Row[T / 32] |= MaskWord(1) << (T % 32); }
inline void clearBit(std::span<MaskWord> Row, TokenId T) {
  Row[T / 32] &= ~(MaskWord(1) << (T % 32));
}
inline bool testBit(std::span<const MaskWord> Row, TokenId T) {
  return Row[T / 32] >> (T % 32) & 1;
}

class TrieWalk {
public:
  TrieWalk(const Grammar &G, const Vocabulary &V, const TrieIndex &Index, const TrieFans &Fans,
           Stepper &S, Scratch &Temp)
      : G(G), Trie(V.trie()), Index(Index), Fans(Fans), S(S), Temp(Temp) {}

  /// What became of a key state that a walk met.
  enum class Taken : uint8_t { No, Yes, OverBudget };
  /// Appends to `Ids` what the state of a frame reads below a node, behind its byte.
  using TakeKeys =
      std::function<Taken(const Frame &, const TrieChild &, std::vector<TokenId> &Ids)>;
  /// Lets `collect` over a real stack look up tables, which must outlive the walk, and ask for
  /// keys, unless `Keys` is empty; it must not use the walk. Tokens of which a table does not
  /// tell all are appended to `Doubtful`, and must be asked about one by one.
  void use(const SubtreeTables &Tables, TakeKeys Keys, std::vector<TokenId> &Doubtful) {
    Known = &Tables;
    KnownKeys = std::move(Keys);
    Doubts = &Doubtful;
  }

  /// Tokens of this row are known to be allowed: walks over a real stack leave out what is below a
  /// node where all of them are. An empty row: none is known.
  void skip(std::span<const MaskWord> AllowedRow) { Allowed = AllowedRow; }

  /// Do more than half of the tokens begin with a byte the frame reads? Where one byte begins many,
  /// those count that go on with what may follow it.
  bool isWide(const Frame &Atom) const;

  /// Appends the tokens of `Atom` to `Ids`, each once. With `Exits`, `Atom` stands over
  /// Unknown. False when over budget, or when a table cannot hold the answer (the
  /// stepper's box says so); what was appended is then to be thrown away.
  bool collect(const Frame &Atom, std::vector<TokenId> &Ids, ExitTrieBuilder *Exits = nullptr);
  /// The same into `Row`, which holds all text tokens before.
  bool clear(const Frame &Atom, std::span<MaskWord> Row, ExitTrieBuilder *Exits = nullptr);
  /// As `collect`, for the tokens at and below `Node` only. `Atom` stands before the node's
  /// byte; the bytes before that are in Pending already.
  bool collectBelow(const Frame &Atom, const TrieChild &Node, std::vector<TokenId> &Ids);
  /// As `collect` over Unknown, for the tokens below `Node`, whose bytes were read before `Atom`.
  bool collectUnder(const Frame &Atom, const TrieChild &Node, std::vector<TokenId> &Ids,
                    ExitTrieBuilder &Exits);

  /// Clears the tokens of `Row` that `Atom`, over a real stack, cannot read because
  /// something would have to repeat (Fresh.cpp): follows the texts that begin so. The tokens
  /// that do to their end are noted, those allowed in `Followed`, others in `Dead`; nodes below
  /// which nothing is allowed in `Refused`. Everything else is new. Where some ways of an
  /// ambiguous stack are new and others are not, all that goes on is followed. False when over
  /// budget.
  bool clearRepeats(const Frame &Atom, std::span<MaskWord> Row, std::vector<TokenId> &Followed,
                    std::vector<TokenId> &Dead, std::vector<uint32_t> &Refused);

  /// Walks an exit trie from the configurations after a return. Calls
  /// Found(first, last, doubt) for each node reached, with places of its ids; with doubt, they
  /// must be asked about one by one. False when over budget.
  template <typename Fn>
  bool walkExits(const ExitTrie &E, ConfigList Root, Fn Found);

private:
  bool isAllowed(std::span<const TokenId> Tokens) const {
    return std::all_of(Tokens.begin(), Tokens.end(),
                       [&](TokenId T) { return testBit(Allowed, T); });
  }
  /// Is it no matter whether what comes behind `C` can be new, as its own tokens are known?
  bool mayAskLater(const TrieChild &C) const {
    return !Allowed.empty() && Ids && !Exits &&
           (C.Token == TrieChild::NoToken || isAllowed(Trie.tokensAt(C.Node)));
  }
  size_t tokensBehind(uint8_t B, uint32_t Action) const;
  /// A node of an exit trie whose children are being looked at; as Level.
  struct Open {
    Frame One; ///< when Plain
    ConfigList Configs, Ready;
    uint32_t End;
    uint32_t Pending;
    Scratch::Mark Before;
    bool Plain, Owns, Doubt, Expanded;
  };
  void openExit(ConfigList Configs, uint32_t End, const Scratch::Mark &Before);
  enum class Step : uint8_t { Dead, Alive, OverBudget };
  Step stepExit(uint8_t Byte, uint32_t Node, uint32_t End);
  /// One node of the path under way.
  ///
  /// Nearly always a single configuration that neither calls nor accepts, which is
  /// kept here; the scratch stacks are touched only where a step does more than move.
  struct Level {
    Frame One;          ///< when Plain
    ConfigList Configs; ///< otherwise
    ConfigList Ready;   ///< … when Expanded, what of them reads a byte
    TrieCursor Below;   ///< children of what was read
    uint32_t Pending;   ///< size of Temp.Pending with the bytes to here
    bool Plain, Expanded;
    bool Watched;     ///< Plain, but what is read may repeat: each byte is a step
    bool Owns;        ///< scratch space from Before on belongs to the level
    uint32_t Refused; ///< an action of One that led nowhere
    uint32_t LoopOps;
    uint64_t LoopAtoms; ///< of the one state there is
    Scratch::Mark Before;
  };
  void begin(ExitTrieBuilder *TheExits);
  bool run(const Frame &Atom, const TrieChild &Under);
  bool loop();
  bool lookUp(Level &L);
  bool takeTable(const Frame &F, const SubtreeTable &T);
  bool child(const TrieChild &C);
  /// Goes on below `Node` with what a step gave; false when over budget.
  bool found(const TrieChild &Node, ConfigList Next, const Scratch::Mark &Before);
  /// The same with one configuration that only moves; `Before` is released with the level if it
  /// `Owns` it. False when over budget.
  bool pushPlain(Frame F, const TrieChild *Node, bool Owns, const Scratch::Mark &Before,
                 bool Watched);
  Level &push(const TrieChild &Node, bool Owns, const Scratch::Mark &Before);
  /// Where few bytes are read and there are many children, goes by the bytes instead.
  void narrow(Level &L, ConfigList Readers);
  bool taken(const Level &L, uint32_t Node);
  void accept(std::span<const TokenId> New) {
    if (Ids)
      Ids->insert(Ids->end(), New.begin(), New.end());
  }
  void accept(const TrieChild &C) {
    if (!Ids || C.Token == TrieChild::NoToken)
      return;
    if (C.Token != TrieChild::ManyTokens)
      Ids->push_back(C.Token);
    else
      accept(Trie.tokensAt(C.Node));
  }
  void refuse(uint32_t Node) {
    if (!Ids)
      for (TokenId T : Trie.tokensBelow(Node))
        clearBit(Row, T);
  }

  const Grammar &G;
  const TokenTrie &Trie;
  const TrieIndex &Index;
  const TrieFans &Fans;
  const SubtreeTables *Known = nullptr;
  TakeKeys KnownKeys;
  std::vector<TokenId> *Doubts = nullptr;
  Stepper &S;
  Scratch &Temp;
  std::vector<Level> Levels;
  std::vector<Open> Opens;
  std::vector<TokenId> *Ids = nullptr; ///< null: Row is being cleared
  std::span<MaskWord> Row;
  std::span<const MaskWord> Allowed;
  ExitTrieBuilder *Exits = nullptr;
  bool MayDouble = false; ///< a token may be in Ids twice
};

template <typename Fn>
bool TrieWalk::walkExits(const ExitTrie &E, ConfigList Root, Fn Found) {
  const std::span<const ExitNodeRec> Nodes = E.nodes();
  auto found = [&](uint32_t N, bool Doubt) {
    Found(Nodes[N].IdsBegin, Nodes[N + 1].IdsBegin, Doubt);
  };
  Opens.clear();
  if (Root.empty())
    return true;
  auto isKnown = [&](uint32_t N) {
    const uint32_t First = Nodes[N].IdsBegin, End = Nodes[N + Nodes[N].Skip].IdsBegin;
    return isAllowed(E.ids().subspan(First, End - First));
  };
  found(0, S.Uncertain);
  openExit(Root, Nodes[0].Skip, Temp.mark());
  for (uint32_t N = 1; !Opens.empty();) {
    Open &Top = Opens.back();
    if (N >= Top.End) {
      if (Top.Owns)
        Temp.release(Top.Before);
      Opens.pop_back();
      continue;
    }
    if (!Allowed.empty() && isKnown(N)) {
      N += Nodes[N].Skip;
      continue;
    }
    switch (stepExit(uint8_t(Nodes[N].Byte), N, N + Nodes[N].Skip)) {
    case Step::OverBudget:
      return false;
    case Step::Dead:
      N += Nodes[N].Skip;
      break;
    case Step::Alive:
      found(N, S.Uncertain);
      ++N;
      break;
    }
  }
  return true;
}

} // namespace weir

#endif // WEIR_LIB_RUNTIME_TRIEWALK_H
