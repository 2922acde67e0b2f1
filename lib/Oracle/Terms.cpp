//===- Terms.cpp - Making terms -------------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Engine.h"

#include "weir/Support/Hash.h"

#include <algorithm>

namespace weir::oracle {

using namespace ir;

size_t Engine::TermHash::operator()(const Term &T) const {
  return size_t(hashCombine(hashCombine(uint64_t(T.K) << 32 | T.A, T.B), T.C));
}

Engine::Engine(const Module &M, Limits L, TokenNames N) : M(M), L(L), Names(std::move(N)) {
  NeverT = make(Kind::Never);
  EmptyT = make(Kind::Empty);
  UniverseT = make(Kind::Other, NeverT.index());
  analyseRules();
  AnyTextT = repeat(charClass(CodePointSet::all()), 0, Unbounded);
}

/// Two facts of rules: whether the depth they are entered at matters, and whether
/// each text is a sequence of whole scalar values.
void Engine::analyseRules() {
  ReadsDepth.assign(M.ruleCount(), false);
  RuleIsText.assign(M.ruleCount(), true);
  for (bool Changed = true; Changed;) {
    Changed = false;
    std::vector<bool> Reads(M.exprCount(), false);
    for (uint32_t I = 0; I < M.exprCount(); ++I) {
      ExprId E(I);
      bool R = M.op(E) == Op::Indent || (M.op(E) == Op::Call && ReadsDepth[M.callee(E).index()]);
      for (ExprId O : M.operands(E))
        R = R || Reads[O.index()];
      Reads[I] = R;
    }
    for (uint32_t I = 0; I < M.ruleCount(); ++I) {
      const RuleInfo &Info = M.rule(RuleId(I));
      if (!ReadsDepth[I] && Info.Body && Reads[Info.Body.index()])
        ReadsDepth[I] = Changed = true;
    }
  }
  std::vector<bool> Text(M.exprCount());
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (uint32_t I = 0; I < M.exprCount(); ++I) {
      ExprId E(I);
      bool All = true, Some = false;
      for (ExprId O : M.operands(E)) {
        All = All && Text[O.index()];
        Some = Some || Text[O.index()];
      }
      switch (M.op(E)) {
      case Op::Lit:
        All = findInvalidUtf8(M.literal(E)) == std::string_view::npos;
        break;
      case Op::Bytes:
        All = ByteSet::range(0, 0x7F).contains(M.byteSet(E));
        break;
      case Op::Dfa:
        All = M.automaton(E).isAscii();
        break;
      case Op::Call:
        All = RuleIsText[M.callee(E).index()];
        break;
      case Op::And:
        All = Some;
        break;
      case Op::Token:
      case Op::AnyTokenExcept:
        All = false;
        break;
      case Op::Not:
      case Op::JsonString:
      case Op::Indent:
        All = true;
        break;
      default:
        break;
      }
      Text[I] = All;
    }
    for (uint32_t I = 0; I < M.ruleCount(); ++I) {
      const RuleInfo &Info = M.rule(RuleId(I));
      if (RuleIsText[I] && Info.Body && !Text[Info.Body.index()]) {
        RuleIsText[I] = false;
        Changed = true;
      }
    }
  }
}

uint32_t Engine::tokenId(const TokenRef &T) {
  if (T.Id)
    return *T.Id;
  auto [It, New] = Names.try_emplace(T.Name, NextUnknownToken);
  if (New)
    ++NextUnknownToken;
  return It->second;
}

TermId Engine::make(Kind K, uint32_t A, uint32_t B, uint32_t C) {
  Term T{K, A, B, C};
  auto [It, New] = Index.try_emplace(T, uint32_t(Terms.size()));
  TermId Id(It->second);
  if (!New)
    return Id;
  spend(Terms.size() >= L.MaxTerms);
  Terms.push_back(T);
  NonEmpty.push_back(-1);
  auto closed = [&](uint32_t I) { return bool(Closed[I]); };
  bool IsClosed = false;
  switch (K) {
  case Kind::Never:
  case Kind::Empty:
    IsClosed = true;
    break;
  case Kind::Bytes:
    IsClosed = ByteSet::range(0, 0x7F).contains(ByteSets[A]);
    break;
  case Kind::Dfa:
    IsClosed = M.automaton(ExprId(A)).isAscii();
    break;
  case Kind::Seq:
    IsClosed = closed(A) && closed(B);
    break;
  case Kind::Repeat:
    IsClosed = closed(A);
    break;
  case Kind::Alt:
    IsClosed =
        std::all_of(Lists[A].begin(), Lists[A].end(), [&](TermId X) { return closed(X.index()); });
    break;
  case Kind::Both:
    IsClosed =
        std::any_of(Lists[A].begin(), Lists[A].end(), [&](TermId X) { return closed(X.index()); });
    break;
  case Kind::Rule:
    IsClosed = RuleTerms[A].Rule && RuleIsText[RuleTerms[A].Rule.index()];
    break;
  case Kind::Token:
  case Kind::TokenExcept:
  case Kind::Other:
  case Kind::Json:
  case Kind::Members:
  case Kind::Elements:
    break;
  }
  Closed.push_back(IsClosed);
  Nullable.push_back(-1);
  markNullable(Id);
  return Id;
}

/// Settles whether T contains the empty text where its parts already tell.
void Engine::markNullable(TermId T) {
  const Term &X = term(T);
  int8_t V = -1;
  switch (X.K) {
  case Kind::Never:
  case Kind::Bytes:
  case Kind::Token:
  case Kind::TokenExcept:
  case Kind::Json: // the closing quote is still to come
    V = 0;
    break;
  case Kind::Empty:
    V = 1;
    break;
  case Kind::Dfa:
    V = M.automaton(ExprId(X.A)).Accepts[X.B];
    break;
  case Kind::Seq:
    V = Nullable[X.A] == 1 ? Nullable[X.B] : Nullable[X.A];
    break;
  case Kind::Repeat:
    V = X.B == 0 ? 1 : Nullable[X.A];
    break;
  case Kind::Other:
    V = Nullable[X.A] < 0 ? -1 : !Nullable[X.A];
    break;
  case Kind::Alt:
    V = 0;
    for (TermId O : Lists[X.A])
      V = V == 1 || Nullable[O.index()] == 1 ? 1 : (Nullable[O.index()] == 0 ? V : int8_t(-1));
    break;
  case Kind::Both:
    V = 1;
    for (TermId O : Lists[X.A])
      V = V == 0 || Nullable[O.index()] == 0 ? 0 : (Nullable[O.index()] == 1 ? V : int8_t(-1));
    break;
  case Kind::Rule:
  case Kind::Members:
  case Kind::Elements:
    break;
  }
  Nullable[T.index()] = V;
}

uint32_t Engine::makeList(std::vector<TermId> List) {
  auto [It, New] = ListIndex.try_emplace(std::move(List), uint32_t(Lists.size()));
  if (New)
    Lists.push_back(It->first);
  return It->second;
}

TermId Engine::bytes(const ByteSet &S) {
  if (S.empty())
    return NeverT;
  auto [It, New] = ByteSetIndex.try_emplace(S, uint32_t(ByteSets.size()));
  if (New)
    ByteSets.push_back(S);
  return make(Kind::Bytes, It->second);
}

TermId Engine::literal(std::string_view Text) {
  TermId T = EmptyT;
  for (size_t I = Text.size(); I-- > 0;)
    T = seq(bytes(ByteSet::of(uint8_t(Text[I]))), T);
  if (findInvalidUtf8(Text) == std::string_view::npos)
    Closed[T.index()] = true;
  return T;
}

TermId Engine::charClass(const CodePointSet &S) {
  if (auto It = ClassIndex.find(S); It != ClassIndex.end())
    return It->second;
  std::vector<TermId> Rows;
  for (const CodePointRange &R : S.ranges())
    for (const Utf8Sequence &Row : utf8Sequences(R.First, R.Last)) {
      TermId T = EmptyT;
      for (unsigned I = Row.Size; I-- > 0;)
        T = seq(bytes(ByteSet::range(Row.Bytes[I].First, Row.Bytes[I].Last)), T);
      Rows.push_back(T);
    }
  TermId T = alt(std::move(Rows));
  Closed[T.index()] = true;
  ClassIndex.emplace(S, T);
  return T;
}

TermId Engine::seq(TermId A, TermId B) {
  if (A == NeverT || B == NeverT)
    return NeverT;
  if (A == EmptyT)
    return B;
  if (B == EmptyT)
    return A;
  bool IsClosed = isClosed(A) && isClosed(B);
  // Lean right, so that the next symbol is found at the front.
  std::vector<TermId> Front;
  while (term(A).K == Kind::Seq) {
    Front.push_back(TermId(term(A).A));
    A = TermId(term(A).B);
  }
  Front.push_back(A);
  for (size_t I = Front.size(); I-- > 0;)
    B = make(Kind::Seq, Front[I].index(), B.index());
  if (IsClosed)
    Closed[B.index()] = true;
  return B;
}

TermId Engine::alt(std::vector<TermId> In) {
  std::vector<TermId> Out;
  ByteSet Single;
  for (size_t I = 0; I < In.size(); ++I) {
    TermId T = In[I];
    if (term(T).K == Kind::Alt)
      In.insert(In.end(), list(T).begin(), list(T).end());
    else if (term(T).K == Kind::Bytes)
      Single |= ByteSets[term(T).A];
    else if (T == UniverseT)
      return UniverseT;
    else if (T != NeverT)
      Out.push_back(T);
  }
  if (!Single.empty())
    Out.push_back(bytes(Single));
  std::sort(Out.begin(), Out.end());
  Out.erase(std::unique(Out.begin(), Out.end()), Out.end());
  if (Out.size() > 1 && Out.front() == EmptyT &&
      std::any_of(Out.begin() + 1, Out.end(), [&](TermId T) { return Nullable[T.index()] == 1; }))
    Out.erase(Out.begin());
  if (Out.empty())
    return NeverT;
  return Out.size() == 1 ? Out[0] : make(Kind::Alt, makeList(std::move(Out)));
}

TermId Engine::both(std::vector<TermId> In) {
  std::vector<TermId> Out;
  for (size_t I = 0; I < In.size(); ++I) {
    TermId T = In[I];
    if (T == NeverT)
      return NeverT;
    if (term(T).K == Kind::Both)
      In.insert(In.end(), list(T).begin(), list(T).end());
    else if (T != UniverseT)
      Out.push_back(T);
  }
  std::sort(Out.begin(), Out.end());
  Out.erase(std::unique(Out.begin(), Out.end()), Out.end());
  bool ClosedByOther =
      std::any_of(Out.begin(), Out.end(), [&](TermId T) { return T != AnyTextT && isClosed(T); });
  if (ClosedByOther)
    std::erase(Out, AnyTextT);
  if (Out.empty())
    return UniverseT;
  if (Out.size() == 1)
    return Out[0];
  // A set of bytes beside another, and the empty text beside anything known.
  if (std::count(Out.begin(), Out.end(), EmptyT))
    for (TermId T : Out)
      if (Nullable[T.index()] == 0)
        return NeverT;
  return make(Kind::Both, makeList(std::move(Out)));
}

TermId Engine::repeat(TermId A, uint32_t Min, uint32_t Max) {
  if (Max == 0 || A == EmptyT)
    return EmptyT;
  if (A == NeverT)
    return Min == 0 ? EmptyT : NeverT;
  if (Nullable[A.index()] == 1)
    Min = 0;
  if (Min == 1 && Max == 1)
    return A;
  return make(Kind::Repeat, A.index(), Min, Max);
}

TermId Engine::other(TermId A) {
  if (term(A).K == Kind::Other)
    return TermId(term(A).A);
  return make(Kind::Other, A.index());
}

TermId Engine::json(TermId Value, const JsonLexer &Lexer) {
  if (Value == NeverT)
    return NeverT;
  auto [It, New] = LexerIndex.try_emplace(Lexer, uint32_t(Lexers.size()));
  if (New)
    Lexers.push_back(Lexer);
  return make(Kind::Json, Value.index(), It->second);
}

TermId Engine::members(MembersState S) {
  if ((S.At == MembersState::Phase::Tail || S.At == MembersState::Phase::Separator) &&
      S.Rest == NeverT)
    return NeverT;
  auto [It, New] = MemberIndex.try_emplace(std::move(S), uint32_t(MemberStates.size()));
  if (New)
    MemberStates.push_back(It->first);
  return make(Kind::Members, It->second);
}

TermId Engine::newRule(RuleTerm R) {
  RuleTerms.push_back(R);
  return make(Kind::Rule, uint32_t(RuleTerms.size() - 1));
}

TermId Engine::asText(TermId T) { return both({T, AnyTextT}); }

TermId Engine::blanks(const IndentSpec &S, uint32_t Depth) {
  int64_t D = std::max<int64_t>(0, int64_t(Depth) + S.Delta);
  auto times = [&](uint32_t N) {
    return N == Unbounded && D > 0 ? Unbounded : uint32_t(std::min<int64_t>(N * D, Unbounded - 1));
  };
  ByteSet Blank = ByteSet::of(' ');
  if (S.Tabs)
    Blank.insert('\t');
  return repeat(bytes(Blank), times(S.Min), times(S.Max));
}

TermId Engine::ruleTerm(RuleId R, uint32_t Depth) {
  if (!ReadsDepth[R.index()])
    Depth = 0;
  auto [It, New] = RuleIndex.try_emplace({R, Depth}, TermId());
  if (New) {
    spend(Depth > L.MaxNesting);
    TermId T = newRule({TermId(), R, Depth, false});
    It->second = T;
  }
  return It->second;
}

TermId Engine::ruleBody(TermId T) {
  uint32_t N = term(T).A;
  if (!RuleTerms[N].Body) {
    assert(RuleTerms[N].Rule && "a derivative's body is set when it is made");
    const RuleInfo &Info = M.rule(RuleTerms[N].Rule);
    uint32_t Depth = RuleTerms[N].Depth;
    TermId Body = Info.Body ? termOf(Info.Body, Info.Nest ? Depth + 1 : Depth) : NeverT;
    RuleTerms[N].Body = Body;
  }
  return RuleTerms[N].Body;
}

TermId Engine::termOf(ExprId E, uint32_t Depth) {
  if (auto It = Translated.find({E, Depth}); It != Translated.end())
    return It->second;
  if (Recursion >= L.MaxRecursion)
    spend(true);
  if (Spent)
    return NeverT;
  ++Recursion;
  TermId T = translate(E, Depth);
  --Recursion;
  Translated.emplace(std::pair(E, Depth), T);
  return T;
}

TermId Engine::translate(ExprId E, uint32_t Depth) {
  std::vector<TermId> Parts;
  if (M.op(E) != Op::Members && M.op(E) != Op::Elements)
    for (ExprId O : M.operands(E))
      Parts.push_back(termOf(O, Depth));
  switch (M.op(E)) {
  case Op::Never:
    return NeverT;
  case Op::Empty:
    return EmptyT;
  case Op::Lit:
    return literal(M.literal(E));
  case Op::Class:
    return charClass(M.classSet(E));
  case Op::Bytes:
    return bytes(M.byteSet(E));
  case Op::Dfa:
    return make(Kind::Dfa, E.index(), 0);
  case Op::Seq: {
    TermId T = EmptyT;
    for (size_t I = Parts.size(); I-- > 0;)
      T = seq(Parts[I], T);
    return T;
  }
  case Op::Alt:
    return alt(std::move(Parts));
  case Op::Repeat:
    return repeat(Parts[0], M.bounds(E).Min, M.bounds(E).Max);
  case Op::Call:
    return ruleTerm(M.callee(E), Depth);
  case Op::And:
    return both(std::move(Parts));
  case Op::Not:
    return both({AnyTextT, other(Parts[0])});
  case Op::JsonString:
    return json(asText(Parts[0]), JsonLexer{M.escapes(E), JsonLexer::Phase::Open, 0, 0, 0});
  case Op::Token:
    return make(Kind::Token, tokenId(M.tokenRef(E)));
  case Op::AnyTokenExcept: {
    std::vector<uint32_t> Ids;
    for (const TokenRef &T : M.excludedTokens(E))
      Ids.push_back(tokenId(T));
    std::sort(Ids.begin(), Ids.end());
    auto [It, New] = TokenListIndex.try_emplace(std::move(Ids), uint32_t(TokenLists.size()));
    if (New)
      TokenLists.push_back(It->first);
    return make(Kind::TokenExcept, It->second);
  }
  case Op::Members: {
    MembersState S;
    S.Spec = E;
    S.Depth = Depth;
    S.Seen.assign(M.membersSpec(E).Named.size(), 0);
    S.Read.assign(M.membersSpec(E).Free.size(), 0);
    S.Lexer.Style = M.membersSpec(E).Esc;
    return members(std::move(S));
  }
  case Op::Elements: {
    ElementsState S;
    S.Spec = E;
    S.Depth = Depth;
    S.Counts.assign(M.elementsSpec(E).Counters.size(), 0);
    return elements(std::move(S));
  }
  case Op::Indent:
    return blanks(M.indentSpec(E), Depth);
  }
  return NeverT;
}

} // namespace weir::oracle
