//===- LexicalCache.cpp - Automata of lexical rules, kept -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Lower/LexicalCache.h"

#include "Lexical.h"
#include "weir/IR/Text.h"
#include "weir/Support/WordIndex.h"

#include <algorithm>

namespace weir {

using ir::ExprId;
using ir::Op;

namespace lowering {

static void appendText(std::string_view Text, LexicalCache::Key &Out) {
  Out.push_back(uint32_t(Text.size()));
  pollWork(Text.size() / 64); // (the key stays whole, whoever else may find it)
  for (size_t I = 0; I < Text.size(); I += 4) {
    uint32_t W = 0;
    for (size_t K = I; K < Text.size() && K < I + 4; ++K)
      W |= uint32_t(uint8_t(Text[K])) << (8 * (K - I));
    Out.push_back(W);
  }
}

/// The words of one expression without its operands.
static void appendPayload(const ir::Module &M, ExprId E, LexicalCache::Key &Out) {
  switch (M.op(E)) {
  case Op::Lit:
    appendText(M.literal(E), Out);
    break;
  case Op::Class:
    Out.push_back(uint32_t(M.classSet(E).ranges().size()));
    for (const CodePointRange &R : M.classSet(E).ranges()) {
      Out.push_back(R.First);
      Out.push_back(R.Last);
    }
    break;
  case Op::Bytes:
    for (uint64_t W : M.byteSet(E).words())
      Out.insert(Out.end(), {uint32_t(W), uint32_t(W >> 32)});
    break;
  case Op::Repeat:
    Out.push_back(M.bounds(E).Min);
    Out.push_back(M.bounds(E).Max);
    break;
  case Op::JsonString:
    Out.push_back(uint32_t(M.escapes(E)));
    break;
  case Op::Indent: {
    const ir::IndentSpec &I = M.indentSpec(E);
    Out.insert(Out.end(), {I.Min, I.Max, uint32_t(I.Delta), I.Tabs});
    break;
  }
  case Op::Dfa: {
    const ir::ByteDfa &D = M.automaton(E);
    Out.push_back(D.size());
    for (uint32_t S = 0; S < D.size(); ++S) {
      Out.push_back(D.Accepts[S]);
      Out.push_back(uint32_t(D.row(S).size()));
      for (const ir::ByteDfa::Edge &X : D.row(S)) {
        Out.push_back(uint32_t(X.First) << 8 | X.Last);
        Out.push_back(X.Target);
      }
    }
    break;
  }
  case Op::Members: {
    const ir::MembersSpec &S = M.membersSpec(E);
    assert(S.Named.empty() && "named members are of a specification");
    Out.insert(Out.end(), {uint32_t(S.Order), uint32_t(S.Esc), S.Min, S.Max});
    for (const ir::FreeMember &F : S.Free)
      Out.push_back(F.Min);
    break;
  }
  default:
    break;
  }
}

/// Appends `Root`'s expressions that have no number yet: operands before their users, in
/// the order of a walk, so that the numbers of a module's expressions do not matter.
static void appendExpr(const ir::Module &M, ExprId Root, ExprNumbers &Numbers,
                       LexicalCache::Key &Out) {
  std::vector<std::pair<ExprId, uint32_t>> &Path = Numbers.Path;
  Path.assign(1, {Root, 0});
  while (!Path.empty()) {
    auto &[E, Next] = Path.back();
    std::span<const ExprId> Ops = M.operands(E);
    if (Next < Ops.size()) {
      ExprId O = Ops[Next++];
      if (!Numbers.find(O))
        Path.push_back({O, 0});
      continue;
    }
    if (!Numbers.find(E)) {
      Numbers.add(E);
      Out.push_back(uint32_t(M.op(E)) << 24 | uint32_t(Ops.size() & 0xffffff));
      for (ExprId O : Ops)
        Out.push_back(*Numbers.find(O));
      appendPayload(M, E, Out);
    }
    Path.pop_back();
  }
  Out.push_back(*Numbers.find(Root));
}

static void appendUse(LexicalUse Use, const LowerOptions &Options, LexicalCache::Key &Out) {
  Out.insert(Out.end(),
             {uint32_t(Use), Options.MaxStates, Options.MaxUnrolled, Options.MaxProduct});
}

void appendLexicalKey(const ir::Module &M, ExprId Root, LexicalUse Use, const LowerOptions &Options,
                      ExprNumbers &Numbers, LexicalCache::Key &Out) {
  appendUse(Use, Options, Out);
  Numbers.clear();
  appendExpr(M, Root, Numbers, Out);
}

void appendGroupKey(const ir::Module &M, std::span<const ir::RuleId> Group,
                    const LowerOptions &Options, ExprNumbers &Numbers, LexicalCache::Key &Out) {
  appendUse(LexicalUse::Group, Options, Out);
  Numbers.clear();
  for (ir::RuleId R : Group) {
    const ir::RuleInfo &Rule = M.rule(R);
    appendText(Rule.Name, Out);
    Out.push_back(Rule.Nest);
    appendExpr(M, Rule.Body, Numbers, Out);
  }
  // Calls, whose callees are of the group.
  for (ExprId E : Numbers.order())
    if (M.op(E) == Op::Call)
      Out.push_back(uint32_t(std::find(Group.begin(), Group.end(), M.callee(E)) - Group.begin()));
}

} // namespace lowering

size_t LexicalCache::Entry::bytes() const {
  if (Group)
    return sizeof(Entry) + Group->bytes();
  const automata::Dfa &D = Info.Automaton;
  size_t N = sizeof(Entry) + D.States.size() * sizeof(D.States[0]) +
             D.Ranges.size() * sizeof(D.Ranges[0]) +
             D.Alternatives.size() * sizeof(D.Alternatives[0]) + D.Lists.size() * 4 +
             Words.size() * 4 + Info.KeyCounts.size() * 4;
  for (const auto &P : Programs)
    N += sizeof(P) + P.size() * sizeof(P[0]);
  return N;
}

size_t LexicalCache::KeyHash::operator()(const Key &K) const {
  return WordIndex::hashOf(std::span<const uint32_t>(K));
}

static std::vector<ir::RuleId> allRules(const ir::Module &M) {
  std::vector<ir::RuleId> Out;
  for (uint32_t R = 0; R < M.ruleCount(); ++R)
    Out.push_back(ir::RuleId(R));
  return Out;
}

LexicalCache::LexicalCache(size_t MaxBytes) : MaxBytes(MaxBytes) {
  struct Terminal {
    lowering::LexicalUse Use;
    std::string_view Text;
  };
  static constexpr Terminal Table[] = {
#define TERMINAL(Use, Expression)                                                                  \
  {lowering::LexicalUse::Use, "start @t\nrule @t = " Expression "\n"},
#define RULES(Text) {lowering::LexicalUse::Group, Text},
#include "weir/Lower/LexicalTerminals.def"
  };
  for (const Terminal &T : Table) {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    FileId File = Sources.add("<terminal>", std::string(T.Text));
    std::optional<ir::Module> M = ir::parseModule(File, Diags);
    assert(M && "the terminals of LexicalTerminals.def parse");
    if (!M)
      continue;
    Key K;
    lowering::ExprNumbers Numbers;
    if (T.Use == lowering::LexicalUse::Group)
      lowering::appendGroupKey(*M, lowering::findGenericRules(*M, allRules(*M)), LowerOptions(),
                               Numbers, K);
    else
      lowering::appendLexicalKey(*M, M->rule(M->start()).Body, T.Use, LowerOptions(), Numbers, K);
    GenericKeys.insert(std::move(K));
  }
}

LexicalCache::~LexicalCache() = default;

void LexicalCache::clear() {
  std::lock_guard Lock(Mutex);
  Young.clear();
  Old.clear();
  YoungBytes = OldBytes = 0;
}

void LexicalCache::keep() {
  std::lock_guard Lock(Mutex);
  for (Map *Where : {&Young, &Old})
    for (auto It = Where->begin(); It != Where->end();) {
      const auto Next = std::next(It);
      const size_t Bytes = It->second->bytes() + It->first.size() * 4;
      if (KeptBytes + Bytes <= MaxBytes / 2) {
        KeptBytes += Bytes;
        (Where == &Young ? YoungBytes : OldBytes) -= Bytes;
        GenericKeys.insert(It->first);
        Generic.insert(Where->extract(It));
      }
      It = Next;
    }
}

LexicalCache::Counts LexicalCache::counts() const {
  std::lock_guard Lock(Mutex);
  return {Generic.size(), Young.size() + Old.size(), YoungBytes + OldBytes, Hits, Misses};
}

std::shared_ptr<const LexicalCache::Entry> LexicalCache::find(const Key &K) {
  const Hashed Wanted{K, KeyHash()(K)};
  std::lock_guard Lock(Mutex);
  for (Map *Where : {&Generic, &Young})
    if (auto It = Where->find(Wanted); It != Where->end()) {
      ++Hits;
      return It->second;
    }
  auto It = Old.find(Wanted);
  if (It == Old.end()) {
    ++Misses;
    return nullptr;
  }
  ++Hits;
  std::shared_ptr<const Entry> E = It->second;
  const size_t Bytes = E->bytes() + K.size() * 4;
  YoungBytes += Bytes;
  OldBytes -= Bytes;
  Young.insert(Old.extract(It));
  return E;
}

void LexicalCache::insert(const Key &K, std::shared_ptr<const Entry> E) {
  const Hashed Wanted{K, KeyHash()(K)};
  std::lock_guard Lock(Mutex);
  if (GenericKeys.count(Wanted)) {
    Generic.try_emplace(K, std::move(E));
    return;
  }
  const size_t Bytes = E->bytes() + K.size() * 4;
  if (Bytes > MaxBytes / 4 || Old.count(Wanted) || !Young.try_emplace(K, std::move(E)).second)
    return;
  YoungBytes += Bytes;
  if (YoungBytes > MaxBytes / 2) {
    Old = std::move(Young);
    OldBytes = YoungBytes;
    Young.clear();
    YoungBytes = 0;
  }
}

LexicalCache &processLexicalCache() {
  // Made when first asked for and never destroyed: threads may outlive `main`.
  static LexicalCache *const TheCache = new LexicalCache();
  return *TheCache;
}

} // namespace weir
