//===- Token.h - Token ids and kinds ----------------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_VOCAB_TOKEN_H
#define WEIR_VOCAB_TOKEN_H

#include <cstdint>
#include <string_view>

namespace weir {

/// A token as the engine numbers it: the index of its logit. A plain integer, not
/// an `Id`, because it is the engine's number and arrays of it cross the C interface and lie
/// in images as they are.
using TokenId = uint32_t;

enum class TokenKind : uint8_t {
#define TOKEN_KIND(Name, Text, Summary) Name,
#include "weir/Vocab/TokenKinds.def"
};

inline constexpr unsigned NumTokenKinds = 0
#define TOKEN_KIND(Name, Text, Summary) +1
#include "weir/Vocab/TokenKinds.def"
    ;

inline constexpr std::string_view tokenKindName(TokenKind K) {
  switch (K) {
#define TOKEN_KIND(Name, Text, Summary)                                                            \
  case TokenKind::Name:                                                                            \
    return Text;
#include "weir/Vocab/TokenKinds.def"
  }
  return "unknown";
}

} // namespace weir

#endif // WEIR_VOCAB_TOKEN_H
