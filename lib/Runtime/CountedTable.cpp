//===- CountedTable.cpp - One table for all bounds of a counter -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CountedTable.h"

#include "MaskTable.h"

#include <algorithm>

namespace weir {

bool CountedRule::find(const Grammar &G, uint32_t R, CountedRule &Out) {
  const GrammarView &T = G.tables();
  const RuleRec &Rule = G.rule(R);
  if (!Rule.Leaf || Rule.Registers != 1)
    return false;
  bool Ok = true, AnyMost = false, AnyLeast = false;
  auto program = [&](uint32_t P) {
    for (; P != NoIndex && Ok; ++P) {
      const OpRec &O = T.Ops[P];
      if (O.Code == OpCode::CounterBelow) {
        Ok = !AnyMost || Out.Most == O.A;
        Out.Most = O.A;
        AnyMost = true;
      } else if (O.Code == OpCode::CounterAtLeast) {
        Ok = !AnyLeast || Out.Least == O.A;
        Out.Least = O.A;
        AnyLeast = true;
      } else {
        Ok = O.Code == OpCode::CounterSet;
      }
      if (O.Last)
        break;
    }
  };
  for (StateId S = Rule.StatesBegin; S < Rule.StatesEnd && Ok; ++S) {
    if (const DetailRec *D = G.detail(S))
      program(D->AcceptOps);
    G.forEachRange(S, [&](unsigned, unsigned, uint32_t Action) {
      if (!(Action & ActionAlternatives))
        return;
      const uint32_t List = Action & ~ActionAlternatives;
      for (uint32_t I = 1; I <= T.AltLists[List]; ++I)
        program(T.Alternatives[T.AltLists[List + I]].Ops);
    });
  }
  return Ok && AnyMost;
}

CountedTable::CountedTable(LeafWalk &Walk, bool Ok, ExitTrie &&TheExits, uint32_t MaxTokenChars)
    : Usable(Ok), FromZero(Walk.FromZero), HasRow(Walk.HasRow) {
  if (!Ok)
    return;
  if (HasRow) {
    Row = Walk.Row;
    MaxRoom = MaxTokenChars;
  }
  Tokens = Walk.Counted;
  auto note = [&](const CountCondition &If) {
    MaxRoom = std::max<uint32_t>(MaxRoom, If.Room);
    if (If.Seen != CountCondition::Never)
      MaxSeen = std::max<uint32_t>(MaxSeen, If.Seen);
  };
  for (const CountedToken &T : Tokens)
    note(T.If);
  for (const CountCondition &If : TheExits.conditions())
    note(If);
  if (!TheExits.empty())
    Exits = std::make_shared<const ExitTrie>(std::move(TheExits));
}

size_t CountedTable::memoryBytes() const {
  return sizeof(*this) + Row.size() * sizeof(uint32_t) + Tokens.size() * sizeof(CountedToken) +
         (Exits ? Exits->memoryBytes() : 0);
}

std::shared_ptr<const TableEntry> CountedTable::entry(uint32_t Count, const CountedRule &Rule,
                                                      const TokenFacts &Facts,
                                                      size_t RowWords) const {
  auto E = std::make_shared<TableEntry>();
  E->Room = Rule.Most - std::min(Rule.Most, Count);
  E->Need = Rule.Least - std::min(Rule.Least, Count);
  // Which other counts would give the same?
  uint32_t Low = Count, High = Count;
  if (E->Room >= MaxRoom && !FromZero) {
    if (E->Need == 0) {
      Low = Rule.Least;
      High = Rule.Most - MaxRoom;
    } else if (E->Need > MaxSeen) {
      Low = 0;
      High = std::min(Rule.Most - MaxRoom, Rule.Least - MaxSeen - 1);
    }
  }
  E->Low = {Low};
  E->High = {High};
  E->Exits = Exits;
  std::vector<TokenId> Ids;
  for (const CountedToken &T : Tokens)
    if (T.If.holds(E->Room, E->Need))
      Ids.push_back(T.Id);
  if (HasRow) {
    RowVector Out = Row;
    Facts.atMost(E->Room, Out);
    for (TokenId T : Ids)
      setBit(Out, T);
    E->set(std::move(Out));
  } else {
    E->set(std::move(Ids), RowWords, RowWords);
  }
  return E;
}

} // namespace weir
