//===- StrictProfile.cpp - OpenAI's strict mode ---------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What OpenAI documents for structured outputs with "strict": true ("Supported
// schemas"): an object at the root, every object closed and all its properties required,
// a subset of the keywords, and limits on the size. Only the schema is judged; what it
// means is the specification's. A schema that passes is accepted there and here alike.
//
// The walk is over schemas, with a list of what is still to see; references are not
// followed, their targets stand in `$defs`.
//
//===----------------------------------------------------------------------===//
#include "PresentationOptions.h"

#include <algorithm>
#include <iterator>

namespace weir::jsonschema {

using json::Member;
using json::ValueId;

namespace {

constexpr std::string_view Known[] = {"$anchor",
                                      "$comment",
                                      "$defs",
                                      "$id",
                                      "$ref",
                                      "$schema",
                                      "additionalProperties",
                                      "anyOf",
                                      "const",
                                      "default",
                                      "definitions",
                                      "deprecated",
                                      "description",
                                      "enum",
                                      "examples",
                                      "exclusiveMaximum",
                                      "exclusiveMinimum",
                                      "format",
                                      "items",
                                      "maxItems",
                                      "maximum",
                                      "minItems",
                                      "minimum",
                                      "multipleOf",
                                      "pattern",
                                      "properties",
                                      "readOnly",
                                      "required",
                                      "title",
                                      "type",
                                      "writeOnly",
                                      "x-weir"};
constexpr std::string_view Formats[] = {"date", "date-time", "duration", "email", "hostname",
                                        "ipv4", "ipv6",      "time",     "uuid"};

constexpr uint64_t MaxProperties = 5'000, MaxDepth = 10, MaxText = 120'000, MaxEnum = 1'000,
                   LongEnum = 250, MaxLongEnumText = 15'000;

class StrictCheck {
public:
  StrictCheck(const json::Document &D, DiagnosticEngine &Diags) : D(D), Diags(Diags) {}

  void run(ValueId Root) {
    Todo.push_back({Root, 0});
    if (!D.isObject(Root) || D.get(Root, "anyOf") || !isObjectSchema(Root))
      report(Root, DiagId::StrictRoot);
    while (!Todo.empty()) {
      auto [Schema, Depth] = Todo.back();
      Todo.pop_back();
      if (D.isObject(Schema))
        visit(Schema, Depth);
    }
    limit(Root, Properties, MaxProperties, "properties");
    limit(Root, Deepest, MaxDepth, "levels of nesting");
    limit(Root, EnumValues, MaxEnum, "values of 'enum'");
    limit(Root, Text, MaxText, "characters in names and values");
  }

private:
  DiagBuilder report(ValueId At, DiagId Id) {
    DiagBuilder B = Diags.report(D.range(At), Id);
    B.pointer(D.pointer(At));
    return B;
  }
  void limit(ValueId At, uint64_t Has, uint64_t Most, std::string_view What) {
    if (Has > Most)
      report(At, DiagId::StrictLimit) << Most << What << Has;
  }

  bool hasType(ValueId Schema, std::string_view Name) const {
    ValueId T = D.get(Schema, "type");
    if (!T)
      return false;
    if (D.isString(T))
      return D.string(T) == Name;
    if (D.isArray(T))
      for (ValueId E : D.elements(T))
        if (D.isString(E) && D.string(E) == Name)
          return true;
    return false;
  }
  bool isObjectSchema(ValueId Schema) const {
    return hasType(Schema, "object") || D.get(Schema, "properties");
  }

  void visit(ValueId Schema, uint64_t Depth) {
    Deepest = std::max(Deepest, Depth);
    for (const Member &M : D.members(Schema))
      visitKeyword(M, Depth);
    if (!isObjectSchema(Schema))
      return;
    ValueId Additional = D.get(Schema, "additionalProperties");
    if (!Additional || !D.isBool(Additional) || D.isTrue(Additional))
      report(Additional ? Additional : Schema, DiagId::StrictOpenObject);
    ValueId Required = D.get(Schema, "required"), Of = D.get(Schema, "properties");
    if (!Of || !D.isObject(Of))
      return;
    std::vector<std::string_view> Names;
    if (Required && D.isArray(Required))
      for (ValueId E : D.elements(Required))
        if (D.isString(E))
          Names.push_back(D.string(E));
    std::sort(Names.begin(), Names.end());
    for (const Member &M : D.members(Of))
      if (!std::binary_search(Names.begin(), Names.end(), std::string_view(M.Key)))
        report(M.Value, DiagId::StrictOptional) << M.Key;
  }

  void visitKeyword(const Member &M, uint64_t Depth) {
    std::string_view Key = M.Key;
    if (!std::binary_search(std::begin(Known), std::end(Known), Key)) {
      DiagBuilder B = Diags.report(D.keyRange(M), DiagId::StrictKeyword);
      B.pointer(D.pointer(M.Value));
      B << Key;
      return;
    }
    auto Add = [&](ValueId Schema, uint64_t At) { Todo.push_back({Schema, At}); };
    if ((Key == "properties" || Key == "$defs" || Key == "definitions") && D.isObject(M.Value)) {
      bool IsProperties = Key == "properties";
      for (const Member &P : D.members(M.Value)) {
        Add(P.Value, Depth + (IsProperties ? 1 : 0));
        Properties += IsProperties;
        Text += P.Key.size();
      }
    } else if (Key == "items") {
      Add(M.Value, Depth + 1);
    } else if (Key == "anyOf" && D.isArray(M.Value)) {
      for (ValueId E : D.elements(M.Value))
        Add(E, Depth);
    } else if (Key == "format" && D.isString(M.Value)) {
      if (!std::binary_search(std::begin(Formats), std::end(Formats), D.string(M.Value)))
        report(M.Value, DiagId::StrictFormat) << D.string(M.Value);
    } else if (Key == "const" && D.isString(M.Value)) {
      Text += D.string(M.Value).size();
    } else if (Key == "enum" && D.isArray(M.Value)) {
      uint64_t Values = 0, Characters = 0;
      for (ValueId E : D.elements(M.Value)) {
        ++Values;
        if (D.isString(E))
          Characters += D.string(E).size();
      }
      EnumValues += Values;
      Text += Characters;
      if (Values > LongEnum)
        limit(M.Value, Characters, MaxLongEnumText, "characters in a long 'enum'");
    }
  }

  const json::Document &D;
  DiagnosticEngine &Diags;
  std::vector<std::pair<ValueId, uint64_t>> Todo;
  uint64_t Properties = 0, Deepest = 0, EnumValues = 0, Text = 0;
};

} // namespace

void checkStrictProfile(const json::Document &D, ValueId Root, DiagnosticEngine &Diags) {
  StrictCheck(D, Diags).run(Root);
}

} // namespace weir::jsonschema
