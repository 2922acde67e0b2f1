//===- Evaluated.cpp - What other keywords have looked at -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `unevaluatedProperties` and `unevaluatedItems` are about what no keyword beside them,
// nor in schemas applied in place that hold, has looked at. So a schema is taken apart
// into *outcomes*: a shape, and what has been looked at when a value satisfies the
// schema in this way.
//
//   {"anyOf": [A, B]}            A: names of A;  B: names of B;  A and B: both names
//   {"if": A, "then": B}         A and B: both names;  not A: none
//
// A value may have several outcomes. It is valid when it is with one of them: a way in
// which more schemas hold has looked at more, and leaves less to be judged. So `anyOf`
// needs no negations.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include <algorithm>

namespace weir::jsonschema {

using json::Member;

/// How many ways a schema may be satisfied.
static constexpr size_t MaxOutcomes = 1'024;

template <typename T>
static void addAll(std::vector<T> &To, const std::vector<T> &More) {
  To.insert(To.end(), More.begin(), More.end());
  std::sort(To.begin(), To.end());
  To.erase(std::unique(To.begin(), To.end()), To.end());
}

void Compiler::Evaluated::add(const Evaluated &More) {
  AllMembers |= More.AllMembers;
  AllItems |= More.AllItems;
  Items = std::max(Items, More.Items);
  addAll(Names, More.Names);
  addAll(Keys, More.Keys);
  addAll(Contained, More.Contained);
}

/// What the keywords of the object itself look at.
Compiler::Evaluated Compiler::evaluatedBy(const SchemaObject &S) {
  const json::Document &D = doc(S.Place);
  Evaluated E;
  E.AllMembers = S[Keyword::AdditionalProperties] != nullptr;
  if (const Member *M = S[Keyword::Properties]; M && D.isObject(M->Value))
    for (const Member &P : D.members(M->Value))
      E.Names.push_back(P.Key);
  std::sort(E.Names.begin(), E.Names.end());
  std::vector<KeyCell> Cells;
  if (S[Keyword::PatternProperties] && patternProperties(S, Cells))
    for (const KeyCell &C : Cells)
      E.Keys.push_back(C.Keys);
  std::sort(E.Keys.begin(), E.Keys.end());

  const Member *Items = S[Keyword::Items], *Prefix = S[Keyword::PrefixItems];
  const bool List = Items && D.isArray(Items->Value);
  E.AllItems = Items && (!List || S[Keyword::AdditionalItems]);
  if (List && !Prefix)
    Prefix = Items;
  if (Prefix && D.isArray(Prefix->Value))
    E.Items = uint32_t(D.elements(Prefix->Value).size());
  if (const Member *M = S[Keyword::Contains]; M && draftNumber(S.TheDraft) >= 202012)
    E.Contained.push_back(nodeOf({S.Place.Doc, M->Value}));
  return E;
}

bool Compiler::addOutcome(std::vector<Outcome> &Out, Outcome O, Location For) {
  if (O.Values.isEmpty())
    return true;
  if (Out.size() >= MaxOutcomes)
    budgetExceeded(For, MaxOutcomes, "ways to satisfy what is beside 'unevaluated...'");
  if (Stopped)
    return false;
  Out.push_back(std::move(O));
  return true;
}

/// Every outcome of one with every one of the other.
std::vector<Compiler::Outcome> Compiler::both(const std::vector<Outcome> &A,
                                              const std::vector<Outcome> &B, Location For) {
  std::vector<Outcome> Out;
  for (const Outcome &X : A)
    for (const Outcome &Y : B) {
      Outcome O{conjoin(X.Values, Y.Values, For), X.Seen};
      O.Seen.add(Y.Seen);
      if (!addOutcome(Out, std::move(O), For))
        return Out;
    }
  return Out;
}

/// The outcomes of a schema by its place, in the scope that is current.
std::vector<Compiler::Outcome> Compiler::outcomesAt(Location Place) {
  // References lead on; what refers to itself in place is found here.
  const NodeId N = nodeOf(Place);
  std::vector<Outcome> Out;
  if (N == NoNode)
    return Out;
  const bool Unknown = node(N).Progress == Node::State::Expanding;
  const Shape &Whole = shape(N, Place);
  if (N == AnyNode || Unknown || Stopped || Whole.isEmpty()) {
    addOutcome(Out, {Whole, {}}, Place);
    return Out;
  }
  if (auto Known = OutcomesOf.find(N); Known != OutcomesOf.end()) {
    // What applies itself was reported when its shape was made.
    assert((Known->second || Blocked || Diags.hasErrors()) && "shapes are made first");
    return Known->second.value_or(Out);
  }
  OutcomesOf.emplace(N, std::nullopt);
  const Atom A = Atoms[node(N).Atoms[0].index()];
  const ScopeId Outer = CurrentScope;
  CurrentScope = A.Way;
  ++Depth;
  SchemaObject S = read(A.Place);
  readType(S);
  Out = outcomes(N, S);
  --Depth;
  CurrentScope = Outer;
  // What depends on a shape that is not known yet is found again.
  if (Blocked)
    OutcomesOf.erase(N);
  else
    OutcomesOf[N] = Out;
  return Out;
}

std::vector<Compiler::Outcome> Compiler::outcomes(NodeId N, SchemaObject S) {
  const SchemaObject All = S;
  for (Keyword K :
       {Keyword::Ref, Keyword::DynamicRef, Keyword::RecursiveRef, Keyword::AllOf, Keyword::AnyOf,
        Keyword::OneOf, Keyword::Not, Keyword::If, Keyword::DependentSchemas, Keyword::Dependencies,
        Keyword::UnevaluatedProperties, Keyword::UnevaluatedItems})
    S.Found[size_t(K)] = nullptr;
  const json::Document &D = doc(S.Place);
  auto At = [&](const Member &M) { return Location{S.Place.Doc, M.Value}; };
  std::vector<Outcome> Out;
  addOutcome(Out, {ownKeywords(N, S), evaluatedBy(S)}, S.Place);
  auto Restrict = [&](const Shape &By, Location Place) {
    for (Outcome &O : Out)
      O.Values = conjoin(O.Values, By, Place);
  };

  if (const Member *M = All[Keyword::Ref])
    if (std::optional<Location> T = target(All))
      Out = both(Out, outcomesAt(*T), At(*M));
  for (Keyword K : {Keyword::DynamicRef, Keyword::RecursiveRef})
    if (const Member *M = All[K])
      if (std::optional<Location> T = dynamicTarget(All, *M))
        Out = both(Out, outcomesAt(*T), At(*M));
  if (const Member *M = All[Keyword::AllOf]; M && D.isArray(M->Value))
    for (json::ValueId V : D.elements(M->Value))
      Out = both(Out, outcomesAt({S.Place.Doc, V}), At(*M));
  if (const Member *M = All[Keyword::AnyOf]; M && D.isArray(M->Value)) {
    // Every choice of branches that hold, at least one.
    std::vector<Outcome> None = std::move(Out), Some;
    Out.clear();
    for (json::ValueId V : D.elements(M->Value)) {
      std::vector<Outcome> Branch = outcomesAt({S.Place.Doc, V});
      for (Outcome &O : both(Some, Branch, At(*M)))
        addOutcome(Some, std::move(O), At(*M));
      for (Outcome &O : both(None, Branch, At(*M)))
        addOutcome(Some, std::move(O), At(*M));
      dropRepeats(Some);
    }
    Out = std::move(Some);
  }
  if (const Member *M = All[Keyword::OneOf]; M && D.isArray(M->Value)) {
    std::vector<Outcome> Before = std::move(Out);
    Out.clear();
    std::span<const json::ValueId> Branches = D.elements(M->Value);
    for (json::ValueId V : Branches)
      for (Outcome &O : both(Before, outcomesAt({S.Place.Doc, V}), At(*M))) {
        for (json::ValueId W : Branches)
          if (W != V && !O.Values.isEmpty() && !Stopped) {
            Location Other{S.Place.Doc, W};
            O.Values = subtract(std::move(O.Values), shape(nodeOf(Other), Other), At(*M));
          }
        addOutcome(Out, std::move(O), At(*M));
      }
  }
  if (const Member *M = All[Keyword::Not])
    for (Outcome &O : Out)
      O.Values = subtract(std::move(O.Values), shape(nodeOf(At(*M)), At(*M)), At(*M));
  if (const Member *M = All[Keyword::If]) {
    const Member *Then = All[Keyword::Then], *Else = All[Keyword::Else];
    std::vector<Outcome> Yes = both(Out, outcomesAt(At(*M)), At(*M));
    if (Then)
      Yes = both(Yes, outcomesAt(At(*Then)), At(*Then));
    const Shape &Condition = shape(nodeOf(At(*M)), At(*M));
    for (Outcome &O : Out)
      O.Values = subtract(std::move(O.Values), Condition, At(*M));
    if (Else)
      Out = both(Out, outcomesAt(At(*Else)), At(*Else));
    for (Outcome &O : Yes)
      addOutcome(Out, std::move(O), At(*M));
  }
  for (Keyword K : {Keyword::DependentSchemas, Keyword::Dependencies})
    if (const Member *M = All[K]; M && D.isObject(M->Value))
      for (const Member &X : D.members(M->Value)) {
        if (D.isArray(X.Value))
          continue;
        Shape Absent = Shape::any(), Present;
        Absent.Objects[0].Properties.push_back({X.Key, NoNode, false, false});
        Present.Objects.emplace_back();
        Present.Objects[0].Properties.push_back({X.Key, AnyNode, true, false});
        std::vector<Outcome> Ways{{std::move(Absent), {}}};
        for (Outcome &O : both({{std::move(Present), {}}}, outcomesAt(At(X)), At(X)))
          addOutcome(Ways, std::move(O), At(X));
        Out = both(Out, Ways, At(X));
      }
  for (Keyword K : {Keyword::Dependencies, Keyword::DependentRequired})
    if (const Member *M = All[K])
      Restrict(dependencies(All, *M), At(*M));

  for (Keyword K : {Keyword::UnevaluatedProperties, Keyword::UnevaluatedItems})
    if (const Member *M = All[K]) {
      const NodeId Others = nodeOf(At(*M));
      for (Outcome &O : Out) {
        O.Values = conjoin(O.Values, unseen(O.Seen, K, Others), At(*M));
        (K == Keyword::UnevaluatedProperties ? O.Seen.AllMembers : O.Seen.AllItems) = true;
      }
    }
  std::erase_if(Out, [](const Outcome &O) { return O.Values.isEmpty(); });
  dropRepeats(Out);
  return Out;
}

/// Ways that lie within ways that have looked at as much say nothing.
void Compiler::dropRepeats(std::vector<Outcome> &Out) {
  for (Outcome &O : Out)
    simplify(O.Values);
  constexpr size_t Many = 128;
  if (Out.size() > Many)
    return;
  auto Same = [](const Outcome &A, const Outcome &B) {
    return A.Seen == B.Seen && A.Values.Null == B.Values.Null && A.Values.True == B.Values.True &&
           A.Values.False == B.Values.False && A.Values.Numbers == B.Values.Numbers &&
           A.Values.Strings == B.Values.Strings && A.Values.Arrays == B.Values.Arrays &&
           A.Values.Objects == B.Values.Objects;
  };
  std::vector<Outcome> Kept;
  for (Outcome &O : Out)
    if (charge(Kept.size()) &&
        std::none_of(Kept.begin(), Kept.end(), [&](const Outcome &K) { return Same(K, O); }))
      Kept.push_back(std::move(O));
  Out = std::move(Kept);
}

/// The values whose members, or elements, are `Others` where they have not been seen.
Shape Compiler::unseen(const Evaluated &Seen, Keyword K, NodeId Others) {
  Shape Out = Shape::any();
  if (K == Keyword::UnevaluatedProperties && !Seen.AllMembers) {
    ObjectSet &O = Out.Objects[0];
    O.Rest = Others;
    for (std::string_view Name : Seen.Names)
      O.Properties.push_back({Name, AnyNode, false, false});
    if (!Seen.Keys.empty())
      O.Cells.push_back({unionOf(Seen.Keys), AnyNode});
    settleCells(O);
  }
  if (K == Keyword::UnevaluatedItems && !Seen.AllItems) {
    ArraySet &A = Out.Arrays[0];
    A.Prefix.assign(Seen.Items, AnyNode);
    std::vector<NodeId> Fine = Seen.Contained;
    Fine.push_back(Others);
    A.Rest = unionOf(std::move(Fine));
  }
  return Out;
}

/// The schema of the object as the union of its outcomes.
Shape Compiler::withUnevaluated(NodeId N, const SchemaObject &S, Shape Out) {
  Mention Names = mentionOf(Out);
  std::vector<Outcome> Ways = outcomes(N, S);
  Shape Any;
  for (Outcome &O : Ways) {
    charge(sizeOf(O.Values));
    unite(Any, std::move(O.Values));
    if (!alternativesFit(Any, S.Place))
      return {};
  }
  if (Any.isEmpty() && !Out.isEmpty()) {
    const Member *M = S[Keyword::UnevaluatedProperties];
    if (!M)
      M = S[Keyword::UnevaluatedItems];
    contradiction(N, {S.Place.Doc, M->Value},
                  "'" + std::string(M->Key) + "' and the other keywords exclude each other");
  }
  simplify(Any);
  absorb(Any.Objects);
  absorb(Any.Arrays);
  Any.Names = std::move(Names);
  orderProperties(Any);
  return Any;
}

} // namespace weir::jsonschema
