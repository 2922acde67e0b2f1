//===- CharAutomaton.cpp - Regular languages of scalar values --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Automata/CharAutomaton.h"

#include "weir/Automata/Copies.h"

#include "weir/Support/WorkMeter.h"

#include "Refine.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace weir::automata {

using ir::ExprId;
using ir::Op;

CharPartition::CharPartition(std::span<const CodePointSet> Sets) {
  // A sweep over the ends of all ranges; pieces inside the same sets are one class.
  struct Event {
    uint32_t At;
    uint32_t Set;
    bool Opens;
  };
  std::vector<Event> Events;
  for (uint32_t I = 0; I < Sets.size(); ++I)
    for (const CodePointRange &R : Sets[I].ranges()) {
      Events.push_back({R.First, I, true});
      Events.push_back({R.Last + 1, I, false});
    }
  std::sort(Events.begin(), Events.end(),
            [](const Event &A, const Event &B) { return A.At < B.At; });
  WordIndex Index;
  std::vector<uint32_t> Inside;
  size_t Next = 0;
  uint32_t At = 0;
  while (At <= MaxCodePoint) {
    for (; Next < Events.size() && Events[Next].At <= At; ++Next) {
      auto It = std::lower_bound(Inside.begin(), Inside.end(), Events[Next].Set);
      if (Events[Next].Opens)
        Inside.insert(It, Events[Next].Set);
      else
        Inside.erase(It);
    }
    uint32_t End =
        Next < Events.size() ? std::min(Events[Next].At, MaxCodePoint + 1) : MaxCodePoint + 1;
    CodePointSet Piece = CodePointSet::range(At, End - 1);
    if (!Piece.empty()) {
      uint32_t Class = Index.intern(Inside);
      if (Class == Members.size())
        Members.emplace_back();
      for (const CodePointRange &R : Piece.ranges())
        Members[Class].add(R.First, R.Last);
      Pieces.push_back({At, Class});
    }
    At = End;
  }
}

uint32_t CharPartition::classOf(uint32_t C) const {
  auto It = std::upper_bound(Pieces.begin(), Pieces.end(), C,
                             [](uint32_t V, const Piece &P) { return V < P.First; });
  return std::prev(It)->Class;
}

std::vector<uint32_t> CharPartition::classesOf(const CodePointSet &S) const {
  std::vector<uint32_t> Out;
  for (uint32_t C = 0; C < classes(); ++C)
    if (S.contains(Members[C].ranges()[0].First))
      Out.push_back(C);
  return Out;
}

void CharAutomaton::minimise(bool AllDiffer) {
  uint32_t N = size();
  // Backwards reachability from acceptance.
  // Each state once for all classes by which it leads to another.
  struct Edge {
    uint32_t From, To;
  };
  std::vector<uint32_t> BeforeBegin(N + 1, 0), From(N, Dead);
  std::vector<Edge> Edges;
  Edges.reserve(size_t(2) * N);
  for (uint32_t S = 0; S < N; ++S) {
    const uint32_t *Row = Next.data() + size_t(S) * Classes;
    for (uint32_t C = 0; C < Classes; ++C)
      if (const uint32_t T = Row[C]; T != Dead && From[T] != S) {
        From[T] = S;
        Edges.push_back({S, T});
        ++BeforeBegin[T];
      }
  }
  std::partial_sum(BeforeBegin.begin(), BeforeBegin.end(), BeforeBegin.begin());
  std::vector<uint32_t> Before(Edges.size());
  for (size_t I = Edges.size(); I-- > 0;)
    Before[--BeforeBegin[Edges[I].To]] = Edges[I].From;
  std::vector<uint8_t> Live(N, false);
  std::vector<uint32_t> Work;
  for (uint32_t S = 0; S < N; ++S)
    if (Accepts[S]) {
      Live[S] = true;
      Work.push_back(S);
    }
  while (!Work.empty()) {
    uint32_t S = Work.back();
    Work.pop_back();
    for (uint32_t I = BeforeBegin[S]; I < BeforeBegin[S + 1]; ++I)
      if (uint32_t P = Before[I]; !Live[P]) {
        Live[P] = true;
        Work.push_back(P);
      }
  }
  if (N == 0 || !Live[Start]) {
    *this = CharAutomaton{Classes, 0, {}, {}};
    return;
  }
  for (uint32_t &T : Next)
    if (T != Dead && !Live[T])
      T = Dead;

  std::vector<uint32_t> Class(N), Signature(Classes);
  uint32_t Count = N;
  if (AllDiffer) {
    std::iota(Class.begin(), Class.end(), 0U);
  } else {
    bool Both = false;
    for (uint32_t S = 0; S < N; ++S) {
      Class[S] = Accepts[S] ? 1 : 0;
      Both = Both || Class[S] != Class[0];
    }
    if (!Both)
      Class.assign(N, 0);
    Count = Refiner().run(
        Class, 0, Both ? 2 : 1,
        [&](uint32_t S) {
          for (uint32_t C = 0; C < Classes; ++C)
            Signature[C] = next(S, C) == Dead ? Dead : Class[next(S, C)];
          return std::span<const uint32_t>(Signature);
        },
        [&](uint32_t S, auto &&F) {
          for (uint32_t P = BeforeBegin[S]; P < BeforeBegin[S + 1]; ++P)
            F(Before[P]);
        });
  }

  // Breadth-first numbering of the reachable classes.
  std::vector<uint32_t> Number(Count, Dead), Order{Start};
  Number[Class[Start]] = 0;
  CharAutomaton Out;
  Out.Classes = Classes;
  for (size_t I = 0; I < Order.size(); ++I) {
    Out.Accepts.push_back(Accepts[Order[I]]);
    for (uint32_t C = 0; C < Classes; ++C) {
      uint32_t T = next(Order[I], C);
      if (T != Dead) {
        uint32_t &Num = Number[Class[T]];
        if (Num == Dead) {
          Num = uint32_t(Order.size());
          Order.push_back(T);
        }
        T = Num;
      }
      Out.Next.push_back(T);
    }
  }
  *this = std::move(Out);
}

struct CharAutomatonBuilder::Nfa {
  static constexpr uint32_t None = 0xffffffffU;
  struct Edge {
    uint32_t List; ///< of classes; 0, the empty one, for an empty edge
    uint32_t Target;
    uint32_t Next; ///< edge of the same state
  };
  struct State {
    uint32_t First = None, Last = None; ///< of its edges
  };
  std::vector<State> States;
  std::vector<Edge> Edges;
  automata::Copies Copies;
  uint32_t CopyLevel = 0; ///< levels of copies in what was added last
  uint32_t addState() {
    States.emplace_back();
    return uint32_t(States.size() - 1);
  }
  void addEdge(uint32_t From, uint32_t List, uint32_t Target) {
    const uint32_t Id = uint32_t(Edges.size());
    Edges.push_back({List, Target, None});
    State &S = States[From];
    (S.First == None ? S.First : Edges[S.Last].Next) = Id;
    S.Last = Id;
  }
  void eps(uint32_t From, uint32_t Target) { addEdge(From, 0, Target); }
  /// In the order they were added.
  template <typename Fn>
  void forEachEdge(uint32_t S, Fn F) const {
    for (uint32_t E = States[S].First; E != None; E = Edges[E].Next)
      F(Edges[E]);
  }
};

CharAutomatonBuilder::CharAutomatonBuilder(const ir::Module &M, std::span<const ExprId> Roots,
                                           uint32_t MaxStates, uint64_t MaxSteps)
    : M(M), MaxStates(MaxStates), MaxSteps(MaxSteps), CallStack(M.ruleCount(), false) {
  std::vector<CodePointSet> Sets;
  collect(Roots, Sets);
  Partition.emplace(Sets);
  ClassLists.intern({});
}

/// The list of the classes in a set that is a union of classes.
uint32_t CharAutomatonBuilder::listOf(const CodePointSet &Set) {
  return ClassLists.intern(Partition->classesOf(Set));
}

bool CharAutomatonBuilder::charge(uint64_t Amount) {
  Steps += Amount;
  if (Steps > MaxSteps)
    Status = CharStatus::OverBudget;
  return Steps <= MaxSteps;
}

void CharAutomatonBuilder::collect(std::span<const ExprId> Roots, std::vector<CodePointSet> &Sets) {
  std::vector<bool> Seen(M.exprCount(), false);
  std::vector<ExprId> Work(Roots.begin(), Roots.end());
  while (!Work.empty()) {
    ExprId E = Work.back();
    Work.pop_back();
    if (Seen[E.index()])
      continue;
    Seen[E.index()] = true;
    switch (M.op(E)) {
    case Op::Class:
      Sets.push_back(M.classSet(E));
      break;
    case Op::Lit: {
      std::string_view Text = M.literal(E);
      for (size_t Pos = 0; Pos < Text.size();) {
        DecodedScalar D = decodeUtf8(Text, Pos);
        if (!D.Size) {
          Status = CharStatus::NotRegular;
          return;
        }
        Sets.push_back(CodePointSet::of(D.Value));
        Pos += D.Size;
      }
      break;
    }
    case Op::Bytes: {
      CodePointSet S;
      bool Ascii = true;
      M.byteSet(E).forEach([&](uint8_t B) {
        Ascii &= B < 0x80;
        S.add(B);
      });
      if (!Ascii)
        Status = CharStatus::NotRegular;
      Sets.push_back(S);
      break;
    }
    case Op::Dfa:
      if (!M.automaton(E).isAscii())
        Status = CharStatus::NotRegular;
      for (const ir::ByteDfa::Edge &X : M.automaton(E).Edges)
        Sets.push_back(CodePointSet::range(X.First, X.Last));
      break;
    case Op::Call:
      if (M.rule(M.callee(E)).Body)
        Work.push_back(M.rule(M.callee(E)).Body);
      break;
    case Op::Token:
    case Op::AnyTokenExcept:
    case Op::Members:
    case Op::Elements:
    case Op::Indent:
    case Op::JsonString:
      Status = CharStatus::NotRegular;
      return;
    default:
      break;
    }
    for (ExprId O : M.operands(E))
      Work.push_back(O);
  }
  std::sort(Sets.begin(), Sets.end());
  Sets.erase(std::unique(Sets.begin(), Sets.end()), Sets.end());
}

void CharAutomatonBuilder::embed(Nfa &N, const CharAutomaton &A, uint32_t From, uint32_t To) {
  if (A.isEmpty())
    return;
  uint32_t Base = uint32_t(N.States.size());
  N.States.resize(Base + A.size());
  N.eps(From, Base + A.Start);
  for (uint32_t S = 0; S < A.size(); ++S) {
    std::map<uint32_t, std::vector<uint32_t>> ByTarget;
    for (uint32_t C = 0; C < A.Classes; ++C)
      if (A.next(S, C) != CharAutomaton::Dead)
        ByTarget[A.next(S, C)].push_back(C);
    for (const auto &[T, Classes] : ByTarget)
      N.addEdge(Base + S, ClassLists.intern(Classes), Base + T);
    if (A.Accepts[S])
      N.eps(Base + S, To);
  }
}

void CharAutomatonBuilder::add(Nfa &N, ExprId E, uint32_t From, uint32_t To, unsigned Depth) {
  if (Status != CharStatus::Ok)
    return;
  if (N.States.size() > MaxStates || Depth > 2000 || !spendWork()) {
    Status = CharStatus::OverBudget;
    return;
  }
  switch (M.op(E)) {
  case Op::Never:
    return;
  case Op::Empty:
    N.eps(From, To);
    return;
  case Op::Lit: {
    std::string_view Text = M.literal(E);
    uint32_t At = From;
    for (size_t Pos = 0; Pos < Text.size();) {
      DecodedScalar D = decodeUtf8(Text, Pos);
      Pos += D.Size;
      uint32_t Next = Pos == Text.size() ? To : N.addState();
      N.addEdge(At, ClassLists.intern({Partition->classOf(D.Value)}), Next);
      At = Next;
    }
    return;
  }
  case Op::Class: {
    // (Copies of a class are many.)
    auto [It, New] = ListOfClass.try_emplace(E, 0);
    if (New)
      It->second = listOf(M.classSet(E));
    // A class without scalars leads nowhere.
    if (It->second)
      N.addEdge(From, It->second, To);
    return;
  }
  case Op::Bytes: {
    CodePointSet S;
    M.byteSet(E).forEach([&](uint8_t B) { S.add(B); });
    if (const uint32_t List = listOf(S))
      N.addEdge(From, List, To);
    return;
  }
  case Op::Dfa: {
    const ir::ByteDfa &D = M.automaton(E);
    uint32_t Base = uint32_t(N.States.size());
    N.States.resize(Base + D.size());
    N.eps(From, Base);
    for (uint32_t S = 0; S < D.size(); ++S) {
      for (const ir::ByteDfa::Edge &X : D.row(S))
        N.addEdge(Base + S, listOf(CodePointSet::range(X.First, X.Last)), Base + X.Target);
      if (D.Accepts[S])
        N.eps(Base + S, To);
    }
    return;
  }
  case Op::Seq: {
    std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
    uint32_t At = From;
    for (size_t I = 0; I < Ops.size(); ++I) {
      uint32_t Next = I + 1 == Ops.size() ? To : N.addState();
      add(N, Ops[I], At, Next, Depth + 1);
      At = Next;
    }
    return;
  }
  case Op::Alt: {
    std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
    for (ExprId O : Ops) {
      // States of their own, so that a loop at one end does not leak into others.
      uint32_t A = N.addState(), B = N.addState();
      N.eps(From, A);
      add(N, O, A, B, Depth + 1);
      N.eps(B, To);
    }
    return;
  }
  case Op::Repeat: {
    ir::RepeatBounds Bounds = M.bounds(E);
    ExprId Body = M.operands(E)[0];
    uint32_t At = From;
    for (uint32_t I = 0; I < Bounds.Min && Status == CharStatus::Ok; ++I) {
      uint32_t Next = N.addState();
      add(N, Body, At, Next, Depth + 1);
      At = Next;
    }
    if (Bounds.Max == ir::Unbounded) {
      uint32_t Loop = N.addState(), Back = N.addState();
      N.eps(At, Loop);
      add(N, Body, Loop, Back, Depth + 1);
      N.eps(Back, Loop);
      N.eps(Loop, To);
      return;
    }
    const uint32_t LevelAround = std::exchange(N.CopyLevel, 0);
    std::vector<uint32_t> Begins;
    for (uint32_t I = Bounds.Min; I < Bounds.Max && Status == CharStatus::Ok; ++I) {
      N.eps(At, To);
      Begins.push_back(uint32_t(N.States.size()));
      uint32_t Next = N.addState();
      add(N, Body, At, Next, Depth + 1);
      At = Next;
    }
    N.eps(At, To);
    if (Status == CharStatus::Ok)
      N.Copies.mark(Begins, uint32_t(N.States.size()), N.CopyLevel++);
    N.CopyLevel = std::max(N.CopyLevel, LevelAround);
    return;
  }
  case Op::Call: {
    uint32_t R = M.callee(E).index();
    if (CallStack[R] || !M.rule(M.callee(E)).Body) {
      Status = CharStatus::NotRegular;
      return;
    }
    CallStack[R] = true;
    add(N, M.rule(M.callee(E)).Body, From, To, Depth + 1);
    CallStack[R] = false;
    return;
  }
  case Op::And:
  case Op::Not:
    embed(N, build(E), From, To);
    return;
  case Op::JsonString:
  case Op::Token:
  case Op::AnyTokenExcept:
  case Op::Members:
  case Op::Elements:
  case Op::Indent:
    Status = CharStatus::NotRegular;
    return;
  }
}

/// Kernels, which are what classes lead to, are looked up before they are closed: most lead
/// to a state that is known. Of a closure only states are kept that read or end, by which
/// alone sets differ. Classes that the same lists have lead to the same.
CharAutomaton CharAutomatonBuilder::determinise(const Nfa &N) {
  CharAutomaton Out;
  Out.Classes = Partition->classes();
  WordIndex Kernels, Sets;
  std::vector<uint32_t> StateOf; // by kernel
  std::vector<bool> Reads(N.States.size());
  for (uint32_t S = 0; S < N.States.size(); ++S) {
    bool Any = S == 1;
    N.forEachEdge(S, [&](const Nfa::Edge &E) { Any = Any || E.List != 0; });
    Reads[S] = Any;
  }
  CoverFilter Covers;
  std::vector<uint32_t> Mark(N.States.size(), 0), Closed, Kept;
  uint32_t Stamp = 0;
  auto stateOf = [&](std::vector<uint32_t> &Kernel) {
    if (Kernel.size() > 1) {
      if (!std::is_sorted(Kernel.begin(), Kernel.end()))
        std::sort(Kernel.begin(), Kernel.end());
      Kernel.erase(std::unique(Kernel.begin(), Kernel.end()), Kernel.end());
      if (!N.Copies.empty())
        charge(Covers.run(N.Copies, Kernel));
    }
    const uint32_t Known = Kernels.intern(Kernel);
    if (Known < StateOf.size())
      return StateOf[Known];
    ++Stamp;
    Closed.assign(Kernel.begin(), Kernel.end());
    Kept.clear();
    for (uint32_t S : Closed)
      Mark[S] = Stamp;
    for (size_t I = 0; I < Closed.size(); ++I) {
      if (Reads[Closed[I]])
        Kept.push_back(Closed[I]);
      N.forEachEdge(Closed[I], [&](const Nfa::Edge &E) {
        if (E.List == 0 && Mark[E.Target] != Stamp) {
          Mark[E.Target] = Stamp;
          Closed.push_back(E.Target);
        }
      });
    }
    charge(Closed.size());
    std::sort(Kept.begin(), Kept.end());
    StateOf.push_back(Sets.intern(Kept));
    return StateOf.back();
  };
  std::vector<uint32_t> Set{0}, Kernel;
  stateOf(Set);
  std::vector<std::vector<uint32_t>> Targets(ClassLists.size()); // by list
  std::vector<std::vector<uint32_t>> ListsOf(Out.Classes);       // by class, those in `Lists`
  std::vector<uint32_t> Lists, Used, StateBySignature;
  WordIndex Signatures;
  for (uint32_t S = 0; S < Sets.size(); ++S) {
    Set.assign(Sets[S].begin(), Sets[S].end());
    if (Sets.size() > MaxStates || !charge(Out.Classes + Set.size()) ||
        !spendWork(1 + Set.size(), 4 * Out.Classes)) {
      Status = CharStatus::OverBudget;
      return {};
    }
    Lists.clear();
    Used.clear();
    // State 1 is the end.
    Out.Accepts.push_back(std::binary_search(Set.begin(), Set.end(), 1));
    for (uint32_t Q : Set)
      N.forEachEdge(Q, [&](const Nfa::Edge &E) {
        if (E.List == 0)
          return;
        if (Targets[E.List].empty())
          Lists.push_back(E.List);
        Targets[E.List].push_back(E.Target);
      });
    for (uint32_t L : Lists) {
      charge(Targets[L].size() * ClassLists[L].size());
      for (uint32_t C : ClassLists[L]) {
        if (ListsOf[C].empty())
          Used.push_back(C);
        ListsOf[C].push_back(L);
      }
    }
    size_t Row = Out.Next.size();
    Out.Next.resize(Row + Out.Classes, CharAutomaton::Dead);
    std::sort(Used.begin(), Used.end());
    Signatures.clear();
    StateBySignature.clear();
    for (uint32_t C : Used) {
      const uint32_t Signature = Signatures.intern(ListsOf[C]);
      if (Signature == StateBySignature.size()) {
        Kernel.clear();
        for (uint32_t L : ListsOf[C])
          Kernel.insert(Kernel.end(), Targets[L].begin(), Targets[L].end());
        StateBySignature.push_back(stateOf(Kernel));
      }
      Out.Next[Row + C] = StateBySignature[Signature];
      ListsOf[C].clear();
    }
    for (uint32_t L : Lists)
      Targets[L].clear();
  }
  return minimised(std::move(Out));
}

CharAutomaton CharAutomatonBuilder::minimised(CharAutomaton A, bool AllDiffer) {
  // A class of a state costs less than a step elsewhere.
  if (!charge(A.Next.size() / 4))
    return {};
  A.minimise(AllDiffer);
  return A;
}

CharAutomaton CharAutomatonBuilder::complement(const CharAutomaton &A) {
  CharAutomaton Out = A;
  uint32_t Sink = Out.size();
  Out.Accepts.push_back(false);
  Out.Next.resize(Out.Next.size() + Out.Classes, Sink);
  for (uint32_t &T : Out.Next)
    if (T == CharAutomaton::Dead)
      T = Sink;
  if (A.isEmpty())
    Out.Start = Sink;
  Out.Accepts.flip();
  // What two states are told apart by tells them apart still.
  return minimised(std::move(Out), true);
}

CharAutomaton CharAutomatonBuilder::product(const CharAutomaton &A, const CharAutomaton &B,
                                            bool WithoutB) {
  constexpr uint32_t Dead = CharAutomaton::Dead;
  CharAutomaton Out;
  Out.Classes = Partition->classes();
  if (A.isEmpty() || (B.isEmpty() && !WithoutB))
    return Out;
  std::unordered_map<uint64_t, uint32_t> Index;
  std::vector<std::pair<uint32_t, uint32_t>> Pairs;
  auto stateOf = [&](uint32_t X, uint32_t Y) {
    auto [It, New] = Index.try_emplace(uint64_t(X) << 32 | Y, uint32_t(Pairs.size()));
    if (New)
      Pairs.push_back({X, Y});
    return It->second;
  };
  stateOf(A.Start, B.isEmpty() ? Dead : B.Start);
  for (uint32_t S = 0; S < Pairs.size(); ++S) {
    if (Pairs.size() > MaxStates || !charge(Out.Classes) ||
        !spendWork(1 + Out.Classes / 8, 4 * Out.Classes)) {
      Status = CharStatus::OverBudget;
      return {};
    }
    auto [X, Y] = Pairs[S];
    Out.Accepts.push_back(A.Accepts[X] && (Y != Dead && B.Accepts[Y]) != WithoutB);
    for (uint32_t C = 0; C < Out.Classes; ++C) {
      const uint32_t TX = A.next(X, C), TY = Y == Dead ? Dead : B.next(Y, C);
      Out.Next.push_back(TX == Dead || (TY == Dead && !WithoutB) ? Dead : stateOf(TX, TY));
    }
  }
  return minimised(std::move(Out));
}

/// A host name of at most 253 characters has 253 times the states of one, of which an address
/// meets few: a conjunction that is taken away is not made first, its parts are read side by side.
/// Where one of them reads no more nothing is taken away.
std::optional<CharAutomaton>
CharAutomatonBuilder::withoutAll(const CharAutomaton &A, std::span<const CharAutomaton> Parts) {
  constexpr uint32_t Dead = CharAutomaton::Dead;
  size_t Most = 256 + 4 * size_t(A.size());
  for (const CharAutomaton &P : Parts) {
    if (P.isEmpty())
      return A;
    Most += 4 * size_t(P.size());
  }
  CharAutomaton Out;
  Out.Classes = Partition->classes();
  if (A.isEmpty())
    return Out;
  WordIndex Tuples; // the state of A, then those of the parts; all of these dead where one is
  std::vector<uint32_t> At{A.Start}, To;
  for (const CharAutomaton &P : Parts)
    At.push_back(P.Start);
  Tuples.intern(At);
  for (uint32_t S = 0; S < Tuples.size(); ++S) {
    if (Tuples.size() > std::min<size_t>(Most, MaxStates))
      return std::nullopt;
    if (!charge(Out.Classes) || !spendWork(1 + Out.Classes / 8, 4 * Out.Classes)) {
      Status = CharStatus::OverBudget;
      return CharAutomaton();
    }
    At.assign(Tuples[S].begin(), Tuples[S].end());
    bool InAll = At[1] != Dead;
    for (size_t I = 0; I < Parts.size() && InAll; ++I)
      InAll = Parts[I].Accepts[At[I + 1]];
    Out.Accepts.push_back(A.Accepts[At[0]] && !InAll);
    for (uint32_t C = 0; C < Out.Classes; ++C) {
      const uint32_t T = A.next(At[0], C);
      if (T == Dead) {
        Out.Next.push_back(Dead);
        continue;
      }
      To.assign(1, T);
      bool Alive = At[1] != Dead;
      for (size_t I = 0; I < Parts.size() && Alive; ++I) {
        To.push_back(Parts[I].next(At[I + 1], C));
        Alive = To.back() != Dead;
      }
      if (!Alive) {
        To.assign(At.size(), Dead);
        To[0] = T;
      }
      Out.Next.push_back(Tuples.intern(To));
    }
  }
  return minimised(std::move(Out));
}

CharAutomaton CharAutomatonBuilder::without(const CharAutomaton &A, ExprId E) {
  if (M.op(E) == Op::And && M.operands(E).size() > 1 && !M.knownAutomaton(E)) {
    std::vector<CharAutomaton> Parts;
    for (ExprId O : M.operands(E))
      Parts.push_back(build(O));
    if (Status != CharStatus::Ok)
      return {};
    if (std::optional<CharAutomaton> Out = withoutAll(A, Parts))
      return std::move(*Out);
  }
  const CharAutomaton B = build(E);
  return Status == CharStatus::Ok ? product(A, B, /*WithoutB=*/true) : CharAutomaton();
}

CharAutomaton CharAutomatonBuilder::build(std::span<const ExprId> Conjuncts) {
  // Complements are taken from what is left by the others.
  std::vector<ExprId> Ops(Conjuncts.begin(), Conjuncts.end());
  std::stable_partition(Ops.begin(), Ops.end(), [&](ExprId O) { return M.op(O) != Op::Not; });
  CharAutomaton Out = build(Ops[0]);
  for (size_t I = 1; I < Ops.size() && Status == CharStatus::Ok; ++I) {
    if (M.op(Ops[I]) == Op::Not) {
      Out = without(Out, M.operands(Ops[I])[0]);
      continue;
    }
    const CharAutomaton Next = build(Ops[I]);
    if (Status == CharStatus::Ok)
      Out = product(Out, Next, /*WithoutB=*/false);
  }
  return Out;
}

/// The same automaton over the classes of the partition, which tell apart what it does. Both
/// number states breadth-first, and classes ascend by their first scalars.
CharAutomaton CharAutomatonBuilder::overClasses(const ir::ScalarDfa &D) {
  CharAutomaton Out;
  Out.Classes = Partition->classes();
  if (D.size() > MaxStates || !charge(D.Steps.size() + size_t(D.size()) * Out.Classes / 4) ||
      !spendWork(1 + D.size() / 8, 4 * size_t(D.size()) * Out.Classes)) {
    Status = CharStatus::OverBudget;
    return {};
  }
  std::vector<uint32_t> Firsts;
  for (uint32_t C = 0; C < Out.Classes; ++C)
    Firsts.push_back(Partition->members(C).ranges()[0].First);
  Out.Next.reserve(size_t(D.size()) * Out.Classes);
  for (uint32_t S = 0; S < D.size(); ++S) {
    Out.Accepts.push_back(D.States[S].Accepts);
    const std::span<const ir::ScalarDfa::Step> Row = D.row(S);
    size_t I = 0;
    for (uint32_t First : Firsts) {
      while (I + 1 < Row.size() && Row[I + 1].First <= First)
        ++I;
      Out.Next.push_back(Row[I].Target);
    }
  }
  return Out;
}

CharAutomaton CharAutomatonBuilder::build(ExprId E) {
  if (Status != CharStatus::Ok)
    return {};
  if (const ir::ScalarDfa *Known = M.knownAutomaton(E))
    return overClasses(*Known);
  if (M.op(E) == Op::And)
    return build(M.operands(E));
  if (M.op(E) == Op::Not) {
    CharAutomaton A = build(M.operands(E)[0]);
    return Status == CharStatus::Ok ? complement(A) : A;
  }
  Nfa N;
  N.addState();
  N.addState();
  add(N, E, 0, 1, 0);
  return Status == CharStatus::Ok ? determinise(N) : CharAutomaton{};
}

} // namespace weir::automata
