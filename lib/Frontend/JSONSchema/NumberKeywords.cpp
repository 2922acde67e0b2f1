//===- NumberKeywords.cpp - Bounds of numbers ---------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`: one interval of exact
// decimals. In draft 4 the exclusive ones are flags of the others.
//
// `multipleOf` is read where it asks for nothing but integers, or for nothing at all.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

namespace weir::jsonschema {

using json::Member;

std::optional<Decimal> Compiler::boundOf(const SchemaObject &S, const Member &M) {
  const json::Document &D = doc(S.Place);
  if (!D.isNumber(M.Value)) {
    wrongType(S.Place, M, "a number");
    return std::nullopt;
  }
  std::optional<Decimal> Value = parseDecimal(D.number(M.Value));
  if (!Value || Value->plainDigits() > MaxBoundDigits) {
    budgetExceeded({S.Place.Doc, M.Value}, uint64_t(MaxBoundDigits), "digits in a number");
    return std::nullopt;
  }
  return Value;
}

/// Whether every integer is a multiple: 1/Value is an integer. Values with digits 1, 2,
/// 5, 25 and 125, which is what is written.
static bool dividesIntegers(const Decimal &Value) {
  if (Value.Negative || Value.Point > 1)
    return false;
  // 0.D * 10^Point = D / 10^(digits - Point)
  int64_t Power = int64_t(Value.Digits.size()) - Value.Point;
  if (Value.Digits == "1")
    return Power >= 0;
  if (Value.Digits == "2" || Value.Digits == "5")
    return Power >= 1;
  return (Value.Digits == "25" && Power >= 2) || (Value.Digits == "125" && Power >= 3);
}

Shape Compiler::numberKeywords(NodeId N, const SchemaObject &S, Shape Out) {
  if (!(S.Types & types::Number))
    return Out;
  const json::Document &D = doc(S.Place);
  NumberRange R;
  R.Kind = S.Integer;
  auto Read = [&](Keyword Plain, Keyword Exclusive, bool Lower) {
    const Member *P = S[Plain], *X = S[Exclusive];
    NumberRange One;
    auto Add = [&](const Member &M, bool Ex) {
      std::optional<Decimal> Value = boundOf(S, M);
      if (!Value)
        return;
      NumberRange New;
      (Lower ? New.Lo : New.Hi) = Value;
      (Lower ? New.LoExclusive : New.HiExclusive) = Ex;
      One = intersect(One, New);
    };
    bool Flag = X && D.isBool(X->Value);
    if (Flag && S.TheDraft != Draft::Draft4 && S.TheDraft != Draft::Auto) {
      wrongType(S.Place, *X, "a number");
      X = nullptr;
      Flag = false;
    }
    if (X && !Flag && S.TheDraft == Draft::Draft4) {
      wrongType(S.Place, *X, "a boolean");
      X = nullptr;
    }
    if (P)
      Add(*P, Flag && D.isTrue(X->Value));
    if (X && !Flag)
      Add(*X, true);
    R = intersect(R, One);
    if (R.isEmpty())
      contradiction(N, {S.Place.Doc, (P ? P : X)->Value}, "no number lies between the bounds");
  };
  if (S[Keyword::Minimum] || S[Keyword::ExclusiveMinimum])
    Read(Keyword::Minimum, Keyword::ExclusiveMinimum, true);
  if (S[Keyword::Maximum] || S[Keyword::ExclusiveMaximum])
    Read(Keyword::Maximum, Keyword::ExclusiveMaximum, false);
  if (const Member *M = S[Keyword::MultipleOf])
    if (std::optional<Decimal> Step = boundOf(S, *M)) {
      if (Step->Negative || Step->isZero())
        wrongType(S.Place, *M, "a number above 0");
      else if (*Step == Decimal{false, "1", 1})
        R.Kind = std::max(R.Kind, Integers::Integral);
      else if (R.Kind == Integers::Any || !dividesIntegers(*Step))
        refuse(S, *M, DiagId::SchemaUnsupportedKeyword, M->Key);
    }
  if (!R.isEmpty())
    Out.Numbers.push_back(std::move(R));
  return Out;
}

} // namespace weir::jsonschema
