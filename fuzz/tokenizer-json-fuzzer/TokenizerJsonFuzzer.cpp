//===- TokenizerJsonFuzzer.cpp - No vocabulary crashes its reader ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The input is a HuggingFace tokenizer.json. Checked: no vocabulary exactly when there
// was an error, places inside of the text, and that what was read is a vocabulary.
//
//===----------------------------------------------------------------------===//
#include "../VocabularyFuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  weir::fuzz::readAndCheckVocabulary(Data, Size);
  return 0;
}
