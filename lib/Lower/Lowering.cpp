//===- Lowering.cpp - From grammar IR to the runtime's tables ----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last step: the automata of a module laid out flat. States are numbered rule
// by rule, depth-first, so that the links of a literal follow each other and become
// chains; a row becomes a chain, a sparse list of ranges, or one word a byte class,
// whichever is smallest.
//
//===----------------------------------------------------------------------===//
#include "weir/Lower/Lowering.h"

#include "RuleBuilder.h"
#include "weir/Vocab/ByteAtoms.h"

#include <algorithm>

namespace weir {

namespace lowering {

class Layout {
public:
  Layout(const ir::Module &M, SharedTables &Shared) : M(M), Shared(Shared) {}

  std::shared_ptr<const Grammar> run();

private:
  void numberStates();
  void placeRow(uint32_t R, uint32_t S, StateRec &Rec);
  void placeDetail(uint32_t R, uint32_t S, StateRec &Rec);
  void placeLoop(uint32_t R, uint32_t S, DetailRec &D);
  void placeFirstAndFollow();
  uint32_t program(uint32_t P);
  uint32_t action(uint32_t R, uint32_t AltList);
  bool isFinal(uint32_t R, uint32_t S) const;
  bool isPlainEnd(uint32_t R, uint32_t S) const;
  StateId idOf(uint32_t R, uint32_t S) const { return Ids[R][S]; }
  const Dfa &dfa(uint32_t R) const { return Shared.Rules[R].Automaton; }

  const ir::Module &M;
  SharedTables &Shared;
  GrammarTables T;
  std::vector<uint32_t> RuleOrder;                   ///< rules that are kept
  std::vector<uint32_t> NewRule;                     ///< by old number
  std::vector<std::vector<StateId>> Ids;             ///< by old rule and state
  std::vector<std::pair<uint32_t, uint32_t>> States; ///< (rule, state) by new id
  std::map<uint32_t, uint32_t> Programs;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> Actions;
  std::map<std::array<uint8_t, 256>, uint32_t> ClassMaps;
};

bool Layout::isFinal(uint32_t R, uint32_t S) const {
  const Dfa::State &St = dfa(R).States[S];
  return St.Accepts && St.Row.empty() && St.Calls.empty() && St.Symbols.empty();
}

/// The rule ends here whatever its registers hold: a call that continues here
/// needs no frame to come back to.
bool Layout::isPlainEnd(uint32_t R, uint32_t S) const {
  const Dfa::State &St = dfa(R).States[S];
  return isFinal(R, S) && !St.AcceptOps && !St.ReturnOps;
}

void Layout::numberStates() {
  NewRule.assign(Shared.Rules.size(), NoIndex);
  Ids.resize(Shared.Rules.size());
  auto keep = [&](uint32_t R) {
    if (NewRule[R] == NoIndex) {
      NewRule[R] = uint32_t(RuleOrder.size());
      RuleOrder.push_back(R);
    }
  };
  keep(M.start().index());
  for (size_t I = 0; I < RuleOrder.size(); ++I) {
    uint32_t R = RuleOrder[I];
    const Dfa &D = dfa(R);
    Ids[R].assign(D.States.size(), NoIndex);
    // Depth-first; the target of a lone byte comes directly after its state.
    std::vector<uint32_t> Stack;
    if (!D.States.empty())
      Stack.push_back(D.Start);
    while (!Stack.empty()) {
      uint32_t S = Stack.back();
      Stack.pop_back();
      if (Ids[R][S] != NoIndex)
        continue;
      Ids[R][S] = StateId(States.size());
      States.push_back({R, S});
      const Dfa::State &St = D.States[S];
      for (auto C = St.Calls.rbegin(); C != St.Calls.rend(); ++C)
        Stack.push_back(C->Target);
      for (const Dfa::Call &C : St.Calls)
        keep(C.Rule);
      for (const Dfa::Symbol &Y : St.Symbols)
        Stack.push_back(Y.Target);
      for (auto Range = St.Row.rbegin(); Range != St.Row.rend(); ++Range)
        for (const Dfa::Alternative &A : D.AltLists[Range->Alternatives]) {
          if (A.Push != automata::None)
            keep(A.CalleeRule);
          Stack.push_back(A.Push == automata::None ? A.Target : A.Push);
        }
    }
  }
}

uint32_t Layout::program(uint32_t P) {
  if (!P)
    return NoIndex;
  auto [It, New] = Programs.try_emplace(P, uint32_t(T.Ops.size()));
  if (New) {
    const auto &Ops = Shared.Programs[P];
    for (size_t I = 0; I < Ops.size(); ++I)
      T.Ops.push_back(
          {Ops[I].Code, uint8_t(I + 1 == Ops.size()), Ops[I].Register, Ops[I].A, Ops[I].B});
  }
  return It->second;
}

uint32_t Layout::action(uint32_t R, uint32_t AltList) {
  const std::vector<Dfa::Alternative> &L = dfa(R).AltLists[AltList];
  if (L.size() == 1 && !L[0].Ops && L[0].Push == automata::None)
    return makeMove(idOf(R, L[0].Target));
  auto [It, New] = Actions.try_emplace({R, AltList}, 0);
  if (!New)
    return It->second;
  uint32_t At = uint32_t(T.AltLists.size());
  T.AltLists.push_back(uint32_t(L.size()));
  for (const Dfa::Alternative &A : L) {
    T.AltLists.push_back(uint32_t(T.Alternatives.size()));
    if (A.Push == automata::None)
      T.Alternatives.push_back({program(A.Ops), idOf(R, A.Target), NoIndex, NoIndex});
    else
      T.Alternatives.push_back(
          {program(A.Ops), idOf(A.CalleeRule, A.Target), idOf(R, A.Push), NewRule[A.CalleeRule]});
  }
  return It->second = At | ActionAlternatives;
}

void Layout::placeRow(uint32_t R, uint32_t S, StateRec &Rec) {
  const std::vector<Dfa::Range> &Row = dfa(R).States[S].Row;
  if (Row.empty()) {
    Rec.Kind = RowKind::None;
    return;
  }
  if (Row.size() == 1 && Row[0].First == Row[0].Last &&
      action(R, Row[0].Alternatives) == makeMove(idOf(R, S) + 1)) {
    Rec.Kind = RowKind::Chain;
    Rec.Byte = Row[0].First;
    return;
  }
  Rec.Row = uint32_t(T.Rows.size());
  if (Row.size() <= 12) {
    Rec.Kind = RowKind::Sparse;
    T.Rows.push_back(uint32_t(Row.size()));
    for (const Dfa::Range &Range : Row) {
      T.Rows.push_back(uint32_t(Range.First) | uint32_t(Range.Last) << 8);
      T.Rows.push_back(action(R, Range.Alternatives));
    }
    return;
  }
  Rec.Kind = RowKind::Dense;
  std::array<uint8_t, 256> Map{};
  std::vector<uint32_t> Targets{ActionDead};
  for (const Dfa::Range &Range : Row) {
    uint32_t A = action(R, Range.Alternatives);
    auto It = std::find(Targets.begin(), Targets.end(), A);
    uint8_t Class = uint8_t(It - Targets.begin());
    if (It == Targets.end())
      Targets.push_back(A);
    for (unsigned B = Range.First; B <= Range.Last; ++B)
      Map[B] = Class;
  }
  // At most 255 ranges besides the dead class would overflow a byte only when every
  // byte had an action of its own and one were dead too, which cannot be.
  auto [It, New] = ClassMaps.try_emplace(Map, uint32_t(T.ClassMaps.size()));
  if (New)
    T.ClassMaps.push_back(Map);
  T.Rows.push_back(It->second);
  T.Rows.insert(T.Rows.end(), Targets.begin(), Targets.end());
}

/// Finds the bytes on which the state loops: ASCII directly, the rest when every
/// well-formed sequence leads back.
void Layout::placeLoop(uint32_t R, uint32_t S, DetailRec &Detail) {
  const Dfa &D = dfa(R);
  const std::vector<Dfa::Range> &Row = D.States[S].Row;
  if (std::none_of(Row.begin(), Row.end(), [&](const Dfa::Range &Range) {
        return D.AltLists[Range.Alternatives][0].Target == S;
      }))
    return;
  auto lone = [&](uint32_t From, uint8_t B) -> const Dfa::Alternative * {
    const auto *L = D.alternatives(From, B);
    return L && L->size() == 1 && (*L)[0].Push == automata::None ? &(*L)[0] : nullptr;
  };
  // One program for the whole loop: none, or one counter.
  ByteSet Loop;
  uint32_t Ops = 0;
  bool Any = false;
  auto usable = [&](uint32_t P) {
    const auto &O = Shared.Programs[P];
    return O.empty() || (O.size() == 1 && O[0].Code == OpCode::CounterBelow);
  };
  for (unsigned B = 0; B < 0x80; ++B) {
    const Dfa::Alternative *A = lone(S, uint8_t(B));
    if (!A || A->Target != S || !usable(A->Ops) || (Any && A->Ops != Ops))
      continue;
    Ops = A->Ops;
    Any = true;
    Loop.insert(uint8_t(B));
  }
  bool AllSequences = Any;
  for (const Utf8Sequence &Q : utf8Sequences(0x80, MaxCodePoint)) {
    std::vector<uint32_t> At{S};
    for (unsigned I = 0; I < Q.Size && AllSequences; ++I) {
      std::vector<uint32_t> Next;
      for (uint32_t From : At)
        for (unsigned B = Q.Bytes[I].First; B <= Q.Bytes[I].Last && AllSequences; ++B) {
          const Dfa::Alternative *A = lone(From, uint8_t(B));
          if (!A || A->Ops != (I == 0 ? Ops : 0)) {
            AllSequences = false;
          } else if (std::find(Next.begin(), Next.end(), A->Target) == Next.end()) {
            Next.push_back(A->Target);
          }
        }
      At = std::move(Next);
    }
    AllSequences = AllSequences && At.size() == 1 && At[0] == S;
  }
  if (AllSequences)
    Loop |= ByteSet::range(0x80, 0xff);
  Detail.LoopAtoms = atomMask(Loop);
  Detail.LoopOps = Ops ? program(Ops) : NoIndex;
}

void Layout::placeDetail(uint32_t R, uint32_t S, StateRec &Rec) {
  const Dfa::State &St = dfa(R).States[S];
  DetailRec D{};
  D.AcceptOps = program(St.AcceptOps);
  D.ReturnOps = program(St.ReturnOps);
  D.CallsBegin = uint32_t(T.Calls.size());
  for (const Dfa::Call &C : St.Calls)
    T.Calls.push_back(
        {NewRule[C.Rule], idOf(R, C.Target), program(C.Ops), isPlainEnd(R, C.Target)});
  D.CallsEnd = uint32_t(T.Calls.size());
  D.SymbolsBegin = uint32_t(T.Symbols.size());
  for (const Dfa::Symbol &Y : St.Symbols) {
    const automata::SymbolLabel &L = dfa(R).Labels[Y.Label];
    // Token references of one label stand together.
    uint32_t First = uint32_t(T.TokenRefs.size());
    for (uint32_t Token : L.Tokens) {
      const ir::TokenRef &Ref = Shared.Tokens[Token];
      T.TokenRefs.push_back(
          {Ref.Id ? *Ref.Id : NoIndex, uint32_t(T.Text.size()), uint32_t(Ref.Name.size())});
      T.Text += Ref.Name;
    }
    T.Symbols.push_back(
        {First, L.Except ? uint32_t(L.Tokens.size()) : NoIndex, idOf(R, Y.Target), program(Y.Ops)});
  }
  D.SymbolsEnd = uint32_t(T.Symbols.size());
  D.LoopOps = NoIndex;
  placeLoop(R, S, D);

  if (St.Accepts)
    Rec.Flags |= StateAccepts;
  if (isFinal(R, S))
    Rec.Flags |= StateFinal;
  if (!St.Calls.empty())
    Rec.Flags |= StateHasCalls;
  if (!St.Symbols.empty())
    Rec.Flags |= StateHasSymbols;
  if (Shared.Rules[R].Object != automata::None || Shared.Rules[R].Elements != automata::None)
    Rec.Flags |= StateKeySets;
  // The states of the trie of keys: what goes out tests keys.
  auto testsKeys = [&](const Dfa::Alternative &A) {
    const auto &P = Shared.Programs[A.Ops];
    return std::any_of(P.begin(), P.end(), [](const automata::RegOp &O) {
      return O.Code == OpCode::KeyLive || O.Code == OpCode::KeyTake || O.Code == OpCode::FreeLive;
    });
  };
  for (const Dfa::Range &Range : St.Row)
    for (const Dfa::Alternative &A : dfa(R).AltLists[Range.Alternatives])
      if (testsKeys(A))
        Rec.Flags |= StateInKey;
  if (D.AcceptOps != NoIndex || D.ReturnOps != NoIndex || !St.Calls.empty() ||
      !St.Symbols.empty() || D.LoopAtoms) {
    Rec.Detail = uint32_t(T.Details.size());
    T.Details.push_back(D);
  }
}

/// First bytes, callees before callers; ranks, callers before callees; then follow
/// bytes to a fixpoint.
void Layout::placeFirstAndFollow() {
  uint32_t N = uint32_t(RuleOrder.size());
  // Calls made before a byte is read have no cycle: depth-first postorder.
  std::vector<uint32_t> Post;
  std::vector<uint8_t> Mark(N, 0);
  for (uint32_t Root = 0; Root < N; ++Root) {
    if (Mark[Root])
      continue;
    std::vector<std::pair<uint32_t, size_t>> Stack{{Root, 0}};
    Mark[Root] = 1;
    while (!Stack.empty()) {
      auto &[R, Next] = Stack.back();
      const Dfa &D = dfa(RuleOrder[R]);
      if (D.States.empty() || Next == D.States[D.Start].Calls.size()) {
        Post.push_back(R);
        Stack.pop_back();
        continue;
      }
      uint32_t Callee = NewRule[D.States[D.Start].Calls[Next++].Rule];
      if (!Mark[Callee]) {
        Mark[Callee] = 1;
        Stack.push_back({Callee, 0});
      }
    }
  }
  auto toWords = [](const ByteSet &S, uint64_t *Out) {
    for (unsigned I = 0; I < 4; ++I)
      Out[I] = S.words()[I];
  };
  std::vector<ByteSet> First(N), Follow(N);
  auto firstOf = [&](uint32_t OldRule, uint32_t S) {
    const Dfa::State &St = dfa(OldRule).States[S];
    ByteSet Set;
    for (const Dfa::Range &Range : St.Row)
      Set |= ByteSet::range(Range.First, Range.Last);
    for (const Dfa::Call &C : St.Calls)
      Set |= First[NewRule[C.Rule]];
    return Set;
  };
  for (uint32_t I = 0; I < N; ++I) {
    uint32_t R = Post[I];
    const Dfa &D = dfa(RuleOrder[R]);
    if (!D.States.empty())
      First[R] = firstOf(RuleOrder[R], D.Start);
    T.Rules[R].Rank = N - I;
    toWords(First[R], T.Rules[R].FirstBytes);
  }
  bool Changed = true;
  while (Changed) {
    Changed = false;
    auto returns = [&](uint32_t R, uint32_t Callee, uint32_t S) {
      ByteSet Set = firstOf(RuleOrder[R], S);
      if (dfa(RuleOrder[R]).States[S].Accepts)
        Set |= Follow[R];
      if (!Follow[Callee].contains(Set)) {
        Follow[Callee] |= Set;
        Changed = true;
      }
    };
    for (uint32_t R = 0; R < N; ++R)
      for (const Dfa::State &St : dfa(RuleOrder[R]).States) {
        for (const Dfa::Call &C : St.Calls)
          returns(R, NewRule[C.Rule], C.Target);
        for (const Dfa::Range &Range : St.Row)
          for (const Dfa::Alternative &A : dfa(RuleOrder[R]).AltLists[Range.Alternatives])
            if (A.Push != automata::None)
              returns(R, NewRule[A.CalleeRule], A.Push);
      }
  }
  for (uint32_t R = 0; R < N; ++R)
    toWords(Follow[R], T.Rules[R].FollowBytes);
}

std::shared_ptr<const Grammar> Layout::run() {
  numberStates();
  for (uint32_t I = 0; I < RuleOrder.size(); ++I) {
    const RuleAutomatonInfo &Info = Shared.Rules[RuleOrder[I]];
    RuleRec R{};
    R.Start = Info.Automaton.States.empty() ? NoIndex : idOf(RuleOrder[I], Info.Automaton.Start);
    R.Registers = uint16_t(Info.Registers);
    R.Nest = Info.Nest;
    R.Nullable = Info.Nullable;
    R.NameOffset = uint32_t(T.Text.size());
    R.NameSize = uint32_t(Info.Name.size());
    T.Text += Info.Name;
    R.Object = Info.Object;
    R.Elements = Info.Elements;
    R.Leaf = Info.Object == automata::None && Info.Elements == automata::None;
    for (const Dfa::State &S : Info.Automaton.States)
      R.Leaf = R.Leaf && S.Calls.empty() && S.Symbols.empty();
    T.Rules.push_back(R);
  }
  uint32_t Previous = NoIndex;
  for (StateId S = 0; S < States.size(); ++S) {
    auto [R, Old] = States[S];
    RuleRec &Rule = T.Rules[NewRule[R]];
    if (NewRule[R] != Previous)
      Rule.StatesBegin = S;
    Rule.StatesEnd = S + 1;
    Previous = NewRule[R];
    StateRec Rec{RowKind::None, 0, 0, 0, 0, NoIndex};
    placeRow(R, Old, Rec);
    placeDetail(R, Old, Rec);
    T.States.push_back(Rec);
  }
  placeFirstAndFollow();
  T.Objects = std::move(Shared.Objects);
  // Forms of values stand behind the names.
  for (const ElementsRec &E : Shared.Elements)
    for (uint32_t V = E.ValuesBegin; V < E.ValuesEnd; V += 3)
      Shared.Words[V] += uint32_t(T.Text.size());
  T.Text += Shared.Text;
  for (const ObjectRec &O : T.Objects)
    T.NeedsFresh |= O.Counted;
  for (const ElementsRec &E : Shared.Elements)
    T.NeedsFresh |= E.Unique;
  T.Elements = std::move(Shared.Elements);
  T.Choices = std::move(Shared.Choices);
  T.ItemCounters = std::move(Shared.ItemCounters);
  T.FreeEntries = std::move(Shared.FreeEntries);
  T.KeyIntervals = std::move(Shared.KeyIntervals);
  T.LengthSets = std::move(Shared.LengthSets);
  T.Words = std::move(Shared.Words);
  T.StartRule = 0;
  return std::make_shared<const Grammar>(std::move(T));
}

} // namespace lowering

std::shared_ptr<const Grammar> lower(const ir::Module &M, const LowerOptions &Options,
                                     DiagnosticEngine &Diags) {
  lowering::ModuleBuilder Builder(M, Options, Diags);
  if (!Builder.run())
    return nullptr;
  return lowering::Layout(M, Builder.Shared).run();
}

} // namespace weir
