//===- RandomModule.cpp - Small modules at random -------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RandomModule.h"

#include "weir/Support/Hash.h"

namespace weir {

using namespace ir;

namespace {
class Generator {
public:
  Generator(uint64_t Seed, const RandomShape &Shape) : Shape(Shape), Seed(mixBits(Seed + 1)) {}
  Module make();

private:
  unsigned below(unsigned N) {
    Seed = hashCombine(Seed, N);
    return unsigned(Seed % N);
  }
  bool oneIn(unsigned N) { return below(N) == 0; }

  ExprId leaf(bool Regular);
  ExprId expr(unsigned Depth);
  ExprId regular(unsigned Depth, unsigned FirstRule);
  // Calls of their own, since compilers differ in which argument they evaluate first.
  RepeatBounds someBounds();
  ExprId someJsonString();
  ExprId membersExpr(unsigned Depth);
  ExprId itemsExpr(unsigned Depth);
  CodePointSet someClass();
  std::string someText();
  std::vector<ExprId> several(unsigned Depth, bool Regular, unsigned FirstRule);

  Module M;
  RandomShape Shape;
  uint64_t Seed;
};
} // namespace

CodePointSet Generator::someClass() {
  switch (below(4)) {
  case 0:
    return CodePointSet::range('a', 'b');
  case 1:
    return CodePointSet::range('b', 0xE9);
  case 2:
    return CodePointSet::of('"');
  default: {
    CodePointSet S = CodePointSet::of('a');
    S.add(0x1F600);
    S.add('\n');
    return S;
  }
  }
}

std::string Generator::someText() {
  static constexpr const char *Texts[] = {"a", "b", "ab", "aa", "\xC3\xA9", "\"", "abb", "\\"};
  return Texts[below(8)];
}

RepeatBounds Generator::someBounds() {
  uint32_t Min = below(3);
  return {Min, oneIn(2) ? Unbounded : Min + below(3)};
}

ExprId Generator::someJsonString() { return M.jsonString(regular(2, 0), Escapes(below(4))); }

ExprId Generator::leaf(bool Regular) {
  unsigned Kind = below(14);
  if (Kind < 6)
    return M.lit(someText());
  if (Kind < 8)
    return M.cls(someClass());
  if (Kind == 8)
    return M.bytes(ByteSet::range('a', 'a' + below(3)));
  if (Kind == 9 && oneIn(3))
    return M.never();
  if (Kind <= 10)
    return M.empty();
  if (Kind == 11 && !Regular && Shape.Tokens) {
    TokenRef T{below(2), ""};
    return oneIn(2) ? M.token(T) : M.anyTokenExcept({T});
  }
  if (Kind == 12 && !Regular && Shape.Registers)
    return M.indent({below(2), 1 + below(2), int32_t(below(2)), false});
  return M.lit("b");
}

std::vector<ExprId> Generator::several(unsigned Depth, bool Regular, unsigned FirstRule) {
  std::vector<ExprId> Ops;
  for (unsigned N = 2 + below(2); N > 0; --N) {
    if (!Ops.empty() && oneIn(5))
      Ops.push_back(Ops.back());
    else
      Ops.push_back(Regular ? regular(Depth, FirstRule) : expr(Depth));
  }
  return Ops;
}

/// May call regular rules from FirstRule on, so that those never recur.
ExprId Generator::regular(unsigned Depth, unsigned FirstRule) {
  if (Depth == 0 || oneIn(5))
    return leaf(true);
  switch (below(Shape.Booleans ? 8 : 6)) {
  case 0:
  case 1:
    return M.seq(several(Depth - 1, true, FirstRule));
  case 2:
  case 3:
    return M.alt(several(Depth - 1, true, FirstRule));
  case 4: {
    RepeatBounds B = someBounds();
    return M.repeat(regular(Depth - 1, FirstRule), B.Min, B.Max);
  }
  case 5:
    if (FirstRule < Shape.RegularRules)
      return M.call(RuleId(Shape.Rules + FirstRule + below(Shape.RegularRules - FirstRule)));
    return M.lit(someText());
  case 6:
    return M.conj(several(Depth - 1, true, FirstRule));
  default:
    return M.neg(regular(Depth - 1, FirstRule));
  }
}

ExprId Generator::membersExpr(unsigned Depth) {
  MembersSpec S;
  S.Order = oneIn(2) ? KeyOrder::Any : KeyOrder::Declared;
  S.Min = below(2);
  S.Max = oneIn(2) ? Unbounded : S.Min + below(3);
  S.Separator = oneIn(6) ? M.never() : M.lit(",");
  static constexpr const char *Names[] = {"a", "b", "ab"};
  for (unsigned N = below(3), I = 0; I < N; ++I)
    S.Named.push_back({Names[I], oneIn(3), expr(Depth)});
  if (oneIn(2))
    S.Free.push_back({regular(1, 0), expr(Depth)});
  return M.members(S);
}

/// Items that are listed strings, or strings of any sort.
ExprId Generator::itemsExpr(unsigned Depth) {
  ElementsSpec S;
  S.Unique = !oneIn(4);
  S.Min = below(2);
  S.Max = oneIn(2) ? Unbounded : S.Min + below(3);
  S.Separator = M.lit(",");
  static constexpr const char *Texts[] = {"", "a", "b", "\xC3\xA9"};
  std::vector<ExprId> List;
  for (unsigned N = 1 + below(3), I = 0; I < N; ++I)
    List.push_back(oneIn(8) ? regular(1, 0) : M.lit(Texts[below(4)]));
  S.Rest.push_back({M.jsonString(M.alt(List), Escapes(below(4))), {}});
  if (oneIn(4))
    S.Prefix.push_back({{M.jsonString(regular(Depth, 0), Escapes::Canonical), {}}});
  if (oneIn(4)) {
    S.Counters.push_back({below(2), 2});
    S.Rest.push_back({M.seq({M.lit("b"), regular(1, 0)}), {0}});
  }
  return M.elements(S);
}

ExprId Generator::expr(unsigned Depth) {
  if (Depth == 0 || oneIn(6))
    return leaf(false);
  switch (below(12)) {
  case 0:
  case 1:
  case 2:
    return M.seq(several(Depth - 1, false, 0));
  case 3:
  case 4:
  case 5:
    return M.alt(several(Depth - 1, false, 0));
  case 6: {
    RepeatBounds B = someBounds();
    return M.repeat(expr(Depth - 1), B.Min, B.Max);
  }
  case 7:
  case 8:
  case 9:
    return Shape.Calls ? M.call(RuleId(below(Shape.Rules))) : leaf(false);
  case 10:
    if (!Shape.Booleans)
      return regular(Depth - 1, 0);
    return someJsonString();
  default:
    if (Shape.Registers && oneIn(2))
      return oneIn(3) ? itemsExpr(Depth - 1) : membersExpr(Depth - 1);
    return regular(Depth - 1, 0);
  }
}

Module Generator::make() {
  for (unsigned I = 0; I < Shape.Rules; ++I)
    M.addRule("r" + std::to_string(I));
  for (unsigned I = 0; I < Shape.RegularRules; ++I)
    M.addRule("q" + std::to_string(I));
  M.setStart(RuleId(0));
  for (unsigned I = 0; I < Shape.Rules; ++I) {
    RuleInfo &Info = M.rule(RuleId(I));
    ExprId Body = expr(Shape.Depth);
    Info.Body = Body;
    if (Shape.Attributes) {
      Info.Shared = oneIn(8);
      Info.Nest = oneIn(8);
    }
    Origin O;
    O.Pointer = "/" + Info.Name;
    Info.Origins.add(O);
  }
  for (unsigned I = 0; I < Shape.RegularRules; ++I) {
    ExprId Body = regular(2, I + 1);
    M.rule(RuleId(Shape.Rules + I)).Body = Body;
  }
  return std::move(M);
}

Module randomModule(uint64_t Seed, const RandomShape &Shape) {
  return Generator(Seed, Shape).make();
}

} // namespace weir
