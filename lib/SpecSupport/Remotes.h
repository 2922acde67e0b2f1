//===- Remotes.h - A folder of documents for remote references --*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_SPECSUPPORT_REMOTES_H
#define WEIR_LIB_SPECSUPPORT_REMOTES_H

#include "weir/Diag/Diagnostics.h"

#include <map>
#include <string>

namespace weir {

/// Adds the JSON documents below `Folder`, each under the URI of its `$id` (or `id`) and
/// under its path from the folder, which begins with '/': the path of any URI it
/// answers. Files that hold no JSON are passed over. False when the folder cannot be
/// read, reported.
bool readRemotes(const std::string &Folder, std::map<std::string, std::string> &Remotes,
                 DiagnosticEngine &Diags);

} // namespace weir

#endif // WEIR_LIB_SPECSUPPORT_REMOTES_H
