//===- AssertionAutomaton.cpp - Assertions anywhere -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "AssertionAutomaton.h"

#include "weir/Support/WorkMeter.h"

#include "CharacterClasses.h"
#include "Formula.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace weir::regex {
namespace {

/// Deeper recursion over continuations counts as an exceeded budget.
constexpr uint32_t MaxRecursion = 3000;

using ContId = uint32_t;

class Explorer {
public:
  Explorer(Tree &T, NodeId Root, const RegexOptions &Options, Reporter &R)
      : T(T), Root(Root), Options(Options), R(R), F(Options.MaxAssertionSteps), Chars(T, Root) {}

  std::optional<Dfa> run();

private:
  enum ContKind : uint8_t {
    End,       ///< the end of the text
    Any,       ///< any text
    BehindEnd, ///< the end of a look-behind's body
    Whole,     ///< a node
    Rest,      ///< the children of a Seq from the A-th on
    Again,     ///< a Repeat with bounds A..B
  };
  struct Cont {
    ContKind Kind;
    NodeId N;
    uint32_t A, B;
    ContId Next;
    friend auto operator<=>(const Cont &, const Cont &) = default;
  };
  static constexpr ContId EndId = 0, AnyId = 1, BehindEndId = 2;

  /// The neighbours of a place in the text.
  static constexpr uint32_t TextEdge = ~0U;
  struct Neighbours {
    uint32_t Prev, Next; ///< classes of characters, or TextEdge
  };

  struct State {
    uint32_t Formula;
    uint32_t Prev; ///< a class of characters, or TextEdge
    std::vector<std::vector<ContId>> Behinds;
    friend auto operator<=>(const State &, const State &) = default;
  };

  struct BehindStep {
    bool Holds = false;
    std::vector<ContId> Next;
  };

  ContId intern(Cont C);
  ContId whole(NodeId N, ContId Next) { return intern({Whole, N, 0, 0, Next}); }
  ContId again(NodeId N, uint32_t Min, uint32_t Max, ContId Next) {
    return intern({Again, N, Min, Max, Next});
  }

  /// Whether an assertion other than look-around holds between the neighbours.
  bool holds(const Node &X, Neighbours At) const;
  uint32_t evaluate(ContId C, Neighbours At, uint32_t &Lowest);
  uint32_t evaluateOnce(Cont C, Neighbours At, uint32_t &Lowest);
  uint32_t substitute(uint32_t Formula, Neighbours At);
  const BehindStep &behindStep(uint32_t Index, Neighbours At);
  std::optional<State> step(const State &S, uint32_t Class);
  void beginStep(const State &S);
  bool spend();
  void exceeded(uint64_t Budget, std::string_view What);

  Tree &T;
  NodeId Root;
  const RegexOptions &Options;
  Reporter &R;
  FormulaTable F;
  CharacterClasses Chars;

  std::vector<Cont> Conts;
  std::map<Cont, ContId> ContIndex;
  std::vector<NodeId> BehindNodes;
  std::map<NodeId, uint32_t> BehindIndex;

  // While one step is made.
  const State *From = nullptr;
  struct Memoised {
    uint32_t Epoch, Formula;
  };
  std::vector<Memoised> Memo; ///< by continuation; of this step when the epoch is
  uint32_t Epoch = 0;
  std::map<ContId, uint32_t> InProgress;
  std::map<uint32_t, uint32_t> SubstituteMemo;
  std::vector<std::optional<BehindStep>> BehindSteps;

  uint32_t Steps = 0, Depth = 0;
  bool Failed = false;
};

void Explorer::exceeded(uint64_t Budget, std::string_view What) {
  if (!Failed)
    R.report(T[Root].Begin, T[Root].End, DiagId::RegexAssertionBudget) << Budget << What;
  Failed = true;
}

bool Explorer::spend() {
  if (++Steps > Options.MaxAssertionSteps || F.exceeded() || !spendWork())
    exceeded(Options.MaxAssertionSteps, "steps");
  return !Failed;
}

ContId Explorer::intern(Cont C) {
  auto [It, New] = ContIndex.try_emplace(C, ContId(Conts.size()));
  if (New)
    Conts.push_back(C);
  return It->second;
}

bool Explorer::holds(const Node &X, Neighbours At) const {
  auto In = [&](uint32_t Class, bool AtEdge) {
    return Class == TextEdge ? AtEdge : Chars.has(X.Set, Class);
  };
  if (X.Kind == NodeKind::WordBoundary)
    return (In(At.Prev, false) != In(At.Next, false)) != X.Negated;
  return In(X.Kind == NodeKind::PrevIn ? At.Prev : At.Next, X.Edge);
}

/// The formula, over what remains after the next character, of "the rest of the text is in C".
/// `Lowest` becomes the least depth of a continuation under evaluation that the answer left out: an
/// iteration that consumes nothing adds nothing, so meeting a continuation again is `false`.
uint32_t Explorer::evaluate(ContId C, Neighbours At, uint32_t &Lowest) {
  if (C == EndId)
    return At.Next == TextEdge ? F.True : F.False;
  if (C == AnyId)
    return F.True;
  if (!spend())
    return F.False;
  if (C < Memo.size() && Memo[C].Epoch == Epoch)
    return Memo[C].Formula;
  if (auto It = InProgress.find(C); It != InProgress.end()) {
    Lowest = std::min(Lowest, It->second);
    return F.False;
  }
  if (++Depth > MaxRecursion)
    exceeded(MaxRecursion, "nested steps");
  if (Failed) {
    --Depth;
    return F.False;
  }
  uint32_t Mine = Depth, Below = ~0U;
  InProgress.emplace(C, Mine);
  uint32_t Result = evaluateOnce(Conts[C], At, Below);
  InProgress.erase(C);
  --Depth;
  if (Below >= Mine) {
    if (Memo.size() <= C)
      Memo.resize(Conts.size());
    Memo[C] = {Epoch, Result};
  } else {
    Lowest = std::min(Lowest, Below);
  }
  return Result;
}

uint32_t Explorer::evaluateOnce(Cont C, Neighbours At, uint32_t &Lowest) {
  const Node X = T[C.N];
  if (C.Kind == Rest) {
    if (C.A == X.ChildCount)
      return evaluate(C.Next, At, Lowest);
    ContId After = intern({Rest, C.N, C.A + 1, 0, C.Next});
    return evaluate(whole(T.children(C.N)[C.A], After), At, Lowest);
  }
  if (C.Kind == Again) {
    uint32_t Result = C.A == 0 ? evaluate(C.Next, At, Lowest) : F.False;
    if (C.B == 0 || Failed)
      return Result;
    ContId After = again(C.N, C.A ? C.A - 1 : 0, C.B == ir::Unbounded ? C.B : C.B - 1, C.Next);
    return F.disjoin(Result, evaluate(whole(T.children(C.N)[0], After), At, Lowest));
  }
  switch (X.Kind) {
  case NodeKind::Empty:
    return evaluate(C.Next, At, Lowest);
  case NodeKind::Char:
  case NodeKind::Set:
    if (At.Next == TextEdge || !Chars.has(Chars.setOf(C.N), At.Next))
      return F.False;
    return C.Next == AnyId ? F.True : F.variable(C.Next);
  case NodeKind::Seq:
    return evaluate(intern({Rest, C.N, 0, 0, C.Next}), At, Lowest);
  case NodeKind::Alt: {
    uint32_t Result = F.False;
    for (uint32_t I = 0; I < X.ChildCount && !Failed; ++I)
      Result = F.disjoin(Result, evaluate(whole(T.children(C.N)[I], C.Next), At, Lowest));
    return Result;
  }
  case NodeKind::Repeat:
    return evaluate(again(C.N, X.Min, X.Max, C.Next), At, Lowest);
  case NodeKind::PrevIn:
  case NodeKind::NextIn:
  case NodeKind::WordBoundary:
    return holds(X, At) ? evaluate(C.Next, At, Lowest) : F.False;
  case NodeKind::Behind:
    return behindStep(BehindIndex.at(C.N), At).Holds != X.Negated ? evaluate(C.Next, At, Lowest)
                                                                  : F.False;
  case NodeKind::Ahead: {
    uint32_t Body = evaluate(whole(T.children(C.N)[0], AnyId), At, Lowest);
    if (X.Negated)
      Body = F.negate(Body);
    if (Body == F.False)
      return Body;
    return F.conjoin(Body, evaluate(C.Next, At, Lowest));
  }
  }
  return F.False;
}

/// Runs the body of a look-behind one character on from the start of the text: a set of
/// continuations, to which the body itself is added at every place.
const Explorer::BehindStep &Explorer::behindStep(uint32_t Index, Neighbours At) {
  if (BehindSteps[Index])
    return *BehindSteps[Index];
  BehindStep Result;
  std::vector<ContId> Todo = From->Behinds[Index];
  Todo.push_back(whole(T.children(BehindNodes[Index])[0], BehindEndId));
  std::vector<bool> Seen(Conts.size());
  auto Push = [&](ContId C) {
    if (Seen.size() <= C)
      Seen.resize(Conts.size() + 16);
    if (!Seen[C])
      Todo.push_back(C);
    Seen[C] = true;
  };
  while (!Todo.empty() && spend()) {
    ContId Id = Todo.back();
    Todo.pop_back();
    if (Id == BehindEndId) {
      Result.Holds = true;
      continue;
    }
    const Cont C = Conts[Id];
    const Node X = T[C.N];
    if (C.Kind == Rest) {
      if (C.A == X.ChildCount)
        Push(C.Next);
      else
        Push(whole(T.children(C.N)[C.A], intern({Rest, C.N, C.A + 1, 0, C.Next})));
      continue;
    }
    if (C.Kind == Again) {
      if (C.A == 0)
        Push(C.Next);
      if (C.B != 0)
        Push(whole(T.children(C.N)[0],
                   again(C.N, C.A ? C.A - 1 : 0, C.B == ir::Unbounded ? C.B : C.B - 1, C.Next)));
      continue;
    }
    switch (X.Kind) {
    case NodeKind::Empty:
      Push(C.Next);
      break;
    case NodeKind::Char:
    case NodeKind::Set:
      if (At.Next != TextEdge && Chars.has(Chars.setOf(C.N), At.Next))
        Result.Next.push_back(C.Next);
      break;
    case NodeKind::Seq:
      Push(intern({Rest, C.N, 0, 0, C.Next}));
      break;
    case NodeKind::Alt:
      for (uint32_t I = 0; I < X.ChildCount; ++I)
        Push(whole(T.children(C.N)[I], C.Next));
      break;
    case NodeKind::Repeat:
      Push(again(C.N, X.Min, X.Max, C.Next));
      break;
    case NodeKind::PrevIn:
    case NodeKind::NextIn:
    case NodeKind::WordBoundary:
      if (holds(X, At))
        Push(C.Next);
      break;
    case NodeKind::Behind:
      // Nested deeper, so the recursion ends.
      if (behindStep(BehindIndex.at(C.N), At).Holds != X.Negated)
        Push(C.Next);
      break;
    case NodeKind::Ahead:
      assert(false && "refused before the exploration");
      break;
    }
  }
  std::sort(Result.Next.begin(), Result.Next.end());
  Result.Next.erase(std::unique(Result.Next.begin(), Result.Next.end()), Result.Next.end());
  BehindSteps[Index] = std::move(Result);
  return *BehindSteps[Index];
}

uint32_t Explorer::substitute(uint32_t Formula, Neighbours At) {
  if (Formula <= F.True || Failed)
    return Formula;
  if (auto It = SubstituteMemo.find(Formula); It != SubstituteMemo.end())
    return It->second;
  if (++Depth > MaxRecursion)
    exceeded(MaxRecursion, "nested steps");
  uint32_t Ignored = ~0U;
  uint32_t If = evaluate(F.variableOf(Formula), At, Ignored);
  uint32_t High = If == F.False ? F.False : substitute(F.high(Formula), At);
  uint32_t Low = If == F.True ? F.False : substitute(F.low(Formula), At);
  uint32_t Result = F.ifThenElse(If, High, Low);
  --Depth;
  SubstituteMemo.emplace(Formula, Result);
  return Result;
}

void Explorer::beginStep(const State &S) {
  From = &S;
  ++Epoch;
  SubstituteMemo.clear();
  BehindSteps.assign(BehindNodes.size(), std::nullopt);
}

std::optional<Explorer::State> Explorer::step(const State &S, uint32_t Class) {
  beginStep(S);
  Neighbours At{S.Prev, Class};
  State To{substitute(S.Formula, At), Chars.representative(Class), {}};
  if (To.Formula <= F.True) {
    To.Prev = TextEdge; // whatever was read no longer matters
    To.Behinds.assign(BehindNodes.size(), {});
  } else {
    for (uint32_t I = 0; I < BehindNodes.size(); ++I)
      To.Behinds.push_back(behindStep(I, At).Next);
  }
  return Failed ? std::nullopt : std::optional(std::move(To));
}

std::optional<Dfa> Explorer::run() {
  if (Chars.exceeded()) {
    exceeded(CharacterClasses::MaxWork, "steps to tell characters apart");
    return std::nullopt;
  }
  for (NodeId N : Chars.nodes()) {
    if (T[N].Kind != NodeKind::Behind)
      continue;
    BehindIndex.emplace(N, uint32_t(BehindNodes.size()));
    BehindNodes.push_back(N);
    std::vector<NodeId> Todo{N};
    while (!Todo.empty()) {
      NodeId X = Todo.back();
      Todo.pop_back();
      if (T[X].Kind == NodeKind::Ahead) {
        R.report(T[X].Begin, T[X].End, DiagId::RegexLookaheadInLookbehind);
        Failed = true;
      }
      Todo.insert(Todo.end(), T.children(X).begin(), T.children(X).end());
    }
    if (Failed)
      return std::nullopt;
  }

  intern({End, NodeId(), 0, 0, 0});
  intern({Any, NodeId(), 0, 0, 0});
  intern({BehindEnd, NodeId(), 0, 0, 0});
  bool Search = Options.Mode == RegexOptions::Match::Search;
  NodeId Start = Root;
  if (Search) {
    NodeId AnyChar = Chars.anyCharacter();
    NodeId Before =
        T.add({.Kind = NodeKind::Repeat, .Min = 0, .Max = ir::Unbounded}, std::span(&AnyChar, 1));
    NodeId Both[] = {Before, Root};
    Start = T.add({.Kind = NodeKind::Seq}, Both);
  }

  Dfa D;
  for (uint32_t C = 0; C < Chars.count(); ++C)
    D.Classes.push_back(Chars.members(C));
  std::map<State, uint32_t> Index;
  std::vector<const State *> States;
  auto Number = [&](State S) {
    auto [It, New] = Index.try_emplace(std::move(S), uint32_t(States.size()));
    if (New)
      States.push_back(&It->first);
    return It->second;
  };
  Number({F.variable(whole(Start, Search ? AnyId : EndId)), TextEdge,
          std::vector<std::vector<ContId>>(BehindNodes.size())});
  for (uint32_t S = 0; S < States.size(); ++S) {
    beginStep(*States[S]);
    uint32_t Accept = substitute(States[S]->Formula, {States[S]->Prev, TextEdge});
    D.Accepting.push_back(Accept == F.True);
    D.Next.emplace_back();
    for (uint32_t C = 0; C < Chars.count(); ++C) {
      std::optional<State> To = step(*States[S], C);
      if (!To)
        return std::nullopt;
      D.Next[S].push_back(Number(std::move(*To)));
    }
    if (States.size() > Options.MaxAssertionStates) {
      exceeded(Options.MaxAssertionStates, "states");
      return std::nullopt;
    }
  }
  if (Failed)
    return std::nullopt;
  return D;
}

} // namespace

std::optional<Dfa> buildAssertionDfa(Tree &T, NodeId Root, const RegexOptions &Options,
                                     Reporter &R) {
  return Explorer(T, Root, Options, R).run();
}

} // namespace weir::regex
