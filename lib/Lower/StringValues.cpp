//===- StringValues.cpp - How many strings an expression has ------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Texts of an automaton over characters are counted by length, all states at once, and
// listed when they are few. What is listed is listed in full or not at all: an item that a
// list lacks could not be written.
//
//===----------------------------------------------------------------------===//
#include "ItemValues.h"

#include "weir/Support/Utf8.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::lowering {

using ir::ExprId;
using ir::Op;

/// The texts of `E` where it is a list of them; false where it says more.
static bool listsTexts(const ir::Module &M, ExprId E, std::vector<std::string_view> &Out) {
  auto add = [&](ExprId O) {
    if (M.op(O) != Op::Lit || findInvalidUtf8(M.literal(O)) != std::string_view::npos)
      return false;
    Out.push_back(M.literal(O));
    return true;
  };
  if (M.op(E) != Op::Alt)
    return add(E);
  std::span<const ExprId> Ops = M.operands(E);
  return std::all_of(Ops.begin(), Ops.end(), add);
}

/// Lists the texts within the bounds; false, and lists none, when there are too many. Only
/// beginnings are followed that some text has, so there are no more of them at a time than texts.
bool ItemValues::list(const Regular &A, const BooleanParts &Bounds, std::vector<std::string> &Out) {
  struct Beginning {
    uint32_t State;
    uint32_t Last;   ///< its last character
    uint64_t Length; ///< in characters
    size_t Before;   ///< bytes before the last one
  };
  const automata::CharAutomaton &D = A.Automaton;
  std::vector<Beginning> Work{{D.Start, 0, 0, 0}};
  std::string Text;
  auto follow = [&](const Beginning &From) {
    for (uint32_t C = 0; C < D.Classes; ++C) {
      const uint32_t To = D.next(From.State, C);
      const uint64_t Length = From.Length + 1;
      if (To == automata::CharAutomaton::Dead ||
          (Bounds.bounded() &&
           !A.Lengths[To].meets(Bounds.Min - std::min<uint64_t>(Length, Bounds.Min),
                                Bounds.Max - Length)))
        continue;
      for (const CodePointRange &R : A.Partition.members(C).ranges())
        for (uint32_t P = R.First; P <= R.Last; ++P) {
          if (Work.size() + Out.size() > MaxTexts)
            return false;
          Work.push_back({To, P, Length, Text.size()});
        }
    }
    return true;
  };
  while (!Work.empty()) {
    const Beginning Here = Work.back();
    Work.pop_back();
    Text.resize(Here.Before);
    if (Here.Length != 0)
      appendUtf8(Text, Here.Last);
    bool Fits = spend(16 + D.Classes);
    if (D.Accepts[Here.State] && Here.Length >= Bounds.Min) {
      Fits = Fits && spend(Text.size());
      Out.push_back("\"" + spelledKey(Text) + "\"");
    }
    if (!Fits || Out.size() > MaxTexts || (Here.Length < Bounds.Max && !follow(Here))) {
      Out.clear();
      return false;
    }
  }
  return true;
}

const ItemValues::Strings &ItemValues::strings(ExprId Operand) {
  auto [It, New] = StringMemo.try_emplace(Operand);
  Strings &Out = It->second;
  if (!New)
    return Out;
  if (std::vector<std::string_view> Texts; listsTexts(M, Operand, Texts)) {
    std::sort(Texts.begin(), Texts.end());
    Texts.erase(std::unique(Texts.begin(), Texts.end()), Texts.end());
    Out.Count = Texts.size();
    Out.Exact = true;
    Out.Listed = Out.Count <= MaxTexts;
    if (Out.Listed)
      for (std::string_view T : Texts)
        Out.Spelled.push_back("\"" + spelledKey(T) + "\"");
    return Out;
  }
  BooleanParts Parts = B.booleanParts(Operand);
  const Regular *A = B.regular(Parts, For);
  if (!A || A->Automaton.isEmpty()) {
    Out.Exact = Out.Listed = A;
    return Out;
  }
  if (A->AnyLength) {
    Out.Count = ManyKeys; // lengths that repeat are without end
    return Out;
  }
  const automata::CharAutomaton &D = A->Automaton;
  std::vector<uint64_t> Sizes;
  for (uint32_t C = 0; C < D.Classes; ++C) {
    uint64_t Size = 0;
    for (const CodePointRange &R : A->Partition.members(C).ranges())
      Size += R.Last - R.First + 1;
    Sizes.push_back(Size);
  }
  // Texts by length. A minimal automaton has no state that leads nowhere, so more
  // characters than states mean a loop.
  std::vector<uint64_t> Ways(D.size(), 0), Next;
  Ways[D.Start] = 1;
  uint64_t Steps = 0;
  for (uint64_t Length = 0; Length <= Parts.Max; ++Length) {
    uint64_t Alive = 0;
    for (uint32_t S = 0; S < D.size(); ++S) {
      Alive |= Ways[S];
      if (D.Accepts[S] && Length >= Parts.Min)
        Out.Count = std::min<uint64_t>(Out.Count + Ways[S], ManyKeys);
    }
    Out.Exact = Length == Parts.Max || !Alive;
    if (!Alive || Out.Count >= ManyKeys)
      break;
    if (Parts.Max == ir::Unbounded && Length > D.size()) {
      Out.Count = ManyKeys;
      break;
    }
    if ((Steps += D.Next.size()) > 50'000'000 || !spendWork(1 + D.Next.size() / 16))
      break;
    Next.assign(D.size(), 0);
    for (uint32_t S = 0; S < D.size(); ++S)
      for (uint32_t C = 0; C < D.Classes && Ways[S]; ++C)
        if (uint32_t T = D.next(S, C); T != automata::CharAutomaton::Dead)
          Next[T] = std::min<uint64_t>(Next[T] + std::min<uint64_t>(Ways[S], ManyKeys) * Sizes[C],
                                       ManyKeys);
    Ways = Next;
  }
  Out.Listed = Out.Count <= MaxTexts && list(*A, Parts, Out.Spelled);
  if (Out.Listed) {
    Out.Count = Out.Spelled.size();
    Out.Exact = true;
  }
  return Out;
}

} // namespace weir::lowering
