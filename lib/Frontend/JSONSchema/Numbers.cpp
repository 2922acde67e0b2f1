//===- Numbers.cpp - The JSON numbers of a range --------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Numbers.h"

#include <array>
#include <cassert>
#include <mutex>
#include <span>

namespace weir::jsonschema {

using ir::ExprId;

/// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
static ir::ByteDfa makeEveryNumber() {
  enum : uint32_t { Start, Minus, Zero, Integer, Dot, Fraction, Exponent, Sign, Digits };
  ir::ByteDfa D;
  D.addState(false); // Start
  D.addEdge('-', '-', Minus);
  D.addEdge('0', '0', Zero);
  D.addEdge('1', '9', Integer);
  D.addState(false); // Minus
  D.addEdge('0', '0', Zero);
  D.addEdge('1', '9', Integer);
  for (uint32_t S : {Zero, Integer}) {
    D.addState(true);
    D.addEdge('.', '.', Dot);
    if (S == Integer)
      D.addEdge('0', '9', Integer);
    D.addEdge('E', 'E', Exponent);
    D.addEdge('e', 'e', Exponent);
  }
  D.addState(false); // Dot
  D.addEdge('0', '9', Fraction);
  D.addState(true); // Fraction
  D.addEdge('0', '9', Fraction);
  D.addEdge('E', 'E', Exponent);
  D.addEdge('e', 'e', Exponent);
  D.addState(false); // Exponent
  D.addEdge('+', '+', Sign);
  D.addEdge('-', '-', Sign);
  D.addEdge('0', '9', Digits);
  D.addState(false); // Sign
  D.addEdge('0', '9', Digits);
  D.addState(true); // Digits
  D.addEdge('0', '9', Digits);
  return D;
}

/// Minimal; made when first asked for and never destroyed.
static const ir::ByteDfa &everyNumber() {
  static const ir::ByteDfa *const D = new ir::ByteDfa(ir::minimised(makeEveryNumber()));
  return *D;
}

namespace {

/// A range of CommonRanges.def, with an automaton for each kind.
struct CommonRange {
  std::optional<Decimal> Lo, Hi;
  std::array<std::once_flag, 3> Made; ///< by kind
  std::array<ir::ByteDfa, 3> Minimal; ///< by kind
};

/// All of them, never destroyed.
std::span<CommonRange> commonRanges() {
  struct Bounds {
    std::string_view Lo, Hi;
  };
  static constexpr Bounds List[] = {
#define RANGE(Least, Greatest) {Least, Greatest},
#include "CommonRanges.def"
  };
  static CommonRange *const All = [] {
    auto *New = new CommonRange[std::size(List)];
    for (size_t I = 0; I < std::size(List); ++I) {
      New[I].Lo = List[I].Lo.empty() ? std::nullopt : parseDecimal(List[I].Lo);
      New[I].Hi = List[I].Hi.empty() ? std::nullopt : parseDecimal(List[I].Hi);
    }
    return New;
  }();
  return {All, std::size(List)};
}

} // namespace

/// The minimal automaton of a range that schema after schema asks for, or null.
static const ir::ByteDfa *commonRange(const NumberRange &R) {
  if (R.LoExclusive || R.HiExclusive || R.NotLexical || !R.Multiples.empty() || !R.Excluded.empty())
    return nullptr;
  for (CommonRange &Common : commonRanges()) {
    if (Common.Lo != R.Lo || Common.Hi != R.Hi)
      continue;
    const size_t Kind = size_t(R.Kind);
    std::call_once(Common.Made[Kind], [&] {
      uint32_t StatesLeft = MaxNumberStates;
      const std::optional<ir::ByteDfa> D = readNumbers(R, StatesLeft);
      assert(D && "a range without steps has few states");
      Common.Minimal[Kind] = ir::minimised(*D);
    });
    return &Common.Minimal[Kind];
  }
  return nullptr;
}

std::optional<ExprId> numberInRange(ir::Module &M, const NumberRange &R, uint32_t &StatesLeft) {
  if ((R.Lo && R.Lo->plainDigits() > MaxBoundDigits) ||
      (R.Hi && R.Hi->plainDigits() > MaxBoundDigits))
    return std::nullopt;
  if (R.isEmpty())
    return M.never();
  if (R.isPlain() && R.Kind == Integers::Any)
    return M.minimalDfa(everyNumber());
  if (const ir::ByteDfa *Common = commonRange(R))
    return M.minimalDfa(*Common);
  if (std::optional<ir::ByteDfa> D = readNumbers(R, StatesLeft))
    return M.dfa(*D);
  // Steps too large to count residues of, but few values.
  constexpr size_t MaxValues = 512;
  std::optional<std::vector<Decimal>> Values = enumerate(R, MaxValues);
  if (!Values)
    return std::nullopt;
  std::vector<ExprId> Parts;
  for (const Decimal &V : *Values) {
    NumberRange One;
    One.Lo = One.Hi = V;
    One.Kind = R.Kind == Integers::Lexical ? Integers::Lexical : Integers::Any;
    One.NotLexical = R.NotLexical;
    std::optional<ir::ByteDfa> D = readNumbers(One, StatesLeft);
    if (!D)
      return std::nullopt;
    Parts.push_back(M.dfa(*D));
  }
  return M.alt(Parts);
}

} // namespace weir::jsonschema
