//===- BpeEncoder.cpp - Text to the tokens a tokenizer.json gives ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A word is merged as it was when the model was trained: of all neighbours that a merge
// names, those of the earliest merge, leftmost first. A heap holds the candidates; one
// that has lost a side since it was put there is dropped when it comes up.
//
//===----------------------------------------------------------------------===//
#include "weir/VocabReaders/BpeEncoder.h"

#include "JsonSource.h"
#include "weir/Frontend/Regex/Finder.h"
#include "weir/Support/Escape.h"
#include "weir/Support/Utf8.h"

#include <algorithm>
#include <array>
#include <queue>
#include <unordered_map>

namespace weir {
namespace {

using json::Kind;
using json::ValueId;

constexpr TokenId None = 0xFFFFFFFFU;

/// What the pattern of the "ByteLevel" pre-tokenizer is, which files do not spell out.
constexpr std::string_view ByteLevelPattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// The characters that stand for bytes in byte-level models.
std::array<std::string, 256> byteSpellings() {
  std::array<std::string, 256> Out;
  uint32_t Next = 256;
  for (uint32_t B = 0; B < 256; ++B) {
    const bool Plain =
        (B >= '!' && B <= '~') || (B >= 0xA1 && B <= 0xAC) || (B >= 0xAE && B <= 0xFF);
    appendUtf8(Out[B], Plain ? B : Next++);
  }
  return Out;
}

struct Step {
  enum Kind : uint8_t {
    Isolate,  ///< matches and what lies between them are words
    Keep,     ///< matches are words, and nothing may lie between them
    Metaspace ///< each mark begins a word
  } What;
  std::optional<regex::Finder> Pattern;
  std::string Mark;
};

class Encoder final : public BpeEncoder {
public:
  bool encode(std::string_view Text, std::vector<TokenId> &Out) const override;
  size_t memoryBytes() const override;

  bool encodePiece(std::string_view Raw, std::vector<TokenId> &Out) const;
  bool encodeWord(std::string_view Word, std::vector<TokenId> &Out) const;
  bool encodeNormalised(std::string_view Text, std::vector<TokenId> &Out) const;

  struct Literals {
    std::unordered_map<std::string, TokenId> Ids;
    size_t Longest = 0;
    std::array<bool, 256> Begins{};
    void add(std::string Text, TokenId Id) {
      Longest = std::max(Longest, Text.size());
      Begins[uint8_t(Text[0])] = true;
      Ids.emplace(std::move(Text), Id);
    }
    /// Calls Between(text) and At(id) along the text; false when one does.
    template <typename BetweenFn, typename AtFn>
    bool split(std::string_view Text, BetweenFn Between, AtFn At) const {
      size_t Begin = 0;
      for (size_t I = 0; I < Text.size();) {
        TokenId Found = None;
        size_t Size = Begins[uint8_t(Text[I])] ? std::min(Longest, Text.size() - I) : 0;
        for (; Size != 0; --Size)
          if (auto It = Ids.find(std::string(Text.substr(I, Size))); It != Ids.end()) {
            Found = It->second;
            break;
          }
        if (Found == None) {
          ++I;
          continue;
        }
        if (!Between(Text.substr(Begin, I - Begin)) || !At(Found))
          return false;
        Begin = I += Size;
      }
      return Between(Text.substr(Begin));
    }
  };

  std::unordered_map<std::string, TokenId> Vocab;
  struct Merged {
    uint32_t Rank;
    TokenId Id;
  };
  std::unordered_map<uint64_t, Merged> Merges; ///< by the pair of ids
  std::array<TokenId, 256> Fallback{};         ///< <0x00> … where there is byte fallback
  std::array<std::string, 256> Spelling;       ///< of bytes, where the model is byte-level
  bool ByteLevel = false, ByteFallback = false, IgnoreMerges = false, Composes = false;
  std::vector<std::pair<std::string, std::string>> Replacements;
  std::vector<Step> Steps;
  Literals AddedRaw, AddedNormalised;
};

bool Encoder::encode(std::string_view Text, std::vector<TokenId> &Out) const {
  if (Text.size() > (size_t(1) << 20) || findInvalidUtf8(Text) != std::string_view::npos)
    return false;
  // Spaces that regular expressions of different makes do not agree on.
  if (!Steps.empty() && (Text.find("\xC2\x85") != std::string_view::npos ||
                         Text.find("\xEF\xBB\xBF") != std::string_view::npos))
    return false;
  return AddedRaw.split(
      Text, [&](std::string_view Piece) { return encodePiece(Piece, Out); },
      [&](TokenId Id) { return Out.push_back(Id), true; });
}

bool Encoder::encodePiece(std::string_view Raw, std::vector<TokenId> &Out) const {
  // Characters below U+0300 neither compose nor decompose.
  for (size_t I = 0; Composes && I < Raw.size();) {
    const DecodedScalar D = decodeUtf8(Raw, I);
    if (D.Value >= 0x300)
      return false;
    I += D.Size;
  }
  std::string Text(Raw);
  for (const auto &[From, To] : Replacements)
    for (size_t At = 0; (At = Text.find(From, At)) != std::string::npos; At += To.size())
      Text.replace(At, From.size(), To);
  return AddedNormalised.split(
      Text, [&](std::string_view Piece) { return encodeNormalised(Piece, Out); },
      [&](TokenId Id) { return Out.push_back(Id), true; });
}

bool Encoder::encodeNormalised(std::string_view Text, std::vector<TokenId> &Out) const {
  if (Text.empty())
    return true;
  std::vector<std::string> Words{std::string(Text)}, Next;
  for (const Step &S : Steps) {
    Next.clear();
    for (const std::string &Word : Words) {
      if (S.What == Step::Metaspace) {
        std::string Marked;
        for (char C : Word)
          Marked += C == ' ' ? S.Mark : std::string(1, C);
        size_t Begin = 0;
        for (size_t At = 1; At < Marked.size(); ++At)
          if (Marked.compare(At, S.Mark.size(), S.Mark) == 0) {
            Next.push_back(Marked.substr(Begin, At - Begin));
            Begin = At;
          }
        Next.push_back(Marked.substr(Begin));
        continue;
      }
      uint64_t Budget = 10'000 + 2'000 * uint64_t(Word.size());
      for (size_t At = 0; At < Word.size();) {
        std::optional<regex::Finder::Found> F = S.Pattern->find(Word, At, Budget);
        // Empty matches split where they are, which no tokenizer means.
        if (Budget == 0 || (F && F->End == F->Begin))
          return false;
        const size_t Begin = F ? F->Begin : Word.size();
        if (Begin > At) {
          if (S.What == Step::Keep)
            return false;
          Next.push_back(Word.substr(At, Begin - At));
        }
        if (F)
          Next.push_back(Word.substr(F->Begin, F->End - F->Begin));
        At = F ? F->End : Word.size();
      }
    }
    Words.swap(Next);
  }
  for (const std::string &Word : Words) {
    std::string Spelled;
    for (char C : Word)
      Spelled += ByteLevel ? Spelling[uint8_t(C)] : std::string(1, C);
    if (!encodeWord(Spelled, Out))
      return false;
  }
  return true;
}

bool Encoder::encodeWord(std::string_view Word, std::vector<TokenId> &Out) const {
  if (IgnoreMerges)
    if (auto It = Vocab.find(std::string(Word)); It != Vocab.end()) {
      Out.push_back(It->second);
      return true;
    }
  struct Symbol {
    TokenId Id;
    uint32_t Before, After; ///< NoSymbol at the ends
  };
  constexpr uint32_t NoSymbol = 0xFFFFFFFFU;
  std::vector<Symbol> Symbols;
  auto add = [&](TokenId Id) {
    const uint32_t I = uint32_t(Symbols.size());
    Symbols.push_back({Id, I ? I - 1 : NoSymbol, NoSymbol});
    if (I)
      Symbols[I - 1].After = I;
  };
  for (size_t I = 0; I < Word.size();) {
    const size_t Size = decodeUtf8(Word, I).Size;
    if (auto It = Vocab.find(std::string(Word.substr(I, Size))); It != Vocab.end()) {
      add(It->second);
    } else {
      if (!ByteFallback)
        return false;
      for (size_t K = 0; K < Size; ++K) {
        if (Fallback[uint8_t(Word[I + K])] == None)
          return false;
        add(Fallback[uint8_t(Word[I + K])]);
      }
    }
    I += Size;
  }

  struct Candidate {
    uint32_t Rank, At;
    TokenId Left, Right, Id;
    bool operator<(const Candidate &O) const { return Rank != O.Rank ? Rank > O.Rank : At > O.At; }
  };
  std::priority_queue<Candidate> Queue;
  auto look = [&](uint32_t At) {
    const uint32_t After = At == NoSymbol ? NoSymbol : Symbols[At].After;
    if (After == NoSymbol)
      return;
    const TokenId L = Symbols[At].Id, R = Symbols[After].Id;
    if (auto It = Merges.find(uint64_t(L) << 32 | R); It != Merges.end())
      Queue.push({It->second.Rank, At, L, R, It->second.Id});
  };
  for (uint32_t I = 0; I < Symbols.size(); ++I)
    look(I);
  while (!Queue.empty()) {
    const Candidate C = Queue.top();
    Queue.pop();
    Symbol &L = Symbols[C.At];
    if (L.Id != C.Left || L.After == NoSymbol || Symbols[L.After].Id != C.Right)
      continue;
    Symbol &R = Symbols[L.After];
    L.Id = C.Id;
    L.After = R.After;
    R.Id = None;
    if (L.After != NoSymbol)
      Symbols[L.After].Before = C.At;
    look(C.At);
    look(L.Before);
  }
  for (uint32_t I = 0; I != NoSymbol && I < Symbols.size(); I = Symbols[I].After)
    Out.push_back(Symbols[I].Id);
  return true;
}

size_t Encoder::memoryBytes() const {
  size_t Bytes = sizeof(*this) + Merges.size() * 40 + Merges.bucket_count() * 8;
  for (const auto *Map : {&Vocab, &AddedRaw.Ids, &AddedNormalised.Ids}) {
    Bytes += Map->bucket_count() * 8;
    for (const auto &[Text, Id] : *Map)
      Bytes += 64 + (Text.capacity() > 15 ? Text.capacity() : 0);
  }
  return Bytes;
}

class EncoderReader {
public:
  EncoderReader(const json::Document &Doc, DiagnosticEngine &Diags) : Doc(Doc), S(Doc, Diags) {}
  std::shared_ptr<const BpeEncoder> read();

private:
  void unsupported(ValueId At, std::string What) { S.report(At, DiagId::VocabUnsupported) << What; }
  std::vector<ValueId> flatten(ValueId Root, std::string_view Key, std::string_view ListKey);
  void readModel(ValueId Model);
  void readNormalizer(ValueId Step);
  void readPreTokenizer(ValueId Step);
  void readSplit(ValueId Step);
  void readAdded(ValueId Root);
  void addPattern(ValueId At, Step::Kind What, std::string_view Pattern);
  std::string_view type(ValueId V) {
    const ValueId T = S.require(V, "type", Kind::String, "a component");
    return T ? Doc.string(T) : std::string_view();
  }

  const json::Document &Doc;
  JsonSource S;
  std::shared_ptr<Encoder> E = std::make_shared<Encoder>();
  bool HasNormalizer = false;
};

std::vector<ValueId> EncoderReader::flatten(ValueId Root, std::string_view Key,
                                            std::string_view ListKey) {
  std::vector<ValueId> Flat, Todo;
  if (const ValueId V = S.optional(Root, Key, Kind::Object, "the tokenizer"))
    Todo.push_back(V);
  while (!Todo.empty()) { // each value of the document is met at most once
    const ValueId V = Todo.back();
    Todo.pop_back();
    if (!S.check(V, Kind::Object, "a component"))
      continue;
    if (type(V) != "Sequence") {
      Flat.push_back(V);
    } else if (const ValueId List = S.require(V, ListKey, Kind::Array, "a sequence")) {
      const std::span<const ValueId> Parts = Doc.elements(List);
      Todo.insert(Todo.end(), Parts.rbegin(), Parts.rend());
    }
  }
  return Flat;
}

void EncoderReader::addPattern(ValueId At, Step::Kind What, std::string_view Pattern) {
  std::string Why;
  std::optional<regex::Finder> F = regex::Finder::compile(Pattern, Why);
  if (!F)
    unsupported(At, "a pre-tokenizer whose pattern is not understood (" + Why + ")");
  else
    E->Steps.push_back({What, std::move(F), {}});
}

void EncoderReader::readSplit(ValueId Step) {
  const ValueId Pattern = S.require(Step, "pattern", Kind::Object, "the pre-tokenizer");
  const ValueId Behavior = S.require(Step, "behavior", Kind::String, "the pre-tokenizer");
  if (!Pattern || !Behavior)
    return;
  const std::string_view How = Doc.string(Behavior);
  const bool Invert = S.flag(Step, "invert", "'invert'");
  const ValueId Regex = Doc.get(Pattern, "Regex"), Text = Doc.get(Pattern, "String");
  if (Regex && Doc.isString(Regex) && How == "Isolated")
    addPattern(Step, Step::Isolate, Doc.string(Regex));
  else if (Regex && Doc.isString(Regex) && How == "Removed" && Invert)
    addPattern(Step, Step::Keep, Doc.string(Regex));
  else if (Text && Doc.isString(Text) &&
           std::any_of(E->Replacements.begin(), E->Replacements.end(),
                       [&](const auto &R) { return R.first == Doc.string(Text); }))
    ; // the normalizer leaves none
  else
    unsupported(Step, "a 'Split' pre-tokenizer that does '" + printable(How, 40) + "'");
}

void EncoderReader::readPreTokenizer(ValueId Step) {
  const std::string_view Type = type(Step);
  if (Type == "ByteLevel") {
    E->ByteLevel = true;
    const ValueId Use = Doc.get(Step, "use_regex");
    if (!Use || S.flag(Step, "use_regex", "'use_regex'"))
      addPattern(Step, Step::Isolate, ByteLevelPattern);
  } else if (Type == "Split") {
    readSplit(Step);
  } else if (Type == "Digits") {
    addPattern(Step, Step::Isolate,
               S.flag(Step, "individual_digits", "'individual_digits'") ? R"(\p{N})" : R"(\p{N}+)");
  } else if (Type == "Metaspace") {
    const ValueId Mark = S.require(Step, "replacement", Kind::String, "the pre-tokenizer");
    const ValueId Split = Doc.get(Step, "split");
    if (!Mark || Doc.string(Mark).empty())
      return;
    if (!Split || S.flag(Step, "split", "'split'"))
      E->Steps.push_back({Step::Metaspace, std::nullopt, std::string(Doc.string(Mark))});
    else
      E->Replacements.push_back({" ", std::string(Doc.string(Mark))});
  } else {
    unsupported(Step, "the pre-tokenizer '" + printable(Type, 40) + "'");
  }
}

void EncoderReader::readNormalizer(ValueId Step) {
  const std::string_view Type = type(Step);
  HasNormalizer = true;
  if (Type == "NFC") {
    E->Composes = true;
  } else if (Type == "Replace") {
    const ValueId Pattern = S.require(Step, "pattern", Kind::Object, "the normalizer");
    const ValueId Content = S.require(Step, "content", Kind::String, "the normalizer");
    const ValueId From = Pattern ? Doc.get(Pattern, "String") : ValueId();
    if (!Content || !From || !Doc.isString(From) || Doc.string(From).empty())
      unsupported(Step, "a normalizer that replaces a regular expression");
    else
      E->Replacements.push_back({std::string(Doc.string(From)), std::string(Doc.string(Content))});
  } else if (Type != "Prepend") { // which acts on the beginning of a text only
    unsupported(Step, "the normalizer '" + printable(Type, 40) + "'");
  }
}

void EncoderReader::readModel(ValueId Model) {
  const ValueId Type = S.optional(Model, "type", Kind::String, "the model");
  if (Type && Doc.string(Type) != "BPE")
    return unsupported(Type, "an encoder for the model '" + printable(Doc.string(Type), 40) + "'");
  for (std::string_view Key : {"continuing_subword_prefix", "end_of_word_suffix"})
    if (const ValueId V = S.optional(Model, Key, Kind::String, "the model");
        V && !Doc.string(V).empty())
      unsupported(V, "a model with '" + std::string(Key) + "'");
  if (const ValueId V = S.optional(Model, "dropout", Kind::Number, "the model"))
    unsupported(V, "a model with 'dropout'");
  E->ByteFallback = S.flag(Model, "byte_fallback", "'byte_fallback'");
  E->IgnoreMerges = S.flag(Model, "ignore_merges", "'ignore_merges'");
  const ValueId Vocab = S.require(Model, "vocab", Kind::Object, "the model");
  const ValueId Merges = S.require(Model, "merges", Kind::Array, "the model");
  if (!Vocab || !Merges)
    return;
  for (const json::Member &M : Doc.members(Vocab))
    if (std::optional<TokenId> Id = S.tokenId(M.Value))
      E->Vocab.emplace(M.Key, *Id);
  E->Fallback.fill(None);
  for (unsigned B = 0; B < 256; ++B) {
    static constexpr char Digits[] = "0123456789ABCDEF";
    const std::string Name = {'<', '0', 'x', Digits[B >> 4], Digits[B & 15], '>'};
    if (auto It = E->Vocab.find(Name); It != E->Vocab.end())
      E->Fallback[B] = It->second;
  }
  uint32_t Rank = 0;
  for (ValueId M : Doc.elements(Merges)) {
    std::string_view L, R;
    if (Doc.isArray(M) && Doc.elements(M).size() == 2 && Doc.isString(Doc.elements(M)[0]) &&
        Doc.isString(Doc.elements(M)[1])) {
      L = Doc.string(Doc.elements(M)[0]);
      R = Doc.string(Doc.elements(M)[1]);
    } else if (Doc.isString(M) && Doc.string(M).find(' ') != std::string_view::npos) {
      const std::string_view Both = Doc.string(M);
      L = Both.substr(0, Both.find(' '));
      R = Both.substr(L.size() + 1);
    }
    auto idOf = [&](const std::string &Text) {
      auto It = E->Vocab.find(Text);
      return It == E->Vocab.end() ? None : It->second;
    };
    const TokenId Left = idOf(std::string(L)), Right = idOf(std::string(R)),
                  Both = idOf(std::string(L) + std::string(R));
    if (Left == None || Right == None || Both == None) {
      S.report(M, DiagId::VocabWrongType) << "a merge" << "two pieces";
      return;
    }
    E->Merges.try_emplace(uint64_t(Left) << 32 | Right, Encoder::Merged{Rank, Both});
    ++Rank;
  }
}

void EncoderReader::readAdded(ValueId Root) {
  const ValueId List = S.optional(Root, "added_tokens", Kind::Array, "the tokenizer");
  if (!List)
    return;
  for (ValueId Entry : Doc.elements(List)) {
    if (!S.check(Entry, Kind::Object, "an added token") || S.flag(Entry, "special", "'special'"))
      continue;
    const ValueId IdValue = S.require(Entry, "id", Kind::Number, "an added token");
    const ValueId Content = S.require(Entry, "content", Kind::String, "an added token");
    const std::optional<TokenId> Id = IdValue ? S.tokenId(IdValue) : std::nullopt;
    if (!Id || !Content || Doc.string(Content).empty())
      continue;
    for (std::string_view Key : {"lstrip", "rstrip", "single_word"})
      if (S.flag(Entry, Key, "'" + std::string(Key) + "'"))
        unsupported(Entry, "an added token with '" + std::string(Key) + "'");
    std::string Text(Doc.string(Content));
    if (!HasNormalizer || !S.flag(Entry, "normalized", "'normalized'")) {
      E->AddedRaw.add(std::move(Text), *Id);
      continue;
    }
    for (const auto &[From, To] : E->Replacements)
      for (size_t At = 0; (At = Text.find(From, At)) != std::string::npos; At += To.size())
        Text.replace(At, From.size(), To);
    E->AddedNormalised.add(std::move(Text), *Id);
  }
}

std::shared_ptr<const BpeEncoder> EncoderReader::read() {
  const ValueId Root = Doc.root();
  const ValueId Model = S.require(Root, "model", Kind::Object, "the tokenizer");
  if (!Model)
    return nullptr;
  E->Spelling = byteSpellings();
  readModel(Model);
  for (ValueId V : flatten(Root, "normalizer", "normalizers"))
    readNormalizer(V);
  for (ValueId V : flatten(Root, "pre_tokenizer", "pretokenizers"))
    readPreTokenizer(V);
  readAdded(Root);
  return S.failed() ? nullptr : E;
}

} // namespace

std::shared_ptr<const BpeEncoder> BpeEncoder::read(std::string_view Text, std::string_view Name,
                                                   DiagnosticEngine &Diags) {
  const FileId File = Diags.sources().add(std::string(Name), std::string(Text));
  json::ParseOptions Limits;
  Limits.MaxBytes = UINT32_C(1) << 30;
  std::optional<json::Document> Doc = json::parse(File, Diags, Limits);
  if (!Doc)
    return nullptr;
  if (!Doc->isObject(Doc->root())) {
    Diags.report(Doc->range(Doc->root()), DiagId::VocabUnknownFormat) << Name;
    return nullptr;
  }
  return EncoderReader(*Doc, Diags).read();
}

} // namespace weir
