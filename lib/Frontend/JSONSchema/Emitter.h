//===- Emitter.h - Writes the normal form as grammar IR ---------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Emit.cpp, where the idea is, and EmitSets.cpp share.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_EMITTER_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_EMITTER_H

#include "Compiler.h"
#include "Enumerations.h"
#include "Numbers.h"

#include <map>
#include <span>
#include <unordered_map>

namespace weir::jsonschema {

class Emitter {
public:
  Emitter(Compiler &C)
      : C(C), M(C.M), States(C.nodeCount(), State::New), Exprs(C.nodeCount()),
        Places(C.nodeCount()), Origins(C.nodeCount()) {}

  void run(NodeId Root);

private:
  friend class Enumerations;
  enum class State : uint8_t { New, Open, Done };

  // Emit.cpp
  bool usable(const ArraySet &A) const { return C.hasValue(A); }
  bool usable(const ObjectSet &O) const { return C.hasValue(O); }
  std::vector<NodeId> children(NodeId N) const;
  ir::ExprId value(NodeId N);
  void finish(NodeId N);
  ir::ExprId ruleCall(ir::ExprId Body, const std::string &Stem, bool Nest, bool Shared, NodeId For);
  void noteChildren(ir::RuleId R, const std::vector<NodeId> &Children);
  const ir::OriginSet &origins(NodeId N);
  Punctuation punctuationAt(int32_t Depth);
  void makePunctuation();
  /// As `Module::seq`, with sequences spliced in and empty operands left out: what passes would
  /// make of it, so that they need not write everything around it anew.
  ir::ExprId seq(std::span<const ir::ExprId> Parts);
  ir::ExprId seq(std::initializer_list<ir::ExprId> L) {
    return seq(std::span(L.begin(), L.size()));
  }
  ir::ExprId lexical(std::string_view Name, ir::ExprId Body);
  ir::RuleId newRule(const std::string &Stem);

  // EmitSets.cpp
  std::optional<ir::ExprId> numberExpr(const NumberRange &R);
  ir::ExprId numbers(NodeId N);
  std::optional<uint64_t> numberOfValues(NodeId N) const;
  ir::ExprId strings(NodeId N);
  ir::ExprId patterns(bool OrEmpty);
  ir::ExprId array(const ArraySet &A, std::vector<NodeId> &Children);
  ir::ExprId countedArray(const ArraySet &A, std::vector<NodeId> &Children);
  ir::ExprId object(const ObjectSet &O, std::vector<NodeId> &Children);
  void addOthers(const ObjectSet &O, ir::MembersSpec &Spec, std::vector<NodeId> &Children);

  struct RuleKey {
    ir::ExprId Body;
    bool Nest, Shared;
    auto operator<=>(const RuleKey &) const = default;
  };

  Compiler &C;
  ir::Module &M;
  uint32_t NumberStates = MaxAllNumberStates;             ///< that large automata may still have
  std::vector<std::pair<NumberRange, ir::ExprId>> Ranges; ///< the first of those emitted
  std::vector<State> States;
  std::vector<ir::ExprId> Exprs;      ///< of finished nodes
  std::vector<ir::RuleId> Places;     ///< rules made in advance
  std::vector<ir::OriginSet> Origins; ///< by node, empty until they are asked for
  std::map<RuleKey, ir::RuleId> RuleByBody;
  std::unordered_map<std::string, uint32_t> NextNumber; ///< by stem
  ir::ExprId Colon;
  Punctuation Marks;
  std::vector<ir::ExprId> Flat; ///< operands of a sequence being made
  ir::RuleId Pattern;           ///< of the format `regex`, once it is wanted
  Enumerations Listing{*this};
};

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_EMITTER_H
