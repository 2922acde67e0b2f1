//===- ArtifactObject.h - Artifacts as object files -------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program may link its grammars instead of shipping files: the bytes of an artifact
// become a read-only symbol, aligned as opening wants it, of an object file for any
// target that LLVM was built with. A generated C header declares the symbol, and opens it
// where it lies.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_CODEGEN_ARTIFACTOBJECT_H
#define WEIR_CODEGEN_ARTIFACTOBJECT_H

#include "weir/Support/Status.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir::codegen {

enum class ObjectForm : uint8_t { Object, Assembly, Ir };

struct ObjectOptions {
  ObjectForm Form = ObjectForm::Object;
  std::string Triple; ///< the machine this runs on when empty
  std::string Symbol; ///< a C identifier
};

/// A C identifier for the artifact of `Path`: its file name without what follows the first
/// dot, other characters than letters and digits replaced, "weir_" in front.
std::string symbolFor(std::string_view Path);
/// Is this a C identifier that no implementation reserves?
bool isSymbol(std::string_view Name);

/// The object file, assembly or IR with the bytes of an artifact. Fails with NotFound
/// (LLVM knows no such target) or InvalidArgument (a symbol that is none).
Result<std::string> emitArtifact(std::span<const uint8_t> Image, const ObjectOptions &Options);

/// The C header that belongs to it. `Image` must be an artifact.
std::string emitHeader(std::span<const uint8_t> Image, std::string_view Symbol,
                       std::string_view Source);

} // namespace weir::codegen

#endif // WEIR_CODEGEN_ARTIFACTOBJECT_H
