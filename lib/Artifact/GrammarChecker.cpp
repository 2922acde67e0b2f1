//===- GrammarChecker.cpp - Rules, states and what leads on -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "GrammarChecker.h"

#include <algorithm>

namespace weir {

namespace {
/// More than any grammar that shares what it can looks at.
constexpr uint64_t WorkPerRecord = 64;
constexpr uint64_t WorkAtLeast = 1 << 20;
/// A frame's words stand in 15 bits (Frames.h).
constexpr uint32_t MaxRegisters = 0x7fff;
constexpr uint32_t MaxRules = 1 << 24;
constexpr uint32_t MaxStates = ActionAlternatives - 2;
constexpr uint8_t KnownFlags =
    StateAccepts | StateFinal | StateHasCalls | StateHasSymbols | StateKeySets | StateInKey;
} // namespace

GrammarChecker::GrammarChecker(const GrammarView &T) : T(T) {
  uint64_t Records = 0;
#define GRAMMAR_TABLE(Kind, Element, Name, Summary) Records += T.Name.size();
#include "weir/Runtime/GrammarTables.def"
  Work = Records * WorkPerRecord + WorkAtLeast;
  ProgramSeen.assign(T.Ops.size(), NoIndex);
  ListSeen.assign(T.AltLists.size(), NoIndex);
}

bool GrammarChecker::fail(std::string_view What) {
  if (Failure.empty()) {
    Failure = What;
    if (Rule)
      Failure += ", in rule " + std::to_string(RuleIndex);
  }
  return false;
}

bool GrammarChecker::run() {
  if (!checkClassMaps() || !checkTokens() || !checkObjects() || !checkElements() ||
      !checkLengthSets())
    return false;
  if (!T.Ops.empty() && !T.Ops.back().Last)
    return fail("the last program does not end");
  return checkRules();
}

bool GrammarChecker::checkClassMaps() {
  LastClass.reserve(T.ClassMaps.size());
  for (const ClassMap &M : T.ClassMaps)
    LastClass.push_back(*std::max_element(M.begin(), M.end()));
  return true;
}

bool GrammarChecker::checkTokens() {
  for (const TokenRefRec &R : T.TokenRefs)
    if (!text(R.NameOffset, R.NameSize))
      return fail("a token's name lies outside of the texts");
  return true;
}

bool GrammarChecker::checkRules() {
  if (T.Rules.empty() || T.Rules.size() > MaxRules || T.States.size() > MaxStates)
    return fail("there are no rules, or too many rules or states");
  if (T.StartRule >= T.Rules.size())
    return fail("the start rule does not exist");
  bool NeedsFresh = false;
  for (const ObjectRec &O : T.Objects)
    NeedsFresh |= O.Counted != 0;
  for (const ElementsRec &E : T.Elements)
    NeedsFresh |= E.Unique != 0;
  if (NeedsFresh != T.NeedsFresh)
    return fail("the header does not say whether texts must be new");
  uint32_t End = 0;
  for (uint32_t R = 0; R < T.Rules.size(); ++R) {
    Rule = &T.Rules[R];
    RuleIndex = R;
    if (Rule->StatesBegin != End || Rule->StatesEnd < End || Rule->StatesEnd > T.States.size())
      return fail("the states of the rules do not follow each other");
    End = Rule->StatesEnd;
  }
  if (End != T.States.size())
    return fail("there are states of no rule");
  for (uint32_t R = 0; R < T.Rules.size(); ++R)
    if (!checkRule(R))
      return false;
  return true;
}

bool GrammarChecker::checkRule(uint32_t R) {
  Rule = &T.Rules[R];
  RuleIndex = R;
  if (!text(Rule->NameOffset, Rule->NameSize))
    return fail("the name lies outside of the texts");
  if (Rule->Registers > MaxRegisters || Rule->Nest > 1 || Rule->Nullable > 1 || Rule->Leaf > 1)
    return fail("a field is out of its range");
  if (!checkRegisterBlocks(*Rule))
    return false;
  if (Rule->Leaf && (Rule->Object != NoIndex || Rule->Elements != NoIndex))
    return fail("a leaf has an object or an array");
  if (Rule->Start == NoIndex)
    return Rule->StatesBegin == Rule->StatesEnd || fail("there are states and no start");
  if (!isOwn(Rule->Start))
    return fail("the start is a state of another rule");
  if (T.States[Rule->Start].Flags & (StateAccepts | StateFinal))
    return fail("the start accepts");
  for (StateId S = Rule->StatesBegin; S < Rule->StatesEnd; ++S)
    if (!checkState(S))
      return false;
  return true;
}

bool GrammarChecker::checkState(StateId S) {
  const StateRec &State = T.States[S];
  const uint8_t Flags = State.Flags;
  if (Flags & ~KnownFlags)
    return fail("a state has unknown flags");
  const bool Blocks = Rule->Object != NoIndex || Rule->Elements != NoIndex;
  if (Blocks && !(Flags & StateKeySets))
    return fail("a state of an object or an array does not say so");
  if ((Flags & StateInKey) && Rule->Object == NoIndex)
    return fail("a state reads a key of no object");
  if ((Flags & StateFinal) && (!(Flags & StateAccepts) || State.Kind != RowKind::None ||
                               (Flags & (StateHasCalls | StateHasSymbols))))
    return fail("a final state goes on, or does not accept");
  switch (State.Kind) {
  case RowKind::None:
    break;
  case RowKind::Chain:
    if (S + 1 >= Rule->StatesEnd)
      return fail("a chain leads out of its rule");
    break;
  case RowKind::Sparse:
  case RowKind::Dense:
    if (!checkRow(State))
      return false;
    break;
  default:
    return fail("a row of unknown kind");
  }
  if (State.Detail == NoIndex)
    return !(Flags & (StateHasCalls | StateHasSymbols)) || fail("a state lacks its details");
  if (State.Detail >= T.Details.size())
    return fail("a state's details do not exist");
  return checkDetail(S, State, T.Details[State.Detail]);
}

bool GrammarChecker::checkRow(const StateRec &State) {
  if (State.Row >= T.Rows.size())
    return fail("a row lies outside of the rows");
  const uint32_t *Row = T.Rows.data() + State.Row;
  const uint64_t Left = T.Rows.size() - State.Row - 1;
  if (State.Kind == RowKind::Dense) {
    if (Row[0] >= T.ClassMaps.size())
      return fail("a class map does not exist");
    const uint32_t Classes = LastClass[Row[0]] + 1U;
    if (Classes > Left)
      return fail("a dense row is cut short");
    for (uint32_t C = 1; C <= Classes; ++C)
      if (!checkAction(Row[C]))
        return false;
    return true;
  }
  const uint32_t Count = Row[0];
  if (Count > 256 || Count * 2 > Left)
    return fail("a sparse row is cut short");
  uint32_t Next = 0;
  for (uint32_t I = 0; I < Count; ++I) {
    const uint32_t First = Row[1 + 2 * I] & 0xff, Last = Row[1 + 2 * I] >> 8;
    if (First < Next || Last < First || Last > 0xff)
      return fail("the bytes of a sparse row do not ascend");
    Next = Last + 1;
    if (!checkAction(Row[2 + 2 * I]))
      return false;
  }
  return true;
}

bool GrammarChecker::checkAction(uint32_t Action) {
  if (Action == ActionDead)
    return true;
  if (Action & ActionAlternatives)
    return checkAlternatives(Action & ~ActionAlternatives);
  return isOwn(Action - 1) || fail("a move leads out of its rule");
}

bool GrammarChecker::checkAlternatives(uint32_t List) {
  if (List >= T.AltLists.size())
    return fail("a list of alternatives does not exist");
  if (ListSeen[List] == RuleIndex)
    return true;
  ListSeen[List] = RuleIndex;
  const uint32_t Count = T.AltLists[List];
  if (Count == 0 || Count > T.AltLists.size() - List - 1)
    return fail("a list of alternatives is empty or cut short");
  if (!spend(Count))
    return false;
  for (uint32_t I = 1; I <= Count; ++I) {
    if (T.AltLists[List + I] >= T.Alternatives.size())
      return fail("an alternative does not exist");
    const AlternativeRec &A = T.Alternatives[T.AltLists[List + I]];
    if (!checkProgram(A.Ops))
      return false;
    if (A.Push == NoIndex) {
      if (!isOwn(A.Target))
        return fail("an alternative leads out of its rule");
      continue;
    }
    if (Rule->Leaf)
      return fail("a leaf makes a call");
    if (!isOwn(A.Push) || A.CalleeRule >= T.Rules.size())
      return fail("an alternative calls what does not exist");
    const RuleRec &Callee = T.Rules[A.CalleeRule];
    if (A.Target < Callee.StatesBegin || A.Target >= Callee.StatesEnd)
      return fail("an alternative enters a rule by a state of another");
  }
  return true;
}

bool GrammarChecker::checkDetail(StateId S, const StateRec &State, const DetailRec &D) {
  if (!range(D.CallsBegin, D.CallsEnd, T.Calls) || !range(D.SymbolsBegin, D.SymbolsEnd, T.Symbols))
    return fail("calls or symbols of a state do not exist");
  const bool Calls = D.CallsBegin != D.CallsEnd, Symbols = D.SymbolsBegin != D.SymbolsEnd;
  if (Calls != ((State.Flags & StateHasCalls) != 0) ||
      Symbols != ((State.Flags & StateHasSymbols) != 0))
    return fail("a state's flags contradict its details");
  if (Rule->Leaf && (Calls || Symbols))
    return fail("a leaf makes a call or names a token");
  if (!checkProgram(D.AcceptOps) || !checkProgram(D.ReturnOps) || !checkProgram(D.LoopOps))
    return false;
  if (D.LoopOps != NoIndex &&
      (T.Ops[D.LoopOps].Code != OpCode::CounterBelow || !T.Ops[D.LoopOps].Last))
    return fail("a loop does more than count");
  if (!spend(uint64_t(D.CallsEnd - D.CallsBegin) + (D.SymbolsEnd - D.SymbolsBegin)))
    return false;
  for (uint32_t C = D.CallsBegin; C < D.CallsEnd; ++C)
    if (!checkCall(S, T.Calls[C]))
      return false;
  for (uint32_t Y = D.SymbolsBegin; Y < D.SymbolsEnd; ++Y)
    if (!checkSymbol(T.Symbols[Y]))
      return false;
  return true;
}

bool GrammarChecker::checkCall(StateId S, const CallRec &C) {
  if (C.Rule >= T.Rules.size() || T.Rules[C.Rule].Start == NoIndex)
    return fail("a call of a rule that does not exist or has no states");
  if (!isOwn(C.Return) || C.Jump > 1)
    return fail("a call returns into another rule");
  if (S == Rule->Start && T.Rules[C.Rule].Rank <= Rule->Rank)
    return fail("a rule may call itself before it reads a byte");
  return checkProgram(C.Ops);
}

bool GrammarChecker::checkSymbol(const SymbolRec &Y) {
  const uint64_t Count = Y.ExcludedCount == NoIndex ? 1 : Y.ExcludedCount;
  if (Y.Token > T.TokenRefs.size() || Count > T.TokenRefs.size() - Y.Token)
    return fail("a symbol names tokens that do not exist");
  if (!isOwn(Y.Target))
    return fail("a symbol leads out of its rule");
  return checkProgram(Y.Ops);
}

} // namespace weir
