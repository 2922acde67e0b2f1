//===- Exists.cpp - Which members may be those that must exist -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// "Some member has a key in K and a value in V" comes from negation: an object is not
// closed when it has another member. Before a shape is done each such demand is split by
// where its member may be:
//
//   a name in K          that name is required, and its value is in V too
//   a cell, or the rest  the demand is for keys of K in there, and what they ask and V
//
// One that only names can satisfy is gone then, which is what happens in closed objects.
// Where there is but one such name, or none, this is seen as soon as sets are conjoined:
// the branches of a `oneOf` of closed objects would multiply otherwise.
//
// Of two demands that are left one member may satisfy both: the alternatives are all ways
// to put them together, and in each of these the members are different ones.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include <algorithm>

namespace weir::jsonschema {

/// Drops demands that a required member satisfies, and satisfies those that only one name
/// can; false where none can.
bool Compiler::placeForced(ObjectSet &O) {
  const bool Closed =
      isNone(O.Rest) && std::all_of(O.Cells.begin(), O.Cells.end(),
                                    [&](const KeyCell &C) { return isNone(C.Value); });
  for (size_t I = 0; I < O.Exists.size();) {
    const MemberExists E = O.Exists[I];
    Property *Only = nullptr;
    size_t Places = 0;
    bool Satisfied = false;
    charge(1 + O.Properties.size());
    for (Property &P : O.Properties) {
      if (isNone(P.Value) || !Keys.contains(E.Keys, P.Name))
        continue;
      Satisfied |= P.Required && includes(E.Value, P.Value);
      Only = &P;
      ++Places;
    }
    if (!Satisfied && (!Closed || Places > 1)) {
      ++I;
      continue;
    }
    if (!Satisfied && !Only)
      return false;
    O.Exists.erase(O.Exists.begin() + ptrdiff_t(I));
    if (Satisfied)
      continue;
    Only->Required = true;
    Only->Value = conjoin(Only->Value, E.Value);
    I = 0; // it may satisfy earlier ones as well
  }
  return true;
}

/// The alternatives of `O` by where the member of its demand I may be.
void Compiler::placeOne(const ObjectSet &O, size_t I, std::vector<ObjectSet> &Out) {
  const MemberExists E = O.Exists[I];
  ObjectSet Without = O;
  Without.Exists.erase(Without.Exists.begin() + ptrdiff_t(I));
  charge(1 + O.Properties.size() + O.Cells.size());
  std::vector<size_t> Named;
  std::vector<std::string_view> Names;
  for (size_t P = 0; P < O.Properties.size(); ++P)
    if (Keys.contains(E.Keys, O.Properties[P].Name)) {
      Names.push_back(O.Properties[P].Name);
      if (!isNone(O.Properties[P].Value))
        Named.push_back(P);
    }
  auto WithName = [&](size_t P) {
    NodeId Both = conjoin(O.Properties[P].Value, E.Value);
    if (isNone(Both) || !charge(1 + O.Properties.size()))
      return;
    ObjectSet &X = Out.emplace_back(Without);
    X.Properties[P].Required = true;
    X.Properties[P].Value = Both;
  };
  for (size_t P : Named)
    if (O.Properties[P].Required &&
        conjoin(O.Properties[P].Value, E.Value) == O.Properties[P].Value)
      return Out.push_back(std::move(Without));
  for (size_t P : Named)
    WithName(P);
  auto In = [&](KeyId K, NodeId Value) {
    if (isNone(Value) || K == NoKey)
      return;
    NodeId Both = conjoin(Value, E.Value);
    if (isNone(Both) || !charge(1 + O.Properties.size()))
      return;
    if (std::optional<std::vector<std::string>> Few = Keys.enumerate(K, KeyLanguages::Few)) {
      // Named already, or named from now on.
      // From now on these are names.
      for (std::string &Text : *Few)
        Out.emplace_back(Without).Properties.push_back(
            {*KeyTexts.insert(std::move(Text)).first, Both, true, false});
      return;
    }
    ObjectSet &X = Out.emplace_back(Without);
    X.Exists.insert(X.Exists.begin() + ptrdiff_t(I), {K, Both});
  };
  KeyId Others = Names.empty() ? E.Keys : Keys.minus(E.Keys, Keys.ofLiterals(Names));
  for (const KeyCell &C : O.Cells) {
    In(Keys.both(Others, C.Keys), C.Value);
    Others = Keys.minus(Others, C.Keys);
  }
  In(Others, O.Rest);
  keysFit();
}

/// The ways to satisfy the demands of `O` by one member each; those with a demand for a member
/// of few keys, which are names then, go to `Again`.
void Compiler::joinExists(const ObjectSet &O, Location For, std::vector<ObjectSet> &Out,
                          std::vector<ObjectSet> &Again) {
  constexpr size_t MaxDemands = 5; // 52 ways
  if (O.Exists.size() > MaxDemands)
    return budgetExceeded(For, MaxDemands, "members that must exist beside those required");
  std::vector<std::vector<MemberExists>> Ways{{}};
  for (const MemberExists &E : O.Exists) {
    std::vector<std::vector<MemberExists>> Next;
    for (const std::vector<MemberExists> &W : Ways) {
      for (size_t I = 0; I < W.size(); ++I) {
        MemberExists Both{Keys.both(W[I].Keys, E.Keys), conjoin(W[I].Value, E.Value)};
        if (Both.Keys == NoKey || isNone(Both.Value))
          continue;
        Next.push_back(W);
        Next.back()[I] = Both;
      }
      Next.push_back(W);
      Next.back().push_back(E);
    }
    Ways = std::move(Next);
  }
  for (std::vector<MemberExists> &W : Ways) {
    ObjectSet X = O;
    std::sort(W.begin(), W.end(), [](const MemberExists &A, const MemberExists &B) {
      return std::pair(A.Keys, A.Value) < std::pair(B.Keys, B.Value);
    });
    X.Exists = std::move(W);
    charge(1 + X.Properties.size());
    const bool Few = std::any_of(X.Exists.begin(), X.Exists.end(), [&](const MemberExists &E) {
      return Keys.enumerate(E.Keys, KeyLanguages::Few).has_value();
    });
    (Few ? Again : Out).push_back(std::move(X));
  }
  keysFit();
}

void Compiler::settleExists(Shape &S, Location For) {
  if (std::all_of(S.Objects.begin(), S.Objects.end(),
                  [](const ObjectSet &O) { return O.Exists.empty(); }))
    return;
  std::vector<ObjectSet> Out;
  for (ObjectSet &O : S.Objects) {
    if (O.Exists.empty()) {
      Out.push_back(std::move(O));
      continue;
    }
    // Demands before the mark have their place.
    struct Item {
      ObjectSet Set;
      size_t Mark;
    };
    std::vector<Item> Work;
    Work.push_back({std::move(O), 0});
    for (size_t Done = 0; Done < Work.size() && !Stopped; ++Done) {
      Item X = std::move(Work[Done]);
      if (X.Mark == X.Set.Exists.size()) {
        std::vector<ObjectSet> Again;
        joinExists(X.Set, For, Out, Again);
        for (ObjectSet &A : Again)
          Work.push_back({std::move(A), 0});
        continue;
      }
      std::vector<ObjectSet> Parts;
      placeOne(X.Set, X.Mark, Parts);
      for (ObjectSet &P : Parts) {
        size_t Mark = X.Mark + (P.Exists.size() == X.Set.Exists.size());
        if (!isEmpty(P))
          Work.push_back({std::move(P), Mark});
      }
      alternativesFit(std::max(Work.size(), Out.size()), For);
    }
    if (Stopped)
      return;
  }
  S.Objects = std::move(Out);
  simplify(S);
}

} // namespace weir::jsonschema
