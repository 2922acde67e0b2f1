//===- FrontendRegistry.h - Which languages this program reads --*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// JSON Schema, regular expressions and `.wir` are always there. The languages
// whose parsers need ANTLR are a library of their own, which adds itself to a
// registry when asked; nothing registers itself at start-up.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_DRIVER_FRONTENDREGISTRY_H
#define WEIR_DRIVER_FRONTENDREGISTRY_H

#include "weir/Diag/Diagnostics.h"
#include "weir/Frontend/JSONSchema/JSONSchema.h"
#include "weir/IR/Module.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

enum class SpecLanguage : uint8_t {
  Auto,
#define LANGUAGE(Name, Option, Extension) Name,
#include "weir/Driver/Languages.def"
};

/// The option value of a language, such as "json-schema".
std::string_view languageName(SpecLanguage L);

struct FrontendOptions {
  jsonschema::Options JsonSchema;
};

/// What a frontend says beside the module.
struct FrontendResult {
  /// Under lenient compilation: the places whose constraint is not enforced.
  std::vector<ir::Origin> Unenforced;
  /// Of JSON Schemas: what is enforced but for something that no grammar can say.
  std::vector<jsonschema::Limitation> Partly;
};

/// Reads one file into a module, or reports errors and returns none.
using FrontendFn = std::optional<ir::Module> (*)(SourceManager &, FileId, const FrontendOptions &,
                                                 DiagnosticEngine &, FrontendResult &);

class FrontendRegistry {
public:
  /// With the languages of the compiler library itself.
  FrontendRegistry();
  void add(SpecLanguage L, FrontendFn Fn) { Fns[size_t(L)] = Fn; }
  FrontendFn lookup(SpecLanguage L) const { return Fns[size_t(L)]; }

private:
  FrontendFn Fns[16] = {};
};

} // namespace weir

#endif // WEIR_DRIVER_FRONTENDREGISTRY_H
