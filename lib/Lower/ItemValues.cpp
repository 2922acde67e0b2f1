//===- ItemValues.cpp - How many values an expression's texts have ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "ItemValues.h"

#include "weir/Runtime/JsonValues.h"
#include "weir/Support/Utf8.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::lowering {

using ir::ExprId;
using ir::Op;

namespace {
constexpr size_t MaxTexts = 4096;
constexpr unsigned MaxDepth = 200;

/// Appends each of `Tails` to each of `Heads`; false when there are too many.
bool append(std::vector<std::string> &Heads, const std::vector<std::string> &Tails) {
  if (Heads.size() * Tails.size() > MaxTexts)
    return false;
  std::vector<std::string> Out;
  for (const std::string &H : Heads)
    for (const std::string &T : Tails)
      Out.push_back(H + T);
  Heads = std::move(Out);
  return true;
}

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
  }

  struct Edge {
    uint8_t Byte;
    uint32_t To;
  };
  std::vector<std::pair<uint32_t, NumberPhase>> States;
  std::vector<std::vector<Edge>> Edges;
  std::vector<bool> Accepts, Live;

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
    // From here a digit may follow that makes zeros before it count.
    std::vector<bool> DigitAhead = reached([&](uint32_t N) {
      NumberPhase P = States[N].second;
      return (P == FracZero || P == Frac) &&
             std::any_of(Edges[N].begin(), Edges[N].end(), [&](const Edge &E) {
               return E.Byte >= '1' && E.Byte <= '9' && Live[E.To];
             });
    });
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

} // namespace

bool ItemValues::isBlank(ExprId E, unsigned Depth) {
  auto blank = [](uint32_t C) { return C == ' ' || C == '\t' || C == '\n' || C == '\r'; };
  if (Depth > MaxDepth)
    return false;
  switch (M.op(E)) {
  case Op::Empty:
  case Op::Indent:
    return true;
  case Op::Lit:
    return std::all_of(M.literal(E).begin(), M.literal(E).end(), blank);
  case Op::Class:
    return std::all_of(M.classSet(E).ranges().begin(), M.classSet(E).ranges().end(),
                       [&](const CodePointRange &R) {
                         return R.Last - R.First < 4 && blank(R.First) && blank(R.Last) &&
                                (R.Last - R.First < 2 || R.Last <= '\n');
                       });
  case Op::Bytes: {
    bool All = true;
    M.byteSet(E).forEach([&](uint8_t B) { All &= blank(B); });
    return All;
  }
  case Op::Seq:
  case Op::Alt:
  case Op::Repeat:
    for (ExprId O : M.operands(E))
      if (!isBlank(O, Depth + 1))
        return false;
    return true;
  case Op::Call:
    return M.rule(M.callee(E)).Body && isBlank(M.rule(M.callee(E)).Body, Depth + 1);
  default:
    return false;
  }
}

bool ItemValues::isNumber(ExprId E) {
  ByteSet Digits = ByteSet::range('0', '9');
  Digits.insert('-');
  ir::FirstSet First = Analyses.first(E);
  return Analyses.regular(E) && !First.Symbols && !First.Bytes.empty() &&
         Digits.contains(First.Bytes);
}

const ValueCount &ItemValues::numbers(ExprId E) {
  auto [It, New] = NumberMemo.try_emplace(E);
  ValueCount &Out = It->second;
  if (!New)
    return Out;
  RuleBuilder R(B, For, /*Unroll=*/true);
  R.ExpandCalls = true;
  Nfa N;
  N.Start = N.addState();
  N.End = N.addState();
  R.buildInto(N, E, N.Start, N.End, TextMode::Plain);
  Dfa D;
  if (R.failed() || R.Registers != 0 ||
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
      // What the text is worth so far; the exponent of zero is worth nothing.
      std::string Worth = G.States[E.To].second == ExpOfZero ? I.Text : Text;
      if (Known.insert({E.To, Worth}).second)
        Work.push_back({E.To, Zeros, Worth});
    }
  }
  Out.Known = true;
  Out.AtLeast = Out.Forms.size();
  return Out;
}

/// The texts of `E` where it is a list of them; false where it says more.
static bool listsTexts(const ir::Module &M, ExprId E, std::vector<std::string_view> &Out) {
  auto add = [&](ExprId O) {
    if (M.op(O) != Op::Lit || findInvalidUtf8(M.literal(O)) != std::string_view::npos)
      return false;
    Out.push_back(M.literal(O));
    return true;
  };
  if (M.op(E) != Op::Alt)
    return add(E);
  std::span<const ExprId> Ops = M.operands(E);
  return std::all_of(Ops.begin(), Ops.end(), add);
}

const ItemValues::Strings &ItemValues::strings(ExprId Operand) {
  auto [It, New] = StringMemo.try_emplace(Operand);
  Strings &Out = It->second;
  if (!New)
    return Out;
  if (std::vector<std::string_view> Texts; listsTexts(M, Operand, Texts)) {
    std::sort(Texts.begin(), Texts.end());
    Texts.erase(std::unique(Texts.begin(), Texts.end()), Texts.end());
    Out.Count = Texts.size();
    if (Out.Count <= MaxTexts)
      for (std::string_view T : Texts)
        Out.Spelled.push_back("\"" + spelledKey(T) + "\"");
    return Out;
  }
  BooleanParts Parts = B.booleanParts(Operand);
  const Regular *A = B.regular(Parts, For);
  if (!A || A->Automaton.isEmpty())
    return Out;
  if (A->AnyLength) {
    Out.Count = ManyKeys; // lengths that repeat are without end
    return Out;
  }
  const automata::CharAutomaton &D = A->Automaton;
  std::vector<uint64_t> Sizes;
  for (uint32_t C = 0; C < D.Classes; ++C) {
    uint64_t Size = 0;
    for (const CodePointRange &R : A->Partition.members(C).ranges())
      Size += R.Last - R.First + 1;
    Sizes.push_back(Size);
  }
  // Texts by length. A minimal automaton has no state that leads nowhere, so more
  // characters than states mean a loop.
  std::vector<uint64_t> Ways(D.size(), 0), Next;
  Ways[D.Start] = 1;
  uint64_t Steps = 0;
  for (uint64_t Length = 0; Length <= Parts.Max; ++Length) {
    uint64_t Alive = 0;
    for (uint32_t S = 0; S < D.size(); ++S) {
      Alive |= Ways[S];
      if (D.Accepts[S] && Length >= Parts.Min)
        Out.Count = std::min<uint64_t>(Out.Count + Ways[S], ManyKeys);
    }
    if (!Alive || Out.Count >= ManyKeys)
      break;
    if (Parts.Max == ir::Unbounded && Length > D.size()) {
      Out.Count = ManyKeys;
      break;
    }
    if ((Steps += D.Next.size()) > 50'000'000 || !spendWork(1 + D.Next.size() / 16))
      break;
    Next.assign(D.size(), 0);
    for (uint32_t S = 0; S < D.size(); ++S)
      for (uint32_t C = 0; C < D.Classes && Ways[S]; ++C)
        if (uint32_t T = D.next(S, C); T != automata::CharAutomaton::Dead)
          Next[T] = std::min<uint64_t>(Next[T] + std::min<uint64_t>(Ways[S], ManyKeys) * Sizes[C],
                                       ManyKeys);
    Ways = Next;
  }
  if (Out.Count > MaxTexts)
    return Out;
  struct Item {
    uint32_t State;
    uint64_t Length;
    std::string Text;
  };
  std::vector<Item> Work{{D.Start, 0, ""}};
  for (size_t I = 0; I < Work.size() && Out.Spelled.size() <= MaxTexts; ++I) {
    Item W = Work[I];
    if (D.Accepts[W.State] && W.Length >= Parts.Min)
      Out.Spelled.push_back("\"" + spelledKey(W.Text) + "\"");
    if (W.Length == Parts.Max || Work.size() > 64 * MaxTexts)
      continue;
    for (uint32_t C = 0; C < D.Classes; ++C)
      if (uint32_t T = D.next(W.State, C); T != automata::CharAutomaton::Dead)
        for (const CodePointRange &R : A->Partition.members(C).ranges())
          for (uint32_t P = R.First; P <= R.Last && Work.size() <= 64 * MaxTexts; ++P) {
            std::string Text = W.Text;
            appendUtf8(Text, P);
            Work.push_back({T, W.Length + 1, std::move(Text)});
          }
  }
  return Out;
}

ItemValues::Texts ItemValues::memberTexts(const ir::MembersSpec &S, unsigned Depth) {
  struct Key {
    std::string Spelled;
    bool Required;
    std::vector<std::string> Tails;
  };
  std::vector<Key> Keys;
  std::set<std::string> Names;
  for (const ir::NamedMember &N : S.Named) {
    Texts Tails = texts(N.Tail, Depth + 1);
    if (!Tails)
      return std::nullopt;
    Keys.push_back({"\"" + spelledKey(N.Name) + "\"", N.Required, std::move(*Tails)});
    Names.insert(Keys.back().Spelled);
  }
  for (const ir::FreeMember &F : S.Free) {
    const Strings &Few = strings(F.Key);
    Texts Tails = texts(F.Tail, Depth + 1);
    if (Few.Count > 16 || !Tails || F.Min > 0)
      return std::nullopt;
    for (const std::string &Spelled : Few.Spelled)
      if (!Names.count(Spelled)) {
        auto It = std::find_if(Keys.begin() + ptrdiff_t(S.Named.size()), Keys.end(),
                               [&](const Key &K) { return K.Spelled == Spelled; });
        if (It == Keys.end())
          It = Keys.insert(Keys.end(), Key{Spelled, false, {}});
        It->Tails.insert(It->Tails.end(), Tails->begin(), Tails->end());
      }
  }
  // By how many members there are so far.
  std::vector<std::vector<std::string>> ByCount{{""}};
  size_t Total = 1;
  for (const Key &N : Keys) {
    std::vector<std::vector<std::string>> Next(ByCount.size() + 1);
    for (size_t C = 0; C < ByCount.size(); ++C) {
      if (!N.Required)
        Next[C].insert(Next[C].end(), ByCount[C].begin(), ByCount[C].end());
      for (const std::string &Head : ByCount[C])
        for (const std::string &Tail : N.Tails)
          if (++Total <= 16 * MaxTexts)
            Next[C + 1].push_back(Head + (C ? "," : "") + N.Spelled + Tail);
    }
    ByCount = std::move(Next);
    if (Total > 16 * MaxTexts)
      return std::nullopt;
  }
  std::vector<std::string> Out;
  for (size_t C = S.Min; C < ByCount.size() && C <= S.Max; ++C)
    Out.insert(Out.end(), ByCount[C].begin(), ByCount[C].end());
  return Out.size() <= MaxTexts ? Texts(std::move(Out)) : std::nullopt;
}

ItemValues::Texts ItemValues::itemTexts(const ir::ElementsSpec &S, unsigned Depth) {
  if (!S.Unique && S.Max > 64)
    return std::nullopt;
  struct Array {
    std::string Text;
    std::vector<uint32_t> Counts;
    std::set<std::string> Forms;
  };
  std::vector<Array> Now{{"", std::vector<uint32_t>(S.Counters.size()), {}}}, Next;
  std::vector<std::string> Out;
  size_t Total = 0;
  for (uint32_t N = 0; !Now.empty(); ++N) {
    Next.clear();
    for (const Array &A : Now) {
      bool Enough = N >= S.Min;
      for (size_t K = 0; K < A.Counts.size(); ++K)
        Enough &= A.Counts[K] >= S.Counters[K].Min;
      if (Enough)
        Out.push_back(A.Text);
    }
    if (N == S.Max)
      break;
    for (const ir::ElementChoice &C : S.at(N)) {
      Texts Items = texts(C.Value, Depth + 1);
      if (!Items)
        return std::nullopt;
      for (const Array &A : Now)
        for (const std::string &Item : *Items) {
          Array More = A;
          More.Text += (N ? "," : "") + Item;
          bool Fits = !S.Unique || More.Forms.insert(JsonTree(Item).form()).second;
          for (uint32_t K : C.Counters)
            Fits &= ++More.Counts[K] <= S.Counters[K].Max;
          if (++Total > 16 * MaxTexts)
            return std::nullopt;
          if (Fits)
            Next.push_back(std::move(More));
        }
    }
    std::swap(Now, Next);
  }
  return Out.size() <= MaxTexts ? Texts(std::move(Out)) : std::nullopt;
}

/// All texts of `E`, each value in one spelling at least; none when there are too many.
ItemValues::Texts ItemValues::texts(ExprId E, unsigned Depth) {
  if (Depth > MaxDepth)
    return std::nullopt;
  std::vector<std::string> Out;
  std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
  switch (M.op(E)) {
  case Op::Never:
    return Out;
  case Op::Empty:
  case Op::Indent:
    return std::vector<std::string>{""};
  case Op::Lit:
    return std::vector<std::string>{std::string(M.literal(E))};
  case Op::Class:
    for (const CodePointRange &R : M.classSet(E).ranges())
      for (uint32_t C = R.First; C <= R.Last; ++C) {
        if (Out.size() >= MaxTexts)
          return std::nullopt;
        appendUtf8(Out.emplace_back(), C);
      }
    return Out;
  case Op::Bytes:
    M.byteSet(E).forEach([&](uint8_t B) { Out.emplace_back(1, char(B)); });
    return Out;
  case Op::JsonString: {
    const Strings &S = strings(Ops[0]);
    return S.Count <= MaxTexts ? Texts(S.Spelled) : std::nullopt;
  }
  case Op::Dfa: {
    const ValueCount *N = isNumber(E) ? &numbers(E) : nullptr;
    if (!N || !N->Known)
      return std::nullopt;
    for (const std::string &Form : N->Forms)
      Out.push_back(Form == "n0" ? "0" : Form.substr(1));
    return Out;
  }
  case Op::Members:
    return memberTexts(M.membersSpec(E), Depth);
  case Op::Elements:
    return itemTexts(M.elementsSpec(E), Depth);
  case Op::Seq:
  case Op::Alt:
  case Op::Repeat:
  case Op::Call:
    break;
  default:
    return std::nullopt;
  }
  if (M.op(E) == Op::Alt) {
    for (ExprId O : Ops) {
      Texts T = texts(O, Depth + 1);
      if (!T || Out.size() + T->size() > MaxTexts)
        return std::nullopt;
      Out.insert(Out.end(), T->begin(), T->end());
    }
    return Out;
  }
  if (M.op(E) == Op::Repeat && isBlank(Ops[0], 0))
    return std::vector<std::string>{""};
  if (M.op(E) == Op::Call) {
    ir::RuleId R = M.callee(E);
    if (!M.rule(R).Body || !Calling.insert(R).second)
      return std::nullopt;
    Texts T = texts(M.rule(R).Body, Depth + 1);
    Calling.erase(R);
    return T;
  }
  // Many spellings of few numbers have no list of their own.
  if (isNumber(E)) {
    bool Loops = false;
    std::vector<ExprId> Below{E};
    for (size_t I = 0; I < Below.size() && I < MaxTexts; ++I) {
      Loops |= M.op(Below[I]) == Op::Repeat && M.bounds(Below[I]).Max > 16;
      Below.insert(Below.end(), M.operands(Below[I]).begin(), M.operands(Below[I]).end());
      if (M.op(Below[I]) == Op::Call)
        Below.push_back(M.rule(M.callee(Below[I])).Body);
    }
    if (Loops) {
      const ValueCount &N = numbers(E);
      if (!N.Known)
        return std::nullopt;
      for (const std::string &Form : N.Forms)
        Out.push_back(Form == "n0" ? "0" : Form.substr(1));
      return Out;
    }
  }
  Out = {""};
  if (M.op(E) == Op::Seq) {
    for (ExprId O : Ops) {
      Texts T = texts(O, Depth + 1);
      if (!T || !append(Out, *T))
        return std::nullopt;
    }
    return Out;
  }
  ir::RepeatBounds Bounds = M.bounds(E);
  Texts Body = texts(Ops[0], Depth + 1);
  if (!Body || (Bounds.Max > 64 && !Body->empty()))
    return std::nullopt;
  std::vector<std::string> All;
  for (uint32_t I = 0; I <= Bounds.Max; ++I) {
    if (I >= Bounds.Min)
      All.insert(All.end(), Out.begin(), Out.end());
    if (All.size() > MaxTexts || I == Bounds.Max)
      break;
    if (!append(Out, *Body))
      return std::nullopt;
    if (Out.empty())
      break;
  }
  return All.size() <= MaxTexts ? Texts(std::move(All)) : std::nullopt;
}

/// Has `E`, which can be written, more values than any text has room for?
bool ItemValues::hasMany(ExprId E, unsigned Depth) {
  if (Depth > MaxDepth || !live(E))
    return false;
  std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
  auto any = [&](std::span<const ExprId> List) {
    return std::any_of(List.begin(), List.end(), [&](ExprId O) { return hasMany(O, Depth + 1); });
  };
  switch (M.op(E)) {
  case Op::JsonString:
    return strings(Ops[0]).Count >= ManyKeys;
  case Op::Members: {
    const ir::MembersSpec &S = M.membersSpec(E);
    uint64_t Needed = 0;
    for (const ir::NamedMember &N : S.Named)
      Needed += N.Required;
    for (const ir::FreeMember &F : S.Free)
      Needed += F.Min;
    bool Room = Needed < S.Max;
    for (const ir::NamedMember &N : S.Named)
      if ((Room || N.Required) && hasMany(N.Tail, Depth + 1))
        return true;
    for (const ir::FreeMember &F : S.Free)
      if ((Room || F.Min > 0) && live(F.Tail) && live(F.Key) && strings(F.Key).Count >= ManyKeys)
        return true;
    return false;
  }
  case Op::Elements: {
    const ir::ElementsSpec &S = M.elementsSpec(E);
    if (!S.Unique && S.Counters.empty() && S.Max == ir::Unbounded)
      return live(S.Separator) &&
             std::any_of(S.Rest.begin(), S.Rest.end(),
                         [&](const ir::ElementChoice &C) { return live(C.Value); });
    // The first item, when any choice of it will do.
    return S.Counters.empty() && S.Max > 0 &&
           std::any_of(S.at(0).begin(), S.at(0).end(),
                       [&](const ir::ElementChoice &C) { return hasMany(C.Value, Depth + 1); });
  }
  case Op::Alt:
  case Op::Seq:
  case Op::Repeat:
  case Op::Dfa:
    break;
  case Op::Call: {
    ir::RuleId R = M.callee(E);
    if (!M.rule(R).Body || !Calling.insert(R).second)
      return false;
    bool Many = hasMany(M.rule(R).Body, Depth + 1);
    Calling.erase(R);
    return Many;
  }
  default:
    return false;
  }
  // A union has many values when a part has; its own automaton may be the product of many.
  const bool Number = isNumber(E);
  if ((!Number || M.op(E) == Op::Alt) && any(Ops))
    return true;
  if (Number)
    return numbers(E).AtLeast >= ManyKeys;
  // The items of an array, as many as one likes.
  if (M.op(E) != Op::Repeat || M.bounds(E).Max != ir::Unbounded || !live(Ops[0]))
    return false;
  ByteSet First = Analyses.first(Ops[0]).Bytes;
  return First == ByteSet::of(',');
}

ValueCount ItemValues::of(ExprId E, ir::RuleId TheRule) {
  For = TheRule;
  Calling.clear();
  ValueCount Out;
  if (hasMany(E, 0)) {
    Out.AtLeast = ManyKeys;
    return Out;
  }
  Calling.clear();
  if (isNumber(E)) {
    Out = numbers(E);
    if (Out.Known || Out.AtLeast)
      return Out;
  }
  if (Texts T = texts(E, 0)) {
    Out.Known = true;
    for (const std::string &Text : *T)
      Out.Forms.insert(JsonTree(Text).form());
    Out.AtLeast = Out.Forms.size();
    return Out;
  }
  // A string of a length between: more than can be listed, fewer than many.
  ExprId S = E;
  for (unsigned I = 0; I < MaxDepth && M.op(S) == Op::Call && M.rule(M.callee(S)).Body; ++I)
    S = M.rule(M.callee(S)).Body;
  if (M.op(S) == Op::JsonString)
    Out.AtLeast = strings(M.operands(S)[0]).Count;
  return Out;
}

} // namespace weir::lowering
