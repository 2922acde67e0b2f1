//===- TestSupport.h - Schemas and instances in tests -----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_FRONTEND_JSONSCHEMA_TESTSUPPORT_H
#define WEIR_UNITTESTS_FRONTEND_JSONSCHEMA_TESTSUPPORT_H

#include "weir/Frontend/JSONSchema/JSONSchema.h"
#include "weir/JSON/Value.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

namespace weir::jsonschema::test {

/// A string as JSON, in the canonical spelling.
inline std::string quote(std::string_view S) {
  std::string Out = "\"";
  for (char C : S) {
    static constexpr std::string_view Short = "\"\\\b\f\n\r\t", Letter = "\"\\bfnrt";
    if (size_t I = Short.find(C); I != std::string_view::npos) {
      Out += '\\';
      Out += Letter[I];
    } else if (uint8_t(C) < 0x20) {
      static constexpr char Hex[] = "0123456789abcdef";
      Out += "\\u00";
      Out += Hex[uint8_t(C) >> 4];
      Out += Hex[uint8_t(C) & 15];
    } else {
      Out += C;
    }
  }
  return Out += '"';
}

/// One line, ", " and ": ", numbers as they were written. Recursive: for tests' data.
inline std::string serialise(const json::Document &D, json::ValueId V) {
  std::string Out;
  switch (D.kind(V)) {
  case json::Kind::String:
    return quote(D.string(V));
  case json::Kind::Array:
    for (json::ValueId E : D.elements(V))
      Out += (Out.empty() ? "" : ", ") + serialise(D, E);
    return "[" + Out + "]";
  case json::Kind::Object:
    for (const json::Member &M : D.members(V))
      Out += (Out.empty() ? "" : ", ") + quote(M.Key) + ": " + serialise(D, M.Value);
    return "{" + Out + "}";
  default:
    return std::string(D.sourceText(V));
  }
}

/// One compilation.
struct Compiled {
  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
  std::vector<ir::Origin> Unenforced;
  std::optional<ir::Module> M;

  explicit Compiled(std::string Schema, const Options &Opts = {}) {
    M = compileSchema(Sources, Sources.add("schema.json", std::move(Schema)), Opts, Diags,
                      Unenforced);
  }
  /// "name pointer" of each diagnostic, less the note about the draft.
  std::vector<std::string> problems() const {
    std::vector<std::string> Out;
    for (const Diagnostic &D : Diags.diagnostics())
      if (D.Id != DiagId::SchemaDraftAssumed)
        Out.push_back(std::string(diagName(D.Id)) + " " + D.Pointer);
    return Out;
  }
};

} // namespace weir::jsonschema::test

#endif // WEIR_UNITTESTS_FRONTEND_JSONSCHEMA_TESTSUPPORT_H
