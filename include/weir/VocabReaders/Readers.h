//===- Readers.h - Vocabularies from the files they come in -----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A vocabulary is named `bytes` or `demo`, or is a file, recognised by content:
//
//   .wvoc image        opened in place
//   tokenizer.json     HuggingFace: BPE and Unigram models (TokenizerJson.cpp)
//   {"tokens_b64": …}  texts in base64, ids of special tokens and gaps (VocabularyJson.cpp)
//   [ … ]              a list of tokens, for hand-made vocabularies (VocabularyJson.cpp)
//
// and any of these packed by xz, where the caller brings an unpacker. Only the bytes that a
// token adds to the text matter here: how a tokenizer splits text (merges, scores,
// normalisation) does not change what a token may stand for.
//
// What is not understood is refused by name, never guessed at.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_VOCABREADERS_READERS_H
#define WEIR_VOCABREADERS_READERS_H

#include "weir/Diag/Diagnostics.h"
#include "weir/Vocab/Vocabulary.h"

#include <string_view>
#include <vector>

namespace weir {

struct VocabularyOptions {
  /// Stop tokens besides those the file names.
  std::vector<TokenId> Stops;
  /// Unpacks .xz data into at most that many bytes; null: such input is refused.
  Result<FileBytes> (*UnpackXz)(std::span<const uint8_t> Packed, uint64_t MaxBytes) = nullptr;
};

/// Reads the vocabulary that `NameOrPath` names. Null after errors, which are reported; notes and
/// warnings may be reported in any case.
VocabularyRef readVocabulary(std::string_view NameOrPath, DiagnosticEngine &Diags,
                             const VocabularyOptions &Options = {});

/// The same for the bytes of a file; `Name` is for messages.
VocabularyRef readVocabulary(FileBytes Bytes, std::string_view Name, DiagnosticEngine &Diags,
                             const VocabularyOptions &Options = {});

/// Ids 0 … 255 are the bytes, 256 is the stop token "<eos>".
VocabularyRef bytesVocabulary();

/// A small vocabulary with everything that occurs in large ones: tokens that span lexemes, runs
/// of blanks, characters cut in half, several ids for one text, special and added
/// tokens, gaps, two stop tokens. Made by utils/make-demo-vocab.py.
VocabularyRef demoVocabulary();

/// `V` with more stop tokens, reported where there are no such ids; `V` itself when it has them.
VocabularyRef withStopTokens(VocabularyRef V, std::span<const TokenId> Stops,
                             DiagnosticEngine &Diags);

} // namespace weir

#endif // WEIR_VOCABREADERS_READERS_H
