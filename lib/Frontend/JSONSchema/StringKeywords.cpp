//===- StringKeywords.cpp - Length, pattern, format ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `minLength` and `maxLength` count code points; `pattern` is searched for anywhere in
// the string. A `format` that is known is a constraint, unless the caller reads formats
// as annotations. `regex` is not regular: it stands alone, or beside what makes it so.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include "weir/Frontend/Formats/Formats.h"
#include "weir/Frontend/Regex/Regex.h"

#include <algorithm>

namespace weir::jsonschema {

using json::Member;

void Compiler::formatKeyword(const SchemaObject &S, StringSet &Strings) {
  const Member *M = S[Keyword::Format];
  if (!M)
    return;
  const json::Document &D = doc(S.Place);
  if (!D.isString(M->Value)) {
    wrongType(S.Place, *M, "a string");
    return;
  }
  if (!Opts.AssertFormats)
    return;
  std::string_view Name = D.string(M->Value);
  const FormatInfo *Info = lookupFormat(Name);
  // Of other conventions than JSON Schema, whose validators let every value pass.
  if (Name == "byte" || Name == "url")
    Info = nullptr;
  if (Info)
    if (std::string_view Gap = notEnforced(*Info);
        !Gap.empty() && Refused.insert({S.Place.key(), Keyword::Format}).second) {
      const ir::Origin At{D.range(M->Value), Docs.pointer({S.Place.Doc, M->Value})};
      Partly.push_back(
          {DiagId::SchemaUnsupportedFormat, false, At,
           "of the format '" + std::string(Name) + "' this is not enforced: " + std::string(Gap)});
      if (Opts.Lenient)
        Unenforced.push_back(At);
    }
  if (Info && Info->Kind == FormatKind::Text) {
    auto [It, New] = FormatCache.try_emplace(Info->Name, ir::ExprId());
    if (New) {
      It->second = formatLanguage(this->M, *Info);
      Texts.hasText(It->second);
      rememberFormat(this->M, *Info, It->second);
    }
    Strings.Patterns.push_back(It->second);
  } else if (Info && Info->Kind == FormatKind::Pattern) {
    Strings.IsPattern = true;
  } else if (!Info && Refused.insert({S.Place.key(), Keyword::Format}).second) {
    report({S.Place.Doc, M->Value}, DiagId::SchemaUnknownFormat) << Name;
  }
}

/// The texts that a pattern is found in; none after an error. `Quoted` is where the pattern
/// stands, `At` the value whose pointer names it.
ir::ExprId Compiler::patternOf(const SchemaObject &S, const Member &Keyword, json::ValueId At,
                               std::string_view Text, SourceRange Quoted) {
  auto [It, New] = PatternCache.try_emplace(Text, ir::ExprId());
  if (New) {
    regex::RegexOptions Regex;
    Regex.Mode = regex::RegexOptions::Match::Search;
    Regex.Pointer = Docs.pointer({S.Place.Doc, At});
    auto Place = [&](uint32_t Begin, uint32_t End) {
      return doc(S.Place).rangeInString(Quoted, Begin, End);
    };
    if (!Opts.Lenient) {
      It->second = regex::parseRegex(M, Text, Place, Regex, Diags);
    } else {
      DiagnosticEngine Own(Diags.sources());
      It->second = regex::parseRegex(M, Text, Place, Regex, Own);
    }
  }
  if (!It->second && Opts.Lenient)
    refuse(S, Keyword, DiagId::SchemaUnsupportedKeyword, Keyword.Key);
  return It->second;
}

void Compiler::stringKeywords(NodeId N, const SchemaObject &S, Shape &Out) {
  if (!(S.Types & types::String))
    return;
  StringSet Set;
  Set.Min = countOf(S, S[Keyword::MinLength]).value_or(0);
  Set.Max = countOf(S, S[Keyword::MaxLength]).value_or(ir::Unbounded);
  if (const Member *P = S[Keyword::Pattern]) {
    const json::Document &D = doc(S.Place);
    if (!D.isString(P->Value)) {
      wrongType(S.Place, *P, "a string");
    } else {
      if (ir::ExprId E = patternOf(S, *P, P->Value, D.string(P->Value), D.range(P->Value)))
        Set.Patterns.push_back(E);
    }
  }
  formatKeyword(S, Set);
  std::sort(Set.Patterns.begin(), Set.Patterns.end());
  settlePatterns(Set);
  if (Set.Min > Set.Max)
    contradiction(N, {S.Place.Doc, S[Keyword::MinLength]->Value},
                  "'minLength' is above 'maxLength'");
  else if (isEmpty(Set))
    contradiction(N, S.Place, "no string satisfies its keywords");
  else
    Out.Strings.push_back(std::move(Set));
}

} // namespace weir::jsonschema
