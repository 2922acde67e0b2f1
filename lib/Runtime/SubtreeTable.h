//===- SubtreeTable.h - What a leaf rule reads below one node --------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Many tokens begin before a value and go on into it. After a colon, say, a walk over the
// real stack reads the blank and stands at the start of a string, below the node ` ` of the
// vocabulary's trie:
//
//   {"name":·        tokens   ` "`  ` "a`  ` ""`  ` "",`  …
//
// What a leaf rule does there depends on nothing else, so for the terminals, whose
// tables are kept for good, it is worked out once for the nodes where values are likely to begin:
// the tokens that stay in the rule, and a trie of what the others are after it.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_SUBTREETABLE_H
#define WEIR_LIB_RUNTIME_SUBTREETABLE_H

#include "ExitTrie.h"
#include "Stepper.h"
#include "weir/Runtime/TableCache.h"
#include "weir/Vocab/TokenTrie.h"

#include <vector>

namespace weir {

class BoundGrammar;

struct SubtreeTable {
  std::vector<TokenId> Ids; ///< that stay in the rule, each once
  ExitTrie Exits;           ///< the others
  bool HasDoubles = false;  ///< some token does both
  /// Behind the quote of a key: `hashKey` of the keys that are ended, ascending.
  std::vector<uint32_t> KeyHashes;

  size_t memoryBytes() const {
    return sizeof(*this) + Ids.capacity() * sizeof(TokenId) + Exits.memoryBytes() +
           KeyHashes.capacity() * sizeof(uint32_t);
  }
};

/// The tables that there are for one grammar.
class SubtreeTables {
public:
  SubtreeTables(const Grammar &G, const BoundGrammar &Bound, TableCache::Impl &Cache)
      : G(G), Bound(Bound), Cache(Cache) {}

  /// What `F`, which has read the bytes to `Node`, does below it; null where that is not known, or
  /// where the bytes to the end of the rule are compared with earlier ones, which a table does not
  /// tell. It lives as long as the cache. Any thread.
  const SubtreeTable *find(const Frame &F, uint32_t Node, Stepper &S) const;

  /// The same for `State`, of a rule that reads a free key, behind the quote. That keys, or
  /// the items they are in, are compared with earlier ones is the caller's matter.
  const SubtreeTable *findKey(StateId State, uint32_t Node) const;

  /// The nodes for which tables are made: what is written between values, a few bytes of it.
  static std::vector<uint32_t> likelyNodes(const TokenTrie &Trie);

private:
  const Grammar &G;
  const BoundGrammar &Bound;
  TableCache::Impl &Cache;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_SUBTREETABLE_H
