//===- JsonFollower.h - A text read beside a value ------------------ -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Says after every byte of a text whether it may still become a given JSON value. Where
// JsonTree::mayBecome reads both texts anew, this keeps one path through the value:
//
//   value     {"a": [1, 2], "b": "x"}
//   text      { "b" : "x" , "a" : [ 1.0 , 2
//   levels    object, "b" done      array, 1 done      under way: a number, "2"
//
// A byte costs a constant, a key one look at the value's keys. The state is small and is
// copied to try what may come next.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_RUNTIME_JSONFOLLOWER_H
#define WEIR_RUNTIME_JSONFOLLOWER_H

#include "weir/Runtime/JsonValues.h"
#include "weir/Support/ByteSet.h"

namespace weir {

class JsonFollower {
public:
  /// `Value`, a complete value, must outlive the follower.
  explicit JsonFollower(const JsonTree &Value);

  void feed(char C);
  /// As JsonTree::mayBecome of what was fed, but for `isUnsure`.
  bool mayBecome() const;
  /// Bytes after all others of which `mayBecome` is false. Within strings only those that go on
  /// with one of the value's, elsewhere perhaps all.
  ByteSet next() const;
  /// Is what was fed the value? As equal forms, but for `isUnsure`.
  bool isEqual() const;
  /// Appends what tells apart texts that go on differently towards the value: what was met of it,
  /// in whatever order and between whatever blanks.
  void appendState(std::vector<uint32_t> &Out) const;
  /// Is a number under way?
  bool inNumber() const { return P == Part::Number; }
  /// Nothing that follows can make `mayBecome` true again.
  bool isDead() const { return Dead && !Raw; }
  /// A key came twice: `mayBecome` and `isEqual` say nothing.
  bool isUnsure() const { return Unsure && !Raw; }

private:
  enum class Part : uint8_t { Structure, String, Key, Number, Word };
  struct Level {
    uint32_t Node;      ///< of the value
    uint32_t UsedBegin; ///< the children met, a suffix of Used
    bool Comma = false, HasKey = false, HasColon = false;
  };

  void feedStructure(char C);
  void feedString(char C);
  void beginValue(char C);
  void compare(std::string_view Decoded);
  void endKey();
  void endNumber();
  uint32_t count(const Level &L) const { return uint32_t(Used.size()) - L.UsedBegin; }
  std::string_view decoded() const;

  const JsonTree *Value;
  std::vector<Level> Levels;
  std::vector<uint32_t> Used;
  std::string Lexeme; ///< of a key, number or word: what was read, decoded
  std::string Escape; ///< what was read of an escape
  uint32_t Fed = 0;
  uint32_t Target = 0;  ///< the value's node that a scalar is compared with
  uint32_t Matched = 0; ///< bytes of its string that came
  Part P = Part::Structure;
  bool Raw = true; ///< the text is, to the byte, how the value's begins
  bool Dead = false, Unsure = false, RootMet = false;
};

} // namespace weir

#endif // WEIR_RUNTIME_JSONFOLLOWER_H
