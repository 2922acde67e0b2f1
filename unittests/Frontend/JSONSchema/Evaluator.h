//===- Evaluator.h - Whether a value satisfies a schema ---------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Draft 2020-12, keyword by keyword as the specification words it, on values and not on
// sets of values: nothing is shared with the compiler. For tests' schemas: numbers are
// doubles, references are pointers into the schema, patterns std::regex.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_FRONTEND_JSONSCHEMA_EVALUATOR_H
#define WEIR_UNITTESTS_FRONTEND_JSONSCHEMA_EVALUATOR_H

#include "weir/JSON/Value.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <regex>
#include <set>
#include <string>

namespace weir::jsonschema::test {

class Evaluator {
public:
  explicit Evaluator(const json::Document &Schema) : S(Schema) {}

  bool isValid(const json::Document &D, json::ValueId V) {
    Seen Evaluated;
    return check(S.root(), D, V, Evaluated);
  }

private:
  using Id = json::ValueId;

  /// What has been evaluated of an array or object.
  struct Seen {
    std::set<std::string, std::less<>> Names;
    std::set<size_t> Items;
    void add(const Seen &O) {
      Names.insert(O.Names.begin(), O.Names.end());
      Items.insert(O.Items.begin(), O.Items.end());
    }
  };

  static double number(const json::Document &D, Id V) {
    return std::strtod(std::string(D.number(V)).c_str(), nullptr);
  }

  static bool equal(const json::Document &A, Id X, const json::Document &B, Id Y) {
    if (A.kind(X) != B.kind(Y))
      return false;
    switch (A.kind(X)) {
    case json::Kind::Number:
      return number(A, X) == number(B, Y);
    case json::Kind::String:
      return A.string(X) == B.string(Y);
    case json::Kind::Array: {
      auto P = A.elements(X), Q = B.elements(Y);
      if (P.size() != Q.size())
        return false;
      for (size_t I = 0; I < P.size(); ++I)
        if (!equal(A, P[I], B, Q[I]))
          return false;
      return true;
    }
    case json::Kind::Object:
      if (A.members(X).size() != B.members(Y).size())
        return false;
      for (const json::Member &M : A.members(X)) {
        const json::Member *Other = B.find(Y, M.Key);
        if (!Other || !equal(A, M.Value, B, Other->Value))
          return false;
      }
      return true;
    default:
      return true;
    }
  }

  bool hasType(std::string_view T, const json::Document &D, Id V) const {
    switch (D.kind(V)) {
    case json::Kind::Null:
      return T == "null";
    case json::Kind::True:
    case json::Kind::False:
      return T == "boolean";
    case json::Kind::String:
      return T == "string";
    case json::Kind::Array:
      return T == "array";
    case json::Kind::Object:
      return T == "object";
    case json::Kind::Number:
      return T == "number" || (T == "integer" && std::floor(number(D, V)) == number(D, V));
    }
    return false;
  }

  bool matches(std::string_view Pattern, std::string_view Text) const {
    return std::regex_search(std::string(Text), std::regex(std::string(Pattern)));
  }

  const json::Member *get(Id Schema, std::string_view Key) const { return S.find(Schema, Key); }

  bool check(Id Schema, const json::Document &D, Id V, Seen &Out) {
    if (S.isBool(Schema))
      return S.isTrue(Schema);
    Seen Evaluated;
    if (!inPlace(Schema, D, V, Evaluated) || !ofAnyType(Schema, D, V))
      return false;
    bool Fine = true;
    switch (D.kind(V)) {
    case json::Kind::Number:
      Fine = ofNumber(Schema, number(D, V));
      break;
    case json::Kind::String:
      Fine = ofString(Schema, D.string(V));
      break;
    case json::Kind::Array:
      Fine = ofArray(Schema, D, V, Evaluated);
      break;
    case json::Kind::Object:
      Fine = ofObject(Schema, D, V, Evaluated);
      break;
    default:
      break;
    }
    if (Fine)
      Out.add(Evaluated);
    return Fine;
  }

  bool ofAnyType(Id Schema, const json::Document &D, Id V) const {
    if (const json::Member *M = get(Schema, "type")) {
      bool Any = false;
      if (S.isString(M->Value))
        Any = hasType(S.string(M->Value), D, V);
      else
        for (Id T : S.elements(M->Value))
          Any |= hasType(S.string(T), D, V);
      if (!Any)
        return false;
    }
    if (const json::Member *M = get(Schema, "const"); M && !equal(S, M->Value, D, V))
      return false;
    if (const json::Member *M = get(Schema, "enum")) {
      bool Any = false;
      for (Id E : S.elements(M->Value))
        Any |= equal(S, E, D, V);
      return Any;
    }
    return true;
  }

  bool ofNumber(Id Schema, double N) const {
    auto Bound = [&](std::string_view Key, auto Holds) {
      const json::Member *M = get(Schema, Key);
      return !M || Holds(number(S, M->Value));
    };
    return Bound("minimum", [&](double B) { return N >= B; }) &&
           Bound("maximum", [&](double B) { return N <= B; }) &&
           Bound("exclusiveMinimum", [&](double B) { return N > B; }) &&
           Bound("exclusiveMaximum", [&](double B) { return N < B; }) &&
           Bound("multipleOf", [&](double B) { return std::floor(N / B) == N / B; });
  }

  bool ofString(Id Schema, std::string_view T) const {
    const json::Member *P = get(Schema, "pattern");
    return within(Schema, "minLength", "maxLength", length(T)) &&
           (!P || matches(S.string(P->Value), T));
  }

  /// In code points.
  static size_t length(std::string_view T) {
    return size_t(
        std::count_if(T.begin(), T.end(), [](char C) { return (uint8_t(C) & 0xC0) != 0x80; }));
  }

  bool within(Id Schema, std::string_view Least, std::string_view Most, size_t N) const {
    const json::Member *A = get(Schema, Least), *B = get(Schema, Most);
    return (!A || double(N) >= number(S, A->Value)) && (!B || double(N) <= number(S, B->Value));
  }

  bool ofArray(Id Schema, const json::Document &D, Id V, Seen &Evaluated) {
    auto Items = D.elements(V);
    if (!within(Schema, "minItems", "maxItems", Items.size()))
      return false;
    if (const json::Member *M = get(Schema, "uniqueItems"); M && S.isTrue(M->Value))
      for (size_t I = 0; I < Items.size(); ++I)
        for (size_t J = 0; J < I; ++J)
          if (equal(D, Items[I], D, Items[J]))
            return false;
    size_t Prefix = 0;
    Seen Inner;
    if (const json::Member *M = get(Schema, "prefixItems"))
      for (Id Sub : S.elements(M->Value)) {
        if (Prefix < Items.size()) {
          if (!check(Sub, D, Items[Prefix], Inner))
            return false;
          Evaluated.Items.insert(Prefix);
        }
        ++Prefix;
      }
    if (const json::Member *M = get(Schema, "items"))
      for (size_t I = Prefix; I < Items.size(); ++I) {
        if (!check(M->Value, D, Items[I], Inner))
          return false;
        Evaluated.Items.insert(I);
      }
    if (const json::Member *M = get(Schema, "contains")) {
      size_t Found = 0;
      for (size_t I = 0; I < Items.size(); ++I)
        if (check(M->Value, D, Items[I], Inner)) {
          ++Found;
          Evaluated.Items.insert(I);
        }
      if (!within(Schema, get(Schema, "minContains") ? "minContains" : "", "maxContains", Found) ||
          (!get(Schema, "minContains") && Found == 0))
        return false;
    }
    if (const json::Member *M = get(Schema, "unevaluatedItems"))
      for (size_t I = 0; I < Items.size(); ++I)
        if (!Evaluated.Items.count(I)) {
          if (!check(M->Value, D, Items[I], Inner))
            return false;
          Evaluated.Items.insert(I);
        }
    return true;
  }

  bool requires_(Id Names, const json::Document &D, Id V) const {
    for (Id N : S.elements(Names))
      if (!D.find(V, S.string(N)))
        return false;
    return true;
  }

  bool ofObject(Id Schema, const json::Document &D, Id V, Seen &Evaluated) {
    if (!within(Schema, "minProperties", "maxProperties", D.members(V).size()))
      return false;
    if (const json::Member *M = get(Schema, "required"); M && !requires_(M->Value, D, V))
      return false;
    if (const json::Member *M = get(Schema, "dependentRequired"))
      for (const json::Member &N : S.members(M->Value))
        if (D.find(V, N.Key) && !requires_(N.Value, D, V))
          return false;
    Seen Inner;
    const json::Member *Properties = get(Schema, "properties"),
                       *Patterns = get(Schema, "patternProperties"),
                       *Others = get(Schema, "additionalProperties"),
                       *Rest = get(Schema, "unevaluatedProperties"),
                       *Names = get(Schema, "propertyNames");
    for (const json::Member &X : D.members(V)) {
      bool Known = false;
      if (Properties)
        if (const json::Member *P = S.find(Properties->Value, X.Key)) {
          Known = true;
          if (!check(P->Value, D, X.Value, Inner))
            return false;
        }
      if (Patterns)
        for (const json::Member &P : S.members(Patterns->Value))
          if (matches(P.Key, X.Key)) {
            Known = true;
            if (!check(P.Value, D, X.Value, Inner))
              return false;
          }
      if (!Known && Others) {
        Known = true;
        if (!check(Others->Value, D, X.Value, Inner))
          return false;
      }
      if (Known)
        Evaluated.Names.insert(std::string(X.Key));
      if (Names) {
        // A key is a string: the schemas used speak of nothing else.
        const json::Member *P = get(Names->Value, "pattern"), *C = get(Names->Value, "const");
        if ((P && !matches(S.string(P->Value), X.Key)) || (C && S.string(C->Value) != X.Key) ||
            !within(Names->Value, "minLength", "maxLength", length(X.Key)))
          return false;
      }
    }
    if (Rest)
      for (const json::Member &X : D.members(V))
        if (!Evaluated.Names.count(X.Key)) {
          if (!check(Rest->Value, D, X.Value, Inner))
            return false;
          Evaluated.Names.insert(std::string(X.Key));
        }
    return true;
  }

  /// Schemas applied to the value itself.
  bool inPlace(Id Schema, const json::Document &D, Id V, Seen &Evaluated) {
    if (const json::Member *M = get(Schema, "$ref"))
      if (!check(S.resolve(S.root(), S.string(M->Value).substr(1)), D, V, Evaluated))
        return false;
    if (const json::Member *M = get(Schema, "allOf"))
      for (Id Sub : S.elements(M->Value))
        if (!check(Sub, D, V, Evaluated))
          return false;
    for (std::string_view Key : {"anyOf", "oneOf"})
      if (const json::Member *M = get(Schema, Key)) {
        size_t Hold = 0;
        for (Id Sub : S.elements(M->Value))
          Hold += check(Sub, D, V, Evaluated);
        if (Hold == 0 || (Key == "oneOf" && Hold != 1))
          return false;
      }
    if (const json::Member *M = get(Schema, "not")) {
      Seen Inner;
      if (check(M->Value, D, V, Inner))
        return false;
    }
    if (const json::Member *M = get(Schema, "if")) {
      const json::Member *Next = get(Schema, check(M->Value, D, V, Evaluated) ? "then" : "else");
      if (Next && !check(Next->Value, D, V, Evaluated))
        return false;
    }
    if (const json::Member *M = get(Schema, "dependentSchemas"); M && D.isObject(V))
      for (const json::Member &N : S.members(M->Value))
        if (D.find(V, N.Key) && !check(N.Value, D, V, Evaluated))
          return false;
    return true;
  }

  const json::Document &S;
};

} // namespace weir::jsonschema::test

#endif // WEIR_UNITTESTS_FRONTEND_JSONSCHEMA_EVALUATOR_H
