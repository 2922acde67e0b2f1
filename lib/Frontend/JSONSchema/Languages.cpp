//===- Languages.cpp - Whether regular languages of texts are empty -------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The automaton is made for the expressions alone; the bounds on the length are then
// walked step by step with the set of states that texts of that length lead to. So a
// `maxLength` of a million costs no states.
//
//===----------------------------------------------------------------------===//
#include "Languages.h"

#include "weir/Support/WorkMeter.h"

#include "weir/Automata/CharAutomaton.h"

#include <algorithm>
#include <set>

namespace weir::jsonschema {

using ir::ExprId;
using ir::Op;

/// Whether an expression has a text for certain: nothing in it can take texts away.
static bool clearlyHasText(const ir::Module &M, ExprId Root) {
  constexpr size_t MaxVisited = 20'000;
  std::vector<ExprId> Work{Root};
  std::set<ExprId> Seen;
  while (!Work.empty()) {
    ExprId E = Work.back();
    Work.pop_back();
    if (!Seen.insert(E).second)
      continue;
    if (Seen.size() > MaxVisited)
      return false;
    switch (M.op(E)) {
    case Op::Empty:
    case Op::Lit:
    case Op::Class:
    case Op::Bytes:
      break;
    case Op::Seq:
    case Op::Alt:
    case Op::Repeat:
      for (ExprId O : M.operands(E))
        Work.push_back(O);
      break;
    default:
      return false;
    }
  }
  return true;
}

/// Whether an automaton, all of whose states reach acceptance, takes no text of a
/// length within the bounds.
static std::optional<bool> isEmptyWithin(const automata::CharAutomaton &A, uint32_t Min,
                                         uint32_t Max) {
  constexpr uint64_t MaxSteps = 4'000'000;
  std::vector<bool> At(A.size(), false);
  At[A.Start] = true;
  std::set<std::vector<bool>> Seen;
  uint64_t Steps = 0;
  for (uint32_t Length = 0;; ++Length) {
    bool Any = false, Accepts = false;
    for (uint32_t S = 0; S < A.size(); ++S) {
      Any |= At[S];
      Accepts |= At[S] && A.Accepts[S];
    }
    if (!Any)
      return true;
    if (Length >= Min && (Accepts || Max == ir::Unbounded))
      return false;
    // The same states again, with no bound left to pass in between.
    if (Length == Max || (Length >= Min && !Seen.insert(At).second))
      return true;
    Steps += uint64_t(A.size()) * A.Classes;
    if (Steps > MaxSteps || !spendWork(1 + A.size() / 16))
      return std::nullopt;
    std::vector<bool> Next(A.size(), false);
    for (uint32_t S = 0; S < A.size(); ++S)
      if (At[S])
        for (uint32_t C = 0; C < A.Classes; ++C)
          if (uint32_t T = A.next(S, C); T != automata::CharAutomaton::Dead)
            Next[T] = true;
    At = std::move(Next);
  }
}

std::optional<bool> Languages::decide(const Question &Q) const {
  if (Q.Min > Q.Max)
    return true;
  if (Q.All.empty())
    return false;
  if (Q.All.size() == 1 && Q.Min == 0 && Q.Max == ir::Unbounded && clearlyHasText(M, Q.All[0]))
    return false;
  constexpr uint32_t MaxStates = 20'000;
  automata::CharAutomatonBuilder Builder(M, Q.All, MaxStates);
  automata::CharAutomaton A;
  for (size_t I = 0; I < Q.All.size() && Builder.status() == automata::CharStatus::Ok; ++I) {
    automata::CharAutomaton One = Builder.build(Q.All[I]);
    if (Builder.status() != automata::CharStatus::Ok)
      break;
    A = I == 0 ? std::move(One) : Builder.intersect(A, One);
    if (Builder.status() == automata::CharStatus::Ok && A.isEmpty())
      return true;
  }
  if (Builder.status() != automata::CharStatus::Ok)
    return std::nullopt;
  return isEmptyWithin(A, Q.Min, Q.Max);
}

std::optional<bool> Languages::isEmpty(std::vector<ExprId> All, uint32_t Min, uint32_t Max) {
  std::sort(All.begin(), All.end());
  All.erase(std::unique(All.begin(), All.end()), All.end());
  Question Q{std::move(All), Min, Max};
  auto It = Known.find(Q);
  if (It != Known.end())
    return It->second;
  std::optional<bool> Answer = decide(Q);
  Known.emplace(std::move(Q), Answer);
  return Answer;
}

} // namespace weir::jsonschema
