//===- ModuleBuilder.cpp - The automata of all rules of a module -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rules that the start reaches, one after the other:
//
//   productive   what has no text is known before any automaton is made (Facts.cpp)
//   placeGeneric rules that no specification changes are made once and kept, laid out
//                (GenericRules.cpp)
//   buildRule    an automaton with counters (in patterns beside a length too, where their
//                counts do not matter to it); where they disagree about a byte, unrolled
//                within a budget; where that is too large and counts are few, with
//                counters after all, as parallel configurations; else refused
//   trim         edges that reach no acceptance, through calls, are cut, and what was cut
//                is minimised again
//
//===----------------------------------------------------------------------===//
#include "Elements.h"

#include "Lexical.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::lowering {

using automata::DeterminiseStatus;
using ir::ExprId;
using ir::Op;

namespace {
/// More configurations than this are not risked where counters disagree.
constexpr uint64_t MaxParallelCounts = 64;
/// States of an automaton that is not copied to the memory that it needs.
constexpr size_t LargeAutomaton = size_t(1) << 16;
/// An automaton that takes no more than this keeps the room in which it was made, used or not.
constexpr size_t MaxRoom = size_t(1) << 15;

/// Steps that the automata of a module may take: so many, and so many more for each of its
/// expressions. What is written out takes far less. Unrolled counters, which take more, have
/// a budget of their own.
constexpr uint64_t MaxSteps = 8'000'000, MaxStepsEach = 200;
/// An automaton that takes more than this, and more than so many for each of its states, is
/// reduced and begun again. (Not sooner: the reduced automaton of host names in every script
/// takes many times the steps.)
constexpr uint64_t QuickSteps = 4'000'000, QuickStepsEach = 50;
} // namespace

ModuleBuilder::ModuleBuilder(const ir::Module &M, const LowerOptions &Options,
                             DiagnosticEngine &Diags)
    : M(M), Options(Options), Diags(Diags), Null(M),
      StepsAllowed(MaxSteps + MaxStepsEach * M.exprCount()) {}
ModuleBuilder::~ModuleBuilder() {
  for (RuleAutomatonInfo &Info : Shared.Rules.owned())
    Space.giveBack(std::move(Info.Automaton));
}

ItemValues &ModuleBuilder::itemValues() {
  if (!Values)
    Values = std::make_unique<ItemValues>(*this);
  return *Values;
}

SourceRange ModuleBuilder::place(ir::RuleId R) const {
  auto Items = M.rule(R).Origins.items();
  return Items.empty() ? SourceRange() : Items[0].Range;
}

DiagBuilder ModuleBuilder::report(ir::RuleId R, DiagId Id) {
  DiagBuilder D = Diags.report(place(R), Id);
  auto Items = M.rule(R).Origins.items();
  if (Items.empty())
    return D;
  // What is from a schema is from an object of it; at the root the pointer is empty.
  const SourceRange At = Items[0].Range;
  const std::string_view Text = At.isValid() ? Diags.sources().text(At.File) : std::string_view();
  if (!Items[0].Pointer.empty() || (At.Begin < Text.size() && Text[At.Begin] == '{'))
    D.pointer(Items[0].Pointer);
  return D;
}

BooleanParts ModuleBuilder::booleanParts(ExprId E, bool LengthsApart) const {
  BooleanParts P;
  std::vector<ExprId> Work{E};
  while (!Work.empty()) {
    ExprId C = Work.back();
    Work.pop_back();
    if (M.op(C) == Op::And) {
      Work.insert(Work.end(), M.operands(C).begin(), M.operands(C).end());
      continue;
    }
    if (LengthsApart && M.op(C) == Op::Repeat && M.op(M.operands(C)[0]) == Op::Class &&
        M.classSet(M.operands(C)[0]).isAll()) {
      P.Min = std::max(P.Min, M.bounds(C).Min);
      P.Max = std::min(P.Max, M.bounds(C).Max);
      continue;
    }
    P.Conjuncts.push_back(C);
  }
  std::sort(P.Conjuncts.begin(), P.Conjuncts.end());
  P.Conjuncts.erase(std::unique(P.Conjuncts.begin(), P.Conjuncts.end()), P.Conjuncts.end());
  return P;
}

/// The texts of `A` of `Min` to `Max` characters, where an automaton that counts these itself has
/// hardly more states: no register is needed then. Else nothing.
static std::optional<automata::CharAutomaton> withLengths(const automata::CharAutomaton &A,
                                                          uint32_t Min, uint32_t Max) {
  constexpr uint32_t MostStates = 8, MostWritten = 128;
  constexpr uint32_t Dead = automata::CharAutomaton::Dead;
  const uint32_t Last = Max != ir::Unbounded ? Max : Min; // longer texts are alike, or too long
  if (Last >= MostWritten / std::max(A.size(), 1U))
    return std::nullopt;
  automata::CharAutomaton Out;
  const uint32_t Levels = Last + 1;
  Out.Classes = A.Classes;
  Out.Start = A.Start * Levels;
  Out.Next.assign(size_t(A.size()) * Levels * A.Classes, Dead);
  Out.Accepts.assign(size_t(A.size()) * Levels, false);
  for (uint32_t S = 0; S < A.size(); ++S)
    for (uint32_t N = 0; N < Levels; ++N) {
      const uint32_t From = S * Levels + N;
      Out.Accepts[From] = A.Accepts[S] && N >= Min;
      if (N == Max)
        continue;
      for (uint32_t C = 0; C < A.Classes; ++C)
        if (const uint32_t To = A.next(S, C); To != Dead)
          Out.Next[size_t(From) * A.Classes + C] = To * Levels + std::min(N + 1, Last);
    }
  Out.minimise();
  if (Out.size() > std::max(A.size(), MostStates))
    return std::nullopt;
  return Out;
}

const Regular *ModuleBuilder::regular(const BooleanParts &P, ir::RuleId For) {
  auto &Slot = Regulars[{P.Conjuncts, {P.Min, P.Max}}];
  auto tooLarge = [&](std::string_view Why) {
    report(For, DiagId::LowerProductBudget).demote(Options.Lenient)
        << M.rule(For).Name << uint64_t(Options.MaxProduct) << Why;
  };
  auto repeatsLate = [&] {
    report(For, DiagId::LowerLiveness).demote(Options.Lenient)
        << M.rule(For).Name << "the lengths of a pattern's texts repeat too late";
  };
  // What is left out is said of each rule, once.
  auto found = [&] {
    if (Slot->isWider() &&
        std::find(Slot->Warned.begin(), Slot->Warned.end(), For) == Slot->Warned.end()) {
      Slot->Warned.push_back(For);
      if (Slot->AnyLength)
        repeatsLate();
      else
        tooLarge(Slot->AnyText);
    }
    return Slot.get();
  };
  if (Slot) {
    CharSteps += Slot->Steps;
    return found();
  }
  automata::CharAutomatonBuilder Builder(M, P.Conjuncts, Options.MaxProduct,
                                         MaxCharSteps - std::min(MaxCharSteps, CharSteps));
  automata::CharAutomaton A;
  auto anyText = [&] {
    A.Classes = Builder.partition().classes();
    A.Accepts = {true};
    A.Start = 0;
    A.Next.assign(A.Classes, 0);
  };
  if (P.Conjuncts.empty())
    anyText(); // lengths alone
  else
    A = Builder.build(P.Conjuncts);
  CharSteps += Builder.steps();
  const bool OutOfSteps = CharSteps >= MaxCharSteps;
  std::string_view TooLarge;
  switch (Builder.status()) {
  case automata::CharStatus::Ok:
    break;
  case automata::CharStatus::NotRegular:
    report(For, DiagId::LowerNotRegular) << M.rule(For).Name;
    return nullptr;
  case automata::CharStatus::OverBudget:
    // A few of these use up the budget of all: the others are refused at once.
    CharSteps += MaxCharSteps / 8;
    TooLarge = OutOfSteps ? "or all operands more than a fixed number of steps"
                          : "LowerOptions::MaxProduct";
    if (!Options.Lenient) {
      tooLarge(TooLarge);
      return nullptr;
    }
    anyText();
    break;
  }
  auto R = std::make_unique<Regular>();
  R->Partition = Builder.partition();
  R->Automaton = std::move(A);
  R->Steps = Builder.steps();
  R->AnyText = TooLarge;
  if (P.Min > P.Max)
    R->Automaton = {};
  if (P.bounded() && !P.Conjuncts.empty() && !R->Automaton.isEmpty())
    if (auto Written = withLengths(R->Automaton, P.Min, P.Max)) {
      R->Automaton = std::move(*Written);
      R->HasLengths = true;
    }
  if (P.bounded() && !R->Automaton.isEmpty()) {
    auto L = automata::completableLengths(R->Automaton, P.Max, 20'000'000);
    if (!L) {
      if (!Options.Lenient) {
        repeatsLate();
        return nullptr;
      }
      R->AnyLength = true;
    } else {
      R->Lengths = std::move(*L);
      if (!R->Lengths[R->Automaton.Start].meets(P.Min, P.Max))
        R->Automaton = {};
    }
  }
  Slot = std::move(R);
  return found();
}

/// Takes the empty text away from the automaton (it is a property of the rule), shortens its
/// programs and makes it minimal.
void ModuleBuilder::finishRule(RuleAutomatonInfo &Info, bool Minimal) {
  Dfa &D = Info.Automaton;
  // (Only now: alternatives that begin alike share their beginnings.)
  for (Dfa::Alternative &A : D.Alternatives)
    A.Ops = Shared.Programs.folded(A.Ops);
  if (D.States[D.Start].Accepts) {
    Info.Nullable = true;
    // A start that is come back to keeps its acceptance there. Both share their edges.
    Dfa::State Copy = D.States[D.Start];
    Copy.Accepts = false;
    Copy.AcceptOps = 0;
    D.Start = uint32_t(D.States.size());
    D.States.push_back(Copy);
  }
  if (Minimal && !Info.Nullable)
    return;
  // An automaton with an object in it is as good as minimal: members with equal tails
  // share them, and the key operations tell the other states apart.
  if (Info.Object == automata::None)
    automata::minimise(D, Space);
}

/// The automaton of a rule whose body is one: nothing is left to determinise.
static Dfa copyOf(const ir::ByteDfa &From) {
  Dfa To;
  WordIndex Lists;
  To.States.resize(From.size());
  for (uint32_t S = 0; S < From.size(); ++S) {
    Dfa::State &State = To.States[S];
    State.Accepts = From.Accepts[S];
    State.RowBegin = State.RowEnd = uint32_t(To.Ranges.size());
    State.CallsBegin = State.CallsEnd = State.SymbolsBegin = State.SymbolsEnd = 0;
    for (const ir::ByteDfa::Edge &E : From.row(S)) {
      const Dfa::Alternative Move{0, E.Target, automata::None, automata::None};
      To.addRange(S, E.First, E.Last, {&Move, 1}, Lists);
    }
  }
  return To;
}

bool ModuleBuilder::buildRule(ir::RuleId R) {
  RuleAutomatonInfo Info;
  Info.Name = M.rule(R).Name;
  Info.Nest = M.rule(R).Nest;
  const ExprId Body = M.rule(R).Body;
  const bool Keeps = KeepsRules || isLexical(Body);
  auto make = [&](RuleAutomatonInfo &Out) { return makeRule(R, Out, Keeps); };
  if (isLexical(Body) ? !makeLexical(Body, LexicalUse::Rule, make, Info) : !make(Info))
    return false;
  Shared.Rules.own(slot(R)) = std::move(Info);
  return true;
}

/// `Keeps`: the automaton is kept for other modules.
bool ModuleBuilder::makeRule(ir::RuleId R, RuleAutomatonInfo &Info, bool Keeps) {
  const ir::RuleInfo &Rule = M.rule(R);
  Info.Name = Rule.Name;
  Info.Nest = Rule.Nest;
  Info.Automaton = std::move(RoughDfa);
  bool CountsInPatterns = false;
  auto attempt = [&](Counting Counts, DeterminiseStatus &S, bool CountInPatterns = true) {
    if (M.op(Rule.Body) == Op::Dfa) {
      const ir::ByteDfa &D = M.automaton(Rule.Body);
      S = D.size() + StatesUsed > Options.MaxStates ? DeterminiseStatus::OverBudget
                                                    : DeterminiseStatus::Ok;
      Info.Automaton = S == DeterminiseStatus::Ok ? copyOf(D) : Dfa();
      Info.AllLive = true; // it is minimal
      return 1;
    }
    RuleBuilder Builder(*this, R, Counts);
    Builder.CountInPatterns = CountInPatterns;
    RuleNfa.clear();
    bool Ok = Builder.run(Rule.Body, RuleNfa);
    CountsInPatterns = Builder.CountsInPatterns;
    NfaSteps += RuleNfa.States.size() + RuleNfa.Edges.size();
    if (!Ok) {
      S = DeterminiseStatus::OverBudget;
      return Builder.failed() ? -1 : 0;
    }
    Info.Registers = Builder.Registers;
    Info.Object = Builder.Object;
    Info.Elements = Builder.Elements;
    const uint64_t Before = Space.steps();
    const bool Unroll = Counts == Counting::Unrolled;
    uint64_t &Charged = Unroll ? UnrolledCharged : PlainCharged;
    const uint64_t Allowed = Unroll ? MaxUnrolledSteps : StepsAllowed;
    const uint64_t Most = Before + Allowed - std::min(Allowed, Charged);
    const uint32_t Budget = Unroll ? Options.MaxUnrolled : Options.MaxStates - StatesUsed;
    Space.allow(std::min(Most, Before + QuickSteps + QuickStepsEach * RuleNfa.States.size()));
    S = automata::determinise(RuleNfa, Shared.Programs, Budget, Info.Automaton, Space);
    // (A request that has ended wants no smaller network.)
    if (S == DeterminiseStatus::OverBudget && spendWork(0) &&
        (automata::reduce(RuleNfa, Space) || (Space.isSpent() && Space.steps() < Most))) {
      Space.allow(Most);
      S = automata::determinise(RuleNfa, Shared.Programs, Budget, Info.Automaton, Space);
    }
    // A few that fail use up the budget of all.
    Charged += (Space.steps() - Before) * (S == DeterminiseStatus::OverBudget ? 2 : 1);
    return Builder.Counters ? 2 : 1;
  };

  DeterminiseStatus S;
  int Made = attempt(Counting::Registers, S);
  if (Made < 0)
    return false;
  auto overBudget = [&] {
    report(R, DiagId::LowerStateBudget)
        << Rule.Name
        << (Space.isSpent() ? uint64_t(Info.Automaton.States.size()) : uint64_t(Options.MaxStates))
        << (Space.isSpent() ? "so many were made within a fixed number of steps"
                            : "of LowerOptions::MaxStates for all rules");
    return false;
  };
  if (S == DeterminiseStatus::OverBudget)
    return overBudget();
  auto startAgain = [&] {
    RuleAutomatonInfo First = std::move(Info);
    Info = RuleAutomatonInfo{};
    Info.Name = Rule.Name;
    Info.Nest = Rule.Nest;
    return First;
  };
  if (S != DeterminiseStatus::Ok && CountsInPatterns) {
    startAgain();
    Made = attempt(Counting::Registers, S, /*CountInPatterns=*/false);
    if (Made < 0)
      return false;
    if (S == DeterminiseStatus::OverBudget)
      return overBudget();
  }
  bool Counted = Made == 2;
  // A state accepts by one program: two ways to end with different guards have none.
  auto refuse = [&](bool Guards, bool IsWarning) {
    DiagBuilder Out = report(R, Guards ? DiagId::LowerLiveness : DiagId::LowerRepeatAmbiguous);
    Out.demote(IsWarning) << Rule.Name;
    if (Guards)
      Out << "it may end in two ways that registers guard differently";
    else
      Out << uint64_t(Options.MaxUnrolled);
    return IsWarning;
  };
  /// In a lenient compilation without the bounds of repetitions. False after errors.
  auto withoutCounts = [&](bool Guards) {
    DeterminiseStatus Dropped = DeterminiseStatus::OverBudget;
    if (Options.Lenient && Counted) {
      startAgain();
      if (attempt(Counting::Dropped, Dropped) < 0)
        return false;
    }
    return refuse(Guards,
                  Dropped == DeterminiseStatus::Ok || Dropped == DeterminiseStatus::Ambiguous);
  };
  if (Counted && S != DeterminiseStatus::Ok) {
    RuleAutomatonInfo First = startAgain();
    DeterminiseStatus Unrolled;
    if (attempt(Counting::Unrolled, Unrolled) < 0)
      return false;
    bool Usable = Unrolled == DeterminiseStatus::Ok || Unrolled == DeterminiseStatus::Ambiguous;
    if (!Usable) {
      // Parallel configurations, when there cannot be many.
      uint64_t Counts = 0;
      for (const Dfa::Alternative &A : First.Automaton.Alternatives)
        for (const automata::RegOp &O : Shared.Programs[A.Ops])
          if (O.Code == OpCode::CounterBelow)
            Counts = std::max<uint64_t>(Counts, O.A);
      const bool Guards = S == DeterminiseStatus::GuardConflict;
      if (!Guards && Counts <= MaxParallelCounts)
        Info = std::move(First);
      else if (!withoutCounts(Guards))
        return false;
    }
  } else if (S == DeterminiseStatus::GuardConflict) {
    return refuse(/*Guards=*/true, /*IsWarning=*/false);
  }
  const Dfa &D = Info.Automaton;
  if (D.States[D.Start].Accepts && D.States[D.Start].AcceptOps && Info.Object == automata::None &&
      Info.Elements == automata::None) {
    report(R, DiagId::LowerNullableGuard) << Rule.Name;
    return false;
  }
  StatesUsed += uint32_t(D.States.size());
  finishRule(Info, M.op(Rule.Body) == Op::Dfa);
  // (To copy a very large one takes too long, and it is a rule among few.)
  if (!Keeps && Info.Automaton.bytes() <= MaxRoom) {
    RoughDfa = Space.spare();
  } else if (Info.Automaton.States.size() < LargeAutomaton) {
    Dfa Exact = Info.Automaton;
    RoughDfa = std::move(Info.Automaton);
    Info.Automaton = std::move(Exact);
  }
  return true;
}

bool ModuleBuilder::run() {
  computeDepths();
  if (!computeProductive())
    return false;
  findLexical();
  // What the start reaches, callers first.
  std::vector<uint8_t> Seen(M.ruleCount(), false), SeenExpr(M.exprCount(), false);
  std::vector<ir::RuleId> Order;
  Order.reserve(M.ruleCount());
  Order.push_back(M.start());
  Seen[M.start().index()] = true;
  std::vector<ExprId> Work;
  Work.reserve(64);
  for (size_t I = 0; I < Order.size(); ++I) {
    Work.push_back(M.rule(Order[I]).Body);
    while (!Work.empty()) {
      ExprId E = Work.back();
      Work.pop_back();
      if (SeenExpr[E.index()])
        continue;
      SeenExpr[E.index()] = true;
      if (M.op(E) == Op::Call && !Seen[M.callee(E).index()]) {
        Seen[M.callee(E).index()] = true;
        Order.push_back(M.callee(E));
      }
      for (ExprId O : M.operands(E))
        if (!SeenExpr[O.index()])
          Work.push_back(O);
    }
  }
  if (!placeGeneric(Order))
    return false;
  uint32_t Slot = uint32_t(Shared.Rules.size());
  for (uint32_t &S : Slots)
    if (S == automata::None)
      S = Slot++;
  Shared.Rules.add(Slot - Shared.Rules.size());
  bool Ok = true;
  for (ir::RuleId R : Order) {
    if (slot(R) < Shared.Rules.fixed())
      continue;
    if (!productive(M.rule(R).Body)) {
      // Calls of it are cut off by trimming.
      RuleAutomatonInfo &Info = Shared.Rules.own(slot(R));
      Info.Name = M.rule(R).Name;
      Info.Automaton.States.emplace_back();
      continue;
    }
    Ok &= buildRule(R);
    // What comes after is not judged once nothing is left to make it with.
    if (!spendWork() || (!Ok && Space.isSpent()))
      return false;
  }
  if (!Ok)
    return false;
  if (!trim())
    return false;
  const uint32_t Start = slot(M.start());
  if (!RuleLive[Start] && !Shared.Rules[Start].Nullable) {
    report(M.start(), DiagId::LowerUnsatisfiable) << M.rule(M.start()).Name;
    return false;
  }
  return checkLeftRecursion();
}

/// Removes what cannot be completed: edges into states that reach no acceptance. False when the
/// compilation is to end.
bool ModuleBuilder::trim() {
  RuleList &Rules = Shared.Rules;
  const uint32_t First = uint32_t(Rules.fixed());
  // The marks of all states stand in one array.
  std::vector<uint32_t> LiveBegin(Rules.size() + 1, 0);
  for (uint32_t R = 0; R < Rules.size(); ++R)
    LiveBegin[R + 1] = LiveBegin[R] + (R < First ? 0 : uint32_t(Rules[R].Automaton.States.size()));
  std::vector<uint8_t> Marks(LiveBegin.back(), 0);
  auto liveOf = [&](uint32_t R) {
    return std::span(Marks).subspan(LiveBegin[R], LiveBegin[R + 1] - LiveBegin[R]);
  };
  std::vector<uint8_t> Waits(Rules.size(), false);
  RuleLive.assign(Rules.size(), false);
  std::fill_n(RuleLive.begin(), First, true);
  // Callees first; rules whose callees may still become live are looked at again.
  std::vector<std::vector<uint32_t>> Callers;
  bool Fine = true;
  auto look = [&](uint32_t R) {
    const Dfa &D = Rules[R].Automaton;
    Fine = Fine && spendWork(1 + D.States.size() / 16);
    if (D.States.empty() || (RuleLive[R] && !Waits[R]))
      return;
    const std::span<uint8_t> Live = liveOf(R);
    if (Rules[R].AllLive) {
      std::fill(Live.begin(), Live.end(), 1);
    } else {
      automata::markLive(D, RuleLive, Live);
      Waits[R] = std::find(Live.begin(), Live.end(), 0) != Live.end();
    }
    if (!Live[D.Start] || RuleLive[R])
      return;
    RuleLive[R] = true;
    if (!Callers.empty())
      TrimQueue.insert(TrimQueue.end(), Callers[R].begin(), Callers[R].end());
  };
  struct Visit {
    uint32_t Rule, Next;
  };
  std::vector<Visit> Stack;
  std::vector<uint8_t> Seen(RuleLive);
  for (uint32_t Root = First; Root < Rules.size(); ++Root) {
    if (Seen[Root])
      continue;
    Seen[Root] = true;
    Stack.push_back({Root, 0});
    while (!Stack.empty() && Fine) {
      auto &[R, Next] = Stack.back();
      const Dfa &D = Rules[R].Automaton;
      if (Next == D.Calls.size() + D.Alternatives.size()) {
        look(R);
        Stack.pop_back();
        continue;
      }
      uint32_t Callee = Next < D.Calls.size() ? D.Calls[Next].Rule
                                              : D.Alternatives[Next - D.Calls.size()].CalleeRule;
      ++Next;
      if (Callee != automata::None && !Seen[Callee]) {
        Seen[Callee] = true;
        Stack.push_back({Callee, 0});
      }
    }
  }
  bool Again = false;
  for (uint32_t R = First; R < Rules.size(); ++R)
    Again = Again || (Waits[R] && !Rules[R].Automaton.States.empty());
  if (Again) {
    Callers.resize(Rules.size());
    auto calls = [&](uint32_t Callee, uint32_t R) {
      if (Callers[Callee].empty() || Callers[Callee].back() != R)
        Callers[Callee].push_back(R);
    };
    for (uint32_t R = First; R < Rules.size(); ++R) {
      for (const Dfa::Call &C : Rules[R].Automaton.Calls)
        calls(C.Rule, R);
      for (const Dfa::Alternative &A : Rules[R].Automaton.Alternatives)
        if (A.Push != automata::None)
          calls(A.CalleeRule, R);
    }
    TrimQueue.clear();
    for (uint32_t R = uint32_t(Rules.size()); R-- > First;)
      look(R);
    while (!TrimQueue.empty() && Fine) {
      uint32_t R = TrimQueue.back();
      TrimQueue.pop_back();
      look(R);
    }
    for (uint32_t R = First; R < Rules.size() && Fine; ++R) {
      RuleAutomatonInfo &Info = Rules.own(R);
      Fine = spendWork(1 + Info.Automaton.States.size() / 16);
      if (automata::cutDead(Info.Automaton, RuleLive, liveOf(R), Space) && !Info.Frozen)
        automata::minimise(Info.Automaton, Space);
    }
  }
  return Fine;
}

bool ModuleBuilder::checkLeftRecursion() {
  const RuleList &Rules = Shared.Rules;
  enum : uint8_t { New, Open, Done };
  std::vector<uint8_t> Mark(Rules.size(), New);
  std::fill_n(Mark.begin(), Rules.fixed(), Done);
  struct Visit {
    uint32_t Rule;
    size_t Next;
  };
  std::vector<Visit> Stack;
  for (uint32_t Root = 0; Root < Rules.size(); ++Root) {
    if (Mark[Root] != New || Rules[Root].Automaton.States.empty())
      continue;
    Stack.push_back({Root, 0});
    Mark[Root] = Open;
    while (!Stack.empty()) {
      Visit &V = Stack.back();
      const Dfa &D = Rules[V.Rule].Automaton;
      std::span<const Dfa::Call> Calls = D.calls(D.Start);
      if (V.Next == Calls.size()) {
        Mark[V.Rule] = Done;
        Stack.pop_back();
        continue;
      }
      uint32_t Callee = Calls[V.Next++].Rule;
      if (Rules[Callee].Automaton.States.empty() || Mark[Callee] == Done)
        continue;
      if (Mark[Callee] == Open) {
        std::string Path;
        bool Inside = false;
        for (const Visit &W : Stack) {
          Inside |= W.Rule == Callee;
          if (Inside)
            Path += Rules[W.Rule].Name + " -> ";
        }
        Path += Rules[Callee].Name;
        const auto Slot = std::find(Slots.begin(), Slots.end(), Callee);
        report(ir::RuleId(uint32_t(Slot - Slots.begin())), DiagId::LowerLeftRecursion)
            << Rules[Callee].Name << Path;
        return false;
      }
      Mark[Callee] = Open;
      Stack.push_back({Callee, 0});
    }
  }
  return true;
}

} // namespace weir::lowering
