//===- RecordLists.cpp - Tables written as records, each once --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RecordLists.h"

#include <algorithm>

namespace weir {

uint32_t WordLists::add(std::span<const uint32_t> Words) {
  uint64_t Hash = Words.size();
  for (uint32_t W : Words)
    Hash = (Hash ^ W) * 0x9E3779B97F4A7C15U + (Hash >> 29);
  std::vector<uint32_t> &Same = ByHash[Hash];
  for (uint32_t At : Same)
    if (Words.size() <= All.size() - At && std::equal(Words.begin(), Words.end(), All.begin() + At))
      return At;
  Same.push_back(uint32_t(All.size()));
  All.insert(All.end(), Words.begin(), Words.end());
  return Same.back();
}

uint32_t ExitLists::add(const ExitTrie &X) {
  if (X.empty())
    return ExitTrieRec::None;
  std::vector<uint32_t> Content;
  for (const ExitNodeRec &N : X.nodes())
    Content.insert(Content.end(), {N.Byte, N.Skip, N.IdsBegin});
  Content.insert(Content.end(), X.ids().begin(), X.ids().end());
  for (const CountCondition &C : X.conditions())
    Content.push_back(uint32_t(C.Room) << 16 | C.Seen);
  Content.push_back(uint32_t(X.nodes().size()));
  const auto [Known, First] = ByContent.try_emplace(std::move(Content), uint32_t(Tries.size()));
  if (!First)
    return Known->second;
  ExitTrieRec Rec{uint32_t(Nodes.size()), uint32_t(X.nodes().size()), uint32_t(Ids.size()),
                  uint32_t(X.ids().size()), ExitTrieRec::None};
  Nodes.insert(Nodes.end(), X.nodes().begin(), X.nodes().end());
  Ids.insert(Ids.end(), X.ids().begin(), X.ids().end());
  if (!X.conditions().empty()) {
    Rec.Conditions = uint32_t(Conditions.size());
    Conditions.insert(Conditions.end(), X.conditions().begin(), X.conditions().end());
  }
  Tries.push_back(Rec);
  return Known->second;
}

} // namespace weir
