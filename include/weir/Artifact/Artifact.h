//===- Artifact.h - Writing and opening compiled grammars -------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layout.h says what is in an artifact. A grammar that was opened answers every call
// like the one that was written, and is as fast.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_ARTIFACT_ARTIFACT_H
#define WEIR_ARTIFACT_ARTIFACT_H

#include "weir/Artifact/Layout.h"
#include "weir/Runtime/Grammar.h"
#include "weir/Support/File.h"
#include "weir/Support/FunctionRef.h"
#include "weir/Support/Status.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weir {

/// True when `Bytes` begin like an artifact of any version.
bool isArtifact(std::span<const uint8_t> Bytes);

/// Header and sections, in bounds and in order; what is in the sections is not looked at.
struct ArtifactDirectory {
  artifact::Header Header;
  std::vector<artifact::Section> Sections;

  /// Fails with the errors of Errors.def but for malformed records.
  static Result<ArtifactDirectory> read(std::span<const uint8_t> Image);
  const artifact::Section *find(artifact::SectionKind Kind) const;
};

/// Validates an artifact and keeps it: nothing is copied, unless the bytes do not start
/// at a multiple of 8. Fails with an error whose message begins with a name of Errors.def.
/// Linear in the image.
Result<std::shared_ptr<const Grammar>> openArtifact(FileBytes Image);
/// Maps and opens a file. Fails also with NotFound and IoError.
Result<std::shared_ptr<const Grammar>> openArtifactFile(const std::string &Path);

/// The text that says where the rule of a name is in the specification; empty: nowhere.
using RulePlacesFn = FunctionRef<std::string(std::string_view Rule)>;

/// The artifact of a grammar, with the mask tables and places that it has. Equal grammars, equal
/// bytes.
std::vector<uint8_t> writeArtifact(const Grammar &G);
/// The same with these places instead.
std::vector<uint8_t> writeArtifact(const Grammar &G, RulePlacesFn Places);

/// XXH64 of the image but for the field that holds it; the image has a header.
uint64_t artifactChecksum(std::span<const uint8_t> Image);
/// Writes the checksum into the header.
void sealArtifact(std::span<uint8_t> Image);

/// Identifies a grammar across processes, whatever optional sections are with it:
/// Header::GrammarHash of its artifact.
uint64_t grammarHash(const Grammar &G);

} // namespace weir

#endif // WEIR_ARTIFACT_ARTIFACT_H
