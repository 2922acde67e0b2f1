//===- TokenizerJson.cpp - HuggingFace's tokenizer.json -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   {"added_tokens": [{"id": 3, "content": "<think>", "special": false}, …],
//    "pre_tokenizer": {"type": "ByteLevel"}, "decoder": {"type": "ByteLevel"},
//    "model": {"type": "BPE", "vocab": {"Ġthe": 262, …}, "merges": […]}}
//
// The decoder says how pieces are spelled. Files without one (older byte-level
// files) are told by their pre-tokenizer. Added tokens come last and win over a piece
// with the same id: their text is literal. Merges are checked for shape and
// not kept: they decide how text is split, not what a token stands for.
//
// The format does not say which tokens end a text; those special tokens that are named
// like stop tokens (StopNames.def) are taken, with a note.
//
//===----------------------------------------------------------------------===//

#include "JsonSource.h"
#include "PieceDecoder.h"

#include "weir/Support/Escape.h"
#include "weir/Support/Utf8.h"

#include <algorithm>

namespace weir {
namespace {

using json::Kind;
using json::ValueId;

class TokenizerReader {
public:
  TokenizerReader(const json::Document &Doc, DiagnosticEngine &Diags) : Doc(Doc), S(Doc, Diags) {}

  VocabularyRef read(const VocabularyOptions &Options);

private:
  enum class Model { Unknown, Bpe, Unigram };

  Model readModelType(ValueId ModelValue);
  void readDecoder(ValueId Root, ValueId ModelValue);
  void readDecoderSteps(ValueId Decoder);
  void readPreTokenizer(ValueId Root);
  void readReplace(ValueId Step, bool AfterFuse);
  void readBpe(ValueId ModelValue);
  void readUnigram(ValueId ModelValue);
  void readMerges(ValueId ModelValue);
  void readAddedTokens(ValueId Root);
  void takeUsualStops();

  void unsupported(ValueId At, std::string What) { S.report(At, DiagId::VocabUnsupported) << What; }
  /// The components of a "Sequence", nested ones too, in order; or the value itself.
  std::vector<ValueId> flatten(ValueId Component, std::string_view ListKey);
  std::string_view typeOf(ValueId Component) {
    const ValueId Type = S.require(Component, "type", Kind::String, "a component");
    return Type ? Doc.string(Type) : std::string_view();
  }

  const json::Document &Doc;
  JsonSource S;
  PieceDecoder Decoder;
};

VocabularyRef TokenizerReader::read(const VocabularyOptions &Options) {
  const ValueId Root = Doc.root();
  const ValueId ModelValue = S.require(Root, "model", Kind::Object, "the tokenizer");
  if (!ModelValue)
    return nullptr;
  const Model Type = readModelType(ModelValue);
  if (Type == Model::Unknown)
    return nullptr;
  readDecoder(Root, ModelValue);
  if (Type == Model::Bpe)
    readBpe(ModelValue);
  else
    readUnigram(ModelValue);
  readAddedTokens(Root);
  if (Options.Stops.empty())
    takeUsualStops();
  return S.finish(Options);
}

TokenizerReader::Model TokenizerReader::readModelType(ValueId ModelValue) {
  if (const ValueId Type = S.optional(ModelValue, "type", Kind::String, "the model")) {
    if (Doc.string(Type) == "BPE")
      return Model::Bpe;
    if (Doc.string(Type) == "Unigram")
      return Model::Unigram;
    unsupported(Type, "the tokenizer model '" + printable(Doc.string(Type), 40) + "'");
    return Model::Unknown;
  }
  // Files of old versions leave the type out.
  if (Doc.get(ModelValue, "merges"))
    return Model::Bpe;
  if (const ValueId Vocab = Doc.get(ModelValue, "vocab"); Vocab && Doc.isArray(Vocab))
    return Model::Unigram;
  S.report(ModelValue, DiagId::VocabMissing) << "the model" << "type";
  return Model::Unknown;
}

std::vector<ValueId> TokenizerReader::flatten(ValueId Component, std::string_view ListKey) {
  std::vector<ValueId> Flat, Todo{Component};
  while (!Todo.empty()) { // each value of the document is met at most once
    const ValueId V = Todo.back();
    Todo.pop_back();
    if (!S.check(V, Kind::Object, "a component"))
      continue;
    if (typeOf(V) != "Sequence") {
      Flat.push_back(V);
      continue;
    }
    if (const ValueId List = S.require(V, ListKey, Kind::Array, "a sequence")) {
      const std::span<const ValueId> Parts = Doc.elements(List);
      Todo.insert(Todo.end(), Parts.rbegin(), Parts.rend());
    }
  }
  return Flat;
}

void TokenizerReader::readDecoder(ValueId Root, ValueId ModelValue) {
  for (std::string_view Key : {"continuing_subword_prefix", "end_of_word_suffix"})
    if (const ValueId V = S.optional(ModelValue, Key, Kind::String, "the model");
        V && !Doc.string(V).empty())
      unsupported(V, "a model with '" + std::string(Key) + "'");
  if (S.flag(ModelValue, "byte_fallback", "'byte_fallback'"))
    Decoder.setByteFallback();
  if (const ValueId V = S.optional(Root, "decoder", Kind::Object, "the tokenizer"))
    readDecoderSteps(V);
  else
    readPreTokenizer(Root);
}

void TokenizerReader::readDecoderSteps(ValueId DecoderValue) {
  bool AfterFuse = false;
  for (ValueId Step : flatten(DecoderValue, "decoders")) {
    const std::string_view Type = typeOf(Step);
    if (Type.empty())
      continue;
    if (Type == "ByteLevel") {
      Decoder.setByteLevel();
    } else if (Type == "ByteFallback") {
      Decoder.setByteFallback();
    } else if (Type == "Fuse") {
      AfterFuse = true;
    } else if (Type == "Replace") {
      readReplace(Step, AfterFuse);
    } else if (Type == "Metaspace") {
      const ValueId Mark = S.require(Step, "replacement", Kind::String, "the decoder");
      if (Mark && Doc.string(Mark).empty())
        unsupported(Mark, "an empty replacement");
      else if (Mark)
        Decoder.addReplacement(std::string(Doc.string(Mark)), " ");
    } else if (Type == "Strip" && AfterFuse) {
      // Acts on the ends of the whole text only.
    } else {
      unsupported(Step, "the decoder '" + printable(Type, 40) + "'" +
                            (Type == "Strip" ? " before 'Fuse'" : ""));
    }
  }
  if (Decoder.isByteLevel() && Decoder.hasReplacements())
    unsupported(DecoderValue, "a byte-level decoder with replacements");
}

void TokenizerReader::readReplace(ValueId Step, bool AfterFuse) {
  const ValueId Pattern = S.require(Step, "pattern", Kind::Object, "the decoder");
  const ValueId Content = S.require(Step, "content", Kind::String, "the decoder");
  if (!Pattern || !Content)
    return;
  if (Doc.get(Pattern, "Regex")) {
    unsupported(Pattern, "a decoder that replaces a regular expression");
    return;
  }
  const ValueId From = S.require(Pattern, "String", Kind::String, "the pattern");
  if (!From)
    return;
  const std::string_view Text = Doc.string(From);
  if (Text.empty())
    unsupported(From, "an empty pattern");
  else if (AfterFuse && decodeUtf8(Text, 0).Size != Text.size())
    // It could match across the border of two tokens.
    unsupported(From, "a pattern of several characters after 'Fuse'");
  else
    Decoder.addReplacement(std::string(Text), std::string(Doc.string(Content)));
}

void TokenizerReader::readPreTokenizer(ValueId Root) {
  const ValueId Pre = S.optional(Root, "pre_tokenizer", Kind::Object, "the tokenizer");
  if (Pre) {
    for (ValueId Step : flatten(Pre, "pretokenizers")) {
      const std::string_view Type = typeOf(Step);
      if (Type == "ByteLevel") {
        Decoder.setByteLevel();
        return;
      }
      if (Type != "Metaspace")
        continue;
      const ValueId Mark = S.require(Step, "replacement", Kind::String, "the pre-tokenizer");
      if (Mark && !Doc.string(Mark).empty())
        Decoder.addReplacement(std::string(Doc.string(Mark)), " ");
      return;
    }
  }
  unsupported(Root, "a tokenizer with no decoder and no byte-level or metaspace pre-tokenizer");
}

void TokenizerReader::readBpe(ValueId ModelValue) {
  readMerges(ModelValue);
  const ValueId Vocab = S.require(ModelValue, "vocab", Kind::Object, "the model");
  if (!Vocab)
    return;
  const ValueId Unknown = S.optional(ModelValue, "unk_token", Kind::String, "the model");
  for (const json::Member &M : Doc.members(Vocab)) {
    const std::optional<TokenId> Id = S.tokenId(M.Value);
    if (!Id)
      continue;
    // The unknown token stands for text that is lost, never for its own.
    if (Unknown && M.Key == Doc.string(Unknown))
      S.addToken(*Id, TokenKind::Special, M.Key, M.Value);
    else
      S.addToken(*Id, TokenKind::Ordinary, Decoder.decode(M.Key), M.Value);
  }
}

void TokenizerReader::readMerges(ValueId ModelValue) {
  const ValueId Merges = S.optional(ModelValue, "merges", Kind::Array, "the model");
  if (!Merges)
    return;
  // "a b" in files before version 0.20 of the library, ["a", "b"] since.
  for (ValueId Merge : Doc.elements(Merges)) {
    const bool IsPair = Doc.isArray(Merge) && Doc.elements(Merge).size() == 2 &&
                        Doc.isString(Doc.elements(Merge)[0]) &&
                        Doc.isString(Doc.elements(Merge)[1]);
    const bool IsText =
        Doc.isString(Merge) && Doc.string(Merge).find(' ') != std::string_view::npos;
    if (!IsPair && !IsText)
      S.report(Merge, DiagId::VocabWrongType) << "a merge" << "two pieces";
  }
}

void TokenizerReader::readUnigram(ValueId ModelValue) {
  const ValueId Vocab = S.require(ModelValue, "vocab", Kind::Array, "the model");
  if (!Vocab)
    return;
  std::optional<TokenId> Unknown;
  if (const ValueId V = S.optional(ModelValue, "unk_id", Kind::Number, "the model"))
    Unknown = S.tokenId(V);
  const std::span<const ValueId> Pieces = Doc.elements(Vocab);
  S.reserveIds(Pieces.size(), Vocab);
  if (S.failed())
    return;
  for (size_t I = 0; I < Pieces.size(); ++I) {
    const bool IsPiece = Doc.isArray(Pieces[I]) && Doc.elements(Pieces[I]).size() == 2 &&
                         Doc.isString(Doc.elements(Pieces[I])[0]) &&
                         Doc.isNumber(Doc.elements(Pieces[I])[1]);
    if (!IsPiece) {
      S.report(Pieces[I], DiagId::VocabWrongType) << "a piece" << "a string and a score";
      continue;
    }
    const std::string_view Piece = Doc.string(Doc.elements(Pieces[I])[0]);
    if (Unknown == TokenId(I))
      S.addToken(TokenId(I), TokenKind::Special, Piece, Pieces[I]);
    else
      S.addToken(TokenId(I), TokenKind::Ordinary, Decoder.decode(Piece), Pieces[I]);
  }
}

void TokenizerReader::readAddedTokens(ValueId Root) {
  const ValueId List = S.optional(Root, "added_tokens", Kind::Array, "the tokenizer");
  if (!List)
    return;
  std::vector<std::pair<TokenId, ValueId>> Seen;
  for (ValueId Entry : Doc.elements(List)) {
    if (!S.check(Entry, Kind::Object, "an added token"))
      continue;
    const ValueId IdValue = S.require(Entry, "id", Kind::Number, "an added token");
    const ValueId Content = S.require(Entry, "content", Kind::String, "an added token");
    const bool Special = S.flag(Entry, "special", "'special'");
    const std::optional<TokenId> Id = IdValue ? S.tokenId(IdValue) : std::nullopt;
    if (!Id || !Content)
      continue;
    Seen.push_back({*Id, Entry});
    const std::string_view Text = Doc.string(Content);
    if (Special)
      S.replaceToken(*Id, TokenKind::Special, Text, Entry);
    else
      S.replaceToken(*Id, TokenKind::Added, Decoder.decodeAdded(Text), Entry);
  }
  std::sort(Seen.begin(), Seen.end()); // values of one array are numbered in its order
  for (size_t I = 1; I < Seen.size(); ++I) {
    if (Seen[I].first != Seen[I - 1].first)
      continue;
    auto Text = [&](ValueId Entry) { return printable(Doc.string(Doc.get(Entry, "content")), 60); };
    S.report(Seen[I].second, DiagId::VocabDuplicateId)
            .note("the first is here", Doc.range(Seen[I - 1].second))
        << uint64_t(Seen[I].first) << Text(Seen[I - 1].second) << Text(Seen[I].second);
  }
}

void TokenizerReader::takeUsualStops() {
  static constexpr std::string_view Names[] = {
#define STOP_NAME(Text) Text,
#include "weir/VocabReaders/StopNames.def"
  };
  std::string Taken;
  for (TokenId Id = 0; Id < S.tokens().size(); ++Id) {
    const JsonSource::Token &T = S.tokens()[Id];
    if (T.Kind != TokenKind::Special ||
        std::find(std::begin(Names), std::end(Names), T.Text) == std::end(Names))
      continue;
    S.addStop(Id, T.At);
    Taken += (Taken.empty() ? "" : ", ") + T.Text + " (" + std::to_string(Id) + ")";
  }
  if (!Taken.empty())
    S.report(Doc.root(), DiagId::VocabUsualStopTokens) << Taken;
}

} // namespace

VocabularyRef readTokenizerJson(const json::Document &Doc, DiagnosticEngine &Diags,
                                const VocabularyOptions &Options) {
  return TokenizerReader(Doc, Diags).read(Options);
}

} // namespace weir
