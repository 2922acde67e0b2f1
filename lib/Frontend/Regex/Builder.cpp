//===- Builder.cpp - Expressions of patterns, kept small ------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Recursion here follows the nesting of a pattern's groups, which is counted when
// the pattern is read.
//
//===----------------------------------------------------------------------===//
#include "Builder.h"

#include <algorithm>

namespace weir::regex {

using ir::Op;

/// Longer sequences are not taken apart by `restrictEdge`.
static constexpr size_t MaxSplit = 8;

ExprId Builder::cls(const CodePointSet &S) {
  if (S.ranges().size() == 1 && S.ranges()[0].First == S.ranges()[0].Last) {
    std::string Text;
    appendUtf8(Text, S.ranges()[0].First);
    return M.lit(Text);
  }
  return M.cls(S);
}

ExprId Builder::seq(std::span<const ExprId> Parts) {
  std::vector<ExprId> Flat;
  std::string Text; // of the literals at the end, not yet in Flat
  auto Flush = [&] {
    if (!Text.empty())
      Flat.push_back(M.lit(Text));
    Text.clear();
  };
  for (ExprId P : Parts) {
    if (P == never())
      return never();
    std::vector<ExprId> Inner{P};
    if (M.op(P) == Op::Seq)
      Inner.assign(M.operands(P).begin(), M.operands(P).end());
    for (ExprId E : Inner) {
      if (E == empty())
        continue;
      if (M.op(E) == Op::Lit) {
        Text += M.literal(E);
        continue;
      }
      Flush();
      Flat.push_back(E);
    }
  }
  Flush();
  return M.seq(Flat);
}

ExprId Builder::alt(std::span<const ExprId> Parts) {
  std::vector<ExprId> Flat;
  for (ExprId P : Parts) {
    std::vector<ExprId> Inner{P};
    if (M.op(P) == Op::Alt)
      Inner.assign(M.operands(P).begin(), M.operands(P).end());
    for (ExprId E : Inner)
      if (E != never())
        Flat.push_back(E);
  }
  // Drops repeats, keeping the first of each.
  std::vector<ExprId> Sorted = Flat;
  std::sort(Sorted.begin(), Sorted.end());
  if (std::adjacent_find(Sorted.begin(), Sorted.end()) != Sorted.end()) {
    std::vector<ExprId> Unique;
    std::unordered_map<ExprId, bool> Seen;
    for (ExprId E : Flat)
      if (Seen.emplace(E, true).second)
        Unique.push_back(E);
    Flat = std::move(Unique);
  }
  // empty|x is x?
  if (Flat.size() == 2 && (Flat[0] == empty() || Flat[1] == empty()))
    return repeat(Flat[Flat[0] == empty()], 0, 1);
  return M.alt(Flat);
}

ExprId Builder::conj(ExprId A, ExprId B) {
  if (A == never() || B == never())
    return never();
  if (A == B || B == anyText())
    return A;
  if (A == anyText())
    return B;
  B = asLength(B, A);
  A = asLength(A, B);
  if (B == anyText())
    return A;
  return A == anyText() ? B : M.conj({A, B});
}

bool Builder::within(ExprId E, const CodePointSet &S) const {
  switch (M.op(E)) {
  case Op::Never:
  case Op::Empty:
    return true;
  case Op::Class:
    return M.classSet(E).minus(S).empty();
  case Op::Lit:
    for (size_t I = 0; I < M.literal(E).size();) {
      DecodedScalar D = decodeUtf8(M.literal(E), I);
      if (!S.contains(D.Value))
        return false;
      I += D.Size;
    }
    return true;
  case Op::Seq:
  case Op::Alt:
  case Op::Repeat: {
    auto IsWithin = [&](ExprId O) { return within(O, S); };
    return std::all_of(M.operands(E).begin(), M.operands(E).end(), IsWithin);
  }
  case Op::And: {
    auto IsWithin = [&](ExprId O) { return within(O, S); };
    return std::any_of(M.operands(E).begin(), M.operands(E).end(), IsWithin);
  }
  default:
    return false;
  }
}

ExprId Builder::asLength(ExprId Of, ExprId E) {
  if (M.op(Of) != Op::Repeat || M.op(M.operands(Of)[0]) != Op::Class)
    return Of;
  const CodePointSet &S = M.classSet(M.operands(Of)[0]);
  if (S.isAll() || !within(E, S))
    return Of;
  return M.repeat(M.cls(CodePointSet::all()), M.bounds(Of).Min, M.bounds(Of).Max);
}

ExprId Builder::neg(ExprId E) {
  if (E == never())
    return anyText();
  if (E == anyText())
    return never();
  return M.op(E) == Op::Not ? M.operands(E)[0] : M.neg(E);
}

ExprId Builder::repeat(ExprId E, uint32_t Min, uint32_t Max) {
  if (Max == 0 || E == empty())
    return empty();
  if (E == never())
    return Min == 0 ? empty() : never();
  if (Min == 0 && Max == 1 && nullable(E))
    return E;
  return M.repeat(E, Min, Max);
}

ExprId Builder::translate(NodeId N) {
  const Node X = T[N];
  assert(!X.HasAssertion && "assertions are laid out by the callers");
  switch (X.Kind) {
  case NodeKind::Empty:
    return empty();
  case NodeKind::Char: {
    Utf8Bytes U = encodeUtf8(X.Char);
    return M.lit(std::string_view(reinterpret_cast<const char *>(U.Bytes), U.Size));
  }
  case NodeKind::Set:
    return cls(T.set(X.Set));
  case NodeKind::Repeat:
    return repeat(translate(T.children(N)[0]), X.Min, X.Max);
  case NodeKind::Seq:
  case NodeKind::Alt: {
    std::vector<ExprId> Parts;
    std::string Text; // characters in a row become one literal
    auto Flush = [&] {
      if (!Text.empty())
        Parts.push_back(M.lit(Text));
      Text.clear();
    };
    for (NodeId C : T.children(N)) {
      if (X.Kind == NodeKind::Seq && T[C].Kind == NodeKind::Char) {
        appendUtf8(Text, T[C].Char);
        continue;
      }
      Flush();
      Parts.push_back(translate(C));
    }
    Flush();
    return X.Kind == NodeKind::Seq ? seq(Parts) : alt(Parts);
  }
  default:
    break;
  }
  assert(false && "an assertion is not translated");
  return never();
}

bool Builder::nullable(ExprId E) {
  switch (M.op(E)) {
  case Op::Empty:
    return true;
  case Op::Never:
  case Op::Lit:
  case Op::Class:
    return false;
  default:
    break;
  }
  if (auto It = NullableMemo.find(E); It != NullableMemo.end())
    return It->second;
  std::span<const ExprId> Ops = M.operands(E); // nothing below makes expressions
  auto IsNullable = [&](ExprId O) { return nullable(O); };
  bool Result = false;
  switch (M.op(E)) {
  case Op::Seq:
  case Op::And:
    Result = std::all_of(Ops.begin(), Ops.end(), IsNullable);
    break;
  case Op::Alt:
    Result = std::any_of(Ops.begin(), Ops.end(), IsNullable);
    break;
  case Op::Repeat:
    Result = M.bounds(E).Min == 0 || nullable(Ops[0]);
    break;
  case Op::Not:
    Result = !nullable(Ops[0]);
    break;
  default:
    assert(false && "patterns have no such operation");
  }
  NullableMemo.emplace(E, Result);
  return Result;
}

const CodePointSet &Builder::edge(ExprId E, bool First) {
  if (auto It = EdgeMemo[First].find(E); It != EdgeMemo[First].end())
    return It->second;
  CodePointSet S;
  std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
  switch (M.op(E)) {
  case Op::Never:
  case Op::Empty:
    break;
  case Op::Lit: {
    std::string_view Text = M.literal(E);
    size_t At = 0;
    if (!First)
      for (At = Text.size() - 1; (uint8_t(Text[At]) & 0xC0) == 0x80;)
        --At;
    S = CodePointSet::of(decodeUtf8(Text, At).Value);
    break;
  }
  case Op::Class:
    S = M.classSet(E);
    break;
  case Op::Seq:
    if (!First)
      std::reverse(Ops.begin(), Ops.end());
    for (ExprId O : Ops) {
      S = S.unionWith(edge(O, First));
      if (!nullable(O))
        break;
    }
    break;
  case Op::Alt:
    for (ExprId O : Ops)
      S = S.unionWith(edge(O, First));
    break;
  case Op::Repeat:
    S = edge(Ops[0], First);
    break;
  case Op::And:
    S = CodePointSet::all();
    for (ExprId O : Ops)
      S = S.intersectWith(edge(O, First));
    break;
  default:
    S = CodePointSet::all();
    break;
  }
  return EdgeMemo[First].emplace(E, std::move(S)).first->second;
}

ExprId Builder::restrictEdge(ExprId E, const CodePointSet &S, bool First) {
  CodePointSet Common = edge(E, First).intersectWith(S);
  if (Common.empty())
    return never();
  if (Common == edge(E, First) && !nullable(E))
    return E;
  std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
  switch (M.op(E)) {
  case Op::Class:
    return cls(Common);
  case Op::Alt: {
    for (ExprId &O : Ops)
      O = restrictEdge(O, S, First);
    return alt(Ops);
  }
  case Op::Repeat: {
    if (nullable(Ops[0]))
      break;
    ir::RepeatBounds B = M.bounds(E);
    ExprId One = restrictEdge(Ops[0], S, First);
    ExprId Rest =
        repeat(Ops[0], B.Min ? B.Min - 1 : 0, B.Max == ir::Unbounded ? ir::Unbounded : B.Max - 1);
    return First ? seq({One, Rest}) : seq({Rest, One});
  }
  case Op::Seq: {
    // One alternative for each operand that may hold the first character.
    if (!First)
      std::reverse(Ops.begin(), Ops.end());
    size_t Splits = 1;
    while (Splits < Ops.size() && nullable(Ops[Splits - 1]))
      ++Splits;
    if (Splits > MaxSplit)
      break;
    std::vector<ExprId> Alternatives;
    for (size_t I = 0; I < Splits; ++I) {
      std::vector<ExprId> Parts(Ops.begin() + ptrdiff_t(I), Ops.end());
      Parts[0] = restrictEdge(Parts[0], S, First);
      if (!First)
        std::reverse(Parts.begin(), Parts.end());
      Alternatives.push_back(seq(Parts));
    }
    return alt(Alternatives);
  }
  default:
    break;
  }
  return First ? conj(E, seq({cls(S), anyText()})) : conj(E, seq({anyText(), cls(S)}));
}

} // namespace weir::regex
