//===- ArrayKeywords.cpp - Elements and their number --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Up to draft 2019-09 an array under `items` holds the schemas of the first elements,
// and `additionalItems`, meaningless otherwise, that of the rest. Since 2020-12 these
// are `prefixItems` and `items`.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

namespace weir::jsonschema {

using json::Member;

void Compiler::arrayKeywords(NodeId N, const SchemaObject &S, Shape &Out) {
  if (!(S.Types & types::Array))
    return;
  const json::Document &D = doc(S.Place);
  auto Node = [&](const Member &M) { return nodeOf({S.Place.Doc, M.Value}); };
  ArraySet A;
  A.Min = countOf(S, S[Keyword::MinItems]).value_or(0);
  A.Max = countOf(S, S[Keyword::MaxItems]).value_or(ir::Unbounded);

  const Member *Prefix = S[Keyword::PrefixItems], *Items = S[Keyword::Items], *Rest = Items;
  if (Items && D.isArray(Items->Value)) {
    if (S.TheDraft == Draft::Draft202012)
      wrongType(S.Place, *Items, "a schema");
    else if (!Prefix)
      Prefix = Items;
    Rest = S[Keyword::AdditionalItems];
  }
  if (Prefix) {
    if (!D.isArray(Prefix->Value))
      wrongType(S.Place, *Prefix, "an array of schemas");
    else
      for (json::ValueId V : D.elements(Prefix->Value))
        A.Prefix.push_back(nodeOf({S.Place.Doc, V}));
  }
  if (Rest)
    A.Rest = Node(*Rest);
  else if (const Member *M = S[Keyword::UnevaluatedItems]; M && !hasInPlaceApplicators(S))
    A.Rest = Node(*M);

  if (const Member *M = S[Keyword::UniqueItems]) {
    A.Unique = D.isTrue(M->Value);
    if (!D.isBool(M->Value))
      wrongType(S.Place, *M, "a boolean");
  }
  const Member *Contains = S[Keyword::Contains];
  if (Contains) {
    ElementCount C;
    C.Of = Node(*Contains);
    C.Min = countOf(S, S[Keyword::MinContains]).value_or(1);
    C.Max = countOf(S, S[Keyword::MaxContains]).value_or(ir::Unbounded);
    if (C.Min > C.Max)
      contradiction(
          N,
          {S.Place.Doc, S[Keyword::MinContains] ? S[Keyword::MinContains]->Value : Contains->Value},
          "'minContains' is above 'maxContains'");
    A.Counts.push_back(C);
  }
  const bool Bounded = A.Min <= A.Max;
  normalise(A);
  if (Bounded && isEmpty(A)) {
    contradiction(N, {S.Place.Doc, Contains ? Contains->Value : S.Place.Value},
                  "no array satisfies its keywords");
    return;
  }

  if (A.Min > A.Max)
    contradiction(N, {S.Place.Doc, S[Keyword::MinItems]->Value}, "'minItems' is above 'maxItems'");
  else
    Out.Arrays.push_back(std::move(A));
}

} // namespace weir::jsonschema
