//===- RefusedKeywords.cpp - What is not enforced is refused ------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A keyword that may constrain a value and that this frontend does not enforce is an
// error, unless it can be seen to constrain nothing here: it is about types the schema
// does not allow, or its value lets everything pass.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include <algorithm>

namespace weir::jsonschema {

using json::Member;

/// Whether a refused keyword of a schema lets every value pass.
bool Compiler::isVacuous(const SchemaObject &S, const KeywordInfo &K) {
  const json::Document &D = doc(S.Place);
  const Member &M = *S[K.Id];
  switch (K.Id) {
  case Keyword::UniqueItems: {
    const Member *Max = S[Keyword::MaxItems];
    return D.kind(M.Value) == json::Kind::False || (Max && countOf(S, Max).value_or(2) <= 1);
  }
  default:
    return false;
  }
}

void Compiler::refusedKeywords(const SchemaObject &S) {
  for (const KeywordInfo &K : KeywordTable) {
    if (K.Kind != Role::Refused || !S[K.Id] || !(K.Types & S.Types))
      continue;
    // Read with the bounds of numbers.
    if (K.Id == Keyword::MultipleOf)
      continue;
    if (!isVacuous(S, K))
      refuse(S, *S[K.Id], DiagId::SchemaUnsupportedKeyword, K.Name);
  }
}

} // namespace weir::jsonschema
