//===- Value.h - A JSON text as a table of values ---------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A document is a few flat arrays, filled in one pass and freed in one step, so
// that neither reading nor destroying recurses:
//
//   {"a": [1, 2]}      id   kind    source   parent  payload
//                      0    Number  [7,8)    2, 0    -
//                      1    Number  [10,11)  2, 1    -
//                      2    Array   [6,12)   3, 0    elements 0..2
//                      3    Object  [0,13)   -       members 0..1
//
// Children come before their parents (the root is last). A number is kept as its
// exact text, however long: nothing here goes through a double. Strings are
// decoded to UTF-8 in one buffer. Each value, and each key, knows the bytes of
// the source it came from, and each value its parent, so a place can always be
// named by caret and by JSON pointer (RFC 6901).
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_JSON_VALUE_H
#define WEIR_JSON_VALUE_H

#include "weir/Diag/Diagnostics.h"
#include "weir/Support/Id.h"

#include <cassert>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::json {

using ValueId = Id<struct JsonValueTag>;

enum class Kind : uint8_t { Null, False, True, Number, String, Array, Object };

struct Member {
  std::string_view Key; ///< decoded
  uint32_t KeyBegin;    ///< byte range in the source, quotes included
  uint32_t KeyEnd;
  ValueId Value;
};

struct ParseOptions {
  uint32_t MaxDepth = 100'000;
  uint32_t MaxBytes = UINT32_C(1) << 30;
  /// Equal keys in one object are an error. Without this `find` answers the first
  /// and takes time linear in the object.
  bool RefuseDuplicateKeys = true;
};

class Document {
public:
  ValueId root() const { return ValueId(uint32_t(Nodes.size() - 1)); }
  uint32_t size() const { return uint32_t(Nodes.size()); }
  FileId file() const { return File; }

  Kind kind(ValueId V) const { return Nodes[V.index()].Type; }
  bool isNull(ValueId V) const { return kind(V) == Kind::Null; }
  bool isBool(ValueId V) const { return kind(V) == Kind::True || kind(V) == Kind::False; }
  bool isTrue(ValueId V) const { return kind(V) == Kind::True; }
  bool isNumber(ValueId V) const { return kind(V) == Kind::Number; }
  bool isString(ValueId V) const { return kind(V) == Kind::String; }
  bool isArray(ValueId V) const { return kind(V) == Kind::Array; }
  bool isObject(ValueId V) const { return kind(V) == Kind::Object; }

  SourceRange range(ValueId V) const {
    return {File, Nodes[V.index()].Begin, Nodes[V.index()].End};
  }
  SourceRange keyRange(const Member &M) const { return {File, M.KeyBegin, M.KeyEnd}; }

  /// The decoded text of a string. Lives as long as the document, moves included.
  std::string_view string(ValueId V) const {
    assert(isString(V) && "only strings have a decoded text");
    return {Text.get() + Nodes[V.index()].First, Nodes[V.index()].Count};
  }
  /// The exact text of a number. Lives as long as the source manager.
  std::string_view number(ValueId V) const {
    assert(isNumber(V) && "only numbers have a number's text");
    return sourceText(V);
  }
  /// The bytes the value came from.
  std::string_view sourceText(ValueId V) const {
    return Source.substr(Nodes[V.index()].Begin, Nodes[V.index()].End - Nodes[V.index()].Begin);
  }
  std::span<const ValueId> elements(ValueId V) const {
    assert(isArray(V) && "only arrays have elements");
    return std::span(Elements).subspan(Nodes[V.index()].First, Nodes[V.index()].Count);
  }
  /// In document order.
  std::span<const Member> members(ValueId V) const {
    assert(isObject(V) && "only objects have members");
    return std::span(Members).subspan(Nodes[V.index()].First, Nodes[V.index()].Count);
  }
  /// The member of an object by its decoded key, or null. O(log members).
  const Member *find(ValueId Object, std::string_view Key) const;
  /// The value of that member, or none.
  ValueId get(ValueId Object, std::string_view Key) const {
    const Member *M = find(Object, Key);
    return M ? M->Value : ValueId();
  }

  /// None for the root.
  ValueId parent(ValueId V) const { return ValueId(Nodes[V.index()].Parent); }
  /// The place of a value in its parent's elements or members.
  uint32_t indexInParent(ValueId V) const { return Nodes[V.index()].Index; }

  /// The JSON pointer of a value from the root: "" for the root. O(depth).
  std::string pointer(ValueId V) const;
  /// Appends the pointer's last token, with its slash; nothing for the root.
  void appendPointerStep(std::string &Pointer, ValueId V) const;
  /// The value a pointer names from `Base`, or none. The pointer is plain, not
  /// percent-encoded. Array indices have no leading zeros.
  ValueId resolve(ValueId Base, std::string_view Pointer) const;

  /// The source range of the bytes Begin..End of a string's decoded text; for an
  /// empty range, the place before the byte. O(length).
  SourceRange rangeInString(ValueId V, uint32_t Begin, uint32_t End) const {
    assert(isString(V) && "places inside a value are of strings");
    return rangeInString(range(V), Begin, End);
  }
  /// As above, for the range of a string or of a key, quotes included.
  SourceRange rangeInString(SourceRange Quoted, uint32_t Begin, uint32_t End) const;

private:
  friend class DocumentBuilder;
  struct Node {
    uint32_t Begin, End;
    uint32_t First, Count; ///< slice of Text, Elements or Members
    uint32_t Parent = Id<struct JsonValueTag>::NoneIndex;
    uint32_t Index = 0;
    uint32_t Sorted = 0; ///< slice of ByKey, for objects that have one
    Kind Type;
    bool HasSorted = false;
  };

  FileId File;
  std::string_view Source;
  std::unique_ptr<char[]> Text;
  std::vector<Node> Nodes;
  std::vector<ValueId> Elements;
  std::vector<Member> Members;
  std::vector<uint32_t> ByKey; ///< member numbers of larger objects in key order
};

/// Reads one JSON text (RFC 8259, UTF-8; a byte order mark is skipped with a
/// note). On failure reports where and why, and returns none. The document
/// refers to the source manager's text, which must outlive it.
///
/// Never recurses. O(bytes · log largest object).
std::optional<Document> parse(FileId File, DiagnosticEngine &Diags, const ParseOptions &Opts = {});

/// Appends "/" and the token with ~ and / escaped.
void appendPointerToken(std::string &Pointer, std::string_view Token);

} // namespace weir::json

#endif // WEIR_JSON_VALUE_H
