//===- RequestKey.h - When two requests are the same ------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_SERVICE_REQUESTKEY_H
#define WEIR_LIB_SERVICE_REQUESTKEY_H

#include "weir/Service/CompileService.h"

#include <optional>

namespace weir {

/// The options and the canonical text. Equal keys, equal grammars. None for requests with
/// callbacks, which cannot be compared.
std::optional<std::string> requestKey(const CompileRequest &R);

} // namespace weir

#endif // WEIR_LIB_SERVICE_REQUESTKEY_H
