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
// length is within the bounds. Where any length will do, the tuple of states goes first whose
// states are least far from acceptance. A complement is the automaton read the other way round.
//
//===----------------------------------------------------------------------===//
#include "Languages.h"

#include "weir/Support/Utf8.h"
#include "weir/Support/WordIndex.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <mutex>
#include <numeric>

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

  Walk(std::span<const Part> Parts, uint64_t &Steps)
      : Parts(Parts), Steps(Steps), Rows(Parts.size()) {
    for (size_t I = 1; I < Parts.size(); ++I)
      HasJoint = HasJoint || (Parts[I].Negated && Parts[I].Negated == Parts[I - 1].Negated);
  }

  /// Whether no text of a length within the bounds is read by all; none when `Steps` are
  /// used up.
  std::optional<bool> isEmpty(uint32_t Min, uint32_t Max);

private:
  struct Row {
    const KeyAutomaton::Step *At, *End;
  };
  /// A tuple to go on from, and how far each part by itself is from acceptance, in sum.
  struct Place {
    uint64_t Far;
    uint32_t Tuple;
  };
  static bool isLater(const Place &X, const Place &Y) { return X.Far > Y.Far; }

  bool accepts(uint32_t T) const;
  /// Whether some text may go on from `Tuple`. Where one of a complement is dead, makes all so.
  bool settle();
  /// Adds what one more character makes of `T` to `Found`, some perhaps several times. False when
  /// there are no steps left.
  bool next(uint32_t T);
  /// Whether none of `Now` leads to acceptance, whatever the length.
  std::optional<bool> leadsNowhere(std::span<const uint32_t> Now);
  void findDistances();
  uint64_t distance(uint32_t T) const;
  bool charge(uint64_t Amount) {
    const bool Fine = Steps >= Amount;
    Steps -= std::min(Steps, Amount);
    return Fine && spendWork(1 + Amount / 16);
  }

  std::span<const Part> Parts;
  uint64_t &Steps;
  WordIndex Tuples;
  std::vector<uint32_t> Found;
  std::vector<Row> Rows;
  std::vector<uint32_t> Tuple;
  std::vector<uint32_t> Now; ///< with joint complements, the states without what `settle` does
  bool HasJoint = false;     ///< some complement is of several automata
  /// By part that is no complement and by state, characters up to the next acceptance.
  std::vector<std::vector<uint32_t>> Distances;
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

bool Walk::next(uint32_t T) {
  Tuple.assign(Tuples[T].begin(), Tuples[T].end());
  size_t Changes = 0;
  for (size_t I = 0; I < Parts.size(); ++I) {
    Rows[I] = {};
    if (Tuple[I] == Dead)
      continue;
    const std::span<const KeyAutomaton::Step> R = Parts[I].Automaton->row(Tuple[I]);
    Rows[I] = {R.data(), R.data() + R.size()};
    Changes += R.size();
  }
  if (!charge(1 + Parts.size() + Changes))
    return false;
  if (HasJoint)
    Now = Tuple;
  // Every row begins with the scalar 0. Where all are dead there is nothing to change.
  uint32_t Last = Dead;
  for (uint32_t First = 0, After; First != Dead; First = After) {
    std::vector<uint32_t> &To = HasJoint ? Now : Tuple;
    After = Dead;
    for (size_t I = 0; I < Rows.size(); ++I) {
      Row &R = Rows[I];
      if (R.At != R.End && R.At->First == First)
        To[I] = R.At++->Target;
      if (R.At != R.End)
        After = std::min(After, R.At->First);
    }
    if (HasJoint)
      Tuple = Now;
    if (!settle())
      continue;
    const uint32_t Id = Tuples.intern(Tuple);
    if (Id != Last)
      Found.push_back(Id);
    Last = Id;
  }
  return true;
}

void Walk::findDistances() {
  Distances.resize(Parts.size());
  std::vector<uint32_t> Begin, Before, Work;
  for (size_t I = 0; I < Parts.size(); ++I) {
    if (Parts[I].Negated)
      continue;
    // Who leads to each state, one after the other; then backwards from acceptance.
    const KeyAutomaton &A = *Parts[I].Automaton;
    std::vector<uint32_t> &Distance = Distances[I];
    Distance.assign(A.size(), Dead);
    Begin.assign(A.size() + 1, 0);
    for (const KeyAutomaton::Step &X : A.Steps)
      if (X.Target != Dead)
        ++Begin[X.Target];
    std::partial_sum(Begin.begin(), Begin.end(), Begin.begin());
    Before.resize(Begin.back());
    Work.clear();
    for (uint32_t S = 0; S < A.size(); ++S) {
      for (const KeyAutomaton::Step &X : A.row(S))
        if (X.Target != Dead)
          Before[--Begin[X.Target]] = S;
      if (A.States[S].Accepts) {
        Distance[S] = 0;
        Work.push_back(S);
      }
    }
    for (size_t Next = 0; Next < Work.size(); ++Next)
      for (uint32_t K = Begin[Work[Next]]; K < Begin[Work[Next] + 1]; ++K)
        if (const uint32_t P = Before[K]; Distance[P] == Dead) {
          Distance[P] = Distance[Work[Next]] + 1;
          Work.push_back(P);
        }
  }
}

uint64_t Walk::distance(uint32_t T) const {
  uint64_t Sum = 0;
  const std::span<const uint32_t> At = Tuples[T];
  for (size_t I = 0; I < Parts.size(); ++I)
    if (!Parts[I].Negated)
      Sum += Distances[I][At[I]];
  return Sum;
}

std::optional<bool> Walk::leadsNowhere(std::span<const uint32_t> From) {
  // Mostly the answer is near. Where it is not, those go first that are near to acceptance.
  constexpr size_t Near = 64;
  std::vector<bool> Seen(Tuples.size(), false);
  std::vector<Place> Open;
  size_t Taken = 0;
  auto add = [&](uint32_t T) {
    if (Seen[T])
      return true;
    Seen[T] = true;
    Open.push_back({Distances.empty() ? 0 : distance(T), T});
    if (!Distances.empty())
      std::push_heap(Open.begin(), Open.end(), isLater);
    return !accepts(T);
  };
  for (uint32_t T : From)
    if (!add(T))
      return false;
  while (Taken < Open.size()) {
    uint32_t T;
    if (Distances.empty()) {
      T = Open[Taken++].Tuple;
      if (Taken > Near) {
        findDistances();
        Open.erase(Open.begin(), Open.begin() + ptrdiff_t(Taken));
        Taken = 0;
        for (Place &P : Open)
          P.Far = distance(P.Tuple);
        std::make_heap(Open.begin(), Open.end(), isLater);
      }
    } else {
      T = Open.front().Tuple;
      std::pop_heap(Open.begin(), Open.end(), isLater);
      Open.pop_back();
    }
    Found.clear();
    if (!next(T) || !charge(1 + Found.size()))
      return std::nullopt;
    Seen.resize(Tuples.size(), false);
    for (uint32_t S : Found)
      if (!add(S))
        return false;
  }
  return true;
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
  // Where each layer is of its own, a tuple is gone on from several times.
  struct Slice {
    uint32_t Begin, End;
  };
  std::vector<Slice> Next; ///< by tuple, of `All`; none has been gone on from
  std::vector<uint32_t> All;
  for (uint32_t Length = 0;; ++Length) {
    if (Now.empty())
      return true;
    if (Length >= Min && Max == ir::Unbounded)
      return leadsNowhere(Now);
    if (Length >= Min)
      for (uint32_t T : Now)
        if (accepts(T))
          return false;
    if (Length == Max)
      return true;
    After.clear();
    for (uint32_t T : Now) {
      if (T >= Next.size())
        Next.resize(Tuples.size(), {Dead, Dead});
      if (Next[T].Begin == Dead) {
        Found.clear();
        if (!next(T))
          return std::nullopt;
        Next[T].Begin = uint32_t(All.size());
        All.insert(All.end(), Found.begin(), Found.end());
        Next[T].End = uint32_t(All.size());
      }
      const Slice To = Next[T];
      if (!charge(1 + To.End - To.Begin))
        return std::nullopt;
      Layer.resize(Tuples.size(), 0);
      Seen.resize(Tuples.size(), false);
      for (uint32_t I = To.Begin; I < To.End; ++I) {
        const uint32_t S = All[I];
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

std::optional<bool> Languages::reads(ExprId E, std::string_view Text) {
  if (M.op(E) == Op::Not) {
    const std::optional<bool> Of = reads(M.operands(E)[0], Text);
    return Of ? std::optional(!*Of) : std::nullopt;
  }
  if (M.op(E) == Op::And) {
    for (ExprId C : M.operands(E))
      if (const std::optional<bool> One = reads(C, Text); One != true)
        return One;
    return true;
  }
  const KeyAutomaton *A = automatonOf(E);
  if (!A)
    return std::nullopt;
  uint32_t S = A->size() ? 0 : KeyAutomaton::Dead;
  for (size_t I = 0; I < Text.size() && S != KeyAutomaton::Dead;) {
    const DecodedScalar C = decodeUtf8(Text, I);
    if (C.Size == 0)
      return std::nullopt;
    S = A->next(S, C.Value);
    I += C.Size;
  }
  return S != KeyAutomaton::Dead && A->States[S].Accepts;
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
  std::vector<ExprId> Positive, Negative;
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
    (M.op(E) == Op::Not ? Negative : Positive).push_back(E);
  }
  if (Min > Max)
    return true;
  if (Positive.empty() && Negative.empty())
    return false;
  // A complement takes all away of what is asked for itself.
  auto isPositive = [&](ExprId E) {
    return std::find(Positive.begin(), Positive.end(), E) != Positive.end();
  };
  std::vector<std::vector<ExprId>> Complements;
  for (ExprId E : Negative) {
    Complements.push_back(conjuncts(M, M.operands(E)[0]));
    if (std::all_of(Complements.back().begin(), Complements.back().end(), isPositive))
      return true;
  }
  std::vector<Walk::Part> Parts;
  auto add = [&](ExprId E, uint32_t Complement) {
    const KeyAutomaton *A = automatonOf(E);
    if (A)
      Parts.push_back({A, Complement});
    return A != nullptr;
  };
  for (ExprId E : Positive)
    if (!add(E, 0))
      return std::nullopt;
  for (uint32_t I = 0; I < Complements.size(); ++I)
    for (ExprId E : Complements[I])
      if (!add(E, I + 1))
        return std::nullopt;
  constexpr uint64_t MaxStepsOfOne = 2'000'000;
  const uint64_t Given = std::min(StepsLeft, MaxStepsOfOne);
  uint64_t Left = Given;
  std::optional<bool> Answer = Walk(Parts, Left).isEmpty(Min, Max);
  StepsLeft -= Given - Left;
  return Answer;
}

Languages::Answer &Languages::answerTo(const Question &Q) {
  Words.assign({Q.Min, Q.Max});
  for (ExprId E : Q.All)
    Words.push_back(E.index());
  const uint32_t Id = Questions.intern(Words);
  if (Id == Answers.size())
    Answers.push_back(Answer::NotAsked);
  return Answers[Id];
}

std::optional<bool> Languages::isEmpty(std::vector<ExprId> All, uint32_t Min, uint32_t Max) {
  std::sort(All.begin(), All.end());
  All.erase(std::unique(All.begin(), All.end()), All.end());
  const Question Q{std::move(All), Min, Max};
  if (answerTo(Q) == Answer::NotAsked) {
    const std::optional<bool> Found = decide(Q);
    answerTo(Q) = !Found ? Answer::Unknown : *Found ? Answer::Yes : Answer::No;
  }
  const Answer Known = answerTo(Q);
  return Known == Answer::Unknown ? std::nullopt : std::optional(Known == Answer::Yes);
}

} // namespace weir::jsonschema
