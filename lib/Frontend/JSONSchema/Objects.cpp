//===- Objects.cpp - The algebra of sets of objects -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A set of objects says of every key what its member satisfies: by name, by cell, or
// as one of the rest. In a conjunction a name that one side does not have falls under
// that side's cell or rest.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

namespace weir::jsonschema {

ObjectSet Compiler::conjoin(const ObjectSet &A, const ObjectSet &B) {
  if (A.isUnconstrained())
    return B;
  if (B.isUnconstrained())
    return A;
  charge(A.Properties.size() + B.Properties.size());
  ObjectSet R;
  R.Min = std::max(A.Min, B.Min);
  R.Max = std::min(A.Max, B.Max);
  R.Rest = conjoin(A.Rest, B.Rest);
  std::unordered_map<std::string_view, size_t> InB;
  for (size_t I = 0; I < B.Properties.size(); ++I)
    InB.emplace(B.Properties[I].Name, I);
  std::vector<bool> Used(B.Properties.size());
  R.Properties.reserve(A.Properties.size() + B.Properties.size());
  for (const Property &P : A.Properties) {
    auto It = InB.find(P.Name);
    Property Both = P;
    if (It == InB.end()) {
      Both.Value = conjoin(P.Value, B.Rest);
    } else {
      const Property &Q = B.Properties[It->second];
      Used[It->second] = true;
      Both.Value = conjoin(P.Value, Q.Value);
      Both.Required |= Q.Required;
      Both.Mentioned |= Q.Mentioned;
    }
    R.Properties.push_back(Both);
  }
  for (size_t I = 0; I < B.Properties.size(); ++I) {
    if (Used[I])
      continue;
    Property Both = B.Properties[I];
    Both.Value = conjoin(A.Rest, Both.Value);
    R.Properties.push_back(Both);
  }
  return R;
}

} // namespace weir::jsonschema
