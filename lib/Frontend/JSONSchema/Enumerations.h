//===- Enumerations.h - Listed arrays and objects as one rule ---*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Alternatives that have one value each, as `enum` lists them, are written together: what
// begins alike is read once, so that a matcher follows one of them, not one for each.
//
//   [1, [2, 3]]              [ ─ 1 , [ 2 , ─┬─ 3 ] ]
//   [1, [2, 4]]                             └─ 4 ] ]
//   {"a": 1, "b": 5}         { ─┬─ "a": ─┬─ 1 , "b": 5 }       any order of keys:
//   {"a": 2, "b": 5}            │        └─ 2 , "b": 5 }       after {"b": 5 both are left
//                               └─ "b": 5 , "a": ─┬─ 1 }
//                                                 └─ 2 }
//
// A state is what is open, with the place in an array or the keys that were written in an
// object, and the candidates that are left. Texts of strings and numbers that begin alike
// are put together where the rule becomes an automaton. Where one candidate is left, the
// rest of it is written as it would be alone; keys in any order are `members` then. Inner
// arrays and objects have no frames of their own here: blanks are so much deeper.
//
// With keys in any order there are up to 2^keys states for each object; where that is too
// much, or values differ too deep within, the alternatives stay as they are.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_ENUMERATIONS_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_ENUMERATIONS_H

#include "Compiler.h"

#include "weir/Support/WordIndex.h"

#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace weir::jsonschema {

class Emitter;

/// White space and separators at a depth of nesting.
struct Punctuation {
  ir::ExprId Comma, AfterOpen, BeforeClose, InEmpty;
};

class Enumerations {
public:
  explicit Enumerations(Emitter &E) : E(E) {}

  /// Notes the value of a node that has one only. After what stands in it.
  void note(NodeId N);
  /// A call of a rule for those alternatives of `N` that have one value each, which are then
  /// marked; none where there are less than two, or it would take too much.
  std::optional<ir::ExprId> write(NodeId N, std::vector<bool> &Arrays, std::vector<bool> &Objects);

private:
  using ValueId = uint32_t;
  static constexpr ValueId None = ~uint32_t(0);
  enum class Kind : uint8_t { Scalar, Array, Object };
  struct Value {
    Kind TheKind;
    ir::ExprId Text;  ///< of a scalar, to be put together with others
    ir::ExprId Alone; ///< as written where it is not
    std::vector<ValueId> Items;
    std::vector<uint32_t> Keys; ///< of an object's items; ascending with keys in any order
    uint64_t Orders;            ///< of keys in which it may be written, up to some thousand
  };
  /// An array or object that is open: where in it, or what is written of it.
  struct Level {
    bool IsArray;
    uint32_t At = 0;            ///< the item, where the order is fixed
    uint32_t Key = 0;           ///< … and otherwise its key
    std::vector<uint32_t> Used; ///< the keys before, ascending
  };
  using Path = std::vector<Level>;
  using Candidates = std::vector<ValueId>; ///< ascending, distinct

  bool isAnyOrder() const;
  bool isPartOfUniqueItem(NodeId N);
  ValueId valueOf(NodeId N) const { return N.index() < OfNode.size() ? OfNode[N.index()] : None; }
  ValueId valueOf(const ArraySet &A);
  ValueId valueOf(const ObjectSet &O);
  ValueId scalar(NodeId N);
  ValueId add(Value V);
  uint32_t keyNumber(std::string_view Name);

  ValueId at(ValueId Root, std::span<const Level> Way) const;
  bool takes(size_t Steps);
  ir::ExprId read(const Candidates &C, const Path &P);
  ir::ExprId open(const Candidates &C, const Path &P, bool IsArray);
  ir::ExprId member(const Candidates &C, Path P);
  ir::ExprId after(const Candidates &C, const Path &P);
  ir::ExprId afterAll(const Candidates &C, const Path &P);
  ir::ExprId rest(ValueId C, const Path &P);
  void restOf(ValueId V, const Level &L, size_t Depth, std::vector<ir::ExprId> &Out);
  ir::ExprId alone(ValueId V, size_t Depth);
  ir::ExprId key(uint32_t Number);
  const Punctuation &punctuation(size_t Depth);

  Emitter &E;
  std::vector<ValueId> OfNode;
  std::vector<Value> Values;
  WordIndex Known; ///< of values: the kind, and what they are made of
  std::unordered_map<std::string_view, uint32_t> KeyNumbers;
  std::vector<std::string_view> Keys;
  std::vector<Punctuation> ByDepth;
  std::vector<bool> InUnique; ///< nodes that are, or are in, items that must differ; once asked
  // Of what is being written.
  NodeId Node;
  uint64_t Steps = 0;
  uint32_t Nesting = 0;
  bool Failed = false;
  WordIndex States;               ///< with keys in any order
  std::vector<ir::ExprId> Behind; ///< what follows them
};

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_ENUMERATIONS_H
