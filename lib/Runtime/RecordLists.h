//===- RecordLists.h - Tables written as records, each once ---------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For those who write mask tables into an image or artifact: many tables have the same rows,
// ids or exit tries.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_RECORDLISTS_H
#define WEIR_LIB_RUNTIME_RECORDLISTS_H

#include "ExitTrie.h"

#include <map>
#include <unordered_map>
#include <vector>

namespace weir {

/// Lists of words, equal ones kept once, one behind the other.
class WordLists {
public:
  explicit WordLists(std::vector<uint32_t> &All) : All(All) {}

  /// Where the words are now.
  uint32_t add(std::span<const uint32_t> Words);

private:
  std::vector<uint32_t> &All;
  std::unordered_map<uint64_t, std::vector<uint32_t>> ByHash;
};

/// Exit tries, equal ones kept once.
class ExitLists {
public:
  ExitLists(std::vector<ExitTrieRec> &Tries, std::vector<ExitNodeRec> &Nodes,
            std::vector<uint32_t> &Ids, std::vector<CountCondition> &Conditions)
      : Tries(Tries), Nodes(Nodes), Ids(Ids), Conditions(Conditions) {}

  /// Its index; ExitTrieRec::None for an empty one.
  uint32_t add(const ExitTrie &X);

private:
  std::vector<ExitTrieRec> &Tries;
  std::vector<ExitNodeRec> &Nodes;
  std::vector<uint32_t> &Ids;
  std::vector<CountCondition> &Conditions;
  std::map<std::vector<uint32_t>, uint32_t> ByContent;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_RECORDLISTS_H
