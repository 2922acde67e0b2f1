//===- PresentationOptions.h - Options by name, and x-weir ------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_PRESENTATIONOPTIONS_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_PRESENTATIONOPTIONS_H

#include "weir/Frontend/JSONSchema/JSONSchema.h"
#include "weir/JSON/Value.h"

namespace weir::jsonschema {

/// Applies the root's `x-weir` to the options, and checks what they hold as free text. What is
/// wrong is reported, and the schema may be read on.
void readVendorOptions(const json::Document &D, json::ValueId Root, Options &O,
                       DiagnosticEngine &Diags);

/// Reports where a schema leaves OpenAI's strict profile. O(schema).
void checkStrictProfile(const json::Document &D, json::ValueId Root, DiagnosticEngine &Diags);

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_PRESENTATIONOPTIONS_H
