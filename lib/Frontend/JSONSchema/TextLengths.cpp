//===- TextLengths.cpp - How long the texts of an expression are ----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TextLengths.h"

#include <algorithm>

namespace weir::jsonschema {

using ir::ExprId;
using ir::Op;
using Lengths = TextLengths::Lengths;

/// ir::Unbounded for what is not below it.
static uint32_t bounded(uint64_t Length) {
  return uint32_t(std::min<uint64_t>(Length, ir::Unbounded));
}

static uint32_t times(uint32_t Length, uint32_t Count) {
  if (Length == ir::Unbounded || Count == ir::Unbounded)
    return Length == 0 || Count == 0 ? 0 : ir::Unbounded;
  return bounded(uint64_t(Length) * Count);
}

static Lengths repeated(const Lengths &Of, const ir::RepeatBounds &Bounds) {
  Lengths Out{times(Of.Min, Bounds.Min), times(Of.Max, Bounds.Max), Of.IsDense || Bounds.Max == 0};
  // The lengths of N meet those of N + 1 where N (Max - Min) + 1 >= Min, so it is the fewest
  // that tell.
  if (Bounds.Min < Bounds.Max)
    Out.IsDense &= Of.Min <= 1 || times(Of.Max - Of.Min, Bounds.Min) >= Of.Min - 1;
  return Out;
}

std::optional<Lengths> TextLengths::compute(ExprId E, unsigned Depth) {
  switch (M.op(E)) {
  case Op::Empty:
    return Lengths{};
  case Op::Lit: {
    const std::string_view Text = M.literal(E);
    const uint32_t N = uint32_t(std::count_if(Text.begin(), Text.end(),
                                              [](char C) { return (uint8_t(C) & 0xC0) != 0x80; }));
    return Lengths{N, N};
  }
  case Op::Class:
    if (M.classSet(E).empty())
      return std::nullopt;
    return Lengths{1, 1};
  case Op::Seq: {
    Lengths Out;
    for (ExprId O : M.operands(E)) {
      const std::optional<Lengths> Part = of(O, Depth + 1);
      if (!Part)
        return std::nullopt;
      Out.Min = bounded(uint64_t(Out.Min) + Part->Min);
      Out.Max = bounded(uint64_t(Out.Max) + Part->Max);
      Out.IsDense &= Part->IsDense;
    }
    return Out;
  }
  case Op::Alt: {
    std::vector<Lengths> Parts;
    for (ExprId O : M.operands(E)) {
      const std::optional<Lengths> Part = of(O, Depth + 1);
      if (!Part)
        return std::nullopt;
      Parts.push_back(*Part);
    }
    if (Parts.empty())
      return std::nullopt;
    std::sort(Parts.begin(), Parts.end(),
              [](const Lengths &A, const Lengths &B) { return A.Min < B.Min; });
    Lengths Out = Parts[0];
    for (const Lengths &Part : Parts) {
      Out.IsDense &= Part.IsDense && Part.Min <= bounded(uint64_t(Out.Max) + 1);
      Out.Max = std::max(Out.Max, Part.Max);
    }
    return Out;
  }
  case Op::Repeat:
    if (const std::optional<Lengths> Part = of(M.operands(E)[0], Depth + 1))
      return repeated(*Part, M.bounds(E));
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

std::optional<Lengths> TextLengths::of(ExprId E, unsigned Depth) {
  constexpr unsigned MaxDepth = 500;
  if (Depth > MaxDepth)
    return std::nullopt;
  if (E.index() >= Known.size())
    Known.resize(M.exprCount());
  if (Known[E.index()])
    return Known[E.index()];
  // What is too deep here need not be elsewhere.
  return Known[E.index()] = compute(E, Depth);
}

} // namespace weir::jsonschema
