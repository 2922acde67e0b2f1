//===- JsonValues.h - Texts compared as JSON values ----------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A JSON text, perhaps cut short, becomes a tree whose complete values have a
// canonical form: equal forms, equal values.
//
//   number   [-] digits e exponent   no zeros at either end; zero is n0
//   string   s length : bytes        decoded
//   array    [ forms ]     object    { length : key form, sorted; a comma behind numbers }
//
// What is cut short is open: the root and, below it, the last child of each open
// container. A number at the end of the text is open too: digits may follow. So
// whether a text may become a given value is one walk down the open path.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_RUNTIME_JSONVALUES_H
#define WEIR_RUNTIME_JSONVALUES_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

class JsonTree {
public:
  explicit JsonTree(std::string_view Text) : Text(Text) { read(); }

  /// The canonical form of the whole text as one value; a text that is no JSON value
  /// is a form of its own.
  std::string form() const;
  /// May this text, with more text after it, be equal to the complete `Value`?
  /// Sometimes yes where it may not, in spellings with exponents.
  bool mayBecome(const JsonTree &Value) const;

private:
  friend class JsonFollower;
  enum class Kind : uint8_t { String, Number, Word, Array, Object };
  struct Node {
    Kind K;
    bool Open = true;
    bool Comma = false;   ///< open containers: a comma was read last
    bool HasKey = false;  ///< open objects: Keys has one that has no value yet
    bool KeyOpen = false; ///< … and the key itself is cut short
    std::string Form;     ///< complete: canonical; open scalars: what was read, decoded
    std::vector<uint32_t> Items;
    std::vector<std::string> Keys;
  };
  static constexpr uint32_t None = 0xffffffffU;

  bool isComplete() const;
  /// The canonical form of a node of a complete value.
  const std::string &formOf(const Node &N) const {
    return N.Open && N.K == Kind::Number ? Ending : N.Form;
  }
  void read();
  bool readString(size_t &Pos, std::string &Out, bool &Closed);
  bool readScalar(size_t &Pos, Node &N);
  void complete(Node &N);
  bool place(uint32_t Child, std::vector<uint32_t> &Stack);

  std::string_view Text;
  std::vector<Node> Nodes;
  std::string_view Cut; ///< the escape that the text ends in, cut short
  uint32_t Root = None;
  std::string Ending; ///< the form of the number that is the whole text; empty when it is none
  bool Bad = false;   ///< not the beginning of a JSON value
};

/// White space between the tokens of JSON (RFC 8259, section 2).
constexpr bool isJsonBlank(char C) { return C == ' ' || C == '\t' || C == '\n' || C == '\r'; }

/// The form of a number, which must be spelled as RFC 8259 says.
std::string numberForm(std::string_view Spelled);
/// A text that has this form, as JsonTree::form says.
std::string textOfForm(std::string_view Form);
/// Is it spelled as RFC 8259 says?
bool isJsonNumber(std::string_view Spelled);
/// Is it a number, and of that form?
bool hasNumberForm(std::string_view Spelled, std::string_view Form);
/// May what was read of a number begin a spelling of `Form`? Whatever its exponent is, if it has
/// one.
bool numberMayBecome(std::string_view Begun, std::string_view Form);

/// Decodes the escape that `Rest` begins with, appending to `Out`. Returns its bytes: 0 when it is
/// cut short, npos when it is none. A surrogate pair is one escape.
size_t decodeJsonEscape(std::string_view Rest, std::string &Out);
/// May `Cut`, of which that says it is cut short, stand for the first character of `Wanted`?
bool escapeMayBegin(std::string_view Cut, std::string_view Wanted);

} // namespace weir

#endif // WEIR_RUNTIME_JSONVALUES_H
