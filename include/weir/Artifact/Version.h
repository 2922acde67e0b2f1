//===- Version.h - The versions of artifacts --------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   1.0   grammars
//   1.1   optional sections: mask tables of one vocabulary, places of rules
//
// Another major version is refused: a record, an operation of RegisterOps.def or what one
// means has changed. A minor version adds optional sections and nothing else; this
// reader takes every minor version from OldestMinor on, and skips the sections of newer
// ones that it does not know.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_ARTIFACT_VERSION_H
#define WEIR_ARTIFACT_VERSION_H

#include <cstdint>

namespace weir::artifact {

inline constexpr uint16_t MajorVersion = 2; ///< since 2 a comma ends the numbers of listed values
inline constexpr uint16_t MinorVersion = 1;
inline constexpr uint16_t OldestMinor = 0;

} // namespace weir::artifact

#endif // WEIR_ARTIFACT_VERSION_H
