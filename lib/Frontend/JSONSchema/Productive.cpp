//===- Productive.cpp - Which nodes have a value ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The least fixpoint: a node is productive when one of its alternatives is, an array
// when the elements it must have are, an object when its required members are and
// enough names are left. Each alternative that is not yet productive waits for one
// child that it needs, so the work is linear in required children.
//
// A set of strings with patterns counts as productive: their automata decide later.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <deque>
#include <unordered_set>

namespace weir::jsonschema {

constexpr uint64_t ManyValues = uint64_t(1) << 40;

/// The number of strings, very large where it is not known to be small.
uint64_t Compiler::valuesAtMost(const StringSet &S) {
  constexpr uint32_t MaxLength = 64;
  if (S.IsLiterals)
    return S.Literals.size();
  if (S.Max == 0)
    return 1;
  const bool Short = std::any_of(S.Patterns.begin(), S.Patterns.end(), [&](ir::ExprId P) {
    const std::optional<TextLengths::Lengths> L = Texts.lengthsOf(P);
    return L && std::min(L->Max, S.Max) <= MaxLength;
  });
  if (!Short || S.IsPattern)
    return ManyValues;
  const std::optional<KeyId> Strings = keysOf({S});
  const uint32_t Count = Strings ? Keys.count(*Strings) : KeyLanguages::Many;
  return Count == KeyLanguages::Many ? ManyValues : Count;
}

/// A bound on the number of values of a node: exact for those that are listed, very large
/// for others.
uint64_t Compiler::valuesAtMost(NodeId N) {
  constexpr size_t MaxNumbers = 1'024;
  const Shape &S = node(N).TheShape;
  uint64_t Out = uint64_t(S.Null) + S.True + S.False;
  for (const NumberRange &R : S.Numbers) {
    std::optional<std::vector<Decimal>> All = enumerate(R, MaxNumbers);
    Out += All ? All->size() : ManyValues;
  }
  for (const StringSet &X : S.Strings)
    Out += valuesAtMost(X);
  for (const ArraySet &A : S.Arrays)
    Out += A.Max == 0 ? 1 : ManyValues;
  for (const ObjectSet &O : S.Objects)
    Out += O.Max == 0 ? 1 : ManyValues;
  return Out;
}

/// Whether some array of productive elements has the length and the counts asked for.
bool Compiler::countsCanBeMet(const ArraySet &A) {
  if (A.Unique && A.Min > 1) {
    // Different elements of nodes that have few values.
    std::set<NodeId> Of;
    uint64_t Values = 0;
    for (const auto &Ways : A.Ways)
      for (const ElementWay &W : Ways)
        if (productive(W.Of) && Of.insert(W.Of).second)
          Values += valuesAtMost(W.Of);
    if (Values < A.Min)
      return false;
    // And those behind the prefix.
    Of.clear();
    Values = A.Ways.size() - 1;
    for (const ElementWay &W : A.Ways.back())
      if (productive(W.Of) && Of.insert(W.Of).second)
        Values += valuesAtMost(W.Of);
    if (Values < A.Min)
      return false;
    // And different ones that count.
    for (uint32_t K = 0; K < A.Counts.size(); ++K) {
      Of.clear();
      Values = 0;
      for (const auto &Ways : A.Ways)
        for (const ElementWay &W : Ways)
          if (std::find(W.Counts.begin(), W.Counts.end(), K) != W.Counts.end() &&
              productive(W.Of) && Of.insert(W.Of).second)
            Values += valuesAtMost(W.Of);
      if (Values < A.Counts[K].Min)
        return false;
    }
  }
  constexpr uint64_t MaxSteps = 200'000, MaxAllSteps = 1'000'000;
  // What has been counted, up to where more makes no difference.
  using Counted = std::vector<uint32_t>;
  std::set<Counted> At{Counted(A.Counts.size(), 0)};
  auto Done = [&](const Counted &C) {
    for (size_t K = 0; K < C.size(); ++K)
      if (C[K] < A.Counts[K].Min)
        return false;
    return true;
  };
  std::set<std::set<Counted>> Seen;
  uint64_t Steps = 0;
  const uint64_t Cost = 1 + A.Counts.size() / 8;
  for (uint32_t Length = 0;; ++Length) {
    if (Length >= A.Min && std::any_of(At.begin(), At.end(), Done))
      return true;
    if (Length == A.Max || At.empty())
      return false;
    const auto &Ways = A.Ways[std::min<size_t>(Length, A.Ways.size() - 1)];
    if (Length >= A.Ways.size() && Length >= A.Min && !Seen.insert(At).second)
      return false;
    std::set<Counted> Next;
    for (const Counted &C : At)
      for (const ElementWay &W : Ways) {
        Steps += Cost;
        CountSteps += Cost;
        if (Steps > MaxSteps || CountSteps > MaxAllSteps || !spendWork())
          return true; // the lowering proves it or refuses
        if (!productive(W.Of))
          continue;
        Counted More = C;
        bool Fits = true;
        for (uint32_t K : W.Counts) {
          Fits &= More[K] < A.Counts[K].Max;
          if (A.Counts[K].Max != ir::Unbounded || More[K] < A.Counts[K].Min)
            ++More[K];
        }
        if (Fits)
          Next.insert(std::move(More));
      }
    At = std::move(Next);
  }
}

bool Compiler::isProductive(const ArraySet &A, NodeId &WaitsFor) {
  if (!A.Ways.empty()) {
    if (countsCanBeMet(A))
      return true;
    for (const auto &Ways : A.Ways)
      for (const ElementWay &W : Ways)
        if (!productive(W.Of))
          WaitsFor = W.Of;
    return false;
  }
  for (size_t I = 0; I < A.Prefix.size() && I < A.Min; ++I)
    if (!productive(A.Prefix[I])) {
      WaitsFor = A.Prefix[I];
      return false;
    }
  if (A.Min > A.Prefix.size() && !productive(A.Rest)) {
    WaitsFor = A.Rest;
    return false;
  }
  return true;
}

bool Compiler::isProductive(const ObjectSet &O, NodeId &WaitsFor) {
  uint64_t Required = 0, Available = 0;
  NodeId Missing;
  for (const Property &P : O.Properties) {
    bool Has = productive(P.Value);
    if (P.Required && !Has) {
      WaitsFor = P.Value;
      return false;
    }
    Required += P.Required;
    Available += Has;
    if (!Has)
      Missing = P.Value;
  }
  for (const MemberExists &E : O.Exists)
    if (!productive(E.Value)) {
      WaitsFor = E.Value;
      return false;
    }
  if (Required + O.Exists.size() > O.Max)
    return false;
  if (Available >= O.Min || productive(O.Rest))
    return true;
  // Too few names.
  for (const KeyCell &X : O.Cells) {
    if (productive(X.Value))
      Available += keysLeft(O, X.Keys);
    else
      Missing = X.Value;
  }
  if (Available >= O.Min)
    return true;
  // Any child might help.
  WaitsFor = Missing && O.Rest == NoNode ? Missing : O.Rest;
  return false;
}

void Compiler::computeProductive() {
  std::vector<std::vector<NodeId>> Waiting(Nodes.size());
  std::unordered_set<uint64_t> IsWaiting; // pairs of ids, each listed once
  // First in, first out, children mostly before their parents: a node with thousands of
  // children is looked at a few times, not once for each.
  std::deque<NodeId> Work;
  std::vector<bool> Listed(Nodes.size(), true);
  for (uint32_t I = uint32_t(Nodes.size()); I-- > 0;) {
    Nodes[I].Productive = false;
    Work.push_back(NodeId(I));
  }
  while (!Work.empty() && spendWork()) {
    NodeId Id = Work.front();
    Work.pop_front();
    Listed[Id.index()] = false;
    Node &N = Nodes[Id.index()];
    if (N.Productive || N.Progress != Node::State::Done)
      continue;
    const Shape &S = N.TheShape;
    auto Wait = [&](NodeId For) {
      if (IsWaiting.insert(uint64_t(Id.index()) << 32 | For.index()).second)
        Waiting[For.index()].push_back(Id);
    };
    bool Yes = S.Null || S.True || S.False || !S.Numbers.empty() || !S.Strings.empty();
    for (size_t I = 0; I < S.Arrays.size() && !Yes; ++I) {
      NodeId WaitsFor;
      Yes = isProductive(S.Arrays[I], WaitsFor);
      if (!Yes && WaitsFor)
        Wait(WaitsFor);
      for (const auto &Ways : S.Arrays[I].Ways)
        for (const ElementWay &W : Ways)
          if (!Yes && !productive(W.Of))
            Wait(W.Of);
    }
    for (size_t I = 0; I < S.Objects.size() && !Yes; ++I) {
      const ObjectSet &O = S.Objects[I];
      NodeId WaitsFor;
      Yes = isProductive(O, WaitsFor);
      if (Yes || !WaitsFor)
        continue;
      Wait(WaitsFor);
      if (O.Min > 0) {
        for (const Property &P : O.Properties)
          if (!P.Required && !productive(P.Value))
            Wait(P.Value);
        for (const KeyCell &X : O.Cells)
          if (!productive(X.Value))
            Wait(X.Value);
      }
    }
    if (!Yes)
      continue;
    N.Productive = true;
    for (NodeId W : Waiting[Id.index()]) {
      if (!Listed[W.index()])
        Work.push_back(W);
      Listed[W.index()] = true;
    }
  }
}

/// Follows what the node lacks to a contradiction and reports there.
void Compiler::reportOnTheWay(NodeId N) {
  std::set<NodeId> Seen;
  Location Last{DocId(0), doc({DocId(0), json::ValueId(0)}).root()};
  std::string Message = "the schema is 'false'";
  for (;;) {
    const Node &X = node(N);
    if (!X.Why.Message.empty()) {
      Last = X.Why.Place;
      Message = X.Why.Message;
      if (!X.Why.Child || X.Why.Child == NoNode || !Seen.insert(N).second)
        break;
      N = X.Why.Child;
      continue;
    }
    if (!X.Atoms.empty()) {
      Last = Atoms[X.Atoms[0].index()].Place;
      Message = "its keywords exclude each other";
    }
    if (!Seen.insert(N).second) {
      Message = "it requires itself without end";
      break;
    }
    NodeId Next;
    bool Productive = false;
    for (const ObjectSet &O : X.TheShape.Objects)
      if (!Next)
        Productive |= isProductive(O, Next);
    for (const ArraySet &A : X.TheShape.Arrays)
      if (!Next)
        Productive |= isProductive(A, Next);
    if (!Next || Productive) {
      if (!X.TheShape.Objects.empty() || !X.TheShape.Arrays.empty())
        Message = "too few members or elements are possible";
      break;
    }
    if (Next == NoNode) {
      Message = "a member or element that must be there has the schema 'false'";
      break;
    }
    N = Next;
  }
  report(Last, DiagId::SchemaUnsatisfiable) << Message;
}

} // namespace weir::jsonschema
