//===- Unevaluated.cpp - unevaluatedProperties ------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which members are evaluated depends on which schemas in place hold. An *outcome* is a
// condition and the members that are evaluated where it holds:
//
//   {"properties": {"a": {}},                      always                 a
//    "anyOf": [{"properties": {"b": {}}, …},       first branch           a b
//              {"patternProperties": {"^x": {}}}], second branch          a ^x
//    "unevaluatedProperties": false}               both                   a b ^x
//
// The schema is the union over its outcomes: the condition, and all members but those
// evaluated satisfy `unevaluatedProperties`. It does not matter that more than one
// condition may hold, since more conditions only ever evaluate more members: the
// strictest reading of a value is in the union along with the right one, and implies it.
// Only `else` needs the negation of its `if`.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include <algorithm>

namespace weir::jsonschema {

using json::Member;

/// The names in place of a schema, and the union of its patterns.
std::optional<Compiler::Evaluated> Compiler::evaluatedHere(const SchemaObject &S) {
  const json::Document &D = doc(S.Place);
  Evaluated E;
  E.All = S[Keyword::AdditionalProperties] || S[Keyword::UnevaluatedProperties];
  if (E.All)
    return E;
  if (const Member *M = S[Keyword::Properties]; M && D.isObject(M->Value))
    for (const Member &P : D.members(M->Value))
      E.Names.push_back(P.Key);
  charge(E.Names.size());
  std::sort(E.Names.begin(), E.Names.end());
  std::vector<KeyCell> Patterns;
  if (!patternProperties(S, Patterns))
    return std::nullopt;
  for (const KeyCell &C : Patterns)
    E.Patterns = Keys.either(E.Patterns, C.Keys);
  return E;
}

/// Every pair of an outcome of each side, less those that another makes idle.
bool Compiler::multiply(std::vector<Outcome> &A, const std::vector<Outcome> &B, Location For) {
  constexpr size_t MaxOutcomes = 256;
  std::vector<Outcome> Out;
  for (const Outcome &X : A)
    for (const Outcome &Y : B) {
      Outcome Both{conjoin(X.Condition, Y.Condition), X.Present, {}};
      Both.Present.insert(Both.Present.end(), Y.Present.begin(), Y.Present.end());
      Both.Members.All = X.Members.All || Y.Members.All;
      std::set_union(X.Members.Names.begin(), X.Members.Names.end(), Y.Members.Names.begin(),
                     Y.Members.Names.end(), std::back_inserter(Both.Members.Names));
      Both.Members.Patterns = Keys.either(X.Members.Patterns, Y.Members.Patterns);
      if (!charge(1 + Both.Members.Names.size()) || !keysFit())
        return false;
      if (isNone(Both.Condition))
        continue;
      // Idle: another holds whenever this one does, and evaluates as much.
      auto Covers = [&](const Outcome &O, const Outcome &By) {
        auto In = [](const auto &Few, const auto &Many) {
          return std::includes(Many.begin(), Many.end(), Few.begin(), Few.end());
        };
        return (By.Condition == AnyNode || By.Condition == O.Condition) && By.Present.empty() &&
               (By.Members.All || (!O.Members.All && In(O.Members.Names, By.Members.Names) &&
                                   Keys.minus(O.Members.Patterns, By.Members.Patterns) == NoKey));
      };
      if (std::any_of(Out.begin(), Out.end(), [&](const Outcome &O) { return Covers(Both, O); }))
        continue;
      std::erase_if(Out, [&](const Outcome &O) { return Covers(O, Both); });
      Out.push_back(std::move(Both));
      if (Out.size() > MaxOutcomes) {
        budgetExceeded(For, MaxOutcomes, "outcomes that evaluate different members");
        return false;
      }
    }
  A = std::move(Out);
  return true;
}

/// The outcomes of the schemas that are applied in place of `S`, itself included; none
/// when they are not known.
std::optional<std::vector<Compiler::Outcome>> Compiler::outcomes(const SchemaObject &S, bool Itself,
                                                                 uint32_t Levels) {
  const json::Document &D = doc(S.Place);
  if (Levels == 0 || Stopped || S[Keyword::DynamicRef] || S[Keyword::RecursiveRef])
    return std::nullopt;
  std::vector<Outcome> Out(1);
  const bool OnlyRef = S[Keyword::Ref] && refHidesSiblings(S.TheDraft);
  if (!OnlyRef) {
    SchemaObject Own = S;
    if (!Itself)
      Own.Found[size_t(Keyword::UnevaluatedProperties)] = nullptr;
    std::optional<Evaluated> Here = evaluatedHere(Own);
    if (!Here)
      return std::nullopt;
    Out[0].Members = std::move(*Here);
    if (Out[0].Members.All)
      return Out;
  }
  // Those of another schema, each under a condition.
  auto Of = [&](Location L, NodeId If, std::vector<std::string_view> Present,
                std::vector<Outcome> &Into) {
    std::optional<std::vector<Outcome>> X{std::in_place, size_t(1)};
    if (doc(L).isObject(L.Value))
      X = outcomes(read(L), true, Levels - 1);
    if (!X)
      return false;
    for (Outcome &O : *X) {
      O.Condition = conjoin(O.Condition, If);
      O.Present.insert(O.Present.end(), Present.begin(), Present.end());
      Into.push_back(std::move(O));
    }
    return true;
  };
  auto At = [&](json::ValueId V) { return Location{S.Place.Doc, V}; };
  if (S[Keyword::Ref]) {
    std::optional<Location> T = target(S);
    std::vector<Outcome> Parts;
    if (!T || !Of(*T, AnyNode, {}, Parts) || !multiply(Out, Parts, S.Place))
      return std::nullopt;
  }
  if (OnlyRef)
    return Out;
  if (const Member *M = S[Keyword::AllOf]; M && D.isArray(M->Value))
    for (json::ValueId V : D.elements(M->Value)) {
      std::vector<Outcome> Parts;
      if (!Of(At(V), AnyNode, {}, Parts) || !multiply(Out, Parts, At(V)))
        return std::nullopt;
    }
  if (const Member *M = S[Keyword::AnyOf]; M && D.isArray(M->Value))
    for (json::ValueId V : D.elements(M->Value)) {
      std::vector<Outcome> Parts(1);
      if (!Of(At(V), nodeOf(At(V)), {}, Parts) || !multiply(Out, Parts, At(V)))
        return std::nullopt;
    }
  if (const Member *M = S[Keyword::OneOf]; M && D.isArray(M->Value)) {
    std::vector<Outcome> Parts;
    for (json::ValueId V : D.elements(M->Value))
      if (!Of(At(V), nodeOf(At(V)), {}, Parts))
        return std::nullopt;
    if (!multiply(Out, Parts, At(M->Value)))
      return std::nullopt;
  }
  if (const Member *M = S[Keyword::If]) {
    std::vector<Outcome> Yes, No;
    const NodeId If = nodeOf(At(M->Value));
    const Member *Then = S[Keyword::Then], *Else = S[Keyword::Else];
    if (!Of(At(M->Value), If, {}, Yes))
      return std::nullopt;
    std::vector<Outcome> More;
    if (Then && (!Of(At(Then->Value), AnyNode, {}, More) || !multiply(Yes, More, At(M->Value))))
      return std::nullopt;
    if (!Else)
      No.emplace_back();
    else if (!Of(At(Else->Value), negate(If), {}, No))
      return std::nullopt;
    Yes.insert(Yes.end(), std::make_move_iterator(No.begin()), std::make_move_iterator(No.end()));
    if (!multiply(Out, Yes, At(M->Value)))
      return std::nullopt;
  }
  for (Keyword K : {Keyword::DependentSchemas, Keyword::Dependencies})
    if (const Member *M = S[K]; M && D.isObject(M->Value))
      for (const Member &X : D.members(M->Value)) {
        std::vector<Outcome> Parts(1);
        if (!Of(At(X.Value), AnyNode, {X.Key}, Parts) || !multiply(Out, Parts, At(X.Value)))
          return std::nullopt;
      }
  return Out;
}

/// `Out` less the objects with a member that is not evaluated and not allowed.
Shape Compiler::unevaluatedProperties(NodeId N, const SchemaObject &S, Shape Out) {
  constexpr uint32_t MaxLevels = 64;
  const Member *M = S[Keyword::UnevaluatedProperties];
  if (!M || Out.Objects.empty() || S[Keyword::AdditionalProperties] || !hasInPlaceApplicators(S))
    return Out;
  Location Place{S.Place.Doc, M->Value};
  NodeId Others = nodeOf(Place);
  if (Others == AnyNode)
    return Out;
  std::optional<std::vector<Outcome>> All = outcomes(S, false, MaxLevels);
  if (!All) {
    bool Reported = Diags.hasErrors() && !Opts.Lenient;
    if (!Stopped && !Reported && !(Blocked && Tentative > 0))
      refuse(S, *M, DiagId::SchemaUnsupportedKeyword, M->Key);
    return Out;
  }
  std::vector<std::string_view> Mention = mentionOf(Out);
  Shape Allowed;
  for (const Outcome &O : *All) {
    ObjectSet Set;
    if (!O.Members.All) {
      Set.Rest = Others;
      for (std::string_view Name : O.Members.Names)
        Set.Properties.push_back({Name, AnyNode, false, false});
      if (O.Members.Patterns != NoKey)
        Set.Cells.push_back({O.Members.Patterns, AnyNode});
      settleCells(Set);
    }
    for (std::string_view Name : O.Present) {
      ObjectSet With;
      With.Properties.push_back({Name, AnyNode, true, false});
      Set = conjoin(Set, With);
    }
    Shape Part = Shape::any();
    Part.Objects = {std::move(Set)};
    if (O.Condition != AnyNode)
      Part = conjoin(Part, shape(O.Condition, Place), Place);
    unite(Allowed, conjoin(Out, Part, Place));
    if (Stopped)
      return Out;
  }
  // What is no object is as it was.
  Shape Objects;
  Objects.Objects = std::move(Allowed.Objects);
  Objects.Inexact = Allowed.Inexact;
  bool Before = Out.Objects.empty();
  Out.Objects.clear();
  unite(Out, std::move(Objects));
  simplify(Out);
  Out.Mention = std::move(Mention);
  orderProperties(Out);
  if (Out.isEmpty() && !Before)
    contradiction(N, Place, "'unevaluatedProperties' and the other keywords exclude each other");
  return Out;
}

} // namespace weir::jsonschema
