//===- ObjectKeywords.cpp - Members and their number --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `additionalProperties` is about the names that the same object's `properties` does not
// have; a name that is only required falls under it too.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

namespace weir::jsonschema {

using json::Member;

Shape Compiler::objectKeywords(NodeId N, const SchemaObject &S, Shape Out) {
  if (!(S.Types & types::Object))
    return Out;
  const json::Document &D = doc(S.Place);
  ObjectSet O;
  O.Min = countOf(S, S[Keyword::MinProperties]).value_or(0);
  O.Max = countOf(S, S[Keyword::MaxProperties]).value_or(ir::Unbounded);

  // While patterns of names are not enforced, neither is what they leave over.
  const Member *Patterns = S[Keyword::PatternProperties];
  bool Open = Patterns && D.isObject(Patterns->Value) && !D.members(Patterns->Value).empty();
  if (const Member *M = S[Keyword::AdditionalProperties]; M && !Open)
    O.Rest = nodeOf({S.Place.Doc, M->Value});
  else if (const Member *U = S[Keyword::UnevaluatedProperties];
           U && !M && !Open && !hasInPlaceApplicators(S))
    O.Rest = nodeOf({S.Place.Doc, U->Value});

  std::unordered_map<std::string_view, size_t> Index;
  if (const Member *M = S[Keyword::Properties]) {
    if (!D.isObject(M->Value)) {
      wrongType(S.Place, *M, "an object of schemas");
    } else {
      O.Properties.reserve(D.members(M->Value).size());
      for (const Member &P : D.members(M->Value)) {
        Index.emplace(P.Key, O.Properties.size());
        O.Properties.push_back({P.Key, nodeOf({S.Place.Doc, P.Value}), false, true});
      }
    }
  }
  if (const Member *M = S[Keyword::Required]) {
    bool Fine = D.isArray(M->Value);
    if (Fine)
      for (json::ValueId V : D.elements(M->Value)) {
        if (!D.isString(V)) {
          Fine = false;
          break;
        }
        auto [It, New] = Index.try_emplace(D.string(V), O.Properties.size());
        if (New)
          O.Properties.push_back({D.string(V), O.Rest, true, false});
        Property &P = O.Properties[It->second];
        P.Required = true;
        if (P.Value == NoNode)
          contradiction(N, {S.Place.Doc, V}, "a required property has the schema 'false'");
      }
    if (!Fine)
      wrongType(S.Place, *M, "an array of strings");
  }
  charge(O.Properties.size());

  if (O.Min > O.Max) {
    contradiction(N, {S.Place.Doc, S[Keyword::MinProperties]->Value},
                  "'minProperties' is above 'maxProperties'");
    return Out;
  }
  for (const Property &P : O.Properties)
    if (P.Required && P.Value == NoNode)
      return Out;
  Out.Objects.push_back(std::move(O));
  return Out;
}

} // namespace weir::jsonschema
