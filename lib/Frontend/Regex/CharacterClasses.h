//===- CharacterClasses.h - The characters a pattern tells apart -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two scalar values are in one class when every set and character of the pattern
// holds both or neither. Classes are numbered by their least member.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_REGEX_CHARACTERCLASSES_H
#define WEIR_LIB_FRONTEND_REGEX_CHARACTERCLASSES_H

#include "Tree.h"

#include <algorithm>
#include <map>

namespace weir::regex {

class CharacterClasses {
public:
  static constexpr uint64_t MaxWork = 4'000'000;

  /// For the nodes of `Root`; adds a set to `T` for each character.
  CharacterClasses(Tree &T, NodeId Root) : T(T) {
    AnyChar = T.add({.Kind = NodeKind::Set, .Set = T.addSet(CodePointSet::all())});
    std::vector<NodeId> Todo{Root, AnyChar};
    std::vector<bool> Seen(T.nodeCount());
    while (!Todo.empty()) {
      NodeId N = Todo.back();
      Todo.pop_back();
      if (Seen[N.index()])
        continue;
      Seen[N.index()] = true;
      Nodes.push_back(N);
      Todo.insert(Todo.end(), T.children(N).begin(), T.children(N).end());
    }
    std::sort(Nodes.begin(), Nodes.end());
    NodeSet.resize(T.nodeCount());
    std::map<SetId, bool> Used; // whether it is asked about the previous character
    for (NodeId N : Nodes) {
      const Node &X = T[N];
      if (X.Kind == NodeKind::Char)
        NodeSet[N.index()] = T.addSet(CodePointSet::of(X.Char));
      else
        NodeSet[N.index()] = X.Set;
      if (NodeSet[N.index()])
        Used[NodeSet[N.index()]] |= X.Kind == NodeKind::PrevIn || X.Kind == NodeKind::WordBoundary;
    }
    split(Used);
  }

  bool exceeded() const { return Exceeded; }
  uint32_t count() const { return uint32_t(Members.size()); }
  const CodePointSet &members(uint32_t Class) const { return Members[Class]; }
  bool has(SetId S, uint32_t Class) const { return Table.at(S)[Class]; }
  /// The set of a Char or Set node.
  SetId setOf(NodeId N) const { return NodeSet[N.index()]; }
  /// The least class that assertions about the previous character cannot tell from this.
  uint32_t representative(uint32_t Class) const { return Representative[Class]; }
  const std::vector<NodeId> &nodes() const { return Nodes; }
  NodeId anyCharacter() const { return AnyChar; }

private:
  void split(const std::map<SetId, bool> &Used) {
    std::vector<uint32_t> Cuts{0, 0xD800, 0xE000};
    for (auto [S, Prev] : Used)
      for (CodePointRange R : T.set(S).ranges()) {
        Cuts.push_back(R.First);
        Cuts.push_back(R.Last + 1);
      }
    std::sort(Cuts.begin(), Cuts.end());
    Cuts.erase(std::unique(Cuts.begin(), Cuts.end()), Cuts.end());
    if (uint64_t(Cuts.size()) * Used.size() > MaxWork) {
      Exceeded = true;
      return;
    }
    std::map<std::vector<bool>, uint32_t> Index, PrevIndex;
    for (size_t I = 0; I < Cuts.size(); ++I) {
      uint32_t First = Cuts[I], Last = I + 1 < Cuts.size() ? Cuts[I + 1] - 1 : MaxCodePoint;
      if (!isScalar(First))
        continue;
      std::vector<bool> Signature, PrevSignature;
      for (auto [S, Prev] : Used) {
        Signature.push_back(T.set(S).contains(First));
        if (Prev)
          PrevSignature.push_back(Signature.back());
      }
      auto [It, New] = Index.try_emplace(Signature, uint32_t(Members.size()));
      if (New) {
        Members.emplace_back();
        Representative.push_back(PrevIndex.try_emplace(PrevSignature, It->second).first->second);
      }
      Members[It->second].add(First, Last);
    }
    size_t Bit = 0;
    for (auto [S, Prev] : Used) {
      std::vector<bool> &Row = Table[S];
      Row.resize(Members.size());
      for (const auto &[Signature, Class] : Index)
        Row[Class] = Signature[Bit];
      ++Bit;
    }
  }

  Tree &T;
  NodeId AnyChar;
  bool Exceeded = false;
  std::vector<NodeId> Nodes;
  std::vector<SetId> NodeSet;
  std::vector<CodePointSet> Members;
  std::vector<uint32_t> Representative;
  std::map<SetId, std::vector<bool>> Table;
};

} // namespace weir::regex

#endif // WEIR_LIB_FRONTEND_REGEX_CHARACTERCLASSES_H
