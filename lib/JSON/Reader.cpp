//===- Reader.cpp - JSON text to a document, over RapidJSON ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RapidJSON's iterative SAX reader runs in place over a private copy of the text,
// in which strings are decoded where they stand: they need no memory of their
// own. Offsets in the copy are offsets in the source.
//
// One scan comes before it, because the reader differs from RFC 8259 in a few
// places. While making the copy the scan
//  - checks each number and writes `0` and blanks over it in the copy: the reader
//    converts numbers as it goes and calls 1e309 too big, and here a number is
//    its text, which is in the source;
//  - refuses raw control characters and NUL, which the reader takes for the end;
//  - refuses text that is not UTF-8, and blanks out a byte order mark.
// What is left for the reader is structure, escapes and literals. It accepts a
// lone low surrogate, which would decode to something that is not UTF-8; strings
// with such an escape are checked.
//
//===----------------------------------------------------------------------===//
#include "weir/JSON/Value.h"
#include "weir/Support/LongSort.h"
#include "weir/Support/Utf8.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

// The reader's stack adds offsets to null pointers before it grows first.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((no_sanitize("undefined"))), apply_to = function)
#endif
#include <rapidjson/reader.h>
#if defined(__clang__)
#pragma clang attribute pop
#endif

namespace weir::json {
namespace {

/// The first byte from `At` on that may end a string or is not to stand in it as it is: a quote, a
/// backslash or a control character. Eight bytes are looked at at once, and the text is followed by
/// eight that are 0.
const char *plainEnd(const char *At) {
  constexpr uint64_t Ones = 0x0101010101010101, Tops = 0x8080808080808080;
  for (;; At += 8) {
    uint64_t W;
    std::memcpy(&W, At, 8);
    const uint64_t Quote = W ^ (Ones * '"'), Backslash = W ^ (Ones * '\\');
    // (A top bit may be set above the first that is meant, never below it.)
    const uint64_t Found =
        ((Quote - Ones) & ~Quote) | ((Backslash - Ones) & ~Backslash) | ((W - Ones * 0x20) & ~W);
    if ((Found & Tops) == 0)
      continue;
    if constexpr (std::endian::native == std::endian::little)
      return At + std::countr_zero(Found & Tops) / 8;
    while (uint8_t(*At) >= 0x20 && *At != '"' && *At != '\\')
      ++At;
    return At;
  }
}

/// RapidJSON's in-place stream, one the handler can ask for its place. What a string begins with
/// up to its first escape is decoded where it stands, so the reader is taken to where that ends.
struct InPlaceStream {
  using Ch = char;
  char *Src, *Dst = nullptr, *Head;

  explicit InPlaceStream(char *Text) : Src(Text), Head(Text) {}
  char Peek() const { return *Src; }
  char Take() { return *Src++; }
  size_t Tell() const { return size_t(Src - Head); }
  char *PutBegin() {
    char *const Begin = Src;
    if (Src != Head && Src[-1] == '"') // (also called behind numbers)
      Src += plainEnd(Src) - Src;
    Dst = Src;
    return Begin;
  }
  void Put(char C) { *Dst++ = C; }
  size_t PutEnd(char *Begin) { return size_t(Dst - Begin); }
  void Flush() {}
};

bool isDigit(char C) { return C >= '0' && C <= '9'; }

/// The first byte behind the number at `Pos`, or a message.
size_t scanNumber(std::string_view S, size_t Pos, const char *&Why) {
  auto At = [&](size_t I) { return I < S.size() ? S[I] : '\0'; };
  if (At(Pos) == '-')
    ++Pos;
  if (!isDigit(At(Pos))) {
    Why = "a digit must follow '-'";
    return Pos;
  }
  if (At(Pos) == '0') {
    ++Pos;
    if (isDigit(At(Pos))) {
      Why = "a leading zero is not allowed";
      return Pos;
    }
  }
  while (isDigit(At(Pos)))
    ++Pos;
  if (At(Pos) == '.') {
    ++Pos;
    if (!isDigit(At(Pos))) {
      Why = "a digit must follow '.'";
      return Pos;
    }
    while (isDigit(At(Pos)))
      ++Pos;
  }
  if (At(Pos) == 'e' || At(Pos) == 'E') {
    ++Pos;
    if (At(Pos) == '+' || At(Pos) == '-')
      ++Pos;
    if (!isDigit(At(Pos))) {
      Why = "the exponent has no digit";
      return Pos;
    }
    while (isDigit(At(Pos)))
      ++Pos;
  }
  return Pos;
}

const char *syntaxMessage(rapidjson::ParseErrorCode Code) {
  switch (Code) {
  case rapidjson::kParseErrorValueInvalid:
    return "a JSON value is expected here";
  case rapidjson::kParseErrorObjectMissName:
    return "a key in double quotes is expected here";
  case rapidjson::kParseErrorObjectMissColon:
    return "':' is expected here";
  case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
    return "',' or '}' is expected here";
  case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
    return "',' or ']' is expected here";
  case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
    return "four hexadecimal digits must follow '\\u'";
  case rapidjson::kParseErrorStringEscapeInvalid:
    return "not one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX";
  case rapidjson::kParseErrorStringMissQuotationMark:
    return "the string has no closing quote";
  default:
    return "not a JSON text";
  }
}

} // namespace

class DocumentBuilder {
public:
  DocumentBuilder(FileId File, DiagnosticEngine &Diags, const ParseOptions &Opts)
      : Diags(Diags), Opts(Opts), Stream(nullptr) {
    D.File = File;
    D.Source = Diags.sources().text(File);
  }

  std::optional<Document> run() {
    if (!prepare() || !pollWork(D.Source.size() / 64))
      return std::nullopt;
    Stream = InPlaceStream(D.Text.get());
    D.Nodes.reserve(D.Source.size() / 24 + 8);
    D.Members.reserve(D.Source.size() / 48 + 8);
    Pending.reserve(32);
    Keys.reserve(32);
    Begins.reserve(16);
    rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>> Reader;
    constexpr unsigned Flags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                               rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::ParseResult R = Reader.Parse<Flags>(Stream, *this);
    if (!R) {
      if (!Failed)
        report(R.Code(), R.Offset());
      return std::nullopt;
    }
    if (Failed)
      return std::nullopt;
    return std::move(D);
  }

  // The reader's events.
  bool Null() { return scalar(Kind::Null, 4); }
  bool Bool(bool B) { return scalar(B ? Kind::True : Kind::False, B ? 4 : 5); }
  bool RawNumber(const char *, rapidjson::SizeType, bool) {
    size_t Begin = Stream.Tell() - 1;
    const char *Why = nullptr;
    size_t End = scanNumber(D.Source, Begin, Why);
    return add(Kind::Number, Begin, End, 0, 0);
  }
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }
  bool String(const char *Str, rapidjson::SizeType Length, bool) {
    size_t First = size_t(Str - D.Text.get());
    Failed |= !pollWork(Length / 64);
    return checkString(First, Length) &&
           add(Kind::String, First - 1, Stream.Tell(), uint32_t(First), Length);
  }
  bool Key(const char *Str, rapidjson::SizeType Length, bool) {
    size_t First = size_t(Str - D.Text.get());
    if (!checkString(First, Length))
      return false;
    Keys.push_back(
        {std::string_view(Str, Length), uint32_t(First - 1), uint32_t(Stream.Tell()), ValueId()});
    return true;
  }
  bool StartObject() { return open(); }
  bool StartArray() { return open(); }
  bool EndArray(rapidjson::SizeType Count) {
    uint32_t First = uint32_t(D.Elements.size());
    auto Begin = Pending.end() - Count;
    D.Elements.insert(D.Elements.end(), Begin, Pending.end());
    adopt(Begin);
    return close(Kind::Array, First, Count);
  }
  bool EndObject(rapidjson::SizeType Count) {
    uint32_t First = uint32_t(D.Members.size());
    auto Begin = Pending.end() - Count;
    auto KeyBegin = Keys.end() - Count;
    for (uint32_t I = 0; I < Count; ++I) {
      KeyBegin[I].Value = Begin[I];
      D.Members.push_back(KeyBegin[I]);
    }
    Keys.erase(KeyBegin, Keys.end());
    adopt(Begin);
    if (!close(Kind::Object, First, Count))
      return false;
    return !Opts.RefuseDuplicateKeys || checkKeys(D.Nodes.back());
  }

private:
  /// Objects up to this size are searched from front to back.
  static constexpr uint32_t SmallObject = 12;

  bool fail(DiagId Id, size_t Begin, size_t End) {
    Failed = true;
    Diags.report(range(Begin, End), Id);
    return false;
  }
  SourceRange range(size_t Begin, size_t End) const {
    return {D.File, uint32_t(std::min(Begin, D.Source.size())),
            uint32_t(std::min(End, D.Source.size()))};
  }

  bool prepare();
  void report(rapidjson::ParseErrorCode Code, size_t Offset);
  bool checkString(size_t First, size_t Length);
  bool checkKeys(Document::Node &Object);

  bool scalar(Kind K, size_t Length) { return add(K, Stream.Tell() - Length, Stream.Tell(), 0, 0); }
  bool add(Kind K, size_t Begin, size_t End, uint32_t First, uint32_t Count) {
    Document::Node N;
    N.Begin = uint32_t(Begin);
    N.End = uint32_t(End);
    N.First = First;
    N.Count = Count;
    N.Type = K;
    Pending.push_back(ValueId(uint32_t(D.Nodes.size())));
    D.Nodes.push_back(N);
    // Who stops the work says so; the reader has nothing to report.
    Failed |= !spendWork(1, sizeof(Document::Node));
    return !Failed;
  }
  bool open() {
    if (Begins.size() >= Opts.MaxDepth) {
      Failed = true;
      Diags.report(range(Stream.Tell(), Stream.Tell() + 1), DiagId::NestingTooDeep)
          << uint64_t(Opts.MaxDepth);
      return false;
    }
    Begins.push_back(uint32_t(Stream.Tell()));
    return true;
  }
  bool close(Kind K, uint32_t First, uint32_t Count) {
    uint32_t Begin = Begins.back();
    Begins.pop_back();
    return add(K, Begin, Stream.Tell() + 1, First, Count);
  }
  /// Gives the values from `Begin` on to the container that is made next.
  void adopt(std::vector<ValueId>::iterator Begin) {
    uint32_t Parent = uint32_t(D.Nodes.size()), Index = 0;
    for (auto It = Begin; It != Pending.end(); ++It, ++Index) {
      D.Nodes[It->index()].Parent = Parent;
      D.Nodes[It->index()].Index = Index;
    }
    Pending.erase(Begin, Pending.end());
  }

  DiagnosticEngine &Diags;
  const ParseOptions &Opts;
  Document D;
  InPlaceStream Stream;
  std::vector<ValueId> Pending; ///< values whose container is still open
  std::vector<Member> Keys;     ///< keys whose object is still open
  std::vector<uint32_t> Begins; ///< of open containers
  bool Failed = false;
};

bool DocumentBuilder::prepare() {
  std::string_view S = D.Source;
  if (S.size() > Opts.MaxBytes) {
    Diags.report({D.File, 0, 0}, DiagId::InputTooLarge)
        << uint64_t(S.size()) << uint64_t(Opts.MaxBytes);
    return false;
  }
  if (size_t Bad = findInvalidUtf8(S); Bad != std::string_view::npos)
    return fail(DiagId::InvalidUtf8, Bad, Bad + 1);
  D.Text = std::make_unique_for_overwrite<char[]>(S.size() + 8);
  char *Out = D.Text.get();
  std::memcpy(Out, S.data(), S.size());
  std::memset(Out + S.size(), 0, 8);

  size_t I = 0;
  if (S.starts_with("\xef\xbb\xbf")) {
    Diags.report(range(0, 3), DiagId::JsonByteOrderMark);
    std::memset(Out, ' ', 3);
    I = 3;
  }
  bool Blank = true;
  while (I < S.size()) {
    char C = S[I];
    if (C == '"') {
      Blank = false;
      size_t Open = I++;
      for (;; ++I) {
        // (Strings stand in the copy as they are.)
        I = size_t(plainEnd(Out + std::min(I, S.size())) - Out);
        if (I >= S.size() || S[I] == '"')
          break;
        if (uint8_t(S[I]) < 0x20) {
          Diags.report(range(I, I + 1), DiagId::JsonControlCharacter) << uint64_t(uint8_t(S[I]));
          return false;
        }
        if (S[I] == '\\')
          ++I;
      }
      if (I >= S.size()) {
        Diags.report(range(Open, Open + 1), DiagId::JsonSyntax)
            << syntaxMessage(rapidjson::kParseErrorStringMissQuotationMark);
        return false;
      }
      ++I;
    } else if (C == '-' || isDigit(C)) {
      Blank = false;
      const char *Why = nullptr;
      size_t End = scanNumber(S, I, Why);
      if (Why) {
        Diags.report(range(I, End + 1), DiagId::JsonNumber) << Why;
        return false;
      }
      Out[I] = '0';
      std::memset(Out + I + 1, ' ', End - I - 1);
      I = End;
    } else {
      if (C == '\0') {
        Diags.report(range(I, I + 1), DiagId::JsonSyntax)
            << (Blank ? "a JSON value is expected here" : "a NUL byte is not allowed here");
        return false;
      }
      Blank &= C == ' ' || C == '\n' || C == '\r' || C == '\t';
      ++I;
    }
  }
  if (Blank)
    return fail(DiagId::JsonEmpty, S.size(), S.size());
  return true;
}

void DocumentBuilder::report(rapidjson::ParseErrorCode Code, size_t Offset) {
  if (Code == rapidjson::kParseErrorDocumentRootNotSingular) {
    fail(DiagId::JsonTrailingText, Offset, Offset + 1);
    return;
  }
  if (Code == rapidjson::kParseErrorStringUnicodeSurrogateInvalid) {
    // The offset is that of the escape's backslash or thereabouts.
    size_t Begin = std::min(Offset, D.Source.size());
    while (Begin > 0 && D.Source[Begin] != '\\')
      --Begin;
    fail(DiagId::JsonLoneSurrogate, Begin, Begin + 6);
    return;
  }
  Diags.report(range(Offset, Offset + 1), DiagId::JsonSyntax)
      << (Offset >= D.Source.size() && Code != rapidjson::kParseErrorStringMissQuotationMark
              ? std::string("the text ends too early: ") + syntaxMessage(Code)
              : std::string(syntaxMessage(Code)));
}

bool DocumentBuilder::checkString(size_t First, size_t Length) {
  // Without escapes the text is as long as its source, which was checked.
  if (Stream.Tell() - First == Length + 1)
    return true;
  size_t Bad = findInvalidUtf8({D.Text.get() + First, Length});
  if (Bad == std::string_view::npos)
    return true;
  // The escapes of a lone surrogate are \uDC00 to \uDFFF without a high one.
  std::string_view S = D.Source;
  for (size_t I = First; I + 5 < Stream.Tell(); ++I) {
    if (S[I] != '\\')
      continue;
    if (S[I + 1] != 'u') {
      ++I;
      continue;
    }
    bool High = (S[I + 2] | 0x20) == 'd' && (S[I + 3] == '8' || S[I + 3] == '9' ||
                                             (S[I + 3] | 0x20) == 'a' || (S[I + 3] | 0x20) == 'b');
    bool Surrogate = (S[I + 2] | 0x20) == 'd' && S[I + 3] >= '8';
    if (Surrogate && !High)
      return fail(DiagId::JsonLoneSurrogate, I, I + 6);
    I += High ? 11 : 5;
  }
  return fail(DiagId::JsonLoneSurrogate, First - 1, Stream.Tell());
}

bool DocumentBuilder::checkKeys(Document::Node &Object) {
  std::span<const Member> All = std::span(D.Members).subspan(Object.First, Object.Count);
  const Member *Again = nullptr;
  if (Object.Count <= SmallObject) {
    for (uint32_t I = 1; I < Object.Count; ++I)
      for (uint32_t J = 0; J < I; ++J)
        if (All[I].Key == All[J].Key)
          Again = Again ? Again : &All[I];
  } else {
    Object.HasSorted = true;
    Object.Sorted = uint32_t(D.ByKey.size());
    std::vector<uint32_t> Order(Object.Count);
    std::iota(Order.begin(), Order.end(), 0U);
    if (!longSort(Order, [&](uint32_t A, uint32_t B) { return All[A].Key < All[B].Key; })) {
      Failed = true;
      return false;
    }
    D.ByKey.insert(D.ByKey.end(), Order.begin(), Order.end());
    for (auto It = D.ByKey.begin() + Object.Sorted + 1; It != D.ByKey.end(); ++It)
      if (All[It[0]].Key == All[It[-1]].Key && (!Again || &All[It[0]] < Again))
        Again = &All[It[0]];
  }
  if (!Again)
    return true;
  // Reading goes on, so that all of them are reported.
  Failed = true;
  Diags.report(D.keyRange(*Again), DiagId::JsonDuplicateKey) << Again->Key;
  return true;
}

std::optional<Document> parse(FileId File, DiagnosticEngine &Diags, const ParseOptions &Opts) {
  return DocumentBuilder(File, Diags, Opts).run();
}

} // namespace weir::json
