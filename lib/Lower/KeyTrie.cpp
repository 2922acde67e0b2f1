//===- KeyTrie.cpp - The trie of an object's names ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nodes stand for prefixes of spellings, and know the leaves below and in which states the
// automata of free keys are there (see Members.cpp). From a node between two characters
// the spellings of all characters that names go on with are a small trie of bytes:
//
//   é   C3 ─ A9 ──────────────────┐
//       \ ─ u ─ 0 ─ 0 ─ e|E ─ 9 ──┴─▶ one node, whichever it was
//
// A name that is alone below a node, in one spelling, is a chain without more ado.
//
//===----------------------------------------------------------------------===//
#include "MembersBuilder.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::lowering {

uint32_t MembersBuilder::freeAfter(uint32_t Free, uint8_t Byte) {
  if (FreeRules.empty())
    return Free;
  constexpr uint32_t Most = 64;
  if (Free >= Most)
    return findFreeAfter(Free, Byte);
  const size_t Known = size_t(Free) * 256 + Byte;
  if (Known >= FreeNext.size())
    FreeNext.resize((size_t(Free) + 1) * 256, automata::None);
  if (FreeNext[Known] == automata::None)
    FreeNext[Known] = findFreeAfter(Free, Byte);
  return FreeNext[Known];
}

uint32_t MembersBuilder::findFreeAfter(uint32_t Free, uint8_t Byte) {
  std::span<const uint32_t> From = FreeStates[Free];
  Scratch.clear();
  for (size_t F = 0; F < From.size(); ++F)
    Scratch.push_back(From[F] == automata::None
                          ? automata::None
                          : B.Shared.Rules[FreeRules[F]].Automaton.plainMove(From[F], Byte));
  return std::equal(From.begin(), From.end(), Scratch.begin()) ? Free : FreeStates.intern(Scratch);
}

uint32_t MembersBuilder::leavesRead(uint32_t Family, uint32_t First, uint32_t End) {
  ReadBefore.resize(FreeRules.size());
  std::vector<uint32_t> &Before = ReadBefore[Family];
  if (Before.empty()) {
    const Dfa &D = B.Shared.Rules[FreeRules[Family]].Automaton;
    Before.reserve(LeafSpelled.size() + 1);
    Before.push_back(0);
    for (const std::string &Leaf : LeafSpelled)
      Before.push_back(Before.back() + readsKey(D, D.Start, Leaf));
  }
  return Before[End] - Before[First];
}

/// The list of the entries that have a key below a node which is not the name of a leaf.
uint32_t MembersBuilder::freeBelow(uint32_t First, uint32_t End, uint32_t Free) {
  FreeFacts &Fact = factsOf(Free);
  if (Fact.Known && !Fact.Counted)
    return Fact.List;
  std::span<const uint32_t> At = FreeStates[Free];
  Scratch.clear();
  for (uint32_t F = 0; F < At.size(); ++F) {
    if (At[F] == automata::None)
      continue;
    const RuleAutomatonInfo &Info = B.Shared.Rules[FreeRules[F]];
    uint32_t Count = Info.KeyCounts[At[F]];
    Fact.Counted = Fact.Counted || (Count && Count < ManyKeys);
    if (Count && Count < ManyKeys)
      Count -= leavesRead(F, First, End);
    if (Count)
      Scratch.push_back(F);
  }
  Fact.Known = true;
  return Fact.List = B.Shared.addFreeList(Scratch);
}

/// The row by which a key leaves the trie where the free families are in these states.
uint32_t MembersBuilder::rowOf(uint32_t Free) {
  FreeFacts &Fact = factsOf(Free);
  if (Fact.Row != automata::None)
    return Fact.Row;
  size_t Most = 0;
  for (size_t F = 0; F < FreeRules.size(); ++F)
    if (const uint32_t At = FreeStates[Free][F]; At != automata::None)
      Most += B.freeMoves(FreeRules[F], At).size();
  N.Rows.emplace_back().Edges.reserve(Most);
  for (size_t F = 0; F < FreeRules.size(); ++F) {
    const uint32_t At = FreeStates[Free][F];
    if (At == automata::None)
      continue;
    const uint32_t Guard = program({OpCode::FreeLive, 0, Object, uint32_t(F)});
    for (const auto &[T, Set] : B.freeMoves(FreeRules[F], At))
      N.enterFromRow(Set, FreeRules[F], T, FreeReturn[F], Guard);
  }
  return Fact.Row = uint32_t(N.Rows.size() - 1);
}

uint32_t MembersBuilder::makeNode(uint32_t First, uint32_t End, uint32_t Free) {
  Nodes.push_back({First, End, N.addState(), Free, automata::None});
  return uint32_t(Nodes.size() - 1);
}

void MembersBuilder::addEdge(uint32_t Parent, uint8_t Byte, uint32_t Child, uint32_t First,
                             uint32_t End) {
  const uint32_t Interval =
      B.Shared.addKeyInterval(First, End, freeBelow(First, End, Nodes[Child].Free));
  // Where no free key may come, an edge that leaves the interval as it is asks nothing
  // that the edge before did not.
  Nodes[Child].Interval = Interval;
  const bool Asked = Spec->Free.empty() && Nodes[Parent].Interval == Interval;
  N.byte(Nodes[Parent].State, Byte, Nodes[Child].State,
         Asked ? 0 : program({OpCode::KeyLive, 0, Object, Interval}));
}

uint32_t MembersBuilder::addChild(uint32_t Parent, uint8_t Byte, uint32_t First, uint32_t End) {
  const uint32_t Child = makeNode(First, End, freeAfter(Nodes[Parent].Free, Byte));
  addEdge(Parent, Byte, Child, First, End);
  return Child;
}

void MembersBuilder::leaveTrie(uint32_t Node) {
  if (!FreeRules.empty())
    N.States[Nodes[Node].State].Row = rowOf(Nodes[Node].Free);
}

/// The spellings of the scalars that the leaves go on with, in the order of bytes.
void MembersBuilder::spell(uint32_t First, uint32_t End, uint32_t Depth) {
  const TextMode Mode = modeOf(Spec->Esc);
  Spellings.clear();
  uint32_t Scalar = 0;
  for (uint32_t L = First; L < End; ++Scalar) {
    const std::span<const uint16_t> Name = leafName(L);
    uint32_t C = Name[Depth], Units = 1;
    if (C >= 0xD800 && C <= 0xDBFF) {
      C = 0x10000 + ((C - 0xD800) << 10) + (Name[Depth + 1] - 0xDC00);
      Units = 2;
    }
    uint32_t Last = L + 1;
    auto same = [&](uint32_t K) {
      const std::span<const uint16_t> Other = leafName(K);
      return Other.size() >= Depth + Units &&
             std::equal(Name.begin() + Depth, Name.begin() + Depth + Units, Other.begin() + Depth);
    };
    while (Last < End && same(Last))
      ++Last;
    if (std::string Only; appendOnlySpelling(Only, C, Mode)) {
      Spellings.push_back({std::move(Only), L, Last, Depth + Units, Scalar});
      L = Last;
      continue;
    }
    // Every spelling of the scalar, enumerated through its automaton.
    Nfa One;
    One.addState();
    One.addState();
    B.Scalars.add(One, CodePointSet::of(C), 0, 1, Mode);
    struct Partial {
      uint32_t State;
      std::string Bytes;
    };
    std::vector<Partial> Open{{0, ""}};
    while (!Open.empty()) {
      Partial P = std::move(Open.back());
      Open.pop_back();
      if (P.State == 1) {
        Spellings.push_back({P.Bytes, L, Last, Depth + Units, Scalar});
        continue;
      }
      for (const Nfa::Edge &E : One.edges(P.State))
        One.Sets[E.Label].forEach(
            [&](uint8_t Byte) { Open.push_back({E.Target, P.Bytes + char(Byte)}); });
    }
    L = Last;
  }
  if (Spellings.size() > 1)
    std::sort(Spellings.begin(), Spellings.end(),
              [](const Spelling &X, const Spelling &Y) { return X.Bytes < Y.Bytes; });
}

void MembersBuilder::buildChain(uint32_t At, uint32_t Depth) {
  const uint32_t Leaf = Nodes[At].First;
  // Where the rest begins: behind the quote and `Depth` units.
  std::string_view Name = Spec->Named[LeafMember[Leaf]].Name, Rest = LeafSpelled[Leaf];
  size_t Read = 0;
  for (uint32_t Units = 0; Units < Depth; ++Units) {
    DecodedScalar D = decodeUtf8(Name, Read);
    Units += D.Value >= 0x10000;
    Read += D.Size;
  }
  // (Escapes are longer than what they stand for.)
  const bool IsPlain = Rest.size() == Name.size() + 2;
  Rest.remove_prefix(
      1 + (IsPlain ? Read : spelledKey(Name.substr(0, Read), isAscii(Spec->Esc)).size()));
  Rest.remove_suffix(1);
  uint32_t List = 0, Interval = automata::None, Asks = 0;
  for (char C : Rest) {
    if (!R.fits() || !spendWork())
      return;
    const uint32_t Child = makeNode(Leaf, Leaf + 1, freeAfter(Nodes[At].Free, uint8_t(C)));
    const uint32_t Below = freeBelow(Leaf, Leaf + 1, Nodes[Child].Free);
    if (Interval == automata::None || Below != List) {
      List = Below;
      Interval = B.Shared.addKeyInterval(Leaf, Leaf + 1, List);
      Asks = program({OpCode::KeyLive, 0, Object, Interval});
    }
    Nodes[Child].Interval = Interval;
    const bool Asked = Spec->Free.empty() && Nodes[At].Interval == Interval;
    N.byte(Nodes[At].State, uint8_t(C), Nodes[Child].State, Asked ? 0 : Asks);
    leaveTrie(At);
    At = Child;
  }
  if (LeafMember[Leaf] < Live)
    N.byte(Nodes[At].State, '"', AfterKey[Leaf], program({OpCode::KeyTake, 0, Object, Leaf}));
  else if (!FreeRules.empty())
    N.block(Nodes[At].State, '"');
  leaveTrie(At);
}

void MembersBuilder::buildTrie(uint32_t Root) {
  // Work items: a node at a scalar boundary whose leaves agree in `Depth` units.
  struct Item {
    uint32_t Node, Depth;
  };
  struct Group {
    uint32_t Node;
    size_t Begin, End, At;
  };
  std::vector<Item> Work;
  Work.reserve(16);
  Work.push_back({Root, 0});
  std::vector<Group> Groups;
  std::vector<uint32_t> Decoded; ///< by number of the scalar: the node after it, or None
  while (!Work.empty() && R.fits() && spendWork()) {
    Item I = Work.back();
    Work.pop_back();
    uint32_t First = Nodes[I.Node].First;
    const uint32_t End = Nodes[I.Node].End;
    if (End == First + 1 && !isAnySpelling(Spec->Esc)) {
      buildChain(I.Node, I.Depth);
      continue;
    }
    // At a scalar boundary a key may end: one, which is the first.
    if (First < End && leafName(First).size() == I.Depth) {
      if (LeafMember[First] < Live)
        N.byte(Nodes[I.Node].State, '"', AfterKey[First],
               program({OpCode::KeyTake, 0, Object, First}));
      else if (!FreeRules.empty())
        N.block(Nodes[I.Node].State, '"');
      ++First;
    }
    spell(First, End, I.Depth);
    // Spellings into a trie of bytes below the node; all spellings of one scalar end
    // in one node.
    Decoded.clear();
    Groups.assign(1, {I.Node, 0, Spellings.size(), 0});
    while (!Groups.empty()) {
      Group G = Groups.back();
      Groups.pop_back();
      for (size_t S = G.Begin; S < G.End;) {
        const Spelling &X = Spellings[S];
        size_t Next = S + 1;
        const uint8_t Byte = uint8_t(X.Bytes[G.At]);
        while (Next < G.End && uint8_t(Spellings[Next].Bytes[G.At]) == Byte)
          ++Next;
        uint32_t Lo = X.First, Hi = X.End;
        for (size_t K = S + 1; K < Next; ++K) {
          Lo = std::min(Lo, Spellings[K].First);
          Hi = std::max(Hi, Spellings[K].End);
        }
        if (X.Bytes.size() != G.At + 1) {
          Groups.push_back({addChild(G.Node, Byte, Lo, Hi), S, Next, G.At + 1});
        } else if (X.Scalar < Decoded.size() && Decoded[X.Scalar] != automata::None) {
          addEdge(G.Node, Byte, Decoded[X.Scalar], Lo, Hi);
        } else {
          const uint32_t Child = addChild(G.Node, Byte, Lo, Hi);
          if (X.Scalar >= Decoded.size())
            Decoded.resize(X.Scalar + 1, automata::None);
          Decoded[X.Scalar] = Child;
          Work.push_back({Child, X.Depth});
        }
        S = Next;
      }
      leaveTrie(G.Node);
    }
  }
}

} // namespace weir::lowering
