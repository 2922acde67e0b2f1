//===- Lexical.cpp - Making lexical rules apart from their module ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A lexical rule is made with tables of its own and then brought in, also when no cache
// keeps it: programs are numbered in the order they are met, and the order of
// alternatives follows the numbers, so both must not depend on what came before.
//
//===----------------------------------------------------------------------===//
#include "Lexical.h"

#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::lowering {

using ir::ExprId;
using ir::Op;

void ModuleBuilder::findLexical() {
  enum : uint8_t { Is = 1, Worth = 2 };
  Lexical.assign(M.exprCount(), 0);
  for (uint32_t I = 0; I < M.exprCount(); ++I) {
    uint8_t Bits = Is;
    switch (M.op(ExprId(I))) {
    case Op::Never:
    case Op::Empty:
    case Op::Lit:
    case Op::Bytes:
    case Op::Seq:
    case Op::Alt:
      break;
    case Op::Class:
    case Op::Repeat:
    case Op::And:
    case Op::Not:
    case Op::JsonString:
    case Op::Indent:
      Bits |= Worth;
      break;
    default:
      Bits = 0;
      break;
    }
    for (ExprId O : M.operands(ExprId(I)))
      Bits = uint8_t((Bits & Lexical[O.index()] & Is) | ((Bits | Lexical[O.index()]) & Worth));
    Lexical[I] = Bits & Is ? Bits : 0;
  }
}

bool ModuleBuilder::isLexical(ExprId E) const { return Lexical[E.index()] == 3; }

bool ModuleBuilder::makeLexical(ExprId E, LexicalUse Use,
                                FunctionRef<bool(RuleAutomatonInfo &)> Make,
                                RuleAutomatonInfo &Out) {
  LexicalKey.clear();
  appendLexicalKey(M, E, Use, Options, Numbers, LexicalKey);
  std::shared_ptr<const LexicalCache::Entry> Found =
      Options.Lexical ? Options.Lexical->find(LexicalKey) : nullptr;
  // Near the end of the budget it is made again, to be refused as ever.
  if (Found && (uint64_t(StatesUsed) + Found->StatesUsed > Options.MaxStates / 2 ||
                CharSteps + Found->CharSteps > MaxCharSteps / 2 ||
                PlainCharged + Found->PlainCharged > StepsAllowed / 2 ||
                UnrolledCharged + Found->UnrolledCharged > MaxUnrolledSteps / 2))
    Found = nullptr;
  if (Found) {
    StatesUsed += Found->StatesUsed;
    CharSteps += Found->CharSteps;
    PlainCharged += Found->PlainCharged;
    UnrolledCharged += Found->UnrolledCharged;
  } else {
    Late<std::shared_ptr<LexicalCache::Entry>> Made(std::make_shared<LexicalCache::Entry>());
    const std::shared_ptr<LexicalCache::Entry> &New = *Made;
    automata::ProgramTable Programs;
    auto swapTables = [&] {
      std::swap(Shared.Programs, Programs);
      std::swap(Shared.LengthSets, New->LengthSets);
      std::swap(Shared.Words, New->Words);
    };
    const uint32_t Before = StatesUsed;
    const uint64_t WidenedBefore = Widened;
    const uint64_t StepsBefore = CharSteps, PlainBefore = PlainCharged,
                   UnrolledBefore = UnrolledCharged;
    swapTables();
    bool Ok;
    {
      WorkMeter::UncountedScope Uncounted;
      Ok = Make(New->Info);
    }
    swapTables();
    if (!Ok)
      return false;
    if (New->Info.Automaton.Calls.empty()) {
      std::vector<uint8_t> Live(New->Info.Automaton.States.size());
      automata::markLive(New->Info.Automaton, {}, Live);
      New->Info.AllLive = std::find(Live.begin(), Live.end(), 0) == Live.end();
    }
    New->StatesUsed = StatesUsed - Before;
    New->CharSteps = CharSteps - StepsBefore;
    New->PlainCharged = PlainCharged - PlainBefore;
    New->UnrolledCharged = UnrolledCharged - UnrolledBefore;
    // Only the programs that the automaton still has, in the order of their numbers.
    Dfa &D = New->Info.Automaton;
    std::vector<uint32_t> Used{0};
    std::vector<bool> Seen{true};
    auto use = [&](uint32_t &Ops) {
      if (Ops >= Seen.size())
        Seen.resize(Ops + 1);
      if (!Seen[Ops])
        Used.push_back(Ops);
      Seen[Ops] = true;
    };
    auto forEachProgram = [&](auto &&F) {
      for (Dfa::State &S : D.States) {
        if (!pollWork())
          return;
        F(S.AcceptOps);
        F(S.ReturnOps);
      }
      for (Dfa::Alternative &A : D.Alternatives)
        F(A.Ops);
    };
    forEachProgram(use);
    std::sort(Used.begin(), Used.end());
    for (uint32_t P : Used)
      New->Programs.emplace_back(Programs[P].begin(), Programs[P].end());
    forEachProgram([&](uint32_t &Ops) {
      Ops = uint32_t(std::lower_bound(Used.begin(), Used.end(), Ops) - Used.begin());
    });
    if (!spendWork(0))
      return false;
    // What is not all that was asked for is not kept.
    if (Options.Lexical && Widened == WidenedBefore) {
      // `Make` may have made other lexical automata.
      LexicalKey.clear();
      appendLexicalKey(M, E, Use, Options, Numbers, LexicalKey);
      Options.Lexical->insert(LexicalKey, New);
    }
    Found = New;
  }
  bringIn(*Found, Out);
  // As much whether it was found or made.
  return spendWork(1 + Found->StatesUsed, Found->bytes());
}

void ModuleBuilder::bringIn(const LexicalCache::Entry &E, RuleAutomatonInfo &Out) {
  std::string Name = std::move(Out.Name);
  const bool Nest = Out.Nest;
  Out = E.Info;
  Out.Name = std::move(Name);
  Out.Nest = Nest;
  if (E.Programs.size() == 1)
    return;
  const uint32_t FirstSet = uint32_t(Shared.LengthSets.size());
  const uint32_t FirstWord = Shared.addWords(E.Words);
  for (LengthSetRec L : E.LengthSets) {
    L.Bits += FirstWord;
    Shared.LengthSets.push_back(L);
  }
  std::vector<uint32_t> Number;
  std::vector<automata::RegOp> Ops;
  for (const auto &P : E.Programs) {
    Ops = P;
    for (automata::RegOp &O : Ops)
      if (O.Code == OpCode::LengthLive)
        O.A += FirstSet;
    Number.push_back(Shared.Programs.intern(Ops));
  }
  Dfa &D = Out.Automaton;
  for (Dfa::State &S : D.States) {
    S.AcceptOps = Number[S.AcceptOps];
    S.ReturnOps = Number[S.ReturnOps];
  }
  for (Dfa::Alternative &A : D.Alternatives)
    A.Ops = Number[A.Ops];
  for (uint32_t L = 0; L < D.listCount(); ++L)
    std::sort(D.Alternatives.begin() + D.Lists[L], D.Alternatives.begin() + D.Lists[L + 1]);
}

} // namespace weir::lowering
