//===- VocabOptions.cpp - The option --vocab of every tool ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/SpecSupport/VocabOptions.h"

#include "weir/Compression/Xz.h"
#include "weir/VocabReaders/Readers.h"

namespace weir {

VocabOptions::VocabOptions(ToolSession &Tool, const char *Default)
    : Name("vocab",
           llvm::cl::desc("The vocabulary: bytes, demo, or a file (.wvoc, tokenizer.json, "
                          "vocabulary JSON; may be packed by xz)"),
           llvm::cl::value_desc("V"), llvm::cl::init(Default), Tool.category()),
      Stops("stop", llvm::cl::desc("Stop tokens besides those of the vocabulary"),
            llvm::cl::value_desc("ID,..."), llvm::cl::CommaSeparated, Tool.category()) {}

VocabularyRef VocabOptions::load(ToolSession &Tool) const {
  VocabularyOptions Options;
  Options.Stops.assign(Stops.begin(), Stops.end());
  Options.UnpackXz = unpackXz;
  return readVocabulary(name(), Tool.Diags, Options);
}

} // namespace weir
