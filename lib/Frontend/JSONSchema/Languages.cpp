//===- Languages.cpp - Whether regular languages of texts are empty -------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An expression's automaton is made once, whatever it is asked together with. Whether all
// of some automata read a text is found by walking through them at once, without making
// their product: layer by layer of texts of one length, until one is accepted whose
// length is within the bounds. A complement is the automaton read the other way round.
//
//===----------------------------------------------------------------------===//
#include "Languages.h"

#include "weir/Support/WordIndex.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::jsonschema {

using ir::ExprId;
using ir::Op;

namespace {

constexpr uint32_t Dead = KeyAutomaton::Dead;

/// A walk through several automata at once. What has been read is a tuple of states, one
/// for each; Dead for a complement whose automaton reads nothing that begins so.
class Walk {
public:
  struct Part {
    const KeyAutomaton *Automaton;
    bool Negated;
  };

  Walk(std::span<const Part> Parts, uint64_t &Steps) : Parts(Parts), Steps(Steps) {}

  /// Whether no text of a length within the bounds is read by all; none when `Steps` are
  /// used up.
  std::optional<bool> isEmpty(uint32_t Min, uint32_t Max);

private:
  bool accepts(uint32_t T) const;
  std::span<const uint32_t> next(uint32_t T);
  bool charge(uint64_t Amount) {
    const bool Fine = Steps >= Amount;
    Steps -= std::min(Steps, Amount);
    return Fine && spendWork(1 + Amount / 16);
  }

  struct Change {
    uint32_t First, Part, Target;
  };

  std::span<const Part> Parts;
  uint64_t &Steps;
  WordIndex Tuples;
  std::vector<std::vector<uint32_t>> Next; ///< by tuple, ascending
  std::vector<bool> Known;                 ///< by tuple: Next is
  std::vector<Change> Changes;
  std::vector<uint32_t> Tuple;
};

} // namespace

bool Walk::accepts(uint32_t T) const {
  std::span<const uint32_t> At = Tuples[T];
  for (size_t I = 0; I < Parts.size(); ++I)
    if ((At[I] != Dead && Parts[I].Automaton->States[At[I]].Accepts) == Parts[I].Negated)
      return false;
  return true;
}

std::span<const uint32_t> Walk::next(uint32_t T) {
  if (T >= Known.size()) {
    Known.resize(Tuples.size());
    Next.resize(Tuples.size());
  }
  if (Known[T])
    return Next[T];
  Known[T] = true;
  Changes.clear();
  Tuple.assign(Tuples[T].begin(), Tuples[T].end());
  for (uint32_t I = 0; I < Tuple.size(); ++I)
    if (Tuple[I] != Dead)
      for (const KeyAutomaton::Step &X : Parts[I].Automaton->row(Tuple[I]))
        Changes.push_back({X.First, I, X.Target});
  if (!charge(1 + Parts.size() + Changes.size()))
    return {};
  std::sort(Changes.begin(), Changes.end(),
            [](const Change &X, const Change &Y) { return X.First < Y.First; });
  // Every row begins with the scalar 0. Where all are dead there is nothing to change.
  std::vector<uint32_t> Out;
  for (size_t I = 0, End; I < std::max<size_t>(Changes.size(), 1); I = End) {
    for (End = I; End < Changes.size() && Changes[End].First == Changes[I].First; ++End)
      Tuple[Changes[End].Part] = Changes[End].Target;
    End = std::max(End, I + 1);
    bool Possible = true;
    for (size_t P = 0; P < Parts.size() && Possible; ++P)
      Possible = Tuple[P] != Dead || Parts[P].Negated;
    if (Possible)
      Out.push_back(Tuples.intern(Tuple));
  }
  std::sort(Out.begin(), Out.end());
  Out.erase(std::unique(Out.begin(), Out.end()), Out.end());
  return Next[T] = std::move(Out);
}

std::optional<bool> Walk::isEmpty(uint32_t Min, uint32_t Max) {
  Tuple.clear();
  for (const Part &P : Parts) {
    if (P.Automaton->size() == 0 && !P.Negated)
      return true;
    Tuple.push_back(P.Automaton->size() ? 0 : Dead);
  }
  std::vector<uint32_t> Now{Tuples.intern(Tuple)}, After;
  // Below the lower bound each layer is of its own; from there on the first visit of a
  // tuple is the shortest.
  std::vector<uint32_t> Layer;
  std::vector<bool> Seen;
  for (uint32_t Length = 0;; ++Length) {
    if (Now.empty())
      return true;
    if (Length >= Min)
      for (uint32_t T : Now)
        if (accepts(T))
          return false;
    if (Length == Max)
      return true;
    After.clear();
    for (uint32_t T : Now) {
      std::span<const uint32_t> To = next(T);
      if (!charge(1 + To.size()))
        return std::nullopt;
      Layer.resize(Tuples.size(), 0);
      Seen.resize(Tuples.size(), false);
      for (uint32_t S : To) {
        if (Length + 1 >= Min ? Seen[S] : Layer[S] == Length + 1)
          continue;
        if (Length + 1 >= Min)
          Seen[S] = true;
        Layer[S] = Length + 1;
        After.push_back(S);
      }
    }
    std::swap(Now, After);
  }
}

const KeyAutomaton *Languages::automatonOf(ExprId E) {
  constexpr uint32_t MaxStates = 20'000;
  constexpr uint64_t MaxStepsOfOne = 4'000'000;
  auto [It, New] = Automata.try_emplace(E, std::nullopt);
  if (New) {
    const uint64_t Given = std::min(StepsLeft, MaxStepsOfOne);
    uint64_t Left = Given;
    It->second = keyAutomatonOf(M, E, MaxStates, Left);
    StepsLeft -= Given - Left;
  }
  return It->second ? &*It->second : nullptr;
}

std::optional<bool> Languages::decide(const Question &Q) {
  if (Q.Min > Q.Max)
    return true;
  if (Q.All.empty())
    return false;
  for (ExprId E : Q.All) {
    const std::optional<TextLengths::Lengths> L = Lengths.of(E);
    if (L && L->isApart(Q.Min, Q.Max))
      return true;
    if (L && Q.All.size() == 1 && L->meets(Q.Min, Q.Max))
      return false;
  }
  // Conjuncts one by one, complements as what they are of.
  std::vector<ExprId> Work(Q.All.rbegin(), Q.All.rend());
  std::vector<Walk::Part> Parts;
  while (!Work.empty()) {
    ExprId E = Work.back();
    Work.pop_back();
    if (M.op(E) == Op::And) {
      Work.insert(Work.end(), M.operands(E).begin(), M.operands(E).end());
      continue;
    }
    const bool Negated = M.op(E) == Op::Not;
    const KeyAutomaton *A = automatonOf(Negated ? M.operands(E)[0] : E);
    if (!A)
      return std::nullopt;
    Parts.push_back({A, Negated});
  }
  constexpr uint64_t MaxStepsOfOne = 2'000'000;
  const uint64_t Given = std::min(StepsLeft, MaxStepsOfOne);
  uint64_t Left = Given;
  std::optional<bool> Answer = Walk(Parts, Left).isEmpty(Q.Min, Q.Max);
  StepsLeft -= Given - Left;
  return Answer;
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
