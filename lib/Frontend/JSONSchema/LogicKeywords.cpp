//===- LogicKeywords.cpp - Schemas applied in place ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `allOf` and `$ref` are conjunctions with their siblings; `anyOf` is a conjunction with
// a union. `oneOf` is read as a union, which it is when no two branches hold at once:
// that is decided at the end, when all shapes are known.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include <algorithm>

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

Shape Compiler::logicKeywords(NodeId N, const SchemaObject &S, Shape Out, bool WithOneOf) {
  // Names are written in the order of their first mention in the document.
  std::vector<std::pair<const Member *, std::vector<std::string_view>>> Mentions;
  bool InPlace = false;

  auto Restrict = [&](const Member &M, Location Place, const Shape &Part) {
    InPlace = true;
    if (!Part.Objects.empty())
      Mentions.emplace_back(&M, mentionOf(Part));
    bool Before = Out.isEmpty();
    std::vector<std::string_view> Own = std::move(Out.Mention);
    Out = conjoin(Out, Part, Place);
    Out.Mention = std::move(Own);
    if (Out.isEmpty() && !Before)
      contradiction(N, Place,
                    "'" + std::string(M.Key) + "' and the other keywords exclude each other");
  };
  auto Union = [&](const Member &M, const std::vector<NodeId> &Of) {
    Shape Any;
    std::vector<std::string_view> Mention;
    for (size_t I = 0; I < Of.size(); ++I) {
      const Shape &Branch = shape(Of[I], {S.Place.Doc, doc(S.Place).elements(M.Value)[I]});
      if (!Branch.Objects.empty())
        appendMention(Mention, mentionOf(Branch));
      charge(1 + Branch.Objects.size() + Branch.Strings.size());
      unite(Any, Branch);
    }
    simplify(Any);
    Any.Mention = std::move(Mention);
    Restrict(M, {S.Place.Doc, M.Value}, Any);
  };

  const Member *OwnNames = S[Keyword::Properties];
  std::vector<std::string_view> Own;
  if (OwnNames && !Out.Objects.empty())
    Own = mentionOf(Out);

  if (const Member *M = S[Keyword::Ref])
    if (std::optional<Location> T = target(S)) {
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
  if (const Member *M = S[Keyword::OneOf]; M && WithOneOf)
    if (std::vector<NodeId> One = branches(S, *M); !One.empty()) {
      Union(*M, One);
      NodeId Siblings = AnyNode;
      if (constrains(S, Keyword::OneOf))
        Siblings = nodeOfAtoms({atom(AtomKind::WithoutOneOf, S.Place)});
      Exclusions.push_back({S.Place, M, Siblings, std::move(One)});
    }

  if (InPlace && !Out.Objects.empty()) {
    if (OwnNames)
      Mentions.emplace_back(OwnNames, std::move(Own));
    std::stable_sort(Mentions.begin(), Mentions.end(),
                     [](const auto &A, const auto &B) { return A.first < B.first; });
    std::vector<std::string_view> Order = std::move(Out.Mention);
    Order.clear();
    for (auto &[M, Names] : Mentions)
      appendMention(Order, Names);
    Out.Mention = std::move(Order);
  }
  if (!Out.Mention.empty())
    orderProperties(Out);
  return Out;
}

} // namespace weir::jsonschema
