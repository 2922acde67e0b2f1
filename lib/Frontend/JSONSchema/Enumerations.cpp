//===- Enumerations.cpp - Listed arrays and objects as one rule -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Enumerations.h"

#include "Emitter.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::jsonschema {

using ir::ExprId;

/// What is looked at for one node: candidates in all states together.
static constexpr uint64_t MaxSteps = 1'000'000;
/// Items and members from the outside to where the last candidates part. Rules are cut at each
/// so many.
static constexpr uint32_t MaxNesting = 512, RuleNesting = 32;
/// Arrays and objects in which candidates part that are in one another.
static constexpr size_t MaxOpen = 64;
/// Texts of a node in items that must differ, in every order of keys.
static constexpr uint64_t MaxItemTexts = 1'024;

bool Enumerations::isAnyOrder() const { return E.C.Opts.KeyOrder == ir::KeyOrder::Any; }

uint32_t Enumerations::keyNumber(std::string_view Name) {
  auto [It, New] = KeyNumbers.try_emplace(Name, uint32_t(Keys.size()));
  if (New)
    Keys.push_back(Name);
  return It->second;
}

Enumerations::ValueId Enumerations::add(Value V) {
  std::vector<uint32_t> Words{uint32_t(V.TheKind)};
  if (V.TheKind == Kind::Scalar)
    Words.push_back(V.Text.index());
  Words.insert(Words.end(), V.Keys.begin(), V.Keys.end());
  Words.insert(Words.end(), V.Items.begin(), V.Items.end());
  const ValueId Id = Known.intern(Words);
  if (Id < Values.size())
    return Id;
  if (V.TheKind == Kind::Object && isAnyOrder())
    for (size_t I = 2; I <= V.Items.size(); ++I)
      V.Orders = std::min<uint64_t>(V.Orders * I, MaxItemTexts + 1);
  for (ValueId Item : V.Items)
    V.Orders = std::min<uint64_t>(V.Orders * Values[Item].Orders, MaxItemTexts + 1);
  Values.push_back(std::move(V));
  return Id;
}

/// A node of one literal that is no array and no object.
Enumerations::ValueId Enumerations::scalar(NodeId N) {
  const Shape &S = E.C.node(N).TheShape;
  const ExprId Alone = E.value(N);
  if (int(S.Null) + S.True + S.False + int(S.Numbers.size() + S.Strings.size()) != 1)
    return None;
  if (!S.Numbers.empty() && (!S.Numbers[0].isPoint() || S.Numbers[0].NotLexical))
    return None;
  if (!S.Strings.empty()) {
    const StringSet &X = S.Strings[0];
    if (!X.IsLiterals || X.Literals.size() != 1 || !X.Patterns.empty() || X.IsPattern)
      return None;
  }
  const bool IsCall = E.M.op(Alone) == ir::Op::Call;
  const ExprId Text = IsCall ? E.M.rule(E.M.callee(Alone)).Body : Alone;
  if (!Text) // it is made later
    return None;
  return add({Kind::Scalar, Text, Alone, {}, {}, 1});
}

Enumerations::ValueId Enumerations::valueOf(const ArraySet &A) {
  if (!A.Ways.empty() || A.Repeats || A.Min != A.Max || A.Min != A.Prefix.size())
    return None;
  Value V{Kind::Array, {}, {}, {}, {}, 1};
  for (NodeId P : A.Prefix) {
    V.Items.push_back(valueOf(P));
    if (V.Items.back() == None)
      return None;
  }
  return add(std::move(V));
}

Enumerations::ValueId Enumerations::valueOf(const ObjectSet &O) {
  auto isDead = [&](const KeyCell &X) { return !E.C.productive(X.Value); };
  if (!O.Exists.empty() || E.C.productive(O.Rest) ||
      !std::all_of(O.Cells.begin(), O.Cells.end(), isDead))
    return None;
  std::vector<std::pair<uint32_t, ValueId>> Members;
  for (const Property &P : O.Properties) {
    if (!E.C.productive(P.Value))
      continue;
    const ValueId Item = P.Required ? valueOf(P.Value) : None;
    if (Item == None)
      return None;
    Members.push_back({keyNumber(P.Name), Item});
  }
  if (isAnyOrder())
    std::sort(Members.begin(), Members.end());
  Value V{Kind::Object, {}, {}, {}, {}, 1};
  for (auto [Key, Item] : Members) {
    V.Keys.push_back(Key);
    V.Items.push_back(Item);
  }
  return add(std::move(V));
}

void Enumerations::note(NodeId N) {
  const Shape &S = E.C.node(N).TheShape;
  const bool HasScalars = S.Null || S.True || S.False || !S.Numbers.empty() || !S.Strings.empty();
  if (S.Arrays.size() + S.Objects.size() + HasScalars != 1)
    return;
  const ValueId V = HasScalars         ? scalar(N)
                    : S.Arrays.empty() ? valueOf(S.Objects[0])
                                       : valueOf(S.Arrays[0]);
  if (V == None)
    return;
  if (OfNode.empty())
    OfNode.assign(E.C.nodeCount(), None);
  OfNode[N.index()] = V;
  if (!HasScalars)
    Values[V].Alone = E.value(N);
}

/// Whether a node is, or is in, an item that must differ from others.
bool Enumerations::isPartOfUniqueItem(NodeId N) {
  if (InUnique.empty()) {
    InUnique.assign(E.C.nodeCount(), false);
    std::vector<NodeId> Work;
    auto add = [&](NodeId X) {
      if (!InUnique[X.index()])
        Work.push_back(X);
      InUnique[X.index()] = true;
    };
    for (uint32_t I = 0; I < E.C.nodeCount() && pollWork(); ++I)
      for (const ArraySet &A : E.C.node(NodeId(I)).TheShape.Arrays)
        if (A.Unique)
          for (const auto &Ways : A.Ways)
            for (const ElementWay &W : Ways)
              add(W.Of);
    while (!Work.empty() && pollWork(4)) {
      const NodeId X = Work.back();
      Work.pop_back();
      for (NodeId Child : E.children(X))
        add(Child);
    }
  }
  return InUnique[N.index()];
}

std::optional<ExprId> Enumerations::write(NodeId N, std::vector<bool> &Arrays,
                                          std::vector<bool> &Objects) {
  const Shape &S = E.C.node(N).TheShape;
  if (S.Arrays.size() + S.Objects.size() < 2)
    return std::nullopt;
  Candidates All;
  auto collect = [&](const auto &Sets, std::vector<bool> &Taken) {
    Taken.assign(Sets.size(), false);
    for (size_t I = 0; I < Sets.size() && pollWork(4); ++I) {
      const ValueId V = E.usable(Sets[I]) ? valueOf(Sets[I]) : None;
      Taken[I] = V != None;
      if (Taken[I])
        All.push_back(V);
    }
  };
  collect(S.Arrays, Arrays);
  collect(S.Objects, Objects);
  auto leave = [&] {
    Arrays.assign(S.Arrays.size(), false);
    Objects.assign(S.Objects.size(), false);
    return std::nullopt;
  };
  if (All.size() < 2)
    return leave();
  std::sort(All.begin(), All.end());
  All.erase(std::unique(All.begin(), All.end()), All.end());
  // Items that must differ are counted by listing their texts.
  uint64_t Texts = 0;
  for (ValueId V : All)
    Texts += Values[V].Orders;
  if (Texts > MaxItemTexts && isPartOfUniqueItem(N))
    return leave();
  Node = N;
  Steps = 0;
  Nesting = 0;
  Failed = false;
  States.clear();
  Behind.clear();
  const ExprId Body = read(All, {});
  if (Failed)
    return leave();
  return E.ruleCall(Body, E.C.stemOf(N) + ".enum", /*Nest=*/true, /*Shared=*/false, N);
}

/// Whether so many steps more may be taken.
bool Enumerations::takes(size_t Count) {
  Steps += Count;
  Failed = Failed || Steps > MaxSteps || Nesting > MaxNesting || !spendWork(1 + Count / 16);
  return !Failed;
}

/// What stands at a place of a candidate.
Enumerations::ValueId Enumerations::at(ValueId Root, std::span<const Level> Way) const {
  ValueId V = Root;
  for (const Level &L : Way) {
    const Value &X = Values[V];
    size_t I = L.At;
    if (!L.IsArray && isAnyOrder())
      I = size_t(std::lower_bound(X.Keys.begin(), X.Keys.end(), L.Key) - X.Keys.begin());
    V = X.Items[I];
  }
  return V;
}

/// Reads the values at a place, each with what follows in the candidates that have it.
ExprId Enumerations::read(const Candidates &C, const Path &P) {
  if (!takes(C.size()))
    return E.M.never();
  std::vector<std::pair<ValueId, ValueId>> Here;
  for (ValueId Root : C)
    Here.push_back({at(Root, P), Root});
  std::sort(Here.begin(), Here.end());
  std::vector<ExprId> Ways;
  Candidates Same, Containers[2];
  size_t Different[2] = {};
  ValueId Last[2] = {};
  for (size_t I = 0; I < Here.size();) {
    const ValueId V = Here[I].first;
    Same.clear();
    for (; I < Here.size() && Here[I].first == V; ++I)
      Same.push_back(Here[I].second);
    if (Values[V].TheKind == Kind::Scalar) {
      const ExprId Text = Here.size() == Same.size() ? Values[V].Alone : Values[V].Text;
      Ways.push_back(E.seq({Text, after(Same, P)}));
      continue;
    }
    const bool IsArray = Values[V].TheKind == Kind::Array;
    Containers[IsArray].insert(Containers[IsArray].end(), Same.begin(), Same.end());
    Last[IsArray] = V;
    ++Different[IsArray];
  }
  for (bool IsArray : {false, true}) {
    std::sort(Containers[IsArray].begin(), Containers[IsArray].end());
    if (Different[IsArray] == 1 && !P.empty())
      Ways.push_back(E.seq({alone(Last[IsArray], P.size()), after(Containers[IsArray], P)}));
    else if (Different[IsArray] > 0)
      Ways.push_back(open(Containers[IsArray], P, IsArray));
  }
  return E.M.alt(Ways);
}

ExprId Enumerations::open(const Candidates &C, const Path &P, bool IsArray) {
  Failed = Failed || P.size() >= MaxOpen;
  if (!takes(C.size()))
    return E.M.never();
  Candidates Empty, Full;
  for (ValueId Root : C)
    (Values[at(Root, P)].Items.empty() ? Empty : Full).push_back(Root);
  const Punctuation Marks = punctuation(P.size());
  std::vector<ExprId> Ways;
  if (!Empty.empty())
    Ways.push_back(E.seq({Marks.InEmpty, E.M.lit(IsArray ? "]" : "}"), after(Empty, P)}));
  if (!Full.empty()) {
    Path Inner = P;
    Inner.push_back({IsArray, 0, 0, {}});
    Ways.push_back(
        E.seq({Marks.AfterOpen, IsArray ? read(Full, Inner) : member(Full, std::move(Inner))}));
  }
  return E.seq({E.M.lit(IsArray ? "[" : "{"), E.M.alt(Ways)});
}

/// Reads the next member of the innermost object, of which all candidates have one more.
ExprId Enumerations::member(const Candidates &C, Path P) {
  if (!takes(C.size()))
    return E.M.never();
  const std::span<const Level> Around(P.data(), P.size() - 1);
  Level &Here = P.back();
  std::vector<std::pair<uint32_t, ValueId>> ByKey;
  for (ValueId Root : C) {
    const Value &Object = Values[at(Root, Around)];
    if (!isAnyOrder()) {
      ByKey.push_back({Object.Keys[Here.At], Root});
      continue;
    }
    for (uint32_t K : Object.Keys)
      if (!std::binary_search(Here.Used.begin(), Here.Used.end(), K))
        ByKey.push_back({K, Root});
  }
  std::sort(ByKey.begin(), ByKey.end());
  std::vector<ExprId> Ways;
  Candidates Same;
  for (size_t I = 0; I < ByKey.size();) {
    Here.Key = ByKey[I].first;
    Same.clear();
    for (; I < ByKey.size() && ByKey[I].first == Here.Key; ++I)
      Same.push_back(ByKey[I].second);
    Ways.push_back(E.seq({key(Here.Key), E.Colon, read(Same, P)}));
  }
  return E.M.alt(Ways);
}

/// What follows the value at a place, which the candidates have in common.
ExprId Enumerations::after(const Candidates &C, const Path &P) {
  if (P.empty())
    return E.M.empty();
  if (C.size() == 1)
    return rest(C[0], P);
  if (!takes(C.size()))
    return E.M.never();
  auto rule = [&] {
    ++Nesting;
    const ExprId Out = afterAll(C, P);
    --Nesting;
    return Out;
  };
  if (!isAnyOrder() || std::all_of(P.begin(), P.end(), [](const Level &L) { return L.IsArray; })) {
    if ((Nesting + 1) % RuleNesting != 0)
      return rule();
    return E.ruleCall(rule(), E.C.stemOf(Node) + ".enum", false, false, Node);
  }
  // Many orders lead here.
  std::vector<uint32_t> Words{uint32_t(P.size())};
  for (const Level &L : P) {
    // (The last key is written, like those before it.)
    const bool IsLast = &L == &P.back() && !L.IsArray;
    Words.insert(Words.end(),
                 {L.IsArray, L.At, IsLast ? 0 : L.Key, uint32_t(L.Used.size()) + IsLast});
    const size_t Begin = Words.size();
    Words.insert(Words.end(), L.Used.begin(), L.Used.end());
    if (IsLast)
      Words.insert(std::lower_bound(Words.begin() + ptrdiff_t(Begin), Words.end(), L.Key), L.Key);
  }
  Words.insert(Words.end(), C.begin(), C.end());
  const uint32_t Id = States.intern(Words);
  if (Id == Behind.size())
    Behind.emplace_back();
  if (!Behind[Id]) {
    const ExprId Body = rule();
    Behind[Id] = E.ruleCall(Body, E.C.stemOf(Node) + ".enum", false, false, Node);
  }
  return Behind[Id];
}

ExprId Enumerations::afterAll(const Candidates &C, const Path &P) {
  const Punctuation Marks = punctuation(P.size() - 1);
  Path Around(P.begin(), P.end() - 1);
  Level Next = P.back();
  ++Next.At;
  if (!Next.IsArray && isAnyOrder())
    Next.Used.insert(std::lower_bound(Next.Used.begin(), Next.Used.end(), Next.Key), Next.Key);
  Candidates Ended, More;
  for (ValueId Root : C)
    (Values[at(Root, Around)].Items.size() == Next.At ? Ended : More).push_back(Root);
  std::vector<ExprId> Ways;
  if (!Ended.empty())
    Ways.push_back(
        E.seq({Marks.BeforeClose, E.M.lit(Next.IsArray ? "]" : "}"), after(Ended, Around)}));
  if (!More.empty()) {
    const bool IsArray = Next.IsArray;
    Around.push_back(std::move(Next));
    Ways.push_back(
        E.seq({Marks.Comma, IsArray ? read(More, Around) : member(More, std::move(Around))}));
  }
  return E.M.alt(Ways);
}

/// The rest of one candidate, behind the value at a place.
ExprId Enumerations::rest(ValueId C, const Path &P) {
  std::vector<ExprId> Out;
  for (size_t Depth = P.size(); Depth-- > 0 && takes(1);)
    restOf(at(C, std::span(P.data(), Depth)), P[Depth], Depth, Out);
  return E.seq(Out);
}

void Enumerations::restOf(ValueId V, const Level &L, size_t Depth, std::vector<ExprId> &Out) {
  const Value &X = Values[V];
  const Punctuation Marks = punctuation(Depth);
  takes(X.Items.size());
  if (L.IsArray || !isAnyOrder()) {
    for (size_t I = L.At + 1; I < X.Items.size(); ++I) {
      Out.push_back(Marks.Comma);
      if (!L.IsArray) {
        Out.push_back(key(X.Keys[I]));
        Out.push_back(E.Colon);
      }
      Out.push_back(alone(X.Items[I], Depth + 1));
    }
  } else if (L.Used.size() + 1 < X.Items.size()) {
    ir::MembersSpec Spec;
    Spec.Order = ir::KeyOrder::Any;
    Spec.Esc = E.C.Opts.spelling();
    Spec.Min = 1;
    Spec.Separator = Marks.Comma;
    for (size_t I = 0; I < X.Items.size(); ++I)
      if (X.Keys[I] != L.Key && !std::binary_search(L.Used.begin(), L.Used.end(), X.Keys[I]))
        Spec.Named.push_back(
            {std::string(Keys[X.Keys[I]]), true, E.seq({E.Colon, alone(X.Items[I], Depth + 1)})});
    Out.push_back(Marks.Comma);
    if (Spec.Named.size() == 1) {
      Out.push_back(key(keyNumber(Spec.Named[0].Name)));
      Out.push_back(Spec.Named[0].Tail);
    } else {
      Out.push_back(E.ruleCall(E.M.members(Spec), E.C.stemOf(Node) + ".rest", false, false, Node));
    }
  }
  Out.push_back(Marks.BeforeClose);
  Out.push_back(E.M.lit(L.IsArray ? "]" : "}"));
}

/// A value that is written by its own rule, within so many open ones. The first of these has the
/// frame of the enumeration, the others none.
ExprId Enumerations::alone(ValueId V, size_t Depth) {
  ExprId Out = Values[V].Alone;
  const Whitespace Space = E.C.Opts.Space;
  if (Values[V].TheKind != Kind::Scalar && Space != Whitespace::Compact &&
      Space != Whitespace::Single)
    for (size_t I = 1; I < Depth && takes(1); ++I)
      Out = E.ruleCall(Out, "within", /*Nest=*/true, /*Shared=*/false, Node);
  return Out;
}

ExprId Enumerations::key(uint32_t Number) {
  return E.M.jsonString(E.M.lit(Keys[Number]), E.C.Opts.spelling());
}

const Punctuation &Enumerations::punctuation(size_t Depth) {
  while (ByDepth.size() <= Depth) {
    Punctuation P = E.punctuationAt(int32_t(ByDepth.size()));
    if (E.C.Opts.Space == Whitespace::Indent) {
      // Blanks are counted in frames of their own: they stand at many places of a rule.
      for (ExprId *X : {&P.Comma, &P.AfterOpen, &P.BeforeClose})
        *X = E.lexical("ws", *X);
    }
    ByDepth.push_back(P);
  }
  return ByDepth[Depth];
}

} // namespace weir::jsonschema
