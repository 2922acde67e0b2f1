//===- LexicalCache.h - Automata of lexical rules, kept ---------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Strings, numbers, white space and the keys of open objects are the same in nearly
// every schema. A lexical rule, one that calls nothing and has no members or items, is
// known by the words that spell its expression out, and its finished automaton is
// kept under them; a find compares all of them, never a hash alone:
//
//   json_string(repeat<0,*>(class [^]))  ->  class 0..10ffff; repeat 0 * #0; json_string #1
//
// The generic terminals of LexicalTerminals.def stay for good. Others live in two generations
// of half the bound each: what was not found again while one filled is dropped.
//
// A lexical rule is made apart from its module with or without a cache, so a grammar
// does not depend on what was compiled before it.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LOWER_LEXICALCACHE_H
#define WEIR_LOWER_LEXICALCACHE_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace weir {

/// Safe to use from several threads.
class LexicalCache {
public:
  static constexpr size_t DefaultBytes = size_t(8) << 20;
  /// What is not generic takes at most about `MaxBytes`.
  explicit LexicalCache(size_t MaxBytes = DefaultBytes);
  ~LexicalCache();

  /// Drops all but the generic terminals.
  void clear();
  /// Makes generic what is there now, as far as half of the bound goes.
  void keep();

  struct Counts {
    size_t Generic = 0, Others = 0, OtherBytes = 0;
    uint64_t Hits = 0, Misses = 0;
  };
  Counts counts() const;

  /// An automaton with what it needs; see lib/Lower/Lexical.h.
  struct Entry;
  using Key = std::vector<uint32_t>;
  /// Null when it is not there.
  std::shared_ptr<const Entry> find(const Key &K);
  void insert(const Key &K, std::shared_ptr<const Entry> E);

private:
  /// A key looked for in several maps is hashed once.
  struct Hashed {
    const Key &Of;
    size_t Hash;
  };
  struct KeyHash {
    using is_transparent = void;
    size_t operator()(const Key &K) const;
    size_t operator()(const Hashed &K) const { return K.Hash; }
  };
  struct KeyEqual {
    using is_transparent = void;
    bool operator()(const Key &A, const Key &B) const { return A == B; }
    bool operator()(const Hashed &A, const Key &B) const { return A.Of == B; }
    bool operator()(const Key &A, const Hashed &B) const { return A == B.Of; }
  };
  using Map = std::unordered_map<Key, std::shared_ptr<const Entry>, KeyHash, KeyEqual>;

  const size_t MaxBytes;
  mutable std::mutex Mutex;
  std::unordered_set<Key, KeyHash, KeyEqual> GenericKeys;
  Map Generic, Young, Old;
  size_t YoungBytes = 0, OldBytes = 0, KeptBytes = 0;
  uint64_t Hits = 0, Misses = 0;
};

/// The one that compilations of a process use unless their options name another.
LexicalCache &processLexicalCache();

} // namespace weir

#endif // WEIR_LOWER_LEXICALCACHE_H
