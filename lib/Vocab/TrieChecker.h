//===- TrieChecker.h - Is a trie the trie of its tokens? --------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_VOCAB_TRIECHECKER_H
#define WEIR_LIB_VOCAB_TRIECHECKER_H

#include "weir/Vocab/Vocabulary.h"

#include <string>

namespace weir {

/// The tokens of an image, known to be sound: offsets ascend and end within `Bytes`.
struct TokenTexts {
  std::span<const uint32_t> Offsets; ///< one more than there are tokens
  std::span<const uint8_t> Kinds;    ///< `TokenKind` of each
  std::span<const uint8_t> Bytes;    ///< behind which 16 more can be read
};

/// What is wrong with a trie as that of the text tokens in `Texts`, or nothing: then each of
/// `Tokens` lies at the node that spells it, once, and nodes say of their subtrees what is so.
/// `Nodes` has at least a root and a sentinel. Linear; memory for the deepest path.
std::string checkTrie(const TokenTexts &Texts, std::span<const TrieNode> Nodes,
                      std::span<const TokenId> Tokens);

} // namespace weir

#endif // WEIR_LIB_VOCAB_TRIECHECKER_H
