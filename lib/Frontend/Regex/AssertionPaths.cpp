//===- AssertionPaths.cpp - Assertions outside of loops -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "AssertionPaths.h"

#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::regex {

/// A group with assertions is written out for at most this many repetitions.
static constexpr uint32_t MaxCopies = 4;

std::optional<ExprId> AssertionPaths::language(NodeId Root, RegexOptions::Match Mode) {
  std::optional<std::vector<Path>> Paths = expand(Root);
  if (!Paths)
    return std::nullopt;
  if (Mode == RegexOptions::Match::Search) {
    for (Path &P : *Paths) {
      P.insert(P.begin(), {.What = Element::Piece, .E = B.anyText()});
      P.push_back({.What = Element::Piece, .E = B.anyText()});
    }
  }
  return resolve(std::move(*Paths), {.LeftKnown = true, .RightKnown = true});
}

std::optional<std::vector<AssertionPaths::Path>>
AssertionPaths::product(const std::vector<std::vector<Path>> &Parts) {
  std::vector<Path> Result(1);
  for (const std::vector<Path> &Choices : Parts) {
    if (Result.size() * Choices.size() > Options.MaxPaths || !spendWork())
      return std::nullopt;
    // Nearly always there is one, and a long pattern is a long sequence.
    if (Choices.size() == 1) {
      for (Path &Head : Result)
        Head.insert(Head.end(), Choices[0].begin(), Choices[0].end());
      continue;
    }
    std::vector<Path> Longer;
    for (const Path &Head : Result)
      for (const Path &Tail : Choices) {
        Longer.push_back(Head);
        Longer.back().insert(Longer.back().end(), Tail.begin(), Tail.end());
      }
    Result = std::move(Longer);
  }
  return Result;
}

std::optional<std::vector<AssertionPaths::Path>> AssertionPaths::expand(NodeId N) {
  const Node X = T[N];
  if (!X.HasAssertion)
    return std::vector<Path>{{{.What = Element::Piece, .E = B.translate(N)}}};
  switch (X.Kind) {
  case NodeKind::PrevIn:
  case NodeKind::NextIn:
    return std::vector<Path>{
        {{.What = X.Kind == NodeKind::PrevIn ? Element::PrevIn : Element::NextIn,
          .Edge = X.Edge,
          .Set = T.set(X.Set)}}};
  case NodeKind::WordBoundary:
    return std::vector<Path>{{{.What = Element::Word, .Not = X.Negated, .Set = T.set(X.Set)}}};
  case NodeKind::Ahead:
  case NodeKind::Behind:
    return expandLook(N);
  case NodeKind::Alt: {
    std::vector<Path> Result;
    std::vector<ExprId> Plain; // alternatives without assertions stay together
    for (NodeId C : T.children(N)) {
      if (!T[C].HasAssertion) {
        Plain.push_back(B.translate(C));
        continue;
      }
      std::optional<std::vector<Path>> More = expand(C);
      if (!More || Result.size() + More->size() > Options.MaxPaths)
        return std::nullopt;
      Result.insert(Result.end(), More->begin(), More->end());
    }
    if (!Plain.empty())
      Result.push_back({{.What = Element::Piece, .E = B.alt(Plain)}});
    return Result;
  }
  case NodeKind::Seq: {
    std::vector<std::vector<Path>> Parts;
    std::span<const NodeId> Children = T.children(N);
    for (size_t I = 0; I < Children.size(); ++I) {
      std::optional<std::vector<Path>> Part = expand(Children[I]);
      if (!Part)
        return std::nullopt;
      Parts.push_back(std::move(*Part));
    }
    return product(Parts);
  }
  case NodeKind::Repeat: {
    if (X.Max == 0)
      return std::vector<Path>(1);
    NodeId Child = T.children(N)[0];
    std::optional<std::vector<Path>> Once = expand(Child);
    if (!Once)
      return std::nullopt;
    uint32_t Min = X.Min, Max = X.Max;
    if (T[Child].Kind >= NodeKind::PrevIn) // an assertion itself: once is as good as ever
      Max = 1, Min = std::min(Min, 1U);
    if (Max > MaxCopies)
      return std::nullopt;
    std::vector<Path> Result;
    for (uint32_t Count = Min; Count <= Max; ++Count) {
      std::optional<std::vector<Path>> Some = product(std::vector<std::vector<Path>>(Count, *Once));
      if (!Some || Result.size() + Some->size() > Options.MaxPaths)
        return std::nullopt;
      Result.insert(Result.end(), Some->begin(), Some->end());
    }
    return Result;
  }
  default:
    break;
  }
  assert(false && "every kind of node is laid out");
  return std::nullopt;
}

/// The body of a look-around that only asks about one neighbour: its set, and whether the end of
/// the text is as good.
std::optional<std::pair<CodePointSet, bool>> AssertionPaths::asOneCharacter(NodeId N,
                                                                            bool AheadOf) const {
  const Node &X = T[N];
  switch (X.Kind) {
  case NodeKind::Char:
    return std::pair(CodePointSet::of(X.Char), false);
  case NodeKind::Set:
    return std::pair(T.set(X.Set), false);
  case NodeKind::PrevIn:
  case NodeKind::NextIn:
    if ((X.Kind == NodeKind::NextIn) != AheadOf)
      return std::nullopt;
    return std::pair(T.set(X.Set), X.Edge);
  case NodeKind::Alt: {
    std::pair<CodePointSet, bool> All{{}, false};
    for (NodeId C : T.children(N)) {
      auto One = asOneCharacter(C, AheadOf);
      if (!One)
        return std::nullopt;
      All.first = All.first.unionWith(One->first);
      All.second |= One->second;
    }
    return All;
  }
  default:
    return std::nullopt;
  }
}

std::optional<std::vector<AssertionPaths::Path>> AssertionPaths::expandLook(NodeId N) {
  const Node X = T[N];
  bool AheadOf = X.Kind == NodeKind::Ahead;
  NodeId Body = T.children(N)[0];
  if (auto One = asOneCharacter(Body, AheadOf)) {
    Element E{.What = AheadOf ? Element::NextIn : Element::PrevIn};
    E.Edge = One->second != X.Negated;
    E.Set = X.Negated ? One->first.complement() : One->first;
    return std::vector<Path>{{std::move(E)}};
  }
  std::optional<std::vector<Path>> Paths = expand(Body);
  if (!Paths)
    return std::nullopt;
  for (Path &P : *Paths)
    P.insert(AheadOf ? P.end() : P.begin(), {.What = Element::Piece, .E = B.anyText()});
  std::optional<ExprId> E =
      resolve(std::move(*Paths), {.LeftKnown = !AheadOf, .RightKnown = AheadOf});
  if (!E)
    return std::nullopt;
  return std::vector<Path>{
      {{.What = AheadOf ? Element::Ahead : Element::Behind, .E = X.Negated ? B.neg(*E) : *E}}};
}

std::optional<ExprId> AssertionPaths::resolve(std::vector<Path> Work, Ends Known) {
  std::vector<ExprId> Results;
  std::reverse(Work.begin(), Work.end()); // taken from the back, in the order written
  uint32_t Steps = 0;
  while (!Work.empty()) {
    if (++Steps > Options.MaxPaths * 16 || Work.size() > Options.MaxPaths * 2)
      return std::nullopt;
    Path P = std::move(Work.back());
    Work.pop_back();
    bool Dead = false;
    for (size_t I = 0; I < P.size() && !Dead;) {
      Element &E = P[I];
      if (E.What == Element::Word) {
        // \b: word, then not; or not, then word. \B: both alike.
        CodePointSet In = E.Set, Out = E.Set.complement();
        bool Not = E.Not;
        P[I] = {.What = Element::PrevIn, .Edge = true, .Set = Out};
        P.insert(P.begin() + ptrdiff_t(I) + 1,
                 {.What = Element::NextIn, .Edge = Not, .Set = Not ? Out : In});
        Work.push_back(P);
        P[I] = {.What = Element::PrevIn, .Edge = false, .Set = In};
        P[I + 1] = {.What = Element::NextIn, .Edge = !Not, .Set = Not ? In : Out};
        continue;
      }
      if (E.What != Element::PrevIn && E.What != Element::NextIn) {
        ++I;
        continue;
      }
      bool Forward = E.What == Element::NextIn;
      auto Constraint = P.begin() + ptrdiff_t(I);
      if (E.Edge && E.Set.isAll()) {
        P.erase(Constraint);
        continue;
      }
      // The nearest piece on that side.
      size_t K = I;
      bool Found = false;
      while (!Found && (Forward ? ++K < P.size() : K-- > 0))
        Found = P[K].What == Element::Piece;
      if (!Found) {
        if (!(Forward ? Known.RightKnown : Known.LeftKnown))
          return std::nullopt;
        Dead = !E.Edge;
        P.erase(Constraint);
        continue;
      }
      ExprId Narrow = B.restrictEdge(P[K].E, E.Set, Forward);
      if (B.nullable(P[K].E)) {
        // Empty, the piece lets the question pass on to the one behind it.
        Path Passed = P;
        Passed.erase(Passed.begin() + ptrdiff_t(K));
        if (Narrow == B.never()) {
          P = std::move(Passed);
          I = 0;
          continue;
        }
        Work.push_back(std::move(Passed));
      }
      Dead = Narrow == B.never();
      P[K].E = Narrow;
      P.erase(P.begin() + ptrdiff_t(I));
      I = 0;
    }
    if (Dead)
      continue;
    std::optional<ExprId> E = nest(P, Known);
    if (!E)
      return std::nullopt;
    Results.push_back(*E);
  }
  return B.alt(Results);
}

/// A path of pieces, look-aheads and look-behinds.
std::optional<ExprId> AssertionPaths::nest(const Path &P, Ends Known) {
  std::vector<ExprId> Pieces;
  struct Condition {
    size_t At; ///< the number of pieces to the left
    ExprId E;
  };
  std::vector<Condition> Aheads, Behinds;
  for (const Element &E : P) {
    if (E.What == Element::Piece) {
      if (E.E == B.never())
        return B.never();
      if (E.E != B.empty())
        Pieces.push_back(E.E);
      continue;
    }
    // A look-behind in a look-ahead sees what is left of it, which is not known here.
    if (!(E.What == Element::Ahead ? Known.RightKnown : Known.LeftKnown))
      return std::nullopt;
    (E.What == Element::Ahead ? Aheads : Behinds).push_back({Pieces.size(), E.E});
  }
  size_t Count = Pieces.size();
  ExprId Whole = B.anyText();
  auto Narrow = [&](std::vector<Condition> &List, size_t All, size_t None) {
    std::vector<Condition> Rest;
    for (const Condition &C : List) {
      if (C.At == None) {
        if (!B.nullable(C.E))
          Whole = B.never();
      } else if (C.At == All) {
        Whole = B.conj(Whole, C.E);
      } else {
        Rest.push_back(C);
      }
    }
    List = std::move(Rest);
  };
  Narrow(Aheads, 0, Count);
  Narrow(Behinds, Count, 0);
  size_t Left = Behinds.empty() ? 0 : Behinds.back().At;
  size_t Right = Aheads.empty() ? Count : Aheads.front().At;
  if (Left > Right)
    return std::nullopt;

  ExprId Head = B.empty();
  size_t Next = 0;
  for (const Condition &C : Behinds) {
    for (; Next < C.At; ++Next)
      Head = B.seq({Head, Pieces[Next]});
    Head = B.conj(Head, C.E);
  }
  ExprId Tail = B.empty();
  size_t End = Count;
  for (auto It = Aheads.rbegin(); It != Aheads.rend(); ++It) {
    std::vector<ExprId> Parts(Pieces.begin() + ptrdiff_t(It->At), Pieces.begin() + ptrdiff_t(End));
    Parts.push_back(Tail);
    Tail = B.conj(B.seq(Parts), It->E);
    End = It->At;
  }
  std::vector<ExprId> Parts{Head};
  Parts.insert(Parts.end(), Pieces.begin() + ptrdiff_t(Left), Pieces.begin() + ptrdiff_t(Right));
  Parts.push_back(Tail);
  return B.conj(Whole, B.seq(Parts));
}

} // namespace weir::regex
