//===- FreeKeys.cpp - Automata of keys that are not named -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The keys of a free member are a rule of their own, shared by all objects of the
// module. No two keys of an object are equal, so it matters how many keys a prefix
// still begins: for each state the number of *decoded* keys that complete it.
//
// A key has one canonical spelling, so there paths are keys. With any escapes one
// spelling of each key is counted: the rest of it in \uxxxx with lower-case digits,
// which every scalar has.
//
//===----------------------------------------------------------------------===//
#include "Lexical.h"

#include <algorithm>
#include <numeric>

namespace weir::lowering {

using automata::DeterminiseStatus;
using ir::ExprId;

/// States of the network of a key, which has parts for each character that are one when it is
/// determinised, for each that its automaton may have.
constexpr uint64_t KeyStatesPerUnrolled = 8;

namespace {

/// Where in an escape a state stands: the digits still to come, or before the `u`.
enum Phase : uint8_t { Plain, Digit1, Digit2, Digit3, Digit4, Escape, Unknown };

Phase after(Phase P, uint8_t B) {
  if (P == Plain)
    return B == '\\' ? Escape : Plain;
  if (P == Escape)
    return B == 'u' ? Digit4 : Plain;
  return Phase(P - 1);
}

/// May `B` stand in the one spelling that is counted?
bool isCounted(Phase P, uint8_t B) {
  switch (P) {
  case Plain: // continuation bytes only after a lead byte that was read before
    return B == '\\' || B == '"' || (B >= 0x80 && B < 0xC0);
  case Escape:
    return B == 'u';
  default:
    return (B >= '0' && B <= '9') || (B >= 'a' && B <= 'f');
  }
}

} // namespace

/// Fills `Counts`. False when a state stands in two phases, which counting cannot tell
/// apart.
static bool countKeys(const Dfa &D, bool AnyEscapes, std::vector<uint32_t> &Counts) {
  uint32_t N = uint32_t(D.States.size());
  Counts.assign(N, 0);
  std::vector<uint8_t> Phases(N, Unknown);
  // The opening quote is behind every state but the start.
  Phases[D.Start] = Plain;
  std::vector<uint32_t> Order{D.Start};
  for (size_t I = 0; I < Order.size(); ++I) {
    uint32_t Q = Order[I];
    for (const Dfa::Range &R : D.row(Q))
      for (const Dfa::Alternative &A : D.alternatives(R))
        for (unsigned B = R.First, Last = AnyEscapes ? R.Last : B; B <= Last; ++B) {
          Phase Next = AnyEscapes ? after(Phase(Phases[Q]), uint8_t(B)) : Plain;
          if (Phases[A.Target] == Unknown) {
            Phases[A.Target] = Next;
            Order.push_back(A.Target);
          } else if (Phases[A.Target] != Next && !D.States[A.Target].Accepts) {
            return false;
          }
        }
  }
  // The edges of a state stand together, and so do the states before one.
  struct Edge {
    uint32_t To, Times;
  };
  std::vector<Edge> Edges;
  std::vector<uint32_t> EdgesBegin(N, 0), EdgesEnd(N, 0), BeforeBegin(N + 1, 0);
  for (uint32_t Q : Order) {
    EdgesBegin[Q] = uint32_t(Edges.size());
    for (const Dfa::Range &R : D.row(Q)) {
      uint32_t Times = R.Last - R.First + 1U;
      if (AnyEscapes && Q != D.Start) {
        Times = 0;
        for (unsigned B = R.First; B <= R.Last; ++B)
          Times += isCounted(Phase(Phases[Q]), uint8_t(B));
      }
      for (const Dfa::Alternative &A : D.alternatives(R))
        if (Times) {
          Edges.push_back({A.Target, Times});
          ++BeforeBegin[A.Target];
        }
    }
    EdgesEnd[Q] = uint32_t(Edges.size());
  }
  auto edgesOf = [&](uint32_t Q) {
    return std::span(Edges).subspan(EdgesBegin[Q], EdgesEnd[Q] - EdgesBegin[Q]);
  };
  std::partial_sum(BeforeBegin.begin(), BeforeBegin.end(), BeforeBegin.begin());
  std::vector<uint32_t> BeforeAll(Edges.size());
  for (uint32_t Q : Order)
    for (const Edge &E : edgesOf(Q))
      BeforeAll[--BeforeBegin[E.To]] = Q;
  auto statesBefore = [&](uint32_t Q) {
    return std::span(BeforeAll).subspan(BeforeBegin[Q], BeforeBegin[Q + 1] - BeforeBegin[Q]);
  };
  // What reaches an end; then from the ends back, and what is left has a cycle ahead.
  std::vector<uint8_t> Live(N, false);
  std::vector<uint32_t> Work;
  for (uint32_t Q : Order)
    if (D.States[Q].Accepts) {
      Live[Q] = true;
      Work.push_back(Q);
    }
  for (size_t I = 0; I < Work.size(); ++I)
    for (uint32_t P : statesBefore(Work[I]))
      if (!Live[P]) {
        Live[P] = true;
        Work.push_back(P);
      }
  std::vector<uint32_t> Left(N, 0);
  Work.clear();
  for (uint32_t Q : Order) {
    for (const Edge &E : edgesOf(Q))
      Left[Q] += Live[E.To];
    if (Live[Q] && !Left[Q])
      Work.push_back(Q);
  }
  std::vector<uint8_t> Done(N, false);
  for (size_t I = 0; I < Work.size(); ++I) {
    uint32_t Q = Work[I];
    uint64_t Sum = D.States[Q].Accepts;
    for (const Edge &E : edgesOf(Q))
      if (Live[E.To])
        Sum = std::min<uint64_t>(Sum + uint64_t(E.Times) * Counts[E.To], ManyKeys);
    Counts[Q] = uint32_t(Sum);
    Done[Q] = true;
    for (uint32_t P : statesBefore(Q))
      if (Live[P] && --Left[P] == 0)
        Work.push_back(P);
  }
  for (uint32_t Q : Order)
    if (Live[Q] && !Done[Q])
      Counts[Q] = ManyKeys;
  return true;
}

bool ModuleBuilder::keyAutomaton(std::span<const ExprId> Keys, ir::Escapes Esc, ir::RuleId For,
                                 RuleAutomatonInfo &Info, bool MayWiden) {
  Nfa &N = KeyNfa;
  Info.Name = "free-key";
  Info.Frozen = true;
  MayWiden = MayWiden && Options.Lenient;
  for (bool Widen : {false, true}) {
    RuleBuilder R(*this, For, Counting::Unrolled);
    R.CountLengths = false;
    R.MostUnrolled = KeyStatesPerUnrolled * uint64_t(Options.MaxUnrolled);
    N.clear();
    N.Start = N.addState();
    N.End = N.addState();
    uint32_t Open = N.addState(), Close = N.addState();
    N.byte(N.Start, '"', Open);
    if (Widen) {
      ++Widened;
      Scalars.add(N, CodePointSet::all(), Open, Open, modeOf(Esc));
      N.eps(Open, Close);
    }
    for (ExprId Key : Keys.first(Widen ? 0 : Keys.size()))
      R.buildInto(N, Key, Open, Close, modeOf(Esc));
    N.byte(Close, '"', N.End);
    bool IsPlain = R.Registers == 0 && R.Object == automata::None && !R.failed() && !R.OverUnrolled;
    DeterminiseStatus S = IsPlain ? automata::determinise(N, Shared.Programs, Options.MaxUnrolled,
                                                          Info.Automaton, Space)
                                  : DeterminiseStatus::OverBudget;
    std::string_view Problem = "the names of free members need counters or too many states";
    if (S == DeterminiseStatus::Ok) {
      finishRule(Info);
      if (countKeys(Info.Automaton, isAnySpelling(Esc), Info.KeyCounts))
        break;
      Problem = "the names that begin alike cannot be counted";
    }
    // Where there may be fewer keys than the wider automaton has, they must not be counted by it.
    const bool IsWarning = MayWiden && !Widen;
    report(For, DiagId::LowerLiveness).demote(IsWarning) << M.rule(For).Name << Problem;
    if (!IsWarning)
      return false;
  }
  for (size_t Q = 0; Q < Info.KeyCounts.size(); ++Q)
    Info.Counted |= Info.KeyCounts[Q] < ManyKeys && !Info.Automaton.States[Q].Accepts;
  return true;
}

uint32_t ModuleBuilder::freeKeyRule(ExprId Key, ir::Escapes Esc, ir::RuleId For) {
  auto [It, New] = FreeKeyRules.try_emplace({Key, Esc}, automata::None);
  if (!New)
    return It->second;
  auto make = [&](RuleAutomatonInfo &Info) {
    if (!keyAutomaton({&Key, 1}, Esc, For, Info, /*MayWiden=*/true))
      return false;
    StatesUsed += uint32_t(Info.Automaton.States.size());
    return true;
  };
  RuleAutomatonInfo Info;
  Info.Name = "free-key";
  const LexicalUse Use = LexicalUse(uint32_t(LexicalUse::FreeKeyCanonical) + uint32_t(Esc));
  if (isLexical(Key) ? !makeLexical(Key, Use, make, Info) : !make(Info))
    return automata::None;
  It->second = uint32_t(Shared.Rules.size());
  Shared.Rules.push_back(std::move(Info));
  return It->second;
}

std::span<const std::pair<uint32_t, ByteSet>> ModuleBuilder::freeMoves(uint32_t Rule,
                                                                       uint32_t State) {
  if (Rule < Shared.Rules.fixed())
    return Shared.Rules[Rule].KeyMoves[State];
  RuleAutomatonInfo &Info = Shared.Rules.own(Rule);
  if (Info.KeyMoves.empty())
    Info.KeyMoves.resize(Info.Automaton.States.size());
  std::vector<std::pair<uint32_t, ByteSet>> &Moves = Info.KeyMoves[State];
  if (!Moves.empty())
    return Moves;
  for (const Dfa::Range &R : Info.Automaton.row(State)) {
    if (!R.Plain || !Info.KeyCounts[R.To])
      continue;
    auto It = std::lower_bound(Moves.begin(), Moves.end(), R.To,
                               [](const auto &X, uint32_t To) { return X.first < To; });
    if (It == Moves.end() || It->first != R.To)
      It = Moves.insert(It, {R.To, ByteSet()});
    It->second |= ByteSet::range(R.First, R.Last);
  }
  return Moves;
}

/// The number of keys that the automaton reads, less `Names`.
uint32_t ModuleBuilder::countFreeKeys(const RuleAutomatonInfo &Info, bool Ascii,
                                      std::span<const ir::NamedMember> Names) {
  const Dfa &D = Info.Automaton;
  uint32_t Total = Info.KeyCounts[D.Start];
  if (Total == ManyKeys)
    return Total;
  for (const ir::NamedMember &M : Names)
    Total -= readsKey(D, D.Start, "\"" + spelledKey(M.Name, Ascii) + "\"");
  return Total;
}

bool readsKey(const Dfa &D, uint32_t From, std::string_view Spelled) {
  for (char C : Spelled) {
    From = D.plainMove(From, uint8_t(C));
    if (From == automata::None)
      return false;
  }
  return D.States[From].Accepts;
}

void appendSpelledKey(std::string_view Name, bool Ascii, std::string &Out) {
  if (isPlainText(Name)) {
    Out += Name;
    return;
  }
  const TextMode Mode = Ascii ? TextMode::JsonAscii : TextMode::JsonCanonical;
  for (size_t Pos = 0; Pos < Name.size();) {
    DecodedScalar D = decodeUtf8(Name, Pos);
    assert(D.Size && "the name is well-formed");
    appendOnlySpelling(Out, D.Value, Mode);
    Pos += D.Size;
  }
}

std::string spelledKey(std::string_view Name, bool Ascii) {
  std::string Out;
  appendSpelledKey(Name, Ascii, Out);
  return Out;
}

} // namespace weir::lowering
