//===- TrieWalk.h - Which tokens a frame can read -------------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Walks the vocabulary's trie and the network together, from one frame that is
// ready to read a byte. Two sinks share the walk:
//
//   over a real stack   bits are final
//   over Unknown        bits are the base mask, and the places where the frame
//                       ends go to an exit trie
//
// Whole subtrees are settled at once: refused when their first byte is, taken when
// the state loops on every kind of byte below and all of it is complete UTF-8.
// A wide frame starts from all ones and clears, a narrow one from zeros and sets.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_TRIEWALK_H
#define WEIR_LIB_RUNTIME_TRIEWALK_H

#include "ExitTrie.h"
#include "Stepper.h"
#include "weir/Vocab/Vocabulary.h"

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
  TrieWalk(const Grammar &G, const Vocabulary &V, Stepper &S, Scratch &Temp)
      : G(G), V(V), Trie(V.trie()), S(S), Temp(Temp) {}

  /// The share of the trie's tokens that begin with a byte the frame reads.
  bool isWide(const Frame &Atom) const;

  /// Writes the tokens of `Atom` into `Row`, which holds all text tokens when
  /// `Negative` and none otherwise. With `Exits`, `Atom` stands over Unknown.
  /// False when over budget; the row is then to be thrown away.
  bool run(const Frame &Atom, std::span<MaskWord> Row, bool Negative, ExitTrieBuilder *Exits);

  /// Walks an exit trie from the configurations after a return. Calls
  /// Found(ids, doubt) for each node reached; with doubt, the ids must be asked about
  /// one by one. False when over budget.
  template <typename Fn>
  bool walkExits(const ExitTrie &E, ConfigList Root, Fn Found);

private:
  struct Open {
    ConfigList Configs;
    uint32_t End;
    Scratch::Mark Before;
    bool Doubt;
  };
  /// One node of the path under way. Nearly always a single configuration, which is
  /// kept here; the scratch stacks are touched only where a step does more than move.
  struct Level {
    Frame One;          ///< when Single
    ConfigList Configs; ///< otherwise
    uint32_t End;       ///< of the trie node's subtree
    uint8_t Byte;
    bool Single;
    bool Owns; ///< scratch space from Before on belongs to the level
    Scratch::Mark Before;
    uint64_t LoopAtoms; ///< of One's state
    uint32_t LoopOps;
  };
  /// Goes on below `Node` with what a step gave; false when over budget.
  bool found(uint32_t Node, ConfigList Next, const Scratch::Mark &Before);
  void pushSingle(const Frame &F, uint32_t Node, bool Owns, const Scratch::Mark &Before);
  bool stepInto(uint32_t Node);
  bool taken(const Level &L, const TrieNode &N);
  void settle(std::span<const TokenId> Ids, bool Accepted);
  bool mayExit(ConfigList L);

  const Grammar &G;
  const Vocabulary &V;
  const TokenTrie &Trie;
  Stepper &S;
  Scratch &Temp;
  std::vector<Level> Levels;
  std::vector<Open> Opens;
  std::span<MaskWord> Row;
  bool Negative = false;
  uint32_t PendingBase = 0;
  ExitTrieBuilder *Exits = nullptr;
};

template <typename Fn>
bool TrieWalk::walkExits(const ExitTrie &E, ConfigList Root, Fn Found) {
  auto ids = [&](uint32_t N) {
    return std::span(E.Ids).subspan(E.Nodes[N].IdsBegin,
                                    E.Nodes[N + 1].IdsBegin - E.Nodes[N].IdsBegin);
  };
  Opens.clear();
  if (Root.empty())
    return true;
  Found(ids(0), S.Uncertain);
  Opens.push_back({Root, E.Nodes[0].Skip, Temp.mark(), S.Uncertain});
  uint32_t N = 1;
  while (!Opens.empty()) {
    if (N >= Opens.back().End) {
      Temp.release(Opens.back().Before);
      Opens.pop_back();
      continue;
    }
    Scratch::Mark Before = Temp.mark();
    S.Uncertain = Opens.back().Doubt;
    Temp.Pending.push_back(uint8_t(E.Nodes[N].Byte));
    ConfigList Next = S.step(Opens.back().Configs, uint8_t(E.Nodes[N].Byte));
    if (S.OverBudget)
      return false;
    if (Next.empty()) {
      Temp.release(Before);
      N += E.Nodes[N].Skip;
      continue;
    }
    Found(ids(N), S.Uncertain);
    Opens.push_back({Next, N + E.Nodes[N].Skip, Before, S.Uncertain});
    ++N;
  }
  return true;
}

} // namespace weir

#endif // WEIR_LIB_RUNTIME_TRIEWALK_H
