//===- Corpus.h - Schemas with instances, as MaskBench has them -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A corpus is a file of cases, JSON lines (or one array, or one case), packed by xz
// or not:
//
//   {"id": "…", "schema": …, "tests": [{"valid": true, "text": "…", "tokens": [1, 2]}]}
//
// The schema under test is the exact bytes of the member `schema`. `tokens` are
// those of one tokenizer; where they do not spell the text in the vocabulary at
// hand, the text is cut into longest matches instead.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_BENCH_CORPUS_H
#define WEIR_BENCH_CORPUS_H

#include "weir/Diag/Diagnostics.h"
#include "weir/Vocab/Vocabulary.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace weir::bench {

/// One case where it lies in the corpus.
struct CaseText {
  std::string Id;
  std::string_view Text;
};

/// The cases of a corpus, in order. `Ids`, when given, names the cases to keep; a name
/// that no case has is an error. The text must outlive the result. None after errors,
/// reported.
std::optional<std::vector<CaseText>>
readCorpus(FileId File, DiagnosticEngine &Diags,
           const std::optional<std::set<std::string, std::less<>>> &Ids);

/// One instance to be read token by token.
struct Instance {
  bool Valid = false;
  std::vector<TokenId> Tokens;
  /// Some part of the text is in no token of the vocabulary: `Tokens` end there.
  bool Untokenizable = false;
};

struct Case {
  std::string_view Schema; ///< exact bytes
  std::vector<Instance> Instances;
};

/// Reads one case that `readCorpus` has returned, without its instances when they are not asked
/// for; views point into its text.
std::optional<Case> readCase(std::string_view Text, const Vocabulary &V, bool Instances = true);

/// Cuts a text into longest matches.
Instance tokenize(std::string_view Text, const Vocabulary &V);

} // namespace weir::bench

#endif // WEIR_BENCH_CORPUS_H
