//===- Module.cpp - The grammar IR: rules over shared expressions ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/IR/Module.h"

#include "weir/Support/Hash.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <compare>
#include <functional>

namespace weir::ir {

std::string_view mnemonic(Op O) {
  static constexpr std::string_view Names[] = {
#define OPERATION(Name, Mnemonic, Summary) Mnemonic,
#include "weir/IR/Operations.def"
  };
  return Names[size_t(O)];
}

/// More places tell a reader nothing, and where rules are put into one another their sets would
/// grow with the square of the rules. The least ones do not depend on the order of adding.
static constexpr size_t MostOrigins = 16;

std::vector<Origin> &OriginSet::own() {
  if (!Items)
    Items = std::make_shared<std::vector<Origin>>();
  else if (Items.use_count() != 1)
    Items = std::make_shared<std::vector<Origin>>(*Items);
  return *Items;
}

void OriginSet::add(Origin O) {
  size_t At = 0;
  if (Items) {
    const auto It = std::lower_bound(Items->begin(), Items->end(), O);
    if (It != Items->end() ? *It == O : Items->size() == MostOrigins)
      return;
    At = size_t(It - Items->begin());
  }
  std::vector<Origin> &Own = own();
  Own.insert(Own.begin() + ptrdiff_t(At), std::move(O));
  if (Own.size() > MostOrigins)
    Own.pop_back();
}

void OriginSet::add(const OriginSet &O) {
  if (Items == O.Items || !O.Items)
    return;
  if (!Items) {
    Items = O.Items;
    return;
  }
  // One pass backwards into the room that both need, unless nothing is new.
  const std::span<const Origin> More = O.items();
  size_t New = 0, Taken = 0;
  for (size_t I = 0, K = 0; K < More.size() && Taken < MostOrigins; ++Taken) {
    const std::strong_ordering Order =
        I < Items->size() ? (*Items)[I] <=> More[K] : std::strong_ordering::greater;
    New += Order > 0;
    I += Order <= 0;
    K += Order >= 0;
  }
  if (New == 0)
    return;
  std::vector<Origin> &Own = own();
  size_t I = Own.size(), K = More.size();
  Own.resize(I + K);
  size_t At = Own.size();
  while (K > 0) {
    const std::strong_ordering Order =
        I > 0 ? Own[I - 1] <=> More[K - 1] : std::strong_ordering::less;
    if (Order > 0)
      Own[--At] = std::move(Own[I - 1]);
    else
      Own[--At] = More[K - 1];
    I -= Order >= 0;
    K -= Order <= 0;
  }
  // (What is in both leaves room between the two.)
  Own.erase(Own.begin() + ptrdiff_t(I), Own.begin() + ptrdiff_t(At));
  if (Own.size() > MostOrigins)
    Own.resize(MostOrigins);
}

Module::Module() {
  // A usual schema's, without growing.
  constexpr size_t Usual = 128;
  Slots.resize(2 * Usual);
  Nodes.reserve(Usual);
  Hashes.reserve(Usual);
  Operands.reserve(2 * Usual);
  Rules.reserve(Usual / 8);
  intern(Op::Never, {}, 0);
  intern(Op::Empty, {}, 0);
}

ExprId Module::intern(Op Kind, std::span<const ExprId> Ops, uint32_t Payload) {
  uint64_t H = (uint64_t(Kind) << 32 | Payload) * 0x632be59bd9b4e019U + Ops.size();
  for (ExprId O : Ops)
    H = (H ^ (H >> 32) ^ O.index()) * 0x9e3779b97f4a7c15U;
  H = mixBits(H);
  if ((Nodes.size() + 1) * 2 > Slots.size()) {
    Slots.assign(std::max<size_t>(64, Slots.size() * 2), 0);
    for (uint32_t Id = 0; Id < Nodes.size(); ++Id) {
      size_t At = Hashes[Id] & (Slots.size() - 1);
      while (Slots[At])
        At = (At + 1) & (Slots.size() - 1);
      Slots[At] = Id + 1;
    }
  }
  size_t At = H & (Slots.size() - 1);
  for (; Slots[At]; At = (At + 1) & (Slots.size() - 1)) {
    const uint32_t Id = Slots[At] - 1;
    const Node &N = Nodes[Id];
    if (Hashes[Id] == H && N.Kind == Kind && N.Payload == Payload && N.OperandCount == Ops.size() &&
        std::equal(Ops.begin(), Ops.end(), Operands.begin() + N.OperandBegin))
      return ExprId(Id);
  }
  const uint32_t New = uint32_t(Nodes.size());
  const size_t Begin = Operands.size(), Count = Ops.size();
  spendWork(1, sizeof(Node) + 16 + Count * sizeof(ExprId));
  Slots[At] = New + 1;
  Hashes.push_back(H);
  Nodes.push_back({Kind, uint32_t(Begin), uint32_t(Count), Payload});
  // The operands may be a slice of the array that grows here.
  const bool Own = Count && std::less_equal<>()(Operands.data(), Ops.data()) &&
                   std::less<>()(Ops.data(), Operands.data() + Begin);
  if (Own) {
    const ptrdiff_t Slice = Ops.data() - Operands.data();
    Operands.resize(Begin + Count);
    std::copy_n(Operands.begin() + Slice, Count, Operands.begin() + ptrdiff_t(Begin));
  } else {
    Operands.insert(Operands.end(), Ops.begin(), Ops.end());
  }
  return ExprId(New);
}

//===- Hashes of payloads -------------------------------------------------===//

namespace {
class PayloadHash {
public:
  PayloadHash &add(uint64_t V) {
    H = hashCombine(H, V);
    return *this;
  }
  PayloadHash &add(ExprId E) { return add(uint64_t(E.index())); }
  PayloadHash &add(std::string_view S) {
    H = hashBytes(S, H);
    return *this;
  }
  uint64_t get() const { return H; }

private:
  uint64_t H = 0;
};
} // namespace

static uint64_t hashOf(const CodePointSet &S) {
  PayloadHash H;
  for (const CodePointRange &R : S.ranges())
    H.add(uint64_t(R.First) << 32 | R.Last);
  return H.get();
}

static uint64_t hashOf(const ByteSet &S) {
  PayloadHash H;
  for (uint64_t W : S.words())
    H.add(W);
  return H.get();
}

static uint64_t hashOf(const ByteDfa &D) {
  PayloadHash H;
  for (const ByteDfa::Edge &E : D.Edges)
    H.add(uint64_t(E.Target) << 16 | uint64_t(E.First) << 8 | E.Last);
  return H.add(D.size()).get();
}

static uint64_t hashOf(const RepeatBounds &B) {
  return PayloadHash().add(uint64_t(B.Min) << 32 | B.Max).get();
}

static uint64_t hashOf(const std::vector<TokenRef> &Tokens) {
  PayloadHash H;
  for (const TokenRef &T : Tokens)
    H.add(T.Id ? uint64_t(*T.Id) + 1 : 0).add(T.Name);
  return H.get();
}

static uint64_t hashOf(const MembersSpec &S) {
  PayloadHash H;
  H.add(uint64_t(S.Order) << 8 | uint64_t(S.Esc)).add(uint64_t(S.Min) << 32 | S.Max);
  H.add(S.Separator);
  for (const NamedMember &N : S.Named)
    H.add(N.Name).add(uint64_t(N.Tail.index()) << 1 | N.Required);
  for (const FreeMember &F : S.Free)
    H.add(F.Key).add(uint64_t(F.Tail.index()) << 32 | F.Min);
  return H.get();
}

static uint64_t hashOf(const ElementsSpec &S) {
  PayloadHash H;
  H.add(S.Separator).add(uint64_t(S.Min) << 32 | S.Max).add(S.Unique);
  auto choices = [&](const std::vector<ElementChoice> &L) {
    H.add(L.size());
    for (const ElementChoice &C : L) {
      H.add(C.Value);
      for (uint32_t K : C.Counters)
        H.add(K);
    }
  };
  for (const std::vector<ElementChoice> &L : S.Prefix)
    choices(L);
  choices(S.Rest);
  for (const RepeatBounds &B : S.Counters)
    H.add(uint64_t(B.Min) << 32 | B.Max);
  return H.get();
}

static uint64_t hashOf(const IndentSpec &S) {
  return PayloadHash()
      .add(uint64_t(S.Min) << 32 | S.Max)
      .add(uint64_t(uint32_t(S.Delta)) << 1 | S.Tabs)
      .get();
}

ExprId Module::lit(std::string_view Bytes) {
  if (Bytes.empty())
    return empty();
  return intern(Op::Lit, {}, Literals.intern(hashBytes(Bytes), Bytes));
}

ExprId Module::cls(const CodePointSet &Set) {
  if (Set.empty())
    return never();
  return intern(Op::Class, {}, Classes.intern(hashOf(Set), Set));
}

ExprId Module::bytes(const ByteSet &Set) {
  if (Set.empty())
    return never();
  return intern(Op::Bytes, {}, ByteSets.intern(hashOf(Set), Set));
}

ExprId Module::dfa(const ByteDfa &D) { return minimalDfa(minimised(D)); }

ExprId Module::minimalDfa(const ByteDfa &Minimal) {
  if (Minimal.size() == 0)
    return never();
  if (Minimal.Edges.empty())
    return empty();
  return intern(Op::Dfa, {}, Automata.intern(hashOf(Minimal), Minimal));
}

ExprId Module::seq(std::span<const ExprId> Ops) {
  if (Ops.empty())
    return empty();
  return Ops.size() == 1 ? Ops[0] : intern(Op::Seq, Ops, 0);
}

ExprId Module::alt(std::span<const ExprId> Ops) {
  if (Ops.empty())
    return never();
  return Ops.size() == 1 ? Ops[0] : intern(Op::Alt, Ops, 0);
}

ExprId Module::repeat(ExprId E, uint32_t Min, uint32_t Max) {
  assert(Min <= Max && Min != Unbounded && "a repetition's bounds are in order");
  if (Min == 1 && Max == 1)
    return E;
  if (Max == 0)
    return empty();
  const RepeatBounds B{Min, Max};
  return intern(Op::Repeat, {&E, 1}, Bounds.intern(hashOf(B), B));
}

ExprId Module::call(RuleId R) { return intern(Op::Call, {}, R.index()); }

ExprId Module::conj(std::span<const ExprId> Ops) {
  if (Ops.empty())
    return anyText();
  return Ops.size() == 1 ? Ops[0] : intern(Op::And, Ops, 0);
}

ExprId Module::neg(ExprId E) { return intern(Op::Not, {&E, 1}, 0); }

ExprId Module::jsonString(ExprId E, Escapes Style) {
  return intern(Op::JsonString, {&E, 1}, uint32_t(Style));
}

ExprId Module::token(TokenRef T) {
  const std::vector<TokenRef> One{std::move(T)};
  return intern(Op::Token, {}, Tokens.intern(hashOf(One), One));
}

ExprId Module::anyTokenExcept(std::vector<TokenRef> Excluded) {
  std::sort(Excluded.begin(), Excluded.end());
  Excluded.erase(std::unique(Excluded.begin(), Excluded.end()), Excluded.end());
  return intern(Op::AnyTokenExcept, {}, Tokens.intern(hashOf(Excluded), Excluded));
}

ExprId Module::members(const MembersSpec &Spec) {
  std::vector<ExprId> Ops;
  Ops.reserve(1 + Spec.Named.size() + 2 * Spec.Free.size());
  Ops.push_back(Spec.Separator);
  for (const NamedMember &M : Spec.Named)
    Ops.push_back(M.Tail);
  for (const FreeMember &F : Spec.Free) {
    Ops.push_back(F.Key);
    Ops.push_back(F.Tail);
  }
  return intern(Op::Members, Ops, Members.intern(hashOf(Spec), Spec));
}

ExprId Module::elements(ElementsSpec Spec) {
  bool Cut = false;
  for (size_t I = 0; I <= Spec.Prefix.size() && !Cut; ++I) {
    Cut = I >= Spec.Max || (I < Spec.Prefix.size() ? Spec.Prefix[I].empty() : Spec.Rest.empty());
    if (!Cut)
      continue;
    if (Spec.Min > I && Spec.Min <= Spec.Max)
      return never();
    Spec.Max = std::min(Spec.Max, uint32_t(I));
    Spec.Prefix.resize(I);
    Spec.Rest.clear();
  }
  std::vector<ExprId> Ops{Spec.Separator};
  for (const std::vector<ElementChoice> &Position : Spec.Prefix)
    for (const ElementChoice &C : Position)
      Ops.push_back(C.Value);
  for (const ElementChoice &C : Spec.Rest)
    Ops.push_back(C.Value);
  return intern(Op::Elements, Ops, Elements.intern(hashOf(Spec), Spec));
}

ExprId Module::indent(const IndentSpec &Spec) {
  return intern(Op::Indent, {}, Indents.intern(hashOf(Spec), Spec));
}

ExprId Module::withOperands(ExprId E, std::span<const ExprId> Ops) {
  assert(Ops.size() == operands(E).size() && "rewriting keeps the number of operands");
  switch (op(E)) {
  case Op::Seq:
    return seq(Ops);
  case Op::Alt:
    return alt(Ops);
  case Op::And:
    return conj(Ops);
  case Op::Not:
    return neg(Ops[0]);
  case Op::Repeat:
    return repeat(Ops[0], bounds(E).Min, bounds(E).Max);
  case Op::JsonString:
    return jsonString(Ops[0], escapes(E));
  case Op::Members: {
    MembersSpec Spec = membersSpec(E);
    size_t I = 0;
    Spec.Separator = Ops[I++];
    for (NamedMember &M : Spec.Named)
      M.Tail = Ops[I++];
    for (FreeMember &F : Spec.Free) {
      F.Key = Ops[I++];
      F.Tail = Ops[I++];
    }
    return members(Spec);
  }
  case Op::Elements: {
    ElementsSpec Spec = elementsSpec(E);
    size_t I = 0;
    Spec.Separator = Ops[I++];
    for (std::vector<ElementChoice> &Position : Spec.Prefix)
      for (ElementChoice &C : Position)
        C.Value = Ops[I++];
    for (ElementChoice &C : Spec.Rest)
      C.Value = Ops[I++];
    return elements(std::move(Spec));
  }
  default:
    return E;
  }
}

RuleId Module::addRule(std::string Name) {
  RuleId R(uint32_t(Rules.size()));
  [[maybe_unused]] bool New = RuleIndex.emplace(Name, R).second;
  assert(New && "the rule's name is taken");
  Rules.emplace_back().Name = std::move(Name);
  return R;
}

RuleId Module::lookup(std::string_view Name) const {
  auto It = RuleIndex.find(Name);
  return It == RuleIndex.end() ? RuleId() : It->second;
}

std::string Module::freshName(std::string_view Stem) const {
  std::string Name(Stem);
  for (unsigned N = 1; lookup(Name); ++N)
    Name = std::string(Stem) + "." + std::to_string(N);
  return Name;
}

void Module::keepRules(const std::vector<bool> &Keep) {
  std::vector<RuleId> NewId(Rules.size());
  uint32_t Next = 0;
  for (uint32_t I = 0; I < Rules.size(); ++I)
    if (Keep[I])
      NewId[I] = RuleId(Next++);
  if (Next == Rules.size())
    return;

  // Expressions only refer to earlier ones, so one pass over the table renumbers.
  uint32_t OldCount = exprCount();
  std::vector<ExprId> NewExpr(OldCount);
  std::vector<ExprId> Ops;
  for (uint32_t I = 0; I < OldCount; ++I) {
    ExprId E(I);
    if (op(E) == Op::Call) {
      RuleId R = NewId[callee(E).index()];
      NewExpr[I] = R ? call(R) : never();
      continue;
    }
    Ops.clear();
    for (ExprId O : operands(E))
      Ops.push_back(NewExpr[O.index()]);
    NewExpr[I] = withOperands(E, Ops);
  }

  std::vector<RuleInfo> Kept;
  RuleIndex.clear();
  for (uint32_t I = 0; I < Rules.size(); ++I) {
    if (!Keep[I])
      continue;
    RuleInfo &Info = Rules[I];
    if (Info.Body)
      Info.Body = NewExpr[Info.Body.index()];
    RuleIndex.emplace(Info.Name, NewId[I]);
    Kept.push_back(std::move(Info));
  }
  Rules = std::move(Kept);
  assert(NewId[Start.index()] && "the start rule is kept");
  Start = NewId[Start.index()];

  std::map<std::pair<RuleId, ExprId>, OriginSet> Sites;
  for (auto &[Site, Set] : CallOrigins) {
    RuleId In = NewId[Site.first.index()];
    ExprId Call = NewExpr[Site.second.index()];
    if (In && op(Call) == Op::Call) // a call that a pass removed may have been of a dropped rule
      Sites[{In, Call}].add(Set);
  }
  CallOrigins = std::move(Sites);
}

void Module::addCallOrigin(RuleId In, ExprId Call, const OriginSet &O) {
  CallOrigins[{In, Call}].add(O);
}

const OriginSet *Module::callOrigins(RuleId In, ExprId Call) const {
  auto It = CallOrigins.find({In, Call});
  return It == CallOrigins.end() ? nullptr : &It->second;
}

} // namespace weir::ir
