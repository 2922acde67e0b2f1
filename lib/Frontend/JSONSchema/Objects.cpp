//===- Objects.cpp - The algebra of sets of objects -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A set of objects says of every key what its member satisfies: by name, by cell, or
// as one of the rest. In a conjunction a name that one side does not have falls under
// that side's cell or rest, and the cells of both sides divide the other keys into
// classes:
//
//   patternProperties          ^a: S   b$: T    rest: U      names are looked up in the
//   cells of the conjunction   ^a less b$: S                 same classes
//                              b$ less ^a: T
//                              both: S and T    rest: U
//
// Cells of one value are one cell, and a cell of the rest's value is of the rest. So few
// schemas have more than one cell, though patterns may divide the keys into
// exponentially many classes; that many are refused.
//
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include <algorithm>

namespace weir::jsonschema {

bool Compiler::keysFit() {
  if (Keys.overBudget() && !Stopped)
    budgetExceeded(Atoms.empty() ? Location{DocId(0), json::ValueId(0)} : Atoms[0].Place,
                   Keys.hadTooManyStates() ? KeyLanguages::MaxStates : KeyLanguages::MaxWork,
                   Keys.hadTooManyStates() ? "states of an automaton of keys"
                                           : "steps of telling keys apart");
  return !Stopped;
}

/// The classes into which some languages of keys divide all keys.
const KeyPartition &Compiler::partition(const std::vector<KeyId> &Of) {
  auto It = Partitions.find(Of);
  if (It == Partitions.end())
    It = Partitions.try_emplace(Of, Keys, Of).first;
  keysFit();
  return It->second;
}

/// The union of languages, by halves: a long chain would be read again and again.
KeyId Compiler::unionOf(std::vector<KeyId> Of) {
  if (Of.empty())
    return NoKey;
  for (; Of.size() > 1; Of.resize((Of.size() + 1) / 2))
    for (size_t I = 0; I * 2 < Of.size(); ++I)
      Of[I] = I * 2 + 1 < Of.size() ? Keys.either(Of[I * 2], Of[I * 2 + 1]) : Of[I * 2];
  return Of[0];
}

/// The classes of a partition as cells, one for each value; keys in no language are left
/// to the rest.
std::vector<KeyCell> Compiler::cellsOf(const KeyPartition &P, const std::vector<KeyId> &Of,
                                       FunctionRef<NodeId(const std::vector<uint32_t> &)> ValueOf) {
  // What is in a class is in no class with more languages: for each language, the
  // classes with others beside it.
  std::vector<std::vector<const std::vector<uint32_t> *>> Larger(Of.size());
  for (const std::vector<uint32_t> &C : P.classes())
    if (C.size() > 1)
      for (uint32_t I : C)
        Larger[I].push_back(&C);
  std::vector<NodeId> Order;
  std::unordered_map<NodeId, std::vector<KeyId>> ByValue;
  for (const std::vector<uint32_t> &C : P.classes()) {
    if (C.empty() || !charge(C.size()))
      continue;
    KeyId K = AnyKey;
    for (uint32_t I : C)
      K = Keys.both(K, Of[I]);
    std::vector<uint32_t> Less;
    for (const std::vector<uint32_t> *D : Larger[C[0]])
      if (charge(D->size()) && D->size() > C.size() &&
          std::includes(D->begin(), D->end(), C.begin(), C.end()))
        std::set_difference(D->begin(), D->end(), C.begin(), C.end(), std::back_inserter(Less));
    std::sort(Less.begin(), Less.end());
    Less.erase(std::unique(Less.begin(), Less.end()), Less.end());
    for (uint32_t I : Less)
      K = Keys.minus(K, Of[I]);
    NodeId V = ValueOf(C);
    auto [It, New] = ByValue.try_emplace(V);
    if (New)
      Order.push_back(V);
    It->second.push_back(K);
    if (!keysFit())
      return {};
  }
  std::vector<KeyCell> Out;
  for (NodeId V : Order)
    Out.push_back({unionOf(std::move(ByValue[V])), V});
  return Out;
}

/// Brings the cells into the form that `ObjectSet` promises. A rest of finitely many keys
/// becomes a cell, so that a rest never runs out; cells whose keys are all names go.
void Compiler::settleCells(ObjectSet &O) {
  auto ForRest = [&] {
    std::erase_if(O.Cells, [&](const KeyCell &C) { return C.Value == O.Rest; });
  };
  if (O.Cells.empty())
    return;
  ForRest();
  if (O.Rest != NoNode && !O.Cells.empty()) {
    std::vector<KeyId> All;
    for (const KeyCell &C : O.Cells)
      All.push_back(C.Keys);
    KeyId Others = Keys.minus(AnyKey, unionOf(std::move(All)));
    if (Keys.count(Others) != KeyLanguages::Many) {
      if (Others != NoKey)
        O.Cells.push_back({Others, O.Rest});
      O.Rest = NoNode;
      ForRest();
    }
  }
  std::erase_if(O.Cells, [&](const KeyCell &C) { return keysLeft(O, C.Keys) == 0; });
  keysFit();
}

uint32_t Compiler::keysLeft(const ObjectSet &O, KeyId K) const {
  uint32_t N = Keys.count(K);
  if (N == KeyLanguages::Many)
    return N;
  for (const Property &P : O.Properties)
    N -= Keys.contains(K, P.Name);
  return N;
}

NodeId Compiler::valueOf(const ObjectSet &O, std::string_view Name) const {
  for (const KeyCell &C : O.Cells)
    if (Keys.contains(C.Keys, Name))
      return C.Value;
  return O.Rest;
}

ObjectSet Compiler::conjoin(const ObjectSet &A, const ObjectSet &B) {
  if (A.isUnconstrained())
    return B;
  if (B.isUnconstrained())
    return A;
  charge(8 + A.Properties.size() + B.Properties.size() + A.Cells.size() + B.Cells.size());
  ObjectSet R;
  R.Min = std::max(A.Min, B.Min);
  R.Max = std::min(A.Max, B.Max);
  R.Rest = conjoin(A.Rest, B.Rest);
  R.Exists = A.Exists;
  for (const MemberExists &E : B.Exists)
    if (std::find(R.Exists.begin(), R.Exists.end(), E) == R.Exists.end())
      R.Exists.push_back(E);

  // Where there are cells, the classes of both sides' together.
  const uint32_t InA = uint32_t(A.Cells.size());
  const KeyPartition *Classes = nullptr;
  std::vector<KeyId> Of;
  for (const KeyCell &C : A.Cells)
    Of.push_back(C.Keys);
  for (const KeyCell &C : B.Cells)
    Of.push_back(C.Keys);
  auto OfA = [&](const std::vector<uint32_t> &C) {
    return !C.empty() && C.front() < InA ? A.Cells[C.front()].Value : A.Rest;
  };
  auto OfB = [&](const std::vector<uint32_t> &C) {
    return !C.empty() && C.back() >= InA ? B.Cells[C.back() - InA].Value : B.Rest;
  };
  if (!Of.empty()) {
    Classes = &partition(Of);
    R.Cells = cellsOf(*Classes, Of,
                      [&](const std::vector<uint32_t> &C) { return conjoin(OfA(C), OfB(C)); });
  }

  std::unordered_map<std::string_view, size_t> IndexInB;
  for (size_t I = 0; I < B.Properties.size(); ++I)
    IndexInB.emplace(B.Properties[I].Name, I);
  std::vector<bool> Used(B.Properties.size());
  R.Properties.reserve(A.Properties.size() + B.Properties.size());
  bool OrderIsOfB = false; // of names that `A` only requires
  for (const Property &P : A.Properties) {
    auto It = IndexInB.find(P.Name);
    Property Both = P;
    if (It == IndexInB.end()) {
      Both.Value = conjoin(P.Value, Classes ? OfB(Classes->classOf(P.Name)) : B.Rest);
    } else {
      const Property &Q = B.Properties[It->second];
      Used[It->second] = true;
      Both.Value = conjoin(P.Value, Q.Value);
      Both.Required |= Q.Required;
      Both.Mentioned |= Q.Mentioned;
      OrderIsOfB |= Both.Mentioned && !P.Mentioned;
    }
    R.Properties.push_back(Both);
  }
  for (size_t I = 0; I < B.Properties.size(); ++I) {
    if (Used[I])
      continue;
    Property Both = B.Properties[I];
    Both.Value = conjoin(Classes ? OfA(Classes->classOf(Both.Name)) : A.Rest, Both.Value);
    R.Properties.push_back(Both);
  }
  if (OrderIsOfB) {
    // What `A` mentions, then what `B` does, then the rest as it stands.
    std::vector<std::pair<size_t, Property>> Ordered;
    for (size_t I = 0; I < R.Properties.size(); ++I) {
      const Property &P = R.Properties[I];
      const bool InA = I < A.Properties.size() && A.Properties[I].Mentioned;
      const size_t Place = InA ? I : A.Properties.size();
      Ordered.emplace_back(P.Mentioned && !InA ? Place + IndexInB.at(P.Name)
                           : InA               ? Place
                                               : Place + B.Properties.size(),
                           P);
    }
    std::stable_sort(Ordered.begin(), Ordered.end(),
                     [](const auto &X, const auto &Y) { return X.first < Y.first; });
    for (size_t I = 0; I < Ordered.size(); ++I)
      R.Properties[I] = Ordered[I].second;
  }
  settleCells(R);
  if (!R.Exists.empty() && !placeForced(R)) {
    R.Min = 1; // no object
    R.Max = 0;
  }
  return R;
}

/// What is not in the set: fewer or more members; a name missing, or with another value;
/// a member with another value that is not named; or none where one must exist. A part
/// has the required names that parts before it go without: what is closed against these
/// is seen to have nothing in common with it, so that parts do not multiply.
std::vector<ObjectSet> Compiler::negate(const ObjectSet &O) {
  std::vector<ObjectSet> Out;
  constexpr size_t MaxGiven = 16;
  std::vector<Property> Given;
  auto Add = [&]() -> ObjectSet & {
    Out.emplace_back().Properties = Given;
    return Out.back();
  };
  if (O.Min > 0)
    Add().Max = O.Min - 1;
  for (const Property &P : O.Properties)
    if (P.Required) {
      Add().Properties.push_back({P.Name, negate(P.Value), false, false});
      if (Given.size() < MaxGiven)
        Given.push_back({P.Name, P.Value, true, false});
    }
  if (O.Max != ir::Unbounded)
    Add().Min = O.Max + 1;
  for (const Property &P : O.Properties)
    if (!P.Required && P.Value != AnyNode)
      Add().Properties.push_back({P.Name, negate(P.Value), true, false});
  bool Inside = O.Rest != AnyNode;
  for (const KeyCell &C : O.Cells)
    Inside |= C.Value != AnyNode;
  if (Inside) {
    std::vector<std::string_view> Names;
    for (const Property &P : O.Properties)
      Names.push_back(P.Name);
    KeyId Others = Keys.minus(AnyKey, Keys.ofLiterals(Names));
    for (const KeyCell &C : O.Cells) {
      if (C.Value != AnyNode)
        Add().Exists.push_back({Keys.both(C.Keys, Others), negate(C.Value)});
      Others = Keys.minus(Others, C.Keys);
    }
    if (O.Rest != AnyNode)
      Add().Exists.push_back({Others, negate(O.Rest)});
  }
  for (const MemberExists &E : O.Exists) {
    ObjectSet &X = Out.emplace_back(); // of all names
    X.Cells.push_back({E.Keys, negate(E.Value)});
    settleCells(X);
  }
  keysFit();
  return Out;
}

} // namespace weir::jsonschema
