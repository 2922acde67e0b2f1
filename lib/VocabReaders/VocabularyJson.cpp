//===- VocabularyJson.cpp - Vocabularies spelled out in JSON --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Texts by id, in base64, with the ids that are not ordinary listed beside them:
//
//   {"size": 5, "eos": 4, "special": [3, 4], "added_nonspecial": [2], "gaps": [1],
//    "tokens_b64": ["YQ==", "", "PHRoaW5rPg==", "PHM+", "PC9zPg=="]}
//
// "eos" is one id or an array of them. And a list that is easily written by hand:
//
//   ["a", "ab", [195], null, {"added": "<think>"}, {"special": "</s>", "stop": true}]
//
// where a string is ordinary text, an array its bytes, null a gap.
//
//===----------------------------------------------------------------------===//

#include "Base64.h"
#include "JsonSource.h"

#include "weir/Support/Escape.h"

#include <algorithm>

namespace weir {

using json::Kind;
using json::ValueId;

namespace {

class VocabularyReader {
public:
  VocabularyReader(const json::Document &Doc, DiagnosticEngine &Diags) : Doc(Doc), S(Doc, Diags) {}

  VocabularyRef read(const VocabularyOptions &Options);

private:
  void readKinds(std::string_view Key, TokenKind Kind);
  void readTokens(ValueId Texts);
  void readStops();

  const json::Document &Doc;
  JsonSource S;
  std::vector<TokenKind> Kinds;
};

VocabularyRef VocabularyReader::read(const VocabularyOptions &Options) {
  const ValueId Root = Doc.root();
  const ValueId Texts = S.require(Root, "tokens_b64", Kind::Array, "the vocabulary");
  const ValueId Size = S.require(Root, "size", Kind::Number, "the vocabulary");
  if (!Texts || !Size)
    return nullptr;
  const size_t Count = Doc.elements(Texts).size();
  if (Doc.number(Size) != std::to_string(Count))
    S.report(Size, DiagId::VocabInconsistent) << "'size' is " + printable(Doc.number(Size), 20) +
                                                     ", but 'tokens_b64' has " +
                                                     std::to_string(Count) + " tokens";
  if (Count == 0)
    S.report(Texts, DiagId::VocabInconsistent) << "the vocabulary has no tokens";
  S.reserveIds(Count, Texts);
  if (S.failed())
    return nullptr;
  Kinds.assign(Count, TokenKind::Ordinary);
  readKinds("gaps", TokenKind::Gap);
  readKinds("special", TokenKind::Special);
  readKinds("added_nonspecial", TokenKind::Added);
  readTokens(Texts);
  readStops();
  return S.finish(Options);
}

void VocabularyReader::readKinds(std::string_view Key, TokenKind Kind) {
  for (auto [Id, At] : S.tokenIds(Doc.root(), Key)) {
    if (Id >= Kinds.size())
      S.report(At, DiagId::VocabTokenId) << std::to_string(Id) << uint64_t(Kinds.size() - 1);
    else if (Kinds[Id] != TokenKind::Ordinary && Kinds[Id] != Kind)
      S.report(At, DiagId::VocabInconsistent) << "the token " + std::to_string(Id) +
                                                     " is listed both as " +
                                                     std::string(tokenKindName(Kinds[Id])) +
                                                     " and as " + std::string(tokenKindName(Kind));
    else
      Kinds[Id] = Kind;
  }
}

void VocabularyReader::readTokens(ValueId Texts) {
  std::string Text;
  const std::span<const ValueId> Elements = Doc.elements(Texts);
  for (TokenId Id = 0; Id < Elements.size(); ++Id) {
    const ValueId At = Elements[Id];
    if (Doc.isNull(At) || Kinds[Id] == TokenKind::Gap)
      continue;
    if (!S.check(At, Kind::String, "a token"))
      continue;
    if (decodeBase64(Doc.string(At), Text))
      S.addToken(Id, Kinds[Id], Text, At);
    else
      S.report(At, DiagId::VocabBase64) << uint64_t(Id);
  }
}

void VocabularyReader::readStops() {
  const ValueId Eos = Doc.get(Doc.root(), "eos");
  if (!Eos || Doc.isNull(Eos))
    return;
  if (Doc.isArray(Eos)) {
    for (auto [Id, At] : S.tokenIds(Doc.root(), "eos"))
      S.addStop(Id, At);
    return;
  }
  const std::optional<TokenId> Id = S.tokenId(Eos);
  if (!Id)
    return;
  S.addStop(*Id, Eos);
  const ValueId Name = S.optional(Doc.root(), "eos_text", Kind::String, "the vocabulary");
  if (Name && *Id < S.tokens().size() && S.tokens()[*Id].Kind != TokenKind::Gap &&
      S.tokens()[*Id].Text != Doc.string(Name))
    S.report(Name, DiagId::VocabInconsistent) << "'eos_text' is not the text of the token " +
                                                     std::to_string(*Id) + ", '" +
                                                     printable(S.tokens()[*Id].Text, 60) + "'";
}

/// An array of numbers from 0 to 255 as bytes; false, reported, when it is none.
bool readBytes(JsonSource &S, ValueId Array, std::string &Out) {
  Out.clear();
  for (ValueId V : S.document().elements(Array)) {
    unsigned Byte = 256;
    if (S.document().isNumber(V) && S.document().number(V).size() <= 3 &&
        S.document().number(V).find_first_not_of("0123456789") == std::string_view::npos)
      Byte = unsigned(std::stoul(std::string(S.document().number(V))));
    if (Byte > 255) {
      S.report(V, DiagId::VocabWrongType) << "a byte" << "an integer from 0 to 255";
      return false;
    }
    Out.push_back(char(Byte));
  }
  return true;
}

/// Reads {"special": text} or {"added": text}, with "stop".
void readNamed(JsonSource &S, TokenId Id, ValueId Entry) {
  const json::Document &Doc = S.document();
  for (const json::Member &M : Doc.members(Entry))
    if (M.Key != "special" && M.Key != "added" && M.Key != "stop")
      S.report(M.Value, DiagId::VocabUnsupported)
          << "the member '" + printable(M.Key, 40) + "' of a listed token";
  const bool IsAdded = bool(Doc.get(Entry, "added"));
  const ValueId Text = S.require(Entry, IsAdded ? "added" : "special", Kind::String, "the token");
  if (!Text)
    return;
  if (IsAdded && Doc.get(Entry, "special"))
    S.report(Entry, DiagId::VocabInconsistent) << "a token is special or added, not both";
  S.addToken(Id, IsAdded ? TokenKind::Added : TokenKind::Special, Doc.string(Text), Entry);
  if (S.flag(Entry, "stop", "'stop'"))
    S.addStop(Id, Entry);
}

} // namespace

VocabularyRef readVocabularyJson(const json::Document &Doc, DiagnosticEngine &Diags,
                                 const VocabularyOptions &Options) {
  return VocabularyReader(Doc, Diags).read(Options);
}

VocabularyRef readTokenList(const json::Document &Doc, DiagnosticEngine &Diags,
                            const VocabularyOptions &Options) {
  JsonSource S(Doc, Diags);
  const std::span<const ValueId> Elements = Doc.elements(Doc.root());
  S.reserveIds(Elements.size(), Doc.root());
  if (S.failed())
    return nullptr;
  std::string Bytes;
  for (TokenId Id = 0; Id < Elements.size(); ++Id) {
    const ValueId At = Elements[Id];
    switch (Doc.kind(At)) {
    case Kind::Null:
      break;
    case Kind::String:
      S.addToken(Id, TokenKind::Ordinary, Doc.string(At), At);
      break;
    case Kind::Array:
      if (readBytes(S, At, Bytes))
        S.addToken(Id, TokenKind::Ordinary, Bytes, At);
      break;
    case Kind::Object:
      readNamed(S, Id, At);
      break;
    case Kind::False:
    case Kind::True:
    case Kind::Number:
      S.report(At, DiagId::VocabWrongType)
          << "a listed token" << "a string, an array of bytes, an object or null";
    }
  }
  return S.finish(Options);
}

} // namespace weir
