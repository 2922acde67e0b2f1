//===- Rendering.h - A value written as the options say ---------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What docs/JSONSchema.md says of white space, separators, escapes and non-ASCII, written
// down a second time as a writer of values. Where the options leave a choice, dice decide.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_FRONTEND_JSONSCHEMA_RENDERING_H
#define WEIR_UNITTESTS_FRONTEND_JSONSCHEMA_RENDERING_H

#include "TestSupport.h"

#include "weir/Support/Utf8.h"

#include <random>

namespace weir::jsonschema::test {

class Rendering {
public:
  Rendering(const json::Document &D, const Options &O, unsigned Seed) : D(D), O(O), Rng(Seed) {}

  /// Recursive: for tests' data.
  std::string value(json::ValueId V, unsigned Depth = 0) {
    std::string Out;
    switch (D.kind(V)) {
    case json::Kind::String:
      return string(D.string(V));
    case json::Kind::Array:
      for (json::ValueId E : D.elements(V))
        Out += (Out.empty() ? "" : comma(Depth + 1)) + value(E, Depth + 1);
      return enclose('[', Out, ']', Depth);
    case json::Kind::Object:
      for (const json::Member &M : D.members(V))
        Out += (Out.empty() ? "" : comma(Depth + 1)) + string(M.Key) + colon() +
               value(M.Value, Depth + 1);
      return enclose('{', Out, '}', Depth);
    default:
      return std::string(D.sourceText(V));
    }
  }

private:
  bool toss() { return Rng() % 2; }
  /// Nothing, a blank, or a line break with blanks.
  std::string space(unsigned Depth) {
    switch (Rng() % 3) {
    case 0:
      return "";
    case 1:
      return " ";
    default:
      std::string Out = toss() ? "\n" : "\r\n";
      for (unsigned N = Rng() % (8 * Depth + 1); N > 0; --N)
        Out += toss() ? ' ' : '\t';
      return Out;
    }
  }
  std::string line(unsigned Depth) {
    return "\n" + std::string(size_t(Depth) * O.IndentWidth, ' ');
  }

  std::string comma(unsigned Depth) {
    const std::string &Own = O.ItemSeparator;
    switch (O.Space) {
    case Whitespace::Compact:
      return Own.empty() ? "," : Own;
    case Whitespace::Single:
      return Own.empty() ? ", " : Own;
    case Whitespace::Indent:
      return (Own.empty() ? "," : Own) + line(Depth);
    case Whitespace::Flexible:
      return !Own.empty() ? Own : (toss() ? " ," : ",") + space(Depth);
    }
    return "";
  }
  std::string colon() {
    if (!O.KeySeparator.empty())
      return O.KeySeparator;
    if (O.Space == Whitespace::Flexible)
      return std::string(toss() ? " :" : ":") + (toss() ? " " : "");
    return O.Space == Whitespace::Compact ? ":" : ": ";
  }
  std::string enclose(char Open, const std::string &Body, char Close, unsigned Depth) {
    if (Body.empty())
      return {Open, Close};
    if (O.Space == Whitespace::Indent)
      return Open + line(Depth + 1) + Body + line(Depth) + Close;
    if (O.Space == Whitespace::Flexible)
      return Open + space(Depth + 1) + Body + space(Depth) + Close;
    return Open + Body + Close;
  }

  std::string unit(uint32_t U, bool Upper) {
    char Buffer[8];
    std::snprintf(Buffer, sizeof Buffer, Upper ? "\\u%04X" : "\\u%04x", U);
    return Buffer;
  }
  std::string string(std::string_view S) {
    std::string Out = "\"";
    for (size_t I = 0; I < S.size();) {
      const DecodedScalar C = decodeUtf8(S, I);
      const bool Any = O.Escapes == ir::Escapes::Any;
      if ((O.EscapeNonAscii && C.Value > 0x7E) || (Any && Rng() % 4 == 0)) {
        if (C.Value > 0xFFFF)
          Out += unit(0xD800 + ((C.Value - 0x10000) >> 10), Any && toss());
        Out += unit(C.Value > 0xFFFF ? 0xDC00 + (C.Value & 0x3FF) : C.Value, Any && toss());
      } else {
        const std::string Quoted = quote(S.substr(I, C.Size));
        Out += Quoted.substr(1, Quoted.size() - 2);
      }
      I += C.Size;
    }
    return Out + '"';
  }

  const json::Document &D;
  const Options &O;
  std::mt19937 Rng;
};

} // namespace weir::jsonschema::test

#endif // WEIR_UNITTESTS_FRONTEND_JSONSCHEMA_RENDERING_H
