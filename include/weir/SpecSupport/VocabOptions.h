//===- VocabOptions.h - The option --vocab of every tool --------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SPECSUPPORT_VOCABOPTIONS_H
#define WEIR_SPECSUPPORT_VOCABOPTIONS_H

#include "weir/ToolSupport/ToolSupport.h"
#include "weir/Vocab/Vocabulary.h"

#include <string>

namespace weir {

/// `--vocab=V`: `bytes`, `demo`, or the path of a `.wvoc`, a `tokenizer.json` or a vocabulary
/// JSON, each packed or not; and `--stop=ID,…` for further stop tokens.
class VocabOptions {
public:
  explicit VocabOptions(ToolSession &Tool, const char *Default = "demo");

  const llvm::cl::Option &option() const { return Name; }
  const llvm::cl::Option &stopOption() const { return Stops; }
  bool wasGiven() const { return Name.getNumOccurrences() != 0; }
  const std::string &name() const { return Name.getValue(); }
  /// Null after errors, reported.
  VocabularyRef load(ToolSession &Tool) const;

private:
  llvm::cl::opt<std::string> Name;
  llvm::cl::list<unsigned> Stops;
};

} // namespace weir

#endif // WEIR_SPECSUPPORT_VOCABOPTIONS_H
