//===- KeyLanguages.cpp - Regular languages of keys -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "KeyLanguages.h"

#include "weir/Automata/CharAutomaton.h"
#include "weir/Support/Hash.h"
#include "weir/Support/Utf8.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <numeric>

namespace weir::jsonschema {

using ir::ExprId;

namespace {

// Budgets, the same on every machine.
constexpr uint32_t MaxWalkStates = 65'536; ///< of the walk through several
constexpr uint32_t FewStates = 256;        ///< that are minimised
constexpr uint32_t Dead = KeyAutomaton::Dead;

using Words = std::vector<uint32_t>;
struct WordsHash {
  size_t operator()(const Words &W) const {
    uint64_t H = W.size();
    for (uint32_t X : W)
      H = hashCombine(H, X);
    return size_t(H);
  }
};

/// Surrogates are no scalars: a step does not begin there.
uint32_t boundary(uint32_t C) { return C == 0xD800 ? 0xE000 : C; }

/// Appends a step to the row being made, unless it continues the last one.
void addStep(KeyAutomaton &A, uint32_t Row, uint32_t First, uint32_t Target) {
  if (A.Steps.size() > Row && A.Steps.back().First == First)
    A.Steps.pop_back();
  if (A.Steps.size() == Row || A.Steps.back().Target != Target)
    A.Steps.push_back({First, Target});
}

void endRow(KeyAutomaton &A, uint32_t Row, bool Accepts) {
  A.States.push_back({Row, uint32_t(A.Steps.size()), Accepts});
}

KeyAutomaton fromChars(const automata::CharAutomaton &A, const automata::CharPartition &P) {
  struct Piece {
    uint32_t First, Class;
  };
  std::vector<Piece> Pieces;
  for (uint32_t C = 0; C < P.classes(); ++C)
    for (const CodePointRange &R : P.members(C).ranges())
      Pieces.push_back({boundary(R.First), C});
  std::sort(Pieces.begin(), Pieces.end(),
            [](const Piece &X, const Piece &Y) { return X.First < Y.First; });
  KeyAutomaton Out;
  if (A.isEmpty())
    return Out;
  assert(A.Start == 0 && "minimal automata begin with their start");
  for (uint32_t S = 0; S < A.size(); ++S) {
    uint32_t Row = uint32_t(Out.Steps.size());
    for (const Piece &X : Pieces)
      addStep(Out, Row, X.First, A.next(S, X.Class));
    endRow(Out, Row, A.Accepts[S]);
  }
  return Out;
}

/// Numbers breadth-first and joins equal steps: `Block` stands for each state, or is
/// Dead where no acceptance is reached.
KeyAutomaton renumber(const KeyAutomaton &A, std::span<const uint32_t> Block) {
  Words Number(A.size(), Dead), Order{0};
  Number[Block[0]] = 0;
  KeyAutomaton Out;
  for (size_t I = 0; I < Order.size(); ++I) {
    uint32_t Row = uint32_t(Out.Steps.size());
    for (const KeyAutomaton::Step &X : A.row(Order[I])) {
      uint32_t T = X.Target == Dead ? Dead : Block[X.Target];
      if (T != Dead) {
        if (Number[T] == Dead) {
          Number[T] = uint32_t(Order.size());
          Order.push_back(X.Target);
        }
        T = Number[T];
      }
      addStep(Out, Row, X.First, T);
    }
    endRow(Out, Row, A.States[Order[I]].Accepts);
  }
  return Out;
}

/// The scalars from First up to and without End.
uint64_t scalarsBetween(uint32_t First, uint32_t End) {
  uint64_t N = End - First;
  uint32_t Lo = std::max<uint32_t>(First, 0xD800), Hi = std::min<uint32_t>(End, 0xE000);
  return Lo < Hi ? N - (Hi - Lo) : N;
}

} // namespace

std::optional<KeyAutomaton> keyAutomatonOf(const ir::Module &M, ExprId E, uint32_t MaxStates,
                                           uint64_t &Steps) {
  if (const KeyAutomaton *Known = M.knownAutomaton(E); Known && Known->size() <= MaxStates)
    return *Known;
  automata::CharAutomatonBuilder B(M, std::span(&E, 1), MaxStates, Steps);
  automata::CharAutomaton A;
  if (B.status() == automata::CharStatus::Ok)
    A = B.build(E);
  Steps -= std::min(Steps, B.steps());
  if (B.status() != automata::CharStatus::Ok)
    return std::nullopt;
  KeyAutomaton Out = fromChars(A, B.partition());
  if (Out.size() == 0)
    return Out;
  // Minimal already, and without dead states.
  Words Block(Out.size());
  std::iota(Block.begin(), Block.end(), 0);
  return renumber(Out, Block);
}

KeyLanguages::KeyLanguages(ir::Module &M) : M(M) {
  KeyAutomaton Any;
  Any.States.push_back({0, 1, true});
  Any.Steps.push_back({0, 0});
  intern(std::move(Any), M.anyText());
  intern({}, M.never());
}

bool KeyLanguages::charge(uint64_t Amount) {
  Work += Amount;
  Failed |= Work > MaxWork || !spendWork(Amount);
  return !Failed;
}

/// Finds the equivalent ones of live states in one pass, from those that lead to no others on.
/// False where there is another cycle than that of a state which leads to itself alone: whose row
/// is known by what stands for the state, and by the block that it then is.
bool KeyLanguages::joinBackwards(const KeyAutomaton &A, std::span<const uint8_t> Live,
                                 std::span<const uint32_t> Begin, std::span<const uint32_t> Before,
                                 Words &Block) {
  constexpr uint32_t Self = Dead - 1;
  const uint32_t N = A.size();
  Words Waits(N), Ready, Signature;
  uint32_t Left = 0;
  for (uint32_t S = 0; S < N; ++S) {
    Block[S] = Dead;
    if (!Live[S])
      continue;
    ++Left;
    bool Loops = false;
    for (const KeyAutomaton::Step &X : A.row(S)) {
      Waits[S] += X.Target != Dead && X.Target != S && Live[X.Target];
      Loops = Loops || X.Target == S;
    }
    if (Waits[S] == 0)
      Ready.push_back(S);
    else if (Loops)
      return false;
  }
  charge(A.Steps.size());
  Blocks.clear();
  Words StateOf; // by number of a signature, the first state of its block
  while (!Ready.empty()) {
    const uint32_t S = Ready.back();
    Ready.pop_back();
    --Left;
    auto sign = [&](uint32_t Own) {
      Signature.assign(1, A.States[S].Accepts);
      for (const KeyAutomaton::Step &X : A.row(S)) {
        const uint32_t T = X.Target == S ? Own : X.Target == Dead ? Dead : Block[X.Target];
        if (Signature.size() > 1 && Signature.back() == T)
          continue;
        Signature.push_back(X.First);
        Signature.push_back(T);
      }
      const uint32_t Id = Blocks.intern(Signature);
      if (Id == StateOf.size())
        StateOf.push_back(S);
      return StateOf[Id];
    };
    Block[S] = sign(Self);
    if (Block[S] == S)
      sign(S);
    for (uint32_t I = Begin[S]; I < Begin[S + 1]; ++I)
      if (const uint32_t P = Before[I]; P != S && Live[P] && --Waits[P] == 0)
        Ready.push_back(P);
  }
  return Left == 0;
}

/// Removes what reaches no acceptance, merges equivalent states where there are few, and
/// numbers breadth-first.
void KeyLanguages::normalise(KeyAutomaton &A) {
  const uint32_t N = A.size();
  std::vector<uint8_t> Live(N);
  // Who leads to each state, one after the other.
  Words Work, Begin(N + 1), Before;
  for (const KeyAutomaton::Step &X : A.Steps)
    if (X.Target != Dead)
      ++Begin[X.Target + 1];
  std::partial_sum(Begin.begin(), Begin.end(), Begin.begin());
  Before.resize(Begin[N]);
  Words Fill(Begin.begin(), Begin.end() - 1);
  for (uint32_t S = 0; S < N; ++S) {
    for (const KeyAutomaton::Step &X : A.row(S))
      if (X.Target != Dead)
        Before[Fill[X.Target]++] = S;
    if (A.States[S].Accepts) {
      Live[S] = true;
      Work.push_back(S);
    }
  }
  while (!Work.empty()) {
    uint32_t S = Work.back();
    Work.pop_back();
    for (uint32_t I = Begin[S]; I < Begin[S + 1]; ++I)
      if (uint32_t P = Before[I]; !Live[P]) {
        Live[P] = true;
        Work.push_back(P);
      }
  }
  if (N == 0 || !Live[0]) {
    A = {};
    return;
  }
  Words Block(N), Next(N), Signature;
  if (joinBackwards(A, Live, Begin, Before, Block)) {
    A = renumber(A, Block);
    return;
  }
  // Blocks of equivalent states, refined until they are stable.
  for (uint32_t S = 0; S < N; ++S)
    Block[S] = !Live[S] ? Dead : N <= FewStates ? uint32_t(A.States[S].Accepts) : S;
  auto Goes = [&](uint32_t T) { return T == Dead ? Dead : Block[T]; };
  if (N <= FewStates) {
    for (size_t Count = 0;;) {
      Blocks.clear();
      charge(A.Steps.size());
      for (uint32_t S = 0; S < N; ++S) {
        Next[S] = Dead;
        if (!Live[S])
          continue;
        Signature.assign(1, Block[S]);
        for (const KeyAutomaton::Step &X : A.row(S)) {
          uint32_t T = Goes(X.Target);
          if (Signature.size() > 1 && Signature.back() == T)
            continue;
          Signature.push_back(X.First);
          Signature.push_back(T);
        }
        Next[S] = Blocks.intern(Signature);
      }
      std::swap(Block, Next);
      if (Blocks.size() == Count)
        break;
      Count = Blocks.size();
    }
  }
  A = renumber(A, Block);
}

KeyId KeyLanguages::intern(KeyAutomaton A, ExprId E) {
  uint64_t H = A.size();
  for (const KeyAutomaton::State &S : A.States)
    H = hashCombine(H, uint64_t(S.End) << 1 | S.Accepts);
  for (const KeyAutomaton::Step &X : A.Steps)
    H = hashCombine(H, uint64_t(X.First) << 32 | X.Target);
  auto [Begin, End] = Index.equal_range(H);
  for (auto It = Begin; It != End; ++It)
    if (automaton(It->second) == A)
      return It->second;
  KeyId K{uint32_t(Languages.size())};
  Languages.push_back({std::move(A), E});
  Index.emplace(H, K);
  return K;
}

std::optional<KeyId> KeyLanguages::of(ExprId E) {
  auto [It, New] = ByExpr.try_emplace(E, std::nullopt);
  if (!New)
    return It->second;
  uint64_t Steps = MaxWork;
  std::optional<KeyAutomaton> Out = keyAutomatonOf(M, E, MaxStates, Steps);
  if (!Out)
    return std::nullopt;
  charge(Out->Steps.size());
  return It->second = intern(std::move(*Out), E);
}

KeyId KeyLanguages::ofLiterals(std::span<const std::string_view> Texts) {
  std::vector<ExprId> Parts;
  std::vector<std::string_view> Usable;
  for (std::string_view T : Texts)
    if (findInvalidUtf8(T) == T.npos && charge(1 + T.size())) {
      Parts.push_back(M.lit(T));
      Usable.push_back(T);
    }
  const ExprId All = M.alt(Parts);
  if (const auto It = ByTexts.find(All); It != ByTexts.end())
    return It->second;
  // A trie, by maps while it grows.
  std::vector<std::map<uint32_t, uint32_t>> Trie(1);
  std::vector<bool> Ends(1);
  for (std::string_view T : Usable) {
    uint32_t At = 0;
    for (size_t Pos = 0; Pos < T.size();) {
      DecodedScalar D = decodeUtf8(T, Pos);
      Pos += D.Size;
      auto [It, New] = Trie[At].try_emplace(D.Value, uint32_t(Trie.size()));
      At = It->second;
      if (New) {
        Trie.emplace_back();
        Ends.push_back(false);
      }
    }
    Ends[At] = true;
  }
  KeyAutomaton A;
  for (uint32_t S = 0; S < Trie.size(); ++S) {
    uint32_t Row = uint32_t(A.Steps.size());
    addStep(A, Row, 0, Dead);
    for (auto [C, T] : Trie[S]) {
      addStep(A, Row, C, T);
      addStep(A, Row, boundary(C + 1), Dead);
    }
    endRow(A, Row, Ends[S]);
  }
  normalise(A);
  return ByTexts[All] = intern(std::move(A), All);
}

KeyId KeyLanguages::combine(KeyId X, KeyId Y, Combine How) {
  auto [It, New] = Known.try_emplace({How, {X.index(), Y.index()}}, NoKey);
  if (!New)
    return It->second;
  KeyAutomaton Out;
  {
    const KeyAutomaton &A = automaton(X), &B = automaton(Y);
    std::unordered_map<uint64_t, uint32_t> Number;
    std::vector<std::pair<uint32_t, uint32_t>> Pairs;
    auto stateOf = [&](uint32_t P, uint32_t Q) {
      bool None = How == Combine::Both    ? P == Dead || Q == Dead
                  : How == Combine::Minus ? P == Dead
                                          : P == Dead && Q == Dead;
      if (None)
        return Dead;
      auto [At, Added] = Number.try_emplace(uint64_t(P) << 32 | Q, uint32_t(Pairs.size()));
      if (Added)
        Pairs.push_back({P, Q});
      return At->second;
    };
    stateOf(A.size() ? 0 : Dead, B.size() ? 0 : Dead);
    static constexpr KeyAutomaton::Step Nowhere[] = {{0, Dead}};
    for (uint32_t S = 0; S < Pairs.size(); ++S) {
      auto [P, Q] = Pairs[S];
      std::span<const KeyAutomaton::Step> RP = Nowhere, RQ = Nowhere;
      if (P != Dead)
        RP = A.row(P);
      if (Q != Dead)
        RQ = B.row(Q);
      const bool HasWork = charge(RP.size() + RQ.size());
      if (!HasWork || Pairs.size() > MaxStates + A.size() + B.size()) {
        Failed = true;
        TooManyStates = TooManyStates || HasWork; // (after it there is no work)
        Known.erase(It);
        return NoKey;
      }
      uint32_t Row = uint32_t(Out.Steps.size());
      for (size_t I = 0, J = 0; I < RP.size() || J < RQ.size();) {
        uint32_t First =
            std::min(I < RP.size() ? RP[I].First : ~0U, J < RQ.size() ? RQ[J].First : ~0U);
        I += I < RP.size() && RP[I].First == First;
        J += J < RQ.size() && RQ[J].First == First;
        addStep(Out, Row, First, stateOf(RP[I - 1].Target, RQ[J - 1].Target));
      }
      bool InA = P != Dead && A.States[P].Accepts, InB = Q != Dead && B.States[Q].Accepts;
      endRow(Out, Row,
             How == Combine::Both    ? InA && InB
             : How == Combine::Minus ? InA && !InB
                                     : InA || InB);
    }
  }
  normalise(Out);
  ExprId EX = expr(X), EY = expr(Y);
  ExprId E = How == Combine::Both    ? M.conj({EX, EY})
             : How == Combine::Minus ? (X == AnyKey ? M.neg(EY) : M.conj({EX, M.neg(EY)}))
                                     : M.alt({EX, EY});
  return It->second = intern(std::move(Out), E);
}

KeyId KeyLanguages::both(KeyId A, KeyId B) {
  if (A == B || B == AnyKey)
    return A;
  if (A == AnyKey)
    return B;
  return combine(std::min(A, B), std::max(A, B), Combine::Both);
}

KeyId KeyLanguages::minus(KeyId A, KeyId B) {
  if (A == B || B == AnyKey)
    return NoKey;
  return B == NoKey ? A : combine(A, B, Combine::Minus);
}

KeyId KeyLanguages::either(KeyId A, KeyId B) {
  if (A == B || B == NoKey || A == AnyKey)
    return A;
  if (A == NoKey || B == AnyKey)
    return B;
  return combine(std::min(A, B), std::max(A, B), Combine::Either);
}

bool KeyLanguages::contains(KeyId K, std::string_view Text) const {
  const KeyAutomaton &A = automaton(K);
  uint32_t S = A.size() ? 0 : Dead;
  for (size_t Pos = 0; Pos < Text.size() && S != Dead;) {
    // Mostly the text has soon left all that the language knows.
    if (const KeyAutomaton::State &At = A.States[S];
        At.End - At.Begin == 1 && A.Steps[At.Begin].Target == S)
      return At.Accepts && findInvalidUtf8(Text.substr(Pos)) == Text.npos;
    DecodedScalar D = decodeUtf8(Text, Pos);
    if (!D.Size)
      return false;
    S = A.next(S, D.Value);
    Pos += D.Size;
  }
  return S != Dead && A.States[S].Accepts;
}

uint32_t KeyLanguages::count(KeyId K) const {
  const Language &L = Languages[K.index()];
  if (L.Count)
    return L.Count == Many ? Many : L.Count - 1;
  const KeyAutomaton &A = L.Automaton;
  // Every state is live: a cycle means endlessly many. Otherwise bottom-up, states in
  // the order in which a depth-first search leaves them.
  const uint32_t N = A.size();
  enum : uint8_t { New, Open, Done };
  std::vector<uint8_t> Seen(N, New);
  std::vector<uint64_t> Texts(N);
  std::vector<std::pair<uint32_t, uint32_t>> Stack;
  bool Endless = false;
  if (N) {
    Stack.push_back({0, A.States[0].Begin});
    Seen[0] = Open;
  }
  while (!Stack.empty() && !Endless) {
    auto &[S, At] = Stack.back();
    if (At < A.States[S].End) {
      uint32_t T = A.Steps[At++].Target;
      if (T == Dead || Seen[T] == Done)
        continue;
      Endless = Seen[T] == Open;
      Seen[T] = Open;
      Stack.push_back({T, A.States[T].Begin});
      continue;
    }
    uint64_t Sum = A.States[S].Accepts;
    std::span<const KeyAutomaton::Step> R = A.row(S);
    for (size_t I = 0; I < R.size(); ++I) {
      if (R[I].Target == Dead)
        continue;
      uint64_t Ways =
          scalarsBetween(R[I].First, I + 1 < R.size() ? R[I + 1].First : uint32_t(0x110000));
      Sum = std::min<uint64_t>(Many, Sum + Ways * Texts[R[I].Target]);
    }
    Texts[S] = Sum;
    Seen[S] = Done;
    Stack.pop_back();
  }
  uint64_t Count = Endless ? Many : N ? Texts[0] : 0;
  L.Count = uint32_t(std::min<uint64_t>(Many, Count + 1));
  return uint32_t(Count);
}

std::optional<std::vector<std::string>> KeyLanguages::enumerate(KeyId K, uint32_t Limit) const {
  if (count(K) > Limit)
    return std::nullopt;
  // There is no cycle, every state is live, and no step is wider than the limit.
  const KeyAutomaton &A = automaton(K);
  std::vector<std::string> Out;
  std::vector<std::pair<uint32_t, std::string>> Stack;
  if (A.size())
    Stack.push_back({0, ""});
  while (!Stack.empty()) {
    auto [S, Text] = std::move(Stack.back());
    Stack.pop_back();
    if (A.States[S].Accepts)
      Out.push_back(Text);
    std::span<const KeyAutomaton::Step> R = A.row(S);
    for (size_t I = R.size(); I-- > 0;) {
      if (R[I].Target == Dead)
        continue;
      uint32_t End = I + 1 < R.size() ? R[I + 1].First : 0x110000;
      for (uint32_t C = End; C-- > R[I].First;)
        if (!isSurrogate(C)) {
          Stack.push_back({R[I].Target, Text});
          appendUtf8(Stack.back().second, C);
        }
    }
  }
  return Out;
}

KeyPartition::KeyPartition(KeyLanguages &Keys, std::span<const KeyId> Of) {
  // A state of the walk is the list of the automata that are alive and their states.
  std::unordered_map<Words, uint32_t, WordsHash> Number;
  std::map<Words, uint32_t> ClassIndex;
  std::vector<Words> States;
  auto stateOf = [&](Words W) {
    auto [It, New] = Number.try_emplace(std::move(W), uint32_t(States.size()));
    if (New)
      States.push_back(It->first);
    return It->second;
  };
  Words Start;
  for (uint32_t I = 0; I < Of.size(); ++I)
    if (Keys.automaton(Of[I]).size()) {
      Start.push_back(I);
      Start.push_back(0);
    }
  stateOf(std::move(Start));
  struct Change {
    uint32_t First, Slot, Target;
  };
  std::vector<Change> Changes;
  Words Now, Alive;
  for (uint32_t S = 0; S < States.size(); ++S) {
    const Words At = States[S];
    Changes.clear();
    Words Class;
    for (uint32_t I = 0; I < At.size(); I += 2) {
      const KeyAutomaton &A = Keys.automaton(Of[At[I]]);
      for (const KeyAutomaton::Step &X : A.row(At[I + 1]))
        Changes.push_back({X.First, I, X.Target});
      if (A.States[At[I + 1]].Accepts)
        Class.push_back(At[I]);
    }
    std::sort(Changes.begin(), Changes.end(), [](const Change &X, const Change &Y) {
      return std::pair(X.First, X.Slot) < std::pair(Y.First, Y.Slot);
    });
    uint32_t Row = uint32_t(Walk.Steps.size());
    Now.assign(At.size(), Dead);
    if (At.empty())
      addStep(Walk, Row, 0, S);
    for (size_t I = 0; I < Changes.size();) {
      uint32_t First = Changes[I].First;
      for (; I < Changes.size() && Changes[I].First == First; ++I) {
        Now[Changes[I].Slot] = At[Changes[I].Slot];
        Now[Changes[I].Slot + 1] = Changes[I].Target;
      }
      Alive.clear();
      for (size_t K = 0; K < Now.size(); K += 2)
        if (Now[K + 1] != Dead) {
          Alive.push_back(Now[K]);
          Alive.push_back(Now[K + 1]);
        }
      if (!Keys.charge(1 + Now.size() / 4))
        return;
      addStep(Walk, Row, First, stateOf(Alive));
    }
    if (States.size() > MaxWalkStates) {
      Keys.Failed = true;
      return;
    }
    endRow(Walk, Row, false);
    auto [It, New] = ClassIndex.try_emplace(std::move(Class), uint32_t(Classes.size()));
    if (New)
      Classes.push_back(It->first);
    ClassOfState.push_back(It->second);
  }
}

const std::vector<uint32_t> &KeyPartition::classOf(std::string_view Name) const {
  uint32_t S = 0;
  for (size_t Pos = 0; Pos < Name.size();) {
    DecodedScalar D = decodeUtf8(Name, Pos);
    if (!D.Size || S >= Walk.size())
      return None;
    S = Walk.next(S, D.Value);
    Pos += D.Size;
  }
  return S < ClassOfState.size() ? Classes[ClassOfState[S]] : None;
}

} // namespace weir::jsonschema
