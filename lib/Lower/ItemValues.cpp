//===- ItemValues.cpp - How many values an expression's texts have ------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ItemValues.h"

#include "weir/Runtime/JsonValues.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::lowering {

using ir::ExprId;
using ir::Op;

/// Has `Root`, which can be written, more values than any text has room for? So it is when some
/// part that may stand in it has, since the rest can be written beside it.
bool ItemValues::hasMany(ExprId Root) {
  return Many.from(M, Root, [&](ExprId E, auto &&add) {
    if (!live(E))
      return false;
    std::span<const ExprId> Ops = M.operands(E);
    switch (M.op(E)) {
    case Op::JsonString:
      return strings(Ops[0]).Count >= ManyKeys;
    case Op::Members: {
      const ir::MembersSpec &S = M.membersSpec(E);
      if (isList(S))
        return lists(E) >= ManyKeys;
      uint64_t Needed = 0;
      for (const ir::NamedMember &N : S.Named)
        Needed += N.Required;
      for (const ir::FreeMember &F : S.Free)
        Needed += F.Min;
      const bool Room = Needed < S.Max;
      for (const ir::NamedMember &N : S.Named)
        if (Room || N.Required)
          add(N.Tail);
      return std::any_of(S.Free.begin(), S.Free.end(), [&](const ir::FreeMember &F) {
        return (Room || F.Min > 0) && live(F.Tail) && live(F.Key) &&
               strings(F.Key).Count >= ManyKeys;
      });
    }
    case Op::Elements: {
      const ir::ElementsSpec &S = M.elementsSpec(E);
      // More and more of one choice, unless some count forbids it.
      auto endless = [&](const ir::ElementChoice &C) {
        return live(C.Value) && std::all_of(C.Counters.begin(), C.Counters.end(), [&](uint32_t I) {
                 return S.Counters[I].Max == ir::Unbounded;
               });
      };
      auto anyEndless = [&](const std::vector<ir::ElementChoice> &Choices) {
        return std::any_of(Choices.begin(), Choices.end(), endless);
      };
      if (!S.Unique && S.Max == ir::Unbounded && live(S.Separator) && anyEndless(S.Rest) &&
          std::all_of(S.Prefix.begin(), S.Prefix.end(), anyEndless))
        return true;
      // The first item, when any choice of it will do.
      if (S.Counters.empty() && S.Max > 0)
        for (const ir::ElementChoice &C : S.at(0))
          add(C.Value);
      return false;
    }
    case Op::Call:
      if (M.rule(M.callee(E)).Body)
        add(M.rule(M.callee(E)).Body);
      return false;
    case Op::Alt:
    case Op::Seq:
    case Op::Repeat:
    case Op::Dfa:
      break;
    default:
      return false;
    }
    // A union has many values when a part has; its own automaton may be the product of many.
    if (M.op(E) != Op::Alt && isNumber(E))
      return numbers(E).AtLeast >= ManyKeys;
    for (ExprId O : Ops)
      add(O);
    // The items of an array, as many as one likes, each with its comma.
    if (M.op(E) != Op::Repeat || M.bounds(E).Max != ir::Unbounded || !live(Ops[0]))
      return false;
    ByteSet First = Analyses.first(Ops[0]).Bytes;
    if (!First.contains(','))
      return false;
    for (char C : {',', ' ', '\t', '\n', '\r'})
      First.erase(uint8_t(C));
    return First.empty();
  });
}

ValueCount ItemValues::of(ExprId E, ir::RuleId TheRule) {
  For = TheRule;
  ValueCount Out;
  if (hasMany(E)) {
    Out.AtLeast = ManyKeys;
    return Out;
  }
  if (isNumber(E)) {
    Out = numbers(E);
    if (Out.Known || Out.AtLeast)
      return Out;
  }
  Calling.clear();
  if (Texts T = texts(E, 0)) {
    Out.Known = true;
    for (const std::string &Text : *T)
      Out.Forms.insert(JsonTree(Text).form());
    Out.AtLeast = Out.Forms.size();
    return Out;
  }
  // A string of a length between: more than can be listed, fewer than many.
  ExprId S = E;
  for (unsigned I = 0; I < MaxDepth && M.op(S) == Op::Call && M.rule(M.callee(S)).Body; ++I)
    S = M.rule(M.callee(S)).Body;
  if (M.op(S) == Op::JsonString) {
    const Strings &All = strings(M.operands(S)[0]);
    Out.AtLeast = All.Count;
    Out.Exact = All.Exact;
  } else {
    Out.AtLeast = lists(E);
  }
  return Out;
}

} // namespace weir::lowering
