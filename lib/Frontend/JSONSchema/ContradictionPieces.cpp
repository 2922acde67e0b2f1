//===- ContradictionPieces.cpp - What may be left out of a schema ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A piece is a keyword, a required name or a subschema at a place where less asked means
// more values: below `not` and `if`, below `oneOf` where several branches may hold, and
// below `contains` with an upper bound it does not. Where `unevaluated...` is needed, what
// they look at stays as it is, and only what is within it is left out.
//
//===----------------------------------------------------------------------===//
#include "Contradiction.h"

namespace weir::jsonschema {

using json::Member;

static bool isZero(const json::Document &D, json::ValueId V) {
  if (!D.isNumber(V))
    return false;
  std::optional<Decimal> N = parseDecimal(D.number(V));
  return N && N->isZero();
}

/// Walks to all schemas that the root applies. False when it cannot be told where
/// references lead.
bool ContradictionFinder::findPolarities() {
  Straight.clear();
  Mixed.clear();
  Unevaluated.clear();
  std::vector<std::pair<Location, bool>> Work{{Root, true}};
  bool Known = true;
  while (!Work.empty()) {
    auto [L, IsStraight] = Work.back();
    Work.pop_back();
    if (Mixed.contains(L.key()) || (IsStraight && Straight.contains(L.key())))
      continue;
    (IsStraight ? Straight : Mixed).insert(L.key());
    const json::Document &D = doc(L);
    if (!spendWork() || !D.isObject(L.Value))
      continue;
    const Draft TheDraft = Docs.draft(L);
    const bool OnlyRef = refHidesSiblings(TheDraft) && D.find(L.Value, "$ref");
    for (const Member &M : D.members(L.Value)) {
      const KeywordInfo *K = lookupKeyword(M.Key, TheDraft);
      if (!K || (OnlyRef && K->Id != Keyword::Ref))
        continue;
      bool Inner = IsStraight;
      switch (K->Id) {
      case Keyword::Ref:
        if (std::optional<Location> To = target(L, M))
          Work.emplace_back(*To, IsStraight);
        continue;
      case Keyword::DynamicRef:
      case Keyword::RecursiveRef:
        // Where it leads depends on the way here.
        Known = false;
        continue;
      case Keyword::Defs:
      case Keyword::Definitions:
      case Keyword::ContentSchema:
        continue;
      case Keyword::UnevaluatedItems:
      case Keyword::UnevaluatedProperties:
        Unevaluated.push_back({L.Doc, M.Value});
        break;
      case Keyword::Not:
      case Keyword::If:
        Inner = false;
        break;
      case Keyword::OneOf:
        Inner &= Now.OneOfIsAnyOf;
        break;
      case Keyword::Contains: {
        const Member *Min = D.find(L.Value, "minContains");
        Inner &= !D.find(L.Value, "maxContains") && !(Min && isZero(D, Min->Value));
        break;
      }
      default:
        break;
      }
      forEachSubschema(L, M, *K,
                       [&](json::ValueId V) { Work.emplace_back(Location{L.Doc, V}, Inner); });
    }
  }
  for (uint64_t Key : Mixed)
    Straight.erase(Key);
  return Known;
}

/// Leaves out what has errors, whose meaning is not known. False where that cannot be.
bool ContradictionFinder::relaxErrors() {
  for (const Diagnostic &D : Of.Diags.diagnostics()) {
    if (D.Level != Severity::Error)
      continue;
    std::optional<Location> At = D.HasPointer ? Docs.find(D.Range.File, D.Pointer) : std::nullopt;
    if (!At)
      return false;
    const json::Document &Text = doc(*At);
    json::ValueId Below, V = At->Value;
    while (V && !Straight.contains(Location{At->Doc, V}.key())) {
      Below = V;
      V = Text.parent(V);
    }
    if (!V)
      return false;
    Location Relax{At->Doc, V};
    if (Below && Text.isObject(V)) {
      const Member &M = Text.members(V)[Text.indexInParent(Below)];
      const KeywordInfo *K = lookupKeyword(M.Key, Docs.draft(Relax));
      if (!K || (K->Kind != Role::Applicator && K->Kind != Role::Assertion))
        return false;
      // Without those others would say more.
      if (K->Id != Keyword::Properties && K->Id != Keyword::PatternProperties &&
          K->Id != Keyword::Items && K->Id != Keyword::PrefixItems)
        Relax.Value = M.Value;
    }
    Now.Values.insert(Relax.key());
  }
  return true;
}

/// The pieces of a schema. Where a schema in place cannot be left out, those of that schema
/// are.
void ContradictionFinder::piecesOf(Location Schema, Pieces &Out) {
  std::vector<Location> Work{Schema};
  while (!Work.empty()) {
    const Location L = Work.back();
    Work.pop_back();
    addPieces(L, Out, Work);
  }
}

void ContradictionFinder::addPieces(Location L, Pieces &Out, std::vector<Location> &Work) {
  const json::Document &D = doc(L);
  if (!Straight.contains(L.key()) || !D.isObject(L.Value) || !Opened.insert(L.key()).second)
    return;
  const Draft TheDraft = Docs.draft(L);
  const bool OnlyRef = refHidesSiblings(TheDraft) && D.find(L.Value, "$ref");
  auto Add = [&](json::ValueId V, Keyword K, std::vector<Location> Schemas = {}) {
    const Location At{L.Doc, V};
    if (Now.Values.contains(At.key()) || !spendWork())
      return;
    Out.push_back(uint32_t(All.size()));
    All.push_back({At, L, K, std::move(Schemas)});
  };
  for (const Member &M : D.members(L.Value)) {
    const KeywordInfo *K = lookupKeyword(M.Key, TheDraft);
    if (!K || (OnlyRef && K->Id != Keyword::Ref))
      continue;
    std::vector<Location> Schemas;
    forEachSubschema(L, M, *K, [&](json::ValueId V) { Schemas.push_back({L.Doc, V}); });
    switch (K->Id) {
    case Keyword::Ref:
    case Keyword::DynamicRef:
    case Keyword::RecursiveRef:
      if (std::optional<Location> To = K->Id == Keyword::Ref ? target(L, M) : std::nullopt)
        Schemas.push_back(*To);
      [[fallthrough]];
    case Keyword::If:
    case Keyword::Then:
    case Keyword::Else:
    case Keyword::AnyOf:
    case Keyword::OneOf:
    case Keyword::Contains:
    case Keyword::AdditionalProperties:
    case Keyword::AdditionalItems:
      // Who asks what was looked at may be told by these.
      if (KeepsAnnotations)
        Work.insert(Work.end(), Schemas.begin(), Schemas.end());
      else
        Add(M.Value, K->Id, std::move(Schemas));
      break;
    case Keyword::AllOf:
    case Keyword::DependentSchemas:
      for (Location S : Schemas) {
        if (KeepsAnnotations)
          Work.push_back(S);
        else
          Add(S.Value, K->Id, {S});
      }
      break;
    case Keyword::Items:
      if (KeepsAnnotations && !D.isArray(M.Value)) {
        Work.push_back(Schemas[0]);
        break;
      }
      [[fallthrough]];
    case Keyword::PrefixItems:
    case Keyword::Properties:
    case Keyword::PatternProperties:
      for (Location S : Schemas)
        Add(S.Value, K->Id, {S});
      break;
    case Keyword::Dependencies:
    case Keyword::DependentRequired:
      if (D.isObject(M.Value))
        for (const Member &X : D.members(M.Value)) {
          if (D.isArray(X.Value))
            Add(X.Value, K->Id);
          else if (!KeepsAnnotations)
            Add(X.Value, K->Id, {{L.Doc, X.Value}});
        }
      break;
    case Keyword::Required:
      if (D.isArray(M.Value))
        for (json::ValueId V : D.elements(M.Value))
          Add(V, K->Id);
      break;
    case Keyword::MinContains:
      // Without it, one.
      if (!isZero(D, M.Value))
        Add(M.Value, K->Id);
      break;
    case Keyword::MaxContains:
      Add(M.Value, K->Id);
      break;
    default:
      if (K->Kind == Role::Assertion || K->Kind == Role::Applicator)
        Add(M.Value, K->Id, std::move(Schemas));
      break;
    }
  }
}

void ContradictionFinder::piecesBelow(const Pieces &Over, Pieces &Out) {
  for (uint32_t I : Over) {
    const std::vector<Location> Schemas = All[I].Schemas;
    for (Location S : Schemas)
      piecesOf(S, Out);
  }
}

} // namespace weir::jsonschema
