//===- VocabularyFuzzing.h - What must hold of a vocabulary -----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a reader made of its input must be a vocabulary: its image opens again, the
// builder makes the same image from what the vocabulary says of itself, and masks over
// it agree with the other ways to ask.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_FUZZ_VOCABULARYFUZZING_H
#define WEIR_FUZZ_VOCABULARYFUZZING_H

#include "Fuzzing.h"

#include "weir/VocabReaders/Readers.h"

namespace weir::fuzz {

/// Holds `V` against its rebuilding, and walks a grammar of all texts over it.
void checkVocabulary(const VocabularyRef &V, std::mt19937 Random);

/// Reads the bytes as the file of a vocabulary, and checks what comes out.
void readAndCheckVocabulary(const uint8_t *Data, size_t Size);

} // namespace weir::fuzz

#endif // WEIR_FUZZ_VOCABULARYFUZZING_H
