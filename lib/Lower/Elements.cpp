//===- Elements.cpp - Array items: choices, counters, unique items ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   before ──[item-live c]── call of the value ──[item-take c]──▶ after
//     ▲                                                            │ [more-items]
//     └────────────────────────── separator ◀──────────────────────┘ [items-end] ──▶
//
// Whether an array can be finished is a function of the number of items and of the
// counters, each up to where more of it changes nothing. It is worked out here, from
// the end, for every combination, and is one bit each at run time (ValueSets.h).
//
// With unique items, values that are few are sets: values that the same choices have.
// A set is a counter whose bound is its size.
//
//===----------------------------------------------------------------------===//
#include "Elements.h"

#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::lowering {

using automata::RegOp;
using ir::ExprId;

namespace {
constexpr uint64_t MaxBits = uint64_t(1) << 22;
/// What the tables of a module may take, in counters that are looked at.
constexpr uint64_t MaxTableSteps = uint64_t(1) << 26;
constexpr size_t MaxItemCounters = 16;
} // namespace

/// What the finite choices have, as sets of values that stand or fall together.
bool ElementsPlan::findSets(const ir::ElementsSpec &Spec, ItemValues &Values, ir::RuleId For) {
  std::map<ExprId, ValueCount> ByValue;
  std::map<std::string, std::set<ExprId>> Owners;
  for (const Choice &C : Choices) {
    auto [It, New] = ByValue.try_emplace(C.Value);
    if (!New)
      continue;
    It->second = Values.of(C.Value, For);
    if (It->second.Known)
      for (const std::string &Form : It->second.Forms)
        Owners[Form].insert(C.Value);
    else if (It->second.Exact && It->second.AtLeast < Max &&
             std::all_of(
                 Choices.begin(), Choices.end(),
                 [&](const Choice &X) { return X.Value == C.Value; }))
      Max = uint32_t(It->second.AtLeast); // too many to list, and all items are of them
    else if (It->second.AtLeast < ManyKeys && It->second.AtLeast < Max) {
      Problem = "an item may run out of different values";
      return false;
    }
  }
  std::map<std::set<ExprId>, uint32_t> Sets;
  std::vector<uint32_t> Sizes;
  for (const auto &[Form, Of] : Owners) {
    auto [It, New] = Sets.try_emplace(Of, uint32_t(Sizes.size()));
    if (New)
      Sizes.push_back(0);
    ++Sizes[It->second];
    Forms.push_back({Form, It->second});
  }
  bool AllFinite = std::all_of(Choices.begin(), Choices.end(),
                               [&](const Choice &C) { return ByValue[C.Value].Known; });
  FirstSet = uint32_t(Counters.size());
  if (AllFinite && Sizes.size() == 1) {
    // One set for all items: no more items than it has values, and nothing to count.
    Max = std::min(Max, Sizes[0]);
    if (Counters.size() == MaxItemCounters) {
      Forms.clear();
      return true;
    }
    Counters.push_back({0, ir::Unbounded});
  } else {
    for (uint32_t Size : Sizes)
      Counters.push_back({0, Size});
  }
  if (Counters.size() > MaxItemCounters) {
    Problem = "more counters and sets of values than can be told apart";
    return false;
  }
  for (auto &[Form, Set] : Forms)
    Set += FirstSet;
  for (Choice &C : Choices) {
    C.Finite = ByValue[C.Value].Known;
    for (const auto &[Of, Set] : Sets)
      if (Of.count(C.Value))
        C.Sets |= uint32_t(1) << (FirstSet + Set);
  }
  (void)Spec;
  return true;
}

bool ElementsPlan::make(ModuleBuilder &B, const ir::ElementsSpec &Spec, ItemValues &Values,
                        ir::RuleId For) {
  Max = Spec.Max;
  Min = Spec.Min;
  for (const ir::RepeatBounds &C : Spec.Counters)
    Counters.push_back(C);
  if (Counters.size() > MaxItemCounters) {
    Problem = "more counters and sets of values than can be told apart";
    return false;
  }
  FirstSet = uint32_t(Counters.size());
  std::map<std::pair<ExprId, uint32_t>, uint32_t> Index;
  for (size_t P = 0; P <= Spec.Prefix.size(); ++P) {
    std::vector<uint32_t> &List = Positions.emplace_back();
    for (const ir::ElementChoice &C : Spec.at(P)) {
      if (!B.productive(C.Value))
        continue;
      uint32_t Adds = 0;
      for (uint32_t K : C.Counters)
        Adds |= uint32_t(1) << K;
      auto [It, New] = Index.try_emplace({C.Value, Adds}, uint32_t(Choices.size()));
      if (New)
        Choices.push_back({C.Value, Adds, 0, false});
      if (std::find(List.begin(), List.end(), It->second) == List.end())
        List.push_back(It->second);
    }
    if (List.empty())
      Max = std::min(Max, uint32_t(P));
  }
  // A second item needs a separator.
  if (!B.productive(Spec.Separator))
    Max = std::min(Max, 1U);
  if (Spec.Unique && !findSets(Spec, Values, For))
    return false;
  return fillTable(B.ItemSteps);
}

bool ElementsPlan::fillTable(uint64_t &Steps) {
  const uint32_t Prefix = uint32_t(Positions.size() - 1);
  Saturation = std::max(Prefix, Min);
  uint64_t Needed = Saturation;
  for (const ir::RepeatBounds &C : Counters)
    Needed += C.Min;
  Room = uint32_t(std::min<uint64_t>(Needed, Max == ir::Unbounded ? Needed : Max));
  const uint64_t Rows = uint64_t(Saturation) + 1 + (Max == ir::Unbounded ? 0 : uint64_t(Room) + 1);
  uint64_t Bits = Rows;
  for (const ir::RepeatBounds &C : Counters) {
    uint32_t Cap = C.Max == ir::Unbounded ? C.Min : C.Max;
    Caps.push_back(Cap);
    Strides.push_back(uint32_t(Bits));
    Bits *= uint64_t(Cap) + 1;
    if (Bits > MaxBits)
      break;
  }
  if (Bits > MaxBits) {
    Problem = "the bounds of items and counters make too many combinations";
    return false;
  }
  Live.assign((Bits + 31) / 32, 0);
  // Each combination of counts, highest first: an item only adds.
  std::vector<uint32_t> Count(Counters.size());
  for (uint64_t Combination = Bits / Rows; Combination-- > 0;) {
    if (Steps > MaxTableSteps || !spendWork()) {
      Problem = "the bounds of items and counters make too many combinations";
      return false;
    }
    uint64_t Rest = Combination;
    bool Enough = true;
    for (size_t K = 0; K < Counters.size(); ++K) {
      Count[K] = uint32_t(Rest % (uint64_t(Caps[K]) + 1));
      Rest /= uint64_t(Caps[K]) + 1;
      Enough &= Count[K] >= Counters[K].Min;
    }
    auto isLive = [&](uint64_t Row, uint64_t Position, uint64_t NextRow) {
      if (Enough && Position >= Min)
        return true;
      if (NextRow == UINT64_MAX)
        return false;
      for (uint32_t I : Positions[std::min<uint64_t>(Position, Prefix)]) {
        const Choice &C = Choices[I];
        uint32_t Sets = C.Finite ? C.Sets : 0;
        do {
          uint32_t Adds = C.Adds | (Sets & (0 - Sets));
          Sets &= Sets - 1;
          uint64_t Bit = NextRow;
          bool Fits = true;
          Steps += 1 + Counters.size();
          for (size_t K = 0; K < Counters.size(); ++K) {
            uint64_t N = uint64_t(Count[K]) + (Adds >> K & 1);
            Fits &= N <= Counters[K].Max;
            Bit += Strides[K] * std::min<uint64_t>(N, Caps[K]);
          }
          if (Fits && bit(Bit))
            return true;
        } while (Sets);
      }
      (void)Row;
      return false;
    };
    auto set = [&](uint64_t Row) {
      uint64_t Bit = Row;
      for (size_t K = 0; K < Counters.size(); ++K)
        Bit += uint64_t(Strides[K]) * Count[K];
      Live[Bit / 32] |= uint32_t(1) << (Bit % 32);
    };
    // Rows by what is left to Max, the last first; then those with room to spare.
    if (Max != ir::Unbounded)
      for (uint64_t Left = 0; Left <= Room; ++Left) {
        uint64_t Row = uint64_t(Saturation) + 1 + (Room - Left);
        if (isLive(Row, Max - Left, Left ? Row + 1 : UINT64_MAX))
          set(Row);
      }
    for (uint64_t Position = uint64_t(Saturation) + 1; Position-- > 0;)
      if (isLive(Position, Position, std::min<uint64_t>(Position + 1, Saturation)))
        set(Position);
  }
  bool HasRoom = Max == ir::Unbounded || Max > Room;
  StartLive = Min <= Max && bit(HasRoom ? 0 : uint64_t(Saturation) + 1 + (Room - Max));
  return true;
}

namespace {
/// Is there a token symbol in what is called below `E`? Symbols leave no text.
bool namesTokens(const ir::Module &M, ExprId E) {
  std::set<ExprId> Seen{E};
  std::vector<ExprId> Work{E};
  auto add = [&](ExprId O) {
    if (O && Seen.insert(O).second)
      Work.push_back(O);
  };
  while (!Work.empty()) {
    ExprId X = Work.back();
    Work.pop_back();
    if (M.op(X) == ir::Op::Token || M.op(X) == ir::Op::AnyTokenExcept)
      return true;
    for (ExprId O : M.operands(X))
      add(O);
    if (M.op(X) == ir::Op::Call)
      add(M.rule(M.callee(X)).Body);
  }
  return false;
}

/// Any number of items may count; where some must, there is an item.
void dropCounters(ir::ElementsSpec &Spec) {
  if (!Spec.nullable())
    Spec.Min = std::max(Spec.Min, 1U);
  Spec.Counters.clear();
  auto clear = [](std::vector<ir::ElementChoice> &Choices) {
    for (ir::ElementChoice &C : Choices)
      C.Counters.clear();
  };
  std::for_each(Spec.Prefix.begin(), Spec.Prefix.end(), clear);
  clear(Spec.Rest);
}
} // namespace

void RuleBuilder::buildElements(ExprId E, uint32_t From, uint32_t To, bool NonNull) {
  ir::ElementsSpec Spec = M.elementsSpec(E);
  if (Object != automata::None || Elements != automata::None) {
    B.report(Rule, DiagId::LowerMembersPlace) << M.rule(Rule).Name;
    Failed = true;
    return;
  }
  auto refuse = [&](std::string_view Why) {
    B.report(Rule, DiagId::LowerLiveness) << M.rule(Rule).Name << Why;
    Failed = true;
  };
  ElementsPlan Plan;
  bool Made = Plan.make(B, Spec, B.itemValues(), Rule);
  for (unsigned Less = 0; Less < 2 && !Made && B.Options.Lenient; ++Less) {
    if (Less == 0 ? !Spec.Unique : Spec.Counters.empty())
      continue;
    B.report(Rule, DiagId::LowerLiveness).demote() << M.rule(Rule).Name << Plan.Problem;
    if (Less == 0)
      Spec.Unique = false;
    else
      dropCounters(Spec);
    Plan = ElementsPlan();
    Made = Plan.make(B, Spec, B.itemValues(), Rule);
  }
  if (!Made)
    return refuse(Plan.Problem);
  for (const ElementsPlan::Choice &C : Plan.Choices) {
    if (M.op(C.Value) != ir::Op::Call)
      return refuse("an item of 'elements' has no frame of its own");
    if (Spec.Unique && namesTokens(M, C.Value))
      return refuse("unique items that are tokens cannot be compared");
  }

  SharedTables &S = B.Shared;
  ElementsRec Rec{};
  Rec.Base = Registers;
  Registers += 3 + uint32_t(Plan.Counters.size());
  Rec.Min = Plan.Min;
  Rec.Max = Plan.Max == ir::Unbounded ? NoIndex : Plan.Max;
  Rec.Prefix = uint32_t(Plan.Positions.size() - 1);
  std::vector<uint32_t> Offsets;
  for (const std::vector<uint32_t> &List : Plan.Positions)
    Offsets.push_back(S.addWords(List));
  Offsets.push_back(uint32_t(S.Words.size()));
  Rec.Positions = S.addWords(Offsets);
  Rec.ChoicesBegin = uint32_t(S.Choices.size());
  for (const ElementsPlan::Choice &C : Plan.Choices)
    S.Choices.push_back({C.Adds, C.Sets, C.Finite});
  Rec.CountersBegin = uint32_t(S.ItemCounters.size());
  for (size_t K = 0; K < Plan.Counters.size(); ++K)
    S.ItemCounters.push_back(
        {Plan.Counters[K].Min,
         Plan.Counters[K].Max == ir::Unbounded ? NoIndex : Plan.Counters[K].Max, Plan.Caps[K],
         Plan.Strides[K]});
  Rec.CountersEnd = uint32_t(S.ItemCounters.size());
  Rec.FirstSet = Plan.FirstSet;
  Rec.Live = S.addWords(Plan.Live);
  Rec.Saturation = Plan.Saturation;
  Rec.Room = Plan.Room;
  std::vector<uint32_t> Table;
  for (const auto &[Form, Set] : Plan.Forms) {
    Table.insert(Table.end(), {uint32_t(S.Text.size()), uint32_t(Form.size()), Set});
    S.Text += Form;
  }
  Rec.ValuesBegin = S.addWords(Table);
  Rec.ValuesEnd = uint32_t(S.Words.size());
  Rec.Unique = Spec.Unique;
  Elements = uint32_t(S.Elements.size());
  S.Elements.push_back(Rec);

  uint32_t End = program({OpCode::ItemsEnd, 0, Elements});
  if (Spec.nullable() && !NonNull)
    N->eps(From, To, End);
  if (!Plan.StartLive || Plan.Max == 0)
    return;
  uint32_t Before = N->addState(), After = N->addState(), Separated = N->addState();
  uint32_t More = program({OpCode::MoreItems, 0, Elements});
  N->eps(From, Before, More);
  N->eps(After, Separated, More);
  build(Spec.Separator, Separated, Before, TextMode::Plain, false);
  N->eps(After, To, End);
  for (uint32_t I = 0; I < Plan.Choices.size(); ++I) {
    uint32_t Return = N->addState();
    N->States[Return].ReturnOps = program({OpCode::ItemTake, 0, Elements, I});
    N->call(Before, B.slot(M.callee(Plan.Choices[I].Value)), Return,
            program({OpCode::ItemLive, 0, Elements, I}));
    N->eps(Return, After);
  }
}

} // namespace weir::lowering
