//===- MembersBuilder.h - The automaton of an object's members ------ -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `members` into a rule's automaton: Members.cpp has the object's record, its free keys and
// what stands around the keys, KeyTrie.cpp the trie of names.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_LOWER_MEMBERSBUILDER_H
#define WEIR_LIB_LOWER_MEMBERSBUILDER_H

#include "RuleBuilder.h"

namespace weir::lowering {

using automata::RegOp;

class MembersBuilder {
public:
  /// The builder of a rule and a specification that outlives this.
  MembersBuilder(RuleBuilder &R, const ir::MembersSpec &Given)
      : R(R), B(R.B), N(*R.N), Spec(&Given) {}

  void build(uint32_t From, uint32_t To, bool NonNull);

private:
  /// One node of the trie of spellings; Decoded nodes stand between scalars.
  struct Node {
    uint32_t First, End;                ///< leaves below
    uint32_t State;                     ///< of the rule's automaton
    uint32_t Free;                      ///< into FreeStates
    uint32_t Interval = automata::None; ///< that the edges into it ask for
  };
  /// One spelling of a scalar that comes next in some names.
  struct Spelling {
    std::string Bytes;
    uint32_t First, End, Depth; ///< leaves, and where they go on
    uint32_t Scalar;            ///< by number among those of one node
  };
  /// What is known of a list of states of the free families.
  struct FreeFacts {
    uint32_t Row = automata::None;  ///< of the automaton
    uint32_t List = automata::None; ///< of the families with keys below, for key intervals
    bool Known = false;
    bool Counted = false; ///< the list depends on the leaves below
  };

  ir::MembersSpec &changedSpec() {
    if (Spec != &Changed)
      Changed = *Spec;
    Spec = &Changed;
    return Changed;
  }
  /// False when the compilation has ended.
  bool addObject();
  void buildTrie(uint32_t Root);
  uint32_t makeNode(uint32_t First, uint32_t End, uint32_t Free);
  void spell(uint32_t First, uint32_t End, uint32_t Depth);
  /// A new node below `Parent`, into which `Byte` leads.
  uint32_t addChild(uint32_t Parent, uint8_t Byte, uint32_t First, uint32_t End);
  void addEdge(uint32_t Parent, uint8_t Byte, uint32_t Child, uint32_t First, uint32_t End);
  /// The rest of the only name below a node, where it has one spelling.
  void buildChain(uint32_t Node, uint32_t Depth);
  /// Everything that no name goes on with.
  void leaveTrie(uint32_t Node);
  /// Where `Byte` leads from a list of states of the free families.
  uint32_t freeAfter(uint32_t Free, uint8_t Byte);
  uint32_t findFreeAfter(uint32_t Free, uint8_t Byte);
  uint32_t freeBelow(uint32_t First, uint32_t End, uint32_t Free);
  /// How many of the leaves First..End a free family reads. O(1) after the first question about
  /// the family.
  uint32_t leavesRead(uint32_t Family, uint32_t First, uint32_t End);
  uint32_t rowOf(uint32_t Free);
  FreeFacts &factsOf(uint32_t Free) {
    if (Free >= Facts.size())
      Facts.resize(Free + 1);
    return Facts[Free];
  }
  bool countFree();
  bool mayShareKey(size_t F, size_t G) const;
  std::span<const uint16_t> memberName(uint32_t Member) const {
    const uint32_t Begin = Member ? UnitsEnd[Member - 1] : 0;
    return std::span(NameUnits).subspan(Begin, UnitsEnd[Member] - Begin);
  }
  std::span<const uint16_t> leafName(uint32_t Leaf) const { return memberName(LeafMember[Leaf]); }
  uint32_t program(RegOp Op) { return B.Shared.Programs.intern({Op}); }

  RuleBuilder &R;
  ModuleBuilder &B;
  Nfa &N;
  const ir::MembersSpec *Spec;
  ir::MembersSpec Changed; ///< what `Spec` points to, where it is not as it was given
  uint32_t Object = 0;
  uint32_t FreeTotal = 0;           ///< different free keys; NoIndex: never used up
  uint32_t Live = 0;                ///< members of Spec.Named that have a value, which stand first
  std::vector<uint32_t> LeafMember; ///< leaf -> index into Spec.Named
  std::vector<uint16_t> NameUnits;  ///< of the names of Spec.Named in UTF-16, one after another
  std::vector<uint32_t> UnitsEnd;   ///< by index into Spec.Named, in NameUnits
  std::vector<std::string> LeafSpelled; ///< in one way, with quotes
  std::vector<uint32_t> FreeRules;      ///< by free family
  std::vector<uint32_t> FreeReturn;     ///< state after a free key of the family
  std::vector<uint32_t> AfterKey;       ///< by leaf
  /// By free family, where it was asked for: how many of the leaves before each it reads.
  std::vector<std::vector<uint32_t>> ReadBefore;
  std::vector<Node> Nodes;
  WordIndex FreeStates; ///< by free family: its automaton's state after a prefix, or None
  std::vector<FreeFacts> Facts;
  std::vector<uint32_t>
      FreeNext; ///< by list of states, of the first ones, and byte: `freeAfter`, or None
  std::vector<uint32_t> Scratch;
  std::vector<Spelling> Spellings;
};

} // namespace weir::lowering

#endif // WEIR_LIB_LOWER_MEMBERSBUILDER_H
