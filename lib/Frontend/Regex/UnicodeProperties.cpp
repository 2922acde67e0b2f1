//===- UnicodeProperties.cpp - Sets of code points by property ------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the tables that utils/generate-unicode-tables.py writes; their layout is
// described there.
//
//===----------------------------------------------------------------------===//
#include "weir/Frontend/Regex/UnicodeProperties.h"

#include <algorithm>
#include <cassert>
#include <span>

namespace weir::regex {
namespace {

struct PropertyName {
  std::string_view Name;
  uint16_t Set;
  uint16_t Extensions; ///< for scripts, the set of Script_Extensions
};

struct CaseFold {
  uint32_t From, To;
};

#include "UnicodeTables.inc"

uint32_t readVarint(const uint8_t *&P) {
  uint32_t Value = 0;
  for (unsigned Shift = 0;; Shift += 7) {
    uint8_t Byte = *P++;
    Value |= uint32_t(Byte & 0x7F) << Shift;
    if (!(Byte & 0x80))
      return Value;
  }
}

CodePointSet decodeSet(uint16_t Index) {
  const uint8_t *P = SetData + SetOffsets[Index];
  CodePointSet Set;
  uint32_t Next = 0;
  for (uint32_t Count = readVarint(P); Count; --Count) {
    uint32_t First = Next + readVarint(P);
    uint32_t Last = First + readVarint(P);
    Set.add(First, Last);
    Next = Last + 1;
  }
  return Set;
}

const PropertyName *find(std::span<const PropertyName> Table, std::string_view Name) {
  auto It = std::lower_bound(Table.begin(), Table.end(), Name,
                             [](const PropertyName &P, std::string_view N) { return P.Name < N; });
  return It != Table.end() && It->Name == Name ? &*It : nullptr;
}

bool isCategory(std::string_view Name) { return Name == "General_Category" || Name == "gc"; }
bool isScript(std::string_view Name) { return Name == "Script" || Name == "sc"; }
bool isScriptExtensions(std::string_view Name) {
  return Name == "Script_Extensions" || Name == "scx";
}

} // namespace

std::string_view unicodeVersion() { return UnicodeVersion; }

std::optional<CodePointSet> unicodeProperty(std::string_view Name,
                                            std::optional<std::string_view> Value) {
  const PropertyName *Row = nullptr;
  if (!Value) {
    Row = find(GeneralCategories, Name);
    if (!Row)
      Row = find(BinaryProperties, Name);
  } else if (isCategory(Name)) {
    Row = find(GeneralCategories, *Value);
  } else if (isScript(Name) || isScriptExtensions(Name)) {
    Row = find(Scripts, *Value);
  }
  if (!Row)
    return std::nullopt;
  return decodeSet(Value && isScriptExtensions(Name) ? Row->Extensions : Row->Set);
}

CodePointSet internalProperty(std::string_view Name) {
  const PropertyName *Row = find(InternalProperties, Name);
  assert(Row && "a property of utils/generate-unicode-tables.py");
  return Row ? decodeSet(Row->Set) : CodePointSet();
}

std::vector<std::string_view> unicodePropertyNames(std::optional<std::string_view> NameOfValue) {
  std::vector<std::string_view> Names;
  auto Add = [&](std::span<const PropertyName> Table) {
    for (const PropertyName &P : Table)
      Names.push_back(P.Name);
  };
  if (!NameOfValue || isCategory(*NameOfValue))
    Add(GeneralCategories);
  if (!NameOfValue)
    Add(BinaryProperties);
  else if (isScript(*NameOfValue) || isScriptExtensions(*NameOfValue))
    Add(Scripts);
  else if (!isCategory(*NameOfValue))
    Names = {"General_Category", "gc", "Script", "sc", "Script_Extensions", "scx"};
  return Names;
}

CodePointSet caseClosure(const CodePointSet &Set) {
  // Sets are built of sorted pieces: adding in the order of the table would be quadratic.
  auto Collect = [](std::vector<uint32_t> &Points) {
    std::sort(Points.begin(), Points.end());
    CodePointSet Out;
    for (uint32_t C : Points)
      Out.add(C);
    return Out;
  };
  std::vector<uint32_t> Points;
  for (const CaseFold &F : CaseFolds)
    if (Set.contains(F.From))
      Points.push_back(F.To);
  CodePointSet Folded = Set.unionWith(Collect(Points));
  Points.clear();
  for (const CaseFold &F : CaseFolds)
    if (Folded.contains(F.To))
      Points.push_back(F.From);
  return Folded.unionWith(Collect(Points));
}

} // namespace weir::regex
