//===- RuleBuilder.cpp - From a rule's body to its automaton -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RuleBuilder.h"

#include "weir/Support/LongSort.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <utility>

namespace weir::lowering {

using automata::RegOp;
using ir::ExprId;
using ir::Op;

namespace {
/// Counted repetitions this small are cheaper unrolled.
constexpr uint32_t UnrollBelow = 24;
constexpr uint32_t MaxRegisters = 48;
/// More than these take longer at run time than a larger automaton.
constexpr uint32_t FewRegisters = 4;
constexpr unsigned MaxDepth = 1000;
/// Patterns whose repetitions are counted beside a length: iterations that must be are written
/// out where that takes so few states, and all may take so many.
constexpr uint64_t MaxLeast = 1000, MaxClassStates = 5000;
} // namespace

uint32_t SharedTables::addWords(std::span<const uint32_t> W) {
  uint32_t At = uint32_t(Words.size());
  Words.insert(Words.end(), W.begin(), W.end());
  return At;
}

uint32_t SharedTables::addFreeList(std::span<const uint32_t> Free) {
  if (Free.empty())
    return NoIndex;
  std::vector<uint32_t> List{uint32_t(Free.size())};
  List.insert(List.end(), Free.begin(), Free.end());
  auto [It, New] = FreeListIndex.try_emplace(std::move(List), 0);
  if (New)
    It->second = addWords(It->first);
  return It->second;
}

uint32_t SharedTables::addKeyInterval(uint32_t First, uint32_t End, uint32_t FreeList) {
  const uint32_t Id = IntervalIndex.intern({First, End, FreeList});
  if (Id == KeyIntervals.size())
    KeyIntervals.push_back({First, End, FreeList});
  return Id;
}

uint32_t SharedTables::addToken(const ir::TokenRef &T) {
  auto [It, New] = TokenIndex.try_emplace(T, uint32_t(Tokens.size()));
  if (New)
    Tokens.push_back(T);
  return It->second;
}

bool RuleBuilder::stillFits() {
  if (Counts == Counting::Unrolled && N->States.size() > MostUnrolled) {
    OverUnrolled = true;
    return false;
  }
  if (Classes) {
    Failed = N->States.size() > MaxClassStates || Registers > MaxRegisters || !pollWork();
    return !Failed;
  }
  if (N->States.size() + B.StatesUsed > B.Options.MaxStates) {
    B.report(Rule, DiagId::LowerStateBudget) << M.rule(Rule).Name << uint64_t(B.Options.MaxStates)
                                             << "of LowerOptions::MaxStates for all rules";
    Failed = true;
  }
  return !Failed;
}

uint32_t RuleBuilder::newRegister() {
  if (Counters++ >= MaxRegisters && !Failed && !Classes) {
    B.report(Rule, DiagId::LowerRegisters) << M.rule(Rule).Name << uint64_t(MaxRegisters);
    Failed = true;
  }
  return Registers++;
}

bool RuleBuilder::run(ExprId Body, Nfa &Out) {
  N = &Out;
  // The recursion below follows the expression.
  if (B.Depths[Body.index()] > MaxDepth) {
    B.report(Rule, DiagId::LowerDepth) << M.rule(Rule).Name << uint64_t(MaxDepth);
    Failed = true;
    return false;
  }
  Out.Start = Out.addState();
  Out.End = Out.addState();
  build(Body, Out.Start, Out.End, TextMode::Plain, false);
  return !Failed && !OverUnrolled;
}

bool RuleBuilder::runClasses(ExprId E, const automata::CharPartition &TheClasses, Nfa &Out) {
  if (B.Depths[E.index()] > MaxDepth)
    return false;
  N = &Out;
  Classes = &TheClasses;
  Out.Start = Out.addState();
  Out.End = Out.addState();
  build(E, Out.Start, Out.End, TextMode::Classes, false);
  return fits();
}

uint32_t RuleBuilder::cost(ExprId E) {
  if (auto It = Costs.find(E); It != Costs.end())
    return It->second;
  constexpr uint64_t Limit = 1'000'000'000;
  uint64_t C = 1;
  switch (M.op(E)) {
  case Op::Lit:
    C = M.literal(E).size();
    break;
  case Op::Dfa:
    C = M.automaton(E).size();
    break;
  case Op::Class:
    C = 3;
    break;
  case Op::And:
  case Op::Not:
  case Op::JsonString:
  case Op::Members:
  case Op::Elements:
    C = 100;
    break;
  case Op::Repeat: {
    ir::RepeatBounds Bounds = M.bounds(E);
    uint64_t Times = Bounds.Max == ir::Unbounded ? Bounds.Min + uint64_t(1) : Bounds.Max;
    C = Times * cost(M.operands(E)[0]);
    break;
  }
  default:
    for (size_t I = 0; I < M.operands(E).size(); ++I)
      C += cost(M.operands(E)[I]);
    break;
  }
  uint32_t Result = uint32_t(std::min(C, Limit));
  Costs[E] = Result;
  return Result;
}

void RuleBuilder::buildText(std::string_view Text, uint32_t From, uint32_t To, TextMode Mode) {
  uint32_t At = From;
  for (size_t Pos = 0; Pos < Text.size();) {
    if (!fits())
      return;
    if (!spendWork()) {
      Failed = true;
      return;
    }
    DecodedScalar D = Mode == TextMode::Plain ? DecodedScalar{0, 0} : decodeUtf8(Text, Pos);
    size_t Size = Mode == TextMode::Plain ? 1 : D.Size;
    if (Size == 0) {
      B.report(Rule, DiagId::LowerNotRegular) << M.rule(Rule).Name;
      Failed = true;
      return;
    }
    uint32_t Next = Pos + Size == Text.size() ? To : N->addState();
    if (Mode == TextMode::Plain)
      N->byte(At, uint8_t(Text[Pos]), Next);
    else if (std::string Only; onlySpelling(Only, D.Value, Mode))
      buildBytes(Only, At, Next);
    else
      buildScalar(CodePointSet::of(D.Value), At, Next, Mode);
    At = Next;
    Pos += Size;
  }
}

void RuleBuilder::buildBytes(std::string_view Bytes, uint32_t From, uint32_t To) {
  for (size_t I = 0; I < Bytes.size(); ++I) {
    const uint32_t Next = I + 1 == Bytes.size() ? To : N->addState();
    N->byte(From, uint8_t(Bytes[I]), Next);
    From = Next;
  }
}

/// Appends the spelling of a scalar where it has only one; else false.
bool RuleBuilder::onlySpelling(std::string &Out, uint32_t CodePoint, TextMode Mode) const {
  if (Mode != TextMode::Classes)
    return appendOnlySpelling(Out, CodePoint, Mode);
  Out += char(Classes->classOf(CodePoint));
  return true;
}

void RuleBuilder::buildScalar(const CodePointSet &Set, uint32_t From, uint32_t To, TextMode Mode) {
  if (Mode != TextMode::Classes)
    return B.Scalars.add(*N, Set, From, To, Mode);
  ByteSet Numbers;
  for (uint32_t C : Classes->classesOf(Set))
    Numbers.insert(uint8_t(C));
  N->bytes(From, Numbers, To);
}

/// What `E` is spelled as when it is one text with one spelling; else false.
bool RuleBuilder::onlyBytes(ExprId E, TextMode Mode, std::string &Out) const {
  if (M.op(E) != Op::Lit ||
      (Mode != TextMode::Plain && Mode != TextMode::Classes && isAnySpelling(escapesOf(Mode))))
    return false;
  const std::string_view Text = M.literal(E);
  if (Mode == TextMode::Plain || (Mode != TextMode::Classes && isPlainText(Text))) {
    Out = Text;
    return true;
  }
  Out.clear();
  for (size_t Pos = 0; Pos < Text.size();) {
    const DecodedScalar D = decodeUtf8(Text, Pos);
    if (!D.Size || !onlySpelling(Out, D.Value, Mode))
      return false;
    Pos += D.Size;
  }
  return true;
}

/// Texts of one spelling share the states of what they begin with: an enumeration is a
/// tree from the start, not a chain a value.
void RuleBuilder::buildAlt(ExprId E, uint32_t From, uint32_t To, TextMode Mode, bool NonNull) {
  const std::span<const ExprId> Ops = M.operands(E);
  std::vector<std::string> Texts;
  std::string Text;
  for (ExprId O : Ops)
    if (!pollWork()) {
      Failed = true;
      return;
    } else if (onlyBytes(O, Mode, Text))
      Texts.push_back(std::move(Text));
    else
      build(O, From, To, Mode, NonNull);
  if (Texts.empty())
    return;
  if (!longSort(Texts)) {
    Failed = true;
    return;
  }
  std::vector<uint32_t> Path{From}; // the state before each byte of the last text
  for (size_t I = 0; I < Texts.size() && fits(); ++I) {
    const std::string &T = Texts[I];
    if (!pollWork(T.size() + 1)) {
      Failed = true;
      return;
    }
    // The last byte leads to the end, so only what comes before it is shared.
    size_t Same = 0;
    if (I > 0) {
      const size_t Most = std::min(T.size(), Texts[I - 1].size()) - 1;
      while (Same < Most && T[Same] == Texts[I - 1][Same])
        ++Same;
    }
    Path.resize(Same + 1);
    for (size_t K = Same; K < T.size(); ++K) {
      const uint32_t Next = K + 1 == T.size() ? To : N->addState();
      N->byte(Path.back(), uint8_t(T[K]), Next);
      Path.push_back(Next);
    }
  }
}

void RuleBuilder::buildDfa(const ir::ByteDfa &D, uint32_t From, uint32_t To, TextMode Mode,
                           bool NonNull) {
  if (Mode != TextMode::Plain && !D.isAscii()) {
    B.report(Rule, DiagId::LowerNotRegular) << M.rule(Rule).Name;
    Failed = true;
    return;
  }
  // The start is `From` itself when it is entered, and a state like others when its
  // automaton comes back to it.
  std::vector<uint32_t> State(D.size());
  for (uint32_t &S : State)
    S = N->addState();
  auto AddRow = [&](uint32_t At, uint32_t S) {
    std::map<uint32_t, ByteSet> Sets;
    for (const ir::ByteDfa::Edge &X : D.row(S))
      Sets[X.Target] |= ByteSet::range(X.First, X.Last);
    for (const auto &[Target, Set] : Sets) {
      if (Mode == TextMode::Plain) {
        N->bytes(At, Set, State[Target]);
        continue;
      }
      CodePointSet Scalars;
      Set.forEach([&](uint8_t Byte) { Scalars.add(Byte); });
      buildScalar(Scalars, At, State[Target], Mode);
    }
  };
  AddRow(From, 0);
  if (D.Accepts[0] && !NonNull)
    N->eps(From, To);
  for (uint32_t S = 0; S < D.size(); ++S) {
    AddRow(State[S], S);
    if (D.Accepts[S])
      N->eps(State[S], To);
  }
}

void RuleBuilder::build(ExprId E, uint32_t From, uint32_t To, TextMode Mode, bool NonNull) {
  if (!fits())
    return;
  switch (M.op(E)) {
  case Op::Never:
    return;
  case Op::Empty:
    if (!NonNull)
      N->eps(From, To);
    return;
  case Op::Lit:
    buildText(M.literal(E), From, To, Mode);
    return;
  case Op::Class:
    buildScalar(M.classSet(E), From, To, Mode);
    return;
  case Op::Bytes: {
    if (Mode == TextMode::Plain) {
      N->bytes(From, M.byteSet(E), To);
      return;
    }
    CodePointSet S;
    M.byteSet(E).forEach([&](uint8_t Byte) { S.add(Byte); });
    if (!S.empty() && S.ranges().back().Last >= 0x80) {
      B.report(Rule, DiagId::LowerNotRegular) << M.rule(Rule).Name;
      Failed = true;
      return;
    }
    buildScalar(S, From, To, Mode);
    return;
  }
  case Op::Dfa:
    buildDfa(M.automaton(E), From, To, Mode, NonNull);
    return;
  case Op::Seq:
    buildSeq(E, From, To, Mode, NonNull);
    return;
  case Op::Alt:
    buildAlt(E, From, To, Mode, NonNull);
    return;
  case Op::Repeat:
    buildRepeat(E, From, To, Mode, NonNull);
    return;
  case Op::Call: {
    ir::RuleId R = M.callee(E);
    if (Mode != TextMode::Plain || ExpandCalls) {
      // Regular, so its body may stand here; its own nesting is checked there.
      if (M.rule(R).Body && R != Rule)
        build(M.rule(R).Body, From, To, Mode, NonNull);
      return;
    }
    N->call(From, B.slot(R), To);
    if (B.Null.rule(R) && !NonNull)
      N->eps(From, To);
    return;
  }
  case Op::And:
  case Op::Not:
    buildBoolean(E, From, To, Mode, NonNull);
    return;
  case Op::JsonString: {
    if (Mode != TextMode::Plain) {
      B.report(Rule, DiagId::LowerNotRegular) << M.rule(Rule).Name;
      Failed = true;
      return;
    }
    uint32_t Open = N->addState(), Close = N->addState();
    N->byte(From, '"', Open);
    build(M.operands(E)[0], Open, Close, modeOf(M.escapes(E)), false);
    N->byte(Close, '"', To);
    return;
  }
  case Op::Token:
    N->symbol(From, {{B.Shared.addToken(M.tokenRef(E))}, false}, To);
    return;
  case Op::AnyTokenExcept: {
    automata::SymbolLabel L;
    L.Except = true;
    for (const ir::TokenRef &T : M.excludedTokens(E))
      L.Tokens.push_back(B.Shared.addToken(T));
    N->symbol(From, L, To);
    return;
  }
  case Op::Members:
    buildMembers(E, From, To, NonNull);
    return;
  case Op::Elements:
    buildElements(E, From, To, NonNull);
    return;
  case Op::Indent:
    buildIndent(E, From, To, NonNull);
    return;
  }
}

void RuleBuilder::buildSeq(ExprId E, uint32_t From, uint32_t To, TextMode Mode, bool NonNull) {
  const std::span<const ExprId> Ops = M.operands(E);
  if (!NonNull || !nullable(E)) {
    uint32_t At = From;
    for (size_t I = 0; I < Ops.size(); ++I) {
      uint32_t Next = I + 1 == Ops.size() ? To : N->addState();
      build(Ops[I], At, Next, Mode, false);
      At = Next;
    }
    return;
  }
  // All operands are nullable: two rows of states, nothing read yet and something
  // read; only the second row leads to the end.
  uint32_t Fresh = From, Begun = automata::None;
  for (size_t I = 0; I < Ops.size(); ++I) {
    bool Last = I + 1 == Ops.size();
    uint32_t NextBegun = Last ? To : N->addState();
    build(Ops[I], Fresh, NextBegun, Mode, true);
    if (Begun != automata::None)
      build(Ops[I], Begun, NextBegun, Mode, false);
    if (!Last) {
      uint32_t NextFresh = N->addState();
      N->eps(Fresh, NextFresh);
      Fresh = NextFresh;
    }
    Begun = NextBegun;
  }
}

void RuleBuilder::buildRepeat(ExprId E, uint32_t From, uint32_t To, TextMode Mode, bool NonNull) {
  ir::RepeatBounds Bounds = M.bounds(E);
  ExprId Body = M.operands(E)[0];
  // Repetitions of the empty text add nothing, so the body reads something each time.
  if (nullable(Body))
    Bounds.Min = 0;
  if (!NonNull && Bounds.Min == 0)
    N->eps(From, To);
  if (Bounds.Min == 0)
    Bounds.Min = 1;
  if (Bounds.Max == 0)
    return;

  // What must be is written out: then the count has no lower bound to be asked for.
  if (Classes && uint64_t(Bounds.Min - 1) * cost(Body) <= MaxLeast) {
    uint32_t At = From;
    for (uint32_t I = 1; I < Bounds.Min && fits(); ++I) {
      const uint32_t In = N->addState(), Out = N->addState();
      N->eps(At, In);
      build(Body, In, Out, Mode, true);
      At = Out;
    }
    if (Bounds.Max != ir::Unbounded)
      Bounds.Max -= Bounds.Min - 1;
    Bounds.Min = 1;
    From = At;
  }
  if (Bounds.Min == 1 && Bounds.Max == 1) {
    // Nothing comes back, so no states around it are needed.
    build(Body, From, To, Mode, true);
    return;
  }
  if (Bounds.Min == 1 && Bounds.Max == ir::Unbounded) {
    uint32_t In = N->addState(), Out = N->addState();
    N->eps(From, In);
    build(Body, In, Out, Mode, true);
    N->eps(Out, In);
    N->eps(Out, To);
    return;
  }

  uint64_t Times = Bounds.Max == ir::Unbounded ? uint64_t(Bounds.Min) + 1 : Bounds.Max;
  const bool Unroll = Counts == Counting::Unrolled;
  if (Unroll || Times * cost(Body) <= UnrollBelow) {
    uint32_t At = From;
    const uint32_t LevelAround = std::exchange(CopyLevel, 0), RegistersBefore = Registers;
    std::vector<uint32_t> Begins;
    for (uint32_t I = 1; fits(); ++I) {
      if (Unroll && I >= Bounds.Min)
        Begins.push_back(uint32_t(N->States.size()));
      uint32_t In = N->addState(), Out = N->addState();
      N->eps(At, In);
      build(Body, In, Out, Mode, true);
      if (I >= Bounds.Min)
        N->eps(Out, To);
      if (I == Times) {
        if (Bounds.Max == ir::Unbounded)
          N->eps(Out, In);
        else if (Registers == RegistersBefore)
          N->Copies.mark(Begins, uint32_t(N->States.size()), CopyLevel++);
        CopyLevel = std::max(CopyLevel, LevelAround);
        return;
      }
      At = Out;
    }
    return;
  }

  if (Counts == Counting::Dropped) {
    const uint32_t In = N->addState(), Out = N->addState();
    N->eps(From, In);
    build(Body, In, Out, Mode, true);
    N->eps(Out, In);
    N->eps(Out, To);
    ++B.Widened;
    return;
  }
  // The register counts iterations begun.
  uint16_t R = uint16_t(newRegister());
  uint32_t In = N->addState(), Out = N->addState();
  N->eps(From, In, program({OpCode::CounterSet, R, 1}));
  build(Body, In, Out, Mode, true);
  N->eps(Out, In, program({OpCode::CounterBelow, R, Bounds.Max}));
  N->eps(Out, To, Bounds.Min > 1 ? program({OpCode::CounterAtLeast, R, Bounds.Min}) : 0);
}

void RuleBuilder::buildBoolean(ExprId E, uint32_t From, uint32_t To, TextMode Mode, bool NonNull) {
  BooleanParts Parts = B.booleanParts(E, CountLengths);
  const Regular *A = nullptr;
  if (Counts == Counting::Registers && CountInPatterns)
    A = B.countedRegular(Parts, Rule);
  if (A && Registers + A->Counters >= FewRegisters)
    A = nullptr;
  CountsInPatterns = CountsInPatterns || A;
  if (!A)
    A = B.regular(Parts, Rule);
  if (!A) {
    Failed = true;
    return;
  }
  const automata::CharAutomaton &D = A->Automaton;
  if (D.isEmpty())
    return;
  const uint32_t Min = Parts.Min, Max = Parts.Max;
  const bool IsCounted = Parts.bounded() && !A->AnyLength && !A->HasLengths;
  B.Widened += A->isWider();
  // That some text is not empty is known elsewhere, and stays.
  NonNull = NonNull || (A->AnyLength && Min > 0) || (!A->AnyText.empty() && !nullable(E));
  const std::vector<automata::LengthSet> &Lengths = A->Lengths;
  uint16_t R = IsCounted ? uint16_t(newRegister()) : 0;
  const uint16_t FirstCounter = uint16_t(Registers);
  for (uint32_t C = 0; C < A->Counters; ++C)
    newRegister();
  using Move = std::pair<uint32_t, uint32_t>; // the target, and a program of A

  /// What must hold, and happen, when a scalar leads to state T.
  std::map<Move, uint32_t> ScalarOps;
  auto scalarOps = [&](const Move &By) -> uint32_t {
    if (!IsCounted)
      return 0;
    auto [It, New] = ScalarOps.try_emplace(By, 0);
    if (!New)
      return It->second;
    const uint32_t T = By.first;
    std::vector<RegOp> P{{OpCode::CounterBelow, R, Max}};
    const automata::LengthSet &S = Lengths[T];
    if (S.isUpperSet()) {
      if (S.first() > 0 && Max != ir::Unbounded) {
        if (S.first() > Max)
          P.push_back({OpCode::CounterBelow, R, 0});
        else
          P.push_back({OpCode::CounterAtMost, R, Max - S.first()});
      }
    } else {
      std::vector<uint32_t> Bits((S.Bits.size() + 31) / 32);
      for (size_t I = 0; I < S.Bits.size(); ++I)
        Bits[I / 32] |= uint32_t(S.Bits[I]) << (I % 32);
      LengthSetRec Rec{B.Shared.addWords(Bits), S.Threshold, S.Period, Min,
                       Max == ir::Unbounded ? NoIndex : Max};
      P.push_back({OpCode::LengthLive, R, uint32_t(B.Shared.LengthSets.size())});
      B.Shared.LengthSets.push_back(Rec);
    }
    for (RegOp O : A->Programs[By.second]) {
      O.Register = uint16_t(O.Register + FirstCounter);
      P.push_back(O);
    }
    return It->second = B.Shared.Programs.intern(P);
  };

  PathEnds Ends; // shared by what leads to one state, from wherever
  uint32_t Base = uint32_t(N->States.size());
  for (uint32_t S = 0; S < D.size(); ++S)
    N->addState();
  uint32_t Entry = IsCounted ? program({OpCode::CounterSet, R, 0}) : 0;
  N->eps(From, Base + D.Start, Entry);
  // Few different sets of classes lead somewhere.
  WordIndex ClassSets;
  std::vector<CodePointSet> Members;
  std::vector<std::pair<Move, uint32_t>> ByMove; // with the class
  std::vector<uint32_t> ClassNumbers;
  std::vector<CodePointRange> Pieces;
  for (uint32_t S = 0; S < D.size() && fits(); ++S) {
    ByMove.clear();
    for (uint32_t C = 0; C < D.Classes; ++C)
      if (uint32_t T = D.next(S, C); T != automata::CharAutomaton::Dead)
        ByMove.push_back({{T, A->MoveOps.empty() ? 0 : A->MoveOps[size_t(S) * D.Classes + C]}, C});
    std::sort(ByMove.begin(), ByMove.end());
    for (size_t I = 0; I < ByMove.size();) {
      const Move By = ByMove[I].first;
      ClassNumbers.clear();
      for (; I < ByMove.size() && ByMove[I].first == By; ++I)
        ClassNumbers.push_back(ByMove[I].second);
      const uint32_t Known = ClassSets.intern(ClassNumbers);
      if (Known == Members.size()) {
        Pieces.clear();
        for (uint32_t C : ClassNumbers) {
          const std::span<const CodePointRange> Of = A->Partition.members(C).ranges();
          Pieces.insert(Pieces.end(), Of.begin(), Of.end());
        }
        std::sort(Pieces.begin(), Pieces.end());
        CodePointSet All;
        for (const CodePointRange &X : Pieces)
          All.add(X.First, X.Last);
        Members.push_back(std::move(All));
      }
      const CodePointSet &Set = Members[Known];
      uint32_t At = Base + S;
      if (uint32_t Ops = scalarOps(By)) {
        At = N->addState();
        N->eps(Base + S, At, Ops);
      }
      B.Scalars.add(*N, Set, At, Base + By.first, Mode, &Ends);
    }
    if (D.Accepts[S] && !(NonNull && S == D.Start))
      N->eps(Base + S, To, IsCounted && Min > 0 ? program({OpCode::CounterAtLeast, R, Min}) : 0);
  }
  // A start state that accepts and is returned to accepts there too.
  if (NonNull && D.Accepts[D.Start]) {
    // Characters of several bytes come back from states of their own.
    uint32_t Again = N->addState();
    for (uint32_t S = Base; S < Again; ++S)
      for (Nfa::Edge &Edge : N->edges(S))
        if (Edge.Target == Base + D.Start)
          Edge.Target = Again;
    std::vector<Nfa::Edge> Copies;
    for (const Nfa::Edge &Edge : N->edges(Base + D.Start))
      Copies.push_back(Edge);
    for (Nfa::Edge &Edge : Copies) {
      Edge.Next = automata::None;
      N->addEdge(Again, Edge);
    }
    N->eps(Again, To, IsCounted && Min > 0 ? program({OpCode::CounterAtLeast, R, Min}) : 0);
  }
}

void RuleBuilder::buildIndent(ExprId E, uint32_t From, uint32_t To, bool NonNull) {
  ir::IndentSpec I = M.indentSpec(E);
  ByteSet Blanks = ByteSet::of(' ');
  if (I.Tabs)
    Blanks.insert('\t');
  uint16_t R = uint16_t(newRegister());
  uint32_t Loop = N->addState();
  uint32_t Reset = program({OpCode::CounterSet, R, 0});
  uint32_t Below = program({OpCode::IndentBelow, R, I.Max, uint32_t(I.Delta)});
  uint32_t Enough = I.Min ? program({OpCode::IndentAtLeast, R, I.Min, uint32_t(I.Delta)}) : 0;
  N->bytes(From, Blanks, Loop, B.Shared.Programs.concat(Reset, Below));
  N->bytes(Loop, Blanks, Loop, Below);
  N->eps(Loop, To, Enough);
  if (!NonNull)
    N->eps(From, To, Enough ? B.Shared.Programs.concat(Reset, Enough) : 0);
}

} // namespace weir::lowering
