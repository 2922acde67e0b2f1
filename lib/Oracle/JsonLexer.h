//===- JsonLexer.h - Reading a JSON string byte by byte ---------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One byte in; out comes nothing, the next bytes of the decoded value, or the end
// of the string. Raw bytes are passed through one at a time: whether they are
// UTF-8 is for the reader of the value to say.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_ORACLE_JSONLEXER_H
#define WEIR_LIB_ORACLE_JSONLEXER_H

#include "weir/IR/Module.h"
#include "weir/Support/CodePointSet.h"

#include <string>

namespace weir::oracle {

struct JsonLexer {
  enum class Phase : uint8_t {
    Open,         ///< before the opening quote
    Body,         ///< between characters (or bytes of a raw one)
    Escape,       ///< after a backslash
    Hex,          ///< after \u and `Digits` digits
    LowBackslash, ///< after a high surrogate's escape
    LowU,         ///< after the backslash that follows it
    LowHex,       ///< after \u of the low surrogate and `Digits` digits
  };
  ir::Escapes Style = ir::Escapes::Any;
  Phase At = Phase::Open;
  uint8_t Digits = 0;
  uint16_t Value = 0;
  uint16_t High = 0;
  friend auto operator<=>(const JsonLexer &, const JsonLexer &) = default;
  friend bool operator==(const JsonLexer &, const JsonLexer &) = default;

  enum class Outcome : uint8_t { Dead, More, Closed };
  /// Reads one byte; appends what the value gains to Decoded.
  Outcome feed(uint8_t B, std::string &Decoded);

  /// Whether an escape has begun and its character is not known yet.
  bool isPending() const { return At != Phase::Open && At != Phase::Body; }
  /// The scalars that the pending escape may still become.
  CodePointSet candidates() const;
};

} // namespace weir::oracle

#endif // WEIR_LIB_ORACLE_JSONLEXER_H
