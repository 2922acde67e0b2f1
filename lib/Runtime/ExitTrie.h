//===- ExitTrie.h - The tokens that leave a frame midway ------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A token that finishes a frame and goes on (`",` inside a string) depends on what
// lies below. Its bytes up to the end of the frame are decided once; the rest, the
// remainder, is put into a trie shared by all such tokens of an entry:
//
//   ""   {"}                 allowed when the frame below can be returned into
//    ,   {",}                … and then reads a comma
//     "  {","}
//
// laid out like the vocabulary's trie: depth-first, with skips.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_EXITTRIE_H
#define WEIR_LIB_RUNTIME_EXITTRIE_H

#include "weir/Support/ByteSet.h"
#include "weir/Vocab/ExitRecords.h"
#include "weir/Vocab/TokenTrie.h"

#include <array>
#include <span>
#include <utility>
#include <vector>

namespace weir {

class ExitTrie {
public:
  ExitTrie() = default;
  ExitTrie(std::vector<ExitNodeRec> N, std::vector<TokenId> I, std::vector<CountCondition> C)
      : OwnNodes(std::move(N)), OwnIds(std::move(I)), OwnIf(std::move(C)), Nodes(OwnNodes),
        Ids(OwnIds), If(OwnIf) {}
  /// The one that lies in tables of an image or artifact, which must outlive it.
  static ExitTrie lent(const ExitTrieRec &R, std::span<const ExitNodeRec> Nodes,
                       std::span<const TokenId> Ids, std::span<const CountCondition> If) {
    ExitTrie Out;
    Out.Nodes = Nodes.subspan(R.Nodes, R.NodeCount);
    Out.Ids = Ids.subspan(R.Ids, R.IdCount);
    if (R.Conditions != ExitTrieRec::None)
      Out.If = If.subspan(R.Conditions, R.IdCount);
    return Out;
  }
  /// A move leaves what the spans see where it is; a copy would not.
  ExitTrie(ExitTrie &&) = default;
  ExitTrie &operator=(ExitTrie &&) = default;
  ExitTrie(const ExitTrie &) = delete;
  ExitTrie &operator=(const ExitTrie &) = delete;

  /// The root first, a sentinel last; empty when nothing exits.
  std::span<const ExitNodeRec> nodes() const { return Nodes; }
  std::span<const TokenId> ids() const { return Ids; }
  /// Of each id, or empty.
  std::span<const CountCondition> conditions() const { return If; }

  bool empty() const { return Nodes.empty(); }
  /// Without what is lent.
  size_t memoryBytes() const {
    return OwnNodes.size() * sizeof(ExitNodeRec) + OwnIds.size() * sizeof(TokenId) +
           OwnIf.size() * sizeof(CountCondition);
  }

private:
  std::vector<ExitNodeRec> OwnNodes;
  std::vector<TokenId> OwnIds;
  std::vector<CountCondition> OwnIf;
  std::span<const ExitNodeRec> Nodes;
  std::span<const TokenId> Ids;
  std::span<const CountCondition> If;
};

/// Overlays subtrees of the vocabulary's trie.
class ExitTrieBuilder {
public:
  /// Nodes and ids together may be at most this many.
  static constexpr size_t MaxSize = 30'000;

  ExitTrieBuilder(const TokenTrie &Trie, const ByteSet &Follow);

  /// The frame ends at node `N`: its tokens have the empty remainder (when `Self`),
  /// those below it what comes after `N`. False when the budget is spent.
  bool addExit(uint32_t N, bool Self, CountCondition If = {});
  /// The frame ends before the byte of node `C`: what its tokens, and those below, are from there
  /// on is left.
  bool addExitBefore(uint32_t C, CountCondition If = {});
  const ByteSet &follow() const { return Follow; }
  bool empty() const { return Temp.size() == 1 && Temp[0].FirstId == None; }
  ExitTrie finish() const;

private:
  static constexpr uint32_t None = 0xffffffffU;
  struct TempNode {
    uint8_t Byte = 0;
    uint32_t FirstChild = None, Next = None; ///< children by byte ascending
    uint32_t FirstId = None;
  };
  struct TempId {
    TokenId Id;
    CountCondition If;
    uint32_t Next;
  };
  uint32_t child(uint32_t Parent, uint8_t Byte);
  void addIds(uint32_t Node, std::span<const TokenId> New, CountCondition If);

  const TokenTrie &Trie;
  ByteSet Follow;
  std::vector<TempNode> Temp;
  std::array<uint32_t, 256> FirstBytes; ///< the root's children, which are asked for most
  std::vector<TempId> TempIds;
  std::vector<uint32_t> Path;
  bool AnyIf = false;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_EXITTRIE_H
