//===- ByteSetText.h - Sets of bytes as text --------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_BYTESETTEXT_H
#define WEIR_SUPPORT_BYTESETTEXT_H

#include "weir/Support/ByteSet.h"

#include <string>

namespace weir {

/// A set of bytes as a class: [0-9a-f"\n\xc3]; one byte as text: "a".
std::string printByteSet(const ByteSet &Set);

} // namespace weir

#endif // WEIR_SUPPORT_BYTESETTEXT_H
