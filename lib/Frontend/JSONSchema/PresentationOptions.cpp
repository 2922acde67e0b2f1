//===- PresentationOptions.cpp - Options by name, and x-weir ------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The keyword `x-weir` at the root of a schema is an object of options, each a string.
// It goes before what the caller says: who wrote the schema knows how its texts are
// to look. What weakens a schema (leniency) or guards the process (budgets, documents
// for references) is the caller's alone.
//
//===----------------------------------------------------------------------===//
#include "PresentationOptions.h"

#include <charconv>

namespace weir::jsonschema {

namespace {
struct OptionName {
  std::string_view Name, Values;
};
constexpr OptionName Names[] = {
    {"keyOrder", "'declared' or 'any'"},
    {"whitespace", "'compact', 'single', 'flexible' or 'indent=N' with N from 0 to 64"},
    {"escapes", "'canonical' or 'any'"},
    {"nonAscii", "'raw' or 'escaped'"},
    {"format", "'assert' or 'annotate'"},
    {"profile", "'none' or 'openai-strict'"},
    {"itemSeparator", "one ',' and up to 64 blanks"},
    {"keySeparator", "one ':' and up to 64 blanks"},
};
} // namespace

std::string_view optionValues(std::string_view Name) {
  for (const OptionName &N : Names)
    if (N.Name == Name)
      return N.Values;
  return {};
}

static bool isSeparator(std::string_view Text, char Sign) {
  size_t At = Text.find(Sign);
  return Text.size() <= 65 && At != std::string_view::npos &&
         Text.find_first_not_of(" \t\n\r") == At &&
         Text.find_first_not_of(" \t\n\r", At + 1) == std::string_view::npos;
}

static bool setWhitespace(Options &O, std::string_view Value) {
  if (Value == "compact") {
    O.Space = Whitespace::Compact;
  } else if (Value == "single") {
    O.Space = Whitespace::Single;
  } else if (Value == "flexible") {
    O.Space = Whitespace::Flexible;
  } else if (Value.substr(0, 7) == "indent=") {
    Value.remove_prefix(7);
    uint32_t Width = 0;
    auto [End, Problem] = std::from_chars(Value.data(), Value.data() + Value.size(), Width);
    if (Problem != std::errc() || End != Value.data() + Value.size() || Width > 64)
      return false;
    O.Space = Whitespace::Indent;
    O.IndentWidth = Width;
  } else {
    return false;
  }
  return true;
}

OptionResult setOption(Options &O, std::string_view Name, std::string_view Value) {
  auto Choose = [&](auto &Field, std::string_view A, auto IfA, std::string_view B, auto IfB) {
    if (Value != A && Value != B)
      return OptionResult::BadValue;
    Field = Value == A ? IfA : IfB;
    return OptionResult::Ok;
  };
  auto Separator = [&](std::string &Field, char Sign) {
    if (!isSeparator(Value, Sign))
      return OptionResult::BadValue;
    Field = Value;
    return OptionResult::Ok;
  };
  if (Name == "keyOrder")
    return Choose(O.KeyOrder, "declared", ir::KeyOrder::Declared, "any", ir::KeyOrder::Any);
  if (Name == "whitespace")
    return setWhitespace(O, Value) ? OptionResult::Ok : OptionResult::BadValue;
  if (Name == "escapes")
    return Choose(O.Escapes, "canonical", ir::Escapes::Canonical, "any", ir::Escapes::Any);
  if (Name == "nonAscii")
    return Choose(O.EscapeNonAscii, "escaped", true, "raw", false);
  if (Name == "format")
    return Choose(O.AssertFormats, "assert", true, "annotate", false);
  if (Name == "profile")
    return Choose(O.TheProfile, "none", Profile::None, "openai-strict", Profile::OpenAIStrict);
  if (Name == "itemSeparator")
    return Separator(O.ItemSeparator, ',');
  if (Name == "keySeparator")
    return Separator(O.KeySeparator, ':');
  return OptionResult::UnknownName;
}

void readVendorOptions(const json::Document &D, json::ValueId Root, Options &O,
                       DiagnosticEngine &Diags) {
  // Separators may also come from the caller.
  for (std::string_view Name : {"itemSeparator", "keySeparator"}) {
    const std::string Value = Name == "itemSeparator" ? O.ItemSeparator : O.KeySeparator;
    if (!Value.empty() && setOption(O, Name, Value) != OptionResult::Ok)
      Diags.report({}, DiagId::SchemaOption) << Name << optionValues(Name);
  }
  if (!D.isObject(Root))
    return;
  json::ValueId Vendor = D.get(Root, "x-weir");
  if (!Vendor)
    return;
  auto Report = [&](json::ValueId At, DiagId Id) {
    DiagBuilder B = Diags.report(D.range(At), Id);
    B.pointer(D.pointer(At));
    return B;
  };
  if (!D.isObject(Vendor)) {
    Report(Vendor, DiagId::SchemaWrongType) << "x-weir" << "an object";
    return;
  }
  for (const json::Member &M : D.members(Vendor)) {
    OptionResult R = optionValues(M.Key).empty() ? OptionResult::UnknownName
                     : !D.isString(M.Value)      ? OptionResult::BadValue
                                                 : setOption(O, M.Key, D.string(M.Value));
    if (R == OptionResult::UnknownName) {
      std::vector<std::string_view> Known;
      for (const OptionName &N : Names)
        Known.push_back(N.Name);
      DiagBuilder B = Diags.report(D.keyRange(M), DiagId::SchemaUnknownOption);
      B.pointer(D.pointer(M.Value));
      B << M.Key;
      B.didYouMean(M.Key, Known);
    } else if (R == OptionResult::BadValue) {
      Report(M.Value, DiagId::SchemaOption) << M.Key << optionValues(M.Key);
    }
  }
}

} // namespace weir::jsonschema
