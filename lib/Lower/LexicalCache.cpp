//===- LexicalCache.cpp - Automata of lexical rules, kept -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Lower/LexicalCache.h"

#include "Lexical.h"
#include "weir/IR/Text.h"
#include "weir/Support/Hash.h"

namespace weir {

using ir::ExprId;
using ir::Op;

namespace lowering {

/// The words of one expression without its operands.
static void appendPayload(const ir::Module &M, ExprId E, LexicalCache::Key &Out) {
  switch (M.op(E)) {
  case Op::Lit: {
    std::string_view Text = M.literal(E);
    Out.push_back(uint32_t(Text.size()));
    for (size_t I = 0; I < Text.size(); I += 4) {
      uint32_t W = 0;
      for (size_t K = I; K < Text.size() && K < I + 4; ++K)
        W |= uint32_t(uint8_t(Text[K])) << (8 * (K - I));
      Out.push_back(W);
    }
    break;
  }
  case Op::Class:
    Out.push_back(uint32_t(M.classSet(E).ranges().size()));
    for (const CodePointRange &R : M.classSet(E).ranges())
      Out.insert(Out.end(), {R.First, R.Last});
    break;
  case Op::Bytes:
    for (uint64_t W : M.byteSet(E).words())
      Out.insert(Out.end(), {uint32_t(W), uint32_t(W >> 32)});
    break;
  case Op::Repeat:
    Out.insert(Out.end(), {M.bounds(E).Min, M.bounds(E).Max});
    break;
  case Op::JsonString:
    Out.push_back(uint32_t(M.escapes(E)));
    break;
  case Op::Indent: {
    const ir::IndentSpec &I = M.indentSpec(E);
    Out.insert(Out.end(), {I.Min, I.Max, uint32_t(I.Delta), I.Tabs});
    break;
  }
  default:
    break;
  }
}

void appendLexicalKey(const ir::Module &M, ExprId Root, LexicalUse Use, const LowerOptions &Options,
                      LexicalCache::Key &Out) {
  Out.insert(Out.end(),
             {uint32_t(Use), Options.MaxStates, Options.MaxUnrolled, Options.MaxProduct});
  // Operands before their users, each once, in the order of a walk from the root, so that
  // the numbers of other modules' expressions do not matter.
  std::unordered_map<uint32_t, uint32_t> Number;
  std::vector<std::pair<ExprId, uint32_t>> Path{{Root, 0}};
  while (!Path.empty()) {
    auto &[E, Next] = Path.back();
    std::span<const ExprId> Ops = M.operands(E);
    if (Next < Ops.size()) {
      ExprId O = Ops[Next++];
      if (!Number.count(O.index()))
        Path.push_back({O, 0});
      continue;
    }
    Number.emplace(E.index(), uint32_t(Number.size()));
    Out.push_back(uint32_t(M.op(E)) << 24 | uint32_t(Ops.size() & 0xffffff));
    for (ExprId O : Ops)
      Out.push_back(Number.at(O.index()));
    appendPayload(M, E, Out);
    Path.pop_back();
  }
}

} // namespace lowering

size_t LexicalCache::Entry::bytes() const {
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
  uint64_t H = K.size();
  for (uint32_t X : K)
    H = hashCombine(H, X);
  return size_t(H);
}

LexicalCache::LexicalCache(size_t MaxBytes) : MaxBytes(MaxBytes) {
  struct Terminal {
    lowering::LexicalUse Use;
    std::string_view Expression;
  };
  static constexpr Terminal Table[] = {
#define TERMINAL(Use, Expression) {lowering::LexicalUse::Use, Expression},
#include "weir/Lower/LexicalTerminals.def"
  };
  for (const Terminal &T : Table) {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    FileId File =
        Sources.add("<terminal>", "start @t\nrule @t = " + std::string(T.Expression) + "\n");
    std::optional<ir::Module> M = ir::parseModule(File, Diags);
    assert(M && "the terminals of LexicalTerminals.def parse");
    if (!M)
      continue;
    Key K;
    lowering::appendLexicalKey(*M, M->rule(M->start()).Body, T.Use, LowerOptions(), K);
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

LexicalCache::Counts LexicalCache::counts() const {
  std::lock_guard Lock(Mutex);
  return {Generic.size(), Young.size() + Old.size(), YoungBytes + OldBytes, Hits, Misses};
}

std::shared_ptr<const LexicalCache::Entry> LexicalCache::find(const Key &K) {
  std::lock_guard Lock(Mutex);
  for (Map *Where : {&Generic, &Young})
    if (auto It = Where->find(K); It != Where->end()) {
      ++Hits;
      return It->second;
    }
  auto It = Old.find(K);
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
  std::lock_guard Lock(Mutex);
  if (GenericKeys.count(K)) {
    Generic.try_emplace(K, std::move(E));
    return;
  }
  const size_t Bytes = E->bytes() + K.size() * 4;
  if (Bytes > MaxBytes / 4 || Old.count(K) || !Young.try_emplace(K, std::move(E)).second)
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
