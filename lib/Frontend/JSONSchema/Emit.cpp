//===- Emit.cpp - The normal form as grammar IR -------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rules are made from the leaves up, so that equal bodies share a rule by comparing
// expression ids; a node that is needed before it is done gets its rule in advance:
//
//   objects and arrays       a rule each, marked `nest`
//   strings, numbers         shared rules, always called
//   any value                @value, @object, @array, once
//   white space              @ws, @colon, @comma, as the presentation says
//
// What the sets of one node become is in EmitSets.cpp; listed arrays and objects are put together
// in Enumerations.cpp.
//
//===----------------------------------------------------------------------===//
#include "Emitter.h"

#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::jsonschema {

using ir::ExprId;
using ir::RuleId;

const ir::OriginSet &Emitter::origins(NodeId N) {
  ir::OriginSet &Known = Origins[N.index()];
  if (Known.empty())
    Known = C.originsOf(N);
  return Known;
}

/// A new rule of that name, or with the next free number behind it.
RuleId Emitter::newRule(const std::string &Stem) {
  if (!M.lookup(Stem))
    return M.addRule(Stem);
  uint32_t &Next = NextNumber[Stem];
  for (;;) {
    std::string Name = Next == 0 ? Stem : Stem + "." + std::to_string(Next);
    ++Next;
    if (!M.lookup(Name))
      return M.addRule(std::move(Name));
  }
}

/// A rule of a fixed name, made when first wanted.
ExprId Emitter::lexical(std::string_view Name, ExprId Body) {
  auto [It, New] = RuleByBody.try_emplace({Body, false, true}, RuleId());
  if (New) {
    It->second = newRule(std::string(Name));
    M.rule(It->second).Body = Body;
    M.rule(It->second).Shared = true;
  }
  return M.call(It->second);
}

ExprId Emitter::seq(std::span<const ExprId> Parts) {
  Flat.clear();
  for (ExprId P : Parts)
    if (M.op(P) == ir::Op::Seq)
      Flat.insert(Flat.end(), M.operands(P).begin(), M.operands(P).end());
    else if (P != M.empty())
      Flat.push_back(P);
  return M.seq(Flat);
}

/// `Depth`: of how many arrays and objects around a place there is no frame.
Punctuation Emitter::punctuationAt(int32_t Depth) {
  const Options &O = C.Opts;
  Punctuation P;
  P.AfterOpen = P.BeforeClose = P.InEmpty = M.empty();
  switch (O.Space) {
  case Whitespace::Compact:
    P.Comma = M.lit(",");
    break;
  case Whitespace::Single:
    P.Comma = M.lit(", ");
    break;
  case Whitespace::Indent: {
    uint32_t N = std::min<uint32_t>(O.IndentWidth, 64);
    ExprId Break = M.lit("\n");
    P.AfterOpen = seq({Break, M.indent({N, N, Depth, false})});
    P.BeforeClose = seq({Break, M.indent({N, N, Depth - 1, false})});
    P.Comma = seq({M.lit(O.ItemSeparator.empty() ? "," : O.ItemSeparator), P.AfterOpen});
    break;
  }
  case Whitespace::Flexible: {
    ExprId Break = seq({M.alt({M.lit("\n"), M.lit("\r\n")}), M.indent({0, 8, Depth, true})});
    ExprId Space = M.optional(M.lit(" "));
    ExprId Any = M.optional(lexical("ws", M.alt({M.lit(" "), Break})));
    P.Comma = seq({Space, M.lit(","), Any});
    P.AfterOpen = P.BeforeClose = P.InEmpty = Any;
    break;
  }
  }
  if (!O.ItemSeparator.empty() && O.Space != Whitespace::Indent)
    P.Comma = M.lit(O.ItemSeparator);
  return P;
}

void Emitter::makePunctuation() {
  const Options &O = C.Opts;
  Marks = punctuationAt(0);
  if (!O.KeySeparator.empty())
    Colon = M.lit(O.KeySeparator);
  else if (O.Space == Whitespace::Flexible)
    Colon = seq({M.optional(M.lit(" ")), M.lit(":"), M.optional(M.lit(" "))});
  else
    Colon = M.lit(O.Space == Whitespace::Compact ? ":" : ": ");
}

/// The productive children of the usable alternatives, in order, with repeats.
std::vector<NodeId> Emitter::children(NodeId N) const {
  std::vector<NodeId> Out;
  if (const std::vector<ObjectSet> &Objects = C.node(N).TheShape.Objects; !Objects.empty())
    Out.reserve(Objects.front().Properties.size() + 1);
  auto Add = [&](NodeId X) {
    if (C.productive(X))
      Out.push_back(X);
  };
  for (const ArraySet &A : C.node(N).TheShape.Arrays)
    if (usable(A)) {
      for (const auto &Ways : A.Ways)
        for (const ElementWay &W : Ways)
          Add(W.Of);
      for (NodeId P : A.Prefix)
        Add(P);
      Add(A.Rest);
    }
  for (const ObjectSet &O : C.node(N).TheShape.Objects)
    if (usable(O)) {
      for (const Property &P : O.Properties) {
        if (!pollWork())
          return {};
        Add(P.Value);
      }
      for (const KeyCell &X : O.Cells)
        Add(X.Value);
      for (const MemberExists &E : O.Exists)
        Add(E.Value);
      Add(O.Rest);
    }
  return Out;
}

/// An expression for the values of a node: what it became, or a call of the rule it
/// will become.
ExprId Emitter::value(NodeId N) {
  if (States[N.index()] == State::Done)
    return Exprs[N.index()];
  RuleId &R = Places[N.index()];
  if (!R)
    R = newRule(C.stemOf(N));
  return M.call(R);
}

ExprId Emitter::ruleCall(ExprId Body, const std::string &Stem, bool Nest, bool Shared, NodeId For) {
  auto [It, New] = RuleByBody.try_emplace({Body, Nest, Shared}, RuleId());
  if (New) {
    It->second = newRule(Stem);
    ir::RuleInfo &Info = M.rule(It->second);
    Info.Body = Body;
    Info.Nest = Nest;
    Info.Shared = Shared;
  }
  M.rule(It->second).Origins.add(origins(For));
  return M.call(It->second);
}

void Emitter::noteChildren(RuleId R, const std::vector<NodeId> &Children) {
  for (NodeId Child : Children) {
    if (!pollWork(4))
      return;
    ExprId E = value(Child);
    if (M.op(E) == ir::Op::Call)
      M.addCallOrigin(R, E, origins(Child));
  }
}

void Emitter::finish(NodeId N) {
  const Shape &S = C.node(N).TheShape;
  std::vector<ExprId> Parts;
  if (S.Null)
    Parts.push_back(M.lit("null"));
  if (S.True)
    Parts.push_back(M.lit("true"));
  if (S.False)
    Parts.push_back(M.lit("false"));
  if (!S.Numbers.empty())
    Parts.push_back(numbers(N));
  if (!S.Strings.empty())
    Parts.push_back(strings(N));
  struct Container {
    ExprId Body;
    std::vector<NodeId> Children;
    const char *Kind;
  };
  std::vector<Container> Containers;
  std::vector<bool> ListedArrays(S.Arrays.size()), ListedObjects(S.Objects.size());
  if (std::optional<ExprId> Listed = Listing.write(N, ListedArrays, ListedObjects))
    Parts.push_back(*Listed);
  for (const ArraySet &A : S.Arrays)
    if (!pollWork(16)) {
      return;
    } else if (!ListedArrays[size_t(&A - S.Arrays.data())] && usable(A)) {
      std::vector<NodeId> Children;
      if (A.Repeats)
        C.repeatsNotWritten(N);
      ExprId Body = A.Ways.empty() ? array(A, Children) : countedArray(A, Children);
      Containers.push_back({Body, std::move(Children), "array"});
    }
  for (const ObjectSet &O : S.Objects)
    if (!pollWork(16)) {
      return;
    } else if (!ListedObjects[size_t(&O - S.Objects.data())] && usable(O)) {
      std::vector<NodeId> Children;
      ExprId Body = object(O, Children);
      Containers.push_back({Body, std::move(Children), "object"});
    }
  // Known only now: a body may call its own node. A node that is one container is
  // that container's rule.
  const RuleId Place = Places[N.index()];
  const bool Direct = Place && Parts.empty() && Containers.size() == 1;
  const std::string Stem = Containers.empty() ? std::string() : C.stemOf(N);
  for (const Container &X : Containers) {
    if (!pollWork(16))
      return;
    RuleId R = Place;
    if (Direct) {
      ir::RuleInfo &Info = M.rule(Place);
      Info.Body = X.Body;
      Info.Nest = true;
      RuleByBody.try_emplace({X.Body, true, false}, Place);
      Info.Origins.add(origins(N));
    } else {
      std::string Name = N == AnyNode             ? X.Kind
                         : Containers.size() == 1 ? Stem
                                                  : Stem + "." + X.Kind;
      ExprId Call = ruleCall(X.Body, Name, true, N == AnyNode, N);
      R = M.callee(Call);
      Parts.push_back(Call);
    }
    noteChildren(R, X.Children);
  }
  ExprId E = M.alt(Parts);
  if (Direct) {
    E = M.call(Place);
  } else if (Place) {
    M.rule(Place).Body = E;
    M.rule(Place).Origins.add(origins(N));
    M.rule(Place).Shared = N == AnyNode;
    E = M.call(Place);
  } else if (Parts.size() > 1) {
    E = ruleCall(E, Stem.empty() ? C.stemOf(N) : Stem, false, N == AnyNode, N);
  }
  Exprs[N.index()] = E;
  States[N.index()] = State::Done;
  Listing.note(N);
}

void Emitter::run(NodeId Root) {
  RuleId Start = M.addRule("root");
  M.setStart(Start);
  makePunctuation();
  struct Frame {
    NodeId Node;
    std::vector<NodeId> Children;
    size_t Next = 0;
  };
  std::vector<Frame> Stack;
  auto Enter = [&](NodeId N) {
    if (States[N.index()] != State::New)
      return;
    States[N.index()] = State::Open;
    Stack.push_back({N, children(N)});
    // Before the automaton of the first is made.
    for (NodeId Child : Stack.back().Children)
      for (const NumberRange &R : C.node(Child).TheShape.Numbers)
        if (areStepsTooFine(R))
          return C.numbersTooLarge(Child, NumberStates);
  };
  Enter(Root);
  while (!Stack.empty() && !C.isStopped() && spendWork() && pollWork(16)) {
    Frame &F = Stack.back();
    if (F.Next < F.Children.size()) {
      Enter(F.Children[F.Next++]);
      continue;
    }
    NodeId N = F.Node;
    Stack.pop_back();
    finish(N);
  }
  if (!Stack.empty()) { // stopped
    M.rule(Start).Body = M.never();
    return;
  }
  M.rule(Start).Body = value(Root);
  M.rule(Start).Origins.add(origins(Root));
  if (M.rule(Start).Origins.empty()) // a schema that says nothing
    M.rule(Start).Origins.add({{M.Source, 0, 0}, ""});
  if (M.op(value(Root)) == ir::Op::Call)
    M.addCallOrigin(Start, value(Root), origins(Root));
}

void emitModule(Compiler &C, NodeId Root) { Late<Emitter>(C)->run(Root); }

} // namespace weir::jsonschema
