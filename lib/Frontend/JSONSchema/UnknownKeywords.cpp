//===- UnknownKeywords.cpp - Names that keywords may be meant by ----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is no keyword is an annotation, and most that real schemas have is meant as
// one. So little is said of it: of names that are a slip away from a keyword (one
// letter, or two in long ones, whatever the case), and of keywords of another draft
// that would have constrained something. Names that begin with a sign ("_format",
// "//pattern", "$type") are so on purpose, and some are words of other languages.
//
//===----------------------------------------------------------------------===//
#include "UnknownKeywords.h"

#include "Keywords.h"
#include "weir/Diag/EditDistance.h"

#include <algorithm>
#include <string>
#include <vector>

namespace weir::jsonschema {

namespace {

constexpr size_t LongestName = 32;
/// Each costs a look at every keyword.
constexpr size_t MostNames = 1'000;
constexpr std::string_view VendorOptions = "x-weir";

/// Words that are near to a keyword and mean something else, and the keyword that says what
/// they say, if one does.
struct OtherWord {
  std::string_view Name, Keyword;
};
constexpr OtherWord OtherWords[] = {
    {"comment", ""},
    {"definition", ""},
    {"example", ""},
    {"inclusivemaximum", "maximum"},
    {"inclusiveminimum", "minimum"},
    {"multiple", ""},
    {"schema", ""},
};

std::string folded(std::string_view Name) {
  std::string Out(Name);
  for (char &C : Out)
    if (C >= 'A' && C <= 'Z')
      C = char(C - 'A' + 'a');
  return Out;
}

/// How many slips still are one word.
unsigned slipsIn(std::string_view Keyword) {
  return Keyword.size() >= 10 ? 2 : Keyword.size() >= 4 ? 1 : 0;
}

const KeywordInfo *keywordOfAnyDraft(std::string_view Name) {
  const auto *It = std::ranges::find(KeywordTable, Name, &KeywordInfo::Name);
  return It == std::end(KeywordTable) ? nullptr : It;
}

std::string draftName(uint32_t Number) {
  if (Number < 1000)
    return "draft " + std::to_string(Number);
  return Number == 201909 ? "draft 2019-09" : "draft 2020-12";
}

} // namespace

std::string_view likelyKeyword(std::string_view Name, Draft D) {
  const auto IsLetter = [](char C) { return (C >= 'a' && C <= 'z') || (C >= 'A' && C <= 'Z'); };
  if (Name.empty() || Name.size() > LongestName || !IsLetter(Name[0]) || Name.starts_with("x-"))
    return {};
  const std::string Got = folded(Name);
  for (const OtherWord &W : OtherWords)
    if (W.Name == Got)
      return W.Keyword;
  std::string_view Best;
  unsigned Limit = 2;
  for (const KeywordInfo &K : KeywordTable) {
    const unsigned Slips = std::min(Limit, slipsIn(K.Name));
    if (K.Name.size() > Got.size() + Slips || Got.size() > K.Name.size() + Slips ||
        !lookupKeyword(K.Name, D))
      continue;
    const unsigned Distance = editDistance(Got, folded(K.Name), Slips);
    if (Distance > Slips || (!Best.empty() && Distance == Limit))
      continue;
    Best = K.Name;
    Limit = Distance;
  }
  return Best;
}

void UnknownKeywords::see(const json::Document &D, const json::Member &M, Draft In, bool IsRoot) {
  if (M.Key.size() > LongestName || (IsRoot && M.Key == VendorOptions))
    return;
  auto It = Seen.find(M.Key);
  if (It == Seen.end() && Seen.size() >= MostNames)
    return;
  const Place New{&M, D.keyRange(M).Begin, In};
  if (It == Seen.end())
    Seen.emplace(M.Key, New);
  else if (New.Begin < It->second.Begin)
    It->second = New;
}

void UnknownKeywords::report(const json::Document &D, DiagnosticEngine &Diags) const {
  std::vector<Place> Places;
  for (const auto &[Name, P] : Seen)
    Places.push_back(P);
  std::ranges::sort(Places, {}, &Place::Begin);
  for (const Place &P : Places) {
    const json::Member &M = *P.First;
    auto Report = [&](DiagId Id) {
      DiagBuilder B = Diags.report(D.keyRange(M), Id);
      B.pointer(D.pointer(M.Value)) << M.Key;
      return B;
    };
    if (M.Key == VendorOptions) {
      Report(DiagId::SchemaOptionPlace);
    } else if (const KeywordInfo *K = keywordOfAnyDraft(M.Key)) {
      const bool Later = K->First > draftNumber(P.In);
      if (K->Kind == Role::Applicator || K->Kind == Role::Assertion)
        Report(DiagId::SchemaKeywordDraft)
            << (Later ? "from " + draftName(K->First) + " on" : "up to " + draftName(K->Last));
    } else if (std::string_view Meant = likelyKeyword(M.Key, P.In); !Meant.empty()) {
      Report(DiagId::SchemaUnknownKeyword).note("did you mean '" + std::string(Meant) + "'?");
    }
  }
}

} // namespace weir::jsonschema
