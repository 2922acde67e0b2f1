//===- Layout.h - The artifact (.wtab), byte by byte ------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A compiled grammar is a handful of tables of plain records (GrammarLayout.h), so
// the file is those tables: little-endian, offsets and no pointers, each in the
// alignment it is read in. Opening checks everything once and copies nothing; a mapped
// file is shared by all processes that open it.
//
//   Header         64 bytes
//   Section[n]     24 bytes each, by kind, ascending
//   section 0 …    each from a multiple of 8, zeros between
//
//   kinds 1 … 20   the grammar: GrammarTables.def, then Text. All of them are there,
//                  empty or not.
//   from 0x100 on  optional: what can be made again, or be done without. Mask tables for one
//                  vocabulary (ReadyTables.def) and places of rules in the specification
//                  (PlaceEnds, PlaceText), each whole or not at all
//
// `Checksum` (XXH64 of everything but itself) finds accidents. It is not what safety
// rests on: whoever forges an artifact can seal it too, and is stopped by the checks of
// every record. They promise that no call on the grammar leaves the tables, loops for
// ever or fails; which language a forged grammar has, nobody can promise.
//
// Rejected: a 32-bit CRC (a fifth of the speed without special instructions, and the
// checksum is most of what opening costs); compressing (nothing could be mapped);
// FlatBuffers (its verifier knows bounds, not automata).
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_ARTIFACT_LAYOUT_H
#define WEIR_ARTIFACT_LAYOUT_H

#include "weir/Artifact/Version.h"
#include "weir/Runtime/Grammar.h"
#include "weir/Runtime/ReadyTables.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace weir::artifact {

static_assert(std::endian::native == std::endian::little,
              "artifacts are mapped, not decoded: this library needs a little-endian machine");

/// First byte not ASCII and a line end of each sort, so that text-mode transfers show.
inline constexpr uint8_t Magic[8] = {0x89, 'W', 'T', 'A', 'B', '\r', '\n', 0x1A};

enum class SectionKind : uint32_t {
#define GRAMMAR_TABLE(Kind, Element, Name, Summary) Name = Kind,
#include "weir/Runtime/GrammarTables.def"
  Text = 20,
  FirstOptional = 0x100,
#define READY_TABLE(Kind, Element, Name, Summary) Name = Kind,
#include "weir/Runtime/ReadyTables.def"
  PlaceEnds = 0x120,
  PlaceText = 0x121,
};
inline constexpr uint32_t NumGrammarSections = 20;
inline constexpr uint32_t MaxSections = 64;

enum HeaderFlags : uint32_t {
  GrammarNeedsFresh = 1, ///< GrammarView::NeedsFresh
};

struct Header {
  uint8_t Magic[8];
  uint16_t MajorVersion;
  uint16_t MinorVersion;
  uint32_t SectionCount;
  uint64_t FileBytes;
  uint64_t VocabularyHash; ///< of the vocabulary that optional sections were made for, or 0
  uint64_t GrammarHash;    ///< chained over the grammar's sections, in order
  uint64_t Checksum;       ///< of the whole file, this field left out
  uint32_t StartRule;
  uint32_t Flags;
  uint64_t Reserved; ///< zero
};
static_assert(sizeof(Header) == 64);
static_assert(offsetof(Header, FileBytes) == 16);
static_assert(offsetof(Header, VocabularyHash) == 24);
static_assert(offsetof(Header, GrammarHash) == 32);
static_assert(offsetof(Header, Checksum) == 40);
static_assert(offsetof(Header, StartRule) == 48);

struct Section {
  uint32_t Kind;
  uint32_t ElementBytes; ///< of one record
  uint64_t Offset;       ///< from the start of the file
  uint64_t Bytes;        ///< without the zeros after it
};
static_assert(sizeof(Section) == 24);

inline constexpr uint64_t Alignment = 8;
inline constexpr uint64_t alignUp(uint64_t Offset) {
  return (Offset + Alignment - 1) & ~(Alignment - 1);
}

// Records are written as they lie in memory: no padding that somebody else left there,
// nothing that is aligned more than a section is.
#define GRAMMAR_TABLE(Kind, Element, Name, Summary)                                                \
  static_assert(std::has_unique_object_representations_v<Element> &&                               \
                std::is_trivially_copyable_v<Element> && alignof(Element) <= Alignment);
#include "weir/Runtime/GrammarTables.def"
#define READY_TABLE(Kind, Element, Name, Summary)                                                  \
  static_assert(std::has_unique_object_representations_v<Element> &&                               \
                std::is_trivially_copyable_v<Element> && alignof(Element) <= Alignment);
#include "weir/Runtime/ReadyTables.def"
static_assert(sizeof(RuleRec) == 104 && sizeof(StateRec) == 12 && sizeof(DetailRec) == 40 &&
              sizeof(AlternativeRec) == 16 && sizeof(CallRec) == 16 && sizeof(SymbolRec) == 16 &&
              sizeof(TokenRefRec) == 12 && sizeof(OpRec) == 12 && sizeof(ObjectRec) == 64 &&
              sizeof(FreeRec) == 8 && sizeof(ElementsRec) == 60 && sizeof(ChoiceRec) == 12 &&
              sizeof(ItemCounterRec) == 16 && sizeof(LengthSetRec) == 20);

} // namespace weir::artifact

#endif // WEIR_ARTIFACT_LAYOUT_H
