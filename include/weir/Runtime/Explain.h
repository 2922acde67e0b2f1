//===- Explain.h - Why a token may come or not ------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_RUNTIME_EXPLAIN_H
#define WEIR_RUNTIME_EXPLAIN_H

#include "weir/Runtime/Matcher.h"
#include "weir/Support/FunctionRef.h"

namespace weir {

struct Explanation {
  enum class Reason : uint8_t {
    Allowed,
    Budget,     ///< not known: a budget was exceeded
    Terminated, ///< a stop token has ended the text
    Banned,     ///< by the caller
    Incomplete, ///< a stop token, and the text is not complete
    NotNamed,   ///< a special token that no rule names here
    NoBytes,    ///< a gap, or no id at all
    AtByte,     ///< its byte `Byte` cannot come
    BytesOnly,  ///< its bytes could come, but not as this token
  };
  Reason Why = Reason::Allowed;
  std::string Limit; ///< of Budget: which, and how it is set
  size_t Byte = 0;
  /// Where it was refused, or would be read: rules with open frames, innermost first.
  std::vector<std::string> Rules;
  ByteSet Expected;    ///< bytes that could come there
  bool MayEnd = false; ///< ... or the end of the text
};

/// Finds out about a token where the matcher stands. Costs a fork and some hundred steps.
Explanation explain(const Matcher &M, TokenId T);

/// What an explanation says, in lines. `Places` gives the places of a rule in the
/// specification, or nothing.
std::string explanationText(const Explanation &E, const Vocabulary &V, TokenId T,
                            FunctionRef<std::string(std::string_view Rule)> Places);

} // namespace weir

#endif // WEIR_RUNTIME_EXPLAIN_H
