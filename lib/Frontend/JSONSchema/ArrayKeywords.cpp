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

Shape Compiler::arrayKeywords(NodeId N, const SchemaObject &S, Shape Out) {
  if (!(S.Types & types::Array))
    return Out;
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

  if (A.Min > A.Max)
    contradiction(N, {S.Place.Doc, S[Keyword::MinItems]->Value}, "'minItems' is above 'maxItems'");
  else
    Out.Arrays.push_back(std::move(A));
  return Out;
}

} // namespace weir::jsonschema
