//===- LogicKeywords.cpp - Schemas applied in place ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `allOf` and `$ref` are conjunctions with their siblings, `anyOf` is one with a union,
// `not` with a complement. The others become these:
//
//   oneOf         the union of the branches, each less those it may meet
//   if then else  the union of "if and then" and "not if, and else"
//   dependencies  the union of "the name is absent" and "it is there, and ..."
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include <algorithm>
#include <unordered_map>

namespace weir::jsonschema {

using json::Member;

bool Compiler::hasInPlaceApplicators(const SchemaObject &S) const {
  for (Keyword K : {Keyword::Ref, Keyword::AllOf, Keyword::AnyOf, Keyword::OneOf, Keyword::If,
                    Keyword::Not, Keyword::DependentSchemas, Keyword::Dependencies,
                    Keyword::DynamicRef, Keyword::RecursiveRef, Keyword::Contains})
    if (S[K])
      return true;
  return false;
}

/// The branches of `anyOf`, `oneOf` or `allOf`; empty after an error.
std::vector<NodeId> Compiler::branches(const SchemaObject &S, const Member &M) {
  const json::Document &D = doc(S.Place);
  std::vector<NodeId> Out;
  if (!D.isArray(M.Value) || D.elements(M.Value).empty()) {
    wrongType(S.Place, M, "an array of at least one schema");
    return Out;
  }
  for (json::ValueId V : D.elements(M.Value))
    Out.push_back(nodeOf({S.Place.Doc, V}));
  return Out;
}

/// Names for the values of a shape, when it is a list of texts, numbers and names such as null:
/// equal values have equal names.
static std::optional<std::vector<std::string>> listOf(const Shape &S) {
  if (!S.Arrays.empty() || !S.Objects.empty())
    return std::nullopt;
  std::vector<std::string> Out;
  for (const NumberRange &R : S.Numbers) {
    if (!R.Lo || R.Lo != R.Hi)
      return std::nullopt;
    Out.push_back((R.Lo->Negative ? "-" : "+") + R.Lo->Digits + "." + std::to_string(R.Lo->Point));
  }
  for (const StringSet &X : S.Strings) {
    if (!X.IsLiterals)
      return std::nullopt;
    for (std::string_view L : X.Literals)
      Out.push_back("\"" + std::string(L));
  }
  for (auto [Is, Name] : {std::pair(S.Null, "null"), {S.True, "true"}, {S.False, "false"}})
    if (Is)
      Out.push_back(Name);
  return Out;
}

/// What satisfies the siblings and exactly one of the shapes.
Shape Compiler::exactlyOne(const Shape &Siblings, const std::vector<const Shape *> &Of,
                           Location For) {
  std::vector<Shape> Parts;
  for (const Shape *X : Of) {
    Parts.push_back(conjoin(Siblings, *X, For));
    if (Stopped)
      return {};
  }
  const size_t N = Parts.size();
  std::vector<std::vector<size_t>> Meets(N);
  if (!apartByTag(Parts)) {
    auto compare = [&](size_t I, size_t J) {
      if (!exclude(Parts[I], Parts[J])) {
        Meets[I].push_back(J);
        Meets[J].push_back(I);
      }
    };
    // Lists of values meet in a value; all others are compared with each.
    std::vector<size_t> Others;
    std::vector<bool> IsList(N);
    std::unordered_map<std::string, std::vector<size_t>> ListsWith;
    for (size_t I = 0; I < N && pollWork(4); ++I) {
      const std::optional<std::vector<std::string>> Values = listOf(Parts[I]);
      IsList[I] = Values.has_value();
      if (!Values) {
        Others.push_back(I);
        continue;
      }
      std::vector<size_t> Before;
      for (const std::string &V : *Values) {
        std::vector<size_t> &With = ListsWith[V];
        charge(1 + With.size());
        Before.insert(Before.end(), With.begin(), With.end());
        With.push_back(I);
      }
      std::sort(Before.begin(), Before.end());
      Before.erase(std::unique(Before.begin(), Before.end()), Before.end());
      for (size_t J : Before)
        compare(J, I);
    }
    for (size_t I : Others)
      for (size_t J = 0; J < N && charge(4); ++J)
        if (IsList[J] || J > I)
          compare(I, J);
  }
  Shape Out;
  for (size_t I = 0; I < N; ++I) {
    Shape Only = Parts[I];
    for (size_t J : Meets[I]) {
      Only = subtract(std::move(Only), *Of[J], For);
      if (Stopped || Only.isEmpty())
        break;
    }
    if (Stopped)
      return {};
    charge(sizeOf(Only));
    unite(Out, std::move(Only));
    if (!alternativesFit(Out, For))
      return {};
  }
  simplify(Out);
  return Out;
}

/// Objects without a member of that name, or that have one and are in `Then`; and all
/// that is no object.
Shape Compiler::dependency(std::string_view Name, Shape Then) {
  Shape Out = Shape::any();
  Out.Inexact = Then.Inexact;
  Out.Objects.clear();
  ObjectSet Absent, Present;
  Absent.Properties.push_back({Name, NoNode, false, false});
  Present.Properties.push_back({Name, AnyNode, true, false});
  Out.Objects.push_back(std::move(Absent));
  for (const ObjectSet &O : Then.Objects)
    if (std::optional<ObjectSet> Both = meet(Present, O))
      Out.Objects.push_back(std::move(*Both));
  return Out;
}

/// `dependencies`, `dependentSchemas`, `dependentRequired`.
Shape Compiler::dependencies(const SchemaObject &S, const Member &M) {
  const json::Document &D = doc(S.Place);
  Shape Out = Shape::any();
  if (!D.isObject(M.Value)) {
    wrongType(S.Place, M, "an object");
    return Out;
  }
  const KeywordInfo *K = lookupKeyword(M.Key, S.TheDraft);
  for (const Member &X : D.members(M.Value)) {
    Location Place{S.Place.Doc, X.Value};
    if (isRelaxed(Place))
      continue;
    bool Names = D.isArray(X.Value);
    if (Names ? K->Id == Keyword::DependentSchemas : K->Id == Keyword::DependentRequired) {
      wrongType(S.Place, M, Names ? "an object of schemas" : "an object of arrays of strings");
      return Out;
    }
    Shape Then;
    if (Names) {
      Then.Objects.emplace_back();
      for (json::ValueId V : D.elements(X.Value)) {
        if (!D.isString(V)) {
          wrongType(S.Place, M, "an object of schemas or arrays of strings");
          return Out;
        }
        ObjectSet One;
        One.Properties.push_back({D.string(V), AnyNode, true, false});
        Then.Objects[0] = conjoin(Then.Objects[0], One);
      }
    } else {
      NodeId To = nodeOf(Place);
      if (To == AnyNode)
        continue;
      Then = shape(To, Place);
    }
    appendMention(Out.Names, mentionOf(Then));
    Mention All = std::move(Out.Names);
    Out = conjoin(Out, dependency(X.Key, std::move(Then)), Place);
    Out.Names = std::move(All);
    if (Stopped)
      break;
  }
  return Out;
}

Shape Compiler::logicKeywords(NodeId N, const SchemaObject &S, Shape Out) {
  constexpr Keyword Applied[] = {Keyword::Ref,
                                 Keyword::DynamicRef,
                                 Keyword::RecursiveRef,
                                 Keyword::AllOf,
                                 Keyword::AnyOf,
                                 Keyword::OneOf,
                                 Keyword::Not,
                                 Keyword::If,
                                 Keyword::Dependencies,
                                 Keyword::DependentRequired,
                                 Keyword::DependentSchemas};
  if (std::none_of(std::begin(Applied), std::end(Applied), [&](Keyword K) { return S[K]; })) {
    if (!Out.Names.empty())
      orderProperties(Out);
    return Out;
  }
  // Names are written in the order of their first mention in the document.
  std::vector<std::pair<const Member *, Mention>> Mentions;
  bool InPlace = false;

  // `New` is what is left of `Out` by a keyword that mentions these names.
  auto Replace = [&](const Member &M, Location Place, Mention Names, Shape New) {
    InPlace = true;
    if (!Names.empty())
      Mentions.emplace_back(&M, std::move(Names));
    bool Before = Out.isEmpty();
    Mention Own = std::move(Out.Names);
    Out = std::move(New);
    Out.Names = std::move(Own);
    if (Out.isEmpty() && !Before)
      contradiction(N, Place,
                    "'" + std::string(M.Key) + "' and the other keywords exclude each other");
  };
  auto Restrict = [&](const Member &M, Location Place, const Shape &Part) {
    Replace(M, Place, Part.Objects.empty() ? Mention() : mentionOf(Part),
            conjoin(Out, Part, Place));
  };
  auto Union = [&](const Member &M, const std::vector<NodeId> &Of) {
    Shape Any;
    std::vector<Mention> Branches;
    for (size_t I = 0; I < Of.size(); ++I) {
      const Shape &Branch = shape(Of[I], {S.Place.Doc, doc(S.Place).elements(M.Value)[I]});
      if (!Branch.Objects.empty())
        Branches.push_back(mentionOf(Branch));
      charge(sizeOf(Branch));
      unite(Any, Branch);
      if (!alternativesFit(Any, {S.Place.Doc, M.Value}))
        return;
    }
    simplify(Any);
    Any.Names = uniteMentions(Branches);
    Restrict(M, {S.Place.Doc, M.Value}, Any);
  };

  const Member *OwnNames = S[Keyword::Properties];
  Mention Own;
  if (OwnNames && !Out.Objects.empty())
    Own = mentionOf(Out);

  if (const Member *M = S[Keyword::Ref])
    if (std::optional<Location> T = target(S)) {
      NodeId To = nodeOf(*T);
      Restrict(*M, *T, shape(To, {S.Place.Doc, M->Value}));
    }
  for (Keyword K : {Keyword::DynamicRef, Keyword::RecursiveRef})
    if (const Member *M = S[K])
      if (std::optional<Location> T = dynamicTarget(S, *M)) {
        NodeId To = nodeOf(*T);
        Restrict(*M, *T, shape(To, {S.Place.Doc, M->Value}));
      }
  if (const Member *M = S[Keyword::AllOf]) {
    std::vector<NodeId> All = branches(S, *M);
    for (size_t I = 0; I < All.size(); ++I) {
      Location Place{S.Place.Doc, doc(S.Place).elements(M->Value)[I]};
      Restrict(*M, Place, shape(All[I], Place));
    }
  }
  if (const Member *M = S[Keyword::AnyOf])
    if (std::vector<NodeId> Any = branches(S, *M); !Any.empty())
      Union(*M, Any);
  if (const Member *M = S[Keyword::OneOf]) {
    if (std::vector<NodeId> One = branches(S, *M);
        !One.empty() && Relaxed && Relaxed->OneOfIsAnyOf) {
      Union(*M, One);
    } else if (!One.empty()) {
      std::vector<const Shape *> Shapes;
      std::vector<Mention> Branches;
      for (size_t I = 0; I < One.size(); ++I) {
        const Shape &Branch = shape(One[I], {S.Place.Doc, doc(S.Place).elements(M->Value)[I]});
        if (!Branch.Objects.empty())
          Branches.push_back(mentionOf(Branch));
        Shapes.push_back(&Branch);
      }
      const Location Place{S.Place.Doc, M->Value};
      Replace(*M, Place, uniteMentions(Branches), exactlyOne(Out, Shapes, Place));
    }
  }
  if (const Member *M = S[Keyword::Not]) {
    Location Place{S.Place.Doc, M->Value};
    if (NodeId Of = nodeOf(Place); Of != NoNode)
      Replace(*M, Place, {}, subtract(Out, shape(Of, Place), Place));
  }
  const Member *Then = S[Keyword::Then], *Else = S[Keyword::Else];
  if (const Member *M = S[Keyword::If]; M && (Then || Else)) {
    auto At = [&](const Member *X) { return X ? nodeOf({S.Place.Doc, X->Value}) : AnyNode; };
    NodeId If = At(M), IfTrue = At(Then), IfFalse = At(Else);
    if (IfTrue != IfFalse) {
      Location Place{S.Place.Doc, M->Value};
      const Shape &Condition = shape(If, Place);
      const Shape &True = shape(IfTrue, Place), &False = shape(IfFalse, Place);
      std::vector<Mention> Branches;
      for (const Shape *X : {&Condition, &True, &False})
        if (!X->Objects.empty())
          Branches.push_back(mentionOf(*X));
      Shape Yes = conjoin(conjoin(Out, Condition, Place), True, Place);
      Shape No = conjoin(subtract(Out, Condition, Place), False, Place);
      unite(Yes, std::move(No));
      alternativesFit(Yes, Place);
      simplify(Yes);
      Replace(*M, Place, uniteMentions(Branches), std::move(Yes));
    } else {
      Restrict(*M, {S.Place.Doc, (Then ? Then : Else)->Value}, shape(IfTrue, S.Place));
    }
  }
  for (Keyword K : {Keyword::Dependencies, Keyword::DependentRequired, Keyword::DependentSchemas})
    if (const Member *M = S[K]; M && (S.Types & types::Object))
      Restrict(*M, {S.Place.Doc, M->Value}, dependencies(S, *M));

  if (InPlace && !Out.Objects.empty()) {
    if (OwnNames)
      Mentions.emplace_back(OwnNames, std::move(Own));
    std::stable_sort(Mentions.begin(), Mentions.end(),
                     [](const auto &A, const auto &B) { return A.first < B.first; });
    Out.Names = {};
    for (auto &[M, Names] : Mentions)
      appendMention(Out.Names, Names);
  }
  if (!Out.Names.empty())
    orderProperties(Out);
  return Out;
}

} // namespace weir::jsonschema
