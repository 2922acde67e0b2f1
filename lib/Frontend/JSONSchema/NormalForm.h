//===- NormalForm.h - Schemas as unions of typed constraints ----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every schema, and every conjunction of schemas, is a *node*. A node's *shape* is a
// union, split by JSON type, of constraints that need no further combination:
//
//   {"anyOf": [{"type": "integer"},          null  no        false, true  no
//              {"type": "object",            numbers  { integers }
//               "required": ["a"]}],         objects  { a: #2, required; rest: #2,
//    "properties": {"a": {"minimum": 1}}}                at least 1 }
//
// Children are nodes again (#2), named by what they are a conjunction of: a sorted set
// of *atoms*, schemas at a place, literal values, negations of nodes and unions of
// nodes. The conjunction of two nodes is the union of their sets, and a double negation
// is the node itself; recursive schemas have finitely many nodes where negations and
// unions do not pile up, and else a budget. A shape is computed when it is first asked
// for.
//
// Conjunction distributes over unions within one type only, and within a budget.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_NORMALFORM_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_NORMALFORM_H

#include "Numbers.h"

#include "weir/IR/Module.h"
#include "weir/Support/Id.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::jsonschema {

using NodeId = Id<struct NodeTag>;
/// A language of keys, one of the KeyLanguages of a compilation.
using KeyId = Id<struct KeyTag>;

/// The node that every value satisfies, and the one that none does.
inline constexpr NodeId AnyNode = NodeId(0);
inline constexpr NodeId NoNode = NodeId(1);
/// The languages of all keys, and of none.
inline constexpr KeyId AnyKey = KeyId(0);
inline constexpr KeyId NoKey = KeyId(1);

/// Strings that are one of the literals (where there are any) and none of the excluded
/// ones, have a length between the bounds, in code points, and match every pattern.
struct StringSet {
  bool IsLiterals = false;
  std::vector<std::string_view> Literals; ///< sorted, distinct
  std::vector<std::string_view> Excluded; ///< sorted, distinct; none where IsLiterals
  uint32_t Min = 0, Max = ir::Unbounded;
  std::vector<ir::ExprId> Patterns; ///< sorted, distinct
  bool IsPattern = false;           ///< the text is a regular expression: the format `regex`

  bool isUnconstrained() const {
    return !IsLiterals && Excluded.empty() && Min == 0 && Max == ir::Unbounded &&
           Patterns.empty() && !IsPattern;
  }
  friend bool operator==(const StringSet &, const StringSet &) = default;
};

/// How many of the elements from an index on satisfy a node.
struct ElementCount {
  uint32_t From = 0;
  NodeId Of;
  uint32_t Min = 0, Max = ir::Unbounded;
  friend auto operator<=>(const ElementCount &, const ElementCount &) = default;
};

/// One way in which an element may be read: what it satisfies, and which of the counts of
/// its array it adds to.
struct ElementWay {
  NodeId Of;
  std::vector<uint32_t> Counts; ///< ascending
  friend bool operator==(const ElementWay &, const ElementWay &) = default;
};

struct ArraySet {
  uint32_t Min = 0, Max = ir::Unbounded;
  std::vector<NodeId> Prefix;
  NodeId Rest = AnyNode;            ///< of the elements behind the prefix
  std::vector<ElementCount> Counts; ///< sorted, distinct; all hold
  bool Unique = false;              ///< no two elements are equal
  bool Repeats = false;             ///< some two are, which cannot be written as IR
  /// Of finished nodes, where there are counts or `Unique`: the ways at each place, and
  /// last those of all places behind.
  std::vector<std::vector<ElementWay>> Ways;

  NodeId at(size_t I) const { return I < Prefix.size() ? Prefix[I] : Rest; }
  friend bool operator==(const ArraySet &, const ArraySet &) = default;
};

struct Property {
  std::string_view Name;
  NodeId Value;
  bool Required;
  bool Mentioned; ///< in `properties`, not in `required` alone
  friend bool operator==(const Property &, const Property &) = default;
};

/// Members whose key is in `Keys` and no property's name satisfy `Value`.
struct KeyCell {
  KeyId Keys;
  NodeId Value;
  friend bool operator==(const KeyCell &, const KeyCell &) = default;
};

/// Some member whose key is in `Keys` satisfies `Value`. In the shape of a node the keys
/// are in one cell, or of the rest, none of them a name and not few; the value satisfies
/// what is asked there; and each of several such members may be taken to be another one.
struct MemberExists {
  KeyId Keys;
  NodeId Value;
  friend bool operator==(const MemberExists &, const MemberExists &) = default;
};

/// A key is that of a property, or in one cell, or one of the rest.
struct ObjectSet {
  uint32_t Min = 0, Max = ir::Unbounded; ///< number of members
  std::vector<Property> Properties;      ///< distinct names, in the order they are written
  std::vector<KeyCell> Cells;            ///< disjoint, none empty, none with the value `Rest`
  NodeId Rest = AnyNode;                 ///< of members with other keys
  std::vector<MemberExists> Exists;      ///< every one of them

  bool isUnconstrained() const {
    return Min == 0 && Max == ir::Unbounded && Properties.empty() && Cells.empty() &&
           Rest == AnyNode && Exists.empty();
  }
  friend bool operator==(const ObjectSet &, const ObjectSet &) = default;
};

/// The order in which names are mentioned. Names of equal rank stand in different orders in
/// the branches of a union: each branch keeps its own.
struct Mention {
  std::vector<std::string_view> Names; ///< distinct
  std::vector<uint32_t> Ranks;         ///< of each, ascending
  bool empty() const { return Names.empty(); }
};

struct Shape {
  bool Null = false, True = false, False = false;
  std::vector<NumberRange> Numbers;
  std::vector<StringSet> Strings;
  std::vector<ArraySet> Arrays;
  std::vector<ObjectSet> Objects;
  /// Names in the order of their first mention, when more than one object had a say.
  Mention Names;
  /// Something is not enforced: there are more values than there should be.
  bool Inexact = false;

  bool isEmpty() const {
    return !Null && !True && !False && Numbers.empty() && Strings.empty() && Arrays.empty() &&
           Objects.empty();
  }
  static Shape any();
};

/// Adds the alternatives of `B` to `A`.
void unite(Shape &A, Shape B);
/// Puts literals together, and removes repeats and what an unconstrained alternative
/// holds already. O(n log n) in literals, quadratic in other alternatives up to a few.
void simplify(Shape &S);
/// What putting its strings and objects among others takes, as Compiler::charge counts it.
uint64_t sizeOf(const Shape &S);
/// Equal for equal sets. Objects of many names mostly differ in the last ones.
uint64_t hashOf(const ObjectSet &O);
uint64_t hashOf(const NumberRange &R);
template <typename T>
uint64_t hashOf(const T & /*Short*/) {
  return 0;
}
/// Keeps the first of equal ones; beyond a few, neighbours only.
template <typename T>
void removeRepeats(std::vector<T> &V) {
  constexpr size_t Few = 64;
  std::vector<T> Kept;
  std::vector<uint64_t> Hashes;
  for (T &X : V) {
    if (!pollWork(16))
      break;
    const uint64_t Hash = hashOf(X);
    bool Again = false;
    for (size_t I = Kept.size() - std::min(Kept.size(), Few); I < Kept.size() && !Again; ++I)
      Again = Hashes[I] == Hash && Kept[I] == X;
    if (Again)
      continue;
    Kept.push_back(std::move(X));
    Hashes.push_back(Hash);
  }
  V = std::move(Kept);
}
/// The names a shape's objects mention, in order.
Mention mentionOf(const Shape &S);
/// Appends those names of `More` that are not in `Order`.
void appendMention(Mention &Order, const Mention &More);
/// What the branches of a union mention: the order of first mention if that suits all of
/// them, else one rank.
Mention uniteMentions(const std::vector<Mention> &Branches);
/// Puts each object's properties in the order of `S.Names`: then names that are only
/// required, then the rest as it was.
void orderProperties(Shape &S);

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_NORMALFORM_H
