//===- Productive.cpp - Which nodes have a value ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The least fixpoint: a node is productive when one of its alternatives is, an array
// when the elements it must have are, an object when its required members are and
// enough names are left. Each alternative that is not yet productive waits for one
// child that it needs, so the work is linear in required children.
//
// A set of strings with patterns counts as productive: their automata decide later.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

namespace weir::jsonschema {

bool Compiler::isProductive(const ArraySet &A, NodeId &WaitsFor) const {
  for (size_t I = 0; I < A.Prefix.size() && I < A.Min; ++I)
    if (!productive(A.Prefix[I])) {
      WaitsFor = A.Prefix[I];
      return false;
    }
  if (A.Min > A.Prefix.size() && !productive(A.Rest)) {
    WaitsFor = A.Rest;
    return false;
  }
  return true;
}

bool Compiler::isProductive(const ObjectSet &O, NodeId &WaitsFor) const {
  uint64_t Required = 0, Available = 0;
  NodeId Missing;
  for (const Property &P : O.Properties) {
    bool Has = productive(P.Value);
    if (P.Required && !Has) {
      WaitsFor = P.Value;
      return false;
    }
    Required += P.Required;
    Available += Has;
    if (!Has)
      Missing = P.Value;
  }
  if (Required > O.Max)
    return false;
  if (Available >= O.Min || productive(O.Rest))
    return true;
  // Any child might help; the caller looks again when one of these does.
  WaitsFor = O.Rest;
  if (Missing && O.Rest == NoNode)
    WaitsFor = Missing;
  return false;
}

void Compiler::computeProductive() {
  std::vector<std::vector<NodeId>> Waiting(Nodes.size());
  std::vector<NodeId> Work;
  for (uint32_t I = uint32_t(Nodes.size()); I-- > 0;) {
    Nodes[I].Productive = false;
    Work.push_back(NodeId(I));
  }
  while (!Work.empty()) {
    NodeId Id = Work.back();
    Work.pop_back();
    Node &N = Nodes[Id.index()];
    if (N.Productive || N.Progress != Node::State::Done)
      continue;
    const Shape &S = N.TheShape;
    bool Yes = S.Null || S.True || S.False || !S.Numbers.empty() || !S.Strings.empty();
    std::vector<NodeId> Needs;
    auto Try = [&](const auto &X) {
      NodeId WaitsFor;
      if (isProductive(X, WaitsFor))
        return true;
      if (WaitsFor)
        Needs.push_back(WaitsFor);
      return false;
    };
    for (const ArraySet &A : S.Arrays)
      Yes = Yes || Try(A);
    for (const ObjectSet &O : S.Objects) {
      Yes = Yes || Try(O);
      // A count that is not reached may be by any optional member.
      if (!Yes && O.Min > 0)
        for (const Property &P : O.Properties)
          if (!P.Required && !productive(P.Value))
            Needs.push_back(P.Value);
    }
    if (!Yes) {
      for (NodeId W : Needs)
        Waiting[W.index()].push_back(Id);
      continue;
    }
    N.Productive = true;
    for (NodeId W : Waiting[Id.index()])
      Work.push_back(W);
    Waiting[Id.index()].clear();
  }
}

/// Follows what the node lacks to a contradiction and reports there.
void Compiler::reportUnsatisfiable(NodeId N) {
  std::set<NodeId> Seen;
  Location Last{DocId(0), doc({DocId(0), json::ValueId(0)}).root()};
  std::string Message = "the schema is 'false'";
  for (;;) {
    const Node &X = node(N);
    if (!X.Why.Message.empty()) {
      Last = X.Why.Place;
      Message = X.Why.Message;
      break;
    }
    if (!X.Atoms.empty()) {
      Last = Atoms[X.Atoms[0].index()].Place;
      Message = "its keywords exclude each other";
    }
    if (!Seen.insert(N).second) {
      Message = "it requires itself without end";
      break;
    }
    NodeId Next;
    bool Productive = false;
    for (const ObjectSet &O : X.TheShape.Objects)
      if (!Next)
        Productive |= isProductive(O, Next);
    for (const ArraySet &A : X.TheShape.Arrays)
      if (!Next)
        Productive |= isProductive(A, Next);
    if (!Next || Productive) {
      if (!X.TheShape.Objects.empty() || !X.TheShape.Arrays.empty())
        Message = "too few members or elements are possible";
      break;
    }
    if (Next == NoNode) {
      Message = "a member or element that must be there has the schema 'false'";
      break;
    }
    N = Next;
  }
  report(Last, DiagId::SchemaUnsatisfiable) << Message;
}

} // namespace weir::jsonschema
