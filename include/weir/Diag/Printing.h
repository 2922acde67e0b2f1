//===- Printing.h - Lists of diagnostics as text and JSON -------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As Diagnostics.h prints what an engine collected: for lists that are not all of it, or
// not as it was reported.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_DIAG_PRINTING_H
#define WEIR_DIAG_PRINTING_H

#include "weir/Diag/Diagnostics.h"

#include <span>
#include <string>
#include <vector>

namespace weir {

std::string printText(std::span<const Diagnostic> All, const SourceManager &Sources);
std::string printJson(std::span<const Diagnostic> All, const SourceManager &Sources);

/// The diagnostics without lines and columns, in themselves and in their notes; JSON pointers stay.
std::vector<Diagnostic> withoutPlaces(std::span<const Diagnostic> All);

} // namespace weir

#endif // WEIR_DIAG_PRINTING_H
