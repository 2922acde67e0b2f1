//===- Formula.h - Boolean formulas as decision diagrams --------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reduced ordered binary decision diagrams over numbered variables: equal functions
// are equal numbers. Past the budget every operation answers `False`, and
// `exceeded` says so; the recursion is bounded by the number of variables, which
// the same budget bounds.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_REGEX_FORMULA_H
#define WEIR_LIB_FRONTEND_REGEX_FORMULA_H

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

namespace weir::regex {

class FormulaTable {
public:
  static constexpr uint32_t False = 0, True = 1;

  explicit FormulaTable(uint32_t MaxSteps) : MaxSteps(MaxSteps) {
    Nodes.push_back({NoVariable, False, False});
    Nodes.push_back({NoVariable, True, True});
  }

  uint32_t variable(uint32_t V) { return make(V, True, False); }
  uint32_t disjoin(uint32_t A, uint32_t B) { return ifThenElse(A, True, B); }
  uint32_t conjoin(uint32_t A, uint32_t B) { return ifThenElse(A, B, False); }
  uint32_t negate(uint32_t A) { return ifThenElse(A, False, True); }

  uint32_t ifThenElse(uint32_t If, uint32_t Then, uint32_t Else) {
    if (If == True || Then == Else)
      return Then;
    if (If == False)
      return Else;
    if (Then == True && Else == False)
      return If;
    auto Key = std::tuple(If, Then, Else);
    if (auto It = Memo.find(Key); It != Memo.end())
      return It->second;
    if (++Steps > MaxSteps || Depth > MaxDepth) {
      Steps = MaxSteps + 1;
      return False;
    }
    ++Depth;
    uint32_t V = std::min({Nodes[If].Variable, Nodes[Then].Variable, Nodes[Else].Variable});
    auto Side = [&](uint32_t N, bool High) {
      return Nodes[N].Variable != V ? N : High ? Nodes[N].High : Nodes[N].Low;
    };
    uint32_t High = ifThenElse(Side(If, true), Side(Then, true), Side(Else, true));
    uint32_t Low = ifThenElse(Side(If, false), Side(Then, false), Side(Else, false));
    --Depth;
    uint32_t Result = make(V, High, Low);
    Memo.emplace(Key, Result);
    return Result;
  }

  uint32_t variableOf(uint32_t N) const { return Nodes[N].Variable; }
  uint32_t high(uint32_t N) const { return Nodes[N].High; }
  uint32_t low(uint32_t N) const { return Nodes[N].Low; }
  bool exceeded() const { return Steps > MaxSteps; }

private:
  static constexpr uint32_t NoVariable = ~0U, MaxDepth = 3000;
  struct Node {
    uint32_t Variable, High, Low;
  };

  uint32_t make(uint32_t V, uint32_t High, uint32_t Low) {
    if (High == Low)
      return High;
    auto [It, New] = Unique.try_emplace(std::tuple(V, High, Low), uint32_t(Nodes.size()));
    if (New)
      Nodes.push_back({V, High, Low});
    return It->second;
  }

  std::vector<Node> Nodes;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, uint32_t> Unique, Memo;
  uint32_t Steps = 0, MaxSteps, Depth = 0;
};

} // namespace weir::regex

#endif // WEIR_LIB_FRONTEND_REGEX_FORMULA_H
