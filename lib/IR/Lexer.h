//===- Lexer.h - The words of IR text ---------------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The whole text is cut into tokens before parsing, because rules may be called
// before they stand: the parser first looks for `rule @name` and only then reads
// bodies. A bracket after `class` or `bytes` opens a set, which is one token up to
// its closing bracket.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_IR_LEXER_H
#define WEIR_LIB_IR_LEXER_H

#include "weir/Diag/Diagnostics.h"

#include <string_view>
#include <vector>

namespace weir::ir {

struct WirToken {
  enum Kind : uint8_t {
    End,
    Word,     ///< seq
    Number,   ///< 12
    String,   ///< "…"
    Set,      ///< [a-z] after class or bytes
    RuleName, ///< @list or @"…"
    LetName,  ///< %12
    Dots,     ///< ..
    Sign,     ///< one of ( ) < > [ ] , = : * -
  };
  Kind What;
  uint32_t Begin, Finish; ///< a half-open byte range
};

/// Cuts the text, which is valid UTF-8, into tokens; the last is `End`. Mistakes are
/// reported and left out.
std::vector<WirToken> lexWir(FileId File, DiagnosticEngine &Diags);

} // namespace weir::ir

#endif // WEIR_LIB_IR_LEXER_H
