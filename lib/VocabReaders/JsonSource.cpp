//===- JsonSource.cpp - Typed reading of a vocabulary in JSON -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JsonSource.h"

#include "weir/Support/Escape.h"

#include <algorithm>
#include <charconv>

namespace weir {

using json::Kind;
using json::ValueId;

static std::string_view kindName(Kind K) {
  switch (K) {
  case Kind::Null:
    return "null";
  case Kind::False:
  case Kind::True:
    return "true or false";
  case Kind::Number:
    return "a number";
  case Kind::String:
    return "a string";
  case Kind::Array:
    return "an array";
  case Kind::Object:
    return "an object";
  }
  return "a value";
}

bool JsonSource::check(ValueId V, Kind K, std::string_view What) {
  if (Doc.kind(V) == K)
    return true;
  report(V, DiagId::VocabWrongType) << What << kindName(K);
  return false;
}

ValueId JsonSource::require(ValueId Object, std::string_view Key, Kind K, std::string_view What) {
  const ValueId V = Doc.get(Object, Key);
  if (!V) {
    report(Object, DiagId::VocabMissing) << What << Key;
    return V;
  }
  return check(V, K, "'" + std::string(Key) + "'") ? V : ValueId();
}

ValueId JsonSource::optional(ValueId Object, std::string_view Key, Kind K, std::string_view What) {
  const ValueId V = Doc.get(Object, Key);
  if (!V || Doc.isNull(V))
    return ValueId();
  return require(Object, Key, K, What);
}

bool JsonSource::flag(ValueId Object, std::string_view Key, std::string_view What) {
  const ValueId V = Doc.get(Object, Key);
  if (!V || Doc.isNull(V))
    return false;
  if (!Doc.isBool(V))
    report(V, DiagId::VocabWrongType) << What << kindName(Kind::True);
  return Doc.isTrue(V);
}

std::optional<TokenId> JsonSource::tokenId(ValueId V) {
  if (Doc.isNumber(V)) {
    const std::string_view Text = Doc.number(V);
    TokenId Id = 0;
    auto [End, Code] = std::from_chars(Text.data(), Text.data() + Text.size(), Id);
    if (Code == std::errc() && End == Text.data() + Text.size() && Id < vocab_image::MaxTokens)
      return Id;
  }
  report(V, DiagId::VocabTokenId) << printable(Doc.sourceText(V), 40)
                                  << uint64_t(vocab_image::MaxTokens - 1);
  return std::nullopt;
}

std::vector<std::pair<TokenId, ValueId>> JsonSource::tokenIds(ValueId Object,
                                                              std::string_view Key) {
  std::vector<std::pair<TokenId, ValueId>> Ids;
  if (const ValueId List = optional(Object, Key, Kind::Array, "the vocabulary"))
    for (ValueId V : Doc.elements(List))
      if (std::optional<TokenId> Id = tokenId(V))
        Ids.push_back({*Id, V});
  return Ids;
}

void JsonSource::addToken(TokenId Id, TokenKind Kind, std::string_view Text, ValueId At) {
  if (Id < Tokens.size() && Tokens[Id].Kind != TokenKind::Gap) {
    const Token &Old = Tokens[Id];
    if (Old.Kind != Kind || Old.Text != Text)
      report(At, DiagId::VocabDuplicateId).note("the first is here", Doc.range(Old.At))
          << uint64_t(Id) << printable(Old.Text, 60) << printable(Text, 60);
    return;
  }
  replaceToken(Id, Kind, Text, At);
}

void JsonSource::replaceToken(TokenId Id, TokenKind Kind, std::string_view Text, ValueId At) {
  if (Id >= Tokens.size())
    Tokens.resize(Id + 1);
  Tokens[Id] = {Kind, std::string(Text), At};
}

void JsonSource::reserveIds(uint64_t Size, ValueId At) {
  if (Size > vocab_image::MaxTokens)
    report(At, DiagId::VocabLimit)
        << "more token ids than the limit of " + std::to_string(vocab_image::MaxTokens);
  else if (Size > Tokens.size())
    Tokens.resize(Size);
}

VocabularyRef JsonSource::finish(const VocabularyOptions &Options) {
  VocabularyBuilder Builder;
  (void)Builder.reserveIds(uint32_t(Tokens.size())); // each id was held to the limit
  for (TokenId Id = 0; Id < Tokens.size(); ++Id) {
    const Token &T = Tokens[Id];
    if (T.Kind == TokenKind::Gap)
      continue;
    if (Result<Success> Added = Builder.add(Id, T.Kind, T.Text); !Added)
      report(T.At, DiagId::VocabLimit) << Added.error().Message;
  }
  if (Tokens.empty() && !Failed)
    report(Doc.root(), DiagId::VocabInconsistent) << "the vocabulary has no tokens";
  auto Add = [&](TokenId Id, ValueId At) {
    if (Id < Tokens.size() && Tokens[Id].Kind != TokenKind::Gap) {
      Builder.addStop(Id);
      return;
    }
    Failed = true;
    (At ? report(At, DiagId::VocabStopToken) : Diags.report({}, DiagId::VocabStopToken))
        << uint64_t(Id) << uint64_t(Tokens.empty() ? 0 : Tokens.size() - 1);
  };
  for (const Stop &S : Stops)
    Add(S.Id, S.At);
  for (TokenId Id : Options.Stops)
    Add(Id, ValueId());
  if (Failed)
    return nullptr;
  if (Stops.empty() && Options.Stops.empty())
    report(Doc.root(), DiagId::VocabNoStopToken);
  Result<VocabularyRef> V = Builder.finish();
  if (V)
    return *V;
  report(Doc.root(), DiagId::VocabLimit) << V.error().Message;
  return nullptr;
}

} // namespace weir
