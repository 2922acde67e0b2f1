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
// `multipleOf` is a step of exact decimals, of up to 18 digits without the zeros at its ends.
//
// The formats `int32` and `int64` are the integers of so many bits.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include <tuple>

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

void Compiler::numberKeywords(NodeId N, const SchemaObject &S, Shape &Out) {
  if (!(S.Types & types::Number))
    return;
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
      else if (!Step->coefficient())
        budgetExceeded({S.Place.Doc, M->Value}, MaxStepDigits, "digits in a 'multipleOf'");
      else {
        NumberRange Of;
        Of.Multiples = {*Step};
        R = intersect(R, normalised(std::move(Of)));
        if (R.isEmpty())
          contradiction(N, {S.Place.Doc, M->Value}, "no multiple lies between the bounds");
      }
    }
  if (const Member *M = S[Keyword::Format];
      M && Opts.AssertFormats && D.isString(M->Value) && !R.isEmpty())
    for (auto [Name, Lowest, Highest] :
         {std::tuple("int32", "-2147483648", "2147483647"),
          std::tuple("int64", "-9223372036854775808", "9223372036854775807")})
      if (D.string(M->Value) == Name) {
        NumberRange Bits;
        Bits.Lo = parseDecimal(Lowest);
        Bits.Hi = parseDecimal(Highest);
        Bits.Kind = S.Integer == Integers::Any ? Integers::Integral : S.Integer;
        R = intersect(R, Bits);
        if (R.isEmpty())
          contradiction(N, {S.Place.Doc, M->Value}, "no number of that format satisfies the rest");
      }
  if (!R.isEmpty())
    Out.Numbers.push_back(std::move(R));
}

} // namespace weir::jsonschema
