//===- Keywords.h - The keywords of JSON Schema as a table ------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_KEYWORDS_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_KEYWORDS_H

#include "weir/Frontend/JSONSchema/JSONSchema.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace weir::jsonschema {

enum class Keyword : uint8_t {
#define KEYWORD(Id, Name, First, Last, Auto, Holds, Role, Types) Id,
#include "Keywords.def"
};

enum class Holds : uint8_t {
  Nothing,
  Schema,
  Schemas,
  SchemaMap,
  SchemaOrSchemas,
  Dependencies,
  Data
};

enum class Role : uint8_t { Identity, Applicator, Assertion, Annotation };

/// Sets of JSON types, as bits.
namespace types {
enum : uint8_t { Null = 1, Boolean = 2, Number = 4, String = 8, Array = 16, Object = 32, Any = 63 };
}

struct KeywordInfo {
  std::string_view Name;
  Keyword Id;
  uint32_t First, Last;
  bool Auto;
  Holds Subschemas;
  Role Kind;
  uint8_t Types;
};

inline constexpr KeywordInfo KeywordTable[] = {
#define KEYWORD(Id, Name, First, Last, Auto, Hold, Kind, Types)                                    \
  {Name, Keyword::Id, First, Last, Auto, Holds::Hold, Role::Kind, types::Types},
#include "Keywords.def"
};
inline constexpr size_t KeywordCount = std::size(KeywordTable);
static_assert(std::ranges::is_sorted(KeywordTable, {}, &KeywordInfo::Name),
              "the keywords are in order, each once");

inline uint32_t draftNumber(Draft D) {
  switch (D) {
  case Draft::Draft4:
    return 4;
  case Draft::Draft6:
    return 6;
  case Draft::Draft7:
    return 7;
  case Draft::Draft201909:
    return 201909;
  case Draft::Draft202012:
  case Draft::Auto:
    break;
  }
  return 202012;
}

/// Where the search for a name begins in `KeywordSlots`.
constexpr uint8_t keywordSlot(std::string_view Name) {
  return Name.empty() ? 0
                      : uint8_t(Name.size() * 37 + uint8_t(Name.front()) * 5 +
                                uint8_t(Name.back()) * 11 + uint8_t(Name[Name.size() / 2]) * 3);
}

/// By open addressing, a keyword's number and 1, or 0.
inline constexpr auto KeywordSlots = [] {
  std::array<uint8_t, 256> Slots{};
  static_assert(KeywordCount < 128);
  for (size_t I = 0; I < KeywordCount; ++I) {
    uint8_t At = keywordSlot(KeywordTable[I].Name);
    while (Slots[At])
      ++At;
    Slots[At] = uint8_t(I + 1);
  }
  return Slots;
}();

/// The keyword of that name in the draft, or null: names that are no keyword there are
/// ignored. O(1) expected.
inline const KeywordInfo *lookupKeyword(std::string_view Name, Draft D) {
  uint8_t At = keywordSlot(Name);
  while (KeywordSlots[At] && KeywordTable[KeywordSlots[At] - 1].Name != Name)
    ++At;
  if (!KeywordSlots[At])
    return nullptr;
  const KeywordInfo *It = &KeywordTable[KeywordSlots[At] - 1];
  if (D == Draft::Auto)
    return It->Auto ? It : nullptr;
  uint32_t N = draftNumber(D);
  return It->First <= N && N <= It->Last ? It : nullptr;
}

/// Up to draft 7 `$ref` hides the other keywords of its object.
inline bool refHidesSiblings(Draft D) { return D != Draft::Auto && draftNumber(D) <= 7; }

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_KEYWORDS_H
