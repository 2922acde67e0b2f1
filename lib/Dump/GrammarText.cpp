//===- GrammarText.cpp - Compiled grammars for people to read -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Dump/GrammarText.h"

#include "weir/Support/Escape.h"

#include <fmt/format.h>

#include <map>
#include <vector>

namespace weir {

namespace {

std::string_view opName(OpCode Code) {
  switch (Code) {
#define REGISTER_OP(Name, Text, Summary)                                                           \
  case OpCode::Name:                                                                               \
    return Text;
#include "weir/Runtime/RegisterOps.def"
  }
  return "?";
}

/// One thing that a state does on the bytes of `Set`.
struct Edge {
  ByteSet Bytes;
  uint32_t Action;
};

/// The texts of states, edges and programs, shared by both forms of output.
class Namer {
public:
  explicit Namer(const Grammar &G) : G(G), T(G.tables()) {}

  std::string rule(uint32_t R) const { return "@" + std::string(G.ruleName(R)); }

  std::string state(StateId S, uint32_t InRule) const {
    uint32_t R = G.ruleOf(S);
    std::string Local = fmt::format("s{}", S - G.rule(R).StatesBegin);
    return R == InRule ? Local : rule(R) + "." + Local;
  }

  std::string program(uint32_t P) const {
    if (P == NoIndex)
      return {};
    std::string Out = "{";
    for (bool More = true; More; ++P) {
      const OpRec &O = T.Ops[P];
      More = !O.Last;
      Out += operation(O) + (More ? "; " : "}");
    }
    return Out;
  }

  std::string symbol(const SymbolRec &S) const {
    if (S.ExcludedCount == NoIndex)
      return token(S.Token);
    std::string Out = "any token but";
    for (uint32_t I = 0; I < S.ExcludedCount; ++I)
      Out += " " + token(S.Token + I);
    return S.ExcludedCount == 0 ? "any token" : Out;
  }

  std::string alternative(const AlternativeRec &A, uint32_t InRule) const {
    std::string Out = A.Push == NoIndex
                          ? state(A.Target, InRule)
                          : "call " + rule(A.CalleeRule) +
                                fmt::format(".s{}", A.Target - G.rule(A.CalleeRule).StatesBegin) +
                                ", return " + state(A.Push, InRule);
    std::string Ops = program(A.Ops);
    return Ops.empty() ? Out : Out + " " + Ops;
  }

  /// The lines of what `Action` does, without the bytes.
  std::vector<std::string> targets(uint32_t Action, uint32_t InRule) const {
    if (!(Action & ActionAlternatives))
      return {state(Action - 1, InRule)};
    std::vector<std::string> Out;
    uint32_t List = Action & ~ActionAlternatives;
    for (uint32_t I = 1; I <= T.AltLists[List]; ++I)
      Out.push_back(alternative(T.Alternatives[T.AltLists[List + I]], InRule));
    return Out;
  }

  /// The living actions of a state, by their first byte.
  std::vector<Edge> edges(StateId S) const {
    std::vector<Edge> Out;
    std::map<uint32_t, size_t> Index;
    for (unsigned B = 0; B < 256; ++B) {
      uint32_t A = G.action(S, uint8_t(B));
      if (A == ActionDead)
        continue;
      auto [It, IsNew] = Index.emplace(A, Out.size());
      if (IsNew)
        Out.push_back({ByteSet(), A});
      Out[It->second].Bytes.insert(uint8_t(B));
    }
    return Out;
  }

  std::string call(const CallRec &C, uint32_t InRule) const {
    std::string Out = C.Jump ? "jump " + rule(C.Rule)
                             : "call " + rule(C.Rule) + ", return " + state(C.Return, InRule);
    std::string Ops = program(C.Ops);
    return Ops.empty() ? Out : Out + " " + Ops;
  }

private:
  std::string token(uint32_t Index) const {
    const TokenRefRec &R = T.TokenRefs[Index];
    if (R.Id != NoIndex)
      return fmt::format("token {}", R.Id);
    return "token " + quoted(T.Text.substr(R.NameOffset, R.NameSize));
  }

  std::string operation(const OpRec &O) const {
    std::string Out(opName(O.Code));
    switch (O.Code) {
    case OpCode::CounterSet:
    case OpCode::CounterBelow:
    case OpCode::CounterAtLeast:
    case OpCode::CounterAtMost:
      return fmt::format("r{} {} {}", O.Register, Out, O.A);
    case OpCode::LengthLive: {
      const LengthSetRec &L = T.LengthSets[O.A];
      Out = fmt::format("r{} {} {}..", O.Register, Out, L.Min);
      return L.Max == NoIndex ? Out : Out + std::to_string(L.Max);
    }
    case OpCode::IndentBelow:
    case OpCode::IndentAtLeast:
      return fmt::format("r{} {} {}*(d{:+})", O.Register, Out, O.A, int32_t(O.B));
    case OpCode::KeyLive: {
      const auto &I = T.KeyIntervals[O.B];
      return fmt::format("{} o{} {}..{}{}", Out, O.A, I[0], I[1],
                         I[2] != NoIndex ? " or free" : "");
    }
    case OpCode::ItemLive:
    case OpCode::ItemTake:
      return fmt::format("{} a{} {}", Out, O.A, O.B);
    case OpCode::MoreItems:
    case OpCode::ItemsEnd:
      return fmt::format("{} a{}", Out, O.A);
    case OpCode::KeyTake:
      return fmt::format("{} o{} {}", Out, O.A, O.B);
    case OpCode::FreeLive:
    case OpCode::FreeTake:
      return O.B ? fmt::format("{} o{} {}", Out, O.A, O.B) : fmt::format("{} o{}", Out, O.A);
    case OpCode::KeyBegin:
    case OpCode::MoreKeys:
    case OpCode::ObjectEnd:
      return fmt::format("{} o{}", Out, O.A);
    }
    return Out;
  }

  const Grammar &G;
  const GrammarView &T;
};

std::string ruleHeading(const Grammar &G, uint32_t R, const Namer &Names) {
  const RuleRec &Rule = G.rule(R);
  std::string Out = Names.rule(R);
  if (R == G.startRule())
    Out += " start";
  if (Rule.Nullable)
    Out += " nullable";
  if (Rule.Leaf)
    Out += " leaf";
  if (Rule.Nest)
    Out += " nest";
  if (Rule.Registers != 0)
    Out += fmt::format(" registers={}", Rule.Registers);
  return Out;
}

void printState(const Grammar &G, uint32_t R, StateId S, const Namer &Names, std::string &Out) {
  const StateRec &State = G.state(S);
  Out += "  " + Names.state(S, R) + (S == G.rule(R).Start ? " start:" : ":");
  const DetailRec *D = G.detail(S);
  if (State.Flags & StateAccepts) {
    Out += " accepts";
    if (D && D->AcceptOps != NoIndex)
      Out += " " + Names.program(D->AcceptOps);
  }
  Out += "\n";
  if (D && D->ReturnOps != NoIndex)
    Out += "    on return " + Names.program(D->ReturnOps) + "\n";
  for (const Edge &E : Names.edges(S)) {
    std::string Bytes = printByteSet(E.Bytes);
    for (const std::string &Target : Names.targets(E.Action, R))
      Out += "    " + Bytes + " -> " + Target + "\n";
  }
  if (!D)
    return;
  for (uint32_t C = D->CallsBegin; C < D->CallsEnd; ++C)
    Out += "    " + Names.call(G.tables().Calls[C], R) + "\n";
  for (uint32_t I = D->SymbolsBegin; I < D->SymbolsEnd; ++I) {
    const SymbolRec &Symbol = G.tables().Symbols[I];
    std::string Ops = Names.program(Symbol.Ops);
    Out += "    " + Names.symbol(Symbol) + " -> " + Names.state(Symbol.Target, R) +
           (Ops.empty() ? "" : " " + Ops) + "\n";
  }
}

} // namespace

std::string printAutomata(const Grammar &G) {
  Namer Names(G);
  std::string Out;
  for (uint32_t R = 0; R < G.tables().Rules.size(); ++R) {
    const RuleRec &Rule = G.rule(R);
    Out += (R == 0 ? "rule " : "\nrule ") + ruleHeading(G, R, Names) + "\n";
    if (Rule.Object != NoIndex) {
      const ObjectRec &O = G.tables().Objects[Rule.Object];
      Out += fmt::format("  object o{}: {} keys, {} order{}, {}..", Rule.Object, O.Keys,
                         O.AnyOrder ? "any" : "declared", O.Free ? ", free keys" : "", O.Min);
      Out += (O.Max == NoIndex ? std::string() : std::to_string(O.Max)) + " members\n";
    }
    if (Rule.Elements != NoIndex) {
      const ElementsRec &E = G.tables().Elements[Rule.Elements];
      Out += fmt::format("  array a{}: {} counters{}, {}..", Rule.Elements,
                         E.CountersEnd - E.CountersBegin, E.Unique ? ", unique" : "", E.Min);
      Out += (E.Max == NoIndex ? std::string() : std::to_string(E.Max)) + " items\n";
    }
    for (StateId S = Rule.StatesBegin; S < Rule.StatesEnd; ++S)
      printState(G, R, S, Names, Out);
  }
  return Out;
}

/// A string of the DOT language: quotes and backslashes escaped.
static std::string dotString(std::string_view Text) {
  std::string Out = "\"";
  for (char C : Text) {
    if (C == '"' || C == '\\')
      Out += '\\';
    Out += C;
  }
  return Out + "\"";
}

std::string printDot(const Grammar &G) {
  Namer Names(G);
  std::string Out = "digraph grammar {\n  rankdir=LR;\n  node [shape=circle];\n";
  for (uint32_t R = 0; R < G.tables().Rules.size(); ++R) {
    const RuleRec &Rule = G.rule(R);
    Out += fmt::format("  subgraph cluster_{} {{\n    label={};\n", R,
                       dotString(ruleHeading(G, R, Names)));
    for (StateId S = Rule.StatesBegin; S < Rule.StatesEnd; ++S) {
      bool Accepts = G.state(S).Flags & StateAccepts;
      Out +=
          fmt::format("    n{} [label={}{}{}];\n", S, dotString(Names.state(S, R)),
                      Accepts ? ", shape=doublecircle" : "", S == Rule.Start ? ", style=bold" : "");
    }
    Out += "  }\n";
    auto Arrow = [&](StateId From, StateId To, const std::string &Label, bool Call) {
      Out += fmt::format("  n{} -> n{} [label={}{}];\n", From, To, dotString(Label),
                         Call ? ", style=dashed" : "");
    };
    for (StateId S = Rule.StatesBegin; S < Rule.StatesEnd; ++S) {
      for (const Edge &E : Names.edges(S)) {
        std::string Bytes = printByteSet(E.Bytes);
        if (!(E.Action & ActionAlternatives)) {
          Arrow(S, E.Action - 1, Bytes, false);
          continue;
        }
        uint32_t List = E.Action & ~ActionAlternatives;
        for (uint32_t I = 1; I <= G.tables().AltLists[List]; ++I) {
          const AlternativeRec &A = G.tables().Alternatives[G.tables().AltLists[List + I]];
          std::string Label = Bytes + " " + Names.program(A.Ops);
          if (A.Push != NoIndex)
            Label += "call, return " + Names.state(A.Push, R);
          Arrow(S, A.Target, Label, A.Push != NoIndex);
        }
      }
      const DetailRec *D = G.detail(S);
      if (!D)
        continue;
      for (uint32_t C = D->CallsBegin; C < D->CallsEnd; ++C) {
        const CallRec &Call = G.tables().Calls[C];
        Arrow(S, Call.Jump ? G.rule(Call.Rule).Start : Call.Return, Names.call(Call, R), true);
      }
      for (uint32_t I = D->SymbolsBegin; I < D->SymbolsEnd; ++I) {
        const SymbolRec &Symbol = G.tables().Symbols[I];
        Arrow(S, Symbol.Target, Names.symbol(Symbol) + " " + Names.program(Symbol.Ops), false);
      }
    }
  }
  return Out + "}\n";
}

std::string printSummary(const Grammar &G) {
  const GrammarView &T = G.tables();
  size_t Kinds[4] = {};
  for (const StateRec &S : T.States)
    ++Kinds[size_t(S.Kind)];
  return fmt::format("start: {}\nrules: {}\nstates: {} ({} chain, {} sparse, {} dense, {} without "
                     "bytes)\ncalls: {}\nobjects: {}\nbytes: {}\n",
                     "@" + std::string(G.ruleName(G.startRule())), T.Rules.size(), T.States.size(),
                     Kinds[size_t(RowKind::Chain)], Kinds[size_t(RowKind::Sparse)],
                     Kinds[size_t(RowKind::Dense)], Kinds[size_t(RowKind::None)], T.Calls.size(),
                     T.Objects.size(), G.memoryBytes());
}

} // namespace weir
