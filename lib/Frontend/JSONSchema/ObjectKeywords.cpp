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
#include "weir/Support/WorkMeter.h"

namespace weir::jsonschema {

using json::Member;

/// The languages of the patterns and what they ask, one for each value; these may
/// overlap. False when a pattern is not known: `additionalProperties` is not, then.
bool Compiler::patternProperties(const SchemaObject &S, std::vector<KeyCell> &Out) {
  const Member *M = S[Keyword::PatternProperties];
  if (!M)
    return true;
  const json::Document &D = doc(S.Place);
  if (!D.isObject(M->Value)) {
    wrongType(S.Place, *M, "an object of schemas");
    return true;
  }
  std::vector<NodeId> Order;
  std::unordered_map<NodeId, std::vector<KeyId>> ByValue;
  bool Known = true;
  for (const Member &P : D.members(M->Value)) {
    NodeId V = nodeOf({S.Place.Doc, P.Value});
    ir::ExprId E = patternOf(S, *M, P.Value, P.Key, D.keyRange(P));
    Known &= bool(E);
    if (!E)
      continue;
    std::optional<KeyId> K = Keys.of(E);
    if (!K) {
      refuse(S, *M, DiagId::SchemaKeyBudget, M->Key);
      Known = false;
      continue;
    }
    auto [It, New] = ByValue.try_emplace(V);
    if (New)
      Order.push_back(V);
    It->second.push_back(*K);
  }
  if (!keysFit() || !Known)
    return false;
  for (NodeId V : Order)
    Out.push_back({unionOf(std::move(ByValue[V])), V});
  return keysFit();
}

/// The keys that are in one of the sets of strings; none when it is not known.
std::optional<KeyId> Compiler::keysOf(const std::vector<StringSet> &Strings) {
  std::vector<KeyId> Parts;
  for (const StringSet &S : Strings) {
    if (S.IsPattern)
      return std::nullopt;
    KeyId K = S.IsLiterals ? Keys.ofLiterals(S.Literals) : AnyKey;
    std::vector<ir::ExprId> All = S.Patterns;
    if (!S.IsLiterals && (S.Min > 0 || S.Max != ir::Unbounded))
      All.push_back(M.repeat(M.cls(CodePointSet::all()), S.Min, S.Max));
    for (ir::ExprId E : All) {
      std::optional<KeyId> One = Keys.of(E);
      if (!One)
        return std::nullopt;
      K = Keys.both(K, *One);
    }
    if (!S.Excluded.empty())
      K = Keys.minus(K, Keys.ofLiterals(S.Excluded));
    Parts.push_back(K);
  }
  const KeyId All = unionOf(std::move(Parts));
  return Keys.forgive() ? std::nullopt : std::optional(All);
}

/// `O` less the objects with a key that `propertyNames` does not allow.
ObjectSet Compiler::propertyNames(const SchemaObject &S, ObjectSet O) {
  const Member *M = S[Keyword::PropertyNames];
  if (!M)
    return O;
  Location Place{S.Place.Doc, M->Value};
  NodeId Names = nodeOf(Place);
  if (Names == AnyNode)
    return O;
  // Of a schema that applies itself to its own keys, the strings are not known yet.
  std::optional<KeyId> Allowed;
  if (node(Names).Progress == Node::State::Expanding && Tentative > 0)
    Blocked = true;
  if (node(Names).Progress != Node::State::Expanding)
    Allowed = keysOf(shape(Names, Place).Strings);
  if (!keysFit())
    return O;
  if (!Allowed && Blocked)
    return O;
  const KeyId Excluded = Allowed ? Keys.minus(AnyKey, *Allowed) : NoKey;
  if (Keys.forgive() || !Allowed) {
    refuse(S, *M, DiagId::SchemaKeyBudget, M->Key);
    return O;
  }
  ObjectSet Others;
  Others.Cells.push_back({Excluded, NoNode});
  if (Others.Cells[0].Keys == NoKey)
    return O;
  settleCells(Others);
  return conjoin(O, Others);
}

void Compiler::objectKeywords(NodeId N, const SchemaObject &S, Shape &Out) {
  if (!(S.Types & types::Object))
    return;
  const json::Document &D = doc(S.Place);
  ObjectSet O;
  O.Min = countOf(S, S[Keyword::MinProperties]).value_or(0);
  O.Max = countOf(S, S[Keyword::MaxProperties]).value_or(ir::Unbounded);

  std::vector<KeyCell> Patterns;
  bool Known = patternProperties(S, Patterns);
  if (const Member *M = S[Keyword::AdditionalProperties]; M && Known)
    O.Rest = nodeOf({S.Place.Doc, M->Value});
  else if (const Member *U = S[Keyword::UnevaluatedProperties];
           U && !M && Known && !hasInPlaceApplicators(S))
    O.Rest = nodeOf({S.Place.Doc, U->Value});

  // Of the keys in a class, and whether `additionalProperties` is about them.
  std::vector<KeyId> Of;
  for (const KeyCell &C : Patterns)
    Of.push_back(C.Keys);
  const KeyPartition *Classes = Of.empty() ? nullptr : &partition(Of);
  auto ByPatterns = [&](const std::vector<uint32_t> &Class) {
    NodeId V = AnyNode;
    for (uint32_t I : Class)
      V = conjoin(V, Patterns[I].Value);
    return V;
  };
  if (Classes)
    O.Cells = cellsOf(*Classes, Of, ByPatterns);

  // Where a name stands among the properties, and whether it is to be put behind them. An index
  // is made where there are many.
  std::optional<Late<std::unordered_map<std::string_view, size_t>>> Indexed;
  auto placeOf = [&](std::string_view Name) -> std::pair<size_t, bool> {
    constexpr size_t Few = 16;
    if (O.Properties.size() <= Few) {
      const auto It = std::find_if(O.Properties.begin(), O.Properties.end(),
                                   [&](const Property &P) { return P.Name == Name; });
      return {size_t(It - O.Properties.begin()), It == O.Properties.end()};
    }
    if (!Indexed)
      Indexed.emplace();
    std::unordered_map<std::string_view, size_t> &Index = **Indexed;
    while (Index.size() < O.Properties.size() && pollWork())
      Index.emplace(O.Properties[Index.size()].Name, Index.size());
    const auto [It, New] = Index.try_emplace(Name, O.Properties.size());
    return {It->second, New};
  };
  if (const Member *M = S[Keyword::Properties]) {
    if (!D.isObject(M->Value)) {
      wrongType(S.Place, *M, "an object of schemas");
    } else {
      O.Properties.reserve(D.members(M->Value).size());
      for (const Member &P : D.members(M->Value)) {
        if (!pollWork())
          return;
        NodeId V = nodeOf({S.Place.Doc, P.Value});
        if (Classes)
          V = conjoin(V, ByPatterns(Classes->classOf(P.Key)));
        O.Properties.push_back({P.Key, V, false, true});
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
        if (isRelaxed({S.Place.Doc, V}))
          continue;
        if (!pollWork())
          return;
        std::string_view Name = D.string(V);
        const auto [At, New] = placeOf(Name);
        if (New) {
          const std::vector<uint32_t> *Class = Classes ? &Classes->classOf(Name) : nullptr;
          O.Properties.push_back(
              {Name, Class && !Class->empty() ? ByPatterns(*Class) : O.Rest, true, false});
        }
        Property &P = O.Properties[At];
        P.Required = true;
        if (P.Value == NoNode)
          contradiction(N, {S.Place.Doc, V}, "a required property has the schema 'false'");
      }
    if (!Fine)
      wrongType(S.Place, *M, "an array of strings");
  }
  charge(O.Properties.size());
  settleCells(O);
  O = propertyNames(S, std::move(O));

  if (O.Min > O.Max) {
    contradiction(N, {S.Place.Doc, S[Keyword::MinProperties]->Value},
                  "'minProperties' is above 'maxProperties'");
    return;
  }
  for (const Property &P : O.Properties)
    if (P.Required && P.Value == NoNode)
      return;
  Out.Objects.push_back(std::move(O));
}

} // namespace weir::jsonschema
