//===- NumberValues.cpp - How many numbers an automaton writes ----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A number has endlessly many spellings: zeros at its end and its exponent say nothing. Its
// automaton is walked together with the place in the number, and endless is what can go round a
// loop that changes the value each time. Otherwise the values are listed.
//
//===----------------------------------------------------------------------===//
#include "ItemValues.h"

#include "weir/Runtime/JsonValues.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <optional>

namespace weir::lowering {

using ir::ExprId;

namespace {

/// How the bytes of a number were read so far.
enum NumberPhase : uint8_t { Sign, IntZero, Int, FracZero, Frac, ExpOfZero, ExpStart, Exp };

NumberPhase afterByte(NumberPhase P, uint8_t B) {
  if (B == '.')
    return P == Int ? Frac : FracZero;
  if (B == 'e' || B == 'E')
    return P == Int || P == Frac ? ExpStart : ExpOfZero;
  if (B < '0' || B > '9')
    return P;
  switch (P) {
  case Sign:
  case IntZero:
    return B == '0' ? IntZero : Int;
  case FracZero:
    return B == '0' ? FracZero : Frac;
  case ExpStart:
    return B == '0' ? ExpStart : Exp;
  default:
    return P;
  }
}

/// A state of a number's automaton with the phase it was reached in.
struct NumberGraph {
  explicit NumberGraph(const Dfa &D) {
    node(D.Start, Sign);
    for (size_t I = 0; I < States.size(); ++I) {
      auto [S, P] = States[I];
      for (const Dfa::Range &R : D.row(S))
        for (const Dfa::Alternative &A : D.alternatives(R))
          for (unsigned B = R.First; B <= R.Last; ++B) {
            uint32_t To = node(A.Target, afterByte(P, uint8_t(B)));
            Edges[I].push_back({uint8_t(B), To});
          }
      Accepts.push_back(D.States[S].Accepts);
    }
    Live = reached([&](uint32_t N) { return Accepts[N]; });
    DigitAhead = reached([&](uint32_t N) {
      NumberPhase P = States[N].second;
      return (P == FracZero || P == Frac) &&
             std::any_of(Edges[N].begin(), Edges[N].end(), [&](const Edge &E) {
               return E.Byte >= '1' && E.Byte <= '9' && Live[E.To];
             });
    });
  }

  struct Edge {
    uint8_t Byte;
    uint32_t To;
  };
  std::vector<std::pair<uint32_t, NumberPhase>> States;
  std::vector<std::vector<Edge>> Edges;
  std::vector<bool> Accepts, Live;
  /// From here a digit may follow that makes zeros of the fraction before it count.
  std::vector<bool> DigitAhead;

  /// Does the text mean the same with a zero more, by which it gets to `To`?
  bool isEmptyZero(uint32_t To, const std::string &Text) const {
    const NumberPhase P = States[To].second;
    const bool AfterDigit = !Text.empty() && Text.back() >= '0' && Text.back() <= '9';
    return AfterDigit && (P == ExpStart || ((P == FracZero || P == Frac) && !DigitAhead[To]));
  }

  /// The nodes from which some node is reached that `Is` says yes of.
  template <typename Fn>
  std::vector<bool> reached(Fn Is) const {
    std::vector<std::vector<uint32_t>> Before(States.size());
    for (uint32_t N = 0; N < Edges.size(); ++N)
      for (const Edge &E : Edges[N])
        Before[E.To].push_back(N);
    std::vector<bool> Out(States.size(), false);
    std::vector<uint32_t> Work;
    for (uint32_t N = 0; N < States.size(); ++N)
      if (Is(N)) {
        Out[N] = true;
        Work.push_back(N);
      }
    while (!Work.empty()) {
      uint32_t N = Work.back();
      Work.pop_back();
      for (uint32_t P : Before[N])
        if (!Out[P]) {
          Out[P] = true;
          Work.push_back(P);
        }
    }
    return Out;
  }

  /// Is there a loop that changes the value each time?
  bool isEndless() const {
    for (uint32_t N = 0; N < States.size(); ++N) {
      NumberPhase P = States[N].second;
      if (!Live[N] || (P != Int && P != FracZero && P != Frac && P != Exp))
        continue;
      bool Counts = false;
      for (const Edge &E : Edges[N])
        Counts |= Live[E.To] && E.Byte >= '0' && E.Byte <= '9' &&
                  (P == Int || P == Exp || E.Byte != '0' || DigitAhead[N]);
      if (!Counts)
        continue;
      std::vector<bool> Back = reached([&](uint32_t X) { return X == N; });
      for (const Edge &E : Edges[N])
        if (Live[E.To] && Back[E.To] && E.Byte >= '0' && E.Byte <= '9' &&
            (P == Int || P == Exp || E.Byte != '0' || DigitAhead[N]))
          return true;
    }
    return false;
  }

  /// How many values are written plainly, without an exponent and zeros at the end. No loop
  /// may change the value; `ManyKeys` where that does not hold.
  uint64_t plainValues() const;

private:
  uint32_t node(uint32_t S, NumberPhase P) {
    auto [It, New] = Index.try_emplace({S, P}, uint32_t(States.size()));
    if (New) {
      States.push_back({S, P});
      Edges.emplace_back();
    }
    return It->second;
  }
  std::map<std::pair<uint32_t, NumberPhase>, uint32_t> Index;
};

uint64_t NumberGraph::plainValues() const {
  /// What was read of a plain spelling: nothing, the sign, one zero and that with a sign, an
  /// integer, a fraction that may not end yet, one that may.
  enum Plain : uint8_t { Nothing, Minus, Zero, MinusZero, Whole, Cut, Fraction, Kinds };
  auto after = [](uint8_t P, uint8_t B) -> std::optional<uint8_t> {
    if (B == '-')
      return P == Nothing ? std::optional<uint8_t>(Minus) : std::nullopt;
    if (B == '.')
      return P == Zero || P == MinusZero || P == Whole ? std::optional<uint8_t>(Cut) : std::nullopt;
    if (B < '0' || B > '9')
      return std::nullopt;
    switch (P) {
    case Nothing:
      return B == '0' ? Zero : Whole;
    case Minus:
      return B == '0' ? MinusZero : Whole;
    case Whole:
      return Whole;
    case Cut:
    case Fraction:
      return B == '0' ? Cut : Fraction;
    default:
      return std::nullopt;
    }
  };
  std::vector<uint64_t> Ways(States.size() * Kinds, 0);
  std::vector<uint8_t> Seen(Ways.size(), 0); ///< 1: under way, 2: done
  std::vector<std::pair<uint32_t, size_t>> Stack{{uint32_t(Nothing), 0}};
  Seen[Nothing] = 1;
  while (!Stack.empty()) {
    auto &[At, Next] = Stack.back();
    const uint32_t N = At / Kinds;
    const uint8_t P = uint8_t(At % Kinds);
    if (Next == 0 && Accepts[N] && (P == Zero || P == Whole || P == Fraction))
      Ways[At] = 1;
    bool Down = false;
    while (Next < Edges[N].size() && !Down) {
      const Edge &E = Edges[N][Next];
      const std::optional<uint8_t> To = Live[E.To] ? after(P, E.Byte) : std::nullopt;
      if (!To) {
        ++Next;
        continue;
      }
      const uint32_t Child = E.To * Kinds + *To;
      if (Seen[Child] == 0) {
        Seen[Child] = 1;
        Stack.push_back({Child, 0});
        Down = true;
        break;
      }
      // Zeros that no other digit can follow are a loop, and lead to no plain spelling.
      if (Seen[Child] == 2)
        Ways[At] = std::min<uint64_t>(Ways[At] + Ways[Child], ManyKeys);
      else if (*To != Cut)
        return ManyKeys;
      ++Next;
    }
    if (Down)
      continue;
    Seen[At] = 2;
    Stack.pop_back();
  }
  return Ways[Nothing];
}

} // namespace

bool ItemValues::isNumber(ExprId E) {
  ByteSet Digits = ByteSet::range('0', '9');
  Digits.insert('-');
  ir::FirstSet First = Analyses.first(E);
  return Analyses.regular(E) && !First.Symbols && !First.Bytes.empty() &&
         Digits.contains(First.Bytes);
}

const ValueCount &ItemValues::numbers(ExprId E) {
  // A rule and a call of it are one.
  for (unsigned I = 0; I < MaxDepth && M.op(E) == ir::Op::Call && M.rule(M.callee(E)).Body; ++I)
    E = M.rule(M.callee(E)).Body;
  auto [It, New] = NumberMemo.try_emplace(E);
  ValueCount &Out = It->second;
  if (!New)
    return Out;
  RuleBuilder R(B, For, Counting::Unrolled);
  R.ExpandCalls = true;
  Nfa N;
  N.Start = N.addState();
  N.End = N.addState();
  R.buildInto(N, E, N.Start, N.End, TextMode::Plain);
  Dfa D;
  if (R.failed() || R.OverUnrolled || R.Registers != 0 ||
      automata::determinise(N, B.Shared.Programs, B.Options.MaxUnrolled, D, B.Space) !=
          automata::DeterminiseStatus::Ok)
    return Out;
  automata::minimise(D, B.Space);
  constexpr size_t MaxNodes = 4000, MaxSteps = 200'000;
  NumberGraph G(D);
  if (G.States.size() > MaxNodes)
    return Out;
  if (G.isEndless()) {
    Out.AtLeast = ManyKeys;
    return Out;
  }
  if (const uint64_t Plain = G.plainValues(); Plain > MaxTexts) {
    Out.AtLeast = std::min<uint64_t>(Plain, ManyKeys - 1);
    return Out;
  }
  // Runs of zeros longer than the automaton change nothing.
  struct Item {
    uint32_t Node, Zeros;
    std::string Text;
  };
  std::vector<Item> Work{{0, 0, ""}};
  std::set<std::pair<uint32_t, std::string>> Known;
  for (size_t Steps = 0; !Work.empty(); ++Steps) {
    Item I = std::move(Work.back());
    Work.pop_back();
    if (Out.Forms.size() > MaxTexts || Steps > MaxSteps || !spendWork()) {
      Out.AtLeast = Out.Forms.size();
      Out.Forms.clear();
      return Out;
    }
    if (G.Accepts[I.Node])
      Out.Forms.insert(numberForm(I.Text));
    for (const NumberGraph::Edge &E : G.Edges[I.Node]) {
      uint32_t Zeros = E.Byte == '0' ? I.Zeros + 1 : 0;
      if (!G.Live[E.To] || Zeros > G.States.size())
        continue;
      std::string Text = I.Text + char(E.Byte);
      // What the text is worth so far; the exponent of zero is worth nothing, nor are zeros at
      // the end.
      const bool Nothing =
          G.States[E.To].second == ExpOfZero || (E.Byte == '0' && G.isEmptyZero(E.To, I.Text));
      std::string Worth = Nothing ? I.Text : Text;
      if (Known.insert({E.To, Worth}).second)
        Work.push_back({E.To, Zeros, Worth});
    }
  }
  Out.Known = true;
  Out.AtLeast = Out.Forms.size();
  return Out;
}

} // namespace weir::lowering
