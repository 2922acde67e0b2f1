//===- UnknownKeywords.h - Names that keywords may be meant by --*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_UNKNOWNKEYWORDS_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_UNKNOWNKEYWORDS_H

#include "weir/Diag/Diagnostics.h"
#include "weir/Frontend/JSONSchema/JSONSchema.h"
#include "weir/JSON/Value.h"

#include <map>
#include <string_view>

namespace weir::jsonschema {

/// The keyword of the draft that `Name`, which is none, is likely meant to be; empty where
/// it may as well be a name of somebody's own. Case does not count.
std::string_view likelyKeyword(std::string_view Name, Draft D);

/// What stands in the schemas of one document and is no keyword of their draft. A name is
/// told once, at its first place: who misspells it does so throughout.
class UnknownKeywords {
public:
  /// `IsRoot`: whether `M` is a member of the document's root. O(log) of the names seen.
  void see(const json::Document &D, const json::Member &M, Draft In, bool IsRoot);
  /// In the order of the text.
  void report(const json::Document &D, DiagnosticEngine &Diags) const;

private:
  struct Place {
    const json::Member *First;
    uint32_t Begin;
    Draft In;
  };
  std::map<std::string_view, Place> Seen; ///< the names are the document's
};

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_UNKNOWNKEYWORDS_H
