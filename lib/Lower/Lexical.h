//===- Lexical.h - What is kept of a lexical rule --------------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs and length sets are numbered within the entry, and anew when it is brought
// into a module.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_LOWER_LEXICAL_H
#define WEIR_LIB_LOWER_LEXICAL_H

#include "GenericRules.h"
#include "RuleBuilder.h"
#include "weir/Lower/LexicalCache.h"

namespace weir {

struct LexicalCache::Entry {
  lowering::RuleAutomatonInfo Info; ///< without the rule's name and attributes
  std::vector<std::vector<automata::RegOp>> Programs;
  std::vector<LengthSetRec> LengthSets;
  std::vector<uint32_t> Words;                    ///< of the length sets
  uint32_t StatesUsed = 0;                        ///< of the budget
  uint64_t CharSteps = 0;                         ///< of that for automata over scalars
  uint64_t PlainCharged = 0, UnrolledCharged = 0; ///< of those for subset constructions
  /// Instead of all this: rules that call each other.
  std::unique_ptr<const lowering::GenericRules> Group;

  size_t bytes() const;
};

namespace lowering {

/// The words that spell `E` out, for an expression that `isLexical`.
void appendLexicalKey(const ir::Module &M, ir::ExprId E, LexicalUse Use,
                      const LowerOptions &Options, ExprNumbers &Numbers, LexicalCache::Key &Out);
/// The same for what the rules of `Group` are: their names, attributes and bodies.
void appendGroupKey(const ir::Module &M, std::span<const ir::RuleId> Group,
                    const LowerOptions &Options, ExprNumbers &Numbers, LexicalCache::Key &Out);

} // namespace lowering
} // namespace weir

#endif // WEIR_LIB_LOWER_LEXICAL_H
