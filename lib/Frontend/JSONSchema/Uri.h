//===- Uri.h - URI references (RFC 3986) ------------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_URI_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_URI_H

#include <optional>
#include <string>
#include <string_view>

namespace weir::jsonschema {

/// A reference split at its first '#'.
struct SplitUri {
  std::string_view Base;
  std::optional<std::string_view> Fragment; ///< still percent-encoded
};
SplitUri splitFragment(std::string_view Reference);

/// The reference resolved against the base as section 5.2 says, without fragment. A
/// base that is itself relative (or empty) is allowed and gives a relative result.
std::string resolveUri(std::string_view Base, std::string_view Reference);

/// None when a '%' is not followed by two hexadecimal digits.
std::optional<std::string> percentDecode(std::string_view Text);

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_URI_H
