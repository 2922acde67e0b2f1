//===- ExpectedDiagnostics.h - Diagnostics as a file expects them -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A test file says in comments what will be reported about it:
//
//   // expected-error@+1 {{there is no rule @lst}}
//   rule @list = call @lst
//   // expected-note@-1 {{did you mean 'list'?}}
//
// `expected-` is followed by error, warning or note; `@+N`, `@-N` (lines from the
// comment's own), `@unknown` (no place in this file) or nothing. The text is a part
// of "message [stable-name]". Every diagnostic and every note must be expected, and
// every expectation met, each by one diagnostic. Notes without a place of their own
// stand where their diagnostic does.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_TOOLSUPPORT_EXPECTEDDIAGNOSTICS_H
#define WEIR_TOOLSUPPORT_EXPECTEDDIAGNOSTICS_H

#include "weir/Diag/Diagnostics.h"

namespace weir {

/// Compares what was reported (`Got`) with what the text of `File` expects. Reports
/// differences to `Problems`; returns whether there are none.
bool checkExpectedDiagnostics(FileId File, const DiagnosticEngine &Got, DiagnosticEngine &Problems);

} // namespace weir

#endif // WEIR_TOOLSUPPORT_EXPECTEDDIAGNOSTICS_H
