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
#include <mutex>

namespace weir::jsonschema {

using ir::ExprId;
using ir::Op;

namespace {

constexpr uint32_t Dead = KeyAutomaton::Dead;

/// A walk through several automata at once. What has been read is a tuple of states, one
/// for each. Some of them stand for a complement: of what all of them read. Where one reads
/// nothing that begins so, nothing is taken away, and all of them are Dead.
class Walk {
public:
  struct Part {
    const KeyAutomaton *Automaton;
    uint32_t
        Negated; ///< which complement it belongs to, from 1 on and one after the other; 0: none
  };

  Walk(std::span<const Part> Parts, uint64_t &Steps) : Parts(Parts), Steps(Steps) {
    for (size_t I = 1; I < Parts.size(); ++I)
      HasJoint = HasJoint || (Parts[I].Negated && Parts[I].Negated == Parts[I - 1].Negated);
  }

  /// Whether no text of a length within the bounds is read by all; none when `Steps` are
  /// used up.
  std::optional<bool> isEmpty(uint32_t Min, uint32_t Max);

private:
  bool accepts(uint32_t T) const;
  /// Whether some text may go on from `Tuple`. Where one of a complement is dead, makes all so.
  bool settle();
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
  std::vector<uint32_t> Now; ///< with joint complements, the states without what `settle` does
  bool HasJoint = false;     ///< some complement is of several automata
};

} // namespace

bool Walk::accepts(uint32_t T) const {
  std::span<const uint32_t> At = Tuples[T];
  auto accepts = [&](size_t I) {
    return At[I] != Dead && Parts[I].Automaton->States[At[I]].Accepts;
  };
  for (size_t I = 0, End; I < Parts.size(); I = End) {
    bool All = accepts(I);
    for (End = I + 1; End < Parts.size() && Parts[End].Negated == Parts[I].Negated; ++End)
      All = All && accepts(End);
    if (All == (Parts[I].Negated != 0))
      return false;
  }
  return true;
}

bool Walk::settle() {
  for (size_t I = 0; I < Parts.size(); ++I)
    if (Tuple[I] == Dead && Parts[I].Negated == 0)
      return false;
  if (!HasJoint)
    return true;
  for (size_t I = 0, End; I < Parts.size(); I = End) {
    bool Alive = Tuple[I] != Dead;
    for (End = I + 1; End < Parts.size() && Parts[End].Negated == Parts[I].Negated; ++End)
      Alive = Alive && Tuple[End] != Dead;
    if (!Alive)
      std::fill(Tuple.begin() + ptrdiff_t(I), Tuple.begin() + ptrdiff_t(End), Dead);
  }
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
  if (HasJoint)
    Now = Tuple;
  for (size_t I = 0, End; I < std::max<size_t>(Changes.size(), 1); I = End) {
    for (End = I; End < Changes.size() && Changes[End].First == Changes[I].First; ++End)
      (HasJoint ? Now : Tuple)[Changes[End].Part] = Changes[End].Target;
    End = std::max(End, I + 1);
    if (HasJoint)
      Tuple = Now;
    if (settle())
      Out.push_back(Tuples.intern(Tuple));
  }
  std::sort(Out.begin(), Out.end());
  Out.erase(std::unique(Out.begin(), Out.end()), Out.end());
  return Next[T] = std::move(Out);
}

std::optional<bool> Walk::isEmpty(uint32_t Min, uint32_t Max) {
  Tuple.clear();
  for (const Part &P : Parts)
    Tuple.push_back(P.Automaton->size() ? 0 : Dead);
  if (!settle())
    return true;
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

namespace {

constexpr uint32_t MaxStates = 20'000;
constexpr uint64_t MaxStepsOfAutomaton = 4'000'000;

/// The conjuncts of an expression.
std::vector<ExprId> conjuncts(const ir::Module &M, ExprId E) {
  if (M.op(E) != Op::And)
    return {E};
  return {M.operands(E).begin(), M.operands(E).end()};
}

/// The automata of a format's conjuncts, where they are within the budget.
struct KeptFormat {
  std::once_flag Made;
  std::vector<std::optional<KeyAutomaton>> Automata;
};

const KeyAutomaton *formatAutomaton(const FormatInfo &Format, size_t Conjunct) {
  static KeptFormat *const All = new KeptFormat[allFormats().size()]; // never destroyed
  KeptFormat &Kept = All[&Format - allFormats().data()];
  std::call_once(Kept.Made, [&] {
    // Whoever is first makes it for all, whatever becomes of the compilation.
    WorkMeter Own{{}};
    const WorkMeter::Scope Scope(Own);
    ir::Module M;
    std::vector<std::optional<KeyAutomaton>> Automata; // (memory may run out in between)
    for (ExprId E : conjuncts(M, formatLanguage(M, Format))) {
      uint64_t Steps = MaxStepsOfAutomaton;
      Automata.push_back(keyAutomatonOf(M, E, MaxStates, Steps));
    }
    Kept.Automata = std::move(Automata);
  });
  const std::optional<KeyAutomaton> &A = Kept.Automata[Conjunct];
  return A ? &*A : nullptr;
}

} // namespace

void rememberFormat(ir::Module &M, const FormatInfo &Format, ExprId E) {
  const std::vector<ExprId> Conjuncts = conjuncts(M, E);
  for (size_t I = 0; I < Conjuncts.size(); ++I)
    M.rememberAutomaton(Conjuncts[I], [&Format, I] { return formatAutomaton(Format, I); });
}

const KeyAutomaton *Languages::automatonOf(ExprId E) {
  auto [It, New] = Automata.try_emplace(E);
  if (!New)
    return It->second.get();
  if (const KeyAutomaton *Known = M.knownAutomaton(E)) {
    It->second = std::shared_ptr<const KeyAutomaton>(std::shared_ptr<void>(), Known);
    return Known;
  }
  const uint64_t Given = std::min(StepsLeft, MaxStepsOfAutomaton);
  uint64_t Left = Given;
  std::optional<KeyAutomaton> Made = keyAutomatonOf(M, E, MaxStates, Left);
  StepsLeft -= Given - Left;
  if (Made) {
    It->second = std::make_shared<const KeyAutomaton>(std::move(*Made));
    // Lowering asks for it again.
    M.rememberAutomaton(E, [A = It->second] { return A.get(); });
  }
  return It->second.get();
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
  // Conjuncts one by one, those that only bound the length as bounds, and complements as the
  // conjuncts of what they are of.
  uint32_t Min = Q.Min, Max = Q.Max;
  std::vector<ExprId> Work(Q.All.rbegin(), Q.All.rend());
  std::vector<Walk::Part> Parts;
  uint32_t Complements = 0;
  while (!Work.empty()) {
    ExprId E = Work.back();
    Work.pop_back();
    if (M.op(E) == Op::And) {
      Work.insert(Work.end(), M.operands(E).begin(), M.operands(E).end());
      continue;
    }
    if (M.op(E) == Op::Repeat && M.op(M.operands(E)[0]) == Op::Class &&
        M.classSet(M.operands(E)[0]).isAll()) {
      Min = std::max(Min, M.bounds(E).Min);
      Max = std::min(Max, M.bounds(E).Max);
      continue;
    }
    const bool IsNegated = M.op(E) == Op::Not;
    Complements += IsNegated;
    for (ExprId C : IsNegated ? conjuncts(M, M.operands(E)[0]) : std::vector{E}) {
      const KeyAutomaton *A = automatonOf(C);
      if (!A)
        return std::nullopt;
      Parts.push_back({A, IsNegated ? Complements : 0});
    }
  }
  if (Min > Max)
    return true;
  if (Parts.empty())
    return false;
  constexpr uint64_t MaxStepsOfOne = 2'000'000;
  const uint64_t Given = std::min(StepsLeft, MaxStepsOfOne);
  uint64_t Left = Given;
  std::optional<bool> Answer = Walk(Parts, Left).isEmpty(Min, Max);
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
