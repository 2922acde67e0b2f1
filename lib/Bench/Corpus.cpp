//===- Corpus.cpp - Schemas with instances, as MaskBench has them ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Bench/Corpus.h"

#include "weir/JSON/Value.h"

#include <charconv>

namespace weir::bench {

namespace {

/// A schema under test may have equal keys: that is for its frontend to refuse.
constexpr json::ParseOptions lenientParse() {
  json::ParseOptions Options;
  Options.RefuseDuplicateKeys = false;
  return Options;
}

std::span<const uint8_t> bytesOf(std::string_view Text) {
  return {reinterpret_cast<const uint8_t *>(Text.data()), Text.size()};
}

/// Reads what cases there are in one JSON text of the corpus.
class CorpusReader {
public:
  CorpusReader(FileId File, DiagnosticEngine &Diags,
               const std::optional<std::set<std::string, std::less<>>> &Ids)
      : File(File), Diags(Diags), Ids(Ids), Text(Diags.sources().text(File)) {}

  std::optional<std::vector<CaseText>> run();

private:
  bool addLine(size_t Begin, size_t End);
  bool addWhole();
  bool addCase(const json::Document &Doc, json::ValueId Value, std::string_view Whole,
               SourceRange Place);

  FileId File;
  DiagnosticEngine &Diags;
  const std::optional<std::set<std::string, std::less<>>> &Ids;
  std::string_view Text;
  std::vector<CaseText> Cases;
  std::set<std::string, std::less<>> Seen;
};

} // namespace

bool CorpusReader::addCase(const json::Document &Doc, json::ValueId Value, std::string_view Whole,
                           SourceRange Place) {
  if (!Doc.isObject(Value)) {
    Diags.report(Place, DiagId::BenchCase) << "a case is an object";
    return false;
  }
  json::ValueId Id = Doc.get(Value, "id"), Schema = Doc.get(Value, "schema"),
                Tests = Doc.get(Value, "tests");
  if (!Id || !Doc.isString(Id) || !Schema || (Tests && !Doc.isArray(Tests))) {
    Diags.report(Place, DiagId::BenchCase)
        << "a case has a string 'id', a 'schema' and an array 'tests'";
    return false;
  }
  std::string Name(Doc.string(Id));
  bool Kept = !Ids || Ids->count(Name);
  if (Kept && !Seen.insert(Name).second) {
    Diags.report(Place, DiagId::BenchCase) << "the id '" + Name + "' has occurred before";
    return false;
  }
  if (Kept)
    Cases.push_back({std::move(Name), Whole});
  return true;
}

bool CorpusReader::addLine(size_t Begin, size_t End) {
  std::string_view Line = Text.substr(Begin, End - Begin);
  if (Line.find_first_not_of(" \t\r") == std::string_view::npos)
    return true;
  // A manager of its own: what it keeps is freed after the line.
  SourceManager Sources;
  DiagnosticEngine Local(Sources);
  std::optional<json::Document> Doc =
      json::parse(Sources.add("line", std::string(Line)), Local, lenientParse());
  SourceRange Place{File, uint32_t(Begin), uint32_t(Begin + std::min<size_t>(Line.size(), 40))};
  if (!Doc) {
    const Diagnostic &First = Local.diagnostics().front();
    if (First.Range.isValid())
      Place = {File, uint32_t(Begin + First.Range.Begin), uint32_t(Begin + First.Range.End)};
    Diags.report(Place, DiagId::BenchCase) << First.Message;
    return false;
  }
  return addCase(*Doc, Doc->root(), Line, Place);
}

bool CorpusReader::addWhole() {
  std::optional<json::Document> Doc = json::parse(File, Diags, lenientParse());
  if (!Doc)
    return false;
  if (!Doc->isArray(Doc->root()))
    return addCase(*Doc, Doc->root(), Text, Doc->range(Doc->root()));
  bool Ok = true;
  for (json::ValueId V : Doc->elements(Doc->root()))
    Ok &= addCase(*Doc, V, Doc->sourceText(V), Doc->range(V));
  return Ok;
}

std::optional<std::vector<CaseText>> CorpusReader::run() {
  // One JSON text over several lines begins with a bracket or brace that its line does
  // not close.
  size_t Begin = Text.find_first_not_of(" \t\r\n");
  size_t FirstEnd = Begin == std::string_view::npos ? Begin : Text.find('\n', Begin);
  bool Whole = Begin != std::string_view::npos && Text[Begin] == '[';
  if (!Whole && FirstEnd != std::string_view::npos) {
    std::string_view First = Text.substr(Begin, FirstEnd - Begin);
    size_t Last = First.find_last_not_of(" \t\r");
    Whole = First[0] == '{' && First[Last] != '}';
  }
  bool Ok = true;
  if (Whole) {
    Ok = addWhole();
  } else {
    for (size_t At = 0; At < Text.size();) {
      size_t End = std::min(Text.find('\n', At), Text.size());
      Ok &= addLine(At, End);
      At = End + 1;
    }
  }
  if (Ids)
    for (const std::string &Id : *Ids)
      if (Ok && !Seen.count(Id)) {
        Diags.report({}, DiagId::BenchUnknownId) << Id;
        Ok = false;
      }
  if (!Ok)
    return std::nullopt;
  return std::move(Cases);
}

std::optional<std::vector<CaseText>>
readCorpus(FileId File, DiagnosticEngine &Diags,
           const std::optional<std::set<std::string, std::less<>>> &Ids) {
  return CorpusReader(File, Diags, Ids).run();
}

Instance tokenize(std::string_view Text, const Vocabulary &V) {
  Instance Result;
  while (!Text.empty()) {
    Vocabulary::Match M = V.longestMatch(bytesOf(Text));
    if (M.Length == 0) {
      Result.Untokenizable = true;
      break;
    }
    Result.Tokens.push_back(M.Ids.front());
    Text.remove_prefix(M.Length);
  }
  return Result;
}

/// The ids of an array of numbers, when they spell `Text`.
static std::optional<std::vector<TokenId>> spellingTokens(const json::Document &Doc,
                                                          json::ValueId Array,
                                                          std::string_view Text,
                                                          const Vocabulary &V) {
  std::vector<TokenId> Tokens;
  for (json::ValueId Value : Doc.elements(Array)) {
    if (!Doc.isNumber(Value))
      return std::nullopt;
    std::string_view Number = Doc.number(Value);
    TokenId Id = 0;
    auto [End, Problem] = std::from_chars(Number.data(), Number.data() + Number.size(), Id);
    if (Problem != std::errc() || End != Number.data() + Number.size() || !V.contains(Id))
      return std::nullopt;
    std::span<const uint8_t> Bytes = V.bytes(Id);
    std::string_view Spelling(reinterpret_cast<const char *>(Bytes.data()), Bytes.size());
    if (Spelling.empty() || Text.substr(0, Spelling.size()) != Spelling)
      return std::nullopt;
    Text.remove_prefix(Spelling.size());
    Tokens.push_back(Id);
  }
  if (!Text.empty())
    return std::nullopt;
  return Tokens;
}

std::optional<Case> readCase(std::string_view Text, const Vocabulary &V, bool Instances) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  FileId File = Sources.add("case", std::string(Text));
  std::optional<json::Document> Doc = json::parse(File, Diags, lenientParse());
  if (!Doc)
    return std::nullopt;
  Case Result;
  SourceRange Schema = Doc->range(Doc->get(Doc->root(), "schema"));
  Result.Schema = Text.substr(Schema.Begin, Schema.End - Schema.Begin);
  json::ValueId Tests = Doc->get(Doc->root(), "tests");
  if (!Tests || !Instances)
    return Result;
  for (json::ValueId Test : Doc->elements(Tests)) {
    if (!Doc->isObject(Test))
      return std::nullopt;
    json::ValueId Valid = Doc->get(Test, "valid"), TestText = Doc->get(Test, "text"),
                  Tokens = Doc->get(Test, "tokens");
    if (!Valid || !Doc->isBool(Valid) || !TestText || !Doc->isString(TestText))
      return std::nullopt;
    std::optional<std::vector<TokenId>> Given;
    if (Tokens && Doc->isArray(Tokens))
      Given = spellingTokens(*Doc, Tokens, Doc->string(TestText), V);
    Instance I;
    if (Given)
      I.Tokens = std::move(*Given);
    else
      I = tokenize(Doc->string(TestText), V);
    I.Valid = Doc->isTrue(Valid);
    Result.Instances.push_back(std::move(I));
  }
  return Result;
}

} // namespace weir::bench
