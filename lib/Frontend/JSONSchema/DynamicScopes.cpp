//===- DynamicScopes.cpp - References that depend on the way there --------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `$dynamicRef` leads to the schema of that dynamic anchor in the outermost resource, on
// the way from the root, that has one; `$recursiveRef` likewise, with the one anchor
// that `$recursiveAnchor` is. Of the way only this matters, so a *scope* is what each
// dynamic anchor met so far leads to, the first resource winning. A schema is compiled
// once for each scope it is reached in; without dynamic anchors there is one, the empty
// one.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

namespace weir::jsonschema {

using json::Member;

ScopeId Compiler::enter(ScopeId Outer, Location Schema) {
  if (!Docs.hasDynamicAnchors())
    return Outer;
  const auto &Anchors = Docs.dynamicAnchors(Schema);
  if (Anchors.empty())
    return Outer;
  Scope Inner = Scopes[Outer.index()];
  for (const auto &[Name, Place] : Anchors)
    Inner.try_emplace(Name, Place);
  if (!charge(Inner.size()) || Inner.size() == Scopes[Outer.index()].size())
    return Outer;
  std::vector<std::pair<std::string, uint64_t>> Key;
  for (const auto &[Name, Place] : Inner)
    Key.emplace_back(Name, Place.key());
  auto [It, New] = ScopeByAnchors.try_emplace(std::move(Key), ScopeId(uint32_t(Scopes.size())));
  if (New)
    Scopes.push_back(std::move(Inner));
  return It->second;
}

/// Where `$dynamicRef` or `$recursiveRef` leads; none after an error.
std::optional<Location> Compiler::dynamicTarget(const SchemaObject &S, const Member &M) {
  Location Place{S.Place.Doc, M.Value};
  if (!doc(Place).isString(M.Value)) {
    wrongType(S.Place, M, "a string");
    return std::nullopt;
  }
  std::optional<Location> Static = Docs.resolve(S.Place, Place);
  if (!Static)
    return std::nullopt;
  std::optional<std::string> Anchor;
  if (S[Keyword::RecursiveRef] == &M) {
    if (doc(Place).string(M.Value) != "#") {
      wrongType(S.Place, M, "'#'");
      return std::nullopt;
    }
    Anchor = "";
  } else {
    Anchor = Documents::anchorOf(doc(Place).string(M.Value));
  }
  if (!Anchor || !Docs.isDynamicAnchor(*Static, *Anchor))
    return Static;
  const Scope &Way = Scopes[enter(CurrentScope, *Static).index()];
  auto It = Way.find(*Anchor);
  return It == Way.end() ? *Static : It->second;
}

} // namespace weir::jsonschema
